/* >>migrate: applies migrations and takes them back, each as a whole, one runner at a time. */
#include "evolve.h"

typedef struct orm__migrating {
    orm_db *db; const orm_dialect *dialect; const orm_migrate_options *o; orm_arena *arena;
    orm__migration *list; size_t n;
    orm__applied *applied; size_t n_applied;
    orm_failures differences;
    orm_migrate_event event;
    orm__keeping keeping;
    const orm__migration *running; orm_found_table before;      /* of a table that is made anew: what it was */
    const char *place; unsigned line; size_t statement;      /* of the statement that runs; NULL: none */
} orm__migrating;

#define ORM__MIGRATION_LOCK "orm migrations"
static const orm_migrate_options orm__migrate_usual = { .all = false };

/* what begins and ends transactions of its own has no place in one */
static orm_status orm__refuse_inside(orm_db *db, const orm_migrate_options *o)
{
    if ((o && o->dry_run) || !orm_attempt(db)) return ORM_OK;
    return orm__raise(NULL, ORM_MISUSE, 0, "migrations run in transactions of their own: not inside of this one");
}

/* a section for an engine that nobody knows is of another program; for one that is nearly called so it would never run */
static orm_status orm__check_engines(const orm__migration *m, const orm_dialect *dialect)
{
    for (size_t i = 0; i < m->n_sections; i++) {
        const char *name = m->sections[i].dialect, *engine = name && strcmp(name, dialect->name) != 0 ? orm__mark_engine(name) : NULL;
        if (engine) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s:%u: no engine is called %.60s, did you mean %s?", m->place, m->sections[i].line - 1, name, engine);
    }
    return ORM_OK;
}

static orm_status orm__migrating_begin(orm__migrating *g, orm_db *db, const orm_migrate_options *options, orm_arena *arena)
{
    *g = (orm__migrating){ .db = db, .o = options ? options : &orm__migrate_usual, .arena = arena };
    orm__clear_error();
    if (!db) return orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
    g->dialect = db->pool->dialect;
    if (!g->arena->orm__allocator.allocate) g->arena->orm__allocator = orm__default_allocator();
    orm_status status = orm__migrations_read(g->o->folder, g->o->compiled, g->arena, &g->list, &g->n);
    for (size_t i = 0; i < g->n && !status; i++) status = orm__check_engines(&g->list[i], g->dialect);
    return status ? status : orm__history_read(db, g->arena, &g->applied, &g->n_applied);
}

static orm__applied *orm__applied_of(const orm__migrating *g, const char *name)
{
    for (size_t i = 0; i < g->n_applied; i++)
        if (strcmp(g->applied[i].name, name) == 0) return &g->applied[i];
    return NULL;
}

static const orm__migration *orm__file_of(const orm__migrating *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->list[i].name, name) == 0) return &g->list[i];
    return NULL;
}

static orm_migration_state orm__state_of(const orm__migrating *g, const orm__migration *m)
{
    const orm__applied *a = orm__applied_of(g, m->name);
    if (a && !a->finished) return ORM_MIGRATION_UNFINISHED;
    if (a) return strcmp(a->checksum, m->checksum) != 0 ? ORM_MIGRATION_EDITED : ORM_MIGRATION_APPLIED;
    bool late = g->n_applied > 0 && strcmp(g->applied[g->n_applied - 1].name, m->name) > 0;
    return late ? ORM_MIGRATION_LATE : ORM_MIGRATION_PENDING;
}

/* ---- what stands in the way ------------------------------------------------------------------------------------------------------------ */
/* each file that a schema ends says which one it follows; two that follow the same one were written apart, and neither knows the other */
static void orm__find_branches(orm__migrating *g)
{
    const char *before = "none";
    for (size_t i = 0; i < g->n; i++) {
        const orm__migration *m = &g->list[i];
        if (m->parent && strcmp(m->parent, before) != 0)
            orm__add_failure(&g->differences, 0, m->name, "branch", "follows %s, but comes behind %s: generate it anew", m->parent, before);
        if (m->snapshot) before = m->name;
    }
}

