/* >>internal: what the implementation's parts share. Not for users.

   Each part compiles alone (unit tests do that); in the single header all of them are one file and private names are static. */
#ifndef ORM__INTERNAL_H
#define ORM__INTERNAL_H
#ifndef ORM_H
#  include "orm.h"
#endif
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* numbers are classified by the compiler's __builtin_isnan and the like: <math.h> calls libm for them at -Os, and then a program would
   need -lm */
#ifdef ORM_IMPLEMENTATION
#  define ORM_PRIVATE static ORM__UNUSED
#else
#  define ORM_PRIVATE __attribute__((visibility("hidden")))
#endif
#define ORM__LIKELY(x)   __builtin_expect(!!(x), 1)
#define ORM__UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ORM__COLD        __attribute__((noinline, cold))      /* what a fast path leaves out of itself */

/* What users hold: a way into a pool. Which one a call came by decides whether it joins what its thread already holds. */
struct orm_db {
    uint64_t serial;                    /* of the handle, never used again in the process */
    struct orm__pool *pool;
    const struct orm_db *joins;         /* calls by this one join what the thread holds by that one: orm_primary's share the main one's */
    bool primary;                       /* reads go to the primary */
    bool all_tenants; int64_t tenant;   /* whose rows its calls are about; 0 is nobody's */
    struct orm_db *next;                /* of the table of tenants */
    struct orm__session *pinned; uint64_t level;      /* of orm_current: calls join this transaction */
};
typedef struct orm__session orm__session;

/* ---- memory (arena.c) ------------------------------------------------------------------------------------ */
typedef struct orm__chunk { struct orm__chunk *next; size_t size; } orm__chunk;      /* size: of the whole block */
ORM_PRIVATE orm_allocator orm__default_allocator(void);
ORM_PRIVATE void *orm__allocate(const orm_allocator *a, size_t size);
ORM_PRIVATE void *orm__resize(const orm_allocator *a, void *block, size_t old_size, size_t size);
ORM_PRIVATE void orm__release(const orm_allocator *a, void *block, size_t size);
ORM_PRIVATE void *orm__bump_slow(orm_arena *arena, size_t size, size_t align);
static inline ORM__UNUSED void *orm__bump(orm_arena *arena, size_t size, size_t align)      /* not zeroed; NULL when out of memory */
{
    uintptr_t at = ((uintptr_t)arena->orm__at + (align - 1)) & ~(uintptr_t)(align - 1);
    if (ORM__UNLIKELY(arena->orm__at == NULL || at > (uintptr_t)arena->orm__end || size > (uintptr_t)arena->orm__end - at)) return orm__bump_slow(arena, size, align);
    arena->orm__at = (char *)at + size;
    return (char *)at;
}
static inline ORM__UNUSED char *orm__bump_bytes(orm_arena *arena, size_t size)      /* the same, unaligned; at least one byte */
{
    char *at = arena->orm__at;
    if (ORM__UNLIKELY(size > (size_t)(arena->orm__end - at))) return (char *)orm__bump_slow(arena, size, 1);
    arena->orm__at = at + size;
    return at;
}
static inline ORM__UNUSED char *orm__bump_text(orm_arena *arena, const void *bytes, size_t size)     /* adds a NUL */
{
    char *copy = orm__bump_bytes(arena, size + 1);
    if (ORM__UNLIKELY(!copy)) return NULL;
    memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}
ORM_PRIVATE bool orm__arena_holds(const orm_arena *arena, const void *address);
ORM_PRIVATE void orm__arena_adopt(orm_arena *arena, orm__chunk *chunk);      /* frees the chunk, which the arena's allocator made, with the arena */

/* ---- SQL and JSON text being written (writer.c) ----------------------------------------------------------- */
/* Failure is sticky: after an allocation failed `failed` is set, further writes do nothing, and the text is never used. */
/* The text always ends with a NUL beyond its length. Without an allocator the text is a fixed buffer of the caller's. */
struct orm__sql { char *text; size_t length, capacity; bool failed; const orm_allocator *allocator; const struct orm_dialect *dialect; };
typedef struct orm__sql orm__writer;
ORM_PRIVATE void orm__put(orm__writer *w, const char *text_);
ORM_PRIVATE bool orm__writer_grow(orm__writer *w, size_t size);
static inline ORM__UNUSED bool orm__writer_room(orm__writer *w, size_t size)       /* for `size` bytes more and the NUL */
{
    return ORM__LIKELY(!w->failed && size < w->capacity - w->length) || orm__writer_grow(w, size);
}
static inline ORM__UNUSED void orm__put_bytes(orm__writer *w, const char *bytes, size_t size)
{
    if (!orm__writer_room(w, size)) return;
    if (size) memcpy(w->text + w->length, bytes, size);
    w->length += size;
    w->text[w->length] = 0;
}
static inline ORM__UNUSED void orm__put_char(orm__writer *w, char c)
{
    if (!orm__writer_room(w, 1)) return;
    w->text[w->length++] = c;
    w->text[w->length] = 0;
}
static inline ORM__UNUSED char *orm__two_digits(char *at, unsigned number)      /* of a number below 100; to behind them */
{
    static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                                "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    memcpy(at, pairs + 2 * number, 2);
    return at + 2;
}
ORM_PRIVATE void orm__put_int(orm__writer *w, int64_t number);
ORM_PRIVATE void orm__put_format(orm__writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));     /* short pieces only, at most 512 bytes */
ORM_PRIVATE void orm__put_name(orm__writer *w, const char *name);            /* quoted by the dialect */
ORM_PRIVATE void orm__put_string_literal(orm__writer *w, const char *text_); /* '...' with quotes doubled: DDL only */
ORM_PRIVATE bool orm__put_json_text(orm__writer *w, const char *bytes, size_t size);     /* "..." escaped; false: it is not UTF-8, or has a NUL, and its bytes are as they were */
ORM_PRIVATE void orm__writer_release(orm__writer *w);

/* ---- errors (error.c) -------------------------------------------------------------------------------------- */
typedef struct orm__thread {
    orm_error_info error;
    const char *place; const void *address;              /* of the call that runs */
    orm__budget *budget;                                 /* innermost */
    bool absence_fails;                                  /* of a get: ORM_NOT_FOUND is a failure */
    const orm_model *model;                              /* of the call that runs: set after orm__enter, which clears it; names fields of broken constraints */
    orm__batch *batch;                                   /* innermost */
    uint64_t asked;                                      /* serial of the last question to a batch */
    struct orm__session *held;                           /* the sessions that this thread holds, latest first */
    struct { uint64_t handle[3]; struct orm__session *session[3]; } recent;      /* by orm__mode: the last session, where the short way in is open, and the serial of the handle it came by */
    struct { const char *place; const orm_relation *relation; uint64_t handle; int64_t began; uint32_t times; } single[4];      /* relations loaded for one row, see load.c */
    orm_message_hook *messages; void *messages_context;  /* of orm_messages */
    orm_arena *texts;                                    /* of orm_texts_into */
    struct { uint64_t handle, first, last; uint16_t session; } undone[8]; unsigned n_undone;       /* what it wrote last that was rolled back: others may roll back much before it tries again */
    struct { uint64_t handle; int64_t until; } wrote;    /* reads through that handle's pool stay with the primary for so long */
} orm__thread;
ORM_PRIVATE orm__thread *orm__self(void);
ORM_PRIVATE void orm__clear_error(void);
/* Reports a failure of the running call: keeps the first cause, logs it, and fails the transaction of this thread on db. `db` may be
   NULL. Returns `kind`. ORM_NOT_FOUND is kept, but neither logged nor sticky. */
