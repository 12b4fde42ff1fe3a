/* One operation many times, for counting instructions: usage: instructions (orm|expert) CASE N
   run.sh runs it twice under callgrind with different N, and the difference is what one operation costs. Both ways use the tables that
   orm_sync makes and the same data. Prints what the handle's counters say, so that the same difference tells of prepares and allocations. */
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/sqlite.h"
#include "json.h"
ORM_DEFINE(Bench)

void measured(void (*operation)(int n), int n);         /* what callgrind collects */

static orm_db *db;
static sqlite3 *raw;
static input *from;
static User *users;

static void must(orm_status status)
{
    if (status) exit(orm_perror("instructions"));
}

/* ---- over orm.h ---- */
static void orm_find(int n)
{
    uint64_t seed = 777;
    for (int i = 0; i < n; i++) {
        User *u = User_find(db, 1 + draw(&seed) % 1000);
        if (!u) exit(orm_perror("find"));
        orm_free(u);
    }
}

static void orm_find_in_read(int n)
{
    ORM_READ(db) orm_find(n);
    if (orm_failed()) exit(orm_perror("find_in_read"));
}

static void orm_each(int n)
{
    int64_t seen = 0;
    ORM_READ(db) ORM_EACH(User, u, db) seen += u->name[0] != 0;
    if (orm_failed() || seen != n) exit(orm_perror("each"));
}

static void orm_find_where(int n)
{
    uint64_t seed = 999;
    for (int i = 0; i < n; i++) {
        const char *role = roles[draw(&seed) % 5];
        User *found = User_find_all(db, &(User_query){
            .where = orm_and(orm_eq(User_.role, role), orm_gt(User_.age, 18)), .order = { orm_desc(User_.created_at) }, .limit = 20 });
        if (!found) exit(orm_perror("find_where"));
        orm_free(found);
    }
}

static void orm_find_one(int n)
{
    uint64_t seed = 555;
    for (int i = 0; i < n; i++) {
        User *u = User_find_one(db, &(User_query){ .where = orm_eq(User_.email, from[draw(&seed) % 1000].email) });
        if (!u) exit(orm_perror("find_one"));
        orm_free(u);
    }
}

/* what a search form asks: conditions as they are filled in, and an order */
static void orm_find_dynamic(int n)
{
    uint64_t seed = 444;
    for (int i = 0; i < n; i++) {
        uint32_t fields = draw(&seed) % 8;
        User_query q = { .limit = 20 };
        if (fields & 1) orm_where(&q, orm_eq(User_.role, roles[draw(&seed) % 5]));
        if (fields & 2) orm_where(&q, orm_gt(User_.age, 20));
        if (fields & 4) orm_where(&q, orm_lt(User_.score, 90.0));
        q.order[0] = fields & 1 ? orm_desc(User_.created_at) : orm_asc(User_.id);
        User *found = User_find_all(db, &q);
        if (!found) exit(orm_perror("find_dynamic"));
        orm_free(found);
    }
}

static void orm_select_all(int n)
{
    User *all = User_find_all(db, NULL);
    if (!all || orm_len(all) != (size_t)n) exit(orm_perror("select_all"));
    orm_free(all);
}

static void orm_insert_one(int n) { for (int i = 0; i < n; i++) must(User_create(db, &users[i])); }
static void orm_bulk_insert(int n) { must(User_create_all(db, users, (size_t)n, NULL)); }

static void orm_save(int n)
{
    User *u = User_find(db, 500);
    if (!u) exit(orm_perror("save"));
    for (int i = 0; i < n; i++) {
        u->score = orm_double(i);
        must(User_save(db, u));
    }
    orm_free(u);
}

static void orm_update_one(int n)
{
    for (int i = 0; i < n; i++)
        must(User_update(db, &(User_change){ .set = { orm_set(User_.score, (double)i), orm_set(User_.age, 30) }, .where = orm_eq(User_.id, 500) }, NULL));
}

static void orm_delete_one(int n) { for (int i = 1; i <= n; i++) must(User_destroy_by_key(db, i)); }

