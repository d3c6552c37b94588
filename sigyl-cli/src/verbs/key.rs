//! `sigyl key`: API keys.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Form, Format, Target, items, minute, table, text},
};

const KEYS: [&str; 3] = ["api", "v1", "keys"];

/// Arguments of `sigyl key`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl key create ci --scope publish,read > key.txt
  sigyl key list
  sigyl key rotate KEY-ID --overlap-hours 2 > key.txt
  sigyl key disable KEY-ID")]
pub(crate) struct KeyArguments {
    #[command(subcommand)]
    verb: KeyVerb,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Subcommand)]
enum KeyVerb {
    /// List the keys of the workspace that the user may see.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Make a key and print it; it is shown this once.
    Create {
        /// What it is for.
        name: String,
        /// What it may do; several by several of it, or with commas.
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        #[arg(value_parser = ["read", "publish", "deploy", "secrets", "reveal", "gateway", "admin"])]
        scopes: Vec<String>,
        /// When it ends, as 2027-01-31T00:00:00Z; never where nothing is said.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        #[command(flatten)]
        format: Format,
    },
    /// Make a key's successor and print it; the old key goes on for a while.
    Rotate {
        /// The key's id.
        id: String,
        /// How long the old key goes on; a day where nothing is said.
        #[arg(long, value_name = "HOURS")]
        overlap_hours: Option<u64>,
        #[command(flatten)]
        format: Format,
    },
    /// Let a key work no more, until it is enabled.
    Disable {
        /// The key's id.
        id: String,
    },
    /// Let a key work again.
    Enable {
        /// The key's id.
        id: String,
    },
    /// Delete a key for good.
    Delete {
        /// The key's id.
        id: String,
    },
}

/// Runs one of them.
pub(crate) fn run(arguments: &KeyArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    let of = |id: &str| KEYS.map(ToOwned::to_owned).into_iter().chain([id.to_owned()]).collect::<Vec<_>>();
    let set = |id: &str, is_active: bool| {
        let path = of(id);
        let path = path.iter().map(String::as_str).collect::<Vec<_>>();
        api.send(Method::PATCH, &path, &json!({ "is_active": is_active }))
    };
    match &arguments.verb {
        KeyVerb::List { format } => {
            let all = api.pages(&KEYS, &[], 10_000)?;
            format.write(&json!(all), |_| list(&all))?;
        }
        KeyVerb::Create { name, scopes, expires, format } => {
            let mut body = json!({ "name": name, "scopes": scopes });
            if let Some(expires) = expires {
                body["expires_at"] = json!(expires);
            }
            shown_once(format, &api.send(Method::POST, &KEYS, &body)?)?;
        }
        KeyVerb::Rotate { id, overlap_hours, format } => {
            let body = match overlap_hours {
                Some(hours) => json!({ "overlap_s": hours.saturating_mul(3600) }),
                None => json!({}),
            };
            let path = ["api", "v1", "keys", id, "rotate"];
            shown_once(format, &api.send(Method::POST, &path, &body)?)?;
        }
        KeyVerb::Disable { id } => drop(set(id, false)?),
        KeyVerb::Enable { id } => drop(set(id, true)?),
        KeyVerb::Delete { id } => api.delete(&["api", "v1", "keys", id])?,
    }
    Ok(Exit::Clean)
}

/// The token alone on standard output, for a file or a pipe.
fn shown_once(format: &Format, made: &Value) -> Result<(), Failure> {
    let token = format!("{}\n", text(made, &["token"]));
    format.write(made, |_| token)?;
    if format.form() == Form::Text {
        output::note("this key is shown once; keep it where nobody else reads");
    }
    Ok(())
}

fn list(all: &[Value]) -> String {
    let row = |key: &Value| {
        let scopes = items(key, "scopes").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
        let state = if key["is_active"] == true { "active" } else { "disabled" };
        [
            text(key, &["id"]).to_owned(),
            text(key, &["name"]).to_owned(),
            text(key, &["username"]).to_owned(),
            text(key, &["hint"]).to_owned(),
            state.to_owned(),
            minute(key, "expires_at"),
            minute(key, "last_used_at"),
            scopes,
        ]
    };
    let rows = all.iter().map(row).collect::<Vec<_>>();
    table(["ID", "NAME", "USER", "KEY", "STATE", "ENDS", "LAST USED", "SCOPES"], &rows)
}
