# Reads what runs on the host: one round trip, nothing changed. Prints sections, each begun by a line
# `#rb-section NAME`; what cannot be read leaves its section empty. Given: PROJECT DIRECTORY;
# BACKUPS: folder of the stack's backups; ENV_FILES: paths below DIRECTORY, one per line, of which the first that exists
# counts; FILES: paths of uploaded files below DIRECTORY, one per line.

# Go templates print only the needed facts as JSON, so that no value of an environment leaves the host.
# What `docker update` changes.
limits_format='{"RestartPolicy":{{json (index .HostConfig "RestartPolicy")}},"Memory":{{json (index .HostConfig "Memory")}},"MemoryReservation":{{json (index .HostConfig "MemoryReservation")}},"NanoCpus":{{json (index .HostConfig "NanoCpus")}},"CpuQuota":{{json (index .HostConfig "CpuQuota")}},"CpuPeriod":{{json (index .HostConfig "CpuPeriod")}},"CpuShares":{{json (index .HostConfig "CpuShares")}},"CpusetCpus":{{json (index .HostConfig "CpusetCpus")}},"PidsLimit":{{json (index .HostConfig "PidsLimit")}}}'

container_format='{"id":{{json .Id}},"pid":{{.State.Pid}},"name":{{json .Name}},"labels":{{json .Config.Labels}},"image":{{json .Image}},"reference":{{json .Config.Image}},"state":{{json .State.Status}},"health":{{with index .State "Health"}}{{json .Status}}{{else}}"none"{{end}},"exitCode":{{.State.ExitCode}},"restarts":{{.RestartCount}},"networks":{{json .NetworkSettings.Networks}},"ports":{{json .NetworkSettings.Ports}},"mounts":{{json .Mounts}},"parts":{{json (index .HostConfig "Mounts")}},"joins":[{{json .HostConfig.NetworkMode}},{{json .HostConfig.IpcMode}},{{json .HostConfig.PidMode}}],"limits":'$limits_format'}'

origin_format='{{.Id}} [{{json (index .Config.Labels "org.opencontainers.image.source")}},{{json (index .Config.Labels "org.opencontainers.image.revision")}}]'

volume_format='{"Name":{{json .Name}},"Driver":{{json .Driver}},"Options":{{json .Options}},"Labels":{{json .Labels}}}'

# Lines `VERSION ROOT [OPTION…]` of the engine, and the version of Compose.
info_format='{{.ServerVersion}} {{.DockerRootDir}} {{.SecurityOptions}}{{println}}{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Version}}{{end}}{{end}}'

observe() {
  local version engine compose tenants unlisted='' probed hashed probing shared sharing root ids found path unseen unreadable=''
  # `docker info` starts each plugin of the client, so it is called only once.
  {
    read -r version engine
    read -r compose
  } <<END
$(docker info --format "$info_format" 2>/dev/null </dev/null)
END
  case $version in [0-9]*) ;; *) version='' ;; esac
  # The probe takes longest, so it runs beside the rest.
  probed=$(mktemp) hashed=$(mktemp)
  redirect_probe "$engine" >"$probed" &
  probing=$!
  shared=$(mktemp)
  tenants=$(list_tenants) || unlisted=1
  observe_shared >"$shared" &
  sharing=$!
  section engine
  # What is not known there is asked for again, for the reason.
  if [ -n "$version" ]; then printf '%s\n' "$version"; else docker version --format '{{.Server.Version}}' 2>&1; fi
  section compose
  if [ -n "$compose" ]; then printf '%s\n' "${compose#v}"; else without_login /dev/null docker compose --env-file /dev/null version --short 2>&1; fi
  section root
  root=${engine% [[]*}
  printf '%s\n' "$root"
  section machine
  { echo runbook && cat /etc/machine-id /etc/ssh/ssh_host_*_key.pub; } 2>/dev/null | sha256sum | cut -c 1-16
  section memory
  awk '/^MemAvailable:/ { print $2 }' /proc/meminfo
  section disk
  df -Pk "${root:-/}" 2>/dev/null | awk 'NR == 2 { print $4 }'
  section ports
  awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u
  section directory
  directory_state
  (cd "$DIRECTORY" 2>/dev/null && pwd -P)
  section containers
  inspect_containers || unreadable=1
  section processes
  printf '%s\n' "$found" | sed -n 's/^{"id":"\([0-9a-f]*\)","pid":\([0-9]*\),.*/\1 \2/p' >"$hashed"
  measure_processes <"$hashed"
  unseen=$(unseen_process <"$hashed")
  [ -z "$unseen" ] || { section unseen && printf '%s\n' "$unseen"; }
  section images
  # Without --all, Docker 29 leaves out images without a tag.
  docker image ls --all --no-trunc --digests --format '{{.ID}} {{.Repository}} {{.Tag}} {{.Digest}}'
  if [ -d "$DIRECTORY/.runbook" ]; then observe_releases; fi
  section interrupted
  interrupted_restore
  section freeze
  date -u +%Y-%m-%dT%H:%M:%SZ
  # A freeze whose record cannot be read is still a freeze.
  [ ! -e "$DIRECTORY/.runbook/freeze" ] || printf 'held %s\n' "$(tr -d '\n' <"$DIRECTORY/.runbook/freeze" 2>/dev/null)"
  section environment
  printf '%s\n' "$ENV_FILES" | while IFS= read -r path; do
    if [ -n "$path" ] && [ -f "$DIRECTORY/$path" ] && [ -r "$DIRECTORY/$path" ]; then
      printf '%s\n' "$path"
      date -u -r "$DIRECTORY/$path" +%Y-%m-%dT%H:%M:%SZ
      base64 <"$DIRECTORY/$path" | tr -d '\n'
      break
    fi
  done
  section files
  hash_files >"$hashed"
  cat "$hashed"
  section modes
  cut -c 66- "$hashed" | below modes
  rm -f "$hashed"
  section redirect
  wait "$probing"
  cat "$probed"
  rm -f "$probed"
  wait "$sharing"
  cat "$shared"
  rm -f "$shared"
  # Files that could not be read must not count as missing.
  [ -z "$unreadable" ] || section unreadable
  section end
}

