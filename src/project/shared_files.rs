//! Determines which shared file, such as `sites/{{site}}.cfg`, each phone should include according to its row in the
//! inventory.

use std::collections::BTreeMap;

use super::Opened;
use super::tool_files::read_text;
use crate::lint::SharedFile;
use crate::text::path::{below, is_url, join};

/// A path that contains columns as `{{column}}`.
struct Pattern<'t> {
    /// Alternating literal strings and column names, beginning with a literal string.
    parts: Vec<&'t str>,
}

impl<'t> Pattern<'t> {
    /// Parses a path with at least one plain column; `None` for expressions.
    fn parse(text: &'t str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}")?;
            let name = name.trim();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return None;
            }
            parts.extend([before, name]);
            rest = after;
        }
        parts.push(rest);
        (parts.len() > 1 && !text.contains("{%") && !is_url(text)).then_some(Self { parts })
    }

    fn columns(&self) -> impl Iterator<Item = &'t str> + '_ {
        self.parts.iter().skip(1).step_by(2).copied()
    }

    /// The path with a replacement for each column.
    fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut path = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            path += if at % 2 == 0 { part } else { value(part)? };
        }
        Some(path)
    }
}

impl Opened {
    /// The shared files that the templates in `[generate]` write or include, with the file that each row
    /// selects.
    pub(super) fn shared_files(&self) -> Vec<SharedFile> {
        let settings = &self.settings.generate;
        let mut all = Vec::new();
        for template in &settings.templates {
            let (output, path) = template.split_once('=').unwrap_or(("", template));
            let out = settings.out.as_ref().map(|out| self.beside_settings(out));
            let directory = out.unwrap_or_else(|| self.served.clone());
            if let Some(directory) = below(&self.served, &directory) {
                all.extend(self.shared_file(output.trim(), &directory));
            }
            let file = self.beside_settings(path.trim());
            let Ok(text) = read_text(self.loader.fetcher.store.for_tool_files(), &file) else { continue };
            for target in text.lines().filter_map(include_target) {
                all.extend(
                    self.workspace.roots.iter().filter_map(|root| self.shared_file(target, &root.path)),
                );
            }
        }
        all.sort_by(|a, b| a.glob.cmp(&b.glob));
        all.dedup_by(|a, b| a.glob == b.glob);
        all
    }

    /// The shared file for a path with columns below a directory; `None` if each phone has a file of its own,
    /// or a column does not exist.
    fn shared_file(&self, text: &str, directory: &str) -> Option<SharedFile> {
        let (path, inventory) = self.inventory.as_ref()?;
        let pattern = Pattern::parse(text).filter(|pattern| pattern.columns().all(|name| name != "mac"))?;
        let column = inventory.column_in_templates(pattern.columns().next()?)?.to_owned();
        let list = self.workspace.file(path).map(|file| self.workspace.text(file))?;
        let list = std::str::from_utf8(list).ok()?;
        let mut expected = BTreeMap::new();
        for row in &inventory.rows {
            let filled = pattern.fill(|name| inventory.value(row, inventory.column_in_templates(name)?));
            if let Some(filled) = filled {
                expected.insert(row.mac, (join(directory, &filled), inventory.span(list, row, &column)));
            }
        }
        Some(SharedFile { column, glob: join(directory, &pattern.fill(|_| Some("*"))?), expected })
    }
}

/// The target of an include line in a template.
fn include_target(line: &str) -> Option<&str> {
    let target = line.trim().strip_prefix("include:config")?.trim();
    Some(target.trim_matches(['<', '>', '"'])).filter(|target| !target.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_plain_columns() {
        let pattern = Pattern::parse("sites/{{ site }}-{{x}}.cfg").unwrap();
        assert_eq!(pattern.fill(|_| Some("a")).as_deref(), Some("sites/a-a.cfg"));
        for text in ["a.cfg", "{{ site|lower }}.cfg", "{{site", "http://h/{{site}}.cfg", "{{ a.b }}.cfg"] {
            assert!(Pattern::parse(text).is_none(), "{text}");
        }
        assert_eq!(include_target(" include:config <a/{{b}}.cfg>"), Some("a/{{b}}.cfg"));
        assert_eq!(include_target("include:config </a.cfg>"), None);
    }
}
