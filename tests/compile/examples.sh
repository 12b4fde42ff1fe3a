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
shop="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror examples/storefront.c -o $work/shop -lsqlite3"
says storefront  "The last 3 of Mira's 4 orders, which go to 4 Mill Lane in Riverton (4 statements):" build/storefront
says storefront  '  3 x Green tea, 100 g     6.80  #organic #gift' build/storefront
says storefront  '"name":"Olive wood board","tags":[{"id":1,"name":"gift"},{"id":2,"name":"handmade"}]' build/storefront
says storefront  '      Tea, 3' build/storefront
says storefront  'Light      Beeswax candle       5.40, 31 left' build/storefront
says storefront  'The best customers, by their orders: Mira (4), Jonas (2), Tom (1)' build/storefront
says storefront  'Who got everything: Jonas, Tom' build/storefront
says storefront  '(3 statements for 4 users)' build/storefront
says storefront  'One category at a time, refused after 3 of 7:' build/storefront
says storefront  'Who never ordered: Lena' "build/storefront sqlite:$work/store.db"
says storefront  'All of them: 1' "build/storefront sqlite:$work/store.db"                    # filled already
says storefront  'All of them: 1' "clang -g -fsanitize=address,undefined -fno-sanitize-recover=all $shop && $work/shop"
says storefront  'All of them: 1' 'valgrind -q --error-exitcode=99 --leak-check=full build/storefront'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
