#!/bin/sh
# The larger examples, as `make` builds them, do what their comments say. Run from the top folder, with build/ made.
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
shop="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror examples/shop.c -o $work/shop -lsqlite3"
says shop        "The last 3 of Mira's 4 orders, which go to 4 Mill Lane in Riverton (4 statements):" build/shop
says shop        '  3 x Green tea, 100 g     6.80  #organic #gift' build/shop
says shop        '"name":"Olive wood board","tags":[{"id":1,"name":"gift"},{"id":2,"name":"handmade"}]' build/shop
says shop        '      Tea, 3' build/shop
says shop        'Light      Beeswax candle       5.40, 31 left' build/shop
says shop        'The best customers, by their orders: Mira (4), Jonas (2), Tom (1)' build/shop
says shop        'Who got everything: Jonas, Tom' build/shop
says shop        '(3 statements for 4 users)' build/shop
says shop        'One category at a time, refused after 3 of 7:' build/shop
says shop        'Who never ordered: Lena' "build/shop sqlite:$work/store.db"
says shop        'All of them: 1' "build/shop sqlite:$work/store.db"                    # filled already
says shop        'All of them: 1' "clang -g -fsanitize=address,undefined -fno-sanitize-recover=all $shop && $work/shop"
says shop        'All of them: 1' 'valgrind -q --error-exitcode=99 --leak-check=full build/shop'
says report      '2026-02-01      2     1    5900     3    12400  fair' build/report
says report      'The best of each country: [{"country":"Norway","name":"Mira","cents":7700},{"country":"Peru","name":"Tom","cents":12000}]' build/report
says report      'Tom came by Mira, 2 steps away' "build/report sqlite:$work/report.db"
says report      'Likes green: Mira' 'valgrind -q --error-exitcode=99 --leak-check=full build/report'
signup="build/signup sqlite:$work/signup.db"
says signup      '"id":1,"name":"Ada Byron","email":"ada@example.org","birthday":"1815-12-10","role":"member"' "echo '{\"name\": \" Ada  Byron \", \"email\": \"ADA@example.org \", \"birthday\": \"1815-12-10\"}' | $signup"
says signup      '409' "! (echo '{\"name\": \"Ada\", \"email\": \"Ada@Example.org\"}' | $signup)"
says signup      '"field":"role","rule":"unknown"' "! (echo '{\"name\": \"\", \"email\": \"x\", \"role\": \"admin\"}' | $signup)"
says signup      '422' "! (echo '{\"name\": \"Ada\", \"email\": 1, \"birthday\": null}' | $signup)"
says signup      '400' "! (echo '{\"name\": \"Ada\"' | $signup)"
says booking      '201 ada@example.org, Ada Lovelace, +442012345' build/booking
says booking      '{"field":"name","rule":"length","message":"muss 2 bis 40 Zeichen haben","index":0}' 'valgrind -q --error-exitcode=99 --leak-check=full build/booking'
migrate="cd examples && ../build/migrate"
says migrate     'there are no migrations' "build/migrate db:create --url sqlite:$work/none.db && build/migrate status --url sqlite:$work/none.db --folder $work"
says migrate     '7 migrations applied' "$migrate migrate --url sqlite:$work/m.db"
says migrate     'nothing to apply' "$migrate migrate --url sqlite:$work/m.db"
says migrate     'applied     20261112083000_when_users_change  2' "$migrate status --url sqlite:$work/m.db"
says migrate     'the database is what the models say' "$migrate verify --url sqlite:$work/m.db"
says migrate     'there is nothing to write' "$migrate generate more --url sqlite:$work/m.db"
says migrate     '3 migrations undone' "$migrate undo --to 20261112 --url sqlite:$work/m.db"
says migrate     'posts: lacks the model'"'"'s unique index on (author_id, title)' "! ($migrate verify --url sqlite:$work/m.db)"
says migrate     '"state": "pending"' "$migrate status --json --url sqlite:$work/m.db"
says migrate     'create unique index "posts_author_id_title"' "$migrate schema --dialect sqlite"
both="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror -DWITH_POSTGRES -I$(pg_config --includedir) examples/migrate.c -o $work/both -lsqlite3 -lpq"
says migrate     'create type "Role" as enum' "gcc $both && $work/both schema --dialect postgres"
# what embed prints compiles without a word, and brings the folder along
cat >"$work/embedded.c" <<'END'
#define ORM_IMPLEMENTATION
#include "examples/blog.h"
#include "dialects/sqlite.h"
#include "migrations.h"
ORM_DEFINE(Blog)
ORM_CLI(Blog, .migrations = Blog_migrations)
END
for cc in gcc clang; do
    rm -f "$work/migrations.h" "$work/e.db"
    says embed '7 migrations applied' "(cd examples && ../build/migrate embed --output $work/migrations.h) && \
        $cc -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror -I. -I$work $work/embedded.c -o $work/embedded -lsqlite3 && \
        cd $work && ./embedded migrate --url sqlite:$work/e.db"
done
says embed       'nothing to apply' "$migrate migrate --url sqlite:$work/e.db"                # the same texts: the same checksums
says migrate     'exit 1: not all of this' "$migrate help 2>$work/err >/dev/full; echo exit \$?: \$(cut -d ' ' -f 2- <$work/err)"
says migrate     'code 1' "sh -c '$migrate schema; echo code \$? >&2' 2>&1 >/dev/full"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
