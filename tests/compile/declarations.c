/* Nothing but the declarations. */
#include "orm.h"
#include "dialects/sqlite.h"
extern int an_iso_c_file_needs_a_declaration;
