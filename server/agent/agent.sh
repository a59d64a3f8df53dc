# The program that runs on a machine: it serves exactly one order, proves what it sent, and leaves nothing running.
# Started ahead of need as `sh -c '<this text>' vantage-agent`, it greets on both streams and waits on standard input.
# The order is seven lines: the word order, nonce (32 hexadecimal digits), seconds, stop line, 1 or 0 for an input line, input line,
# command. It has to be whole within 90 s of the greeting. After it come `beat` every 2 s (6 s of silence end the command), `stop`
# (ends it gently) or `cancel`; end of input cancels too.
# The streams travel raw; RS, the nonce and ` end` close each one. The nonce never reaches the command.
# Whoever holds the key can send anything: what was read is data. It is never printed by `echo`, which expands escapes in some shells,
# no process is ever signalled by a number that was read, and a line without an end meets a limit of memory.
# Whatever takes time is started before the greeting, so that only two forks stand between the order and the command.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 3<&0 8>&1 9>&2 </dev/null

# Runs in a session of its own: one signal to group 0 reaches the command and all its children, and never a stranger.
# $1: the agent · fd 1 and 2: the streams · 3: orders · 6: notes to `finish`.
# In an installed gate (server/gate/gateProgram.ts) `permit` is the list of what may run; everywhere else the server's word counts.
# shellcheck disable=SC2016
run='
permit() { :; }
exec 5>&2 2>/dev/null
# Not ignored but caught, so that the command gets the usual signals. PIPE comes when who takes notes was killed.
trap : TERM INT PIPE
trap "kill -KILL 0" EXIT
reject_order() {
  echo none >&6
  kill -KILL 0
}
limit_memory() { ulimit -S -v 32768; } # KiB: read itself knows no limit
keep() { # The clock and the orders are lines of one pipe, because read knows no time limit.
  {
    kill -KILL "$late"
    limit_memory
    while sleep 1; do echo tick; done &
    while IFS= read -r word; do
      case $word in beat) echo beat ;; stop) echo stop ;; *) break ;; esac
    done
    echo gone
  } | {
    quiet=0 stopped=""
    while IFS= read -r word; do
      case $word in
        tick)
          seconds=$((seconds - 1)) quiet=$((quiet + 1)) stopped=""
          kill -0 "$1" && kill -0 "$$" || end broken
          ;;
        beat) quiet=0 ;;
        # Once a second, and beside the clock: any number of them takes no time from it.
        stop)
          [ -n "$stopped" ] || if [ -n "$stop" ]; then outside 5 & else kill -INT 0; fi
          stopped=1
          ;;
        *) end cancelled ;;
      esac
      [ "$seconds" -gt 0 ] || end overtime
      [ "$quiet" -lt 6 ] || end cancelled
    done
  }
}
outside() { [ -z "$stop" ] || timeout -k 1 "$1" sh -c "$stop" </dev/null >/dev/null 3<&- 5>&- 6>&-; }
end() {
  trap : PIPE
  printf "%s\n" "$1" >&6
  outside 5
  trap "" TERM
  kill -TERM 0
  sleep 1
  # What root runs may have begun only when the stop line had looked for it.
  outside 1
  kill -KILL 0
}
{ sleep 90 6>&- && reject_order; } >/dev/null 3<&- 5>&- &
late=$!
soft=$(ulimit -S -v)
limit_memory
{
  IFS= read -r word && [ "$word" = order ] && IFS= read -r nonce && IFS= read -r seconds &&
    IFS= read -r stop && IFS= read -r given && IFS= read -r input && IFS= read -r command
} <&3 || reject_order
ulimit -S -v "$soft"
case $nonce in *[!0-9a-f]*) reject_order ;; esac
case $seconds in 0?* | *[!0-9]* | ???????*) reject_order ;; esac
[ "${#nonce}" = 32 ] && [ -n "$seconds" ] || reject_order
printf "%s\n" "$nonce" >&6
permit
if [ "${#command}" -gt 100000 ] || [ "${#stop}" -gt 100000 ] || [ "${#input}" -gt 100000 ]; then
  echo "vantage-agent: a line of the order has too many bytes, at most 100000 are taken; nothing was run" >&5
  echo "exit 126" >&6
  exit 0
fi
keep "$1" <&3 3<&- 5>&- >/dev/null &
# The redirections stand inside of the fork: outside, dash would report a signal on the stderr of the command.
if [ "$given" = 1 ]; then
  printf "%s\n" "$input" | sh -c "$command" 2>&5 3<&- 5>&- 6>&-
else
  (exec sh -c "$command" </dev/null 2>&5 3<&- 5>&- 6>&-)
fi
exit=$?
# Killed, it may have left what root runs; else sudo has waited for that.
[ "$exit" -lt 128 ] || outside 1
printf "exit %s\n" "$exit" >&6
'

# Passes a stream on at once, with a copy for whoever counts. The mark is for `cut_off`.
pass() {
  export VANTAGE_PASS="$$"
  exec tee /dev/fd/5 3<&- 4>&- 6>&- 7>&- 8>&- 9>&-
}

