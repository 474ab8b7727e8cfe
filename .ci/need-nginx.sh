# Sourced by the heavy suites that need nginx: finds it, or installs it, or says why the suite is skipped.
PATH="$PATH:/usr/sbin:/sbin"

if ! command -v nginx >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx >/dev/null
fi
if ! command -v nginx >/dev/null && ! command -v apt-get >/dev/null && [ "${CI:-}" != true ]; then
  echo "skip: $(basename "$0" .sh): there is no nginx, and no apt-get to bring it"
  exit 0
fi
