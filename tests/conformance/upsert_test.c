/* Rows that are written whether or not they are there: upsert, find or create, and changes that tell what they changed. */
#include "engines.h"
#include "helpers.h"
#include <pthread.h>

#define Hit_FIELDS(X)                                     \
    X(id,         serial)                                 \
    X(page,       string(40))                             \
    X(day,        integer)                                \
    X(n,          integer, default(1), at_least(0))       \
    X(note,       text, nullable)                         \
    X(slug,       string(40), nullable, unique("is already taken")) \
    X(version,    version)                                \
    X(created_at, created_at)                             \
    X(updated_at, updated_at)
ORM_MODEL(Hit, hits, unique(page, day), index(n), unique(slug, where("n > 5")))
#define Mail_FIELDS(X) X(id, serial) X(email, string(60), unique) X(name, string(30), nullable) X(deleted_at, deleted_at)
ORM_MODEL(Mail, mails)
#define Shop_FIELDS(X) X(id, serial) X(name, string(20))
ORM_MODEL(Shop, shops)
#define Item_FIELDS(X) X(shop_id, tenant(Shop)) X(code, string(20), primary_key) X(price, integer, default(0))
ORM_MODEL(Item, items)
static int before, after;
#define Hook_FIELDS(X) X(id, serial) X(name, string(20), unique, length(2, 20)) X(n, integer, default(0))
ORM_MODEL(Hook, hooks, hook(before_upsert, hook_before), hook(after_upsert, hook_after), hook(before_save, hook_saves))
#define Web_MODELS(X) X(Hit) X(Mail) X(Shop) X(Item) X(Hook)
ORM_SCHEMA(Web)
orm_status hook_before(orm_db *db, Hook *row) { (void)db; (void)row; before++; return ORM_OK; }
orm_status hook_after(orm_db *db, Hook *row) { (void)db; after++; return strcmp(row->name, "refused") == 0 ? ORM_FAILED : ORM_OK; }
orm_status hook_saves(orm_db *db, Hook *row) { (void)db; row->n += 100; return ORM_OK; }
ORM_DEFINE(Web)
static const struct case_setup web_cases = { &Web_schema, NULL, NULL, NULL };
#define ON_EACH(name) ON_EACH_OF(name, web_cases)

ON_EACH(a_row_is_created_or_changed)
{
    orm_written how = ORM_NOT_WRITTEN;
    ORM_NEW(Hit, hit, .page = "/", .day = 1, .note = "first");
    OK(Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, page, day) }, &how));
    CHECK_INT(how, ORM_CREATED);
    CHECK_INT(hit.id, 1);
    CHECK_INT(hit.version, 1);
    ORM_NEW(Hit, second, .page = "/", .day = 1, .n = 7, .note = "second");
    OK(Hit_upsert(db, &second, &(Hit_conflict){ .on = orm_key(Hit, page, day) }, &how));
    CHECK_INT(how, ORM_UPDATED);
    CHECK_INT(second.id, hit.id);
    CHECK_INT(second.version, 2);
    CHECK_INT(second.created_at, hit.created_at);
    CHECK(second.updated_at >= hit.updated_at);
    ORM_AUTO Hit *there = Hit_get(db, hit.id);
    REQUIRE(there);
    CHECK_INT(there->n, 7);
    CHECK_TEXT(there->note, "second");
    CHECK_INT(there->created_at, hit.created_at);
    CHECK_INT(there->updated_at, second.updated_at);
    second.n = 8;
    OK(Hit_save(db, &second));                           /* it is a row like one that was created */
    CHECK_INT(second.version, 3);
    CHECK_INT(COUNT(Hit, db, .all = false), 1);
}