static void orm__find_differences(orm__migrating *g)
{
    for (size_t i = 0; i < g->n; i++) {
        const char *name = g->list[i].name;
        switch (orm__state_of(g, &g->list[i])) {
        case ORM_MIGRATION_EDITED: orm__add_failure(&g->differences, 0, name, "edited", "is not what was applied"); break;
        case ORM_MIGRATION_UNFINISHED: orm__add_failure(&g->differences, 0, name, "unfinished", "began outside of a transaction and did not end: look what is there, then repair"); break;
        case ORM_MIGRATION_LATE:
            if (!g->o->late) orm__add_failure(&g->differences, 0, name, "late", "comes before %s, which is applied", g->applied[g->n_applied - 1].name);
            break;
        default: break;
        }
    }
    for (size_t i = 0; i < g->n_applied; i++)
        if (!g->o->unknown && !orm__file_of(g, g->applied[i].name)) orm__add_failure(&g->differences, 0, g->applied[i].name, "missing", "was applied, but is not here");
    orm__find_branches(g);
}

static orm_status orm__refuse_differences(orm__migrating *g)
{
    char list[420] = "";
    orm__find_differences(g);
    if (!g->differences.total) return ORM_OK;
    for (size_t i = 0; i < g->differences.count; i++) {
        size_t length = strlen(list);
        orm__copy_clean(list + length, sizeof list - length, "%s%s %s", i ? "; " : "", g->differences.item[i].field, g->differences.item[i].message);
    }
    orm__raise(NULL, ORM_MIGRATIONS_DIFFER, 0, "%zu difference%s: %s", g->differences.total, g->differences.total == 1 ? "" : "s", list);
    orm__self()->error.failures = g->differences;
    return ORM_MIGRATIONS_DIFFER;
}

/* the one whose name begins like that; the program's mistake when there is none, or several */
static orm_status orm__resolve(const orm__migrating *g, const char *beginning, const orm__migration **out)
{
    size_t found = 0;
    *out = NULL;
    for (size_t i = 0; i < g->n; i++) {
        if (strncmp(g->list[i].name, beginning, strlen(beginning)) != 0) continue;
        if (!found++ || strcmp(g->list[i].name, beginning) == 0) *out = &g->list[i];
    }
    if (!found) return orm__raise(NULL, ORM_MISUSE, 0, "no migration is called %.100s", beginning);
    if (found > 1 && strcmp((*out)->name, beginning) != 0) return orm__raise(NULL, ORM_MISUSE, 0, "%zu migrations begin with %.100s", found, beginning);
    return ORM_OK;
}

/* ---- scripts --------------------------------------------------------------------------------------------------------------------------------- */
typedef struct orm__script { const orm__section *section; size_t statements; bool unchecked; } orm__script;

static orm__splitter orm__script_begin(const orm__migrating *g, const orm__script *script)
{
    return (orm__splitter){ .dialect = g->dialect, .arena = g->arena, .at = script->section->at, .end = script->section->end, .line = script->section->line };
}

