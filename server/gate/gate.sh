# What stands before the agent in a gate: sshd starts the gate whatever the client asked for, and only these words are heard.
# `program.ts` puts the number of sessions before it, and the list of captures into it.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
case ${SSH_ORIGINAL_COMMAND-} in
  vantage-agent | vantage-master) most=$most_sessions ;;
  'vantage-gate version' | 'vantage-gate list' | 'vantage-gate reap') most=$((most_sessions + 6)) ;;
  *) echo 'vantage-gate: this key runs documented checks and nothing else' >&2 && exit 126 ;;
esac
# Each counts itself and all that were there before it, so that never more than these pass; a lock could be left behind, or taken
# by somebody else. A session's subshells have its name too, but not its parent's.
all=' ' pairs='' sessions=''
for place in /proc/[0-9]*; do
  line=''
  [ -O "$place" ] && IFS= read -r line <"$place/cmdline"
  [ "$line" = "/bin/sh$0" ] && read -r pid _ _ parent _ <"$place/stat" && all="$all$pid " pairs="$pairs $pid:$parent"
done 2>/dev/null
held=0
for pair in $pairs; do
  case $all in *" ${pair#*:} "*) ;; *) sessions="$sessions $pair" held=$((held + 1)) ;; esac
done
if [ "$held" -gt "$most" ]; then
  echo "vantage-gate: $most sessions of this user are at work here already; try again when some have ended" >&2
  exit 75
fi
# $1: session, run or capture ; $2: pid ; $3: held or left ; $4: what it is. Whether it has to be ended.
report_process() {
  printf '%s %s %s %s\n' "$1" "$2" "$3" "$(printf '%s' "$4" | tr -cd '[:print:]' | cut -c 1-200)"
  [ "$3" = left ] && [ "$SSH_ORIGINAL_COMMAND" = 'vantage-gate reap' ]
}
# Whether it is a gate, and so the agent of a run.
is_session() {
  line=''
  IFS= read -r line <"/proc/$1/cmdline"
  [ "$line" = "/bin/sh$0" ]
}
# Sets parent and line, the words of the command line without blanks; the parent of one that is gone is 0.
read_process() {
  parent=0 line=''
  IFS= read -r line <"/proc/$1/stat"
  line=${line##*) }
  parent=${line#* } parent=${parent%% *} line=''
  IFS= read -r line <"/proc/$1/cmdline"
}
is_below_session() {
  at=$1
  while [ "${at:-0}" -gt 1 ]; do
    is_session "$at" && return 0
    read_process "$at"
    at=$parent
  done
  return 1
}
# Below its sshd stands the shell of the user, then the gate.
has_lost_sshd() {
  at=$1
  read_process "$at"
  while case $line in *"$0") ;; *) false ;; esac; do
    at=$parent
    read_process "$at"
  done
  [ "$at" = 1 ]
}
# $1: a stop line ; then what it stops. It stops all of them, so nothing is left as long as one of them is held.
report_capture() {
  stop=$1 found='' state=left end=''
  shift
  for place in /proc/[0-9]*; do
    line=''
    IFS= read -r line <"$place/cmdline"
    for known in "$@"; do
      [ "$line" = "$known" ] || continue
      found="$found ${place#/proc/}"
      ! is_below_session "${place#/proc/}" || state=held
      break
    done
  done
  for pid in $found; do
    report_process capture "$pid" "$state" "$(tr '\0' ' ' <"/proc/$pid/cmdline")" && end=now
  done
  [ -z "$end" ] || timeout -k 1 5 sh -c "$stop" </dev/null >/dev/null
}
report_captures() { :; }
list_processes() {
  for pair in $sessions; do
    pid=${pair%:*} state=held
    ! has_lost_sshd "$pid" || state=left
    words=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^SSH_ORIGINAL_COMMAND=//p')
    report_process session "$pid" "$state" "$words" && kill -KILL "$pid"
  done
  for marked in $(grep -sHz '^VANTAGE_RUN=[0-9]\{1,10\}$' /proc/[0-9]*/environ | tr '\0' '\n'); do
    place=${marked%/environ:*} state=left
    ! is_session "${marked##*=}" || state=held
    what=$(tr '\0' ' ' <"$place/cmdline")
    case $what in *' vantage-run '*) what=vantage-run ;; esac
    report_process run "${place#/proc/}" "$state" "$what" && kill -KILL "${place#/proc/}"
  done
  report_captures
}
case $SSH_ORIGINAL_COMMAND in
  # The shell stays, so that it is counted.
  vantage-master) echo vantage-master && cat >/dev/null && exit 0 ;;
  'vantage-gate version') echo "vantage-gate $VANTAGE_GATE" && exit 0 ;;
  'vantage-gate list' | 'vantage-gate reap') list_processes 2>/dev/null && exit 0 ;;
esac
[ "$SSH_ORIGINAL_COMMAND" = vantage-agent ] || exit 1
unset SSH_ORIGINAL_COMMAND
