# Shows what a step says, from line SKIP on, and hands it the words that the runner sends. Ends with the
# step's recorded status, or when the runner hangs up. Given: RB_ROOT RB_STEP SKIP.

exec 3<"$RB_STEP/out" 4<&0
(
  while IFS= read -r word <&4; do
    case $word in
      beat)
        cut -d . -f 1 /proc/uptime >"$RB_STEP/beat.new"
        cp "$RB_STEP/beat.new" "$RB_ROOT/heartbeat"
        mv "$RB_STEP/beat.new" "$RB_STEP/beat"
        ;;
      *) printf '%s\n' "$word" >>"$RB_STEP/control" ;;
    esac
  done
) &
reader=$!

# The shell's own `read`: no process for each line. What has no end yet waits for it in `rest`.
rest=
show() {
  while IFS= read -r line <&3; do
    if [ "$SKIP" -gt 0 ]; then SKIP=$((SKIP - 1)); else printf '%s\n' "$rest$line" || exit 1; fi
    rest=
  done
  rest=$rest$line
}

while kill -0 "$reader" 2>/dev/null; do
  ended=
  [ ! -e "$RB_STEP/status" ] || ended=1
  show
  if [ -n "$ended" ]; then
    if [ -n "$rest" ] && [ "$SKIP" -eq 0 ]; then printf '%s\n' "$rest"; fi
    printf '#rb-exit %s\n' "$(cat "$RB_STEP/status")"
    break
  fi
  sleep 0.1
done
kill "$reader" 2>/dev/null
exit 0
