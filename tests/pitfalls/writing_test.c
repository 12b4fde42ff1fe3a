/* Pitfalls of writing: rules that hold in one call and not in the next, values that are not what they seem, hooks that leave half of the work. */
#include "pit.h"

PIT(P14_many_rows_are_validated_as_one_is)
{
    Author rows[3] = { Author_defaults(), Author_defaults(), Author_defaults() };
    rows[0].name = "Ada";
    rows[1].name = "x";
    rows[2].name = "Bob";
    rows[0].email = "a@example.com";
    rows[1].email = "x@example.com";
    rows[2].email = "b@example.com";
    uint64_t before = sent(db);
    ANSWERS(ORM_VALIDATION, Author_create_all(db, rows, 3, NULL));
    CHECK_INT(orm_error()->failures.item[0].row, 1);
    CHECK_TEXT(orm_error()->failures.item[0].field, "name");
    CHECK_INT(sent(db), before);
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
    ANSWERS(ORM_VALIDATION, Author_upsert_all(db, rows, 3, &(Author_conflict){ .on = orm_key(Author, email) }, NULL));
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
}

PIT(P14_many_rows_run_the_hooks_of_each)
{
    Member rows[2] = { Member_defaults(), Member_defaults() };
    rows[0].name = "Ada";
    rows[1].name = "Bob";
    OK(Member_create_all(db, rows, 2, NULL));
    CHECK_TEXT(rows[1].slug, "a-slug");
    CHECK_INT(COUNT(Deed, db, .limit = 0), 2);
}

PIT(P15_every_way_to_update_validates)
{
    Author ada = an_author(db, "Ada");
    listen_anew();
    ANSWERS(ORM_VALIDATION, Author_update(db, &(Author_change){ .set = { orm_set(Author_.name, "x") }, .where = orm_eq(Author_.id, ada.id) }, NULL));
    ANSWERS(ORM_VALIDATION, Author_update_row(db, &ada, &(Author_change){ .set = { orm_set(Author_.email, "no address") } }));
    ada.name = "y";
    ANSWERS(ORM_VALIDATION, Author_save(db, &ada));
    ANSWERS(ORM_VALIDATION, Author_save_only(db, &ada, (Author_mask){ .name = 1 }));
    ANSWERS(ORM_VALIDATION, Author_save_all(db, &ada, 1, (Author_mask){ .name = 1 }));
    ORM_NEW(Author, again, .id = ada.id, .name = "z");
    ANSWERS(ORM_VALIDATION, Author_upsert(db, &again, &(Author_conflict){ .on = orm_primary_key(Author) }, NULL));
    CHECK(!strstr(heard.all, "update \"authors\"") && !strstr(heard.all, "insert"));
    ORM_AUTO Author *now = Author_get(db, ada.id);
    CHECK_TEXT(now->name, "Ada");
}

PIT(P16_rules_are_constraints_for_whoever_else_writes)
{
    const Author ada = an_author(db, "Ada");
    ANSWERS(ORM_CHECK, orm_exec(db, NULL, "insert into authors (name, role) values ('x', 'member')", orm_no_params));
    ANSWERS(ORM_CHECK, orm_exec(db, NULL, "insert into items (name, stock, price) values ('x', -1, 0)", orm_no_params));
    ANSWERS(ORM_FOREIGN_KEY, orm_exec(db, NULL, "insert into posts (author_id, title, views) values (77, 'x', 0)", orm_no_params));
    ANSWERS(ORM_NOT_NULL, orm_exec(db, NULL, "insert into authors (role) values ('member')", orm_no_params));
    OK(orm_exec(db, NULL, "update authors set email = 'a@example.com' where id = :id", orm_named("id", ada.id)));
    ANSWERS(ORM_UNIQUE, orm_exec(db, NULL, "insert into authors (name, email, role) values ('Eve', 'a@example.com', 'member')", orm_no_params));
}

PIT(P16_rules_that_only_the_program_can_check_are_listed)
{
    char *text_ = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text_, &size);
    orm_schema_report(out, db, &Pit_schema);
    fclose(out);
    CHECK_CONTAINS(text_, "Author.email                             email                          program only\n");
    CHECK_CONTAINS(text_, "Author.name                              length(2, 40)                  database and program\n");
    free(text_);
}

