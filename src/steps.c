/* >>steps: tables changed by calls. Each call makes two versions of a model that differ in what it is about; the difference of these is what is sent,
   as in a migration. */
#include "evolve.h"

typedef struct orm__stepping {
    orm_arena arena;
    const orm_model *from[ORM_MAX_ROWS + 2], *to[ORM_MAX_ROWS + 2];      /* the table, and those that its counters count */
    orm_status status;
} orm__stepping;

static void *orm__step_take(orm__stepping *s, size_t size)
{
    void *memory = orm_arena_allocate(&s->arena, size);
    if (!memory && !s->status) s->status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    return memory;
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE orm_status orm__piece_run(orm__session *db, const orm__piece *piece, orm_arena *arena, orm__keeping *keeping)
{
    switch (piece->kind) {
    case ORM__PIECE_SQL:  return orm__run_once(db, piece->text, piece->size, NULL, 0, NULL);
    case ORM__PIECE_BAD:  return orm__raise(db, ORM_MISUSE, 0, "%s", piece->text);
    case ORM__PIECE_KEPT: return db->dialect->rebuild_kept(db->connection, keeping->kept, keeping->n);
    default: break;
    }
    if (!db->levels[db->level].unchecked)
        return orm__raise(db, ORM_MISUSE, 0, "a table is made anew, and its rows would be taken for deleted: begin the transaction around it with .unchecked = true");
    return piece->kind == ORM__PIECE_KEEP ? db->dialect->rebuild_keep(db->connection, piece->text, arena, &keeping->kept, &keeping->n) : ORM_OK;
}

static orm_status orm__step_send(orm__session *db, const orm__diff *d)
{
    orm__splitter s = { .dialect = d->dialect, .arena = d->arena, .at = d->sql.text, .end = d->sql.text + d->sql.length, .line = 1 };
    orm__keeping keeping = { NULL, 0 };
    orm_status status = ORM_OK;
    orm__piece piece;
    while (!status && orm__split_next(&s, &piece)) {
        char *text_ = piece.kind == ORM__PIECE_SQL ? orm__bump_text(d->arena, piece.text, piece.size) : NULL;
        if (piece.kind == ORM__PIECE_SQL && !text_) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        if (text_) piece.text = text_;
        status = orm__piece_run(db, &piece, d->arena, &keeping);
    }
    return status;
}

/* What is made anew is made from the models: they must say all that is there, or it would be lost */
static orm_status orm__step_knows(orm__session *db, const orm__pair *pair)
{
    orm_found_table found;
    orm_status status = db->dialect->describe(db->connection, pair->old->name, &db->scratch, &found);
    for (size_t i = 0; i < found.n_columns && !status; i++)
        if (!orm__spelled_find(pair->old, found.columns[i].name))
            status = orm__raise(db, ORM_SCHEMA_DIFFERS, 0, "the table %s has the column %s, which its model does not have: it would be lost", pair->old->name, found.columns[i].name);
    return status;
}

static orm_status orm__step_check_tables(orm__session *db, const orm__diff *d, const orm_schema *from)
{
    orm__comparison s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect } };
    orm_status status = ORM_OK;
    for (size_t i = 0; i < d->n_pairs && !status; i++)
        if (d->pairs[i].rebuilt) status = orm__step_knows(db, &d->pairs[i]);
    if (!status) status = orm__compare_schema(&s, from);
    if (!status && s.differences.total) status = orm__compare_refuse(&s);
    orm__writer_release(&s.text);
    return status;
}

static orm_status orm__step_within(orm__session *db, const orm__diff *d, const orm_schema *from)
{
    bool rebuilt = false;
    for (size_t i = 0; i < d->n_pairs; i++) rebuilt |= d->pairs[i].rebuilt;
    bool unchecked = rebuilt || strstr(d->sql.text, "-- unchecked\n");
    orm_status status = rebuilt ? orm__step_check_tables(db, d, from) : ORM_OK;
    if (!status) status = orm__level_begin(db, &(orm_transaction_options){ .orm__begin = true, .unchecked = unchecked });
    if (status) return status;
    status = orm__step_send(db, d);
    if (!status) orm__statements_anew(db);       /* in a transaction of the caller, one that is stale would be the end of it */
    if (!status) return orm__level_commit(db);
    orm__level_rollback(db);
    return status;
}

