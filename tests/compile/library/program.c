/* A program with models of its own that uses the library's: one database holds both schemas. */
#define ORM_IMPLEMENTATION
#include "shop.h"
#include "dialects/sqlite.h"

#define Order_FIELDS(X)                                 \
    X(id,         serial)                               \
    X(product_id, key(Product), on_delete(restrict))    \
    X(product,    belongs_to(Product, product_id))
ORM_MODEL(Order, orders)
#define Desk_MODELS(X) X(Order)
ORM_SCHEMA(Desk)
ORM_DEFINE(Desk)
ORM_SCHEMA_OF(Everything, &Product_model, &Order_model);

int main(void)
{
    orm_db *db = orm_open("sqlite::memory:");
    if (!db || orm_sync(db, &Shop_schema) || orm_sync(db, &Desk_schema) || orm_sync(db, &Everything_schema)) return orm_perror("open");
    if (shop_sell(db, "lamp", 1999)) return orm_perror("sell");
    ORM_AUTO Product *lamp = Product_find(db, 1);
    ORM_NEW(Order, order, .product_id = lamp ? lamp->id : 0);
    if (Order_create(db, &order)) return orm_perror("order");
    ORM_AUTO Order *found = Order_get_one(db, &(Order_query){ .include = { orm_with(Order_.product, .limit = 0) } });
    int problem = !found || !found->product || found->product->cents != 1999;
    orm_close(db);
    return problem;
}
