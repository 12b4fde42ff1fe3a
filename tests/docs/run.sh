#!/bin/sh
# The pages, README.md and docs/*.md, are what they say: their programs and fragments compile, their commands print what is shown, their links and names exist.
# run.sh [PAGE...]: all of them, or those named (README, reading ...). blocks.py says how each block is looked at.
set -u
cd "$(dirname "$0")/../.."
mkdir -p build/docs_test
# the implementation once, for all programs of the pages: of SQLite, and of both engines
for name in sqlite postgres; do
    object=build/docs_test/$name.o
    [ -z "$(find orm.h dialects -newer "$object" -name '*.h' 2>/dev/null)" ] && [ -f "$object" ] && continue
    source='tests/implementation.c'
    [ $name = sqlite ] || source='tests/conformance/implementation.c'
    gcc -O0 -std=c11 -I. -I"$(pg_config --includedir)" -c "$source" -o "$object" || exit 1
done
exec python3 tests/docs/blocks.py "$@"
