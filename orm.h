/* orm.h: models, queries and transactions for C, checked by the compiler. MIT licence, see the end of this file.

   The top-level orm.h is made from src/ by `make orm.h` and never edited by hand; src/orm.h lists its parts. */

/* Contents: search for ">>name".
   config       what may be set from outside, and what is checked before anything else
   macros       the preprocessor kit
   values       the C types of columns, and the calls that make, read and print them
   error        what calls answer
   model        the metadata of models, as const tables
   result       rows that the library made
   query        conditions, orders, includes and queries as values
   db           opening a database, its options, the log, transactions and budgets
   dialect      what an adapter fills in
   rows         the untyped calls behind M_find, M_create and the rest
   batch        calls whose answers are waited for together: ORM_BATCH
   schema       tables from models
   migrate      the schema's life: migrations from the difference between the models and what was migrated last, applied one by one, undone, verified
   load         relations of rows that are there already
   relate       writing through relations: what belongs to a row is added, removed, replaced, asked for and counted
   json         rows as JSON (RFC 8259)
   words        every word that a row may be written with, and what it means, as tables of macros
   relations    what the rows of relations expand to: has_many, has_one, belongs_to, many_to_many, belongs_to_any and count_of
   define       ORM_ENUM, ORM_MODEL, ORM_SCHEMA and ORM_DEFINE: one list, read again for each thing that is made from it
   and in the file that defines ORM_IMPLEMENTATION:
   internal     what the implementation's parts share
   arena        memory that is freed as a whole, in chunks that grow, and the default allocator
   writer       text that grows, for SQL and JSON
   error        this thread's last failure
   log          what happened, told to the handle's hook; the library writes nothing anywhere else
   text         is a text what it claims to be, UTF-8 or JSON?
   json_scan    is a text JSON (RFC 8259)?
   calendar     moments, days and times of day: made, split, read and printed
   uuid         UUIDs (RFC 9562) made, read and printed
   decimal      exact decimal numbers of up to 38 digits: 128-bit integers with a scale
   inet         IP addresses with a prefix length, as text: RFC 4291 in, RFC 5952 out
   value        members of rows as values and back
   array        arrays of scalars: their elements as values, copies, and the JSON text that an engine without arrays keeps
   fit          the choke point
   regex        the regular expressions of `matches` rules
   rules        does a value keep a rule?
   validate     all broken rules of a row or an assignment at once, in the model's order
   result       tickets, results, lists
   copy         a deep copy of a row, in a result of its own: texts, blobs, and the relations that were loaded with it
   session      one connection of a pool with all that belongs to it: made, connected, disconnected, freed
   pool         which thread holds which session
   keeper       a pool's own thread, where connections can be lost, and several threads or connections are in use: closes those that nobody used for long, replaces the lost ones that shall stay open, and tells the log of sessions that are held for too long
   db           opening and closing a handle with its pool, the handles beside it, and what they tell
   call         how a public call begins and ends on a session: place, deadline and scratch memory; and budgets of statements
   transaction  levels (a transaction, and savepoints inside it), the blocks and handles that open and end them, and what became of writes that were rolled back
   lock         locks that a transaction holds to its end: on the rows that a query reads, and on names that the program gives a meaning
   statement    prepared statements and their executions
   expr         conditions as values
   order        an order from outside text ("-created_at" of a request), through a mask of the fields that may be asked for
   condition    conditions to SQL
   relation     how the rows of a relation belong to those of its owner, and its SQL: the rows that belong to one row (in exists, counts and orders), and the conditions of joins and includes
   select       a query tree to SELECT statements with their row plans
   find         reading rows
   include      rows of one statement into structs, with what is joined to them, and the children of many parents in one statement, merged by order: both sides ascend by the key, so there is no table to look things up in
   load         relations of rows that are there already, for all rows of a level of a result at once; and the guard against loading row by row
   write        one row created, saved or destroyed
   bulk         many rows created as a whole
   update       set-based writing
   aggregate    counting, existence, sum, min, max and avg over the rows of a query
   relate       writing through relations: keys of children, rows of link models
   graph        M_create_graph: a row and everything new that hangs on its relations, in one transaction
   stream       ORM_EACH
   batch        the calls of ORM_BATCH
   lexer        SQL text as the engine reads it: where texts, names and comments end, in which nothing is a parameter
   raw          SQL by hand
   layout       what a schema consists of: its models with parents first, its indexes with names that nothing else bears
   ddl          the SQL that makes a model's table and indexes, and the report on which rules of a schema the database keeps too
   sync         makes the tables that are missing and compares the others with their models
   json         rows as JSON, written straight from the members into one text
   dump         one row with every member, for people who debug
   licence      MIT */
#ifndef ORM_H
#define ORM_H

/* >>config: what may be set from outside, and what is checked before anything else.

   ORM_IMPLEMENTATION   define it in exactly one .c file, before the first include of orm.h: that file emits the core and
                        the adapters it includes.
   ORM_MAX_TERMS        nodes of one condition, default 16. Must be the same in every file of a program: it is part of the
                        layout of a query, and orm_open refuses a file that was compiled with another number.
   ORM_MALLOC, ORM_REALLOC, ORM_FREE   the default allocator of the implementing file: all three or none. A handle can have
                        its own, with a context (orm_options.allocator).
   ORM_API              put before every public function; by default nothing in a program, hidden in a shared object. */
#if !defined __GNUC__
#  error "orm: needs gcc or clang (it uses __typeof__, __auto_type and statement expressions)"
#endif
#if !defined __cplusplus && (!defined __STDC_VERSION__ || __STDC_VERSION__ < 201112L)
#  error "orm: needs C11 or later: compile with -std=c11 or -std=gnu11"
#endif

/* the implementation uses POSIX.1-2008 (threads, clocks, regular expressions); -std=c11 hides it unless asked */
#if defined ORM_IMPLEMENTATION
#  if defined __STRICT_ANSI__ && !defined _POSIX_C_SOURCE && !defined _GNU_SOURCE && !defined _XOPEN_SOURCE
#    if defined _FEATURES_H || defined _STDIO_H || defined _STDLIB_H || defined _STRING_H
#      error "orm: in the file that defines ORM_IMPLEMENTATION include orm.h before system headers, or define _POSIX_C_SOURCE 200809L first (-std=c11 hides POSIX)"
#    endif
#    define _POSIX_C_SOURCE 200809L
#  endif
#endif

/* words that rows are written with must not be macros, or they are replaced before orm.h can see them */
#if defined serial || defined smallint || defined integer || defined bigint || defined real || defined boolean || defined string \
 || defined text || defined decimal || defined blob || defined date || defined time || defined timestamp || defined uuid        \
 || defined json || defined enumeration || defined key || defined has_many || defined belongs_to || defined created_at           \
 || defined updated_at || defined nullable || defined primary_key || defined unique || defined indexed || defined references     \
 || defined on_delete || defined on_update || defined column || defined comment || defined secret || defined immutable           \
 || defined not_empty || defined length || defined at_least || defined at_most || defined between || defined email || defined url \
 || defined was || defined type_sql || defined matches || defined one_of || defined check_with || defined message || defined default_sql || defined index           \
 || defined check || defined cascade || defined set_null || defined set_default || defined no_action || defined where || defined none || defined end
#  error "orm: one of the words that models are written with (serial, text, unique, email, index ...) is defined as a macro: include orm.h before the header that defines it, or #undef it"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ORM_VERSION_MAJOR 0
#define ORM_VERSION_MINOR 1
#define ORM_VERSION_PATCH 0
#define ORM_VERSION (ORM_VERSION_MAJOR * 10000 + ORM_VERSION_MINOR * 100 + ORM_VERSION_PATCH)

#ifndef ORM_MAX_TERMS
#  define ORM_MAX_TERMS 16
#endif
#if ORM_MAX_TERMS < 4 || ORM_MAX_TERMS > 200
#  error "orm: ORM_MAX_TERMS must lie between 4 and 200"
#endif
#define ORM_MAX_ORDERS      8   /* terms of one `.order` */
#define ORM_MAX_INCLUDES    8   /* relations of one `.include` */
#define ORM_MAX_ASSIGNMENTS 16  /* assignments of one `.set` */
#define ORM_MAX_ROWS        128 /* rows of one model */

#ifndef ORM_API
#  if defined __PIC__ && !defined __PIE__
#    define ORM_API __attribute__((visibility("hidden")))
#  else
#    define ORM_API
#  endif
#endif

/* attributes of generated functions: may stay unused, and are inlined even at -O0, so that a return address taken in the
   core is a place in the caller's code */
#define ORM__UNUSED  __attribute__((unused))
#define ORM__WRAPPER static inline __attribute__((unused, always_inline))
#ifdef __cplusplus
extern "C" {
#endif

/* >>macros: the preprocessor kit. Counted, flat FOR_EACH in blocks of 16; nothing here recurses.
   Two families (ORM__ROWS_n for rows, ORM__ARGS_n for what stands inside a row), because a macro never expands inside itself. */
#define ORM__CAT(a, b)  ORM__CAT_(a, b)
#define ORM__CAT_(a, b) a##b
#define ORM__STRING(x)  ORM__STRING_(x)
#define ORM__STRING_(x) #x
#define ORM__UNWRAP(...) __VA_ARGS__
/* calls with arguments that are expanded first. A macro never expands inside itself, so each depth of a pass has its own: EACH for a
   whole list, ROW for a row of it, then A, B, C, D inside a row */
#define ORM__CALL_EACH(F, ...) F(__VA_ARGS__)
#define ORM__CALL_ROW(F, ...)  F(__VA_ARGS__)
#define ORM__CALL_A(F, ...)    F(__VA_ARGS__)
#define ORM__CALL_B(F, ...)    F(__VA_ARGS__)
#define ORM__CALL_C(F, ...)    F(__VA_ARGS__)
#define ORM__CALL_D(F, ...)    F(__VA_ARGS__)
#define ORM__SECOND(...) ORM__SECOND_(__VA_ARGS__)
#define ORM__SECOND_(a, b, ...) b
#define ORM__THIRD(...) ORM__THIRD_(__VA_ARGS__)
#define ORM__THIRD_(a, b, c, ...) c
/* `~, 1,` answers 1, anything else 0 */
#define ORM__PROBE(...) ORM__SECOND(__VA_ARGS__, 0, ~)
#define ORM__IF_0(...)
#define ORM__IF_1(...) __VA_ARGS__
#define ORM__IF(bit) ORM__CAT(ORM__IF_, bit)
#define ORM__NOT_0 1
#define ORM__NOT_1 0
#define ORM__NOT(bit) ORM__CAT(ORM__NOT_, bit)
#define ORM__OR(a, b) ORM__CAT(ORM__OR_, ORM__CAT(a, b))
#define ORM__OR_00 0
#define ORM__OR_01 1
#define ORM__OR_10 1
#define ORM__OR_11 1
/* 1 when the first argument begins with a parenthesis */
#define ORM__IS_PAREN(...) ORM__IS_PAREN_(__VA_ARGS__, ~)
#define ORM__IS_PAREN_(a, ...) ORM__PROBE(ORM__PAREN_PROBE a)
#define ORM__PAREN_PROBE(...) ~, 1,
#define ORM__FIRST(...) ORM__FIRST_(__VA_ARGS__, ~)
#define ORM__FIRST_(a, ...) a

/* how many arguments, up to 160; the answer beyond is no number, see ORM__COUNT_ROWS */
#define ORM__COUNT_(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, _24, _25, _26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43, _44, _45, _46, _47, _48, _49, _50, _51, _52, _53, _54, _55, _56, _57, _58, _59, _60, _61, _62, _63, _64, _65, _66, _67, _68, _69, _70, _71, _72, _73, _74, _75, _76, _77, _78, _79, _80, _81, _82, _83, _84, _85, _86, _87, _88, _89, _90, _91, _92, _93, _94, _95, _96, _97, _98, _99, _100, _101, _102, _103, _104, _105, _106, _107, _108, _109, _110, _111, _112, _113, _114, _115, _116, _117, _118, _119, _120, _121, _122, _123, _124, _125, _126, _127, _128, _129, _130, _131, _132, _133, _134, _135, _136, _137, _138, _139, _140, _141, _142, _143, _144, _145, _146, _147, _148, _149, _150, _151, _152, _153, _154, _155, _156, _157, _158, _159, _160, n, ...) n
#define ORM__COUNT(...) ORM__COUNT_(__VA_ARGS__, 160, 159, 158, 157, 156, 155, 154, 153, 152, 151, 150, 149, 148, 147, 146, 145, 144, 143, 142, 141, 140, 139, 138, 137, 136, 135, 134, 133, 132, 131, 130, 129, 128, 127, 126, 125, 124, 123, 122, 121, 120, 119, 118, 117, 116, 115, 114, 113, 112, 111, 110, 109, 108, 107, 106, 105, 104, 103, 102, 101, 100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, 88, 87, 86, 85, 84, 83, 82, 81, 80, 79, 78, 77, 76, 75, 74, 73, 72, 71, 70, 69, 68, 67, 66, 65, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
/* the same for rows (and their end mark): MANY beyond ORM_MAX_ROWS; a count that is a row itself is beyond everything */
#define ORM__COUNT_ROWS(...) ORM__COUNT_ROWS_(ORM__COUNT_(__VA_ARGS__, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, 129, 128, 127, 126, 125, 124, 123, 122, 121, 120, 119, 118, 117, 116, 115, 114, 113, 112, 111, 110, 109, 108, 107, 106, 105, 104, 103, 102, 101, 100, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, 88, 87, 86, 85, 84, 83, 82, 81, 80, 79, 78, 77, 76, 75, 74, 73, 72, 71, 70, 69, 68, 67, 66, 65, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
#define ORM__COUNT_ROWS_(n) ORM__CAT(ORM__COUNT_IS_ROW_, ORM__IS_PAREN(n))(n)
#define ORM__COUNT_IS_ROW_0(n) n
#define ORM__COUNT_IS_ROW_1(n) MANY

/* F(C, the row without its parentheses) for each row */
#define ORM__ROWS_0(F, C)
#define ORM__ROWS_1(F, C, _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _1)
#define ORM__ROWS_2(F, C, _1, _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2)
#define ORM__ROWS_3(F, C, _1, _2, _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3)
#define ORM__ROWS_4(F, C, _1, _2, _3, _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4)
#define ORM__ROWS_5(F, C, _1, _2, _3, _4, _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5)
#define ORM__ROWS_6(F, C, _1, _2, _3, _4, _5, _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6)
#define ORM__ROWS_7(F, C, _1, _2, _3, _4, _5, _6, _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7)
#define ORM__ROWS_8(F, C, _1, _2, _3, _4, _5, _6, _7, _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8)
#define ORM__ROWS_9(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9)
#define ORM__ROWS_10(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10)
#define ORM__ROWS_11(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11)
#define ORM__ROWS_12(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _12)
#define ORM__ROWS_13(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _12) ORM__CALL_ROW(F, C, ORM__UNWRAP _13)
#define ORM__ROWS_14(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _12) ORM__CALL_ROW(F, C, ORM__UNWRAP _13) ORM__CALL_ROW(F, C, ORM__UNWRAP _14)
#define ORM__ROWS_15(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _12) ORM__CALL_ROW(F, C, ORM__UNWRAP _13) ORM__CALL_ROW(F, C, ORM__UNWRAP _14) ORM__CALL_ROW(F, C, ORM__UNWRAP _15)
#define ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__CALL_ROW(F, C, ORM__UNWRAP _1) ORM__CALL_ROW(F, C, ORM__UNWRAP _2) ORM__CALL_ROW(F, C, ORM__UNWRAP _3) ORM__CALL_ROW(F, C, ORM__UNWRAP _4) ORM__CALL_ROW(F, C, ORM__UNWRAP _5) ORM__CALL_ROW(F, C, ORM__UNWRAP _6) ORM__CALL_ROW(F, C, ORM__UNWRAP _7) ORM__CALL_ROW(F, C, ORM__UNWRAP _8) ORM__CALL_ROW(F, C, ORM__UNWRAP _9) ORM__CALL_ROW(F, C, ORM__UNWRAP _10) ORM__CALL_ROW(F, C, ORM__UNWRAP _11) ORM__CALL_ROW(F, C, ORM__UNWRAP _12) ORM__CALL_ROW(F, C, ORM__UNWRAP _13) ORM__CALL_ROW(F, C, ORM__UNWRAP _14) ORM__CALL_ROW(F, C, ORM__UNWRAP _15) ORM__CALL_ROW(F, C, ORM__UNWRAP _16)
#define ORM__ROWS_17(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_1(F, C, __VA_ARGS__)
#define ORM__ROWS_18(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_2(F, C, __VA_ARGS__)
#define ORM__ROWS_19(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_3(F, C, __VA_ARGS__)
#define ORM__ROWS_20(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_4(F, C, __VA_ARGS__)
#define ORM__ROWS_21(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_5(F, C, __VA_ARGS__)
#define ORM__ROWS_22(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_6(F, C, __VA_ARGS__)
#define ORM__ROWS_23(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_7(F, C, __VA_ARGS__)
#define ORM__ROWS_24(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_8(F, C, __VA_ARGS__)
#define ORM__ROWS_25(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_9(F, C, __VA_ARGS__)
#define ORM__ROWS_26(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_10(F, C, __VA_ARGS__)
#define ORM__ROWS_27(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_11(F, C, __VA_ARGS__)
#define ORM__ROWS_28(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_12(F, C, __VA_ARGS__)
#define ORM__ROWS_29(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_13(F, C, __VA_ARGS__)
#define ORM__ROWS_30(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_14(F, C, __VA_ARGS__)
#define ORM__ROWS_31(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_15(F, C, __VA_ARGS__)
#define ORM__ROWS_32(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_16(F, C, __VA_ARGS__)
#define ORM__ROWS_33(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_17(F, C, __VA_ARGS__)
#define ORM__ROWS_34(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_18(F, C, __VA_ARGS__)
#define ORM__ROWS_35(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_19(F, C, __VA_ARGS__)
#define ORM__ROWS_36(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_20(F, C, __VA_ARGS__)
#define ORM__ROWS_37(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_21(F, C, __VA_ARGS__)
#define ORM__ROWS_38(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_22(F, C, __VA_ARGS__)
#define ORM__ROWS_39(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_23(F, C, __VA_ARGS__)
#define ORM__ROWS_40(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_24(F, C, __VA_ARGS__)
#define ORM__ROWS_41(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_25(F, C, __VA_ARGS__)
#define ORM__ROWS_42(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_26(F, C, __VA_ARGS__)
#define ORM__ROWS_43(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_27(F, C, __VA_ARGS__)
#define ORM__ROWS_44(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_28(F, C, __VA_ARGS__)
#define ORM__ROWS_45(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_29(F, C, __VA_ARGS__)
#define ORM__ROWS_46(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_30(F, C, __VA_ARGS__)
#define ORM__ROWS_47(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_31(F, C, __VA_ARGS__)
#define ORM__ROWS_48(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_32(F, C, __VA_ARGS__)
#define ORM__ROWS_49(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_33(F, C, __VA_ARGS__)
#define ORM__ROWS_50(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_34(F, C, __VA_ARGS__)
#define ORM__ROWS_51(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_35(F, C, __VA_ARGS__)
#define ORM__ROWS_52(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_36(F, C, __VA_ARGS__)
#define ORM__ROWS_53(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_37(F, C, __VA_ARGS__)
#define ORM__ROWS_54(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_38(F, C, __VA_ARGS__)
#define ORM__ROWS_55(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_39(F, C, __VA_ARGS__)
#define ORM__ROWS_56(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_40(F, C, __VA_ARGS__)
#define ORM__ROWS_57(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_41(F, C, __VA_ARGS__)
#define ORM__ROWS_58(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_42(F, C, __VA_ARGS__)
#define ORM__ROWS_59(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_43(F, C, __VA_ARGS__)
#define ORM__ROWS_60(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_44(F, C, __VA_ARGS__)
#define ORM__ROWS_61(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_45(F, C, __VA_ARGS__)
#define ORM__ROWS_62(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_46(F, C, __VA_ARGS__)
#define ORM__ROWS_63(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_47(F, C, __VA_ARGS__)
#define ORM__ROWS_64(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_48(F, C, __VA_ARGS__)
#define ORM__ROWS_65(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_49(F, C, __VA_ARGS__)
#define ORM__ROWS_66(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_50(F, C, __VA_ARGS__)
#define ORM__ROWS_67(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_51(F, C, __VA_ARGS__)
#define ORM__ROWS_68(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_52(F, C, __VA_ARGS__)
#define ORM__ROWS_69(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_53(F, C, __VA_ARGS__)
#define ORM__ROWS_70(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_54(F, C, __VA_ARGS__)
#define ORM__ROWS_71(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_55(F, C, __VA_ARGS__)
#define ORM__ROWS_72(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_56(F, C, __VA_ARGS__)
#define ORM__ROWS_73(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_57(F, C, __VA_ARGS__)
#define ORM__ROWS_74(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_58(F, C, __VA_ARGS__)
#define ORM__ROWS_75(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_59(F, C, __VA_ARGS__)
#define ORM__ROWS_76(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_60(F, C, __VA_ARGS__)
#define ORM__ROWS_77(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_61(F, C, __VA_ARGS__)
#define ORM__ROWS_78(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_62(F, C, __VA_ARGS__)
#define ORM__ROWS_79(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_63(F, C, __VA_ARGS__)
#define ORM__ROWS_80(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_64(F, C, __VA_ARGS__)
#define ORM__ROWS_81(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_65(F, C, __VA_ARGS__)
#define ORM__ROWS_82(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_66(F, C, __VA_ARGS__)
#define ORM__ROWS_83(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_67(F, C, __VA_ARGS__)
#define ORM__ROWS_84(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_68(F, C, __VA_ARGS__)
#define ORM__ROWS_85(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_69(F, C, __VA_ARGS__)
#define ORM__ROWS_86(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_70(F, C, __VA_ARGS__)
#define ORM__ROWS_87(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_71(F, C, __VA_ARGS__)
#define ORM__ROWS_88(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_72(F, C, __VA_ARGS__)
#define ORM__ROWS_89(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_73(F, C, __VA_ARGS__)
#define ORM__ROWS_90(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_74(F, C, __VA_ARGS__)
#define ORM__ROWS_91(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_75(F, C, __VA_ARGS__)
#define ORM__ROWS_92(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_76(F, C, __VA_ARGS__)
#define ORM__ROWS_93(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_77(F, C, __VA_ARGS__)
#define ORM__ROWS_94(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_78(F, C, __VA_ARGS__)
#define ORM__ROWS_95(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_79(F, C, __VA_ARGS__)
#define ORM__ROWS_96(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_80(F, C, __VA_ARGS__)
#define ORM__ROWS_97(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_81(F, C, __VA_ARGS__)
#define ORM__ROWS_98(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_82(F, C, __VA_ARGS__)
#define ORM__ROWS_99(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_83(F, C, __VA_ARGS__)
#define ORM__ROWS_100(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_84(F, C, __VA_ARGS__)
#define ORM__ROWS_101(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_85(F, C, __VA_ARGS__)
#define ORM__ROWS_102(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_86(F, C, __VA_ARGS__)
#define ORM__ROWS_103(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_87(F, C, __VA_ARGS__)
#define ORM__ROWS_104(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_88(F, C, __VA_ARGS__)
#define ORM__ROWS_105(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_89(F, C, __VA_ARGS__)
#define ORM__ROWS_106(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_90(F, C, __VA_ARGS__)
#define ORM__ROWS_107(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_91(F, C, __VA_ARGS__)
#define ORM__ROWS_108(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_92(F, C, __VA_ARGS__)
#define ORM__ROWS_109(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_93(F, C, __VA_ARGS__)
#define ORM__ROWS_110(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_94(F, C, __VA_ARGS__)
#define ORM__ROWS_111(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_95(F, C, __VA_ARGS__)
#define ORM__ROWS_112(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_96(F, C, __VA_ARGS__)
#define ORM__ROWS_113(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_97(F, C, __VA_ARGS__)
#define ORM__ROWS_114(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_98(F, C, __VA_ARGS__)
#define ORM__ROWS_115(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_99(F, C, __VA_ARGS__)
#define ORM__ROWS_116(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_100(F, C, __VA_ARGS__)
#define ORM__ROWS_117(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_101(F, C, __VA_ARGS__)
#define ORM__ROWS_118(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_102(F, C, __VA_ARGS__)
#define ORM__ROWS_119(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_103(F, C, __VA_ARGS__)
#define ORM__ROWS_120(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_104(F, C, __VA_ARGS__)
#define ORM__ROWS_121(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_105(F, C, __VA_ARGS__)
#define ORM__ROWS_122(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_106(F, C, __VA_ARGS__)
#define ORM__ROWS_123(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_107(F, C, __VA_ARGS__)
#define ORM__ROWS_124(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_108(F, C, __VA_ARGS__)
#define ORM__ROWS_125(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_109(F, C, __VA_ARGS__)
#define ORM__ROWS_126(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_110(F, C, __VA_ARGS__)
#define ORM__ROWS_127(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_111(F, C, __VA_ARGS__)
#define ORM__ROWS_128(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_112(F, C, __VA_ARGS__)
#define ORM__ROWS_129(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ROWS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ROWS_113(F, C, __VA_ARGS__)
#define ORM__ROWS_MANY(F, C, ...)

/* F(C, argument) for each argument, at most 64 */
#define ORM__ARGS_0(F, C)
#define ORM__ARGS_1(F, C, _1) F(C, _1)
#define ORM__ARGS_2(F, C, _1, _2) F(C, _1) F(C, _2)
#define ORM__ARGS_3(F, C, _1, _2, _3) F(C, _1) F(C, _2) F(C, _3)
#define ORM__ARGS_4(F, C, _1, _2, _3, _4) F(C, _1) F(C, _2) F(C, _3) F(C, _4)
#define ORM__ARGS_5(F, C, _1, _2, _3, _4, _5) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5)
#define ORM__ARGS_6(F, C, _1, _2, _3, _4, _5, _6) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6)
#define ORM__ARGS_7(F, C, _1, _2, _3, _4, _5, _6, _7) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7)
#define ORM__ARGS_8(F, C, _1, _2, _3, _4, _5, _6, _7, _8) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8)
#define ORM__ARGS_9(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9)
#define ORM__ARGS_10(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10)
#define ORM__ARGS_11(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11)
#define ORM__ARGS_12(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12)
#define ORM__ARGS_13(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13)
#define ORM__ARGS_14(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14)
#define ORM__ARGS_15(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14) F(C, _15)
#define ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14) F(C, _15) F(C, _16)
#define ORM__ARGS_17(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_1(F, C, __VA_ARGS__)
#define ORM__ARGS_18(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_2(F, C, __VA_ARGS__)
#define ORM__ARGS_19(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_3(F, C, __VA_ARGS__)
#define ORM__ARGS_20(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_4(F, C, __VA_ARGS__)
#define ORM__ARGS_21(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_5(F, C, __VA_ARGS__)
#define ORM__ARGS_22(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_6(F, C, __VA_ARGS__)
#define ORM__ARGS_23(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_7(F, C, __VA_ARGS__)
#define ORM__ARGS_24(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_8(F, C, __VA_ARGS__)
#define ORM__ARGS_25(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_9(F, C, __VA_ARGS__)
#define ORM__ARGS_26(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_10(F, C, __VA_ARGS__)
#define ORM__ARGS_27(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_11(F, C, __VA_ARGS__)
#define ORM__ARGS_28(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_12(F, C, __VA_ARGS__)
#define ORM__ARGS_29(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_13(F, C, __VA_ARGS__)
#define ORM__ARGS_30(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_14(F, C, __VA_ARGS__)
#define ORM__ARGS_31(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_15(F, C, __VA_ARGS__)
#define ORM__ARGS_32(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_16(F, C, __VA_ARGS__)
#define ORM__ARGS_33(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_17(F, C, __VA_ARGS__)
#define ORM__ARGS_34(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_18(F, C, __VA_ARGS__)
#define ORM__ARGS_35(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_19(F, C, __VA_ARGS__)
#define ORM__ARGS_36(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_20(F, C, __VA_ARGS__)
#define ORM__ARGS_37(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_21(F, C, __VA_ARGS__)
#define ORM__ARGS_38(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_22(F, C, __VA_ARGS__)
#define ORM__ARGS_39(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_23(F, C, __VA_ARGS__)
#define ORM__ARGS_40(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_24(F, C, __VA_ARGS__)
#define ORM__ARGS_41(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_25(F, C, __VA_ARGS__)
#define ORM__ARGS_42(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_26(F, C, __VA_ARGS__)
#define ORM__ARGS_43(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_27(F, C, __VA_ARGS__)
#define ORM__ARGS_44(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_28(F, C, __VA_ARGS__)
#define ORM__ARGS_45(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_29(F, C, __VA_ARGS__)
#define ORM__ARGS_46(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_30(F, C, __VA_ARGS__)
#define ORM__ARGS_47(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_31(F, C, __VA_ARGS__)
#define ORM__ARGS_48(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_32(F, C, __VA_ARGS__)
#define ORM__ARGS_49(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_33(F, C, __VA_ARGS__)
#define ORM__ARGS_50(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_34(F, C, __VA_ARGS__)
#define ORM__ARGS_51(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_35(F, C, __VA_ARGS__)
#define ORM__ARGS_52(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_36(F, C, __VA_ARGS__)
#define ORM__ARGS_53(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_37(F, C, __VA_ARGS__)
#define ORM__ARGS_54(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_38(F, C, __VA_ARGS__)
#define ORM__ARGS_55(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_39(F, C, __VA_ARGS__)
#define ORM__ARGS_56(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_40(F, C, __VA_ARGS__)
#define ORM__ARGS_57(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_41(F, C, __VA_ARGS__)
#define ORM__ARGS_58(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_42(F, C, __VA_ARGS__)
#define ORM__ARGS_59(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_43(F, C, __VA_ARGS__)
#define ORM__ARGS_60(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_44(F, C, __VA_ARGS__)
#define ORM__ARGS_61(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_45(F, C, __VA_ARGS__)
#define ORM__ARGS_62(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_46(F, C, __VA_ARGS__)
#define ORM__ARGS_63(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_47(F, C, __VA_ARGS__)
#define ORM__ARGS_64(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__ARGS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__ARGS_48(F, C, __VA_ARGS__)
#define ORM__EACH_ARG(F, C, ...) ORM__CAT(ORM__ARGS_, ORM__COUNT(__VA_ARGS__))(F, C, __VA_ARGS__)

/* a third family, for what stands inside an argument (the values of one_of, the columns of an index), at most 32 */
#define ORM__PARTS_0(F, C)
#define ORM__PARTS_1(F, C, _1) F(C, _1)
#define ORM__PARTS_2(F, C, _1, _2) F(C, _1) F(C, _2)
#define ORM__PARTS_3(F, C, _1, _2, _3) F(C, _1) F(C, _2) F(C, _3)
#define ORM__PARTS_4(F, C, _1, _2, _3, _4) F(C, _1) F(C, _2) F(C, _3) F(C, _4)
#define ORM__PARTS_5(F, C, _1, _2, _3, _4, _5) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5)
#define ORM__PARTS_6(F, C, _1, _2, _3, _4, _5, _6) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6)
#define ORM__PARTS_7(F, C, _1, _2, _3, _4, _5, _6, _7) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7)
#define ORM__PARTS_8(F, C, _1, _2, _3, _4, _5, _6, _7, _8) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8)
#define ORM__PARTS_9(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9)
#define ORM__PARTS_10(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10)
#define ORM__PARTS_11(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11)
#define ORM__PARTS_12(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12)
#define ORM__PARTS_13(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13)
#define ORM__PARTS_14(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14)
#define ORM__PARTS_15(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14) F(C, _15)
#define ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) F(C, _1) F(C, _2) F(C, _3) F(C, _4) F(C, _5) F(C, _6) F(C, _7) F(C, _8) F(C, _9) F(C, _10) F(C, _11) F(C, _12) F(C, _13) F(C, _14) F(C, _15) F(C, _16)
#define ORM__PARTS_17(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_1(F, C, __VA_ARGS__)
#define ORM__PARTS_18(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_2(F, C, __VA_ARGS__)
#define ORM__PARTS_19(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_3(F, C, __VA_ARGS__)
#define ORM__PARTS_20(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_4(F, C, __VA_ARGS__)
#define ORM__PARTS_21(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_5(F, C, __VA_ARGS__)
#define ORM__PARTS_22(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_6(F, C, __VA_ARGS__)
#define ORM__PARTS_23(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_7(F, C, __VA_ARGS__)
#define ORM__PARTS_24(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_8(F, C, __VA_ARGS__)
#define ORM__PARTS_25(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_9(F, C, __VA_ARGS__)
#define ORM__PARTS_26(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_10(F, C, __VA_ARGS__)
#define ORM__PARTS_27(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_11(F, C, __VA_ARGS__)
#define ORM__PARTS_28(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_12(F, C, __VA_ARGS__)
#define ORM__PARTS_29(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_13(F, C, __VA_ARGS__)
#define ORM__PARTS_30(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_14(F, C, __VA_ARGS__)
#define ORM__PARTS_31(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_15(F, C, __VA_ARGS__)
#define ORM__PARTS_32(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, ...) ORM__PARTS_16(F, C, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16) ORM__PARTS_16(F, C, __VA_ARGS__)
#define ORM__EACH_PART(F, C, ...) ORM__CAT(ORM__PARTS_, ORM__COUNT(__VA_ARGS__))(F, C, __VA_ARGS__)

/* >>values: the C types of columns, and the calls that make, read and print them.
   Nothing here allocates, takes a lock or touches a database; every call may be used from any thread. */

/** A moment: microseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds (POSIX). */
typedef int64_t orm_time;
/** The mark of a moment that nobody has set (0 is a moment: midnight of 1970-01-01). */
#define ORM_UNSET_TIME INT64_MIN
/** A calendar day: days since 1970-01-01 in the proleptic Gregorian calendar (ISO 8601). */
typedef struct orm_date { int32_t days; } orm_date;
#define ORM_UNSET_DATE ((orm_date){ INT32_MIN })
/** A time of day: microseconds since midnight, 0 to 86,399,999,999. */
typedef struct orm_clock { int64_t microseconds; } orm_clock;
#define ORM_UNSET_CLOCK ((orm_clock){ INT64_MIN })
/** A UUID (RFC 9562) in network byte order; all zero is "none". */
typedef struct orm_uuid { uint8_t byte[16]; } orm_uuid;
/** Bytes with a length. `data` NULL is "none"; an empty blob has a `data` that is not NULL. */
typedef struct orm_blob { const void *data; size_t size; } orm_blob;
/** An exact decimal number: the 128-bit integer high:low (two's complement) divided by 10^scale; |value| < 10^38. */
typedef struct orm_decimal { int64_t high; uint64_t low; int32_t scale; } orm_decimal;

/** An IP address (RFC 791, RFC 4291) with the length of a network prefix. An IPv4 address is in the first four bytes. `family` 0 is "none". */
typedef struct orm_inet { uint8_t address[16]; uint8_t family, prefix; } orm_inet;      /* family: 4 or 6; prefix: 32 or 128 for one host */

/** Arrays: members of `array(T)` rows. `at` NULL is "none"; an empty array has an `at` that is not NULL: orm_empty(orm_texts). Elements are
    never NULL. What a find returns belongs to its result; what a call gets is borrowed until it returns. */
typedef struct orm_int16s   { const int16_t *at; size_t n; } orm_int16s;
typedef struct orm_int32s   { const int32_t *at; size_t n; } orm_int32s;
typedef struct orm_int64s   { const int64_t *at; size_t n; } orm_int64s;
typedef struct orm_floats   { const float *at; size_t n; } orm_floats;
typedef struct orm_doubles  { const double *at; size_t n; } orm_doubles;
typedef struct orm_bools    { const bool *at; size_t n; } orm_bools;
typedef struct orm_texts    { const char *const *at; size_t n; } orm_texts;
typedef struct orm_dates    { const orm_date *at; size_t n; } orm_dates;
typedef struct orm_times    { const orm_time *at; size_t n; } orm_times;
typedef struct orm_uuids    { const orm_uuid *at; size_t n; } orm_uuids;

/** Members of `nullable` rows: zero-initialised is NULL, and a bare number does not assign by accident. */
typedef struct orm_opt_int16   { int16_t value; bool set; } orm_opt_int16;
typedef struct orm_opt_int32   { int32_t value; bool set; } orm_opt_int32;
typedef struct orm_opt_int64   { int64_t value; bool set; } orm_opt_int64;
typedef struct orm_opt_float   { float value; bool set; } orm_opt_float;
typedef struct orm_opt_double  { double value; bool set; } orm_opt_double;
typedef struct orm_opt_bool    { bool value; bool set; } orm_opt_bool;
typedef struct orm_opt_time    { orm_time value; bool set; } orm_opt_time;
typedef struct orm_opt_date    { orm_date value; bool set; } orm_opt_date;
typedef struct orm_opt_clock   { orm_clock value; bool set; } orm_opt_clock;
typedef struct orm_opt_decimal { orm_decimal value; bool set; } orm_opt_decimal;

#ifndef __cplusplus
/** Values for nullable members: `.age = orm_int32(36)`. */
static inline ORM__UNUSED orm_opt_int16   orm_int16(int16_t v)        { return (orm_opt_int16){ v, true }; }
static inline ORM__UNUSED orm_opt_int32   orm_int32(int32_t v)        { return (orm_opt_int32){ v, true }; }
static inline ORM__UNUSED orm_opt_int64   orm_int64(int64_t v)        { return (orm_opt_int64){ v, true }; }
static inline ORM__UNUSED orm_opt_float   orm_float(float v)          { return (orm_opt_float){ v, true }; }
static inline ORM__UNUSED orm_opt_double  orm_double(double v)        { return (orm_opt_double){ v, true }; }
static inline ORM__UNUSED orm_opt_bool    orm_bool(bool v)            { return (orm_opt_bool){ v, true }; }
static inline ORM__UNUSED orm_opt_time    orm_some_time(orm_time v)   { return (orm_opt_time){ v, true }; }
static inline ORM__UNUSED orm_opt_date    orm_some_date(orm_date v)   { return (orm_opt_date){ v, true }; }
static inline ORM__UNUSED orm_opt_clock   orm_some_clock(orm_clock v) { return (orm_opt_clock){ v, true }; }
static inline ORM__UNUSED orm_opt_decimal orm_some_decimal(orm_decimal v) { return (orm_opt_decimal){ v, true }; }
/** An array of the values, which live to the end of the block: `.tags = orm_array(orm_texts, "a", "b")`. In conditions and assignments it needs
    a name: `orm_texts wanted = orm_array(orm_texts, "a", "b"); ... orm_holds_any(Post_.tags, wanted)`. One of `n` elements elsewhere, and one of none. */
#define ORM__ARRAY_LITERAL "__extension__ (("       /* how orm_array begins: see ORM__TAKES */
#define orm_array(type, ...) __extension__ ((type){ (__typeof__(*(type){ 0 }.at)[]){ __VA_ARGS__ }, sizeof (__typeof__(*(type){ 0 }.at)[]){ __VA_ARGS__ } / sizeof *(type){ 0 }.at })
#define orm_array_at(type, elements, n) ((type){ (elements), (n) })
#define orm_empty(type) ((type){ (const void *)&orm__nothing, 0 })
static const uint64_t orm__nothing ORM__UNUSED = 0;
#endif

/* sizes of the buffers that the printing calls fill, terminating NUL included */
#define ORM_TIME_SIZE    32     /* 2026-11-20T09:08:07.123456Z */
#define ORM_DATE_SIZE    16     /* 2026-11-20 */
#define ORM_CLOCK_SIZE   16     /* 09:08:07.123456 */
#define ORM_UUID_SIZE    37     /* 0190163d-8694-739b-aea5-966c26f8ad91 */
#define ORM_INET_SIZE    48     /* 2001:db8:1:2:3:4:5:6/128 and longer */
#define ORM_DECIMAL_SIZE 48     /* -12345678901234567890.123456 */
#define ORM_MAX_DIGITS   38     /* of a decimal */

/** The moment now (CLOCK_REALTIME). */
ORM_API orm_time orm_now(void);
/** Reads RFC 3339 ("2026-11-20T09:08:07.5Z", "+02:00" offsets, 'T' or one space); a day or second that does not exist
    (02-30, 24:00, :60) and a text without zone are refused; digits beyond microseconds are cut. Returns false and leaves `out` alone when the text is not a moment. */
ORM_API bool orm_time_parse(const char *text_, orm_time *out);
/** Prints RFC 3339 in UTC, with as many fraction digits as needed (0, 3 or 6). Returns `buffer`. "unset" for ORM_UNSET_TIME. */
ORM_API const char *orm_time_text(orm_time moment, char buffer[ORM_TIME_SIZE]);
/** The moment of a day and a time of day in UTC; ORM_UNSET_TIME when either is unset or out of range. */
ORM_API orm_time orm_time_make(orm_date day, orm_clock clock_);
/** The UTC day and time of day of a moment (floor division: moments before 1970 work). Each out pointer may be NULL. */
ORM_API void orm_time_split(orm_time moment, orm_date *day, orm_clock *clock_);
/** The day of year-month-day; ORM_UNSET_DATE when there is no such day. Years 1 to 9999. */
ORM_API orm_date orm_date_make(int year, int month, int day);
/** Year, month and day of a date. Each out pointer may be NULL. */
ORM_API void orm_date_split(orm_date day, int *year, int *month, int *day_of_month);
/** "2026-11-20" (ISO 8601 extended format) to a date; false when it is not one. */
ORM_API bool orm_date_parse(const char *text_, orm_date *out);
ORM_API const char *orm_date_text(orm_date day, char buffer[ORM_DATE_SIZE]);
/** The time of day h:m:s.us; ORM_UNSET_CLOCK when there is none such. */
ORM_API orm_clock orm_clock_make(int hour, int minute, int second, int microsecond);
/** "09:08", "09:08:07" or "09:08:07.123456" to a time of day; false when it is not one. */
ORM_API bool orm_clock_parse(const char *text_, orm_clock *out);
ORM_API const char *orm_clock_text(orm_clock clock_, char buffer[ORM_CLOCK_SIZE]);
ORM_API bool orm_date_is_set(orm_date day);
ORM_API bool orm_clock_is_set(orm_clock clock_);

/** A random UUID, version 4 (RFC 9562, 5.4), from the system's random source. All zero only if that source fails. */
ORM_API orm_uuid orm_uuid_v4(void);
/** A time-ordered UUID, version 7 (RFC 9562, 5.7): milliseconds, then a counter so that one process's values ascend. */
ORM_API orm_uuid orm_uuid_v7(void);
/** 8-4-4-4-12 hex digits, either case, with or without braces; false when it is not a UUID. */
ORM_API bool orm_uuid_parse(const char *text_, orm_uuid *out);
/** Canonical lower-case form. Returns `buffer`. */
ORM_API const char *orm_uuid_text(orm_uuid id, char buffer[ORM_UUID_SIZE]);
ORM_API bool orm_uuid_is_nil(orm_uuid id);
ORM_API bool orm_uuid_equal(orm_uuid a, orm_uuid b);

/** "192.0.2.1", "2001:db8::1" or either with a prefix length behind it, "10.0.0.0/8" (RFC 4291, 2.2 and 2.3; IPv4 without leading zeros);
    bits behind the prefix are kept. False when it is none, and `out` is left alone. */
ORM_API bool orm_inet_parse(const char *text_, orm_inet *out);
/** The same for literals: a text that is not an address gives a value that every write refuses. */
ORM_API orm_inet orm_inet_of(const char *text_);
/** Canonical text (RFC 5952), with the prefix length unless it is a host's. Returns `buffer`. "" for none. */
ORM_API const char *orm_inet_text(orm_inet address, char buffer[ORM_INET_SIZE]);
/** The same address and prefix? */
ORM_API bool orm_inet_equal(orm_inet a, orm_inet b);

/** "-12.340" to a decimal with the scale as written (3); no exponent, at most 38 digits. False when it is not one. */
ORM_API bool orm_decimal_parse(const char *text_, orm_decimal *out);
/** The same for literals: a text that is not a decimal gives a value that every write refuses. */
ORM_API orm_decimal orm_decimal_of(const char *text_);
/** `units` divided by 10^scale: orm_decimal_make(1999, 2) is 19.99. Scale 0 to 38. */
ORM_API orm_decimal orm_decimal_make(int64_t units, int scale);
/** Prints all digits of the scale. Returns `buffer`. */
ORM_API const char *orm_decimal_text(orm_decimal number, char buffer[ORM_DECIMAL_SIZE]);
/** -1, 0 or 1, by value: 1.50 equals 1.5. */
ORM_API int orm_decimal_compare(orm_decimal a, orm_decimal b);
/** The same value with `scale` digits after the point; false when digits other than 0 would be lost or 38 are not enough. */
ORM_API bool orm_decimal_rescale(orm_decimal number, int scale, orm_decimal *out);
/** The number times 10^scale as a 64-bit integer; false when it does not fit or `scale` loses digits. */
ORM_API bool orm_decimal_units(orm_decimal number, int scale, int64_t *out);

/** What a value is, in metadata, parameters and results. */
typedef enum orm_type {
    ORM_NULL, ORM_INT16, ORM_INT32, ORM_INT64, ORM_FLOAT, ORM_DOUBLE, ORM_BOOL, ORM_TEXT, ORM_DECIMAL, ORM_BLOB,
    ORM_DATE, ORM_CLOCK, ORM_TIME, ORM_UUID, ORM_JSON, ORM_ENUM, ORM_INET, ORM_ARRAY, ORM_TYPES
} orm_type;

/** A typed value on its way to or from the database. Texts, blobs and arrays are borrowed. An enumeration's value is its number with length 0, or
    its label (as.s, length) once it is fit to be bound. An address is in as.uuid, its length is family * 256 + prefix. An array is as.list, as
    the elements lie in the member's struct, and `scale` is their orm_type. */
typedef struct orm_value {
    uint8_t type;             /* an orm_type, or one of the marks below */
    uint8_t scale;            /* of a decimal; of an array, the type of the elements */
    uint8_t op, n;            /* used by conditions; of a value fit for a decimal column n is its precision */
    uint32_t length;          /* bytes of a text or blob, ORM_LENGTH_UNKNOWN for a text not measured yet */
    union orm_payload {
        int64_t i; double d; const char *s; const void *p; orm_uuid uuid;
        struct { uint64_t low; int64_t high; } decimal;
        struct { const void *data; size_t count; } list;
    } as;
} orm_value;
#define ORM_LENGTH_UNKNOWN UINT32_MAX
#define ORM_VALUE_TOO_BIG 0xFE       /* mark: an unsigned number over INT64_MAX, or a blob over 4 GiB: refused by the call */

/* >>error: what calls answer. */

/** Every kind of failure: X(name, text). The kinds are the same on every engine; orm_error()->code is the engine's own. */
#define ORM_STATUS_LIST(X)                                                                  \
    X(OK,                  "no error")                                                      \
    X(NOT_FOUND,           "no such row")                                                   \
    X(VALIDATION,          "a value breaks a rule of its field")                            \
    X(UNIQUE,              "the value is already taken")                                    \
    X(FOREIGN_KEY,         "the row that is referred to does not exist, or is still referred to") \
    X(NOT_NULL,            "a required value is missing")                                   \
    X(CHECK,               "a check constraint of the database refused the row")            \
    X(EXCLUSION,           "an exclusion constraint refused the row")                       \
    X(STALE,               "the row was changed or deleted by somebody else")               \
    X(STALE_ROW,           "the row belongs to a result that was freed")                    \
    X(BUSY,                "the database is locked by another connection")                  \
    X(ACQUIRE_TIMEOUT,     "no connection of the pool became free in time")                  \
    X(LOCK_TIMEOUT,        "a lock was not granted in time")                                \
    X(SERIALIZATION,       "the transaction conflicts with another one: run it again")      \
    X(DEADLOCK,            "deadlock with another transaction: run it again")               \
    X(DEADLOCK_SELF,       "the thread would wait for itself")                              \
    X(CANCELLED,           "the statement was cancelled")                                   \
    X(TIMEOUT,             "the call's deadline has passed")                                \
    X(CONNECTION_LOST,     "the connection to the database is lost")                        \
    X(COMMIT_UNKNOWN,      "the connection was lost while committing: the outcome is unknown") \
    X(TRANSACTION_ABORTED, "the transaction was already rolled back by the database")       \
    X(STALE_PLAN,          "the schema changed under a prepared statement")                 \
    X(READ_ONLY,           "the database is read only")                                     \
    X(FULL,                "the disk or the database is full")                              \
    X(IO,                  "the database cannot read or write its files")                   \
    X(CORRUPT,             "the database file is damaged, or is not a database")            \
    X(NO_MEMORY,           "out of memory")                                                 \
    X(VALUE_RANGE,         "a value is out of range")                                       \
    X(BAD_TEXT,            "a text is not valid UTF-8 or holds a NUL")                      \
    X(BAD_DATA,            "a value in the database does not fit the model")                \
    X(NO_TABLE,            "no such table")                                                 \
    X(NO_COLUMN,           "no such column")                                                \
    X(SYNTAX,              "the database does not understand the statement")                \
    X(CONFIG,              "the database cannot be opened as asked")                        \
    X(SCHEMA_DIFFERS,      "the database's tables differ from the models")                  \
    X(MIGRATIONS_DIFFER,   "the migrations differ from those that were applied")            \
    X(MISUSE,              "the call cannot be made like this")                             \
    X(ROLLED_BACK,         "the transaction was left by break and rolled back")             \
    X(LEFT_EARLY,          "the transaction was left by return or goto and rolled back")    \
    X(OVER_BUDGET,         "more statements than the block's budget allows")                \
    X(UNSUPPORTED,         "the engine does not offer this")                                \
    X(PENDING,             "the batch has not answered this call yet")                      \
    X(FAILED,              "reported by orm_fail")

typedef enum orm_status {
#define ORM__STATUS_ENUM(name, text_) ORM_##name,
    ORM_STATUS_LIST(ORM__STATUS_ENUM)
#undef ORM__STATUS_ENUM
    ORM_STATUS_COUNT
} orm_status;

#define ORM_MAX_FAILURES 16

/** One broken rule. */
typedef struct orm_failure {
    char field[64];             /* the member's name; "" for a rule of the whole row */
    char rule[32];              /* "length", "email", "required", "unique", "references" ... */
    char message[160];          /* the rule's own message, or ours: "must have 2 to 200 characters" */
    size_t row;                 /* index of the row in a call with many */
} orm_failure;

/** The failures of a validation: all of them, in the order of the rows; `total` counts those that did not fit, too. */
typedef struct orm_failures {
    size_t count, total;
    orm_failure item[ORM_MAX_FAILURES];
} orm_failures;

/** This thread's last failure. Inline buffers: reporting cannot fail. Never holds a value of a `secret` field. */
typedef struct orm_error_info {
    orm_status kind;
    int code;                   /* the engine's code (SQLite: extended result code), or the caller's from orm_fail */
    char sqlstate[6];           /* where the engine has one, else "" */
    char model[64], field[64], constraint[128];
    char message[512];          /* one line for people */
    orm_failures failures;      /* of a validation, or the broken constraint told the same way */
} orm_error_info;

/** This thread's last failure, kind ORM_OK when there is none. The first cause wins; it is cleared by the next call that can
    fail, never by orm_free, orm_dump, orm_close or a rollback. Valid until then; do not free. Any thread. */
ORM_API const orm_error_info *orm_error(void);
/** Has this thread's last call failed (ORM_NOT_FOUND is no failure)? After a transaction block: did it not commit? */
ORM_API bool orm_failed(void);
/** "ORM_UNIQUE" for ORM_UNIQUE; "ORM_?" for a number that is no kind. Static text. */
ORM_API const char *orm_status_name(orm_status kind);
/** The kind's one-line meaning. Static text. */
ORM_API const char *orm_status_text(orm_status kind);
/** Writes "what: message" and every failure to stderr; returns 1, so that `return orm_perror("blog");` ends main. */
ORM_API int orm_perror(const char *what);
/** The last error as a JSON object {"kind":..,"message":..,"errors":[{"field":..,"rule":..,"message":..}]} (RFC 8259).
    Writes at most `size` bytes, NUL included, and returns the full length without NUL, like snprintf. */
ORM_API size_t orm_errors_json(char *buffer, size_t size);

/* >>model: the metadata of models, as const tables. ORM_DEFINE makes them from the lists; everything else reads them.
   All of it is const, public and may be read from any thread for the life of the program. */

typedef struct orm_model    orm_model;
typedef struct orm_column   orm_column;
typedef struct orm_relation orm_relation;
struct orm_expr;
struct orm_order;

/** An enumeration of ORM_ENUM: value v has the label labels[v - 1]; 0 is "none". */
typedef struct orm_enum {
    const char *name;
    const char *const *labels;
    size_t count;
} orm_enum;

typedef enum orm_action { ORM_ACTION_NONE, ORM_CASCADE, ORM_SET_NULL, ORM_SET_DEFAULT, ORM_RESTRICT, ORM_NO_ACTION } orm_action;

typedef enum orm_rule_kind {
    ORM_RULE_NONE, ORM_RULE_NOT_EMPTY, ORM_RULE_LENGTH, ORM_RULE_AT_LEAST, ORM_RULE_AT_MOST, ORM_RULE_BETWEEN,
    ORM_RULE_EMAIL, ORM_RULE_URL, ORM_RULE_MATCHES, ORM_RULE_ONE_OF_TEXT, ORM_RULE_ONE_OF_INT, ORM_RULE_CHECK_WITH, ORM_RULE_KINDS
} orm_rule_kind;

/** One rule of a field. A table of rules ends with kind ORM_RULE_NONE. */
typedef struct orm_rule {
    orm_rule_kind kind;
    const char *message;                         /* the user's own, or NULL */
    int64_t low, high;                           /* bounds as integers; lengths in characters */
    double low_number, high_number;              /* the same bounds for real and double columns */
    const char *pattern;                         /* matches: a POSIX extended regular expression */
    const char *const *texts;                    /* one_of, ends with NULL */
    const int64_t *numbers; size_t n_numbers;    /* one_of */
    const char *(*check)(const void *row);       /* check_with: NULL, or what is wrong */
} orm_rule;

/** What the type word of a row says. */
typedef struct orm_column_type {
    orm_type type;
    bool generated;                              /* serial: the database makes the value */
    bool is_key;                                 /* key(M): 0 is unset */
    bool created_at, updated_at;
    uint32_t size;                               /* string(n), char(n): characters; 0 is no limit */
    bool fixed;                                  /* char(n): exactly `size` characters */
    uint8_t precision, scale;                    /* decimal(p, s) */
    const orm_enum *labels;                      /* enumeration(E) */
    bool jsonb;                                  /* jsonb; the type is ORM_JSON */
    orm_type element;                            /* array(T) */
    const orm_column *target; const orm_model *target_model;        /* of key(M) */
} orm_column_type;

struct orm_column {
    const orm_model *model;
    const char *name;                            /* the struct's member */
    const char *column;                          /* the database's name, NULL when it is the same */
    const char *was;                             /* the database's name before a migration renames it, or NULL */
    const char *type_sql;                        /* the database's own word for the type, when it is not the usual one */
    orm_column_type is;
    size_t offset;                               /* in the row */
    size_t key_offset;                           /* in the model's key struct; only of primary keys */
    bool nullable, primary_key, unique, indexed, secret, immutable, has_default, default_is_constant;
    const char *unique_message;
    const orm_column *references; const orm_model *references_model;
    orm_action on_delete, on_update;
    const char *default_sql, *comment;
    const orm_rule *rules;
    const orm_relation *count_of;                /* count_of(relation): no column of the table, but how many rows the relation has */
    void (*count_where)(struct orm_expr *out);   /* which of them; NULL is all */
    const orm_relation *counter_of;              /* counter_of(relation): such a number, kept in the table by the database */
};

typedef enum orm_relation_kind { ORM_HAS_MANY = 1, ORM_HAS_ONE, ORM_BELONGS_TO, ORM_MANY_TO_MANY } orm_relation_kind;

/** A relation row: `member` points to the row or the rows of `target` that belong to a row of `model`. Lists of columns end with NULL. */
struct orm_relation {
    const orm_model *model;                      /* the owner */
    const char *name;
    orm_relation_kind kind;
    size_t member;                               /* offset of the pointer in the row */
    const orm_model *target;
    /* the foreign key: columns of the target (has_many, has_one), of this model (belongs_to), or of `through` that refer to this model
       (many_to_many); NULL with `as` */
    const orm_column *const *key;
    const orm_model *through; const orm_column *const *other;      /* many_to_many: the link model, and its columns that refer to the target */
    const orm_relation *as;                      /* has_many(T, as(owner)): the relation of T which has the key and the tag */
    const orm_column *tag; int64_t tagged;       /* belongs_to_any: the column beside the key that says which model it refers to, and its value for this one */
    bool constrained; orm_action on_delete, on_update;      /* belongs_to with several columns: a foreign key of the table */
    void (*where)(struct orm_expr *out), (*link_where)(struct orm_expr *out);      /* which rows belong to the relation; NULL is all */
    void (*order)(struct orm_order *out), (*link_order)(struct orm_order *out);    /* their order where a query gives none; NULL is by key */
};

/** A model option. A table of options ends with kind ORM_OPTION_NONE. */
typedef enum orm_option_kind { ORM_OPTION_NONE, ORM_OPTION_INDEX, ORM_OPTION_UNIQUE, ORM_OPTION_CHECK, ORM_OPTION_COMMENT, ORM_OPTION_WAS } orm_option_kind;
typedef struct orm_index_part { const orm_column *column; bool descending; const char *where, *sql; } orm_index_part;
typedef struct orm_model_option {
    orm_option_kind kind;
    const orm_index_part *parts; size_t n_parts; /* columns in order; a part with `sql` is an expression, one with `where` the condition */
    const char *name, *sql;                      /* check(name, "sql"), comment("text"), was("table") */
} orm_model_option;

struct orm_model {
    const char *name, *table;
    size_t size;                                 /* of the struct */
    size_t ticket;                               /* offset of the hidden member `orm` */
    size_t key_size;                             /* of the key struct */
    const orm_column *columns; size_t n_columns;
    const orm_relation *relations; size_t n_relations;
    const orm_column *counts; size_t n_counts;   /* rows count_of(...): members of the struct, not columns of the table */
    const orm_model_option *options;
    void (*defaults)(void *row);                 /* fills a row as M_defaults() does */
    const void *default_row;                     /* such a row, of a model that was not compiled but read; then `defaults` is NULL */
    uint32_t *number;                            /* given at first use, from 1; the index of the model's prepared statements */
};

/** A list of models, in the order written: ORM_SCHEMA(Blog) declares Blog_schema. */
typedef struct orm_schema {
    const char *name;
    const orm_model *const *models; size_t n_models;
} orm_schema;

/* the row's ticket, see "tickets and results" in internal.h for its bits */
#define ORM_FRESH UINT64_C(1)        /* of a row that ORM_NEW or M_defaults() began; 0 is refused by every write */

/* >>result: rows that the library made. One arena holds a result's rows, texts and nested rows; one orm_free frees them. */

/** An allocator with a context. `resize` and `release` are told the old size. All three are needed, or none. Calls may come
    from any thread that uses the handle. `allocate` and `resize` may answer NULL: the call then fails with ORM_NO_MEMORY. */
typedef struct orm_allocator {
    void *(*allocate)(void *context, size_t size);
    void *(*resize)(void *context, void *block, size_t old_size, size_t size);
    void (*release)(void *context, void *block, size_t size);
    void *context;
} orm_allocator;

/** Memory that is freed as a whole. Begin with `orm_arena a = { 0 };`. One thread at a time. */
typedef struct orm_arena {
    char *orm__at, *orm__end;
    struct orm__chunk *orm__chunks;
    orm_allocator orm__allocator;
    struct orm__result *orm__results;                    /* that live here; retired by reset and release */
} orm_arena;

/** Copies `text_` into the arena. NULL when out of memory or when `text_` is NULL. Lives until the arena's reset or release. */
ORM_API const char *orm_text(orm_arena *arena, const char *text_);
/** Prints like printf into the arena. NULL when out of memory. Lives until the arena's reset or release. */
ORM_API const char *orm_format(orm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** `size` bytes, zeroed, aligned for any type. NULL when out of memory. */
ORM_API void *orm_arena_allocate(orm_arena *arena, size_t size);
/** Forgets everything in the arena and keeps its memory for the next use. Results in it are gone: their rows answer ORM_STALE_ROW. */
ORM_API void orm_arena_reset(orm_arena *arena);
/** Frees everything; the arena may be used again. */
ORM_API void orm_arena_release(orm_arena *arena);

/* the untyped calls behind the macros */
ORM_API void *orm__new_list(orm_arena *arena, const orm_model *model, size_t n);
ORM_API size_t orm__len(const void *rows, size_t ticket_offset);
ORM_API orm_status orm__free(const void *rows);
ORM_API bool orm__loaded(const orm_model *model, const void *row, const orm_relation *relation);
ORM_API void *orm__copy(const orm_model *model, const void *row);
ORM_API void orm__free_at_scope_end(void *pointer_to_rows);

/** Rows in a list that came from a query, an include or M_list(); 1 for a single row, 0 for NULL. Reads only memory of the row itself and
    of live results. Any thread. */
#define orm_len(rows) orm__len((rows), offsetof(__typeof__(*(rows)), orm))
/** Frees a result: the pointer that a find returned. NULL is fine. Anything else (an inner row, a nested list, a stack row, a
    result freed before) is refused unread: ORM_MISUSE, told to the log hook. Any thread. */
#define orm_free(rows) ((void)orm__free(rows))
/** `ORM_AUTO User *u = User_find(db, 1);` frees at the end of the scope. */
#define ORM_AUTO __attribute__((cleanup(orm__free_at_scope_end)))
ORM_API const void *orm__links(const orm_relation *relation, const void *rows);
#ifndef __cplusplus
/** The rows of the link model that belong to a list of a many_to_many relation which was read with .links: the k-th of them made the k-th
    row of the list. `const PostTag *links = orm_links(Post_.tags, posts[i].tags);` NULL when they were not read. They belong to the result. */
#define orm_links(h, rows) ORM__LINKS(ORM__CAT(orm__h, __COUNTER__), h, rows)
#define ORM__LINKS(H, h, rows) __extension__({ __auto_type H = (h); (const __typeof__(*H.link) *)orm__links(H.relation, (__typeof__((const __typeof__(*H.target) *)0)){ rows }); })
#endif

/* >>query: conditions, orders, includes and queries as values. A condition is postfix nodes inside a struct: it may be assigned,
   returned, kept and reused. Only texts, blobs, arrays and the array of orm_in_array are borrowed, until the call that uses them returns. */

typedef enum orm_op {
    ORM_OP_VALUE = 1,                                                 /* a stored value of orm_in */
    ORM_OP_EQ, ORM_OP_NE, ORM_OP_GT, ORM_OP_GTE, ORM_OP_LT, ORM_OP_LTE,
    ORM_OP_HOLDS,                                                     /* one value; on its way to the engine ORM_OP_HOLDS_ALL of it alone */
    ORM_OP_HOLDS_ALL, ORM_OP_HOLDS_ANY,                               /* an array */
    ORM_OP_LIKE, ORM_OP_ILIKE, ORM_OP_STARTS_WITH, ORM_OP_ENDS_WITH, ORM_OP_CONTAINS, ORM_OP_REGEXP,
    ORM_OP_IS_NULL, ORM_OP_IS_NOT_NULL,
    ORM_OP_EQ_COLUMN, ORM_OP_NE_COLUMN, ORM_OP_GT_COLUMN, ORM_OP_GTE_COLUMN, ORM_OP_LT_COLUMN, ORM_OP_LTE_COLUMN,
    ORM_OP_IN, ORM_OP_NOT_IN,                                         /* takes the n values before it */
    ORM_OP_IN_ARRAY, ORM_OP_NOT_IN_ARRAY,
    ORM_OP_AND, ORM_OP_OR,                                            /* takes the n conditions before it */
    ORM_OP_ALL_OF, ORM_OP_ANY_OF,                                     /* a borrowed array of conditions */
    ORM_OP_NOT,
    ORM_OP_HAS, ORM_OP_HAS_NONE, ORM_OP_HAS_ALL,                      /* n is 1 when a condition on the children stands before it */
    ORM_OPS
} orm_op;

/* n of a node counts up to 255; `value.op` is an orm_op, `value.n` its count */
typedef struct orm_node { const void *of; orm_value value; } orm_node;
typedef struct orm_expr { uint32_t used; orm_node node[ORM_MAX_TERMS]; } orm_expr;
#define ORM__TOO_MANY    0xFFFFu          /* `used` of a condition with more nodes than ORM_MAX_TERMS: the call answers ORM_MISUSE */
#define ORM__END_OF_LIST 0xFFFEu

typedef enum orm_nulls { ORM_NULLS_DEFAULT, ORM_NULLS_FIRST, ORM_NULLS_LAST } orm_nulls;
#define ORM_MAX_PATH 3                    /* relations between a model and a column that it is ordered by */
typedef struct orm_order   { const orm_column *column; uint8_t descending, nulls; const orm_relation *path[ORM_MAX_PATH]; } orm_order;
typedef struct orm_include {
    const orm_relation *relation; const struct orm_query *query;
    const orm_column *count; const struct orm_expr *where;       /* of orm_count_of, instead of a relation */
} orm_include;
typedef struct orm_mask    { uint32_t word[ORM_MAX_ROWS / 32]; } __attribute__((aligned(16))) orm_mask;

/** Locks on the rows that a query reads, held to the end of the transaction. From the strongest to the weakest:
    ORM_FOR_UPDATE         nobody else may lock, change or delete the row
    ORM_FOR_NO_KEY_UPDATE  the same, but rows that refer to it by a foreign key may be inserted; what an update without a key change takes
    ORM_FOR_SHARE          nobody may change or delete it; others may share the lock
    ORM_FOR_KEY_SHARE      nobody may delete it or change its key; what a foreign key takes
    They need a transaction that may write: outside of one, or in a read-only one, the call answers ORM_MISUSE and sends nothing. The rows of
    the query's own model are locked, those of includes are not. Rows that were changed while the call waited are read anew, and left out
    when they do not meet the condition any more. On SQLite a transaction that may write is the database's only one, so every lock is
    granted as soon as it has begun, and nothing is sent for it. */
typedef struct orm_row_lock orm_row_lock;
extern ORM_API const orm_row_lock orm__for_update, orm__for_no_key_update, orm__for_share, orm__for_key_share;
#define ORM_FOR_UPDATE        (&orm__for_update)
#define ORM_FOR_NO_KEY_UPDATE (&orm__for_no_key_update)
#define ORM_FOR_SHARE         (&orm__for_share)
#define ORM_FOR_KEY_SHARE     (&orm__for_key_share)
/** What a call with a lock does about rows that somebody else has locked; without a word it waits, up to .busy_timeout_ms of the handle, and
    answers ORM_LOCK_TIMEOUT then.
    ORM_NOWAIT       answers ORM_LOCK_TIMEOUT at once
    ORM_SKIP_LOCKED  leaves them out, as a queue's workers want it */
typedef struct orm_row_wait orm_row_wait;
extern ORM_API const orm_row_wait orm__nowait, orm__skip_locked;
#define ORM_NOWAIT      (&orm__nowait)
#define ORM_SKIP_LOCKED (&orm__skip_locked)

/** A query without its model's types; M_query has the same layout. Zero means default everywhere; NULL for a query means none. */
typedef struct orm_query {
    bool orm__literal;
    orm_expr where;
    orm_order order[ORM_MAX_ORDERS + 1];
    orm_include include[ORM_MAX_INCLUDES + 1];
    int64_t limit, offset;           /* 0 is no limit; negative is refused */
    int64_t page, per_page;          /* page counts from 1; both or none, and then neither limit nor offset */
    orm_mask select;                 /* no bit set: all columns */
    const void *after;               /* keyset paging: rows after this one, in the query's order (primary key by default) */
    orm_arena *arena;                /* the result lives there instead of on its own */
    const orm_row_lock *lock;        /* ORM_FOR_UPDATE ...: locks the rows read, in a transaction */
    const orm_row_wait *wait;        /* with a lock: ORM_NOWAIT or ORM_SKIP_LOCKED; NULL waits */
    bool track;                      /* lists: keep a snapshot of each row, so that save writes only what changed */
    bool all;                        /* destroy_all and update: yes, every row */
    bool required;                   /* of an include: only rows that have such a related row, as an inner join does */
    bool links;                      /* of an include by many_to_many: with the rows of the link model, see orm_links */
    uint32_t timeout_ms;             /* the call's deadline, 0 for the handle's */
} orm_query;

typedef enum orm_assign_kind {
    ORM_ASSIGN_VALUE = 1, ORM_ASSIGN_NULL, ORM_ASSIGN_ADD, ORM_ASSIGN_SUBTRACT, ORM_ASSIGN_COLUMN, ORM_ASSIGN_CALC, ORM_ASSIGN_CALC_VALUE
} orm_assign_kind;
/** One assignment of an update: column = value | NULL | column +- value | other | other (op) second | other (op) value. */
typedef struct orm_assignment {
    const orm_column *column;
    uint8_t kind; char operation;    /* '+', '-' or '*' */
    const orm_column *other, *second;
    orm_value value;
} orm_assignment;
typedef struct orm_change {
    bool orm__literal;
    orm_assignment set[ORM_MAX_ASSIGNMENTS + 1];
    orm_expr where;
    bool all;
    uint32_t timeout_ms;
} orm_change;

#ifndef __cplusplus
/* ---- values ------------------------------------------------------------------------------------------- */
static inline ORM__UNUSED orm_value orm__v_int(int64_t v)      { return (orm_value){ .type = ORM_INT64, .as.i = v }; }
static inline ORM__UNUSED orm_value orm__v_uint(uint64_t v)    { return (orm_value){ .type = v > INT64_MAX ? ORM_VALUE_TOO_BIG : ORM_INT64, .as.i = (int64_t)(v & INT64_MAX) }; }
static inline ORM__UNUSED orm_value orm__v_bool(bool v)        { return (orm_value){ .type = ORM_BOOL, .as.i = v }; }
static inline ORM__UNUSED orm_value orm__v_double(double v)    { return (orm_value){ .type = ORM_DOUBLE, .as.d = v }; }
static inline ORM__UNUSED orm_value orm__v_text(const char *v) { return (orm_value){ .type = v ? ORM_TEXT : ORM_NULL, .length = ORM_LENGTH_UNKNOWN, .as.s = v }; }
static inline ORM__UNUSED orm_value orm__v_date(orm_date v)    { return (orm_value){ .type = ORM_DATE, .as.i = v.days }; }
static inline ORM__UNUSED orm_value orm__v_clock(orm_clock v)  { return (orm_value){ .type = ORM_CLOCK, .as.i = v.microseconds }; }
static inline ORM__UNUSED orm_value orm__v_uuid(orm_uuid v)    { return (orm_value){ .type = ORM_UUID, .as.uuid = v }; }
static inline ORM__UNUSED orm_value orm__v_decimal(orm_decimal v) { return (orm_value){ .type = ORM_DECIMAL, .scale = (uint8_t)v.scale, .as.decimal = { v.low, v.high } }; }
static inline ORM__UNUSED orm_value orm__v_blob(orm_blob v)
{
    if (!v.data) return (orm_value){ .type = ORM_NULL };
    return (orm_value){ .type = v.size >= UINT32_MAX ? ORM_VALUE_TOO_BIG : ORM_BLOB, .length = (uint32_t)v.size, .as.p = v.data };
}
static inline ORM__UNUSED orm_value orm__v_inet(orm_inet v)
{
    orm_value value = { .type = v.family ? ORM_INET : ORM_NULL, .length = (uint32_t)v.family << 8 | v.prefix };
    for (unsigned i = 0; i < (v.family == 4 ? 4u : 16u); i++) value.as.uuid.byte[i] = v.address[i];       /* beyond an IPv4 address there is nothing */
    return value;
}
static inline ORM__UNUSED orm_value orm__v_array(orm_type element, const void *at, size_t n)
{
    return (orm_value){ .type = at ? ORM_ARRAY : ORM_NULL, .scale = (uint8_t)element, .as.list = { at, n } };
}
static inline ORM__UNUSED orm_value orm__v_int16s (orm_int16s  v) { return orm__v_array(ORM_INT16, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_int32s (orm_int32s  v) { return orm__v_array(ORM_INT32, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_int64s (orm_int64s  v) { return orm__v_array(ORM_INT64, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_floats (orm_floats  v) { return orm__v_array(ORM_FLOAT, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_doubles(orm_doubles v) { return orm__v_array(ORM_DOUBLE, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_bools  (orm_bools   v) { return orm__v_array(ORM_BOOL, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_texts  (orm_texts   v) { return orm__v_array(ORM_TEXT, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_dates  (orm_dates   v) { return orm__v_array(ORM_DATE, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_times  (orm_times   v) { return orm__v_array(ORM_TIME, v.at, v.n); }
static inline ORM__UNUSED orm_value orm__v_uuids  (orm_uuids   v) { return orm__v_array(ORM_UUID, v.at, v.n); }

/* the class of a value, as one bit */
#define ORM__CLASS_NONE    0x0
#define ORM__CLASS_INT     0x1
#define ORM__CLASS_TEXT    0x2
#define ORM__CLASS_BOOL    0x4
#define ORM__CLASS_NUMBER  0x8
#define ORM__CLASS_DATE    0x10
#define ORM__CLASS_CLOCK   0x20
#define ORM__CLASS_UUID    0x40
#define ORM__CLASS_DECIMAL 0x80
#define ORM__CLASS_BLOB    0x100
#define ORM__CLASS_INET    0x200
#define ORM__CLASS_INT16S  0x400
#define ORM__CLASS_INT32S  0x800
#define ORM__CLASS_INT64S  0x1000
#define ORM__CLASS_FLOATS  0x2000
#define ORM__CLASS_DOUBLES 0x4000
#define ORM__CLASS_BOOLS   0x8000
#define ORM__CLASS_TEXTS   0x10000
#define ORM__CLASS_DATES   0x20000
#define ORM__CLASS_TIMES   0x40000
#define ORM__CLASS_UUIDS   0x80000
#define ORM__CLASS(v) _Generic((v), char *: ORM__CLASS_TEXT, const char *: ORM__CLASS_TEXT, bool: ORM__CLASS_BOOL,               \
    char: ORM__CLASS_INT, signed char: ORM__CLASS_INT, unsigned char: ORM__CLASS_INT, short: ORM__CLASS_INT,                     \
    unsigned short: ORM__CLASS_INT, int: ORM__CLASS_INT, unsigned: ORM__CLASS_INT, long: ORM__CLASS_INT,                         \
    unsigned long: ORM__CLASS_INT, long long: ORM__CLASS_INT, unsigned long long: ORM__CLASS_INT,                                \
    float: ORM__CLASS_NUMBER, double: ORM__CLASS_NUMBER, orm_date: ORM__CLASS_DATE, orm_clock: ORM__CLASS_CLOCK,                 \
    orm_uuid: ORM__CLASS_UUID, orm_decimal: ORM__CLASS_DECIMAL, orm_blob: ORM__CLASS_BLOB, orm_inet: ORM__CLASS_INET, \
    orm_int16s: ORM__CLASS_INT16S, orm_int32s: ORM__CLASS_INT32S, orm_int64s: ORM__CLASS_INT64S, orm_floats: ORM__CLASS_FLOATS, \
    orm_doubles: ORM__CLASS_DOUBLES, orm_bools: ORM__CLASS_BOOLS, orm_texts: ORM__CLASS_TEXTS, orm_dates: ORM__CLASS_DATES, \
    orm_times: ORM__CLASS_TIMES, orm_uuids: ORM__CLASS_UUIDS, default: ORM__CLASS_NONE)
/* a value of any class as an orm_value: the function is chosen by type, a value of no class becomes 0 for it */
#define ORM__VALUE(v) _Generic((v), char *: orm__v_text, const char *: orm__v_text, bool: orm__v_bool,                           \
    char: orm__v_int, signed char: orm__v_int, unsigned char: orm__v_int, short: orm__v_int, unsigned short: orm__v_int,         \
    int: orm__v_int, unsigned: orm__v_int, long: orm__v_int, unsigned long: orm__v_uint, long long: orm__v_int,                  \
    unsigned long long: orm__v_uint, float: orm__v_double, double: orm__v_double, orm_date: orm__v_date,                         \
    orm_clock: orm__v_clock, orm_uuid: orm__v_uuid, orm_decimal: orm__v_decimal, orm_blob: orm__v_blob, orm_inet: orm__v_inet,  \
    orm_int16s: orm__v_int16s, orm_int32s: orm__v_int32s, orm_int64s: orm__v_int64s, orm_floats: orm__v_floats, \
    orm_doubles: orm__v_doubles, orm_bools: orm__v_bools, orm_texts: orm__v_texts, orm_dates: orm__v_dates, \
    orm_times: orm__v_times, orm_uuids: orm__v_uuids, \
    default: orm__v_int)(ORM__OR_ZERO(v))
#define ORM__OR_ZERO(v) _Generic((v), char *: (v), const char *: (v), bool: (v), char: (v), signed char: (v), unsigned char: (v), \
    short: (v), unsigned short: (v), int: (v), unsigned: (v), long: (v), unsigned long: (v), long long: (v),                     \
    unsigned long long: (v), float: (v), double: (v), orm_date: (v), orm_clock: (v), orm_uuid: (v), orm_decimal: (v),            \
    orm_blob: (v), orm_inet: (v), orm_int16s: (v), orm_int32s: (v), orm_int64s: (v), orm_floats: (v), orm_doubles: (v), orm_bools: (v), \
    orm_texts: (v), orm_dates: (v), orm_times: (v), orm_uuids: (v), default: 0)

/* ---- typed handles: `kind` for _Generic, pointers that are never followed for the types they bring ------- */
typedef struct { const orm_column *c; } orm_int_col;
typedef struct { const orm_column *c; } orm_number_col;
typedef struct { const orm_column *c; } orm_text_col;
typedef struct { const orm_column *c; } orm_bool_col;
typedef struct { const orm_column *c; } orm_time_col;
typedef struct { const orm_column *c; } orm_date_col;
typedef struct { const orm_column *c; } orm_clock_col;
typedef struct { const orm_column *c; } orm_uuid_col;
typedef struct { const orm_column *c; } orm_decimal_col;
typedef struct { const orm_column *c; } orm_blob_col;
typedef struct { const orm_column *c; } orm_enum_col;
typedef struct { const orm_column *c; } orm_jsonb_col;
typedef struct { const orm_column *c; } orm_inet_col;
typedef struct { const orm_column *c; } orm_int16s_col;
typedef struct { const orm_column *c; } orm_int32s_col;
typedef struct { const orm_column *c; } orm_int64s_col;
typedef struct { const orm_column *c; } orm_floats_col;
typedef struct { const orm_column *c; } orm_doubles_col;
typedef struct { const orm_column *c; } orm_bools_col;
typedef struct { const orm_column *c; } orm_texts_col;
typedef struct { const orm_column *c; } orm_dates_col;
typedef struct { const orm_column *c; } orm_times_col;
typedef struct { const orm_column *c; } orm_uuids_col;
#define ORM__KIND_TAKES(kind) _Generic((kind), orm_int_col: ORM__CLASS_INT, orm_number_col: ORM__CLASS_INT | ORM__CLASS_NUMBER,  \
    orm_text_col: ORM__CLASS_TEXT, orm_bool_col: ORM__CLASS_BOOL | ORM__CLASS_INT, orm_time_col: ORM__CLASS_INT,                 \
    orm_date_col: ORM__CLASS_DATE, orm_clock_col: ORM__CLASS_CLOCK, orm_uuid_col: ORM__CLASS_UUID,                               \
    orm_decimal_col: ORM__CLASS_DECIMAL | ORM__CLASS_INT, orm_blob_col: ORM__CLASS_BLOB, orm_enum_col: ORM__CLASS_INT,            \
    orm_jsonb_col: ORM__CLASS_TEXT, orm_inet_col: ORM__CLASS_INET, \
    orm_int16s_col: ORM__CLASS_INT16S, orm_int32s_col: ORM__CLASS_INT32S, orm_int64s_col: ORM__CLASS_INT64S, \
    orm_floats_col: ORM__CLASS_FLOATS, orm_doubles_col: ORM__CLASS_DOUBLES, orm_bools_col: ORM__CLASS_BOOLS, \
    orm_texts_col: ORM__CLASS_TEXTS, orm_dates_col: ORM__CLASS_DATES, orm_times_col: ORM__CLASS_TIMES, \
    orm_uuids_col: ORM__CLASS_UUIDS)
/* what an element of an array is; 0 for columns that are none */
#define ORM__KIND_HOLDS(kind) _Generic((kind), \
    orm_int16s_col: ORM__CLASS_INT, orm_int32s_col: ORM__CLASS_INT, orm_int64s_col: ORM__CLASS_INT, \
    orm_floats_col: ORM__CLASS_INT | ORM__CLASS_NUMBER, orm_doubles_col: ORM__CLASS_INT | ORM__CLASS_NUMBER, \
    orm_bools_col: ORM__CLASS_BOOL | ORM__CLASS_INT, orm_texts_col: ORM__CLASS_TEXT, orm_dates_col: ORM__CLASS_DATE, \
    orm_times_col: ORM__CLASS_INT, orm_uuids_col: ORM__CLASS_UUID, default: 0)
/* engines agree on the order of all others */
#define ORM__KIND_SORTS(kind) _Generic((kind), orm_jsonb_col: 0, orm_inet_col: 0, orm_int16s_col: 0, orm_int32s_col: 0, orm_int64s_col: 0, orm_floats_col: 0, orm_doubles_col: 0, \
    orm_bools_col: 0, orm_texts_col: 0, orm_dates_col: 0, orm_times_col: 0, orm_uuids_col: 0, default: 1)

/* ---- building: plain functions, so that a debugger can step through them -------------------------------- */
/* the nodes that are not used stay as they are, which gcc tells of where it copies the whole */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
static inline ORM__UNUSED orm_expr orm__leaf(orm_op op, const void *of, orm_value v)
{
    orm_expr e;
    __asm__("" : "=m"(e));      /* the nodes beyond `used` are copied but never read: no warning, and no time to clear them */
    v.op = (uint8_t)op;
    e.used = 1;
    e.node[0].of = of;
    e.node[0].value = v;
    return e;
}
#pragma GCC diagnostic pop
ORM_API orm_expr orm__listed(orm_op op, const orm_column *column, size_t n, const orm_value *values);
ORM_API orm_expr orm__join(orm_op op, const orm_expr *kids);                /* ends at a kid with ORM__END_OF_LIST */
ORM_API orm_expr orm__between(const orm_column *column, orm_value low, orm_value high);
ORM_API orm_expr orm__not(orm_expr e);
ORM_API orm_expr orm__has(orm_op op, const orm_relation *relation, orm_expr e);
ORM_API void orm__where(orm_expr *into, const orm_expr *more);
ORM_API orm_order orm__order_by(const orm_relation *relation, orm_order order);

/* If a compile error led you here: the condition macro above it in the message was given a column that the model does not
   have, or a value whose C type the column does not take. */
#define ORM__TAKES(h, kind, v)                                                                                                   \
    _Static_assert(__builtin_strncmp(#v, ORM__ARRAY_LITERAL, sizeof ORM__ARRAY_LITERAL - 1) != 0, "orm: " #h ": the elements of orm_array would be gone before the call: give the array a name first"); \
    { enum { orm__unfit, orm__fits = (ORM__KIND_TAKES(kind) & ORM__CLASS(v)) != 0 }; _Static_assert(orm__fits, "orm: " #h " does not take " #v \
        ": a text column takes const char *, numbers and times integers, real and double also floating values, date, time, "     \
        "uuid, inet, decimal, blob and array columns their orm_ types; NULL is orm_is_null()"); }
#define ORM__ANY_KIND(h, kind)
#define ORM__SORTS(h, kind)                                                                                                      \
    { enum { orm__alike, orm__sorts = ORM__KIND_SORTS(kind) }; _Static_assert(orm__sorts, "orm: " #h " has no order that every engine keeps: jsonb, inet " \
        "and array columns compare by orm_eq and orm_ne"); }
#define ORM__IS_ARRAY(h, kind)                                                                                                   \
    { enum { orm__is_scalar, orm__is_array = ORM__KIND_HOLDS(kind) != 0 }; _Static_assert(orm__is_array, "orm: " #h " is not an array column"); }
#define ORM__IS_SCALAR(h, kind)                                                                                                  \
    { enum { orm__is_array, orm__is_scalar = ORM__KIND_HOLDS(kind) == 0 }; _Static_assert(orm__is_scalar, "orm: " #h " is an array column: a list of arrays to compare with is orm_or of orm_eq"); }
#define ORM__HOLDS_VALUE(h, kind, v)                                                                                             \
    { enum { orm__unfit, orm__fits = (ORM__KIND_HOLDS(kind) & ORM__CLASS(v)) != 0 }; _Static_assert(orm__fits, "orm: " #h " does not hold " #v \
        ": orm_holds takes an array column and a value for its elements"); }
/* one comparison: the handle and the value are each evaluated once */
/* an expression as a condition of a model: each compiler in the form that costs it the least stack */
#ifdef __clang__
#  define ORM__PRED(model_pred, e) (__typeof__(model_pred)){ .expr = e }
#else
#  define ORM__PRED(model_pred, e) __typeof__(model_pred) orm__p = { .expr = e }; orm__p
#endif
#define ORM__COMPARE(CHECK, op, h, v) ORM__COMPARE_(__COUNTER__, CHECK, op, h, v)
#define ORM__COMPARE_(id, CHECK, op, h, v) ORM__COMPARE__(ORM__CAT(orm__h, id), CHECK, op, h, v)
#define ORM__COMPARE__(H, CHECK, op, h, v) __extension__({ __auto_type H = (h); CHECK(h, H.kind) ORM__TAKES(h, H.kind, v)       \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, ORM__VALUE(v))); })
#define ORM__TEXT_ONLY(op, h, v) ORM__TEXT_ONLY_(__COUNTER__, op, h, v)
#define ORM__TEXT_ONLY_(id, op, h, v) ORM__TEXT_ONLY__(ORM__CAT(orm__h, id), op, h, v)
#define ORM__TEXT_ONLY__(H, op, h, v) __extension__({ __auto_type H = (h);                                                       \
    _Static_assert(_Generic(H.kind, orm_text_col: 1, default: 0), "orm: " #h " is not a text column");                           \
    ORM__TAKES(h, H.kind, v) ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, ORM__VALUE(v))); })
#define ORM__UNARY(op, h) ORM__UNARY_(__COUNTER__, op, h)
#define ORM__UNARY_(id, op, h) ORM__UNARY__(ORM__CAT(orm__h, id), op, h)
#define ORM__UNARY__(H, op, h) __extension__({ __auto_type H = (h); ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, (orm_value){ .type = ORM_NULL })); })
/* enumerations are of one kind, but each is a type of its own */
#define ORM__SAME_KIND(A, B) (__builtin_types_compatible_p(__typeof__(A.kind), __typeof__(B.kind)) &&                            \
    (!_Generic(A.kind, orm_enum_col: 1, default: 0) || __builtin_types_compatible_p(__typeof__(*A.value), __typeof__(*B.value))))
#define ORM__COLUMNS(CHECK, op, a, b) ORM__COLUMNS_(__COUNTER__, CHECK, op, a, b)
#define ORM__COLUMNS_(id, CHECK, op, a, b) ORM__COLUMNS__(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), CHECK, op, a, b)
#define ORM__COLUMNS__(A, B, CHECK, op, a, b) __extension__({ __auto_type A = (a); __auto_type B = (b); CHECK(a, A.kind)         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*A.pred), __typeof__(*B.pred)), "orm: " #a " and " #b " are columns of different models"); \
    _Static_assert(ORM__SAME_KIND(A, B), "orm: " #a " and " #b " have different types");                                           \
    ORM__PRED(*A.pred, orm__leaf(op, A.kind.c, (orm_value){ .as.p = B.kind.c })); })

/** Comparisons. A value that is NULL at run time (a NULL text) is an error of the call, never "is null" or "no condition". A row
    whose column is NULL matches none of them, as in SQL. Enumerations compare in the order of their declaration. Addresses are equal with
    their prefix, arrays element by element. jsonb is equal as a document on PostgreSQL, and as a text on SQLite. */
#define orm_eq(h, v)  ORM__COMPARE(ORM__ANY_KIND, ORM_OP_EQ, h, v)
#define orm_ne(h, v)  ORM__COMPARE(ORM__ANY_KIND, ORM_OP_NE, h, v)
#define orm_gt(h, v)  ORM__COMPARE(ORM__SORTS, ORM_OP_GT, h, v)
#define orm_gte(h, v) ORM__COMPARE(ORM__SORTS, ORM_OP_GTE, h, v)
#define orm_lt(h, v)  ORM__COMPARE(ORM__SORTS, ORM_OP_LT, h, v)
#define orm_lte(h, v) ORM__COMPARE(ORM__SORTS, ORM_OP_LTE, h, v)
/** low <= column and column <= high. */
#define orm_between(h, low, high) ORM__BETWEEN(__COUNTER__, h, low, high)
#define ORM__BETWEEN(id, h, low, high) ORM__BETWEEN_(ORM__CAT(orm__h, id), h, low, high)
#define ORM__BETWEEN_(H, h, low, high) __extension__({ __auto_type H = (h); ORM__SORTS(h, H.kind) ORM__TAKES(h, H.kind, low) ORM__TAKES(h, H.kind, high) \
    ORM__PRED(*H.pred, orm__between(H.kind.c, ORM__VALUE(low), ORM__VALUE(high))); })
/** Texts. `like` takes % and _ (escape them with \) and is case-sensitive on every engine; `ilike` folds ASCII letters. The other
    three match their text literally, whatever it holds. `regexp` takes a POSIX extended regular expression; what POSIX leaves open (\w,
    back references, which letters beyond ASCII are [[:alpha:]]) is the engine's. */
#define orm_like(h, v)        ORM__TEXT_ONLY(ORM_OP_LIKE, h, v)
#define orm_ilike(h, v)       ORM__TEXT_ONLY(ORM_OP_ILIKE, h, v)
#define orm_starts_with(h, v) ORM__TEXT_ONLY(ORM_OP_STARTS_WITH, h, v)
#define orm_ends_with(h, v)   ORM__TEXT_ONLY(ORM_OP_ENDS_WITH, h, v)
#define orm_contains(h, v)    ORM__TEXT_ONLY(ORM_OP_CONTAINS, h, v)
#define orm_regexp(h, v)      ORM__TEXT_ONLY(ORM_OP_REGEXP, h, v)
/** Array columns. Does one element equal the value; are all elements of another array in it, in any order; is any of them? */
#define orm_holds(h, v)     ORM__HOLDS(__COUNTER__, h, v)
#define ORM__HOLDS(id, h, v) ORM__HOLDS_(ORM__CAT(orm__h, id), h, v)
#define ORM__HOLDS_(H, h, v) __extension__({ __auto_type H = (h); ORM__HOLDS_VALUE(h, H.kind, v)                                \
    ORM__PRED(*H.pred, orm__leaf(ORM_OP_HOLDS, H.kind.c, ORM__VALUE(v))); })
#define orm_holds_all(h, v) ORM__COMPARE(ORM__IS_ARRAY, ORM_OP_HOLDS_ALL, h, v)
#define orm_holds_any(h, v) ORM__COMPARE(ORM__IS_ARRAY, ORM_OP_HOLDS_ANY, h, v)
#define orm_is_null(h)     ORM__UNARY(ORM_OP_IS_NULL, h)
#define orm_is_not_null(h) ORM__UNARY(ORM_OP_IS_NOT_NULL, h)
/** Column against column of the same model and kind. */
#define orm_eq_column(a, b)  ORM__COLUMNS(ORM__ANY_KIND, ORM_OP_EQ_COLUMN, a, b)
#define orm_ne_column(a, b)  ORM__COLUMNS(ORM__ANY_KIND, ORM_OP_NE_COLUMN, a, b)
#define orm_gt_column(a, b)  ORM__COLUMNS(ORM__SORTS, ORM_OP_GT_COLUMN, a, b)
#define orm_gte_column(a, b) ORM__COLUMNS(ORM__SORTS, ORM_OP_GTE_COLUMN, a, b)
#define orm_lt_column(a, b)  ORM__COLUMNS(ORM__SORTS, ORM_OP_LT_COLUMN, a, b)
#define orm_lte_column(a, b) ORM__COLUMNS(ORM__SORTS, ORM_OP_LTE_COLUMN, a, b)

/** One of up to ORM_MAX_TERMS - 1 values, which are stored in the condition. A NULL text among them is an error of the call. */
#define orm_in(h, ...)     ORM__IN(__COUNTER__, ORM_OP_IN, h, __VA_ARGS__)
#define orm_not_in(h, ...) ORM__IN(__COUNTER__, ORM_OP_NOT_IN, h, __VA_ARGS__)
#define ORM__IN(id, op, h, ...) ORM__IN_(ORM__CAT(orm__h, id), op, h, __VA_ARGS__)
#define ORM__IN_(H, op, h, ...) __extension__({ __auto_type H = (h); ORM__IS_SCALAR(h, H.kind) ORM__EACH_ARG(ORM__IN_TAKES, (h, H.kind), __VA_ARGS__) \
    ORM__PRED(*H.pred, orm__listed(op, H.kind.c, ORM__COUNT(__VA_ARGS__), (const orm_value[]){ ORM__EACH_ARG(ORM__IN_VALUE, ~, __VA_ARGS__) })); })
#define ORM__IN_TAKES(C, v) ORM__IN_TAKES_(ORM__UNWRAP C, v)
#define ORM__IN_TAKES_(...) ORM__TAKES(__VA_ARGS__)
#define ORM__IN_VALUE(C, v) ORM__VALUE(v),
/** One of `n` values of an array of the column's C type, borrowed until the call returns. Empty: `in` is false, `not_in` true. */
#define orm_in_array(h, array, n)     ORM__IN_ARRAY(__COUNTER__, ORM_OP_IN_ARRAY, h, array, n)
#define orm_not_in_array(h, array, n) ORM__IN_ARRAY(__COUNTER__, ORM_OP_NOT_IN_ARRAY, h, array, n)
#define ORM__IN_ARRAY(id, op, h, array, n) ORM__IN_ARRAY_(ORM__CAT(orm__h, id), op, h, array, n)
#define ORM__IN_ARRAY_(H, op, h, array, n) __extension__({ __auto_type H = (h); ORM__IS_SCALAR(h, H.kind)                         \
    _Static_assert(_Generic(&(array)[0], __typeof__(H.value): 1, __typeof__(H.fixed): 1, default: ORM__IS_TEXT_ARRAY(H.kind, array)), \
        "orm: " #array " is not an array of the C type of " #h);                                                                 \
    ORM__PRED(*H.pred, orm__leaf(op, H.kind.c, (orm_value){ .as.list = { (array), (n) } })); })
#define ORM__IS_TEXT_ARRAY(kind, array) (_Generic((kind), orm_text_col: 1, default: 0) && _Generic((array)[0], char *: 1, const char *: 1, default: 0))

/** All of, any of. Empty conditions are skipped; of none it is the empty condition. Arguments are conditions on one model. */
#define orm_and(...) ORM__JOIN_(__COUNTER__, ORM_OP_AND, __VA_ARGS__, )
#define orm_or(...)  ORM__JOIN_(__COUNTER__, ORM_OP_OR, __VA_ARGS__, )
#define ORM__JOIN_(id, op, ...) ORM__JOIN(op, ORM__CAT(orm__a, id), ORM__CAT(orm__l, id), __VA_ARGS__)
#define ORM__JOIN(op, A, L, first, ...) __extension__({ __auto_type A = first; const __typeof__(A) L[] = { A, __VA_ARGS__ { .expr = { .used = ORM__END_OF_LIST } } }; ORM__PRED(A, orm__join(op, &L[0].expr)); })
/** All or any of `n` conditions of an array, as many as you like; the array is borrowed until the call returns. */
#define orm_all_of(n, array) ORM__ALL_OF(ORM_OP_ALL_OF, n, array)
#define orm_any_of(n, array) ORM__ALL_OF(ORM_OP_ANY_OF, n, array)
#define ORM__ALL_OF(op, n_, array) __extension__({ ORM__PRED(*(array), orm__leaf(op, NULL, (orm_value){ .as.list = { &(array)[0].expr, (n_) } })); })
#define orm_not(condition) ORM__NOT_OF(__COUNTER__, condition)
#define ORM__NOT_OF(id, condition) ORM__NOT_OF_(ORM__CAT(orm__a, id), condition)
#define ORM__NOT_OF_(A, condition) __extension__({ __auto_type A = condition; ORM__PRED(A, orm__not(A.expr)); })
/** The condition when the flag is true, else the empty condition. The condition is evaluated only then. */
#define orm_if(flag, condition) ORM__WHEN(__COUNTER__, flag, condition)
#define ORM__WHEN(id, flag, condition) ORM__WHEN_(ORM__CAT(orm__a, id), flag, condition)
#define ORM__WHEN_(A, flag, condition) __extension__({ __typeof__(condition) A; A.expr.used = 0; if (flag) A = condition; A; })
/** Appends with `and`, in place: orm_where(&q, cond). */
#define orm_where(query, condition) ORM__WHERE(ORM__CAT(orm__a, __COUNTER__), "orm_where(" #query ", " #condition ")", query, condition)
#define ORM__WHERE(A, call, query, condition_) __extension__({ __auto_type A = condition_;                                       \
    _Static_assert(__builtin_types_compatible_p(__typeof__(A), __typeof__((query)->where)), "orm: " call ": the condition is not one of the query's model"); \
    orm__where(&(query)->where.expr, &A.expr); })

/** Rows that have a related row for which the condition holds (of any kind of relation: a child, a parent, one by a link): EXISTS, never a
    duplicate row. Its conditions may be on relations again. */
#define orm_has(h, condition)      ORM__HAS(__COUNTER__, ORM_OP_HAS, h, condition)
#define orm_has_none(h, condition) ORM__HAS(__COUNTER__, ORM_OP_HAS_NONE, h, condition)
/** Rows of which every child fulfils the condition; also those without any. */
#define orm_has_all(h, condition)  ORM__HAS(__COUNTER__, ORM_OP_HAS_ALL, h, condition)
#define ORM__HAS(id, op, h, condition) ORM__HAS_(ORM__CAT(orm__h, id), ORM__CAT(orm__a, id), op, h, condition)
#define ORM__HAS_(H, A, op, h, condition) __extension__({ __auto_type H = (h); __auto_type A = condition;                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(A), __typeof__(*H.target_pred)), "orm: the condition on the rows of " #h " is not one of their model"); \
    ORM__PRED(*H.owner_pred, orm__has(op, H.relation, A.expr)); })
/** Rows that have any child (or parent) at all, or none. */
#define orm_has_any(h)    ORM__HAS_ANY(__COUNTER__, ORM_OP_HAS, h)
#define orm_has_no(h)     ORM__HAS_ANY(__COUNTER__, ORM_OP_HAS_NONE, h)
#define ORM__HAS_ANY(id, op, h) ORM__HAS_ANY_(ORM__CAT(orm__h, id), op, h)
#define ORM__HAS_ANY_(H, op, h) __extension__({ __auto_type H = (h); ORM__PRED(*H.owner_pred, orm__has(op, H.relation, (orm_expr){ .used = 0 })); })

/* the column of a handle, if it sorts; the assertion stands in an expression that costs nothing */
#define ORM__SORTED(h) ((h).kind.c + 0 * sizeof(struct { char orm__c; _Static_assert(ORM__KIND_SORTS((h).kind), "orm: " #h " has no order that every engine keeps"); }))
/** Orders. Without a word on NULLs they come first going up and last going down, on every engine. */
#define orm_asc(h)              ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_DEFAULT, { NULL } } })
#define orm_desc(h)             ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_DEFAULT, { NULL } } })
#define orm_asc_nulls_first(h)  ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_FIRST, { NULL } } })
#define orm_asc_nulls_last(h)   ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 0, ORM_NULLS_LAST, { NULL } } })
#define orm_desc_nulls_first(h) ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_FIRST, { NULL } } })
#define orm_desc_nulls_last(h)  ((__typeof__(*(h).order)){ .order = { ORM__SORTED(h), 1, ORM_NULLS_LAST, { NULL } } })

/** By a column of a row that is related to one: orm_by(Post_.author, orm_asc(User_.name)), and orm_by(Comment_.post, orm_by(Post_.author, ...))
    over up to ORM_MAX_PATH relations. Rows without it sort as those whose column is NULL. To order by children, count them: orm_desc(User_.post_count). */
#define orm_by(h, order_) ORM__BY(__COUNTER__, h, order_)
#define ORM__BY(id, h, order_) ORM__BY_(ORM__CAT(orm__h, id), ORM__CAT(orm__o, id), h, order_)
#define ORM__BY_(H, O, h, order_) __extension__({ __auto_type H = (h); __auto_type O = (order_);                                    \
    _Static_assert(_Generic(H.arity, orm__to_one *: 1, default: 0), "orm: " #h " may be many rows: order by one of them is no order; order by how many, with a row count_of(...)"); \
    _Static_assert(__builtin_types_compatible_p(__typeof__(O), __typeof__(*H.target_order)), "orm: the order by " #h " is not one of its model");    \
    (__typeof__(*H.order)){ .order = orm__order_by(H.relation, O.order) }; })

/** Loads a relation with the rows: orm_with(User_.posts, .where = ..., .order = { ... }, .limit = 5, .include = { ... }). The nested
    query lives in the block that it is written in, so an include stands in the initialiser of the query and nowhere else. */
#define orm_with(...)          ORM__WITH(__VA_ARGS__, .orm__literal = true)
#define ORM__WITH(h, ...)      ((__typeof__(*(h).include)){ .include = { .relation = (h).relation, .query = &(__typeof__(*(h).target_query)){ { __VA_ARGS__ } }.erased } })
/** Fills a count_of row of the model: orm_count_of(User_.post_count) counts the rows of its relation, and with a condition on them only those:
    orm_count_of(User_.post_count, orm_eq(Post_.published, true)). Nothing is loaded. What orders and conditions of the same query say of
    User_.post_count is about the same number. Stands with the includes; a count that no query asked for is 0, and not in JSON. */
#define orm_count_of(...) ORM__CAT(ORM__COUNT_OF_, ORM__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define ORM__COUNT_OF_1(h) ((__typeof__(*(h).include)){ .include = { .count = (h).kind.c } })
#define ORM__COUNT_OF_2(h, condition) ((__typeof__(*(h).include)){ .include = { .count = (h).kind.c, .where = &((const __typeof__(*(h).counts->pred)[]){ condition })[0].expr } })
/** The same as orm_with, or nothing when the flag is false: orm_with_if(flag, User_.posts, ...). */
#define orm_with_if(flag, ...) ORM__WITH_IF(flag, __VA_ARGS__, .orm__literal = true)
#define ORM__WITH_IF(flag, h, ...) ((__typeof__(*(h).include)){ .include = { .relation = (flag) ? (h).relation : NULL, .query = &(__typeof__(*(h).target_query)){ { __VA_ARGS__ } }.erased } })

/** Assignments of an update. The value's rules are checked before any SQL. */
#define orm_set(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_VALUE, h, v)
#define orm_inc(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_ADD, h, v)
#define orm_dec(h, v)            ORM__SET(__COUNTER__, ORM_ASSIGN_SUBTRACT, h, v)
#define ORM__SET(id, kind_, h, v) ORM__SET_(ORM__CAT(orm__h, id), kind_, h, v)
#define ORM__SET_(H, kind_, h, v) __extension__({ __auto_type H = (h); ORM__TAKES(h, H.kind, v)                                 \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = kind_, .value = ORM__VALUE(v) } }; })
#define orm_set_null(h)          ((__typeof__(*(h).assignment)){ .assignment = { .column = (h).kind.c, .kind = ORM_ASSIGN_NULL } })
/** column = other column of the same kind. */
#define orm_set_column(h, other_) ORM__SET_COLUMN(__COUNTER__, h, other_)
#define ORM__SET_COLUMN(id, h, other_) ORM__SET_COLUMN_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), h, other_)
#define ORM__SET_COLUMN_(A, B, h, other_) __extension__({ __auto_type A = (h); __auto_type B = (other_);                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*A.pred), __typeof__(*B.pred)), "orm: " #h " and " #other_ " are columns of different models"); \
    _Static_assert(ORM__SAME_KIND(A, B), "orm: " #h " and " #other_ " have different types");                                      \
    (__typeof__(*A.assignment)){ .assignment = { .column = A.kind.c, .kind = ORM_ASSIGN_COLUMN, .other = B.kind.c } }; })
/** column = a op b, of number columns of one model; op is +, - or *: orm_set_calc(Item_.total, Item_.price, *, Item_.quantity). */
#define orm_set_calc(h, a, op, b) ORM__SET_CALC(__COUNTER__, h, a, op, b)
#define ORM__SET_CALC(id, h, a, op, b) ORM__SET_CALC_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), ORM__CAT(orm__j, id), h, a, op, b)
#define ORM__SET_CALC_(H, A, B, h, a, op, b) __extension__({ __auto_type H = (h); __auto_type A = (a); __auto_type B = (b);      \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*A.pred)) && __builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*B.pred)), \
        "orm: " #h ", " #a " and " #b " are columns of different models");                                                       \
    _Static_assert(ORM__IS_NUMERIC(H.kind) && ORM__IS_NUMERIC(A.kind) && ORM__IS_NUMERIC(B.kind), "orm: orm_set_calc needs number columns: " #h ", " #a ", " #b); \
    ORM__IS_OPERATION(op);                                                                                                       \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = ORM_ASSIGN_CALC, .operation = #op[0], .other = A.kind.c, .second = B.kind.c } }; })
/** column = a op value: orm_set_calc_by(Item_.price, Item_.price, *, 2). */
#define orm_set_calc_by(h, a, op, v) ORM__SET_CALC_BY(__COUNTER__, h, a, op, v)
#define ORM__SET_CALC_BY(id, h, a, op, v) ORM__SET_CALC_BY_(ORM__CAT(orm__h, id), ORM__CAT(orm__i, id), h, a, op, v)
#define ORM__SET_CALC_BY_(H, A, h, a, op, v) __extension__({ __auto_type H = (h); __auto_type A = (a); ORM__TAKES(a, A.kind, v) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*H.pred), __typeof__(*A.pred)), "orm: " #h " and " #a " are columns of different models"); \
    _Static_assert(ORM__IS_NUMERIC(H.kind) && ORM__IS_NUMERIC(A.kind), "orm: orm_set_calc_by needs number columns: " #h ", " #a); ORM__IS_OPERATION(op); \
    (__typeof__(*H.assignment)){ .assignment = { .column = H.kind.c, .kind = ORM_ASSIGN_CALC_VALUE, .operation = #op[0], .other = A.kind.c, .value = ORM__VALUE(v) } }; })
#define ORM__IS_OPERATION(op) _Static_assert((7 op 3) == 10 || (7 op 3) == 4 || (7 op 3) == 21, "orm: the operation of orm_set_calc and orm_set_calc_by is +, - or *, not " #op)
#define ORM__IS_NUMERIC(kind) _Generic((kind), orm_int_col: 1, orm_number_col: 1, orm_decimal_col: 1, default: 0)
#endif

/* >>db: opening a database, its options, the log, transactions and budgets.

   An orm_db is shared by any number of threads. It is a handle on a pool of connections: a call takes one while it runs, a transaction block
   holds one to its end. A thread that finds none free waits, up to pool.acquire_ms.

   What a program must keep to, and what is told when it does not:
   - A row or list is one thread's at a time: the library cannot see that one thread frees, saves or changes what another one reads. Lists that
     nobody changes may be read by any number of threads. orm_free of what was freed before is told, also when it was another thread.
   - A transaction is ended by the thread that began it: another one's orm_commit or orm_rollback is ORM_MISUSE. Calls of other threads are no
     part of it, but for those on what orm_current gave; once it has ended they are ORM_MISUSE.
   - A thread that ends in a transaction, or in orm_begin without an end, has it rolled back and told to the log.
   - orm_close waits for the calls of other threads; one that still uses the handle after it returned reads freed memory.
   - After fork() the child's calls on the parent's handles are ORM_MISUSE; it opens handles of its own. */

typedef struct orm_db orm_db;
struct orm_dialect;

typedef enum orm_log_level { ORM_LOG_SQL, ORM_LOG_NOTE, ORM_LOG_ERROR } orm_log_level;

/** One event for the log hook. All texts are valid during the call only. */
typedef struct orm_log_event {
    orm_log_level level;
    orm_status kind;             /* ORM_OK for a statement that worked */
    const char *sql;             /* the statement, or NULL */
    const char *message;         /* of a failure or note, or NULL */
    const orm_value *values;     /* parameters, only with options.log_values; those of `secret` fields have type ORM_NULL */
    size_t n_values;
    int64_t microseconds;        /* how long the statement took */
    int64_t rows;                /* rows read or changed */
    const char *place;           /* "file.c:12" where a macro stood in the call, else NULL */
    const void *address;         /* else the return address of the call: addr2line or a debugger resolves it */
} orm_log_event;
typedef void orm_log_hook(void *context, const orm_log_event *event);

/** The connections of a handle; 0 means the default. Times are milliseconds on the monotonic clock.
    SQLite: a file has one connection that writes and others that read (WAL), which are opened once several threads use the handle or a block reads only; a database
    in memory, or a file in another journal mode, has only one. Its connections are not closed before the handle is. */
typedef struct orm_pool_options {
    uint32_t min;                /* connections that stay open; 1 */
    uint32_t max;                /* of each server; 10, SQLite 5 */
    uint32_t acquire_ms;         /* how long a call waits for one, and for a server that does not answer; as busy_timeout_ms. Then ORM_ACQUIRE_TIMEOUT names the holders. */
    uint32_t idle_ms;            /* unused ones beyond `min` are closed after so long; 600,000 */
    uint32_t lifetime_ms;        /* older ones are replaced when nobody uses them, each up to a tenth earlier; 1,800,000 */
    uint32_t check_ms;           /* one that was unused for so long is asked whether it lives before it is used; 30,000 */
    uint32_t leak_ms;            /* one that is held for so long is told to the log, with the place where it was taken; 60,000. Only servers: on SQLite those who wait are told. */
} orm_pool_options;
#define ORM_MAX_REPLICAS 8

/** How to open. All zero is a good default. */
typedef struct orm_options {
    bool orm__begin;
    uint32_t busy_timeout_ms;    /* how long to wait for a lock; 0 is 5,000 */
    uint32_t timeout_ms;         /* deadline of every call; 0 is none */
    size_t max_text;             /* bytes of one text or blob; 0 is 64 MB, at most 1,000,000,000 */
    size_t max_statements;       /* prepared statements kept for query shapes; 0 is 256 */
    bool read_only;              /* opens an existing database for reading */
    bool log_values;             /* hand parameters to the log hook */
    orm_log_hook *log; void *log_context;        /* NULL: silent, unless ORM_LOG=1 is in the environment: then stderr */
    orm_allocator allocator;     /* all zero: malloc; must be thread-safe */
    orm_pool_options pool;
    const char *replicas[ORM_MAX_REPLICAS];      /* URLs of servers for the reads outside of transactions; one that does not answer is left out for a while. Copied. */
    uint32_t n_plus_one;         /* how often one place may load a relation for a single row within a second before the log is told; 10 */
    bool n_plus_one_fails;       /* the call fails with ORM_OVER_BUDGET instead */
    uint32_t sticky_ms;          /* for so long after a write of a thread, its reads go to the primary, too; 0: never */
    bool orm__end;
} orm_options;

/* the adapters that this file includes, by slot: dialects/sqlite.h claims 1, dialects/postgres.h 2 ... */
#define ORM__ADAPTER_1
#define ORM__ADAPTER_2
#define ORM__ADAPTER_3
#define ORM__ADAPTER_4
#define ORM__ADAPTER_5
#define ORM__ADAPTER_6
#define ORM__ADAPTER_7
#define ORM__ADAPTER_8
#define ORM__ADAPTERS ORM__ADAPTER_1 ORM__ADAPTER_2 ORM__ADAPTER_3 ORM__ADAPTER_4 ORM__ADAPTER_5 ORM__ADAPTER_6 ORM__ADAPTER_7 ORM__ADAPTER_8

ORM_API orm_db *orm__open(const char *url, const struct orm_dialect *const *adapters, size_t n, const orm_options *options, size_t query_size);
#ifndef __cplusplus
/** Opens a database: orm_open("sqlite:blog.db"), orm_open("sqlite::memory:", .busy_timeout_ms = 100, ...). The adapter's header must be
    included. NULL on failure, see orm_error(). Close with orm_close. */
#define orm_open(...) ORM__OPEN(__VA_ARGS__, .orm__end = true)
#define ORM__OPEN(url, ...) orm__open((url), &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0],                     \
    sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1, &(orm_options){ .orm__begin = true, __VA_ARGS__ }, sizeof(orm_query))
#endif
/** Closes and frees; NULL is fine. A transaction that this thread left open is rolled back and told to the log. Results stay valid until
    orm_free. Waits, up to pool.acquire_ms, for the calls and transactions of other threads; if one still runs then, nothing is closed:
    ORM_MISUSE, see orm_error(). */
ORM_API void orm_close(orm_db *db);

/** Counters of a handle since it was opened, of all its connections. Any thread, at any time. */
typedef struct orm_counters {
    uint64_t statements;         /* sent to the engine, transaction statements included */
    uint64_t prepares;           /* statements compiled */
    uint64_t cached;             /* prepared statements alive now */
    uint64_t rows;               /* rows read */
    uint64_t allocations;        /* calls to the handle's allocator */
    uint64_t connections, in_use;        /* open now; held by a call or transaction now */
    uint64_t waiting, waits, timeouts;   /* threads that wait for a connection now; that ever did; that did in vain */
    uint64_t longest_wait_us;
    uint64_t opened, closed;             /* connections, replaced ones included */
} orm_counters;
ORM_API orm_counters orm_counters_of(orm_db *db);
/** "SQLite 3.40.1". Valid until orm_close. */
ORM_API const char *orm_engine(orm_db *db);
/** What the engine offers, see dialect.h: a call that needs what it lacks answers ORM_UNSUPPORTED. Never NULL, any thread. */
ORM_API const struct orm_capabilities *orm_capabilities_of(orm_db *db);

/* ---- other ways to the same database ------------------------------------------------------------------------ */
/* They belong to `db`, may be given to every call, need no closing, and are valid as long as it is. */

/** Calls on it are no part of the transaction that this thread has on `db`: they take a connection of their own. Where there can be no
    other one (a write in a write transaction on SQLite, a pool that is wholly held by this thread), they answer ORM_DEADLOCK_SELF at once. */
ORM_API orm_db *orm_outside(orm_db *db);
/** Reads on it go to the primary, as if there were no replicas. In a transaction on `db` its calls belong to that. */
ORM_API orm_db *orm_primary(orm_db *db);
/** The innermost transaction of this thread on `db`, for another thread: what that calls on it is part of the transaction. Calls of
    several threads wait for each other. Valid until the transaction ends; later calls answer ORM_MISUSE. Blocks cannot be opened on it.
    NULL (ORM_MISUSE) outside of transactions, and inside a call. */
ORM_API orm_db *orm_current(orm_db *db);

/* ---- transactions --------------------------------------------------------------------------------------- */
/** What a transaction sees of others that run at the same time (SQL:2016, 4.36). A stricter level than asked for is fine: SQLite's
    transactions are all serializable. */
typedef enum orm_isolation {
    ORM_ISOLATION_DEFAULT,       /* repeatable read: what was read and saved cannot have been changed in between unnoticed */
    ORM_READ_COMMITTED,          /* each statement sees what is committed when it begins */
    ORM_REPEATABLE_READ,         /* one moment; a row that was changed since answers ORM_SERIALIZATION when it is written */
    ORM_SERIALIZABLE             /* as if there were no others; or else ORM_SERIALIZATION */
} orm_isolation;
typedef struct orm_transaction_options {
    bool orm__begin;
    int retries;                 /* reruns after a serialization failure, deadlock or busy snapshot */
    bool read_only;              /* a reader: no write lock, and writes fail; no replica */
    bool deferrable;             /* with read_only and ORM_SERIALIZABLE: waits for a moment at which it can never fail (PostgreSQL) */
    orm_isolation isolation;
    bool orm__end;
} orm_transaction_options;

typedef struct orm__block { orm_db *db; orm_transaction_options options; const char *place; int state, attempt; uint64_t serial; } orm__block;
ORM_API bool orm__block_attempt(orm__block *block);
ORM_API void orm__block_commit(orm__block *block);
ORM_API void orm__block_leave(orm__block *block);

#ifndef __cplusplus
/** ORM_TRANSACTION(db, .retries = 5) { ... }: everything this thread does on db in the block, and in what it calls, belongs to it.
    The closing brace and `continue` commit, if no call failed; `break` rolls back, or reruns the block when retries are left and
    the failure was a conflict; `return` and `goto` roll back. Afterwards orm_failed() tells. Nested blocks are savepoints.
    After a failure the other calls in the block return it and send nothing. The body must be rerunnable. */
#define ORM_TRANSACTION(...) ORM__TX_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__TX_(id, ...) ORM__TX(ORM__CAT(orm__tx, id), ORM__CAT(orm__once, id), __VA_ARGS__)
#define ORM__TX(T, once, db_, ...)                                                                                              \
    for (orm__block T __attribute__((cleanup(orm__block_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },             \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__block_attempt(&T); )                                           \
        for (bool once = true; once; once = false, orm__block_commit(&T))
#endif
/** How to take an advisory lock. All zero: alone, waiting up to .busy_timeout_ms of the handle. */
typedef struct orm_lock_options {
    bool orm__begin;
    bool shared;                 /* with all others that share it, and nobody who has it alone */
    bool nowait;                 /* not granted at once: ORM_LOCK_TIMEOUT, which orm_handled forgives */
    uint32_t wait_ms;            /* wait that long instead; 0 is no word on it */
    bool orm__end;
} orm_lock_options;
ORM_API orm_status orm__lock(orm_db *db, const char *name, const orm_lock_options *options, const char *place);
#ifndef __cplusplus
/** orm_lock(db, "nightly report"), orm_lock(db, name, .shared = true, .wait_ms = 500): takes the lock of that name in the database, which
    means what the program wants it to mean, and holds it to the end of the transaction (or until the nested block around the call is rolled
    back). Taking it once more is fine. ORM_LOCK_TIMEOUT when it is not granted in time, ORM_DEADLOCK when those who wait wait for each other,
    ORM_TIMEOUT when the call's deadline comes first. Outside a transaction, or in a read-only one, ORM_MISUSE, and nothing is sent.
    On SQLite a transaction that may write is the database's only one: it has every lock, and nothing is sent. For other programs: on
    PostgreSQL it is pg_advisory_xact_lock(key) with the 64-bit FNV-1a hash of "orm:" and the name's bytes as key. */
#define orm_lock(...) ORM__LOCK(__VA_ARGS__, .orm__end = true)
#define ORM__LOCK(db_, name_, ...) orm__lock((db_), (name_), &(orm_lock_options){ true, __VA_ARGS__ }, __FILE__ ":" ORM__STRING(__LINE__))
#endif
/** Forbids the commit of the innermost block from anywhere in it, with the caller's own code and message. Returns ORM_FAILED. */
ORM_API orm_status orm_fail(orm_db *db, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** Forgives the block's failure when nothing is lost by it: one that sent no SQL, orm_lock's .nowait, or that of a nested block already
    rolled back.
    Returns true when the block may go on. */
ORM_API bool orm_handled(orm_db *db);
/** The number of the running attempt of the outermost block, from 1; 0 outside a block. */
ORM_API int orm_attempt(orm_db *db);
/** Calls fn(arg) when the outermost transaction of this thread on `db` has been committed: in order, after its connection was given back. Never
    after a rollback, of a savepoint around it too, or an unknown outcome. Outside of transactions at once. What fn's calls answer is its own matter. */
ORM_API orm_status orm_after_commit(orm_db *db, void (*fn)(void *arg), void *arg);
/** The same as a function: runs fn(db, arg) in a transaction; anything but ORM_OK rolls back. NULL options are defaults. */
ORM_API orm_status orm_transaction(orm_db *db, orm_status (*fn)(orm_db *db, void *arg), void *arg, const orm_transaction_options *options);

/** Explicit form: the calls of this thread on db belong to the transaction until it is committed or rolled back. Nested begins
    are savepoints. */
typedef struct orm_tx orm_tx;
ORM_API orm_tx *orm_begin(orm_db *db, const orm_transaction_options *options);
/** Commits and frees the handle, whatever the outcome; a transaction with a failed call is rolled back and answers that failure. */
ORM_API orm_status orm_commit(orm_tx *tx);
/** Rolls back and frees the handle; NULL is fine. */
ORM_API void orm_rollback(orm_tx *tx);

/** ORM_TEST_ROLLBACK(db) { ... }: runs the block in a transaction that is always rolled back, for tests of the user's own. Failures
    inside stay visible to the block; orm_failed() afterwards tells whether an unhandled one happened. Nested transactions are savepoints. */
#define ORM_TEST_ROLLBACK(db_) ORM__TEST_ROLLBACK(ORM__CAT(orm__test, __COUNTER__), ORM__CAT(orm__once, __COUNTER__), db_)
#define ORM__TEST_ROLLBACK(T, once, db_)                                                                                        \
    for (orm__block T __attribute__((cleanup(orm__test_leave))) = { .db = (db_), .place = __FILE__ ":" ORM__STRING(__LINE__) }; \
         orm__test_enter(&T); )                                                                                                 \
        for (bool once = true; once; once = false)
ORM_API bool orm__test_enter(orm__block *block);
ORM_API void orm__test_leave(orm__block *block);

/** ORM_BUDGET(db, 3) { ... }: the fourth statement of this thread in the block is not sent but fails with ORM_OVER_BUDGET, and the message
    names the statements and the places of their calls. Blocks nest; each counts. */
typedef struct orm__budget {
    orm_db *db; uint64_t limit, used; const char *place; struct orm__budget *outer; bool entered;
    struct { const char *place; const void *address; char sql[80]; } seen[8];
} orm__budget;
#define ORM_BUDGET(db_, limit_) ORM__BUDGET(ORM__CAT(orm__budget, __COUNTER__), db_, limit_)
#define ORM__BUDGET(B, db_, limit_)                                                                                             \
    for (orm__budget B __attribute__((cleanup(orm__budget_leave))) = { .db = (db_), .limit = (limit_),                          \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__budget_enter(&B); )
ORM_API bool orm__budget_enter(orm__budget *budget);
ORM_API void orm__budget_leave(orm__budget *budget);

/* ---- SQL by hand: one literal statement, values bound ----------------------------------------------------- */
ORM_API orm_status orm__scalar(orm_db *db, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place);
ORM_API orm_status orm__exec(orm_db *db, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place);
#ifndef __cplusplus
/** Values for SQL by hand, each with its C type: orm_params(5, "ada", orm_now()). */
#define orm_params(...) ((const orm_value[]){ ORM__EACH_ARG(ORM__IN_VALUE, ~, __VA_ARGS__) }), ORM__COUNT(__VA_ARGS__)
#define orm_no_params   NULL, 0
/** orm_scalar(db, &n, "select count(*) from users where age > ?1", orm_params(30)): the first column of the first row. `out` points to
    an optional (orm_opt_int64, orm_opt_double, orm_opt_bool, orm_opt_time), which stays unset when there is no row or NULL. The SQL
    must be a literal holding one statement; its parameters are ?1, ?2 ... on every engine. */
#define orm_scalar(db, out_, sql, ...) ORM__SCALAR(ORM__CAT(orm__o, __COUNTER__), db, out_, "" sql "", __VA_ARGS__)
#define ORM__SCALAR(O, db, out_, sql, ...) ORM__SCALAR_(O, db, out_, sql, __VA_ARGS__)
#define ORM__SCALAR_(O, db, out_, sql, values_, n_) __extension__({                                                            \
    _Static_assert(_Generic((out_), orm_opt_int64 *: 1, orm_opt_double *: 1, orm_opt_bool *: 1, orm_opt_time *: 1, default: 0), \
        "orm: orm_scalar writes to an orm_opt_int64, orm_opt_double, orm_opt_bool or orm_opt_time, and " #out_ " points to none"); \
    __auto_type O = _Generic((out_), orm_opt_int64 *: (out_), orm_opt_double *: (out_), orm_opt_bool *: (out_), orm_opt_time *: (out_), default: (orm_opt_int64 *)0); \
    orm__scalar((db), sql, (n_), (values_), _Generic(O, orm_opt_int64 *: ORM_INT64, orm_opt_double *: ORM_DOUBLE, orm_opt_bool *: ORM_BOOL, orm_opt_time *: ORM_TIME), \
        &O->value, sizeof O->value, &O->set, __FILE__ ":" ORM__STRING(__LINE__)); })
/** orm_scalar_text(db, &arena, &text, "select ...", orm_params(...)): the same for a text, copied into the arena; NULL for none. */
ORM_API orm_status orm__scalar_text(orm_db *db, orm_arena *arena, const char **out, const char *sql, const orm_value *values, size_t n, const char *place);
#define orm_scalar_text(db, arena, out, sql, ...) orm__scalar_text((db), (arena), (out), "" sql "", __VA_ARGS__, __FILE__ ":" ORM__STRING(__LINE__))
/** orm_exec(db, &changed, "update t set a = ?1", orm_params(1)): one literal statement without result; `changed` may be NULL. */
#define orm_exec(db, changed, sql, ...) ORM__EXEC(db, changed, "" sql "", __VA_ARGS__)
#define ORM__EXEC(db, changed, sql, ...) ORM__EXEC_(db, changed, sql, __VA_ARGS__)
#define ORM__EXEC_(db, changed, sql, values_, n_) orm__exec((db), sql, (n_), (values_), (changed), __FILE__ ":" ORM__STRING(__LINE__))
#endif

/* >>dialect: what an adapter fills in. The core knows no engine, an adapter knows no model: it sees columns, values, plans and SQL.
   Adding an engine is one file with one orm_dialect, and passing the conformance suite.

   Every function reports a failure by orm__raise (internal.h) with the portable kind and the engine's code, and returns that kind.
   The core holds the connection while it calls, so a connection is never used by two threads at once. */
#define ORM_DIALECT_VERSION 1

typedef struct orm_connection orm_connection;           /* the adapter's own */
typedef struct orm_statement  orm_statement;            /* the adapter's own: a prepared statement */
typedef struct orm__sql       orm__sql;                 /* SQL text being written, see internal.h */
typedef struct orm__session   orm__session;             /* what a connection belongs to, see internal.h */

/** One field of a row plan: the n-th result column goes to a member. */
typedef struct orm_plan_field {
    const orm_column *column;
    uint32_t offset;                                    /* in the row that the segment writes */
    uint8_t type;                                       /* orm_type */
    bool nullable;
} orm_plan_field;
/** Fields that go to one struct. A joined to-one relation is a segment of its own. */
typedef struct orm_plan_segment {
    uint32_t n_fields;
    int32_t key;                                        /* result column that is NULL when the joined row does not exist, or -1 */
} orm_plan_segment;
typedef struct orm_plan {
    const orm_plan_segment *segments; uint32_t n_segments;
    const orm_plan_field *fields; uint32_t n_fields;    /* of all segments, in result column order */
    uint32_t extra;                                     /* one more column after them, an integer of the core's own: 1 or 0 */
} orm_plan;

#define ORM_SHORT_LIST 16                               /* values of an `in` list up to which an engine compares one by one: see in_long */

typedef enum orm_step { ORM_STEP_FAILED = -1, ORM_STEP_DONE, ORM_STEP_ROW } orm_step;

typedef struct orm_outcome { int64_t changed, generated; } orm_outcome;     /* rows changed; the key the database made */

/** What an engine offers. A feature that is missing is named here and answered with ORM_UNSUPPORTED, never left out in silence. */
typedef struct orm_capabilities {
    bool returning;                 /* INSERT ... RETURNING */
    bool enum_types;                /* an enumeration is a type of its own, which sorts as declared; else a text with a check */
    bool transactional_ddl;
    bool sum_of_long_decimals;      /* sum, avg and changes by calculation of decimals with more than 18 digits */
    bool comments;                  /* comments on tables and columns are stored */
    size_t max_name;                /* bytes of a table, column or index name; 0 is unlimited */
    bool keys_by_returning;         /* generated keys come back only by RETURNING: as a plan's extra column, for each row in order */
    bool one_writer;                /* one connection writes at a time, while any number read */
    bool nulls_are_high;            /* NULL sorts as larger than every value unless the SQL says otherwise; else as smaller */
    bool generated_above_given;     /* a generated key is above every key that a row came with; else they are counted by themselves, and may meet one */
    size_t max_pattern;             /* bytes of a pattern of like and ilike; 0 is unlimited */
} orm_capabilities;

/* row locks, what becomes of rows that are locked, and how an advisory lock waits: indexes of a dialect's spellings */
enum { ORM__FOR_UPDATE = 1, ORM__FOR_NO_KEY_UPDATE, ORM__FOR_SHARE, ORM__FOR_KEY_SHARE, ORM__ROW_LOCKS };
enum { ORM__NOWAIT = 1, ORM__SKIP_LOCKED, ORM__ROW_WAITS };
enum { ORM__ADVISE, ORM__ADVISE_NOWAIT, ORM__ADVISE_TIMED, ORM__ADVISES };

/** A table as the database describes it, for comparison with a model. In an arena. */
/* key: position in the primary key from 1, or 0; generated: the engine makes the key; computed: the engine makes the value, from `default_sql` */
typedef struct orm_found_column { const char *name, *type, *default_sql, *comment; bool nullable, generated, computed; int key; } orm_found_column;
/* column, target: of a key of several columns they are lists, "a, b", in the order of the key */
typedef struct orm_found_reference { const char *column, *table, *target; const char *on_delete, *on_update; } orm_found_reference;
/* columns: "a, (expression), b desc"; expressions: what stands for each (expression), in the words of `retell` */
typedef struct orm_found_index { const char *name, *columns, *where; bool unique, automatic; const char **expressions; size_t n_expressions; } orm_found_index;
typedef enum orm_found_kind { ORM_FOUND_TABLE, ORM_FOUND_VIEW, ORM_FOUND_INDEX, ORM_FOUND_TRIGGER, ORM_FOUND_ENUM } orm_found_kind;
typedef struct orm_found_name { orm_found_kind kind; const char *name, *sql; } orm_found_name;      /* sql: the statement that makes it, where the engine tells it */
typedef struct orm_found_enum { bool exists; const char **labels; size_t n_labels; } orm_found_enum;      /* exists: there is a type of that name, whatever it is */
typedef struct orm_found_table {
    bool exists;
    orm_found_column *columns; size_t n_columns;
    orm_found_reference *references; size_t n_references;
    orm_found_index *indexes; size_t n_indexes;
    const char **checks; size_t n_checks;               /* the conditions as written, without "check (...)"; blanks and comments do not count */
    const char **check_names;                           /* of each of `checks`, NULL where it has none; NULL: not told */
    const char *comment;
    const char *sql;                                    /* the statement that made it, or NULL */
} orm_found_table;

/* A counter: the column of `parent` which says how many rows of `child` refer to the row: those whose key[i] are its referred[i]; NULL refers to
   nobody. It is kept by triggers of these names: on the child for its rows made, destroyed, given another key, and all gone; and on the parent for
   its rows that are given another key. CALLED is what the triggers call, where they need that: it is made anew with each of them. */
enum { ORM__COUNTER_CALLED, ORM__COUNTER_INSERT, ORM__COUNTER_DELETE, ORM__COUNTER_UPDATE, ORM__COUNTER_TRUNCATE, ORM__COUNTER_MOVE, ORM__COUNTER_PARTS };
typedef struct orm_counter {
    const char *child, *parent, *column;
    const char *const *key, *const *referred; size_t n;
    const char *names[ORM__COUNTER_PARTS];
} orm_counter;

typedef struct orm_dialect {
    uint32_t version;                                   /* ORM_DIALECT_VERSION */
    const char *name;                                   /* "sqlite" */
    const char *scheme, *other_scheme;                  /* of its URLs, without the colon; a second one or NULL */
    orm_capabilities can;

    /* connections */
    /* `reader`: only for reading, beside a connection that writes, or to a replica. options.timeout_ms bounds it. Reports to `db`, and keeps it. */
    orm_status (*open)(orm__session *db, const char *url, const orm_options *options, bool reader, orm_connection **out);
    void       (*close)(orm_connection *c);
    bool       (*alone)(orm_connection *c);             /* can no other connection share its database? NULL: others always can */
    /* Of an engine whose connections can be lost: is it known to be of use? `ask`: the server is asked. NULL: they cannot be lost. */
    bool       (*alive)(orm_connection *c, bool ask);
    /* back to the settings of a new connection, after SQL by hand changed them (the adapter says so by orm__session.touched). Statements are lost.
       Together with `alive`. */
    orm_status (*reset)(orm_connection *c);
    const char *(*engine)(orm_connection *c);           /* name and version for people */
    size_t     (*max_parameters)(orm_connection *c);
    /* a deadline for what follows: monotonic microseconds, 0 for none */
    void       (*deadline)(orm_connection *c, int64_t at);

    /* statements: prepare -> (start -> fetch* -> finish)* -> finalize */
    orm_status (*prepare)(orm_connection *c, const char *sql, size_t length, orm_statement **out);
    void       (*finalize)(orm_connection *c, orm_statement *s);
    /* binds values 1..n and begins; texts and blobs are borrowed until finish */
    orm_status (*start)(orm_connection *c, orm_statement *s, const orm_value *values, size_t n);
    /* decodes the next row into rows[segment] at the plan's offsets, texts and blobs into `texts`; a segment whose key is NULL sets
       rows[segment] = NULL. `extra` gets the extra column. A value that does not fit its column is ORM_BAD_DATA. A plan without
       segments is a statement whose rows are not read. */
    orm_step   (*fetch)(orm_connection *c, orm_statement *s, const orm_plan *plan, void **rows, orm_arena *texts, int64_t *extra);
    /* after start: how many rows will come, for an engine that has them all by then; NULL where none knows */
    size_t     (*rows)(const orm_statement *s);
    /* ends the execution, whatever its state; returns the failure of the last step, if any. `out` may be NULL. */
    orm_status (*finish)(orm_connection *c, orm_statement *s, orm_outcome *out);
    /* Start in two halves, for engines that take further statements before they answer; NULL: this one does not. `send` hands the execution
       over and does not wait; texts and blobs are borrowed until it returns. Outside a transaction what writes stands for itself, whatever
       becomes of others. `receive` is called as often as `send` succeeded, in that order, before anything else is done on the connection:
       it waits, and leaves the statement as start does, for fetch and finish. `skipped`: it was not run, as one before it failed, or
       may be run again as its plan is stale: there is nothing to finish. */
    orm_status (*send)(orm_connection *c, orm_statement *s, const orm_value *values, size_t n);
    orm_status (*receive)(orm_connection *c, orm_statement *s, bool *skipped);

    /* transactions */
    orm_status (*begin)(orm_connection *c, const orm_transaction_options *how);       /* in a read-only one every write answers ORM_READ_ONLY; NULL: as the engine likes */
    orm_status (*commit)(orm_connection *c);            /* ORM_BUSY leaves the transaction open */
    void       (*rollback)(orm_connection *c);          /* also when the engine has already rolled back */
    bool       (*in_transaction)(orm_connection *c);    /* asks the engine */

    /* SQL spelling: each writes to the text */
    void (*column_type)(orm__sql *out, const orm_column *column);               /* "INTEGER", "varchar(200)" */
    void (*literal)(orm__sql *out, const orm_column *column, orm_value value);  /* for DDL: defaults, checks */
    void (*parameter)(orm__sql *out, unsigned number);                          /* "?1", "$1" */
    void (*quote)(orm__sql *out, const char *name);                             /* a quoted identifier */
    /* what the engine reads besides '...', "...", -- and slash-star comments: for the parameters of SQL by hand */
    struct {
        bool backquotes, brackets;                      /* `name`, [name] */
        bool dollar_quotes;                             /* $tag$...$tag$, and names that hold a $ */
        bool escape_texts;                              /* e'it\'s' */
        bool nested_comments;
        bool question_operators;                        /* a ? that no number follows is an operator */
    } reads;
    const char *operators[ORM_OPS];                     /* "$c = $v": $c is the column, $v the parameter, $t another column */
    const char *char_length;                            /* "length($c)" */
    const char *not_blank;                              /* not_empty as a check */
    const char *json_as_text;                           /* behind a json column in conditions, orders and lists, to compare it as text: "::text"; or NULL */
    const char *serial_primary_key;                     /* after the type of a `serial`: " primary key autoincrement" */
    const char *create_table_tail;                      /* " STRICT" */
    bool boolean_check, integer_check;                  /* must ranges be spelled as CHECK? */
    const char *array_check;                            /* "array_position($c, null) is null": what an array column must hold */
    /* a value as the operator wants it (like on an engine without a case-sensitive LIKE); may write to the arena */
    orm_status (*operand)(orm_connection *c, orm_op op, orm_value *value, orm_arena *scratch);
    /* n values of one column as a single parameter for ORM_OP_IN; the text lives in the arena */
    orm_status (*list)(orm_connection *c, const orm_column *column, const orm_value *values, size_t n, orm_arena *scratch, orm_value *out);
    /* ORM_OP_IN and ORM_OP_NOT_IN for lists of more than ORM_SHORT_LIST values, of which no index makes use; $y is the parameter's type, as
       list_type writes it. Or all NULL */
    const char *in_long, *not_in_long;
    void (*list_type)(orm__sql *out, const orm_column *column);

    /* Many rows at once, for an engine with better ways than one long statement; NULL where there is none. First: one array per column.
       `insert` is the prepared insert of one row with values of these n columns: it knows what types the table's columns are of. */
    /* writes what stands behind an insert's columns to take the arrays, in that order; false when a column's values do not go that way */
    bool (*arrays)(const orm_statement *insert, const orm_column *const *columns, size_t n, orm__sql *out);
    /* such an array: the values of column k of all rows, `stride` values apart, NULLs too; it lives in the arena */
    orm_status (*array)(orm_connection *c, const orm_statement *insert, const orm_column *column, size_t k, const orm_value *values, size_t stride, size_t rows,
                        orm_arena *arena, orm_value *out);
    /* Second: a statement that takes rows from the client, from which nothing comes back; $t is the table with the columns. It is prepared,
       told by load_for what it gets (`takes`: can this table be written so?), started, given its rows by load, and finished. If a load
       failed, finish leaves nothing of the statement. */
    const char *load_into;
    orm_status (*load_for)(orm_connection *c, orm_statement *s, const char *table, const orm_column *const *columns, size_t n, bool *takes);
    orm_status (*load)(orm_connection *c, orm_statement *s, const orm_value *values);

    /* Locks. Either a transaction that may write is the database's only one: then `holds_all` tells whether this transaction is that one, every
       lock is granted to it, and nothing is sent. Or it is NULL, and locks are spelled; one without spelling is answered with ORM_UNSUPPORTED. */
    bool (*holds_all)(orm_connection *c);
    const char *row_locks[ORM__ROW_LOCKS];              /* behind a query, before the alias of the table whose rows are locked: " for update of " */
    const char *row_waits[ORM__ROW_WAITS];              /* behind that alias: " nowait" */
    /* [shared]: the statement that takes the advisory lock whose number is its first parameter, to the end of the transaction. ADVISE waits as
       for any lock; ADVISE_NOWAIT answers with one integer, 1 for granted and 0; ADVISE_TIMED waits as many milliseconds as its second says. */
    const char *advisory_locks[2][ORM__ADVISES];

    /* Counters; both NULL: ORM_UNSUPPORTED. `counter` writes the statement that makes one part, or nothing and answers false where the engine needs
       none. `has_trigger` tells whether there is a trigger of that name. */
    bool       (*counter)(orm__sql *out, const orm_counter *counter, unsigned part);
    orm_status (*has_trigger)(orm_connection *c, const char *name, orm_arena *arena, bool *out);

    /* introspection */
    orm_status (*describe)(orm_connection *c, const char *table, orm_arena *arena, orm_found_table *out);
    orm_status (*describe_enum)(orm_connection *c, const char *type, orm_arena *arena, orm_found_enum *out);      /* only with can.enum_types */
    /* For an engine that tells SQL in words of its own: the model's text of a check, index expression or index condition (`type` NULL), or of a default for a
       column of `type`, as describe would tell it of this existing table. NULL: describe tells what was written. */
    orm_status (*retell)(orm_connection *c, const char *table, const char *type, const char *sql, orm_arena *arena, const char **out);
    /* all tables and views of the connection's schema, by name; none of the engine's own */
    orm_status (*list_tables)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);
    /* the types of enumerations, and triggers with what makes them; NULL: there are none */
    orm_status (*list_enums)(orm_connection *c, orm_arena *arena, orm_found_name **out, size_t *n);
    orm_status (*list_triggers)(orm_connection *c, const char *table, orm_arena *arena, orm_found_name **out, size_t *n);

    /* Changing tables. Most engines alter them (`alters`); on another a table is made anew under another name, gets the rows, and takes the place of
       the old one. Then, in this order: `rebuild_begin` before the transaction; in it, around each table, `rebuild_keep` tells the statements that
       make what would be lost with it (indexes, triggers), to be run behind it where nothing of that name is there; `rebuild_check` before
       the commit tells what does not fit any more: rows that refer to nothing, views and triggers that do not compile; `rebuild_end` after the transaction.
       All NULL where tables are altered. */
    bool alters;
    orm_status (*rebuild_begin)(orm_connection *c);
    orm_status (*rebuild_keep)(orm_connection *c, const char *table, orm_arena *arena, orm_found_name **out, size_t *n);
    orm_status (*rebuild_check)(orm_connection *c);
    void       (*rebuild_end)(orm_connection *c);
    /* how long statements of the running transaction wait for locks on tables; NULL: nobody else has any */
    orm_status (*lock_timeout)(orm_connection *c, uint32_t milliseconds);
    /* the database that the URL names: ORM_OK when it was made or dropped, ORM_UNIQUE when it is there already, ORM_NOT_FOUND when it is not */
    orm_status (*create_database)(const char *url);
    orm_status (*drop_database)(const char *url);
    const char *(*database_name)(const char *url, char out[256]);      /* the name that a person would call it by, without password; NULL: none */
} orm_dialect;

/* >>rows: the untyped calls behind M_find, M_create and the rest. Models call them through the typed wrappers that ORM_MODEL makes;
   the wrappers' comments in define.h are the manual. */
typedef struct orm__none { char none; } orm__none;      /* the type of what a column does not have */
typedef struct orm_create_options {
    uint32_t timeout_ms;                 /* deadline of the whole call, 0 for the handle's */
    void (*progress)(void *context, size_t done, size_t total); void *context;      /* after each statement; may be NULL */
    bool no_keys;                        /* Keys that the database makes do not come back, which is the fastest way on some engines. The rows count as
                                            created, but stay without a key: they can be neither saved nor destroyed, and are not created again. */
} orm_create_options;

ORM_API void *orm__find(orm_db *db, const orm_model *model, const void *key, bool must);
ORM_API void *orm__find_by(orm_db *db, const orm_model *model, const orm_column *column, orm_value value);
ORM_API void *orm__find_one(orm_db *db, const orm_model *model, const orm_query *query, bool must);
ORM_API void *orm__find_all(orm_db *db, const orm_model *model, const orm_query *query);
ORM_API void *orm__find_and_count(orm_db *db, const orm_model *model, const orm_query *query, int64_t *total);
ORM_API orm_status orm__count(orm_db *db, const orm_model *model, const orm_query *query, int64_t *out);
ORM_API orm_status orm__exists(orm_db *db, const orm_model *model, const orm_query *query, bool *out);
ORM_API void *orm__reload(orm_db *db, const orm_model *model, const void *row);
ORM_API orm_status orm__order_from_text(const orm_model *model, const char *text_, const orm_mask *allowed, orm_order *out);
ORM_API orm_status orm__validate(const orm_model *model, const void *row, orm_failures *failures);
ORM_API orm_status orm__create(orm_db *db, const orm_model *model, void *row);
ORM_API orm_status orm__create_all(orm_db *db, const orm_model *model, void *rows, size_t n, const orm_create_options *options);
ORM_API orm_status orm__save(orm_db *db, const orm_model *model, void *row, const orm_mask *only);
ORM_API orm_status orm__update(orm_db *db, const orm_model *model, const orm_change *change, int64_t *changed);
ORM_API orm_status orm__destroy(orm_db *db, const orm_model *model, void *row);
ORM_API orm_status orm__destroy_by_key(orm_db *db, const orm_model *model, const void *key);
ORM_API orm_status orm__destroy_all(orm_db *db, const orm_model *model, const orm_query *query, int64_t *destroyed);

typedef enum orm_aggregate { ORM_SUM, ORM_MIN, ORM_MAX, ORM_AVG } orm_aggregate;
ORM_API orm_status orm__aggregate(orm_db *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out, const char *place);

typedef struct orm__each {
    orm_db *db; const orm_model *model; const orm_query *query; const char *place;
    bool open, begun, last_page;
    orm_arena arena, keys, turn[2]; unsigned turns;
    char *rows; size_t at, count;        /* the page that is walked */
    int64_t given;                       /* rows so far */
    void *from, *bound;                  /* keys: the last row of the page before, the largest of all at the start */
} orm__each;
ORM_API void *orm__each_next(orm__each *each);
ORM_API void orm__each_close(orm__each *each);

#ifndef __cplusplus
/** ORM_EACH(User, u, db, .where = ..., .select = ...) { use u; }: walks all rows in primary-key order in constant memory, in pages bounded by
    the largest key at its start, so it ends even when the body inserts. `u` and its texts are valid until the next round. Writes and
    other calls in the body are allowed; break, continue and return too. Afterwards orm_failed() tells. `.order`, `.offset`, `.after`,
    `.page` and `.arena` are refused; `.limit` bounds the number of rows. */
#define ORM_EACH(...) ORM__EACH_ROW_(__COUNTER__, __VA_ARGS__, .orm__literal = true)
#define ORM__EACH_ROW_(id, ...) ORM__EACH_ROW(ORM__CAT(orm__each, id), __VA_ARGS__)
#define ORM__EACH_ROW(E, M, row, db_, ...)                                                                                      \
    for (orm__each E __attribute__((cleanup(orm__each_close))) = { .db = (db_), .model = &M##_model, .open = true,              \
             .query = &(M##_query){ { __VA_ARGS__ } }.erased, .place = __FILE__ ":" ORM__STRING(__LINE__) }; E.open; E.open = false) \
        for (M *row; (row = (M *)orm__each_next(&E)) != NULL; )

/** Aggregates of a column over the rows that a query's condition selects (NULL: all rows): orm_sum(db, User_.age, &sum, &(User_query){ .where = ... }).
    orm_sum: int64_t for integers, double, orm_decimal; 0 for no rows; a sum that does not fit is ORM_VALUE_RANGE. orm_min, orm_max: the
    optional of the column's type (orm_opt_int32 ...), unset for no rows. orm_avg: orm_opt_double, of decimals orm_opt_decimal with four
    digits more than the column. Orders, limits and includes of the query do not matter here. */
#define orm_sum(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_SUM, h, out_, ORM__SUM_OF, __VA_ARGS__)
#define orm_avg(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_AVG, h, out_, ORM__AVG_OF, __VA_ARGS__)
#define orm_min(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_MIN, h, out_, ORM__OPT_OF, __VA_ARGS__)
#define orm_max(db, h, out_, ...) ORM__AGGREGATE(__COUNTER__, db, ORM_MAX, h, out_, ORM__OPT_OF, __VA_ARGS__)
#define ORM__AGGREGATE(id, db, what, h, out_, TYPE, ...) ORM__AGGREGATE_(ORM__CAT(orm__h, id), ORM__CAT(orm__q, id), db, what, h, out_, TYPE, __VA_ARGS__)
#define ORM__AGGREGATE_(H, Q, db, what, h, out_, TYPE, ...) __extension__({ __auto_type H = (h);                                \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*(out_)), __typeof__(*TYPE(H))), "orm: the result of " #what " over " #h " does not fit " #out_); \
    const __typeof__(*H.query) *Q = (__VA_ARGS__);                                                                              \
    orm__aggregate((db), H.kind.c->model, what, H.kind.c, Q ? &Q->erased : NULL, (out_), __FILE__ ":" ORM__STRING(__LINE__)); })
#define ORM__SUM_OF(H) _Generic(H.kind, orm_int_col: (int64_t *)0, orm_number_col: (double *)0, orm_decimal_col: (orm_decimal *)0, default: (orm__none *)0)
#define ORM__AVG_OF(H) _Generic(H.kind, orm_int_col: (orm_opt_double *)0, orm_number_col: (orm_opt_double *)0, orm_decimal_col: (orm_opt_decimal *)0, default: (orm__none *)0)
#define ORM__OPT_OF(H) (H.opt)
/** Was the relation loaded with this row (even when there is none)? orm_loaded(&post, Post_.author). */
#define orm_loaded(row, h) ORM__LOADED(ORM__CAT(orm__h, __COUNTER__), row, h)
#define ORM__LOADED(H, row, h) __extension__({ __auto_type H = (h); orm__loaded(H.relation->model, (__typeof__(H.owner)){ row }, H.relation); })
#endif

/* >>batch: calls whose answers are waited for together: ORM_BATCH.

       User_slot ada = { 0 }, made = { 0 };
       Post_slot posts = { 0 };
       ORM_BATCH(db) {
           User_batch_find(db, 1, &ada);
           Post_batch_find_all(db, &(Post_query){ .where = orm_eq(Post_.author_id, 1) }, &posts);
           User_batch_create(db, &grace, &made);
       }
       if (orm_failed()) ...                         the first failure among them; each slot has its own
       if (ada.rows) puts(ada.rows->name);
       orm_free(ada.rows);

   On PostgreSQL the calls are sent one behind the other, and the server's answers are read at the end of the block (or when 256 calls or
   64 kB are on their way): many calls cost one round trip. Each stands for itself: outside a transaction each is one of its own, and
   what fails leaves the others alone; inside ORM_TRANSACTION they belong to it, its first failure fails it, and the slots of the later ones say so.
   On SQLite there is nothing to wait for: each call is answered at once, and outside a transaction the block is one, so that it is
   written to the disk once. A call that fails leaves the others alone there, too, but others see all of the block or nothing, and if its end
   fails, every slot of a call that wrote has that failure.

   When a connection is lost, or a deadline passes (each call's counts from the answer before it), every slot without an answer says so:
   ORM_CONNECTION_LOST, ORM_TIMEOUT, or ORM_COMMIT_UNKNOWN for a write outside a transaction that may have been done. Nothing is sent twice.

   The block holds a connection from its first call to its end, however it is left: break, continue, return and goto make no difference, what was
   asked is done and answered. An ordinary call on the same handle in the block waits for the answers so far, then runs. A block in a block joins
   it: its slots are answered by the end of the outer one. Outside of blocks the calls are answered before they return. */

/* What a slot of any model has. `rows` is of the model's type, and belongs to the caller, who frees it with orm_free. */
#define ORM__SLOT_MEMBERS                                                                                                       \
    orm_status status;          /* ORM_OK; ORM_PENDING until it is answered; ORM_NOT_FOUND is no failure of the batch */        \
    int code;                   /* of the failure, as in orm_error_info */                                                      \
    int64_t count;              /* rows found, counted or changed */                                                            \
    uint64_t orm__serial;                                                                                                       \
    char field[64], message[160];       /* of the failure: one line for people, never a value of a `secret` field */

/** Where the answer to one call of a batch comes to. It is the caller's, who declares it outside of the block: it must live until the block is
    left. A call overwrites what is in its slot, so free `rows` before you use it again; a slot of two calls in a block has the answer to the latter.
    User_slot and the like have `rows` of their model. Not to be shared by threads while the block runs. */
typedef struct orm_slot { void *rows; ORM__SLOT_MEMBERS } orm_slot;
#define ORM__SLOT_OF(M) union M##_slot { struct { M *rows; ORM__SLOT_MEMBERS }; orm_slot erased; }

typedef struct orm_batch_options {
    bool orm__begin;
    bool read_only;             /* calls that write are refused. SQLite: no write lock, and the block sees one moment. May go to a replica */
    bool orm__end;
} orm_batch_options;
typedef struct orm__batch {
    orm_db *db; orm_batch_options options; const char *place; struct orm__batch *outer;
    struct orm__session *session; uint64_t level;       /* held from the first call on; the serial of the block's own transaction, or 0 */
    bool entered, joins; orm_arena written; struct orm__written *last_written;
    uint64_t failed; orm_error_info failure;            /* of the first call that failed, its serial; 0 for none */
} orm__batch;
ORM_API bool orm__batch_enter(orm__batch *batch);
ORM_API void orm__batch_leave(orm__batch *batch);
#ifndef __cplusplus
/** ORM_BATCH(db) { ... }, ORM_BATCH(db, .read_only = true) { ... }: see above. Afterwards orm_error() is the failure of the first call that failed, if any. */
#define ORM_BATCH(...) ORM__BATCH_(__COUNTER__, __VA_ARGS__, .orm__end = true)
#define ORM__BATCH_(id, ...) ORM__BATCH(ORM__CAT(orm__batch, id), __VA_ARGS__)
#define ORM__BATCH(B, db_, ...)                                                                                                 \
    for (orm__batch B __attribute__((cleanup(orm__batch_leave))) = { .db = (db_), .options = { true, __VA_ARGS__ },             \
             .place = __FILE__ ":" ORM__STRING(__LINE__) }; orm__batch_enter(&B); )
#endif

ORM_API void orm__batch_find(orm_db *db, const orm_model *model, const void *key, orm_slot *slot);
ORM_API void orm__batch_find_all(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);
ORM_API void orm__batch_count(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);
ORM_API void orm__batch_create(orm_db *db, const orm_model *model, const void *row, orm_slot *slot);
ORM_API void orm__batch_update(orm_db *db, const orm_model *model, const orm_change *change, orm_slot *slot);
ORM_API void orm__batch_destroy_by_key(orm_db *db, const orm_model *model, const void *key, orm_slot *slot);
ORM_API void orm__batch_destroy_all(orm_db *db, const orm_model *model, const orm_query *query, orm_slot *slot);

/* >>schema: tables from models. */

/** Creates the tables and indexes of the schema that are missing, in one transaction, parents first; never drops, never alters. An
    existing table that differs from its model gives ORM_SCHEMA_DIFFERS with the list of differences in orm_error()->message and
    ->failures, and nothing is changed. */
ORM_API orm_status orm_sync(orm_db *db, const orm_schema *schema);
/** The DDL that orm_sync would send to an empty database: statements ending in ";\n". Free with orm_free_text. NULL on failure. */
ORM_API char *orm_schema_sql(orm_db *db, const orm_schema *schema);
/** Frees a text that the library made (orm_schema_sql, M_to_json ...); NULL is fine. */
ORM_API void orm_free_text(char *text_);
/** Writes a table of which rules of the schema the database enforces too, and which only the program does. */
ORM_API void orm_schema_report(FILE *out, orm_db *db, const orm_schema *schema);

/* >>migrate: the schema's life: migrations from the difference between the models and what was migrated last, applied one by one,
   undone, verified.

   A migration is one reviewed file of SQL, named by UTC time and words ("20261127101500_add_age.sql"), or a pair of C functions for data.
   The file has lines of its own behind "--": where it comes from, what is dangerous in it and who allowed it, and its sections
   (docs/migrations.md has all of them). What was applied stands in the table orm_migrations. */

/** A migration that is compiled into the program: the text of its file (the command `embed` writes a header of those), or a pair of
    functions (ORM_MIGRATION). A table of them ends with one whose name is NULL. All of it is the program's, and read only. */
typedef struct orm_migration {
    const char *name;                            /* "20261127101500_add_age": orders it among the others, also those of a folder */
    const char *sql;                             /* the text of the file, or NULL with: */
    orm_status (*up)(orm_db *db);                /* runs in a transaction; anything but ORM_OK rolls it back */
    orm_status (*down)(orm_db *db);              /* NULL: there is no way back */
} orm_migration;

#ifndef __cplusplus
/** ORM_MIGRATION(20261120093000_backfill) { return orm_exec(db, NULL, "update ...", orm_no_params); } defines a function with the parameter
    `orm_db *db`; ORM_UNDO(20261120093000_backfill) { ... } its way back. ORM_STEP(name) and ORM_STEP_FOR_GOOD(name), which has no way back,
    are their rows in a table: static const orm_migration Blog_migrations[] = { ORM_STEP(20261120093000_backfill), { NULL } }; */
#define ORM_MIGRATION(name)     static orm_status orm__up_##name(orm_db *db)
#define ORM_UNDO(name)          static orm_status orm__down_##name(orm_db *db)
#define ORM_STEP(name_)          { .name = #name_, .up = orm__up_##name_, .down = orm__down_##name_ }
#define ORM_STEP_FOR_GOOD(name_) { .name = #name_, .up = orm__up_##name_ }
#endif

typedef enum orm_migration_state {
    ORM_MIGRATION_PENDING,                       /* not applied yet */
    ORM_MIGRATION_APPLIED,
    ORM_MIGRATION_EDITED,                        /* applied, but the file is not what it was then */
    ORM_MIGRATION_MISSING,                       /* applied, but the program and the folder do not have it */
    ORM_MIGRATION_LATE,                          /* not applied, and older than one that is */
    ORM_MIGRATION_UNFINISHED                     /* began outside of a transaction and did not end: see orm_migrate_repair */
} orm_migration_state;
/** One line of a status. */
typedef struct orm_migration_line {
    const char *name;
    orm_migration_state state;
    orm_time applied_at;                         /* microseconds since 1970 in UTC; ORM_UNSET_TIME while pending */
    int64_t microseconds;                        /* how long it took */
    size_t steps;                                /* of an unfinished one: statements that were done */
} orm_migration_line;

/** What is told while migrations run: `step` of `steps` statements of migration `number` of `count` is done. All texts are valid during the call. */
typedef struct orm_migrate_event {
    const char *name; bool undo;
    size_t number, count, step, steps;
    const char *sql;                             /* the statement; NULL when the migration is done, or is a function */
    int64_t microseconds;                        /* of the statement, or of the whole */
} orm_migrate_event;

/** How to migrate. All zero: the folder "migrations", all that is pending. Everything is borrowed until the call returns. */
typedef struct orm_migrate_options {
    const char *folder;                          /* of the files; NULL is "migrations", and may be missing when `compiled` is given */
    const orm_migration *compiled;               /* of the program; NULL is none. A name in both must have the same text. */
    const char *to;                              /* up: the last one to apply; undo: the one that is to stay. A unique beginning of its name is enough. */
    bool all;                                    /* undo: every one */
    bool dry_run;                                /* nothing is sent but questions; `event` gets every statement that would be */
    bool late;                                   /* applies those that are older than the last one applied, too */
    bool unknown;                                /* goes on although the database has migrations that the program does not */
    bool lossy;                                  /* undo: also where the file says irreversible("...") */
    uint32_t wait_ms;                            /* how long to wait for another runner; 0 is 60,000. Then ORM_LOCK_TIMEOUT. */
    uint32_t lock_ms;                            /* how long a statement waits for a lock that others hold on a table; 0 is 10,000 */
    void (*event)(void *context, const orm_migrate_event *event); void *context;
} orm_migrate_options;

/** Applies what is pending, in the order of the names, each in a transaction of its own with its line in orm_migrations, under a lock that
    one runner has at a time: any number may begin at once. `done` (may be NULL) gets the number applied. NULL options are defaults.
    ORM_MIGRATIONS_DIFFER: a file was edited, is missing, came late, is unknown, or does not follow the one before it: all of them are listed in
    orm_error(), and nothing is applied. ORM_MISUSE: a file that cannot be read as a migration, with its line. Otherwise the failure of the
    statement, named with file and line; what was applied before it stays. */
ORM_API orm_status orm_migrate(orm_db *db, const orm_migrate_options *options, size_t *done);
/** Takes the last one back, or those behind `.to`, or `.all`. A migration without a way back is ORM_MISUSE with its reason. */
ORM_API orm_status orm_migrate_undo(orm_db *db, const orm_migrate_options *options, size_t *done);
/** The state of every migration, in order, in the arena. Reads only. */
ORM_API orm_status orm_migrate_status(orm_db *db, const orm_migrate_options *options, orm_arena *arena, orm_migration_line **lines, size_t *n);
/** Notes all (or those up to `.to`) as applied without running them: for a database that has their tables already. ORM_MISUSE when
    some are noted already. */
ORM_API orm_status orm_migrate_baseline(orm_db *db, const orm_migrate_options *options, size_t *done);
/** Takes the files as they are: edited ones are noted with their new checksum, missing ones are forgotten, unfinished ones are pending again. */
ORM_API orm_status orm_migrate_repair(orm_db *db, const orm_migrate_options *options, size_t *done);

/** How to generate. */
typedef struct orm_generate_options {
    const char *folder;                          /* NULL is "migrations"; made when it is missing */
    const orm_migration *compiled;
    const char *irreversible;                    /* the reason, needed when data are lost for good */
    const char *allow;                           /* the reason for all that is dangerous; NULL: to be written into the file */
    bool empty;                                  /* a file without statements, to be written by hand */
    bool concurrently;                           /* indexes of tables that exist: each in a migration of its own, without a transaction, holding nobody off (PostgreSQL) */
    orm_time now;                                /* 0 is now: for the name */
} orm_generate_options;
/** Writes the difference between the schema and the last migration as a new file, for each of these adapters. `path` (in the arena, may be
    NULL) gets its name, or NULL when there is no difference: then nothing is written. ORM_MISUSE: what cannot be derived, and what would lose data
    without `.irreversible`, each named. */
ORM_API orm_status orm__generate(const orm_schema *schema, const char *name, const struct orm_dialect *const *adapters, size_t n, const orm_generate_options *options,
                                 orm_arena *arena, const char **path);
#ifndef __cplusplus
#define orm_generate(schema, name, options, arena, path) orm__generate((schema), (name), ORM__ADAPTER_LIST, (options), (arena), (path))
/* the adapters that this file includes, and their number */
#define ORM__ADAPTER_LIST &(const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }[0], sizeof((const struct orm_dialect *const[]){ ORM__ADAPTERS NULL }) / sizeof(void *) - 1
#endif

/** Compares the database with the models: every table, column, type, default, check, key, index, comment, trigger of a counter, and what the
    database has beyond them. ORM_OK, or ORM_SCHEMA_DIFFERS with the first differences in orm_error(); `each` (may be NULL) is told all of
    them: "users.age", "type", "is TEXT, the model says INTEGER". Reads only. `ignore`: names of tables that belong to nobody, ends with NULL. */
ORM_API orm_status orm_verify(orm_db *db, const orm_schema *schema, const char *const *ignore,
                              void (*each)(void *context, const char *where_, const char *rule, const char *what), void *context);

/** The models of a database, as C: a header with the X-macro lists of all its tables, with notes on what a model cannot say. Free with
    orm_free_text. NULL on failure. `name` is that of the schema, "Blog". */
ORM_API char *orm_pull(orm_db *db, const char *name);

/* >>load: relations of rows that are there already. Nothing is ever loaded behind a member access: these calls do it, for all rows of a level at
   once, so that a loop over rows costs one statement and not one a row. */
ORM_API orm_status orm__load_related(orm_db *db, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place);

#ifndef __cplusplus
/** orm_load(db, users, User_.posts, .where = ..., .order = { ... }, .limit = 3, .include = { ... }): loads a relation for a list that a call
    returned, or that an include brought; the options are those of orm_with but for .required. It is loaded for all rows of the same level of that
    result: orm_load(db, users[0].posts, Post_.tags) loads the tags of every user's posts, as the include would have. What is loaded already is
    left as it is when no options are given; with options it is loaded anew, and what was there before stays in memory until orm_free.
    The rows that are loaded belong to the result of those they are loaded for: they are freed with it, and only one thread at a time may use it.
    ORM_MISUSE for rows that came from no query, or were read without the columns that the relation is matched by; ORM_STALE_ROW for freed ones.
    On failure the rows are as they were. */
#define orm_load(...)     ORM__LOAD_RELATED(ORM__CAT(orm__h, __COUNTER__), false, __VA_ARGS__, .orm__literal = true)
/** orm_load_one(db, &users[i], User_.posts): the same from one row. The first call loads the relation for all its siblings, the rows of its
    level; the next ones find it loaded and send nothing. A copy of a row is given what the original has. A row that has no siblings, as
    M_find returns it, costs a statement each time: when one place in the program does that over and over, the log is told, or the call
    fails: see .n_plus_one of orm_options. */
#define orm_load_one(...) ORM__LOAD_RELATED(ORM__CAT(orm__h, __COUNTER__), true, __VA_ARGS__, .orm__literal = true)
#define ORM__LOAD_RELATED(H, one, db, rows, h, ...) __extension__({ __auto_type H = (h);                                                 \
    orm__load_related((db), H.relation, (__typeof__((__typeof__(*H.owner_row) *)0)){ rows }, &(__typeof__(*H.target_query)){ { __VA_ARGS__ } }.erased, ORM__COUNT(__VA_ARGS__) > 1, one, \
        __FILE__ ":" ORM__STRING(__LINE__)); })
#endif

/* >>relate: writing through relations: what belongs to a row is added, removed, replaced, asked for and counted. Each call is all or nothing, in the
   transaction of this thread or in one of its own. What was loaded into the owner (post.tags) stays as it was read: load it again to see the change.

   The owner must be in the database: a fresh one answers ORM_MISUSE, one whose result was freed ORM_STALE_ROW, one that is gone ORM_STALE where
   that is seen. Rows are borrowed until the call returns. On failure nothing is written; members that the call set in rows keep their values. */
typedef struct orm_relate_options {
    bool orm__begin;
    bool destroy;                /* rows that lose their owner are destroyed, instead of having their key set to NULL */
    int64_t *removed;            /* how many lost it, or NULL */
    bool orm__end;
} orm_relate_options;
ORM_API orm_status orm__add(orm_db *db, const orm_relation *relation, const void *owner, void *rows, void *links, size_t n, const char *place);
ORM_API orm_status orm__remove(orm_db *db, const orm_relation *relation, const void *owner, const void *rows, size_t n, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__replace(orm_db *db, const orm_relation *relation, const void *owner, void *rows, size_t n, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__assign(orm_db *db, const orm_relation *relation, void *owner, void *row, const orm_relate_options *options, const char *place);
ORM_API orm_status orm__has_row(orm_db *db, const orm_relation *relation, const void *owner, const void *row, bool *out, const char *place);
ORM_API orm_status orm__count_rows(orm_db *db, const orm_relation *relation, const void *owner, const orm_expr *where, int64_t *out, const char *place);
ORM_API orm_status orm__create_graph(orm_db *db, const orm_model *model, void *row);

#ifndef __cplusplus
#define ORM__HERE __FILE__ ":" ORM__STRING(__LINE__)
/* If a compile error led you here: the owner or the rows are of another model than the relation's. */
#define ORM__OWNER(H, row)         ((__typeof__((const __typeof__(*H.owner_row) *)0)){ row })
#define ORM__WRITTEN_OWNER(H, row) ((__typeof__((__typeof__(*H.owner_row) *)0)){ row })
#define ORM__RELATED(H, rows)      ((__typeof__((const __typeof__(*H.target) *)0)){ rows })
#define ORM__WRITTEN(H, rows)      ((__typeof__((__typeof__(*H.target) *)0)){ rows })
#define ORM__TO_MANY(H, h, call) _Static_assert(_Generic(H.arity, orm__to_many *: 1, default: 0), "orm: " #h " is one row: " call " takes a relation to many, orm_assign sets this one");
/** orm_add(db, &post, Post_.tags, tags, n): these rows belong to the owner from now on. has_many: their key is written, in one statement, and set in the
    rows; fresh rows are created with it. What the relation's where(...) says by plain equalities is written, too. many_to_many: fresh rows are
    created, and links made for those that have none yet. ORM_STALE when a row is not there any more. */
#define orm_add(db, owner_, h, rows, n) ORM__ADD(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, rows, n)
#define ORM__ADD(H, db, owner_, h, rows, n) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_add")                    \
    orm__add((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), NULL, (n), ORM__HERE); })
/** orm_add_links(db, &post, Post_.tags, tags, links, n): the same of a many_to_many with rows of the link model, which begin with M_defaults() and
    may have values of their own; their keys are filled in. A link that is there already is ORM_UNIQUE. */
#define orm_add_links(db, owner_, h, rows, links, n) ORM__ADD_LINKS(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, rows, links, n)
#define ORM__ADD_LINKS(H, db, owner_, h, rows, links, n) __extension__({ __auto_type H = (h);                                     \
    _Static_assert(!__builtin_types_compatible_p(__typeof__(*H.link), orm__none), "orm: " #h " has no link model: it is no many_to_many");            \
    orm__add((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), (__typeof__((__typeof__(*H.link) *)0)){ links }, (n), ORM__HERE); })
/** orm_remove(db, &post, Post_.tags, tags, n, .removed = &k): these rows do not belong to the owner any more; rows of others are left alone, and so
    are those that the relation's where(...) or link_where(...) leaves out, also by orm_replace and with .destroy.
    many_to_many: the links are deleted. has_many: the key becomes NULL; where it cannot be NULL the call is ORM_MISUSE without .destroy. */
#define orm_remove(...) ORM__REMOVE(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__REMOVE(H, db, owner_, h, rows, n, ...) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_remove")         \
    orm__remove((db), H.relation, ORM__OWNER(H, owner_), ORM__RELATED(H, rows), (n), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_replace(db, &post, Post_.tags, tags, n): afterwards exactly these rows belong to the owner; n 0: none. Options as for orm_remove. */
#define orm_replace(...) ORM__REPLACE(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__REPLACE(H, db, owner_, h, rows, n, ...) __extension__({ __auto_type H = (h); ORM__TO_MANY(H, h, "orm_replace")       \
    orm__replace((db), H.relation, ORM__OWNER(H, owner_), ORM__WRITTEN(H, rows), (n), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_assign(db, &post, Post_.author, &user): sets a relation to one row; NULL clears it. A fresh row on the other side is created. belongs_to: the key
    is written in the owner, or only set in its struct while that is fresh. has_one: as orm_replace with one row; ORM_MISUSE for the first of several, which
    is one by its values. */
#define orm_assign(...) ORM__ASSIGN_ROW(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__, .orm__end = true)
#define ORM__ASSIGN_ROW(H, db, owner_, h, row, ...) __extension__({ __auto_type H = (h);                                          \
    _Static_assert(_Generic(H.arity, orm__to_one *: 1, default: 0), "orm: " #h " is a list: orm_add and orm_replace change it");     \
    orm__assign((db), H.relation, ORM__WRITTEN_OWNER(H, owner_), ORM__WRITTEN(H, row), &(orm_relate_options){ true, __VA_ARGS__ }, ORM__HERE); })
/** orm_has_row(db, &post, Post_.tags, &tag, &yes): does the row belong to the owner? */
#define orm_has_row(db, owner_, h, row, out) ORM__HAS_ROW(ORM__CAT(orm__h, __COUNTER__), db, owner_, h, row, out)
#define ORM__HAS_ROW(H, db, owner_, h, row, out) __extension__({ __auto_type H = (h); orm__has_row((db), H.relation, ORM__OWNER(H, owner_), ORM__RELATED(H, row), (out), ORM__HERE); })
/** orm_count_rows(db, &post, Post_.tags, &n) counts what belongs to the owner; orm_count_rows(db, &post, Post_.tags, &n, condition) what of it
    fulfils a condition. `n` is an int64_t. */
#define orm_count_rows(...) ORM__CAT(ORM__COUNT_ROWS_OF_, ORM__COUNT(__VA_ARGS__))(ORM__CAT(orm__h, __COUNTER__), __VA_ARGS__)
#define ORM__COUNT_ROWS_OF_4(H, db, owner_, h, out) __extension__({ __auto_type H = (h); orm__count_rows((db), H.relation, ORM__OWNER(H, owner_), NULL, (out), ORM__HERE); })
#define ORM__COUNT_ROWS_OF_5(H, db, owner_, h, out, condition) __extension__({ __auto_type H = (h);                               \
    orm__count_rows((db), H.relation, ORM__OWNER(H, owner_), &((const __typeof__(*H.target_pred)[]){ condition })[0].expr, (out), ORM__HERE); })
#endif

/* >>json: rows as JSON (RFC 8259). Members in the model's order; relations that were loaded are nested, others left out; `secret`
   fields never appear. Integers and decimals exact; times in ISO 8601 UTC with milliseconds or more; NaN and infinity are null;
   blobs in base64 (RFC 4648); json columns as they are; enumerations by label; NULL is null. */
ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length);
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how);
ORM_API void orm__dump(FILE *out, const orm_model *model, const void *row);

#ifndef __cplusplus
/** One row, a list, and a list as JSON lines, to a file, each followed by a line end. Nothing is written when a row cannot be printed
    (ORM_STALE_ROW, ORM_BAD_TEXT ...); ORM_IO when writing failed. */
#define orm_print_json(file, M, row)        orm__print_json((file), &M##_model, (const M *){ row }, 0)
#define orm_print_json_all(file, M, rows)   orm__print_json((file), &M##_model, (const M *){ rows }, 1)
#define orm_print_json_lines(file, M, rows) orm__print_json((file), &M##_model, (const M *){ rows }, 2)
/** orm_dump(User, &row): every member of one row, for people, on stderr; secrets as "***". */
#define orm_dump(M, row) orm__dump(stderr, &M##_model, (const M *){ row })
#endif

/* >>words: every word that a row may be written with, and what it means, as tables of macros.
   A word answers `~, WHAT,` followed by what it carries; a word that a table does not know answers nothing of that shape. */

/* ---- what a column is of: which values, defaults and rules fit ---------------------------------------------- */
#define ORM__OF_INT     0x001
#define ORM__OF_TEXT    0x002
#define ORM__OF_BOOL    0x004
#define ORM__OF_NUMBER  0x008
#define ORM__OF_DATE    0x010
#define ORM__OF_CLOCK   0x020
#define ORM__OF_UUID    0x040
#define ORM__OF_DECIMAL 0x080
#define ORM__OF_BLOB    0x100
#define ORM__OF_TIME    0x200
#define ORM__OF_ENUM    0x400
#define ORM__OF_JSON    0x800
#define ORM__OF_SERIAL  0x1000
#define ORM__OF_STAMP   0x2000
#define ORM__OF_JSONB   0x4000
#define ORM__OF_INET    0x8000
#define ORM__OF_ARRAY   0x10000
#define ORM__OF_ANY     0x1FFFF
#define ORM__OF_KEY     (ORM__OF_ANY & ~(ORM__OF_STAMP | ORM__OF_JSONB | ORM__OF_INET | ORM__OF_ARRAY))     /* what sorts alike on every engine */
/* the classes of values that a default of such a column may have */
#define ORM__DEFAULT_CLASSES(of) ((of) & ORM__OF_INT ? ORM__CLASS_INT : (of) & (ORM__OF_TEXT | ORM__OF_JSON | ORM__OF_JSONB) ? ORM__CLASS_TEXT : (of) & ORM__OF_INET ? ORM__CLASS_INET : \
    (of) & ORM__OF_BOOL ? ORM__CLASS_BOOL | ORM__CLASS_INT : (of) & ORM__OF_NUMBER ? ORM__CLASS_INT | ORM__CLASS_NUMBER :          \
    (of) & ORM__OF_DATE ? ORM__CLASS_DATE : (of) & ORM__OF_CLOCK ? ORM__CLASS_CLOCK : (of) & ORM__OF_UUID ? ORM__CLASS_UUID :      \
    (of) & ORM__OF_DECIMAL ? ORM__CLASS_DECIMAL : (of) & ORM__OF_BLOB ? ORM__CLASS_BLOB : (of) & (ORM__OF_TIME | ORM__OF_ENUM) ? ORM__CLASS_INT : 0)

/* ---- types: ~, COLUMN or RELATION, what it is of, ------------------------------------------------------------- */
#define ORM__TYPE_serial           ~, COLUMN, ORM__OF_SERIAL,
#define ORM__TYPE_smallint         ~, COLUMN, ORM__OF_INT,
#define ORM__TYPE_integer          ~, COLUMN, ORM__OF_INT,
#define ORM__TYPE_bigint           ~, COLUMN, ORM__OF_INT,
#define ORM__TYPE_key(...)         ~, COLUMN, ORM__OF_INT,
#define ORM__TYPE_real             ~, COLUMN, ORM__OF_NUMBER,
#define ORM__TYPE_double           ~, COLUMN, ORM__OF_NUMBER,
#define ORM__TYPE_boolean          ~, COLUMN, ORM__OF_BOOL,
#define ORM__TYPE_string(...)      ~, COLUMN, ORM__OF_TEXT,
#define ORM__TYPE_text             ~, COLUMN, ORM__OF_TEXT,
#define ORM__TYPE_char(...)        ~, COLUMN, ORM__OF_TEXT,
#define ORM__TYPE_decimal(...)     ~, COLUMN, ORM__OF_DECIMAL,
#define ORM__TYPE_blob             ~, COLUMN, ORM__OF_BLOB,
#define ORM__TYPE_date             ~, COLUMN, ORM__OF_DATE,
#define ORM__TYPE_time             ~, COLUMN, ORM__OF_CLOCK,
#define ORM__TYPE_timestamp        ~, COLUMN, ORM__OF_TIME,
#define ORM__TYPE_uuid             ~, COLUMN, ORM__OF_UUID,
#define ORM__TYPE_json             ~, COLUMN, ORM__OF_JSON,
#define ORM__TYPE_jsonb            ~, COLUMN, ORM__OF_JSONB,
#define ORM__TYPE_inet             ~, COLUMN, ORM__OF_INET,
#define ORM__TYPE_array(T)         ORM__ARRAY_OF_##T
#define ORM__TYPE_enumeration(...) ~, COLUMN, ORM__OF_ENUM,
#define ORM__TYPE_created_at       ~, COLUMN, ORM__OF_STAMP,
#define ORM__TYPE_updated_at       ~, COLUMN, ORM__OF_STAMP,
#define ORM__TYPE_has_many(...)       ~, RELATION, 0,
#define ORM__TYPE_has_one(...)        ~, RELATION, 0,
#define ORM__TYPE_belongs_to(...)     ~, RELATION, 0,
#define ORM__TYPE_many_to_many(...)   ~, RELATION, 0,
#define ORM__TYPE_belongs_to_any(...) ~, RELATIONS, 0,
#define ORM__TYPE_count_of(...)       ~, COUNT, 0,
#define ORM__TYPE_none             ~, NO_TYPE, 0,
#define ORM__KNOWN_TYPES "serial smallint integer bigint key(Model) real double boolean string(n) text char(n) decimal(p,s) blob date time " \
    "timestamp uuid json jsonb inet enumeration(E) array(smallint|integer|bigint|real|double|boolean|text|date|timestamp|uuid) created_at updated_at " \
    "has_many(Model, foreign_key) has_one(Model, foreign_key) belongs_to(Model, foreign_key) many_to_many(Model, Through, here, there) belongs_to_any(Enum, type, id) count_of(relation)"

/* members: of the struct, when nullable, and the optional type of min and max */
#define ORM__MEMBER_serial           int64_t
#define ORM__MEMBER_smallint         int16_t
#define ORM__MEMBER_integer          int32_t
#define ORM__MEMBER_bigint           int64_t
#define ORM__MEMBER_key(...)         int64_t
#define ORM__MEMBER_real             float
#define ORM__MEMBER_double           double
#define ORM__MEMBER_boolean          bool
#define ORM__MEMBER_string(...)      const char *
#define ORM__MEMBER_text             const char *
#define ORM__MEMBER_char(...)        const char *
#define ORM__MEMBER_decimal(...)     orm_decimal
#define ORM__MEMBER_blob             orm_blob
#define ORM__MEMBER_date             orm_date
#define ORM__MEMBER_time             orm_clock
#define ORM__MEMBER_timestamp        orm_time
#define ORM__MEMBER_uuid             orm_uuid
#define ORM__MEMBER_json             const char *
#define ORM__MEMBER_jsonb            const char *
#define ORM__MEMBER_inet             orm_inet
#define ORM__MEMBER_array(T)         ORM__ARRAY_MEMBER_##T
#define ORM__MEMBER_enumeration(E)   enum E
#define ORM__MEMBER_created_at       orm_time
#define ORM__MEMBER_updated_at       orm_time
#define ORM__NULLABLE_MEMBER_serial           int64_t
#define ORM__NULLABLE_MEMBER_smallint         orm_opt_int16
#define ORM__NULLABLE_MEMBER_integer          orm_opt_int32
#define ORM__NULLABLE_MEMBER_bigint           orm_opt_int64
#define ORM__NULLABLE_MEMBER_key(...)         orm_opt_int64
#define ORM__NULLABLE_MEMBER_real             orm_opt_float
#define ORM__NULLABLE_MEMBER_double           orm_opt_double
#define ORM__NULLABLE_MEMBER_boolean          orm_opt_bool
#define ORM__NULLABLE_MEMBER_string(...)      const char *
#define ORM__NULLABLE_MEMBER_text             const char *
#define ORM__NULLABLE_MEMBER_char(...)        const char *
#define ORM__NULLABLE_MEMBER_decimal(...)     orm_opt_decimal
#define ORM__NULLABLE_MEMBER_blob             orm_blob
#define ORM__NULLABLE_MEMBER_date             orm_opt_date
#define ORM__NULLABLE_MEMBER_time             orm_opt_clock
#define ORM__NULLABLE_MEMBER_timestamp        orm_opt_time
#define ORM__NULLABLE_MEMBER_uuid             orm_uuid
#define ORM__NULLABLE_MEMBER_json             const char *
#define ORM__NULLABLE_MEMBER_jsonb            const char *
#define ORM__NULLABLE_MEMBER_inet             orm_inet
#define ORM__NULLABLE_MEMBER_array(T)         ORM__ARRAY_MEMBER_##T
#define ORM__NULLABLE_MEMBER_enumeration(E)   enum E
#define ORM__NULLABLE_MEMBER_created_at       orm_time
#define ORM__NULLABLE_MEMBER_updated_at       orm_time
#define ORM__OPT_serial           orm_opt_int64
#define ORM__OPT_smallint         orm_opt_int16
#define ORM__OPT_integer          orm_opt_int32
#define ORM__OPT_bigint           orm_opt_int64
#define ORM__OPT_key(...)         orm_opt_int64
#define ORM__OPT_real             orm_opt_float
#define ORM__OPT_double           orm_opt_double
#define ORM__OPT_boolean          orm__none
#define ORM__OPT_string(...)      orm__none
#define ORM__OPT_text             orm__none
#define ORM__OPT_char(...)        orm__none
#define ORM__OPT_decimal(...)     orm_opt_decimal
#define ORM__OPT_blob             orm__none
#define ORM__OPT_date             orm_opt_date
#define ORM__OPT_time             orm_opt_clock
#define ORM__OPT_timestamp        orm_opt_time
#define ORM__OPT_uuid             orm__none
#define ORM__OPT_json             orm__none
#define ORM__OPT_jsonb            orm__none
#define ORM__OPT_inet             orm__none
#define ORM__OPT_array(T)         orm__none
#define ORM__OPT_enumeration(E)   orm__none
#define ORM__OPT_created_at       orm_opt_time
#define ORM__OPT_updated_at       orm_opt_time

/* handles */
#define ORM__KIND_serial           orm_int_col
#define ORM__KIND_smallint         orm_int_col
#define ORM__KIND_integer          orm_int_col
#define ORM__KIND_bigint           orm_int_col
#define ORM__KIND_key(...)         orm_int_col
#define ORM__KIND_real             orm_number_col
#define ORM__KIND_double           orm_number_col
#define ORM__KIND_boolean          orm_bool_col
#define ORM__KIND_string(...)      orm_text_col
#define ORM__KIND_text             orm_text_col
#define ORM__KIND_char(...)        orm_text_col
#define ORM__KIND_decimal(...)     orm_decimal_col
#define ORM__KIND_blob             orm_blob_col
#define ORM__KIND_date             orm_date_col
#define ORM__KIND_time             orm_clock_col
#define ORM__KIND_timestamp        orm_time_col
#define ORM__KIND_uuid             orm_uuid_col
#define ORM__KIND_json             orm_text_col
#define ORM__KIND_jsonb            orm_jsonb_col
#define ORM__KIND_inet             orm_inet_col
#define ORM__KIND_array(T)         ORM__ARRAY_KIND_##T
#define ORM__KIND_enumeration(...) orm_enum_col
#define ORM__KIND_created_at       orm_time_col
#define ORM__KIND_updated_at       orm_time_col

/* metadata */
#define ORM__META_serial           .type = ORM_INT64, .generated = true
#define ORM__META_smallint         .type = ORM_INT16
#define ORM__META_integer          .type = ORM_INT32
#define ORM__META_bigint           .type = ORM_INT64
#define ORM__META_key(T)           .type = ORM_INT64, .is_key = true, .target = &orm__##T##_columns.id, .target_model = &T##_model
#define ORM__META_real             .type = ORM_FLOAT
#define ORM__META_double           .type = ORM_DOUBLE
#define ORM__META_boolean          .type = ORM_BOOL
#define ORM__META_string(n)        .type = ORM_TEXT, .size = n
#define ORM__META_text             .type = ORM_TEXT
#define ORM__META_char(n)          .type = ORM_TEXT, .size = n, .fixed = true
#define ORM__META_decimal(p, s)    .type = ORM_DECIMAL, .precision = p, .scale = s
#define ORM__META_blob             .type = ORM_BLOB
#define ORM__META_date             .type = ORM_DATE
#define ORM__META_time             .type = ORM_CLOCK
#define ORM__META_timestamp        .type = ORM_TIME
#define ORM__META_uuid             .type = ORM_UUID
#define ORM__META_json             .type = ORM_JSON
#define ORM__META_jsonb            .type = ORM_JSON, .jsonb = true
#define ORM__META_inet             .type = ORM_INET
#define ORM__META_array(T)         .type = ORM_ARRAY, .element = ORM__ARRAY_ELEMENT_##T
#define ORM__META_enumeration(E)   .type = ORM_ENUM, .labels = &E##_enum
#define ORM__META_created_at       .type = ORM_TIME, .created_at = true
#define ORM__META_updated_at       .type = ORM_TIME, .updated_at = true

/* what array(T) makes of the types of elements that it knows */
#define ORM__ARRAY_OF_smallint       ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_integer        ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_bigint         ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_real           ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_double         ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_boolean        ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_text           ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_date           ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_timestamp      ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_OF_uuid           ~, COLUMN, ORM__OF_ARRAY,
#define ORM__ARRAY_MEMBER_smallint   orm_int16s
#define ORM__ARRAY_MEMBER_integer    orm_int32s
#define ORM__ARRAY_MEMBER_bigint     orm_int64s
#define ORM__ARRAY_MEMBER_real       orm_floats
#define ORM__ARRAY_MEMBER_double     orm_doubles
#define ORM__ARRAY_MEMBER_boolean    orm_bools
#define ORM__ARRAY_MEMBER_text       orm_texts
#define ORM__ARRAY_MEMBER_date       orm_dates
#define ORM__ARRAY_MEMBER_timestamp  orm_times
#define ORM__ARRAY_MEMBER_uuid       orm_uuids
#define ORM__ARRAY_KIND_smallint     orm_int16s_col
#define ORM__ARRAY_KIND_integer      orm_int32s_col
#define ORM__ARRAY_KIND_bigint       orm_int64s_col
#define ORM__ARRAY_KIND_real         orm_floats_col
#define ORM__ARRAY_KIND_double       orm_doubles_col
#define ORM__ARRAY_KIND_boolean      orm_bools_col
#define ORM__ARRAY_KIND_text         orm_texts_col
#define ORM__ARRAY_KIND_date         orm_dates_col
#define ORM__ARRAY_KIND_timestamp    orm_times_col
#define ORM__ARRAY_KIND_uuid         orm_uuids_col
#define ORM__ARRAY_ELEMENT_smallint  ORM_INT16
#define ORM__ARRAY_ELEMENT_integer   ORM_INT32
#define ORM__ARRAY_ELEMENT_bigint    ORM_INT64
#define ORM__ARRAY_ELEMENT_real      ORM_FLOAT
#define ORM__ARRAY_ELEMENT_double    ORM_DOUBLE
#define ORM__ARRAY_ELEMENT_boolean   ORM_BOOL
#define ORM__ARRAY_ELEMENT_text      ORM_TEXT
#define ORM__ARRAY_ELEMENT_date      ORM_DATE
#define ORM__ARRAY_ELEMENT_timestamp ORM_TIME
#define ORM__ARRAY_ELEMENT_uuid      ORM_UUID

/* what type words with arguments must fulfil: checked where the row stands */
#define ORM__SIZES_string(n)     ~, SIZE, n,
#define ORM__SIZES_char(n)       ~, SIZE, n,
#define ORM__SIZES_enumeration(E) ~, LABELS, E,
#define ORM__SIZES_decimal(...)  ~, DIGITS, (__VA_ARGS__, 99),
#define ORM__UNSET_timestamp     ~, VALUE, ORM_UNSET_TIME,
#define ORM__UNSET_created_at    ~, VALUE, ORM_UNSET_TIME,
#define ORM__UNSET_updated_at    ~, VALUE, ORM_UNSET_TIME,
#define ORM__UNSET_date          ~, VALUE, { INT32_MIN },
#define ORM__UNSET_time          ~, VALUE, { INT64_MIN },
/* a default of a nullable member: those that are { value, set } */
#define ORM__WRAPS_smallint      ~, 1,
#define ORM__WRAPS_integer       ~, 1,
#define ORM__WRAPS_bigint        ~, 1,
#define ORM__WRAPS_key(...)      ~, 1,
#define ORM__WRAPS_real          ~, 1,
#define ORM__WRAPS_double        ~, 1,
#define ORM__WRAPS_boolean       ~, 1,
#define ORM__WRAPS_decimal(...)  ~, 1,
#define ORM__WRAPS_date          ~, 1,
#define ORM__WRAPS_time          ~, 1,
#define ORM__WRAPS_timestamp     ~, 1,

/* ---- attributes: ~, how it is checked, which columns may have it, and what is left ------------------------------- */
#define ORM__ATTR_none             ~, END,
#define ORM__ATTR_nullable         ~, NULLABLE, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP),
#define ORM__ATTR_primary_key      ~, BARE, ORM__OF_KEY,
#define ORM__ATTR_unique           ~, MESSAGE, ORM__OF_ANY,
#define ORM__ATTR_indexed          ~, BARE, ORM__OF_ANY,
#define ORM__ATTR_secret           ~, BARE, ORM__OF_ANY,
#define ORM__ATTR_immutable        ~, BARE, ORM__OF_ANY,
#define ORM__ATTR_default(...)     ~, DEFAULT, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP | ORM__OF_ARRAY), (__VA_ARGS__),
#define ORM__ATTR_default_sql(...) ~, DEFAULT_SQL, ORM__OF_ANY & ~(ORM__OF_SERIAL | ORM__OF_STAMP), (__VA_ARGS__),
#define ORM__ATTR_references(...)  ~, NOTHING, ORM__OF_KEY, (__VA_ARGS__),
#define ORM__ATTR_on_delete(...)   ~, ACTION, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_on_update(...)   ~, ACTION, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_column(...)      ~, TEXT, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_comment(...)     ~, TEXT, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_was(...)         ~, TEXT, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_type_sql(...)    ~, TEXT, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__ATTR_counter_of(...)  ~, COUNTER, ORM__OF_INT, (__VA_ARGS__),
#define ORM__ATTR_not_empty        ~, MESSAGE, ORM__OF_TEXT,
#define ORM__ATTR_length(...)      ~, LENGTH, ORM__OF_TEXT, (__VA_ARGS__),
#define ORM__ATTR_at_least(...)    ~, BOUND, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_at_most(...)     ~, BOUND, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_between(...)     ~, BETWEEN, ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_DECIMAL, (__VA_ARGS__),
#define ORM__ATTR_email            ~, MESSAGE, ORM__OF_TEXT,
#define ORM__ATTR_url              ~, MESSAGE, ORM__OF_TEXT,
#define ORM__ATTR_matches(...)     ~, TEXT, ORM__OF_TEXT, (__VA_ARGS__),
#define ORM__ATTR_one_of(...)      ~, ONE_OF, ORM__OF_TEXT | ORM__OF_INT, (__VA_ARGS__),
#define ORM__ATTR_check_with(...)  ~, NOTHING, ORM__OF_ANY, (__VA_ARGS__),
#define ORM__KNOWN_ATTRIBUTES "nullable primary_key unique indexed secret immutable default(value) default_sql(\"...\") references(Model, field) " \
    "on_delete(action) on_update(action) column(\"name\") was(\"name\") type_sql(\"...\") comment(\"...\") counter_of(relation) not_empty length(low, high) at_least(n) at_most(n) between(low, high) " \
    "email url matches(\"regex\") one_of(...) check_with(function)"

/* which flag a word raises */
#define ORM__FLAG_NULLABLE_nullable         ~, 1,
#define ORM__FLAG_KEY_primary_key           ~, 1,
#define ORM__FLAG_UNIQUE_unique             ~, 1,
#define ORM__FLAG_DEFAULT_default(...)      ~, 1,
#define ORM__FLAG_REFERENCE_references(...) ~, 1,
#define ORM__SERIAL_serial                  ~, 1,
#define ORM__REFERS_key(...)                ~, 1,

/* initialisers of orm_column that a word brings */
#define ORM__SET_nullable          ~, BARE, .nullable = true,
#define ORM__SET_primary_key       ~, BARE, .primary_key = true,
#define ORM__SET_unique            ~, UNIQUE,
#define ORM__SET_indexed           ~, BARE, .indexed = true,
#define ORM__SET_secret            ~, BARE, .secret = true,
#define ORM__SET_immutable         ~, BARE, .immutable = true,
#define ORM__SET_default(...)      ~, DEFAULT, (__VA_ARGS__),
#define ORM__SET_default_sql(...)  ~, BARE, .default_sql = __VA_ARGS__,
#define ORM__SET_references(T, f)  ~, REFERENCES, (T, f),
#define ORM__SET_on_delete(action) ~, BARE, .on_delete = ORM__ACTION(action),
#define ORM__SET_on_update(action) ~, BARE, .on_update = ORM__ACTION(action),
#define ORM__SET_column(...)       ~, BARE, .column = __VA_ARGS__,
#define ORM__SET_comment(...)      ~, BARE, .comment = __VA_ARGS__,
#define ORM__SET_was(...)          ~, BARE, .was = __VA_ARGS__,
#define ORM__SET_type_sql(...)     ~, BARE, .type_sql = __VA_ARGS__,
#define ORM__SET_counter_of(...)   ~, COUNTER, __VA_ARGS__,

/* actions */
#define ORM__ACTION_IS_cascade     ~, ORM_CASCADE,
#define ORM__ACTION_IS_set_null    ~, ORM_SET_NULL,
#define ORM__ACTION_IS_set_default ~, ORM_SET_DEFAULT,
#define ORM__ACTION_IS_restrict    ~, ORM_RESTRICT,
#define ORM__ACTION_IS_no_action   ~, ORM_NO_ACTION,
/* with a helper of its own, as it stands at every depth of the passes */
#define ORM__ACTION(word) ORM__ACTION_OF(ORM__ACTION_IS_##word, ORM_ACTION_NONE, ~)
#define ORM__ACTION_OF(...) ORM__ACTION_OF_(__VA_ARGS__)
#define ORM__ACTION_OF_(x, action, ...) action

/* rules: ~, how it is written down, arguments, */
#define ORM__RULE_not_empty        ~, PLAIN_NOT_EMPTY,
#define ORM__RULE_email            ~, PLAIN_EMAIL,
#define ORM__RULE_url              ~, PLAIN_URL,
#define ORM__RULE_length(...)      ~, LENGTH, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_at_least(...)    ~, AT_LEAST, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_at_most(...)     ~, AT_MOST, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_between(...)     ~, BETWEEN, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_matches(...)     ~, MATCHES, (__VA_ARGS__, NULL, NULL),
#define ORM__RULE_one_of(...)      ~, ONE_OF, (__VA_ARGS__),
#define ORM__RULE_check_with(...)  ~, CHECK_WITH, (__VA_ARGS__, NULL, NULL),
/* which of the two lists one_of makes */
#define ORM__LIST_smallint ~, NUMBERS,
#define ORM__LIST_integer  ~, NUMBERS,
#define ORM__LIST_bigint   ~, NUMBERS,
#define ORM__LIST_key(...) ~, NUMBERS,

/* relations: ~, the kind, its arguments with an end mark; the forms of a key; options and what each takes */
#define ORM__RELATES_has_many(...)     ~, HAS_MANY, (__VA_ARGS__, none, none)
#define ORM__RELATES_has_one(...)      ~, HAS_ONE, (__VA_ARGS__, none, none)
#define ORM__RELATES_belongs_to(...)   ~, BELONGS_TO, (__VA_ARGS__, none, none)
#define ORM__RELATES_many_to_many(...) ~, MANY_TO_MANY, (__VA_ARGS__, none, none, none)
#define ORM__KEY_FORM_as(...)          ~, AS,
#define ORM__KEY_FORM_none             ~, MISSING,
#define ORM__KEY_AS_as(...)            __VA_ARGS__
#define ORM__RELATION_OPTION_none            ~, END,
#define ORM__RELATION_OPTION_where(...)      ~, WHERE, (__VA_ARGS__),
#define ORM__RELATION_OPTION_order(...)      ~, ORDER, (__VA_ARGS__),
#define ORM__RELATION_OPTION_link_where(...) ~, LINK_WHERE, (__VA_ARGS__),
#define ORM__RELATION_OPTION_link_order(...) ~, LINK_ORDER, (__VA_ARGS__),
#define ORM__RELATION_OPTION_on_delete(...)  ~, ON_DELETE, (__VA_ARGS__),
#define ORM__RELATION_OPTION_on_update(...)  ~, ON_UPDATE, (__VA_ARGS__),
/* which options each kind knows */
#define ORM__HAS_MANY_TAKES_WHERE            ~, 1,
#define ORM__HAS_MANY_TAKES_ORDER            ~, 1,
#define ORM__HAS_ONE_TAKES_WHERE             ~, 1,
#define ORM__HAS_ONE_TAKES_ORDER             ~, 1,
#define ORM__BELONGS_TO_PLAIN_TAKES_WHERE    ~, 1,
#define ORM__BELONGS_TO_LIST_TAKES_WHERE     ~, 1,
#define ORM__BELONGS_TO_LIST_TAKES_ON_DELETE ~, 1,
#define ORM__BELONGS_TO_LIST_TAKES_ON_UPDATE ~, 1,
#define ORM__MANY_TO_MANY_TAKES_WHERE        ~, 1,
#define ORM__MANY_TO_MANY_TAKES_ORDER        ~, 1,
#define ORM__MANY_TO_MANY_TAKES_LINK_WHERE   ~, 1,
#define ORM__MANY_TO_MANY_TAKES_LINK_ORDER   ~, 1,
#define ORM__HAS_MANY_TAKES_END              ~, 1,
#define ORM__HAS_ONE_TAKES_END               ~, 1,
#define ORM__BELONGS_TO_PLAIN_TAKES_END      ~, 1,
#define ORM__BELONGS_TO_LIST_TAKES_END       ~, 1,
#define ORM__BELONGS_TO_MISSING_TAKES_END    ~, 1,
#define ORM__BELONGS_TO_AS_TAKES_END         ~, 1,
#define ORM__MANY_TO_MANY_TAKES_END          ~, 1,
#define ORM__KNOWN_OPTIONS_HAS_MANY     "where(condition) order(orm_asc(...), ...)"
#define ORM__KNOWN_OPTIONS_HAS_ONE      "where(condition) order(orm_asc(...), ...)"
#define ORM__KNOWN_OPTIONS_BELONGS_TO_PLAIN "where(condition); on_delete(action) and on_update(action) stand with the column"
#define ORM__KNOWN_OPTIONS_BELONGS_TO_LIST  "where(condition) on_delete(action) on_update(action)"
#define ORM__KNOWN_OPTIONS_MANY_TO_MANY "where(condition) order(orm_asc(...), ...) link_where(condition) link_order(orm_asc(...), ...)"

/* model options */
#define ORM__OPTION_none         ~, NOTHING,
#define ORM__OPTION_index(...)   ~, INDEX, (__VA_ARGS__),
#define ORM__OPTION_unique(...)  ~, UNIQUE, (__VA_ARGS__),
#define ORM__OPTION_check(...)   ~, CHECK, (__VA_ARGS__),
#define ORM__OPTION_comment(...) ~, COMMENT, (__VA_ARGS__),
#define ORM__OPTION_was(...)     ~, WAS, (__VA_ARGS__),
#define ORM__PART_where(...)     ~, WHERE, (__VA_ARGS__),
#define ORM__PART_desc(...)      ~, DESCENDING, (__VA_ARGS__),
#define ORM__PART_sql(...)       ~, SQL, (__VA_ARGS__),

/* >>relations: what the rows of relations expand to: has_many, has_one, belongs_to, many_to_many, belongs_to_any and count_of. define.h calls these in
   the pass that reads each row; what names another model is emitted by ORM_SCHEMA and ORM_DEFINE, when all structs are complete.

   X(posts,  has_many(Post, author_id, where(orm_eq(Post_.published, true)), order(orm_desc(Post_.created_at))))
   X(face,   has_one(Picture, user_id))              a pointer: the only row, or the first in the order
   X(author, belongs_to(User, author_id))            a pointer; the key is a column of this model
   X(order,  belongs_to(Order, (shop, number), on_delete(cascade)))    a key of several columns, in the order of the other one's primary key:
                                                     then the relation makes the foreign key, as no single column can
   X(tags,   many_to_many(Tag, PostTag, post_id, tag_id, link_order(orm_asc(PostTag_.position))))    by the columns of the link model
   X(owner,  belongs_to_any(Owner, owner_type, owner_id))    one of the models that the enumeration Owner lists: a union of pointers, owner.Post ...
   X(notes,  has_many(Note, as(owner)))              the other side of it: its notes
   X(post_count, count_of(posts, where(...)))        int64_t: filled by orm_count_of, and a value to filter and sort by. Not a column of the table */
#ifndef __cplusplus

/* a key as it was written: one column, (several, columns), as(name), or nothing */
#define ORM__KEY_FORM(key) ORM__CAT(ORM__KEY_FORM_WHEN_, ORM__IS_PAREN(key))(key)
#define ORM__KEY_FORM_WHEN_1(key) LIST
#define ORM__KEY_FORM_WHEN_0(key) ORM__SECOND(ORM__KEY_FORM_##key, PLAIN, ~)
#define ORM__COMMA_AFTER(value) value,
/* F(C, model) for each model that an enumeration lists */
#define ORM__EACH_MODEL(F, C, E) ORM__CALL_B(ORM__EACH_PART, F, C, E##_VALUES(ORM__COMMA_AFTER) orm__end)
#define ORM__IS_END_orm__end ~, 1,
#define ORM__UNLESS_END(value) ORM__IF(ORM__NOT(ORM__PROBE(ORM__IS_END_##value)))

/* ---- check: what the row itself shows ---------------------------------------------------------------------------------- */
#define ORM__CHECK_RELATION(M, name, type, of, N, K, U, D, R, ...)                                                                        \
    ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__)                                                                     \
    ORM__CALL_A(ORM__CHECK_RELATES, M, name, ORM__RELATES_##type)
#define ORM__CHECK_RELATIONS(M, name, type, of, N, K, U, D, R, ...) ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__) ORM__CALL_A(ORM__CHECK_ANY, M, name, ORM__ANY_##type)
#define ORM__CHECK_ANY(M, name, E, type, id) ORM__CHECK_LABELS(M, name, E)
#define ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, ...)                                                                         \
    enum { ORM__CAT(ORM__CAT(orm__##M##_, name), _is_declared_once) };                                                                    \
    ORM__CHECK_REST(M, name, ORM__CALL_A(ORM__FOURTH, ORM__TYPE_##type, , , , ~), "the type")                                             \
    ORM__EACH_ATTR(ORM__CHECK_RELATION_ATTR, (M, name), __VA_ARGS__)
#define ORM__CHECK_COUNT(M, name, type, of, N, K, U, D, R, ...) ORM__CHECK_RELATED(M, name, type, of, N, K, U, D, R, __VA_ARGS__)
#define ORM__CHECK_RELATION_ATTR(C, a) ORM__CALL_A(ORM__CHECK_RELATION_ATTR_, ORM__UNWRAP C, a, ORM__RELATION_ATTR_##a, UNKNOWN, ~)
#define ORM__CHECK_RELATION_ATTR_(M, name, a, x, what, ...) ORM__CHECK_RELATION_ATTR_##what(M, name, a)
#define ORM__CHECK_RELATION_ATTR_KNOWN(M, name, a)
#define ORM__CHECK_RELATION_ATTR_UNKNOWN(M, name, a) _Static_assert(0, "orm: " #M "." #name ": a relation has no attribute '" #a "'");
#define ORM__RELATION_ATTR_none ~, KNOWN,
#define ORM__CHECK_RELATES(M, name, x, kind, args) ORM__CALL_B(ORM__CHECK_##kind, M, name, ORM__UNWRAP args)
#define ORM__CHECK_HAS_MANY(M, name, T, key, ...)   ORM__CHECK_RELATION_KEY(M, name, key, "has_many takes a model and its foreign key")      \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, HAS_MANY), __VA_ARGS__)
#define ORM__CHECK_HAS_ONE(M, name, T, key, ...)    ORM__CHECK_RELATION_KEY(M, name, key, "has_one takes a model and its foreign key")       \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, HAS_ONE), __VA_ARGS__)
#define ORM__CHECK_BELONGS_TO(M, name, T, key, ...) ORM__CHECK_RELATION_KEY(M, name, key, "belongs_to takes a model and a foreign key of this one") \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, ORM__CAT(BELONGS_TO_, ORM__KEY_FORM(key))), __VA_ARGS__)
#define ORM__CHECK_MANY_TO_MANY(M, name, T, L, here, there, ...)                                                                          \
    ORM__CHECK_RELATION_KEY(M, name, there, "many_to_many takes a model, the link model, and its columns that refer to this model and to the other one") \
    ORM__CALL_C(ORM__EACH_PART, ORM__CHECK_RELATION_OPTION, (M, name, MANY_TO_MANY), __VA_ARGS__)
#define ORM__CHECK_RELATION_KEY(M, name, key, text_) ORM__CAT(ORM__CHECK_RELATION_KEY_, ORM__KEY_FORM(key))(M, name, text_)
#define ORM__CHECK_RELATION_KEY_PLAIN(M, name, text_)
#define ORM__CHECK_RELATION_KEY_LIST(M, name, text_)
#define ORM__CHECK_RELATION_KEY_AS(M, name, text_)
#define ORM__CHECK_RELATION_KEY_MISSING(M, name, text_) _Static_assert(0, "orm: " #M "." #name ": " text_);
#define ORM__CHECK_RELATION_OPTION(C, o) ORM__CALL_D(ORM__CHECK_RELATION_OPTION_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__CHECK_RELATION_OPTION_(M, name, kind, o, x, what, ...) ORM__CAT(ORM__CHECK_RELATION_OPTION_, ORM__PROBE(ORM__##kind##_TAKES_##what))(M, name, kind, o)
#define ORM__CHECK_RELATION_OPTION_0(M, name, kind, o) _Static_assert(0, "orm: " #M "." #name ": no option '" #o "' here; known: " ORM__KNOWN_OPTIONS_##kind);
#define ORM__CHECK_RELATION_OPTION_1(M, name, kind, o)

/* ---- members ------------------------------------------------------------------------------------------------------------- */
#define ORM__RELATED_has_many(T, ...)       struct T *
#define ORM__RELATED_has_one(T, ...)        struct T *
#define ORM__RELATED_belongs_to(T, ...)     struct T *
#define ORM__RELATED_many_to_many(T, ...)   struct T *
#define ORM__RELATED_belongs_to_any(E, ...) union { E##_VALUES(ORM__UNION_MEMBER) }
#define ORM__UNION_MEMBER(T) struct T *T;

/* ---- handles: `to_one` or `to_many` brings the arity, `link` the link model ---------------------------------------------------- */
typedef struct orm__to_one  { char one; } orm__to_one;
typedef struct orm__to_many { char many; } orm__to_many;
#define ORM__HANDLE_OF_RELATION(M, name, type, R, ...)  struct ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_relation) { ORM__HANDLES(M, ORM__TARGET_##type) } name;
#define ORM__HANDLES(M, ...) ORM__HANDLES_(M, __VA_ARGS__)
#define ORM__HANDLES_(M, T, arity_, link_) const orm_relation *relation; struct T##_pred *target_pred; const union T##_query *target_query; struct T *target; \
    const struct T##_order *target_order; orm__##arity_ *arity; link_ *link; struct M##_pred *owner_pred; const struct M##_include *include; const struct M##_order *order; const struct M *owner; struct M *owner_row;
#define ORM__TARGET_has_many(T, ...)        T, to_many, orm__none
#define ORM__TARGET_has_one(T, ...)         T, to_one, orm__none
#define ORM__TARGET_belongs_to(T, ...)      T, to_one, orm__none
#define ORM__TARGET_many_to_many(T, L, ...) T, to_many, struct L
#define ORM__HANDLE_OF_RELATIONS(M, name, type, R, ...) ORM__CALL_A(ORM__HANDLE_OF_ANY, M, name, ORM__ANY_##type)
#define ORM__ANY_belongs_to_any(E, type, id) E, type, id
#define ORM__HANDLE_OF_ANY(M, name, E, type, id) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _models) { ORM__EACH_MODEL(ORM__HANDLE_OF_EACH, M, E) } name;
#define ORM__HANDLE_OF_EACH(M, T) ORM__UNLESS_END(T)(ORM__HANDLE_OF_MODEL(M, T))
#define ORM__HANDLE_OF_MODEL(M, T) struct { ORM__HANDLES_(M, T, to_one, orm__none) } T;
#define ORM__HANDLE_OF_COUNT(M, name, type, R, ...) union ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_count) { orm_int_col kind; struct M##_pred *pred;     \
    const struct M##_order *order; int64_t *value; const struct M##_include *include; struct ORM__CAT(ORM__CAT(orm__##M##_, name), _counts) *counts; } name;
/* the model that a column's foreign key refers to, or orm__none */
#define ORM__REFERENT(R, type, ...) ORM__CAT(ORM__REFERENT_WHEN_, R)(type, __VA_ARGS__)
#define ORM__REFERENT_WHEN_0(type, ...) orm__none
#define ORM__REFERENT_WHEN_1(type, ...) ORM__FIRST(ORM__EACH_ATTR(ORM__REFERENT_ATTR, ~, __VA_ARGS__) ORM__SECOND(ORM__REFERENT_OF_##type, orm__none, ~))
#define ORM__REFERENT_OF_key(T) ~, struct T,
#define ORM__REFERENT_ATTR(C, a) ORM__CALL_A(ORM__REFERENT_ATTR_, ORM__REFERENT_BY_##a, NOTHING, ~)
#define ORM__REFERENT_BY_references(T, f) ~, MODEL, T,
#define ORM__REFERENT_ATTR_(x, what, ...) ORM__REFERENT_IS_##what(__VA_ARGS__)
#define ORM__REFERENT_IS_NOTHING(...)
#define ORM__REFERENT_IS_MODEL(T, ...) struct T,

/* ---- slots ----------------------------------------------------------------------------------------------------------------- */
#define ORM__RELATION_SLOT_OF_RELATION(M, name, type)  orm_relation name;
#define ORM__RELATION_SLOT_OF_RELATIONS(M, name, type) ORM__CALL_A(ORM__RELATION_SLOTS, M, name, ORM__ANY_##type)
#define ORM__RELATION_SLOTS(M, name, E, type, id) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _refers_to) { E##_VALUES(ORM__RELATION_SLOT) } name;
#define ORM__RELATION_SLOT(T) orm_relation T;

/* ---- ORM_SCHEMA: keys against the models they refer to ---------------------------------------------------------------------------- */
#define ORM__SCHEMA_OF_RELATION(M, name, type, R, ...) ORM__CALL_A(ORM__SCHEMA_RELATION, M, name, ORM__RELATES_##type)
#define ORM__SCHEMA_RELATION(M, name, x, kind, args) ORM__CALL_B(ORM__SCHEMA_##kind, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_HAS_MANY(M, name, T, key, ...)   ORM__MODEL_EXISTS(M, name, T) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(key))(M, name, key, T, key, M)
#define ORM__SCHEMA_HAS_ONE(M, name, T, key, ...)    ORM__SCHEMA_HAS_MANY(M, name, T, key, __VA_ARGS__)
#define ORM__SCHEMA_BELONGS_TO(M, name, T, key, ...) ORM__MODEL_EXISTS(M, name, T) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(key))(M, name, key, M, key, T) \
    ORM__CALL_C(ORM__EACH_ARG, ORM__SCHEMA_ACTION, (M, name, key), __VA_ARGS__)
#define ORM__SCHEMA_MANY_TO_MANY(M, name, T, L, here, there, ...) ORM__MODEL_EXISTS(M, name, T) ORM__MODEL_EXISTS(M, name, L)                 \
    ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(here))(M, name, here, L, here, M) ORM__CAT(ORM__SCHEMA_FOREIGN_, ORM__KEY_FORM(there))(M, name, there, L, there, T)
/* The column `fk` of the model O refers to the model T: 3 by a reference, 2 by its type alone. A name that is misspelt is told twice and not
   again, as what follows an enumerator with a mistake has a value that is fine. */
#define ORM__SCHEMA_FOREIGN_PLAIN(M, name, part, O, fk, T) ORM__SCHEMA_FOREIGN(ORM__CAT(orm__check, __COUNTER__), ORM__CAT(orm__check, __COUNTER__), ORM__CAT(orm__check, __COUNTER__), M, name, O, fk, T)
#define ORM__SCHEMA_FOREIGN(...) ORM__SCHEMA_FOREIGN_(__VA_ARGS__)
#define ORM__SCHEMA_FOREIGN_(fine_, refers_, fits_, M, name, O, fk, T)                                                                      \
    enum { fine_ = 2, refers_ = _Generic(O##_.fk.refers, struct T *: 3, orm__none *: 2, default: 0), fits_ = _Generic(O##_.fk.value, orm__##T##_key *: 1, default: 0) }; \
    _Static_assert(refers_ != 0, "orm: " #M "." #name ": the foreign key " #O "." #fk " refers to another model than " #T);                 \
    _Static_assert(refers_ == 3 || fits_ != 0, "orm: " #M "." #name ": the foreign key " #O "." #fk " and the key of " #T " have different types");
#define ORM__SCHEMA_FOREIGN_LIST(M, name, part, O, keys, T)                                                                                 \
    _Static_assert(ORM__COUNT keys == orm__##T##_key_columns, "orm: " #M "." #name ": the foreign key " #keys " and the key of " #T " have different numbers of columns"); \
    ORM__CALL_D(ORM__CAT(ORM__SCHEMA_KEYS_, ORM__COUNT keys), M, name, O, T, ORM__UNWRAP keys)
#define ORM__SCHEMA_KEYS_1(M, name, O, T, a) ORM__SCHEMA_KEY_AT(M, name, O, T, a, 1)
#define ORM__SCHEMA_KEYS_2(M, name, O, T, a, b) ORM__SCHEMA_KEY_AT(M, name, O, T, a, 1) ORM__SCHEMA_KEY_AT(M, name, O, T, b, 2)
#define ORM__SCHEMA_KEYS_3(M, name, O, T, a, b, c) ORM__SCHEMA_KEYS_2(M, name, O, T, a, b) ORM__SCHEMA_KEY_AT(M, name, O, T, c, 3)
#define ORM__SCHEMA_KEYS_4(M, name, O, T, a, b, c, d) ORM__SCHEMA_KEYS_3(M, name, O, T, a, b, c) ORM__SCHEMA_KEY_AT(M, name, O, T, d, 4)
#define ORM__SCHEMA_KEYS_5(M, name, O, T, a, b, c, d, e) ORM__SCHEMA_KEYS_4(M, name, O, T, a, b, c, d) ORM__SCHEMA_KEY_AT(M, name, O, T, e, 5)
#define ORM__SCHEMA_KEYS_6(M, name, O, T, a, b, c, d, e, f) ORM__SCHEMA_KEYS_5(M, name, O, T, a, b, c, d, e) ORM__SCHEMA_KEY_AT(M, name, O, T, f, 6)
#define ORM__SCHEMA_KEYS_7(M, name, O, T, a, b, c, d, e, f, g) ORM__SCHEMA_KEYS_6(M, name, O, T, a, b, c, d, e, f) ORM__SCHEMA_KEY_AT(M, name, O, T, g, 7)
#define ORM__SCHEMA_KEYS_8(M, name, O, T, a, b, c, d, e, f, g, h) ORM__SCHEMA_KEYS_7(M, name, O, T, a, b, c, d, e, f, g) ORM__SCHEMA_KEY_AT(M, name, O, T, h, 8)
#define ORM__SCHEMA_KEY_AT(M, name, O, T, fk, n) _Static_assert(__builtin_types_compatible_p(orm__##T##_key_##n, __typeof__(*O##_.fk.value)),   \
    "orm: " #M "." #name ": " #O "." #fk " and column " #n " of the key of " #T " have different types");
#define ORM__SCHEMA_FOREIGN_AS(M, name, part, T, key, O) ORM__SCHEMA_AS(M, name, T, ORM__KEY_AS_##key)
#define ORM__SCHEMA_AS(M, name, T, owner) ORM__SCHEMA_AS_(M, name, T, owner)
#define ORM__SCHEMA_AS_(M, name, T, owner) typedef __typeof__(T##_.owner.M) ORM__CAT(orm__##M##_, name##_as_##owner);
#define ORM__SCHEMA_FOREIGN_MISSING(M, name, part, O, key, T)
/* set_null needs columns that can be NULL */
#define ORM__SCHEMA_ACTION(C, o) ORM__CALL_D(ORM__SCHEMA_ACTION_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__SCHEMA_ACTION_(M, name, key, o, x, what, ...) ORM__SCHEMA_ACTION_##what(M, name, key, o, ORM__FIRST(__VA_ARGS__))
#define ORM__SCHEMA_ACTION_END(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_WHERE(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ORDER(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_LINK_WHERE(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_LINK_ORDER(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_UNKNOWN(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ON_DELETE(M, name, key, o, args) ORM__CAT(ORM__SCHEMA_ACTION_OF_, ORM__KEY_FORM(key))(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_ON_UPDATE(M, name, key, o, args) ORM__SCHEMA_ACTION_ON_DELETE(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_OF_PLAIN(M, name, key, o, args)
#define ORM__SCHEMA_ACTION_OF_LIST(M, name, key, o, args)                                                                                 \
    _Static_assert(ORM__ACTION args != ORM_ACTION_NONE, "orm: " #M "." #name ": unknown action in " #o "; known: cascade set_null set_default restrict no_action"); \
    ORM__EACH_PART(ORM__SCHEMA_ACTION_COLUMN, (M, name, o, ORM__ACTION args), ORM__UNWRAP key)
#define ORM__SCHEMA_ACTION_COLUMN(C, column_) ORM__SCHEMA_ACTION_COLUMN_(ORM__UNWRAP C, column_)
#define ORM__SCHEMA_ACTION_COLUMN_(...) ORM__SCHEMA_ACTION_COLUMN__(__VA_ARGS__)
#define ORM__SCHEMA_ACTION_COLUMN__(M, name, o, action, column_) _Static_assert((action) != ORM_SET_NULL || orm__##M##_##column_##_is_declared_once, \
    "orm: " #M "." #name ": " #o " needs nullable columns, and " #column_ " is none");
#define ORM__SCHEMA_OF_RELATIONS(M, name, type, R, ...) ORM__CALL_A(ORM__SCHEMA_ANY, M, name, ORM__ANY_##type)
#define ORM__SCHEMA_ANY(M, name, E, type_, id)                                                                                            \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*M##_.type_.value), enum E), "orm: " #M "." #name ": the column " #type_ " is not of the type enumeration(" #E ")"); \
    ORM__EACH_MODEL(ORM__SCHEMA_ANY_EACH, (M, name, id), E)
#define ORM__SCHEMA_ANY_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__SCHEMA_ANY_MODEL, ORM__UNWRAP C, T))
#define ORM__SCHEMA_ANY_MODEL(M, name, id, T) ORM__MODEL_EXISTS(M, name, T)                                                               \
    _Static_assert(__builtin_types_compatible_p(orm__##T##_key, __typeof__(*M##_.id.value)), "orm: " #M "." #name ": the column " #id " and the key of " #T " have different types");
#define ORM__SCHEMA_OF_COUNT(M, name, type, R, ...)
/* the relation that is counted tells what conditions on it are. Stands with the model, as a model may be in several schemas */
#define ORM__FIND_BY_OF_COUNT(M, name, type, U) ORM__CALL_A(ORM__COUNTED, M, name, ORM__COUNTS_##type)
#define ORM__COUNTS_count_of(...) __VA_ARGS__, none
#define ORM__COUNTED(M, name, relation_, ...) struct ORM__CAT(ORM__CAT(orm__##M##_, name), _counts) { __typeof__(M##_.relation_.target_pred) pred; };

/* ---- ORM_DEFINE: conditions and orders as functions, as they are made at run time ------------------------------------------------- */
#define ORM__P_RELATION_THUNK(M, name, type, class, ...) ORM__RELATION_THUNK_##class(M, name, type)
#define ORM__RELATION_THUNK_END(M, name, type)
#define ORM__RELATION_THUNK_NO_TYPE(M, name, type)
#define ORM__RELATION_THUNK_BAD_TYPE(M, name, type)
#define ORM__RELATION_THUNK_COLUMN(M, name, type)
#define ORM__RELATION_THUNK_RELATIONS(M, name, type)
#define ORM__RELATION_THUNK_RELATION(M, name, type) ORM__CALL_A(ORM__RELATION_THUNKS, M, name, ORM__RELATES_##type)
#define ORM__RELATION_THUNKS(M, name, x, kind, args) ORM__CALL_B(ORM__RELATION_THUNKS_##kind, M, name, ORM__UNWRAP args)
#define ORM__RELATION_THUNKS_HAS_MANY(M, name, T, key, ...)   ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_HAS_ONE(M, name, T, key, ...)    ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_BELONGS_TO(M, name, T, key, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, T), __VA_ARGS__)
#define ORM__RELATION_THUNKS_MANY_TO_MANY(M, name, T, L, here, there, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_THUNK, (M, name, T, L), __VA_ARGS__)
#define ORM__RELATION_THUNK(C, o) ORM__CALL_D(ORM__RELATION_THUNK_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__RELATION_THUNK_(M, name, T, L, x, what, ...) ORM__RELATION_THUNK_IS_##what(M, name, T, L, ORM__FIRST(__VA_ARGS__))
#define ORM__RELATION_THUNK_IS_END(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_UNKNOWN(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_ON_DELETE(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_ON_UPDATE(M, name, T, L, args)
#define ORM__RELATION_THUNK_IS_WHERE(M, name, T, L, args)      ORM__CONDITION_THUNK(M, name, "where", #T, orm__##M##_##name##_where, struct T##_pred, args)
#define ORM__RELATION_THUNK_IS_ORDER(M, name, T, L, args)      ORM__ORDER_THUNK(M, name, "order", #T, orm__##M##_##name##_order, struct T##_order, args)
#define ORM__RELATION_THUNK_IS_LINK_WHERE(M, name, T, L, args) ORM__CONDITION_THUNK(M, name, "link_where", #L, orm__##M##_##name##_link_where, struct L##_pred, args)
#define ORM__RELATION_THUNK_IS_LINK_ORDER(M, name, T, L, args) ORM__ORDER_THUNK(M, name, "link_order", #L, orm__##M##_##name##_link_order, struct L##_order, args)
#define ORM__CONDITION_THUNK(M, name, what, of_, function_, type, args) static void function_(orm_expr *out_)                                \
    {                                                                                                                                       \
        _Static_assert(ORM__COUNT args == 1, "orm: " #M "." #name ": " what "(...) takes one condition: join several by orm_and");           \
        __extension__ __auto_type given_ = ORM__FIRST args;                                                                                 \
        _Static_assert(__builtin_types_compatible_p(__typeof__(given_), type), "orm: " #M "." #name ": the condition in " what "(...) is not one of " of_); \
        *out_ = given_.expr;                                                                                                                \
    }
#define ORM__ORDER_TERM(C, term_) ORM__ORDER_TERM_(ORM__UNWRAP C, term_)
#define ORM__ORDER_TERM_(...) ORM__ORDER_TERM__(__VA_ARGS__)
#define ORM__ORDER_TERM__(M, name, what, of_, type, term_) _Static_assert(__builtin_types_compatible_p(__typeof__(term_), type), "orm: " #M "." #name ": a term of " what "(...) is not one of " of_);
#define ORM__ORDER_THUNK(M, name, what, of_, function_, type, args) static void function_(orm_order *out_)                                   \
    {                                                                                                                                       \
        ORM__EACH_ARG(ORM__ORDER_TERM, (M, name, what, of_, type), ORM__UNWRAP args)                                                        \
        const type terms_[] = { ORM__UNWRAP args };                                                                                         \
        _Static_assert(sizeof terms_ / sizeof *terms_ <= ORM_MAX_ORDERS, "orm: " #M "." #name ": more than " ORM__STRING(ORM_MAX_ORDERS) " terms in the order"); \
        for (unsigned i_ = 0; i_ < sizeof terms_ / sizeof *terms_; i_++) out_[i_] = terms_[i_].order;                                       \
    }
#define ORM__RELATION_THUNK_COUNT(M, name, type) ORM__CALL_A(ORM__COUNT_THUNK, M, name, ORM__COUNTS_##type)
#define ORM__COUNT_THUNK(M, name, relation_, ...) ORM__CALL_B(ORM__EACH_PART, ORM__COUNT_THUNK_OF, (M, name, relation_), __VA_ARGS__)
#define ORM__COUNT_THUNK_OF(C, o) ORM__CALL_C(ORM__COUNT_THUNK_, ORM__UNWRAP C, o, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__COUNT_THUNK_(M, name, relation_, o, x, what, ...) ORM__COUNT_THUNK_IS_##what(M, name, relation_, o, ORM__FIRST(__VA_ARGS__))
#define ORM__COUNT_THUNK_IS_END(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_WHERE(M, name, relation_, o, args) ORM__CONDITION_THUNK(M, name, "where", "the model of " #relation_, orm__##M##_##name##_where, __typeof__(*M##_.relation_.target_pred), args)
#define ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)    _Static_assert(0, "orm: " #M "." #name ": no option '" #o "' here; known: where(condition)");
#define ORM__COUNT_THUNK_IS_ORDER(M, name, relation_, o, args)      ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_LINK_WHERE(M, name, relation_, o, args) ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_LINK_ORDER(M, name, relation_, o, args) ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_ON_DELETE(M, name, relation_, o, args)  ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)
#define ORM__COUNT_THUNK_IS_ON_UPDATE(M, name, relation_, o, args)  ORM__COUNT_THUNK_IS_UNKNOWN(M, name, relation_, o, args)

/* ---- ORM_DEFINE: the metadata --------------------------------------------------------------------------------------------------------- */
#define ORM__P_RELATION(M, name, type, class, ...) ORM__RELATION_DEF_##class(M, name, type)
#define ORM__RELATION_DEF_END(M, name, type)
#define ORM__RELATION_DEF_NO_TYPE(M, name, type)
#define ORM__RELATION_DEF_BAD_TYPE(M, name, type)
#define ORM__RELATION_DEF_COLUMN(M, name, type)
#define ORM__RELATION_DEF_COUNT(M, name, type)
#define ORM__RELATION_DEF_RELATION(M, name, type) ORM__CALL_A(ORM__RELATION_DEF, M, name, ORM__RELATES_##type)
#define ORM__RELATION_DEF(M, fname, x, what, args) .fname = { .model = &M##_model, .name = #fname, .member = offsetof(M, fname), ORM__CALL_B(ORM__RELATION_IS_##what, M, fname, ORM__UNWRAP args) },
#define ORM__RELATION_IS_HAS_MANY(M, name, T, key_, ...)   .kind = ORM_HAS_MANY, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, T, M, key_) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_HAS_ONE(M, name, T, key_, ...)    .kind = ORM_HAS_ONE, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, T, M, key_) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_BELONGS_TO(M, name, T, key_, ...) .kind = ORM_BELONGS_TO, .target = &T##_model, ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(key_))(key, M, T, key_) \
    ORM__IF(ORM__IS_PAREN(key_))(.constrained = true,) ORM__RELATION_SETS(M, name, __VA_ARGS__)
#define ORM__RELATION_IS_MANY_TO_MANY(M, name, T, L, here, there, ...) .kind = ORM_MANY_TO_MANY, .target = &T##_model, .through = &L##_model,       \
    ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(here))(key, L, M, here) ORM__CAT(ORM__RELATION_KEY_, ORM__KEY_FORM(there))(other, L, T, there) ORM__RELATION_SETS(M, name, __VA_ARGS__)
/* the columns of O that refer to T */
#define ORM__RELATION_KEY_PLAIN(member_, O, T, key_) .member_ = (const orm_column *const[]){ &orm__##O##_columns.key_, NULL },
#define ORM__RELATION_KEY_LIST(member_, O, T, keys)  .member_ = (const orm_column *const[]){ ORM__CALL_C(ORM__EACH_PART, ORM__KEY_COLUMN, O, ORM__UNWRAP keys) NULL },
#define ORM__RELATION_KEY_AS(member_, O, T, key_)    .as = ORM__RELATION_AS(O, T, ORM__KEY_AS_##key_),
#define ORM__RELATION_KEY_MISSING(member_, O, T, key_)
#define ORM__KEY_COLUMN(O, key_) &orm__##O##_columns.key_,
#define ORM__RELATION_AS(O, T, owner) ORM__RELATION_AS_(O, T, owner)
#define ORM__RELATION_AS_(O, T, owner) &orm__##O##_relations.owner.T
#define ORM__RELATION_SETS(M, name, ...) ORM__CALL_C(ORM__EACH_PART, ORM__RELATION_SET, (M, name), __VA_ARGS__)
#define ORM__RELATION_SET(C, o) ORM__CALL_D(ORM__RELATION_SET_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__RELATION_SET_(M, name, x, what, ...) ORM__RELATION_SET_##what(M, name, ORM__FIRST(__VA_ARGS__))
#define ORM__RELATION_SET_END(M, name, args)
#define ORM__RELATION_SET_UNKNOWN(M, name, args)
#define ORM__RELATION_SET_WHERE(M, name, args)      .where = orm__##M##_##name##_where,
#define ORM__RELATION_SET_ORDER(M, name, args)      .order = orm__##M##_##name##_order,
#define ORM__RELATION_SET_LINK_WHERE(M, name, args) .link_where = orm__##M##_##name##_link_where,
#define ORM__RELATION_SET_LINK_ORDER(M, name, args) .link_order = orm__##M##_##name##_link_order,
#define ORM__RELATION_SET_ON_DELETE(M, name, args)  .on_delete = ORM__ACTION args,
#define ORM__RELATION_SET_ON_UPDATE(M, name, args)  .on_update = ORM__ACTION args,
#define ORM__RELATION_DEF_RELATIONS(M, name, type) ORM__CALL_A(ORM__RELATION_DEF_ANY, M, name, ORM__ANY_##type)
#define ORM__RELATION_DEF_ANY(M, fname, E, type_, id) .fname = { ORM__EACH_MODEL(ORM__RELATION_DEF_EACH, (M, fname, E, type_, id), E) },
#define ORM__RELATION_DEF_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__RELATION_DEF_MODEL, ORM__UNWRAP C, T))
#define ORM__RELATION_DEF_MODEL(M, fname, E, type_, id, T) .T = { .model = &M##_model, .name = #fname, .kind = ORM_BELONGS_TO, .member = offsetof(M, fname), .target = &T##_model, \
    .key = (const orm_column *const[]){ &orm__##M##_columns.id, NULL }, .tag = &orm__##M##_columns.type_, .tagged = E##_##T },

#define ORM__P_COUNT(M, name, type, class, ...) ORM__COUNT_DEF_##class(M, name, type)
#define ORM__COUNT_DEF_END(M, name, type)
#define ORM__COUNT_DEF_NO_TYPE(M, name, type)
#define ORM__COUNT_DEF_BAD_TYPE(M, name, type)
#define ORM__COUNT_DEF_COLUMN(M, name, type)
#define ORM__COUNT_DEF_RELATION(M, name, type)
#define ORM__COUNT_DEF_RELATIONS(M, name, type)
#define ORM__COUNT_DEF_COUNT(M, name, type) ORM__CALL_A(ORM__COUNT_DEF, M, name, ORM__COUNTS_##type)
#define ORM__COUNT_DEF(M, fname, relation_, ...) .fname = { .model = &M##_model, .name = #fname, .is = { .type = ORM_INT64 }, .offset = offsetof(M, fname), \
    .count_of = &orm__##M##_relations.relation_, ORM__CALL_B(ORM__EACH_PART, ORM__COUNT_SET, (M, fname), __VA_ARGS__) },
#define ORM__COUNT_SET(C, o) ORM__CALL_C(ORM__COUNT_SET_, ORM__UNWRAP C, ORM__RELATION_OPTION_##o, UNKNOWN, ~)
#define ORM__COUNT_SET_(M, name, x, what, ...) ORM__IF(ORM__PROBE(ORM__IS_WHERE_##what))(.count_where = orm__##M##_##name##_where,)
#define ORM__IS_WHERE_WHERE ~, 1,
#define ORM__HANDLE_DEF_COUNT(M, fname, type)     .fname = { .kind = { &orm__##M##_counts.fname } },
#define ORM__HANDLE_DEF_RELATION(M, fname, type)  .fname = { .relation = &orm__##M##_relations.fname },
#define ORM__HANDLE_DEF_RELATIONS(M, fname, type) ORM__CALL_A(ORM__HANDLE_DEF_ANY, M, fname, ORM__ANY_##type)
#define ORM__HANDLE_DEF_ANY(M, fname, E, type_, id) .fname = { ORM__EACH_MODEL(ORM__HANDLE_DEF_EACH, (M, fname), E) },
#define ORM__HANDLE_DEF_EACH(C, T) ORM__UNLESS_END(T)(ORM__CALL_C(ORM__HANDLE_DEF_MODEL, ORM__UNWRAP C, T))
#define ORM__HANDLE_DEF_MODEL(M, fname, T) .T = { .relation = &orm__##M##_relations.fname.T },
#endif

/* >>define: ORM_ENUM, ORM_MODEL, ORM_SCHEMA and ORM_DEFINE: one list, read again for each thing that is made from it.

   A model's rows are normalised once into tuples  (name, type, class, of, N, K, U, D, R, each, attributes..., none)  where class is COLUMN,
   RELATION, RELATIONS (belongs_to_any), COUNT, END or a fault (relations.h has what relations and counts become), `of` what it is of
   (words.h), N nullable, K primary key, U unique, D has default, R refers to another model.
   The check pass comes first and answers a slip with one assertion that names Model.field; later passes step over what is at fault. */

#ifndef __cplusplus
#define ORM__FLAG_NULLABLE(C, a)  ORM__FLAG_NULLABLE_##a
#define ORM__FLAG_KEY(C, a)       ORM__FLAG_KEY_##a
#define ORM__FLAG_UNIQUE(C, a)    ORM__FLAG_UNIQUE_##a
#define ORM__FLAG_DEFAULT(C, a)   ORM__FLAG_DEFAULT_##a
#define ORM__FLAG_REFERENCE(C, a) ORM__FLAG_REFERENCE_##a
#define ORM__NORMAL(...) ORM__NORMAL_(__VA_ARGS__, none)
#define ORM__NORMAL_(name, type, ...) ORM__NORMAL__(ORM__CAT(ORM__ARGS_, ORM__COUNT(__VA_ARGS__)), name, type, __VA_ARGS__)
#define ORM__NORMAL__(each, name, type, ...) (name, type, ORM__SECOND(ORM__TYPE_##type, BAD_TYPE, ~), ORM__THIRD(ORM__TYPE_##type, 0, 0, ~), \
    ORM__PROBE(each(ORM__FLAG_NULLABLE, ~, __VA_ARGS__)), ORM__OR(ORM__PROBE(ORM__SERIAL_##type), ORM__PROBE(each(ORM__FLAG_KEY, ~, __VA_ARGS__))), \
    ORM__PROBE(each(ORM__FLAG_UNIQUE, ~, __VA_ARGS__)), ORM__PROBE(each(ORM__FLAG_DEFAULT, ~, __VA_ARGS__)),                              \
    ORM__OR(ORM__PROBE(ORM__REFERS_##type), ORM__PROBE(each(ORM__FLAG_REFERENCE, ~, __VA_ARGS__))), each, __VA_ARGS__),
/* F(C, attribute) for each attribute of a row; the row brings `each`, ORM__ARGS_n with the count already made */
#define ORM__EACH_ATTR(F, C, each, ...) each(F, C, __VA_ARGS__)
#define ORM__LAST_ROW (orm, end, END, 0, 0, 0, 0, 0, 0, ORM__ARGS_1, none)
/* ORM__EACH(F, M, each, rows): `each` is ORM__ROWS_n with the count already made */
#define ORM__EACH(F, M, each, rows) ORM__CALL_EACH(each, F, M, ORM__UNWRAP rows)

/* ---- 1 check ---------------------------------------------------------------------------------------------------- */
/* If a compile error led you here: read the text of the first assertion, it names the model and the row. */
#define ORM__P_CHECK(M, name, type, class, ...) ORM__CHECK_##class(M, name, type, __VA_ARGS__)
#define ORM__CHECK_END(M, name, type, ...)
#define ORM__CHECK_NO_TYPE(M, name, type, ...) _Static_assert(0, "orm: " #M ": row '" #name "' has no type: a row is X(name, type, attributes...); is a comma missing?");
#define ORM__CHECK_BAD_TYPE(M, name, type, ...) _Static_assert(0, "orm: " #M "." #name ": unknown type '" #type "'; known: " ORM__KNOWN_TYPES);
#define ORM__CHECK_COLUMN(M, name, type, of, N, K, U, D, R, ...)                                                                          \
    enum { ORM__CAT(ORM__CAT(orm__##M##_, name), _is_declared_once) = N };       /* and may it be NULL */                                                                    \
    ORM__CHECK_REST(M, name, ORM__CALL_A(ORM__FOURTH, ORM__TYPE_##type, , , , ~), "the type")                                                \
    ORM__CALL_A(ORM__CHECK_SIZES, M, name, type, ORM__SIZES_##type, NOTHING, ~)                                                              \
    ORM__EACH_ATTR(ORM__CHECK_ATTR, (M, name, type, of, N, K, R), __VA_ARGS__)
#define ORM__FOURTH(...) ORM__FOURTH_(__VA_ARGS__)
#define ORM__FOURTH_(a, b, c, d, ...) d
/* an assertion of a long condition: clang prints the condition before the text, and so prints but a name */
#define ORM__CHECK_THAT(condition, text_) ORM__CHECK_THAT_(ORM__CAT(orm__check, __COUNTER__), condition, text_)
#define ORM__CHECK_THAT_(holds, condition, text_) enum { holds = (condition) ? 1 : 0 }; _Static_assert(holds, text_);
/* what stands behind a word before the next comma: nothing, or a comma is missing */
#define ORM__CHECK_REST(M, name, rest, after) ORM__CHECK_REST_(M, name, rest, after)
#define ORM__CHECK_REST_(M, name, rest, after) _Static_assert(sizeof(#rest) == 1, "orm: " #M "." #name ": unexpected '" #rest "' after " after ": is a comma missing?");
#define ORM__CHECK_SIZES(M, name, type, x, what, ...) ORM__CHECK_SIZES_##what(M, name, type, ORM__FIRST(__VA_ARGS__))
#define ORM__CHECK_SIZES_NOTHING(M, name, type, ...)
#define ORM__CHECK_SIZES_LABELS(M, name, type, E) ORM__CHECK_LABELS(M, name, E)
#define ORM__CHECK_LABELS(M, name, E) ORM__TYPE_EXISTS(enum E, ORM__CAT(ORM__CAT(orm__##M##_, name), _needs_ORM_ENUM_##E))
#define ORM__CHECK_SIZES_SIZE(M, name, type, n) _Static_assert((n) >= 1 && (n) <= 1000000000, "orm: " #M "." #name ": the size of " #type " must lie between 1 and 1000000000");
#define ORM__CHECK_SIZES_DIGITS(M, name, type, args) ORM__CALL_B(ORM__CHECK_DIGITS, M, name, type, ORM__UNWRAP args)
#define ORM__CHECK_DIGITS(M, name, type, p, s, ...) _Static_assert((p) >= 1 && (p) <= 38 && (s) >= 0 && (s) <= (p), "orm: " #M "." #name ": " #type " must be decimal(p, s) with p from 1 to 38 and s from 0 to p");

#define ORM__CHECK_ATTR(C, a) ORM__CALL_A(ORM__CHECK_ATTR_, ORM__UNWRAP C, a, ORM__ATTR_##a, UNKNOWN, 0, ~)
#define ORM__CHECK_ATTR_(M, name, type, of, N, K, R, a, x, what, ...) ORM__CHECK_ATTR_##what(M, name, type, of, N, K, R, a, __VA_ARGS__)
#define ORM__CHECK_ATTR_UNKNOWN(M, name, type, of, N, K, R, a, ...) _Static_assert(0, "orm: " #M "." #name ": unknown attribute '" #a "'; known: " ORM__KNOWN_ATTRIBUTES);
#define ORM__CHECK_ATTR_END(M, name, type, of, N, K, R, a, ...)
#define ORM__CHECK_ATTR_NOTHING(M, name, type, of, N, K, R, a, allowed, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed)
#define ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) _Static_assert(((of) & (allowed)) != 0, "orm: " #M "." #name ": attribute '" #a "' does not fit the type " #type);
/* words without arguments, and those that take a message */
#define ORM__CHECK_ATTR_BARE(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute")
#define ORM__CHECK_ATTR_MESSAGE(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed)         \
    ORM__IF(ORM__NOT(ORM__IS_PAREN(rest)))(ORM__CHECK_REST(M, name, rest, "an attribute"))
#define ORM__CHECK_ATTR_NULLABLE(M, name, type, of, N, K, R, a, allowed, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__IF(K)(_Static_assert(0, "orm: " #M "." #name ": a primary key is never NULL: remove nullable");)
#define ORM__CHECK_ATTR_DEFAULT(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__DEFAULT_CLASSES(of) & ORM__CLASS args) != 0, "orm: " #M "." #name ": " #a " does not fit the type " #type)
#define ORM__CHECK_ATTR_DEFAULT_SQL(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT(ORM__CALL_B(ORM__CLASS, ORM__FIRST args) == ORM__CLASS_TEXT, "orm: " #M "." #name ": " #a " takes a text literal")                  \
    ORM__IF(ORM__NOT(N))(_Static_assert(((of) & (ORM__OF_INT | ORM__OF_NUMBER | ORM__OF_BOOL | ORM__OF_DECIMAL)) == 0, "orm: " #M "." #name       \
        ": default_sql needs to see that the member is unset, which a plain number or boolean cannot show: add nullable, or use default(...)");)
#define ORM__CHECK_ATTR_COUNTER(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__IF(N)(_Static_assert(0, "orm: " #M "." #name ": a counter is never NULL: remove nullable");)
#define ORM__CHECK_ATTR_ACTION(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_REST(M, name, rest, "an attribute")              \
    _Static_assert(ORM__CALL_B(ORM__ACTION, ORM__UNWRAP args) != ORM_ACTION_NONE, "orm: " #M "." #name ": unknown action in " #a "; known: cascade set_null set_default restrict no_action"); \
    _Static_assert(N || ORM__CALL_B(ORM__ACTION, ORM__UNWRAP args) != ORM_SET_NULL, "orm: " #M "." #name ": " #a " needs a nullable column");        \
    _Static_assert(R, "orm: " #M "." #name ": " #a " needs key(Model) or references(Model, field)");
#define ORM__CHECK_ATTR_TEXT(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT(ORM__CALL_B(ORM__CLASS, ORM__FIRST args) == ORM__CLASS_TEXT, "orm: " #M "." #name ": " #a " takes a text literal")
#define ORM__CHECK_ATTR_ONE_OF(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__CLASS(ORM__CALL_B(ORM__FIRST_OF_LIST, ORM__FIRST args)) & ((of) & ORM__OF_INT ? ORM__CLASS_INT : ORM__CLASS_TEXT)) != 0, "orm: " #M "." #name ": " #a " takes values of the column's kind")
/* the first of a, b, c or of (a, b, c) */
#define ORM__FIRST_OF_LIST(first) ORM__CAT(ORM__FIRST_OF_LIST_, ORM__IS_PAREN(first))(first)
#define ORM__FIRST_OF_LIST_0(first) first
#define ORM__FIRST_OF_LIST_1(first) ORM__FIRST first
#define ORM__CHECK_ATTR_LENGTH(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_B(ORM__CHECK_TWO, M, name, a, ORM__CLASS_INT, ORM__UNWRAP args, NULL, NULL)
#define ORM__CHECK_ATTR_BETWEEN(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CALL_B(ORM__CHECK_TWO, M, name, a, ORM__BOUND_CLASSES(of), ORM__UNWRAP args, NULL, NULL)
#define ORM__CHECK_TWO(M, name, a, classes, low, high, ...)                                                                              \
    ORM__CHECK_THAT((ORM__CLASS(low) & (classes)) != 0 && (ORM__CLASS(high) & (classes)) != 0, "orm: " #M "." #name ": " #a " takes two numbers of the column's kind, low and high") \
    ORM__CHECK_THAT(ORM__OR_ZERO_NUMBER(low) <= ORM__OR_ZERO_NUMBER(high), "orm: " #M "." #name ": " #a " has its bounds the wrong way round")
#define ORM__OR_ZERO_NUMBER(v) _Generic((v), int: (v), long: (v), long long: (v), unsigned: (v), unsigned long: (v), unsigned long long: (v), float: (v), double: (v), default: 0)
#define ORM__BOUND_CLASSES(of) ((of) & ORM__OF_NUMBER ? ORM__CLASS_INT | ORM__CLASS_NUMBER : ORM__CLASS_INT)
#define ORM__CHECK_ATTR_BOUND(M, name, type, of, N, K, R, a, allowed, args, rest, ...) ORM__CHECK_ALLOWED(M, name, type, of, a, allowed) ORM__CHECK_REST(M, name, rest, "an attribute") \
    ORM__CHECK_THAT((ORM__CALL_B(ORM__CLASS, ORM__FIRST args) & ORM__BOUND_CLASSES(of)) != 0, "orm: " #M "." #name ": " #a " takes a number of the column's kind")

/* ---- 2 the struct and what has its shape -------------------------------------------------------------------------- */
#define ORM__P_MEMBER(M, name, type, class, of, N, ...) ORM__MEMBER_OF_##class(name, type, N)
#define ORM__MEMBER_OF_END(name, type, N)
#define ORM__MEMBER_OF_NO_TYPE(name, type, N)
#define ORM__MEMBER_OF_BAD_TYPE(name, type, N)
#define ORM__MEMBER_OF_COLUMN(name, type, N) ORM__MEMBER_WHEN_##N(name, type)
#define ORM__MEMBER_WHEN_0(name, type) ORM__MEMBER_##type name;
#define ORM__MEMBER_WHEN_1(name, type) ORM__NULLABLE_MEMBER_##type name;
#define ORM__MEMBER_OF_RELATION(name, type, N)  ORM__RELATED_##type name;
#define ORM__MEMBER_OF_RELATIONS(name, type, N) ORM__RELATED_##type name;
#define ORM__MEMBER_OF_COUNT(name, type, N)     int64_t name;
/* one bit per column, in the order of the columns */
#define ORM__P_BIT(M, name, type, class, ...) ORM__BIT_OF_##class(name)
#define ORM__BIT_OF_END(name)
#define ORM__BIT_OF_NO_TYPE(name)
#define ORM__BIT_OF_BAD_TYPE(name)
#define ORM__BIT_OF_RELATION(name)
#define ORM__BIT_OF_RELATIONS(name)
#define ORM__BIT_OF_COUNT(name)
#define ORM__BIT_OF_COLUMN(name) unsigned name : 1;
/* the members of the primary key */
#define ORM__P_KEY(M, name, type, class, of, N, K, ...) ORM__KEY_WHEN_##K(name, type)
#define ORM__KEY_WHEN_0(name, type)
#define ORM__KEY_WHEN_1(name, type) ORM__MEMBER_##type name;
#define ORM__P_KEY_TYPE(M, name, type, class, of, N, K, ...) ORM__KEY_TYPE_WHEN_##K(type)
#define ORM__KEY_TYPE_WHEN_0(type)
#define ORM__KEY_TYPE_WHEN_1(type) , ORM__MEMBER_##type
/* the type of a whole key: of the one column, or the key struct */
#define ORM__KEY_TYPE(M, ...) ORM__CAT(ORM__KEY_TYPE_, ORM__COUNT(__VA_ARGS__))(M, __VA_ARGS__)
#define ORM__KEY_TYPE_1(M, a) _Static_assert(0, "orm: " #M " has no primary key: begin with X(id, serial), or add primary_key to a row"); typedef int orm__##M##_key; enum { orm__##M##_key_columns = 1 };
#define ORM__KEY_TYPE_2(M, a, b) typedef b orm__##M##_key; ORM__KEY_COLUMNS_1(M, b) enum { orm__##M##_key_columns = 1 };
#define ORM__KEY_TYPE_3(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_2(M, __VA_ARGS__) enum { orm__##M##_key_columns = 2 };
#define ORM__KEY_TYPE_4(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_3(M, __VA_ARGS__) enum { orm__##M##_key_columns = 3 };
#define ORM__KEY_TYPE_5(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_4(M, __VA_ARGS__) enum { orm__##M##_key_columns = 4 };
#define ORM__KEY_TYPE_6(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_5(M, __VA_ARGS__) enum { orm__##M##_key_columns = 5 };
#define ORM__KEY_TYPE_7(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_6(M, __VA_ARGS__) enum { orm__##M##_key_columns = 6 };
#define ORM__KEY_TYPE_8(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_7(M, __VA_ARGS__) enum { orm__##M##_key_columns = 7 };
#define ORM__KEY_TYPE_9(M, a, ...) typedef M##_key orm__##M##_key; ORM__KEY_COLUMNS_8(M, __VA_ARGS__) enum { orm__##M##_key_columns = 8 };
/* and of each of its columns */
#define ORM__KEY_COLUMNS_1(M, a) typedef a orm__##M##_key_1;
#define ORM__KEY_COLUMNS_2(M, a, b) ORM__KEY_COLUMNS_1(M, a) typedef b orm__##M##_key_2;
#define ORM__KEY_COLUMNS_3(M, a, b, c) ORM__KEY_COLUMNS_2(M, a, b) typedef c orm__##M##_key_3;
#define ORM__KEY_COLUMNS_4(M, a, b, c, d) ORM__KEY_COLUMNS_3(M, a, b, c) typedef d orm__##M##_key_4;
#define ORM__KEY_COLUMNS_5(M, a, b, c, d, e) ORM__KEY_COLUMNS_4(M, a, b, c, d) typedef e orm__##M##_key_5;
#define ORM__KEY_COLUMNS_6(M, a, b, c, d, e, f) ORM__KEY_COLUMNS_5(M, a, b, c, d, e) typedef f orm__##M##_key_6;
#define ORM__KEY_COLUMNS_7(M, a, b, c, d, e, f, g) ORM__KEY_COLUMNS_6(M, a, b, c, d, e, f) typedef g orm__##M##_key_7;
#define ORM__KEY_COLUMNS_8(M, a, b, c, d, e, f, g, h) ORM__KEY_COLUMNS_7(M, a, b, c, d, e, f, g) typedef h orm__##M##_key_8;

/* ---- 3 handles: what orm_eq(User_.name, ...) reads --------------------------------------------------------------------- */
#define ORM__P_HANDLE(M, name, type, class, of, N, K, U, D, R, ...) ORM__HANDLE_OF_##class(M, name, type, R, __VA_ARGS__)
#define ORM__HANDLE_OF_END(M, name, type, R, ...)
#define ORM__HANDLE_OF_NO_TYPE(M, name, type, R, ...)
#define ORM__HANDLE_OF_BAD_TYPE(M, name, type, R, ...)
#define ORM__HANDLE_OF_COLUMN(M, name, type, R, ...) union ORM__CAT(ORM__CAT(orm__##M##_, name), _is_a_column) { ORM__KIND_##type kind; struct M##_pred *pred; const struct M##_order *order; \
    const struct M##_assignment *assignment; const union M##_query *query; ORM__MEMBER_##type *value; ORM__MEMBER_##type const *fixed; ORM__OPT_##type *opt; ORM__REFERENT(R, type, __VA_ARGS__) *refers; } name;

/* ---- 4 slots: a struct with one orm_column per column gives each a constant address before its value is known ------------ */
#define ORM__P_COLUMN_SLOT(M, name, type, class, ...) ORM__COLUMN_SLOT_OF_##class(name)
#define ORM__COLUMN_SLOT_OF_END(name)
#define ORM__COLUMN_SLOT_OF_NO_TYPE(name)
#define ORM__COLUMN_SLOT_OF_BAD_TYPE(name)
#define ORM__COLUMN_SLOT_OF_RELATION(name)
#define ORM__COLUMN_SLOT_OF_RELATIONS(name)
#define ORM__COLUMN_SLOT_OF_COUNT(name)
#define ORM__COLUMN_SLOT_OF_COLUMN(name) orm_column name;
#define ORM__P_COUNT_SLOT(M, name, type, class, ...) ORM__COUNT_SLOT_OF_##class(name)
#define ORM__COUNT_SLOT_OF_END(name)
#define ORM__COUNT_SLOT_OF_NO_TYPE(name)
#define ORM__COUNT_SLOT_OF_BAD_TYPE(name)
#define ORM__COUNT_SLOT_OF_COLUMN(name)
#define ORM__COUNT_SLOT_OF_RELATION(name)
#define ORM__COUNT_SLOT_OF_RELATIONS(name)
#define ORM__COUNT_SLOT_OF_COUNT(name) orm_column name;
#define ORM__P_RELATION_SLOT(M, name, type, class, ...) ORM__RELATION_SLOT_OF_##class(M, name, type)
#define ORM__RELATION_SLOT_OF_END(M, name, type)
#define ORM__RELATION_SLOT_OF_NO_TYPE(M, name, type)
#define ORM__RELATION_SLOT_OF_BAD_TYPE(M, name, type)
#define ORM__RELATION_SLOT_OF_COLUMN(M, name, type)
#define ORM__RELATION_SLOT_OF_COUNT(M, name, type)

/* ---- 5 defaults and finders; of a count, see relations.h ------------------------------------------------------------------------------------------------ */
#define ORM__P_DEFAULT(M, name, type, class, of, N, K, U, D, R, ...) ORM__DEFAULT_WHEN_##D(N, name, type, __VA_ARGS__)
#define ORM__DEFAULT_WHEN_0(N, name, type, ...) ORM__IF(ORM__NOT(N))(ORM__CALL_A(ORM__UNSET_AS, name, ORM__UNSET_##type, NOTHING, ~))
#define ORM__UNSET_AS(name, x, what, ...) ORM__UNSET_AS_##what(name, __VA_ARGS__)
#define ORM__UNSET_AS_NOTHING(name, ...)
#define ORM__UNSET_AS_VALUE(name, ...) ORM__UNSET_AS_VALUE_(name, __VA_ARGS__)
#define ORM__UNSET_AS_VALUE_(name, value, ...) .name = value,
#define ORM__DEFAULT_WHEN_1(N, name, type, ...) ORM__EACH_ATTR(ORM__DEFAULT_ATTR, (N, name, type), __VA_ARGS__)
#define ORM__DEFAULT_ATTR(C, a) ORM__CALL_A(ORM__DEFAULT_ATTR_, ORM__UNWRAP C, ORM__DEFAULT_IS_##a, NOTHING, ~)
#define ORM__DEFAULT_IS_default(...) ~, VALUE, __VA_ARGS__,
#define ORM__DEFAULT_ATTR_(N, name, type, x, what, ...) ORM__DEFAULT_ATTR_##what(N, name, type, __VA_ARGS__)
#define ORM__DEFAULT_ATTR_NOTHING(N, name, type, ...)
#define ORM__DEFAULT_ATTR_VALUE(N, name, type, v, ...) .name = ORM__CAT(ORM__DEFAULT_AS_, ORM__AND(N, ORM__PROBE(ORM__WRAPS_##type)))(v),
#define ORM__DEFAULT_AS_0(v) v
#define ORM__DEFAULT_AS_1(v) { v, true }
#define ORM__AND(a, b) ORM__CAT(ORM__AND_, ORM__CAT(a, b))
#define ORM__AND_00 0
#define ORM__AND_01 0
#define ORM__AND_10 0
#define ORM__AND_11 1
#define ORM__P_FIND_BY(M, name, type, class, of, N, K, U, ...) ORM__FIND_BY_OF_##class(M, name, type, U)
#define ORM__FIND_BY_OF_END(M, name, type, U)
#define ORM__FIND_BY_OF_NO_TYPE(M, name, type, U)
#define ORM__FIND_BY_OF_BAD_TYPE(M, name, type, U)
#define ORM__FIND_BY_OF_RELATION(M, name, type, U)
#define ORM__FIND_BY_OF_RELATIONS(M, name, type, U)
#define ORM__FIND_BY_OF_COLUMN(M, name, type, U) ORM__FIND_BY_WHEN_##U(M, name, type)
#define ORM__FIND_BY_WHEN_0(M, name, type)
#define ORM__FIND_BY_WHEN_1(M, name, type)                                                                                               \
    ORM__WRAPPER M *M##_find_by_##name(orm_db *db_, ORM__MEMBER_##type name##_) { return (M *)orm__find_by(db_, &M##_model, M##_.name.kind.c, ORM__ENUM_OR_VALUE(name##_)); }
#define ORM__ENUM_OR_VALUE(v) ORM__VALUE(v)

/* ---- ORM_MODEL --------------------------------------------------------------------------------------------------------------- */
/** ORM_MODEL(User, users, options...) declares, from User_FIELDS: struct User and its key, mask, query, condition, order, include and change
    types, the handles User_, the metadata User_model, and the typed calls below. Options: index(a, b), unique(a, b), each with
    where("sql"), desc(column) and expressions, sql("lower(email)"); check(name, "sql"); comment("..."); was("table"), the name before a migration renames it. Stands in a header or in a .c file, once per model. */
#define ORM_MODEL(...) ORM__MODEL_ARGS(__VA_ARGS__, none)
#define ORM__MODEL_ARGS(M, table_, ...) ORM__MODEL_ROWS(M, table_, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW), (__VA_ARGS__))
#define ORM__MODEL_ROWS(M, table_, rows, options_) ORM__MODEL(M, table_, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows, options_)
#define ORM__MODEL(M, table_, each, rows, options_)                                                                                     \
    ORM__CHECK_ROWS(M, ORM__COUNT_ROWS rows)                                                                                \
    ORM__EACH(ORM__P_CHECK, M, each, rows)                                                                                              \
    ORM__CALL_EACH(ORM__EACH_ARG, ORM__CHECK_OPTION, M, ORM__UNWRAP options_)                                                                \
    typedef struct M { ORM__EACH(ORM__P_MEMBER, M, each, rows) uint64_t orm; } M;                                                       \
    typedef struct M##_key { ORM__EACH(ORM__P_KEY, M, each, rows) } M##_key;                                                            \
    typedef struct M##_mask { ORM__EACH(ORM__P_BIT, M, each, rows) } __attribute__((aligned(16))) M##_mask;                             \
    ORM__CALL_A(ORM__KEY_TYPE, M, ~ ORM__EACH(ORM__P_KEY_TYPE, M, each, rows))                                                            \
    typedef struct M##_pred { union { const struct M##_condition_expected *orm__expected; orm_expr expr; }; } M##_pred;                 \
    typedef struct M##_order { union { const struct M##_order_expected *orm__expected; orm_order order; }; } M##_order;                 \
    typedef struct M##_include { union { const struct M##_include_expected *orm__expected; const orm_include include; }; } M##_include; \
    typedef struct M##_assignment { union { const struct M##_assignment_expected *orm__expected; orm_assignment assignment; }; } M##_assignment; \
    typedef union M##_query {                                                                                                           \
        struct { bool orm__literal; M##_pred where; M##_order order[ORM_MAX_ORDERS + 1]; M##_include include[ORM_MAX_INCLUDES + 1];     \
            int64_t limit, offset, page, per_page; M##_mask select; const M *after; orm_arena *arena; \
            const orm_row_lock *lock; const orm_row_wait *wait; bool track, all, required, links; uint32_t timeout_ms; }; \
        orm_query erased;                                                                                                               \
    } M##_query;                                                                                                                        \
    typedef ORM__SLOT_OF(M) M##_slot;                                                                                                   \
    typedef union M##_change {                                                                                                          \
        struct { bool orm__literal; M##_assignment set[ORM_MAX_ASSIGNMENTS + 1]; M##_pred where; bool all; uint32_t timeout_ms; };      \
        orm_change erased;                                                                                                              \
    } M##_change;                                                                                                                       \
    struct M##_columns { ORM__EACH(ORM__P_HANDLE, M, each, rows) };                                                                     \
    struct orm__##M##_columns { ORM__EACH(ORM__P_COLUMN_SLOT, M, each, rows) };                                                         \
    struct orm__##M##_relations { ORM__EACH(ORM__P_RELATION_SLOT, M, each, rows) char none; };                                          \
    struct orm__##M##_counts { ORM__EACH(ORM__P_COUNT_SLOT, M, each, rows) char none; };                                                \
    ORM_API extern const struct M##_columns M##_;                                                                                       \
    ORM_API extern const struct orm__##M##_columns orm__##M##_columns;                                                                  \
    ORM_API extern const struct orm__##M##_relations orm__##M##_relations;                                                              \
    ORM_API extern const struct orm__##M##_counts orm__##M##_counts;                                                                    \
    ORM_API extern const orm_model M##_model;                                                                                           \
    static const char orm__##M##_table[] ORM__UNUSED = #table_;                                                                         \
    static const orm_model_option orm__##M##_options[] ORM__UNUSED = { ORM__CALL_EACH(ORM__EACH_ARG, ORM__OPTION, M, ORM__UNWRAP options_) { .kind = ORM_OPTION_NONE } }; \
    static inline ORM__UNUSED M M##_defaults(void) { return (M){ ORM__EACH(ORM__P_DEFAULT, M, each, rows) .orm = ORM_FRESH }; }         \
    ORM__EACH(ORM__P_FIND_BY, M, each, rows)                                                                                            \
    ORM__WRAPPERS(M)

#define ORM__CHECK_ROWS(M, n) ORM__CHECK_ROWS_(M, n)
#define ORM__CHECK_ROWS_(M, n) ORM__CALL_A(ORM__CHECK_ROWS_WHEN, M, ORM__CHECK_ROWS_##n, FINE, ~)
#define ORM__CHECK_ROWS_MANY ~, MANY,
#define ORM__CHECK_ROWS_WHEN(M, x, what, ...) ORM__CHECK_ROWS_IS_##what(M)
#define ORM__CHECK_ROWS_IS_FINE(M)
#define ORM__CHECK_ROWS_IS_MANY(M) _Static_assert(0, "orm: " #M ": too many rows, the limit is 128");

#define ORM__CHECK_OPTION(M, o) ORM__CALL_A(ORM__CHECK_OPTION_, M, o, ORM__OPTION_##o, UNKNOWN, ~)
#define ORM__CHECK_OPTION_(M, o, x, what, ...) ORM__CHECK_OPTION_##what(M, o)
#define ORM__CHECK_OPTION_NOTHING(M, o)
#define ORM__CHECK_OPTION_INDEX(M, o)
#define ORM__CHECK_OPTION_UNIQUE(M, o)
#define ORM__CHECK_OPTION_CHECK(M, o)
#define ORM__CHECK_OPTION_COMMENT(M, o)
#define ORM__CHECK_OPTION_WAS(M, o)
#define ORM__CHECK_OPTION_UNKNOWN(M, o) _Static_assert(0, "orm: " #M ": unknown model option '" #o "'; known: index(...) unique(...) check(name, \"sql\") comment(\"...\") was(\"table\")");
#define ORM__OPTION(M, o) ORM__CALL_A(ORM__OPTION_, M, ORM__OPTION_##o, NOTHING, ~)
#define ORM__OPTION_(M, x, what, ...) ORM__OPTION_IS_##what(M, ORM__FIRST(__VA_ARGS__))
#define ORM__OPTION_IS_NOTHING(M, args)
#define ORM__OPTION_IS_INDEX(M, args)   { .kind = ORM_OPTION_INDEX, ORM__INDEX_PARTS(M, args) },
#define ORM__OPTION_IS_UNIQUE(M, args)  { .kind = ORM_OPTION_UNIQUE, ORM__INDEX_PARTS(M, args) },
#define ORM__OPTION_IS_CHECK(M, args)   { .kind = ORM_OPTION_CHECK, ORM__CALL_B(ORM__NAME_AND_SQL, ORM__UNWRAP args) },
#define ORM__OPTION_IS_COMMENT(M, args) { .kind = ORM_OPTION_COMMENT, .sql = ORM__UNWRAP args },
#define ORM__OPTION_IS_WAS(M, args)     { .kind = ORM_OPTION_WAS, .sql = ORM__UNWRAP args },
#define ORM__NAME_AND_SQL(name_, ...) .name = #name_, .sql = __VA_ARGS__
#define ORM__INDEX_PARTS(M, args) .parts = (const orm_index_part[]){ ORM__CALL_B(ORM__EACH_PART, ORM__INDEX_PART, M, ORM__UNWRAP args) }, .n_parts = ORM__COUNT args
#define ORM__INDEX_PART(M, part) ORM__CALL_C(ORM__INDEX_PART_, M, part, ORM__PART_##part, COLUMN, ~)
#define ORM__INDEX_PART_(M, part, x, what, ...) ORM__INDEX_PART_IS_##what(M, part, ORM__FIRST(__VA_ARGS__))
#define ORM__INDEX_PART_IS_COLUMN(M, part, args)     { .column = &orm__##M##_columns.part },
#define ORM__INDEX_PART_IS_DESCENDING(M, part, args) { .column = &orm__##M##_columns ORM__CALL_D(ORM__DOT, ORM__UNWRAP args), .descending = true },
#define ORM__DOT(name) .name
#define ORM__INDEX_PART_IS_WHERE(M, part, args)      { .where = ORM__UNWRAP args },
#define ORM__INDEX_PART_IS_SQL(M, part, args)        { .sql = ORM__UNWRAP args },

/* ---- the typed calls of a model M --------------------------------------------------------------------------------------------------
   Rows that a call returns belong to the caller: orm_free them (ORM_AUTO does it at the end of the scope). Every call may be made
   from any thread; inside a transaction block of this thread it belongs to it.

   M M_defaults(void)                             a fresh row: declared defaults and unset marks
   orm_status M_validate(&row, &failures)         all failures at once, field by field; no database. ORM_OK or ORM_VALIDATION
   orm_status M_create(db, &row)                  inserts; key, created_at and updated_at come back into row
   orm_status M_create_all(db, rows, n, NULL)     validates all, inserts all or none, keys come back in order
   orm_status M_create_graph(db, &row)            inserts the row and everything new on its relation pointers, all or nothing: what it belongs to first, then
                                                  the row, then its lists, which M_list() made; rows that are in the database are linked. After a failure
                                                  the rows count as new again. ORM_MISUSE for other arrays, as their length is not known, and for rings
   M *M_list(&arena, n)                           n fresh rows that orm_len counts: post.tags = Tag_list(&arena, 2). NULL for an arena: orm_free them.
                                                  NULL when out of memory
   M *M_find(db, key), M_get(db, key)             one row or NULL: for find absence is ORM_NOT_FOUND, no failure; for get it is one
   M *M_find_by_<field>(db, value)                of every `unique` field
   M *M_find_one(db, &query), M_get_one           the first row of a query (by primary key when it has no order)
   M *M_find_all(db, &query)                      a list, see orm_len; NULL only on failure. These and the next lock what they read with
                                                  .lock, one row by M_find_one(db, &(M_query){ .where = orm_eq(M_.id, id), .lock = ORM_FOR_UPDATE })
   M *M_find_and_count(db, &query, &total)        a page, and how many rows there are without limit and offset
   orm_status M_count(db, &query, &n)             int64_t
   orm_status M_exists(db, &query, &yes)          bool
   M *M_reload(db, &row)                          the row as it is now; ORM_STALE when it is gone
   orm_status M_save(db, &row)                    a fresh row is created; a loaded one updated: what changed where a snapshot is kept
                                                  (one-row reads, .track), else what was loaded. ORM_STALE when it is gone
   orm_status M_save_only(db, &row, mask)         the named fields only
   orm_status M_update(db, &change, &changed)     set-based; refused without a condition unless .all. `changed` (int64_t) may be NULL
   orm_status M_destroy(db, &row)                 ORM_STALE when it is gone, so also when it is called twice
   orm_status M_destroy_by_key(db, key)           ORM_STALE when there is none
   orm_status M_destroy_all(db, &query, &n)       refused without a condition unless .all; `n` (int64_t) may be NULL
   orm_status M_order_from_text(text, mask, &order)   an order from outside: "name", "-name", "name desc"; only fields of the mask, else
                                                  ORM_VALIDATION. An empty text is no order
   M *M_copy(&row)                                a deep copy with a life of its own; orm_free it
   In ORM_BATCH, and like the calls above; the answer comes into a slot, see batch.h:
   void M_batch_find(db, key, &slot)              slot.rows: the row, or NULL with ORM_NOT_FOUND
   void M_batch_find_all(db, &query, &slot)       slot.rows: the list
   void M_batch_count(db, &query, &slot)          slot.count, of an orm_slot, as below but for create
   void M_batch_create(db, &row, &slot)           slot.rows: the row as it was created; `row` itself is left alone
   void M_batch_update(db, &change, &slot)        slot.count: rows changed
   void M_batch_destroy_by_key(db, key, &slot)
   void M_batch_destroy_all(db, &query, &slot)    slot.count: rows deleted
   char *M_to_json(&row, mask), M_all_to_json     JSON text, NUL-terminated; orm_free_text it. A zero mask is all fields
   Failures: the engine's kinds, ORM_MISUSE for a row that began without M_defaults, ORM_STALE_ROW for one whose result was freed. */
#define ORM__WRAPPERS(M)                                                                                                                \
    _Static_assert(sizeof(M##_query) == sizeof(orm_query) && sizeof(M##_change) == sizeof(orm_change), "orm: " #M ": the typed query has another layout"); \
    ORM__WRAPPER M *M##_find(orm_db *db_, orm__##M##_key key_) { return (M *)orm__find(db_, &M##_model, &key_, false); }                 \
    ORM__WRAPPER M *M##_get(orm_db *db_, orm__##M##_key key_) { return (M *)orm__find(db_, &M##_model, &key_, true); }                   \
    ORM__WRAPPER M *M##_find_one(orm_db *db_, const M##_query *query_) { return (M *)orm__find_one(db_, &M##_model, (const orm_query *)query_, false); } \
    ORM__WRAPPER M *M##_get_one(orm_db *db_, const M##_query *query_) { return (M *)orm__find_one(db_, &M##_model, (const orm_query *)query_, true); }   \
    ORM__WRAPPER M *M##_find_all(orm_db *db_, const M##_query *query_) { return (M *)orm__find_all(db_, &M##_model, (const orm_query *)query_); }        \
    ORM__WRAPPER M *M##_find_and_count(orm_db *db_, const M##_query *query_, int64_t *total_) { return (M *)orm__find_and_count(db_, &M##_model, (const orm_query *)query_, total_); } \
    ORM__WRAPPER orm_status M##_count(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__count(db_, &M##_model, (const orm_query *)query_, n_); }   \
    ORM__WRAPPER orm_status M##_exists(orm_db *db_, const M##_query *query_, bool *yes_) { return orm__exists(db_, &M##_model, (const orm_query *)query_, yes_); } \
    ORM__WRAPPER M *M##_reload(orm_db *db_, const M *row_) { return (M *)orm__reload(db_, &M##_model, row_); }                           \
    ORM__WRAPPER orm_status M##_validate(const M *row_, orm_failures *failures_) { return orm__validate(&M##_model, row_, failures_); }  \
    ORM__WRAPPER orm_status M##_create(orm_db *db_, M *row_) { return orm__create(db_, &M##_model, row_); }                              \
    ORM__WRAPPER orm_status M##_create_graph(orm_db *db_, M *row_) { return orm__create_graph(db_, &M##_model, row_); }                  \
    ORM__WRAPPER M *M##_list(orm_arena *arena_, size_t n_) { return (M *)orm__new_list(arena_, &M##_model, n_); }                        \
    ORM__WRAPPER orm_status M##_create_all(orm_db *db_, M *rows_, size_t n_, const orm_create_options *options_) { return orm__create_all(db_, &M##_model, rows_, n_, options_); } \
    ORM__WRAPPER orm_status M##_save(orm_db *db_, M *row_) { return orm__save(db_, &M##_model, row_, NULL); }                            \
    ORM__WRAPPER orm_status M##_save_only(orm_db *db_, M *row_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__save(db_, &M##_model, row_, &u_.erased); } \
    ORM__WRAPPER orm_status M##_update(orm_db *db_, const M##_change *change_, int64_t *changed_) { return orm__update(db_, &M##_model, (const orm_change *)change_, changed_); } \
    ORM__WRAPPER orm_status M##_destroy(orm_db *db_, M *row_) { return orm__destroy(db_, &M##_model, row_); }                            \
    ORM__WRAPPER orm_status M##_destroy_by_key(orm_db *db_, orm__##M##_key key_) { return orm__destroy_by_key(db_, &M##_model, &key_); }  \
    ORM__WRAPPER orm_status M##_destroy_all(orm_db *db_, const M##_query *query_, int64_t *n_) { return orm__destroy_all(db_, &M##_model, (const orm_query *)query_, n_); } \
    ORM__WRAPPER orm_status M##_order_from_text(const char *text_, M##_mask allowed_, M##_order *out_) { union { M##_mask mask; orm_mask erased; } u_ = { allowed_ }; return orm__order_from_text(&M##_model, text_, &u_.erased, &out_->order); } \
    ORM__WRAPPER void M##_batch_find(orm_db *db_, orm__##M##_key key_, M##_slot *slot_) { orm__batch_find(db_, &M##_model, &key_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_find_all(orm_db *db_, const M##_query *query_, M##_slot *slot_) { orm__batch_find_all(db_, &M##_model, (const orm_query *)query_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_count(orm_db *db_, const M##_query *query_, orm_slot *slot_) { orm__batch_count(db_, &M##_model, (const orm_query *)query_, slot_); } \
    ORM__WRAPPER void M##_batch_create(orm_db *db_, const M *row_, M##_slot *slot_) { orm__batch_create(db_, &M##_model, row_, &slot_->erased); } \
    ORM__WRAPPER void M##_batch_update(orm_db *db_, const M##_change *change_, orm_slot *slot_) { orm__batch_update(db_, &M##_model, (const orm_change *)change_, slot_); } \
    ORM__WRAPPER void M##_batch_destroy_by_key(orm_db *db_, orm__##M##_key key_, orm_slot *slot_) { orm__batch_destroy_by_key(db_, &M##_model, &key_, slot_); } \
    ORM__WRAPPER void M##_batch_destroy_all(orm_db *db_, const M##_query *query_, orm_slot *slot_) { orm__batch_destroy_all(db_, &M##_model, (const orm_query *)query_, slot_); } \
    ORM__WRAPPER M *M##_copy(const M *row_) { return (M *)orm__copy(&M##_model, row_); }                                                 \
    ORM__WRAPPER char *M##_to_json(const M *row_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__to_json(&M##_model, row_, &u_.erased, false, NULL); } \
    ORM__WRAPPER char *M##_all_to_json(const M *rows_, M##_mask fields_) { union { M##_mask mask; orm_mask erased; } u_ = { fields_ }; return orm__to_json(&M##_model, rows_, &u_.erased, true, NULL); }

/** ORM_NEW(User, ada, .name = "Ada") declares `User ada` as a fresh row: defaults first, then the values given. Literals among the values live
    as long as the row. A value with a comma in it stands in parentheses. */
#define ORM_NEW(...) ORM__NEW_ARGS(__VA_ARGS__, .orm = ORM_FRESH)
#define ORM__NEW_ARGS(M, row, ...) M row = M##_defaults(); ORM__EACH_ARG(ORM__ASSIGN, row, __VA_ARGS__)
#define ORM__ASSIGN(row, assignment_) row assignment_;

/** ORM_COLUMNS(User, F) expands F(User, name, type, class, ...) for each column of the list; relations are left out. */
#define ORM_COLUMNS(M, F) ORM__COLUMNS_OF(M, F, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__COLUMNS_OF(M, F, rows) ORM__CALL_EACH(ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), ORM__COLUMN_OF, (M, F), ORM__UNWRAP rows)
#define ORM__COLUMN_OF(C, name, type, class, ...) ORM__COLUMN_OF_##class(C, name, type, __VA_ARGS__)
#define ORM__COLUMN_OF_END(C, ...)
#define ORM__COLUMN_OF_RELATION(C, ...)
#define ORM__COLUMN_OF_RELATIONS(C, ...)
#define ORM__COLUMN_OF_COUNT(C, ...)
#define ORM__COLUMN_OF_COLUMN(C, name, type, ...) ORM__CALL_A(ORM__COLUMN_TO, ORM__UNWRAP C, name, type)
#define ORM__COLUMN_TO(M, F, name, type) F(M, name, type)

/** ORM_ENUM(Role) declares, from Role_VALUES: enum Role { Role_admin = 1, ... }, Role_label(value) (NULL for 0 and unknown), Role_parse(label, &value). */
#define ORM_ENUM(E) ORM__ENUM(E, (E##_VALUES(ORM__ENUM_TUPLE) (orm, AFTER)))
#define ORM__ENUM_TUPLE(value) (value, IN),
#define ORM__ENUM(E, rows) ORM__ENUM_(E, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows)
#define ORM__ENUM_(E, each, rows)                                                                                                       \
    enum { orm__##E##_none, ORM__EACH(ORM__ENUM_AT, E, each, rows) orm__##E##_after };                                                  \
    typedef enum E { ORM__EACH(ORM__ENUM_VALUE, E, each, rows) } E;                                                                     \
    static const char *const orm__##E##_labels[] ORM__UNUSED = { ORM__EACH(ORM__ENUM_LABEL, E, each, rows) NULL };                      \
    static const orm_enum E##_enum ORM__UNUSED = { #E, orm__##E##_labels, orm__##E##_after - 1 };                                       \
    static inline ORM__UNUSED const char *E##_label(enum E value_) { return orm__enum_label(&E##_enum, (unsigned)value_); }             \
    static inline ORM__UNUSED bool E##_parse(const char *label_, enum E *out_)                                                          \
    {                                                                                                                                   \
        unsigned value_ = orm__enum_value(&E##_enum, label_);                                                                           \
        if (value_ && out_) *out_ = (enum E)value_;                                                                                     \
        return value_ != 0;                                                                                                             \
    }
#define ORM__ENUM_AT(E, a, where_)    ORM__ENUM_AT_##where_(E, a)
#define ORM__ENUM_AT_IN(E, a)         orm__##E##_at_##a,
#define ORM__ENUM_AT_AFTER(E, a)
#define ORM__ENUM_VALUE(E, a, where_) ORM__ENUM_VALUE_##where_(E, a)
#define ORM__ENUM_VALUE_IN(E, a)      E##_##a = orm__##E##_at_##a,
#define ORM__ENUM_VALUE_AFTER(E, a)
#define ORM__ENUM_LABEL(E, a, where_) ORM__ENUM_LABEL_##where_(a)
#define ORM__ENUM_LABEL_IN(a)         #a,
#define ORM__ENUM_LABEL_AFTER(a)
ORM_API const char *orm__enum_label(const orm_enum *e, unsigned value);
ORM_API unsigned orm__enum_value(const orm_enum *e, const char *label);

/* ---- ORM_SCHEMA: what names another model, checked when every struct is complete --------------------------------------------------- */
/** ORM_SCHEMA(Blog) declares Blog_schema from Blog_MODELS and checks every relation and foreign key. Stands behind the models. */
#define ORM_SCHEMA(S) S##_MODELS(ORM__SCHEMA_CHECK) ORM_API extern const orm_schema S##_schema;
#define ORM__SCHEMA_CHECK(M) ORM__SCHEMA_ROWS(M, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__SCHEMA_ROWS(M, rows) _Static_assert(sizeof(struct M) > 0, "orm: no model " #M);                                            \
    ORM__CALL_EACH(ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), ORM__P_SCHEMA, M, ORM__UNWRAP rows)
#define ORM__P_SCHEMA(M, name, type, class, of, N, K, U, D, R, ...) ORM__SCHEMA_OF_##class(M, name, type, R, __VA_ARGS__)
#define ORM__SCHEMA_OF_END(M, name, type, R, ...)
#define ORM__SCHEMA_OF_NO_TYPE(M, name, type, R, ...)
#define ORM__SCHEMA_OF_BAD_TYPE(M, name, type, R, ...)
#define ORM__SCHEMA_OF_COLUMN(M, name, type, R, ...) ORM__IF(R)(ORM__CALL_A(ORM__SCHEMA_KEY, M, name, ORM__SCHEMA_IS_##type, NOTHING, ~)      \
    ORM__EACH_ATTR(ORM__SCHEMA_REFERENCE, (M, name), __VA_ARGS__))
#define ORM__SCHEMA_IS_key(...) ~, KEY, (__VA_ARGS__),
#define ORM__SCHEMA_KEY(M, name, x, what, ...) ORM__SCHEMA_KEY_##what(M, name, __VA_ARGS__)
#define ORM__SCHEMA_KEY_NOTHING(M, name, ...)
#define ORM__SCHEMA_KEY_KEY(M, name, args, ...) ORM__CALL_B(ORM__SCHEMA_KEY_OF, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_KEY_OF(M, name, T) ORM__MODEL_EXISTS(M, name, T)                                                                    \
    _Static_assert(__builtin_types_compatible_p(orm__##T##_key, int64_t), "orm: " #M "." #name ": key(" #T ") needs a serial or bigint key 'id' in " #T ": write the type and references(" #T ", field)");
#define ORM__SCHEMA_REFERENCE(C, a) ORM__CALL_A(ORM__SCHEMA_REFERENCE_, ORM__UNWRAP C, ORM__REFERENCE_IS_##a, NOTHING, ~)
#define ORM__REFERENCE_IS_references(...) ~, FIELD, (__VA_ARGS__),
#define ORM__SCHEMA_REFERENCE_(M, name, x, what, ...) ORM__SCHEMA_REFERENCE_##what(M, name, __VA_ARGS__)
#define ORM__SCHEMA_REFERENCE_NOTHING(M, name, ...)
#define ORM__SCHEMA_REFERENCE_FIELD(M, name, args, ...) ORM__CALL_B(ORM__SCHEMA_REFERENCE_TO, M, name, ORM__UNWRAP args)
#define ORM__SCHEMA_REFERENCE_TO(M, name, T, f) ORM__MODEL_EXISTS(M, name, T)                                                           \
    _Static_assert(__builtin_types_compatible_p(__typeof__(*M##_.name.value), __typeof__(*T##_.f.value)), "orm: " #M "." #name " refers to " #T "." #f ", which has another type");
#define ORM__MODEL_EXISTS(M, name, T) ORM__TYPE_EXISTS(struct T, ORM__CAT(ORM__CAT(orm__##M##_, name), _needs_the_model_##T))
/* a type that is not there: each compiler is given the form of the mistake in which its message names the row */
#ifdef __clang__
#  define ORM__TYPE_EXISTS(type, needs) type needs(void); _Static_assert(sizeof(needs()) > 0, "");
#else
#  define ORM__TYPE_EXISTS(type, needs) _Static_assert(sizeof(struct { type needs; }) > 0, "");
#endif

/* ---- ORM_DEFINE: the tables --------------------------------------------------------------------------------------------------------------- */
/** ORM_DEFINE(Blog) defines the metadata of the schema's models. Stands in exactly one .c file of a program or library, behind ORM_SCHEMA(Blog). */
#define ORM_DEFINE(S) S##_MODELS(ORM__DEFINE)                                                                                           \
    const orm_schema S##_schema = { .name = #S, .models = (const orm_model *const[]){ S##_MODELS(ORM__MODEL_ADDRESS) NULL },            \
        .n_models = sizeof((const orm_model *const[]){ S##_MODELS(ORM__MODEL_ADDRESS) NULL }) / sizeof(void *) - 1 };
#define ORM__MODEL_ADDRESS(M) &M##_model,
/** ORM_SCHEMA_OF(Admin, &User_model, &Role_model) defines Admin_schema as a list of models that other schemas have defined. In a .c file. */
#define ORM_SCHEMA_OF(S, ...) const orm_schema S##_schema = { .name = #S, .models = (const orm_model *const[]){ __VA_ARGS__ }, .n_models = ORM__COUNT(__VA_ARGS__) }
#define ORM__DEFINE(M) ORM__DEFINE_ROWS(M, (M##_FIELDS(ORM__NORMAL) ORM__LAST_ROW))
#define ORM__DEFINE_ROWS(M, rows) ORM__DEFINE_EACH(M, ORM__CAT(ORM__ROWS_, ORM__COUNT_ROWS rows), rows)
#define ORM__DEFINE_EACH(M, each, rows)                                                                                                 \
    ORM__EACH(ORM__P_THUNK, M, each, rows)                                                                                              \
    ORM__EACH(ORM__P_RELATION_THUNK, M, each, rows)                                                                                     \
    const struct orm__##M##_columns orm__##M##_columns = { ORM__EACH(ORM__P_COLUMN, M, each, rows) };                                   \
    const struct orm__##M##_relations orm__##M##_relations = { ORM__EACH(ORM__P_RELATION, M, each, rows) .none = 0 };                   \
    const struct orm__##M##_counts orm__##M##_counts = { ORM__EACH(ORM__P_COUNT, M, each, rows) .none = 0 };                            \
    const struct M##_columns M##_ = { ORM__EACH(ORM__P_HANDLE_DEF, M, each, rows) };                                                    \
    static void orm__##M##_fill(void *row_) { *(M *)row_ = M##_defaults(); }                                                            \
    static uint32_t orm__##M##_number;                                                                                                  \
    const orm_model M##_model = { .name = #M, .table = orm__##M##_table, .size = sizeof(M), .ticket = offsetof(M, orm), .key_size = sizeof(orm__##M##_key), \
        .columns = (const orm_column *)&orm__##M##_columns, .n_columns = sizeof orm__##M##_columns / sizeof(orm_column),                \
        .relations = (const orm_relation *)&orm__##M##_relations, .n_relations = sizeof orm__##M##_relations / sizeof(orm_relation),    \
        .counts = (const orm_column *)&orm__##M##_counts, .n_counts = sizeof orm__##M##_counts / sizeof(orm_column),                    \
        .options = orm__##M##_options, .defaults = orm__##M##_fill, .number = &orm__##M##_number };

/* check_with: a function per rule that hands the member to the user's function, so that the compiler compares the types */
#define ORM__P_THUNK(M, name, type, class, of, N, K, U, D, R, ...) ORM__EACH_ATTR(ORM__THUNK, (M, name), __VA_ARGS__)
#define ORM__THUNK(C, a) ORM__CALL_A(ORM__THUNK_, ORM__UNWRAP C, ORM__THUNK_IS_##a, NOTHING, ~)
#define ORM__THUNK_IS_check_with(...) ~, FUNCTION, __VA_ARGS__,
#define ORM__THUNK_(M, name, x, what, ...) ORM__THUNK_##what(M, name, ORM__FIRST(__VA_ARGS__))
#define ORM__THUNK_NOTHING(M, name, fn)
#define ORM__THUNK_FUNCTION(M, name, fn) ORM__THUNK_CALLS(M, name, fn)
#define ORM__THUNK_CALLS(M, name, fn) static const char *orm__##M##_##name##_##fn(const void *row_) { return fn(((const M *)row_)->name); }

#define ORM__P_COLUMN(M, name, type, class, of, N, K, U, D, R, ...) ORM__COLUMN_DEF_##class(M, name, type, N, K, __VA_ARGS__)
#define ORM__COLUMN_DEF_END(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_NO_TYPE(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_BAD_TYPE(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_RELATION(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_RELATIONS(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_COUNT(M, name, type, N, K, ...)
#define ORM__COLUMN_DEF_COLUMN(M, fname, ftype, N, K, ...) .fname = { .model = &M##_model, .name = #fname, .is = { ORM__META_##ftype }, .offset = offsetof(M, fname), \
    ORM__IF(K)(.key_offset = ORM__KEY_OFFSET(M, fname),) ORM__CALL_A(ORM__SERIAL_KEY, ORM__PROBE(ORM__SERIAL_##ftype))                                    \
    .rules = (const orm_rule[]){ ORM__EACH_ATTR(ORM__RULE, (M, fname, ftype), __VA_ARGS__) { .kind = ORM_RULE_NONE } },                                \
    ORM__EACH_ATTR(ORM__SET_OF, M, __VA_ARGS__) },
#define ORM__KEY_OFFSET(M, name) offsetof(M##_key, name)
#define ORM__SERIAL_KEY(bit) ORM__CAT(ORM__SERIAL_KEY_, bit)
#define ORM__SERIAL_KEY_0
#define ORM__SERIAL_KEY_1 .primary_key = true,
#define ORM__SET_OF(M, a) ORM__CALL_A(ORM__SET_OF_, M, ORM__SET_##a, NOTHING, ~)
#define ORM__SET_OF_(M, x, what, ...) ORM__SET_AS_##what(M, __VA_ARGS__)
#define ORM__SET_AS_NOTHING(...)
#define ORM__SET_AS_BARE(M, set, ...) set,
#define ORM__SET_AS_COUNTER(M, relation_, ...) .counter_of = &orm__##M##_relations.relation_,
#define ORM__SET_AS_UNIQUE(M, rest, ...) .unique = true, .unique_message = ORM__MESSAGE(rest),
#define ORM__SET_AS_DEFAULT(M, args, ...) .has_default = true, .default_is_constant = __builtin_constant_p args,
#define ORM__SET_AS_REFERENCES(M, args, ...) ORM__CALL_B(ORM__SET_REFERENCES_TO, ORM__UNWRAP args)
#define ORM__SET_REFERENCES_TO(T, f) .references = &orm__##T##_columns.f, .references_model = &T##_model,
/* ("text") or nothing */
#define ORM__MESSAGE(rest) ORM__CAT(ORM__MESSAGE_, ORM__IS_PAREN(rest))(rest)
#define ORM__MESSAGE_0(rest) NULL
#define ORM__MESSAGE_1(rest) ORM__UNWRAP rest

#define ORM__RULE(C, a) ORM__CALL_A(ORM__RULE_OF, C, ORM__RULE_##a, NOTHING, ~)
#define ORM__RULE_OF(C, x, what, ...) ORM__RULE_AS_##what(C, ORM__FIRST(__VA_ARGS__))
#define ORM__RULE_AS_NOTHING(C, args)
#define ORM__RULE_AS_PLAIN_NOT_EMPTY(C, rest) { .kind = ORM_RULE_NOT_EMPTY, .message = ORM__MESSAGE(rest) },
#define ORM__RULE_AS_PLAIN_EMAIL(C, rest)     { .kind = ORM_RULE_EMAIL, .message = ORM__MESSAGE(rest) },
#define ORM__RULE_AS_PLAIN_URL(C, rest)       { .kind = ORM_RULE_URL, .message = ORM__MESSAGE(rest) },
#define ORM__RULE_AS_LENGTH(C, args)     ORM__CALL_B(ORM__RULE_LENGTH_, ORM__UNWRAP args)
#define ORM__RULE_LENGTH_(lo, hi, msg, ...)   { .kind = ORM_RULE_LENGTH, .low = (lo), .high = (hi), .message = msg },
#define ORM__RULE_AS_AT_LEAST(C, args)   ORM__CALL_B(ORM__RULE_AT_LEAST_, ORM__UNWRAP args)
#define ORM__RULE_AT_LEAST_(v, msg, ...)      { .kind = ORM_RULE_AT_LEAST, .low = (int64_t)(v), .low_number = (double)(v), .message = msg },
#define ORM__RULE_AS_AT_MOST(C, args)    ORM__CALL_B(ORM__RULE_AT_MOST_, ORM__UNWRAP args)
#define ORM__RULE_AT_MOST_(v, msg, ...)       { .kind = ORM_RULE_AT_MOST, .high = (int64_t)(v), .high_number = (double)(v), .message = msg },
#define ORM__RULE_AS_BETWEEN(C, args)    ORM__CALL_B(ORM__RULE_BETWEEN_, ORM__UNWRAP args)
#define ORM__RULE_BETWEEN_(lo, hi, msg, ...)  { .kind = ORM_RULE_BETWEEN, .low = (int64_t)(lo), .high = (int64_t)(hi), .low_number = (double)(lo), .high_number = (double)(hi), .message = msg },
#define ORM__RULE_AS_MATCHES(C, args)    ORM__CALL_B(ORM__RULE_MATCHES_, ORM__UNWRAP args)
#define ORM__RULE_MATCHES_(regex, msg, ...)   { .kind = ORM_RULE_MATCHES, .pattern = regex, .message = msg },
#define ORM__RULE_AS_CHECK_WITH(C, args) ORM__CALL_B(ORM__RULE_CHECK_WITH_, ORM__UNWRAP C, ORM__UNWRAP args)
#define ORM__RULE_CHECK_WITH_(M, name, type, fn, msg, ...) { .kind = ORM_RULE_CHECK_WITH, .check = orm__##M##_##name##_##fn, .message = msg },
/* one_of("a", "b") or one_of(("a", "b"), "message") */
#define ORM__RULE_AS_ONE_OF(C, args)     ORM__CALL_B(ORM__ONE_OF, ORM__UNWRAP C, args)
#define ORM__ONE_OF(M, name, type, args) ORM__CALL_C(ORM__ONE_OF_WHEN, ORM__SECOND(ORM__LIST_##type, TEXTS, ~), ORM__IS_PAREN args, args)
#define ORM__ONE_OF_WHEN(list, own_message, args) ORM__CAT(ORM__ONE_OF_, own_message)(list, args)
#define ORM__ONE_OF_0(list, args) { ORM__ONE_OF_##list args .message = NULL },
#define ORM__ONE_OF_1(list, args) ORM__CALL_D(ORM__ONE_OF_MESSAGE, list, ORM__UNWRAP args, NULL)
#define ORM__ONE_OF_MESSAGE(list, values_, msg, ...) { ORM__ONE_OF_##list values_ .message = msg },
#define ORM__ONE_OF_TEXTS(...)   .kind = ORM_RULE_ONE_OF_TEXT, .texts = (const char *const[]){ __VA_ARGS__, NULL },
#define ORM__ONE_OF_NUMBERS(...) .kind = ORM_RULE_ONE_OF_INT, .numbers = (const int64_t[]){ __VA_ARGS__ }, .n_numbers = ORM__COUNT(__VA_ARGS__),

#define ORM__P_HANDLE_DEF(M, name, type, class, ...) ORM__HANDLE_DEF_##class(M, name, type)
#define ORM__HANDLE_DEF_END(M, name, type)
#define ORM__HANDLE_DEF_NO_TYPE(M, name, type)
#define ORM__HANDLE_DEF_BAD_TYPE(M, name, type)
#define ORM__HANDLE_DEF_COLUMN(M, fname, type)    .fname = { .kind = { &orm__##M##_columns.fname } },

#endif

/* A query of another model, a text for a number, a call that no model has: errors in the files that use models, not warnings that scroll
   by. Define ORM_ALLOW_POINTER_WARNINGS to leave them as your compiler has them. */
#if !defined __cplusplus && !defined ORM_ALLOW_POINTER_WARNINGS
#  pragma GCC diagnostic error "-Wincompatible-pointer-types"
#  pragma GCC diagnostic error "-Wint-conversion"
#  pragma GCC diagnostic error "-Wimplicit-function-declaration"
#endif
#ifdef __cplusplus
}
#endif
#endif

#if defined ORM_IMPLEMENTATION && !defined ORM__IMPLEMENTED
#define ORM__IMPLEMENTED

/* >>internal: what the implementation's parts share. Not for users.

   Each part compiles alone (unit tests do that); in the single header all of them are one file and private names are static. */
#ifndef ORM__INTERNAL_H
#define ORM__INTERNAL_H
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* numbers are classified by the compiler's __builtin_isnan and the like: <math.h> calls libm for them at -Os, and then a program would
   need -lm */
#ifdef ORM_IMPLEMENTATION
#  define ORM_PRIVATE static ORM__UNUSED
#else
#  define ORM_PRIVATE __attribute__((visibility("hidden")))
#endif
#define ORM__LIKELY(x)   __builtin_expect(!!(x), 1)
#define ORM__UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ORM__COLD        __attribute__((noinline, cold))      /* what a fast path leaves out of itself */

/* What users hold: a way into a pool. Which one a call came by decides whether it joins what its thread already holds. */
struct orm_db {
    uint64_t serial;                    /* of the handle, never used again in the process */
    struct orm__pool *pool;
    const struct orm_db *joins;         /* calls by this one join what the thread holds by that one: orm_primary's share the main one's */
    struct orm__session *pinned; uint64_t level;      /* of orm_current: calls join this transaction */
};
typedef struct orm__session orm__session;

/* ---- memory (arena.c) ------------------------------------------------------------------------------------ */
typedef struct orm__chunk { struct orm__chunk *next; size_t size; } orm__chunk;      /* size: of the whole block */
ORM_PRIVATE orm_allocator orm__default_allocator(void);
ORM_PRIVATE void *orm__allocate(const orm_allocator *a, size_t size);
ORM_PRIVATE void *orm__resize(const orm_allocator *a, void *block, size_t old_size, size_t size);
ORM_PRIVATE void orm__release(const orm_allocator *a, void *block, size_t size);
ORM_PRIVATE void *orm__bump_slow(orm_arena *arena, size_t size, size_t align);
static inline ORM__UNUSED void *orm__bump(orm_arena *arena, size_t size, size_t align)      /* not zeroed; NULL when out of memory */
{
    uintptr_t at = ((uintptr_t)arena->orm__at + (align - 1)) & ~(uintptr_t)(align - 1);
    if (ORM__UNLIKELY(arena->orm__at == NULL || at > (uintptr_t)arena->orm__end || size > (uintptr_t)arena->orm__end - at)) return orm__bump_slow(arena, size, align);
    arena->orm__at = (char *)at + size;
    return (char *)at;
}
static inline ORM__UNUSED char *orm__bump_bytes(orm_arena *arena, size_t size)      /* the same, unaligned; at least one byte */
{
    char *at = arena->orm__at;
    if (ORM__UNLIKELY(size > (size_t)(arena->orm__end - at))) return (char *)orm__bump_slow(arena, size, 1);
    arena->orm__at = at + size;
    return at;
}
static inline ORM__UNUSED char *orm__bump_text(orm_arena *arena, const void *bytes, size_t size)     /* adds a NUL */
{
    char *copy = orm__bump_bytes(arena, size + 1);
    if (ORM__UNLIKELY(!copy)) return NULL;
    memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}
ORM_PRIVATE bool orm__arena_holds(const orm_arena *arena, const void *address);
ORM_PRIVATE void orm__arena_adopt(orm_arena *arena, orm__chunk *chunk);      /* frees the chunk, which the arena's allocator made, with the arena */

/* ---- SQL and JSON text being written (writer.c) ----------------------------------------------------------- */
/* Failure is sticky: after an allocation failed `failed` is set, further writes do nothing, and the text is never used. */
/* The text always ends with a NUL beyond its length. Without an allocator the text is a fixed buffer of the caller's. */
struct orm__sql { char *text; size_t length, capacity; bool failed; const orm_allocator *allocator; const struct orm_dialect *dialect; };
typedef struct orm__sql orm__writer;
ORM_PRIVATE void orm__put(orm__writer *w, const char *text_);
ORM_PRIVATE bool orm__writer_grow(orm__writer *w, size_t size);
static inline ORM__UNUSED bool orm__writer_room(orm__writer *w, size_t size)       /* for `size` bytes more and the NUL */
{
    return ORM__LIKELY(!w->failed && size < w->capacity - w->length) || orm__writer_grow(w, size);
}
static inline ORM__UNUSED void orm__put_bytes(orm__writer *w, const char *bytes, size_t size)
{
    if (!orm__writer_room(w, size)) return;
    if (size) memcpy(w->text + w->length, bytes, size);
    w->length += size;
    w->text[w->length] = 0;
}
static inline ORM__UNUSED void orm__put_char(orm__writer *w, char c)
{
    if (!orm__writer_room(w, 1)) return;
    w->text[w->length++] = c;
    w->text[w->length] = 0;
}
ORM_PRIVATE void orm__put_int(orm__writer *w, int64_t number);
ORM_PRIVATE void orm__put_format(orm__writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));     /* short pieces only, at most 512 bytes */
ORM_PRIVATE void orm__put_name(orm__writer *w, const char *name);            /* quoted by the dialect */
ORM_PRIVATE void orm__put_string_literal(orm__writer *w, const char *text_); /* '...' with quotes doubled: DDL only */
ORM_PRIVATE void orm__put_json_text(orm__writer *w, const char *bytes, size_t size);     /* "..." escaped */
ORM_PRIVATE void orm__writer_release(orm__writer *w);

/* ---- errors (error.c) -------------------------------------------------------------------------------------- */
typedef struct orm__thread {
    orm_error_info error;
    const char *place; const void *address;              /* of the call that runs */
    orm__budget *budget;                                 /* innermost */
    bool absence_fails;                                  /* of a get: ORM_NOT_FOUND is a failure */
    const orm_model *model;                              /* of the call that runs: set after orm__enter, which clears it; names fields of broken constraints */
    orm__batch *batch;                                   /* innermost */
    uint64_t asked;                                      /* serial of the last question to a batch */
    struct orm__session *held;                           /* the sessions that this thread holds, latest first */
    struct { uint64_t handle[3]; struct orm__session *session[3]; } recent;      /* by orm__mode: the last session, where the short way in is open, and the serial of the handle it came by */
    struct { const char *place; const orm_relation *relation; uint64_t handle; int64_t began; uint32_t times; } single[4];      /* relations loaded for one row, see load.c */
    struct { uint64_t handle; int64_t until; } wrote;    /* reads through that handle's pool stay with the primary for so long */
} orm__thread;
ORM_PRIVATE orm__thread *orm__self(void);
ORM_PRIVATE void orm__clear_error(void);
/* Reports a failure of the running call: keeps the first cause, logs it, and fails the transaction of this thread on db. `db` may be
   NULL. Returns `kind`. ORM_NOT_FOUND is kept, but neither logged nor sticky. */
ORM_PRIVATE orm_status orm__raise(orm__session *db, orm_status kind, int code, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* the same, naming model and field (either may be NULL) */
ORM_PRIVATE orm_status orm__raise_at(orm__session *db, orm_status kind, const orm_model *model, const orm_column *column, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* a broken constraint as the engine tells it: constraint name or text, and "table.column" names where known; fills failures */
ORM_PRIVATE orm_status orm__raise_constraint(orm__session *db, orm_status kind, int code, const char *constraint, const char *table_and_columns, const char *message_);
ORM_PRIVATE orm_status orm__raise_failures(orm__session *db, const orm_model *model, const orm_failures *failures);      /* ORM_VALIDATION */
ORM_PRIVATE void orm__copy_clean(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));      /* whole characters, no controls */
/* bytes of the character at `text_`; `shown` is false when it must not reach a terminal as it is: controls, bidirectional overrides, invalid bytes */
ORM_PRIVATE size_t orm__visible(const char *text_, size_t size, bool *shown);
ORM_PRIVATE void orm__add_failure(orm_failures *failures, size_t row, const char *field, const char *rule, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- log (log.c) --------------------------------------------------------------------------------------------- */
ORM_PRIVATE int64_t orm__ticks(void);                    /* monotonic microseconds */
ORM_PRIVATE void orm__log_error(const orm_options *options, const orm_error_info *error);
ORM_PRIVATE void orm__log_note(orm__session *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
ORM_PRIVATE void orm__log_sql(orm__session *db, const char *sql, const orm_value *values, size_t n_values, orm_status kind, int64_t microseconds, int64_t rows);
ORM_PRIVATE void orm__stderr_log(void *context, const orm_log_event *event);        /* the hook behind ORM_LOG=1 */

/* ---- values and text (text.c, calendar.c, decimal.c, value.c, fit.c) ------------------------------------------------------------------------ */
typedef enum orm__text_fault { ORM__TEXT_OK, ORM__TEXT_INVALID, ORM__TEXT_TOO_LONG } orm__text_fault;
/* checks a NUL-terminated text: valid UTF-8 (RFC 3629: no overlong forms, surrogates, > U+10FFFF), at most `max` bytes; gives bytes and characters */
ORM_PRIVATE orm__text_fault orm__check_text(const char *text_, size_t max, size_t *bytes, size_t *characters);
ORM_PRIVATE orm__text_fault orm__check_bytes(const char *bytes, size_t size, size_t *characters);      /* the same for a known size; a NUL in it is invalid */
ORM_PRIVATE void orm__list_texts(char *out, size_t size, const char *const *texts, size_t n);        /* "a, b, c", or as many as fit and "..." */
ORM_PRIVATE size_t orm__utf8_sequence(const unsigned char *at, size_t left);        /* bytes of the valid sequence of a character beyond ASCII, or 0 */
ORM_PRIVATE bool orm__json_valid(const char *text_, size_t size, const char **why);                 /* RFC 8259, depth at most 64, no two members of one name */
/* the range of dates and times: years 1 to 9999 */
#define ORM__DAY        INT64_C(86400000000)             /* in microseconds */
#define ORM__FIRST_DAY  (-719162)
#define ORM__LAST_DAY   2932896
#define ORM__FIRST_TIME (ORM__FIRST_DAY * ORM__DAY)
#define ORM__LAST_TIME  ((ORM__LAST_DAY + 1) * ORM__DAY - 1)
ORM_PRIVATE bool orm__decimal_fits(orm_decimal number, int precision);                              /* a number of at most `precision` digits */
ORM_PRIVATE size_t orm__member_size(orm_type type);                                                  /* of the C member, not nullable */
/* the member of a row as a value; ORM_NULL for NULL and for unset. Nothing is checked. */
ORM_PRIVATE orm_value orm__value_of(const orm_column *column, const void *row);
/* writes a value into a member (with its `set` flag); the value's type must be the column's or ORM_NULL */
ORM_PRIVATE void orm__store(const orm_column *column, void *row, const orm_value *value);
/* is the member unset: NULL text, 0 key, unset time, enumeration 0, zero uuid, nullable not set */
ORM_PRIVATE bool orm__is_unset(const orm_column *column, const void *row);
ORM_PRIVATE bool orm__members_equal(const orm_column *column, const void *row, const void *other);
/* as the database orders them; neither is NULL. Addresses and arrays, which have no order, are told apart. */
ORM_PRIVATE int orm__compare_values(const orm_column *column, const orm_value *a, const orm_value *b);
ORM_PRIVATE orm_inet orm__value_inet(const orm_value *v);
/* The choke point: makes a value fit to be bound for `column` or says why not. Converts integers for number and decimal columns,
   rescales decimals, measures texts; refuses numbers out of the column's range, NaN, bad UTF-8, over-long text, unknown enumeration
   values, invalid json. Returns NULL when fine, else a message for people in `why`; `kind` gets ORM_VALUE_RANGE, ORM_BAD_TEXT or ORM_VALIDATION. */
ORM_PRIVATE const char *orm__fit(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind);
/* the same for a value of a row that was validated in this call: texts are measured, but not checked once more */
ORM_PRIVATE const char *orm__fit_again(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind);

/* arrays (array.c): values of type ORM_ARRAY */
typedef enum orm__array_fault { ORM__ARRAY_FINE, ORM__ARRAY_BAD, ORM__ARRAY_NO_MEMORY } orm__array_fault;
ORM_PRIVATE orm_value orm__array_item(const orm_value *array, size_t i);                              /* ORM_NULL for a NULL among texts */
ORM_PRIVATE bool orm__arrays_equal(const orm_value *a, const orm_value *b);                           /* by bits; of one type */
ORM_PRIVATE bool orm__array_copy(orm_arena *arena, orm_value *array);                                 /* elements and their texts; false when out of memory */
ORM_PRIVATE bool orm__array_of_one(orm_arena *arena, const orm_value *item, orm_value *array);
ORM_PRIVATE void orm__put_array(orm__writer *w, const orm_value *array);                              /* as JSON that orm__read_array reads back to the bit */
ORM_PRIVATE orm__array_fault orm__read_array(orm_type element, const char *json, size_t size, orm_arena *arena, orm_value *out);      /* `json` ends with a NUL */

/* ---- validation (validate.c, rules.c) --------------------------------------------------------------------------- */
/* Checks one row: required members, the choke point, then the rules, in the model's order. `only`: columns to look at, or NULL for all.
   Failures are appended. */
ORM_PRIVATE void orm__validate_row(const orm_model *model, const void *row, const orm_mask *only, size_t max_text, size_t index, orm_failures *failures);
/* the rules of one column for a value that is not in a row (an assignment) */
ORM_PRIVATE void orm__validate_value(const orm_model *model, const orm_column *column, const orm_value *value, size_t max_text, orm_failures *failures);
/* does the value, which is fit and not NULL, keep the rule? `message` says what is wrong; `row` is for check_with */
ORM_PRIVATE bool orm__rule_holds(const orm_rule *rule, const orm_column *column, const orm_value *value, const void *row, char message[160]);
ORM_PRIVATE const char *orm__rule_name(orm_rule_kind kind);
ORM_PRIVATE bool orm__email_valid(const char *text_, size_t size);
ORM_PRIVATE bool orm__url_valid(const char *text_, size_t size);
/* 1 matches, 0 does not, -1 the pattern is no regular expression, -2 out of memory. POSIX extended; compiled patterns are cached. */
ORM_PRIVATE int orm__regex_matches(const char *pattern, const char *text_);

/* ---- JSON (json.c, dump.c) ------------------------------------------------------------------------------------------ */
/* a text that the caller frees with orm_free_text: begin, write, end. The end releases everything when memory is out (raised, NULL). */
ORM_PRIVATE void orm__text_begin(orm__writer *w, const orm_allocator *allocator);
ORM_PRIVATE char *orm__text_end(orm__writer *w, size_t *length);
ORM_PRIVATE void orm__put_number(orm__writer *w, double number, bool single);       /* shortest digits that read back; "null" for NaN and infinity */
ORM_PRIVATE bool orm__json_printable(const orm_column *column, const orm_value *value);              /* false: a broken decimal, enumeration or size */
ORM_PRIVATE orm_status orm__json_value(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *value);

/* ---- schema (layout.c, ddl.c, sync.c) --------------------------------------------------------------------------------- */
typedef struct orm__index {             /* an index of its own: of `indexed`, index(...) or unique(...) */
    const orm_model *model;
    const orm_column *column;           /* of `indexed`; else NULL, and: */
    const orm_model_option *option;
    const char *name, *columns, *where; /* columns: "a, (expression), b desc", as a dialect describes them */
    const char *shown;                  /* the same with the expressions as they were written */
    bool unique;
} orm__index;
typedef struct orm__layout {            /* what a schema makes, in an arena */
    const orm_model **models; size_t n_models;         /* parents first */
    orm__index *indexes; size_t n_indexes;             /* of all models, with names of their own */
    const orm_enum **enums; size_t n_enums;            /* types to make before the tables; none where the engine has no enumerations */
    orm_counter *counters; size_t n_counters;
} orm__layout;
/* checks the names of the schema (ORM_MISUSE names the culprit) and lays it out */
ORM_PRIVATE orm_status orm__layout_make(orm__session *db, const orm_schema *schema, orm_arena *arena, orm__layout *out);
ORM_PRIVATE orm_status orm__layout_for(const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena, orm__layout *out);      /* without a database */
#define ORM__MADE_NAME 256
/* the parts joined by "_", cut and ended by a hash when that is too long for the engine or `salt` asks for it */
ORM_PRIVATE void orm__make_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const char *const *parts, size_t n, const char *salt);
/* the name of an enumeration's type in the database: its name in C */
ORM_PRIVATE void orm__enum_type(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_enum *labels);
ORM_PRIVATE bool orm__same_word(const char *a, const char *b);                            /* but for the case of ASCII letters */
ORM_PRIVATE size_t orm__key_position(const orm_model *model, const orm_column *column);  /* in the primary key from 1, or 0 */
ORM_PRIVATE size_t orm__key_length(const orm_model *model);
ORM_PRIVATE const orm_column *orm__target_of(const orm_column *column, const orm_model **model);      /* the column that a foreign key refers to, or NULL */
ORM_PRIVATE const orm_relation *orm__foreign_key(const orm_model *model, size_t i);      /* the model's relation i, if the table gets a foreign key for it; else NULL */
ORM_PRIVATE const char *orm__action_text(orm_action action);                              /* "no action", "set null" */
/* SQL text */
ORM_PRIVATE const void *orm__default_row(orm__session *db, const orm_model *model, orm_arena *arena);      /* a row of defaults, NULL when out of memory (raised) */
ORM_PRIVATE void orm__ddl_type(orm__writer *w, const orm_column *column);
ORM_PRIVATE bool orm__ddl_default(orm__writer *w, const orm_column *column, const void *defaults);    /* the default's SQL; false when it has none */
ORM_PRIVATE size_t orm__ddl_checks(const orm_column *column);                                        /* how many checks a column may have */
/* the n-th check as an SQL condition; returns the rule's name, and false in `expressed` when only the program can check it. NULL: there is no such rule. */
ORM_PRIVATE const char *orm__ddl_check(orm__writer *w, const orm_column *column, size_t n, bool *expressed);
/* statements, each ending in ";\n": the type of an enumeration, the table, its n-th comment (0: of the table; false when there is none), an index */
ORM_PRIVATE void orm__ddl_enum(orm__writer *w, const orm_enum *labels);
ORM_PRIVATE void orm__ddl_table(orm__writer *w, const orm_model *model, const void *defaults);
ORM_PRIVATE bool orm__ddl_comment(orm__writer *w, const orm_model *model, size_t n);
ORM_PRIVATE void orm__ddl_recount(orm__writer *w, const orm_counter *counter);                 /* sets it to what it would be, had it been kept all the time */
ORM_PRIVATE void orm__ddl_index(orm__writer *w, const orm__index *index);

/* ---- tickets and results (result.c) ------------------------------------------------------------------------------- */
/* A ticket, lowest bits first: kind 2.
   result:  head 1, load 7, slot 22, generation 32.    created: key was generated 1, handle 16, serial 45. */
enum { ORM__KIND_NONE, ORM__KIND_FRESH, ORM__KIND_RESULT, ORM__KIND_CREATED };
#define ORM__KIND(ticket)  ((unsigned)((ticket) & 3))
#define ORM__HEAD_BIT      UINT64_C(4)
#define ORM__LOAD(ticket)  ((unsigned)((ticket) >> 3 & 0x7F))
#define ORM__MAX_LOADS     128
typedef struct orm__load {             /* what one query of the include tree loaded */
    const orm_model *model;
    /* of all but the first, which is the head list's: */
    const orm_relation *relation;      /* by which its rows belong to those of the load `parent`; NULL for rows of a link model */
    unsigned parent;
    bool links;                        /* its lists have the rows of the link model beside them */
    orm_mask columns, relations, counts;       /* by index in the model */
} orm__load;
typedef struct orm__list_header { const void *links; uint64_t unused, length, proof; } orm__list_header;      /* before each list, which is aligned to 16; proof: of this address and result; links: only of loads with `links` */
typedef struct orm__result {
    orm_arena *arena;                  /* rows, texts and this struct's tables: &own, or the caller's */
    orm_arena own;
    uint64_t ticket;                   /* without head and load bits */
    struct orm__result_slot *slot;
    orm__load *loads; uint32_t n_loads, loads_capacity;
    const void *head;                  /* the list that the caller got */
    size_t length;                     /* of that list */
    char *snapshots;                   /* one struct per row of the head list, or NULL; its ticket is 0 when dropped */
    size_t block_size;                 /* of the allocation of this struct with its first memory; 0 in the caller's arena */
    orm__chunk *open, *idle;           /* chunks that lists grow in, and those that finished lists left behind */
    struct orm__result *next, *prior;  /* in the caller's arena */
    struct orm__meter *meter;          /* of the handle that made it, or NULL */
} orm__result;
/* Stands before a pool's allocator, and lives until the last block is released: results may outlive their handle. */
struct orm__meter {
    orm_allocator user;
    _Atomic uint64_t calls, live;      /* live: blocks, and 1 for the handle */
    _Atomic(orm__result *) parked;     /* a small result that was freed and waits for the next one, see orm__park; not NULL once the handle is closed */
};
ORM_PRIVATE void orm__parking_close(struct orm__meter *meter);         /* frees what is parked, and nothing will be parked any more */
/* a new result: on its own (into NULL) with room for about `hint` bytes, or in the caller's arena. NULL when out of memory (raised). */
ORM_PRIVATE orm__result *orm__result_new(orm__session *db, orm_arena *into, size_t hint);
ORM_PRIVATE orm__result *orm__result_make(const orm_allocator *allocator, orm_arena *into, size_t hint);      /* the same without a handle; raises nothing */
/* a result of its own with a list of one zeroed row, all columns of which count as loaded; its snapshot is the caller's to fill */
ORM_PRIVATE orm__result *orm__result_one(orm__session *db, const orm_model *model, void **row);
ORM_PRIVATE void orm__result_publish(orm__result *result, const void *head, size_t length);     /* from here on orm_free finds it */
ORM_PRIVATE void orm__result_discard(orm__result *result);                                     /* before publishing */
ORM_PRIVATE int orm__result_load(orm__result *result, const orm_model *model);                 /* a new load's index, -1 when there are too many or memory is out; the first, 0, is the head list's */
static inline ORM__UNUSED uint64_t orm__row_ticket(const orm__result *result, unsigned load, bool head) { return result->ticket | (uint64_t)load << 3 | (head ? ORM__HEAD_BIT : 0); }
static inline ORM__UNUSED uint64_t *orm__ticket(const orm_model *model, const void *row) { return (uint64_t *)(uintptr_t)((const char *)row + model->ticket); }
/* A list being written: header, rows, spare row. Rows come from `next` one at a time, zeroed, and stay contiguous (they may move until closed). */
typedef struct orm__list { orm__result *result; const orm_model *model; unsigned load; char *rows; size_t count, capacity; orm__chunk *chunk; } orm__list;
ORM_PRIVATE bool orm__list_open(orm__list *list, orm__result *result, const orm_model *model, unsigned load, size_t expected);
ORM_PRIVATE bool orm__list_grow(orm__list *list);                      /* room for more rows, which may move */
static inline ORM__UNUSED void *orm__list_next(orm__list *list)        /* NULL when out of memory */
{
    const orm_model *model = list->model;
    if (ORM__UNLIKELY(list->count == list->capacity) && !orm__list_grow(list)) return NULL;
    void *row = memset(list->rows + list->count++ * model->size, 0, model->size);
    *orm__ticket(model, row) = orm__row_ticket(list->result, list->load, false);
    return row;
}
ORM_PRIVATE void orm__list_drop(orm__list *list);                      /* takes the last row back */
ORM_PRIVATE void *orm__list_close(orm__list *list);                    /* writes the header, returns the first row (or the spare one); NULL when out of memory */
/* the length of a list of a result or of M_list(); false when `rows` is no list */
ORM_PRIVATE bool orm__list_length(const void *rows, size_t ticket_offset, size_t *length);
ORM_PRIVATE void orm__list_links(void *rows, const void *links);       /* the rows of the link model that belong to a list, see orm_links */
ORM_PRIVATE void *orm__single_row(orm__result *result, const orm_model *model, unsigned load);      /* one zeroed row outside of lists, of length 1: to-one relations */
ORM_PRIVATE void orm__retire_results(orm_arena *arena);                /* of an arena that is reset or released */
/* the live result of a row's ticket, or NULL when it is freed or the ticket is of another kind */
ORM_PRIVATE orm__result *orm__result_of(uint64_t ticket);
/* the snapshot of a row of a result, or NULL */
ORM_PRIVATE void *orm__snapshot(const orm_model *model, const orm__result *result, const void *row);

/* ---- sessions ------------------------------------------------------------------------ */
typedef struct orm__prepared {          /* a prepared statement, with its plan */
    orm_statement *statement;
    char *sql; size_t sql_length;
    orm_plan plan; void *plan_block; size_t plan_size;         /* the plan's arrays are one allocation, freed with the statement */
    uint64_t hash; unsigned char *key; size_t key_size;       /* of a shape; NULL for fixed operations */
    struct orm__prepared *next, *newer, *older;
    uint32_t n_parameters;
    uint64_t secret;                    /* parameter k (from 0, the first 64) belongs to a secret field */
    uint32_t sent;                      /* executions whose answers have not been received, see orm__run_send */
    bool busy;                          /* being executed: a nested use prepares its own */
    bool stale;                         /* to be compiled anew */
} orm__prepared;
typedef struct orm__level {             /* an open transaction (level 1) or savepoint */
    uint64_t first_serial;              /* db->serial when it began */
    orm_status failed;                  /* the first failure in it, or ORM_OK */
    bool failed_without_sql;            /* orm_handled may forgive it */
    bool forgivable_nested;             /* the failure was a nested block's, already rolled back */
    int code; char message[256];
    bool read_only;
    bool apart;                         /* of a batch: its calls stand for themselves, none fails the level */
    bool held;                          /* a block or handle holds the connection for this level */
    uint64_t serial;                    /* of this level: never used again */
    orm_tx *tx;                         /* the explicit handle, or NULL */
} orm__level;
#define ORM__MAX_LEVELS 64
#define ORM__MAX_INTERVALS 64
typedef struct orm__operations { orm__prepared **slot; size_t n; } orm__operations;     /* fixed operations of one model */
typedef enum orm__mode { ORM__READ = 1, ORM__WRITE = 2 } orm__mode;      /* what a call is going to do; bits of orm__session.serves */
/* One connection and all that belongs to it: what internal functions know as the database. A session is held by one thread at a time, for a
   call or for a whole transaction. Sessions live as long as their pool; their connections come and go. */
struct orm__session {
    const orm_dialect *dialect;
    orm_connection *connection;         /* NULL: closed; made anew when the session is taken */
    orm_allocator allocator;            /* the user's, metered; blocks of it may outlive the pool */
    orm_options options;                /* with the defaults filled in */
    uint16_t number;                    /* of the session, for created tickets */
    /* held by: */
    _Atomic(orm__thread *) owner;       /* the thread that uses the connection, or NULL, or ORM__LEAVING: see orm__owns */
    _Atomic unsigned serves;            /* modes of calls that may take it; 0 while it is closed */
    struct orm__pool *pool; struct orm__server *server;
    const orm_db *via;                  /* the handle through which it is held, by `joins`: calls through the same one join in */
    struct orm__session *next_held;     /* of the owner */
    orm__mode mode;                     /* for which it was taken */
    unsigned depth; uint16_t calls;      /* of the owner: holds, and public calls that run inside each other */
    uint16_t simple;                    /* it is the only session of its owner, who holds it for one call by the short way in */
    bool checked, broken, touched;      /* checked: to be looked at before each use and after; broken: to be closed; touched: settings were changed by hand */
    bool counted;                       /* in server->n_open */
    _Atomic(const char *) last_place; _Atomic(const void *) last_address;      /* of the holder */
    _Atomic int64_t held_since;         /* microseconds; 0 when the time was not taken, which a thread that waits then does */
    _Atomic bool leak_told;
    int64_t opened_at, expires_at, idle_since;              /* microseconds; expires_at 0 is never */
    bool shared; pthread_mutex_t call_mutex; orm_db views[8]; unsigned n_views;     /* orm_current: calls of several threads in this transaction, one at a time */
    /* runs: */
    int64_t deadline;                   /* of the running call, or 0 */
    unsigned level; orm__level levels[ORM__MAX_LEVELS + 1];        /* [0] is outside */
    uint64_t level_serial;              /* counts levels */
    bool dead_transaction;              /* the engine rolled back by itself: all calls fail until the block ends */
    int attempt;
    struct orm__after *after;           /* what is to be called after the commit, last first */
    uint64_t serial;                    /* counts writes */
    struct { uint64_t first, last; } lost[ORM__MAX_INTERVALS]; unsigned n_lost; uint64_t lost_before;       /* rolled-back serials; guarded by pool->lost_mutex */
    orm__operations *operations; size_t n_operations;              /* by model number */
    orm__prepared **buckets; size_t n_buckets; orm__prepared *newest, *oldest; size_t n_shapes;
    _Atomic uint64_t statements, prepares, rows, cached;           /* written by the owner, read by anyone: see orm__tally */
    struct orm__meter *meter;           /* counts what `allocator` does; lives until the last block is released */
    orm_arena scratch;                  /* of the running call; reset at its end, or when what was asked in it is answered */
    const char *scratch_start;          /* scratch.orm__at when it was last empty */
    /* is asked, by a batch: */
    orm__batch *batch;                  /* that holds the session */
    struct orm__ask *asked, **last_asked; unsigned n_asked; size_t asked_bytes;      /* sent and not answered, in order, in the scratch memory */
    struct orm__ask *sent;              /* the next orm__run_start is of this one, and receives */
};
static inline ORM__UNUSED void orm__tally(_Atomic uint64_t *counter, uint64_t n)      /* by the only writer: no locked instruction */
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

/* ---- the pool (session.c, pool.c, keeper.c) --------------------------------------------------------------------------------------- */
typedef struct orm__server {            /* one URL: the primary, or a replica */
    char *url; size_t url_size;
    unsigned n_open;                    /* sessions with a connection, or about to get one */
    bool single_writer;                 /* the first session writes, the others read */
    unsigned failures; int64_t retry_at;        /* connects that failed in a row; not before this moment again */
    bool connecting;                    /* after a failure one thread at a time tries */
    char why[256];                      /* the last failure */
} orm__server;
typedef struct orm__waiter {            /* a thread that looks for a session; on its stack */
    orm__thread *thread; const orm_db *handle; orm__mode mode;
    const char *place; const void *address;                 /* of its call */
    bool sticks, starving, served;      /* its reads stay with the primary; newcomers must not overtake it; it has a session, and looks whether that is good */
    bool hopes;                         /* of orm__waits_for_itself: somebody who runs will let go of what it waits for */
    int64_t began;
    pthread_cond_t released; struct orm__waiter *next;      /* in the queue */
} orm__waiter;
#define ORM__MAX_SESSIONS 4096
/* The owner of a session that is given back in this very moment: whoever gives it back has looked for the last time at its pool, which may be
   freed as soon as there is no owner. */
#define ORM__LEAVING ((orm__thread *)1)
typedef struct orm__pool {
    orm_db main, outside, primary;      /* the handles: what orm_open gave, orm_outside's and orm_primary's */
    const orm_dialect *dialect;
    orm_options options;
    struct orm__meter *meter;
    orm_allocator allocator;
    unsigned forks;                     /* of this process before the pool was opened */
    char engine[64];
    pthread_mutex_t mutex;              /* guards all below; never held while the engine is called */
    orm__server servers[1 + ORM_MAX_REPLICAS]; unsigned n_servers;
    orm__session *_Atomic *sessions; _Atomic unsigned n_sessions; unsigned capacity;     /* the table never moves */
    orm__waiter *first_waiter, **last_waiter;
    unsigned visitors;                  /* threads that take a session or are told why they get none: they still need the pool */
    _Atomic unsigned waiting, starving; /* threads in the queue; those that newcomers must not overtake any more */
    orm__thread *first_thread; _Atomic bool several;      /* has more than one thread used it, or a read-only block? Then each session has its role. */
    bool closing;
    unsigned turn;                      /* of the replicas */
    bool timed;                         /* were times asked for that only the keeper keeps? */
    _Atomic bool keeper_runs; bool keeper_stops; pthread_t keeper; pthread_cond_t keeper_wakes;
    pthread_mutex_t lost_mutex; _Atomic bool any_lost;       /* guards the sessions' lost writes; is there any? */
    _Atomic uint64_t waits, timeouts, opened, closed, longest_wait_us;
} orm__pool;
ORM_PRIVATE orm__session *orm__session_new(orm__pool *pool, orm__server *server);        /* owned by nobody, closed; NULL when out of memory */
ORM_PRIVATE void orm__session_free(orm__session *db);
ORM_PRIVATE orm_status orm__session_connect(orm__session *db, int64_t until);            /* of a held one */
ORM_PRIVATE uint64_t orm__jitter(const void *salt);               /* 32 random bits, for what must not coincide */
ORM_PRIVATE void orm__session_disconnect(orm__session *db, const char *why);             /* of a held one; `why` goes to the log, NULL is silent */
/* A session for this thread: the one that it holds by this handle, or one from the pool, waiting until `until`. NULL with this thread's error. */
ORM_PRIVATE orm__session *orm__acquire(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address);
ORM_PRIVATE void orm__let_go(orm__session *db);
ORM_PRIVATE bool orm__pool_drain(orm__pool *pool);                 /* waits until all sessions are free; false when one is not in time (raised) */
ORM_PRIVATE bool orm__monotonic_condition(pthread_cond_t *condition);
ORM_PRIVATE struct timespec orm__moment(int64_t ticks);           /* for waits on such a condition */
ORM_PRIVATE bool orm__grasp(orm__session *db, orm__thread *self); /* takes a free session */
ORM_PRIVATE void orm__release_slow(orm__session *db);
static inline ORM__UNUSED void orm__release_open(orm__session *db)         /* gives one back that has a connection; who can use it is woken */
{
    atomic_store(&db->owner, ORM__LEAVING);
    if (ORM__LIKELY(atomic_load(&db->pool->waiting) == 0)) atomic_store_explicit(&db->owner, NULL, memory_order_release);
    else orm__release_slow(db);
}
static inline ORM__UNUSED void orm__release_session(orm__session *db)      /* gives any grasped one back */
{
    if (db->connection) orm__release_open(db);
    else orm__release_slow(db);
}
ORM_PRIVATE void orm__pool_part_roles(orm__pool *pool);           /* reads beside a write are to come, also of one thread */
ORM_PRIVATE void orm__pool_refill(orm__pool *pool);               /* connects the sessions that shall stay open */
ORM_PRIVATE void orm__keeper_start(orm__pool *pool);              /* a thread that closes idle connections and reports leaks; once */
ORM_PRIVATE void orm__keeper_stop(orm__pool *pool);
ORM_PRIVATE bool orm__forked(const orm__pool *pool);              /* is this a child of the process that opened it? */
#define ORM__PLACE_SIZE 320
ORM_PRIVATE const char *orm__taken_at(const orm__session *db, char text_[ORM__PLACE_SIZE]);        /* the place of the call that took it: "bank.c:22", or an address */
/* the session that this thread holds by the handle, or NULL */
ORM_PRIVATE orm__session *orm__held_by(const orm_db *handle);
/* failures of the pool itself, which no transaction has a part in */
ORM_PRIVATE orm_status orm__raise_pool(const orm__pool *pool, orm_status kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
ORM_PRIVATE void orm__pool_note(const orm__pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- calls and transactions (call.c, transaction.c) ---------------------------------------------------------------------- */
/* is this a transaction of the user's? The one that a batch makes is none: what happens in it stands for itself. */
static inline ORM__UNUSED bool orm__in_transaction(const orm__session *db) { return db->level > 0 && !db->levels[db->level].apart; }
/* does this thread hold the session? */
static inline ORM__UNUSED bool orm__owns(const orm__session *db) { return atomic_load_explicit(&db->owner, memory_order_relaxed) == orm__self() || db->shared; }
/* Every public call begins and ends with these: clears the error, takes a session (waits for other threads), refuses a call in a failed
   transaction. NULL: refused, with this thread's error; otherwise orm__leave must follow. */
ORM_PRIVATE orm__session *orm__enter(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms);
ORM_PRIVATE void orm__leave(orm__session *db);
#define ORM__CALLER __builtin_return_address(0)
static inline ORM__UNUSED orm_status orm__refused(void) { return orm__self()->error.kind; }      /* after orm__enter answered NULL */
/* place, deadline and scratch of one call on a held session; orm__enter and orm__leave contain them */
ORM_PRIVATE void orm__work_begin(orm__session *db, const char *place, const void *address, int64_t until);
ORM_PRIVATE void orm__work_end(orm__session *db);
ORM_PRIVATE int64_t orm__until(const orm_options *options, uint32_t timeout_ms);       /* the deadline of a call that begins now, 0 for none */
ORM_PRIVATE orm_status orm__level_refuses(orm__session *db);      /* ORM_OK, or the failure that forbids calls in the innermost level, as this thread's error */
ORM_PRIVATE void orm__level_check(orm__session *db);              /* after a failed statement: has the engine rolled back by itself, is the connection lost? */
ORM_PRIVATE void orm__levels_abandon(orm__session *db);           /* rolls back and frees the handles of what is open */
ORM_PRIVATE bool orm__is_lost(const orm__session *db, uint16_t number, uint64_t serial, bool *unknown);       /* was the write with this serial of that session rolled back? */
ORM_PRIVATE orm_status orm__level_begin(orm__session *db, const orm_transaction_options *options);      /* a transaction, or a savepoint inside one; NULL: as the server likes */
ORM_PRIVATE orm_status orm__level_commit(orm__session *db);       /* of the innermost; a failed level is rolled back and answers its failure */
ORM_PRIVATE void orm__level_rollback(orm__session *db);
/* a level that holds the session, with its serial; the same ended, with the innermost ones: see orm__find_level for `index` */
ORM_PRIVATE orm__session *orm__open_level(orm_db *handle, const orm_transaction_options *options, int attempt, const char *place, const void *address, uint64_t *serial);
ORM_PRIVATE orm_status orm__end_level(orm__session *db, unsigned index, bool commit);
/* the session on which this thread has the open level with this serial, and its index; NULL when it has ended or is not this thread's */
ORM_PRIVATE orm__session *orm__find_level(const orm_db *handle, uint64_t serial, unsigned *index);
ORM_PRIVATE void orm__watch_thread_end(void);                     /* what this thread still holds when it ends is rolled back and let go */

/* ---- statements (statement.c) ------------------------------------------------------------------------------------------ */
enum { ORM__OP_FIND, ORM__OP_INSERT, ORM__OP_DELETE, ORM__OP_FIND_BY };     /* ORM__OP_FIND_BY + column index */
/* the slot of a fixed operation; NULL when out of memory (raised) */
ORM_PRIVATE orm__prepared **orm__slot(orm__session *db, const orm_model *model, unsigned operation);
/* prepares `sql`; on success its text is taken over and the writer empty. The plan and n_parameters are the caller's to fill. */
ORM_PRIVATE orm_status orm__prepare(orm__session *db, orm__writer *sql, orm__prepared **out);
ORM_PRIVATE void orm__prepared_free(orm__session *db, orm__prepared *p);
/* a kept statement that is not being executed, or NULL. Keys of queries begin with byte 1, of SQL by hand with byte 2. */
ORM_PRIVATE orm__prepared *orm__shape_find(orm__session *db, const void *key, size_t size);
/* keeps the statement under a copy of the key; on failure it still is the caller's */
ORM_PRIVATE orm_status orm__shape_add(orm__session *db, orm__prepared *p, const void *key, size_t size);
ORM_PRIVATE void orm__statements_free(orm__session *db);
/* one execution: begin, rows, end. They count, time, log and keep the budget. A start that failed needs no finish. */
typedef struct orm__run { orm__prepared *prepared; const orm_value *values; size_t n_values; int64_t began, rows; orm_status failed; } orm__run;
ORM_PRIVATE orm_status orm__run_start(orm__session *db, orm__run *run, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_step orm__run_fetch(orm__session *db, orm__run *run, void **rows, orm_arena *texts, int64_t *extra);
ORM_PRIVATE orm_status orm__run_finish(orm__session *db, orm__run *run, orm_outcome *out);
/* The first half of an execution on an engine that can pipeline: the statement is sent, and not waited for. The orm__run_start that finds it in
   db->sent is the second. */
ORM_PRIVATE orm_status orm__run_send(orm__session *db, orm__prepared *p, const orm_value *values, size_t n);
/* a kept statement that changes rows and yields none; counts as a write when it changed any */
ORM_PRIVATE orm_status orm__run_write(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *changed);
/* a statement that yields nothing and is not kept (DDL) */
ORM_PRIVATE orm_status orm__run_once(orm__session *db, const char *sql, size_t length, const orm_value *values, size_t n, orm_outcome *out);

/* ---- reading SQL (lexer.c) ------------------------------------------------------------------------------------------------ */
/* behind the word, text, quoted name or comment that begins at `s`; `s` itself when none does. One that does not end reaches to the NUL. */
ORM_PRIVATE const char *orm__lex_skip(const orm_dialect *dialect, const char *s);
ORM_PRIVATE size_t orm__lex_word(const orm_dialect *dialect, const char *s);       /* bytes of the word (or number) at `s`, or 0 */

/* ---- building statements (condition.c, select.c) ------------------------------------------------------------------------- */
/* One walk over a query serves twice: while collecting it writes the shape's key and the values to bind, while spelling the SQL text.
   Both see the same elements in the same order, so the n-th value always meets the n-th parameter. */
typedef struct orm__build {
    orm__session *db;
    orm__writer *sql;                   /* spelling; NULL while collecting */
    uint64_t *key; size_t key_words, key_capacity;
    orm_value *values; size_t n_values, values_capacity;
    unsigned n_parameters, next_alias, depth;
    uint64_t secret;
    const struct orm__part *head;       /* of the statement, or NULL: which relations are joined, what is counted of which rows */
    const struct orm__standing *standing;          /* the includes whose conditions are being written, from the innermost */
    bool enclosed;                      /* inside of a query in the from clause: what is joined around it is not at hand */
    orm_status status;                  /* the first failure; everything after it does nothing */
} orm__build;
ORM_PRIVATE void orm__build_begin(orm__build *b, orm__session *db);
ORM_PRIVATE void orm__build_spell(orm__build *b, orm__writer *sql);                       /* from collecting to spelling */
ORM_PRIVATE void orm__b_put(orm__build *b, const char *text_);
ORM_PRIVATE bool orm__b_key_room(orm__build *b);
static inline ORM__UNUSED void orm__b_key(orm__build *b, uint64_t word)
{
    if (b->sql || b->status || (ORM__UNLIKELY(b->key_words == b->key_capacity) && !orm__b_key_room(b))) return;
    b->key[b->key_words++] = word;
}
static inline ORM__UNUSED void orm__b_pointer(orm__build *b, const void *pointer) { orm__b_key(b, (uint64_t)(uintptr_t)pointer); }
ORM_PRIVATE void orm__b_column(orm__build *b, unsigned alias, const orm_column *column);   /* t0."name" */
ORM_PRIVATE void orm__b_comparable(orm__build *b, unsigned alias, const orm_column *column);     /* to compare or sort by */
/* is the column an enumeration that the engine cannot sort by itself? */
static inline ORM__UNUSED bool orm__b_is_ranked(const orm__build *b, const orm_column *column) { return column->is.type == ORM_ENUM && !b->db->dialect->can.enum_types; }
ORM_PRIVATE void orm__b_rank(orm__build *b, unsigned alias, const orm_column *column);         /* an enumeration in the order of its declaration */
ORM_PRIVATE void orm__b_table(orm__build *b, const orm_model *model, unsigned alias);       /* "posts" t0 */
ORM_PRIVATE void orm__b_bind(orm__build *b, const orm_column *column, orm_value value);     /* a parameter; the value already fits */
ORM_PRIVATE bool orm__b_fit(orm__build *b, const orm_column *column, orm_value *value);     /* the choke point for values in conditions */
ORM_PRIVATE void orm__b_template(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other);
ORM_PRIVATE bool orm__leads_index(const orm_column *column);      /* does an index of the model begin with it? */
ORM_PRIVATE void orm__b_list(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *values, size_t n);
ORM_PRIVATE void orm__b_condition(orm__build *b, const orm_expr *e, unsigned alias);
ORM_PRIVATE void orm__expr_starts(const orm_expr *e, uint16_t start[ORM_MAX_TERMS]);     /* where each node's own part of the postfix order begins */
ORM_PRIVATE int orm__always(const orm_expr *e);         /* 1: true for every row (or empty), 0: false for every row, -1: depends */
ORM_PRIVATE orm_status orm__b_fail(orm__build *b, orm_status kind, const orm_model *model, const orm_column *column, const char *message_);

/* ---- relations (relation.c) ------------------------------------------------------------------------------------------------ */
#define ORM__MAX_KEY 8                  /* columns of a key */
#define ORM__PATH_TOO_LONG 0xFF         /* orm_order.nulls of an orm_by over too many relations */
typedef struct orm__path {              /* how the rows of a relation belong to those of its owner: here[i] = there[i] */
    unsigned n;
    const orm_column *here[ORM__MAX_KEY], *there[ORM__MAX_KEY];        /* of the owner; of the target or of the link model */
    const orm_model *link; unsigned n_link;                            /* many_to_many: link_to[i] = linked[i] */
    const orm_column *link_to[ORM__MAX_KEY], *linked[ORM__MAX_KEY];    /* of the link model; of the target */
    const orm_column *tag; bool tag_here; int64_t tagged;              /* polymorphic: and tag = tagged, a column of the owner or of the target */
} orm__path;
ORM_PRIVATE void orm__path_of(const orm_relation *relation, orm__path *out);
ORM_PRIVATE bool orm__path_is_unique(const orm_relation *relation, const orm__path *path);       /* there is at most one row for a key */
ORM_PRIVATE bool orm__relation_applies(const orm_relation *relation, const void *row);           /* false: a belongs_to_any of a row that refers to another model */
ORM_PRIVATE unsigned orm__relation_order(const orm_relation *relation, orm_order out[2 * ORM_MAX_ORDERS + 1]);
static inline ORM__UNUSED bool orm__is_list(const orm_relation *relation) { return relation->kind == ORM_HAS_MANY || relation->kind == ORM_MANY_TO_MANY; }
ORM_PRIVATE void orm__b_meet(orm__build *b, unsigned n, const orm_column *const *these, unsigned alias, const orm_column *const *those, unsigned other);
ORM_PRIVATE void orm__b_belonging(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned here, unsigned there, unsigned target);
ORM_PRIVATE void orm__b_related_tables(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned target, unsigned there);
ORM_PRIVATE unsigned orm__b_related(orm__build *b, const orm_relation *relation, unsigned alias);      /* " from ... where ..."; the alias of the rows */
ORM_PRIVATE void orm__b_count(orm__build *b, unsigned alias, const orm_column *column);
ORM_PRIVATE void orm__b_sort_key(orm__build *b, unsigned alias, const orm_column *column);
ORM_PRIVATE void orm__b_order_term(orm__build *b, const orm_order *o, unsigned alias, const char *separator);
typedef struct orm__standing { unsigned alias; const struct orm__part *part; const struct orm__standing *next; } orm__standing;     /* rows of an alias stand for those of a part */
static inline ORM__UNUSED bool orm__nulls_last(const orm_order *o) { return o->nulls == ORM_NULLS_LAST || (o->nulls == ORM_NULLS_DEFAULT && o->descending); }

typedef struct orm__rows { void **at; size_t n, capacity; } orm__rows;      /* addresses of rows, in the scratch arena */

/* One model of a query tree. A head has a statement of its own: the query's model, each relation to many rows, and a has_one of several. The
   others are joined. */
typedef struct orm__part {
    const orm_model *model;
    const orm_query *query;             /* never NULL */
    const orm_relation *relation;       /* NULL for the query's own model */
    orm__path *path;                    /* of the relation */
    struct orm__part *parent, *next;    /* next: in order of the tree */
    struct orm__part *head;             /* whose statement this part is in; itself for a head */
    orm_mask columns, link_columns;     /* of the model; of the link model */
    orm_mask counts; bool counted;      /* count_of rows to read; are there any? */
    const orm_order *order; unsigned n_order;      /* the query's, or else the relation's; ends without a column */
    unsigned load, link_load, alias, link_alias, segment;
    bool inner;                         /* joined, and rows without it are left out */
    bool single;                        /* a head of which each parent gets one row */
    bool cut;                           /* a head of which each parent gets rows up to a number */
    bool simple;                        /* the key is one integer */
    bool gathers; orm__rows rows;       /* its rows, for relations with statements of their own */
    int64_t limit, offset;
    const orm_value *keys; size_t n_keys;          /* of a head of a relation: the parents' keys, one column behind the other */
    const void *after, *until;                     /* rows: only rows behind `after`, up to the primary key of `until` */
    bool aggregate;                                /* nothing but the conditions are of interest */
} orm__part;
/* one part of a tree and those below it; `relation` and `parent` are NULL for the query's own */
ORM_PRIVATE orm_status orm__parts_make(orm__session *db, const orm_model *model, const orm_query *query, orm__part **out);
/* the parts of a relation that is loaded for rows which are there: `parent` holds them */
ORM_PRIVATE orm_status orm__parts_below(orm__session *db, orm__part *parent, const orm_relation *relation, const orm_query *query, orm__part **out);
ORM_PRIVATE bool orm__part_requires(const orm__part *part);                 /* does an include below it say .required? */
ORM_PRIVATE void orm__b_select(orm__build *b, orm__part *head);
ORM_PRIVATE void orm__b_where(orm__build *b, orm__part *head);               /* " where ..." of a head, nothing when there is no condition */
/* collects, finds or prepares the statement with its plan */
ORM_PRIVATE orm_status orm__select_prepare(orm__build *b, orm__part *head, orm__prepared **out);
ORM_PRIVATE orm_status orm__plan_make(orm__session *db, orm__prepared *p, orm__part *head);

/* ---- locks (lock.c) ---------------------------------------------------------------------------------------------------- */
/* may a query with .lock or .wait run here and now? */
ORM_PRIVATE orm_status orm__row_lock_check(orm__session *db, const orm_model *model, const orm_query *query);
/* for calls that have no use for them; the query may be NULL */
ORM_PRIVATE orm_status orm__row_lock_refuse(orm__session *db, const orm_model *model, const orm_query *query);
/* what is to be spelled for a query, as one number: 0 for nothing, also where it would be said in vain */
ORM_PRIVATE unsigned orm__row_lock(const orm__session *db, const orm_query *query);
ORM_PRIVATE void orm__row_lock_spell(orm__writer *sql, unsigned lock);

/* ---- reading and writing rows (find.c, include.c, write.c, bulk.c) -------------------------------------------------------- */
typedef struct orm__reader {            /* the rows of one statement on their way into a list */
    orm__session *db;
    orm__result *result;
    orm__part *head;
    orm__run run;
    orm__list list;
    void **segments, **spare; unsigned n_segments, n_parts;     /* the structs of the current row; those for the next; the link's is behind the parts' */
    void *row, *link;                   /* of the relation's own model, and of its link */
    orm__list links;                    /* the rows of the link model, where they are asked for */
} orm__reader;
ORM_PRIVATE bool orm__rows_add(orm__session *db, orm__rows *rows, void *row);          /* false when out of memory */
static inline ORM__UNUSED void **orm__member(void *row, const orm_relation *relation) { return (void **)(void *)((char *)row + relation->member); }
ORM_PRIVATE orm_status orm__reader_begin(orm__session *db, orm__reader *r, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, size_t expected);
ORM_PRIVATE orm_status orm__reader_next(orm__reader *r);
ORM_PRIVATE orm_status orm__reader_rest(orm__reader *r);                /* all rows into the open list */
ORM_PRIVATE void *orm__reader_close_list(orm__reader *r);
ORM_PRIVATE orm_status orm__reader_end(orm__reader *r);
/* a parent with the key that its rows have: one integer, or values of several columns */
typedef struct orm__parent { int64_t number; const orm_value *key; void *row; } orm__parent;
ORM_PRIVATE int orm__compare_key_values(const orm__part *part, const orm__parent *a, const orm__parent *b);
static inline ORM__UNUSED int orm__compare_keys(const orm__part *part, const orm__parent *a, const orm__parent *b)
{
    if (ORM__LIKELY(part->simple)) return (a->number > b->number) - (a->number < b->number);
    return orm__compare_key_values(part, a, b);
}
ORM_PRIVATE void orm__sort_parents(const orm__part *part, orm__parent *a, orm__parent *spare, size_t n);       /* stable; `spare` has room for n */
ORM_PRIVATE orm_status orm__read_children(orm__session *db, orm__result *result, orm__part *part);
ORM_PRIVATE void *orm__find_entered(orm__session *db, const orm_model *model, const void *key, const void *row, bool must);
/* the steps that calls are made of: a statement with its values, and its execution */
ORM_PRIVATE orm_status orm__find_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p);
ORM_PRIVATE void *orm__find_row(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n);      /* NULL without an error: there is none */
ORM_PRIVATE void orm__absent(orm__session *db, const orm_model *model, bool must);
ORM_PRIVATE orm_status orm__find_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__part *bounds, int64_t limit, orm__build *b, orm__part **head, orm__prepared **p);
ORM_PRIVATE void *orm__find_all_read(orm__session *db, orm__part *head, orm__prepared *p, const orm__build *b, orm_arena *arena, bool track);
ORM_PRIVATE orm_status orm__count_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p);
ORM_PRIVATE orm_status orm__count_related(orm__session *db, const orm_relation *relation, const void *row, const orm_expr *where, orm_opt_int64 *out);
ORM_PRIVATE orm_status orm__count_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *out);
ORM_PRIVATE orm_status orm__create_prepare(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, orm_value **values, size_t *n, orm__prepared **p);
ORM_PRIVATE orm_status orm__created_is_lost(orm__session *db, const orm_model *model, uint64_t ticket, bool *lost);
ORM_PRIVATE orm_status orm__create_entered(orm__session *db, const orm_model *model, void *row, const char *what);
/* all or nothing by a level of its own, or, without one, by that of the caller, who rolls it back when this fails */
ORM_PRIVATE orm_status orm__create_rows(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level);
ORM_PRIVATE orm_status orm__save_entered(orm__session *db, const orm_model *model, void *row, const orm_mask *only);
ORM_PRIVATE orm_status orm__update_entered(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed);
ORM_PRIVATE orm_status orm__destroy_all_entered(orm__session *db, const orm_model *model, const orm_query *query, int64_t *destroyed);
ORM_PRIVATE orm_status orm__create_run(orm__session *db, const orm_model *model, void *row, orm_time now, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_status orm__update_prepare(orm__session *db, const orm_model *model, const orm_change *change, orm__build *b, orm__prepared **p);      /* `p` NULL: there is nothing to do */
ORM_PRIVATE orm_status orm__destroy_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p);
ORM_PRIVATE orm_status orm__destroy_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n);
ORM_PRIVATE orm_status orm__destroy_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p);
ORM_PRIVATE void *orm__find_all_entered(orm__session *db, const orm_model *model, const orm_query *query, orm__part *bounds, int64_t limit, bool track);
/* the primary key of a key struct or of a row as values that fit */
ORM_PRIVATE orm_status orm__key_values(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n);
ORM_PRIVATE orm_status orm__check_new(orm__session *db, const orm_model *model, void *row, const char *what);      /* may it be inserted? */
ORM_PRIVATE orm_mask orm__insert_columns(const orm_model *model, const void *row);
ORM_PRIVATE orm_status orm__insert_values(orm__session *db, const orm_model *model, const void *row, const orm_mask *mask, orm_time now, orm_value *values, size_t *n);
/* an insert of `rows` rows of values, or of what `source` (SQL) yields */
ORM_PRIVATE orm_status orm__insert_spell(orm__session *db, const orm_model *model, const orm_mask *mask, size_t rows, const char *source, orm__prepared **out);
ORM_PRIVATE orm_status orm__insert_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, orm__prepared **out);      /* of one row; kept */
ORM_PRIVATE orm_status orm__insert_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n, void **back, int64_t *keys, size_t rows, orm_outcome *outcome);
ORM_PRIVATE void orm__take_back(const orm_model *model, void *row, const void *back);
ORM_PRIVATE void orm__mark_created(orm__session *db, const orm_model *model, void *row, orm_time now, int64_t generated);
ORM_PRIVATE void orm__b_key_condition(orm__build *b, const orm_model *model);         /* where the primary key = ... */

/* relations of rows on their way into the database (relate.c) */
ORM_PRIVATE orm_status orm__row_is_new(orm__session *db, const orm_model *model, const void *row, const char *what, bool *fresh);
ORM_PRIVATE orm_status orm__create_fresh(orm__session *db, const orm_model *model, char *rows, size_t n, const char *what);
ORM_PRIVATE orm_status orm__set_key(orm__session *db, unsigned n, const orm_column *const *columns, void *row, const orm_column *const *from, const void *other);
ORM_PRIVATE orm_status orm__own_row(orm__session *db, const orm__path *path, void *row, const void *owner);      /* key and tag */
ORM_PRIVATE orm_status orm__link_rows(orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n);

/* ---- batches (batch.c) --------------------------------------------------------------------------------------------------- */
typedef struct orm__ask {               /* a call from its question to its answer */
    struct orm__ask *next;
    orm_status (*answer)(orm__session *db, struct orm__ask *ask);      /* runs the statement and fills what is below */
    const orm_model *model;
    orm__prepared *prepared;
    const orm_value *values; size_t n_values;
    orm__part *head; orm_arena *arena; bool track;      /* of a find_all */
    orm_time now;                       /* of a create */
    bool writes, whole;                 /* whole: more statements follow from the answer, so it is not sent ahead */
    const void *address;                /* of the call */
    uint32_t timeout_ms;
    orm__batch *batch; bool held;       /* the block that it is in, or NULL; is its session the block's? */
    orm_slot *slot; uint64_t serial;
    int64_t began;                      /* when it was sent */
    bool skipped;                       /* the engine did not run it, as one before it failed */
    void *rows; int64_t count;          /* the answer */
} orm__ask;
ORM_PRIVATE void orm__batch_answer_all(orm__session *db);
/* before anything else is sent, what was asked is answered */
static inline ORM__UNUSED void orm__batch_drain(orm__session *db) { if (ORM__UNLIKELY(db->asked != NULL)) orm__batch_answer_all(db); }
ORM_PRIVATE void orm__batch_abandon(orm__session *db);           /* what was asked is forgotten, as nobody is there to hear the answers */
#define ORM__DEFAULT_N_PLUS_ONE 10
#define ORM__DEFAULT_MAX_TEXT ((size_t)64 << 20)
/* may this row be read? Not NULL, begun with defaults, its result alive. `what` names the call. */
ORM_PRIVATE orm_status orm__check_row(orm__session *db, const orm_model *model, const void *row, const char *what);

static inline ORM__UNUSED size_t orm__column_index(const orm_model *model, const orm_column *column) { return (size_t)(column - model->columns); }
static inline ORM__UNUSED const char *orm__column_name(const orm_column *column) { return column->column ? column->column : column->name; }
static inline ORM__UNUSED bool orm__mask_has(const orm_mask *mask, size_t i)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return (mask->word[i / 32] >> (31 - i % 32) & 1) != 0;      /* as bit-fields are laid out */
#else
    return (mask->word[i / 32] >> (i % 32) & 1) != 0;
#endif
}
static inline ORM__UNUSED void orm__mask_add(orm_mask *mask, size_t i)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    mask->word[i / 32] |= UINT32_C(1) << (31 - i % 32);
#else
    mask->word[i / 32] |= UINT32_C(1) << (i % 32);
#endif
}
static inline ORM__UNUSED bool orm__mask_empty(const orm_mask *mask) { return (mask->word[0] | mask->word[1] | mask->word[2] | mask->word[3]) == 0; }
/* does a mask of the user's name no column? What stands behind its bit-fields is padding, which may hold anything. */
static inline ORM__UNUSED bool orm__mask_names_none(const orm_model *model, const orm_mask *mask)
{
    size_t i = orm__mask_empty(mask) ? model->n_columns : 0;
    while (i < model->n_columns && !orm__mask_has(mask, i)) i++;
    return i == model->n_columns;
}
#endif

/* >>arena: memory that is freed as a whole, in chunks that grow, and the default allocator. Rows and their texts live in arenas, so that
   one free releases a whole graph and decoding a row costs no malloc. */

#if defined ORM_MALLOC && defined ORM_REALLOC && defined ORM_FREE
#elif defined ORM_MALLOC || defined ORM_REALLOC || defined ORM_FREE
#  error "orm: define all three of ORM_MALLOC, ORM_REALLOC and ORM_FREE, or none"
#else
#  define ORM_MALLOC  malloc
#  define ORM_REALLOC realloc
#  define ORM_FREE    free
#endif

static void *orm__system_allocate(void *context, size_t size)
{
    (void)context;
    return ORM_MALLOC(size);
}

static void *orm__system_resize(void *context, void *block, size_t old_size, size_t size)
{
    (void)context, (void)old_size;
    return ORM_REALLOC(block, size);
}

static void orm__system_release(void *context, void *block, size_t size)
{
    (void)context, (void)size;
    ORM_FREE(block);
}

ORM_PRIVATE orm_allocator orm__default_allocator(void)
{
    return (orm_allocator){ orm__system_allocate, orm__system_resize, orm__system_release, NULL };
}

ORM_PRIVATE void *orm__allocate(const orm_allocator *a, size_t size)
{
    return a->allocate(a->context, size);
}

ORM_PRIVATE void *orm__resize(const orm_allocator *a, void *block, size_t old_size, size_t size)
{
    return a->resize(a->context, block, old_size, size);
}

ORM_PRIVATE void orm__release(const orm_allocator *a, void *block, size_t size)
{
    if (block) a->release(a->context, block, size);
}

enum { ORM__FIRST_CHUNK = 4096, ORM__BIG_CHUNK = 1 << 20 };

/* The chunk that is being filled, if any, is the first of the list. The first may also be an adopted one, when there is none. */
static bool orm__fills_first_chunk(const orm_arena *arena)
{
    return arena->orm__chunks && (char *)arena->orm__chunks + arena->orm__chunks->size == arena->orm__end;
}

ORM_PRIVATE void orm__arena_adopt(orm_arena *arena, orm__chunk *chunk)
{
    orm__chunk **link = orm__fills_first_chunk(arena) ? &arena->orm__chunks->next : &arena->orm__chunks;
    chunk->next = *link;
    *link = chunk;
}

/* Doubles up to 1 MB; from there a quarter more, which keeps both the unused rest and the number of chunks (orm_len walks them) small. */
static size_t orm__next_chunk(const orm_arena *arena)
{
    if (!orm__fills_first_chunk(arena)) return ORM__FIRST_CHUNK;
    size_t size = arena->orm__chunks->size;
    return size < ORM__BIG_CHUNK ? size * 2 : size + size / 4;
}

ORM_PRIVATE void *orm__bump_slow(orm_arena *arena, size_t size, size_t align)
{
    if (!arena->orm__allocator.allocate) arena->orm__allocator = orm__default_allocator();
    size_t around = sizeof(orm__chunk) + align;
    if (size > SIZE_MAX - around) return NULL;
    size_t chunk_size = orm__next_chunk(arena);
    /* what would fill half of a chunk gets one of its own: the rest of the present one stays in use */
    bool own = size + around > chunk_size / 2;
    if (own) chunk_size = size + around;
    orm__chunk *chunk = (orm__chunk *)orm__allocate(&arena->orm__allocator, chunk_size);
    if (!chunk) return NULL;
    chunk->size = chunk_size;
    uintptr_t at = ((uintptr_t)(chunk + 1) + (align - 1)) & ~(uintptr_t)(align - 1);
    if (own) {
        orm__arena_adopt(arena, chunk);
    } else {
        chunk->next = arena->orm__chunks;
        arena->orm__chunks = chunk;
        arena->orm__at = (char *)at + size;
        arena->orm__end = (char *)chunk + chunk_size;
    }
    return (char *)at;
}

ORM_PRIVATE bool orm__arena_holds(const orm_arena *arena, const void *address)
{
    for (const orm__chunk *chunk = arena->orm__chunks; chunk; chunk = chunk->next) {
        if ((uintptr_t)address - (uintptr_t)chunk < chunk->size) return true;
    }
    return false;
}

ORM_API void *orm_arena_allocate(orm_arena *arena, size_t size)
{
    void *memory = orm__bump(arena, size, _Alignof(max_align_t));
    return memory ? memset(memory, 0, size) : NULL;
}

ORM_API const char *orm_text(orm_arena *arena, const char *text_)
{
    return text_ ? orm__bump_text(arena, text_, strlen(text_)) : NULL;
}

ORM_API const char *orm_format(orm_arena *arena, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    /* most texts fit into what is left of the chunk and are printed once */
    size_t left = (size_t)(arena->orm__end - arena->orm__at);
    char *printed = arena->orm__at;
    int length = vsnprintf(printed, left, format, list);
    if (length < 0) {
        printed = NULL;
    } else if ((size_t)length < left) {
        arena->orm__at += length + 1;
    } else {
        printed = (char *)orm__bump(arena, (size_t)length + 1, 1);
        if (printed) vsnprintf(printed, (size_t)length + 1, format, again);
    }
    va_end(again);
    va_end(list);
    return printed;
}

ORM_API void orm_arena_reset(orm_arena *arena)
{
    orm__retire_results(arena);
    orm__chunk *largest = NULL;
    for (orm__chunk *chunk = arena->orm__chunks, *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__chunk *spent = largest && chunk->size <= largest->size ? chunk : largest;
        if (spent != chunk) largest = chunk;
        if (spent) orm__release(&arena->orm__allocator, spent, spent->size);
    }
    arena->orm__chunks = largest;
    if (!largest) return;
    largest->next = NULL;
    arena->orm__at = (char *)(largest + 1);
    arena->orm__end = (char *)largest + largest->size;
}

ORM_API void orm_arena_release(orm_arena *arena)
{
    orm__retire_results(arena);
    for (orm__chunk *chunk = arena->orm__chunks, *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(&arena->orm__allocator, chunk, chunk->size);
    }
    arena->orm__chunks = NULL;
    arena->orm__at = arena->orm__end = NULL;
}

/* >>writer: text that grows, for SQL and JSON. Failure is sticky and looked at once, at the end: what builds a text reads straight down. */

ORM_PRIVATE bool orm__writer_grow(orm__writer *w, size_t size)
{
    if (w->failed) return false;
    if (w->allocator && size < SIZE_MAX / 2 - w->length) {
        size_t needed = w->length + size + 1, doubled = w->capacity < SIZE_MAX / 2 ? w->capacity * 2 : needed;
        size_t capacity = needed > doubled ? needed : doubled;
        if (capacity < 256) capacity = 256;
        char *text_ = (char *)(w->text ? orm__resize(w->allocator, w->text, w->capacity, capacity) : orm__allocate(w->allocator, capacity));
        if (text_) {
            w->text = text_;
            w->capacity = capacity;
            return true;
        }
    }
    w->failed = true;
    return false;
}

ORM_PRIVATE void orm__put(orm__writer *w, const char *text_)
{
    orm__put_bytes(w, text_, strlen(text_));
}

ORM_PRIVATE void orm__put_int(orm__writer *w, int64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do digits[--at] = (char)('0' + rest % 10); while ((rest /= 10) != 0);
    if (number < 0) digits[--at] = '-';
    orm__put_bytes(w, digits + at, sizeof digits - at);
}

ORM_PRIVATE void orm__put_format(orm__writer *w, const char *format, ...)
{
    char piece[513];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(piece, sizeof piece, format, list);
    va_end(list);
    /* a piece that was cut is as bad as one that was not written */
    if (length < 0 || (size_t)length >= sizeof piece) w->failed = true;
    else orm__put_bytes(w, piece, (size_t)length);
}

ORM_PRIVATE void orm__put_name(orm__writer *w, const char *name)
{
    w->dialect->quote(w, name);
}

ORM_PRIVATE void orm__put_string_literal(orm__writer *w, const char *text_)
{
    orm__put_char(w, '\'');
    for (const char *quote = NULL; (quote = strchr(text_, '\'')) != NULL; text_ = quote + 1) {
        orm__put_bytes(w, text_, (size_t)(quote - text_));
        orm__put_bytes(w, "''", 2);
    }
    orm__put(w, text_);
    orm__put_char(w, '\'');
}

/* The number of the first byte, in memory order, whose high bit is set. What a subtraction marked by borrowing stands behind the first one only
   where bytes count up; elsewhere 0 is always right: the byte is looked at by itself. */
static size_t orm__first_marked(uint64_t marks)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(marks) / 8;
#else
    return marks ? 0 : sizeof marks;
#endif
}

/* Writes one byte of a JSON text, escaped if it must be, and returns the place behind it. */
static char *orm__json_byte(char *out, unsigned char c)
{
    static const char letters[] = "btn\0fr", hex[] = "0123456789abcdef";      /* of 0x08 to 0x0d; 0x0b has none */
    if (c >= 0x20 && c != '"' && c != '\\') {
        *out++ = (char)c;
        return out;
    }
    *out++ = '\\';
    if (c >= 0x20) {
        *out++ = (char)c;
    } else if (c >= 8 && c <= 13 && letters[c - 8]) {
        *out++ = letters[c - 8];
    } else {
        const char number[5] = { 'u', '0', '0', hex[c >> 4], hex[c & 15] };
        memcpy(out, number, sizeof number);
        out += sizeof number;
    }
    return out;
}

ORM_PRIVATE void orm__put_json_text(orm__writer *w, const char *bytes, size_t size)
{
    enum { PIECE = 4096, ESCAPED = 6 };      /* room is made for the longest escapes of a piece, so that nothing else is checked on the way */
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones * 0x80;
    orm__put_char(w, '"');
    for (const char *end = bytes + size, *stop; bytes < end; ) {
        size_t n = end - bytes < PIECE ? (size_t)(end - bytes) : PIECE;
        if (!orm__writer_room(w, n * ESCAPED + sizeof(uint64_t))) return;
        char *out = w->text + w->length;
        for (stop = bytes + n; bytes < stop; ) {
            if (stop - bytes < (ptrdiff_t)sizeof(uint64_t)) {
                out = orm__json_byte(out, (unsigned char)*bytes++);
                continue;
            }
            /* eight bytes at a time: each test sets the high bit of a byte that is below 0x20, a quote or a backslash */
            uint64_t word;
            memcpy(&word, bytes, sizeof word);
            memcpy(out, &word, sizeof word);
            uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
            uint64_t escapes = (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
            size_t plain = escapes ? orm__first_marked(escapes) : sizeof word;
            bytes += plain;
            out += plain;
            if (escapes) out = orm__json_byte(out, (unsigned char)*bytes++);
        }
        w->length = (size_t)(out - w->text);
    }
    orm__put_char(w, '"');
}

ORM_PRIVATE void orm__writer_release(orm__writer *w)
{
    if (w->allocator) orm__release(w->allocator, w->text, w->capacity);
    w->text = NULL;
    w->length = w->capacity = 0;
}

/* >>error: this thread's last failure. Everything is written into inline buffers, so reporting cannot fail, and is made fit to be shown:
   whole characters, no control bytes. */

ORM_PRIVATE orm__thread *orm__self(void)
{
    static _Thread_local orm__thread self;
    return &self;
}

ORM_API const orm_error_info *orm_error(void)
{
    return &orm__self()->error;
}

ORM_API bool orm_failed(void)
{
    const orm__thread *self = orm__self();
    return self->error.kind != ORM_OK && (self->error.kind != ORM_NOT_FOUND || self->absence_fails);
}

ORM_API const char *orm_status_name(orm_status kind)
{
    static const char *const names[] = {
#define ORM__STATUS_NAME(name, text_) "ORM_" #name,
        ORM_STATUS_LIST(ORM__STATUS_NAME)
#undef ORM__STATUS_NAME
    };
    return (size_t)kind < ORM_STATUS_COUNT ? names[kind] : "ORM_?";
}

ORM_API const char *orm_status_text(orm_status kind)
{
    static const char *const texts[] = {
#define ORM__STATUS_TEXT(name, text_) text_,
        ORM_STATUS_LIST(ORM__STATUS_TEXT)
#undef ORM__STATUS_TEXT
    };
    return (size_t)kind < ORM_STATUS_COUNT ? texts[kind] : "unknown kind of failure";
}

ORM_PRIVATE void orm__clear_error(void)
{
    orm__thread *self = orm__self();
    self->model = NULL;
    self->absence_fails = false;
    if (self->error.kind == ORM_OK) return;
    orm_error_info *error = &self->error;
    error->kind = ORM_OK;
    error->code = 0;
    error->sqlstate[0] = error->model[0] = error->field[0] = error->constraint[0] = error->message[0] = 0;
    error->failures.count = error->failures.total = 0;
}

/* ---- texts for people ---- */

static size_t orm__character_size(char first)
{
    unsigned char c = (unsigned char)first;
    return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

ORM_PRIVATE size_t orm__visible(const char *text_, size_t size, bool *shown)
{
    unsigned char c = (unsigned char)text_[0];
    *shown = c >= 0x20 && c < 0x7F;
    if (c < 0x80) return 1;
    size_t n = orm__character_size(text_[0]), characters = 0;
    if (n > size || orm__check_bytes(text_, n, &characters) != ORM__TEXT_OK) return 1;
    unsigned char second = (unsigned char)text_[1], third = n > 2 ? (unsigned char)text_[2] : 0;
    bool control = c == 0xC2 && second < 0xA0;                                                      /* U+0080 to U+009F */
    bool bidi = c == 0xE2 && ((second == 0x80 && third >= 0xAA && third <= 0xAE)                    /* U+202A to U+202E */
                           || (second == 0x81 && third >= 0xA6 && third <= 0xA9));                  /* U+2066 to U+2069 */
    *shown = !control && !bidi;
    return n;
}

static void orm__print_clean(char *out, size_t size, const char *format, va_list list) __attribute__((format(printf, 3, 0)));
static void orm__print_clean(char *out, size_t size, const char *format, va_list list)
{
    int printed = vsnprintf(out, size, format, list);
    size_t length = printed < 0 ? 0 : (size_t)printed;
    if (length >= size) {
        length = size - 1;
        size_t last = length;      /* where the last character begins: is it whole? */
        while (last > 0 && length - last < 4 && ((unsigned char)out[last - 1] & 0xC0) == 0x80) last--;
        if (last > 0 && last - 1 + orm__character_size(out[last - 1]) > length) length = last - 1;
    }
    size_t kept = 0;
    for (size_t at = 0; at < length; ) {
        bool shown = false;
        size_t n = orm__visible(out + at, length - at, &shown);
        if (shown) {
            memmove(out + kept, out + at, n);
            kept += n;
        } else {
            out[kept++] = '?';
        }
        at += n;
    }
    out[kept] = 0;
}

ORM_PRIVATE void orm__copy_clean(char *out, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__print_clean(out, size, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__add_failure(orm_failures *failures, size_t row, const char *field, const char *rule, const char *format, ...)
{
    failures->total++;
    if (failures->count == ORM_MAX_FAILURES) return;
    orm_failure *failure = &failures->item[failures->count++];
    va_list list;
    va_start(list, format);
    orm__print_clean(failure->message, sizeof failure->message, format, list);
    va_end(list);
    orm__copy_clean(failure->field, sizeof failure->field, "%s", field ? field : "");
    orm__copy_clean(failure->rule, sizeof failure->rule, "%s", rule);
    failure->row = row;
}

/* ---- raising ---- */

/* kinds that are found before anything is sent: orm_handled may forgive them */
static bool orm__kind_sends_nothing(orm_status kind)
{
    return kind == ORM_VALIDATION || kind == ORM_MISUSE || kind == ORM_BAD_TEXT || kind == ORM_STALE_ROW || kind == ORM_OVER_BUDGET;
}

/* the thread's error, to be filled; NULL when an earlier failure of the call stands */
static orm_error_info *orm__begin_error(orm_status kind, int code)
{
    if (orm_failed()) return NULL;
    orm__thread *self = orm__self();
    const orm_model *model = self->model;
    bool absence_fails = self->absence_fails;
    orm__clear_error();
    self->model = model;
    self->absence_fails = absence_fails;
    self->error.kind = kind;
    self->error.code = code;
    return &self->error;
}

static orm_status orm__end_error(orm__session *db, orm_status kind, bool first)
{
    const orm_error_info *error = &orm__self()->error;
    if (kind == ORM_NOT_FOUND && !orm__self()->absence_fails) return kind;
    if (db && orm__owns(db) && orm__in_transaction(db) && db->levels[db->level].failed == ORM_OK) {
        orm__level *level = &db->levels[db->level];
        level->failed = error->kind;
        level->failed_without_sql = orm__kind_sends_nothing(error->kind);
        level->code = error->code;
        orm__copy_clean(level->message, sizeof level->message, "%s", error->message);
    }
    if (first && kind != ORM_ROLLED_BACK) orm__log_error(db ? &db->options : NULL, error);      /* leaving a block by break is no news */
    return kind;
}

ORM_PRIVATE orm_status orm__raise(orm__session *db, orm_status kind, int code, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, code);
    if (error) {
        va_list list;
        va_start(list, format);
        orm__print_clean(error->message, sizeof error->message, format, list);
        va_end(list);
    }
    return orm__end_error(db, kind, error != NULL);
}

ORM_PRIVATE orm_status orm__raise_pool(const orm__pool *pool, orm_status kind, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, 0);
    if (!error) return kind;
    va_list list;
    va_start(list, format);
    orm__print_clean(error->message, sizeof error->message, format, list);
    va_end(list);
    orm__log_error(&pool->options, error);
    return kind;
}

ORM_PRIVATE orm_status orm__raise_at(orm__session *db, orm_status kind, const orm_model *model, const orm_column *column, const char *format, ...)
{
    orm_error_info *error = orm__begin_error(kind, 0);
    if (error) {
        va_list list;
        va_start(list, format);
        orm__print_clean(error->message, sizeof error->message, format, list);
        va_end(list);
        if (model) orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
        if (column) orm__copy_clean(error->field, sizeof error->field, "%s", column->name);
    }
    return orm__end_error(db, kind, error != NULL);
}

/* "User.email is already taken": the first failure names the field and makes the message */
static void orm__tell_first_failure(orm_error_info *error)
{
    const orm_failures *failures = &error->failures;
    const orm_failure *first = &failures->item[0];
    memcpy(error->field, first->field, sizeof error->field);
    char more[40] = "";
    if (failures->total > 1) snprintf(more, sizeof more, " (and %zu more)", failures->total - 1);
    orm__copy_clean(error->message, sizeof error->message, "%s%s%s %s%s", error->model, error->model[0] && first->field[0] ? "." : "", first->field, first->message, more);
}

ORM_PRIVATE orm_status orm__raise_failures(orm__session *db, const orm_model *model, const orm_failures *failures)
{
    orm_error_info *error = orm__begin_error(ORM_VALIDATION, 0);
    if (error) {
        orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
        error->failures.total = failures->total;
        error->failures.count = failures->count;
        memcpy(error->failures.item, failures->item, failures->count * sizeof failures->item[0]);
        orm__tell_first_failure(error);
    }
    return orm__end_error(db, ORM_VALIDATION, error != NULL);
}

/* ---- constraints ---- */

/* the column whose database name stands at `text_`, before `end_` or the end of the text; the longest, as a name may hold the mark itself */
static const orm_column *orm__column_at(const orm_model *model, const char *text_, const char *end_, size_t *size)
{
    const orm_column *found = NULL;
    for (size_t i = 0; model && i < model->n_columns; i++) {
        const char *name = orm__column_name(&model->columns[i]);
        size_t length = strlen(name);
        if (strncmp(text_, name, length) != 0 || (text_[length] && strncmp(text_ + length, end_, strlen(end_)) != 0)) continue;
        if (found && length < *size) continue;
        found = &model->columns[i];
        *size = length;
    }
    return found;
}

typedef struct orm__broken { const char *rule, *message; } orm__broken;

static orm__broken orm__broken_rule(orm_status kind)
{
    switch (kind) {
    case ORM_UNIQUE:      return (orm__broken){ "unique", "is already taken" };
    case ORM_FOREIGN_KEY: return (orm__broken){ "references", "refers to a row that does not exist, or is still referred to" };
    case ORM_NOT_NULL:    return (orm__broken){ "required", "is required" };
    case ORM_EXCLUSION:   return (orm__broken){ "exclusion", "conflicts with another row" };
    default:              return (orm__broken){ "check", "breaks a check of the database" };
    }
}

/* "users.author_id, users.title": one failure each, under the members' names */
static void orm__fail_columns(orm_failures *failures, const orm_model *model, orm_status kind, const char *names)
{
    orm__broken broken = orm__broken_rule(kind);
    const char *combined = kind == ORM_UNIQUE && strstr(names, ", ") ? " in this combination" : "";
    while (*names) {
        size_t table = model ? strlen(model->table) : 0;
        bool ours = model && strncmp(names, model->table, table) == 0 && names[table] == '.';
        const char *dot = ours ? names + table : strchr(names, '.');
        const char *name = dot ? dot + 1 : names;
        size_t size = strcspn(name, ",");
        const orm_column *column = ours ? orm__column_at(model, name, ", ", &size) : NULL;
        char plain[64] = "";
        snprintf(plain, sizeof plain, "%.*s", (int)(size < sizeof plain ? size : sizeof plain - 1), name);
        if (column && kind == ORM_UNIQUE && column->unique_message) orm__add_failure(failures, 0, column->name, broken.rule, "%s", column->unique_message);
        else orm__add_failure(failures, 0, column ? column->name : plain, broken.rule, "%s%s", broken.message, combined);
        names = name + size;
        names += strspn(names, ", ");
    }
}

/* the DDL names the check of a column "<column>_<rule>"; a check of the model's options has a name of its own */
static const orm_column *orm__column_of_check(const orm_model *model, const char *name)
{
    for (const orm_model_option *o = model ? model->options : NULL; o && o->kind != ORM_OPTION_NONE; o++) {
        if (o->kind == ORM_OPTION_CHECK && strcmp(o->name, name) == 0) return NULL;
    }
    size_t size = 0;
    return orm__column_at(model, name, "_", &size);
}

/* does the check stand for a limit of the column's type? Where a type has the limit itself, the engine answers ORM_VALUE_RANGE. */
static bool orm__is_limit_of_type(const orm_column *column, const char *check)
{
    const char *rule = check + strlen(orm__column_name(column));
    return strcmp(rule, "_range") == 0 || strcmp(rule, "_digits") == 0 || strcmp(rule, "_size") == 0;
}

ORM_PRIVATE orm_status orm__raise_constraint(orm__session *db, orm_status kind, int code, const char *constraint, const char *table_and_columns, const char *message_)
{
    orm_error_info *error = orm__begin_error(kind, code);
    if (!error) return orm__end_error(db, kind, false);
    const orm_model *model = orm__self()->model;
    if (model) orm__copy_clean(error->model, sizeof error->model, "%s", model->name);
    if (constraint) orm__copy_clean(error->constraint, sizeof error->constraint, "%s", constraint);
    if (table_and_columns && *table_and_columns) {
        orm__fail_columns(&error->failures, model, kind, table_and_columns);
    } else if (kind == ORM_CHECK && error->constraint[0]) {
        const orm_column *column = orm__column_of_check(model, error->constraint);
        if (column && orm__is_limit_of_type(column, error->constraint)) error->kind = kind = ORM_VALUE_RANGE;
        orm__add_failure(&error->failures, 0, column ? column->name : "", "check", "breaks the check %s", error->constraint);
    } else {
        /* a check without a name is a trigger's, which says in its own words what is wrong */
        orm__broken broken = orm__broken_rule(kind);
        const char *what = kind == ORM_CHECK && message_ && *message_ ? message_ : broken.message, *name = error->constraint;
        orm__add_failure(&error->failures, 0, "", broken.rule, "%s%s%s%s", what, name[0] ? " (" : "", name, name[0] ? ")" : "");
    }
    /* without a model there is nothing that we could say better than the engine */
    orm__tell_first_failure(error);
    if (!model && message_ && *message_) orm__copy_clean(error->message, sizeof error->message, "%s", message_);
    return orm__end_error(db, kind, true);
}

/* ---- telling ---- */

static const char *orm__error_message(const orm_error_info *error)
{
    return error->message[0] ? error->message : orm_status_text(error->kind);
}

ORM_API int orm_perror(const char *what)
{
    const orm_error_info *error = orm_error();
    const orm_failures *failures = &error->failures;
    fprintf(stderr, "%s%s%s\n", what ? what : "", what ? ": " : "", orm__error_message(error));
    for (size_t i = 0; i < failures->count; i++) {
        const orm_failure *failure = &failures->item[i];
        fputs("  ", stderr);
        if (failure->row) fprintf(stderr, "row %zu: ", failure->row);
        fprintf(stderr, "%s%s%s\n", failure->field, failure->field[0] ? ": " : "", failure->message);
    }
    if (failures->total > failures->count) fprintf(stderr, "  and %zu more\n", failures->total - failures->count);
    return 1;
}

ORM_API size_t orm_errors_json(char *buffer, size_t size)
{
    const orm_error_info *error = orm_error();
    const orm_failures *failures = &error->failures;
    /* our texts hold no control bytes, so that escaping at most doubles them: the whole always fits */
    char text_[2 * sizeof(orm_error_info)];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    orm__put(&w, "{\"kind\":");
    orm__put_json_text(&w, orm_status_name(error->kind), strlen(orm_status_name(error->kind)));
    orm__put(&w, ",\"message\":");
    orm__put_json_text(&w, orm__error_message(error), strlen(orm__error_message(error)));
    orm__put(&w, ",\"errors\":[");
    for (size_t i = 0; i < failures->count; i++) {
        const orm_failure *failure = &failures->item[i];
        orm__put(&w, i ? ",{\"field\":" : "{\"field\":");
        orm__put_json_text(&w, failure->field, strlen(failure->field));
        orm__put(&w, ",\"rule\":");
        orm__put_json_text(&w, failure->rule, strlen(failure->rule));
        orm__put(&w, ",\"message\":");
        orm__put_json_text(&w, failure->message, strlen(failure->message));
        orm__put_char(&w, '}');
    }
    orm__put(&w, "]}");
    if (size) {
        size_t n = w.length < size ? w.length : size - 1;
        memcpy(buffer, text_, n);
        buffer[n] = 0;
    }
    return w.length;
}

/* >>log: what happened, told to the handle's hook; the library writes nothing anywhere else. Also the hook behind ORM_LOG=1, which
   prints to stderr one line per event, made safe to look at in a terminal. */

ORM_PRIVATE int64_t orm__ticks(void)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void orm__log(const orm_options *options, orm_log_event *event)
{
    orm__thread *self = orm__self(), kept = *self;
    event->place = self->place;
    event->address = self->place ? NULL : self->address;
    options->log(options->log_context, event);
    kept.held = self->held;
    *self = kept;      /* a hook may use the library itself, with another handle: the running call must not see that */
}

ORM_PRIVATE void orm__log_error(const orm_options *options, const orm_error_info *error)
{
    orm_log_event event = { .level = ORM_LOG_ERROR, .kind = error->kind, .message = error->message };
    if (options) {
        if (options->log) orm__log(options, &event);
        return;
    }
    /* no handle, no hook: such a misuse (an orm_free of something else) would otherwise go unseen */
    const char *wanted = getenv("ORM_LOG");
    if (wanted && strcmp(wanted, "1") == 0) orm__stderr_log(NULL, &event);
}

static void orm__log_notes(const orm_options *options, const char *format, va_list list)
{
    char message[512];
    if (!options->log || vsnprintf(message, sizeof message, format, list) < 0) return;
    orm_log_event event = { .level = ORM_LOG_NOTE, .message = message };
    orm__log(options, &event);
}

ORM_PRIVATE void orm__log_note(orm__session *db, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__log_notes(&db->options, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__pool_note(const orm__pool *pool, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    orm__log_notes(&pool->options, format, list);
    va_end(list);
}

ORM_PRIVATE void orm__log_sql(orm__session *db, const char *sql, const orm_value *values, size_t n_values, orm_status kind, int64_t microseconds, int64_t rows)
{
    if (!db->options.log) return;
    orm_log_event event = { .level = ORM_LOG_SQL, .kind = kind, .sql = sql, .microseconds = microseconds, .rows = rows };
    if (db->options.log_values) {
        event.values = values;
        event.n_values = n_values;
    }
    orm__log(&db->options, &event);
}

/* ---- the lines of ORM_LOG=1 ---- */

enum { ORM__LOG_SQL_BYTES = 2000, ORM__LOG_VALUE_BYTES = 100, ORM__LOG_VALUES = 32 };

/* at most `limit` bytes of the text, whole characters; what a terminal could take for a command is escaped */
static void orm__log_text(orm__writer *w, const char *text_, size_t size, size_t limit)
{
    for (size_t at = 0; at < size; ) {
        bool shown = false;
        size_t n = orm__visible(text_ + at, size - at, &shown);
        if (at + n > limit) {
            orm__put(w, "...");
            return;
        }
        if (shown) orm__put_bytes(w, text_ + at, n);
        else if (text_[at] == '\n') orm__put(w, "\\n");
        else if (text_[at] == '\t') orm__put(w, "\\t");
        else for (size_t i = 0; i < n; i++) orm__put_format(w, "\\x%02x", (unsigned)(unsigned char)text_[at + i]);
        at += n;
    }
}

/* The C library prints a comma in some locales: whatever is no part of a number is the point. */
static void orm__log_double(orm__writer *w, double number)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", number);
    char *point = digits + strspn(digits, "+-0123456789einfa");
    if (*point) *point = '.';
    orm__put(w, digits);
}

static void orm__log_value(orm__writer *w, const orm_value *value)
{
    switch (value->type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64:
        orm__put_int(w, value->as.i);
        break;
    case ORM_BOOL:
        orm__put(w, value->as.i ? "true" : "false");
        break;
    case ORM_FLOAT: case ORM_DOUBLE:
        orm__log_double(w, value->as.d);
        break;
    case ORM_TEXT: case ORM_JSON: case ORM_ENUM:
        orm__put_char(w, '\'');
        orm__log_text(w, value->as.s, value->length == ORM_LENGTH_UNKNOWN ? strlen(value->as.s) : value->length, ORM__LOG_VALUE_BYTES);
        orm__put_char(w, '\'');
        break;
    case ORM_BLOB:
        orm__put_format(w, "<%" PRIu32 " bytes>", value->length);
        break;
    case ORM_DATE: {
        char date[ORM_DATE_SIZE];
        orm__put(w, orm_date_text((orm_date){ (int32_t)value->as.i }, date));
        break;
    }
    case ORM_CLOCK: {
        char clock_[ORM_CLOCK_SIZE];
        orm__put(w, orm_clock_text((orm_clock){ value->as.i }, clock_));
        break;
    }
    case ORM_TIME: {
        char moment[ORM_TIME_SIZE];
        orm__put(w, orm_time_text(value->as.i, moment));
        break;
    }
    case ORM_INET: {
        char inet[ORM_INET_SIZE];
        orm__put(w, orm_inet_text(orm__value_inet(value), inet));
        break;
    }
    case ORM_ARRAY:
        orm__put_format(w, "<%zu values>", value->as.list.count);
        break;
    case ORM_UUID: {
        char uuid[ORM_UUID_SIZE];
        orm__put(w, orm_uuid_text(value->as.uuid, uuid));
        break;
    }
    case ORM_DECIMAL: {
        char decimal[ORM_DECIMAL_SIZE];
        orm__put(w, orm_decimal_text((orm_decimal){ value->as.decimal.high, value->as.decimal.low, value->scale }, decimal));
        break;
    }
    default:
        orm__put(w, "NULL");
    }
}

ORM_PRIVATE void orm__stderr_log(void *context, const orm_log_event *event)
{
    (void)context;
    const char *plain = getenv("NO_COLOR");
    bool colours = isatty(STDERR_FILENO) && (!plain || !*plain);
    char line[4 * ORM__LOG_SQL_BYTES + 4 * (ORM__LOG_VALUE_BYTES + 10) * ORM__LOG_VALUES + 2048];
    orm__writer w = { .text = line, .capacity = sizeof line };
    if (colours) orm__put(&w, event->kind != ORM_OK ? "\033[31m" : event->level == ORM_LOG_SQL ? "\033[2m" : "\033[33m");
    orm__put(&w, "orm ");
    if (event->level == ORM_LOG_SQL) orm__put_format(&w, "%" PRId64 ".%03d ms, %" PRId64 " rows", event->microseconds / 1000, (int)(event->microseconds % 1000), event->rows);
    if (event->kind != ORM_OK) orm__put_format(&w, "%s%s", event->level == ORM_LOG_SQL ? ", " : "", orm_status_name(event->kind));
    else if (event->level == ORM_LOG_NOTE) orm__put(&w, "note");
    if (event->sql || event->message) orm__put(&w, colours ? "\033[0m: " : ": ");
    if (event->sql) orm__log_text(&w, event->sql, strlen(event->sql), ORM__LOG_SQL_BYTES);
    if (event->message) orm__log_text(&w, event->message, strlen(event->message), ORM__LOG_SQL_BYTES);
    for (size_t i = 0; i < event->n_values && i < ORM__LOG_VALUES; i++) {
        orm__put(&w, i ? ", " : " [");
        orm__log_value(&w, &event->values[i]);
    }
    if (event->n_values) orm__put(&w, event->n_values > ORM__LOG_VALUES ? ", ...]" : "]");
    if (event->place) {
        orm__put(&w, " at ");
        orm__log_text(&w, event->place, strlen(event->place), 300);
    } else if (event->address) {
        orm__put_format(&w, " at %p", event->address);
    }
    orm__put_char(&w, '\n');
    fwrite(line, 1, w.length, stderr);      /* one call: lines of several threads do not mix */
}

/* >>text: is a text what it claims to be, UTF-8 or JSON? Checked once, at the border, because the engines do not agree: SQLite
   keeps any bytes, PostgreSQL refuses them only after they were sent. Linear time, no recursion, no allocation. */

#define ORM__HIGH_BITS UINT64_C(0x8080808080808080)
#define ORM__LOW_BITS  UINT64_C(0x0101010101010101)

/* The length of the well-formed sequence at `at` that begins with a byte >= 0x80, or 0 (RFC 3629, the table of section 4). */
ORM_PRIVATE size_t orm__utf8_sequence(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0], low = 0x80, high = 0xBF;      /* the second byte's range tells overlong forms and surrogates */
    size_t length = 0;
    if (lead >= 0xC2 && lead <= 0xDF) length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) length = 4;
    if (length == 0 || length > left) return 0;
    if (lead == 0xE0) low = 0xA0;
    else if (lead == 0xED) high = 0x9F;
    else if (lead == 0xF0) low = 0x90;
    else if (lead == 0xF4) high = 0x8F;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    return length;
}

ORM_PRIVATE orm__text_fault orm__check_bytes(const char *bytes, size_t size, size_t *characters)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t i = 0, count = 0;
    while (i < size) {
        while (size - i >= 8) {
            uint64_t word;
            memcpy(&word, at + i, 8);
            /* without a high bit in the word, the subtraction sets one exactly where a byte was 0 */
            if (((word | (word - ORM__LOW_BITS)) & ORM__HIGH_BITS) != 0) break;
            i += 8;
            count += 8;
        }
        /* what stopped the words lies within the next eight bytes; behind them words are tried again */
        for (size_t stop = size - i > 8 ? i + 8 : size; i < stop; count++) {
            size_t length = 1;
            if (at[i] >= 0x80) length = orm__utf8_sequence(at + i, size - i);
            else if (at[i] == 0) length = 0;
            if (length == 0) return ORM__TEXT_INVALID;
            i += length;
        }
    }
    if (characters) *characters = count;
    return ORM__TEXT_OK;
}

ORM_PRIVATE orm__text_fault orm__check_text(const char *text_, size_t max, size_t *bytes, size_t *characters)
{
    size_t size = strnlen(text_, max < PTRDIFF_MAX ? max + 1 : PTRDIFF_MAX);
    if (size > max) return ORM__TEXT_TOO_LONG;
    if (bytes) *bytes = size;
    return orm__check_bytes(text_, size, characters);
}

ORM_PRIVATE void orm__list_texts(char *out, size_t size, const char *const *texts, size_t n)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(texts[i]), room = size - used - sizeof ", ...";     /* there is always room to say that it goes on */
        if (length + 2 > room) {
            memcpy(out + used, i > 0 ? ", ..." : "...", i > 0 ? sizeof ", ..." : sizeof "...");
            return;
        }
        if (i > 0) {
            memcpy(out + used, ", ", 2);
            used += 2;
        }
        memcpy(out + used, texts[i], length + 1);
        used += length;
    }
}

/* >>json_scan: is a text JSON (RFC 8259)? One pass without recursion, so that depth costs no stack; the names of objects are kept aside and
   compared at the end, because two members of one name mean different things to different readers (RFC 8259, section 4). */

#define ORM__JSON_DEPTH 64

#define ORM__JSON_NAMES 48                      /* that need no allocation */

typedef struct orm__member_name { uint32_t object, size; uint64_t hash; const char *text; } orm__member_name;
typedef struct orm__scan {
    const char *at, *end, *why;
    orm__member_name *names, few[ORM__JSON_NAMES]; size_t n_names, capacity;      /* `few` until they do not suffice */
    uint32_t objects;
} orm__scan;

static bool orm__scan_refuse(orm__scan *scan, const char *why)
{
    scan->why = why;
    return false;
}

static void orm__scan_space(orm__scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')) scan->at++;
}

/* skips `c` when it comes next */
static bool orm__scan_take(orm__scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c) return false;
    scan->at++;
    return true;
}

/* the four hex digits of an escape, or -1 */
static int orm__scan_hex(const char **at, const char *end)
{
    int number = 0;
    if (end - *at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = *(*at)++;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return -1;
        number = number * 16 + digit;
    }
    return number;
}

static bool orm__scan_escape(orm__scan *scan)
{
    if (scan->at == scan->end) return orm__scan_refuse(scan, "has a string without an end");
    char c = *scan->at++;
    if (c != 'u') return strchr("\"\\/bfnrt", c) && c ? true : orm__scan_refuse(scan, "has an unknown escape in a string");
    int unit = orm__scan_hex(&scan->at, scan->end);
    if (unit < 0) return orm__scan_refuse(scan, "has a \\u escape without four hex digits");
    if (unit == 0) return orm__scan_refuse(scan, "has the escape \\u0000, which databases cannot keep");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        bool paired = orm__scan_take(scan, '\\') && orm__scan_take(scan, 'u');
        int low = paired ? orm__scan_hex(&scan->at, scan->end) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return orm__scan_refuse(scan, "has half of a surrogate pair");
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        return orm__scan_refuse(scan, "has half of a surrogate pair");
    }
    return true;
}

/* after the opening quote */
static bool orm__scan_string(orm__scan *scan)
{
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at;
        if (c >= 0x80) {
            size_t length = orm__utf8_sequence((const unsigned char *)scan->at, (size_t)(scan->end - scan->at));
            if (length == 0) return orm__scan_refuse(scan, "is not valid UTF-8");
            scan->at += length;
            continue;
        }
        scan->at++;
        if (c == '"') return true;
        if (c < 0x20) return orm__scan_refuse(scan, "has a control character in a string");
        if (c == '\\' && !orm__scan_escape(scan)) return false;
    }
    return orm__scan_refuse(scan, "has a string without an end");
}

static bool orm__scan_digits(orm__scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') scan->at++;
    return scan->at > start;
}

static bool orm__scan_number(orm__scan *scan)
{
    orm__scan_take(scan, '-');
    bool good = orm__scan_take(scan, '0') || orm__scan_digits(scan);
    if (good && orm__scan_take(scan, '.')) good = orm__scan_digits(scan);
    if (good && (orm__scan_take(scan, 'e') || orm__scan_take(scan, 'E'))) {
        if (!orm__scan_take(scan, '+')) orm__scan_take(scan, '-');
        good = orm__scan_digits(scan);
    }
    return good || orm__scan_refuse(scan, "has a number that is not well formed");
}

/* a string, number or word: everything but arrays and objects */
static bool orm__scan_scalar(orm__scan *scan)
{
    static const struct { const char *text; size_t length; } words[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };
    if (scan->at == scan->end) return orm__scan_refuse(scan, "ends too early");
    if (orm__scan_take(scan, '"')) return orm__scan_string(scan);
    if (*scan->at == '-' || (*scan->at >= '0' && *scan->at <= '9')) return orm__scan_number(scan);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((size_t)(scan->end - scan->at) >= words[i].length && memcmp(scan->at, words[i].text, words[i].length) == 0) {
            scan->at += words[i].length;
            return true;
        }
    }
    return orm__scan_refuse(scan, "has a value that is not well formed");
}

/* ---- names ---- */

/* the next UTF-16 unit of a valid name, escapes resolved; `rest` holds the second half of a pair */
static uint32_t orm__name_unit(const char **at, uint32_t *rest)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    uint32_t c = *rest;
    *rest = 0;
    if (c) return c;
    c = (unsigned char)*(*at)++;
    if (c == '\\') {
        char escape = *(*at)++;
        const char *known = strchr(from, escape);
        if (escape != 'u') return known ? (unsigned char)to[known - from] : (unsigned char)escape;
        return (uint32_t)orm__scan_hex(at, *at + 4);
    }
    if (c < 0x80) return c;
    unsigned more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    c &= more == 3 ? 0x07u : more == 2 ? 0x0Fu : 0x1Fu;
    for (; more > 0; more--) c = c << 6 | ((unsigned char)*(*at)++ & 0x3Fu);
    if (c < 0x10000) return c;
    *rest = 0xDC00 | ((c - 0x10000) & 0x3FF);
    return 0xD800 | (c - 0x10000) >> 10;
}

static bool orm__names_equal(const orm__member_name *a, const orm__member_name *b)
{
    const char *x = a->text, *y = b->text, *x_end = x + a->size, *y_end = y + b->size;
    uint32_t x_rest = 0, y_rest = 0;
    while ((x < x_end || x_rest) && (y < y_end || y_rest))
        if (orm__name_unit(&x, &x_rest) != orm__name_unit(&y, &y_rest)) return false;
    return x == x_end && !x_rest && y == y_end && !y_rest;
}

static bool orm__keep_name(orm__scan *scan, uint32_t object, const char *text_, size_t size)
{
    if (scan->n_names == scan->capacity) {
        const orm_allocator a = orm__default_allocator();
        size_t more = scan->capacity * 2;
        orm__member_name *bigger = (orm__member_name *)orm__allocate(&a, more * sizeof *bigger);
        if (!bigger) return orm__scan_refuse(scan, "cannot be checked: out of memory");
        memcpy(bigger, scan->names, scan->n_names * sizeof *bigger);
        if (scan->names != scan->few) orm__release(&a, scan->names, scan->capacity * sizeof *bigger);
        scan->names = bigger;
        scan->capacity = more;
    }
    orm__member_name *name = &scan->names[scan->n_names++];
    *name = (orm__member_name){ .object = object, .size = (uint32_t)size, .hash = UINT64_C(14695981039346656037), .text = text_ };
    uint32_t rest = 0;
    for (const char *at = text_; at < text_ + size || rest; ) name->hash = (name->hash ^ orm__name_unit(&at, &rest)) * UINT64_C(1099511628211);
    return true;
}

static int orm__order_names(const void *a_, const void *b_)
{
    const orm__member_name *a = (const orm__member_name *)a_, *b = (const orm__member_name *)b_;
    if (a->object != b->object) return a->object < b->object ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static bool orm__names_differ(orm__scan *scan)
{
    qsort(scan->names, scan->n_names, sizeof *scan->names, orm__order_names);
    for (size_t i = 1; i < scan->n_names; i++)
        if (orm__order_names(&scan->names[i - 1], &scan->names[i]) == 0 && orm__names_equal(&scan->names[i - 1], &scan->names[i]))
            return orm__scan_refuse(scan, "has two members of the same name in an object");
    return true;
}

/* ---- the document ---- */

/* the name of an object's member, with its colon */
static bool orm__scan_name(orm__scan *scan, uint32_t object)
{
    orm__scan_space(scan);
    if (!orm__scan_take(scan, '"')) return orm__scan_refuse(scan, "has an object member without a name");
    const char *start = scan->at;
    if (!orm__scan_string(scan) || !orm__keep_name(scan, object, start, (size_t)(scan->at - start) - 1)) return false;
    orm__scan_space(scan);
    return orm__scan_take(scan, ':') || orm__scan_refuse(scan, "has an object member without a colon");
}

static bool orm__scan_document(orm__scan *scan)
{
    char closing[ORM__JSON_DEPTH];             /* of the arrays and objects that are open */
    uint32_t object[ORM__JSON_DEPTH];
    size_t depth = 0;
    for (;;) {
        orm__scan_space(scan);
        bool array = orm__scan_take(scan, '[');
        if (array || orm__scan_take(scan, '{')) {
            if (depth == ORM__JSON_DEPTH) return orm__scan_refuse(scan, "is nested too deeply");
            object[depth] = scan->objects++;
            closing[depth++] = array ? ']' : '}';
            orm__scan_space(scan);
            if (scan->at == scan->end || *scan->at != closing[depth - 1]) {
                if (!array && !orm__scan_name(scan, object[depth - 1])) return false;
                continue;
            }
        } else if (!orm__scan_scalar(scan)) {
            return false;
        }
        /* a value is complete, or an empty array or object is open: close what ends here */
        for (orm__scan_space(scan); depth > 0 && orm__scan_take(scan, closing[depth - 1]); orm__scan_space(scan)) depth--;
        if (depth == 0) return scan->at == scan->end || orm__scan_refuse(scan, "has more than one value");
        if (!orm__scan_take(scan, ',')) return orm__scan_refuse(scan, "misses a comma or a closing bracket");
        if (closing[depth - 1] == '}' && !orm__scan_name(scan, object[depth - 1])) return false;
    }
}

ORM_PRIVATE bool orm__json_valid(const char *text_, size_t size, const char **why)
{
    orm__scan scan;
    scan.at = text_;
    scan.end = text_ + size;
    scan.why = NULL;
    scan.names = scan.few;
    scan.n_names = 0;
    scan.capacity = ORM__JSON_NAMES;
    scan.objects = 0;
    bool valid = orm__scan_document(&scan) && orm__names_differ(&scan);
    if (scan.names != scan.few) {
        const orm_allocator a = orm__default_allocator();
        orm__release(&a, scan.names, scan.capacity * sizeof *scan.names);
    }
    if (why) *why = scan.why;
    return valid;
}

/* >>calendar: moments, days and times of day: made, split, read and printed. Pure arithmetic in the proleptic Gregorian calendar:
   mktime and localtime depend on TZ, take locks and end in 2038 here and there. Years 1 to 9999, as ISO 8601 and SQL know them. */

#define ORM__ONE_SECOND INT64_C(1000000)

/* days since 1970-01-01; the year is counted from March, so that the leap day is its last (any year) */
static int64_t orm__days_of(int64_t year, int month, int day)
{
    if (month <= 2) year--;
    int64_t era = (year >= 0 ? year : year - 399) / 400, year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int orm__days_in_month(int year, int month)
{
    static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

ORM_API orm_date orm_date_make(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > orm__days_in_month(year, month)) return ORM_UNSET_DATE;
    return (orm_date){ (int32_t)orm__days_of(year, month, day) };
}

ORM_API void orm_date_split(orm_date day, int *year, int *month, int *day_of_month)
{
    int64_t y = 0, m = 0, d = 0;
    if (orm_date_is_set(day)) {
        int64_t shifted = (int64_t)day.days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097, day_of_era = shifted - era * 146097;
        int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100), from_march = (5 * day_of_year + 2) / 153;
        d = day_of_year - (153 * from_march + 2) / 5 + 1;
        m = from_march < 10 ? from_march + 3 : from_march - 9;
        y = year_of_era + era * 400 + (m <= 2);
    }
    if (year) *year = (int)y;
    if (month) *month = (int)m;
    if (day_of_month) *day_of_month = (int)d;
}

ORM_API orm_clock orm_clock_make(int hour, int minute, int second, int microsecond)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || microsecond < 0 || microsecond > 999999) return ORM_UNSET_CLOCK;
    return (orm_clock){ (((int64_t)hour * 60 + minute) * 60 + second) * ORM__ONE_SECOND + microsecond };
}

ORM_API bool orm_date_is_set(orm_date day) { return day.days != INT32_MIN; }
ORM_API bool orm_clock_is_set(orm_clock clock_) { return clock_.microseconds != INT64_MIN; }

ORM_API orm_time orm_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return ORM_UNSET_TIME;
    return (int64_t)now.tv_sec * ORM__ONE_SECOND + now.tv_nsec / 1000;
}

ORM_API orm_time orm_time_make(orm_date day, orm_clock clock_)
{
    if (day.days < ORM__FIRST_DAY || day.days > ORM__LAST_DAY || clock_.microseconds < 0 || clock_.microseconds >= ORM__DAY) return ORM_UNSET_TIME;
    return day.days * ORM__DAY + clock_.microseconds;
}

ORM_API void orm_time_split(orm_time moment, orm_date *day, orm_clock *clock_)
{
    orm_date d = ORM_UNSET_DATE;
    orm_clock c = ORM_UNSET_CLOCK;
    if (moment != ORM_UNSET_TIME) {
        c.microseconds = moment % ORM__DAY;
        if (c.microseconds < 0) c.microseconds += ORM__DAY;
        d.days = (int32_t)((moment / ORM__DAY) - (moment % ORM__DAY < 0));
    }
    if (day) *day = d;
    if (clock_) *clock_ = c;
}

/* ---- reading ------------------------------------------------------------------------------------------------ */
/* exactly `digits` digits; moves `at` behind them */
static bool orm__read_number(const char **at, int digits, int *out)
{
    int number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        number = number * 10 + (**at - '0');
    }
    *out = number;
    return true;
}

static bool orm__read_char(const char **at, char c)
{
    if (**at != c) return false;
    (*at)++;
    return true;
}

static bool orm__read_date(const char **at, orm_date *out)
{
    int year, month, day;
    if (!orm__read_number(at, 4, &year) || !orm__read_char(at, '-') || !orm__read_number(at, 2, &month)
        || !orm__read_char(at, '-') || !orm__read_number(at, 2, &day)) return false;
    *out = orm_date_make(year, month, day);
    return orm_date_is_set(*out);
}

/* hh:mm[:ss[.fraction]]; digits of the fraction beyond microseconds are cut */
static bool orm__read_clock(const char **at, bool seconds_needed, orm_clock *out)
{
    int hour, minute, second = 0, fraction = 0;
    if (!orm__read_number(at, 2, &hour) || !orm__read_char(at, ':') || !orm__read_number(at, 2, &minute)) return false;
    if (orm__read_char(at, ':')) {
        if (!orm__read_number(at, 2, &second)) return false;
        if (orm__read_char(at, '.')) {
            int digits = 0;
            for (; **at >= '0' && **at <= '9'; (*at)++) {
                if (digits == 6) continue;
                fraction = fraction * 10 + (**at - '0');
                digits++;
            }
            if (digits == 0) return false;
            for (; digits < 6; digits++) fraction *= 10;
        }
    } else if (seconds_needed) {
        return false;
    }
    *out = orm_clock_make(hour, minute, second, fraction);
    return orm_clock_is_set(*out);
}

/* "Z" or an offset, as microseconds east of Greenwich */
static bool orm__read_zone(const char **at, int64_t *east)
{
    int hours, minutes;
    *east = 0;
    if (orm__read_char(at, 'Z') || orm__read_char(at, 'z')) return true;
    int64_t sign = orm__read_char(at, '+') ? 1 : orm__read_char(at, '-') ? -1 : 0;
    if (sign == 0 || !orm__read_number(at, 2, &hours) || !orm__read_char(at, ':') || !orm__read_number(at, 2, &minutes)) return false;
    *east = sign * (hours * 60 + minutes) * 60 * ORM__ONE_SECOND;
    return hours <= 23 && minutes <= 59;
}

ORM_API bool orm_date_parse(const char *text_, orm_date *out)
{
    orm_date day;
    if (!text_ || !orm__read_date(&text_, &day) || *text_ != 0) return false;
    *out = day;
    return true;
}

ORM_API bool orm_clock_parse(const char *text_, orm_clock *out)
{
    orm_clock clock_;
    if (!text_ || !orm__read_clock(&text_, false, &clock_) || *text_ != 0) return false;
    *out = clock_;
    return true;
}

ORM_API bool orm_time_parse(const char *text_, orm_time *out)
{
    orm_date day;
    orm_clock clock_;
    int64_t east;
    if (!text_ || !orm__read_date(&text_, &day)) return false;
    if (!orm__read_char(&text_, 'T') && !orm__read_char(&text_, 't') && !orm__read_char(&text_, ' ')) return false;
    if (!orm__read_clock(&text_, true, &clock_) || !orm__read_zone(&text_, &east) || *text_ != 0) return false;
    orm_time moment = orm_time_make(day, clock_) - east;
    if (moment < ORM__FIRST_TIME || moment > ORM__LAST_TIME) return false;       /* 0001-01-01T00:00:00+01:00 is in the year 0 */
    *out = moment;
    return true;
}

/* ---- printing ----------------------------------------------------------------------------------------------- */
static char *orm__print_number(char *at, int64_t number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10) at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *orm__print_date(char *at, orm_date day)
{
    int year, month, day_of_month;
    orm_date_split(day, &year, &month, &day_of_month);
    at = orm__print_number(at, year, 4);
    *at++ = '-';
    at = orm__print_number(at, month, 2);
    *at++ = '-';
    return orm__print_number(at, day_of_month, 2);
}

static char *orm__print_clock(char *at, orm_clock clock_)
{
    int64_t seconds = clock_.microseconds / ORM__ONE_SECOND, fraction = clock_.microseconds % ORM__ONE_SECOND;
    at = orm__print_number(at, seconds / 3600, 2);
    *at++ = ':';
    at = orm__print_number(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = orm__print_number(at, seconds % 60, 2);
    if (fraction == 0) return at;
    *at++ = '.';
    return fraction % 1000 == 0 ? orm__print_number(at, fraction / 1000, 3) : orm__print_number(at, fraction, 6);
}

/* what stands for a value that has no text; fits the smallest of the buffers */
static const char *orm__print_none(char *buffer, bool set)
{
    const char *words = set ? "out of range" : "unset";
    memcpy(buffer, words, strlen(words) + 1);
    return buffer;
}

ORM_API const char *orm_date_text(orm_date day, char buffer[ORM_DATE_SIZE])
{
    if (day.days < ORM__FIRST_DAY || day.days > ORM__LAST_DAY) return orm__print_none(buffer, orm_date_is_set(day));
    *orm__print_date(buffer, day) = 0;
    return buffer;
}

ORM_API const char *orm_clock_text(orm_clock clock_, char buffer[ORM_CLOCK_SIZE])
{
    if (clock_.microseconds < 0 || clock_.microseconds >= ORM__DAY) return orm__print_none(buffer, orm_clock_is_set(clock_));
    *orm__print_clock(buffer, clock_) = 0;
    return buffer;
}

ORM_API const char *orm_time_text(orm_time moment, char buffer[ORM_TIME_SIZE])
{
    orm_date day;
    orm_clock clock_;
    if (moment < ORM__FIRST_TIME || moment > ORM__LAST_TIME) return orm__print_none(buffer, moment != ORM_UNSET_TIME);
    orm_time_split(moment, &day, &clock_);
    char *at = orm__print_date(buffer, day);
    *at++ = 'T';
    at = orm__print_clock(at, clock_);
    *at++ = 'Z';
    *at = 0;
    return buffer;
}

/* >>uuid: UUIDs (RFC 9562) made, read and printed. Thread-safe without a lock: the only state is one atomic counter. */
#include <fcntl.h>
#if defined __linux__ && defined __has_include
#  if __has_include(<sys/random.h>)
#    include <sys/random.h>
#    define ORM__HAS_GETRANDOM
#  endif
#endif

static bool orm__random_file(unsigned char *bytes, size_t size)
{
    int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(file, bytes + done, size - done);
        if (n > 0) done += (size_t)n;
        else if (n == 0 || errno != EINTR) break;
    }
    close(file);
    return done == size;
}

/* Bytes that nobody can guess. Asked of the system each time: a pool of our own would be shared by forked processes. */
static bool orm__random_bytes(unsigned char *bytes, size_t size)
{
    int saved = errno;
    bool done = false;
#ifdef ORM__HAS_GETRANDOM
    ssize_t n;
    do n = getrandom(bytes, size, 0); while (n < 0 && errno == EINTR);
    done = n == (ssize_t)size;
#endif
    if (!done) done = orm__random_file(bytes, size);
    errno = saved;
    return done;
}

ORM_API orm_uuid orm_uuid_v4(void)
{
    orm_uuid id;
    if (!orm__random_bytes(id.byte, sizeof id.byte)) return (orm_uuid){ { 0 } };
    id.byte[6] = (uint8_t)(0x40 | (id.byte[6] & 0x0F));
    id.byte[8] = (uint8_t)(0x80 | (id.byte[8] & 0x3F));
    return id;
}

/* 48 bits of milliseconds and a counter of 16. It starts each millisecond at random in its lower half (RFC 9562, 6.2, method 1) and
   flows over into the milliseconds, as it goes on counting when the clock is set back. */
static uint64_t orm__uuid_tick(uint64_t random)
{
    static _Atomic uint64_t last;
    orm_time now = orm_now();
    uint64_t milliseconds = now > 0 ? (uint64_t)now / 1000 : 0, before = atomic_load(&last), tick;
    do tick = milliseconds > before >> 16 ? milliseconds << 16 | (random & 0x7FFF) : before + 1;
    while (!atomic_compare_exchange_weak(&last, &before, tick));
    return tick;
}

ORM_API orm_uuid orm_uuid_v7(void)
{
    unsigned char random[10];
    orm_uuid id;
    if (!orm__random_bytes(random, sizeof random)) return (orm_uuid){ { 0 } };
    uint64_t tick = orm__uuid_tick((uint64_t)random[8] << 8 | random[9]);
    for (int i = 0; i < 6; i++) id.byte[i] = (uint8_t)(tick >> (56 - 8 * i));
    /* the counter: twelve bits behind the version, four behind the variant */
    id.byte[6] = (uint8_t)(0x70 | (tick >> 12 & 0x0F));
    id.byte[7] = (uint8_t)(tick >> 4);
    id.byte[8] = (uint8_t)(0x80 | (tick & 0x0F) << 2 | (random[0] & 0x03));
    memcpy(id.byte + 9, random + 1, 7);
    return id;
}

static int orm__uuid_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* hyphens stand before these bytes */
static bool orm__uuid_hyphen(size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

ORM_API bool orm_uuid_parse(const char *text_, orm_uuid *out)
{
    orm_uuid id;
    if (!text_) return false;
    bool braces = *text_ == '{';
    const char *at = text_ + braces;
    for (size_t i = 0; i < sizeof id.byte; i++, at += 2) {
        if (orm__uuid_hyphen(i) && *at++ != '-') return false;
        int high = orm__uuid_digit(at[0]), low = high < 0 ? -1 : orm__uuid_digit(at[1]);
        if (low < 0) return false;
        id.byte[i] = (uint8_t)(high << 4 | low);
    }
    if (braces && *at++ != '}') return false;
    if (*at != 0) return false;
    *out = id;
    return true;
}

ORM_API const char *orm_uuid_text(orm_uuid id, char buffer[ORM_UUID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = buffer;
    for (size_t i = 0; i < sizeof id.byte; i++) {
        if (orm__uuid_hyphen(i)) *at++ = '-';
        *at++ = digits[id.byte[i] >> 4];
        *at++ = digits[id.byte[i] & 0x0F];
    }
    *at = 0;
    return buffer;
}

ORM_API bool orm_uuid_is_nil(orm_uuid id) { return orm_uuid_equal(id, (orm_uuid){ { 0 } }); }
ORM_API bool orm_uuid_equal(orm_uuid a, orm_uuid b) { return memcmp(a.byte, b.byte, sizeof a.byte) == 0; }

/* >>decimal: exact decimal numbers of up to 38 digits: 128-bit integers with a scale. No double on the way, no locale. */

__extension__ typedef __int128 orm__wide;
__extension__ typedef unsigned __int128 orm__uwide;

static orm__uwide orm__power_of_ten(int exponent)
{
    orm__uwide power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

static orm__wide orm__decimal_wide(orm_decimal number) { return (orm__wide)((orm__uwide)(uint64_t)number.high << 64 | number.low); }
static orm__uwide orm__magnitude(orm__wide number) { return number < 0 ? -(orm__uwide)number : (orm__uwide)number; }

static orm_decimal orm__decimal_from(orm__wide number, int scale)
{
    return (orm_decimal){ .high = (int64_t)(uint64_t)((orm__uwide)number >> 64), .low = (uint64_t)(orm__uwide)number, .scale = scale };
}

ORM_PRIVATE bool orm__decimal_fits(orm_decimal number, int precision)
{
    if (number.scale < 0 || number.scale > ORM_MAX_DIGITS) return false;
    return orm__magnitude(orm__decimal_wide(number)) < orm__power_of_ten(precision);
}

/* of no number; refused by orm__decimal_fits and thereby by every write */
static orm_decimal orm__no_decimal(void) { return (orm_decimal){ .scale = -1 }; }

ORM_API orm_decimal orm_decimal_make(int64_t units, int scale)
{
    return scale < 0 || scale > ORM_MAX_DIGITS ? orm__no_decimal() : orm__decimal_from(units, scale);
}

ORM_API bool orm_decimal_parse(const char *text_, orm_decimal *out)
{
    if (!text_) return false;
    bool negative = *text_ == '-', point = false, ends_in_digit = false;
    orm__uwide number = 0, limit = orm__power_of_ten(ORM_MAX_DIGITS - 1);
    int scale = 0;
    for (const char *at = text_ + negative; *at; at++) {
        if (*at == '.') {
            if (point || !ends_in_digit) return false;
            point = true;
            ends_in_digit = false;
            continue;
        }
        if (*at < '0' || *at > '9' || number >= limit || (point && ++scale > ORM_MAX_DIGITS)) return false;
        number = number * 10 + (unsigned)(*at - '0');
        ends_in_digit = true;
    }
    if (!ends_in_digit) return false;
    *out = orm__decimal_from(negative ? -(orm__wide)number : (orm__wide)number, scale);
    return true;
}

ORM_API orm_decimal orm_decimal_of(const char *text_)
{
    orm_decimal number;
    return orm_decimal_parse(text_, &number) ? number : orm__no_decimal();
}

ORM_API const char *orm_decimal_text(orm_decimal number, char buffer[ORM_DECIMAL_SIZE])
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) {
        memcpy(buffer, "invalid", sizeof "invalid");
        return buffer;
    }
    char reversed[ORM_DECIMAL_SIZE], *at = buffer;
    orm__wide value = orm__decimal_wide(number);
    orm__uwide left = orm__magnitude(value);
    int length = 0;
    /* a digit stands before the point, even when it is 0 */
    for (int digit = 0; left > 0 || digit <= number.scale; digit++, left /= 10) {
        if (digit == number.scale && digit > 0) reversed[length++] = '.';
        reversed[length++] = (char)('0' + (int)(left % 10));
    }
    if (value < 0) *at++ = '-';
    while (length > 0) *at++ = reversed[--length];
    *at = 0;
    return buffer;
}

ORM_API bool orm_decimal_rescale(orm_decimal number, int scale, orm_decimal *out)
{
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS) || scale < 0 || scale > ORM_MAX_DIGITS) return false;
    orm__wide value = orm__decimal_wide(number);
    if (scale > number.scale) {
        orm__uwide factor = orm__power_of_ten(scale - number.scale);
        if (orm__magnitude(value) > (orm__power_of_ten(ORM_MAX_DIGITS) - 1) / factor) return false;
        value *= (orm__wide)factor;
    } else if (scale < number.scale) {
        orm__wide divisor = (orm__wide)orm__power_of_ten(number.scale - scale);
        if (value % divisor != 0) return false;
        value /= divisor;
    }
    *out = orm__decimal_from(value, scale);
    return true;
}

ORM_API bool orm_decimal_units(orm_decimal number, int scale, int64_t *out)
{
    orm_decimal scaled;
    if (!orm_decimal_rescale(number, scale, &scaled)) return false;
    orm__wide value = orm__decimal_wide(scaled);
    if (value < INT64_MIN || value > INT64_MAX) return false;
    *out = (int64_t)value;
    return true;
}

/* a against b where b has more digits after the point: divides b, because a times the power may not fit */
static int orm__decimal_against(orm__wide a, orm__wide b, int more_digits)
{
    orm__wide power = (orm__wide)orm__power_of_ten(more_digits), quotient = b / power, rest = b % power;
    if (a != quotient) return a < quotient ? -1 : 1;
    return rest > 0 ? -1 : rest < 0;
}

ORM_API int orm_decimal_compare(orm_decimal a, orm_decimal b)
{
    bool a_valid = orm__decimal_fits(a, ORM_MAX_DIGITS), b_valid = orm__decimal_fits(b, ORM_MAX_DIGITS);
    if (!a_valid || !b_valid) return (int)a_valid - (int)b_valid;       /* no number comes before all numbers */
    orm__wide x = orm__decimal_wide(a), y = orm__decimal_wide(b);
    return a.scale <= b.scale ? orm__decimal_against(x, y, b.scale - a.scale) : -orm__decimal_against(y, x, a.scale - b.scale);
}

/* >>inet: IP addresses with a prefix length, as text: RFC 4291 in, RFC 5952 out. By hand, because inet_pton knows neither prefixes nor, on every
   system, the same forms. */

/* a decimal number without leading zeros, at most `most` */
static bool orm__inet_number(const char **at, unsigned most, unsigned *out)
{
    const char *start = *at;
    *out = 0;
    while (**at >= '0' && **at <= '9' && *out <= most) *out = *out * 10 + (unsigned)(*(*at)++ - '0');
    return *at > start && *out <= most && (*start != '0' || *at == start + 1);
}

/* a.b.c.d */
static bool orm__inet_four(const char **at, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        unsigned byte = 0;
        if (i > 0 && *(*at)++ != '.') return false;
        if (!orm__inet_number(at, 255, &byte)) return false;
        out[i] = (uint8_t)byte;
    }
    return true;
}

/* one to four hex digits */
static bool orm__inet_group(const char **at, uint8_t out[2])
{
    unsigned group = 0, digits = 0;
    for (; digits < 5; digits++, (*at)++) {
        char c = **at;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) break;
        group = group * 16 + (unsigned)digit;
    }
    out[0] = (uint8_t)(group >> 8);
    out[1] = (uint8_t)group;
    return digits > 0 && digits < 5;
}

/* Eight groups, or fewer with one "::" for the zeros that are left out; the last two may be written as an IPv4 address. */
static bool orm__inet_six(const char **at, uint8_t out[16])
{
    size_t n = 0, gap = SIZE_MAX;
    memset(out, 0, 16);
    if ((*at)[0] == ':' && (*at)[1] == ':') {
        gap = 0;
        *at += 2;
    }
    while (n < 16 && **at && **at != '/') {
        const char *four = *at;
        if (n > 0 && n != gap) {
            if (*four++ != ':') return false;
        }
        *at = four;
        if (n <= 12 && orm__inet_four(&four, out + n)) {
            *at = four;
            n += 4;
            break;
        }
        if (!orm__inet_group(at, out + n)) return false;
        n += 2;
        if ((*at)[0] == ':' && (*at)[1] == ':') {
            if (gap != SIZE_MAX) return false;
            gap = n;
            *at += 2;
        }
    }
    if (gap == SIZE_MAX) return n == 16;
    if (n > 14) return false;              /* "::" stands for one group at least */
    memmove(out + 16 - (n - gap), out + gap, n - gap);
    memset(out + gap, 0, 16 - n);
    return true;
}

ORM_API bool orm_inet_parse(const char *text_, orm_inet *out)
{
    orm_inet inet = { .family = 4, .prefix = 32 };
    unsigned prefix = 0;
    const char *at = text_;
    if (!text_) return false;
    if (strchr(text_, ':')) {
        inet.family = 6;
        inet.prefix = 128;
        if (!orm__inet_six(&at, inet.address)) return false;
    } else if (!orm__inet_four(&at, inet.address)) {
        return false;
    }
    if (*at == '/') {
        at++;
        if (!orm__inet_number(&at, inet.prefix, &prefix)) return false;
        inet.prefix = (uint8_t)prefix;
    }
    if (*at) return false;
    *out = inet;
    return true;
}

ORM_API orm_inet orm_inet_of(const char *text_)
{
    orm_inet inet = { .family = UINT8_MAX };       /* no address: the choke point refuses it */
    (void)orm_inet_parse(text_, &inet);
    return inet;
}

/* the first of the longest runs of two or more zero groups: from and length in groups */
static void orm__inet_zeros(const uint8_t address[16], int *from, int *length)
{
    *from = *length = 0;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && !address[2 * (i + n)] && !address[2 * (i + n) + 1]) n++;
        if (n >= 2 && n > *length) {
            *from = i;
            *length = n;
        }
        i += n;
    }
}

static void orm__inet_put_six(orm__writer *w, const uint8_t address[16])
{
    static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    int from = 0, length = 0;
    if (memcmp(address, mapped, sizeof mapped) == 0) {       /* RFC 5952, 5 */
        orm__put_format(w, "::ffff:%d.%d.%d.%d", address[12], address[13], address[14], address[15]);
        return;
    }
    orm__inet_zeros(address, &from, &length);
    for (int i = 0; i < 8; i++) {
        if (length && i == from) {
            orm__put(w, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && !(length && i == from + length)) orm__put_char(w, ':');
        orm__put_format(w, "%x", (unsigned)address[2 * i] << 8 | address[2 * i + 1]);
    }
}

ORM_API const char *orm_inet_text(orm_inet address, char buffer[ORM_INET_SIZE])
{
    orm__writer w = { .text = buffer, .capacity = ORM_INET_SIZE };
    const uint8_t *byte = address.address;
    buffer[0] = 0;
    if (address.family == 4) orm__put_format(&w, "%d.%d.%d.%d", byte[0], byte[1], byte[2], byte[3]);
    else if (address.family == 6) orm__inet_put_six(&w, byte);
    else return buffer;
    if (address.prefix != (address.family == 4 ? 32 : 128)) orm__put_format(&w, "/%d", address.prefix);
    return buffer;
}

ORM_API bool orm_inet_equal(orm_inet a, orm_inet b)
{
    return a.family == b.family && a.prefix == b.prefix && memcmp(a.address, b.address, a.family == 4 ? 4 : sizeof a.address) == 0;
}

/* >>value: members of rows as values and back. The one place that knows how each type lies in a struct. */

typedef struct orm__array { const void *at; size_t n; } orm__array;      /* orm_int16s and all the others */

ORM_PRIVATE size_t orm__member_size(orm_type type)
{
    switch (type) {
    case ORM_INT16:   return sizeof(int16_t);
    case ORM_INT32:   return sizeof(int32_t);
    case ORM_INT64:   return sizeof(int64_t);
    case ORM_FLOAT:   return sizeof(float);
    case ORM_DOUBLE:  return sizeof(double);
    case ORM_BOOL:    return sizeof(bool);
    case ORM_TEXT:
    case ORM_JSON:    return sizeof(const char *);
    case ORM_DECIMAL: return sizeof(orm_decimal);
    case ORM_BLOB:    return sizeof(orm_blob);
    case ORM_DATE:    return sizeof(orm_date);
    case ORM_CLOCK:   return sizeof(orm_clock);
    case ORM_TIME:    return sizeof(orm_time);
    case ORM_UUID:    return sizeof(orm_uuid);
    case ORM_ENUM:    return sizeof(unsigned);
    case ORM_INET:    return sizeof(orm_inet);
    case ORM_ARRAY:   return sizeof(orm__array);
    case ORM_NULL:
    case ORM_TYPES:   break;
    }
    return 0;
}

/* is the member of a nullable column a struct with `set`, or does the type have a NULL of its own? */
static bool orm__has_flag(const orm_column *column)
{
    const unsigned own = 1u << ORM_TEXT | 1u << ORM_JSON | 1u << ORM_BLOB | 1u << ORM_ENUM | 1u << ORM_UUID | 1u << ORM_INET | 1u << ORM_ARRAY;
    return column->nullable && !(own >> column->is.type & 1);
}

/* members are read by memcpy into their own type: one load each, without aliasing doubts */
#define ORM__READ(T, at) __extension__({ T read_; memcpy(&read_, (at), sizeof read_); read_; })

ORM_PRIVATE orm_value orm__value_of(const orm_column *column, const void *row)
{
    const orm_value null = { .type = ORM_NULL };
    const char *at = (const char *)row + column->offset;
    orm_value v = { .type = (uint8_t)column->is.type };
    bool flagged = orm__has_flag(column), zero_is_unset = !flagged && (column->is.is_key || column->is.generated);
    if (flagged && !ORM__READ(bool, at + orm__member_size(column->is.type))) return null;
    switch (column->is.type) {
    case ORM_INT16:
        v.as.i = ORM__READ(int16_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_INT32:
        v.as.i = ORM__READ(int32_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_INT64:
        v.as.i = ORM__READ(int64_t, at);
        return v.as.i == 0 && zero_is_unset ? null : v;
    case ORM_FLOAT:
        v.as.d = (double)ORM__READ(float, at);
        return v;
    case ORM_DOUBLE:
        v.as.d = ORM__READ(double, at);
        return v;
    case ORM_BOOL:
        v.as.i = ORM__READ(unsigned char, at);              /* as a bool, a byte other than 0 and 1 would be undefined */
        return v;
    case ORM_TEXT:
    case ORM_JSON:
        v.as.s = ORM__READ(const char *, at);
        v.length = ORM_LENGTH_UNKNOWN;
        return v.as.s ? v : null;
    case ORM_DECIMAL: {
        orm_decimal number = ORM__READ(orm_decimal, at);
        v.scale = (uint8_t)(number.scale < 0 || number.scale > UINT8_MAX ? UINT8_MAX : number.scale);
        v.as.decimal.high = number.high;
        v.as.decimal.low = number.low;
        return v;
    }
    case ORM_BLOB: {
        orm_blob blob = ORM__READ(orm_blob, at);
        if (!blob.data) return null;
        if (blob.size >= UINT32_MAX) return (orm_value){ .type = ORM_VALUE_TOO_BIG };
        v.as.p = blob.data;
        v.length = (uint32_t)blob.size;
        return v;
    }
    case ORM_DATE:
        v.as.i = ORM__READ(orm_date, at).days;
        return v.as.i == INT32_MIN && !flagged ? null : v;
    case ORM_CLOCK:
    case ORM_TIME:
        v.as.i = ORM__READ(int64_t, at);
        return v.as.i == INT64_MIN && !flagged ? null : v;
    case ORM_UUID:
        v.as.uuid = ORM__READ(orm_uuid, at);
        return orm_uuid_is_nil(v.as.uuid) ? null : v;
    case ORM_ENUM:
        v.as.i = ORM__READ(unsigned, at);
        return v.as.i == 0 ? null : v;
    case ORM_INET:
        return orm__v_inet(ORM__READ(orm_inet, at));
    case ORM_ARRAY: {
        orm__array array = ORM__READ(orm__array, at);
        return orm__v_array(column->is.element, array.at, array.n);
    }
    case ORM_NULL:
    case ORM_TYPES:
        break;
    }
    return null;
}

ORM_PRIVATE bool orm__is_unset(const orm_column *column, const void *row) { return orm__value_of(column, row).type == ORM_NULL; }

/* the number of an enumeration's value: it comes by number from rows, by label once it is fit to be bound */
static int64_t orm__enum_number(const orm_column *column, const orm_value *v)
{
    if (v->length == 0) return v->as.i;
    for (size_t i = 0; i < column->is.labels->count; i++) {
        const char *label = column->is.labels->labels[i];
        if (strlen(label) == v->length && memcmp(label, v->as.s, v->length) == 0) return (int64_t)i + 1;
    }
    return 0;
}

static orm_decimal orm__value_decimal(const orm_value *v)
{
    return (orm_decimal){ .high = v->as.decimal.high, .low = v->as.decimal.low, .scale = v->scale };
}

ORM_PRIVATE orm_inet orm__value_inet(const orm_value *v)
{
    orm_inet inet = { .family = (uint8_t)(v->length >> 8), .prefix = (uint8_t)v->length };
    memcpy(inet.address, v->as.uuid.byte, sizeof inet.address);
    return inet;
}

#define ORM__WRITE(T, at, ...) do { T write_ = __VA_ARGS__; memcpy((at), &write_, sizeof write_); } while (0)

ORM_PRIVATE void orm__store(const orm_column *column, void *row, const orm_value *value)
{
    char *at = (char *)row + column->offset;
    bool null = value->type == ORM_NULL, flagged = orm__has_flag(column), mark = null && !flagged;
    int64_t i = null ? 0 : value->as.i;
    switch (column->is.type) {
    case ORM_INT16:  ORM__WRITE(int16_t, at, (int16_t)i); break;
    case ORM_INT32:  ORM__WRITE(int32_t, at, (int32_t)i); break;
    case ORM_INT64:  ORM__WRITE(int64_t, at, i); break;
    case ORM_FLOAT:  ORM__WRITE(float, at, null ? 0 : (float)value->as.d); break;
    case ORM_DOUBLE: ORM__WRITE(double, at, null ? 0 : value->as.d); break;
    case ORM_BOOL:   ORM__WRITE(bool, at, i != 0); break;
    case ORM_TEXT:
    case ORM_JSON:   ORM__WRITE(const char *, at, null ? NULL : value->as.s); break;
    case ORM_DECIMAL: ORM__WRITE(orm_decimal, at, null ? (orm_decimal){ .scale = 0 } : orm__value_decimal(value)); break;
    case ORM_BLOB:   ORM__WRITE(orm_blob, at, null ? (orm_blob){ NULL, 0 } : (orm_blob){ value->as.p, value->length }); break;
    case ORM_DATE:   ORM__WRITE(orm_date, at, mark ? ORM_UNSET_DATE : (orm_date){ (int32_t)i }); break;
    case ORM_CLOCK:
    case ORM_TIME:   ORM__WRITE(int64_t, at, mark ? INT64_MIN : i); break;
    case ORM_UUID:   ORM__WRITE(orm_uuid, at, null ? (orm_uuid){ { 0 } } : value->as.uuid); break;
    case ORM_ENUM:   ORM__WRITE(unsigned, at, null ? 0 : (unsigned)orm__enum_number(column, value)); break;
    case ORM_INET:   ORM__WRITE(orm_inet, at, null ? (orm_inet){ .family = 0 } : orm__value_inet(value)); break;
    case ORM_ARRAY:  ORM__WRITE(orm__array, at, null ? (orm__array){ NULL, 0 } : (orm__array){ value->as.list.data, value->as.list.count }); break;
    case ORM_NULL:
    case ORM_TYPES:  break;
    }
    if (flagged) ORM__WRITE(bool, at + orm__member_size(column->is.type), !null);
}

static int orm__order(int64_t a, int64_t b) { return (a > b) - (a < b); }

static int orm__order_bytes(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static size_t orm__text_size(const orm_value *v) { return v->length == ORM_LENGTH_UNKNOWN ? strlen(v->as.s) : v->length; }

ORM_PRIVATE int orm__compare_values(const orm_column *column, const orm_value *a, const orm_value *b)
{
    switch (column->is.type) {
    case ORM_FLOAT:
    case ORM_DOUBLE:
        /* NaN never comes from a write of ours; what stands in the table orders it behind all numbers */
        if (__builtin_isnan(a->as.d) || __builtin_isnan(b->as.d)) return !!__builtin_isnan(a->as.d) - !!__builtin_isnan(b->as.d);
        return (a->as.d > b->as.d) - (a->as.d < b->as.d);
    case ORM_TEXT:
    case ORM_JSON:    return orm__order_bytes(a->as.s, orm__text_size(a), b->as.s, orm__text_size(b));
    case ORM_DECIMAL: return orm_decimal_compare(orm__value_decimal(a), orm__value_decimal(b));
    case ORM_BLOB:    return orm__order_bytes(a->as.p, a->length, b->as.p, b->length);
    case ORM_UUID:    return memcmp(a->as.uuid.byte, b->as.uuid.byte, sizeof a->as.uuid.byte);
    case ORM_ENUM:    return orm__order(orm__enum_number(column, a), orm__enum_number(column, b));
    case ORM_INET:    return orm_inet_equal(orm__value_inet(a), orm__value_inet(b)) ? 0 : 1;
    case ORM_ARRAY:   return orm__arrays_equal(a, b) ? 0 : 1;
    default:          return orm__order(a->as.i, b->as.i);
    }
}

ORM_PRIVATE bool orm__members_equal(const orm_column *column, const void *row, const void *other)
{
    /* nothing was touched, as in nearly every member: the same bits, and texts are the same pointer (decimals have padding) */
    size_t size = orm__member_size(column->is.type), flag = column->offset + size;
    if (column->is.type != ORM_DECIMAL && memcmp((const char *)row + column->offset, (const char *)other + column->offset, size) == 0 &&
        (!orm__has_flag(column) || ((const char *)row)[flag] == ((const char *)other)[flag])) return true;
    orm_value a = orm__value_of(column, row), b = orm__value_of(column, other);
    if (a.type != b.type) return false;
    if (a.type == ORM_NULL) return true;
    /* by bits: 0.0 and -0.0 are different things to write, NaN and NaN are not */
    if (a.type == ORM_FLOAT || a.type == ORM_DOUBLE) return a.as.i == b.as.i;
    return orm__compare_values(column, &a, &b) == 0;
}

/* ---- enumerations ---- */

ORM_API const char *orm__enum_label(const orm_enum *e, unsigned value)
{
    return value >= 1 && value <= e->count ? e->labels[value - 1] : NULL;
}

ORM_API unsigned orm__enum_value(const orm_enum *e, const char *label)
{
    for (unsigned i = 0; label && i < e->count; i++)
        if (strcmp(e->labels[i], label) == 0) return i + 1;
    return 0;
}

/* >>array: arrays of scalars: their elements as values, copies, and the JSON text that an engine without arrays keeps. */

ORM_PRIVATE orm_value orm__array_item(const orm_value *array, size_t i)
{
    const orm_column element = { .is = { .type = (orm_type)array->scale } };
    const char *at = (const char *)array->as.list.data + i * orm__member_size(element.is.type);
    orm_value item = orm__value_of(&element, at);
    if (array->scale == ORM_UUID) item.type = ORM_UUID;         /* among others, all zero is a value, too */
    return item;
}

ORM_PRIVATE bool orm__arrays_equal(const orm_value *a, const orm_value *b)
{
    if (a->as.list.count != b->as.list.count) return false;
    if (a->scale != ORM_TEXT) return memcmp(a->as.list.data, b->as.list.data, a->as.list.count * orm__member_size((orm_type)a->scale)) == 0;
    for (size_t i = 0; i < a->as.list.count; i++) {
        orm_value x = orm__array_item(a, i), y = orm__array_item(b, i);
        if (x.type != y.type || (x.type == ORM_TEXT && strcmp(x.as.s, y.as.s) != 0)) return false;
    }
    return true;
}

/* room for the elements of an array, also when there are none */
static void *orm__array_room(orm_arena *arena, orm_type element, size_t n)
{
    size_t size = 0;
    return __builtin_mul_overflow(n ? n : 1, orm__member_size(element), &size) ? NULL : orm__bump(arena, size, 8);
}

ORM_PRIVATE bool orm__array_copy(orm_arena *arena, orm_value *array)
{
    size_t n = array->as.list.count;
    void *copy = orm__array_room(arena, (orm_type)array->scale, n);
    if (!copy) return false;
    if (n) memcpy(copy, array->as.list.data, n * orm__member_size((orm_type)array->scale));
    array->as.list.data = copy;
    const char **texts = (const char **)copy;
    for (size_t i = 0; array->scale == ORM_TEXT && i < n; i++) {
        if (!texts[i]) continue;
        texts[i] = orm__bump_text(arena, texts[i], strlen(texts[i]));
        if (!texts[i]) return false;
    }
    return true;
}

ORM_PRIVATE bool orm__array_of_one(orm_arena *arena, const orm_value *item, orm_value *array)
{
    const orm_column element = { .is = { .type = (orm_type)item->type } };
    void *at = orm__array_room(arena, element.is.type, 1);
    if (!at) return false;
    orm__store(&element, at, item);
    *array = orm__v_array(element.is.type, at, 1);
    return true;
}

/* ---- as JSON -------------------------------------------------------------------------------------------------- */
/* Numbers of 32 bits get the digits of their value in 64 bits, so that SQL finds what it compares with; infinity has no other spelling in JSON
   than a number that is too large; moments are microseconds, as in a column. */
static void orm__array_put(orm__writer *w, const orm_value *item)
{
    char text_[ORM_UUID_SIZE];
    switch (item->type) {
    case ORM_BOOL:  orm__put(w, item->as.i ? "true" : "false"); break;
    case ORM_FLOAT:
    case ORM_DOUBLE:
        if (__builtin_isinf(item->as.d)) orm__put(w, item->as.d < 0 ? "-9e999" : "9e999");
        else orm__put_number(w, item->as.d, false);
        break;
    case ORM_TEXT:  orm__put_json_text(w, item->as.s, strlen(item->as.s)); break;
    case ORM_DATE:  orm__put_format(w, "\"%s\"", orm_date_text((orm_date){ (int32_t)item->as.i }, text_)); break;
    case ORM_UUID:  orm__put_format(w, "\"%s\"", orm_uuid_text(item->as.uuid, text_)); break;
    default:        orm__put_int(w, item->as.i); break;
    }
}

ORM_PRIVATE void orm__put_array(orm__writer *w, const orm_value *array)
{
    orm__put_char(w, '[');
    for (size_t i = 0; i < array->as.list.count; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put_char(w, ',');
        orm__array_put(w, &item);
    }
    orm__put_char(w, ']');
}

/* what follows reads a text that is known to be JSON, so it meets no surprise but a value of another kind */
static const char *orm__array_blanks(const char *at)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') at++;
    return at;
}

/* behind a string or a number or word */
static const char *orm__array_skip(const char *at)
{
    if (*at != '"') return at + strcspn(at, ",] \n\r\t");
    for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
    return at + 1;
}

static unsigned orm__array_unit(const char *at)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++) unit = unit * 16 + (unsigned)(at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    return unit;
}

/* the text of a string without quotes and escapes, as UTF-8; not longer than the string */
static const char *orm__array_text(orm_arena *arena, const char *at, const char *end)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char *text_ = orm__bump_bytes(arena, (size_t)(end - at)), *out = text_;
    if (!text_) return NULL;
    for (at++, end--; at < end; ) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        const char *known = strchr(from, at[1]);
        unsigned c = at[1] == 'u' ? orm__array_unit(at + 2) : known ? (unsigned char)to[known - from] : (unsigned char)at[1];
        at += at[1] == 'u' ? 6 : 2;
        if (c >= 0xD800 && c <= 0xDBFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (orm__array_unit(at + 2) - 0xDC00);
            at += 6;
        }
        unsigned more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        *out++ = (char)(more ? (0xF00u >> (more + 1) & 0xFF) | c >> 6 * more : c);
        while (more-- > 0) *out++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    }
    *out = 0;
    return text_;
}

static bool orm__array_whole(const char *at, const char *end, int64_t *out)
{
    bool minus = *at == '-';
    *out = 0;
    for (at += minus; at < end; at++) {
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(*out, 10, out) || __builtin_sub_overflow(*out, *at - '0', out)) return false;
    }
    return minus || !__builtin_mul_overflow(*out, -1, out);       /* read as a negative number, of which there is one more */
}

/* the point of a number moves into its exponent: strtod expects that of the locale */
static bool orm__array_number(const char *at, const char *end, double *out)
{
    char text_[400];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    int64_t exponent = 0, written = 0;
    size_t digits = 0;
    bool behind = false;
    if (*at != '-' && (*at < '0' || *at > '9')) return false;
    if (*at == '-') orm__put_char(&w, *at++);
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            behind = true;
            continue;
        }
        bool leading = digits == 0 && *at == '0';
        if (!leading && ++digits <= 340) orm__put_char(&w, *at);          /* more digits cannot be seen in a double */
        exponent += (digits > 340) - behind;
    }
    if (!digits) orm__put_char(&w, '0');
    if (at < end && !orm__array_whole(at + 1 + (at[1] == '+'), end, &written)) written = at[1] == '-' ? -100000 : 100000;
    if (written > 100000 || written < -100000) written = written < 0 ? -100000 : 100000;
    orm__put_format(&w, "e%" PRId64, exponent + written);
    *out = strtod(text_, NULL);
    return true;
}

/* the item from `at` to `end` as a value of the type; texts live in the arena */
static orm__array_fault orm__array_read(orm_type type, const char *at, const char *end, orm_arena *arena, orm_value *out)
{
    size_t size = (size_t)(end - at);
    bool quoted = *at == '"', read = false;
    orm_date date = { 0 };
    char word[ORM_UUID_SIZE] = "";
    *out = (orm_value){ .type = (uint8_t)type };
    if (quoted != (type == ORM_TEXT || type == ORM_DATE || type == ORM_UUID)) return ORM__ARRAY_BAD;
    if (quoted && size - 2 < sizeof word) memcpy(word, at + 1, size - 2);
    switch (type) {
    case ORM_TEXT:
        out->as.s = orm__array_text(arena, at, end);
        return out->as.s ? ORM__ARRAY_FINE : ORM__ARRAY_NO_MEMORY;
    case ORM_DATE:
        read = orm_date_parse(word, &date);
        out->as.i = date.days;
        break;
    case ORM_UUID:
        read = size == ORM_UUID_SIZE + 1 && orm_uuid_parse(word, &out->as.uuid);
        break;
    case ORM_BOOL:
        out->as.i = *at == 't';
        read = *at == 't' || *at == 'f';
        break;
    case ORM_FLOAT: case ORM_DOUBLE:
        read = orm__array_number(at, end, &out->as.d) && (type == ORM_DOUBLE || __builtin_isinf(out->as.d) || !__builtin_isinf((float)out->as.d));
        break;
    default:
        read = (*at == '-' || (*at >= '0' && *at <= '9')) && orm__array_whole(at, end, &out->as.i);
        if (type == ORM_INT16) read = read && out->as.i == (int16_t)out->as.i;
        if (type == ORM_INT32) read = read && out->as.i == (int32_t)out->as.i;
        if (type == ORM_TIME) read = read && out->as.i != ORM_UNSET_TIME;
        break;
    }
    return read ? ORM__ARRAY_FINE : ORM__ARRAY_BAD;
}

ORM_PRIVATE orm__array_fault orm__read_array(orm_type element, const char *json, size_t size, orm_arena *arena, orm_value *out)
{
    const orm_column column = { .is = { .type = element } };
    orm__array_fault fault = ORM__ARRAY_FINE;
    size_t n = 0, most = 1;
    if (!orm__json_valid(json, size, NULL)) return ORM__ARRAY_BAD;
    const char *at = orm__array_blanks(json);
    if (*at++ != '[') return ORM__ARRAY_BAD;
    for (const char *comma = at; comma < json + size; comma++) most += *comma == ',';       /* those in strings, too */
    char *items = orm__array_room(arena, element, most);
    if (!items) return ORM__ARRAY_NO_MEMORY;
    for (at = orm__array_blanks(at); *at != ']' && !fault; n++) {
        if (*at == '[' || *at == '{') return ORM__ARRAY_BAD;
        const char *end = orm__array_skip(at);
        orm_value item;
        fault = orm__array_read(element, at, end, arena, &item);
        if (!fault) orm__store(&column, items + n * orm__member_size(element), &item);
        at = orm__array_blanks(end);
        if (*at == ',') at = orm__array_blanks(at + 1);
    }
    *out = orm__v_array(element, items, n);
    return fault;
}

/* >>fit: the choke point. Every value passes here on its way to an engine, so that all engines refuse the same things with the
   same words: SQLite would keep a text in a number column, turn NaN into NULL and store bytes that are no UTF-8. */
#include <float.h>

typedef struct orm__fitting { char *why; orm_status *kind; } orm__fitting;

static const char *orm__misfit(const orm__fitting *to, orm_status kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
static const char *orm__misfit(const orm__fitting *to, orm_status kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(to->why, 160, format, arguments);
    va_end(arguments);
    *to->kind = kind;
    return to->why;
}

static bool orm__is_int(const orm_value *v) { return v->type == ORM_INT64 || v->type == ORM_INT32 || v->type == ORM_INT16; }

static const char *orm__fit_int(const orm__fitting *to, orm_value *v, int64_t low, int64_t high)
{
    if (!orm__is_int(v)) return orm__misfit(to, ORM_VALIDATION, "is not a whole number");
    if (v->as.i < low || v->as.i > high) return orm__misfit(to, ORM_VALUE_RANGE, "must be between %" PRId64 " and %" PRId64, low, high);
    return NULL;
}

/* does the conversion keep every digit? 2^63 itself would not convert back */
static bool orm__exact(double number, int64_t i) { return number < 0x1p63 && (int64_t)number == i; }

static const char *orm__fit_number(const orm__fitting *to, orm_value *v, bool single)
{
    if (orm__is_int(v)) {
        int64_t i = v->as.i;
        v->as.d = single ? (double)(float)i : (double)i;
        return orm__exact(v->as.d, i) ? NULL : orm__misfit(to, ORM_VALUE_RANGE, "is a whole number with more digits than the column keeps");
    }
    if (v->type != ORM_DOUBLE && v->type != ORM_FLOAT) return orm__misfit(to, ORM_VALIDATION, "is not a number");
    if (__builtin_isnan(v->as.d)) return orm__misfit(to, ORM_VALUE_RANGE, "is not a number");
    if (!single || __builtin_isinf(v->as.d)) return NULL;
    if (__builtin_fabs(v->as.d) > (double)FLT_MAX) return orm__misfit(to, ORM_VALUE_RANGE, "is too large");
    float rounded = (float)v->as.d;
    if (!(rounded < 0 || rounded > 0) && (v->as.d < 0 || v->as.d > 0)) return orm__misfit(to, ORM_VALUE_RANGE, "is too small");
    v->as.d = (double)rounded;                  /* what the column can hold, so that a comparison finds it again */
    return NULL;
}

static const char *orm__fit_decimal(const orm__fitting *to, const orm_column *column, orm_value *v)
{
    int precision = column->is.precision ? column->is.precision : ORM_MAX_DIGITS, scale = column->is.scale;
    orm_decimal number, scaled;
    if (orm__is_int(v)) number = orm_decimal_make(v->as.i, 0);
    else if (v->type == ORM_DECIMAL) number = (orm_decimal){ .high = v->as.decimal.high, .low = v->as.decimal.low, .scale = v->scale };
    else return orm__misfit(to, ORM_VALIDATION, "is not a decimal number");
    if (!orm__decimal_fits(number, ORM_MAX_DIGITS)) return orm__misfit(to, ORM_VALIDATION, "is not a decimal number");
    bool rescaled = orm_decimal_rescale(number, scale, &scaled);
    /* a smaller scale fails for digits that would be lost, a larger one for lack of room before the point */
    if (!rescaled && number.scale > scale) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %d digit%s after the point", scale, scale == 1 ? "" : "s");
    if (!rescaled || !orm__decimal_fits(scaled, precision)) {
        return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %d digit%s before the point", precision - scale, precision - scale == 1 ? "" : "s");
    }
    v->scale = (uint8_t)scale;
    v->n = (uint8_t)precision;
    v->as.decimal.high = scaled.high;
    v->as.decimal.low = scaled.low;
    return NULL;
}

/* measures the text and checks its bytes */
static const char *orm__fit_bytes(const orm__fitting *to, orm_value *v, size_t max_text, size_t *characters)
{
    size_t size = v->length, max = max_text < ORM_LENGTH_UNKNOWN - 1 ? max_text : ORM_LENGTH_UNKNOWN - 1;
    orm__text_fault fault = ORM__TEXT_TOO_LONG;
    if (v->length == ORM_LENGTH_UNKNOWN) fault = orm__check_text(v->as.s, max, &size, characters);
    else if (size <= max) fault = orm__check_bytes(v->as.s, size, characters);
    if (fault == ORM__TEXT_TOO_LONG) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max);
    if (fault == ORM__TEXT_INVALID) return orm__misfit(to, ORM_BAD_TEXT, "is not valid UTF-8");
    v->length = (uint32_t)size;
    return NULL;
}

static const char *orm__fit_text(const orm__fitting *to, const orm_column *column, orm_value *v, size_t max_text)
{
    size_t characters = 0;
    if (v->type != ORM_TEXT && v->type != ORM_JSON) return orm__misfit(to, ORM_VALIDATION, "is not a text");
    const char *wrong = orm__fit_bytes(to, v, max_text, &characters);
    if (wrong || column->is.size == 0) return wrong;
    if (characters > column->is.size || (column->is.fixed && characters < column->is.size)) {
        return orm__misfit(to, ORM_VALIDATION, "must have %s %" PRIu32 " character%s", column->is.fixed ? "exactly" : "at most",
                           column->is.size, column->is.size == 1 ? "" : "s");
    }
    return NULL;
}

static const char *orm__fit_json(const orm__fitting *to, orm_value *v, size_t max_text)
{
    size_t characters = 0;
    const char *reason;
    if (v->type != ORM_TEXT && v->type != ORM_JSON) return orm__misfit(to, ORM_VALIDATION, "is not a text");
    const char *wrong = orm__fit_bytes(to, v, max_text, &characters);
    if (wrong || orm__json_valid(v->as.s, v->length, &reason)) return wrong;
    return orm__misfit(to, ORM_VALIDATION, "is not valid JSON: it %s", reason);
}

static const char *orm__fit_blob(const orm__fitting *to, orm_value *v, size_t max_text)
{
    if (v->type != ORM_BLOB) return orm__misfit(to, ORM_VALIDATION, "is not a blob");
    if (v->length > max_text) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max_text);
    return NULL;
}

static const char *orm__fit_enum(const orm__fitting *to, const orm_column *column, orm_value *v)
{
    const orm_enum *labels = column->is.labels;
    if (v->type == ORM_ENUM && v->length > 0) return NULL;           /* has its label already */
    if (v->type != ORM_ENUM && !orm__is_int(v)) return orm__misfit(to, ORM_VALIDATION, "is not a value of %s", labels->name);
    if (v->as.i < 1 || (uint64_t)v->as.i > labels->count) {
        char list[112];
        orm__list_texts(list, sizeof list, labels->labels, labels->count);
        return orm__misfit(to, ORM_VALIDATION, "must be one of %s", list);
    }
    v->as.s = labels->labels[v->as.i - 1];
    v->length = (uint32_t)strlen(v->as.s);
    return NULL;
}

static const char *orm__fit_inet(const orm__fitting *to, const orm_value *v)
{
    if (v->type != ORM_INET) return orm__misfit(to, ORM_VALIDATION, "is not an address");
    orm_inet inet = orm__value_inet(v);
    if ((inet.family != 4 && inet.family != 6) || inet.prefix > (inet.family == 4 ? 32 : 128)) return orm__misfit(to, ORM_VALIDATION, "is not an IP address");
    return NULL;
}

/* every element as a value of a column of its own; a whole number of the element's type cannot be wrong */
static const char *orm__fit_array(const orm__fitting *to, const orm_column *column, orm_value *v, size_t max_text)
{
    orm_type type = column->is.element;
    size_t n = v->as.list.count, item_size = orm__member_size(type), left = max_text;
    const orm_column element = { .model = column->model, .name = column->name, .is = { .type = type } };
    if (v->type != ORM_ARRAY || v->scale != type) return orm__misfit(to, ORM_VALIDATION, "is not an array of the column's type");
    if (n > UINT32_MAX || (type != ORM_TEXT && n > max_text / item_size)) return orm__misfit(to, ORM_VALUE_RANGE, "must have at most %zu bytes", max_text);
    if (type == ORM_INT16 || type == ORM_INT32 || type == ORM_INT64) return NULL;
    for (size_t i = 0; i < n; i++) {
        orm_value item = orm__array_item(v, i);
        char why[160];
        const char *wrong = item.type == ORM_NULL ? "is NULL" : NULL;
        if (wrong) *to->kind = ORM_VALIDATION;
        else wrong = orm__fit(&element, &item, left, why, to->kind);
        if (wrong) return orm__misfit(to, *to->kind, "has an element, number %zu, that %.100s", i + 1, wrong);
        if (type == ORM_TEXT) left -= item.length;
    }
    return NULL;
}

/* types that know no conversion: the number must be of the type, or an integer where `or_int` says so, and within bounds */
static const char *orm__fit_range(const orm__fitting *to, const orm_value *v, orm_type type, bool or_int, int64_t low, int64_t high, const char *wrong_type, const char *wrong_range)
{
    if (v->type != type && !(or_int && orm__is_int(v))) return orm__misfit(to, ORM_VALIDATION, "%s", wrong_type);
    if (v->as.i < low || v->as.i > high) return orm__misfit(to, ORM_VALUE_RANGE, "%s", wrong_range);
    return NULL;
}

ORM_PRIVATE const char *orm__fit(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind)
{
    orm_type type = column->is.type;
    if (ORM__LIKELY(type == ORM_INT64 && value->type == ORM_INT64) || value->type == ORM_NULL) return NULL;
    const orm__fitting to = { why, kind };
    const char *wrong = NULL;
    if (value->type == ORM_VALUE_TOO_BIG) return orm__misfit(&to, ORM_VALUE_RANGE, "is too large");
    switch (type) {
    case ORM_INT16:   wrong = orm__fit_int(&to, value, INT16_MIN, INT16_MAX); break;
    case ORM_INT32:   wrong = orm__fit_int(&to, value, INT32_MIN, INT32_MAX); break;
    case ORM_INT64:   wrong = orm__fit_int(&to, value, INT64_MIN, INT64_MAX); break;
    case ORM_FLOAT:   wrong = orm__fit_number(&to, value, true); break;
    case ORM_DOUBLE:  wrong = orm__fit_number(&to, value, false); break;
    case ORM_BOOL:    wrong = orm__fit_range(&to, value, ORM_BOOL, true, 0, 1, "is neither true nor false", "is neither true nor false"); break;
    case ORM_TEXT:    wrong = orm__fit_text(&to, column, value, max_text); break;
    case ORM_JSON:    wrong = orm__fit_json(&to, value, max_text); break;
    case ORM_BLOB:    wrong = orm__fit_blob(&to, value, max_text); break;
    case ORM_DECIMAL: wrong = orm__fit_decimal(&to, column, value); break;
    case ORM_DATE:    wrong = orm__fit_range(&to, value, ORM_DATE, false, ORM__FIRST_DAY, ORM__LAST_DAY, "is not a date", "must be a date of the years 1 to 9999"); break;
    case ORM_CLOCK:   wrong = orm__fit_range(&to, value, ORM_CLOCK, false, 0, ORM__DAY - 1, "is not a time of day", "must be a time between 00:00 and 24:00"); break;
    case ORM_TIME:    wrong = orm__fit_range(&to, value, ORM_TIME, true, ORM__FIRST_TIME, ORM__LAST_TIME, "is not a time", "must be a time of the years 1 to 9999"); break;
    case ORM_UUID:    wrong = value->type == ORM_UUID ? NULL : orm__misfit(&to, ORM_VALIDATION, "is not a UUID"); break;
    case ORM_ENUM:    wrong = orm__fit_enum(&to, column, value); break;
    case ORM_INET:    wrong = orm__fit_inet(&to, value); break;
    case ORM_ARRAY:   wrong = orm__fit_array(&to, column, value, max_text); break;
    case ORM_NULL:
    case ORM_TYPES:   wrong = orm__misfit(&to, ORM_VALIDATION, "is of no type"); break;
    }
    if (!wrong) value->type = (uint8_t)type;
    return wrong;
}

ORM_PRIVATE const char *orm__fit_again(const orm_column *column, orm_value *value, size_t max_text, char why[160], orm_status *kind)
{
    if (value->type != column->is.type || value->type == ORM_DECIMAL || value->type == ORM_ENUM) return orm__fit(column, value, max_text, why, kind);
    if (value->type == ORM_TEXT || value->type == ORM_JSON) value->length = (uint32_t)strlen(value->as.s);
    return NULL;
}

/* >>regex: the regular expressions of `matches` rules. Compiled once per process and kept in a bounded cache; a pattern comes from
   a model, never from input. */
#include <locale.h>

#define ORM__MAX_REGEXES 64

typedef struct orm__regex { regex_t compiled; unsigned users; bool kept; uint64_t used; size_t size; char pattern[]; } orm__regex;

static struct { pthread_mutex_t mutex; locale_t locale; uint64_t uses; orm__regex *kept[ORM__MAX_REGEXES]; } orm__regexes = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Patterns mean the same whatever the program's locale is: characters are UTF-8, ranges go by code point. */
static locale_t orm__regex_locale(void)
{
    if (!orm__regexes.locale) orm__regexes.locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (!orm__regexes.locale) orm__regexes.locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return orm__regexes.locale;
}

static void orm__regex_free(orm__regex *regex)
{
    orm_allocator a = orm__default_allocator();
    regfree(&regex->compiled);
    orm__release(&a, regex, sizeof *regex + regex->size);
}

/* NULL: `fault` is -1 or -2 */
static orm__regex *orm__regex_compile(const char *pattern, int *fault)
{
    orm_allocator a = orm__default_allocator();
    size_t size = strlen(pattern) + 1;
    orm__regex *regex = (orm__regex *)orm__allocate(&a, sizeof *regex + size);
    *fault = -2;
    if (!regex) return NULL;
    *regex = (orm__regex){ .size = size };
    memcpy(regex->pattern, pattern, size);
    int failed = regcomp(&regex->compiled, pattern, REG_EXTENDED | REG_NOSUB);
    if (failed == 0) return regex;
    if (failed != REG_ESPACE) *fault = -1;
    orm__release(&a, regex, sizeof *regex + size);
    return NULL;
}

/* The place for a new pattern: a free one, or that of the pattern unused for longest; NULL when all are being matched. */
static orm__regex **orm__regex_place(void)
{
    orm__regex **place = NULL;
    for (size_t i = 0; i < ORM__MAX_REGEXES; i++) {
        orm__regex **slot = &orm__regexes.kept[i];
        if (!*slot) return slot;
        if ((*slot)->users == 0 && (!place || (*slot)->used < (*place)->used)) place = slot;
    }
    return place;
}

/* with the mutex held */
static orm__regex *orm__regex_find(const char *pattern, int *fault)
{
    for (size_t i = 0; i < ORM__MAX_REGEXES && orm__regexes.kept[i]; i++) {
        if (strcmp(orm__regexes.kept[i]->pattern, pattern) == 0) return orm__regexes.kept[i];
    }
    orm__regex *regex = orm__regex_compile(pattern, fault), **place = regex ? orm__regex_place() : NULL;
    if (place) {
        if (*place) orm__regex_free(*place);
        *place = regex;
        regex->kept = true;
    }
    return regex;
}

ORM_PRIVATE int orm__regex_matches(const char *pattern, const char *text_)
{
    int fault = 0;
    pthread_mutex_lock(&orm__regexes.mutex);
    locale_t before = uselocale(orm__regex_locale());
    orm__regex *regex = orm__regex_find(pattern, &fault);
    if (regex) {
        regex->users++;
        regex->used = ++orm__regexes.uses;
    }
    pthread_mutex_unlock(&orm__regexes.mutex);
    int answer = fault;
    if (regex) {
        int result = regexec(&regex->compiled, text_, 0, NULL, 0);
        answer = result == 0 ? 1 : result == REG_NOMATCH ? 0 : -2;
        pthread_mutex_lock(&orm__regexes.mutex);
        if (--regex->users == 0 && !regex->kept) orm__regex_free(regex);
        pthread_mutex_unlock(&orm__regexes.mutex);
    }
    uselocale(before);
    return answer;
}

/* >>rules: does a value keep a rule? One function per kind, linear time, ASCII by hand: the <ctype.h> calls depend on the locale. */
#include <arpa/inet.h>

static bool orm__is_digit(char c) { return c >= '0' && c <= '9'; }
static bool orm__is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || orm__is_digit(c); }
static bool orm__is_one_of(char c, const char *set) { return c != 0 && strchr(set, c) != NULL; }

/* ---- email and URL -------------------------------------------------------------------------------------------- */
/* Labels of letters, digits and inner hyphens, at most 63 bytes each (RFC 1123); how many there are, or 0 when one is wrong.
   `number`: the last one is all digits, as in an IPv4 address and in no name. */
static size_t orm__count_labels(const char *name, size_t size, bool *number)
{
    size_t labels = 0, start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && name[i] != '.') {
            if (i == start) *number = true;
            if (!orm__is_digit(name[i])) *number = false;
            if (i - start >= 63 || (!orm__is_alphanumeric(name[i]) && name[i] != '-')) return 0;
            continue;
        }
        if (i == start || name[start] == '-' || name[i - 1] == '-') return 0;
        labels++;
        start = i + 1;
    }
    return labels;
}

/* dots separate atoms, none is empty; bytes from 0x80 are characters of RFC 6531 */
static bool orm__local_part_valid(const char *name, size_t size)
{
    if (size == 0 || size > 64 || name[0] == '.' || name[size - 1] == '.') return false;
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '.' ? name[i - 1] == '.' : !((unsigned char)name[i] >= 0x80 || orm__is_alphanumeric(name[i]) || orm__is_one_of(name[i], "!#$%&'*+-/=?^_`{|}~"))) return false;
    }
    return orm__check_bytes(name, size, NULL) == ORM__TEXT_OK;
}

ORM_PRIVATE bool orm__email_valid(const char *text_, size_t size)
{
    bool number = false;
    const char *at = size <= 254 ? memchr(text_, '@', size) : NULL;
    if (!at) return false;
    size_t local = (size_t)(at - text_);
    return orm__local_part_valid(text_, local) && orm__count_labels(at + 1, size - local - 1, &number) >= 2 && !number;
}

static bool orm__address_valid(int family, const char *text_, size_t size)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (size >= sizeof copy) return false;
    memcpy(copy, text_, size);
    copy[size] = 0;
    return inet_pton(family, copy, &address) == 1;
}

static bool orm__host_valid(const char *host, size_t size)
{
    bool number = false;
    if (size >= 2 && host[0] == '[') return host[size - 1] == ']' && orm__address_valid(AF_INET6, host + 1, size - 2);
    if (size > 253 || orm__count_labels(host, size, &number) == 0) return false;
    return !number || orm__address_valid(AF_INET, host, size);
}

static bool orm__port_valid(const char *digits, size_t size)
{
    unsigned port = 0;
    if (size == 0 || size > 5) return false;
    for (size_t i = 0; i < size; i++) {
        if (!orm__is_digit(digits[i])) return false;
        port = port * 10 + (unsigned)(digits[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

/* unreserved characters, sub-delims, those of `more`, and percent-encoded bytes (RFC 3986) */
static bool orm__url_part_valid(const char *part, size_t size, const char *more)
{
    for (size_t i = 0; i < size; i++) {
        if (part[i] == '%') {
            for (size_t k = 1; k <= 2; k++) {
                if (i + k >= size || !(orm__is_digit(part[i + k]) || (part[i + k] >= 'a' && part[i + k] <= 'f') || (part[i + k] >= 'A' && part[i + k] <= 'F'))) return false;
            }
            i += 2;
        } else if (!orm__is_alphanumeric(part[i]) && !orm__is_one_of(part[i], "-._~!$&'()*+,;=") && !orm__is_one_of(part[i], more)) {
            return false;
        }
    }
    return true;
}

/* [user@]host[:port] */
static bool orm__authority_valid(const char *text_, size_t size)
{
    const char *at = memchr(text_, '@', size);
    if (at) {
        size_t user = (size_t)(at - text_);
        if (!orm__url_part_valid(text_, user, ":")) return false;
        text_ += user + 1;
        size -= user + 1;
    }
    const char *closing = size > 0 && text_[0] == '[' ? memchr(text_, ']', size) : NULL;
    size_t host = closing ? (size_t)(closing - text_) + 1 : 0;
    while (host < size && text_[host] != ':') host++;
    if (host < size && !orm__port_valid(text_ + host + 1, size - host - 1)) return false;
    return orm__host_valid(text_, host);
}

ORM_PRIVATE bool orm__url_valid(const char *text_, size_t size)
{
    static const char *const schemes[] = { "http://", "https://", "ftp://" };
    size_t start = 0;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && start == 0; i++) {
        size_t length = strlen(schemes[i]), same = 0;
        while (same < length && same < size && (text_[same] >= 'A' && text_[same] <= 'Z' ? text_[same] + 32 : text_[same]) == schemes[i][same]) same++;
        if (same == length) start = length;
    }
    if (start == 0) return false;
    size_t end = start;
    while (end < size && !orm__is_one_of(text_[end], "/?#")) end++;
    if (!orm__authority_valid(text_ + start, end - start)) return false;
    size_t fragment = end;
    while (fragment < size && text_[fragment] != '#') fragment++;
    return orm__url_part_valid(text_ + end, fragment - end, ":@/?") && (fragment == size || orm__url_part_valid(text_ + fragment + 1, size - fragment - 1, ":@/?"));
}

/* ---- the kinds of rules ------------------------------------------------------------------------------------------ */
static bool orm__is_blank(const orm_value *v)
{
    if (v->type == ORM_BLOB) return v->length == 0;
    size_t i = 0;
    while (i < v->length && orm__is_one_of(v->as.s[i], " \t\n\v\f\r")) i++;
    return i == v->length;
}

static bool orm__length_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    bool blob = v->type == ORM_BLOB;
    size_t units = v->length;
    if (!blob) (void)orm__check_bytes(v->as.s, v->length, &units);       /* the choke point has found it valid */
    if ((int64_t)units >= rule->low && (int64_t)units <= rule->high) return true;
    int64_t last = rule->high == INT64_MAX ? rule->low : rule->high;
    const char *unit = blob ? last == 1 ? "byte" : "bytes" : last == 1 ? "character" : "characters";
    if (rule->low == rule->high) snprintf(message, 160, "must have exactly %" PRId64 " %s", rule->low, unit);
    else if (rule->high == INT64_MAX) snprintf(message, 160, "must have at least %" PRId64 " %s", rule->low, unit);
    else if (rule->low <= 0) snprintf(message, 160, "must have at most %" PRId64 " %s", rule->high, unit);
    else snprintf(message, 160, "must have %" PRId64 " to %" PRId64 " %s", rule->low, rule->high, unit);
    return false;
}

/* the value against a bound, which stands in the rule both as integer and as number */
static int orm__against_bound(const orm_column *column, const orm_value *v, int64_t i, double number)
{
    orm_value bound = { .type = v->type, .as.i = i };
    if (v->type == ORM_DOUBLE) bound.as.d = number;
    else if (v->type == ORM_FLOAT) bound.as.d = (double)(float)number;      /* a float 0.1 is at most 0.1 */
    else if (v->type == ORM_DECIMAL) bound = orm__v_decimal(orm_decimal_make(i, 0));
    return orm__compare_values(column, v, &bound);
}

/* the bound for people; the decimal point is a point in every locale */
static const char *orm__bound_text(const orm_value *v, int64_t i, double number, char out[48])
{
    if (v->type == ORM_TIME) return orm_time_text(i, out);
    if (v->type == ORM_DATE) return orm_date_text((orm_date){ (int32_t)i }, out);
    if (v->type == ORM_CLOCK) return orm_clock_text((orm_clock){ i }, out);
    if (v->type != ORM_DOUBLE && v->type != ORM_FLOAT) {
        snprintf(out, 48, "%" PRId64, i);
        return out;
    }
    char *end = out;
    snprintf(out, 48, "%.15g", number);
    for (const char *at = out; *at; at++) {
        if (orm__is_alphanumeric(*at) || *at == '-' || *at == '+') *end++ = *at;
        else if (end[-1] != '.') *end++ = '.';
    }
    *end = 0;
    return out;
}

static bool orm__bounds_hold(const orm_rule *rule, const orm_column *column, const orm_value *v, char message[160])
{
    char low[48], high[48];
    bool has_low = rule->kind != ORM_RULE_AT_MOST, has_high = rule->kind != ORM_RULE_AT_LEAST;
    if ((!has_low || orm__against_bound(column, v, rule->low, rule->low_number) >= 0)
        && (!has_high || orm__against_bound(column, v, rule->high, rule->high_number) <= 0)) return true;
    orm__bound_text(v, rule->low, rule->low_number, low);
    orm__bound_text(v, rule->high, rule->high_number, high);
    if (has_low && has_high) snprintf(message, 160, "must be between %s and %s", low, high);
    else snprintf(message, 160, "must be at %s %s", has_low ? "least" : "most", has_low ? low : high);
    return false;
}

static bool orm__text_listed(const orm_rule *rule, const orm_value *v, char message[160])
{
    size_t n = 0;
    char list[128];
    for (; rule->texts[n]; n++) {
        if (strlen(rule->texts[n]) == v->length && memcmp(rule->texts[n], v->as.s, v->length) == 0) return true;
    }
    orm__list_texts(list, sizeof list, rule->texts, n);
    snprintf(message, 160, "must be one of %s", list);
    return false;
}

static bool orm__int_listed(const orm_rule *rule, const orm_value *v, char message[160])
{
    for (size_t i = 0; i < rule->n_numbers; i++) {
        if (rule->numbers[i] == v->as.i) return true;
    }
    size_t used = (size_t)snprintf(message, 160, "must be one of ");
    for (size_t i = 0; i < rule->n_numbers; i++) {
        if (used > 160 - sizeof ", -9223372036854775808, ...") {         /* the next and the sign that it goes on */
            snprintf(message + used, 160 - used, ", ...");
            break;
        }
        used += (size_t)snprintf(message + used, 160 - used, "%s%" PRId64, i > 0 ? ", " : "", rule->numbers[i]);
    }
    return false;
}

static bool orm__match_holds(const orm_rule *rule, const orm_value *v, char message[160])
{
    int answer = orm__regex_matches(rule->pattern, v->as.s);
    if (answer != 1) snprintf(message, 160, "%s", answer == 0 ? "does not have the required form" : answer == -1
        ? "cannot be checked: the pattern of its rule is no regular expression" : "cannot be checked: out of memory");
    return answer == 1;
}

static bool orm__format_holds(bool holds, const char *wrong, char message[160])
{
    if (!holds) snprintf(message, 160, "%s", wrong);
    return holds;
}

ORM_PRIVATE bool orm__rule_holds(const orm_rule *rule, const orm_column *column, const orm_value *value, const void *row, char message[160])
{
    const char *wrong = NULL;
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY:   return orm__format_holds(!orm__is_blank(value), "must not be empty", message);
    case ORM_RULE_LENGTH:      return orm__length_holds(rule, value, message);
    case ORM_RULE_AT_LEAST:
    case ORM_RULE_AT_MOST:
    case ORM_RULE_BETWEEN:     return orm__bounds_hold(rule, column, value, message);
    case ORM_RULE_EMAIL:       return orm__format_holds(orm__email_valid(value->as.s, value->length), "is not an email address", message);
    case ORM_RULE_URL:         return orm__format_holds(orm__url_valid(value->as.s, value->length), "is not a URL", message);
    case ORM_RULE_MATCHES:     return orm__match_holds(rule, value, message);
    case ORM_RULE_ONE_OF_TEXT: return orm__text_listed(rule, value, message);
    case ORM_RULE_ONE_OF_INT:  return orm__int_listed(rule, value, message);
    case ORM_RULE_CHECK_WITH:
        wrong = rule->check(row);
        return orm__format_holds(wrong == NULL, wrong, message);
    case ORM_RULE_NONE:
    case ORM_RULE_KINDS:       break;
    }
    return true;
}

ORM_PRIVATE const char *orm__rule_name(orm_rule_kind kind)
{
    static const char *const names[ORM_RULE_KINDS] = { "", "not_empty", "length", "at_least", "at_most", "between", "email", "url",
                                                       "matches", "one_of", "one_of", "check_with" };
    return names[kind];
}

/* >>validate: all broken rules of a row or an assignment at once, in the model's order. Runs before anything is sent. Messages are
   for people and hold no values, so a `secret` cannot leak through them. */

typedef struct orm__inspection { const orm_column *column; size_t max_text, index; orm_failures *failures; } orm__inspection;

static void orm__fail_rule(const orm__inspection *on, const char *rule, const char *message)
{
    orm__add_failure(on->failures, on->index, on->column->name, rule, "%s", message);
}

/* what a value that does not fit its column breaks */
static const char *orm__fit_rule(const orm_column *column, orm_status kind)
{
    if (kind == ORM_BAD_TEXT) return "text";
    if (kind == ORM_VALUE_RANGE) return "range";
    return column->is.type == ORM_TEXT ? "length" : column->is.type == ORM_JSON ? "json" : column->is.type == ORM_ENUM ? "one_of" : "type";
}

/* `row`: where check_with functions find the value. Tells whether a length rule was broken. */
static bool orm__run_rules(const orm__inspection *on, const orm_value *value, const void *row)
{
    bool length_told = false;
    for (const orm_rule *rule = on->column->rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        char message[160];
        if (orm__rule_holds(rule, on->column, value, row, message)) continue;
        orm__fail_rule(on, orm__rule_name(rule->kind), rule->message ? rule->message : message);
        length_told |= rule->kind == ORM_RULE_LENGTH;
    }
    return length_told;
}

/* The choke point and the rules, for a value that is not NULL. A value that is in no `row` may have a `blank` one, to be put into. */
static void orm__inspect(const orm__inspection *on, const orm_value *value, const void *row, void *blank)
{
    orm_value fit = *value;
    char why[160];
    orm_status kind = ORM_OK;
    const char *misfit = orm__fit(on->column, &fit, on->max_text, why, &kind);
    /* a text too long for its column is for its length rule to tell, if it has one: in the rule's own words, and once */
    bool readable = !misfit || (kind == ORM_VALIDATION && fit.type == ORM_TEXT && on->column->is.type == ORM_TEXT);
    if (blank && readable) orm__store(on->column, blank, &fit);
    bool told = readable && orm__run_rules(on, &fit, blank ? blank : row);
    if (misfit && !told) orm__fail_rule(on, orm__fit_rule(on->column, kind), misfit);
}

/* does something else than the row supply the value? */
static bool orm__is_supplied(const orm_column *column)
{
    return column->is.generated || column->is.created_at || column->is.updated_at || column->default_sql != NULL;
}

ORM_PRIVATE void orm__validate_row(const orm_model *model, const void *row, const orm_mask *only, size_t max_text, size_t index, orm_failures *failures)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm__inspection on = { &model->columns[i], max_text, index, failures };
        if (on.column->counter_of || (only && !orm__mask_has(only, i))) continue;      /* a counter is not the program's to set */
        orm_value value = orm__value_of(on.column, row);
        if (value.type != ORM_NULL) orm__inspect(&on, &value, row, NULL);
        else if (!on.column->nullable && !orm__is_supplied(on.column)) orm__fail_rule(&on, "required", "is required");
    }
}

static bool orm__has_check_with(const orm_column *column)
{
    for (const orm_rule *rule = column->rules; rule && rule->kind != ORM_RULE_NONE; rule++) {
        if (rule->kind == ORM_RULE_CHECK_WITH) return true;
    }
    return false;
}

ORM_PRIVATE void orm__validate_value(const orm_model *model, const orm_column *column, const orm_value *value, size_t max_text, orm_failures *failures)
{
    const orm__inspection on = { column, max_text, 0, failures };
    bool null = value->type == ORM_NULL || (column->is.is_key && !column->nullable && value->type == ORM_INT64 && value->as.i == 0);
    if (null) {
        if (!column->nullable) orm__fail_rule(&on, "required", "is required");
        return;
    }
    if (!orm__has_check_with(column)) {
        orm__inspect(&on, value, NULL, NULL);
        return;
    }
    orm_allocator a = orm__default_allocator();
    void *row = orm__allocate(&a, model->size);
    if (!row) {
        orm__fail_rule(&on, orm__rule_name(ORM_RULE_CHECK_WITH), "cannot be checked: out of memory");
        return;
    }
    memset(row, 0, model->size);
    orm__inspect(&on, value, NULL, row);
    orm__release(&a, row, model->size);
}

/* >>result: tickets, results, lists. A row carries a ticket, a number that is looked up in a table of slots and never dereferenced, so
   that a copy of a row whose result was freed is recognised. */

/* ---- slots: one per live result ----
   They sit in blocks that are never freed, so that a ticket is looked up without a lock. */
typedef struct orm__result_slot {
    _Atomic(orm__result *) result;
    _Atomic uint32_t generation;         /* never 0; raised when the result goes */
    _Atomic uint32_t next_free;          /* number + 1, 0 at the end */
    const void *head;                    /* of a published result: what orm_free is told */
    struct orm__result_slot *next;       /* in its bucket */
} orm__result_slot;

enum { ORM__SLOT_BITS = 22, ORM__BLOCK_BITS = 9, ORM__BLOCK_SLOTS = 1 << ORM__BLOCK_BITS, ORM__SLOT_BLOCKS = 1 << (ORM__SLOT_BITS - ORM__BLOCK_BITS) };
#define ORM__SLOT_NUMBER(ticket) ((uint32_t)((ticket) >> 10) & ((1 << ORM__SLOT_BITS) - 1))

static _Atomic(orm__result_slot *) orm__slot_blocks[ORM__SLOT_BLOCKS];
static unsigned orm__n_slot_blocks;                                             /* under the mutex */
static _Atomic uint64_t orm__free_slots;                                        /* number + 1 of the first free slot; above it a count that defeats ABA */
static pthread_mutex_t orm__results_mutex = PTHREAD_MUTEX_INITIALIZER;

/* NULL when there never was a slot with this number */
static orm__result_slot *orm__slot_at(uint32_t number)
{
    orm__result_slot *block = atomic_load_explicit(&orm__slot_blocks[number >> ORM__BLOCK_BITS], memory_order_acquire);
    return block ? block + (number & (ORM__BLOCK_SLOTS - 1)) : NULL;
}

static void orm__push_slots(uint32_t first, orm__result_slot *last)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_relaxed), now = 0;
    do {
        atomic_store_explicit(&last->next_free, (uint32_t)top, memory_order_relaxed);
        now = ((top >> 32) + 1) << 32 | (first + 1);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top, now, memory_order_release, memory_order_relaxed));
}

static __attribute__((noinline, cold)) bool orm__more_slots(void)
{
    pthread_mutex_lock(&orm__results_mutex);
    bool more = (uint32_t)atomic_load(&orm__free_slots) != 0;      /* another thread was here first */
    if (!more && orm__n_slot_blocks < ORM__SLOT_BLOCKS) {
        uint32_t n = ORM__BLOCK_SLOTS, first = n * orm__n_slot_blocks;
        orm_allocator a = orm__default_allocator();
        orm__result_slot *block = (orm__result_slot *)orm__allocate(&a, n * sizeof *block);
        if (block) {
            for (uint32_t i = 0; i < n; i++) {
                atomic_init(&block[i].result, NULL);
                atomic_init(&block[i].generation, 1);
                atomic_init(&block[i].next_free, first + i + 2);
                block[i].head = NULL;
                block[i].next = NULL;
            }
            atomic_store_explicit(&orm__slot_blocks[orm__n_slot_blocks++], block, memory_order_release);
            orm__push_slots(first, &block[n - 1]);
            more = true;
        }
    }
    pthread_mutex_unlock(&orm__results_mutex);
    return more;
}

/* the ticket of a result that enters the slot */
static void orm__enter_slot(orm__result *result, orm__result_slot *slot, uint32_t number)
{
    result->slot = slot;
    result->ticket = ORM__KIND_RESULT | (uint64_t)number << 10 | (uint64_t)atomic_load_explicit(&slot->generation, memory_order_relaxed) << 32;
    atomic_store_explicit(&slot->result, result, memory_order_release);
}

/* takes a slot for the result and makes its ticket */
static bool orm__take_slot(orm__result *result)
{
    uint64_t top = atomic_load_explicit(&orm__free_slots, memory_order_acquire), now = 0;
    orm__result_slot *slot = NULL;
    do {
        while (ORM__UNLIKELY(!(uint32_t)top)) {
            if (!orm__more_slots()) return false;
            top = atomic_load_explicit(&orm__free_slots, memory_order_acquire);
        }
        slot = orm__slot_at((uint32_t)top - 1);
        now = ((top >> 32) + 1) << 32 | atomic_load_explicit(&slot->next_free, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak_explicit(&orm__free_slots, &top, now, memory_order_acquire, memory_order_acquire));
    orm__enter_slot(result, slot, (uint32_t)top - 1);
    return true;
}

/* From here on the result's tickets are stale; the slot is still its own. */
static void orm__retire_slot(const orm__result *result)
{
    uint32_t next = (uint32_t)(result->ticket >> 32) + 1;
    atomic_store_explicit(&result->slot->generation, next ? next : 1, memory_order_relaxed);
    atomic_store_explicit(&result->slot->result, NULL, memory_order_release);
}

ORM_PRIVATE orm__result *orm__result_of(uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return NULL;
    orm__result_slot *slot = orm__slot_at(ORM__SLOT_NUMBER(ticket));
    if (!slot) return NULL;      /* no ticket of ours */
    orm__result *result = atomic_load_explicit(&slot->result, memory_order_acquire);
    return atomic_load_explicit(&slot->generation, memory_order_relaxed) == (uint32_t)(ticket >> 32) ? result : NULL;
}

/* ---- published results by address ----
   orm_free finds its argument here without reading it. Slots are put in front of their bucket without a lock, and taken out under the mutex. */
enum { ORM__BUCKET_BITS = 13 };
static _Atomic(orm__result_slot *) orm__buckets[1 << ORM__BUCKET_BITS];

static _Atomic(orm__result_slot *) *orm__bucket(const void *head)
{
    return &orm__buckets[((uint64_t)(uintptr_t)head >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - ORM__BUCKET_BITS)];
}

static __attribute__((noinline)) void orm__release_chunks(const orm_allocator *a, orm__chunk *chunk)
{
    for (orm__chunk *next = NULL; chunk; chunk = next) {
        next = chunk->next;
        orm__release(a, chunk, chunk->size);
    }
}

ORM_PRIVATE void orm__result_publish(orm__result *result, const void *head, size_t length)
{
    result->head = head;
    result->length = length;
    if (result->idle) {
        orm__release_chunks(&result->arena->orm__allocator, result->idle);
        result->idle = NULL;
    }
    orm__result_slot *slot = result->slot;
    slot->head = head;
    _Atomic(orm__result_slot *) *bucket = orm__bucket(head);
    slot->next = atomic_load_explicit(bucket, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(bucket, &slot->next, slot, memory_order_release, memory_order_relaxed)) {}
}

/* takes the result with this head out of its bucket; NULL when there is none. Under the mutex. */
static orm__result *orm__unpublish(const void *head)
{
    _Atomic(orm__result_slot *) *bucket = orm__bucket(head);
    orm__result_slot *first = atomic_load_explicit(bucket, memory_order_acquire), *slot = first, *prior = NULL;
    while (slot && slot->head != head) {
        prior = slot;
        slot = slot->next;
    }
    if (!slot) return NULL;
    if (!prior && !atomic_compare_exchange_strong_explicit(bucket, &first, slot->next, memory_order_acquire, memory_order_acquire)) {
        for (prior = first; prior->next != slot; ) prior = prior->next;      /* others were put in front of it meanwhile */
    }
    if (prior) prior->next = slot->next;
    return atomic_load_explicit(&slot->result, memory_order_relaxed);
}

/* ---- results ---- */

/* A result in a caller's arena is in the arena's list. Under the mutex, as orm_free may come from any thread. */
static void orm__enlist(orm__result *result)
{
    orm__result **first = &result->arena->orm__results;
    result->next = *first;
    if (*first) (*first)->prior = result;
    *first = result;
}

static void orm__delist(orm__result *result)
{
    if (result->next) result->next->prior = result->prior;
    if (result->prior) result->prior->next = result->next;
    else result->arena->orm__results = result->next;
}

static orm__result *orm__result_inside(orm_arena *arena)
{
    orm__result *result = (orm__result *)orm__bump(arena, sizeof *result, _Alignof(orm__result));
    if (!result) return NULL;
    *result = (orm__result){ .arena = arena };
    if (!orm__take_slot(result)) return NULL;
    pthread_mutex_lock(&orm__results_mutex);
    orm__enlist(result);
    pthread_mutex_unlock(&orm__results_mutex);
    return result;
}

/* One allocation holds the struct and the first memory of its arena, its first load ahead: a single row needs no other. */
enum { ORM__RESULT_BLOCK = 1024, ORM__TEXTS_OF_A_ROW = 256 };
typedef struct orm__result_block { orm__result result; orm__load first; } orm__result_block;

/* member by member: on this way each instruction counts, and a whole struct is cleared by a slow one */
static void orm__result_reset(orm__result_block *block, size_t size)
{
    orm__result *result = &block->result;
    result->own.orm__at = (char *)(block + 1);
    result->own.orm__end = (char *)block + size;
    result->own.orm__chunks = NULL;
    result->loads = &block->first;
    result->n_loads = 0;
    result->loads_capacity = 1;
    result->head = NULL;
    result->length = 0;
    result->snapshots = NULL;
    result->open = result->idle = NULL;
}

ORM_PRIVATE orm__result *orm__result_make(const orm_allocator *allocator, orm_arena *into, size_t hint)
{
    if (into) return orm__result_inside(into);
    if (hint > SIZE_MAX / 2) return NULL;
    size_t size = sizeof(orm__result_block) + hint;
    if (size < ORM__RESULT_BLOCK) size = ORM__RESULT_BLOCK;
    orm__result_block *block = (orm__result_block *)orm__allocate(allocator, size);
    if (!block) return NULL;
    orm__result *result = &block->result;
    orm__result_reset(block, size);
    result->arena = &result->own;
    result->own.orm__allocator = *allocator;
    result->own.orm__results = NULL;
    result->block_size = size;
    result->next = result->prior = NULL;
    result->meter = NULL;
    if (orm__take_slot(result)) return result;
    orm__release(allocator, block, size);
    return NULL;
}

/* ---- parking ----
   A handle keeps the last small result that was freed, with its slot: programs read one row, free it, and read the next. Where a sanitizer
   watches, each result is freed, so that it sees what uses rows afterwards. */
#if defined __SANITIZE_ADDRESS__
#  define ORM__PARKS false
#elif defined __has_feature
#  if __has_feature(address_sanitizer)
#    define ORM__PARKS false
#  endif
#endif
#ifndef ORM__PARKS
#  define ORM__PARKS true
#endif

static bool orm__park(orm__result *result)
{
    orm__result *none = NULL;
    if (!ORM__PARKS || !result->meter || result->block_size != ORM__RESULT_BLOCK) return false;
    return atomic_compare_exchange_strong_explicit(&result->meter->parked, &none, result, memory_order_release, memory_order_relaxed);
}

static orm__result *orm__unpark(struct orm__meter *meter)
{
    orm__result *result = atomic_exchange_explicit(&meter->parked, NULL, memory_order_acquire);
    if (!result) return NULL;
    orm__result_reset((orm__result_block *)result, ORM__RESULT_BLOCK);
    orm__enter_slot(result, result->slot, ORM__SLOT_NUMBER(result->ticket));
    return result;
}

ORM_PRIVATE void orm__parking_close(struct orm__meter *meter)
{
    static orm__result closed;
    orm__result *result = atomic_exchange_explicit(&meter->parked, &closed, memory_order_acquire);
    if (!result) return;
    orm__push_slots(ORM__SLOT_NUMBER(result->ticket), result->slot);
    orm__release(&result->own.orm__allocator, result, result->block_size);
}

ORM_PRIVATE orm__result *orm__result_new(orm__session *db, orm_arena *into, size_t hint)
{
    bool small = !into && db->meter && hint <= ORM__RESULT_BLOCK - sizeof(orm__result_block);
    orm__result *result = small ? orm__unpark(db->meter) : NULL;
    if (result) return result;
    result = orm__result_make(&db->allocator, into, hint);
    if (!result) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    else result->meter = db->meter;
    return result;
}

/* Frees a result that no table knows any more. */
static void orm__result_end(orm__result *result)
{
    orm__retire_slot(result);
    const orm_allocator *a = &result->arena->orm__allocator;
    if (result->open) orm__release_chunks(a, result->open);
    if (result->idle) orm__release_chunks(a, result->idle);
    if (result->block_size && result->own.orm__chunks) orm__release_chunks(a, result->own.orm__chunks);
    if (orm__park(result)) return;
    orm__push_slots(ORM__SLOT_NUMBER(result->ticket), result->slot);
    if (result->block_size) orm__release(a, result, result->block_size);
}

ORM_PRIVATE void orm__result_discard(orm__result *result)
{
    if (!result->block_size) {
        pthread_mutex_lock(&orm__results_mutex);
        orm__delist(result);
        pthread_mutex_unlock(&orm__results_mutex);
    }
    orm__result_end(result);
}

ORM_API orm_status orm__free(const void *rows)
{
    if (!rows) return ORM_OK;
    pthread_mutex_lock(&orm__results_mutex);
    orm__result *result = orm__unpublish(rows);
    if (result && !result->block_size) orm__delist(result);
    pthread_mutex_unlock(&orm__results_mutex);
    if (!result) return orm__raise(NULL, ORM_MISUSE, 0, "orm_free of %p, which is no live result: only the pointer that a find, a copy or a load returned may be freed, once", rows);
    orm__result_end(result);
    return ORM_OK;
}

ORM_PRIVATE void orm__retire_results(orm_arena *arena)
{
    while (arena->orm__results) {
        orm__result *result = arena->orm__results;
        pthread_mutex_lock(&orm__results_mutex);
        if (result->head) orm__unpublish(result->head);
        orm__delist(result);
        pthread_mutex_unlock(&orm__results_mutex);
        orm__result_end(result);
    }
}

ORM_API void orm__free_at_scope_end(void *pointer_to_rows)
{
    void *rows = NULL;
    memcpy(&rows, pointer_to_rows, sizeof rows);      /* it points to a pointer of the caller's row type */
    orm__free(rows);
}

ORM_PRIVATE int orm__result_load(orm__result *result, const orm_model *model)
{
    if (result->n_loads == ORM__MAX_LOADS) return -1;
    if (result->n_loads == result->loads_capacity) {
        uint32_t capacity = result->loads_capacity ? result->loads_capacity * 4 : 1;
        orm__load *loads = (orm__load *)orm__bump(result->arena, capacity * sizeof *loads, _Alignof(orm__load));
        if (!loads) return -1;
        if (result->n_loads) memcpy(loads, result->loads, result->n_loads * sizeof *loads);
        result->loads = loads;
        result->loads_capacity = capacity;
    }
    result->loads[result->n_loads] = (orm__load){ .model = model };
    return (int)result->n_loads++;
}

ORM_PRIVATE void *orm__snapshot(const orm_model *model, const orm__result *result, const void *row)
{
    uint64_t ticket = *orm__ticket(model, row);
    if (!result->snapshots || ORM__LOAD(ticket) != 0) return NULL;      /* load 0 is the head list's */
    size_t offset = (uintptr_t)row - (uintptr_t)result->head;
    /* a copy is known by its ticket alone, which says which row it was only when there is one */
    if (offset >= result->length * model->size) offset = result->length == 1 ? 0 : SIZE_MAX;
    if (offset == SIZE_MAX) return NULL;
    char *snapshot = result->snapshots + offset;
    return *orm__ticket(model, snapshot) ? snapshot : NULL;
}

ORM_API bool orm__loaded(const orm_model *model, const void *row, const orm_relation *relation)
{
    if (!row) return false;
    uint64_t ticket = *orm__ticket(model, row);
    const orm__result *result = orm__result_of(ticket);
    return result && ORM__LOAD(ticket) < result->n_loads && orm__mask_has(&result->loads[ORM__LOAD(ticket)].relations, (size_t)(relation - model->relations));
}

/* ---- lists ----
   A list of known small size is laid out in the arena at once. Any other grows in a chunk of its own, since texts take memory from the
   arena meanwhile: when it is done, a small one is copied into the arena and leaves the chunk to the next list, a big one keeps it. */
enum { ORM__SMALL_LIST = 16384, ORM__LIST_CHUNK = 4096 };

static uint64_t orm__list_proof(const orm__result *result, const void *rows)
{
    return (uint64_t)(uintptr_t)rows ^ result->ticket;
}

/* the length of the list of M_list() at this address, whatever its rows have become; false when there is none */
static bool orm__length_at(const void *rows, size_t *length)
{
    pthread_mutex_lock(&orm__results_mutex);
    const orm__result_slot *slot = atomic_load_explicit(orm__bucket(rows), memory_order_acquire);
    while (slot && slot->head != rows) slot = slot->next;
    const orm__result *result = slot ? atomic_load_explicit(&slot->result, memory_order_relaxed) : NULL;
    bool found = result != NULL;
    if (found) *length = result->length;
    pthread_mutex_unlock(&orm__results_mutex);
    return found;
}

ORM_PRIVATE bool orm__list_length(const void *rows, size_t ticket_offset, size_t *length)
{
    uint64_t ticket = *(const uint64_t *)(const void *)((const char *)rows + ticket_offset);
    const orm__result *result = ticket & ORM__HEAD_BIT ? orm__result_of(ticket) : NULL;
    /* a copy of the first row on the stack has nothing before it, one in the arena has something else */
    if (!result || ((uintptr_t)rows - (uintptr_t)result >= result->block_size && !orm__arena_holds(result->arena, rows))) return orm__length_at(rows, length);
    const orm__list_header *header = (const orm__list_header *)rows - 1;
    if (header->proof != orm__list_proof(result, rows)) return orm__length_at(rows, length);
    *length = (size_t)header->length;
    return true;
}

ORM_API size_t orm__len(const void *rows, size_t ticket_offset)
{
    size_t length = 0;
    if (!rows) return 0;
    return orm__list_length(rows, ticket_offset, &length) ? length : 1;
}

/* bytes of a list with its header and `rows` rows; 0 when that is no size */
static size_t orm__list_bytes(const orm_model *model, size_t rows)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(rows, model->size, &bytes) || __builtin_add_overflow(bytes, sizeof(orm__list_header) + sizeof(orm__chunk), &bytes)) return 0;
    return bytes - sizeof(orm__chunk);
}

static void orm__list_in_chunk(orm__list *list, orm__chunk *chunk)
{
    list->chunk = chunk;
    list->rows = (char *)(chunk + 1) + sizeof(orm__list_header);
    list->capacity = (chunk->size - sizeof *chunk - sizeof(orm__list_header)) / list->model->size;
}

/* a chunk of the list's own with room for `bytes` of header and rows, from an earlier list if there is one */
static bool orm__list_chunk(orm__list *list, size_t bytes)
{
    orm__result *result = list->result;
    size_t size = bytes + sizeof(orm__chunk);
    orm__chunk *chunk = result->idle;
    if (chunk && chunk->size >= size) {
        result->idle = chunk->next;
    } else {
        if (size < ORM__LIST_CHUNK) size = ORM__LIST_CHUNK;
        chunk = (orm__chunk *)orm__allocate(&result->arena->orm__allocator, size);
        if (!chunk) return false;
        chunk->size = size;
    }
    chunk->next = result->open;
    result->open = chunk;
    orm__list_in_chunk(list, chunk);
    return true;
}

static orm__chunk **orm__link_of(orm__chunk **link, const orm__chunk *chunk)
{
    while (*link != chunk) link = &(*link)->next;
    return link;
}

/* changes the size of the list's chunk, which may move */
static bool orm__list_resize(orm__list *list, size_t bytes)
{
    orm__chunk **link = orm__link_of(&list->result->open, list->chunk);
    size_t size = bytes + sizeof(orm__chunk);
    orm__chunk *chunk = (orm__chunk *)orm__resize(&list->result->arena->orm__allocator, list->chunk, list->chunk->size, size);
    if (!chunk) return false;
    chunk->size = size;
    *link = chunk;
    orm__list_in_chunk(list, chunk);
    return true;
}

ORM_PRIVATE bool orm__list_grow(orm__list *list)
{
    size_t capacity = list->capacity;
    size_t bytes = capacity > SIZE_MAX / 4 ? 0 : orm__list_bytes(list->model, capacity + capacity / 2 + 2);
    if (!bytes) return false;
    if (list->chunk) return orm__list_resize(list, bytes);
    const char *rows = list->rows;
    if (!orm__list_chunk(list, bytes)) return false;
    memcpy(list->rows, rows, list->count * list->model->size);
    return true;
}

ORM_PRIVATE bool orm__list_open(orm__list *list, orm__result *result, const orm_model *model, unsigned load, size_t expected)
{
    *list = (orm__list){ .result = result, .model = model, .load = load };
    size_t bytes = expected == SIZE_MAX ? 0 : orm__list_bytes(model, expected ? expected + 1 : 2);
    if (!bytes) return false;
    if (!expected || bytes > ORM__SMALL_LIST) return orm__list_chunk(list, bytes);
    orm__list_header *header = (orm__list_header *)orm__bump(result->arena, bytes, 16);
    if (!header) return false;
    list->rows = (char *)(header + 1);
    list->capacity = expected + 1;
    return true;
}

ORM_PRIVATE void orm__list_drop(orm__list *list)
{
    list->count--;
}

/* the list's rows leave the chunk that they grew in, or keep it */
static bool orm__list_settle(orm__list *list, size_t bytes)
{
    orm__result *result = list->result;
    orm__chunk *chunk = list->chunk;
    if (bytes <= ORM__SMALL_LIST) {
        orm__list_header *header = (orm__list_header *)orm__bump(result->arena, bytes, 16);
        if (!header) return false;
        memcpy(header + 1, list->rows, list->count * list->model->size);
        list->rows = (char *)(header + 1);
        *orm__link_of(&result->open, chunk) = chunk->next;
        chunk->next = result->idle;
        result->idle = chunk;
        return true;
    }
    /* an allocator that cannot shrink leaves the chunk as it is */
    if (bytes + sizeof *chunk < chunk->size && orm__list_resize(list, bytes)) chunk = list->chunk;
    *orm__link_of(&result->open, chunk) = chunk->next;
    orm__arena_adopt(result->arena, chunk);
    return true;
}

/* By hand what orm__result_load and a list of one row would do in many steps: rows by key take this way. */
ORM_PRIVATE orm__result *orm__result_one(orm__session *db, const orm_model *model, void **row)
{
    size_t size = sizeof(orm__list_header) + 3 * model->size;
    orm__result *result = orm__result_new(db, NULL, size + ORM__TEXTS_OF_A_ROW);
    if (!result) return NULL;
    orm__list_header *header = (orm__list_header *)(((uintptr_t)result->own.orm__at + 15) & ~(uintptr_t)15);
    result->own.orm__at = (char *)header + size;         /* the hint was room enough */
    *row = memset(header + 1, 0, 2 * model->size);      /* with the spare one */
    *orm__ticket(model, *row) = orm__row_ticket(result, 0, true);
    header->length = 1;
    header->proof = orm__list_proof(result, *row);
    result->snapshots = (char *)*row + 2 * model->size;
    result->n_loads = 1;
    result->loads->model = model;
    memset(&result->loads->columns, 0xFF, sizeof(orm_mask));
    memset(&result->loads->relations, 0, sizeof(orm_mask));
    memset(&result->loads->counts, 0, sizeof(orm_mask));      /* by which relation its rows came, and with which links, is not read of the first load */
    return result;
}

ORM_PRIVATE void *orm__list_close(orm__list *list)
{
    const orm_model *model = list->model;
    if (list->count == list->capacity && !orm__list_grow(list)) return NULL;      /* the spare row */
    size_t bytes = sizeof(orm__list_header) + (list->count + 1) * model->size;
    if (list->chunk) {
        if (!orm__list_settle(list, bytes)) return NULL;
    } else if (list->result->arena->orm__at == list->rows + list->capacity * model->size) {
        list->result->arena->orm__at -= (list->capacity - list->count - 1) * model->size;
    }
    orm__list_header *header = (orm__list_header *)(void *)list->rows - 1;
    header->length = list->count;
    header->proof = orm__list_proof(list->result, list->rows);
    memset(list->rows + list->count * model->size, 0, model->size);
    *orm__ticket(model, list->rows) = orm__row_ticket(list->result, list->load, true);
    return list->rows;
}

ORM_API void *orm__new_list(orm_arena *arena, const orm_model *model, size_t n)
{
    orm_allocator a = orm__default_allocator();
    orm__list list;
    orm__clear_error();
    orm__result *result = orm__result_make(&a, arena, 0);
    char *rows = NULL;
    if (result && orm__result_load(result, model) == 0 && orm__list_open(&list, result, model, 0, n)) {
        for (size_t i = 0; i < n && (i == 0 || rows); i++) rows = (char *)orm__list_next(&list);
        rows = n && !rows ? NULL : (char *)orm__list_close(&list);
    }
    if (!rows) {
        if (result) orm__result_discard(result);
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory for a list of %zu rows of %s", n, model->name);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) model->defaults(rows + i * model->size);
    orm__result_publish(result, rows, n);
    return rows;
}

ORM_PRIVATE void orm__list_links(void *rows, const void *links)
{
    ((orm__list_header *)rows - 1)->links = links;
}

ORM_API const void *orm__links(const orm_relation *relation, const void *rows)
{
    const orm_model *model = relation->target;
    if (!rows) return NULL;
    uint64_t ticket = *orm__ticket(model, rows);
    const orm__result *result = ticket & ORM__HEAD_BIT ? orm__result_of(ticket) : NULL;
    if (!result || ORM__LOAD(ticket) == 0 || ORM__LOAD(ticket) >= result->n_loads || !result->loads[ORM__LOAD(ticket)].links) return NULL;
    if ((uintptr_t)rows - (uintptr_t)result >= result->block_size && !orm__arena_holds(result->arena, rows)) return NULL;      /* a copy of a list's first row */
    const orm__list_header *header = (const orm__list_header *)rows - 1;
    return header->proof == orm__list_proof(result, rows) ? header->links : NULL;
}

ORM_PRIVATE void *orm__single_row(orm__result *result, const orm_model *model, unsigned load)
{
    void *row = orm__bump(result->arena, model->size, 16);
    if (!row) return NULL;
    memset(row, 0, model->size);
    *orm__ticket(model, row) = orm__row_ticket(result, load, false);
    return row;
}

/* >>copy: a deep copy of a row, in a result of its own: texts, blobs, and the relations that were loaded with it. */

typedef struct orm__copying {
    orm__result *to;
    const orm__result *from;             /* of the row that is copied; NULL for one that belongs to no result */
    int16_t load[ORM__MAX_LOADS];        /* of `from` to one of `to`, -1 for not yet */
    orm_status failed;
} orm__copying;

/* relations are trees; a deeper one was tied into a ring by hand */
enum { ORM__COPY_DEPTH = 64 };

static void *orm__copy_failed(orm__copying *c, orm_status why)
{
    c->failed = why;
    return NULL;
}

/* After the struct was copied: gives each text, blob and array a copy of its own. */
static bool orm__copy_members(orm_arena *arena, const orm_model *model, char *row)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        char *member = row + column->offset;
        if (column->is.type == ORM_TEXT || column->is.type == ORM_JSON) {
            const char *text_ = NULL;
            memcpy(&text_, member, sizeof text_);
            if (!text_) continue;
            text_ = orm__bump_text(arena, text_, strlen(text_));
            if (!text_) return false;
            memcpy(member, &text_, sizeof text_);
        } else if (column->is.type == ORM_ARRAY) {
            orm_value array = orm__value_of(column, row);
            if (array.type == ORM_NULL) continue;
            if (!orm__array_copy(arena, &array)) return false;
            orm__store(column, row, &array);
        } else if (column->is.type == ORM_BLOB) {
            orm_blob blob = { 0 };
            memcpy(&blob, member, sizeof blob);
            if (!blob.data) continue;
            blob.data = orm__bump_text(arena, blob.data, blob.size);
            if (!blob.data) return false;
            memcpy(member, &blob, sizeof blob);
        }
    }
    return true;
}

/* the load in the copy that says the same as `load` of the source; -1 when out of memory */
static int orm__copy_load(orm__copying *c, unsigned load)
{
    if (c->load[load] < 0) {
        int made = orm__result_load(c->to, c->from->loads[load].model);
        if (made < 0) return -1;
        orm__load *l = &c->to->loads[made];
        *l = c->from->loads[load];
        c->load[load] = (int16_t)made;
        int parent = made ? c->load[l->parent] : -1;        /* the row that is copied is at the head, whatever it was before */
        if (parent < 0) l->relation = NULL;
        l->parent = parent < 0 ? 0 : (unsigned)parent;
    }
    return c->load[load];
}

static void *orm__copy_rows(orm__copying *c, const orm_model *model, const char *rows, size_t n, bool single, unsigned depth);

/* the list of a relation; with the rows of the link model, where they were read */
static void *orm__copy_list(orm__copying *c, const orm_relation *relation, const char *rows, unsigned depth)
{
    size_t n = orm__len(rows, relation->target->ticket);
    void *copy = orm__copy_rows(c, relation->target, rows, n, false, depth);
    const char *links = copy && relation->through ? (const char *)orm__links(relation, rows) : NULL;
    if (!links) return copy;
    const void *copied = orm__copy_rows(c, relation->through, links, n, false, depth);
    if (!copied) return NULL;
    orm__list_links(copy, copied);
    return copy;
}

/* what was loaded is copied, other pointers in a row are the caller's own and not followed */
static bool orm__copy_relations(orm__copying *c, const orm_model *model, const char *source, char *row, const orm_mask *loaded, unsigned depth)
{
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = &model->relations[i];
        const void *there = NULL;
        if (!orm__relation_applies(relation, source)) continue;      /* the member is another one's */
        if (loaded && orm__mask_has(loaded, i)) memcpy(&there, source + relation->member, sizeof there);
        void *copy = NULL;
        if (there) {
            copy = orm__is_list(relation) ? orm__copy_list(c, relation, (const char *)there, depth + 1) : orm__copy_rows(c, relation->target, (const char *)there, 1, true, depth + 1);
            if (!copy) return false;
        }
        memcpy(row + relation->member, &copy, sizeof copy);
    }
    return true;
}

static void *orm__copy_rows(orm__copying *c, const orm_model *model, const char *rows, size_t n, bool single, unsigned depth)
{
    uint64_t ticket = *orm__ticket(model, rows);
    bool loaded = ORM__KIND(ticket) == ORM__KIND_RESULT;
    if (depth > ORM__COPY_DEPTH) return orm__copy_failed(c, ORM_MISUSE);
    if (loaded && orm__result_of(ticket) != c->from) return orm__copy_failed(c, ORM_STALE_ROW);
    if (loaded && ORM__LOAD(ticket) >= c->from->n_loads) return orm__copy_failed(c, ORM_STALE_ROW);
    int load = loaded ? orm__copy_load(c, ORM__LOAD(ticket)) : 0;
    orm__list list = { 0 };
    if (load < 0 || (!single && !orm__list_open(&list, c->to, model, (unsigned)load, n))) return orm__copy_failed(c, ORM_NO_MEMORY);
    orm_mask relations = { { 0 } };
    if (loaded) relations = c->from->loads[ORM__LOAD(ticket)].relations;
    void *row = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *source = rows + i * model->size;
        row = single ? orm__single_row(c->to, model, (unsigned)load) : orm__list_next(&list);
        if (!row) return orm__copy_failed(c, ORM_NO_MEMORY);
        uint64_t ours = *orm__ticket(model, row);
        memcpy(row, source, model->size);
        if (loaded) *orm__ticket(model, row) = ours;
        if (!orm__copy_members(c->to->arena, model, (char *)row)) return orm__copy_failed(c, ORM_NO_MEMORY);
        if (!orm__copy_relations(c, model, source, (char *)row, loaded ? &relations : NULL, depth)) return NULL;
    }
    if (!single) row = orm__list_close(&list);
    if (!row) return orm__copy_failed(c, ORM_NO_MEMORY);
    if (!single) orm__list_links(row, NULL);
    if (!loaded) *orm__ticket(model, row) = ticket;      /* a fresh or created row stays what it is */
    return row;
}

/* what the row was when it was read goes with it, so that saving the copy writes only what changed */
static bool orm__copy_snapshot(orm__copying *c, const orm_model *model, const void *row)
{
    const void *snapshot = c->from && c->from->snapshots ? orm__snapshot(model, c->from, row) : NULL;
    if (!snapshot) return true;
    c->to->snapshots = (char *)orm__bump(c->to->arena, model->size, 16);
    if (!c->to->snapshots) return false;
    memcpy(c->to->snapshots, snapshot, model->size);
    return orm__copy_members(c->to->arena, model, c->to->snapshots);
}

ORM_API void *orm__copy(const orm_model *model, const void *row)
{
    uint64_t ticket = row ? *orm__ticket(model, row) : 0;
    orm__clear_error();
    if (ORM__KIND(ticket) == ORM__KIND_NONE) {
        orm__raise_at(NULL, ORM_MISUSE, model, NULL, "%s_copy of a row that did not begin with ORM_NEW, %s_defaults() or a find", model->name, model->name);
        return NULL;
    }
    orm__copying c = { .from = orm__result_of(ticket) };
    for (size_t i = 0; i < ORM__MAX_LOADS; i++) c.load[i] = -1;
    orm_allocator a = c.from && c.from->block_size ? c.from->own.orm__allocator : orm__default_allocator();
    if (ORM__KIND(ticket) == ORM__KIND_RESULT && !c.from) {
        c.failed = ORM_STALE_ROW;
    } else if (!(c.to = orm__result_make(&a, NULL, 2 * model->size))) {
        c.failed = ORM_NO_MEMORY;
    } else {
        void *copy = orm__copy_rows(&c, model, (const char *)row, 1, false, 0);
        if (copy && orm__copy_snapshot(&c, model, row)) {
            orm__result_publish(c.to, copy, 1);
            return copy;
        }
        if (copy) c.failed = ORM_NO_MEMORY;
        orm__result_discard(c.to);
    }
    orm__raise_at(NULL, c.failed, model, NULL, c.failed == ORM_STALE_ROW ? "%s_copy of a row whose result was freed" :
                  c.failed == ORM_MISUSE ? "%s_copy of a row whose relations form a ring" : "out of memory in %s_copy", model->name);
    return NULL;
}

/* >>session: one connection of a pool with all that belongs to it: made, connected, disconnected, freed. */

static uint16_t orm__next_number(void)
{
    static _Atomic uint16_t last;
    return (uint16_t)(atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1);
}

static bool orm__recursive_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0) return false;
    bool made = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE) == 0 && pthread_mutex_init(mutex, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    return made;
}

ORM_PRIVATE orm__session *orm__session_new(orm__pool *pool, orm__server *server)
{
    unsigned n = atomic_load(&pool->n_sessions);
    orm__session *db = n < pool->capacity ? (orm__session *)orm__allocate(&pool->allocator, sizeof *db) : NULL;
    if (!db) return NULL;
    memset(db, 0, sizeof *db);
    if (!orm__recursive_mutex(&db->call_mutex)) {
        orm__release(&pool->allocator, db, sizeof *db);
        return NULL;
    }
    db->dialect = pool->dialect;
    db->allocator = db->scratch.orm__allocator = pool->allocator;
    db->options = pool->options;
    db->meter = pool->meter;
    db->number = orm__next_number();
    db->pool = pool;
    db->server = server;
    db->checked = pool->dialect->alive != NULL;
    atomic_store(&pool->sessions[n], db);
    atomic_store(&pool->n_sessions, n + 1);
    return db;
}

/* the database keeps nothing of what we prepared there */
static void orm__session_forget(orm__session *db)
{
    orm__statements_free(db);
    if (db->connection) db->dialect->close(db->connection);
    db->connection = NULL;
    db->broken = db->touched = false;
}

ORM_PRIVATE void orm__session_free(orm__session *db)
{
    orm__session_forget(db);
    orm_arena_release(&db->scratch);
    pthread_mutex_destroy(&db->call_mutex);
    orm__release(&db->pool->allocator, db, sizeof *db);
}

/* a random number for waits and lifetimes that shall not coincide */
ORM_PRIVATE uint64_t orm__jitter(const void *salt)
{
    uint64_t random = ((uint64_t)orm__ticks() ^ (uint64_t)(uintptr_t)salt) * UINT64_C(0x9E3779B97F4A7C15);
    random = (random ^ random >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    return random >> 32;
}

static unsigned orm__session_modes(const orm__session *db)
{
    const orm__pool *pool = db->pool;
    if (db->server != &pool->servers[0]) return ORM__READ;
    if (!db->server->single_writer) return ORM__READ | ORM__WRITE;
    if (db != atomic_load(&pool->sessions[0])) return ORM__READ;
    return pool->several ? ORM__WRITE : ORM__READ | ORM__WRITE;
}

ORM_PRIVATE orm_status orm__session_connect(orm__session *db, int64_t until)
{
    orm__pool *pool = db->pool;
    orm_options options = pool->options;
    int64_t now = orm__ticks(), lifetime = (int64_t)options.pool.lifetime_ms * 1000;
    if (until) options.timeout_ms = until - now < 1000 ? 1 : (uint32_t)((until - now) / 1000);
    bool reader = db->server != &pool->servers[0] || (db->server->single_writer && db != atomic_load(&pool->sessions[0]));
    orm_status status = db->dialect->open(db, db->server->url, &options, reader, &db->connection);
    if (status) {
        db->connection = NULL;
        return status;
    }
    now = orm__ticks();
    db->opened_at = db->idle_since = now;
    db->expires_at = now + lifetime - (int64_t)(orm__jitter(db) % ((uint64_t)lifetime / 10 + 1));
    atomic_fetch_add_explicit(&pool->opened, 1, memory_order_relaxed);
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&db->serves, orm__session_modes(db));
    pthread_mutex_unlock(&pool->mutex);
    return ORM_OK;
}

ORM_PRIVATE void orm__session_disconnect(orm__session *db, const char *why)
{
    if (!db->connection) return;
    if (why) orm__log_note(db, "a connection is closed: %s", why);
    atomic_store(&db->serves, 0);
    orm__session_forget(db);
    atomic_fetch_add_explicit(&db->pool->closed, 1, memory_order_relaxed);
}

/* >>pool: which thread holds which session. A thread takes a free one, opens another while there is room, or queues; whoever lets go of a session
   wakes the first in the queue that can use it. The usual way in, the session that the thread had last, needs none of this: see orm__enter. */

#define ORM__STARVING_AFTER   1000      /* microseconds a thread waits before newcomers must queue behind it */
#define ORM__RETRY_FIRST      20000     /* microseconds after the first connect that failed; doubled for each further one */
#define ORM__RETRY_MOST       500000
#define ORM__REPLICA_AWAY     5000000   /* how long a replica that does not answer is left out */
#define ORM__LOOK_AFTER       100000    /* microseconds of idleness after which what the server sent meanwhile is looked at */
#define ORM__MOMENT           100       /* microseconds after which a session that is neither held nor free will be the one or the other */

ORM_PRIVATE bool orm__monotonic_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return false;
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return made;
}

ORM_PRIVATE struct timespec orm__moment(int64_t ticks)
{
    return (struct timespec){ .tv_sec = (time_t)(ticks / 1000000), .tv_nsec = (long)(ticks % 1000000 * 1000) };
}

/* ---- which session for whom (under the pool's mutex) ------------------------------------------------------------------- */

static bool orm__sticks(const orm__pool *pool)
{
    const orm__thread *self = orm__self();
    return pool->options.sticky_ms && self->wrote.handle == pool->main.serial && orm__ticks() < self->wrote.until;
}

static bool orm__is_away(const orm__server *server) { return server->failures && orm__ticks() < server->retry_at; }

/* do the thread's reads go to replicas now? */
static bool orm__wants_replica(const orm__pool *pool, const orm__waiter *w)
{
    if (pool->n_servers == 1 || w->mode != ORM__READ || w->handle == &pool->primary || w->sticks) return false;
    for (unsigned i = 1; i < pool->n_servers; i++) if (!orm__is_away(&pool->servers[i])) return true;
    return false;
}

/* may the session serve the thread, by its role, when it is free? */
static bool orm__suits(const orm__pool *pool, const orm__session *db, const orm__waiter *w)
{
    const orm__server *primary = &pool->servers[0];
    if (orm__wants_replica(pool, w)) return db->server != primary && !orm__is_away(db->server);
    if (db->server != primary) return false;
    bool writes = !primary->single_writer || db == atomic_load(&pool->sessions[0]);
    bool reads = !writes || !primary->single_writer || !pool->several;
    return w->mode == ORM__WRITE ? writes : reads;
}

/* does somebody who has waited longer want it? A newcomer overtakes as long as nobody starves. */
static bool orm__is_promised(const orm__pool *pool, const orm__session *db, const orm__waiter *w, bool queued)
{
    if (!queued && atomic_load(&pool->starving) == 0) return false;
    for (const orm__waiter *other = pool->first_waiter; other && other != w; other = other->next) if (!other->served && orm__suits(pool, db, other)) return true;
    return false;
}

ORM_PRIVATE bool orm__grasp(orm__session *db, orm__thread *self)
{
    orm__thread *nobody = NULL;
    return atomic_load(&db->owner) == NULL && atomic_compare_exchange_strong(&db->owner, &nobody, self);
}

static orm__session *orm__pick_open(orm__pool *pool, const orm__waiter *w, bool queued, int64_t *retry_at)
{
    unsigned n = atomic_load(&pool->n_sessions), start = orm__wants_replica(pool, w) ? pool->turn++ : 0;
    for (unsigned i = 0; i < n; i++) {
        orm__session *db = atomic_load(&pool->sessions[(start + i) % n]);
        if (atomic_load(&db->serves) == 0 || !orm__suits(pool, db, w) || orm__is_promised(pool, db, w, queued)) continue;
        if (orm__grasp(db, w->thread)) return db;
        if (atomic_load(&db->owner) == ORM__LEAVING) *retry_at = orm__ticks() + ORM__MOMENT;
    }
    return NULL;
}

/* the server to connect to: NULL when there is no room; `*retry_at` gets the moment at which one that failed may be tried again */
static orm__server *orm__pick_server(orm__pool *pool, const orm__waiter *w, int64_t *retry_at)
{
    bool replica = orm__wants_replica(pool, w);
    orm__server *best = NULL;
    for (unsigned i = replica ? 1 : 0; i < (replica ? pool->n_servers : 1); i++) {
        orm__server *server = &pool->servers[i];
        if (server->n_open >= pool->options.pool.max || (server->failures && replica && orm__is_away(server))) continue;
        if (server->failures && (server->connecting || orm__ticks() < server->retry_at)) {
            if (!server->connecting) *retry_at = server->retry_at;
            continue;
        }
        if (!best || server->n_open < best->n_open) best = server;
    }
    return best;
}

/* a session without a connection, to be given one; `*full` tells that none can be had by waiting for a server */
static orm__session *orm__pick_closed(orm__pool *pool, const orm__waiter *w, int64_t *retry_at, bool *full, orm_status *failed)
{
    orm__server *server = orm__pick_server(pool, w, retry_at);
    orm__session *chosen = NULL;
    unsigned n = 0;
    *full = !server && !*retry_at;
    if (!server) return NULL;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions) && !chosen; i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        n += db->server == server;
        if (db->server == server && atomic_load(&db->serves) == 0 && orm__suits(pool, db, w) && orm__grasp(db, w->thread)) chosen = db;
    }
    if (!chosen && server->single_writer && w->mode == ORM__WRITE) {      /* there is only one that writes */
        *full = true;
        return NULL;
    }
    if (!chosen && n >= pool->options.pool.max) {      /* somebody looks at the closed one, or is about to close another */
        *retry_at = orm__ticks() + ORM__MOMENT;
        return NULL;
    }
    if (!chosen) {
        chosen = orm__session_new(pool, server);
        if (!chosen) {
            *failed = ORM_NO_MEMORY;
            return NULL;
        }
        atomic_store(&chosen->owner, w->thread);
    }
    server->n_open++;
    chosen->counted = true;
    server->connecting = server->failures > 0;
    return chosen;
}

/* ---- the queue (under the pool's mutex) ------------------------------------------------------------------------------ */

/* the first in the queue of each mode look again; with replicas all, as more than the mode decides who can use what */
static void orm__stir(orm__pool *pool)
{
    unsigned told = 0;
    for (orm__waiter *w = pool->first_waiter; w; w = w->next) {
        if (w->served || ((told & (unsigned)w->mode) && pool->n_servers == 1)) continue;
        told |= (unsigned)w->mode;
        pthread_cond_signal(&w->released);
    }
}

static bool orm__enqueue(orm__pool *pool, orm__waiter *w)
{
    if (!orm__monotonic_condition(&w->released)) return false;
    *pool->last_waiter = w;
    pool->last_waiter = &w->next;
    atomic_fetch_add(&pool->waiting, 1);
    atomic_fetch_add_explicit(&pool->waits, 1, memory_order_relaxed);
    w->began = orm__ticks();
    return true;
}

static void orm__dequeue(orm__pool *pool, orm__waiter *w)
{
    orm__waiter **at = &pool->first_waiter;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    if (pool->last_waiter == &w->next) pool->last_waiter = at;
    atomic_fetch_sub(&pool->waiting, 1);
    if (w->starving) atomic_fetch_sub(&pool->starving, 1);
    pthread_cond_destroy(&w->released);
    uint64_t waited = (uint64_t)(orm__ticks() - w->began);
    if (waited > atomic_load_explicit(&pool->longest_wait_us, memory_order_relaxed)) atomic_store_explicit(&pool->longest_wait_us, waited, memory_order_relaxed);
    orm__stir(pool);
}

/* Can what the thread waits for come free? Somebody who runs holds it, or somebody who waits and may himself get what he waits for. */
static bool orm__may_hope(orm__pool *pool, const orm__waiter *w, const orm__thread *asks)
{
    int64_t retry_at = 0;
    bool one = pool->servers[0].single_writer && w->mode == ORM__WRITE;
    if (!one && (orm__pick_server(pool, w, &retry_at) || retry_at)) return true;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        const orm__thread *owner = atomic_load(&db->owner);
        if (owner == asks || !orm__suits(pool, db, w)) continue;
        const orm__waiter *other = pool->first_waiter;
        while (other && other->thread != owner) other = other->next;
        if (!owner || !other || other->hopes) return true;
    }
    return false;
}

/* Would the thread wait for ever: for itself alone (`mine`), or for threads that wait for each other and for it? */
static bool orm__waits_for_itself(orm__pool *pool, orm__waiter *w, bool *mine)
{
    bool found = true;
    for (orm__waiter *other = pool->first_waiter; other; other = other->next) other->hopes = other->served && other != w;
    w->hopes = orm__may_hope(pool, w, w->thread);
    while (!w->hopes && found) {
        found = false;
        for (orm__waiter *other = pool->first_waiter; other; other = other->next) {
            if (other->hopes || other == w || !orm__may_hope(pool, other, w->thread)) continue;
            found = other->hopes = true;
        }
        w->hopes = found && orm__may_hope(pool, w, w->thread);
    }
    if (w->hopes) return false;
    *mine = true;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions) && *mine; i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        *mine = atomic_load(&db->owner) == w->thread || !orm__suits(pool, db, w);
    }
    return true;
}

/* ---- telling ------------------------------------------------------------------------------------------------------------ */

ORM_PRIVATE const char *orm__taken_at(const orm__session *db, char text_[ORM__PLACE_SIZE])
{
    const char *place = atomic_load(&db->last_place);
    if (place) snprintf(text_, ORM__PLACE_SIZE, "%s", place);
    else snprintf(text_, ORM__PLACE_SIZE, "%p", atomic_load(&db->last_address));
    return text_;
}

/* the held session that suits and comes behind `last` in the order of their times; NULL when there is none */
static const orm__session *orm__next_holder(const orm__pool *pool, const orm__waiter *w, unsigned *last, int64_t *since)
{
    const orm__session *next = NULL;
    int64_t after = *since, first = 0;
    unsigned behind = *last;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        int64_t began = atomic_load(&db->held_since);
        if (!atomic_load(&db->owner) || !began || !orm__suits(pool, db, w)) continue;
        if (began < after || (began == after && i <= behind) || (next && began >= first)) continue;
        next = db;
        *last = i;
        *since = first = began;
    }
    return next;
}

/* "bank.c:22 for 12.3 s" for the sessions that suit, the longest first as far as there is room */
static void orm__list_holders(const orm__pool *pool, const orm__waiter *w, orm__writer *out)
{
    char place[ORM__PLACE_SIZE];
    const char *before = "; held by the call at ";
    int64_t now = orm__ticks(), since = 0;
    unsigned last = 0;
    for (const orm__session *db = NULL; (db = orm__next_holder(pool, w, &last, &since)) != NULL; before = ", ")
        orm__put_format(out, "%s%s for %.1f s", before, orm__taken_at(db, place), (double)(now - since) / 1e6);
}

/* takes the time for sessions of which nobody took it */
static void orm__stamp_holders(const orm__pool *pool)
{
    int64_t now = orm__ticks();
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        int64_t unknown = 0;
        if (atomic_load(&db->owner)) atomic_compare_exchange_strong(&db->held_since, &unknown, now);
    }
}

/* how many sessions can serve such a call at most */
static unsigned orm__most(const orm__pool *pool, const orm__waiter *w)
{
    unsigned max = pool->options.pool.max;
    if (orm__wants_replica(pool, w)) return max * (pool->n_servers - 1);
    if (!pool->servers[0].single_writer) return max;
    return w->mode == ORM__WRITE ? 1 : pool->several ? max - 1 : max;
}

static orm_status orm__gave_up(orm__pool *pool, const orm__waiter *w, const char *why)
{
    char text_[sizeof orm__self()->error.message];
    orm__writer out = { .text = text_, .capacity = sizeof text_ };
    atomic_fetch_add_explicit(&pool->timeouts, 1, memory_order_relaxed);
    if (why[0]) return orm__raise_pool(pool, ORM_CONNECTION_LOST, "%s", why);
    unsigned used = 0;
    pthread_mutex_lock(&pool->mutex);
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *db = atomic_load(&pool->sessions[i]);
        used += atomic_load(&db->owner) && orm__suits(pool, db, w);
    }
    orm__put_format(&out, "no connection%s became free in %.1f s: %u of at most %u in use, %u waiting", pool->servers[0].single_writer && w->mode == ORM__WRITE ? " that writes" : "",
                    (double)(orm__ticks() - w->began) / 1e6, used, orm__most(pool, w), atomic_load(&pool->waiting) + 1);
    orm__list_holders(pool, w, &out);
    pthread_mutex_unlock(&pool->mutex);
    return orm__raise_pool(pool, ORM_ACQUIRE_TIMEOUT, "%s", text_);
}

static orm_status orm__own_way(orm__pool *pool, bool mine)
{
    char place[ORM__PLACE_SIZE] = "";
    for (const orm__session *db = orm__self()->held; db && !place[0]; db = db->next_held) if (db->pool == pool) orm__taken_at(db, place);
    if (mine) return orm__raise_pool(pool, ORM_DEADLOCK_SELF, "this thread holds the connection that it would have to wait for: it took it at %s", place);
    return orm__raise_pool(pool, ORM_DEADLOCK_SELF, "every connection is held by a thread that waits for another one%s%s", place[0] ? ", one by this thread since the call at " : "", place);
}

/* ---- connecting ------------------------------------------------------------------------------------------------------- */

/* with the pool's mutex: by who closed the connection, or sees that somebody waits */
ORM_PRIVATE ORM__COLD void orm__release_slow(orm__session *db)
{
    orm__pool *pool = db->pool;
    pthread_mutex_lock(&pool->mutex);
    bool closed = !db->connection;
    if (closed && db->counted) {
        db->counted = false;
        db->server->n_open--;
    }
    atomic_store(&db->owner, NULL);
    for (orm__waiter *w = pool->first_waiter; w; w = w->next) {
        if (w->served || (!closed && !orm__suits(pool, db, w))) continue;
        pthread_cond_signal(&w->released);
        break;
    }
    pthread_mutex_unlock(&pool->mutex);
}

/* the outcome of a connect: after a failure the server is left alone for a while, longer each time */
static void orm__note_connect(orm__pool *pool, orm__server *server, bool worked)
{
    int64_t pause = ORM__RETRY_FIRST;
    char why[sizeof server->why];
    snprintf(why, sizeof why, "%.*s", (int)sizeof why - 1, worked ? "" : orm__self()->error.message);
    pthread_mutex_lock(&pool->mutex);
    bool was_away = server->failures > 0;
    server->connecting = false;
    if (worked) {
        server->failures = 0;
    } else {
        for (unsigned i = 0; i < server->failures && pause < ORM__RETRY_MOST; i++) pause *= 2;
        if (pause > ORM__RETRY_MOST) pause = ORM__RETRY_MOST;
        if (server != &pool->servers[0]) pause = ORM__REPLICA_AWAY;
        server->retry_at = orm__ticks() + pause - (int64_t)(orm__jitter(server) % (uint64_t)(pause / 4));
        server->failures++;
        memcpy(server->why, why, sizeof why);
    }
    if (was_away || !worked) orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
    if (server == &pool->servers[0] || worked != was_away) return;
    if (worked) orm__pool_note(pool, "replica %u answers again", (unsigned)(server - pool->servers));
    else orm__pool_note(pool, "replica %u is left out for a while: %s", (unsigned)(server - pool->servers), why);
}

/* Makes a grasped session fit for use: looks whether its connection is still good, and connects. False: it was given back. */
static bool orm__make_ready(orm__session *db, int64_t until)
{
    orm__pool *pool = db->pool;
    int64_t now = db->checked && db->connection ? orm__ticks() : 0;
    if (now && now >= db->expires_at) orm__session_disconnect(db, NULL);
    else if (now && now - db->idle_since > ORM__LOOK_AFTER && !db->dialect->alive(db->connection, now - db->idle_since > (int64_t)pool->options.pool.check_ms * 1000))
        orm__session_disconnect(db, "it was lost while nobody used it");
    if (db->connection) return true;
    orm__clear_error();
    bool worked = orm__session_connect(db, until) == ORM_OK;
    orm__note_connect(pool, db->server, worked);
    if (!worked) orm__release_session(db);
    return worked;
}

/* ---- taking ------------------------------------------------------------------------------------------------------------- */

/* where one session writes and others read, the first one is for writes alone from now on */
static void orm__part_roles(orm__pool *pool)
{
    orm__session *writer = pool->servers[0].single_writer ? atomic_load(&pool->sessions[0]) : NULL;
    pool->several = true;
    if (writer && atomic_load(&writer->serves)) atomic_store(&writer->serves, ORM__WRITE);
}

ORM_PRIVATE void orm__pool_part_roles(orm__pool *pool)
{
    if (!pool->servers[0].single_writer) return;
    pthread_mutex_lock(&pool->mutex);
    if (!pool->several) orm__part_roles(pool);
    pthread_mutex_unlock(&pool->mutex);
}

static void orm__note_thread(orm__pool *pool, orm__thread *self)
{
    if (pool->several || pool->first_thread == self) return;
    if (pool->first_thread) orm__part_roles(pool);
    pool->first_thread = self;
}

/* sleeps until somebody stirs, the moment comes, or it is time to be counted as starving */
static void orm__sleep(orm__pool *pool, orm__waiter *w, int64_t until)
{
    int64_t now = orm__ticks();
    if (!w->starving && now - w->began > ORM__STARVING_AFTER) {
        w->starving = true;
        atomic_fetch_add(&pool->starving, 1);
    }
    if (!w->starving && w->began + ORM__STARVING_AFTER < until) until = w->began + ORM__STARVING_AFTER + 1;
    struct timespec moment = orm__moment(until);
    pthread_cond_timedwait(&w->released, &pool->mutex, &moment);
}

/* One look under the mutex: a grasped session, or NULL: then `*failed`, or wait until `*retry_at` (0: until somebody lets go). */
static orm__session *orm__look(orm__pool *pool, orm__waiter *w, bool queued, int64_t *retry_at, orm_status *failed, bool *mine)
{
    bool full = false;
    *retry_at = 0;
    w->sticks = orm__sticks(pool);
    if (pool->closing) {
        *failed = ORM_MISUSE;
        return NULL;
    }
    orm__session *db = orm__pick_open(pool, w, queued, retry_at);
    if (!db) db = orm__pick_closed(pool, w, retry_at, &full, failed);
    if (!db && full && orm__waits_for_itself(pool, w, mine)) *failed = ORM_DEADLOCK_SELF;
    if (!db) return NULL;
    atomic_store_explicit(&db->last_place, w->place, memory_order_relaxed);
    atomic_store_explicit(&db->last_address, w->address, memory_order_relaxed);
    return db;
}

static void orm__tell_failure(orm__pool *pool, const orm__waiter *w, orm_status failed, bool mine, const char *why)
{
    if (failed == ORM_NO_MEMORY && orm__self()->error.kind == ORM_NO_MEMORY) return;
    orm__clear_error();
    if (failed == ORM_DEADLOCK_SELF) orm__own_way(pool, mine);
    else if (failed == ORM_MISUSE) orm__raise_pool(pool, failed, "the database is being closed");
    else if (failed) orm__raise_pool(pool, failed, "out of memory");
    else orm__gave_up(pool, w, why);
}

static orm__session *orm__take(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address)
{
    orm__pool *pool = handle->pool;
    orm__waiter w = { .thread = orm__self(), .handle = handle, .mode = mode, .place = place, .address = address };
    orm__session *db = NULL;
    orm_status failed = ORM_OK;
    bool queued = false, late = false, mine = false;
    int64_t limit = orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000, retry_at = 0;
    char why[sizeof pool->servers[0].why] = "";
    if (until && until < limit) limit = until;
    pthread_mutex_lock(&pool->mutex);
    pool->visitors++;
    orm__note_thread(pool, w.thread);
    while (!failed && !late) {
        db = orm__look(pool, &w, queued, &retry_at, &failed, &mine);
        w.served = db != NULL;
        if (db) {
            pthread_mutex_unlock(&pool->mutex);
            bool ready = orm__make_ready(db, limit);
            pthread_mutex_lock(&pool->mutex);
            if (ready) break;
            if (orm__self()->error.kind == ORM_NO_MEMORY) failed = ORM_NO_MEMORY;
            w.served = false;
            db = NULL;
        } else if (!failed && !queued) {      /* and looks again: whoever lets go from now on sees it in the queue */
            queued = orm__enqueue(pool, &w);
            if (!queued) failed = ORM_NO_MEMORY;
        } else if (!failed) {
            orm__stamp_holders(pool);
            late = orm__ticks() >= limit;
            if (!late) orm__sleep(pool, &w, retry_at && retry_at < limit ? retry_at : limit);
        }
    }
    if (queued) orm__dequeue(pool, &w);
    if (!db && pool->servers[0].failures) snprintf(why, sizeof why, "%s", pool->servers[0].why);
    if (!db) {
        pthread_mutex_unlock(&pool->mutex);
        orm__tell_failure(pool, &w, failed, mine, why);
        pthread_mutex_lock(&pool->mutex);
    }
    pool->visitors--;
    pthread_mutex_unlock(&pool->mutex);
    return db;
}

ORM_PRIVATE orm__session *orm__held_by(const orm_db *handle)
{
    if (!handle || orm__forked(handle->pool)) return NULL;
    orm__session *db = handle->pinned ? NULL : orm__self()->held;
    while (db && db->via != handle->joins) db = db->next_held;
    if (db) orm__batch_drain(db);
    return db;
}

/* a call of any thread in a transaction that was handed on by orm_current */
static orm__session *orm__join_pinned(orm_db *handle)
{
    orm__session *db = handle->pinned;
    pthread_mutex_lock(&db->call_mutex);
    if (db->shared && db->level > 0 && db->levels[1].serial == handle->level) {
        db->depth++;
        return db;
    }
    pthread_mutex_unlock(&db->call_mutex);
    orm__clear_error();
    orm__raise_pool(handle->pool, ORM_MISUSE, "the transaction that orm_current gave has ended");
    return NULL;
}

/* What a log hook calls while its thread reads joins in, unless it writes where only another session can, or asks for the primary. */
static bool orm__joins(const orm__session *db, const orm_db *handle, orm__mode mode)
{
    if (db->level > 0) return true;
    return (atomic_load(&db->serves) & mode) && (handle != &db->pool->primary || db->server == &db->pool->servers[0]);
}

ORM_PRIVATE orm__session *orm__acquire(orm_db *handle, orm__mode mode, int64_t until, const char *place, const void *address)
{
    orm__thread *self = orm__self();
    if (ORM__UNLIKELY(orm__forked(handle->pool))) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "the database was opened before fork(): open another one in the child");
        return NULL;
    }
    if (handle->pinned) return orm__join_pinned(handle);
    orm__session *db = orm__held_by(handle);
    if (db && orm__joins(db, handle, mode)) {
        if (db->shared) pthread_mutex_lock(&db->call_mutex);
        db->simple = 0;
        db->depth++;
        return db;
    }
    db = orm__take(handle, mode, until, place, address);
    if (!db) return NULL;
    if (self->held) self->held->simple = 0;
    db->simple = 0;
    db->next_held = self->held;
    self->held = db;
    db->via = handle->joins;
    db->mode = mode;
    db->depth = 1;
    db->calls = 0;
    atomic_store_explicit(&db->held_since, db->checked ? orm__ticks() : 0, memory_order_relaxed);
    atomic_store_explicit(&db->leak_told, false, memory_order_relaxed);
    if (!db->checked && !db->options.timeout_ms) {
        self->recent.handle[mode] = handle->serial;
        self->recent.session[mode] = db;
    }
    return db;
}

ORM_PRIVATE void orm__pool_refill(orm__pool *pool)
{
    orm__waiter w = { .thread = orm__self(), .handle = &pool->primary, .mode = ORM__WRITE };
    for (bool more = true; more; ) {
        int64_t retry_at = 0;
        bool full = false;
        orm_status failed = ORM_OK;
        pthread_mutex_lock(&pool->mutex);
        more = !pool->closing && pool->servers[0].n_open < pool->options.pool.min;
        orm__session *db = more ? orm__pick_closed(pool, &w, &retry_at, &full, &failed) : NULL;
        pthread_mutex_unlock(&pool->mutex);
        more = db && orm__make_ready(db, orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000);
        if (more) orm__release_session(db);
    }
}

/* ---- letting go ------------------------------------------------------------------------------------------------------------ */

/* before a session whose connection can be lost, or was changed by hand, is given back */
static ORM__COLD void orm__clean(orm__session *db)
{
    orm__thread *self = orm__self();
    const orm_pool_options *how = &db->options.pool;
    if (db->mode == ORM__WRITE && db->options.sticky_ms) {
        self->wrote.handle = db->pool->main.serial;
        self->wrote.until = orm__ticks() + (int64_t)db->options.sticky_ms * 1000;
    }
    if (db->connection && db->dialect->in_transaction(db->connection)) db->broken = true;      /* one that nobody will end */
    if (!db->broken && db->touched) {
        orm__statements_free(db);
        orm__thread kept = *self;
        db->touched = false;
        db->broken = db->dialect->reset(db->connection) != ORM_OK;
        *self = kept;
    }
    db->idle_since = orm__ticks();
    if (db->broken || db->idle_since >= db->expires_at) orm__session_disconnect(db, NULL);
    atomic_store_explicit(&db->held_since, 0, memory_order_relaxed);
    /* a program of one thread with one connection gets no second thread of ours unless it asked for times that one keeps */
    if (how->max > 1 && (db->pool->timed || atomic_load(&db->pool->several) || atomic_load(&db->pool->n_sessions) > 1)) orm__keeper_start(db->pool);
}

static void orm__unlink_held(orm__thread *self, orm__session *db)
{
    orm__session **at = &self->held;
    while (*at && *at != db) at = &(*at)->next_held;
    if (*at) *at = db->next_held;
    db->next_held = NULL;
}

ORM_PRIVATE void orm__let_go(orm__session *db)
{
    if (db->shared) {            /* the block that shares it still holds it */
        db->depth--;
        pthread_mutex_unlock(&db->call_mutex);
        return;
    }
    if (db->depth > 1) {
        db->depth--;
        return;
    }
    orm__thread *self = orm__self();
    if (db->checked) orm__clean(db);      /* still held: what its failures tell the log may come back here */
    db->depth = 0;
    orm__unlink_held(self, db);
    orm__release_session(db);
}

/* holds the sessions that are free, so that nobody takes them any more. Is the pool this thread's alone now? `busy` gets a session that is not. */
static bool orm__seize(orm__pool *pool, orm__thread *self, orm__session **busy)
{
    *busy = NULL;
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner) != self && !orm__grasp(db, self)) *busy = db;
    }
    pthread_mutex_lock(&pool->mutex);
    bool alone = !*busy && pool->visitors == 0;
    pthread_mutex_unlock(&pool->mutex);
    return alone;
}

static void orm__seized_back(orm__pool *pool, const orm__thread *self)
{
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner) == self) orm__release_session(db);
    }
    pthread_mutex_lock(&pool->mutex);
    pool->closing = pool->keeper_stops = false;
    orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
}

ORM_PRIVATE bool orm__pool_drain(orm__pool *pool)
{
    orm__thread *self = orm__self();
    int64_t until = orm__ticks() + (int64_t)pool->options.pool.acquire_ms * 1000;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    orm__stir(pool);
    pthread_mutex_unlock(&pool->mutex);
    orm__session *busy = NULL;
    bool alone = orm__seize(pool, self, &busy);
    while (!alone && orm__ticks() < until) {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        alone = orm__seize(pool, self, &busy);
    }
    if (alone) return true;
    char place[ORM__PLACE_SIZE] = "";
    orm__clear_error();
    if (busy) orm__raise_pool(pool, ORM_MISUSE, "orm_close: another thread still uses the database, since the call at %s: nothing was closed", orm__taken_at(busy, place));
    else orm__raise_pool(pool, ORM_MISUSE, "orm_close: another thread still waits for the database: nothing was closed");
    orm__seized_back(pool, self);
    return false;
}

/* >>keeper: a pool's own thread, where connections can be lost, and several threads or connections are in use: closes those that nobody used
   for long, replaces the lost ones that shall stay open, and tells the log of sessions that are held for too long. All of it is comfort: no
   call waits for it. */
#include <signal.h>

#define ORM__KEEPER_MOST  1000000       /* microseconds between two rounds, at most and at least */
#define ORM__KEEPER_LEAST 10000

static int64_t orm__keeper_pause(const orm__pool *pool)
{
    const orm_pool_options *how = &pool->options.pool;
    uint32_t shortest = how->idle_ms < how->leak_ms ? how->idle_ms : how->leak_ms;
    if (how->lifetime_ms < shortest) shortest = how->lifetime_ms;
    int64_t pause = (int64_t)shortest * 1000 / 4;
    return pause < ORM__KEEPER_LEAST ? ORM__KEEPER_LEAST : pause > ORM__KEEPER_MOST ? ORM__KEEPER_MOST : pause;
}

/* told once for each time that a session is held */
static void orm__keeper_leak(orm__pool *pool, orm__session *db, int64_t now)
{
    int64_t since = atomic_load(&db->held_since);
    if (!since || now - since < (int64_t)pool->options.pool.leak_ms * 1000 || atomic_exchange(&db->leak_told, true)) return;
    char place[ORM__PLACE_SIZE];
    orm__pool_note(pool, "a connection has been held for %.1f s by the call at %s", (double)(now - since) / 1e6, orm__taken_at(db, place));
}

static void orm__keeper_close_idle(orm__pool *pool, orm__session *db, int64_t now)
{
    if (now - db->idle_since < (int64_t)pool->options.pool.idle_ms * 1000 && now < db->expires_at && db->dialect->alive(db->connection, false)) return;
    pthread_mutex_lock(&pool->mutex);
    bool spare = db->server->n_open > pool->options.pool.min;
    pthread_mutex_unlock(&pool->mutex);
    if (spare || now >= db->expires_at || !db->dialect->alive(db->connection, false)) orm__session_disconnect(db, NULL);
}

static void orm__keeper_round(orm__pool *pool)
{
    int64_t now = orm__ticks();
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        if (atomic_load(&db->owner)) orm__keeper_leak(pool, db, now);
        else if (atomic_load(&db->serves) && orm__grasp(db, orm__self())) {
            if (db->connection) orm__keeper_close_idle(pool, db, now);
            orm__release_session(db);
        }
    }
    orm__pool_refill(pool);
}

static void *orm__keeper_main(void *argument)
{
    orm__pool *pool = (orm__pool *)argument;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->keeper_stops) {
        struct timespec moment = orm__moment(orm__ticks() + orm__keeper_pause(pool));
        pthread_cond_timedwait(&pool->keeper_wakes, &pool->mutex, &moment);
        if (pool->keeper_stops) break;
        pthread_mutex_unlock(&pool->mutex);
        orm__keeper_round(pool);
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* A failure to start it is none: connections are then closed when they are used next. */
ORM_PRIVATE void orm__keeper_start(orm__pool *pool)
{
    if (ORM__LIKELY(atomic_load_explicit(&pool->keeper_runs, memory_order_relaxed))) return;
    sigset_t all, before;
    pthread_mutex_lock(&pool->mutex);
    if (!atomic_load(&pool->keeper_runs) && !pool->keeper_stops) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);        /* the program's signals are not for this thread */
        atomic_store(&pool->keeper_runs, pthread_create(&pool->keeper, NULL, orm__keeper_main, pool) == 0);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_mutex_unlock(&pool->mutex);
}

ORM_PRIVATE void orm__keeper_stop(orm__pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->keeper_stops = true;
    pthread_cond_signal(&pool->keeper_wakes);
    pthread_mutex_unlock(&pool->mutex);
    if (atomic_load(&pool->keeper_runs)) pthread_join(pool->keeper, NULL);
    atomic_store(&pool->keeper_runs, false);
}

/* >>db: opening and closing a handle with its pool, the handles beside it, and what they tell. */

#define ORM__MAX_TEXT_LIMIT 1000000000u

/* ---- the allocator's meter ---- */

static void orm__meter_drop(struct orm__meter *meter)
{
    if (atomic_fetch_sub_explicit(&meter->live, 1, memory_order_acq_rel) != 1) return;
    orm_allocator user = meter->user;
    user.release(user.context, meter, sizeof *meter);
}

static void *orm__meter_allocate(void *context, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    atomic_fetch_add_explicit(&meter->calls, 1, memory_order_relaxed);
    void *block = meter->user.allocate(meter->user.context, size);
    if (block) atomic_fetch_add_explicit(&meter->live, 1, memory_order_relaxed);
    return block;
}

static void *orm__meter_resize(void *context, void *block, size_t old_size, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    atomic_fetch_add_explicit(&meter->calls, 1, memory_order_relaxed);
    return meter->user.resize(meter->user.context, block, old_size, size);
}

static void orm__meter_release(void *context, void *block, size_t size)
{
    struct orm__meter *meter = (struct orm__meter *)context;
    meter->user.release(meter->user.context, block, size);
    orm__meter_drop(meter);
}

static struct orm__meter *orm__meter_new(const orm_allocator *user)
{
    struct orm__meter *meter = (struct orm__meter *)user->allocate(user->context, sizeof *meter);
    if (!meter) return NULL;
    meter->user = *user;
    atomic_init(&meter->calls, 0);
    atomic_init(&meter->live, 1);
    atomic_init(&meter->parked, NULL);
    return meter;
}

static bool orm__is_scheme(const char *scheme, const char *url, size_t size) { return scheme && strlen(scheme) == size && strncmp(scheme, url, size) == 0; }

/* the adapter for the URL's scheme. Messages show the scheme only: the rest may hold a password. */
static const orm_dialect *orm__choose_adapter(const char *url, const orm_dialect *const *adapters, size_t n)
{
    size_t size = url ? strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") : 0;
    if (size == 0 || size > 31 || url[size] != ':') {
        orm__raise(NULL, ORM_CONFIG, 0, "the URL must begin with an engine, as in sqlite:blog.db");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const orm_dialect *dialect = adapters[i];
        if (dialect->version == ORM_DIALECT_VERSION && !orm__is_scheme(dialect->scheme, url, size) && !orm__is_scheme(dialect->other_scheme, url, size)) continue;
        if (dialect->version == ORM_DIALECT_VERSION) return dialect;
        orm__raise(NULL, ORM_CONFIG, 0, "an adapter has version %u, but orm.h needs %d: take both from one release", (unsigned)dialect->version, ORM_DIALECT_VERSION);
        return NULL;
    }
    orm__raise(NULL, ORM_CONFIG, 0, "no adapter for '%.*s:...' is included in this file: include dialects/%.*s.h", (int)size, url, (int)size, url);
    return NULL;
}

static void orm__fill_pool(orm_pool_options *pool, const orm_dialect *dialect, uint32_t busy_timeout_ms)
{
    const orm_pool_options usual = { .min = 1, .max = dialect->can.one_writer ? 5 : 10, .acquire_ms = busy_timeout_ms, .idle_ms = 600000, .lifetime_ms = 1800000,
                                     .check_ms = 30000, .leak_ms = 60000 };
    if (!pool->max) pool->max = usual.max < pool->min ? pool->min : usual.max;
    if (!pool->min) pool->min = usual.min;
    if (!pool->acquire_ms) pool->acquire_ms = usual.acquire_ms;
    if (!pool->idle_ms) pool->idle_ms = usual.idle_ms;
    if (!pool->lifetime_ms) pool->lifetime_ms = usual.lifetime_ms;
    if (!pool->check_ms) pool->check_ms = usual.check_ms;
    if (!pool->leak_ms) pool->leak_ms = usual.leak_ms;
}

static orm_status orm__fill_options(orm_options *options, const orm_dialect *dialect)
{
    orm_allocator *a = &options->allocator;
    if (!a->allocate != !a->resize || !a->allocate != !a->release) return orm__raise(NULL, ORM_CONFIG, 0, "options.allocator needs all three functions, or none");
    if (!a->allocate) *a = orm__default_allocator();
    if (options->max_text > ORM__MAX_TEXT_LIMIT) return orm__raise(NULL, ORM_CONFIG, 0, "options.max_text is at most %u", ORM__MAX_TEXT_LIMIT);
    if (!options->max_text) options->max_text = ORM__DEFAULT_MAX_TEXT;
    if (!options->busy_timeout_ms) options->busy_timeout_ms = 5000;
    if (!options->max_statements) options->max_statements = 256;
    orm__fill_pool(&options->pool, dialect, options->busy_timeout_ms);
    if (options->pool.min > options->pool.max) return orm__raise(NULL, ORM_CONFIG, 0, "pool.min is %u, but pool.max only %u", (unsigned)options->pool.min, (unsigned)options->pool.max);
    if (options->pool.max > ORM__MAX_SESSIONS / 16) return orm__raise(NULL, ORM_CONFIG, 0, "pool.max is at most %d", ORM__MAX_SESSIONS / 16);
    const char *wanted = getenv("ORM_LOG");
    if (!options->log && wanted && strcmp(wanted, "1") == 0) options->log = orm__stderr_log;
    return ORM_OK;
}

/* ---- open and close ---- */

/* how often this process came out of fork(): a pool works only in the process that opened it */
static _Atomic unsigned orm__forks;
static pthread_once_t orm__forks_once = PTHREAD_ONCE_INIT;
static void orm__after_fork(void)
{
    orm__thread *self = orm__self();
    atomic_fetch_add(&orm__forks, 1);
    memset(&self->recent, 0, sizeof self->recent);
}
static void orm__watch_forks(void) { pthread_atfork(NULL, NULL, orm__after_fork); }

ORM_PRIVATE bool orm__forked(const orm__pool *pool) { return pool->forks != atomic_load_explicit(&orm__forks, memory_order_relaxed); }

static orm_db orm__handle(orm__pool *pool, const orm_db *joins)
{
    static _Atomic uint64_t last;
    return (orm_db){ .serial = atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1, .pool = pool, .joins = joins };
}

static bool orm__add_server(orm__pool *pool, const char *url)
{
    size_t size = strlen(url) + 1;
    char *copy = (char *)orm__allocate(&pool->allocator, size);
    if (!copy) return false;
    memcpy(copy, url, size);
    pool->servers[pool->n_servers++] = (orm__server){ .url = copy, .url_size = size };
    return true;
}

static void orm__pool_free(orm__pool *pool)
{
    struct orm__meter *meter = pool->meter;
    unsigned n = atomic_load(&pool->n_sessions);
    orm__parking_close(meter);
    for (unsigned i = 0; i < n; i++) orm__session_free(atomic_load(&pool->sessions[i]));
    if (pool->sessions) orm__release(&pool->allocator, (void *)(uintptr_t)pool->sessions, pool->capacity * sizeof *pool->sessions);
    for (unsigned i = 0; i < pool->n_servers; i++) orm__release(&pool->allocator, pool->servers[i].url, pool->servers[i].url_size);
    if (!orm__forked(pool)) {           /* in a child the keeper, which is not there, would be waited for */
        pthread_mutex_destroy(&pool->mutex);
        pthread_mutex_destroy(&pool->lost_mutex);
        pthread_cond_destroy(&pool->keeper_wakes);
    }
    orm__release(&pool->allocator, pool, sizeof *pool);
    orm__meter_drop(meter);
}

static bool orm__init_locks(orm__pool *pool)
{
    if (pthread_mutex_init(&pool->mutex, NULL) != 0) return false;
    if (pthread_mutex_init(&pool->lost_mutex, NULL) == 0) {
        if (orm__monotonic_condition(&pool->keeper_wakes)) return true;
        pthread_mutex_destroy(&pool->lost_mutex);
    }
    pthread_mutex_destroy(&pool->mutex);
    return false;
}

/* a pool with its servers' names and room for their sessions, and none yet */
static orm__pool *orm__pool_new(const orm_dialect *dialect, const orm_options *options, const char *url)
{
    struct orm__meter *meter = orm__meter_new(&options->allocator);
    if (!meter) return NULL;
    orm_allocator metered = { orm__meter_allocate, orm__meter_resize, orm__meter_release, meter };
    orm__pool *pool = (orm__pool *)orm__allocate(&metered, sizeof *pool);
    if (pool) memset(pool, 0, sizeof *pool);
    if (!pool || !orm__init_locks(pool)) {
        if (pool) orm__release(&metered, pool, sizeof *pool);
        orm__meter_drop(meter);
        return NULL;
    }
    pool->dialect = dialect;
    pool->options = *options;
    pool->meter = meter;
    pool->allocator = metered;
    pool->forks = atomic_load(&orm__forks);
    pool->main = orm__handle(pool, &pool->main);
    pool->outside = orm__handle(pool, &pool->outside);
    pool->primary = orm__handle(pool, &pool->main);
    pool->last_waiter = &pool->first_waiter;
    bool made = orm__add_server(pool, url);
    for (size_t i = 0; made && i < ORM_MAX_REPLICAS && options->replicas[i]; i++) made = orm__add_server(pool, options->replicas[i]);
    pool->capacity = options->pool.max * pool->n_servers;
    pool->sessions = made ? (orm__session *_Atomic *)orm__allocate(&pool->allocator, pool->capacity * sizeof *pool->sessions) : NULL;
    if (pool->sessions) return pool;
    orm__pool_free(pool);
    return NULL;
}

/* The first connection of the primary shows whether the URL is right, and what the database can share. */
static orm_status orm__open_first(orm__pool *pool)
{
    orm_db *handle = &pool->main;
    orm__session *db = orm__session_new(pool, &pool->servers[0]);
    if (!db) return orm__raise_pool(pool, ORM_NO_MEMORY, "out of memory");
    atomic_store(&db->owner, orm__self());
    pool->servers[0].n_open = 1;
    db->counted = true;
    orm_status status = orm__session_connect(db, orm__until(&pool->options, 0));
    atomic_store(&db->owner, NULL);
    if (status) return status;
    bool alone = pool->dialect->alone && pool->dialect->alone(db->connection);
    if (alone && pool->n_servers > 1) return orm__raise_pool(pool, ORM_CONFIG, "such a database has no replicas");
    if (alone) pool->options.pool.min = pool->options.pool.max = 1;
    pool->servers[0].single_writer = pool->dialect->can.one_writer && pool->options.pool.max > 1;
    snprintf(pool->engine, sizeof pool->engine, "%s", pool->dialect->engine(db->connection));
    /* the others that shall be open; the threads that hold them are one, so each by a handle of its own */
    orm__session *held[ORM__MAX_SESSIONS / 16];
    unsigned n = 0, wanted = pool->servers[0].single_writer ? 1 : pool->options.pool.min;
    for (; wanted > 1 && n < wanted; n++) {
        orm_db another = { .serial = handle->serial, .pool = pool, .joins = &another };
        held[n] = orm__acquire(&another, ORM__WRITE, orm__until(&pool->options, 0), NULL, NULL);
        if (!held[n]) break;
        held[n]->via = NULL;
    }
    if (wanted > 1 && n < wanted) status = orm__refused();
    while (n > 0) orm__let_go(held[--n]);
    return status;
}

ORM_API orm_db *orm__open(const char *url, const orm_dialect *const *adapters, size_t n, const orm_options *options, size_t query_size)
{
    orm_options filled = options ? *options : (orm_options){ .orm__begin = true };
    const bool timed = filled.pool.idle_ms || filled.pool.lifetime_ms || filled.pool.leak_ms;
    orm__clear_error();
    if (query_size != sizeof(orm_query)) {
        orm__raise(NULL, ORM_CONFIG, 0, "the file that calls orm_open was compiled with another ORM_MAX_TERMS than the one that defines ORM_IMPLEMENTATION (%d)", ORM_MAX_TERMS);
        return NULL;
    }
    const orm_dialect *dialect = orm__choose_adapter(url, adapters, n);
    if (!dialect || orm__fill_options(&filled, dialect)) return NULL;
    for (size_t i = 0; i < ORM_MAX_REPLICAS && filled.replicas[i]; i++) {
        if (orm__choose_adapter(filled.replicas[i], adapters, n) == dialect) continue;
        if (!orm_failed()) orm__raise(NULL, ORM_CONFIG, 0, "a replica is of another engine than the primary");
        return NULL;
    }
    pthread_once(&orm__forks_once, orm__watch_forks);
    orm__pool *pool = orm__pool_new(dialect, &filled, url);
    if (!pool) {
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    pool->timed = timed;
    if (orm__open_first(pool) == ORM_OK) {
        orm__clear_error();
        return &pool->main;
    }
    orm__keeper_stop(pool);
    orm__pool_free(pool);
    return NULL;
}

/* does this thread close the database inside one of its calls, in a log hook? */
static bool orm__is_called(const orm__pool *pool)
{
    for (const orm__session *db = orm__self()->held; db; db = db->next_held) if (db->pool == pool && db->calls > 0) return true;
    return false;
}

static void orm__forget_held(const orm__pool *pool)
{
    orm__session **at = &orm__self()->held;
    while (*at) {
        if ((*at)->pool == pool) *at = (*at)->next_held;
        else at = &(*at)->next_held;
    }
}

/* what this thread left open by one of the pool's handles */
static void orm__close_own(orm__pool *pool)
{
    orm__session *next = NULL;
    for (orm__session *db = orm__self()->held; db; db = next) {
        next = db->next_held;
        if (db->pool != pool) continue;
        char place[ORM__PLACE_SIZE];
        if (db->level > 0) orm__log_note(db, "orm_close: a transaction was still open and is rolled back: it was begun at %s", orm__taken_at(db, place));
        orm__levels_abandon(db);
        db->depth = 1;
        orm__let_go(db);
    }
}

ORM_API void orm_close(orm_db *handle)
{
    if (!handle) return;
    orm__pool *pool = handle->pool;
    if (handle != &pool->main) {
        orm__raise_pool(pool, ORM_MISUSE, "orm_close: only the handle that orm_open gave is closed");
        return;
    }
    if (orm__forked(pool)) {            /* the parent's: to close the connections here would end or damage its sessions */
        for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
            orm__session *db = atomic_load(&pool->sessions[i]);
            db->connection = NULL;
            db->level = 0;
        }
        orm__forget_held(pool);
        orm__pool_free(pool);
        return;
    }
    if (orm__is_called(pool)) {
        orm__raise_pool(pool, ORM_MISUSE, "orm_close inside a call on the database: nothing was closed");
        return;
    }
    orm__close_own(pool);
    orm__keeper_stop(pool);
    if (orm__pool_drain(pool)) orm__pool_free(pool);
}

/* ---- other handles ---- */

ORM_API orm_db *orm_outside(orm_db *handle) { return handle ? &handle->pool->outside : NULL; }
ORM_API orm_db *orm_primary(orm_db *handle) { return handle ? &handle->pool->primary : NULL; }

/* ---- what a handle tells ---- */

ORM_API orm_counters orm_counters_of(orm_db *handle)
{
    orm_counters counters = { 0 };
    if (!handle) return counters;
    orm__pool *pool = handle->pool;
    unsigned n = atomic_load(&pool->n_sessions);
    for (unsigned i = 0; i < n; i++) {
        orm__session *db = atomic_load(&pool->sessions[i]);
        counters.statements += atomic_load_explicit(&db->statements, memory_order_relaxed);
        counters.prepares += atomic_load_explicit(&db->prepares, memory_order_relaxed);
        counters.cached += atomic_load_explicit(&db->cached, memory_order_relaxed);
        counters.rows += atomic_load_explicit(&db->rows, memory_order_relaxed);
        counters.connections += atomic_load_explicit(&db->serves, memory_order_relaxed) != 0;
        counters.in_use += atomic_load_explicit(&db->owner, memory_order_relaxed) != NULL;
    }
    counters.allocations = atomic_load_explicit(&pool->meter->calls, memory_order_relaxed);
    counters.waiting = atomic_load(&pool->waiting);
    counters.waits = atomic_load(&pool->waits);
    counters.timeouts = atomic_load(&pool->timeouts);
    counters.longest_wait_us = atomic_load(&pool->longest_wait_us);
    counters.opened = atomic_load(&pool->opened);
    counters.closed = atomic_load(&pool->closed);
    return counters;
}

ORM_API const char *orm_engine(orm_db *handle)
{
    return handle ? handle->pool->engine : "";
}

ORM_API const orm_capabilities *orm_capabilities_of(orm_db *handle)
{
    static const orm_capabilities none;
    return handle ? &handle->pool->dialect->can : &none;
}

/* >>call: how a public call begins and ends on a session: place, deadline and scratch memory; and budgets of statements. */

#define ORM__SCRATCH_KEPT (1u << 20)    /* bytes that a session keeps from call to call */

ORM_PRIVATE int64_t orm__until(const orm_options *options, uint32_t timeout_ms)
{
    uint32_t timeout = timeout_ms ? timeout_ms : options->timeout_ms;
    return ORM__LIKELY(!timeout) ? 0 : orm__ticks() + (int64_t)timeout * 1000;
}

/* what a log hook calls from inside a call is part of that call: it keeps the outer place, deadline and scratch memory */
ORM_PRIVATE void orm__work_begin(orm__session *db, const char *place, const void *address, int64_t until)
{
    if (db->calls++ > 0) return;
    orm__thread *self = orm__self();
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    if (ORM__LIKELY(!until)) return;
    db->deadline = until;
    db->dialect->deadline(db->connection, until);
}

static ORM__COLD void orm__tidy(orm__session *db)
{
    orm_arena *scratch = &db->scratch;
    if (db->deadline) db->dialect->deadline(db->connection, 0);
    db->deadline = 0;
    if (db->asked) return;
    orm_arena_reset(scratch);
    if (scratch->orm__chunks && scratch->orm__chunks->size > ORM__SCRATCH_KEPT) orm_arena_release(scratch);
    db->scratch_start = scratch->orm__at;
}

static inline bool orm__scratch_used(const orm__session *db)
{
    /* a large piece stands in a chunk of its own and leaves `at` where it was */
    const orm_arena *scratch = &db->scratch;
    bool one_chunk = scratch->orm__at ? !scratch->orm__chunks->next : !scratch->orm__chunks;
    return scratch->orm__at != db->scratch_start || !one_chunk;
}

ORM_PRIVATE void orm__work_end(orm__session *db)
{
    if (--db->calls == 0 && ORM__UNLIKELY(db->deadline != 0 || orm__scratch_used(db))) orm__tidy(db);
}

/* also in a transaction, in another call, with a deadline, or when the short way is not open */
static ORM__COLD orm__session *orm__enter_slow(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms)
{
    if (!handle) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "the database handle is NULL");
        return NULL;
    }
    int64_t until = orm__until(&handle->pool->options, timeout_ms);
    orm__session *db = orm__acquire(handle, mode, until, place, address);
    if (!db) return NULL;
    if (db->level > 0 && orm__level_refuses(db)) {
        orm__let_go(db);
        return NULL;
    }
    if (db->calls == 0 || orm__self()->error.kind == ORM_NOT_FOUND) orm__clear_error();
    orm__work_begin(db, place, address, until);
    return db;
}

/* the session that this thread had last is not for such calls any more */
static ORM__COLD orm__session *orm__enter_other(orm__session *db, orm_db *handle, orm__mode mode, const char *place, const void *address)
{
    orm__release_session(db);
    return orm__enter_slow(handle, mode, place, address, 0);
}

/* The short way in: by the session that this thread had last, if it is free, and as long as nobody has waited for too long. The thread is then
   neither in a transaction nor in another call. */
ORM_PRIVATE orm__session *orm__enter(orm_db *handle, orm__mode mode, const char *place, const void *address, uint32_t timeout_ms)
{
    orm__thread *self = orm__self(), *nobody = NULL;
    if (ORM__UNLIKELY(!handle || self->held || timeout_ms || self->recent.handle[mode] != handle->serial)) return orm__enter_slow(handle, mode, place, address, timeout_ms);
    orm__session *db = self->recent.session[mode];
    if (ORM__UNLIKELY(atomic_load_explicit(&handle->pool->starving, memory_order_relaxed) > 0 || !atomic_compare_exchange_strong(&db->owner, &nobody, self)))
        return orm__enter_slow(handle, mode, place, address, 0);
    if (ORM__UNLIKELY(!(atomic_load_explicit(&db->serves, memory_order_relaxed) & mode))) return orm__enter_other(db, handle, mode, place, address);
    if (ORM__UNLIKELY(self->error.kind != ORM_OK)) orm__clear_error();
    self->held = db;
    db->via = handle->joins;
    db->depth = 1;
    db->calls = 1;
    db->simple = 1;
    atomic_store_explicit(&db->last_place, place, memory_order_relaxed);
    atomic_store_explicit(&db->last_address, address, memory_order_relaxed);
    atomic_store_explicit(&db->held_since, 0, memory_order_relaxed);
    self->place = place;
    self->address = address;
    self->model = NULL;
    self->absence_fails = false;
    return db;
}

static __attribute__((noinline)) void orm__leave_slow(orm__session *db)
{
    orm__work_end(db);
    orm__let_go(db);
}

ORM_PRIVATE void orm__leave(orm__session *db)
{
    if (ORM__UNLIKELY(!db->simple || orm__scratch_used(db))) {
        orm__leave_slow(db);
        return;
    }
    orm__self()->held = NULL;
    orm__release_open(db);
}

/* ---- budgets ---- */

ORM_API bool orm__budget_enter(orm__budget *budget)
{
    if (budget->entered) return false;
    orm__thread *self = orm__self();
    budget->entered = true;
    budget->outer = self->budget;
    self->budget = budget;
    return true;
}

ORM_API void orm__budget_leave(orm__budget *budget)
{
    if (budget->entered) orm__self()->budget = budget->outer;
}

/* >>transaction: levels (a transaction, and savepoints inside it), the blocks and handles that open and end them, and what became of
   writes that were rolled back. A level fails with its first failed call; a failed level is never committed. */

#define ORM__BACK_OFF_FIRST 10000       /* microseconds: the longest wait before the second attempt; doubled for each further one */
#define ORM__BACK_OFF_MOST  1000000

enum { ORM__BLOCK_NEW, ORM__BLOCK_RUNNING, ORM__BLOCK_AGAIN, ORM__BLOCK_DONE };      /* orm__block.state; its `serial` names the level that it opened */

struct orm_tx { orm_db *handle; const orm__thread *thread; uint64_t serial; };
typedef struct orm__after { struct orm__after *next; unsigned level; void (*fn)(void *arg); void *arg; } orm__after;      /* to be called after the commit */

/* ---- writes that were rolled back ---- */

/* `first` to the newest write. Intervals ascend, so that those which the new one touches are the last. */
static void orm__lose(orm__session *db, uint64_t first)
{
    if (first > db->serial) return;
    pthread_mutex_lock(&db->pool->lost_mutex);
    while (db->n_lost > 0 && db->lost[db->n_lost - 1].last + 1 >= first) {
        db->n_lost--;
        if (db->lost[db->n_lost].first < first) first = db->lost[db->n_lost].first;
    }
    if (db->n_lost == ORM__MAX_INTERVALS) {
        db->lost_before = db->lost[0].last;
        memmove(&db->lost[0], &db->lost[1], (ORM__MAX_INTERVALS - 1) * sizeof db->lost[0]);
        db->n_lost--;
    }
    db->lost[db->n_lost].first = first;
    db->lost[db->n_lost].last = db->serial;
    db->n_lost++;
    atomic_store(&db->pool->any_lost, true);
    pthread_mutex_unlock(&db->pool->lost_mutex);
}

/* nobody knows what became of the writes so far */
static void orm__doubt(orm__session *db, orm__level *level)
{
    pthread_mutex_lock(&db->pool->lost_mutex);
    db->lost_before = level->first_serial = db->serial;
    atomic_store(&db->pool->any_lost, true);
    pthread_mutex_unlock(&db->pool->lost_mutex);
}

static bool orm__session_lost(const orm__session *db, uint64_t serial, bool *unknown)
{
    for (unsigned i = db->n_lost; i-- > 0 && serial <= db->lost[i].last; ) {
        if (serial >= db->lost[i].first) return true;
    }
    *unknown = serial <= db->lost_before;
    return false;
}

ORM_PRIVATE bool orm__is_lost(const orm__session *db, uint16_t number, uint64_t serial, bool *unknown)
{
    orm__pool *pool = db->pool;
    bool lost = false;
    *unknown = false;
    if (ORM__LIKELY(!atomic_load_explicit(&pool->any_lost, memory_order_acquire))) return false;
    pthread_mutex_lock(&pool->lost_mutex);
    for (unsigned i = 0; i < atomic_load(&pool->n_sessions); i++) {
        const orm__session *other = atomic_load(&pool->sessions[i]);
        if (other->number == number) lost = orm__session_lost(other, serial, unknown);
    }
    pthread_mutex_unlock(&pool->lost_mutex);
    return lost;
}

/* ---- levels ---- */

static void orm__log_control(orm__session *db, const char *sql, orm_status status, int64_t began)
{
    orm__tally(&db->statements, 1);
    if (db->options.log) orm__log_sql(db, sql, NULL, 0, status, orm__ticks() - began, 0);
}

static int64_t orm__control_begins(const orm__session *db) { return db->options.log ? orm__ticks() : 0; }

/* not by orm__run_once: a budget that is used up must not keep a savepoint from its end */
static orm_status orm__savepoint(orm__session *db, const char *verb, unsigned level)
{
    const orm_dialect *d = db->dialect;
    const orm_plan nothing = { .n_segments = 0 };
    orm_statement *statement = NULL;
    char sql[64];
    int length = snprintf(sql, sizeof sql, "%s orm_%u", verb, level);
    int64_t began = orm__control_begins(db);
    orm_status status = d->prepare(db->connection, sql, (size_t)length, &statement);
    if (!status) {
        status = d->start(db->connection, statement, NULL, 0);
        while (!status && d->fetch(db->connection, statement, &nothing, NULL, NULL, NULL) == ORM_STEP_ROW) continue;
        orm_status finished = d->finish(db->connection, statement, NULL);
        if (!status) status = finished;
        d->finalize(db->connection, statement);
    }
    orm__log_control(db, sql, status, began);
    return status;
}

ORM_PRIVATE orm_status orm__level_begin(orm__session *db, const orm_transaction_options *options)
{
    if (db->level == ORM__MAX_LEVELS) return orm__raise(db, ORM_MISUSE, 0, "transactions are nested deeper than %d", ORM__MAX_LEVELS);
    orm_status status = ORM_OK;
    if (db->level > 0) {
        status = orm__savepoint(db, "savepoint", db->level + 1);
    } else {
        int64_t began = orm__control_begins(db);
        status = db->dialect->begin(db->connection, options);
        orm__log_control(db, options && options->read_only ? "begin read only" : "begin", status, began);
    }
    if (status) orm__level_check(db);
    if (status) return status;
    bool read_only = db->level > 0 ? db->levels[db->level].read_only : options && options->read_only;       /* a savepoint reads and writes like the transaction that it is in */
    db->level++;
    db->levels[db->level] = (orm__level){ .first_serial = db->serial, .serial = ++db->level_serial, .read_only = read_only };
    return ORM_OK;
}

/* leaves the innermost level; its failure becomes that of the level around it, which may forgive it as nothing of it is left */
static void orm__level_pop(orm__session *db)
{
    const orm__level *inner = &db->levels[db->level--];
    if (db->level == 0) {
        db->dead_transaction = false;
        db->attempt = 0;
        return;
    }
    orm__level *outer = &db->levels[db->level];
    if (!inner->failed || outer->failed || outer->apart) return;
    outer->failed = inner->failed;
    outer->failed_without_sql = false;
    outer->forgivable_nested = true;
    outer->code = inner->code;
    memcpy(outer->message, inner->message, sizeof outer->message);
}

/* what was to be called after the commit of this level, and of those inside it, will not be */
static void orm__after_drop(orm__session *db, unsigned level)
{
    while (db->after && db->after->level >= level) {
        orm__after *dropped = db->after;
        db->after = dropped->next;
        orm__release(&db->allocator, dropped, sizeof *dropped);
    }
}

ORM_PRIVATE void orm__level_rollback(orm__session *db)
{
    orm__after_drop(db, db->level);
    if (db->level == 1) {
        int64_t began = orm__control_begins(db);
        db->dialect->rollback(db->connection);
        orm__log_control(db, "rollback", ORM_OK, began);
    } else if (!db->dead_transaction) {
        /* a savepoint that cannot be undone leaves us with writes that nobody wants: the whole transaction must go */
        if (orm__savepoint(db, "rollback to savepoint", db->level) || orm__savepoint(db, "release savepoint", db->level)) db->dead_transaction = true;
    }
    orm__lose(db, db->levels[db->level].first_serial + 1);
    orm__level_pop(db);
}

ORM_PRIVATE orm_status orm__level_commit(orm__session *db)
{
    orm__level *level = &db->levels[db->level];
    orm_status status = level->failed;
    if (!status && db->dead_transaction) status = orm__raise(db, ORM_TRANSACTION_ABORTED, 0, "the database has already rolled the transaction back");
    if (!status && db->level > 1) {
        status = orm__savepoint(db, "release savepoint", db->level);
        for (orm__after *after = db->after; !status && after && after->level == db->level; after = after->next) after->level--;
        if (!status) orm__level_pop(db);
    } else if (!status) {
        int64_t began = orm__control_begins(db);
        status = db->dialect->commit(db->connection);
        orm__log_control(db, "commit", status, began);
        if (!status) orm__level_pop(db);
        /* neither kept nor lost: rows written so far answer ORM_STALE */
        if (status == ORM_COMMIT_UNKNOWN) orm__doubt(db, level);
    }
    /* also when the commit failed: the engine may have left the transaction open */
    if (status) orm__level_check(db);
    if (status) orm__level_rollback(db);
    return status;
}

/* makes a level's failure this thread's error again; one that still stands keeps its details */
static void orm__show_failure(const orm__level *level)
{
    orm__thread *self = orm__self();
    orm_error_info *error = &self->error;
    size_t length = strlen(level->message);
    bool stands = error->kind == level->failed && error->code == level->code && strncmp(error->message, level->message, length) == 0;
    if (!stands) orm__clear_error();
    self->absence_fails = true;      /* or it would not have failed the level */
    if (stands) return;
    error->kind = level->failed;
    error->code = level->code;
    memcpy(error->message, level->message, length + 1);
}

ORM_PRIVATE orm_status orm__level_refuses(orm__session *db)
{
    const orm__level *level = &db->levels[db->level];
    if (ORM__LIKELY(!level->failed && !db->dead_transaction)) return ORM_OK;
    if (!db->dead_transaction) {
        orm__show_failure(level);
        return level->failed;
    }
    orm_error_info *error = &orm__self()->error;
    orm__clear_error();
    error->kind = ORM_TRANSACTION_ABORTED;
    snprintf(error->message, sizeof error->message, "the database has already rolled the transaction back: %s", level->failed ? level->message : "nothing is known of the cause");
    return ORM_TRANSACTION_ABORTED;
}

/* some failures make the engine roll back (a full disk); without this the next statement would run, and be kept, outside a transaction */
ORM_PRIVATE void orm__level_check(orm__session *db)
{
    if (db->dialect->alive && !db->dialect->alive(db->connection, false)) db->broken = true;
    if (db->level > 0 && !db->dead_transaction && !db->dialect->in_transaction(db->connection)) db->dead_transaction = true;
}

/* the transaction that orm_current handed on has ended; its calls wait for their turn, and find that out */
static void orm__unshare(orm__session *db)
{
    db->shared = false;
    pthread_mutex_unlock(&db->call_mutex);
}

ORM_PRIVATE void orm__levels_abandon(orm__session *db)
{
    if (db->shared) pthread_mutex_lock(&db->call_mutex);      /* until the other threads' calls have ended */
    orm__batch_abandon(db);
    if (db->level > 0 && db->connection) db->dialect->rollback(db->connection);
    if (db->level > 0) orm__lose(db, db->levels[1].first_serial + 1);
    orm__after_drop(db, 0);
    if (db->shared) orm__unshare(db);
    for (; db->level > 0; db->level--) {
        orm_tx *tx = db->levels[db->level].tx;
        if (tx) orm__release(&db->allocator, tx, sizeof(orm_tx));
    }
}

/* ---- opening and ending levels that hold the session ---- */

/* `serial` gets that of the level */
ORM_PRIVATE orm__session *orm__open_level(orm_db *handle, const orm_transaction_options *options, int attempt, const char *place, const void *address, uint64_t *serial)
{
    orm_transaction_options how = options ? *options : (orm_transaction_options){ .retries = 0 };
    if (!how.isolation) how.isolation = ORM_REPEATABLE_READ;
    if (!handle || handle->pinned) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, handle ? "a transaction cannot be begun on what orm_current gave" : "the database handle is NULL");
        return NULL;
    }
    int64_t until = orm__until(&handle->pool->options, 0);
    if (how.read_only) orm__pool_part_roles(handle->pool);         /* not in the way of what this thread writes outside */
    orm__session *db = orm__acquire(handle, how.read_only && handle->pool->n_servers == 1 ? ORM__READ : ORM__WRITE, until, place, address);
    if (!db) return NULL;
    orm_status status = orm__level_refuses(db);
    if (!status) {
        orm__clear_error();
        orm__work_begin(db, place, address, until);
        status = orm__level_begin(db, &how);
        orm__work_end(db);
    }
    if (status) {
        orm__let_go(db);
        return NULL;
    }
    db->levels[db->level].held = true;
    *serial = db->level_serial;
    if (db->level == 1) {
        db->attempt = attempt;
        atomic_store_explicit(&db->held_since, orm__ticks(), memory_order_relaxed);
        orm__watch_thread_end();
    }
    if (db->shared) pthread_mutex_unlock(&db->call_mutex);      /* a level holds the session, not the other threads' turn */
    return db;
}

/* The session on which this thread has the open level with this serial, and its index, for orm__end_level: other threads' calls in a transaction
   that was handed on have their turn when that is done. NULL when the level has ended or is not this thread's. */
ORM_PRIVATE orm__session *orm__find_level(const orm_db *handle, uint64_t serial, unsigned *index)
{
    orm__session *db = orm__held_by(handle);
    if (db && db->shared) pthread_mutex_lock(&db->call_mutex);
    *index = db ? db->level : 0;
    while (*index > 0 && db->levels[*index].serial != serial) --*index;
    if (*index > 0) return db;
    if (db && db->shared) pthread_mutex_unlock(&db->call_mutex);
    return NULL;
}

/* handles that were begun inside a level and forgotten are rolled back with it */
static void orm__unwind(orm__session *db, unsigned index)
{
    while (db->level > index) {
        if (db->levels[db->level].held) db->depth--;      /* never the last: this level holds the session, too */
        orm__level_rollback(db);
    }
}

/* the calls that were waited for, in the order in which they were asked for */
static void orm__after_run(const orm_allocator *allocator, orm__after *last_first)
{
    orm__after *first = NULL;
    while (last_first) {
        orm__after *after = last_first;
        last_first = after->next;
        after->next = first;
        first = after;
    }
    while (first) {
        orm__after after = *first;
        orm__release(allocator, first, sizeof *first);
        first = after.next;
        orm__thread *self = orm__self();
        orm_error_info kept = self->error;
        after.fn(after.arg);
        self->error = kept;
    }
}

/* of a level that orm__find_level found. Afterwards the thread's error is the level's failure, or ORM_OK after a commit. */
ORM_PRIVATE orm_status orm__end_level(orm__session *db, unsigned index, bool commit)
{
    if (commit && db->level > index) orm__raise(db, ORM_MISUSE, 0, "a transaction that was begun inside this one is still open");
    orm__unwind(db, index);
    orm__level ended = db->levels[index];
    orm_status status = ended.failed;
    orm__work_begin(db, NULL, NULL, orm__until(&db->options, 0));
    if (commit) status = orm__level_commit(db);
    else orm__level_rollback(db);
    orm__work_end(db);
    if (commit && !status) orm__clear_error();
    else if (ended.failed) orm__show_failure(&ended);
    if (db->shared && index == 1) orm__unshare(db);
    orm__after *after = NULL;
    if (index == 1) {
        after = db->after;
        db->after = NULL;
    }
    orm_allocator allocator = db->allocator;
    orm__let_go(db);
    if (after) orm__after_run(&allocator, after);
    return status;
}

/* ---- blocks ---- */

/* another run may succeed where these came in the way */
static bool orm__is_conflict(orm_status status)
{
    return status == ORM_SERIALIZATION || status == ORM_DEADLOCK || status == ORM_STALE_PLAN;
}

/* a random time up to a bound that doubles: threads in conflict must not meet again */
static void orm__back_off(int attempt)
{
    int64_t most = ORM__BACK_OFF_FIRST;
    for (int i = 1; i < attempt && most < ORM__BACK_OFF_MOST; i++) most *= 2;
    if (most > ORM__BACK_OFF_MOST) most = ORM__BACK_OFF_MOST;
    struct timespec wait = orm__moment((int64_t)(orm__jitter(&most) % (uint64_t)(most + 1)));
    nanosleep(&wait, NULL);
}

/* `how`: ORM_OK commits; ORM_ROLLED_BACK and ORM_LEFT_EARLY roll back, and are the failure when there was none */
static void orm__end_block(orm__block *block, orm_status how)
{
    unsigned index;
    orm__session *db = orm__find_level(block->db, block->serial, &index);
    block->state = ORM__BLOCK_DONE;
    if (!db) {
        orm__raise_pool(block->db->pool, ORM_MISUSE, "the transaction%s%s was ended from inside", block->place ? " at " : "", block->place ? block->place : "");
        return;
    }
    if (how) {
        orm__unwind(db, index);
        orm__self()->place = block->place;
        if (db->levels[index].failed) how = db->levels[index].failed;
        else if (how == ORM_LEFT_EARLY) orm__raise(db, how, 0, "transaction at %s left early", block->place);
        else if (block->place) orm__raise(db, how, 0, "transaction at %s left by break and rolled back", block->place);
        else orm__raise(db, how, 0, "the transaction's function did not answer ORM_OK: rolled back");
    }
    orm_status status = orm__end_level(db, index, how == ORM_OK);
    if (index == 1 && orm__is_conflict(status) && block->attempt <= block->options.retries) block->state = ORM__BLOCK_AGAIN;
}

ORM_API bool orm__block_attempt(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_block(block, ORM_ROLLED_BACK);
    if (block->state == ORM__BLOCK_DONE) return false;
    if (block->state == ORM__BLOCK_AGAIN) orm__back_off(block->attempt);
    block->attempt++;
    const orm__session *db = orm__open_level(block->db, &block->options, block->attempt, block->place, ORM__CALLER, &block->serial);
    block->state = db ? ORM__BLOCK_RUNNING : ORM__BLOCK_DONE;
    return db != NULL;
}

ORM_API void orm__block_commit(orm__block *block)
{
    orm__end_block(block, ORM_OK);
}

ORM_API void orm__block_leave(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_block(block, ORM_LEFT_EARLY);
}

ORM_API orm_status orm_transaction(orm_db *db, orm_status (*fn)(orm_db *db, void *arg), void *arg, const orm_transaction_options *options)
{
    orm__block block = { .db = db };
    if (options) block.options = *options;
    orm_status status = ORM_OK;
    while (orm__block_attempt(&block)) {
        status = fn(db, arg);
        if (!status) orm__block_commit(&block);
    }
    orm_status kind = orm__self()->error.kind;
    return kind == ORM_OK || (kind == ORM_ROLLED_BACK && status) ? status : kind;
}

/* ---- a test's own transaction: always rolled back, which is no failure ---- */

static void orm__end_test(orm__block *block)
{
    unsigned index;
    orm__session *db = orm__find_level(block->db, block->serial, &index);
    block->state = ORM__BLOCK_DONE;
    if (!db) orm__raise_pool(block->db->pool, ORM_MISUSE, "the transaction at %s was ended from inside", block->place);
    else if (orm__end_level(db, index, false) == ORM_OK) orm__clear_error();
}

ORM_API bool orm__test_enter(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
    if (block->state == ORM__BLOCK_DONE) return false;
    const orm__session *db = orm__open_level(block->db, NULL, 1, block->place, ORM__CALLER, &block->serial);
    block->state = db ? ORM__BLOCK_RUNNING : ORM__BLOCK_DONE;
    return db != NULL;
}

ORM_API void orm__test_leave(orm__block *block)
{
    if (block->state == ORM__BLOCK_RUNNING) orm__end_test(block);
}

/* ---- inside a block ---- */

/* the innermost level of this thread, or of the transaction that another one handed on; NULL outside a transaction. Ends by orm__innermost_done. */
static orm__session *orm__innermost(orm_db *handle, orm__level **level)
{
    orm__session *db = handle && handle->pinned ? orm__acquire(handle, ORM__WRITE, 0, NULL, NULL) : orm__held_by(handle);
    if (db && db->shared && !handle->pinned) pthread_mutex_lock(&db->call_mutex);
    *level = db && orm__in_transaction(db) ? &db->levels[db->level] : NULL;
    return db;
}

static void orm__innermost_done(const orm_db *handle, orm__session *db)
{
    if (db && handle->pinned) orm__let_go(db);
    else if (db && db->shared) pthread_mutex_unlock(&db->call_mutex);
}

ORM_API orm_status orm_fail(orm_db *handle, int code, const char *format, ...)
{
    char text_[sizeof orm__self()->error.message];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text_, sizeof text_, format, list);
    va_end(list);
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    if (level && level->failed) {      /* the first cause wins */
        orm__show_failure(level);
    } else {
        orm__clear_error();
        orm__self()->place = NULL;
        orm__self()->address = ORM__CALLER;
        if (db) orm__raise(db, ORM_FAILED, code, "%s", length < 0 ? "" : text_);
        else if (handle) orm__raise_pool(handle->pool, ORM_FAILED, "%s", length < 0 ? "" : text_);
        else orm__raise(NULL, ORM_FAILED, code, "%s", length < 0 ? "" : text_);
        orm__self()->error.code = code;
        if (level) level->failed_without_sql = true;
    }
    orm__innermost_done(handle, db);
    return ORM_FAILED;
}

ORM_API bool orm_handled(orm_db *handle)
{
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    bool may = handle != NULL && (db || !handle->pinned) && !(level && (db->dead_transaction || (level->failed && !level->failed_without_sql && !level->forgivable_nested)));
    if (level && may && level->failed) {
        level->failed = ORM_OK;
        level->failed_without_sql = level->forgivable_nested = false;
        orm__clear_error();
    }
    orm__innermost_done(handle, db);
    return may;
}

ORM_API int orm_attempt(orm_db *handle)
{
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    int attempt = level ? db->attempt : 0;
    orm__innermost_done(handle, db);
    return attempt;
}

ORM_API orm_status orm_after_commit(orm_db *handle, void (*fn)(void *arg), void *arg)
{
    if (!handle || !fn) return orm__raise(NULL, ORM_MISUSE, 0, handle ? "orm_after_commit needs a function" : "the database handle is NULL");
    orm__level *level;
    orm__session *db = orm__innermost(handle, &level);
    if (!db && handle->pinned) return orm__refused();
    orm_status status = level ? orm__level_refuses(db) : ORM_OK;
    orm__after *after = level && !status ? (orm__after *)orm__allocate(&db->allocator, sizeof *after) : NULL;
    if (after) {
        *after = (orm__after){ db->after, db->level, fn, arg };
        db->after = after;
    } else if (level && !status) {
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    orm__innermost_done(handle, db);
    if (!level) fn(arg);
    return status;
}

ORM_API orm_db *orm_current(orm_db *handle)
{
    orm__session *db = orm__held_by(handle);
    orm_db *view = NULL;
    if (db) pthread_mutex_lock(&db->call_mutex);
    bool called = db && db->calls > 0;
    if (db && orm__in_transaction(db) && !called) {
        view = &db->views[(db->n_views + 7) % 8];
        if (!db->shared || view->level != db->levels[1].serial) {
            /* stale ones are told by their serial as long as their place is not taken again, eight transactions later */
            view = &db->views[db->n_views++ % 8];
            *view = (orm_db){ .serial = UINT64_MAX, .pool = db->pool, .pinned = db, .level = db->levels[1].serial };
            db->shared = true;
        }
    }
    if (db) pthread_mutex_unlock(&db->call_mutex);
    if (view) return view;
    orm__clear_error();
    orm__raise(NULL, ORM_MISUSE, 0, "orm_current: %s", !handle ? "the database handle is NULL" : handle->pinned ? "the handle is of another thread's transaction already"
               : called ? "a call is running" : "this thread has no transaction on the database");
    return NULL;
}

/* ---- threads that end ---- */

static pthread_key_t orm__end_key;
static bool orm__end_key_made;
static pthread_once_t orm__end_once = PTHREAD_ONCE_INIT;

static void orm__thread_ends(void *self)
{
    orm__thread *thread = (orm__thread *)self;
    while (thread->held) {
        orm__session *db = thread->held;
        char place[ORM__PLACE_SIZE];
        if (orm__forked(db->pool)) {            /* the parent's */
            thread->held = db->next_held;
            continue;
        }
        orm__log_note(db, "a thread ended in a transaction, which is rolled back: it was begun at %s", orm__taken_at(db, place));
        orm__levels_abandon(db);
        db->depth = 1;
        db->calls = 0;
        orm__let_go(db);
    }
}

static void orm__make_end_key(void) { orm__end_key_made = pthread_key_create(&orm__end_key, orm__thread_ends) == 0; }

ORM_PRIVATE void orm__watch_thread_end(void)
{
    pthread_once(&orm__end_once, orm__make_end_key);
    if (orm__end_key_made && !pthread_getspecific(orm__end_key)) pthread_setspecific(orm__end_key, orm__self());
}

/* ---- explicit handles ---- */

ORM_API orm_tx *orm_begin(orm_db *handle, const orm_transaction_options *options)
{
    uint64_t serial = 0;
    unsigned index;
    orm__session *db = orm__open_level(handle, options, 1, NULL, ORM__CALLER, &serial);
    if (!db) return NULL;
    orm_tx *tx = (orm_tx *)orm__allocate(&db->allocator, sizeof *tx);
    orm__find_level(handle, serial, &index);
    if (!tx) {
        orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        orm__end_level(db, index, false);
        return NULL;
    }
    *tx = (orm_tx){ handle, orm__self(), serial };
    db->levels[index].tx = tx;
    if (db->shared) pthread_mutex_unlock(&db->call_mutex);
    return tx;
}

/* takes the handle out of the user's hands; NULL when its level was ended with one around it */
static orm__session *orm__redeem(orm_tx *tx, unsigned *index)
{
    orm__pool *pool = tx->handle->pool;
    orm__session *db = orm__find_level(tx->handle, tx->serial, index);
    if (db) db->levels[*index].tx = NULL;
    orm__release(&pool->allocator, tx, sizeof *tx);
    return db;
}

ORM_API orm_status orm_commit(orm_tx *tx)
{
    if (!tx) return orm__raise(NULL, ORM_MISUSE, 0, "the transaction is NULL: was it begun?");
    if (tx->thread != orm__self()) {
        orm__clear_error();
        return orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be committed by the thread that began it");
    }
    orm__pool *pool = tx->handle->pool;
    unsigned index;
    orm__session *db = orm__redeem(tx, &index);
    if (db) return orm__end_level(db, index, true);
    orm__clear_error();
    return orm__raise_pool(pool, ORM_MISUSE, "the transaction was already ended with the one around it");
}

ORM_API void orm_rollback(orm_tx *tx)
{
    if (!tx) return;
    if (tx->thread != orm__self()) {
        orm__clear_error();
        orm__raise(NULL, ORM_MISUSE, 0, "a transaction must be rolled back by the thread that began it");
        return;
    }
    unsigned index;
    orm__session *db = orm__redeem(tx, &index);
    if (db) orm__end_level(db, index, false);
}

/* >>lock: locks that a transaction holds to its end: on the rows that a query reads, and on names that the program gives a meaning. */

#define ORM__ROW_WAIT_BITS 2            /* of orm__row_lock's number, below the lock's */

struct orm_row_lock { uint8_t number; };
struct orm_row_wait { uint8_t number; };
ORM_API const orm_row_lock orm__for_update = { ORM__FOR_UPDATE }, orm__for_no_key_update = { ORM__FOR_NO_KEY_UPDATE };
ORM_API const orm_row_lock orm__for_share = { ORM__FOR_SHARE }, orm__for_key_share = { ORM__FOR_KEY_SHARE };
ORM_API const orm_row_wait orm__nowait = { ORM__NOWAIT }, orm__skip_locked = { ORM__SKIP_LOCKED };

/* is there a transaction that can hold a lock? A lock that ends with its statement is a mistake. */
static orm_status orm__lock_allowed(orm__session *db)
{
    if (!orm__in_transaction(db)) return orm__raise(db, ORM_MISUSE, 0, "a lock is held to the end of a transaction, and there is none: make the call in a transaction");
    bool reads = db->levels[db->level].read_only || db->options.read_only || (db->dialect->holds_all && !db->dialect->holds_all(db->connection));
    return reads ? orm__raise(db, ORM_MISUSE, 0, "a transaction that only reads takes no locks") : ORM_OK;
}

/* ---- rows ---- */

ORM_PRIVATE unsigned orm__row_lock(const orm__session *db, const orm_query *query)
{
    if (ORM__LIKELY(!query->lock) || db->dialect->holds_all) return 0;
    return (unsigned)query->lock->number << ORM__ROW_WAIT_BITS | (query->wait ? query->wait->number : 0);
}

ORM_PRIVATE void orm__row_lock_spell(orm__writer *sql, unsigned lock)
{
    unsigned wait = lock & ((1u << ORM__ROW_WAIT_BITS) - 1);
    if (!lock) return;
    orm__put(sql, sql->dialect->row_locks[lock >> ORM__ROW_WAIT_BITS]);
    orm__put(sql, "t0");
    if (wait) orm__put(sql, sql->dialect->row_waits[wait]);
}

ORM_PRIVATE orm_status orm__row_lock_check(orm__session *db, const orm_model *model, const orm_query *query)
{
    const orm_dialect *d = db->dialect;
    if (!query->lock) return orm__raise_at(db, ORM_MISUSE, model, NULL, ".wait says what to do about locked rows: it needs a .lock");
    orm_status status = orm__lock_allowed(db);
    if (status || d->holds_all) return status;
    bool offered = d->row_locks[query->lock->number] && (!query->wait || d->row_waits[query->wait->number]);
    return offered ? ORM_OK : orm__raise_at(db, ORM_UNSUPPORTED, model, NULL, "this engine does not offer this lock on rows");
}

ORM_PRIVATE orm_status orm__row_lock_refuse(orm__session *db, const orm_model *model, const orm_query *query)
{
    if (!query || (!query->lock && !query->wait)) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, ".lock and .wait are for calls that read rows: find_one, get_one, find_all, find_and_count, ORM_EACH");
}

/* ---- names ---- */

/* FNV-1a of 64 bits */
static uint64_t orm__lock_hash(uint64_t hash, const char *text_)
{
    for (; *text_; text_++) hash = (hash ^ (unsigned char)*text_) * UINT64_C(0x100000001B3);
    return hash;
}

/* the kept statement for this kind of lock. Its key is shorter than any other: see orm__shape_find. */
static orm_status orm__lock_statement(orm__session *db, bool shared, int wait, orm__prepared **out)
{
    const unsigned char key[2] = { 3, (unsigned char)(shared << 4 | wait) };
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    *out = orm__shape_find(db, key, sizeof key);
    if (*out) return ORM_OK;
    orm__put(&sql, db->dialect->advisory_locks[shared][wait]);
    orm_status status = orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->plan.extra = wait == ORM__ADVISE_NOWAIT;
    status = orm__shape_add(db, *out, key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

static orm_status orm__lock_take(orm__session *db, const char *name, bool shared, int wait, uint32_t wait_ms)
{
    orm__run run;
    orm__prepared *p;
    int64_t granted = 1;
    uint64_t hash = orm__lock_hash(orm__lock_hash(UINT64_C(0xCBF29CE484222325), "orm:"), name);
    const orm_value values[2] = { { .type = ORM_INT64, .as.i = (int64_t)hash }, { .type = ORM_INT64, .as.i = wait_ms < INT32_MAX ? wait_ms : INT32_MAX } };
    orm_status status = orm__lock_statement(db, shared, wait, &p);
    if (!status) status = orm__run_start(db, &run, p, values, wait == ORM__ADVISE_TIMED ? 2 : 1);
    if (status) return status;
    orm__run_fetch(db, &run, NULL, NULL, &granted);                    /* a failure comes back from finish */
    status = orm__run_finish(db, &run, NULL);
    if (status || granted) return status;
    orm__raise(db, ORM_LOCK_TIMEOUT, 0, "the lock \"%.80s\" is held by somebody else", name);
    db->levels[db->level].failed_without_sql = true;                   /* the engine has not failed: nothing is lost */
    return ORM_LOCK_TIMEOUT;
}

static orm_status orm__lock_entered(orm__session *db, const char *name, const orm_lock_options *options)
{
    int wait = options->nowait ? ORM__ADVISE_NOWAIT : options->wait_ms ? ORM__ADVISE_TIMED : ORM__ADVISE;
    if (!name || !*name) return orm__raise(db, ORM_MISUSE, 0, "a lock needs a name");
    if (options->nowait && options->wait_ms) return orm__raise(db, ORM_MISUSE, 0, "give either .nowait or .wait_ms");
    orm_status status = orm__lock_allowed(db);
    if (status || db->dialect->holds_all) return status;
    if (!db->dialect->advisory_locks[options->shared][wait]) return orm__raise(db, ORM_UNSUPPORTED, 0, "this engine does not offer this lock");
    return orm__lock_take(db, name, options->shared, wait, options->wait_ms);
}

ORM_API orm_status orm__lock(orm_db *handle, const char *name, const orm_lock_options *options, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__lock_entered(db, name, options);
    orm__leave(db);
    return status;
}

/* >>statement: prepared statements and their executions. The fixed operations of a model sit in an array by (model, operation); queries are
   found by their shape's key in a hash table whose least recently used statements are let go. */

#define ORM__FIRST_BUCKETS 64

/* ---- fixed operations ---- */

/* models are numbered in the order of their first use in the process, from 1 */
static uint32_t orm__model_number(const orm_model *model)
{
    static uint32_t last;
    uint32_t number = __atomic_load_n(model->number, __ATOMIC_RELAXED);
    if (number) return number;
    uint32_t mine = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    return __atomic_compare_exchange_n(model->number, &number, mine, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ? mine : number;
}

static ORM__COLD orm__prepared **orm__slot_slow(orm__session *db, const orm_model *model, unsigned operation)
{
    uint32_t number = orm__model_number(model);
    if (number >= db->n_operations) {
        size_t n = (size_t)number + 16;
        orm__operations *grown = (orm__operations *)orm__allocate(&db->allocator, n * sizeof *grown);
        if (!grown) goto no_memory;
        memset(grown, 0, n * sizeof *grown);
        if (db->operations) {
            memcpy(grown, db->operations, db->n_operations * sizeof *grown);
            orm__release(&db->allocator, db->operations, db->n_operations * sizeof *grown);
        }
        db->operations = grown;
        db->n_operations = n;
    }
    orm__operations *operations = &db->operations[number];
    if (!operations->slot) {
        size_t n = ORM__OP_FIND_BY + model->n_columns;
        operations->slot = (orm__prepared **)orm__allocate(&db->allocator, n * sizeof *operations->slot);
        if (!operations->slot) goto no_memory;
        memset(operations->slot, 0, n * sizeof *operations->slot);
        operations->n = n;
    }
    return &operations->slot[operation];
no_memory:
    orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    return NULL;
}

ORM_PRIVATE orm__prepared **orm__slot(orm__session *db, const orm_model *model, unsigned operation)
{
    uint32_t number = __atomic_load_n(model->number, __ATOMIC_RELAXED);      /* 0 has no slots */
    if (ORM__LIKELY(number < db->n_operations && db->operations[number].slot)) return &db->operations[number].slot[operation];
    return orm__slot_slow(db, model, operation);
}

/* ---- preparing ---- */

static orm_status orm__compile(orm__session *db, orm__prepared *p)
{
    if (ORM__UNLIKELY(db->asked != NULL)) {
        orm__batch_answer_all(db);
        orm_status failed = orm__level_refuses(db);
        if (failed) return failed;
    }
    orm__tally(&db->prepares, 1);
    orm_status status = db->dialect->prepare(db->connection, p->sql, p->sql_length, &p->statement);
    if (status) orm__level_check(db);
    return status;
}

ORM_PRIVATE orm_status orm__prepare(orm__session *db, orm__writer *sql, orm__prepared **out)
{
    /* the text is kept in a block of just its size */
    char *text_ = sql->failed || !sql->text ? NULL : (char *)orm__allocate(&db->allocator, sql->length + 1);
    orm__prepared *p = text_ ? (orm__prepared *)orm__allocate(&db->allocator, sizeof *p) : NULL;
    orm_status status = ORM_OK;
    if (p) {
        *p = (orm__prepared){ .sql = text_, .sql_length = sql->length };
        memcpy(text_, sql->text, sql->length + 1);
        status = orm__compile(db, p);
    } else {
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    if (status) {
        if (p) orm__release(&db->allocator, p, sizeof *p);
        if (text_) orm__release(&db->allocator, text_, sql->length + 1);
        return status;
    }
    orm__writer_release(sql);
    *sql = (orm__writer){ .allocator = sql->allocator, .dialect = sql->dialect };
    orm__tally(&db->cached, 1);
    *out = p;
    return ORM_OK;
}

/* ---- shapes ---- */

static uint64_t orm__hash_key(const unsigned char *key, size_t size)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ size, word = 0;
    for (; size >= 8; key += 8, size -= 8) {
        memcpy(&word, key, 8);
        hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, key, size);
    hash = (hash ^ word) * UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 29;
}

static void orm__shape_unlink(orm__session *db, orm__prepared *p)
{
    *(p->newer ? &p->newer->older : &db->newest) = p->older;
    *(p->older ? &p->older->newer : &db->oldest) = p->newer;
    p->newer = p->older = NULL;
}

static void orm__shape_link(orm__session *db, orm__prepared *p)
{
    p->older = db->newest;
    *(db->newest ? &db->newest->newer : &db->oldest) = p;
    db->newest = p;
}

static void orm__shape_forget(orm__session *db, orm__prepared *p)
{
    orm__prepared **at = &db->buckets[p->hash & (db->n_buckets - 1)];
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    orm__shape_unlink(db, p);
    db->n_shapes--;
}

/* a failure to grow is none: the chains get longer */
static bool orm__shape_room(orm__session *db)
{
    if (db->n_shapes < db->n_buckets) return true;
    size_t n = db->n_buckets ? db->n_buckets * 2 : ORM__FIRST_BUCKETS;
    orm__prepared **buckets = (orm__prepared **)orm__allocate(&db->allocator, n * sizeof *buckets);
    if (!buckets) return db->n_buckets > 0;
    memset(buckets, 0, n * sizeof *buckets);
    for (orm__prepared *p = db->oldest; p; p = p->newer) {
        orm__prepared **bucket = &buckets[p->hash & (n - 1)];
        p->next = *bucket;
        *bucket = p;
    }
    if (db->buckets) orm__release(&db->allocator, db->buckets, db->n_buckets * sizeof *buckets);
    db->buckets = buckets;
    db->n_buckets = n;
    return true;
}

ORM_PRIVATE orm__prepared *orm__shape_find(orm__session *db, const void *key, size_t size)
{
    if (ORM__UNLIKELY(db->n_buckets == 0)) return NULL;
    uint64_t hash = orm__hash_key((const unsigned char *)key, size);
    for (orm__prepared *p = db->buckets[hash & (db->n_buckets - 1)]; p; p = p->next) {
        if (p->hash != hash || p->key_size != size || p->busy || memcmp(p->key, key, size) != 0) continue;
        if (p != db->newest) {
            orm__shape_unlink(db, p);
            orm__shape_link(db, p);
        }
        return p;
    }
    return NULL;
}

ORM_PRIVATE orm_status orm__shape_add(orm__session *db, orm__prepared *p, const void *key, size_t size)
{
    unsigned char *copy = orm__shape_room(db) ? (unsigned char *)orm__allocate(&db->allocator, size) : NULL;
    if (!copy) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(copy, key, size);
    p->key = copy;
    p->key_size = size;
    p->hash = orm__hash_key(copy, size);
    orm__prepared **bucket = &db->buckets[p->hash & (db->n_buckets - 1)];
    p->next = *bucket;
    *bucket = p;
    orm__shape_link(db, p);
    db->n_shapes++;
    for (orm__prepared *old = db->oldest, *newer = NULL; old != p && db->n_shapes > db->options.max_statements; old = newer) {
        newer = old->newer;
        if (!old->busy && !old->sent) orm__prepared_free(db, old);
    }
    return ORM_OK;
}

/* ---- freeing ---- */

ORM_PRIVATE void orm__prepared_free(orm__session *db, orm__prepared *p)
{
    if (p->key) {
        orm__shape_forget(db, p);
        orm__release(&db->allocator, p->key, p->key_size);
    }
    if (p->statement && db->connection) db->dialect->finalize(db->connection, p->statement);
    if (p->plan_size) orm__release(&db->allocator, p->plan_block, p->plan_size);
    orm__release(&db->allocator, p->sql, p->sql_length + 1);
    orm__release(&db->allocator, p, sizeof *p);
    orm__tally(&db->cached, UINT64_MAX);
}

ORM_PRIVATE void orm__statements_free(orm__session *db)
{
    while (db->oldest) orm__prepared_free(db, db->oldest);
    if (db->buckets) orm__release(&db->allocator, db->buckets, db->n_buckets * sizeof *db->buckets);
    for (size_t i = 0; i < db->n_operations; i++) {
        orm__operations *operations = &db->operations[i];
        for (size_t k = 0; k < operations->n; k++) {
            if (operations->slot[k]) orm__prepared_free(db, operations->slot[k]);
        }
        if (operations->slot) orm__release(&db->allocator, operations->slot, operations->n * sizeof *operations->slot);
    }
    if (db->operations) orm__release(&db->allocator, db->operations, db->n_operations * sizeof *db->operations);
    db->buckets = NULL;
    db->operations = NULL;
    db->n_buckets = db->n_operations = 0;
}

/* ---- budgets ---- */

static void orm__put_place(orm__writer *w, const char *place, const void *address)
{
    if (place) orm__put_format(w, " (%s)", place);
    else if (address) orm__put_format(w, " (%p)", address);
}

static orm_status orm__over_budget(orm__session *db, const orm__thread *self, const orm__budget *budget, const char *sql)
{
    char text_[512];
    orm__writer w = { .text = text_, .capacity = sizeof text_ };
    orm__put_format(&w, "the budget of %" PRIu64 " statement%s at %s is used up: refused %.60s", budget->limit, budget->limit == 1 ? "" : "s", budget->place, sql);
    orm__put_place(&w, self->place, self->address);
    for (size_t i = 0; i < budget->used && i < sizeof budget->seen / sizeof budget->seen[0]; i++) {
        orm__put_format(&w, "%s%.60s", i ? ", " : " after ", budget->seen[i].sql);
        orm__put_place(&w, budget->seen[i].place, budget->seen[i].address);
    }
    return orm__raise(db, ORM_OVER_BUDGET, 0, "%s", text_);
}

static orm_status orm__spend(orm__session *db, const char *sql)
{
    orm__thread *self = orm__self();
    for (const orm__budget *b = self->budget; b; b = b->outer) {
        if (b->db->pool == db->pool && b->used >= b->limit) return orm__over_budget(db, self, b, sql);
    }
    for (orm__budget *b = self->budget; b; b = b->outer) {
        if (b->db->pool != db->pool) continue;
        if (b->used < sizeof b->seen / sizeof b->seen[0]) {
            b->seen[b->used].place = self->place;
            b->seen[b->used].address = self->address;
            snprintf(b->seen[b->used].sql, sizeof b->seen[0].sql, "%s", sql);
        }
        b->used++;
    }
    return ORM_OK;
}

/* ---- executions ---- */

/* hides the values of secret fields, and all beyond the 64 parameters that have marks */
static void orm__log_run(orm__session *db, const orm__run *run, orm_status status, int64_t rows)
{
    const orm__prepared *p = run->prepared;
    const orm_value *values = run->values;
    size_t n = run->n_values;
    if ((p->secret || n > 64) && db->options.log_values && n > 0) {
        orm_value *shown = (orm_value *)orm__bump(&db->scratch, n * sizeof *shown, _Alignof(orm_value));
        for (size_t i = 0; shown && i < n; i++) shown[i] = i >= 64 || (p->secret >> i & 1) ? (orm_value){ .type = ORM_NULL } : values[i];
        values = shown;
        if (!shown) n = 0;
    }
    orm__log_sql(db, p->sql, values, n, status, orm__ticks() - run->began, rows);
}

/* the next execution compiles it anew */
static void orm__drop_stale(orm__session *db, orm__prepared *p)
{
    if (!p->stale || p->sent) return;
    db->dialect->finalize(db->connection, p->statement);
    p->statement = NULL;
    p->stale = false;
}

/* the end of an execution that failed or is logged */
static ORM__COLD orm_status orm__run_ended(orm__session *db, const orm__run *run, orm_status status, int64_t rows)
{
    orm__prepared *p = run->prepared;
    if (db->options.log) orm__log_run(db, run, status, rows);
    if (!status) return ORM_OK;
    orm__level_check(db);
    if (status == ORM_STALE_PLAN) p->stale = true;
    orm__drop_stale(db, p);
    return status;
}

static ORM__COLD orm_status orm__run_first(orm__session *db, orm__run *run)
{
    orm__prepared *p = run->prepared;
    orm_status status = orm__self()->budget ? orm__spend(db, p->sql) : ORM_OK;
    if (!status && !p->statement) status = orm__compile(db, p);
    run->began = orm__ticks();
    return status;
}

/* the status of an engine's start, or of what stands for it */
static orm_status orm__run_started(orm__session *db, orm__run *run, orm_status status)
{
    orm__prepared *p = run->prepared;
    p->busy = status == ORM_OK;
    if (ORM__LIKELY(!status)) return ORM_OK;
    db->dialect->finish(db->connection, p->statement, NULL);
    return orm__run_ended(db, run, status, 0);
}

/* of one that was sent: nothing is raised when it was skipped */
static __attribute__((noinline)) orm_status orm__run_receive(orm__session *db, orm__run *run)
{
    orm__ask *ask = db->sent;
    db->sent = NULL;
    run->prepared->sent--;
    run->began = ask->began;
    orm_status status = db->dialect->receive(db->connection, run->prepared->statement, &ask->skipped);
    if (!ask->skipped) return orm__run_started(db, run, status);
    orm__drop_stale(db, run->prepared);
    return ORM_PENDING;
}

ORM_PRIVATE orm_status orm__run_start(orm__session *db, orm__run *run, orm__prepared *p, const orm_value *values, size_t n)
{
    orm_status status = ORM_OK;
    *run = (orm__run){ .prepared = p, .values = values, .n_values = n };
    if (ORM__UNLIKELY(db->sent || orm__self()->budget || !p->statement || db->options.log)) {
        if (db->sent) return orm__run_receive(db, run);
        if ((status = orm__run_first(db, run)) != ORM_OK) return status;
    }
    orm__tally(&db->statements, 1);
    return orm__run_started(db, run, db->dialect->start(db->connection, p->statement, values, n));
}

ORM_PRIVATE orm_status orm__run_send(orm__session *db, orm__prepared *p, const orm_value *values, size_t n)
{
    orm__run run = { .prepared = p, .values = values, .n_values = n };
    orm_status status = orm__run_first(db, &run);
    if (status) return status;
    orm__tally(&db->statements, 1);
    status = db->dialect->send(db->connection, p->statement, values, n);
    if (status) return orm__run_ended(db, &run, status, 0);
    p->sent++;
    return ORM_OK;
}

ORM_PRIVATE orm_step orm__run_fetch(orm__session *db, orm__run *run, void **rows, orm_arena *texts, int64_t *extra)
{
    orm__prepared *p = run->prepared;
    orm_step step = db->dialect->fetch(db->connection, p->statement, &p->plan, rows, texts, extra);
    if (ORM__LIKELY(step == ORM_STEP_ROW)) run->rows++;
    else if (step == ORM_STEP_FAILED) run->failed = orm__self()->error.kind;      /* decoding can fail where the engine did not */
    return step;
}

ORM_PRIVATE orm_status orm__run_finish(orm__session *db, orm__run *run, orm_outcome *out)
{
    orm_outcome changed = { 0, 0 };
    orm__prepared *p = run->prepared;
    bool logged = db->options.log != NULL;
    if (ORM__UNLIKELY(logged) && !out) out = &changed;
    orm_status status = db->dialect->finish(db->connection, p->statement, out);
    p->busy = false;
    orm__tally(&db->rows, (uint64_t)run->rows);
    if (ORM__UNLIKELY(run->failed)) status = run->failed;
    return ORM__LIKELY(!status && !logged) ? ORM_OK : orm__run_ended(db, run, status, run->rows || !out ? run->rows : out->changed);
}

ORM_PRIVATE orm_status orm__run_write(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *changed)
{
    orm__run run;
    orm_outcome outcome = { 0, 0 };
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    orm__run_fetch(db, &run, NULL, NULL, NULL);                        /* a failure comes back from finish */
    status = orm__run_finish(db, &run, &outcome);
    if (status) return status;
    if (outcome.changed) db->serial++;
    *changed = outcome.changed;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__run_once(orm__session *db, const char *sql, size_t length, const orm_value *values, size_t n, orm_outcome *out)
{
    orm__prepared p = { .sql = (char *)(uintptr_t)sql, .sql_length = length };
    orm__run run;
    orm_status status = orm__run_start(db, &run, &p, values, n);      /* compiles it */
    if (!status) {
        while (orm__run_fetch(db, &run, NULL, NULL, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &run, out);
    }
    if (p.statement) db->dialect->finalize(db->connection, p.statement);
    return status;
}

/* >>expr: conditions as values. Nodes stand in postfix order; joining copies the nodes of the parts one behind the other, so a
   condition holds no pointer to another one. */

/* appends the nodes of `more`; false when they do not fit, and then `into` is poisoned for the call that gets it */
static bool orm__expr_append(orm_expr *into, const orm_node *nodes, uint32_t n)
{
    if (into->used + n > ORM_MAX_TERMS) {
        into->used = ORM__TOO_MANY;
        return false;
    }
    memcpy(into->node + into->used, nodes, n * sizeof *nodes);
    into->used += n;
    return true;
}

ORM_API orm_expr orm__listed(orm_op op, const orm_column *column, size_t n, const orm_value *values)
{
    orm_expr e;
    e.used = 0;
    for (size_t i = 0; i < n; i++) {
        orm_node node = { .of = column, .value = values[i] };
        node.value.op = ORM_OP_VALUE;
        if (!orm__expr_append(&e, &node, 1)) return e;
    }
    orm_node list = { .of = column, .value = { .op = (uint8_t)op, .n = (uint8_t)n } };
    orm__expr_append(&e, &list, 1);
    return e;
}

/* Adds a part to a join: an empty one is neutral, one with the same operator is absorbed. Returns the number of kids it brought. */
static unsigned orm__expr_add(orm_expr *e, orm_op op, const orm_expr *kid)
{
    if (kid->used == 0) return 0;
    if (kid->used > ORM_MAX_TERMS) {
        e->used = ORM__TOO_MANY;
        return 0;
    }
    const orm_node *last = &kid->node[kid->used - 1];
    bool absorb = last->value.op == op;
    if (!orm__expr_append(e, kid->node, kid->used - absorb)) return 0;
    return absorb ? last->value.n : 1;
}

static void orm__expr_close(orm_expr *e, orm_op op, unsigned kids)
{
    if (kids < 2 || e->used > ORM_MAX_TERMS) return;
    orm_node join = { .value = { .op = (uint8_t)op, .n = (uint8_t)kids } };
    orm__expr_append(e, &join, 1);
}

ORM_API orm_expr orm__join(orm_op op, const orm_expr *kids)
{
    orm_expr e;
    unsigned n = 0;
    for (e.used = 0; kids->used != ORM__END_OF_LIST && e.used <= ORM_MAX_TERMS; kids++) n += orm__expr_add(&e, op, kids);
    orm__expr_close(&e, op, n);
    return e;
}

ORM_API void orm__where(orm_expr *into, const orm_expr *more)
{
    if (more->used == 0) return;
    if (into->used == 0) {
        into->used = more->used;
        if (more->used <= ORM_MAX_TERMS) memcpy(into->node, more->node, more->used * sizeof(orm_node));
        return;
    }
    if (into->used > ORM_MAX_TERMS) return;
    unsigned n = 1;
    if (into->node[into->used - 1].value.op == ORM_OP_AND) n = into->node[--into->used].value.n;
    n += orm__expr_add(into, ORM_OP_AND, more);
    orm__expr_close(into, ORM_OP_AND, n);
}

ORM_API orm_expr orm__between(const orm_column *column, orm_value low, orm_value high)
{
    orm_expr e;
    orm_node ends[3] = { { .of = column, .value = low }, { .of = column, .value = high }, { .value = { .op = ORM_OP_AND, .n = 2 } } };
    ends[0].value.op = ORM_OP_GTE;
    ends[1].value.op = ORM_OP_LTE;
    e.used = 0;
    orm__expr_append(&e, ends, 3);
    return e;
}

ORM_API orm_expr orm__not(orm_expr e)
{
    if (e.used == 0 || e.used > ORM_MAX_TERMS) return e;
    orm_node not = { .value = { .op = ORM_OP_NOT, .n = 1 } };
    orm__expr_append(&e, &not, 1);
    return e;
}

ORM_API orm_expr orm__has(orm_op op, const orm_relation *relation, orm_expr e)
{
    if (e.used > ORM_MAX_TERMS || (op == ORM_OP_HAS_ALL && e.used == 0)) return e;      /* all of them fulfil what says nothing */
    orm_node has = { .of = relation, .value = { .op = (uint8_t)op, .n = e.used > 0 } };
    orm__expr_append(&e, &has, 1);
    return e;
}

/* >>order: an order from outside text ("-created_at" of a request), through a mask of the fields that may be asked for. The text is compared
   with the names of the metadata and never becomes SQL. */

/* does the text, up to `size`, name the column? */
static bool orm__names_column(const orm_column *column, const char *text_, size_t size)
{
    return strlen(column->name) == size && memcmp(column->name, text_, size) == 0;
}

/* engines do not agree on the order of the others */
static bool orm__has_order(const orm_column *column) { return column->is.type != ORM_INET && column->is.type != ORM_ARRAY && !column->is.jsonb; }

ORM_API orm_status orm__order_from_text(const orm_model *model, const char *text_, const orm_mask *allowed, orm_order *out)
{
    orm_failures failures;
    orm_order order = { .column = NULL };
    orm__clear_error();
    if (!text_ || !*text_) {
        *out = order;
        return ORM_OK;
    }
    const char *name = text_;
    size_t size = strlen(text_);
    if (*name == '-' || *name == '+') {
        order.descending = *name == '-';
        name++;
        size--;
    } else if (size > 5 && memcmp(name + size - 5, " desc", 5) == 0) {
        order.descending = 1;
        size -= 5;
    } else if (size > 4 && memcmp(name + size - 4, " asc", 4) == 0) {
        size -= 4;
    }
    for (size_t i = 0; i < model->n_columns; i++)
        if (orm__mask_has(allowed, i) && orm__has_order(&model->columns[i]) && orm__names_column(&model->columns[i], name, size)) order.column = &model->columns[i];
    if (order.column) {
        *out = order;
        return ORM_OK;
    }
    failures.count = failures.total = 0;
    orm__add_failure(&failures, 0, "order", "order", "is not a field that the list can be ordered by");
    return orm__raise_failures(NULL, model, &failures);
}

/* >>condition: conditions to SQL. The walk is the same while collecting values and while spelling text; see orm__build. */

#define ORM__MAX_CONDITION_DEPTH 64      /* of arrays of conditions inside each other */

ORM_PRIVATE void orm__build_begin(orm__build *b, orm__session *db)
{
    *b = (orm__build){ .db = db };
}

ORM_PRIVATE void orm__build_spell(orm__build *b, orm__writer *sql)
{
    b->sql = sql;
    b->n_parameters = b->next_alias = b->depth = 0;
}

ORM_PRIVATE orm_status orm__b_fail(orm__build *b, orm_status kind, const orm_model *model, const orm_column *column, const char *message_)
{
    if (b->status == ORM_OK) b->status = orm__raise_at(b->db, kind, model, column, "%s", message_);
    return b->status;
}

ORM_PRIVATE void orm__b_put(orm__build *b, const char *text_)
{
    if (b->sql) orm__put(b->sql, text_);
}

/* room for one more element of a growing array in the scratch arena */
static void *orm__b_room(orm__build *b, void *array, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity) return array;
    size_t more = *capacity ? *capacity * 2 : 32;
    void *bigger = orm__bump(&b->db->scratch, more * size, 8);
    if (!bigger) {
        if (b->status == ORM_OK) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
        return NULL;
    }
    if (n) memcpy(bigger, array, n * size);
    *capacity = more;
    return bigger;
}

ORM_PRIVATE bool orm__b_key_room(orm__build *b)
{
    uint64_t *key = (uint64_t *)orm__b_room(b, b->key, b->key_words, &b->key_capacity, sizeof *key);
    if (key) b->key = key;
    return key != NULL;
}

ORM_PRIVATE void orm__b_bind(orm__build *b, const orm_column *column, orm_value value)
{
    if (b->status) return;
    if (b->sql) {
        b->n_parameters++;
        if (column && column->secret && b->n_parameters <= 64) b->secret |= UINT64_C(1) << (b->n_parameters - 1);
        b->db->dialect->parameter(b->sql, b->n_parameters);
        return;
    }
    orm_value *values = (orm_value *)orm__b_room(b, b->values, b->n_values, &b->values_capacity, sizeof *values);
    if (!values) return;
    b->values = values;
    b->values[b->n_values++] = value;
}

ORM_PRIVATE void orm__b_column(orm__build *b, unsigned alias, const orm_column *column)
{
    if (ORM__UNLIKELY(column->count_of != NULL)) orm__b_count(b, alias, column);
    if (!b->sql || column->count_of) return;
    orm__put_char(b->sql, 't');
    orm__put_int(b->sql, alias);
    orm__put_char(b->sql, '.');
    orm__put_name(b->sql, orm__column_name(column));
}

ORM_PRIVATE void orm__b_table(orm__build *b, const orm_model *model, unsigned alias)
{
    if (!b->sql) return;
    orm__put_name(b->sql, model->table);
    orm__put(b->sql, " as t");
    orm__put_int(b->sql, alias);
}

/* a column to compare or sort by */
ORM_PRIVATE void orm__b_comparable(orm__build *b, unsigned alias, const orm_column *column)
{
    orm__b_column(b, alias, column);
    if (column->is.type == ORM_JSON && !column->is.jsonb && b->db->dialect->json_as_text) orm__b_put(b, b->db->dialect->json_as_text);
}

/* The rank of an enumeration's label, so that "greater" means "declared later" */
ORM_PRIVATE void orm__b_rank(orm__build *b, unsigned alias, const orm_column *column)
{
    if (!b->sql) return;
    orm__put(b->sql, "case ");
    orm__b_column(b, alias, column);
    for (size_t i = 0; i < column->is.labels->count; i++) {
        orm__put(b->sql, " when ");
        orm__put_string_literal(b->sql, column->is.labels->labels[i]);
        orm__put(b->sql, " then ");
        orm__put_int(b->sql, (int64_t)i + 1);
    }
    orm__put(b->sql, " end");
}

ORM_PRIVATE bool orm__b_fit(orm__build *b, const orm_column *column, orm_value *value)
{
    if (b->status || b->sql) return !b->status;
    if (value->type == ORM_NULL) {
        orm__b_fail(b, ORM_MISUSE, column->model, column, "the value to compare with is NULL; orm_is_null() asks for rows without a value");
        return false;
    }
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    const char *message_;
    if (column->is.size || (column->is.type == ORM_JSON && !column->is.jsonb)) {       /* a longer text is no fault here: it just matches nothing */
        orm_column any = *column;
        any.is.size = 0;
        any.is.type = ORM_TEXT;
        message_ = orm__fit(&any, value, b->db->options.max_text, why, &kind);
    } else {
        message_ = orm__fit(column, value, b->db->options.max_text, why, &kind);
    }
    if (message_) orm__b_fail(b, kind, column->model, column, message_);
    return !message_;
}

static bool orm__op_is_ordering(orm_op op)
{
    return op == ORM_OP_GT || op == ORM_OP_GTE || op == ORM_OP_LT || op == ORM_OP_LTE;
}

/* Writes the engine's spelling of an operator: $c the column, $v the parameter (the same one however often), $y the type of a list, $t the other
   column. */
static void orm__b_spelled(orm__build *b, orm_op op, const char *at, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other)
{
    bool ranked = orm__b_is_ranked(b, column) && (orm__op_is_ordering(op) || (op >= ORM_OP_GT_COLUMN && op <= ORM_OP_LTE_COLUMN));
    if (!b->sql) {                          /* in the order of the text: a count may have values, too */
        if (column->count_of) orm__b_column(b, alias, column);
        if (value) orm__b_bind(b, column, *value);
        if (other && other->count_of) orm__b_column(b, alias, other);
        return;
    }
    unsigned parameter = 0;
    for (; at && *at; at++) {
        if (at[0] != '$' || !at[1]) {
            orm__put_char(b->sql, *at);
            continue;
        }
        at++;
        if (*at == 'v' && parameter) b->db->dialect->parameter(b->sql, parameter);
        else if (*at == 'v') {
            orm__b_bind(b, column, (orm_value){ .type = ORM_NULL });
            parameter = b->n_parameters;
        } else if (*at == 'y') {
            b->db->dialect->list_type(b->sql, column);
        } else {
            const orm_column *named = *at == 'c' ? column : other;
            if (ranked) orm__b_rank(b, alias, named);
            else orm__b_comparable(b, alias, named);
        }
    }
}

ORM_PRIVATE void orm__b_template(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *value, const orm_column *other)
{
    orm__b_spelled(b, op, b->db->dialect->operators[op], alias, column, value, other);
}

/* the value that an array is asked for, as an array of it alone: what engines take */
static bool orm__b_one_of_array(orm__build *b, const orm_column *column, orm_value *value)
{
    orm_column element = { .model = column->model, .name = column->name, .is = { .type = column->is.element } };
    orm_value item = *value;
    if (!orm__b_fit(b, &element, &item)) return false;
    if (!orm__array_of_one(&b->db->scratch, &item, value)) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory while building a statement");
    return !b->status;
}

/* a comparison of a column with one value */
static void orm__b_compare(orm__build *b, orm_op op, unsigned alias, const orm_column *column, orm_value value)
{
    if (b->status) return;
    bool one = op == ORM_OP_HOLDS;
    if (one) op = ORM_OP_HOLDS_ALL;
    if (!b->sql) {
        if (!b->db->dialect->operators[op]) {
            orm__b_fail(b, ORM_UNSUPPORTED, column->model, column, "the engine has no such operator");
            return;
        }
        if (orm__b_is_ranked(b, column) && orm__op_is_ordering(op)) {       /* compared by rank, see orm__b_rank */
            orm_value label = value;
            if (!orm__b_fit(b, column, &label)) return;
            value.type = ORM_INT64;
        } else if (one) {
            if (!orm__b_one_of_array(b, column, &value)) return;
        } else if (!orm__b_fit(b, column, &value)) {
            return;
        }
        orm_status status = b->db->dialect->operand ? b->db->dialect->operand(b->db->connection, op, &value, &b->db->scratch) : ORM_OK;
        if (status) {
            b->status = status;
            return;
        }
    }
    orm__b_template(b, op, alias, column, &value, NULL);
}

ORM_PRIVATE bool orm__leads_index(const orm_column *column)
{
    const orm_model *model = column->model;
    if (column->unique || column->indexed) return true;
    for (size_t i = 0; i < model->n_columns && column->primary_key; i++)
        if (model->columns[i].primary_key) return &model->columns[i] == column;
    for (const orm_model_option *o = model->options; o && o->kind != ORM_OPTION_NONE; o++)
        if ((o->kind == ORM_OPTION_INDEX || o->kind == ORM_OPTION_UNIQUE) && o->n_parts && o->parts[0].column == column) return true;
    return false;
}

/* A list is one parameter. An engine may compare row by row with all of it: where no index is used, it has another spelling for long ones. */
ORM_PRIVATE void orm__b_list(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_value *values, size_t n)
{
    if (b->status) return;
    const orm_dialect *dialect = b->db->dialect;
    const char *other = op == ORM_OP_IN ? dialect->in_long : dialect->not_in_long;
    bool is_long = n > ORM_SHORT_LIST && other && (op == ORM_OP_NOT_IN || !orm__leads_index(column));
    orm__b_key(b, (n != 0) + (uint64_t)is_long);
    if (n == 0) {
        orm__b_put(b, op == ORM_OP_IN ? "1 = 0" : "1 = 1");
        return;
    }
    orm_value list = { .type = ORM_NULL };
    if (!b->sql && (b->status = dialect->list(b->db->connection, column, values, n, &b->db->scratch, &list)) != ORM_OK) return;
    orm__b_spelled(b, op, is_long ? other : dialect->operators[op], alias, column, &list, NULL);
}

/* the values of orm_in: the nodes before the list's own */
static void orm__b_in(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const orm_node *nodes, size_t n)
{
    orm_value *values = NULL;
    if (!b->sql && n) {
        values = (orm_value *)orm__bump(&b->db->scratch, n * sizeof *values, 8);
        if (!values) {
            b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for a list of %zu values", n);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            values[i] = nodes[i].value;
            if (!orm__b_fit(b, column, &values[i])) return;
        }
    }
    orm__b_list(b, op, alias, column, values, n);
}

/* the values of orm_in_array: elements of the column's C type */
static void orm__b_in_array(orm__build *b, orm_op op, unsigned alias, const orm_column *column, const char *array, size_t n)
{
    orm_value *values = NULL;
    if (!b->sql && n) {
        if (!array) {
            orm__b_fail(b, ORM_MISUSE, column->model, column, "the array of values is NULL");
            return;
        }
        orm_column element = *column;
        element.offset = 0;
        element.nullable = element.is.is_key = element.is.generated = false;
        size_t size = orm__member_size(column->is.type), bytes;
        values = __builtin_mul_overflow(n, sizeof *values, &bytes) ? NULL : (orm_value *)orm__bump(&b->db->scratch, bytes, 8);
        if (!values) {
            b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for a list of %zu values", n);
            return;
        }
        for (size_t i = 0; i < n; i++) {
            values[i] = orm__value_of(&element, array + i * size);
            if (!orm__b_fit(b, column, &values[i])) return;
        }
    }
    orm__b_list(b, op, alias, column, values, n);
}

/* one condition on its way to SQL */
typedef struct orm__walk {
    const orm_expr *e;
    uint16_t start[ORM_MAX_TERMS];      /* where each node's own part of the postfix order begins */
    int8_t folded[ORM_MAX_TERMS];       /* what is known about it, see orm__fold */
} orm__walk;

ORM_PRIVATE void orm__expr_starts(const orm_expr *e, uint16_t start[ORM_MAX_TERMS])
{
    uint16_t stack[ORM_MAX_TERMS];
    unsigned depth = 0;
    for (unsigned i = 0; i < e->used; i++) {
        orm_op op = (orm_op)e->node[i].value.op;
        unsigned kids = op == ORM_OP_AND || op == ORM_OP_OR || op == ORM_OP_NOT || op == ORM_OP_HAS || op == ORM_OP_HAS_NONE || op == ORM_OP_HAS_ALL ||
                        op == ORM_OP_IN || op == ORM_OP_NOT_IN ? e->node[i].value.n : 0;
        if (kids > depth) kids = depth;
        start[i] = kids ? stack[depth - kids] : (uint16_t)i;
        depth -= kids;
        stack[depth++] = start[i];
    }
}

enum { ORM__DEPENDS = -1, ORM__FALSE, ORM__TRUE, ORM__NEUTRAL };

/* one more operand of an `and` or `or` whose operands so far make `sum`; neutral ones do not count */
static int orm__fold_kid(int sum, int kid, bool all)
{
    if (kid == ORM__NEUTRAL || sum == !all) return sum;
    return kid == !all || sum == ORM__NEUTRAL || sum == (int)all ? kid : ORM__DEPENDS;
}

/* Folds constants: what an empty list makes of a condition, and what says nothing at all (an array without conditions). Three-valued, and
   neutral; the results of the nodes go to `each`. */
static int orm__fold(const orm_expr *e, int8_t each[ORM_MAX_TERMS], unsigned nested)
{
    int stack[ORM_MAX_TERMS];
    unsigned depth = 0;
    if (e->used == 0) return ORM__NEUTRAL;
    if (e->used > ORM_MAX_TERMS) return ORM__DEPENDS;
    for (unsigned i = 0; i < e->used; i++) {
        const orm_value *v = &e->node[i].value;
        unsigned n = v->n > depth ? depth : v->n;
        int result = ORM__DEPENDS;
        switch (v->op) {
        case ORM_OP_IN: case ORM_OP_NOT_IN:
            depth -= n;
            if (v->n == 0) result = v->op == ORM_OP_NOT_IN;
            break;
        case ORM_OP_IN_ARRAY: case ORM_OP_NOT_IN_ARRAY:
            if (v->as.list.count == 0) result = v->op == ORM_OP_NOT_IN_ARRAY;
            break;
        case ORM_OP_AND: case ORM_OP_OR:
            for (result = ORM__NEUTRAL; n > 0; n--) result = orm__fold_kid(result, stack[--depth], v->op == ORM_OP_AND);
            break;
        case ORM_OP_ALL_OF: case ORM_OP_ANY_OF: {
            const orm_expr *kids = (const orm_expr *)v->as.list.data;
            int8_t unused[ORM_MAX_TERMS];
            if (nested >= ORM__MAX_CONDITION_DEPTH) break;
            result = ORM__NEUTRAL;
            for (size_t k = 0; k < v->as.list.count; k++) result = orm__fold_kid(result, orm__fold(&kids[k], unused, nested + 1), v->op == ORM_OP_ALL_OF);
            break;
        }
        case ORM_OP_NOT:
            if (depth) result = stack[--depth];
            if (result == ORM__TRUE || result == ORM__FALSE) result = !result;
            break;
        case ORM_OP_HAS: case ORM_OP_HAS_NONE: case ORM_OP_HAS_ALL:
            depth -= n;
            break;
        default:
            break;
        }
        each[i] = (int8_t)result;
        stack[depth++] = result;
    }
    return stack[depth - 1];
}

ORM_PRIVATE int orm__always(const orm_expr *e)
{
    int8_t unused[ORM_MAX_TERMS];
    int folded = orm__fold(e, unused, 0);
    return folded == ORM__NEUTRAL ? ORM__TRUE : folded;
}

static void orm__b_node(orm__build *b, const orm__walk *w, unsigned i, unsigned alias);

/* the operands of an `and` or `or` that say something, in the order they were written */
static void orm__b_kids(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    uint16_t ends[ORM_MAX_TERMS];
    const orm_value *v = &w->e->node[i].value;
    unsigned kids = 0, n = 0;
    for (unsigned end = i; end > w->start[i] && kids < v->n; end = w->start[end - 1], kids++)
        if (w->folded[end - 1] != ORM__NEUTRAL) ends[n++] = (uint16_t)(end - 1);
    orm__b_key(b, n);
    orm__b_put(b, "(");
    for (unsigned k = n; k-- > 0; ) {
        orm__b_node(b, w, ends[k], alias);
        if (k) orm__b_put(b, v->op == ORM_OP_AND ? " and " : " or ");
    }
    orm__b_put(b, ")");
}

/* Conditions of an array, as a balanced tree: engines bound the depth of an expression (SQLite: 1,000). */
static void orm__b_array(orm__build *b, bool all, const orm_expr *const *kids, size_t n, unsigned alias)
{
    if (n == 1) {
        orm__b_condition(b, kids[0], alias);
        return;
    }
    orm__b_put(b, "(");
    orm__b_array(b, all, kids, n / 2, alias);
    orm__b_put(b, all ? " and " : " or ");
    orm__b_array(b, all, kids + n / 2, n - n / 2, alias);
    orm__b_put(b, ")");
}

static void orm__b_all_of(orm__build *b, const orm_node *node, unsigned alias)
{
    bool all = node->value.op == ORM_OP_ALL_OF;
    const orm_expr *array = (const orm_expr *)node->value.as.list.data;
    size_t n = node->value.as.list.count, kept = 0, bytes;
    if (b->depth >= ORM__MAX_CONDITION_DEPTH) {
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "arrays of conditions are nested deeper than 64");
        return;
    }
    const orm_expr **kids = __builtin_mul_overflow(n ? n : 1, sizeof *kids, &bytes) ? NULL : (const orm_expr **)orm__bump(&b->db->scratch, bytes, 8);
    if (!kids) {
        if (!b->status) b->status = orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory for %zu conditions", n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        int8_t unused[ORM_MAX_TERMS];
        if (orm__fold(&array[i], unused, b->depth + 1) != ORM__NEUTRAL) kids[kept++] = &array[i];
    }
    orm__b_key(b, kept);
    b->depth++;
    orm__b_array(b, all, kids, kept, alias);
    b->depth--;
}

/* exists (select 1 from the rows of the relation where ... and the condition before the node); all: there is none for which it does not hold */
static void orm__b_has(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    const orm_node *node = &w->e->node[i];
    orm_op op = (orm_op)node->value.op;
    orm__b_put(b, op == ORM_OP_HAS ? "exists (select 1" : "not exists (select 1");
    unsigned inner = orm__b_related(b, (const orm_relation *)node->of, alias);
    if (node->value.n) {
        orm__b_put(b, op == ORM_OP_HAS_ALL ? " and case when " : " and ");
        orm__b_node(b, w, i - 1, inner);
        orm__b_put(b, op == ORM_OP_HAS_ALL ? " then 0 else 1 end = 1" : "");      /* what is unknown does not hold */
    }
    orm__b_put(b, ")");
}

static void orm__b_node(orm__build *b, const orm__walk *w, unsigned i, unsigned alias)
{
    if (b->status) return;
    const orm_node *node = &w->e->node[i];
    orm_op op = (orm_op)node->value.op;
    const orm_column *column = (const orm_column *)node->of;
    if (w->folded[i] == ORM__NEUTRAL) {
        orm__b_key(b, 0);
        orm__b_put(b, "1 = 1");
        return;
    }
    orm__b_key(b, (uint64_t)op | (op == ORM_OP_IN || op == ORM_OP_NOT_IN ? 0 : (uint64_t)node->value.n << 8));
    orm__b_pointer(b, node->of);
    switch (op) {
    case ORM_OP_EQ: case ORM_OP_NE: case ORM_OP_GT: case ORM_OP_GTE: case ORM_OP_LT: case ORM_OP_LTE: case ORM_OP_LIKE: case ORM_OP_ILIKE:
    case ORM_OP_STARTS_WITH: case ORM_OP_ENDS_WITH: case ORM_OP_CONTAINS: case ORM_OP_REGEXP: case ORM_OP_HOLDS: case ORM_OP_HOLDS_ALL: case ORM_OP_HOLDS_ANY:
        orm__b_compare(b, op, alias, column, node->value);
        break;
    case ORM_OP_IS_NULL: case ORM_OP_IS_NOT_NULL:
        orm__b_template(b, op, alias, column, NULL, NULL);
        break;
    case ORM_OP_EQ_COLUMN: case ORM_OP_NE_COLUMN: case ORM_OP_GT_COLUMN: case ORM_OP_GTE_COLUMN: case ORM_OP_LT_COLUMN: case ORM_OP_LTE_COLUMN:
        orm__b_pointer(b, node->value.as.p);
        orm__b_template(b, op, alias, column, NULL, (const orm_column *)node->value.as.p);
        break;
    case ORM_OP_IN: case ORM_OP_NOT_IN:
        orm__b_in(b, op, alias, column, &w->e->node[i - node->value.n], node->value.n);
        break;
    case ORM_OP_IN_ARRAY: case ORM_OP_NOT_IN_ARRAY:
        orm__b_in_array(b, op == ORM_OP_IN_ARRAY ? ORM_OP_IN : ORM_OP_NOT_IN, alias, column, (const char *)node->value.as.list.data, node->value.as.list.count);
        break;
    case ORM_OP_AND: case ORM_OP_OR:
        orm__b_kids(b, w, i, alias);
        break;
    case ORM_OP_ALL_OF: case ORM_OP_ANY_OF:
        orm__b_all_of(b, node, alias);
        break;
    case ORM_OP_NOT:
        orm__b_put(b, "not (");
        orm__b_node(b, w, i - 1, alias);
        orm__b_put(b, ")");
        break;
    case ORM_OP_HAS: case ORM_OP_HAS_NONE: case ORM_OP_HAS_ALL:
        orm__b_has(b, w, i, alias);
        break;
    default:
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "the condition is damaged: begin with a zeroed query or one of the condition macros");
    }
}

ORM_PRIVATE void orm__b_condition(orm__build *b, const orm_expr *e, unsigned alias)
{
    if (b->status || e->used == 0) return;
    if (e->used > ORM_MAX_TERMS) {
        orm__b_fail(b, ORM_MISUSE, NULL, NULL, "a condition has more than " ORM__STRING(ORM_MAX_TERMS)
                    " terms: use orm_all_of or orm_any_of with an array, or define a larger ORM_MAX_TERMS in every file");
        return;
    }
    orm__walk w;
    w.e = e;
    orm__expr_starts(e, w.start);
    orm__fold(e, w.folded, b->depth);
    orm__b_node(b, &w, e->used - 1, alias);
}

/* >>relation: how the rows of a relation belong to those of its owner, and its SQL: the rows that belong to one row (in exists, counts and orders),
   and the conditions of joins and includes. */

/* ---- the columns that meet -------------------------------------------------------------------------------------------- */

/* the columns of `model` that a foreign key refers to: the one it names, else the primary key in order */
static unsigned orm__referred(const orm_model *model, const orm_column *const *key, const orm_column **out)
{
    unsigned n = 0;
    const orm_column *named = key[0]->references ? key[0]->references : key[0]->is.target;
    if (!key[1] && named && named->model == model) {
        out[0] = named;
        return 1;
    }
    for (size_t i = 0; i < model->n_columns && key[n] && n < ORM__MAX_KEY; i++)
        if (model->columns[i].primary_key) out[n++] = &model->columns[i];
    return n;
}

static void orm__copy_key(const orm_column *const *key, const orm_column **out)
{
    for (unsigned n = 0; key[n] && n < ORM__MAX_KEY; n++) out[n] = key[n];
}

ORM_PRIVATE void orm__path_of(const orm_relation *relation, orm__path *out)
{
    const orm_relation *keyed = relation->as ? relation->as : relation;
    bool here = relation->kind == ORM_BELONGS_TO;
    memset(out, 0, sizeof *out);
    out->tag = keyed->tag;
    out->tag_here = here;
    out->tagged = keyed->tagged;
    if (here) {
        orm__copy_key(relation->key, out->here);
        out->n = orm__referred(relation->target, relation->key, out->there);
    } else {
        orm__copy_key(keyed->key, out->there);
        out->n = orm__referred(relation->model, keyed->key, out->here);
    }
    if (relation->kind != ORM_MANY_TO_MANY) return;
    out->link = relation->through;
    orm__copy_key(relation->other, out->link_to);
    out->n_link = orm__referred(relation->target, relation->other, out->linked);
}

static bool orm__unique_among(const orm_column *const *unique, size_t n, const orm__path *path)
{
    for (size_t i = 0; i < n; i++) {
        bool found = unique[i] == path->tag;
        for (unsigned k = 0; k < path->n && !found; k++) found = unique[i] == path->there[k];
        if (!found) return false;
    }
    return n > 0;
}

/* Can there be but one row for a key? Its columns hold a whole unique key of the target. */
ORM_PRIVATE bool orm__path_is_unique(const orm_relation *relation, const orm__path *path)
{
    const orm_column *columns[ORM_MAX_ROWS];
    const orm_model *target = relation->target;
    size_t n = 0;
    if (path->link) return false;
    for (size_t i = 0; i < target->n_columns; i++) {
        const orm_column *column = &target->columns[i];
        if (column->unique && orm__unique_among(&column, 1, path)) return true;
        if (column->primary_key) columns[n++] = column;
    }
    if (orm__unique_among(columns, n, path)) return true;
    for (const orm_model_option *o = target->options; o && o->kind != ORM_OPTION_NONE; o++) {
        bool plain = o->kind == ORM_OPTION_UNIQUE && o->n_parts <= ORM_MAX_ROWS;
        for (size_t i = 0; i < o->n_parts && plain; i++) {
            columns[i] = o->parts[i].column;
            plain = columns[i] != NULL;             /* no expression, no condition */
        }
        if (plain && orm__unique_among(columns, o->n_parts, path)) return true;
    }
    return false;
}

/* a belongs_to_any: is this the model that the row refers to? Other relations always apply. */
ORM_PRIVATE bool orm__relation_applies(const orm_relation *relation, const void *row)
{
    if (!relation->tag) return true;
    orm_value v = orm__value_of(relation->tag, row);
    return v.type != ORM_NULL && v.as.i == relation->tagged;
}

/* the terms of an order that a function of the model makes; how many there are */
ORM_PRIVATE unsigned orm__relation_order(const orm_relation *relation, orm_order out[2 * ORM_MAX_ORDERS + 1])
{
    unsigned n = 0;
    memset(out, 0, (2 * ORM_MAX_ORDERS + 1) * sizeof *out);
    if (relation->link_order) relation->link_order(out);
    while (out[n].column) n++;
    if (relation->order) relation->order(out + n);
    while (out[n].column) n++;
    return n;
}

/* ---- SQL ------------------------------------------------------------------------------------------------------------------- */

/* a.x = b.y and ... */
ORM_PRIVATE void orm__b_meet(orm__build *b, unsigned n, const orm_column *const *these, unsigned alias, const orm_column *const *those, unsigned other)
{
    for (unsigned i = 0; i < n; i++) {
        orm__b_put(b, i ? " and " : "");
        orm__b_column(b, alias, these[i]);
        orm__b_put(b, " = ");
        orm__b_column(b, other, those[i]);
    }
}

/* ` and ` with a condition that the model's declaration says */
static void orm__b_declared(orm__build *b, void (*make)(orm_expr *out), unsigned alias)
{
    orm_expr e;
    if (!make || b->status) return;
    e.used = 0;
    make(&e);
    orm__b_key(b, e.used);
    if (!e.used) return;
    orm__b_put(b, " and ");
    orm__b_condition(b, &e, alias);
}

/* ` and ` with what the declaration says of the rows: their tag and its conditions. `here` and `there` are the aliases of the owner and of the
   rows with the key: the target's or the link's. */
ORM_PRIVATE void orm__b_belonging(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned here, unsigned there, unsigned target)
{
    if (path->tag) {
        orm_value tag = { .type = ORM_INT64, .as.i = path->tagged };
        if (!orm__b_fit(b, path->tag, &tag)) return;
        orm__b_put(b, " and ");
        orm__b_template(b, ORM_OP_EQ, path->tag_here ? here : there, path->tag, &tag, NULL);
    }
    orm__b_declared(b, relation->link_where, there);
    orm__b_declared(b, relation->where, target);
}

/* "tags" as t5, or with the link: "post_tags" as t6 join "tags" as t5 on t5."id" = t6."tag_id" */
ORM_PRIVATE void orm__b_related_tables(orm__build *b, const orm_relation *relation, const orm__path *path, unsigned target, unsigned there)
{
    if (!path->link) {
        orm__b_table(b, relation->target, target);
        return;
    }
    orm__b_table(b, path->link, there);
    orm__b_put(b, " join ");
    orm__b_table(b, relation->target, target);
    orm__b_put(b, " on ");
    orm__b_meet(b, path->n_link, path->linked, target, path->link_to, there);
}

static void orm__b_first_of(orm__build *b, const orm_relation *relation, unsigned alias)
{
    orm_order terms[2 * ORM_MAX_ORDERS + 1];
    unsigned n = orm__relation_order(relation, terms);
    const char *separator = " order by ";
    for (unsigned i = 0; i < n; i++) {
        orm__b_order_term(b, &terms[i], alias, separator);
        separator = ", ";
    }
    for (size_t i = 0; i < relation->target->n_columns; i++) {
        orm_order key = { .column = &relation->target->columns[i], .descending = n ? terms[n - 1].descending : 0 };
        bool given = !key.column->primary_key;
        for (unsigned k = 0; k < n && !given; k++) given = terms[k].column == key.column && !terms[k].path[0];
        if (given) continue;
        orm__b_order_term(b, &key, alias, separator);
        separator = ", ";
    }
    orm__b_put(b, " limit 1");
}

/* ` from ... where ...`: the rows that belong to the row of `alias`. A has_one of several is the first of them: whatever is said of it is said
   of that one row. The alias of the target's rows comes back; conditions may follow behind " and ". */
ORM_PRIVATE unsigned orm__b_related(orm__build *b, const orm_relation *relation, unsigned alias)
{
    orm__path path;
    unsigned target = b->next_alias++, there = target;
    orm__path_of(relation, &path);
    if (path.link) there = b->next_alias++;
    orm__b_put(b, " from ");
    if (relation->kind != ORM_HAS_ONE || orm__path_is_unique(relation, &path)) {
        orm__b_related_tables(b, relation, &path, target, there);
        orm__b_put(b, " where ");
        orm__b_meet(b, path.n, path.there, there, path.here, alias);
        orm__b_belonging(b, relation, &path, alias, there, target);
        return target;
    }
    unsigned inner = b->next_alias++;
    orm__b_put(b, "(select ");
    for (size_t i = 0; i < relation->target->n_columns; i++) {
        orm__b_put(b, i ? ", " : "");
        orm__b_column(b, inner, &relation->target->columns[i]);
    }
    orm__b_put(b, " from ");
    orm__b_table(b, relation->target, inner);
    orm__b_put(b, " where ");
    orm__b_meet(b, path.n, path.there, inner, path.here, alias);
    orm__b_belonging(b, relation, &path, alias, inner, inner);
    orm__b_first_of(b, relation, inner);
    orm__b_put(b, ") as t");
    if (b->sql) orm__put_int(b->sql, target);
    orm__b_put(b, " where 1 = 1");
    return target;
}

static const orm_expr *orm__counted_where(const orm__part *part, const orm_column *column)
{
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++)
        if (part->query->include[k].count == column) return part->query->include[k].where;
    return NULL;
}

/* how many rows belong to the row of `alias`, for which the declaration's and the query's condition holds */
ORM_PRIVATE void orm__b_count(orm__build *b, unsigned alias, const orm_column *column)
{
    const orm_expr *where = NULL;
    if (b->status) return;
    for (const orm__standing *s = b->standing; s && !where; s = s->next)
        if (s->alias == alias) where = orm__counted_where(s->part, column);
    for (const orm__part *p = b->head; p && !where; p = b->head->aggregate ? NULL : p->next)       /* only the head has an alias in an aggregate */
        if (p->head == b->head && p->alias == alias && p->model == column->model) where = orm__counted_where(p, column);
    orm__b_pointer(b, column);
    orm__b_key(b, where ? where->used : 0);
    orm__b_put(b, "(select count(*)");
    unsigned target = orm__b_related(b, column->count_of, alias);
    orm__b_declared(b, column->count_where, target);
    if (where && where->used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, where, target);
    }
    orm__b_put(b, ")");
}

/* ---- orders ------------------------------------------------------------------------------------------------------------------ */

ORM_API orm_order orm__order_by(const orm_relation *relation, orm_order order)
{
    for (unsigned i = ORM_MAX_PATH - 1; i > 0; i--) {
        if (i == ORM_MAX_PATH - 1 && order.path[i]) order.column = NULL, order.nulls = ORM__PATH_TOO_LONG;      /* the call answers ORM_MISUSE */
        order.path[i] = order.path[i - 1];
    }
    order.path[0] = relation;
    return order;
}

/* the alias of what is joined for a relation of `alias` in the statement of b->head, if all of its rows are, and nothing is counted of them; else 0 */
static unsigned orm__joined_alias(const orm__build *b, const orm_relation *relation, unsigned alias)
{
    for (const orm__part *p = b->enclosed ? NULL : b->head; p; p = p->next)
        if (p->head == b->head && p != b->head && p->parent->alias == alias && p->relation == relation && !p->query->where.used && !p->counted && !orm__part_requires(p)) return p->alias;
    return 0;
}

static void orm__b_path(orm__build *b, const orm_order *order, unsigned at, unsigned alias)
{
    const orm_relation *relation = at < ORM_MAX_PATH ? order->path[at] : NULL;
    if (!relation) {
        orm__b_sort_key(b, alias, order->column);
        return;
    }
    orm__b_pointer(b, relation);
    bool last = at + 1 == ORM_MAX_PATH || !order->path[at + 1];
    unsigned joined = last && order->column->count_of ? 0 : orm__joined_alias(b, relation, alias);      /* where nothing is joined a count is 0, and not NULL */
    if (joined) {
        orm__b_path(b, order, at + 1, joined);
        return;
    }
    /* the row is found first, so that what is selected of it can be a query of its own */
    orm__b_put(b, "(select ");
    unsigned target = b->next_alias;
    unsigned kept = b->next_alias + 3;              /* what orm__b_related takes at most */
    b->next_alias = kept;
    orm__b_path(b, order, at + 1, target);
    unsigned after = b->next_alias;
    b->next_alias = target;
    orm__b_related(b, relation, alias);
    b->next_alias = after;
    orm__b_put(b, ")");
}

ORM_PRIVATE void orm__b_order_term(orm__build *b, const orm_order *o, unsigned alias, const char *separator)
{
    bool nullable = o->path[0] || o->column->nullable;
    orm__b_pointer(b, o->column);
    orm__b_key(b, (uint64_t)o->descending | (uint64_t)o->nulls << 1);
    orm__b_put(b, separator);
    orm__b_path(b, o, 0, alias);
    orm__b_put(b, o->descending ? " desc" : "");
    bool said = o->nulls != ORM_NULLS_DEFAULT || (b->db->dialect->can.nulls_are_high && nullable);
    if (said) orm__b_put(b, orm__nulls_last(o) ? " nulls last" : " nulls first");
}

/* >>select: a query tree to SELECT statements with their row plans. Relations to one row are joined into the statement of their parent;
   the query's model, each relation to many rows, and a has_one that is the first of several, are heads with a statement of their own. */

#define ORM__MAX_INCLUDE_DEPTH 16

static const orm_query orm__no_query;

/* ---- the tree ------------------------------------------------------------------------------------------------------ */

static orm_status orm__part_refuse(orm__session *db, const orm__part *part, const char *why)
{
    if (!part->relation) return orm__raise_at(db, ORM_MISUSE, part->model, NULL, "%s", why);
    return orm__raise(db, ORM_MISUSE, 0, "%s.%s: %s", part->relation->model->name, part->relation->name, why);
}

static orm_status orm__part_check(orm__session *db, orm__part *part)
{
    const orm_query *q = part->query;
    if (q->limit < 0 || q->offset < 0) return orm__part_refuse(db, part, "limit and offset cannot be negative");
    if (q->order[ORM_MAX_ORDERS].column) return orm__part_refuse(db, part, "more than " ORM__STRING(ORM_MAX_ORDERS) " terms in .order");
    for (unsigned k = 0; k < ORM_MAX_ORDERS; k++)
        if (q->order[k].nulls == ORM__PATH_TOO_LONG) return orm__part_refuse(db, part, "an orm_by over more than " ORM__STRING(ORM_MAX_PATH) " relations");
    if (q->include[ORM_MAX_INCLUDES].relation || q->include[ORM_MAX_INCLUDES].count) return orm__part_refuse(db, part, "more than " ORM__STRING(ORM_MAX_INCLUDES) " relations in .include");
    part->limit = q->limit;
    part->offset = q->offset;
    if (q->page || q->per_page) {
        if (q->page < 1 || q->per_page < 1) return orm__part_refuse(db, part, "pages count from 1: give both .page and .per_page");
        if (q->limit || q->offset) return orm__part_refuse(db, part, "give either .page and .per_page or .limit and .offset");
        if (__builtin_mul_overflow(q->page - 1, q->per_page, &part->offset)) return orm__part_refuse(db, part, "the page is out of range");
        part->limit = q->per_page;
    }
    if (q->after && part->offset) return orm__part_refuse(db, part, ".after and an offset exclude each other");
    if (!part->relation && (q->required || q->links)) return orm__part_refuse(db, part, ".required and .links are said of an include");
    if (!part->relation) return q->lock || q->wait ? orm__row_lock_check(db, part->model, q) : ORM_OK;
    if (q->after || q->arena || q->lock || q->wait || q->track || q->all || q->timeout_ms) return orm__part_refuse(db, part, "an include takes .where, .order, .limit, .offset, .select, .include, .required and .links");
    if (!orm__is_list(part->relation) && (part->limit || part->offset || q->order[0].column))
        return orm__part_refuse(db, part, "a relation to one row has no order, limit or offset");
    if (q->links && part->relation->kind != ORM_MANY_TO_MANY) return orm__part_refuse(db, part, ".links is said of a many_to_many relation");
    return ORM_OK;
}

static void orm__add_columns(orm_mask *mask, const orm_model *model, const orm_column *const *columns, unsigned n)
{
    for (unsigned i = 0; i < n; i++) orm__mask_add(mask, orm__column_index(model, columns[i]));
}

/* The columns to read: those selected, always the primary key, and what relations need to be matched. */
static void orm__part_columns(orm__part *part)
{
    const orm_model *model = part->model;
    bool all = orm__mask_names_none(model, &part->query->select);
    for (size_t i = 0; i < model->n_columns; i++)
        if (all || model->columns[i].primary_key || orm__mask_has(&part->query->select, i)) orm__mask_add(&part->columns, i);
    if (!part->relation) return;
    const orm__path *path = part->path;
    if (path->link) {
        for (size_t i = 0; i < path->link->n_columns && part->query->links; i++) orm__mask_add(&part->link_columns, i);
        if (part->head == part) orm__add_columns(&part->link_columns, path->link, path->there, path->n);
    } else if (part->head == part) {
        orm__add_columns(&part->columns, model, path->there, path->n);
    }
    /* what the parent is matched by */
    orm__add_columns(&part->parent->columns, part->parent->model, path->here, path->n);
    if (path->tag && path->tag_here) orm__add_columns(&part->parent->columns, part->parent->model, &path->tag, 1);
}

static bool orm__is_integer(const orm_column *column) { return column->is.type == ORM_INT64 || column->is.type == ORM_INT32 || column->is.type == ORM_INT16; }

/* how the part is read: joined or by a statement of its own, and in which order */
static orm_status orm__part_relate(orm__session *db, orm__part *part, bool apart)
{
    const orm_relation *relation = part->relation;
    part->head = part;
    part->order = part->query->order;
    while (part->order[part->n_order].column) part->n_order++;
    if (!relation) return ORM_OK;
    orm__path *path = (orm__path *)orm__bump(&db->scratch, sizeof *path, 16);
    bool declared = part->n_order == 0 && (relation->order || relation->link_order);       /* the order is the relation's own */
    orm_order *order = declared ? (orm_order *)orm__bump(&db->scratch, (2 * ORM_MAX_ORDERS + 1) * sizeof *order, 16) : NULL;
    if (!path || (declared && !order)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the query");
    orm__path_of(relation, path);
    part->path = path;
    bool first = relation->kind == ORM_HAS_ONE && !orm__path_is_unique(relation, path);      /* of several */
    part->single = !orm__is_list(relation);
    part->simple = path->n == 1 && orm__is_integer(path->here[0]) && orm__is_integer(path->there[0]);
    part->cut = part->limit || part->offset || first;
    if (part->single && !first && !apart) part->head = part->parent->head;
    else part->parent->gathers = true;
    if (declared) {
        part->n_order = orm__relation_order(relation, order);
        part->order = order;
    }
    return ORM_OK;
}

static orm_status orm__part_count(orm__session *db, orm__part *part, const orm_include *include)
{
    if (include->count->model != part->model) return orm__part_refuse(db, part, "a count of another model");
    size_t i = (size_t)(include->count - part->model->counts);
    if (orm__mask_has(&part->counts, i)) return orm__raise(db, ORM_MISUSE, 0, "%s.%s is counted twice", part->model->name, include->count->name);
    orm__mask_add(&part->counts, i);
    part->counted = true;
    return ORM_OK;
}

typedef struct orm__tree { unsigned count; orm__part **tail; } orm__tree;

static orm_status orm__part_add(orm__session *db, orm__tree *tree, orm__part *parent, const orm_model *model, const orm_query *query, const orm_relation *relation,
                                unsigned depth, bool apart, orm__part **out)
{
    if (depth > ORM__MAX_INCLUDE_DEPTH) return orm__raise(db, ORM_MISUSE, 0, "includes are nested deeper than %d", ORM__MAX_INCLUDE_DEPTH);
    unsigned loads = query && query->links ? 2 : 1;         /* rows of links are one more */
    if (tree->count + loads > ORM__MAX_LOADS) return orm__raise(db, ORM_MISUSE, 0, "a query includes more than %d relations", ORM__MAX_LOADS - 1);
    orm__part *part = (orm__part *)orm__bump(&db->scratch, sizeof *part, 16);
    if (!part) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the query");
    *part = (orm__part){ .model = model, .query = query ? query : &orm__no_query, .relation = relation, .parent = parent };
    *tree->tail = part;
    tree->tail = &part->next;
    tree->count += loads;
    if (out) *out = part;
    orm_status status = orm__part_check(db, part);
    if (!status) status = orm__part_relate(db, part, apart);
    if (status) return status;
    orm__part_columns(part);
    for (unsigned k = 0; k < ORM_MAX_INCLUDES; k++) {
        const orm_include *include = &part->query->include[k];
        if (include->count && (status = orm__part_count(db, part, include)) != ORM_OK) return status;
        if (!include->relation) continue;
        if (include->relation->model != model) return orm__part_refuse(db, part, "an include of another model's relation");
        for (unsigned j = 0; j < k; j++)
            if (part->query->include[j].relation == include->relation)
                return orm__raise(db, ORM_MISUSE, 0, "%s.%s is included twice", model->name, include->relation->name);
        status = orm__part_add(db, tree, part, include->relation->target, include->query, include->relation, depth + 1, false, NULL);
        if (status) return status;
    }
    return ORM_OK;
}

/* numbers the parts of each statement: aliases, the link's behind them, and plan segments */
static void orm__parts_number(orm__part *first)
{
    for (orm__part *head = first; head; head = head->next) {
        unsigned n = 0;
        if (head->head != head) continue;
        for (orm__part *p = head; p; p = p->next) {
            if (p->head != head) continue;
            p->alias = p->segment = n++;
            p->inner = p != head && p->query->required && (p->parent == head ? !head->cut : p->parent->inner);
        }
        head->link_alias = n;
    }
}

ORM_PRIVATE orm_status orm__parts_below(orm__session *db, orm__part *parent, const orm_relation *relation, const orm_query *query, orm__part **out)
{
    orm__tree tree = { 0, out };
    orm_status status = orm__part_add(db, &tree, parent, relation->target, query, relation, 1, true, NULL);
    if (!status) orm__parts_number(*out);
    return status;
}

ORM_PRIVATE bool orm__part_requires(const orm__part *part)
{
    for (const orm__part *p = part->next; p; p = p->next)
        if (p->parent == part && p->query->required) return true;
    return false;
}

ORM_PRIVATE orm_status orm__parts_make(orm__session *db, const orm_model *model, const orm_query *query, orm__part **out)
{
    orm__part *first = NULL;
    orm__tree tree = { 0, &first };
    orm_status status = orm__part_add(db, &tree, NULL, model, query, NULL, 0, false, out);
    if (!status) orm__parts_number(first);
    return status;
}

/* ---- conditions of a head -------------------------------------------------------------------------------------------- */

/* the n-th term of the order: the query's, then the primary key so that the order is total; NULL column at its end. The key runs in the
   direction of the last term, so that an index on the terms gives the order, backwards too, and nothing is sorted. */
static orm_order orm__order_term(const orm__part *head, unsigned n)
{
    unsigned own = head->n_order;
    if (n < own) return head->order[n];
    unsigned k = own;
    for (size_t i = 0; i < head->model->n_columns; i++) {
        const orm_column *column = &head->model->columns[i];
        bool given = !column->primary_key;
        for (unsigned j = 0; j < own && !given; j++) given = head->order[j].column == column && !head->order[j].path[0];
        if (given) continue;
        if (k++ == n) return (orm_order){ .column = column, .descending = own ? head->order[own - 1].descending : 0 };
    }
    return (orm_order){ .column = NULL };
}

/* Does anything depend on the order? Without it an unordered list is read as it comes, which is the primary key's order on most engines
   but promised by none, so lists are ordered by it when they are limited, paged or nested. */
static bool orm__needs_order(const orm__part *head)
{
    return head->query->order[0].column || head->limit || head->offset || head->after || head->until || head->relation;
}

/* Rows behind `row` in the head's order, from its n-th term on:  a > ?  or  (a = ?  and  (rows behind in the rest)).  NULLs stand where the
   order puts them. `to_end`: the mirror image on the primary key, rows up to and with `row`. */
static void orm__b_behind(orm__build *b, const orm__part *head, const void *row, unsigned n)
{
    orm_order o = orm__order_term(head, n);
    bool last = orm__order_term(head, n + 1).column == NULL;
    orm_value v = orm__value_of(o.column, row);
    bool null = v.type == ORM_NULL, nulls_last = orm__nulls_last(&o);
    orm_op op = o.descending ? ORM_OP_LT : ORM_OP_GT;
    orm__b_pointer(b, o.column);
    orm__b_key(b, (uint64_t)null | (uint64_t)o.descending << 1 | (uint64_t)nulls_last << 2);
    if (b->status) return;
    if (o.path[0]) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "an order by a related row cannot go on behind .after, as the row does not hold its value: use .page or .offset");
        return;
    }
    if (null && !o.column->nullable) {
        orm__b_fail(b, ORM_MISUSE, head->model, o.column, "the row of .after has no value for a column of the order: was it selected?");
        return;
    }
    orm_value rank = v;                             /* enumerations compare by rank, equal by label */
    if (!null && !orm__b_fit(b, o.column, &v)) return;
    if (!orm__b_is_ranked(b, o.column)) rank = v;
    else rank.type = ORM_INT64;
    orm__b_put(b, "(");
    if (null) {
        if (!nulls_last) {
            orm__b_template(b, ORM_OP_IS_NOT_NULL, head->alias, o.column, NULL, NULL);
            orm__b_put(b, last ? "" : " or ");
        }
    } else {
        orm__b_template(b, op, head->alias, o.column, &rank, NULL);
        if (o.column->nullable && nulls_last) {
            orm__b_put(b, " or ");
            orm__b_template(b, ORM_OP_IS_NULL, head->alias, o.column, NULL, NULL);
        }
        orm__b_put(b, last ? "" : " or ");
    }
    if (last) {
        if (null && nulls_last) orm__b_put(b, "1 = 0");
    } else {
        orm__b_put(b, "(");
        orm__b_template(b, null ? ORM_OP_IS_NULL : ORM_OP_EQ, head->alias, o.column, null ? NULL : &v, NULL);
        orm__b_put(b, " and ");
        orm__b_behind(b, head, row, n + 1);
        orm__b_put(b, ")");
    }
    orm__b_put(b, ")");
}

/* rows up to and with `row` in the order of the primary key: (a < ? or (a = ? and b <= ?)) */
static void orm__b_until(orm__build *b, const orm__part *head, const void *row, size_t from)
{
    size_t i = from, next;
    while (!head->model->columns[i].primary_key) i++;
    for (next = i + 1; next < head->model->n_columns && !head->model->columns[next].primary_key; ) next++;
    bool last = next == head->model->n_columns;
    const orm_column *column = &head->model->columns[i];
    orm_value v = orm__value_of(column, row);
    orm_value rank = v;
    if (!orm__b_fit(b, column, &v)) return;
    if (!orm__b_is_ranked(b, column)) rank = v;
    else rank.type = ORM_INT64;
    orm__b_put(b, "(");
    orm__b_template(b, last ? ORM_OP_LTE : ORM_OP_LT, head->alias, column, &rank, NULL);
    if (!last) {
        orm__b_put(b, " or (");
        orm__b_template(b, ORM_OP_EQ, head->alias, column, &v, NULL);
        orm__b_put(b, " and ");
        orm__b_until(b, head, row, next);
        orm__b_put(b, ")");
    }
    orm__b_put(b, ")");
}

/* the row of `alias` has what an include says it must: with the include's conditions, and those that must be below it */
static void orm__b_required(orm__build *b, const orm__part *part, unsigned alias)
{
    orm__b_pointer(b, part->relation);
    orm__b_key(b, part->query->where.used);
    orm__b_put(b, "exists (select 1");
    unsigned inner = orm__b_related(b, part->relation, alias);
    orm__standing standing = { inner, part, b->standing };
    b->standing = &standing;
    if (part->query->where.used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, &part->query->where, inner);
    }
    for (const orm__part *p = part->next; p; p = p->next) {
        if (p->parent != part || !p->query->required) continue;
        orm__b_put(b, " and ");
        orm__b_required(b, p, inner);
    }
    b->standing = standing.next;
    orm__b_put(b, ")");
}

/* the conditions of a part: those of its query, and what must be there below it and is not joined so */
static const char *orm__b_own_conditions(orm__build *b, const orm__part *part, const char *with)
{
    if (part->query->where.used) {
        orm__b_put(b, with);
        orm__b_condition(b, &part->query->where, part->alias);
        with = " and ";
    }
    for (const orm__part *p = part->next; p; p = p->next) {
        if (p->parent != part || !p->query->required || (p->inner && !part->head->aggregate)) continue;
        orm__b_put(b, with);
        orm__b_required(b, p, part->alias);
        with = " and ";
    }
    orm__b_key(b, 'W');                     /* the end, as each of them may be missing */
    return with;
}

/* The i-th column of the parents' keys: a list. Integers without a gap, as keys of a page often are, are a range, which is read in one go and not
   looked up one by one. */
static void orm__b_keys(orm__build *b, const orm__part *head, unsigned there, unsigned i)
{
    const orm_column *column = head->path->there[i];
    const orm_value *keys = head->keys + i * head->n_keys;
    const orm_value *last = &keys[head->n_keys - 1];
    uint64_t between = head->simple ? (uint64_t)last->as.i - (uint64_t)keys->as.i : 0;
    bool range = between > 0 && between == head->n_keys - 1;
    orm__b_key(b, range);
    if (!range) {
        orm__b_list(b, ORM_OP_IN, there, column, keys, head->n_keys);
        return;
    }
    orm__b_template(b, ORM_OP_GTE, there, column, keys, NULL);
    orm__b_put(b, " and ");
    orm__b_template(b, ORM_OP_LTE, there, column, last, NULL);
}

ORM_PRIVATE void orm__b_where(orm__build *b, orm__part *head)
{
    const char *with = " where ";
    bool first = head->cut && head->single;         /* of several: the conditions are on that one row, and stand around the query that finds it */
    orm__b_key(b, (uint64_t)(head->query->where.used > 0) | (uint64_t)(head->relation != NULL) << 1 | (uint64_t)(head->after != NULL) << 2 |
                  (uint64_t)(head->until != NULL) << 3);
    if (head->relation) {
        unsigned there = head->path->link ? head->link_alias : head->alias;
        for (unsigned i = 0; i < head->path->n; i++) {
            orm__b_put(b, with);
            orm__b_keys(b, head, there, i);
            with = " and ";
        }
        orm__path path = *head->path;
        if (path.tag_here) path.tag = NULL;         /* only parents of this tag were collected */
        orm__b_belonging(b, head->relation, &path, there, there, head->alias);
    }
    if (!first) with = orm__b_own_conditions(b, head, with);
    if (head->after) {
        orm__b_put(b, with);
        orm__b_behind(b, head, head->after, 0);
        with = " and ";
    }
    if (head->until) {
        orm__b_put(b, with);
        orm__b_until(b, head, head->until, 0);
    }
}

/* ---- the statement ------------------------------------------------------------------------------------------------------ */

enum { ORM__LINK_NAME = 32 };

/* a column of the link: in a query around the numbered rows it has a name that no column of the target bears */
static void orm__b_link_column(orm__build *b, const orm__part *head, size_t i)
{
    if (!b->sql) return;
    if (!head->cut) {
        orm__b_column(b, head->link_alias, &head->path->link->columns[i]);
        return;
    }
    orm__put(b->sql, "t0.\"orm__l");
    orm__put_int(b->sql, (int64_t)i);
    orm__put_char(b->sql, '"');
}

static void orm__b_columns(orm__build *b, const orm__part *head)
{
    const char *comma = "";
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        for (size_t i = 0; i < p->model->n_columns && b->sql; i++) {
            if (!orm__mask_has(&p->columns, i)) continue;
            orm__put(b->sql, comma);
            orm__b_column(b, p->alias, &p->model->columns[i]);
            comma = ", ";
        }
        for (size_t i = 0; p->counted && i < p->model->n_counts; i++) {
            if (!orm__mask_has(&p->counts, i)) continue;
            orm__b_put(b, comma);
            orm__b_column(b, p->alias, &p->model->counts[i]);
            comma = ", ";
        }
    }
    for (size_t i = 0; head->relation && head->path->link && b->sql && i < head->path->link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        orm__put(b->sql, comma);
        orm__b_link_column(b, head, i);
    }
}

static void orm__b_joins(orm__build *b, const orm__part *head)
{
    for (const orm__part *p = head->next; p; p = p->next) {
        if (p->head != head) continue;
        orm__b_key(b, p->query->where.used | (uint64_t)p->inner << 32);
        orm__b_put(b, p->inner ? " join " : " left join ");
        orm__b_table(b, p->model, p->alias);
        orm__b_put(b, " on ");
        orm__b_meet(b, p->path->n, p->path->there, p->alias, p->path->here, p->parent->alias);
        orm__b_belonging(b, p->relation, p->path, p->parent->alias, p->alias, p->alias);
        orm__b_own_conditions(b, p, " and ");
    }
}

/* a column to sort by: enumerations in the order of their declaration, which is how rows compare, too */
ORM_PRIVATE void orm__b_sort_key(orm__build *b, unsigned alias, const orm_column *column)
{
    if (orm__b_is_ranked(b, column)) orm__b_rank(b, alias, column);
    else orm__b_comparable(b, alias, column);
}

/* the column of a term belongs to the model or, in the order of a many_to_many, to the link */
static unsigned orm__term_alias(const orm__part *head, const orm_order *o)
{
    bool link = head->relation && head->path->link && !o->path[0] && o->column->model == head->path->link && o->column->model != head->model;
    return link ? head->link_alias : head->alias;
}

/* A key column of the target that ends the order: the link holds the same value, beside the key that comes first, so that an index of the link
   may have the order and nothing is sorted. */
static const orm_column *orm__key_of_link(const orm__part *head, const orm_column *column)
{
    const orm__path *path = head->relation ? head->path : NULL;
    for (unsigned i = 0; path && path->link && path->link != head->model && i < path->n_link; i++)
        if (path->linked[i] == column) return path->link_to[i];
    return column;
}

static void orm__b_order(orm__build *b, const orm__part *head, const char *separator)
{
    for (unsigned n = 0; ; n++) {
        orm_order o = orm__order_term(head, n);
        if (!o.column) return;
        if (n >= head->n_order) o.column = orm__key_of_link(head, o.column);
        orm__b_order_term(b, &o, orm__term_alias(head, &o), separator);
        separator = ", ";
    }
}

static void orm__b_number(orm__build *b, int64_t number)
{
    orm__b_bind(b, NULL, (orm_value){ .type = ORM_INT64, .as.i = number });
}

/* the key of a relation's rows, as the merge with their parents expects them */
static void orm__b_key_order(orm__build *b, const orm__part *head, const char *separator)
{
    for (unsigned i = 0; i < head->path->n; i++) {
        const orm_column *column = head->path->there[i];
        orm__b_put(b, separator);
        separator = ", ";
        if (!head->path->link || !head->cut) {
            orm__b_sort_key(b, head->path->link ? head->link_alias : head->alias, column);
            continue;
        }
        char name[ORM__LINK_NAME];                  /* that it has around the numbered rows */
        orm_column outer = *column;
        snprintf(name, sizeof name, "orm__l%zu", orm__column_index(head->path->link, column));
        outer.column = name;
        orm__b_sort_key(b, head->alias, &outer);
    }
}

/* limit and offset of each parent's children: number them within their parent, then cut */
static void orm__b_numbered(orm__build *b, orm__part *head)
{
    const orm_model *link = head->path->link;
    unsigned there = link ? head->link_alias : head->alias;
    orm__b_put(b, "(select ");
    for (size_t i = 0; i < head->model->n_columns; i++) {
        orm__b_column(b, head->alias, &head->model->columns[i]);
        orm__b_put(b, ", ");
    }
    for (size_t i = 0; link && b->sql && i < link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        orm__b_column(b, there, &link->columns[i]);
        orm__put(b->sql, " as \"orm__l");
        orm__put_int(b->sql, (int64_t)i);
        orm__put(b->sql, "\", ");
    }
    orm__b_put(b, "row_number() over (partition by ");
    for (unsigned i = 0; i < head->path->n; i++) {
        orm__b_put(b, i ? ", " : "");
        orm__b_column(b, there, head->path->there[i]);
    }
    b->enclosed = true;
    orm__b_order(b, head, " order by ");
    b->enclosed = false;
    orm__b_put(b, ") as \"orm__n\" from ");
    orm__b_related_tables(b, head->relation, head->path, head->alias, there);
    orm__b_where(b, head);
    orm__b_put(b, ") as t0");
}

static void orm__b_select_cut(orm__build *b, orm__part *head)
{
    bool first = head->single;
    orm__b_numbered(b, head);
    orm__b_joins(b, head);
    orm__b_put(b, " where t0.\"orm__n\" > ");
    orm__b_number(b, head->offset);
    if (head->limit || first) {
        int64_t end;
        if (__builtin_add_overflow(head->offset, first ? 1 : head->limit, &end)) end = INT64_MAX;
        orm__b_put(b, " and t0.\"orm__n\" <= ");
        orm__b_number(b, end);
    }
    if (first) orm__b_own_conditions(b, head, " and ");
    orm__b_key_order(b, head, " order by ");
    orm__b_put(b, ", t0.\"orm__n\"");
}

/* one part's share of the shape */
static void orm__b_part_key(orm__build *b, const orm__part *p, const orm__part *head)
{
    orm__b_pointer(b, p->relation ? (const void *)p->relation : (const void *)p->model);
    orm__b_pointer(b, p->parent && p->parent->head == head ? p->parent->relation : NULL);
    orm__b_key(b, (uint64_t)p->columns.word[0] << 32 | p->columns.word[1]);
    orm__b_key(b, (uint64_t)p->columns.word[2] << 32 | p->columns.word[3]);
    orm__b_key(b, (p->parent ? p->parent->alias : 0) | (uint64_t)p->counted << 32 | (uint64_t)(p->link_alias && p->query->links) << 33);
    if (!p->counted) return;
    orm__b_key(b, (uint64_t)p->counts.word[0] << 32 | p->counts.word[1]);
    orm__b_key(b, (uint64_t)p->counts.word[2] << 32 | p->counts.word[3]);
}

ORM_PRIVATE void orm__b_select(orm__build *b, orm__part *head)
{
    unsigned n = 0;
    orm__b_key(b, 'S' | (uint64_t)head->cut << 8 | (uint64_t)(head->limit != 0) << 9 | (uint64_t)(head->offset != 0) << 10 | (uint64_t)orm__needs_order(head) << 11 |
                  (uint64_t)orm__row_lock(b->db, head->query) << 12);
    for (const orm__part *p = head; p; p = p->next) {
        if (p->head != head) continue;
        n++;
        orm__b_part_key(b, p, head);
    }
    b->head = head;
    b->next_alias = n + 1;                  /* one for a link */
    orm__b_put(b, "select ");
    orm__b_columns(b, head);
    orm__b_put(b, " from ");
    if (head->cut) {
        orm__b_select_cut(b, head);
        return;
    }
    if (head->relation) orm__b_related_tables(b, head->relation, head->path, head->alias, head->path->link ? head->link_alias : head->alias);
    else orm__b_table(b, head->model, head->alias);
    orm__b_joins(b, head);
    orm__b_where(b, head);
    if (head->relation) {
        orm__b_key_order(b, head, " order by ");
        if (!head->single) orm__b_order(b, head, ", ");
        return;
    }
    if (orm__needs_order(head)) orm__b_order(b, head, " order by ");
    if (head->limit || head->offset) {
        orm__b_put(b, " limit ");
        orm__b_number(b, head->limit ? head->limit : INT64_MAX);
    }
    if (head->offset) {
        orm__b_put(b, " offset ");
        orm__b_number(b, head->offset);
    }
    if (b->sql) orm__row_lock_spell(b->sql, orm__row_lock(b->db, head->query));
}

static uint32_t orm__plan_columns(const orm_model *model, const orm_mask *mask)
{
    uint32_t n = 0;
    for (size_t i = 0; i < model->n_columns; i++) n += orm__mask_has(mask, i);
    return n;
}

static uint32_t orm__plan_counts(const orm__part *part)
{
    uint32_t n = 0;
    for (size_t i = 0; part->counted && i < part->model->n_counts; i++) n += orm__mask_has(&part->counts, i);
    return n;
}

static orm_plan_field orm__plan_field(const orm_column *column)
{
    return (orm_plan_field){ .column = column, .offset = (uint32_t)column->offset, .type = (uint8_t)column->is.type, .nullable = column->nullable };
}

/* Where each result column goes. One allocation of the handle's allocator, freed with the statement. */
ORM_PRIVATE orm_status orm__plan_make(orm__session *db, orm__prepared *p, orm__part *head)
{
    const orm_model *link = head->relation ? head->path->link : NULL;
    uint32_t segments = link != NULL, fields = link ? orm__plan_columns(link, &head->link_columns) : 0;
    for (const orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        segments++;
        fields += orm__plan_columns(part->model, &part->columns) + orm__plan_counts(part);
    }
    size_t size = segments * sizeof(orm_plan_segment) + fields * sizeof(orm_plan_field);
    char *block = (char *)orm__allocate(&db->allocator, size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_plan_field *field = (orm_plan_field *)(void *)block;
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(block + fields * sizeof *field);
    p->plan = (orm_plan){ .segments = segment, .n_segments = segments, .fields = field, .n_fields = fields };
    p->plan_block = block;
    p->plan_size = size;
    int32_t at = 0;
    for (const orm__part *part = head; part; part = part->next) {
        if (part->head != head) continue;
        *segment = (orm_plan_segment){ .key = -1 };
        for (size_t i = 0; i < part->model->n_columns; i++) {
            const orm_column *column = &part->model->columns[i];
            if (!orm__mask_has(&part->columns, i)) continue;
            if (part != head && column->primary_key && segment->key < 0) segment->key = at;
            *field++ = orm__plan_field(column);
            segment->n_fields++;
            at++;
        }
        for (size_t i = 0; part->counted && i < part->model->n_counts; i++) {
            if (!orm__mask_has(&part->counts, i)) continue;
            *field++ = orm__plan_field(&part->model->counts[i]);
            segment->n_fields++;
            at++;
        }
        segment++;
    }
    if (!link) return ORM_OK;
    *segment = (orm_plan_segment){ .key = -1 };
    for (size_t i = 0; i < link->n_columns; i++) {
        if (!orm__mask_has(&head->link_columns, i)) continue;
        *field++ = orm__plan_field(&link->columns[i]);
        segment->n_fields++;
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__select_prepare(orm__build *b, orm__part *head, orm__prepared **out)
{
    orm__b_key(b, 1);                       /* queries; see orm__shape_find */
    orm__b_select(b, head);
    if (b->status) return b->status;
    orm__prepared *p = orm__shape_find(b->db, b->key, b->key_words * sizeof *b->key);
    if (!p) {
        orm__writer sql = { .allocator = &b->db->allocator, .dialect = b->db->dialect };
        orm__build_spell(b, &sql);
        orm__b_select(b, head);
        b->sql = NULL;
        orm_status status = b->status ? b->status : orm__prepare(b->db, &sql, &p);
        if (status) {
            orm__writer_release(&sql);
            return status;
        }
        p->secret = b->secret;
        status = orm__plan_make(b->db, p, head);
        if (!status) status = orm__shape_add(b->db, p, b->key, b->key_words * sizeof *b->key);
        if (status) {
            orm__prepared_free(b->db, p);
            return status;
        }
    }
    *out = p;
    return ORM_OK;
}

/* >>find: reading rows. One row by key goes the short way: a kept statement, one allocation, no query. Everything else is a tree of
   parts (select.c) whose statements run parents first. */

/* ---- rows by key ------------------------------------------------------------------------------------------------------ */

/* select ... from table where these columns = ?; with the plan */
static orm_status orm__find_spell(orm__session *db, const orm_model *model, const orm_column *by, orm__prepared **out)
{
    orm__part *part;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm_status status = orm__parts_make(db, model, NULL, &part);
    if (status) return status;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__b_select(&b, part);
    const char *with = " where ";
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (by ? column != by : !column->primary_key) continue;
        orm__b_put(&b, with);
        orm__b_template(&b, ORM_OP_EQ, 0, column, NULL, NULL);
        with = " and ";
    }
    status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    status = orm__plan_make(db, *out, part);
    if (status) {
        orm__prepared_free(db, *out);
        *out = NULL;
    }
    return status;
}

/* Runs a kept statement that yields at most one row. NULL with ORM_NOT_FOUND not yet raised when there is none. */
static inline __attribute__((always_inline)) void *orm__row_found(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    orm__run run;
    void *row;
    orm__result *result = orm__result_one(db, model, &row);
    if (!result) return NULL;
    orm_step step = ORM_STEP_FAILED;
    if (orm__run_start(db, &run, p, values, n) == ORM_OK) {
        step = orm__run_fetch(db, &run, &row, result->arena, NULL);
        if (orm__run_finish(db, &run, NULL)) step = ORM_STEP_FAILED;
    }
    if (step != ORM_STEP_ROW) {
        orm__result_discard(result);
        return NULL;
    }
    memcpy(result->snapshots, row, model->size);
    orm__result_publish(result, row, 1);
    return row;
}

ORM_PRIVATE void *orm__find_row(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    return orm__row_found(db, model, p, values, n);
}

ORM_PRIVATE void orm__absent(orm__session *db, const orm_model *model, bool must)
{
    if (orm__self()->error.kind) return;
    orm__self()->absence_fails = must;
    orm__raise_at(db, ORM_NOT_FOUND, model, NULL, "no such row");
}

/* the value of a primary-key column in a key struct */
static orm_value orm__key_value(const orm_column *column, const void *key)
{
    if (column->is.type == ORM_INT64) {
        orm_value v = { .type = ORM_INT64 };
        memcpy(&v.as.i, (const char *)key + column->key_offset, sizeof v.as.i);
        return v;
    }
    orm_column member = *column;
    member.offset = column->key_offset;
    member.is.is_key = member.is.generated = false;
    return orm__value_of(&member, key);
}

static __attribute__((noinline)) orm_status orm__key_values_of(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        if (!column->primary_key) continue;
        orm_value v = key ? orm__key_value(column, key) : orm__value_of(column, row);
        if (v.type != ORM_INT64 || column->is.type != ORM_INT64) {
            char why[160];
            orm_status kind = ORM_VALUE_RANGE;
            const char *message_ = v.type == ORM_NULL ? "the key has no value" : orm__fit(column, &v, db->options.max_text, why, &kind);
            if (message_) return orm__raise_at(db, v.type == ORM_NULL ? ORM_MISUSE : kind, model, column, "%s", message_);
        }
        values[(*n)++] = v;
    }
    return ORM_OK;
}

/* nearly every key: a key struct of this size holds nothing else */
static inline __attribute__((always_inline)) bool orm__key_simple(const orm_model *model, const void *key, orm_value *values, size_t *n)
{
    const orm_column *first = model->columns;
    if (ORM__UNLIKELY(!(key && model->key_size == sizeof values->as.i && first->primary_key && first->is.type == ORM_INT64))) return false;
    *n = 1;
    values[0] = (orm_value){ .type = ORM_INT64 };
    memcpy(&values[0].as.i, key, sizeof values[0].as.i);
    return true;
}

ORM_PRIVATE orm_status orm__key_values(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n)
{
    return orm__key_simple(model, key, values, n) ? ORM_OK : orm__key_values_of(db, model, key, row, values, n);
}

/* in line, as orm__row_found: a find by key is the call whose cost is counted most closely */
static inline __attribute__((always_inline)) orm_status orm__find_made(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    orm_status status = ORM_OK;
    orm__self()->model = model;
    orm__prepared **slot = orm__slot(db, model, ORM__OP_FIND);
    if (!slot) return ORM_NO_MEMORY;
    if (ORM__UNLIKELY(!*slot) && (status = orm__find_spell(db, model, NULL, slot)) != ORM_OK) return status;
    *p = *slot;
    return orm__key_simple(model, key, values, n) ? ORM_OK : orm__key_values_of(db, model, key, row, values, n);
}

ORM_PRIVATE orm_status orm__find_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    return orm__find_made(db, model, key, row, values, n, p);
}

ORM_PRIVATE void *orm__find_entered(orm__session *db, const orm_model *model, const void *key, const void *row, bool must)
{
    orm_value values[ORM__MAX_KEY];
    size_t n;
    orm__prepared *p;
    if (orm__find_made(db, model, key, row, values, &n, &p)) return NULL;
    void *found = orm__row_found(db, model, p, values, n);
    if (!found) orm__absent(db, model, must);
    return found;
}

ORM_API void *orm__find(orm_db *handle, const orm_model *model, const void *key, bool must)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    void *row = orm__find_entered(db, model, key, NULL, must);
    orm__leave(db);
    return row;
}

ORM_API void *orm__find_by(orm_db *handle, const orm_model *model, const orm_column *column, orm_value value)
{
    void *row = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    orm__self()->model = model;
    orm__build b;
    orm__build_begin(&b, db);
    orm__prepared **slot = orm__slot(db, model, ORM__OP_FIND_BY + (unsigned)orm__column_index(model, column));
    if (slot && (*slot || orm__find_spell(db, model, column, slot) == ORM_OK) && orm__b_fit(&b, column, &value)) {
        row = orm__find_row(db, model, *slot, &value, 1);
        if (!row) orm__absent(db, model, false);
    }
    orm__leave(db);
    return row;
}

/* ---- rows by query ----------------------------------------------------------------------------------------------------- */

/* Is the row usable, and were the columns that the order of `.after` needs loaded with it? */
static orm_status orm__check_after(orm__session *db, const orm_model *model, const orm__part *head)
{
    const void *row = head->after;
    if (!row) return ORM_OK;
    uint64_t ticket = *orm__ticket(model, row);
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return ORM_OK;
    const orm__result *result = orm__result_of(ticket);
    if (!result) return orm__raise_at(db, ORM_STALE_ROW, model, NULL, "the row of .after belongs to a result that was freed");
    const orm__load *load = &result->loads[ORM__LOAD(ticket)];
    for (unsigned k = 0; k < ORM_MAX_ORDERS && head->query->order[k].column; k++) {
        const orm_column *column = head->query->order[k].column;
        if (head->query->order[k].path[0]) continue;        /* of another row: refused by orm__b_behind */
        bool there = column->count_of ? orm__mask_has(&load->counts, (size_t)(column - model->counts)) : orm__mask_has(&load->columns, orm__column_index(model, column));
        if (!there) return orm__raise_at(db, ORM_MISUSE, model, column, "the row of .after was read without this column, which the order needs");
    }
    return ORM_OK;
}

/* Reads the list of the query's own model with what is joined to it. */
static orm_status orm__read_top(orm__session *db, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, void **rows, size_t *length)
{
    orm__reader reader;
    orm_status status = orm__reader_begin(db, &reader, result, head, p, b, head->limit > 0 && head->limit < 1024 ? (size_t)head->limit : 0);
    if (status) return status;
    status = orm__reader_rest(&reader);
    *length = reader.list.count;
    if (status == ORM_OK) *rows = orm__reader_close_list(&reader);
    orm_status ended = orm__reader_end(&reader);
    return status ? status : ended;
}

ORM_PRIVATE orm_status orm__find_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__part *bounds, int64_t limit, orm__build *b, orm__part **out, orm__prepared **p)
{
    orm__self()->model = model;
    orm_status status = orm__parts_make(db, model, query, out);
    if (status) return status;
    orm__part *head = *out;
    head->after = head->query->after;
    if (bounds) {
        head->after = bounds->after;
        head->until = bounds->until;
    }
    if (limit) head->limit = limit;
    status = orm__check_after(db, model, head);
    if (status) return status;
    orm__build_begin(b, db);
    return orm__select_prepare(b, head, p);
}

ORM_PRIVATE void *orm__find_all_read(orm__session *db, orm__part *head, orm__prepared *p, const orm__build *b, orm_arena *arena, bool track)
{
    const orm_model *model = head->model;
    size_t length = 0;
    void *rows = NULL;
    /* a short page, its texts guessed, fits into the result's one block */
    size_t hint = head->limit > 0 && head->limit <= 64 ? (size_t)(head->limit + 1) * (model->size + 64) : 0;
    orm__result *result = orm__result_new(db, arena, hint);
    if (!result) return NULL;
    orm_status status = orm__read_top(db, result, head, p, b, &rows, &length);
    for (orm__part *part = head->next; part && !status; part = part->next)
        if (part->head == part) status = orm__read_children(db, result, part);
    if (!status && track && length) {
        size_t bytes = length * model->size;       /* cannot overflow: the rows exist */
        result->snapshots = (char *)orm__bump(result->arena, bytes, 16);
        if (!result->snapshots) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the snapshots of %zu rows", length);
        else memcpy(result->snapshots, rows, bytes);
    }
    if (status) {
        orm__result_discard(result);
        return NULL;
    }
    orm__result_publish(result, rows, length);
    return rows;
}

ORM_PRIVATE void *orm__find_all_entered(orm__session *db, const orm_model *model, const orm_query *query, orm__part *bounds, int64_t limit, bool track)
{
    orm__build b;
    orm__part *head;
    orm__prepared *p;
    if (orm__find_all_prepare(db, model, query, bounds, limit, &b, &head, &p)) return NULL;
    return orm__find_all_read(db, head, p, &b, query ? query->arena : NULL, track);
}

ORM_API void *orm__find_all(orm_db *handle, const orm_model *model, const orm_query *query)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    void *rows = orm__find_all_entered(db, model, query, NULL, 0, query && query->track);
    orm__leave(db);
    return rows;
}

ORM_API void *orm__find_one(orm_db *handle, const orm_model *model, const orm_query *query, bool must)
{
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    if (query && (query->limit || query->page || query->per_page)) orm__raise_at(db, ORM_MISUSE, model, NULL, "find_one reads one row: it takes no limit and no page");
    else rows = orm__find_all_entered(db, model, query, NULL, 1, true);
    if (rows && orm__len(rows, model->ticket) == 0) {
        if (!query || !query->arena) orm__free(rows);
        rows = NULL;
        orm__absent(db, model, must);
    }
    orm__leave(db);
    return rows;
}

ORM_API void *orm__reload(orm_db *handle, const orm_model *model, const void *row)
{
    void *found = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    if (orm__check_row(db, model, row, "reload") == ORM_OK) {
        found = orm__find_entered(db, model, NULL, row, false);
        if (!found && orm__self()->error.kind == ORM_NOT_FOUND) {
            orm__clear_error();
            orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
        }
    }
    orm__leave(db);
    return found;
}

/* >>include: rows of one statement into structs, with what is joined to them, and the children of many parents in one statement, merged
   by order: both sides ascend by the key, so there is no table to look things up in. */

/* ---- reading one statement ------------------------------------------------------------------------------------------ */

/* A load for a part's rows, and what is known of them. The relation counts as loaded with its owner's rows, found or not. */
static orm_status orm__part_load(orm__session *db, orm__result *result, orm__part *part)
{
    int load = orm__result_load(result, part->model);
    if (load < 0) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result, or more than %d relations in it", ORM__MAX_LOADS - 1);
    part->load = (unsigned)load;
    orm__load *l = &result->loads[load];
    l->columns = part->columns;
    l->counts = part->counts;
    l->relation = part->relation;
    if (!part->relation) return ORM_OK;
    l->parent = part->parent->load;
    l->links = part->query->links;
    orm__mask_add(&result->loads[part->parent->load].relations, (size_t)(part->relation - part->parent->model->relations));
    return ORM_OK;
}

/* memory for rows of the link model: a list of its own when they are asked for, else one row that is read over and over */
static orm_status orm__reader_link(orm__reader *r)
{
    const orm__part *head = r->head;
    const orm_model *link = head->relation ? head->path->link : NULL;
    if (!link) return ORM_OK;
    if (head->query->links) {
        int load = orm__result_load(r->result, link);
        if (load < 0) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        r->head->link_load = (unsigned)load;
        r->result->loads[load].columns = head->link_columns;
        r->result->loads[load].parent = head->load;
    }
    r->link = orm__bump(&r->db->scratch, link->size, 16);
    if (!r->link) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    memset(r->link, 0, link->size);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__reader_begin(orm__session *db, orm__reader *r, orm__result *result, orm__part *head, orm__prepared *p, const orm__build *b, size_t expected)
{
    *r = (orm__reader){ .db = db, .result = result, .head = head };
    orm_status status = orm__run_start(db, &r->run, p, b->values, b->n_values);
    if (status) return status;
    if (db->dialect->rows) {         /* known: the list never grows */
        size_t n = db->dialect->rows(p->statement);
        expected = n ? n : 1;
    }
    for (orm__part *part = head; part && !status; part = part->next) {
        if (part->head != head) continue;
        status = orm__part_load(db, result, part);
        r->n_parts++;
    }
    if (!status) status = orm__reader_link(r);
    r->n_segments = r->n_parts + (r->link != NULL);
    if (!status) {
        r->segments = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        r->spare = (void **)orm__bump(&db->scratch, r->n_segments * sizeof(void *), 8);
        if (!r->segments || !r->spare) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        else memset(r->spare, 0, r->n_segments * sizeof(void *));
        if (!status && r->link) r->segments[r->n_parts] = r->link;
    }
    if (!status && !head->relation && !orm__list_open(&r->list, result, head->model, head->load, expected))
        status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
    if (status) orm__run_finish(db, &r->run, NULL);
    return status;
}

ORM_PRIVATE bool orm__rows_add(orm__session *db, orm__rows *rows, void *row)
{
    if (rows->n == rows->capacity) {
        size_t more = rows->capacity ? rows->capacity * 2 : 64;
        void **bigger = (void **)orm__bump(&db->scratch, more * sizeof *bigger, 8);
        if (!bigger) return false;
        if (rows->n) memcpy(bigger, rows->at, rows->n * sizeof *bigger);
        rows->at = bigger;
        rows->capacity = more;
    }
    rows->at[rows->n++] = row;
    return true;
}

/* remembers a row of a part whose relations have statements of their own; the rows of lists are remembered when the list is closed */
static bool orm__gather(orm__session *db, orm__part *part, void *row)
{
    return !part->gathers || orm__rows_add(db, &part->rows, row);
}

/* the structs that the next row is read into: a row of the list, fresh ones for what is joined, and the link's */
static orm_status orm__reader_aim(orm__reader *r)
{
    unsigned n = 0;
    const orm__part *p = r->head;
    r->row = r->segments[0] = orm__list_next(&r->list);
    if (r->row && r->n_parts == 1 && !r->head->query->links) return ORM_OK;      /* nothing is joined, and the link's row stays where it is */
    while (r->row && n + 1 < r->n_parts) {
        p = p->next;
        if (p->head != r->head) continue;
        n++;
        if (!r->spare[n]) r->spare[n] = orm__bump(r->result->arena, p->model->size, 16);
        if (!r->spare[n]) break;
        memset(r->spare[n], 0, p->model->size);
        r->segments[n] = r->spare[n];
    }
    if (r->link) {
        if (r->head->query->links && r->row) r->link = orm__list_next(&r->links);
        r->segments[r->n_parts] = r->link;
    }
    if (!r->row || n + 1 < r->n_parts || r->segments[r->n_segments - 1] == NULL) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    return ORM_OK;
}

static void orm__reader_drop(orm__reader *r)
{
    orm__list_drop(&r->list);
    if (r->link && r->head->query->links) orm__list_drop(&r->links);
}

/* Reads the next row into the open list. Afterwards r->row is NULL at the end. */
ORM_PRIVATE orm_status orm__reader_next(orm__reader *r)
{
    orm_status status = orm__reader_aim(r);
    if (status) return status;
    orm_step step = orm__run_fetch(r->db, &r->run, r->segments, r->result->arena, NULL);
    if (step != ORM_STEP_ROW) {
        orm__reader_drop(r);
        r->row = NULL;
        return step == ORM_STEP_DONE ? ORM_OK : orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    if (r->n_parts == 1) return ORM_OK;
    unsigned n = 0;
    for (orm__part *p = r->head->next; p && n + 1 < r->n_parts; p = p->next) {
        if (p->head != r->head) continue;
        n++;
        void *parent = r->segments[p->parent->segment], *joined = r->segments[n];
        if (!parent || !joined) {
            r->segments[n] = NULL;
            continue;
        }
        *orm__ticket(p->model, joined) = orm__row_ticket(r->result, p->load, false);
        *orm__member(parent, p->relation) = joined;
        r->spare[n] = NULL;
        if (!orm__gather(r->db, p, joined)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__reader_rest(orm__reader *r)
{
    orm_status status = ORM_OK;
    if (r->n_segments > 1) {
        while ((status = orm__reader_next(r)) == ORM_OK && r->row) { }
        return status;
    }
    /* nothing is joined: this is the loop that long lists spend their time in */
    for (orm_step step = ORM_STEP_ROW; step == ORM_STEP_ROW; ) {
        void *row = orm__list_next(&r->list);
        if (!row) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        step = orm__run_fetch(r->db, &r->run, &row, r->result->arena, NULL);
        if (step == ORM_STEP_FAILED) status = orm__self()->error.kind ? orm__self()->error.kind : ORM_FAILED;
    }
    orm__list_drop(&r->list);
    return status;
}

ORM_PRIVATE void *orm__reader_close_list(orm__reader *r)
{
    size_t count = r->list.count;
    char *rows = (char *)orm__list_close(&r->list);
    for (size_t i = 0; rows && i < count; i++)
        if (!orm__gather(r->db, r->head, rows + i * r->head->model->size)) rows = NULL;
    if (!rows) orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    return rows;
}

ORM_PRIVATE orm_status orm__reader_end(orm__reader *r)
{
    return orm__run_finish(r->db, &r->run, NULL);
}

/* ---- the rows of a relation for many parents ------------------------------------------------------------------------------ */

static int64_t orm__integer_of(const orm_column *column, const void *row)
{
    int64_t number = 0;
    if (column->is.type != ORM_INT64) return orm__value_of(column, row).as.i;
    memcpy(&number, (const char *)row + column->offset, sizeof number);
    return number;
}

ORM_PRIVATE int orm__compare_key_values(const orm__part *part, const orm__parent *a, const orm__parent *b)
{
    int order = 0;
    for (unsigned i = 0; i < part->path->n && order == 0; i++) order = orm__compare_values(part->path->there[i], &a->key[i], &b->key[i]);
    return order;
}

/* a stable merge sort by key: the parents of one key stay together, which is all that the merge needs */
ORM_PRIVATE void orm__sort_parents(const orm__part *part, orm__parent *a, orm__parent *spare, size_t n)
{
    if (n < 2) return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    orm__sort_parents(part, a, spare, half);
    orm__sort_parents(part, a + half, spare, n - half);
    if (orm__compare_keys(part, &a[half - 1], &a[half]) <= 0) return;
    memcpy(spare, a, n * sizeof *a);
    while (i < half && j < n) a[k++] = orm__compare_keys(part, &spare[i], &spare[j]) <= 0 ? spare[i++] : spare[j++];
    while (i < half) a[k++] = spare[i++];
    while (j < n) a[k++] = spare[j++];
}

/* The key of a parent as the rows of the relation have it; false when it has none: then nothing belongs to it. */
static orm_status orm__parent_key(orm__session *db, const orm__part *part, const void *row, orm_value *key, bool *any)
{
    *any = orm__relation_applies(part->relation, row);
    for (unsigned i = 0; i < part->path->n && *any; i++) {
        const orm_column *there = part->path->there[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        key[i] = orm__value_of(part->path->here[i], row);
        *any = key[i].type != ORM_NULL;
        const char *message_ = *any ? orm__fit(there, &key[i], db->options.max_text, why, &kind) : NULL;
        if (message_) return orm__raise_at(db, kind, there->model, there, "%s", message_);
    }
    return ORM_OK;
}

/* The parents that have a key, in its order, and their distinct keys, column by column. Both live in the scratch arena. */
static orm_status orm__collect_parents(orm__session *db, orm__part *part, orm__parent **out, size_t *n_out)
{
    size_t n = 0, distinct = 0, total = part->parent->rows.n, columns = part->path->n, bytes;
    *n_out = 0;
    part->keys = NULL;
    part->n_keys = 0;
    if (total == 0) return ORM_OK;
    orm__parent *parents = __builtin_mul_overflow(total, 2 * sizeof *parents, &bytes) ? NULL : (orm__parent *)orm__bump(&db->scratch, bytes, 16);
    orm_value *own = parents && !__builtin_mul_overflow(total, 2 * columns * sizeof *own, &bytes) ? (orm_value *)orm__bump(&db->scratch, bytes, 8) : NULL;
    if (!own) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of %zu rows", total);
    orm_value *keys = own + total * columns;
    for (size_t i = 0; i < total; i++) {
        bool any = false;
        orm_status status = orm__parent_key(db, part, part->parent->rows.at[i], own + n * columns, &any);
        if (status) return status;
        if (!any) continue;
        parents[n] = (orm__parent){ part->simple ? own[n * columns].as.i : 0, own + n * columns, part->parent->rows.at[i] };
        n++;
    }
    orm__sort_parents(part, parents, parents + total, n);
    for (size_t i = 0; i < n; i++) {
        if (i && orm__compare_keys(part, &parents[i - 1], &parents[i]) == 0) continue;
        for (size_t k = 0; k < columns; k++) keys[k * total + distinct] = parents[i].key[k];
        distinct++;
    }
    for (size_t k = 1; k < columns; k++) memmove(keys + k * distinct, keys + k * total, distinct * sizeof *keys);
    part->keys = keys;
    part->n_keys = distinct;
    *out = parents;
    *n_out = n;
    return ORM_OK;
}

/* Every parent gets something: NULL, or a list. Those without rows share one that is empty. */
static orm_status orm__give_nothing(orm__session *db, orm__result *result, orm__part *part)
{
    orm__list list;
    void *empty = NULL;
    if (part->parent->rows.n == 0) return ORM_OK;
    if (!part->single) {
        if (orm__list_open(&list, result, part->model, part->load, 0)) empty = orm__list_close(&list);
        if (!empty) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a result");
        orm__list_links(empty, NULL);
    }
    for (size_t i = 0; i < part->parent->rows.n; i++)
        if (orm__relation_applies(part->relation, part->parent->rows.at[i])) *orm__member(part->parent->rows.at[i], part->relation) = empty;
    return ORM_OK;
}

static bool orm__merge_open(orm__reader *r)
{
    if (!orm__list_open(&r->list, r->result, r->head->model, r->head->load, 0)) return false;
    return !r->head->query->links || orm__list_open(&r->links, r->result, r->head->path->link, r->head->link_load, 0);
}

/* the key of the row that was read: in the row itself, or in the link's */
static void orm__merge_key(const orm__reader *r, orm__parent *key, orm_value values[ORM__MAX_KEY])
{
    const orm__path *path = r->head->path;
    const void *row = path->link ? r->link : r->row;
    key->key = values;
    if (r->head->simple) {
        key->number = orm__integer_of(path->there[0], row);
        return;
    }
    for (unsigned i = 0; i < path->n; i++) values[i] = orm__value_of(path->there[i], row);
}

/* closes the list, and gives it to the parents of the run that begins at `at`; what is behind the run comes back */
static orm_status orm__merge_give(orm__reader *r, const orm__parent *parents, size_t n, size_t *at)
{
    const orm__part *part = r->head;
    size_t first = *at;
    void *rows = orm__reader_close_list(r);
    const void *links = rows && part->query->links ? orm__list_close(&r->links) : NULL;
    if (!rows || (part->query->links && !links)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    if (part->query->links) orm__list_links(rows, links);
    for (; *at < n && orm__compare_keys(part, &parents[first], &parents[*at]) == 0; ++*at) *orm__member(parents[*at].row, part->relation) = rows;
    return ORM_OK;
}

/* a row that was read belongs to the next list */
typedef struct orm__stray { void *row, *link; } orm__stray;

static bool orm__stray_take(orm__reader *r, orm__stray *stray)
{
    const orm_model *model = r->head->model, *link = r->head->query->links ? r->head->path->link : NULL;
    if (!stray->row) {
        stray->row = orm__bump(&r->db->scratch, model->size, 16);
        if (link) stray->link = orm__bump(&r->db->scratch, link->size, 16);
        if (!stray->row || (link && !stray->link)) return false;
    }
    memcpy(stray->row, r->row, model->size);
    if (link) memcpy(stray->link, r->link, link->size);
    orm__reader_drop(r);
    return true;
}

static bool orm__stray_put(orm__reader *r, const orm__stray *stray)
{
    const orm_model *model = r->head->model, *link = r->head->query->links ? r->head->path->link : NULL;
    void *row = orm__merge_open(r) ? orm__list_next(&r->list) : NULL, *linked = row && link ? orm__list_next(&r->links) : NULL;
    if (!row || (link && !linked)) return false;
    memcpy(row, stray->row, model->size);
    if (link) memcpy(linked, stray->link, link->size);
    return true;
}

/* reads rows, which ascend by key as the parents do, and hands each run of equal keys to its parents */
static orm_status orm__merge(orm__reader *r, const orm__parent *parents, size_t n)
{
    const orm__part *part = r->head;
    orm__stray stray = { NULL, NULL };
    orm_value values[ORM__MAX_KEY];
    orm__parent key = { 0, NULL, NULL };
    size_t at = 0;                          /* of the first parent that the open list is for, or may be for while it is empty */
    if (!orm__merge_open(r)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
    for (;;) {
        orm_status status = orm__reader_next(r);
        if (status) return status;
        if (!r->row) return r->list.count ? orm__merge_give(r, parents, n, &at) : ORM_OK;
        orm__merge_key(r, &key, values);
        bool begun = r->list.count > 1;     /* with rows before this one */
        if (begun && orm__compare_keys(part, &parents[at], &key) == 0) continue;
        if (begun) {
            if (!orm__stray_take(r, &stray)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
            status = orm__merge_give(r, parents, n, &at);
            if (status) return status;
            if (!orm__stray_put(r, &stray)) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for a result");
        }
        while (at < n && orm__compare_keys(part, &parents[at], &key) < 0) at++;
        if (at < n && orm__compare_keys(part, &parents[at], &key) == 0) continue;
        /* lists of several columns are asked for each by itself, so some rows have a mixture that no parent has */
        if (part->path->n == 1) return orm__raise_at(r->db, ORM_BAD_DATA, part->model, NULL, "the database returned a row of %s.%s that no row asked for", part->relation->model->name, part->relation->name);
        orm__reader_drop(r);
    }
}

ORM_PRIVATE orm_status orm__read_children(orm__session *db, orm__result *result, orm__part *part)
{
    orm__build b;
    orm__prepared *p;
    orm__reader reader;
    orm__parent *parents = NULL;
    size_t n = 0;
    orm_status status = orm__collect_parents(db, part, &parents, &n);
    if (status) return status;
    if (n == 0) {                           /* nobody to load for: no statement, but the relation and what is below it count as loaded */
        for (orm__part *joined = part; joined && !status; joined = joined->next)
            if (joined->head == part) status = orm__part_load(db, result, joined);
        return status ? status : orm__give_nothing(db, result, part);
    }
    orm__build_begin(&b, db);
    status = orm__select_prepare(&b, part, &p);
    if (status) return status;
    status = orm__reader_begin(db, &reader, result, part, p, &b, 0);
    if (status) return status;
    status = orm__give_nothing(db, result, part);
    if (!status) status = orm__merge(&reader, parents, n);
    orm_status ended = orm__reader_end(&reader);
    return status ? status : ended;
}

/* >>load: relations of rows that are there already, for all rows of a level of a result at once; and the guard against loading row by row. */

/* ---- the rows of a level ----------------------------------------------------------------------------------------------- */

static int orm__compare_addresses(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)*(void *const *)a, right = (uintptr_t)*(void *const *)b;
    return (left > right) - (left < right);
}

/* lists that several parents share bring their rows several times */
static void orm__level_unique(orm__rows *all)
{
    size_t kept = 0;
    qsort(all->at, all->n, sizeof *all->at, orm__compare_addresses);
    for (size_t i = 0; i < all->n; i++)
        if (!i || all->at[i] != all->at[i - 1]) all->at[kept++] = all->at[i];
    all->n = kept;
}

/* All rows of a load: the head list, or what hangs on the rows of the load above. False when out of memory. */
static bool orm__level_collect(orm__session *db, const orm__result *result, unsigned load, orm__rows *out)
{
    const orm__load *l = &result->loads[load];
    if (load == 0) {
        for (size_t i = 0; i < result->length; i++)
            if (!orm__rows_add(db, out, (char *)(uintptr_t)result->head + i * l->model->size)) return false;
        return true;
    }
    orm__rows parents = { NULL, 0, 0 };
    if (!orm__level_collect(db, result, l->parent, &parents)) return false;
    for (size_t i = 0; i < parents.n; i++) {
        char *rows = NULL;
        if (!orm__relation_applies(l->relation, parents.at[i])) continue;
        memcpy(&rows, (char *)parents.at[i] + l->relation->member, sizeof rows);
        if (!rows) continue;
        size_t n = orm__is_list(l->relation) ? orm__len(rows, l->model->ticket) : 1;
        for (size_t k = 0; k < n; k++)
            if (!orm__rows_add(db, out, rows + k * l->model->size)) return false;
    }
    if (out->n) orm__level_unique(out);
    return true;
}

/* the row of the level that `row` is, or is a copy of; NULL when there is none */
static void *orm__level_find(const orm_model *model, const orm__rows *all, const void *row)
{
    void *twin = NULL;
    for (size_t i = 0; i < all->n; i++) {
        if (all->at[i] == row) return all->at[i];
        bool same = !twin;
        for (size_t k = 0; k < model->n_columns && same; k++)
            if (model->columns[k].primary_key) same = orm__members_equal(&model->columns[k], all->at[i], row);
        if (same) twin = all->at[i];
    }
    return twin;
}

/* ---- the guard ------------------------------------------------------------------------------------------------------------- */

enum { ORM__GUARD_WINDOW = 1000000 };      /* microseconds: loads further apart are no loop */

/* Counts loads for a single row by the place of their calls. */
static orm_status orm__guard_single(orm__session *db, const orm_relation *relation, const char *place)
{
    uint32_t limit = db->options.n_plus_one ? db->options.n_plus_one : ORM__DEFAULT_N_PLUS_ONE;
    orm__thread *self = orm__self();
    uint64_t handle = db->pool->main.serial;
    int64_t now = orm__ticks();
    unsigned at = 0;                        /* this place's, or else the one that began first */
    bool known = false;
    for (unsigned i = 0; i < sizeof self->single / sizeof self->single[0] && !known; i++) {
        known = self->single[i].place == place && self->single[i].relation == relation && self->single[i].handle == handle;
        if (known || self->single[i].began < self->single[at].began) at = i;
    }
    if (!known || now - self->single[at].began > ORM__GUARD_WINDOW) {
        self->single[at].place = place;
        self->single[at].relation = relation;
        self->single[at].handle = handle;
        self->single[at].began = now;
        self->single[at].times = 0;
    }
    if (++self->single[at].times < limit) return ORM_OK;
    char what[256];
    orm__copy_clean(what, sizeof what, "%.80s loads %.40s.%.40s for one row at a time, %" PRIu32 " times within a second: read the rows as one list, with their relation",
                    place, relation->model->name, relation->name, limit);
    if (db->options.n_plus_one_fails) return orm__raise(db, ORM_OVER_BUDGET, 0, "%s", what);
    if (self->single[at].times == limit) orm__log_note(db, "%s", what);
    return ORM_OK;
}

/* ---- loading ------------------------------------------------------------------------------------------------------------- */

/* were the columns read that the relation is matched by? */
static orm_status orm__load_columns(orm__session *db, const orm__load *load, const orm__part *top)
{
    for (size_t i = 0; i < top->model->n_columns; i++)
        if (orm__mask_has(&top->columns, i) && !orm__mask_has(&load->columns, i))
            return orm__raise_at(db, ORM_MISUSE, top->model, &top->model->columns[i], "was not read with these rows, and the relation is matched by it");
    return ORM_OK;
}

/* Reads the relation into the rows of `top`. On failure they are given back what they had. */
static orm_status orm__load_level(orm__session *db, orm__result *result, orm__part *top, const orm_relation *relation, const orm_query *query)
{
    orm__part *parts = NULL;
    size_t bit = (size_t)(relation - relation->model->relations);
    orm_status status = orm__parts_below(db, top, relation, query, &parts);
    if (!status && parts->query->required) status = orm__raise(db, ORM_MISUSE, 0, "%s.%s: the rows are there already, so .required cannot leave any out", relation->model->name, relation->name);
    if (!status) status = orm__load_columns(db, &result->loads[top->load], top);
    void **before = status ? NULL : (void **)orm__bump(&db->scratch, (top->rows.n + 1) * sizeof *before, 8);
    if (status) return status;
    if (!before) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", top->rows.n);
    orm_mask loaded = result->loads[top->load].relations;
    for (size_t i = 0; i < top->rows.n; i++) before[i] = *orm__member(top->rows.at[i], relation);
    for (orm__part *part = parts; part && !status; part = part->next)
        if (part->head == part) status = orm__read_children(db, result, part);
    if (!status) return ORM_OK;
    for (size_t i = 0; i < top->rows.n; i++) *orm__member(top->rows.at[i], relation) = before[i];
    if (!orm__mask_has(&loaded, bit)) result->loads[top->load].relations = loaded;
    return status;
}

static orm_status orm__load_entered(orm__session *db, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place)
{
    const orm_model *model = relation->model;
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, rows, one ? "load_one" : "load");
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, rows);
    orm__result *result = orm__result_of(ticket);
    if (!result) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s.%s is loaded for rows that were read: this one was made by the program; find it first", model->name, relation->name);
    unsigned load = ORM__LOAD(ticket);
    if (load >= result->n_loads || result->loads[load].model != model) return orm__raise_at(db, ORM_MISUSE, model, NULL, "the row is not one of %s", model->name);
    if (load > 0 && !result->loads[load].relation) return orm__raise_at(db, ORM_MISUSE, model, NULL, "rows of orm_links have no siblings to load with: read the link model by a relation of its own");
    bool there = orm__mask_has(&result->loads[load].relations, (size_t)(relation - model->relations));
    orm__rows all = { NULL, 0, 0 };
    if (there && (one || !asked) && *orm__member(rows, relation)) return ORM_OK;
    if (!orm__level_collect(db, result, load, &all)) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the rows of a level");
    if (!there || (asked && !one)) {
        orm__part top = { .model = model, .query = NULL, .load = load, .rows = all };
        top.head = &top;
        if (all.n == 1 && (status = orm__guard_single(db, relation, place)) != ORM_OK) return status;
        status = orm__load_level(db, result, &top, relation, query);
        if (status) return status;
    }
    void *original = orm__level_find(model, &all, rows);
    if (original && original != rows) *orm__member(rows, relation) = *orm__member(original, relation);
    return ORM_OK;
}

ORM_API orm_status orm__load_related(orm_db *handle, const orm_relation *relation, void *rows, const orm_query *query, bool asked, bool one, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__load_entered(db, relation, rows, query, asked, one, place);
    orm__leave(db);
    return status;
}

/* >>write: one row created, saved or destroyed. The row's ticket decides what a call means, never its key. */

/* ---- tickets of rows that were created ------------------------------------------------------------------------------- */

#define ORM__KEY_GENERATED UINT64_C(4)
static uint64_t orm__created_ticket(const orm__session *db, bool generated)
{
    return (uint64_t)ORM__KIND_CREATED | (generated ? ORM__KEY_GENERATED : 0) | (uint64_t)db->number << 3 | db->serial << 19;
}

/* Was the row created by a transaction of this handle that did not commit? Then it counts as new. ORM_STALE when nobody remembers. */
ORM_PRIVATE orm_status orm__created_is_lost(orm__session *db, const orm_model *model, uint64_t ticket, bool *lost)
{
    bool unknown = false;
    *lost = false;
    /* a session that is not of this pool knows nothing: it is there or it is not */
    *lost = orm__is_lost(db, (uint16_t)(ticket >> 3 & 0xFFFF), ticket >> 19, &unknown);
    if (unknown) return orm__raise_at(db, ORM_STALE, model, NULL, "the row was created so long ago that it is not known whether its transaction committed: read it again");
    return ORM_OK;
}

/* What the database and the clock made is forgotten, nothing else. */
static void orm__forget_created(const orm_model *model, void *row, uint64_t ticket)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        int64_t unset = c->is.generated ? 0 : ORM_UNSET_TIME;
        if (c->is.created_at || c->is.updated_at || (c->is.generated && (ticket & ORM__KEY_GENERATED))) memcpy((char *)row + c->offset, &unset, sizeof unset);
    }
    *orm__ticket(model, row) = ORM_FRESH;
}

ORM_PRIVATE orm_status orm__check_row(orm__session *db, const orm_model *model, const void *row, const char *what)
{
    if (!row) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s needs a row, it was given NULL", what);
    uint64_t ticket = *orm__ticket(model, row);
    switch (ORM__KIND(ticket)) {
    case ORM__KIND_FRESH: case ORM__KIND_CREATED: return ORM_OK;
    case ORM__KIND_RESULT:
        if (orm__result_of(ticket)) return ORM_OK;
        return orm__raise_at(db, ORM_STALE_ROW, model, NULL, "%s: the row belongs to a result that was freed", what);
    default:
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row did not begin with ORM_NEW(%s, ...) or %s_defaults(), so its defaults and unset marks are missing",
                             what, model->name, model->name);
    }
}

/* ---- create ------------------------------------------------------------------------------------------------------------ */

ORM_PRIVATE orm_status orm__check_new(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm_status status = orm__check_row(db, model, row, what);
    bool lost = false;
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    if (ORM__KIND(ticket) == ORM__KIND_RESULT)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was read from the database: %s_save updates it; begin a new one with %s_defaults()", what, model->name, model->name);
    if (ORM__KIND(ticket) != ORM__KIND_CREATED) return ORM_OK;
    status = orm__created_is_lost(db, model, ticket, &lost);
    if (status) return status;
    if (!lost) return orm__raise_at(db, ORM_MISUSE, model, NULL, "%s: the row was created already: %s_save updates it", what, model->name);
    orm__forget_created(model, row, ticket);
    return ORM_OK;
}

ORM_PRIVATE orm_mask orm__insert_columns(const orm_model *model, const void *row)
{
    orm_mask mask = { { 0 } };
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (c->counter_of || ((c->is.generated || c->default_sql) && orm__is_unset(c, row))) continue;        /* the database makes it */
        orm__mask_add(&mask, i);
    }
    return mask;
}

ORM_PRIVATE orm_status orm__insert_values(orm__session *db, const orm_model *model, const void *row, const orm_mask *mask, orm_time now, orm_value *values, size_t *n)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        if (!orm__mask_has(mask, i)) continue;
        orm_value v = orm__value_of(c, row);
        if ((c->is.created_at || c->is.updated_at) && v.type == ORM_NULL) v = (orm_value){ .type = ORM_TIME, .as.i = now };
        const char *message_ = orm__fit_again(c, &v, db->options.max_text, why, &kind);
        if (message_) return orm__raise_at(db, kind, model, c, "%s", message_);
        values[(*n)++] = v;
    }
    return ORM_OK;
}

/* members that the database makes and that have room in the row: they come back by RETURNING */
static bool orm__comes_back(const orm_column *c, const orm_mask *given, size_t i)
{
    return c->default_sql && !c->counter_of && !orm__mask_has(given, i) && c->is.type != ORM_TEXT && c->is.type != ORM_JSON && c->is.type != ORM_BLOB && c->is.type != ORM_ARRAY;
}

/* insert into t (a, b) values (?1, ?2), (?3, ?4) ... [returning c] */
ORM_PRIVATE orm_status orm__insert_spell(orm__session *db, const orm_model *model, const orm_mask *mask, size_t rows, const char *source, orm__prepared **out)
{
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__put(&sql, "insert into ");
    orm__put_name(&sql, model->table);
    const char *before = " (";
    bool any = false;
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(mask, i)) continue;
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        before = ", ";
        any = true;
    }
    orm__put(&sql, source ? ")" : any ? ") values " : " default values");
    orm__put(&sql, source ? source : "");
    for (size_t k = 0; any && !source && k < rows; k++) {
        before = k ? ", (" : "(";
        for (size_t i = 0; i < model->n_columns; i++) {
            if (!orm__mask_has(mask, i)) continue;
            orm__put(&sql, before);
            orm__b_bind(&b, &model->columns[i], (orm_value){ .type = ORM_NULL });
            before = ", ";
        }
        orm__put(&sql, ")");
    }
    orm__part back = { .model = model, .query = NULL };
    const orm_column *key = NULL;           /* comes back behind them */
    back.head = &back;
    before = " returning ";
    for (size_t i = 0; rows == 1 && i < model->n_columns; i++) {
        if (!orm__comes_back(&model->columns[i], mask, i)) continue;
        orm__mask_add(&back.columns, i);
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        before = ", ";
    }
    for (size_t i = 0; db->dialect->can.keys_by_returning && i < model->n_columns; i++)
        if (model->columns[i].is.generated && !orm__mask_has(mask, i)) key = &model->columns[i];
    if (key) {
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(key));
    }
    orm_status status = orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    if (!orm__mask_empty(&back.columns) && (status = orm__plan_make(db, *out, &back)) != ORM_OK) {
        orm__prepared_free(db, *out);
        *out = NULL;
        return status;
    }
    (*out)->plan.extra = key != NULL;
    return status;
}

/* The kept statement of a model's insert serves the usual set of columns; other sets are shapes. */
ORM_PRIVATE orm_status orm__insert_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; } key;
    orm_mask usual = { { 0 } };
    orm_status status;
    for (size_t i = 0; i < model->n_columns; i++)
        if (!model->columns[i].is.generated && !model->columns[i].default_sql && !model->columns[i].counter_of) orm__mask_add(&usual, i);
    if (memcmp(&usual, mask, sizeof usual) == 0) {
        orm__prepared **slot = orm__slot(db, model, ORM__OP_INSERT);
        if (!slot) return ORM_NO_MEMORY;
        status = *slot ? ORM_OK : orm__insert_spell(db, model, mask, 1, NULL, slot);
        *out = *slot;
        return status;
    }
    memset(&key, 0, sizeof key);
    key.tag = 3;
    key.model = model;
    key.mask = *mask;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    status = orm__insert_spell(db, model, mask, 1, NULL, out);
    if (status) return status;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* what the write made goes back into the row, and the row counts as created */
ORM_PRIVATE void orm__mark_created(orm__session *db, const orm_model *model, void *row, orm_time now, int64_t generated)
{
    bool made_key = false;
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if ((c->is.created_at || c->is.updated_at) && orm__is_unset(c, row)) memcpy((char *)row + c->offset, &now, sizeof now);
        if (c->counter_of) orm__store(c, row, &(orm_value){ .type = (uint8_t)c->is.type });       /* nothing refers to it yet */
        if (!c->is.generated || !orm__is_unset(c, row)) continue;
        memcpy((char *)row + c->offset, &generated, sizeof generated);
        made_key = true;
    }
    db->serial++;
    *orm__ticket(model, row) = orm__created_ticket(db, made_key);
}

static orm_status orm__validate_new(orm__session *db, const orm_model *model, const void *row)
{
    orm_failures failures;
    failures.count = failures.total = 0;
    orm__validate_row(model, row, NULL, db->options.max_text, 0, &failures);
    return failures.total ? orm__raise_failures(db, model, &failures) : ORM_OK;
}

/* Runs an insert. What comes back is read into a struct beside the row, so that a failure leaves the row as it was. */
ORM_PRIVATE orm_status orm__insert_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n, void **back, int64_t *keys, size_t rows, orm_outcome *outcome)
{
    orm__run run;
    *back = NULL;
    if (p->plan.n_segments) {
        *back = orm__bump(&db->scratch, model->size, 16);
        if (!*back) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
        memset(*back, 0, model->size);
    }
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    orm_step step = ORM_STEP_ROW;
    for (size_t i = 0; step == ORM_STEP_ROW; i++) {
        int64_t key = 0;
        step = orm__run_fetch(db, &run, back, &db->scratch, &key);       /* what comes back, comes of one row */
        if (p->plan.extra && step == ORM_STEP_ROW && i < rows) keys[i] = key;
    }
    status = orm__run_finish(db, &run, outcome);
    if (!status && step == ORM_STEP_FAILED) status = orm__self()->error.kind;
    for (size_t i = 0; i < rows && !p->plan.extra && !status; i++) keys[i] = outcome->generated - (int64_t)(rows - 1 - i);      /* one statement's keys are consecutive */
    return status;
}

/* the members that came back, into the row that was inserted without them */
ORM_PRIVATE void orm__take_back(const orm_model *model, void *row, const void *back)
{
    if (!back) return;
    orm_mask mask = orm__insert_columns(model, row);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__comes_back(c, &mask, i)) continue;
        orm_value v = orm__value_of(c, back);
        orm__store(c, row, &v);
    }
}

ORM_PRIVATE orm_status orm__create_prepare(orm__session *db, const orm_model *model, void *row, const char *what, orm_time now, orm_value **values, size_t *n, orm__prepared **p)
{
    *n = 0;
    orm__self()->model = model;
    orm_status status = orm__check_new(db, model, row, what);
    if (!status) status = orm__validate_new(db, model, row);
    if (status) return status;
    orm_mask mask = orm__insert_columns(model, row);
    *values = (orm_value *)orm__bump(&db->scratch, (model->n_columns + 1) * sizeof **values, 8);
    if (!*values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__insert_prepare(db, model, &mask, p);
    return status ? status : orm__insert_values(db, model, row, &mask, now, *values, n);
}

ORM_PRIVATE orm_status orm__create_run(orm__session *db, const orm_model *model, void *row, orm_time now, orm__prepared *p, const orm_value *values, size_t n)
{
    orm_outcome outcome = { 0, 0 };
    void *back = NULL;
    int64_t key = 0;
    orm_status status = orm__insert_run(db, model, p, values, n, &back, &key, 1, &outcome);
    if (status) return status;
    orm__take_back(model, row, back);
    orm__mark_created(db, model, row, now, key);
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__create_entered(orm__session *db, const orm_model *model, void *row, const char *what)
{
    orm__prepared *p;
    orm_value *values;
    size_t n;
    orm_time now = orm_now();
    orm_status status = orm__create_prepare(db, model, row, what, now, &values, &n, &p);
    return status ? status : orm__create_run(db, model, row, now, p, values, n);
}

ORM_API orm_status orm__create(orm_db *handle, const orm_model *model, void *row)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__create_entered(db, model, row, "create");
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__validate(const orm_model *model, const void *row, orm_failures *failures)
{
    orm_failures own, *out = failures ? failures : &own;
    orm__clear_error();
    out->count = out->total = 0;
    orm_status status = orm__check_row(NULL, model, row, "validate");
    if (status) return status;
    orm__self()->model = model;
    orm__validate_row(model, row, NULL, ORM__DEFAULT_MAX_TEXT, 0, out);
    return out->total ? orm__raise_failures(NULL, model, out) : ORM_OK;
}

/* ---- save ---------------------------------------------------------------------------------------------------------------- */

/* update t set a = ?1, b = ?2 where id = ?3 */
static orm_status orm__save_prepare(orm__session *db, const orm_model *model, const orm_mask *mask, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; } key;
    memset(&key, 0, sizeof key);
    key.tag = 4;
    key.model = model;
    key.mask = *mask;
    *out = orm__shape_find(db, &key, sizeof key);
    if (*out) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build b;
    orm__build_begin(&b, db);
    orm__build_spell(&b, &sql);
    orm__put(&sql, "update ");
    orm__b_table(&b, model, 0);
    const char *before = " set ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!orm__mask_has(mask, i)) continue;
        orm__put(&sql, before);
        orm__put_name(&sql, orm__column_name(&model->columns[i]));
        orm__put(&sql, " = ");
        orm__b_bind(&b, &model->columns[i], (orm_value){ .type = ORM_NULL });
        before = ", ";
    }
    orm__b_key_condition(&b, model);
    orm_status status = b.status ? b.status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b.secret;
    status = orm__shape_add(db, *out, &key, sizeof key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

ORM_PRIVATE void orm__b_key_condition(orm__build *b, const orm_model *model)
{
    const char *with = " where ";
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, &model->columns[i], NULL, NULL);
        with = " and ";
    }
}

/* Which columns a save writes: those asked for, else what differs from the snapshot, else what was loaded; never a key. */
static orm_status orm__save_columns(orm__session *db, const orm_model *model, const void *row, const orm_mask *only, const orm__load *load, const void *snapshot, orm_mask *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        bool loaded = !load || orm__mask_has(&load->columns, i);
        bool differs = snapshot && !orm__members_equal(c, row, snapshot);
        if (c->primary_key) {
            if (differs) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change: create a new row and destroy the old one");
            if (only && orm__mask_has(only, i)) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change");
            continue;
        }
        if (c->immutable) {
            if (differs || (only && orm__mask_has(only, i))) return orm__raise_at(db, ORM_MISUSE, model, c, "is immutable: it is written once, by create");
            continue;
        }
        if (c->counter_of) {
            if (only && orm__mask_has(only, i)) return orm__raise_at(db, ORM_MISUSE, model, c, "is a counter, which the database keeps");
            continue;
        }
        if (only) {
            if (!orm__mask_has(only, i)) continue;
            if (!loaded && (!snapshot || !differs)) return orm__raise_at(db, ORM_MISUSE, model, c, "was not loaded with this row, so it cannot be saved");
            orm__mask_add(out, i);
        } else if (snapshot ? differs : loaded && !c->is.created_at) {
            if (!loaded) return orm__raise_at(db, ORM_MISUSE, model, c, "was not loaded with this row, so it is not written by save: use save_only, or read the whole row");
            orm__mask_add(out, i);
        }
    }
    return ORM_OK;
}

/* After a save outside a transaction the snapshot is what is in the database now, with its own copies of the texts; inside one it is
   dropped, for a rollback would leave it wrong. */
static void orm__save_snapshot(orm__session *db, const orm_model *model, orm__result *result, void *snapshot, const void *row, const orm_mask *mask)
{
    if (!snapshot) return;
    bool kept = db->level == 0;
    for (size_t i = 0; kept && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!orm__mask_has(mask, i)) continue;
        orm_value v = orm__value_of(c, row);
        if (v.type == ORM_TEXT || v.type == ORM_JSON) {
            v.as.s = orm__bump_text(result->arena, v.as.s, strlen(v.as.s));
            kept = v.as.s != NULL;
        } else if (v.type == ORM_BLOB) {
            v.as.p = orm__bump_text(result->arena, v.as.p, v.length);
            kept = v.as.p != NULL;
        } else if (v.type == ORM_ARRAY) {
            kept = orm__array_copy(result->arena, &v);
        }
        if (kept) orm__store(c, snapshot, &v);
    }
    if (!kept) *orm__ticket(model, snapshot) = 0;
}

ORM_PRIVATE orm_status orm__save_entered(orm__session *db, const orm_model *model, void *row, const orm_mask *only)
{
    orm_mask mask;
    orm_failures failures;
    orm__result *result = NULL;
    const orm__load *load = NULL;
    void *snapshot = NULL;
    orm__self()->model = model;
    orm_status status = orm__check_row(db, model, row, only ? "save_only" : "save");
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    bool fresh = ORM__KIND(ticket) == ORM__KIND_FRESH;
    if (ORM__KIND(ticket) == ORM__KIND_CREATED) {
        status = orm__created_is_lost(db, model, ticket, &fresh);
        if (status) return status;
    }
    if (fresh && only) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the row is not in the database yet: %s_create or %s_save inserts it", model->name, model->name);
    if (fresh) return orm__create_entered(db, model, row, "save");
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        result = orm__result_of(ticket);
        load = &result->loads[ORM__LOAD(ticket)];
        snapshot = orm__snapshot(model, result, row);
    }
    if (only && orm__mask_names_none(model, only)) return orm__raise_at(db, ORM_MISUSE, model, NULL, "save_only: the mask names no field");
    status = orm__save_columns(db, model, row, only, load, snapshot, &mask);
    if (status || orm__mask_empty(&mask)) return status;

    orm_time now = orm_now();
    failures.count = failures.total = 0;
    orm__validate_row(model, row, &mask, db->options.max_text, 0, &failures);
    if (failures.total) return orm__raise_failures(db, model, &failures);
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) orm__mask_add(&mask, i);

    orm__prepared *p;
    int64_t changed = 0;
    orm_value key[ORM__MAX_KEY];
    size_t n = 0, n_key = 0;
    orm_value *values = (orm_value *)orm__bump(&db->scratch, (model->n_columns + ORM__MAX_KEY) * sizeof *values, 8);
    if (!values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__save_prepare(db, model, &mask, &p);
    for (size_t i = 0; !status && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        if (!orm__mask_has(&mask, i)) continue;
        orm_value v = c->is.updated_at ? (orm_value){ .type = ORM_TIME, .as.i = now } : orm__value_of(c, row);
        const char *message_ = orm__fit_again(c, &v, db->options.max_text, why, &kind);
        if (message_) status = orm__raise_at(db, kind, model, c, "%s", message_);
        values[n++] = v;
    }
    if (!status) status = orm__key_values(db, model, NULL, row, key, &n_key);
    if (status) return status;
    memcpy(values + n, key, n_key * sizeof *key);
    status = orm__run_write(db, p, values, n + n_key, &changed);
    if (status) return status;
    if (changed == 0) return orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    for (size_t i = 0; i < model->n_columns; i++)
        if (model->columns[i].is.updated_at) memcpy((char *)row + model->columns[i].offset, &now, sizeof now);
    orm__save_snapshot(db, model, result, snapshot, row, &mask);
    return ORM_OK;
}

ORM_API orm_status orm__save(orm_db *handle, const orm_model *model, void *row, const orm_mask *only)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__save_entered(db, model, row, only);
    orm__leave(db);
    return status;
}

/* ---- destroy --------------------------------------------------------------------------------------------------------------- */

ORM_PRIVATE orm_status orm__destroy_prepare(orm__session *db, const orm_model *model, const void *key, const void *row, orm_value *values, size_t *n, orm__prepared **p)
{
    orm__self()->model = model;
    orm_status status = orm__key_values(db, model, key, row, values, n);
    if (status) return status;
    orm__prepared **slot = orm__slot(db, model, ORM__OP_DELETE);
    if (!slot) return ORM_NO_MEMORY;
    if (!*slot) {
        orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
        orm__build b;
        orm__build_begin(&b, db);
        orm__build_spell(&b, &sql);
        orm__put(&sql, "delete from ");
        orm__b_table(&b, model, 0);
        orm__b_key_condition(&b, model);
        status = b.status ? b.status : orm__prepare(db, &sql, slot);
        orm__writer_release(&sql);
        if (status) return status;
    }
    *p = *slot;
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__destroy_run(orm__session *db, const orm_model *model, orm__prepared *p, const orm_value *values, size_t n)
{
    int64_t changed = 0;
    orm_status status = orm__run_write(db, p, values, n, &changed);
    if (!status && changed == 0) status = orm__raise_at(db, ORM_STALE, model, NULL, "the row is not there any more");
    return status;
}

static orm_status orm__destroy_entered(orm__session *db, const orm_model *model, const void *key, const void *row)
{
    orm_value values[ORM__MAX_KEY];
    size_t n = 0;
    orm__prepared *p;
    orm_status status = orm__destroy_prepare(db, model, key, row, values, &n, &p);
    return status ? status : orm__destroy_run(db, model, p, values, n);
}

ORM_API orm_status orm__destroy(orm_db *handle, const orm_model *model, void *row)
{
    bool lost = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__check_row(db, model, row, "destroy");
    if (!status) {
        uint64_t ticket = *orm__ticket(model, row);
        if (ORM__KIND(ticket) == ORM__KIND_CREATED) status = orm__created_is_lost(db, model, ticket, &lost);
        if (!status && (lost || ORM__KIND(ticket) == ORM__KIND_FRESH)) status = orm__raise_at(db, ORM_MISUSE, model, NULL, "destroy: the row is not in the database");
        if (!status) status = orm__destroy_entered(db, model, NULL, row);
    }
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__destroy_by_key(orm_db *handle, const orm_model *model, const void *key)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__destroy_entered(db, model, key, NULL);
    orm__leave(db);
    return status;
}

/* >>bulk: many rows created as a whole. All are validated before anything is sent, and all are sent in one transaction or savepoint. Consecutive
   rows with the same columns share a statement, in the best way that the engine has for them: rows from which nothing comes back are loaded;
   else one array per column; else a long list of values. Keys come back in the order of the rows. */

/* rows per statement, as measured: more gain little. A long list costs preparation, of which the tail needs its own; arrays do not, but take
   memory; a load is parsed anew each time, and does not pay for a few rows. */
#define ORM__ROWS_PER_LIST   100
#define ORM__ROWS_PER_ARRAY  1000
#define ORM__ROWS_PER_LOAD   10000
#define ORM__LEAST_LOAD      200
#define ORM__MOST_BYTES      ((size_t)16 << 20)      /* of texts and blobs in a statement, beyond its first row */

typedef struct orm__bulk {
    orm__session *db;
    const orm_model *model;
    char *rows; size_t n;
    bool no_keys;
    orm_time now;
    orm_value *values; orm_arena arrays;            /* of one statement: row by row, and by column */
    int64_t *keys; void **backs;                    /* what came back: a key for each row, a struct for those that are sent one by one */
    /* of the next statement: */
    orm_mask mask;
    const orm_column **columns; size_t n_columns;
    bool key_comes, others_come;                    /* does the database make the key, or other members? */
} orm__bulk;

static orm_status orm__check_all(orm__session *db, const orm_model *model, char *rows, size_t n)
{
    orm_failures failures;
    failures.count = failures.total = 0;
    for (size_t i = 0; i < n; i++) {
        orm_status status = orm__check_new(db, model, rows + i * model->size, "create_all");
        if (status) return status;
        orm__validate_row(model, rows + i * model->size, NULL, db->options.max_text, i, &failures);
    }
    return failures.total ? orm__raise_failures(db, model, &failures) : ORM_OK;
}

/* what the statement that begins with this row writes */
static void orm__bulk_columns(orm__bulk *b, const char *row)
{
    b->mask = orm__insert_columns(b->model, row);
    b->n_columns = 0;
    b->key_comes = b->others_come = false;
    for (size_t i = 0; i < b->model->n_columns; i++) {
        const orm_column *c = &b->model->columns[i];
        if (orm__mask_has(&b->mask, i)) b->columns[b->n_columns++] = c;
        else if (c->is.generated) b->key_comes = true;
        else if (!c->counter_of) b->others_come = true;
    }
    /* a row that stays without its key cannot be saved: then nothing else needs to come back */
    if (b->key_comes && b->no_keys) b->others_come = false;
}

/* how many rows from the first on have the same columns, up to `most` */
static size_t orm__bulk_run(const orm__bulk *b, const char *rows, size_t n, size_t most)
{
    size_t count = 1;
    for (; count < n && count < most; count++) {
        orm_mask next = orm__insert_columns(b->model, rows + count * b->model->size);
        if (memcmp(&next, &b->mask, sizeof next) != 0) break;
    }
    return count;
}

/* the values of up to `count` rows, fewer when they get too long for one statement */
static orm_status orm__bulk_values(const orm__bulk *b, const char *rows, size_t *count)
{
    size_t n = 0, bytes = 0, i = 0;
    for (; i < *count && bytes <= ORM__MOST_BYTES; i++) {
        orm_status status = orm__insert_values(b->db, b->model, rows + i * b->model->size, &b->mask, b->now, b->values, &n);
        if (status) return status;
        for (size_t k = n - b->n_columns; k < n; k++) {
            const orm_value *v = &b->values[k];
            if (v->type == ORM_TEXT || v->type == ORM_JSON || v->type == ORM_BLOB) bytes += v->length;
        }
    }
    *count = i;
    return ORM_OK;
}

/* a kept statement: `rows` of values, or of arrays where there is a source */
static orm_status orm__bulk_prepare(const orm__bulk *b, size_t rows, const char *source, orm__prepared **out)
{
    struct { uint64_t tag; const orm_model *model; orm_mask mask; uint64_t rows; } head;
    memset(&head, 0, sizeof head);
    head.tag = source ? 6 : 5;
    head.model = b->model;
    head.mask = b->mask;
    head.rows = rows;
    size_t text = source ? strlen(source) : 0, size = sizeof head + text;       /* other types make another source */
    char *key = (char *)orm__bump(&b->db->scratch, size, 1);
    if (!key) return orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory");
    memcpy(key, &head, sizeof head);
    memcpy(key + sizeof head, source ? source : "", text);
    *out = orm__shape_find(b->db, key, size);
    if (*out) return ORM_OK;
    orm_status status = orm__insert_spell(b->db, b->model, &b->mask, rows, source, out);
    if (status) return status;
    for (size_t k = 0; source && k < b->n_columns && k < 64; k++)
        if (b->columns[k]->secret) (*out)->secret |= UINT64_C(1) << k;
    status = orm__shape_add(b->db, *out, key, size);
    if (status) orm__prepared_free(b->db, *out);
    return status;
}

/* ---- one array per column ---------------------------------------------------------------------------------------------- */

/* The statement of arrays, or NULL when a column's values do not go that way (an array column's would be taken apart): then the rows go as
   a list of values. The insert of one row tells the types; it may have become stale, too. */
static orm_status orm__bulk_arrays(const orm__bulk *b, const orm__prepared *insert, orm__prepared **out)
{
    orm__writer source = { .allocator = &b->db->allocator, .dialect = b->db->dialect };
    orm_status status = ORM_OK;
    *out = NULL;
    if (insert->statement && b->db->dialect->arrays(insert->statement, b->columns, b->n_columns, &source))
        status = source.failed ? orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory") : orm__bulk_prepare(b, 0, source.text, out);
    orm__writer_release(&source);
    return status;
}

static orm_status orm__bulk_make_arrays(orm__bulk *b, const orm__prepared *insert, size_t count, orm_value **out)
{
    orm_status status = ORM_OK;
    orm_arena_reset(&b->arrays);
    orm_value *arrays = (orm_value *)orm__bump(&b->arrays, b->n_columns * sizeof *arrays, 8);
    if (!arrays) return orm__raise(b->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t k = 0; k < b->n_columns && !status; k++)
        status = b->db->dialect->array(b->db->connection, insert->statement, b->columns[k], k, b->values + k, b->n_columns, count, &b->arrays, &arrays[k]);
    *out = arrays;
    return status;
}

/* ---- loads --------------------------------------------------------------------------------------------------------------- */

/* the statement that loads these columns, or NULL when the table does not take it */
static orm_status orm__load_prepare(const orm__bulk *b, orm__prepared **out)
{
    const orm_dialect *dialect = b->db->dialect;
    orm__writer sql = { .allocator = &b->db->allocator, .dialect = dialect };
    bool takes = false;
    for (const char *at = dialect->load_into; *at; at++) {
        if (at[0] != '$' || at[1] != 't') {
            orm__put_char(&sql, *at);
            continue;
        }
        at++;
        orm__put_name(&sql, b->model->table);
        for (size_t k = 0; k < b->n_columns; k++) {
            orm__put(&sql, k ? ", " : " (");
            orm__put_name(&sql, orm__column_name(b->columns[k]));
        }
        orm__put(&sql, ")");
    }
    orm_status status = orm__prepare(b->db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    status = dialect->load_for(b->db->connection, (*out)->statement, b->model->table, b->columns, b->n_columns, &takes);
    if (!status && takes) return ORM_OK;
    orm__prepared_free(b->db, *out);
    *out = NULL;
    return status;
}

/* loads rows with values for the same columns, as they are encoded: no list of all values is ever made */
static orm_status orm__load_rows(const orm__bulk *b, orm__prepared *p, const char *rows, size_t count, orm_outcome *outcome)
{
    orm__run run;
    orm_status status = orm__run_start(b->db, &run, p, NULL, 0);
    if (status) return status;
    for (size_t i = 0; i < count && !status; i++) {
        size_t n = 0;
        status = orm__insert_values(b->db, b->model, rows + i * b->model->size, &b->mask, b->now, b->values, &n);
        if (!status) status = b->db->dialect->load(b->db->connection, p->statement, b->values);
    }
    orm_status finished = orm__run_finish(b->db, &run, outcome);
    return status ? status : finished;
}

/* Nothing comes back: the rows are loaded, if the engine can. `count` is 0 when not. */
static orm_status orm__bulk_load(const orm__bulk *b, const char *rows, size_t n, size_t *count, orm_outcome *outcome)
{
    orm__prepared *p = NULL;
    bool key_comes = b->key_comes && !b->no_keys;
    *count = 0;
    if (!b->db->dialect->load_into || key_comes || b->others_come || n < ORM__LEAST_LOAD) return ORM_OK;
    size_t run = orm__bulk_run(b, rows, n, ORM__ROWS_PER_LOAD);
    if (run < ORM__LEAST_LOAD) return ORM_OK;
    orm_status status = orm__load_prepare(b, &p);
    if (status || !p) return status;
    status = orm__load_rows(b, p, rows, run, outcome);
    orm__prepared_free(b->db, p);
    *count = run;
    return status;
}

/* ---- the statements in turn ------------------------------------------------------------------------------------------------ */

/* one row brings back all that the database makes; many only their keys */
static orm_status orm__bulk_send(orm__bulk *b, size_t done, size_t *count, orm_outcome *outcome)
{
    orm__session *db = b->db;
    const char *rows = b->rows + done * b->model->size;
    orm__prepared *insert = NULL, *p = NULL;
    orm_value *values = b->values;
    orm__bulk_columns(b, rows);
    size_t n = b->others_come || !b->n_columns ? 1 : b->n - done, parameters = b->n_columns;
    orm_status status = orm__bulk_load(b, rows, n, count, outcome);
    if (status || *count) return status;

    status = orm__insert_prepare(db, b->model, &b->mask, &insert);
    if (!status && n > 1 && db->dialect->arrays) status = orm__bulk_arrays(b, insert, &p);
    if (status) return status;
    bool arrays = p != NULL;
    size_t most = arrays ? ORM__ROWS_PER_ARRAY : ORM__ROWS_PER_LIST;
    if (!arrays && n > 1 && most > db->dialect->max_parameters(db->connection) / b->n_columns) most = db->dialect->max_parameters(db->connection) / b->n_columns;
    *count = n > 1 && most > 1 ? orm__bulk_run(b, rows, n, most) : 1;
    status = orm__bulk_values(b, rows, count);
    if (!status && arrays) status = orm__bulk_make_arrays(b, insert, *count, &values);
    else if (!status && *count > 1) status = orm__bulk_prepare(b, *count, NULL, &p);
    else if (!status) p = insert;
    if (!status && !arrays) parameters *= *count;
    return status ? status : orm__insert_run(db, b->model, p, values, parameters, &b->backs[done], b->keys + done, *count, outcome);
}

static orm_status orm__bulk_send_all(orm__bulk *b, const orm_create_options *options)
{
    for (size_t done = 0, count = 0; done < b->n; done += count) {
        orm_outcome outcome = { 0, 0 };
        orm_status status = orm__bulk_send(b, done, &count, &outcome);
        if (status) return status;
        if (outcome.changed != (int64_t)count)
            return orm__raise_at(b->db, ORM_BAD_DATA, b->model, NULL, "the database inserted %" PRId64 " of %zu rows: does a trigger drop some?", outcome.changed, count);
        if (options && options->progress) options->progress(options->context, done + count, b->n);
    }
    return ORM_OK;
}

ORM_PRIVATE orm_status orm__create_rows(orm__session *db, const orm_model *model, char *rows, size_t n, const orm_create_options *options, bool level)
{
    orm__bulk b = { .db = db, .model = model, .rows = rows, .n = n, .no_keys = options && options->no_keys };
    size_t bytes;
    orm__self()->model = model;
    if (n == 0) return ORM_OK;
    if (!rows) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows at NULL", n);
    if (__builtin_mul_overflow(n, model->size, &bytes) || bytes > PTRDIFF_MAX) return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_all: %zu rows do not fit into memory", n);
    orm_status status = orm__check_all(db, model, rows, n);
    if (status) return status;

    size_t batch = db->dialect->arrays ? ORM__ROWS_PER_ARRAY : ORM__ROWS_PER_LIST;
    if (batch > n) batch = n;
    b.now = orm_now();
    b.values = (orm_value *)orm__bump(&db->scratch, batch * model->n_columns * sizeof *b.values, 8);
    b.columns = (const orm_column **)orm__bump(&db->scratch, model->n_columns * sizeof *b.columns, 8);
    b.keys = __builtin_mul_overflow(n, sizeof *b.keys, &bytes) ? NULL : (int64_t *)orm_arena_allocate(&db->scratch, bytes);
    b.backs = (void **)orm_arena_allocate(&db->scratch, n * sizeof *b.backs);
    if (!b.values || !b.columns || !b.keys || !b.backs) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    b.arrays.orm__allocator = db->allocator;
    status = level ? orm__level_begin(db, NULL) : ORM_OK;
    if (status) return status;
    status = orm__bulk_send_all(&b, options);
    orm_arena_release(&b.arrays);
    if (status) {
        if (level) orm__level_rollback(db);
        return status;
    }
    if (level) status = orm__level_commit(db);
    for (size_t i = 0; i < n && !status; i++) {
        orm__take_back(model, rows + i * model->size, b.backs[i]);
        orm__mark_created(db, model, rows + i * model->size, b.now, b.no_keys ? 0 : b.keys[i]);
    }
    return status;
}

ORM_API orm_status orm__create_all(orm_db *handle, const orm_model *model, void *rows, size_t n, const orm_create_options *options)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, options ? options->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__create_rows(db, model, (char *)rows, n, options, true);
    orm__leave(db);
    return status;
}

/* >>update: set-based writing. Values are checked by the rules of their fields before anything is sent, and a condition that turns out to
   hold for every row counts as none: it needs `.all`. */

/* ---- assignments ---------------------------------------------------------------------------------------------------- */

static orm_status orm__check_assignment(orm__session *db, const orm_model *model, const orm_assignment *a, orm_failures *failures)
{
    const orm_column *c = a->column;
    if (c->model != model) return orm__raise_at(db, ORM_MISUSE, model, c, "an assignment to a column of another model");
    if (c->primary_key) return orm__raise_at(db, ORM_MISUSE, model, c, "a primary key does not change");
    if (c->immutable || c->is.created_at) return orm__raise_at(db, ORM_MISUSE, model, c, "is immutable: it is written once, by create");
    if (c->counter_of) return orm__raise_at(db, ORM_MISUSE, model, c, "is a counter, which the database keeps");
    bool numeric = c->is.type == ORM_INT16 || c->is.type == ORM_INT32 || c->is.type == ORM_INT64 || c->is.type == ORM_FLOAT ||
                   c->is.type == ORM_DOUBLE || c->is.type == ORM_DECIMAL;
    bool calculates = a->kind == ORM_ASSIGN_ADD || a->kind == ORM_ASSIGN_SUBTRACT || a->kind == ORM_ASSIGN_CALC || a->kind == ORM_ASSIGN_CALC_VALUE;
    if (calculates && !numeric) return orm__raise_at(db, ORM_MISUSE, model, c, "only numbers can be calculated with");
    if (calculates && c->is.type == ORM_DECIMAL) {      /* stored with the column's scale: only sums and differences of one scale are exact */
        bool sums = a->kind == ORM_ASSIGN_ADD || a->kind == ORM_ASSIGN_SUBTRACT || a->operation != '*';
        bool alike = (!a->other || (a->other->is.type == ORM_DECIMAL && a->other->is.scale == c->is.scale)) &&
                     (!a->second || (a->second->is.type == ORM_DECIMAL && a->second->is.scale == c->is.scale));
        if (a->kind == ORM_ASSIGN_CALC && a->operation == '*')
            alike = (a->other->is.type == ORM_DECIMAL && a->other->is.scale == c->is.scale && a->second->is.type != ORM_DECIMAL && a->second->is.type != ORM_DOUBLE && a->second->is.type != ORM_FLOAT) ||
                    (a->second->is.type == ORM_DECIMAL && a->second->is.scale == c->is.scale && a->other->is.type != ORM_DECIMAL && a->other->is.type != ORM_DOUBLE && a->other->is.type != ORM_FLOAT);
        if (!alike || (!sums && a->kind == ORM_ASSIGN_CALC_VALUE && a->value.type != ORM_INT64))
            return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "decimals of different scales cannot be calculated with in the database without rounding");
        if (c->is.precision > 18 && !db->dialect->can.sum_of_long_decimals)
            return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "this engine does not calculate with decimals of more than 18 digits");
    } else if (calculates && ((a->other && a->other->is.type == ORM_DECIMAL) || (a->second && a->second->is.type == ORM_DECIMAL))) {
        return orm__raise_at(db, ORM_UNSUPPORTED, model, c, "a decimal cannot be calculated into a column of another type");
    }
    if (a->kind == ORM_ASSIGN_CALC || a->kind == ORM_ASSIGN_CALC_VALUE) {
        if (a->operation != '+' && a->operation != '-' && a->operation != '*') return orm__raise_at(db, ORM_MISUSE, model, c, "the operator of orm_set_calc is +, - or *");
    }
    if (a->kind == ORM_ASSIGN_VALUE) {
        orm__validate_value(model, c, &a->value, db->options.max_text, failures);
    } else if (a->kind == ORM_ASSIGN_NULL && !c->nullable) {
        orm__add_failure(failures, 0, c->name, "required", "is required");
    }
    return ORM_OK;
}

/* the value of an assignment as it is bound; a factor is a plain number, whatever the scale of the column */
static void orm__b_operand(orm__build *b, const orm_assignment *a, bool factor)
{
    orm_value v = a->value;
    if (b->status) return;
    if (!b->sql && v.type != ORM_NULL) {
        char why[160];
        orm_status kind = ORM_VALUE_RANGE;
        const char *message_ = NULL;
        if (factor && a->column->is.type == ORM_DECIMAL) {
            if (v.type != ORM_INT64) message_ = "a decimal is multiplied by whole numbers only";
        } else {
            message_ = orm__fit(a->column, &v, b->db->options.max_text, why, &kind);
        }
        if (message_) orm__b_fail(b, kind, a->column->model, a->column, message_);
    }
    if (!b->sql && v.type == ORM_NULL) {
        orm__b_fail(b, ORM_MISUSE, a->column->model, a->column, "the value is NULL; orm_set_null() sets a column to NULL");
        return;
    }
    orm__b_bind(b, a->column, v);
}

static void orm__b_assignment(orm__build *b, const orm_assignment *a)
{
    orm__b_pointer(b, a->column);
    orm__b_key(b, (uint64_t)a->kind | (uint64_t)(unsigned char)a->operation << 8 | (uint64_t)(a->kind == ORM_ASSIGN_VALUE && a->value.type == ORM_NULL) << 16);
    orm__b_pointer(b, a->other);
    orm__b_pointer(b, a->second);
    if (b->sql) {
        orm__put_name(b->sql, orm__column_name(a->column));
        orm__put(b->sql, " = ");
    }
    switch (a->kind) {
    case ORM_ASSIGN_NULL:
        orm__b_put(b, "null");
        break;
    case ORM_ASSIGN_VALUE:
        orm__b_operand(b, a, false);
        break;
    case ORM_ASSIGN_ADD: case ORM_ASSIGN_SUBTRACT:
        orm__b_column(b, 0, a->column);
        orm__b_put(b, a->kind == ORM_ASSIGN_ADD ? " + " : " - ");
        orm__b_operand(b, a, false);
        break;
    case ORM_ASSIGN_COLUMN:
        orm__b_column(b, 0, a->other);
        break;
    case ORM_ASSIGN_CALC: case ORM_ASSIGN_CALC_VALUE:
        orm__b_column(b, 0, a->other);
        orm__b_put(b, a->operation == '+' ? " + " : a->operation == '-' ? " - " : " * ");
        if (a->kind == ORM_ASSIGN_CALC) orm__b_column(b, 0, a->second);
        else orm__b_operand(b, a, a->operation == '*');
        break;
    default:
        orm__b_fail(b, ORM_MISUSE, a->column->model, a->column, "the assignment is damaged");
    }
}

/* ---- statements ------------------------------------------------------------------------------------------------------ */

/* a statement that changes rows: its shape found or prepared */
static orm_status orm__change_prepare(orm__session *db, orm__build *b, void (*walk)(orm__build *b, const void *arg), const void *arg, orm__prepared **p)
{
    orm__build_begin(b, db);
    walk(b, arg);
    if (b->status) return b->status;
    *p = orm__shape_find(db, b->key, b->key_words * sizeof *b->key);
    if (*p) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build_spell(b, &sql);
    walk(b, arg);
    b->sql = NULL;
    orm_status status = b->status ? b->status : orm__prepare(db, &sql, p);
    orm__writer_release(&sql);
    if (status) return status;
    (*p)->secret = b->secret;
    status = orm__shape_add(db, *p, b->key, b->key_words * sizeof *b->key);
    if (status) orm__prepared_free(db, *p);
    return status;
}

/* runs it, and counts */
static orm_status orm__change_run(orm__session *db, orm__prepared *p, const orm__build *b, int64_t *changed)
{
    int64_t n = 0;
    orm_status status = orm__run_write(db, p, b->values, b->n_values, &n);
    if (!status && changed) *changed = n;
    return status;
}

typedef struct orm__update_arg { const orm_model *model; const orm_change *change; const orm_column *stamp; orm_time now; } orm__update_arg;

static void orm__b_update(orm__build *b, const void *arg_)
{
    const orm__update_arg *arg = (const orm__update_arg *)arg_;
    const char *before = " set ";
    orm__b_key(b, 6);
    orm__b_pointer(b, arg->model);
    b->next_alias = 1;
    orm__b_put(b, "update ");
    orm__b_table(b, arg->model, 0);
    for (unsigned i = 0; i < ORM_MAX_ASSIGNMENTS; i++) {
        if (!arg->change->set[i].column) continue;
        orm__b_put(b, before);
        orm__b_assignment(b, &arg->change->set[i]);
        before = ", ";
    }
    orm__b_pointer(b, arg->stamp);
    if (arg->stamp) {
        orm__b_put(b, before);
        if (b->sql) orm__put_name(b->sql, orm__column_name(arg->stamp));
        orm__b_put(b, " = ");
        orm__b_bind(b, arg->stamp, (orm_value){ .type = ORM_TIME, .as.i = arg->now });
    }
    orm__b_key(b, arg->change->where.used > 0);
    if (!arg->change->where.used) return;
    orm__b_put(b, " where ");
    orm__b_condition(b, &arg->change->where, 0);
}

ORM_PRIVATE orm_status orm__update_prepare(orm__session *db, const orm_model *model, const orm_change *change, orm__build *b, orm__prepared **p)
{
    orm_failures failures;
    unsigned n = 0;
    orm__update_arg arg = { model, change, NULL, orm_now() };
    orm__self()->model = model;
    *p = NULL;
    if (!change) return orm__raise_at(db, ORM_MISUSE, model, NULL, "update needs a change");
    if (change->set[ORM_MAX_ASSIGNMENTS].column) return orm__raise_at(db, ORM_MISUSE, model, NULL, "more than " ORM__STRING(ORM_MAX_ASSIGNMENTS) " assignments in .set");
    if (!change->all && orm__always(&change->where) == 1)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "update without a condition would change every row: say .all = true if you mean it");
    failures.count = failures.total = 0;
    for (unsigned i = 0; i < ORM_MAX_ASSIGNMENTS; i++) {
        const orm_assignment *a = &change->set[i];
        if (!a->column) continue;
        for (unsigned k = 0; k < i; k++)
            if (change->set[k].column == a->column) return orm__raise_at(db, ORM_MISUSE, model, a->column, "is assigned twice");
        orm_status status = orm__check_assignment(db, model, a, &failures);
        if (status) return status;
        n++;
    }
    if (failures.total) return orm__raise_failures(db, model, &failures);
    if (n == 0) return ORM_OK;
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].is.updated_at) continue;
        arg.stamp = &model->columns[i];
        for (unsigned k = 0; k < ORM_MAX_ASSIGNMENTS; k++)
            if (change->set[k].column == arg.stamp) arg.stamp = NULL;
        break;
    }
    return orm__change_prepare(db, b, orm__b_update, &arg, p);
}

ORM_PRIVATE orm_status orm__update_entered(orm__session *db, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm__build b;
    orm__prepared *p;
    if (changed) *changed = 0;
    orm_status status = orm__update_prepare(db, model, change, &b, &p);
    return status || !p ? status : orm__change_run(db, p, &b, changed);
}

ORM_API orm_status orm__update(orm_db *handle, const orm_model *model, const orm_change *change, int64_t *changed)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, change ? change->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__update_entered(db, model, change, changed);
    orm__leave(db);
    return status;
}

typedef struct orm__delete_arg { const orm_model *model; const orm_expr *where; } orm__delete_arg;

static void orm__b_delete(orm__build *b, const void *arg_)
{
    const orm__delete_arg *arg = (const orm__delete_arg *)arg_;
    orm__b_key(b, 7);
    orm__b_pointer(b, arg->model);
    b->next_alias = 1;
    orm__b_put(b, "delete from ");
    orm__b_table(b, arg->model, 0);
    orm__b_key(b, arg->where->used > 0);
    if (!arg->where->used) return;
    orm__b_put(b, " where ");
    orm__b_condition(b, arg->where, 0);
}

ORM_PRIVATE orm_status orm__destroy_all_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p)
{
    orm__self()->model = model;
    if (!query || (!query->all && orm__always(&query->where) == 1))
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "destroy_all without a condition would delete every row: say .all = true if you mean it");
    if (query->limit || query->offset || query->page || query->per_page || query->after || query->order[0].column || query->include[0].relation || query->lock || query->wait)
        return orm__raise_at(db, ORM_MISUSE, model, NULL, "destroy_all takes .where only: an order, limit, page, include or lock would be ignored");
    orm__delete_arg arg = { model, &query->where };
    return orm__change_prepare(db, b, orm__b_delete, &arg, p);
}

ORM_PRIVATE orm_status orm__destroy_all_entered(orm__session *db, const orm_model *model, const orm_query *query, int64_t *destroyed)
{
    orm__build b;
    orm__prepared *p;
    if (destroyed) *destroyed = 0;
    orm_status status = orm__destroy_all_prepare(db, model, query, &b, &p);
    return status ? status : orm__change_run(db, p, &b, destroyed);
}

ORM_API orm_status orm__destroy_all(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *destroyed)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__destroy_all_entered(db, model, query, destroyed);
    orm__leave(db);
    return status;
}

/* >>aggregate: counting, existence, sum, min, max and avg over the rows of a query. Orders of the query do not matter here, nor do includes that
   leave out no row, and limits are not applied: an aggregate is over all rows that the conditions select. */

typedef struct orm__measured { const char *name; const orm_column *column; bool first; } orm__measured;      /* column NULL: of whole rows; first: of any one of them */

typedef struct orm__measure_arg { orm__part *head; const orm__measured *measure; } orm__measure_arg;

static void orm__b_measure(orm__build *b, const void *arg_)
{
    const orm__measure_arg *arg = (const orm__measure_arg *)arg_;
    orm__part *head = arg->head;
    const orm__measured *measure = arg->measure;
    orm__b_key(b, 'A');
    orm__b_pointer(b, head->model);
    orm__b_pointer(b, measure->name);
    orm__b_pointer(b, measure->column);
    b->next_alias = 1;
    b->head = head;
    orm__b_put(b, "select ");
    orm__b_put(b, measure->name);
    if (measure->column) {
        orm__b_column(b, 0, measure->column);
        orm__b_put(b, ")");
    }
    if (measure->name[0] == 's' && measure->column && measure->column->is.type == ORM_DECIMAL) {     /* avg of decimals divides here, exactly */
        orm__b_put(b, ", count(");
        orm__b_column(b, 0, measure->column);
        orm__b_put(b, ")");
    }
    orm__b_put(b, " from ");
    orm__b_table(b, head->model, 0);
    orm__b_where(b, head);
    if (measure->first) orm__b_put(b, " limit 1");
}

/* What comes out: one nullable column of the type asked for, and for decimals the count beside it. The column lies behind the plan. */
static orm_status orm__measure_plan(orm__session *db, orm__prepared *p, const orm_column *like, orm_type type, bool counted)
{
    size_t size = sizeof(orm_plan_segment) + sizeof(orm_plan_field) + sizeof(orm_column);
    char *block = (char *)orm__allocate(&db->allocator, size);
    if (!block) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for a statement's plan");
    orm_column *column = (orm_column *)(void *)block;
    orm_plan_field *field = (orm_plan_field *)(void *)(column + 1);
    orm_plan_segment *segment = (orm_plan_segment *)(void *)(field + 1);
    *column = like ? *like : (orm_column){ .name = "count" };
    column->offset = 0;
    column->nullable = true;
    column->is.type = type;
    *field = (orm_plan_field){ .column = column, .type = (uint8_t)type, .nullable = true };
    *segment = (orm_plan_segment){ .n_fields = 1, .key = -1 };
    p->plan = (orm_plan){ .segments = segment, .n_segments = 1, .fields = field, .n_fields = 1, .extra = counted };
    p->plan_block = block;
    p->plan_size = size;
    return ORM_OK;
}

/* the statement that a walk spells, found or prepared, with a plan for its one value */
static orm_status orm__measure_shape(orm__build *b, void (*walk)(orm__build *b, const void *arg), const void *arg, const orm_column *like, orm_type type, bool counted, orm__prepared **out)
{
    orm__session *db = b->db;
    orm__b_key(b, 1);
    walk(b, arg);
    if (b->status) return b->status;
    *out = orm__shape_find(db, b->key, b->key_words * sizeof *b->key);
    if (*out) return ORM_OK;
    orm__writer sql = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__build_spell(b, &sql);
    walk(b, arg);
    b->sql = NULL;
    orm_status status = b->status ? b->status : orm__prepare(db, &sql, out);
    orm__writer_release(&sql);
    if (status) return status;
    (*out)->secret = b->secret;
    status = orm__measure_plan(db, *out, like, type, counted);
    if (!status) status = orm__shape_add(db, *out, b->key, b->key_words * sizeof *b->key);
    if (status) orm__prepared_free(db, *out);
    return status;
}

/* what of a query says which rows there are: its conditions, includes that must be there, and what is counted in conditions */
static orm_query orm__query_of_rows(const orm_query *query)
{
    orm_query rows = { .limit = 0 };
    if (!query) return rows;
    rows.where = query->where;
    for (unsigned k = 0; k <= ORM_MAX_INCLUDES; k++) {
        const orm_include *include = &query->include[k];
        if (include->count || (include->relation && include->query->required)) rows.include[k] = *include;
    }
    return rows;
}

static orm_status orm__measure_prepare(orm__session *db, const orm_model *model, const orm_query *query, const orm__measured *measure, orm_type type, bool counted,
                                       orm__build *b, orm__prepared **out)
{
    orm__part *head;
    orm_query where_only = orm__query_of_rows(query);
    orm__self()->model = model;
    orm_status status = orm__parts_make(db, model, &where_only, &head);
    if (status) return status;
    head->aggregate = true;
    orm__build_begin(b, db);
    return orm__measure_shape(b, orm__b_measure, &(orm__measure_arg){ head, measure }, measure->column, type, counted, out);
}

/* `out` is an optional of the measure's type */
static orm_status orm__measure_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, void *out, int64_t *counted)
{
    orm__run run;
    orm_status status = orm__run_start(db, &run, p, values, n);
    if (status) return status;
    void *rows[1] = { out };
    orm__store(p->plan.fields[0].column, out, &(orm_value){ .type = ORM_NULL });       /* which a NULL does not touch */
    orm_step step = orm__run_fetch(db, &run, rows, &db->scratch, counted);
    status = orm__run_finish(db, &run, NULL);
    if (status || step == ORM_STEP_FAILED) return status ? status : orm__self()->error.kind;
    return ORM_OK;
}

static orm_status orm__measure(orm__session *db, const orm_model *model, const orm_query *query, const orm__measured *measure, orm_type type, void *out, int64_t *counted)
{
    orm__build b;
    orm__prepared *p;
    orm_status status = orm__measure_prepare(db, model, query, measure, type, counted != NULL, &b, &p);
    return status ? status : orm__measure_run(db, p, b.values, b.n_values, out, counted);
}

ORM_PRIVATE orm_status orm__count_prepare(orm__session *db, const orm_model *model, const orm_query *query, orm__build *b, orm__prepared **p)
{
    static const orm__measured rows = { "count(*)", NULL, false };
    return orm__measure_prepare(db, model, query, &rows, ORM_INT64, false, b, p);
}

ORM_PRIVATE orm_status orm__count_run(orm__session *db, orm__prepared *p, const orm_value *values, size_t n, int64_t *out)
{
    orm_opt_int64 counted = { 0, false };
    orm_status status = orm__measure_run(db, p, values, n, &counted, NULL);
    if (!status) *out = counted.value;
    return status;
}

/* select (select count(*) from the rows of the relation) from the owner's table where its key = ... */
typedef struct orm__related_arg { const orm_relation *relation; const orm_expr *where; const orm_value *key; } orm__related_arg;

static void orm__b_count_related(orm__build *b, const void *arg_)
{
    const orm__related_arg *arg = (const orm__related_arg *)arg_;
    const orm_model *model = arg->relation->model;
    const char *with = " where ";
    size_t n = 0;
    orm__b_key(b, 'N');
    orm__b_pointer(b, arg->relation);
    orm__b_key(b, arg->where->used);
    b->next_alias = 1;
    orm__b_put(b, "select (select count(*)");
    unsigned target = orm__b_related(b, arg->relation, 0);
    if (arg->where->used) {
        orm__b_put(b, " and ");
        orm__b_condition(b, arg->where, target);
    }
    orm__b_put(b, ") from ");
    orm__b_table(b, model, 0);
    for (size_t i = 0; i < model->n_columns; i++) {
        if (!model->columns[i].primary_key) continue;
        orm__b_put(b, with);
        orm__b_template(b, ORM_OP_EQ, 0, &model->columns[i], &arg->key[n++], NULL);
        with = " and ";
    }
}

/* how many rows of the relation belong to this row, for which the condition holds; unset when the row is not there */
ORM_PRIVATE orm_status orm__count_related(orm__session *db, const orm_relation *relation, const void *row, const orm_expr *where, orm_opt_int64 *out)
{
    orm__build b;
    orm_value key[ORM__MAX_KEY];
    size_t n = 0;
    orm__related_arg arg = { relation, where, key };
    orm__self()->model = relation->model;
    orm_status status = orm__key_values(db, relation->model, NULL, row, key, &n);
    if (status) return status;
    orm__prepared *p;
    orm__build_begin(&b, db);
    status = orm__measure_shape(&b, orm__b_count_related, &arg, NULL, ORM_INT64, false, &p);
    if (status) return status;
    return orm__measure_run(db, p, b.values, b.n_values, out, NULL);
}

static orm_status orm__count_entered(orm__session *db, const orm_model *model, const orm_query *query, int64_t *out)
{
    orm__build b;
    orm__prepared *p;
    orm_status status = orm__count_prepare(db, model, query, &b, &p);
    return status ? status : orm__count_run(db, p, b.values, b.n_values, out);
}

ORM_API orm_status orm__count(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *out)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__count_entered(db, model, query, out);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__exists(orm_db *handle, const orm_model *model, const orm_query *query, bool *out)
{
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    static const orm__measured any = { "cast(1 as bigint)", NULL, true };
    orm_opt_int64 found = { 0, false };
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__measure(db, model, query, &any, ORM_INT64, &found, NULL);
    if (!status) *out = found.set;
    orm__leave(db);
    return status;
}

ORM_API void *orm__find_and_count(orm_db *handle, const orm_model *model, const orm_query *query, int64_t *total)
{
    void *rows = NULL;
    orm__session *db = orm__enter(handle, ORM__READ, NULL, ORM__CALLER, query ? query->timeout_ms : 0);
    if (!db) return NULL;
    orm_status status = query && (query->lock || query->wait) ? orm__row_lock_check(db, model, query) : ORM_OK;
    /* one snapshot for both, unless the caller has one */
    if (!status) status = orm__level_begin(db, &(orm_transaction_options){ .read_only = true });
    if (!status) {
        status = orm__count_entered(db, model, query, total);
        if (!status) rows = orm__find_all_entered(db, model, query, NULL, 0, query && query->track);
        if (rows) status = orm__level_commit(db);
        else orm__level_rollback(db);
        if (status && rows) {
            if (!query || !query->arena) orm__free(rows);
            rows = NULL;
        }
    }
    orm__leave(db);
    return rows;
}

/* sum / n, rounded half away from zero, with four digits more than the column (at most 38 in all) */
static bool orm__decimal_average(orm_decimal sum, int64_t n, int scale, orm_decimal *out)
{
    __extension__ typedef __int128 wide;
    orm_decimal fine;
    int digits = scale + 4 > ORM_MAX_DIGITS ? ORM_MAX_DIGITS : scale + 4;
    if (!orm_decimal_rescale(sum, digits, &fine)) return false;
    wide v = (wide)fine.high * ((wide)1 << 64) + (wide)fine.low, half = n / 2;
    v = v >= 0 ? (v + half) / n : (v - half) / n;
    *out = (orm_decimal){ .high = (int64_t)(v >> 64), .low = (uint64_t)v, .scale = digits };
    return true;
}

static orm_status orm__aggregate_decimal(orm__session *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out)
{
    static const char sum[] = "sum(";
    orm__measured measure = { sum, column, false };
    orm_opt_decimal total = { { 0, 0, 0 }, false };
    int64_t n = 0;
    if (column->is.precision > 18 && !db->dialect->can.sum_of_long_decimals)
        return orm__raise_at(db, ORM_UNSUPPORTED, model, column, "this engine does not add decimals of more than 18 digits");
    orm_status status = orm__measure(db, model, query, &measure, ORM_DECIMAL, &total, &n);
    if (status) return status;
    if (!total.set) total.value = orm_decimal_make(0, column->is.scale);
    if (what == ORM_SUM) {
        *(orm_decimal *)out = total.value;
        return ORM_OK;
    }
    orm_opt_decimal average = { { 0, 0, 0 }, n > 0 };
    if (n > 0 && !orm__decimal_average(total.value, n, column->is.scale, &average.value)) return orm__raise_at(db, ORM_VALUE_RANGE, model, column, "the average has more than 38 digits");
    *(orm_opt_decimal *)out = average;
    return ORM_OK;
}

static orm_status orm__aggregate_entered(orm__session *db, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out)
{
    static const char *const names[] = { [ORM_SUM] = "sum(", [ORM_MIN] = "min(", [ORM_MAX] = "max(", [ORM_AVG] = "avg(" };
    orm__measured measure = { names[what], column, false };
    if (what == ORM_MIN || what == ORM_MAX) return orm__measure(db, model, query, &measure, column->is.type, out, NULL);
    if (column->is.type == ORM_DECIMAL) return orm__aggregate_decimal(db, model, what, column, query, out);
    if (what == ORM_AVG) return orm__measure(db, model, query, &measure, ORM_DOUBLE, out, NULL);
    if (column->is.type == ORM_FLOAT || column->is.type == ORM_DOUBLE) {
        orm_opt_double sum = { 0, false };
        orm_status status = orm__measure(db, model, query, &measure, ORM_DOUBLE, &sum, NULL);
        if (!status) *(double *)out = sum.value;
        return status;
    }
    orm_opt_int64 sum = { 0, false };
    orm_status status = orm__measure(db, model, query, &measure, ORM_INT64, &sum, NULL);
    if (!status) *(int64_t *)out = sum.value;
    return status;
}

ORM_API orm_status orm__aggregate(orm_db *handle, const orm_model *model, orm_aggregate what, const orm_column *column, const orm_query *query, void *out, const char *place)
{
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, query ? query->timeout_ms : 0);
    if (!db) return orm__refused();
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__aggregate_entered(db, model, what, column, query, out);
    orm__leave(db);
    return status;
}

/* >>relate: writing through relations: keys of children, rows of link models. Everything is made of the calls that write rows and of changes by
   condition, in one transaction or savepoint. */

typedef struct orm__relating {
    orm__session *db;
    const orm_relation *relation;
    const void *owner;
    orm__path path;
    orm_value key[ORM__MAX_KEY];            /* of the owner, as the other side has it */
} orm__relating;

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

/* is the row yet to be inserted? Rows that cannot be used are refused. */
ORM_PRIVATE orm_status orm__row_is_new(orm__session *db, const orm_model *model, const void *row, const char *what, bool *fresh)
{
    orm_status status = orm__check_row(db, model, row, what);
    if (status) return status;
    uint64_t ticket = *orm__ticket(model, row);
    *fresh = ORM__KIND(ticket) == ORM__KIND_FRESH;
    return ORM__KIND(ticket) == ORM__KIND_CREATED ? orm__created_is_lost(db, model, ticket, fresh) : ORM_OK;
}

/* the value of `from` in a row, as the column `to` takes it */
static orm_status orm__value_as(orm__session *db, const orm_column *from, const void *row, const orm_column *to, orm_value *out)
{
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    *out = orm__value_of(from, row);
    if (out->type == ORM_NULL) return orm__raise_at(db, ORM_MISUSE, from->model, from, "has no value, and a relation is made by it");
    const char *message_ = orm__fit(to, out, db->options.max_text, why, &kind);
    return message_ ? orm__raise_at(db, kind, to->model, to, "%s", message_) : ORM_OK;
}

ORM_PRIVATE orm_status orm__set_key(orm__session *db, unsigned n, const orm_column *const *columns, void *row, const orm_column *const *from, const void *other)
{
    for (unsigned i = 0; i < n; i++) {
        orm_value v;
        orm_status status = orm__value_as(db, from[i], other, columns[i], &v);
        if (status) return status;
        v.type = (uint8_t)columns[i]->is.type;
        orm__store(columns[i], row, &v);
    }
    return ORM_OK;
}

static void orm__set_tag(const orm__path *path, void *row)
{
    orm_value tag = { .type = ORM_ENUM, .as.i = path->tagged };
    if (path->tag) orm__store(path->tag, row, &tag);
}

ORM_PRIVATE orm_status orm__own_row(orm__session *db, const orm__path *path, void *row, const void *owner)
{
    orm__set_tag(path, row);
    return orm__set_key(db, path->n, path->there, row, path->here, owner);
}

/* those of an array that are new, each run of them as a whole */
ORM_PRIVATE orm_status orm__create_fresh(orm__session *db, const orm_model *model, char *rows, size_t n, const char *what)
{
    for (size_t i = 0, run = 0; i < n; i += run ? run : 1) {
        bool fresh = true;
        orm_status status = ORM_OK;
        for (run = 0; i + run < n && !status; run++) {
            status = orm__row_is_new(db, model, rows + (i + run) * model->size, what, &fresh);
            if (status || !fresh) break;
        }
        if (!status && run) status = orm__create_rows(db, model, rows + i * model->size, run, NULL, false);
        if (status) return status;
    }
    return ORM_OK;
}

/* ---- conditions -------------------------------------------------------------------------------------------------------------- */

static void orm__and_node(orm_expr *e, orm_op op, const orm_column *column, orm_value value)
{
    orm_expr leaf;
    leaf.used = 1;
    value.op = (uint8_t)op;
    leaf.node[0] = (orm_node){ .of = column, .value = value };
    orm__where(e, &leaf);
}

/* the rows that belong to the owner, or the links */
static void orm__and_owned(const orm__relating *r, orm_expr *e)
{
    for (unsigned i = 0; i < r->path.n; i++) orm__and_node(e, ORM_OP_EQ, r->path.there[i], r->key[i]);
    if (r->path.tag) orm__and_node(e, ORM_OP_EQ, r->path.tag, (orm_value){ .type = ORM_INT64, .as.i = r->path.tagged });
}

/* `columns` of the condition's rows are (or are not) those that `from` holds in one of these rows */
static orm_status orm__and_among(const orm__relating *r, orm_expr *e, unsigned n_columns, const orm_column *const *columns, const orm_column *const *from, const orm_model *model,
                                 const char *rows, size_t n, bool among)
{
    orm__session *db = r->db;
    if (n_columns == 1) {                   /* one parameter, whatever their number */
        size_t size = orm__member_size(columns[0]->is.type);
        char *values = (char *)orm__bump(&db->scratch, (n ? n : 1) * size, 16);
        if (!values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu keys", n);
        orm_column member = *columns[0];
        member.offset = 0;
        member.nullable = false;
        for (size_t i = 0; i < n; i++) {
            orm_value v;
            orm_status status = orm__value_as(db, from[0], rows + i * model->size, columns[0], &v);
            if (status) return status;
            v.type = (uint8_t)columns[0]->is.type;
            memset(values + i * size, 0, size);
            orm__store(&member, values + i * size, &v);
        }
        orm__and_node(e, among ? ORM_OP_IN_ARRAY : ORM_OP_NOT_IN_ARRAY, columns[0], (orm_value){ .as.list = { values, n } });
        return ORM_OK;
    }
    orm_expr *each = (orm_expr *)orm__bump(&db->scratch, (n ? n : 1) * sizeof *each, 16);
    if (!each) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu keys", n);
    for (size_t i = 0; i < n; i++) {
        each[i].used = 0;
        for (unsigned k = 0; k < n_columns; k++) {
            orm_value v;
            orm_status status = orm__value_as(db, from[k], rows + i * model->size, columns[k], &v);
            if (status) return status;
            orm__and_node(&each[i], ORM_OP_EQ, columns[k], v);
        }
    }
    orm_expr any;
    any.used = 1;
    any.node[0] = (orm_node){ .value = { .op = ORM_OP_ANY_OF, .as.list = { each, n } } };
    if (!among && n) any = orm__not(any);
    if (n || among) orm__where(e, &any);
    return ORM_OK;
}

static unsigned orm__primary_key(const orm_model *model, const orm_column **out)
{
    unsigned n = 0;
    for (size_t i = 0; i < model->n_columns && n < ORM__MAX_KEY; i++)
        if (model->columns[i].primary_key) out[n++] = &model->columns[i];
    return n;
}

/* the condition is on rows of the target: these, or all but these */
static orm_status orm__and_rows(const orm__relating *r, orm_expr *e, const char *rows, size_t n, bool among)
{
    const orm_column *key[ORM__MAX_KEY];
    unsigned columns = orm__primary_key(r->relation->target, key);
    return orm__and_among(r, e, columns, key, key, r->relation->target, rows, n, among);
}

/* ---- assignments ---------------------------------------------------------------------------------------------------------------- */

static bool orm__assign_value(orm_change *change, unsigned *n, const orm_column *column, orm_value value)
{
    if (*n == ORM_MAX_ASSIGNMENTS) return false;
    change->set[(*n)++] = (orm_assignment){ .column = column, .kind = value.type == ORM_NULL ? ORM_ASSIGN_NULL : ORM_ASSIGN_VALUE, .value = value };
    return true;
}

/* What the relation's condition says by equalities that are joined by `and`: calls `take` for each; false when it is not taken. */
static bool orm__each_equality(const orm_relation *relation, bool (*take)(void *context, const orm_column *column, orm_value value), void *context)
{
    orm_expr e;
    uint16_t start[ORM_MAX_TERMS];
    e.used = 0;
    if (relation->where) relation->where(&e);
    if (e.used == 0 || e.used > ORM_MAX_TERMS) return true;
    const orm_node *last = &e.node[e.used - 1];
    if (last->value.op == ORM_OP_EQ && ((const orm_column *)last->of)->count_of) return true;
    if (last->value.op == ORM_OP_EQ) return take(context, (const orm_column *)last->of, last->value);
    if (last->value.op != ORM_OP_AND) return true;
    orm__expr_starts(&e, start);
    unsigned end = e.used - 1;
    for (unsigned kid = 0; kid < last->value.n && end > 0; kid++) {
        const orm_node *node = &e.node[end - 1];
        if (node->value.op == ORM_OP_EQ && !((const orm_column *)node->of)->count_of && !take(context, (const orm_column *)node->of, node->value)) return false;
        end = start[end - 1];
    }
    return true;
}

typedef struct orm__equalities { orm_change *change; unsigned *n; void *row; orm__session *db; } orm__equalities;

static bool orm__equality_assigned(void *context, const orm_column *column, orm_value value)
{
    const orm__equalities *to = (const orm__equalities *)context;
    return orm__assign_value(to->change, to->n, column, value);
}

static bool orm__equality_stored(void *context, const orm_column *column, orm_value value)
{
    const orm__equalities *to = (const orm__equalities *)context;
    char why[160];
    orm_status kind = ORM_VALUE_RANGE;
    if (orm__fit(column, &value, to->db->options.max_text, why, &kind)) return false;
    if (value.type != ORM_TEXT && value.type != ORM_JSON) value.type = (uint8_t)column->is.type;
    orm__store(column, to->row, &value);
    return true;
}

/* the row as it is when it belongs to the owner: key, tag, and what the relation's condition says */
static orm_status orm__own(const orm__relating *r, void *row)
{
    orm__equalities to = { NULL, NULL, row, r->db };
    orm_status status = orm__own_row(r->db, &r->path, row, r->owner);
    if (status) return status;
    if (!orm__each_equality(r->relation, orm__equality_stored, &to)) return orm__raise(r->db, ORM_MISUSE, 0, "%s.%s: a value of its condition does not fit", r->relation->model->name, r->relation->name);
    return ORM_OK;
}

/* ---- children --------------------------------------------------------------------------------------------------------------------- */

/* Keys of rows, in order. `by` tells by which columns; the keys are in the scratch arena. */
typedef struct orm__keys { orm__part part; orm__path path; orm__parent *at; size_t n; } orm__keys;

static orm_status orm__keys_make(orm__session *db, orm__keys *by, unsigned columns, const orm_column *const *as, const orm_column *const *from, const orm_model *model, const char *rows, size_t n)
{
    memset(by, 0, sizeof *by);
    by->part.path = &by->path;
    by->path.n = columns;
    memcpy(by->path.there, as, columns * sizeof *as);
    by->n = n;
    by->at = (orm__parent *)orm__bump(&db->scratch, (2 * n + 1) * sizeof *by->at, 16);
    orm_value *values = (orm_value *)orm__bump(&db->scratch, (n * columns + 1) * sizeof *values, 8);
    if (!by->at || !values) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for the keys of %zu rows", n);
    for (size_t i = 0; i < n; i++) {
        by->at[i] = (orm__parent){ 0, values + i * columns, (char *)(uintptr_t)rows + i * model->size };
        for (unsigned k = 0; k < columns; k++) {
            orm_status status = orm__value_as(db, from[k], rows + i * model->size, as[k], &values[i * columns + k]);
            if (status) return status;
        }
    }
    orm__sort_parents(&by->part, by->at, by->at + n, n);
    return ORM_OK;
}

static bool orm__keys_repeat(const orm__keys *by, size_t i) { return i > 0 && orm__compare_keys(&by->part, &by->at[i - 1], &by->at[i]) == 0; }

/* rows that are there already: their key in one statement, which must find all of them */
static orm_status orm__add_existing(orm__relating *r, const char *rows, size_t n)
{
    const orm_model *model = r->relation->target;
    const orm_column *primary[ORM__MAX_KEY];
    orm_change change = { .all = false };
    orm__keys keys;
    unsigned set = 0;
    int64_t changed = 0, distinct = 0;
    orm__equalities to = { &change, &set, NULL, r->db };
    for (unsigned i = 0; i < r->path.n; i++) orm__assign_value(&change, &set, r->path.there[i], r->key[i]);
    if (r->path.tag) orm__assign_value(&change, &set, r->path.tag, (orm_value){ .type = ORM_INT64, .as.i = r->path.tagged });
    if (!orm__each_equality(r->relation, orm__equality_assigned, &to)) return orm__raise(r->db, ORM_MISUSE, 0, "%s.%s: too many values to write", r->relation->model->name, r->relation->name);
    unsigned columns = orm__primary_key(model, primary);
    orm_status status = orm__keys_make(r->db, &keys, columns, primary, primary, model, rows, n);
    for (size_t i = 0; i < n && !status; i++) distinct += !orm__keys_repeat(&keys, i);
    if (!status) status = orm__and_rows(r, &change.where, rows, n, true);
    if (!status) status = orm__update_entered(r->db, model, &change, &changed);
    if (!status && changed != distinct) status = orm__raise_at(r->db, ORM_STALE, model, NULL, "a row that was to be added is not there any more");
    return status;
}

static orm_status orm__add_children(orm__relating *r, char *rows, size_t n)
{
    const orm_model *model = r->relation->target;
    char *existing = (char *)orm__bump(&r->db->scratch, (n ? n : 1) * model->size, 16);
    size_t there = 0;
    orm_status status = ORM_OK;
    if (!existing) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n && !status; i++) {
        bool fresh = false;
        status = orm__row_is_new(r->db, model, rows + i * model->size, "add", &fresh);
        if (!status && !fresh) memcpy(existing + there++ * model->size, rows + i * model->size, model->size);
        if (!status) status = orm__own(r, rows + i * model->size);
    }
    if (!status) status = orm__create_fresh(r->db, r->relation->target, rows, n, "add");
    if (!status && there) status = orm__add_existing(r, existing, there);
    return status;
}

/* the key of rows that the condition selects becomes NULL, or they are destroyed */
static orm_status orm__release_rows(orm__relating *r, const orm_expr *where, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *model = r->relation->target;
    if (options && options->destroy) {
        orm_query query = { .where = *where };
        return orm__destroy_all_entered(r->db, model, &query, removed);
    }
    orm_change change = { .where = *where };
    unsigned set = 0;
    for (unsigned i = 0; i < r->path.n; i++) {
        if (!r->path.there[i]->nullable)
            return orm__raise_at(r->db, ORM_MISUSE, model, r->path.there[i], "cannot be NULL, so that a row of %s.%s cannot be without its owner: say .destroy = true to delete such rows, or give them another owner",
                                 r->relation->model->name, r->relation->name);
        orm__assign_value(&change, &set, r->path.there[i], (orm_value){ .type = ORM_NULL });
    }
    if (r->path.tag && r->path.tag->nullable) orm__assign_value(&change, &set, r->path.tag, (orm_value){ .type = ORM_NULL });
    return orm__update_entered(r->db, model, &change, removed);
}

/* ---- links ---------------------------------------------------------------------------------------------------------------------------- */

/* a link between the owner and a row */
static orm_status orm__fill_link(orm__relating *r, void *link, const void *row)
{
    orm_status status = orm__set_key(r->db, r->path.n, r->path.there, link, r->path.here, r->owner);
    return status ? status : orm__set_key(r->db, r->path.n_link, r->path.link_to, link, r->path.linked, row);
}

/* links to the rows that have none yet */
static orm_status orm__add_missing_links(orm__relating *r, const char *rows, size_t n)
{
    const orm_model *model = r->relation->target, *link = r->path.link;
    orm_query query = { .limit = 0 };
    orm__keys wanted, there;
    orm__and_owned(r, &query.where);
    orm_status status = orm__and_among(r, &query.where, r->path.n_link, r->path.link_to, r->path.linked, model, rows, n, true);
    for (unsigned k = 0; k < r->path.n_link; k++) orm__mask_add(&query.select, orm__column_index(link, r->path.link_to[k]));
    char *existing = status ? NULL : (char *)orm__find_all_entered(r->db, link, &query, NULL, 0, false);
    if (!existing) return status ? status : orm__self()->error.kind;
    size_t n_there = orm__len(existing, link->ticket), made = 0;
    status = orm__keys_make(r->db, &wanted, r->path.n_link, r->path.link_to, r->path.linked, model, rows, n);
    if (!status) status = orm__keys_make(r->db, &there, r->path.n_link, r->path.link_to, r->path.link_to, link, existing, n_there);
    char *links = status ? NULL : (char *)orm__bump(&r->db->scratch, (n + 1) * link->size, 16);
    if (!status && !links) status = orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu links", n);
    for (size_t i = 0, at = 0; i < n && !status; i++) {
        if (orm__keys_repeat(&wanted, i)) continue;
        while (at < n_there && orm__compare_keys(&wanted.part, &there.at[at], &wanted.at[i]) < 0) at++;
        if (at < n_there && orm__compare_keys(&wanted.part, &there.at[at], &wanted.at[i]) == 0) continue;
        link->defaults(links + made * link->size);
        status = orm__fill_link(r, links + made++ * link->size, wanted.at[i].row);
    }
    orm__free(existing);
    return status ? status : orm__create_rows(r->db, link, links, made, NULL, false);
}

static orm_status orm__add_links(orm__relating *r, char *rows, char *links, size_t n)
{
    const orm_model *link = r->path.link;
    orm_status status = orm__create_fresh(r->db, r->relation->target, rows, n, "add");
    if (status || !n) return status;
    if (!links) return orm__add_missing_links(r, rows, n);
    for (size_t i = 0; i < n && !status; i++) {
        bool fresh = false;
        status = orm__row_is_new(r->db, link, links + i * link->size, "add_links", &fresh);
        if (!status && !fresh) status = orm__raise_at(r->db, ORM_MISUSE, link, NULL, "add_links: this link is in the database already");
        if (!status) status = orm__fill_link(r, links + i * link->size, rows + i * r->relation->target->size);
    }
    return status ? status : orm__create_rows(r->db, link, links, n, NULL, false);
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------------------ */

static orm_status orm__relate_begin(orm__relating *r, orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n, const char *what)
{
    bool fresh = false;
    *r = (orm__relating){ .db = db, .relation = relation, .owner = owner };
    orm__self()->model = relation->model;
    orm_status status = orm__row_is_new(db, relation->model, owner, what, &fresh);
    if (status) return status;
    if (fresh) return orm__raise_at(db, ORM_MISUSE, relation->model, NULL, "%s to %s.%s: the %s row is not in the database yet: create it first", what, relation->model->name, relation->name, relation->model->name);
    if (n && !rows) return orm__raise(db, ORM_MISUSE, 0, "%s: %zu rows at NULL", what, n);
    orm__path_of(relation, &r->path);
    for (unsigned i = 0; i < r->path.n && relation->kind != ORM_BELONGS_TO && !status; i++) status = orm__value_as(db, r->path.here[i], owner, r->path.there[i], &r->key[i]);
    for (size_t i = 0; i < n && !status; i++) status = orm__check_row(db, relation->target, (const char *)rows + i * relation->target->size, what);
    return status;
}

/* links from the owner to rows that are in the database, where there are none yet */
ORM_PRIVATE orm_status orm__link_rows(orm__session *db, const orm_relation *relation, const void *owner, const void *rows, size_t n)
{
    orm__relating r;
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "create_graph");
    return status ? status : orm__add_missing_links(&r, (const char *)rows, n);
}

static orm_status orm__relate_end(orm__session *db, orm_status status)
{
    if (!status) return orm__level_commit(db);
    orm__level_rollback(db);
    return status;
}

ORM_API orm_status orm__add(orm_db *handle, const orm_relation *relation, const void *owner, void *rows, void *links, size_t n, const char *place)
{
    orm__relating r;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, links ? "add_links" : "add");
    if (!status && n) status = orm__level_begin(db, NULL);
    if (!status && n) status = orm__relate_end(db, r.path.link ? orm__add_links(&r, (char *)rows, (char *)links, n) : orm__add_children(&r, (char *)rows, n));
    orm__leave(db);
    return status;
}

/* and what the declaration says of them; of links, what it says of their targets is asked for apart */
static orm_status orm__and_declared(const orm__relating *r, orm_expr *e, void (*make)(orm_expr *out))
{
    if (!make) return ORM_OK;
    orm_expr *declared = (orm_expr *)orm__bump(&r->db->scratch, sizeof *declared, 16);
    if (!declared) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory");
    declared->used = 0;
    make(declared);
    orm__and_node(e, ORM_OP_ALL_OF, NULL, (orm_value){ .as.list = { declared, 1 } });      /* one term, however many it has */
    return ORM_OK;
}

/* Of the links that the condition selects, only those whose targets belong to the relation: a link has no relation by which to ask for both at once,
   so the targets are read first. The condition borrows their keys: the caller frees them after its use, also after a failure. */
static orm_status orm__and_targets_declared(const orm__relating *r, orm_expr *e, char **found)
{
    const orm_model *target = r->relation->target, *link = r->path.link;
    orm_query links = { .where = *e }, targets = { .limit = 0 };
    for (unsigned k = 0; k < r->path.n_link; k++) {
        orm__mask_add(&links.select, orm__column_index(link, r->path.link_to[k]));
        orm__mask_add(&targets.select, orm__column_index(target, r->path.linked[k]));
    }
    char *linked = (char *)orm__find_all_entered(r->db, link, &links, NULL, 0, false);
    if (!linked) return orm__self()->error.kind;
    orm_status status = orm__and_among(r, &targets.where, r->path.n_link, r->path.linked, r->path.link_to, link, linked, orm__len(linked, link->ticket), true);
    if (!status) status = orm__and_declared(r, &targets.where, r->relation->where);
    if (!status && !(*found = (char *)orm__find_all_entered(r->db, target, &targets, NULL, 0, false))) status = orm__self()->error.kind;
    if (!status) status = orm__and_among(r, e, r->path.n_link, r->path.link_to, r->path.linked, target, *found, orm__len(*found, target->ticket), true);
    orm__free(linked);
    return status;
}

/* What belongs to the owner and is (or is not) among these rows. Rows that hold the key but not the relation's condition do not belong to it, and are
   left alone. */
static orm_status orm__remove_rows(orm__relating *r, const char *rows, size_t n, bool among, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *link = r->path.link;
    orm_query query = { .limit = 0 };
    orm__and_owned(r, &query.where);
    orm_status status = link ? orm__and_among(r, &query.where, r->path.n_link, r->path.link_to, r->path.linked, r->relation->target, rows, n, among)
                             : orm__and_rows(r, &query.where, rows, n, among);
    if (!status) status = orm__and_declared(r, &query.where, link ? r->relation->link_where : r->relation->where);
    char *found = NULL;
    if (!status && link && r->relation->where) status = orm__and_targets_declared(r, &query.where, &found);
    if (!status && link) status = orm__destroy_all_entered(r->db, link, &query, removed);
    else if (!status) status = orm__release_rows(r, &query.where, options, removed);
    orm__free(found);
    return status;
}

/* rows that are not in the database have no key */
static orm_status orm__known_rows(orm__relating *r, const char *rows, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        bool fresh = false;
        orm_status status = orm__row_is_new(r->db, r->relation->target, rows + i * r->relation->target->size, what, &fresh);
        if (!status && fresh) status = orm__raise_at(r->db, ORM_MISUSE, r->relation->target, NULL, "%s: the row is not in the database", what);
        if (status) return status;
    }
    return ORM_OK;
}

ORM_API orm_status orm__remove(orm_db *handle, const orm_relation *relation, const void *owner, const void *rows, size_t n, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "remove");
    if (!status) status = orm__known_rows(&r, (const char *)rows, n, "remove");
    if (!status && n) status = orm__remove_rows(&r, (const char *)rows, n, true, options, &removed);
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

/* those that are not wanted lose the owner; what is left is added, which leaves alone what is there */
static orm_status orm__replace_rows(orm__relating *r, char *rows, size_t n, const orm_relate_options *options, int64_t *removed)
{
    const orm_model *model = r->relation->target;
    char *known = (char *)orm__bump(&r->db->scratch, (n ? n : 1) * model->size, 16);
    size_t kept = 0;
    if (!known) return orm__raise(r->db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n; i++) {
        bool fresh = false;
        orm_status status = orm__row_is_new(r->db, model, rows + i * model->size, "replace", &fresh);
        if (status) return status;
        if (!fresh) memcpy(known + kept++ * model->size, rows + i * model->size, model->size);
    }
    orm_status status = orm__remove_rows(r, known, kept, false, options, removed);
    if (status || !n) return status;
    return r->path.link ? orm__add_links(r, rows, NULL, n) : orm__add_children(r, rows, n);
}

ORM_API orm_status orm__replace(orm_db *handle, const orm_relation *relation, const void *owner, void *rows, size_t n, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, rows, n, "replace");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__relate_end(db, orm__replace_rows(&r, (char *)rows, n, options, &removed));
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

/* the key of a belongs_to, in the owner */
static orm_status orm__assign_parent(orm__session *db, const orm_relation *relation, char *owner, char *row)
{
    orm__path path;
    bool fresh = false, fresh_row = false;
    orm_mask mask = { { 0 } };
    char *changed = (char *)orm__bump(&db->scratch, relation->model->size, 16);
    orm__path_of(relation, &path);
    if (!changed) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    orm_status status = orm__row_is_new(db, relation->model, owner, "assign", &fresh);
    if (!status && row) status = orm__row_is_new(db, relation->target, row, "assign", &fresh_row);
    if (!status && fresh_row) status = orm__create_entered(db, relation->target, row, "assign");
    if (status) return status;
    memcpy(changed, owner, relation->model->size);
    for (unsigned i = 0; i < path.n && !row; i++) {
        if (!path.here[i]->nullable) return orm__raise_at(db, ORM_MISUSE, relation->model, path.here[i], "cannot be NULL: assign another row");
        orm__store(path.here[i], changed, &(orm_value){ .type = ORM_NULL });
    }
    if (!row && path.tag && path.tag->nullable) orm__store(path.tag, changed, &(orm_value){ .type = ORM_NULL });
    if (row) {
        status = orm__set_key(db, path.n, path.here, changed, path.there, row);
        orm__set_tag(&path, changed);
    }
    for (unsigned i = 0; i < path.n; i++) orm__mask_add(&mask, orm__column_index(relation->model, path.here[i]));
    if (path.tag) orm__mask_add(&mask, orm__column_index(relation->model, path.tag));
    if (!status && !fresh) status = orm__save_entered(db, relation->model, changed, &mask);
    if (!status) memcpy(owner, changed, relation->model->size);
    return status;
}

ORM_API orm_status orm__assign(orm_db *handle, const orm_relation *relation, void *owner, void *row, const orm_relate_options *options, const char *place)
{
    orm__relating r;
    int64_t removed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, NULL, 0);
    if (!db) return orm__refused();
    orm__self()->model = relation->model;
    bool parent = relation->kind == ORM_BELONGS_TO;
    orm_status status = parent ? orm__check_row(db, relation->model, owner, "assign") : orm__relate_begin(&r, db, relation, owner, row, row != NULL, "assign");
    /* a row is the first of several by its values: to make another one the first, all before it would have to go */
    if (!status && !parent && !orm__path_is_unique(relation, &r.path))
        status = orm__raise(db, ORM_MISUSE, 0, "assign: %s.%s is the first of several rows in its order, as its key is not unique: change the rows, or add one to the list", relation->model->name, relation->name);
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) status = orm__relate_end(db, parent ? orm__assign_parent(db, relation, (char *)owner, (char *)row) : orm__replace_rows(&r, (char *)row, row != NULL, options, &removed));
    if (!status && options->removed) *options->removed = removed;
    orm__leave(db);
    return status;
}

static orm_status orm__count_entered_rows(orm__relating *r, const orm_expr *where, int64_t *out)
{
    orm_opt_int64 counted = { 0, false };
    orm_expr none;
    none.used = 0;
    orm_status status = orm__count_related(r->db, r->relation, r->owner, where ? where : &none, &counted);
    if (!status && !counted.set) return orm__raise_at(r->db, ORM_STALE, r->relation->model, NULL, "the row is not there any more");
    if (!status) *out = counted.value;
    return status;
}

ORM_API orm_status orm__count_rows(orm_db *handle, const orm_relation *relation, const void *owner, const orm_expr *where, int64_t *out, const char *place)
{
    orm__relating r;
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    orm_status status = orm__relate_begin(&r, db, relation, owner, NULL, 0, "count_rows");
    if (!status) status = orm__count_entered_rows(&r, where, out);
    orm__leave(db);
    return status;
}

ORM_API orm_status orm__has_row(orm_db *handle, const orm_relation *relation, const void *owner, const void *row, bool *out, const char *place)
{
    orm__relating r;
    orm_expr same;
    int64_t n = 0;
    orm__session *db = orm__enter(handle, ORM__READ, place, NULL, 0);
    if (!db) return orm__refused();
    same.used = 0;
    orm_status status = orm__relate_begin(&r, db, relation, owner, row, 1, "has_row");
    if (!status) status = orm__known_rows(&r, (const char *)row, 1, "has_row");
    if (!status) status = orm__and_rows(&r, &same, (const char *)row, 1, true);
    if (!status) status = orm__count_entered_rows(&r, &same, &n);
    if (!status) *out = n > 0;
    orm__leave(db);
    return status;
}

/* >>graph: M_create_graph: a row and everything new that hangs on its relations, in one transaction. Parents first, as children hold their keys; rows that are
   in the database already are only referred to. */

enum { ORM__GRAPH_DEPTH = 16 };

static orm_status orm__graph_row(orm__session *db, const orm_model *model, char *row, unsigned depth);

static char *orm__graph_pointer(const char *row, const orm_relation *relation)
{
    char *there = NULL;
    memcpy(&there, row + relation->member, sizeof there);
    return there;
}

/* what the row belongs to: new ones are created, and their keys go into the row */
static orm_status orm__graph_parents(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = &model->relations[i];
        char *parent = relation->kind == ORM_BELONGS_TO ? orm__graph_pointer(row, relation) : NULL;
        bool fresh = false;
        orm__path path;
        if (!parent) continue;
        if (relation->tag && orm__value_of(relation->tag, row).type == ORM_NULL)
            return orm__raise_at(db, ORM_MISUSE, model, relation->tag, "has no value, so it is not known which model %s.%s is of", model->name, relation->name);
        if (!orm__relation_applies(relation, row)) continue;
        orm_status status = orm__row_is_new(db, relation->target, parent, "create_graph", &fresh);
        if (!status && fresh) status = orm__graph_row(db, relation->target, parent, depth + 1);
        orm__path_of(relation, &path);
        if (!status) status = orm__set_key(db, path.n, path.here, row, path.there, parent);
        if (status) return status;
    }
    return ORM_OK;
}

/* rows that are there already become the owner's by their key */
static orm_status orm__graph_adopt(orm__session *db, const orm_relation *relation, const orm__path *path, char *rows, size_t n, const bool *fresh)
{
    const orm_model *model = relation->target;
    orm_mask mask = { { 0 } };
    orm_status status = ORM_OK;
    for (unsigned k = 0; k < path->n; k++) orm__mask_add(&mask, orm__column_index(model, path->there[k]));
    if (path->tag) orm__mask_add(&mask, orm__column_index(model, path->tag));
    for (size_t i = 0; i < n && !status; i++)
        if (!fresh[i]) status = orm__save_entered(db, model, rows + i * model->size, &mask);
    return status;
}

static orm_status orm__graph_below(orm__session *db, const orm_model *model, char *row, unsigned depth);

/* Which rows of a list are new? Their parents are created on the way, and one of these may be a row of this very list: such a row is new no more. */
static orm_status orm__graph_new(orm__session *db, const orm_model *model, char *rows, size_t n, unsigned depth, bool **fresh)
{
    orm_status status = ORM_OK;
    *fresh = (bool *)orm__bump(&db->scratch, n, 1);
    if (!*fresh) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory for %zu rows", n);
    for (size_t i = 0; i < n && !status; i++) {
        bool is_new = false;
        status = orm__row_is_new(db, model, rows + i * model->size, "create_graph", &is_new);
        if (!status && is_new) status = orm__graph_parents(db, model, rows + i * model->size, depth);
    }
    for (size_t i = 0; i < n && !status; i++) status = orm__row_is_new(db, model, rows + i * model->size, "create_graph", &(*fresh)[i]);
    return status;
}

static orm_status orm__graph_deep(orm__session *db, const orm_model *model, unsigned depth)
{
    if (depth <= ORM__GRAPH_DEPTH) return ORM_OK;
    return orm__raise_at(db, ORM_MISUSE, model, NULL, "create_graph: rows hang on each other more than %d deep, or in a ring", ORM__GRAPH_DEPTH);
}

/* rows that hold the owner's key, then what hangs on each of those that were new */
static orm_status orm__graph_children(orm__session *db, const orm_relation *relation, const char *owner, char *rows, size_t n, unsigned depth)
{
    const orm_model *model = relation->target;
    orm__path path;
    bool *fresh = NULL;
    orm_status status = orm__graph_deep(db, model, depth);
    orm__path_of(relation, &path);
    for (size_t i = 0; i < n && !status; i++) {
        status = orm__check_row(db, model, rows + i * model->size, "create_graph");
        if (!status) status = orm__own_row(db, &path, rows + i * model->size, owner);      /* before its parents, whose lists may reach this row */
    }
    if (!status) status = orm__graph_new(db, model, rows, n, depth, &fresh);
    for (size_t i = 0; i < n && !status; i++) status = orm__own_row(db, &path, rows + i * model->size, owner);      /* what the list says goes before a pointer */
    if (!status) status = orm__create_fresh(db, model, rows, n, "create_graph");
    if (!status) status = orm__graph_adopt(db, relation, &path, rows, n, fresh);
    for (size_t i = 0; i < n && !status; i++)
        if (fresh[i]) status = orm__graph_below(db, model, rows + i * model->size, depth);
    return status;
}

/* the rows on the other side of links, and a link to each of them */
static orm_status orm__graph_links(orm__session *db, const orm_relation *relation, const char *owner, char *rows, size_t n, unsigned depth)
{
    const orm_model *model = relation->target;
    bool *fresh = NULL;
    orm_status status = orm__graph_deep(db, model, depth);
    if (!status) status = orm__graph_new(db, model, rows, n, depth, &fresh);
    if (!status) status = orm__create_fresh(db, model, rows, n, "create_graph");
    for (size_t i = 0; i < n && !status; i++)
        if (fresh[i]) status = orm__graph_below(db, model, rows + i * model->size, depth);
    return status ? status : orm__link_rows(db, relation, owner, rows, n);
}

static orm_status orm__graph_below(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < model->n_relations && !status; i++) {
        const orm_relation *relation = &model->relations[i];
        char *rows = relation->kind == ORM_BELONGS_TO ? NULL : orm__graph_pointer(row, relation);
        size_t n = 1;
        if (!rows) continue;
        if (orm__is_list(relation) && !orm__list_length(rows, relation->target->ticket, &n))
            return orm__raise(db, ORM_MISUSE, 0, "%s.%s is no list of %s_list(), so its length is not known", model->name, relation->name, relation->target->name);
        if (!n) continue;
        status = relation->through ? orm__graph_links(db, relation, row, rows, n, depth + 1) : orm__graph_children(db, relation, row, rows, n, depth + 1);
    }
    return status;
}

static orm_status orm__graph_row(orm__session *db, const orm_model *model, char *row, unsigned depth)
{
    orm_status status = orm__graph_deep(db, model, depth);
    if (!status) status = orm__graph_parents(db, model, row, depth);
    if (!status) status = orm__create_entered(db, model, row, "create_graph");
    return status ? status : orm__graph_below(db, model, row, depth);
}

ORM_API orm_status orm__create_graph(orm_db *handle, const orm_model *model, void *row)
{
    bool fresh = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm__self()->model = model;
    orm_status status = orm__row_is_new(db, model, row, "create_graph", &fresh);
    if (!status) status = orm__check_new(db, model, row, "create_graph");
    if (!status) status = orm__level_begin(db, NULL);
    if (!status) {
        status = orm__graph_row(db, model, (char *)row, 0);
        if (!status) status = orm__level_commit(db);
        else orm__level_rollback(db);
    }
    orm__leave(db);
    return status;
}

/* >>stream: ORM_EACH. Keyset pages in the order of the primary key: nothing is held between them that another call needs. */

#define ORM__PAGE 256

/* a struct with a copy of the row's primary key in it, in the arena */
static void *orm__key_row(const orm_model *model, const void *row, orm_arena *arena)
{
    void *key = orm_arena_allocate(arena, model->size);
    for (size_t i = 0; key && i < model->n_columns; i++) {
        const orm_column *c = &model->columns[i];
        if (!c->primary_key) continue;
        orm_value v = orm__value_of(c, row);
        if (v.type == ORM_TEXT || v.type == ORM_JSON) {
            v.as.s = orm_text(arena, v.as.s);
            if (!v.as.s) return NULL;
        } else if (v.type == ORM_BLOB) {
            v.as.p = orm__bump_text(arena, v.as.p, v.length);
            if (!v.as.p) return NULL;
        }
        orm__store(c, key, &v);
    }
    if (key) *orm__ticket(model, key) = ORM_FRESH;
    return key;
}

static orm_status orm__each_refuse(orm__session *db, orm__each *each)
{
    const orm_query *q = each->query;
    if (q->order[0].column || q->offset || q->after || q->page || q->per_page || q->arena || q->track)
        return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "ORM_EACH walks in the order of the primary key: .order, .offset, .after, .page, .arena and .track are not for it");
    if (q->limit < 0) return orm__raise_at(db, ORM_MISUSE, each->model, NULL, "limit cannot be negative");
    if (q->lock || q->wait) return orm__row_lock_check(db, each->model, q);
    return ORM_OK;
}

/* the largest key at the start; NULL when there is no row */
static orm_status orm__each_bound(orm__session *db, orm__each *each)
{
    orm_query last = { .where = each->query->where };
    unsigned n = 0;
    for (size_t i = 0; i < each->model->n_columns; i++) {
        if (!each->model->columns[i].primary_key) continue;
        if (n < ORM_MAX_ORDERS) last.order[n++] = (orm_order){ .column = &each->model->columns[i], .descending = 1 };
        orm__mask_add(&last.select, i);
    }
    void *rows = orm__find_all_entered(db, each->model, &last, NULL, 1, false);
    if (!rows) return orm__self()->error.kind;
    orm_status status = ORM_OK;
    if (orm__len(rows, each->model->ticket)) {
        each->bound = orm__key_row(each->model, rows, &each->keys);
        if (!each->bound) status = orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    }
    orm__free(rows);
    return status;
}

static orm_status orm__each_page(orm__session *db, orm__each *each)
{
    orm__part bounds = { .after = each->from, .until = each->bound };
    orm_query page = *each->query;
    int64_t limit = ORM__PAGE;
    page.limit = 0;
    page.arena = &each->arena;
    if (each->query->limit && each->query->limit - each->given < limit) limit = each->query->limit - each->given;
    orm_arena_reset(&each->arena);
    each->rows = (char *)orm__find_all_entered(db, each->model, &page, &bounds, limit, false);
    if (!each->rows) return orm__self()->error.kind;
    each->count = orm__len(each->rows, each->model->ticket);
    each->at = 0;
    each->last_page = each->count < ORM__PAGE;
    if (each->count == 0) return ORM_OK;
    /* where the next page goes on: two arenas take turns, so that old keys do not pile up */
    orm_arena *other = &each->turn[each->turns++ & 1];
    orm_arena_reset(other);
    each->from = orm__key_row(each->model, each->rows + (each->count - 1) * each->model->size, other);
    return each->from ? ORM_OK : orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
}

ORM_API void *orm__each_next(orm__each *each)
{
    orm_status status = ORM_OK;
    if (each->at < each->count) {
        each->given++;
        return each->rows + each->at++ * each->model->size;
    }
    if (each->begun && (each->last_page || !each->bound)) return NULL;
    if (each->query->limit && each->given >= each->query->limit) return NULL;
    orm__session *db = orm__enter(each->db, ORM__READ, each->place, NULL, each->query->timeout_ms);
    if (!db) return NULL;
    if (!each->begun) {
        each->begun = true;
        each->arena.orm__allocator = each->keys.orm__allocator = each->turn[0].orm__allocator = each->turn[1].orm__allocator = db->allocator;
        status = orm__each_refuse(db, each);
        if (!status) status = orm__each_bound(db, each);
    }
    if (!status && each->bound) status = orm__each_page(db, each);
    orm__leave(db);
    if (status) each->last_page = true;
    if (status || each->count == 0 || each->at >= each->count) return NULL;
    each->given++;
    return each->rows + each->at++ * each->model->size;
}

ORM_API void orm__each_close(orm__each *each)
{
    orm_arena_release(&each->arena);
    orm_arena_release(&each->keys);
    orm_arena_release(&each->turn[0]);
    orm_arena_release(&each->turn[1]);
}

/* >>batch: the calls of ORM_BATCH. A call is a question, made at once (validated, its values copied), and an answer, read when its turn comes:
   the steps that the ordinary calls are made of, with a wait between them. Where the engine does not pipeline, the wait is none. */

#define ORM__MOST_ASKED       256        /* answers that are waited for at most, so that neither side's buffers fill up */
#define ORM__MOST_ASKED_BYTES 65536      /* of values */

/* what a block's own transaction wrote: a commit that fails makes failures of these */
typedef struct orm__written { struct orm__written *before; orm_slot *slot; uint64_t serial; } orm__written;

/* the block that this thread's calls on the handle belong to, or NULL */
static orm__batch *orm__batch_of(const orm_db *handle)
{
    orm__batch *batch = orm__self()->batch;
    while (batch && (batch->db != handle || batch->joins)) batch = batch->outer;
    return batch;
}

/* ---- answers ---- */

/* puts a failure, which is this thread's error, into a slot */
static void orm__slot_fail(orm_slot *slot, orm_status status)
{
    const orm_error_info *error = &orm__self()->error;
    slot->status = status;
    slot->code = error->code;
    orm__copy_clean(slot->field, sizeof slot->field, "%s", error->field);
    orm__copy_clean(slot->message, sizeof slot->message, "%s", error->message[0] ? error->message : orm_status_text(status));
}

/* answers come later than refusals: the first is that of the call that was made first */
static void orm__batch_fail(orm__batch *batch, uint64_t serial)
{
    if (batch->failed && batch->failed < serial) return;
    batch->failed = serial;
    batch->failure = orm__self()->error;
}

/* Puts the outcome of a call where it belongs. A slot that has been asked for something else since has no use for it. */
static void orm__deliver(orm__ask *ask, orm_status status)
{
    orm_slot *slot = ask->slot;
    bool wanted = slot->orm__serial == ask->serial;
    if (ask->batch && orm_failed()) orm__batch_fail(ask->batch, ask->serial);
    if ((status || !wanted) && ask->rows) {
        if (!ask->arena) orm__free(ask->rows);
        ask->rows = NULL;
    }
    if (!wanted) return;
    slot->status = ORM_OK;
    slot->rows = ask->rows;
    slot->count = status ? 0 : ask->count;
    if (status) orm__slot_fail(slot, status);
}

/* Runs the statement of a question, or receives what was sent of it. False: it was skipped, and nothing stands against running it. */
static bool orm__answer(orm__session *db, orm__ask *ask, bool sent)
{
    orm__thread *self = orm__self();
    int64_t until = orm__until(&db->options, ask->timeout_ms);
    orm__clear_error();
    self->place = NULL;
    self->address = ask->address;
    self->model = ask->model;
    if (until || db->deadline) db->dialect->deadline(db->connection, until);
    db->deadline = until;
    db->sent = sent ? ask : NULL;
    ask->skipped = false;
    orm_status status = ask->answer(db, ask);
    if (db->sent) {                     /* it failed before it came to that */
        orm__run run;
        if (orm__run_start(db, &run, ask->prepared, ask->values, ask->n_values) == ORM_OK) orm__run_finish(db, &run, NULL);
    } else if (ask->skipped) {
        if (db->level == 0) return false;
        status = orm__level_refuses(db);        /* by the failure, which is the transaction's */
    }
    orm__deliver(ask, status);
    return true;
}

ORM_PRIVATE void orm__batch_answer_all(orm__session *db)
{
    orm__thread *self = orm__self();
    const orm__thread before = *self;
    int64_t deadline = db->deadline;
    orm__ask *skipped = NULL, **last = &skipped;
    db->calls++;                /* what is asked stands in the scratch memory */
    while (db->asked) {
        orm__ask *ask = db->asked;
        db->asked = ask->next;
        db->n_asked--;
        if (orm__answer(db, ask, true)) continue;
        ask->next = NULL;
        *last = ask;
        last = &ask->next;
    }
    db->asked_bytes = 0;
    for (; skipped; skipped = skipped->next) orm__answer(db, skipped, false);
    if (db->deadline != deadline) db->dialect->deadline(db->connection, deadline);
    db->deadline = deadline;
    self->error = before.error;
    self->place = before.place;
    self->address = before.address;
    self->model = before.model;
    self->absence_fails = before.absence_fails;
    orm__work_end(db);
}

ORM_PRIVATE void orm__batch_abandon(orm__session *db)
{
    if (db->asked) db->broken = true;      /* answers that nobody reads */
    for (const orm__ask *ask = db->asked; ask; ask = ask->next) orm__free(ask->rows);
    db->asked = NULL;
    db->n_asked = 0;
    db->asked_bytes = 0;
    db->batch = NULL;
}

/* ---- blocks ---- */

/* Takes the session that the block holds from now on. On an engine that does not pipeline it is a transaction of its own, unless it is in one. */
static bool orm__batch_take(orm__batch *batch, orm__mode mode, const void *address)
{
    orm_db *handle = batch->db;
    const orm__session *held = orm__held_by(handle);
    if (handle->pool->dialect->send || (held && held->level > 0)) {
        batch->session = orm__acquire(handle, mode, orm__until(&handle->pool->options, 0), batch->place, address);
    } else {
        batch->session = orm__open_level(handle, &(orm_transaction_options){ .read_only = batch->options.read_only }, 1, batch->place, address, &batch->level);
    }
    orm__session *db = batch->session;
    if (!db) return false;
    if (batch->level) db->levels[db->level].apart = true;
    db->batch = batch;
    batch->written.orm__allocator = db->allocator;
    orm__watch_thread_end();
    return true;
}

static void orm__batch_commit(orm__batch *batch)
{
    unsigned index;
    orm__session *db = orm__find_level(batch->db, batch->level, &index);
    orm_status status = db ? orm__end_level(db, index, true) : orm__raise_pool(batch->db->pool, ORM_MISUSE, "the batch at %s was ended from inside", batch->place);
    for (orm__written *w = batch->last_written; w && status; w = w->before) {
        if (w->slot->orm__serial == w->serial && w->slot->status == ORM_OK) orm__slot_fail(w->slot, status);
    }
    if (status) orm__batch_fail(batch, UINT64_MAX);
}

static void orm__batch_end(orm__batch *batch)
{
    orm__thread *self = orm__self();
    batch->entered = false;
    self->batch = batch->outer;
    if (batch->joins) return;
    orm__session *db = batch->session;
    if (db) {
        orm__batch_drain(db);
        db->batch = NULL;
        orm__clear_error();
        if (batch->level) orm__batch_commit(batch);
        else if (db->shared) pthread_mutex_lock(&db->call_mutex);      /* which letting go unlocks */
        if (!batch->level) orm__let_go(db);
        orm_arena_release(&batch->written);
    }
    orm__clear_error();
    if (batch->failed) self->error = batch->failure;
}

ORM_API bool orm__batch_enter(orm__batch *batch)
{
    if (batch->entered) {
        orm__batch_end(batch);
        return false;
    }
    orm__thread *self = orm__self();
    batch->joins = orm__batch_of(batch->db) != NULL;
    batch->outer = self->batch;
    batch->entered = true;
    self->batch = batch;
    return true;
}

ORM_API void orm__batch_leave(orm__batch *batch)
{
    if (batch->entered) orm__batch_end(batch);
}

/* Has the block a session for this call? It takes one by its first. A transaction that other threads share is entered call by call. */
static bool orm__batch_holds(orm__batch *batch, const void *address)
{
    if (!batch || !batch->db || batch->db->pinned) return false;
    const orm__session *held = batch->session ? batch->session : orm__held_by(batch->db);
    if (held && held->shared) return false;
    return batch->session || orm__batch_take(batch, batch->options.read_only ? ORM__READ : ORM__WRITE, address);
}

/* ---- questions ---- */

/* Begins a call. NULL: it is refused, and its slot says why; otherwise orm__ask_end must follow. */
static orm__session *orm__ask_begin(orm_db *handle, orm_slot *slot, uint32_t timeout_ms, orm__ask *ask)
{
    orm__batch *batch = orm__batch_of(handle);
    orm__session *db = NULL;
    ask->batch = batch;
    ask->slot = slot;
    ask->serial = slot->orm__serial = ++orm__self()->asked;
    ask->timeout_ms = timeout_ms;
    slot->rows = NULL;
    slot->status = ORM_PENDING;
    slot->code = 0;
    slot->count = 0;
    slot->field[0] = slot->message[0] = 0;
    orm__clear_error();
    if (batch && batch->options.read_only && ask->writes) {
        orm__raise(NULL, ORM_READ_ONLY, 0, "the batch at %s only reads", batch->place);
    } else if (orm__batch_holds(batch, ask->address)) {
        db = batch->session;
        ask->held = true;
        if (db->n_asked == ORM__MOST_ASKED || db->asked_bytes >= ORM__MOST_ASKED_BYTES) orm__batch_drain(db);
        if (orm__level_refuses(db)) db = NULL;
        else orm__work_begin(db, NULL, ask->address, orm__until(&db->options, timeout_ms));
    } else if (!orm_failed()) {
        db = orm__enter(handle, ask->writes ? ORM__WRITE : ORM__READ, NULL, ask->address, timeout_ms);
    }
    if (!db) orm__deliver(ask, orm__refused());
    return db;
}

/* a copy of the values and of what they point to; NULL when out of memory (raised) */
static orm_value *orm__ask_keep(orm__session *db, const orm_value *values, size_t n)
{
    orm_value *kept = (orm_value *)orm__bump(&db->scratch, (n + !n) * sizeof *kept, _Alignof(orm_value));
    bool room = kept != NULL;
    for (size_t i = 0; i < n && room; i++) {
        orm_value *v = &kept[i];
        *v = values[i];
        db->asked_bytes += sizeof *v;
        if (v->type != ORM_TEXT && v->type != ORM_JSON && v->type != ORM_BLOB) continue;
        if (v->length == ORM_LENGTH_UNKNOWN) v->length = (uint32_t)strlen(v->as.s);
        v->as.s = orm__bump_text(&db->scratch, v->as.s, v->length);
        db->asked_bytes += v->length;
        room = v->as.s != NULL;
    }
    if (!room) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    return room ? kept : NULL;
}

/* sends the statement of a question, to be answered later */
static orm_status orm__ask_send(orm__session *db, const orm__ask *ask)
{
    orm__ask *kept = (orm__ask *)orm__bump(&db->scratch, sizeof *kept, _Alignof(orm__ask));
    if (!kept) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *kept = *ask;
    kept->values = orm__ask_keep(db, ask->values, ask->n_values);
    if (!kept->values) return ORM_NO_MEMORY;
    orm_status status = orm__run_send(db, kept->prepared, kept->values, kept->n_values);
    if (status) return status;
    kept->began = db->options.log ? orm__ticks() : 0;
    if (!db->asked) db->last_asked = &db->asked;
    *db->last_asked = kept;
    db->last_asked = &kept->next;
    db->n_asked++;
    return ORM_OK;
}

/* remembers that the block's transaction has to be committed for this */
static orm_status orm__ask_note(orm__session *db, const orm__ask *ask)
{
    orm__batch *batch = ask->batch;
    if (!batch || !batch->level || !ask->writes) return ORM_OK;
    orm__written *w = (orm__written *)orm__bump(&batch->written, sizeof *w, _Alignof(orm__written));
    if (!w) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    *w = (orm__written){ batch->last_written, ask->slot, ask->serial };
    batch->last_written = w;
    return ORM_OK;
}

/* Ends a call: what is ready is sent, or answered at once. `status`: of its preparation. */
static void orm__ask_end(orm__session *db, orm__ask *ask, orm_status status)
{
    bool ahead = ask->held && db->dialect->send && db->calls == 1 && !ask->whole && ask->prepared;
    if (!status) status = ahead ? orm__ask_send(db, ask) : orm__ask_note(db, ask);
    if (status || !ask->prepared) {
        orm__deliver(ask, status);
    } else if (!ahead) {
        orm__batch_drain(db);
        orm__answer(db, ask, false);
    }
    if (ask->held) {
        orm__clear_error();             /* it is in the slot, and kept for the end of the block */
        orm__work_end(db);
    } else {
        orm__leave(db);
    }
}

/* ---- the calls ---- */

static orm_status orm__answer_find(orm__session *db, orm__ask *ask)
{
    ask->rows = orm__find_row(db, ask->model, ask->prepared, ask->values, ask->n_values);
    ask->count = ask->rows != NULL;
    if (!ask->rows && !ask->skipped) orm__absent(db, ask->model, false);
    return orm__self()->error.kind;
}

ORM_API void orm__batch_find(orm_db *handle, const orm_model *model, const void *key, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_find, .model = model, .address = ORM__CALLER };
    orm_value values[ORM__MAX_KEY];
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__find_prepare(db, model, key, NULL, values, &ask.n_values, &ask.prepared);
    ask.values = values;
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_find_all(orm__session *db, orm__ask *ask)
{
    const orm__build b = { .values = (orm_value *)(uintptr_t)ask->values, .n_values = ask->n_values };
    ask->rows = orm__find_all_read(db, ask->head, ask->prepared, &b, ask->arena, ask->track);
    ask->count = (int64_t)orm__len(ask->rows, ask->model->ticket);
    return ask->rows ? ORM_OK : orm__self()->error.kind;
}

/* rows of to-many relations have statements of their own, which need the parents first */
static bool orm__has_children(const orm__part *head)
{
    const orm__part *part = head->next;
    while (part && part->head != part) part = part->next;
    return part != NULL;
}

ORM_API void orm__batch_find_all(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_find_all, .model = model, .address = ORM__CALLER, .arena = query ? query->arena : NULL, .track = query && query->track };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__find_all_prepare(db, model, query, NULL, 0, &b, &ask.head, &ask.prepared);
    if (!status) {
        ask.values = b.values;
        ask.n_values = b.n_values;
        ask.whole = orm__has_children(ask.head);
    }
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_count(orm__session *db, orm__ask *ask)
{
    return orm__count_run(db, ask->prepared, ask->values, ask->n_values, &ask->count);
}

ORM_API void orm__batch_count(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_count, .model = model, .address = ORM__CALLER };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__row_lock_refuse(db, model, query);
    if (!status) status = orm__count_prepare(db, model, query, &b, &ask.prepared);
    if (!status) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_create(orm__session *db, orm__ask *ask)
{
    ask->count = 1;
    return orm__create_run(db, ask->model, ask->rows, ask->now, ask->prepared, ask->values, ask->n_values);
}

ORM_API void orm__batch_create(orm_db *handle, const orm_model *model, const void *row, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_create, .model = model, .address = ORM__CALLER, .writes = true, .now = orm_now() };
    orm_value *values = NULL;
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__check_row(db, model, row, "batch_create");
    if (!status) {                      /* the caller's row is left alone */
        ask.rows = orm__copy(model, row);
        status = ask.rows ? orm__create_prepare(db, model, ask.rows, "batch_create", ask.now, &values, &ask.n_values, &ask.prepared) : orm__self()->error.kind;
    }
    ask.values = values;
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_write(orm__session *db, orm__ask *ask)
{
    return orm__run_write(db, ask->prepared, ask->values, ask->n_values, &ask->count);
}

ORM_API void orm__batch_update(orm_db *handle, const orm_model *model, const orm_change *change, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_write, .model = model, .address = ORM__CALLER, .writes = true };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, change ? change->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__update_prepare(db, model, change, &b, &ask.prepared);
    if (!status && ask.prepared) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

static orm_status orm__answer_destroy(orm__session *db, orm__ask *ask)
{
    orm_status status = orm__destroy_run(db, ask->model, ask->prepared, ask->values, ask->n_values);
    ask->count = status == ORM_OK;
    return status;
}

ORM_API void orm__batch_destroy_by_key(orm_db *handle, const orm_model *model, const void *key, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_destroy, .model = model, .address = ORM__CALLER, .writes = true };
    orm_value values[ORM__MAX_KEY];
    orm__session *db = orm__ask_begin(handle, slot, 0, &ask);
    if (!db) return;
    orm_status status = orm__destroy_prepare(db, model, key, NULL, values, &ask.n_values, &ask.prepared);
    ask.values = values;
    orm__ask_end(db, &ask, status);
}

ORM_API void orm__batch_destroy_all(orm_db *handle, const orm_model *model, const orm_query *query, orm_slot *slot)
{
    orm__ask ask = { .answer = orm__answer_write, .model = model, .address = ORM__CALLER, .writes = true };
    orm__build b;
    orm__session *db = orm__ask_begin(handle, slot, query ? query->timeout_ms : 0, &ask);
    if (!db) return;
    orm_status status = orm__destroy_all_prepare(db, model, query, &b, &ask.prepared);
    if (!status && ask.prepared) {
        ask.values = b.values;
        ask.n_values = b.n_values;
    }
    orm__ask_end(db, &ask, status);
}

/* >>lexer: SQL text as the engine reads it: where texts, names and comments end, in which nothing is a parameter. */

static bool orm__lex_is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80; }

/* behind the next `end`, or the end of the text */
static const char *orm__lex_behind(const char *s, const char *end)
{
    const char *found = strstr(s, end);
    return found ? found + strlen(end) : s + strlen(s);
}

/* PostgreSQL joins texts on different lines, and the first decides how backslashes are read: the quote of the next one, or NULL */
static const char *orm__lex_next_line(const char *s)
{
    bool other_line = false;
    for (;;) {
        size_t blanks = strspn(s, " \t\r\n\f\v");
        other_line = other_line || memchr(s, '\n', blanks) || memchr(s, '\r', blanks);
        s += blanks;
        if (s[0] != '-' || s[1] != '-') return other_line && *s == '\'' ? s : NULL;
        s += strcspn(s, "\n");
    }
}

/* behind a text in which a backslash quotes; `s` is at its quote */
static const char *orm__lex_escaped(const char *s)
{
    for (s++; *s; s++) {
        if (*s == '\\' && s[1]) {
            s++;
        } else if (*s == '\'' && s[1] == '\'') {
            s++;
        } else if (*s == '\'') {
            const char *next = orm__lex_next_line(s + 1);
            if (!next) return s + 1;
            s = next;
        }
    }
    return s;
}

/* behind $tag$...$tag$; `s` itself when it is at no such tag */
static const char *orm__lex_dollars(const char *s)
{
    const char *p = s + 1;
    if (*p >= '0' && *p <= '9') return s;
    while (orm__lex_is_letter(*p)) p++;
    if (*p++ != '$') return s;
    size_t size = (size_t)(p - s);
    for (; (p = strchr(p, '$')) != NULL; p++) if (strncmp(p, s, size) == 0) return p + size;
    return s + strlen(s);
}

static const char *orm__lex_comment(const char *s, bool nested)
{
    if (!nested) return orm__lex_behind(s + 2, "*/");
    for (size_t depth = 0; *s; s++) {
        if (s[0] == '/' && s[1] == '*') depth++, s++;
        else if (s[0] == '*' && s[1] == '/' && (s++, --depth == 0)) return s + 1;
    }
    return s;
}

ORM_PRIVATE size_t orm__lex_word(const orm_dialect *dialect, const char *s)
{
    size_t n = 0;
    while (orm__lex_is_letter(s[n]) || (n > 0 && s[n] == '$' && dialect->reads.dollar_quotes)) n++;
    return n;
}

ORM_PRIVATE const char *orm__lex_skip(const orm_dialect *dialect, const char *s)
{
    size_t word = orm__lex_word(dialect, s);
    if (word) return dialect->reads.escape_texts && word == 1 && (*s | 0x20) == 'e' && s[1] == '\'' ? orm__lex_escaped(s + 1) : s + word;
    switch (*s) {       /* a doubled quote reads as two texts side by side, which comes to the same */
    case '\'': return orm__lex_behind(s + 1, "'");
    case '"':  return orm__lex_behind(s + 1, "\"");
    case '`':  return dialect->reads.backquotes ? orm__lex_behind(s + 1, "`") : s;
    case '[':  return dialect->reads.brackets ? orm__lex_behind(s + 1, "]") : s;
    case '$':  return dialect->reads.dollar_quotes ? orm__lex_dollars(s) : s;
    case '-':  return s[1] == '-' ? s + strcspn(s, "\n") : s;
    case '/':  return s[1] == '*' ? orm__lex_comment(s, dialect->reads.nested_comments) : s;
    default:   return s;
    }
}

/* >>raw: SQL by hand. Parameters are written ?1, ?2 ... on every engine and always bound; values pass the same checks as those of models. */

#define ORM__RAW_MAX_PARAMETERS 32766

/* ---- reading the statement ---- */

/* begin, commit and their like would go behind the back of ORM_TRANSACTION */
static bool orm__raw_is_control(const orm_dialect *dialect, const char *sql)
{
    static const char *const words[] = { "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" };
    for (const char *next = sql; ; sql = next) {
        sql += strspn(sql, " \t\r\n\f\v;");
        next = *sql == '-' || *sql == '/' ? orm__lex_skip(dialect, sql) : sql;
        if (next == sql) break;
    }
    size_t size = orm__lex_word(dialect, sql);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = 0;
        while (words[i][n] && (sql[n] | 0x20) == words[i][n]) n++;
        if (!words[i][n] && n == size) return true;
    }
    return false;
}

/* is the ? at `sql` a parameter, or the slip of one? */
static bool orm__raw_is_parameter(const orm_dialect *dialect, const char *sql)
{
    return !dialect->reads.question_operators || (sql[1] >= '0' && sql[1] <= '9');
}

/* copies the statement with its parameters as the engine spells them; `parameters` gets the highest number */
static orm_status orm__raw_rewrite(orm__session *db, const char *sql, orm__writer *out, uint32_t *parameters)
{
    *parameters = 0;
    if (orm__raw_is_control(db->dialect, sql)) return orm__raise(db, ORM_MISUSE, 0, "transactions are begun and ended by ORM_TRANSACTION or orm_begin, not by SQL");
    while (*sql) {
        const char *plain = sql;
        while (*sql && (*sql != '?' || !orm__raw_is_parameter(db->dialect, sql))) {
            const char *after = orm__lex_skip(db->dialect, sql);
            sql = after == sql ? sql + 1 : after;
        }
        orm__put_bytes(out, plain, (size_t)(sql - plain));
        if (!*sql) break;
        uint32_t number = 0;
        for (sql++; *sql >= '0' && *sql <= '9' && number <= ORM__RAW_MAX_PARAMETERS; sql++) number = number * 10 + (uint32_t)(*sql - '0');
        if (number == 0 || number > ORM__RAW_MAX_PARAMETERS) return orm__raise(db, ORM_MISUSE, 0, "parameters are written ?1, ?2 ... ?%d", ORM__RAW_MAX_PARAMETERS);
        if (number > *parameters) *parameters = number;
        db->dialect->parameter(out, number);
    }
    return ORM_OK;
}

/* ---- values ---- */

#define ORM__RAW_COLUMN(type_) [type_] = { .name = "the value", .is = { .type = type_ }, .nullable = true }
/* the columns that values are checked and results decoded for */
static const orm_column orm__raw_columns[ORM_TYPES] = {
    ORM__RAW_COLUMN(ORM_INT64), ORM__RAW_COLUMN(ORM_DOUBLE), ORM__RAW_COLUMN(ORM_BOOL), ORM__RAW_COLUMN(ORM_TEXT), ORM__RAW_COLUMN(ORM_BLOB),
    ORM__RAW_COLUMN(ORM_DATE), ORM__RAW_COLUMN(ORM_CLOCK), ORM__RAW_COLUMN(ORM_TIME), ORM__RAW_COLUMN(ORM_UUID), ORM__RAW_COLUMN(ORM_INET),
    ORM__RAW_COLUMN(ORM_ARRAY),
};
#undef ORM__RAW_COLUMN

/* copies of the values, checked and measured, in the call's memory */
static orm_status orm__raw_values(orm__session *db, const orm_value *values, size_t n, const orm_value **out)
{
    orm_value *fitted = NULL;
    if (n > 0 && !(fitted = (orm_value *)orm__bump(&db->scratch, n * sizeof *fitted, _Alignof(orm_value)))) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < n; i++) {
        char why[160];
        orm_status kind = ORM_OK;
        fitted[i] = values[i];
        if (values[i].type == ORM_DECIMAL) {
            return orm__raise(db, ORM_UNSUPPORTED, 0, "parameter %zu is a decimal, whose form in the database depends on its column: pass orm_decimal_units or a text", i + 1);
        }
        if (values[i].type == ORM_NULL) continue;
        orm_type type = values[i].type == ORM_VALUE_TOO_BIG ? ORM_INT64 : (orm_type)values[i].type;
        orm_column column = orm__raw_columns[type];
        if (type == ORM_ARRAY) column.is.element = (orm_type)values[i].scale;
        const char *wrong = orm__fit(&column, &fitted[i], db->options.max_text, why, &kind);
        if (wrong) return orm__raise(db, kind, 0, "parameter %zu %s", i + 1, wrong);
    }
    *out = fitted;
    return ORM_OK;
}

/* ---- statements ---- */

/* a plan of one column of `type`; ORM_NULL for a statement whose rows are not read */
static orm_status orm__raw_plan(orm__session *db, orm__prepared *p, orm_type type)
{
    struct orm__raw_plan { orm_plan_field field; orm_plan_segment segment; } *plan = NULL;
    if (type == ORM_NULL) return ORM_OK;
    plan = (struct orm__raw_plan *)orm__allocate(&db->allocator, sizeof *plan);
    if (!plan) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    plan->segment = (orm_plan_segment){ .n_fields = 1, .key = -1 };
    plan->field = (orm_plan_field){ .column = &orm__raw_columns[type], .type = (uint8_t)type, .nullable = true };
    p->plan = (orm_plan){ .segments = &plan->segment, .n_segments = 1, .fields = &plan->field, .n_fields = 1 };
    p->plan_block = plan;
    p->plan_size = sizeof *plan;
    return ORM_OK;
}

static orm_status orm__raw_compile(orm__session *db, const char *sql, orm_type type, const char *key, size_t key_size, orm__prepared **out)
{
    orm__writer text_ = { .allocator = &db->allocator, .dialect = db->dialect };
    orm__prepared *p = NULL;
    uint32_t parameters = 0;
    orm_status status = orm__raw_rewrite(db, sql, &text_, &parameters);
    if (!status) status = orm__prepare(db, &text_, &p);
    orm__writer_release(&text_);
    if (status) return status;
    p->n_parameters = parameters;
    status = orm__raw_plan(db, p, type);
    if (!status) status = orm__shape_add(db, p, key, key_size);
    if (status) orm__prepared_free(db, p);
    else *out = p;
    return status;
}

/* the kept statement for this text and type of result. Its key is the whole text, after a byte that no query's key begins with. */
static orm_status orm__raw_statement(orm__session *db, const char *sql, orm_type type, size_t n, orm__prepared **out)
{
    size_t size = sql ? strlen(sql) : 0;
    if (size == 0) return orm__raise(db, ORM_MISUSE, 0, "the statement is empty");
    char *key = (char *)orm__bump(&db->scratch, size + 2, 1);
    if (!key) return orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    key[0] = 2;
    key[1] = (char)type;
    memcpy(key + 2, sql, size);
    *out = orm__shape_find(db, key, size + 2);
    if (!*out) {
        orm_status status = orm__raw_compile(db, sql, type, key, size + 2, out);
        if (status) return status;
    }
    if ((*out)->n_parameters == n) return ORM_OK;
    return orm__raise(db, ORM_MISUSE, 0, "the statement has %" PRIu32 " parameter%s, %zu value%s given", (*out)->n_parameters, (*out)->n_parameters == 1 ? "" : "s", n, n == 1 ? " was" : "s were");
}

static orm_status orm__raw_start(orm__session *db, orm__run *run, const char *sql, orm_type type, const orm_value *values, size_t n)
{
    orm__prepared *p = NULL;
    const orm_value *fitted = NULL;
    orm_status status = orm__raw_values(db, values, n, &fitted);
    if (!status) status = orm__raw_statement(db, sql, type, n, &p);
    return status ? status : orm__run_start(db, run, p, fitted, n);
}

/* the first column of the first row, into a member of the type */
static orm_status orm__raw_first(orm__session *db, const char *sql, orm_type type, const orm_value *values, size_t n, void *member, orm_arena *texts)
{
    orm__run run;
    orm_status status = orm__raw_start(db, &run, sql, type, values, n);
    if (status) return status;
    orm__run_fetch(db, &run, &member, texts, NULL);
    return orm__run_finish(db, &run, NULL);
}

/* Transactions are not begun or ended by hand: nobody would know of it. */
static orm_status orm__raw_end(orm__session *db, orm_status status)
{
    bool inside = db->dialect->in_transaction(db->connection);
    if (inside && db->level == 0) {
        db->dialect->rollback(db->connection);
        if (!status) status = orm__raise(db, ORM_MISUSE, 0, "the SQL began a transaction, which is rolled back: use ORM_TRANSACTION");
    } else if (!inside && db->level > 0 && !db->dead_transaction) {
        db->dead_transaction = true;
        if (!status) status = orm__raise(db, ORM_MISUSE, 0, "the SQL ended the transaction: leave its block instead");
    }
    orm__leave(db);
    return status;
}

/* ---- the calls ---- */

ORM_API orm_status orm__scalar(orm_db *handle, const char *sql, size_t n, const orm_value *values, orm_type type, void *out, size_t size, bool *found, const char *place)
{
    *found = false;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    union { int64_t i; double d; char bytes[16]; } member = { .bytes = { 0 } };      /* {value, set} of any type that orm_scalar takes */
    orm_status status = orm__raw_first(db, sql, type, values, n, &member, &db->scratch);
    if (!status && member.bytes[size]) {
        memcpy(out, &member, size);
        *found = true;
    }
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__scalar_text(orm_db *handle, orm_arena *arena, const char **out, const char *sql, const orm_value *values, size_t n, const char *place)
{
    *out = NULL;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    const char *found = NULL;
    orm_status status = arena ? orm__raw_first(db, sql, ORM_TEXT, values, n, &found, arena) : orm__raise(db, ORM_MISUSE, 0, "the arena is NULL");
    if (!status) *out = found;
    return orm__raw_end(db, status);
}

ORM_API orm_status orm__exec(orm_db *handle, const char *sql, size_t n, const orm_value *values, int64_t *changed, const char *place)
{
    if (changed) *changed = 0;
    orm__session *db = orm__enter(handle, ORM__WRITE, place, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm__run run;
    orm_outcome outcome = { 0, 0 };
    orm_status status = orm__raw_start(db, &run, sql, ORM_NULL, values, n);
    if (!status) {
        while (orm__run_fetch(db, &run, NULL, &db->scratch, NULL) == ORM_STEP_ROW) continue;
        status = orm__run_finish(db, &run, &outcome);
    }
    if (!status && changed) *changed = outcome.changed;
    return orm__raw_end(db, status);
}

/* >>layout: what a schema consists of: its models with parents first, its indexes with names that nothing else bears. Names are checked here,
   before any SQL is made of them, because engines cut or fold them in silence. */

#define ORM__HASH_DIGITS 9       /* "_" and eight hex digits */

ORM_PRIVATE bool orm__same_word(const char *a, const char *b)
{
    for (;; a++, b++) {
        unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
        if (x >= 'A' && x <= 'Z') x |= 0x20;
        if (y >= 'A' && y <= 'Z') y |= 0x20;
        if (x != y) return false;
        if (!x) return true;
    }
}

ORM_PRIVATE size_t orm__key_length(const orm_model *model)
{
    size_t n = 0;
    for (size_t i = 0; i < model->n_columns; i++) n += model->columns[i].primary_key;
    return n;
}

ORM_PRIVATE size_t orm__key_position(const orm_model *model, const orm_column *column)
{
    size_t position = 0;
    for (const orm_column *c = model->columns; c <= column; c++) position += c->primary_key;
    return column->primary_key ? position : 0;
}

ORM_PRIVATE const orm_column *orm__target_of(const orm_column *column, const orm_model **model)
{
    *model = column->references ? column->references_model : column->is.target_model;
    return column->references ? column->references : column->is.target;
}

static bool orm__same_foreign_key(const orm_relation *a, const orm_relation *b)
{
    size_t i = 0;
    if (!a->constrained || !b->constrained || a->target != b->target) return false;
    while (a->key[i] && a->key[i] == b->key[i]) i++;
    return a->key[i] == b->key[i];
}

/* several relations may go by one key, and a key of one column may say itself what it refers to */
ORM_PRIVATE const orm_relation *orm__foreign_key(const orm_model *model, size_t i)
{
    const orm_relation *relation = &model->relations[i];
    const orm_model *parent = NULL;
    if (!relation->constrained || (!relation->key[1] && orm__target_of(relation->key[0], &parent))) return NULL;
    for (size_t k = 0; k < i; k++)
        if (orm__same_foreign_key(&model->relations[k], relation)) return NULL;
    return relation;
}

/* ---- names ---------------------------------------------------------------------------------------------------- */
typedef struct orm__naming { char *out; size_t kept, max, length; uint32_t hash; } orm__naming;

static void orm__name_add(orm__naming *name, const char *part)
{
    for (; *part; part++, name->length++) {
        name->hash = (name->hash ^ (unsigned char)*part) * 16777619u;        /* FNV-1a */
        if (name->kept < name->max) name->out[name->kept++] = *part;
    }
}

ORM_PRIVATE void orm__make_name(char out[ORM__MADE_NAME], const orm_dialect *dialect, const char *const *parts, size_t n, const char *salt)
{
    size_t max = dialect->can.max_name;
    orm__naming name = { .out = out, .max = max > ORM__HASH_DIGITS && max < ORM__MADE_NAME ? max : ORM__MADE_NAME - 1, .hash = 2166136261u };
    for (size_t i = 0; i < n; i++) {
        if (i) orm__name_add(&name, "_");
        orm__name_add(&name, parts[i]);
    }
    bool cut = name.length > name.max;
    if (cut || salt) {
        size_t kept = name.kept;
        if (kept > name.max - ORM__HASH_DIGITS) kept = name.max - ORM__HASH_DIGITS;
        while (kept > 0 && kept < name.kept && (out[kept] & 0xC0) == 0x80) kept--;        /* never through a character */
        if (salt) {
            name.kept = name.max;                                                          /* counts for the hash only */
            orm__name_add(&name, salt);
        }
        snprintf(out + kept, ORM__HASH_DIGITS + 1, "_%08" PRIx32, name.hash);
    } else {
        out[name.kept] = 0;
    }
}

ORM_PRIVATE void orm__enum_type(char out[ORM__MADE_NAME], const orm_dialect *dialect, const orm_enum *labels)
{
    orm__make_name(out, dialect, (const char *const[]){ labels->name }, 1, NULL);
}

/* for which engine, and who is told */
typedef struct orm__layout_of { const orm_dialect *dialect; orm__session *db; orm_allocator allocator; } orm__layout_of;

static orm_status orm__check_name(const orm__layout_of *of, const orm_model *model, const orm_column *column, const char *name)
{
    size_t max = of->dialect->can.max_name, bytes = 0, characters = 0;
    const char *field = column ? column->name : "", *dot = column ? "." : "";
    switch (name ? orm__check_text(name, max ? max : SIZE_MAX, &bytes, &characters) : ORM__TEXT_INVALID) {
    case ORM__TEXT_INVALID: return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is not valid UTF-8", model->name, dot, field);
    case ORM__TEXT_TOO_LONG:
        return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is longer than the %zu bytes that %s keeps",
                            model->name, dot, field, max, of->dialect->name);
    default: break;
    }
    if (bytes == 0) return orm__raise_at(of->db, ORM_MISUSE, model, column, "%s%s%s: its name in the database is empty", model->name, dot, field);
    return ORM_OK;
}

/* names that differ in the case of their letters are one name to some engines, so they are refused on all */
static orm_status orm__check_names(const orm__layout_of *of, const orm_schema *schema)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < schema->n_models && !status; i++) {
        const orm_model *model = schema->models[i];
        status = orm__check_name(of, model, NULL, model->table);
        for (size_t k = 0; k < i && !status; k++)
            if (orm__same_word(schema->models[k]->table, model->table))
                status = orm__raise_at(of->db, ORM_MISUSE, model, NULL, "%s and %s have the same table \"%s\"", schema->models[k]->name, model->name, model->table);
        for (size_t c = 0; c < model->n_columns && !status; c++) {
            const orm_column *column = &model->columns[c];
            status = orm__check_name(of, model, column, orm__column_name(column));
            for (size_t k = 0; k < c && !status; k++)
                if (orm__same_word(orm__column_name(&model->columns[k]), orm__column_name(column)))
                    status = orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s and %s.%s have the same column \"%s\"",
                                           model->name, model->columns[k].name, model->name, column->name, orm__column_name(column));
            if (!status && column->is.generated && !(column->primary_key && orm__key_length(model) == 1))
                status = orm__raise_at(of->db, ORM_MISUSE, model, column, "%s.%s: a serial must be the whole primary key", model->name, column->name);
        }
    }
    return status;
}

/* ---- order ---------------------------------------------------------------------------------------------------- */
typedef struct orm__ordering { const orm_schema *schema; unsigned char *seen; orm__layout *out; } orm__ordering;

/* whom the n-th column or, behind the columns, relation refers to; NULL for nobody */
static const orm_model *orm__parent_at(const orm_model *model, size_t n)
{
    const orm_model *parent = NULL;
    if (n < model->n_columns) return orm__target_of(&model->columns[n], &parent) ? parent : NULL;
    const orm_relation *relation = orm__foreign_key(model, n - model->n_columns);
    return relation ? relation->target : NULL;
}

/* depth first, with a stack of its own: a chain of references may be as long as the schema. A cycle is entered at its first model. */
static void orm__order_from(orm__ordering *o, size_t start, size_t *stack, size_t *next)
{
    size_t depth = 1;
    stack[0] = start;
    next[0] = 0;
    o->seen[start] = 1;
    while (depth > 0) {
        const orm_model *model = o->schema->models[stack[depth - 1]];
        size_t n = next[depth - 1]++;
        if (n == model->n_columns + model->n_relations) {
            o->out->models[o->out->n_models++] = model;
            depth--;
            continue;
        }
        const orm_model *parent = orm__parent_at(model, n);
        for (size_t i = 0; parent && i < o->schema->n_models; i++) {
            if (o->schema->models[i] != parent || o->seen[i]) continue;
            o->seen[i] = 1;
            stack[depth] = i;
            next[depth++] = 0;
            break;
        }
    }
}

/* relations by one key make one foreign key, which has one action */
static orm_status orm__check_foreign_keys(const orm__layout_of *of, const orm_schema *schema)
{
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        for (size_t i = 0; i < model->n_relations; i++) {
            const orm_relation *a = &model->relations[i], *b = a + 1;
            for (; b < model->relations + model->n_relations; b++)
                if (orm__same_foreign_key(a, b) && (a->on_delete != b->on_delete || a->on_update != b->on_update))
                    return orm__raise_at(of->db, ORM_MISUSE, model, NULL, "%s.%s and %s.%s are one foreign key with different actions", model->name, a->name, model->name, b->name);
        }
    }
    return ORM_OK;
}

static bool orm__order_models(const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    size_t n = schema->n_models, size = 0;
    if (__builtin_mul_overflow(n, 2 * sizeof(size_t) + sizeof(orm_model *) + 1, &size)) return false;
    out->models = orm_arena_allocate(arena, n * sizeof *out->models + 1);
    size_t *stack = orm_arena_allocate(arena, 2 * n * sizeof *stack + 1);
    unsigned char *seen = orm_arena_allocate(arena, n + 1);
    if (!out->models || !stack || !seen) return false;
    orm__ordering o = { schema, seen, out };
    for (size_t i = 0; i < n; i++)
        if (!seen[i]) orm__order_from(&o, i, stack, stack + n);
    return true;
}

/* ---- enumerations --------------------------------------------------------------------------------------------- */
static bool orm__same_labels(const orm_enum *a, const orm_enum *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->labels[i], b->labels[i]) != 0) return false;
    return true;
}

/* Models may share an enumeration; by name, for each file that sees its declaration has an orm_enum of its own. */
static orm_status orm__layout_enum(const orm__layout_of *of, const orm_column *column, orm__layout *out)
{
    char name[ORM__MADE_NAME], other[ORM__MADE_NAME];
    orm__enum_type(name, of->dialect, column->is.labels);
    for (size_t i = 0; i < out->n_models; i++)
        if (strcmp(out->models[i]->table, name) == 0)
            return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "the enumeration %s and the table of %s would have the same name, and a table is a type, too",
                                column->is.labels->name, out->models[i]->name);
    for (size_t i = 0; i < out->n_enums; i++) {
        orm__enum_type(other, of->dialect, out->enums[i]);
        if (strcmp(name, other) != 0) continue;
        if (orm__same_labels(out->enums[i], column->is.labels)) return ORM_OK;
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s: there are two enumerations %s with different labels", column->model->name, column->name, column->is.labels->name);
    }
    out->enums[out->n_enums++] = column->is.labels;
    return ORM_OK;
}

static orm_status orm__layout_enums(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    orm_status status = ORM_OK;
    if (!of->dialect->can.enum_types) return ORM_OK;
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns; c++) n += out->models[m]->columns[c].is.type == ORM_ENUM;
    out->enums = orm_arena_allocate(arena, (n + 1) * sizeof *out->enums);
    if (!out->enums) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns && !status; c++)
            if (out->models[m]->columns[c].is.type == ORM_ENUM) status = orm__layout_enum(of, &out->models[m]->columns[c], out);
    return status;
}

/* ---- indexes -------------------------------------------------------------------------------------------------- */
static bool orm__is_index(const orm_model_option *option) { return option->kind == ORM_OPTION_INDEX || option->kind == ORM_OPTION_UNIQUE; }

/* a unique column and the primary key have an index of the engine's own */
static bool orm__needs_index(const orm_model *model, const orm_column *column)
{
    return column->indexed && !column->unique && !(column->primary_key && orm__key_length(model) == 1);
}

/* what an expression adds to the name of its index: "lower(email)" the words lower_email */
static const char *orm__sql_words(const char *sql, char out[ORM__MADE_NAME])
{
    size_t n = 0;
    for (; *sql && n < ORM__MADE_NAME - 2; sql++) {
        unsigned char c = (unsigned char)*sql;
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (word) out[n++] = *sql;
        else if (n > 0 && out[n - 1] != '_') out[n++] = '_';
    }
    if (n > 0 && out[n - 1] == '_') n--;
    out[n] = 0;
    return out;
}

static void orm__index_name(const orm_dialect *dialect, const orm__index *index, const char *salt, char out[ORM__MADE_NAME])
{
    const char *parts[ORM_MAX_ROWS + 1];
    char words[ORM__MADE_NAME];
    size_t n = 0;
    bool named = false;         /* by its first expression; a hash tells apart whose others differ */
    parts[n++] = index->model->table;
    if (index->column) parts[n++] = orm__column_name(index->column);
    for (size_t i = 0; index->option && i < index->option->n_parts && n <= ORM_MAX_ROWS; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (part->column) parts[n++] = orm__column_name(part->column);
        else if (part->sql && !named) parts[n++] = orm__sql_words(part->sql, words);
        named |= part->sql != NULL;
    }
    orm__make_name(out, dialect, parts, n, salt);
}

static void orm__index_part(orm__writer *w, const orm_index_part *part, const char *expression)
{
    if (w->length) orm__put(w, ", ");
    orm__put(w, part->column ? orm__column_name(part->column) : expression);
    if (part->descending) orm__put(w, " desc");
}

static bool orm__index_fill(const orm__layout_of *of, orm__index *index, orm_arena *arena)
{
    char name[ORM__MADE_NAME];
    orm__writer columns = { .allocator = &of->allocator }, shown = { .allocator = &of->allocator };
    orm__index_name(of->dialect, index, NULL, name);
    index->name = orm_text(arena, name);
    if (index->column) {
        orm__put(&columns, orm__column_name(index->column));
        orm__put(&shown, orm__column_name(index->column));
    }
    for (size_t i = 0; index->option && i < index->option->n_parts; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (part->where) index->where = part->where;
        if (!part->column && !part->sql) continue;
        orm__index_part(&columns, part, "(expression)");
        orm__index_part(&shown, part, part->sql);
    }
    index->columns = columns.failed ? NULL : orm_text(arena, columns.length ? columns.text : "");
    index->shown = shown.failed ? NULL : orm_text(arena, shown.length ? shown.text : "");
    orm__writer_release(&columns);
    orm__writer_release(&shown);
    return index->name && index->columns && index->shown;
}

/* index names share one space with each other and with the tables: who is not alone in it gets a hash of what it indexes */
static bool orm__index_alone(const orm_schema *schema, const orm__layout *layout, size_t index)
{
    for (size_t i = 0; i < schema->n_models; i++)
        if (orm__same_word(schema->models[i]->table, layout->indexes[index].name)) return false;
    for (size_t i = 0; i < layout->n_indexes; i++)
        if (i != index && orm__same_word(layout->indexes[i].name, layout->indexes[index].name)) return false;
    return true;
}

static orm_status orm__name_indexes(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const char **names = orm_arena_allocate(arena, (out->n_indexes + 1) * sizeof *names);
    if (!names) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t i = 0; i < out->n_indexes; i++) {
        const orm__index *index = &out->indexes[i];
        char name[ORM__MADE_NAME];
        names[i] = index->name;
        if (orm__index_alone(schema, out, i)) continue;
        const char *salt = orm_format(arena, "%s %s where %s", index->unique ? "unique" : "index", index->shown, index->where ? index->where : "");
        if (salt) orm__index_name(of->dialect, index, salt, name);
        names[i] = salt ? orm_text(arena, name) : NULL;
        if (!names[i]) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    }
    for (size_t i = 0; i < out->n_indexes; i++) out->indexes[i].name = names[i];
    for (size_t i = 0; i < out->n_indexes; i++)
        if (!orm__index_alone(schema, out, i))
            return orm__raise_at(of->db, ORM_MISUSE, out->indexes[i].model, NULL, "%s has two indexes on (%s): both would be called \"%s\"",
                                 out->indexes[i].model->name, out->indexes[i].shown, out->indexes[i].name);
    return ORM_OK;
}

static orm_status orm__layout_indexes(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    bool filled = true;
    for (size_t m = 0; m < out->n_models; m++) {
        const orm_model *model = out->models[m];
        for (size_t c = 0; c < model->n_columns; c++) n += orm__needs_index(model, &model->columns[c]);
        for (const orm_model_option *o = model->options; o && o->kind; o++) n += orm__is_index(o);
    }
    out->indexes = orm_arena_allocate(arena, (n + 1) * sizeof *out->indexes);
    if (!out->indexes) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++) {
        const orm_model *model = out->models[m];
        for (size_t c = 0; c < model->n_columns; c++)
            if (orm__needs_index(model, &model->columns[c])) out->indexes[out->n_indexes++] = (orm__index){ .model = model, .column = &model->columns[c] };
        for (const orm_model_option *o = model->options; o && o->kind; o++)
            if (orm__is_index(o)) out->indexes[out->n_indexes++] = (orm__index){ .model = model, .option = o, .unique = o->kind == ORM_OPTION_UNIQUE };
    }
    for (size_t i = 0; i < n && filled; i++) filled = orm__index_fill(of, &out->indexes[i], arena);
    return filled ? orm__name_indexes(of, schema, arena, out) : orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
}

/* ---- counters ------------------------------------------------------------------------------------------------- */
static orm_status orm__check_counter(const orm__layout_of *of, const orm_column *column, const orm_model *child, const orm__layout *layout)
{
    const orm_relation *counted = column->counter_of;
    const char *model = column->model->name;
    size_t m = 0;
    if (counted->kind == ORM_BELONGS_TO)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, which is one row at most: only has_many, has_one and many_to_many are counted", model, column->name, counted->name);
    if (counted->where || counted->link_where || counted->as)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, of which not all rows of a key count: the database keeps no such number, but count_of(%s) counts them",
                             model, column->name, counted->name, counted->name);
    while (m < layout->n_models && layout->models[m] != child) m++;
    if (m == layout->n_models)
        return orm__raise_at(of->db, ORM_MISUSE, column->model, column, "%s.%s is a counter of %s, but %s is not in the schema", model, column->name, counted->name, child->name);
    if (!of->dialect->counter) return orm__raise_at(of->db, ORM_UNSUPPORTED, column->model, column, "%s.%s: %s keeps no counters", model, column->name, of->dialect->name);
    return ORM_OK;
}

static const char **orm__names_of(const orm_column *const *columns, size_t n, orm_arena *arena)
{
    const char **names = orm_arena_allocate(arena, n * sizeof *names + 1);
    for (size_t i = 0; names && i < n; i++) names[i] = orm__column_name(columns[i]);
    return names;
}

/* some engines have one space for the triggers of all tables, so the names end in a hash of whose they are */
static bool orm__name_counter(const orm_dialect *dialect, orm_counter *counter, orm_arena *arena)
{
    static const char *const parts[ORM__COUNTER_PARTS] = { "count", "insert", "delete", "update", "truncate", "move" };
    const char *salt = orm_format(arena, "%s.%s", counter->parent, counter->column);
    for (size_t i = 0; salt && i < ORM__COUNTER_PARTS; i++) {
        char name[ORM__MADE_NAME];
        orm__make_name(name, dialect, (const char *const[]){ "orm", counter->parent, counter->column, parts[i] }, 4, salt);
        counter->names[i] = orm_text(arena, name);
        if (!counter->names[i]) return false;
    }
    return salt != NULL;
}

static orm_status orm__layout_counter(const orm__layout_of *of, const orm_column *column, orm_arena *arena, orm__layout *out)
{
    orm__path path;
    const orm_relation *counted = column->counter_of;
    const orm_model *child = counted->kind == ORM_MANY_TO_MANY ? counted->through : counted->target;
    orm_status status = orm__check_counter(of, column, child, out);
    if (status) return status;
    orm__path_of(counted, &path);
    orm_counter *counter = &out->counters[out->n_counters++];
    *counter = (orm_counter){ .child = child->table, .parent = column->model->table, .column = orm__column_name(column), .n = path.n };
    counter->key = orm__names_of(path.there, path.n, arena);
    counter->referred = orm__names_of(path.here, path.n, arena);
    if (!counter->key || !counter->referred || !orm__name_counter(of->dialect, counter, arena)) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    return ORM_OK;
}

static orm_status orm__layout_counters(const orm__layout_of *of, orm_arena *arena, orm__layout *out)
{
    size_t n = 0;
    orm_status status = ORM_OK;
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns; c++) n += out->models[m]->columns[c].counter_of != NULL;
    if (!n) return ORM_OK;
    out->counters = orm_arena_allocate(arena, n * sizeof *out->counters);
    if (!out->counters) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    for (size_t m = 0; m < out->n_models; m++)
        for (size_t c = 0; c < out->models[m]->n_columns && !status; c++)
            if (out->models[m]->columns[c].counter_of) status = orm__layout_counter(of, &out->models[m]->columns[c], arena, out);
    return status;
}

static orm_status orm__layout_schema(const orm__layout_of *of, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    *out = (orm__layout){ .n_models = 0 };
    if (!schema) return orm__raise(of->db, ORM_MISUSE, 0, "the schema is NULL");
    orm_status status = orm__check_names(of, schema);
    if (!status) status = orm__check_foreign_keys(of, schema);
    if (status) return status;
    if (!orm__order_models(schema, arena, out)) return orm__raise(of->db, ORM_NO_MEMORY, 0, "out of memory");
    status = orm__layout_enums(of, arena, out);
    if (!status) status = orm__layout_counters(of, arena, out);
    return status ? status : orm__layout_indexes(of, schema, arena, out);
}

ORM_PRIVATE orm_status orm__layout_make(orm__session *db, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const orm__layout_of of = { db->dialect, db, db->allocator };
    return orm__layout_schema(&of, schema, arena, out);
}

ORM_PRIVATE orm_status orm__layout_for(const orm_dialect *dialect, const orm_schema *schema, orm_arena *arena, orm__layout *out)
{
    const orm__layout_of of = { dialect, NULL, orm__default_allocator() };
    return orm__layout_schema(&of, schema, arena, out);
}

/* >>ddl: the SQL that makes a model's table and indexes, and the report on which rules of a schema the database keeps too. One function writes
   each piece, and the comparison with an existing table calls the same one: what was made is always recognised. */

ORM_PRIVATE const char *orm__action_text(orm_action action)
{
    static const char *const words[] = { "no action", "cascade", "set null", "set default", "restrict", "no action" };
    return words[action];
}

/* ---- values --------------------------------------------------------------------------------------------------- */
/* a value in the form in which its column is stored; false when the column cannot hold it. Whole numbers and doubles go as they are: a bound
   may lie beyond what the column holds. */
static bool orm__ddl_literal(orm__writer *w, const orm_column *column, orm_value value)
{
    char why[160];
    orm_status kind = ORM_OK;
    bool real = value.type == ORM_FLOAT || value.type == ORM_DOUBLE, whole = value.type == ORM_INT16 || value.type == ORM_INT32 || value.type == ORM_INT64;
    if (real ? !__builtin_isfinite(value.as.d) : !whole && orm__fit(column, &value, SIZE_MAX, why, &kind) != NULL) return false;
    w->dialect->literal(w, column, value);
    return true;
}

/* a bound of a rule is written as an integer in C; it becomes what the column holds */
static orm_value orm__ddl_number(const orm_column *column, int64_t integer, double number)
{
    orm_value value = { .type = (uint8_t)column->is.type, .as.i = integer };
    if (value.type == ORM_FLOAT || value.type == ORM_DOUBLE) value.as.d = number;
    if (value.type == ORM_DECIMAL) value = orm__v_decimal(orm_decimal_make(integer, 0));
    return value;
}

/* "length($c)" with the column for $c */
static void orm__ddl_template(orm__writer *w, const char *template_, const orm_column *column)
{
    for (const char *mark; (mark = strstr(template_, "$c")) != NULL; template_ = mark + 2) {
        orm__put_bytes(w, template_, (size_t)(mark - template_));
        orm__put_name(w, orm__column_name(column));
    }
    orm__put(w, template_);
}

ORM_PRIVATE const void *orm__default_row(orm__session *db, const orm_model *model, orm_arena *arena)
{
    if (model->default_row) return model->default_row;
    void *row = orm_arena_allocate(arena, model->size);
    if (!row) orm__raise(db, ORM_NO_MEMORY, 0, "out of memory");
    else if (model->defaults) model->defaults(row);
    return row;
}

ORM_PRIVATE void orm__ddl_type(orm__writer *w, const orm_column *column)
{
    if (column->type_sql) orm__put(w, column->type_sql);
    else w->dialect->column_type(w, column);
}

/* a default that C computes (a time, a uuid) is made by the program for each row; SQL would freeze the moment of the CREATE TABLE */
ORM_PRIVATE bool orm__ddl_default(orm__writer *w, const orm_column *column, const void *defaults)
{
    if (column->counter_of) {
        orm__put(w, "0");
        return true;
    }
    if (column->default_sql) {
        orm__put_char(w, '(');
        orm__put(w, column->default_sql);
        orm__put_char(w, ')');
        return true;
    }
    orm_type type = column->is.type;
    if (!column->has_default || !column->default_is_constant || type == ORM_UUID || type == ORM_TIME || type == ORM_DATE || type == ORM_CLOCK) return false;
    orm_value value = orm__value_of(column, defaults);
    return value.type != ORM_NULL && orm__ddl_literal(w, column, value);
}

/* ---- checks --------------------------------------------------------------------------------------------------- */
static bool orm__ddl_between(orm__writer *w, const orm_column *column, orm_value low, orm_value high)
{
    orm__put_name(w, orm__column_name(column));
    orm__put(w, " between ");
    if (!orm__ddl_literal(w, column, low)) return false;
    orm__put(w, " and ");
    return orm__ddl_literal(w, column, high);
}

static bool orm__ddl_compare(orm__writer *w, const orm_column *column, const char *operator_, orm_value bound)
{
    orm__put_name(w, orm__column_name(column));
    orm__put(w, operator_);
    return orm__ddl_literal(w, column, bound);
}

static void orm__ddl_length(orm__writer *w, const orm_column *column, int64_t low, int64_t high)
{
    orm__ddl_template(w, w->dialect->char_length, column);
    if (low == high) orm__put_format(w, " = %" PRId64, low);
    else if (low <= 0) orm__put_format(w, " <= %" PRId64, high);
    else if (high == INT64_MAX) orm__put_format(w, " >= %" PRId64, low);
    else orm__put_format(w, " between %" PRId64 " and %" PRId64, low, high);
}

/* "c" in (v1, v2): the i-th value comes from the labels of an enumeration, or from a rule */
static bool orm__ddl_in(orm__writer *w, const orm_column *column, const orm_rule *rule)
{
    const orm_enum *labels = column->is.labels;
    bool written = true;
    orm__put_name(w, orm__column_name(column));
    orm__put(w, " in (");
    for (size_t i = 0; written; i++) {
        orm_value value = { .type = ORM_NULL };
        if (!rule && i < labels->count) value = (orm_value){ .type = ORM_ENUM, .as.i = (int64_t)i + 1 };
        if (rule && rule->kind == ORM_RULE_ONE_OF_TEXT && rule->texts[i]) value = orm__v_text(rule->texts[i]);
        if (rule && rule->kind == ORM_RULE_ONE_OF_INT && i < rule->n_numbers) value = orm__ddl_number(column, rule->numbers[i], (double)rule->numbers[i]);
        if (value.type == ORM_NULL) break;
        if (i) orm__put(w, ", ");
        written = orm__ddl_literal(w, column, value);
    }
    orm__put_char(w, ')');
    return written;
}

/* what the type word promises and the engine does not keep by itself */
static const char *orm__ddl_type_check(orm__writer *w, const orm_column *column, bool *expressed)
{
    const orm_dialect *dialect = w->dialect;
    orm_type type = column->is.type;
    *expressed = true;
    if (column->type_sql) return NULL;       /* it promises what the database's own type does */
    if (type == ORM_TEXT && column->is.size > 0) {
        orm__ddl_length(w, column, column->is.fixed ? column->is.size : 0, column->is.size);
        return "size";
    }
    if (type == ORM_ENUM && column->is.labels->count > 0 && !dialect->can.enum_types) {
        *expressed = orm__ddl_in(w, column, NULL);
        return "values";
    }
    if (type == ORM_ARRAY && dialect->array_check) {
        orm__ddl_template(w, dialect->array_check, column);
        return "array";
    }
    if (type == ORM_BOOL && dialect->boolean_check) {
        orm__put_name(w, orm__column_name(column));
        orm__put(w, " in (0, 1)");
        return "bool";
    }
    if ((type == ORM_INT16 || type == ORM_INT32) && dialect->integer_check) {
        int64_t high = type == ORM_INT16 ? INT16_MAX : INT32_MAX;
        *expressed = orm__ddl_between(w, column, orm__ddl_number(column, -high - 1, 0), orm__ddl_number(column, high, 0));
        return "range";
    }
    if (type == ORM_DECIMAL && dialect->integer_check && column->is.precision > 0 && column->is.precision <= 18) {
        int64_t high = 1;
        for (int i = 0; i < column->is.precision; i++) high *= 10;
        *expressed = orm__ddl_between(w, column, orm__v_decimal(orm_decimal_make(1 - high, column->is.scale)),
                                      orm__v_decimal(orm_decimal_make(high - 1, column->is.scale)));
        return "digits";
    }
    return NULL;
}

static const char *orm__ddl_rule_check(orm__writer *w, const orm_column *column, const orm_rule *rule, bool *expressed)
{
    static const char *const names[ORM_RULE_KINDS] = { "", "not_empty", "length", "at_least", "at_most", "between",
                                                      "email", "url", "matches", "one_of", "one_of", "check_with" };
    *expressed = false;
    switch (rule->kind) {
    case ORM_RULE_NOT_EMPTY:
        *expressed = column->is.type == ORM_TEXT && w->dialect->not_blank;
        if (*expressed) orm__ddl_template(w, w->dialect->not_blank, column);
        break;
    case ORM_RULE_LENGTH:
        *expressed = column->is.type == ORM_TEXT && (rule->low > 0 || rule->high != INT64_MAX);
        if (*expressed) orm__ddl_length(w, column, rule->low, rule->high);
        break;
    case ORM_RULE_AT_LEAST: *expressed = orm__ddl_compare(w, column, " >= ", orm__ddl_number(column, rule->low, rule->low_number)); break;
    case ORM_RULE_AT_MOST:  *expressed = orm__ddl_compare(w, column, " <= ", orm__ddl_number(column, rule->high, rule->high_number)); break;
    case ORM_RULE_BETWEEN:
        *expressed = orm__ddl_between(w, column, orm__ddl_number(column, rule->low, rule->low_number), orm__ddl_number(column, rule->high, rule->high_number));
        break;
    case ORM_RULE_ONE_OF_TEXT: *expressed = orm__ddl_in(w, column, rule); break;
    case ORM_RULE_ONE_OF_INT:  *expressed = orm__ddl_in(w, column, rule); break;
    default: break;
    }
    return names[rule->kind];
}

ORM_PRIVATE size_t orm__ddl_checks(const orm_column *column)
{
    size_t n = 1;
    for (const orm_rule *rule = column->rules; rule && rule->kind; rule++) n++;
    return n;
}

ORM_PRIVATE const char *orm__ddl_check(orm__writer *w, const orm_column *column, size_t n, bool *expressed)
{
    size_t from = w->length;
    const char *rule = n ? orm__ddl_rule_check(w, column, &column->rules[n - 1], expressed) : orm__ddl_type_check(w, column, expressed);
    if (!*expressed) w->length = from;
    return rule;
}

/* ---- types ---------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__ddl_enum(orm__writer *w, const orm_enum *labels)
{
    char name[ORM__MADE_NAME];
    orm__enum_type(name, w->dialect, labels);
    orm__put(w, "create type ");
    orm__put_name(w, name);
    orm__put(w, " as enum (");
    for (size_t i = 0; i < labels->count; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_string_literal(w, labels->labels[i]);
    }
    orm__put(w, ");\n");
}

/* ---- tables --------------------------------------------------------------------------------------------------- */
static void orm__ddl_actions(orm__writer *w, orm_action on_delete, orm_action on_update)
{
    if (on_delete) { orm__put(w, " on delete "); orm__put(w, orm__action_text(on_delete)); }
    if (on_update) { orm__put(w, " on update "); orm__put(w, orm__action_text(on_update)); }
}

static void orm__ddl_references(orm__writer *w, const orm_column *column)
{
    const orm_model *model = NULL;
    const orm_column *target = orm__target_of(column, &model);
    if (!target) return;
    orm__put(w, " references ");
    orm__put_name(w, model->table);
    orm__put(w, " (");
    orm__put_name(w, orm__column_name(target));
    orm__put_char(w, ')');
    orm__ddl_actions(w, column->on_delete, column->on_update);
}

/* "a", "b" */
static void orm__ddl_names(orm__writer *w, const orm_column *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        orm__put(w, i ? ", " : "");
        orm__put_name(w, orm__column_name(columns[i]));
    }
}

static void orm__ddl_foreign_key(orm__writer *w, const orm_relation *relation)
{
    orm__path path;
    orm__path_of(relation, &path);
    orm__put(w, ",\n    foreign key (");
    orm__ddl_names(w, path.here, path.n);
    orm__put(w, ") references ");
    orm__put_name(w, relation->target->table);
    orm__put(w, " (");
    orm__ddl_names(w, path.there, path.n);
    orm__put_char(w, ')');
    orm__ddl_actions(w, relation->on_delete, relation->on_update);
}

static void orm__ddl_column(orm__writer *w, const orm_model *model, const orm_column *column, const void *defaults)
{
    bool whole_key = column->primary_key && orm__key_length(model) == 1;
    orm__put_name(w, orm__column_name(column));
    orm__put_char(w, ' ');
    orm__ddl_type(w, column);
    if (column->is.generated) {
        orm__put(w, w->dialect->serial_primary_key);
        return;
    }
    if (!column->nullable) orm__put(w, " not null");
    size_t before = w->length;
    orm__put(w, " default ");
    if (!orm__ddl_default(w, column, defaults)) w->length = before;
    if (whole_key) orm__put(w, " primary key");
    else if (column->unique) orm__put(w, " unique");
    orm__ddl_references(w, column);
}

static void orm__ddl_constraint(orm__writer *w, const char *name, const char *kind)
{
    orm__put(w, ",\n    constraint ");
    orm__put_name(w, name);
    orm__put(w, kind);
}

static void orm__ddl_column_checks(orm__writer *w, const orm_column *column)
{
    for (size_t n = 0; n < orm__ddl_checks(column); n++) {
        orm__writer condition = { .allocator = w->allocator, .dialect = w->dialect };
        char name[ORM__MADE_NAME];
        bool expressed = false;
        const char *rule = orm__ddl_check(&condition, column, n, &expressed);
        if (rule && expressed) {
            orm__make_name(name, w->dialect, (const char *const[]){ orm__column_name(column), rule }, 2, NULL);
            orm__ddl_constraint(w, name, " check (");
            orm__put_bytes(w, condition.text, condition.length);
            orm__put_char(w, ')');
        }
        if (condition.failed) w->failed = true;
        orm__writer_release(&condition);
    }
}

ORM_PRIVATE void orm__ddl_table(orm__writer *w, const orm_model *model, const void *defaults)
{
    orm__put(w, "create table ");
    orm__put_name(w, model->table);
    for (size_t i = 0; i < model->n_columns; i++) {
        orm__put(w, i ? ",\n    " : " (\n    ");
        orm__ddl_column(w, model, &model->columns[i], defaults);
    }
    if (orm__key_length(model) > 1) {
        const char *between = ",\n    primary key (";
        for (size_t i = 0; i < model->n_columns; i++) {
            if (!model->columns[i].primary_key) continue;
            orm__put(w, between);
            orm__put_name(w, orm__column_name(&model->columns[i]));
            between = ", ";
        }
        orm__put_char(w, ')');
    }
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *foreign = orm__foreign_key(model, i);
        if (foreign) orm__ddl_foreign_key(w, foreign);
    }
    for (size_t i = 0; i < model->n_columns; i++) orm__ddl_column_checks(w, &model->columns[i]);
    for (const orm_model_option *o = model->options; o && o->kind; o++) {
        if (o->kind != ORM_OPTION_CHECK) continue;
        orm__ddl_constraint(w, o->name, " check (");
        orm__put(w, o->sql);
        orm__put_char(w, ')');
    }
    orm__put(w, "\n)");
    orm__put(w, w->dialect->create_table_tail ? w->dialect->create_table_tail : "");
    orm__put(w, ";\n");
}

ORM_PRIVATE bool orm__ddl_comment(orm__writer *w, const orm_model *model, size_t n)
{
    const orm_column *column = n ? &model->columns[n - 1] : NULL;
    const char *text_ = column ? column->comment : NULL;
    for (const orm_model_option *o = model->options; !column && o && o->kind; o++)
        if (o->kind == ORM_OPTION_COMMENT) text_ = o->sql;
    if (!text_ || !w->dialect->can.comments) return false;
    orm__put(w, column ? "comment on column " : "comment on table ");
    orm__put_name(w, model->table);
    if (column) {
        orm__put_char(w, '.');
        orm__put_name(w, orm__column_name(column));
    }
    orm__put(w, " is ");
    orm__put_string_literal(w, text_);
    orm__put(w, ";\n");
    return true;
}

ORM_PRIVATE void orm__ddl_index(orm__writer *w, const orm__index *index)
{
    orm__put(w, index->unique ? "create unique index " : "create index ");
    orm__put_name(w, index->name);
    orm__put(w, " on ");
    orm__put_name(w, index->model->table);
    orm__put(w, " (");
    if (index->column) orm__put_name(w, orm__column_name(index->column));
    for (size_t i = 0, n = 0; index->option && i < index->option->n_parts; i++) {
        const orm_index_part *part = &index->option->parts[i];
        if (!part->column && !part->sql) continue;
        if (n++) orm__put(w, ", ");
        if (part->column) {
            orm__put_name(w, orm__column_name(part->column));
        } else {
            orm__put_char(w, '(');
            orm__put(w, part->sql);
            orm__put_char(w, ')');
        }
        if (part->descending) orm__put(w, " desc");
    }
    orm__put_char(w, ')');
    if (index->where) { orm__put(w, " where "); orm__put(w, index->where); }
    orm__put(w, ";\n");
}

/* ---- counters --------------------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__ddl_recount(orm__writer *w, const orm_counter *counter)
{
    orm__put(w, "update ");
    orm__put_name(w, counter->parent);
    orm__put(w, " set ");
    orm__put_name(w, counter->column);
    orm__put(w, " = (select count(*) from ");
    orm__put_name(w, counter->child);
    orm__put(w, " as c");
    for (size_t i = 0; i < counter->n; i++) {
        orm__put(w, i ? " and c." : " where c.");
        orm__put_name(w, counter->key[i]);
        orm__put(w, " = ");
        orm__put_name(w, counter->parent);
        orm__put_char(w, '.');
        orm__put_name(w, counter->referred[i]);
    }
    orm__put(w, ");\n");
}

/* ---- for people ------------------------------------------------------------------------------------------------ */
ORM_API char *orm_schema_sql(orm_db *handle, const orm_schema *schema)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return NULL;
    orm_allocator allocator = orm__default_allocator();
    orm__layout layout;
    orm__writer w;
    char *text_ = NULL;
    orm__text_begin(&w, &allocator);
    w.dialect = db->dialect;
    orm_status status = orm__layout_make(db, schema, &db->scratch, &layout);
    for (size_t i = 0; i < layout.n_enums && !status; i++) orm__ddl_enum(&w, layout.enums[i]);
    for (size_t i = 0; i < layout.n_models && !status; i++) {
        const void *defaults = orm__default_row(db, layout.models[i], &db->scratch);
        if (defaults) orm__ddl_table(&w, layout.models[i], defaults);
        else status = ORM_NO_MEMORY;
        for (size_t n = 0; n <= layout.models[i]->n_columns; n++) (void)orm__ddl_comment(&w, layout.models[i], n);
    }
    for (size_t i = 0; i < layout.n_indexes && !status; i++) orm__ddl_index(&w, &layout.indexes[i]);
    for (size_t i = 0; i < layout.n_counters && !status; i++)
        for (unsigned part = 0; part < ORM__COUNTER_PARTS; part++) (void)db->dialect->counter(&w, &layout.counters[i], part);
    if (!status) text_ = orm__text_end(&w, NULL);
    else orm__writer_release(&w);
    orm__leave(db);
    return text_;
}

static void orm__report_line(FILE *out, const orm_model *model, const char *field, const char *rule, const char *who)
{
    char name[160];
    snprintf(name, sizeof name, "%s%s%s", model->name, field[0] ? "." : "", field);
    fprintf(out, "%-40s %-14s %s\n", name, rule, who);
}

ORM_API void orm_schema_report(FILE *out, orm_db *handle, const orm_schema *schema)
{
    orm_allocator allocator = orm__default_allocator();
    if (!out || !handle || !schema) return;
    const char *both = "database and program", *database = "database", *program = "program only";
    for (size_t m = 0; m < schema->n_models; m++) {
        const orm_model *model = schema->models[m];
        for (size_t i = 0; i < model->n_columns; i++) {
            const orm_column *column = &model->columns[i];
            const orm_model *parent = NULL;
            if (!column->nullable && !column->is.generated) orm__report_line(out, model, column->name, "required", both);
            if (column->unique) orm__report_line(out, model, column->name, "unique", database);
            if (orm__target_of(column, &parent)) orm__report_line(out, model, column->name, "references", database);
            if (column->is.type == ORM_ENUM && handle->pool->dialect->can.enum_types) orm__report_line(out, model, column->name, "values", both);
            for (size_t n = 0; n < orm__ddl_checks(column); n++) {
                orm__writer w = { .allocator = &allocator, .dialect = handle->pool->dialect };
                bool expressed = false;
                const char *rule = orm__ddl_check(&w, column, n, &expressed);
                if (rule) orm__report_line(out, model, column->name, rule, expressed ? both : program);
                orm__writer_release(&w);
            }
        }
        for (size_t i = 0; i < model->n_relations; i++)
            if (orm__foreign_key(model, i)) orm__report_line(out, model, model->relations[i].name, "references", database);
        for (const orm_model_option *o = model->options; o && o->kind; o++) {
            if (o->kind == ORM_OPTION_UNIQUE) orm__report_line(out, model, "", "unique", database);
            if (o->kind == ORM_OPTION_CHECK) orm__report_line(out, model, "", o->name, database);
        }
    }
}

/* >>sync: makes the tables that are missing and compares the others with their models. All differences are looked for before anything is sent,
   so that one run tells everything and a database that differs is left as it was. */

typedef struct orm__sync {
    orm__session *db;
    orm_arena *arena;
    orm__layout layout;
    orm_found_table *found;          /* by table of the layout */
    orm_found_enum *found_enums;     /* by enumeration of it */
    orm_failures differences;
    orm__writer text;                /* the piece of SQL at hand */
    bool failed;                     /* out of memory: what was compared since is worth nothing */
} orm__sync;

static orm_status orm__sync_no_memory(orm__sync *s) { return orm__raise(s->db, ORM_NO_MEMORY, 0, "out of memory"); }

static void orm__sync_differs(orm__sync *s, const orm_model *model, const char *column, const char *rule, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void orm__sync_differs(orm__sync *s, const orm_model *model, const char *column, const char *rule, const char *format, ...)
{
    char field[64], message[160];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    snprintf(field, sizeof field, "%s%s%s", model->table, column ? "." : "", column ? column : "");
    orm__add_failure(&s->differences, 0, field, rule, "%s", message);
}

/* ---- SQL as written by different hands -------------------------------------------------------------------------- */
/* does the bracket at the start end at the end? */
static bool orm__sync_enclosed(const char *text_, size_t size)
{
    unsigned depth = 0;
    char quote = 0;
    if (size < 2 || text_[0] != '(') return false;
    for (size_t i = 0; i < size; i++) {
        char c = text_[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"' || c == '`') quote = c;
        else if (c == '(') depth++;
        else if (c == ')' && --depth == 0) return i == size - 1;
    }
    return false;
}

/* the bytes of a blank or comment at the start, 0 when it is neither */
static size_t orm__sync_blank(const char *text_)
{
    if (*text_ == ' ' || (*text_ >= '\t' && *text_ <= '\r')) return 1;
    if (text_[0] == '-' && text_[1] == '-') return strcspn(text_, "\n");
    if (text_[0] != '/' || text_[1] != '*') return 0;
    const char *end_ = strstr(text_ + 2, "*/");
    return end_ ? (size_t)(end_ + 2 - text_) : strlen(text_);
}

/* the text without outer brackets and comments, with one blank for many outside of quotes; "" for NULL */
static const char *orm__sync_normal(orm__sync *s, const char *text_)
{
    size_t length = text_ ? strlen(text_) : 0, size = 0, step = 1;
    char *out = orm__bump(s->arena, length + 1, 1), quote = 0;
    if (!out) {
        s->failed = true;
        return "";
    }
    for (size_t i = 0; i < length; i += step) {
        char c = text_[i];
        size_t blank = quote ? 0 : orm__sync_blank(text_ + i);
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"' || c == '`') quote = c;
        step = blank ? blank : 1;
        if (!blank) out[size++] = c;
        else if (size > 0 && out[size - 1] != ' ') out[size++] = ' ';
    }
    for (;;) {
        while (size > 0 && out[size - 1] == ' ') size--;
        while (size > 0 && out[0] == ' ') memmove(out, out + 1, --size);
        if (!orm__sync_enclosed(out, size)) break;
        size -= 2;
        memmove(out, out + 1, size);
    }
    out[size] = 0;
    return out;
}

/* the piece of SQL at hand, to be written anew */
static orm__writer *orm__sync_text(orm__sync *s)
{
    s->text.length = 0;
    orm__put(&s->text, "");
    return &s->text;
}

static const char *orm__sync_written(orm__sync *s)
{
    if (s->text.failed) s->failed = true;
    return s->failed ? "" : s->text.text;
}

/* the model's SQL in the words in which the database tells it of its table */
static const char *orm__sync_ours(orm__sync *s, const orm_model *model, const char *type, const char *text_)
{
    const orm_dialect *d = s->db->dialect;
    if (text_ && !s->failed && d->retell && d->retell(s->db->connection, model->table, type, text_, s->arena, &text_)) s->failed = true;
    return orm__sync_normal(s, text_);
}

/* ---- comparison --------------------------------------------------------------------------------------------------- */
static const orm_found_column *orm__sync_column(const orm_found_table *found, const char *name)
{
    for (size_t i = 0; i < found->n_columns; i++)
        if (orm__same_word(found->columns[i].name, name)) return &found->columns[i];
    return NULL;
}

static void orm__sync_compare_default(orm__sync *s, const orm_model *model, const orm_column *column, const orm_found_column *there, const void *defaults)
{
    bool wanted = orm__ddl_default(orm__sync_text(s), column, defaults);
    const char *ours = orm__sync_ours(s, model, there->type, wanted ? orm__sync_written(s) : NULL), *theirs = orm__sync_normal(s, there->default_sql);
    if (strcmp(ours, theirs) == 0) return;
    /* the default of a secret field is no text for an error */
    if (!there->default_sql) orm__sync_differs(s, model, there->name, "default", "has no default, the model says %s", column->secret ? "one" : ours);
    else if (!wanted) orm__sync_differs(s, model, there->name, "default", "has a default, the model says none");
    else orm__sync_differs(s, model, there->name, "default", "has the default %s, the model says %s", column->secret ? "***" : theirs, column->secret ? "another" : ours);
}

static void orm__sync_compare_column(orm__sync *s, const orm_model *model, const orm_column *column, const orm_found_table *found, const void *defaults)
{
    const char *name = orm__column_name(column);
    const orm_found_column *there = orm__sync_column(found, name);
    size_t key = orm__key_position(model, column);
    if (!there) {
        orm__sync_differs(s, model, name, "column", "is missing");
        return;
    }
    orm__ddl_type(orm__sync_text(s), column);
    const char *type = orm__sync_written(s);
    if (!orm__same_word(type, there->type)) orm__sync_differs(s, model, name, "type", "is %s, the model says %s", there->type, type);
    if (there->nullable != column->nullable)
        orm__sync_differs(s, model, name, "nullable", there->nullable ? "may be NULL, the model says not null" : "is not null, the model says nullable");
    if (there->key != (int)key) {
        if (!key) orm__sync_differs(s, model, name, "primary_key", "belongs to the primary key, in the model it does not");
        else if (!there->key) orm__sync_differs(s, model, name, "primary_key", "does not belong to the primary key, in the model it does");
        else orm__sync_differs(s, model, name, "primary_key", "is part %d of the primary key, the model says part %zu", there->key, key);
    }
    if (!column->is.generated) orm__sync_compare_default(s, model, column, there, defaults);
}

/* a column that only the database has does no harm, unless no row can be made without it */
static void orm__sync_extra_columns(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < found->n_columns; i++) {
        const orm_found_column *there = &found->columns[i];
        bool known = false;
        for (size_t c = 0; c < model->n_columns && !known; c++) known = orm__same_word(orm__column_name(&model->columns[c]), there->name);
        if (!known && there->key) orm__sync_differs(s, model, there->name, "primary_key", "belongs to the primary key, the model does not have it");
        else if (!known && !there->nullable && !there->default_sql) orm__sync_differs(s, model, there->name, "column", "is not null without a default, the model does not have it");
    }
}

static const char *orm__sync_action(const char *found) { return found && found[0] ? found : "no action"; }

/* a foreign key of the model: of a column, or of a relation for columns that only together refer */
typedef struct orm__sync_key { const char *column, *table, *target; bool primary; orm_action on_delete, on_update; } orm__sync_key;

/* `ours`: what the model says of the column or columns; without a table nothing */
static void orm__sync_compare_reference(orm__sync *s, const orm_model *model, const orm__sync_key *ours, const orm_found_table *found)
{
    const char *name = ours->column;
    const orm_found_reference *there = NULL;
    for (size_t i = 0; i < found->n_references && !there; i++)
        if (orm__same_word(found->references[i].column, name)) there = &found->references[i];
    if (!ours->table && there) orm__sync_differs(s, model, name, "references", "refers to %s, in the model it does not", there->table);
    if (ours->table && !there) orm__sync_differs(s, model, name, "references", "refers to nothing, the model says %s", ours->table);
    if (!ours->table || !there) return;
    /* without a target column the primary key is meant */
    bool same_target = there->target ? orm__same_word(there->target, ours->target) : ours->primary;
    if (!orm__same_word(there->table, ours->table) || !same_target)
        orm__sync_differs(s, model, name, "references", "refers to %s.%s, the model says %s.%s",
                          there->table, there->target ? there->target : "(primary key)", ours->table, ours->target);
    const char *on_delete = orm__sync_action(there->on_delete), *on_update = orm__sync_action(there->on_update);
    if (!orm__same_word(on_delete, orm__action_text(ours->on_delete)))
        orm__sync_differs(s, model, name, "on_delete", "is %s, the model says %s", on_delete, orm__action_text(ours->on_delete));
    if (!orm__same_word(on_update, orm__action_text(ours->on_update)))
        orm__sync_differs(s, model, name, "on_update", "is %s, the model says %s", on_update, orm__action_text(ours->on_update));
}

/* "a, b", as describe lists the columns of a key */
static const char *orm__sync_list(orm__sync *s, const orm_column *const *columns, size_t n)
{
    orm__writer *w = orm__sync_text(s);
    for (size_t i = 0; i < n; i++) {
        orm__put(w, i ? ", " : "");
        orm__put(w, orm__column_name(columns[i]));
    }
    const char *list = orm_text(s->arena, orm__sync_written(s));
    if (!list) s->failed = true;
    return list ? list : "";
}

static orm__sync_key orm__sync_relation_key(orm__sync *s, const orm_relation *relation)
{
    orm__path path;
    orm__path_of(relation, &path);
    orm__sync_key key = { .table = relation->target->table, .primary = true, .on_delete = relation->on_delete, .on_update = relation->on_update };
    key.column = orm__sync_list(s, path.here, path.n);
    key.target = orm__sync_list(s, path.there, path.n);
    return key;
}

static orm__sync_key orm__sync_column_key(const orm_column *column)
{
    const orm_model *parent = NULL;
    const orm_column *target = orm__target_of(column, &parent);
    orm__sync_key key = { .column = orm__column_name(column), .on_delete = column->on_delete, .on_update = column->on_update };
    if (!target) return key;
    key.table = parent->table;
    key.target = orm__column_name(target);
    key.primary = target->primary_key;
    return key;
}

/* the foreign keys of both sides meet by their columns; what a column does not say itself, a relation may say for it */
static void orm__sync_compare_references(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    size_t n = 0;
    orm__sync_key *keys = orm_arena_allocate(s->arena, (model->n_relations + model->n_columns + found->n_references + 1) * sizeof *keys);
    s->failed |= !keys;
    if (s->failed) return;
    for (size_t i = 0; i < model->n_relations; i++) {
        const orm_relation *relation = orm__foreign_key(model, i);
        if (relation) keys[n++] = orm__sync_relation_key(s, relation);
    }
    size_t n_relations = n;
    for (size_t i = 0; i < model->n_columns; i++) {
        keys[n] = orm__sync_column_key(&model->columns[i]);
        bool said = false;
        for (size_t k = 0; k < n_relations && !keys[n].table; k++) said |= orm__same_word(keys[k].column, keys[n].column);
        if (!said) n++;
    }
    size_t n_ours = n;
    for (size_t i = 0; i < found->n_references; i++) {
        bool known = !strstr(found->references[i].column, ", ");         /* a column that only the database has may refer to what it likes */
        for (size_t k = 0; k < n_ours && !known; k++) known = orm__same_word(keys[k].column, found->references[i].column);
        if (!known) keys[n++] = (orm__sync_key){ .column = found->references[i].column };
    }
    for (size_t i = n_relations; i < n; i++) orm__sync_compare_reference(s, model, &keys[i], found);
    for (size_t i = 0; i < n_relations; i++) orm__sync_compare_reference(s, model, &keys[i], found);
}

static bool orm__sync_same_expressions(orm__sync *s, const orm_model *model, const orm_model_option *option, const orm_found_index *there)
{
    size_t n = 0;
    for (size_t i = 0; option && i < option->n_parts; i++) {
        const char *sql = option->parts[i].sql;
        if (!sql) continue;
        if (n >= there->n_expressions || strcmp(orm__sync_ours(s, model, NULL, sql), orm__sync_normal(s, there->expressions[n])) != 0) return false;
        n++;
    }
    return n == there->n_expressions;
}

/* Does the table have it? `option` is where its expressions are, or NULL. A unique index also serves where a plain one is wanted. */
static bool orm__sync_indexed(orm__sync *s, const orm_model *model, const orm_found_table *found, const char *columns, const orm_model_option *option, const char *where, bool unique)
{
    const char *wanted = orm__sync_ours(s, model, NULL, where);
    for (size_t i = 0; i < found->n_indexes; i++) {
        const orm_found_index *there = &found->indexes[i];
        if ((there->unique || !unique) && there->columns && orm__same_word(there->columns, columns)
            && strcmp(orm__sync_normal(s, there->where), wanted) == 0 && orm__sync_same_expressions(s, model, option, there)) return true;
    }
    return false;
}

static void orm__sync_compare_unique(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < model->n_columns; i++) {
        const orm_column *column = &model->columns[i];
        bool by_key = column->primary_key && orm__key_length(model) == 1;
        if (column->unique && !by_key && !orm__sync_indexed(s, model, found, orm__column_name(column), NULL, NULL, true))
            orm__sync_differs(s, model, orm__column_name(column), "unique", "is not unique, the model says unique");
    }
}

/* an index is only looked for by what it does; but one of the name that we would give must not stand in the way */
static void orm__sync_compare_index_names(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    for (size_t i = 0; i < s->layout.n_indexes; i++) {
        const orm__index *index = &s->layout.indexes[i];
        if (index->model != model || orm__sync_indexed(s, model, found, index->columns, index->option, index->where, index->unique)) continue;
        for (size_t k = 0; k < found->n_indexes; k++)
            if (found->indexes[k].name && orm__same_word(found->indexes[k].name, index->name))
                orm__sync_differs(s, model, NULL, "index", "the index %s is not the model's %son (%s)", index->name, index->unique ? "unique index " : "", index->shown);
    }
}

static bool orm__sync_among(const char *text_, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], text_) == 0) return true;
    return false;
}

/* ours are normalised like theirs, so that a blank in a check(name, "sql") makes no difference */
static void orm__sync_compare_checks(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    size_t n = 0, most = 1;
    for (size_t i = 0; i < model->n_columns; i++) most += orm__ddl_checks(&model->columns[i]);
    for (const orm_model_option *o = model->options; o && o->kind; o++) most++;
    const char **ours = orm_arena_allocate(s->arena, most * sizeof *ours), **theirs = orm_arena_allocate(s->arena, (found->n_checks + 1) * sizeof *theirs);
    s->failed |= !ours || !theirs;
    if (s->failed) return;
    for (size_t i = 0; i < model->n_columns; i++) {
        for (size_t k = 0; k < orm__ddl_checks(&model->columns[i]); k++) {
            bool expressed = false;
            if (orm__ddl_check(orm__sync_text(s), &model->columns[i], k, &expressed) && expressed) ours[n++] = orm__sync_ours(s, model, NULL, orm__sync_written(s));
        }
    }
    for (const orm_model_option *o = model->options; o && o->kind; o++)
        if (o->kind == ORM_OPTION_CHECK) ours[n++] = orm__sync_ours(s, model, NULL, o->sql);
    for (size_t i = 0; i < found->n_checks; i++) theirs[i] = orm__sync_normal(s, found->checks[i]);
    for (size_t i = 0; i < n; i++)
        if (!orm__sync_among(ours[i], theirs, found->n_checks)) orm__sync_differs(s, model, NULL, "check", "lacks the model's check (%s)", ours[i]);
    for (size_t i = 0; i < found->n_checks; i++)
        if (!orm__sync_among(theirs[i], ours, n)) orm__sync_differs(s, model, NULL, "check", "has the check (%s), the model does not", theirs[i]);
}

static orm_status orm__sync_compare(orm__sync *s, const orm_model *model, const orm_found_table *found)
{
    const void *defaults = orm__default_row(s->db, model, s->arena);
    if (!defaults) return ORM_NO_MEMORY;
    for (size_t i = 0; i < model->n_columns; i++) orm__sync_compare_column(s, model, &model->columns[i], found, defaults);
    orm__sync_compare_references(s, model, found);
    orm__sync_extra_columns(s, model, found);
    orm__sync_compare_unique(s, model, found);
    orm__sync_compare_index_names(s, model, found);
    orm__sync_compare_checks(s, model, found);
    return s->failed ? orm__sync_no_memory(s) : ORM_OK;
}

static void orm__sync_compare_enum(orm__sync *s, const orm_enum *labels, const orm_found_enum *found)
{
    char ours[80], theirs[80];
    bool same = found->n_labels == labels->count;
    for (size_t i = 0; i < labels->count && same; i++) same = strcmp(found->labels[i], labels->labels[i]) == 0;
    if (same) return;
    orm__list_texts(ours, sizeof ours, labels->labels, labels->count);
    orm__list_texts(theirs, sizeof theirs, found->labels, found->n_labels);
    if (found->n_labels) orm__add_failure(&s->differences, 0, labels->name, "labels", "has the labels %s; the model says %s", theirs, ours);
    else orm__add_failure(&s->differences, 0, labels->name, "labels", "is a type without labels; the model says %s", ours);
}

static orm_status orm__sync_look_at_enums(orm__sync *s)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = ORM_OK;
    s->found_enums = orm_arena_allocate(s->arena, (s->layout.n_enums + 1) * sizeof *s->found_enums);
    if (!s->found_enums) return orm__sync_no_memory(s);
    for (size_t i = 0; i < s->layout.n_enums && !status; i++) {
        char name[ORM__MADE_NAME];
        orm__enum_type(name, dialect, s->layout.enums[i]);
        status = dialect->describe_enum(s->db->connection, name, s->arena, &s->found_enums[i]);
        if (!status && s->found_enums[i].exists) orm__sync_compare_enum(s, s->layout.enums[i], &s->found_enums[i]);
    }
    return status;
}

static orm_status orm__sync_refuse(orm__sync *s)
{
    char list[420] = "";
    size_t length = 0, shown = s->differences.count < 3 ? s->differences.count : 3;
    for (size_t i = 0; i < shown && length < sizeof list; i++) {
        int n = snprintf(list + length, sizeof list - length, "%s%s %s", i ? "; " : "", s->differences.item[i].field, s->differences.item[i].message);
        length += n > 0 ? (size_t)n : 0;
    }
    bool first = !orm_failed();
    orm__raise(s->db, ORM_SCHEMA_DIFFERS, 0, "%zu difference%s: %s%s",
                s->differences.total, s->differences.total == 1 ? "" : "s", list, s->differences.total > shown ? " ..." : "");
    if (first) orm__self()->error.failures = s->differences;
    return ORM_SCHEMA_DIFFERS;
}

/* ---- making ------------------------------------------------------------------------------------------------------- */
static orm_status orm__sync_run(orm__sync *s)
{
    (void)orm__sync_written(s);
    if (s->failed) return orm__sync_no_memory(s);
    s->text.length -= 2;                 /* a statement ends in ";\n" in a file, but not on its way to the engine and into the log */
    s->text.text[s->text.length] = 0;
    return orm__run_once(s->db, s->text.text, s->text.length, NULL, 0, NULL);
}

static orm_status orm__sync_make_table(orm__sync *s, const orm_model *model)
{
    const void *defaults = orm__default_row(s->db, model, s->arena);
    if (!defaults) return ORM_NO_MEMORY;
    orm__ddl_table(orm__sync_text(s), model, defaults);
    orm_status status = orm__sync_run(s);
    for (size_t n = 0; n <= model->n_columns && !status; n++)
        if (orm__ddl_comment(orm__sync_text(s), model, n)) status = orm__sync_run(s);
    return status;
}

static bool orm__sync_was_there(const orm__sync *s, const char *table)
{
    for (size_t i = 0; i < s->layout.n_models; i++)
        if (strcmp(s->layout.models[i]->table, table) == 0) return s->found[i].exists;
    return false;
}

/* The triggers that are missing are made; then the number is set right, as nobody knows what it missed. Whoever makes a trigger holds off those who
   write to its table, so nothing is counted twice. */
static orm_status orm__sync_counter(orm__sync *s, const orm_counter *counter)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = ORM_OK;
    bool there[ORM__COUNTER_PARTS] = { false }, missing = false;
    for (unsigned part = ORM__COUNTER_CALLED + 1; part < ORM__COUNTER_PARTS && !status; part++) {
        there[part] = !dialect->counter(orm__sync_text(s), counter, part);
        if (!there[part]) status = dialect->has_trigger(s->db->connection, counter->names[part], s->arena, &there[part]);
        missing |= !there[part];
    }
    for (unsigned part = 0; part < ORM__COUNTER_PARTS && missing && !status; part++)
        if (!there[part] && dialect->counter(orm__sync_text(s), counter, part)) status = orm__sync_run(s);
    if (status || !missing || !orm__sync_was_there(s, counter->parent)) return status;
    orm__ddl_recount(orm__sync_text(s), counter);
    return orm__sync_run(s);
}

static orm_status orm__sync_make(orm__sync *s)
{
    orm_status status = ORM_OK;
    for (size_t i = 0; i < s->layout.n_enums && !status; i++) {
        if (s->found_enums[i].exists) continue;
        orm__ddl_enum(orm__sync_text(s), s->layout.enums[i]);
        status = orm__sync_run(s);
    }
    for (size_t i = 0; i < s->layout.n_models && !status; i++)
        if (!s->found[i].exists) status = orm__sync_make_table(s, s->layout.models[i]);
    for (size_t i = 0; i < s->layout.n_indexes && !status; i++) {
        const orm__index *index = &s->layout.indexes[i];
        size_t table = 0;
        while (s->layout.models[table] != index->model) table++;
        if (s->found[table].exists && orm__sync_indexed(s, index->model, &s->found[table], index->columns, index->option, index->where, index->unique)) continue;
        orm__ddl_index(orm__sync_text(s), index);
        status = orm__sync_run(s);
    }
    for (size_t i = 0; i < s->layout.n_counters && !status; i++) status = orm__sync_counter(s, &s->layout.counters[i]);
    return status;
}

static orm_status orm__sync_schema(orm__sync *s, const orm_schema *schema)
{
    const orm_dialect *dialect = s->db->dialect;
    orm_status status = orm__layout_make(s->db, schema, s->arena, &s->layout);
    if (!status) status = orm__sync_look_at_enums(s);
    if (status) return status;
    s->found = orm_arena_allocate(s->arena, (s->layout.n_models + 1) * sizeof *s->found);
    if (!s->found) return orm__sync_no_memory(s);
    for (size_t i = 0; i < s->layout.n_models && !status; i++) {
        status = dialect->describe(s->db->connection, s->layout.models[i]->table, s->arena, &s->found[i]);
        if (!status && s->found[i].exists) status = orm__sync_compare(s, s->layout.models[i], &s->found[i]);
    }
    if (status) return status;
    return s->differences.total > 0 ? orm__sync_refuse(s) : orm__sync_make(s);
}

ORM_API orm_status orm_sync(orm_db *handle, const orm_schema *schema)
{
    orm__session *db = orm__enter(handle, ORM__WRITE, NULL, ORM__CALLER, 0);
    if (!db) return orm__refused();
    orm_status status = orm__level_begin(db, NULL);
    if (!status) {
        orm__sync s = { .db = db, .arena = &db->scratch, .text = { .allocator = &db->allocator, .dialect = db->dialect } };
        status = orm__sync_schema(&s, schema);
        orm__writer_release(&s.text);
        if (status) orm__level_rollback(db);
        else status = orm__level_commit(db);
    }
    orm__leave(db);
    return status;
}

/* >>json: rows as JSON, written straight from the members into one text. What a row's ticket says was loaded is printed, the rest is
   left out: so nothing here can start a query, and nothing that was not asked for gets out. */

#define ORM__JSON_NESTED 64
#define ORM__TEXT_HEADER 16      /* before a text that the caller frees: the size of its block */

typedef struct orm__json { orm__writer out; const orm__result *result; unsigned depth; } orm__json;     /* result: of the last row seen */

/* ---- texts for the caller ------------------------------------------------------------------------------------- */
ORM_PRIVATE void orm__text_begin(orm__writer *w, const orm_allocator *allocator)
{
    static const char blank[ORM__TEXT_HEADER];
    *w = (orm__writer){ .allocator = allocator };
    orm__put_bytes(w, blank, sizeof blank);
}

ORM_PRIVATE char *orm__text_end(orm__writer *w, size_t *length)
{
    orm__put_char(w, 0);
    if (w->failed) {
        orm__writer_release(w);
        orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
        return NULL;
    }
    memcpy(w->text, &w->capacity, sizeof w->capacity);
    if (length) *length = w->length - ORM__TEXT_HEADER - 1;
    return w->text + ORM__TEXT_HEADER;
}

ORM_API void orm_free_text(char *text_)
{
    if (!text_) return;
    orm_allocator allocator = orm__default_allocator();
    char *block = text_ - ORM__TEXT_HEADER;
    size_t size = 0;
    memcpy(&size, block, sizeof size);
    orm__release(&allocator, block, size);
}

/* ---- single values -------------------------------------------------------------------------------------------- */
static char *orm__json_digits(char *at, unsigned number, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; number /= 10) at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *orm__json_date(char *at, orm_date day)
{
    int year = 0, month = 0, day_of_month = 0;
    orm_date_split(day, &year, &month, &day_of_month);
    if (year < 1 || year > 9999) return NULL;          /* ISO 8601 has four digits */
    at = orm__json_digits(at, (unsigned)year, 4);
    *at++ = '-';
    at = orm__json_digits(at, (unsigned)month, 2);
    *at++ = '-';
    return orm__json_digits(at, (unsigned)day_of_month, 2);
}

/* at least milliseconds for a moment, because JavaScript's own toISOString has them; only what is needed for a time of day */
static char *orm__json_clock(char *at, orm_clock clock_, bool milliseconds)
{
    int64_t left = clock_.microseconds;
    if (left < 0 || left >= INT64_C(86400000000)) return NULL;
    unsigned seconds = (unsigned)(left / 1000000), fraction = (unsigned)(left % 1000000);
    at = orm__json_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = orm__json_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = orm__json_digits(at, seconds % 60, 2);
    if (!fraction && !milliseconds) return at;
    *at++ = '.';
    return fraction % 1000 ? orm__json_digits(at, fraction, 6) : orm__json_digits(at, fraction / 1000, 3);
}

static void orm__json_moment(orm__writer *w, orm_type type, int64_t number)
{
    char text[40] = "\"", *at = text + 1;
    orm_date day = { 0 };
    orm_clock clock_ = { number };
    if (type == ORM_TIME) orm_time_split(number, &day, &clock_);
    if (type == ORM_DATE) day.days = (int32_t)number;
    if (type != ORM_CLOCK) at = orm__json_date(at, day);
    if (at && type == ORM_TIME) *at++ = 'T';
    if (at && type != ORM_DATE) at = orm__json_clock(at, clock_, type == ORM_TIME);
    if (!at) {
        orm__put_bytes(w, "null", 4);
        return;
    }
    if (type == ORM_TIME) *at++ = 'Z';
    *at++ = '"';
    orm__put_bytes(w, text, (size_t)(at - text));
}

/* the shortest digits that read back as the same number; the decimal point of the program's locale, of one byte or more, becomes "." */
ORM_PRIVATE void orm__put_number(orm__writer *w, double number, bool single)
{
    char text[64];
    int length = 0;
    if (number > -1e15 && number < 1e15 && number == (double)(int64_t)number && !(number == 0 && __builtin_signbit(number))) {
        orm__put_int(w, (int64_t)number);
        return;
    }
    if (!__builtin_isfinite(number)) {
        orm__put_bytes(w, "null", 4);
        return;
    }
    /* prices, scores and the like: if thousandths read back as the number, their digits are the shortest that do */
    int64_t thousandths = number > -1e12 && number < 1e12 ? (int64_t)(number * 1000) : 0;
    if (!single && thousandths != 0 && (double)thousandths / 1000 == number) {
        unsigned fraction = (unsigned)((thousandths < 0 ? -thousandths : thousandths) % 1000);
        if (thousandths < 0) orm__put_char(w, '-');
        orm__put_int(w, (thousandths < 0 ? -thousandths : thousandths) / 1000);
        text[0] = '.';
        orm__json_digits(text + 1, fraction, 3);
        orm__put_bytes(w, text, fraction % 10 ? 4 : fraction % 100 ? 3 : 2);
        return;
    }
    for (int digits = single ? 6 : 15; digits <= (single ? 9 : 17); digits++) {
        length = snprintf(text, sizeof text, "%.*g", digits, number);
        if (single ? strtof(text, NULL) == (float)number : strtod(text, NULL) == number) break;
    }
    for (int i = 0; i < length; i++) {
        bool plain = (text[i] >= '0' && text[i] <= '9') || text[i] == '-' || text[i] == '+' || text[i] == 'e';
        if (plain) orm__put_char(w, text[i]);
        else if (text[i - 1] >= '0' && text[i - 1] <= '9') orm__put_char(w, '.');
    }
}

static void orm__json_base64(orm__writer *w, const unsigned char *bytes, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    orm__put_char(w, '"');
    while (size > 0) {
        char text[256];
        size_t n = 0;
        for (; size > 0 && n < sizeof text; n += 4) {
            size_t take = size < 3 ? size : 3;
            uint32_t bits = (uint32_t)bytes[0] << 16 | (take > 1 ? (uint32_t)bytes[1] << 8 : 0) | (take > 2 ? bytes[2] : 0);
            text[n] = letters[bits >> 18];
            text[n + 1] = letters[bits >> 12 & 63];
            text[n + 2] = take > 1 ? letters[bits >> 6 & 63] : '=';
            text[n + 3] = take > 2 ? letters[bits & 63] : '=';
            bytes += take;
            size -= take;
        }
        orm__put_bytes(w, text, n);
    }
    orm__put_char(w, '"');
}

/* a json column goes in as it is; only line ends between its tokens become blanks, for JSON lines (inside strings they are escaped) */
static void orm__json_raw(orm__writer *w, const char *bytes, size_t size)
{
    size_t from = w->length;
    orm__put_bytes(w, bytes, size);
    if (w->failed) return;
    for (char *at = w->text + from; at < w->text + w->length; at++)
        if (*at == '\n' || *at == '\r') *at = ' ';
}

static orm_status orm__json_text(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *value)
{
    const char *why = "";
    size_t size = 0, characters = 0;
    if (orm__check_text(value->as.s, SIZE_MAX, &size, &characters) != ORM__TEXT_OK)
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid UTF-8", model->name, column->name);
    if (value->type == ORM_TEXT) {
        orm__put_json_text(w, value->as.s, size);
        return ORM_OK;
    }
    if (!orm__json_valid(value->as.s, size, &why))
        return orm__raise_at(NULL, ORM_BAD_TEXT, model, column, "%s.%s is not valid JSON: it %s", model->name, column->name, why);
    orm__json_raw(w, value->as.s, size);
    return ORM_OK;
}

static orm_status orm__json_array(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *array)
{
    orm_status status = ORM_OK;
    orm__put_char(w, '[');
    for (size_t i = 0; i < array->as.list.count && !status; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put_char(w, ',');
        status = orm__json_value(w, model, column, &item);
    }
    orm__put_char(w, ']');
    return status;
}

static orm_decimal orm__json_decimal(const orm_value *value)
{
    return (orm_decimal){ .high = value->as.decimal.high, .low = value->as.decimal.low, .scale = value->scale };
}

ORM_PRIVATE bool orm__json_printable(const orm_column *column, const orm_value *value)
{
    if (value->type == ORM_ENUM) return value->as.i >= 1 && (uint64_t)value->as.i <= column->is.labels->count;
    if (value->type == ORM_DECIMAL) return orm__decimal_fits(orm__json_decimal(value), ORM_MAX_DIGITS);
    return value->type < ORM_TYPES;
}

ORM_PRIVATE orm_status orm__json_value(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *value)
{
    char text[ORM_DECIMAL_SIZE];
    if (!orm__json_printable(column, value))
        return orm__raise_at(NULL, ORM_VALUE_RANGE, model, column, "%s.%s holds what its type does not have", model->name, column->name);
    switch (value->type) {
    case ORM_INT16: case ORM_INT32: case ORM_INT64: orm__put_int(w, value->as.i); break;
    case ORM_FLOAT: case ORM_DOUBLE: orm__put_number(w, value->as.d, value->type == ORM_FLOAT); break;
    case ORM_BOOL: orm__put(w, value->as.i ? "true" : "false"); break;
    case ORM_TEXT: case ORM_JSON: return orm__json_text(w, model, column, value);
    case ORM_DECIMAL: orm__put(w, orm_decimal_text(orm__json_decimal(value), text)); break;
    case ORM_BLOB: orm__json_base64(w, value->as.p, value->length); break;
    case ORM_DATE: case ORM_CLOCK: case ORM_TIME: orm__json_moment(w, (orm_type)value->type, value->as.i); break;
    case ORM_UUID:
        orm__put_char(w, '"');
        orm__put_bytes(w, orm_uuid_text(value->as.uuid, text), ORM_UUID_SIZE - 1);
        orm__put_char(w, '"');
        break;
    case ORM_INET:
        orm__put_char(w, '"');
        orm__put(w, orm_inet_text(orm__value_inet(value), text));
        orm__put_char(w, '"');
        break;
    case ORM_ARRAY: return orm__json_array(w, model, column, value);
    case ORM_ENUM: orm__put_json_text(w, column->is.labels->labels[value->as.i - 1], strlen(column->is.labels->labels[value->as.i - 1])); break;
    default: orm__put_bytes(w, "null", 4); break;
    }
    return ORM_OK;
}

/* ---- rows ----------------------------------------------------------------------------------------------------- */
/* is the memory behind a row's pointers still there? The rows of one result follow each other, so the last one found is asked first. */
static bool orm__json_live(orm__json *j, uint64_t ticket)
{
    if (ORM__KIND(ticket) != ORM__KIND_RESULT) return true;
    if (j->result && (ticket & ~(ORM__HEAD_BIT | UINT64_C(0x7F) << 3)) == j->result->ticket) return true;
    j->result = orm__result_of(ticket);
    return j->result != NULL;
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row);

static orm_status orm__json_rows(orm__json *j, const orm_model *model, const void *rows, const orm_mask *mask, bool lines, const orm_relation *relation)
{
    orm_status status = ORM_OK;
    if (!orm__json_live(j, *orm__ticket(model, rows)))
        return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s rows belong to a result that was freed", model->name);
    size_t n = orm__len(rows, model->ticket);
    const orm_model *link = relation ? relation->through : NULL;
    const char *links = link ? (const char *)orm__links(relation, rows) : NULL;
    if (!lines) orm__put_char(&j->out, '[');
    for (size_t i = 0; i < n && !status; i++) {
        if (i && !lines) orm__put_char(&j->out, ',');
        status = orm__json_row(j, model, (const char *)rows + i * model->size, mask, links ? link : NULL, links ? links + i * link->size : NULL);
        if (lines) orm__put_char(&j->out, '\n');
    }
    if (!lines) orm__put_char(&j->out, ']');
    return status;
}

static void orm__json_member(orm__writer *w, const char *name, bool *first)
{
    size_t size = strlen(name);                          /* a C identifier: nothing to escape */
    if (!orm__writer_room(w, size + sizeof ",\"\":")) return;
    char *out = w->text + w->length;
    if (!*first) *out++ = ',';
    *out++ = '"';
    memcpy(out, name, size);
    memcpy(out + size, "\":", sizeof "\":");
    w->length = (size_t)(out - w->text) + size + 2;
    *first = false;
}

static orm_status orm__json_relation(orm__json *j, const orm_relation *relation, const void *row)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (orm__is_list(relation) && related) return orm__json_rows(j, relation->target, related, NULL, false, relation);
    if (related) return orm__json_row(j, relation->target, related, NULL, NULL, NULL);
    orm__put(&j->out, orm__is_list(relation) ? "[]" : "null");
    return ORM_OK;
}

static orm_status orm__json_row(orm__json *j, const orm_model *model, const void *row, const orm_mask *mask, const orm_model *link, const void *link_row)
{
    uint64_t ticket = *orm__ticket(model, row);
    const orm__load *load = NULL;
    orm_status status = ORM_OK;
    bool first = true;
    if (!orm__json_live(j, ticket)) return orm__raise_at(NULL, ORM_STALE_ROW, model, NULL, "the %s row belongs to a result that was freed", model->name);
    if (j->depth == ORM__JSON_NESTED) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "rows are nested deeper than %d", ORM__JSON_NESTED);
    if (ORM__KIND(ticket) == ORM__KIND_RESULT) {
        load = ORM__LOAD(ticket) < j->result->n_loads ? &j->result->loads[ORM__LOAD(ticket)] : NULL;
        if (!load || load->model != model) return orm__raise_at(NULL, ORM_MISUSE, model, NULL, "the row is not one of %s", model->name);
    }
    j->depth++;
    orm__put_char(&j->out, '{');
    for (size_t i = 0; i < model->n_columns && !status; i++) {
        const orm_column *column = &model->columns[i];
        if (column->secret || (mask && !orm__mask_has(mask, i)) || (load && !orm__mask_has(&load->columns, i))) continue;
        orm_value value = orm__value_of(column, row);
        orm__json_member(&j->out, column->name, &first);
        status = orm__json_value(&j->out, model, column, &value);
    }
    for (size_t i = 0; load && i < model->n_counts; i++) {
        if (!orm__mask_has(&load->counts, i)) continue;
        orm__json_member(&j->out, model->counts[i].name, &first);
        orm__put_int(&j->out, orm__value_of(&model->counts[i], row).as.i);
    }
    for (size_t i = 0; load && i < model->n_relations && !status; i++) {
        if (!orm__mask_has(&load->relations, i) || !orm__relation_applies(&model->relations[i], row)) continue;
        orm__json_member(&j->out, model->relations[i].name, &first);
        status = orm__json_relation(j, &model->relations[i], row);
    }
    if (link && !status) {                               /* the row that links it to the one above, by the name of its model */
        orm__json_member(&j->out, link->name, &first);
        status = orm__json_row(j, link, link_row, NULL, NULL, NULL);
    }
    orm__put_char(&j->out, '}');
    j->depth--;
    return status;
}

static orm_status orm__json_begin(orm__json *j, const orm_allocator *allocator, const orm_model *model, const void *row)
{
    *j = (orm__json){ .depth = 0 };
    orm__clear_error();
    orm__text_begin(&j->out, allocator);
    return row ? ORM_OK : orm__raise_at(NULL, ORM_MISUSE, model, NULL, "there is no %s row to print: the pointer is NULL", model->name);
}

ORM_API char *orm__to_json(const orm_model *model, const void *row, const orm_mask *mask, bool all, size_t *length)
{
    orm_allocator allocator = orm__default_allocator();
    orm__json j;
    orm_status status = orm__json_begin(&j, &allocator, model, row);
    if (mask && orm__mask_names_none(model, mask)) mask = NULL;
    if (!status) status = all ? orm__json_rows(&j, model, row, mask, false, NULL) : orm__json_row(&j, model, row, mask, NULL, NULL);
    if (!status) return orm__text_end(&j.out, length);
    orm__writer_release(&j.out);
    return NULL;
}

/* the whole text is made first: a row that cannot be printed leaves no half of a document behind */
ORM_API orm_status orm__print_json(FILE *out, const orm_model *model, const void *rows, int how)
{
    enum { ROW, LIST, LINES };
    orm_allocator allocator = orm__default_allocator();
    orm__json j;
    orm_status status = orm__json_begin(&j, &allocator, model, rows);
    if (!status) status = how == ROW ? orm__json_row(&j, model, rows, NULL, NULL, NULL) : orm__json_rows(&j, model, rows, NULL, how == LINES, NULL);
    if (how != LINES) orm__put_char(&j.out, '\n');
    if (!status && j.out.failed) status = orm__raise(NULL, ORM_NO_MEMORY, 0, "out of memory");
    if (!status) {
        size_t size = j.out.length - ORM__TEXT_HEADER;
        if (fwrite(j.out.text + ORM__TEXT_HEADER, 1, size, out) != size || fflush(out))
            status = orm__raise(NULL, ORM_IO, 0, "the JSON could not be written to its file");
    }
    orm__writer_release(&j.out);
    return status;
}

/* >>dump: one row with every member, for people who debug. Shows what JSON hides (tickets, members that were not loaded), never a secret,
   and reads no memory that a ticket says is gone. */

#define ORM__DUMP_ITEMS 16       /* of an array */
#define ORM__DUMP_BYTES 200      /* of one text; a terminal is no place for more */

static void orm__dump_text(orm__writer *w, const char *text_)
{
    size_t size = strlen(text_), at = 0;
    orm__put_char(w, '"');
    while (at < size && at < ORM__DUMP_BYTES) {
        bool shown = false;
        size_t n = orm__visible(text_ + at, size - at, &shown);
        if (shown && (text_[at] == '"' || text_[at] == '\\')) orm__put_char(w, '\\');
        if (shown) orm__put_bytes(w, text_ + at, n);
        for (size_t i = 0; i < n && !shown; i++) orm__put_format(w, "\\x%02x", (unsigned)(unsigned char)text_[at + i]);
        at += n;
    }
    orm__put_char(w, '"');
    if (at < size) orm__put_format(w, "... (%zu bytes)", size);
}

static void orm__dump_array(orm__writer *w, const orm_model *model, const orm_column *column, const orm_value *array)
{
    size_t n = array->as.list.count;
    orm__put_char(w, '[');
    for (size_t i = 0; i < n && i < ORM__DUMP_ITEMS; i++) {
        orm_value item = orm__array_item(array, i);
        if (i) orm__put(w, ", ");
        if (item.type == ORM_TEXT) orm__dump_text(w, item.as.s);
        else (void)orm__json_value(w, model, column, &item);
    }
    orm__put_char(w, ']');
    if (n > ORM__DUMP_ITEMS) orm__put_format(w, "... (%zu values)", n);
}

static void orm__dump_column(orm__writer *w, const orm_model *model, const orm_column *column, const void *row, bool stale)
{
    orm_value value = orm__value_of(column, row);
    bool behind_pointer = value.type == ORM_TEXT || value.type == ORM_JSON || value.type == ORM_BLOB || value.type == ORM_ARRAY;
    if (column->secret) orm__put(w, "***");
    else if (value.type == ORM_NULL) orm__put(w, "NULL");
    else if (behind_pointer && stale) orm__put(w, "gone");
    else if (value.type == ORM_BLOB) orm__put_format(w, "%" PRIu32 " bytes", value.length);
    else if (value.type == ORM_ARRAY) orm__dump_array(w, model, column, &value);
    else if (behind_pointer) orm__dump_text(w, value.as.s);
    else if (!orm__json_printable(column, &value)) orm__put(w, "invalid");
    else (void)orm__json_value(w, model, column, &value);
}

static void orm__dump_relation(orm__writer *w, const orm_relation *relation, const void *row, bool loaded)
{
    const void *related = NULL;
    memcpy(&related, (const char *)row + relation->member, sizeof related);
    if (!loaded) orm__put(w, "not loaded");
    else if (!related) orm__put(w, "none");
    else if (orm__is_list(relation)) orm__put_format(w, "[%zu]", orm__len(related, relation->target->ticket));
    else orm__put_format(w, "{ %.64s }", relation->target->name);
}

ORM_API void orm__dump(FILE *out, const orm_model *model, const void *row)
{
    static const char *const kinds[] = { "no ticket", "fresh", "loaded", "created" };
    orm_allocator allocator = orm__default_allocator();
    orm__writer w = { .allocator = &allocator };
    if (row) {
        uint64_t ticket = *orm__ticket(model, row);
        const orm__result *result = ORM__KIND(ticket) == ORM__KIND_RESULT ? orm__result_of(ticket) : NULL;
        bool stale = ORM__KIND(ticket) == ORM__KIND_RESULT && !result;
        const orm__load *load = result && ORM__LOAD(ticket) < result->n_loads ? &result->loads[ORM__LOAD(ticket)] : NULL;
        orm__put(&w, model->name);
        orm__put_format(&w, " (%s) {\n", stale ? "stale: its result was freed" : kinds[ORM__KIND(ticket)]);
        for (size_t i = 0; i < model->n_columns; i++) {
            orm__put(&w, "    ");
            orm__put(&w, model->columns[i].name);
            orm__put(&w, " = ");
            if (load && !orm__mask_has(&load->columns, i)) orm__put(&w, "not loaded");
            else orm__dump_column(&w, model, &model->columns[i], row, stale);
            orm__put_char(&w, '\n');
        }
        for (size_t i = 0; i < model->n_relations; i++) {
            orm__put(&w, "    ");
            orm__put(&w, model->relations[i].name);
            orm__put(&w, " = ");
            orm__dump_relation(&w, &model->relations[i], row, load && orm__mask_has(&load->relations, i));
            orm__put_char(&w, '\n');
        }
        orm__put(&w, "}\n");
    } else {
        orm__put(&w, model->name);
        orm__put(&w, " NULL\n");
    }
    if (!w.failed) fwrite(w.text, 1, w.length, out);
    orm__writer_release(&w);
}
#endif

/* >>licence
   MIT License

   Copyright (c) 2026 the orm.h authors

   Permission is hereby granted, free of charge, to any person obtaining a copy
   of this software and associated documentation files (the "Software"), to deal
   in the Software without restriction, including without limitation the rights
   to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
   copies of the Software, and to permit persons to whom the Software is
   furnished to do so, subject to the following conditions:

   The above copyright notice and this permission notice shall be included in all
   copies or substantial portions of the Software.

   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
   IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
   FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
   AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
   LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
   OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
   SOFTWARE.
*/
