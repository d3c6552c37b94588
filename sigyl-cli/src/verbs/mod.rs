//! What `sigyl` can do, one file for each verb.

mod advisories;
mod completions;
pub(crate) mod manifest;
pub(crate) mod pin;
pub(crate) mod rules;
pub(crate) mod scan;
mod schema;

use clap::Subcommand;

use crate::{exit::Exit, failure::Failure};

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read a server's source and say safe, warning or blocked.
    Scan(Box<scan::ScanArguments>),
    /// List the rules, or explain one.
    Rules(rules::RulesArguments),
    /// Import known vulnerabilities of dependencies, or tell about them.
    Advisories(advisories::AdvisoriesArguments),
    /// Check, show or write a server's manifest.
    Manifest(manifest::ManifestArguments),
    /// Pin what a server offers in sigyl.lock, or tell what changed since.
    Pin(pin::PinArguments),
    /// The server, and what looks after it.
    #[cfg(feature = "serve")]
    #[command(flatten)]
    Server(sigyl_server::command::Command),
    /// Print what a shell needs to complete commands.
    Completions(completions::CompletionsArguments),
    /// Print a JSON Schema of an output.
    #[command(hide = true)]
    Schema(schema::SchemaArguments),
}

/// Runs one verb.
pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Advisories(arguments) => advisories::run(&arguments),
        Command::Manifest(arguments) => manifest::run(&arguments),
        Command::Pin(arguments) => pin::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Server(command) => {
            Ok(if sigyl_server::command::run(&command)? { Exit::Clean } else { Exit::Found })
        }
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    }
}
