//! Shows a simulated phone's requests with the server's responses, and whether the phone receives all files.
//! Secrets are masked.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::text::escape::one_line;
use crate::text::location::Location;
use crate::text::mac::Mac;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::tree::names::Kind;
use crate::tree::simulate::{Cause, FileFault, Response, Simulation, Step, firmware};

/// A simulated download with its phone and server.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Fetched<'a> {
    /// The requests and responses.
    pub simulation: &'a Simulation,
    /// The faults in the received files, in the order of the steps.
    pub faults: &'a [FileFault],
    pub mac: Mac,
    /// The provisioning URL without secrets.
    pub url: &'a str,
    /// The URL of the server's top directory without secrets.
    pub top: &'a str,
    pub user_agent: &'a str,
}

impl Fetched<'_> {
    /// The number (from 1) of the first step at which the phone does not receive a file, with the reason;
    /// `None` if the phone is fully provisioned.
    pub fn problem(&self) -> Option<(usize, String)> {
        let steps = &self.simulation.steps;
        if let (Some(boot), Some((version, Some(false)))) = (self.simulation.boot, firmware(self.user_agent))
        {
            let why = format!("firmware {version} does not support boot files; V0.5.15 and later do");
            return Some((boot + 1, why));
        }
        let failed = steps.iter().position(Step::is_problem);
        if let Some(fault) = self.faults.first().filter(|fault| failed.is_none_or(|at| fault.step < at)) {
            let line = fault.line.map_or(String::new(), |line| format!(" line {line}"));
            let file = one_line(steps[fault.step].file_name());
            let why = format!("`{file}`{line}: {}", fault.message);
            return Some((fault.step + 1, why));
        }
        if let Some(at) = failed {
            let file = one_line(steps[at].file_name());
            let why = match &steps[at].response {
                Response::Missing => format!("`{file}` is not found"),
                response => format!("`{file}`: {}", words(response)),
            };
            return Some((at + 1, why));
        }
        if !steps.iter().any(|step| matches!(step.response, Response::Received(_))) {
            return Some((steps.len(), "the server has none of the files that this phone requests".into()));
        }
        (self.simulation.settings == 0).then(|| (steps.len(), "the files contain no settings".into()))
    }

    fn display_location(&self, location: &Location) -> String {
        match location {
            Location::Tree(path) => format!("{}/{path}", self.top),
            Location::Url(url) => url.clone(),
        }
    }

    /// The location, relative to the provisioning URL if it is below that URL.
    fn short(&self, location: &Location) -> String {
        let whole = self.display_location(location);
        let below = whole.strip_prefix(self.url).and_then(|below| below.strip_prefix('/'));
        below.map_or_else(|| whole.clone(), str::to_owned)
    }
}

fn words(answer: &Response) -> String {
    match answer {
        Response::Received(bytes) => format!("{} bytes", bytes.len()),
        Response::Missing => "not found".into(),
        Response::Failed(why) => format!("failed: {why}"),
        Response::TooLarge(limit) => format!("larger than {limit} bytes"),
        Response::NotRequested(why) => format!("not requested: {why}"),
    }
}

/// Writes the steps as text.
///
/// # Errors
/// Writing fails.
pub fn text(out: &mut dyn Write, fetched: &Fetched<'_>, mask: &mut Mask<'_>) -> io::Result<()> {
    let simulation = fetched.simulation;
    let rows: Vec<[String; 3]> = simulation
        .steps
        .iter()
        .map(|step| {
            let why = match &step.cause {
                Cause::Own => String::new(),
                Cause::Include(from, line) => format!("included at {}:{line}", fetched.short(from)),
                Cause::Setting(from, line, name) => {
                    format!("{} at {}:{line}", mask.name(name, "", ""), fetched.short(from))
                }
            };
            let parts = [fetched.short(&step.location), words(&step.response), why];
            parts.map(|part| mask.prose(&part, &[]))
        })
        .collect();
    writeln!(out, "{} at {}, as `{}`", fetched.mac, one_line(fetched.url), one_line(fetched.user_agent))?;
    let [first, second] =
        [0, 1].map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let second = second.min(40);
    for (number, [what, answer, why]) in rows.iter().enumerate() {
        let line = format!("{:>3}  {what:<first$}  {answer:<second$}  {why}", number + 1);
        writeln!(out, "{}", line.trim_end())?;
        for redirect in &simulation.steps[number].redirects {
            writeln!(out, "     redirected ({}) to {}", redirect.status, mask.prose(&redirect.url, &[]))?;
        }
        for fault in fetched.faults.iter().filter(|fault| fault.step == number) {
            writeln!(out, "     {}", fault_line(fault, mask))?;
        }
    }
    let files = simulation.steps.iter().filter(|step| matches!(step.response, Response::Received(_))).count();
    let sum = format!("{}, {}", plural(files, "file"), plural(simulation.settings, "setting"));
    match fetched.problem() {
        None => writeln!(out, "fully provisioned: {sum}"),
        Some((step, why)) => {
            writeln!(out, "not fully provisioned, at step {step}: {} ({sum})", mask.prose(&why, &[]))
        }
    }?;
    notes(fetched).iter().try_for_each(|note| writeln!(out, "{note}"))
}

