/* test: no-valgrind: tens of thousands of queries; the address sanitizer sees the same, and sooner
   >>invariance_test: no text changes the SQL of any call that takes one: what is sent for it is, byte for byte, what is sent for the text "a". And it means itself: only
   the rows that have it are found and changed, and it comes back as it was. */
#include "hostile.h"

/* The rows that each text meets: of every model one that has it, and one that has this, of which no text is a part: where a text were a pattern, or SQL, it would match, too. */
static const char other[] = "\xCA\x98\xCA\x98\xCA\x98";
static const char *asked = "a";          /* what the views below look for */
static orm_arena scratch;
static struct { int64_t page, word; Word *row; Page *owner; } ground;

/* a view in whose rows, conditions and groups the text stands */
#define Shown_FIELDS(X)                                                                                                         \
    X(id,     bigint,  primary_key, of(Word, id))                                                                               \
    X(word,   text,    of(Word, word))                                                                                          \
    X(filled, text,    coalesce(Word, note, asked))                                                                             \
    X(kind,   text,    when(orm_contains(Word_.word, asked), asked), otherwise(asked))                                          \
    X(there,  boolean, holds(orm_has(Word_.page, orm_eq(Page_.title, asked))))                                                  \
    X(inside, bigint,  nullable, at(Word, doc, orm_path("o", asked)))
ORM_VIEW(Shown, from(Word), where(orm_differs(Word_.code, asked)), having(orm_ne(Shown_.kind, "\xCA\x98")))
ORM_DEFINE_VIEW(Shown)
#define Grouped_FIELDS(X) X(title, text, of(Page, title), group) X(n, bigint, count(Word, id), filter(orm_eq(Word_.word, asked)))
ORM_VIEW(Grouped, from(Page), left_join(Page, words), having(orm_eq(Grouped_.title, asked)))
ORM_DEFINE_VIEW(Grouped)

static void ground_make(orm_db *db, const char *t)
{
    Page pages[2] = { Page_defaults(), Page_defaults() };
    Word words[2] = { Word_defaults(), Word_defaults() };
    Label labels[2] = { Label_defaults(), Label_defaults() };
    Article articles[2] = { Article_defaults(), Article_defaults() };
    const char *const texts[2] = { t, other }, *const tags[2][2] = { { t, "\xCA\x98" }, { other, "\xCA\x98" } };
    orm_arena_reset(&scratch);
    for (int i = 0; i < 2; i++) pages[i].title = texts[i];
    OK(Page_create_all(db, pages, 2, NULL));
    for (int i = 0; i < 2; i++) {
        const char *document = json_of(&scratch, json_of(&scratch, "{\"k\": ", texts[i], ", \"o\": {"), texts[i], ": 1}}");
        words[i].word = words[i].note = texts[i];
        words[i].code = i ? other : t;
        words[i].doc = words[i].raw = document;
        words[i].tags = (orm_texts){ tags[i], 2 };
        words[i].page_id = orm_int64(pages[i].id);
        labels[i].code = labels[i].line = articles[i].title = texts[i];
    }
    OK(Word_create_all(db, words, 2, NULL));
    OK(Label_create_all(db, labels, 2, NULL));
    OK(Article_create_all(db, articles, 2, NULL));
    ground.page = pages[0].id;
    ground.word = words[0].id;
}

/* ---- the calls ------------------------------------------------------------------------------------------------------------------- */
/* A call with the text t: its status, and in n how many rows it found or changed; those that write look whether the text is there. */
typedef orm_status builder(orm_db *db, const char *t, int64_t *n);
#define BUILDER(name) static orm_status name(orm_db *db, const char *t, int64_t *n)
#define WORDS(name, condition) BUILDER(name) { return Word_count(db, &(Word_query){ .where = condition }, n); }
/* the same with two texts in an array */
#define LISTS(name, condition) BUILDER(name) { const char *const list[2] = { t, "\xCA\x98" }; return Word_count(db, &(Word_query){ .where = condition }, n); }
/* how many rows a call brought that answers a list, or a row */
#define ROWS(call) __extension__({ __auto_type rows_ = (call); *n = rows_ ? (int64_t)orm_len(rows_) : 0; orm_status answered_ = rows_ ? ORM_OK : orm_error()->kind; \
    orm_free(rows_); answered_; })

