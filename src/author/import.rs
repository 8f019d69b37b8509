//! Drafts a schema from a vendor's template: its names with `X` and `Y` for indices, its values as
//! defaults, and the ranges and lists in its comments. All entries are marked as inferred.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::hints::Hints;
use crate::catalogue::{self, Effect, Evidence, Parameter, Schema, ValueType};
use crate::text::redact::Mask;
use crate::text::syntax::{self, LineKind};
use crate::tree::names::COMMON_STEM;

/// A schema draft.
#[derive(Debug)]
pub struct SchemaDraft {
    /// The text of the schema.
    pub text: String,
    /// The number of names.
    pub names: usize,
    /// The number of names that the catalogue already contains.
    pub known: usize,
    /// Names that the schema format cannot represent, such as names with three or more indices.
    pub left_out: Vec<String>,
}

/// Drafts a schema from the text of a template. With `include_known`, the draft also contains names that the
/// catalogue already contains.
pub fn draft(schema: &Schema, text: &[u8], file: &str, include_known: bool) -> SchemaDraft {
    let mut reader = Reader::default();
    for line in syntax::parse(text).lines() {
        match line.kind {
            LineKind::Comment => reader.comment(&String::from_utf8_lossy(line.content(text).slice(text))),
            LineKind::Setting { name, value } => {
                let [name, value] = [name, value].map(|span| String::from_utf8_lossy(span.slice(text)));
                reader.setting(schema, &name, &value);
            }
            LineKind::Empty | LineKind::Header | LineKind::Include { .. } | LineKind::Unknown => {
                reader.end_block(schema);
            }
        }
    }
    reader.end_block(schema);
    let Reader { found, order, left_out, .. } = reader;
    let (known, unknown): (Vec<&String>, Vec<&String>) =
        order.iter().partition(|name| schema.parameter(name).is_some());
    let known = known.len();
    let names = if include_known { order.iter().collect() } else { unknown };
    let entries: Vec<String> = names
        .iter()
        .filter_map(|name| Some(catalogue::line(&found.get(*name)?.entry(schema, name, file))))
        .collect();
    let text = format!("{{\n\"version\": 1,\n\"parameters\": [\n{}\n]\n}}\n", entries.join(",\n"));
    SchemaDraft { text, names: names.len(), known, left_out }
}

/// The facts about one name in a template.
#[derive(Default)]
struct NameFacts {
    section: String,
    hints: Hints,
    /// Its nonempty values.
    values: Vec<String>,
}

#[derive(Default)]
struct Reader {
    found: FxHashMap<String, NameFacts>,
    order: Vec<String>,
    left_out: Vec<String>,
    section: String,
    /// The comments since the last line that is not a comment.
    block: Vec<String>,
    /// Whether the last setting was a secret. Comments below a secret may repeat it.
    follows_secret: bool,
    /// The index ranges in comments. The ranges apply to the settings below the comments, up to the next
    /// empty line.
    index: BTreeMap<char, (u32, u32)>,
}

/// Whether a line consists only of `#` characters.
fn is_hash_line(line: &str) -> bool {
    line.trim().len() > 3 && line.trim().bytes().all(|b| b == b'#')
}

impl Reader {
    fn comment(&mut self, line: &str) {
        // A banner is a title between two lines of `#`.
        if is_hash_line(line)
            && let [.., above, title] = self.block.as_slice()
            && is_hash_line(above)
            && !is_hash_line(title)
        {
            let words: Vec<&str> = title.trim().trim_matches('#').split_whitespace().collect();
            self.section = words.join(" ").replacen(' ', "/", 1);
            self.block.clear();
            return;
        }
        self.block.push(line.to_owned());
    }

    /// Applies the facts in the comment block to the names in the block, and returns the facts.
    fn hints(&mut self, schema: &Schema) -> Hints {
        let mut hints = Hints::default();
        let mask = Mask::new(schema);
        for line in self.block.drain(..).filter(|line| mask.secrets(line, "").is_empty()) {
            hints.add(&line);
        }
        for name in std::mem::take(&mut hints.names) {
            if let Some(name) = self.replace_indices(schema, &name) {
                let section = self.section.clone();
                let found = self.entry(name);
                found.section = if found.section.is_empty() { section } else { found.section.clone() };
                found.hints.index.extend(hints.index.clone());
            }
        }
        hints
    }

    fn entry(&mut self, name: String) -> &mut NameFacts {
        if !self.found.contains_key(&name) {
            self.order.push(name.clone());
        }
        self.found.entry(name).or_default()
    }

    fn end_block(&mut self, schema: &Schema) {
        self.hints(schema);
        self.index.clear();
    }

