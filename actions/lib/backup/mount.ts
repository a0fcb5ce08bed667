/** Whether the disk is there on which a folder is to lie. */
import { quote } from '../host/quote';

/**
 * Script that prints what is known of a folder, which need not exist yet, a line each: `writable` or `refused`; its free
 * KiB; the mount point that it lies on, with the name of the disk; the mount point of `/etc/fstab` that it should lie on
 * and that is not mounted, or nothing.
 */
export function lookAtFolder(folder: string): string {
  return `f=${quote(folder)} d=$f
while [ ! -e "$d" ]; do d=\${d%/*}; [ -n "$d" ] || d=/; done
[ -w "$d" ] && echo writable || echo refused
# Names of devices and folders may have spaces, so the fields count from the right and by their form.
df -Pk "$d" | awk 'NR > 1 && match($0, / (-|[0-9]+%) +[/]/) {
  mount = substr($0, RSTART + RLENGTH - 1)
  count = split(substr($0, 1, RSTART - 1), fields)
  print fields[count]
  device = substr($0, 1, RSTART - 1)
  sub(/ +[-0-9]+ +[-0-9]+ +[-0-9]+ *$/, "", device)
  print mount " (" device ")"
  found = 1
  exit
} END { if (!found) { print ""; print "" } }'
if real=$(cd "$d" 2>/dev/null && pwd -P); then real="\${real%/}\${f#"$d"}"; else real=$f; fi
RB_FOLDER=$real awk 'BEGIN { folder = ENVIRON["RB_FOLDER"] "/"; gsub(/ /, "\\\\040", folder) }
FILENAME ~ /mounts$/ { mounted[$2] = 1; next }
$2 ~ /^[/]./ && !/^[ \\t]*#/ {
  point = $2
  sub(/[/]+$/, "", point)
  if (!(point in mounted) && index(folder, point "/") == 1) { print point; exit }
}' /proc/self/mounts /etc/fstab 2>/dev/null || :
`;
}
