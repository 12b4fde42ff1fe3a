#!/bin/sh
# The service of examples/storefront, as its clients see it: every route and refusal, orders at the same time, faults of the database, restart and
# stop; on SQLite and PostgreSQL, compiled plainly, with the sanitizers and under valgrind. And its page, in a browser. Run from the top folder, with build/ made.
set -u
[ -n "${STOREFRONT_SERVER-}" ] || STOREFRONT_SERVER=own exec tests/server.sh "$0"      # a server of its own: it is stopped in between
work=$(mktemp -d /tmp/orm-storefront-XXXXXX) || exit 1
pid=
trap '[ -z "$pid" ] || kill -KILL $pid 2>/dev/null; rm -rf "$work"' EXIT
passed=0 failed=0 under= token=
. tests/storefront/service.sh
psql=$(ls -d /usr/lib/postgresql/*/bin/psql | sort -V | tail -n 1)

# check WHAT COMMAND...
check() {
    what=$1
    shift
    if "$@" >/dev/null 2>&1; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "$run: $what"
}
# answers STATUS TEXT METHOD PATH [BODY...]: is it this status, and does the body have this text?
answers() {
    wanted=$1 text=$2
    shift 2
    ask "$@"
    case $status:$body in
    "$wanted":*"$text"*) passed=$((passed + 1)) ;;
    *) failed=$((failed + 1)); echo "$run: $1 $2 ${3-} is not $wanted with '$text': $status $body" ;;
    esac
}
has_head() { grep -qi "^$1" "$work/head"; }
# what it says on stderr besides is a finding of a sanitizer or valgrind
ends_well() { stop && tail -n 1 "$place/out" | grep -q 'storefront ends\|statements in' && ! [ -s "$place/err" ]; }
sign_up() {                                     # sets $token
    answers 201 '"version":1' POST /users "{\"name\":\"$1\",\"email\":\"$1@example.com\",\"password\":\"correct horse\"}"
    answers 201 "\"name\":\"$1\"" POST /login "{\"email\":\"$1@example.com\",\"password\":\"correct horse\"}"
    token=$(first_member token)
}

routes() {
    token=
    answers 200 '"in_use":0' GET /health
    answers 404 '"kind":"NO_PATH"' GET /nothing
    answers 404 '"kind":"NO_PATH"' GET /products/
    answers 404 '"kind":"NO_PATH"' GET /products/99999999999999999999
    answers 404 '"kind":"NO_PATH"' GET /products/1x
    answers 404 '"kind":"ORM_NOT_FOUND"' GET /products/99
    answers 405 '"kind":"NO_METHOD"' DELETE /products
    check 'Allow is missing' has_head 'allow: GET'
    answers 200 '"name":"Teapot"' GET /products/1
    answers 200 '{"total":5,"page":1,"per_page":2,"products":[{"id":1,"name":"Teapot","price_cents":3490,"stock":7},{"id":3' GET '/products?order=-price_cents&per_page=2'
    answers 200 '"page":2,"per_page":2,"products":[{"id":2,' GET '/products?order=-price_cents&per_page=2&page=2'
    answers 200 '{"total":2,"page":1,"per_page":20,"products":[{"id":4,"name":"Last lamps"' GET /products '' -G --data-urlencode 'filter={"price_cents":{"lt":2000},"name":{"contains":"p"},"not":{"stock":{"gt":20}}}'
    answers 422 '"field":"password"' GET /products '' -G --data-urlencode 'filter={"password":"x"}'
    answers 400 '"kind":"ORM_BAD_JSON"' GET /products '' -G --data-urlencode 'filter={"name"'
    answers 422 '"rule":"order"' GET '/products?order=password'
    answers 422 '"field":"order"' GET /products '' -G --data-urlencode 'order=id; drop table products'
    answers 422 'page is a number from 1' GET '/products?page=0'
    answers 422 'per_page is a number from 1 to 100' GET '/products?per_page=101'

    answers 400 '"line":1,"column":9' POST /users '{"name":'
    answers 400 '"kind":"ORM_BAD_JSON"' POST /users
    answers 422 '{"field":"name","rule":"not_empty"' POST /users '{"name":" ","email":"x","password":"short","role":"admin"}'
    for field in email password role; do check "$field is not among the failures" grep -q "\"field\":\"$field\"" "$work/body"; done
    sign_up ada
    first=$token
    answers 409 '"message":"has an account already"' POST /users '{"name":"Ada","email":" ADA@example.com","password":"correct horse"}'
    answers 401 '"kind":"WRONG_LOGIN"' POST /login '{"email":"ada@example.com","password":"wrong horse"}'
    answers 401 '"kind":"WRONG_LOGIN"' POST /login '{"email":"nobody@example.com","password":"wrong horse"}'
    head -c 70000 /dev/zero >"$work/large"
    answers 413 '"kind":"BODY_TOO_LARGE"' POST /users "@$work/large"
    answers 413 '"kind":"BODY_TOO_LARGE"' POST /users "@$work/large" -H 'Transfer-Encoding: chunked'

    answers 200 '"email":"ada@example.com"' GET /me
    check 'an answer has a password in it' sh -c "! grep -qi 'password\|\\\$y\\\$' '$work/body'"
    answers 200 '"name":"Ada Lovelace"' PATCH /me '{"name":" Ada  Lovelace ","version":1}'
    answers 409 '"kind":"ORM_STALE"' PATCH /me '{"name":"Ada","version":1}'
    answers 422 '"field":"id"' PATCH /me '{"id":7}'
    answers 200 '"version":2' PATCH /me '{}'

    answers 201 '"note":"Ring","total_cents":9830' POST /orders '{"note":"Ring","items":[{"product_id":2,"quantity":3},{"product_id":1,"quantity":2}]}'
    check 'the order has no Location' has_head 'location: /orders/[0-9]'
    order=$(first_member id)
    check 'the order is without its items' grep -qF '"items":[{"order_id":'"$order"',"product_id":1,"quantity":2,"price_cents":3490,"product":{"id":1,"name":"Teapot"}},' "$work/body"
    answers 409 'Teapot: 5 left, 6 ordered' POST /orders '{"items":[{"product_id":2,"quantity":1},{"product_id":1,"quantity":6}]}'
    answers 200 '"stock":21' GET /products/2                        # what the refused order took first is back
    answers 409 'Paper lantern: 0 left, 1 ordered' POST /orders '{"items":[{"product_id":3,"quantity":1}]}'
    answers 422 'there is no product 99' POST /orders '{"items":[{"product_id":99,"quantity":1}]}'
    answers 422 '"field":"items[0].quantity"' POST /orders '{"items":[{"product_id":1,"quantity":0}]}'
    answers 422 '"field":"items[0].price_cents"' POST /orders '{"items":[{"product_id":1,"quantity":1,"price_cents":1}]}'
    answers 422 'an order has at least one item' POST /orders '{"items":[]}'
    answers 422 'product 1 stands in two lines' POST /orders '{"items":[{"product_id":1,"quantity":1},{"product_id":1,"quantity":1}]}'
    answers 422 '"field":"user_id"' POST /orders '{"user_id":2,"items":[{"product_id":1,"quantity":1}]}'
    answers 201 '"note":null,"total_cents":950' POST /orders '{"items":[{"product_id":2,"quantity":1}]}'
    answers 200 '"total_cents":9830' GET "/orders/$order"
    answers 200 '"orders":[{"id":'$((order + 1)) GET /users/1
    check 'the user is without the items of the orders' grep -qF '"quantity":3,"price_cents":950,"product":{"id":2,"name":"Cup"}' "$work/body"
    answers 200 '"orders":2,"revenue_cents":10780,"running_cents":10780}]' GET /reports/monthly

    token=
    sign_up bob
    answers 404 '"kind":"ORM_NOT_FOUND"' GET "/orders/$order"       # not bob's
    answers 403 '"kind":"NOT_YOURS"' GET /users/1
    answers 200 '{}' POST /logout
    answers 401 '"kind":"NO_LOGIN"' GET /me
    check 'WWW-Authenticate is missing' has_head 'www-authenticate: Bearer'
    token=no-token; answers 401 '"kind":"NO_LOGIN"' GET "/orders/$order"
    token=; answers 401 '"kind":"NO_LOGIN"' POST /orders '{"items":[]}'
    answers 401 '"kind":"NO_LOGIN"' GET /reports/monthly
    answers 200 '<title>Storefront</title>' GET /
    check 'the page may take scripts from elsewhere' has_head "content-security-policy: default-src 'none'; script-src 'self'"
    token=$first
    check 'the log does not tell what the request cost' grep -q 'POST /orders 201 [0-9.]* ms, [0-9]* statements in [0-9.]* ms$' "$place/out"
    ask GET '/no%0Aline'
    check 'a client made a line of the log' grep -q 'GET /no?line 404' "$place/out"
}

# models.h and migrations/ say the same, and so does the database
schema() {
    check 'the database is not what the models say' sh -c "cd '$place' && env $(echo "$settings" | sed "s/[^ ][^ ]*/'&'/g") '$program' verify"
    check 'the models are not what the migrations say' sh -c "cd '$place' && '$program' generate more | grep 'there is nothing to write'"
}

