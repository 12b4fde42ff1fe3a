# Sourced by run.sh and load.sh, with $work as a folder for all that is made: the service of examples/storefront, started, asked and stopped.

# start PROGRAM [NAME=VALUE...]: in the folder $place, on a free port; $base is its address then, $pid its process
start() {
    program=$(pwd)/$1
    shift
    : >"$place/out"
    (cd "$place" && exec env PORT=0 "$@" $under "$program" >>out 2>>err) &
    pid=$!
    for _ in $(seq 300); do
        base=$(sed -n 's/^storefront on \(http:[^ ]*\)\/ with .*/\1/p' "$place/out")
        [ -z "$base" ] || return 0
        kill -0 $pid 2>/dev/null || break
        sleep 0.1
    done
    cat "$place/out" "$place/err"
    return 1
}
# stop: as a supervisor does. Its exit code.
stop() {
    kill -TERM $pid
    wait $pid
}
# fresh PRODUCTS: a new folder to start in
fresh() {
    place=$(mktemp -d "$work/place-XXXXXX")
    cp -r examples/storefront/migrations examples/storefront/page.* "$place"
    cp "$1" "$place/products.json"
}
# ask METHOD PATH [BODY [CURL'S OPTIONS...]]: $status and $body are the answer; $token is sent where there is one
ask() {
    method=$1 path=$2 data=${3-}
    shift 2
    [ $# -eq 0 ] || shift
    [ -z "$token" ] || set -- -H "Authorization: Bearer $token" "$@"
    [ -z "$data" ] || set -- --data-binary "$data" "$@"
    status=$(curl -s -m 60 -X "$method" -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" "$base$path")
    body=$(cat "$work/body")
}
# member NAME: its value in $body, where it stands first
member() { echo "$body" | sed 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/'; }
first_member() { echo "$body" | grep -o "\"$1\":[^,}]*" | head -n 1 | sed 's/^[^:]*://; s/"//g'; }
