//! Trees in git revisions. These tests need git, which a machine with only Rust may lack: `.ci/interop` runs them with
//! `cargo test --test cli git:: -- --ignored`.

mod generated;

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::program::{Run, run_with};
use crate::support::tree::{HEADER, boot, write};

/// Ignores the user's git settings.
const NO_SETTINGS: (&str, &str) = ("GIT_CONFIG_GLOBAL", "/dev/null");

fn fvprov(directory: &Path, args: &[&str]) -> Run {
    run_with(directory, args, &[NO_SETTINGS])
}

#[track_caller]
fn git(directory: &Path, args: &[&str]) {
    let settings =
        ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "protocol.file.allow=always"];
    let mut command = Command::new("git");
    command.current_dir(directory).args(settings).args(args).envs([NO_SETTINGS]);
    let done = Run::from_output(&command.output().unwrap());
    assert_eq!(done.code, Some(0), "git {args:?}: {}", done.err);
}

/// A repository with a tree in `phones/`: two commits, of which the second changes the language, and an
/// uncommitted change.
fn repository() -> TempDir {
    let top = tempfile::tempdir().unwrap();
    let at = top.path();
    git(at, &["init", "--quiet"]);
    for mac in ["0021f2000001", "0021f2000002"] {
        write(at, &format!("phones/{mac}.boot"), boot(&["sites/a.cfg", &format!("{mac}.cfg")]));
        write(at, &format!("phones/{mac}.cfg"), format!("{HEADER}account.1.label = {mac}\n"));
    }
    write(at, "phones/sites/a.cfg", format!("{HEADER}lang.gui = German\n"));
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "one"]);
    write(at, "phones/sites/a.cfg", format!("{HEADER}lang.gui = French\n"));
    git(at, &["commit", "--quiet", "-am", "two"]);
    write(at, "phones/0021f2000001.cfg", format!("{HEADER}account.1.label = Hall\n"));
    top
}

