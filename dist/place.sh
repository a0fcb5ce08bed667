# Reads which Compose projects this host has, and from which directories and files they run, by the labels that Compose
# leaves on containers. Given: DIRECTORY; COMPOSE_FILES: paths below it, one per line.

tenant_format='{{.State}}\t{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.service"}}\t{{.Label "com.docker.compose.oneoff"}}\t{{.Label "com.docker.compose.config-hash"}}\t{{.Label "com.docker.compose.project.working_dir"}}\t{{.Label "com.docker.compose.project.config_files"}}'

# list_tenants: prints a line for each container of a Compose project: its ID, a tab, and what tenant_format says
list_tenants() {
  docker ps -a --no-trunc --filter label=com.docker.compose.project --format "{{.ID}}\t$tenant_format"
}

# observe_place: prints the sections `owner` (the stack that the directory belongs to), `tenants`, and `places`: lines
# `DEVICE:INODE PATH` with a tab between, which show when two paths lead to the same place. Paths that lead nowhere have
# no line. Given: tenants (what list_tenants printed)
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
