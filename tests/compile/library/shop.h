/* A library with models of its own. */
#ifndef SHOP_H
#define SHOP_H
#include "orm.h"

#define Product_FIELDS(X)               \
    X(id,    serial)                    \
    X(name,  string(80), not_empty)     \
    X(cents, integer, at_least(0))
ORM_MODEL(Product, products)

#define Shop_MODELS(X) X(Product)
ORM_SCHEMA(Shop)

orm_status shop_sell(orm_db *db, const char *name, int cents);
#endif