# Stands behind the copy, not in the stream, because head buffers. When it has had its fill, `pass` meets a broken pipe, and so does
# the command. The server ends a command long before, at the limit of its check; this is for a server that does not.
cap() { exec head -c 134217728 3<&- 4>&- 8>&- 9>&-; }

# Notes bytes and hash of a stream out of what dd and sha256sum printed, which of them may have been first.
tell() {
  sha=${2%%  -*} bytes=${2%% byte*}
  printf '%s %s:%s\n' "$1" "${bytes##*[!0-9]}" "${sha##*[!0-9a-f]}" >&6
}

# Gathers the notes until nobody is left who could write one, then says how it ended. The first is the nonce, or that there
# was no order; a run that says neither had no memory for what it read, and what it began is ended here.
finish() {
  exit=137 how=broken stdout='' stderr='' guard=''
  IFS= read -r nonce
  case $nonce in
    none) exit 0 ;;
    '' | *[!0-9a-f]*)
      kill_marked RUN
      exit 0
      ;;
  esac
  while IFS= read -r note; do
    case $note in
      'stdout '*) stdout=${note#stdout } ;;
      'stderr '*) stderr=${note#stderr } ;;
      # The stop line may take 6 s, then 2 s, and the signals one more.
      cancelled | overtime | broken) how=$note && guard 10 1 ;;
      'refused '*) how=refused-${note#refused } ;;
      'exit '*)
        exit=${note#exit }
        [ "$how" != broken ] || how=ended
        guard 4 0
        ;;
    esac
  done
  if [ -n "$guard" ]; then
    kill "$guard" 2>/dev/null
    wait "$guard" && how=held
  fi
  printf '\036%s end\n' "$nonce" >&9
  printf '\036%s end exit=%s how=%s stdout=%s stderr=%s\n' "$nonce" "$exit" "$how" "$stdout" "$stderr" >&8
  # What left the session without holding a stream.
  kill_marked RUN
}

# A process that left the command's session could hold a stream open for ever; after $1 seconds it is ended, found by the mark in
# its environment. What belongs to root stays: then the stream is cut. The record says `held` when it was, or, with $2 = 0, when
# anything had to be ended: what the command itself wrote may not be all.
guard() {
  [ -z "$guard" ] || return 0
  cut_off "$1" "$2" </dev/null >/dev/null 2>&1 8>&- 9>&- &
  guard=$!
}
cut_off() {
  code=$2
  trap 'kill "$!"; exit 1' TERM
  sleep "$1" &
  wait "$!"
  trap 'kill "$!"; exit "$code"' TERM
  kill_marked RUN
  sleep 1 &
  wait "$!"
  code=0
  kill_marked PASS
  exit 0
}
kill_marked() {
  for place in $(grep -lszx "VANTAGE_$1=$$" /proc/[0-9]*/environ); do
    place=${place#/proc/}
    kill -KILL "${place%/environ}"
  done
}

user=$(id -un)
{
  IFS= read -r host </proc/sys/kernel/hostname
  IFS= read -r kernel </proc/sys/kernel/osrelease
  IFS= read -r id </etc/machine-id
} 2>/dev/null
greeting='vantage-agent 1'
# Words without blanks, so that the greeting has exactly one reading.
for word in "$host" "${id-}" "$kernel" "$user"; do
  case $word in '' | *[!A-Za-z0-9._:+~@-]*) word='?' ;; esac
  greeting="$greeting $word"
done
echo 'vantage-agent 1' >&9
printf '%s\n' "$greeting${VANTAGE_GATE:+ gate:$VANTAGE_GATE}"
exec 2>/dev/null # A shell says there which of its children was killed.

# Nested this way every reader sees the end of its pipe as soon as its writer is gone.
{
  tell stderr "$(
    exec 4>&1
    {
      tell stdout "$(
        exec 4>&1
        setsid env -i VANTAGE_RUN="$$" TZ=UTC LC_ALL=C NO_COLOR=1 COLUMNS=200 PATH="$PATH" HOME="$HOME" \
          ${http_proxy+http_proxy="$http_proxy"} ${https_proxy+https_proxy="$https_proxy"} \
          ${no_proxy+no_proxy="$no_proxy"} ${all_proxy+all_proxy="$all_proxy"} \
          ${HTTP_PROXY+HTTP_PROXY="$HTTP_PROXY"} ${HTTPS_PROXY+HTTPS_PROXY="$HTTPS_PROXY"} \
          ${NO_PROXY+NO_PROXY="$NO_PROXY"} ${ALL_PROXY+ALL_PROXY="$ALL_PROXY"} \
          sh -c "$run" vantage-run "$$" 2>&7 4>&- 7>&- 8>&- 9>&- |
          pass 5>&1 >&8 | cap 6>&- 7>&- | dd bs=65536 2>&4 3<&- 6>&- 7>&- 8>&- 9>&- | sha256sum 3<&- 4>&- 6>&- 7>&- 8>&- 9>&-
      )"
    } 7>&1 | pass 5>&1 >&9 | cap 6>&- | dd bs=65536 2>&4 3<&- 6>&- 8>&- 9>&- | sha256sum 3<&- 4>&- 6>&- 8>&- 9>&-
  )"
} 6>&1 | finish