/* conditions */
WORDS(eq, orm_eq(Word_.word, t))
WORDS(ne, orm_ne(Word_.word, t))
WORDS(differs, orm_differs(Word_.note, t))
WORDS(lt, orm_lt(Word_.word, t))
WORDS(lte, orm_lte(Word_.word, t))
WORDS(gt, orm_gt(Word_.word, t))
WORDS(gte, orm_gte(Word_.word, t))
WORDS(between, orm_between(Word_.word, t, t))
WORDS(from_to, orm_from_to(Word_.word, "", t))
WORDS(in, orm_in(Word_.word, "no such text", t))
WORDS(not_in, orm_not_in(Word_.word, "no such text", t))
LISTS(in_array, orm_in_array(Word_.word, list, 2))
LISTS(not_in_array, orm_not_in_array(Word_.word, list, 2))
WORDS(like, orm_like(Word_.word, ESCAPED_LIKE(&scratch, t)))
WORDS(like_as_it_is, orm_like(Word_.word, orm_format(&scratch, "%s%%", t)))      /* never an escape character alone at its end */
WORDS(ilike, orm_ilike(Word_.word, ESCAPED_LIKE(&scratch, t)))
WORDS(starts_with, orm_starts_with(Word_.word, t))
WORDS(ends_with, orm_ends_with(Word_.word, t))
WORDS(contains, orm_contains(Word_.word, t))
WORDS(regexp, orm_regexp(Word_.word, orm_format(&scratch, "^%s$", ESCAPED_REGEXP(&scratch, t))))
WORDS(joined, orm_or(orm_and(orm_eq(Word_.word, t), orm_not(orm_ne(Word_.note, t))), orm_if(true, orm_eq(Word_.code, t))))
BUILDER(any_of)
{
    const Word_pred either[2] = { orm_eq(Word_.word, t), orm_eq(Word_.note, t) };
    return Word_count(db, &(Word_query){ .where = orm_any_of(2, either) }, n);
}
WORDS(scope, Word_scope_named(t))
WORDS(secret_eq, orm_eq(Word_.pin, t))
/* arrays */
WORDS(holds, orm_holds(Word_.tags, t))
LISTS(holds_all, orm_holds_all(Word_.tags, orm_array_at(orm_texts, list, 2)))
LISTS(holds_any, orm_holds_any(Word_.tags, orm_array_at(orm_texts, list, 1)))
LISTS(within, orm_within(Word_.tags, orm_array_at(orm_texts, list, 2)))
LISTS(array_eq, orm_eq(Word_.tags, orm_array_at(orm_texts, list, 2)))
/* documents: values, keys, whole texts; of both types */
WORDS(json_value, orm_json_eq(Word_.doc, orm_path("k"), t))
WORDS(json_value_of_text, orm_json_eq(Word_.raw, orm_path("k"), t))
WORDS(json_other_value, orm_json_ne(Word_.doc, orm_path("k"), t))
WORDS(json_greater, orm_json_gt(Word_.doc, orm_path("k"), t))
WORDS(json_key, orm_json_eq(Word_.doc, orm_path("o", t), 1))
WORDS(json_key_of_text, orm_json_eq(Word_.raw, orm_path("o", t), 1))
WORDS(json_keys, orm_json_missing(Word_.doc, orm_path(t, t, t, t)))
WORDS(json_exists, orm_json_exists(Word_.raw, orm_path("o", t)))
WORDS(json_missing, orm_json_missing(Word_.doc, orm_path("o", t)))
WORDS(json_has_key, orm_json_has_key(Word_.doc, orm_path("o"), t))
WORDS(json_null, orm_json_is_null(Word_.doc, orm_path("o", t)))
WORDS(json_contains, orm_json_contains(Word_.doc, ORM_WHOLE, json_of(&scratch, "{\"k\": ", t, "}")))
WORDS(json_contains_in_text, orm_json_contains(Word_.raw, orm_path("o"), json_of(&scratch, "{", t, ": 1}")))
/* of related rows */
WORDS(has, orm_has(Word_.page, orm_eq(Page_.title, t)))
WORDS(has_none, orm_has_none(Word_.page, orm_eq(Page_.title, t)))
BUILDER(has_of_many) { return Page_count(db, &(Page_query){ .where = orm_has(Page_.words, orm_contains(Word_.word, t)) }, n); }
BUILDER(has_all) { return Page_count(db, &(Page_query){ .where = orm_has_all(Page_.words, orm_eq(Word_.word, t)) }, n); }
/* words */
BUILDER(search) { return Article_count(db, &(Article_query){ .where = orm_search(Article, t) }, n); }
BUILDER(search_prefix) { return Article_count(db, &(Article_query){ .where = orm_search_prefix(Article, t) }, n); }
BUILDER(search_phrase) { return Article_count(db, &(Article_query){ .where = orm_search_phrase(Article, t) }, n); }
BUILDER(by_rank) { return ROWS(Article_find_all(db, &(Article_query){ .order = { orm_by_rank(Article, t), orm_asc(Article_.id) } })); }

