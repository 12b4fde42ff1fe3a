#!/bin/sh
# What orm.h costs to compile, with gcc and clang: seconds of processor time (best of RUNS=5), MB of the compiler's memory, bytes of code and constants per model.
# The workload is the whole of bench/, over orm.h without its implementation, and in C on sqlite3 alone.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -o "$work/cost" bench/compile/cost.c

printf '' >"$work/empty.c"
echo '#include "orm.h"' >"$work/header.c"
printf '#include "bench/models.h"\nORM_DEFINE(Bench)\nORM_DEFINE_VIEW(RoleStats)\n' >"$work/models.c"
sed '/define ORM_IMPLEMENTATION/d; s|"models.h"|"bench/models.h"|; s|"cases.h"|"bench/cases.h"|' bench/orm_sqlite.c >"$work/workload.c"
sed 's|#include "raw|#include "bench/raw|' bench/raw_sqlite.c >"$work/raw.c"
printf '#define ORM_IMPLEMENTATION\n#include "orm.h"\n#include "dialects/sqlite.h"\n' >"$work/implementation.c"
for n in 10 20; do awk -v models=$n -f bench/scale/schema.awk >"$work/many$n.c"; done

# compile CC LEVEL FILE [RUNS]: "ms KB", the best and the most
compile() {
    for _ in $(seq "${4:-${RUNS:-5}}"); do "$work/cost" $1 -std=c11 "$2" -D_POSIX_C_SOURCE=200809L -I. -c "$work/$3.c" -o "$work/$3.o"; done |
        awk 'NR == 1 || $1 < ms { ms = $1 } $2 > kb { kb = $2 } END { print ms, kb }'
}
line() { printf '%-6s %-4s %-44s %8.3f s %7.1f MB\n' "$1" "$2" "$3" "$(echo "$4" | awk '{ print $1 / 1000 }')" "$(echo "$4" | awk '{ print $2 / 1024 }')"; }
text_of() { size "$work/$1.o" | awk 'NR == 2 { print $1 + $2 }'; }

for cc in ${COMPILERS:-gcc clang}; do
    for level in -O0 -O2; do
        empty=$(compile $cc $level empty)
        header=$(compile $cc $level header)
        raw=$(compile $cc $level raw)
        ours=$(compile $cc $level workload)
        line $cc $level 'empty file' "$empty"
        line $cc $level 'orm.h, without the implementation' "$header"
        line $cc $level 'the models of the workload' "$(compile $cc $level models)"
        line $cc $level 'the workload over orm.h' "$ours"
        line $cc $level 'the workload on sqlite3 alone' "$raw"
        echo "$empty $header $raw $ours" | awk -v cc=$cc -v level=$level '{
            printf "%-6s %-4s orm.h: %d ms above an empty file (target 15)%s\n", cc, level, $3 - $1, ($3 - $1 > 15 ? " over" : "")
            printf "%-6s %-4s workload: %.2f of raw C (target 2)%s, %.2f s (target 1.5)%s, %.0f MB (target 150)%s\n", cc, level, $7 / $5, ($7 > 2 * $5 ? " over" : ""),
                $7 / 1000, ($7 > 1500 ? " over" : ""), $8 / 1024, ($8 > 150 * 1024 ? " over" : "") }'
        line $cc $level 'the implementation, with the adapter for SQLite' "$(compile $cc $level implementation 1)"
        compile $cc $level many10 1 >/dev/null
        compile $cc $level many20 1 >/dev/null
        printf '%-6s %-4s %d bytes of code and data for each model of ten columns\n' $cc $level $((($(text_of many20) - $(text_of many10)) / 10))
    done
done
