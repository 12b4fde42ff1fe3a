/* Relations, case by case: every kind, in includes, in conditions, in orders and as numbers. relation_property_test.c has the same at random. */
#include "relations.h"

/* six persons; p1 leads p2 and p3, p2 leads p4; topics by p1 (3), p2 (2), p4 (1) */
static void forum(orm_db *db)
{
    static const struct { const char *name; int age, boss; } people[] = { { "ada", 40, 0 }, { "bob", 2, 1 }, { "cy", 0, 1 }, { "dee", 30, 2 }, { "eve", 20, 0 }, { "fay", 0, 0 } };
    for (int i = 0; i < 6; i++) {
        ORM_NEW(Person, p, .name = people[i].name);
        if (people[i].age) p.age = orm_int32(people[i].age);
        if (people[i].boss) p.boss_id = orm_int64(people[i].boss);
        OK(Person_create(db, &p));
    }
    static const struct { const char *title; int score, open, author, editor; } topics[] = {
        { "t1", 1, 1, 1, 2 }, { "t2", 5, 0, 1, 0 }, { "t3", -1, 1, 1, 2 }, { "t4", 4, 1, 2, 1 }, { "t5", 3, 1, 2, 0 }, { "t6", 9, 0, 4, 4 } };
    for (int i = 0; i < 6; i++) {
        ORM_NEW(Topic, t, .title = topics[i].title, .open = topics[i].open != 0, .author_id = topics[i].author);
        if (topics[i].score >= 0) t.score = orm_int32(topics[i].score);
        if (topics[i].editor) t.editor_id = orm_int64(topics[i].editor);
        OK(Topic_create(db, &t));
    }
    for (int i = 1; i < 6; i += 2) {
        ORM_NEW(Card, c, .motto = "m", .person_id = i);
        OK(Card_create(db, &c));
    }
    static const char *const tags[] = { "c", "java", "sql", "Zig" };
    for (int i = 0; i < 4; i++) {
        ORM_NEW(Tag, t, .name = tags[i]);
        if (i) t.weight = orm_int32(i);
        OK(Tag_create(db, &t));
    }
    static const struct { int topic; const char *tag; int position; const char *note; } links[] = {
        { 1, "c", 2, "x" }, { 1, "java", 1, NULL }, { 1, "sql", 3, "y" }, { 2, "sql", 0, "w" }, { 4, "c", 0, NULL }, { 5, "sql", 5, "z" }, { 5, "c", 4, "z" } };
    for (int i = 0; i < 7; i++) {
        ORM_NEW(TopicTag, l, .topic_id = links[i].topic, .tag_name = links[i].tag, .position = links[i].position, .note = links[i].note);
        OK(TopicTag_create(db, &l));
    }
    static const struct { int from, to, since, close; } follows[] = { { 1, 2, 10, 1 }, { 1, 3, 30, 1 }, { 1, 4, 20, 0 }, { 1, 5, 40, 1 }, { 2, 1, 5, 1 }, { 4, 1, 6, 0 }, { 5, 5, 1, 1 } };
    for (int i = 0; i < 7; i++) {
        ORM_NEW(Follow, f, .follower_id = follows[i].from, .followed_id = follows[i].to, .since = follows[i].since, .close = follows[i].close != 0);
        OK(Follow_create(db, &f));
    }
    static const struct { int type, id, stars; } remarks[] = { { Subject_Topic, 1, 2 }, { Subject_Topic, 1, 3 }, { Subject_Person, 1, 1 }, { Subject_Person, 2, -1 }, { Subject_Topic, 99, 1 },
        { 0, 1, 1 }, { Subject_Person, 0, 1 }, { Subject_Topic, 6, 0 } };
    for (int i = 0; i < 8; i++) {
        ORM_NEW(Remark, r, .line = "r", .subject_type = (Subject)remarks[i].type);
        if (remarks[i].id) r.subject_id = orm_int64(remarks[i].id);
        if (remarks[i].stars >= 0) r.stars = orm_int16((int16_t)remarks[i].stars);
        OK(Remark_create(db, &r));
    }
}

static orm_uuid uuid_of(int i)
{
    orm_uuid u = { { 0 } };
    u.byte[0] = (unsigned char)(255 - i);
    return u;
}

/* halls a and B with shelves 1 and 2; books 1..5 in (a, 2), 6 in (B, 1), 7 and 8 with half a key, 9 without */
static void library(orm_db *db)
{
    for (int i = 0; i < 4; i++) {
        ORM_NEW(Shelf, s, .hall = i < 2 ? "a" : "B", .number = 1 + i % 2, .label = i ? "l" : NULL);
        OK(Shelf_create(db, &s));
    }
    for (int i = 1; i <= 3; i++) {
        ORM_NEW(Paint, p, .color = (Color)i);
        if (i > 1) p.price = orm_int32(i);
        OK(Paint_create(db, &p));
    }
    for (int i = 1; i <= 9; i++) {
        char title[8];
        snprintf(title, sizeof title, "b%d", i);
        ORM_NEW(Book, b, .id = uuid_of(i), .title = title, .hall = i < 6 || i == 7 ? "a" : i == 6 ? "B" : NULL, .cover = (Color)(i % 4));
        if (i < 7 || i == 8) b.number = orm_int32(i == 6 ? 1 : 2);
        OK(Book_create(db, &b));
        for (int k = 1; k <= 3; k++) {
            ORM_NEW(BookPaint, bp, .book_id = uuid_of(i), .color = (Color)k, .layers = 10 * i + k);
            if ((i + k) % 2) OK(BookPaint_create(db, &bp));
        }
        ORM_NEW(Page, page, .line = "p");
        if (i % 3) page.book_id = uuid_of(i);
        OK(Page_create(db, &page));
    }
}

