//! Any tree: safe fixes change no phone and cause no new findings, and a second run fixes nothing.

use std::collections::BTreeMap;

use fvprov::catalogue::Schema;
use fvprov::lint::fix::{FixedTree, Fixer};
use fvprov::lint::{self, Finding, Level, LintOptions, Outcome, RunCache};
use fvprov::text::address::Server;
use fvprov::tree::assumptions::EmptyValue;
use fvprov::tree::compare;
use fvprov::tree::load::{Texts, Workspace};
use fvprov::tree::resolve::Fleet;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::resolve::rendered;
use super::trees;
use super::{cases, syntax};
use crate::support::workspace::{SERVER, Tree};

/// Lints with the default rules and `default-value`, which is off by default.
fn lint_tree(workspace: &Workspace) -> Outcome {
    lint_again(workspace, None).0
}

fn lint_again(workspace: &Workspace, cache: Option<RunCache>) -> (Outcome, Option<RunCache>) {
    let options = LintOptions {
        select: vec![lint::DEFAULT.into(), "default-value".into()],
        today: "2026-11-22".into(),
        server: Server::parse(SERVER).ok(),
        ..LintOptions::default()
    };
    let (outcome, cache) = lint::run_again(workspace, Schema::builtin(), &options, cache);
    (outcome, Some(cache))
}

/// The number of errors and warnings by rule and parameter, regardless of their places.
fn faults(outcome: &Outcome) -> BTreeMap<(&'static str, Option<&str>), usize> {
    let mut faults = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.level > Level::Info) {
        *faults.entry((finding.rule.name, finding.diagnostic.parameter.as_deref())).or_default() += 1;
    }
    faults
}

fn has_fix(finding: &Finding, safe: bool) -> bool {
    finding.diagnostic.fix.as_ref().is_some_and(|fix| fix.safe || !safe)
}

/// Fixes a tree, then fixes the result. Nothing must be left to fix, and the texts must be valid.
fn fixed(load: &dyn Fn(&Texts) -> Workspace, guesses: bool) -> FixedTree {
    let load_again = |_: &Workspace, texts: &Texts| load(texts);
    let fixer = Fixer { load: &load_again, lint: &lint_again, schema: Schema::builtin() };
    let workspace = load(&Texts::new());
    let (mut outcome, cache) = lint_again(&workspace, None);
    fixer.prove(&workspace, &mut outcome);
    let fixed = fixer.fix(workspace, outcome, cache, guesses);
    let left: Vec<&Finding> = fixed.outcome.findings.iter().filter(|f| has_fix(f, !guesses)).collect();
    assert!(left.is_empty(), "not fixed: {left:#?} in {:?}", summary(&fixed.texts));
    for text in fixed.texts.values() {
        assert!(std::str::from_utf8(text).is_ok());
        syntax::check(text);
    }
    let again = load(&fixed.texts);
    let mut outcome = lint_tree(&again);
    let over =
        |_: &Workspace, more: &Texts| load(&fixed.texts.clone().into_iter().chain(more.clone()).collect());
    let fixer = Fixer { load: &over, lint: &lint_again, schema: Schema::builtin() };
    fixer.prove(&again, &mut outcome);
    assert_eq!(
        summary(&fixer.fix(again, outcome, None, guesses).texts),
        summary(&Texts::new()),
        "fixed again"
    );
    fixed
}

fn summary(texts: &Texts) -> BTreeMap<&str, String> {
    texts.iter().map(|(path, text)| (path.as_str(), text.escape_ascii().to_string())).collect()
}

/// Whether a rule may report more findings for a fixed tree. If empty values are skipped, rules on names
/// check only the last assignment of a file, even if it is empty. If the lines above a byte order mark are
/// removed, it is at the start.
fn may_appear(before: &Workspace, rule: &str) -> bool {
    let is_inside = |text: &[u8]| memchr::memmem::rfind(text, "\u{feff}".as_bytes()).is_some_and(|at| at > 0);
    let skips = before.assume.empty_value == EmptyValue::Skip;
    // A fix can remove the last setting of a file.
    rule == "sets-nothing"
        || skips && rule == "empty-value-overrides"
        || before.sources.iter().any(|(_, source)| is_inside(&source.text))
}

/// Checks the effect of the safe fixes on a tree, and then of all fixes.
pub fn check(load: &dyn Fn(&Texts) -> Workspace) {
    let before = load(&Texts::new());
    let safe = fixed(load, false);
    let after = load(&safe.texts);
    let fleets = (Fleet::new(&before), Fleet::new(&after));
    let comparison =
        compare::compare(&fleets.0, &fleets.1, &|name| Schema::builtin().repeats(name), &|_| true);
    assert_eq!(comparison.changes, []);
    assert_eq!(rendered(&before), rendered(&after), "{:#?}", summary(&safe.texts));
    let known = lint_tree(&before);
    let known = faults(&known);
    for (fault, count) in
        faults(&safe.outcome).into_iter().filter(|((rule, _), _)| !may_appear(&before, rule))
    {
        let was_there = known.get(&fault).is_some_and(|known| *known >= count);
        assert!(was_there, "{fault:?} in {:#?}", summary(&safe.texts));
    }
    fixed(load, true);
}