# 64 clients at once want the last 10 pieces
race() {
    seq 64 | xargs -P 64 -I @@ curl -s -m 60 -o "$work/raced-@@" -w '%{http_code}\n' -H "Authorization: Bearer $token" --data-binary '{"items":[{"product_id":4,"quantity":1}]}' "$base/orders" >"$work/raced"
    check "of 64 orders for 10 pieces these came through: $(sort "$work/raced" | uniq -c | xargs)" test "$(sort "$work/raced" | uniq -c | xargs)" = '10 201 54 409'
    check 'the others were not refused for the stock' test "$(cat "$work"/raced-* | grep -o 'Last lamps: 0 left, 1 ordered' | wc -l)" = 54
    answers 200 '"stock":0' GET /products/4
    answers 200 '"in_use":0,"waiting":0' GET /health
}

restart() {
    check 'SIGTERM does not end it well' ends_well
    start "$program_" $settings || return
    answers 200 '"name":"Ada Lovelace"' GET /me                     # the login holds, too
    answers 200 '"stock":0' GET /products/4
    answers 200 '"orders":12,' GET /reports/monthly
}

# everything NAME PROGRAM [NAME=VALUE...]: on a new database
everything() {
    run=$1 program_=$2
    shift 2
    settings=$*
    fresh tests/storefront/products.json
    start "$program_" $settings || { failed=$((failed + 1)); return; }
    [ -n "$under" ] || schema
    routes
    race
    restart
    check 'SIGTERM does not end it well the second time' ends_well
    [ ! -s "$place/err" ] || head -n 40 "$place/err"
}