/* the names or titles of a list, one behind the other */
static const char *names(const Person *rows)
{
    static char out[2][200];
    static int which;
    char *at = out[which = !which];
    *at = 0;
    for (size_t i = 0; i < orm_len(rows); i++) strcat(strcat(at, i ? " " : ""), rows[i].name);
    return at;
}
static const char *titles(const Topic *rows)
{
    static char out[2][200];
    static int which;
    char *at = out[which = !which];
    *at = 0;
    for (size_t i = 0; i < orm_len(rows); i++) strcat(strcat(at, i ? " " : ""), rows[i].title);
    return at;
}
static const char *tag_names(const Tag *rows)
{
    static char out[200];
    *out = 0;
    for (size_t i = 0; i < orm_len(rows); i++) strcat(strcat(out, i ? " " : ""), rows[i].name);
    return out;
}
#define NAMES(wanted, ...) do { ORM_AUTO Person *found = Person_find_all(db, &(Person_query){ __VA_ARGS__ }); REQUIRE(found); CHECK_TEXT(names(found), wanted); } while (0)
#define TITLES(wanted, ...) do { ORM_AUTO Topic *found = Topic_find_all(db, &(Topic_query){ __VA_ARGS__ }); REQUIRE(found); CHECK_TEXT(titles(found), wanted); } while (0)

/* ---- includes ------------------------------------------------------------------------------------------------------------------------- */
RELATED_EACH(every_kind_is_included)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = {
        orm_with(Person_.boss), orm_with(Person_.card), orm_with(Person_.team), orm_with(Person_.popular), orm_with(Person_.latest), orm_with(Person_.friends),
        orm_with(Person_.remarks), orm_with(Person_.follows) } });
    REQUIRE(p && orm_len(p) == 6);
    CHECK_INT(statements_since(db, &before), 1 + 6);            /* boss and card are joined */
    CHECK(p[0].boss == NULL);
    CHECK(orm_loaded(&p[0], Person_.boss));
    CHECK(!orm_loaded(&p[0], Person_.topics));
    CHECK(p[0].topics == NULL);
    CHECK_TEXT(p[1].boss->name, "ada");
    REQUIRE(p[0].card);
    CHECK_INT(p[0].card->person_id, 1);
    CHECK(p[1].card == NULL);
    CHECK(orm_loaded(&p[1], Person_.card));
    CHECK_TEXT(names(p[0].team), "bob cy");
    CHECK_TEXT(titles(p[0].popular), "t2");
    CHECK_TEXT(titles(p[1].popular), "t4 t5");                  /* by score, going down */
    REQUIRE(p[0].latest && p[1].latest && p[3].latest);
    CHECK_TEXT(p[0].latest->title, "t3");
    CHECK_TEXT(p[1].latest->title, "t5");
    CHECK(p[2].latest == NULL);
    CHECK_TEXT(names(p[0].follows), "eve cy dee bob");          /* by since, going down */
    CHECK_TEXT(names(p[0].friends), "bob eve");                 /* cy has no age, dee is not close */
    CHECK_INT(orm_len(p[0].remarks), 1);
    CHECK_INT(orm_len(p[1].remarks), 1);
    CHECK(p[5].remarks != NULL);
    CHECK_INT(orm_len(p[5].remarks), 0);
    CHECK_TEXT(names(p[4].follows), "eve");                     /* somebody may follow herself */
    CHECK(p[4].follows != p);
    CHECK_INT(orm_len(&p[0].follows[0]), 4);
}

RELATED_EACH(relations_nest_in_each_other)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = {
        orm_with(Person_.latest, .include = { orm_with(Topic_.tags, .include = { orm_with(Tag_.noted, .include = { orm_with(Topic_.author), orm_with(Topic_.best_remark) }) }), orm_with(Topic_.editor) }),
        orm_with(Person_.best, .include = { orm_with(Topic_.best_remark) }) } });
    REQUIRE(p && orm_len(p) == 6);
    CHECK_INT(statements_since(db, &before), 1 + 1 + 1 + 1 + 1 + 1 + 1);
    REQUIRE(p[1].latest && orm_len(p[1].latest->tags) == 2);
    CHECK_TEXT(tag_names(p[1].latest->tags), "c sql");          /* by position: 4, 5 */
    CHECK_TEXT(titles(p[1].latest->tags[0].noted), "t1 t5");    /* by note: x, z */
    CHECK_TEXT(titles(p[1].latest->tags[1].noted), "t2 t1 t5");
    CHECK_TEXT(p[1].latest->tags[1].noted[0].author->name, "ada");
    REQUIRE(p[1].latest->tags[1].noted[1].best_remark);
    CHECK_INT(p[1].latest->tags[1].noted[1].best_remark->stars.value, 3);
    CHECK(p[1].latest->editor == NULL && orm_loaded(p[1].latest, Topic_.editor));
    REQUIRE(p[0].best && p[0].best->best_remark);
    CHECK_TEXT(p[0].best->title, "t1");                         /* t3 has no score */
    CHECK_INT(orm_len(p[0].latest->tags), 0);
    CHECK(p[0].latest->tags != NULL);
}

RELATED_EACH(a_chain_takes_a_statement_more_than_it_is_deep)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .where = orm_eq(Person_.id, 1), .include = { orm_with(Person_.topics, .include = { orm_with(Topic_.tags, .include = {
        orm_with(Tag_.topics, .include = { orm_with(Topic_.author, .include = { orm_with(Person_.followers) }) }) }) }) } });
    REQUIRE(p && orm_len(p) == 1);
    CHECK_INT(statements_since(db, &before), 5);
    CHECK_TEXT(names(p->topics[0].tags[1].topics[0].author->followers), "bob dee");
}

