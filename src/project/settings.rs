//! The settings file `fvprov.toml`: its keys and types.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::inventory::ColumnNames;
use super::known_names::key_names;
use crate::text::nearest::{did_you_mean, nearest};
use crate::tree::assumptions::{Assume, BootOrder, EmptyValue, IncludeInCfg, MissingInclude};
use crate::tree::resolve::Models;

/// The name of the file.
pub const FILE_NAME: &str = crate::text::path::SETTINGS_NAME;

/// The settings. All keys are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Settings {
    /// The required version of fvprov, for example `>=0.1`.
    pub required_version: Option<String>,
    /// `[server]`
    pub server: ServerTable,
    /// `[models]`: models by MAC or glob.
    pub models: Models,
    /// `[assume]`
    pub assume: Assume,
    /// `[lint]`
    pub lint: LintTable,
    /// `[limits]`
    pub limits: LimitsTable,
    /// `[[policy]]`
    pub policy: Vec<PolicyTable>,
    /// `[schema]`
    pub schema: SchemaTable,
    /// `[inventory]`
    pub inventory: InventoryTable,
    /// `[generate]`
    pub generate: GenerateTable,
    /// `[templates]`
    pub templates: TemplatesTable,
}

/// `[generate]`: defaults for the options of `fvprov generate`. Paths are relative to the settings file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct GenerateTable {
    /// The list of phones (default: the inventory).
    pub from: Option<String>,
    /// Templates, as for `--template`.
    pub templates: Vec<String>,
    /// The output directory.
    pub out: Option<String>,
    /// The secrets file.
    pub secrets: Option<String>,
    /// Environment variables that templates can read.
    pub env: Vec<String>,
}

/// `[templates]`: templates that other programs fill in. Globs and paths are relative to the settings file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct TemplatesTable {
    /// Globs of Smarty templates.
    pub smarty: Vec<String>,
    /// Globs of Jinja2 templates.
    pub jinja: Vec<String>,
    /// Globs of Twig templates.
    pub twig: Vec<String>,
    /// Whether Jinja2 removes the newline after a block tag.
    pub trim_blocks: bool,
    /// Whether Jinja2 removes whitespace before a block tag.
    pub lstrip_blocks: bool,
    /// The file with the variables that templates can use, one per line.
    pub variables: Option<String>,
}

impl TemplatesTable {
    /// All globs.
    pub fn globs(&self) -> impl Iterator<Item = &String> {
        self.smarty.iter().chain(&self.jinja).chain(&self.twig)
    }
}

/// `[inventory]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct InventoryTable {
    /// A CSV file with a column `mac` and any other columns.
    pub file: Option<String>,
    /// Maps column names in fvprov and in templates to columns in the file: `mac = "MAC-Adresse"`.
    pub columns: ColumnNames,
    /// The columns that identify a phone (default: whichever of `extension`, `name` and `serial` exist).
    pub identity: Vec<String>,
}

/// `[server]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct ServerTable {
    /// The directory that phones download from, relative to the settings file (default: the directory of that file).
    pub directory: Option<String>,
    /// Globs for additional files that `serve` may send, relative to that directory.
    pub also: Vec<String>,
    /// The provisioning URL of the tree. Absolute includes below this URL refer to files in the tree.
    pub url: Option<Spanned<String>>,
    /// The roots (default: detected).
    pub roots: Option<Vec<String>>,
}

/// `[lint]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct LintTable {
    /// Rules to run (default: all).
    pub select: Vec<String>,
    /// Rules to disable.
    pub ignore: Vec<String>,
    /// The lowest severity for which the exit code is 1: `error`, `warning`, `info`, `never`.
    pub fail_on: Option<String>,
    /// Severities that override the rules' own severities.
    pub level: BTreeMap<String, String>,
    /// Globs for paths to exclude from lint and fmt, relative to the settings file.
    pub exclude: Vec<String>,
    /// Rules to disable by glob, with their positions in the settings file.
    pub per_path: BTreeMap<String, Vec<Spanned<String>>>,
    /// The baseline file, relative to the settings file.
    pub baseline: Option<String>,
}

/// `[schema]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct SchemaTable {
    /// Schemas that extend the catalogue, in this order. Paths are relative to the settings file.
    pub extend: Vec<String>,
}

/// `[limits]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct LimitsTable {
    /// Maximum size in bytes of a file that is read.
    pub file_bytes: u64,
    /// Maximum length in bytes of a line in a file that is checked.
    pub line_bytes: u64,
}

