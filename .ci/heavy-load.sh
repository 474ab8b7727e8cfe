#!/bin/sh
# The heavy suite "load": 500 visitors at once on every Node host, and its heap. After `npm ci && npm run build`.
# Arguments: names of hosts, such as `node 'express 5'`; all of them without.
set -eu
cd "$(dirname "$0")/.."

exec node test/heavy/load/run.mjs "$@"
