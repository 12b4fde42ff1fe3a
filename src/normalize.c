/* >>normalize: what normalize(...) makes of values, before they are checked and written. During a call the row itself holds the normal values, so that hooks
   and rules see them; texts for which the row has no memory stand in the scratch memory, and the row gets back what it was given when the call ends. */
#include "internal.h"

struct orm__made_normal {
    struct orm__made_normal *next;
    void *row; const orm_column *column;
    orm_value given, made;
    bool kept;                          /* what was made lives as long as the row */
};

ORM_API orm_arena *orm_texts_into(orm_arena *arena)
{
    orm_arena *before = orm__self()->texts;
    orm__self()->texts = arena;
    return before;
}

ORM_PRIVATE bool orm__is_normalized(const orm_model *model)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].normalized) return true;
    return false;
}

/* ---- the words, for ASCII ------------------------------------------------------------------------------------------------- */

static bool orm__is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static size_t orm__collapse(char *text_, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (!orm__is_space(text_[i])) text_[n++] = text_[i];
        else if (i == 0 || !orm__is_space(text_[i - 1])) text_[n++] = ' ';
    }
    return n;
}

/* does the word change the text? Most texts are normal, and cost no memory. */
static bool orm__word_changes(orm_normal_word word, const char *text_, size_t size)
{
    if (word == ORM_NORMAL_TRIM) return size > 0 && (orm__is_space(text_[0]) || orm__is_space(text_[size - 1]));
    for (size_t i = 0; i < size; i++) {
        char c = text_[i];
        if (word == ORM_NORMAL_LOWERCASE && c >= 'A' && c <= 'Z') return true;
        if (word == ORM_NORMAL_UPPERCASE && c >= 'a' && c <= 'z') return true;
        if (word == ORM_NORMAL_COLLAPSE && orm__is_space(c) && (c != ' ' || orm__is_space(text_[i + 1]))) return true;
    }
    return false;
}

static const char *orm__word_of(orm_normal_word word, const char *text_, orm_arena *arena)
{
    size_t size = strlen(text_);
    if (!orm__word_changes(word, text_, size)) return text_;
    char *made = orm__bump_text(arena, text_, size), *from = made;
    if (!made) return NULL;
    if (word == ORM_NORMAL_COLLAPSE) made[orm__collapse(made, size)] = 0;
    for (char *at = made; *at && word == ORM_NORMAL_LOWERCASE; at++)
        if (*at >= 'A' && *at <= 'Z') *at = (char)(*at + ('a' - 'A'));
    for (char *at = made; *at && word == ORM_NORMAL_UPPERCASE; at++)
        if (*at >= 'a' && *at <= 'z') *at = (char)(*at - ('a' - 'A'));
    if (word != ORM_NORMAL_TRIM) return made;
    while (orm__is_space(*from)) from++;
    while (size > 0 && made + size > from && orm__is_space(made[size - 1])) size--;
    made[size] = 0;
    return from;
}

/* ---- one member ------------------------------------------------------------------------------------------------------------- */

static bool orm__is_pointed_to(const orm_column *c) { return c->is.type == ORM_TEXT || c->is.type == ORM_JSON || c->is.type == ORM_BLOB || c->is.type == ORM_ARRAY; }
static const void *orm__pointer_of(const orm_column *c, const orm_value *v) { return c->is.type == ORM_ARRAY ? v->as.list.data : c->is.type == ORM_BLOB ? v->as.p : v->as.s; }

/* runs the steps on the member; false when one of them gave nothing */
static bool orm__normal_steps(const orm_column *column, void *row, orm_arena *arena)
{
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) {
        for (const orm_normal *step = rule->kind == ORM_RULE_NORMALIZE ? rule->steps : NULL; step && step->word; step++) {
            if (step->word == ORM_NORMAL_FUNCTION) {
                step->run(row, arena);
            } else {
                orm_value v = orm__value_of(column, row);
                v.as.s = orm__word_of(step->word, v.as.s, arena);
                if (!v.as.s) return false;
                orm__store(column, row, &v);
            }
            if (orm__is_pointed_to(column) && orm__value_of(column, row).type == ORM_NULL) return false;
        }
    }
    return true;
}