static orm_status orm__step_losses(orm__session *db, const orm__diff *d)
{
    char list[400] = "";
    size_t n = 0;
    for (size_t i = 0; i < d->n_dangers; i++) {
        size_t length = strlen(list);
        if (d->dangers[i].loses) orm__copy_clean(list + length, sizeof list - length, "%s%s %s", n++ ? ", " : "", d->dangers[i].kind, d->dangers[i].subject);
    }
    return n ? orm__raise(db, ORM_MISUSE, 0, "data would be lost for good: %s. orm_change_tables_force, which names the database, does that", list) : ORM_OK;
}

/* `loses`: the caller said that data may be lost */
static orm_status orm__step_schemas(orm_db *handle, const orm_schema *from, const orm_schema *to, bool loses)
{
    orm_arena arena = { .orm__allocator = orm__default_allocator() };
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm__diff d = { .dialect = db->dialect, .arena = &arena };
    orm_status status = ORM_OK;
    if (orm__diff_schemas(&d, from, to)) {
        if (!loses) status = orm__step_losses(db, &d);
        if (!status) status = orm__step_within(db, &d, from);
    }
    else if (d.why[0]) status = orm__raise(db, ORM_MISUSE, 0, "%s", d.why);
    else status = orm_failed() ? orm_error()->kind : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    orm__leave(db);
    orm__diff_end(&d);
    orm_arena_release(&arena);
    return status;
}

/* ---- versions of a model ------------------------------------------------------------------------------------------------------------ */
static orm_model *orm__step_copy(orm__stepping *s, const orm_model *model)
{
    size_t n_options = 0;
    while (model->options && model->options[n_options].kind) n_options++;
    orm_model *copy = (orm_model *)orm__step_take(s, sizeof *copy);
    orm_column *columns = (orm_column *)orm__step_take(s, (model->n_columns + 1) * sizeof *columns);
    orm_model_option *options = (orm_model_option *)orm__step_take(s, (n_options + 2) * sizeof *options);      /* room for one more */
    if (s->status) return NULL;
    *copy = *model;
    memcpy(columns, model->columns, model->n_columns * sizeof *columns);
    if (n_options) memcpy(options, model->options, n_options * sizeof *options);
    for (size_t i = 0; i < model->n_columns; i++) columns[i].model = copy;
    copy->columns = columns;
    copy->options = options;
    return copy;
}

static orm_column *orm__step_column(const orm_model *copy, const orm_column *column) { return (orm_column *)(uintptr_t)&copy->columns[orm__column_index(column->model, column)]; }

static bool orm__step_names(const orm_model_option *option, const orm_column *column)
{
    for (size_t i = 0; i < option->n_parts; i++)
        if (option->parts[i].column == column) return true;
    return false;
}

static void orm__step_without_option(orm_model *copy, size_t i)
{
    orm_model_option *options = (orm_model_option *)(uintptr_t)copy->options;
    for (; options[i].kind; i++) options[i] = options[i + 1];
}

/* without the column, and the indexes and keys that it is part of */
static void orm__step_without(orm__stepping *s, orm_model *copy, const orm_column *column)
{
    orm_column *columns = (orm_column *)(uintptr_t)copy->columns;
    orm_relation *relations = (orm_relation *)orm__step_take(s, (copy->n_relations + 1) * sizeof *relations);
    size_t n = 0, at = orm__column_index(column->model, column);
    if (!relations) return;
    for (size_t i = 0; copy->options[i].kind; )
        if (orm__step_names(&copy->options[i], column)) orm__step_without_option(copy, i);
        else i++;
    for (size_t i = 0; i < copy->n_relations; i++) {
        bool uses = false;
        for (size_t k = 0; copy->relations[i].constrained && copy->relations[i].key[k]; k++) uses |= copy->relations[i].key[k] == column;
        if (!uses) relations[n++] = copy->relations[i];
    }
    copy->relations = relations;
    copy->n_relations = n;
    memmove(columns + at, columns + at + 1, (copy->n_columns - at - 1) * sizeof *columns);
    copy->n_columns--;
}

