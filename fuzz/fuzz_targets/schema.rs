//! Any text as a catalogue, and as a name that is looked up in the built-in catalogue, with its nearest name.
#![no_main]

use fvprov::catalogue::Schema;
use fvprov::text::redact::Mask;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (name, line) = text.split_once('\n').unwrap_or((text, ""));
    let builtin = Schema::builtin();
    if let Some(near) = builtin.nearest(name) {
        assert!(builtin.parameter(&near).is_some(), "{near}");
    }
    let mut mask = Mask::new(builtin);
    let _ = mask.value(name, line);
    let secrets = mask.secrets(line, name);
    let _ = mask.prose(text, &secrets);
    let (shown, part) = mask.line(line, name, 0..line.len());
    assert!(shown.get(part).is_some());
    if let Ok(schema) = Schema::parse(text) {
        let _ = schema.nearest("account.1.label");
        assert!(schema.parameters().iter().all(|parameter| schema.parameter(&parameter.name).is_some()));
    }
});
