//! `sigyl`: scans MCP servers, explains the rules, checks manifests.
//!
//! Thin by intent: what a scan finds and what a manifest means is decided in `sigyl-scan` and `sigyl-core`; here are
//! arguments, files, output formats and exit codes. Only this crate reads the environment, the clock and the terminal.

mod advisories;
mod beyond;
mod cache;
mod checkout;
mod cli;
mod exit;
mod failure;
mod fetch;
mod format;
mod install;
mod llm;
mod mending;
mod output;
mod progress;
mod remote;
mod schema;
mod settings;
mod trust;
mod verbs;
mod visible;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Arguments, exit::Exit};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way, too; clap knows which stream they go to.
            let exit = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            return if error.print().is_ok() { exit.into() } else { Exit::Failed.into() };
        }
    };
    match verbs::run(arguments.command) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::complain(&failure);
            Exit::Failed.into()
        }
    }
}