PIT(P17_one_list_of_labels_is_type_rule_and_constraint)
{
    ORM_NEW(Author, ada, .name = "Ada", .role = Role_admin);
    OK(Author_create(db, &ada));
    orm_status by_hand = orm_exec(db, NULL, "insert into authors (name, role) values ('Eve', 'owner')", orm_no_params);
    CHECK(by_hand == ORM_CHECK || by_hand == ORM_VALUE_RANGE);          /* a check, or a type of the server's */
    CHECK_INT(orm_error()->kind, by_hand);
    uint64_t before = sent(db);
    ada.role = (Role)77;
    CHECK(Author_save(db, &ada) != ORM_OK);
    CHECK_TEXT(orm_error()->field, "role");
    CHECK_INT(sent(db), before);
    ORM_AUTO Author *found = Author_find_one(db, &(Author_query){ .where = orm_eq(Author_.role, Role_admin) });
    REQUIRE(found);
    char *json = Author_to_json(found, (Author_mask){ .role = 1 });
    CHECK_TEXT(json, "{\"role\":\"admin\"}");
    orm_free_text(json);
}

PIT(P20_a_text_that_is_too_long_is_refused_and_never_cut)
{
    static const char word[] = "123456789012345678901";                 /* 21 of 20 */
    ORM_NEW(Tag, tag, .word = word);
    uint64_t before = sent(db);
    ANSWERS(ORM_VALIDATION, Tag_create(db, &tag));
    CHECK_TEXT(orm_error()->field, "word");
    ANSWERS(ORM_VALIDATION, Tag_update(db, &(Tag_change){ .set = { orm_set(Tag_.word, word) }, .all = true }, NULL));
    CHECK_INT(sent(db), before);
    orm_status by_hand = orm_exec(db, NULL, "insert into tags (word) values (:word)", orm_named("word", word));
    CHECK(by_hand == ORM_CHECK || by_hand == ORM_VALUE_RANGE);
    CHECK_INT(COUNT(Tag, db, .limit = 0), 0);
    ORM_NEW(Tag, umlauts, .word = "ääääääääääääääääääää");              /* characters are counted, on every engine */
    OK(Tag_create(db, &umlauts));
}

PIT(P21_money_is_exact)
{
    for (int i = 0; i < 10; i++) {
        char name[8];
        snprintf(name, sizeof name, "i%d", i);
        ORM_NEW(Item, item, .name = name, .price = orm_decimal_of("0.10"));
        OK(Item_create(db, &item));
    }
    orm_decimal sum;
    char text_[ORM_DECIMAL_SIZE];
    OK(orm_sum(db, Item_.price, &sum, NULL));
    CHECK_TEXT(orm_decimal_text(sum, text_), "1.00");                   /* as doubles: 0.99999999999999989 */
    OK(Item_update(db, &(Item_change){ .set = { orm_inc(Item_.price, orm_decimal_of("0.20")) }, .where = orm_eq(Item_.id, 1) }, NULL));
    CHECK_INT(COUNT(Item, db, .where = orm_eq(Item_.price, orm_decimal_of("0.3"))), 1);
    ORM_NEW(Item, finer, .name = "finer", .price = orm_decimal_of("0.001"));
    CHECK(Item_create(db, &finer) != ORM_OK);                           /* digits are not rounded away */
    CHECK_TEXT(orm_error()->field, "price");
}

/* ---- values from outside ------------------------------------------------------------------------------------------------------------- */

PIT(P33_a_value_is_a_value_whatever_it_says)
{
    an_author(db, "Ada");
    static const char *const tries[] = { "%", "_da", "{\"$like\": \"%\"}", "{\"$ne\": null}", "' or '1' = '1", "Ada' --", "\\", "Ad*" };
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        CHECK_INT(COUNT(Author, db, .where = orm_eq(Author_.name, tries[i])), 0);
        CHECK_INT(COUNT(Author, db, .where = orm_contains(Author_.name, tries[i])), 0);
        CHECK_INT(COUNT(Author, db, .where = orm_in(Author_.name, tries[i], tries[i])), 0);
    }
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
}

PIT(P33_a_missing_value_is_an_error_and_not_every_row)
{
    const char *nothing = NULL;
    int64_t n = 0;
    an_author(db, "Ada");
    orm_status missing = Author_destroy_all(db, &(Author_query){ .where = orm_eq(Author_.name, nothing) }, &n);
    CHECK(missing != ORM_OK);
    ANSWERS(ORM_MISUSE, Author_destroy_all(db, &(Author_query){ .where = orm_if(false, orm_eq(Author_.name, nothing)) }, &n));
    CHECK_INT(COUNT(Author, db, .limit = 0), 1);
}

