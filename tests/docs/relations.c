/* the page */

static orm_db *db;
static User *users, ada;
static Post post;
static Tag *tags;
static PostTag *links;
static orm_arena arena;
