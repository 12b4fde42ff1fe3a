/* >>hostile: what the programs of this folder share: models that take texts in every way, a log that keeps all that was sent, and what no attack may touch.
   Cases run on all engines: conformance/engines.h. For one .c file each: it defines the schema, too. */
#ifndef HOSTILE_H
#define HOSTILE_H
#include "conformance/helpers.h"
#include "texts.h"

#define Page_FIELDS(X)                                                                  \
    X(id,         serial)                                                               \
    X(title,      text)                                                                 \
    X(words,      has_many(Word, page_id))                                              \
    X(word_count, count_of(words))
ORM_MODEL(Page, pages)

#define Word_FIELDS(X)                                                                  \
    X(id,         serial)                                                               \
    X(word,       text)                                                                 \
    X(note,       text, nullable)                                                       \
    X(code,       text, nullable, unique)                                               \
    X(pin,        text, nullable, secret)                                               \
    X(doc,        jsonb, nullable)                                                      \
    X(raw,        json, nullable)                                                       \
    X(tags,       array(text), nullable)                                                \
    X(hits,       integer, default(0))                                                  \
    X(page_id,    key(Page), nullable, on_delete(cascade), indexed)                     \
    X(page,       belongs_to(Page, page_id))
ORM_MODEL(Word, words, scope(named, (const char *name), orm_eq(Word_.word, name)))

/* known by a text */
#define Label_FIELDS(X) X(code, text, primary_key) X(line, text, nullable)
ORM_MODEL(Label, labels)
#define Article_FIELDS(X) X(id, serial) X(title, text, searched)
ORM_MODEL(Article, articles)
/* of tenants, who are pages */
#define Deed_FIELDS(X) X(id, serial) X(page_id, tenant(Page)) X(line, text)
ORM_MODEL(Deed, deeds)
/* no call names it: what changes in it came by an attack */
#define Canary_FIELDS(X) X(id, serial) X(word, text)
ORM_MODEL(Canary, canaries)

#define Hostile_MODELS(X) X(Page) X(Word) X(Label) X(Article) X(Deed) X(Canary)
ORM_SCHEMA(Hostile)
ORM_DEFINE(Hostile)

/* ---- what was sent --------------------------------------------------------------------------------------------------------------- */
static struct { char sql[64000], told[64000]; size_t length, told_length; int statements, errors; } heard;

static void hear(void *context, const orm_log_event *event)
{
    (void)context;
    const char *text_ = event->sql ? event->sql : event->message;
    heard.statements += event->level == ORM_LOG_SQL;
    heard.errors += event->level == ORM_LOG_ERROR;
    if (event->level == ORM_LOG_SQL) heard.length += (size_t)snprintf(heard.sql + heard.length, sizeof heard.sql - heard.length, "%s\n", text_);
    else heard.told_length += (size_t)snprintf(heard.told + heard.told_length, sizeof heard.told - heard.told_length, "%s\n", text_);
    if (heard.length >= sizeof heard.sql || heard.told_length >= sizeof heard.told) {
        heard.length = heard.told_length = 0;
        case_failed("more was told than there is room for");
    }
}
static void hear_anew(void)
{
    heard.length = heard.told_length = 0;
    heard.statements = heard.errors = 0;
    heard.sql[0] = heard.told[0] = 0;
}
static const struct case_setup hostile_cases = { &Hostile_schema, hear, NULL, hear_anew };
#define ON_EACH(name)        ON_EACH_OF(name, hostile_cases)
#define ON_EACH_SHARED(name) ON_EACH_SHARED_OF(name, hostile_cases)

__attribute__((unused)) static uint64_t sent(orm_db *db) { return orm_counters_of(db).statements; }

/* the call answers this kind, and so does orm_error() */
#define ANSWERS(kind_, call) do {                                                 \
        const orm_status answered = (call);                                       \
        CHECK_TEXT(orm_status_name(answered), orm_status_name(kind_));            \
        CHECK_TEXT(orm_status_name(orm_error()->kind), orm_status_name(kind_));   \
    } while (0)

/* ---- what no attack may touch ------------------------------------------------------------------------------------------------------ */
enum { CANARIES = 3 };
__attribute__((unused)) static void canaries_make(orm_db *db)
{
    Canary birds[CANARIES] = { Canary_defaults(), Canary_defaults(), Canary_defaults() };
    for (int i = 0; i < CANARIES; i++) birds[i].word = "alive";
    OK(Canary_create_all(db, birds, CANARIES, NULL));
}
/* they are there, each as it was, and so are all tables and no others */
__attribute__((unused)) static bool canaries_live(orm_db *db)
{
    orm_opt_int64 tables = { 0 };
    static const int64_t expected = 6;
    int64_t birds = COUNT(Canary, db, .where = orm_eq(Canary_.word, "alive")), all = COUNT(Canary, db, .all = false);
    if (case_engine == ON_POSTGRES)
        OK(orm_scalar(db, &tables, "select count(*) from pg_catalog.pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace", orm_no_params));
    else OK(orm_scalar(db, &tables, "select count(*) from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like 'orm%'", orm_no_params));
    return birds == CANARIES && all == CANARIES && tables.value == expected;
}

/* ---- texts inside of others --------------------------------------------------------------------------------------------------------- */
/* the text as a string of JSON, behind and before what is given */
__attribute__((unused)) static const char *json_of(orm_arena *arena, const char *before, const char *text_, const char *behind)
{
    size_t n = strlen(before);
    char *out = (char *)orm_arena_allocate(arena, n + 6 * strlen(text_) + strlen(behind) + 3);
    if (!out) return NULL;
    memcpy(out, before, n);
    out[n++] = '"';
    for (; *text_; text_++) {
        if (*text_ == '"' || *text_ == '\\') n += (size_t)sprintf(out + n, "\\%c", *text_);
        else if ((unsigned char)*text_ < 0x20) n += (size_t)sprintf(out + n, "\\u%04x", (unsigned)(unsigned char)*text_);
        else out[n++] = *text_;
    }
    out[n++] = '"';
    memcpy(out + n, behind, strlen(behind) + 1);
    return out;
}
/* the text with a backslash before each of these characters: a pattern that matches it only */
__attribute__((unused)) static const char *escaped(orm_arena *arena, const char *special, const char *text_)
{
    size_t n = 0;
    char *out = (char *)orm_arena_allocate(arena, 2 * strlen(text_) + 1);
    for (; out && *text_; text_++) {
        if (strchr(special, *text_)) out[n++] = '\\';
        out[n++] = *text_;
    }
    if (out) out[n] = 0;
    return out;
}
#define ESCAPED_LIKE(arena, text_)   escaped(arena, "\\%_", text_)
#define ESCAPED_REGEXP(arena, text_) escaped(arena, "\\.[(){}*+?|^$", text_)
#endif