/* What runs is read as a whole before anything runs */
static orm_status orm__script_read(orm__migrating *g, const orm__migration *m, bool down, orm__script *out)
{
    *out = (orm__script){ .section = orm__migration_section(m, g->dialect, down) };
    if (!out->section) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s: has no section  -- %s  for %s", m->place, down ? "down" : "up", g->dialect->name);
    orm__splitter s = orm__script_begin(g, out);
    orm__piece piece, keep = { .text = NULL };
    while (orm__split_next(&s, &piece)) {
        if (piece.kind == ORM__PIECE_BAD) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s:%u: %s", m->place, piece.line, piece.text);
        bool kept = piece.kind == ORM__PIECE_KEPT && keep.text && strcmp(keep.text, piece.text) == 0;
        if ((piece.kind == ORM__PIECE_KEEP && keep.text) || (piece.kind == ORM__PIECE_KEPT && !kept)) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s:%u: each keep has its kept, of the same table, before the next", m->place, piece.line);
        if (piece.kind == ORM__PIECE_KEEP) keep = piece;
        if (kept) keep.text = NULL;
        if (piece.kind == ORM__PIECE_SQL) out->statements++;
        else out->unchecked = true;
    }
    if (keep.text) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s:%u: the line  -- kept  of this table is missing: what belongs to it would be lost", m->place, keep.line);
    if (out->unchecked && !g->dialect->rebuild_keep) return orm__raise(NULL, ORM_MISUSE, 0, "%.200s: %s alters tables, and has no use for keep, kept and unchecked", m->place, g->dialect->name);
    if (m->no_transaction && (out->statements > 1 || out->unchecked))
        return orm__raise(NULL, ORM_MISUSE, 0, "%.200s: without a transaction there can be one statement only, and here are %zu", m->place, out->statements);
    return ORM_OK;
}

static void orm__tell(orm__migrating *g, const char *sql, size_t size, int64_t began)
{
    char *copy = sql ? orm__bump_text(g->arena, sql, size) : NULL;
    g->event.sql = copy;
    g->event.microseconds = began ? orm__ticks() - began : 0;
    if (g->o->event) g->o->event(g->o->context, &g->event);
}

static bool orm__has_note(const orm__migration *m, const char *kind, const char *subject)
{
    for (size_t i = 0; i < m->n_notes; i++)
        if (strcmp(m->notes[i].kind, kind) == 0 && orm__same_word(m->notes[i].subject, subject)) return true;
    return false;
}

/* A column that nobody spoke of when the migration was written, as it was made by hand, would be lost with the old table */
static orm_status orm__nothing_lost(orm__migrating *g, orm__session *s, const char *table)
{
    orm_found_table now;
    orm_status status = g->dialect->describe(s->connection, table, g->arena, &now);
    for (size_t i = 0; i < g->before.n_columns && !status && !g->event.undo; i++) {
        const char *name = g->before.columns[i].name, *subject = orm_format(g->arena, "%s.%s", table, name);
        bool there = false;
        for (size_t k = 0; k < now.n_columns; k++) there |= orm__same_word(now.columns[k].name, name);
        if (!subject) return orm__raise(s, ORM_NO_MEMORY, 0, "out of memory");
        if (!there && !orm__has_note(g->running, "drop_column", subject))
            status = orm__raise(s, ORM_SCHEMA_DIFFERS, 0, "the table %s has the column %s, which the migration does not know: it would be lost", table, name);
    }
    return status;
}

static orm_status orm__run_piece(orm__migrating *g, orm_db *db, const orm__piece *piece)
{
    orm__session *s = orm__enter(db, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!s) return orm__refused();
    orm_status status = ORM_OK;
    if (piece->kind == ORM__PIECE_KEEP) status = g->dialect->describe(s->connection, piece->text, g->arena, &g->before);
    if (!status) status = orm__piece_run(s, piece, g->arena, &g->keeping);
    if (!status && piece->kind == ORM__PIECE_KEPT) status = orm__nothing_lost(g, s, piece->text);
    orm__leave(s);
    return status;
}

/* `db` NULL: only tells */
static orm_status orm__run_script(orm__migrating *g, orm_db *db, const orm__migration *m, const orm__script *script)
{
    orm__splitter s = orm__script_begin(g, script);
    orm_status status = ORM_OK;
    orm__piece piece;
    g->running = m;
    g->event.step = 0;
    g->event.steps = script->statements;
    while (!status && orm__split_next(&s, &piece)) {
        int64_t began = orm__ticks();
        bool sql = piece.kind == ORM__PIECE_SQL;
        g->event.step += sql;
        g->place = m->place;
        g->line = piece.line;
        g->statement = g->event.step;
        char *text_ = sql ? orm__bump_text(g->arena, piece.text, piece.size) : NULL;
        if (text_) piece.text = text_;
        else if (sql) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        if (db) status = orm__run_piece(g, db, &piece);
        if (!status && sql) orm__tell(g, piece.text, piece.size, db ? began : 0);
    }
    if (!status) g->place = NULL;
    return status;
}

