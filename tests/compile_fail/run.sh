#!/bin/sh
# Every slip of the tables *.txt here, in tests/pitfalls and in tests/hostile must be refused by gcc and by clang, and the first error must say what the table expects.
# run.sh -s [TEXT] shows the first error of each slip (whose title holds TEXT) instead.
set -u
export LC_ALL=C
cd "$(dirname "$0")"
root=../..
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
show=no only=
[ "${1-}" != -s ] || { show=yes; only=${2-}; }

# one directory per slip: title, code, what each compiler must say
awk -v work="$work" '
    /^#/ || /^$/ { next }
    /^= / { close(dir "/code"); dir = sprintf("%s/%03d", work, ++n); system("mkdir " dir); print substr($0, 3) > (dir "/title"); print FILENAME > (dir "/table"); print 2 > (dir "/limit"); next }
    /^    / { print substr($0, 5) > (dir "/code"); next }
    /^> /      { print substr($0, 3) > (dir "/gcc"); print substr($0, 3) > (dir "/clang"); next }
    /^gcc> /   { print substr($0, 6) > (dir "/gcc"); next }
    /^clang> / { print substr($0, 8) > (dir "/clang"); next }
    /^! [0-9]+ errors/ { close(dir "/limit"); print $2 > (dir "/limit"); next }
    { print FILENAME ": not understood: " $0 > "/dev/stderr"; exit 1 }
' *.txt ../pitfalls/*.txt ../hostile/*.txt || exit 1

passed=0 failed=0
fails() { failed=$((failed + 1)); printf '%s: %s (%s): %s\n    %s\n' "$table" "$title" "$cc" "$1" "$first"; }

for slip in "$work"/*/; do
    title=$(cat "$slip/title") table=$(cat "$slip/table")
    case $title in *"$only"*) ;; *) continue ;; esac
    {
        echo '#include "models.h"'
        case $table in *models.txt | *views.txt) false ;; *) true ;; esac && echo 'void slip(orm_db *db, User ada, User *users, User_query q); void slip(orm_db *db, User ada, User *users, User_query q) {
    (void)db; (void)ada; (void)users; (void)q;'
        cat "$slip/code"
        case $table in *models.txt | *views.txt) false ;; *) true ;; esac && echo '}'
    } >"$slip/slip.c"
    for cc in gcc clang; do
        limit=; [ $cc = gcc ] || limit=-ferror-limit=0
        if timeout 20 $cc -std=c11 -I"${ORM_H_IN:-../..}" -I../compile $limit -fsyntax-only "$slip/slip.c" >"$slip/out" 2>&1; then
            first= ; fails 'is accepted'; continue
        fi
        count=$(grep -c 'error: ' "$slip/out")
        first=$(grep -m 1 'error: ' "$slip/out" | sed 's/^[^ ]*: \(fatal \)\{0,1\}error: //; s/\\//g')
        if [ $show = yes ]; then printf '%s (%s, %s errors)\n    %s\n' "$title" $cc "$count" "$first"; continue; fi
        while IFS= read -r expected; do
            case $first in *"$expected"*) ;; *) fails "does not say \"$expected\""; continue 2 ;; esac
        done <"$slip/$cc"
        if [ "$count" -gt "$(cat "$slip/limit")" ]; then fails "$count errors"; continue; fi
        passed=$((passed + 1))
    done
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
