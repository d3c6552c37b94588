//! `sigyl audit`: the audit log of a server, as its API tells it.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::workspace::meant;
use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Format, RemoteError, Target, table, text},
};

/// Entries in one answer of JSON lines, as the server has it.
const LINES: usize = 10_000;

/// Arguments of `sigyl audit`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl audit list                       what was done in the workspace, newest last
  sigyl audit list --instance            users, logins, the server itself; for operators
  sigyl audit export > audit.jsonl       all of it, to be kept elsewhere
  sigyl audit verify                     on the server's own computer: is the log whole?")]
pub(crate) struct AuditArguments {
    #[command(subcommand)]
    verb: AuditVerb,
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// List entries, newest last.
    List {
        #[command(flatten)]
        which: Which,
        /// Only entries after this number.
        #[arg(long, default_value_t = 0)]
        after: u64,
        /// Most entries that are told.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Print all entries as JSON lines, with the hashes that chain them.
    Export {
        #[command(flatten)]
        which: Which,
        /// Only entries after this number.
        #[arg(long, default_value_t = 0)]
        after: u64,
    },
    #[cfg(feature = "serve")]
    #[command(flatten)]
    Server(sigyl_server::command::AuditVerb),
}

/// Which log.
#[derive(Debug, Args)]
struct Which {
    /// The log of what concerns no workspace.
    #[arg(long)]
    instance: bool,
    #[command(flatten)]
    target: Target,
}

impl Which {
    fn path(&self, api: &Api) -> Result<Vec<String>, RemoteError> {
        let path = if self.instance {
            vec!["api".to_owned(), "v1".to_owned(), "audit".to_owned()]
        } else {
            ["api", "v1", "workspaces", &meant(api)?, "audit"].map(ToOwned::to_owned).to_vec()
        };
        Ok(path)
    }
}

/// Runs one of them.
pub(crate) fn run(arguments: &AuditArguments) -> Result<Exit, Failure> {
    match &arguments.verb {
        AuditVerb::List { which, after, limit, format } => {
            let api = which.target.api()?;
            api.known()?;
            let path = which.path(&api)?;
            let path = path.iter().map(String::as_str).collect::<Vec<_>>();
            let all = api.pages(&path, &[("after", &after.to_string())], *limit as usize)?;
            format.write(&json!(all), |_| list(&all))?;
        }
        AuditVerb::Export { which, after } => {
            let api = which.target.api()?;
            api.known()?;
            let path = which.path(&api)?;
            let path = path.iter().map(String::as_str).collect::<Vec<_>>();
            let mut after = *after;
            loop {
                let lines = api.text(&path, &[("format", "jsonl"), ("after", &after.to_string())])?;
                output::write(None, &lines)?;
                let last = lines.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok());
                match last.and_then(|last| last.get("number")?.as_u64()) {
                    Some(number) if lines.lines().count() >= LINES && number > after => after = number,
                    _ => break,
                }
            }
        }
        #[cfg(feature = "serve")]
        AuditVerb::Server(verb) => {
            return Ok(if sigyl_server::command::run_audit(verb)? { Exit::Clean } else { Exit::Found });
        }
    }
    Ok(Exit::Clean)
}

fn list(all: &[Value]) -> String {
    let row = |it: &Value| {
        let at = text(it, &["at"]).get(..19).map(|at| at.replace('T', " ")).unwrap_or_default();
        let object = format!("{} {}", text(it, &["object_kind"]), text(it, &["object_id"]));
        [
            it["number"].to_string(),
            at,
            text(it, &["actor_name"]).to_owned(),
            text(it, &["address"]).to_owned(),
            text(it, &["action"]).to_owned(),
            text(it, &["outcome"]).to_owned(),
            object.trim().to_owned(),
        ]
    };
    let rows = all.iter().map(row).collect::<Vec<_>>();
    table(["NUMBER", "WHEN", "WHO", "FROM", "WHAT", "OUTCOME", "ON"], &rows)
}
