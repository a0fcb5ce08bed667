# One lineage: an order or a relink, then a reload, then the runner's word on what is served. Whatever ends it before
# `committed` brings the links of before back, and has the proxy read them. Runs after the pieces for the proxy, volumes
# and Compose.
#
# Given: PROJECT DIRECTORY PROXY RB_ROOT LINEAGE STATE (folder or volume) INNER (path in it) RECORD (file)
#        TRY (JSON members of this try) FRESH (not empty: there is no such lineage yet)
#        DOOR (container of the proxy that does not start without a certificate; empty: it runs), and run_certbot
# Shared: ordered (set once certbot has ordered) reload_begun (set once a program may have read the new certificate)

# in_state read|write SCRIPT ARG…: as root in certbot's folder
in_state() {
  local how script
  how=$1 script=$2
  shift 2
  volume_helper "$(volume_mount "$STATE")" "$how" "cd \"/volume\$1\" || exit 9
shift
$script" "$INNER" "$@"
}

# to_lineage_links: reads `PART.pem TARGET`; each link changes at once, and none is missing in between
to_lineage_links() {
  in_state write 'cd "live/$1" || exit 9
while read -r part target; do
  [ "$(readlink "$part")" = "$target" ] && continue
  rm -f ".$part.runbook" && ln -s "$target" ".$part.runbook" && mv -T ".$part.runbook" "$part" || exit 1
done' "$LINEAGE"
}

# note_lineage: links and renewal file as they are, for the way back
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
# A full disk takes nothing, and nothing has to be written where nothing changed.
[ "$(cat "$conf"; echo x)" = "$former" ] && exit 0
printf %s "${former%x}" >"$conf.runbook" && chmod --reference="$conf" "$conf.runbook" &&
  chown --reference="$conf" "$conf.runbook" && mv "$conf.runbook" "$conf"' \
      "$LINEAGE" <"$RB_STEP/conf" || return 1
  # It has read the new one.
  [ -z "${reload_begun:-}" ] || { reload_proxy && reread_consumers; } || return 1
  event put-back
}

# attempt OUTCOME [MEMBERS]: one line of the record of orders, on the disk before anybody is asked
attempt() {
  printf '{"at":%s,%s,"outcome":"%s"%s}\n' "$(date +%s)" "$TRY" "$1" "${2:+,$2}" >>"$RECORD" && to_disk "$RECORD"
}

# test_config: nginx's own check in each that runs; it may lack what is to be ordered
test_config() {
  local id
  for id in $(alive "$PROXY"); do
    docker exec "$id" nginx -t </dev/null >"$RB_STEP/proxy-test.log" 2>&1 && continue
    [ -n "$FRESH" ] && [ -z "${ordered:-}" ] && grep -qF "/live/$LINEAGE/" "$RB_STEP/proxy-test.log" && continue
    fail proxy-config "$PROXY" "$RB_STEP/proxy-test.log"
    return 1
  done
}

# word_of_runner TENTHS GOOD BAD: false for the bad word, or for none
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

# put_challenge SOURCE INNER FILE CONTENT: as certbot will do it
put_challenge() {
  local mount
  mount=$(volume_mount "$1") && printf '%s' "$4" | volume_helper "$mount" write 'umask 022
cd "/volume$1" || exit 9
mkdir -p .well-known/acme-challenge && cat >".well-known/acme-challenge/$2"' "$2" "$3" >"$RB_STEP/challenge.log" 2>&1 ||
    { fail challenge "$1" "$RB_STEP/challenge.log"; return 1; }
}

take_challenge() {
  local mount
  mount=$(volume_mount "$1") && volume_helper "$mount" write 'rm -f "/volume$1/.well-known/acme-challenge/$2"' "$2" "$3" </dev/null
}

# op_ask_for FILE NAME…: where the host finds each name; the runner fetches the file there
op_ask_for() {
  local name
  for name in "$@"; do
    event leads "name=$name" "to=$(getent ahosts "$name" 2>/dev/null | awk '!seen[$1]++ { printf "%s ", $1 }')"
  done
  event placed
  word_of_runner 1200 reached unreached
}

# hash_now: of the file that the proxy reads; empty where it cannot be read
hash_now() {
  in_state read 'sha256sum <"live/$1/fullchain.pem"' "$LINEAGE" </dev/null 2>/dev/null | cut -d ' ' -f 1
}

# note_refusal: the runner has read how long the CA is to be left alone
note_refusal() {
  local left
  left=100
  event refused "now=$(date +%s)"
  while [ "$left" -gt 0 ]; do
    while next_word; do
      case $RB_WORD in
        limited\ *[!0-9]*) ;;
        limited\ *) attempt limited "\"until\":${RB_WORD#limited }"; return ;;
        failed) attempt failed; return ;;
      esac
    done
    sleep 0.1
    left=$((left - 1))
  done
  attempt failed
}

