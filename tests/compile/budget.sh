#!/bin/sh
# What models cost to compile, without the implementation: instructions that both compilers need at -O0, which is the same number on a busy machine
# and on a quiet one (`make bench-compile` tells seconds and memory). The limits come from the Makefile, in billions: BUDGET_SMALL for 20 models of 10 columns,
# BUDGET_WIDE for 10 of 30, BUDGET_NESTED for ten nested conditions. And half the models must cost about half: what a model costs does not grow with the schema.
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
# instructions CC FILE: in billions
instructions() {
    valgrind --tool=cachegrind --cache-sim=no --trace-children=yes --cachegrind-out-file=/dev/null \
        "$1" -std=c11 -O0 -I../.. -I. -c "$work/$2" -o "$work/$1.$2.o" 2>&1 |
        awk '/I *refs:/ { gsub(",", "", $NF); sum += $NF } END { printf "%.3f\n", sum / 1e9 }'
    [ -s "$work/$1.$2.o" ]
}
# verdict "what" CC COST LIMIT: a cost of nothing is a compiler that was not there
verdict() {
    if awk -v cost="$3" -v limit="$4" 'BEGIN { exit !(cost > 0.1 && cost <= limit) }'; then
        passed=$((passed + 1)) says=ok
    else
        failed=$((failed + 1)) says='TOO MUCH'
    fi
    printf '%-40s %-6s %s, limit %s: %s\n' "$1" "$2" "$3" "$4" "$says"
}
models 20 10 >"$work/small.c"
models 10 10 >"$work/half.c"
models 10 30 >"$work/wide.c"
nested >"$work/nested.c"
echo '#include "orm.h"' >"$work/none.c"
for cc in gcc clang; do
    for file in none half small wide nested; do
        cost=$(instructions $cc $file.c) || { echo "$cc does not compile $file.c"; cost=0; }
        eval "$file=\$cost"
    done
    verdict '20 models of 10 columns'            $cc "$small"  "$BUDGET_SMALL"
    verdict '10 models of 30 columns'            $cc "$wide"   "$BUDGET_WIDE"
    verdict 'ten nested conditions'              $cc "$nested" "$BUDGET_NESTED"
    verdict '20 models beside what 10 lead to'   $cc "$small"  "$(awk -v none="$none" -v half="$half" 'BEGIN { printf "%.3f", none + (half - none) * 2 * 1.05 }')"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
