//! SARIF 2.1.0 for GitHub code scanning: one document with all rules and their pages.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::report::{Report, home};
use super::words::{fix_line, reader};
use crate::lint::{Edit, Finding, Fix, Level, RULES, Rule};
use crate::text::escape::{harmless_json, one_line};
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::{Place, Position};

/// Maximum number of results. GitHub rejects documents with more results.
const MOST_RESULTS: usize = 25_000;
/// Maximum number of related locations that GitHub displays.
const MOST_RELATED: usize = 100;
/// Maximum number of characters in a rule's full description.
const LONGEST_DESCRIPTION: usize = 1024;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let fingerprints = report.fingerprints();
    let findings = report.most_severe_first();
    let some = findings.iter().take(MOST_RESULTS);
    let results: Vec<Value> =
        some.map(|(at, finding)| result(report, &mut mask, finding, &fingerprints[*at])).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if let left @ 1.. = findings.len() - results.len() {
        let text = format!(
            "{} omitted: this file contains the {} most severe findings",
            plural(left, "finding"),
            results.len()
        );
        invocation["toolExecutionNotifications"] =
            json!([{ "level": "warning", "message": { "text": text } }]);
    }
    let mut driver = json!({
        "name": "fvprov",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Value>(),
    });
    if let Some(home) = home() {
        driver["informationUri"] = json!(home);
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    writeln!(out, "{}", harmless_json(&document.to_string()))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Hint => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let name: String = rule.name.split('-').map(capital).collect();
    let mut descriptor = json!({
        "id": rule.name,
        "name": name,
        "shortDescription": { "text": rule.summary() },
        "fullDescription": { "text": description(rule.why()) },
        "help": { "text": rule.text(), "markdown": rule.markdown() },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": { "tags": [rule.group.title().to_lowercase()] },
    });
    if !rule.renamed_from.is_empty() {
        descriptor["deprecatedIds"] = json!(rule.renamed_from);
    }
    descriptor
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A string as one line, truncated if it is too long.
fn description(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_DESCRIPTION {
        return line;
    }
    line.chars().take(LONGEST_DESCRIPTION - 1).chain(['…']).collect()
}

/// The related locations of a result.
struct RelatedLocations<'a> {
    report: &'a Report<'a>,
    locations: Vec<Value>,
}

impl RelatedLocations<'_> {
    /// Adds a location, and returns a link to it for the message.
    fn link(&mut self, place: Place, why: &str, text: &str) -> String {
        let id = self.locations.len();
        let message = json!({ "text": unlinked(why) });
        let location = location(self.report, place);
        self.locations.push(json!({ "id": id, "message": message, "physicalLocation": location }));
        format!("[{}]({id})", text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"))
    }
}

/// A finding as a SARIF result. GitHub displays only the related locations that the message links to.
fn result(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, fingerprint: &str) -> Value {
    let words = report.words(mask, finding);
    let mut text = unlinked(&words.in_short(finding));
    let mut related = RelatedLocations { report, locations: Vec::new() };
    for ((place, _), why) in finding.diagnostic.related.iter().zip(&words.related).take(MOST_RELATED) {
        text += &format!("\n{}", related.link(*place, why, why));
    }
    if let Some(phones) = finding.phones.as_ref().filter(|phones| !phones.route.is_empty()) {
        let why = format!("{} reads the file through this include", reader(phones));
        let route = phones.route.iter().take(MOST_RELATED);
        let links: Vec<String> =
            route.map(|place| related.link(*place, &why, &spot(report, *place))).collect();
        text += &format!("\n{} reads the file through {}", reader(phones), links.join(", "));
    }
    let mut value = json!({
        "ruleId": finding.rule.name,
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [{ "physicalLocation": location(report, finding.at) }],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
    });
    if let Ok(index) = RULES.binary_search_by_key(&finding.rule.name, |rule| rule.name) {
        value["ruleIndex"] = json!(index);
    }
    if !related.locations.is_empty() {
        value["relatedLocations"] = json!(related.locations);
    }
    if let Some(shown) = words.whole_fix(finding) {
        value["fixes"] = json!([fix(report, shown)]);
    }
    value
}

/// `path:line`, with the path in the same form as in the rest of the document.
fn spot(report: &Report<'_>, place: Place) -> String {
    let line = report.workspace.sources.get(place.file).line_number(place.span.start);
    format!("{}:{line}", one_line(&report.repository_path(place.file)))
}

/// Prevents `[text](target)` from becoming a link.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

fn fix(report: &Report<'_>, fix: &Fix) -> Value {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.at);
    let changes = edits.chunk_by(|a, b| a.at.file == b.at.file).map(|edits| {
        let replacements = edits.iter().map(|edit| {
            let mut replacement = json!({ "deletedRegion": region(report, edit.at) });
            if !edit.text.is_empty() {
                replacement["insertedContent"] = json!({ "text": edit.text });
            }
            replacement
        });
        let replacements: Vec<Value> = replacements.collect();
        let uri = uri(&report.repository_path(edits[0].at.file));
        json!({ "artifactLocation": { "uri": uri }, "replacements": replacements })
    });
    let changes: Vec<Value> = changes.collect();
    let text = unlinked(&fix_line(fix));
    json!({ "description": { "text": text }, "artifactChanges": changes })
}

fn location(report: &Report<'_>, place: Place) -> Value {
    let uri = uri(&report.repository_path(place.file));
    json!({ "artifactLocation": { "uri": uri }, "region": region(report, place) })
}

/// The location in lines and columns. For an entire file, this is its beginning.
fn region(report: &Report<'_>, place: Place) -> Value {
    let source = report.workspace.sources.get(place.file);
    let [start, end]: [Position; 2] = [place.span.start, place.span.end].map(|byte| source.position(byte));
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    })
}

/// A path, or a URL that may be malformed, as a valid URI reference.
fn uri(path: &str) -> String {
    let authority = path.find("://").map(|at| at + 3);
    let end = authority.map_or(0, |from| path[from..].find('/').map_or(path.len(), |at| from + at));
    let mut uri = String::with_capacity(path.len());
    for (at, byte) in path.bytes().enumerate() {
        let stays = match byte {
            b'-' | b'.' | b'_' | b'~' | b'/' => true,
            b'[' | b']' => at < end,
            b':' | b'?' | b'&' | b'=' | b'+' | b',' | b';' | b'@' => authority.is_some(),
            b'%' => {
                let digits = path.as_bytes().get(at + 1..at + 3);
                authority.is_some() && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            _ => byte.is_ascii_alphanumeric(),
        };
        match stays {
            true => uri.push(byte.into()),
            false => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{description, uri};

    #[test]
    fn paths_and_urls_become_references() {
        assert_eq!(uri("sites/berlin.cfg"), "sites/berlin.cfg");
        assert_eq!(uri("HTTP Directory/büro#1%.cfg"), "HTTP%20Directory/b%C3%BCro%231%25.cfg");
        assert_eq!(uri("a:b[1].cfg"), "a%3Ab%5B1%5D.cfg");
        assert_eq!(
            uri("http://[::1]:80/a%20b/[x] 5%.cfg?y=z"),
            "http://[::1]:80/a%20b/%5Bx%5D%205%25.cfg?y=z"
        );
        assert_eq!(uri("http://<secret #1>@h"), "http://%3Csecret%20%231%3E@h");
    }

    #[test]
    fn descriptions_have_an_end() {
        assert_eq!(description("a\nb"), "a b");
        assert_eq!(description(&"ä".repeat(2000)).chars().count(), 1024);
    }
}
