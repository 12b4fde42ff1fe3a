#!/bin/sh
# Models read from a database compile without a warning under both compilers, and the database is what they say: made by hand, with hostile
# names, and made of models. The tables that are made of what was read are read as the same once more.
# Run within tests/server.sh, for PostgreSQL.
set -u
cd "$(dirname "$0")"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
flags="-std=c11 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror -I../.. -I$(pg_config --includedir)"
libs="-lsqlite3 -lpq -lpthread -lm"
check() {
    title=$1; shift
    if "$@" >"$work/out" 2>&1; then passed=$((passed + 1)); return 0; fi
    failed=$((failed + 1)); echo "FAILED $title"; head -30 "$work/out" | cut -c1-400
    return 1
}
says() { check "$1 says $3" grep -qF -- "$3" "$2"; }

check 'the driver is built' clang $flags -fsanitize=address,undefined -fno-sanitize-recover=all pull/driver.c -o "$work/driver" $libs
check 'the adapters are built' gcc $flags -DORM_IMPLEMENTATION -x c -c - -o "$work/orm.o" <<END
#include "orm.h"
#include "dialects/sqlite.h"
#include "dialects/postgres.h"
END
# a new database
new() {
    n=$((${n:-0} + 1))
    case $1 in
    sqlite) url=sqlite:$work/$n.db ;;
    postgres) url=$(../server.sh --database "pulled$n") ;;
    esac
}
# compiles the program of the models in a folder, ignoring what they say they leave out
program() {
    ignored=
    ! grep -q Pulled_ignored "$2/models.h" || ignored=-DIGNORED=Pulled_ignored
    $1 $flags $ignored -I"$2" pull/program.c "$work/orm.o" -o "$2/program" $libs
}
# the database at $url: its models go to folder $1, compile, and say what it is
reads() {
    mkdir -p "$1"
    "$work/driver" pull "$url" >"$1/models.h" || return 1
    for cc in gcc clang; do program $cc "$1" && "$1/program" verify "$url" || return 1; done
}
# what was read makes tables in a new database that are read as the same models
again() {
    new "$2"
    "$1/program" make "$url" && "$work/driver" pull "$url" | sed '1,/^#ifndef/d; /^$/d' >"$work/again" && sed '1,/^#ifndef/d; /^$/d' "$1/models.h" | sed '/^\/\* tables without/,/^static/d' >"$work/first" && diff "$work/first" "$work/again"
}

for engine in sqlite postgres; do
    new $engine
    check "$engine: made by hand" "$work/driver" run "$url" "pull/by_hand.$engine.sql"
    check "$engine: the models of what was made by hand" reads "$work/$engine-hand"
    models=$work/$engine-hand/models.h
    says $engine "$models" 'ORM_MODEL(XDropTableCanary, table("x\"; drop table canary; --"))'
    says $engine "$models" '    X(b, text'
    says $engine "$models" 'default("'"'"'); system(\"id\"); //")'
    says $engine "$models" 'X(pair, belongs_to(Pair, (pa, pb)'
    says $engine "$models" 'unique(sql("lower(tag)"), where("'
    says $engine "$models" 'index(pa, desc(pb))'
    says $engine "$models" 'X(int_, text, column("int")'
    says $engine "$models" 'column("line\nbreak")'
    says $engine "$models" 'the table nokey: it has no primary key'
    says $engine "$models" '"nokey"'
    if [ $engine = postgres ]; then        # its order of intervals is none of ours
        says $engine "$models" 'X(kept, interval, nullable)'
        says $engine "$models" 'the column spans.counted of the type interval'
    fi
    [ $engine = postgres ] || check "$engine: tables like those by hand" again "$work/$engine-hand" $engine

    new $engine
    mkdir -p "$work/$engine-made" && cp pull/made.h "$work/$engine-made/models.h"
    check "$engine: tables are made of models" program gcc "$work/$engine-made"
    check "$engine: their tables" "$work/$engine-made/program" make "$url"
    check "$engine: the models of tables of models" reads "$work/$engine-read"
    models=$work/$engine-read/models.h
    says $engine "$models" 'X(name, string(40), unique, length(2, 40))'
    says $engine "$models" 'X(code, char(4), not_empty)'
    says $engine "$models" 'X(small, smallint, at_least(0))'
    says $engine "$models" 'X(whole, integer, nullable, default(7), between(-10, 1000))'
    says $engine "$models" 'X(on, boolean, column("on_"), default(true))'
    says $engine "$models" 'counter_of(things_by_owner))'
    says $engine "$models" 'X(owner_id, key(Owner), nullable, on_delete(cascade))'
    says $engine "$models" 'references(Owner, name), on_update(cascade)'
    says $engine "$models" 'X(place, belongs_to(Place, (house, room), on_delete(set_null)))'
    says $engine "$models" 'check(sane, '
    ! grep -q type_sql "$models"
    check "$engine: no type needs words of the database's own" [ $? -eq 0 ]
    check "$engine: the same tables again" again "$work/$engine-read" $engine
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
