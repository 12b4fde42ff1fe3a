/* >>agree: models with a column for every rule: what tests of rules go through. */
#ifndef AGREE_H
#define AGREE_H
/* a column for every rule that may be a check, in each of its forms; more of a kind are welcome */
#define Agree_FIELDS(X)                                                                                                             \
    X(id,            serial)                                                                                                        \
    X(filled,        text, nullable, not_empty)                                                                                     \
    X(two_to_four,   text, nullable, length(2, 4))                                                                                  \
    X(to_three,      text, nullable, length(0, 3))                                                                                  \
    X(from_three,    text, nullable, length(3, INT64_MAX))                                                                          \
    X(three,         text, nullable, length(3, 3))                                                                                  \
    X(bytes_between, text, nullable, bytes(2, 4))                                                                                   \
    X(bytes_to,      text, nullable, bytes(0, 3))                                                                                   \
    X(bytes_from,    text, nullable, bytes(3, INT64_MAX))                                                                           \
    X(blob_bytes,    blob, nullable, bytes(1, 3))                                                                                   \
    X(small_from,    smallint, nullable, at_least(-3))                                                                              \
    X(int_to,        integer, nullable, at_most(7))                                                                                 \
    X(big_between,   bigint, nullable, between(-9007199254740993, 9007199254740993))                                                \
    X(double_from,   double, nullable, at_least(0.1))                                                                               \
    X(double_to,     double, nullable, at_most(1e300))                                                                              \
    X(real_between,  real, nullable, between(-0.1, 0.7))                                                                            \
    X(decimal_from,  decimal(10, 2), nullable, at_least(-5))                                                                        \
    X(decimal_among, decimal(20, 3), nullable, between(0, 100))                                                                     \
    X(free_from,     decimal(10, 2), nullable)                                                                                      \
    X(free_among,    decimal(20, 3), nullable)                                                                                      \
    X(one_text,      text, nullable, one_of("a", "\xC3\xA9", "it's", "back\\slash", ""))                                            \
    X(one_int,       integer, nullable, one_of(-1, 2, 3))                                                                           \
    X(no_text,       text, nullable, not_in("root", "a'b", "\xC3\x89"))                                                             \
    X(no_int,        bigint, nullable, not_in(13, -1))                                                                              \
    X(same,          text, nullable, equals("It's \\ \xC3\xA9"))                                                                    \
    X(same_empty,    text, nullable, equals(""))                                                                                    \
    X(same_sized,    string(3), nullable, equals("abc"))                                                                            \
    X(has,           text, nullable, contains("a'b"))                                                                               \
    X(has_percent,   text, nullable, contains("%"))                                                                                 \
    X(has_two,       text, nullable, contains("\xC3\xA9"), contains("\\"))                                                          \
    X(has_nothing,   text, nullable, contains(""))                                                                                  \
    X(has_not,       text, nullable, not_contains("<"), not_contains("A"))                                                          \
    X(day_after,     date, nullable, after("2000-02-29"))                                                                           \
    X(day_before,    date, nullable, before("1969-12-31"))                                                                          \
    X(moment_after,  timestamp, nullable, after("2000-01-01T00:00:00.5+02:00"))                                                     \
    X(moment_before, timestamp, nullable, before("2030-01-01"))                                                                     \
    X(letters,       text, nullable, alpha)                                                                                         \
    X(letters_digits, text, nullable, alphanumeric)                                                                                 \
    X(number,        text, nullable, digits)                                                                                        \
    X(hex,           text, nullable, hexadecimal)                                                                                   \
    X(plain,         text, nullable, ascii)                                                                                         \
    X(low,           text, nullable, lowercase)                                                                                     \
    X(high,          text, nullable, uppercase)                                                                                     \
    X(tidy,          text, nullable, trimmed)                                                                                       \
    X(clean,         text, nullable, no_control)                                                                                    \
    X(words,         text, nullable, slug)                                                                                          \
    X(whole,         text, nullable, integer_text)                                                                                  \
    X(color,         text, nullable, hex_color)                                                                                     \
    X(phone,         text, nullable, e164)
ORM_MODEL(Agree, agree)
/* a column for every form, none of them nullable, half of them unique, for rows that are made up */
#define Formed_FIELDS(X)                                                                                                            \
    X(id, serial) X(a1, string(60), email, unique) X(a2, string(60), url) X(a3, text, url_with("wss", "https"), unique) X(a4, text, ip, unique) X(a5, text, ipv4, unique) X(a6, text, ipv6) \
    X(a7, text, fqdn, unique) X(a8, text, port, unique) X(a9, text, mac_address, unique) X(b1, string(5), alpha, length(2, 5), unique) X(b2, text, alphanumeric, uppercase)                 \
    X(b3, char(5), digits, unique) X(b4, text, hexadecimal, bytes(32, 64)) X(b5, text, ascii, trimmed, no_control) X(b6, text, lowercase, alpha) X(b7, string(20), uppercase, unique)         \
    X(b8, string(30), slug, unique) X(c1, text, numeric) X(c2, text, integer_text) X(c3, text, float_text, unique) X(c4, text, decimal_text) X(c5, text, date_text, unique)                   \
    X(c6, text, timestamp_text) X(c7, text, json_text) X(c8, text, uuid_text, unique) X(c9, text, uuid_version(4, 7), unique) X(d1, text, base64, unique) X(d2, text, base64url)                \
    X(d3, text, hex_color, unique) X(d4, string(19), credit_card, unique) X(d5, text, e164, unique) X(d6, text, isbn, unique) X(d7, text, iban, unique) X(d8, text, semver)                    \
    X(d9, char(2), country, unique) X(e1, char(3), currency) X(e2, text, equals("fixed")) X(e3, date, after("2020-01-01"), before("2020-12-31")) X(e4, timestamp, past, unique)                \
    X(e5, date, future) X(e6, timestamp, before("2001-01-01"), after("2000-12-01")) X(e7, text, not_in("none"), not_contains("<"))
ORM_MODEL(Formed, formed)
#define Agreement_MODELS(X) X(Agree) X(Formed)
ORM_SCHEMA(Agreement)
ORM_DEFINE(Agreement)
#endif
