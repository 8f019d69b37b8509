//! See `misspelled_parameter.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing, Verdict};

pub static RULE: Rule = Rule {
    name: "misspelled-parameter",
    group: Group::Parameters,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("misspelled_parameter.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, verdict) in cx.odd_names() {
        let Verdict::Misspelled(meant) = verdict else { continue };
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            let message = format!("no phone knows `{name}`: it passes over this line");
            Draft::new(message).help(help(&name, meant)).parameter(name)
        });
    }
}

fn help(name: &str, meant: &str) -> String {
    let digits = |name: &str| name.bytes().filter(u8::is_ascii_digit).count();
    if meant.strip_prefix("static.") == Some(name) {
        format!("write `{meant}`: this name exists with `static.` in front only")
    } else if name.strip_prefix("static.") == Some(meant) {
        format!("write `{meant}`: this name exists without `static.` only")
    } else if digits(meant) > digits(name) {
        // The number that was left out is a guess.
        format!("did you mean `{meant}`, with the right number?")
    } else {
        format!("did you mean `{meant}`?")
    }
}
