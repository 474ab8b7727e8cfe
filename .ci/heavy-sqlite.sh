#!/bin/sh
# The heavy suite "sqlite": what a store in a file of SQLite costs as it grows. After `npm ci && npm run build`; on the Node
# of runtimes/ where there is one, since Node 20 has no SQLite built in. FULL=1: ten million sessions.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node
exec "$NODE" --disable-warning=ExperimentalWarning test/heavy/stored/scale-sqlite.mjs