ORM_PRIVATE orm_status orm__raise(orm__session *db, orm_status kind, int code, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* the same, naming model and field (either may be NULL) */
ORM_PRIVATE orm_status orm__raise_at(orm__session *db, orm_status kind, const orm_model *model, const orm_column *column, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* a broken constraint as the engine tells it: constraint name or text, and "table.column" names where known; fills failures */
ORM_PRIVATE orm_status orm__raise_constraint(orm__session *db, orm_status kind, int code, const char *constraint, const char *table_and_columns, const char *message_);
/* the same of a foreign key, where the engine tells which of the two it is: a row that others still refer to, or one that refers to nothing */
ORM_PRIVATE orm_status orm__raise_key(orm__session *db, bool referred_to, int code, const char *constraint, const char *table_and_columns, const char *message_);
ORM_PRIVATE orm_status orm__raise_failures(orm__session *db, const orm_model *model, orm_failures *failures);      /* ORM_VALIDATION; the messages become those of the hook */
ORM_PRIVATE void orm__copy_clean(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));      /* whole characters, no controls */
/* bytes of the character at `text_`; `shown` is false when it must not reach a terminal as it is: controls, bidirectional overrides, invalid bytes */
ORM_PRIVATE size_t orm__visible(const char *text_, size_t size, bool *shown);
ORM_PRIVATE void orm__add_failure(orm_failures *failures, size_t row, const char *field, const char *rule, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- log (log.c) --------------------------------------------------------------------------------------------- */
ORM_PRIVATE int64_t orm__ticks(void);                    /* monotonic microseconds */
ORM_PRIVATE void orm__log_error(const orm_options *options, const orm_error_info *error);
ORM_PRIVATE void orm__log_note(orm__session *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
ORM_PRIVATE void orm__log_sql(orm__session *db, const char *sql, const orm_value *values, size_t n_values, orm_status kind, int64_t microseconds, int64_t rows);
ORM_PRIVATE void orm__stderr_log(void *context, const orm_log_event *event);        /* the hook behind ORM_LOG=1 */

/* ---- wide numbers (wide.c): 256 bits, the lowest limb first ---------------------------------------------------------------------------------- */
typedef struct orm__wide { uint32_t limb[8]; } orm__wide;
ORM_PRIVATE orm__wide orm__wide_of(uint64_t high, uint64_t low);
ORM_PRIVATE orm__wide orm__wide_ten_to(int exponent);                            /* 10^0 .. 10^38 */
ORM_PRIVATE uint64_t orm__wide_word(const orm__wide *w, int word);               /* 64 bits of it: the lowest are word 0 */
ORM_PRIVATE bool orm__wide_is_zero(const orm__wide *w);
ORM_PRIVATE int orm__wide_compare(const orm__wide *a, const orm__wide *b);
ORM_PRIVATE orm__wide orm__wide_plus(const orm__wide *a, const orm__wide *b);
ORM_PRIVATE orm__wide orm__wide_minus(const orm__wide *a, const orm__wide *b);
ORM_PRIVATE bool orm__wide_times(orm__wide *w, uint32_t factor, uint32_t add);   /* w * factor + add; false when it does not fit */
ORM_PRIVATE uint32_t orm__wide_cut(orm__wide *w, uint32_t divisor);              /* divides, and gives the rest */
ORM_PRIVATE orm__wide orm__wide_product(const orm__wide *a, const orm__wide *b); /* of two below 2^128 */
ORM_PRIVATE orm__wide orm__wide_divide(orm__wide number, const orm__wide *divisor, orm__wide *rest);  /* by one of at most 2^255, not 0 */
ORM_PRIVATE orm__wide orm__wide_shift(orm__wide w, int bits);                    /* up; none below 1 */
ORM_PRIVATE bool orm__wide_scale(orm__wide *w, int exponent);                    /* times 10^exponent, where that is over 0; false at 2^253, which is over 10^76 */
/* a decimal's units without their sign, and a decimal of such, below 2^127 (decimal.c) */
ORM_PRIVATE orm__wide orm__decimal_magnitude(orm_decimal number);
ORM_PRIVATE orm_decimal orm__decimal_from(bool negative, const orm__wide *magnitude, int scale);

/* ---- values and text (text.c, calendar.c, decimal.c, value.c, fit.c) ------------------------------------------------------------------------ */
typedef enum orm__text_fault { ORM__TEXT_OK, ORM__TEXT_INVALID, ORM__TEXT_TOO_LONG } orm__text_fault;
/* checks a NUL-terminated text: valid UTF-8 (RFC 3629: no overlong forms, surrogates, > U+10FFFF), at most `max` bytes; gives bytes and characters */
ORM_PRIVATE orm__text_fault orm__check_text(const char *text_, size_t max, size_t *bytes, size_t *characters);
ORM_PRIVATE orm__text_fault orm__check_bytes(const char *bytes, size_t size, size_t *characters);      /* the same for a known size; a NUL in it is invalid */
ORM_PRIVATE void orm__list_texts(char *out, size_t size, const char *const *texts, size_t n);        /* "a, b, c", or as many as fit and "..." */
ORM_PRIVATE size_t orm__distance(const char *a, const char *b);
ORM_PRIVATE size_t orm__utf8_sequence(const unsigned char *at, size_t left);        /* bytes of the valid sequence of a character beyond ASCII, or 0 */
ORM_PRIVATE bool orm__json_valid(const char *text_, size_t size, const char **why);                 /* RFC 8259, depth at most 64, no two members of one name */
/* the range of dates and times: years 1 to 9999 */
#define ORM__DAY        INT64_C(86400000000)             /* in microseconds */
#define ORM__FIRST_DAY  (-719162)
#define ORM__LAST_DAY   2932896
#define ORM__FIRST_TIME (ORM__FIRST_DAY * ORM__DAY)
#define ORM__LAST_TIME  ((ORM__LAST_DAY + 1) * ORM__DAY - 1)
ORM_PRIVATE bool orm__decimal_fits(orm_decimal number, int precision);                              /* a number of at most `precision` digits */
ORM_PRIVATE bool orm__has_flag(const orm_column *column);                                                      /* a nullable member that says so beside its value */
static inline ORM__UNUSED bool orm__is_whole(orm_type type) { return type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64; }
ORM_PRIVATE size_t orm__member_size(orm_type type);                                                  /* of the C member, not nullable */
/* the member of a row as a value; ORM_NULL for NULL and for unset. Nothing is checked. */
ORM_PRIVATE orm_value orm__value_of(const orm_column *column, const void *row);
/* writes a value into a member (with its `set` flag); the value's type must be the column's or ORM_NULL */
ORM_PRIVATE void orm__store(const orm_column *column, void *row, const orm_value *value);
/* is the member as in a zeroed row, where nothing was read into it? */
ORM_PRIVATE bool orm__is_untouched(const orm_column *column, const void *row);
/* is the member unset: NULL text, 0 key, unset time, enumeration 0, zero uuid, nullable not set */
ORM_PRIVATE bool orm__is_unset(const orm_column *column, const void *row);
ORM_PRIVATE int64_t orm__enum_number(const orm_column *column, const orm_value *v);                  /* of a value by number or by label */
ORM_PRIVATE bool orm__members_equal(const orm_column *column, const void *row, const void *other);
/* as the database orders them; neither is NULL. Addresses and arrays, which have no order, are told apart. */
ORM_PRIVATE int orm__compare_values(const orm_column *column, const orm_value *a, const orm_value *b);
ORM_PRIVATE orm_inet orm__value_inet(const orm_value *v);
ORM_PRIVATE bool orm__interval_is_finite(orm_interval interval);                                    /* and one at all */
/* what is said of a value when there is no memory to look at it, and the rule that such a failure has */
#define ORM__UNCHECKED      "cannot be checked: out of memory"
#define ORM__RULE_UNCHECKED "unchecked"
ORM_PRIVATE bool orm__is_unchecked(const char *why);
/* The choke point: makes a value fit to be bound for `column` or says why not. Converts integers for number and decimal columns,
   rescales decimals, measures texts; refuses numbers out of the column's range, NaN, bad UTF-8, over-long text, unknown enumeration
   values, invalid json. Returns NULL when fine, else a message for people in `why`; `kind` gets ORM_VALUE_RANGE, ORM_BAD_TEXT or ORM_VALIDATION,
   or ORM_NO_MEMORY where a document cannot be looked at for lack of it. */
ORM_PRIVATE const char *orm__fit(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind);
/* the same for a value of a row that was validated in this call: texts are measured, but not checked once more */
ORM_PRIVATE const char *orm__fit_again(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind);

/* arrays (array.c): values of type ORM_ARRAY */
typedef enum orm__array_fault { ORM__ARRAY_FINE, ORM__ARRAY_BAD, ORM__ARRAY_NO_MEMORY } orm__array_fault;
ORM_PRIVATE orm_value orm__array_item(const orm_value *array, size_t i);                              /* ORM_NULL for a NULL among texts */
ORM_PRIVATE bool orm__arrays_equal(const orm_value *a, const orm_value *b);                           /* by bits; of one type */
ORM_PRIVATE bool orm__array_copy(orm_arena *arena, orm_value *array);                                 /* elements and their texts; false when out of memory */
/* a copy of bound values and of what they point to, in the arena; NULL when out of memory (raised) */
ORM_PRIVATE orm_value *orm__values_copy(orm__session *db, orm_arena *arena, const orm_value *values, size_t n);
ORM_PRIVATE bool orm__array_of_one(orm_arena *arena, const orm_value *item, orm_value *array);
ORM_PRIVATE void orm__put_array(orm__writer *w, const orm_value *array);                              /* as JSON that orm__read_array reads back to the bit */
ORM_PRIVATE bool orm__read_whole(const char *at, const char *end, int64_t *out);                      /* digits behind a sign or none; false for anything else, and beyond 64 bits */
ORM_PRIVATE bool orm__read_double(const char *at, const char *end, double *out);                      /* digits, point and exponent as in JSON, whatever the locale */
ORM_PRIVATE bool orm__bits_from_json(const orm_enum *labels, const char *json, size_t size, orm_arena *arena, uint64_t *out);      /* ["admin","member"], as orm__json_value writes them; each label once */
ORM_PRIVATE orm__array_fault orm__read_array(orm_type element, const char *json, size_t size, orm_arena *arena, orm_value *out);      /* `json` ends with a NUL */

/* ---- validation (validate.c, rules.c) --------------------------------------------------------------------------- */
/* which rules are asked: those for new rows, for changes, or both */
enum { ORM__CREATES = 1, ORM__CHANGES = 2 };
/* Checks one row: required members, the choke point, the rules in the model's order, then its rules of several fields. `only`: columns to look at, or
   NULL for all. Failures are appended. */
ORM_PRIVATE void orm__validate_row(const orm_model *model, const void *row, const orm_mask *only, unsigned when, size_t max_text, size_t index, orm_failures *failures);
ORM_PRIVATE bool orm__is_supplied(const orm_column *column);                                          /* does something else than the row supply the value? */
ORM_PRIVATE const char *orm__fit_rule(const orm_column *column, orm_status kind);                    /* what a value that does not fit its column breaks, by what orm__fit says */
/* The rules of one column for a value that is not in a row (an assignment). False: there is no memory to look at it, which is a failure of the field as well. */
ORM_PRIVATE bool orm__validate_value(const orm_model *model, const orm_column *column, const orm_value *value, unsigned when, size_t max_text, orm_failures *failures);
/* The rules of several fields that read one of `written`, but not only what is `known`: ORM_MISUSE names the first and says `cure`. Both masks by column. */
ORM_PRIVATE orm_status orm__rules_known(orm__session *db, const orm_model *model, const orm_mask *written, const orm_mask *known, const char *what, const char *cure);
/* The same rules for assignments, which are checked already. `row`: what else is written or known, with the columns of both; NULL where nothing is.
   unchecked: rules that cannot be asked are left out. Failures are appended. */
typedef struct orm__assigning { const orm_assignment *set; size_t n; const void *row; orm_mask written, known; bool unchecked; const char *what, *cure; } orm__assigning;
ORM_PRIVATE orm_status orm__validate_assignments(orm__session *db, const orm_model *model, const orm__assigning *a, orm_failures *failures);
/* Asks the rules of several fields that read what is written (NULL: all), where all that they read is known (NULL: it is) and has not failed. */
ORM_PRIVATE void orm__ask_rules(const orm_model *model, const void *row, const orm_mask *written, const orm_mask *known, const orm_mask *failed, size_t index, orm_failures *failures);
/* ---- forms of models (form.c) -------------------------------------------------------------------------------------- */
typedef struct orm__way {               /* of a column: what writes look at */
    const orm_column *column;
    uint32_t offset, set;               /* in the row; set: of the flag beside a nullable member, or 0 */
    uint32_t most;                      /* characters of a text, labels of an enumeration */
    uint8_t look, take, bytes, type;    /* how a glance tells that it is fine, how its value is taken, how many bytes tell that it is as it was: 0 is the long way */
    bool required, has_unset, saved;    /* saved: a save writes it when it is another value */
    int64_t unset;                      /* what stands in a member of 8 bytes without a value */
} orm__way;
#define ORM__MAX_AGAIN 12               /* columns that a change of which the form knows sets and compares */
typedef struct orm__again {             /* the last change by update that was plain: values for columns, of rows in which columns equal values. See update.c */
    struct orm__prepared *statement;    /* NULL: there is none, or it is gone */
    const orm_column *stamp;            /* the time of the change goes there; or NULL */
    unsigned n_set, n_equal;
    const orm__way *way[ORM__MAX_AGAIN];      /* those that are set, and behind them those that are compared */
} orm__again;
typedef struct orm__model_form {
    const orm_model *model;
    size_t block;                       /* size of this allocation */
    bool normalized, stamped, hashed;   /* has it columns that are made normal, of the type updated_at, passwords? */
    orm_mask given, usual;              /* what a new row may write; what it writes when the database makes all that it can */
    uint16_t *marked, *supplied; size_t n_marked, n_supplied;       /* columns that a create writes into the row; those of `given` that the database may make */
    const orm__way **looked; size_t n_looked;                       /* those that may be wrong in a new row */
    struct orm__prepared *saved; orm_mask saved_columns; bool saved_tenant;      /* what was saved last */
    bool parent; uint64_t kept;         /* rows of batches are created under its own: see orm__kept_keys; the serial of the last question whose key is kept */
    orm__again again;
    orm__way member[];
} orm__model_form;
ORM_PRIVATE orm__model_form *orm__form_make(const orm_allocator *allocator, const orm_model *model);      /* one block, of `block` bytes; NULL when out of memory */
ORM_PRIVATE orm__model_form *orm__form_of(orm__session *db, const orm_model *model);      /* the session's own; NULL when out of memory (raised) */
/* orm__validate_row, which looks only at what is not fine at a glance */
ORM_PRIVATE void orm__validate_form(const orm__model_form *form, const void *row, const orm_mask *only, unsigned when, size_t max_text, size_t index, orm_failures *failures);
/* Is a value that is no member, and not NULL, fine for the column? True: it is, and is fit to be bound; false: nobody knows yet. */
ORM_PRIVATE bool orm__value_is_fine(const orm__way *m, orm_value *v);
/* the value of a member that was validated in this call, fit to be bound: a password hashed */
ORM_PRIVATE orm_status orm__member_value(orm__session *db, const orm__way *m, const void *row, orm_value *out);
#define ORM__READ_AT(T, at) __extension__({ T read_; memcpy(&read_, (at), sizeof read_); read_; })
static inline ORM__UNUSED bool orm__member_unset(const orm__way *m, const void *row)
{
    if (ORM__LIKELY(m->take == 8 && m->has_unset)) return ORM__READ_AT(int64_t, (const char *)row + m->offset) == m->unset;
    return orm__is_unset(m->column, row);
}
/* is a member as it is in another row? True: it is; false: nobody knows yet */
static inline ORM__UNUSED bool orm__member_same(const orm__way *m, const void *row, const void *other)
{
    const char *a = (const char *)row + m->offset, *b = (const char *)other + m->offset;
    if (m->set && *((const char *)row + m->set) != *((const char *)other + m->set)) return false;
    if (ORM__LIKELY(m->bytes == 8)) return ORM__READ_AT(uint64_t, a) == ORM__READ_AT(uint64_t, b);
    switch (m->bytes) {
    case 4:  return ORM__READ_AT(uint32_t, a) == ORM__READ_AT(uint32_t, b);
    case 2:  return ORM__READ_AT(uint16_t, a) == ORM__READ_AT(uint16_t, b);
    case 1:  return *a == *b;
    case 16: return memcmp(a, b, 16) == 0;
    default: return false;
    }
}
/* is one that is not seen to be the same another value? True: it is; false: nobody knows yet */
static inline ORM__UNUSED bool orm__member_other(const orm__way *m, const void *row, const void *other)
{
    return m->take >= 4 && (!m->set || *((const char *)row + m->set) || *((const char *)other + m->set));
}
ORM_PRIVATE orm_mask orm__insert_columns(const orm__model_form *form, const void *row);                 /* what an insert of the row writes */
ORM_PRIVATE bool orm__inserts_these(const orm__model_form *form, const void *row, const orm_mask *mask);      /* would an insert of the row write just these, as orm__insert_columns tells of another? */
/* the values of a new row: of these columns; of those in a mask, which are appended */
ORM_PRIVATE orm_status orm__values_of(orm__session *db, const orm__way *const *ways, size_t n, const void *row, orm_time now, orm_value *values);
ORM_PRIVATE orm_status orm__insert_values(orm__session *db, const orm__model_form *form, const void *row, const orm_mask *mask, orm_time now, orm_value *values, size_t *n);

/* ---- normal values (normalize.c) --------------------------------------------------------------------------------- */
/* Puts the normal values of the columns (`only`, or NULL for all) into the row. What is changed is noted, and orm__normal_end must follow, with the mark
   that was taken before: after a failure it gives the row back what it had, and else its texts, where they have no memory of their own. */
ORM_PRIVATE orm_status orm__normalize_row(orm__session *db, const orm_model *model, void *row, const orm_mask *only);
struct orm__made_normal;
ORM_PRIVATE void orm__normal_end(orm__session *db, struct orm__made_normal *mark, orm_status status);
/* a copy of the value in the memory that lives as long as the row; false when there is none, or it is out */
ORM_PRIVATE bool orm__normal_keep(const orm_model *model, const void *row, const orm_column *column, orm_value *v);
ORM_PRIVATE bool orm__is_normalized(const orm_model *model);             /* has it a column that is made normal? */
/* assignments with normal values: `set` itself, or a copy in the scratch memory; NULL when out of memory (raised) */
ORM_PRIVATE const orm_assignment *orm__normal_assignments(orm__session *db, const orm_model *model, const orm_assignment *set, size_t n);
/* a copy of the row in the arena, with normal values; NULL when out of memory (raised). `row` itself when nothing is made normal. */
ORM_PRIVATE const void *orm__normal_copy(orm__session *db, const orm_model *model, const void *row, orm_arena *arena);
/* makes a value normal that is read for the member of a new row; texts live in the arena. False when a step failed. */
ORM_PRIVATE bool orm__normal_read(const orm_column *column, void *row, orm_value *v, size_t max_text, orm_arena *arena);
/* says the failures in the words of a hook: the thread's, or that of `options` (which may be NULL) */
ORM_PRIVATE void orm__say_failures(const orm_options *options, orm_failures *failures);
/* the bound for people, as in our own messages; the decimal point is a point in every locale */
ORM_PRIVATE const char *orm__bound_text(const orm_value *v, int64_t i, double number, char out[48]);      /* of a value of that type */
/* does the value, which is fit and not NULL, keep the rule? `message` says what is wrong; `row` is for check_with */
ORM_PRIVATE bool orm__rule_holds(const orm_rule *rule, const orm_column *column, const orm_value *value, const void *row, char message[160]);
ORM_PRIVATE const char *orm__rule_name(orm_rule_kind kind);
/* may the rule be a check, so that it belongs to what a schema says of the database? Whether this engine has it, orm__ddl_check tells. */
ORM_PRIVATE bool orm__rule_may_be_check(orm_rule_kind kind);
/* the moment or day that a rule after(...) or before(...) names, as the column stores it; false when it is none */
ORM_PRIVATE bool orm__rule_moment(const orm_rule *rule, const orm_column *column, orm_value *out);

/* ---- forms of texts (format_text.c, format_net.c, format_code.c, iso_codes.c): a `text_` of `size` bytes is valid UTF-8 without a NUL, and has one behind it -------- */
typedef bool orm__format(const char *text_, size_t size);
/* format_text.c */
ORM_PRIVATE orm__format orm__alpha_valid, orm__alphanumeric_valid, orm__digits_valid, orm__hexadecimal_valid, orm__ascii_valid, orm__lowercase_valid,
    orm__uppercase_valid, orm__trimmed_valid, orm__no_control_valid, orm__slug_valid, orm__integer_text_valid, orm__decimal_text_valid,
    orm__numeric_valid, orm__float_text_valid, orm__date_text_valid, orm__timestamp_text_valid, orm__json_text_valid;
/* format_net.c */
ORM_PRIVATE orm__format orm__email_valid, orm__url_valid, orm__fqdn_valid, orm__ip_valid, orm__ipv4_valid, orm__ipv6_valid, orm__port_valid,
    orm__mac_address_valid;
/* format_code.c */
ORM_PRIVATE orm__format orm__credit_card_valid, orm__isbn_valid, orm__iban_valid, orm__e164_valid, orm__uuid_text_valid, orm__semver_valid,
    orm__hex_color_valid, orm__base64_valid, orm__base64url_valid, orm__country_valid, orm__currency_valid;
ORM_PRIVATE int orm__minor_digits(const char code[3]);                                                 /* of a currency (ISO 4217); -1: it has none, or is none */
ORM_PRIVATE orm__format *orm__rule_format(orm_rule_kind kind);                                         /* of the rules that are a form of a text; NULL for others */
ORM_PRIVATE bool orm__url_of_valid(const char *const *schemes, const char *text_, size_t size);        /* `schemes` ends with NULL */
ORM_PRIVATE int orm__uuid_version_of(const char *text_, size_t size);                                  /* 1 to 8; 0: nil or max; -1: no UUID */
ORM_PRIVATE size_t orm__iban_length(const char country[2]);                                            /* 0: the country has none */
ORM_PRIVATE const char *orm__nth_code(orm_rule_kind kind, uint64_t at, char out[4]);
#define ORM__BLANKS " \t\n\v\f\r"
/* ASCII by hand: the <ctype.h> calls depend on the locale */
static inline bool orm__is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool orm__is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || orm__is_digit(c); }
static inline bool orm__is_hex(char c) { return orm__is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static inline char orm__small_letter(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }
static inline bool orm__is_one_of(char c, const char *set) { return c != 0 && strchr(set, c) != NULL; }
static inline char *orm__copy_short(char *out, const char *text_, size_t size)      /* with a NUL; there is room */
{
    memcpy(out, text_, size);
    out[size] = 0;
    return out;
}

/* 1 matches, 0 does not, -1 the pattern is no regular expression, -2 out of memory. POSIX extended; compiled patterns are cached. */
ORM_PRIVATE int orm__regex_matches(const char *pattern, const char *text_);
/* is it one that compiles in little time and memory, and on any stack? For patterns from outside. */
ORM_PRIVATE bool orm__regex_is_bounded(const char *pattern);

/* ---- JSON (json.c, json_out.c, dump.c) ------------------------------------------------------------------------------------------ */
#define ORM__TEXT_HEADER 16            /* before a text that the caller frees: the size of its block */
typedef struct orm__json_form { bool pretty, camel_case, numbers_as_text, refuse_nan; } orm__json_form;      /* see orm_json_output; NULL is all false */
/* a text that the caller frees with orm_free_text: begin, write, end. The end releases everything when memory is out (raised, NULL). */
ORM_PRIVATE void orm__text_begin(orm__writer *w, const orm_allocator *allocator);
ORM_PRIVATE char *orm__text_end(orm__writer *w, size_t *length);
ORM_PRIVATE void orm__put_number(orm__writer *w, double number, bool single);       /* shortest digits that read back; "null" for NaN and infinity */
ORM_PRIVATE bool orm__json_printable(const orm_column *column, const orm_value *value);              /* false: a broken decimal, enumeration or size */
ORM_PRIVATE orm_status orm__json_value(orm__writer *w, const orm__json_form *form, const orm_model *model, const orm_column *column, const orm_value *value);

/* ---- schema (layout.c, ddl.c, sync.c) --------------------------------------------------------------------------------- */
typedef struct orm__index {             /* an index of its own: of `indexed`, index(...) or unique(...) */
    const orm_model *model;
    const orm_column *column;           /* of `indexed`, or of `unique` where rows are destroyed softly; else NULL, and: */
    const orm_model_option *option;
    const char *name, *columns, *where; /* columns: "a, (expression), b desc", as a dialect describes them */
    const char *shown;                  /* the same with the expressions as they were written */
    bool unique;
} orm__index;
typedef struct orm__key {               /* a foreign key of a table: of a column, or of a relation by several columns */
    const orm_model *model, *parent;
    const orm_column *column, *target;  /* target: what the column refers to */
    const orm_relation *relation;
    bool late;                          /* not part of the table's statement: what it leans on is made later than the table */
} orm__key;
typedef struct orm__layout {            /* what a schema makes, in an arena */
    const orm_model **models; size_t n_models;         /* parents first, but for those that refer to each other in a circle */
    orm__key *keys; size_t n_keys;                     /* of all models, in their order */
    orm__index *indexes; size_t n_indexes;             /* of all models, with names of their own */
    const orm_enum **enums; size_t n_enums;            /* types to make before the tables; none where the engine has no enumerations */
    orm_counter *counters; size_t n_counters;
    orm_search_index *searches; size_t n_searches;     /* of the models with searched columns */
} orm__layout;
/* checks the names of the schema (ORM_MISUSE names the culprit) and lays it out */
ORM_PRIVATE orm_status orm__layout_make(orm__session *db, const orm_schema *schema, orm_arena *arena, orm__layout *out);
ORM_PRIVATE orm_status orm__layout_for(const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena, orm__layout *out);      /* without a database */
#define ORM__MADE_NAME 256
/* the parts joined by "_", cut and ended by a hash when that is too long for the engine or `salt` asks for it */
ORM_PRIVATE void orm__make_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const char *const *parts, size_t n, const char *salt);
/* the name of an enumeration's type in the database: its name in C */
ORM_PRIVATE void orm__enum_type(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_enum *labels);
ORM_PRIVATE bool orm__same_word(const char *a, const char *b);                            /* but for the case of ASCII letters */
ORM_PRIVATE size_t orm__key_position(const orm_model *model, const orm_column *column);  /* in the primary key from 1, or 0 */
ORM_PRIVATE size_t orm__key_length(const orm_model *model);
ORM_PRIVATE const orm_column *orm__target_of(const orm_column *column, const orm_model **model);      /* the column that a foreign key refers to, or NULL */
/* By what is each value of the column that a key refers to there but once? An index is made when the tables are there. */
typedef enum orm__uniqueness { ORM__NOT_UNIQUE, ORM__UNIQUE_BY_TABLE, ORM__UNIQUE_BY_INDEX } orm__uniqueness;
ORM_PRIVATE orm__uniqueness orm__uniqueness_of(const orm_model *model, const orm_column *column);
ORM_PRIVATE bool orm__is_unique_alive(const orm_column *column);         /* by an index of the rows that are not destroyed, and not by the table */
ORM_PRIVATE void orm__put_alive(orm__writer *w, const orm_model *model, const char *where);      /* the condition of such an index, with one of its own or NULL */
ORM_PRIVATE bool orm__is_unique_alone(const orm_model_option *option, const orm_column *column);      /* unique(column), for all rows */
ORM_PRIVATE const orm_relation *orm__foreign_key(const orm_model *model, size_t i);      /* the model's relation i, if the table gets a foreign key for it; else NULL */
ORM_PRIVATE const char *orm__action_text(orm_action action);                              /* "no action", "set null" */
/* SQL text */
ORM_PRIVATE const void *orm__default_row(orm__session *db, const orm_model *model, orm_arena *arena);      /* a row of defaults, NULL when out of memory (raised) */
ORM_PRIVATE void orm__ddl_type(orm__writer *w, const orm_column *column);
ORM_PRIVATE bool orm__ddl_default(orm__writer *w, const orm_column *column, const void *defaults);    /* the default's SQL; false when it has none */
ORM_PRIVATE size_t orm__ddl_checks(const orm_column *column);                                        /* how many checks a column may have */
/* the n-th check as an SQL condition; returns the rule's name, and false in `expressed` when only the program can check it. NULL: there is no such rule. */
ORM_PRIVATE const char *orm__ddl_check(orm__writer *w, const orm_column *column, size_t n, bool *expressed);
/* names of the constraints that are made for a column, or for a relation by several columns; and their foreign keys: "foreign key (a) references ..." */
ORM_PRIVATE void orm__ddl_check_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_column *column, size_t n, const char *rule);      /* of the same check, whose rule that told */
ORM_PRIVATE const char *orm__ddl_type_rule(const orm_dialect *dialect, const orm_column *column);     /* the word of what its type promises, that a check says; NULL for none */
ORM_PRIVATE bool orm__ddl_keeps(const orm_dialect *dialect, const orm_column *column, size_t n);      /* does the database keep it? */
ORM_PRIVATE void orm__ddl_unique_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_model *model, const orm_column *column);
ORM_PRIVATE void orm__ddl_reference_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_model *model, const orm_column *column, const orm_relation *relation);
ORM_PRIVATE const char *orm__ddl_deferral(orm_deferral deferral);                             /* with a blank before it, or "" */
ORM_PRIVATE void orm__ddl_column_key(orm__writer *w, const orm_column *column);
ORM_PRIVATE void orm__ddl_relation_key(orm__writer *w, const orm_relation *relation);
/* statements, each ending in ";\n": the type of an enumeration, the table without the layout's late keys (NULL: none is late), such a key, the table's n-th
   comment (0: of the table; false when there is none), an index */
