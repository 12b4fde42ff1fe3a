/* >>migration: one migration as a file has it: where it comes from, what is dangerous in it and who allowed it, and its sections. */
#include "evolve.h"

typedef struct orm__parsing { orm__migration *m; orm_arena *arena; const char *at, *end; unsigned line; size_t room; orm_status status; } orm__parsing;

static void orm__parse_refuse(orm__parsing *p, const char *why)
{
    if (!p->status) p->status = orm__raise(NULL, ORM_MISUSE, 0, "%.200s:%u: %s", p->m->place, p->line, why);
}

static const char *orm__parse_copy(orm__parsing *p, const char *at, const char *end_)
{
    while (at < end_ && (*at == ' ' || *at == '\t')) at++;
    while (end_ > at && (end_[-1] == ' ' || end_[-1] == '\t' || end_[-1] == '\r')) end_--;
    const char *copy = orm__bump_text(p->arena, at, (size_t)(end_ - at));
    if (!copy && !p->status) p->status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    return copy ? copy : "";
}

/* does the line begin with these words? `rest` gets what stands behind */
static bool orm__parse_line_is(const char *at, const char *stop, const char *words, const char **rest)
{
    size_t n = strlen(words);
    if ((size_t)(stop - at) < n || memcmp(at, words, n) != 0) return false;
    *rest = at + n;
    return true;
}

/* ---- the head --------------------------------------------------------------------------------------------------------------------- */
static const char *orm__parse_subject(orm__parsing *p, const char **at, const char *stop)
{
    if (*at < stop && **at == '"') {
        const char *subject = orm__read_c_text(at, stop, p->arena);
        if (!subject) orm__parse_refuse(p, "a name in quotes does not end");
        return subject ? subject : "";
    }
    const char *from = *at;
    while (*at < stop && **at != ':' && **at != ' ') ++*at;
    return orm__parse_copy(p, from, *at);
}

/* danger: drop_column users.age: its values are gone */
static void orm__parse_note(orm__parsing *p, const char *at, const char *stop, bool allows)
{
    if (p->m->n_notes == p->room) {
        size_t more = p->room ? p->room * 2 : 16;
        orm__note *list = orm_arena_allocate(p->arena, more * sizeof *list);
        if (!list) {
            p->status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
            return;
        }
        if (p->m->n_notes) memcpy(list, p->m->notes, p->m->n_notes * sizeof *list);
        p->m->notes = list;
        p->room = more;
    }
    orm__note *note = &p->m->notes[p->m->n_notes++];
    while (at < stop && *at == ' ') at++;
    const char *kind = at;
    while (at < stop && *at != ' ') at++;
    *note = (orm__note){ .allows = allows, .kind = orm__parse_copy(p, kind, at), .line = p->line };
    while (at < stop && *at == ' ') at++;
    note->subject = orm__parse_subject(p, &at, stop);
    if (at < stop && *at == ':') note->why = orm__parse_copy(p, at + 1, stop);
    if (!note->kind[0] || !note->subject[0] || !note->why || !note->why[0])
        orm__parse_refuse(p, allows ? "an allowance is written:  -- allow: KIND NAME: why" : "a danger is written:  -- danger: KIND NAME: what");
}

/* a comment that is one, of which a slip is told */
static void orm__parse_comment(orm__parsing *p, const char *stop, bool head)
{
    const char *at = p->at + strspn(p->at, " \t"), *rest = NULL;
    const char *why = at < stop ? orm__mark_slip(at, stop, head, p->arena) : NULL;
    if (why) orm__parse_refuse(p, why);
    else if (head && at < stop && !orm__parse_line_is(at, stop, "--", &rest)) orm__parse_refuse(p, "SQL stands before the first section: begin it with a line  -- up");
}

