# How far a swap came, beside the record of its way back. Given: RB_ROOT

# phase WORD: on the disk before anything else happens. What the first one said of time and start of the host stays.
phase() {
  local file
  file=$RB_ROOT/restore.phase
  {
    printf 'phase=%s\n' "$1"
    [ "$1" != stopping ] && sed '/^phase=/d' "$file" 2>/dev/null ||
      printf 'since=%s\nboot=%s\n' "$(date -u +%Y%m%dT%H%M%SZ)" "$(cat /proc/sys/kernel/random/boot_id)"
  } >"$file.new" && sync "$file.new" && mv "$file.new" "$file" && sync "$RB_ROOT"
}

# phase_is WORD
phase_is() {
  [ "$(sed -n 's/^phase=//p' "$RB_ROOT/restore.phase" 2>/dev/null)" = "$1" ]
}
