#!/bin/sh
# Prints the single header: src/orm.h with its parts in place, a table of contents behind the manual, the licence at the end.
# A part's own includes of other parts are dropped, because all parts stand in one file.
set -eu
cd "$(dirname "$0")"

awk -v licence=../LICENSE '
    # the parts that src/orm.h lists, in order, each with the first sentence that it says of itself
    function contents(   line, part, name, text, behind) {
        print "\n/* Contents: search for \">>name\"."
        while ((getline line < "orm.h") > 0) {
            if (line ~ /ORM_IMPLEMENTATION/ && !behind++) print "   and in the file that defines ORM_IMPLEMENTATION:"
            if (line !~ /^#include "/) continue
            split(line, part, "\"")
            text = ""
            while (text !~ /[.?] |\.$|\*\// && (getline line < part[2]) > 0) { sub(/^ +/, "", line); text = text (text == "" ? "" : " ") line }
            close(part[2])
            if (text !~ /^\/\* >>[a-z_]+: /) { print "amalgamate: src/" part[2] " is missing, or does not begin with /* >>name: */" > "/dev/stderr"; exit bad = 1 }
            sub(/^\/\* >>/, "", text)
            name = text; sub(/:.*/, "", name)
            sub(/^[^:]*: */, "", text); sub(/ *\*\/.*/, "", text)
            if (match(text, /[.?] /)) text = substr(text, 1, RSTART)
            sub(/\.$/, "", text)
            printf "   %-13s%s\n", name, text
        }
        close("orm.h")
        print "   licence      MIT */"
    }
    function expand(part,   line, held) {
        print ""
        held = ""
        while ((getline line < part) > 0) {
            if (line ~ /^# *include "/) { if (held != "") held = "dropped"; continue }      # `#ifndef ORM_H` around it goes, too
            if (held == "dropped" && line ~ /^#endif/) { held = ""; continue }
            if (held != "" && held != "dropped") { emit(held); held = "" }
            if (line ~ /^#ifndef ORM_H$/) { held = line; continue }
            emit(line)
        }
        close(part)
    }
    function emit(line) {
        if (line ~ /^#include </ && seen[line]++) return
        if (line == "" && last == "") return
        print line
        last = line
    }
    /^#include "/ { split($0, part, "\""); expand(part[2]); next }
    { print; last = $0 }
    !begun && /\*\// { begun = 1; contents() }
    END {
        if (bad) exit 1
        print "\n/* >>licence"
        while ((getline line < licence) > 0) print line == "" ? "" : "   " line
        print "*/"
    }
' orm.h