/* the failure of a statement says where it stands. When everything around it has ended, as what a transaction tells is its own message. */
static void orm__name_place(const orm__migrating *g)
{
    orm_error_info *error = &orm__self()->error;
    char message[sizeof error->message];
    if (!g->place || !orm_failed()) return;
    memcpy(message, error->message, sizeof message);
    if (!g->line) orm__copy_clean(error->message, sizeof error->message, "%.200s: %s", g->place, message);
    else orm__copy_clean(error->message, sizeof error->message, "%.200s:%u: statement %zu: %s", g->place, g->line, g->statement, message);
}

/* ---- one migration ------------------------------------------------------------------------------------------------------------------------------- */
static int64_t orm__wait_until(const orm__migrating *g) { return orm__ticks() + (int64_t)(g->o->wait_ms ? g->o->wait_ms : 60000) * 1000; }

static orm_status orm__take_runner_lock(orm__migrating *g)
{
    const orm_lock_options at_once = { .orm__begin = true, .nowait = true };
    orm_status status = orm__lock(g->db, ORM__MIGRATION_LOCK, &at_once, NULL);
    if (status || !g->dialect->lock_wait) return status;
    orm__session *s = orm__enter(g->db, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!s) return orm__refused();
    char sql[96];
    int n = snprintf(sql, sizeof sql, "%s%" PRIu32, g->dialect->lock_wait, g->o->lock_ms ? g->o->lock_ms : 10000);
    status = orm__run_once(s, sql, (size_t)n, NULL, 0, NULL);
    orm__leave(s);
    return status;
}

/* A transaction in which this is the only runner. What others committed while it waited is seen. It waits without one: whoever waits inside of a statement
   is somebody for whom an index that is built concurrently waits, and both would to the end of their time. */
