//! See `left-over-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::text::temporary::creator;

rule! { "left-over-file", Info, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, source) in cx.world.workspace.sources.iter() {
        let Some(program) = creator(file_name(&source.path)) else { continue };
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!("{program} left this temporary file here more than a day ago")).help(
                "make sure that the program is not running, then delete the file; it may contain unsaved changes or passwords",
            )
        });
    }
}
