//! See `foreign-directive.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::name_check::is_foreign;
use crate::lint::facts::similar_file;
use crate::lint::view::{FileCx, IncludeText, quoted};
use crate::text::source::Span;
use crate::tree::load::NotFollowed;

rule! { "foreign-directive", Warning, Compatible, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        match &include.include.to {
            Err(NotFollowed::Guarded) => guarded(cx, &include, sink),
            Err(NotFollowed::Macro(_)) => sink.report(cx.place(include.target_span), || {
                let target = quoted(&include.target.text());
                Diagnostic::new(format!(
                    "{target} contains a Yealink macro: Flyingvoice phones probably request a file with exactly this name"
                ))
                .help(match similar_file::own(cx) {
                    Some(own) => format!("write `include:config <{own}>`"),
                    None => {
                        "create a `<mac>.boot` for each phone that includes the real file, or remove this line".into()
                    }
                })
            }),
            _ => {}
        }
    }
    if !cx.mentions(b"overwrite_mode") && !cx.mentions(b"specific_model") {
        return;
    }
    for setting in cx.settings().filter(|setting| is_foreign(setting.name)) {
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!(
                "`{name}` is a directive for Yealink boot files: Flyingvoice phones probably ignore it"
            ))
            .help("remove the line; the order of the includes determines which file overrides which")
            .parameter(name)
        });
    }
}

fn guarded(cx: &FileCx<'_>, include: &IncludeText<'_>, sink: &mut Sink<'_>) {
    let mut place = cx.common.include_place(cx.file, include.include);
    let guard = place.span.slice(cx.text()).iter().position(|&b| b == b']').map_or(0, |at| at as u32 + 1);
    place.span = Span { start: place.span.start, end: place.span.start + guard };
    sink.report(place, || {
        let target = quoted(&include.target.text());
        Diagnostic::new(format!(
            "a model in square brackets is Yealink syntax: Flyingvoice phones probably ignore this line and do not read {target}"
        ))
        .help("remove the brackets, or include the file from the `<mac>.boot` of each phone of this model")
    });
}
