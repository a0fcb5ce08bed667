# Renews one lineage: an order or a relink, then a reload, then the runner's word on what is served. If the step ends
# before `committed`, the former links are put back, and the proxy reads them again. Runs after the pieces for the
# proxy, volumes and Compose.
#
# Given: PROJECT DIRECTORY PROXY RB_ROOT LINEAGE STATE (folder or volume) INNER (path in it) RECORD (file)
#        TRY (JSON members of this attempt) FRESH (not empty: the lineage does not exist yet)
#        DOOR (container of a proxy that does not start without a certificate; empty: it runs)
#        RELOAD (empty: the proxy does not read this lineage, or serves the certificate already), and run_certbot
# Shared: ordered (set once certbot has ordered) reload_begun (set once a program may have read the new certificate)

# in_state read|write SCRIPT ARG…: runs SCRIPT as root in certbot's folder
in_state() {
  local how script
  how=$1 script=$2
  shift 2
  volume_helper "$(volume_mount "$STATE")" "$how" "cd \"/volume\$1\" || exit 9
shift
$script" "$INNER" "$@"
}

# note_lineage: writes down the links and the renewal file, for the way back
note_lineage() {
  in_state read 'for part in cert chain fullchain privkey; do
  target=$(readlink "live/$1/$part.pem") || exit 1
  printf "%s.pem %s\n" "$part" "$target"
done' "$LINEAGE" </dev/null >"$RB_STEP/links" 2>"$RB_STEP/state.log" &&
    in_state read 'cat "renewal/$1.conf"' "$LINEAGE" </dev/null >"$RB_STEP/conf" 2>>"$RB_STEP/state.log" ||
    { fail state "$LINEAGE" "$RB_STEP/state.log"; return 1; }
}

lineage_back() {
  to_lineage_links <"$RB_STEP/links" &&
    in_state write 'conf=renewal/$1.conf former=$(cat; echo x)
# A full disk takes no file, and an unchanged file need not be written.
[ "$(cat "$conf"; echo x)" = "$former" ] && exit 0
printf %s "${former%x}" >"$conf.runbook" && chmod --reference="$conf" "$conf.runbook" &&
  chown --reference="$conf" "$conf.runbook" && mv "$conf.runbook" "$conf"' \
      "$LINEAGE" <"$RB_STEP/conf" || return 1
  # A program may have read the new certificate.
  [ -z "${reload_begun:-}" ] || { { [ -z "$RELOAD" ] || reload_proxy; } && reread_consumers; } || return 1
  event put-back
}

# attempt OUTCOME [MEMBERS]: appends one line to the record of orders; it is on the disk before the CA is asked
attempt() {
  printf '{"at":%s,%s,"outcome":"%s"%s}\n' "$(date +%s)" "$TRY" "$1" "${2:+,$2}" >>"$RECORD" && to_disk "$RECORD"
}

# test_config: runs `nginx -t` in each running proxy; only the certificate that is to be ordered may be missing
test_config() {
  local id
  for id in $(alive "$PROXY"); do
    docker exec "$id" nginx -t </dev/null >"$RB_STEP/proxy-test.log" 2>&1 && continue
    [ -n "$FRESH" ] && [ -z "${ordered:-}" ] && grep -qF "/live/$LINEAGE/" "$RB_STEP/proxy-test.log" && continue
    fail proxy-config "$PROXY" "$RB_STEP/proxy-test.log"
    return 1
  done
}

# word_of_runner TENTHS GOOD BAD: waits for GOOD; false for BAD, or when no word comes
word_of_runner() {
  local left
  left=$1
  while [ "$left" -gt 0 ]; do
    await_word 10 "$2" "$3" && { [ "$RB_WORD" = "$2" ]; return; }
    runner_lost && { fail no-verdict "$LINEAGE"; return 1; }
    left=$((left - 10))
  done
  fail no-verdict "$LINEAGE"
}

# put_challenge SOURCE INNER FILE CONTENT: writes a challenge file, as certbot will do. Tells if others may write there:
# root and the user of this step, who may do anything by Docker, are not others.
put_challenge() {
  local mount
  mount=$(volume_mount "$1") && printf '%s' "$4" | volume_helper "$mount" write 'umask 022
cd "/volume$1" || exit 9
mkdir -p .well-known/acme-challenge && cat >".well-known/acme-challenge/$2" || exit 1
[ -z "$(find . .well-known .well-known/acme-challenge -maxdepth 0 \( -perm -020 -o -perm -002 -o ! -uid 0 ! -uid "$3" \))" ] ||
  echo "others may write here"' "$2" "$3" "$(id -u)" >"$RB_STEP/challenge.log" 2>&1 ||
    { fail challenge "$1" "$RB_STEP/challenge.log"; return 1; }
  ! grep -q '^others may write here$' "$RB_STEP/challenge.log" || certbot_since 5 10 || event open-webroot "folder=$1$2"
}

