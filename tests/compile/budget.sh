#!/bin/sh
# What models cost to compile, without the implementation: seconds of CPU, best of five, with both compilers at -O0. The limits come from
# the Makefile (BUDGET_SMALL: 20 models of 10 columns; BUDGET_LARGE: 50 of 30; BUDGET_NESTED: ten nested conditions). Machines differ, and
# one machine differs from hour to hour: between those runs a file of plain C is compiled, and the limits grow or shrink as that one does.
set -u
cd "$(dirname "$0")"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# models COUNT COLUMNS: a file with a schema of that size
models() {
    awk -v models="$1" -v columns="$2" 'BEGIN {
        split("integer|string(200), length(2, 200)|boolean, default(false)|text, nullable|bigint, nullable, at_least(0)|timestamp|double, default(0.5)|decimal(12, 2)", type, "|")
        print "#include \"orm.h\""
        for (m = 1; m <= models; m++) {
            printf "#define Model%d_FIELDS(X) X(id, serial)", m
            for (c = 2; c <= columns - 1; c++) printf " X(column%d, %s)", c, type[c % 8 + 1]
            printf " X(parent_id, key(Model%d), on_delete(cascade), indexed) X(parent, belongs_to(Model%d, parent_id))\nORM_MODEL(Model%d, models%d)\n", m, m, m, m
        }
        printf "#define Many_MODELS(X)"
        for (m = 1; m <= models; m++) printf " X(Model%d)", m
        print "\nORM_SCHEMA(Many)"
    }'
}
nested() {
    echo '#include "models.h"'
    echo 'User_pred nested(int n); User_pred nested(int n) { return'
    awk 'BEGIN {
        for (i = 1; i <= 10; i++) printf "%s(orm_gt(User_.age, n), ", i % 2 ? "orm_and" : "orm_or"
        printf "orm_eq(User_.name, \"a\")"
        for (i = 1; i <= 10; i++) printf ")"
        print "; }"
    }'
}
# 1000 structs of plain C, each with a function that reads it
yardstick() {
    awk 'BEGIN {
        print "#define MEMBER(name, type) type name;"
        for (i = 0; i < 1000; i++) {
            printf "#define ROW%d(X) X(a%d, int) X(b%d, double)\nstruct row%d { ROW%d(MEMBER) };\n", i, i, i, i, i
            printf "int read%d(const struct row%d *row, int n);\n", i, i
            printf "int read%d(const struct row%d *row, int n) { return row ? row->a%d + n : (int)row[n].b%d; }\n", i, i, i, i
        }
    }'
}
# seconds CC FILE
seconds() {
    { $1 -std=c11 -O0 -I../.. -I. -c "$work/$2" -o "$work/out.o" || echo failed; times; } | awk '
        { failed = failed || /failed/; for (i = 1; i <= 2; i++) { split($i, part, "m"); seconds[i] = part[1] * 60 + part[2] } }
        END { print failed ? 999 : seconds[1] + seconds[2] }'
}
least() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a < b ? a : b }'; }
# within LIMIT "what" FILE
within() {
    for cc in gcc clang; do
        case $cc in gcc) usual=$BUDGET_YARDSTICK_GCC ;; clang) usual=$BUDGET_YARDSTICK_CLANG ;; esac
        best=999 yard=999
        for _ in 1 2 3 4 5; do
            best=$(least "$best" "$(seconds $cc "$3")")
            yard=$(least "$yard" "$(seconds $cc yardstick.c)")
        done
        limit=$(awk -v limit="$1" -v yard="$yard" -v usual="$usual" 'BEGIN { printf "%.3f", limit * yard / usual }')
        verdict=ok
        if awk -v best="$best" -v limit="$limit" 'BEGIN { exit !(best <= limit) }'; then passed=$((passed + 1)); else failed=$((failed + 1)); verdict='TOO MUCH'; fi
        printf '%-24s %-6s %s s, limit %s s (%s s where plain C takes %s s; here %s s): %s\n' "$2" $cc "$best" "$limit" "$1" "$usual" "$yard" "$verdict"
    done
}
yardstick >"$work/yardstick.c"
models 20 10 >"$work/small.c"
models 50 30 >"$work/large.c"
nested >"$work/nested.c"
within "$BUDGET_SMALL" "20 models of 10 columns" small.c
within "$BUDGET_LARGE" "50 models of 30 columns" large.c
within "$BUDGET_NESTED" "ten nested conditions" nested.c
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
