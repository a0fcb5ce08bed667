# Finds out before anything is planned whether connections can be redirected on this host. Given: redirect_helper

# redirect_probe OPTIONS: prints `ok` if the helper works here, else why not; OPTIONS are Docker's security options.
# After `ok` a second line may say why connections to the host's published ports cannot be redirected.
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
# With its userland proxy, Docker's rules leave loopback addresses to that proxy.
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