static void orm_eager(int n)
{
    User *found = User_find_all(db, &(User_query){ .where = orm_lte(User_.id, n), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
    if (!found || orm_len(found[n - 1].posts) != 10) exit(orm_perror("eager"));
    orm_free(found);
}

static void orm_eager_tags(int n)
{
    Post *found = Post_find_all(db, &(Post_query){ .where = orm_lte(Post_.id, n), .order = { orm_asc(Post_.id) }, .include = { orm_with(Post_.tags) } });
    if (!found || orm_len(found[n - 1].tags) != 3) exit(orm_perror("eager_tags"));
    orm_free(found);
}

static void orm_nested(int n)
{
    User *found = User_find_all(db, &(User_query){ .where = orm_lte(User_.id, n), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts, .include = { orm_with(Post_.tags) }) } });
    if (!found || orm_len(found[n - 1].posts) != 10 || orm_len(found[n - 1].posts[9].tags) != 3) exit(orm_perror("nested"));
    orm_free(found);
}

/* ---- expert C ---- */
static char *arena_start, *arena;

static char *copy_text(sqlite3_stmt *s, int column, uint32_t *length)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    *length = 0;
    if (!text) return NULL;
    *length = (uint32_t)sqlite3_column_bytes(s, column);
    char *copy = arena;
    arena += *length + 1;
    memcpy(copy, text, *length + 1);
    return copy;
}

static void read_user(sqlite3_stmt *s, user *u)
{
    u->id = sqlite3_column_int64(s, 0);
    u->name = copy_text(s, 1, &u->name_length);
    u->email = copy_text(s, 2, &u->email_length);
    u->role = copy_text(s, 3, &u->role_length);
    u->has_score = sqlite3_column_type(s, 4) != SQLITE_NULL;
    u->score = u->has_score ? sqlite3_column_double(s, 4) : 0;
    u->has_age = sqlite3_column_type(s, 5) != SQLITE_NULL;
    u->age = u->has_age ? sqlite3_column_int(s, 5) : 0;
    u->created_at = sqlite3_column_int64(s, 6);
}

static void read_post(sqlite3_stmt *s, post *p)
{
    p->id = sqlite3_column_int64(s, 0);
    p->author_id = sqlite3_column_int64(s, 1);
    p->title = copy_text(s, 2, &p->title_length);
    p->body = copy_text(s, 3, &p->body_length);
    p->views = sqlite3_column_int(s, 4);
    p->published = sqlite3_column_int(s, 5) != 0;
    p->created_at = sqlite3_column_int64(s, 6);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v3(raw, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK) die(sqlite3_errmsg(raw));
    return s;
}

static void step(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE) die(sqlite3_errmsg(raw));
    sqlite3_reset(s);
}

#define USER_COLUMNS "u.id,u.name,u.email,u.role,u.score,u.age,u.created_at"

static void expert_find(int n)
{
    uint64_t seed = 777;
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u where u.id=?");
    for (int i = 0; i < n; i++) {
        user u;
        sqlite3_bind_int64(s, 1, 1 + draw(&seed) % 1000);
        if (sqlite3_step(s) != SQLITE_ROW) die("find");
        read_user(s, &u);
        sqlite3_reset(s);
        arena = arena_start;
    }
    sqlite3_finalize(s);
}

static void execute(const char *sql)
{
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK) die(sqlite3_errmsg(raw));
}

static void expert_find_in_read(int n)
{
    execute("begin");
    expert_find(n);
    execute("commit");
}

/* texts stay where the engine has them */
static const char *point_to(sqlite3_stmt *s, int column, uint32_t *length)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    *length = text ? (uint32_t)sqlite3_column_bytes(s, column) : 0;
    return text;
}

static void expert_each(int n)
{
    int64_t seen = 0;
    execute("begin");
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u order by u.id");
    while (sqlite3_step(s) == SQLITE_ROW) {
        struct { int64_t id; const char *name, *email, *role; double score; int64_t created_at; int32_t age; bool has_score, has_age; uint32_t name_length, email_length, role_length; } u;
        u.id = sqlite3_column_int64(s, 0);
        u.name = point_to(s, 1, &u.name_length);
        u.email = point_to(s, 2, &u.email_length);
        u.role = point_to(s, 3, &u.role_length);
        u.has_score = sqlite3_column_type(s, 4) != SQLITE_NULL;
        u.score = u.has_score ? sqlite3_column_double(s, 4) : 0;
        u.has_age = sqlite3_column_type(s, 5) != SQLITE_NULL;
        u.age = u.has_age ? sqlite3_column_int(s, 5) : 0;
        u.created_at = sqlite3_column_int64(s, 6);
        seen += u.id > 0 && u.name[0] != 0;
    }
    sqlite3_finalize(s);
    execute("commit");
    if (seen != n) die("each");
}

