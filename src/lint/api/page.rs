//! Renders a rule's page, as Markdown for the web or as plain text for a terminal.

use super::rule::{Rule, Status};

impl Rule {
    /// Text of the page's `Why this matters` section.
    pub fn why(&self) -> &'static str {
        let text = self.page.split_once("\n## Why this matters\n").map_or("", |(_, text)| text);
        text.split("\n## ").next().unwrap_or_default().trim()
    }

    /// Renders the page as Markdown, with the rule's evidence below the title and a file name above each
    /// example.
    pub fn markdown(&self) -> String {
        let lines = self.render_page();
        let lines =
            lines.lines().map(|line| match line.strip_prefix("```").and_then(|i| i.split_once(' ')) {
                Some((kind, path)) => format!("`{path}`\n\n```{kind}\n"),
                None => format!("{line}\n"),
            });
        lines.collect()
    }

    /// Renders the page as plain text: headings have no `#`, and examples are indented below their file
    /// names.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut in_block = false;
        for line in self.render_page().lines() {
            if let Some(info) = line.strip_prefix("```") {
                in_block = !in_block;
                let name = info.split_once(' ').map_or("", |(_, name)| name);
                text += &if in_block { format!("  {name}:\n") } else { String::new() };
            } else if in_block {
                text += format!("    {line}").trim_end();
                text.push('\n');
            } else {
                text += line.trim_start_matches('#').trim_start();
                text.push('\n');
            }
        }
        text
    }

    /// Page text with the rule's evidence, and with example markers converted to readable notes.
    fn render_page(&self) -> String {
        let (name, group, level) = (self.name, self.group.title(), self.level.word());
        let body = self.page.split_once("\n\n").map_or("", |(_, body)| body);
        let lines = body.lines().map(|line| match line.strip_prefix("#~ ") {
            Some(mark) => match mark.strip_suffix(" @file") {
                Some(rule) => format!("^ the file: {rule}\n"),
                None => format!("^ {mark}\n"),
            },
            None => format!("{line}\n"),
        });
        let (evidence, status) = (self.evidence.words(), self.status_words());
        format!("# {name}\n\n{group} · {level} · {evidence}{status}\n\n{}", lines.collect::<String>())
    }

    /// Description of the rule's status and its former names, for the line below the title.
    fn status_words(&self) -> String {
        let status = match self.status {
            Status::Stable => String::new(),
            Status::Deprecated(why) => format!(" · deprecated: {why}"),
            Status::Preview => " · preview: runs only where it is selected by name, and may change".into(),
        };
        let old = self.renamed_from.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if old.is_empty() { status } else { format!("{status} · renamed from {old}") }
    }
}
