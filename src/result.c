/* >>result: tickets, results, lists. A row carries a ticket, a number that is looked up in a table of slots and never dereferenced, so
   that a copy of a row whose result was freed is recognised. */
#include "internal.h"

/* ---- slots: one per live result ----
   They sit in blocks that double and are never freed, so that reading one needs no lock. A free slot's `next` continues the list of free
   slots, a published one's the chain of its bucket. */
typedef struct orm__result_slot {
    _Atomic uint32_t generation;         /* never 0; raised when the result goes */
    _Atomic uint32_t next;               /* number + 1, 0 at the end */
    _Atomic(orm__result *) result;
    const void *head;                    /* of a published result: what orm_free is told */
} orm__result_slot;

enum { ORM__FIRST_SLOTS = 256, ORM__SLOT_BLOCKS = 14, ORM__FIRST_BUCKETS = 64 };
#define ORM__SLOT_NUMBER(ticket) ((uint32_t)((ticket) >> 10) & 0x3FFFFF)

static _Atomic(orm__result_slot *) orm__slot_blocks[ORM__SLOT_BLOCKS + 1];      /* the last stays NULL: numbers beyond have no slot */
static _Atomic uint64_t orm__free_slots;                                        /* number + 1 of the first free slot; above it a count that defeats ABA */
static pthread_mutex_t orm__results_mutex = PTHREAD_MUTEX_INITIALIZER;          /* of all that follows, and of the lists of results in arenas */
static unsigned orm__n_slot_blocks;
static uint32_t orm__first_buckets[ORM__FIRST_BUCKETS], *orm__buckets = orm__first_buckets;      /* published results by head address: number + 1 */
static unsigned orm__bucket_bits = 6;
static size_t orm__n_published;

static orm__result_slot *orm__result_slot_at(uint32_t number)
{
    uint32_t at = number + ORM__FIRST_SLOTS;
    unsigned high = 31 - (unsigned)__builtin_clz(at);      /* block k begins at 256 << k */
    orm__result_slot *block = atomic_load_explicit(&orm__slot_blocks[high - 8], memory_order_acquire);
    return block ? block + (at - (UINT32_C(1) << high)) : NULL;
}

static void orm__push_slots(uint32_t first, orm__result_slot *last)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_relaxed), now = 0;
    do {
        atomic_store_explicit(&last->next, (uint32_t)top, memory_order_relaxed);
        now = ((top >> 32) + 1) << 32 | (first + 1);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top, now, memory_order_release, memory_order_relaxed));
}

static bool orm__more_slots(void)
{
    pthread_mutex_lock(&orm__results_mutex);
    bool more = (uint32_t)atomic_load(&orm__free_slots) != 0;      /* another thread was here first */
    if (!more && orm__n_slot_blocks < ORM__SLOT_BLOCKS) {
        uint32_t n = UINT32_C(ORM__FIRST_SLOTS) << orm__n_slot_blocks, first = n - ORM__FIRST_SLOTS;
        orm_allocator a = orm__default_allocator();
        orm__result_slot *block = (orm__result_slot *)orm__allocate(&a, n * sizeof *block);
        if (block) {
            for (uint32_t i = 0; i < n; i++) {
                atomic_init(&block[i].generation, 1);
                atomic_init(&block[i].next, first + i + 2);
                atomic_init(&block[i].result, NULL);
                block[i].head = NULL;
            }
            atomic_store_explicit(&orm__slot_blocks[orm__n_slot_blocks++], block, memory_order_release);
            orm__push_slots(first, &block[n - 1]);
            more = true;
        }
    }
    pthread_mutex_unlock(&orm__results_mutex);
    return more;
}

/* takes a slot for the result and makes its ticket */
static bool orm__take_slot(orm__result *result)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_acquire);
    orm__result_slot *slot = NULL;
    do {
        while (!(uint32_t)top) {
            if (!orm__more_slots()) return false;
            top = atomic_load_explicit(&orm__free_slots, memory_order_acquire);
        }
        slot = orm__result_slot_at((uint32_t)top - 1);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top,
                 ((top >> 32) + 1) << 32 | atomic_load_explicit(&slot->next, memory_order_relaxed), memory_order_acquire, memory_order_acquire));
    uint32_t number = (uint32_t)top - 1;
    result->ticket = ORM__KIND_RESULT | (uint64_t)number << 10 | (uint64_t)atomic_load_explicit(&slot->generation, memory_order_relaxed) << 32;
    atomic_store_explicit(&slot->result, result, memory_order_release);
    return true;
}

