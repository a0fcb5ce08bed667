# Looks at what a user of the host may do, and which keys the host has; changes nothing. Prints sections, see
# sections.sh.
# Given: DIRECTORY of the stack, LOGIN: the user of the workflows, or empty: the user who runs this

rights() {
  section me
  id -un
  section login
  [ -z "$LOGIN" ] || id -nG "$LOGIN" 2>/dev/null | tr ' ' '\n'
  section known
  [ -z "$LOGIN" ] || ! id "$LOGIN" >/dev/null 2>&1 || printf 'yes\n'
  section docker
  docker version --format '{{.Server.Version}}' 2>&1 | head -n 1 | cut -c 1-200
  section compose
  docker compose version --short 2>&1 | head -n 1 | cut -c 1-200
  section directory
  if [ ! -d "$DIRECTORY" ]; then
    printf 'missing\n'
  elif [ -w "$DIRECTORY" ]; then
    printf 'ready\n'
  else
    printf 'unwritable\n'
  fi
  [ ! -d "$DIRECTORY" ] || stat -c '%U %G %A' "$DIRECTORY" 2>/dev/null
  section keys
  cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null
  section end
}

rights
