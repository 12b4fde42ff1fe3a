#!/bin/sh
# The service of examples/storefront from 64 connections, SECONDS_OF_LOAD (30) on each engine, and whether everything is right afterwards. Run by tests/server.sh
# from the top folder: make storefront-load.
set -u
work=$(mktemp -d /tmp/orm-storefront-XXXXXX) || exit 1
pid=
trap '[ -z "$pid" ] || kill -KILL $pid 2>/dev/null; rm -rf "$work"' EXIT
failed=0 under= token=
. tests/storefront/service.sh

# twenty products, of which two run out
seq 20 | awk 'BEGIN { print "[" } { printf "%s{\"name\":\"Product %d\",\"price_cents\":%d,\"stock\":%d}", (NR > 1 ? ",\n" : ""), $1, 100 + $1 * 7, ($1 <= 2 ? 200 : 1000000) } END { print "\n]" }' >"$work/products.json"
check() {                                       # WHAT COMMAND...
    what=$1
    shift
    "$@" && return
    failed=$((failed + 1))
    echo "FAILED: $what"
}
connections() { ask GET /health; echo "$body" | sed 's/.*"connections":\([0-9]*\).*/\1/'; }
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
# what the stock that is gone is worth, in cents; "negative" when there is less than none
worth() {
    ask GET '/products?per_page=100&order=id'
    echo "$body" | tr '{' '\n' | sed -n 's/^"id":[0-9]*,"name":"Product \([0-9]*\)","price_cents":\([0-9]*\),"stock":\(-*[0-9]*\)}.*/\1 \2 \3/p' |
        awk '{ if ($3 < 0) negative = 1; sum += (($1 <= 2 ? 200 : 1000000) - $3) * $2 } END { if (NR != 20) print "not all products"; else if (negative) print "negative"; else printf "%d\n", sum }'
}

load() {                                        # NAME [NAME=VALUE...]
    echo "== $1"
    shift
    fresh "$work/products.json"
    # one heap for all threads: else those of malloc, each as large as its thread once needed it, look like a leak
    start build/storefront/storefront MALLOC_ARENA_MAX=1 "$@" || { failed=$((failed + 1)); return; }
    TOKENS= PRODUCTS=20
    for n in 1 2 3 4 5 6 7 8; do
        token=
        ask POST /users "{\"name\":\"User $n\",\"email\":\"user$n@example.com\",\"password\":\"correct horse\"}"
        ask POST /login "{\"email\":\"user$n@example.com\",\"password\":\"correct horse\"}"
        TOKENS="$TOKENS $(first_member token)"
    done
    export TOKENS PRODUCTS
    wrk -t 2 -c 64 --timeout 20s -d 20 -s tests/storefront/load.lua "$base" >"$work/warm"     # all threads and connections have been at work, and SQLite's page caches (2 MB each) are full
    before=$(rss) had=$(connections)
    wrk -t 2 -c 64 --timeout 20s -d "${SECONDS_OF_LOAD:-30}" -s tests/storefront/load.lua "$base" >"$work/wrk"
    grep '^requests\|^wrong' "$work/wrk"
    sleep 1                                     # what wrk left is answered
    after=$(rss) has=$(connections)
    check 'an answer was neither right nor a refusal to be expected' grep -q ' wrong 0 broken 0 ' "$work/wrk"
    check 'and in the first seconds' grep -q ' wrong 0 broken 0 ' "$work/warm"
    for n in $TOKENS; do token=$n; break; done
    gone=$(worth)
    ask GET /reports/monthly
    taken=$(echo "$body" | grep -o '"running_cents":[0-9]*' | tail -n 1 | sed 's/.*://')
    echo "orders for $taken cents, stock gone for $gone cents, memory $before kB with $had connections, then $after kB with $has"
    check 'the orders are not what is gone of the stock' test "$gone" = "$taken"
    # 2 MB for the fullest moment, whose memory malloc keeps, and as much for each connection that came late; a leak of 100 bytes for each request would be more
    check 'the memory grew' test "$after" -le $((before + before / 10 + 2048 + (has > had ? has - had : 0) * 2048))
    ask GET /health
    echo "$body"
    check 'a connection is held by nobody' sh -c "echo '$body' | grep -q '\"in_use\":0,\"waiting\":0'"
    check 'it does not end well' stop
    [ ! -s "$place/err" ] || head "$place/err"
}

load SQLite
load PostgreSQL "DATABASE_URL=postgres:///postgres?host=$ORM_POSTGRES_FOLDER&user=postgres"
echo "$failed failed"
[ $failed -eq 0 ]
