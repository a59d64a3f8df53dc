#!/usr/bin/env bash
# Whether `trap … EXIT` runs when a signal ends the shell depends on the shell: bash runs it at each, mksh at INT and TERM alone,
# dash, busybox and yash at none.
# For us: the agent cleaned up in its EXIT trap. When the server was killed, SIGPIPE ended it under four of five /bin/sh without that,
# and its guard stayed for 15 seconds. It now traps HUP, PIPE and TERM by name (server/agent/agent.sh).
set -euo pipefail
version=$(dpkg-query -W -f '${Package} ${Version}\n' bash dash busybox mksh yash)
seen='bash 5.2.15-2+b8
busybox 1:1.35.0-4+deb12u1+b1
dash 0.5.12-2
mksh 59c-28+deb12u1
yash 2.52-2'
[ "$version" = "$seen" ] || printf 'This was seen with other versions:\n%s\n' "$seen" >&2
ran() { # the signals at which the shell "$@" runs its EXIT trap
  local signal
  for signal in HUP INT PIPE TERM; do
    "$@" -c "trap 'echo $signal' EXIT; kill -$signal \$\$; sleep 1" || :
  done 2>/dev/null | xargs
}
found=$(for shell in bash dash 'busybox sh' mksh yash; do
  # shellcheck disable=SC2086 # A shell and its word.
  echo "$shell: $(ran $shell)"
done)
expected='bash: HUP INT PIPE TERM
dash: 
busybox sh: 
mksh: INT TERM
yash: '
printf '%s\n%s\n' "$version" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
