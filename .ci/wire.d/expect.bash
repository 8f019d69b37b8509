# Runs commands and checks their exit status and output. Source this file before changing the directory. Requires $WORK.
script=$(basename "$0" .sh)
output=$WORK/output
: > "$output"
fail() {
  printf '%s: %s\n' "$script" "$*" >&2
  sed 's/^/  | /' "$output" >&2
  exit 1
}
# expect STATUS COMMAND…: runs the command and stores its output.
expect() {
  local want=$1 status=0
  shift
  "$@" > "$output" 2>&1 || status=$?
  [ "$status" -eq "$want" ] || fail "exit $status, not $want: $*"
}
contains() { grep -qF -- "$1" "$output" || fail "missing in the output: $1"; }
lacks() { ! grep -qF -- "$1" "$output" || fail "in the output: $1"; }
