//! See `converted-mac.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::mac::Mac;
use crate::text::source::Place;

rule! { "converted-mac", Info, Likely, Tree(check) }

/// Flyingvoice's address blocks without letters: 78:99:12 and 50:13:65.
const DECIMAL_BLOCKS: [&str; 2] = ["789912", "501365"];

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let Some(inventory) = cx.world.inventory else { return };
    let Some(file) = workspace.file(&inventory.path) else { return };
    let known: BTreeSet<Mac> = workspace.roots.iter().flat_map(|root| root.phones.keys().copied()).collect();
    for (mac, span) in &inventory.phones {
        let cell = String::from_utf8_lossy(span.slice(workspace.text(file)));
        let zeros = cell.len() - cell.trim_end_matches('0').len();
        let is_number = cell.len() == 12 && cell.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || zeros < 2 || !DECIMAL_BLOCKS.iter().any(|block| cell.starts_with(block)) {
            continue;
        }
        sink.report(Place { file, span: *span }, || {
            let candidates: Vec<String> = (2..=zeros).rev().map(|zeros| original(&cell, zeros)).collect();
            let mut in_tree = candidates.iter().filter(|text| text.parse().is_ok_and(|mac| known.contains(&mac)));
            let help = match in_tree.next() {
                Some(known) => format!("the tree contains files for `{known}`: correct the cell"),
                None => format!(
                    "compare the MAC with the label on the phone: it may be `{}`, or its last digits may be lost; \
                    format the column \
                     as text before you enter MACs",
                    candidates.first().map_or("", String::as_str)
                ),
            };
            let message = format!("a spreadsheet may have converted this MAC to a number: `{mac}` ends in zeros");
            Diagnostic::new(message).help(help)
        });
    }
}

/// Reconstructs the MAC (such as `50136512e004`) that a spreadsheet would convert to this number, given the
/// number of trailing zeros.
fn original(number: &str, zeros: usize) -> String {
    let digits = &number[..number.len() - zeros];
    format!("{digits}e{zeros:0>width$}", width = number.len() - digits.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::original;

    #[test]
    fn the_original_of_a_number_has_an_exponent() {
        assert_eq!(original("501365120000", 4), "50136512e004");
        assert_eq!(original("501365120000", 2), "5013651200e2");
        assert_eq!(format!("{}", "50136512e004".parse::<f64>().unwrap()), "501365120000");
    }
}
