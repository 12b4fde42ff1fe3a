/* test: no-valgrind: thousands of queries; the address sanitizer sees the same, and sooner */
/* Queries made at random from a fixed seed, against a brute-force evaluation in C over all rows: SQL's three-valued logic, orders, limits,
   keyset pages, and includes against a join by hand. */
#include "open.h"

enum { USERS = 12, POSTS = 50, COMMENTS = 60 };
static struct { User users[USERS]; Post posts[POSTS]; Comment comments[COMMENTS]; } all;
static uint64_t state;
static int below(int n) { return random_below(&state, n); }

static const char *random_text(void)
{
    static const char *const texts[] = { "a", "b", "A", "ab", "ba", "a%", "_", "*", "[a]", "aab", "%", "b_a", "a?", "\\", "Ab" };
    return texts[below(sizeof texts / sizeof texts[0])];
}

static void make_all(orm_db *db)
{
    orm_arena texts = { 0 };
    state = 42;
    for (int i = 0; i < USERS; i++) {
        User *u = &all.users[i];
        *u = User_defaults();
        u->name = random_text();
        u->email = orm_format(&texts, "u%d@example.com", i);
        u->role = (Role)(1 + below(3));
        if (below(3)) u->age = orm_int32(below(5));
    }
    OK(User_create_all(db, all.users, USERS, NULL));
    for (int i = 0; i < USERS; i++) {
        if (!below(2)) continue;
        all.users[i].boss_id = orm_int64(1 + below(USERS));
        OK(User_save_only(db, &all.users[i], (User_mask){ .boss_id = 1 }));
    }
    for (int i = 0; i < POSTS; i++) {
        Post *p = &all.posts[i];
        *p = Post_defaults();
        p->title = orm_format(&texts, "%s%d", random_text(), i);        /* unique per author */
        if (below(4)) p->body = random_text();
        p->published = below(2);
        p->views = below(5);
        p->likes = below(5);
        if (below(3)) p->score = orm_double(below(5) / 2.0);
        p->author_id = 1 + below(USERS - 2);
        if (below(2)) p->editor_id = orm_int64(1 + below(USERS));
    }
    OK(Post_create_all(db, all.posts, POSTS, NULL));
    for (int i = 0; i < COMMENTS; i++) {
        Comment *c = &all.comments[i];
        *c = Comment_defaults();
        c->line = random_text();
        if (below(3)) c->stars = orm_int16((int16_t)below(4));
        c->post_id = 1 + below(POSTS - 10);
        if (below(3)) c->author_id = orm_int64(1 + below(USERS));
    }
    OK(Comment_create_all(db, all.comments, COMMENTS, NULL));
    /* texts live as long as the rows: until the end of the program */
    static orm_arena kept;
    orm_arena_release(&kept);
    kept = texts;
}

