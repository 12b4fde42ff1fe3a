/* >>result: tickets, results, lists. A row carries a ticket, a number that is looked up in a table of slots and never dereferenced, so
   that a copy of a row whose result was freed is recognised. */
#include "internal.h"

/* ---- slots: one per live result ----
   They sit in blocks that are never freed, so that a ticket is looked up without a lock. */
typedef struct orm__result_slot {
    _Atomic(orm__result *) result;
    _Atomic uint32_t generation;         /* never 0; raised when the result goes */
    _Atomic uint32_t next_free;          /* number + 1, 0 at the end */
    const void *head;                    /* of a published result: what orm_free is told */
    struct orm__result_slot *next;       /* in its bucket */
} orm__result_slot;

enum { ORM__SLOT_BITS = 22, ORM__BLOCK_BITS = 9, ORM__BLOCK_SLOTS = 1 << ORM__BLOCK_BITS, ORM__SLOT_BLOCKS = 1 << (ORM__SLOT_BITS - ORM__BLOCK_BITS) };
#define ORM__SLOT_NUMBER(ticket) ((uint32_t)((ticket) >> 10) & ((1 << ORM__SLOT_BITS) - 1))

static _Atomic(orm__result_slot *) orm__slot_blocks[ORM__SLOT_BLOCKS];
static unsigned orm__n_slot_blocks;                                             /* under the mutex */
static _Atomic uint64_t orm__free_slots;                                        /* number + 1 of the first free slot; above it a count that defeats ABA */
static pthread_mutex_t orm__results_mutex = PTHREAD_MUTEX_INITIALIZER;

/* NULL when there never was a slot with this number */
static orm__result_slot *orm__slot_at(uint32_t number)
{
    orm__result_slot *block = atomic_load_explicit(&orm__slot_blocks[number >> ORM__BLOCK_BITS], memory_order_acquire);
    return block ? block + (number & (ORM__BLOCK_SLOTS - 1)) : NULL;
}

static void orm__push_slots(uint32_t first, orm__result_slot *last)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_relaxed), now = 0;
    do {
        atomic_store_explicit(&last->next_free, (uint32_t)top, memory_order_relaxed);
        now = ((top >> 32) + 1) << 32 | (first + 1);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top, now, memory_order_release, memory_order_relaxed));
}

static __attribute__((noinline, cold)) bool orm__more_slots(void)
{
    pthread_mutex_lock(&orm__results_mutex);
    bool more = (uint32_t)atomic_load(&orm__free_slots) != 0;      /* another thread was here first */
    if (!more && orm__n_slot_blocks < ORM__SLOT_BLOCKS) {
        uint32_t n = ORM__BLOCK_SLOTS, first = n * orm__n_slot_blocks;
        orm_allocator a = orm__default_allocator();
        orm__result_slot *block = (orm__result_slot *)orm__allocate(&a, n * sizeof *block);
        if (block) {
            for (uint32_t i = 0; i < n; i++) {
                atomic_init(&block[i].result, NULL);
                atomic_init(&block[i].generation, 1);
                atomic_init(&block[i].next_free, first + i + 2);
                block[i].head = NULL;
                block[i].next = NULL;
            }
            atomic_store_explicit(&orm__slot_blocks[orm__n_slot_blocks++], block, memory_order_release);
            orm__push_slots(first, &block[n - 1]);
            more = true;
        }
    }
    pthread_mutex_unlock(&orm__results_mutex);
    return more;
}

/* the ticket of a result that enters the slot */
static void orm__enter_slot(orm__result *result, orm__result_slot *slot, uint32_t number)
{
    result->slot = slot;
    result->ticket = ORM__KIND_RESULT | (uint64_t)number << 10 | (uint64_t)atomic_load_explicit(&slot->generation, memory_order_relaxed) << 32;
    atomic_store_explicit(&slot->result, result, memory_order_release);
}

/* takes a slot for the result and makes its ticket */
static bool orm__take_slot(orm__result *result)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_acquire), now = 0;
    orm__result_slot *slot = NULL;
    do {
        while (ORM__UNLIKELY(!(uint32_t)top)) {
            if (!orm__more_slots()) return false;
            top = atomic_load_explicit(&orm__free_slots, memory_order_acquire);
        }
        slot = orm__slot_at((uint32_t)top - 1);
        now = ((top >> 32) + 1) << 32 | atomic_load_explicit(&slot->next_free, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top, now, memory_order_acquire, memory_order_acquire));
    orm__enter_slot(result, slot, (uint32_t)top - 1);
    return true;
}

