# section NAME: what follows belongs to it
section() {
  printf '\n#rb-section %s\n' "$1"
}
