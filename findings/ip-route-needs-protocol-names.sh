#!/usr/bin/env bash
# `ip route get … ipproto tcp` looks the name up in /etc/protocols. Without that file (package netbase, which iproute2 does not ask for)
# it calls the name invalid, as if it were misspelt, and ends with 255. The number always works.
# For us: on minimal machines two rows blamed an old `ip`; checks write 6 (content/what-ss-proves).
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' iproute2)" = 6.1.0-3 ] || echo 'This was seen with iproute2 6.1.0-3; here is another.' >&2
ask() { # the protocol, what to do before
  unshare --user --map-root-user --net --mount sh -c "
    ip link set lo up; $2
    ip route get 127.0.0.1 ipproto $1 2>&1 | sed 1q | sed 's/ uid.*//'"
}
found=$(
  echo "tcp: $(ask tcp :)"
  echo "tcp, no names: $(ask tcp 'mount --bind /dev/null /etc/protocols')"
  echo "6, no names: $(ask 6 'mount --bind /dev/null /etc/protocols')"
)
expected='tcp: local 127.0.0.1 dev lo src 127.0.0.1
tcp, no names: Error: argument "tcp" is wrong: Invalid "ipproto" value
6, no names: local 127.0.0.1 dev lo src 127.0.0.1'
printf '%s\n%s\n' "iproute2 $(dpkg-query -W -f '${Version}' iproute2)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
