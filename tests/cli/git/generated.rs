//! Revisions without the files that `generate` writes.

use super::*;

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn revisions_without_generated_files_are_evaluated_in_memory() {
    let top = tempfile::tempdir().unwrap();
    let at = top.path();
    git(at, &["init", "--quiet"]);
    assert_eq!(fvprov(at, &["init"]).code, Some(0));
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "one"]);
    // The .gitignore of `init` excludes the phone's files and the secrets: the revision contains neither.
    assert_eq!(changes(at, &["git:HEAD", "."]), [""; 0]);
    let list = std::fs::read_to_string(at.join("phones.csv")).unwrap();
    write(at, "phones.csv", list.replace("Reception", "Front desk"));
    git(at, &["commit", "--quiet", "-am", "two"]);
    let change = "\"account.1.display_name\" \"Reception\" \"Front desk\" 1";
    assert_eq!(changes(at, &["git:HEAD~1", "git:HEAD"]), [change]);
    // The files on the disk are those of the first commit.
    assert_eq!(changes(at, &["git:HEAD~1", "."]), [""; 0]);
    // Without the secrets, they are unknown on one side, and equal on two revisions.
    std::fs::remove_file(at.join("secrets.csv")).unwrap();
    assert_eq!(changes(at, &["git:HEAD~1", "git:HEAD"]), [change]);
    assert_eq!(changes(at, &["git:HEAD~1", "."]), [""; 0]);
    let said = fvprov(at, &["render", "--mac", "0021f2000001", "git:HEAD"]);
    assert!(said.out.contains("account.1.display_name = Front desk\n"), "{}{}", said.out, said.err);
    assert!(said.out.contains("account.1.password = <secret>\n"), "{}", said.out);
}

#[test]
#[ignore = "needs git: .ci/interop runs it"]
fn a_revision_is_published() {
    let top = repository();
    for (revision, language) in [("git:HEAD~1:phones", "German"), ("git:HEAD:phones", "French")] {
        let run = fvprov(top.path(), &["publish", "--grace", "0", revision, "dest"]);
        assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
        let common = std::fs::read_to_string(top.path().join("dest/sites/a.cfg")).unwrap();
        assert_eq!(common, format!("{HEADER}lang.gui = {language}\n"));
    }
    let own = std::fs::read_to_string(top.path().join("dest/0021f2000001.cfg")).unwrap();
    assert_eq!(own, format!("{HEADER}account.1.label = 0021f2000001\n"));
}