/* ---- three-valued logic and the operators, by hand ------------------------------------------------------------------------------ */
typedef enum { NO, YES, UNKNOWN } Truth;
static Truth truth(bool b) { return b ? YES : NO; }
static Truth not_(Truth t) { return t == UNKNOWN ? UNKNOWN : t == YES ? NO : YES; }
static Truth and_(Truth a, Truth b) { return a == NO || b == NO ? NO : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : YES; }
static Truth or_(Truth a, Truth b) { return a == YES || b == YES ? YES : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : NO; }
/* how a and b compare under the k-th of eq ne gt gte lt lte */
static Truth compared(int order, int k)
{
    const bool holds[] = { order == 0, order != 0, order > 0, order >= 0, order < 0, order <= 0 };
    return truth(holds[k]);
}
static int sign(double a, double b) { return (a > b) - (a < b); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool matches(const char *pattern, const char *text, bool fold)
{
    if (*pattern == 0) return *text == 0;
    if (*pattern == '%') return matches(pattern + 1, text, fold) || (*text && matches(pattern, text + 1, fold));
    if (*text == 0) return false;
    if (*pattern == '_') return matches(pattern + 1, text + 1, fold);
    if (*pattern == '\\') pattern++;
    return (fold ? lower(*pattern) == lower(*text) : *pattern == *text) && matches(pattern + 1, text + 1, fold);
}
static Truth text_operator(int k, const char *text, const char *value)
{
    if (!text) return UNKNOWN;
    size_t n = strlen(value), length = strlen(text);
    switch (k) {
    case 6: return truth(matches(value, text, false));
    case 7: return truth(matches(value, text, true));
    case 8: return truth(strncmp(text, value, n) == 0);
    case 9: return truth(n <= length && strcmp(text + length - n, value) == 0);
    case 10: return truth(strstr(text, value) != NULL);
    default: return compared(strcmp(text, value), k);
    }
}

/* ---- a condition: built for the library, and evaluated here ----------------------------------------------------------------------- */
enum { VIEWS, SCORE, BODY, PUBLISHED, IS_NULL, TWO_COLUMNS, IN, AUTHOR, EDITOR, HAS_COMMENTS, BETWEEN, NOT, AND, OR, MANY_AND, MANY_OR, LEAVES = NOT };
typedef struct Tree {
    int kind, k, number, n;
    double real;
    const char *text;
    int32_t list[4];
    const char *texts[4];
    struct Tree *kids[4];
} Tree;
static Tree trees[200];
static Post_pred arrays[200][4];
static int used_trees, used_arrays;

static const char *random_pattern(void)
{
    static const char *const patterns[] = { "%", "a%", "%a", "_", "_b", "a\\%", "\\_", "%[a]", "*", "a?", "\\\\", "A%", "%b%", "" };
    return patterns[below(sizeof patterns / sizeof patterns[0])];
}

static Tree *random_tree(int depth)
{
    Tree *t = &trees[used_trees++];
    memset(t, 0, sizeof *t);
    t->kind = depth == 0 || below(4) == 0 ? below(LEAVES) : NOT + below(5);
    t->number = below(5);
    t->real = below(10) / 4.0;
    t->k = t->kind == BODY ? below(11) : below(6);
    t->text = t->k == 6 || t->k == 7 ? random_pattern() : random_text();
    t->n = t->kind == IN || t->kind >= MANY_AND ? below(5) : t->kind == NOT ? 1 : 2;
    for (int i = 0; i < 4; i++) {
        t->list[i] = below(5);
        t->texts[i] = random_text();
    }
    for (int i = 0; t->kind >= NOT && i < t->n; i++) t->kids[i] = random_tree(depth - 1);
    return t;
}

static Post_pred compare_views(int k, int v)
{
    switch (k) {
    case 0: return orm_eq(Post_.views, v);
    case 1: return orm_ne(Post_.views, v);
    case 2: return orm_gt(Post_.views, v);
    case 3: return orm_gte(Post_.views, v);
    case 4: return orm_lt(Post_.views, v);
    default: return orm_lte(Post_.views, v);
    }
}
static Post_pred compare_score(int k, double v)
{
    switch (k) {
    case 0: return orm_eq(Post_.score, v);
    case 1: return orm_ne(Post_.score, v);
    case 2: return orm_gt(Post_.score, v);
    case 3: return orm_gte(Post_.score, v);
    case 4: return orm_lt(Post_.score, v);
    default: return orm_lte(Post_.score, v);
    }
}
static Post_pred compare_body(int k, const char *v)
{
    switch (k) {
    case 0: return orm_eq(Post_.body, v);
    case 1: return orm_ne(Post_.body, v);
    case 2: return orm_gt(Post_.body, v);
    case 3: return orm_gte(Post_.body, v);
    case 4: return orm_lt(Post_.body, v);
    case 5: return orm_lte(Post_.body, v);
    case 6: return orm_like(Post_.body, v);
    case 7: return orm_ilike(Post_.body, v);
    case 8: return orm_starts_with(Post_.body, v);
    case 9: return orm_ends_with(Post_.body, v);
    default: return orm_contains(Post_.body, v);
    }
}
static Post_pred compare_columns(int k)
{
    switch (k) {
    case 0: return orm_eq_column(Post_.views, Post_.likes);
    case 1: return orm_ne_column(Post_.views, Post_.likes);
    case 2: return orm_gt_column(Post_.views, Post_.likes);
    case 3: return orm_gte_column(Post_.author_id, Post_.editor_id);
    case 4: return orm_lt_column(Post_.author_id, Post_.editor_id);
    default: return orm_lte_column(Post_.views, Post_.likes);
    }
}
static User_pred user_condition(const Tree *t)
{
    switch (t->k) {
    case 0: return orm_gt(User_.age, t->number);
    case 1: return orm_not(orm_eq(User_.age, t->number));
    case 2: return orm_lte(User_.role, 1 + t->number % 3);
    case 3: return orm_has(User_.boss, orm_gt(User_.age, t->number));
    case 4: return orm_has_none(User_.team, orm_eq(User_.role, 1 + t->number % 3));
    default: return orm_or(orm_is_null(User_.age), orm_eq(User_.name, t->text));
    }
}

static Post_pred condition(const Tree *t)
{
    Post_pred a, b;
    switch (t->kind) {
    case VIEWS: return compare_views(t->k, t->number);
    case SCORE: return compare_score(t->k, t->real);
    case BODY: return compare_body(t->k, t->text);
    case PUBLISHED: return orm_eq(Post_.published, t->k & 1);
    case IS_NULL: return t->k == 0 ? orm_is_null(Post_.score) : t->k == 1 ? orm_is_not_null(Post_.body) : t->k == 2 ? orm_is_null(Post_.views) : orm_is_null(Post_.editor_id);
    case TWO_COLUMNS: return compare_columns(t->k);
    case IN:
        switch (t->k) {
        case 0: return orm_in_array(Post_.views, t->list, (size_t)t->n);
        case 1: return orm_not_in_array(Post_.views, t->list, (size_t)t->n);
        case 2: return orm_in_array(Post_.body, t->texts, (size_t)t->n);
        case 3: return orm_not_in_array(Post_.body, t->texts, (size_t)t->n);
        case 4: return orm_in(Post_.views, t->list[0], t->list[1]);
        default: return orm_not_in(Post_.body, t->texts[0], t->texts[1], t->texts[2]);
        }
    case AUTHOR: return t->number & 1 ? orm_has(Post_.author, user_condition(t)) : orm_has_none(Post_.author, user_condition(t));
    case EDITOR: return t->number == 0 ? orm_has_any(Post_.editor) : t->number & 1 ? orm_has(Post_.editor, user_condition(t)) : orm_has_none(Post_.editor, user_condition(t));
    case HAS_COMMENTS:
        return t->k == 0 ? orm_has_any(Post_.comments) : t->k == 1 ? orm_has_no(Post_.comments) : t->k & 1 ? orm_has(Post_.comments, orm_gte(Comment_.stars, t->number))
             : orm_has_none(Post_.comments, orm_not(orm_eq(Comment_.stars, t->number)));
    case BETWEEN: return orm_between(Post_.score, t->list[0], t->list[1] + 0.5);
    case NOT:
        a = condition(t->kids[0]);
        if (a.expr.used < ORM_MAX_TERMS) return orm_not(a);
        arrays[used_arrays][0] = a;
        return orm_not(orm_all_of(1, arrays[used_arrays++]));
    case AND: case OR:
        a = condition(t->kids[0]);
        b = condition(t->kids[1]);
        if (a.expr.used + b.expr.used < ORM_MAX_TERMS) return t->kind == AND ? orm_and(a, b) : orm_or(a, b);
        arrays[used_arrays][0] = a;
        arrays[used_arrays][1] = b;
        used_arrays++;
        return t->kind == AND ? orm_all_of(2, arrays[used_arrays - 1]) : orm_any_of(2, arrays[used_arrays - 1]);
    case MANY_AND: case MANY_OR: {
        int at = used_arrays++;
        for (int i = 0; i < t->n; i++) arrays[at][i] = condition(t->kids[i]);
        return t->kind == MANY_AND ? orm_all_of((size_t)t->n, arrays[at]) : orm_any_of((size_t)t->n, arrays[at]);
    }
    }
    return (Post_pred){ .expr = { .used = 0 } };
}

static Truth user_holds(const Tree *t, const User *u)
{
    switch (t->k) {
    case 0: return u->age.set ? truth(u->age.value > t->number) : UNKNOWN;
    case 1: return u->age.set ? truth(u->age.value != t->number) : UNKNOWN;
    case 2: return truth((int)u->role <= 1 + t->number % 3);
    case 3: {
        const User *boss = u->boss_id.set ? &all.users[u->boss_id.value - 1] : NULL;
        return truth(boss && boss->age.set && boss->age.value > t->number);
    }
    case 4:
        for (int i = 0; i < USERS; i++)
            if (all.users[i].boss_id.set && all.users[i].boss_id.value == u->id && (int)all.users[i].role == 1 + t->number % 3) return NO;
        return YES;
    default: return truth(!u->age.set || strcmp(u->name, t->text) == 0);
    }
}

static bool says_nothing(const Tree *t)
{
    if (t->kind < NOT) return false;
    for (int i = 0; i < t->n; i++)
        if (!says_nothing(t->kids[i])) return false;
    return true;
}

static Truth holds(const Tree *t, const Post *p)
{
    Truth sum;
    int64_t a, b;
    switch (t->kind) {
    case VIEWS: return compared(sign(p->views, t->number), t->k);
    case SCORE: return p->score.set ? compared(sign(p->score.value, t->real), t->k) : UNKNOWN;
    case BODY: return text_operator(t->k, p->body, t->text);
    case PUBLISHED: return truth(p->published == (t->k & 1));
    case IS_NULL: return t->k == 0 ? truth(!p->score.set) : t->k == 1 ? truth(p->body != NULL) : t->k == 2 ? NO : truth(!p->editor_id.set);
    case TWO_COLUMNS:
        if ((t->k == 3 || t->k == 4) && !p->editor_id.set) return UNKNOWN;
        a = t->k == 3 || t->k == 4 ? p->author_id : p->views;
        b = t->k == 3 || t->k == 4 ? p->editor_id.value : p->likes;
        return compared((a > b) - (a < b), t->k);
    case IN: {
        bool body = t->k == 2 || t->k == 3 || t->k == 5, negated = t->k == 1 || t->k == 3 || t->k == 5, found = false;
        int n = t->k == 4 ? 2 : t->k == 5 ? 3 : t->n;
        if (n && body && !p->body) return UNKNOWN;
        for (int i = 0; i < n; i++) found |= body ? strcmp(p->body, t->texts[i]) == 0 : p->views == t->list[i];
        return truth(found != negated);
    }
    case AUTHOR: return truth((user_holds(t, &all.users[p->author_id - 1]) == YES) == (t->number & 1));
    case EDITOR:
        if (t->number == 0) return truth(p->editor_id.set);
        return truth((p->editor_id.set && user_holds(t, &all.users[p->editor_id.value - 1]) == YES) == (t->number & 1));
    case HAS_COMMENTS: {
        int any = 0, some = 0;
        for (int i = 0; i < COMMENTS; i++) {
            const Comment *c = &all.comments[i];
            if (c->post_id != p->id) continue;
            any++;
            some += c->stars.set && (t->k & 1 ? c->stars.value >= t->number : c->stars.value != t->number);
        }
        return truth(t->k == 0 ? any > 0 : t->k == 1 ? any == 0 : t->k & 1 ? some > 0 : some == 0);
    }
    case BETWEEN: return p->score.set ? truth(p->score.value >= t->list[0] && p->score.value <= t->list[1] + 0.5) : UNKNOWN;
    case NOT: return says_nothing(t) ? YES : not_(holds(t->kids[0], p));
    case AND: case OR: case MANY_AND: case MANY_OR:
        if (says_nothing(t)) return YES;
        sum = t->kind == AND || t->kind == MANY_AND ? YES : NO;
        for (int i = 0; i < t->n; i++) {
            if (says_nothing(t->kids[i])) continue;
            sum = t->kind == AND || t->kind == MANY_AND ? and_(sum, holds(t->kids[i], p)) : or_(sum, holds(t->kids[i], p));
        }
        return sum;
    }
    return YES;
}

/* ---- orders -------------------------------------------------------------------------------------------------------------------------- */
typedef struct Term { int column, way; } Term;      /* way: asc, desc, and each with NULLs first and last */
static Post_order order_of(Term t)
{
#define WAYS(h) switch (t.way) { case 0: return orm_asc(h); case 1: return orm_desc(h); case 2: return orm_asc_nulls_first(h);           \
    case 3: return orm_asc_nulls_last(h); case 4: return orm_desc_nulls_first(h); default: return orm_desc_nulls_last(h); }
    switch (t.column) {
    case 0: WAYS(Post_.views)
    case 1: WAYS(Post_.score)
    case 2: WAYS(Post_.body)
    case 3: WAYS(Post_.published)
    case 4: WAYS(Post_.editor_id)
    default: WAYS(Post_.id)
    }
}
static Term terms[3];
static int n_terms;
static int by_terms(const void *a_, const void *b_)
{
    const Post *a = *(const Post *const *)a_, *b = *(const Post *const *)b_;
    for (int i = 0; i < n_terms; i++) {
        int way = terms[i].way, order = 0;
        bool a_null = false, b_null = false, down = way == 1 || way >= 4, last = way == 1 || way == 3 || way == 5;
        switch (terms[i].column) {
        case 0: order = sign(a->views, b->views); break;
        case 1: a_null = !a->score.set; b_null = !b->score.set; order = sign(a->score.value, b->score.value); break;
        case 2: a_null = !a->body; b_null = !b->body; if (!a_null && !b_null) order = strcmp(a->body, b->body); break;
        case 3: order = a->published - b->published; break;
        case 4: a_null = !a->editor_id.set; b_null = !b->editor_id.set; order = sign((double)a->editor_id.value, (double)b->editor_id.value); break;
        default: order = sign((double)a->id, (double)b->id);
        }
        if (a_null && b_null) continue;
        if (a_null || b_null) return a_null == last ? 1 : -1;
        if (order) return down ? -order : order;
    }
    bool down = n_terms > 0 && (terms[n_terms - 1].way == 1 || terms[n_terms - 1].way >= 4);       /* the key goes on as the last term does */
    return down ? sign((double)b->id, (double)a->id) : sign((double)a->id, (double)b->id);
}

