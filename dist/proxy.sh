# Has the proxy check new files, and reloads it. Given: what apply.sh gives
#
# Shared: proxy_reloaded addresses_untold (see addresses.sh) workers_before (PIDs of workers that ran before a reload of
# this step)

# proxy_container: prints the ID of the proxy's running container; a container that keeps restarting cannot be asked
proxy_container() {
  [ -z "$PROXY" ] || alive "$PROXY" | head -n 1
}

# running_containers [docker ps options]: lines `ID PROJECT SERVICE ONEOFF`, a tab between: a label may be empty
running_containers() {
  docker ps --no-trunc "$@" --format '{{.ID}}\t{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.service"}}\t{{.Label "com.docker.compose.oneoff"}}'
}

# proxies_in LINES: IDs of the proxy's containers whose process lives, of lines as running_containers prints
proxies_in() {
  local ids
  [ -n "$PROXY" ] || return 0
  ids=$(printf '%s\n' "$1" | awk -F '\t' -v project="$PROJECT" -v service="$PROXY" '$2 == project && $3 == service && $4 == "False" { print $1 }')
  # shellcheck disable=SC2086 # IDs
  [ -z "$ids" ] || processes $ids | cut -d ' ' -f 1
}

# op_test_proxy IMAGE HOW PATH…: the proxy's own check of its new files, beside the running one and in its network.
# IMAGE is empty where the image stays. HOW is `other` where its variables and mounts may change, too.
op_test_proxy() {
  local image how id mounts source destination program main words user refused
  image=$1 how=$2 id=$(proxy_container)
  shift 2
  [ -n "$id" ] || return 0
  # The running container is to read them.
  [ -n "$image" ] || refuse_stale "$@" || return 1
  # shellcheck disable=SC2046 # words
  program=$(proxy_in "$(pids_of "$id")") main=${program#* } program=${program%% *}
  # nginx takes no variables.
  [ "$how" = same ] || [ "$program" = nginx ] || return 0
  words=$(proxy_check "$program" "${main%% *}")
  [ -n "$words" ] || { say "$PROXY: no program is known that can check its files; its start is the check"; return 0; }
  [ -n "$image" ] || image=$(docker inspect --format '{{.Image}}' "$id")
  user=$(docker inspect --format '{{.Config.User}}' "$id")
  mounts=$(docker inspect --format '{{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}	{{.Destination}}
{{end}}{{end}}' "$id") || { fail place "$PROXY"; return 1; }
  undo_push "rm -rf '$RB_STEP/proxy'"
  entries_of "$@" >"$RB_STEP/place-test" && printf '%s\n' "$mounts" >"$RB_STEP/proxy-mounts" && mkdir -p "$RB_STEP/proxy" &&
    (umask 077 && proxy_environment "$id" >"$RB_STEP/proxy/environment") || { fail place "$PROXY"; return 1; }
  set --
  while IFS='	' read -r source destination; do
    case $source in
      "$DIRECTORY"/*) ;;
      *) continue ;;
    esac
    overlay_copy "$source" "$RB_STEP/proxy/$#" "$RB_STEP/place-test" || { fail place "$PROXY"; return 1; }
    set -- "$@" "--mount=type=bind,source=$RB_STEP/proxy/$#,target=$destination,readonly"
  done <"$RB_STEP/proxy-mounts"
  # A check may need to write files of its own, and gets the volumes read-only.
  set -- "$@" ${user:+"--user=$user"} --env-file "$RB_STEP/proxy/environment" --env XDG_DATA_HOME=/tmp/check --env XDG_CONFIG_HOME=/tmp/check
  source=${words%%"$rb_newline"*}
  set -- "$@" --entrypoint "$source" "$image"
  words=${words#"$source"}
  while IFS= read -r source; do [ -z "$source" ] || set -- "$@" "$source"; done <<END
$words
END
  docker run --rm --label runbook.helper=proxy-test --label "runbook.root=$RB_ROOT" --network "container:$id" --volumes-from "$id:ro" \
    "$@" </dev/null >"$RB_STEP/proxy.log" 2>&1 && refused= || refused=yes
  rm -rf "$RB_STEP/proxy"
  [ -n "$refused" ] || return 0
  # If the check itself cannot run, the proxy's reaction to the reload decides.
  if grep -Eqi 'read-only file system|executable file not found' "$RB_STEP/proxy.log"; then
    say "$PROXY: $program could not check its files beside the running one: $(tail -n 1 "$RB_STEP/proxy.log" | cut -c 1-200)"
    return 0
  fi
  fail proxy-config "$PROXY" "$RB_STEP/proxy.log"
}

# proxy_environment ID: its variables as a file; of a value with line breaks only the first line
proxy_environment() {
  docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$1" | grep -E '^[A-Za-z_][A-Za-z0-9_.-]*=' || :
}

# proxy_started_after ID…: the proxy's ID if it started while one of these existed: it resolves addresses then
proxy_started_after() {
  local id
  id=$(proxy_container)
  [ -n "$id" ] && [ $# -gt 0 ] || return 0
  {
    docker inspect --format '{{.Created}}' "$@"
    docker inspect --format '{{.State.StartedAt}} {{.Id}}' "$id"
  } 2>/dev/null | sort | sed -n '2,$s/.* //p'
}

# reload_proxy: has the proxy read its files again
reload_proxy() {
  local id
  proxy_reloaded=1
  for id in $([ -z "$PROXY" ] || alive "$PROXY"); do
    proxy_reload "$id" || return 1
  done
}

proxy_reads_again() {
  [ -z "${proxy_reloaded:-}" ] || reload_proxy
}

# proxy_workers MAIN: PIDs of the workers of this nginx; workers that only finish their requests have ` is shutting down`
# after the PID. Angie's have the number of their configuration before that.
# Source: ngx_worker_process_cycle in ngx_process_cycle.c; Angie's documentation of runtime control
proxy_workers() {
  local pid
  processes_in "$1" | awk -v main="$1" '/^[0-9]+ [(](nginx|openresty|angie)[)] [^Z] / && $4 == main { print $1 }' | while read -r pid; do
    arguments_of "$pid" | sed -En "1s/^(nginx|angie): worker process( #[0-9]+)?/$pid/p"
  done
}

# proxy_workers_before MAIN: the workers that ran before a reload of this run
proxy_workers_before() {
  local pid ending
  proxy_workers "$1" | while read -r pid ending; do
    case " ${workers_before:-} " in *" $pid "*) echo "$pid${ending:+ $ending}" ;; esac
  done
}

# reloaded MAIN: waits until all of these only finish their requests
reloaded() {
  local taken_by
  taken_by=$(($(uptime_seconds) + 30))
  while proxy_workers_before "$1" | grep -qx '[0-9]*'; do
    [ "$(uptime_seconds)" -lt "$taken_by" ] || return 1
    sleep 0.1
  done
}

# proxies_let_go SECONDS: waits for requests that old workers have read, or are reading, and have not yet passed on:
# they know only former addresses. After 5 s only a client without an upstream counts: a WebSocket may live for hours.
proxies_let_go() {
  local began told ending waited unsent
  began=$(hundredths) told=
  while ending=$(workers_left) && [ -n "$ending" ]; do
    waited=$(($(hundredths) - began))
    if [ "$waited" -ge 500 ]; then
      # shellcheck disable=SC2086 # PIDs
      unsent=$(requests_unsent $ending)
      [ "${unsent:-0}" -gt 0 ] || break
      [ -n "$told" ] || say "$PROXY: slow uploads that began before its reload: $unsent; waiting for them, at most $1 s"
      told=1
      [ "$waited" -lt $(($1 * 100)) ] || { say "$PROXY: no longer waiting for slow uploads: $unsent"; break; }
    fi
    sleep 0.4
    redirect_refresh
  done
}

# workers_left: PIDs of workers that ran before a reload of this run, and still run
workers_left() {
  local pid
  for pid in ${workers_before:-}; do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in
      nginx | openresty | angie | haproxy | apache2 | httpd) ! process_start "$pid" || echo "$pid" ;;
    esac
  done
}

# requests_unsent PID…: clients of these workers that none of the workers' upstream connections can belong to; a client
# that is being sent an answer is not counted. Source: proc_net_tcp(5)
requests_unsent() {
  {
    printf 'PATH=/usr/sbin:/usr/bin:/sbin:/bin\nfor pid in %s; do\n' "$*"
    cat <<'SCRIPT'
  { ls -l "/proc/$pid/fd" | sed -n 's/.*socket:\[\([0-9]*\)\]$/own \1/p'; cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6"; } 2>/dev/null | awk '
    $1 == "own" { own[$2] = 1; next }
    { port = $2; sub(/.*:/, "", port) }
    $4 == "0A" { listens[port] = 1 }
    $10 in own && ($4 == "01" || $4 == "02" || $4 == "08") { at[++n] = port; idle[n] = $5 ~ /^0+:/ }
    END {
      for (i = 1; i <= n; i++) if (at[i] in listens) { clients++; quiet += idle[i] } else upstreams++
      waits = clients - upstreams
      print (waits > quiet ? quiet : waits > 0 ? waits : 0) + 0
    }'
done
SCRIPT
  } | redirect_helper 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}

# listens_still ID: a worker that has ended, or is ending, sends its upstreams nothing new
listens_still() {
  [ -n "$(listening_ports "$(pids_of "$1" 2>/dev/null)")" ]
}

# op_reload_proxy [if-it-can]: the proxy reads its files again, and resolves addresses if it does so only then
op_reload_proxy() {
  local id
  if [ -n "${1:-}" ]; then
    id=$(proxy_container)
    case $([ -z "$id" ] || proxy_in "$(pids_of "$id")") in
      *' reloads') ;;
      *) [ -z "$id" ] || event untold "service=$PROXY" why=start; return 0 ;;
    esac
  fi
  addresses_untold=
  reload_proxy || fail proxy-reload "$PROXY" "$RB_STEP/reload.log"
}

# op_ask_again [WHO]: see ask_again
op_ask_again() {
  note_calls
  ask_again "$@" || fail proxy-reload "$PROXY" "$RB_STEP/reload.log"
}
