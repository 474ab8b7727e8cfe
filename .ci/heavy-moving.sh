#!/bin/sh
# The heavy suite "moving": an application under load moves its sessions from cookies to SQLite, and on to Redis and PostgreSQL.
# After `npm ci && npm run build:test`, `npm ci --prefix tools` and `npm ci --prefix runtimes`: on the Node of runtimes/ where
# there is one, since Node 20 has no SQLite built in. Debian package: redis-server; without it Redis is skipped.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node

# Within `.ci/run`: enough for every step to meet visitors.
[ "${SCALE:-}" != small ] || set -- --visitors 20 "$@"
exec "$NODE" --disable-warning=ExperimentalWarning test/heavy/stored/moving.mjs "$@"
