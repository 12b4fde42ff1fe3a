#!/bin/sh
# tests/portability/run.sh [ROW...]: the implementation and programs of the conformance suite, built by other compilers, against another C library, and for other processors, which are emulated.
# One line per row, then the sum. ROWs are the names below; without any all whose compiler is installed. PROGRAMS="values find" narrows. docs/portability.md keeps what came out.
set -u
cd "$(dirname "$0")/../.."
[ -n "${ORM_POSTGRES_FOLDER-}" ] || exec tests/server.sh tests/portability/run.sh "$@"
top=$PWD/build/portability
strict='-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wundef -Werror -D_POSIX_C_SOURCE=200809L -I. -Itests'
natives='gcc-9 gcc-10 gcc-11 gcc-12 gcc-13 gcc-14 clang-11 clang-12 clang-13 clang-14 clang-15 clang-16 clang-17 clang-18 clang-19'
# row, architecture in Debian, the compiler, the emulator
emulated='i386 i386 i686-linux-gnu-gcc qemu-i386
arm32 armhf arm-linux-gnueabihf-gcc qemu-arm
arm64 arm64 aarch64-linux-gnu-gcc qemu-aarch64
s390x s390x s390x-linux-gnu-gcc qemu-s390x'
programs=${PROGRAMS:-values types arrays find include json_in bulk upsert}
rm -rf "$top/results" && mkdir -p "$top/results"

# tell ROW COMPILER: sums up the "passed failed" lines of its result
tell() {
    awk -v row="$1" -v compiler="$2" '{ passed += $1; failed += $2 } END { printf "%-10s %-58s %5d passed, %d failed\n", row, compiler, passed, failed }' "$top/results/$1"
}

# run_one ROW PROGRAM COMMAND...: notes how many cases passed and failed
run_one() {
    row=$1 out=$top/$1/$2.out
    shift 2
    timeout 900 "$@" >"$out" 2>&1
    code=$?
    counts=$(sed -n '$s/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2/p' "$out")
    if [ -n "$counts" ] && { [ $code -eq 0 ] || [ "${counts#* }" -gt 0 ]; }; then
        echo "$counts"
    else
        echo '0 1'
    fi >>"$top/results/$row"
    case $counts in *' 0') ;; *) tail -20 "$out" ;; esac
}

# build ROW COMMAND...: whether it did
build() {
    row=$1
    shift
    mkdir -p "$top/$row"
    "$@" >"$top/$row/build.out" 2>&1 && return 0
    head -20 "$top/$row/build.out"
    echo '0 1' >>"$top/results/$row"
    return 1
}

# on_engines ROW EMULATOR COMPILER FLAG...: with both adapters, on SQLite and PostgreSQL
on_engines() {
    row=$1 emulator=$2 folder=$top/$1
    shift 2
    if build "$row" "$@" $strict -c tests/conformance/implementation.c -o "$folder/engines.o"; then
        rm -f "$folder/engines.a"
        ar rc "$folder/engines.a" "$folder/engines.o"
        for program in $programs; do
            build "$row" "$@" $strict "tests/conformance/${program}_test.c" "$folder/engines.a" -o "$folder/$program" -lpq -lsqlite3 -lpthread -lm || continue
            ORM_POSTGRES=$(tests/server.sh --database "${row%%-*}${row##*-}_$program")
            export ORM_POSTGRES
            run_one "$row" "$program" $emulator "$folder/$program"
        done
    fi
    tell "$row" "$("$1" --version | head -n 1)"
}

native() { on_engines "$1" '' "$1" -O2 -I"$(pg_config --includedir)"; }

foreign() {                             # row, architecture, compiler, emulator
    root=$top/$1/root
    if [ ! -e "$root/ready" ]; then build "$1" tests/portability/sysroot.sh "$2" "$root" || { tell "$1" "$3"; return; }; fi
    triple=$("$3" -dumpmachine)
    case $triple in i686-*) triple=i386-linux-gnu ;; esac
    on_engines "$1" "$4 -L $root" "$3" -O1 --sysroot="$root" -isystem "$root/usr/include/$triple" -isystem "$root/usr/include" -isystem "$root/usr/include/postgresql" -L"$root/usr/lib/$triple" -L"$root/lib/$triple"
}

# Debian has neither SQLite nor libpq for it: the implementation compiles with both, and what needs no engine runs
on_musl() {
    row=musl folder=$top/musl system="-idirafter /usr/include -idirafter /usr/include/$(gcc -dumpmachine) -I$(pg_config --includedir)"
    if build musl musl-gcc -O2 $strict $system -c tests/conformance/implementation.c -o "$folder/engines.o"; then
        rm -f "$folder"/*.part.o
        for part in src/*.c; do build musl musl-gcc -O1 $strict -Isrc -c "$part" -o "$folder/$(basename "$part" .c).part.o" || break; done
        rm -f "$folder/parts.a"
        ar rc "$folder/parts.a" "$folder"/*.part.o
        for source in tests/unit/*_test.c; do
            program=$(basename "$source" _test.c)
            ! grep -q 'dialects/' "$source" || continue
            build musl musl-gcc -O1 $strict -Isrc "$source" "$folder/parts.a" -o "$folder/$program" -static || continue
            run_one musl "$program" "$folder/$program"
        done
    fi
    tell musl "$(musl-gcc --version | head -n 1)"
}

wanted() { [ -z "$rows" ] || case " $rows " in *" $1 "*) ;; *) return 1 ;; esac; }
there() { command -v "$1" >/dev/null || { [ -z "$rows" ] || { echo "$1 is not installed"; echo '0 1' >>"$top/results/missing"; }; return 1; }; }

rows=$*
for cc in $natives; do wanted "$cc" && there "$cc" && native "$cc"; done
if wanted musl && there musl-gcc; then on_musl; fi
while read -r row architecture cc emulator; do
    wanted "$row" && there "$cc" && there "$emulator" && foreign "$row" "$architecture" "$cc" "$emulator" </dev/null
done <<END
$emulated
END
cat "$top"/results/* 2>/dev/null | awk '{ passed += $1; failed += $2 } END { print passed + 0 " passed, " failed + 0 " failed"; exit failed > 0 || passed == 0 }'
