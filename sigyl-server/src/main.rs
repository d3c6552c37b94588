//! `sigyl-server`: the same as `sigyl serve` and its relatives.

use std::process::ExitCode;

use clap::Parser;
use sigyl_server::command::Command;

/// Runs Sigyl's server.
#[derive(Debug, Parser)]
#[command(name = "sigyl-server", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[allow(clippy::print_stderr, reason = "the one place that tells why the program ends")]
fn main() -> ExitCode {
    match sigyl_server::command::run(&Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {}", error.told());
            ExitCode::from(2)
        }
    }
}