/* From here on the result's tickets are stale. */
static void orm__return_slot(const orm__result *result)
{
    uint32_t number = ORM__SLOT_NUMBER(result->ticket), next = (uint32_t)(result->ticket >> 32) + 1;
    orm__result_slot *slot = orm__result_slot_at(number);
    atomic_store_explicit(&slot->generation, next ? next : 1, memory_order_relaxed);
    atomic_store_explicit(&slot->result, NULL, memory_order_release);
    orm__push_slots(number, slot);
}

ORM_PRIVATE orm__result *orm__result_of(uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return NULL;
    orm__result_slot *slot = orm__result_slot_at(ORM__SLOT_NUMBER(ticket));
    if (!slot) return NULL;
    orm__result *result = atomic_load_explicit(&slot->result, memory_order_acquire);
    return atomic_load_explicit(&slot->generation, memory_order_relaxed) == (uint32_t)(ticket >> 32) ? result : NULL;
}

/* ---- published results by address: orm_free finds its argument without reading it. Under the mutex. ---- */

static uint32_t *orm__bucket(const void *head)
{
    return &orm__buckets[((uint64_t)(uintptr_t)head >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - orm__bucket_bits)];
}

static void orm__more_buckets(void)
{
    uint32_t *old = orm__buckets;
    size_t n = (size_t)1 << orm__bucket_bits;
    orm_allocator a = orm__default_allocator();
    uint32_t *more = (uint32_t *)orm__allocate(&a, 2 * n * sizeof *more);
    if (!more) return;      /* chains get longer, that is all */
    memset(more, 0, 2 * n * sizeof *more);
    orm__buckets = more;
    orm__bucket_bits++;
    for (size_t i = 0; i < n; i++) {
        for (uint32_t number = old[i], next = 0; number; number = next) {
            orm__result_slot *slot = orm__result_slot_at(number - 1);
            next = atomic_load_explicit(&slot->next, memory_order_relaxed);
            uint32_t *bucket = orm__bucket(slot->head);
            atomic_store_explicit(&slot->next, *bucket, memory_order_relaxed);
            *bucket = number;
        }
    }
    if (old != orm__first_buckets) orm__release(&a, old, n * sizeof *old);
}

ORM_PRIVATE void orm__result_publish(orm__result *result, const void *head, size_t length)
{
    result->head = head;
    result->length = length;
    for (orm__chunk *chunk = result->idle, *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(&result->arena->orm__allocator, chunk, chunk->size);
    }
    result->idle = NULL;
    uint32_t number = ORM__SLOT_NUMBER(result->ticket);
    orm__result_slot *slot = orm__result_slot_at(number);
    slot->head = head;
    pthread_mutex_lock(&orm__results_mutex);
    if (ORM__UNLIKELY(orm__n_published++ >> orm__bucket_bits)) orm__more_buckets();
    uint32_t *bucket = orm__bucket(head);
    atomic_store_explicit(&slot->next, *bucket, memory_order_relaxed);
    *bucket = number + 1;
    pthread_mutex_unlock(&orm__results_mutex);
}

/* takes the result with this head out of the table; NULL when there is none */
static orm__result *orm__unpublish(const void *head)
{
    uint32_t *bucket = orm__bucket(head);
    orm__result_slot *prior = NULL;
    for (uint32_t number = *bucket; number; ) {
        orm__result_slot *slot = orm__result_slot_at(number - 1);
        uint32_t next = atomic_load_explicit(&slot->next, memory_order_relaxed);
        if (slot->head == head) {
            if (prior) atomic_store_explicit(&prior->next, next, memory_order_relaxed);
            else *bucket = next;
            orm__n_published--;
            return atomic_load_explicit(&slot->result, memory_order_relaxed);
        }
        prior = slot;
        number = next;
    }
    return NULL;
}

/* ---- results ---- */

static void orm__release_chunks(const orm_allocator *a, orm__chunk *chunk)
{
    for (orm__chunk *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(a, chunk, chunk->size);
    }
}

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
