/* Nothing but the declarations. */
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
extern int an_iso_c_file_needs_a_declaration;
