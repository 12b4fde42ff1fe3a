/* >>json_schema: what a row must be like, told to those who send one: a JSON Schema (draft 2020-12, https://json-schema.org/draft/2020-12/schema) for programs,
   attributes of an HTML input (HTML Living Standard, 4.10.5) for people. Both are made of the row that the model's rules are made of, so they cannot disagree with
   M_from_json: what breaks the schema is refused there, too. What the two languages cannot say, functions of check_with among it, is checked there only. */
ORM_API char *orm__json_schema(const orm_model *model, const orm_mask *fields, bool camel_case);
ORM_API char *orm__html_input(const orm_column *column);
#ifndef __cplusplus
/** The schema of what M_from_json takes with that mask: orm_json_schema(User, (User_mask){ .name = 1, .email = 1 }); with a zero mask, of what M_to_json writes. NUL-terminated;
    the caller frees it by orm_free_text. NULL: ORM_NO_MEMORY. _camel: with names as .camel_case has them. Any thread. */
#define orm_json_schema(M, ...)       orm__json_schema(&M##_model, ORM__MASK(M, __VA_ARGS__), false)
#define orm_json_schema_camel(M, ...) orm__json_schema(&M##_model, ORM__MASK(M, __VA_ARGS__), true)
/** The attributes of an input for a field: orm_html_input(User_.email) is `name="email" type="email" required maxlength="80"`. Escaped for HTML. To be freed like a schema. */
#define orm_html_input(h) orm__html_input((h).kind.c)
#endif