/* From here on the result's tickets are stale; the slot is still its own. */
static void orm__retire_slot(const orm__result *result)
{
    uint32_t next = (uint32_t)(result->ticket >> 32) + 1;
    atomic_store_explicit(&result->slot->generation, next ? next : 1, memory_order_relaxed);
    atomic_store_explicit(&result->slot->result, NULL, memory_order_release);
}

static uint64_t orm__list_proof(const orm__result *result, const void *rows)
{
    return (uint64_t)(uintptr_t)rows ^ result->ticket;
}

ORM_PRIVATE void orm__result_renew(orm__result *result, const orm_model *model)
{
    char *row = (char *)(uintptr_t)result->head;
    uint32_t next = (uint32_t)(result->ticket >> 32) + 1;
    if (!next) next = 1;
    result->ticket = (uint32_t)result->ticket | (uint64_t)next << 32;
    atomic_store_explicit(&result->slot->generation, next, memory_order_relaxed);
    memset(row, 0, model->size);
    *orm__ticket(model, row) = orm__row_ticket(result, 0, true);
    ((orm__list_header *)(void *)row - 1)->proof = orm__list_proof(result, row);
}

ORM_PRIVATE orm__result *orm__result_of(uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return NULL;
    orm__result_slot *slot = orm__slot_at(ORM__SLOT_NUMBER(ticket));
    if (!slot) return NULL;      /* no ticket of ours */
    orm__result *result = atomic_load_explicit(&slot->result, memory_order_acquire);
    return atomic_load_explicit(&slot->generation, memory_order_relaxed) == (uint32_t)(ticket >> 32) ? result : NULL;
}

/* ---- published results by address ----
   orm_free finds its argument here without reading it. Slots are put in front of their bucket without a lock, and taken out under the mutex. */
enum { ORM__BUCKET_BITS = 13 };
static _Atomic(orm__result_slot *) orm__buckets[1 << ORM__BUCKET_BITS];

static _Atomic(orm__result_slot *) *orm__bucket(const void *head)
{
    return &orm__buckets[((uint64_t)(uintptr_t)head >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - ORM__BUCKET_BITS)];
}

static __attribute__((noinline)) void orm__release_chunks(const orm_allocator *a, orm__chunk *chunk)
{
    for (orm__chunk *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(a, chunk, chunk->size);
    }
}

/* what finished lists left behind */
static __attribute__((noinline)) void orm__release_idle(orm__result *result)
{
    orm__release_chunks(&result->arena->orm__allocator, result->idle);
    result->idle = NULL;
}

ORM_PRIVATE void orm__result_publish(orm__result *result, const void *head, size_t length)
{
    result->head = head;
    result->length = length;
    orm__result_slot *slot = result->slot;
    slot->head = head;
    _Atomic(orm__result_slot *) *bucket = orm__bucket(head);
    slot->next = atomic_load_explicit(bucket, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(bucket, &slot->next, slot, memory_order_release, memory_order_relaxed)) {}
    if (ORM__UNLIKELY(result->idle != NULL)) orm__release_idle(result);
}

/* takes the result with this head out of its bucket; NULL when there is none. Under the mutex. */
static orm__result *orm__unpublish(const void *head)
{
    _Atomic(orm__result_slot *) *bucket = orm__bucket(head);
    orm__result_slot *first = atomic_load_explicit(bucket, memory_order_acquire), *slot = first, *prior = NULL;
    while (slot && slot->head != head) {
        prior = slot;
        slot = slot->next;
    }
    if (!slot) return NULL;
    if (!prior && !atomic_compare_exchange_strong_explicit(bucket, &first, slot->next, memory_order_acquire, memory_order_acquire)) {
        for (prior = first; prior->next != slot; ) prior = prior->next;      /* others were put in front of it meanwhile */
    }
    if (prior) prior->next = slot->next;
    return atomic_load_explicit(&slot->result, memory_order_relaxed);
}

/* ---- results ---- */

/* A result in a caller's arena is in the arena's list. Under the mutex, as orm_free may come from any thread. */
static void orm__enlist(orm__result *result)
{
    orm__result **first = &result->arena->orm__results;
    result->next = *first;
    if (*first) (*first)->prior = result;
    *first = result;
}

