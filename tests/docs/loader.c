#define User_FIELDS(X) X(id, serial) X(name, text) X(posts, has_many(Post, author_id))
ORM_MODEL(User, users)

#define Post_FIELDS(X) X(id, serial) X(author_id, key(User))
ORM_MODEL(Post, posts)

#define PostTag_FIELDS(X) X(post_id, key(Post), primary_key) X(tag_id, bigint, primary_key)
ORM_MODEL(PostTag, post_tags)

#define App_MODELS(X) X(User) X(Post) X(PostTag)
ORM_SCHEMA(App)

static orm_db *db;
static struct { int64_t from; const char *text; } *messages;
static size_t n;
static int64_t post_id, tag_id;
