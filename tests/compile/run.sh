#!/bin/sh
# Programs as users build them, without a warning under strict flags: C and C++, gcc and clang, with and without optimisation, several
# files, a library and a program with models of their own, a shared object. What links also runs.
set -u
cd "$(dirname "$0")"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
include="-I../.. -I. -Ilibrary"
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror"
c11="-std=c11 $strict -Wstrict-prototypes -Wmissing-prototypes"
posix=-D_POSIX_C_SOURCE=200809L
libs=-lsqlite3

# check "what is tested" command: passes when the command does
check() {
    title=$1; shift
    if "$@" >"$work/out" 2>&1; then passed=$((passed + 1)); return 0; fi
    failed=$((failed + 1)); echo "FAILED $title"; head -30 "$work/out" | cut -c1-300
    return 1
}
object() { source=$1; shift; $cc $level $c11 $include "$@" -c "$source" -o "$work/$(basename "$source" .c).o"; }
program() { $cc $level "$@" -o "$work/program" $libs && "$work/program"; }
linked() {
    object linked_main.c && object uses.c && object linked_more.c && program "$work/linked_main.o" "$work/uses.o" "$work/linked_more.o"
}
library() {
    object library/shop.c && rm -f "$work/libshop.a" && ar rc "$work/libshop.a" "$work/shop.o" && object library/program.c &&
        program "$work/program.o" "$work/libshop.a"
}
shared() {
    $cc $level $c11 $include -fPIC -shared shared.c -o "$work/libblog.so" $libs && $cc shared_program.c -o "$work/program" -L"$work" -lblog -Wl,-rpath,"$work" &&
        "$work/program" && ! nm -D --defined-only "$work/libblog.so" | grep -v ' shared_entry$' | grep -i ' [a-z] .*\(orm\|User\|Post\)'
}
cplusplus() {
    $cxx -std=$standard $strict $include declarations.cc -o "$work/program" && "$work/program"
}
with_cplusplus() {
    level=-O1; object ../implementation.c && $cxx $strict $include mixed.cc "$work/implementation.o" -o "$work/program" $libs && "$work/program"
}
# a program without the command line links, and has none of it; the diagrams stay
without_cli() {
    cat >"$work/without.c" <<'END' && $cc $level $c11 $include -c "$work/without.c" -o "$work/without.o" && program "$work/without.o" &&
#define ORM_NO_CLI
#define ORM_IMPLEMENTATION
#include "models.h"
#include "dialects/sqlite.h"
ORM_DEFINE(Blog)
int main(void)
{
    orm_db *db = orm_open("sqlite::memory:");
    if (!db || orm_erd(stdout, &Blog_schema, ORM_ERD_MERMAID)) return orm_perror("without");
    orm_close(db);
    return 0;
}
END
        ! nm "$work/without.o" | grep -i 'orm_*cli'
}
# ten optional conditions on one query cost little stack
stack() {
    cat >"$work/stack.c" <<'END' && $cc $level -std=c11 $include -fstack-usage -c "$work/stack.c" -o "$work/stack.o" && cat "$work/stack.su" &&
#include "models.h"
void ten(orm_db *db, int n);
void ten(orm_db *db, int n)
{
    User_query q = { .limit = 1 };
    if (n > 0) orm_where(&q, orm_eq(User_.name, "a"));
    if (n > 1) orm_where(&q, orm_gt(User_.age, n));
    if (n > 2) orm_where(&q, orm_eq(User_.role, Role_admin));
    if (n > 3) orm_where(&q, orm_contains(User_.email, "b"));
    if (n > 4) orm_where(&q, orm_is_null(User_.password));
    if (n > 5) orm_where(&q, orm_lt(User_.age, n));
    if (n > 6) orm_where(&q, orm_ne(User_.name, "c"));
    if (n > 7) orm_where(&q, orm_in(User_.id, 1, 2, 3));
    if (n > 8) orm_where(&q, orm_between(User_.age, 1, 2));
    if (n > 9) orm_where(&q, orm_starts_with(User_.name, "d"));
    orm_free(User_find_all(db, &q));
}
END
        awk '$1 ~ /:ten$/ && $2 <= 8192 { small = 1 } END { exit !small }' "$work/stack.su"
}

