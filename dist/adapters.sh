# Recognizes proxies by the processes in a container, and not by its image; has a proxy check its files and read them
# again, and so resolve names again if it does that only then.
#
# Given: RB_STEP, and the pieces for containers and network namespaces. Shared: workers_before (see proxy.sh)

# processes_in PID: prints the lines of /proc/PID/stat of this process and all its descendants; a process that outlives
# its parent becomes a child of the container's first process. RB_STATS may hold the lines of the whole host.
# Source: proc_pid_stat(5)
processes_in() {
  printf '%s\n' "${RB_STATS:-$(cat /proc/[0-9]*/stat 2>/dev/null)}" | awk -v first="$1" '
    { after = $0; sub(/^.*\) [A-Za-z] /, "", after); split(after, field, " "); parent[$1] = field[1]; line[$1] = $0; order[++n] = $1 }
    END {
      for (i = 1; i <= n; i++) {
        pid = order[i]
        for (steps = 0; pid in parent && pid != first && steps < 64; steps++) pid = parent[pid]
        if (pid == first) print line[order[i]]
      }
    }'
}

# proxy_in PID: prints `PROGRAM MAIN HOW` for the container of this process: MAIN is the PID of the process to signal,
# HOW is `reloads`, or `starts` for a proxy that reads its files only when it starts. Prints nothing if the container
# has no known proxy.
proxy_in() {
  local program main children
  processes_in "$1" | awk '
    { pid = $1; name = $0; sub(/^[0-9]+ \(/, "", name); after = name
      sub(/\) [A-Za-z] .*$/, "", name); sub(/^.*\) [A-Za-z] /, "", after); split(after, field, " ")
      if (name == "openresty" || name == "angie") name = "nginx"
      if (name == "apache2" || name == "httpd") name = "apache"
      is[pid] = name; parent[pid] = field[1]; pids[++n] = pid }
    END {
      split("nginx haproxy caddy traefik apache", programs, " ")
      for (p = 1; p <= 5; p++) {
        main = 0; children = 0
        for (i = 1; i <= n; i++) if (is[pids[i]] == programs[p] && is[parent[pids[i]]] != programs[p] && !main) main = pids[i]
        if (!main) continue
        for (i = 1; i <= n; i++) if (is[pids[i]] == programs[p] && parent[pids[i]] == main) children++
        print programs[p], main, children
        exit
      }
    }' | {
    read -r program main children || return 0
    case $program in
      nginx) echo "nginx $main reloads" ;;
      # Without a master no process takes the signal.
      haproxy) [ "$children" -gt 0 ] && echo "haproxy $main reloads" || echo "haproxy $main starts" ;;
      # BusyBox has a program of this name, which has children only during requests, and reads no configuration again.
      apache) [ "$children" -eq 0 ] || echo "apache $main reloads" ;;
      caddy) caddy_listens "$main" && echo "caddy $main reloads" || echo "caddy $main starts" ;;
      *) echo "$program $main starts" ;;
    esac
  }
}

# arguments_of PID: prints the arguments of a process, one a line
arguments_of() {
  tr '\000' '\n' <"/proc/$1/cmdline" 2>/dev/null
}

# caddy_listens PID: whether this Caddy was started from a file and takes a new one at its usual endpoint. Source:
# Caddy's documentation of the command line, `caddy run` and `caddy reload`
caddy_listens() {
  arguments_of "$1" | grep -qx run && ! arguments_of "$1" | grep -Eqx -- '--?(resume|r|envfile)(=.*)?' || return 1
  awk '$4 == "0A" && $2 ~ /:07E3$/ { found = 1 } END { exit !found }' "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null
}

# options_of PID OPTION…: prints those of these options that the process has, each with its value, one a line
options_of() {
  local pid
  pid=$1
  shift
  arguments_of "$pid" | awk -v list="$*" '
    BEGIN { split(list, names, " "); for (i in names) wanted[names[i]] = 1 }
    value { print; value = 0; next }
    $0 in wanted { print; value = 1; next }
    { name = $0; sub(/=.*/, "", name); if (name in wanted && name != $0) print }'
}

# proxy_options PROGRAM PID: prints the options that say where the proxy's configuration is
proxy_options() {
  case $1 in
    # nginx overwrites its arguments with a single text.
    nginx) arguments_of "$2" | sed -n 's/.* -c  *\([^] ]*\).*/-c \1/p' | tr ' ' '\n' ;;
    haproxy) options_of "$2" -f -C -L ;;
    caddy) options_of "$2" --config -config -c --adapter -adapter -a ;;
    # Its definitions, too: a part of the configuration may depend on them. A value may stand in the same word.
    apache) arguments_of "$2" | awk '
      value { print; value = 0; next }
      /^-[fdDcC]./ { print; next }
      /^-[fdDcC]$/ { print; value = 1 }' ;;
  esac
}

# nginx_program MAIN: the command of this nginx; OpenResty has it under nginx's name, Angie has its own alone
nginx_program() {
  case $(cat "/proc/$1/comm" 2>/dev/null) in
    angie) echo angie ;;
    *) echo nginx ;;
  esac
}

# apache_program MAIN: prints the command that reads the configuration as this Apache did. Debian's program needs
# variables of a file that its control script alone reads.
apache_program() {
  case $(cat "/proc/$1/comm" 2>/dev/null) in
    apache2) echo apache2ctl ;;
    *) arguments_of "$1" | head -n 1 ;;
  esac
}

