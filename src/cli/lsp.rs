//! `fvprov lsp`

use clap::Args;

use crate::cli::shared::{CommandResult, Failure, Global};

/// Run the language server for editors (LSP over stdin and stdout)
///
/// Editors start the server themselves; docs/editors.md describes the setup. It reports findings while you type,
/// completes and explains names and values, and supports go to definition, formatting and quick fixes.
#[derive(Args)]
pub struct LspArgs {
    /// Accepted for compatibility with editors; stdio is the only transport
    #[arg(long)]
    stdio: bool,
}

/// Serves until the client disconnects. Returns whether the server shut down cleanly.
#[cfg(feature = "lsp")]
pub fn run(global: &Global, _: &LspArgs) -> CommandResult {
    use std::io::IsTerminal;

    use fvprov::lsp::Ending;

    use crate::cli::shared::out;

    const MALFORMED: &str =
        "malformed message on stdin; the language server exits, and the editor may restart it";
    if std::io::stdin().is_terminal() {
        global.note("waiting for messages from an editor on stdin; press Ctrl-D to exit");
    }
    // Stdout carries the protocol; messages for the user go to the client.
    let options = Global { quiet: true, ..global.clone() }.open_options();
    let log = Box::new(|text: &str| out::note("note", text));
    match fvprov::lsp::serve(options, std::io::stdin(), Box::new(std::io::stdout()), log) {
        Ending::Clean => Ok(true),
        Ending::Abrupt => Ok(false),
        Ending::Malformed => Err(Failure::Unable(MALFORMED.into())),
    }
}

/// Reports that fvprov was built without this feature.
#[cfg(not(feature = "lsp"))]
pub fn run(_: &Global, _: &LspArgs) -> CommandResult {
    let why = "this fvprov was built without the language server (feature `lsp`)";
    Err(Failure::Unable(why.into()))
}
