//! `textDocument/completion`: names and values of parameters, paths of includes and resources, the header, and fvprov's
//! comments.

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
use crate::lsp::context::names::NameContext;
use crate::templates::recognize::is_template;
use crate::text::listing::EntryKind;
use crate::text::path::{file_name, parent, relative_to};
use crate::text::source::Span;
use crate::text::syntax::HEADER;
use crate::tree::names::{Kind, Role};

/// Maximum number of files to offer.
const MAX_FILES: usize = 300;

/// Data in a completion item, which the client returns in `completionItem/resolve`.
#[derive(Serialize, Deserialize)]
pub struct Data {
    /// The name of the parameter, with its indices.
    pub name: String,
    /// The document.
    pub uri: String,
}

struct Item {
    label: String,
    kind: CompletionItemKind,
    detail: String,
    /// The text to insert.
    text: String,
    /// The text that filters the list, if it differs from `text`.
    filter: Option<String>,
    /// The parameter, if the item is a parameter name.
    name: Option<String>,
    is_deprecated: bool,
}

impl Item {
    fn new(kind: CompletionItemKind, text: impl Into<String>, detail: impl Into<String>) -> Self {
        let text = text.into();
        let (label, detail) = (text.trim_end().to_owned(), detail.into());
        Self { label, kind, detail, text, filter: None, name: None, is_deprecated: false }
    }

