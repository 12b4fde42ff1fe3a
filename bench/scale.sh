#!/bin/sh
# bench/scale.sh measure >FILE     cost per row for 10^3 .. 10^7 rows, of a find by 1 .. 64 threads, and of a find in schemas of 1 .. 200 models, as lines
#                                  `chart,who,case,x,ns`. SIZES="1000 10000", THREADS="1 4", MODELS="1 100" narrow it down. Some ten minutes.
# bench/scale.sh draw FILE FOLDER  draws the charts of such a file: rows.svg, threads.svg and schema.svg
# Programs come from build/bench/scale (see the Makefile).
set -eu
cd "$(dirname "$0")/.."
programs=$PWD/build/bench/scale

threads() {
    for n in ${THREADS:-1 2 4 8 16 32 64}; do
        for who in expert ours; do "$programs/threads" $who "$1" "$n"; done
    done
}

measure() {
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for n in ${SIZES:-1000 10000 100000 1000000 10000000}; do
        echo "rows: $n" >&2
        "$programs/rows_raw" "$work/db" "$n"
        "$programs/rows" "$work/db" "$n"
    done
    echo threads >&2
    threads "sqlite:$work/threads.db"
    ORM_TEST_CONNECTIONS=100 SCALE_PART=postgres tests/server.sh "$PWD/bench/scale.sh"
    for n in ${MODELS:-1 10 50 100 200}; do
        echo "models: $n" >&2
        awk -v models="$n" -v program=1 -f bench/scale/schema.awk >"$work/schema.c"
        gcc -std=c11 -O2 -D_POSIX_C_SOURCE=200809L -I. -I"$(pg_config --includedir)" "$work/schema.c" build/gcc/engines.a -o "$work/schema" -lpq -lsqlite3 -lpthread -lm
        "$work/schema"
    done
}

case ${SCALE_PART-}${1-} in
measure)  measure ;;
postgres) threads "$ORM_POSTGRES" ;;
draw)     gnuplot -e "data='$2'; folder='$3'" bench/scale/draw.gp ;;
*)        echo 'usage: bench/scale.sh measure | draw FILE FOLDER' >&2; exit 2 ;;
esac
