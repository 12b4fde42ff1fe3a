/* test: no-valgrind: hundreds of queries with trees of includes; the address sanitizer sees the same, and sooner */
/* Include trees made at random from a fixed seed over the models of relations.h, against a brute-force evaluation in C over the plain rows: what
   belongs to what is written down here a second time, as columns that meet. Whole trees are compared, their order included. */
#include "relations.h"
#include <stdlib.h>

/* ---- what there is: a table per model ---------------------------------------------------------------------------------------------- */
enum { PERSONS = 14, CARDS = 8, TOPICS = 36, TAGS = 7, TOPIC_TAGS = 60, FOLLOWS = 45, REMARKS = 60, SHELVES = 8, VISITS = 25, PAINTS = 3, BOOKS = 24, PAGES = 40, BOOK_PAINTS = 24 };
static Person persons[PERSONS];
static Card cards[CARDS];
static Topic topics[TOPICS];
static Tag tags[TAGS];
static TopicTag topic_tags[TOPIC_TAGS];
static Follow follows[FOLLOWS];
static Remark remarks[REMARKS];
static Shelf shelves[SHELVES];
static Visit visits[VISITS];
static Paint paints[PAINTS];
static Book books[BOOKS];
static Page pages[PAGES];
static BookPaint book_paints[BOOK_PAINTS];
static struct table { const orm_model *model; void *rows; int n; } tables[] = {
    { &Person_model, persons, PERSONS }, { &Card_model, cards, CARDS }, { &Topic_model, topics, TOPICS }, { &Tag_model, tags, TAGS }, { &TopicTag_model, topic_tags, 0 },
    { &Follow_model, follows, FOLLOWS }, { &Remark_model, remarks, REMARKS }, { &Shelf_model, shelves, SHELVES }, { &Visit_model, visits, 0 }, { &Paint_model, paints, PAINTS },
    { &Book_model, books, BOOKS }, { &Page_model, pages, PAGES }, { &BookPaint_model, book_paints, 0 } };
enum { N_TABLES = sizeof tables / sizeof tables[0] };
static struct table *table_of(const orm_model *model)
{
    int i = 0;
    while (tables[i].model != model) i++;
    return &tables[i];
}
static const char *row_at(const struct table *t, int i) { return (const char *)t->rows + (size_t)i * t->model->size; }

static uint64_t state;
static int below(int n) { return random_below(&state, n); }
static const char *const words[] = { "a", "b", "A", "ab", "", "\xc3\xa9", "z" };
static const char *word(void) { return words[below(7)]; }

static orm_uuid uuid_of(int i)
{
    orm_uuid u = { { 0 } };
    u.byte[0] = (unsigned char)(37 * (i + 1));
    u.byte[15] = (unsigned char)(i + 1);
    return u;
}

