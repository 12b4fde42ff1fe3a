/* Rows and their JSON by hand, for the drivers in C: a buffer that grows, and what goes into it. */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H
#include "common.h"

typedef struct user { int64_t id; char *name, *email, *role; double score; int64_t created_at; int32_t age; bool has_score, has_age; uint32_t name_length, email_length, role_length; } user;
typedef struct post { int64_t id, author_id; char *title, *body; int64_t created_at; uint32_t title_length, body_length; int32_t views; bool published; } post;

typedef struct json { char *text; size_t length, capacity; } json;

static inline char *json_room(json *j, size_t n)
{
    if (__builtin_expect(j->capacity - j->length < n, 0)) {
        j->capacity = j->capacity ? j->capacity * 2 : 1 << 16;
        while (j->capacity < j->length + n) j->capacity *= 2;
        j->text = realloc(j->text, j->capacity);
        if (!j->text) die("out of memory");
    }
    return j->text + j->length;
}

static inline void json_put(json *j, const char *text, size_t n)
{
    memcpy(json_room(j, n), text, n);
    j->length += n;
}
#define JSON(j, literal) json_put(j, literal, sizeof literal - 1)

static inline void json_int(json *j, int64_t number)
{
    char digits[24];
    int at = sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do digits[--at] = (char)('0' + left % 10); while (left /= 10);
    if (number < 0) digits[--at] = '-';
    json_put(j, digits + at, sizeof digits - (size_t)at);
}

static inline void json_text(json *j, const char *text, size_t n)
{
    char *start = json_room(j, n * 6 + 2), *p = start;
    *p++ = '"';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (__builtin_expect(c >= 0x20 && c != '"' && c != '\\', 1)) {
            *p++ = (char)c;
        } else if (c == '"' || c == '\\') {
            *p++ = '\\';
            *p++ = (char)c;
        } else {
            p += snprintf(p, 7, "\\u%04x", c);
        }
    }
    *p++ = '"';
    j->length += (size_t)(p - start);
}

static inline void json_double(json *j, double number)
{
    int64_t whole = (int64_t)number;
    double tenth = (number - (double)whole) * 10;
    if (number >= 0 && whole < 1000000000 && (int)tenth >= 0 && !(tenth - (int)tenth > 0)) {
        json_int(j, whole);
        if ((int)tenth) json_put(j, (char[]){ '.', (char)('0' + (int)tenth) }, 2);
        return;
    }
    char *p = json_room(j, 32);
    j->length += (size_t)snprintf(p, 32, "%.17g", number);
}

static inline void json_time(json *j, int64_t microseconds)
{
    int64_t seconds = microseconds / MICRO;
    int milliseconds = (int)(microseconds / 1000 % 1000), second = (int)(seconds % 86400);
    int64_t z = seconds / 86400 + 719468, era = z / 146097;
    unsigned doe = (unsigned)(z - era * 146097), yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + (unsigned)era * 400 + (month <= 2);
    char *p = json_room(j, 26);
    memcpy(p, "\"0000-00-00T00:00:00.000Z\"", 26);
    const unsigned pairs[] = { year / 100, year % 100, month, day, (unsigned)second / 3600, (unsigned)second / 60 % 60, (unsigned)second % 60, (unsigned)milliseconds % 100 };
    static const int places[] = { 1, 3, 6, 9, 12, 15, 18, 22 };
    for (int i = 0; i < 8; i++) {
        p[places[i]] = (char)('0' + pairs[i] / 10);
        p[places[i] + 1] = (char)('0' + pairs[i] % 10);
    }
    p[21] = (char)('0' + milliseconds / 100);
    j->length += 26;
}

static inline void json_user(json *j, const user *u)
{
    JSON(j, "{\"id\":");
    json_int(j, u->id);
    JSON(j, ",\"name\":");
    json_text(j, u->name, u->name_length);
    JSON(j, ",\"email\":");
    json_text(j, u->email, u->email_length);
    JSON(j, ",\"role\":");
    json_text(j, u->role, u->role_length);
    JSON(j, ",\"score\":");
    if (u->has_score) json_double(j, u->score);
    else JSON(j, "null");
    JSON(j, ",\"age\":");
    if (u->has_age) json_int(j, u->age);
    else JSON(j, "null");
    JSON(j, ",\"created_at\":");
    json_time(j, u->created_at);
    JSON(j, ",\"posts\":[");
}

static inline void json_post(json *j, const post *p)
{
    JSON(j, "{\"id\":");
    json_int(j, p->id);
    JSON(j, ",\"author_id\":");
    json_int(j, p->author_id);
    JSON(j, ",\"title\":");
    json_text(j, p->title, p->title_length);
    JSON(j, ",\"body\":");
    if (p->body) json_text(j, p->body, p->body_length);
    else JSON(j, "null");
    JSON(j, ",\"views\":");
    json_int(j, p->views);
    JSON(j, ",\"published\":");
    if (p->published) JSON(j, "true");
    else JSON(j, "false");
    JSON(j, ",\"created_at\":");
    json_time(j, p->created_at);
    JSON(j, "}");
}
#endif
