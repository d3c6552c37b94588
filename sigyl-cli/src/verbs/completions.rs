//! `sigyl completions`: what a shell needs to complete Sigyl's commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{cli::Arguments, exit::Exit, failure::Failure, output};

/// Arguments of `sigyl completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl completions bash > ~/.local/share/bash-completion/completions/sigyl
  sigyl completions zsh > ~/.zfunc/_sigyl
  sigyl completions fish > ~/.config/fish/completions/sigyl.fish")]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "sigyl", &mut script);
    output::write(None, &String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
