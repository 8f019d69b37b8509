//! See `unrendered-template.md`.

use std::collections::HashSet;

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::value_check::content;
use crate::lint::view::{FileCx, KnownSetting, TemplateCx};
use crate::templates::recognize::Language;
use crate::text::content::Content;
use crate::text::placeholder::{is_bare_placeholder, is_placeholder, is_unfinished};
use crate::text::residue::placeholder;
use crate::text::source::{Place, Span};
use crate::text::syntax::LineKind;

rule! {
    "unrendered-template", Error, Certain, File(check),
    precedence: Line(1), lines: Unordered, template: Some(check_template),
}

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut found: Vec<(usize, Span)> = Vec::new();
    for line in cx.lines() {
        let Some((start, end)) = placeholder(line.content(), line.kind()) else { continue };
        let base = line.span().start as usize;
        found.push((line.index, Span::new(base + start, base + end)));
    }
    // A label that contains a placeholder is wrong, but the phone still works.
    let mut texts: HashSet<usize> = HashSet::new();
    for KnownSetting { parameter, text: setting, .. } in cx.known_settings() {
        let content = content(parameter);
        if content == Content::Text {
            texts.insert(setting.line);
        } else if std::str::from_utf8(setting.value.visible()).is_ok_and(|value| {
            is_bare_placeholder(value, content == Content::Number)
                || (matches!(content, Content::Number | Content::Host | Content::Url) && is_unfinished(value))
        }) {
            found.push((setting.line, setting.value_place().span));
        }
    }
    for (line, span) in found {
        let level = if texts.contains(&line) { Level::Warning } else { Level::Error };
        sink.report(cx.place(span), || diagnostic().level(level));
    }
    for contact in cx.book.iter().filter_map(|book| book.as_ref().ok()).flat_map(|book| &book.contacts) {
        let numbers = contact.numbers.iter().map(|number| &number.text);
        for text in contact.name.iter().chain(numbers).filter(|text| contains_placeholder(&text.text)) {
            sink.report(cx.place(text.at), || diagnostic().level(Level::Warning));
        }
    }
}

/// Reports a template once if phones read it unrendered, or if fvprov cannot parse its language.
fn check_template(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let place = Place { file: cx.file, span: cx.first_tag };
    if cx.is_leftover {
        sink.report(place, || {
            Diagnostic::new("unfilled template: phones read this file and treat its tags as text")
                .help("fill in the template, or move it to a directory without files for phones")
        });
    } else if let Language::Foreign(name) = cx.language {
        sink.report(Place::whole(cx.file), || {
            Diagnostic::new(format!(
                "this is a template of {name}, which fvprov does not read: nothing in it was checked"
            ))
            .help("check the generated files")
            .level(Level::Info)
        });
    }
}

/// Whether a string in a phonebook is or contains a placeholder.
fn contains_placeholder(text: &str) -> bool {
    is_placeholder(text) || placeholder(text.as_bytes(), LineKind::Unknown).is_some()
}

fn diagnostic() -> Diagnostic {
    Diagnostic::new("this placeholder was not replaced: the phone treats it as text").help(
        "write the intended value; if a template generates this file, correct the template and generate the file again",
    )
}
