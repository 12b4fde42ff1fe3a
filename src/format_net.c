/* >>format_net: is a text an address of the net? Mail, URLs, names and addresses of hosts, ports and devices. Linear, whatever the text. */
#include "internal.h"
#include <arpa/inet.h>

/* ---- names and addresses of hosts -------------------------------------------------------------------------------- */
/* Labels of letters, digits and inner hyphens, at most 63 bytes each (RFC 1123); how many there are, or 0 when one is wrong.
   `number`: the last one is all digits, as in an IPv4 address and in no name. */
static size_t orm__count_labels(const char *name, size_t size, bool *number)
{
    size_t labels = 0, start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && name[i] != '.') {
            if (i == start) *number = true;
            if (!orm__is_digit(name[i])) *number = false;
            if (i - start >= 63 || (!orm__is_alphanumeric(name[i]) && name[i] != '-')) return 0;
            continue;
        }
        if (i == start || name[start] == '-' || name[i - 1] == '-') return 0;
        labels++;
        start = i + 1;
    }
    return labels;
}

/* RFC 1035 and RFC 1123: two labels at least, 253 bytes at most */
ORM_PRIVATE bool orm__fqdn_valid(const char *text_, size_t size)
{
    bool number = false;
    return size <= 253 && orm__count_labels(text_, size, &number) >= 2 && !number;
}

static bool orm__address_valid(int family, const char *text_, size_t size)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;
    return size < sizeof copy && inet_pton(family, orm__copy_short(copy, text_, size), &address) == 1;
}

/* four decimal numbers without leading zeros (RFC 6943, 3.1.1: the strict form) */
ORM_PRIVATE bool orm__ipv4_valid(const char *text_, size_t size) { return orm__address_valid(AF_INET, text_, size); }
/* RFC 4291, 2.2; without a zone or a prefix */
ORM_PRIVATE bool orm__ipv6_valid(const char *text_, size_t size) { return orm__address_valid(AF_INET6, text_, size); }
ORM_PRIVATE bool orm__ip_valid(const char *text_, size_t size) { return orm__ipv4_valid(text_, size) || orm__ipv6_valid(text_, size); }

static bool orm__host_valid(const char *host, size_t size)
{
    bool number = false;
    if (size >= 2 && host[0] == '[') return host[size - 1] == ']' && orm__ipv6_valid(host + 1, size - 2);
    if (size > 253 || orm__count_labels(host, size, &number) == 0) return false;
    return !number || orm__ipv4_valid(host, size);
}

/* ---- mail ---------------------------------------------------------------------------------------------------------- */
/* dots separate atoms, none is empty; bytes from 0x80 are characters of RFC 6531 */
static bool orm__local_part_valid(const char *name, size_t size)
{
    if (size == 0 || size > 64 || name[0] == '.' || name[size - 1] == '.') return false;
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '.' ? name[i - 1] == '.' : !((unsigned char)name[i] >= 0x80 || orm__is_alphanumeric(name[i]) || orm__is_one_of(name[i], "!#$%&'*+-/=?^_`{|}~"))) return false;
    }
    return orm__check_bytes(name, size, NULL) == ORM__TEXT_OK;
}

ORM_PRIVATE bool orm__email_valid(const char *text_, size_t size)
{
    const char *at = size <= 254 ? memchr(text_, '@', size) : NULL;
    if (!at) return false;
    size_t local = (size_t)(at - text_);
    return orm__local_part_valid(text_, local) && orm__fqdn_valid(at + 1, size - local - 1);
}

/* ---- URLs ------------------------------------------------------------------------------------------------------------ */
static bool orm__port_number_valid(const char *digits, size_t size)
{
    unsigned port = 0;
    if (size == 0 || size > 5) return false;
    for (size_t i = 0; i < size; i++) {
        if (!orm__is_digit(digits[i])) return false;
        port = port * 10 + (unsigned)(digits[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

/* a number from 1 to 65535 (RFC 6335: 0 is reserved) as it is written: without zeros before it, as a URL may have them */
ORM_PRIVATE bool orm__port_valid(const char *text_, size_t size) { return orm__port_number_valid(text_, size) && text_[0] != '0'; }

/* unreserved characters, sub-delims, those of `more`, and percent-encoded bytes (RFC 3986) */
static bool orm__url_part_valid(const char *part, size_t size, const char *more)
{
    for (size_t i = 0; i < size; i++) {
        if (part[i] == '%') {
            for (size_t k = 1; k <= 2; k++) {
                if (i + k >= size || !orm__is_hex(part[i + k])) return false;
            }
            i += 2;
        } else if (!orm__is_alphanumeric(part[i]) && !orm__is_one_of(part[i], "-._~!$&'()*+,;=") && !orm__is_one_of(part[i], more)) {
            return false;
        }
    }
    return true;
}

/* [user@]host[:port] */
static bool orm__authority_valid(const char *text_, size_t size)
{
    const char *at = memchr(text_, '@', size);
    if (at) {
        size_t user = (size_t)(at - text_);
        if (!orm__url_part_valid(text_, user, ":")) return false;
        text_ += user + 1;
        size -= user + 1;
    }
    const char *closing = size > 0 && text_[0] == '[' ? memchr(text_, ']', size) : NULL;
    size_t host = closing ? (size_t)(closing - text_) + 1 : 0;
    while (host < size && text_[host] != ':') host++;
    if (host < size && !orm__port_number_valid(text_ + host + 1, size - host - 1)) return false;
    return orm__host_valid(text_, host);
}

/* how long the scheme is with its "://", in any case; 0 when it is none of these */
static size_t orm__scheme_size(const char *const *schemes, const char *text_, size_t size)
{
    for (; *schemes; schemes++) {
        size_t length = strlen(*schemes), same = 0;
        while (same < length && same < size && orm__small_letter(text_[same]) == orm__small_letter((*schemes)[same])) same++;
        if (same == length && size - same >= 3 && memcmp(text_ + same, "://", 3) == 0) return length + 3;
    }
    return 0;
}

ORM_PRIVATE bool orm__url_of_valid(const char *const *schemes, const char *text_, size_t size)
{
    size_t start = orm__scheme_size(schemes, text_, size);
    if (start == 0) return false;
    size_t end = start;
    while (end < size && !orm__is_one_of(text_[end], "/?#")) end++;
    if (!orm__authority_valid(text_ + start, end - start)) return false;
    size_t fragment = end;
    while (fragment < size && text_[fragment] != '#') fragment++;
    return orm__url_part_valid(text_ + end, fragment - end, ":@/?") && (fragment == size || orm__url_part_valid(text_ + fragment + 1, size - fragment - 1, ":@/?"));
}

ORM_PRIVATE bool orm__url_valid(const char *text_, size_t size)
{
    static const char *const schemes[] = { "http", "https", "ftp", NULL };
    return orm__url_of_valid(schemes, text_, size);
}

/* ---- devices ---------------------------------------------------------------------------------------------------------- */
/* IEEE 802: six (EUI-48) or eight (EUI-64) pairs of hexadecimal digits, between each two a hyphen, or a colon as most programs write it */
ORM_PRIVATE bool orm__mac_address_valid(const char *text_, size_t size)
{
    if (size != 17 && size != 23) return false;
    for (size_t i = 0; i < size; i++) {
        bool between = i % 3 == 2;
        if (between ? (text_[i] != '-' && text_[i] != ':') || text_[i] != text_[2] : !orm__is_hex(text_[i])) return false;
    }
    return true;
}
