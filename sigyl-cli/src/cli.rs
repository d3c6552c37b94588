//! The command line as users write it.

use clap::{Parser, builder::Styles, builder::styling::AnsiColor};

use crate::verbs::Command;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Scans MCP servers, checks manifests, runs a server for people and their keys.
#[derive(Debug, Parser)]
#[command(name = "sigyl", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:
  sigyl scan .                                 scan the server in this folder
  sigyl scan npm:@scope/server@1.2.3           scan a published package
  sigyl rules explain command-injection        what a rule finds, and what to write instead
  sigyl manifest check .                       is the manifest valid?
  sigyl scan --clients                         scan what this computer's clients start
  sigyl serve                                  run the server on this computer
  sigyl pin --check                            is what the server offers still what was pinned?
  sigyl plan .                                 how would it be built and started?
  sigyl publish                                publish this folder's server, and wait for its scan

Exit codes: 0 clean at the threshold, 1 findings at or above it, or a published version that is blocked,
2 usage, input or engine failure, or a server that refuses, 3 something was not analysed and the policy
blocks on that.")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}
