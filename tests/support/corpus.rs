//! Trees of other people: every directory that `FVPROV_CORPUS` names, separated by `:`.

use std::path::PathBuf;

/// The directories of the corpus. Says on standard output that `what` is skipped where there are none.
#[allow(clippy::print_stdout)]
pub fn directories(what: &str) -> Vec<PathBuf> {
    let named = std::env::var("FVPROV_CORPUS").unwrap_or_default();
    let named: Vec<PathBuf> = named.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    if named.is_empty() {
        println!("FVPROV_CORPUS names no directory: {what}");
    }
    named
}
