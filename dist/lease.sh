# The lease: one run at a time changes a stack. `lease` holds token, state, owner, procedure and boot; `heartbeat` the
# uptime of the owner's last sign of life; `dead` the token of an owner that is known to have ended. The token grows
# with every owner and fences off earlier owners. Steps hold `lock` while they run, so no run gets the lease before the
# last step has ended.
# Given: RB_ROOT, and the functions of process.sh. Shared: RB_TOKEN (of the lease that this run got)

lease_value() {
  sed -n "s/^$1=//p" "$RB_ROOT/lease" 2>/dev/null
}

lease_write() {
  printf '%s\n' "$@" >"$RB_ROOT/lease.new" && mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
}

lease_now() {
  local lease_uptime
  read -r lease_uptime _ </proc/uptime
  echo "${lease_uptime%.*}"
}

# lease_beat: notes that the owner lives. Written in place, because a full disk has no room for a new file.
lease_beat() {
  printf '%-12s\n' "$(lease_now)" 1<>"$RB_ROOT/heartbeat"
}

# lease_alive SECONDS: true when the owner gave a sign of life within SECONDS and the host was not rebooted since.
lease_alive() {
  local beat
  read -r beat 2>/dev/null <"$RB_ROOT/heartbeat" || beat=0
  [ "$(lease_value state)" = held ] && [ "$(lease_value boot)" = "$(cat /proc/sys/kernel/random/boot_id)" ] &&
    [ "$(cat "$RB_ROOT/dead" 2>/dev/null)" != "$(lease_value token)" ] && [ $(($(lease_now) - ${beat:-0})) -le "$1" ]
}

# The folder of the owner's last step without an exit status: the step runs, or was killed.
lease_step() {
  local lease_folder
  for lease_folder in "$RB_ROOT/steps/$(lease_value token)"-*; do
    [ ! -e "$lease_folder/script" ] || [ -e "$lease_folder/status" ] || echo "$lease_folder"
  done | tail -n 1
}

# lease_told WORD: six lines on the run that holds the lease: word, token, owner, procedure, seconds, operation or -
lease_told() {
  local lease_operation
  lease_operation=$(cat "$(lease_step)/operation" 2>/dev/null)
  printf '%s\n' "$1" "$(lease_value token)" "$(lease_value owner)" "$(lease_value procedure)" \
    "$(($(lease_now) - $(lease_value since || echo 0)))" "${lease_operation:--}"
}

# lease_preempt BY: ends the owner's deploy while it drains or watches; does nothing in other steps
lease_preempt() {
  local folder
  folder=$(lease_step)
  case $(cat "$folder/operation" 2>/dev/null) in
    watch*) step_end "$folder" "preempt $1" ;;
  esac
}

# Ends the step of an owner that is gone; kills the step if it does not end in time.
lease_end_step() {
  local folder
  folder=$(lease_step)
  [ -n "$folder" ] || return 0
  step_end "$folder" taken
  [ -e "$folder/taken" ] || lease_now >"$folder/taken"
  if [ ! -e "$folder/protected" ] && [ $(($(lease_now) - $(cat "$folder/taken"))) -gt 20 ]; then
    step_signal KILL "$folder"
  fi
}

# The number of former steps whose folders stay on the host.
LEASE_STEPS=30

# lease_killed: whether a step was killed that nobody has cleared up after; marks these as cleared up
lease_killed() {
  local lease_folder lease_found=1
  for lease_folder in "$RB_ROOT"/steps/*; do
    [ -e "$lease_folder/script" ] && [ ! -e "$lease_folder/status" ] && [ ! -e "$lease_folder/swept" ] || continue
    lease_found=0
    : >"$lease_folder/swept"
  done
  return "$lease_found"
}

# Removes secrets, reserved room and old steps; after an owner that did not give its lease back, or a step that was
# killed, also containers of steps (helpers, commands) that these could not remove themselves.
lease_sweep() {
  local lease_old lease_label lease_left lease_dead=''
  # No step runs now, so nothing of them is needed any more. Removing files below makes a folder younger.
  for lease_old in $(ls -t "$RB_ROOT/steps" | tail -n "+$((LEASE_STEPS + 1))"); do rm -rf "$RB_ROOT/steps/$lease_old"; done
  rm -rf "$RB_ROOT"/steps/*/input "$RB_ROOT"/steps/*/delivery "$RB_ROOT"/steps/*/room "$RB_ROOT"/steps/*/access "$RB_ROOT"/steps/*/former "$RB_ROOT/dead"
  ! lease_killed || lease_dead=1
  [ "$(lease_value state)" = held ] || [ -n "$lease_dead" ] || return 0
  for lease_label in runbook.root runbook.command; do
    lease_left=$(docker ps -aq --filter "label=$lease_label=$RB_ROOT" 2>/dev/null </dev/null) || lease_left=
    # shellcheck disable=SC2086 # IDs
    [ -z "$lease_left" ] || docker rm -fv $lease_left >/dev/null 2>&1 </dev/null || :
  done
}