/* reads */
BUILDER(find) { return ROWS(Label_find(db, t)); }
BUILDER(get) { return ROWS(Label_get(db, t)); }
BUILDER(find_by) { return ROWS(Word_find_by_code(db, t)); }
BUILDER(find_one) { return ROWS(Word_find_one(db, &(Word_query){ .where = orm_eq(Word_.word, t) })); }
BUILDER(get_one) { return ROWS(Word_get_one(db, &(Word_query){ .where = orm_eq(Word_.word, t) })); }
BUILDER(find_all) { return ROWS(Word_find_all(db, &(Word_query){ .where = orm_eq(Word_.word, t), .order = { orm_json_desc(Word_.raw, orm_path(t)), orm_by(Word_.page, orm_asc(Page_.title)) } })); }
BUILDER(order_by_key) { return ROWS(Word_find_all(db, &(Word_query){ .order = { orm_json_asc(Word_.doc, orm_path("o", t)) } })); }
BUILDER(after) { return ROWS(Word_find_all(db, &(Word_query){ .order = { orm_asc(Word_.word) }, .after = &(Word){ .id = INT64_MAX, .word = t } })); }
BUILDER(find_and_count)
{
    int64_t total = -1;
    orm_status status = ROWS(Word_find_and_count(db, &(Word_query){ .where = orm_eq(Word_.word, t), .limit = 1 }, &total));
    if (status == ORM_OK) CHECK_INT(total, 1);
    return status;
}
BUILDER(exists)
{
    bool yes = false;
    orm_status status = Word_exists(db, &(Word_query){ .where = orm_eq(Word_.word, t) }, &yes);
    *n = yes;
    return status;
}
BUILDER(include)
{
    ORM_AUTO Page *pages = Page_find_all(db, &(Page_query){ .where = orm_eq(Page_.title, t),
        .include = { orm_with(Page_.words, .where = orm_eq(Word_.word, t), .order = { orm_json_asc(Word_.doc, orm_path(t)) }, .limit = 2),
            orm_count_of(Page_.word_count, orm_ne(Word_.word, t)) } });
    if (!pages) return orm_error()->kind;
    *n = orm_len(pages) == 1 && pages->word_count == 0 ? (int64_t)orm_len(pages->words) : -1;
    return ORM_OK;
}
BUILDER(load)
{
    ORM_AUTO Page *page = Page_find(db, ground.page);
    if (!page) return orm_error()->kind;
    orm_status status = orm_load(db, page, Page_.words, .where = orm_eq(Word_.word, t));
    *n = status ? -1 : (int64_t)orm_len(page->words);
    return status;
}
BUILDER(count_rows) { return orm_count_rows(db, ground.owner, Page_.words, n, orm_eq(Word_.word, t)); }
BUILDER(each)
{
    *n = 0;
    ORM_EACH(Word, word, db, .where = orm_eq(Word_.word, t)) *n += strcmp(word->word, t) == 0;
    return orm_failed() ? orm_error()->kind : ORM_OK;
}
BUILDER(pluck)
{
    const char **found = NULL;
    size_t count = 0;
    orm_status status = orm_pluck(db, Word_.word, &scratch, &found, &count, &(Word_query){ .where = orm_eq(Word_.word, t) });
    *n = status == ORM_OK && count == 1 && strcmp(found[0], t) == 0;
    return status;
}
BUILDER(sum)
{
    int64_t hits = -1;
    orm_status status = orm_sum(db, Word_.hits, &hits, &(Word_query){ .where = orm_eq(Word_.word, t) });
    *n = hits == 0;
    return status;
}
BUILDER(min)
{
    orm_opt_int64 id = { 0 };
    orm_status status = orm_min(db, Word_.id, &id, &(Word_query){ .where = orm_eq(Word_.word, t) });
    *n = id.value == ground.word;
    return status;
}
BUILDER(avg)
{
    orm_opt_double mean = { 0 };
    orm_status status = orm_avg(db, Word_.hits, &mean, &(Word_query){ .where = orm_eq(Word_.word, t) });
    *n = mean.set;
    return status;
}
BUILDER(explain)
{
    const char *plan = Word_explain(db, &(Word_query){ .where = orm_and(orm_eq(Word_.word, t), orm_json_eq(Word_.doc, orm_path(t), t)) }, &scratch);
    *n = plan != NULL;
    return plan ? ORM_OK : orm_error()->kind;
}
BUILDER(tenant)
{
    ORM_NEW(Deed, deed, .line = t);
    orm_db *mine = orm_tenant(db, ground.page);
    orm_status status = Deed_create(mine, &deed);
    return status ? status : Deed_count(mine, &(Deed_query){ .where = orm_or(orm_eq(Deed_.line, t), orm_ne(Deed_.line, t)) }, n);
}
BUILDER(view)
{
    asked = t;
    return ROWS(Shown_find_all(db, &(Shown_query){ .where = orm_or(orm_eq(Shown_.word, t), orm_eq(Shown_.inside, 77)), .source = orm_source(orm_ne(Word_.word, t)) }));
}
BUILDER(view_of_groups)
{
    asked = t;
    ORM_AUTO Grouped *groups = Grouped_find_all(db, &(Grouped_query){ .where = orm_eq(Grouped_.title, t) });
    *n = groups && orm_len(groups) == 1 && groups->n == 1 && strcmp(groups->title, t) == 0;
    return groups ? ORM_OK : orm_error()->kind;
}

/* SQL by hand */
static orm_status answer(orm_status status, orm_opt_int64 value, int64_t *n)
{
    *n = value.set ? value.value : -1;
    return status;
}
BUILDER(parameter)
{
    orm_opt_int64 count = { 0 };
    orm_status status = orm_scalar(db, &count, "select count(*) from words where word = ?1 and '?1 $1 :t' <> ?1 and note = ?1", orm_params(t));
    return answer(status, count, n);
}
BUILDER(named_parameter)
{
    orm_opt_int64 count = { 0 };
    orm_status status = orm_scalar(db, &count, "select count(*) from words where word = :t and note <> ':t' and hits < :most", orm_named("most", 7, "t", t));
    return answer(status, count, n);
}
BUILDER(secret_parameter)
{
    orm_opt_int64 count = { 0 };
    orm_status status = orm_scalar(db, &count, "select count(*) from words where word = :t", orm_named("t", orm_secret(t)));
    return answer(status, count, n);
}
BUILDER(list_parameter)
{
    orm_opt_int64 count = { 0 };
    orm_status status = orm_scalar(db, &count, "select count(*) from words where word in (?1)", orm_params(orm_array(orm_texts, "no such text", t)));
    return answer(status, count, n);
}
BUILDER(scalar_text)
{
    const char *found = NULL;
    orm_status status = orm_scalar_text(db, &scratch, &found, "select word from words where word = ?1", orm_params(t));
    *n = found && strcmp(found, t) == 0;
    return status;
}
BUILDER(sql_rows) { return ROWS(orm_sql(db, Word, "select id, word from words where word = :t or note = :t", orm_named("t", t))); }
BUILDER(sql_one) { return ROWS(orm_sql_one(db, Word, "select id, word from words where word = ?1", orm_params(t))); }
BUILDER(exec) { return orm_exec(db, n, "update words set note = ?1 where word = ?2", orm_params(t, t)); }