ORM_PRIVATE void orm__ddl_enum(orm__writer *w, const orm_enum *labels);
ORM_PRIVATE bool orm__name_counter(const orm_dialect *dialect, orm_counter *counter, orm_arena *arena);      /* fills in the names of its triggers; false when out of memory */
ORM_PRIVATE bool orm__ddl_literal(orm__writer *w, const orm_column *column, orm_value value);      /* for a default or a bound; false when the column cannot hold it */
ORM_PRIVATE void orm__ddl_table(orm__writer *w, const orm_model *model, const orm__layout *layout, const void *defaults);
ORM_PRIVATE void orm__ddl_key(orm__writer *w, const orm__key *key);
ORM_PRIVATE bool orm__ddl_comment(orm__writer *w, const orm_model *model, size_t n);
ORM_PRIVATE bool orm__has_search(const orm_model *model);
ORM_PRIVATE bool orm__search_of(const orm_dialect *dialect, const orm_model *model, orm_arena *arena, orm_search_index *out);      /* false when out of memory */
ORM_PRIVATE bool orm__name_search(const orm_dialect *dialect, orm_search_index *search, orm_arena *arena);      /* sorts the columns, and fills in the names; false when out of memory */
ORM_PRIVATE void orm__ddl_search(orm__writer *w, const orm_search_index *search, bool fill);   /* all that is needed; fill: the table has rows */
ORM_PRIVATE void orm__ddl_search_drop(orm__writer *w, const orm_search_index *search);
ORM_PRIVATE void orm__ddl_counter(orm__writer *w, const orm_counter *counter);                 /* all that keeps it, and the statements that drop that */
ORM_PRIVATE void orm__ddl_counter_drop(orm__writer *w, const orm_counter *counter);
ORM_PRIVATE void orm__ddl_recount(orm__writer *w, const orm_counter *counter);                 /* sets it to what it would be, had it been kept all the time */
ORM_PRIVATE void orm__ddl_index(orm__writer *w, const orm__index *index);

/* ---- tickets and results (result.c) ------------------------------------------------------------------------------- */
/* A ticket, lowest bits first: kind 2.
   result:  head 1, load 7, slot 22, generation 32.    created: key was generated 1, handle 16, serial 45. */
enum { ORM__KIND_NONE, ORM__KIND_FRESH, ORM__KIND_RESULT, ORM__KIND_CREATED };
#define ORM__KIND(ticket)  ((unsigned)((ticket) & 3))
#define ORM__HEAD_BIT      UINT64_C(4)
#define ORM__LOAD(ticket)  ((unsigned)((ticket) >> 3 & 0x7F))
#define ORM__MAX_LOADS     128
typedef struct orm__load {             /* what one query of the include tree loaded */
    const orm_model *model;
    /* of all but the first, which is the head list's: */
    const orm_relation *relation;      /* by which its rows belong to those of the load `parent`; NULL for rows of a link model */
    unsigned parent;
    bool links;                        /* its lists have the rows of the link model beside them */
    orm_mask columns, relations, counts;       /* by index in the model */
} orm__load;
typedef struct orm__list_header { const void *links; uint64_t unused, length, proof; } orm__list_header;      /* before each list, which is aligned to 16; proof: of this address and result; links: only of loads with `links` */
typedef struct orm__result {
    orm_arena *arena;                  /* rows, texts and this struct's tables: &own, or the caller's */
    orm_arena own;
    uint64_t ticket;                   /* without head and load bits */
    struct orm__result_slot *slot;
    orm__load *loads; uint32_t n_loads, loads_capacity;
    const void *head;                  /* the list that the caller got */
    size_t length;                     /* of that list */
    char *snapshots;                   /* one struct per row of the head list, or NULL; its ticket is 0 when dropped */
    size_t block_size;                 /* of the allocation of this struct with its first memory; 0 in the caller's arena */
    orm__chunk *open, *idle;           /* chunks that lists grow in, and those that finished lists left behind */
    struct orm__result *next, *prior;  /* in the caller's arena */
    struct orm__meter *meter;          /* of the handle that made it, or NULL */
} orm__result;
/* Stands before a pool's allocator, and lives until the last block is released: results may outlive their handle. */
struct orm__meter {
    orm_allocator user;
    _Atomic uint64_t calls, live;      /* live: blocks, and 1 for the handle */
    _Atomic(orm__result *) parked;     /* a small result that was freed and waits for the next one, see orm__park; not NULL once the handle is closed */
};
ORM_PRIVATE void orm__parking_close(struct orm__meter *meter);         /* frees what is parked, and nothing will be parked any more */
/* a new result: on its own (into NULL) with room for about `hint` bytes, or in the caller's arena. NULL when out of memory (raised). */
ORM_PRIVATE orm__result *orm__result_new(orm__session *db, orm_arena *into, size_t hint);
ORM_PRIVATE orm__result *orm__result_make(const orm_allocator *allocator, orm_arena *into, size_t hint);      /* the same without a handle; raises nothing */
/* a result of its own with a list of one zeroed row, all columns of which count as loaded; its snapshot is the caller's to fill */
ORM_PRIVATE orm__result *orm__result_one(orm__session *db, const orm_model *model, void **row);
ORM_PRIVATE void orm__result_publish(orm__result *result, const void *head, size_t length);     /* from here on orm_free finds it */
ORM_PRIVATE void orm__result_renew(orm__result *result, const orm_model *model);               /* the row of a list of one is zeroed, to be another one: copies of it are stale from here on */
ORM_PRIVATE void orm__result_discard(orm__result *result);                                     /* before publishing */
ORM_PRIVATE orm__result *orm__result_adopt(const void *head);                                  /* a published one: orm_free does not find it any more, so it is to be discarded */
ORM_PRIVATE int orm__result_load(orm__result *result, const orm_model *model);                 /* a new load's index, -1 when there are too many or memory is out; the first, 0, is the head list's */
static inline ORM__UNUSED uint64_t orm__row_ticket(const orm__result *result, unsigned load, bool head) { return result->ticket | (uint64_t)load << 3 | (head ? ORM__HEAD_BIT : 0); }
static inline ORM__UNUSED uint64_t *orm__ticket(const orm_model *model, const void *row) { return (uint64_t *)(uintptr_t)((const char *)row + model->ticket); }
/* A list being written: header, rows, spare row. Rows come from `next` one at a time, zeroed, and stay contiguous (they may move until closed). */
typedef struct orm__list { orm__result *result; const orm_model *model; unsigned load; char *rows; size_t count, capacity, most; orm__chunk *chunk; } orm__list;
ORM_PRIVATE bool orm__list_open(orm__list *list, orm__result *result, const orm_model *model, unsigned load, size_t expected);
ORM_PRIVATE void orm__list_bound(orm__list *list, size_t most);        /* of an open one: it does not grow beyond so many rows */
ORM_PRIVATE bool orm__list_grow(orm__list *list);                      /* room for more rows, which may move */
ORM_PRIVATE orm_status orm__list_refused(orm__session *db, const orm__list *list);      /* raises why the list did not grow */
ORM_PRIVATE orm_status orm__too_many_rows(orm__session *db, const orm_model *model, const orm_relation *relation, size_t most);
static inline ORM__UNUSED void *orm__list_next(orm__list *list)        /* NULL when out of memory, or the list is bounded and full */
{
    const orm_model *model = list->model;
    if (ORM__UNLIKELY(list->count == list->capacity) && !orm__list_grow(list)) return NULL;
    void *row = memset(list->rows + list->count++ * model->size, 0, model->size);
    *orm__ticket(model, row) = orm__row_ticket(list->result, list->load, false);
    return row;
}
ORM_PRIVATE void orm__list_drop(orm__list *list);                      /* takes the last row back */
/* closes it without its last row, which is the first one of a list that is open afterwards instead; of lists that were opened with nothing expected */
ORM_PRIVATE void *orm__list_turn(orm__list *list);
ORM_PRIVATE void *orm__list_close(orm__list *list);                    /* writes the header, returns the first row (or the spare one); NULL when out of memory */
/* the length of a list of a result or of M_list(); false when `rows` is no list */
ORM_PRIVATE bool orm__list_length(const void *rows, size_t ticket_offset, size_t *length);
static inline ORM__UNUSED size_t orm__list_count(const void *rows) { return (size_t)((const orm__list_header *)rows - 1)->length; }      /* of what is known to be a list */
ORM_PRIVATE void orm__list_links(void *rows, const void *links);       /* the rows of the link model that belong to a list, see orm_links */
ORM_PRIVATE void *orm__single_row(orm__result *result, const orm_model *model, unsigned load);      /* one zeroed row outside of lists, of length 1: to-one relations */
ORM_PRIVATE void orm__retire_results(orm_arena *arena);                /* of an arena that is reset or released */
/* the live result of a row's ticket, or NULL when it is freed or the ticket is of another kind */
ORM_PRIVATE orm__result *orm__result_of(uint64_t ticket);
/* the snapshot of a row of a result, or NULL */
ORM_PRIVATE void *orm__snapshot(const orm_model *model, const orm__result *result, const void *row);

