#!/bin/sh
# tests/fuzz/run.sh [PROGRAM...]: runs each fuzz target of build/fuzz for FUZZ_SECONDS (20), from the texts of corpus/ and what earlier runs found. Closes with "N passed, M failed".
# What breaks a target is left in build/fuzz and named.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0
[ $# -gt 0 ] || set -- build/fuzz/*_fuzz
for program; do
    name=${program##*/}
    mkdir -p "build/fuzz/$name.found"
    if "$program" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=4096 -timeout=20 -rss_limit_mb=1024 -verbosity=1 -print_final_stats=1 -dict="tests/fuzz/${name%_fuzz}.dict" \
        -artifact_prefix="build/fuzz/$name." "build/fuzz/$name.found" tests/fuzz/corpus >"build/fuzz/$name.log" 2>&1; then
        passed=$((passed + 1))
        sed -n "s/^stat::number_of_executed_units: */$name: texts tried: /p" "build/fuzz/$name.log"
    else
        failed=$((failed + 1))
        echo "$name fails:"
        tail -n 40 "build/fuzz/$name.log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