# inspect_containers: inspects all containers of the stack, and puts their IDs into `ids`; starts again if one went
# meanwhile
inspect_containers() {
  local tries=0
  if [ -z "$unlisted" ]; then
    ids=$(printf '%s\n' "$tenants" | awk -F '\t' -v project="$PROJECT" '$3 == project { print $1 }')
    inspect_found && return
  fi
  while ids=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$PROJECT") && [ "$tries" -lt 3 ]; do
    inspect_found && return
    tries=$((tries + 1))
  done
  return 1
}

# inspect_found: those of `ids`, and puts the same lines into `found`
inspect_found() {
  found=
  # shellcheck disable=SC2086 # IDs
  [ -z "$ids" ] || { found=$(docker inspect --format "$container_format" $ids) && printf '%s\n' "$found"; }
}

observe_shared() {
  local networks volumes
  observe_place
  section networks
  networks=$(docker network ls -q --no-trunc)
  [ -z "$networks" ] || docker network inspect --format '{{json .}}' $networks 2>/dev/null
  section volumes
  # Volumes without a name are left out: each belongs to one container, whose mounts show it.
  volumes=$(docker volume ls -q | grep -vx '[0-9a-f]\{64\}')
  [ -z "$volumes" ] || docker volume inspect --format "$volume_format" $volumes 2>/dev/null
  observe_origins
  observe_backups
}

# observe_origins: of which commit of which repository the images say that they are
observe_origins() {
  local labelled
  section origins
  labelled=$(docker image ls --all --quiet --no-trunc --filter label=org.opencontainers.image.revision 2>/dev/null | sort -u)
  [ -z "$labelled" ] || docker image inspect --format "$origin_format" $labelled 2>/dev/null
}

