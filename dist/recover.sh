# Clears up what an interrupted restore left: a swap that was not committed, databases that were being filled. Runs on
# the host after the pieces for steps and psql. Given: PROJECT, WAY (`reverse`, `forward`, or `leave` if a swap must not
# be touched), and the functions `clean_servers` and `clean_volumes`, which print the names of what they removed

if [ -e "$RB_ROOT/restore.pending" ]; then
  [ "$WAY" != leave ] || exit 0
  # A record that another version of the action wrote may know only the way back.
  [ "$WAY" = reverse ] || grep -q '^forward_swap()' "$RB_ROOT/restore.pending" || { fail settle "$WAY"; exit 1; }
  sh "$RB_ROOT/restore.pending" "$WAY" || { fail settle "$WAY"; exit 1; }
fi
rm -f "$RB_ROOT/restore.pending.part"
{ clean_servers && clean_volumes; } >"$RB_STEP/cleaned" 2>"$RB_STEP/clean.log" || { fail clean "$PROJECT" "$RB_STEP/clean.log"; exit 1; }
# shellcheck disable=SC2034
while read -r name; do event dropped "name=$name"; done <"$RB_STEP/cleaned"
