/* An order that comes from outside as text: only the fields of the mask may be named, and the text never becomes SQL. */
#include "small.h"

static const Account_mask allowed = { .name = 1, .created_at = 1 };

static bool reads(const char *text_, const char *column, bool descending)
{
    Account_order order;
    if (Account_order_from_text(text_, allowed, &order)) return false;
    if (!column) return order.order.column == NULL;
    return order.order.column && strcmp(order.order.column->name, column) == 0 && order.order.descending == descending;
}

TEST(names_with_a_direction_are_read)
{
    CHECK(reads("name", "name", false));
    CHECK(reads("+name", "name", false));
    CHECK(reads("-name", "name", true));
    CHECK(reads("name desc", "name", true));
    CHECK(reads("created_at asc", "created_at", false));
    CHECK(reads("", NULL, false));
    CHECK(reads(NULL, NULL, false));
}

TEST(everything_else_is_refused)
{
    static const char *const bad[] = { "balance", "pin", "nam", "name ", " name", "name; drop table accounts", "name desc desc", "-", "--name", "name,created_at",
                                       "(select 1)", "\"name\"", "NAME", "name\tdesc", "created_at nulls last", "\xff", "1" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Account_order order = orm_asc(Account_.id);
        CHECK_INT(Account_order_from_text(bad[i], allowed, &order), ORM_VALIDATION);
        CHECK(order.order.column != NULL && strcmp(order.order.column->name, "id") == 0);      /* untouched */
        CHECK_TEXT(orm_error()->failures.item[0].field, "order");
    }
}

ON_EACH(the_order_is_used_by_a_query)
{
    static const char *const names[] = { "bob", "ada", "cyd" };
    for (int i = 0; i < 3; i++) {
        ORM_NEW(Account, account, .name = names[i]);
        CHECK_INT(Account_create(db, &account), ORM_OK);
    }
    Account_query query = { .limit = 10 };
    CHECK_INT(Account_order_from_text("-name", allowed, &query.order[0]), ORM_OK);
    ORM_AUTO Account *rows = Account_find_all(db, &query);
    REQUIRE(orm_len(rows) == 3);
    CHECK_TEXT(rows[0].name, "cyd");
    CHECK_TEXT(rows[2].name, "ada");
}

CHECK_MAIN()
