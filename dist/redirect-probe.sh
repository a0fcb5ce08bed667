# Whether this host lets connections be redirected, found out before anything is planned. Given: redirect_helper

# redirect_probe OPTIONS: whether the helper may do its work here, where Docker has these security options; prints `ok`,
# or why not. With `ok` a second line may say why the ports of the host cannot be taken along.
redirect_probe() {
  local answer
  case $1 in
    *name=rootless*)
      echo 'Docker runs rootless'
      return
      ;;
  esac
  answer=$(redirect_helper 2>&1 <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
nsenter -t $$ -n iptables -w 5 -t nat -S OUTPUT || exit 1
local=$(nsenter -t 1 -n iptables -w 5 -t nat -S OUTPUT | grep -- '-j DOCKER$') ||
  ports="Docker keeps no rules for published ports here (its option iptables is off)"
# With the proxy Docker leaves the loopback address to it.
case ${local:-'! -d 127.'} in
  *'! -d 127.'*) ;;
  *) ports="Docker runs without its userland proxy, by which the host itself calls them" ;;
esac
! grep -q . /proc/1/net/if_inet6 2>/dev/null || nsenter -t 1 -n ip6tables -w 5 -t nat -S OUTPUT >/dev/null 2>&1 ||
  ports="the host has IPv6, but ip6tables cannot redirect it"
echo "granted ${ports:-}"
SCRIPT
  )
  case $answer in
    *granted*) printf 'ok\n%s\n' "${answer##*granted }" ;;
    *) printf '%s\n' "${answer:-the helper container did not start}" | tail -n 1 | cut -c 1-300 ;;
  esac
}