RELATED_EACH(keys_of_several_columns_and_of_every_sort)
{
    library(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Shelf *s = Shelf_find_all(db, &(Shelf_query){ .order = { orm_asc(Shelf_.hall), orm_asc(Shelf_.number) }, .include = {
        orm_with(Shelf_.books, .order = { orm_desc(Book_.title) }, .limit = 2, .include = { orm_with(Book_.paints, .links = true), orm_with(Book_.pages), orm_with(Book_.paint), orm_with(Book_.shelf) }),
        orm_with(Shelf_.last_book), orm_count_of(Shelf_.book_count) } });
    REQUIRE(s && orm_len(s) == 4);
    CHECK_INT(statements_since(db, &before), 5);
    CHECK_TEXT(s[0].hall, "B");
    CHECK_INT(orm_len(s[0].books), 1);
    CHECK_TEXT(s[0].books[0].title, "b6");
    CHECK_INT(s[0].book_count, 1);
    CHECK_INT(orm_len(s[1].books), 0);                          /* (B, 2): neither the B of one book nor the 2 of another */
    CHECK_INT(orm_len(s[2].books), 0);
    CHECK_INT(orm_len(s[3].books), 2);
    CHECK_INT(s[3].book_count, 5);
    CHECK_TEXT(s[3].books[0].title, "b5");
    REQUIRE(s[3].last_book);
    CHECK_TEXT(s[3].last_book->title, "b5");
    CHECK(s[1].last_book == NULL);
    REQUIRE(s[3].books[0].paint && s[3].books[0].shelf);
    CHECK_INT(s[3].books[0].paint->color, Color_red);
    CHECK_INT(s[3].books[0].shelf->number, 2);
    REQUIRE(orm_len(s[3].books[1].paints) == 2);                /* b4: red and blue, in the order of the declaration */
    CHECK_INT(s[3].books[1].paints[0].color, Color_red);
    CHECK_INT(s[3].books[1].paints[1].color, Color_blue);
    const BookPaint *links = orm_links(Book_.paints, s[3].books[1].paints);
    REQUIRE(links);
    CHECK_INT(links[0].layers, 41);
    CHECK_INT(links[1].layers, 43);
    CHECK_INT(orm_len(s[3].books[0].pages), 1);
    ORM_AUTO Book *b = Book_find_all(db, &(Book_query){ .order = { orm_asc(Book_.title) }, .include = { orm_with(Book_.shelf), orm_with(Book_.paint) } });
    REQUIRE(b && orm_len(b) == 9);
    CHECK(b[0].shelf != NULL);
    CHECK(b[6].shelf == NULL && b[7].shelf == NULL && b[8].shelf == NULL);
    CHECK(b[3].paint == NULL && b[4].paint != NULL);
    ORM_AUTO Paint *paints = Paint_find_all(db, &(Paint_query){ .order = { orm_desc(Paint_.color) }, .include = { orm_with(Paint_.books, .limit = 1, .offset = 1, .links = true), orm_with(Paint_.covers) } });
    REQUIRE(paints && orm_len(paints) == 3);
    CHECK_INT(paints[0].color, Color_blue);
    REQUIRE(orm_len(paints[0].books) == 1);
    CHECK_INT(orm_links(Paint_.books, paints[0].books)->color, Color_blue);
    CHECK_INT(orm_len(paints[0].covers), 2);
}

RELATED_EACH(the_many_rows_that_are_cut_come_with_their_links)
{
    forum(db);
    ORM_AUTO Topic *t = Topic_find_all(db, &(Topic_query){ .order = { orm_asc(Topic_.id) }, .include = { orm_with(Topic_.tags, .limit = 2, .offset = 1, .links = true) } });
    REQUIRE(t && orm_len(t) == 6);
    CHECK_TEXT(tag_names(t[0].tags), "c sql");                  /* java was the first */
    const TopicTag *links = orm_links(Topic_.tags, t[0].tags);
    REQUIRE(links);
    CHECK_INT(links[0].position, 2);
    CHECK_TEXT(links[1].note, "y");
    CHECK_INT(links[1].topic_id, 1);
    CHECK_INT(orm_len(t[1].tags), 0);
    CHECK_TEXT(tag_names(t[4].tags), "sql");
    CHECK_INT(orm_links(Topic_.tags, t[4].tags)->position, 5);
    ORM_AUTO Topic *plain = Topic_find_all(db, &(Topic_query){ .order = { orm_asc(Topic_.id) }, .include = { orm_with(Topic_.tags, .order = { orm_desc(Tag_.name) }) } });
    REQUIRE(plain);
    CHECK(orm_links(Topic_.tags, plain[0].tags) == NULL);
    CHECK(orm_links(Topic_.tags, (Tag *)NULL) == NULL);
    CHECK_TEXT(tag_names(plain[0].tags), "sql java c");
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = { orm_with(Person_.follows, .links = true, .where = orm_gt(Person_.age, 1)) } });
    REQUIRE(p);
    CHECK_TEXT(names(p[0].follows), "eve dee bob");
    const Follow *follows = orm_links(Person_.follows, p[0].follows);
    REQUIRE(follows);
    for (size_t i = 0; i < 3; i++) CHECK_INT(follows[i].followed_id, p[0].follows[i].id);
    CHECK(follows[0].close && !follows[1].close);
}

