/* >>arena: memory that is freed as a whole, in chunks that grow, and the default allocator. Rows and their texts live in arenas, so that
   one free releases a whole graph and decoding a row costs no malloc. */
#include "internal.h"

#if defined ORM_MALLOC && defined ORM_REALLOC && defined ORM_FREE
#elif defined ORM_MALLOC || defined ORM_REALLOC || defined ORM_FREE
#  error "orm: define all three of ORM_MALLOC, ORM_REALLOC and ORM_FREE, or none"
#else
#  define ORM_MALLOC  malloc
#  define ORM_REALLOC realloc
#  define ORM_FREE    free
#endif

static void *orm__system_allocate(void *context, size_t size)
{
    (void)context;
    return ORM_MALLOC(size);
}

static void *orm__system_resize(void *context, void *block, size_t old_size, size_t size)
{
    (void)context, (void)old_size;
    return ORM_REALLOC(block, size);
}

static void orm__system_release(void *context, void *block, size_t size)
{
    (void)context, (void)size;
    ORM_FREE(block);
}

ORM_PRIVATE orm_allocator orm__default_allocator(void)
{
    return (orm_allocator){ orm__system_allocate, orm__system_resize, orm__system_release, NULL };
}

ORM_PRIVATE void *orm__allocate(const orm_allocator *a, size_t size)
{
    return a->allocate(a->context, size);
}

ORM_PRIVATE void *orm__resize(const orm_allocator *a, void *block, size_t old_size, size_t size)
{
    return a->resize(a->context, block, old_size, size);
}

ORM_PRIVATE void orm__release(const orm_allocator *a, void *block, size_t size)
{
    if (block) a->release(a->context, block, size);
}

enum { ORM__FIRST_CHUNK = 4096, ORM__BIG_CHUNK = 1 << 18 };

/* The chunk that is being filled, if any, is the first of the list. The first may also be an adopted one, when there is none. */
static bool orm__fills_first_chunk(const orm_arena *arena)
{
    return arena->orm__chunks && (char *)arena->orm__chunks + arena->orm__chunks->size == arena->orm__end;
}

ORM_PRIVATE void orm__arena_adopt(orm_arena *arena, orm__chunk *chunk)
{
    orm__chunk **link = orm__fills_first_chunk(arena) ? &arena->orm__chunks->next : &arena->orm__chunks;
    chunk->next = *link;
    *link = chunk;
}

/* Doubles up to 256 KB; from there an eighth more: the unused rest of a large arena is an eighth of its texts at most, and a gigabyte is 60 chunks. */
static size_t orm__next_chunk(const orm_arena *arena)
{
    if (!orm__fills_first_chunk(arena)) return ORM__FIRST_CHUNK;
    size_t size = arena->orm__chunks->size;
    return size < ORM__BIG_CHUNK ? size * 2 : size + size / 8;
}

ORM_PRIVATE void *orm__bump_slow(orm_arena *arena, size_t size, size_t align)
{
    if (!arena->orm__allocator.allocate) arena->orm__allocator = orm__default_allocator();
    size_t around = sizeof(orm__chunk) + align;
    if (size > SIZE_MAX - around) return NULL;
    size_t chunk_size = orm__next_chunk(arena);
    /* what would fill half of a chunk gets one of its own: the rest of the present one stays in use */
    bool own = size + around > chunk_size / 2;
    if (own) chunk_size = size + around;
    orm__chunk *chunk = (orm__chunk *)orm__allocate(&arena->orm__allocator, chunk_size);
    if (!chunk) return NULL;
    chunk->size = chunk_size;
    uintptr_t at = ((uintptr_t)(chunk + 1) + (align - 1)) & ~(uintptr_t)(align - 1);
    if (own) {
        orm__arena_adopt(arena, chunk);
    } else {
        chunk->next = arena->orm__chunks;
        arena->orm__chunks = chunk;
        arena->orm__at = (char *)at + size;
        arena->orm__end = (char *)chunk + chunk_size;
    }
    return (char *)at;
}

ORM_PRIVATE bool orm__arena_holds(const orm_arena *arena, const void *address)
{
    for (const orm__chunk *chunk = arena->orm__chunks; chunk; chunk = chunk->next) {
        if ((uintptr_t)address - (uintptr_t)chunk < chunk->size) return true;
    }
    return false;
}

ORM_API void *orm_arena_allocate(orm_arena *arena, size_t size)
{
    void *memory = orm__bump(arena, size, _Alignof(max_align_t));
    return memory ? memset(memory, 0, size) : NULL;
}

ORM_API const char *orm_text(orm_arena *arena, const char *text_)
{
    return text_ ? orm__bump_text(arena, text_, strlen(text_)) : NULL;
}

ORM_API const char *orm_format(orm_arena *arena, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    /* most texts fit into what is left of the chunk and are printed once */
    size_t left = (size_t)(arena->orm__end - arena->orm__at);
    char *printed = arena->orm__at;
    int length = vsnprintf(printed, left, format, list);
    if (length < 0) {
        printed = NULL;
    } else if ((size_t)length < left) {
        arena->orm__at += length + 1;
    } else {
        printed = (char *)orm__bump(arena, (size_t)length + 1, 1);
        if (printed) vsnprintf(printed, (size_t)length + 1, format, again);
    }
    va_end(again);
    va_end(list);
    return printed;
}

ORM_API void orm_arena_reset(orm_arena *arena)
{
    orm__retire_results(arena);
    orm__chunk *largest = NULL;
    for (orm__chunk *chunk = arena->orm__chunks, *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__chunk *spent = largest && chunk->size <= largest->size ? chunk : largest;
        if (spent != chunk) largest = chunk;
        if (spent) orm__release(&arena->orm__allocator, spent, spent->size);
    }
    arena->orm__chunks = largest;
    if (!largest) return;
    largest->next = NULL;
    arena->orm__at = (char *)(largest + 1);
    arena->orm__end = (char *)largest + largest->size;
}

ORM_API void orm_arena_release(orm_arena *arena)
{
    orm__retire_results(arena);
    for (orm__chunk *chunk = arena->orm__chunks, *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(&arena->orm__allocator, chunk, chunk->size);
    }
    arena->orm__chunks = NULL;
    arena->orm__at = arena->orm__end = NULL;
}
