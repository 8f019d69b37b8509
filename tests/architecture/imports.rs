//! Finds which files each file uses, from the `use` statements and the paths in the code.
//!
//! A name that a file re-exports counts as a use of the file that defines it. A `mod` declaration is not a
//! use.

use std::collections::{BTreeMap, BTreeSet};

use crate::circles::Graph;
use crate::source::{Source, bracketed};

/// One name of a `use` statement.
#[derive(Debug, PartialEq)]
pub struct Use {
    /// Whether other modules can use the name from here.
    is_public: bool,
    path: Vec<String>,
    /// The name in this file; `*` for all.
    name: String,
}

/// The names of all `use` statements, and the rest of the code.
pub fn uses(code: &str) -> (Vec<Use>, String) {
    let (mut uses, mut body, mut rest) = (Vec::new(), String::new(), code);
    while let Some(at) = rest.find("use ") {
        let before = &rest[..at];
        let visibility = before.rsplit([';', '{', '}', ']', '\n']).next().unwrap_or_default().trim();
        let is_statement = visibility.is_empty() || visibility == "pub" || visibility.starts_with("pub(");
        body.push_str(before);
        let tree = &rest[at + 4..];
        let Some(end) = tree.find(';').filter(|_| is_statement) else {
            body.push_str("use ");
            rest = tree;
            continue;
        };
        let names = expand(&tree[..end]).into_iter();
        uses.extend(names.map(|(path, name)| Use { is_public: !visibility.is_empty(), path, name }));
        rest = &tree[end..];
    }
    (uses, body + rest)
}

/// The code without the bodies of `macro_rules!`, and these bodies, in which `$crate` is `crate`. Other paths of a macro
/// start where it is called.
fn without_macros(code: &str) -> (String, String) {
    let (mut out, mut bodies, mut rest) = (String::new(), String::new(), code);
    while let Some(open) = rest.find("macro_rules!").and_then(|at| Some(at + rest[at..].find('{')?)) {
        let end = open + bracketed(&rest[open..]);
        out.push_str(&rest[..open]);
        bodies.push_str(&rest[open..end]);
        rest = &rest[end..];
    }
    (out + rest, bodies.replace("$crate", "crate"))
}

/// `a::{b, c::{d as e, self}}` as paths, each with the name that it binds.
fn expand(tree: &str) -> Vec<(Vec<String>, String)> {
    if let Some((head, group)) = tree.split_once('{') {
        let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
        return items(group)
            .iter()
            .flat_map(|item| expand(&format!("{}{}", head.trim(), item.trim())))
            .collect();
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
    let mut parts: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
    parts.retain(|part| !part.is_empty());
    if parts.last().is_some_and(|part| part == "self") && parts.len() > 1 {
        parts.pop();
    }
    let Some(last) = parts.last() else { return Vec::new() };
    let name = alias.map_or(last.clone(), |alias| alias.trim().to_owned());
    vec![(parts, name)]
}

/// The items of a group, which may contain groups.
fn items(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_end = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    };
    group.split(is_end).filter(|item| !item.trim().is_empty()).collect()
}

/// The paths in the code that have at least two parts.
fn paths(code: &str) -> BTreeSet<Vec<String>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    let mut rest = code;
    while let Some(start) = rest.find(is_word) {
        let is_whole = !rest[..start].ends_with("::");
        rest = &rest[start..];
        let mut parts = Vec::new();
        loop {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            parts.push(rest[..length].to_owned());
            rest = &rest[length..];
            match rest.strip_prefix("::") {
                Some(next) if next.starts_with(is_word) => rest = next,
                _ => break,
            }
        }
        if is_whole && parts.len() > 1 {
            found.insert(parts);
        }
    }
    found
}

/// The names of the items that the code defines at any depth.
fn definitions(code: &str) -> BTreeSet<String> {
    let kinds = ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "macro_rules!"];
    let mut words = code.split_whitespace().peekable();
    let mut found = BTreeSet::new();
    while let Some(word) = words.next() {
        if kinds.contains(&word)
            && let Some(name) = words.peek()
        {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            found.insert(name[..end].to_owned());
        }
    }
    found
}

struct File {
    path: String,
    module: Vec<String>,
    uses: Vec<Use>,
    body: String,
    paths: BTreeSet<Vec<String>>,
    definitions: BTreeSet<String>,
}

/// All files, by the modules that they are.
pub struct Files {
    files: Vec<File>,
    modules: BTreeMap<Vec<String>, usize>,
}

