# The generations of a lineage on the disk: which one its links lead to, and which ones certbot sees. Runs after renew.sh.
#
# Given: what renew.sh gives, and its in_state

# to_lineage_links: sets the links that standard input lists as `PART.pem TARGET`; each is replaced at once, so that
# none is ever missing
to_lineage_links() {
  in_state write 'cd "live/$1" || exit 9
while read -r part target; do
  [ "$(readlink "$part")" = "$target" ] && continue
  rm -f ".$part.runbook" && ln -s "$target" ".$part.runbook" && mv -T ".$part.runbook" "$part" || exit 1
done' "$LINEAGE"
}

# op_relink N: leads the links to a generation on the disk
op_relink() {
  local part folder
  operation relink
  for part in cert chain fullchain privkey; do
    # The folder in the spelling of the former links.
    folder=$(sed -n "s|^$part\.pem \(.*\)/[^/]*$|\1|p" "$RB_STEP/links")
    echo "$part.pem $folder/$part$1.pem"
  done >"$RB_STEP/links-new"
  to_lineage_links <"$RB_STEP/links-new" || { fail state "$LINEAGE"; return 1; }
}

# set_unfit_aside: hides generations that are newer than the linked one from certbot. They were not fit to be served, and
# certbot would link the newest again, and order for the names of that one.
set_unfit_aside() {
  in_state write 'cd "live/$1" || exit 1
target=$(readlink fullchain.pem) && cd "${target%/*}" || exit 1
linked=${target##*/fullchain} linked=${linked%.pem}
for file in cert*.pem chain*.pem fullchain*.pem privkey*.pem; do
  number=${file%.pem} number=${number##*[!0-9]}
  [ -e "$file" ] && [ "${number:-0}" -gt "$linked" ] || continue
  mv "$file" "$file.unfit" || exit 1
done' "$LINEAGE" </dev/null >"$RB_STEP/state.log" 2>&1
}
