//! The command line of fvprov: see `cmd`.

mod cmd;

fn main() -> std::process::ExitCode {
    cmd::main()
}