static void expert_find_where(int n)
{
    uint64_t seed = 999;
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u where u.role=? and u.age>? order by u.created_at desc limit 20");
    for (int i = 0; i < n; i++) {
        user found[20];
        uint32_t role = draw(&seed) % 5;
        sqlite3_bind_text(s, 1, roles[role], role_lengths[role], SQLITE_STATIC);
        sqlite3_bind_int(s, 2, 18);
        for (int k = 0; sqlite3_step(s) == SQLITE_ROW; k++) read_user(s, &found[k]);
        sqlite3_reset(s);
        arena = arena_start;
    }
    sqlite3_finalize(s);
}

static void expert_find_one(int n)
{
    uint64_t seed = 555;
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u where u.email=? limit 1");
    for (int i = 0; i < n; i++) {
        user u;
        const input *wanted = &from[draw(&seed) % 1000];
        sqlite3_bind_text(s, 1, wanted->email, wanted->email_length, SQLITE_STATIC);
        if (sqlite3_step(s) != SQLITE_ROW) die("find_one");
        read_user(s, &u);
        sqlite3_reset(s);
        arena = arena_start;
    }
    sqlite3_finalize(s);
}

/* keeps a statement for each set of conditions */
static void expert_find_dynamic(int n)
{
    uint64_t seed = 444;
    sqlite3_stmt *kept[8] = { NULL };
    for (int i = 0; i < n; i++) {
        user found[20];
        uint32_t fields = draw(&seed) % 8, role = fields & 1 ? draw(&seed) % 5 : 0;
        int at = 0;
        if (!kept[fields]) {
            char sql[512];
            const char *with = " where ";
            size_t length = (size_t)snprintf(sql, sizeof sql, "select " USER_COLUMNS " from users u");
            static const char *const conditions[] = { "u.role=?", "u.age>?", "u.score<?" };
            for (int k = 0; k < 3; k++) {
                if (!(fields >> k & 1)) continue;
                length += (size_t)snprintf(sql + length, sizeof sql - length, "%s%s", with, conditions[k]);
                with = " and ";
            }
            snprintf(sql + length, sizeof sql - length, " order by %s limit 20", fields & 1 ? "u.created_at desc" : "u.id");
            kept[fields] = prepare(sql);
        }
        sqlite3_stmt *s = kept[fields];
        if (fields & 1) sqlite3_bind_text(s, ++at, roles[role], role_lengths[role], SQLITE_STATIC);
        if (fields & 2) sqlite3_bind_int(s, ++at, 20);
        if (fields & 4) sqlite3_bind_double(s, ++at, 90.0);
        for (int k = 0; sqlite3_step(s) == SQLITE_ROW; k++) read_user(s, &found[k]);
        sqlite3_reset(s);
        arena = arena_start;
    }
    for (int i = 0; i < 8; i++) sqlite3_finalize(kept[i]);
}

static void expert_select_all(int n)
{
    user *all = NULL;
    int count = 0, capacity = 0;
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u");
    for (; sqlite3_step(s) == SQLITE_ROW; count++) {
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            all = realloc(all, (size_t)capacity * sizeof *all);
            if (!all) die("out of memory");
        }
        read_user(s, &all[count]);
    }
    sqlite3_finalize(s);
    free(all);
    if (count != n) die("select_all");
}

static void bind_user(sqlite3_stmt *s, int at, const input *u)
{
    sqlite3_bind_text(s, at + 1, u->name, u->name_length, SQLITE_STATIC);
    sqlite3_bind_text(s, at + 2, u->email, u->email_length, SQLITE_STATIC);
    sqlite3_bind_text(s, at + 3, u->role, u->role_length, SQLITE_STATIC);
    if (u->has_score) sqlite3_bind_double(s, at + 4, u->score);
    else sqlite3_bind_null(s, at + 4);
    if (u->has_age) sqlite3_bind_int(s, at + 5, u->age);
    else sqlite3_bind_null(s, at + 5);
    sqlite3_bind_int64(s, at + 6, u->created_at);
}

