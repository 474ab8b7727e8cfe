#!/usr/bin/env bash
# Unpacks packages of the next Debian beside the system, which stays as it is: newer-debs.sh FOLDER RELEASE PACKAGE...
# Their programs run through the C library that is unpacked with them; see test/stored/support/programs.ts.
set -euo pipefail
[ $# -ge 3 ] || { echo 'usage: newer-debs.sh FOLDER RELEASE PACKAGE...' >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
release=$2
shift 2

# Whole or not there: what is half unpacked after an interruption does not count.
wanted="$release $*"
[ "$(cat "$folder/complete" 2>/dev/null || true)" = "$wanted" ] && { echo "note: $folder has them"; exit 0; }
rm -rf "$folder"
mkdir -p "$folder"/{lists/partial,archives/partial,debs,root}

# The mirror of this machine, in either form that apt keeps it.
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
mirror=${mirror:-$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list 2>/dev/null)}
[ -n "$mirror" ] || { echo 'newer-debs.sh: no Debian mirror in the sources of apt' >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$folder/sources"
: >"$folder/status"

apt=(apt-get -qq -o "Dir::State=$folder" -o "Dir::State::status=$folder/status" -o "Dir::Cache=$folder"
  -o "Dir::Etc::sourcelist=$folder/sources" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=)
"${apt[@]}" update
(cd "$folder/debs" && "${apt[@]}" download "$@")
for package in "$folder"/debs/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
rm -rf "$folder/debs" "$folder/lists" "$folder/archives"
echo "$wanted" >"$folder/complete"