static orm_tx *orm__begin_runner(orm__migrating *g, bool unchecked)
{
    const orm_transaction_options how = { .orm__begin = true, .isolation = ORM_READ_COMMITTED, .unchecked = unchecked };
    int64_t until = orm__wait_until(g);
    for (;;) {
        orm_tx *tx = orm_begin(g->db, &how);
        orm_status status = tx ? orm__take_runner_lock(g) : orm_error()->kind;
        if (tx && !status) return tx;
        if (tx) orm_rollback(tx);
        if ((status != ORM_LOCK_TIMEOUT && status != ORM_BUSY) || orm__ticks() >= until) return NULL;
        orm__clear_error();
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
}

static orm_status orm__end_runner(orm_tx *tx, orm_status status)
{
    if (!status) return orm_commit(tx);
    orm_rollback(tx);
    return status;
}

static orm_status orm__record(orm__migrating *g, orm_db *db, const orm__migration *m, int64_t began)
{
    if (g->event.undo) return orm__history_forget(db, m->name);
    return orm__history_note(db, m->name, m->checksum, orm__ticks() - began, true);
}

static orm_status orm__run_function(orm__migrating *g, const orm__migration *m)
{
    g->place = m->name;
    g->line = 0;
    orm_status status = g->event.undo ? m->down(g->db) : m->up(g->db);
    if (status && !orm_failed()) orm__raise(NULL, status, 0, "answers %s", orm_status_name(status));
    if (!status) g->place = NULL;
    return status;
}

static orm_status orm__run_within(orm__migrating *g, const orm__migration *m, bool *done)
{
    orm__script script = { .unchecked = false };
    bool undo = g->event.undo, there = false;
    orm_status status = m->text ? orm__script_read(g, m, undo, &script) : ORM_OK;
    if (status) return status;
    orm_tx *tx = orm__begin_runner(g, script.unchecked || m->tables);
    if (!tx) return orm_error()->kind;
    int64_t began = orm__ticks();
    status = orm__history_has(g->db, m->name, &there);
    *done = !status && there == undo;                       /* else another runner was faster */
    if (*done) status = m->text ? orm__run_script(g, g->db, m, &script) : orm__run_function(g, m);
    if (*done && !status) status = orm__record(g, g->db, m, began);
    if (!status) {                      /* a commit that fails has no statement to name, but its migration */
        g->place = m->name;
        g->line = 0;
    }
    status = orm__end_runner(tx, status);
    if (!status) g->place = NULL;
    if (!status && *done) orm__tell(g, NULL, 0, began);
    *done &= !status;
    return status;
}

/* ---- without a transaction ---- */
static orm_status orm__tell_broken(orm__migrating *g, orm_status status)
{
    const char *names = NULL;
    orm_error_info before = *orm_error();
    if (!g->dialect->broken || orm__scalar_text(g->db, g->arena, &names, g->dialect->broken, NULL, 0, NULL) || !names) names = NULL;
    orm__self()->error = before;
    if (names) orm__copy_clean(orm__self()->error.message, sizeof before.message, "%s. Left behind, and of no use: %s", before.message, names);
    return status;
}

/* does the text hold the name as a whole? */
static bool orm__says_name(const char *text_, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = text_; (at = strstr(at, name)) != NULL; at++) {
        unsigned char before = at > text_ ? (unsigned char)at[-1] : ' ', after = (unsigned char)at[length];
        bool within = before == '_' || after == '_' || before >= 0x80 || after >= 0x80 || (before >= '0' && before <= '9') || (after >= '0' && after <= '9') ||
                      ((before | 0x20) >= 'a' && (before | 0x20) <= 'z') || ((after | 0x20) >= 'a' && (after | 0x20) <= 'z');
        if (!within) return true;
    }
    return false;
}

/* An index that an earlier try left behind, of no use, makes "if not exists" do nothing, and look well */
static orm_status orm__refuse_broken(orm__migrating *g, const orm__script *script)
{
    const char *names = NULL, *sql = script->section->at;
    if (!g->dialect->broken || orm__scalar_text(g->db, g->arena, &names, g->dialect->broken, NULL, 0, NULL) || !names) return ORM_OK;
    char *text_ = orm__bump_text(g->arena, sql, (size_t)(script->section->end - sql)), *list = orm__bump_text(g->arena, names, strlen(names));
    if (!text_ || !list) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    for (char *name = list, *next; name; name = next) {
        next = strstr(name, ", ");
        if (next) *next = 0, next += 2;
        if (orm__says_name(text_, name)) return orm__raise(NULL, ORM_SCHEMA_DIFFERS, 0, "the index %s is there, but of no use: an earlier try left it behind. Drop it, then repair", name);
    }
    return ORM_OK;
}

