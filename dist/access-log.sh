# Counts answers to clients in the proxy's access log, in the minute before a cutover and since. Given: what apply.sh
# gives
#
# Shared: access_follower (PID of the process that writes the log down) answers_read answers_all answers_bad answers_own
#         answers_outside (what was counted so far) answers_apart (0: a part of the clients is answered by another log)

# The new release is compared with the access log of the minute before. Caddy writes it to its standard error.
follow_access_log() {
  local running id
  [ -n "$PROXY" ] && [ ! -e "$RB_STEP/access" ] || return 0
  running=$(running_containers --filter "label=com.docker.compose.project=$PROJECT") || { fail unnoted "$PROXY"; return 1; }
  id=$(proxies_in "$running" | head -n 1)
  [ -n "$id" ] || return 0
  # shellcheck disable=SC2046 # IDs
  inside_addresses $(printf '%s\n' "$running" | cut -f 1) >"$RB_STEP/inside" || { fail unnoted "$PROXY"; return 1; }
  docker logs --timestamps --since 60s "$id" 2>&1 | answers_in "$(date -u +%H:%M:%S)" | tell_answers baseline
  # Without the lock: this process might outlive the step.
  docker logs -f --since 0s "$id" >"$RB_STEP/access" 2>&1 8<&- 9>&- &
  access_follower=$!
  undo_push forget_access_log
}

# inside_addresses ID…: addresses of requests that no client sent: of these, the stack's containers, of those that this run
# moved already, and of containers that ask themselves
inside_addresses() {
  addresses_of "$@" | cut -d ' ' -f 4
  cat "$RB_STEP"/redirect/old-* "$RB_STEP"/redirect/had-* 2>/dev/null | tr ' ' '\n' | grep '[.:]' | cut -d / -f 1
  printf '%s\n' 127.0.0.1 ::1
}

stop_access_log() {
  [ -z "${access_follower:-}" ] || kill "$access_follower" 2>/dev/null || :
  access_follower=
}

# forget_access_log: the requests of users are not kept
forget_access_log() {
  stop_access_log
  rm -f "$RB_STEP/access"
}

# count_answers_on: the answers since the cutover; each line is read once, however long the watch lasts
count_answers_on() {
  local size more all bad own steady outside
  [ -e "$RB_STEP/access" ] || return 0
  size=$(wc -c <"$RB_STEP/access")
  more=$(tail -c "+$((${answers_read:-0} + 1))" "$RB_STEP/access" | head -c "$((size - ${answers_read:-0}))" | answers_in)
  read -r all bad own steady outside <<END
${more:-0 0 0 0 0}
END
  answers_read=$size answers_all=$((${answers_all:-0} + all)) answers_bad=$((${answers_bad:-0} + bad)) answers_own=$((${answers_own:-0} + own))
  answers_outside=$((${answers_outside:-0} + outside))
  echo "$answers_all $answers_bad $answers_own ${answers_apart:-1} $answers_outside" | tell_answers now
}

# tell_answers NAME: reads `ALL BAD OWN STEADY OUTSIDE`. Since the cutover STEADY is 0 where a part of the clients is
# answered by a container with another log.
tell_answers() {
  local all bad own steady outside
  read -r all bad own steady outside
  event answers "of=$1" "all=$all" "bad=$bad" "own=$own" "steady=$steady" "outside=$outside"
}

# answers_in [NOW]: prints the number of answers to clients, of 5xx among them, and of answers to probes of ours, which
# name themselves where the log has user agents. Then with NOW (HH:MM:SS) the fewest answers to clients outside the
# stack in any 5 s of the minute before it, for which each line must begin with its time; and the answers to clients
# outside the stack: the first address of a line is the client's. The log has the common or combined format, that of
# HAProxy's `httplog`, or JSON with a member for the status.
answers_in() {
  awk -v now="${1:-}" -v inside="${RB_STEP:-}/inside" '
    BEGIN { while ((getline line < inside) > 0) { if (line ~ /:/) inside6[line] = 1; else inside4[line] = 1 } }
    function is_inside(line,    part, n, i) {
      if (match(line, /[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+/) && (substr(line, RSTART, RLENGTH) in inside4)) return 1
      n = split(line, part, /[^0-9a-fA-F:]+/)
      for (i = 1; i <= n; i++) if (part[i] in inside6) return 1
      return 0
    }
    function status(line) {
      if (match(line, /" [1-5][0-9][0-9] /)) return substr(line, RSTART + 2, 3)
      if (match(line, /"(status|Status|DownstreamStatus|status_code)" *: *"?[1-5][0-9][0-9]/)) return substr(line, RSTART + RLENGTH - 3, 3)
      if (match(line, /\/-?[0-9]+\/-?[0-9]+\/-?[0-9]+\/[+]?-?[0-9]+ [1-5][0-9][0-9] /)) return substr(line, RSTART + RLENGTH - 4, 3)
      return ""
    }
    function seconds(time,    part) { split(time, part, ":"); return part[1] * 3600 + part[2] * 60 + int(part[3]) }
    { code = status($0) }
    # Caddy writes each error to a second log, too, where successes are missing.
    code == "" || /"logger": *"http[.]log[.]error/ { next }
    /runbook-actions/ { own++; next }
    { all++ }
    code >= 500 { bad++ }
    is_inside($0) { next }
    { outside++ }
    now != "" { time = $1; sub(/^[^T]*T/, "", time); count[int(seconds(time) / 5)]++ }
    END {
      if (now != "") {
        last = int(seconds(now) / 5)
        # The first and the last of these intervals are incomplete.
        for (back = 1; back <= 11; back++) {
          in_it = count[(last - back + 17280) % 17280] + 0
          if (back == 1 || in_it < steady) steady = in_it
        }
      }
      print all + 0, bad + 0, own + 0, steady + 0, outside + 0
    }'
}