impl Default for LimitsTable {
    fn default() -> Self {
        Self { file_bytes: 1 << 20, line_bytes: 4096 }
    }
}

/// `[[policy]]`: a value that phones must or must not have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawPolicy")]
pub struct PolicyTable {
    /// The parameter.
    pub name: String,
    /// The required or forbidden value; `None` for any value.
    pub value: Option<String>,
    /// Whether the value is forbidden instead of required.
    pub forbids: bool,
    /// A glob for the MACs of the phones that the policy applies to.
    pub phones: String,
}

/// `[[policy]]` as written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawPolicy {
    require: Option<String>,
    forbid: Option<String>,
    phones: Option<String>,
}

impl TryFrom<RawPolicy> for PolicyTable {
    type Error = String;

    fn try_from(raw: RawPolicy) -> Result<Self, String> {
        let (demand, forbids) = match (raw.require, raw.forbid) {
            (Some(demand), None) => (demand, false),
            (None, Some(demand)) => (demand, true),
            _ => return Err("a [[policy]] requires either `require` or `forbid`".into()),
        };
        let (name, value) = demand
            .split_once('=')
            .map_or((demand.as_str(), None), |(name, value)| (name, Some(value.trim())));
        let name = name.trim();
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("`require` and `forbid` must have the form `name = value` or `name`".into());
        }
        if name.split('.').any(|segment| matches!(segment, "X" | "Y" | "x" | "y" | "")) {
            return Err("a [[policy]] applies to one parameter: replace X with a number".into());
        }
        if value == Some("") {
            return Err("the value after `=` is missing: remove the `=` to match any value".into());
        }
        let phones = raw.phones.unwrap_or_else(|| "*".into());
        // A glob that matches no MAC would silently have no effect.
        let is_glob = phones.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f') || "*?[]{},!^-".contains(c));
        if phones.is_empty() || !is_glob {
            return Err(
                "`phones` must be a glob that matches MACs of 12 lowercase digits, for example `0021f2*`"
                    .into(),
            );
        }
        Ok(Self { name: name.into(), value: value.map(str::to_owned), forbids, phones })
    }
}

/// Maximum for `file-bytes`, because offsets in a file have 32 bits.
const MOST_FILE_BYTES: u64 = 1 << 31;

/// An error in an `fvprov.toml`. Lines are numbered from 1.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file requires a different version of fvprov.
    #[error("line {line}: requires fvprov {needed}, but this is {}: install a matching version", env!("CARGO_PKG_VERSION"))]
    Version { line: usize, needed: String },
    /// `required-version` is not a version range.
    #[error("line {line}: required-version: `{range}` is not a version range; example: `>=0.1`")]
    VersionRange { line: usize, range: String },
    /// The file is not valid TOML, or has unknown keys or invalid values; `near` is a similar valid word.
    #[error("line {line}: {message}{}", did_you_mean(near.as_slice()))]
    Invalid { line: usize, message: String, near: Option<String> },
    /// `[limits] file-bytes` is too large.
    #[error("[limits] file-bytes: the maximum is {MOST_FILE_BYTES}")]
    FileBytes,
}

impl Error {
    /// The line of the error, if known.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Version { line, .. } | Self::VersionRange { line, .. } | Self::Invalid { line, .. } => {
                Some(*line)
            }
            Self::FileBytes => None,
        }
    }
}

impl Settings {
    /// Parses an `fvprov.toml`.
    ///
    /// # Errors
    /// The error with its line, and a suggestion for an unknown key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        check_version(text)?;
        let settings: Self = toml::from_str(text).map_err(|error| explain(text, &error))?;
        if settings.limits.file_bytes > MOST_FILE_BYTES {
            return Err(Error::FileBytes);
        }
        Ok(settings)
    }
}

/// Fails if the file requires a different version. Ignores other errors in the file, because keys that are
/// unknown to this version may be valid in the required version.
fn check_version(text: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Requirement {
        required_version: Spanned<String>,
    }
    // If the key is missing or the file is invalid, parsing the entire file reports the error.
    let Ok(Requirement { required_version: wanted }) = toml::from_str(text) else { return Ok(()) };
    let line = line_number(text, wanted.span().start);
    let wanted = wanted.into_inner();
    let Ok(range) = semver::VersionReq::parse(&wanted) else {
        return Err(Error::VersionRange { line, range: wanted });
    };
    let this = semver::Version::parse(env!("CARGO_PKG_VERSION"));
    match this.is_ok_and(|this| range.matches(&this)) {
        true => Ok(()),
        false => Err(Error::Version { line, needed: wanted }),
    }
}

