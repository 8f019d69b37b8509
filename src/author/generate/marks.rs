//! Marks in templates, which identify the template and the line that a generated line comes from.
//!
//! A mark is two characters from the private use areas: the number of the template, and the line. It is
//! inserted before the first text in a line, where it does not affect how the template engine removes
//! whitespace.

/// The first of the characters that represent a template.
const TEMPLATES: u32 = 0x0010_0000;

/// The first of the characters that represent a line, from 0.
const LINES: u32 = 0x000f_0000;

/// Number of characters in each of the two areas.
const MOST: u32 = 0xfffe;

/// A line in a template: the number of the template, and the line number (from 0).
pub type Mark = (usize, usize);

/// The state of the scanner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ScanState {
    Text,
    /// Inside a tag with this closing delimiter.
    Tag(&'static str),
    /// Text between `{% raw %}` and `{% endraw %}`.
    Raw,
}

/// Adds a mark to each line of a template that contains text or an expression.
pub fn mark(number: usize, template: &str) -> String {
    let mut marked = String::with_capacity(template.len() * 2);
    let (mut state, mut line, mut is_marked) = (ScanState::Text, 0, false);
    let mut rest = template;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match state {
            ScanState::Tag(end) if rest.starts_with(end) => {
                length = end.len();
                state = ScanState::Text;
            }
            ScanState::Tag("#}") => {}
            ScanState::Tag(_) => length = string_length(rest).unwrap_or(length),
            ScanState::Raw if is_tag(rest, "endraw") => state = ScanState::Tag("%}"),
            ScanState::Text if rest.starts_with("{%") => {
                length = 2;
                state = ScanState::Tag("%}");
                if is_tag(rest, "raw") {
                    length = rest.find("%}").map_or(rest.len(), |end| end + 2);
                    state = ScanState::Raw;
                }
            }
            ScanState::Text if rest.starts_with("{#") => {
                length = 2;
                state = ScanState::Tag("#}");
            }
            ScanState::Text if rest.starts_with("{{") => {
                // `{{-` removes the whitespace before it, and a mark would stop this.
                if !is_marked && !rest.starts_with("{{-") {
                    push_mark(&mut marked, number, line);
                    is_marked = true;
                }
                length = 2;
                state = ScanState::Tag("}}");
            }
            ScanState::Text | ScanState::Raw => {
                if !is_marked && !c.is_whitespace() {
                    push_mark(&mut marked, number, line);
                    is_marked = true;
                }
            }
        }
        let (copied, after) = rest.split_at(length);
        let breaks = copied.matches('\n').count();
        line += breaks;
        is_marked &= breaks == 0;
        marked.push_str(copied);
        rest = after;
    }
    marked
}

/// Whether a text starts with the tag for this statement.
fn is_tag(text: &str, name: &str) -> bool {
    let inside = text.strip_prefix("{%").map(|rest| rest.trim_start_matches(['-', '+']).trim_start());
    let after = inside.and_then(|rest| rest.strip_prefix(name));
    after.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The length of the string literal at the start of a text.
fn string_length(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let is_end = *c == quote && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        is_end
    });
    end.map(|(at, _)| at + 1)
}

fn push_mark(marked: &mut String, number: usize, line: usize) {
    let character = |first: u32, at: usize| char::from_u32(first + u32::try_from(at).ok()?.min(MOST - 1));
    if let (Some(template), Some(line)) = (character(TEMPLATES, number), character(LINES, line)) {
        marked.extend([template, line]);
    }
}

/// Removes the marks from a text. Also returns the first mark in each line.
pub fn split_marks(text: &str) -> (String, Vec<Option<Mark>>) {
    let mut plain = String::with_capacity(text.len());
    let mut marks = vec![None];
    let mut template = 0;
    for c in text.chars() {
        match u32::from(c) {
            at if (TEMPLATES..TEMPLATES + MOST).contains(&at) => template = (at - TEMPLATES) as usize,
            at if (LINES..LINES + MOST).contains(&at) => {
                if let Some(mark @ None) = marks.last_mut() {
                    *mark = Some((template, (at - LINES) as usize));
                }
            }
            _ => plain.push(c),
        }
        if c == '\n' {
            marks.push(None);
        }
    }
    (plain, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_do_not_change_what_a_template_renders() {
        let template = "#!v\n{% for n in [1, 2] %}\n  a.{{ n }} = {{ \"}}\" }}{% if n == 1 %} x{% endif %}\n\n  {% endfor %}\n\
                        {# a\n b #}\n{{ name }}\n  {{- name }}\n{% raw %}\n{{ x }}\n{% endraw %}\nend\n";
        let render = |template: &str| {
            let mut environment = minijinja::Environment::new();
            let mut syntax = minijinja::syntax::SyntaxConfig::builder();
            syntax.keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true);
            environment.set_syntax(syntax.build().unwrap());
            environment.render_str(template, minijinja::context! { name => "N" }).unwrap()
        };
        let (plain, marks) = split_marks(&render(&mark(3, template)));
        assert_eq!(plain, render(template));
        let lines: Vec<_> =
            plain.lines().zip(marks.iter().map(|mark| mark.map(|(_, line)| line + 1))).collect();
        assert_eq!(
            lines,
            [
                ("#!v", Some(1)),
                ("  a.1 = }} x", Some(3)),
                ("  a.2 = }}", Some(3)),
                ("NN", Some(8)),
                ("{{ x }}", Some(11)),
                ("end", Some(13))
            ]
        );
    }
}
