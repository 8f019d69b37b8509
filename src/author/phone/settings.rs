//! References to a phone in fvprov.toml: models, policies, and globs on its files. Every other byte remains.

use std::ops::Range;

use toml::de::{DeArray, DeTable, DeValue};

use crate::project::settings::{PolicyTable, Settings};
use crate::text::mac::{self, Mac};

/// The text of a settings file.
#[derive(Clone)]
pub struct SettingsText {
    text: String,
}

/// A replacement of a range.
type Splice = (Range<usize>, String);

impl SettingsText {
    /// A settings file; `None` if it is not valid.
    pub fn new(text: &str) -> Option<Self> {
        Settings::parse(text).ok()?;
        Some(Self { text: text.to_owned() })
    }

    /// The text after the changes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The settings after the changes.
    pub fn settings(&self) -> Settings {
        Settings::parse(&self.text).unwrap_or_default()
    }

    /// Replaces a MAC in all keys and strings, and with `in_comments` in comments too.
    pub fn replace(&mut self, old: Mac, new: Mac, in_comments: bool) -> Option<()> {
        if in_comments {
            return self.apply(String::from_utf8(mac::replace(self.text.as_bytes(), old, new)).ok()?);
        }
        let spans = spans(&self.text)?;
        let splices = spans.into_iter().filter_map(|span| {
            let part = self.text.get(span.clone())?;
            let replaced = String::from_utf8(mac::replace(part.as_bytes(), old, new)).ok()?;
            (replaced != part).then_some((span, replaced))
        });
        self.apply(spliced(&self.text, splices.collect()))
    }

    /// The lines of comments that contain a MAC, from 1.
    pub fn comments_with(&self, mac: Mac) -> Vec<usize> {
        let spans = spans(&self.text).unwrap_or_default();
        let places = mac::find(self.text.as_bytes(), mac).into_iter();
        let places = places
            .filter(|place| !spans.iter().any(|span| span.start <= place.start && place.end <= span.end));
        places.map(|place| self.text[..place.start].matches('\n').count() + 1).collect()
    }

    /// Declares the model of a phone in `[models]`.
    pub fn declare_model(&mut self, mac: Mac, model: &str) -> Option<()> {
        let entry = format!("\"{mac}\" = \"{model}\"");
        let file = DeTable::parse(&self.text).ok()?;
        let Some(models) = file.get_ref().get("models") else {
            let end = if self.text.ends_with('\n') || self.text.is_empty() { "" } else { "\n" };
            let text = format!("{}{end}\n[models]\n{entry}\n", self.text);
            return self.apply(text);
        };
        let DeValue::Table(entries) = models.get_ref() else { return None };
        let last = entries.iter().map(|(_, value)| value.span().end).max();
        let is_inline = self.text.get(models.span())?.starts_with('{');
        let splice = match (is_inline, last) {
            (true, Some(last)) => (last..last, format!(", {entry}")),
            (true, None) => (models.span(), format!("{{ {entry} }}")),
            (false, Some(last)) => {
                let end = self.line_end(last);
                (end..end, format!("{entry}\n"))
            }
            (false, None) => {
                let end = self.line_end(models.span().end);
                (end..end, format!("{entry}\n"))
            }
        };
        self.apply(spliced(&self.text, vec![splice]))
    }

    /// Extends the globs of policies that applied to the old MAC, so that they apply to the new one. `before` contains
    /// the policies before any change.
    pub fn extend_policies(&mut self, before: &[PolicyTable], old: Mac, new: Mac) -> Option<()> {
        let after = self.settings().policy;
        let file = DeTable::parse(&self.text).ok()?;
        let mut splices: Vec<Splice> = Vec::new();
        for (at, (before, after)) in before.iter().zip(&after).enumerate() {
            let applied = fast_glob::glob_match(&before.phones, old.to_string());
            if applied && !fast_glob::glob_match(&after.phones, new.to_string()) {
                let value = policies(file.get_ref())?.get(at)?.get_ref().as_table()?.get("phones")?;
                splices.push((value.span(), format!("\"{}\"", with_alternative(&after.phones, new))));
            }
        }
        self.apply(spliced(&self.text, splices))
    }

