//! See `unknown-suppressed-rule.md`.

use crate::lint::api::{Draft, Sink, rule};
use crate::lint::ask::{FileCx, directives};
rule! { "unknown-suppressed-rule", Error, Certain, File(check), standing: Free }

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
            if cx.common.rules.has(&name) {
                continue;
            }
            sink.report(place, || {
                let draft = Draft::new(format!("there is no rule `{name}`: this suppresses nothing"));
                match cx.common.rules.nearest(&name) {
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
