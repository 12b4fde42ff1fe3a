/* Orders: all of an order is kept, or nothing of it. */
#include "routes.h"
#include "errors.h"
#include <stdlib.h>

static int by_product(const void *a, const void *b)
{
    int64_t left = ((const Item *)a)->product_id, right = ((const Item *)b)->product_id;
    return (left > right) - (left < right);
}

/* Takes the pieces of one line from the stock: the database looks and takes in one statement, so that nobody else can take them in between. */
static orm_status take(request *r, Item *item)
{
    ORM_AUTO Product *taken = Product_update_returning(r->db, &(Product_change){
        .where = orm_and(orm_eq(Product_.id, item->product_id), orm_gte(Product_.stock, item->quantity)),
        .set   = { orm_dec(Product_.stock, item->quantity) } }, (Product_mask){ .price_cents = 1 });
    if (!taken) return orm_error()->kind;
    if (orm_len(taken)) {
        item->price_cents = taken->price_cents;
        return ORM_OK;
    }
    ORM_AUTO Product *left = Product_find(r->db, item->product_id);
    if (left) return orm_fail(r->db, 409, "%s: %d left, %d ordered", left->name, (int)left->stock, (int)item->quantity);
    return orm_failed() ? orm_error()->kind : orm_fail(r->db, 422, "there is no product %lld", (long long)item->product_id);
}

/* Runs again, from the beginning, when another order was in the way: with fresh rows each time. */
static orm_status place(request *r, const Order *wanted, int64_t *id)
{
    size_t n = orm_len(wanted->items);
    ORM_NEW(Order, order, .user_id = r->user->id, .note = wanted->note, .items = Item_list(&r->arena, n));
    if (!order.items) return ORM_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        Item *item = &order.items[i];
        item->product_id = wanted->items[i].product_id;
        item->quantity = wanted->items[i].quantity;
        if (i > 0 && item->product_id == item[-1].product_id) return orm_fail(r->db, 422, "product %lld stands in two lines", (long long)item->product_id);
        orm_status status = take(r, item);
        if (status) return status;
        order.total_cents += (int64_t)item->price_cents * item->quantity;
    }
    orm_status status = Order_create_graph(r->db, &order);      /* the order and its items */
    *id = order.id;
    return status;
}

/* Somebody else's order is not there, as far as this user knows. */
static void answer_order(request *r, unsigned status, int64_t id)
{
    const Order *order = Order_get_one(r->db, &(Order_query){
        .where   = orm_and(orm_eq(Order_.id, id), orm_eq(Order_.user_id, r->user->id)),
        .include = { orm_with(Order_.items, .include = { orm_with(Item_.product, .select = { .name = 1 }) }) },
        .arena   = &r->arena });
    answer_json(r, status, order ? Order_to_json(order, (Order_mask){ 0 }) : NULL);
}

/* {"note": "Ring twice", "items": [{"product_id": 1, "quantity": 2}]} */
void place_order(request *r)
{
    int64_t id = 0;
    ORM_AUTO Order *wanted = Order_graph_from_json(r->db, r->body, r->length, &(Order_query){
        .select  = { .note = 1 },
        .include = { orm_with(Order_.items, .select = { .product_id = 1, .quantity = 1 }, .limit = 50) } }, NULL);
    if (wanted && orm_len(wanted->items) == 0) orm_fail(r->db, 422, "an order has at least one item");
    if (!wanted || orm_failed()) {
        refuse(r);
        return;
    }
    qsort(wanted->items, orm_len(wanted->items), sizeof *wanted->items, by_product);      /* all take their locks in the same order, so that none waits in a circle */
    ORM_TRANSACTION(r->db, .isolation = ORM_SERIALIZABLE, .retries = 20) {
        if (place(r, wanted, &id)) break;
    }
    if (orm_failed()) {
        refuse(r);
        return;
    }
    answer_header(r, "Location", orm_format(&r->arena, "/orders/%lld", (long long)id));
    answer_order(r, 201, id);
}

void show_order(request *r) { answer_order(r, 200, r->id); }
