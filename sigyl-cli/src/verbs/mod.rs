//! What `sigyl` can do, one file for each verb.

pub(crate) mod scan;

use crate::{cli::Command, exit::Exit, failure::Failure};

/// Runs one verb.
pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(&arguments),
    }
}
