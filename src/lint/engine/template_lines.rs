//! Runs rules about single lines on the lines of a template. The lines are copied to in-memory files in which
//! substitutes replace the tags, and the findings are mapped back to the template.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Edit, Fix, Hits, LintOptions, Precedence, RuleIndex};
use crate::lint::engine::check::{Rules, check_file, prepared};
use crate::lint::engine::private_parts::private_parts;
use crate::lint::engine::run_context::Active;
use crate::lint::view::{TemplateCx, World, with_index};
use crate::templates::line::{HOLE, LineText, Piece, TemplateLine};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::source::{FileId, Place};
use crate::text::syntax::{HEADER, LineKind, is_whitespace};
use crate::tree::load::{Request, Workspace};
use crate::tree::names::Kind;
use crate::tree::resolve::Fleet;

/// The known part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// The name, up to its indices, and the value.
    Complete,
    /// The name, up to its indices.
    Name,
    /// Only part of the name or of a different string.
    Part,
}

const CLASSES: [Class; 3] = [Class::Complete, Class::Name, Class::Part];

/// Rules that also run on lines that are only partly known.
const PART: [&str; 4] = ["indented-setting", "joined-lines", "malformed-line", "trailing-whitespace"];

/// Rules about the name of a setting.
const NAME: [&str; 9] = [
    "deprecated-parameter",
    "foreign-directive",
    "index-out-of-range",
    "malformed-include",
    "misspelled-parameter",
    "placeholder-index",
    "repeated-name-in-value",
    "unknown-parameter",
    "yealink-only-parameter",
];

/// Rules about a complete line.
const COMPLETE: [&str; 9] = [
    "conflict-marker",
    "inline-comment",
    "invalid-value",
    "invisible-character",
    "leftover-value",
    "quoted-value",
    "sentinel-value",
    "setting-in-boot",
    "unreachable-address",
];

impl Class {
    fn runs(self, rule: &str) -> bool {
        PART.contains(&rule)
            || self != Self::Part && NAME.contains(&rule)
            || self == Self::Complete && COMPLETE.contains(&rule)
    }
}

/// The name of the in-memory file.
fn file_name(class: Class, kind: Kind) -> String {
    let stem = match class {
        Class::Complete => "y000000000000",
        Class::Name => "name",
        Class::Part => "part",
    };
    format!("{stem}.{}", kind.extension())
}

/// A template line, copied to an in-memory file.
struct Copy<'a> {
    line: &'a TemplateLine,
    text: &'a LineText,
    /// Offset of the line in the in-memory file.
    start: usize,
}

/// One template's in-memory files, by class.
#[derive(Default)]
struct Copies<'a> {
    texts: [Vec<u8>; 3],
    copies: [Vec<Copy<'a>>; 3],
}

impl<'a> Copies<'a> {
    /// Copies the lines of a template. Identical lines are copied only once.
    fn new(cx: &TemplateCx<'a>) -> Self {
        let mut all = Self::default();
        all.texts.iter_mut().for_each(|text| text.extend_from_slice(HEADER));
        all.texts.iter_mut().for_each(|text| text.push(b'\n'));
        let mut known: FxHashSet<&[Piece]> = FxHashSet::default();
        for (line, text) in cx.lines.iter().zip(cx.texts) {
            let Some((class, bytes)) = substitute(line, text) else { continue };
            if !known.insert(&line.pieces) {
                continue;
            }
            let (file, copies) = (&mut all.texts[class as usize], &mut all.copies[class as usize]);
            // A comment separates the lines, because they may not be adjacent in the rendered file.
            file.extend_from_slice(b"#\n");
            copies.push(Copy { line, text, start: file.len() });
            file.extend(bytes);
            file.push(b'\n');
        }
        all
    }
}