static void orm__delist(orm__result *result)
{
    if (result->next) result->next->prior = result->prior;
    if (result->prior) result->prior->next = result->next;
    else result->arena->orm__results = result->next;
}

static orm__result *orm__result_inside(orm_arena *arena)
{
    orm__result *result = (orm__result *)orm__bump(arena, sizeof *result, _Alignof(orm__result));
    if (!result) return NULL;
    *result = (orm__result){ .arena = arena };
    if (!orm__take_slot(result)) return NULL;
    pthread_mutex_lock(&orm__results_mutex);
    orm__enlist(result);
    pthread_mutex_unlock(&orm__results_mutex);
    return result;
}

/* One allocation holds the struct and the first memory of its arena, its first load ahead: a single row needs no other. */
enum { ORM__RESULT_BLOCK = 1024, ORM__TEXTS_OF_A_ROW = 256 };
typedef struct orm__result_block { orm__result result; orm__load first; } orm__result_block;

/* member by member: on this way each instruction counts, and a whole struct is cleared by a slow one */
static void orm__result_reset(orm__result_block *block, size_t size)
{
    orm__result *result = &block->result;
    result->own.orm__at = (char *)(block + 1);
    result->own.orm__end = (char *)block + size;
    result->own.orm__chunks = NULL;
    result->loads = &block->first;
    result->n_loads = 0;
    result->loads_capacity = 1;
    result->head = NULL;
    result->length = 0;
    result->snapshots = NULL;
    result->open = result->idle = NULL;
}

ORM_PRIVATE orm__result *orm__result_make(const orm_allocator *allocator, orm_arena *into, size_t hint)
{
    if (into) return orm__result_inside(into);
    if (hint > SIZE_MAX / 2) return NULL;
    size_t size = sizeof(orm__result_block) + hint;
    if (size < ORM__RESULT_BLOCK) size = ORM__RESULT_BLOCK;
    orm__result_block *block = (orm__result_block *)orm__allocate(allocator, size);
    if (!block) return NULL;
    orm__result *result = &block->result;
    orm__result_reset(block, size);
    result->arena = &result->own;
    result->own.orm__allocator = *allocator;
    result->own.orm__results = NULL;
    result->block_size = size;
    result->next = result->prior = NULL;
    result->meter = NULL;
    if (orm__take_slot(result)) return result;
    orm__release(allocator, block, size);
    return NULL;
}

/* ---- parking ----
   A handle keeps the last small result that was freed, with its slot: programs read one row, free it, and read the next. Where a sanitizer
   watches, each result is freed, so that it sees what uses rows afterwards. */
#if defined __SANITIZE_ADDRESS__
#  define ORM__PARKS false
#elif defined __has_feature
#  if __has_feature(address_sanitizer)
#    define ORM__PARKS false
#  endif
#endif
#ifndef ORM__PARKS
#  define ORM__PARKS true
#endif

static bool orm__park(orm__result *result)
{
    orm__result *none = NULL;
    if (!ORM__PARKS || !result->meter || result->block_size != ORM__RESULT_BLOCK) return false;
    return atomic_compare_exchange_strong_explicit(&result->meter->parked, &none, result, memory_order_release, memory_order_relaxed);
}

static orm__result *orm__unpark(struct orm__meter *meter)
{
    orm__result *result = atomic_exchange_explicit(&meter->parked, NULL, memory_order_acquire);
    if (!result) return NULL;
    orm__result_reset((orm__result_block *)result, ORM__RESULT_BLOCK);
    orm__enter_slot(result, result->slot, ORM__SLOT_NUMBER(result->ticket));
    return result;
}

ORM_PRIVATE void orm__parking_close(struct orm__meter *meter)
{
    static orm__result closed;
    orm__result *result = atomic_exchange_explicit(&meter->parked, &closed, memory_order_acquire);
    if (!result) return;
    orm__push_slots(ORM__SLOT_NUMBER(result->ticket), result->slot);
    orm__release(&result->own.orm__allocator, result, result->block_size);
}

ORM_PRIVATE orm__result *orm__result_new(orm__session *db, orm_arena *into, size_t hint)
{
    bool small = !into && db->meter && hint <= ORM__RESULT_BLOCK - sizeof(orm__result_block);
    orm__result *result = small ? orm__unpark(db->meter) : NULL;
    if (result) return result;
    result = orm__result_make(&db->allocator, into, hint);
    if (!result) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    else result->meter = db->meter;
    return result;
}

