# Records how far a swap has come, beside the record of its way back. Given: RB_ROOT

# phase WORD: writes the phase to the disk before anything else happens. The first phase also notes the time and the
# boot ID of the host; later phases keep both.
phase() {
  local file
  file=$RB_ROOT/restore.phase
  {
    printf 'phase=%s\n' "$1"
    [ "$1" != stopping ] && sed '/^phase=/d' "$file" 2>/dev/null ||
      printf 'since=%s\nboot=%s\n' "$(date -u +%Y%m%dT%H%M%SZ)" "$(cat /proc/sys/kernel/random/boot_id)"
  } >"$file.new" && sync "$file.new" && mv "$file.new" "$file" && sync "$RB_ROOT"
}

# phase_is WORD: whether the recorded phase is WORD
phase_is() {
  [ "$(sed -n 's/^phase=//p' "$RB_ROOT/restore.phase" 2>/dev/null)" = "$1" ]
}
