# Looks at what runs on the host already; changes nothing. Prints sections, see sections.sh.
# Given, as lines: SERVICES (a name, and the image without tag where it is known), PATHS (to request from the proxy)

label() {
  docker inspect --format "{{index .Config.Labels \"com.docker.compose.$1\"}}" "$2" 2>/dev/null
}

# found_project: prints the project with the most of SERVICES, and `other NAME` if it has none of the application's own
# images: another application has services of the same names
found_project() {
  docker ps -a --filter label=com.docker.compose.project --format '{{.Label "com.docker.compose.project"}} {{.Label "com.docker.compose.service"}} {{.Image}}' |
    sort -u | SERVICES=$SERVICES awk '
      BEGIN {
        lines = split(ENVIRON["SERVICES"], list, "\n")
        for (i = 1; i <= lines; i++) {
          split(list[i], part, " "); wanted[part[1]] = 1; image[part[1]] = part[2]
          if (part[2] == "" || part[2] ~ /\//) { own[part[1]] = 1; owns = 1 }
        }
      }
      $2 in wanted {
        repository = $3; sub(/@.*/, "", repository); sub(/:[^\/]*$/, "", repository)
        # Docker shows an ID where the tag has moved on.
        same = image[$2] == "" || repository == image[$2] || $3 ~ /^(sha256:)?[0-9a-f]+$/
        if (same) count[$1]++; else count[$1] += 0
        if (same && ($2 in own)) mine[$1] = 1
      }
      END {
        for (name in count)
          if (owns && !(name in mine)) other = name
          else if (count[name] > best) { best = count[name]; found = name }
        if (found != "") print found
        else if (other != "") print "other " other
      }'
}

# variable NAME ID: prints a variable of a container's environment
variable() {
  docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$2" | sed -n "s/^$1=//p" | head -n 1
}

# setting NAME ID: the same, or the first line of the file that NAME_FILE names in the container
setting() {
  local value path
  value=$(variable "$1" "$2")
  [ -n "$value" ] || path=$(variable "$1_FILE" "$2")
  [ -n "$value" ] || [ -z "$path" ] || value=$(docker exec "$2" cat "$path" </dev/null 2>/dev/null | head -n 1)
  printf '%s\n' "$value"
}

# answers SCHEME PATH: whether the host answers 2xx
answers() {
  [ "$(curl -sk -m 3 -o /dev/null -w '%{http_code}' "$1://localhost$2" 2>/dev/null | cut -c 1)" = 2 ]
}

look_around() {
  local project id directory environment path scheme all
  section says
  [ ! -r /etc/os-release ] || (. /etc/os-release && printf '%s\n' "$PRETTY_NAME")
  docker version --format 'Docker {{.Server.Version}}' 2>/dev/null || docker version 2>&1 | tail -n 1 | cut -c 1-200
  docker compose version --short 2>/dev/null | sed 's/^v\{0,1\}/Compose /'
  awk '/^MemAvailable:/ { printf "%.1f GiB of memory available\n", $2 / 1048576 }' /proc/meminfo
  df -Pk / | awk 'NR == 2 { printf "%.0f GiB of disk free\n", $4 / 1048576 }'
  project=$(found_project)
  case $project in "other "*)
    section look
    printf 'The project %s has services of the same names with other images, so init took it for another stack. If it is this stack, correct stack and directory in runbook.yml.\n' "${project#other }"
    return 0 ;;
  esac
  section project
  [ -n "$project" ] || return 0
  id=$(docker ps -aq --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False | head -n 1)
  directory=$(label project.working_dir "$id")
  printf '%s\n%s\n' "$project" "$directory"
  section services
  docker ps --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False --format '{{.Label "com.docker.compose.service"}}' | sort -u
  section images
  docker ps --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False --format '{{.Label "com.docker.compose.service"}} {{.Image}}' | sort -u
  section compose
  label project.config_files "$id" | tr , '\n'
  section environment
  environment=$(label project.environment_file "$id" | cut -d , -f 1)
  [ -n "$environment" ] || [ ! -f "$directory/.env" ] || environment=$directory/.env
  printf '%s\n' "$environment"
  section postgres
  docker ps -q --filter "label=com.docker.compose.project=$project" | while read -r id; do
    case $(docker inspect --format '{{.Config.Image}}' "$id") in
      *postgres* | *postgis* | *pgvector* | *timescale*)
        printf '%s\t%s\t%s\n' "$(label service "$id")" "$(setting 'POSTGRE\(S\|SQL\)_USER\(NAME\)*' "$id")" "$(setting 'POSTGRE\(S\|SQL\)_\(DB\|DATABASE\)' "$id")" ;;
    esac
  done
  section probes
  all=
  for scheme in https http; do
    ! answers "$scheme" "/$(cat /proc/sys/kernel/random/uuid)" || all="$all $scheme"
  done
  printf '%s\n' "$PATHS" | while IFS= read -r path; do
    for scheme in https http; do
      case "$all " in *" $scheme "*) continue ;; esac
      ! answers "$scheme" "$path" || { printf '%s\n' "$path"; break; }
    done
  done
  section look
  for scheme in $all; do
    printf '%s://localhost on the host answers 2xx even to a path that does not exist, as single-page applications do, so init did not take a path for a health path because it answers there. Name under proxy.probes a path that fails when the application does.\n' "$scheme"
  done
  [ -w "$directory" ] || printf '%s belongs to %s, and %s may not write there.\n' "$directory" "$(stat -c %U "$directory" 2>/dev/null)" "$(id -un)"
  [ ! -e "$directory/.runbook" ] || printf '%s has a .runbook already: these actions know this stack.\n' "$directory"
}

# Prints which lines there are; values after the name of a password are removed on the host.
look_at_crontabs() {
  section crontab
  { crontab -l; cat /etc/crontab /etc/cron.d/*; } 2>/dev/null | grep -v '^#' |
    grep -E 'pg_dump|certbot|acme\.sh|docker[- ]compose|restic|borg' |
    sed -E 's/((PASS|PASSWORD|TOKEN|SECRET|KEY)[A-Z_]*=)[^ ]*/\1***/g; s#(://[^:/@ ]*):[^@/ ]*@#\1:***@#g' | cut -c 1-200 | sort -u
}

look_around
look_at_crontabs
