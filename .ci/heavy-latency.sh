#!/bin/sh
# The heavy suite "latency": every host under an even load, bare and with a session in turns: percentiles, garbage
# collection, heap. It fails where a session makes a cliff: bench/latency/verdict.mjs says what that is. On a machine that does
# nothing else. After `npm ci && npm run build`, `npm ci --prefix bench` and `npm ci --prefix runtimes`: on Node 24 of
# runtimes/ where there is one. Arguments: `--seconds N`, `--rate N`, names of hosts such as `Express 'Microdot app'`.
set -eu
cd "$(dirname "$0")/.."

NODE=runtimes/node_modules/node24/bin/node
[ -x "$NODE" ] || NODE=node

exec "$NODE" bench/latency/main.mjs "$@"
