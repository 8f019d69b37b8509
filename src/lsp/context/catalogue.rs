//! Catalogue entries as Markdown for editors.

use crate::catalogue::{Parameter, Schema};
use crate::output::views;
use crate::text::escape::one_line;
use crate::text::redact::Mask;

/// The catalogue entry for a parameter. `name` includes the indices.
pub fn entry(schema: &Schema, parameter: &Parameter, name: &str) -> String {
    let text = views::parameter::markdown(schema, parameter, name);
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    format!("**{}**\n{body}", code(name))
}

/// A note about a name that is not in the catalogue.
pub fn unknown(schema: &Schema, name: &str) -> String {
    let near = schema.nearest(name).map_or(String::new(), |near| format!("; did you mean {}?", code(&near)));
    if schema.is_yealink_only(name) {
        return format!(
            "{} is a parameter of Yealink phones; no source documents it for Flyingvoice phones",
            code(name)
        );
    }
    format!("{} is not in the catalogue{near}", code(name))
}

/// A value for display: masked if secret, and `(empty)` if empty.
pub fn value(mask: &mut Mask<'_>, name: &str, value: &str) -> String {
    match mask.value(name, value) {
        masked if masked.is_empty() => "(empty)".into(),
        masked => code(&masked),
    }
}

/// Text as a Markdown code span.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}
