# section NAME: begins a section of the output
section() {
  printf '\n#rb-section %s\n' "$1"
}
