#!/usr/bin/env bash
# A descriptor that `exec 3<file` opens is handed to commands by four shells that serve as /bin/sh, and not by mksh, unless the
# command line repeats it as `3<&3`. POSIX leaves it open; nothing is said when it is missing but "Bad file descriptor" in the command.
# For us: the agent reads its orders from descriptor 3 in a shell that it starts, and under mksh it read none (server/agent/agent.sh).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
packages='mksh=59c-28+deb12u1 yash=2.52-2 busybox=1:1.35.0-4+deb12u1+b1'
# shellcheck disable=SC2086
apt-get download -qq $packages 2>/dev/null
for file in *.deb; do dpkg-deb -x "$file" root; done
echo word >word
try() {
  name=$1
  shift
  # The shell itself, a command that it starts, and one with the descriptor on its line.
  echo "$name:" $("$@" -c 'exec 3<word; cat <&3; exec 3<word; env cat /dev/fd/3 2>/dev/null || echo nothing; env cat /dev/fd/3 3<&3')
}
found=$(
  try dash dash
  try bash bash
  try busybox root/bin/busybox sh
  try yash root/usr/bin/yash
  try mksh root/bin/mksh
)
expected='dash: word word word
bash: word word word
busybox: word word word
yash: word word word
mksh: word nothing word'
printf '%s\n%s\n' "$packages" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
