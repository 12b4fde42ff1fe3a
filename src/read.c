/* >>read: ORM_READ, a level that only reads: see orm__open_reads. */
#include "internal.h"

/* Nothing was written, so that an end that does not work (the connection is lost, say) is nobody's failure; one in the block is. A find that found
   nothing is what the thread heard last, also where the block was left by return. */
static void orm__read_end(orm__read *read)
{
    orm__thread *self = orm__self();
    bool absent = self->error.kind == ORM_NOT_FOUND && !self->absence_fails;
    orm_error_info kept;
    unsigned index;
    read->entered = false;
    if (absent) kept = self->error;
    if (!read->serial) return;
    orm__session *db = orm__find_level(read->db, read->serial, &index);
    if (!db) {
        orm__raise_pool(read->db->pool, ORM_MISUSE, "the block of ORM_READ at %s was ended from inside", read->place);
        return;
    }
    bool failed = db->levels[index].failed || db->level > index;
    if (orm__end_level(db, index, true) && failed) return;
    orm__clear_error();
    if (absent) self->error = kept;
}

ORM_API bool orm__read_enter(orm__read *read)
{
    if (read->entered) orm__read_end(read);
    else read->entered = orm__batch_begin(read->db, ORM__CALLER) && orm__open_reads(read->db, read->options.primary, read->place, ORM__CALLER, &read->serial);
    return read->entered;
}

ORM_API void orm__read_leave(orm__read *read)
{
    if (read->entered) orm__read_end(read);
}
