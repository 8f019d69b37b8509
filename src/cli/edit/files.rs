//! The files to read and edit, their paths for messages, and the reasons why no file can be edited.

use std::path::{Path, PathBuf};

use fvprov::author::target_files::{NoTarget, SelectedMembers};
use fvprov::output::views;
use fvprov::project::Opened;
use fvprov::text::fmt;
use fvprov::text::path::is_url;
use fvprov::text::source::FileId;
use fvprov::tree::load::State;
use fvprov::tree::resolve::{self, Fleet, phone_name};

use crate::cli::shared::Failure;
use crate::cli::shared::missing_files::reason;
use crate::cli::shared::suggest::similar_names;

/// Fails if the file is not a readable boot or cfg file in the tree.
pub fn check_file(opened: &Opened, file: FileId) -> Result<(), Failure> {
    let (document, text) = (opened.workspace.document(file), opened.workspace.text(file));
    let path = opened.workspace.path(file);
    let why = match &document.state {
        _ if is_url(path) => Some("it is a URL, not a file in this tree".into()),
        _ if document.role.kind().is_none() => Some("it is not a boot or cfg file".into()),
        State::Read => fmt::foreign_reason(text, &document.tree),
        state => Some(reason(state)),
    };
    match why {
        Some(why) => {
            Err(Failure::Unable(format!("`{}` cannot be used: {why}", opened.base.display_path(path))))
        }
        None => Ok(()),
    }
}

/// The path of a file for messages.
pub fn display_path(opened: &Opened, file: FileId) -> String {
    opened.base.display_path(opened.workspace.path(file))
}

/// The path of a file with links resolved.
pub fn resolve_links(opened: &Opened, path: &str) -> PathBuf {
    let path: &Path = &opened.served.join(path);
    path.canonicalize().unwrap_or_else(|_| path.into())
}

/// The error if no file can be edited for the selected phones.
pub fn no_target(
    opened: &Opened,
    fleet: &Fleet<'_>,
    selected: &SelectedMembers<'_>,
    name: &str,
    why: &NoTarget,
) -> Failure {
    match why {
        NoTarget::OtherReaders { file, others } => {
            other_readers(fleet, selected, &display_path(opened, *file), others)
        }
        NoTarget::NotSet => {
            let place = match selected.members() {
                [only] => {
                    format!("no file that {} reads sets", phone_name(fleet.members[*only as usize].mac))
                }
                _ => "no file that the selected phones read sets".into(),
            };
            not_set(opened, &place, name)
        }
        NoTarget::Generated { own, shared } => {
            let path = opened.workspace.path(*own);
            let sources = opened.manifest.files.get(path).map(|entry| {
                let (list, template) =
                    (entry.display_list(&opened.base), entry.display_template(&opened.base));
                format!("the template `{template}`, and a column to the list `{list}` if its value differs")
            });
            let sources = sources.unwrap_or_else(|| "its template".into());
            let add = format!("add a line for `{name}` to {sources}");
            match shared {
                Some((file, others)) => {
                    let shared = other_readers(fleet, selected, &display_path(opened, *file), others);
                    Failure::Negative(format!("{}, or {add}", shared.message()))
                }
                None => Failure::Negative(format!(
                    "`{}` is generated and does not set `{name}`: {add}, or add --force to edit the file until the next \
                     `generate`",
                    display_path(opened, *own)
                )),
            }
        }
        NoTarget::NoOwnFile(member) => {
            let mac = fleet.members[*member as usize].mac;
            let own = mac.map_or(String::new(), |mac| {
                format!(", or create {mac}.cfg, include it last in the phone's boot file, and run this again")
            });
            Failure::Negative(format!(
                "no file that {} reads sets `{name}`, and it reads no cfg file of its own: specify the file with --file{own}{}",
                phone_name(mac),
                similar_names(&opened.schema, std::iter::empty(), name)
            ))
        }
    }
}

/// The error if the edit of a file would change phones that are not selected.
pub fn other_readers(
    fleet: &Fleet<'_>,
    selected: &SelectedMembers<'_>,
    path: &str,
    others: &[u32],
) -> Failure {
    let names: Vec<String> =
        others.iter().map(|at| resolve::display_phone(fleet, &fleet.members[*at as usize])).collect();
    let among = views::among(&names, fleet.counted.iter().sum(), views::MOST_NAMED);
    let help = match selected.members().len() {
        1 => "add --shared to change all of them",
        _ => "select them too, or add --shared to change all of them",
    };
    Failure::Negative(format!("other phones also read `{path}` ({among}): {help}"))
}

/// The error if nothing sets a parameter.
pub fn not_set(opened: &Opened, place: &str, name: &str) -> Failure {
    let near = similar_names(&opened.schema, std::iter::empty(), name);
    Failure::Negative(format!("{place} `{name}`{near}"))
}
