//! The table of components in ARCHITECTURE.md.

use std::collections::BTreeSet;

/// A row: a folder below `src`, or a folder of a component that has its own rules.
#[derive(Debug, PartialEq)]
pub struct Component {
    pub name: String,
    may_use: MayUse,
    /// Whether the component reads files, opens connections, or prints.
    pub does_io: bool,
}

#[derive(Debug, PartialEq)]
enum MayUse {
    Components(BTreeSet<String>),
    EverythingBut(BTreeSet<String>),
}

pub struct Components(Vec<Component>);

impl Components {
    /// Reads the first table of a page with the columns `component`, `may use` and `I/O`.
    pub fn parse(page: &str) -> Self {
        let mut rows = page.lines().map(cells).skip_while(|row| !row.iter().any(|cell| cell == "may use"));
        let head = rows.next().expect("ARCHITECTURE.md has a table with a column `may use`");
        let column = |name: &str| head.iter().position(|cell| cell == name).expect("a column of the table");
        let (name, may_use, io) = (column("component"), column("may use"), column("I/O"));
        let rows = rows.skip(1).take_while(|row| row.len() == head.len());
        let component = |row: Vec<String>| {
            let named = quoted(&row[may_use]);
            let may_use = match row[may_use].starts_with("everything") {
                true => MayUse::EverythingBut(named),
                false => MayUse::Components(named),
            };
            let name = quoted(&row[name]).pop_first().expect("a row names its component in backquotes");
            Component { name, may_use, does_io: row[io] == "yes" }
        };
        Self(rows.map(component).collect())
    }

    /// The component of a file: the row with the longest name above it.
    pub fn of(&self, path: &str) -> Option<&Component> {
        let above = self.0.iter().filter(|component| is_below(path, &component.name));
        above.max_by_key(|component| component.name.len())
    }

    /// Folders and files that no row covers, and rows without a folder or file.
    pub fn mismatches(&self, paths: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        for path in paths.iter().filter(|path| !matches!(**path, "lib.rs" | "main.rs")) {
            match self.of(path) {
                None => wrong.push(format!("`{path}` is in no component of the table")),
                Some(component) => {
                    let inside = path[component.name.len()..].trim_start_matches('/');
                    let is_divided = self.0.iter().any(|other| other.is_inside(component));
                    if is_divided && inside.contains('/') {
                        wrong.push(format!(
                            "`{path}` is in no part of `{}` that the table has",
                            component.name
                        ));
                    }
                }
            }
        }
        let unused =
            self.0.iter().filter(|component| !paths.iter().any(|path| is_below(path, &component.name)));
        wrong.extend(unused.map(|component| format!("the row `{}` names no folder or file", component.name)));
        for component in &self.0 {
            let (MayUse::Components(named) | MayUse::EverythingBut(named)) = &component.may_use;
            let unknown =
                named.iter().filter(|name| !self.0.iter().any(|component| component.name == **name));
            wrong.extend(
                unknown.map(|name| {
                    format!("the row `{}` allows `{name}`, which is no component", component.name)
                }),
            );
        }
        wrong
    }

    /// Whether a file of one component may use a file of the other: the row of the component or of an outer component allows
    /// it.
    pub fn may_use(&self, component: &Component, other: &Component) -> bool {
        let mut rows = self.0.iter().filter(|row| *row == component || component.is_inside(row));
        component == other || other.is_inside(component) || rows.any(|row| row.allows(&other.name))
    }
}

impl Component {
    fn is_inside(&self, other: &Component) -> bool {
        self.name.starts_with(&format!("{}/", other.name))
    }

    fn allows(&self, other: &str) -> bool {
        let is_named = |names: &BTreeSet<String>| names.iter().any(|name| is_below(other, name));
        match &self.may_use {
            MayUse::Components(names) => is_named(names),
            MayUse::EverythingBut(names) => !is_named(names),
        }
    }
}

/// Whether a path is a component, its file, or below it.
fn is_below(path: &str, component: &str) -> bool {
    path.strip_prefix(component).is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
}

/// The cells of a row; empty if the line is not a row.
fn cells(line: &str) -> Vec<String> {
    let row = line.trim().strip_prefix('|').and_then(|row| row.strip_suffix('|'));
    row.map_or(Vec::new(), |row| row.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// The names between backquotes, without a slash at the end.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(|name| name.trim_end_matches('/').to_owned()).collect()
}

#[cfg(test)]
const TABLE: &str = "\
| what | is this |
|---|---|
| not | it |

| component | contents | may use | I/O |
|---|---|---|---|
| `text/` | `source.rs` | – | |
| `tree/` | | `text` | |
| `lint/` | | `text`, `tree` | |
| `lint/api/` | | – | |
| `lint/rules/` | | `lint/api` | |
| `lsp/` | | everything but `cli` | |
| `cli/` | | everything | yes |

`more`";

#[cfg(test)]
fn allowed(from: &str, to: &str) -> bool {
    let components = Components::parse(TABLE);
    components.may_use(components.of(from).unwrap(), components.of(to).unwrap())
}

#[test]
fn the_table_says_what_a_room_may_use() {
    assert!(allowed("tree/load/mod.rs", "text/source.rs"));
    assert!(!allowed("text/source.rs", "tree/load.rs"));
    assert!(allowed("lsp/mod.rs", "lint/rules/files/a.rs") && !allowed("lsp/mod.rs", "cli/mod.rs"));
    assert!(allowed("cli/mod.rs", "lsp/mod.rs"));
}

#[test]
fn parts_of_a_room_have_rows_of_their_own() {
    assert!(allowed("lint/mod.rs", "lint/rules/files/a.rs"), "a component holds its parts");
    assert!(!allowed("lint/api/rule.rs", "lint/mod.rs"), "parts do not know the whole");
    assert!(allowed("lint/rules/files/a.rs", "lint/api/rule.rs"));
    assert!(!allowed("lint/api/rule.rs", "lint/rules/files/a.rs"));
    assert!(allowed("lint/rules/files/a.rs", "tree/load.rs"), "the component's own row counts for its parts");
    assert!(!allowed("tree/load.rs", "lint/api/rule.rs"));
}

#[test]
fn rooms_and_rows_match() {
    let components = Components::parse(TABLE);
    let all = [
        "lib.rs",
        "main.rs",
        "text/a.rs",
        "tree.rs",
        "lint/mod.rs",
        "lint/api/a.rs",
        "lint/rules/b/c.rs",
        "lsp/a.rs",
        "cli/a.rs",
    ];
    assert_eq!(components.mismatches(&all), [""; 0]);
    let with = |more: &[&'static str]| components.mismatches(&[&all[..], more].concat());
    assert_eq!(with(&["net/a.rs"]), ["`net/a.rs` is in no component of the table"]);
    assert_eq!(with(&["lint/ask/a.rs"]), ["`lint/ask/a.rs` is in no part of `lint` that the table has"]);
    let without: Vec<&str> = all.into_iter().filter(|path| !path.starts_with("lsp")).collect();
    assert_eq!(components.mismatches(&without), ["the row `lsp` names no folder or file"]);
    let unknown = Components::parse(&TABLE.replace("| `text`, `tree` |", "| `text`, `forest` |"));
    assert_eq!(unknown.mismatches(&all), ["the row `lint` allows `forest`, which is no component"]);
    assert!(components.of("cli/a.rs").unwrap().does_io && !components.of("lsp/a.rs").unwrap().does_io);
}
