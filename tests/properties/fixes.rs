//! Any tree: what is mended safely changes no phone and brings no fault, and what was mended is not mended again.

use std::collections::BTreeMap;

use fvprov::fix::{Mended, Mender};
use fvprov::lint::{self, Finding, Level, Options, Outcome};
use fvprov::load::{Mac, Server, Texts, Workspace};
use fvprov::resolve::{self, Fleet, Phone};
use fvprov::schema::Schema;
use fvprov::views::render;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::trees::{self, Tree};
use super::{cases, texts};

/// Every rule, those that are off otherwise among them.
fn judge(workspace: &Workspace) -> Outcome {
    let options = Options {
        select: vec![lint::DEFAULT.into(), "default-value".into()],
        today: "2026-11-22".into(),
        server: Server::parse(trees::SERVER).ok(),
        ..Options::default()
    };
    lint::run(workspace, Schema::builtin(), &options)
}

/// What `fvprov render` prints for every phone, by root and MAC.
fn rendered(workspace: &Workspace) -> BTreeMap<(String, Option<Mac>), String> {
    let phones = workspace.roots.iter().flat_map(|root| {
        let any = root.serves_any().then_some(None);
        root.phones.keys().copied().map(Some).chain(any).map(move |mac| (root, mac))
    });
    let one = |(root, mac): (&fvprov::load::Root, Option<Mac>)| {
        let mut text = Vec::new();
        let options = render::Options { only: &[], origin: false };
        render::cfg(&mut text, &Phone::new(workspace, root, mac), Schema::builtin(), options).unwrap();
        ((root.path.clone(), mac), text.escape_ascii().to_string())
    };
    phones.map(one).collect()
}

/// The errors and warnings: how many of each rule about each parameter, wherever they stand.
fn faults(outcome: &Outcome) -> BTreeMap<(&'static str, Option<&str>), usize> {
    let mut faults = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.level > Level::Info) {
        *faults.entry((finding.rule.name, finding.draft.parameter.as_deref())).or_default() += 1;
    }
    faults
}

fn has_fix(finding: &Finding, safe: bool) -> bool {
    finding.draft.fix.as_ref().is_some_and(|fix| fix.safe || !safe)
}

/// Mends a tree, and what came out once more; nothing is left to do, and the texts are still texts.
fn mended(load: &dyn Fn(&Texts) -> Workspace, guesses: bool) -> Mended {
    let mender = Mender { load, judge: &judge, schema: Schema::builtin() };
    let workspace = load(&Texts::new());
    let mut outcome = judge(&workspace);
    mender.prove(&workspace, &mut outcome);
    let mended = mender.mend(&workspace, outcome, guesses);
    let left: Vec<&Finding> = mended.outcome.findings.iter().filter(|f| has_fix(f, !guesses)).collect();
    assert!(left.is_empty(), "not mended: {left:#?} in {:?}", shown(&mended.texts));
    for text in mended.texts.values() {
        assert!(std::str::from_utf8(text).is_ok());
        texts::check(text);
    }
    let again = load(&mended.texts);
    let mut outcome = judge(&again);
    let over = |more: &Texts| load(&mended.texts.clone().into_iter().chain(more.clone()).collect());
    let mender = Mender { load: &over, judge: &judge, schema: Schema::builtin() };
    mender.prove(&again, &mut outcome);
    assert_eq!(shown(&mender.mend(&again, outcome, guesses).texts), shown(&Texts::new()), "mended again");
    mended
}

fn shown(texts: &Texts) -> BTreeMap<&str, String> {
    texts.iter().map(|(path, text)| (path.as_str(), text.escape_ascii().to_string())).collect()
}

/// What the safe fixes do to a tree, and then the others.
pub fn check(load: &dyn Fn(&Texts) -> Workspace) {
    let before = load(&Texts::new());
    let safe = mended(load, false);
    let after = load(&safe.texts);
    let fleets = (Fleet::new(&before), Fleet::new(&after));
    let comparison = resolve::compare(&fleets.0, &fleets.1, &|name| Schema::builtin().repeats(name));
    assert_eq!(comparison.changes, []);
    assert_eq!(rendered(&before), rendered(&after), "{:#?}", shown(&safe.texts));
    let known = judge(&before);
    let known = faults(&known);
    for (fault, count) in faults(&safe.outcome) {
        assert!(
            known.get(&fault).is_some_and(|known| *known >= count),
            "{fault:?} in {:#?}",
            shown(&safe.texts)
        );
    }
    mended(load, true);
}

/// Trees of a few names and values in files that override each other, so that lines repeat and lose.
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
        "# fvprov: ignore-file[trailing-blank] here on purpose",
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
        Tree { files: files.map(|(path, text)| (path.to_owned(), text.into_bytes())).collect(), assume }
    })
}

fn load(tree: &Tree, texts: &Texts) -> Workspace {
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