    fn setting(&mut self, schema: &Schema, name: &str, value: &str) {
        let mut hints = self.hints(schema);
        if std::mem::replace(&mut self.follows_secret, schema.is_secret(name)) {
            (hints.prose, hints.default, hints.values) = Default::default();
        }
        self.index.extend(hints.index.clone());
        let Some(name) = self.replace_indices(schema, name) else { return };
        let (section, index) = (self.section.clone(), self.index.clone());
        let found = self.entry(name);
        if found.section.is_empty() {
            found.section = section;
        }
        found.hints.index.extend(index);
        let known = &mut found.hints;
        if known.values.is_empty() {
            known.values = hints.values;
        }
        known.range = known.range.or(hints.range);
        known.default = known.default.take().or(hints.default);
        if known.prose.is_empty() {
            known.prose = hints.prose;
        }
        if !value.is_empty() {
            found.values.push(value.to_owned());
        }
    }

    /// A name with `X` and `Y` for its indices, spelled as in the catalogue if the catalogue contains the
    /// name.
    fn replace_indices(&mut self, schema: &Schema, name: &str) -> Option<String> {
        let name = without_templates(name);
        if let Some(known) = schema.parameter(&name) {
            return Some(known.name.clone());
        }
        let mut letters = ["X", "Y"].into_iter();
        let segments: Option<Vec<&str>> = name
            .split('.')
            .map(|segment| if is_index(segment) { letters.next() } else { Some(segment) })
            .collect();
        let segments = segments.filter(|segments| segments.iter().all(|segment| is_plain_segment(segment)));
        if segments.is_none() && !self.left_out.contains(&name) {
            self.left_out.push(name.clone());
        }
        segments.map(|segments| segments.join("."))
    }
}

/// Whether a segment of a name is an index: a number, a letter, or a template expression.
fn is_index(segment: &str) -> bool {
    catalogue::is_index(segment) || catalogue::is_placeholder(segment) || matches!(segment, "x" | "y" | "{}")
}

