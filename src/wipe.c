/* >>wipe: empties or drops whole tables of a database that is called by its name. */
#include "evolve.h"

typedef struct orm__wiping {
    orm__session *db;
    orm__comparison s;                   /* its layout is of the schema, or of the one model */
    orm_found_link *links; size_t n_links;
    const char **tables; size_t n;       /* what goes; children first */
    bool circle;                         /* no order lets every row go before those that it refers to */
    orm__writer sql;
} orm__wiping;

static bool orm__wipes(const orm__wiping *w, const char *table)
{
    for (size_t i = 0; i < w->n; i++)
        if (orm__same_word(w->tables[i], table)) return true;
    return false;
}

static orm_status orm__wipe_run(orm__wiping *w)
{
    orm__writer *sql = &w->sql;
    if (sql->length > 2 && memcmp(sql->text + sql->length - 2, ";\n", 2) == 0) sql->text[sql->length -= 2] = 0;
    orm_status status = sql->failed ? orm__raise(w->db, ORM_NO_MEMORY, 0, "out of memory") : orm__run_once(w->db, sql->text, sql->length, NULL, 0, NULL);
    sql->length = 0;
    return status;
}

/* ---- what goes ------------------------------------------------------------------------------------------------------------ */
/* a table of somebody else that refers to one of these: its rows would lose what they refer to */
static orm_status orm__wipe_others(orm__wiping *w, bool cascade, bool rows)
{
    for (bool more = true; more; ) {
        more = false;
        for (size_t i = 0; i < w->n_links; i++) {
            const orm_found_link *link = &w->links[i];
            if (!orm__wipes(w, link->refers) || (!link->elsewhere && orm__wipes(w, link->table))) continue;
            if (!cascade || link->elsewhere)
                return orm__raise(w->db, ORM_FOREIGN_KEY, 0, "the table %s refers to %s by %s, and is none of those that were named: nothing was done%s", link->table, link->refers, link->columns,
                                  rows && !link->elsewhere ? ". With .cascade = true it is emptied, too" : "");
            w->tables[w->n++] = link->table;
            more = true;
        }
    }
    return ORM_OK;
}

/* does another table of those from `from` on refer to this one? A key that is looked at in the end holds nobody. */
static bool orm__wipe_is_held(const orm__wiping *w, size_t from, const char *table)
{
    for (size_t i = 0; i < w->n_links; i++) {
        const orm_found_link *link = &w->links[i];
        if (!orm__same_word(link->refers, table) || orm__same_word(link->table, table) || (link->deferred && !link->restricts)) continue;
        for (size_t k = from; k < w->n; k++)
            if (orm__same_word(w->tables[k], link->table)) return true;
    }
    return false;
}

static void orm__wipe_order(orm__wiping *w)
{
    for (size_t done = 0; done < w->n; done++) {
        size_t next = done;
        while (next < w->n && orm__wipe_is_held(w, done, w->tables[next])) next++;
        w->circle |= next == w->n;
        if (next == w->n) next = done;
        const char *table = w->tables[next];
        memmove(&w->tables[done + 1], &w->tables[done], (next - done) * sizeof *w->tables);
        w->tables[done] = table;
    }
    for (size_t i = 0; i < w->n_links; i++) w->circle |= w->links[i].restricts && orm__same_word(w->links[i].table, w->links[i].refers) && orm__wipes(w, w->links[i].table);
}

static orm_status orm__wipe_choose(orm__wiping *w, bool cascade, bool rows)
{
    orm__session *db = w->db;
    orm_status status = db->dialect->list_links(db->connection, w->s.arena, &w->links, &w->n_links);
    if (status) return status;
    w->tables = orm_arena_allocate(w->s.arena, (w->s.layout.n_models + w->n_links + 1) * sizeof *w->tables);
    if (!w->tables) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = w->s.layout.n_models; i-- > 0; ) w->tables[w->n++] = w->s.layout.models[i]->table;
    status = orm__wipe_others(w, cascade, rows);
    if (status) return status;
    orm__wipe_order(w);
    if (w->circle && !db->dialect->alters && !db->levels[db->level].unchecked)
        return orm__raise(db, ORM_MISUSE, 0, "rows of these tables can hold each other, so that no row may go first: begin the transaction around it with .unchecked = true");
    return ORM_OK;
}

/* ---- going ------------------------------------------------------------------------------------------------------------------ */
static orm_status orm__wipe_rows(orm__wiping *w)
{
    orm_status status = ORM_OK;
    for (size_t step = 0; !status && w->db->dialect->empty(w->db->connection, &w->sql, w->tables, w->n, step); step++) status = orm__wipe_run(w);
    return status;
}

/* before the tables: where the index is a table of its own it would stay */
static orm_status orm__wipe_searches(orm__wiping *w)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < w->s.layout.n_models && !status; i++) {
        const orm_model *model = w->s.layout.models[i];
        orm_search_index search;
        if (!w->db->dialect->search || !orm__has_search(model)) continue;
        if (!orm__search_of(w->db->dialect, model, w->s.arena, &search)) return orm__raise(w->db, ORM_NO_MEMORY, 0, "out of memory");
        for (unsigned part = ORM__SEARCH_PARTS; part-- > 0 && !status; )
            if (orm__compare_has_search(&w->s, &search, part) && w->db->dialect->search_drop(&w->sql, &search, part)) status = orm__wipe_run(w);
    }
    return status;
}

