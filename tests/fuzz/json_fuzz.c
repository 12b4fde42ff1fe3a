/* Bytes as JSON from outside. The first says who reads the rest: a row of all types, a list, rows on each other, a patch or a filter. Nothing may crash; what is refused is
   refused for one of three reasons, in clean words; what is accepted is printed by M_to_json and read back as the same. */
#define ORM_IMPLEMENTATION
#include "orm.h"
#include "json_models.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "%s does not hold; %s: %s\n", what, orm_status_name(orm_error()->kind), orm_error()->message);
    abort();
}
#define MUST(expr) must((expr), #expr)

/* one line without control characters, and valid UTF-8 */
static void clean(const char *text)
{
    size_t size, characters;
    MUST(orm__check_text(text, SIZE_MAX, &size, &characters) == ORM__TEXT_OK);
    for (const char *c = text; *c; c++) MUST((unsigned char)*c >= 0x20 && *c != 0x7F);
}

static void is_told(bool accepted)
{
    const orm_error_info *error = orm_error();
    MUST(accepted == !orm_failed());
    MUST(accepted || error->kind == ORM_BAD_JSON || error->kind == ORM_VALIDATION || error->kind == ORM_OVER_BUDGET);
    clean(error->message);
    MUST(error->kind != ORM_VALIDATION || error->failures.count > 0);
    for (size_t i = 0; i < error->failures.count; i++) {
        clean(error->failures.item[i].field);
        clean(error->failures.item[i].message);
        MUST(error->failures.item[i].line > 0 && error->failures.item[i].column > 0);
    }
}

static bool equal(const orm_model *model, const void *a, const void *b)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (c->is.type == ORM_JSON) continue;             /* line ends between tokens become blanks: compared by what is printed */
        if (!orm__members_equal(c, a, b) || orm__value_of(c, a).type != orm__value_of(c, b).type) return false;
    }
    return true;
}

static void read_row(const char *text, size_t size)
{
    const Every_mask all = { EVERY_FIELD };
    Every *row = Every_from_json(NULL, text, size, all);
    is_told(row != NULL);
    if (!row) return;
    char *printed = Every_to_json(row, all);
    MUST(printed != NULL);
    Every *back = Every_from_json(NULL, printed, strlen(printed), all);
    MUST(back != NULL && equal(&Every_model, row, back));
    char *again = Every_to_json(back, all);
    MUST(again != NULL && strcmp(printed, again) == 0);
    orm_free_text(again);
    orm_free_text(printed);
    orm_free(back);
    orm_free(row);
}

static void read_list(const char *text, size_t size)
{
    const Author_mask some = { .name = 1, .email = 1, .age = 1, .role = 1, .home_page = 1, .extra = 1, .version = 1, .created_at = 1 };
    Author *rows = Author_all_from_json(NULL, text, size, some);
    is_told(rows != NULL);
    if (!rows) return;
    char *printed = Author_all_to_json(rows, (Author_mask){ .name = 1, .email = 1, .age = 1, .role = 1, .home_page = 1, .extra = 1 });
    MUST(printed != NULL);
    Author *back = Author_all_from_json(NULL, printed, strlen(printed), some);
    bool same = back && orm_len(back) == orm_len(rows);
    for (size_t i = 0; same && i < orm_len(rows); i++) {
        back[i].version = rows[i].version;
        back[i].created_at = rows[i].created_at;
        same = equal(&Author_model, &rows[i], &back[i]);
    }
    MUST(same);
    orm_free_text(printed);
    orm_free(back);
    orm_free(rows);
}

static void read_graph(const char *text, size_t size, bool camel_case, orm_arena *arena)
{
    Author *row = Author_graph_from_json(NULL, text, size, &(Author_query){ .select = { .name = 1, .age = 1, .home_page = 1, .pin = 1 }, .arena = arena, .include = {
        orm_with(Author_.posts, .select = { .title = 1, .body = 1 }, .limit = 5, .include = { orm_with(Post_.comments, .select = { .words = 1 }), orm_with(Post_.tags, .select = { .label = 1 }) }),
        orm_with(Author_.profile, .select = { .bio = 1 }) } }, &(orm_json_input){ .camel_case = camel_case, .max_rows = 50, .max_depth = 20 });
    is_told(row != NULL);
    if (!row) return;
    MUST(row->name != NULL && row->id == 0);
    for (size_t i = 0; row->posts && i < orm_len(row->posts); i++) {
        MUST(row->posts[i].title && *row->posts[i].title && row->posts[i].author_id == 0 && !row->posts[i].author);
        for (size_t k = 0; row->posts[i].comments && k < orm_len(row->posts[i].comments); k++) MUST(row->posts[i].comments[k].words != NULL);
    }
    orm_free(row);
}

