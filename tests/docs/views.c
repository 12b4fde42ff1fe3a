#define User_FIELDS(X) X(id, serial) X(name, string(40)) X(posts, has_many(Post, author_id))
ORM_MODEL(User, users)

#define Post_FIELDS(X) X(id, serial) X(author_id, key(User)) X(published, boolean, default(false)) X(views, integer, default(0)) X(created_at, created_at)
ORM_MODEL(Post, posts)

#define App_MODELS(X) X(User) X(Post)
ORM_SCHEMA(App)

/* the page */

static orm_db *db;
static orm_time monday;
