#!/bin/sh
# The commit's orm.h must be what the commit's src/ makes; while src/ is being changed, the one beside it.
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
src/amalgamate.sh >"$work/made"
if git diff --quiet HEAD -- src LICENSE 2>/dev/null; then git show HEAD:orm.h; else cat orm.h; fi >"$work/committed"
if cmp -s "$work/made" "$work/committed"; then echo '1 passed, 0 failed'; exit 0; fi
echo 'orm.h differs from what src/ makes: run make orm.h and commit it'
echo '0 passed, 1 failed'
exit 1
