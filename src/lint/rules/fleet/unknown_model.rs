//! See `unknown-model.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::Place;
use crate::tree::resolve::model_comment;

rule! { "unknown-model", Error, Certain, Tree(check) }

const HELP: &str = "use a name that `fvprov schema models` lists, or add the model to your own schema";

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    if let Some(inventory) = cx.world.inventory
        && let Some(file) = workspace.file(&inventory.path)
    {
        for problem in inventory.problems.iter().filter(|problem| problem.is_model) {
            sink.report(Place { file, span: problem.at }, || {
                Diagnostic::new(format!("this model is ignored: {}", problem.message)).help(HELP)
            });
        }
    }
    for boot in workspace.roots.iter().flat_map(|root| root.phones.values()).filter_map(|own| own.boot) {
        let Some((span, name)) = model_comment(workspace, boot) else { continue };
        if cx.world.schema.model(&name).is_none() {
            sink.report(Place { file: boot, span }, || {
                Diagnostic::new(format!("this model is ignored: the catalogue does not contain `{name}`"))
                    .help(HELP)
            });
        }
    }
}
