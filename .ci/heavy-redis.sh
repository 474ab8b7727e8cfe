#!/bin/sh
# The heavy suite "redis": kill -9 of Redis, Valkey and nodes of a Cluster under load. After `npm ci && npm run build:test`
# and `npm ci --prefix tools`. Debian package: redis-server; it is installed where this may be done and it is missing.
# Valkey: what scripts/newer-debs.sh has unpacked, as .ci/run says.
set -eu
cd "$(dirname "$0")/.."

if ! command -v redis-server >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null
fi

# Within `.ci/run`: the tests have killed a few already.
[ "${SCALE:-}" != small ] || set -- --rounds 4 --sessions 10 "$@"
exec node test/heavy/stored/redis.mjs "$@"