RELATED_EACH(one_of_several_models_is_loaded_by_its_tag)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Remark *r = Remark_find_all(db, &(Remark_query){ .order = { orm_asc(Remark_.id) }, .include = {
        orm_with(Remark_.subject.Topic, .include = { orm_with(Topic_.author), orm_with(Topic_.remarks) }), orm_with(Remark_.subject.Person, .include = { orm_with(Person_.remarks) }) } });
    REQUIRE(r && orm_len(r) == 8);
    CHECK_INT(statements_since(db, &before), 3);
    REQUIRE(r[0].subject.Topic && r[0].subject.Topic->author);
    CHECK_TEXT(r[0].subject.Topic->author->name, "ada");
    CHECK_INT(orm_len(r[0].subject.Topic->remarks), 2);
    REQUIRE(r[2].subject.Person);
    CHECK_TEXT(r[2].subject.Person->name, "ada");
    CHECK_INT(orm_len(r[2].subject.Person->remarks), 1);
    CHECK(r[4].subject.Topic == NULL);                          /* an orphan */
    CHECK(r[5].subject.Topic == NULL && r[6].subject.Person == NULL);
    CHECK(orm_loaded(&r[4], Remark_.subject.Topic));
    ORM_AUTO Remark *some = Remark_find_all(db, &(Remark_query){ .order = { orm_asc(Remark_.id) }, .include = { orm_with(Remark_.subject.Topic, .required = true, .where = orm_eq(Topic_.open, true)) } });
    REQUIRE(some && orm_len(some) == 2);
    CHECK(!orm_loaded(&some[0], Remark_.subject.Person));
}

/* ---- required --------------------------------------------------------------------------------------------------------------------------------- */
/* find, find_and_count, count, exists and .limit say the same */
#define REQUIRED(M, n, ...) do {                                                                                                       \
        M##_query asked = { .include = { __VA_ARGS__ } }, first = { .include = { __VA_ARGS__ }, .limit = 1, .order = { orm_asc(M##_.id) } };    \
        int64_t required_total = -1, count = -1;                                                                                              \
        bool any = false;                                                                                                              \
        ORM_AUTO M *all = M##_find_all(db, &asked);                                                                                    \
        ORM_AUTO M *page = M##_find_and_count(db, &first, &required_total);                                                                     \
        OK(M##_count(db, &asked, &count));                                                                                             \
        OK(M##_exists(db, &asked, &any));                                                                                              \
        REQUIRE(all && page);                                                                                                          \
        CHECK_INT(orm_len(all), n);                                                                                                    \
        CHECK_INT(orm_len(page), (n) > 0);                                                                                             \
        CHECK_INT(required_total, n);                                                                                                  \
        CHECK_INT(count, n);                                                                                                           \
        CHECK_INT(any, (n) > 0);                                                                                                       \
    } while (0)
RELATED_EACH(what_is_required_must_be_there)
{
    forum(db);
    REQUIRED(Person, 3, orm_with(Person_.boss, .required = true));
    REQUIRED(Person, 2, orm_with(Person_.boss, .required = true, .where = orm_eq(Person_.name, "ada")));
    REQUIRED(Person, 1, orm_with(Person_.boss, .required = true, .include = { orm_with(Person_.boss, .required = true) }));
    REQUIRED(Person, 6, orm_with(Person_.boss, .include = { orm_with(Person_.boss, .required = true) }));     /* says which bosses, not which persons */
    REQUIRED(Person, 3, orm_with(Person_.topics, .required = true));
    REQUIRED(Person, 3, orm_with(Person_.topics, .required = true, .limit = 1, .offset = 2));                 /* how many are loaded is another matter */
    REQUIRED(Person, 2, orm_with(Person_.topics, .required = true, .include = { orm_with(Topic_.tags, .required = true) }));
    REQUIRED(Person, 1, orm_with(Person_.topics, .required = true, .include = { orm_with(Topic_.tags, .required = true, .where = orm_eq(Tag_.name, "java")) }));
    REQUIRED(Person, 1, orm_with(Person_.latest, .required = true, .where = orm_eq(Topic_.open, false)));     /* of that one row: p1's latest is open, though another is not */
    REQUIRED(Person, 2, orm_with(Person_.best, .required = true, .where = orm_gt(Topic_.score, 0)));
    REQUIRED(Person, 3, orm_with(Person_.card, .required = true), orm_with(Person_.boss));
    REQUIRED(Person, 1, orm_with(Person_.card, .required = true), orm_with(Person_.boss, .required = true));
    REQUIRED(Person, 0, orm_with(Person_.card, .required = true, .where = orm_eq(Card_.motto, "none")));
    REQUIRED(Person, 4, orm_with(Person_.follows, .required = true, .where = orm_gt(Person_.age, 1), .include = { orm_with(Person_.follows, .required = true) }));
    REQUIRED(Topic, 1, orm_with(Topic_.editor, .required = true, .include = { orm_with(Person_.best, .required = true) }), orm_with(Topic_.tags, .required = true, .where = orm_eq(Tag_.name, "java")));
    REQUIRED(Topic, 2, orm_with(Topic_.remarks, .required = true));
    REQUIRED(Remark, 3, orm_with(Remark_.subject.Topic, .required = true));
    REQUIRED(Remark, 0, orm_with(Remark_.subject.Topic, .required = true), orm_with(Remark_.subject.Person, .required = true));
}

RELATED_EACH(required_below_a_list_that_is_cut_is_said_of_its_rows)
{
    forum(db);
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = {
        orm_with(Person_.topics, .limit = 2, .order = { orm_desc(Topic_.id) }, .include = { orm_with(Topic_.tags, .required = true), orm_with(Topic_.author, .required = true) }) } });
    REQUIRE(p && orm_len(p) == 6);
    CHECK_TEXT(titles(p[0].topics), "t2 t1");                   /* t3 has no tag and does not count */
    CHECK_TEXT(titles(p[1].topics), "t5 t4");
    CHECK_INT(orm_len(p[3].topics), 0);
    ORM_AUTO Person *q = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = {
        orm_with(Person_.latest, .include = { orm_with(Topic_.editor, .required = true) }) } });
    REQUIRE(q);
    CHECK(q[0].latest && q[0].latest->editor);
    CHECK(q[1].latest == NULL);                                 /* t5 has no editor, and t4 is not the latest */
    NAMES("dee", .include = { orm_with(Person_.topics, .required = true, .where = orm_eq(Topic_.open, false)), orm_with(Person_.boss, .required = true) });
}