impl Files {
    pub fn new(sources: &[Source]) -> Self {
        let files: Vec<File> = sources
            .iter()
            .map(|source| {
                let (code, macros) = without_macros(&source.code);
                let (mut used, body) = uses(&code);
                let (used_by_macros, bodies) = uses(&macros);
                used.extend(used_by_macros.into_iter().filter(|one| one.path[0] == "crate"));
                let mut paths = paths(&body);
                paths.extend(self::paths(&bodies).into_iter().filter(|path| path[0] == "crate"));
                let definitions = definitions(&body);
                File {
                    path: source.path.clone(),
                    module: source.module(),
                    uses: used,
                    body,
                    paths,
                    definitions,
                }
            })
            .collect();
        // Modules of the program are below `main.rs`, all others below `lib.rs`: both are `crate`.
        let named = files.iter().enumerate().filter(|(_, file)| file.path != "main.rs");
        let modules = named.map(|(at, file)| (file.module.clone(), at)).collect();
        Self { files, modules }
    }

    /// The files that each file uses. Files that it only re-exports count if `with_exports`.
    pub fn graph(&self, with_exports: bool) -> Graph {
        let mut graph = Graph::new();
        for file in &self.files {
            let used = graph.entry(file.path.clone()).or_default();
            let words: BTreeSet<&str> = file.body.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let is_used = |one: &&Use| !one.is_public || with_exports || words.contains(one.name.as_str());
            let imported = file.uses.iter().filter(is_used).map(|one| one.path.clone());
            for path in imported.chain(file.paths.iter().cloned()) {
                let target = self.absolute(file, &path, 0).map(|path| &self.target(&path, 0).path);
                used.extend(target.filter(|path| **path != file.path && *path != "lib.rs").cloned());
            }
        }
        graph
    }

    /// The path from the top of the crate; `None` if the path is outside the crate.
    fn absolute(&self, file: &File, path: &[String], depth: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let above = |levels: usize| file.module[..file.module.len().saturating_sub(levels)].to_vec();
        let supers = path.iter().take_while(|part| *part == "super").count();
        match first.as_str() {
            "crate" | "fvprov" => return Some(rest.to_vec()),
            "self" => return Some([above(0).as_slice(), rest].concat()),
            "super" => return Some([above(supers).as_slice(), &path[supers..]].concat()),
            _ => {}
        }
        let child = [file.module.as_slice(), std::slice::from_ref(first)].concat();
        if self.modules.contains_key(&child) {
            return Some([child.as_slice(), rest].concat());
        }
        let bound = file.uses.iter().find(|one| one.name == *first && one.path.first() != Some(first));
        let found = self.absolute(file, &bound.filter(|_| depth < 4)?.path, depth + 1)?;
        Some([found.as_slice(), rest].concat())
    }

    /// The file that defines the item of a path from the top.
    fn target(&self, path: &[String], depth: usize) -> &File {
        let lengths = (0..=path.len()).rev();
        let known = lengths.into_iter().find_map(|length| Some((length, self.modules.get(&path[..length])?)));
        let (length, file) = known.map_or((0, &self.files[0]), |(length, at)| (length, &self.files[*at]));
        let rest = &path[length..];
        let Some(name) = rest.first().filter(|name| !file.definitions.contains(*name) && depth < 6) else {
            return file;
        };
        let follow = |one: &Use, more: &[String]| {
            let found = self.absolute(file, &one.path, 0)?;
            Some(self.target(&[found.as_slice(), more].concat(), depth + 1))
        };
        if let Some(one) = file.uses.iter().find(|one| one.name == *name) {
            return follow(one, &rest[1..]).unwrap_or(file);
        }
        let globs = file.uses.iter().filter(|one| one.name == "*");
        let mut through = globs.filter_map(|one| {
            let module =
                Use { is_public: true, path: one.path[..one.path.len() - 1].to_vec(), name: String::new() };
            follow(&module, rest)
        });
        through.find(|other| other.definitions.contains(name)).unwrap_or(file)
    }
}

#[cfg(test)]
fn graph_of(sources: &[(&str, &str)], with_exports: bool) -> Vec<String> {
    let sources: Vec<Source> = sources.iter().map(|(path, text)| Source::new(path, text)).collect();
    let graph = Files::new(&sources).graph(with_exports);
    graph.iter().flat_map(|(from, all)| all.iter().map(move |to| format!("{from} -> {to}"))).collect()
}

