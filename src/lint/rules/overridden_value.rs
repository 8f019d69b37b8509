//! See `overridden_value.md`.

use crate::lint::{Check, Draft, Fix, Ground, Group, Level, NameCx, Rule, Sink, Standing};
use crate::load::Assignment;

pub static RULE: Rule = Rule {
    name: "overridden-value",
    group: Group::Parameters,
    level: Level::Info,
    ground: Ground::Likely,
    standing: Standing::Setting,
    needs_all: true,
    check: Check::Name(check),
    page: include_str!("overridden_value.md"),
};

fn check(cx: &NameCx<'_>, sink: &mut Sink<'_>) {
    if cx.repeats() {
        return;
    }
    for (at, &beaten) in cx.history.iter().enumerate() {
        // A blank is most likely no value, and what one file says twice is duplicate-setting's.
        let later = cx.history[at + 1..]
            .iter()
            .find(|later| later.file != beaten.file && !cx.value(**later).is_empty());
        let Some(&later) = later.filter(|_| !cx.value(beaten).is_empty()) else { continue };
        if cx.value(later) == cx.value(beaten) {
            continue; // redundant-setting says so at the later one
        }
        sink.report(cx.place(beaten), || {
            let name = cx.name().into_owned();
            let mut draft = Draft::new(format!(
                "`{name}` never takes effect: every phone that reads this line reads another value later"
            ))
            .help("remove this line, or the later ones if this is the value you want")
            .related(cx.place(later), "a later value wins");
            // Where a file of more phones beats one of fewer, the order of the files is what is wrong.
            let readers = |at: Assignment| cx.common.fleet.readers[at.file.0 as usize].len();
            if readers(later) <= readers(beaten) {
                draft.fix = Some(Fix::safe("remove this line", cx.common.without(beaten)));
            }
            draft.parameter(name)
        });
    }
}
