#!/bin/sh
# The heavy suite "flood": the heap under millions of different tokens, with the token cache as it is by default. After
# `npm ci && npm run build`.
set -eu
cd "$(dirname "$0")/.."

# Within `.ci/run`: one in a hundred.
count=1000000
[ "${SCALE:-}" != small ] || count=10000

exec node --expose-gc test/heavy/flood/run.mjs --count "$count" "$@"
