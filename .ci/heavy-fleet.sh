#!/bin/sh
# The heavy suite "fleet": a key rotation on four servers behind nginx, under load. After `npm ci && npm run build`.
# Debian package: nginx; it is installed where this may be done and it is missing.
set -eu
cd "$(dirname "$0")/.."
. .ci/need-nginx.sh

[ "${SCALE:-}" != small ] || set -- --small "$@"
exec node test/heavy/fleet/run.mjs "$@"
