/* >>check_alloc: an allocator that fails when told to and knows every block it gave out, so that a test can fail each
   allocation of a call in turn and see that nothing leaks.

   struct check_allocator state = { .fail_at = n };            0 never fails; the first allocation is 1
   orm_allocator a = check_failing_allocator(&state);
   ... CHECK_INT(state.live, 0); CHECK(!state.wrong); */
#ifndef CHECK_ALLOC_H
#define CHECK_ALLOC_H
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct check_allocator {
    size_t fail_at;             /* number of the allocation or growth that fails, 0 for none */
    bool persistent;            /* every one after it fails, too */
    size_t count;               /* asked for so far */
    size_t failed;              /* refused so far */
    size_t live, live_bytes;    /* blocks given out and not released */
    size_t peak_bytes;          /* the most of them at a time; may be set to live_bytes to look on from there */
    bool wrong;                 /* a size told back was not the block's, or a block was not ours */
};

/* before each block: its size and a mark, in the alignment that malloc promises */
union check_header { struct { size_t size; uint64_t mark; } block; max_align_t align; };
#define CHECK_LIVE UINT64_C(0x6c6976656c697665)
static pthread_mutex_t check_allocator_mutex = PTHREAD_MUTEX_INITIALIZER;

static bool check_allocator_fails(struct check_allocator *state)
{
    state->count++;
    bool fails = state->fail_at != 0 && (state->persistent ? state->count >= state->fail_at : state->count == state->fail_at);
    state->failed += fails;
    return fails;
}

static void *check_allocate(void *context, size_t size)
{
    struct check_allocator *state = (struct check_allocator *)context;
    pthread_mutex_lock(&check_allocator_mutex);
    union check_header *header = NULL;
    if (!check_allocator_fails(state) && size <= SIZE_MAX - sizeof *header) header = (union check_header *)malloc(sizeof *header + size);
    if (header) {
        header->block.size = size;
        header->block.mark = CHECK_LIVE;
        memset(header + 1, 0xA5, size);         /* nobody may rely on fresh memory being zero */
        state->live++;
        state->live_bytes += size;
        if (state->peak_bytes < state->live_bytes) state->peak_bytes = state->live_bytes;
    }
    pthread_mutex_unlock(&check_allocator_mutex);
    return header ? header + 1 : NULL;
}

static void check_release(void *context, void *block, size_t size)
{
    struct check_allocator *state = (struct check_allocator *)context;
    if (!block) return;
    union check_header *header = (union check_header *)block - 1;
    pthread_mutex_lock(&check_allocator_mutex);
    if (header->block.mark != CHECK_LIVE || header->block.size != size) state->wrong = true;
    state->live--;
    state->live_bytes -= header->block.size;
    header->block.mark = 0;
    memset(block, 0x5A, header->block.size);
    free(header);
    pthread_mutex_unlock(&check_allocator_mutex);
}

/* always moves the block, so that pointers into the old one are caught */
static void *check_resize(void *context, void *block, size_t old_size, size_t size)
{
    void *moved = check_allocate(context, size);
    if (moved && block) {
        memcpy(moved, block, old_size < size ? old_size : size);
        check_release(context, block, old_size);
    }
    return moved;
}

__attribute__((unused)) static orm_allocator check_failing_allocator(struct check_allocator *state)
{
    return (orm_allocator){ check_allocate, check_resize, check_release, state };
}
#endif
