//! `textDocument/codeAction`: the fix for a diagnostic, all safe fixes in a file, and suppression comments.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse,
    OptionalVersionedTextDocumentIdentifier, Position, Range, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, Uri, WorkspaceEdit,
};

use super::DocumentRequest;
use crate::lint::{Edit, Finding};
use crate::lsp::context::analysis::Analysis;
use crate::lsp::context::diagnostics::{self, RenderedFinding};
use crate::lsp::context::document::Doc;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{LineKind, line_end};

impl DocumentRequest for CodeActionRequest {
    /// Fixes are verified only during an analysis.
    const WAITS_FOR_ANALYSIS: bool = true;

    fn document(params: &CodeActionParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    /// The actions for a range; none while the analysis is outdated, because its positions may be wrong. The analysis has
    /// verified that safe fixes change no phone's effective configuration.
    fn answer(doc: &Doc<'_>, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let Some((analysis, file)) = doc.analysis.filter(|_| doc.is_current).zip(doc.file) else {
            return Some(Vec::new());
        };
        // For settings and lists, the analysis uses the saved text.
        if analysis.workspace.text(file) != doc.text {
            return Some(Vec::new());
        }
        let mut actions = Vec::new();
        if is_requested(params, &CodeActionKind::QuickFix) {
            let all = analysis.outcome.findings.iter().filter(|finding| finding.at.file == file);
            let findings: Vec<&Finding> =
                all.filter(|finding| overlap(diagnostics::range(doc.lines, finding), params.range)).collect();
            let rendered = diagnostics::render(analysis, doc.locator, &findings);
            let pairs: Vec<_> = findings.into_iter().zip(&rendered).collect();
            actions
                .extend(pairs.iter().filter_map(|(finding, rendered)| fix(doc, analysis, finding, rendered)));
            actions.extend(
                pairs.iter().filter_map(|(finding, rendered)| suppress(doc, analysis, finding, rendered)),
            );
        }
        if is_requested(params, &CodeActionKind::SourceFixAll) {
            actions.extend(fix_all(doc, analysis, file));
        }
        Some(actions.into_iter().map(CodeActionResponse::from).collect())
    }
}

fn overlap(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// Whether the client requests actions of a kind. A kind includes its sub-kinds.
fn is_requested(params: &CodeActionParams, kind: &CodeActionKind) -> bool {
    params.context.only.as_ref().is_none_or(|only| {
        only.iter().any(|requested| {
            let rest = kind.as_str().strip_prefix(requested.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

/// All safe fixes in the file as one action.
fn fix_all(doc: &Doc<'_>, analysis: &Analysis, file: FileId) -> Option<CodeAction> {
    let together = analysis.together.get(&file)?;
    let findings = together.iter().filter_map(|&at| analysis.outcome.findings.get(at));
    let edits: Vec<&Edit> = findings.flat_map(safe_edits).collect();
    let title = match together.len() {
        1 => "Apply 1 safe fix in this file".to_owned(),
        count => format!("Apply {count} safe fixes in this file"),
    };
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::SourceFixAll),
        edit: Some(workspace_edit(doc, analysis, &edits)),
        ..CodeAction::default()
    })
}

fn safe_edits(finding: &Finding) -> &[Edit] {
    finding.diagnostic.fix.as_ref().map_or(&[], |fix| &fix.edits)
}

fn fix(
    doc: &Doc<'_>,
    analysis: &Analysis,
    finding: &Finding,
    rendered: &RenderedFinding,
) -> Option<CodeAction> {
    let fix = finding.diagnostic.fix.as_ref()?;
    let edits: Vec<&Edit> = fix.edits.iter().collect();
    let is_visible = edits.iter().all(|edit| {
        let range = doc.locator.lines(analysis, edit.at.file).range(edit.at.span);
        range.start != range.end || !edit.text.is_empty()
    });
    // The client cannot remove a byte order mark that it does not show.
    if edits.is_empty() || !is_visible {
        return None;
    }
    Some(CodeAction {
        title: rendered.fix.clone()?,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![rendered.diagnostic.clone()]),
        is_preferred: Some(fix.safe),
        edit: Some(workspace_edit(doc, analysis, &edits)),
        ..CodeAction::default()
    })
}

/// Adds a suppression comment above the line of a finding. For a finding in the first line, adds a comment
/// for the entire file below the header.
fn suppress(
    doc: &Doc<'_>,
    analysis: &Analysis,
    finding: &Finding,
    rendered: &RenderedFinding,
) -> Option<CodeAction> {
    doc.kind()?;
    let (rule, file) = (finding.rule.name, finding.at.file);
    let (number, line) = doc.line_at(finding.at.span.start as usize)?;
    let is_head = number == 0;
    let has_header = matches!(doc.tree.line(0)?.kind, LineKind::Header);
    let at = match is_head {
        false => line.span.start,
        true if has_header => line.span.end,
        true => doc.lines.byte(Position { line: 0, character: 0 }) as u32,
    };
    let end = line_end(doc.text);
    let before = if is_head && has_header && !line.span.slice(doc.text).ends_with(b"\n") { end } else { "" };
    let (verb, title) = match is_head {
        true => ("ignore-file", format!("Suppress `{rule}` in this file")),
        false => ("ignore", format!("Suppress `{rule}` here")),
    };
    let text = format!("{before}# fvprov: {verb}[{rule}] {REASON}{end}");
    let edit = Edit::replace(Place { file, span: Span { start: at, end: at } }, text);
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![rendered.diagnostic.clone()]),
        edit: Some(workspace_edit(doc, analysis, &[&edit])),
        ..CodeAction::default()
    })
}

/// A placeholder for the reason, because a suppression without a reason is itself a finding.
const REASON: &str = "(why?)";

fn workspace_edit(doc: &Doc<'_>, analysis: &Analysis, edits: &[&Edit]) -> WorkspaceEdit {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let range = doc.locator.lines(analysis, edit.at.file).range(edit.at.span);
        by_file.entry(edit.at.file).or_default().push(TextEdit { range, new_text: edit.text.clone() });
    }
    let by_uri = by_file.into_iter().map(|(file, edits)| (Uri((doc.locator.uri)(analysis, file)), edits));
    if !doc.client.supports_versions {
        return WorkspaceEdit { changes: Some(by_uri.collect()), ..WorkspaceEdit::default() };
    }
    let changes = by_uri.map(|(uri, edits)| {
        // The client is known to have the analyzed text only for this document.
        let version = (uri.0 == doc.uri).then_some(doc.version);
        let text_document_identifier = TextDocumentIdentifier { uri };
        let text_document = OptionalVersionedTextDocumentIdentifier { version, text_document_identifier };
        let edits = edits.into_iter().map(Into::into).collect();
        TextDocumentEdit { text_document, edits }.into()
    });
    WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() }
}