take_challenge() {
  local mount
  mount=$(volume_mount "$1") && volume_helper "$mount" write 'rm -f "/volume$1/.well-known/acme-challenge/$2"' "$2" "$3" </dev/null
}

# op_ask_for FILE NAME…: tells the addresses to which the host resolves each name; the runner fetches the file there
op_ask_for() {
  local name
  for name in "$@"; do
    event leads "name=$name" "to=$(getent ahosts "$name" 2>/dev/null | awk '!seen[$1]++ { printf "%s ", $1 }')"
  done
  event placed
  word_of_runner 1200 reached unreached
}

# hash_now: SHA-256 of the file that the proxy reads; empty where it cannot be read
hash_now() {
  in_state read 'sha256sum <"live/$1/fullchain.pem"' "$LINEAGE" </dev/null 2>/dev/null | cut -d ' ' -f 1
}

# note_refusal: records how long the CA is to be left alone, as the runner has read it
note_refusal() {
  local left said
  left=100
  event refused "now=$(date +%s)"
  while [ "$left" -gt 0 ]; do
    while next_word; do
      case $RB_WORD in
        limited\ *[!A-Za-z0-9\ .,:\(\)*_-]* | limited\ [!0-9]*) ;;
        limited\ *)
          said=${RB_WORD#limited }
          case ${said%% *} in *[!0-9]*) continue ;; esac
          case $said in
            *\ *) attempt limited "\"until\":${said%% *},\"said\":\"${said#* }\"" ;;
            *) attempt limited "\"until\":$said" ;;
          esac
          return
          ;;
        failed) attempt failed; return ;;
      esac
    done
    sleep 0.1
    left=$((left - 1))
  done
  attempt failed
}

# certbot_says ARGUMENT…: runs certbot and returns its status; its output is shown, and kept for an error
certbot_says() {
  local code line
  run_certbot "$@" --non-interactive >"$RB_STEP/certbot.log" 2>&1 </dev/null
  code=$?
  while IFS= read -r line || [ -n "$line" ]; do say "certbot: $line"; done <"$RB_STEP/certbot.log"
  return "$code"
}

# as_root_of_host SCRIPT NAME ARGUMENT…: runs SCRIPT in the host's own shell as root, with its folders and its network
as_root_of_host() {
  local folder
  empty_image || return 1
  # shellcheck disable=SC2016 # for the container's shell
  set -- "$EMPTY_IMAGE" -c 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/usr/bin:/bin && exec chroot /host /bin/sh -c "$@"' sh "$@"
  for folder in /usr /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- --mount "type=bind,source=$folder,target=$folder,readonly" "$@"
  done
  docker run --rm --pull never --label runbook.helper=certbot --label "runbook.root=$RB_ROOT" --network host \
    --userns=host --security-opt label=disable --mount type=bind,source=/,target=/host --entrypoint /bin/sh "$@"
}

# certbot_since MAJOR MINOR: whether certbot is of this version or a newer one
certbot_since() {
  local major minor
  run_certbot --version </dev/null >"$RB_STEP/certbot.log" 2>&1
  major=$(sed -n 's/^certbot \([0-9]\{1,\}\)\..*/\1/p' "$RB_STEP/certbot.log")
  minor=$(sed -n 's/^certbot [0-9]\{1,\}\.\([0-9]\{1,\}\).*/\1/p' "$RB_STEP/certbot.log")
  [ "${major:-0}" -gt "$1" ] || { [ "${major:-0}" = "$1" ] && [ "${minor:-0}" -ge "$2" ]; }
}

# op_knows_addresses: fails before certbot 5.4, the first that orders for addresses by webroot
op_knows_addresses() {
  certbot_since 5 4 || fail no-addresses "$LINEAGE" "$RB_STEP/certbot.log"
}

# op_knows_profiles: fails before certbot 4.0, the first that asks for a profile
op_knows_profiles() {
  certbot_since 4 0 || fail no-profiles "$LINEAGE" "$RB_STEP/certbot.log"
}

# op_knows_plugin NAME: fails where this certbot lists its plugins, and lacks this one
op_knows_plugin() {
  run_certbot plugins --non-interactive </dev/null >"$RB_STEP/certbot.log" 2>&1 || return 0
  grep -qxF "* $1" "$RB_STEP/certbot.log" || fail no-plugin "$1" "$RB_STEP/certbot.log"
}

