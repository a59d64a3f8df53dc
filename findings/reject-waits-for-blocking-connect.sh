#!/usr/bin/env bash
# A rule `reject` of nftables in the output path answers a SYN with an ICMP error. The kernel drops that error while connect() has the
# socket (TcpExtLockDroppedIcmps), so a program that connects and waits, such as bash with /dev/tcp, is refused only when the SYN is
# sent again, a second later. curl polls, and is refused at once: it reads the error from the socket. `reject with tcp reset` is at
# once for both. So "refused at once" and "refused after a second" can be the same rule.
# For us: the row `neighbours` asks by bash and takes a second where such a rule is; rows that claim "at once" ask by curl.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
packages='nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2'
# shellcheck disable=SC2086
apt-get download -qq $packages 2>/dev/null
for one in ./*.deb; do dpkg-deb -x "$one" tree; done
nft=$PWD/tree/usr/sbin/nft
LD_LIBRARY_PATH=$(dirname "$(find "$PWD/tree" -name 'libnftables.so.1' | head -1)")
export LD_LIBRARY_PATH nft
cat >try.sh <<'TRY'
ip link set lo up
took() { # whether it took more than half a second, and what it said
  begun=$(date +%s%N)
  "$@" >/dev/null 2>&1 || true
  [ $(($(date +%s%N) - begun)) -gt 500000000 ] && echo later || echo at once
}
dropped() { nstat -az TcpExtLockDroppedIcmps | awk '/Lock/ { print ($2 > 0 ? "dropped" : "none dropped") }'; }
for how in 'reject' 'reject with tcp reset'; do
  "$nft" "flush ruleset; table inet t { chain c { type filter hook output priority 0; tcp dport 8444 $how; }; }"
  echo "$how: bash $(took bash -c 'exec 3<>/dev/tcp/127.0.0.1/8444'), curl $(took curl -s -m 5 http://127.0.0.1:8444/)"
done
dropped
TRY
found=$(unshare --user --map-root-user --net sh try.sh 2>/dev/null || unshare --net sh try.sh)
expected=$(
  cat <<'TEXT'
reject: bash later, curl at once
reject with tcp reset: bash at once, curl at once
dropped
TEXT
)
printf '%s\n%s\n' "$packages, Linux $(uname -r), $(curl --version | head -1 | cut -d' ' -f1,2)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
