/* A small shop: what relations look like in a program, and how many statements each question takes.
   cc shop.c -lsqlite3 && ./a.out [database-url] */
#define ORM_IMPLEMENTATION
#include "shop.h"
#include "../dialects/sqlite.h"
#include <string.h>
ORM_DEFINE(Shop)

/* ---- what is in the shop ------------------------------------------------------------------------------------------------ */
enum { GIFT, HANDMADE, FRAGILE, ORGANIC, NO_TAG = -1 };
static const char *const tags[] = { "gift", "handmade", "fragile", "organic" };

enum { HOME, KITCHEN, TEA, LIGHT, GARDEN, NO_PARENT = -1 };
static const struct { const char *name; int parent; } categories[] = {
    { "Home", NO_PARENT }, { "Kitchen", HOME }, { "Tea", KITCHEN }, { "Light", HOME }, { "Garden", NO_PARENT } };

enum { TEAPOT, CUP, LEAVES, BOARD, LANTERN, CANDLE, SEEDS };
static const struct { const char *name, *price; int stock, category, tags[3]; } products[] = {
    { "Teapot",           "34.90",  7, TEA,     { HANDMADE, GIFT, FRAGILE } },
    { "Cup",               "9.50", 24, TEA,     { HANDMADE, FRAGILE, NO_TAG } },
    { "Green tea, 100 g",  "6.80", 50, TEA,     { ORGANIC, GIFT, NO_TAG } },
    { "Olive wood board", "27.00",  4, KITCHEN, { GIFT, HANDMADE, NO_TAG } },
    { "Paper lantern",    "18.25",  0, LIGHT,   { HANDMADE, GIFT, NO_TAG } },
    { "Beeswax candle",    "5.40", 31, LIGHT,   { ORGANIC, HANDMADE, GIFT } },
    { "Flower seeds",      "2.95", 80, GARDEN,  { ORGANIC, NO_TAG, NO_TAG } } };

enum { MIRA, JONAS, LENA, TOM };
static const struct { const char *name, *email, *street, *city; } users[] = {
    { "Mira",  "mira@example.com",  "4 Mill Lane",     "Riverton" },
    { "Jonas", "jonas@example.com", "17 Harbour Road", "Eastport" },
    { "Lena",  "lena@example.com",  NULL,              NULL },
    { "Tom",   "tom@example.com",   "9 Orchard Way",   "Riverton" } };

static const struct { int user, month, day; enum Stage stage; struct { int product, quantity; } items[3]; } orders[] = {
    { MIRA,   1, 12, Stage_arrived, { { TEAPOT, 1 }, { CUP, 4 } } },
    { JONAS,  1, 30, Stage_arrived, { { LANTERN, 2 }, { CANDLE, 6 } } },
    { MIRA,   2,  9, Stage_arrived, { { LEAVES, 2 } } },
    { TOM,    2, 21, Stage_arrived, { { BOARD, 1 } } },
    { MIRA,   3,  2, Stage_sent,    { { SEEDS, 10 }, { CANDLE, 2 } } },
    { MIRA,   3, 17, Stage_paid,    { { LEAVES, 3 }, { CUP, 2 }, { BOARD, 1 } } },
    { JONAS,  3, 20, Stage_arrived, { { SEEDS, 4 } } } };

#define LENGTH(array) (sizeof (array) / sizeof *(array))

