/* >>pit: what the programs of this folder share: models of a magazine and a small shop, and a log that remembers. Each case is named by the number that its
   pitfall has in README.md, and runs on all engines: conformance/engines.h. For one .c file each: it defines the schema, too. */
#ifndef PIT_H
#define PIT_H
#include "conformance/helpers.h"

#define Role_VALUES(X) X(admin) X(member)
ORM_ENUM(Role)

#define Author_FIELDS(X)                                                                                \
    X(id,         serial)                                                                               \
    X(name,       string(40), length(2, 40))                                                            \
    X(email,      string(60), nullable, unique, email)                                                  \
    X(role,       enumeration(Role), default(Role_member))                                              \
    X(pin,        string(20), nullable, secret)                                                         \
    X(posts,      has_many(Post, author_id))                                                            \
    X(post_count, count_of(posts))
ORM_MODEL(Author, authors, scope(admins, orm_eq(Author_.role, Role_admin)))

#define Post_FIELDS(X)                                                                                  \
    X(id,         serial)                                                                               \
    X(author_id,  key(Author), nullable, on_delete(cascade), indexed)                                   \
    X(title,      string(80), not_empty)                                                                \
    X(views,      integer, default(0), at_least(0))                                                     \
    X(author,     belongs_to(Author, author_id))                                                        \
    X(comments,   has_many(Comment, post_id))                                                           \
    X(tags,       many_to_many(Tag, PostTag, post_id, tag_id))
ORM_MODEL(Post, posts)

/* it knows its post; the post knows of comments, but the author of none */
#define Comment_FIELDS(X)                                                                               \
    X(id,         serial)                                                                               \
    X(post_id,    key(Post), on_delete(cascade), indexed)                                               \
    X(line,       string(200))
ORM_MODEL(Comment, comments)
#define Tag_FIELDS(X) X(id, serial) X(word, string(20), unique)
ORM_MODEL(Tag, tags)
#define PostTag_FIELDS(X) X(post_id, key(Post), primary_key, on_delete(cascade)) X(tag_id, key(Tag), primary_key, indexed)
ORM_MODEL(PostTag, post_tags)

#define Item_FIELDS(X)                                                                                  \
    X(id,         serial)                                                                               \
    X(name,       string(20), unique)                                                                   \
    X(stock,      integer, default(0), at_least(0))                                                     \
    X(price,      decimal(10, 2), at_least(0))
ORM_MODEL(Item, items)
#define Lot_FIELDS(X) X(id, serial) X(stock, integer, default(0)) X(version, version)
ORM_MODEL(Lot, lots)
#define Sale_FIELDS(X)                                                                                  \
    X(id,         serial)                                                                               \
    X(item_id,    key(Item), on_delete(restrict), indexed)                                              \
    X(amount,     integer, at_least(1))                                                                 \
    X(item,       belongs_to(Item, item_id))
ORM_MODEL(Sale, sales)

/* destroyed softly */
#define Reader_FIELDS(X) X(id, serial) X(email, string(60), unique) X(deleted_at, deleted_at)
ORM_MODEL(Reader, readers)

/* with hooks; each of its rows is entered in a book of what was done */
#define Member_FIELDS(X) X(id, serial) X(name, string(30), length(2, 30)) X(slug, string(30), nullable) X(email, string(60), nullable, email)
ORM_MODEL(Member, members, hook(before_save, member_makes_its_slug), hook(after_create, member_is_entered), hook(after_create, member_may_be_refused))
#define Deed_FIELDS(X) X(id, serial) X(what, string(40))
ORM_MODEL(Deed, deeds)

#define Pit_MODELS(X) X(Author) X(Post) X(Comment) X(Tag) X(PostTag) X(Item) X(Lot) X(Sale) X(Reader) X(Member) X(Deed)
ORM_SCHEMA(Pit)

