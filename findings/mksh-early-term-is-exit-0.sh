#!/usr/bin/env bash
# mksh says exit 0 of a command in the background that TERM met in its first moment: here in about nine of ten cases. A little later
# it says 143, as four other shells do at any time.
# For us: a command that is cancelled at once may look like one that succeeded. So that it was stopped is a word of its own in the
# agent's end record, and its status decides nothing then (server/agent/agent.sh).
set -euo pipefail
version=$(dpkg-query -W -f '${Package} ${Version}\n' bash dash busybox mksh yash)
seen='bash 5.2.15-2+b8
busybox 1:1.35.0-4+deb12u1+b1
dash 0.5.12-2
mksh 59c-28+deb12u1
yash 2.52-2'
[ "$version" = "$seen" ] || printf 'This was seen with other versions:\n%s\n' "$seen" >&2
# The exit statuses that `wait` has in twenty turns, each once. $1: what is done between the start and TERM; the others: the shell.
statuses() {
  local between=$1 turn
  shift
  for turn in {1..20}; do
    "$@" -c "sleep 5 & $between kill -TERM \$!; wait \$!; echo \$?" || :
  done 2>/dev/null | sort -un | xargs
}
found=$(for shell in bash dash 'busybox sh' yash mksh; do
  # shellcheck disable=SC2086 # A shell and its word.
  echo "$shell: $(statuses '' $shell)"
done)
later=$(statuses 'sleep 0.05;' mksh)
printf '%s\n%s\nmksh, 50 ms later: %s\n' "$version" "$found" "$later"
expected='bash: 143
dash: 143
busybox sh: 143
yash: 399'
[[ $found = "$expected"$'\nmksh: 0'* && $later = 143 ]] ||
  { printf 'This has changed. It was:\n%s\nmksh: 0 143, 50 ms later: 143\n' "$expected" && exit 1; }