# Common names as macros, behind orm.h and before models of all kinds: what a program says itself is its own. And before orm.h where it is implemented, where the drivers' headers come first.
words_of() { sed 's/"[^"]*"//g' "$@" | grep -owE '[A-Z][A-Z0-9_]*|none|end' | sort -u; }
between() {
    case $1 in uses.c) helpers= ;; *) helpers="../check.h ../conformance/engines.h ../conformance/helpers.h" ;; esac
    {
        printf '#include %s\n' '<pthread.h>' '<stdlib.h>' '<string.h>' '<time.h>' '<unistd.h>' '"orm.h"' '"dialects/sqlite.h"' '"dialects/postgres.h"'
        ./names.sh "$cc" $(words_of "$1" $helpers)
    } >"$work/between.h" && [ "$(wc -l <"$work/between.h")" -gt 300 ] && $cc $c11 $posix $include -I.. -I"$(pg_config --includedir)" -include "$work/between.h" -fsyntax-only -x c "$1"
}
before() {
    { printf '#include <%s>\n' sqlite3.h libpq-fe.h; ./names.sh "$cc" none end; cat linked_main.c; echo '#include "dialects/postgres.h"'; } >"$work/before.c" &&
        $cc $c11 $posix $include -I"$(pg_config --includedir)" -fsyntax-only "$work/before.c"
}
# Which words are refused as macros: all that rows are written with, but those that config.h names
refused() {
    ./names.sh words >"$work/words" && ./names.sh refused >"$work/refused" && [ "$(comm -23 "$work/words" "$work/refused" | tr '\n' ' ')" = "char default double max min restrict " ] &&
        ! $cc -std=c11 $include -Dport=80 -fsyntax-only declarations.c 2>"$work/refusal" && grep -q 'orm: one of the words that models are written with' "$work/refusal"
}

for cc in gcc clang; do
    for level in -O0 -O2; do
        check "declarations only, $cc $level" object declarations.c
        check "ten optional conditions need no more than 8 KB of stack, $cc $level" stack
        check "three files with the same models, $cc $level" linked
    done
    level=-O0
    check "system headers before and after, $cc" object system_headers.c -fsyntax-only
    check "without the command line, $cc" without_cli
    check "a shared object shows nothing of ours, $cc" shared
    check "a library and a program with models of their own, $cc" library
    for source in uses.c ../conformance/models.h ../../bench/models.h ../conformance/include_test.c ../conformance/view_test.c ../conformance/hooks_test.c ../conformance/scope_test.c \
        ../conformance/border_test.c ../conformance/upsert_test.c ../conformance/loader_test.c ../conformance/index_test.c ../conformance/verify_test.c; do
        check "common names are macros before the models of $(basename $source), $cc" between $source
    done
    check "common names are macros before orm.h, $cc" before
    check "a macro that is called as a word of rows is refused, $cc" refused
    check "no flags at all, $cc" program $include linked_main.c uses.c linked_more.c
    for level in -O1 -O3 -Os; do          # -Os is where libc calls libm for what it else inlines: a program needs no -lm
        check "warning-free and without further libraries, $cc $level" program -std=gnu17 $strict $include linked_main.c uses.c linked_more.c
    done
done
cc=gcc level=-O1
check "gnu17 and link time optimisation" program -std=gnu17 -flto $strict $include linked_main.c uses.c linked_more.c
for cxx in g++ clang++; do
    for standard in c++11 c++17 c++20; do check "declarations in $standard, $cxx" cplusplus; done
    cc=gcc; check "a C++ program with the implementation in C, $cxx" with_cplusplus
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
