#!/bin/sh
# The heavy suite "cache": sessions behind nginx as a shared cache; short, so whole at any scale. After `npm ci && npm run build`.
# Debian package: nginx; it is installed where this may be done and it is missing.
set -eu
cd "$(dirname "$0")/.."
. .ci/need-nginx.sh

exec node test/heavy/cache/run.mjs "$@"
