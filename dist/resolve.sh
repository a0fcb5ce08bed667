# Resolves a release on the host: lays uploaded files over links to the stack's directory, asks Compose what they mean,
# and asks registries for digests. Changes nothing but a staging folder of its own.
#
# Given: what compose.sh gives; STACK DIRECTORY KEEP (1: the staging folder is to stay) CURRENT (the release whose
#        compose.json is wanted, or empty) BYTES (size of the archive) ENV_FILE (path below the directory, or empty)
#        COMPOSE_VARIABLES (words `NAME=VALUE`); arguments: Compose's options.
# Standard input: a tar archive of BYTES bytes (`files.list`, `blobs/<SHA-256>`, `logins/<n>/config.json`),
#        then lines `path PATH` (below DIRECTORY) and `image INDEX REFERENCE REPOSITORY LOGIN INSECURE AUTH`, then
#        `end`, and after the answers `keep` if the staging folder is to stay.
# Standard output: lines `#rb NAME BASE64`.
# Shared: staging (the folder; empty if there is none or it stays) tree (the stack's directory as it will be)

umask 077
staging=

cleanup() {
  [ -z "$staging" ] || rm -rf "$staging"
}

# emit NAME: prints standard input as one line
emit() {
  printf '#rb %s ' "$1"
  base64 | tr -d '\n'
  echo
}

# refuse KIND TEXT: ends the script with a reason that the runner can explain
refuse() {
  printf '%s' "$2" | emit "refused-$1"
  exit 3
}

make_staging() {
  local parent
  parent=/tmp
  if [ "$KEEP" = 1 ] && [ -d "$DIRECTORY" ]; then
    parent=$DIRECTORY/.runbook/staging
    # A run that keeps its staging folder holds the lease: other folders here are remains of runs that ended early.
    rm -rf "$parent"
    mkdir -p "$parent" || refuse directory "$parent"
  fi
  staging=$(mktemp -d "$parent/runbook.XXXXXX") || refuse directory "$parent"
  # Compose may print the physical path, so the runner has to replace that one later.
  staging=$(cd "$staging" && pwd -P)
  # As deep as the directory itself, so that a path above the directory is still recognized by the staging folder.
  tree=$staging/root$DIRECTORY
  mkdir -p "${tree%/*}" || refuse directory "$staging"
}

# split_line LINE: puts hash and path of a line of files.list into `sha` and `path`; the path may hold spaces
split_line() {
  sha=${1%% *}
  path=${1#* * }
}

# receive: unpacks the archive and checks it. That head may read ahead does no harm: the runner sends what follows the
# archive only after the first answers.
receive() {
  local line sha path
  head -c "$BYTES" | tar -xof - -C "$staging" || refuse transfer 'the archive is damaged'
  mkdir -p "$staging/blobs"
  while IFS= read -r line; do
    split_line "$line"
    [ -e "$staging/blobs/$sha" ] || cp "$DIRECTORY/$path" "$staging/blobs/$sha" || refuse transfer "$path"
  done <"$staging/files.list"
  find "$staging/blobs" -type f -exec chmod 600 {} +
  cut -d ' ' -f 1 "$staging/files.list" | sort -u | sed "s|.*|&  $staging/blobs/&|" >"$staging/sums"
  [ ! -s "$staging/sums" ] || sha256sum -c "$staging/sums" >/dev/null 2>&1 || refuse transfer 'a file has another content'
}

# open_folder PATH: makes PATH of the tree a real folder, with links to the entries of the stack's directory
open_folder() {
  local entry
  [ ! -h "$tree$1" ] || rm "$tree$1"
  [ ! -d "$tree$1" ] || return 0
  mkdir "$tree$1"
  for entry in "$DIRECTORY$1"/* "$DIRECTORY$1"/.[!.]* "$DIRECTORY$1"/..?*; do
    if [ -e "$entry" ] && [ "$entry" != "$DIRECTORY/.runbook" ]; then ln -s "$entry" "$tree$1/${entry##*/}"; fi
  done
}

# lay_over: makes the tree, the stack's directory as it will be: uploaded files are real, all others are links to what
# exists
lay_over() {
  local line sha path here rest
  open_folder ''
  while IFS= read -r line; do
    split_line "$line"
    here=''
    rest=$path
    while [ "$rest" != "${rest#*/}" ]; do
      here=$here/${rest%%/*}
      rest=${rest#*/}
      open_folder "$here"
    done
    [ ! -e "$tree/$path" ] && [ ! -h "$tree/$path" ] || rm -f "$tree/$path"
    ln "$staging/blobs/$sha" "$tree/$path"
  done <"$staging/files.list"
}

# ask_compose OPTION…: runs `docker compose config` without standard input, or Compose would swallow the lines that
# follow the archive
ask_compose() {
  local given
  cd "$tree" || return
  given=/dev/null
  # The env file was uploaded or is on the host already. If there is none, Compose says which variables it lacks.
  if [ -n "$ENV_FILE" ] && [ -e "./$ENV_FILE" ]; then given=./$ENV_FILE; fi
  compose_alone "$given" "$STACK" "$tree" "$@" config --format json </dev/null >"$staging/config" 2>"$staging/errors"
}

