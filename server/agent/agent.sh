# The program that runs on a machine: it serves one order at a time, proves what it sent, and leaves nothing running.
# Started ahead of need as `sh -c '<this text>' vantage-agent`, it greets on both streams and waits on standard input.
# The order is seven lines: the word order, nonce (32 hexadecimal digits), seconds, stop line, 1 or 0 for an input line, input line,
# command. It has to be whole within 90 s of the greeting, or of the order before. After it come `beat` every 2 s (6 s of silence end the command), `stop`
# (ends it gently) or `cancel`; end of input cancels too.
# The command writes into the streams itself. When it is gone, RS, the nonce and ` end` close each of them: all before has arrived.
# ` again` behind that says that the next order may come: the command ended by itself, and nothing has its streams any more.
# The nonce never reaches the command. A server that does not read stops the command, and the limits end it.
# Whoever holds the key can send anything: what was read is data. It is never printed by `echo`, which expands escapes in some shells,
# no process is ever signalled by a number that was read, and a line without an end meets a limit of memory.
# Whatever takes time is started before the greeting, so that only three forks stand between the order and the command.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 3<&0 8>&1 9>&2 </dev/null

# Runs in a session of its own: one signal to group 0 reaches the command and all its children, and never a stranger.
# $1: the agent ; $2: not empty behind a command before ; fd 1 and 2: the streams ; 3: orders ; 6: notes to the agent.
# In an installed gate (server/gate/gateProgram.ts) `permit` is the list of what may run; everywhere else the server's word counts.
# shellcheck disable=SC2016
run='
permit() { :; }
exec 5>&2 2>/dev/null
# Not ignored but caught, so that the command gets the usual signals. PIPE comes when who takes notes was killed.
trap : TERM INT PIPE
trap "" USR1
trap "kill -KILL 0" EXIT
limit_memory() { ulimit -S -v 32768; } # KiB: read itself knows no limit
outside() { [ -z "$stop" ] || (trap - TERM USR1 && exec timeout -k 1 "$1" sh -c "$stop" </dev/null >/dev/null 3<&- 5>&- 6>&-); }
end() {
  trap "" TERM
  trap : PIPE
  printf "%s\n" "$1" >&6
  outside 5
  kill -TERM 0
  sleep 1
  # What root runs may have begun only when the stop line had looked for it.
  outside 1
  kill -KILL 0
}
# Counts the seconds of the command, and those since the last beat, which comes as a signal: read knows no time limit.
watch_time() {
  quiet=0
  trap quiet=0 USR1
  trap "" TERM
  while sleep 1; do
    seconds=$((seconds - 1)) quiet=$((quiet + 1))
    # A dead process that nobody has waited for yet has no program.
    [ -e "/proc/$1/exe" ] && [ -e "/proc/$$/exe" ] || end broken
    [ "$seconds" -gt 0 ] || end overtime
    [ "$quiet" -lt 6 ] || end cancelled
  done
}
watch_input() {
  trap "" TERM
  stopped=""
  limit_memory
  while IFS= read -r word; do
    case $word in
      beat) stopped="" && kill -USR1 "$clock" || end broken ;;
      # Once between two beats, and beside the reading: any number of them takes no time from it.
      stop)
        [ -n "$stopped" ] || if [ -n "$stop" ]; then outside 5 & else kill -INT 0; fi
        stopped=1
        ;;
      *) break ;;
    esac
  done
  end cancelled
}
{ sleep 90 && kill -KILL 0; } >/dev/null 3<&- 5>&- 6>&- &
late=$!
soft=$(ulimit -S -v)
limit_memory
{
  # What was on its way to the command before comes first.
  while IFS= read -r word && [ "$word" != order ]; do [ -n "$2" ] || exit 0; done
  IFS= read -r nonce && IFS= read -r seconds &&
    IFS= read -r stop && IFS= read -r given && IFS= read -r input && IFS= read -r command
} <&3 || exit 0
ulimit -S -v "$soft"
case $nonce in *[!0-9a-f]*) exit 0 ;; esac
case $seconds in 0?* | *[!0-9]* | ???????*) exit 0 ;; esac
[ "${#nonce}" = 32 ] && [ -n "$seconds" ] || exit 0
printf "%s\n" "$nonce" >&6
permit
if [ "${#command}" -gt 100000 ] || [ "${#stop}" -gt 100000 ] || [ "${#input}" -gt 100000 ]; then
  echo "vantage-agent: a line of the order has too many bytes, at most 100000 are taken; nothing was run" >&5
  echo "exit 126" >&6
  exit 0
fi
watch_time "$1" 3<&- 5>&- >/dev/null &
clock=$!
watch_input <&3 3<&- 5>&- >/dev/null &
kill -KILL "$late"
# The redirections stand inside of the fork: outside, dash would report a signal on the stderr of the command.
if [ "$given" = 1 ]; then
  printf "%s\n" "$input" | (trap - USR1 && exec sh -c "$command" 2>&5 3<&- 5>&- 6>&-)
