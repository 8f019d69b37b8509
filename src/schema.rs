//! The catalogue: which parameter names phones take, and what is known of them. Knows nothing of files.

use std::collections::HashSet;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// Who states a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Nobody: it follows from the name.
    Inferred,
    /// Yealink, for the same name.
    Yealink,
    /// Flyingvoice.
    Flyingvoice,
}

/// One parameter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The name, with `X` and `Y` for indices.
    pub name: String,
    /// The chapter of the vendor's templates, `Account/Register`.
    pub section: String,
    /// The kind of value: `bool01`, `int`, `enum`, `text`, `url`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Who states the type.
    pub evidence: Evidence,
    /// Where the name was found.
    pub source: String,
    /// Whether the value must not be shown.
    #[serde(default)]
    pub secret: bool,
    /// Whether the name may stand several times, each time with a value of its own.
    #[serde(default)]
    pub repeats: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    parameters: Vec<Parameter>,
    yealink_only: Vec<String>,
}

/// The catalogue, ready for look-ups.
#[derive(Debug)]
pub struct Schema {
    parameters: Vec<Parameter>,
    /// The pattern of each parameter's name: every index is written `#`.
    patterns: Vec<String>,
    by_pattern: FxHashMap<String, usize>,
    yealink_only: HashSet<String>,
}

impl Schema {
    /// The catalogue that is compiled in.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Schema> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let text = include_str!("../schemas/flyingvoice.json");
            // The text is part of the program, and a test reads it: it cannot be broken here.
            #[allow(clippy::expect_used)]
            Self::parse(text).expect("the built-in catalogue is well-formed")
        })
    }

    /// Reads a catalogue in the form of `schemas/flyingvoice.json`.
    ///
    /// # Errors
    /// Says what in the JSON is not as it should be, with its line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version != 1 {
            return Err(format!("version {} of the catalogue's format is not known, only 1", file.version));
        }
        let patterns: Vec<String> = file.parameters.iter().map(|p| pattern(&p.name)).collect();
        let by_pattern = patterns.iter().cloned().enumerate().map(|(at, pattern)| (pattern, at)).collect();
        let yealink_only = file.yealink_only.iter().map(|name| pattern(name)).collect();
        Ok(Self { parameters: file.parameters, patterns, by_pattern, yealink_only })
    }

    /// Every parameter, in the catalogue's order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The parameter behind a name with any indices (or with `X` for them).
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.by_pattern.get(&pattern(name)).map(|&at| &self.parameters[at])
    }

    /// Whether Yealink's phones take the name and Flyingvoice's are not known to.
    pub fn is_yealink_only(&self, name: &str) -> bool {
        self.yealink_only.contains(&pattern(name))
    }

    /// Whether the value of a name must not be shown: by the catalogue, or, where the catalogue does not
    /// know the name, by what the name says or most likely means.
    pub fn is_secret(&self, name: &str) -> bool {
        if let Some(parameter) = self.parameter(name) {
            return parameter.secret;
        }
        // A zero-width character in a name hides it from readers, not from whoever looks for secrets.
        let seen = |c: &char| c.is_alphanumeric() || c.is_ascii_punctuation();
        let lower: String = name.to_lowercase().chars().filter(seen).collect();
        let says_so = ["passw", "pasw", "pass_", "pwd", "psw", "secret", "token"]
            .iter()
            .any(|word| lower.contains(word));
        let is_key = lower.split(['.', '_']).any(|word| word == "key" || word == "pin");
        says_so || is_key || self.nearest(name).is_some_and(|near| self.is_secret(&near))
    }

    /// The known name that an unknown one most likely means, with the unknown one's indices.
    ///
    /// Looked for, in this order: `static.` added or dropped, another case, one or two letters wrong, a
    /// segment lost or added.
    pub fn nearest(&self, name: &str) -> Option<String> {
        self.other_prefix(name).or_else(|| {
            let wanted = pattern(&name.to_ascii_lowercase());
            let found = match self.by_pattern.get(&wanted) {
                Some(&at) => Some(at),
                None => self.near(&wanted),
            };
            found.map(|at| with_indices(&self.parameters[at].name, name))
        })
    }

    /// The known name that differs by a leading `static.` only (no name exists both with and without).
    pub fn other_prefix(&self, name: &str) -> Option<String> {
        let other = name.strip_prefix("static.").map_or_else(|| format!("static.{name}"), str::to_owned);
        self.by_pattern.contains_key(&pattern(&other)).then_some(other)
    }

    fn near(&self, wanted: &str) -> Option<usize> {
        // A short name is near too many others.
        let reach = if wanted.len() < 8 { 1 } else { 2 };
        let static_wanted =
            wanted.strip_prefix("static.").map_or_else(|| format!("static.{wanted}"), str::to_owned);
        let spellings = [wanted, static_wanted.as_str()].map(|text| (text, text.chars().count()));
        let dots = wanted.matches('.').count();
        let candidates = self.patterns.iter().enumerate().filter_map(|(at, known)| {
            let length = known.chars().count();
            let distance = spellings
                .iter()
                .filter(|(_, other)| length.abs_diff(*other) <= reach)
                .map(|(text, _)| strsim::osa_distance(known, text))
                .min()
                .filter(|&distance| distance <= reach);
            // Most names have too many segments, or too few, to be looked at more closely.
            let lost = || match known.matches('.').count() {
                more if more == dots + 1 => is_one_segment_more(known, wanted).then_some(3),
                less if less + 1 == dots => is_one_segment_more(wanted, known).then_some(3),
                _ => None,
            };
            Some((distance.or_else(lost)?, known.len().abs_diff(wanted.len()), at))
        });
        candidates.min().map(|(_, _, at)| at)
    }
}

