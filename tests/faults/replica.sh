#!/bin/sh
# tests/faults/replica.sh start|stop FOLDER: a streaming replica of the server that tests/server.sh started in the folder. It has the same
# folder for its socket, and port 5433.
set -u
folder=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
bin=${bin:-$(pg_config --bindir)} || exit 1

# the server refuses to run as root
as=
if [ "$(id -u)" = 0 ]; then
    user=$(stat -c %U "$folder/data")
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi

case $1 in
start)
    rm -rf "$folder/replica"
    $as "$bin/pg_basebackup" -D "$folder/replica" -h "$folder" -U postgres -R -X stream --checkpoint=fast --no-sync || exit 1
    $as "$bin/postgres" -D "$folder/replica" -k "$folder" -p 5433 -c listen_addresses= -c fsync=off -c max_connections=60 -c log_min_messages=fatal >>"$folder/log" 2>&1 </dev/null &
    for _ in $(seq 100); do
        "$bin/pg_isready" -q -h "$folder" -p 5433 && exit 0
        sleep 0.1
    done
    cat "$folder/log"
    exit 1
    ;;
stop)
    pid=$(head -n 1 "$folder/replica/postmaster.pid" 2>/dev/null) || exit 0
    kill -INT "$pid"
    for _ in $(seq 100); do [ -e "$folder/replica/postmaster.pid" ] || exit 0; sleep 0.05; done
    exit 1
    ;;
esac
