# What is measured of a container from outside, by the host's /proc.

# listening_ports PID: TCP ports as hexadecimal numbers with a comma after each; loopback (and with it
# Docker's own DNS) is left out. Source: proc_net_tcp(5).
listening_ports() {
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | awk '
    $4 == "0A" && $2 !~ /^[0-9A-F]*7F:/ && $2 !~ /^00000000000000000000000001000000:/ {
      sub(/.*:/, "", $2)
      if (!seen[$2]++) printf "%s,", $2
    }'
}
