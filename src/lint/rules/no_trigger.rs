//! See `no_trigger.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, MemberCx, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "no-trigger",
    group: Group::Agreement,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::Phone(check),
    page: include_str!("no_trigger.md"),
};

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(power_on) = cx.having("static.auto_provision.power_on", "0") else { return };
    let Some(repeat) = cx.having("static.auto_provision.repeat.enable", "0") else { return };
    sink.report(cx.place(power_on), || {
        Draft::new(
            "the phone asks for its files neither when it starts nor from time to time: a change reaches it only after a \
             check-sync",
        )
        .help("set `static.auto_provision.power_on` or `static.auto_provision.repeat.enable` to 1")
        .related(cx.place(repeat), "repeating is switched off here")
        .parameter("static.auto_provision.power_on")
        .evidence(cx.common.evidence(power_on).min(cx.common.evidence(repeat)))
    });
}
