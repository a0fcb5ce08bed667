# Compares the addresses of services before and after operations that may move them. Docker gives the lowest free
# address, so a new container may get another one. Callers that resolved the name once, as nginx does when it starts,
# are led from the former addresses to the present ones, and the proxy resolves again: `addresses_untold` are services
# of which it may have a wrong address.
#
# Given: what apply.sh gives
# Shared: addresses_untold addresses_quiet (services that could not be called at their former addresses) redirects
#         (`yes` or `no`, once it is known whether callers can be redirected) proxy_reloaded (set once this step has
#         reloaded the proxy)

# addresses_follow SERVICE: leads new connections for its former addresses to its present ones. Where that is not
# possible, the proxy is told at once.
addresses_follow() {
  local folder
  folder=$RB_STEP/redirect
  [ -e "$folder/old-$1" ] || return 0
  awk '{ $4 = "retire"; print }' "$folder/old-$1" "$folder/new-$1" >"$folder/had-$1" &&
    addresses_of $(containers "$1") | sed "s/^\([^ ]*\) /\1 address $1 new /" >"$folder/new-$1" &&
    awk 'NR == FNR { has[$5, $6, $7] = 1; next } !(($5, $6, $7) in has)' "$folder/new-$1" "$folder/had-$1" >"$folder/old-$1" || return 1
  if [ ! -s "$folder/had-$1" ]; then
    addresses_new "$1"
  elif [ ! -s "$folder/old-$1" ]; then
    [ ! -e "$folder/phase-$1" ] || redirect_phase moved "$1"
  elif [ ! -s "$folder/ports-$1" ]; then
    # It could not be called at its former address; a caller that could not be served notices the present address.
    addresses_quiet="${addresses_quiet:-} $1"
  else
    ! is_known_to_proxy "$1" || addresses_untold="${addresses_untold:-} $1"
    if can_redirect; then
      redirect_phase moved "$1" || return 1
      ! redirect_unled "$1" || addresses_tell || :
    else
      addresses_tell || :
    fi
  fi
}

# is_known_to_proxy SERVICE: whether the two have a network in common
is_known_to_proxy() {
  local proxy
  proxy=$(proxy_container)
  [ -n "$proxy" ] || return 1
  addresses_of "$proxy" $(containers "$1") | awk -v proxy="$proxy" '
    $1 == proxy { on[$2] = 1 }
    $1 != proxy { there[$2] = 1 }
    END { for (n in there) if (n in on) found = 1; exit !found }'
}

# addresses_new SERVICE: it had no address, so a proxy that has run since before may have resolved its name to anything
addresses_new() {
  local proxy made
  proxy=$(proxy_container) made=$(containers "$1")
  [ -n "$OLD" ] && [ -n "$proxy" ] && [ -n "$made" ] && is_known_to_proxy "$1" || return 0
  # shellcheck disable=SC2086 # IDs
  [ "$(docker inspect --format '{{.State.StartedAt}} {{.Id}}' "$proxy" $made | sort | sed -n '$s/.* //p')" = "$proxy" ] ||
    addresses_untold="${addresses_untold:-} $1"
}

# addresses_tell: has the proxy resolve again where it may know an address that has changed
addresses_tell() {
  [ -n "${addresses_untold:-}" ] || return 0
  ask_again || return 1
  addresses_untold=
}

# op_tell_proxy: runs once everything that moved has passed its gate
op_tell_proxy() {
  local service pid
  for service in ${addresses_quiet:-}; do
    for pid in $(pids_of $(containers "$service")); do listening_ports "$pid"; done | grep -q . || continue
    ! is_known_to_proxy "$service" || addresses_untold="${addresses_untold:-} $service"
  done
  [ -n "${addresses_untold:-}" ] || return 0
  case $(proxy_in "$(pids_of "$(proxy_container)")") in
    'nginx '* | 'haproxy '*' reloads' | 'apache '*) say "$PROXY: resolves the address of$addresses_untold again" ;;
    'caddy '* | 'traefik '*) ;;
    # It may resolve at each connection; if it resolves once, the redirect has led it until now.
    *) say "$PROXY: cannot be told that the address of$addresses_untold has changed: restart it if it resolves names only when it starts" ;;
  esac
  addresses_tell || fail proxy-reload "$PROXY" "$RB_STEP/reload.log"
}