ON_EACH(what_is_written_can_be_chosen)
{
    orm_written how;
    ORM_NEW(Hit, first, .page = "/", .day = 1, .note = "first");
    OK(Hit_create(db, &first));
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Hit, again, .page = "/", .day = 1, .note = "again");
        OK(Hit_upsert(db, &again, &(Hit_conflict){ .on = orm_key(Hit, page, day), .set = { orm_inc(Hit_.n, 2) } }, &how));
        CHECK_INT(how, ORM_UPDATED);
        CHECK_INT(again.n, 1 + 2 * (i + 1));             /* as it is there */
    }
    ORM_NEW(Hit, only, .page = "/", .day = 1, .n = 99, .note = "only");
    OK(Hit_upsert(db, &only, &(Hit_conflict){ .on = orm_key(Hit, page, day), .only = { .note = 1 } }, &how));
    CHECK_INT(only.n, 7);
    ORM_NEW(Hit, both, .page = "/", .day = 1, .n = 50, .note = "both");
    OK(Hit_upsert(db, &both, &(Hit_conflict){ .on = orm_key(Hit, page, day), .set = { orm_dec(Hit_.n, 1), orm_set_given(Hit_.note) } }, &how));
    ORM_AUTO Hit *there = Hit_get(db, first.id);
    REQUIRE(there);
    CHECK_INT(there->n, 6);
    CHECK_TEXT(there->note, "both");
    ORM_NEW(Hit, not, .page = "/", .day = 1, .n = 1);
    OK(Hit_upsert(db, &not, &(Hit_conflict){ .on = orm_key(Hit, page, day), .where = orm_gt(Hit_.n, 100) }, &how));
    CHECK_INT(how, ORM_NOT_WRITTEN);
    CHECK_INT(not.id, 0);
    OK(Hit_upsert(db, &not, &(Hit_conflict){ .on = orm_key(Hit, page, day), .ignore = true }, &how));
    CHECK_INT(how, ORM_NOT_WRITTEN);
    not.day = 2;
    OK(Hit_upsert(db, &not, &(Hit_conflict){ .on = orm_key(Hit, page, day), .ignore = true }, &how));
    CHECK_INT(how, ORM_CREATED);
    CHECK_INT(COUNT(Hit, db, .all = false), 2);
}

ON_EACH(slips_are_refused)
{
    ORM_NEW(Hit, hit, .page = "/", .day = 1, .slug = "s");
    REFUSED(db, Hit_upsert(db, &hit, NULL, NULL), ORM_MISUSE);
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .ignore = true }, NULL), ORM_MISUSE);
    REFUSED(db, Hit_upsert(db, NULL, &(Hit_conflict){ .on = orm_key(Hit, slug) }, NULL), ORM_MISUSE);
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_primary_key(Hit) }, NULL), ORM_MISUSE);      /* the database makes it */
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug), .ignore = true, .set = { orm_inc(Hit_.n, 1) } }, NULL), ORM_MISUSE);
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug), .set = { orm_set(Hit_.n, -1) } }, NULL), ORM_VALIDATION);
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug), .set = { orm_set(Hit_.version, 1) } }, NULL), ORM_MISUSE);
    REFUSED(db, Hit_update(db, &(Hit_change){ .set = { orm_set_given(Hit_.n) }, .all = true }, NULL), ORM_MISUSE);
    hit.slug = NULL;
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug) }, NULL), ORM_MISUSE);
    CHECK_TEXT(orm_error()->field, "slug");
    hit.n = -4;
    hit.slug = "s";
    orm_status status = Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug) }, NULL);
    CHECK_TEXT(orm_status_name(status), "ORM_VALIDATION");
    hit.n = 1;
    OK(Hit_create(db, &hit));
    REFUSED(db, Hit_upsert(db, &hit, &(Hit_conflict){ .on = orm_key(Hit, slug) }, NULL), ORM_MISUSE);       /* created already */
    ORM_NEW(Hit, other, .page = "/", .day = 1, .slug = "t");
    CHECK_TEXT(orm_status_name(Hit_upsert(db, &other, &(Hit_conflict){ .on = orm_key(Hit, slug) }, NULL)), "ORM_UNIQUE");      /* the other key is taken */
}

ON_EACH(many_rows_tell_each_what_became_of_it)
{
    Hit hits[6];
    orm_written how[6];
    for (int i = 0; i < 6; i++) {
        hits[i] = Hit_defaults();
        hits[i].page = "/";
        hits[i].day = i % 4;                             /* two of them twice: the later one changes the earlier */
        hits[i].n = i;
    }
    OK(Hit_upsert_all(db, hits, 6, &(Hit_conflict){ .on = orm_key(Hit, page, day) }, how));
    CHECK(how[0] == ORM_CREATED && how[3] == ORM_CREATED && how[4] == ORM_UPDATED && how[5] == ORM_UPDATED);
    CHECK_INT(hits[4].id, hits[0].id);
    CHECK_INT(COUNT(Hit, db, .where = orm_gte(Hit_.n, 4)), 2);
    Hit more[2] = { Hit_defaults(), Hit_defaults() };
    more[0].page = "/new";
    more[1].page = NULL;
    CHECK_TEXT(orm_status_name(Hit_upsert_all(db, more, 2, &(Hit_conflict){ .on = orm_key(Hit, page, day), .ignore = true }, NULL)), "ORM_MISUSE");
    CHECK_INT(COUNT(Hit, db, .all = false), 4);          /* all or nothing */
    OK(Hit_upsert_all(db, NULL, 0, &(Hit_conflict){ .on = orm_key(Hit, page, day) }, NULL));
    REFUSED(db, Hit_upsert_all(db, NULL, 3, &(Hit_conflict){ .on = orm_key(Hit, page, day) }, NULL), ORM_MISUSE);
}