# another program has the lock of the file: writes wait for WAIT_MS and are 503, reads are in nobody's way
busy_sqlite() {
    run='SQLite, locked'
    fresh tests/storefront/products.json
    start build/gcc/storefront WAIT_MS=300 || { failed=$((failed + 1)); return; }
    token=
    sign_up ada
    mkfifo "$place/fifo"
    build/gcc/hold_sqlite "$place/storefront.db" <"$place/fifo" >"$place/held" &
    exec 3>"$place/fifo"
    for _ in $(seq 100); do [ -s "$place/held" ] && break; sleep 0.05; done
    answers 503 '"kind":"ORM_' POST /orders '{"items":[{"product_id":1,"quantity":1}]}'
    check 'Retry-After is missing' has_head 'retry-after: 1'
    answers 200 '"stock":7' GET /products/1
    exec 3>&-
    wait $!
    answers 201 '"total_cents":3490' POST /orders '{"items":[{"product_id":1,"quantity":1}]}'
    check 'SIGTERM does not end it well' stop
}

# somebody locks the products of a database, until descriptor 3 is closed
lock_products() {
    mkfifo "$place/hold"
    "$psql" -q -h "$ORM_POSTGRES_FOLDER" -U postgres "$1" <"$place/hold" >"$place/psql" 2>&1 &
    locker=$!
    exec 3>"$place/hold"
    echo 'begin; lock table products; select 1;' >&3
    for _ in $(seq 100); do grep -q row "$place/psql" && break; sleep 0.05; done
}

