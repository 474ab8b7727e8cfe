#!/bin/sh
# The heavy suite "differential": the quick ways of the codec (token cache, the platform's hash, codecs and the quick look at
# payloads) against plain ECMAScript, in a million cases. After `npm ci && npm run build`.
set -eu
cd "$(dirname "$0")/.."

# Within `.ci/run`: one in a hundred.
count=1000000
[ "${SCALE:-}" != small ] || count=10000

exec node test/heavy/differential/run.mjs --count "$count" "$@"