static Tree *next_tree(int depth)
{
    used_trees = used_arrays = 0;
    return random_tree(depth);
}

static bool shown;
static void show(const char *what, int round)
{
    if (!shown) printf("    round %d: %s\n    %s\n", round, what, seen.n ? seen.sql[(seen.n - 1) % 16] : "");
    shown = check_failed = true;
}

ON_EACH(random_queries_find_what_brute_force_finds)
{
    make_all(db);
    shown = false;
    for (int round = 0; round < 600 && !shown; round++) {
        const Post *expected[POSTS];
        size_t n = 0;
        int unknown = 0;
        const Tree *t = next_tree(4);
        Post_query q = { .where = condition(t) };
        n_terms = 1 + below(3);
        for (int i = 0; i < n_terms; i++) {
            terms[i] = (Term){ below(6), below(6) };
            q.order[i] = order_of(terms[i]);
        }
        for (int i = 0; i < POSTS; i++) {
            Truth value = holds(t, &all.posts[i]);
            if (value == YES) expected[n++] = &all.posts[i];
            unknown += value == UNKNOWN;
        }
        qsort(expected, n, sizeof expected[0], by_terms);
        q.limit = below(3) ? 0 : 1 + below(20);
        q.offset = below(3) ? 0 : below(10);
        seen_clear();
        ORM_AUTO Post *rows = Post_find_all(db, &q);
        if (!rows) show(orm_error()->message, round);
        size_t from = (size_t)q.offset < n ? (size_t)q.offset : n, length = n - from;
        if (q.limit && (size_t)q.limit < length) length = (size_t)q.limit;
        if (orm_len(rows) != length) show("another number of rows", round);
        for (size_t i = 0; i < length && i < orm_len(rows); i++)
            if (rows[i].id != expected[from + i]->id) show("another row", round);
        /* the rows behind one of them */
        if (n > 1 && !shown) {
            size_t at = (size_t)below((int)n - 1);
            ORM_AUTO Post *rest = Post_find_all(db, &(Post_query){ .where = q.where, .order = { q.order[0], q.order[1], q.order[2] }, .after = expected[at] });
            if (orm_len(rest) != n - at - 1) show("another number of rows behind a row", round);
            for (size_t i = 0; i < orm_len(rest) && i < n - at - 1; i++)
                if (rest[i].id != expected[at + 1 + i]->id) show("another row behind a row", round);
        }
        /* every row is in one of three parts, unless the condition says nothing */
        Post_pred wrapped[1] = { q.where };
        int64_t yes = COUNT(Post, db, .where = q.where), no = COUNT(Post, db, .where = orm_not(orm_all_of(1, wrapped)));
        if (yes != (int64_t)n || (!says_nothing(t) && yes + no + unknown != POSTS)) show("the parts do not make the whole", round);
        bool exists = false;
        OK(Post_exists(db, &q, &exists));
        if (exists != (n > 0)) show("existence differs", round);
    }
}

