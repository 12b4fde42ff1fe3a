/* What is for sale. */
#include "routes.h"
#include "errors.h"
#include <stdlib.h>
#include <string.h>

/* A number from the query string, from 1; `usual` when it is not there. False: it is answered with 422. */
static bool read_number(request *r, const char *name, int64_t usual, int64_t most, int64_t *out)
{
    const char *text = request_query(r, name);
    char *end;
    *out = text ? strtoll(text, &end, 10) : usual;
    if (!text || (*text && !*end && *out >= 1 && *out <= most)) return true;
    orm_fail(r->db, 422, "%s is a number from 1 to %lld", name, (long long)most);
    refuse(r);
    return false;
}

/* GET /products?filter={"price_cents":{"lt":1000}}&order=-price_cents&page=2&per_page=10: what a client may ask is named here, field by field. */
void list_products(request *r)
{
    const Product_filter allowed = { .eq = { .id = 1, .name = 1 }, .in = { .id = 1 }, .range = { .price_cents = 1, .stock = 1 }, .contains = { .name = 1 }, .connectives = true };
    const Product_mask sortable = { .id = 1, .name = 1, .price_cents = 1, .stock = 1 };
    const char *filter = request_query(r, "filter"), *order = request_query(r, "order");
    Product_query query = { .arena = &r->arena };
    int64_t total;
    if (!read_number(r, "page", 1, 1000000, &query.page) || !read_number(r, "per_page", 20, 100, &query.per_page)) return;
    if (filter && Product_filter_from_json(r->db, filter, strlen(filter), &allowed, &r->arena, &query.where)) {
        refuse(r);
        return;
    }
    if (Product_order_from_text(order ? order : "name", sortable, &query.order[0])) {
        refuse(r);
        return;
    }
    const Product *found = Product_find_and_count(r->db, &query, &total);
    char *json = found ? Product_all_to_json(found, (Product_mask){ 0 }) : NULL;
    if (!json) {
        refuse(r);
        return;
    }
    answer_text(r, 200, orm_format(&r->arena, "{\"total\":%lld,\"page\":%lld,\"per_page\":%lld,\"products\":%s}", (long long)total, (long long)query.page, (long long)query.per_page, json));
    orm_free_text(json);
}

void show_product(request *r)
{
    const Product *product = Product_get_one(r->db, &(Product_query){ .where = orm_eq(Product_.id, r->id), .arena = &r->arena });
    answer_json(r, 200, product ? Product_to_json(product, (Product_mask){ 0 }) : NULL);
}
