#!/bin/sh
# Each of the attacks S01 to S40 has a line in README.md: one that says what holds, and cases of its number in every place that the line names; or one of the list of those
# that are not there yet, with the reason. There are no other numbers, and no case without one.
set -u
export LC_ALL=C
cd "$(dirname "$0")"
passed=0 failed=0
check() {                                       # what, then a command
    what=$1
    shift
    if "$@" >/dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$what"; fi
}
# the numbers of the cases in a file: ON_EACH(S01_...), ON_EACH_SHARED(S01_..., TEST(S01_... and "= S01 ..."
cases() { sed -n 's/^\(= \|[A-Z_]*(\)S\([0-9][0-9]\)[ _].*/\2/p' "$1"; }
has() { cases "$1" | grep -q "^$2$"; }
places() { sed -n "s/^| S$1 | .* | \([^|]*\) |\$/\1/p" README.md | tr -d ',\`'; }
there() { grep -q "^| S$1 | [^|]* | [^|]* | [^|]*[a-z]*\.\(c\|txt\)[^|]* |\$" README.md; }
absent() { grep -q "^| S$1 | [^|]* | [^|]* | not there yet |\$" README.md; }
known() { there "$1" || absent "$1"; }

for n in $(seq -w 1 40); do
    check "S$n has no line in README.md that says what holds and where it is tested, or why it is not there yet" known "$n"
    check "S$n has several lines in README.md" test "$(grep -c "^| S$n |" README.md)" = 1
    there "$n" || continue
    for file in $(places "$n"); do
        check "S$n: $file has no case of that number" has "$file" "$n"
    done
done
for file in *_test.c *.txt; do
    for n in $(cases "$file" | sort -u); do
        check "$file has cases of S$n, and the line of S$n in README.md does not name it" grep -q "^| S$n | .*\`$file\`" README.md
    done
done
# invariance_test.c stands for many attacks at once; its cases have no numbers
check 'an attack has no number' test -z "$(grep -hE '^(TEST|ON_EACH|ON_EACH_SHARED|ON_EACH_OF)\(' attacks_test.c bombs_test.c | grep -v '(S[0-9][0-9]_')"
check 'a slip has no number' test -z "$(grep -h '^= ' ./*.txt | grep -v '^= S[0-9][0-9] ')"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
