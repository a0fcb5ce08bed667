#!/bin/sh
# registry.sh boot | start [LOGIN-FILE] | stop | restore: the image registry at localhost:5000 inside the host.
# Its content is the lab's, shared by all hosts and read-only; what a test changes lies on top, until `restore`.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
content=/var/lib/lab-registry
pidfile=/run/lab/registry.pid

stop() {
  [ -e "$pidfile" ] || return 0
  pid=$(cat "$pidfile")
  kill "$pid" 2>/dev/null || :
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  rm -f "$pidfile"
}

start() {
  stop
  {
    echo 'version: 0.1'
    echo 'log: { level: warn }'
    echo "storage: { filesystem: { rootdirectory: $content }, delete: { enabled: true } }"
    echo 'http: { addr: "localhost:5000" }'
    [ -z "${1:-}" ] || echo "auth: { htpasswd: { realm: lab, path: $1 } }"
  } > /run/lab/registry.yml
  # shellcheck disable=SC2016 # the inner shell expands it
  (setsid sh -c 'echo $$ > "$1"; exec docker-registry serve /run/lab/registry.yml' sh "$pidfile" \
    >> /var/log/registry.log 2>&1 &)
  left=200
  until curl -s -o /dev/null http://localhost:5000/v2/; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { tail -n 5 /var/log/registry.log >&2; exit 1; }
    sleep 0.05
  done
}

layer() {
  umount "$content" 2>/dev/null || :
  umount /run/lab/registry 2>/dev/null || :
  mkdir -p "$content" /run/lab/registry
  mount -t tmpfs -o size=256m registry /run/lab/registry
  mkdir /run/lab/registry/upper /run/lab/registry/work
  mount -t overlay -o "lowerdir=/opt/registry,upperdir=/run/lab/registry/upper,workdir=/run/lab/registry/work" \
    registry "$content"
}

case $1 in
  boot) layer; start ;;
  start) start "${2:-}" ;;
  stop) stop ;;
  restore) stop; layer; start ;;
esac