static void make_all(orm_db *db)
{
    static const char *const names[TAGS] = { "a", "B", "ab", "A", "z", "\xc3\xa9", "c" };
    state = 7;
    for (int i = 0; i < PERSONS; i++) {
        persons[i] = Person_defaults();
        persons[i].name = word();
        if (below(4)) persons[i].age = orm_int32(below(6));
    }
    OK(Person_create_all(db, persons, PERSONS, NULL));
    for (int i = 0; i < PERSONS; i++) {
        if (!below(3)) continue;
        persons[i].boss_id = orm_int64(1 + below(PERSONS - 4));
        OK(Person_save_only(db, &persons[i], (Person_mask){ .boss_id = 1 }));
    }
    for (int i = 0; i < CARDS; i++) {
        cards[i] = Card_defaults();
        cards[i].motto = word();
        cards[i].person_id = 1 + (i * 5) % PERSONS;
    }
    OK(Card_create_all(db, cards, CARDS, NULL));
    for (int i = 0; i < TOPICS; i++) {
        topics[i] = Topic_defaults();
        topics[i].title = word();
        if (below(4)) topics[i].score = orm_int32(below(6));
        topics[i].open = below(2);
        topics[i].author_id = 1 + below(PERSONS - 3);
        if (below(2)) topics[i].editor_id = orm_int64(1 + below(PERSONS));
    }
    OK(Topic_create_all(db, topics, TOPICS, NULL));
    for (int i = 0; i < TAGS; i++) {
        tags[i] = Tag_defaults();
        tags[i].name = names[i];
        if (below(3)) tags[i].weight = orm_int32(below(6));
    }
    OK(Tag_create_all(db, tags, TAGS, NULL));
    int n = 0;
    for (int i = 0; i < TOPICS; i++)
        for (int k = 0; k < TAGS - 1 && n < TOPIC_TAGS; k++) {
            if (below(4)) continue;
            topic_tags[n] = TopicTag_defaults();
            topic_tags[n].topic_id = i + 1;
            topic_tags[n].tag_name = names[k];
            topic_tags[n].position = below(4);
            if (below(2)) topic_tags[n].note = word();
            n++;
        }
    table_of(&TopicTag_model)->n = n;
    OK(TopicTag_create_all(db, topic_tags, (size_t)n, NULL));
    for (int i = 0; i < FOLLOWS; i++) {                     /* some more than once: then a person is there more than once */
        follows[i] = Follow_defaults();
        follows[i].follower_id = 1 + below(PERSONS - 2);
        follows[i].followed_id = 1 + below(PERSONS);
        follows[i].since = i;                               /* links of one row have an order of their own only where nothing ties */
        follows[i].close = below(2);
        for (int k = 0; k < i; k++)
            if (follows[k].follower_id == follows[i].follower_id && follows[k].followed_id == follows[i].followed_id) follows[i].followed_id = 1 + follows[i].followed_id % PERSONS, k = -1;
    }
    OK(Follow_create_all(db, follows, FOLLOWS, NULL));
    for (int i = 0; i < REMARKS; i++) {
        remarks[i] = Remark_defaults();
        remarks[i].line = word();
        if (below(4)) remarks[i].stars = orm_int16((int16_t)below(4));
        if (below(8)) remarks[i].subject_type = (Subject)(1 + below(2));
        if (below(8)) remarks[i].subject_id = orm_int64(1 + below(20));          /* orphans: there are 14 persons */
    }
    OK(Remark_create_all(db, remarks, REMARKS, NULL));
    for (int i = 0; i < SHELVES; i++) {
        shelves[i] = Shelf_defaults();
        shelves[i].hall = i < 4 ? "east" : i < 6 ? "West" : "";
        shelves[i].number = i < 4 ? 3 - i : i;
        if (below(3)) shelves[i].label = word();
    }
    OK(Shelf_create_all(db, shelves, SHELVES, NULL));
    n = 0;
    for (int i = 0; i < PERSONS; i++)
        for (int k = 0; k < SHELVES - 1 && n < VISITS; k++) {
            if (below(4)) continue;
            visits[n] = Visit_defaults();
            visits[n].person_id = i + 1;
            visits[n].hall = shelves[k].hall;
            visits[n].number = shelves[k].number;
            visits[n++].times = below(5);
        }
    table_of(&Visit_model)->n = n;
    OK(Visit_create_all(db, visits, (size_t)n, NULL));
    for (int i = 0; i < PAINTS; i++) {
        paints[i] = Paint_defaults();
        paints[i].color = (Color)(i + 1);
        if (i) paints[i].price = orm_int32(i);
    }
    OK(Paint_create_all(db, paints, PAINTS, NULL));
    for (int i = 0; i < BOOKS; i++) {
        books[i] = Book_defaults();
        books[i].id = uuid_of(i);
        books[i].title = word();
        int k = below(SHELVES - 1), whole = below(5);
        if (whole != 1) books[i].hall = shelves[k].hall;                 /* one part of a key may be missing */
        if (whole > 0) books[i].number = orm_int32(shelves[k].number);
        if (below(3)) books[i].cover = (Color)(1 + below(2));
    }
    OK(Book_create_all(db, books, BOOKS, NULL));
    for (int i = 0; i < PAGES; i++) {
        pages[i] = Page_defaults();
        pages[i].line = word();
        if (below(5)) pages[i].book_id = uuid_of(below(BOOKS - 2));
    }
    OK(Page_create_all(db, pages, PAGES, NULL));
    n = 0;
    for (int i = 0; i < BOOKS; i++)
        for (int k = 0; k < 3 && n < BOOK_PAINTS; k++) {
            if (below(2)) continue;
            book_paints[n] = BookPaint_defaults();
            book_paints[n].book_id = uuid_of(i);
            book_paints[n++].color = (Color)(3 - k);
        }
    table_of(&BookPaint_model)->n = n;
    OK(BookPaint_create_all(db, book_paints, (size_t)n, NULL));
}

/* ---- values of rows ------------------------------------------------------------------------------------------------------------------ */
typedef struct Val { bool null; int64_t i; const char *s; const unsigned char *u; } Val;
static Val val(const orm_column *c, const void *row)
{
    const char *at = (const char *)row + c->offset;
    switch (c->is.type) {
    case ORM_INT64: { orm_opt_int64 v = { *(const int64_t *)(const void *)at, true }; if (c->nullable) v = *(const orm_opt_int64 *)(const void *)at; return (Val){ .null = !v.set, .i = v.value }; }
    case ORM_INT32: { orm_opt_int32 v = { *(const int32_t *)(const void *)at, true }; if (c->nullable) v = *(const orm_opt_int32 *)(const void *)at; return (Val){ .null = !v.set, .i = v.value }; }
    case ORM_INT16: { orm_opt_int16 v = { *(const int16_t *)(const void *)at, true }; if (c->nullable) v = *(const orm_opt_int16 *)(const void *)at; return (Val){ .null = !v.set, .i = v.value }; }
    case ORM_BOOL:  return (Val){ .i = *(const bool *)at };
    case ORM_ENUM:  { int v = *(const int *)(const void *)at; return (Val){ .null = v == 0, .i = v }; }
    case ORM_UUID:  { static const unsigned char none[16]; return (Val){ .null = memcmp(at, none, 16) == 0, .u = (const unsigned char *)at }; }
    default:        { const char *s = *(const char *const *)(const void *)at; return (Val){ .null = s == NULL, .s = s }; }
    }
}
static int order_of(Val a, Val b)
{
    if (a.s) return strcmp(a.s, b.s);
    if (a.u) return memcmp(a.u, b.u, 16);
    return (a.i > b.i) - (a.i < b.i);
}
static bool meets(Val a, Val b) { return !a.null && !b.null && order_of(a, b) == 0; }

/* ---- relations, written down again ------------------------------------------------------------------------------------------------------- */
enum { ONE, FIRST, MANY, LINKED };
typedef struct Leaf { const orm_column *c; orm_op op; int64_t v; } Leaf;
typedef struct Term { const orm_column *c; bool down, nulls_said, nulls_last, link; const struct Rel *path[3]; } Term;
typedef struct Rel {
    const orm_relation *relation;
    const orm_model *from, *to, *link;
    int kind;
    const orm_column *here[2], *there[2], *link_here[2], *link_there[2];        /* linked: here = link_here, link_there = there */
    const orm_column *tag; bool tag_here; int tagged;
    Leaf where, link_where;
    Term terms[3];
} Rel;
typedef struct Count { const orm_column *c; const Rel *rel; Leaf where; } Count;
static Rel rels[40];
static int n_rels;
static Count counts[20];
static int n_counts;

