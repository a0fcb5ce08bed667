#!/bin/sh
# docker.sh start | stop: the host's Docker Engine as a service manager would do it.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
pidfile=/run/docker.pid

# Waits up to $1 tenths of a second for the rest of the arguments to succeed.
wait_for() {
  left=$1
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.1
  done
}

is_down() {
  ! docker version && { [ ! -e "$pidfile" ] || ! kill -0 "$(cat "$pidfile")"; }
}

case $1 in
  start)
    # In a session of its own and without a parent, so that the first process reaps it.
    (setsid dockerd >> /var/log/docker.log 2>&1 &)
    wait_for 600 docker version || { tail -n 20 /var/log/docker.log >&2; exit 1; }
    ;;
  stop)
    [ -e "$pidfile" ] || exit 0
    kill "$(cat "$pidfile")" || :
    wait_for 600 is_down || { echo 'dockerd does not end' >&2; exit 1; }
    ;;
esac