/* ---- sessions ------------------------------------------------------------------------ */
typedef struct orm__prepared {          /* a prepared statement, with its plan */
    orm_statement *statement;
    char *sql; size_t sql_length;
    orm_plan plan; void *plan_block; size_t plan_size;         /* the plan's arrays are one allocation, freed with the statement */
    uint64_t hash; unsigned char *key; size_t key_size;       /* of a shape; NULL for fixed operations */
    struct orm__prepared *next, *newer, *older;
    uint32_t n_parameters;
    uint64_t secret;                    /* parameter k (from 0, the first 64) belongs to a secret field */
    bool special;                       /* of a find by key: its model has conditions of its own, hooks, or: */
    bool partial; orm_mask columns;     /* does it leave out secret columns? Those that it reads */
    uint32_t sent;                      /* executions whose answers have not been received, see orm__run_send */
    struct orm__prepared **remembered;  /* who else knows it without looking, and must not after its end; or NULL */
    bool busy;                          /* being executed: a nested use prepares its own */
    bool stale;                         /* to be compiled anew */
} orm__prepared;
typedef struct orm__level {             /* an open transaction (level 1) or savepoint */
    uint64_t first_serial;              /* db->serial when it began */
    orm_status failed;                  /* the first failure in it, or ORM_OK */
    bool failed_without_sql;            /* orm_handled may forgive it */
    bool forgivable_nested;             /* the failure was a nested block's, already rolled back */
    int code; char message[256];
    bool read_only, unchecked;
    uint8_t keys;                       /* when foreign keys are looked at: see ORM__KEYS_DEFERRED */
    bool apart;                         /* of a batch: its calls stand for themselves, none fails the level */
    const char *reads;                  /* the place of the ORM_READ that it is, or is in: nothing writes in it. Else NULL */
    bool joined;                        /* of an ORM_READ in a transaction: the database knows nothing of it */
    bool held;                          /* a block or handle holds the connection for this level */
    uint64_t serial;                    /* of this level: never used again */
    orm_tx *tx;                         /* the explicit handle, or NULL */
} orm__level;
enum { ORM__SHORT = 1, ORM__SHORT_HELD };      /* orm__session.simple: the only session of its owner, for one call; the latest that it holds, in a transaction */
enum { ORM__KEYS_DECLARED, ORM__KEYS_DEFERRED, ORM__KEYS_CHECKED };      /* as they are declared; put off by orm_defer_constraints; looked at since orm_check_constraints */
#define ORM__MAX_LEVELS 64
#define ORM__MAX_INTERVALS 64
#define ORM__MAX_MET 16
#define ORM__RECENT 16                  /* a power of two */
typedef struct orm__operations { orm__prepared **slot; size_t n; orm__model_form *form; } orm__operations;     /* of one model: its fixed operations, and what writes know of it */
typedef enum orm__mode { ORM__READ = 1, ORM__WRITE = 2 } orm__mode;      /* what a call is going to do; bits of orm__session.serves */
/* One connection and all that belongs to it: what internal functions know as the database. A session is held by one thread at a time, for a
   call or for a whole transaction. Sessions live as long as their pool; their connections come and go. */
struct orm__session {
    const orm_dialect *dialect;
    orm_connection *connection;         /* NULL: closed; made anew when the session is taken */
    orm_allocator allocator;            /* the user's, metered; blocks of it may outlive the pool */
    orm_options options;                /* with the defaults filled in */
    uint16_t number;                    /* of the session, for created tickets */
    /* held by: */
    _Atomic(orm__thread *) owner;       /* the thread that uses the connection, or NULL, or ORM__LEAVING: see orm__owns */
    _Atomic unsigned serves;            /* modes of calls that may take it; 0 while it is closed */
    struct orm__pool *pool; struct orm__server *server;
    const orm_db *via;                  /* the handle through which it is held, by `joins`: calls through the same one join in */
    orm_db *handle;                     /* of the running call */
    struct orm__switch *switched;       /* and of those around it, where that is another */
    struct orm__made_normal *normal;    /* what was put into rows of the running call, last first, in the scratch memory */
    unsigned hook_depth;                /* hooks that run inside each other */
    struct orm__session *next_held;     /* of the owner */
    orm__mode mode;                     /* for which it was taken */
    unsigned depth; uint16_t calls;      /* of the owner: holds, and public calls that run inside each other */
    uint16_t simple;                    /* how the short way in left it to the running call, see orm__enter; 0: it came by the long one */
    bool checked, broken, touched;      /* checked: to be looked at before each use and after; broken: to be closed; touched: settings were changed by hand */
    bool counted;                       /* in server->n_open */
    bool watched;                       /* statements are logged, or announced */
    bool by_hand;                       /* the running call is one of SQL by hand */
    _Atomic(const char *) last_place; _Atomic(const void *) last_address;      /* of the holder */
    _Atomic int64_t held_since;         /* microseconds; 0 when the time was not taken, which a thread that waits then does */
    _Atomic bool leak_told;
    int64_t opened_at, expires_at, idle_since;              /* microseconds; expires_at 0 is never */
    bool shared; pthread_mutex_t call_mutex; orm_db views[8]; unsigned n_views;     /* orm_current: calls of several threads in this transaction, one at a time */
    /* runs: */
    int64_t deadline;                   /* of the running call, or 0 */
    unsigned level; orm__level levels[ORM__MAX_LEVELS + 1];        /* [0] is outside */
    uint64_t level_serial;              /* counts levels */
    const orm_model *met_last, *met[ORM__MAX_MET]; unsigned n_met;             /* models of this transaction's calls, the newest of them: a commit that fails tells a table, and may so name its model */
    bool dead_transaction;              /* the engine rolled back by itself: all calls fail until the block ends */
    int attempt;
    struct orm__stream *streams; uint64_t n_streams;       /* SQL by hand whose rows are being walked, see sql_rows.c; how many there were */
    struct orm__after *after;           /* what is to be called after the commit, last first */
    uint64_t serial;                    /* counts writes */
    struct { uint64_t first, last; } lost[ORM__MAX_INTERVALS]; unsigned n_lost; uint64_t lost_before;       /* rolled-back serials; guarded by pool->lost_mutex */
    orm__operations *operations; size_t n_operations;              /* by model number */
    orm__prepared **buckets; size_t n_buckets; orm__prepared *newest, *oldest; size_t n_shapes;
    orm__prepared *recent[ORM__RECENT]; /* shapes by the call that last found them there, or NULL: see orm__recent */
    _Atomic uint64_t statements, prepares, rows, cached;           /* written by the owner, read by anyone: see orm__tally */
    struct orm__meter *meter;           /* counts what `allocator` does; lives until the last block is released */
    orm_arena scratch;                  /* of the running call; reset at its end, or when what was asked in it is answered */
    const char *scratch_start;          /* scratch.orm__at when it was last empty */
    /* is asked, by a batch: */
    orm__batch *batch;                  /* that holds the session */
    struct orm__ask *asked, **last_asked; unsigned n_asked; size_t asked_bytes;      /* sent and not answered, in order, in the scratch memory */
    struct orm__ask *sent;              /* the next orm__run_start is of this one, and receives */
    bool commit_sent;                   /* the transaction's commit is on its way behind what was asked: what the engine answers decides */
};
static inline ORM__UNUSED void orm__tally(_Atomic uint64_t *counter, uint64_t n)      /* by the only writer: no locked instruction */
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* the adapter for the URL's scheme, NULL when there is none (raised) */
ORM_PRIVATE const orm_dialect *orm__choose_adapter(const char *url, const orm_dialect *const *adapters, size_t n);

/* ---- the pool (session.c, pool.c, keeper.c) --------------------------------------------------------------------------------------- */
typedef struct orm__server {            /* one URL: the primary, or a replica */
    char *url; size_t url_size;
    unsigned n_open;                    /* sessions with a connection, or about to get one */
    bool single_writer;                 /* the first session writes, the others read */
    unsigned failures; int64_t retry_at;        /* connects that failed in a row; not before this moment again */
    bool connecting;                    /* after a failure one thread at a time tries */
    char why[256];                      /* the last failure */
} orm__server;
typedef struct orm__waiter {            /* a thread that looks for a session; on its stack */
    orm__thread *thread; const orm_db *handle; orm__mode mode;
    const char *place; const void *address;                 /* of its call */
    bool sticks, starving, served;      /* its reads stay with the primary; newcomers must not overtake it; it has a session, and looks whether that is good */
    bool promised;                      /* of orm__is_promised: a free session is left for it */
    bool hopes;                         /* of orm__waits_for_itself: somebody who runs will let go of what it waits for */
    int64_t began;
    pthread_cond_t released; struct orm__waiter *next;      /* in the queue */
} orm__waiter;
#define ORM__MAX_SESSIONS 4096
/* The owner of a session that is given back in this very moment: whoever gives it back has looked for the last time at its pool, which may be
   freed as soon as there is no owner. */