/// `[server] directory` in an `fvprov.toml`, even if the file has errors elsewhere.
pub fn served_directory(text: &str) -> Option<String> {
    let (file, _) = DeTable::parse_recoverable(text);
    let server = file.get_ref().get("server")?.get_ref().as_table()?;
    Some(server.get("directory")?.get_ref().as_str()?.to_owned())
}

/// A glob without the leading `[server] directory`, because paths in the tree are relative to that directory.
pub fn in_directory(settings: &Settings, glob: &str) -> String {
    let directory =
        settings.server.directory.as_deref().map(|path| path.trim_start_matches("./").trim_end_matches('/'));
    let rest = directory
        .and_then(|directory| glob.trim_start_matches("./").strip_prefix(directory)?.strip_prefix('/'));
    rest.unwrap_or(glob).to_owned()
}

/// The former name of `empty-value`.
const FORMER_EMPTY_VALUE: &str = "blank-value";

/// The former keys that a valid `fvprov.toml` uses, each with its current name.
pub fn former_keys(text: &str) -> Vec<(&'static str, &'static str)> {
    let Ok(file) = DeTable::parse(text) else { return Vec::new() };
    let assume = file.get_ref().get("assume").and_then(|table| table.get_ref().as_table());
    let is_used = assume.is_some_and(|table| table.contains_key(FORMER_EMPTY_VALUE));
    is_used.then_some(("[assume] blank-value", "[assume] empty-value")).into_iter().collect()
}

