/* test: no-valgrind: thousands of rows; the address sanitizer sees the same, and sooner
   >>bulk_postgres_test: many rows on PostgreSQL: by one array per column, by COPY when nothing comes back, by a list of values where a table takes neither; and
   long lists in conditions. */
#include "check.h"
#include "models.h"
#include "dialects/postgres.h"
#include <stdlib.h>
ORM_DEFINE(Core)

#define MANY 2345
static orm_arena texts;
static const orm_create_options no_keys = { .no_keys = true };

/* the statements since seen_clear(), by the log hook */
static struct { unsigned n; char sql[64][1024]; } seen;
static void seen_log(void *context, const orm_log_event *event)
{
    (void)context;
    if (event->level != ORM_LOG_SQL || !event->sql || seen.n == 64) return;
    snprintf(seen.sql[seen.n++], sizeof seen.sql[0], "%s", event->sql);
}
static void seen_clear(void) { seen.n = 0; }
/* how many of them have these words */
static unsigned sent(const char *words)
{
    unsigned n = 0;
    for (unsigned i = 0; i < seen.n; i++) n += strstr(seen.sql[i], words) != NULL;
    return n;
}

#define OK(call) ((void)check_ok(__LINE__, #call, (call)))
static bool check_ok(int line, const char *call, orm_status status)
{
    if (!status) return true;
    check_failed = true;
    printf("%s:%d: %s answers %s: %s\n", __FILE__, line, call, orm_status_name(status), orm_error()->message);
    return false;
}
#define RUN(db, sql) OK(orm_exec(db, NULL, sql, orm_no_params))

#define ON_EMPTY(name)                                                            \
    static void on_##name(orm_db *db);                                            \
    TEST(name) { on_empty(on_##name); }                                           \
    static void on_##name(orm_db *db)
static void on_empty(void (*run)(orm_db *db))
{
    const char *url = getenv("ORM_POSTGRES");
    orm_db *db = orm_open(url ? url : "postgres:", .log = seen_log);
    if (!db) {
        check_failed = true;
        orm_perror("open");
        return;
    }
    RUN(db, "set client_min_messages = warning");
    RUN(db, "drop schema public cascade");
    RUN(db, "create schema public");
    OK(orm_sync(db, &Core_schema));
    seen_clear();
    run(db);
    orm_close(db);
    orm_arena_release(&texts);
}

static User *make_users(size_t n)
{
    static User users[20000];
    for (size_t i = 0; i < n; i++) {
        users[i] = User_defaults();
        users[i].name = orm_format(&texts, "n%zu", i);
        users[i].email = orm_format(&texts, "n%zu@example.com", i);
        users[i].role = (Role)(1 + i % 3);
        if (i % 4) users[i].age = orm_int32((int32_t)(i % 100));
    }
    return users;
}

static int64_t count_users(orm_db *db)
{
    int64_t n = -1;
    OK(User_count(db, NULL, &n));
    return n;
}

static bool users_are_stored(orm_db *db, const User *users, size_t n)
{
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .order = { orm_asc(User_.id) } });
    bool same = all && orm_len(all) == n;
    for (size_t i = 0; same && i < n; i++)
        same = strcmp(all[i].name, users[i].name) == 0 && strcmp(all[i].email, users[i].email) == 0 && all[i].role == users[i].role &&
               all[i].age.set == users[i].age.set && all[i].age.value == users[i].age.value && all[i].created_at == users[i].created_at && !all[i].password;
    return same;
}

/* ---- arrays ------------------------------------------------------------------------------------------------------------------ */
ON_EMPTY(arrays_bring_keys_in_the_order_of_the_rows)
{
    User *users = make_users(MANY);
    OK(User_create_all(db, users, MANY, NULL));
    CHECK_INT(sent("unnest("), 3);
    CHECK_INT(sent("copy"), 0);
    for (size_t i = 0; i < MANY; i++) CHECK_INT(users[i].id, (int64_t)i + 1);
    CHECK(users_are_stored(db, users, MANY));
    User *two = make_users(MANY + 2) + MANY;
    seen_clear();
    OK(User_create_all(db, two, 2, NULL));
    CHECK_INT(sent("unnest("), 1);
    CHECK_INT(two[1].id, MANY + 2);
}

