#!/bin/sh
# The heavy suite "stored-scale": what one session costs Redis and PostgreSQL; the figures of docs/scale.md. On Linux, after
# `npm ci && npm run build:test` and `npm ci --prefix tools`. Debian package: redis-server; without it Redis is skipped.
set -eu
cd "$(dirname "$0")/.."

# Within `.ci/run`: whether it runs.
[ "${SCALE:-}" != small ] || set -- --sessions 2000 "$@"
exec node test/heavy/stored/scale-engines.mjs "$@"