# certbot_says ARGUMENT…: its status; what it says is shown, and kept for an error
certbot_says() {
  local code line
  run_certbot "$@" --non-interactive >"$RB_STEP/certbot.log" 2>&1 </dev/null
  code=$?
  while IFS= read -r line || [ -n "$line" ]; do say "certbot: $line"; done <"$RB_STEP/certbot.log"
  return "$code"
}

# as_root_of_host SCRIPT NAME ARGUMENT…: by the host's own shell, in its folders and its network
as_root_of_host() {
  local folder
  empty_image || return 1
  # shellcheck disable=SC2016 # for the shell in there
  set -- "$EMPTY_IMAGE" -c 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/usr/bin:/bin && exec chroot /host /bin/sh -c "$@"' sh "$@"
  for folder in /usr /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- --mount "type=bind,source=$folder,target=$folder,readonly" "$@"
  done
  docker run --rm --pull never --label runbook.helper=certbot --label "runbook.root=$RB_ROOT" --network host \
    --userns=host --security-opt label=disable --mount type=bind,source=/,target=/host --entrypoint /bin/sh "$@"
}

# op_knows_addresses: 5.4 is the first certbot that orders for addresses by webroot
op_knows_addresses() {
  local major minor
  run_certbot --version </dev/null >"$RB_STEP/certbot.log" 2>&1
  major=$(sed -n 's/^certbot \([0-9]\{1,\}\)\..*/\1/p' "$RB_STEP/certbot.log")
  minor=$(sed -n 's/^certbot [0-9]\{1,\}\.\([0-9]\{1,\}\).*/\1/p' "$RB_STEP/certbot.log")
  [ "${major:-0}" -gt 5 ] || { [ "${major:-0}" = 5 ] && [ "${minor:-0}" -ge 4 ]; } ||
    { fail no-addresses "$LINEAGE" "$RB_STEP/certbot.log"; return 1; }
}

# op_room: what an order brings can be written where it goes; a disk that is full loses the certificate and the order
op_room() {
  in_state write 'cd archive 2>/dev/null
head -c 65536 /dev/zero >.runbook-room && rm .runbook-room || { rm -f .runbook-room; exit 1; }' </dev/null >"$RB_STEP/state.log" 2>&1 ||
    { fail room "$LINEAGE" "$RB_STEP/state.log"; return 1; }
}

# op_rehearse ARGUMENT…: the whole way without an order that counts
op_rehearse() {
  operation rehearse
  certbot_says "$@" --dry-run || fail rehearsal "$LINEAGE" "$RB_STEP/certbot.log"
}

# op_order ARGUMENT…: certbot asks the CA. Its own exit status counts, and that the file is another one.
op_order() {
  local before
  operation order
  before=$(hash_now)
  [ -n "$before$FRESH" ] || { fail state "$LINEAGE"; return 1; }
  attempt begun || { fail record "$LINEAGE"; return 1; }
  certbot_says "$@" || { fail order "$LINEAGE" "$RB_STEP/certbot.log"; note_refusal; return 1; }
  attempt issued || :
  ordered=1
  [ "$(hash_now)" != "$before" ] || { fail same "$LINEAGE" "$RB_STEP/certbot.log"; return 1; }
}

# op_relink N: to a generation that lies there
op_relink() {
  local part folder
  operation relink
  for part in cert chain fullchain privkey; do
    # The folder is spelled as the links of before have it.
    folder=$(sed -n "s|^$part\.pem \(.*\)/[^/]*$|\1|p" "$RB_STEP/links")
    echo "$part.pem $folder/$part$1.pem"
  done >"$RB_STEP/links-new"
  to_lineage_links <"$RB_STEP/links-new" || { fail state "$LINEAGE"; return 1; }
}

# rejected: what lies there is not to be served by a later run either
rejected() {
  attempt rejected "\"file\":\"$(hash_now)\"" || :
}

tell_chain() {
  event chain "pem=$(in_state read 'base64 <"live/$1/fullchain.pem" | tr -d "\n"' "$LINEAGE" </dev/null)"
}

# reread SERVICE HOW COPY: has a program besides the proxy read what lies there now; COPY is empty, or where it has its own
reread() {
  local id mount part
  if [ -n "$3" ]; then
    mount=$(volume_mount "$3") || { echo "$3 is not there" >"$RB_STEP/reread.log"; return 1; }
    # The key first: who reads in between finds two that do not fit, and not an old key that fits by chance.
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
    # One that was started again may have another address.
    event address "container=$id" "to=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$id" 2>/dev/null | awk '{ print $1 }')"
  done
}

# op_serve: the runner first sees what would be served, then what is
op_serve() {
  operation serve
  tell_chain
  word_of_runner 300 take refuse || { rejected; return 1; }
  if ! test_config; then
    # Its own words for a key that is not the certificate's, and for a file that holds none.
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
  reload_proxy || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
  reread_consumers || { fail consumer "$LINEAGE" "$RB_STEP/reread.log"; return 1; }
  event reloaded
  word_of_runner 600 served unserved
}