/// Trees with few names and values in files that override each other, so that many lines are redundant or
/// overridden.
fn calm() -> impl Strategy<Value = Tree> {
    let lines = vec![
        "lang.gui = German",
        "lang.gui = English",
        "lang.gui =",
        "lang.wui = German",
        "lang.wui = German ",
        " lang.wui = English",
        "account.1.label = Reception",
        "account.1.label = Reception # by the door",
        "account.1.label = \"Reception\"",
        "acount.1.label = Reception",
        "account.1.enable = yes",
        "account.1.enable = 1",
        "features.dnd.enable = 0account.1.display_name = Desk",
        "static.security.user_password = admin:x7Kq2mVt",
        "# fvprov: ignore[redundant-setting] here on purpose",
        "# fvprov: ignore[overridden-value, duplicate-setting] here on purpose",
        "# fvprov: ignore-file[trailing-whitespace] here on purpose",
        "# a comment",
        "",
    ];
    let includes =
        vec!["common.cfg", "site.cfg", "Site.cfg", "room.cfg", "0021f2000001.cfg", "common.cfg", "gone.cfg"];
    let end = || select(vec!["\n", "\n", "\r\n"]);
    let text = |body: Vec<String>, end: &str| format!("#!version:1.0.0.1{end}{}", body.concat());
    let cfg = (vec(select(lines), 0..8), end(), any::<bool>()).prop_map(move |(lines, end, ended)| {
        let body: Vec<String> = lines.iter().map(|line| format!("{line}{end}")).collect();
        let whole = text(body, end);
        if ended { whole } else { whole.trim_end_matches(['\r', '\n']).to_owned() }
    });
    let boot = (subsequence(includes, 0..5), end()).prop_map(move |(targets, end)| {
        let body = targets.iter().map(|target| format!("include:config <{target}>{end}")).collect();
        text(body, end)
    });
    let boots = select(vec!["y000000000000.boot", "0021f2000001.boot", "0021f2000002.boot"]);
    let cfgs = select(vec!["common.cfg", "site.cfg", "room.cfg", "0021f2000001.cfg", "0021f2000002.cfg"]);
    let files = (
        proptest::collection::btree_map(boots, boot, 1..4),
        proptest::collection::btree_map(cfgs, cfg, 2..6),
        trees::assume(),
    );
    files.prop_map(|(boots, cfgs, assume)| {
        let files = boots.into_iter().chain(cfgs);
        let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes())).collect();
        Tree { files, assume, ..Tree::default() }
    })
}

pub fn load(tree: &Tree, texts: &Texts) -> Workspace {
    let mut tree = tree.clone();
    tree.files.extend(texts.clone());
    tree.load()
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn fixes_in_trees_that_override(tree in calm()) {
        check(&|texts| load(&tree, texts));
    }

    #[test]
    fn fixes_in_any_tree(tree in trees::tree()) {
        check(&|texts| load(&tree, texts));
    }
}

/// Two files that a phone reads alternately repeat each other's setting: either line can be removed, but not
/// both.
fn turns() -> Tree {
    let boot = b"#!version:1.0.0.1\ninclude:config <a.cfg>\ninclude:config <b.cfg>\ninclude:config <a.cfg>\n";
    Tree::new(&[
        ("0021f2000001.boot", boot),
        ("0021f2000002.boot", boot),
        ("a.cfg", b"#!version:1.0.0.1\nlang.gui = German\n"),
        ("b.cfg", b"#!version:1.0.0.1\nlang.gui = German\nlang.wui = German \n"),
    ])
}

#[test]
fn fixes_that_would_change_a_phone_are_refused_and_others_applied() {
    let tree = turns();
    let loader = |_: &Workspace, texts: &Texts| load(&tree, texts);
    let fixer = Fixer { load: &loader, lint: &lint_again, schema: Schema::builtin() };
    let workspace = tree.load();
    let mut outcome = lint_tree(&workspace);
    fixer.prove(&workspace, &mut outcome);
    let fixes = outcome.findings.iter().filter_map(|finding| {
        let fix = finding.diagnostic.fix.as_ref()?;
        Some((workspace.path(finding.at.file), finding.rule.name, fix.safe, fix.title.as_str()))
    });
    let refused = "remove this line: changes the values of 0021f2000001 and 0021f2000002";
    assert_eq!(
        fixes.collect::<Vec<_>>(),
        [
            ("0021f2000001.boot", "duplicate-include", true, "remove this include"),
            ("0021f2000002.boot", "duplicate-include", true, "remove this include"),
            ("a.cfg", "redundant-setting", true, "remove this line"),
            ("b.cfg", "redundant-setting", false, refused),
            ("b.cfg", "trailing-whitespace", true, "remove the whitespace"),
        ]
    );
    let once = "#!version:1.0.0.1\\ninclude:config <a.cfg>\\ninclude:config <b.cfg>\\n";
    let expected = BTreeMap::from([
        ("0021f2000001.boot", once.to_owned()),
        ("0021f2000002.boot", once.to_owned()),
        ("a.cfg", "#!version:1.0.0.1\\n".into()),
        ("b.cfg", "#!version:1.0.0.1\\nlang.gui = German\\nlang.wui = German\\n".into()),
    ]);
    let fixed = fixer.fix(workspace, outcome, None, false);
    assert_eq!(summary(&fixed.texts), expected);
    assert_eq!(fixed.count, 4);
}

