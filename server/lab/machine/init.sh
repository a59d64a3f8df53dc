#!/bin/bash
# Pid 1 of a machine of the lab: keeps sshd running and reaps what is left to it. Its root is built by build.sh.
while :; do
  /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config </dev/null >/dev/null 2>>/var/log/sshd.log
  read -r -t 0.2 <> <(:) || :
done
