/* A shop: relations of every kind, read in few statements and written as graphs. It prints how many statements each answer took.
   cc storefront.c -lsqlite3 && ./a.out [database-url] */
#define ORM_IMPLEMENTATION
#include "storefront.h"
#include "../dialects/sqlite.h"
ORM_DEFINE(Store)

/* the statements since the last call */
static unsigned sent(orm_db *db)
{
    static uint64_t before;
    uint64_t now = orm_counters_of(db).statements, n = now - before;
    before = now;
    return (unsigned)n;
}

/* a shelf with its products and their tags, made as one graph */
static orm_status fill_shelf(orm_db *db, orm_arena *memory, int64_t parent, const char *name, const char *const products[2], Tag *const tags[2])
{
    Category *shelf = Category_list(memory, 1);
    Product *both = Product_list(memory, 2);
    if (!shelf || !both) return orm_error()->kind;
    shelf->name = name;
    shelf->parent_id = orm_int64(parent);
    shelf->products = both;
    for (int i = 0; i < 2; i++) {
        both[i].name = products[i];
        both[i].price = orm_decimal_make(1250 + 700 * i, 2);
        both[i].stock = 3 - 3 * i;
        both[i].tags = Tag_list(memory, (size_t)i + 1);
        if (!both[i].tags) return orm_error()->kind;
        for (int k = 0; k <= i; k++) both[i].tags[k] = *tags[k];
    }
    return Category_create_graph(db, shelf);
}

/* an order of so many pieces of each product, with its number within the customer's */
static orm_status place_order(orm_db *db, orm_arena *memory, const Customer *customer, int32_t number, const Product *products, size_t n)
{
    ORM_NEW(Order, order, .customer_id = customer->id, .number = number);
    order.items = Item_list(memory, n);
    if (!order.items) return orm_error()->kind;
    for (size_t i = 0; i < n; i++) {
        order.items[i].product_id = products[i].id;
        order.items[i].quantity = (int32_t)(1 + (i + (size_t)number) % 3);
        order.items[i].price = products[i].price;
    }
    return Order_create_graph(db, &order);
}

static orm_status fill(orm_db *db)
{
    orm_arena memory = { 0 };
    ORM_TRANSACTION(db) {
        Tag *tags = Tag_list(&memory, 2);
        if (!tags) break;
        tags[0].name = "new";
        tags[1].name = "gift";
        Tag_create_all(db, tags, 2, NULL);
        ORM_NEW(Category, root, .name = "All");
        Category_create(db, &root);
        fill_shelf(db, &memory, root.id, "Books", (const char *const[]){ "Atlas", "Cookbook" }, (Tag *const[]){ &tags[0], &tags[1] });
        fill_shelf(db, &memory, root.id, "Games", (const char *const[]){ "Chess", "Dominoes" }, (Tag *const[]){ &tags[1], &tags[0] });
        ORM_AUTO Product *products = Product_find_all(db, &(Product_query){ .order = { orm_asc(Product_.id) } });
        if (!products) break;
        static const char *const names[] = { "Ada", "Grace", "Edith" };
        for (int i = 0; i < 3; i++) {
            ORM_NEW(Customer, customer, .name = names[i]);
            ORM_NEW(Address, address, .city = i ? "Paris" : "London");
            customer.address = &address;
            Customer_create_graph(db, &customer);
            for (int32_t number = 1; number <= 4 - 2 * i; number++) place_order(db, &memory, &customer, number, products, (size_t)number);
        }
    }
    orm_arena_release(&memory);
    return orm_failed() ? orm_error()->kind : ORM_OK;
}

/* ---- what a shop asks --------------------------------------------------------------------------------------------------- */

