// C++ sees declarations only.
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"

int main()
{
    orm_options options = orm_options();
    orm_value value = orm_value();
    return options.busy_timeout_ms == 0 && value.type == ORM_NULL ? 0 : 1;
}
