#!/usr/bin/env bash
# In the locale C, where POSIX has 256 characters of one byte each, yash has 128: a substituted text is cut at another byte,
# with exit 0 and not a word, and a script ends at the first such byte, be it in a comment. Four other shells take every byte.
# For us: a gate with a "·" in a comment made every row inconclusive where yash is /bin/sh (server/gate/gate.sh has ASCII only).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
packages='mksh=59c-28+deb12u1 yash=2.52-2 busybox=1:1.35.0-4+deb12u1+b1'
# shellcheck disable=SC2086
apt-get download -qq $packages 2>/dev/null
for file in *.deb; do dpkg-deb -x "$file" root; done
printf '# \302\267\necho read\n' >script
try() {
  name=$1
  shift
  # shellcheck disable=SC2016
  word=$(LC_ALL=C "$@" -c 'x=$(printf "a\302\267b"); status=$?; printf "%s bytes, exit %s" "$(printf %s "$x" | wc -c)" "$status"')
  echo "$name: $word, script $(LC_ALL=C "$@" script 2>/dev/null || echo ends)"
}
found=$(
  try dash dash
  try bash bash
  try busybox root/bin/busybox sh
  try yash root/usr/bin/yash
  try mksh root/bin/mksh
)
expected='dash: 4 bytes, exit 0, script read
bash: 4 bytes, exit 0, script read
busybox: 4 bytes, exit 0, script read
yash: 1 bytes, exit 0, script ends
mksh: 4 bytes, exit 0, script read'
printf '%s\n%s\n' "$packages" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
