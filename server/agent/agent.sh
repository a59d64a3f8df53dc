# The program that runs on a machine: it serves one order at a time, proves what it sent, and leaves nothing running.
# Started ahead of need as `sh -c '<this text>' vantage-agent`, it greets on both streams and waits on standard input.
# The order is seven lines: the word order, nonce (32 hexadecimal digits), seconds, stop line, 1 or 0 for an input line, input line,
# command. It has to be whole within 90 s of the greeting, or of the order before. After it come `beat` every 2 s (6 s of silence
# end the command), `stop` (ends it gently) or `cancel`; end of input cancels too.
# The command writes into the streams itself. When it is gone, RS, the nonce and ` end` close each of them: all before has arrived.
# ` again` behind that says that the next order may come: the command ended by itself, and nothing has its streams any more.
# The nonce never reaches the command. A server that does not read stops the command, and the limits end it.
# What was read is data: never printed by `echo`, which expands escapes in some shells, and no number for a signal. Memory has a limit.
# Whatever takes time is started before the greeting: no fork stands between the order and the command, whose process waits for its
# line already. It comes through a pipe of our own, which anybody who has one end of it can open once more.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 3<&0 8>&1 9>&2 </dev/null

# Runs in a session of its own: one signal to group 0 reaches the command and all its children, and never a stranger.
# $1: the agent ; main: its part that takes notes ; guard ; again: 1 behind a command before ; soft: the limit of memory
# fd 1 and 2: the streams ; 3: orders ; 4: the command's line ; 6: notes to the agent.
# In an installed gate (server/gate/gateProgram.ts) `permit` is the list of what may run; everywhere else the server's word counts.
# shellcheck disable=SC2016
run='
permit() { :; }
exec 5>&2 2>/dev/null
# Not ignored but caught, so that the command gets the usual signals. PIPE comes when who takes notes was killed.
trap : TERM INT PIPE
trap "" USR1
trap "kill -KILL 0" EXIT
outside() { [ -z "$stop" ] || (trap - TERM USR1 && exec timeout -k 1 "$1" sh -c "$stop" </dev/null >/dev/null 4<&- 5>&- 6>&-); }
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
  ulimit -S -v "$soft"
  quiet=0
  trap quiet=0 USR1
  trap "" TERM
  while sleep 1; do
    seconds=$((seconds - 1)) quiet=$((quiet + 1))
    # A dead process that nobody has waited for yet has no program.
    [ -e "/proc/$1/exe" ] && [ -e "/proc/$main/exe" ] && [ -e "/proc/$$/exe" ] || end broken
    [ "$seconds" -gt 0 ] || end overtime
    [ "$quiet" -lt 6 ] || end cancelled
  done
}
watch_input() {
  trap "" TERM
  stopped=""
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
take_order() {
  trap "kill -KILL 0" EXIT
  ulimit -S -v 32768 # KiB: read itself knows no limit
  # What was on its way to the command before comes first.
  while IFS= read -r word && [ "$word" != order ]; do [ -n "$again" ] || exit 0; done
  IFS= read -r nonce && IFS= read -r seconds &&
    IFS= read -r stop && IFS= read -r given && IFS= read -r input && IFS= read -r command || exit 0
  case $nonce in *[!0-9a-f]*) exit 0 ;; esac
  case $seconds in 0?* | *[!0-9]* | ???????*) exit 0 ;; esac
  [ "${#nonce}" = 32 ] && [ -n "$seconds" ] || exit 0
  printf "%s\n" "run $$" "$nonce" >&6
  permit
  if [ "${#command}" -gt 100000 ] || [ "${#stop}" -gt 4000 ] || [ "${#input}" -gt 100000 ]; then
    echo "vantage-agent: a line of the order has too many bytes: of a stop line at most 4000, of others at most 100000 are taken; nothing was run" >&5
    echo "exit 126" >&6
    exit 0
  fi
  trap - EXIT
  [ "$given" = 1 ] || given=0
  printf "%s\n" "$given" "$input" "$command" "$stop" >&7
  exec 5>&- 7>&-
  kill -USR1 "$guard"
  watch_time "$1" </dev/null >/dev/null &
  clock=$!
  watch_input >/dev/null
}
exec 7>/proc/self/fd/4
take_order "$1" <&3 3<&- 4<&- &
exec 3<&- 7>&-
# The redirections stand inside of the fork: outside, dash would report a signal on the stderr of the command.
(
  unset -f permit outside end watch_time watch_input take_order && unset main guard again soft && set --
  IFS= read -r given <&4 && IFS= read -r input <&4 && IFS= read -r command <&4
  trap - USR1
  case $given.$command in
    # What could see that it has no shell of its own gets one.
    0.*trap* | 0.*\$\$* | 0.*PPID* | 0.*return*) exec sh -c "$command" </dev/null 2>&5 4<&- 5>&- 6>&- ;;
    # A function: to eval itself some shells would say that a program is missing.
    0.*) exec </dev/null 2>&5 4<&- 5>&- 6>&- && eval "in_place() { $command
}" && unset given input command && in_place ;;
    1.*) printf "%s\n" "$input" | (exec sh -c "$command" 2>&5 4<&- 5>&- 6>&-) ;;
    *) kill -KILL 0 ;;
  esac
)
exit=$?
[ "$exit" -lt 256 ] || exit=$((exit - 256)) # yash counts signals from 384 on.
# What is left in the pipe would be taken for the next order.
if IFS= read -r stop <&4 && ! IFS= read -r word <&4; then
  # Killed, it may have left what root runs; else sudo has waited for that.
  [ "$exit" -lt 128 ] || outside 1
