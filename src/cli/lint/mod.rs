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
        let (is_fine, opened, _) = run::run_once(global, args)?;
        // Freeing a large tree just before the process exits would waste time.
        std::mem::forget(opened);
        return Ok(is_fine);
    }
    #[cfg(feature = "watch")]
    return watch::run(global, args);
    #[cfg(not(feature = "watch"))]
    Err(Failure::Unable("--watch: this fvprov was built without support for it (feature `watch`)".into()))
}