/* writes: the texts of the row, or of the one with that key, are t */
static orm_status is_there(orm_db *db, orm_status status, int64_t id, const char *t, int64_t *n)
{
    if (status) return status;
    ORM_AUTO Word *row = Word_get(db, id);
    *n = row && row->note && strcmp(row->note, t) == 0 && strcmp(row->word, t) == 0;
    return row ? ORM_OK : orm_error()->kind;
}
BUILDER(create)
{
    ORM_NEW(Word, word, .word = t, .note = t, .pin = t, .tags = orm_array(orm_texts, t));
    orm_status status = Word_create(db, &word);
    return is_there(db, status, word.id, t, n);
}
BUILDER(create_all)
{
    Word words[2] = { Word_defaults(), Word_defaults() };
    for (int i = 0; i < 2; i++) words[i].word = words[i].note = t;
    orm_status status = Word_create_all(db, words, 2, NULL);
    return is_there(db, status, words[1].id, t, n);
}
BUILDER(create_graph)
{
    ORM_NEW(Page, page, .title = t);
    ORM_NEW(Word, word, .word = t, .note = t, .page = &page);
    orm_status status = Word_create_graph(db, &word);
    return is_there(db, status, word.id, t, n);
}
BUILDER(upsert)
{
    ORM_NEW(Word, word, .word = t, .note = t, .code = t);
    orm_written how = ORM_NOT_WRITTEN;
    orm_status status = Word_upsert(db, &word, &(Word_conflict){ .on = orm_key(Word, code), .where = orm_eq(Word_.word, t) }, &how);
    if (status == ORM_OK) CHECK_INT(how, ORM_UPDATED);
    return is_there(db, status, ground.word, t, n);
}
BUILDER(upsert_all)
{
    Label labels[2] = { Label_defaults(), Label_defaults() };
    orm_written how[2] = { ORM_NOT_WRITTEN, ORM_NOT_WRITTEN };
    labels[0].code = labels[0].line = t;
    labels[1].code = "another";
    orm_status status = Label_upsert_all(db, labels, 2, &(Label_conflict){ .on = orm_primary_key(Label), .set = { orm_set(Label_.line, t) } }, how);
    *n = how[0] == ORM_UPDATED && how[1] == ORM_CREATED;
    return status;
}
BUILDER(find_or_create)
{
    ORM_NEW(Word, word, .word = t, .code = t);
    bool created = true;
    orm_status status = ROWS(Word_find_or_create(db, &word, orm_key(Word, code), &created));
    if (status == ORM_OK) CHECK(!created);
    return status;
}
BUILDER(find_or_init)
{
    ORM_NEW(Label, label, .code = t);
    bool found = false;
    orm_status status = ROWS(Label_find_or_init(db, &label, orm_primary_key(Label), &found));
    if (status == ORM_OK) CHECK(found);
    return status;
}
BUILDER(save)
{
    ground.row->note = t;
    orm_status status = Word_save(db, ground.row);
    return is_there(db, status, ground.word, t, n);
}
BUILDER(save_only)
{
    ground.row->note = t;
    orm_status status = Word_save_only(db, ground.row, (Word_mask){ .note = 1 });
    return is_there(db, status, ground.word, t, n);
}
BUILDER(save_all)
{
    ground.row->note = t;
    orm_status status = Word_save_all(db, ground.row, 1, (Word_mask){ .note = 1 });
    return is_there(db, status, ground.word, t, n);
}
BUILDER(update_row)
{
    orm_status status = Word_update_row(db, ground.row, &(Word_change){ .set = { orm_inc(Word_.hits, 1), orm_set(Word_.note, t) }, .where = orm_eq(Word_.code, t) });
    return is_there(db, status, ground.word, t, n);
}
BUILDER(update) { return Word_update(db, &(Word_change){ .set = { orm_set(Word_.note, t), orm_set(Word_.pin, t) }, .where = orm_eq(Word_.word, t) }, n); }
BUILDER(increment) { return Word_update(db, &(Word_change){ .set = { orm_inc(Word_.hits, 3), orm_set_column(Word_.note, Word_.word) }, .where = orm_eq(Word_.word, t) }, n); }
BUILDER(set_json)
{
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_json_set(Word_.doc, orm_path(t), t), orm_json_set(Word_.raw, orm_path("o", t), t) },
        .where = orm_eq(Word_.word, t) }, NULL);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_and(orm_json_eq(Word_.doc, orm_path(t), t), orm_json_eq(Word_.raw, orm_path("o", t), t)) }, n);
}
BUILDER(set_json_text)
{
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_json_set_text(Word_.doc, orm_path("k"), json_of(&scratch, "[", t, "]")) },
        .where = orm_eq(Word_.word, t) }, NULL);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_json_eq(Word_.doc, orm_path("k", 0), t) }, n);
}
BUILDER(remove_json)
{
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_json_remove(Word_.doc, orm_path("o", t)), orm_json_remove(Word_.raw, orm_path("o", t)) }, .all = true }, NULL);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_and(orm_json_contains(Word_.doc, orm_path("o"), "{}"), orm_json_missing(Word_.doc,
        orm_path("o", t)), orm_json_missing(Word_.raw, orm_path("o", t)),
        orm_not(orm_json_exists(Word_.doc, orm_path("o", other)))) }, n);
}
BUILDER(array_set)
{
    const char *const items[] = { t, "b", t };
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_set(Word_.tags, orm_array_at(orm_texts, items, 3)) }, .where = orm_eq(Word_.word, t) }, NULL);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_count_eq(Word_.tags, 3) }, n);
}
BUILDER(append)
{
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_append(Word_.tags, t) }, .where = orm_eq(Word_.word, t) }, NULL);
    if (status) return status;
    ORM_AUTO Word *row = Word_get(db, ground.word);
    *n = row && row->tags.n == 3 && strcmp(row->tags.at[0], t) == 0 && strcmp(row->tags.at[2], t) == 0;
    return row ? ORM_OK : orm_error()->kind;
}
BUILDER(remove_value)
{
    orm_status status = Word_update(db, &(Word_change){ .set = { orm_remove_value(Word_.tags, t) }, .all = true }, NULL);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_count_eq(Word_.tags, 1) }, n);
}
BUILDER(update_returning)
{
    ORM_AUTO Word *rows = Word_update_returning(db, &(Word_change){ .set = { orm_set(Word_.note, t) }, .where = orm_eq(Word_.word, t) }, (Word_mask){ .word = 1, .note = 1 });
    *n = rows && orm_len(rows) == 1 && strcmp(rows->note, t) == 0 && strcmp(rows->word, t) == 0;
    return rows ? ORM_OK : orm_error()->kind;
}
BUILDER(take)
{
    ORM_AUTO Word *row = orm_take(db, Word, (orm_asc(Word_.word)), &(Word_change){ .set = { orm_set(Word_.note, t) }, .where = orm_eq(Word_.word, t) });
    *n = row && strcmp(row->note, t) == 0 && strcmp(row->word, t) == 0;
    return row ? ORM_OK : orm_error()->kind;
}
BUILDER(insert_from)
{
    return orm_insert_from(db, Word, Label, n, (orm_set_from(Word_.word, Label_.code), orm_set(Word_.note, t)), &(Label_query){ .where = orm_eq(Label_.line, t),
        .order = { orm_asc(Label_.code) } });
}
BUILDER(add)
{
    ORM_NEW(Word, word, .word = t, .note = t);
    orm_status status = orm_add(db, ground.owner, Page_.words, &word, 1);
    return is_there(db, status, word.id, t, n);
}
BUILDER(replace)
{
    ORM_NEW(Word, word, .word = t, .note = t);
    orm_status status = orm_replace(db, ground.owner, Page_.words, &word, 1, .destroy = true);
    return is_there(db, status, word.id, t, n);
}
BUILDER(assign)
{
    ORM_NEW(Page, page, .title = t);
    orm_status status = orm_assign(db, ground.row, Word_.page, &page);
    return status ? status : Word_count(db, &(Word_query){ .where = orm_and(orm_eq(Word_.page_id, page.id), orm_has(Word_.page, orm_eq(Page_.title, t))) }, n);
}
BUILDER(destroy_by_key)
{
    orm_status status = Label_destroy_by_key(db, t);
    return status ? status : Label_count(db, NULL, n);
}
BUILDER(destroy_all) { return Word_destroy_all(db, &(Word_query){ .where = orm_eq(Word_.word, t) }, n); }
BUILDER(destroy_returning) { return ROWS(Word_destroy_returning(db, &(Word_query){ .where = orm_eq(Word_.word, t) })); }

