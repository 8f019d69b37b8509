//! `set` and `unset` on any text: the value is set, and all other bytes are preserved.

use fvprov::author::set::{Assignments, Plan, SettingEdit, effective_index, own_cfg};
use fvprov::catalogue::Schema;
use fvprov::net::fetch::disk;
use fvprov::text::edit::{self, Draft};
use fvprov::text::listing::EntryKind;
use fvprov::text::syntax::{self, LineKind, Tree, trim};
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::resolve::{Fleet, Phone};
use proptest::prelude::*;
use proptest::sample::select;

use super::corpus::directories;
use super::{cases, fixes, trees};
use crate::support::workspace::{LARGEST, open_directory};

/// Whether lines can be added: not if the last line ends with a stray CR.
fn accepts_lines(text: &[u8]) -> bool {
    !text.ends_with(b"\r")
}

/// The settings of a text: line index, name and value.
fn settings(text: &[u8], tree: &Tree) -> Vec<(usize, Vec<u8>, Vec<u8>)> {
    let setting = |(at, line): (usize, syntax::Line)| match line.kind {
        LineKind::Setting { name, value } => {
            Some((at, name.slice(text).to_vec(), value.slice(text).to_vec()))
        }
        _ => None,
    };
    tree.lines().enumerate().filter_map(setting).collect()
}

fn lines<'t>(text: &'t [u8], tree: &Tree) -> Vec<&'t [u8]> {
    tree.lines().map(|line| line.span.slice(text)).collect()
}

/// Changing a value changes only its line, and in this line only the part after `=` and the spaces that
/// follow it.
fn check_change(text: &[u8], value: &str) {
    let tree = syntax::parse(text);
    for (at, name, old) in settings(text, &tree).into_iter().take(40) {
        let mut draft = Draft::new(text);
        draft.change(at, value);
        let new = draft.text();
        let after = syntax::parse(&new);
        let (before, then) = (lines(text, &tree), lines(&new, &after));
        assert_eq!(before.len(), then.len());
        for line in (0..before.len()).filter(|line| *line != at) {
            assert_eq!(before[line], then[line]);
        }
        let found = settings(&new, &after).into_iter().find(|(line, ..)| *line == at);
        let (_, new_name, new_value) = found.unwrap();
        assert_eq!(
            (new_name, new_value),
            (name, value.as_bytes().to_vec()),
            "{:?}",
            before[at].escape_ascii()
        );
        let sign = before[at].iter().position(|byte| *byte == b'=').unwrap();
        assert_eq!(before[at][..=sign], then[at][..=sign], "indentation and the blanks before `=`");
        let end =
            |line: &[u8]| [&b"\r\n"[..], b"\n", b""].into_iter().find(|end| line.ends_with(end)).unwrap();
        assert_eq!(end(before[at]), end(then[at]));
        if !old.is_empty() && !value.is_empty() {
            let blanks = |line: &[u8]| {
                let rest = line[sign + 1..].to_vec();
                rest.iter().take_while(|byte| syntax::is_whitespace(**byte)).count()
            };
            assert_eq!(blanks(before[at]), blanks(then[at]), "the blanks behind `=`");
        }
    }
}

/// Adding a setting adds one line, and removing this line restores the old bytes.
fn check_add(text: &[u8], name: &str, value: &str) {
    let tree = syntax::parse(text);
    if settings(text, &tree).iter().any(|(_, other, _)| other == name.as_bytes()) {
        return;
    }
    let mut draft = Draft::new(text);
    let added = draft.add(name, value);
    assert!(added.is_ok() || !accepts_lines(text), "{added:?}");
    let (Ok(()), added) = (added, draft.text()) else { return };
    let after = syntax::parse(&added);
    let found: Vec<_> =
        settings(&added, &after).into_iter().filter(|(_, other, _)| other == name.as_bytes()).collect();
    let [(at, _, new)] = found.as_slice() else { panic!("{found:?}") };
    let at = *at;
    assert_eq!(new, value.as_bytes());
    let others = settings(&added, &after).into_iter().filter(|(line, ..)| *line != at);
    let others: Vec<_> = others.map(|(_, name, value)| (name, value)).collect();
    let old: Vec<_> = settings(text, &tree).into_iter().map(|(_, name, value)| (name, value)).collect();
    assert_eq!(others, old);
    let line = after.line(at).unwrap().content(&added).slice(&added);
    let bare = line.strip_prefix(syntax::BYTE_ORDER_MARK).unwrap_or(line);
    assert_eq!(trim(bare), bare, "no blanks around a new line");
    assert_eq!(
        edit::remove(&added, &after, &[at]).escape_ascii().to_string(),
        text.escape_ascii().to_string()
    );
}

fn name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "account.1.label",
        "account.9.enable",
        "lang.gui",
        "a",
        "zeppelin.1",
        "static.network.x",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => "[a-z]{1,8}(\\.[a-z0-9_]{1,5}){0,3}"]
}

