//! Bytes as a template of each engine: every text that a line contains is part of the template, in bounds.
#![no_main]

use fvprov::templates::line::Piece;
use fvprov::templates::recognize::{by_content, is_template};
use fvprov::templates::{Engine, Syntax, parse, walk};
use fvprov::text::source::Sources;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (by_content(bytes), is_template("a.cfg", bytes));
    let mut sources = Sources::default();
    let file = sources.add("a.cfg".into(), bytes.to_vec());
    let plain = [Engine::Smarty, Engine::Jinja, Engine::Twig].map(Syntax::new);
    for syntax in plain.into_iter().chain([Syntax::generate()]) {
        let template = parse(&sources, file, syntax, &|_, name| (name == "a").then_some(file));
        for line in walk::lines(&sources, &template).lines {
            let text = line.text(&sources);
            for at in 0..=text.bytes.len() {
                let _ = text.place(&line, &(at..text.bytes.len()));
            }
            for piece in &line.pieces {
                let span = piece.place().span;
                assert!(span.start <= span.end && span.end as usize <= bytes.len());
                if let Piece::Text(_) = piece {
                    assert!(!span.slice(bytes).contains(&b'\n'));
                }
            }
        }
    }
});
