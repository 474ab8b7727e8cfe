#!/bin/sh
# The heavy suite "stored-curves": reads, saves and purges of Redis and PostgreSQL as they fill, to a million sessions. On Linux,
# after `npm ci && npm run build:test` and `npm ci --prefix tools`. Debian package: redis-server; without it Redis is skipped.
set -eu
cd "$(dirname "$0")/.."

# Within `.ci/run`: whether it runs.
[ "${SCALE:-}" != small ] || set -- --largest 1000 "$@"
exec node test/heavy/stored/curves.mjs "$@"
