/* >>hooks: running the functions that a model declares for its calls, in one transaction with what they are about. */
#include "internal.h"

static const char *orm__event_name(orm_event event)
{
    static const char *const names[ORM_EVENTS] = { "", "before_validate", "after_validate", "validation_failed", "before_create", "after_create", "before_update", "after_update",
        "before_save", "after_save", "before_destroy", "after_destroy", "before_restore", "after_restore", "before_upsert", "after_upsert",
        "before_bulk_create", "after_bulk_create", "before_bulk_update", "after_bulk_update", "before_bulk_destroy", "after_bulk_destroy",
        "before_bulk_restore", "after_bulk_restore", "before_find", "after_find", "before_count" };
    return names[event];
}

/* what a hook answered becomes the call's failure, which names the hook: the first cause keeps its message, with the name behind it */
static orm_status orm__hook_failed(orm__session *db, const orm_model *model, const orm_hook *hook, orm_status status)
{
    orm_error_info *error = &orm__self()->error;
    if (error->kind == ORM_OK) return orm__raise(db, status, 0, "the hook %s (%s of %s) refused: %s", hook->name, orm__event_name(hook->event), model->name, orm_status_text(status));
    size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, " (in the hook %s, %s of %s)", hook->name, orm__event_name(hook->event), model->name);
    return error->kind;
}

static orm_status orm__hook_run(orm__session *db, const orm_model *model, const orm_hook *hook, void *subject, int64_t n)
{
    if (db->hook_depth == ORM_MAX_HOOK_DEPTH)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "hooks call what runs hooks, more than %d deep: the last is %s (%s)", ORM_MAX_HOOK_DEPTH, hook->name, orm__event_name(hook->event));
    db->hook_depth++;
    orm_status status = hook->run(db->handle, subject, n);
    db->hook_depth--;
    orm__self()->model = model;
    if (orm__self()->error.kind == ORM_NOT_FOUND) orm__clear_error();       /* what a hook looked for in vain is its own matter */
    if (!status && hook->event != ORM_VALIDATION_FAILED && orm_failed()) status = orm__self()->error.kind;
    return status ? orm__hook_failed(db, model, hook, status) : ORM_OK;
}

ORM_PRIVATE orm_status orm__hooks_run(orm__session *db, const orm_model *model, orm_event event, void *subject, int64_t n)
{
    if (ORM__LIKELY(!orm__hooked(model, ORM__EVENT(event)))) return ORM_OK;
    for (const orm_hook *hook = model->hooks(); hook->event != ORM_NO_EVENT; hook++) {
        if (hook->event != event) continue;
        orm_status status = orm__hook_run(db, model, hook, subject, n);
        if (status) return status;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__hooks_end(orm__session *db, orm_status status)
{
    if (!status) return orm__level_commit(db);
    orm__level_rollback(db);
    return status;
}

ORM_PRIVATE orm_status orm__validate_hooked(orm__session *db, const orm_model *model, void *row, const orm_mask *only, unsigned when)
{
    orm_failures failures;
    orm_status status = orm__hooks_run(db, model, ORM_BEFORE_VALIDATE, row, 1);
    if (!status) status = orm__normalize_row(db, model, row, only);
    if (status) return status;
    failures.count = failures.total = 0;
    orm__validate_row(model, row, only, when, db->options.max_text, 0, &failures);
    if (!failures.total) return orm__hooks_run(db, model, ORM_AFTER_VALIDATE, row, 1);
    status = orm__raise_failures(db, model, &failures);
    orm__hooks_run(db, model, ORM_VALIDATION_FAILED, row, 1);
    return status;
}

ORM_PRIVATE orm_status orm__hooks_for_rows(orm__session *db, const orm_model *model, uint32_t events, bool each_row, bool skip, const char *what)
{
    if (ORM__LIKELY(!orm__hooked(model, events)) || skip) return ORM_OK;
    if (each_row) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s changes rows without reading them, and %s has hooks for single rows: say .each_row = true to run them row by row, or .skip_row_hooks = true to do without",
                         what, model->name);
}

ORM_PRIVATE orm_status orm__hooks_refuse(orm__session *db, const orm_model *model, uint32_t events)
{
    if (ORM__LIKELY(!orm__hooked(model, events))) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, "a batch sends its calls ahead and runs no hooks, and %s has some: make the call outside of ORM_BATCH", model->name);
}
