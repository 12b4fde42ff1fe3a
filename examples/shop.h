/* The models of shop.c: relations of every kind. Those between two models may be declared on either side, or on both. */
#ifndef SHOP_H
#define SHOP_H
#include "../orm.h"

#define Stage_VALUES(X) X(paid) X(sent) X(arrived)
ORM_ENUM(Stage)

#define User_FIELDS(X)                                                                              \
    X(id,          serial)                                                                          \
    X(name,        string(80), not_empty)                                                           \
    X(email,       string(255), unique, email)                                                      \
    X(address,     has_one(Address, user_id))                                                       \
    X(orders,      has_many(Order, user_id, order(orm_desc(Order_.placed_on))))                     \
    X(order_count, count_of(orders))                        /* no column: counted where asked for */
ORM_MODEL(User, users)

#define Address_FIELDS(X)                                                                           \
    X(user_id, key(User), primary_key, on_delete(cascade))  /* one for each user at most */         \
    X(street,  string(120), not_empty)                                                              \
    X(city,    string(80), not_empty)
ORM_MODEL(Address, addresses)

#define Order_FIELDS(X)                                                                             \
    X(id,        serial)                                                                            \
    X(user_id,   key(User), on_delete(cascade), indexed)                                            \
    X(placed_on, date)                                                                              \
    X(stage,     enumeration(Stage), default(Stage_paid))                                           \
    X(items,     has_many(Item, order_id, order(orm_asc(Item_.product_id))))
ORM_MODEL(Order, orders)

#define Item_FIELDS(X)                                      /* links orders and products, and has values of its own */ \
    X(order_id,   key(Order), primary_key, on_delete(cascade))                                      \
    X(product_id, key(Product), primary_key, indexed)                                               \
    X(quantity,   integer, at_least(1))                                                             \
    X(price,      decimal(10, 2))                           /* as it was on that day */             \
    X(product,    belongs_to(Product, product_id))
ORM_MODEL(Item, items)

#define Product_FIELDS(X)                                                                           \
    X(id,          serial)                                                                          \
    X(name,        string(120), not_empty)                                                          \
    X(price,       decimal(10, 2), at_least(0))                                                     \
    X(stock,       integer, at_least(0))                                                            \
    X(category_id, key(Category), indexed)                                                          \
    X(category,    belongs_to(Category, category_id))                                               \
    X(tags,        many_to_many(Tag, ProductTag, product_id, tag_id, link_order(orm_asc(ProductTag_.position))))
ORM_MODEL(Product, products)

#define Category_FIELDS(X)                                                                          \
    X(id,            serial)                                                                        \
    X(name,          string(80), unique, not_empty)                                                 \
    X(parent_id,     key(Category), nullable, indexed)                                              \
    X(parent,        belongs_to(Category, parent_id))                                               \
    X(children,      has_many(Category, parent_id, order(orm_asc(Category_.name))))                 \
    X(products,      has_many(Product, category_id))                                                \
    X(product_count, count_of(products))
ORM_MODEL(Category, categories)

#define Tag_FIELDS(X)                                                                               \
    X(id,   serial)                                                                                 \
    X(name, string(40), unique, not_empty)
ORM_MODEL(Tag, tags)

#define ProductTag_FIELDS(X)                                                                        \
    X(product_id, key(Product), primary_key, on_delete(cascade))                                    \
    X(tag_id,     key(Tag), primary_key, on_delete(cascade), indexed)                               \
    X(position,   integer)
ORM_MODEL(ProductTag, product_tags)

#define Shop_MODELS(X) X(User) X(Address) X(Order) X(Item) X(Product) X(Category) X(Tag) X(ProductTag)
ORM_SCHEMA(Shop)
#endif
