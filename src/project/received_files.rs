//! Faults in files that a simulated phone received from a server: errors that `lint`'s file rules report, and
//! responses that are not the requested file.

use crate::catalogue::Schema;
use crate::lint::{self, Finding, Group, Level, LintOptions, Rule};
use crate::phonebook;
use crate::text::address::url_fault;
use crate::text::location::Location;
use crate::text::opaque::{Opaque, compression};
use crate::text::redact::Mask;
use crate::text::residue::is_sentinel;
use crate::text::syntax::{self, LineKind};
use crate::tree::load::FileRequirement;
use crate::tree::names::Kind;
use crate::tree::simulate::{Cause, FileFault, Response, Simulation, Step};

/// Number of bytes that determine whether a response is an HTML page.
const HTML_SAMPLE: usize = 1024;
/// Maximum length of a short response to quote, in bytes.
const LONGEST_QUOTE: usize = 80;

/// The faults in the received files, in the order of the steps.
pub fn file_faults(simulation: &Simulation, schema: &Schema) -> Vec<FileFault> {
    let rules = lint::RULES.iter().filter(|rule| concerns_content(rule)).map(|rule| rule.name.to_owned());
    let options = LintOptions { select: rules.collect(), ..LintOptions::default() };
    let outcome = lint::run(&simulation.workspace, schema, &options);
    let url_fault = provisioning_url_fault(simulation);
    let steps = simulation.steps.iter().enumerate();
    let faults = steps.flat_map(|(at, step)| {
        let Response::Received(bytes) = &step.response else { return Vec::new() };
        if let Some(message) = whole_file_fault(simulation, schema, at, step, bytes) {
            return vec![FileFault { step: at, line: None, rule: None, message }];
        }
        let mut faults = line_faults(simulation, schema, at, &outcome.findings, bytes);
        faults.extend(url_fault.clone().filter(|fault| fault.step == at));
        faults
    });
    faults.collect()
}

/// Whether a rule checks the content of a received file. A missing resource is reported as a separate step.
fn concerns_content(rule: &Rule) -> bool {
    matches!(rule.group, Group::Text | Group::Resources) && rule.name != "missing-resource"
}

/// The parameter that sets the URL from which the phone downloads its files from then on.
const PROVISIONING_URL: &str = "static.auto_provision.server.url";

/// The fault in the provisioning URL that the phone has after the simulation. Loopback addresses are not
/// faults, because a test bench uses them.
fn provisioning_url_fault(simulation: &Simulation) -> Option<FileFault> {
    let mut fault = None;
    for (step, file) in simulation.files.iter().enumerate() {
        let Some(file) = file.filter(|_| simulation.steps[step].file_name().ends_with(".cfg")) else {
            continue;
        };
        let (source, document) =
            (simulation.workspace.sources.get(file), simulation.workspace.document(file));
        let text = simulation.workspace.text(file);
        for line in document.tree.lines() {
            let LineKind::Setting { name, value } = line.kind else { continue };
            if name.slice(text) != PROVISIONING_URL.as_bytes() {
                continue;
            }
            let value = String::from_utf8_lossy(value.slice(text));
            let is_url = !value.is_empty() && !is_sentinel(value.as_bytes());
            fault = url_fault(&value).filter(|fault| is_url && !fault.is_loopback()).map(|fault| FileFault {
                step,
                line: Some(source.line_number(line.span.start)),
                rule: Some("unreachable-address"),
                message: format!(
                    "the address in `{PROVISIONING_URL}` {}: the phone cannot download its files again",
                    fault.what
                ),
            });
        }
    }
    fault
}

/// A fault in a response as a whole.
fn whole_file_fault(
    simulation: &Simulation,
    schema: &Schema,
    at: usize,
    step: &Step,
    bytes: &[u8],
) -> Option<String> {
    if bytes.is_empty() {
        return Some(empty_file(simulation, step));
    }
    if bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii().is_empty() {
        return Some("the response contains only whitespace".into());
    }
    let want = match &step.cause {
        Cause::Setting(_, _, parameter) => lint::names_file(schema, parameter),
        _ => Some(FileRequirement::Text),
    };
    if is_html(bytes) && (want == Some(FileRequirement::Text) || step.file_name().ends_with(".cfg")) {
        return Some("the response is an HTML page, for example a login form or an error page".into());
    }
    if want != Some(FileRequirement::Text) {
        return None;
    }
    if let Cause::Setting(..) = step.cause {
        if let Some(program) = compression(bytes) {
            return Some(format!("the response is compressed with {program}"));
        }
        // The tree does not contain files of other servers.
        let is_elsewhere = matches!(step.location, Location::Url(_));
        let fault = if is_elsewhere { phonebook::parse(bytes).err() } else { None };
        return fault.map(|fault| format!("the phonebook cannot be read: {}", fault.why));
    }
    let document = simulation.workspace.document(simulation.files[at]?);
    match document.opaque? {
        Opaque::ForeignText if bytes.len() <= LONGEST_QUOTE && !bytes.starts_with(b"#!") => {
            Some(format!("the response contains no settings, only `{}`", excerpt(bytes, schema)))
        }
        // The rules report the individual lines.
        Opaque::ForeignText => None,
        opaque => Some(format!("the response {}", opaque.description())),
    }
}

