//! fvprov's own files: any bytes are read as an inventory or a baseline, or refused. Places are inside the
//! text.

use fvprov::lint::baseline::{self, Entry};
use fvprov::project::inventory::{ColumnNames, Inventory};
use fvprov::text::csv;
use fvprov::text::source::Span;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;

/// Pieces of inventories, and characters that break them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let telling = select(vec![
        "mac",
        "MAC",
        "model",
        "site",
        "0021f2000001",
        "00:21:F2:00:00:02",
        "0021f2000003",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        " ",
        "ä",
        "\u{feff}",
        "x",
    ]);
    prop_oneof![8 => telling.prop_map(|text| text.as_bytes().to_vec()), 1 => vec(any::<u8>(), 1..3)]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let head = select(vec!["mac,site\n", "Site;MAC\r\n", "mac\tx\n", "mac\n", "\u{feff}mac,\n", ""]);
    (head, vec(piece(), 0..24)).prop_map(|(head, rest)| [head.as_bytes().to_vec(), rest.concat()].concat())
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn any_bytes_are_an_inventory_or_are_refused(bytes in bytes()) {
        if let Ok(text) = csv::decode(&bytes)
            && let Ok(inventory) = Inventory::parse(&text, &ColumnNames::new())
        {
            let mut last = 1;
            for row in &inventory.rows {
                prop_assert!(row.number > last, "{:?}", inventory);
                last = row.number;
                let said = String::from_utf8_lossy(row.at.slice(text.as_bytes())).into_owned();
                let digits: String = said.to_lowercase().chars().filter(char::is_ascii_hexdigit).collect();
                prop_assert!(said.is_empty() || digits.ends_with(&row.mac.to_string()), "{:?}", said);
            }
        }
    }

    #[test]
    fn any_baseline_is_read_as_it_was_written(entries in vec((".{0,8}", ".{0,8}", ".{0,8}", 1..9usize), 0..6)) {
        let entry = |(path, rule, about, count)| Entry { path, rule, about, count, at: Span::default() };
        let entries: Vec<Entry> = entries.into_iter().map(entry).collect();
        let text = baseline::write(&entries);
        let read = baseline::parse(&text).unwrap();
        prop_assert_eq!(baseline::write(&read), text.clone());
        let sum = |entries: &[Entry]| entries.iter().map(|entry| entry.count).sum::<usize>();
        prop_assert_eq!(sum(&read), sum(&entries));
        let place = |entry: &Entry| &text[entry.at.start as usize..entry.at.end as usize];
        let in_place = read.iter().all(|entry| place(entry).starts_with('{'));
        prop_assert!(in_place, "{}", text);
        prop_assert_eq!(text.lines().filter(|line| line.contains("\"rule\"")).count(), read.len());
    }

    #[test]
    fn any_text_is_a_baseline_or_is_refused(text in "[{}\\[\\]\":,a-z0-9 \n]{0,40}") {
        let _ = baseline::parse(&text);
        let _ = baseline::parse(&format!("{{\"version\": 1, \"findings\": [{text}]}}"));
    }
}
