//! Markdown, read as GitHub reads it.

use comrak::{Options, markdown_to_html};

use super::{every_tree, json, lint, tests};
use crate::support::tree::{cfg, tree};

/// Renders Markdown as GitHub does, but preserves embedded HTML.
fn html(text: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.render.r#unsafe = true;
    markdown_to_html(text, &options)
}

/// The names of the tags in a text, without their attributes.
fn tags(html: &str) -> Vec<&str> {
    let tags = html.split('<').skip(1).map(|part| part.split(['>', ' ']).next().unwrap());
    tags.collect()
}

/// The text that a reader sees.
fn seen(html: &str) -> String {
    let mut parts = html.split('<');
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| part.split_once('>').map_or("", |(_, text)| text));
    let text = first + &rest.collect::<String>();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.replace('\u{200b}', "")
}

#[test]
fn a_clean_run_is_reported() {
    assert_eq!(
        lint(&tests().join("site"), "markdown"),
        "### fvprov: clean: 29 files and 12 phones, no findings\n"
    );
}

#[test]
fn no_text_of_a_tree_becomes_markdown_or_html() {
    let ours = [
        "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "p", "ul",
        "li", "br",
    ];
    for (_kept, directory) in every_tree() {
        let text = lint(&directory, "markdown");
        let page = html(&text).replace("<!-- -->", "");
        for tag in tags(&page) {
            let name = tag.trim_start_matches('/').trim_end_matches('/');
            assert!(ours.contains(&name), "{tag} in {page}");
        }
        let said = json(&directory, "json");
        let findings = said["findings"].as_array().unwrap();
        assert_eq!(page.matches("<tr>").count(), if findings.is_empty() { 0 } else { findings.len() + 1 });
        assert_eq!(page.matches("<td>").count(), findings.len() * 4);
        let seen = seen(&page);
        for finding in findings {
            for key in ["message", "help"] {
                // Markdown removes the backticks of code spans, and HTML collapses whitespace.
                let words =
                    |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ");
                let text = finding[key].as_str().unwrap_or_default();
                assert!(words(&seen).contains(&words(text)), "{text}\nnot in {seen}");
            }
        }
    }
}

#[test]
fn totals_come_first_and_details_are_folded() {
    let text = lint(&tests().join("broken"), "markdown");
    assert!(text.starts_with("### fvprov: 25 errors, 29 warnings, 8 infos in 30 files"), "{text}");
    let (table, details) = text.split_once("<details>\n<summary>").unwrap();
    assert!(table.contains("| error | <code>") && !table.contains("affects"));
    assert!(details.contains("affects 1 of 8 phones: 0021f2000012"));
    let levels: Vec<&str> =
        table.lines().skip(4).map(|line| line.split(' ').nth(1).unwrap_or_default()).collect();
    assert!(
        levels.is_sorted_by_key(|level| ["error", "warning", "info", ""].iter().position(|one| one == level))
    );
}

#[test]
fn findings_that_do_not_fit_are_omitted_and_counted() {
    let lines = |count: usize| -> String {
        let lines: Vec<String> = (0..count).map(|at| format!("line {at} is none\n# and\n")).collect();
        lines.concat()
    };
    let site =
        |count: usize| tree(&[("y000000000000.cfg", cfg(&("lang.gui = x \n".to_owned() + &lines(count))))]);
    for (count, folded, cut) in [(20, true, false), (250, false, false), (2000, false, true)] {
        let text = lint(site(count).path(), "markdown");
        assert!(text.chars().count() <= 60_000, "{count}: {}", text.chars().count());
        assert_eq!(text.contains("<details>"), folded, "{count}");
        assert_eq!(text.contains("findings and help messages"), cut, "{count}");
        assert_eq!(text.contains("To limit the length"), !folded, "{count}");
        let rows = text.lines().filter(|line| line.starts_with("| error | ")).count();
        assert_eq!(rows == count, !cut, "{count}: {rows} rows");
        assert!(text.starts_with(&format!("### fvprov: {count} errors, 1 warning")), "{text}");
        assert!(rows > 100 || !cut, "{rows}");
    }
}
