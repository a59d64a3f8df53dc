#!/usr/bin/env bash
# `timeout` of GNU ends with 124 when it had to signal the command, with `-k` too. That of uutils (rust-coreutils 0.0.17) ends with 125,
# "timeout itself failed", when there is a `-k` and the command obeys the first signal; 0.12.0 kills it at once and ends with 137.
# For us: a capture that ends by its own time limit has another exit status there, and no summary; the doctor says so (server/doctor).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq rust-coreutils=0.0.17-2 2>/dev/null
dpkg-deb -x rust-coreutils_*.deb root
try() {
  name=$1 status=0
  shift
  said=$("$@" 0.5 sh -c 'trap "echo last words; exit 0" INT; while :; do sleep 0.1; done') || status=$?
  echo "$name: $said, $status"
}
found=$(
  try 'GNU' timeout -s INT
  try 'GNU, -k' timeout -s INT -k 2
  try 'uutils' root/usr/bin/coreutils timeout -s INT
  try 'uutils, -k' root/usr/bin/coreutils timeout -s INT -k 2
)
expected='GNU: last words, 124
GNU, -k: last words, 124
uutils: last words, 124
uutils, -k: last words, 125'
printf '%s\n%s\n' 'rust-coreutils 0.0.17-2' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