#define ORM__LEAVING ((orm__thread *)1)
typedef struct orm__pool {
    orm_db main, outside, primary, outside_primary, everyone;       /* the handles: what orm_open gave, orm_outside's, orm_primary's of both, and orm_all_tenants' */
    struct orm__tenants *tenants;       /* and orm_tenant's */
    const orm_dialect *dialect;
    orm_options options;
    struct orm__meter *meter;
    orm_allocator allocator;
    unsigned forks;                     /* of this process before the pool was opened */
    char engine[64];
    pthread_mutex_t mutex;              /* guards all below; never held while the engine is called */
    orm__server servers[1 + ORM_MAX_REPLICAS]; unsigned n_servers;
    orm__session *_Atomic *sessions; _Atomic unsigned n_sessions; unsigned capacity;     /* the table never moves */
    orm__waiter *first_waiter, **last_waiter;
    unsigned visitors;                  /* threads that take a session or are told why they get none: they still need the pool */
    _Atomic unsigned waiting, starving; /* threads in the queue; those that newcomers must not overtake any more */
    orm__thread *first_thread; _Atomic bool several;      /* has more than one thread used it, or a read-only block? Then each session has its role. */
    bool closing;
    unsigned turn;                      /* of the replicas */
    bool timed;                         /* were times asked for that only the keeper keeps? */
    _Atomic bool keeper_runs; bool keeper_stops; pthread_t keeper; pthread_cond_t keeper_wakes;
    pthread_mutex_t lost_mutex; _Atomic bool any_lost;       /* guards the sessions' lost writes; is there any? */
    _Atomic uint64_t waits, timeouts, opened, closed, longest_wait_us;
    char *target; size_t target_size; struct orm__pool *next_open; bool twin_told;      /* what its database is known by, NULL when nobody else can have it; see advise.c */
} orm__pool;
#define ORM__TARGET_SIZE 512
/* Of a pool that opens, by its first connection: notes for the log. Fails only when memory is out. */
ORM_PRIVATE orm_status orm__advise(orm__pool *pool, orm_connection *c, const char *url);
ORM_PRIVATE void orm__advise_close(orm__pool *pool);
ORM_PRIVATE void orm__advise_before_fork(void);
ORM_PRIVATE void orm__advise_after_fork(bool child);
ORM_PRIVATE orm__session *orm__session_new(orm__pool *pool, orm__server *server);        /* owned by nobody, closed; NULL when out of memory */
ORM_PRIVATE void orm__session_free(orm__session *db);
ORM_PRIVATE orm_status orm__session_connect(orm__session *db, int64_t until);            /* of a held one */
ORM_PRIVATE orm_status orm__session_setup(orm__session *db);      /* runs the user's on_connect */
ORM_PRIVATE uint64_t orm__jitter(const void *salt);               /* 32 random bits, for what must not coincide */
ORM_PRIVATE void orm__session_disconnect(orm__session *db, const char *why);             /* of a held one; `why` goes to the log, NULL is silent */
/* A session for this thread: the one that it holds by this handle, or one from the pool, waiting until `until`. NULL with this thread's error. */
ORM_PRIVATE orm__session *orm__acquire(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address);
ORM_PRIVATE void orm__let_go(orm__session *db);
ORM_PRIVATE bool orm__pool_drain(orm__pool *pool);                 /* waits until all sessions are free; false when one is not in time (raised) */
ORM_PRIVATE bool orm__monotonic_condition(pthread_cond_t *condition);
ORM_PRIVATE struct timespec orm__moment(int64_t ticks);           /* for waits on such a condition */
ORM_PRIVATE bool orm__grasp(orm__session *db, orm__thread *self); /* takes a free session */
ORM_PRIVATE void orm__release_slow(orm__session *db);
static inline ORM__UNUSED void orm__release_open(orm__session *db)         /* gives one back that has a connection; who can use it is woken */
{
    atomic_store(&db->owner, ORM__LEAVING);
    if (ORM__LIKELY(atomic_load(&db->pool->waiting) == 0)) atomic_store_explicit(&db->owner, NULL, memory_order_release);
    else orm__release_slow(db);
}
static inline ORM__UNUSED void orm__release_session(orm__session *db)      /* gives any grasped one back */
{
    if (db->connection) orm__release_open(db);
    else orm__release_slow(db);
}
ORM_PRIVATE void orm__pool_part_roles(orm__pool *pool);           /* reads beside a write are to come, also of one thread */
ORM_PRIVATE void orm__pool_refill(orm__pool *pool);               /* connects the sessions that shall stay open */
ORM_PRIVATE void orm__keeper_start(orm__pool *pool);              /* a thread that closes idle connections and reports leaks, where there is use for it; once */
ORM_PRIVATE void orm__keeper_stop(orm__pool *pool);
ORM_PRIVATE bool orm__forked(const orm__pool *pool);              /* is this a child of the process that opened it? */
#define ORM__PLACE_SIZE 320
ORM_PRIVATE const char *orm__taken_at(const orm__session *db, char text_[ORM__PLACE_SIZE]);        /* the place of the call that took it: "bank.c:22", or an address */
/* the session that this thread holds by the handle, or NULL */
ORM_PRIVATE orm__session *orm__held_by(const orm_db *handle);
/* failures of the pool itself, which no transaction has a part in */
ORM_PRIVATE orm_status orm__raise_pool(const orm__pool *pool, orm_status kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
ORM_PRIVATE void orm__pool_note(const orm__pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- calls and transactions (call.c, transaction.c) ---------------------------------------------------------------------- */
/* is this a transaction of the user's? The one that a batch makes is none: what happens in it stands for itself. */
static inline ORM__UNUSED bool orm__in_transaction(const orm__session *db) { return db->level > 0 && !db->levels[db->level].apart; }
/* does this thread hold the session? */
static inline ORM__UNUSED bool orm__owns(const orm__session *db) { return atomic_load_explicit(&db->owner, memory_order_relaxed) == orm__self() || db->shared; }
/* Every public call begins and ends with these: clears the error, takes a session (waits for other threads), refuses a call in a failed
   transaction. NULL: refused, with this thread's error; otherwise orm__leave must follow. */
ORM_PRIVATE orm__session *orm__enter(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms);
ORM_PRIVATE void orm__leave(orm__session *db);
#define ORM__CALLER __builtin_return_address(0)
static inline ORM__UNUSED orm_status orm__refused(void) { return orm__self()->error.kind; }      /* after orm__enter answered NULL */
/* place, deadline and scratch of one call on a held session; orm__enter and orm__leave contain them */
ORM_PRIVATE void orm__work_begin(orm__session *db, const char *place, const void *address, int64_t until);
ORM_PRIVATE void orm__work_end(orm__session *db);
ORM_PRIVATE void orm__forget_failure(const orm__thread *self);      /* where a block begins that makes no call by itself */
ORM_PRIVATE void orm__meet(orm__session *db, const orm_model *model);                    /* in a transaction: remembers the model for a failure of the commit */
ORM_PRIVATE int64_t orm__until(const orm_options *options, uint32_t timeout_ms);       /* the deadline of a call that begins now, 0 for none */
ORM_PRIVATE orm_status orm__level_refuses(orm__session *db);      /* ORM_OK, or the failure that forbids calls in the innermost level, as this thread's error */
ORM_PRIVATE orm_status orm__control_run(orm__session *db, const char *sql);       /* a statement about the transaction, whatever budgets say */
ORM_PRIVATE void orm__level_check(orm__session *db);              /* after a failed statement: has the engine rolled back by itself, is the connection lost? */
ORM_PRIVATE void orm__levels_abandon(orm__session *db);           /* rolls back and frees the handles of what is open */
ORM_PRIVATE bool orm__is_lost(const orm__session *db, uint16_t number, uint64_t serial, bool *unknown);       /* was the write with this serial of that session rolled back? */
ORM_PRIVATE orm_status orm__level_begin(orm__session *db, const orm_transaction_options *options);      /* a transaction, or a savepoint inside one; NULL: as the server likes */
ORM_PRIVATE orm_status orm__level_commit(orm__session *db);       /* of the innermost; a failed level is rolled back and answers its failure */
ORM_PRIVATE void orm__level_rollback(orm__session *db);
/* a level that holds the session, with its serial; the same ended, with the innermost ones: see orm__find_level for `index` */
ORM_PRIVATE orm__session *orm__open_level(orm_db *handle, const orm_transaction_options *options, int attempt, const char *place, const void *address, uint64_t *serial);
ORM_PRIVATE orm_status orm__end_level(orm__session *db, unsigned index, bool commit);
/* The same for ORM_READ: a transaction that only reads, from a replica too, or in one that is open a level of which the database is told nothing. `serial` gets 0 when it is in another ORM_READ,
   which holds the session. False: there is none, with this thread's error. */
ORM_PRIVATE bool orm__open_reads(orm_db *handle, bool primary, const char *place, const void *address, uint64_t *serial);
/* ORM_OK, or ORM_READ_ONLY for a call that writes in ORM_READ; the place is that of the call */
ORM_PRIVATE orm_status orm__reads_refuse(orm__session *db, const char *place, const void *address);
static inline ORM__UNUSED bool orm__in_reads(const orm__session *db) { return db->level > 0 && db->levels[db->level].reads; }
/* the session on which this thread has the open level with this serial, and its index; NULL when it has ended or is not this thread's */
ORM_PRIVATE orm__session *orm__find_level(const orm_db *handle, uint64_t serial, unsigned *index);
ORM_PRIVATE void orm__watch_thread_end(void);                     /* what this thread still holds when it ends is rolled back and let go */

/* ---- statements (statement.c) ------------------------------------------------------------------------------------------ */
enum { ORM__OP_FIND, ORM__OP_INSERT, ORM__OP_DELETE, ORM__OP_FIND_BY };     /* ORM__OP_FIND_BY + column index */
/* the number of a fixed operation; for all tenants its statement is another one */
static inline ORM__UNUSED unsigned orm__operation(const orm__session *db, const orm_model *model, unsigned operation)
{
    return ORM__LIKELY(!model->tenant) || !db->handle->all_tenants ? operation : operation + ORM__OP_FIND_BY + (unsigned)model->n_columns;
}
/* the slot of a fixed operation; NULL when out of memory (raised) */
ORM_PRIVATE orm__prepared **orm__slot(orm__session *db, const orm_model *model, unsigned operation);
/* prepares `sql`; on success its text is taken over and the writer empty. The plan and n_parameters are the caller's to fill. */
ORM_PRIVATE orm_status orm__prepare(orm__session *db, orm__writer *sql, orm__prepared **out);
ORM_PRIVATE void orm__prepared_free(orm__session *db, orm__prepared *p);
/* a kept statement that is not being executed, or NULL. Keys of queries begin with byte 1, of SQL by hand with byte 2. */
ORM_PRIVATE uint64_t orm__hash_bytes(uint64_t hash, const void *bytes, size_t size);      /* goes on from `hash` */
ORM_PRIVATE orm__prepared *orm__shape_find(orm__session *db, const void *key, size_t size);
/* the same for one that was found before and is still `*remembered`, without looking */
ORM_PRIVATE orm__prepared *orm__shape_again(orm__session *db, orm__prepared *remembered);
ORM_PRIVATE void orm__shape_remember(orm__prepared **where, orm__prepared *p);
/* keeps the statement under a copy of the key; on failure it still is the caller's */
ORM_PRIVATE orm_status orm__shape_add(orm__session *db, orm__prepared *p, const void *key, size_t size);
ORM_PRIVATE void orm__statements_free(orm__session *db);
ORM_PRIVATE void orm__statements_anew(orm__session *db);                   /* they are compiled anew when they are run next: tables or types are not what they were */
/* one execution: begin, rows, end. They count, time, log and keep the budget. A start that failed needs no finish. */
typedef struct orm__run { orm__prepared *prepared; const orm_value *values; size_t n_values; int64_t began, rows; orm_status failed; } orm__run;
ORM_PRIVATE orm_status orm__run_start(orm__session *db, orm__run *run, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_step orm__run_fetch(orm__session *db, orm__run *run, void **rows, orm_arena *texts, int64_t *extra);
ORM_PRIVATE orm_step orm__run_fetch_borrowed(orm__session *db, orm__run *run, void **rows, orm_arena *texts);      /* of a plan that says `borrow` */
ORM_PRIVATE orm_status orm__run_finish(orm__session *db, orm__run *run, orm_outcome *out);
/* The first half of an execution on an engine that can pipeline: the statement is sent, and not waited for. The orm__run_start that finds it in
   db->sent is the second. */
ORM_PRIVATE orm_status orm__run_send(orm__session *db, orm__prepared *p, const orm_value *values, size_t n);
/* a kept statement that changes rows and yields none; counts as a write when it changed any */
ORM_PRIVATE orm_status orm__run_write(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *changed);
/* a statement that yields nothing and is not kept (DDL) */
ORM_PRIVATE orm_status orm__run_once(orm__session *db, const char *sql, size_t length, const orm_value *values, size_t n, orm_outcome *out);

/* ---- reading JSON (json_scan.c), RFC 8259: no two members of one name in an object, depth at most ORM__JSON_DEPTH -------------------- */
#define ORM__JSON_DEPTH 64
#define ORM__JSON_NAMES 48                      /* that need no allocation */
typedef struct orm__member_name { uint32_t object, hash; const char *at; } orm__member_name;      /* up to its closing quote */
typedef struct orm__scan {
    const char *at, *end, *why;                 /* why: what is wrong at `at`, behind "it": "has a string without an end" */
    orm__member_name *names; size_t n_names, capacity;      /* of the value that is scanned; more than there is room for are counted only */
    uint32_t objects;
} orm__scan;
ORM_PRIVATE void orm__scan_begin(orm__scan *scan, const char *text_, size_t size);
ORM_PRIVATE bool orm__scan_refuse(orm__scan *scan, const char *why);         /* false */
ORM_PRIVATE void orm__scan_space(orm__scan *scan);
ORM_PRIVATE bool orm__scan_take(orm__scan *scan, char c);                    /* skips `c` when it comes next */
ORM_PRIVATE bool orm__scan_string(orm__scan *scan);                          /* behind its opening quote, to behind the closing one */
ORM_PRIVATE bool orm__scan_value(orm__scan *scan, size_t room);              /* any value, with at most `room` arrays and objects in each other */
ORM_PRIVATE bool orm__scan_finish(orm__scan *scan);                          /* only blanks are left */

/* ---- rows from JSON (json_input.c, json_value.c, json_rows.c, json_filter.c) -------------------------------------------------------- */
#define ORM__JSON_PATH 16
typedef struct orm__slice { const char *at; size_t size; } orm__slice;
static inline ORM__UNUSED bool orm__slice_is(const orm__slice *slice, const char *text_) { return strlen(text_) == slice->size && memcmp(text_, slice->at, slice->size) == 0; }
typedef enum orm__input_step { ORM__INPUT_BROKEN, ORM__INPUT_ITEM, ORM__INPUT_END } orm__input_step;
/* Goes over a text once. What is wrong with a value is a failure, and the reading goes on; a text that is no JSON ends it. */
typedef struct orm__input {
    orm__scan scan;
    const char *text;
    bool camel_case, text_numbers;
    unsigned when;                              /* ORM__CREATES or ORM__CHANGES: which rules are asked */
    uint32_t depth_left;                        /* arrays and objects that may be opened yet */
    size_t rows_left, max_bytes, max_text;
    orm_arena *arena;                           /* texts that are kept */
    struct { const char *name; size_t index; } path[ORM__JSON_PATH]; unsigned n_path;      /* where nested rows are; index SIZE_MAX: no list */
    size_t row;                                 /* of the outermost array */
    orm_status status;                          /* what ended the reading */
    orm_failures failures;
} orm__input;
ORM_PRIVATE void orm__input_begin(orm__input *r, orm_db *db, const char *text_, size_t length, const orm_json_input *how);
ORM_PRIVATE orm_status orm__input_given(const orm__input *r, const orm_model *model, const char *text_, size_t length);      /* is there a text, and not too long a one? */
ORM_PRIVATE void orm__input_fail(orm__input *r, const char *at, const char *field, const char *rule, const char *message);      /* `at`: in the text */
ORM_PRIVATE void orm__input_locate(orm__input *r, size_t from, const char *at);       /* the failures from that one on get row, path and place */
ORM_PRIVATE bool orm__input_stop(orm__input *r, orm_status status);        /* false: there is no going on */
ORM_PRIVATE bool orm__input_open(orm__input *r, char bracket);             /* that comes next; false: too deep */
ORM_PRIVATE orm__input_step orm__input_next(orm__input *r, bool *first, char closing);      /* in an array: before an item, or behind the bracket */
ORM_PRIVATE orm__input_step orm__input_member(orm__input *r, bool *first, orm__slice *name);      /* in an object: before the value of that name */
ORM_PRIVATE bool orm__input_value(orm__input *r, orm__slice *value);       /* any value, whole */
ORM_PRIVATE bool orm__input_refuse(orm__input *r, const char *field, const char *rule, const char *message);      /* skips the value, which is a failure */
ORM_PRIVATE bool orm__input_refuse_name(orm__input *r, const orm__slice *name, const char *rule, const char *message);      /* the same of the sender's name */
ORM_PRIVATE bool orm__input_end(orm__input *r);
ORM_PRIVATE orm_status orm__input_close(orm__input *r, const orm_model *model);       /* raises what was found */
ORM_PRIVATE bool orm__input_names(const orm__input *r, const orm__slice *name, const char *field);
ORM_PRIVATE bool orm__json_may_miss(const orm_column *c);                     /* does something else than the sender supply the value? */
ORM_PRIVATE size_t orm__camel_case(const char *name, char *out, size_t size);
/* A JSON value, not null, as one for the column: typed, but not yet checked. Texts live in the arena. What is wrong with it, or NULL;
   `rule` says which kind of wrong that is. Neither wrong nor a value: out of memory. */
ORM_PRIVATE const char *orm__json_value_in(const orm__input *r, const orm_column *column, orm__slice json, orm_value *out, const char **rule, char message[160]);
/* the same for a row, made normal and checked by all rules of the column; what is wrong is a failure. False: the reading ends. `fine`: there is a value (which may be NULL). */
ORM_PRIVATE bool orm__input_column(orm__input *r, const orm_column *column, void *row, orm_value *out, bool *fine);

/* ---- places in a text of JSON (json_walk.c), which is JSON and ends with a NUL ---------------------------------------------- */
typedef enum orm__json_type { ORM__JSON_NULL = 1, ORM__JSON_STRING, ORM__JSON_NUMBER, ORM__JSON_BOOLEAN, ORM__JSON_ARRAY, ORM__JSON_OBJECT } orm__json_type;      /* as they sort */
/* a string's bytes one by one, or those of a plain text */
typedef struct orm__json_bytes { const char *at, *end; bool escapes; uint8_t n, i, more[3]; } orm__json_bytes;
/* sign * 0.digits * 10^magnitude: the digits from `at` to `end`, which begin and end with one that is not 0; there may be a point among them */
typedef struct orm__json_number { int sign; const char *at, *end; int64_t magnitude; } orm__json_number;
/* the items of an array or the members of an object, one after the other: from `start` (of the key, if any) to `end`, behind `comma` (NULL: the first) */
typedef struct orm__json_items { const char *at, *start, *key, *value, *end, *comma; size_t n; bool object; } orm__json_items;
ORM_PRIVATE const char *orm__json_blanks(const char *at);
ORM_PRIVATE const char *orm__json_end(const char *at);                       /* behind the value that begins here */
ORM_PRIVATE orm__json_type orm__json_type_of(const char *at);
ORM_PRIVATE const char *orm__json_text_of(orm_arena *arena, const char *at, const char *end);      /* of a string with its quotes: without escapes, with a NUL; NULL when out of memory */
ORM_PRIVATE int orm__json_next_byte(orm__json_bytes *s);                          /* the next, -1 at the end */
ORM_PRIVATE orm__json_bytes orm__json_bytes_of(const char *at);              /* of a string, from its quote */
ORM_PRIVATE orm__json_bytes orm__json_plain(const char *text_, size_t size);
ORM_PRIVATE int orm__json_compare_bytes(orm__json_bytes a, orm__json_bytes b);
ORM_PRIVATE orm__json_number orm__json_number_of(const char *at);
ORM_PRIVATE int orm__json_digit(orm__json_number *n);                        /* the next, 0 at the end */
ORM_PRIVATE int orm__json_compare_scalars(const char *a, const char *b);     /* of one type */
ORM_PRIVATE orm__json_items orm__json_items_of(const char *at);
ORM_PRIVATE bool orm__json_next(orm__json_items *items);                     /* false: `at` is the closing bracket */
ORM_PRIVATE size_t orm__json_count(const char *array);
ORM_PRIVATE bool orm__json_find(const char *at, const char *step, orm__json_items *found);
/* what a path, a JSON array of keys and indexes, leads to; NULL: nothing. but_last: what its last step is taken from; `last` is that step. */
ORM_PRIVATE const char *orm__json_at(const char *at, const char *path, bool but_last, const char **last);
ORM_PRIVATE bool orm__json_contains(const char *a, const char *b);           /* PostgreSQL's @> */
ORM_PRIVATE void orm__json_set(orm__writer *w, const char *json, const char *path, const char *value);      /* PostgreSQL's jsonb_set */
ORM_PRIVATE void orm__json_remove(orm__writer *w, const char *json, const char *path);

/* ---- SQL by hand (raw.c) --------------------------------------------------------------------------------------------------- */
/* values as they were given, checked and measured: names[i] is that of values[i], or names is NULL for ?1, ?2 ... */
typedef struct orm__given { const orm_value *values; const char **names; size_t n; } orm__given;
ORM_PRIVATE orm_status orm__raw_given(orm__session *db, const orm_value *values, size_t n, orm__given *out);
/* what a kept statement of this text, these values' types and this purpose is known by; in the scratch memory */
ORM_PRIVATE orm_status orm__raw_key(orm__session *db, const char *sql, const orm__given *given, const void *purpose, size_t size, char **key, size_t *key_size);
ORM_PRIVATE orm_status orm__raw_compile(orm__session *db, const char *before, const char *sql, const orm__given *given, orm__prepared **out);      /* prepared, with `before` in front, without a plan, not kept */
ORM_PRIVATE bool orm__raw_is_query(const orm_dialect *dialect, const char *sql);      /* does it begin as one that only reads? */
ORM_PRIVATE orm__session *orm__raw_begin(orm_db *handle, const char *sql, const char *place, const void *address, orm_status *status);          /* NULL: refused */
ORM_PRIVATE orm_status orm__raw_end(orm__session *db, orm_status status);
/* What is walked belongs to the session, not to the loop: a transaction that ends from inside the loop, or with its thread, ends it, and the loop finds that out when
   it asks by the number for more. */
typedef struct orm__stream {
    struct orm__stream *next;
    uint64_t number; unsigned level;
    orm__prepared *walk;                /* the statement whose rows come: the query, or what asks its cursor for some */
    orm__run run; bool runs;            /* started, and not finished */
    bool kept;                          /* the statement is one of the shapes, and outlives this */
    bool cursor;                        /* the database knows of it */
    const orm_value *values; size_t n;
    orm_arena memory;                   /* of the values */
} orm__stream;
ORM_PRIVATE orm__stream *orm__stream_new(orm__session *db);                          /* NULL when out of memory (raised) */
ORM_PRIVATE orm__stream **orm__stream_find(orm__session *db, uint64_t number);
ORM_PRIVATE orm_status orm__stream_end(orm__session *db, orm__stream **at, bool close);      /* close: the database is told, as its transaction goes on */
/* Ends what is walked on the session since this level or one inside of it began: nothing of it outlives the transaction. `close`: the transaction goes on, so cursors are told. */
ORM_PRIVATE void orm__streams_end(orm__session *db, unsigned level, bool close);

/* ---- reading SQL (lexer.c) ------------------------------------------------------------------------------------------------ */
/* behind the word, text, quoted name or comment that begins at `s`; `s` itself when none does. One that does not end reaches to the NUL. */
ORM_PRIVATE const char *orm__lex_skip(const orm_dialect *dialect, const char *s);
ORM_PRIVATE bool orm__lex_ends(const orm_dialect *dialect, const char *s);         /* false: it reaches to the NUL because it does not end */
ORM_PRIVATE size_t orm__lex_word(const orm_dialect *dialect, const char *s);       /* bytes of the word (or number) at `s`, or 0 */

/* ---- building statements (condition.c, select.c) ------------------------------------------------------------------------- */
/* One walk over a query serves twice: while collecting it writes the shape's key and the values to bind, while spelling the SQL text.
   Both see the same elements in the same order, so the n-th value always meets the n-th parameter. */
typedef struct orm__build {
    orm__session *db;
    orm__writer *sql;                   /* spelling; NULL while collecting */
    uint64_t *key; size_t key_words, key_capacity;
    orm_value *values; size_t n_values, values_capacity;
    unsigned n_parameters, next_alias, depth;
    uint64_t secret;
    const struct orm__part *head;       /* of the statement, or NULL: which relations are joined, what is counted of which rows */
    bool limited;                       /* spelling for a tenant, whichever the handle is of */
    unsigned scopes;                    /* default scopes that are being written, inside each other */
    unsigned views;                     /* and views */
    const struct orm__standing *standing;          /* the includes whose conditions are being written, from the innermost */
    bool enclosed;                      /* inside of a query in the from clause: what is joined around it is not at hand */
    orm_status status;                  /* the first failure; everything after it does nothing */
} orm__build;
ORM_PRIVATE void orm__build_begin(orm__build *b, orm__session *db);
ORM_PRIVATE void orm__build_spell(orm__build *b, orm__writer *sql);                       /* from collecting to spelling */
ORM_PRIVATE void orm__b_put(orm__build *b, const char *text_);
ORM_PRIVATE bool orm__b_key_room(orm__build *b);              /* for one word more; false while spelling, when the key is full, see orm__build_spell */
static inline ORM__UNUSED void orm__b_key(orm__build *b, uint64_t word)
{
    if (ORM__UNLIKELY(b->key_words == b->key_capacity) && !orm__b_key_room(b)) return;
    b->key[b->key_words++] = word;
}
static inline ORM__UNUSED void orm__b_pointer(orm__build *b, const void *pointer) { orm__b_key(b, (uint64_t)(uintptr_t)pointer); }
ORM_PRIVATE void orm__b_column(orm__build *b, unsigned alias, const orm_column *column);   /* t0."name" */
ORM_PRIVATE void orm__b_comparable(orm__build *b, unsigned alias, const orm_column *column);     /* to compare or sort by */
/* is the column an enumeration that the engine cannot sort by itself? */
static inline ORM__UNUSED bool orm__b_is_ranked(const orm__build *b, const orm_column *column) { return column->is.type == ORM_ENUM && !b->db->dialect->can.enum_types; }
ORM_PRIVATE void orm__b_rank(orm__build *b, unsigned alias, const orm_column *column);         /* an enumeration in the order of its declaration */
ORM_PRIVATE void orm__b_table(orm__build *b, const orm_model *model, unsigned alias);       /* "posts" t0 */
ORM_PRIVATE void orm__b_view(orm__build *b, const orm_model *model);                       /* (select ... ), what a view's rows are */
ORM_PRIVATE void orm__b_bind(orm__build *b, const orm_column *column, orm_value value);     /* a parameter; the value already fits */
ORM_PRIVATE const char *orm__fit_operand(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind);      /* orm__fit for a value to compare with, which is not NULL */
ORM_PRIVATE bool orm__b_fit(orm__build *b, const orm_column *column, orm_value *value);     /* the choke point for values in conditions */
ORM_PRIVATE void orm__b_given(orm__build *b, const orm_column *column, orm_value value);    /* a parameter where nothing around it tells the engine its type */
ORM_PRIVATE void orm__b_template(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other);
ORM_PRIVATE bool orm__leads_index(const orm_column *column);      /* does an index of the model begin with it? */
ORM_PRIVATE void orm__b_list(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *values, size_t n);
ORM_PRIVATE void orm__b_condition(orm__build *b, const orm_expr *e, unsigned alias);
ORM_PRIVATE bool orm__b_one_of_array(orm__build *b, const orm_column *column, orm_value *value);      /* the value that an array is asked for, as an array of it alone: what engines take */
/* json_path.c: a condition, an order and an assignment by a path; the nodes of the path stand before `node` */
ORM_PRIVATE void orm__b_json(orm__build *b, const orm_node *node, unsigned alias);
ORM_PRIVATE void orm__b_json_value(orm__build *b, const orm_column *column, unsigned alias, const orm_json_path *path, unsigned kind);      /* what it leads to, see orm_dialect.json.value */
ORM_PRIVATE void orm__b_json_order(orm__build *b, const orm_order *o, unsigned alias, const char *separator);
ORM_PRIVATE void orm__b_json_assignment(orm__build *b, const orm_assignment *a);
/* search.c: a condition and an order by the words of searched columns */
ORM_PRIVATE void orm__b_search(orm__build *b, const orm_node *node, unsigned alias);
ORM_PRIVATE void orm__b_search_rank(orm__build *b, const orm_order *o, unsigned alias);
ORM_PRIVATE void orm__expr_starts(const orm_expr *e, uint16_t start[ORM_MAX_TERMS]);     /* where each node's own part of the postfix order begins */
ORM_PRIVATE int orm__always(const orm_expr *e);         /* 1: true for every row (or empty), 0: false for every row, -1: depends */
ORM_PRIVATE orm_status orm__b_fail(orm__build *b, orm_status kind, const orm_model *model, const orm_column *column, const char *message_);

/* ---- relations (relation.c) ------------------------------------------------------------------------------------------------ */
#define ORM__MAX_KEY 8                  /* columns of a key */
#define ORM__PATH_RELATED 4             /* orm_order.wrong of an orm_by over an order by a path into JSON */
#define ORM__PATH_TOO_LONG 0xFF         /* orm_order.nulls of an orm_by over too many relations */
typedef struct orm__path {              /* how the rows of a relation belong to those of its owner: here[i] = there[i] */
    unsigned n;
    const orm_column *here[ORM__MAX_KEY], *there[ORM__MAX_KEY];        /* of the owner; of the target or of the link model */
    const orm_model *link; unsigned n_link;                            /* many_to_many: link_to[i] = linked[i] */
    const orm_column *link_to[ORM__MAX_KEY], *linked[ORM__MAX_KEY];    /* of the link model; of the target */
    const orm_column *tag; bool tag_here; int64_t tagged;              /* polymorphic: and tag = tagged, a column of the owner or of the target */
} orm__path;
ORM_PRIVATE void orm__path_of(const orm_relation *relation, orm__path *out);
ORM_PRIVATE bool orm__path_is_unique(const orm_relation *relation, const orm__path *path);       /* there is at most one row for a key */
ORM_PRIVATE bool orm__relation_applies(const orm_relation *relation, const void *row);           /* false: a belongs_to_any of a row that refers to another model */
ORM_PRIVATE unsigned orm__relation_order(const orm_relation *relation, orm_order out[2 * ORM_MAX_ORDERS + 1]);
static inline ORM__UNUSED bool orm__is_list(const orm_relation *relation) { return relation->kind == ORM_HAS_MANY || relation->kind == ORM_MANY_TO_MANY; }
ORM_PRIVATE void orm__b_meet(orm__build *b, unsigned n, const orm_column *const *these, unsigned alias, const orm_column *const *those, unsigned other);
ORM_PRIVATE void orm__b_belonging(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned here, unsigned there, unsigned target);
ORM_PRIVATE void orm__b_related_tables(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned target, unsigned there);
/* " from ... where ..."; the alias of the rows, which are limited as their model says but for what `how` lifts */
ORM_PRIVATE unsigned orm__b_related(orm__build *b, const orm_relation *relation, unsigned alias, unsigned how);
ORM_PRIVATE void orm__b_count(orm__build *b, unsigned alias, const orm_column *column);
ORM_PRIVATE void orm__b_sort_key(orm__build *b, unsigned alias, const orm_column *column);
ORM_PRIVATE void orm__b_order_term(orm__build *b, const orm_order *o, unsigned alias, const char *separator);
typedef struct orm__standing { unsigned alias; const struct orm__part *part; const struct orm__standing *next; } orm__standing;     /* rows of an alias stand for those of a part */
static inline ORM__UNUSED bool orm__nulls_last(const orm_order *o) { return o->nulls == ORM_NULLS_LAST || (o->nulls == ORM_NULLS_DEFAULT && o->descending); }

typedef struct orm__rows { void **at; size_t n, capacity; } orm__rows;      /* addresses of rows, in the scratch arena */

/* One model of a query tree. A head has a statement of its own: the query's model, each relation to many rows, and a has_one of several. The
   others are joined. */
typedef struct orm__part {
    const orm_model *model;
    const orm_query *query;             /* never NULL */
    const orm_relation *relation;       /* NULL for the query's own model */
    orm__path *path;                    /* of the relation */
    struct orm__part *parent, *next;    /* next: in order of the tree */
    struct orm__part *head;             /* whose statement this part is in; itself for a head */
    orm_mask columns, link_columns;     /* of the model; of the link model */
    orm_mask counts; bool counted;      /* count_of rows to read; are there any? */
    const orm_order *order; unsigned n_order;      /* the query's, or else the relation's; ends without a column */
    unsigned load, link_load, alias, link_alias, segment;
    bool inner;                         /* joined, and rows without it are left out */
    bool single;                        /* a head of which each parent gets one row */
    bool cut;                           /* a head of which each parent gets rows up to a number */
    bool simple;                        /* the key is one integer */
    bool gathers; orm__rows rows;       /* its rows, for relations with statements of their own */
    int64_t limit, offset;
    const orm_value *keys; size_t n_keys;          /* of a head of a relation: the parents' keys, one column behind the other */
    const void *after, *until;                     /* rows: only rows behind `after`, up to the primary key of `until` */
    const orm_value *wanted; size_t n_wanted;      /* of a query's own head: only the rows with these primary keys, one key behind the other */
    bool any_number;                               /* rows of any number, whatever .max_rows of the handle says */
    bool aggregate;                                /* nothing but the conditions are of interest */
    bool keyed;                                    /* the conditions are written by who asks for rows by key */
    bool one;                                      /* the limit is 1 and the call's own, not the query's: the text says so, and an engine plans for one row otherwise than for any number */
    bool walked;                                   /* by ORM_EACH in ORM_READ: in the order of the key, and texts stay where the engine has them */
    unsigned how;                                  /* what its query lifts of its model's own conditions, see scope.c */
} orm__part;
/* one part of a tree and those below it; `relation` and `parent` are NULL for the query's own */
ORM_PRIVATE orm_status orm__parts_make(orm__session *db, const orm_model *model, const orm_query *query, orm__part **out);
/* the parts of a relation that is loaded for rows which are there: `parent` holds them */
ORM_PRIVATE orm_status orm__parts_below(orm__session *db, orm__part *parent, const orm_relation *relation, const orm_query *query, orm__part **out);
/* how many rows a head may bring */
static inline ORM__UNUSED size_t orm__most_rows(const orm__session *db, const orm__part *head)
{
    return head->limit || head->single || head->any_number ? SIZE_MAX : db->options.max_rows;
}
ORM_PRIVATE bool orm__part_requires(const orm__part *part);                 /* does an include below it say .required? */
ORM_PRIVATE void orm__b_select(orm__build *b, orm__part *head);
ORM_PRIVATE void orm__b_where(orm__build *b, orm__part *head);               /* " where ..." of a head, nothing when there is no condition */
/* collects, finds or prepares the statement with its plan */
ORM_PRIVATE orm_status orm__select_prepare(orm__build *b, orm__part *head, orm__prepared **out);
ORM_PRIVATE orm_status orm__plan_make(orm__session *db, orm__prepared *p, orm__part *head);

/* ---- what a model says of all its rows (scope.c, tenant.c) ------------------------------------------------------------------------ */
enum { ORM__WITH_DELETED = 1, ORM__ONLY_DELETED = 2, ORM__UNSCOPED = 4 };      /* what a query lifts of it */
ORM_PRIVATE unsigned orm__scope_of_query(const orm_query *query);
ORM_PRIVATE unsigned orm__scope_of_change(const orm_change *change);
ORM_PRIVATE orm_status orm__scope_check(orm__session *db, const orm_model *model, unsigned how);      /* does the model have what is lifted? */
/* Writes it: each condition behind `with` first and " and " then; what stands before the next one comes back. Fails for rows of tenants on a handle without. */
ORM_PRIVATE const char *orm__b_scope(orm__build *b, const orm_model *model, unsigned alias, unsigned how, const char *with);
/* appends the values of what orm__b_scope writes, for a kept statement; `values` is then an array of the scratch memory */
ORM_PRIVATE orm_status orm__scope_values(orm__session *db, const orm_model *model, unsigned how, const orm_value **values, size_t *n);
ORM_PRIVATE orm_status orm__tenant_told(orm__session *db, const orm_model *model, bool *limited);
/* are rows of the model limited to the handle's tenant? Refused where they must be and the handle is nobody's */
static inline ORM__UNUSED orm_status orm__tenant_limits(orm__session *db, const orm_model *model, bool *limited)
{
    *limited = false;
    return ORM__LIKELY(!model->tenant) ? ORM_OK : orm__tenant_told(db, model, limited);
}
ORM_PRIVATE orm_status orm__tenant_of_new(orm__session *db, const orm_model *model, void *row);        /* a row that is to be created is the handle's tenant's */
ORM_PRIVATE void orm__tenants_free(struct orm__pool *pool);
ORM_PRIVATE orm_db orm__handle(struct orm__pool *pool, const orm_db *joins);

/* ---- hooks (hooks.c) ---------------------------------------------------------------------------------------------------------------- */
#define ORM__EVENT(event) (UINT32_C(1) << (event))
#define ORM__VALIDATE_EVENTS (ORM__EVENT(ORM_BEFORE_VALIDATE) | ORM__EVENT(ORM_AFTER_VALIDATE) | ORM__EVENT(ORM_VALIDATION_FAILED))
#define ORM__SAVE_EVENTS     (ORM__VALIDATE_EVENTS | ORM__EVENT(ORM_BEFORE_SAVE) | ORM__EVENT(ORM_AFTER_SAVE))
#define ORM__CREATE_EVENTS   (ORM__SAVE_EVENTS | ORM__EVENT(ORM_BEFORE_CREATE) | ORM__EVENT(ORM_AFTER_CREATE))
#define ORM__UPDATE_EVENTS   (ORM__SAVE_EVENTS | ORM__EVENT(ORM_BEFORE_UPDATE) | ORM__EVENT(ORM_AFTER_UPDATE))
#define ORM__DESTROY_EVENTS  (ORM__EVENT(ORM_BEFORE_DESTROY) | ORM__EVENT(ORM_AFTER_DESTROY))
#define ORM__RESTORE_EVENTS  (ORM__EVENT(ORM_BEFORE_RESTORE) | ORM__EVENT(ORM_AFTER_RESTORE))
#define ORM__BULK_CREATE_EVENTS  (ORM__EVENT(ORM_BEFORE_BULK_CREATE) | ORM__EVENT(ORM_AFTER_BULK_CREATE))
#define ORM__BULK_UPDATE_EVENTS  (ORM__EVENT(ORM_BEFORE_BULK_UPDATE) | ORM__EVENT(ORM_AFTER_BULK_UPDATE))
#define ORM__BULK_DESTROY_EVENTS (ORM__EVENT(ORM_BEFORE_BULK_DESTROY) | ORM__EVENT(ORM_AFTER_BULK_DESTROY))
#define ORM__BULK_RESTORE_EVENTS (ORM__EVENT(ORM_BEFORE_BULK_RESTORE) | ORM__EVENT(ORM_AFTER_BULK_RESTORE))
static inline ORM__UNUSED bool orm__hooked(const orm_model *model, uint32_t events) { return (model->hooked & events) != 0; }      /* has it hooks for any of these? */
ORM_PRIVATE orm_status orm__hooks_run(orm__session *db, const orm_model *model, orm_event event, void *subject, int64_t n);
ORM_PRIVATE orm_status orm__hooks_end(orm__session *db, orm_status status);      /* commits the level that was begun for a call with hooks, or rolls it back */
ORM_PRIVATE orm_status orm__validate_hooked(orm__session *db, const orm_model *model, void *row, const orm_mask *only, unsigned when);      /* makes it normal; the rules with their hooks */
/* a call that changes rows by condition, on a model with hooks for single rows: may it go on? */
ORM_PRIVATE orm_status orm__hooks_for_rows(orm__session *db, const orm_model *model, uint32_t events, bool each_row, bool skip, const char *what);
ORM_PRIVATE orm_status orm__hooks_refuse(orm__session *db, const orm_model *model, uint32_t events);      /* in batches */

/* ---- passwords (password.c) ---------------------------------------------------------------------------------------------------------- */
ORM_PRIVATE orm_status orm__hash_password(orm__session *db, const orm_column *column, orm_value *value);      /* the text to be stored, in the scratch memory */
ORM_PRIVATE void orm__forget_passwords(const orm_model *model, void *row);                                    /* what was stored is not kept in the row */

/* ---- locks (lock.c) ---------------------------------------------------------------------------------------------------- */
/* may a query with .lock or .wait run here and now? */
ORM_PRIVATE orm_status orm__row_lock_check(orm__session *db, const orm_model *model, const orm_query *query);
/* for calls that have no use for them; the query may be NULL */
ORM_PRIVATE orm_status orm__row_lock_refuse(orm__session *db, const orm_model *model, const orm_query *query);
/* what is to be spelled for a query, as one number: 0 for nothing, also where it would be said in vain */
ORM_PRIVATE unsigned orm__row_lock(const orm__session *db, const orm_query *query);
ORM_PRIVATE void orm__row_lock_spell(orm__writer *sql, unsigned lock);

/* ---- reading and writing rows (find.c, include.c, write.c, bulk.c) -------------------------------------------------------- */
typedef struct orm__reader {            /* the rows of one statement on their way into a list */
    orm__session *db;
    orm__result *result;
    orm__part *head;
    orm__run run;
    orm__list list;
    void **segments, **spare; unsigned n_segments, n_parts;     /* the structs of the current row; those for the next; the link's is behind the parts' */
    bool plain;                         /* nothing is joined, and the link's row stays where it is */
    void *row, *link;                   /* of the relation's own model, and of its link */
    orm__list links;                    /* the rows of the link model, where they are asked for */
} orm__reader;
ORM_PRIVATE bool orm__rows_add(orm__session *db, orm__rows *rows, void *row);          /* false when out of memory */
static inline ORM__UNUSED void **orm__member(void *row, const orm_relation *relation) { return (void **)(void *)((char *)row + relation->member); }
ORM_PRIVATE orm_status orm__reader_begin(orm__session *db, orm__reader *r, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, size_t expected);
ORM_PRIVATE orm_status orm__reader_next(orm__reader *r);
ORM_PRIVATE orm_status orm__reader_rest(orm__reader *r);                /* all rows of the query's own model into the open list */
ORM_PRIVATE void *orm__reader_close_list(orm__reader *r);
ORM_PRIVATE orm_status orm__reader_end(orm__reader *r);
/* a parent with the key that its rows have: one integer, or values of several columns */
typedef struct orm__parent { int64_t number; const orm_value *key; void *row; } orm__parent;
ORM_PRIVATE int orm__compare_key_values(const orm__part *part, const orm__parent *a, const orm__parent *b);
static inline ORM__UNUSED int orm__compare_keys(const orm__part *part, const orm__parent *a, const orm__parent *b)
{
    if (ORM__LIKELY(part->simple)) return (a->number > b->number) - (a->number < b->number);
    return orm__compare_key_values(part, a, b);
}
ORM_PRIVATE void orm__sort_parents(const orm__part *part, orm__parent *a, orm__parent *spare, size_t n);       /* stable; `spare` has room for n */
ORM_PRIVATE orm_status orm__read_children(orm__session *db, orm__result *result, orm__part *part);
ORM_PRIVATE void *orm__find_entered(orm__session *db, const orm_model *model, const void *key, const void *row, bool must);
typedef enum orm__removal { ORM__DELETE, ORM__DELETE_SOFTLY, ORM__RESTORE } orm__removal;      /* what becomes of rows */
static inline ORM__UNUSED orm__removal orm__removal_of(const orm_model *model, bool hard) { return hard || !model->deleted_at ? ORM__DELETE : ORM__DELETE_SOFTLY; }
/* room in `values` for ORM__MAX_KEY + ORM__REMOVAL_VALUES */
enum { ORM__REMOVAL_VALUES = 4 };
/* the key of a key struct or a row as values that fit; what is wrong, or NULL. Raises nothing. */
ORM_PRIVATE const char *orm__key_fit(const orm_model *model, const void *key, const void *row, size_t max_text, orm_value *values, size_t *n, const orm_column **at, char why[160], orm_status *kind);
ORM_PRIVATE void *orm__found_hooked(orm__session *db, const orm_model *model, void *rows, size_t n, const orm_arena *arena);      /* NULL when a hook refused: the rows are freed */
/* the steps that calls are made of: a statement with its values, and its execution */
ORM_PRIVATE orm_status orm__find_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p);
ORM_PRIVATE orm_status orm__find_everyone(orm__session *db, const orm_model *model, orm__prepared **p);      /* on orm_all_tenants: another statement */
ORM_PRIVATE void *orm__find_row(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n);      /* NULL without an error: there is none */
ORM_PRIVATE void orm__absent(orm__session *db, const orm_model *model, bool must);
ORM_PRIVATE orm_status orm__find_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, const orm__part *bounds, int64_t limit, orm__build *b, orm__part **head, orm__prepared **p);
ORM_PRIVATE void *orm__find_all_read(orm__session *db, orm__part *head, orm__prepared *p, const orm__build *b, orm_arena *arena, bool track);
ORM_PRIVATE orm_status orm__count_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p);
ORM_PRIVATE orm_status orm__count_related(orm__session *db, const orm_relation *relation, const void *row, const orm_expr *where, orm_opt_int64 *out);
ORM_PRIVATE orm_status orm__count_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *out);
/* Of an insert in a pipeline, on an engine that keeps keys (keep_key of the dialect): is its own key kept for those behind it, by the mark that tells it from others;
   and which of its values are keys that were kept by questions before it. */
