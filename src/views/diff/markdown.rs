//! The diff for a pull request: totals first, a table of what matters, the rest folded. It always fits: where it
//! would be too long, it says less.

use super::text::{among, headline, shown};
use super::{Change, Diff, Effect};
use crate::mask::{Mask, one_line};

/// GitHub takes comments of about 65,000 characters.
const MOST: usize = 60_000;

/// The diff as Markdown; values of secrets are masked unless there is no mask.
pub fn markdown(diff: &Diff, mask: &mut Option<Mask<'_>>) -> String {
    let mut text = format!("### fvprov: {}\n", escaped(&headline(diff)));
    for (list, word) in [(&diff.added, "Added"), (&diff.removed, "Removed")] {
        if !list.is_empty() {
            text.push_str(&format!("\n{word}: {}\n", escaped(&among(list, list.len()))));
        }
    }
    for effect in Effect::ALL {
        let changes: Vec<&Change> = diff.changes.iter().filter(|change| change.effect == effect).collect();
        if changes.is_empty() {
            continue;
        }
        let title = format!("{}: {}", effect.word(), effect.title());
        let is_folded = matches!(effect, Effect::Reregister | Effect::Live);
        let (open, close) = match is_folded {
            true => {
                (format!("\n<details><summary>{title} ({})</summary>\n\n", changes.len()), "\n</details>\n")
            }
            false => (format!("\n**{title}**\n\n"), ""),
        };
        text.push_str(&open);
        text.push_str("| parameter | old | new | phones |\n|---|---|---|---|\n");
        let mut left = changes.len();
        for change in changes {
            let row = row(diff, change, mask);
            if text.len() + row.len() > MOST {
                text.push_str(&format!("| … and {left} more | | | |\n"));
                break;
            }
            text.push_str(&row);
            left -= 1;
        }
        text.push_str(close);
    }
    for resource in diff.resources.iter().take(20) {
        let line = format!(
            "`{}` {}: {}",
            one_line(&resource.file),
            resource.kind,
            among(&resource.phones, diff.total)
        );
        text.push_str(&format!("\n{}\n", escaped(&line)));
    }
    text
}

fn row(diff: &Diff, change: &Change, mask: &mut Option<Mask<'_>>) -> String {
    let name =
        mask.as_mut().map_or_else(|| change.parameter.clone(), |mask| mask.name(&change.parameter, "", ""));
    let cells = [
        one_line(&name),
        shown(change.old.as_ref(), &change.parameter, mask),
        shown(change.new.as_ref(), &change.parameter, mask),
        among(&change.phones, diff.total),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| escaped(&cut(cell))).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A cell that fills no screen.
fn cut(text: &str) -> String {
    if text.chars().count() <= 120 {
        return text.to_owned();
    }
    text.chars().take(119).chain(['…']).collect()
}

/// Text that no renderer takes for Markdown, HTML or a mention.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