#[test]
fn groups_and_nested_groups_are_parsed() {
    let (uses, body) = uses(
        "use crate::{a, b::c};\npub(crate) use x::{\n    self as y,\n    z::{One, Two as Three, self},\n    w::*,\n};\nfn reuse () {}",
    );
    let shown: Vec<String> =
        uses.iter().map(|one| format!("{} {} {}", one.is_public, one.path.join("::"), one.name)).collect();
    let expected = [
        "false crate::a a",
        "false crate::b::c c",
        "true x y",
        "true x::z::One One",
        "true x::z::Two Three",
        "true x::z z",
        "true x::w::* *",
    ];
    assert_eq!(shown, expected);
    assert_eq!(body, ";\npub(crate) ;\nfn reuse () {}");
}

#[test]
fn paths_are_found_in_code() {
    let found = paths("let a: crate::b::C<super::D> = e::f::<G>(self::h); i.j(k); $crate::l!()");
    let shown: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(shown, ["crate::b::C", "crate::l", "e::f", "self::h", "super::D"]);
}

#[test]
fn groups_supers_and_paths_lead_to_files() {
    let sources = [
        ("lib.rs", "pub mod a; pub mod b; pub mod c;"),
        ("a/mod.rs", "mod inner; use crate::{b, c::{Thing, deep}}; fn f() { b::g(); deep::h() }"),
        ("a/inner.rs", "use super::super::c::Thing; fn f(_: super::F) {}"),
        ("b.rs", "pub fn g() { let _ = crate::c::deep::h(); }"),
        ("c/mod.rs", "pub mod deep; pub struct Thing;"),
        ("c/deep.rs", "pub fn h() { self::i() } fn i() {} #[cfg(test)] mod tests { use crate::a; }"),
    ];
    let expected = [
        "a/inner.rs -> a/mod.rs",
        "a/inner.rs -> c/mod.rs",
        "a/mod.rs -> b.rs",
        "a/mod.rs -> c/deep.rs",
        "a/mod.rs -> c/mod.rs",
        "b.rs -> c/deep.rs",
    ];
    assert_eq!(graph_of(&sources, false), expected);
}

#[test]
fn re_exports_lead_to_the_file_that_defines_the_item() {
    let sources = [
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a/mod.rs", "mod one; mod two; pub use one::One; pub use two::*;"),
        ("a/one.rs", "pub struct One;"),
        ("a/two.rs", "pub struct Two;"),
        ("b.rs", "use crate::a::{One, Two}; fn f(_: One, _: Two) {}"),
    ];
    let expected = ["b.rs -> a/one.rs", "b.rs -> a/two.rs"];
    assert_eq!(graph_of(&sources, false), expected);
    let with_exports =
        ["a/mod.rs -> a/one.rs", "a/mod.rs -> a/two.rs", "b.rs -> a/one.rs", "b.rs -> a/two.rs"];
    assert_eq!(graph_of(&sources, true), with_exports);
}

#[test]
fn macros_use_what_they_name_from_the_top() {
    let sources = [
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a/mod.rs", "pub mod x; pub const HERE: u8 = 1;"),
        (
            "a/x.rs",
            "macro_rules! m { ($a:ident) => { { use $crate::b::B; super::HERE; $crate::b::c() } }; } struct X;",
        ),
        ("b.rs", "pub struct B; pub fn c() {}"),
    ];
    assert_eq!(graph_of(&sources, false), ["a/x.rs -> b.rs"]);
}

#[test]
fn a_circle_between_files_of_different_folders_is_found() {
    let sources = [
        ("lib.rs", "pub mod a; pub mod b;"),
        ("a/mod.rs", "pub mod x; pub mod y;"),
        ("a/x.rs", "use crate::{b::{z}};  fn f() { z::g() }"),
        ("a/y.rs", "pub fn h() {}"),
        ("b/mod.rs", "pub mod z; pub mod w;"),
        ("b/z.rs", "pub fn g() { super::w::i() }"),
        ("b/w.rs", "use crate::a; pub fn i() { a::x::f(); a::y::h() }"),
    ];
    let sources = sources.map(|(path, text)| Source::new(path, text));
    let found = crate::circles::circles(&Files::new(&sources).graph(false));
    assert_eq!(found, [BTreeSet::from(["a/x.rs", "b/w.rs", "b/z.rs"].map(str::to_owned))]);
}
