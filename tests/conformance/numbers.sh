#!/bin/sh
# Each of the values V01 to V27 has a line in docs/values.md that says what holds, and a case of its number in values_test.c; and there are no other numbers.
set -u
export LC_ALL=C
cd "$(dirname "$0")"
passed=0 failed=0
check() {                                       # what, then a command
    what=$1
    shift
    if "$@" >/dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$what"; fi
}
# the numbers in the names of cases: ON_EACH(V12_V22_texts_keep_their_bytes)
numbers=$(grep -hE '^(ON_EACH|TEST)\(V[0-9][0-9]_' values_test.c | grep -oE 'V[0-9][0-9]_' | tr -d V_ | sort -u)
has() { echo "$numbers" | grep -qx "$1"; }
for n in $(seq -w 1 27); do
    check "V$n has no case in values_test.c" has "$n"
    check "V$n does not have one line in docs/values.md" test "$(grep -c "^| V$n |" ../../docs/values.md)" = 1
done
for n in $numbers; do check "there is no V$n" grep -q "^| V$n |" ../../docs/values.md; done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
