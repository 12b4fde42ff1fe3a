/* The models. The struct, the table, the rules, the JSON and the queries of each come from its list. */
#ifndef MODELS_H
#define MODELS_H
#include "../../orm.h"

#define User_FIELDS(X)                                                                                \
    X(id,         serial)                                                                             \
    X(name,       string(80), not_empty, normalize(trim, collapse))                                   \
    X(email,      string(255), email, unique("has an account already"), normalize(trim, lowercase))   \
    X(password,   password(password_hash, password_verify), length(8, 200))                           \
    X(version,    version)                                                                            \
    X(orders,     has_many(Order, user_id, order(orm_desc(Order_.id))))                               \
    X(created_at, created_at)                                                                         \
    X(updated_at, updated_at)
ORM_MODEL(User, users)

#define Session_FIELDS(X)                                   /* one for each login that has not ended */ \
    X(id,         serial)                                                                             \
    X(token,      uuid, unique, secret)                                                               \
    X(user_id,    key(User), on_delete(cascade), indexed)                                             \
    X(expires_at, timestamp, indexed)                                                                 \
    X(user,       belongs_to(User, user_id))
ORM_MODEL(Session, sessions)

#define Product_FIELDS(X)                                                                             \
    X(id,          serial)                                                                            \
    X(name,        string(120), unique, not_empty)                                                    \
    X(price_cents, integer, at_least(0))                                                              \
    X(stock,       integer, at_least(0))
ORM_MODEL(Product, products)

#define Order_FIELDS(X)                                                                               \
    X(id,          serial)                                                                            \
    X(user_id,     key(User), indexed)                                                                \
    X(note,        string(200), nullable, normalize(trim))                                            \
    X(total_cents, bigint, at_least(0))                                                               \
    X(items,       has_many(Item, order_id, order(orm_asc(Item_.product_id))))                        \
    X(created_at,  created_at)
ORM_MODEL(Order, orders, index(created_at))

#define Item_FIELDS(X)                                                                                \
    X(order_id,    key(Order), primary_key, on_delete(cascade))                                       \
    X(product_id,  key(Product), primary_key, indexed)                                                \
    X(quantity,    integer, between(1, 1000))                                                         \
    X(price_cents, integer, at_least(0))                    /* of one piece, on the day of the order */ \
    X(product,     belongs_to(Product, product_id))
ORM_MODEL(Item, items)

#define Store_MODELS(X) X(User) X(Session) X(Product) X(Order) X(Item)
ORM_SCHEMA(Store)

/* One row for each month with orders, and a view of these rows with what was taken until the end of each. */
#define Month_FIELDS(X)                                                                               \
    X(month,         date,   month_of(Order, created_at), group)                                      \
    X(orders,        bigint, count_all)                                                               \
    X(revenue_cents, bigint, sum(Order, total_cents))
ORM_VIEW(Month, from(Order))

#define Revenue_FIELDS(X)                                                                             \
    X(month,         date,   of(Month, month))                                                        \
    X(orders,        bigint, of(Month, orders))                                                       \
    X(revenue_cents, bigint, of(Month, revenue_cents))                                                \
    X(running_cents, bigint, sum(Month, revenue_cents), order(Month, month))
ORM_VIEW(Revenue, from(Month))
#endif
