#!/usr/bin/env bash
# curl ends in one sentence, "Couldn't connect to server", and exit 7, whether the connection was refused, no route led there, or a
# route forbade it. Only its log (-v) has the reason.
# For us: that last line is what people paste. It shows that nothing connected, and not that anybody refused; so the checks read the
# log, and a paste without -v cannot agree with "Connection refused" (content/wsl2-mirrored-networking/checks/self-loopback.yaml).
set -euo pipefail
version=$(dpkg-query -W -f '${Version}' curl)
[ "$version" = 7.88.1-10+deb12u14 ] || echo "This was seen with curl 7.88.1-10+deb12u14; here is another." >&2
ask='
  ip link set lo up
  ip route add prohibit 192.0.2.3
  for address in 127.0.0.1 192.0.2.2 192.0.2.3; do
    echo "$(curl -sS "http://$address:9/" 2>&1; echo "exit $?") | $(curl -sv "http://$address:9/" 2>&1 | grep -oE "Connection refused|Network is unreachable|Permission denied")"
  done'
found=$(unshare --user --map-root-user --net sh -c "$ask" | sed -E 's/to [0-9.]+ port/to ADDRESS port/; s/after [0-9]+ ms/after N ms/')
expected="curl: (7) Failed to connect to ADDRESS port 9 after N ms: Couldn't connect to server
exit 7 | Connection refused
curl: (7) Failed to connect to ADDRESS port 9 after N ms: Couldn't connect to server
exit 7 | Network is unreachable
curl: (7) Failed to connect to ADDRESS port 9 after N ms: Couldn't connect to server
exit 7 | Permission denied"
printf '%s\n%s\n' "curl $version" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
