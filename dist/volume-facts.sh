# Reads facts of volumes before a backup or a restore. Runs on the host after the pieces for sections and the helper.

# facts_of_volume INDEX NAME: prints how Docker mounts the volume, `found`, the answers of du and df, and the folders
# beside the live content, each with its size in KiB; or `absent`
facts_of_volume() {
  local volume
  section "volume:$1"
  volume=$(volume_mount "$2") || { echo absent; return 0; }
  echo "$volume"
  # shellcheck disable=SC2016,SC2086 # for the helper's shell; patterns of names there
  (set -f && volume_helper "$volume" read '
cd /volume || exit 1
echo found
du -sk . 2>/dev/null
df -Pk . | tail -n 1
for beside; do
  for found in $beside; do
    [ -d "$found" ] || continue
    kib=$(du -sk "$found" 2>/dev/null | cut -f 1)
    echo "beside ${kib:-0} $found"
  done
done
'"$(live_database)" $VOLUME_BESIDE 2>&1 </dev/null)
}

# live_database: prints a script for the helper, which prints a line on the first file that only a database server has, or
# that is a database of SQLite: without a write-ahead log, it shows only in its first bytes
live_database() {
  cat <<'SCRIPT'
{
  timeout 20 find . -maxdepth 4 '(' -name PG_VERSION -o -name ibdata1 -o -name aria_log_control -o -name WiredTiger \
    -o -name '*-wal' -o -name 'appendonly.aof*' -o -name node.lock -o -name data.mdb -o -name meta.properties \
    -o -name neostore -o -name influxd.bolt -o -name '[0-9a-f]*-[0-9a-f]*.wal' -o -name format_version.txt ')' -type f 2>/dev/null
  timeout 20 find . -maxdepth 4 '(' -name '*.db' -o -name '*.db3' -o -name '*.sqlite' -o -name '*.sqlite3' ')' -type f 2>/dev/null |
    head -n 50 | while IFS= read -r found; do
    [ "$(head -c 15 "$found" 2>/dev/null | tr -d '\000')" != 'SQLite format 3' ] || printf '%s-sqlite\n' "$found"
  done
} | grep -v '^\./\.\(before\|restore\|undone\)-' | head -n 1 | sed 's/^/live /'
SCRIPT
}

# look_at_mount INDEX MOUNT: prints `found`, the size if du ends within 10 s, and a database in the mount; or `absent`
look_at_mount() {
  section "mount:$1"
  # shellcheck disable=SC2016 # for the helper's shell
  volume_helper "$2" read '
cd /volume 2>/dev/null || { echo absent; exit 0; }
echo found
timeout 10 du -sk . 2>/dev/null
'"$(live_database)" 2>/dev/null </dev/null
}
