/* >>wipe: empties or drops whole tables of a database that is called by its name. */
#include "evolve.h"

static bool orm__wipes(const orm__layout *layout, const char *table)
{
    for (size_t i = 0; i < layout->n_models; i++)
        if (orm__same_word(layout->models[i]->table, table)) return true;
    return false;
}

/* does a table of somebody else refer to one of these? Its rows would lose what they refer to. */
static orm_status orm__wipe_check(orm__session *db, const orm__layout *layout)
{
    orm_found_name *tables = NULL;
    size_t n = 0;
    orm_status status = db->dialect->list_tables(db->connection, &db->scratch, &tables, &n);
    for (size_t i = 0; i < n && !status; i++) {
        orm_found_table found;
        if (tables[i].kind != ORM_FOUND_TABLE || orm__wipes(layout, tables[i].name)) continue;
        status = db->dialect->describe(db->connection, tables[i].name, &db->scratch, &found);
        for (size_t k = 0; k < found.n_references && !status; k++)
            if (orm__wipes(layout, found.references[k].table))
                status = orm__raise(db, ORM_FOREIGN_KEY, 0, "the table %s refers to %s, and is none of those that were named: nothing was done", tables[i].name, found.references[k].table);
    }
    return status;
}

static orm_status orm__wipe_run(orm__session *db, orm__writer *w)
{
    orm_status status = w->failed ? orm__raise(db, ORM_NO_MEMORY, 0, "out of memory") : orm__run_once(db, w->text, w->length, NULL, 0, NULL);
    w->length = 0;
    return status;
}

/* children first; in one statement where the engine takes tables that refer to each other */
static orm_status orm__wipe_drop(orm__session *db, const orm__layout *layout, orm__writer *w)
{
    orm_status status = ORM_OK;
    for (size_t i = layout->n_models; i-- > 0 && !status; ) {
        orm__put(w, w->length ? ", " : "drop table if exists ");
        orm__put_name(w, layout->models[i]->table);
        if (!db->dialect->alters) status = orm__wipe_run(db, w);
    }
    if (w->length && !status) status = orm__wipe_run(db, w);
    return status;
}

/* what triggers of counters call, and types, are left when the tables are gone */
static orm_status orm__wipe_drop_rest(orm__session *db, orm__comparison *s, orm__writer *w)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < s->layout.n_counters && !status; i++) {
        const orm_counter *counter = &s->layout.counters[i];
        if (orm__compare_has_trigger(s, counter->names[ORM__COUNTER_INSERT]) && db->dialect->counter_drop(w, counter, ORM__COUNTER_CALLED)) status = orm__wipe_run(db, w);
        w->length = 0;
    }
    for (size_t i = 0; i < s->layout.n_enums && !status; i++) {
        char name[ORM__MADE_NAME];
        orm__enum_type(name, db->dialect, s->layout.enums[i]);
        orm__put(w, "drop type if exists ");
        orm__put_name(w, name);
        status = orm__wipe_run(db, w);
    }
    return status;
}

static orm_status orm__wipe_tables(orm__session *db, orm__comparison *s, orm__writer *w)
{
    orm_status status = db->dialect->list_triggers ? db->dialect->list_triggers(db->connection, s->arena, &s->triggers, &s->n_triggers) : ORM_OK;
    if (!status) status = orm__wipe_drop(db, &s->layout, w);
    return status ? status : orm__wipe_drop_rest(db, s, w);
}

static orm_status orm__wipe_rows(orm__session *db, const orm__layout *layout)
{
    const char **tables = orm_arena_allocate(&db->scratch, (layout->n_models + 1) * sizeof *tables);
    if (!tables) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < layout->n_models; i++) tables[i] = layout->models[layout->n_models - 1 - i]->table;
    return db->dialect->empty(db->connection, tables, layout->n_models);
}

/* `model`: only this one, whatever it counts, instead of the schema */
static orm_status orm__wipe_within(orm__session *db, const orm_schema *schema, const orm_model *model, orm__wipe_kind kind)
{
    orm__comparison s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect }, .layout = { .models = &model, .n_models = 1 } };
    orm__writer w = { .allocator = &db->allocator, .dialect = db->dialect };
    orm_status status = model ? ORM_OK : orm__layout_make(db, schema, &db->scratch, &s.layout);
    if (!status) status = orm__wipe_check(db, &s.layout);
    if (!status) status = kind == ORM__WIPE_ROWS ? orm__wipe_rows(db, &s.layout) : orm__wipe_tables(db, &s, &w);
    if (!status && kind == ORM__WIPE_ANEW) status = orm__sync_schema(&s, schema);
    orm__writer_release(&w);
    orm__writer_release(&s.text);
    return status;
}

static orm_status orm__wipe_either(orm_db *handle, const orm_schema *schema, const orm_model *model, orm__wipe_kind kind, const char *database)
{
    orm__clear_error();
    orm_status status = orm__check_database(handle, database);
    if (status) return status;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    /* rows that refer to each other go together: who is left is looked at in the end */
    status = orm__level_begin(db, &(orm_transaction_options){ .orm__begin = true, .unchecked = db->level == 0 && !db->dialect->alters });
    if (!status) {
        status = orm__wipe_within(db, schema, model, kind);
        if (status) orm__level_rollback(db);
        else status = orm__level_commit(db);
    }
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__wipe(orm_db *db, const orm_schema *schema, orm__wipe_kind kind, const char *database)
{
    if (!schema) return orm__raise(NULL, ORM_MISUSE, 0, "the schema is NULL");
    return orm__wipe_either(db, schema, NULL, kind, database);
}

ORM_API orm_status orm__truncate(orm_db *db, const orm_model *model, const char *database)
{
    if (!model) return orm__raise(NULL, ORM_MISUSE, 0, "the model is NULL");
    return orm__wipe_either(db, NULL, model, ORM__WIPE_ROWS, database);
}
