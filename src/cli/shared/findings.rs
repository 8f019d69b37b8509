//! The findings that prevent a command from writing.

use fvprov::lint::Outcome;
use fvprov::output::findings::{self, Closing, Format, Report};
use fvprov::project::Opened;

use super::failure::Failure;
use super::global::Global;
use super::out;

/// Prints findings in the same way as `lint`, but without the summary line.
pub fn print_findings(global: &Global, opened: &Opened, outcome: &Outcome) -> Result<(), Failure> {
    let mut text = Vec::new();
    let report = Report {
        outcome,
        workspace: &opened.workspace,
        schema: &opened.schema,
        base: &opened.base,
        color: global.use_color(),
        unicode: true,
        fold: true,
        statistics: false,
        closing: Closing::None,
        numbers: fvprov::text::redact::SecretNumbers::default(),
        anonymous: false,
        list: None,
    };
    findings::write(Format::Full, &mut text, &report).map_err(|error| Failure::Unable(error.to_string()))?;
    out::print(&text)
}
