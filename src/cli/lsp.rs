//! `fvprov lsp`

use clap::Args;

use super::{Failure, Global, Outcome};

/// Serve an editor over stdin and stdout (Language Server Protocol)
///
/// Editors start it by themselves; docs/editors.md says how to tell them. It shows findings as one types, completes
/// and explains names and values, leads to what an include or an assignment means, formats, and mends.
#[derive(Args)]
pub struct LspArgs {
    /// Taken for editors that say so: there is no other way
    #[arg(long)]
    stdio: bool,
}

/// Serves until the client ends it; whether it said goodbye before.
#[cfg(feature = "lsp")]
pub fn run(global: &Global, _: &LspArgs) -> Outcome {
    use std::io::IsTerminal;

    use fvprov::lsp::Ending;

    use super::out;

    const MALFORMED: &str =
        "malformed message on stdin; the language server ends, and the editor may start it again";
    if std::io::stdin().is_terminal() {
        global.note("this waits for an editor's messages on stdin; Ctrl-D ends it");
    }
    // Stdout is the protocol's, and what concerns the person goes to the client.
    let options = Global { quiet: true, ..global.clone() }.project();
    let log = Box::new(|text: &str| out::note("note", text));
    match fvprov::lsp::serve(options, std::io::stdin(), Box::new(std::io::stdout()), log) {
        Ending::Clean => Ok(true),
        Ending::Abrupt => Ok(false),
        Ending::Malformed => Err(Failure::Unable(MALFORMED.into())),
    }
}

/// Says that this program cannot.
#[cfg(not(feature = "lsp"))]
pub fn run(_: &Global, _: &LspArgs) -> Outcome {
    let why = "this fvprov was built without the language server (feature `lsp`)";
    Err(Failure::Unable(why.into()))
}
