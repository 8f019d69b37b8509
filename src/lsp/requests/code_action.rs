//! `textDocument/codeAction`: what can be done about a diagnostic: its fix, all safe fixes of the file, a comment that excuses it.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse,
    OptionalVersionedTextDocumentIdentifier, Position, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    Uri, WorkspaceEdit,
};

use super::DocumentRequest;
use crate::lint::{Edit, Finding};
use crate::lsp::context::analysis::Analysis;
use crate::lsp::context::diagnostics::{self, Said};
use crate::lsp::context::document::Doc;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{LineKind, line_end};

impl DocumentRequest for CodeActionRequest {
    /// Fixes are proved when the tree is judged.
    const WAITS: bool = true;

    fn document(params: &CodeActionParams) -> &TextDocumentIdentifier {
        &params.text_document
    }

    /// The actions for a range; none while what was found is not of this text, as its places would be others. Every fix
    /// was proved when the tree was judged: the safe ones change what no phone gets.
    fn answer(doc: &Doc<'_>, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let Some((analysis, file)) = doc.analysis.filter(|_| doc.is_current).zip(doc.file) else {
            return Some(Vec::new());
        };
        // Settings and lists are judged as they were saved.
        if analysis.workspace.text(file) != doc.text {
            return Some(Vec::new());
        }
        let mut actions = Vec::new();
        if wants(params, &CodeActionKind::QuickFix) {
            let all = analysis.outcome.findings.iter().filter(|finding| finding.at.file == file);
            let touches = |finding: &&Finding| {
                let own = diagnostics::range(doc.lines, finding);
                own.start <= params.range.end && params.range.start <= own.end
            };
            let findings: Vec<&Finding> = all.filter(touches).collect();
            let said = diagnostics::of(analysis, doc.shown, &findings);
            let both = || findings.iter().zip(&said);
            actions.extend(both().filter_map(|(finding, said)| fix(doc, analysis, finding, said)));
            actions.extend(both().filter_map(|(finding, said)| excuse(doc, analysis, finding, said)));
        }
        if wants(params, &CodeActionKind::SourceFixAll) {
            actions.extend(fix_all(doc, analysis, file));
        }
        Some(actions.into_iter().map(CodeActionResponse::from).collect())
    }
}

/// Whether the client asks for actions of a kind. A kind stands for those below it too.
fn wants(params: &CodeActionParams, kind: &CodeActionKind) -> bool {
    let is_below = |one: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(one.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    params.context.only.as_ref().is_none_or(|only| only.iter().any(is_below))
}

/// All safe fixes of the file as one action.
fn fix_all(doc: &Doc<'_>, analysis: &Analysis, file: FileId) -> Option<CodeAction> {
    let together = analysis.together.get(&file)?;
    let findings = together.iter().filter_map(|&at| analysis.outcome.findings.get(at));
    let edits: Vec<&Edit> = findings.flat_map(edits_of).collect();
    let title = match together.len() {
        1 => "mend the 1 finding here that can be mended safely".to_owned(),
        count => format!("mend the {count} findings here that can be mended safely"),
    };
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::SourceFixAll),
        edit: Some(workspace_edit(doc, analysis, &edits)),
        ..CodeAction::default()
    })
}

fn edits_of(finding: &Finding) -> &[Edit] {
    finding.diagnostic.fix.as_ref().map_or(&[], |fix| &fix.edits)
}

fn fix(doc: &Doc<'_>, analysis: &Analysis, finding: &Finding, said: &Said) -> Option<CodeAction> {
    let fix = finding.diagnostic.fix.as_ref()?;
    let edits: Vec<&Edit> = fix.edits.iter().collect();
    let changes = |edit: &&Edit| {
        let range = doc.shown.lines(analysis, edit.at.file).range(edit.at.span);
        range.start != range.end || !edit.text.is_empty()
    };
    // A mark that the client hides is nothing that it could take out.
    if edits.is_empty() || !edits.iter().all(changes) {
        return None;
    }
    Some(CodeAction {
        title: said.fix.clone()?,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![said.diagnostic.clone()]),
        is_preferred: Some(fix.safe),
        edit: Some(workspace_edit(doc, analysis, &edits)),
        ..CodeAction::default()
    })
}

/// A comment above the line that excuses a finding, or for what the first line must hold below it, for the file.
fn excuse(doc: &Doc<'_>, analysis: &Analysis, finding: &Finding, said: &Said) -> Option<CodeAction> {
    doc.kind()?;
    let (rule, file) = (finding.rule.name, finding.at.file);
    let (number, line) = doc.line_at(finding.at.span.start as usize)?;
    let is_head = number == 0;
    let has_header = matches!(doc.tree.lines.first()?.kind, LineKind::Header);
    let at = match is_head {
        false => line.span.start,
        true if has_header => line.span.end,
        true => doc.lines.byte(Position { line: 0, character: 0 }) as u32,
    };
    let end = line_end(doc.text);
    let before = if is_head && has_header && !line.span.slice(doc.text).ends_with(b"\n") { end } else { "" };
    let (verb, title) = match is_head {
        true => ("ignore-file", format!("leave out `{rule}` in this file")),
        false => ("ignore", format!("leave out `{rule}` here")),
    };
    let text = format!("{before}# fvprov: {verb}[{rule}] {WHY}{end}");
    let edit = Edit::replace(Place { file, span: Span { start: at, end: at } }, text);
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![said.diagnostic.clone()]),
        edit: Some(workspace_edit(doc, analysis, &[&edit])),
        ..CodeAction::default()
    })
}

/// What the person is to write in place of: a comment that says nothing is a finding itself.
const WHY: &str = "(why?)";

fn workspace_edit(doc: &Doc<'_>, analysis: &Analysis, edits: &[&Edit]) -> WorkspaceEdit {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let range = doc.shown.lines(analysis, edit.at.file).range(edit.at.span);
        by_file.entry(edit.at.file).or_default().push(TextEdit { range, new_text: edit.text.clone() });
    }
    let by_uri = by_file.into_iter().map(|(file, edits)| (Uri((doc.shown.uri)(analysis, file)), edits));
    if !doc.client.takes_versions {
        return WorkspaceEdit { changes: Some(by_uri.collect()), ..WorkspaceEdit::default() };
    }
    let changes = by_uri.map(|(uri, edits)| {
        // Only of this text it is known that it is the one that was judged.
        let version = (uri.0 == doc.uri).then_some(doc.version);
        let text_document_identifier = TextDocumentIdentifier { uri };
        let text_document = OptionalVersionedTextDocumentIdentifier { version, text_document_identifier };
        let edits = edits.into_iter().map(Into::into).collect();
        TextDocumentEdit { text_document, edits }.into()
    });
    WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() }
}
