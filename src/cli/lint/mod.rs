//! `fvprov lint`

mod args;
mod baseline;
mod fixes;
mod generated;
mod outputs;
mod run;
#[cfg(feature = "watch")]
mod watch;

#[cfg(not(feature = "watch"))]
use crate::cli::shared::Failure;
use crate::cli::shared::{CommandResult, Global};
pub use args::LintArgs;

pub fn run(global: &Global, args: &LintArgs) -> CommandResult {
    if !args.watch {
        let (is_fine, opened, cache, _) = run::run_once(global, args)?;
        // Freeing a large tree before the process exits wastes time.
        std::mem::forget((opened, cache));
        return Ok(is_fine);
    }
    #[cfg(feature = "watch")]
    return watch::run(global, args);
    #[cfg(not(feature = "watch"))]
    Err(Failure::Unable("--watch: this fvprov was built without support for it (feature `watch`)".into()))
}
