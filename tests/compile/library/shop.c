#include "shop.h"
ORM_DEFINE(Shop)

orm_status shop_sell(orm_db *db, const char *name, int cents)
{
    ORM_NEW(Product, product, .name = name, .cents = cents);
    return Product_create(db, &product);
}