ON_EACH(destroyed_rows_and_other_tenants_are_not_there)
{
    orm_written how;
    ORM_NEW(Mail, a, .email = "a", .name = "first");
    OK(Mail_create(db, &a));
    OK(Mail_destroy(db, &a));
    ORM_NEW(Mail, b, .email = "a", .name = "second");
    OK(Mail_upsert(db, &b, &(Mail_conflict){ .on = orm_key(Mail, email) }, &how));
    CHECK_INT(how, ORM_CREATED);
    ORM_NEW(Mail, c, .email = "a", .name = "third");
    OK(Mail_upsert(db, &c, &(Mail_conflict){ .on = orm_key(Mail, email) }, &how));
    CHECK_INT(how, ORM_UPDATED);
    CHECK_INT(c.id, b.id);
    ORM_NEW(Shop, one, .name = "one");
    ORM_NEW(Shop, two, .name = "two");
    OK(Shop_create(db, &one));
    OK(Shop_create(db, &two));
    ORM_NEW(Item, mine, .code = "x", .price = 5);
    ORM_NEW(Item, theirs, .code = "x", .price = 9);
    REFUSED(db, Item_upsert(db, &mine, &(Item_conflict){ .on = orm_primary_key(Item) }, &how), ORM_MISUSE);
    OK(Item_upsert(orm_tenant(db, one.id), &mine, &(Item_conflict){ .on = orm_primary_key(Item) }, &how));
    CHECK_INT(how, ORM_CREATED);
    CHECK_TEXT(orm_status_name(Item_upsert(orm_tenant(db, two.id), &theirs, &(Item_conflict){ .on = orm_primary_key(Item) }, &how)), "ORM_UNIQUE");
    ORM_NEW(Item, again, .code = "x", .price = 6);
    OK(Item_upsert(orm_tenant(db, one.id), &again, &(Item_conflict){ .on = orm_primary_key(Item) }, &how));
    CHECK_INT(how, ORM_UPDATED);
    CHECK_INT(COUNT(Item, orm_tenant(db, one.id), .where = orm_eq(Item_.price, 6)), 1);
}

ON_EACH(hooks_of_an_upsert)
{
    orm_written how;
    before = after = 0;
    ORM_NEW(Hook, a, .name = "first");
    OK(Hook_upsert(db, &a, &(Hook_conflict){ .on = orm_key(Hook, name) }, &how));
    ORM_NEW(Hook, b, .name = "first", .n = 3);
    OK(Hook_upsert(db, &b, &(Hook_conflict){ .on = orm_key(Hook, name) }, &how));
    CHECK(before == 2 && after == 2 && how == ORM_UPDATED);
    CHECK_INT(b.n, 103);
    ORM_NEW(Hook, c, .name = "refused");
    CHECK_TEXT(orm_status_name(Hook_upsert(db, &c, &(Hook_conflict){ .on = orm_key(Hook, name) }, &how)), "ORM_FAILED");
    CHECK_INT(COUNT(Hook, db, .all = false), 1);
}

ON_EACH(a_row_is_found_or_created)
{
    bool created = false;
    ORM_NEW(Mail, a, .email = "a", .name = "first");
    ORM_AUTO Mail *made = Mail_find_or_create(db, &a, orm_key(Mail, email), &created);
    REQUIRE(made);
    CHECK(created && made->id > 0);
    CHECK_TEXT(made->name, "first");
    ORM_NEW(Mail, b, .email = "a", .name = "second");
    ORM_AUTO Mail *found = Mail_find_or_create(db, &b, orm_key(Mail, email), &created);
    REQUIRE(found);
    CHECK(!created && found->id == made->id && b.id == 0);
    CHECK_TEXT(found->name, "first");
    found->name = "third";
    OK(Mail_save(db, found));
    made->name = "fourth";
    OK(Mail_save(db, made));
    ORM_NEW(Mail, c, .email = "c", .name = "new");
    ORM_AUTO Mail *fresh = Mail_find_or_init(db, &c, orm_key(Mail, email), &created);
    REQUIRE(fresh);
    CHECK(!created && fresh->id == 0);
    OK(Mail_create(db, fresh));
    ORM_NEW(Mail, d, .email = "c");
    ORM_AUTO Mail *there = Mail_find_or_init(db, &d, orm_key(Mail, email), &created);
    REQUIRE(there);
    CHECK(created && there->id == fresh->id);
    REFUSED_ROWS(db, Mail_find_or_create(db, &a, orm_key(Mail, email), NULL), ORM_MISUSE);
    ORM_NEW(Mail, e, .name = "without");
    REFUSED_ROWS(db, Mail_find_or_create(db, &e, orm_key(Mail, email), NULL), ORM_MISUSE);
    ORM_NEW(Hook, invalid, .name = "x");
    CHECK(!Hook_find_or_create(db, &invalid, orm_key(Hook, name), NULL));
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_VALIDATION");
}