/* Frees a result that no table knows any more. */
static void orm__result_end(orm__result *result)
{
    if (result->block_size && result->own.orm__results) orm__retire_results(&result->own);      /* lists of new rows that hang on those of this one */
    orm__retire_slot(result);
    const orm_allocator *a = &result->arena->orm__allocator;
    if (result->open) orm__release_chunks(a, result->open);
    if (result->idle) orm__release_chunks(a, result->idle);
    if (result->block_size && result->own.orm__chunks) orm__release_chunks(a, result->own.orm__chunks);
    if (orm__park(result)) return;
    orm__push_slots(ORM__SLOT_NUMBER(result->ticket), result->slot);
    if (result->block_size) orm__release(a, result, result->block_size);
}

ORM_PRIVATE void orm__result_discard(orm__result *result)
{
    if (!result->block_size) {
        pthread_mutex_lock(&orm__results_mutex);
        orm__delist(result);
        pthread_mutex_unlock(&orm__results_mutex);
    }
    orm__result_end(result);
}

ORM_PRIVATE orm__result *orm__result_adopt(const void *head)
{
    pthread_mutex_lock(&orm__results_mutex);
    orm__result *result = orm__unpublish(head);
    pthread_mutex_unlock(&orm__results_mutex);
    return result;
}

ORM_API orm_status orm__free(const void *rows)
{
    if (!rows) return ORM_OK;
    pthread_mutex_lock(&orm__results_mutex);
    orm__result *result = orm__unpublish(rows);
    if (result && !result->block_size) orm__delist(result);
    pthread_mutex_unlock(&orm__results_mutex);
    if (!result) return orm__raise(NULL, ORM_MISUSE, 0, "orm_free of %p, which is no live result: only the pointer that a find, a copy or a load returned may be freed, once", rows);
    orm__result_end(result);
    return ORM_OK;
}

ORM_PRIVATE void orm__retire_results(orm_arena *arena)
{
    while (arena->orm__results) {
        orm__result *result = arena->orm__results;
        pthread_mutex_lock(&orm__results_mutex);
        if (result->head) orm__unpublish(result->head);
        orm__delist(result);
        pthread_mutex_unlock(&orm__results_mutex);
        orm__result_end(result);
    }
}

ORM_API void orm__free_at_scope_end(void *pointer_to_rows)
{
    void *rows = NULL;
    memcpy(&rows, pointer_to_rows, sizeof rows);      /* it points to a pointer of the caller's row type */
    orm__free(rows);
}

ORM_PRIVATE int orm__result_load(orm__result *result, const orm_model *model)
{
    if (result->n_loads == ORM__MAX_LOADS) return -1;
    if (result->n_loads == result->loads_capacity) {
        uint32_t capacity = result->loads_capacity ? result->loads_capacity * 4 : 1;
        orm__load *loads = (orm__load *)orm__bump(result->arena, capacity * sizeof *loads, _Alignof(orm__load));
        if (!loads) return -1;
        if (result->n_loads) memcpy(loads, result->loads, result->n_loads * sizeof *loads);
        result->loads = loads;
        result->loads_capacity = capacity;
    }
    result->loads[result->n_loads] = (orm__load){ .model = model };
    return (int)result->n_loads++;
}

ORM_PRIVATE void *orm__snapshot(const orm_model *model, const orm__result *result, const void *row)
{
    uint64_t ticket = *orm__ticket(model, row);
    if (!result->snapshots || ORM__LOAD(ticket) != 0) return NULL;      /* load 0 is the head list's */
    size_t offset = (uintptr_t)row - (uintptr_t)result->head;
    /* a copy is known by its ticket alone, which says which row it was only when there is one */
    if (offset >= result->length * model->size) offset = result->length == 1 ? 0 : SIZE_MAX;
    if (offset == SIZE_MAX) return NULL;
    char *snapshot = result->snapshots + offset;
    return *orm__ticket(model, snapshot) ? snapshot : NULL;
}

ORM_API bool orm__loaded(const orm_model *model, const void *row, const orm_relation *relation)
{
    if (!row) return false;
    uint64_t ticket = *orm__ticket(model, row);
    const orm__result *result = orm__result_of(ticket);
    return result && ORM__LOAD(ticket) < result->n_loads && orm__mask_has(&result->loads[ORM__LOAD(ticket)].relations, (size_t)(relation - model->relations));
}