enum { ORM__MOST_UNDER = 2 };
typedef struct orm__kept_keys {
    bool keeps; orm_value mark;
    size_t n; struct { const orm_column *column; const struct orm__ask *parent; } from[ORM__MOST_UNDER];
} orm__kept_keys;
ORM_PRIVATE orm_status orm__create_prepare(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, const orm__kept_keys *keeping, orm_value **values, size_t *n, orm__prepared **p);
ORM_PRIVATE orm_status orm__created_is_lost(orm__session *db, const orm_model *model, uint64_t ticket, bool *lost);
ORM_PRIVATE orm_status orm__create_entered(orm__session *db, const orm_model *model, void *row, const char *what);
/* all or nothing by a level of its own, or, without one, by that of the caller, who rolls it back when this fails */
ORM_PRIVATE orm_status orm__create_rows(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level);
ORM_PRIVATE orm_status orm__save_entered(orm__session *db, const orm_model *model, void *row, const orm_mask *only);
ORM_PRIVATE orm_status orm__update_entered(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed);
ORM_PRIVATE orm_status orm__destroy_all_entered(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, int64_t *destroyed);
ORM_PRIVATE orm_status orm__create_run(orm__session *db, const orm_model *model, void *row, orm_time now, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_status orm__check_assignment(orm__session *db, const orm_model *model, const orm_assignment *a, orm_failures *failures);
ORM_PRIVATE void orm__b_assignment(orm__build *b, const orm_assignment *a);             /* a = b */
/* what an update and a removal by condition are made of, checked; and their statements */
typedef struct orm__update_arg { const orm_model *model; const orm_change *change; unsigned n_set; const orm_column *stamp; orm_time now; } orm__update_arg;      /* n_set: assignments up to the last one; 0: nothing to do */
typedef struct orm__remove_arg { const orm_model *model; orm__removal how; orm_time now; const orm_expr *where; unsigned scope; } orm__remove_arg;
ORM_PRIVATE void *orm__returned(orm__session *db, const orm_model *model, const orm_mask *fields, void (*walk)(orm__build *b, const void *arg), const void *arg, orm_arena *arena);      /* the rows that a statement changes */
ORM_PRIVATE orm_status orm__returning_hooks(orm__session *db, const orm_model *model, uint32_t rows, uint32_t bulk, bool skip, const char *what);
ORM_PRIVATE orm_status orm__update_check(orm__session *db, const orm_model *model, const orm_change *change, orm__update_arg *arg);
ORM_PRIVATE orm_status orm__remove_check(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, orm__remove_arg *arg);
ORM_PRIVATE void orm__b_set(orm__build *b, const orm__update_arg *arg);      /* update ... set ..., with the stamps */
ORM_PRIVATE void orm__b_update(orm__build *b, const void *arg);
ORM_PRIVATE void orm__b_remove_all(orm__build *b, const void *arg);
ORM_PRIVATE orm_status orm__update_prepare(orm__session *db, const orm_model *model, const orm_change *change, orm__build *b, orm__prepared **p);      /* `p` NULL: there is nothing to do */
ORM_PRIVATE orm_status orm__destroy_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm__removal how, orm_time now, orm_value *values, size_t *n, orm__prepared **p);
ORM_PRIVATE orm_status orm__destroy_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_status orm__destroy_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__removal how, orm__build *b, orm__prepared **p);
/* a statement that changes rows: its shape found or prepared; the same run, and what it changed counted */
ORM_PRIVATE orm_status orm__change_prepare(orm__session *db, orm__build *b, void (*walk)(orm__build *b, const void *arg), const void *arg, orm__prepared **p);
ORM_PRIVATE orm_status orm__change_run(orm__session *db, orm__prepared *p, const orm__build *b, int64_t *changed);
/* Calls `each` for every row that the query finds, page by page in the order of the key: it may change or delete them. */
ORM_PRIVATE orm_status orm__each_row(orm__session *db, const orm_model *model, const orm_query *query, orm_status (*each)(orm__session *db, void *row, void *context), void *context);
ORM_PRIVATE void orm__b_stamps(orm__build *b, const orm_model *model, const orm_column *stamp, orm_time now);     /* ", updated_at = ?, version = version + 1" */
ORM_PRIVATE orm_status orm__raise_stale(orm__session *db, const orm_model *model, const void *row);       /* the row is not there, or not as it was read */
ORM_PRIVATE void *orm__find_all_hooked(orm__session *db, const orm_model *model, const orm_query *query, int64_t limit, bool track);      /* with what the model's hooks make of it */
ORM_PRIVATE void *orm__find_all_entered(orm__session *db, const orm_model *model, const orm_query *query, const orm__part *bounds, int64_t limit, bool track);
ORM_PRIVATE void orm__where_values(const orm_model *model, const orm_value *key, orm_expr *where);      /* adds: the primary key = these values, which fit */
/* the primary key of a key struct or of a row as values that fit */
ORM_PRIVATE orm_status orm__key_values(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n);
ORM_PRIVATE orm_status orm__check_new(orm__session *db, const orm_model *model, void *row, const char *what);      /* may it be inserted? */
/* an insert of `rows` rows of values, or of what `source` (SQL) yields */
ORM_PRIVATE orm_status orm__insert_spell(orm__session *db, const orm_model *model, const orm_mask *mask, size_t rows, const char *source, const orm__kept_keys *keeping, orm__prepared **out);
ORM_PRIVATE orm_status orm__insert_prepare(orm__session *db, const orm__model_form *form, const orm_mask *mask, const orm__kept_keys *keeping, orm__prepared **out);      /* of one row; kept */
ORM_PRIVATE orm_status orm__insert_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n, void **back, int64_t *keys, size_t rows, orm_outcome *outcome);
ORM_PRIVATE void orm__take_back(const orm__model_form *form, void *row, const void *back);
ORM_PRIVATE void *orm__copy_in(orm__session *db, const orm_model *model, const void *row);
ORM_PRIVATE void orm__mark_created(orm__session *db, const orm__model_form *form, void *row, orm_time now, int64_t generated);
ORM_PRIVATE void orm__b_key_condition(orm__build *b, const orm_model *model, bool tenant, bool version);      /* where the primary key = ... [and the tenant = ...] [and the version = ...] */

