# Starts a step apart from the connection: in a session of its own, with no file of the connection open. Runs nothing
# that did not arrive whole. Given: RB_ROOT RB_STEP, the functions `write_script` and `write_input`, which print the
# script and its input, and the functions of process.sh.

umask 077
prepare() {
  local uptime
  mkdir -p "$RB_ROOT/steps" && mkdir "$RB_STEP" || return 1
  write_script >"$RB_STEP/script" && write_input >"$RB_STEP/input" || return 1
  : >"$RB_STEP/control" && : >"$RB_STEP/out" || return 1
  read -r uptime _ </proc/uptime && printf '%-12s\n' "${uptime%.*}" >"$RB_STEP/beat"
}
if problem=$(prepare 2>&1); then
  setsid sh "$RB_STEP/script" </dev/null >"$RB_STEP/out" 2>&1 &
  step_process $!
  # shellcheck disable=SC2154 # set by step_process
  printf '%s\n' "$found" >"$RB_STEP/process"
else
  rm -f "$RB_STEP/input"
  printf 'refused %s\036\n' "$(printf '%s' "$problem" | tr '\n' ' ')"
  exit 0
fi