/* Makes the member normal. False when a step failed, and the member is then as it was. A text that is none is left for the rules to tell. */
static bool orm__normal_member(const orm_column *column, void *row, size_t max_text, orm_arena *arena, orm_value *given, bool *changed)
{
    size_t bytes = 0, characters = 0;
    *given = orm__value_of(column, row);
    *changed = false;
    if (given->type == ORM_NULL || given->type == ORM_VALUE_TOO_BIG) return true;
    if ((column->is.type == ORM_TEXT || column->is.type == ORM_JSON) && orm__check_text(given->as.s, max_text, &bytes, &characters) != ORM__TEXT_OK) return true;
    if (!orm__normal_steps(column, row, arena)) {
        orm__store(column, row, given);
        return false;
    }
    if (!orm__is_pointed_to(column)) {
        *changed = true;
        return true;
    }
    orm_value made = orm__value_of(column, row);
    *changed = orm__pointer_of(column, &made) != orm__pointer_of(column, given) || (column->is.type == ORM_BLOB && made.length != given->length) ||
               (column->is.type == ORM_ARRAY && made.as.list.count != given->as.list.count);
    if (*changed && (column->is.type == ORM_TEXT || column->is.type == ORM_JSON) && strcmp(made.as.s, given->as.s) == 0) {
        orm__store(column, row, given);
        *changed = false;
    }
    return true;
}

static orm_status orm__normal_failed(orm__session *db, const orm_model *model, const orm_column *column)
{
    return orm__raise_at(db, ORM_NO_MEMORY, model, column, "cannot be made normal: out of memory, or the function of normalize gave NULL");
}

/* ---- rows --------------------------------------------------------------------------------------------------------------------- */

/* the memory that lives as long as the row, or NULL */
static orm_arena *orm__arena_of_row(const orm_model *model, const void *row)
{
    uint64_t ticket = *orm__ticket(model, row);
    const orm__result *result = ORM__KIND(ticket) == ORM__KIND_RESULT ? orm__result_of(ticket) : NULL;
    return result ? result->arena : orm__self()->texts;
}

ORM_PRIVATE bool orm__normal_keep(const orm_model *model, const void *row, const orm_column *column, orm_value *v)
{
    orm_arena *arena = orm__arena_of_row(model, row);
    if (!arena || v->type == ORM_NULL) return false;
    if (v->type == ORM_ARRAY) return orm__array_copy(arena, v);
    if (v->type == ORM_BLOB) {
        const char *copy = orm__bump_text(arena, v->as.p, v->length);
        if (copy) v->as.p = copy;
        return copy != NULL;
    }
    const char *copy = orm__is_pointed_to(column) ? orm__bump_text(arena, v->as.s, strlen(v->as.s)) : NULL;
    if (copy) v->as.s = copy;
    return copy != NULL;
}

static orm_status orm__normal_note(orm__session *db, const orm_model *model, void *row, const orm_column *column, const orm_value *given)
{
    struct orm__made_normal *note = (struct orm__made_normal *)orm__bump(&db->scratch, sizeof *note, _Alignof(struct orm__made_normal));
    if (!note) {
        orm__store(column, row, given);
        return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    *note = (struct orm__made_normal){ db->normal, row, column, *given, orm__value_of(column, row), false };
    if (orm__is_pointed_to(column) && orm__arena_of_row(model, row)) {
        note->kept = orm__normal_keep(model, row, column, &note->made);
        orm__store(column, row, note->kept ? &note->made : given);
        if (!note->kept) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    db->normal = note;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__normalize_row(orm__session *db, const orm_model *model, void *row, const orm_mask *only)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        orm_value given;
        bool changed = false;
        if (ORM__LIKELY(!c->normalized) || (only && !orm__mask_has(only, i))) continue;
        if (!orm__normal_member(c, row, db->options.max_text, &db->scratch, &given, &changed)) return orm__normal_failed(db, model, c);
        orm_status status = changed ? orm__normal_note(db, model, row, c, &given) : ORM_OK;
        if (status) return status;
    }
    return ORM_OK;
}

ORM_PRIVATE void orm__normal_end(orm__session *db, struct orm__made_normal *mark, orm_status status)
{
    for (const struct orm__made_normal *n = db->normal; n != mark; n = n->next) {
        bool pointed = orm__is_pointed_to(n->column);
        orm_value now = orm__value_of(n->column, n->row);
        /* what a hook has put there since is the hook's */
        bool ours = !pointed || (now.type != ORM_NULL && orm__pointer_of(n->column, &now) == orm__pointer_of(n->column, &n->made));
        if (ours && (status || (pointed && !n->kept))) orm__store(n->column, n->row, &n->given);
    }
    db->normal = mark;
}

static orm_status orm__normal_into(orm__session *db, const orm_model *model, void *row, size_t max_text, orm_arena *arena)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        orm_value given;
        bool changed = false;
        if (c->normalized && !orm__normal_member(c, row, max_text, arena, &given, &changed)) return orm__normal_failed(db, model, c);
    }
    return ORM_OK;
}

