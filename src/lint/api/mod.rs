//! Interface for rules: the rule record, the sink for findings, and the diagnostics. Rules also use the views
//! in `view` and the shared checks in `facts`.

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
pub use rule::{Check, Group, LineUse, Precedence, Rule, Status};
pub use sink::{Hits, RuleIndex, Sink};
pub use suppression::{Entry, PathRule, Suppression, ToolFileSpan};
