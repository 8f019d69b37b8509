//! From place to place: definitions, references, symbols, and who reads a file.

use gen_lsp_types::Position;
use serde_json::{Value, json};

use super::requests::Doc;
use super::worker::Analysis;
use crate::output::views::impact::{Impact, Target};
use crate::text::location::Location;
use crate::text::redact::Mask;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{IncludeForm, LineKind, trim};
use crate::tree::load::{Assignment, NameId, Workspace, locate};
use crate::tree::resolve::Fleet;

/// More places than these nobody walks through.
const MOST_PLACES: usize = 500;

/// Kinds of symbols (LSP 3.17, `SymbolKind`).
const FILE: u8 = 1;
const NAMESPACE: u8 = 3;
const PROPERTY: u8 = 7;

/// Where what stands at a place is defined.
pub fn definition(doc: &Doc<'_>, position: Position) -> Value {
    let at = doc.lines.byte(position);
    let (Some((number, line)), Some(analysis)) = (doc.line_at(at), doc.analysis) else { return Value::Null };
    let places: Vec<Place> = match line.kind {
        LineKind::Include { .. } => {
            include_at(doc, number).and_then(|(_, file)| file).map(Place::whole).into_iter().collect()
        }
        LineKind::Setting { value, .. } => {
            let Some((_, assignment)) = doc.assignment(number) else { return Value::Null };
            let resources = analysis.workspace.resources_of(assignment.file).iter();
            let named =
                resources.filter(|resource| resource.at == assignment).filter_map(|r| r.to.as_ref().ok());
            let named: Vec<Place> = named.map(|file| Place::whole(*file)).collect();
            match named.is_empty() || at < value.start as usize {
                true => rivals(analysis, assignment),
                false => named,
            }
        }
        _ => Vec::new(),
    };
    locations(doc, analysis, places)
}

/// The assignments that win over one; where it wins itself, those that it beats.
fn rivals(analysis: &Analysis, at: Assignment) -> Vec<Place> {
    let workspace = &analysis.workspace;
    let fleet = Fleet::new(workspace);
    let schema = &*analysis.judging.schema;
    let impact = Impact::of(&fleet, Target::Line(at), &|name| schema.repeats(name));
    let mut found: Vec<Assignment> = impact.beaten_by.keys().copied().collect();
    if found.is_empty() {
        let reads = |file: FileId| {
            let readers = &fleet.readers[file.0 as usize];
            impact.decides.iter().any(|member| readers.binary_search(member).is_ok())
        };
        found = namesakes(workspace, workspace.name(at))
            .filter(|other| *other != at && reads(other.file))
            .collect();
    }
    found.into_iter().map(|at| workspace.place(at)).collect()
}

/// Every assignment of a name in files that are judged.
fn namesakes(workspace: &Workspace, name: NameId) -> impl Iterator<Item = Assignment> {
    workspace.ours().flat_map(move |(file, document)| {
        let settings = document.settings.iter().zip(0..).filter(move |(setting, _)| setting.name == name);
        settings.map(move |(_, setting)| Assignment { file, setting })
    })
}

fn locations(doc: &Doc<'_>, analysis: &Analysis, places: Vec<Place>) -> Value {
    let is_here = |place: &Place| !analysis.workspace.path(place.file).contains("://");
    let places = places.into_iter().filter(is_here).take(MOST_PLACES);
    let all: Vec<Value> = places.map(|place| doc.shown.location(analysis, place)).collect();
    if all.is_empty() { Value::Null } else { json!(all) }
}

/// Who refers to what stands at a place: to a name or an included file, else to the file itself.
pub fn references(doc: &Doc<'_>, position: Position) -> Value {
    let Some(analysis) = doc.analysis else { return Value::Null };
    let workspace = &analysis.workspace;
    let line = doc.line_at(doc.lines.byte(position));
    let name = line.and_then(|(_, line)| doc.name(line)).and_then(|name| workspace.names.id(&name));
    if let Some(name) = name {
        let places = namesakes(workspace, name).map(|at| workspace.place(at)).collect();
        return locations(doc, analysis, places);
    }
    let included = line.and_then(|(number, line)| match line.kind {
        LineKind::Include { .. } => include_at(doc, number)?.1,
        _ => None,
    });
    let Some(file) = included.or(doc.file) else { return Value::Null };
    let by_name = workspace.document(file).named_by.iter().map(|&at| workspace.resources[at as usize].at);
    let mut places: Vec<Place> = by_name.map(|at| workspace.place(at)).collect();
    for (other, document) in workspace.ours() {
        let includes = document.includes.iter().filter(|include| include.to == Ok(file));
        places.extend(includes.map(|include| workspace.include_place(other, include)));
    }
    locations(doc, analysis, places)
}