# somebody has locked a table; the pool has one connection, which waits for it; the server stops and comes back
faults_postgres() {
    run='PostgreSQL, faults'
    fresh tests/storefront/products.json
    url=$(database faults)
    start build/gcc/storefront "DATABASE_URL=$url" WAIT_MS=400 CONNECTIONS=1 || { failed=$((failed + 1)); return; }
    token=
    sign_up ada
    lock_products faults
    seq 8 | xargs -P 8 -I @@ curl -s -m 60 -o "$place/answer-@@" -w '%{http_code}\n' "$base/products/1" >"$place/codes" 3>&-      # one holds the connection, the others stand in line
    check "of eight that wait for a locked table $(grep -c 503 "$place/codes") get 503" test "$(grep -c 503 "$place/codes")" = 8
    check 'nobody waits in vain for the lock' grep -q '"kind":"ORM_LOCK_TIMEOUT"' "$place"/answer-*
    check 'nobody waits in vain for the connection' grep -q '"kind":"ORM_ACQUIRE_TIMEOUT"' "$place"/answer-*
    answers 503 '"kind":"ORM_LOCK_TIMEOUT"' GET /products/1
    check 'Retry-After is missing' has_head 'retry-after: 1'
    exec 3>&-
    wait $locker
    answers 200 '"stock":7' GET /products/1

    kill -INT "$(head -n 1 "$ORM_POSTGRES_FOLDER/data/postmaster.pid")"
    for _ in $(seq 100); do [ -e "$ORM_POSTGRES_FOLDER/data/postmaster.pid" ] || break; sleep 0.05; done
    answers 503 '"kind":"ORM_' GET /health
    check 'Retry-After is missing' has_head 'retry-after: 1'
    answers 503 '"message":"' POST /orders '{"items":[{"product_id":1,"quantity":1}]}'
    $ORM_POSTGRES_START >/dev/null 2>&1
    answers 200 '"database":"PostgreSQL' GET /health
    answers 201 '"total_cents":3490' POST /orders '{"items":[{"product_id":1,"quantity":1}]}'
    check 'SIGTERM does not end it well' stop
}

# a request that has begun is answered before the service ends; new connections are not taken
graceful() {
    run='PostgreSQL, stop'
    fresh tests/storefront/products.json
    start build/gcc/storefront "DATABASE_URL=$(database graceful)" WAIT_MS=5000 || { failed=$((failed + 1)); return; }
    token=
    sign_up ada
    lock_products graceful
    curl -s -m 30 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" --data-binary '{"items":[{"product_id":1,"quantity":1}]}' "$base/orders" >"$place/first" 3>&- &
    waiting=$!
    sleep 0.3
    kill -TERM $pid
    sleep 0.2
    check 'it takes connections while it ends' sh -c "! curl -s -m 1 -o /dev/null '$base/health'"
    check 'it did not wait for the request' kill -0 $pid
    exec 3>&-
    wait $locker $waiting
    check "the request in flight is answered by $(cat "$place/first")" test "$(cat "$place/first")" = 201
    check 'its exit code is not 0' wait $pid
}

# the page, by a browser
page() {
    run="the page, $1"
    shift
    fresh tests/storefront/products.json
    cat tests/storefront/drive.js >>"$place/page.js"
    start build/gcc/storefront "$@" || { failed=$((failed + 1)); return; }
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu --user-data-dir="$work/chromium" --virtual-time-budget=30000 --dump-dom "$base/" >"$place/dom" 2>"$place/chromium" || tail -n 5 "$place/chromium"
    check "driven: $(grep -o 'data-driven="[^"]*"' "$place/dom")" grep -q 'data-driven="yes"' "$place/dom"
    token=
    answers 200 '"stock":5' GET /products/1
    check 'SIGTERM does not end it well' stop
}

# database NAME: one more on the server, and its URL without blanks
database() { tests/server.sh --database "$1" >/dev/null && echo "postgres:///$1?host=$ORM_POSTGRES_FOLDER&user=postgres"; }

if ! command -v chromium >/dev/null; then
    failed=$((failed + 1))
    echo 'the page cannot be looked at: there is no chromium. On Debian: make deps-test, or apt-get install chromium'
else
    page SQLite
    page PostgreSQL "DATABASE_URL=$(database page)"
fi
for variant in gcc asan tsan; do
    everything "SQLite, $variant" build/$variant/storefront
    everything "PostgreSQL, $variant" build/$variant/storefront "DATABASE_URL=$(database $variant)"
done
# what the plain and the sanitized ones have shown is looked at once more for uninitialised memory, on one engine: valgrind is slow
under='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible'
everything 'SQLite, valgrind' build/valgrind/storefront
under=
busy_sqlite
graceful
faults_postgres
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
