#!/bin/sh
# tests/server.sh PROGRAM [ARGUMENT...]: runs a program with a PostgreSQL server of its own: a new cluster in a temporary folder, reached by a
# socket in it, as a user that is not root. It ends with the program, whatever ends that. The program finds in its environment:
#   ORM_POSTGRES          the URL of a database
#   ORM_POSTGRES_FOLDER   where the cluster is: data/ and the socket
#   ORM_POSTGRES_START    a command that starts the server again: for tests that stop it
# tests/server.sh --start FOLDER is that command; --there tells by its exit code whether there is a server to start; --database NAME makes one
# more database on the running server, and prints its URL.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null)
if ! [ -x "$bin/postgres" ] || ! [ -x "$bin/initdb" ]; then
    [ "${1-}" = --there ] || echo 'there is no PostgreSQL server: install it, on Debian by: make deps-test' >&2
    exit 1
fi
[ "${1-}" != --there ] || exit 0

# the server refuses to run as root
as=
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi

# nothing has to survive a power failure
start() {
    $as "$bin/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections="${ORM_TEST_CONNECTIONS:-60}" -c log_min_messages=fatal \
        -c fsync=off -c full_page_writes=off >>"$1/log" 2>&1 </dev/null &
    for _ in $(seq 200); do
        "$bin/pg_isready" -q -h "$1" && return 0
        sleep 0.05
    done
    cat "$1/log"
    return 1
}

url() { echo "postgres:host=$1 dbname=$2 user=postgres"; }

case ${1-} in
--start)
    start "$2"
    exit ;;
--database)
    "$bin/createdb" -h "$ORM_POSTGRES_FOLDER" -U postgres "$2" && url "$ORM_POSTGRES_FOLDER" "$2"
    exit ;;
esac

folder=$(mktemp -d /tmp/orm-postgres-XXXXXX) || exit 1
finish() {
    pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
    if [ -n "$pid" ]; then
        kill -INT "$pid" 2>/dev/null
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
[ -z "$as" ] || chown "$user" "$folder"
chmod 755 "$folder"
$as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
{ echo 'local all guarded scram-sha-256'; cat "$folder/data/pg_hba.conf"; } >"$folder/hba" && cat "$folder/hba" >"$folder/data/pg_hba.conf"
start "$folder" || exit 1
export ORM_POSTGRES_FOLDER="$folder" ORM_POSTGRES_START="$here/server.sh --start $folder" ORM_POSTGRES="$(url "$folder" postgres)"
"$@"
