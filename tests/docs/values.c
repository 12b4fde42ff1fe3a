#define Role_VALUES(X) X(admin) X(editor)
ORM_ENUM(Role)
ORM_BITS(Role)

#define Flag_VALUES(X) X(stale)
ORM_ENUM(Flag)
ORM_BITS(Flag)

#define User_FIELDS(X) X(id, serial) X(roles, bits(Role)) X(flags, bits(Flag))
ORM_MODEL(User, users)

#define Invoice_FIELDS(X) X(id, serial)
ORM_MODEL(Invoice, invoices)

#define App_MODELS(X) X(User) X(Invoice)
ORM_SCHEMA(App)

static orm_db *db;
static char text[50];
static orm_money total;
static Invoice *found;
static int64_t n, sum;
