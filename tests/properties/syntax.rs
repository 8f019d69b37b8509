//! Any text: its lines cover it, and nothing panics.

use fvprov::catalogue::Schema;
use fvprov::project::settings::Settings;
use fvprov::text::source::{Sources, Span};
use fvprov::text::syntax::{self, LineKind, trim};
use proptest::prelude::*;
use proptest::sample::select;

use super::{cases, trees};

/// The lines cover every byte in order. Their parts are inside them, and trimmed.
pub fn check(text: &[u8]) {
    let tree = syntax::parse(text);
    let whole: Vec<u8> = tree.lines().flat_map(|line| line.span.slice(text).to_vec()).collect();
    assert_eq!(whole, text, "the lines are the text");
    let mut end = 0;
    for line in tree.lines() {
        assert!(line.span.start == end && !line.span.is_empty(), "no gap and no empty line: {line:?}");
        end = line.span.end;
        let content = line.content(text);
        assert!(line.span.covers(content));
        let inside = |span: Span| assert!(content.covers(span) && span.start <= span.end, "{line:?}");
        let trimmed = |span: Span| assert_eq!(trim(span.slice(text)), span.slice(text), "{line:?}");
        match line.kind {
            LineKind::Setting { name, value } => {
                for span in [name, value] {
                    inside(span);
                    trimmed(span);
                }
                assert!(!name.is_empty() && name.end <= value.start, "{line:?}");
            }
            LineKind::Include { target, .. } => inside(target),
            LineKind::Empty => assert!(trim(content.slice(text)).is_empty() || line.span.start == 0),
            LineKind::Header | LineKind::Comment | LineKind::Unknown => {}
        }
    }
    positions(text);
}

/// Every byte has a line and a column, and is inside the span of this line or in its line ending.
fn positions(text: &[u8]) {
    let mut sources = Sources::default();
    let source = sources.add("a.cfg".into(), text.to_vec());
    let source = sources.get(source);
    // All bytes of a short text, some of a long one.
    for byte in (0..=text.len()).step_by(text.len() / 512 + 1) {
        let at = source.position(byte as u32);
        let line = source.line_span(at.line);
        assert!(at.byte == byte && line.start as usize <= byte, "{at:?} {line:?}");
        let left = &text[(line.end as usize).min(byte)..byte];
        assert!(left.is_empty() || left == b"\r", "{at:?} {line:?}");
        assert!(at.column <= byte - line.start as usize + 1, "{at:?}");
    }
}

fn settings_text() -> impl Strategy<Value = String> {
    let lines = vec![
        "[server]",
        "url = \"http://10.0.0.1/prov/\"",
        "url = 1",
        "roots = [\".\", \"sites\"]",
        "[models]",
        "\"0021f2*\" = \"fip14g\"",
        "\"[a-\" = \"x\"",
        "\"{a,{b,\\\\\" = \"x\"",
        "\"**/{\" = \"x\"",
        "[assume]",
        "empty-value = \"skip\"",
        "include-in-cfg = \"folow\"",
        "[lint]",
        "ignore = [\"redundant-setting\"]",
        "level = { \"a\" = \"error\" }",
        "ignor = []",
        "[limits]",
        "file-bytes = 1048576",
        "file-bytes = -1",
        "file-bytes = 99999999999999999999",
        "[[policy]]",
        "ä = \"\\u{feff}\"",
        "`a` = `",
    ];
    let line = prop_oneof![4 => select(lines).prop_map(str::to_owned), 1 => ".{0,20}"];
    let text = proptest::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"));
    prop_oneof![4 => text, 1 => any::<String>()]
}

fn name_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => select(vec!["account", "static", "lang", "gui", "1", "X", "99999999999999999999", "", "sip_server", "label", "ä"])
            .prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    let parts = proptest::collection::vec(part, 0..6).prop_map(|parts| parts.join("."));
    prop_oneof![2 => parts, 1 => trees::name(), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn lines_cover_every_text(text in trees::text()) {
        check(&text);
    }

    #[test]
    fn lines_cover_any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&text);
    }

    #[test]
    fn settings_are_read_or_refused(text in settings_text(), mac in "[0-9a-f]{12}") {
        if let Ok(settings) = Settings::parse(&text) {
            let model = settings.models.find(&mac).map(str::to_owned);
            prop_assert!(model.is_none_or(|model| settings.models.iter().any(|(_, known)| *known == model)));
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn any_name_has_a_nearest_name_or_none(name in name_text()) {
        let schema = Schema::builtin();
        let near = schema.nearest(&name);
        prop_assert!(near.as_deref().is_none_or(|near| schema.parameter(near).is_some()), "{:?}", near);
        // A secret name remains secret with any prefix.
        if schema.is_secret(&name) && schema.parameter(&name).is_none() {
            let dotted = format!("\u{200b}{name}");
            prop_assert!(schema.is_secret(&dotted), "{}", dotted);
        }
    }

    #[test]
    fn a_catalogue_is_read_or_refused(text in any::<String>()) {
        let _ = Schema::parse(&text);
    }
}