fn value() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "",
        "1",
        "a = b",
        "# no comment",
        "\"quoted\"",
        "ä ö",
        "<x>",
        "a\tb",
        "include:config <x>",
    ]);
    prop_oneof![2 => odd.prop_map(str::to_owned), 1 => "[!-~]{1,12}"]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_value_is_set_and_all_other_bytes_are_preserved(text in trees::text(), name in name(), value in value()) {
        check_change(&text, &value);
        check_add(&text, &name, &value);
    }

    #[test]
    fn settings_that_are_added_together_are_those_that_are_added_one_by_one(
        text in trees::text(),
        edits in proptest::collection::vec((name(), value()), 0..6),
    ) {
        let mut together = Draft::new(&text);
        let mut alone = text.clone();
        for (name, value) in &edits {
            let added = together.add(name, value);
            let mut draft = Draft::new(&alone);
            prop_assert_eq!(&added, &draft.add(name, value));
            let new = draft.text();
            alone = new;
            prop_assert_eq!(together.text().escape_ascii().to_string(), alone.escape_ascii().to_string());
        }
    }

    #[test]
    fn accepted_names_and_values_are_read_as_written(name in "\\PC{0,10}", value in any::<String>()) {
        if edit::check(&name, &value).is_ok() {
            let mut draft = Draft::new(b"");
            draft.add(&name, &value).unwrap();
            let text = draft.text();
            let draft = Draft::new(&text);
            prop_assert_eq!(draft.settings(&name), [(0, value.as_bytes())]);
        }
    }

    #[test]
    fn removing_lines_preserves_all_others(text in trees::text(), picks in proptest::collection::vec(any::<u16>(), 0..4)) {
        let tree = syntax::parse(&text);
        let gone: Vec<usize> = picks.iter().map(|pick| usize::from(*pick) % tree.len().max(1)).collect();
        let new = edit::remove(&text, &tree, &gone);
        let after = syntax::parse(&new);
        let bare = |text: &[u8], line: &syntax::Line| {
            let mut line = line.content(text).slice(text);
            // A byte order mark in the middle may now be at the start.
            while let Some(rest) = line.strip_prefix(syntax::BYTE_ORDER_MARK) {
                line = rest;
            }
            line.to_vec()
        };
        let kept = tree.lines().enumerate().filter(|(at, _)| !gone.contains(at));
        let kept: Vec<Vec<u8>> = kept.map(|(_, line)| bare(&text, &line)).collect();
        let mut left: Vec<Vec<u8>> = after.lines().map(|line| bare(&new, &line)).collect();
        // The rest of a line may be a byte order mark, or empty.
        left.retain(|line| !line.is_empty());
        let kept: Vec<Vec<u8>> = kept.into_iter().filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(left, kept);
    }
}

/// A phone gets the value that is set for it, and the effect of the edit on other phones is verified.
fn check_phones(load: &dyn Fn(&Texts) -> Workspace, names: &[&str], value: &str) {
    let (schema, workspace) = (Schema::builtin(), load(&Texts::new()));
    let old = Fleet::new(&workspace);
    for member in old.members.iter().take(6) {
        let phone = Phone::new(&workspace, &workspace.roots[member.root], member.mac);
        let read = Assignments::new(&phone);
        let set = phone.parameters().into_iter().map(|(name, _)| name.into_owned()).step_by(7);
        for name in set.chain(names.iter().map(|name| (*name).to_owned())).take(8) {
            let file = read
                .determining_file(schema, &name, Some(value))
                .or_else(|| own_cfg(phone.workspace, &phone.chain, phone.mac));
            let Some(file) = file.filter(|_| edit::check(&name, value).is_ok()) else { continue };
            let edit = SettingEdit { file, name: name.clone(), value: Some(value.into()) };
            let Ok(plan) = Plan::new(&workspace, schema, vec![edit.clone()]) else { continue };
            let after = load(&plan.texts);
            let new = Fleet::new(&after);
            // Names that are not UTF-8 cannot be requested.
            let changes = plan.verify(schema, &old, &new).unwrap().changes;
            assert!(changes.iter().all(|change| change.name == name));
            let phone = Phone::new(&after, &after.roots[member.root], member.mac);
            let found = phone.parameters().into_iter().find(|(other, _)| *other == name);
            let Some((_, all)) = found else {
                // The phone stops reading before this line.
                assert!(!phone.chain.missing.is_empty() || !phone.chain.failed.is_empty());
                continue;
            };
            let values: Vec<&[u8]> = all.iter().map(|(at, _)| after.value(*at)).collect();
            let decides = effective_index(schema, after.assume.empty_value, &name, &values, None).unwrap();
            let gets = if schema.repeats(&name) {
                values.contains(&value.as_bytes())
            } else {
                values[decides] == value.as_bytes()
            };
            assert!(gets, "{name} {values:?}");
            // Adding a setting and removing it again restores the file.
            let before = workspace.text(file);
            if Draft::new(before).settings(&name).is_empty() {
                let taken = Plan::new(&after, schema, vec![SettingEdit { value: None, ..edit }]).unwrap();
                assert_eq!(taken.texts[after.path(file)], before);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_phone_gets_the_value_that_is_set(tree in trees::tree(), name in name(), value in "[a-z]{1,5}") {
        check_phones(&|texts| fixes::load(&tree, texts), &[&name, "static.security.user_password"], &value);
    }
}

#[test]
fn phones_of_real_trees_get_the_value_that_is_set() {
    for directory in directories() {
        let opened = open_directory(&directory);
        let load = |texts: &Texts| opened.load(texts);
        check_phones(&load, &["lang.gui", "zeppelin.1", "static.security.user_password"], "new:value");
    }
}

#[test]
fn edits_of_real_files_change_only_their_lines() {
    for directory in directories() {
        let mut files = 0;
        for entry in disk::list(&directory).unwrap() {
            let path = directory.join(&entry.path);
            if entry.kind != EntryKind::File || path.metadata().is_ok_and(|data| data.len() > LARGEST) {
                continue;
            }
            let text = std::fs::read(&path).unwrap();
            let checked = std::panic::catch_unwind(|| {
                check_change(&text, "a new value");
                for name in ["account.1.sip_server.2.address", "lang.nothing", "zeppelin"] {
                    check_add(&text, name, "1");
                }
            });
            assert!(checked.is_ok(), "{}", path.display());
            files += 1;
        }
        println!("{}: {files} files", directory.display());
        assert!(files > 0, "{} holds no file", directory.display());
    }
}