/// A short response as one line. The text is cut off before the first known secret and before the first
/// character that may separate a name from a secret.
fn excerpt(bytes: &[u8], schema: &Schema) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let secrets = Mask::new(schema).secrets(&text, "").into_iter().filter_map(|secret| text.find(secret));
    match secrets.chain(text.find(['=', ':', ',', ';', '|', '>', '@'])).min() {
        Some(end) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

fn empty_file(simulation: &Simulation, step: &Step) -> String {
    let mut received = simulation.steps.iter().filter_map(|step| match &step.response {
        Response::Received(bytes) => Some(bytes),
        _ => None,
    });
    let is_web = match &step.location {
        Location::Url(url) => url.starts_with("http"),
        Location::Tree(_) => simulation.is_web,
    };
    let hint = match is_web && received.all(Vec::is_empty) {
        true => {
            "; some web servers respond like this to a host name that they do not know: check the host name in the URL"
        }
        false => "",
    };
    format!("the response is empty (0 bytes){hint}")
}

/// Whether a response begins like an HTML page. A BOM, whitespace, an XML declaration and comments may
/// precede the page.
fn is_html(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(HTML_SAMPLE)]).to_ascii_lowercase();
    let mut rest = start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    while let Some((_, after)) = [("<?xml", "?>"), ("<!--", "-->")]
        .into_iter()
        .find_map(|(open, close)| rest.strip_prefix(open)?.split_once(close))
    {
        rest = after.trim_start();
    }
    rest.starts_with("<html") || rest.starts_with("<!doctype html")
}

/// The errors that the file rules report in a file.
fn line_faults(
    simulation: &Simulation,
    schema: &Schema,
    at: usize,
    findings: &[Finding],
    bytes: &[u8],
) -> Vec<FileFault> {
    let Some(file) = simulation.files[at] else { return Vec::new() };
    let source = simulation.workspace.sources.get(file);
    let truncated = truncated_line(simulation, schema, at, bytes);
    let mut faults: Vec<FileFault> = findings
        .iter()
        .filter(|finding| finding.at.file == file && finding.level == Level::Error)
        .map(|finding| FileFault {
            step: at,
            line: Some(source.line_number(finding.at.span.start)),
            rule: Some(finding.rule.name),
            message: finding.diagnostic.message.clone(),
        })
        .filter(|fault| fault.line != truncated)
        .collect();
    if let Some(line) = truncated {
        let message = "the file ends in the middle of this line: it is probably truncated".into();
        faults.push(FileFault { step: at, line: Some(line), rule: None, message });
    }
    faults
}

/// The last line in a boot or cfg file, if it has no line ending and is not complete: neither a setting nor an include, or
/// a setting with an empty or invalid value.
fn truncated_line(simulation: &Simulation, schema: &Schema, at: usize, bytes: &[u8]) -> Option<usize> {
    let document = simulation.workspace.document(simulation.files[at]?);
    let is_parsed = matches!(document.role.kind(), Some(Kind::Boot | Kind::Cfg));
    if !is_parsed || bytes.ends_with(b"\n") {
        return None;
    }
    let tree = syntax::parse(bytes);
    let last = tree.lines().next_back()?;
    let is_cut = match last.kind {
        LineKind::Unknown => true,
        LineKind::Include { form, .. } => form == syntax::IncludeForm::Malformed,
        LineKind::Setting { name, value, .. } => {
            let [name, value] = [name, value].map(|span| String::from_utf8_lossy(span.slice(bytes)));
            let value = value.trim();
            value.is_empty()
                || schema.parameter(&name).is_some_and(|parameter| {
                    lint::facts::value_check::check_value(parameter, value).is_some()
                })
        }
        _ => false,
    };
    is_cut.then_some(tree.len())
}
