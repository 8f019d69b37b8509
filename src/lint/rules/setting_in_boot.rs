//! See `setting_in_boot.md`.

use super::foreign_directive::is_foreign;
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Span;
use crate::tree::load::Kind;

pub static RULE: Rule = Rule {
    name: "setting-in-boot",
    group: Group::BootFiles,
    level: Level::Warning,
    ground: Ground::Assumed,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("setting_in_boot.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Boot) {
        return;
    }
    for setting in cx.settings().filter(|setting| !is_foreign(setting.name)) {
        let end = setting.value_span.end.max(setting.name_span.end);
        sink.report(cx.place(Span { start: setting.name_span.start, end }), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!("`{name}` stands in a boot file, where a setting is taken to reach no phone"))
                .help("move the line to a cfg that this boot file includes")
                .parameter(name)
        });
    }
}