fn line_number(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn explain(text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map_or(1, |span| line_number(text, span.start));
    let near = error.span().and_then(|span| near_name(text, &span));
    // serde's list of accepted names includes the former ones.
    let message = error.message().replace(&format!("`{FORMER_EMPTY_VALUE}`, "), "");
    Error::Invalid { line, message, near }
}

/// The valid key or value that is most similar to an unknown one.
fn near_name(text: &str, span: &Range<usize>) -> Option<String> {
    let file = DeTable::parse(text).ok()?;
    let (word, known) = word_at(file.get_ref(), span)?;
    if known.contains(&&*word) {
        return None;
    }
    nearest(&word, known.iter().copied(), 3).map(str::to_owned)
}

/// The key or value at a position in the file, and the keys or values that are valid at that position.
fn word_at(file: &DeTable<'_>, span: &Range<usize>) -> Option<(String, &'static [&'static str])> {
    for (table, value) in file {
        if table.span() == *span {
            return Some((table.get_ref().to_string(), key_names::<Settings>()));
        }
        let entries = match value.get_ref() {
            DeValue::Table(entries) => vec![entries],
            DeValue::Array(tables) => tables.iter().filter_map(|table| table.get_ref().as_table()).collect(),
            _ => Vec::new(),
        };
        for (key, value) in entries.into_iter().flatten() {
            if key.span() == *span {
                return Some((key.get_ref().to_string(), valid_keys(table.get_ref())));
            }
            if let (true, DeValue::String(word)) = (value.span() == *span, value.get_ref()) {
                return Some((word.to_string(), valid_words(table.get_ref(), key.get_ref())));
            }
        }
    }
    None
}

/// The keys in a table.
fn valid_keys(table: &str) -> &'static [&'static str] {
    match table {
        "assume" => key_names::<Assume>(),
        "generate" => key_names::<GenerateTable>(),
        "inventory" => key_names::<InventoryTable>(),
        "limits" => key_names::<LimitsTable>(),
        "lint" => key_names::<LintTable>(),
        "policy" => key_names::<RawPolicy>(),
        "schema" => key_names::<SchemaTable>(),
        "server" => key_names::<ServerTable>(),
        "templates" => key_names::<TemplatesTable>(),
        _ => &[],
    }
}

/// The valid values of a key, if it has a fixed list.
fn valid_words(table: &str, key: &str) -> &'static [&'static str] {
    match (table, key) {
        ("assume", "boot-order") => key_names::<BootOrder>(),
        ("assume", "include-in-cfg") => key_names::<IncludeInCfg>(),
        ("assume", "missing-include") => key_names::<MissingInclude>(),
        ("assume", "empty-value" | FORMER_EMPTY_VALUE) => key_names::<EmptyValue>(),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Settings::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn unknown_keys_are_refused_with_a_suggestion() {
        let error = refused("[lint]\nignor = []\n");
        assert!(error.starts_with("line 2: unknown field `ignor`"), "{error}");
        assert!(error.ends_with("did you mean `ignore`?"), "{error}");
        for (text, near) in [
            ("lnt = 1\n", "lint"),
            ("server = { ulr = \"x\" }\n", "url"),
            ("assume.empty-valeu = \"keep\"\n", "empty-value"),
            ("[assume]\nempty-value = \"keeep\"\n", "keep"),
            ("[assume]\n\"missing-includes\" = \"stop\"\n", "missing-include"),
            ("[[policy]]\nforbid = \"a\"\n[[policy]]\nphone = \"*\"\n", "phones"),
        ] {
            let error = refused(text);
            assert!(error.ends_with(&format!("; did you mean `{near}`?")), "{text}: {error}");
        }
        for text in [
            "[assume]\nempty-value = \"nothing\"\n",
            "[assume]\nempty-value = 1\n",
            "[lint]\nselect = \"ignore\"\n",
        ] {
            assert!(!refused(text).contains("did you mean"), "{text}");
        }
        assert!(Settings::parse("[limits]\nfile-bytes = 9999999999\n").is_err());
    }

    #[test]
    fn the_former_key_is_accepted_and_reported() {
        let skip = Assume { empty_value: EmptyValue::Skip, ..Assume::default() };
        for (key, former) in [("empty-value", 0), ("blank-value", 1)] {
            let text = format!("[assume]\n{key} = \"skip\"\n");
            assert_eq!(Settings::parse(&text).unwrap().assume, skip);
            assert_eq!(former_keys(&text).len(), former);
        }
    }

    #[test]
    fn policies_are_read_and_nonsense_is_refused() {
        let text =
            "[[policy]]\nrequire = \" a.b =1 = 2 \"\nphones = \"0021f2*\"\n[[policy]]\nforbid = \"c.d\"\n";
        let policies = Settings::parse(text).unwrap().policy;
        let fields: Vec<_> = policies
            .iter()
            .map(|PolicyTable { name, value, forbids, phones }| {
                (name.as_str(), value.as_deref(), *forbids, phones.as_str())
            })
            .collect();
        assert_eq!(fields, [("a.b", Some("1 = 2"), false, "0021f2*"), ("c.d", None, true, "*")]);
        for nonsense in [
            "",
            "require = \"a = 1\"\nforbid = \"b\"",
            "phones = \"*\"",
            "require = \"\"",
            "require = \"= 1\"",
            "require = \"a b = 1\"",
            "require = \"a =\"",
            "require = \"account.X.enable = 1\"",
            "require = \"a\"\nphones = \"\"",
            "require = \"a\"\nphones = \"00:21:F2:*\"",
        ] {
            let error = refused(&format!("[[policy]]\n{nonsense}\n"));
            assert!(error.starts_with("line 1: ") || error.starts_with("line 2: "), "{nonsense}: {error}");
        }
        let error = refused("[[policy]]\nrequired = \"a\"\n");
        assert!(error.ends_with("did you mean `require`?"), "{error}");
    }

    #[test]
    fn the_version_is_checked_before_all_else() {
        for fits in [">=0.1", "*", "^0.1.0", ">=0.1, <99"] {
            assert!(Settings::parse(&format!("required-version = \"{fits}\"\n")).is_ok(), "{fits}");
        }
        let newer = "# ours\nrequired-version = \">=99.2\"\nunheard-of = 1\n[lint]\nignor = []\n";
        let error = refused(newer);
        assert_eq!(Settings::parse(newer).unwrap_err().line(), Some(2));
        assert!(error.starts_with("line 2: requires fvprov >=99.2, but this is 0."), "{error}");
        let error = refused("required-version = \"newest\"\n");
        assert_eq!(error, "line 1: required-version: `newest` is not a version range; example: `>=0.1`");
        assert!(refused("required-version = 1\n").starts_with("line 1: "));
        assert!(Settings::parse("required-version = \">=0.1\"\nunheard-of = 1\n").is_err());
    }

    #[test]
    fn rules_of_a_path_have_places() {
        let text = "[lint.per-path]\n\"old/**\" = [\"trailing-whitespace\",\n  \"missing-header\"]\n";
        let lint = Settings::parse(text).unwrap().lint;
        let places: Vec<&str> = lint.per_path["old/**"].iter().map(|rule| &text[rule.span()]).collect();
        assert_eq!(places, ["\"trailing-whitespace\"", "\"missing-header\""]);
    }

    #[test]
    fn the_settings_of_the_readme_are_good() {
        let block = include_str!("../../docs/configuration.md").split("```toml\n").nth(1).unwrap();
        let settings = Settings::parse(block.split("```").next().unwrap()).unwrap();
        assert_eq!(settings.lint.per_path["legacy/**"][0].as_ref(), "trailing-whitespace");
    }
}
