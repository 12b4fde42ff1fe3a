/* The table of routes. */
#include "routes.h"
#include "errors.h"
#include "sessions.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *method, *path; void (*answer)(request *r); bool login; } routes[] = {
    { "GET",   "/",                show_page,     false },
    { "GET",   "/page.js",         show_script,   false },
    { "GET",   "/page.css",        show_style,    false },
    { "GET",   "/health",          show_health,   false },
    { "POST",  "/users",           create_user,   false },
    { "GET",   "/users/:id",       show_user,     true },
    { "POST",  "/login",           login,         false },
    { "POST",  "/logout",          logout,        true },
    { "GET",   "/me",              show_me,       true },
    { "PATCH", "/me",              change_me,     true },
    { "GET",   "/products",        list_products, false },
    { "GET",   "/products/:id",    show_product,  false },
    { "POST",  "/orders",          place_order,   true },
    { "GET",   "/orders/:id",      show_order,    true },
    { "GET",   "/reports/monthly", show_monthly,  true },
};

/* Is it this path? ":id" at the end stands for a whole number. */
static bool is_path(const char *pattern, const char *path, int64_t *id)
{
    size_t same = strcspn(pattern, ":");
    if (strncmp(pattern, path, same) != 0) return false;
    if (!pattern[same]) return !path[same];
    char *end;
    errno = 0;
    long long number = strtoll(path + same, &end, 10);
    if (!isdigit((unsigned char)path[same]) || *end || errno) return false;
    *id = number;
    return true;
}

void route(request *r)
{
    const char *method = strcmp(r->method, "HEAD") == 0 ? "GET" : r->method;      /* the server leaves the body out */
    const char *others = NULL;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!is_path(routes[i].path, r->path, &r->id)) continue;
        if (strcmp(routes[i].method, method) == 0) {
            if (!routes[i].login || find_session(r)) routes[i].answer(r);
            return;
        }
        others = others ? orm_format(&r->arena, "%s, %s", others, routes[i].method) : routes[i].method;
    }
    if (others) answer_header(r, "Allow", others);
    refuse_as(r, others ? NO_METHOD : NO_PATH);
}
