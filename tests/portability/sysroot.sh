#!/bin/sh
# tests/portability/sysroot.sh ARCHITECTURE FOLDER: the C library, SQLite and libpq of another architecture of this Debian, unpacked into a folder. Nothing of the system is changed.
set -eu
mkdir -p "$2/state/lists/partial" "$2/cache/archives/partial"
: >"$2/state/status"
apt() { apt-get -q -o APT::Architecture="$1" -o APT::Architectures::="$1" -o Dir::State="$2/state" -o Dir::State::status="$2/state/status" -o Dir::Cache="$2/cache" "$3" -y --no-install-recommends $4; }
apt "$1" "$2" update '' || echo 'not all lists of packages could be read; those that could may do'
apt "$1" "$2" install '--download-only libc6-dev libsqlite3-dev libpq-dev'
for package in "$2"/cache/archives/*.deb; do dpkg -x "$package" "$2"; done
touch "$2/ready"
