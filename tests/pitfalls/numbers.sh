#!/bin/sh
# Each of the 54 pitfalls has a line in README.md, and a case of its number in every place that the line names; and there are no other numbers.
set -u
export LC_ALL=C
cd "$(dirname "$0")"
passed=0 failed=0
check() {                                       # what, then a command
    what=$1
    shift
    if "$@" >/dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$what"; fi
}
# the numbers of the cases in a file: TEST(P01_...), PIT(P01_...), PIT_EMPTY(P01_... and "= P01 ..."
cases() { sed -n 's/^\(= \|[A-Z_]*(\)P\([0-9][0-9]\)[ _].*/\2/p' "$1"; }
has() { cases "$1" | grep -q "^$2$"; }
known() { grep -q "^| $1 | [^|]* | [^|]*\(does not compile\|cannot happen\|is loud\)[^|]* | [^|]*[a-z]*\.\(c\|txt\)[^|]* |$" README.md; }

for n in $(seq -w 1 54); do
    check "P$n has no line in README.md that says what becomes of it, and where that is tested" known "$n"
    for file in $(sed -n "s/^| $n | .* | \([^|]*\) |\$/\1/p" README.md | tr -d ',\`'); do
        check "P$n: $file has no case of that number" has "$file" "$n"
    done
done
for file in *_test.c *.txt; do
    for n in $(cases "$file" | sort -u); do
        check "$file has cases of P$n, and the line of P$n in README.md does not name it" grep -q "^| $n | .*\`$file\`" README.md
    done
done
# a case without a number could not be found by it
check 'a case of a program has no number' test -z "$(grep -hE '^(TEST|PIT|PIT_SHARED|PIT_EMPTY|ON_EACH_OF|ON_EACH_SHARED_OF)\(' ./*_test.c | grep -v '(P[0-9][0-9]_')"
check 'a slip has no number' test -z "$(grep -h '^= ' ./*.txt | grep -v '^= P[0-9][0-9] ')"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