/* calls whose answers are waited for together; the first failure among them */
BUILDER(batch_reads)
{
    Label_slot label = { 0 };
    Word_slot words = { 0 };
    orm_slot count = { 0 };
    ORM_BATCH(db) {
        Label_batch_find(db, t, &label);
        Word_batch_find_all(db, &(Word_query){ .where = orm_eq(Word_.word, t) }, &words);
        Word_batch_count(db, &(Word_query){ .where = orm_json_eq(Word_.doc, orm_path("o", t), 1) }, &count);
    }
    orm_status status = label.status ? label.status : words.status ? words.status : count.status;
    *n = label.rows && strcmp(label.rows->line, t) == 0 && words.count == 1 && count.count == 1;
    orm_free(label.rows);
    orm_free(words.rows);
    return status;
}
BUILDER(batch_writes)
{
    Word_slot made = { 0 };
    orm_slot changed = { 0 }, gone = { 0 }, away = { 0 };
    ORM_NEW(Word, word, .word = t, .note = t);
    ORM_BATCH(db) {
        Word_batch_update(db, &(Word_change){ .set = { orm_set(Word_.note, t) }, .where = orm_eq(Word_.word, t) }, &changed);
        Word_batch_create(db, &word, &made);
        Label_batch_destroy_by_key(db, t, &gone);
        Article_batch_destroy_all(db, &(Article_query){ .where = orm_eq(Article_.title, t) }, &away);
    }
    orm_status status = made.status ? made.status : changed.status ? changed.status : gone.status ? gone.status : away.status;
    *n = made.rows && strcmp(made.rows->note, t) == 0 && changed.count == 1 && away.count == 1;
    orm_free(made.rows);
    return status;
}
BUILDER(lock)
{
    orm_status status = orm_lock(db, t);
    *n = status == ORM_OK;
    return status;
}