#define COL(M, f) (M##_.f.kind.c)
#define REL(M, name, T, kind_, ...) rels[n_rels++] = (Rel){ .relation = M##_.name.relation, .from = &M##_model, .to = &T##_model, .kind = kind_, __VA_ARGS__ }
#define COUNT_OF(M, name, of) counts[n_counts++] = (Count){ .c = COL(M, name), .rel = rel_named(&M##_model, of) }
#define COUNT_WHERE(M, name, of, ...) counts[n_counts++] = (Count){ .c = COL(M, name), .rel = rel_named(&M##_model, of), .where = { __VA_ARGS__ } }
static const Rel *rel_named(const orm_model *from, const char *name)
{
    int i = 0;
    while (rels[i].from != from || strcmp(rels[i].relation->name, name) != 0) i++;
    return &rels[i];
}
static void describe(void)
{
    n_rels = n_counts = 0;
    REL(Person, boss, Person, ONE, .here = { COL(Person, boss_id) }, .there = { COL(Person, id) });
    REL(Person, old_boss, Person, ONE, .here = { COL(Person, boss_id) }, .there = { COL(Person, id) }, .where = { COL(Person, age), ORM_OP_GTE, 3 });
    REL(Person, team, Person, MANY, .here = { COL(Person, id) }, .there = { COL(Person, boss_id) });
    REL(Person, topics, Topic, MANY, .here = { COL(Person, id) }, .there = { COL(Topic, author_id) });
    REL(Person, edited, Topic, MANY, .here = { COL(Person, id) }, .there = { COL(Topic, editor_id) }, .terms = { { COL(Topic, title), .down = true } });
    REL(Person, popular, Topic, MANY, .here = { COL(Person, id) }, .there = { COL(Topic, author_id) }, .where = { COL(Topic, score), ORM_OP_GT, 2 },
        .terms = { { COL(Topic, score), .down = true }, { .c = COL(Topic, title) } });
    REL(Person, latest, Topic, FIRST, .here = { COL(Person, id) }, .there = { COL(Topic, author_id) }, .terms = { { COL(Topic, id), .down = true } });
    REL(Person, best, Topic, FIRST, .here = { COL(Person, id) }, .there = { COL(Topic, author_id) }, .where = { COL(Topic, open), ORM_OP_EQ, 1 },
        .terms = { { COL(Topic, score), true, true, true, .link = false }, { .c = COL(Topic, title) } });
    REL(Person, card, Card, ONE, .here = { COL(Person, id) }, .there = { COL(Card, person_id) });
    REL(Person, follows, Person, LINKED, .here = { COL(Person, id) }, .there = { COL(Person, id) }, .link = &Follow_model, .link_here = { COL(Follow, follower_id) },
        .link_there = { COL(Follow, followed_id) }, .terms = { { COL(Follow, since), .down = true, .link = true } });
    REL(Person, followers, Person, LINKED, .here = { COL(Person, id) }, .there = { COL(Person, id) }, .link = &Follow_model, .link_here = { COL(Follow, followed_id) },
        .link_there = { COL(Follow, follower_id) });
    REL(Person, friends, Person, LINKED, .here = { COL(Person, id) }, .there = { COL(Person, id) }, .link = &Follow_model, .link_here = { COL(Follow, follower_id) },
        .link_there = { COL(Follow, followed_id) }, .where = { COL(Person, age), ORM_OP_IS_NOT_NULL, 0 }, .link_where = { COL(Follow, close), ORM_OP_EQ, 1 },
        .terms = { { .c = COL(Person, name) } });
    REL(Person, remarks, Remark, MANY, .here = { COL(Person, id) }, .there = { COL(Remark, subject_id) }, .tag = COL(Remark, subject_type), .tagged = Subject_Person);
    REL(Person, first_remark, Remark, FIRST, .here = { COL(Person, id) }, .there = { COL(Remark, subject_id) }, .tag = COL(Remark, subject_type), .tagged = Subject_Person,
        .terms = { { COL(Remark, stars), false, true, true, .link = false } });
    REL(Person, shelves, Shelf, LINKED, .here = { COL(Person, id) }, .there = { COL(Shelf, hall), COL(Shelf, number) }, .link = &Visit_model, .link_here = { COL(Visit, person_id) },
        .link_there = { COL(Visit, hall), COL(Visit, number) });
    REL(Card, person, Person, ONE, .here = { COL(Card, person_id) }, .there = { COL(Person, id) });
    REL(Topic, author, Person, ONE, .here = { COL(Topic, author_id) }, .there = { COL(Person, id) });
    REL(Topic, editor, Person, ONE, .here = { COL(Topic, editor_id) }, .there = { COL(Person, id) });
    REL(Topic, tags, Tag, LINKED, .here = { COL(Topic, id) }, .there = { COL(Tag, name) }, .link = &TopicTag_model, .link_here = { COL(TopicTag, topic_id) },
        .link_there = { COL(TopicTag, tag_name) }, .terms = { { .c = COL(TopicTag, position), .link = true } });
    REL(Topic, remarks, Remark, MANY, .here = { COL(Topic, id) }, .there = { COL(Remark, subject_id) }, .tag = COL(Remark, subject_type), .tagged = Subject_Topic);
    REL(Topic, best_remark, Remark, FIRST, .here = { COL(Topic, id) }, .there = { COL(Remark, subject_id) }, .tag = COL(Remark, subject_type), .tagged = Subject_Topic,
        .where = { COL(Remark, stars), ORM_OP_GT, 0 }, .terms = { { COL(Remark, stars), .down = true } });
    REL(Tag, topics, Topic, LINKED, .here = { COL(Tag, name) }, .there = { COL(Topic, id) }, .link = &TopicTag_model, .link_here = { COL(TopicTag, tag_name) },
        .link_there = { COL(TopicTag, topic_id) });
    REL(Tag, noted, Topic, LINKED, .here = { COL(Tag, name) }, .there = { COL(Topic, id) }, .link = &TopicTag_model, .link_here = { COL(TopicTag, tag_name) },
        .link_there = { COL(TopicTag, topic_id) }, .link_where = { COL(TopicTag, note), ORM_OP_IS_NOT_NULL, 0 },
        .terms = { { .c = COL(TopicTag, note), .link = true }, { COL(Topic, title), .down = true } });
    rels[n_rels++] = (Rel){ .relation = Remark_.subject.Topic.relation, .from = &Remark_model, .to = &Topic_model, .kind = ONE, .here = { COL(Remark, subject_id) },
        .there = { COL(Topic, id) }, .tag = COL(Remark, subject_type), .tag_here = true, .tagged = Subject_Topic };
    rels[n_rels++] = (Rel){ .relation = Remark_.subject.Person.relation, .from = &Remark_model, .to = &Person_model, .kind = ONE, .here = { COL(Remark, subject_id) },
        .there = { COL(Person, id) }, .tag = COL(Remark, subject_type), .tag_here = true, .tagged = Subject_Person };
    REL(Shelf, books, Book, MANY, .here = { COL(Shelf, hall), COL(Shelf, number) }, .there = { COL(Book, hall), COL(Book, number) });
    REL(Shelf, last_book, Book, FIRST, .here = { COL(Shelf, hall), COL(Shelf, number) }, .there = { COL(Book, hall), COL(Book, number) }, .terms = { { COL(Book, title), .down = true } });
    REL(Shelf, visitors, Person, LINKED, .here = { COL(Shelf, hall), COL(Shelf, number) }, .there = { COL(Person, id) }, .link = &Visit_model,
        .link_here = { COL(Visit, hall), COL(Visit, number) }, .link_there = { COL(Visit, person_id) });
    REL(Visit, shelf, Shelf, ONE, .here = { COL(Visit, hall), COL(Visit, number) }, .there = { COL(Shelf, hall), COL(Shelf, number) });
    REL(Book, shelf, Shelf, ONE, .here = { COL(Book, hall), COL(Book, number) }, .there = { COL(Shelf, hall), COL(Shelf, number) });
    REL(Book, paint, Paint, ONE, .here = { COL(Book, cover) }, .there = { COL(Paint, color) });
    REL(Book, pages, Page, MANY, .here = { COL(Book, id) }, .there = { COL(Page, book_id) });
    REL(Book, paints, Paint, LINKED, .here = { COL(Book, id) }, .there = { COL(Paint, color) }, .link = &BookPaint_model, .link_here = { COL(BookPaint, book_id) },
        .link_there = { COL(BookPaint, color) });
    REL(Page, book, Book, ONE, .here = { COL(Page, book_id) }, .there = { COL(Book, id) });
    REL(Paint, covers, Book, MANY, .here = { COL(Paint, color) }, .there = { COL(Book, cover) });
    REL(Paint, books, Book, LINKED, .here = { COL(Paint, color) }, .there = { COL(Book, id) }, .link = &BookPaint_model, .link_here = { COL(BookPaint, color) },
        .link_there = { COL(BookPaint, book_id) });
    COUNT_OF(Person, topic_count, "topics");
    COUNT_WHERE(Person, open_count, "topics", COL(Topic, open), ORM_OP_EQ, 1);
    COUNT_OF(Person, popular_count, "popular");
    COUNT_OF(Person, friend_count, "friends");
    COUNT_WHERE(Person, remark_count, "remarks", COL(Remark, stars), ORM_OP_IS_NOT_NULL, 0);
    COUNT_WHERE(Person, has_latest, "latest", COL(Topic, open), ORM_OP_EQ, 1);
    COUNT_OF(Topic, tag_count, "tags");
    COUNT_OF(Topic, remark_count, "remarks");
    COUNT_OF(Tag, topic_count, "topics");
    COUNT_OF(Shelf, book_count, "books");
    COUNT_OF(Shelf, visit_count, "visitors");
    COUNT_OF(Book, page_count, "pages");
}