fn is_plain_segment(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

/// A name with `{}` for template expressions: `account.{$row.line}.label`.
fn without_templates(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '{' => {
                depth += 1;
                if depth == 1 {
                    out.push_str("{}");
                }
            }
            '}' if depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

impl NameFacts {
    /// The default stated in the comment, or the only value that a known name has in the template, unless the
    /// value is a secret or specific to one phone.
    fn default(&self, schema: &Schema, name: &str) -> Option<String> {
        let comment = self.hints.default.clone();
        // The value of an unknown name may be anything, such as a password.
        let values = if schema.parameter(name).is_some() { self.values.as_slice() } else { &[] };
        let one = values.first().filter(|first| values.iter().all(|value| value == *first)).cloned();
        comment.or(one).filter(|value| is_plain_value(value)).filter(|value| {
            let line = format!("{name} = {value}");
            !schema.is_secret(name) && Mask::new(schema).secrets(&line, "").is_empty()
        })
    }

    fn entry(&self, schema: &Schema, name: &str, file: &str) -> Parameter {
        let default = self.default(schema, name);
        let value_type = self.value_type(schema, name, default.as_deref());
        let comment = match self.hints.prose.join(" ") {
            prose if prose.is_empty() => String::new(),
            prose => format!(" Comment in the template: {prose}"),
        };
        let bounds = self.hints.range.filter(|_| matches!(value_type, ValueType::Integer | ValueType::Port));
        let index = self
            .hints
            .index
            .iter()
            .filter(|(letter, _)| indices(name).any(|index| index.starts_with(**letter)));
        let mut parameter = Parameter {
            name: name.into(),
            section: if self.section.is_empty() { "Template".into() } else { self.section.clone() },
            description: format!("Draft, not reviewed.{comment}"),
            value_type,
            evidence: Evidence::Inferred,
            source: file.into(),
            constraints: BTreeMap::new(),
            min: bounds.map(|(low, _)| f64::from(low)),
            max: bounds.map(|(_, high)| f64::from(high)),
            unit: None,
            default: None,
            values: if value_type == ValueType::Enum { self.hints.values.clone() } else { Vec::new() },
            open: false,
            length: None,
            list: None,
            items: None,
            index: index.map(|(letter, range)| (*letter, *range)).collect(),
            models: None,
            resource: None,
            scope: scope(file).into(),
            effect: Effect::Live,
            effect_assumed: true,
            secret: schema.is_secret(name),
            repeats: false,
            deprecated: None,
        };
        // If the value contradicts the comment, neither is reliable.
        parameter.default = default.filter(|default| parameter.check(default).is_ok());
        parameter
    }

    fn value_type(&self, schema: &Schema, name: &str, default: Option<&str>) -> ValueType {
        let word = name.rsplit(['.', '_']).find(|word| !matches!(*word, "X" | "Y")).unwrap_or_default();
        let listed: Vec<&str> = self.hints.values.iter().map(|(value, _)| value.as_str()).collect();
        match (listed.as_slice(), word) {
            (["0", "1"] | ["1", "0"], _) => ValueType::Bool,
            ([_, ..], _) => ValueType::Enum,
            _ if schema.is_secret(name) => ValueType::Password,
            (_, "port") if default.is_none_or(|value| value.parse::<u16>().is_ok()) => ValueType::Port,
            _ if self.hints.range.is_some() => ValueType::Integer,
            (_, "enable") if default.is_none_or(|value| matches!(value, "0" | "1")) => ValueType::Bool,
            (_, "url") => ValueType::Url,
            _ => match self.values.as_slice() {
                [] => ValueType::Unknown,
                values if values.iter().all(|value| is_short_number(value)) => ValueType::Integer,
                _ => ValueType::Text,
            },
        }
    }
}

/// Whether a value is usable as a default. Some templates contain joined lines, unfilled placeholders, and
/// URLs with a user name, which are not usable.
fn is_plain_value(value: &str) -> bool {
    let is_url = value.contains("://");
    let has_user = is_url && value.contains('@');
    !has_user && !value.contains(['{', '}', '$', '<', '>']) && (is_url || !value.contains('='))
}

fn is_short_number(value: &str) -> bool {
    !value.is_empty() && value.len() < 16 && value.bytes().all(|b| b.is_ascii_digit())
}

/// The index letters of a name.
fn indices(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|segment| matches!(*segment, "X" | "Y"))
}

/// The scope, as determined by the template's name. The common file applies to all phones.
fn scope(file: &str) -> &'static str {
    let stem = file.strip_suffix(".cfg").unwrap_or(file).to_ascii_lowercase();
    let is_mac = stem.len() == 12 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    match stem.as_str() {
        COMMON_STEM => "common",
        stem if is_mac || stem.contains("mac") => "mac",
        _ => "either",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Schema {
        let draft = draft(Schema::builtin(), text.as_bytes(), "y000000000000.cfg", true);
        let empty =
            Schema::parse(r#"{"version":1,"models":[],"model_sets":{},"parameters":[],"yealink_only":[]}"#);
        empty.unwrap().extend(&draft.text).unwrap_or_else(|problems| panic!("{problems:#?}\n{}", draft.text))
    }

    #[test]
    fn a_template_in_the_vendors_manner() {
        let schema = import(
            "#!version:1.0.0.1\n\
            #########\n##  Coffee Machine  ##\n#########\n\
            ##coffee.X.label=\n##(X ranges from 1 to 5)\n\n\
            coffee.1.label = Black\ncoffee.2.label = White\n\n\
            # How strong. It ranges from 1 to 9.\ncoffee.1.strength = 5\ncoffee.2.strength = 5\n\n\
            #0-Cold,1-Warm,2-Hot\ncoffee.heat = 2\ncoffee.enable =\ncoffee.pin = 1234\n\
            coffee.{$row.line}.sip_server.1.address = {$row.server}\n",
        );
        let label = schema.parameter("coffee.3.label").unwrap();
        assert_eq!((label.section.as_str(), label.value_type), ("Coffee/Machine", ValueType::Text));
        assert_eq!((label.index.get(&'X'), label.default.as_deref()), (Some(&(1, 5)), None));
        let strength = schema.parameter("coffee.1.strength").unwrap();
        assert_eq!((strength.min, strength.max, strength.default.as_deref()), (Some(1.0), Some(9.0), None));
        assert!(strength.description.contains("How strong."));
        assert_eq!(schema.parameter("coffee.heat").unwrap().values.len(), 3);
        assert_eq!(schema.parameter("coffee.enable").unwrap().value_type, ValueType::Bool);
        let pin = schema.parameter("coffee.pin").unwrap();
        assert_eq!((pin.secret, pin.default.as_deref()), (true, None));
        let address = schema.parameter("coffee.1.sip_server.2.address").unwrap();
        assert_eq!(address.name, "coffee.X.sip_server.Y.address");
        assert_eq!(address.default, None);
        assert!(schema.parameters().iter().all(|parameter| parameter.evidence == Evidence::Inferred));
    }

    #[test]
    fn secrets_of_a_cfg_in_use_are_not_copied() {
        let text = draft(
            Schema::builtin(),
            b"# Coffee\ncoffee.code = planted1\naccount.1.password = planted2\n# planted3 until May\ncoffee.heat = 1\n\
              # old: account.1.password = planted4\n//account.2.password = planted5\n# ftp://me:planted6@h/\ncoffee.size = 2\n\
              remote_phonebook.data.1.url = http://h/b.xml?password=planted7\n",
            "t.cfg",
            true,
        );
        assert!(!text.text.contains("planted"), "{}", text.text);
        assert!(text.text.contains("coffee.size") && text.text.contains("Comment in the template: Coffee"));
    }

    #[test]
    fn what_is_no_fact_is_no_default() {
        let schema = import(
            "a.joined = 1b.c = 2\na.url = http://u:p@h/\na.list = 1\n# 0-Off,1-On,2-Auto\na.odd = 7\n",
        );
        for name in ["a.joined", "a.url", "a.odd"] {
            assert_eq!(schema.parameter(name).and_then(|known| known.default.clone()), None, "{name}");
        }
        let three = draft(Schema::builtin(), b"a.1.b.2.c.3 = 1\n", "t.cfg", false);
        assert_eq!((three.names, three.left_out.len()), (0, 1));
    }
}
