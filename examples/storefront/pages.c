/* What is no data of the shop: the page for people, and how the service is. */
#include "routes.h"
#include "errors.h"

void show_page(request *r)   { answer_file(r, "text/html; charset=utf-8", "page.html"); }
void show_script(request *r) { answer_file(r, "text/javascript; charset=utf-8", "page.js"); }
void show_style(request *r)  { answer_file(r, "text/css; charset=utf-8", "page.css"); }

void show_health(request *r)
{
    bool any;
    if (Product_exists(r->db, NULL, &any)) {      /* asks the database, not only the pool */
        refuse(r);
        return;
    }
    orm_counters n = orm_counters_of(r->db);
    answer_text(r, 200, orm_format(&r->arena, "{\"database\":\"%s\",\"statements\":%llu,\"pool\":{\"connections\":%llu,\"in_use\":%llu,\"waiting\":%llu,\"waits\":%llu,\"timeouts\":%llu,\"longest_wait_us\":%llu}}",
                                   orm_engine(r->db), (unsigned long long)n.statements, (unsigned long long)n.connections, (unsigned long long)n.in_use, (unsigned long long)n.waiting,
                                   (unsigned long long)n.waits, (unsigned long long)n.timeouts, (unsigned long long)n.longest_wait_us));
}