/* relations of rows on their way into the database (relate.c) */
ORM_PRIVATE orm_status orm__row_is_new(orm__session *db, const orm_model *model, const void *row, const char *what, bool *fresh);
ORM_PRIVATE orm_status orm__create_fresh(orm__session *db, const orm_model *model, char *rows, size_t n, const char *what);
ORM_PRIVATE orm_status orm__set_key(orm__session *db, unsigned n, const orm_column *const *columns, void *row, const orm_column *const *from, const void *other);
ORM_PRIVATE orm_status orm__own_row(orm__session *db, const orm__path *path, void *row, const void *owner);      /* key and tag */
ORM_PRIVATE orm_status orm__link_rows(orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n);

/* ---- batches (batch.c) --------------------------------------------------------------------------------------------------- */
typedef struct orm__ask {               /* a call from its question to its answer */
    struct orm__ask *next;
    orm_status (*answer)(orm__session *db, struct orm__ask *ask);      /* runs the statement and fills what is below */
    const orm_model *model;
    orm__prepared *prepared;
    const orm_value *values; size_t n_values;
    orm__part *head; orm_arena *arena; bool track;      /* of a find_all */
    orm_time now; orm__kept_keys *keeping; int64_t key;      /* of a create: the keys that it keeps and takes, or NULL; the key that was made */
    bool writes, whole;                 /* whole: more statements follow from the answer, so it is not sent ahead */
    const void *address;                /* of the call */
    uint32_t timeout_ms;
    orm__batch *batch; bool held;       /* the block that it is in, or NULL; is its session the block's? */
    orm_slot *slot; uint64_t serial;
    struct orm__ahead *ahead; size_t row;      /* it is of a row of such a call, and has no slot; which row */
    int64_t began;                      /* when it was sent */
    bool skipped;                       /* the engine did not run it, as one before it failed */
    bool undone;                        /* it is not done, as its transaction has failed */
    void *rows; int64_t count;          /* the answer */
} orm__ask;
/* One call that writes many rows, each by a statement of its own: where the engine takes them so, they are sent one behind the other, in the transaction of the call, and answered in
   that order. The first failure is the call's, whatever was found wrong with later rows meanwhile. */
