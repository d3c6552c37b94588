//! `sigyl schema`: prints a JSON Schema; hidden, for the documentation.

use clap::{Args, builder::PossibleValuesParser};

use crate::{exit::Exit, failure::Failure, output, schema};

/// Arguments of `sigyl schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// Which.
    #[arg(value_parser = PossibleValuesParser::new(schema::NAMES))]
    name: String,
}

/// Prints it.
pub(crate) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    output::write(None, &schema::print(&arguments.name)?.unwrap_or_default())?;
    Ok(Exit::Clean)
}
