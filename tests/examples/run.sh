#!/bin/sh
# The small programs of examples/, one for each capability, print what tests/examples/NAME.txt says: on SQLite as `make` builds them, whole and without
# optimisation as their comments say; and twice on a database of PostgreSQL and once under the sanitizers, where the implementation, which is the same in all,
# comes from the archives that the tests have. Run from the top folder by tests/server.sh, with build/ made.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
flags="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wundef -Werror -D_POSIX_C_SOURCE=200809L -DWITH_POSTGRES -I. -I$(pg_config --includedir)"

# what, the command, which is quiet and ends with 0
does() {
    if sh -c "$2" >"$work/out" 2>&1; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "$1:"
    sed 's/^/    /' "$work/out" | head -20
}
# name, how it runs, the command: nothing but the expected text, and nothing on standard error
prints() {
    does "$1 $2" "$3 >$work/told 2>$work/errors; code=\$?; cat $work/errors; diff tests/examples/$1.txt $work/told && [ \$code -eq 0 ] && ! [ -s $work/errors ]"
}
# name, archive, compiler: without the implementation
build() {
    sed '/^#define ORM_IMPLEMENTATION/d' "examples/$1.c" >"$work/$1.c"
    rm -f "$work/$1"
    does "$1 by $3" "$3 -g $flags $work/$1.c build/$2/engines.a -o $work/$1 -lsqlite3 -lpq -lpthread -lm"
}

[ -n "${ORM_POSTGRES_FOLDER-}" ] || { echo 'there is no server: run this by tests/server.sh'; exit 1; }
for expected in tests/examples/*.txt; do
    name=$(basename "$expected" .txt)
    lines=$(wc -l <"examples/$name.c")
    does "$name has $lines lines: they are read from top to bottom" "[ $lines -lt 150 ]"
    does "$name and its $lines lines stand in examples/README.md" "grep -qF '| [$name.c]($name.c) |' examples/README.md && grep -F '[$name.c]' examples/README.md | grep -q '| $lines |$'"
    prints "$name" 'on SQLite' "build/$name"
    build "$name" gcc 'gcc -O2'
    url=$(tests/server.sh --database "example_$name")
    prints "$name" 'on PostgreSQL' "$work/$name '$url'"
    prints "$name" 'on PostgreSQL once more' "$work/$name '$url'"
    prints "$name" 'on a file' "$work/$name sqlite:$work/$name.db"
    prints "$name" 'on the same file once more' "$work/$name sqlite:$work/$name.db"
    if [ "$name" = threads ]; then build "$name" tsan 'clang -O1 -fsanitize=thread'
    else build "$name" asan 'clang -O0 -fsanitize=address,undefined -fno-sanitize-recover=all'
    fi
    prints "$name" 'under the sanitizer' "$work/$name"
    does "$name is asked for a database that is not there" "! $work/$name sqlite:/nowhere/at/all.db >/dev/null 2>$work/errors && [ \$(wc -l <$work/errors) -eq 1 ]"
done
prints migrations 'where there is a folder of migrations that are not its own' '(cd examples && ../build/migrations)'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
