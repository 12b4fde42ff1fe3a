/* The models of storefront.c: relations of every kind. */
#ifndef STOREFRONT_H
#define STOREFRONT_H
#include "../orm.h"

#define State_VALUES(X)  X(open) X(paid) X(sent)
ORM_ENUM(State)

#define Customer_FIELDS(X)                                                                    \
    X(id,          serial)                                                                    \
    X(name,        string(80), not_empty)                                                     \
    X(address,     has_one(Address, customer_id))                                             \
    X(orders,      has_many(Order, customer_id, order(orm_desc(Order_.number))))              \
    X(last_order,  has_one(Order, customer_id, order(orm_desc(Order_.number))))               \
    X(order_count, count_of(orders))
ORM_MODEL(Customer, customers)

#define Address_FIELDS(X)                                                                     \
    X(id,          serial)                                                                    \
    X(city,        string(80))                                                                \
    X(customer_id, key(Customer), unique, on_delete(cascade))
ORM_MODEL(Address, addresses)

/* a tree */
#define Category_FIELDS(X)                                                                    \
    X(id,          serial)                                                                    \
    X(name,        string(40), unique)                                                        \
    X(parent_id,   key(Category), nullable, on_delete(restrict), indexed)                     \
    X(parent,      belongs_to(Category, parent_id))                                           \
    X(children,    has_many(Category, parent_id, order(orm_asc(Category_.name))))             \
    X(products,    has_many(Product, category_id))                                            \
    X(on_shelf,    count_of(products, where(orm_gt(Product_.stock, 0))))
ORM_MODEL(Category, categories)

#define Product_FIELDS(X)                                                                     \
    X(id,          serial)                                                                    \
    X(name,        string(80), unique)                                                        \
    X(price,       decimal(10, 2))                                                            \
    X(stock,       integer, default(0), at_least(0))                                          \
    X(category_id, key(Category), indexed)                                                    \
    X(category,    belongs_to(Category, category_id))                                         \
    X(tags,        many_to_many(Tag, ProductTag, product_id, tag_id, link_order(orm_asc(ProductTag_.position))))
ORM_MODEL(Product, products)

#define Tag_FIELDS(X)                                                                         \
    X(id,          serial)                                                                    \
    X(name,        string(40), unique)                                                        \
    X(products,    many_to_many(Product, ProductTag, tag_id, product_id))
ORM_MODEL(Tag, tags)

#define ProductTag_FIELDS(X)                                                                  \
    X(product_id,  key(Product), primary_key, on_delete(cascade))                             \
    X(tag_id,      key(Tag), primary_key, on_delete(cascade))                                 \
    X(position,    integer, default(0))
ORM_MODEL(ProductTag, product_tags)

/* numbered by each customer: a key of two columns */
#define Order_FIELDS(X)                                                                       \
    X(customer_id, key(Customer), primary_key)                                                \
    X(number,      integer, primary_key)                                                      \
    X(state,       enumeration(State), default(State_open))                                   \
    X(customer,    belongs_to(Customer, customer_id))                                         \
    X(items,       has_many(Item, (customer_id, number), order(orm_asc(Item_.id))))
ORM_MODEL(Order, orders)

#define Item_FIELDS(X)                                                                        \
    X(id,          serial)                                                                    \
    X(customer_id, bigint)                                                                    \
    X(number,      integer)                                                                   \
    X(product_id,  key(Product))                                                              \
    X(quantity,    integer, default(1), at_least(1))                                          \
    X(price,       decimal(10, 2))                   /* as it was when it was bought */       \
    X(order,       belongs_to(Order, (customer_id, number), on_delete(cascade)))              \
    X(product,     belongs_to(Product, product_id))
ORM_MODEL(Item, items, index(customer_id, number))

#define Store_MODELS(X) X(Customer) X(Address) X(Category) X(Product) X(Tag) X(ProductTag) X(Order) X(Item)
ORM_SCHEMA(Store)
#endif