ON_EACH(random_updates_and_deletes_hit_what_brute_force_finds)
{
    make_all(db);
    shown = false;
    for (int round = 0; round < 100 && !shown; round++) {
        const Tree *t = next_tree(3);
        int64_t n = 0, changed = 0;
        Post_pred where = condition(t);
        for (int i = 0; i < POSTS; i++) n += holds(t, &all.posts[i]) == YES;
        seen_clear();
        ORM_TEST_ROLLBACK(db) {
            OK(Post_update(db, &(Post_change){ .set = { orm_set(Post_.views, 99) }, .where = where, .all = true }, &changed));
            if (changed != n) show("another number of rows updated", round);
            if (COUNT(Post, db, .where = orm_eq(Post_.views, 99)) != n) show("other rows updated", round);
        }
        ORM_TEST_ROLLBACK(db) {
            OK(Post_destroy_all(db, &(Post_query){ .where = where, .all = true }, &changed));
            if (changed != n) show("another number of rows destroyed", round);
            if (COUNT(Post, db, .limit = 0) != POSTS - n) show("other rows destroyed", round);
        }
    }
}

ON_EACH(random_includes_load_what_a_join_by_hand_finds)
{
    make_all(db);
    shown = false;
    for (int round = 0; round < 200 && !shown; round++) {
        const Tree *t = next_tree(2);
        Post_query posts = { .where = condition(t) };
        int64_t limit = below(2) ? 0 : 1 + below(3), offset = below(3) ? 0 : below(3);
        int stars = below(4), min_age = below(5);
        n_terms = below(3);
        for (int i = 0; i < n_terms; i++) terms[i] = (Term){ below(6), below(6) };
        for (int i = 0; i < n_terms; i++) posts.order[i] = order_of(terms[i]);
        seen_clear();
        ORM_AUTO User *users = User_find_all(db, &(User_query){
            .include = { orm_with(User_.posts, .where = posts.where, .order = { posts.order[0], posts.order[1] }, .limit = limit, .offset = offset, .include = {
                orm_with(Post_.comments, .where = orm_gte(Comment_.stars, stars)), orm_with(Post_.editor, .where = orm_gte(User_.age, min_age)) }) },
            .order = { orm_asc(User_.id) } });
        if (!users || orm_len(users) != USERS) show(orm_error()->message, round);
        for (size_t u = 0; u < orm_len(users); u++) {
            const Post *expected[POSTS];
            size_t n = 0;
            for (int i = 0; i < POSTS; i++)
                if (all.posts[i].author_id == users[u].id && holds(t, &all.posts[i]) == YES) expected[n++] = &all.posts[i];
            qsort(expected, n, sizeof expected[0], by_terms);
            size_t from = (size_t)offset < n ? (size_t)offset : n, length = n - from;
            if (limit && (size_t)limit < length) length = (size_t)limit;
            if (!users[u].posts || orm_len(users[u].posts) != length) {
                show("another number of children", round);
                continue;
            }
            for (size_t i = 0; i < length; i++) {
                const Post *post = &users[u].posts[i];
                if (post->id != expected[from + i]->id) show("another child", round);
                size_t comments = 0;
                for (int c = 0; c < COMMENTS; c++) {
                    if (all.comments[c].post_id != post->id || !all.comments[c].stars.set || all.comments[c].stars.value < stars) continue;
                    if (comments >= orm_len(post->comments) || post->comments[comments].id != all.comments[c].id) show("another grandchild", round);
                    comments++;
                }
                if (!post->comments || orm_len(post->comments) != comments) show("another number of grandchildren", round);
                const User *editor = post->editor_id.set ? &all.users[post->editor_id.value - 1] : NULL;
                if (editor && !(editor->age.set && editor->age.value >= min_age)) editor = NULL;
                if ((editor != NULL) != (post->editor != NULL) || (editor && editor->id != post->editor->id)) show("another editor", round);
            }
        }
    }
}

CHECK_MAIN()
