/* A sign-up as a web API has it: a JSON object on standard input, a status and a JSON object on standard output.

       echo '{"name": "Ada", "email": "ada@example.org", "birthday": "1815-12-10"}' | build/signup

   answers 201 and the row; 400 to what is no JSON, 409 to an address that is taken, 413 to too much, and 422 with all that is wrong with the fields.
   Which fields a sender may set is the mask below: an "id" or a "role" is refused by its name, whatever it says. */
#define ORM_IMPLEMENTATION
#include "../orm.h"
#include "../dialects/sqlite.h"

#define Role_VALUES(X) X(member) X(editor) X(admin)
ORM_ENUM(Role)

#define User_FIELDS(X)                                                                                        \
    X(id,         serial)                                                                                     \
    X(name,       string(80),  not_empty, normalize(trim, collapse))                                          \
    X(email,      string(255), email, unique("has an account already"), normalize(trim, lowercase))           \
    X(birthday,   date, nullable, past)                                                                       \
    X(role,       enumeration(Role), default(Role_member))                                                    \
    X(created_at, created_at)
ORM_MODEL(User, users)
#define Signup_MODELS(X) X(User)
ORM_SCHEMA(Signup)
ORM_DEFINE(Signup)

static int http_status(orm_status kind)
{
    switch (kind) {
    case ORM_BAD_JSON:    return 400;
    case ORM_UNIQUE:      return 409;
    case ORM_OVER_BUDGET: return 413;
    case ORM_VALIDATION:  return 422;
    default:              return 503;
    }
}

static int refuse(void)
{
    char errors[4096];
    orm_errors_json(errors, sizeof errors);
    printf("%d\n%s\n", http_status(orm_error()->kind), errors);
    return 1;
}

int main(int argc, char **argv)
{
    char body[65536];
    size_t length = fread(body, 1, sizeof body, stdin);
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Signup_schema)) return orm_perror("signup");
    ORM_AUTO User *user = User_from_json(db, body, length, (User_mask){ .name = 1, .email = 1, .birthday = 1 });
    int code = !user || User_create(db, user) ? refuse() : 0;
    if (!code) {
        puts("201");
        orm_print_json(stdout, User, user);
    }
    orm_close(db);
    return code;
}