/* how many rows there should be: ONE; none; of the two both when the text is empty, as every text has an empty part; the other one alone when it sorts behind the text,
   or before; ANY: what a pattern or a search finds is for others to say */
enum expected { ONE, NONE, BOTH, PART, LATER, EARLIER, FROM, UNTIL, ANY };
/* SHORT: not for a text of 1 MB; UNNAMED: refuses the empty text, and is no text to the engine; OF_ROW: of ground.row, whose note is another text before */
enum { READS, WRITES = 1, SHORT = 2, UNNAMED = 4, OF_ROW = 8 };
static const struct { const char *name; builder *call; enum expected expected; int is; } builders[] = {
#define B(name, ...) { #name, name, __VA_ARGS__ }
    B(eq, ONE, READS), B(ne, ONE, READS), B(differs, ONE, READS), B(lt, EARLIER, READS), B(lte, UNTIL, READS), B(gt, LATER, READS), B(gte, FROM, READS), B(between, ONE, READS), B(from_to, EARLIER, READS),
    B(in, ONE, READS), B(not_in, ONE, READS), B(in_array, ONE, READS), B(not_in_array, ONE, READS), B(like, ONE, SHORT), B(like_as_it_is, ANY, SHORT), B(ilike, ONE, SHORT),
    B(starts_with, PART, READS), B(ends_with, PART, READS), B(contains, PART, READS), B(regexp, ONE, SHORT), B(joined, ONE, READS), B(any_of, ONE, READS), B(scope, ONE, READS),
    B(secret_eq, NONE, READS), B(holds, ONE, READS), B(holds_all, ONE, READS), B(holds_any, ONE, READS), B(within, ONE, READS), B(array_eq, ONE, READS), B(json_value, ONE, READS),
    B(json_value_of_text, ONE, READS), B(json_other_value, ONE, READS), B(json_greater, LATER, READS), B(json_key, ONE, READS), B(json_key_of_text, ONE, READS),
        B(json_keys, BOTH, READS),
    B(json_exists, ONE, READS), B(json_missing, ONE, READS), B(json_has_key, ONE, READS), B(json_null, NONE, READS), B(json_contains, ONE, READS),
        B(json_contains_in_text, ONE, READS),
    B(has, ONE, READS), B(has_none, ONE, READS), B(has_of_many, PART, READS), B(has_all, ONE, READS), B(search, ANY, SHORT), B(search_prefix, ANY, SHORT),
        B(search_phrase, ANY, SHORT),
    B(by_rank, BOTH, SHORT), B(find, ONE, SHORT), B(get, ONE, SHORT), B(find_by, ONE, SHORT), B(find_one, ONE, READS), B(get_one, ONE, READS), B(find_all, ONE, READS),
    B(order_by_key, BOTH, READS), B(after, LATER, READS), B(find_and_count, ONE, READS), B(exists, ONE, READS), B(include, ONE, READS), B(load, ONE, READS),
        B(count_rows, ONE, READS),
    B(each, ONE, READS), B(pluck, ONE, READS), B(sum, ONE, READS), B(min, ONE, READS), B(avg, ONE, READS), B(explain, ONE, READS), B(tenant, ONE, WRITES), B(view, NONE, READS),
    B(view_of_groups, ONE, READS), B(parameter, ONE, READS), B(named_parameter, ONE, READS), B(secret_parameter, ONE, READS), B(list_parameter, ONE, READS),
        B(scalar_text, ONE, READS),
    B(sql_rows, ONE, READS), B(sql_one, ONE, READS), B(exec, ONE, WRITES), B(create, ONE, WRITES), B(create_all, ONE, WRITES), B(create_graph, ONE, WRITES),
        B(upsert, ONE, WRITES | SHORT),
    B(upsert_all, ONE, WRITES | SHORT), B(find_or_create, ONE, WRITES | SHORT), B(find_or_init, ONE, SHORT), B(save, ONE, OF_ROW | WRITES), B(save_only, ONE,
        OF_ROW | WRITES), B(save_all, ONE, OF_ROW | WRITES),
    B(update_row, ONE, OF_ROW | WRITES | SHORT), B(update, ONE, WRITES), B(increment, ONE, WRITES), B(set_json, ONE, WRITES), B(set_json_text, ONE, WRITES),
        B(remove_json, ONE, WRITES),
    B(array_set, ONE, WRITES), B(append, ONE, WRITES), B(remove_value, ONE, WRITES), B(update_returning, ONE, WRITES), B(take, ONE, WRITES), B(insert_from, ONE, WRITES | SHORT), B(add, ONE, WRITES),
    B(replace, ONE, WRITES), B(assign, ONE, OF_ROW | WRITES), B(destroy_by_key, ONE, WRITES | SHORT), B(destroy_all, ONE, WRITES), B(destroy_returning, ONE, WRITES),
        B(batch_reads, ONE, SHORT),
    B(batch_writes, ONE, WRITES | SHORT), B(lock, ONE, UNNAMED),
};
enum { N_BUILDERS = sizeof builders / sizeof builders[0] };

