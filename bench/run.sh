#!/bin/sh
# bench/run.sh               times ours, expert C and naive C in interleaved rounds; medians, and ratios to expert C
# bench/run.sh instructions  counts instructions per operation, ours and expert C; fails when a target is missed
# bench/run.sh memory        bytes of resident memory that a loaded row takes, ours, expert C and naive C; and what an arena reserves and does not use
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
find_in_read 2000 12000 410
row 10000 30000 50
each 10000 30000 60
find_where 500 2500 1650
find_one 2000 6000 3030
find_dynamic 500 2500 1080
insert_one 2000 6000 1675
bulk_insert 2000 12000 900
save 2000 12000 1230
update_one 2000 12000 1350
delete_one 2000 6000 none
eager_user 200 1200 none
eager_tags 200 1200 970
nested 100 300 none
json 200 1200 11100'

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
            if (($1 == "row" || $1 == "each") && allocations > 0.01) bad = bad " ALLOCATES"
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
    table "$work/times"
}

# what a case may cost, as a ratio to expert C: on SQLite, on PostgreSQL
targets='insert_one 1.10 1.03
bulk_insert 1.05 1.05
find_by_pk 1.10 1.03
find_in_scope 1.10 1.03
find_where 1.10 1.03
find_dynamic 1.30 1.30
select_all 1.00 1.00
each_all 1.00 1.00
eager_has_many 1.10 1.05
has_many_pruned 1.10 1.05
eager_m2m 1.10 1.05
m2m_pruned 1.10 1.05
nested3 1.10 1.05
nested3_pruned 1.10 1.05
count_group 1.01 1.01
json_out 1.10 1.00
update_one 1.10 1.03
update_where 1.01 1.01
tx3 1.10 1.03
tx3_pipelined - 1.10
delete_one 1.10 1.03
pipe_find - 1.10
loader_find - 1.10
pipe_insert - 1.10
pipe_insert_1tx - 1.10
copy - 1.05'
# the same against another case of expert C: what a better way saves. Equal work (=) has equal checksums.
savings='find_in_scope find_by_pk 0.95 - =
has_many_pruned eager_has_many 0.65 0.65
m2m_pruned eager_m2m 0.65 0.65
nested3_pruned nested3 0.65 0.65
json_stream json_out 1.10 1.00 =
bulk_insert x_bulk_single_row_steps 0.52 0.24 =
loader_find pipe_find - 0.40 =
pipe_insert insert_one - - =
pipe_insert_1tx insert_one - - =
tx3_pipelined tx3 - 0.66
copy bulk_insert - - ='

