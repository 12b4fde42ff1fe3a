/* orm.h: models, queries and transactions for C, checked by the compiler. MIT licence, see the end of this file.

   The top-level orm.h is made from src/ by `make orm.h` and never edited by hand; src/orm.h lists its parts. */
#ifndef ORM_H
#define ORM_H
#include "config.h"
#ifdef __cplusplus
extern "C" {
#endif
#include "macros.h"
#include "values.h"
#include "error.h"
#include "model.h"
#include "result.h"
#include "query.h"
#include "db.h"
#include "dialect.h"
#include "rows.h"
#include "batch.h"
#include "schema.h"
#include "load.h"
#include "relate.h"
#include "json.h"
#include "words.h"
#include "relations.h"
#include "define.h"
#ifdef __cplusplus
}
#endif
#endif

#if defined ORM_IMPLEMENTATION && !defined ORM__IMPLEMENTED
#define ORM__IMPLEMENTED
#include "internal.h"
#include "arena.c"
#include "writer.c"
#include "error.c"
#include "log.c"
#include "text.c"
#include "json_scan.c"
#include "calendar.c"
#include "uuid.c"
#include "decimal.c"
#include "inet.c"
#include "value.c"
#include "array.c"
#include "fit.c"
#include "regex.c"
#include "rules.c"
#include "validate.c"
#include "result.c"
#include "copy.c"
#include "session.c"
#include "pool.c"
#include "keeper.c"
#include "db.c"
#include "call.c"
#include "transaction.c"
#include "lock.c"
#include "statement.c"
#include "expr.c"
#include "order.c"
#include "condition.c"
#include "relation.c"
#include "select.c"
#include "find.c"
#include "include.c"
#include "load.c"
#include "write.c"
#include "bulk.c"
#include "update.c"
#include "aggregate.c"
#include "relate.c"
#include "graph.c"
#include "stream.c"
#include "batch.c"
#include "lexer.c"
#include "raw.c"
#include "layout.c"
#include "ddl.c"
#include "sync.c"
#include "json.c"
#include "dump.c"
#endif