#define INSERT_USER "insert into users(name,email,role,score,age,created_at) values(?,?,?,?,?,?)"

static void expert_insert_one(int n)
{
    int64_t sum = 0;
    sqlite3_stmt *s = prepare(INSERT_USER);
    for (int i = 0; i < n; i++) {
        bind_user(s, 0, &from[i]);
        step(s);
        sum += sqlite3_last_insert_rowid(raw);
    }
    sqlite3_finalize(s);
    if (sum != (int64_t)n * (n + 1) / 2) die("insert_one");
}

static void expert_bulk_insert(int n)
{
    char sql[8192];
    size_t length = (size_t)snprintf(sql, sizeof sql, "%s", INSERT_USER);
    for (int i = 1; i < 100; i++) length += (size_t)snprintf(sql + length, sizeof sql - length, ",(?,?,?,?,?,?)");
    sqlite3_exec(raw, "begin", NULL, NULL, NULL);
    sqlite3_stmt *s = prepare(sql);
    for (int i = 0; i < n; i += 100) {
        for (int k = 0; k < 100; k++) bind_user(s, k * 6, &from[i + k]);
        step(s);
    }
    sqlite3_finalize(s);
    sqlite3_exec(raw, "commit", NULL, NULL, NULL);
}

static void expert_save(int n)
{
    sqlite3_stmt *s = prepare("update users set score=? where id=?");
    for (int i = 0; i < n; i++) {
        sqlite3_bind_double(s, 1, i);
        sqlite3_bind_int64(s, 2, 500);
        step(s);
    }
    sqlite3_finalize(s);
}

static void expert_update_one(int n)
{
    sqlite3_stmt *s = prepare("update users set score=?,age=? where id=?");
    for (int i = 0; i < n; i++) {
        sqlite3_bind_double(s, 1, i);
        sqlite3_bind_int(s, 2, 30);
        sqlite3_bind_int64(s, 3, 500);
        step(s);
    }
    sqlite3_finalize(s);
}

static void expert_delete_one(int n)
{
    sqlite3_stmt *s = prepare("delete from users where id=?");
    for (int i = 1; i <= n; i++) {
        sqlite3_bind_int64(s, 1, i);
        step(s);
    }
    sqlite3_finalize(s);
}

typedef struct tag { int64_t id; char *name; uint32_t name_length; } tag;

/* three tags of each of `n` posts, whose ids are given; the statement's parameter is `last` */
static void read_tags(const char *sql, int last, const int64_t *posts, int n)
{
    tag *tags = calloc((size_t)n * 3, sizeof *tags);
    int *first = calloc((size_t)n, sizeof *first), count = 0, at = 0;
    if (!tags || !first) die("out of memory");
    sqlite3_stmt *s = prepare(sql);
    sqlite3_bind_int(s, 1, last);
    for (; sqlite3_step(s) == SQLITE_ROW; count++) {
        int64_t of = sqlite3_column_int64(s, 0);
        tags[count].id = sqlite3_column_int64(s, 1);
        tags[count].name = copy_text(s, 2, &tags[count].name_length);
        while (posts[at] < of) first[++at] = count;
    }
    sqlite3_finalize(s);
    if (count != n * 3) die("tags");
    free(tags);
    free(first);
}

static void expert_eager_tags(int n)
{
    post *posts = calloc((size_t)n, sizeof *posts);
    int64_t *ids = calloc((size_t)n, sizeof *ids);
    if (!posts || !ids) die("out of memory");
    sqlite3_stmt *s = prepare("select p.id,p.author_id,p.title,p.body,p.views,p.published,p.created_at from posts p where p.id<=? order by p.id");
    sqlite3_bind_int(s, 1, n);
    for (int i = 0; sqlite3_step(s) == SQLITE_ROW; i++) {
        read_post(s, &posts[i]);
        ids[i] = posts[i].id;
    }
    sqlite3_finalize(s);
    read_tags("select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id<=? order by pt.post_id", n, ids, n);
    free(posts);
    free(ids);
}