/* counters make triggers on the tables that they count: those are in both versions */
static orm_status orm__step_models(orm__stepping *s, orm_db *db, const orm_model *from, const orm_model *to)
{
    size_t n = 1;
    s->from[0] = from;
    s->to[0] = to;
    for (size_t i = 0; from && i < from->n_columns; i++) {
        const orm_relation *counted = from->columns[i].counter_of;
        const orm_model *child = counted ? counted->kind == ORM_MANY_TO_MANY ? counted->through : counted->target : NULL;
        if (child) s->from[n] = s->to[n] = child;
        n += child != NULL;
    }
    const orm_schema old = { .name = "", .models = s->from + !from, .n_models = n - !from }, now = { .name = "", .models = s->to + !to, .n_models = n - !to };
    return orm__step_schemas(db, &old, &now, true);
}

static orm_status orm__step_end(orm__stepping *s, orm_status status)
{
    orm_arena_release(&s->arena);
    return s->status ? s->status : status;
}

static orm__stepping orm__step_begin(void)
{
    orm__stepping s = { .arena = { .orm__allocator = orm__default_allocator() } };
    orm__clear_error();
    return s;
}

static void orm__step_unrefer(orm_column *column)
{
    column->references = NULL;
    column->references_model = column->is.target_model = NULL;
    column->is.target = NULL;
    column->on_delete = column->on_update = ORM_ACTION_NONE;
    column->deferral = ORM_NOT_DEFERRABLE;
}

/* what the step makes of the copies; false: the step has no sense for this column */
static bool orm__step_vary(orm__stepping *s, orm__step_kind kind, const orm_column *column, const orm_column *other, orm_model *from, orm_model *to)
{
    const orm_model *parent = NULL;
    switch (kind) {
    case ORM__STEP_ADD_COLUMN:    orm__step_without(s, from, column); return true;
    case ORM__STEP_DROP_COLUMN:   orm__step_without(s, to, column); return true;
    case ORM__STEP_RENAME_COLUMN:
        orm__step_column(to, column)->column = orm__column_name(other);
        orm__step_column(to, column)->was = orm__column_name(column);
        return true;
    case ORM__STEP_ALTER_COLUMN: {
        orm_column *now = orm__step_column(to, column);
        *now = *other;
        now->model = to;
        return strcmp(orm__column_name(column), orm__column_name(other)) == 0;
    }
    case ORM__STEP_ADD_UNIQUE:
    case ORM__STEP_DROP_UNIQUE:
        orm__step_column(from, column)->unique = kind == ORM__STEP_DROP_UNIQUE;
        orm__step_column(to, column)->unique = kind == ORM__STEP_ADD_UNIQUE;
        return true;
    case ORM__STEP_ADD_KEY:  orm__step_unrefer(orm__step_column(from, column)); return orm__target_of(column, &parent) != NULL;
    case ORM__STEP_DROP_KEY: orm__step_unrefer(orm__step_column(to, column)); return orm__target_of(column, &parent) != NULL;
    default: return false;
    }
}

/* the copy's row of defaults, in which the one of the other model stands behind the rest */
static void orm__step_defaults(orm__stepping *s, orm_model *to, const orm_column *column, const orm_column *other)
{
    orm_column *now = orm__step_column(to, column);
    const void *theirs = orm__default_row(NULL, other->model, &s->arena), *ours = orm__default_row(NULL, column->model, &s->arena);
    now->offset = (to->size + 15) / 16 * 16;
    char *row = theirs && ours ? (char *)orm__step_take(s, now->offset + orm__member_size(other->is.type) + sizeof(bool)) : NULL;
    if (!row) return;
    memcpy(row, ours, to->size);
    const orm_value value = orm__value_of(other, theirs);
    orm__store(now, row, &value);
    to->default_row = row;
}

