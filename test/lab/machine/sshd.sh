#!/bin/sh
# sshd.sh < OPTIONS: (re)starts sshd with these lines before Debian's own. Present sessions stay. It listens at the end.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
pidfile=/run/sshd.pid

# The first value of an option counts. Tests with wrong keys would soon be shut out for a while: off unless asked for.
{ cat; echo 'PerSourcePenalties no'; } > /etc/ssh/sshd_config.d/lab.conf
/usr/sbin/sshd -t

if [ -e "$pidfile" ]; then
  pid=$(cat "$pidfile")
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  rm -f "$pidfile"
fi
# It goes into the background before it listens, and writes its PID after.
/usr/sbin/sshd
while [ ! -s "$pidfile" ]; do sleep 0.05; done
