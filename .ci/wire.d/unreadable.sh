# `diff` over files that the real git-lfs and git-crypt leave in a repository: a difference that cannot be read is unknown,
# and equal files are equal, in directories and in revisions.
# needs: git git-lfs git-crypt
set -euo pipefail
. "$(dirname "$0")/expect.bash"
cd "$WORK"

export HOME=$WORK GIT_CONFIG_NOSYSTEM=1
git config --global user.name ci
git config --global user.email ci@example.com
git config --global init.defaultBranch main
git lfs install --skip-repo > "$output"

# tree DIRECTORY VALUE: a phone with a plain file, and `hidden.cfg` with the value.
tree() {
  mkdir -p "$1"
  printf '#!version:1.0.0.1\ninclude:config <plain.cfg>\ninclude:config <hidden.cfg>\n' > "$1/0021f2000001.boot"
  printf '#!version:1.0.0.1\nlang.gui = German\n' > "$1/plain.cfg"
  printf '#!version:1.0.0.1\naccount.1.label = %s\n' "$2" > "$1/hidden.cfg"
}

# check REPOSITORY WORDS: the last commit changes hidden.cfg, the one before changes only a comment elsewhere.
check() {
  cd "$1"
  for gate in --expect-unchanged --exit-code "--gate=reboot"; do
    expect 1 "$FVPROV" diff git:HEAD~1 git:HEAD "$gate"
    contains "unknown: hidden.cfg"
    contains "$2"
    lacks "no phone changes"
    expect 0 "$FVPROV" diff git:HEAD~2 git:HEAD~1 "$gate"
    contains "no phone changes"
  done
  expect 0 "$FVPROV" diff git:HEAD~1 git:HEAD --format json
  contains '"file":"hidden.cfg"'
  expect 0 "$FVPROV" diff git:HEAD~1 git:HEAD --format markdown
  contains "Unknown: hidden.cfg"
  cd "$WORK"
}

# is_left_out REPOSITORY: the revision has only the pointer or the encrypted file.
is_left_out() {
  cd "$1"
  expect 0 "$FVPROV" render git:HEAD --mac 0021f2000001
  cd "$WORK"
  contains "it was skipped"
  lacks "account.1.label"
}

commits() {
  git -C "$1" add --all
  git -C "$1" commit --quiet --message one
  printf '# a comment\n' >> "$1/plain.cfg"
  git -C "$1" commit --quiet --all --message two
  printf '#!version:1.0.0.1\naccount.1.label = Reception\n' > "$1/hidden.cfg"
  git -C "$1" commit --quiet --all --message three
}

echo "git-lfs"
tree lfs Hall
git -C lfs init --quiet
git -C lfs lfs track hidden.cfg > "$output"
commits lfs
# Here git-lfs stores the content of every pointer, so fvprov reads the content.
cd lfs
expect 1 "$FVPROV" diff git:HEAD~1 git:HEAD --expect-unchanged
contains "account.1.label: Hall → Reception"
lacks "unknown:"
expect 0 "$FVPROV" diff git:HEAD . --expect-unchanged
contains "no phone changes"
cd "$WORK"
# A clone without the content, and an equal clone.
GIT_LFS_SKIP_SMUDGE=1 git clone --quiet lfs pointer 2> "$output"
cp -R pointer twin
check "$WORK/pointer" "a Git LFS pointer instead of the file"
is_left_out pointer
expect 0 "$FVPROV" diff pointer twin --expect-unchanged

echo "git-crypt"
tree crypt Hall
git -C crypt init --quiet
(cd crypt && git-crypt init > "$output")
printf 'hidden.cfg filter=git-crypt diff=git-crypt\n' > crypt/.gitattributes
commits crypt
check "$WORK/crypt" "encrypted by git-crypt"
(cd crypt && git-crypt export-key ../key)
git clone --quiet crypt locked 2> "$output"
cp -R locked twin2
expect 1 "$FVPROV" diff locked crypt --exit-code
contains "unknown: hidden.cfg is encrypted by git-crypt"
expect 0 "$FVPROV" diff locked twin2 --expect-unchanged
is_left_out locked
(cd locked && git-crypt unlock ../key > "$output")
expect 0 "$FVPROV" diff locked crypt --expect-unchanged
contains "no phone changes"
echo ok
