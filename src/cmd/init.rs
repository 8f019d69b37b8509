//! `fvprov init`
use clap::Args;

use super::{Global, Outcome};

/// Make a new tree
#[derive(Args)]
pub struct InitArgs {}

pub fn run(_global: &Global, _args: &InitArgs) -> Outcome {
    Ok(true)
}