/// Whether `longer` is `shorter` with one more segment somewhere; single words are not compared so.
fn is_one_segment_more(longer: &str, shorter: &str) -> bool {
    let (long, short): (Vec<&str>, Vec<&str>) = (longer.split('.').collect(), shorter.split('.').collect());
    short.len() >= 2
        && long.len() == short.len() + 1
        && (0..long.len())
            .any(|cut| long.iter().enumerate().filter(|(at, _)| *at != cut).map(|(_, s)| s).eq(&short))
}

/// A name with every index, and every `X` or `Y` that stands for one, written `#`.
pub(crate) fn pattern(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, segment) in name.split('.').enumerate() {
        if at > 0 {
            out.push('.');
        }
        let index = !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit());
        out.push_str(if index || matches!(segment, "X" | "Y" | "x" | "y") { "#" } else { segment });
    }
    out
}

/// A catalogue name with the indices of another name put in, in order; `1` where that has too few.
fn with_indices(known: &str, name: &str) -> String {
    let mut indices = name.split('.').filter(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()));
    let fill = |segment| if matches!(segment, "X" | "Y") { indices.next().unwrap_or("1") } else { segment };
    known.split('.').map(fill).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_any_index() {
        let schema = Schema::builtin();
        assert_eq!(schema.parameters().len(), 696);
        assert_eq!(schema.by_pattern.len(), 696, "two patterns for one name");
        assert_eq!(
            schema.parameter("account.12.sip_server.2.address").unwrap().name,
            "account.X.sip_server.Y.address"
        );
        assert!(schema.parameter("account.label").is_none());
        assert!(schema.is_yealink_only("account.3.acd.enable"));
        assert!(schema.parameters().iter().all(|p| !schema.is_yealink_only(&p.name)));
    }

    #[test]
    fn secrets_are_known_by_type_and_by_name() {
        let schema = Schema::builtin();
        for name in [
            "account.1.password",
            "account.1.pasword",
            "acount.1.password",
            "x.pwd",
            "my.aes_key",
            "ldap.passwrod",
            "my.pass\u{200b}\u{200b}\u{200b}word",
            "account.1.p\u{430}ssword",
        ] {
            assert!(schema.is_secret(name), "{name}");
        }
        for name in
            ["linekey.1.value", "features.key_as_send", "account.1.label", "features.password_dial.prefix"]
        {
            assert!(!schema.is_secret(name), "{name}");
        }
    }

    #[test]
    fn near_names_are_proposed_with_their_indices() {
        let near = |name| Schema::builtin().nearest(name);
        assert_eq!(near("account.7.sip_sever.2.address").as_deref(), Some("account.7.sip_server.2.address"));
        assert_eq!(near("Account.1.Label").as_deref(), Some("account.1.label"));
        assert_eq!(
            near("network.vlan.internet_port_vid").as_deref(),
            Some("static.network.vlan.internet_port_vid")
        );
        assert_eq!(near("static.lang.gui").as_deref(), Some("lang.gui"));
        assert_eq!(near("account.1.server.1.address"), None);
        assert_eq!(near("account.2.sip_server.address").as_deref(), Some("account.2.sip_server.1.address"));
        assert_eq!(near("coffee.machine.strength"), None);
    }
}