/* Where no lock is held over it, another runner may have begun: it has written its line, and ends soon or never. */
static orm_status orm__wait_for_other(orm__migrating *g, orm_db *db, const orm__migration *m, int64_t until)
{
    for (;;) {
        orm_status status = orm__history_read(db, g->arena, &g->applied, &g->n_applied);
        if (status) return status;
        const orm__applied *a = orm__applied_of(g, m->name);
        if (!a || a->finished) return ORM_OK;
        if (orm__ticks() >= until) return orm__raise(NULL, ORM_LOCK_TIMEOUT, 0, "%s was begun by another runner, and did not end in time", m->name);
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
}

/* While another session holds the lock in a transaction that has seen nothing, the statement runs by itself. Its line is written before and after. */
static orm_status orm__run_alone(orm__migrating *g, orm_db *db, const orm__migration *m, const orm__script *script, bool *done)
{
    bool there = false, undo = g->event.undo;
    int64_t began = orm__ticks();
    orm_status status = orm__history_has(db, m->name, &there);
    *done = !status && there == undo;
    /* begun by another runner: what comes behind must wait for its end, and who holds the lock over all of it knows that it will not come */
    if (!status && there && !undo) return orm__wait_for_other(g, db, m, g->dialect->holds_all ? orm__wait_until(g) : 0);
    if (!*done) return status;
    status = undo ? orm__history_forget(db, m->name) : ORM_OK;
    if (!status) status = orm__history_note(db, m->name, m->checksum, 0, false);
    if (status == ORM_UNIQUE) {
        *done = false;
        orm__clear_error();
        return orm__wait_for_other(g, db, m, orm__wait_until(g));
    }
    if (!status) status = orm__run_script(g, db, m, script);
    if (!status && !undo) status = orm__refuse_broken(g, script);
    if (status) return orm__tell_broken(g, status);
    status = undo ? orm__history_forget(db, m->name) : orm__history_change(db, m->name, m->checksum, orm__ticks() - began);
    if (!status) orm__tell(g, NULL, 0, began);
    return status;
}

static orm_status orm__run_without(orm__migrating *g, const orm__migration *m, bool *done)
{
    orm__script script;
    orm_status status = orm__script_read(g, m, g->event.undo, &script);
    if (status) return status;
    if (g->dialect->holds_all) {
        status = orm__run_alone(g, g->db, m, &script, done);
    } else {
        orm_tx *tx = orm__begin_runner(g, false);
        if (!tx) return orm_error()->kind;
        status = orm__run_alone(g, orm_outside(g->db), m, &script, done);
        orm_error_info error = *orm_error();
        orm_rollback(tx);
        if (status) orm__self()->error = error;
    }
    *done &= !status;
    return status;
}

/* ---- all that are to run --------------------------------------------------------------------------------------------------------------------------- */
static orm_status orm__may_undo(const orm__migrating *g, const orm__migration *m)
{
    if (!m->text && !m->down) return orm__raise(NULL, ORM_MISUSE, 0, "%s: has no way back", m->name);
    if (m->irreversible && !g->o->lossy) return orm__raise(NULL, ORM_MISUSE, 0, "%s: is irreversible: %s", m->name, m->irreversible);
    return ORM_OK;
}

/* looks at all of them before the first one runs */
static orm_status orm__migrations_check(orm__migrating *g, const orm__migration *const *chosen, size_t n)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < n && !status; i++) {
        orm__script script;
        if (g->event.undo) status = orm__may_undo(g, chosen[i]);
        if (!status && chosen[i]->text) status = orm__script_read(g, chosen[i], g->event.undo, &script);
        if (!status && chosen[i]->text && !g->event.undo) status = orm__migration_check(chosen[i], g->dialect, g->arena);
    }
    return status;
}

static orm_status orm__run_all(orm__migrating *g, const orm__migration *const *chosen, size_t n, size_t *done)
{
    orm_status status = orm__migrations_check(g, chosen, n);
    g->event.count = n;
    for (size_t i = 0; i < n && !status; i++) {
        const orm__migration *m = chosen[i];
        bool ran = true;
        orm__script script;
        g->event.name = m->name;
        g->event.number = i + 1;
        g->event.step = g->event.steps = 0;
        if (!g->o->dry_run) status = m->no_transaction ? orm__run_without(g, m, &ran) : orm__run_within(g, m, &ran);
        else if (!m->text) orm__tell(g, NULL, 0, 0);
        else if (!(status = orm__script_read(g, m, g->event.undo, &script))) status = orm__run_script(g, NULL, m, &script);
        if (!status && ran) ++*done;
    }
    if (status) orm__name_place(g);
    return status;
}

