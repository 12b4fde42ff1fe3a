/* >>search: words that are looked for in texts. Columns marked `searched` are found by the words in them: orm_search(Article, "wild bees"). What is looked
   for is bound and never syntax: words are runs of letters and digits, whatever else the text holds separates them. docs/search.md. */
/** How words are looked for: all of the words; the same with the last one as a beginning; the words one behind the other; any of the words, the last one also as a beginning, to rank by. */
typedef enum orm_search_form { ORM__SEARCH_WORDS, ORM__SEARCH_PREFIX, ORM__SEARCH_PHRASE, ORM__SEARCH_ANY } orm_search_form;
ORM_API orm_expr orm__search_for(const orm_model *model, orm_search_form form, const char *text_);
ORM_API orm_order orm__rank_order(const orm_model *model, const char *text_);

#ifndef __cplusplus
/** Conditions: rows whose searched columns hold all of the words, in any order and together, in either case of the letters. `prefix`: the last word may be the
    beginning of one, as while somebody types. `phrase`: one behind the other, in one column. A text without words finds nothing; NULL is an error of the call. Up to
    64 words of up to 2,046 bytes. The text is borrowed until the call returns. Not with SQLite without FTS5: ORM_SYNTAX when the tables are made. */
#define orm_search(M, text_)        ORM__SEARCH(M, ORM__SEARCH_WORDS, text_, "orm: orm_search of " #M " takes a text, not " #text_)
#define orm_search_prefix(M, text_) ORM__SEARCH(M, ORM__SEARCH_PREFIX, text_, "orm: orm_search_prefix of " #M " takes a text, not " #text_)
#define orm_search_phrase(M, text_) ORM__SEARCH(M, ORM__SEARCH_PHRASE, text_, "orm: orm_search_phrase of " #M " takes a text, not " #text_)
#define ORM__SEARCH(M, form, text_, unfit) __extension__({ (void)sizeof(orm__##M##_has_searched_columns);                                 \
    { ORM__GIVEN(text_) enum { orm__unfit, orm__fits = ORM__CLASS_GIVEN == ORM__CLASS_TEXT }; _Static_assert(orm__fits, unfit); } (M##_pred){ .expr = orm__search_for(&M##_model, (form), (text_)) }; })
/** An order: rows first in which any of the words stand most, by the engine's own measure (bm25 in SQLite, ts_rank in PostgreSQL). Not with .after. */
#define orm_by_rank(M, text_) ORM__RANK(M, text_, "orm: orm_by_rank of " #M " takes a text, not " #text_)
#define ORM__RANK(M, text_, unfit) __extension__({ (void)sizeof(orm__##M##_has_searched_columns);                                         \
    { ORM__GIVEN(text_) enum { orm__unfit, orm__fits = ORM__CLASS_GIVEN == ORM__CLASS_TEXT }; _Static_assert(orm__fits, unfit); } (M##_order){ .order = orm__rank_order(&M##_model, (text_)) }; })
#endif
