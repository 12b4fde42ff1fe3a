/* the page */

static orm_db *db;
static User ada, *users;
static Post post;
static User_query query;
static orm_arena arena;
static const char *text;
