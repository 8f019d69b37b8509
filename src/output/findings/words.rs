//! The wording of a finding for output, with secrets masked and control characters escaped.

use std::borrow::Cow;

use super::report::Report;
use crate::lint::engine::identity::MAX_EXCERPT;
use crate::lint::{Affected, Edit, Finding, Fix};
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::{Place, Span};
use crate::tree::names::Kind;

/// Maximum number of includes in a note about the route to a file.
const MAX_ROUTE: usize = 6;

/// The wording of a finding for output.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Words {
    pub message: String,
    pub help: Option<String>,
    /// For each related location, its relation to the finding.
    pub related: Vec<String>,
    /// The fix with secrets masked; `None` if there is no fix, or if it changes a line that is too long to
    /// display.
    pub fix: Option<Fix>,
}

impl Words {
    /// The fix, for formats whose readers may apply it. `None` if it contains a masked secret, because the
    /// mask would be written to the file.
    pub(super) fn whole_fix(&self, finding: &Finding) -> Option<&Fix> {
        let meant = finding.diagnostic.fix.as_ref()?;
        self.fix.as_ref().filter(|shown| shown.edits == meant.edits && !shown.edits.is_empty())
    }

    /// The message, the help, and the affected phones, one per line.
    pub fn in_short(&self, finding: &Finding) -> String {
        let affects = affects(finding.phones.as_ref());
        let lines = [Some(self.message.clone()), self.help.clone(), affects];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

impl Report<'_> {
    /// The wording of a finding, with the secrets in its lines masked.
    pub fn words(&self, mask: &mut Mask<'_>, finding: &Finding) -> Words {
        let diagnostic = &finding.diagnostic;
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.at);
        let places = diagnostic.related.iter().map(|(place, _)| *place).chain([finding.at]).chain(edits);
        let lines: Vec<(String, String)> = places.map(|place| self.lines(place)).collect();
        let mut secrets: Vec<&str> =
            lines.iter().flat_map(|(line, before)| mask.secrets(line, before)).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Words {
            message: mask.prose(&diagnostic.message, &secrets),
            help: diagnostic.help.as_ref().map(|help| mask.prose(help, &secrets)),
            related: diagnostic.related.iter().map(|(_, why)| mask.prose(why, &secrets)).collect(),
            fix: diagnostic.fix.as_ref().and_then(|fix| self.fix(mask, fix, &secrets)),
        }
    }

    fn fix(&self, mask: &mut Mask<'_>, fix: &Fix, secrets: &[&str]) -> Option<Fix> {
        let title = mask.prose(&fix.title, secrets);
        let edits = fix.edits.iter().map(|edit| self.edit(mask, edit, secrets));
        Some(Fix { title, safe: fix.safe, edits: edits.collect::<Option<_>>()? })
    }

    /// An edit with masked secrets; `None` if a line around it is too long to display.
    pub(super) fn edit(&self, mask: &mut Mask<'_>, edit: &Edit, secrets: &[&str]) -> Option<Edit> {
        let source = self.workspace.sources.get(edit.at.file);
        let Span { start, end } = edit.at.span;
        let line = source.line_number(start);
        let head = Span { start: source.line_span(line).start, end: start };
        let tail = Span { start: end, end: source.line_span(source.line_number(end)).end.max(end) };
        let [head, tail] = [head, tail].map(|span| String::from_utf8_lossy(span.slice(&source.text)));
        let before = if line > 1 { source.line_text(line - 1) } else { Cow::default() };
        let is_displayed = head.len().max(tail.len()).max(before.len()) <= MAX_EXCERPT;
        is_displayed.then(|| Edit::replace(edit.at, mask.edit(&edit.text, &head, &tail, &before, secrets)))
    }

    /// The lines below a finding's message: help, fix, related locations, affected phones, and the includes
    /// that lead a phone to the file.
    pub(super) fn notes(&self, finding: &Finding, words: &Words) -> Vec<String> {
        let related = finding.diagnostic.related.iter().zip(&words.related);
        let related = related.map(|((place, _), why)| format!("{why}: {}", self.spot(*place)));
        let notes = words.help.clone().into_iter().chain(words.fix.as_ref().map(fix_line)).chain(related);
        let phones = finding.phones.as_ref();
        notes.chain(affects(phones)).chain(phones.and_then(|phones| self.route(phones))).collect()
    }

    /// The includes that lead a phone to the file. `None` for a single include in a boot file.
    fn route(&self, phones: &Affected) -> Option<String> {
        let places = match phones.route.as_slice() {
            [] => return None,
            [only] if self.workspace.document(only.file).role.kind() == Some(Kind::Boot) => return None,
            places => places,
        };
        let (first, last) = match places.len() {
            0..=MAX_ROUTE => (places, &[][..]),
            all => (&places[..MAX_ROUTE / 2], &places[all - MAX_ROUTE / 2..]),
        };
        let rest = if last.is_empty() { String::new() } else { format!(", …, {}", self.spots(last)) };
        Some(format!("{} reads it through {}{rest}", reader(phones), self.spots(first)))
    }

    fn spots(&self, places: &[Place]) -> String {
        places.iter().map(|place| self.spot(*place)).collect::<Vec<_>>().join(", ")
    }
}

/// The phone whose includes are reported as the route to the file.
pub(super) fn reader(phones: &Affected) -> String {
    phones.examples.first().map_or("a phone without files of its own".into(), ToString::to_string)
}

/// A fix as one line.
pub(super) fn fix_line(fix: &Fix) -> String {
    format!("fix: {}{}", fix.title, if fix.safe { "" } else { " (requires --unsafe-fixes)" })
}

/// The phones that a finding affects, in words.
pub(super) fn affects(phones: Option<&Affected>) -> Option<String> {
    let phones = phones?;
    let examples: Vec<String> = phones.examples.iter().map(ToString::to_string).collect();
    let more = if phones.count > examples.len() { ", …" } else { "" };
    match phones.count {
        0 if phones.any => Some("affects phones without files of their own".into()),
        0 => Some("affects no phone: no phone reads this file".into()),
        count => {
            let list =
                if examples.is_empty() { String::new() } else { format!(": {}{more}", examples.join(", ")) };
            Some(format!("affects {count} of {}{list}", plural(phones.total, "phone")))
        }
    }
}