# medians and ratios of a file of `engine,who,case,rows,ns,checksum`
table() {
    awk -F, -v targets="$targets" -v savings="$savings" '
        function sort(a, n,   i, j, t) { for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t } }
        function median(key,   n, a, i) { n = split(values[key], a, " "); for (i in a) a[i] += 0; sort(a, n); low = a[1]; high = a[n]; return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
        function of(engine, who, name) { return ((engine, who, name) in values) ? median(engine SUBSEP who SUBSEP name) : 0 }
        function show(ns) { return ns >= 1e6 ? sprintf("%.2f ms", ns / 1e6) : ns >= 1e4 ? sprintf("%.1f us", ns / 1e3) : ns >= 1e3 ? sprintf("%.2f us", ns / 1e3) : sprintf("%.0f ns", ns) }
        function verdict(ratio, target) { return target == "-" || target == "" ? sprintf(" %6s", "-") : sprintf(" %6s%s", target, ratio > target + 0.0049 ? " over" : "") }
        function agree(name, sum, who) {
            if ((name in sums) && sums[name] != sum) { print name ": checksum " sum " of " who ", " sums[name] " before" > "/dev/stderr"; failed = 1 }
            else sums[name] = sum
        }
        BEGIN {
            n = split(targets, line, "\n")
            for (i = 1; i <= n; i++) { split(line[i], part, " "); target["sqlite", part[1]] = part[2]; target["pg", part[1]] = part[3] }
            n_savings = split(savings, saving, "\n")
        }
        {
            name = $3
            if (!($1 in engines)) { engines[$1] = 1; order[++n_engines] = $1 }
            if (!(name in seen)) { seen[name] = 1; cases[++n_cases] = name }
            values[$1, $2, name] = values[$1, $2, name] " " $5
            agree(name, $6, $1 " " $2)
        }
        END {
            for (i = 1; i <= n_savings; i++) {
                split(saving[i], part, " ")
                if (part[5] == "=" && (part[1] in sums) && (part[2] in sums)) agree(part[1], sums[part[2]], part[2])
            }
            split("expert ours same naive", who, " ")
            for (e = 1; e <= n_engines; e++) {
                engine = order[e]
                kind = engine == "pg" ? "pg" : "sqlite"
                printf "\n%s\n%-24s %10s %10s %7s %6s %5s %10s %7s %10s %7s %7s %7s\n", engine, "case", "expert", "ours", "ratio", "target", "", "same", "ratio", "naive", "ratio", "spread", "of ours"
                for (c = 1; c <= n_cases; c++) {
                    name = cases[c]
                    base = of(engine, "expert", name)
                    if (!base) continue
                    spread = (high - low) / base * 100
                    ours = of(engine, "ours", name)
                    own = ours ? sprintf("%5.0f %%", (high - low) / ours * 100) : "-"
                    text = sprintf("%-24s %10s", name, show(base))
                    if (ours) text = text sprintf(" %10s %7.2f%-12s", show(ours), ours / base, verdict(ours / base, target[kind, name]))
                    else text = text sprintf(" %10s %7s %-11s", "-", "-", "")
                    for (w = 3; w <= 4; w++) {
                        m = of(engine, who[w], name)
                        text = text (m ? sprintf(" %10s %7.2f", show(m), m / base) : sprintf(" %10s %7s", "-", "-"))
                    }
                    printf "%s %5.0f %% %7s\n", text, spread, own
                }
                head = 0
                for (i = 1; i <= n_savings; i++) {
                    split(saving[i], part, " ")
                    base = of(engine, "expert", part[2])
                    ours = of(engine, "ours", part[1])
                    if (!base || !ours) continue
                    if (!head++) printf "\n%s, against another way of expert C\n", engine
                    expert = of(engine, "expert", part[1])
                    printf "%-16s / %-24s %10s %10s %7.2f%-12s  expert so, too: %s\n", part[1], part[2], show(base), show(ours), ours / base, verdict(ours / base, part[kind == "pg" ? 4 : 3]), expert ? sprintf("%.2f", expert / base) : "-"
                }
            }
            print "\nratio: to expert C. target, over: see docs/performance.md. same: expert C on the tables that orm_sync makes, with their constraints."
            print "spread: from the fastest to the slowest round, of expert C and of ours."
            if ("mem" in engines) print "mem: processor time; it hides what else the machine does."
            if ("pg" in engines) print "pg: processor time of client and server, which share one processor."
            print "Checksums of all rounds " (failed ? "DIFFER." : "agree.")
            exit failed
        }' "$1"
}

# ---- memory: what 100,000 users add to a process ---------------------------------------------------------------------------------------
postgres_memory() {
    where=${ORM_POSTGRES#postgres:}
    ONLY=memory "$programs/orm_postgres" run "$where" | sed 's/^/pg,ours,/'
    for who in expert naive; do ONLY=memory "$programs/raw_postgres" $who "$where" | sed "s/^/pg,$who,/"; done
}

memory() {
    printf '%-8s %-8s %8s %14s %16s\n' engine who rows 'bytes per row' 'at the highest'
    {
        if engines | grep -q file; then
            ONLY=memory "$programs/orm_sqlite" file "$work/db" | sed 's/^/file,ours,/'
            for who in expert naive; do ONLY=memory "$programs/raw_sqlite" $who file "$work/db" | sed "s/^/file,$who,/"; done
        fi
        if engines | grep -q pg; then BENCH_PART=postgres_memory tests/server.sh "$PWD/bench/run.sh"; fi
    } | awk -F, '$3 == "memory" { printf "%-8s %-8s %8d %14d %16d\n", $1, $2, $4, $5, $6; n++ } END { exit n == 0 }'
    printf '\nan arena: %14s %12s %12s %8s\n' rows used reserved unused
    "$programs/scale/arena"
}

case ${BENCH_PART-}${1-} in
instructions) instructions ;;
memory)       memory ;;
postgres_memory) postgres_memory ;;
postgres)     postgres_rounds ;;
*)            timings ;;
esac
