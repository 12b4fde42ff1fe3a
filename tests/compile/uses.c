/* Every macro that a user writes, once and right. */
#include "models.h"
#include "dialects/sqlite.h"
#include <string.h>

/* a model of this file alone, whose rules of several fields are defined here */
#define Shift_FIELDS(X)                                                           \
    X(id,       serial)                                                           \
    X(name,     string(20), normalize(trim))                                      \
    X(starts,   integer)                                                          \
    X(ends,     integer)
ORM_MODEL(Shift, shifts, index(name), validate(check_hours, starts, ends), validate(check_shift, name))
#define Shifts_MODELS(X) X(Shift)
ORM_SCHEMA(Shifts)
void check_hours(const Shift *row, Shift_failures *failures)
{
    if (row->ends < row->starts) orm_blame(failures, Shift_.ends, "must not be before the start");
    if (row->ends - row->starts > 24) orm_blame_row(failures, "is longer than a day");
}
void check_shift(const Shift *row, Shift_failures *failures) { if (strcmp(row->name, "x") == 0) orm_blame(failures, Shift_.name, "is no name"); }
ORM_DEFINE(Shifts)

static const orm_message in_german[] = { { .rule = "length", .text = "muss {low} bis {high} Zeichen haben" }, { .model = "Shift", .field = "name", .text = "ist kein Name" }, { .text = NULL } };
static int shifts(orm_db *db)
{
    orm_arena arena = { 0 };
    ORM_NEW(Shift, early, .name = " early ", .starts = 6, .ends = 5);
    orm_arena *before = orm_texts_into(&arena);
    orm_messages(orm_message_table, (void *)(uintptr_t)in_german);
    if (orm_sync(db, &Shifts_schema) || Shift_create(db, &early) != ORM_VALIDATION || orm_error()->failures.item[0].has_low) return 1;
    early.ends = 14;
    if (Shift_create(db, &early) || strcmp(early.name, "early") != 0) return 2;
    early.name = "x";
    if (Shift_save(db, &early) != ORM_VALIDATION || strcmp(orm_error()->failures.item[0].message, "ist kein Name") != 0) return 3;
    if (Shift_update(db, &(Shift_change){ .set = { orm_inc(Shift_.ends, 1) }, .all = true, .unchecked = true }, NULL)) return 4;
    early.name = " late";
    if (Shift_normalize(&early, &arena) || strcmp(early.name, "late") != 0) return 5;
    orm_messages(NULL, NULL);
    orm_texts_into(before);
    orm_arena_release(&arena);
    return 0;
}

