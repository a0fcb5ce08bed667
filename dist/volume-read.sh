# Reads volumes into a backup. Runs on the host after the pieces for parts and the helper.
# shellcheck disable=SC2154 # part_… come from the piece for parts

# volume_tar: prints the script for the helper. Its exit status is 1 if a file changed while it was read. GNU tar has
# the same status if a folder got or lost an entry meanwhile; that damages no file, so it does not count. Nor do sockets,
# which no archive holds, and warnings that a file system has no attributes. Names must be told as they are: tar would
# write `\303` for a byte of an `ä`, and no folder would be found by that.
volume_tar() {
  cat <<'SCRIPT'
cd /volume || exit 2
for beside; do set -- "$@" "--exclude=./$beside"; shift; done
# Keep holes, extended attributes and access lists, if this tar knows them.
! tar --xattrs --acls --sparse --version >/dev/null 2>&1 || set -- --xattrs --acls --sparse "$@"
! tar --quoting-style=literal --version >/dev/null 2>&1 || set -- --quoting-style=literal "$@"
exec 5>&1
{ tar -c -f - --numeric-owner "$@" . 2>&1 >&5 5>&-; echo "#tar $?"; } | {
  torn='' status=2
  while IFS= read -r line; do
    case $line in
      '#tar '*) status=${line#* } ;;
      'tar: '*': file changed as we read it')
        name=${line#tar: }
        [ -d "${name%: file changed as we read it}" ] || { torn=1; printf '%s\n' "$line" >&2; }
        ;;
      'tar: '*': File removed before we read it' | 'tar: '*': socket ignored') ;;
      'tar: '*': Warning: Cannot '*xattr* | 'tar: '*': Warning: Cannot acl_'*) ;;
      *) torn=1; printf '%s\n' "$line" >&2 ;;
    esac
  done
  [ "$status" != 1 ] || [ -n "$torn" ] || status=0
  exit "$status"
}
SCRIPT
}

# read_volume INDEX NAME FILE: reads a volume into the backup; FILE is without the packer's suffix
read_volume() {
  local volume packer file try
  volume=$(volume_mount "$2") || { fail no-volume "$2"; return 1; }
  if zstd --version >/dev/null 2>&1; then packer=here file=$3.zst; else packer=gzip file=$3.gz; fi
  for try in 1 2 3; do
    open_part "$1" "$file" "$try" || { fail written "$file"; return 1; }
    volume_pipe "$1" "$file" 6>&- &
    echo $! >"$RB_STEP/pipe-$1"
    undo_push "kill $! 2>/dev/null || :"
    await_part "$1" "$file" "$2" || return 1
    if part_proven 5; then
      # The root folder itself is not counted.
      event entries "index=$1" "count=$(($(sed -n 's/^#entries //p' "$part_log") - 1))"
      settle_part "$1" "$file" "$2"
      return
    fi
    volume_changed || { fail part "$2" "$part_log"; return 1; }
    rm -f "$part_target"
    say "$2 changed while it was read (try $try)"
    sleep 2
  done
  grep -E 'as we read it|removed before|shrank' "$part_log" >"$RB_STEP/changed.log"
  fail changed "$2" "$RB_STEP/changed.log"
}

# volume_changed: whether nothing went wrong but that files changed while tar read them
volume_changed() {
  grep -q '^#exit read 1$' "$part_log" && [ "$(grep -c '^#exit [a-z_]* 0$' "$part_log")" = 4 ]
}

# volume_pipe INDEX FILE: sends the volume's content to FILE, and checks it on the way
volume_pipe() {
  local pipe_log pipe_target
  pipe_log=$RB_STEP/part-$1.log pipe_target=$(target "$1" "$2")
  {
    {
      # shellcheck disable=SC2086 # patterns for tar, none of which is a file here
      (cd "$RB_STEP" && set -f && volume_helper "$volume" read "$(volume_tar)" $VOLUME_BESIDE) </dev/null 2>>"$pipe_log"
      echo "#exit read $?" >>"$pipe_log"
    } | {
      tee /dev/fd/4 2>>"$pipe_log"
      echo "#exit tee $?" >>"$pipe_log"
    } | {
      pack "$packer" 2>>"$pipe_log"
      echo "#exit host_pack $?" >>"$pipe_log"
    } | keep "$pipe_target" "$pipe_log" 2>>"$pipe_log"
  } 4>&1 | {
    # Read to the end even after tar failed, or the writer would die of SIGPIPE.
    { tar -t -f - 2>>"$pipe_log"; echo "#exit tar $?" >>"$pipe_log"; cat >/dev/null; } |
      { printf '#entries %d\n' "$(wc -l)" >>"$pipe_log"; }
  }
  : >"$RB_STEP/ended-$1"
}
