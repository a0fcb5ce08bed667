#!/bin/sh
# What a lab host runs at boot: the kernel's files writable, sshd, the registry, Docker. It has no init system.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

# The second time, after a reboot, they may be writable already.
mount -o remount,rw /proc/sys 2>/dev/null || :
mount -o remount,rw /sys 2>/dev/null || :

mkdir -p /run/sshd /run/lab /etc/docker /srv/stack
chown deploy:deploy /srv/stack

# A host with little memory is one that says so: the kernel's numbers are those of the machine around it.
if [ -n "${LAB_MEMORY:-}" ]; then
  awk -v total="$((LAB_MEMORY * 1024))" '
    $1 == "MemTotal:" { $2 = total }
    $1 == "MemFree:" || $1 == "MemAvailable:" { $2 = int(total * 0.8) }
    { printf "%-15s %8d kB\n", $1, $2 }' /proc/meminfo > /run/lab/meminfo
  mount --bind /run/lab/meminfo /proc/meminfo
fi

cat > /etc/docker/daemon.json <<JSON
{
  "bip": "10.200.0.1/24",
  "default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }],
  "cgroup-parent": "/runbook-lab/${LAB_NAME}",
  "log-driver": "json-file"
}
JSON

if [ ! -e /etc/letsencrypt/live/stack.test/fullchain.pem ]; then
  mkdir -p /etc/letsencrypt/live/stack.test
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=stack.test \
    -addext 'subjectAltName=DNS:stack.test,DNS:localhost,IP:127.0.0.1' \
    -keyout /etc/letsencrypt/live/stack.test/privkey.pem \
    -out /etc/letsencrypt/live/stack.test/fullchain.pem 2>/dev/null
fi
if [ ! -e /etc/lab/user ]; then
  mkdir -p /etc/lab
  rm -f /etc/ssh/ssh_host_*
  ssh-keygen -q -t ed25519 -N '' -C lab-host -f /etc/ssh/ssh_host_ed25519_key
  ssh-keygen -q -t ed25519 -N '' -C deploy -f /etc/lab/user
  mkdir -p /home/deploy/.ssh
  chmod 700 /home/deploy/.ssh
  cp /etc/lab/user.pub /home/deploy/.ssh/authorized_keys
  chown -R deploy:deploy /home/deploy/.ssh
fi

sh /opt/lab/sshd.sh < /dev/null
sh /opt/lab/registry.sh boot
sh /opt/lab/docker.sh start
exec sleep infinity
