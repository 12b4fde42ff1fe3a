/* Which function answers which request. */
#ifndef ROUTES_H
#define ROUTES_H
#include "http.h"

void route(request *r);

/* page.html, page.js and page.css, and what the service says of itself: pages.c */
void show_page(request *r), show_script(request *r), show_style(request *r), show_health(request *r);
/* users.c */
void create_user(request *r), show_user(request *r), show_me(request *r), change_me(request *r);
/* sessions.c */
void login(request *r), logout(request *r);
/* products.c */
void list_products(request *r), show_product(request *r);
/* orders.c */
void place_order(request *r), show_order(request *r);
/* reports.c */
void show_monthly(request *r);
#endif