typedef struct orm__ahead {
    orm__session *db;
    orm_status failed; size_t row; orm_error_info error;       /* of the first whose answer is a failure */
} orm__ahead;
ORM_PRIVATE bool orm__ahead_may(const orm__session *db);
/* `ask` is in the scratch memory and has what answers it, its statement and its values, which live as long as the call. A failure may be that of an earlier row. */
ORM_PRIVATE orm_status orm__ahead_send(orm__ahead *ahead, orm__ask *ask);
/* waits for all answers: `status` and `row` are what the call found by itself, and become those of the first failure */
ORM_PRIVATE orm_status orm__ahead_end(orm__ahead *ahead, orm_status status, size_t *row);
ORM_PRIVATE orm_status orm__create_ahead(orm__ahead *ahead, const orm_model *model, void *row, const char *what, size_t index);
ORM_PRIVATE void orm__batch_answer_all(orm__session *db);
/* before anything else is sent, what was asked is answered */
static inline ORM__UNUSED void orm__batch_drain(orm__session *db) { if (ORM__UNLIKELY(db->asked != NULL)) orm__batch_answer_all(db); }
/* Of what begins inside of ORM_BATCH and holds a connection: it shall be the batch's, which takes one now if it has none. False: it gets none, with this thread's error. */
ORM_PRIVATE bool orm__batch_begin(const orm_db *handle, const void *address);
ORM_PRIVATE void orm__batch_abandon(orm__session *db);           /* what was asked is forgotten, as nobody is there to hear the answers */
#define ORM__DEFAULT_N_PLUS_ONE 10
#define ORM__DEFAULT_MAX_ROWS 1000000
#define ORM__DEFAULT_MAX_TEXT ((size_t)64 << 20)
/* may this row be read? Not NULL, begun with defaults, its result alive. `what` names the call. */
ORM_PRIVATE orm_status orm__check_row(orm__session *db, const orm_model *model, const void *row, const char *what);

static inline ORM__UNUSED size_t orm__column_index(const orm_model *model, const orm_column *column) { return (size_t)(column - model->columns); }
static inline ORM__UNUSED const char *orm__column_name(const orm_column *column) { return column->column ? column->column : column->name; }
static inline ORM__UNUSED bool orm__mask_has(const orm_mask *mask, size_t i)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (mask->word[i / 32] >> (31 - i % 32) & 1) != 0;      /* as bit-fields are laid out */
#else
    return (mask->word[i / 32] >> (i % 32) & 1) != 0;
#endif
}
static inline ORM__UNUSED bool orm__masks_equal(const orm_mask *a, const orm_mask *b)
{
    uint32_t differs = 0;
    for (size_t k = 0; k < sizeof a->word / sizeof a->word[0]; k++) differs |= a->word[k] ^ b->word[k];
    return differs == 0;
}

static inline ORM__UNUSED void orm__mask_remove(orm_mask *mask, size_t i)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    mask->word[i / 32] &= ~(UINT32_C(1) << (31 - i % 32));
#else
    mask->word[i / 32] &= ~(UINT32_C(1) << i % 32);
#endif
}
static inline ORM__UNUSED void orm__mask_add(orm_mask *mask, size_t i)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    mask->word[i / 32] |= UINT32_C(1) << (31 - i % 32);
#else
    mask->word[i / 32] |= UINT32_C(1) << (i % 32);
#endif
}
/* the first of the columns whose bits these are, and the bits of the others */
static inline ORM__UNUSED size_t orm__bits_first(uint32_t bits)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (size_t)__builtin_clz(bits);
#else
    return (size_t)__builtin_ctz(bits);
#endif
}
static inline ORM__UNUSED uint32_t orm__bits_rest(uint32_t bits)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return bits & ~(UINT32_C(1) << (31 - __builtin_clz(bits)));
#else
    return bits & (bits - 1);
#endif
}
/* a loop over those of the first n columns that are in the mask, which must not change meanwhile. It is two loops: `break` does not end it. */
#define ORM__EACH_IN(i, mask, n)                                                                                                  \
    for (size_t word_ = 0, i = 0; word_ * 32 < (n); word_++)                                                                      \
        for (uint32_t bits_ = (mask)->word[word_]; bits_ && (i = word_ * 32 + orm__bits_first(bits_)) < (n); bits_ = orm__bits_rest(bits_))
static inline ORM__UNUSED void orm__mask_fill(orm_mask *mask, size_t n)      /* the first `n` */
{
    for (size_t k = 0; k < sizeof mask->word / sizeof mask->word[0]; k++, n = n > 32 ? n - 32 : 0) {
        uint32_t low = n >= 32 ? UINT32_MAX : (UINT32_C(1) << n) - 1;
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = n >= 32 ? UINT32_MAX : ~(UINT32_MAX >> n);
#endif
        mask->word[k] = low;
    }
}
static inline ORM__UNUSED bool orm__mask_empty(const orm_mask *mask) { return (mask->word[0] | mask->word[1] | mask->word[2] | mask->word[3]) == 0; }
/* does a mask of the user's name no column? What stands behind its bit-fields is padding, which may hold anything. */
static inline ORM__UNUSED bool orm__mask_names_none(const orm_model *model, const orm_mask *mask)
{
    size_t i = orm__mask_empty(mask) ? model->n_columns : 0;
    while (i < model->n_columns && !orm__mask_has(mask, i)) i++;
    return i == model->n_columns;
}
#endif
