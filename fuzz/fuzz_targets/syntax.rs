//! Any bytes: the lines cover them, and the parts of a line are inside the line.
#![no_main]

use fvprov::text::source::Span;
use fvprov::text::syntax::{LineKind, parse, trim};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut end = 0;
    for line in parse(text).lines() {
        assert!(line.span.start == end && line.span.end > end);
        end = line.span.end;
        let content = line.content(text);
        let inside = |span: Span| assert!(content.covers(span) && span.start <= span.end);
        match line.kind {
            LineKind::Setting { name, value } => {
                for span in [name, value] {
                    inside(span);
                    assert_eq!(trim(span.slice(text)), span.slice(text));
                }
                assert!(!name.is_empty() && name.end <= value.start);
            }
            LineKind::Include { target, .. } => inside(target),
            LineKind::Empty | LineKind::Header | LineKind::Comment | LineKind::Unknown => {}
        }
    }
    assert_eq!(end as usize, text.len());
});