    /// Removes the model, the policies and the globs that apply only to a phone.
    pub fn remove(&mut self, mac: Mac) -> Option<()> {
        let file = DeTable::parse(&self.text).ok()?;
        let mut splices: Vec<Splice> = Vec::new();
        self.remove_from(file.get_ref(), mac, &mut splices);
        for policy in policies(file.get_ref()).into_iter().flatten() {
            let phones = policy.get_ref().as_table().and_then(|table| table.get("phones"));
            let phones = phones.and_then(|phones| Some((phones.span(), phones.get_ref().as_str()?)));
            splices.extend(phones.and_then(|(span, glob)| self.without_phone(span, glob, mac)));
        }
        self.apply(spliced(&self.text, splices))
    }

    /// Adds the edits that remove the entries whose keys contain a MAC, in a table and its subtables.
    fn remove_from(&self, table: &DeTable<'_>, mac: Mac, splices: &mut Vec<Splice>) {
        for (key, value) in table {
            if contains(key.get_ref(), mac) {
                splices.push((self.lines(key.span().start..value.span().end), String::new()));
                continue;
            }
            match value.get_ref() {
                DeValue::Table(inner) => self.remove_from(inner, mac, splices),
                DeValue::Array(array) => splices.extend(without_elements(array, mac)),
                _ => {}
            }
        }
    }

    /// The edit that removes a phone from the glob of a policy, or that removes the policy if it applies to
    /// nothing else.
    fn without_phone(&self, span: Range<usize>, glob: &str, mac: Mac) -> Option<Splice> {
        if !contains(glob, mac) {
            return None;
        }
        let name = mac.to_string();
        if glob == name {
            let start = self.text[..span.start].rfind("[[policy]]")?;
            let rest = &self.text[span.end..];
            let end = rest.find("\n[").map_or(self.text.len(), |at| span.end + at + 1);
            return Some((start..end, String::new()));
        }
        let shorter = glob.replace(&format!("{name},"), "").replace(&format!(",{name}"), "");
        Some((span, format!("\"{shorter}\"")))
    }

    /// Extends a range to entire lines, if these lines contain nothing else except whitespace and a comment
    /// at the end.
    fn lines(&self, range: Range<usize>) -> Range<usize> {
        let start = self.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.line_end(range.end);
        let rest = self.text[range.end..end].trim_start();
        let is_alone =
            self.text[start..range.start].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
        if is_alone { start..end } else { range }
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// Sets the text, if it is valid.
    fn apply(&mut self, text: String) -> Option<()> {
        Settings::parse(&text).ok()?;
        self.text = text;
        Some(())
    }
}

/// The edits that remove the array elements that contain a MAC.
fn without_elements(array: &DeArray<'_>, mac: Mac) -> Vec<Splice> {
    let elements: Vec<(Range<usize>, bool)> = array
        .iter()
        .map(|value| (value.span(), value.get_ref().as_str().is_some_and(|text| contains(text, mac))))
        .collect();
    let mut splices = Vec::new();
    for (at, (span, _)) in elements.iter().enumerate().filter(|(_, (_, is_removed))| *is_removed) {
        let range = match (elements.get(at + 1), at.checked_sub(1).and_then(|before| elements.get(before))) {
            (Some((next, _)), _) => span.start..next.start,
            (None, Some((before, false))) => before.end..span.end,
            (None, _) => span.clone(),
        };
        splices.push((range, String::new()));
    }
    splices
}

/// The spans of all keys and strings.
fn spans(text: &str) -> Option<Vec<Range<usize>>> {
    let file = DeTable::parse(text).ok()?;
    let mut spans = Vec::new();
    add_table(file.get_ref(), &mut spans);
    Some(spans)
}

fn add_table(table: &DeTable<'_>, spans: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        spans.push(key.span());
        add_value(value.get_ref(), value.span(), spans);
    }
}