/* ---- conditions: as a tree, as an orm_expr, and evaluated ------------------------------------------------------------------------------------ */
typedef enum Truth { NO, UNKNOWN, YES } Truth;
static Truth truth(bool b) { return b ? YES : NO; }
typedef struct Cond {
    enum { LEAF, HAS, HAS_NONE, HAS_ALL, AND, OR, NOT } kind;
    const orm_column *c; const Count *count; orm_op op; int64_t v; const char *s;
    const Rel *rel;
    struct Cond *a, *b;
} Cond;
typedef struct Node Node;
typedef struct Found { const void *row, *link; } Found;
enum { MOST = 80 };

static Truth leaf_holds(orm_op op, Val v, int64_t i, const char *s)
{
    if (op == ORM_OP_IS_NULL) return truth(v.null);
    if (op == ORM_OP_IS_NOT_NULL) return truth(!v.null);
    if (v.null) return UNKNOWN;
    int order = v.s ? strcmp(v.s, s) : (v.i > i) - (v.i < i);
    switch (op) {
    case ORM_OP_EQ:  return truth(order == 0);
    case ORM_OP_NE:  return truth(order != 0);
    case ORM_OP_GT:  return truth(order > 0);
    case ORM_OP_GTE: return truth(order >= 0);
    case ORM_OP_LT:  return truth(order < 0);
    default:         return truth(order <= 0);
    }
}
static bool fulfils(const Leaf *leaf, const void *row) { return !leaf->c || leaf_holds(leaf->op, val(leaf->c, row), leaf->v, NULL) == YES; }

