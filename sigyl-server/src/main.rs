//! `sigyl-server`: the same as `sigyl serve` and its relatives.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sigyl_server::command::{AuditVerb, Command, run, run_audit};

/// Runs Sigyl's server.
#[derive(Debug, Parser)]
#[command(name = "sigyl-server", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Server(Command),
    /// Verify the server's audit log.
    #[command(subcommand)]
    Audit(AuditVerb),
}

#[allow(clippy::print_stderr, reason = "the one place that tells why the program ends")]
fn main() -> ExitCode {
    let done = match &Arguments::parse().verb {
        Verb::Server(command) => run(command),
        Verb::Audit(verb) => run_audit(verb),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {}", error.told());
            ExitCode::from(2)
        }
    }
}
