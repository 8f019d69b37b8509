//! The targets of names and includes, and the readers of a file.

use gen_lsp_types::Location;

use super::analysis::Analysis;
use super::document::Doc;
use crate::text::location;
use crate::text::path::is_url;
use crate::text::source::{FileId, Place};
use crate::text::syntax::{IncludeForm, LineKind};
use crate::tree::load::{Assignment, NameId, Workspace, locate};

/// Maximum number of locations in a response.
const MAX_PLACES: usize = 500;

/// All assignments to a name in files that belong to a root.
pub fn namesakes(workspace: &Workspace, name: NameId) -> impl Iterator<Item = Assignment> {
    workspace.checked_files().flat_map(move |(file, document)| {
        let settings = document.settings.iter().zip(0..).filter(move |(setting, _)| setting.name == name);
        settings.map(move |(_, setting)| Assignment { file, setting })
    })
}

/// Protocol locations for the spans in files on the local disk; `None` if none of the files is on the local
/// disk.
pub fn locations(doc: &Doc<'_>, analysis: &Analysis, places: Vec<Place>) -> Option<Vec<Location>> {
    let places = places.into_iter().filter(|place| !is_url(analysis.workspace.path(place.file)));
    let all: Vec<Location> =
        places.take(MAX_PLACES).map(|place| doc.locator.location(analysis, place)).collect();
    (!all.is_empty()).then_some(all)
}

/// The target path of the include on a line, and its file if it exists.
pub fn include_at(doc: &Doc<'_>, number: usize) -> Option<(String, Option<FileId>)> {
    let analysis = doc.analysis?;
    let LineKind::Include { target, form: IncludeForm::Proper, .. } = doc.tree.line(number)?.kind else {
        return None;
    };
    let target = String::from_utf8_lossy(target.slice(doc.text)).into_owned();
    let server = analysis.lint_context.options.server.as_ref();
    match locate(&target, &location::Location::from_path(doc.path), server).ok()? {
        location::Location::Tree(path) | location::Location::Url(path) => {
            let file = analysis.workspace.file(&path);
            Some((path, file))
        }
    }
}

/// A description of the phones that read a file.
pub fn describe_readers(analysis: &Analysis, file: FileId) -> String {
    let readers = analysis.readers.get(file.0 as usize).copied().unwrap_or_default();
    let any = if readers.any { " and any other" } else { "" };
    match readers.count {
        0 if readers.any => "read by any phone without files of its own".into(),
        0 => "read by no phone".into(),
        1 => format!("read by 1 phone{any}"),
        count => format!("read by {count} phones{any}"),
    }
}
