/* A table whose model learns to destroy softly, to count versions and to hash passwords, and forgets it again: by generated migrations. */
#define ORM_DESTRUCTIVE
#include "engines.h"
#include "helpers.h"
#include "migration_folder.h"

#define Person_FIELDS(X) X(id, serial) X(email, string(60), unique) X(team, integer, default(0)) X(nick, string(20), nullable)
ORM_MODEL(Person, people, unique(team, nick))
#define Before_MODELS(X) X(Person)
ORM_SCHEMA(Before)
ORM_DEFINE(Before)

#define Person2_FIELDS(X)                                                   \
    X(id,         serial)                                                   \
    X(email,      string(60), unique)                                       \
    X(team,       integer, default(0))                                      \
    X(nick,       string(20), nullable)                                     \
    X(password,   password(person_hash, person_verify), nullable, length(8, 72)) \
    X(version,    version)                                                  \
    X(deleted_at, deleted_at)
ORM_MODEL(Person2, people, unique(team, nick))
#define After_MODELS(X) X(Person2)
ORM_SCHEMA(After)
orm_status person_hash(const char *plain, char *out, size_t size) { return snprintf(out, size, "%zu", strlen(plain)) > 0 ? ORM_OK : ORM_FAILED; }
bool person_verify(const char *plain, const char *hash) { return (size_t)atoi(hash) == strlen(plain); }
ORM_DEFINE(After)
static const struct case_setup empty_cases = { NULL, NULL, NULL, NULL };

ON_EACH_OF(a_model_learns_to_destroy_softly, empty_cases)
{
    orm_arena arena = { 0 };
    const char *path = NULL;
    folder_make();
    OK(orm_generate(&Before_schema, "begin", &arena, &path, &(orm_generate_options){ .folder = folder }));
    OK(up(db));
    OK(orm_verify(db, &Before_schema, NULL, NULL, NULL));
    ORM_NEW(Person, ada, .email = "ada@example.com", .team = 1, .nick = "a");
    OK(Person_create(db, &ada));
    OK(orm_generate(&After_schema, "behave", &arena, &path, &(orm_generate_options){ .folder = folder, .allow = "a test" }));
    OK(up(db));
    OK(orm_verify(db, &After_schema, NULL, NULL, NULL));
    ORM_AUTO Person2 *there = Person2_get(db, ada.id);
    REQUIRE(there);
    CHECK_INT(there->version, 1);
    CHECK(!there->deleted_at.set);
    ORM_NEW(Person2, twin, .email = "ada@example.com", .team = 1, .nick = "a", .password = "longer than eight");
    CHECK_TEXT(orm_status_name(Person2_create(db, &twin)), "ORM_UNIQUE");
    OK(Person2_destroy(db, there));
    OK(Person2_create(db, &twin));
    OK(orm_generate(&After_schema, "nothing", &arena, &path, &(orm_generate_options){ .folder = folder }));
    CHECK(!path);                                        /* the snapshot says the same as the models */
    OK(Person2_destroy_hard(db, there));
    OK(orm_migrate_undo(db, &(orm_migrate_options){ .folder = folder, .lossy = true }, NULL));
    OK(orm_verify(db, &Before_schema, NULL, NULL, NULL));
    ORM_NEW(Person, again, .email = "ada@example.com");
    CHECK_TEXT(orm_status_name(Person_create(db, &again)), "ORM_UNIQUE");
    orm_arena_release(&arena);
    folder_remove();
}
CHECK_MAIN()