static Truth holds(const Cond *c, const void *row, const Node *at);
static int related(const Rel *rel, const void *row, Found out[MOST]);
static Val term_value(const Term *t, Found f, const Node *at);
static int64_t counted(const Count *count, const void *row, const Cond *where)
{
    Found found[MOST];
    int all = related(count->rel, row, found), n = 0;
    for (int i = 0; i < all; i++) n += fulfils(&count->where, found[i].row) && (!where || holds(where, found[i].row, NULL) == YES);
    return n;
}

/* by the terms, then by key in the direction of the last term */
static int compare(const Found *a, const Found *b, const orm_model *model, const Term *terms, const Node *at)
{
    bool down = false;
    int order = 0;
    for (const Term *t = terms; t && t->c && order == 0; t++) {
        Val x = term_value(t, *a, at), y = term_value(t, *b, at);
        bool last = t->nulls_said ? t->nulls_last : t->down;
        if (x.null || y.null) order = x.null && y.null ? 0 : x.null == last ? 1 : -1;
        else order = t->down ? -order_of(x, y) : order_of(x, y);
    }
    for (const Term *t = terms; t && t->c; t++) down = t->down;
    for (size_t i = 0; i < model->n_columns && order == 0; i++) {
        const orm_column *c = &model->columns[i];
        if (c->primary_key) order = down ? -order_of(val(c, a->row), val(c, b->row)) : order_of(val(c, a->row), val(c, b->row));
    }
    return order;
}
static void sort(Found *found, int n, const orm_model *model, const Term *terms, const Node *at)
{
    for (int i = 1; i < n; i++) {
        Found f = found[i];
        int k = i;
        for (; k > 0 && compare(&found[k - 1], &f, model, terms, at) > 0; k--) found[k] = found[k - 1];
        found[k] = f;
    }
}

/* the rows that belong to one by a relation, in the relation's order; of a FIRST the first */
static int related(const Rel *rel, const void *row, Found out[MOST])
{
    int n = 0;
    const struct table *to = table_of(rel->to), *links = rel->link ? table_of(rel->link) : NULL;
    if (rel->tag && rel->tag_here && val(rel->tag, row).i != rel->tagged) return 0;
    for (int l = 0; l < (links ? links->n : 1); l++) {
        const char *link = links ? row_at(links, l) : NULL;
        bool mine = true;
        for (int k = 0; link && k < 2 && rel->link_here[k]; k++) mine = mine && meets(val(rel->here[k], row), val(rel->link_here[k], link));
        if (!mine || (link && !fulfils(&rel->link_where, link))) continue;
        for (int i = 0; i < to->n; i++) {
            const char *other = row_at(to, i);
            bool same = true;
            for (int k = 0; k < 2 && rel->there[k]; k++) same = same && meets(val(rel->there[k], other), link ? val(rel->link_there[k], link) : val(rel->here[k], row));
            if (!same || (rel->tag && !rel->tag_here && val(rel->tag, other).i != rel->tagged) || !fulfils(&rel->where, other)) continue;
            if (n < MOST) out[n++] = (Found){ other, link };
        }
    }
    sort(out, n, rel->to, rel->terms, NULL);
    return rel->kind == FIRST && n > 1 ? 1 : n;
}