/* the lock is worth a wait: who finds something unfinished may only have come too early */
static orm_status orm__settle_unfinished(orm__migrating *g)
{
    bool unfinished = false;
    for (size_t i = 0; i < g->n_applied; i++) unfinished |= !g->applied[i].finished;
    if (!unfinished) return ORM_OK;
    if (g->dialect->holds_all) {
        const int64_t until = orm__ticks() + 2000000;          /* so long such a statement may take in another runner; who crashed ends never */
        for (size_t i = 0; i < g->n; i++) {
            orm_status status = orm__wait_for_other(g, g->db, &g->list[i], until);
            if (status && status != ORM_LOCK_TIMEOUT) return status;
        }
        orm__clear_error();
        return ORM_OK;
    }
    orm_tx *tx = orm__begin_runner(g, false);
    if (!tx) return orm_error()->kind;
    return orm__end_runner(tx, orm__history_read(g->db, g->arena, &g->applied, &g->n_applied));
}

static orm_status orm__make_history(orm__migrating *g)
{
    bool exists = false;
    orm_status status = orm__history_exists(g->db, &exists);
    if (status || exists) return status;
    orm_tx *tx = orm__begin_runner(g, false);
    return tx ? orm__end_runner(tx, orm__history_make(g->db)) : orm_error()->kind;
}

static orm_status orm__choose_up(orm__migrating *g, const orm__migration **chosen, size_t *n)
{
    const orm__migration *last = NULL;
    orm_status status = g->o->to ? orm__resolve(g, g->o->to, &last) : ORM_OK;
    for (size_t i = 0; i < g->n && !status; i++) {
        if (!orm__applied_of(g, g->list[i].name)) chosen[(*n)++] = &g->list[i];
        if (&g->list[i] == last) break;
    }
    return status;
}

static orm_status orm__choose_undo(orm__migrating *g, const orm__migration **chosen, size_t *n)
{
    const orm__migration *stays = NULL;
    orm_status status = g->o->to ? orm__resolve(g, g->o->to, &stays) : ORM_OK;
    for (size_t i = g->n_applied; i-- > 0 && !status; ) {
        const orm__migration *m = orm__file_of(g, g->applied[i].name);
        if (m && m == stays) break;
        if (!m) return orm__raise(NULL, ORM_MIGRATIONS_DIFFER, 0, "%s was applied, but is not here: nobody knows its way back", g->applied[i].name);
        chosen[(*n)++] = m;
        if (!g->o->all && !g->o->to) break;
    }
    return status;
}

static orm_status orm__migrate_either(orm_db *db, const orm_migrate_options *options, size_t *done, bool undo)
{
    orm__migrating g;
    orm_arena arena = { .orm__at = NULL };
    size_t n = 0, unused = 0, *ran = done ? done : &unused;
    *ran = 0;
    orm_status status = orm__refuse_inside(db, options);
    if (status) return status;
    status = orm__migrating_begin(&g, db, options, &arena);
    g.event.undo = undo;
    if (!status && !g.o->dry_run) status = orm__make_history(&g);
    if (!status) status = orm__settle_unfinished(&g);
    if (!status) status = orm__refuse_differences(&g);
    const orm__migration **chosen = status ? NULL : orm_arena_allocate(&arena, (g.n + g.n_applied + 1) * sizeof *chosen);
    if (!status && !chosen) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) status = undo ? orm__choose_undo(&g, chosen, &n) : orm__choose_up(&g, chosen, &n);
    if (!status) status = orm__run_all(&g, chosen, n, ran);
    orm_arena_release(&arena);
    return status;
}

ORM_API orm_status orm_migrate(orm_db *db, const orm_migrate_options *options, size_t *done) { return orm__migrate_either(db, options, done, false); }
ORM_API orm_status orm_migrate_undo(orm_db *db, const orm_migrate_options *options, size_t *done) { return orm__migrate_either(db, options, done, true); }