/// The path that the include on a line leads to, and the file if it is there.
pub fn include_at(doc: &Doc<'_>, number: usize) -> Option<(String, Option<FileId>)> {
    let analysis = doc.analysis?;
    let LineKind::Include { target, form: IncludeForm::Proper, .. } = doc.tree.lines.get(number)?.kind else {
        return None;
    };
    let target = String::from_utf8_lossy(target.of(doc.text)).into_owned();
    let server = analysis.judging.options.server.as_ref();
    match locate(&target, &Location::of(doc.path), server).ok()? {
        Location::Tree(path) | Location::Url(path) => {
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

/// Over the first line of a file and over each include how many phones read it.
pub fn lenses(doc: &Doc<'_>) -> Value {
    let (Some(analysis), Some(_)) = (doc.analysis, doc.kind()) else { return Value::Null };
    let own = doc.file.map(|file| (Span::default(), file));
    let includes = doc.tree.lines.iter().enumerate().filter_map(|(number, line)| {
        include_at(doc, number).and_then(|(_, file)| file).map(|file| (line.content(doc.text), file))
    });
    let lens = |(span, file): (Span, FileId)| {
        let title = readers_of(analysis, file);
        json!({ "range": doc.lines.range(span), "command": { "title": title, "command": "" } })
    };
    own.into_iter().chain(includes).map(lens).collect()
}

/// A heading, or what stands on a line.
struct Symbol {
    name: String,
    kind: u8,
    span: Span,
    within: Vec<Symbol>,
}

/// The settings and includes of a text, below the `##` headings that they stand under.
pub fn symbols(doc: &Doc<'_>) -> Value {
    if doc.kind().is_none() {
        return Value::Null;
    }
    let mut mask = Mask::new(doc.schema);
    let mut all: Vec<Symbol> = Vec::new();
    for (number, line) in doc.tree.lines.iter().enumerate() {
        let span = line.content(doc.text);
        if let Some(name) = heading(doc, line.kind, span) {
            all.push(Symbol { name, kind: NAMESPACE, span, within: Vec::new() });
            continue;
        }
        let Some((name, kind)) = symbol(doc, &mut mask, number) else { continue };
        let symbol = Symbol { name, kind, span, within: Vec::new() };
        match all.last_mut().filter(|last| last.kind == NAMESPACE) {
            Some(section) => {
                section.span.end = span.end;
                section.within.push(symbol);
            }
            None => all.push(symbol),
        }
    }
    match doc.client.nests_symbols {
        true => all.iter().map(|symbol| nested(doc, symbol)).collect(),
        false => all.iter().flat_map(|symbol| flat(doc, symbol)).collect(),
    }
}

/// The words of a `## heading`.
fn heading(doc: &Doc<'_>, kind: LineKind, span: Span) -> Option<String> {
    let text = trim(span.of(doc.text));
    let is_heading = kind == LineKind::Comment && text.starts_with(b"##");
    let text = String::from_utf8_lossy(text);
    let words = text.trim_matches(['#', '=', '-', '*', ' ', '\t']);
    (is_heading && words.contains(char::is_alphanumeric)).then(|| crate::text::escape::one_line(words))
}

fn symbol(doc: &Doc<'_>, mask: &mut Mask<'_>, number: usize) -> Option<(String, u8)> {
    let text = |span: Span| String::from_utf8_lossy(span.of(doc.text)).into_owned();
    let content =
        |number: usize| doc.tree.lines.get(number).map_or(String::new(), |line| text(line.content(doc.text)));
    let (name, kind) = match doc.tree.lines.get(number)?.kind {
        LineKind::Setting { name, .. } => {
            let before = number.checked_sub(1).map_or(String::new(), content);
            (mask.name(&text(name), &content(number), &before), PROPERTY)
        }
        LineKind::Include { target, .. } => (mask.prose(&text(target), &[]), FILE),
        _ => return None,
    };
    (!name.is_empty()).then_some((name, kind))
}

fn nested(doc: &Doc<'_>, symbol: &Symbol) -> Value {
    let within: Vec<Value> = symbol.within.iter().map(|symbol| nested(doc, symbol)).collect();
    let first = Span { end: symbol.span.start, ..symbol.span };
    json!({
        "name": symbol.name,
        "kind": symbol.kind,
        "range": doc.lines.range(symbol.span),
        "selectionRange": doc.lines.range(first),
        "children": within,
    })
}

fn flat(doc: &Doc<'_>, symbol: &Symbol) -> Vec<Value> {
    let one = |symbol: &Symbol, within: Option<&str>| {
        let location = json!({ "uri": doc.uri, "range": doc.lines.range(symbol.span) });
        let mut value = json!({ "name": symbol.name, "kind": symbol.kind, "location": location });
        if let Some(within) = within {
            value["containerName"] = json!(within);
        }
        value
    };
    let within = symbol.within.iter().map(|inner| one(inner, Some(&symbol.name)));
    std::iter::once(one(symbol, None)).chain(within).collect()
}
