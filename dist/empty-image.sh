# An image with nothing in it, from no registry: containers of it run the host's own programs, mounted read-only.

EMPTY_IMAGE=runbook-helper:empty

# empty_image: makes the image if it does not exist yet
empty_image() {
  docker image inspect "$EMPTY_IMAGE" >/dev/null 2>&1 </dev/null ||
    tar -c -T /dev/null | docker import - "$EMPTY_IMAGE" >/dev/null
}
