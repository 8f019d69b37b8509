# Functions for tests that take long and run again only if their inputs changed. .ci/NAME.passed contains the hash of the
# inputs of the last pass.

# Prints the hash of the tracked files below these paths.
input_hash() {
  git ls-files -z -- "$@" | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# Runs .ci/NAME if its inputs differ from those of the last pass and .ci/run has taken less than 50 minutes. A test that
# cannot run here exits with 75.
run_if_changed() {
  local name=$1 status=0
  if [ "$(bash ".ci/$name" --hash)" = "$(cat ".ci/$name.passed" 2> /dev/null || true)" ]; then
    echo "skipped: $name: its inputs have not changed since it passed"
  elif [ "$SECONDS" -ge 3000 ]; then
    echo "skipped: $name: the other steps took more than 50 minutes; run: bash .ci/$name"
  else
    bash ".ci/$name" || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 75 ] || return "$status"
  fi
}