/* ---- many callers ---------------------------------------------------------------------------------------------------------------- */
enum { CALLERS = 64 };
struct caller { orm_db *db; bool created, failed, upserted; int64_t id; };
static void *call(void *arg)
{
    struct caller *c = arg;
    orm_written how = ORM_NOT_WRITTEN;
    ORM_NEW(Mail, m, .email = "everybody");
    Mail *row = Mail_find_or_create(c->db, &m, orm_key(Mail, email), &c->created);
    c->failed = !row;
    if (row) c->id = row->id;
    orm_free(row);
    ORM_NEW(Hit, h, .page = "everybody", .day = 1, .n = 1);
    c->failed |= Hit_upsert(c->db, &h, &(Hit_conflict){ .on = orm_key(Hit, page, day), .set = { orm_inc(Hit_.n, 1) } }, &how) != ORM_OK;
    c->upserted = how == ORM_CREATED;
    return NULL;
}

ON_EACH(one_of_many_callers_creates_the_row)
{
    static struct caller callers[CALLERS];
    pthread_t threads[CALLERS];
    int created = 0, upserted = 0;
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ .db = db };
        REQUIRE(pthread_create(&threads[i], NULL, call, &callers[i]) == 0);
    }
    for (int i = 0; i < CALLERS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < CALLERS; i++) {
        created += callers[i].created;
        upserted += callers[i].upserted;
        CHECK(!callers[i].failed);
        CHECK_INT(callers[i].id, callers[0].id);
    }
    CHECK_INT(created, 1);
    CHECK_INT(upserted, 1);
    CHECK_INT(COUNT(Mail, db, .all = false), 1);
    CHECK_INT(COUNT(Hit, db, .where = orm_eq(Hit_.n, CALLERS)), 1);
}

ON_EACH(changes_tell_what_they_changed)
{
    for (int i = 0; i < 5; i++) {
        ORM_NEW(Hit, h, .page = "/", .day = i, .n = i);
        OK(Hit_create(db, &h));
    }
    ORM_AUTO Hit *changed = Hit_update_returning(db, &(Hit_change){ .set = { orm_inc(Hit_.n, 10) }, .where = orm_gte(Hit_.n, 3) }, (Hit_mask){ .id = 0 });
    REQUIRE(changed);
    CHECK_INT(orm_len(changed), 2);
    CHECK_INT(changed[0].n + changed[1].n, 27);
    CHECK_INT(changed[0].version, 2);
    changed[0].note = "and saved";
    OK(Hit_save(db, &changed[0]));
    ORM_AUTO Hit *few = Hit_update_returning(db, &(Hit_change){ .set = { orm_set(Hit_.note, "x") }, .where = orm_eq(Hit_.day, 0) }, (Hit_mask){ .note = 1 });
    REQUIRE(few);
    CHECK_INT(orm_len(few), 1);
    CHECK_TEXT(few[0].note, "x");
    CHECK(!few[0].page);
    ORM_AUTO Hit *none = Hit_update_returning(db, &(Hit_change){ .set = { orm_set(Hit_.note, "x") }, .where = orm_eq(Hit_.day, 99) }, (Hit_mask){ .note = 1 });
    REQUIRE(none);
    CHECK_INT(orm_len(none), 0);
    REFUSED_ROWS(db, Hit_update_returning(db, &(Hit_change){ .set = { orm_set(Hit_.note, "x") } }, (Hit_mask){ .note = 1 }), ORM_MISUSE);
    ORM_AUTO Hit *gone = Hit_destroy_returning(db, &(Hit_query){ .where = orm_lt(Hit_.day, 2) });
    REQUIRE(gone);
    CHECK_INT(orm_len(gone), 2);
    CHECK_TEXT(gone[0].page, "/");
    CHECK_INT(COUNT(Hit, db, .all = false), 3);
    ORM_NEW(Mail, m, .email = "a");
    OK(Mail_create(db, &m));
    ORM_AUTO Mail *soft = Mail_destroy_returning(db, &(Mail_query){ .all = true });
    REQUIRE(soft);
    CHECK_INT(orm_len(soft), 1);
    CHECK(soft[0].deleted_at.set);
    REFUSED_ROWS(db, Hook_update_returning(db, &(Hook_change){ .set = { orm_set(Hook_.n, 1) }, .all = true }, (Hook_mask){ .n = 1 }), ORM_MISUSE);
    REFUSED_ROWS(db, Hit_destroy_returning(db, NULL), ORM_MISUSE);
}
CHECK_MAIN()
