/* ORM_EACH: all rows in the order of their key, in constant memory, whatever the body does. */
#include "open.h"
#include "check_alloc.h"

static void many_users(orm_db *db, size_t n)
{
    User *users = (User *)calloc(n, sizeof *users);
    if (!users) return;
    make_users(db, users, n);
    free(users);
}

ON_EACH(every_row_is_given_once_in_the_order_of_the_key)
{
    static const size_t sizes[] = { 0, 1, 255, 256, 257, 512, 600 };
    size_t made = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        OK(User_destroy_all(db, &(User_query){ .all = true }, NULL));
        many_users(db, sizes[s]);
        made += sizes[s];
        int64_t last = 0;
        size_t n = 0;
        ORM_EACH(User, u, db) {
            char name[16];
            CHECK(u->id > last);
            last = u->id;
            snprintf(name, sizeof name, "u%zu", ++n);
            CHECK_TEXT(u->name, name);
        }
        CHECK(!orm_failed());
        CHECK_INT(n, sizes[s]);
        CHECK_INT(last, sizes[s] ? made : 0);
    }
}

ON_EACH(conditions_selections_includes_and_limits_apply)
{
    many_users(db, 600);
    int n = 0;
    ORM_EACH(User, u, db, .where = orm_and(orm_eq(User_.role, Role_admin), orm_gt(User_.id, 30)), .select = { .role = 1 }) {
        CHECK(u->id > 30 && u->role == Role_admin && u->name == NULL);
        n++;
    }
    CHECK_INT(n, 190);
    static const int limits[] = { 1, 256, 257, 300, 1000 };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        n = 0;
        ORM_EACH(User, u, db, .limit = limits[i]) CHECK_INT(u->id, ++n);
        CHECK_INT(n, limits[i] < 600 ? limits[i] : 600);
    }
    OK(User_update(db, &(User_change){ .set = { orm_set(User_.boss_id, 1) }, .where = orm_gt(User_.id, 590) }, NULL));
    n = 0;
    ORM_EACH(User, u, db, .include = { orm_with(User_.team), orm_with(User_.boss) }) {
        if (u->id == 1) CHECK_INT(orm_len(u->team), 10);
        n += u->boss != NULL;
    }
    CHECK_INT(n, 10);
}

static int until_found(orm_db *db, int64_t id)
{
    int n = 0;
    ORM_EACH(User, u, db) {
        n++;
        if (u->id == id) return n;
    }
    return -1;
}

ON_EACH(break_continue_and_return_leave_it_cleanly)
{
    many_users(db, 300);
    int n = 0;
    ORM_EACH(User, u, db) {
        if (u->id % 2) continue;
        if (++n == 140) break;
    }
    CHECK_INT(n, 140);
    CHECK(!orm_failed());
    CHECK_INT(until_found(db, 270), 270);
    CHECK_INT(until_found(db, 999), -1);
    OK(User_destroy_by_key(db, 1));                 /* nothing is held */
}

ON_EACH(the_body_may_insert_and_the_walk_still_ends)
{
    orm_arena texts = { 0 };
    many_users(db, 300);
    int n = 0;
    ORM_EACH(User, u, db) {
        ORM_NEW(User, more, .name = "more", .email = orm_format(&texts, "more%d@example.com", n++));
        OK(User_create(db, &more));
    }
    CHECK(!orm_failed());
    CHECK_INT(n, 300);
    CHECK_INT(COUNT(User, db, .limit = 0), 600);
    orm_arena_release(&texts);
}