# observe_backups: of the newest backups what their manifests begin with, and the databases in them, a backup a line; and
# what tells whose they are
observe_backups() {
  local above file
  section backups
  printf 'host %s\n' "$(uname -n)"
  [ ! -s /etc/machine-id ] || printf 'machine %s\n' "$({ echo runbook && cat /etc/machine-id; } | sha256sum | cut -c 1-16)"
  [ ! -s "$DIRECTORY/.runbook/installation" ] || printf 'noted %s\n' "$(head -n 1 "$DIRECTORY/.runbook/installation")"
  above=$BACKUPS
  while [ ! -e "$above" ] && [ "$above" != "${above%/*}" ]; do above=${above%/*}; done
  # What lies in a folder that is closed to us may be there.
  [ -r "${above:-/}" ] && [ -x "${above:-/}" ] || { echo closed; return 0; }
  for file in "$BACKUPS"/[0-9]*T[0-9]*Z/manifest.json; do
    [ ! -e "$file" ] || printf '%s\n' "$file"
  done | tail -n 30 | while IFS= read -r file; do
    [ -r "$file" ] || { echo closed; continue; }
    printf 'backup '
    awk '
      /^  "databases":/ { data = 1; printf "\t" }
      data && /^  ("globals"|\])/ { exit }
      !data || /^      "(service|database)":/' "$file" | tr -d '\n\r'
    echo
  done
}

directory_state() {
  local parent
  if [ ! -e "$DIRECTORY" ]; then
    parent=$DIRECTORY
    while [ ! -e "$parent" ]; do parent=$(dirname "$parent"); done
    [ -w "$parent" ] && echo missing || echo unwritable
  else
    [ -d "$DIRECTORY" ] && [ -w "$DIRECTORY" ] && echo ready || echo unwritable
  fi
}

# measure_processes: prints for each container the memory of its control group in bytes, the ports that it listens on as
# hexadecimal numbers, and its proxy
measure_processes() {
  local RB_STATS id pid group used
  RB_STATS=$(cat /proc/[0-9]*/stat 2>/dev/null)
  while read -r id pid; do
    [ "$pid" -gt 0 ] || continue
    group=$(sed -n 's/^0:://p' "/proc/$pid/cgroup" 2>/dev/null)
    used=$(cat "/sys/fs/cgroup$group/memory.current" 2>/dev/null ||
      awk '/^VmRSS:/ { print $2 * 1024 }' "/proc/$pid/status" 2>/dev/null)
    printf '%s %s %s %s\n' "$id" "${used:-0}" "$(listening_ports "$pid")" "$(proxy_in "$pid" | tr ' ' :)"
  done
}

# unseen_process: of lines `ID PID` on standard input, prints why this user cannot see the processes: `hidden` by the
# host's /proc, or `elsewhere` if a container that runs has no process here. Source: proc(5), hidepid
unseen_process() {
  local id pid
  [ -r /proc/1/stat ] || { echo hidden; return 0; }
  while read -r id pid; do
    [ "$pid" -eq 0 ] || [ -e "/proc/$pid/stat" ] || [ "$(docker inspect --format '{{.State.Pid}}' "$id" </dev/null 2>/dev/null)" != "$pid" ] ||
      [ -e "/proc/$pid/stat" ] || { echo elsewhere; return 0; }
  done
}

observe_releases() {
  local folder mark
  section current
  cat "$DIRECTORY/.runbook/current" 2>/dev/null
  section releases
  for folder in "$DIRECTORY"/.runbook/releases/*/; do
    folder=${folder%/}
    [ -d "$folder" ] || continue
    [ -e "$folder/committed" ] && mark=committed || mark=-
    # Line breaks are removed, so that each release is one line.
    printf '%s %s %s\n' "${folder##*/}" "$mark" "$(tr -d '\n' <"$folder/release.json" 2>/dev/null)"
  done
  # The models hold the values of environments, which the runner has to mask.
  section models
  cat "$DIRECTORY"/.runbook/releases/*/compose.json 2>/dev/null | gzip -c 2>/dev/null | base64 | tr -d '\n'
  section history
  cat "$DIRECTORY/.runbook/history.jsonl" 2>/dev/null
  section migrations
  cat "$DIRECTORY/.runbook/migrations.jsonl" 2>/dev/null
  section broken-off
  [ ! -e "$DIRECTORY/.runbook/migration.open" ] || {
    grep -c '}$' "$DIRECTORY/.runbook/migrations.jsonl" 2>/dev/null || [ -e "$DIRECTORY/.runbook/migrations.jsonl" ] || echo 0
    tr -d '\n' <"$DIRECTORY/.runbook/migration.open" && echo
  }
  section unfinished
  # A procedure whose record cannot be read is still unfinished.
  [ ! -e "$DIRECTORY/.runbook/unfinished" ] || printf 'noted %s\n' "$(tr -d '\n' <"$DIRECTORY/.runbook/unfinished" 2>/dev/null)"
  section journal
  tail -c 65536 "$DIRECTORY/.runbook/journal.jsonl" 2>/dev/null
}

# hash_files: prints lines `SHA-256 PATH` for the given paths, and for those of the current release
hash_files() {
  local current
  current=$(cat "$DIRECTORY/.runbook/current" 2>/dev/null)
  {
    printf '%s\n' "$FILES"
    [ -z "$current" ] || cut -d ' ' -f 3- "$DIRECTORY/.runbook/releases/$current/files.list" 2>/dev/null
  } | sort -u | there | below sums
}
