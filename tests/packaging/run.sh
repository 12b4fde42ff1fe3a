#!/bin/sh
# What `make install` and `make dist` give serves programs as their documentation says: pkg-config, CMake, the files of the archive; and nothing is left after `make uninstall`.
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
export PKG_CONFIG_PATH="$work/prefix/share/pkgconfig"
unset MAKEFLAGS MAKELEVEL MFLAGS
check() {
    title=$1; shift
    if "$@" >"$work/out" 2>&1; then passed=$((passed + 1)); return 0; fi
    failed=$((failed + 1)); echo "FAILED $title"; tail -30 "$work/out" | cut -c1-300
    return 1
}

cat >"$work/notes.h" <<'END'
#include "orm.h"
#define Note_FIELDS(X) X(id, serial) X(title, string(80), length(1, 80))
ORM_MODEL(Note, notes)
#define Notes_MODELS(X) X(Note)
ORM_SCHEMA(Notes)
END
program() {                             # the adapter's name
    cat <<END
#define ORM_IMPLEMENTATION
#include "notes.h"
#include "dialects/$1.h"
ORM_DEFINE(Notes)
int main(int argc, char **argv)
{
    orm_db *db = argc == 2 ? orm_open(argv[1]) : NULL;
    if (!db || orm_sync(db, &Notes_schema)) return orm_perror("open");
    ORM_NEW(Note, milk, .title = "Buy milk");
    if (Note_create(db, &milk)) return orm_perror("create");
    printf("%d.%d.%d note %lld\n", ORM_VERSION_MAJOR, ORM_VERSION_MINOR, ORM_VERSION_PATCH, (long long)milk.id);
    orm_close(db);
    return 0;
}
END
}
program sqlite >"$work/sqlite.c"
program postgres >"$work/postgres.c"
version=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)

check 'make install' make -s install PREFIX="$work/prefix"
check 'make install, again' make -s install PREFIX="$work/prefix"
check 'pkg-config tells the version of the change log' test "$(pkg-config --modversion orm)" = "$version"
by_pkg_config() { cc -O0 "$work/$1.c" -o "$work/$1" $(pkg-config --cflags --libs "orm-$1") && "$work/$1" "$2" | grep -qx "$version note 1"; }
check 'a program over SQLite by pkg-config' by_pkg_config sqlite sqlite::memory:
check 'a program over PostgreSQL by pkg-config' by_pkg_config postgres "$(tests/server.sh --database packaging)"
check 'one that wants a later version is refused' sh -c '! pkg-config --exists "orm >= 99"'

# wants(version, components): a project that asks for them
wants() {
    mkdir -p "$work/project" && cp "$work/notes.h" "$work/sqlite.c" "$work/postgres.c" "$work/project"
    cat >"$work/project/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.18)
project(notes C)
find_package(orm $1 REQUIRED COMPONENTS $2)
add_executable(on_sqlite sqlite.c)
target_link_libraries(on_sqlite orm::sqlite)
add_executable(on_postgres postgres.c)
target_link_libraries(on_postgres orm::postgres)
END
    rm -rf "$work/cmake" && cmake -S "$work/project" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/prefix"
}
by_cmake() { wants "$version" 'sqlite postgres' && cmake --build "$work/cmake" && "$work/cmake/on_sqlite" sqlite::memory: && "$work/cmake/on_postgres" "$(tests/server.sh --database packaging_cmake)"; }
refused() { ! wants "$1" "$2" && grep -q "$3" "$work/out"; }
check 'a project by CMake' by_cmake
check 'one that wants a later version is refused' refused 99.0 sqlite 'requested version'
check 'so is a component that there is not' refused "$version" oracle 'it has sqlite and postgres'

check 'make install below DESTDIR' make -s install DESTDIR="$work/below" PREFIX=/usr
check 'whose files know the place that they are meant for' grep -qx 'prefix=/usr' "$work/below/usr/share/pkgconfig/orm.pc"
check 'make uninstall' make -s uninstall PREFIX="$work/prefix"
check 'of which no file is left' sh -c "test -z \"\$(find '$work/prefix' -type f -o -path '*orm*' -print)\""

archive() {
    make -s dist && cp "build/orm-$version.tar.gz" "$work" && make -s dist && cmp "build/orm-$version.tar.gz" "$work/orm-$version.tar.gz" && cd "$work" && tar xf "orm-$version.tar.gz" &&
        cp notes.h sqlite.c "orm-$version" && cd "orm-$version" && test -f LICENSE && cc -O0 sqlite.c -lsqlite3 && ./a.out sqlite::memory:
}
check 'the archive, twice the same, and a program in it' archive
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
