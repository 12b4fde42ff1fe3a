/* the page */

static orm_db *db;