/* ---- conditions ---------------------------------------------------------------------------------------------------------------------------------- */
RELATED_EACH(rows_are_found_by_what_is_related_once_each)
{
    forum(db);
    Person_order by_id[1] = { orm_asc(Person_.id) };
#define WHO(wanted, condition) NAMES(wanted, .where = condition, .order = { by_id[0] })
    WHO("bob cy dee", orm_has_any(Person_.boss));
    WHO("ada eve fay", orm_has_no(Person_.boss));
    WHO("bob cy", orm_has(Person_.boss, orm_gt(Person_.age, 20)));
    WHO("ada dee eve fay", orm_has_none(Person_.boss, orm_gt(Person_.age, 20)));
    WHO("ada bob cy eve fay", orm_has_all(Person_.boss, orm_gt(Person_.age, 20)));
    WHO("ada bob", orm_has(Person_.topics, orm_eq(Topic_.open, true)));
    WHO("bob cy eve fay", orm_has_all(Person_.topics, orm_eq(Topic_.open, true)));
    WHO("bob cy dee eve fay", orm_has_all(Person_.topics, orm_gt(Topic_.score, 0)));       /* t3 has no score: what is unknown does not hold */
    WHO("ada bob cy dee eve fay", orm_has_all(Person_.topics, orm_and(orm_if(false, orm_gt(Topic_.score, 0)))));
    WHO("ada bob dee eve", orm_has_any(Person_.follows));
    WHO("ada bob cy dee eve", orm_has(Person_.followers, orm_ne(Person_.name, "eve")));
    WHO("ada bob eve", orm_has_any(Person_.friends));
    WHO("dee", orm_has(Person_.latest, orm_eq(Topic_.open, false)));
    WHO("ada", orm_has(Person_.remarks, orm_is_not_null(Remark_.stars)));
    WHO("ada bob", orm_has(Person_.topics, orm_has(Topic_.tags, orm_has(Tag_.topics, orm_has(Topic_.author, orm_eq(Person_.name, "bob"))))));
    WHO("bob dee", orm_and(orm_has(Person_.topics, orm_has_none(Topic_.tags, orm_eq(Tag_.name, "java"))), orm_has_any(Person_.boss)));
    WHO("ada", orm_not(orm_or(orm_has_any(Person_.boss), orm_has_no(Person_.card), orm_eq(Person_.name, "eve"))));
#undef WHO
    CHECK_INT(COUNT(Remark, db, .where = orm_has(Remark_.subject.Topic, orm_eq(Topic_.title, "t1"))), 2);
    CHECK_INT(COUNT(Remark, db, .where = orm_has(Remark_.subject.Person, orm_eq(Person_.name, "ada"))), 1);
    CHECK_INT(COUNT(Remark, db, .where = orm_and(orm_has_no(Remark_.subject.Topic), orm_has_no(Remark_.subject.Person))), 3);
    CHECK_INT(COUNT(Tag, db, .where = orm_has_no(Tag_.topics)), 1);
}

/* ---- orders ---------------------------------------------------------------------------------------------------------------------------------------- */
RELATED_EACH(an_order_goes_over_one_to_three_relations)
{
    forum(db);
    TITLES("t6 t4 t5 t1 t2 t3", .order = { orm_by(Topic_.author, orm_desc(Person_.name)), orm_asc(Topic_.id) });
    TITLES("t6 t4 t5 t1 t2 t3", .order = { orm_by(Topic_.author, orm_desc(Person_.name)), orm_asc(Topic_.id) }, .include = { orm_with(Topic_.author) });
    TITLES("t2 t5 t4 t1 t3 t6", .order = { orm_by(Topic_.editor, orm_asc(Person_.name)), orm_desc(Topic_.score) }, .where = orm_not(orm_eq(Topic_.title, "none")));
    TITLES("t4 t1 t3 t6 t2 t5", .order = { orm_by(Topic_.editor, orm_asc_nulls_last(Person_.name)), orm_asc(Topic_.id) }, .include = { orm_with(Topic_.editor) });
    TITLES("t2 t5 t6 t1 t3 t4", .order = { orm_by(Topic_.editor, orm_desc_nulls_first(Person_.name)), orm_asc(Topic_.id) });
    /* a condition on what is included takes rows away from the include, not from the order */
    TITLES("t4 t1 t3 t6 t2 t5", .order = { orm_by(Topic_.editor, orm_asc_nulls_last(Person_.name)), orm_asc(Topic_.id) }, .include = { orm_with(Topic_.editor, .where = orm_eq(Person_.name, "dee")) });
    TITLES("t1 t2 t3 t4 t5 t6", .order = { orm_by(Topic_.author, orm_by(Person_.boss, orm_asc(Person_.name))), orm_asc(Topic_.id) });
    TITLES("t6 t4 t5 t1 t2 t3", .order = { orm_by(Topic_.author, orm_by(Person_.boss, orm_by(Person_.boss, orm_desc(Person_.name)))), orm_by(Topic_.author, orm_by(Person_.boss, orm_desc(Person_.id))), orm_asc(Topic_.id) });
    TITLES("t1 t2 t3 t4 t5 t6", .order = { orm_by(Topic_.author, orm_desc_nulls_last(Person_.topic_count)), orm_asc(Topic_.id) }, .limit = 6);
    NAMES("dee bob ada fay", .order = { orm_by(Person_.latest, orm_desc(Topic_.id)) }, .limit = 4, .where = orm_ne(Person_.name, "cy"), .include = { orm_with(Person_.boss) });
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = {
        orm_with(Person_.topics, .limit = 2, .order = { orm_by(Topic_.editor, orm_desc_nulls_last(Person_.name)), orm_desc(Topic_.id) }, .include = { orm_with(Topic_.editor) }) } });
    REQUIRE(p);
    CHECK_TEXT(titles(p[0].topics), "t3 t1");
    CHECK_TEXT(titles(p[1].topics), "t4 t5");
    ORM_AUTO Remark *r = Remark_find_all(db, &(Remark_query){ .order = { orm_by(Remark_.subject.Topic, orm_desc_nulls_last(Topic_.title)), orm_by(Remark_.subject.Person, orm_desc_nulls_last(Person_.name)), orm_asc(Remark_.id) } });
    REQUIRE(r && orm_len(r) == 8);
    CHECK_INT(r[0].id, 8);
    CHECK_INT(r[1].id, 1);
    CHECK_INT(r[3].id, 4);
    CHECK_INT(r[4].id, 3);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------------------------ */
