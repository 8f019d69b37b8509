//! `textDocument/completion`: names and values of parameters, paths of includes and resources, the header, comments to fvprov.

use std::collections::BTreeSet;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTag, CompletionList, CompletionParams,
    CompletionRequest, CompletionResponse, Position, Range, TextDocumentIdentifier, TextEdit,
};
use serde::{Deserialize, Serialize};

use super::DocumentRequest;
use crate::catalogue::{Parameter, Resource, ValueType};
use crate::lint::RULES;
use crate::lsp::context::document::Doc;
use crate::lsp::context::names::Around;
use crate::text::listing::EntryKind;
use crate::text::path::{file_name, parent, relative_to};
use crate::text::source::Span;
use crate::text::syntax::HEADER;
use crate::tree::names::{Kind, Role};

/// More files than these nobody chooses from a list; what is typed leaves fewer.
const MOST_FILES: usize = 300;

/// What an item carries until `completionItem/resolve`.
#[derive(Serialize, Deserialize)]
pub struct Data {
    /// The parameter's name, with its indices.
    pub name: String,
    /// The document in which it was offered.
    pub uri: String,
}

/// An item of the list.
struct Item {
    label: String,
    kind: CompletionItemKind,
    detail: String,
    /// What is written.
    text: String,
    /// What is typed to find it, where that is something else.
    filter: Option<String>,
    /// The parameter that it stands for.
    name: Option<String>,
    is_deprecated: bool,
}

impl Item {
    fn new(kind: CompletionItemKind, text: impl Into<String>, detail: impl Into<String>) -> Self {
        let text = text.into();
        let (label, detail) = (text.trim_end().to_owned(), detail.into());
        Self { label, kind, detail, text, filter: None, name: None, is_deprecated: false }
    }

    /// The item as the protocol has it, at its place in the list.
    fn offered(self, order: usize, range: Range, uri: &str) -> CompletionItem {
        let data = self.name.map(|name| Data { name, uri: uri.to_owned() });
        CompletionItem {
            label: self.label,
            kind: Some(self.kind),
            detail: Some(self.detail),
            sort_text: Some(format!("{order:05}")),
            filter_text: Some(self.filter.unwrap_or_else(|| self.text.trim_end().to_owned())),
            text_edit: Some(TextEdit { range, new_text: self.text }.into()),
            data: data.and_then(|data| serde_json::to_value(data).ok()),
            tags: self.is_deprecated.then(|| vec![CompletionItemTag::Deprecated]),
            ..CompletionItem::default()
        }
    }
}

/// Items, and the bytes that they take the place of.
type Found = (Span, Vec<Item>);

impl DocumentRequest for CompletionRequest {
    fn document(params: &CompletionParams) -> &TextDocumentIdentifier {
        &params.text_document_position_params.text_document
    }

    fn answer(doc: &Doc<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
        complete(doc, params.text_document_position_params.position).map(Into::into)
    }
}

/// What may stand at a place.
fn complete(doc: &Doc<'_>, position: Position) -> Option<CompletionList> {
    let at = doc.lines.byte(position);
    let line = doc.content_at(at);
    let head = Span { start: line.start, end: at as u32 };
    let tail = Span { start: at as u32, end: line.end.max(at as u32) };
    let head = std::str::from_utf8(head.slice(doc.text)).ok()?;
    let tail = std::str::from_utf8(tail.slice(doc.text)).ok()?;
    let (span, items) = Typed { doc, at, head, tail, is_first: line.start == 0 }.found()?;
    let range = doc.lines.range(span);
    let items = items.into_iter().enumerate().map(|(order, item)| item.offered(order, range, doc.uri));
    Some(CompletionList { is_incomplete: true, items: items.collect(), ..CompletionList::default() })
}

/// A line up to the cursor and behind it.
struct Typed<'a> {
    doc: &'a Doc<'a>,
    at: usize,
    head: &'a str,
    tail: &'a str,
    is_first: bool,
}

