//! All that the author of a rule reads, beside the questions in `ask` and the shared decisions in `facts`: what a rule
//! is, where it puts its findings, and what a finding says.

mod diagnostic;
mod finding;
mod fix;
mod level;
mod options;
mod page;
mod rule;
mod sink;
mod suppression;

pub use diagnostic::Diagnostic;
pub use finding::{Affected, Finding};
pub use fix::{Edit, Fix};
pub use level::{Level, RuleEvidence};
pub use options::{Baseline, DEFAULT, Identify, LintOptions};
pub(crate) use rule::rule;
pub use rule::{Check, Group, Precedence, Rule, Status};
pub use sink::{Hits, RuleIndex, Sink};
pub use suppression::{Entry, PathRule, Suppression, ToolFileSpan};
