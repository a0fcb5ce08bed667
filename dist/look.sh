# Reads everything that concerns certificates, without changing anything. Prints sections. Runs after the piece for
# volumes, the one for Compose and `section`. Given: PROJECT DIRECTORY RB_ROOT

# look_at_proxy ID: prints the configuration that its nginx would read now, and the exit status of its check
look_at_proxy() {
  local code
  section "config:$1"
  docker exec "$1" nginx -T 2>/dev/null </dev/null
  code=$?
  # An nginx that rejects its files does not print them; a key that does not fit the certificate is enough.
  # shellcheck disable=SC2016 # for the container's shell
  [ "$code" = 0 ] || docker exec "$1" sh -c 'cd /etc/nginx && { echo nginx.conf; find -L . -type f \( -name "*.conf" -o -path "./sites-enabled/*" \) ! -path ./nginx.conf; } |
    while IFS= read -r path; do echo "# configuration file $PWD/${path#./}:"; cat "$path"; echo; done' 2>/dev/null </dev/null
  section "certbot:$1"
  docker exec "$1" sh -c 'command -v certbot' 2>/dev/null </dev/null
  section "status:$1"
  echo "$code"
  [ "$code" = 0 ] || docker exec "$1" nginx -t 2>&1 </dev/null | tail -n 20
}

# look_at_certbot ENV_FILE COMPOSE_FILE…: prints the ways in which certbot could run here
look_at_certbot() {
  local unit file path
  section images
  docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '(^|/)certbot/[a-z0-9-]+:' | grep -v ':<none>$'
  section host-certbot
  (PATH=$PATH:/snap/bin && command -v certbot && id -u)
  section timers
  for unit in certbot.timer certbot-renew.timer snap.certbot.renew.timer; do
    ! systemctl is-active --quiet "$unit" 2>/dev/null || echo "$unit"
  done
  for file in /etc/crontab /etc/cron.d/*; do
    # The file of the package does nothing where systemd runs.
    [ "$file" = /etc/cron.d/certbot ] && [ -d /run/systemd/system ] && continue
    ! grep -qsE '^[^#]*certbot' "$file" || echo "$file"
  done
  ! crontab -l 2>/dev/null </dev/null | grep -qE '^[^#]*certbot' || echo "the crontab of $(id -un)"
  section compose
  file=$1
  shift
  for path in "$@"; do
    shift
    set -- "$@" -f "$path"
  done
  (cd "$DIRECTORY" 2>/dev/null && compose_alone "$file" "$PROJECT" "$DIRECTORY" --profile '*' "$@" config --format json \
    2>/dev/null </dev/null) | base64 | tr -d '\n'
  echo
  section clock
  date +%s
  section attempts
  cat "$RB_ROOT/certificates.jsonl" 2>/dev/null
  section suggestions
  cat "$RB_ROOT/renewal-info.json" 2>/dev/null
  section runs
  cat "$RB_ROOT/certificate-runs" 2>/dev/null
}

# look_at_file INDEX CONTAINER PATH: prints a file of the container. `docker cp` needs no program in the container.
look_at_file() {
  section "file:$1"
  docker cp -L "$2:$3" - 2>/dev/null </dev/null | tar -xO 2>/dev/null | base64 | tr -d '\n'
  echo
}

# look_at_state SOURCE INNER: reads certbot's folder, which belongs to root; reads no private key
look_at_state() {
  local mount
  mount=$(volume_mount "$1") || { section nostate; echo missing; return 0; }
  volume_helper "$mount" read '
    cd "/volume$1" 2>/dev/null || { printf "\n#rb-section nostate\nmissing\n"; exit 0; }
    printf "\n#rb-section state\nfound\n"
    grep -iE "^ *(no[-_]verify[-_]ssl|account|eab[-_]kid)" cli.ini 2>/dev/null
    printf "\n#rb-section accounts\n"
    [ ! -d accounts ] || find -L accounts -maxdepth 8 -name regr.json 2>/dev/null && echo end
    for conf in renewal/*.conf; do
      [ -f "$conf" ] || continue
      name=${conf##*/}
      printf "\n#rb-section renewal:%s\n" "${name%.conf}"
      base64 <"$conf" | tr -d "\n"
      echo
    done
    for folder in live/*/; do
      [ -d "$folder" ] || continue
      name=${folder#live/}
      name=${name%/}
      printf "\n#rb-section links:%s\n" "$name"
      for part in cert chain fullchain privkey; do
        [ ! -e "live/$name/$part.pem" ] && [ ! -L "live/$name/$part.pem" ] || printf "%s.pem %s\n" "$part" "$(readlink "live/$name/$part.pem")"
      done
      printf "\n#rb-section files:%s\n" "$name"
      (cd "archive/$name" 2>/dev/null && for file in *.pem; do
        [ -f "$file" ] && printf "%s %s\n" "$file" "$(wc -c <"$file" | tr -d " ")"
      done)
      for file in $(cd "archive/$name" 2>/dev/null && ls -1 | sed -n "s/^fullchain\([0-9]*\)\.pem$/\1/p" | sort -n | tail -n 3); do
        printf "\n#rb-section chain:%s:%s\n" "$name" "$file"
        base64 <"archive/$name/fullchain$file.pem" | tr -d "\n"
        echo
        printf "\n#rb-section issuer:%s:%s\n" "$name" "$file"
        openssl x509 -noout -text -in "archive/$name/fullchain$file.pem" 2>/dev/null | grep -A 3 "X509v3 Authority Key Identifier"
      done
    done' "$2" </dev/null
}
