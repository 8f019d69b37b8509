//! See `duplicate_setting.md`.

use crate::assume::BlankValue;
use crate::lint::{Check, Draft, FileCx, Fix, Ground, Group, Level, Rule, Sink, Standing};
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
    if cx.common.schema.repeats(&name) {
        return;
    }
    let without = |at| cx.common.without(at);
    for &loser in same.iter().filter(|at| **at != winner) {
        let (level, what) = match (value(&loser), value(&winner)) {
            (lost, won) if lost == won => (Level::Info, "is set again in this file, to the same value"),
            ([], _) => (Level::Info, "has a value elsewhere in this file: this blank decides nothing"),
            (_, []) => (
                Level::Warning,
                "is left blank after this value in the same file, and what the phone does then is not settled",
            ),
            _ => (Level::Warning, "is set again in this file, to another value: this one is lost"),
        };
        sink.report(workspace.place(loser), || {
            let line = workspace.line_number(winner);
            // A phone that passes over blanks has the value: what the file says by it is for a person to decide.
            let blanks = value(&winner).is_empty() && !value(&loser).is_empty();
            let fix = match blanks {
                true => Fix::guess("remove the blank line of this name", without(winner)),
                false => Fix::safe("remove this line", without(loser)),
            };
            Draft::new(format!("`{name}` {what}"))
                .help(format!("keep one line of this name: here, or on line {line}"))
                .related(workspace.place(winner), "this line wins")
                .parameter(name.clone())
                .level(level)
                .fix(fix)
        });
    }
}