orm_status member_makes_its_slug(orm_db *db, Member *member)
{
    (void)db;
    member->slug = "a-slug";
    return ORM_OK;
}
orm_status member_is_entered(orm_db *db, Member *member)
{
    (void)member;
    ORM_NEW(Deed, deed, .what = "a member came");
    return Deed_create(db, &deed);
}
orm_status member_may_be_refused(orm_db *db, Member *member)
{
    return strcmp(member->name, "Mallory") == 0 ? orm_fail(db, 7, "not him again") : ORM_OK;
}
ORM_DEFINE(Pit)

/* ---- a log that remembers ------------------------------------------------------------------------------------------------------- */
static struct {
    int statements, notes, errors;
    char sql[1000], note[600], note_place[100], error[600];      /* the last of each */
    bool by_hand;                                                /* the last statement was */
    char all[60000];                                             /* every text and value */
} heard;

static void hear_text(const char *text_)
{
    size_t n = strlen(heard.all);
    if (text_) snprintf(heard.all + n, sizeof heard.all - n, "%s\n", text_);
}

static void hear(void *context, const orm_log_event *event)
{
    (void)context;
    hear_text(event->sql);
    hear_text(event->message);
    for (size_t i = 0; i < event->n_values; i++) hear_text(event->values[i].type == ORM_TEXT ? event->values[i].as.s : NULL);
    if (event->level == ORM_LOG_SQL) {
        heard.statements++;
        heard.by_hand = event->by_hand;
        snprintf(heard.sql, sizeof heard.sql, "%s", event->sql);
    } else if (event->level == ORM_LOG_NOTE) {
        heard.notes++;
        snprintf(heard.note, sizeof heard.note, "%s", event->message);
        snprintf(heard.note_place, sizeof heard.note_place, "%s", event->place ? event->place : "");
    } else {
        heard.errors++;
        snprintf(heard.error, sizeof heard.error, "%s", event->message);
    }
}

static void listen_anew(void) { memset(&heard, 0, sizeof heard); }
static const struct case_setup pit_cases = { &Pit_schema, hear, NULL, listen_anew };
static const struct case_setup no_tables = { NULL, hear, NULL, listen_anew };
#define PIT(name)         ON_EACH_OF(name, pit_cases)
#define PIT_SHARED(name)  ON_EACH_SHARED_OF(name, pit_cases)      /* where two handles share a database */
#define PIT_EMPTY(name)   ON_EACH_OF(name, no_tables)

/* the call answers this kind, and so does orm_error() */
#define ANSWERS(kind_, call) do {                                                 \
        const orm_status answered = (call);                                       \
        CHECK_TEXT(orm_status_name(answered), orm_status_name(kind_));            \
        CHECK_TEXT(orm_status_name(orm_error()->kind), orm_status_name(kind_));   \
    } while (0)

__attribute__((unused)) static uint64_t sent(orm_db *db) { return orm_counters_of(db).statements; }

/* ---- rows ------------------------------------------------------------------------------------------------------------------------- */
__attribute__((unused)) static Author an_author(orm_db *db, const char *name)
{
    ORM_NEW(Author, author, .name = name);
    OK(Author_create(db, &author));
    return author;
}
__attribute__((unused)) static Post a_post(orm_db *db, const Author *author, const char *title)
{
    ORM_NEW(Post, post, .title = title);
    if (author) post.author_id = orm_int64(author->id);
    OK(Post_create(db, &post));
    return post;
}
__attribute__((unused)) static Item an_item(orm_db *db, const char *name, int32_t stock)
{
    ORM_NEW(Item, item, .name = name, .stock = stock);
    OK(Item_create(db, &item));
    return item;
}
__attribute__((unused)) static int32_t stock_of(orm_db *db, int64_t id)
{
    ORM_AUTO Item *item = Item_get(db, id);
    return item ? item->stock : -1;
}

/* `authors` with `posts` each */
__attribute__((unused)) static void a_magazine(orm_db *db, int authors, int posts)
{
    char name[20];
    for (int i = 0; i < authors; i++) {
        snprintf(name, sizeof name, "author %d", i);
        const Author author = an_author(db, name);
        for (int k = 0; k < posts; k++) a_post(db, &author, "a post");
    }
    listen_anew();
}
#endif