ON_EACH(the_body_may_change_and_destroy_rows)
{
    many_users(db, 600);
    int n = 0;
    ORM_EACH(User, u, db) {
        n++;
        if (u->id % 3 == 0) OK(User_destroy(db, u));
        else if (u->id % 3 == 1) {
            u->name = "changed";
            OK(User_save(db, u));
        } else if (u->id < 590) {
            OK(User_destroy_by_key(db, u->id + 3));      /* one that has not been given yet, perhaps the last of the page */
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(COUNT(User, db, .where = orm_eq(User_.name, "changed")), 200);
    CHECK(n > 400 && n < 600);
    ORM_EACH(User, u, db) OK(User_destroy_all(db, &(User_query){ .all = true }, NULL));
    CHECK(!orm_failed());
    CHECK_INT(COUNT(User, db, .limit = 0), 0);
}

ON_EACH(loops_nest_and_run_in_transactions)
{
    User users[20];
    make_users(db, users, 20);
    int n = 0;
    ORM_TRANSACTION(db) {
        ORM_EACH(User, a, db) {
            ORM_EACH(User, b, db, .where = orm_gt(User_.id, a->id)) {
                CHECK(b->id > a->id);
                n++;
            }
            a->name = "seen";
            OK(User_save(db, a));
        }
    }
    CHECK(!orm_failed());
    CHECK_INT(n, 190);
    CHECK_INT(COUNT(User, db, .where = orm_eq(User_.name, "seen")), 20);
}

/* the most bytes that were in use at once while so many rows were walked, and the allocations */
static void walk_measured(orm_db *db, struct check_allocator *state, int64_t rows, size_t *most, uint64_t *allocations)
{
    uint64_t before = orm_counters_of(db).allocations;
    int64_t n = 0;
    *most = 0;
    ORM_EACH(User, u, db, .limit = rows) {
        n += u->id > 0;
        if (state->live_bytes > *most) *most = state->live_bytes;
    }
    CHECK_INT(n, rows);
    *allocations = orm_counters_of(db).allocations - before;
}

ON_EACH(memory_does_not_grow_with_the_rows)
{
    (void)db;
    struct check_allocator state = { .fail_at = 0 };
    size_t most[4];
    uint64_t allocations[4];
    orm_db *own = orm_open(case_url, .allocator = check_failing_allocator(&state));
    REQUIRE(own);
    OK(orm_sync(own, &Core_schema));
    many_users(own, 4096);
    walk_measured(own, &state, 512, &most[0], &allocations[0]);      /* the statements are kept from now on */
    walk_measured(own, &state, 512, &most[1], &allocations[1]);
    walk_measured(own, &state, 4096, &most[2], &allocations[2]);
    CHECK(most[2] <= most[1] + 1024);
    CHECK(allocations[2] <= allocations[1] + 2 * (4096 - 512) / 256);       /* a page of 256 rows is a list and at most one more block */
    orm_close(own);
    CHECK_INT(state.live, 0);
    CHECK(!state.wrong);
}

ON_EACH(composite_keys_and_keys_of_every_type_are_walked)
{
    static Seat seats[700];
    orm_arena texts = { 0 };
    for (int i = 0; i < 700; i++) {
        seats[i] = Seat_defaults();
        seats[i].row = orm_format(&texts, "%c", 'a' + i % 5);
        seats[i].number = (i * 311) % 700 - 350;
    }
    OK(Seat_create_all(db, seats, 700, NULL));
    char last_row[2] = "";
    int last_number = -1000, n = 0;
    ORM_EACH(Seat, s, db) {
        int order = strcmp(s->row, last_row);
        CHECK(order > 0 || (order == 0 && s->number > last_number));
        snprintf(last_row, sizeof last_row, "%s", s->row);
        last_number = s->number;
        n++;
    }
    CHECK_INT(n, 700);
    CHECK(!orm_failed());

    static ByText texts_[600];
    static ByUuid uuids[600];
    static ByBlob blobs[600];
    static ByDecimal decimals[600];
    static ByTime moments[600];
    static ByDate days[600];
    for (int i = 0; i < 600; i++) {
        texts_[i] = ByText_defaults(), uuids[i] = ByUuid_defaults(), blobs[i] = ByBlob_defaults(), decimals[i] = ByDecimal_defaults(), moments[i] = ByTime_defaults(), days[i] = ByDate_defaults();
        texts_[i].id = orm_format(&texts, "%d", (i * 7) % 600);
        uuids[i].id = orm_uuid_v4();
        blobs[i].id = (orm_blob){ texts_[i].id, strlen(texts_[i].id) };
        decimals[i].id = orm_decimal_make((i * 7) % 600 - 300, 2);
        moments[i].id = (i * 7) % 600 - 300;
        days[i].id = (orm_date){ (i * 7) % 600 - 300 };
        texts_[i].line = uuids[i].line = blobs[i].line = decimals[i].line = moments[i].line = days[i].line = "x";
    }
    OK(ByText_create_all(db, texts_, 600, NULL));
    OK(ByUuid_create_all(db, uuids, 600, NULL));
    OK(ByBlob_create_all(db, blobs, 600, NULL));
    OK(ByDecimal_create_all(db, decimals, 600, NULL));
    OK(ByTime_create_all(db, moments, 600, NULL));
    OK(ByDate_create_all(db, days, 600, NULL));
    int counts[6] = { 0 };
    char last[8] = "";
    ORM_EACH(ByText, r, db) {
        CHECK(strcmp(r->id, last) > 0);
        snprintf(last, sizeof last, "%s", r->id);
        counts[0]++;
    }
    ORM_EACH(ByUuid, r, db) counts[1] += !orm_uuid_is_nil(r->id);
    ORM_EACH(ByBlob, r, db) counts[2] += r->id.size > 0;
    ORM_EACH(ByDecimal, r, db) CHECK_INT(orm_decimal_compare(r->id, orm_decimal_make(counts[3]++ - 300, 2)), 0);
    ORM_EACH(ByTime, r, db) CHECK_INT(r->id, counts[4]++ - 300);
    ORM_EACH(ByDate, r, db) CHECK_INT(r->id.days, counts[5]++ - 300);
    for (size_t i = 0; i < 6; i++) CHECK_INT(counts[i], 600);
    orm_arena_release(&texts);
    ORM_NEW(ByEnum, admin, .id = Role_admin, .line = "x");
    ORM_NEW(ByEnum, member_, .id = Role_member, .line = "x");
    OK(ByEnum_create(db, &admin));
    OK(ByEnum_create(db, &member_));
    int roles = 0;
    ORM_EACH(ByEnum, r, db) roles = roles * 10 + (int)r->id;
    CHECK_INT(roles, 13);                           /* as declared */
}

ON_EACH(what_would_break_the_walk_is_refused)
{
    many_users(db, 3);
    ORM_AUTO User *first = User_find(db, 1);
    orm_arena arena = { 0 };
    int n = 0;
#define REFUSES(...) do { uint64_t before_ = orm_counters_of(db).statements; ORM_EACH(User, u, db, __VA_ARGS__) n++;                    \
        CHECK(orm_failed()); CHECK_INT(orm_error()->kind, ORM_MISUSE); CHECK_INT(orm_counters_of(db).statements - before_, 0); } while (0)
    REFUSES(.order = { orm_asc(User_.name) });
    REFUSES(.offset = 1);
    REFUSES(.after = first);
    REFUSES(.page = 1, .per_page = 2);
    REFUSES(.arena = &arena);
    REFUSES(.track = true);
    REFUSES(.limit = -1);
    REFUSES(.where = orm_eq(User_.name, (const char *)NULL));
    CHECK_INT(n, 0);
}

ON_EACH(rows_of_the_walk_are_gone_with_it)
{
    many_users(db, 3);
    User kept = User_defaults();
    ORM_EACH(User, u, db) kept = *u;
    REFUSED(db, User_save(db, &kept), ORM_STALE_ROW);
}

CHECK_MAIN()