# run_apache ID MAIN ARGUMENT…: runs Apache's program in the container, with the options of the running one
run_apache() {
  local id main word
  id=$1 main=$2
  shift 2
  while IFS= read -r word; do [ -z "$word" ] || set -- "$@" "$word"; done <<END
$(proxy_options apache "$main")
END
  docker exec "$id" "$(apache_program "$main")" "$@" </dev/null
}

# proxy_reload ID: has the proxy read its files again, and resolve names if it does so only then. Returns once no new
# request uses the former files and addresses; false if that failed, with the reason in reload.log.
proxy_reload() {
  local id program main how
  id=$1
  # shellcheck disable=SC2046 # words
  set -- $(proxy_in "$(pids_of "$id" 2>/dev/null)")
  program=${1:-} main=${2:-} how=${3:-}
  [ "$how" = reloads ] || { echo "${program:-it} reads its files only when it starts" >"$RB_STEP/reload.log"; return 1; }
  "reload_$program" "$id" "$main" || { docker logs --tail 20 "$id" >>"$RB_STEP/reload.log" 2>&1; return 1; }
}

# reload_nginx ID MAIN: the command checks the configuration and sends a signal; later errors are only in the log of
# nginx.
reload_nginx() {
  # The PIDs are kept in a variable, because a full disk would leave a file empty.
  workers_before="${workers_before:-} $(proxy_workers "$2" | grep -x '[0-9]*' | tr '\n' ' ')"
  docker exec "$1" "$(nginx_program "$2")" -s reload </dev/null >"$RB_STEP/reload.log" 2>&1 || {
    # The program or its configuration has another path than the command expects.
    ! grep -Eq 'executable file not found|invalid PID number|(nginx|angie).pid"? failed' "$RB_STEP/reload.log" || proxy_signal HUP "$2" "$1"
  } || ! listens_still "$1" || return 1
  reloaded "$2"
}

# reload_haproxy ID MAIN: the master starts a worker with the new files, and only then ends the former workers
reload_haproxy() {
  renew_workers USR2 "$@"
}

# reload_apache ID MAIN: the main process tells its children to finish their requests, and starts others that read the
# new files. With files that it rejects it would end, and the site with it; so it checks them first. Source: Apache's
# documentation of stopping and restarting, `graceful`
reload_apache() {
  run_apache "$1" "$2" -t >"$RB_STEP/reload.log" 2>&1 || return 1
  renew_workers USR1 "$@"
}

# renew_workers SIGNAL ID MAIN: sends the signal, and returns once the proxy's main process has a new worker
renew_workers() {
  local signal before now new taken_by
  signal=$1
  shift
  before=$(workers_of "$2")
  workers_before="${workers_before:-} $(echo "$before" | tr '\n' ' ')"
  proxy_signal "$signal" "$2" "$1" >"$RB_STEP/reload.log" 2>&1 || return 1
  taken_by=$(($(uptime_seconds) + 30)) new=
  while [ "$(uptime_seconds)" -lt "$taken_by" ]; do
    sleep 0.5
    now=$(workers_of "$2" | grep -vxF "${before:-none}")
    # A worker that rejects its files ends at once, so the new worker must still be there in the next look.
    [ -z "$now" ] || [ "$now" != "$new" ] || return 0
    new=$now
  done
  echo "no worker has started with the new files" >>"$RB_STEP/reload.log"
  return 1
}

# workers_of MAIN: prints the PIDs of the workers of this HAProxy or Apache
workers_of() {
  processes_in "$1" | awk -v main="$1" '/^[0-9]+ \((haproxy|apache2|httpd)\) [^Z] / && $4 == main { print $1 }'
}

# reload_caddy ID MAIN: uses --force, because files that the configuration names may differ although it is itself the
# same
reload_caddy() {
  local id main word
  id=$1 main=$2
  set --
  while IFS= read -r word; do set -- "$@" "$word"; done <<END
$(proxy_options caddy "$main")
END
  [ $# -ne 1 ] || [ -n "$1" ] || set --
  docker exec "$id" caddy reload --force "$@" </dev/null >"$RB_STEP/reload.log" 2>&1
}

# proxy_signal SIGNAL PID ID: sends a signal to a process in a container. By Docker if PID is the first process or the
# child of an init that passes signals on; else from the host.
proxy_signal() {
  local first
  first=$(pids_of "$3")
  case " $2 $(awk '{ print $4 }' "/proc/$2/stat" 2>/dev/null):$(cat "/proc/$first/comm" 2>/dev/null) " in
    *" $first "* | *" $first:docker-init "* | *" $first:tini "* | *" $first:dumb-init "*) docker kill -s "$1" "$3" >/dev/null ;;
    *) echo "kill -$1 $2" | redirect_helper ;;
  esac
}

# proxy_check PROGRAM MAIN: prints the command by which the program checks its files, one word a line; nothing if it has
# none
proxy_check() {
  case $1 in
    nginx) printf '%s\n' "$(nginx_program "$2")" -t ;;
    haproxy) printf '%s\n' haproxy -c ;;
    caddy) printf '%s\n' caddy validate ;;
    apache) printf '%s\n' "$(apache_program "$2")" -t ;;
    *) return 0 ;;
  esac
  proxy_options "$1" "$2"
}