/* All or nothing: whoever returns from the block leaves nothing behind. */
static void fill(orm_db *db, orm_arena *memory)
{
    Tag *tag = Tag_list(memory, LENGTH(tags));                                  /* fresh rows; without memory there are none, and orm_failed() tells */
    Category *category = Category_list(memory, LENGTH(categories));
    Product *product = Product_list(memory, LENGTH(products));
    User *user = User_list(memory, LENGTH(users));
    if (!tag || !category || !product || !user) return;
    ORM_TRANSACTION(db) {
        for (size_t i = 0; i < LENGTH(tags); i++) tag[i].name = tags[i];
        if (Tag_create_all(db, tag, LENGTH(tags), NULL)) return;                /* one statement; their keys are in the rows now */
        for (size_t i = 0; i < LENGTH(categories); i++) {
            category[i].name = categories[i].name;
            if (categories[i].parent != NO_PARENT) category[i].parent = &category[categories[i].parent];
            if (Category_create_graph(db, &category[i])) return;
        }
        for (size_t i = 0; i < LENGTH(products); i++) {
            product[i].name = products[i].name;
            product[i].price = orm_decimal_of(products[i].price);
            product[i].stock = products[i].stock;
            product[i].category = &category[products[i].category];
            if (Product_create_graph(db, &product[i])) return;
            for (int k = 0; k < 3 && products[i].tags[k] != NO_TAG; k++) {
                ORM_NEW(ProductTag, link, .position = k);
                if (orm_add_links(db, &product[i], Product_.tags, &tag[products[i].tags[k]], &link, 1)) return;
            }
        }
        for (size_t i = 0; i < LENGTH(users); i++) {
            user[i].name = users[i].name;
            user[i].email = users[i].email;
            if (users[i].street) {
                if (!(user[i].address = Address_list(memory, 1))) return;
                user[i].address->street = users[i].street;
                user[i].address->city = users[i].city;
            }
            if (User_create_graph(db, &user[i])) return;                        /* the user, and then the address with the user's key */
        }
        for (size_t i = 0; i < LENGTH(orders); i++) {
            size_t n = 0;
            while (n < 3 && orders[i].items[n].quantity) n++;
            ORM_NEW(Order, order, .user_id = user[orders[i].user].id, .stage = orders[i].stage, .placed_on = orm_date_make(2026, orders[i].month, orders[i].day));
            if (!(order.items = Item_list(memory, n))) return;
            for (size_t k = 0; k < n; k++) {
                const Product *sold = &product[orders[i].items[k].product];
                order.items[k].product_id = sold->id;
                order.items[k].quantity = orders[i].items[k].quantity;
                order.items[k].price = sold->price;
            }
            if (Order_create_graph(db, &order)) return;
        }
    }
}

/* ---- what one asks it ---------------------------------------------------------------------------------------------------- */
static unsigned statements(orm_db *db) { return (unsigned)orm_counters_of(db).statements; }

/* What a user bought, down to the tags: one call, one result, one free. */
static int history(orm_db *db, const char *name)
{
    char day[ORM_DATE_SIZE], price[ORM_DECIMAL_SIZE];
    unsigned before = statements(db);
    ORM_AUTO User *user = User_get_one(db, &(User_query){
        .where   = orm_eq(User_.name, name),
        .include = { orm_with(User_.address), orm_count_of(User_.order_count),
                     orm_with(User_.orders, .limit = 3, .include = {            /* the latest three: the relation has its order */
                         orm_with(Order_.items, .include = {
                             orm_with(Item_.product, .select = { .name = 1 }, .include = { orm_with(Product_.tags) }) }) }) } });
    if (!user) return orm_perror("history");
    printf("The last %zu of %s's %d orders, which go to %s in %s (%u statements):\n", orm_len(user->orders), user->name, (int)user->order_count,
           user->address ? user->address->street : "nowhere", user->address ? user->address->city : "particular", statements(db) - before);
    for (const Order *order = user->orders; order < user->orders + orm_len(user->orders); order++) {
        int64_t total = 0, cents;
        printf("  %s, %s\n", orm_date_text(order->placed_on, day), Stage_label(order->stage));
        for (const Item *item = order->items; item < order->items + orm_len(order->items); item++) {
            if (orm_decimal_units(item->price, 2, &cents)) total += cents * item->quantity;
            printf("    %3d x %-18s %6s ", item->quantity, item->product->name, orm_decimal_text(item->price, price));
            for (size_t t = 0; t < orm_len(item->product->tags); t++) printf(" #%s", item->product->tags[t].name);
            puts("");
        }
        printf("    %-24s %6s\n", "together", orm_decimal_text(orm_decimal_make(total, 2), price));
    }
    puts("\nThe same as JSON:");
    return orm_print_json(stdout, User, user) ? orm_perror("json") : 0;
}

static void print_tree(const Category *level, int depth)
{
    for (size_t i = 0; i < orm_len(level); i++) {                               /* NULL, which was not loaded, has length 0 */
        printf("  %*s%s, %d\n", depth * 2, "", level[i].name, (int)level[i].product_count);
        print_tree(level[i].children, depth + 1);
    }
}

static int tree(orm_db *db)
{
    unsigned before = statements(db);
    ORM_AUTO Category *roots = Category_find_all(db, &(Category_query){
        .where   = orm_is_null(Category_.parent_id),
        .include = { orm_count_of(Category_.product_count), orm_with(Category_.children, .include = {
                         orm_count_of(Category_.product_count), orm_with(Category_.children, .include = {
                             orm_count_of(Category_.product_count) }) }) },
        .order   = { orm_asc(Category_.name) } });
    if (!roots) return orm_perror("categories");
    printf("\nThe shelves and how many products each holds, one statement for each level (%u):\n", statements(db) - before);
    print_tree(roots, 0);
    return 0;
}