static void orm__parse_head_line(orm__parsing *p, const char *stop)
{
    const char *at = p->at, *rest = at;
    if (orm__parse_line_is(at, stop, "-- parent:", &rest)) {
        const char *parent = orm__parse_copy(p, rest, stop);
        p->m->parent = parent;
    } else if (orm__parse_line_is(at, stop, "-- irreversible(", &rest)) {
        p->m->irreversible = orm__read_c_text(&rest, stop, p->arena);
        if (!p->m->irreversible || rest == stop || *rest != ')') orm__parse_refuse(p, "a reason is missing: irreversible(\"...\")");
    } else if (orm__parse_line_is(at, stop, "-- no transaction", &rest) && !orm__parse_copy(p, rest, stop)[0]) {
        p->m->no_transaction = true;
    } else if (orm__parse_line_is(at, stop, "-- danger:", &rest)) {
        orm__parse_note(p, rest, stop, false);
    } else if (orm__parse_line_is(at, stop, "-- allow:", &rest)) {
        orm__parse_note(p, rest, stop, true);
    } else {
        orm__parse_comment(p, stop, true);
    }
}

/* ---- sections -------------------------------------------------------------------------------------------------------------------------- */
static bool orm__parse_section_is(orm__parsing *p, const char *stop, const char *word, const char **dialect)
{
    const char *rest = NULL;
    if (!orm__parse_line_is(p->at, stop, word, &rest) || (rest < stop && *rest != ' ' && *rest != '\t' && *rest != '\r')) return false;
    *dialect = orm__parse_copy(p, rest, stop);
    for (const char *s = *dialect; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))) return false;
    if (!(*dialect)[0]) *dialect = NULL;
    return true;
}

static bool orm__same_dialect(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static void orm__parse_section(orm__parsing *p, bool down, const char *dialect)
{
    orm__migration *m = p->m;
    for (size_t i = 0; i < m->n_sections; i++)
        if (m->sections[i].down == down && orm__same_dialect(m->sections[i].dialect, dialect)) orm__parse_refuse(p, "there is such a section already");
    if (m->n_sections == ORM__MAX_SECTIONS) orm__parse_refuse(p, "there are too many sections");
    else m->sections[m->n_sections++] = (orm__section){ .down = down, .dialect = dialect };
}

/* The schema is the last section, and nothing but comments */
static void orm__parse_schema(orm__parsing *p)
{
    const char *dialect = NULL, *rest = NULL;
    p->m->snapshot = p->at;
    p->m->snapshot_size = (size_t)(p->end - p->at);
    for (; p->at < p->end && !p->status; p->line++) {
        const char *line_end = memchr(p->at, '\n', (size_t)(p->end - p->at)), *stop = line_end ? line_end : p->end;
        if (orm__parse_section_is(p, stop, "-- up", &dialect) || orm__parse_section_is(p, stop, "-- down", &dialect)) orm__parse_refuse(p, "a section stands behind the schema, which is the last one");
        if (!orm__parse_line_is(p->at, stop, "--", &rest) && orm__parse_copy(p, p->at, stop)[0]) orm__parse_refuse(p, "SQL stands behind the schema, where nothing runs");
        p->at = line_end ? line_end + 1 : p->end;
    }
}

/* A line that begins a section is one wherever it stands: what reads the file by eye sees no quotes, either. A text that goes on behind it is told by
   who reads the statements. */
static void orm__parse_text(orm__parsing *p)
{
    orm__migration *m = p->m;
    orm__section *open_section = NULL;
    p->at = m->text;
    p->end = m->text + m->size;
    for (p->line = 1; p->at < p->end && !p->status; p->line++) {
        const char *line_end = memchr(p->at, '\n', (size_t)(p->end - p->at)), *stop = line_end ? line_end : p->end, *next = line_end ? line_end + 1 : p->end, *dialect = NULL;
        bool up = orm__parse_section_is(p, stop, "-- up", &dialect), down = !up && orm__parse_section_is(p, stop, "-- down", &dialect);
        bool schema = !up && !down && orm__parse_section_is(p, stop, "-- schema", &dialect) && !dialect;
        if ((up || down || schema) && open_section) open_section->end = p->at;
        if (up || down) {
            orm__parse_section(p, down, dialect);
            open_section = &m->sections[m->n_sections - 1];
            *open_section = (orm__section){ .down = down, .dialect = dialect, .at = next, .end = p->end, .line = p->line + 1 };
        } else if (!schema && open_section) {
            orm__parse_comment(p, stop, false);
        } else if (!schema) {
            orm__parse_head_line(p, stop);
        }
        p->at = next;
        if (schema) {
            p->line++;
            orm__parse_schema(p);
        }
    }
    if (!m->n_sections) orm__parse_refuse(p, "there is no section: begin the SQL with a line  -- up");
}

static void orm__migration_sum(orm__migration *m)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);           /* FNV-1a */
    for (size_t i = 0; i < m->size; i++) hash = (hash ^ (unsigned char)m->text[i]) * UINT64_C(0x100000001B3);
    snprintf(m->checksum, sizeof m->checksum, "%016" PRIx64, hash);
}