static void read_patch(const char *text, size_t size)
{
    const orm_allocator a = orm__default_allocator();
    orm__result *result = orm__result_make(&a, NULL, 0);
    orm__list list;
    if (!result || orm__result_load(result, &Author_model) < 0 || !orm__list_open(&list, result, &Author_model, 0, 1)) abort();
    memset(&result->loads[0].columns, 0xFF, sizeof result->loads[0].columns);
    Author *row = (Author *)orm__list_next(&list);
    row->id = 7;
    row->name = "Ada";
    row = (Author *)orm__list_close(&list);
    orm__result_publish(result, row, 1);
    Author before = *row;
    Author_mask set = { .id = 1 };
    orm_status status = Author_patch_from_json(NULL, row, text, size, (Author_mask){ .name = 1, .age = 1, .extra = 1, .email = 1, .version = 1 }, &set);
    is_told(status == ORM_OK);
    MUST(!status || (memcmp(row, &before, sizeof before) == 0 && set.id));
    MUST(status || (!set.id && !set.version && row->name && row->id == 7 && (set.age || row->age.set == before.age.set) && (set.name || row->name == before.name)));
    orm_free(row);
}

static void read_filter(const char *text, size_t size)
{
    static const Every_filter asked = {
        .eq = { .small = 1, .big = 1, .single = 1, .number = 1, .flag = 1, .word = 1, .price = 1, .bytes = 1, .day = 1, .clock_ = 1, .moment = 1, .token = 1, .address = 1, .mood = 1, .opt_body = 1 },
        .ne = { .word = 1, .mood = 1 }, .in = { .small = 1, .word = 1, .price = 1, .token = 1, .mood = 1, .bytes = 1, .moment = 1, .flag = 1, .single = 1, .address = 1 },
        .range = { .small = 1, .number = 1, .price = 1, .day = 1, .moment = 1 }, .contains = { .body = 1 }, .starts_with = { .body = 1 }, .ends_with = { .body = 1 }, .null = { .opt_body = 1, .extra = 1, .words = 1 },
        .connectives = true };
    orm_arena arena = { 0 };
    Every_pred where;
    orm_status status = Every_filter_from_json(NULL, text, size, &asked, &arena, &where);
    is_told(status == ORM_OK);
    MUST(where.expr.used <= ORM_MAX_TERMS && (!status || !where.expr.used));
    /* one condition in postfix order, or none */
    int depth = 0;
    for (unsigned i = 0; i < where.expr.used; i++) {
        const orm_node *node = &where.expr.node[i];
        bool leaf = node->value.op != ORM_OP_AND && node->value.op != ORM_OP_OR && node->value.op != ORM_OP_NOT;
        if (!leaf) depth -= node->value.n;
        MUST(depth >= 0 && (leaf ? node->of != NULL : node->value.n > 0));
        depth++;
    }
    MUST(depth == (where.expr.used ? 1 : 0));
    orm_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    /* a block that ends where the text does */
    char *text = (char *)malloc(size > 1 ? size - 1 : 1);
    if (!text) return 0;
    memcpy(text, data + 1, size - 1);
    switch (data[0] % 7) {
    case 0: read_row(text, size - 1); break;
    case 1: read_list(text, size - 1); break;
    case 2: read_graph(text, size - 1, false, NULL); break;
    case 3: read_patch(text, size - 1); break;
    case 4: read_filter(text, size - 1); break;
    case 5: read_graph(text, size - 1, true, NULL); break;
    default: {
        orm_arena arena = { 0 };
        read_graph(text, size - 1, false, &arena);
        orm_arena_release(&arena);
    }
    }
    free(text);
    return 0;
}
