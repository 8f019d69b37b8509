//! Files that settings name: which are located, which are read, and which phones a finding in a phonebook
//! concerns.

use std::sync::Mutex;

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions, Outcome};
use fvprov::text::location::Location;
use fvprov::tree::load::{NotFollowed, State, Workspace};

use crate::support::workspace::Tree;

const BOOK: &str =
    "<YealinkIPPhoneDirectory><DirectoryEntry><Name>A</Name></DirectoryEntry></YealinkIPPhoneDirectory>";
const BOOT: &str = "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\n";

/// A tree, and the paths that were requested.
fn load_tree(files: &[(&str, &str)], roots: Option<&[&str]>) -> (Workspace, Vec<String>) {
    let roots = roots.map(|roots| roots.iter().map(|root| (*root).to_owned()).collect());
    let tree = Tree { roots, ..Tree::from_texts(files) };
    let asked = Mutex::new(Vec::new());
    let workspace = tree.load_with(&|location| {
        if let Location::Tree(path) = location {
            asked.lock().unwrap().push(path.clone());
        }
        tree.fetch(location)
    });
    let mut asked = asked.into_inner().unwrap();
    asked.sort();
    (workspace, asked)
}

fn lint_tree(workspace: &Workspace) -> Outcome {
    lint::run(workspace, Schema::builtin(), &LintOptions::default())
}

/// `path rule` of the findings about resources.
fn spoken(workspace: &Workspace) -> Vec<String> {
    let outcome = lint_tree(workspace);
    let about = outcome.findings.iter().filter(|finding| {
        finding.rule.group == lint::Group::Resources || finding.rule.name.ends_with("-file")
    });
    about
        .map(|finding| {
            let words = format!("{:?}", finding.diagnostic);
            assert!(!words.contains("geheim"), "a password is shown: {words}");
            format!("{} {}", workspace.path(finding.at.file), finding.rule.name)
        })
        .collect()
}

fn common(lines: &str) -> Vec<(&'static str, String)> {
    vec![("y000000000000.boot", BOOT.into()), ("y000000000000.cfg", format!("#!version:1.0.0.1\n{lines}"))]
}

fn with<'a>(lines: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    lines.iter().map(|(path, text)| (*path, text.as_str())).chain(more.iter().copied()).collect()
}

#[test]
fn only_phonebooks_that_are_named_are_read() {
    let lines = common(
        "remote_phonebook.data.1.url = http://u:geheim@10.0.0.1/prov/a.xml\nringtone.url = bell.wav\n",
    );
    let files = with(&lines, &[("a.xml", BOOK), ("b.xml", BOOK), ("bell.wav", "RIFF")]);
    let (workspace, asked) = load_tree(&files, None);
    assert_eq!(asked, ["a.xml", "y000000000000.boot", "y000000000000.cfg"]);
    let state = |path: &str| workspace.document(workspace.file(path).unwrap()).state.clone();
    assert_eq!(
        (state("a.xml"), state("b.xml"), state("bell.wav")),
        (State::Read, State::Listed, State::Listed)
    );
    assert!(workspace.document(workspace.file("a.xml").unwrap()).tree.is_empty());
    assert_eq!(workspace.resources.len(), 2);
    assert_eq!(spoken(&workspace), ["a.xml empty-contact"]);
}