static int64_t expected_rows(enum expected expected, const char *t)
{
    int order = strcmp(other, t);
    switch (expected) {
    case NONE:    return 0;
    case BOTH:    return 2;
    case PART:    return *t ? 1 : 2;
    case LATER:   return order > 0;
    case EARLIER: return order < 0;
    case FROM:    return 1 + (order > 0);
    case UNTIL:   return 1 + (order < 0);
    default:      return 1;
    }
}

/* ---- the same SQL, and the meant rows ----------------------------------------------------------------------------------------------- */
static char *harmless_sql[N_BUILDERS];       /* what each sends for "a" */

static void tell(int b, const char *t, const char *what)
{
    printf("%s: %s of \"%.60s\"%s\n", engine_names[case_engine], builders[b].name, t, what);
    check_failed = true;
}

/* one call of one text, inside of the text's transaction; what it writes is undone */
static void meet(orm_db *db, int b, const char *t)
{
    int64_t n = -1;
    orm_tx *undone = builders[b].is & WRITES ? orm_begin(db, NULL) : NULL;
    if (builders[b].is & OF_ROW) {
        ground.row = Word_get(db, ground.word);
        if (!ground.row) case_failed("the row of a text is not there");
        else ground.row->note = "other";
        if (ground.row) OK(Word_save(db, ground.row));
    }
    hear_anew();
    orm_status status = builders[b].call(db, t, &n), refused = builders[b].is & UNNAMED && !*t ? ORM_MISUSE : ORM_OK;
    if (status != refused) {
        tell(b, t, " answers otherwise:");
        printf("    %s: %s\n", orm_status_name(status), orm_error()->message);
    }
    if (status == ORM_OK && builders[b].expected != ANY && n != expected_rows(builders[b].expected, t)) {
        tell(b, t, " finds others:");
        printf("    %d instead of %d\n", (int)n, (int)expected_rows(builders[b].expected, t));
    }
    if (status == ORM_OK && !harmless_sql[b]) {
        harmless_sql[b] = strdup(heard.sql);
    } else if (status == ORM_OK && strcmp(harmless_sql[b], heard.sql) != 0) {
        tell(b, t, " is other SQL:");
        printf("    %s    instead of\n    %s", heard.sql, harmless_sql[b]);
    }
    if (undone) {
        orm_free(ground.row);
        ground.row = NULL;
        orm_rollback(undone);
    }
}

/* The text of this number. Each write is some ways to the server and back: there it meets every second text, so that each text meets half of them, and the other half is
   the next one's. */
static void meet_all(orm_db *db, int number, const char *t)
{
    orm_tx *tx = orm_begin(db, NULL);
    if (!tx) case_failed(orm_error()->message);
    ground_make(db, t);
    ground.owner = Page_get(db, ground.page);
    for (int b = 0; b < N_BUILDERS && !check_failed; b++)
        if (number < 0 || case_engine != ON_POSTGRES || !(builders[b].is & WRITES) || (b + number) % 2) meet(db, b, t);
    orm_free(ground.owner);
    orm_rollback(tx);
}

static void forget(void)
{
    for (int b = 0; b < N_BUILDERS; b++) {
        free(harmless_sql[b]);
        harmless_sql[b] = NULL;
    }
    orm_arena_release(&scratch);
}

ON_EACH(hostile_texts_never_change_the_sql_and_mean_themselves)
{
    texts_make();
    canaries_make(db);
    meet_all(db, -1, "a");
    for (int b = 0; b < N_BUILDERS && !check_failed; b++)          /* and all of them were heard */
        if (!harmless_sql[b] || (!*harmless_sql[b] && builders[b].call != lock)) tell(b, "a", " sends nothing");
    for (int i = 0; i < N_HOSTILE && !check_failed; i++) meet_all(db, i, hostile[i]);
    CHECK(canaries_live(db));
    /* statements are kept by their shape: where only one is, each text has all of its SQL spelled anew. Where that is a way to the server, too, some texts do */
    orm_db *forgetful = case_open(.log = hear, .max_statements = 1, .busy_timeout_ms = 5000);
    REQUIRE(forgetful);
    for (int i = 0; i < N_HOSTILE && !check_failed; i += case_engine == ON_MEMORY ? 1 : 7) meet_all(forgetful, -1, hostile[i]);
    orm_close(forgetful);
    forget();
}

/* ---- what is no text ------------------------------------------------------------------------------------------------------------------- */
/* A call of several statements may have begun its transaction by then, and ends it; load() has read the row to load for, replace() taken away what is replaced. */
static bool nothing_was_sent(int b)
{
    const char *line = heard.sql, *earlier = builders[b].call == load ? "select" : builders[b].call == replace ? "delete" : "begin";
    for (size_t n; (n = strcspn(line, "\n")) > 0; line += n + 1)
        if (strncmp(line, "begin", 5) != 0 && strncmp(line, "rollback", 8) != 0 && strncmp(line, "commit", 6) != 0 && strncmp(line, earlier, strlen(earlier)) != 0) return false;
    return true;
}

/* outside of transactions, so that each failure is that of the call itself */
static void refuse(orm_db *db, int b, const char *t)
{
    int64_t n = -1;
    hear_anew();
    uint64_t before = sent(db);
    orm_status status = builders[b].call(db, t, &n);
    uint64_t after = sent(db) - before;
    if (status != ORM_BAD_TEXT && status != ORM_VALIDATION) tell(b, "what is no text", " answers otherwise:");
    if (!nothing_was_sent(b) || after != (uint64_t)heard.statements) tell(b, "what is no text", " sends something:");
    if (strstr(heard.told, t)) tell(b, "what is no text", " tells it:");
    if (check_failed) printf("    %s: %s, %d sent\n    %s", orm_status_name(status), orm_error()->message, (int)after, heard.sql);
}