static void expert_eager(int n);
static int64_t *post_ids;               /* what expert_eager read, for expert_nested */

static void expert_nested(int n)
{
    post_ids = calloc((size_t)n * 10, sizeof *post_ids);
    if (!post_ids) die("out of memory");
    expert_eager(n);
    read_tags("select pt.post_id,t.id,t.name from post_tags pt join tags t on t.id=pt.tag_id where pt.post_id in (select id from posts where author_id in (select id from users where id<=?)) order by pt.post_id",
              n, post_ids, n * 10);
    free(post_ids);
    post_ids = NULL;
}

static void expert_eager(int n)
{
    user *parents = calloc((size_t)n, sizeof *parents);
    post *children = calloc((size_t)n * 10, sizeof *children);
    int *first = calloc((size_t)n, sizeof *first), count = 0, parent = 0;
    if (!parents || !children || !first) die("out of memory");
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u where u.id<=? order by u.id");
    sqlite3_bind_int(s, 1, n);
    for (int i = 0; sqlite3_step(s) == SQLITE_ROW; i++) read_user(s, &parents[i]);
    sqlite3_finalize(s);
    s = prepare("select p.id,p.author_id,p.title,p.body,p.views,p.published,p.created_at from posts p where p.author_id in (select id from users where id<=?) order by p.author_id,p.id");
    sqlite3_bind_int(s, 1, n);
    for (; sqlite3_step(s) == SQLITE_ROW; count++) {
        read_post(s, &children[count]);
        if (post_ids) post_ids[count] = children[count].id;
        while (parents[parent].id < children[count].author_id) first[++parent] = count;
    }
    sqlite3_finalize(s);
    if (count != n * 10) die("eager");
    free(parents);
    free(children);
    free(first);
}

/* ---- JSON of users with their posts, which were read before ---- */
static User *orm_graph;
static user *json_users;
static post *json_posts;

static void load_graph(int n)
{
    orm_graph = User_find_all(db, &(User_query){ .where = orm_lte(User_.id, n), .order = { orm_asc(User_.id) }, .include = { orm_with(User_.posts) } });
    json_users = calloc((size_t)n, sizeof *json_users);
    json_posts = calloc((size_t)n * 10, sizeof *json_posts);
    if (!orm_graph || !json_users || !json_posts) die("the rows are not there");
    sqlite3_stmt *s = prepare("select " USER_COLUMNS " from users u order by u.id");
    for (int i = 0; sqlite3_step(s) == SQLITE_ROW; i++) read_user(s, &json_users[i]);
    sqlite3_finalize(s);
    s = prepare("select p.id,p.author_id,p.title,p.body,p.views,p.published,p.created_at from posts p order by p.author_id,p.id");
    for (int i = 0; sqlite3_step(s) == SQLITE_ROW; i++) read_post(s, &json_posts[i]);
    sqlite3_finalize(s);
}

static size_t json_bytes;               /* of the last text */

static void orm_json(int n)
{
    (void)n;
    char *text = User_all_to_json(orm_graph, (User_mask){ 0 });
    if (!text) exit(orm_perror("json"));
    json_bytes = strlen(text);
    orm_free_text(text);
}

static void expert_json(int n)
{
    json out = { NULL, 0, 0 };
    JSON(&out, "[");
    for (int i = 0; i < n; i++) {
        if (i) JSON(&out, ",");
        json_user(&out, &json_users[i]);
        for (int k = 0; k < 10; k++) {
            if (k) JSON(&out, ",");
            json_post(&out, &json_posts[i * 10 + k]);
        }
        JSON(&out, "]}");
    }
    JSON(&out, "]");
    json_bytes = out.length;
    free(out.text);
}