ORM_PRIVATE const void *orm__normal_copy(orm__session *db, const orm_model *model, const void *row, orm_arena *arena)
{
    if (!orm__is_normalized(model)) return row;
    void *copy = orm__bump(arena, model->size, 16);
    if (!copy) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    memcpy(copy, row, model->size);
    return orm__normal_into(db, model, copy, db ? db->options.max_text : ORM__DEFAULT_MAX_TEXT, arena) ? NULL : copy;
}

ORM_API orm_status orm__normalize(const orm_model *model, void *row, orm_arena *arena)
{
    orm__clear_error();
    orm_status status = orm__check_row(NULL, model, row, "normalize");
    if (status) return status;
    orm__self()->model = model;
    if (!arena) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "normalize needs an arena for the texts that it makes, it was given NULL");
    return orm__normal_into(NULL, model, row, ORM__DEFAULT_MAX_TEXT, arena);
}

ORM_PRIVATE bool orm__normal_read(const orm_column *column, void *row, orm_value *v, size_t max_text, orm_arena *arena)
{
    orm_value given, fit = *v;
    char why[160];
    orm_status kind = ORM_OK;
    bool changed = false, text_ = v->type == column->is.type && (v->type == ORM_TEXT || v->type == ORM_JSON);
    /* what does not fit is left for the rules to tell */
    if (!column->normalized || v->type == ORM_NULL || (!text_ && orm__fit(column, &fit, max_text, why, &kind))) return true;
    orm__store(column, row, &fit);
    if (!orm__normal_member(column, row, max_text, arena, &given, &changed)) return false;
    if (changed) *v = orm__value_of(column, row);
    return true;
}

/* ---- assignments ---------------------------------------------------------------------------------------------------------------- */

/* by way of a row, as rows are what functions of normalize know */
static orm_status orm__normal_value(orm__session *db, const orm_model *model, void *blank, orm_assignment *a)
{
    orm_value v = a->value, given;
    char why[160];
    orm_status kind = ORM_OK;
    bool changed = false, text_ = a->column->is.type == ORM_TEXT && v.type == ORM_TEXT;
    /* what does not fit is left for the rules to tell; but a text that is too long may fit when it is normal */
    if (v.type == ORM_NULL || (!text_ && orm__fit(a->column, &v, db->options.max_text, why, &kind))) return ORM_OK;
    orm__store(a->column, blank, &v);
    if (!orm__normal_member(a->column, blank, db->options.max_text, &db->scratch, &given, &changed)) return orm__normal_failed(db, model, a->column);
    if (changed) a->value = orm__value_of(a->column, blank);
    return ORM_OK;
}

ORM_PRIVATE const orm_assignment *orm__normal_assignments(orm__session *db, const orm_model *model, const orm_assignment *set, size_t n)
{
    orm_assignment *made = NULL;
    void *blank = NULL;
    for (size_t i = 0; i < n; i++) {
        const orm_column *c = set[i].column;
        if (!c || c->model != model || !c->normalized || set[i].kind != ORM_ASSIGN_VALUE) continue;
        if (!made) {
            made = (orm_assignment *)orm__bump(&db->scratch, n * sizeof *made, _Alignof(orm_assignment));
            blank = orm__bump(&db->scratch, model->size, 16);
            if (!made || !blank) {
                orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
                return NULL;
            }
            memcpy(made, set, n * sizeof *made);
            memset(blank, 0, model->size);
        }
        if (orm__normal_value(db, model, blank, &made[i])) return NULL;
    }
    return made ? made : set;
}