#[test]
fn a_phonebook_beside_the_roots_concerns_the_phones_that_name_it() {
    let lines = common("");
    let inside = [
        ("a/y000000000000.boot", lines[0].1.as_str()),
        ("a/y000000000000.cfg", "#!version:1.0.0.1\n"),
        ("a/0021f2000001.boot", "#!version:1.0.0.1\ninclude:config <0021f2000001.cfg>\n"),
        ("a/0021f2000001.cfg", "#!version:1.0.0.1\nremote_phonebook.data.1.url = /shared/book.xml\n"),
        ("a/0021f2000002.boot", "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\n"),
        ("b/0021f2000003.cfg", "#!version:1.0.0.1\nremote_phonebook.data.1.url = /shared/book.xml\n"),
        ("shared/book.xml", BOOK),
    ];
    let (workspace, asked) = load_tree(&inside, Some(&["a"]));
    assert!(asked.contains(&"shared/book.xml".to_owned()));
    let outcome = lint_tree(&workspace);
    let empty = outcome.findings.iter().find(|finding| finding.rule.name == "empty-contact").unwrap();
    let phones = empty.phones.as_ref().unwrap();
    assert_eq!((phones.count, phones.total, phones.any), (1, 2, false));
    assert_eq!(phones.examples[0].to_string(), "0021f2000001");
    // The other root was not selected, so nothing in it is reported.
    assert!(outcome.findings.iter().all(|finding| !workspace.path(finding.at.file).starts_with("b/")));
}

#[test]
fn unreadable_files_are_reported_once() {
    let lines = common("remote_phonebook.data.1.url = locked.xml\nremote_phonebook.data.2.url = large.xml\n");
    let (workspace, _) = load_tree(&with(&lines, &[("locked.xml", ""), ("large.xml", "")]), None);
    assert_eq!(spoken(&workspace), ["large.xml huge-file", "locked.xml unreadable-file"]);
}

#[test]
fn missing_files_are_reported_and_others_cannot_be_checked() {
    let lines = common(
        "remote_phonebook.data.1.url = http://u:geheim@10.0.0.1/prov/x@y.xml\nremote_phonebook.data.2.url = \n\
         remote_phonebook.data.3.url = http://10.0.0.1/prov/?file=directory.xml\n\
         remote_phonebook.data.4.url = http://10.0.0.1/prov/books.d\nremote_phonebook.data.5.url = books/$MAC.xml\n\
         local_contact.data.url = http://pbx.example.com/x.xml\nstatic.trusted_certificates.url = ca.crt\n\
         static.firmware.url = FIP14G.bin\nstatic.auto_provision.server.url = http://10.0.0.1/prov/x\n\
         static.trusted_certificates.delete = http://localhost/all\naction_url.dnd_on = dnd.xml\n",
    );
    let (workspace, _) = load_tree(&with(&lines, &[("books.d/notes.txt", "")]), None);
    let missing = workspace.resources.iter().filter(|r| matches!(r.to, Err(NotFollowed::Missing(_))));
    assert_eq!(
        missing.count(),
        3,
        "the book, the certificate, and the firmware, of which another rule speaks"
    );
    let levels: Vec<_> = lint_tree(&workspace)
        .findings
        .iter()
        .filter(|finding| finding.rule.name == "missing-resource")
        .map(|finding| (finding.level.word(), finding.diagnostic.parameter.clone().unwrap()))
        .collect();
    assert_eq!(
        levels,
        [
            ("error", "remote_phonebook.data.1.url".to_owned()),
            ("warning", "static.trusted_certificates.url".to_owned())
        ]
    );
    spoken(&workspace);
}

#[test]
fn settings_of_a_boot_file_name_nothing() {
    let boot = format!("{BOOT}remote_phonebook.data.1.url = a.xml\n");
    let files =
        [("y000000000000.boot", boot.as_str()), ("y000000000000.cfg", "#!version:1.0.0.1\n"), ("a.xml", "")];
    let (workspace, _) = load_tree(&files, None);
    assert!(workspace.resources.is_empty());
    assert_eq!(spoken(&workspace), Vec::<String>::new());
}

#[test]
fn a_date_in_a_file_name_is_not_a_mac() {
    let lines = common("remote_phonebook.data.1.url = /book_202105111814.xml\n");
    let book = "<YealinkIPPhoneDirectory><DirectoryEntry><Name>Reception</Name><Telephone>1105</Telephone>\
        </DirectoryEntry></YealinkIPPhoneDirectory>";
    let (workspace, _) = load_tree(&with(&lines, &[("book_202105111814.xml", book)]), None);
    assert_eq!(spoken(&workspace), Vec::<String>::new());
}