ON_EMPTY(a_failure_in_a_later_array_leaves_nothing_and_names_the_field)
{
    User *users = make_users(MANY);
    users[2000].email = users[3].email;
    CHECK_INT(User_create_all(db, users, MANY, NULL), ORM_UNIQUE);
    REQUIRE(orm_error()->failures.count == 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already registered");
    CHECK_INT(count_users(db), 0);
    CHECK_INT(users[0].id, 0);
    users[2000].email = "other@example.com";
    OK(User_create_all(db, users, MANY, NULL));
    CHECK_INT(count_users(db), MANY);
}

ON_EMPTY(texts_that_are_long_together_go_in_several_statements)
{
    User *users = make_users(1);
    static Post posts[40];
    size_t size = 1 << 20;
    char *body = orm_arena_allocate(&texts, size + 1);
    REQUIRE(body);
    memset(body, 'x', size);
    OK(User_create(db, users));
    for (size_t i = 0; i < 40; i++) {
        posts[i] = Post_defaults();
        posts[i].title = orm_format(&texts, "t%zu", i);
        posts[i].body = body;
        posts[i].author_id = users->id;
    }
    seen_clear();
    OK(Post_create_all(db, posts, 40, NULL));
    CHECK_INT(sent("unnest("), 3);
    int64_t n = 0;
    OK(Post_count(db, &(Post_query){ .where = orm_eq(Post_.body, body) }, &n));
    CHECK_INT(n, 40);
    CHECK_INT(posts[39].id, 40);
}

/* ---- every type, both ways ------------------------------------------------------------------------------------------------------ */
static void fill_maybe(Maybe *m, size_t i)
{
    orm_decimal price = orm_decimal_make((int64_t)i * 1001 - 500000, 3), huge = orm_decimal_of(i % 2 ? "-12345678901234567890123456789012.123456" : "0.000001");
    *m = Maybe_defaults();
    if (i % 5 == 0) return;      /* all NULL */
    m->tiny = orm_int16((int16_t)(INT16_MIN + (int16_t)i));
    m->small = orm_int32(INT32_MIN + (int32_t)i);
    m->big = orm_int64(INT64_MAX - (int64_t)i);
    m->half = orm_float((float)i / 2);
    m->whole = orm_double((double)i / 3);
    m->yes = orm_bool(i % 2);
    m->name = i % 3 ? "a \"b\" {c,\\}" : "";
    m->line = i % 3 ? orm_format(&texts, "NULL\t%zu\n\\.", i) : NULL;
    m->code = "äöü";
    m->price = orm_some_decimal(price);
    m->huge = orm_some_decimal(huge);
    m->data = i % 2 ? (orm_blob){ "\0\1\377", 3 } : (orm_blob){ "", 0 };
    m->day = orm_some_date((orm_date){ (int32_t)i * 100 - 200000 });
    m->hour = orm_some_clock((orm_clock){ (int64_t)i });
    m->moment = orm_some_time((int64_t)i * 1000000007 - 1000);
    m->tag.byte[0] = 1;
    m->tag.byte[15] = (uint8_t)i;
    m->extra = i % 2 ? "{\"a\": [1, 2]}" : "null";
    m->role = (Role)(1 + i % 3);
}

static bool texts_equal(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }
static bool maybes_equal(const Maybe *a, const Maybe *b)
{
    return a->tiny.set == b->tiny.set && a->tiny.value == b->tiny.value && a->small.set == b->small.set && a->small.value == b->small.value &&
           a->big.set == b->big.set && a->big.value == b->big.value && a->half.set == b->half.set && memcmp(&a->half.value, &b->half.value, sizeof(float)) == 0 &&
           a->whole.set == b->whole.set && memcmp(&a->whole.value, &b->whole.value, sizeof(double)) == 0 && a->yes.set == b->yes.set && a->yes.value == b->yes.value &&
           texts_equal(a->name, b->name) && texts_equal(a->line, b->line) && texts_equal(a->code, b->code) && texts_equal(a->extra, b->extra) &&
           a->price.set == b->price.set && orm_decimal_compare(a->price.value, b->price.value) == 0 &&
           a->huge.set == b->huge.set && orm_decimal_compare(a->huge.value, b->huge.value) == 0 &&
           !a->data.data == !b->data.data && a->data.size == b->data.size && (a->data.size == 0 || memcmp(a->data.data, b->data.data, a->data.size) == 0) &&
           a->day.set == b->day.set && a->day.value.days == b->day.value.days && a->hour.set == b->hour.set && a->hour.value.microseconds == b->hour.value.microseconds &&
           a->moment.set == b->moment.set && a->moment.value == b->moment.value && orm_uuid_equal(a->tag, b->tag) && a->role == b->role;
}

static void every_type(orm_db *db, const orm_create_options *options, const char *how)
{
    static Maybe rows[1100];
    for (size_t i = 0; i < 1100; i++) fill_maybe(&rows[i], i);
    seen_clear();
    OK(Maybe_create_all(db, rows, 1100, options));
    CHECK(sent(how) > 0);
    CHECK_INT(sent("values"), 0);
    ORM_AUTO Maybe *all = Maybe_find_all(db, &(Maybe_query){ .order = { orm_asc(Maybe_.id) } });
    REQUIRE(all && orm_len(all) == 1100);
    for (size_t i = 0; i < 1100; i++) CHECK(maybes_equal(&all[i], &rows[i]));
}
ON_EMPTY(values_of_every_type_and_null_arrive_by_arrays) { every_type(db, NULL, "unnest("); }
ON_EMPTY(values_of_every_type_and_null_arrive_by_copy) { every_type(db, &no_keys, "copy"); }

ON_EMPTY(types_that_a_table_has_of_its_own_are_met)
{
    RUN(db, "alter table maybes alter tiny type bigint, alter small type numeric, alter half type double precision, alter extra type jsonb using extra::jsonb, "
            "alter moment type timestamp, alter name type text, alter line type varchar(50)");
    Maybe rows[300];
    for (size_t i = 0; i < 300; i++) {
        fill_maybe(&rows[i], i);
        if (rows[i].extra) rows[i].extra = "{\"a\": [1, 2]}";
    }
    OK(Maybe_create_all(db, rows, 300, NULL));
    for (size_t i = 0; i < 300; i++) fill_maybe(&rows[i], i);
    OK(Maybe_create_all(db, rows, 300, &no_keys));
    CHECK_INT(sent("copy"), 1);
    orm_opt_int64 n = { 0, false };
    OK(orm_scalar(db, &n, "select count(*) from maybes a join maybes b on b.id = a.id + 300 and (a.tiny, a.small, a.half, a.moment, a.line) is not distinct from "
                          "(b.tiny, b.small, b.half, b.moment, b.line)", orm_no_params));
    CHECK_INT(n.value, 300);
    /* while the statements are kept: the next rows meet the new types */
    RUN(db, "alter table maybes alter tiny type integer, alter whole type numeric");
    for (size_t i = 0; i < 300; i++) fill_maybe(&rows[i], i);
    OK(Maybe_create_all(db, rows, 300, NULL));
    for (size_t i = 0; i < 300; i++) fill_maybe(&rows[i], i);
    seen_clear();
    OK(Maybe_create_all(db, rows, 300, &no_keys));
    CHECK_INT(sent("copy"), 0);       /* a double is no binary numeric */
    OK(orm_scalar(db, &n, "select count(*) from maybes", orm_no_params));
    CHECK_INT(n.value, 1200);
}

ON_EMPTY(types_without_arrays_that_we_know_go_as_a_list_of_values)
{
    RUN(db, "create domain words as text collate \"C\"");
    RUN(db, "alter table users alter name type words");
    User *users = make_users(500);
    seen_clear();
    OK(User_create_all(db, users, 150, NULL));
    OK(User_create_all(db, users + 150, 350, &no_keys));
    CHECK_INT(sent("unnest(") + sent("copy"), 0);
    CHECK_INT(sent("values"), 6);
    CHECK_INT(users[149].id, 150);
    CHECK(users_are_stored(db, users, 500));
}

/* ---- loads --------------------------------------------------------------------------------------------------------------------- */
ON_EMPTY(rows_whose_keys_are_not_wanted_are_loaded)
{
    User *users = make_users(15000);
    OK(User_create_all(db, users, 15000, &no_keys));
    CHECK_INT(sent("copy"), 2);
    CHECK_INT(sent("insert"), 0);
    CHECK(users_are_stored(db, users, 15000));
    CHECK_INT(users[0].id, 0);
    CHECK_INT(users[14999].id, 0);
    CHECK(users[0].created_at != ORM_UNSET_TIME);
    CHECK_INT(User_create_all(db, users, 15000, &no_keys), ORM_MISUSE);
    CHECK_INT(User_create(db, users), ORM_MISUSE);
    CHECK_INT(User_save(db, users), ORM_MISUSE);
    CHECK_INT(User_destroy(db, users), ORM_MISUSE);
    CHECK_INT(count_users(db), 15000);
}

ON_EMPTY(few_rows_are_not_worth_a_load)
{
    OK(User_create_all(db, make_users(20), 20, &no_keys));
    CHECK_INT(sent("copy"), 0);
    CHECK_INT(sent("unnest("), 1);
    CHECK_INT(count_users(db), 20);
}

ON_EMPTY(rows_from_which_nothing_comes_back_are_loaded_unasked)
{
    static Seat seats[300];
    for (int i = 0; i < 300; i++) {
        seats[i] = Seat_defaults();
        seats[i].row = orm_format(&texts, "%c", 'A' + i % 26);
        seats[i].number = i;
    }
    OK(Seat_create_all(db, seats, 300, NULL));
    CHECK_INT(sent("copy"), 1);
    seats[27].taken_by = "Ada";
    OK(Seat_save(db, &seats[27]));
    ORM_AUTO Seat *one = Seat_find(db, (Seat_key){ "B", 27 });
    REQUIRE(one);
    CHECK_TEXT(one->taken_by, "Ada");
    User *users = make_users(400);      /* with keys of their own */
    for (size_t i = 0; i < 400; i++) users[i].id = 1000 - (int64_t)i;
    seen_clear();
    OK(User_create_all(db, users, 400, NULL));
    CHECK_INT(sent("copy"), 1);
    ORM_AUTO User *back = User_find(db, 601);
    REQUIRE(back);
    CHECK_TEXT(back->name, "n399");
}

ON_EMPTY(a_load_that_was_rolled_back_can_be_repeated)
{
    User *users = make_users(500);
    ORM_TRANSACTION(db) {
        OK(User_create_all(db, users, 500, &no_keys));
        CHECK_INT(count_users(db), 500);
        break;
    }
    CHECK_INT(count_users(db), 0);
    OK(User_create_all(db, users, 500, NULL));
    CHECK_INT(count_users(db), 500);
    CHECK(users[499].id > 0);
}

ON_EMPTY(a_broken_constraint_in_a_load_is_told_as_elsewhere_and_leaves_nothing)
{
    User *users = make_users(12000);
    users[11500].email = users[3].email;
    CHECK_INT(User_create_all(db, users, 12000, &no_keys), ORM_UNIQUE);
    REQUIRE(orm_error()->failures.count == 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "email");
    CHECK_TEXT(orm_error()->failures.item[0].message, "is already registered");
    CHECK_INT(count_users(db), 0);
    CHECK_INT(users[0].created_at, ORM_UNSET_TIME);
    users[11500].email = "other@example.com";
    users[5].boss_id = orm_int64(77);
    CHECK_INT(User_create_all(db, users, 12000, &no_keys), ORM_FOREIGN_KEY);
    CHECK_INT(count_users(db), 0);
    users[5].boss_id = (orm_opt_int64){ 0, false };
    users[7].age = orm_int32(151);
    CHECK_INT(User_create_all(db, users, 12000, &no_keys), ORM_VALIDATION);
    CHECK_INT(orm_error()->failures.item[0].row, 7);
    users[7].age = orm_int32(15);
    OK(User_create_all(db, users, 12000, &no_keys));
    CHECK_INT(count_users(db), 12000);
}

ON_EMPTY(a_connection_that_ends_within_a_load_leaves_nothing)
{
    User *users = make_users(3000);
    RUN(db, "create function die() returns trigger language plpgsql as $$ begin if new.email = 'n1500@example.com' then perform pg_terminate_backend(pg_backend_pid());"
            " end if; return new; end $$");
    RUN(db, "create trigger die before insert on users for each row execute function die()");
    CHECK_INT(User_create_all(db, users, 3000, &no_keys), ORM_CONNECTION_LOST);
    CHECK_INT(count_users(db), 0);
    RUN(db, "drop trigger die on users");
    OK(User_create_all(db, users, 3000, &no_keys));
    CHECK_INT(count_users(db), 3000);
}

ON_EMPTY(a_load_keeps_its_deadline)
{
    User *users = make_users(3000);
    RUN(db, "create function doze() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); return new; end $$");
    RUN(db, "create trigger doze before insert on users for each row execute function doze()");
    CHECK_INT(User_create_all(db, users, 3000, &(orm_create_options){ .no_keys = true, .timeout_ms = 200 }), ORM_TIMEOUT);
    CHECK_INT(count_users(db), 0);
}

ON_EMPTY(tables_that_take_no_copy_get_inserts)
{
    User *users = make_users(900);
    RUN(db, "create rule loud as on insert to users do also notify users_changed");
    OK(User_create_all(db, users, 300, &no_keys));
    CHECK_INT(sent("copy"), 0);
    RUN(db, "drop rule loud on users");
    RUN(db, "alter table users rename to people");
    RUN(db, "create view users as select * from people");
    OK(User_create_all(db, users + 300, 300, &no_keys));
    CHECK_INT(sent("copy"), 0);
    RUN(db, "drop view users");
    RUN(db, "alter table people rename to users");
    OK(User_create_all(db, users + 600, 300, &no_keys));
    CHECK_INT(sent("copy"), 1);
    CHECK_INT(count_users(db), 900);
    CHECK_INT(users[0].id, 0);
}

ON_EMPTY(tables_with_policies_that_hold_for_us_get_inserts)
{
    User *users = make_users(300);
    RUN(db, "create role orm_guest");
    RUN(db, "grant all on schema public to orm_guest");
    RUN(db, "grant all on all tables in schema public to orm_guest");
    RUN(db, "alter table users enable row level security");
    RUN(db, "create policy anything on users using (true) with check (true)");
    ORM_TRANSACTION(db) {
        RUN(db, "set local role orm_guest");
        OK(User_create_all(db, users, 300, &no_keys));
    }
    CHECK_INT(sent("copy"), 0);
    CHECK_INT(count_users(db), 300);
    RUN(db, "drop owned by orm_guest");
    RUN(db, "drop role orm_guest");
}

ON_EMPTY(a_trigger_that_drops_rows_of_a_load_is_noticed)
{
    RUN(db, "create function drop_some() returns trigger language plpgsql as $$ begin if new.email = 'n15@example.com' then return null; end if; return new; end $$");
    RUN(db, "create trigger drop_some before insert on users for each row execute function drop_some()");
    CHECK_INT(User_create_all(db, make_users(300), 300, &no_keys), ORM_BAD_DATA);
    CHECK_INT(count_users(db), 0);
}

ON_EMPTY(a_copy_by_hand_is_refused_and_harms_only_its_connection)
{
    CHECK(orm_exec(db, NULL, "copy users from stdin", orm_no_params) != ORM_OK);
    CHECK_INT(count_users(db), 0);
    OK(User_create_all(db, make_users(300), 300, &no_keys));
    CHECK_INT(count_users(db), 300);
}

/* ---- lists in conditions --------------------------------------------------------------------------------------------------------- */
ON_EMPTY(long_lists_find_what_short_ones_find)
{
    User *users = make_users(500);
    int32_t ages[40];
    for (int i = 0; i < 40; i++) ages[i] = i * 2;
    OK(User_create_all(db, users, 500, &no_keys));
    for (size_t n = 1; n <= 40; n++) {
        int64_t in = 0, out = 0, wanted = 0, others = 0;
        for (size_t i = 0; i < 500; i++) {
            if (!users[i].age.set) continue;
            bool listed = users[i].age.value % 2 == 0 && users[i].age.value < 2 * (int32_t)n;
            wanted += listed;
            others += !listed;       /* NULL is neither in a list nor not in it */
        }
        seen_clear();
        OK(User_count(db, &(User_query){ .where = orm_in_array(User_.age, ages, n) }, &in));
        OK(User_count(db, &(User_query){ .where = orm_not_in_array(User_.age, ages, n) }, &out));
        CHECK_INT(in, wanted);
        CHECK_INT(out, others);
        CHECK_INT(sent("any("), n <= 16);
        CHECK_INT(sent("in (select unnest("), n <= 16 ? 0 : 2);
    }
}

ON_EMPTY(long_lists_of_an_indexed_column_use_its_index)
{
    int64_t ids[100], n = 0;
    const char *names[100];
    for (int i = 0; i < 100; i++) {
        ids[i] = 3 * i;
        names[i] = orm_format(&texts, "n%d", i);
    }
    OK(User_create_all(db, make_users(200), 200, NULL));
    seen_clear();
    OK(User_count(db, &(User_query){ .where = orm_in_array(User_.id, ids, 100) }, &n));
    CHECK_INT(n, 66);
    CHECK_INT(sent("any("), 1);
    OK(User_count(db, &(User_query){ .where = orm_in_array(User_.name, names, 100) }, &n));
    CHECK_INT(n, 100);
    CHECK_INT(sent("in (select unnest("), 1);
    OK(Post_count(db, &(Post_query){ .where = orm_in_array(Post_.author_id, ids, 100) }, &n));
    CHECK_INT(sent("any("), 2);
}

CHECK_MAIN()
