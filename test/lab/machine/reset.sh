#!/bin/sh
# reset.sh [images]: back to an empty host: no containers, volumes, networks, files or rules of earlier tests.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# What an earlier test left running must not write into the next one.
pkill -KILL -u deploy 2>/dev/null || :
docker version >/dev/null 2>&1 || sh /opt/lab/docker.sh start

# shellcheck disable=SC2046 # lists of words
{
  # One more round for what a dying script has just started.
  for _ in 1 2; do
    set -- "${1:-}" $(docker ps -aq)
    [ $# -gt 1 ] || break
    mode=$1
    shift
    docker rm -f -v "$@" >/dev/null
    set -- "$mode"
  done
  mode=${1:-}
  set -- $(docker volume ls -q)
  [ $# -eq 0 ] || docker volume rm -f "$@" >/dev/null
  docker network prune -f >/dev/null
  if [ "$mode" = images ]; then
    set -- $(docker image ls -aq | sort -u)
    [ $# -eq 0 ] || docker image rm -f "$@" >/dev/null
  fi
}

# Chains that Docker did not make, in the host's own namespace.
for tool in iptables ip6tables; do
  for table in nat filter; do
    "$tool" -w 5 -t "$table" -S | awk '$1 == "-N" && $2 !~ /^DOCKER/ { print $2 }' | while read -r chain; do
      "$tool" -w 5 -t "$table" -S | grep -e "-j $chain\$" -e "-j $chain " | sed 's/^-A/-D/' | while read -r rule; do
        eval "$tool -w 5 -t $table $rule"
      done
      "$tool" -w 5 -t "$table" -F "$chain"
      "$tool" -w 5 -t "$table" -X "$chain"
    done
  done
done

find /srv -mindepth 1 -delete
mkdir -p /srv/stack
chown deploy:deploy /srv/stack
find /home/deploy -mindepth 1 -maxdepth 1 ! -name .ssh ! -name '.bash*' ! -name .profile -exec rm -rf {} +
find /tmp -mindepth 1 -user deploy -exec rm -rf {} + 2>/dev/null || :