int uses(orm_db *db);
int uses(orm_db *db)
{
    ORM_NEW(User, ada, .name = "Ada Lovelace", .email = "ada@example.com", .age = orm_int32(36));
    if (User_create(db, &ada)) return orm_perror("create");
    ORM_TRANSACTION(db, .retries = 5) {
        ORM_NEW(Post, post, .title = "On analytical engines", .author_id = ada.id);
        if (Post_create(db, &post)) break;
    }
    ORM_TRANSACTION(db) orm_fail(db, 3, "no %s", "reason");
    if (!orm_failed()) return 1;

    User *users = User_find_all(db, &(User_query){
        .where   = orm_and(orm_eq(User_.role, Role_member), orm_has(User_.posts, orm_eq(Post_.published, false))),
        .include = { orm_with(User_.posts, .order = { orm_desc(Post_.created_at) }, .limit = 5), orm_with_if(false, User_.posts, .limit = 1) },
        .order   = { orm_desc(User_.created_at), orm_asc_nulls_last(User_.age) },
        .select  = { .id = 1, .name = 1 },
        .limit   = 20 });
    if (!users) return orm_perror("users");

    User_query q = { .limit = 3, .where = orm_contains(User_.name, "Ada") };
    orm_where(&q, orm_or(orm_in(User_.name, "a", "Ada Lovelace"), orm_not(orm_between(User_.age, 1, 3)), orm_from_to(User_.created_at, orm_now(), orm_now()), orm_if(db != NULL, orm_is_null(User_.age))));
    int64_t ids[] = { 1, 2 };
    User_pred both[] = { orm_in_array(User_.id, ids, 2), orm_ne_column(User_.name, User_.email) };
    q.where = orm_and(q.where, orm_all_of(2, both));

    int64_t sum = 0, n = 0;
    orm_opt_int32 oldest;
    orm_opt_double mean;
    if (orm_sum(db, User_.age, &sum, &q) || orm_max(db, User_.age, &oldest, NULL) || orm_avg(db, User_.age, &mean, NULL)) return orm_perror("aggregates");
    if (User_count(db, &q, &n) || n != 1 || sum != 36) return 2;
    if (Post_update(db, &(Post_change){
            .set = { orm_set(Post_.title, "x"), orm_inc(Post_.views, 1), orm_set_null(Post_.body), orm_set_calc(Post_.stars, Post_.stars, *, Post_.stars) },
            .where = orm_eq(Post_.id, 1) }, NULL)) return orm_perror("update");
    Post *taken = orm_take(db, Post, (orm_desc(Post_.views), orm_asc(Post_.id)), &(Post_change){ .where = orm_and(orm_eq(Post_.published, true), orm_lt(Post_.views, 3)), .set = { orm_inc(Post_.views, 1), orm_set(Post_.title, "taken") } });
    if (taken || orm_failed()) return 9;
    Post *several = orm_take_up_to(db, Post, 2 + 3, (orm_asc(Post_.id)), &(Post_change){ .where = orm_eq(Post_.published, true), .set = { orm_set(Post_.title, "taken") } });
    if (!several || orm_len(several)) return 10;
    orm_free(several);
    ORM_EACH(User, u, db, .where = orm_gt(User_.age, 3)) {
        if (u->id != ada.id) return 3;
    }
    orm_opt_int64 old = { 0 };
    if (orm_scalar(db, &old, "select count(*) from users where age > ?1", orm_params(3)) || old.value != 1) return 4;
    const char *words[2] = { "a", ada.name };
    int64_t wanted[2] = { 0, ada.id };
    if (Thing_count(db, &(Thing_query){ .where = orm_holds_any(Thing_.tags, orm_array_at(orm_texts, words, 2)) }, &n) || n != 0) return 5;
    ORM_AUTO Post *listed = orm_sql(db, Post, "select * from posts where author_id in (:ids)", orm_named("ids", orm_array_at(orm_int64s, wanted, 2)));
    ORM_SQL_EACH(User, u, db, "select id, name from users where age > :age and id in (:ids)", orm_named("age", 3, "ids", orm_array_at(orm_int64s, wanted, 2))) {
        if (u->id != ada.id) return 11;
    }
    ORM_SQL_EACH(User, u, db, "select id from users", orm_no_params) ORM_SQL_EACH(Post, p, db, "select id from posts where author_id = ?1", orm_params(u->id)) n += p->id > 0;
    if (orm_failed() || n != 1) return 12;
    n = 0;
    if (orm_exec(db, NULL, "update posts set views = views where author_id in (?1) and title in (?2)", orm_params(orm_array(orm_int64s, ada.id, wanted[0]), orm_array(orm_texts, ada.name, words[1])))) return 7;
    if (Thing_update(db, &(Thing_change){ .set = { orm_set(Thing_.tags, orm_array_at(orm_texts, words, 2)) }, .where = orm_within(Thing_.tags, orm_array_at(orm_texts, words, 2)) }, NULL)) return 8;
    ORM_AUTO Post *told = Post_find_all(db, &(Post_query){ .where = orm_search(Post, "engine"), .order = { orm_by_rank(Post, words[0]) } });
    if (orm_len(listed) != 1 || !told || orm_len(told) != 0) return 6;
    ORM_BUDGET(db, 3) { User_reload(db, &ada); }
    ORM_TEST_ROLLBACK(db) { User_destroy(db, &ada); }
    ORM_AUTO User *one = User_find_by_email(db, "ada@example.com");
    ORM_AUTO Line *line = Line_find(db, (Line_key){ 1, 2 });
    if (shifts(db)) return 9;
    /* JSON from outside: rows, lists, rows on their relations, patches and conditions */
    static const char one_user[] = "{\"name\":\"Grace\",\"email\":\"grace@example.com\"}", two_tags[] = "[{\"code\":\"abc\",\"weight\":1.5,\"tags\":[\"a\"]}]",
        graph[] = "{\"name\":\"Eve\",\"email\":\"eve@example.com\",\"posts\":[{\"title\":\"t\"}]}", change[] = "{\"age\":null}", asked[] = "{\"age\":{\"null\":true},\"or\":[{\"name\":\"Grace\"},{\"name\":{\"starts_with\":\"Ev\"}}]}";
    ORM_AUTO User *grace = User_from_json(db, one_user, sizeof one_user - 1, (User_mask){ .name = 1, .email = 1 });
    ORM_AUTO Thing *sent = Thing_all_from_json(NULL, two_tags, sizeof two_tags - 1, (Thing_mask){ .code = 1, .weight = 1, .tags = 1 });
    ORM_AUTO User *eve = User_graph_from_json(db, graph, sizeof graph - 1, &(User_query){
        .select = { .name = 1, .email = 1 }, .include = { orm_with(User_.posts, .select = { .title = 1 }, .limit = 3) } }, &(orm_json_input){ .max_rows = 10, .camel_case = true });
    if (!grace || !sent || !eve || orm_len(sent) != 1 || orm_len(eve->posts) != 1) return orm_perror("JSON");
    if (User_create(db, grace) || User_create_graph(db, eve)) return orm_perror("what came as JSON");
    ORM_AUTO User *read = User_find(db, grace->id);
    User_mask given;
    if (!read || User_patch_from_json(db, read, change, sizeof change - 1, (User_mask){ .age = 1, .name = 1 }, &given) || !given.age || given.name || User_save_only(db, read, given)) return orm_perror("a patch");
    static const User_filter allowed = { .eq = { .name = 1 }, .starts_with = { .name = 1 }, .null = { .age = 1 }, .connectives = true, .max_conditions = 5 };
    orm_arena values = { 0 };
    User_query search = { .limit = 20 };
    if (User_filter_from_json(db, asked, sizeof asked - 1, &allowed, &values, &search.where) || User_count(db, &search, &n) || n != 2) return orm_perror("a condition from JSON");
    orm_arena_release(&values);
    int problem = orm_len(users) != 1 || !orm_loaded(&users[0], User_.posts) || !one || line;
    orm_free(users);
    return problem;
}
