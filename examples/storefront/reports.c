/* Figures, as typed views: see models.h. */
#include "routes.h"
#include "errors.h"

void show_monthly(request *r)
{
    const Revenue *months = Revenue_find_all(r->db, &(Revenue_query){ .order = { orm_asc(Revenue_.month) }, .arena = &r->arena });
    answer_json(r, 200, months ? Revenue_all_to_json(months, (Revenue_mask){ 0 }) : NULL);
}
