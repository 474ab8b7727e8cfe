#!/bin/sh
# The heavy suite "fat": loadSecret on a real vfat driver, with power cuts. After `npm ci && npm run build`.
# Debian packages: user-mode-linux kmod dosfstools mtools; they are installed where this may be done and they are missing.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"

missing=
for tool in linux.uml:user-mode-linux insmod:kmod mkfs.vfat:dosfstools mtype:mtools; do
  command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of package names
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# Within `.ci/run`: enough cuts to see a broken flush, not enough to call it proved.
[ "${SCALE:-}" != small ] || set -- --cuts 4 --seconds 100 "$@"
exec node test/heavy/fat/run.mjs "$@"
