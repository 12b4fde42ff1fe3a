#!/bin/sh
# bench/run.sh               times ours, expert C and naive C in interleaved rounds; medians, and ratios to expert C
# bench/run.sh instructions  counts instructions per operation, ours and expert C; fails when a target is missed
# Programs come from build/bench (see the Makefile). ROUNDS=3 ENGINES="mem file pg" ONLY=find_by_pk,select_all narrow it down.
# PostgreSQL gets a server of its own; without its drivers in build/bench it is left out.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
programs=$PWD/build/bench

# ---- instructions: the difference of two run lengths leaves what one operation costs -------------------------------------------------
# case, two lengths, and how many instructions more than expert C are allowed (none: just printed)
cases='find 2000 12000 410
row 10000 30000 50
find_where 500 2500 none
insert_one 2000 6000 1860
bulk_insert 2000 12000 1150
save 2000 12000 1890
update_one 2000 12000 none
delete_one 2000 6000 none
eager_user 200 1200 none
eager_tags 200 1200 none
nested 100 300 none'

# "instructions prepares allocations" of one run
count() {
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect=measured --callgrind-out-file=/dev/null "$programs/instructions" "$1" "$2" "$3" 2>&1 |
        awk '/Collected/ { n = $NF } /^[0-9]+ [0-9]+$/ { rest = $0 } END { print n, rest }'
}

instructions() {
    printf '%-12s %10s %10s %8s %7s %9s %9s %12s\n' 'operation' ours expert more allowed ratio prepares allocations
    echo "$cases" | while read -r name short long allowed; do
        echo "$name $long $short $allowed $(count orm "$name" "$long") $(count orm "$name" "$short") $(count expert "$name" "$long") $(count expert "$name" "$short")"
    done | awk '
        {
            n = $2 - $3
            ours = ($5 - $8) / n; expert = ($11 - $14) / n; prepares = $6 - $9; allocations = ($7 - $10) / n
            bad = ""
            if (!(ours > 0 && expert > 0)) bad = " NOT MEASURED"
            if ($4 != "none" && ours > expert + $4) bad = " TOO MANY"
            if (prepares > 0) bad = bad " PREPARES"
            if ($1 == "row" && allocations > 0.01) bad = bad " ALLOCATES"
            printf "%-12s %10.0f %10.0f %8.0f %7s %9.3f %9d %12.3f%s\n", $1, ours, expert, ours - expert, $4, ours / expert, prepares, allocations, bad
            if (bad != "") failed = 1
        }
        END { exit failed || NR == 0 }'
}

# ---- time -----------------------------------------------------------------------------------------------------------------------------
# every contestant in turn, so that what else the machine does hits all of them; checksums of a case must agree
sqlite_round() {
    "$programs/raw_sqlite" expert "$1" "$work/db" | sed "s/^/$1,expert,/"
    "$programs/orm_sqlite" "$1" "$work/db" | sed "s/^/$1,ours,/"
    "$programs/raw_sqlite" expert "$1" "$work/db" "$work/schema.sql" | sed "s/^/$1,same,/"
    "$programs/raw_sqlite" naive "$1" "$work/db" | sed "s/^/$1,naive,/"
}

# client and server share one processor: a round trip between two is slower by far, and depends on which ones they are
postgres_rounds() {
    where=${ORM_POSTGRES#postgres:}
    "$programs/orm_postgres" schema "$where" >"$work/schema_pg.sql"
    for round in $(seq "${ROUNDS:-3}"); do
        echo "round $round: pg" >&2
        "$programs/raw_postgres" expert "$where" | sed 's/^/pg,expert,/'
        "$programs/orm_postgres" run "$where" | sed 's/^/pg,ours,/'
        "$programs/raw_postgres" expert "$where" "$work/schema_pg.sql" | sed 's/^/pg,same,/'
        "$programs/raw_postgres" naive "$where" | sed 's/^/pg,naive,/'
    done
}

engines() {
    for engine in ${ENGINES:-mem file pg}; do
        [ "$engine" != pg ] || [ -x "$programs/orm_postgres" ] || continue
        echo "$engine"
    done
}

timings() {
    "$programs/orm_sqlite" schema >"$work/schema.sql"
    for round in $(seq "${ROUNDS:-3}"); do
        for engine in $(engines | grep -v pg); do
            echo "round $round: $engine" >&2
            sqlite_round "$engine"
        done
    done >"$work/times"
    if engines | grep -q pg; then
        BENCH_PART=postgres taskset -c "$(($(nproc) - 1))" tests/server.sh "$PWD/bench/run.sh" >>"$work/times"
    fi
    awk -F, '
        function sort(a, n,   i, j, t) { for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t } }
        function median(key,   n, a) { n = split(values[key], a, " "); for (i in a) a[i] += 0; sort(a, n); low = a[1]; high = a[n]; return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
        function show(ns) { return ns >= 1e6 ? sprintf("%.2f ms", ns / 1e6) : ns >= 1e4 ? sprintf("%.1f us", ns / 1e3) : ns >= 1e3 ? sprintf("%.2f us", ns / 1e3) : sprintf("%.0f ns", ns) }
        {
            name = $3
            if (!($1 in engines)) { engines[$1] = 1; order[++n_engines] = $1 }
            if (!(name in seen)) { seen[name] = 1; cases[++n_cases] = name }
            values[$1, $2, name] = values[$1, $2, name] " " $5
            if (((name) in sums) && sums[name] != $6) { print name ": checksum " $6 " of " $2 ", " sums[name] " before" > "/dev/stderr"; failed = 1 }
            sums[name] = $6
        }
        END {
            split("expert ours same naive", who, " ")
            for (e = 1; e <= n_engines; e++) {
                printf "\n%s\n%-24s %10s %10s %8s %10s %8s %10s %8s %8s\n", order[e], "case", "expert", "ours", "ratio", "same", "ratio", "naive", "ratio", "spread"
                for (c = 1; c <= n_cases; c++) {
                    name = cases[c]
                    base = median(order[e] SUBSEP "expert" SUBSEP (name == "eager_pruned" ? "eager_has_many" : name))
                    if (!base) continue
                    spread = (high - low) / base * 100
                    line = sprintf("%-24s %10s", name, show(base))
                    for (w = 2; w <= 4; w++) {
                        m = values[order[e], who[w], name] == "" ? 0 : median(order[e] SUBSEP who[w] SUBSEP name)
                        line = line (m ? sprintf(" %10s %8.2f", show(m), m / base) : sprintf(" %10s %8s", "-", "-"))
                    }
                    printf "%s %6.0f %%\n", line, spread
                }
            }
            print "\nsame: expert C on the tables that orm_sync makes, with their constraints. spread: of expert C over the rounds."
            if ("pg" in engines) print "pg: processor time of client and server, which hides what else the machine does."
            print "eager_pruned: against expert C that reads whole rows. Checksums of all rounds " (failed ? "DIFFER." : "agree.")
            exit failed
        }' "$work/times"
}

case ${BENCH_PART-}${1-} in
instructions) instructions ;;
postgres)     postgres_rounds ;;
*)            timings ;;
esac
