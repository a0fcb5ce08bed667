# Looks at what the user of the workflows already has on the host; changes nothing. Prints sections, see sections.sh.
# Shared: RB_PATH (the path to test). Given: LOGIN, KEY (base64 of its public key, or empty), and as lines FOLDERS (to
# write to), FILES (to read), TREES (folders of the actions)

# as_root COMMAND...: runs COMMAND as root, if this user can
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null; fi
}

home_of() {
  { getent passwd "$1" 2>/dev/null || grep "^$1:" /etc/passwd; } | head -n 1 | cut -d : -f 6
}

# as_login SCRIPT: runs SCRIPT as LOGIN, with RB_PATH; 2 where this user cannot become LOGIN
as_login() {
  if [ "$(id -un)" = "$LOGIN" ]; then
    sh -c "$1"
  elif [ "$(id -u)" = 0 ]; then
    su -s /bin/sh "$LOGIN" -c "$1"
  else
    sudo -n RB_PATH="$RB_PATH" su -s /bin/sh "$LOGIN" -c "$1" 2>/dev/null
  fi
}

# tell WORD PATH SCRIPT: prints PATH with `missing`, `ready` if SCRIPT succeeds for LOGIN, or WORD
tell() {
  RB_PATH=$2
  export RB_PATH
  if ! as_root test -e "$2" && [ ! -e "$2" ]; then
    printf 'missing\t%s\n' "$2"
  elif id "$LOGIN" >/dev/null 2>&1 && as_login "$3"; then
    printf 'ready\t%s\n' "$2"
  else
    printf '%s\t%s\n' "$1" "$2"
  fi
}

# each LIST WORD SCRIPT: tells each path of LIST
each() {
  local path
  printf '%s\n' "$1" | while IFS= read -r path; do
    [ -z "$path" ] || tell "$2" "$path" "$3" </dev/null
  done
}

look() {
  local tool home
  section me
  id -un
  section root
  as_root true && printf 'yes\n'
  section tools
  for tool in useradd adduser; do
    [ -z "$(as_root sh -c "PATH=\$PATH:/usr/local/sbin:/usr/sbin:/sbin; command -v $tool")" ] || printf '%s\n' "$tool"
  done
  section docker
  { as_root docker version --format '{{.Server.Version}}' 2>/dev/null || docker version --format '{{.Server.Version}}' 2>&1; } |
    head -n 1 | cut -c 1-200
  section group
  { getent group docker 2>/dev/null || grep '^docker:' /etc/group; } | cut -d : -f 1
  section known
  ! id "$LOGIN" >/dev/null 2>&1 || printf 'yes\n'
  section groups
  id -nG "$LOGIN" 2>/dev/null | tr ' ' '\n'
  section answers
  [ "$(id -un)" != "$LOGIN" ] || ! docker version >/dev/null 2>&1 || printf 'yes\n'
  section key
  home=$(home_of "$LOGIN")
  if [ -n "$KEY" ] && [ -n "$home" ]; then
    { as_root cat "$home/.ssh/authorized_keys" || cat "$home/.ssh/authorized_keys"; } 2>/dev/null |
      grep -v '^[[:space:]]*#' | grep -qF "$KEY" && printf 'yes\n'
  fi
  section places
  each "$FOLDERS" folder 'test -w "$RB_PATH" && test -x "$RB_PATH"'
  each "$FILES" file 'test -r "$RB_PATH"'
  each "$TREES" tree 'test -w "$RB_PATH" && { [ ! -e "$RB_PATH/journal.jsonl" ] || test -w "$RB_PATH/journal.jsonl"; }'
  section keys
  cat /etc/ssh/ssh_host_*_key.pub 2>/dev/null
  section end
}

look
