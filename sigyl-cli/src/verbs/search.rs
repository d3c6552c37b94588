//! `sigyl search`: servers in a registry.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    remote::{Api, Format, RemoteError, Target, items, table, text},
};

/// Arguments of `sigyl search`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl search weather
  sigyl search                      every server, by name
  sigyl search weather --format json | jq -r '.[].server.name'")]
pub(crate) struct SearchArguments {
    /// What the name has in it.
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
    let found = find(&api, &arguments.query, arguments.limit as usize)?;
    arguments.format.write(&json!(found), |_| {
        let row = |it: &Value| {
            [
                text(it, &["server", "name"]).to_owned(),
                text(it, &["server", "version"]).to_owned(),
                verdict(it).to_owned(),
                text(it, &["server", "description"]).to_owned(),
            ]
        };
        table(["NAME", "VERSION", "SCAN", "DESCRIPTION"], &found.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(Exit::Clean)
}

/// The latest versions of servers, from the official list.
fn find(api: &Api, query: &str, most: usize) -> Result<Vec<Value>, RemoteError> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let limit = (most - found.len()).min(100).to_string();
        let mut asked = vec![("version", "latest"), ("limit", limit.as_str())];
        asked.extend((!query.is_empty()).then_some(("search", query)));
        asked.extend((!cursor.is_empty()).then_some(("cursor", cursor.as_str())));
        let page = api.get(&["v0.1", "servers"], &asked)?;
        found.extend_from_slice(items(&page, "servers"));
        text(&page, &["metadata", "nextCursor"]).clone_into(&mut cursor);
        if cursor.is_empty() || found.len() >= most {
            found.truncate(most);
            return Ok(found);
        }
    }
}

/// The verdict of the receipt that the registry shows; nothing where there is none.
pub(super) fn verdict(listed: &Value) -> &str {
    let receipts = listed["_meta"].get("io.modelcontextprotocol.registry/security-scan");
    receipts.and_then(|it| it.get(0)).map_or("", |it| text(it, &["verdict"]))
}
