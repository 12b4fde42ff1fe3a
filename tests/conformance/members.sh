#!/bin/sh
# Each member of an adapter's table, orm_dialect in src/dialect.h, is named in docs/adapters.md, which says what to fill in and when.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.."
passed=0 failed=0
named=$(mktemp) || exit 1
trap 'rm -f "$named"' EXIT

# the words between backquotes, outside of blocks of code
awk '/^```/ { code = !code; next } !code' docs/adapters.md | tr '\n' ' ' | grep -o '`[^`]*`' | grep -o '[A-Za-z_][A-Za-z0-9_]*' | sort -u >"$named"

# what is declared at the outermost level of the struct: "type (*name)(...);", "type a, b[2];", "struct { ... } name;"
members() {
    sed -n '/^typedef struct orm_dialect {/,/^} orm_dialect;/p' src/dialect.h | tr '\n' ' ' | awk '{
        gsub(/^typedef struct orm_dialect [{]|[}] orm_dialect;/, "")
        while (from = index($0, "/*")) $0 = substr($0, 1, from - 1) substr($0, from + index(substr($0, from), "*/") + 1)
        while (gsub(/[{][^{}]*[}]/, "")) { }
        n = split($0, declared, ";")
        for (i = 1; i <= n; i++) {
            d = declared[i]
            if (match(d, /[(][*][a-z_]+[)]/)) { print substr(d, RSTART + 2, RLENGTH - 3); continue }
            gsub(/\[[^]]*\]/, "", d)
            several = split(d, names, ",")
            for (k = 1; k <= several; k++) {
                sub(/ +$/, "", names[k])
                sub(/^.*[^a-z_]/, "", names[k])
                if (names[k]) print names[k]
            }
        }
    }'
}

n=0
for member in $(members); do
    n=$((n + 1))
    if grep -qx "$member" "$named"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "docs/adapters.md does not name \`$member\` of orm_dialect"; fi
done
# a struct that is written in another way would have no members here, and none of them missing
if [ $n -ge 90 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "only $n members of orm_dialect were found in src/dialect.h"; fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
