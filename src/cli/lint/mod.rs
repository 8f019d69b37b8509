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
        return run::run_once(global, args).map(|(fine, _)| fine);
    }
    #[cfg(feature = "watch")]
    return watch::run(global, args);
    #[cfg(not(feature = "watch"))]
    Err(Failure::Unable("--watch: this fvprov was built without support for it (feature `watch`)".into()))
}
