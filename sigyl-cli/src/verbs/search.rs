//! `sigyl search`: servers in a registry.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    remote::{Format, Target, table, text},
};

/// Arguments of `sigyl search`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl search weather
  sigyl search                      every server, by downloads
  sigyl search weather --format json | jq -r '.[].name'")]
pub(crate) struct SearchArguments {
    /// Words of its name, title, description, tools or secrets.
    #[arg(default_value = "")]
    query: String,
    /// Most servers that are told.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

/// Searches.
pub(crate) fn run(arguments: &SearchArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    let query = arguments.query.trim();
    let most = arguments.limit as usize;
    let found = match query {
        "" => api.pages(&["api", "v1", "packages"], &[("sort", "popular")], most)?,
        query => api.pages(&["api", "v1", "packages", "search"], &[("q", query)], most)?,
    };
    arguments.format.write(&json!(found), |_| {
        let row =
            |it: &Value| ["name", "version", "verdict", "description"].map(|key| text(it, &[key]).to_owned());
        table(["NAME", "VERSION", "SCAN", "DESCRIPTION"], &found.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(Exit::Clean)
}

/// The verdict of the receipt that the registry shows; nothing where there is none.
pub(super) fn verdict(listed: &Value) -> &str {
    let receipts = listed["_meta"].get("io.modelcontextprotocol.registry/security-scan");
    receipts.and_then(|it| it.get(0)).map_or("", |it| text(it, &["verdict"]))
}
