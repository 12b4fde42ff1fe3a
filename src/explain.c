/* >>explain_sql: the engine's plan of a query. The statement is that of the query, behind the words that ask for its plan, with the same values. */
#include "internal.h"

/* a line of a plan: its text; where the engine tells of a tree, also its number and that of the line that it belongs to */
typedef struct orm__plan_line { int64_t id, parent, unused; const char *text; } orm__plan_line;

static const orm_column orm__explain_columns[] = { { .name = "id", .is = { .type = ORM_INT64 } }, { .name = "parent", .is = { .type = ORM_INT64 } },
                                                { .name = "unused", .is = { .type = ORM_INT64 } }, { .name = "plan", .is = { .type = ORM_TEXT } } };
static const orm_plan_field orm__explain_fields[] = {
    { .column = &orm__explain_columns[0], .offset = offsetof(orm__plan_line, id), .type = ORM_INT64 },
    { .column = &orm__explain_columns[1], .offset = offsetof(orm__plan_line, parent), .type = ORM_INT64 },
    { .column = &orm__explain_columns[2], .offset = offsetof(orm__plan_line, unused), .type = ORM_INT64 },
    { .column = &orm__explain_columns[3], .offset = offsetof(orm__plan_line, text), .type = ORM_TEXT },
};
static const orm_plan_segment orm__explain_segments[] = { { .n_fields = 1, .key = -1 }, { .n_fields = 4, .key = -1 } };

/* lines of a tree come behind the one that they belong to */
typedef struct orm__plan_depth { int64_t id; unsigned depth; } orm__plan_depth;

static orm_status orm__plan_read(orm__session *db, orm__run *run, bool tree, orm__writer *out)
{
    orm__plan_depth *seen = NULL;
    size_t n = 0, capacity = 0;
    orm__plan_line line;
    void *row = &line;
    while (orm__run_fetch(db, run, &row, &db->scratch, NULL) == ORM_STEP_ROW) {
        unsigned depth = 0;
        if (tree && n == capacity) {
            size_t more = capacity ? capacity * 2 : 64;
            orm__plan_depth *bigger = (orm__plan_depth *)orm__bump(&db->scratch, more * sizeof *bigger, 8);
            if (!bigger) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
            if (n) memcpy(bigger, seen, n * sizeof *seen);
            seen = bigger;
            capacity = more;
        }
        for (size_t i = n; tree && i-- > 0 && !depth; )
            if (seen[i].id == line.parent) depth = seen[i].depth + 1;
        if (tree) seen[n++] = (orm__plan_depth){ line.id, depth };
        for (unsigned i = 0; i < depth; i++) orm__put(out, "  ");
        orm__put(out, line.text);
        orm__put_char(out, '\n');
    }
    return ORM_OK;
}

static orm_status orm__explain_entered(orm__session *db, const orm_model *model, const orm_query *query, orm_arena *arena, bool analyze, const char **out)
{
    const orm_dialect *dialect = db->dialect;
    orm__build b;
    orm__part *head;
    orm__prepared *p = NULL, *plan = NULL;
    orm__run run;
    if (!arena) return orm__raise_at(db, ORM_MISUSE, model, NULL, "explain needs an arena for the plan");
    if (!dialect->explain[analyze]) return orm__raise_at(db, ORM_UNSUPPORTED, model, NULL, analyze ? "this engine tells no times and rows with a plan: use explain" : "this engine tells no plans");
    if (analyze && query && query->lock) return orm__raise_at(db, ORM_MISUSE, model, NULL, "explain_analyze runs the query, so it takes no .lock");
    orm_status status = orm__find_all_prepare(db, model, query, NULL, 0, &b, &head, &p);
    if (status) return status;
    orm__writer sql = { .allocator = &db->allocator, .dialect = dialect }, text_ = { .allocator = &db->allocator };
    orm__put(&sql, dialect->explain[analyze]);
    orm__put_bytes(&sql, p->sql, p->sql_length);
    status = orm__prepare(db, &sql, &plan);
    orm__writer_release(&sql);
    if (status) return status;
    plan->secret = p->secret;
    plan->plan = dialect->explain_tree ? (orm_plan){ .segments = &orm__explain_segments[1], .n_segments = 1, .fields = orm__explain_fields, .n_fields = 4 }
                                       : (orm_plan){ .segments = &orm__explain_segments[0], .n_segments = 1, .fields = &orm__explain_fields[3], .n_fields = 1 };
    status = orm__run_start(db, &run, plan, b.values, b.n_values);
    if (!status) {
        status = orm__plan_read(db, &run, dialect->explain_tree, &text_);
        orm_status ended = orm__run_finish(db, &run, NULL);
        if (!status) status = ended;
    }
    orm__prepared_free(db, plan);
    if (!status) *out = text_.failed ? NULL : orm__bump_text(arena, text_.text ? text_.text : "", text_.length);
    if (!status && !*out) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the plan");
    orm__writer_release(&text_);
    return status;
}

ORM_API const char *orm__explain(orm_db *handle, const orm_model *model, const orm_query *query, orm_arena *arena, bool analyze)
{
    const char *plan = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    orm__self()->model = model;
    orm__explain_entered(db, model, query, arena, analyze, &plan);
    orm__leave(db);
    return plan;
}
