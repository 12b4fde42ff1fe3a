#!/bin/sh
# tests/faults/pooler.sh start|stop FOLDER [MODE]: PgBouncer before the server that tests/server.sh started in the folder, with two sessions for all its
# clients. Its socket is in the same folder, at port 6432. MODE is transaction (the default) or session.
set -u
folder=$2 mode=${3-transaction}
as=
if [ "$(id -u)" = 0 ]; then
    user=$(stat -c %U "$folder/data")
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi

case $1 in
start)
    cat >"$folder/pooler.ini" <<INI
[databases]
postgres = host=$folder user=postgres
[pgbouncer]
pool_mode = $mode
default_pool_size = $([ "$mode" = session ] && echo 8 || echo 2)
auth_type = any
listen_addr =
unix_socket_dir = $folder
listen_port = 6432
logfile = $folder/pooler.log
pidfile = $folder/pooler.pid
server_login_retry = 0
INI
    $as pgbouncer -q -d "$folder/pooler.ini" >/dev/null 2>&1 || exit 1
    for _ in $(seq 100); do
        [ -S "$folder/.s.PGSQL.6432" ] && exit 0
        sleep 0.05
    done
    cat "$folder/pooler.log"
    exit 1
    ;;
stop)
    pid=$(cat "$folder/pooler.pid" 2>/dev/null) || exit 0
    kill -TERM "$pid"
    for _ in $(seq 100); do [ -e "$folder/pooler.pid" ] || exit 0; sleep 0.02; done
    exit 1
    ;;
esac