# lease_take OWNER PROCEDURE EXPIRY PREEMPT: prints `token N`; or what lease_told says, with `held` while the owner
# lives and `busy` while a step still runs that its owner left alone; or `locked` when others ask for the lease all the
# time
lease_take() {
  local lease_place token
  (
    umask 077
    lease_place=${RB_ROOT%/backup}
    # If somebody removed the folder, a container that mounts something in it makes an empty one when it starts, as
    # root.
    [ -w "$lease_place" ] || rmdir "$lease_place" 2>/dev/null
    mkdir -p "$RB_ROOT/steps" && chmod 700 "$RB_ROOT" || exit 1
    exec 7>>"$RB_ROOT/lease.lock" 8>>"$RB_ROOT/lock" || exit 1
    flock -w 10 7 || {
      echo locked
      exit 1
    }
    if lease_alive "$3"; then
      [ "$4" != 1 ] || lease_preempt "$1"
      lease_told held
    elif flock -n 8; then
      lease_sweep
      token=$(($(lease_value token || echo 0) + 1))
      lease_beat &&
        lease_write "token=$token" state=held "owner=$1" "procedure=$2" \
          "boot=$(cat /proc/sys/kernel/random/boot_id)" "since=$(lease_now)" &&
        echo "token $token"
    else
      lease_end_step
      lease_told busy
    fi
  )
}

# lease_acquire OWNER PROCEDURE EXPIRY PREEMPT TIMEOUT: tries until it has the lease (`token N`, also left in RB_TOKEN),
# TIMEOUT seconds are over (`timeout`), or the runner is gone. Prints the news of lease_take when they change.
# Standard input (descriptor 4): lines `dead TOKEN`.
lease_acquire() {
  local until told reader answer news
  until=$(($(lease_now) + $5)) told='' reader=''
  while :; do
    answer=$(lease_take "$1" "$2" "$3" "$4" 2>&1)
    case $answer in
      held* | busy*)
        # Compares everything but the seconds.
        news=$(printf '%s\n' "$answer" | sed 5d)
        if [ "$news" != "$told" ] || [ $(($(lease_now) % 10)) = 0 ]; then printf '%s\n' "$answer"; fi
        told=$news
        ;;
      locked) ;;
      *) break ;;
    esac
    [ -n "$reader" ] || {
      lease_listen &
      reader=$!
    }
    if [ "$(lease_now)" -ge "$until" ]; then
      answer=timeout
      break
    fi
    kill -0 "$reader" 2>/dev/null || break
    sleep 0.5
  done
  [ -z "$reader" ] || kill "$reader" 2>/dev/null
  printf '%s\n' "$answer"
  RB_TOKEN=${answer#token }
  [ "$RB_TOKEN" != "$answer" ]
}

lease_listen() {
  local word
  while IFS= read -r word <&4; do
    case $word in
      'dead '*) printf '%s\n' "${word#dead }" >"$RB_ROOT/dead" ;;
    esac
  done
}

# lease_keep: passes the runner's signs of life on until the runner is gone or says `release`. Descriptor 4 as above.
lease_keep() {
  local word
  while IFS= read -r word <&4; do
    case $word in
      beat) [ "$(lease_value token)" != "$RB_TOKEN" ] || lease_beat ;;
      release)
        lease_release "$RB_TOKEN"
        return
        ;;
    esac
  done
}

# lease_release TOKEN: does nothing when another run holds the lease
lease_release() {
  (
    umask 077
    flock -w 10 7 || exit 1
    [ "$(lease_value token)" = "$1" ] || exit 0
    sed 's/^state=.*/state=free/' "$RB_ROOT/lease" >"$RB_ROOT/lease.new" && mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
  ) 7>>"$RB_ROOT/lease.lock"
}

# lease_abandon TOKEN: ends the step of a run that is gone, and gives its lease back. Prints `other` (another run holds
# the lease), `idle` (no step runs), `ended`, or `goes` when the step needs longer.
lease_abandon() {
  local folder said tenths
  if [ "$(lease_value token)" != "$1" ] || [ "$(lease_value state)" != held ]; then
    echo other
    return
  fi
  folder=$(lease_step) said=idle
  if [ -n "$folder" ]; then
    step_end "$folder" cancel
    said=goes tenths=600
    while [ "$tenths" -gt 0 ] && [ ! -e "$folder/status" ]; do
      tenths=$((tenths - 1))
      sleep 0.1
    done
    [ ! -e "$folder/status" ] || said=ended
  fi
  lease_release "$1"
  echo "$said"
}