impl Typed<'_> {
    fn found(&self) -> Option<Found> {
        let words = self.head.trim_start_matches([' ', '\t', '\u{feff}']);
        let is_cfg = self.doc.kind() == Some(Kind::Cfg);
        if words.starts_with('#') {
            return self.comment(words);
        }
        self.doc.kind()?;
        if let Some(open) = words.find(['<', '"']).filter(|_| words.contains("include:config")) {
            let closing = if words.get(open..=open) == Some("<") { ">" } else { "\"" };
            let typed = words.get(open + 1..)?;
            return (!typed.contains(closing)).then(|| self.include(typed, closing));
        }
        match words.split_once('=') {
            Some((name, value)) if is_cfg => self.value(name.trim(), value.trim_start()),
            Some(_) => None,
            None if words.contains(char::is_whitespace) => None,
            None => Some(self.start(words, is_cfg)),
        }
    }

    /// The span of so much text before the cursor and so much behind it.
    fn around(&self, before: &str, behind: usize) -> Span {
        Span::new(self.at.saturating_sub(before.len()), self.at + behind)
    }

    /// What a line may begin with.
    fn start(&self, typed: &str, is_cfg: bool) -> Found {
        let is_name = |c: char| !c.is_whitespace() && c != '=';
        let rest = self.tail.find(|c| !is_name(c)).unwrap_or(self.tail.len());
        let mut items =
            if is_cfg { self.names(typed, self.tail.get(rest..).unwrap_or_default()) } else { Vec::new() };
        if !is_cfg {
            items.push(Item::new(
                CompletionItemKind::Keyword,
                "include:config <",
                "what the phone reads next",
            ));
        }
        if self.is_first {
            items.push(header());
        }
        (self.around(typed, rest), items)
    }

    fn names(&self, typed: &str, behind: &str) -> Vec<Item> {
        let doc = self.doc;
        let set: BTreeSet<String> = doc.names().collect();
        let of_tree = doc.analysis.iter().flat_map(|analysis| {
            let names = &analysis.workspace.names;
            names.ids().map(|id| names.text(id).into_owned())
        });
        let names: BTreeSet<String> = of_tree.chain(set.iter().cloned()).collect();
        let mac = match Role::from_name(file_name(doc.path)) {
            Role::Mac(_, mac) => Some(mac),
            _ => None,
        };
        let models = doc.analysis.map(|analysis| Around::models(doc.schema, &analysis.judging.options, mac));
        let around = Around { schema: doc.schema, names: &names, models: models.unwrap_or_default() };
        let sign = if behind.trim_start().starts_with('=') { "" } else { " = " };
        let mut items: Vec<(bool, Item)> = Vec::new();
        for candidate in around.candidates(typed) {
            let Some(parameter) = candidate.parameter else {
                items.push((false, Item::new(CompletionItemKind::Module, candidate.text, "…")));
                continue;
            };
            let is_set = set.contains(&candidate.text) && !parameter.repeats;
            let detail =
                if is_set { format!("set already; {}", parameter.expected()) } else { parameter.expected() };
            let item = Item::new(CompletionItemKind::Property, format!("{}{sign}", candidate.text), detail);
            let label = candidate.text.clone();
            let is_deprecated = parameter.deprecated.is_some();
            let filter = Some(label.clone());
            items.push((is_set, Item { label, filter, name: Some(candidate.text), is_deprecated, ..item }));
        }
        items.sort_by_key(|(is_set, _)| *is_set);
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn value(&self, name: &str, typed: &str) -> Option<Found> {
        let parameter = self.doc.schema.parameter(name)?;
        if parameter.secret {
            return None;
        }
        let span = self.around(typed, self.tail.trim_end().len());
        let files = parameter.resource.map_or(Vec::new(), |resource| self.files(resource));
        Some((span, values(parameter).into_iter().chain(files).collect()))
    }

    /// The files of the tree that a value may name.
    fn files(&self, resource: Resource) -> Vec<Item> {
        let is_book = matches!(resource, Resource::RemotePhonebook | Resource::LocalPhonebook);
        if matches!(resource, Resource::Server | Resource::Action) {
            return Vec::new();
        }
        let Some(analysis) = self.doc.analysis else { return Vec::new() };
        let may_be = |path: &&str| match Role::from_name(file_name(path)).kind() {
            Some(_) => false,
            None => !file_name(path).starts_with('.') && (path.ends_with(".xml") || !is_book),
        };
        let url = analysis.judging.url.as_ref().map(|url| url.trim_end_matches('/'));
        let text = |path: &str| match url {
            Some(url) => format!("{url}/{}", path.replace(' ', "%20")),
            None => path.to_owned(),
        };
        let own = |path: &&str| {
            analysis.workspace.file(path).is_some_and(|file| analysis.workspace.document(file).is_tool_file)
        };
        let paths = self.paths().filter(may_be).filter(|path| !own(path)).take(MOST_FILES);
        paths.map(|path| Item::new(CompletionItemKind::File, text(path), "")).collect()
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let listing = self.doc.analysis.map_or(&[][..], |analysis| &analysis.workspace.listing);
        listing.iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.path.as_str())
    }

    /// The cfg files that an include may lead to: those of one phone last, but for the one whose boot file this is.
    fn include(&self, typed: &str, closing: &str) -> Found {
        let (path, directory) = (self.doc.path, parent(self.doc.path));
        let own = path.strip_suffix(".boot").map(|own| format!("{own}.cfg"));
        let from_top = typed.starts_with('/');
        let shown = |path: &str| if from_top { format!("/{path}") } else { relative_to(path, directory) };
        let cfgs = self.paths().filter(|other| other.ends_with(".cfg") && *other != path);
        let word = typed.trim_start_matches("./").to_lowercase();
        let mut cfgs: Vec<(bool, &str)> = cfgs
            .filter(|path| shown(path).to_lowercase().contains(&word))
            .map(|path| {
                (
                    matches!(Role::from_name(file_name(path)), Role::Mac(..)) && own.as_deref() != Some(path),
                    path,
                )
            })
            .collect();
        cfgs.sort_unstable();
        let rest = self.tail.find(['<', '>', '"']).unwrap_or(self.tail.trim_end().len());
        let end = if self.tail.contains(closing) { "" } else { closing };
        let item = |(_, path): (bool, &str)| {
            let text = shown(path);
            Item {
                label: text.clone(),
                filter: Some(text.clone()),
                ..Item::new(CompletionItemKind::File, text + end, "")
            }
        };
        (self.around(typed, rest), cfgs.into_iter().take(MOST_FILES).map(item).collect())
    }

    fn comment(&self, words: &str) -> Option<Found> {
        let body = words.trim_start_matches(['#', ' ', '\t']);
        if words.starts_with("#!") || words == "#" && self.is_first {
            return self.is_first.then(|| (self.around(words, self.tail.len()), vec![header()]));
        }
        let Some(said) = body.strip_prefix("fvprov:").map(str::trim_start) else {
            let item = Item::new(
                CompletionItemKind::Keyword,
                "# fvprov: ignore[",
                "leave out what a rule says of the next line",
            );
            let file = Item::new(
                CompletionItemKind::Keyword,
                "# fvprov: ignore-file[",
                "leave out what a rule says of this file",
            );
            return "fvprov:".starts_with(body).then(|| (self.around(words, 0), vec![item, file]));
        };
        if let Some(typed) = said.strip_prefix("model=") {
            let models = self.doc.schema.models().iter();
            let items = models
                .map(|model| Item::new(CompletionItemKind::EnumMember, &model.name, &model.title))
                .collect();
            return Some((self.around(typed, 0), items));
        }
        let Some((_, list)) = said.split_once('[') else {
            let verbs = [
                ("ignore[", "the next line"),
                ("ignore-file[", "this file"),
                ("model=", "this phone's model"),
            ];
            let items = verbs.map(|(verb, what)| Item::new(CompletionItemKind::Keyword, verb, what));
            return Some((self.around(said, 0), items.into()));
        };
        let typed = list.rsplit(',').next().unwrap_or_default().trim_start();
        let items =
            RULES.iter().map(|rule| Item::new(CompletionItemKind::EnumMember, rule.name, rule.summary()));
        (!list.contains(']')).then(|| (self.around(typed, 0), items.collect()))
    }
}

fn header() -> Item {
    let text = String::from_utf8_lossy(HEADER).into_owned();
    Item::new(CompletionItemKind::Keyword, text, "the first line of every file")
}

/// The values that a parameter is known to take.
fn values(parameter: &Parameter) -> Vec<Item> {
    let mut known: Vec<(String, String)> = parameter.values.clone();
    if known.is_empty() && parameter.value_type == ValueType::Bool {
        known = [("0", "off"), ("1", "on")].map(|(value, label)| (value.into(), label.into())).into();
    }
    let is_default = |value: &str| parameter.default.as_deref() == Some(value);
    if let Some(default) = parameter.default.as_ref().filter(|default| !default.is_empty())
        && !known.iter().any(|(value, _)| value == default)
    {
        known.insert(0, (default.clone(), String::new()));
    }
    let item = |(value, label): (String, String)| {
        let detail = match (is_default(&value), label.is_empty()) {
            (true, true) => "default".into(),
            (true, false) => format!("{label} (default)"),
            _ => label.clone(),
        };
        let filter = Some(format!("{value} {label}"));
        Item { filter, ..Item::new(CompletionItemKind::EnumMember, value, detail) }
    };
    known.into_iter().map(item).collect()
}
