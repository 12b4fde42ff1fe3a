/* What the blocks of README.md speak of. */
#define Owner_VALUES(X) X(Post)
ORM_ENUM(Owner)

#define User_FIELDS(X)                                                                  \
    X(id,         serial)                                                               \
    X(name,       string(200), length(2, 200))                                          \
    X(email,      string(255), unique, email)                                           \
    X(age,        integer, nullable, at_least(0))                                       \
    X(visits,     integer, default(0))                                                  \
    X(posts,      has_many(Post, author_id))                                            \
    X(profile,    has_one(Profile, user_id))                                            \
    X(post_count, count_of(posts))                                                      \
    X(created_at, created_at)
ORM_MODEL(User, users)

#define Profile_FIELDS(X) X(id, serial) X(user_id, key(User), unique) X(city, text)
ORM_MODEL(Profile, profiles)

#define Post_FIELDS(X)                                                                  \
    X(id,         serial)                                                               \
    X(title,      string(200))                                                          \
    X(views,      integer, default(0))                                                  \
    X(published,  boolean, default(false))                                              \
    X(author_id,  key(User))                                                            \
    X(author,     belongs_to(User, author_id))                                          \
    X(comments,   has_many(Comment, post_id))                                           \
    X(tags,       many_to_many(Tag, PostTag, post_id, tag_id))                          \
    X(created_at, created_at)
ORM_MODEL(Post, posts)

#define Comment_FIELDS(X) X(id, serial) X(post_id, key(Post)) X(hidden, boolean, default(false)) X(stars, integer, default(0))
ORM_MODEL(Comment, comments)

#define Tag_FIELDS(X) X(id, serial) X(name, text)
ORM_MODEL(Tag, tags)

#define PostTag_FIELDS(X) X(post_id, key(Post), primary_key) X(tag_id, key(Tag), primary_key) X(position, integer, default(0))
ORM_MODEL(PostTag, post_tags)

#define Note_FIELDS(X) X(id, serial) X(owner_type, enumeration(Owner)) X(owner_id, bigint) X(owner, belongs_to_any(Owner, owner_type, owner_id))
ORM_MODEL(Note, notes)

#define Account_FIELDS(X) X(id, serial) X(balance, bigint)
ORM_MODEL(Account, accounts)

#define Job_FIELDS(X) X(id, serial) X(done, boolean, default(false))
ORM_MODEL(Job, jobs)

#define App_MODELS(X) X(User) X(Profile) X(Post) X(Comment) X(Tag) X(PostTag) X(Note) X(Account) X(Job)
ORM_SCHEMA(App)

void run(orm_db *db, Job *job);

/* the page */

static orm_db *db;
static const char *url;
static orm_arena arena;
static int64_t id, n;
static bool yes;
static User user_, *user = &user_, ada, grace;
static Post post, *posts;
static Tag tag, *tags;
static PostTag *links;
static Account_change take, give;
