/* >>explain: how the engine would run a query: its plan as a text for people, one step a line, what a step is made of indented below it. */
/** User_explain(db, &(User_query){ .where = ... }, &arena): the plan of what User_find_all(db, &query) would send first: its rows with what is joined
    to them, not the further statements of includes of many rows. Lives in the arena; NULL is an error. Lines end with '\n'. Nothing of the query is run.
    User_explain_analyze runs it, and tells with each step how long it took and how many rows there were. PostgreSQL only: elsewhere ORM_UNSUPPORTED. */
ORM_API const char *orm__explain(orm_db *db, const orm_model *model, const orm_query *query, orm_arena *arena, bool analyze);
