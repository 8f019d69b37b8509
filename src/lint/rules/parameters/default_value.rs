//! See `default-value.md`.

use rustc_hash::FxHashMap;

use crate::catalogue::{Constraint, Evidence};
use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::MemberCx;
use crate::tree::load::{Assignment, NameId};

rule! { "default-value", Info, Compatible, Phone(check), all_readers: true, is_on: false }

/// A phone's assignments to one name.
#[derive(Default)]
struct Seen {
    /// Last assignment of the factory default.
    at: Option<Assignment>,
    /// Whether a different value is also assigned. In that case, the line with the default may reset that
    /// value.
    other: bool,
    evidence: Option<Evidence>,
}

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    for (name, seen) in values(cx) {
        let Some(at) = seen.at.filter(|at| !seen.other && cx.decides(name) == Some(*at)) else { continue };
        sink.report(cx.place(at), || {
            let name = cx.common.names().text(name).into_owned();
            let mut diagnostic = Diagnostic::new(format!("`{name}` is set to the factory default"))
                .help("remove this line, unless it resets phones that have a different value")
                .fix(Fix::guess("remove this line", Edit::remove_setting(&cx.common, at)))
                .parameter(name);
            diagnostic.evidence = seen.evidence;
            diagnostic
        });
    }
}

/// Names with a factory default and a non-empty value.
fn values(cx: &MemberCx<'_>) -> FxHashMap<NameId, Seen> {
    let mut seen: FxHashMap<NameId, Seen> = FxHashMap::default();
    for step in &cx.chain().steps {
        for at in cx.step_settings(step) {
            let name = cx.common.name(at);
            let Some(parameter) = cx.common.parameter_index.parameter(name).filter(|known| !known.repeats)
            else {
                continue;
            };
            let (Some(default), value) = (&parameter.default, cx.common.value(at)) else { continue };
            if value.is_empty() {
                continue;
            }
            let seen = seen.entry(name).or_default();
            seen.evidence = Some(parameter.evidence_for(Constraint::Default));
            if value == default.as_str() {
                seen.at = Some(at);
            } else {
                seen.other = true;
            }
        }
    }
    seen
}