static Cond conds[400];
static int used_conds;
/* a count_of row of the model, or NULL */
static const Count *random_count(const orm_model *model)
{
    int n = 0, which;
    for (int i = 0; i < n_counts; i++) n += counts[i].c->model == model;
    if (!n) return NULL;
    which = below(n);
    for (int i = 0; ; i++) if (counts[i].c->model == model && which-- == 0) return &counts[i];
}
static const Rel *random_rel(const orm_model *model, bool to_one)
{
    int n = 0, which;
    for (int i = 0; i < n_rels; i++) n += rels[i].from == model && (!to_one || rels[i].kind <= FIRST);
    if (!n) return NULL;
    which = below(n);
    for (int i = 0; ; i++) if (rels[i].from == model && (!to_one || rels[i].kind <= FIRST) && which-- == 0) return &rels[i];
}
static const orm_column *random_column(const orm_model *model)
{
    for (;;) {
        const orm_column *c = &model->columns[below((int)model->n_columns)];
        if (c->is.type != ORM_UUID) return c;
    }
}
static Cond *random_cond(const orm_model *model, int depth)
{
    static const orm_op ops[] = { ORM_OP_EQ, ORM_OP_NE, ORM_OP_GT, ORM_OP_GTE, ORM_OP_LT, ORM_OP_LTE };
    Cond *c = &conds[used_conds++];
    *c = (Cond){ .kind = LEAF };
    int what = depth ? below(8) : 7;
    if (what < 3) {
        c->kind = what == 0 ? AND : what == 1 ? OR : NOT;
        c->a = random_cond(model, depth - 1);
        if (what < 2) c->b = random_cond(model, depth - 1);
        return c;
    }
    if (what < 6 && (c->rel = random_rel(model, false)) != NULL) {
        c->kind = what == 3 ? HAS : what == 4 ? HAS_NONE : HAS_ALL;
        if (c->kind == HAS_ALL || below(3)) c->a = random_cond(c->rel->to, depth - 1);
        return c;
    }
    c->count = below(4) ? NULL : random_count(model);
    c->c = c->count ? c->count->c : random_column(model);
    c->op = ops[below(6)];
    if (c->c->nullable && !below(4)) c->op = below(2) ? ORM_OP_IS_NULL : ORM_OP_IS_NOT_NULL;
    c->v = c->c->is.type == ORM_ENUM ? 1 + below((int)c->c->is.labels->count) : c->c->is.type == ORM_BOOL ? below(2) : below(6);
    c->s = word();
    return c;
}
static orm_expr expr_of(const Cond *c)
{
    orm_expr none = { .used = 0 };
    switch (c->kind) {
    case AND: case OR: {
        orm_expr kids[3] = { expr_of(c->a), expr_of(c->b), { .used = ORM__END_OF_LIST } };
        return orm__join(c->kind == AND ? ORM_OP_AND : ORM_OP_OR, kids);
    }
    case NOT: return orm__not(expr_of(c->a));
    case HAS: case HAS_NONE: case HAS_ALL:
        return orm__has(c->kind == HAS ? ORM_OP_HAS : c->kind == HAS_NONE ? ORM_OP_HAS_NONE : ORM_OP_HAS_ALL, c->rel->relation, c->a ? expr_of(c->a) : none);
    default:
        if (c->op == ORM_OP_IS_NULL || c->op == ORM_OP_IS_NOT_NULL) return orm__leaf(c->op, c->c, (orm_value){ .type = ORM_NULL });
        return orm__leaf(c->op, c->c, c->c->is.type == ORM_TEXT ? orm__v_text(c->s) : c->c->is.type == ORM_BOOL ? orm__v_bool(c->v) : orm__v_int(c->v));
    }
}

/* ---- trees of queries -------------------------------------------------------------------------------------------------------------------------- */
struct Node {
    const orm_model *model;
    const Rel *rel;
    const Cond *where;
    Term terms[3]; int n_terms;
    int64_t limit, offset;
    bool required, links, selects;
    const Count *count[3]; const Cond *count_where[3]; int n_counts;
    Node *kids[4]; int n_kids;
    orm_query query;
    orm_expr count_expr[3];
};
static Node nodes[40];
static int used_nodes;

static Val value_at(const Term *t, int at, const void *row, const void *link, const Node *node)
{
    if (at < 3 && t->path[at]) {
        Found found[MOST];
        if (!row || related(t->path[at], row, found) == 0) return (Val){ .null = true };
        return value_at(t, at + 1, found[0].row, NULL, NULL);
    }
    if (!t->c->count_of) return val(t->c, t->link ? link : row);
    const Count *count = counts;
    const Cond *where = NULL;
    while (count->c != t->c) count++;
    for (int i = 0; node && i < node->n_counts; i++) if (node->count[i] == count) where = node->count_where[i];
    return (Val){ .i = counted(count, row, where) };
}
static Val term_value(const Term *t, Found f, const Node *at) { return value_at(t, 0, f.row, f.link, at); }

static Truth holds(const Cond *c, const void *row, const Node *at)
{
    Found found[MOST];
    switch (c->kind) {
    case AND: { Truth a = holds(c->a, row, at), b = holds(c->b, row, at); return a < b ? a : b; }
    case OR:  { Truth a = holds(c->a, row, at), b = holds(c->b, row, at); return a > b ? a : b; }
    case NOT: return (Truth)(YES - holds(c->a, row, at));
    case LEAF: {
        Term t = { .c = c->c };
        return leaf_holds(c->op, value_at(&t, 0, row, NULL, at), c->v, c->s);
    }
    default: break;
    }
    int all = related(c->rel, row, found), n = 0;
    for (int i = 0; i < all; i++) n += !c->a || holds(c->a, found[i].row, NULL) == YES;
    return truth(c->kind == HAS ? n > 0 : c->kind == HAS_NONE ? n == 0 : n == all);
}

/* does the row stay: by the node's condition, and by what must be below it */
static bool stays(const Node *node, const void *row)
{
    if (node->where && holds(node->where, row, node) != YES) return false;
    for (int k = 0; k < node->n_kids; k++) {
        Found found[MOST];
        if (!node->kids[k]->required) continue;
        int n = related(node->kids[k]->rel, row, found);
        bool any = false;
        for (int i = 0; i < n && !any; i++) any = stays(node->kids[k], found[i].row);
        if (!any) return false;
    }
    return true;
}

static int cut(const Node *node, Found *found, int n)
{
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (stays(node, found[i].row)) found[kept++] = found[i];
    if (node->n_terms) sort(found, kept, node->model, node->terms, node);
    else if (!node->rel) sort(found, kept, node->model, NULL, NULL);
    int from = node->offset < kept ? (int)node->offset : kept, length = kept - from;
    if (node->limit && node->limit < length) length = (int)node->limit;
    memmove(found, found + from, (size_t)length * sizeof *found);
    return length;
}