/* ---- lists ----
   A list of known small size is laid out in the arena at once. Any other grows in a chunk of its own, since texts take memory from the
   arena meanwhile: when it is done, a small one is copied into the arena and leaves the chunk to the next list, a big one keeps it. */
enum { ORM__SMALL_LIST = 16384, ORM__LIST_CHUNK = 4096 };

/* the length of the list of M_list() at this address, whatever its rows have become; false when there is none */
static bool orm__length_at(const void *rows, size_t *length)
{
    pthread_mutex_lock(&orm__results_mutex);
    const orm__result_slot *slot = atomic_load_explicit(orm__bucket(rows), memory_order_acquire);
    while (slot && slot->head != rows) slot = slot->next;
    const orm__result *result = slot ? atomic_load_explicit(&slot->result, memory_order_relaxed) : NULL;
    bool found = result != NULL;
    if (found) *length = result->length;
    pthread_mutex_unlock(&orm__results_mutex);
    return found;
}

ORM_PRIVATE bool orm__list_length(const void *rows, size_t ticket_offset, size_t *length)
{
    uint64_t ticket = *(const uint64_t *)(const void *)((const char *)rows + ticket_offset);
    const orm__result *result = ticket & ORM__HEAD_BIT ? orm__result_of(ticket) : NULL;
    /* a copy of the first row on the stack has nothing before it, one in the arena has something else */
    if (!result || ((uintptr_t)rows - (uintptr_t)result >= result->block_size && !orm__arena_holds(result->arena, rows))) return orm__length_at(rows, length);
    const orm__list_header *header = (const orm__list_header *)rows - 1;
    if (header->proof != orm__list_proof(result, rows)) return orm__length_at(rows, length);
    *length = (size_t)header->length;
    return true;
}

ORM_API size_t orm__len(const void *rows, size_t ticket_offset)
{
    size_t length = 0;
    if (!rows) return 0;
    return orm__list_length(rows, ticket_offset, &length) ? length : 1;
}

/* bytes of a list with its header and `rows` rows; 0 when that is no size */
static size_t orm__list_bytes(const orm_model *model, size_t rows)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(rows, model->size, &bytes) || __builtin_add_overflow(bytes, sizeof(orm__list_header) + sizeof(orm__chunk), &bytes)) return 0;
    return bytes - sizeof(orm__chunk);
}

/* The bound is a capacity, which each row is compared with anyway. One more has room: the row that is read to see that there is none. */
ORM_PRIVATE void orm__list_bound(orm__list *list, size_t most)
{
    list->most = most;
    if (list->capacity - 1 > most) list->capacity = most + 1;
}

static void orm__list_in_chunk(orm__list *list, orm__chunk *chunk)
{
    list->chunk = chunk;
    list->rows = (char *)(chunk + 1) + sizeof(orm__list_header);
    list->capacity = (chunk->size - sizeof *chunk - sizeof(orm__list_header)) / list->model->size;
    orm__list_bound(list, list->most);
}

/* a chunk of the list's own with room for `bytes` of header and rows, from an earlier list if there is one */
static bool orm__list_chunk(orm__list *list, size_t bytes)
{
    orm__result *result = list->result;
    size_t size = bytes + sizeof(orm__chunk);
    orm__chunk *chunk = result->idle;
    if (chunk && chunk->size >= size) {
        result->idle = chunk->next;
    } else {
        if (size < ORM__LIST_CHUNK) size = ORM__LIST_CHUNK;
        chunk = (orm__chunk *)orm__allocate(&result->arena->orm__allocator, size);
        if (!chunk) return false;
        chunk->size = size;
    }
    chunk->next = result->open;
    result->open = chunk;
    orm__list_in_chunk(list, chunk);
    return true;
}

static orm__chunk **orm__link_of(orm__chunk **link, const orm__chunk *chunk)
{
    while (*link != chunk) link = &(*link)->next;
    return link;
}

/* changes the size of the list's chunk, which may move */
static bool orm__list_resize(orm__list *list, size_t bytes)
{
    orm__chunk **link = orm__link_of(&list->result->open, list->chunk);
    size_t size = bytes + sizeof(orm__chunk);
    orm__chunk *chunk = (orm__chunk *)orm__resize(&list->result->arena->orm__allocator, list->chunk, list->chunk->size, size);
    if (!chunk) return false;
    chunk->size = size;
    *link = chunk;
    orm__list_in_chunk(list, chunk);
    return true;
}

