//! Where names and includes lead, and who reads a file.

use gen_lsp_types::Location;

use super::analysis::Analysis;
use super::document::Doc;
use crate::text::location;
use crate::text::source::{FileId, Place};
use crate::text::syntax::{IncludeForm, LineKind};
use crate::tree::load::{Assignment, NameId, Workspace, locate};

/// More places than these nobody walks through.
const MOST_PLACES: usize = 500;

/// Every assignment of a name in files that are judged.
pub fn namesakes(workspace: &Workspace, name: NameId) -> impl Iterator<Item = Assignment> {
    workspace.checked_files().flat_map(move |(file, document)| {
        let settings = document.settings.iter().zip(0..).filter(move |(setting, _)| setting.name == name);
        settings.map(move |(_, setting)| Assignment { file, setting })
    })
}

/// The places as the protocol has them; none for places that nobody can open, and for none.
pub fn locations(doc: &Doc<'_>, analysis: &Analysis, places: Vec<Place>) -> Option<Vec<Location>> {
    let is_here = |place: &Place| !analysis.workspace.path(place.file).contains("://");
    let places = places.into_iter().filter(is_here).take(MOST_PLACES);
    let all: Vec<Location> = places.map(|place| doc.shown.location(analysis, place)).collect();
    (!all.is_empty()).then_some(all)
}

/// The path that the include on a line leads to, and the file if it is there.
pub fn include_at(doc: &Doc<'_>, number: usize) -> Option<(String, Option<FileId>)> {
    let analysis = doc.analysis?;
    let LineKind::Include { target, form: IncludeForm::Proper, .. } = doc.tree.lines.get(number)?.kind else {
        return None;
    };
    let target = String::from_utf8_lossy(target.slice(doc.text)).into_owned();
    let server = analysis.judging.options.server.as_ref();
    match locate(&target, &location::Location::from_path(doc.path), server).ok()? {
        location::Location::Tree(path) | location::Location::Url(path) => {
            let file = analysis.workspace.file(&path);
            Some((path, file))
        }
    }
}

/// Who reads a file, in words.
pub fn readers_of(analysis: &Analysis, file: FileId) -> String {
    let readers = analysis.readers.get(file.0 as usize).copied().unwrap_or_default();
    let any = if readers.any { " and any other" } else { "" };
    match readers.count {
        0 if readers.any => "read by any phone without files of its own".into(),
        0 => "read by no phone".into(),
        1 => format!("read by 1 phone{any}"),
        count => format!("read by {count} phones{any}"),
    }
}