ON_EACH(what_is_no_text_is_refused_before_anything_is_sent)
{
    canaries_make(db);
    ground_make(db, "a");
    ground.owner = Page_get(db, ground.page);
    ground.row = Word_get(db, ground.word);
    for (int i = 0; i < N_BROKEN && !check_failed; i++) {
        for (int b = 0; b < N_BUILDERS && !check_failed; b++) if (!(builders[b].is & UNNAMED)) refuse(db, b, broken[i]);
        if (check_failed) printf("    at text %d\n", i);
    }
    orm_free(ground.owner);
    orm_free(ground.row);
    CHECK_INT(COUNT(Word, db, .where = orm_eq(Word_.word, "a")), 1);
    CHECK(canaries_live(db));
    forget();
}

/* ---- a text as large as a picture ------------------------------------------------------------------------------------------------------- */
/* a column that is unique, a pattern and a word to search for have limits of their own */
ON_EACH(a_text_of_a_megabyte_is_a_text_like_any_other)
{
    static char large[(1 << 20) + 1];
    memset(large, '\'', sizeof large - 1);
    memcpy(large + sizeof large - 9, "\"$1; --\xC3", 8);
    memcpy(large + sizeof large - 3, "\xC3\xA9", 2);
    orm_tx *tx = orm_begin(db, NULL);
    REQUIRE(tx);
    Page pages[2] = { Page_defaults(), Page_defaults() };
    Word words[2] = { Word_defaults(), Word_defaults() };
    const char *const texts[2] = { large, other }, *const tags[2][2] = { { large, "\xCA\x98" }, { other, "\xCA\x98" } };
    for (int i = 0; i < 2; i++) {
        pages[i].title = words[i].word = words[i].note = texts[i];
        words[i].doc = words[i].raw = json_of(&scratch, json_of(&scratch, "{\"k\": ", texts[i], ", \"o\": {"), texts[i], ": 1}}");
        words[i].tags = (orm_texts){ tags[i], 2 };
    }
    OK(Page_create_all(db, pages, 2, NULL));
    for (int i = 0; i < 2; i++) words[i].page_id = orm_int64(pages[i].id);
    OK(Word_create_all(db, words, 2, NULL));
    ground.page = pages[0].id;
    ground.word = words[0].id;
    ground.owner = Page_get(db, ground.page);
    for (int b = 0; b < N_BUILDERS && !check_failed; b++) if (!(builders[b].is & SHORT)) meet(db, b, large);
    orm_free(ground.owner);
    orm_rollback(tx);
    forget();
}

/* ---- where a text is a name ---------------------------------------------------------------------------------------------------------------- */
ON_EACH(an_order_from_a_request_is_a_column_or_nothing)
{
    const Word_mask allowed = { .word = 1, .note = 1 };
    texts_make();
    for (int i = 0; i < N_HOSTILE + N_BROKEN && !check_failed; i++) {
        const char *t = i < N_HOSTILE ? hostile[i] : broken[i - N_HOSTILE];
        Word_query q = { .limit = 1 };
        if (*t) REFUSED(db, Word_order_from_text(t, allowed, &q.order[0]), ORM_VALIDATION);
        CHECK(!q.order[0].order.column);
        const char *direction = orm_format(&scratch, "word %s", t), *more = orm_format(&scratch, "-%s", t);
        if (*t && strcmp(t, " ") != 0) REFUSED(db, Word_order_from_text(direction, allowed, &q.order[0]), ORM_VALIDATION);
        REFUSED(db, Word_order_from_text(more, allowed, &q.order[0]), ORM_VALIDATION);
    }
    orm_arena_release(&scratch);
}

/* the payload is a value; the name of the channel to listen to is quoted */
ON_EACH_SHARED(notes_and_their_channels_are_texts)
{
    char channel[64];
    texts_make();
    canaries_make(db);
    NEEDS(db, notify, orm_notify(db, "news", "x"));
    for (int i = 0; i < N_HOSTILE && !check_failed; i++) {
        orm_note note = { 0 };
        snprintf(channel, sizeof channel, "%.*s", strlen(hostile[i]) > 63 ? 63 : (int)strlen(hostile[i]), hostile[i]);
        if (!*channel) continue;
        orm_listener *listener = orm_listen(db, channel);
        REQUIRE(listener);
        hear_anew();
        OK(orm_notify(db, channel, hostile[i]));
        CHECK_TEXT(heard.sql, "select pg_notify($1::text, $2::text)\n");
        CHECK_INT(orm_listener_next(listener, 5000, &note), ORM_OK);
        CHECK_TEXT(note.payload, hostile[i]);
        CHECK_TEXT(note.channel, channel);
        orm_listener_close(listener);
    }
    for (int i = 0; i < N_BROKEN; i++) {
        REFUSED(db, orm_notify(db, "news", broken[i]), ORM_BAD_TEXT);
        REFUSED(db, orm_notify(db, broken[i], "x"), ORM_BAD_TEXT);
        REFUSED_ROWS(db, orm_listen(db, broken[i]), ORM_BAD_TEXT);
    }
    CHECK(canaries_live(db));
}

CHECK_MAIN()
