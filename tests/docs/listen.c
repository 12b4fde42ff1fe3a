#define Post_FIELDS(X) X(id, serial) X(title, text)
ORM_MODEL(Post, posts)

#define App_MODELS(X) X(Post)
ORM_SCHEMA(App)

void read_everything_anew(void);
void handle(const char *payload);

static orm_db *db;
static Post post;