else
  echo broken >&6
fi
printf "exit %s\n" "$exit" >&6
'

# Ends what waits for an order that does not come; USR1 says that one has come, USR2 that its command has ended.
guard() {
  busy='' rounds=0
  trap 'busy=1' USR1
  trap 'busy="" rounds=0' USR2
  trap 'kill "$pause"; exit 0' TERM
  while [ -e "/proc/$main/exe" ]; do
    sleep 15 &
    pause=$!
    # A signal ends the waiting, but not the pause.
    until wait "$pause" || [ ! -e "/proc/$pause/exe" ]; do :; done
    [ -n "$busy" ] || rounds=$((rounds + 1))
    [ "$rounds" -lt 6 ] || printf '\n\n\n' >/proc/self/fd/4
  done
}
# Sets `new` to what this user runs that was not there `before`, `held` if that has a stream. The group was killed, and is waited for.
find_new() {
  new='' held=''
  for place in /proc/[0-9]*; do
    case $before in *" $place "*) continue ;; esac
    tries=0
    while [ -O "$place" ] && [ -e "$place/exe" ] && IFS= read -r line <"$place/stat"; do
      # shellcheck disable=SC2086
      set -- ${line##*) }
      [ "$3" = "$group" ] && [ "$tries" -lt 1000 ] || break
      tries=$((tries + 1))
    done
    [ -O "$place" ] && [ -e "$place/exe" ] || continue
    new="$new $place/environ"
    for stream in "$place"/fd/*; do
      if [ "$stream" -ef /proc/self/fd/8 ] || [ "$stream" -ef /proc/self/fd/9 ]; then held=1; fi
    done
  done
}
# Ends what left the session of the command, found by the mark in its environment. Whether there was any.
end_detached() {
  [ -n "$new" ] || return 1
  # shellcheck disable=SC2086
  marked=$(grep -lszx "VANTAGE_RUN=$$" $new)
  for place in $marked; do
    place=${place#/proc/}
    kill -KILL "${place%/environ}"
  done
  [ -n "$marked" ]
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
      sh -c "main=$main guard=$guard again=$again soft=$soft$run" sh "$$" vantage-run 3<&3 4<&4 6>&1 >&8 2>&9 8>&- 9>&-
  )
  # The nonce is the second note. Without one there was no order, or no memory for what was read.
  exit=137 how='' nonce='' group='' again=''
  set -f
  IFS='
'
  for note in $notes; do
    case $note in
      cancelled | overtime | broken) how=${how:-$note} ;;
      'refused '*) how=refused-${note#refused } ;;
      'exit '*) exit=${note#exit } how=${how:-ended} ;;
      'run '*) group=${note#run } ;;
      *) nonce=$note ;;
    esac
  done
  set +f
  unset IFS
  [ -n "$nonce" ] || exit 0
  find_new
  # Held: what the command itself wrote may not be all.
  if [ "$how" != ended ]; then
    end_detached
  elif [ -z "$held" ]; then
    again=1
  elif end_detached; then
    how=held
  fi
  printf '\036%s end\n' "$nonce" >&9
  printf '\036%s end exit=%s how=%s\n' "$nonce" "$exit" "${how:-broken}${again:+ again}" >&8
  # What left the session without a stream of ours.
  if [ "$how" = ended ]; then end_detached 8>&- 9>&-; fi
}

# `id` costs a process, and is asked for an account that is not in the file only.
user=''
{
  while read -r key own _ && [ "$key" != Uid: ]; do :; done </proc/self/status
  while IFS=: read -r name _ number _; do
    [ "$number" != "$own" ] || { user=$name && break; }
  done </etc/passwd
  while read -r _ key _ soft _ && [ "$key" != address ]; do :; done </proc/self/limits
  IFS= read -r host </proc/sys/kernel/hostname
  IFS= read -r kernel </proc/sys/kernel/osrelease
  IFS= read -r id </etc/machine-id
} 2>/dev/null
user=${user:-$(id -un)}
[ "$soft" = unlimited ] || soft=$((soft / 1024))
greeting='vantage-agent 2'
# Words without blanks, so that the greeting has exactly one reading.
for word in "$host" "${id-}" "$kernel" "$user"; do
  case $word in '' | *[!A-Za-z0-9._:+~@-]*) word='?' ;; esac
  greeting="$greeting $word"
done
echo 'vantage-agent 2' >&9
printf '%s\n' "$greeting${VANTAGE_GATE:+ gate:$VANTAGE_GATE}"
exec 2>/dev/null # A shell says there which of its children was killed.
: | {
  exec 4<&0 </dev/null >/dev/null
  read -r main _ </proc/self/stat
  guard 3<&- 8>&- 9>&- &
  guard=$!
  trap 'kill "$guard"' EXIT
  trap exit HUP PIPE TERM # No reader left: a shell that a signal ends would leave the guard waiting.
  again=''
  serve
  while [ -n "$again" ]; do
    kill -USR2 "$guard"
    serve
  done
}
