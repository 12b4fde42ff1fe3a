#!/bin/sh
# The examples, as `make` builds them, do what their comments say. Run from the top folder, with build/ made.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# name, what must stand in what it prints, the command
says() {
    if sh -c "$3" >"$work/out" 2>&1 && grep -qF "$2" "$work/out"; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    printf '%s does not say "%s":\n' "$1" "$2"
    sed 's/^/    /' "$work/out" | head -20
}
says blog        'Ada Lovelace wrote 2 posts' "build/blog sqlite:$work/blog.db"
says blog        '[{"id":' "build/blog sqlite:$work/blog.db"
says storefront  'the last 3 orders, in 4 statements' build/storefront
says storefront  '3 customers and their 6 orders in a loop, in 2 statements' build/storefront
says storefront  'one by one: ORM_OVER_BUDGET' build/storefront
says storefront  'never ordered: Edith' "build/storefront sqlite:$work/store.db"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
