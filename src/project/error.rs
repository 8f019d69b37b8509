//! Errors that can occur when fvprov opens a tree or searches it. Callers match on the variants; the command line
//! prints their text.

use super::{inventory_error, settings};
use crate::catalogue::{Problem, UnknownModel};
use crate::net;
use crate::text::mac::Mac;
use crate::text::nearest::did_you_mean;
use crate::tree::resolve::phone_name;

/// An error that can occur when fvprov opens a tree or searches it. Paths are relative to the working directory if
/// possible.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The working directory is unknown.
    #[error("the working directory is unknown: {0}")]
    WorkingDirectory(std::io::Error),
    /// `git:` names a revision that cannot be read.
    #[error("`{source_path}`: {reason}")]
    Revision { source_path: String, reason: net::Error },
    /// The revision does not contain the path that `git:REVISION:PATH` names.
    #[error("`{source_path}`: the revision does not contain `{path}`")]
    NotInRevision { source_path: String, path: String },
    /// The URL is not valid for a tree.
    #[error("{0}")]
    Url(net::Error),
    /// A URL or an option requires network support.
    #[error("{0}: this fvprov was built without network support (feature `net`)")]
    WithoutNetwork(String),
    /// The user named a revision together with other sources, or a path on disk is required.
    #[error("`{0}`: a revision is not accepted here, or cannot be combined with other sources")]
    RevisionNotAlone(String),
    /// The user named a URL together with other sources, or a path on disk is required.
    #[error(
        "`{0}`: a URL is not accepted here, or cannot be combined with other sources; specify a directory"
    )]
    UrlNotAlone(String),
    /// A named path does not exist.
    #[error("`{0}` does not exist: specify the directory that the phones' provisioning URL points to")]
    Missing(String),
    /// A named path contains a quotation mark, which Windows does not allow in names.
    #[error(
        "`{0}`: a backslash before the closing quotation mark of the path makes the mark a part of the path: remove the \
         backslash"
    )]
    EscapedQuote(String),
    /// A file that phones request is a link to a file that phones must not download.
    #[error(
        "`{0}` is a link to one of fvprov's own files or to a private file, which phones must not download: replace the link \
         with a file"
    )]
    PrivateTarget(String),
    /// A named path, or an entire tree, cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable { path: String, reason: String },
    /// The named paths have different settings files.
    #[error("the named paths belong to different fvprov.toml files: run one command for each")]
    SeveralSettings,
    /// The named paths are in different trees.
    #[error(
        "the named paths are in different trees that do not share an fvprov.toml: run one command for each tree"
    )]
    SeveralTrees,
    /// A file whose text is replaced is in a different tree.
    #[error("`{path}` is outside the tree `{tree}`")]
    OutsideTree { path: String, tree: String },
    /// The settings file cannot be read.
    #[error("`{path}`: {reason}")]
    SettingsFile { path: String, reason: FileError },
    /// The list of template variables cannot be read.
    #[error("[templates] variables: `{path}`: {reason}")]
    TemplateVariables { path: String, reason: FileError },
    /// The settings are invalid.
    #[error("`{path}`: {error}")]
    Settings { path: String, error: settings::Error },
    /// `[server] url` is not a valid URL.
    #[error("[server] url: {0}")]
    ServerUrl(String),
    /// An entry in `[server] roots` is not a directory in the tree.
    #[error("[server] roots: `{0}` is not a directory of the served tree")]
    ServerRoot(String),
    /// The inventory cannot be read.
    #[error("the inventory `{path}`: {reason}")]
    InventoryFile { path: String, reason: FileError },
    /// The inventory is invalid.
    #[error("the inventory `{path}`: {error}")]
    Inventory { path: String, error: inventory_error::HeaderError },
    /// A schema cannot be read.
    #[error("the schema `{path}`: {reason}")]
    SchemaFile { path: String, reason: FileError },
    /// A schema is invalid.
    #[error("the schema {path}{}; run `fvprov schema check {path}` for details", list_first(problems))]
    Schema { path: String, problems: Vec<Problem> },
    /// The files in a revision cannot be read.
    #[error("{0}")]
    Git(net::Error),
    /// A server appears to have too many files, probably because it returns a file for any request.
    #[error("`{url}` refers to more than {most} files")]
    TooManyFiles { url: String, most: usize },
    /// The named file does not exist on the server.
    #[error("`{0}` was not found on the server")]
    NotOnServer(String),
    /// A server does not list its files, and the user named no phones.
    #[error(
        "`{0}` does not list its files: name the phones with --mac, or use --config with an fvprov.toml that names an \
         inventory"
    )]
    NoListing(String),
    /// The tree contains no file that a phone reads.
    #[error(
        "nothing to check in `{tree}`: no boot file, no y000000000000.cfg and no <mac>.cfg{}; {}",
        skipped_files(*skipped),
        if *generates {
            "run `fvprov generate` to create the phones' files"
        } else {
            "specify the directory that the phones' provisioning URL points to"
        }
    )]
    EmptyTree { tree: String, skipped: usize, generates: bool },
    /// The tree does not contain the file.
    #[error("the tree does not contain the file `{0}`")]
    NoFile(String),
    /// The tree contains no files for a phone. `mac` is `None` for a phone without files of its own.
    #[error("{} has no files here, and there are no common files{}", the_phone(*mac), did_you_mean(near.as_slice()))]
    NoPhone { mac: Option<Mac>, near: Option<String> },
    /// Several roots serve a phone. `mac` is `None` for a phone without files of its own.
    #[error("several roots serve {}: name one of `{}` as SOURCE", phone_name(*mac), roots.join("`, `"))]
    SeveralRoots { mac: Option<Mac>, roots: Vec<String> },
    /// A file would be moved to a path that exists.
    #[error("`{0}` already exists")]
    Exists(String),
    /// A file to move or remove is a symbolic link.
    #[error("`{0}` is a symbolic link: move or remove it yourself")]
    Link(String),
    /// No phone has the selected values.
    #[error("no phone matches {condition}{}", did_you_mean(near.as_slice()))]
    NoMatch { condition: String, near: Option<String> },
    /// A part of `--where` has no operator.
    #[error("--where `{0}`: write COLUMN=VALUE, COLUMN!=VALUE or COLUMN~GLOB")]
    Condition(String),
    /// No column has this name.
    #[error(
        "there is no column or parameter `{name}`{}; the columns are `{}`{}",
        did_you_mean(near),
        columns.join("`, `"),
        if *listed { "" } else { " (fvprov.toml names no inventory)" }
    )]
    NoColumn { name: String, columns: Vec<String>, near: Vec<String>, listed: bool },
    /// `--phone` requires an inventory.
    #[error(
        "--phone `{name}` requires an inventory, and fvprov.toml names none ([inventory] file = \"phones.csv\"): select \
         the phone with --mac"
    )]
    NoInventory { name: String },
    /// The inventory has no column that identifies a phone.
    #[error(
        "--phone `{name}`: the inventory has no column `extension`, `name` or `serial`; its columns are `{}`: set \
         [inventory] identity",
        columns.join("`, `")
    )]
    NoIdentity { name: String, columns: Vec<String> },
    /// `[inventory] identity` lists a column that does not exist.
    #[error("[inventory] identity: there is no column `{name}`; the columns are `{}`", columns.join("`, `"))]
    NoIdentityColumn { name: String, columns: Vec<String> },
    /// No row of the inventory contains the name.
    #[error("no phone has the {} `{name}`{}", columns.join(" or "), did_you_mean(near.as_slice()))]
    NoName { name: String, columns: Vec<String>, near: Option<String> },
    /// Several rows of the inventory contain the name.
    #[error("--phone `{name}` names {} phones: {}; select one of them with --mac", phones.len(), phones.join(", "))]
    SeveralPhones { name: String, phones: Vec<String> },
    /// The text is not a MAC.
    #[error("{0}")]
    Mac(String),
    /// The catalogue does not contain the model.
    #[error("{0}")]
    Model(#[from] UnknownModel),
    /// `[models]` names a model that the catalogue does not contain.
    #[error("[models] `{phones}`: {model}")]
    DeclaredModel { phones: String, model: UnknownModel },
    /// `--with` adds a setting to a file that `--without` removes.
    #[error("--with `{0}`: --without removes this file")]
    AddedToRemoved(String),
    /// `--with` adds a setting for a phone that reads no file. `mac` is `None` for a phone without files of
    /// its own.
    #[error("--with: {} reads no cfg file: name one, for example --with site.cfg:NAME=VALUE", phone_name(*mac))]
    NoLastFile { mac: Option<Mac> },
    /// Files cannot be written.
    #[error(transparent)]
    Write(#[from] super::write::Error),
    /// The rule does not exist.
    #[error("there is no rule `{name}`{} (`fvprov explain --list` lists all {} rules)", did_you_mean(near.as_slice()), crate::lint::RULES.len())]
    UnknownRule { name: String, near: Option<&'static str> },
    /// `--level` is not `RULE=LEVEL`.
    #[error("--level `{0}`: write RULE=LEVEL")]
    LevelSyntax(String),
    /// The severity is unknown.
    #[error("`{level}` is not a severity for `{rule}`: use error, warning, info or hint")]
    UnknownLevel { rule: String, level: String },
    /// The baseline does not exist.
    #[error("the baseline `{0}` does not exist: create it with --write-baseline")]
    BaselineMissing(String),
    /// The baseline cannot be read.
    #[error("the baseline `{path}`: {reason}")]
    BaselineFile { path: String, reason: String },
    /// The baseline is invalid.
    #[error("the baseline `{path}`: {reason}; create it again with --write-baseline")]
    Baseline { path: String, reason: String },
    /// `SOURCE_DATE_EPOCH` is not a number.
    #[error("SOURCE_DATE_EPOCH is `{0}`: it must be the number of seconds since 1970")]
    SourceDate(String),
    /// `SOURCE_DATE_EPOCH` is out of range.
    #[error("SOURCE_DATE_EPOCH: {0}")]
    SourceDateRange(String),
}

impl Error {
    /// The number of the invalid line in the settings file, counted from 1.
    pub fn settings_line(&self) -> Option<usize> {
        match self {
            Self::Settings { error, .. } => error.line(),
            _ => None,
        }
    }
}

/// An error that can occur when fvprov reads one of its own files: settings, inventory, or schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It does not exist.
    #[error("the file does not exist")]
    Missing,
    /// It is too large.
    #[error("it is too large")]
    TooLarge,
    /// The file is not valid UTF-8.
    #[error("it is not valid UTF-8")]
    NotUtf8,
    /// The file cannot be read for another reason.
    #[error("{0}")]
    Failed(String),
}

fn the_phone(mac: Option<Mac>) -> String {
    mac.map_or("a phone without files of its own".into(), |mac| format!("the phone {mac}"))
}

fn skipped_files(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " (1 other boot or cfg file was skipped)".into(),
        n => format!(" ({n} other boot or cfg files were skipped)"),
    }
}

fn list_first(problems: &[Problem]) -> String {
    let first = problems.first().map_or(String::new(), |first| format!(":{}: {}", first.line, first.message));
    match problems.len() {
        0 | 1 => first,
        n => format!("{first}, and {} more", n - 1),
    }
}