RELATED_EACH(what_is_related_is_counted)
{
    forum(db);
    uint64_t before = orm_counters_of(db).statements;
    int64_t total = 0;
    ORM_AUTO Person *p = Person_find_and_count(db, &(Person_query){ .where = orm_gt(Person_.topic_count, 0), .order = { orm_desc(Person_.topic_count), orm_asc(Person_.id) }, .limit = 2, .include = {
        orm_count_of(Person_.topic_count), orm_count_of(Person_.open_count), orm_count_of(Person_.friend_count), orm_count_of(Person_.remark_count), orm_count_of(Person_.has_latest),
        orm_with(Person_.topics, .order = { orm_desc(Topic_.tag_count), orm_asc(Topic_.id) }, .include = { orm_count_of(Topic_.tag_count), orm_count_of(Topic_.remark_count, orm_gt(Remark_.stars, 2)) }) } }, &total);
    REQUIRE(p && orm_len(p) == 2);
    CHECK_INT(total, 3);
    CHECK(statements_since(db, &before) <= 3 + 2);              /* and a transaction around them */
    CHECK_INT(p[0].topic_count, 3);
    CHECK_INT(p[0].open_count, 2);
    CHECK_INT(p[0].friend_count, 2);
    CHECK_INT(p[0].remark_count, 1);
    CHECK_INT(p[0].has_latest, 1);
    CHECK_INT(p[0].popular_count, 0);                           /* was not asked for */
    CHECK_INT(p[1].topic_count, 2);
    CHECK_INT(p[1].remark_count, 0);
    CHECK_TEXT(titles(p[0].topics), "t1 t2 t3");
    CHECK_INT(p[0].topics[0].tag_count, 3);
    CHECK_INT(p[0].topics[0].remark_count, 1);
    CHECK_INT(p[0].topics[2].tag_count, 0);
    CHECK_INT(COUNT(Person, db, .where = orm_eq(Person_.topic_count, 2)), 1);
    CHECK_INT(COUNT(Person, db, .where = orm_in(Person_.topic_count, 0, 3)), 4);
    CHECK_INT(COUNT(Person, db, .where = orm_between(Person_.topic_count, 1, 2)), 2);
    CHECK_INT(COUNT(Person, db, .where = orm_gt_column(Person_.topic_count, Person_.open_count)), 2);
    CHECK_INT(COUNT(Topic, db, .where = orm_has(Topic_.author, orm_gte(Person_.topic_count, 3))), 3);
    /* what is said of a number in a query is said of the number that the query counts */
    NAMES("bob ada", .where = orm_gt(Person_.topic_count, 0), .order = { orm_desc(Person_.topic_count) }, .include = { orm_count_of(Person_.topic_count, orm_has(Topic_.tags, orm_in(Tag_.name, "c"))) });
    CHECK_INT(COUNT(Person, db, .where = orm_gt(Person_.topic_count, 1), .include = { orm_count_of(Person_.topic_count, orm_eq(Topic_.open, true)) }), 2);
    REQUIRED(Topic, 3, orm_with(Topic_.author, .required = true, .where = orm_eq(Person_.topic_count, 1), .include = { orm_count_of(Person_.topic_count, orm_gte(Topic_.score, 4)), orm_with(Person_.boss, .required = true) }) );
    int64_t changed = 0;
    OK(Person_update(db, &(Person_change){ .set = { orm_set(Person_.name, "many") }, .where = orm_gte(Person_.topic_count, 2) }, &changed));
    CHECK_INT(changed, 2);
    OK(Person_destroy_all(db, &(Person_query){ .where = orm_and(orm_eq(Person_.topic_count, 0), orm_has_no(Person_.card), orm_has_no(Person_.team)) }, &changed));
    CHECK_INT(changed, 1);
}