ORM_API orm_status orm__step(orm_db *db, orm__step_kind kind, const orm_column *column, const orm_column *other)
{
    orm__stepping s = orm__step_begin();
    orm_model *from = orm__step_copy(&s, column->model), *to = from ? orm__step_copy(&s, column->model) : NULL;
    if (!to) return orm__step_end(&s, ORM_NO_MEMORY);
    if (!orm__step_vary(&s, kind, column, other, from, to))
        return orm__step_end(&s, orm__raise_at(NULL, ORM_MISUSE, column->model, column, kind == ORM__STEP_ALTER_COLUMN ? "%s.%s: both versions of the column must have one name: rename it first" :
                                                                                                                         "%s.%s refers to no other column", column->model->name, column->name));
    if (kind == ORM__STEP_ALTER_COLUMN) orm__step_defaults(&s, to, column, other);
    return orm__step_end(&s, s.status ? s.status : orm__step_models(&s, db, from, to));
}

/* ---- indexes and checks ------------------------------------------------------------------------------------------------------------------ */
static bool orm__step_same_parts(const orm_model_option *option, const orm_column *const *columns, size_t n)
{
    if ((option->kind != ORM_OPTION_INDEX && option->kind != ORM_OPTION_UNIQUE) || option->n_parts != n) return false;
    for (size_t i = 0; i < n; i++)
        if (option->parts[i].column != columns[i] || option->parts[i].descending) return false;
    return true;
}

ORM_API orm_status orm__step_index(orm_db *db, orm__step_kind kind, bool unique, const orm_column *const *columns, size_t n)
{
    orm__stepping s = orm__step_begin();
    const orm_model *model = columns[0]->model;
    orm_model *with = orm__step_copy(&s, model), *without = with ? orm__step_copy(&s, model) : NULL;
    orm_index_part *parts = (orm_index_part *)orm__step_take(&s, n * sizeof *parts);
    if (s.status) return orm__step_end(&s, s.status);
    orm_model_option made = { .kind = unique ? ORM_OPTION_UNIQUE : ORM_OPTION_INDEX, .parts = parts, .n_parts = n };
    for (size_t i = 0; i < n; i++) {
        if (columns[i]->model != model) return orm__step_end(&s, orm__raise(NULL, ORM_MISUSE, 0, "the columns of an index are of one model: %s.%s is not of %s", columns[i]->model->name, columns[i]->name, model->name));
        parts[i].column = columns[i];
    }
    if (n == 1) orm__step_column(with, columns[0])->indexed = orm__step_column(without, columns[0])->indexed = false;      /* the row may say the same */
    for (size_t i = 0; with->options[i].kind; ) {
        if (!orm__step_same_parts(&with->options[i], columns, n)) {
            i++;
            continue;
        }
        if (kind == ORM__STEP_DROP_INDEX) made.kind = with->options[i].kind;
        orm__step_without_option(with, i);
        orm__step_without_option(without, i);
    }
    size_t last = 0;
    while (with->options[last].kind) last++;
    ((orm_model_option *)(uintptr_t)with->options)[last] = made;
    return orm__step_end(&s, kind == ORM__STEP_ADD_INDEX ? orm__step_models(&s, db, without, with) : orm__step_models(&s, db, with, without));
}

ORM_API orm_status orm__step_check(orm_db *db, orm__step_kind kind, const orm_model *model, const char *name, const char *sql)
{
    orm__stepping s = orm__step_begin();
    orm_model *with = orm__step_copy(&s, model), *without = with ? orm__step_copy(&s, model) : NULL;
    if (s.status) return orm__step_end(&s, s.status);
    for (size_t i = 0; with->options[i].kind; ) {
        if (with->options[i].kind != ORM_OPTION_CHECK || strcmp(with->options[i].name, name) != 0) {
            i++;
            continue;
        }
        orm__step_without_option(with, i);
        orm__step_without_option(without, i);
    }
    size_t last = 0;
    while (with->options[last].kind) last++;
    ((orm_model_option *)(uintptr_t)with->options)[last] = (orm_model_option){ .kind = ORM_OPTION_CHECK, .name = name, .sql = sql };
    return orm__step_end(&s, kind == ORM__STEP_ADD_CHECK ? orm__step_models(&s, db, without, with) : orm__step_models(&s, db, with, without));
}

