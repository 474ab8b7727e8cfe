#!/bin/sh
# The heavy suite "faults": kill -9 of applications and engines, a full disk, latency and a cut network, under load; what was
# acknowledged is there afterwards. After `npm ci && npm run build:test`, `npm ci --prefix tools` and `npm ci --prefix runtimes`:
# on the Node of runtimes/ where there is one, since Node 20 has no SQLite built in. Debian packages: redis-server, postgresql-15,
# iproute2. A disk and network namespaces can be made by root alone; what is missing is skipped and said.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node

[ "${SCALE:-}" != small ] || set -- --few "$@"
exec "$NODE" --disable-warning=ExperimentalWarning test/heavy/stored/faults/run.mjs "$@"