/// The fixed content of a phone's cfg file, which the phone reads after a common one.
fn mended_cfg(common: &str, cfg: &str, guesses: bool) -> String {
    let boot = b"#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <0021f2000001.cfg>\n";
    let tree = Tree::new(&[
        ("0021f2000001.boot", boot),
        ("common.cfg", format!("#!version:1.0.0.1\n{common}").as_bytes()),
        ("0021f2000001.cfg", format!("#!version:1.0.0.1\n{cfg}").as_bytes()),
    ]);
    let path = "0021f2000001.cfg";
    let texts = fixed(&|texts| load(&tree, texts), guesses).texts;
    let text = texts.get(path).unwrap_or(&tree.files[path]);
    String::from_utf8(text.clone()).unwrap().strip_prefix("#!version:1.0.0.1\n").unwrap().to_owned()
}

#[test]
fn a_line_is_removed_with_its_suppressions() {
    let cfg = "# Languages\n# fvprov: ignore-file[quoted-value] names have quotes here\n# fvprov: ignore[quoted-value] \
               one line only\n# fvprov: ignore[\nlang.gui = \"German\"\nlang.wui = \"German\"\n";
    let left = "# Languages\n# fvprov: ignore-file[quoted-value] names have quotes here\n# fvprov: ignore[\nlang.wui = \
                \"German\"\n";
    assert_eq!(mended_cfg("lang.gui = \"German\"\n", cfg, false), left);
}

#[test]
fn a_comment_after_a_value_moves_above_the_suppressions_of_the_line() {
    let suppressed = "# fvprov: ignore[misspelled-parameter] why\nacount.1.label = Desk";
    let cfg = format!("{suppressed} # by the door\t\n");
    assert_eq!(mended_cfg("", &cfg, true), format!("# by the door\n{suppressed}\n"));
    // The text may be a password that contains `#`, and a comment would reveal a part of it.
    let cfg = "account.1.password = hunter2 # 3x\n";
    assert_eq!(mended_cfg("", cfg, true), cfg);
}

#[test]
fn ambiguous_faults_are_not_fixed() {
    for cfg in [
        // An ambiguous number; another unit; two words; a name that the file sets already; two misspellings
        // of one name.
        "account.1.sip_server.1.port = 506o\n",
        "account.1.sip_server.1.address = pbx1 pbx2\n",
        "acount.1.label = Desk\naccount.1.label = Door\n",
        "acount.1.label = Desk\naccunt.1.label = Door\n",
        "local_time.ntp_server = 10.0.0.1\n",
        // Both sides of a merge conflict, and both branches of a template.
        "<<<<<<< HEAD\nlang.gui = German \n=======\nlang.gui = French\n>>>>>>> x\n",
        "{if $x}\nlang.gui = German\n{else}\nlang.gui = German\n{/if}\n",
        // Values whose meaning depends on the quotes.
        "account.1.label = \"Desk # by the door\"\naccount.1.display_name = \"\"\n",
        "account.1.label = Desk\u{fffd}\n",
        // Two lines of account 2 have the index of account 1.
        "account.1.label = a\naccount.2.display_name = a\naccount.2.user_name = 1\naccount.1.label = \
         a\naccount.2.auth_name = 1\naccount.2.enable = 1\n",
    ] {
        assert_eq!(mended_cfg("", cfg, true), cfg);
    }
}

#[test]
fn unambiguous_faults_are_fixed() {
    for (cfg, right) in [
        ("account.1.enable = Yes\n", "account.1.enable = 1\n"),
        ("account.1.sip_server.1.expires = 600 sec\n", "account.1.sip_server.1.expires = 600\n"),
        ("account.1.sip_server.1.expires = 5 min\n", "account.1.sip_server.1.expires = 300\n"),
        ("account.1.sip_server.1.transport_type = tls\n", "account.1.sip_server.1.transport_type = 2\n"),
        ("lang.gui\u{a0}= German\u{a0}\u{200b} \n", "lang.gui= German\n"),
        ("lang.gui = German\rlang.wui = French\r\r\n", "lang.gui = German\nlang.wui = French\n"),
        ("account.1.label = \u{201c}Desk\u{201d}\n", "account.1.label = Desk\n"),
        ("account.1.label = \" Desk \"\n", "account.1.label = Desk\n"),
        ("lang.gui = \nlang.gui = German\n", "lang.gui = German\n"),
        ("lang.gui = German\nlang.gui =\n", "lang.gui = German\n"),
        ("account.1.label = a\naccount.1.label = b\naccount.1.label = a", "account.1.label = a\n"),
        ("lang.gui = German\t lang.wui = German\n", "lang.gui = German\nlang.wui = German\n"),
    ] {
        assert_eq!(mended_cfg("", cfg, true), right, "{cfg:?}");
    }
}
