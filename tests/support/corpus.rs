//! External trees: the directories in `FVPROV_CORPUS`, separated by `:`.

use std::path::PathBuf;

/// The directories of the corpus. If there are none, prints that `what` is skipped.
#[allow(clippy::print_stdout)]
pub fn directories(what: &str) -> Vec<PathBuf> {
    let named = std::env::var("FVPROV_CORPUS").unwrap_or_default();
    let named: Vec<PathBuf> = named.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    if named.is_empty() {
        println!("FVPROV_CORPUS names no directory: {what}");
    }
    named
}