/* No call takes a document for a row: a member is assigned by name, what is written is named by a mask, and so is what an order from outside may use. */
PIT(P41_only_named_fields_come_from_outside)
{
    Author ada = an_author(db, "Ada");
    Author_query q = { .limit = 1 };
    const Author_mask allowed = { .name = 1 };
    OK(Author_order_from_text("-name", allowed, &q.order[0]));
    ANSWERS(ORM_VALIDATION, Author_order_from_text("-pin", allowed, &q.order[0]));
    ANSWERS(ORM_VALIDATION, Author_order_from_text("name; drop table authors", allowed, &q.order[0]));
    ada.name = "Eve";
    ada.role = Role_admin;                                              /* the form did not ask for it */
    OK(Author_save_only(db, &ada, allowed));
    ORM_AUTO Author *now = Author_get(db, ada.id);
    CHECK_TEXT(now->name, "Eve");
    CHECK_INT(now->role, Role_member);
}

PIT(P41_a_file_with_a_field_that_the_model_does_not_have_is_refused)
{
    char path[60];
    snprintf(path, sizeof path, "/tmp/orm_pit_%ld.json", (long)getpid());
    FILE *file = fopen(path, "w");
    REQUIRE(file);
    fputs("[{\"name\": \"Eve\", \"is_admin\": true}]", file);
    fclose(file);
    const orm_seeding seeds[] = { { .model = &Author_model, .file = path }, ORM_SEED_LAST };
    ANSWERS(ORM_VALIDATION, orm_seed(db, seeds, NULL, NULL));
    CHECK_CONTAINS(orm_error()->message, "is_admin");
    CHECK_INT(COUNT(Author, db, .limit = 0), 0);
    unlink(path);
}

/* ---- hooks ---------------------------------------------------------------------------------------------------------------------------- */

PIT(P34_a_hook_that_refuses_leaves_nothing)
{
    ORM_NEW(Member, mallory, .name = "Mallory");
    ANSWERS(ORM_FAILED, Member_create(db, &mallory));
    CHECK_CONTAINS(orm_error()->message, "not him again (in the hook member_may_be_refused, after_create of Member)");
    CHECK_INT(COUNT(Member, db, .limit = 0), 0);
    CHECK_INT(heard.errors, 1);
    ORM_NEW(Member, ada, .name = "Ada");                                /* the handle goes on */
    OK(Member_create(db, &ada));
    Member rows[2] = { Member_defaults(), Member_defaults() };
    rows[0].name = "Bob";
    rows[1].name = "Mallory";
    ANSWERS(ORM_FAILED, Member_create_all(db, rows, 2, NULL));
    CHECK_INT(COUNT(Member, db, .limit = 0), 1);
}

PIT(P35_what_a_hook_writes_belongs_to_the_write)
{
    ORM_NEW(Member, mallory, .name = "Mallory");
    ANSWERS(ORM_FAILED, Member_create(db, &mallory));
    CHECK_INT(COUNT(Deed, db, .limit = 0), 0);                          /* entered before the refusal, and gone with it */
    ORM_TRANSACTION(db) {
        ORM_NEW(Member, ada, .name = "Ada");
        OK(Member_create(db, &ada));
        CHECK_INT(COUNT(Deed, db, .limit = 0), 1);
        break;
    }
    CHECK_INT(COUNT(Deed, db, .limit = 0), 0);
}

/* ---- soft deletion ---------------------------------------------------------------------------------------------------------------------- */

PIT(P36_what_is_destroyed_softly_is_said_by_words_and_its_key_is_free)
{
    ORM_NEW(Reader, ada, .email = "ada@example.com");
    OK(Reader_create(db, &ada));
    OK(Reader_destroy(db, &ada));
    CHECK_INT(COUNT(Reader, db, .limit = 0), 0);
    CHECK_INT(COUNT(Reader, db, .with_deleted = true), 1);
    CHECK_INT(COUNT(Reader, db, .only_deleted = true), 1);
    ANSWERS(ORM_STALE, Reader_destroy_by_key(db, ada.id));              /* twice is told */
    ORM_NEW(Reader, again, .email = "ada@example.com");                 /* unique among those that are there */
    OK(Reader_create(db, &again));
    ANSWERS(ORM_UNIQUE, Reader_restore_by_key(db, ada.id));
    OK(Reader_destroy_hard_by_key(db, ada.id));
    CHECK_INT(COUNT(Reader, db, .with_deleted = true), 1);
}
CHECK_MAIN()
