//! Catalogue entries for parameters and models, as in `schemas/flyingvoice.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::ser::Formatter;

use super::value_type::ValueType;

/// Source of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// No source: inferred from the name.
    Inferred,
    /// Yealink's documentation for the same name.
    Yealink,
    /// A standard, such as an RFC.
    Standard,
    /// Flyingvoice's documentation or files.
    Flyingvoice,
}

impl Evidence {
    /// Description for reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::Flyingvoice => "stated by Flyingvoice",
            Self::Standard => "stated by a standard",
            Self::Yealink => "stated by Yealink for a parameter with the same name",
            Self::Inferred => "inferred from the name",
        }
    }
}

/// A constraint on a parameter, which can have its own evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Constraint {
    /// The type of the value, or of the items in a list.
    Type,
    /// The known values.
    Values,
    /// The smallest and largest numbers.
    Range,
    /// The maximum number of characters, or of items in a list.
    Length,
    /// The ranges of the indices.
    Index,
    /// The factory default.
    Default,
}

impl Constraint {
    /// All constraints.
    pub const ALL: [Self; 6] =
        [Self::Type, Self::Values, Self::Range, Self::Length, Self::Index, Self::Default];

    /// Name of the constraint, as in the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Values => "values",
            Self::Range => "range",
            Self::Length => "length",
            Self::Index => "index",
            Self::Default => "default",
        }
    }
}

/// The source of a constraint, if it differs from the parameter's source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Kind of source that states the constraint.
    pub evidence: Evidence,
    /// The document that states the constraint.
    pub source: String,
}

/// The items of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ListItems {
    /// Type of an item. The parameter's range applies to items that are numbers.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// The character that separates items.
    pub separator: char,
    /// Maximum number of items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<usize>,
}

/// The effect on a phone when the value changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The phone applies the value immediately (the guide's general rule).
    Live,
    /// The phone registers again.
    Reregister,
    /// The phone reboots.
    Reboot,
    /// The phone uses a different provisioning server, or none.
    #[serde(alias = "leaves")] // its former name, in users' schemas
    Unprovisioned,
}

/// Kind of file or server that a value refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// A firmware image.
    Firmware,
    /// A phonebook on a server.
    RemotePhonebook,
    /// A phonebook that the phone downloads and stores.
    LocalPhonebook,
    /// A ring tone.
    Ringtone,
    /// A picture.
    Wallpaper,
    /// A language pack.
    Language,
    /// A certificate or key.
    Certificate,
    /// VPN files.
    Vpn,
    /// Dial rules.
    Dialplan,
    /// A configuration file.
    Config,
    /// A logo.
    Logo,
    /// A URL that the phone requests but does not download.
    Action,
    /// Address of a server rather than a file to download.
    Server,
    /// Any other file.
    Other,
}

/// A parameter.
#[allow(clippy::struct_excessive_bools)] // the fields of the JSON
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Name, with `X` and `Y` as index placeholders.
    pub name: String,
    /// Section of the vendor's templates, for example `Account/Register`.
    pub section: String,
    /// Purpose of the parameter, in one sentence.
    pub description: String,
    /// Type of the value.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Source of all constraints that are not listed in `constraints`.
    pub evidence: Evidence,
    /// The document in which the name was found.
    pub source: String,
    /// Sources of individual constraints.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constraints: BTreeMap<Constraint, Statement>,
    /// Smallest valid number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain_number")]
    pub min: Option<f64>,
    /// Largest valid number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain_number")]
    pub max: Option<f64>,
    /// Unit of the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Factory default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Known values with their meanings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
    /// Whether values that are not listed can also be valid.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Maximum number of characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// Description of a list's separator and items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Type and separator of the items in a list; `None` if the items are not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<ListItems>,
    /// Ranges of the indices.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub index: BTreeMap<char, (u32, u32)>,
    /// Name of the model set that supports the parameter; `None` for all models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<String>,
    /// Kind of file or server that the value refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// File that contains the parameter in the vendor's templates: `common`, `mac`, or `either`.
    pub scope: String,
    /// Effect of a change on a phone.
    pub effect: Effect,
    /// Whether `effect` is based only on the guide's general rule and is not documented for this parameter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub effect_assumed: bool,
    /// Whether the value is a secret, which is never printed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Whether the parameter can be set several times, with each setting independent of the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// Successor of a deprecated parameter, with index placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

impl Parameter {
    /// Evidence for a constraint. If a list is open, a value that it does not contain may be wrong but is
    /// never certainly wrong.
    pub fn evidence_for(&self, constraint: Constraint) -> Evidence {
        let evidence =
            self.constraints.get(&constraint).map_or(self.evidence, |statement| statement.evidence);
        if constraint == Constraint::Values && self.open { evidence.min(Evidence::Yealink) } else { evidence }
    }
}

/// Serializes a number without a fractional part as an integer.
#[allow(clippy::ref_option, clippy::cast_possible_truncation)] // serde requires this signature; the number is whole
fn plain_number<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            serializer.serialize_i64(*number as i64)
        }
        number => number.serialize(serializer),
    }
}

/// Formats an entry as one line of JSON, in the catalogue's format.
pub fn line(entry: &Parameter) -> String {
    struct Spaced;
    impl Formatter for Spaced {
        fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
            if first { Ok(()) } else { out.write_all(b", ") }
        }
        fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
            if first { Ok(()) } else { out.write_all(b", ") }
        }
        fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
            out.write_all(b": ")
        }
    }
    let mut text = Vec::new();
    // Writing to a vector cannot fail, and an entry is always serializable.
    let _ = entry.serialize(&mut serde_json::Serializer::with_formatter(&mut text, Spaced));
    String::from_utf8_lossy(&text).into_owned()
}

/// Maximum number of accounts or keys on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Highest index.
    pub most: u32,
    /// Source of the limit.
    pub evidence: Evidence,
}

/// A phone model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name in `[models]`, in lowercase.
    pub name: String,
    /// Name on the box.
    pub title: String,
    /// Family: a label shared by models that support the same names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Number of SIP accounts, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Limit>,
    /// Number of line keys, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_keys: Option<Limit>,
    /// Number of programmable keys, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programmable_keys: Option<Limit>,
    /// Whether the model has Wi-Fi, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wifi: Option<bool>,
    /// First firmware version that supports boot files, for the models in the guide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_files_since: Option<String>,
}

impl Model {
    /// The names that users write: the model's name, and each name in its title (`FIP10/FIP10P`, `audioKit
    /// series`).
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let titles = self.title.split('/').map(|title| title.trim().trim_end_matches(" series"));
        std::iter::once(self.name.as_str()).chain(titles)
    }
}
