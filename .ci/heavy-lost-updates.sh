#!/bin/sh
# The heavy suite "lost-updates": 64 clients change one session through four processes, on every store, and nothing is lost.
# After `npm ci && npm run build:test`, `npm ci --prefix tools` and `npm ci --prefix runtimes`: on the Node of runtimes/ where
# there is one, since Node 20 has no SQLite built in. Debian packages: redis-server, postgresql-15; without them those are skipped.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node

# Within `.ci/run`: enough for requests to meet.
[ "${SCALE:-}" != small ] || set -- --requests 640 "$@"
exec "$NODE" --disable-warning=ExperimentalWarning test/heavy/stored/lost-updates.mjs "$@"
