//! Rows of the table: figures with their limits.

use super::measure::{Comparison, QUIET};

/// The limit of a figure.
#[derive(Clone, Copy)]
pub enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// The figure is only printed, because the machine was not quiet.
    Unjudged(f64),
}

/// A measured value.
pub struct Figure {
    pub what: &'static str,
    pub value: f64,
    pub unit: &'static str,
    pub limit: Limit,
    /// The values from which it was computed.
    pub details: String,
}

impl Figure {
    pub fn new(what: &'static str, value: f64, unit: &'static str, limit: Limit) -> Self {
        Self { what, value, unit, limit, details: String::new() }
    }

    #[must_use]
    pub fn details(self, details: String) -> Self {
        Self { details, ..self }
    }

    /// Prints the figure. Returns whether its value is within its limit.
    pub fn print(&self, row: &str) -> bool {
        let (sign, limit, verdict) = match self.limit {
            Limit::AtMost(limit) => ("<=", limit, if self.value <= limit { "ok" } else { "TOO MUCH" }),
            Limit::AtLeast(limit) => (">=", limit, if self.value >= limit { "ok" } else { "TOO LITTLE" }),
            Limit::Unjudged(limit) => ("<=", limit, "not quiet"),
        };
        let Self { what, value, unit, details, .. } = self;
        println!("{row:<42} {what:<12} {value:>8.2} {sign} {limit:<6} {unit:<14} {verdict:<10} {details}");
        !verdict.starts_with("TOO")
    }
}

/// The ratios of cpu time and wall time to a yardstick, with the instructions beside them if they were counted.
pub fn ratios(comparison: &Comparison, unit: &'static str, most: f64, count: Option<u64>) -> Vec<Figure> {
    let Comparison { ours, yardstick, spread, tries } = comparison;
    let count = count.map_or(String::new(), |count| format!(", {:.3} G instructions", count as f64 / 1e9));
    let cpu =
        format!("{:.1} / {:.1} ms{count}", ours.cpu.as_secs_f64() * 1e3, yardstick.cpu.as_secs_f64() * 1e3);
    let wall = format!(
        "{:.1} / {:.1} ms, spread of the yardstick {:.0} % (attempt {tries})",
        ours.wall.as_secs_f64() * 1e3,
        yardstick.wall.as_secs_f64() * 1e3,
        spread * 100.0
    );
    let limit = if *spread < QUIET { Limit::AtMost(most) } else { Limit::Unjudged(most) };
    vec![
        Figure::new("cpu", comparison.cpu(), unit, Limit::AtMost(most)).details(cpu),
        Figure::new("wall", comparison.wall(), unit, limit).details(wall),
    ]
}