    /// Converts the item to a protocol item. `order` is the position of the item in the list.
    fn into_lsp(self, order: usize, range: Range, uri: &str) -> CompletionItem {
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

/// Items, and the bytes that they replace.
type Completions = (Span, Vec<Item>);

impl DocumentRequest for CompletionRequest {
    fn document(params: &CompletionParams) -> &TextDocumentIdentifier {
        &params.text_document_position_params.text_document
    }

    fn answer(doc: &Doc<'_>, params: &CompletionParams) -> Option<CompletionResponse> {
        complete(doc, params.text_document_position_params.position).map(Into::into)
    }
}

fn complete(doc: &Doc<'_>, position: Position) -> Option<CompletionList> {
    let at = doc.lines.byte(position);
    let line = doc.content_at(at);
    let head = Span { start: line.start, end: at as u32 };
    let tail = Span { start: at as u32, end: line.end.max(at as u32) };
    let head = std::str::from_utf8(head.slice(doc.text)).ok()?;
    let tail = std::str::from_utf8(tail.slice(doc.text)).ok()?;
    let (span, items) = LineContext { doc, at, head, tail, is_first: line.start == 0 }.complete()?;
    let range = doc.lines.range(span);
    let items = items.into_iter().enumerate().map(|(order, item)| item.into_lsp(order, range, doc.uri));
    Some(CompletionList { is_incomplete: true, items: items.collect(), ..CompletionList::default() })
}

/// The word being typed in an unclosed template tag that prints a value.
fn open_tag(head: &str) -> Option<&str> {
    let (open, _) = [head.rfind("{{"), head.rfind("{$"), head.rfind("{%")]
        .into_iter()
        .flatten()
        .max()
        .map(|at| (&head[at + 2..], at))?;
    if open.contains('}') {
        return None;
    }
    let start = open.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let word = open.get(start..)?;
    // The members of variables are unknown.
    (!open[..start].ends_with('.')).then_some(word)
}

/// The parts of a line before and after the cursor.
struct LineContext<'a> {
    doc: &'a Doc<'a>,
    at: usize,
    head: &'a str,
    tail: &'a str,
    is_first: bool,
}

impl LineContext<'_> {
    fn complete(&self) -> Option<Completions> {
        if let Some(typed) = open_tag(self.head) {
            return self.variables(typed);
        }
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
            None => Some(self.line_start(words, is_cfg)),
        }
    }

    /// The span that consists of a string before the cursor and the given number of bytes after the cursor.
    fn span_around(&self, before: &str, behind: usize) -> Span {
        Span::new(self.at.saturating_sub(before.len()), self.at + behind)
    }

    /// The variables that a template can use, for an unclosed tag.
    fn variables(&self, typed: &str) -> Option<Completions> {
        if !is_template(self.doc.path, self.doc.text) {
            return None;
        }
        let options = &self.doc.analysis?.lint_context.options.templates;
        let known = options.columns.iter().chain(&options.variables).flatten();
        let items = known
            .map(|(name, values)| Item::new(CompletionItemKind::Variable, name.as_str(), values.join(", ")));
        Some((self.span_around(typed, 0), items.collect()))
    }

    /// The possible beginnings of a line.
    fn line_start(&self, typed: &str, is_cfg: bool) -> Completions {
        let rest = self.tail.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(self.tail.len());
        let mut items =
            if is_cfg { self.names(typed, self.tail.get(rest..).unwrap_or_default()) } else { Vec::new() };
        if !is_cfg {
            items.push(Item::new(
                CompletionItemKind::Keyword,
                "include:config <",
                "a cfg file that the phone reads next",
            ));
        }
        if self.is_first {
            items.push(header());
        }
        (self.span_around(typed, rest), items)
    }

    fn names(&self, typed: &str, behind: &str) -> Vec<Item> {
        let doc = self.doc;
        let set: BTreeSet<String> = doc.names().collect();
        let tree_names = doc.analysis.iter().flat_map(|analysis| {
            let names = &analysis.workspace.names;
            names.ids().map(|id| names.text(id).into_owned())
        });
        let names: BTreeSet<String> = tree_names.chain(set.iter().cloned()).collect();
        let mac = match Role::from_name(file_name(doc.path)) {
            Role::Mac(_, mac) => Some(mac),
            _ => None,
        };
        let models =
            doc.analysis.map(|analysis| NameContext::models(doc.schema, &analysis.lint_context.options, mac));
        let context = NameContext { schema: doc.schema, names: &names, models: models.unwrap_or_default() };
        let sign = if behind.trim_start().starts_with('=') { "" } else { " = " };
        let mut items: Vec<(bool, Item)> = Vec::new();
        for candidate in context.candidates(typed) {
            let Some(parameter) = candidate.parameter else {
                items.push((false, Item::new(CompletionItemKind::Module, candidate.text, "…")));
                continue;
            };
            let is_set = set.contains(&candidate.text) && !parameter.repeats;
            let detail =
                if is_set { format!("already set; {}", parameter.expected()) } else { parameter.expected() };
            let item = Item::new(CompletionItemKind::Property, format!("{}{sign}", candidate.text), detail);
            let label = candidate.text.clone();
            let is_deprecated = parameter.deprecated.is_some();
            let filter = Some(label.clone());
            items.push((is_set, Item { label, filter, name: Some(candidate.text), is_deprecated, ..item }));
        }
        items.sort_by_key(|(is_set, _)| *is_set);
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn value(&self, name: &str, typed: &str) -> Option<Completions> {
        let parameter = self.doc.schema.parameter(name)?;
        if parameter.secret {
            return None;
        }
        let span = self.span_around(typed, self.tail.trim_end().len());
        let files = parameter.resource.map_or(Vec::new(), |resource| self.files(resource));
        Some((span, values(parameter).into_iter().chain(files).collect()))
    }

    /// The files in the tree that a parameter's value can name.
    fn files(&self, resource: Resource) -> Vec<Item> {
        let is_book = matches!(resource, Resource::RemotePhonebook | Resource::LocalPhonebook);
        if matches!(resource, Resource::Server | Resource::Action) {
            return Vec::new();
        }
        let Some(analysis) = self.doc.analysis else { return Vec::new() };
        let workspace = &analysis.workspace;
        let paths = self.paths().filter(|path| {
            let name = file_name(path);
            let is_own = workspace.file(path).is_some_and(|file| workspace.document(file).is_tool_file);
            let is_resource = Role::from_name(name).kind().is_none() && !name.starts_with('.') && !is_own;
            is_resource && (!is_book || path.ends_with(".xml"))
        });
        let url = analysis.lint_context.url.as_ref().map(|url| url.trim_end_matches('/'));
        let texts = paths.take(MAX_FILES).map(|path| match url {
            Some(url) => format!("{url}/{}", path.replace(' ', "%20")),
            None => path.to_owned(),
        });
        texts.map(|text| Item::new(CompletionItemKind::File, text, "")).collect()
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let listing = self.doc.analysis.map_or(&[][..], |analysis| &analysis.workspace.listing);
        listing.iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.path.as_str())
    }

    /// The cfg files that an include can name. Files for phones other than this boot file's phone come last.
    fn include(&self, typed: &str, closing: &str) -> Completions {
        let (path, directory) = (self.doc.path, parent(self.doc.path));
        let own = path.strip_suffix(".boot").map(|own| format!("{own}.cfg"));
        let from_top = typed.starts_with('/');
        let cfgs = self.paths().filter(|other| other.ends_with(".cfg") && *other != path);
        let word = typed.trim_start_matches("./").to_lowercase();
        let mut targets: Vec<(bool, &str, String)> = cfgs
            .map(|path| {
                let is_mac = matches!(Role::from_name(file_name(path)), Role::Mac(..));
                let target = if from_top { format!("/{path}") } else { relative_to(path, directory) };
                (is_mac && own.as_deref() != Some(path), path, target)
            })
            .filter(|(_, _, target)| target.to_lowercase().contains(&word))
            .collect();
        targets.sort_unstable();
        let rest = self.tail.find(['<', '>', '"']).unwrap_or(self.tail.trim_end().len());
        let end = if self.tail.contains(closing) { "" } else { closing };
        let items = targets.into_iter().take(MAX_FILES).map(|(_, _, target)| Item {
            label: target.clone(),
            filter: Some(target.clone()),
            ..Item::new(CompletionItemKind::File, target + end, "")
        });
        (self.span_around(typed, rest), items.collect())
    }

    fn comment(&self, words: &str) -> Option<Completions> {
        let body = words.trim_start_matches(['#', ' ', '\t']);
        if words.starts_with("#!") || words == "#" && self.is_first {
            return self.is_first.then(|| (self.span_around(words, self.tail.len()), vec![header()]));
        }
        let Some(comment) = body.strip_prefix("fvprov:").map(str::trim_start) else {
            let item = Item::new(
                CompletionItemKind::Keyword,
                "# fvprov: ignore[",
                "suppress a rule for the next line",
            );
            let file = Item::new(
                CompletionItemKind::Keyword,
                "# fvprov: ignore-file[",
                "suppress a rule for this file",
            );
            return "fvprov:".starts_with(body).then(|| (self.span_around(words, 0), vec![item, file]));
        };
        if let Some(typed) = comment.strip_prefix("model=") {
            let models = self.doc.schema.models().iter();
            let items = models
                .map(|model| Item::new(CompletionItemKind::EnumMember, &model.name, &model.title))
                .collect();
            return Some((self.span_around(typed, 0), items));
        }
        let Some((_, list)) = comment.split_once('[') else {
            let verbs = [
                ("ignore[", "the next line"),
                ("ignore-file[", "this file"),
                ("model=", "this phone's model"),
            ];
            let items = verbs.map(|(verb, what)| Item::new(CompletionItemKind::Keyword, verb, what));
            return Some((self.span_around(comment, 0), items.into()));
        };
        let typed = list.rsplit(',').next().unwrap_or_default().trim_start();
        let items =
            RULES.iter().map(|rule| Item::new(CompletionItemKind::EnumMember, rule.name, rule.summary()));
        (!list.contains(']')).then(|| (self.span_around(typed, 0), items.collect()))
    }
}

fn header() -> Item {
    let text = String::from_utf8_lossy(HEADER).into_owned();
    Item::new(CompletionItemKind::Keyword, text, "the first line of every file")
}

/// The known values of a parameter.
fn values(parameter: &Parameter) -> Vec<Item> {
    let mut known: Vec<(String, String)> = parameter.values.clone();
    if known.is_empty() && parameter.value_type == ValueType::Bool {
        known = [("0", "off"), ("1", "on")].map(|(value, label)| (value.into(), label.into())).into();
    }
    if let Some(default) = parameter.default.as_ref().filter(|default| !default.is_empty())
        && !known.iter().any(|(value, _)| value == default)
    {
        known.insert(0, (default.clone(), String::new()));
    }
    let items = known.into_iter().map(|(value, label)| {
        let detail = match (parameter.default.as_ref() == Some(&value), label.is_empty()) {
            (true, true) => "default".into(),
            (true, false) => format!("{label} (default)"),
            _ => label.clone(),
        };
        let filter = Some(format!("{value} {label}"));
        Item { filter, ..Item::new(CompletionItemKind::EnumMember, value, detail) }
    });
    items.collect()
}
