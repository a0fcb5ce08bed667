# Calls Docker Compose without the login's environment, COMPOSE_* and a `.env`: the first would override every env file,
# and the others change what a command does. Compose gets only what Docker needs to find its engine, settings and
# contexts.

docker_needs='PATH HOME XDG_RUNTIME_DIR DOCKER_HOST DOCKER_CONFIG DOCKER_CONTEXT DOCKER_CERT_PATH DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_API_VERSION DOCKER_DEFAULT_PLATFORM'

# compose_alone ENV_FILE PROJECT DIRECTORY ARGUMENT…: runs `docker compose`, with ENV_FILE (/dev/null: none) for
# interpolation
compose_alone() {
  local file project directory
  file=$1 project=$2 directory=$3
  shift 3
  without_login "$file" docker compose -p "$project" --project-directory "$directory" --env-file "$file" "$@"
}

# without_login ENV_FILE COMMAND…: runs COMMAND without the login's environment. A variable that ENV_FILE sets is meant
# for the stack, so COMMAND does not get the login's value; COMPOSE_VARIABLES (words `NAME=VALUE`) override the file.
without_login() {
  local file name value
  file=$1
  shift
  for name in $docker_needs; do
    eval "value=\${$name-}"
    # Docker's settings are in the login's home, even if the env file sets another HOME.
    [ "$name" != DOCKER_CONFIG ] || value=${value:-${HOME:+$HOME/.docker}}
    [ -z "$value" ] || env_file_sets "$file" "$name" || set -- "$name=$value" "$@"
  done
  # Compose files may use $PWD.
  set -- "PWD=$PWD" "$@"
  for name in ${COMPOSE_VARIABLES-}; do set -- "$name" "$@"; done
  env -i "$@"
}

env_file_sets() {
  grep -Eq "^[[:space:]]*(export[[:space:]]+)?$2[[:space:]]*[=:]" "$1"
}

# login_variables: prints the names of variables that the login sets and Compose does not get
login_variables() {
  env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | grep -vxE "$(echo "$docker_needs PWD OLDPWD SHLVL _" | tr ' ' '|')" | sort -u
}
