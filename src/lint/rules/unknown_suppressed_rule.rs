//! See `unknown_suppressed_rule.md`.

use crate::lint::directives;
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, RULES, Rule, Sink, Standing, rule};

pub static RULE: Rule = Rule {
    name: "unknown-suppressed-rule",
    group: Group::Own,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("unknown_suppressed_rule.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for directive in directives(cx.file, cx.document, cx.text) {
        if !directive.understood {
            sink.report(directive.at, || {
                Draft::new("this comment to fvprov cannot be understood: it suppresses nothing").help(
                    "write `# fvprov: ignore[rule] why` for the next line or `# fvprov: ignore-file[rule] why` for the file; rules are always named",
                )
            });
            continue;
        }
        for (name, place) in directive.rules {
            if rule(&name).is_some() {
                continue;
            }
            sink.report(place, || {
                let draft = Draft::new(format!("there is no rule `{name}`: this suppresses nothing"));
                match near(&name) {
                    Some(near) => draft.help(format!("did you mean `{near}`?")),
                    None if matches!(name.as_str(), "*" | "all") => {
                        draft.help("name each rule: there is no form for all of them")
                    }
                    None => draft.help("use the name in brackets behind a finding"),
                }
            });
        }
    }
}

/// The rule that is most likely meant.
fn near(name: &str) -> Option<&'static str> {
    let wanted = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let close = RULES.iter().map(|rule| (strsim::osa_distance(rule.name, &wanted), rule.name));
    close.min().filter(|(distance, _)| *distance <= 3).map(|(_, rule)| rule)
}