/* ---- status, baseline, repair ------------------------------------------------------------------------------------------------------------------------- */
ORM_API orm_status orm_migrate_status(orm_db *db, const orm_migrate_options *options, orm_arena *arena, orm_migration_line **lines, size_t *n)
{
    orm__migrating g;
    if (!arena || !lines || !n) return orm__raise(NULL, ORM_MISUSE, 0, "a status needs an arena, and a place for its lines and their number");
    *n = 0;
    orm_status status = orm__migrating_begin(&g, db, options, arena);
    if (status) return status;
    *lines = orm_arena_allocate(arena, (g.n + g.n_applied + 1) * sizeof **lines);
    if (!*lines) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0, k = 0; i < g.n || k < g.n_applied; ) {       /* both are in order */
        int order = i == g.n ? 1 : k == g.n_applied ? -1 : strcmp(g.list[i].name, g.applied[k].name);
        const orm__applied *a = order >= 0 ? &g.applied[k] : NULL;
        orm_migration_line *line = &(*lines)[(*n)++];
        *line = (orm_migration_line){ .name = order <= 0 ? g.list[i].name : a->name, .applied_at = a ? a->applied_at : ORM_UNSET_TIME, .microseconds = a ? a->microseconds : 0 };
        line->state = order > 0 ? ORM_MIGRATION_MISSING : orm__state_of(&g, &g.list[i]);
        i += order <= 0;
        k += order >= 0;
    }
    return ORM_OK;
}

static orm_status orm__baseline_all(orm__migrating *g, size_t *done)
{
    const orm__migration *last = NULL;
    orm_status status = g->o->to ? orm__resolve(g, g->o->to, &last) : ORM_OK;
    for (size_t i = 0; i < g->n && !status; i++) {
        status = orm__history_note(g->db, g->list[i].name, g->list[i].checksum, 0, true);
        *done += !status;
        if (&g->list[i] == last) break;
    }
    return status;
}

static orm_status orm__repair_all(orm__migrating *g, size_t *done)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < g->n_applied && !status; i++) {
        const orm__applied *a = &g->applied[i];
        const orm__migration *m = orm__file_of(g, a->name);
        bool forgotten = !m || !a->finished;
        if (!forgotten && strcmp(m->checksum, a->checksum) == 0) continue;
        status = forgotten ? orm__history_forget(g->db, a->name) : orm__history_change(g->db, a->name, m->checksum, a->microseconds);
        *done += !status;
    }
    return status;
}

/* what only concerns the table of what was applied, in one transaction */
static orm_status orm__migrate_notes(orm_db *db, const orm_migrate_options *options, size_t *done, bool repair)
{
    orm__migrating g;
    orm_arena arena = { .orm__at = NULL };
    size_t unused = 0, *ran = done ? done : &unused;
    *ran = 0;
    orm_status status = orm__refuse_inside(db, options);
    if (status) return status;
    status = orm__migrating_begin(&g, db, options, &arena);
    if (!status) status = orm__make_history(&g);
    if (!status) {
        orm_tx *tx = orm__begin_runner(&g, false);
        status = tx ? orm__history_read(db, &arena, &g.applied, &g.n_applied) : orm_error()->kind;
        if (!status && !repair && g.n_applied) status = orm__raise(NULL, ORM_MISUSE, 0, "%zu migrations are noted as applied already", g.n_applied);
        if (!status) status = repair ? orm__repair_all(&g, ran) : orm__baseline_all(&g, ran);
        if (tx) status = orm__end_runner(tx, status);
    }
    if (status) *ran = 0;
    orm_arena_release(&arena);
    return status;
}

ORM_API orm_status orm_migrate_baseline(orm_db *db, const orm_migrate_options *options, size_t *done) { return orm__migrate_notes(db, options, done, false); }
ORM_API orm_status orm_migrate_repair(orm_db *db, const orm_migrate_options *options, size_t *done) { return orm__migrate_notes(db, options, done, true); }
