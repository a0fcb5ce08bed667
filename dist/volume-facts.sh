# What must be known of volumes beforehand. Runs on the host after the pieces for sections and the helper.

# facts_of_volume INDEX NAME: how Docker mounts it, `found`, what du and df say of its content and its disk, and what stands beside it
facts_of_volume() {
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
  for found in $beside; do [ ! -d "$found" ] || echo "$found"; done
done' $VOLUME_BESIDE 2>&1 </dev/null)
}