/* ---- tables ----------------------------------------------------------------------------------------------------------------------------------- */
ORM_API orm_status orm_create_table(orm_db *db, const orm_model *model)
{
    orm__stepping s = orm__step_begin();
    if (!model) return orm__step_end(&s, orm__raise(NULL, ORM_MISUSE, 0, "the model is NULL"));
    orm_model *plain = orm__step_copy(&s, model);
    /* those that its counters count may not be there yet: a counter begins when they are */
    for (size_t i = 0; plain && i < plain->n_columns; i++) {
        orm_column *column = (orm_column *)(uintptr_t)&plain->columns[i];
        if (column->counter_of) column->default_sql = "0";
        column->counter_of = NULL;
    }
    return orm__step_end(&s, plain ? orm__step_models(&s, db, NULL, plain) : ORM_NO_MEMORY);
}

ORM_API orm_status orm_rename_table(orm_db *db, const orm_model *model, const char *name)
{
    orm__stepping s = orm__step_begin();
    if (!model || !name) return orm__step_end(&s, orm__raise(NULL, ORM_MISUSE, 0, "a table is renamed by its model and a name"));
    orm_model *now = orm__step_copy(&s, model);
    if (!now) return orm__step_end(&s, ORM_NO_MEMORY);
    size_t last = 0;
    while (now->options[last].kind) last++;
    ((orm_model_option *)(uintptr_t)now->options)[last] = (orm_model_option){ .kind = ORM_OPTION_WAS, .sql = model->table };
    now->table = name;
    return orm__step_end(&s, orm__step_models(&s, db, model, now));
}

ORM_API orm_status orm_change_tables(orm_db *db, const orm_schema *from, const orm_schema *to)
{
    orm__clear_error();
    if (!from || !to) return orm__raise(NULL, ORM_MISUSE, 0, "a change goes from one schema to another, and one is NULL");
    return orm__step_schemas(db, from, to, false);
}

ORM_API orm_status orm__change_tables_force(orm_db *db, const orm_schema *from, const orm_schema *to, const char *database)
{
    orm__clear_error();
    if (!from || !to) return orm__raise(NULL, ORM_MISUSE, 0, "a change goes from one schema to another, and one is NULL");
    orm_status status = orm__check_database(db, database);
    return status ? status : orm__step_schemas(db, from, to, true);
}

ORM_API orm_status orm__step_table(orm_db *db, const orm_model *model, const char *database)
{
    orm__stepping s = orm__step_begin();
    orm_status status = orm__check_database(db, database);
    if (status) return orm__step_end(&s, status);
    return orm__step_end(&s, orm__step_models(&s, db, model, NULL));
}

ORM_API orm_status orm__step_column_gone(orm_db *db, const orm_column *column, const char *database)
{
    orm__clear_error();
    orm_status status = orm__check_database(db, database);
    return status ? status : orm__step(db, ORM__STEP_DROP_COLUMN, column, NULL);
}

/* ---- what there is ---------------------------------------------------------------------------------------------------------------------------------- */
ORM_API orm_status orm_list_tables(orm_db *handle, bool views, orm_arena *arena, const char *const **names, size_t *n)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_found_name *found = NULL;
    size_t n_found = 0;
    *n = 0;
    orm_status status = db->dialect->list_tables(db->connection, arena, &found, &n_found);
    const char **list = status ? NULL : orm_arena_allocate(arena, (n_found + 1) * sizeof *list);
    if (!status && !list) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n_found && list; i++)
        if (views || found[i].kind == ORM_FOUND_TABLE) list[(*n)++] = found[i].name;
    *names = list;
    orm__leave(db);
    return status;
}

ORM_API orm_status orm_describe_table(orm_db *handle, const char *table, orm_arena *arena, struct orm_found_table *out)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = db->dialect->describe(db->connection, table, arena, out);
    if (!status && !out->exists) status = orm__raise(db, ORM_NO_TABLE, 0, "there is no table %.100s", table);
    orm__leave(db);
    return status;
}