/* ---- what goes on with the rows -------------------------------------------------------------------------------------------------------------------------- */
RELATED_EACH(json_has_counts_links_and_the_one_of_a_union)
{
    forum(db);
    ORM_AUTO Person *p = Person_find_one(db, &(Person_query){ .where = orm_eq(Person_.id, 2), .select = { .name = 1 }, .include = {
        orm_count_of(Person_.topic_count), orm_with(Person_.latest, .select = { .title = 1 }, .include = { orm_with(Topic_.tags, .select = { .weight = 1 }, .links = true) }),
        orm_with(Person_.card), orm_with(Person_.followers, .select = { .name = 1 }) } });
    REQUIRE(p);
    char *json = Person_to_json(p, (Person_mask){ 0 });
    CHECK_TEXT(json, "{\"id\":2,\"name\":\"bob\",\"topic_count\":2,\"latest\":{\"id\":5,\"title\":\"t5\",\"author_id\":2,\"tags\":["
        "{\"name\":\"c\",\"weight\":null,\"TopicTag\":{\"topic_id\":5,\"tag_name\":\"c\",\"position\":4,\"note\":\"z\"}},"
        "{\"name\":\"sql\",\"weight\":2,\"TopicTag\":{\"topic_id\":5,\"tag_name\":\"sql\",\"position\":5,\"note\":\"z\"}}]},"
        "\"card\":null,\"followers\":[{\"id\":1,\"name\":\"ada\"}]}");
    orm_free_text(json);
    ORM_AUTO Remark *r = Remark_find_all(db, &(Remark_query){ .where = orm_in(Remark_.id, 1, 3, 5, 6), .order = { orm_asc(Remark_.id) }, .select = { .stars = 1 }, .include = {
        orm_with(Remark_.subject.Topic, .select = { .title = 1 }), orm_with(Remark_.subject.Person, .select = { .name = 1 }) } });
    REQUIRE(r);
    json = Remark_all_to_json(r, (Remark_mask){ .stars = 1 });
    CHECK_TEXT(json, "[{\"stars\":2,\"subject\":{\"id\":1,\"title\":\"t1\"}},{\"stars\":1,\"subject\":{\"id\":1,\"name\":\"ada\"}},{\"stars\":1,\"subject\":null},{\"stars\":1}]");
    orm_free_text(json);
}

RELATED_EACH(a_row_by_its_key_has_neither_numbers_nor_relations)
{
    forum(db);
    for (int i = 0; i < 3; i++) {                   /* in the memory of the one before, which had them */
        ORM_AUTO Person *more = Person_find_one(db, &(Person_query){ .include = { orm_count_of(Person_.topic_count), orm_count_of(Person_.open_count), orm_with(Person_.follows, .links = true) } });
        REQUIRE(more);
        orm_free(more);
        more = Person_find(db, 5);
        REQUIRE(more);
        char *json = Person_to_json(more, (Person_mask){ 0 });
        CHECK_TEXT(json, "{\"id\":5,\"name\":\"eve\",\"age\":20,\"boss_id\":null}");
        orm_free_text(json);
        CHECK(orm_links(Person_.follows, more) == NULL);
    }
}

RELATED_EACH(a_copy_has_the_whole_graph)
{
    forum(db);
    Person *p = Person_find_all(db, &(Person_query){ .order = { orm_asc(Person_.id) }, .include = { orm_count_of(Person_.open_count), orm_with(Person_.friends), orm_with(Person_.remarks, .include = {
        orm_with(Remark_.subject.Person), orm_with(Remark_.subject.Topic) }), orm_with(Person_.topics, .include = { orm_with(Topic_.tags, .links = true) }), orm_with(Person_.latest) } });
    REQUIRE(p);
    char *json = Person_to_json(&p[0], (Person_mask){ 0 });
    Person *copy = Person_copy(&p[0]);
    Tag *tag = Tag_copy(&p[0].topics[0].tags[0]);
    orm_free(p);
    REQUIRE(copy && tag);
    char *again = Person_to_json(copy, (Person_mask){ 0 });
    CHECK_TEXT(again, json);
    CHECK_INT(copy->open_count, 2);
    CHECK_TEXT(copy->remarks[0].subject.Person->name, "ada");
    const TopicTag *links = orm_links(Topic_.tags, copy->topics[0].tags);
    REQUIRE(links);
    CHECK_TEXT(links[2].note, "y");
    CHECK(orm_loaded(copy, Person_.latest) && !orm_loaded(copy, Person_.team));
    CHECK_TEXT(tag->name, "java");
    CHECK(orm_links(Topic_.tags, tag) == NULL);
    Person *twice = Person_copy(copy);
    orm_free(copy);
    REQUIRE(twice);
    char *third = Person_to_json(twice, (Person_mask){ 0 });
    CHECK_TEXT(third, json);
    orm_free_text(json);
    orm_free_text(again);
    orm_free_text(third);
    orm_free(twice);
    orm_free(tag);
}

RELATED_EACH(seventy_thousand_parents)
{
    enum { N = 70000 };
    static Person many[N];
    if (orm_capabilities_of(db)->one_writer && case_engine == ON_FILE) return;        /* the same as in memory */
    for (int i = 0; i < N; i++) {
        many[i] = Person_defaults();
        many[i].name = "p";
        many[i].age = orm_int32(i % 7);
    }
    OK(Person_create_all(db, many, N, NULL));
    static Topic of_them[N];
    for (int i = 0; i < N; i++) {
        of_them[i] = Topic_defaults();
        of_them[i].title = "t";
        of_them[i].author_id = many[(i * 3) % N / 2].id;
        of_them[i].score = orm_int32(i);
    }
    OK(Topic_create_all(db, of_them, N, NULL));
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_desc(Person_.id) }, .include = { orm_with(Person_.topics, .limit = 1, .order = { orm_desc(Topic_.score) }), orm_with(Person_.latest), orm_with(Person_.follows) } });
    REQUIRE(p && orm_len(p) == N);
    CHECK_INT(statements_since(db, &before), 4);
    size_t found = 0;
    for (size_t i = 0; i < N; i++) {
        found += orm_len(p[i].topics);
        CHECK((p[i].latest != NULL) == (orm_len(p[i].topics) == 1));
        CHECK_INT(orm_len(p[i].follows), 0);
        if (p[i].latest) CHECK_INT(p[i].latest->author_id, p[i].id);
    }
    CHECK_INT(found, N / 2);
}