static Node *random_node(const orm_model *model, const Rel *rel, int depth)
{
    Node *node = &nodes[used_nodes++];
    memset(node, 0, sizeof *node);
    node->model = model;
    node->rel = rel;
    bool many = !rel || rel->kind >= MANY;
    if (below(2)) node->where = random_cond(model, 2);
    if (rel && !below(3)) node->required = true;
    if (rel && rel->kind == LINKED) node->links = below(2);
    if (many && below(2)) {
        node->n_terms = 1 + below(2);
        for (int i = 0; i < node->n_terms; i++) {
            Term *t = &node->terms[i];
            const orm_model *at = model;
            for (int k = 0; k < 3 && !below(3) && (t->path[k] = random_rel(at, true)) != NULL; k++) at = t->path[k]->to;
            const Count *count = below(3) ? NULL : random_count(at);
            t->c = count ? count->c : &at->columns[below((int)at->n_columns)];
            t->down = below(2);
            if (!below(3)) t->nulls_said = true, t->nulls_last = below(2);
        }
    }
    if (many && !below(3)) node->limit = 1 + below(4);
    if (many && !below(4)) node->offset = 1 + below(2);
    for (int i = 0; i < 2 && !below(3); i++) {
        const Count *count = random_count(model);
        if (!count || (node->n_counts && node->count[0] == count)) continue;
        node->count[node->n_counts] = count;
        node->count_where[node->n_counts++] = below(2) ? random_cond(count->rel->to, 1) : NULL;
    }
    node->selects = !below(4);
    for (int want = depth ? below(depth == 3 ? 4 : 3) : 0; want > 0 && used_nodes < 12; want--) {
        const Rel *kid = random_rel(model, false);
        bool twice = !kid;
        for (int k = 0; k < node->n_kids && !twice; k++) twice = node->kids[k]->rel == kid;
        if (!twice) node->kids[node->n_kids++] = random_node(kid->to, kid, depth - 1);
    }
    return node;
}

static void make_query(Node *node)
{
    orm_query *q = &node->query;
    if (node->where) q->where = expr_of(node->where);
    for (int i = 0; i < node->n_terms; i++) {
        const Term *t = &node->terms[i];
        orm_order o = { .column = t->c, .descending = t->down, .nulls = (uint8_t)(!t->nulls_said ? ORM_NULLS_DEFAULT : t->nulls_last ? ORM_NULLS_LAST : ORM_NULLS_FIRST) };
        for (int k = 2; k >= 0; k--) if (t->path[k]) o = orm__order_by(t->path[k]->relation, o);
        q->order[i] = o;
    }
    q->limit = node->limit;
    q->offset = node->offset;
    q->required = node->required;
    q->links = node->links;
    for (size_t i = 0; node->selects && i < node->model->n_columns; i++)
        if (below(2)) q->select.word[i / 32] |= UINT32_C(1) << i % 32;
    int at = 0;
    for (int i = 0; i < node->n_counts; i++) {
        if (node->count_where[i]) node->count_expr[i] = expr_of(node->count_where[i]);
        q->include[at++] = (orm_include){ .count = node->count[i]->c, .where = node->count_where[i] ? &node->count_expr[i] : NULL };
    }
    for (int i = 0; i < node->n_kids; i++) {
        make_query(node->kids[i]);
        q->include[at++] = (orm_include){ .relation = node->kids[i]->rel->relation, .query = &node->kids[i]->query };
    }
}

static int statements_of(const Node *node)
{
    int n = !node->rel || node->rel->kind != ONE;
    for (int k = 0; k < node->n_kids; k++) n += statements_of(node->kids[k]);
    return n;
}

/* ---- comparing ----------------------------------------------------------------------------------------------------------------------------------- */
static const char *wrong;
static char wrong_at[200];
static void differs(const Node *node, const char *why)
{
    if (wrong) return;
    wrong = why;
    snprintf(wrong_at, sizeof wrong_at, "%s.%s", node->rel ? node->rel->from->name : "", node->rel ? node->rel->relation->name : node->model->name);
}
static size_t length_of(const orm_model *model, const void *rows) { return orm__len(rows, model->ticket); }
static bool selected(const Node *node, size_t i)
{
    bool none = true;
    for (int w = 0; w < 4; w++) none = none && !node->query.select.word[w];
    return none || node->query.select.word[i / 32] >> i % 32 & 1;
}

static bool same_key(const orm_model *model, const void *a, const void *b)
{
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].primary_key && order_of(val(&model->columns[i], a), val(&model->columns[i], b)) != 0) return false;
    return true;
}

