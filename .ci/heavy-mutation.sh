#!/bin/sh
# The heavy suite "mutation": Stryker's mutants of the compiled core. After `npm ci && npm run build:test && npm ci --prefix runtimes`.
# Arguments: folders or files, such as `jwt cookie/parse`; all of them without. A run that was cut short goes on where it was.
set -eu
cd "$(dirname "$0")/.."

# Stryker asks for Node >= 22; the project itself runs from 20 on.
node=runtimes/node_modules/node24/bin/node
[ -d test/heavy/mutation/node_modules ] || npm ci --prefix test/heavy/mutation --no-audit --no-fund --loglevel=error >/dev/null
exec "$node" test/heavy/mutation/run.mjs "$@"
