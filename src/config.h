/* >>config: what may be set from outside, and what is checked before anything else.

   ORM_IMPLEMENTATION   define it in exactly one .c file, before the first include of orm.h: that file emits the core and
                        the adapters it includes.
   ORM_MAX_TERMS        nodes of one condition, default 16. Must be the same in every file of a program: it is part of the
                        layout of a query, and orm_open refuses a file that was compiled with another number.
   ORM_MALLOC, ORM_REALLOC, ORM_FREE   the default allocator of the implementing file: all three or none. A handle can have
                        its own, with a context (orm_options.allocator).
   ORM_API              put before every public function; by default nothing in a program, hidden in a shared object.
   ORM_DESTRUCTIVE      define it before orm.h where calls that empty or drop tables are meant to be: see wipe.h. Elsewhere they do not compile.
   ORM_NO_CLI           define it in the implementing file to leave the command line out.
   ORM_ALLOW_POINTER_WARNINGS   define it before orm.h to have pointers of another type, integers for pointers and calls that are not declared as your compiler has
                        them; by default they are errors in every file that includes orm.h.
   In the environment of a program ORM_LOG=1 shows each statement on stderr, where the handle has no log hook of its own. */
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
 || defined updated_at || defined nullable || defined primary_key || defined unique || defined indexed || defined searched || defined references \
 || defined on_delete || defined on_update || defined deferred || defined deferrable || defined column || defined comment || defined secret || defined immutable           \
 || defined deleted_at || defined version || defined tenant || defined password || defined hook || defined scope                      \
 || defined not_empty || defined length || defined at_least || defined at_most || defined between || defined email || defined url \
 || defined was || defined type_sql || defined matches || defined one_of || defined check_with || defined message || defined default_sql || defined index           \
 || defined check || defined cascade || defined set_null || defined set_default || defined no_action || defined where || defined none || defined end
#  error "orm: one of the words that models are written with (serial, text, unique, email, index ...) is defined as a macro: include orm.h before the header that defines it, or #undef it"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** The version of this header; ORM_VERSION is one number to compare with: 0.1.0 is 100. */
#define ORM_VERSION_MAJOR 0
#define ORM_VERSION_MINOR 1
#define ORM_VERSION_PATCH 0
#define ORM_VERSION (ORM_VERSION_MAJOR * 10000 + ORM_VERSION_MINOR * 100 + ORM_VERSION_PATCH)

/** Nodes of one condition: each comparison is one, `and`, `or` and `not` of them one more, a value of orm_in, too. A condition with more is ORM_MISUSE of the call that gets it.
    May be defined before orm.h is included, 4 to 200, and then alike in all files of a program: conditions and queries are as large as it says. */
#ifndef ORM_MAX_TERMS
#  define ORM_MAX_TERMS 16
#endif
#if ORM_MAX_TERMS < 4 || ORM_MAX_TERMS > 200
#  error "orm: ORM_MAX_TERMS must lie between 4 and 200"
#endif
/** How much fits into a query, a change and a model. More does not compile. */
#define ORM_MAX_ORDERS      8   /* terms of one `.order` */
#define ORM_MAX_INCLUDES    8   /* relations of one `.include` */
#define ORM_MAX_ASSIGNMENTS 16  /* assignments of one `.set` */
#define ORM_MAX_ROWS        128 /* rows of one model */

/** Stands before what the library defines. In a shared object its names are hidden, unless it is defined otherwise, alike in all files. */
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
