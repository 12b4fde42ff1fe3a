/* >>uuid: UUIDs (RFC 9562) made, read and printed. Thread-safe without a lock: the only state is one atomic counter. */
#include "internal.h"
#include <fcntl.h>
#if defined __linux__ && defined __has_include
#  if __has_include(<sys/random.h>)
#    include <sys/random.h>
#    define ORM__HAS_GETRANDOM
#  endif
#endif

static bool orm__random_file(unsigned char *bytes, size_t size)
{
    int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(file, bytes + done, size - done);
        if (n > 0) done += (size_t)n;
        else if (n == 0 || errno != EINTR) break;
    }
    close(file);
    return done == size;
}

/* Bytes that nobody can guess. Asked of the system each time: a pool of our own would be shared by forked processes. */
static bool orm__random_bytes(unsigned char *bytes, size_t size)
{
    int saved = errno;
    bool done = false;
#ifdef ORM__HAS_GETRANDOM
    ssize_t n;
    do n = getrandom(bytes, size, 0); while (n < 0 && errno == EINTR);
    done = n == (ssize_t)size;
#endif
    if (!done) done = orm__random_file(bytes, size);
    errno = saved;
    return done;
}

ORM_API orm_uuid orm_uuid_v4(void)
{
    orm_uuid id;
    if (!orm__random_bytes(id.byte, sizeof id.byte)) return (orm_uuid){ { 0 } };
    id.byte[6] = (uint8_t)(0x40 | (id.byte[6] & 0x0F));
    id.byte[8] = (uint8_t)(0x80 | (id.byte[8] & 0x3F));
    return id;
}

/* 48 bits of milliseconds and a counter of 16. It starts each millisecond at random in its lower half (RFC 9562, 6.2, method 1) and
   flows over into the milliseconds, as it goes on counting when the clock is set back. */
static uint64_t orm__uuid_tick(uint64_t random)
{
    static _Atomic uint64_t last;
    orm_time now = orm_now();
    uint64_t milliseconds = now > 0 ? (uint64_t)now / 1000 : 0, before = atomic_load(&last), tick;
    do tick = milliseconds > before >> 16 ? milliseconds << 16 | (random & 0x7FFF) : before + 1;
    while (!atomic_compare_exchange_weak(&last, &before, tick));
    return tick;
}

ORM_API orm_uuid orm_uuid_v7(void)
{
    unsigned char random[10];
    orm_uuid id;
    if (!orm__random_bytes(random, sizeof random)) return (orm_uuid){ { 0 } };
    uint64_t tick = orm__uuid_tick((uint64_t)random[8] << 8 | random[9]);
    for (int i = 0; i < 6; i++) id.byte[i] = (uint8_t)(tick >> (56 - 8 * i));
    /* the counter: twelve bits behind the version, four behind the variant */
    id.byte[6] = (uint8_t)(0x70 | (tick >> 12 & 0x0F));
    id.byte[7] = (uint8_t)(tick >> 4);
    id.byte[8] = (uint8_t)(0x80 | (tick & 0x0F) << 2 | (random[0] & 0x03));
    memcpy(id.byte + 9, random + 1, 7);
    return id;
}

static int orm__uuid_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* hyphens stand before these bytes */
static bool orm__uuid_hyphen(size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

ORM_API bool orm_uuid_parse(const char *text_, orm_uuid *out)
{
    orm_uuid id;
    if (!text_) return false;
    bool braces = *text_ == '{';
    const char *at = text_ + braces;
    for (size_t i = 0; i < sizeof id.byte; i++, at += 2) {
        if (orm__uuid_hyphen(i) && *at++ != '-') return false;
        int high = orm__uuid_digit(at[0]), low = high < 0 ? -1 : orm__uuid_digit(at[1]);
        if (low < 0) return false;
        id.byte[i] = (uint8_t)(high << 4 | low);
    }
    if (braces && *at++ != '}') return false;
    if (*at != 0) return false;
    *out = id;
    return true;
}

ORM_API const char *orm_uuid_text(orm_uuid id, char buffer[ORM_UUID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = buffer;
    for (size_t i = 0; i < sizeof id.byte; i++) {
        if (orm__uuid_hyphen(i)) *at++ = '-';
        *at++ = digits[id.byte[i] >> 4];
        *at++ = digits[id.byte[i] & 0x0F];
    }
    *at = 0;
    return buffer;
}

ORM_API bool orm_uuid_is_nil(orm_uuid id) { return orm_uuid_equal(id, (orm_uuid){ { 0 } }); }
ORM_API bool orm_uuid_equal(orm_uuid a, orm_uuid b) { return memcmp(a.byte, b.byte, sizeof a.byte) == 0; }
