//! What the catalogue says, as Markdown for an editor.

use crate::catalogue::{Parameter, Schema};
use crate::output::views;
use crate::text::escape::one_line;
use crate::text::redact::Mask;

/// The entry of a parameter. `asked` is the name with its indices.
pub fn entry(schema: &Schema, parameter: &Parameter, asked: &str) -> String {
    let text = views::parameter::markdown(schema, parameter, asked);
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    format!("**{}**\n{body}", code(asked))
}

/// What is known of a name that the catalogue has not.
pub fn unknown(schema: &Schema, name: &str) -> String {
    let near = schema.nearest(name).map_or(String::new(), |near| format!("; did you mean {}?", code(&near)));
    if schema.is_yealink_only(name) {
        return format!(
            "{} is known to Yealink's phones; nothing says that Flyingvoice's take it",
            code(name)
        );
    }
    format!("{} is no known parameter{near}", code(name))
}

/// A value as it may be shown: masked, and `(blank)` where there is none.
pub fn value(mask: &mut Mask<'_>, name: &str, value: &str) -> String {
    match mask.value(name, value) {
        blank if blank.is_empty() => "(blank)".into(),
        shown => code(&shown),
    }
}

/// User text as Markdown that shows it as it is.
pub fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}
