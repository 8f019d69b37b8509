//! See `leftover-value.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::moved_comment::move_comment;
use crate::lint::facts::value_check::{content, value_residue};
use crate::lint::view::{FileCx, KnownSetting};
use crate::text::content::Content;
use crate::text::residue::{self, Residue};

rule! { "leftover-value", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for KnownSetting { parameter, text: setting, .. } in cx.known_settings() {
        let Ok(value) = std::str::from_utf8(setting.value.visible()) else { continue };
        let Some((range, residue)) = value_residue(parameter, value) else { continue };
        let start = range.start;
        sink.report(setting.value_part(range), || {
            let name = setting.name_text().into_owned();
            let level = if content(parameter) == Content::Text { Level::Warning } else { Level::Error };
            let mut diagnostic = diagnostic(residue, &format!("`{name}`")).level(level);
            diagnostic.fix = match residue {
                Residue::Comment => move_comment(cx, setting, start),
                _ => None,
            };
            diagnostic.parameter(name)
        });
    }
    check_phonebook(cx, sink);
}

/// Checks the names and numbers in a phonebook.
fn check_phonebook(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(Ok(book)) = cx.book else { return };
    for contact in &book.contacts {
        let name = contact.name.iter().map(|name| (name, Content::Text));
        let numbers = contact.numbers.iter().map(|number| (&number.text, Content::Number));
        for (text, content) in name.chain(numbers) {
            // XML entities are valid here and have already been decoded.
            let found =
                residue::in_value(&text.text, content).filter(|(_, residue)| *residue != Residue::Entity);
            let Some((_, residue)) = found else { continue };
            sink.report(cx.place(text.at), || diagnostic(residue, "this contact").level(Level::Warning));
        }
    }
}

fn diagnostic(residue: Residue, whose: &str) -> Diagnostic {
    match residue {
        Residue::Nothing => Diagnostic::new(format!(
            "the value of {whose} is a word that a program wrote in place of a missing value: the phone uses the word itself"
        ))
        .help("write the intended value, or leave the value empty"),
        Residue::Entity => Diagnostic::new(format!(
            "the value of {whose} contains an XML entity: phones treat it as plain text, because cfg files have no entities"
        ))
        .help("write the character itself, for example `&` for `&amp;`"),
        Residue::Spreadsheet => Diagnostic::new(format!(
            "the value of {whose} was changed by a spreadsheet: the phone uses the changed value"
        ))
        .help("format the column as text, enter the value again, and write it here"),
        Residue::Comment => Diagnostic::new(format!(
            "a comment follows the value of {whose}: the phone treats it as part of the value, because a comment requires a separate line"
        ))
        .help("move the comment to a separate line above this one, after a `#`"),
        Residue::Server => Diagnostic::new(format!(
            "the value of {whose} ends in `@` without a server: the phone uses the value as it is"
        ))
        .help("write only the user, or the server after `@`"),
    }
}
