//! `generate`: no content of a cell can add a line or a path outside the directory, and equal rows have equal
//! results.

use std::collections::BTreeMap;
use std::sync::Arc;

use fvprov::author::generate::{Generated, Input, ReadTemplate, Template, generate};
use fvprov::project::inventory::{ColumnNames, Inventory};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;

const TEMPLATE: &str = "#!version:1.0.0.1\n# For {{ name }}\naccount.1.label = {{ name }}\n{% if site %}\n# {{ site }}\n{% endif %}\n";

/// Input without secrets and environment variables.
fn input(inventory: Inventory) -> Input {
    Input {
        inventory,
        inventory_name: "x.csv".into(),
        secrets: None,
        env: BTreeMap::new(),
        unknown_secrets: false,
        schema: std::borrow::Cow::Borrowed(fvprov::catalogue::Schema::builtin()),
    }
}

fn run(inventory: Inventory) -> Generated {
    let input = input(inventory);
    let templates =
        ["{{mac}}.cfg=t.j2", "sites/{{site}}/{{name}}.cfg=t.j2"].map(|text| Template::parse(text).unwrap());
    let read: ReadTemplate = Arc::new(|name| Ok((name == "t.j2").then(|| TEMPLATE.to_owned())));
    generate(&input, &templates, &read)
}

/// Cells whose content could be mistaken for syntax.
fn cell() -> impl Strategy<Value = String> {
    let telling = select(vec![
        "a",
        "..",
        "/",
        "\\",
        "\n",
        "\r",
        "\u{2028}",
        "\u{85}",
        "\0",
        "{{ mac }}",
        "{% raw %}",
        "account.1.password=x",
        "include:config <x.cfg>",
        "con",
        ".",
        " ",
        "\t",
        ":",
        "\u{202e}",
        "#",
        "=",
        "ä",
        "\"",
        ",",
        ";",
        "%00",
        "~",
    ]);
    vec(telling, 0..4).prop_map(|parts| parts.concat())
}

/// A list as a spreadsheet writes it, each cell between quotes.
fn list(rows: &[(u8, String, String)]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let row = |(mac, name, site): &(u8, String, String)| {
        format!("0021f20000{mac:02x},{},{}\n", quoted(name), quoted(site))
    };
    format!("mac,name,site\n{}", rows.iter().map(row).collect::<String>())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_cell_cannot_add_lines_or_paths(rows in vec((any::<u8>(), cell(), cell()), 1..6)) {
        let inventory = Inventory::parse(&list(&rows), &ColumnNames::new()).unwrap();
        let made = run(inventory.clone());
        for (path, file) in &made.files {
            let text = &file.text;
            prop_assert!(path.split('/').all(|name| !name.is_empty() && !name.starts_with('.') && !name.ends_with([' ', '.'])), "{path:?}");
            prop_assert!(!path.contains(|c: char| c.is_control() || "\\:\"<>|?*".contains(c)), "{path:?}");
            prop_assert_eq!(path.matches('/').count(), if path.starts_with("sites/") { 2 } else { 0 });
            prop_assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{2028}')), "{text:?}");
            let lines: Vec<&str> = text.lines().collect();
            prop_assert!((3..=4).contains(&lines.len()), "{text:?}");
            prop_assert!(lines[1].starts_with("# For") && lines[2].starts_with("account.1.label ="), "{text:?}");
            prop_assert!(lines.get(3).is_none_or(|line| line.starts_with('#')), "{text:?}");
        }
        // Each problem is a single line.
        prop_assert!(made.problems.iter().all(|problem| !problem.text.contains('\n')), "{:?}", made.problems);
        // A second run has the same result.
        let again = run(inventory);
        prop_assert_eq!((made.files, made.problems), (again.files, again.problems));
    }

    #[test]
    fn any_bytes_are_a_list_or_are_refused(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(text) = fvprov::text::csv::decode(&[&b"mac,name,site\n0021f2000001,"[..], &bytes].concat())
            && let Ok(inventory) = Inventory::parse(&text, &ColumnNames::new())
        {
            run(inventory);
        }
    }

    #[test]
    fn any_template_is_rendered_or_refused(template in "[{}% a-z.|()'\"\n#-]{0,60}") {
        let inventory = Inventory::parse("mac,name\n0021f2000001,x\n", &ColumnNames::new()).unwrap();
        let input = input(inventory);
        let read: ReadTemplate = Arc::new(move |name| Ok((name == "t.cfg").then(|| template.clone())));
        let made = generate(&input, &[Template::parse("t.cfg").unwrap()], &read);
        prop_assert_eq!(made.files.len() + made.problems.len(), 1);
    }

    #[test]
    fn any_template_name_is_valid_or_refused(name in "[{}a-z=./ ]{0,20}(\\.cfg)?") {
        let _ = Template::parse(&name);
    }
}
