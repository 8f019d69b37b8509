//! What the catalogue says of one parameter and of one model, as it stands in `schemas/flyingvoice.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::ser::Formatter;

use super::value::ValueType;

/// Who states a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Nobody: it follows from the name.
    Inferred,
    /// Yealink, for the same name.
    Yealink,
    /// Flyingvoice.
    Flyingvoice,
}

impl Evidence {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Flyingvoice => "stated by Flyingvoice",
            Self::Yealink => "stated by Yealink, for the same name",
            Self::Inferred => "inferred from the name",
        }
    }
}

/// The effect of a changed value on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The phone applies the value immediately (the guide's general rule).
    Live,
    /// The phone registers again.
    Reregister,
    /// The phone reboots.
    Reboot,
    /// The phone uses another provisioning server or none.
    #[serde(alias = "leaves")] // its former name, in users' schemas
    Unprovisioned,
}

/// The kind of file or server that a value names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// A firmware image.
    Firmware,
    /// A phonebook on a server.
    RemotePhonebook,
    /// A phonebook that is copied to the phone.
    LocalPhonebook,
    /// A ring tone.
    Ringtone,
    /// A picture.
    Wallpaper,
    /// A language pack.
    Language,
    /// A certificate or key.
    Certificate,
    /// A VPN's files.
    Vpn,
    /// Dial rules.
    Dialplan,
    /// A configuration.
    Config,
    /// A logo.
    Logo,
    /// A URL that is called, not downloaded.
    Action,
    /// A server's address: nothing of that name is downloaded.
    Server,
    /// Something else.
    Other,
}

/// One parameter.
#[allow(clippy::struct_excessive_bools)] // the fields of the JSON
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The name, with `X` and `Y` for indices.
    pub name: String,
    /// The chapter of the vendor's templates, `Account/Register`.
    pub section: String,
    /// What it does, in one sentence.
    pub description: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Who states type, range and values.
    pub evidence: Evidence,
    /// Where the name was found.
    pub source: String,
    /// The smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain_number")]
    pub min: Option<f64>,
    /// The largest number.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "plain_number")]
    pub max: Option<f64>,
    /// The unit of the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The factory's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values that are known, each with what it means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
    /// Whether there may be values that are not listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// The most characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// The separator of a list and what its items are, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The ranges of its indices.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub index: BTreeMap<char, (u32, u32)>,
    /// The set of models that take it; all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<String>,
    /// The kind of file or server that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// Where the vendor's templates have it: `common`, `mac`, or `either`.
    pub scope: String,
    /// What a phone does when it changes.
    pub effect: Effect,
    /// Whether that is the general rule only, and nothing more is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub effect_assumed: bool,
    /// Whether the value must not be shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Whether the name may stand several times, each time with a value of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// The name that took its place, with its indices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// A number without a needless `.0`.
#[allow(clippy::ref_option, clippy::cast_possible_truncation)] // serde asks for this signature; the number is whole
fn plain_number<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            serializer.serialize_i64(*number as i64)
        }
        number => number.serialize(serializer),
    }
}

/// An entry in one line, as the catalogue is written.
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
    // Neither the vector nor an entry can fail.
    let _ = entry.serialize(&mut serde_json::Serializer::with_formatter(&mut text, Spaced));
    String::from_utf8_lossy(&text).into_owned()
}

/// How many there can be on a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The highest index.
    pub most: u32,
    /// Who states it.
    pub evidence: Evidence,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The name in `[models]`, lower case.
    pub name: String,
    /// The name on the box.
    pub title: String,
    /// Its family: a label that models share which take the same names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Its SIP accounts, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Limit>,
    /// Its line keys, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_keys: Option<Limit>,
    /// Its programmable keys, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programmable_keys: Option<Limit>,
    /// Whether it has Wi-Fi, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wifi: Option<bool>,
    /// The first firmware that knows boot files, for the guide's products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_files_since: Option<String>,
}

impl Model {
    /// The names that people use: the name, and each one in the title (`FIP10/FIP10P`, `audioKit series`).
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let titles = self.title.split('/').map(|title| title.trim().trim_end_matches(" series"));
        std::iter::once(self.name.as_str()).chain(titles)
    }
}
