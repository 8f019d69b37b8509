//! See `unknown-suppressed-rule.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Place;

rule! { "unknown-suppressed-rule", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for directive in cx.directives() {
        if !directive.understood {
            sink.report(directive.at, || {
                Diagnostic::new("this fvprov comment is not valid: it suppresses nothing").help(
                    "write `# fvprov: ignore[rule] reason` for the next line, or `# fvprov: ignore-file[rule] reason` for the file; always name the rules",
                )
            });
            continue;
        }
        for (name, place) in directive.rules {
            match cx.common.rules.find(&name) {
                Some(known) if known == name => continue,
                Some(new) => {
                    sink.report(place, || renamed(&name, new, place));
                    continue;
                }
                None => {}
            }
            sink.report(place, || {
                let diagnostic = Diagnostic::new(format!(
                    "there is no rule `{name}`: this comment does not suppress anything"
                ));
                match cx.common.rules.nearest(&name) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None if matches!(name.as_str(), "*" | "all") => {
                        diagnostic.help("name each rule: a comment cannot suppress all rules")
                    }
                    None => diagnostic.help("use the name in brackets after a finding"),
                }
            });
        }
    }
}

/// Diagnostic for a rule that is referred to by its former name.
fn renamed(old: &str, new: &str, place: Place) -> Diagnostic {
    Diagnostic::new(format!("the rule `{old}` was renamed to `{new}`: this comment still suppresses it"))
        .help(format!("write `{new}`"))
        .level(Level::Info)
        .fix(Fix::safe(format!("write `{new}`"), vec![Edit::replace(place, new)]))
}
