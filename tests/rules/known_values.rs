//! Values of real trees, each alone in the cfg of a phone: no rule about values reports them.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};

use crate::support::workspace::Tree;

const BOOT: &str = "#!version:1.0.0.1\ninclude:config <0021f2000001.cfg>\n";

#[test]
fn values_of_real_trees_are_not_reported() {
    let rules = ["invalid-value", "leftover-value", "unrendered-template", "unreachable-address"];
    let options = LintOptions { select: rules.map(str::to_owned).to_vec(), ..LintOptions::default() };
    let rows = include_str!("known_values.csv").lines().skip(1).filter_map(|line| line.split_once(','));
    let mut count = 0;
    let mut reported = Vec::new();
    for (name, value) in rows {
        let cfg = format!("#!version:1.0.0.1\n{name} = {}\n", value.trim_matches('"'));
        let workspace = Tree::from_texts(&[("0021f2000001.boot", BOOT), ("0021f2000001.cfg", &cfg)]).load();
        let outcome = lint::run(&workspace, Schema::builtin(), &options);
        let messages = outcome.findings.iter().map(|finding| &finding.diagnostic.message);
        reported.extend(messages.map(|message| format!("{name} = {value}: {message}")));
        count += 1;
    }
    assert!(count > 200, "{count}");
    assert!(reported.is_empty(), "{reported:#?}");
}
