//! Identity of a finding, which does not change when lines are inserted above the finding.

use crate::catalogue::Schema;
use crate::lint::api::Finding;
use crate::text::redact::Mask;
use crate::text::source::{Place, Source};
use crate::tree::load::Workspace;

/// Maximum length of a line to print, in bytes. For longer lines, only the message is printed.
pub const MAX_EXCERPT: usize = 64 * 1024;

/// The line at a location, and the previous line. A line is empty if it is too long to print. Both lines are
/// empty in fvprov's own files, because secrets can be masked in boot and cfg lines but not in inventory
/// columns.
pub fn lines(workspace: &Workspace, place: Place) -> (String, String) {
    if workspace.document(place.file).is_tool_file {
        return Default::default();
    }
    let source = workspace.sources.get(place.file);
    let line = source.line_number(place.span.start);
    let before = if line > 1 { excerpt(source, line - 1) } else { String::new() };
    (excerpt(source, line), before)
}

/// A line; empty if it is too long to print.
fn excerpt(source: &Source, line: usize) -> String {
    let bytes = source.line_span(line).slice(&source.text);
    if bytes.len() > MAX_EXCERPT { String::new() } else { String::from_utf8_lossy(bytes).into_owned() }
}

/// Subject of a finding, as a string that does not change when lines move: the parameter, the text of the
/// line, or, in fvprov's own files, the text at the location. Secrets are masked. For a finding about an entire
/// file, the subject is empty. The subject, the path, the rule, and a counter for identical findings together
/// identify a finding.
pub fn key(workspace: &Workspace, schema: &Schema, finding: &Finding) -> String {
    let mut mask = Mask::new(schema);
    let (line, before) = lines(workspace, finding.at);
    match &finding.diagnostic.parameter {
        Some(name) => mask.name(name, &line, &before),
        None if finding.at == Place::whole(finding.at.file) => String::new(),
        None if workspace.document(finding.at.file).is_tool_file => {
            let text = finding.at.span.slice(workspace.text(finding.at.file));
            mask.prose(&String::from_utf8_lossy(text), &[])
        }
        None => mask.line(&line, &before, 0..0).0.trim().to_owned(),
    }
}

/// The path of a finding and its [`key`], as stored in a baseline. Secrets are masked in the path too,
/// because it can be a URL that contains a password.
pub fn identity(workspace: &Workspace, schema: &Schema, finding: &Finding) -> (String, String) {
    let path = Mask::new(schema).prose(workspace.path(finding.at.file), &[]);
    (path, key(workspace, schema, finding))
}
