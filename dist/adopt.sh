# Reads what a running stack was made from, by the labels that Compose left on its containers.
# Given: PROJECT, and compose.sh; where the records of its releases are lost, COMPOSE_FILES (paths below DIRECTORY, one
# per line), COMPOSE_VARIABLES, and what resolve.sh is given for an archive of the files that went with them.
# Prints the sections `labels`, `config`, `hashes`, `error`.

# as_made LINES: prints Compose's model. Where a service shares another's namespace, the container's ID takes the place
# of that service's name, as Compose hashed it when it made the container. LINES: `NUMBER SERVICE ID`
as_made() {
  IDS=$1 awk '
    BEGIN {
      count = split(ENVIRON["IDS"], lines, "\n")
      for (i = 1; i <= count; i++) { split(lines[i], word, " "); if (!(word[2] in id)) id[word[2]] = word[3] }
    }
    /^      "(network_mode|ipc|pid)": "service:/ {
      name = $0; sub(/.*"service:/, "", name); sub(/".*/, "", name)
      if (name in id) sub(/"service:[^"]*"/, "\"container:" id[name] "\"")
    }
    { print }
  '
}

# made_from: sets `folder`, `files` and `environment` to what the labels of a container say
made_from() {
  local id
  id=$(docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False | head -n 1)
  label() {
    docker inspect --format "{{index .Config.Labels \"com.docker.compose.project.$1\"}}" "$id"
  }
  folder=$(label working_dir)
  files=$(label config_files)
  environment=$(label environment_file)
}

# made_by_release: sets `folder`, `files` and `environment` for containers of a release, whose files are where the
# runbook says, or came by the archive
made_by_release() {
  make_staging
  receive
  lay_over
  folder=$tree
  files=$(printf '%s\n' "$COMPOSE_FILES" | sed "s|^|$folder/|" | tr '\n' ',')
  files=${files%,}
  environment=${ENV_FILE:+$folder/$ENV_FILE}
  # A stack without an env file gets /dev/null, and never a `.env` that does not belong to the stack.
  [ -n "$environment" ] && [ -f "$environment" ] || environment=/dev/null
}

adopt() {
  local folder files environment first model ids
  if [ -n "${COMPOSE_FILES:-}" ]; then made_by_release; else made_from; fi
  section labels
  printf '%s\n' "$folder" "$files" "$environment"
  set --
  while [ -n "$files" ]; do
    set -- "$@" -f "${files%%,*}"
    case $files in *,*) files=${files#*,} ;; *) files= ;; esac
  done
  # Without an option Compose reads this file.
  [ -n "$environment" ] || [ ! -f "$folder/.env" ] || environment=$folder/.env
  first=${environment%%,*}
  first=${first:-/dev/null}
  while case $environment in *,*) ;; *) false ;; esac; do
    environment=${environment#*,}
    set -- "$@" --env-file "${environment%%,*}"
  done
  cd "$folder" || return
  section config
  model=$(compose_alone "$first" "$PROJECT" "$folder" "$@" --profile '*' config --format json </dev/null 2>"$errors")
  printf '%s\n' "$model"
  section hashes
  # Hash the resolved model: from the files themselves, Compose 2.26 hashes services without their env_file.
  ids=$(docker ps -a --no-trunc --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False \
    --format '{{.Label "com.docker.compose.container-number"}} {{.Label "com.docker.compose.service"}} {{.ID}}' | sort -n)
  printf '%s\n' "$model" | as_made "$ids" |
    compose_alone /dev/null "$PROJECT" "$folder" -f - --profile '*' config --hash '*' 2>>"$errors"
  section error
  cat "$errors"
}

errors=$(mktemp)
trap 'rm -f "$errors"; [ -z "${staging:-}" ] || rm -rf "$staging"' EXIT
adopt
