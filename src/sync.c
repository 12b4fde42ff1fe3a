/* >>sync: makes the tables that are missing and compares the others with their models. All differences are looked for before anything is sent,
   so that one run tells everything and a database that differs is left as it was. */
#include "evolve.h"

static orm_status orm__sync_run(orm__comparison *s)
{
    (void)orm__compare_written(s);
    if (s->failed) return orm__compare_no_memory(s);
    s->text.length -= 2;                 /* a statement ends in ";\n" in a file, but not on its way to the engine and into the log */
    s->text.text[s->text.length] = 0;
    return orm__run_once(s->db, s->text.text, s->text.length, NULL, 0, NULL);
}

static orm_status orm__sync_make_table(orm__comparison *s, const orm_model *model)
{
    const void *defaults = orm__default_row(s->db, model, s->arena);
    if (!defaults) return ORM_NO_MEMORY;
    orm__ddl_table(orm__compare_text(s), model, &s->layout, defaults);
    orm_status status = orm__sync_run(s);
    for (size_t n = 0; n <= model->n_columns && !status; n++)
        if (orm__ddl_comment(orm__compare_text(s), model, n)) status = orm__sync_run(s);
    return status;
}

static bool orm__sync_was_there(const orm__comparison *s, const char *table)
{
    for (size_t i = 0; i < s->layout.n_models; i++)
        if (strcmp(s->layout.models[i]->table, table) == 0) return s->found[i].exists;
    return false;
}

/* The triggers that are missing are made; then the number is set right, as nobody knows what it missed. Whoever makes a trigger holds off those who
   write to its table, so nothing is counted twice. */
static orm_status orm__sync_counter(orm__comparison *s, const orm_counter *counter)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = ORM_OK;
    bool there[ORM__COUNTER_PARTS] = { false }, missing = false;
    for (unsigned part = ORM__COUNTER_CALLED + 1; part < ORM__COUNTER_PARTS && !status; part++) {
        there[part] = !dialect->counter(orm__compare_text(s), counter, part);
        if (!there[part]) there[part] = orm__compare_has_trigger(s, counter->names[part]);
        missing |= !there[part];
    }
    for (unsigned part = 0; part < ORM__COUNTER_PARTS && missing && !status; part++)
        if (!there[part] && dialect->counter(orm__compare_text(s), counter, part)) status = orm__sync_run(s);
    if (status || !missing || !orm__sync_was_there(s, counter->parent)) return status;
    orm__ddl_recount(orm__compare_text(s), counter);
    return orm__sync_run(s);
}

/* what is missing is made; then the rows are read in, as nobody knows what was missed */
static orm_status orm__sync_search(orm__comparison *s, const orm_search_index *search)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = ORM_OK;
    if (orm__compare_search_is_whole(s, search)) return ORM_OK;
    for (unsigned part = 0; part < ORM__SEARCH_PARTS && !status; part++) {
        if (part == ORM__SEARCH_FILL ? !orm__sync_was_there(s, search->table) : orm__compare_has_search(s, search, part)) continue;
        if (dialect->search(orm__compare_text(s), search, part)) status = orm__sync_run(s);
    }
    return status;
}

static orm_status orm__sync_make(orm__comparison *s)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < s->layout.n_enums && !status; i++) {
        if (s->found_enums[i].exists) continue;
        orm__ddl_enum(orm__compare_text(s), s->layout.enums[i]);
        status = orm__sync_run(s);
    }
    for (size_t i = 0; i < s->layout.n_models && !status; i++)
        if (!s->found[i].exists) status = orm__sync_make_table(s, s->layout.models[i]);
    for (size_t i = 0; i < s->layout.n_indexes && !status; i++) {
        const orm__index *index = &s->layout.indexes[i];
        size_t table = 0;
        while (s->layout.models[table] != index->model) table++;
        if (s->found[table].exists && orm__compare_indexed(s, index->model, &s->found[table], index->columns, index->option, index->where, index->unique)) continue;
        orm__ddl_index(orm__compare_text(s), index);
        status = orm__sync_run(s);
    }
    for (size_t i = 0; i < s->layout.n_keys && !status; i++) {
        const orm__key *key = &s->layout.keys[i];
        if (!key->late || orm__sync_was_there(s, key->model->table)) continue;
        orm__ddl_key(orm__compare_text(s), key);
        status = orm__sync_run(s);
    }
    for (size_t i = 0; i < s->layout.n_counters && !status; i++) status = orm__sync_counter(s, &s->layout.counters[i]);
    for (size_t i = 0; i < s->layout.n_searches && !status; i++) status = orm__sync_search(s, &s->layout.searches[i]);
    return status;
}

ORM_PRIVATE orm_status orm__sync_schema(orm__comparison *s, const orm_schema *schema)
{
    orm_status status = orm__compare_schema(s, schema);
    if (status) return status;
    return s->differences.total > 0 ? orm__compare_refuse(s) : orm__sync_make(s);
}

ORM_API orm_status orm_sync(orm_db *handle, const orm_schema *schema)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__level_begin(db, NULL);
    if (!status) {
        orm__comparison s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect } };
        status = orm__sync_schema(&s, schema);
        orm__writer_release(&s.text);
        if (status) orm__level_rollback(db);
        else status = orm__level_commit(db);
    }
    orm__leave(db);
    return status;
}
