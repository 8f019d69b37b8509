//! Effects of a change that make a command fail (`--gate`) or that require `--yes`.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;
use fvprov::text::plural::plural;
use fvprov::tree::compare::diff::Diff;
use fvprov::tree::compare::effect::ChangeEffect;

use super::failure::Failure;
use super::global::Global;
use super::out;

/// The `--gate` option.
#[derive(Args)]
pub struct GateArgs {
    /// Exit with 1 if a phone is affected in this way (unprovisioned, reboot, retained, reregister, live), or if more
    /// than N phones change (phones=N)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    gate: Vec<String>,
}

/// A condition that makes `--gate` fail.
enum Gate {
    Effect(ChangeEffect),
    Phones(usize),
}

/// The conditions of `--gate`.
pub struct Gates(Vec<Gate>);

impl GateArgs {
    pub fn parse(&self, global: &Global) -> Result<Gates, Failure> {
        self.gate.iter().map(|gate| parse_gate(global, gate)).collect::<Result<_, _>>().map(Gates)
    }
}

impl Gates {
    /// Whether all gates pass. Prints an error for each gate that fails.
    pub fn pass(&self, diff: &Diff) -> bool {
        self.0.iter().map(|gate| gate_passes(gate, diff)).fold(true, |fine, passes| fine & passes)
    }
}

/// Fails if a change makes phones lose or change their provisioning server, unless `yes` is true. `subject`
/// is the action that has this effect, for example `publishing`.
pub fn check_unprovisioned(diff: &Diff, yes: bool, subject: &str) -> Result<(), Failure> {
    match diff.phones_by_effect().get(&ChangeEffect::Unprovisioned) {
        Some(count) if *count > 0 && !yes => Err(Failure::Negative(format!(
            "{subject} makes {} lose or change the provisioning server: to do this, add --yes",
            plural(*count, "phone")
        ))),
        _ => Ok(()),
    }
}

/// Fails if a change affects several phones, unless `yes` or the user confirms it on the terminal.
pub fn confirm(count: usize, yes: bool) -> Result<(), Failure> {
    if count <= 1 || yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::Negative(format!("nothing was written: to change {count} phones, add --yes")));
    }
    let _ = write!(io::stderr(), "change {count} phones? [y/N] ");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    match read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        true => Ok(()),
        false => Err(Failure::Negative("nothing was written".into())),
    }
}

fn parse_gate(global: &Global, text: &str) -> Result<Gate, Failure> {
    if let Some((effect, is_former)) = ChangeEffect::parse(text) {
        if is_former {
            global.note(&format!("--gate {text}: this effect is now called `{}`", effect.word()));
        }
        return Ok(Gate::Effect(effect));
    }
    let most = text.strip_prefix("phones=").and_then(|count| count.parse().ok());
    most.map(Gate::Phones).ok_or_else(|| {
        let words = ChangeEffect::ALL.map(ChangeEffect::word).join(", ");
        Failure::Unable(format!("--gate `{text}`: valid gates are {words} and phones=N"))
    })
}

/// Whether a gate passes. Prints an error if the gate fails.
fn gate_passes(gate: &Gate, diff: &Diff) -> bool {
    let (mut count, mut why) = match gate {
        Gate::Effect(effect) => {
            let count = diff.phones_by_effect().get(effect).copied().unwrap_or(0);
            (count, format!("--gate {}: affects {count} of {} phones", effect.word(), diff.total))
        }
        Gate::Phones(most) => (
            diff.changed.saturating_sub(*most),
            format!("--gate phones={most}: {} phones change", diff.changed),
        ),
    };
    if count == 0 && !diff.unknown.is_empty() {
        (count, why) =
            (1, format!("{why}; some files could not be read, so this is not known for all phones"));
    }
    if count > 0 {
        out::note("error", &why);
    }
    count == 0
}
