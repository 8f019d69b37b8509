//! Why a tree cannot be opened, or does not hold what is asked for. Callers match on the variants; their text is
//! what the command line prints.

use super::{inventory, settings};
use crate::catalogue::Problem;
use crate::net;
use crate::text::mac::Mac;

/// Why a tree cannot be opened, or does not hold what is asked for. Paths are as they are shown.
#[allow(missing_docs)] // of fields, whose names say what they are
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The working directory is unknown.
    #[error("the working directory: {0}")]
    WorkingDirectory(std::io::Error),
    /// `git:` names a revision that cannot be read.
    #[error("`{source_path}`: {reason}")]
    Revision { source_path: String, reason: net::Error },
    /// The revision does not contain the path that `git:REVISION:PATH` names.
    #[error("`{source_path}`: that revision has nothing at `{path}`")]
    NotInRevision { source_path: String, path: String },
    /// The URL cannot be one of a tree.
    #[error("{0}")]
    Url(net::Error),
    /// A URL or an option needs the network.
    #[error("{0}: this fvprov was built without the network (feature `net`)")]
    WithoutNetwork(String),
    /// A revision stands among several sources, or where a path on the disk is needed.
    #[error("`{0}`: a revision is named alone")]
    RevisionNotAlone(String),
    /// A URL stands among several sources, or where a path on the disk is needed.
    #[error("`{0}`: a URL is only read, and named alone: name a directory here")]
    UrlNotAlone(String),
    /// A path that was named does not exist.
    #[error("`{0}` does not exist: name the directory that the phones' URL stands for")]
    Missing(String),
    /// A file or directory that was named, or a whole tree, cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    Unreadable { path: String, reason: String },
    /// The named paths have different settings.
    #[error("the named paths lie under different fvprov.toml files: lint them one at a time")]
    SeveralSettings,
    /// The named paths lie in different trees.
    #[error(
        "the named paths lie in different trees, and no fvprov.toml above them makes them one: lint them one at a time"
    )]
    SeveralTrees,
    /// A file whose text was given lies in another tree.
    #[error("`{path}` lies outside the tree `{tree}`")]
    OutsideTree { path: String, tree: String },
    /// The settings file cannot be read.
    #[error("`{path}`: {reason}")]
    SettingsFile { path: String, reason: FileError },
    /// The settings are wrong.
    #[error("`{path}`: {error}")]
    Settings { path: String, error: settings::Error },
    /// `[server] url` is no URL of a server.
    #[error("[server] url: {0}")]
    ServerUrl(String),
    /// `[server] roots` names something that is no directory of the tree.
    #[error("[server] roots: `{0}` is no directory of the served tree")]
    ServerRoot(String),
    /// The inventory cannot be read.
    #[error("the inventory `{path}`: {reason}")]
    InventoryFile { path: String, reason: FileError },
    /// The inventory is wrong.
    #[error("the inventory `{path}`: {problem}")]
    Inventory { path: String, problem: inventory::Problem },
    /// A schema cannot be read.
    #[error("the schema `{path}`: {reason}")]
    SchemaFile { path: String, reason: FileError },
    /// A schema is wrong.
    #[error("the schema {path}{}; `fvprov schema check {path}` says what to do", first_of(problems))]
    Schema { path: String, problems: Vec<Problem> },
    /// Git did not give the files of a revision.
    #[error("{0}")]
    Git(net::Error),
    /// A server answers every request, as it seems.
    #[error("`{url}` leads to more than {most} files")]
    TooManyFiles { url: String, most: usize },
    /// A server does not have the file that was named.
    #[error("`{0}` is not there")]
    NotOnServer(String),
    /// A server does not list its files, and no phones are known whose files it could be asked for.
    #[error(
        "`{0}` gives no list of its files: say with --mac whose are meant, or give with --config an fvprov.toml that \
         names an inventory"
    )]
    NoListing(String),
    /// The tree has no file that a phone reads.
    #[error(
        "nothing to check in `{tree}`: no boot file, no y000000000000.cfg and no <mac>.cfg{}; name the directory that \
         the phones' URL stands for",
        skipped_files(*skipped)
    )]
    Nothing { tree: String, skipped: usize },
    /// The tree has no such file.
    #[error("there is no file `{0}` in this tree")]
    NoFile(String),
    /// A phone, or where there is no MAC any phone without files of its own, finds no files in this tree.
    #[error("{} finds nothing here: there are no common files{}", the_phone(*mac), near_mac(near.as_deref()))]
    NoPhone { mac: Option<Mac>, near: Option<String> },
    /// Several roots serve a phone, or where there is no MAC any phone without files of its own.
    #[error("{} is served by several roots: name one of `{}` as SOURCE", any_phone(*mac), roots.join("`, `"))]
    SeveralRoots { mac: Option<Mac>, roots: Vec<String> },
    /// This is no MAC.
    #[error("{0}")]
    Mac(String),
    /// The catalogue has no such model.
    #[error("{0}")]
    Model(#[from] UnknownModel),
    /// `[models]` or the inventory names a model that the catalogue does not have.
    #[error("{place}: {model}")]
    DeclaredModel { place: String, model: UnknownModel },
    /// A boot file names a model that the catalogue does not have.
    #[error("the boot file of {mac} says `model={model}`: no such model")]
    BootModel { mac: Mac, model: String },
    /// A setting is added to a file that is taken away.
    #[error("--with `{0}`: --without takes its file away")]
    AddedToRemoved(String),
    /// A setting is added for a phone, or where there is no MAC any phone without files of its own, that reads no file.
    #[error("--with: {} reads no cfg file: name one, as in --with site.cfg:NAME=VALUE", any_phone(*mac))]
    NoLastFile { mac: Option<Mac> },
    /// A file was changed after it was read.
    #[error("`{0}` was changed while it was looked at: run it again")]
    Changed(String),
    /// A file cannot be written.
    #[error("`{path}` could not be written: {reason}")]
    NotWritten { path: String, reason: String },
    /// There is no such rule.
    #[error("there is no rule `{name}`{} (`fvprov explain --list` shows all {})", near_name(*near), crate::lint::RULES.len())]
    UnknownRule { name: String, near: Option<&'static str> },
    /// `--level` without a level.
    #[error("--level `{0}`: write RULE=LEVEL")]
    LevelSyntax(String),
    /// There is no such level.
    #[error("`{level}` is no level for `{rule}`: error, warning or info")]
    UnknownLevel { rule: String, level: String },
    /// The baseline does not exist.
    #[error("the baseline `{0}` does not exist: --write-baseline makes it")]
    BaselineMissing(String),
    /// The baseline cannot be read.
    #[error("the baseline `{path}`: {reason}")]
    BaselineFile { path: String, reason: String },
    /// The baseline is wrong.
    #[error("the baseline `{path}`: {reason}; --write-baseline makes it anew")]
    Baseline { path: String, reason: String },
    /// `SOURCE_DATE_EPOCH` is no number.
    #[error("SOURCE_DATE_EPOCH is `{0}`: seconds since 1970 are needed")]
    SourceDate(String),
    /// `SOURCE_DATE_EPOCH` is no time.
    #[error("SOURCE_DATE_EPOCH: {0}")]
    SourceDateRange(String),
}

impl Error {
    /// The line of the settings file that is wrong, from 1.
    pub fn settings_line(&self) -> Option<usize> {
        match self {
            Self::Settings { error, .. } => error.line(),
            _ => None,
        }
    }
}

/// Why a file of fvprov's own (settings, inventory, schema) cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("there is no such file")]
    Missing,
    /// It is larger than any such file.
    #[error("it is too large")]
    TooLarge,
    /// It is not text.
    #[error("this is no UTF-8 text")]
    NotUtf8,
    /// Another reason, in words.
    #[error("{0}")]
    Failed(String),
}

/// The catalogue has no model of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no model `{name}` in the catalogue{}", near_name(near.as_deref()))]
pub struct UnknownModel {
    /// The name.
    pub name: String,
    /// The name that was most likely meant.
    pub near: Option<String>,
}

fn near_name(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

fn near_mac(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean {near}?"))
}

fn the_phone(mac: Option<Mac>) -> String {
    mac.map_or("a phone without files of its own".into(), |mac| format!("the phone {mac}"))
}

fn any_phone(mac: Option<Mac>) -> String {
    mac.map_or("any other phone".into(), |mac| mac.to_string())
}

fn skipped_files(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " (1 other boot or cfg file was skipped)".into(),
        n => format!(" ({n} other boot or cfg files were skipped)"),
    }
}

fn first_of(problems: &[Problem]) -> String {
    let first = problems.first().map_or(String::new(), |first| format!(":{}: {}", first.line, first.message));
    match problems.len() {
        0 | 1 => first,
        n => format!("{first}, and {} more", n - 1),
    }
}
