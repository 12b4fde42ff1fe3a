#!/bin/sh
# tests/run.sh [-v] PROGRAM...: runs test programs, two at a time. Each closes with "N passed, N failed"; one that does not, or whose exit
# code disagrees, counts as a failure. One line per program, the whole output of those that fail (with -v of all), then the sum.
# Programs under build/valgrind/ are run by valgrind, and there, as it is slow, on databases in memory only. A program whose source says
# "test: own-server" in its first line gets a PostgreSQL server of its own, others that run on all engines (conformance, pitfalls, hostile) a database on the one that runs.
# At last comes what the engines of the conformance suite declare, and how many cases met a declared lack.
set -u
cd "$(dirname "$0")/.."

if [ "${1-}" = --one ]; then                    # a single program: its line on stdout, its count in $3
    verbose=$2 count=$3 program=$4
    output=$count.out
    begun=$(date +%s)
    source=tests/${program#build/*/}.c
    set -- "$program"
    case $program in
    build/valgrind/*) export ORM_ENGINES=memory; set -- timeout 600 valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible "$@" ;;
    *)                set -- timeout 900 "$@" ;;
    esac
    if [ -f "$source" ] && head -n 1 "$source" | grep -q '^/\* test:.*own-server'; then
        set -- tests/server.sh "$@"
    elif [ -n "${ORM_POSTGRES_FOLDER-}" ] && echo "$program" | grep -q '^build/[a-z]*/\(conformance\|pitfalls\|hostile\)/'; then
        ORM_POSTGRES=$(tests/server.sh --database "program_${count##*/}") || unset ORM_POSTGRES
        export ORM_POSTGRES
    fi
    "$@" >"$output" 2>&1 </dev/null
    code=$?
    set -- $(sed -n '$s/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' "$output")
    passed=${1-0} failed=${2-0} why=
    [ $# -eq 2 ] || why="did not close with its count"
    [ $code -eq 0 ] || [ "$failed" -gt 0 ] || why="exit code $code"
    [ -z "$why" ] || failed=$((failed + 1))
    {
        if [ "$failed" -gt 0 ] || [ "$verbose" = yes ]; then grep -v '^declared: ' "$output" | sed 's/^/    /'; fi
        printf '%-6s %-44s %s passed, %s failed, %s s%s\n' "$([ "$failed" -eq 0 ] && echo ok || echo FAILED)" "$program" "$passed" "$failed" \
            $(($(date +%s) - begun)) "${why:+ ($why)}"
    } >"$output.shown"
    cat "$output.shown"
    echo "$passed $failed" >"$count"
    exit 0
fi

verbose=no
[ "${1-}" != -v ] || { verbose=yes; shift; }
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT
n=0
for program; do
    n=$((n + 1))
    printf '%s\n%s\n' "$results/$n" "$program"
done | xargs -n 2 -P 2 "$0" --one "$verbose"
[ $# -gt 0 ] || { echo 'no tests'; exit 1; }
cat "$results"/*.out | awk '
    /^declared: / {
        if (!($2 in column)) { column[$2] = ++engines; name[engines] = $2 }
        if (!($3 in row)) { row[$3] = ++lines; capability[lines] = $3 }
        says[$2, $3] = $4; cases[$2, $3] += $5
    }
    /^narrowed to: / { narrowed[substr($0, 14)]++ }
    END {
        if (!lines) exit
        printf "%-32s", "capability, cases without it"
        for (e = 1; e <= engines; e++) printf " %-10s", name[e]
        for (l = 1; l <= lines; l++) {
            printf "\n%-32s", capability[l]
            for (e = 1; e <= engines; e++) { k = name[e] SUBSEP capability[l]; printf " %-10s", says[k] (cases[k] ? ", " cases[k] : "") }
        }
        print ""
        for (n in narrowed) print narrowed[n] " programs ran on these engines only: " n
    }'
awk -v expected=$# '
    { passed += $1; failed += $2; n++ }
    END { failed += expected - n; print passed + 0 " passed, " failed + 0 " failed"; exit failed > 0 }
' $(ls -d "$results"/* | grep '/[0-9]*$')