/* What can be sent by post today and has all of these tags: one more condition for each. */
static int presents(orm_db *db, const char *const *wanted, size_t n)
{
    char price[ORM_DECIMAL_SIZE];
    Product_query query = {
        .where   = orm_and(orm_gt(Product_.stock, 0), orm_has_none(Product_.tags, orm_eq(Tag_.name, "fragile"))),
        .include = { orm_with(Product_.category) },
        .order   = { orm_by(Product_.category, orm_asc(Category_.name)), orm_asc(Product_.name) } };
    for (size_t i = 0; i < n; i++) orm_where(&query, orm_has(Product_.tags, orm_eq(Tag_.name, wanted[i])));
    ORM_AUTO Product *found = Product_find_all(db, &query);
    if (!found) return orm_perror("presents");
    puts("\nHandmade presents that are in stock and do not break:");
    for (const Product *p = found; p < found + orm_len(found); p++)
        printf("  %-10s %-18s %6s, %d left\n", p->category->name, p->name, orm_decimal_text(p->price, price), p->stock);
    return 0;
}

static int print_users(const char *title, const User *list)
{
    if (!list) return orm_perror(title);
    printf("%s:", title);
    for (size_t i = 0; i < orm_len(list); i++) {
        printf("%s %s", i ? "," : "", list[i].name);
        if (list[i].order_count) printf(" (%d)", (int)list[i].order_count);
    }
    puts("");
    return 0;
}

static int customers(orm_db *db)
{
    ORM_AUTO User *best = User_find_all(db, &(User_query){
        .where = orm_gt(User_.order_count, 0), .include = { orm_count_of(User_.order_count) },
        .order = { orm_desc(User_.order_count), orm_asc(User_.name) }, .limit = 3 });
    if (print_users("\nThe best customers, by their orders", best)) return 1;
    ORM_AUTO User *waiting_for_nothing = User_find_all(db, &(User_query){
        .where = orm_and(orm_has_any(User_.orders), orm_has_all(User_.orders, orm_eq(Order_.stage, Stage_arrived))), .order = { orm_asc(User_.name) } });
    if (print_users("Who got everything", waiting_for_nothing)) return 1;
    ORM_AUTO User *never = User_find_all(db, &(User_query){ .where = orm_has_no(User_.orders) });
    return print_users("Who never ordered", never);
}

/* Loading on the way: the first row loads for all its siblings, so that three loops in each other cost three statements. */
static int pieces(orm_db *db)
{
    unsigned before = statements(db);
    ORM_AUTO User *all = User_find_all(db, &(User_query){ .order = { orm_asc(User_.name) } });
    if (!all) return orm_perror("users");
    puts("\nHow many pieces everybody bought:");
    for (User *u = all; u < all + orm_len(all); u++) {
        int sold = 0;
        if (orm_load_one(db, u, User_.orders)) return orm_perror("orders");
        for (Order *o = u->orders; o < u->orders + orm_len(u->orders); o++) {
            if (orm_load_one(db, o, Order_.items)) return orm_perror("items");
            for (size_t i = 0; i < orm_len(o->items); i++) sold += o->items[i].quantity;
        }
        printf("  %-6s %3d\n", u->name, sold);
    }
    printf("  (%u statements for %zu users)\n", statements(db) - before, orm_len(all));
    return 0;
}

/* The mistake that relations are there for, and how a budget finds it: a statement for every product. */
static int too_many(orm_db *db)
{
    ORM_AUTO Product *all = Product_find_all(db, NULL);
    if (!all) return orm_perror("products");
    size_t done = 0;
    ORM_BUDGET(db, 3) {
        for (; done < orm_len(all); done++) {
            ORM_AUTO Category *category = Category_find(db, all[done].category_id);
            if (!category) break;
        }
    }
    if (orm_error()->kind != ORM_OVER_BUDGET) return orm_perror("a budget that was not kept");
    printf("\nOne category at a time, refused after %zu of %zu:\n  %.*s\n", done, orm_len(all), (int)strcspn(orm_error()->message, "("), orm_error()->message);
    unsigned before = statements(db);
    ORM_BUDGET(db, 3) if (orm_load(db, all, Product_.category)) return orm_perror("categories");
    printf("All of them: %u\n", statements(db) - before);
    return 0;
}

int main(int argc, char **argv)
{
    bool filled = false;
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Shop_schema) || User_exists(db, NULL, &filled)) return orm_close(db), orm_perror("shop");
    orm_arena memory = { 0 };
    if (!filled) fill(db, &memory);
    int failed = orm_failed() ? orm_perror("fill") : 0;
    orm_arena_release(&memory);
    failed = failed || history(db, "Mira") || tree(db) || presents(db, (const char *const[]){ "gift", "handmade" }, 2) || customers(db) || pieces(db) || too_many(db);
    orm_close(db);
    return failed;
}
