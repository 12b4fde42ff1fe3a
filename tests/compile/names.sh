#!/bin/sh
# What macros of a program may be called. Without a macro that is garbage nobody sees whether the preprocessor met it where a model is read.
#   names.sh gcc [name...]    a header of such macros: one of every capital word that stands in the library's files, in their comments as well, and of every name that its
#                             macros mark with _orm, without the mark. Not of those that the C library and its compiler define, nor of those that are given
#   names.sh words            the words that rows are written with, which no macro may be called
#   names.sh refused          those that orm.h refuses as macros
set -u
cd "$(dirname "$0")"
export LC_ALL=C
case $1 in
words)
    grep -ohE '^#define ORM__(TYPE|ATTR|RELATION_OPTION|OPTION|PART|ACTION_IS|STEP|KEY_FORM|VIEW_WORD|VIEW_OPTION|EVENT|TABLE|ARRAY_OF)_[a-z][a-z0-9_]*' ../../src/*.h |
        sed -E 's/^#define ORM__[A-Z_]+_([a-z])/\1/' | grep -v '_orm$' | sort -u ;;
refused) sed -n '/^#if defined serial/,/^#  error/p' ../../src/config.h | grep -oE 'defined [a-z0-9_]+' | sed 's/defined //' | sort -u ;;
*)
    cc=$1; shift
    own=$(mktemp) || exit 1
    trap 'rm -f "$own"' EXIT
    {
        printf '#include <%s>\n' arpa/inet.h dirent.h errno.h fcntl.h float.h inttypes.h limits.h locale.h math.h poll.h pthread.h regex.h signal.h stdbool.h stddef.h stdint.h stdio.h stdlib.h \
            string.h sys/socket.h sys/stat.h time.h unistd.h | $cc -std=c11 -D_GNU_SOURCE -dM -E -x c - | awk '{ sub(/\(.*/, "", $2); print $2 }'
        printf '%s\n' DIR FILE "$@"
    } | sort -u >"$own"
    grep -ohE '[A-Za-z0-9_]+' ../../src/*.[ch] ../../dialects/*.h | grep -E '^([A-Z][A-Z0-9_]*(_orm)?|[a-z]+_orm)$' | sed 's/_orm$//' | grep -vE '^(ORM|SQLITE|PG|PQ|CONNECTION_|PTHREAD_)' |
        sort -u | comm -23 - "$own" | sed 's/.*/#define & ) 1 (/' ;;
esac
