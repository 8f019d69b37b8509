//! The command line of fvprov: see `cli`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
