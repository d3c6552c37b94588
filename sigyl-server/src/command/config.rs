//! `sigyl config`.

use clap::{Args, Subcommand};

use super::{CommandError, Common, print};
use crate::config::show;

/// Arguments of `sigyl config`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  sigyl config show                      every value with where it came from"
)]
pub struct ConfigArguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print every value with where it came from, without secrets.
    #[command(after_help = "Example:\n  sigyl config show")]
    Show {
        #[command(flatten)]
        common: Common,
    },
}

pub(super) fn run(arguments: &ConfigArguments) -> Result<bool, CommandError> {
    let Verb::Show { common } = &arguments.verb;
    print(&show(&common.gather(Vec::new())?))?;
    Ok(true)
}
