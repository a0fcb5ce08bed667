# Reads what a running stack was made from, by the labels that Compose left on its containers.
# Given: PROJECT, and compose.sh. Prints the sections `labels`, `config`, `hashes`, `error`.

adopt() {
  id=$(docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False | head -n 1)
  label() {
    docker inspect --format "{{index .Config.Labels \"com.docker.compose.project.$1\"}}" "$id"
  }
  folder=$(label working_dir)
  files=$(label config_files)
  environment=$(label environment_file)
  section labels
  printf '%s\n' "$folder" "$files" "$environment"
  set --
  while [ -n "$files" ]; do
    set -- "$@" -f "${files%%,*}"
    case $files in *,*) files=${files#*,} ;; *) files= ;; esac
  done
  # Without an option Compose takes that one.
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
  # Of the resolved model: from the files themselves Compose 2.26 hashes services without their env_file.
  printf '%s\n' "$model" |
    compose_alone /dev/null "$PROJECT" "$folder" -f - --profile '*' config --hash '*' 2>>"$errors"
  section error
  cat "$errors"
}

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
adopt
