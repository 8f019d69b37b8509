//! `textDocument/hover`: the catalogue entry and effect of a setting; the target and readers of an include.

use gen_lsp_types::{
    Hover, HoverParams, HoverRequest, MarkupContent, MarkupKind, Position, TextDocumentIdentifier,
};

use super::DocumentRequest;
use crate::lsp::context::analysis::Analysis;
use crate::lsp::context::catalogue::{self, code};
use crate::lsp::context::document::Doc;
use crate::lsp::context::places::{describe_readers, include_at};
use crate::templates::recognize::is_template;
use crate::text::redact::Mask;
use crate::text::source::Span;
use crate::text::syntax::LineKind;
use crate::tree::load::Assignment;
use crate::tree::resolve::{Fleet, Impact, ImpactTarget, phone_name};

/// Maximum number of overriding assignments that are listed.
const MAX_OVERRIDES: usize = 3;

impl DocumentRequest for HoverRequest {
    fn document(params: &HoverParams) -> &TextDocumentIdentifier {
        &params.text_document_position_params.text_document
    }

    fn answer(doc: &Doc<'_>, params: &HoverParams) -> Option<Hover> {
        hover(doc, params.text_document_position_params.position)
    }
}

fn hover(doc: &Doc<'_>, position: Position) -> Option<Hover> {
    let at = doc.lines.byte(position);
    if let Some((span, value)) = variable(doc, at) {
        let contents = MarkupContent { kind: MarkupKind::Markdown, value }.into();
        return Some(Hover { contents, range: Some(doc.lines.range(span)) });
    }
    let (number, line) = doc.line_at(at)?;
    let found = match line.kind {
        LineKind::Setting { name, value } => {
            let span = Span { start: name.start, end: value.end.max(name.end) };
            (span.start as usize <= at && at <= span.end as usize).then(|| (span, setting(doc, number)))
        }
        LineKind::Include { target, .. } => include(doc, number).map(|text| (target, text)),
        _ => None,
    };
    let (span, value) = found.filter(|(_, text)| !text.is_empty())?;
    let contents = MarkupContent { kind: MarkupKind::Markdown, value }.into();
    Some(Hover { contents, range: Some(doc.lines.range(span)) })
}

/// The template variable at an offset, with some of its values from the phone list.
fn variable(doc: &Doc<'_>, at: usize) -> Option<(Span, String)> {
    let options = &doc.analysis?.lint_context.options.templates;
    if !is_template(doc.path, doc.text) {
        return None;
    }
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let line = doc.content_at(at);
    let (before, after) = (doc.text.get(line.start as usize..at)?, doc.text.get(at..line.end as usize)?);
    let start = at - before.iter().rev().take_while(|byte| is_word(byte)).count();
    let end = at + after.iter().take_while(|byte| is_word(byte)).count();
    let head = doc.text.get(line.start as usize..start)?;
    let open = memchr::memrchr2(b'{', b'}', head)?;
    if head[open] == b'}' || head.last() == Some(&b'.') {
        return None;
    }
    let name = std::str::from_utf8(doc.text.get(start..end)?).ok()?;
    let known = options.columns.iter().chain(&options.variables).find_map(|variables| variables.get(name))?;
    let values = known.iter().map(|value| code(value)).collect::<Vec<_>>();
    let text = match values.is_empty() {
        true => format!("{}: a variable of templates\n", code(name)),
        false => format!("{}: a column in the list of phones. Values: {}\n", code(name), values.join(", ")),
    };
    Some((Span::new(start, end), text))
}

fn setting(doc: &Doc<'_>, number: usize) -> String {
    let Some(name) = doc.tree.line(number).and_then(|line| doc.name(&line)) else { return String::new() };
    let mut text = match doc.schema.parameter(&name) {
        Some(parameter) => catalogue::entry(doc.schema, parameter, &name),
        // The name may contain a secret, for example if `=` is missing.
        None if doc.schema.is_secret(&name) => return String::new(),
        None => catalogue::unknown(doc.schema, &name) + "\n",
    };
    if let Some((analysis, at)) = doc.assignment(number) {
        text += &format!("\n---\n\n{}", effect(analysis, at));
    }
    text
}

/// Describes the phones whose value an assignment determines, and the assignments that override it.
fn effect(analysis: &Analysis, at: Assignment) -> String {
    let workspace = &analysis.workspace;
    let schema = &*analysis.lint_context.schema;
    let fleet = Fleet::new(workspace);
    let impact = Impact::compute(&fleet, ImpactTarget::Line(at), &|name| schema.repeats(name));
    let name = workspace.names.text(workspace.name(at)).into_owned();
    let mut mask = Mask::new(schema);
    if impact.reads.is_empty() {
        return "No phone reads this line.\n".into();
    }
    let total = describe_phones(&fleet, &impact.reads);
    let mut text = match impact.decides.len() {
        0 => {
            format!("This line does not determine the value for any phone. Readers of this line: {total}.\n")
        }
        all if all == impact.reads.len() => {
            format!("This line determines the value for all phones that read it: {total}.\n")
        }
        _ => {
            let decides = describe_phones(&fleet, &impact.decides);
            format!("This line determines the value for {decides}. Readers of this line: {total}.\n")
        }
    };
    for (other, members) in impact.overridden_by.iter().take(MAX_OVERRIDES) {
        let value = catalogue::value(&mut mask, &name, &String::from_utf8_lossy(workspace.value(*other)));
        let place = render_place(analysis, &mut mask, *other);
        let phones = describe_phones(&fleet, members);
        text += &format!("\nOverridden at {place} with {value} for {phones}.\n");
    }
    let more = impact.overridden_by.len().saturating_sub(MAX_OVERRIDES);
    if more > 0 {
        text += &format!("\n… and in {more} more places.\n");
    }
    text
}

/// `sites/berlin.cfg:12`.
fn render_place(analysis: &Analysis, mask: &mut Mask<'_>, at: Assignment) -> String {
    let path = mask.prose(analysis.workspace.path(at.file), &[]);
    code(&format!("{path}:{}", analysis.workspace.line_number(at)))
}

/// `37 phones`, `0021f2000001`, `any other phone`.
fn describe_phones(fleet: &Fleet<'_>, members: &[u32]) -> String {
    let own: Vec<_> = members.iter().filter_map(|&member| fleet.members[member as usize].mac).collect();
    let any = if own.len() < members.len() { Some(phone_name(None)) } else { None };
    let own = match own.as_slice() {
        [] => None,
        [only] => Some(format!("phone {only}")),
        more => Some(format!("{} phones", more.len())),
    };
    own.into_iter().chain(any).collect::<Vec<_>>().join(" and ")
}

fn include(doc: &Doc<'_>, number: usize) -> Option<String> {
    let analysis = doc.analysis?;
    let (path, file) = include_at(doc, number)?;
    let path = code(&Mask::new(&analysis.lint_context.schema).prose(&path, &[]));
    let readers = file.map(|file| describe_readers(analysis, file));
    Some(readers.map_or(format!("{path} does not exist"), |readers| format!("{path}: {readers}")))
}
