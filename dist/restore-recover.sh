# Ends what an interrupted restore left: a swap that was not committed, databases that were being filled.
# Runs on the host after the pieces for steps and psql. Given: PROJECT, and the functions `clean_servers` and `clean_volumes`,
# which say what they removed

if [ -e "$RB_ROOT/restore.pending" ]; then
  sh "$RB_ROOT/restore.pending" || { fail reverse "$PROJECT"; exit 1; }
  event reversed
fi
rm -f "$RB_ROOT/restore.pending.part"
{ clean_servers && clean_volumes; } >"$RB_STEP/clean.log" 2>&1 || { fail clean "$PROJECT" "$RB_STEP/clean.log"; exit 1; }
# shellcheck disable=SC2034
while read -r name; do event dropped "name=$name"; done <"$RB_STEP/clean.log"