static orm_status order_history(orm_db *db, const char *name)
{
    ORM_AUTO Customer *customer = Customer_get_one(db, &(Customer_query){
        .where   = orm_eq(Customer_.name, name),
        .include = { orm_with(Customer_.address),
                     orm_with(Customer_.orders, .limit = 3,
                              .include = { orm_with(Order_.items, .include = { orm_with(Item_.product, .include = { orm_with(Product_.tags) }) }) }) } });
    if (!customer) return orm_error()->kind;
    char text[ORM_DECIMAL_SIZE];
    printf("%s in %s, the last %zu orders, in %u statements:\n", customer->name, customer->address ? customer->address->city : "?", orm_len(customer->orders), sent(db));
    for (size_t i = 0; i < orm_len(customer->orders); i++) {
        const Order *order = &customer->orders[i];
        printf("  order %d, %s:", order->number, State_label(order->state));
        for (size_t k = 0; k < orm_len(order->items); k++) {
            const Item *item = &order->items[k];
            printf(" %d x %s at %s (", item->quantity, item->product->name, orm_decimal_text(item->price, text));
            for (size_t t = 0; t < orm_len(item->product->tags); t++) printf("%s%s", t ? ", " : "", item->product->tags[t].name);
            printf(")");
        }
        printf("\n");
    }
    return ORM_OK;
}

static orm_status tree(orm_db *db)
{
    ORM_AUTO Category *roots = Category_find_all(db, &(Category_query){
        .where   = orm_is_null(Category_.parent_id),
        .include = { orm_with(Category_.children, .include = { orm_count_of(Category_.on_shelf), orm_with(Category_.products, .order = { orm_asc(Product_.name) }) }) } });
    if (!roots) return orm_error()->kind;
    printf("the tree, in %u statements:\n", sent(db));
    for (size_t i = 0; i < orm_len(roots); i++)
        for (size_t k = 0; k < orm_len(roots[i].children); k++) {
            const Category *child = &roots[i].children[k];
            printf("  %s / %s, %d of %zu on the shelf\n", roots[i].name, child->name, (int)child->on_shelf, orm_len(child->products));
        }
    return ORM_OK;
}

static orm_status choices(orm_db *db)
{
    ORM_AUTO Product *gifts = Product_find_all(db, &(Product_query){       /* has, not a join: no product twice */
        .where   = orm_and(orm_has(Product_.tags, orm_eq(Tag_.name, "gift")), orm_has_all(Product_.tags, orm_in(Tag_.name, "gift", "new"))),
        .include = { orm_with(Product_.category, .required = true) },
        .order   = { orm_by(Product_.category, orm_desc(Category_.name)), orm_asc(Product_.name) } });
    if (!gifts) return orm_error()->kind;
    printf("gifts, in %u statement:", sent(db));
    for (size_t i = 0; i < orm_len(gifts); i++) printf(" %s (%s)", gifts[i].name, gifts[i].category->name);
    ORM_AUTO Customer *idle = Customer_find_all(db, &(Customer_query){ .where = orm_has_no(Customer_.orders) });
    ORM_AUTO Customer *best = Customer_find_all(db, &(Customer_query){ .include = { orm_count_of(Customer_.order_count), orm_with(Customer_.last_order) }, .order = { orm_desc(Customer_.order_count) } });
    if (!idle || !best) return orm_error()->kind;
    printf("\nnever ordered: %s\nbest: %s, with %d orders, the last is %d\n", idle[0].name, best[0].name, (int)best[0].order_count, best[0].last_order->number);
    return ORM_OK;
}

/* loading later, from one row at a time, is one statement for all of them; a real N+1 does not get through a budget */
static orm_status later(orm_db *db)
{
    size_t orders = 0;
    sent(db);
    ORM_AUTO Customer *customers = Customer_find_all(db, NULL);
    for (size_t i = 0; i < orm_len(customers); i++) {
        if (orm_load_one(db, &customers[i], Customer_.orders)) return orm_error()->kind;
        orders += orm_len(customers[i].orders);
    }
    printf("%zu customers and their %zu orders in a loop, in %u statements\n", orm_len(customers), orders, sent(db));
    ORM_BUDGET(db, 2) {
        for (int64_t id = 1; id <= 3; id++) orm_free(Customer_find(db, id));
    }
    printf("one by one: %s\n", orm_failed() ? orm_status_name(orm_error()->kind) : "not noticed");
    return ORM_OK;
}

int main(int argc, char **argv)
{
    orm_db *db = orm_open(argc > 1 ? argv[1] : "sqlite::memory:");
    if (!db || orm_sync(db, &Store_schema)) return orm_perror("store");
    if (fill(db)) return orm_perror("fill");
    printf("filled in %u statements, those for the tables included\n", sent(db));
    if (order_history(db, "Ada") || tree(db) || choices(db) || later(db)) return orm_perror("shop");
    orm_close(db);
    return 0;
}
