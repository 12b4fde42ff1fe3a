/* What the blocks of README.md speak of. */
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

#define Account_FIELDS(X) X(id, serial) X(balance, bigint)
ORM_MODEL(Account, accounts)

#define App_MODELS(X) X(User) X(Profile) X(Post) X(Comment) X(Tag) X(PostTag) X(Account)
ORM_SCHEMA(App)

/* the page */

static orm_db *db;
static Account_change take, give;