# ask_again [WHO]: programs that resolve names only as they start or reload do so now: nginx, HAProxy and Apache. WHO:
# `others` for all but the proxy. Programs of other projects on networks of the stack are included.
# shellcheck disable=SC2120 # WHO is given in proxy.sh
ask_again() {
  local id mine program names='' running RB_STATS
  running=$(running_containers) RB_STATS=$(cat /proc/[0-9]*/stat 2>/dev/null)
  mine=$(proxies_in "$running")
  for id in $(callers_in "$running"); do
    program=$(proxy_in "$(pids_of "$id")")
    case $mine in
      *"$id"*)
        [ "${1:-}" != others ] || continue
        proxy_reloaded=1
        ;;
      *)
        case $program in
          'nginx '*)
            names=${names:-$(names_of_stack "$running")}
            dials_by_name "$id" "$names" "$program" || continue
            ;;
          'apache '*) passes_on "$id" "$program" || continue ;;
        esac
        ;;
    esac
    case $program in
      'nginx '* | 'haproxy '*' reloads' | 'apache '*) asks_again "$id" || return 1 ;;
      'haproxy '*) event untold "service=$(name_of "$id")" why=single ;;
    esac
  done
}

# asks_again ID: false where a container of the stack does not resolve again
asks_again() {
  local RB_STATS=
  proxy_reload "$1" && { [ ! -e "$RB_STEP/redirect/calls" ] || echo "$1" >>"$RB_STEP/redirect/told"; return 0; }
  [ "$(docker inspect --format '{{index .Config.Labels "com.docker.compose.project"}}' "$1")" = "$PROJECT" ] && return 1
  event untold "service=$(name_of "$1")" why=refused
}

name_of() {
  docker inspect --format '{{.Name}}' "$1" | cut -c 2-
}

# callers_in LINES: IDs of running containers, of lines as running_containers prints: the stack's, and all others on
# networks that the redirect is about. Some of those that were noted at its beginning are gone.
callers_in() {
  printf '%s\n' "$1" | awk -F '\t' -v project="$PROJECT" -v noted="$RB_STEP/redirect/callers" '
    BEGIN { while ((getline line <noted) > 0) { sub(/ .*/, "", line); calls[line] } }
    $2 == project || ($1 in calls) { print $1 }' | sort -u
}

# names_of_stack LINES: the names by which its containers are called, as one pattern; LINES as running_containers prints
names_of_stack() {
  # shellcheck disable=SC2046 # IDs
  docker inspect --format '{{.Name}}{{range .NetworkSettings.Networks}}{{range .Aliases}} {{.}}{{end}}{{end}}' \
    $(printf '%s\n' "$1" | awk -F '\t' -v project="$PROJECT" '$2 == project { print $1 }') |
    tr ' ' '\n' | sed 's,^/,,; s/[.]/[.]/g' | grep . | sort -u | tr '\n' '|' | sed 's/|$//'
}

# dials_by_name ID PATTERN PROGRAM: whether a statement of its configuration that says where requests go has one of these
# names, in letters of either case, as in DNS; true for a program whose configuration cannot be read
dials_by_name() {
  local main found
  main=${3#* }
  # shellcheck disable=SC2046 # words
  docker exec "$1" "$(nginx_program "${main%% *}")" -T $(proxy_options nginx "${main%% *}") </dev/null >"$RB_STEP/dials" 2>/dev/null || return 0
  found=0
  # A statement may have several lines.
  tr '\n;{}' ' \n\n\n' <"$RB_STEP/dials" | grep -E '_pass|server' | grep -Eiqw -- "$2" || found=1
  rm -f "$RB_STEP/dials"
  return "$found"
}

# passes_on ID PROGRAM: whether this Apache has the module that sends requests on; most serve files or run PHP. True for
# an Apache whose modules cannot be listed.
passes_on() {
  local main
  main=${2#* }
  run_apache "$1" "${main%% *}" -t -D DUMP_MODULES >"$RB_STEP/modules" 2>/dev/null || return 0
  grep -q 'proxy_module' "$RB_STEP/modules"
}

# can_redirect: finds out once
can_redirect() {
  [ -n "${redirects:-}" ] || {
    redirects=no
    redirect_helper >/dev/null 2>&1 <<'SCRIPT' && redirects=yes
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
nsenter -t $$ -n iptables -w 5 -t nat -S OUTPUT
SCRIPT
  }
  [ "$redirects" = yes ]
}