ORM_PRIVATE bool orm__list_grow(orm__list *list)
{
    size_t capacity = list->capacity;
    if (list->count > list->most) return false;
    size_t bytes = capacity > SIZE_MAX / 4 ? 0 : orm__list_bytes(list->model, capacity + capacity / 2 + 2);
    if (!bytes) return false;
    if (list->chunk) return orm__list_resize(list, bytes);
    const char *rows = list->rows;
    if (!orm__list_chunk(list, bytes)) return false;
    memcpy(list->rows, rows, list->count * list->model->size);
    return true;
}

ORM_PRIVATE orm_status orm__too_many_rows(orm__session *db, const orm_model *model, const orm_relation *relation, size_t most)
{
    return orm__raise_at(db, ORM_OVER_BUDGET, model, NULL, "more rows of %s%s%s than %zu, the .max_rows of orm_open: give the list a .limit, or walk the rows with ORM_EACH",
                         relation ? relation->model->name : model->name, relation ? "." : "", relation ? relation->name : "", most);
}

ORM_PRIVATE orm_status orm__list_refused(orm__session *db, const orm__list *list)
{
    return list->count > list->most ? orm__too_many_rows(db, list->model, NULL, list->most) : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
}

ORM_PRIVATE bool orm__list_open(orm__list *list, orm__result *result, const orm_model *model, unsigned load, size_t expected)
{
    *list = (orm__list){ .result = result, .model = model, .load = load, .most = SIZE_MAX };
    size_t bytes = expected == SIZE_MAX ? 0 : orm__list_bytes(model, expected ? expected + 1 : 2);
    if (!bytes) return false;
    if (!expected || bytes > ORM__SMALL_LIST) return orm__list_chunk(list, bytes);
    orm__list_header *header = (orm__list_header *)orm__bump(result->arena, bytes, 16);
    if (!header) return false;
    list->rows = (char *)(header + 1);
    list->capacity = expected + 1;
    return true;
}

ORM_PRIVATE void orm__list_drop(orm__list *list)
{
    list->count--;
}

/* the list's rows leave the chunk that they grew in, or keep it */
static bool orm__list_settle(orm__list *list, size_t bytes)
{
    orm__result *result = list->result;
    orm__chunk *chunk = list->chunk;
    if (bytes <= ORM__SMALL_LIST) {
        orm__list_header *header = (orm__list_header *)orm__bump(result->arena, bytes, 16);
        if (!header) return false;
        memcpy(header + 1, list->rows, list->count * list->model->size);
        list->rows = (char *)(header + 1);
        *orm__link_of(&result->open, chunk) = chunk->next;
        chunk->next = result->idle;
        result->idle = chunk;
        return true;
    }
    /* an allocator that cannot shrink leaves the chunk as it is */
    if (bytes + sizeof *chunk < chunk->size && orm__list_resize(list, bytes)) chunk = list->chunk;
    *orm__link_of(&result->open, chunk) = chunk->next;
    orm__arena_adopt(result->arena, chunk);
    return true;
}

/* By hand what orm__result_load and a list of one row would do in many steps: rows by key take this way. */
ORM_PRIVATE orm__result *orm__result_one(orm__session *db, const orm_model *model, void **row)
{
    size_t size = sizeof(orm__list_header) + 3 * model->size;
    orm__result *result = orm__result_new(db, NULL, size + ORM__TEXTS_OF_A_ROW);
    if (!result) return NULL;
    orm__list_header *header = (orm__list_header *)(((uintptr_t)result->own.orm__at + 15) & ~(uintptr_t)15);
    result->own.orm__at = (char *)header + size;         /* the hint was room enough */
    *row = memset(header + 1, 0, 2 * model->size);      /* with the spare one */
    *orm__ticket(model, *row) = orm__row_ticket(result, 0, true);
    header->length = 1;
    header->proof = orm__list_proof(result, *row);
    result->snapshots = (char *)*row + 2 * model->size;
    result->n_loads = 1;
    result->loads->model = model;
    memset(&result->loads->columns, 0xFF, sizeof(orm_mask));
    memset(&result->loads->relations, 0, sizeof(orm_mask));
    memset(&result->loads->counts, 0, sizeof(orm_mask));      /* by which relation its rows came, and with which links, is not read of the first load */
    return result;
}