fn add_value(value: &DeValue<'_>, span: Range<usize>, spans: &mut Vec<Range<usize>>) {
    match value {
        DeValue::String(_) => spans.push(span),
        DeValue::Table(table) => add_table(table, spans),
        DeValue::Array(array) => {
            array.iter().for_each(|value| add_value(value.get_ref(), value.span(), spans));
        }
        _ => {}
    }
}

fn policies<'f, 't>(file: &'f DeTable<'t>) -> Option<&'f DeArray<'t>> {
    match file.get("policy")?.get_ref() {
        DeValue::Array(array) => Some(array),
        _ => None,
    }
}

fn contains(text: &str, mac: Mac) -> bool {
    !mac::find(text.as_bytes(), mac).is_empty()
}

/// A glob that also matches a MAC.
fn with_alternative(glob: &str, mac: Mac) -> String {
    match glob.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) if !inner.contains(['{', '}']) => format!("{{{inner},{mac}}}"),
        _ => format!("{{{glob},{mac}}}"),
    }
}

/// Replaces ranges of a text. The ranges do not overlap.
fn spliced(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, new) in splices {
        if range.start >= copied {
            out.push_str(&text[copied..range.start]);
            out.push_str(&new);
            copied = range.end;
        }
    }
    out + &text[copied..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn macs() -> [Mac; 2] {
        ["0021f2000001", "789912000001"].map(|mac| mac.parse().unwrap())
    }

    const TEXT: &str = "# 0021f2000001 is in the hall\n[models]\n\"0021f2000001\" = \"fip10\" # hall\n\"0021f2*\" = \"fip14g\"\n\
        [lint]\nexclude = [\"old/0021f2000001.cfg\", \"tmp\"]\n[lint.per-path]\n\"0021f2000001.cfg\" = [\n  \"weak-password\",\n]\n\
        [[policy]]\nrequire = \"a = 1\"\nphones = \"0021f2*\"\n[[policy]]\nrequire = \"b = 1\"\nphones = \"0021f2000001\"\n";

    #[test]
    fn a_mac_is_replaced_outside_comments() {
        let [old, new] = macs();
        let mut settings = SettingsText::new(TEXT).unwrap();
        settings.replace(old, new, false).unwrap();
        assert_eq!(
            settings.text(),
            TEXT.replace("0021f2000001", "789912000001").replacen("789912", "0021f2", 1)
        );
        assert_eq!(settings.comments_with(old), [1]);
        settings.extend_policies(&SettingsText::new(TEXT).unwrap().settings().policy, old, new).unwrap();
        let phones: Vec<String> =
            settings.settings().policy.into_iter().map(|policy| policy.phones).collect();
        assert_eq!(phones, ["{0021f2*,789912000001}", "789912000001"]);
    }

    #[test]
    fn models_are_declared_in_every_form_of_the_table() {
        let [_, new] = macs();
        for (text, after) in [
            ("", "\n[models]\n\"789912000001\" = \"fip10\"\n"),
            (
                "[models]\n\"a*\" = \"x\" # y\n\n[lint]\n",
                "[models]\n\"a*\" = \"x\" # y\n\"789912000001\" = \"fip10\"\n\n[lint]\n",
            ),
            ("[models]\n[lint]\n", "[models]\n\"789912000001\" = \"fip10\"\n[lint]\n"),
            ("models = { \"a*\" = \"x\" }\n", "models = { \"a*\" = \"x\", \"789912000001\" = \"fip10\" }\n"),
        ] {
            let mut settings = SettingsText::new(text).unwrap();
            settings.declare_model(new, "fip10").unwrap();
            assert_eq!(settings.text(), after);
        }
    }

    #[test]
    fn what_applies_only_to_the_phone_is_removed() {
        let [old, _] = macs();
        let mut settings = SettingsText::new(TEXT).unwrap();
        settings.remove(old).unwrap();
        assert_eq!(
            settings.text(),
            "# 0021f2000001 is in the hall\n[models]\n\"0021f2*\" = \"fip14g\"\n[lint]\nexclude = [\"tmp\"]\n[lint.per-path]\n\
             [[policy]]\nrequire = \"a = 1\"\nphones = \"0021f2*\"\n"
        );
    }
}