/* ---- the cases ---- */
/* rows: in the table before, or -1 for as many as operations; load: what is done before, and not counted */
static const struct { const char *name; void (*orm)(int n), (*expert)(int n); int rows; bool posts; void (*load)(int n); } cases[] = {
    { "find",        orm_find,        expert_find,        1000, false, NULL },
    { "find_where",  orm_find_where,  expert_find_where,  1000, false, NULL },
    { "find_in_read", orm_find_in_read, expert_find_in_read, 1000, false, NULL },
    { "find_one",    orm_find_one,    expert_find_one,    1000, false, NULL },
    { "find_dynamic", orm_find_dynamic, expert_find_dynamic, 1000, false, NULL },
    { "row",         orm_select_all,  expert_select_all,  -1,   false, NULL },
    { "each",        orm_each,        expert_each,        -1,   false, NULL },
    { "insert_one",  orm_insert_one,  expert_insert_one,  0,    false, NULL },
    { "bulk_insert", orm_bulk_insert, expert_bulk_insert, 0,    false, NULL },
    { "save",        orm_save,        expert_save,        1000, false, NULL },
    { "update_one",  orm_update_one,  expert_update_one,  1000, false, NULL },
    { "delete_one",  orm_delete_one,  expert_delete_one,  -1,   false, NULL },
    { "eager_user",  orm_eager,       expert_eager,       -1,   true, NULL },
    { "eager_tags",  orm_eager_tags,  expert_eager_tags,  -1,   true, NULL },
    { "nested",      orm_nested,      expert_nested,      -1,   true, NULL },
    { "json",        orm_json,        expert_json,        -1,   true, load_graph },
};

/* both ways work on one connection: the adapter's own */
static void set_up(int n, int filled, bool posts)
{
    char sql[512];
    int rows = filled > n ? filled : n;
    db = orm_open("sqlite::memory:");
    must(db ? orm_sync(db, &Bench_schema) : ORM_CONFIG);
    raw = ((orm__sqlite *)atomic_load(&db->pool->sessions[0])->connection)->sqlite;
    from = make_users(rows);
    users = calloc((size_t)rows, sizeof *users);
    if (!users) die("out of memory");
    for (int i = 0; i < rows; i++) {
        users[i] = User_defaults();
        users[i].name = from[i].name;
        users[i].email = from[i].email;
        users[i].role = from[i].role;
        if (from[i].has_score) users[i].score = orm_double(from[i].score);
        if (from[i].has_age) users[i].age = orm_int32(from[i].age);
        users[i].created_at = from[i].created_at;
    }
    arena = arena_start = malloc((size_t)rows * 3000 + 65536);
    if (!arena) die("out of memory");
    must(User_create_all(db, users, (size_t)filled, NULL));
    execute(MAKE_INDEX);
    if (!posts) return;
    snprintf(sql, sizeof sql, "with recursive g(i) as (select 1 union all select i+1 from g where i<%d) insert into posts(id,author_id,title,body,views,published,created_at) "
             "select i,(i-1)/10+1,'Post '||i||' title',substr('" LOREM_1 LOREM_1 "',1,50+i%%40),i%%1000,i%%2,i*1000 from g", filled * 10);
    execute(sql);
    execute("with recursive g(i) as (select 1 union all select i+1 from g where i<100) insert into tags(id,name) select i,'tag '||i from g");
    execute("insert into post_tags(post_id,tag_id) select id,(id+k)%100+1 from posts,(select 0 as k union all select 33 union all select 66)");
}

__attribute__((noinline)) void measured(void (*operation)(int n), int n)
{
    operation(n);
}

int main(int argc, char **argv)
{
    if (argc < 4) die("usage: instructions (orm|expert) CASE N");
    bool expert = strcmp(argv[1], "expert") == 0;
    int n = (int)strtol(argv[3], NULL, 10);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].name, argv[2]) != 0) continue;
        set_up(n, cases[i].rows < 0 ? n : cases[i].rows, cases[i].posts);
        if (cases[i].load) cases[i].load(n);
        measured(expert ? cases[i].expert : cases[i].orm, n);
        orm_counters now = orm_counters_of(db);
        printf("%" PRIu64 " %" PRIu64 "\n", now.prepares, now.allocations);
        if (json_bytes) fprintf(stderr, "%zu bytes of JSON\n", json_bytes);
        free(from);
        free(users);
        free(arena_start);
        free(json_users);
        free(json_posts);
        orm_free(orm_graph);
        orm_close(db);
        return 0;
    }
    die("no such case");
    return 1;
}