/// `line 3: error[malformed-line] …`
fn fault_line(fault: &FileFault, mask: &mut Mask<'_>) -> String {
    let line = fault.line.map_or(String::new(), |line| format!("line {line}: "));
    let rule = fault.rule.map_or("error".to_owned(), |rule| format!("error[{rule}]"));
    format!("{line}{rule} {}", mask.prose(&fault.message, &[]))
}

/// Notes about conditions that may prevent provisioning.
fn notes(fetched: &Fetched<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if fetched.simulation.steps.iter().any(|step| !step.redirects.is_empty()) {
        notes.push("the server redirects: phones with old firmware may not follow redirects".to_owned());
    }
    if let (Some(_), Some((version, None))) = (fetched.simulation.boot, firmware(fetched.user_agent)) {
        notes.push(format!(
            "firmware {version} of this model may not support boot files (V0.5.15 and later do, on FIP10 to FIP16)"
        ));
    }
    for (at, step) in fetched.simulation.steps.iter().enumerate() {
        let has_fault = fetched.faults.iter().any(|fault| fault.step == at);
        if !has_fault && is_open_ended(fetched.simulation, at) {
            notes.push(format!(
                "`{}` has no line ending after its last line: if the server cut the file off there, the phone did not get the rest",
                one_line(step.file_name())
            ));
        }
    }
    notes
}

/// Whether a boot or cfg file ends without a line ending.
fn is_open_ended(simulation: &Simulation, at: usize) -> bool {
    let Some(file) = simulation.files[at] else { return false };
    let is_parsed = matches!(simulation.workspace.document(file).role.kind(), Some(Kind::Boot | Kind::Cfg));
    is_parsed && !simulation.workspace.text(file).ends_with(b"\n")
}

/// The steps as JSON.
pub fn json(fetched: &Fetched<'_>, mask: &mut Mask<'_>) -> Value {
    let steps: Vec<Value> =
        fetched.simulation.steps.iter().enumerate().map(|(at, step)| row(fetched, mask, at, step)).collect();
    let trouble = fetched.problem();
    let firmware = firmware(fetched.user_agent)
        .map(|(version, knows)| json!({"version": version, "knows_boot_files": knows}));
    json!({
        "version": 1,
        "url": fetched.url,
        "mac": fetched.mac.to_string(),
        "user_agent": fetched.user_agent,
        "firmware": firmware,
        "provisioned": trouble.is_none(),
        "step": trouble.as_ref().map(|(step, _)| step),
        "why": trouble.as_ref().map(|(_, why)| mask.prose(why, &[])),
        "settings": fetched.simulation.settings,
        "notes": notes(fetched),
        "steps": steps,
    })
}

fn row(fetched: &Fetched<'_>, mask: &mut Mask<'_>, at: usize, step: &Step) -> Value {
    let (status, bytes, why) = match &step.response {
        Response::Received(bytes) => ("ok", Some(bytes.len()), None),
        Response::Missing => ("missing", None, None),
        Response::TooLarge(_) => ("too-large", None, Some(words(&step.response))),
        Response::Failed(why) => ("failed", None, Some(why.clone())),
        Response::NotRequested(why) => ("not-asked", None, Some((*why).to_owned())),
    };
    let redirects: Vec<Value> = step
        .redirects
        .iter()
        .map(|redirect| json!({"status": redirect.status, "url": mask.prose(&redirect.url, &[])}))
        .collect();
    let faults: Vec<Value> = fetched
        .faults
        .iter()
        .filter(|fault| fault.step == at)
        .map(|fault| {
            let message = mask.prose(&fault.message, &[]);
            json!({"line": fault.line, "rule": fault.rule, "message": message})
        })
        .collect();
    let (from, parameter) = match &step.cause {
        Cause::Own => (None, None),
        Cause::Include(from, line) => (Some((from, line)), None),
        Cause::Setting(from, line, name) => (Some((from, line)), Some(mask.name(name, "", ""))),
    };
    let from = from
        .map(|(file, line)| json!({"file": mask.prose(&fetched.display_location(file), &[]), "line": line}));
    json!({
        "step": at + 1,
        "url": mask.prose(&fetched.display_location(&step.location), &[]),
        "from": from,
        "parameter": parameter,
        "status": status,
        "bytes": bytes,
        "why": why.map(|why| mask.prose(&why, &[])),
        "redirects": redirects,
        "faults": faults,
    })
}