# op_has_credentials PATH: fails where the file that the plugin needs is not in certbot's folder, or is empty
op_has_credentials() {
  in_state read '[ -s "$1" ] || { echo "$1 is missing or empty"; exit 1; }' "$1" </dev/null >"$RB_STEP/state.log" 2>&1 ||
    fail no-credentials "$1" "$RB_STEP/state.log"
}

# op_room: tests that files of an order can be written; on a full disk the certificate and the order would be lost
op_room() {
  in_state write 'cd archive 2>/dev/null
head -c 65536 /dev/zero >.runbook-room && rm .runbook-room || { rm -f .runbook-room; exit 1; }' </dev/null >"$RB_STEP/state.log" 2>&1 ||
    { fail room "$LINEAGE" "$RB_STEP/state.log"; return 1; }
}

# op_rehearse ARGUMENT…: goes the whole way in a test that does not count as an order
op_rehearse() {
  operation rehearse
  certbot_says "$@" --dry-run || fail rehearsal "$LINEAGE" "$RB_STEP/certbot.log"
}

# op_order ARGUMENT…: has certbot ask the CA. Succeeds if certbot's status is 0 and the file has changed.
op_order() {
  local before
  operation order
  [ -n "$FRESH" ] || set_unfit_aside || { fail state "$LINEAGE" "$RB_STEP/state.log"; return 1; }
  before=$(hash_now)
  [ -n "$before$FRESH" ] || { fail state "$LINEAGE"; return 1; }
  attempt begun || { fail record "$LINEAGE"; return 1; }
  certbot_says "$@" || { fail order "$LINEAGE" "$RB_STEP/certbot.log"; note_refusal; return 1; }
  attempt issued || :
  ordered=1
  [ "$(hash_now)" != "$before" ] || { fail same "$LINEAGE" "$RB_STEP/certbot.log"; return 1; }
}

# rejected: records that later runs must not serve this file either
rejected() {
  attempt rejected "\"file\":\"$(hash_now)\"" || :
}

tell_chain() {
  event chain "pem=$(in_state read 'base64 <"live/$1/fullchain.pem" | tr -d "\n"' "$LINEAGE" </dev/null)"
}

# reread SERVICE HOW COPY: has another program than the proxy read the new certificate; COPY is the volume or folder of
# its own copy, or empty
reread() {
  local id mount part
  if [ -n "$3" ]; then
    mount=$(volume_mount "$3") || { echo "$3 is not there" >"$RB_STEP/reread.log"; return 1; }
    # The key first: a program that reads in between finds two files that do not fit, which is noticed.
    for part in privkey fullchain; do
      in_state read 'cat "live/$1/$2.pem"' "$LINEAGE" "$part" </dev/null 2>"$RB_STEP/reread.log" |
        volume_helper "$mount" write 'umask 077
cd /volume && cat >".$1.runbook" && [ -s ".$1.runbook" ] || exit 1
if [ -e "$1" ]; then chown --reference="$1" ".$1.runbook" && chmod --reference="$1" ".$1.runbook"; fi &&
  mv -T ".$1.runbook" "$1"' "$part.pem" >>"$RB_STEP/reread.log" 2>&1 || return 1
    done
  fi
  for id in $(alive "$1"); do
    case $2 in
      restart) docker restart "$id" ;;
      by-itself) : ;;
      *) docker kill -s "$2" "$id" ;;
    esac >>"$RB_STEP/reread.log" 2>&1 </dev/null || return 1
    # A container that was restarted may have another address.
    event address "container=$id" "to=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{json .IPAddress}} {{json .GlobalIPv6Address}} {{end}}' "$id" 2>/dev/null | tr -d '"' | awk '{ print $1 }')"
  done
}

# op_serve: the runner first judges what would be served, then what is served
op_serve() {
  operation serve
  tell_chain
  word_of_runner 300 take refuse || { rejected; return 1; }
  if [ -n "$RELOAD" ] && ! test_config; then
    # The test fails because of this certificate: its key does not fit, or its file holds none.
    ! grep -qE 'key values mismatch|cannot load certificate|SSL_CTX_use' "$RB_STEP/proxy-test.log" || rejected
    return 1
  fi
  reload_begun=1
  if [ -n "$DOOR" ]; then
    close_door || { fail door "$PROXY" "$RB_STEP/door.log"; return 1; }
    event reloaded
    word_of_runner 600 served unserved || { still_down; return 1; }
    return 0
  fi
  [ -z "$RELOAD" ] || reload_proxy || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
  reread_consumers || { fail consumer "$LINEAGE" "$RB_STEP/reread.log"; return 1; }
  event reloaded
  word_of_runner 600 served unserved
}