else
  (trap - USR1 && exec sh -c "$command" </dev/null 2>&5 3<&- 5>&- 6>&-)
fi
exit=$?
# Killed, it may have left what root runs; else sudo has waited for that.
[ "$exit" -lt 128 ] || outside 1
printf "exit %s\n" "$exit" >&6
'

# Counts in `sharing` how often other processes of this user have one of the streams: sshd, and what left the session. Forks nothing,
# and gives up where there is much to look at: then it says one more than sshd has.
count_sharing() {
  sharing=0 seen=0
  for stream in /proc/[0-9]*/fd/*; do
    case $stream in "/proc/$$/"*) continue ;; esac
    if [ "$stream" -ef "/proc/$$/fd/8" ] || [ "$stream" -ef "/proc/$$/fd/9" ]; then sharing=$((sharing + 1)); fi
    seen=$((seen + 1))
    [ "$seen" -lt 4000 ] || { sharing=$((of_sshd + 1)) && return; }
  done
}
# Ends what left the session of the command, found by the mark in its environment. Whether there was any.
end_detached() {
  marked=$(grep -lszx "VANTAGE_RUN=$$" /proc/[0-9]*/environ)
  for place in $marked; do
    place=${place#/proc/}
    kill -KILL "${place%/environ}"
  done
  [ -n "$marked" ]
}

# `id` costs a process, and is asked for an account that is not in the file only.
user=''
{
  while read -r key own _ && [ "$key" != Uid: ]; do :; done </proc/self/status
  while IFS=: read -r name _ number _; do
    [ "$number" != "$own" ] || { user=$name && break; }
  done </etc/passwd
  IFS= read -r host </proc/sys/kernel/hostname
  IFS= read -r kernel </proc/sys/kernel/osrelease
  IFS= read -r id </etc/machine-id
} 2>/dev/null
user=${user:-$(id -un)}
greeting='vantage-agent 2'
# Words without blanks, so that the greeting has exactly one reading.
for word in "$host" "${id-}" "$kernel" "$user"; do
  case $word in '' | *[!A-Za-z0-9._:+~@-]*) word='?' ;; esac
  greeting="$greeting $word"
done
echo 'vantage-agent 2' >&9
printf '%s\n' "$greeting${VANTAGE_GATE:+ gate:$VANTAGE_GATE}"
exec 2>/dev/null # A shell says there which of its children was killed.
of_sshd=0
count_sharing
of_sshd=$sharing

# Whether a process of this user is there that was not `before`: it may have left a session. Forks nothing.
has_new() {
  for place in /proc/[0-9]*; do
    case $before in *" $place "*) ;; *) [ ! -O "$place" ] || return 0 ;; esac
  done
  return 1
}
serve() {
  set -- /proc/[0-9]*
  before=" $* "
  # Over when nobody is left who could write a note.
  notes=$(
    exec setsid env -i VANTAGE_RUN="$$" TZ=UTC LC_ALL=C NO_COLOR=1 COLUMNS=200 PATH="$PATH" HOME="$HOME" \
      ${http_proxy+http_proxy="$http_proxy"} ${https_proxy+https_proxy="$https_proxy"} \
      ${no_proxy+no_proxy="$no_proxy"} ${all_proxy+all_proxy="$all_proxy"} \
      ${HTTP_PROXY+HTTP_PROXY="$HTTP_PROXY"} ${HTTPS_PROXY+HTTPS_PROXY="$HTTPS_PROXY"} \
      ${NO_PROXY+NO_PROXY="$NO_PROXY"} ${ALL_PROXY+ALL_PROXY="$ALL_PROXY"} \
      sh -c "$run" vantage-run "$$" "$again" 3<&3 6>&1 >&8 2>&9 8>&- 9>&-
  )
  # The first note is the nonce. Without one there was no order, or no memory for what was read.
  exit=137 how='' nonce='' again=''
  set -f
  IFS='
'
  for note in $notes; do
    case $note in
      cancelled | overtime | broken) how=${how:-$note} ;;
      'refused '*) how=refused-${note#refused } ;;
      'exit '*) exit=${note#exit } how=${how:-ended} ;;
      *) nonce=$note ;;
    esac
  done
  set +f
  unset IFS
  # Held: what the command itself wrote may not be all.
  if [ "$how" != ended ]; then
    end_detached
  else
    count_sharing
    if [ "$sharing" -le "$of_sshd" ]; then
      again=' again'
    elif end_detached; then
      how=held
    fi
  fi
  [ -n "$nonce" ] || exit 0
  printf '\036%s end\n' "$nonce" >&9
  printf '\036%s end exit=%s how=%s\n' "$nonce" "$exit" "${how:-broken}$again" >&8
  # What left the session without a stream of ours.
  if [ "$how" = ended ] && has_new; then end_detached 8>&- 9>&-; fi
}
again=''
serve
while [ -n "$again" ]; do serve; done