static orm_status orm__migration_parse(orm__migration *m, orm_arena *arena)
{
    orm__parsing p = { .m = m, .arena = arena };
    orm__migration_sum(m);
    orm__parse_text(&p);
    return p.status;
}

ORM_PRIVATE const orm__section *orm__migration_section(const orm__migration *m, const orm_dialect *dialect, bool down)
{
    const orm__section *general = NULL;
    for (size_t i = 0; i < m->n_sections; i++) {
        if (m->sections[i].down != down) continue;
        if (!m->sections[i].dialect) general = &m->sections[i];
        else if (strcmp(m->sections[i].dialect, dialect->name) == 0) return &m->sections[i];
    }
    return general;
}

/* ---- dangers ------------------------------------------------------------------------------------------------------------------------------ */
static bool orm__is_allowed(const orm__migration *m, const char *kind, const char *subject)
{
    for (size_t i = 0; i < m->n_notes; i++)
        if (m->notes[i].allows && strcmp(m->notes[i].kind, kind) == 0 && orm__same_word(m->notes[i].subject, subject)) return true;
    return false;
}

static void orm__danger_list(char list[400], size_t *n, const char *kind, const char *subject)
{
    size_t length = strlen(list);
    orm__copy_clean(list + length, 400 - length, "%s%s %s", (*n)++ ? ", " : "", kind, subject);
}

ORM_PRIVATE orm_status orm__migration_check(const orm__migration *m, const orm_dialect *dialect, orm_arena *arena)
{
    const orm__section *up = orm__migration_section(m, dialect, false);
    orm__danger *found = NULL;
    char list[400] = "";
    size_t n = 0, n_found = 0;
    orm_status status = up ? orm__lint_script(dialect, up->at, up->end, arena, &found, &n_found) : ORM_OK;
    if (status) return status;
    for (size_t i = 0; i < m->n_notes; i++)
        if (!m->notes[i].allows && !orm__is_allowed(m, m->notes[i].kind, m->notes[i].subject)) orm__danger_list(list, &n, m->notes[i].kind, m->notes[i].subject);
    for (size_t i = 0; i < n_found; i++) {
        bool told = orm__is_allowed(m, found[i].kind, found[i].subject);
        for (size_t k = 0; k < m->n_notes && !told; k++) told = strcmp(m->notes[k].kind, found[i].kind) == 0 && orm__same_word(m->notes[k].subject, found[i].subject);
        if (!told) orm__danger_list(list, &n, found[i].kind, found[i].subject);
    }
    if (!n) return ORM_OK;
    return orm__raise(NULL, ORM_MISUSE, 0, "%.200s: dangerous, and not allowed yet: %s. Add for each a line  -- allow: KIND NAME: why", m->place, list);
}

/* ---- all of them ---------------------------------------------------------------------------------------------------------------------------- */
static int orm__compare_migrations(const void *a, const void *b) { return strcmp(((const orm__migration *)a)->name, ((const orm__migration *)b)->name); }

