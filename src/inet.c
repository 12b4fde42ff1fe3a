/* >>inet: IP addresses with a prefix length, as text: RFC 4291 in, RFC 5952 out. By hand, because inet_pton knows neither prefixes nor, on every
   system, the same forms. */
#include "internal.h"

/* a decimal number without leading zeros, at most `most` */
static bool orm__inet_number(const char **at, unsigned most, unsigned *out)
{
    const char *start = *at;
    *out = 0;
    while (**at >= '0' && **at <= '9' && *out <= most) *out = *out * 10 + (unsigned)(*(*at)++ - '0');
    return *at > start && *out <= most && (*start != '0' || *at == start + 1);
}

/* a.b.c.d */
static bool orm__inet_four(const char **at, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned byte = 0;
        if (i > 0 && *(*at)++ != '.') return false;
        if (!orm__inet_number(at, 255, &byte)) return false;
        out[i] = (uint8_t)byte;
    }
    return true;
}

/* one to four hex digits */
static bool orm__inet_group(const char **at, uint8_t out[2])
{
    unsigned group = 0, digits = 0;
    for (; digits < 5; digits++, (*at)++) {
        char c = **at;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) break;
        group = group * 16 + (unsigned)digit;
    }
    out[0] = (uint8_t)(group >> 8);
    out[1] = (uint8_t)group;
    return digits > 0 && digits < 5;
}

/* Eight groups, or fewer with one "::" for the zeros that are left out; the last two may be written as an IPv4 address. */
static bool orm__inet_six(const char **at, uint8_t out[16])
{
    size_t n = 0, gap = SIZE_MAX;
    memset(out, 0, 16);
    if ((*at)[0] == ':' && (*at)[1] == ':') {
        gap = 0;
        *at += 2;
    }
    while (n < 16 && **at && **at != '/') {
        const char *four = *at;
        if (n > 0 && n != gap) {
            if (*four++ != ':') return false;
        }
        *at = four;
        if (n <= 12 && orm__inet_four(&four, out + n)) {
            *at = four;
            n += 4;
            break;
        }
        if (!orm__inet_group(at, out + n)) return false;
        n += 2;
        if ((*at)[0] == ':' && (*at)[1] == ':') {
            if (gap != SIZE_MAX) return false;
            gap = n;
            *at += 2;
        }
    }
    if (gap == SIZE_MAX) return n == 16;
    if (n > 14) return false;              /* "::" stands for one group at least */
    memmove(out + 16 - (n - gap), out + gap, n - gap);
    memset(out + gap, 0, 16 - n);
    return true;
}

ORM_API bool orm_inet_parse(const char *text_, orm_inet *out)
{
    orm_inet inet = { .family = 4, .prefix = 32 };
    unsigned prefix = 0;
    const char *at = text_;
    if (!text_) return false;
    if (strchr(text_, ':')) {
        inet.family = 6;
        inet.prefix = 128;
        if (!orm__inet_six(&at, inet.address)) return false;
    } else if (!orm__inet_four(&at, inet.address)) {
        return false;
    }
    if (*at == '/') {
        at++;
        if (!orm__inet_number(&at, inet.prefix, &prefix)) return false;
        inet.prefix = (uint8_t)prefix;
    }
    if (*at) return false;
    *out = inet;
    return true;
}

ORM_API orm_inet orm_inet_of(const char *text_)
{
    orm_inet inet = { .family = UINT8_MAX };       /* no address: the choke point refuses it */
    (void)orm_inet_parse(text_, &inet);
    return inet;
}

/* the first of the longest runs of two or more zero groups: from and length in groups */
static void orm__inet_zeros(const uint8_t address[16], int *from, int *length)
{
    *from = *length = 0;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && !address[2 * (i + n)] && !address[2 * (i + n) + 1]) n++;
        if (n >= 2 && n > *length) {
            *from = i;
            *length = n;
        }
        i += n;
    }
}

static void orm__inet_put_six(orm__writer *w, const uint8_t address[16])
{
    static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    int from = 0, length = 0;
    if (memcmp(address, mapped, sizeof mapped) == 0) {       /* RFC 5952, 5 */
        orm__put_format(w, "::ffff:%d.%d.%d.%d", address[12], address[13], address[14], address[15]);
        return;
    }
    orm__inet_zeros(address, &from, &length);
    for (int i = 0; i < 8; i++) {
        if (length && i == from) {
            orm__put(w, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && !(length && i == from + length)) orm__put_char(w, ':');
        orm__put_format(w, "%x", (unsigned)address[2 * i] << 8 | address[2 * i + 1]);
    }
}

ORM_API const char *orm_inet_text(orm_inet address, char buffer[ORM_INET_SIZE])
{
    orm__writer w = { .text = buffer, .capacity = ORM_INET_SIZE };
    const uint8_t *byte = address.address;
    buffer[0] = 0;
    if (address.family == 4) orm__put_format(&w, "%d.%d.%d.%d", byte[0], byte[1], byte[2], byte[3]);
    else if (address.family == 6) orm__inet_put_six(&w, byte);
    else return buffer;
    if (address.prefix != (address.family == 4 ? 32 : 128)) orm__put_format(&w, "/%d", address.prefix);
    return buffer;
}

ORM_API bool orm_inet_equal(orm_inet a, orm_inet b)
{
    return a.family == b.family && a.prefix == b.prefix && memcmp(a.address, b.address, a.family == 4 ? 4 : sizeof a.address) == 0;
}