# elsewhere: prints variables that Compose was not given: those of the login, and those of a `.env` that is not the env
# file
elsewhere() {
  login_variables | sed 's/$/ login/'
  [ "$ENV_FILE" = .env ] || sed -n 's/^ *\(export  *\)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\) *=.*/\2 .env/p' "$DIRECTORY/.env" 2>/dev/null
}

# ask_daemon FILES REFERENCE AUTH: asks the daemon about an image in its registry, by plain HTTP. Only the daemon gives
# the digest of a multi-platform index, and it uses its own proxies, mirrors and certificates. An answer of HTTP/1.0 has
# no chunks, and the credentials are not an argument of any command.
ask_daemon() {
  mkfifo "$1.in"
  timeout 30 docker system dial-stdio <"$1.in" >"$1.http" 2>"$1.error" &
  # The input stays open until the answer is there: when it ends, the daemon gives up the request.
  exec 8>"$1.in"
  {
    printf 'GET /v%s/distribution/%s/json HTTP/1.0\r\nHost: docker\r\n' "$api" "$2"
    [ "$3" = - ] || printf 'X-Registry-Auth: %s\r\n' "$3"
    printf '\r\n'
  } >&8
  wait $!
  exec 8>&-
}

# ask_registry FILES REFERENCE LOGIN INSECURE: asks the registry for the manifest with its layers, by Docker's client
ask_registry() {
  if [ "$3" != - ]; then export DOCKER_CONFIG="$staging/logins/$3"; fi
  timeout 30 docker manifest inspect -v ${4:+--insecure} "$2" </dev/null >"$1.manifest" 2>>"$1.error"
}

# look_up INDEX REFERENCE REPOSITORY LOGIN INSECURE AUTH: asks for the digest of one image, and for its layers unless
# the host has it
look_up() {
  local files insecure digest
  files=$staging/image-$1 insecure=$5
  [ "$insecure" = 1 ] || insecure=
  ask_daemon "$files" "$2" "$6"
  digest=$(sed -n 's/.*"[Dd]igest":"\(sha256:[0-9a-f]*\)".*/\1/p' "$files.http" | head -n 1)
  if [ -z "$digest" ]; then
    # Only Docker's client knows the host's own login.
    [ "$4" != - ] || ! grep -Eqi 'unauthorized|denied|no basic auth' "$files.http" || ask_registry "$files" "$2" - "$insecure"
  elif ! docker image inspect --format '{{.Id}}' "$3@$digest" >"$files.id" 2>/dev/null; then
    ask_registry "$files" "$3@$digest" "$4" "$insecure"
  fi
}

# is_missing PATH: whether PATH will not exist below the stack's directory; a path in a folder that we may not enter
# counts as existing
is_missing() {
  local above
  [ ! -e "$tree/$1" ] || return 1
  above=$1
  while [ "$above" != "${above%/*}" ]; do
    above=${above%/*}
    if [ -e "$tree/$above" ]; then
      [ -x "$tree/$above" ] || return 1
      return 0
    fi
  done
}

look_up_all() {
  local running indexes line index part
  : >"$staging/missing"
  running=0
  indexes=''
  while IFS= read -r line; do
    [ "$line" != end ] || break
    case $line in
      'path '*)
        ! is_missing "${line#path }" || printf '%s\n' "${line#path }" >>"$staging/missing"
        continue
        ;;
    esac
    # The runner makes sure that these are seven words without spaces or wildcards.
    # shellcheck disable=SC2086
    set -- $line
    indexes="$indexes $2"
    look_up "$2" "$3" "$4" "$5" "$6" "$7" &
    running=$((running + 1))
    [ $((running % 8)) -ne 0 ] || wait
  done
  [ "$line" = end ] || exit 1
  wait
  emit missing <"$staging/missing"
  for index in $indexes; do
    for part in http id manifest error; do
      [ ! -s "$staging/image-$index.$part" ] || emit "image-$index-$part" <"$staging/image-$index.$part"
    done
  done
}

resolve() {
  local code api platform word entry
  trap cleanup EXIT
  trap 'exit 129' HUP INT TERM PIPE
  make_staging
  printf '%s' "$staging" | emit staging
  receive
  lay_over
  ask_compose "$@"
  code=$?
  emit errors <"$staging/errors"
  elsewhere | emit elsewhere
  [ "$code" = 0 ] || refuse compose "$code"
  [ -z "$CURRENT" ] || emit current <"$DIRECTORY/.runbook/releases/$CURRENT/compose.json"
  docker version --format '{{.Server.APIVersion}} {{.Server.Os}}/{{.Server.Arch}}' >"$staging/engine" 2>/dev/null
  read -r api platform <"$staging/engine"
  printf '%s' "$platform" | emit platform
  emit config <"$staging/config"
  look_up_all
  emit 'done' </dev/null
  # The runner may still refuse the answers: the staging folder stays only if it says `keep`.
  IFS= read -r word || :
  [ "$word" = keep ] || exit 0
  for entry in "$staging"/*; do
    [ "$entry" = "$staging/blobs" ] || rm -rf "$entry"
  done
  staging=''
}