static orm_status orm__migration_add(orm__migration *m, const orm_migration *of, orm_arena *arena)
{
    *m = (orm__migration){ .name = of->name, .place = of->name, .up = of->up, .down = of->down, .tables = of->tables };
    if (!orm__is_migration_name(of->name, strlen(of->name)))
        return orm__raise(NULL, ORM_MISUSE, 0, "%.100s: a migration is called by 8 to 14 digits and words of small letters, as 20261127101500_add_age", of->name);
    if (!of->sql == !of->up) return orm__raise(NULL, ORM_MISUSE, 0, "%s: a migration has either SQL or a function", of->name);
    if (!of->sql) return ORM_OK;
    orm_status status = orm__plain_text(of->name, of->sql, strlen(of->sql), arena, &m->text, &m->size);
    return status ? status : orm__migration_parse(m, arena);
}

static orm_status orm__migration_load(orm__migration *m, const char *folder, const char *name, orm_arena *arena)
{
    const char *path = orm_format(arena, "%s/%s.sql", folder, name);
    if (!path) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    *m = (orm__migration){ .name = name, .place = path };
    orm_status status = orm__read_text_file(path, (size_t)16 << 20, arena, &m->text, &m->size);
    return status ? status : orm__migration_parse(m, arena);
}

/* one that is both in the folder and in the program counts once; two that share a number have no order */
static orm_status orm__migrations_settle(orm__migration *list, size_t *n)
{
    size_t kept = 0;
    qsort(list, *n, sizeof *list, orm__compare_migrations);
    for (size_t i = 0; i < *n; i++) {
        orm__migration *last = kept ? &list[kept - 1] : NULL;
        size_t digits = strspn(list[i].name, "0123456789");
        if (last && strcmp(last->name, list[i].name) == 0) {
            if (strcmp(last->checksum, list[i].checksum) != 0 || !last->text != !list[i].text)
                return orm__raise(NULL, ORM_MISUSE, 0, "%s is in the folder and in the program, but not the same", last->name);
            continue;
        }
        if (last && strncmp(last->name, list[i].name, digits) == 0 && last->name[digits] == '_')
            return orm__raise(NULL, ORM_MISUSE, 0, "%s and %s have one number: give one of them a later one", last->name, list[i].name);
        if (kept != i) list[kept] = list[i];
        kept++;
    }
    *n = kept;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__migrations_read(const char *folder, const orm_migration *compiled, orm_arena *arena, orm__migration **out, size_t *n)
{
    const char *where_ = folder ? folder : "migrations", **names = NULL;
    size_t n_files = 0, n_compiled = 0;
    orm_status status = *where_ ? orm__list_folder(where_, compiled && !folder, arena, &names, &n_files) : ORM_OK;
    if (status) return status;
    while (compiled && compiled[n_compiled].name) n_compiled++;
    orm__migration *list = orm_arena_allocate(arena, (n_files + n_compiled + 1) * sizeof *list);
    if (!list) return orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n_files && !status; i++) status = orm__migration_load(&list[i], where_, names[i], arena);
    for (size_t i = 0; i < n_compiled && !status; i++) status = orm__migration_add(&list[n_files + i], &compiled[i], arena);
    *out = list;
    *n = n_files + n_compiled;
    return status ? status : orm__migrations_settle(list, n);
}

ORM_PRIVATE orm_status orm__last_schema(const char *folder, const orm_migration *compiled, orm_arena *arena, const orm_schema **schema, const char **parent, const char **latest)
{
    static const orm_schema none = { .name = "" };
    const char *where_ = folder ? folder : "migrations", **names = NULL;
    orm__migration *list = NULL;
    size_t n = 0, n_files = 0;
    char why[200];
    *schema = &none;
    *parent = *latest = NULL;
    /* the first migration makes the folder */
    orm_status status = orm__list_folder(where_, true, arena, &names, &n_files);
    if (!status && !n_files && !compiled) return ORM_OK;
    if (!status) status = orm__migrations_read(n_files ? where_ : NULL, compiled, arena, &list, &n);
    for (size_t i = n; i-- > 0 && !status; ) {
        if (!*latest) *latest = list[i].name;
        if (!list[i].snapshot) continue;
        *parent = list[i].name;
        *schema = orm__snapshot_read(list[i].snapshot, list[i].snapshot_size, arena, why);
        return *schema ? ORM_OK : orm__raise(NULL, ORM_MISUSE, 0, "%.200s: its schema cannot be read: %s", list[i].place, why);
    }
    return status;
}
