# An image with nothing in it: what runs there are the host's own programs, bound read-only. It comes from no registry.

EMPTY_IMAGE=runbook-helper:empty

# empty_image: makes it where it is not there
empty_image() {
  docker image inspect "$EMPTY_IMAGE" >/dev/null 2>&1 </dev/null ||
    tar -c -T /dev/null | docker import - "$EMPTY_IMAGE" >/dev/null
}
