#!/usr/bin/env bash
# `ip route get ADDRESS` shows the way of a UDP packet, and does not say so: a rule for TCP has no part in its answer, though no
# protocol was asked for. `ip route get ADDRESS ipproto 6` shows the way that a connection takes.
# For us: on a machine that leads TCP elsewhere, the documented command can be right and the connection still take another way
# (content/what-ss-proves/checks/route-by-protocol.yaml asks for each; route-lookup.yaml has the documented command).
set -euo pipefail
version=$(dpkg-query -W -f '${Version}' iproute2)
[ "$version" = 6.1.0-3 ] || echo "This was seen with iproute2 6.1.0-3; here is another." >&2
ask='
  ip link set lo up
  ip link add dummy-tcp type veth peer name dummy-end
  ip link set dummy-tcp up
  ip route add 192.0.2.1 dev lo
  ip route add 192.0.2.1 dev dummy-tcp table 9
  ip rule add ipproto 6 lookup 9
  for protocol in "" "ipproto 17" "ipproto 6"; do
    echo "ip route get 192.0.2.1 $protocol: $(ip route get 192.0.2.1 $protocol | grep -oE "dev \S+")"
  done'
found=$(unshare --user --map-root-user --net sh -c "$ask")
expected='ip route get 192.0.2.1 : dev lo
ip route get 192.0.2.1 ipproto 17: dev lo
ip route get 192.0.2.1 ipproto 6: dev dummy-tcp'
printf '%s\n%s\n' "iproute2 $version, Linux $(uname -r)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
