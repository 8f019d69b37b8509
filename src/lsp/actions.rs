//! What can be done about a diagnostic: its fix, all safe fixes of the file, a comment that excuses it.

use std::collections::BTreeMap;

use gen_lsp_types::Range;
use serde_json::{Value, json};

use super::diagnostics::{self, Said};
use super::requests::Doc;
use super::worker::Analysis;
use crate::lint::{Edit, Finding};
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{LineKind, line_end};

const QUICK_FIX: &str = "quickfix";
const FIX_ALL: &str = "source.fixAll";

/// The actions for a range; none while what was found is not of this text, as its places would be others. Every fix
/// was proved when the tree was judged: the safe ones change what no phone gets.
pub fn actions(doc: &Doc<'_>, range: Range, only: Option<&[&str]>) -> Value {
    let (Some(analysis), Some(file)) = (doc.analysis.filter(|_| doc.is_current), doc.file) else {
        return json!([]);
    };
    // Settings and lists are judged as they were saved.
    if analysis.workspace.text(file) != doc.text {
        return json!([]);
    }
    // A kind stands for those below it too.
    let wants = |kind: &str| {
        only.is_none_or(|only| {
            only.iter()
                .any(|one| kind == *one || kind.strip_prefix(one).is_some_and(|rest| rest.starts_with('.')))
        })
    };
    let mut actions = Vec::new();
    if wants(QUICK_FIX) {
        let all = analysis.outcome.findings.iter().filter(|finding| finding.at.file == file);
        let touches = |finding: &&Finding| {
            let own = diagnostics::range(doc.lines, finding);
            own.start <= range.end && range.start <= own.end
        };
        let findings: Vec<&Finding> = all.filter(touches).collect();
        let said = diagnostics::of(analysis, doc.shown, &findings);
        for (finding, said) in findings.iter().zip(&said) {
            actions.extend(fix(doc, analysis, finding, said));
        }
        for (finding, said) in findings.iter().zip(&said) {
            actions.extend(excuse(doc, analysis, finding, said));
        }
    }
    if wants(FIX_ALL)
        && let Some(together) = analysis.together.get(&file)
    {
        let findings = together.iter().filter_map(|&at| analysis.outcome.findings.get(at));
        let edits: Vec<&Edit> = findings.flat_map(edits_of).collect();
        let title = match together.len() {
            1 => "mend the 1 finding here that can be mended safely".to_owned(),
            count => format!("mend the {count} findings here that can be mended safely"),
        };
        let edit = workspace_edit(doc, analysis, &edits);
        actions.push(json!({ "title": title, "kind": FIX_ALL, "edit": edit }));
    }
    json!(actions)
}

fn edits_of(finding: &Finding) -> &[Edit] {
    finding.draft.fix.as_ref().map_or(&[], |fix| &fix.edits)
}

fn fix(doc: &Doc<'_>, analysis: &Analysis, finding: &Finding, said: &Said) -> Option<Value> {
    let fix = finding.draft.fix.as_ref()?;
    let edits: Vec<&Edit> = fix.edits.iter().collect();
    let changes = |edit: &&Edit| {
        let range = doc.shown.lines(analysis, edit.at.file).range(edit.at.span);
        range.start != range.end || !edit.text.is_empty()
    };
    // A mark that the client hides is nothing that it could take out.
    if edits.is_empty() || !edits.iter().all(changes) {
        return None;
    }
    Some(json!({
        "title": said.fix,
        "kind": QUICK_FIX,
        "diagnostics": [said.diagnostic],
        "isPreferred": fix.safe,
        "edit": workspace_edit(doc, analysis, &edits),
    }))
}

/// A comment above the line that excuses a finding, or for what the first line must hold below it, for the file.
fn excuse(doc: &Doc<'_>, analysis: &Analysis, finding: &Finding, said: &Said) -> Option<Value> {
    doc.kind()?;
    let (rule, file) = (finding.rule.name, finding.at.file);
    let (number, line) = doc.line_at(finding.at.span.start as usize)?;
    let is_head = number == 0;
    let has_header = matches!(doc.tree.lines.first()?.kind, LineKind::Header);
    let at = match is_head {
        false => line.span.start,
        true if has_header => line.span.end,
        true => doc.lines.byte(gen_lsp_types::Position { line: 0, character: 0 }) as u32,
    };
    let end = line_end(doc.text);
    let before = if is_head && has_header && !line.span.of(doc.text).ends_with(b"\n") { end } else { "" };
    let (verb, title) = match is_head {
        true => ("ignore-file", format!("leave out `{rule}` in this file")),
        false => ("ignore", format!("leave out `{rule}` here")),
    };
    let text = format!("{before}# fvprov: {verb}[{rule}] {WHY}{end}");
    let edit = Edit::replace(Place { file, span: Span { start: at, end: at } }, text);
    Some(json!({
        "title": title,
        "kind": QUICK_FIX,
        "diagnostics": [said.diagnostic],
        "edit": workspace_edit(doc, analysis, &[&edit]),
    }))
}

/// What the person is to write in place of: a comment that says nothing is a finding itself.
const WHY: &str = "(why?)";

fn workspace_edit(doc: &Doc<'_>, analysis: &Analysis, edits: &[&Edit]) -> Value {
    let mut by_file: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in edits {
        let range = doc.shown.lines(analysis, edit.at.file).range(edit.at.span);
        by_file.entry(edit.at.file).or_default().push(json!({ "range": range, "newText": edit.text }));
    }
    let by_uri = by_file.into_iter().map(|(file, edits)| ((doc.shown.uri)(analysis, file), edits));
    if !doc.client.takes_versions {
        let changes: serde_json::Map<String, Value> =
            by_uri.map(|(uri, edits)| (uri, json!(edits))).collect();
        return json!({ "changes": changes });
    }
    let changes = by_uri.map(|(uri, edits)| {
        // Only of this text it is known that it is the one that was judged.
        let version = if uri == doc.uri { json!(doc.version) } else { Value::Null };
        json!({ "textDocument": { "uri": uri, "version": version }, "edits": edits })
    });
    json!({ "documentChanges": changes.collect::<Vec<_>>() })
}
