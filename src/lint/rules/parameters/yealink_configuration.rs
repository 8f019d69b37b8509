//! See `yealink-configuration.md`.

use std::cmp::Reverse;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::name_check::{NameStatus, is_mostly_yealink, unusual_names, yealink_count};
use crate::lint::view::TreeCx;
use crate::text::source::Place;

rule! { "yealink-configuration", Info, Compatible, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let all = cx.common.names().ids().count();
    let count = yealink_count(&cx.common);
    if !is_mostly_yealink(count, all) {
        return;
    }
    let foreign = cx.files().map(|(file, ..)| {
        let view = cx.file(file);
        let names = unusual_names(&view).filter(|(_, status)| matches!(status, NameStatus::YealinkOnly(_)));
        (names.count(), file)
    });
    // The file with the most Yealink names; if several files have the same number, the first of them.
    let Some((_, file)) = foreign.min_by_key(|(names, file)| (Reverse(*names), *file)) else { return };
    sink.report(Place::whole(file), || {
        let known = cx.common.names().ids().filter(|name| cx.common.parameter_index.parameter(*name).is_some());
        let known = known.count();
        Diagnostic::new(format!(
            "this tree was probably written for Yealink phones: {known} of its {all} parameter names are known for Flyingvoice phones"
        ))
        .help("start with `fvprov init` and the templates for your model, and copy the settings that the phones need")
    });
}