static void compare_row(const Node *node, const char *row, const void *expected)
{
    for (size_t i = 0; i < node->model->n_columns; i++) {
        const orm_column *c = &node->model->columns[i];
        if (!c->primary_key && !selected(node, i)) continue;
        Val got = val(c, row), want = val(c, expected);
        if (got.null != want.null || (!got.null && order_of(got, want))) {
            differs(node, c->primary_key ? "another row" : "another value");
            return;
        }
    }
    for (size_t i = 0; i < node->model->n_counts; i++) {
        const orm_column *c = &node->model->counts[i];
        int64_t want = 0;
        for (int k = 0; k < node->n_counts; k++) if (node->count[k]->c == c) want = counted(node->count[k], expected, node->count_where[k]);
        if (*(const int64_t *)(const void *)(row + c->offset) != want) differs(node, "another count");
    }
    for (int i = 0; i < n_rels; i++) {
        const Rel *rel = &rels[i];
        Found found[MOST];
        Node *kid = NULL;
        if (rel->from != node->model) continue;
        for (int k = 0; k < node->n_kids; k++) if (node->kids[k]->rel == rel) kid = node->kids[k];
        if (orm__loaded(node->model, row, rel->relation) != (kid != NULL)) differs(node, "loaded or not");
        const char *there = *(const char *const *)(const void *)(row + rel->relation->member);
        if (rel->tag_here && val(rel->tag, expected).i != rel->tagged) continue;
        if (!kid) {
            if (there) differs(node, "something is there that was not asked for");
            continue;
        }
        int n = cut(kid, found, related(rel, expected, found));
        if (rel->kind < MANY) {
            if ((there != NULL) != (n > 0)) differs(kid, n ? "missing" : "not to be there");
            else if (n) compare_row(kid, there, found[0].row);
            continue;
        }
        if (!there || length_of(rel->to, there) != (size_t)n) {
            differs(kid, "another number of rows");
            continue;
        }
        const char *links = rel->kind == LINKED ? (const char *)orm__links(rel->relation, there) : NULL;
        if ((links != NULL) != (kid->links && n > 0) && !(kid->links && n == 0)) differs(kid, "links or not");
        for (int k = 0; k < n; k++) {
            compare_row(kid, there + (size_t)k * rel->to->size, found[k].row);
            for (size_t c = 0; links && c < rel->link->n_columns; c++) {
                Val got = val(&rel->link->columns[c], links + (size_t)k * rel->link->size), want = val(&rel->link->columns[c], found[k].link);
                if (got.null != want.null || (!got.null && order_of(got, want))) differs(kid, "another link");
            }
        }
    }
}

static void show_node(const Node *node, int depth)
{
    printf("    %*s%s%s limit %d offset %d%s%s%s, %d terms, %d counts\n", 2 * depth, "", node->rel ? node->rel->relation->name : node->model->name, node->where ? " where" : "", (int)node->limit,
           (int)node->offset, node->required ? " required" : "", node->links ? " links" : "", node->selects ? " select" : "", node->n_terms, node->n_counts);
    for (int i = 0; i < node->n_terms; i++) {
        printf("    %*s  by", 2 * depth, "");
        for (int k = 0; k < 3 && node->terms[i].path[k]; k++) printf(" %s", node->terms[i].path[k]->relation->name);
        printf(" %s%s\n", node->terms[i].c->name, node->terms[i].down ? " desc" : "");
    }
    for (int k = 0; k < node->n_kids; k++) show_node(node->kids[k], depth + 1);
}

static bool one_round(orm_db *db, int round, int only)
{
    static const orm_model *const tops[] = { &Person_model, &Topic_model, &Tag_model, &Remark_model, &Shelf_model, &Book_model, &Card_model, &Page_model, &Paint_model, &Visit_model };
    Found found[MOST];
    state = (uint64_t)round * 1000003 + 17;
    used_conds = used_nodes = 0;
    wrong = NULL;
    Node *top = random_node(tops[below(10)], NULL, 3);
    const struct table *t = table_of(top->model);
    make_query(top);
    if (only >= 0 && round != only) return true;
    int all = 0;
    for (int i = 0; i < t->n; i++) {
        found[i] = (Found){ row_at(t, i), NULL };
        all += stays(top, found[i].row);
    }
    int n = cut(top, found, t->n);
    uint64_t before = orm_counters_of(db).statements;
    const char *rows = (const char *)orm__find_all(db, top->model, &top->query);
    uint64_t sent = statements_since(db, &before);
    bool ok = true;
    if (!rows) {
        printf("    round %d: %s\n", round, orm_error()->message);
        wrong = "an error";
    } else {
        if (length_of(top->model, rows) != (size_t)n) differs(top, "another number of rows");
        for (int i = 0; i < n && !wrong; i++) {
            const char *row = rows + (size_t)i * top->model->size;
            for (int k = i; !top->n_terms && !top->limit && !top->offset && k < n; k++) {       /* a list as it comes */
                Found f = found[k];
                if (!same_key(top->model, row, f.row)) continue;
                found[k] = found[i];
                found[i] = f;
            }
            compare_row(top, row, found[i].row);
        }
        if (sent > (uint64_t)statements_of(top)) differs(top, "too many statements");
        int64_t count = -1;
        bool exists = false;
        OK(orm__count(db, top->model, &top->query, &count));
        if (count != all) differs(top, "the count differs");
        OK(orm__exists(db, top->model, &top->query, &exists));
        if (exists != (all > 0)) differs(top, "existence differs");
        /* a copy says the same */
        if (n && !wrong) {
            const char *copy = (const char *)orm__copy(top->model, rows + (size_t)(n - 1) * top->model->size);
            if (copy) compare_row(top, copy, found[n - 1].row);
            else differs(top, "no copy");
            if (wrong) printf("    in a copy:\n");
            orm_free(copy);
        }
    }
    if (wrong) {
        printf("    round %d: %s: %s\n", round, wrong_at, wrong);
        show_node(top, 0);
        printf("    %s\n", related_sql);
        check_failed = true;
        ok = false;
    }
    orm_free(rows);
    return ok;
}

RELATED_EACH(random_trees_are_what_brute_force_finds)
{
    const char *chosen = getenv("ORM_ROUND");
    make_all(db);
    describe();
    int failures = 0;
    for (int round = 0; round < (chosen ? atoi(chosen) + 1 : 600) && failures < 3; round++) failures += !one_round(db, round, chosen ? atoi(chosen) : -1);
}

CHECK_MAIN()