/* in one statement where the engine takes tables that refer to each other */
static orm_status orm__wipe_drop(orm__wiping *w)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < w->n && !status; i++) {
        orm__put(&w->sql, w->sql.length ? ", " : "drop table if exists ");
        orm__put_name(&w->sql, w->tables[i]);
        if (!w->db->dialect->alters) status = orm__wipe_run(w);
    }
    return status || !w->sql.length ? status : orm__wipe_run(w);
}

/* what triggers of counters call, and types, are left when the tables are gone */
static orm_status orm__wipe_drop_rest(orm__wiping *w)
{
    const orm_dialect *dialect = w->db->dialect;
    orm_status status = ORM_OK;
    for (size_t i = 0; i < w->s.layout.n_counters && !status; i++) {
        const orm_counter *counter = &w->s.layout.counters[i];
        if (orm__compare_has_trigger(&w->s, counter->names[ORM__COUNTER_INSERT]) && dialect->counter_drop(&w->sql, counter, ORM__COUNTER_CALLED)) status = orm__wipe_run(w);
        w->sql.length = 0;
    }
    for (size_t i = 0; i < w->s.layout.n_enums && !status; i++) {
        char name[ORM__MADE_NAME];
        orm_found_enum found;
        orm__enum_type(name, dialect, w->s.layout.enums[i]);
        status = dialect->describe_enum(w->db->connection, name, w->s.arena, &found);
        if (status || !found.n_labels) continue;                     /* another kind of type is not ours */
        orm__put(&w->sql, "drop type ");
        orm__put_name(&w->sql, name);
        status = orm__wipe_run(w);
    }
    return status;
}

/* Where the engine keeps views whose tables are gone, they are read once; a transaction without checks does that at its end. */
static orm_status orm__wipe_views(orm__wiping *w)
{
    orm__session *db = w->db;
    orm_found_name *found = NULL;
    size_t n = 0;
    if (db->dialect->alters || db->levels[db->level].unchecked) return ORM_OK;
    orm_status status = db->dialect->list_tables(db->connection, w->s.arena, &found, &n);
    for (size_t i = 0; i < n && !status; i++) {
        if (found[i].kind != ORM_FOUND_VIEW) continue;
        orm__put(&w->sql, "select 1 from ");
        orm__put_name(&w->sql, found[i].name);
        orm__put(&w->sql, " limit 0");
        status = orm__wipe_run(w);
    }
    return status;
}

static orm_status orm__wipe_tables(orm__wiping *w, const orm_schema *anew)
{
    orm_status status = orm__compare_list_made(&w->s);
    if (!status) status = orm__wipe_searches(w);
    if (!status) status = orm__wipe_drop(w);
    if (!status) status = orm__wipe_drop_rest(w);
    if (!status && anew) status = orm__sync_schema(&w->s, anew);
    return status ? status : orm__wipe_views(w);
}

/* ---- the calls ---------------------------------------------------------------------------------------------------------------- */
/* `model`: only this one, whatever it counts, instead of the schema */
static orm_status orm__wipe_within(orm__session *db, const orm_schema *schema, const orm_model *model, orm__wipe_kind kind, bool cascade)
{
    orm__wiping w = { .db = db, .sql = { .allocator = &db->allocator, .dialect = db->dialect } };
    w.s = (orm__comparison){ .db = db, .arena = &db->scratch, .text = w.sql, .layout = { .models = &model, .n_models = 1 } };
    orm_status status = model ? ORM_OK : orm__layout_make(db, schema, &db->scratch, &w.s.layout);
    if (!status) status = orm__wipe_choose(&w, cascade, kind == ORM__WIPE_ROWS);
    if (!status && w.n) status = kind == ORM__WIPE_ROWS ? orm__wipe_rows(&w) : orm__wipe_tables(&w, kind == ORM__WIPE_ANEW ? schema : NULL);
    if (!status && kind != ORM__WIPE_ROWS) orm__statements_anew(db);       /* in a transaction of the caller, one that is stale would be the end of it */
    orm__writer_release(&w.sql);
    orm__writer_release(&w.s.text);
    return status;
}

static orm_status orm__wipe_either(orm_db *handle, const orm_schema *schema, const orm_model *model, orm__wipe_kind kind, const char *database, const orm_truncate_options *options)
{
    orm__clear_error();
    if (!schema && !model) return orm__raise(NULL, ORM_MISUSE, 0, "the schema or the model whose tables are to go is NULL");
    orm_status status = orm__check_database(handle, database);
    if (status) return status;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    /* rows that refer to each other go together: who is left is looked at in the end */
    status = orm__level_begin(db, &(orm_transaction_options){ .orm__begin = true, .unchecked = db->level == 0 && !db->dialect->alters });
    if (!status) {
        status = orm__wipe_within(db, schema, model, kind, options && options->cascade);
        if (status) orm__level_rollback(db);
        else status = orm__level_commit(db);
    }
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__wipe(orm_db *db, const orm_schema *schema, orm__wipe_kind kind, const char *database, const orm_truncate_options *options)
{
    return orm__wipe_either(db, schema, NULL, kind, database, options);
}

ORM_API orm_status orm__truncate(orm_db *db, const orm_model *model, const char *database, const orm_truncate_options *options)
{
    return orm__wipe_either(db, NULL, model, ORM__WIPE_ROWS, database, options);
}
