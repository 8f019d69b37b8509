//! All that the author of a rule reads, beside the questions in `ask` and the shared decisions in `facts`: what a rule
//! is, where it puts its findings, and what a finding says.

mod draft;
mod excuse;
mod finding;
mod fix;
mod level;
mod options;
mod page;
mod rule;
mod sink;

pub use draft::Draft;
pub use excuse::{Entry, Excuse, OwnPlace, PathRule};
pub use finding::{Affected, Finding};
pub use fix::{Edit, Fix};
pub use level::{Ground, Level};
pub use options::{Baseline, DEFAULT, Identify, Options};
pub(crate) use rule::rule;
pub use rule::{Check, Group, Rule, Standing, Status};
pub use sink::{Found, RuleIndex, Sink};