/* ---- limits -------------------------------------------------------------------------------------------------------------------------------------------------- */
static const char *refused_because(orm_db *db, const Person_query *query)
{
    uint64_t before = orm_counters_of(db).statements;
    ORM_AUTO Person *rows = Person_find_all(db, query);
    CHECK(rows == NULL);
    CHECK_INT(statements_since(db, &before), 0);
    if (rows) return "nothing";
    CHECK_TEXT(orm_status_name(orm_error()->kind), "ORM_MISUSE");
    return orm_error()->message;
}
#define REFUSED_AS(text, ...) do { const char *because = refused_because(db, &(Person_query){ __VA_ARGS__ }); if (!strstr(because, text)) CHECK_TEXT(because, text); } while (0)

RELATED_EACH(what_cannot_be_included_is_refused_with_a_reason)
{
    forum(db);
    REFUSED_AS("Person.boss is included twice", .include = { orm_with(Person_.boss), orm_with(Person_.boss) });
    REFUSED_AS("Person.topic_count is counted twice", .include = { orm_count_of(Person_.topic_count), orm_count_of(Person_.topic_count) });
    REFUSED_AS("Person.topics: .links is said of a many_to_many relation", .include = { orm_with(Person_.topics, .links = true) });
    REFUSED_AS("Person.latest: a relation to one row has no order, limit or offset", .include = { orm_with(Person_.latest, .limit = 1) });
    REFUSED_AS(".required and .links are said of an include", .required = true);
    REFUSED_AS("more than 8 relations in .include", .include = { orm_with(Person_.boss), orm_with(Person_.card), orm_with(Person_.team), orm_with(Person_.topics), orm_with(Person_.edited),
        orm_with(Person_.popular), orm_with(Person_.latest), orm_with(Person_.best), orm_with(Person_.follows) });
    REFUSED_AS("more than 8 relations in .include", .include = { orm_with(Person_.boss), orm_with(Person_.card), orm_with(Person_.team), orm_with(Person_.topics), orm_with(Person_.edited),
        orm_with(Person_.popular), orm_with(Person_.latest), orm_with(Person_.best), orm_count_of(Person_.topic_count) });
    REFUSED_AS("orm_by over more than 3 relations", .order = { orm_by(Person_.boss, orm_by(Person_.boss, orm_by(Person_.boss, orm_by(Person_.boss, orm_asc(Person_.name))))) });
    orm_query deep[18];
    memset(deep, 0, sizeof deep);
    for (int i = 0; i < 17; i++) deep[i].include[0] = (orm_include){ .relation = Person_.boss.relation, .query = &deep[i + 1] };
    Person_query top = { .erased = deep[0] };
    CHECK_TEXT(refused_because(db, &top), "includes are nested deeper than 16");
    ORM_AUTO Person *p = Person_find_all(db, (Person_query *)&deep[1]);
    CHECK(p != NULL);
    /* 8 * 8 * 2 of them */
    static const orm_relation *which[8];
    which[0] = Person_.boss.relation; which[1] = Person_.old_boss.relation; which[2] = Person_.team.relation; which[3] = Person_.follows.relation;
    which[4] = Person_.followers.relation; which[5] = Person_.friends.relation;
    orm_query leaf = { .limit = 0 }, middle = { .limit = 0 }, root = { .limit = 0 };
    for (int i = 0; i < 6; i++) middle.include[i] = (orm_include){ .relation = which[i], .query = &leaf };
    for (int i = 0; i < 6; i++) root.include[i] = (orm_include){ .relation = which[i], .query = &middle };
    orm_query wide = { .limit = 0 };
    for (int i = 0; i < 3; i++) wide.include[i] = (orm_include){ .relation = which[i], .query = &root };
    Person_query too_many = { .erased = wide };
    CHECK_TEXT(refused_because(db, &too_many), "a query includes more than 127 relations");
    Person_query just_so = { .erased = root };
    ORM_AUTO Person *many = Person_find_all(db, &just_so);
    CHECK(many != NULL);
    /* the rows of links count, too */
    orm_query linked = { .links = true }, both = { .limit = 0 };
    for (int i = 3; i < 6; i++) both.include[i - 3] = (orm_include){ .relation = which[i], .query = &linked };
    for (int i = 0; i < 6; i++) middle.include[i] = (orm_include){ .relation = which[i], .query = &both };
    for (int i = 0; i < 6; i++) root.include[i] = (orm_include){ .relation = which[i], .query = i < 4 ? &middle : &both };
    linked.links = true;
    Person_query too_many_links = { .erased = root };
    CHECK_TEXT(refused_because(db, &too_many_links), "a query includes more than 127 relations");
}

RELATED_EACH(rows_behind_a_row_go_by_a_number_but_not_by_another_row)
{
    forum(db);
    ORM_AUTO Person *p = Person_find_all(db, &(Person_query){ .order = { orm_desc(Person_.topic_count), orm_asc(Person_.id) }, .include = { orm_count_of(Person_.topic_count) } });
    REQUIRE(p && orm_len(p) == 6);
    CHECK_TEXT(names(p), "ada bob dee cy eve fay");
    NAMES("dee cy eve fay", .order = { orm_desc(Person_.topic_count), orm_asc(Person_.id) }, .include = { orm_count_of(Person_.topic_count) }, .after = &p[1]);
    ORM_AUTO Person *without = Person_find(db, 2);
    REFUSED_AS("read without", .order = { orm_desc(Person_.topic_count) }, .after = without);
    REFUSED_AS("cannot go on behind .after", .order = { orm_by(Person_.boss, orm_asc(Person_.name)) }, .after = without);
}
CHECK_MAIN()
