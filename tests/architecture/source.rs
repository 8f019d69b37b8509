//! The source files, and their code without comments, strings and unit tests.

use std::path::Path;

/// A file below `src`.
pub struct Source {
    /// The path below `src`, with `/`.
    pub path: String,
    pub text: String,
    /// The text without comments and unit tests; every string is empty.
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into(), code: without_tests(&without_texts(text)) }
    }

    /// The module that the file is, from the top: `text/source.rs` is `text::source`.
    pub fn module(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            parts.pop();
        }
        parts
    }

    /// The folder of the file. `x.rs` next to a folder `x` counts as a file of `x`, as `x/mod.rs` does.
    pub fn folder(&self, all: &[Source]) -> String {
        let own = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        if all.iter().any(|other| other.path.starts_with(&format!("{own}/"))) {
            return own.to_owned();
        }
        self.path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
    }
}

/// Every Rust file in a directory, sorted by path.
pub fn sources(top: &Path) -> Vec<Source> {
    let mut files: Vec<Source> = walkdir::WalkDir::new(top)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let below = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
            Source::new(&below, &std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!files.is_empty(), "{} has no Rust file", top.display());
    files
}

/// The code without comments; strings and characters are empty.
fn without_texts(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_inside_name = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest).filter(|_| !is_inside_name) {
            out.push_str("\"\"");
            length
        } else if c == '"' {
            out.push_str("\"\"");
            quoted(rest, '"')
        } else if c == '\'' && is_character(rest) {
            out.push_str("''");
            quoted(rest, '\'')
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

/// The length of a block comment, which may contain others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of the raw string at the start of a text, if there is one.
fn raw_string(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('b').unwrap_or(text).strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text.len() - body.len() + body.find(&end)? + end.len())
}

/// The length of a text between two quotes, in which a backslash escapes the next character.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether an apostrophe begins a character literal, not a lifetime.
fn is_character(text: &str) -> bool {
    let mut next = text.chars().skip(1);
    next.next() == Some('\\') || next.next() == Some('\'')
}

/// The code without the items below `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(") {
        let attribute = at + bracketed(&rest[at + 1..]) + 1;
        let words = rest[at..attribute].split(|c: char| !c.is_alphanumeric());
        let is_test = words.clone().any(|word| word == "test") && !words.clone().any(|word| word == "not");
        if is_test {
            out.push_str(&rest[..at]);
            rest = &rest[attribute..];
            rest = &rest[item(rest)..];
        } else {
            out.push_str(&rest[..attribute]);
            rest = &rest[attribute..];
        }
    }
    out + rest
}

/// The length of an item with its attributes: to its `;` or to its last brace.
fn item(code: &str) -> usize {
    let mut at = code.len() - code.trim_start().len();
    while code[at..].starts_with('#') {
        at += 1 + bracketed(&code[at + 1..]);
        at += code[at..].len() - code[at..].trim_start().len();
    }
    match code[at..].find(['{', ';']) {
        Some(open) if code[at + open..].starts_with('{') => at + open + bracketed(&code[at + open..]),
        Some(end) => at + end + 1,
        None => code.len(),
    }
}

/// The length of the code between its first bracket and the matching closing bracket.
pub fn bracketed(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    code.len()
}

#[test]
fn comments_and_strings_are_removed() {
    let text = "a // b::c\n/* d /* e */ f */ g(\"h::i \\\" //\", r#\"j \" k\"#, 'l', '\\'', b'm')\nfn n<'o>(p: &'o str)";
    let code = "a \n g(\"\", \"\", '', '', b'')\nfn n<'o>(p: &'o str)";
    assert_eq!(without_texts(text), code);
    assert_eq!(without_texts("for r in br\"x\" {} r#type"), "for r in \"\" {} r#type");
}

#[test]
fn unit_tests_are_removed() {
    let code = "use a;\n#[cfg(test)]\n#[allow(x)]\nmod tests { fn b() { c::d() } }\nfn e() {}\n#[cfg(all(test, unix))]\nuse f;\ng";
    assert_eq!(without_tests(code), "use a;\n\nfn e() {}\n\ng");
    let kept = "#[cfg(not(test))]\nfn a() {}\n#[cfg(feature = \"\")]\nfn b() {}";
    assert_eq!(without_tests(kept), kept);
}

#[test]
fn files_have_modules_and_folders() {
    let paths = ["lib.rs", "a/mod.rs", "a/b.rs", "a/c.rs", "a/c/d.rs"];
    let all = paths.map(|path| Source::new(path, ""));
    let modules = all.each_ref().map(|source| source.module().join("::"));
    assert_eq!(modules, ["", "a", "a::b", "a::c", "a::c::d"]);
    assert_eq!(all.each_ref().map(|source| source.folder(&all)), ["", "a", "a", "a/c", "a/c"]);
}