/// `name old new phones` for each change.
fn changes(directory: &Path, args: &[&str]) -> Vec<String> {
    let run = fvprov(directory, &[&["diff", "--format", "json"], args].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    let diff: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let change = |one: &serde_json::Value| {
        format!(
            "{} {} {} {}",
            one["parameter"],
            one["old"],
            one["new"],
            one["phones"].as_array().unwrap().len()
        )
    };
    diff["changes"].as_array().unwrap().iter().map(change).collect()
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn revisions_are_compared_with_each_other_and_with_the_disk() {
    let top = repository();
    let label = "\"account.1.label\" \"0021f2000001\" \"Hall\" 1".to_owned();
    let lang = "\"lang.gui\" \"German\" \"French\" 2".to_owned();
    assert_eq!(changes(top.path(), &[]), std::slice::from_ref(&label));
    assert_eq!(
        changes(&top.path().join("phones/sites"), &["git:HEAD:..", ".."]),
        std::slice::from_ref(&label)
    );
    assert_eq!(changes(top.path(), &["git:HEAD~1", "git:HEAD"]), std::slice::from_ref(&lang));
    assert_eq!(changes(top.path(), &["git:HEAD~1"]), [label, lang]);
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn a_revision_reads_as_its_checkout_does() {
    let top = repository();
    git(top.path(), &["stash", "--quiet"]);
    for args in [
        &["render", "--all", "--format", "json"][..],
        &["phones", "--format", "json"],
        &["lint", "--output-format", "json"],
        &["lint", "--output-format", "full"],
    ] {
        let source = |source: &'static str| [args, &[source]].concat();
        let (disk, revision) =
            (fvprov(top.path(), &source("phones")), fvprov(top.path(), &source("git:HEAD:phones")));
        assert_eq!((disk.code, disk.out), (revision.code, revision.out), "{args:?}: {}", revision.err);
    }
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn each_side_has_its_own_settings() {
    let top = repository();
    write(top.path(), "phones/fvprov.toml", "[assume]\nempty-value = \"skip\"\n");
    write(top.path(), "phones/0021f2000002.cfg", format!("{HEADER}lang.gui =\n"));
    git(top.path(), &["add", "."]);
    git(top.path(), &["commit", "--quiet", "-m", "three"]);
    let lang = |args: &[&str]| {
        fvprov(top.path(), &[&["render", "--only", "lang.gui", "--mac", "0021f2000002"], args].concat()).out
    };
    assert_eq!(lang(&["git:HEAD:phones"]), format!("{HEADER}lang.gui = French\n"));
    assert_eq!(lang(&["git:HEAD:phones", "--isolated"]), format!("{HEADER}lang.gui =\n"));
    write(top.path(), "phones/fvprov.toml", "[lint]\nignor = []\n");
    assert_eq!(lang(&["git:HEAD:phones"]), format!("{HEADER}lang.gui = French\n"));
}

/// Also if a directory contains only directories, and if `sites.cfg` and `sites-old` are beside `sites`.
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn directories_of_a_revision_may_be_roots() {
    let top = repository();
    write(top.path(), "fvprov.toml", "[server]\nroots = [\"a/b\", \"a\"]\n");
    write(top.path(), "a/b/c/0021f2000005.cfg", HEADER);
    for path in ["a.cfg", "a-b/x.cfg", "a/b.cfg", "a/b-c/x.cfg"] {
        write(top.path(), path, HEADER);
    }
    git(top.path(), &["add", "."]);
    git(top.path(), &["commit", "--quiet", "-m", "roots"]);
    let (disk, revision) = (fvprov(top.path(), &["phones"]), fvprov(top.path(), &["phones", "git:HEAD"]));
    assert_eq!((disk.code, &disk.out), (Some(0), &revision.out), "{}{}", disk.err, revision.err);
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn bare_shallow_and_partial_clones() {
    let top = repository();
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", top.path().display());
    git(clones.path(), &["clone", "--quiet", "--bare", &url, "bare"]);
    let bare = clones.path().join("bare");
    assert_eq!(changes(&bare, &["git:HEAD~1", "git:HEAD"]).len(), 1);
    git(clones.path(), &["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    let run = fvprov(&clones.path().join("shallow"), &["diff", "git:HEAD~1"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("this clone is shallow") && run.err.lines().count() == 1, "{}", run.err);
    git(top.path(), &["config", "uploadpack.allowFilter", "true"]);
    git(clones.path(), &["clone", "--quiet", "--bare", "--filter=blob:none", &url, "partial"]);
    let run = fvprov(&clones.path().join("partial"), &["lint", "git:HEAD"]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.out.contains("unreadable-file") && run.out.contains("a partial clone?"), "{}", run.out);
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn missing_revisions_and_paths_are_errors_on_one_line() {
    let top = repository();
    let unable = |directory: &Path, args: &[&str], words: &str| {
        fvprov(directory, args).assert_unable(words);
    };
    unable(
        top.path(),
        &["lint", "git:nowhere"],
        "this repository has no branch, tag or commit with that name",
    );
    unable(top.path(), &["lint", "git:--all"], "revision `--all` not found");
    unable(top.path(), &["lint", "git:HEAD:gone"], "the revision does not contain `gone`");
    unable(top.path(), &["lint", "git:HEAD", "phones"], "cannot be combined with other sources");
    unable(top.path(), &["lint", "git:HEAD", "--fix"], "revisions and URLs are read-only");
    let other = tempfile::tempdir().unwrap();
    unable(other.path(), &["lint", "git:HEAD"], "is not in a git repository");
    git(other.path(), &["init", "--quiet"]);
    unable(other.path(), &["lint", "git:HEAD"], "this repository has no commits yet");
}

#[cfg(unix)]
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn links_submodules_and_lfs_pointers_are_identified() {
    use std::os::unix::fs::symlink;
    let top = repository();
    let at = top.path().join("phones");
    symlink("sites/a.cfg", at.join("linked.cfg")).unwrap();
    symlink("sites", at.join("places")).unwrap();
    symlink("/etc/hostname", at.join("outside.cfg")).unwrap();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    write(&at, "large.cfg", pointer);
    let includes = ["linked.cfg", "places/a.cfg", "outside.cfg", "large.cfg", "module/x.cfg"];
    write(&at, "0021f2000003.boot", boot(&includes));
    let url = format!("file://{}", top.path().display());
    git(top.path(), &["submodule", "--quiet", "add", &url, "phones/module"]);
    git(top.path(), &["add", "."]);
    git(top.path(), &["commit", "--quiet", "-m", "links"]);
    let run = fvprov(top.path(), &["lint", "git:HEAD", "--output-format", "concise"]);
    for words in [
        "phones/outside.cfg:1:1: error[unreadable-file]",
        "the link points outside the tree",
        "phones/large.cfg:1:1: warning[encrypted-file]",
        "this is a submodule",
        "`phones/module/x.cfg` does not exist",
    ] {
        assert!(run.out.contains(words), "{words}\n{}", run.out);
    }
    // Both links are followed, so their target sets the same value twice.
    assert!(run.out.contains("phones/places/a.cfg:2:1: info[redundant-setting]"), "{}", run.out);
    let run = fvprov(top.path(), &["render", "git:HEAD", "--mac", "0021f2000003", "--only", "lang.gui"]);
    assert!(run.code == Some(2) || run.out.contains("lang.gui = French"), "{} {}", run.out, run.err);
}

/// Equal objects are equal even if they are not read.
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn what_cannot_be_read_in_a_revision_is_unknown() {
    let top = repository();
    let at = top.path().join("phones");
    git(top.path(), &["checkout", "--quiet", "."]);
    for (commit, text) in [("three", "#!encrypt:1.0.0.0\nAAAA=\n"), ("four", "#!encrypt:1.0.0.0\nBBBB=\n")] {
        write(&at, "sites/a.cfg", text);
        git(top.path(), &["commit", "--quiet", "-am", commit]);
    }
    write(&at, "0021f2000001.cfg", format!("{HEADER}# a comment\naccount.1.label = 0021f2000001\n"));
    git(top.path(), &["commit", "--quiet", "-am", "five"]);
    for (old, new, code) in [
        ("git:HEAD~1", "git:HEAD", 0),
        ("git:HEAD", ".", 0),
        ("git:HEAD~2", "git:HEAD", 1),
        ("git:HEAD~3", "git:HEAD", 1),
        ("git:HEAD", "git:HEAD~3", 1),
        ("git:HEAD~2", ".", 1),
    ] {
        let run = fvprov(top.path(), &["diff", old, new, "--expect-unchanged"]);
        assert_eq!(run.code, Some(code), "{old} {new}: {}{}", run.out, run.err);
        assert_eq!(run.out.contains("unknown: phones/sites/a.cfg"), code == 1, "{old} {new}: {}", run.out);
    }
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn a_sparse_checkout_is_read_from_the_index() {
    let top = repository();
    git(top.path(), &["checkout", "--quiet", "."]);
    git(top.path(), &["sparse-checkout", "set", "--no-cone", "/*", "!/phones/sites/"]);
    assert!(!top.path().join("phones/sites/a.cfg").exists());
    let run = fvprov(top.path(), &["diff", "--exit-code"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let note = "is a sparse checkout, so fvprov reads 1 file from the git index instead";
    assert!(run.out.starts_with("no phone changes") && run.err.contains(note), "{}{}", run.out, run.err);
    assert_eq!(changes(top.path(), &["git:HEAD~1"]), ["\"lang.gui\" \"German\" \"French\" 2"]);
    // The content is missing in a partial clone.
    git(top.path(), &["config", "uploadpack.allowFilter", "true"]);
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", top.path().display());
    git(clones.path(), &["clone", "--quiet", "--filter=blob:none", "--no-checkout", &url, "partial"]);
    let partial = clones.path().join("partial");
    git(&partial, &["sparse-checkout", "set", "--no-cone", "/*", "!/phones/sites/"]);
    git(&partial, &["checkout", "--quiet"]);
    write(&partial, "phones/0021f2000001.cfg", format!("{HEADER}account.1.label = Hall\n"));
    let run = fvprov(&partial, &["diff", "git:HEAD~1", "--expect-unchanged"]);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.out.contains("unknown: phones/sites/a.cfg was not read (this clone does"), "{}", run.out);
    let run = fvprov(&partial, &["diff", "git:HEAD", "--expect-unchanged"]);
    assert!(run.out.contains("in 1 parameter") && !run.out.contains("unknown"), "one object: {}", run.out);
}

/// A clean checkout has the content, and its revision a pointer. No filter runs.
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn a_pointer_of_git_lfs_equals_its_checked_out_content() {
    let top = repository();
    let at = top.path();
    git(at, &["checkout", "--quiet", "."]);
    let content = format!("{HEADER}lang.gui = French\n");
    // The SHA-256 hash of this content.
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
                   oid sha256:b04f440cbae4097684edef02e6fb9d662beb07a9495e2c41b56e5fd4123df10d\nsize 36\n";
    write(at, "phones/sites/a.cfg", pointer);
    git(at, &["commit", "--quiet", "-am", "a pointer"]);
    write(at, "phones/sites/a.cfg", &content);
    for (key, program) in [
        ("filter.lfs.clean", "touch ran"),
        ("filter.lfs.smudge", "touch ran"),
        ("core.fsmonitor", "touch ran"),
    ] {
        git(at, &["config", key, program]);
    }
    write(at, ".gitattributes", "*.cfg filter=lfs\n");
    let same = fvprov(at, &["diff", "--expect-unchanged"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);
    // Between revisions, the content is known too.
    assert_eq!(changes(at, &["git:HEAD~2", "git:HEAD"]), ["\"lang.gui\" \"German\" \"French\" 2"]);
    write(at, "phones/sites/a.cfg", content.replace("French", "Danish"));
    let other = fvprov(at, &["diff", "--expect-unchanged"]);
    assert_eq!(other.code, Some(1), "{}{}", other.out, other.err);
    assert!(other.out.contains("unknown: phones/sites/a.cfg is a Git LFS pointer"), "{}", other.out);
    assert!(!other.out.contains("not set") && !other.out.contains("Danish"), "{}", other.out);
    assert!(!at.join("ran").exists() && !at.join("phones/ran").exists());
}

/// The index states that the working tree has not changed since the file was decrypted.
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn an_encrypted_file_of_a_clean_checkout_is_unchanged() {
    let top = repository();
    let at = top.path();
    git(at, &["checkout", "--quiet", "."]);
    let (plain, secret) = (format!("{HEADER}lang.gui = French\n"), "\0GITCRYPT\0AAAAAAAA");
    write(at, "secret", secret);
    let oid = git_output(at, &["hash-object", "-w", "secret"], "");
    std::fs::remove_file(at.join("secret")).unwrap();
    // What `git-crypt unlock` leaves: the index names the encrypted object, and has the times of the plain file.
    write(at, "phones/sites/a.cfg", &plain);
    git(at, &["config", "filter.crypt.clean", &format!("git cat-file blob {oid}")]);
    write(at, ".git/info/attributes", "phones/sites/a.cfg filter=crypt\n");
    git(at, &["add", "phones/sites/a.cfg"]);
    git(at, &["commit", "--quiet", "-m", "encrypted"]);
    // Otherwise the index is as new as the file.
    let earlier = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    std::fs::File::options()
        .write(true)
        .open(at.join("phones/sites/a.cfg"))
        .unwrap()
        .set_modified(earlier)
        .unwrap();
    git(at, &["update-index", "--refresh"]);
    git(at, &["config", "filter.crypt.clean", "touch ran"]);
    let same = fvprov(at, &["diff", "--expect-unchanged"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);
    write(at, "phones/sites/a.cfg", plain.replace("French", "Danish"));
    let other = fvprov(at, &["diff", "--expect-unchanged"]);
    assert_eq!(other.code, Some(1), "{}{}", other.out, other.err);
    assert!(other.out.contains("unknown: phones/sites/a.cfg is encrypted by git-crypt"), "{}", other.out);
    assert!(!other.out.contains("not set"), "{}", other.out);
    assert!(!at.join("ran").exists() && !at.join("phones/ran").exists());
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn views_of_a_sparse_checkout_read_the_index() {
    let top = repository();
    git(top.path(), &["checkout", "--quiet", "."]);
    git(top.path(), &["sparse-checkout", "set", "--no-cone", "/*", "!/phones/sites/"]);
    let lint = fvprov(&top.path().join("phones"), &["lint", "--select", "missing-include"]);
    assert_eq!(lint.code, Some(0), "{}{}", lint.out, lint.err);
    assert!(lint.err.contains("from the git index instead"), "{}", lint.err);
    let why = fvprov(&top.path().join("phones"), &["why", "lang.gui", "--mac", "0021f2000001"]);
    assert!(why.out.contains("French"), "{}{}", why.out, why.err);
    // `--fix` reads the index too, and changes only files that are checked out.
    git(top.path(), &["sparse-checkout", "disable"]);
    for file in ["sites/a.cfg", "0021f2000001.cfg"] {
        write(&top.path().join("phones"), file, format!("{HEADER}lang.gui = French  \n"));
    }
    git(top.path(), &["commit", "--quiet", "-am", "spaces"]);
    git(top.path(), &["sparse-checkout", "set", "--no-cone", "/*", "!/phones/sites/"]);
    let rules = "missing-include,trailing-whitespace";
    let fix = fvprov(&top.path().join("phones"), &["lint", "--fix", "--select", rules]);
    assert!(
        !fix.out.contains("missing-include") && fix.out.contains("sites/a.cfg"),
        "{}{}",
        fix.out,
        fix.err
    );
    assert!(!top.path().join("phones/sites/a.cfg").exists());
    let own = std::fs::read_to_string(top.path().join("phones/0021f2000001.cfg")).unwrap();
    assert_eq!(own, format!("{HEADER}lang.gui = French\n"));
}

/// Writes a file with other content, but with its old size and time.
fn write_unnoticed(directory: &Path, path: &str, text: &str) {
    let file = directory.join(path);
    let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
    write(directory, path, text);
    std::fs::File::options().append(true).open(&file).unwrap().set_modified(modified).unwrap();
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn diff_with_the_working_tree_notices_every_change() {
    let top = repository();
    let at = &top.path().join("phones");
    let label = |old: &str, new: &str| vec![format!("\"account.1.label\" \"{old}\" \"{new}\" 1")];
    assert_eq!(changes(at, &[]), label("0021f2000001", "Hall"));
    // A new time without a change; a file that git does not track.
    git(at, &["commit", "--quiet", "-am", "three"]);
    let file = std::fs::File::options().append(true).open(at.join("0021f2000001.cfg")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(changes(at, &[]), Vec::<String>::new());
    write(at, ".gitignore", "*.cfg\n");
    write(at, "y000000000000.cfg", HEADER);
    write(at, "0021f2000003.cfg", format!("{HEADER}account.1.label = New\n"));
    let run = fvprov(at, &["diff", "--format", "json"]);
    assert_eq!(run.json()["phones"]["added"].to_string(), "[\"0021f2000003\"]");
    std::fs::remove_file(at.join("0021f2000003.cfg")).unwrap();
    // Files that git does not look at.
    for (set, unset) in
        [("--assume-unchanged", "--no-assume-unchanged"), ("--skip-worktree", "--no-skip-worktree")]
    {
        git(at, &["update-index", set, "0021f2000002.cfg"]);
        write(at, "0021f2000002.cfg", format!("{HEADER}account.1.label = Door\n"));
        assert_eq!(changes(at, &[]), label("0021f2000002", "Door"), "{set}");
        git(at, &["update-index", unset, "0021f2000002.cfg"]);
        git(at, &["checkout", "--quiet", "0021f2000002.cfg"]);
    }
    // A file that git compares only by its size and time.
    git(at, &["config", "core.checkStat", "minimal"]);
    git(at, &["config", "core.trustctime", "false"]);
    write_unnoticed(at, "0021f2000002.cfg", &format!("{HEADER}account.1.label = 0021f2000009\n"));
    assert_eq!(changes(at, &[]), label("0021f2000002", "0021f2000009"));
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
#[cfg(unix)]
fn diff_with_the_working_tree_runs_no_program() {
    use std::os::unix::fs::PermissionsExt as _;
    let attributes = "* filter=planted diff=planted merge=planted text working-tree-encoding=UTF-8\n";
    for place in [".gitattributes", ".git/info/attributes", "phones/.gitattributes", "nowhere"] {
        let top = repository();
        let at = top.path();
        let program = at.join(".git/planted");
        let ran = at.join(".git/ran");
        write(at, ".git/planted", format!("#!/bin/sh\ntouch {}\ncat\n", ran.display()));
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        for hook in [
            "post-index-change",
            "post-checkout",
            "reference-transaction",
            "fsmonitor-watchman",
            "pre-commit",
        ] {
            std::fs::create_dir_all(at.join(".git/hooks")).unwrap();
            std::fs::copy(&program, at.join(".git/hooks").join(hook)).unwrap();
        }
        write(at, place, attributes);
        for setting in [
            "core.fsmonitor",
            "filter.planted.clean",
            "filter.planted.smudge",
            "filter.planted.process",
            "diff.planted.textconv",
            "diff.planted.command",
            "diff.external",
            "core.pager",
            "core.editor",
            "core.sshCommand",
            "core.askPass",
        ] {
            let config = at.join(".git/config");
            git(at, &["config", "--file", config.to_str().unwrap(), setting, program.to_str().unwrap()]);
        }
        // Every file has another time than in the index, or one that is as new as the index.
        for path in ["phones/0021f2000002.cfg", "phones/sites/a.cfg"] {
            let text = std::fs::read(at.join(path)).unwrap();
            write(at, path, text);
        }
        let _ = std::fs::remove_file(&ran);
        for args in [&["diff"][..], &["diff", "git:HEAD~1"], &["diff", "git:HEAD", "."]] {
            let run = fvprov(&at.join("phones"), args);
            assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
            assert!(!ran.exists(), "{place}: {args:?}");
        }
    }
}

/// A tree of 10 entries that are all the same tree, seven levels deep, has ten million paths and a few objects.
#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn a_revision_with_too_many_paths_is_refused() {
    let top = tempfile::tempdir().unwrap();
    git(top.path(), &["init", "--quiet"]);
    write(top.path(), "y000000000000.cfg", HEADER);
    git(top.path(), &["add", "."]);
    let mut tree = git_output(top.path(), &["write-tree"], "");
    for _ in 0..7 {
        let entries: Vec<String> = (0..10).map(|at| format!("040000 tree {tree}\td{at}\n")).collect();
        tree = git_output(top.path(), &["mktree"], &entries.concat());
    }
    let commit = git_output(top.path(), &["commit-tree", "-m", "many", &tree], "");
    fvprov(top.path(), &["lint", &format!("git:{commit}")])
        .assert_unable("it contains more than 1000000 files");
}

/// The output of a git command with this standard input.
fn git_output(directory: &Path, args: &[&str], input: &str) -> String {
    use std::io::Write as _;
    let mut child = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(args)
        .envs([NO_SETTINGS])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}