/// Runs the rules on the lines of templates.
pub fn check(
    rules: Rules,
    world: &World<'_>,
    options: &LintOptions,
    templates: &[TemplateCx<'_>],
    active: &[Active],
) -> Hits {
    let templates: Vec<&TemplateCx<'_>> = templates.iter().filter(|cx| !cx.lines.is_empty()).collect();
    if templates.is_empty() {
        return Hits::default();
    }
    let all: Vec<Copies<'_>> = templates.par_iter().map(|cx| Copies::new(cx)).collect();
    let mut files: Vec<(String, &[u8])> = Vec::new();
    for (number, (cx, copies)) in templates.iter().zip(&all).enumerate() {
        let paths = CLASSES.map(|class| format!("{number}/{}", file_name(class, cx.kind)));
        files.extend(paths.into_iter().zip(copies.texts.iter().map(Vec::as_slice)));
    }
    let workspace = &in_memory(files, templates.len());
    let fleet = &Fleet::new(workspace);
    let inner = LintOptions {
        select: options.select.clone(),
        ignore: options.ignore.clone(),
        limits: options.limits,
        today: options.today.clone(),
        server: options.server.clone(),
        model: options.model.clone(),
        ..LintOptions::default()
    };
    prepared(rules, fleet, world.schema, &inner, |inner_world, _| {
        let numbered = templates.par_iter().zip(&all).enumerate();
        numbered
            .fold(Hits::default, |mut found, (number, (cx, copies))| {
                check_template(inner_world, cx, number, copies, active, &mut found);
                found
            })
            .reduce(Hits::default, Hits::merge)
    })
}

/// Runs the rules on one template's in-memory files.
fn check_template(
    inner_world: &World<'_>,
    cx: &TemplateCx<'_>,
    number: usize,
    all: &Copies<'_>,
    active: &[Active],
    found: &mut Hits,
) {
    for class in CLASSES {
        let path = format!("{number}/{}", file_name(class, cx.kind));
        let Some(file) = inner_world.workspace.file(&path) else { continue };
        let copies = &all.copies[class as usize];
        let rules: Vec<Active> = active.iter().filter(|(_, rule)| class.runs(rule.name)).copied().collect();
        let mut hits = Hits::default();
        check_file(inner_world, &rules, file, &private_parts(inner_world, file), &mut hits);
        let mut ordered: Vec<_> =
            hits.into_hits().map(|(rule, place, hit)| (rule, place, hit.diagnostic)).collect();
        ordered.sort_by_key(|(rule, place, _)| (*rule, place.span));
        let orders = line_orders(copies, &ordered, active);
        for (rule, place, diagnostic) in ordered {
            let order = copy_at(copies, place).and_then(|at| orders.get(&at));
            if !is_admitted(active, rule, order.copied()) {
                continue;
            }
            if let Some((place, diagnostic)) = map(cx, copies, file, place, diagnostic) {
                found.sink(rule, &[]).report(place, || diagnostic);
            }
        }
    }
}

/// For each line, the highest precedence among the findings about the entire line.
fn line_orders(
    copies: &[Copy<'_>],
    all: &[(RuleIndex, Place, Diagnostic)],
    active: &[Active],
) -> FxHashMap<usize, u8> {
    let mut orders: FxHashMap<usize, u8> = FxHashMap::default();
    for (rule, place, _) in all {
        if let (Some(Precedence::Line(order)), Some(at)) =
            (precedence(active, *rule), copy_at(copies, *place))
        {
            let best = orders.entry(at).or_insert(order);
            *best = order.min(*best);
        }
    }
    orders
}

fn precedence(active: &[Active], index: RuleIndex) -> Option<Precedence> {
    active.iter().find(|(other, _)| *other == index).map(|(_, rule)| rule.precedence)
}

/// Whether a rule may report a line. The precedence is the same as for boot and cfg files (see
/// [`Precedence`]).
fn is_admitted(active: &[Active], rule: RuleIndex, order: Option<u8>) -> bool {
    match (precedence(active, rule), order) {
        (Some(Precedence::Line(own)), Some(order)) => own == order,
        (Some(Precedence::Setting), Some(_)) => false,
        _ => true,
    }
}

fn copy_at(copies: &[Copy<'_>], place: Place) -> Option<usize> {
    copies.partition_point(|copy| copy.start <= place.span.start as usize).checked_sub(1)
}

/// Loads an in-memory tree with one root for each template.
fn in_memory(mut files: Vec<(String, &[u8])>, templates: usize) -> Workspace {
    files.sort();
    let listing = files.iter().map(|(path, _)| Entry { path: path.clone(), kind: EntryKind::File }).collect();
    Request::new(listing, &|location: &Location| {
        let Location::Tree(path) = location else { return Err(FetchError::NotFetched) };
        let at = files.binary_search_by(|(other, _)| other.cmp(path)).map_err(|_| FetchError::Missing)?;
        Ok(files[at].1.to_vec())
    })
    .roots(Some((0..templates).map(|number| number.to_string()).collect()))
    .load()
}

/// The known part of a line, and its text with substitutes for tags; `None` if too little is known.
fn substitute(line: &TemplateLine, text: &LineText) -> Option<(Class, Vec<u8>)> {
    let is_block = |piece: &Piece| matches!(piece, Piece::Hole { is_block: true, .. });
    let is_unknown = |piece: &Piece| matches!(piece, Piece::Unknown(_));
    let bytes = &text.bytes;
    if !bytes.contains(&HOLE) {
        return Some((Class::Complete, bytes.clone()));
    }
    let filled =
        |bytes: Vec<u8>, by: u8| bytes.into_iter().map(|byte| if byte == HOLE { by } else { byte }).collect();
    match text.kind {
        LineKind::Setting { name, value } => {
            let copy = with_index(bytes);
            let (name, value) = (name.slice(&copy), value.slice(&copy));
            let of_name = text.pieces(&(0..name.len() + bytes.len() - bytes.trim_ascii_start().len()));
            if of_name.filter_map(|at| line.pieces.get(at)).any(|piece| is_block(piece) || is_unknown(piece))
            {
                return None;
            }
            let class = match (name.contains(&HOLE), value.contains(&HOLE)) {
                (true, _) => Class::Part,
                (false, true) => Class::Name,
                (false, false) if text.setting()?.1.contains(&HOLE) => Class::Name,
                (false, false) => Class::Complete,
            };
            Some((class, filled(copy, b'*')))
        }
        LineKind::Include { .. } => Some((Class::Name, filled(bytes.clone(), b'x'))),
        LineKind::Unknown => {
            // A tag can print anything, but is unlikely to print the rest of a setting that begins with a
            // word.
            let starts =
                bytes.iter().find(|byte| !is_whitespace(**byte)).is_some_and(u8::is_ascii_alphabetic);
            let is_known = !line.pieces.iter().any(|piece| is_block(piece) || is_unknown(piece));
            (starts && is_known).then(|| (Class::Part, filled(bytes.clone(), b'x')))
        }
        LineKind::Empty | LineKind::Header | LineKind::Comment => None,
    }
}

/// Maps a finding in an in-memory file to the template.
fn map(
    cx: &TemplateCx<'_>,
    copies: &[Copy<'_>],
    file: FileId,
    place: Place,
    mut diagnostic: Diagnostic,
) -> Option<(Place, Diagnostic)> {
    let (copy, place, _) = map_place(copies, file, place)?;
    let fix = diagnostic.fix.take();
    diagnostic.fix = fix.and_then(|fix| map_fix(copies, file, fix));
    diagnostic.related = std::mem::take(&mut diagnostic.related)
        .into_iter()
        .filter_map(|(place, why)| Some((map_place(copies, file, place)?.1, why)))
        .collect();
    // The message contains the setting's name as written in the template.
    if let LineKind::Setting { name, .. } = copy.text.kind {
        let range = name.start as usize..name.end as usize;
        let substitute = String::from_utf8(with_index(&copy.text.bytes[range.clone()])).unwrap_or_default();
        let written = written(cx, copy, &range);
        if substitute != written && !substitute.is_empty() {
            diagnostic.message = diagnostic.message.replace(&substitute, &written);
            diagnostic.help = diagnostic.help.map(|help| help.replace(&substitute, &written));
        }
    }
    if diagnostic.message.starts_with("two lines are joined")
        && let Some(help) = removed_newline(cx, place)
    {
        diagnostic.help = Some(help);
    }
    Some((place, diagnostic))
}

/// Help for a newline that the template engine removes before a location.
fn removed_newline(cx: &TemplateCx<'_>, place: Place) -> Option<String> {
    let text = &cx.sources.get(place.file).text[..place.span.start as usize];
    let before = text.trim_ascii_end();
    if !text[before.len()..].contains(&b'\n') || before.last() != Some(&b'}') {
        return None;
    }
    let start = memchr::memrchr(b'{', before)?;
    let tag = String::from_utf8_lossy(&before[start..]);
    let engine = cx.template?.syntax.engine.title();
    Some(format!("{engine} removes the newline after `{tag}`: insert an empty line after this tag"))
}

fn written(cx: &TemplateCx<'_>, copy: &Copy<'_>, range: &std::ops::Range<usize>) -> String {
    let mut written = String::new();
    for at in range.clone() {
        match copy.text.bytes[at] {
            HOLE => {
                let piece = copy.line.pieces.get(copy.text.pieces(&(at..at + 1)).start);
                written.extend(piece.map(|piece| cx.source(piece.place())));
            }
            byte => written.push(char::from(byte)),
        }
    }
    written
}

/// The location in the template, and whether it is within a single piece of text.
fn map_place<'c, 'a>(
    copies: &'c [Copy<'a>],
    file: FileId,
    place: Place,
) -> Option<(&'c Copy<'a>, Place, bool)> {
    if place.file != file {
        return None;
    }
    let start = place.span.start as usize;
    let copy = &copies[copy_at(copies, place)?];
    let end = (place.span.end as usize - copy.start).min(copy.text.bytes.len());
    let range = start - copy.start..end;
    if range.start > copy.text.bytes.len() {
        return None;
    }
    let is_inside = place.span.end as usize - copy.start <= copy.text.bytes.len();
    let (place, is_exact) = copy.text.place(copy.line, &range)?;
    Some((copy, place, is_exact && is_inside))
}

/// The fix in the template, if each edit is within a single piece of text.
fn map_fix(copies: &[Copy<'_>], file: FileId, fix: Fix) -> Option<Fix> {
    let edits = fix.edits.into_iter().map(|edit| {
        let (_, place, is_exact) = map_place(copies, file, edit.at)?;
        is_exact.then_some(Edit { at: place, text: edit.text })
    });
    Some(Fix { edits: edits.collect::<Option<Vec<Edit>>>()?, safe: false, title: fix.title })
}
