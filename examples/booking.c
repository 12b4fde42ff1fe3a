/* Checks at the border, as a web form needs them: values made normal, rules of one field and of several, and all that is wrong as one JSON answer, in the
   language of whoever asks.

       cc -o booking booking.c -lsqlite3 && ./booking [URL] */
#define ORM_IMPLEMENTATION
#include "../orm.h"
#include "../dialects/sqlite.h"
#include <stdio.h>
#include <string.h>

/* a function of normalize(...): what it makes stands in the arena, and what is normal already stays as it is */
static const char *phone_digits(const char *typed, orm_arena *arena)
{
    size_t n = 0;
    if (typed[strspn(typed, "+0123456789")] == 0) return typed;
    char *digits = orm_arena_allocate(arena, strlen(typed) + 1);
    for (; digits && *typed; typed++)
        if (strchr("+0123456789", *typed)) digits[n++] = *typed;
    return digits;
}

#define Stay_FIELDS(X)                                                                              \
    X(id,      serial)                                                                              \
    X(email,   string(60), unique, email, normalize(trim, lowercase))                               \
    X(name,    string(40), length(2, 40), normalize(trim, collapse))                                \
    X(phone,   string(20), nullable, matches("^[+]?[0-9]{5,}$"), normalize(phone_digits))           \
    X(arrives, date, on_create(check_with(is_not_past)))                                            \
    X(leaves,  date)
static const char *is_not_past(orm_date day) { return day.days < 20000 ? "lies in the past" : NULL; }

ORM_MODEL(Stay, stays, validate(check_days, arrives, leaves))
#define Inn_MODELS(X) X(Stay)
ORM_SCHEMA(Inn)

/* a rule of several fields: it may read arrives and leaves */
void check_days(const Stay *row, Stay_failures *failures)
{
    if (row->leaves.days <= row->arrives.days) orm_blame(failures, Stay_.leaves, "must be after the arrival");
    if (row->leaves.days - row->arrives.days > 28) orm_blame_row(failures, "is longer than four weeks");
}
ORM_DEFINE(Inn)

/* other languages: the first entry that fits is taken; {low} and {high} are the bounds of the rule */
static orm_message german[] = {
    { .rule = "email",      .text = "ist keine E-Mail-Adresse" },
    { .rule = "length",     .text = "muss {low} bis {high} Zeichen haben" },
    { .rule = "length",     .text = "darf höchstens {high} Zeichen haben" },
    { .rule = "required",   .text = "fehlt" },
    { .rule = "unique",     .text = "ist schon vergeben" },
    { .model = "Stay", .field = "leaves", .rule = "check_days", .text = "muss nach der Anreise liegen" },
    { .text = NULL } };

/* what a request handler does: the texts that become normal live as long as the request */
static void answer(orm_db *db, const char *language, Stay stay)
{
    orm_arena request = { 0 };
    orm_arena *before = orm_texts_into(&request);
    bool is_german = strcmp(language, "de") == 0;
    orm_messages(is_german ? orm_message_table : NULL, is_german ? german : NULL);
    if (Stay_create(db, &stay)) {
        char json[4096];
        orm_errors_json(json, sizeof json);
        printf("422 %s\n", json);
    } else {
        printf("201 %s, %s, %s\n", stay.email, stay.name, stay.phone ? stay.phone : "no phone");
    }
    orm_messages(NULL, NULL);
    orm_texts_into(before);
    orm_arena_release(&request);
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Inn_schema)) return orm_perror("booking");
    ORM_NEW(Stay, good, .email = "  Ada@Example.ORG ", .name = " Ada   Lovelace", .phone = "+44 (20) 123-45", .arrives = (orm_date){ 20500 }, .leaves = (orm_date){ 20507 });
    ORM_NEW(Stay, bad, .email = "nobody", .name = " A ", .arrives = (orm_date){ 20500 }, .leaves = (orm_date){ 20499 });
    answer(db, "en", good);
    answer(db, "en", bad);
    answer(db, "de", bad);
    answer(db, "de", good);                  /* once more: the address is taken, however it is written */
    orm_close(db);
    return 0;
}