/* the header of a list whose rows are where they stay, and its spare row */
static void *orm__list_seal(const orm__list *list, char *rows, size_t count)
{
    const orm_model *model = list->model;
    orm__list_header *header = (orm__list_header *)(void *)rows - 1;
    header->length = count;
    header->proof = orm__list_proof(list->result, rows);
    memset(rows + count * model->size, 0, model->size);
    *orm__ticket(model, rows) = orm__row_ticket(list->result, list->load, true);
    return rows;
}

ORM_PRIVATE void *orm__list_close(orm__list *list)
{
    const orm_model *model = list->model;
    if (list->count == list->capacity && !orm__list_grow(list)) return NULL;      /* the spare row */
    size_t bytes = sizeof(orm__list_header) + (list->count + 1) * model->size;
    if (list->chunk) {
        if (!orm__list_settle(list, bytes)) return NULL;
    } else if (list->result->arena->orm__at == list->rows + list->capacity * model->size) {
        list->result->arena->orm__at -= (list->capacity - list->count - 1) * model->size;
    }
    return orm__list_seal(list, list->rows, list->count);
}

ORM_PRIVATE void *orm__list_turn(orm__list *list)
{
    size_t size = list->model->size, n = list->count - 1, bytes = sizeof(orm__list_header) + list->count * size;
    const char *last = list->rows + n * size;
    if (bytes <= ORM__SMALL_LIST) {         /* its rows are copied out of their chunk, in which the next list goes on */
        orm__list_header *header = (orm__list_header *)orm__bump(list->result->arena, bytes, 16);
        if (!header) return NULL;
        memcpy(header + 1, list->rows, n * size);
        memcpy(list->rows, last, size);
        list->count = 1;
        return orm__list_seal(list, (char *)(header + 1), n);
    }
    orm__list next;
    if (!orm__list_open(&next, list->result, list->model, list->load, 0)) return NULL;
    memcpy(next.rows, last, size);
    next.count = 1;
    list->count = n;
    void *rows = orm__list_close(list);
    *list = next;
    return rows;
}

ORM_API void *orm__new_list(orm_arena *arena, const orm_model *model, size_t n)
{
    orm_allocator a = orm__default_allocator();
    orm__list list;
    orm__clear_error();
    orm__result *result = orm__result_make(&a, arena, 0);
    char *rows = NULL;
    if (result && orm__result_load(result, model) == 0 && orm__list_open(&list, result, model, 0, n)) {
        for (size_t i = 0; i < n && (i == 0 || rows); i++) rows = (char *)orm__list_next(&list);
        rows = n && !rows ? NULL : (char *)orm__list_close(&list);
    }
    if (!rows) {
        if (result) orm__result_discard(result);
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for a list of %zu rows of %s", n, model->name);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) model->defaults(rows + i * model->size);
    orm__result_publish(result, rows, n);
    return rows;
}

ORM_PRIVATE void orm__list_links(void *rows, const void *links)
{
    ((orm__list_header *)rows - 1)->links = links;
}

ORM_API const void *orm__links(const orm_relation *relation, const void *rows)
{
    const orm_model *model = relation->target;
    if (!rows) return NULL;
    uint64_t ticket = *orm__ticket(model, rows);
    const orm__result *result = ticket & ORM__HEAD_BIT ? orm__result_of(ticket) : NULL;
    if (!result || ORM__LOAD(ticket) == 0 || ORM__LOAD(ticket) >= result->n_loads || !result->loads[ORM__LOAD(ticket)].links) return NULL;
    if ((uintptr_t)rows - (uintptr_t)result >= result->block_size && !orm__arena_holds(result->arena, rows)) return NULL;      /* a copy of a list's first row */
    const orm__list_header *header = (const orm__list_header *)rows - 1;
    return header->proof == orm__list_proof(result, rows) ? header->links : NULL;
}

ORM_PRIVATE void *orm__single_row(orm__result *result, const orm_model *model, unsigned load)
{
    void *row = orm__bump(result->arena, model->size, 16);
    if (!row) return NULL;
    memset(row, 0, model->size);
    *orm__ticket(model, row) = orm__row_ticket(result, load, false);
    return row;
}
