#!/bin/sh
# The heavy suite "attacks": a million changed tokens, and inputs made to take long. After `npm ci && npm run build`.
set -eu
cd "$(dirname "$0")/.."

# Within `.ci/run`: one in a hundred.
count=1000000
[ "${SCALE:-}" != small ] || count=10000

node test/heavy/attacks/mutants.mjs --count "$count"
node test/heavy/attacks/slow-inputs.mjs
