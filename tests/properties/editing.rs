//! A file whose text is replaced in a loaded tree has the findings of a newly loaded tree, except those about
//! the tree as a whole. The language server depends on this.

use fvprov::catalogue::Schema;
use fvprov::lint;
use fvprov::tree::load::Workspace;
use fvprov::tree::resolve::Fleet;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::cases;
use super::dedup::{fleet, options};
use super::trees;

/// A few keystrokes: bytes that replace other bytes of a file.
fn stroke() -> impl Strategy<Value = (Index, Index, usize, Vec<u8>)> {
    let typed = prop_oneof![
        3 => vec(any::<u8>(), 0..3),
        3 => trees::line(),
        1 => Just(b"\nlang.gu = x\n".to_vec()),
        1 => Just(b"\n".to_vec()),
    ];
    (any::<Index>(), any::<Index>(), 0..12_usize, typed)
}

/// The findings of a file as text without file IDs.
fn summaries<'f>(workspace: &Workspace, findings: impl Iterator<Item = &'f lint::Finding>) -> Vec<String> {
    let place = |at: fvprov::text::source::Place| format!("{} {:?}", workspace.path(at.file), at.span);
    let one = |finding: &lint::Finding| {
        let diagnostic = &finding.diagnostic;
        let related: Vec<_> = diagnostic.related.iter().map(|(at, why)| (place(*at), why)).collect();
        let phones = finding.phones.as_ref().map(|phones| {
            let route: Vec<String> = phones.route.iter().map(|at| place(*at)).collect();
            (phones.count, phones.total, &phones.examples, phones.any, route)
        });
        let fix = diagnostic.fix.as_ref().map(|fix| (&fix.title, fix.safe));
        let place = place(finding.at);
        format!(
            "{place} {} {:?} {} {related:?} {phones:?} {fix:?}",
            finding.rule.name, finding.level, diagnostic.message
        )
    };
    findings.map(one).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn an_edited_file_has_the_findings_of_a_newly_loaded_tree(
        tree in fleet(),
        strokes in vec(stroke(), 1..5),
    ) {
        let (schema, options) = (Schema::builtin(), options());
        let names_file = |name: &str| lint::names_file(schema, name);
        let (mut tree, mut workspace) = (tree.clone(), tree.load());
        let (_, mut kept) = lint::run_again(&workspace, schema, &options, None);
        let mut cache = lint::run_again(&workspace, schema, &options, None).1;
        for (file, at, length, typed) in strokes {
            let paths: Vec<String> = tree.files.keys().cloned().collect();
            let path = file.get(&paths);
            let mut text = tree.files[path].clone();
            let start = at.index(text.len() + 1);
            text.splice(start..(start + length).min(text.len()), typed);
            tree.files.insert(path.clone(), text.clone());
            let file = workspace.file(path).unwrap();
            let cold = tree.load();
            if workspace.update_text(file, &text, &names_file) {
                let typed = lint::recheck_file(&workspace, schema, &options, &mut kept, file);
                let outcome = lint::run(&cold, schema, &options);
                let is_there = |finding: &&lint::Finding| {
                    let is_about_all = matches!(finding.rule.check, lint::Check::Tree(_));
                    !is_about_all && cold.path(finding.at.file) == path
                };
                let there = outcome.findings.iter().filter(is_there);
                prop_assert_eq!(summaries(&workspace, typed.iter()), summaries(&cold, there), "{}", path);
                cache.update_file(file);
                let (again, next) = lint::run_again(&workspace, schema, &options, Some(cache));
                let [again, outcome] = [(&workspace, &again), (&cold, &outcome)]
                    .map(|(workspace, outcome)| summaries(workspace, outcome.findings.iter()));
                prop_assert_eq!(again, outcome);
                cache = next;
                let chains = |workspace: &Workspace| format!("{:?}", Fleet::new(workspace).members);
                prop_assert_eq!(chains(&workspace), chains(&cold));
            } else {
                workspace = cold;
                kept = lint::run_again(&workspace, schema, &options, None).1;
                cache = lint::run_again(&workspace, schema, &options, None).1;
            }
        }
    }
}
