//! See `duplicate_setting.md`.

use crate::assume::BlankValue;
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::load::{Assignment, Kind, NameId};

pub static RULE: Rule = Rule {
    name: "duplicate-setting",
    group: Group::Parameters,
    level: Level::Warning,
    ground: Ground::Compatible,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("duplicate_setting.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) {
        return;
    }
    let numbered = cx.document.settings.iter().zip(0..);
    let mut all: Vec<(NameId, u32)> = numbered.map(|(setting, at)| (setting.name, at)).collect();
    all.sort_unstable();
    for same in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let same: Vec<Assignment> =
            same.iter().map(|&(_, setting)| Assignment { file: cx.file, setting }).collect();
        judge(cx, &same, sink);
    }
}

/// Reports the assignments of one name, in order, except the one that decides.
fn judge(cx: &FileCx<'_>, same: &[Assignment], sink: &mut Sink<'_>) {
    let workspace = cx.common.workspace;
    let value = |at: &Assignment| workspace.value(*at);
    let filled = match workspace.assume.blank_value {
        BlankValue::Keep => None,
        BlankValue::Skip => same.iter().rfind(|at| !value(at).is_empty()),
    };
    let Some(&winner) = filled.or(same.last()) else { return };
    let name = workspace.names.text(workspace.name(winner));
    if cx.common.schema.parameter(&name).is_some_and(|parameter| parameter.repeats) {
        return;
    }
    for &loser in same.iter().filter(|at| **at != winner) {
        let (level, message) = match (value(&loser), value(&winner)) {
            (lost, won) if lost == won => {
                (Level::Info, format!("`{name}` stands twice in this file with the same value"))
            }
            ([], _) => (
                Level::Info,
                format!(
                    "`{name}` stands twice in this file: this blank decides nothing, another line has a value"
                ),
            ),
            (_, []) => (
                Level::Warning,
                format!(
                    "a blank follows this value of `{name}` in the same file, and what the phone does with it is not settled"
                ),
            ),
            _ => (
                Level::Warning,
                format!("`{name}` stands twice in this file with different values: this one is lost"),
            ),
        };
        sink.report(workspace.place(loser), || {
            Draft::new(message)
                .help(format!(
                    "keep one of the two lines (the other one is line {})",
                    workspace.line_number(winner)
                ))
                .related(workspace.place(winner), "this line wins")
                .parameter(name.clone())
                .level(level)
        });
    }
}
