# Reads which Compose projects this host has, and from which directories and files they run, by the labels that Compose
# leaves on containers. Given: DIRECTORY; COMPOSE_FILES: paths below it, one per line.

tenant_format='{{.State}}\t{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.service"}}\t{{.Label "com.docker.compose.oneoff"}}\t{{.Label "com.docker.compose.config-hash"}}\t{{.Label "com.docker.compose.project.working_dir"}}\t{{.Label "com.docker.compose.project.config_files"}}'

# list_tenants: lines of the ID and what tenant_format says, a tab between
list_tenants() {
  docker ps -a --no-trunc --filter label=com.docker.compose.project --format "{{.ID}}\t$tenant_format"
}

# Sections `owner` (the stack that this directory is of), `tenants` and `places`: lines `DEVICE:INODE PATH`, a tab
# between, so that one place is known by every name that leads there. Paths that lead nowhere have no line.
# Given: tenants (what list_tenants said)
observe_place() {
  section owner
  cat "$DIRECTORY/.runbook/stack" 2>/dev/null
  section tenants
  printf '%s\n' "$tenants" | cut -f 2-
  section places
  {
    printf '%s\n' "$DIRECTORY"
    printf '%s\n' "$COMPOSE_FILES" | sed "s|^|$DIRECTORY/|"
    printf '%s\n' "$tenants" | cut -f 7- | tr '\t,' '\n\n'
  } | grep '^/' | sort -u | tr '\n' '\0' | xargs -0 stat -L -c '%d:%i	%n' 2>/dev/null || :
}
