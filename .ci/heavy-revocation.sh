#!/bin/sh
# The heavy suite "revocation": what a million ended sessions cost in memory and time. After `npm ci && npm run build`.
set -eu
cd "$(dirname "$0")/.."
[ "${SCALE:-full}" = full ] && COUNT=1000000 || COUNT=100000

exec node --expose-gc test/heavy/revocation/memory.mjs "$COUNT"
