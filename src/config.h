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

/* words that rows are written with must not be macros, or they are replaced before orm.h can see them. Not refused, as programs that never write them in a row have them:
   min and max of views; double, char, default and restrict, which are C's own words. */
#if defined serial || defined smallint || defined integer || defined bigint || defined real || defined boolean || defined string \
 || defined text || defined decimal || defined blob || defined date || defined time || defined timestamp || defined uuid        \
 || defined json || defined enumeration || defined key || defined has_many || defined belongs_to || defined created_at           \
 || defined updated_at || defined nullable || defined primary_key || defined unique || defined indexed || defined searched || defined references \
 || defined on_delete || defined on_update || defined deferred || defined deferrable || defined column || defined comment || defined secret || defined immutable           \
 || defined deleted_at || defined version || defined tenant || defined password || defined hook || defined scope                      \
 || defined not_empty || defined length || defined at_least || defined at_most || defined between || defined email || defined url \
 || defined was || defined type_sql || defined matches || defined one_of || defined check_with || defined message || defined default_sql || defined index           \
 || defined check || defined cascade || defined set_null || defined set_default || defined no_action || defined where || defined none || defined end \
 || defined inet || defined interval || defined jsonb || defined bits || defined array || defined has_one || defined many_to_many \
 || defined belongs_to_any || defined count_of || defined as \
 || defined after || defined before || defined alpha || defined alphanumeric || defined ascii || defined base64 || defined base64url || defined bytes \
 || defined contains || defined counter_of || defined country || defined credit_card || defined currency || defined date_text || defined decimal_text \
 || defined digits || defined e164 || defined equals || defined float_text || defined fqdn || defined future || defined hex_color \
 || defined hexadecimal || defined iban || defined integer_text || defined ip || defined ipv4 || defined ipv6 || defined isbn || defined json_text \
 || defined lowercase || defined mac_address || defined no_control || defined normalize || defined not_contains || defined not_in \
 || defined not_matches || defined numeric || defined on_create || defined past || defined port || defined semver || defined slug \
 || defined table_default || defined timestamp_text || defined trimmed || defined uppercase || defined url_with || defined uuid_text \
 || defined uuid_version \
 || defined default_scope || defined default_scope_fn || defined validate || defined desc || defined sql || defined table || defined link_where \
 || defined link_order || defined order || defined trim || defined collapse \
 || defined after_bulk_create || defined after_bulk_destroy || defined after_bulk_restore || defined after_bulk_update || defined after_create \
 || defined after_destroy || defined after_find || defined after_restore || defined after_save || defined after_update || defined after_upsert \
 || defined after_validate || defined before_bulk_create || defined before_bulk_destroy || defined before_bulk_restore || defined before_bulk_update \
 || defined before_count || defined before_create || defined before_destroy || defined before_find || defined before_restore || defined before_save \
 || defined before_update || defined before_upsert || defined before_validate || defined validation_failed \
 || defined of || defined cast || defined count_all || defined count || defined count_distinct || defined sum || defined avg || defined coalesce \
 || defined when || defined otherwise || defined holds || defined count_related || defined row_number || defined rank || defined dense_rank || defined lag || defined lead \
 || defined first_value || defined last_value || defined day_of || defined month_of || defined year_of || defined depth || defined at || defined expr \
 || defined filter || defined partition || defined order_desc || defined order_row || defined order_row_desc || defined over || defined group \
 || defined aggregated || defined from || defined join || defined left_join || defined join_on || defined left_join_on || defined recursive \
 || defined start || defined having || defined distinct || defined distinct_on || defined first_by || defined first_by_desc || defined union_of \
 || defined union_all_of || defined intersect_of || defined except_of
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
