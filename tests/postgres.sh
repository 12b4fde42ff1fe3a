#!/bin/sh
# tests/postgres.sh: the tests of dialects/postgres.h, on a PostgreSQL server of their own: a new cluster in a temporary folder, reached by a
# socket in it. Builds the test with both compilers and the sanitizers, and runs one build by valgrind, too. Closes with "N passed, N failed".
#   tests/postgres.sh start FOLDER     starts the server of a cluster again: tests that stop it need that
#   tests/postgres.sh run PROGRAM...   runs programs with the server's URL in ORM_POSTGRES
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
bin=${bin:-$(pg_config --bindir)} || { echo 'PostgreSQL is not installed'; exit 1; }

# the server refuses to run as root
as=
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi

start() {
    $as "$bin/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c max_connections=30 -c log_min_messages=fatal >>"$1/log" 2>&1 </dev/null &
    for _ in $(seq 100); do
        "$bin/pg_isready" -q -h "$1" && return 0
        sleep 0.1
    done
    cat "$1/log"
    return 1
}

if [ "${1-}" = start ]; then
    start "$2"
    exit
fi

folder=$(mktemp -d /tmp/orm-postgres-XXXXXX) || exit 1
finish() {
    pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
        kill -INT "$pid"
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM
[ -z "$as" ] || chown "$user" "$folder"
chmod 755 "$folder"
$as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
{ echo 'local all guarded scram-sha-256'; cat "$folder/data/pg_hba.conf"; } >"$folder/hba" && cat "$folder/hba" >"$folder/data/pg_hba.conf"
start "$folder" || exit 1
export ORM_POSTGRES_FOLDER="$folder" ORM_POSTGRES_START="$here/postgres.sh start $folder" ORM_POSTGRES="postgres:host=$folder dbname=postgres user=postgres"

if [ "${1-}" = run ]; then
    shift
    code=0
    for program; do "$program" || code=1; done
    exit $code
fi

cd "$here/.." || exit 1
passed=0 failed=0
# counts what a program says; one that says nothing, or whose exit code disagrees, has failed
count() {
    "$@" >"$folder/output" 2>&1
    code=$?
    set -- $(sed -n '$s/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' "$folder/output")
    if [ $# -ne 2 ] || { [ "$code" -ne 0 ] && [ "$2" -eq 0 ]; }; then set -- "${1-0}" 1; fi
    [ "$2" -eq 0 ] || cat "$folder/output"
    passed=$((passed + $1)) failed=$((failed + $2))
}

flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wundef -Werror"
build() {
    name=$1
    shift
    for part in src/*.c; do
        "$@" $flags -Isrc -c "$part" -o "$folder/$name-$(basename "$part" .c).o" || return 1
    done
    "$@" $flags -Isrc -I. -Itests -I"$(pg_config --includedir)" tests/unit/postgres_test.c "$folder/$name"-*.o -o "$folder/$name" -lpq -lpthread -lm
}
build gcc gcc -O2 -g && count "$folder/gcc" || failed=$((failed + 1))
build asan clang -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer && count "$folder/asan" || failed=$((failed + 1))
# the core on a server: each is a program of one file
for test in tests/core/*_postgres_test.c; do
    clang -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all $flags -I. -Itests -I"$(pg_config --includedir)" "$test" -o "$folder/core" -lpq -lpthread &&
        count "$folder/core" || failed=$((failed + 1))
done
if command -v valgrind >/dev/null; then
    count valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible "$folder/gcc"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
