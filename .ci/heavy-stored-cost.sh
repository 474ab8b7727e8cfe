#!/bin/sh
# The heavy suite "stored-cost": processor time of stored sessions beside express-session with its own stores. It fails where an
# answer is wrong, and not where a goal is missed: that is a matter of the machine too. After `npm ci && npm run build:test`,
# `npm ci --prefix tools` and `npm ci --prefix runtimes`: on the Node of runtimes/ where there is one, since the SQLite of tools/
# needs Node 22. Debian package: redis-server; without it Redis is skipped.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node

# Within `.ci/run`: whether it runs.
[ "${SCALE:-}" != small ] || set -- --rounds 1 --requests 320 --warm-up 1 "$@"
exec "$NODE" test/heavy/stored/cost.mjs "$@"
