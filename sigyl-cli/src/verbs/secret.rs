//! `sigyl secret`: secrets on a server. A value is never an argument, which others can read in the list of processes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Format, RemoteError, Target, minute, secret, table, text},
};

const SECRETS: [&str; 3] = ["api", "v1", "secrets"];

/// Arguments of `sigyl secret`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl secret set OPENAI_API_KEY                     asks for the value without showing it
  pass show openai | sigyl secret set OPENAI_API_KEY --file -
  sigyl secret set TOKEN --package com.example/weather --file token.txt
  sigyl secret list
  sigyl secret reveal OPENAI_API_KEY
  sigyl secret rotate OPENAI_API_KEY --file -         a new value for one that is there
  sigyl secret remove OPENAI_API_KEY")]
pub(crate) struct SecretArguments {
    #[command(subcommand)]
    verb: SecretVerb,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Subcommand)]
enum SecretVerb {
    /// List secrets, without values.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Store a secret, or give one that is there a new value.
    Set {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        value: Given,
        /// What it is for.
        #[arg(long)]
        description: Option<String>,
        /// What kind of value it is; text where nothing is said.
        #[arg(long = "type", value_enum)]
        kind: Option<ValueKind>,
        /// When it ends, as 2027-01-31T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// After how many days it should be changed.
        #[arg(long, value_name = "DAYS")]
        rotate_days: Option<i64>,
    },
    /// Print a secret's value. The server's audit log tells of it.
    Reveal {
        #[command(flatten)]
        which: Which,
    },
    /// Give a secret that is there a new value; the last ten are kept.
    Rotate {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        value: Given,
    },
    /// Delete a secret with all its versions.
    Remove {
        #[command(flatten)]
        which: Which,
    },
}

/// Which secret.
#[derive(Debug, Args)]
struct Which {
    /// The secret's name, or its id.
    name: String,
    /// The one for this package alone.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// The one that the workspace shares, not one's own.
    #[arg(long)]
    shared: bool,
}

/// Where the value comes from.
#[derive(Debug, Args)]
struct Given {
    /// A file with the value; - is standard input. Asked for where it is not given.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Given {
    fn read(&self) -> Result<String, Failure> {
        secret("value", self.file.as_deref(), "give --file FILE, or --file - for standard input")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ValueKind {
    String,
    Number,
    Boolean,
}

impl ValueKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// Runs one of them.
pub(crate) fn run(arguments: &SecretArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    match &arguments.verb {
        SecretVerb::List { format } => {
            let all = api.pages(&SECRETS, &[], 10_000)?;
            format.write(&json!(all), |_| list(&all))?;
        }
        SecretVerb::Set { which, value, description, kind, expires, rotate_days } => {
            let found = find(&api, which)?;
            let mut body = json!({ "value": value.read()? });
            let mut put = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    body[key] = value;
                }
            };
            put("description", description.as_ref().map(|it| json!(it)));
            put("expires_at", expires.as_ref().map(|it| json!(it)));
            put("rotate_days", rotate_days.map(|it| json!(it)));
            match found {
                Some(_) if kind.is_some() => {
                    let why = "the type of a secret that is there stays; remove it first";
                    return Err(RemoteError::Missing(why.to_owned()).into());
                }
                Some(id) => drop(api.send(Method::PATCH, &["api", "v1", "secrets", &id], &body)?),
                None => {
                    put("name", Some(json!(which.name)));
                    put("package", which.package.as_ref().map(|it| json!(it)));
                    put("is_shared", Some(json!(which.shared)));
                    put("kind", kind.map(|kind| json!(kind.as_str())));
                    api.send(Method::POST, &SECRETS, &body)?;
                }
            }
        }
        SecretVerb::Reveal { which } => {
            let id = found(&api, which)?;
            let answer = api.get(&["api", "v1", "secrets", &id, "value"], &[])?;
            output::write(None, &format!("{}\n", text(&answer, &["value"])))?;
        }
        SecretVerb::Rotate { which, value } => {
            let id = found(&api, which)?;
            let body = json!({ "value": value.read()? });
            api.send(Method::PATCH, &["api", "v1", "secrets", &id], &body)?;
        }
        SecretVerb::Remove { which } => {
            let id = found(&api, which)?;
            api.delete(&["api", "v1", "secrets", &id])?;
        }
    }
    Ok(Exit::Clean)
}

fn found(api: &Api, which: &Which) -> Result<String, Failure> {
    let missing = || RemoteError::Missing(format!("there is no secret {} like that", which.name));
    Ok(find(api, which)?.ok_or_else(missing)?)
}

/// The id of the secret that is meant.
fn find(api: &Api, which: &Which) -> Result<Option<String>, RemoteError> {
    let all = api.pages(&SECRETS, &[], usize::MAX)?;
    let is_meant = |it: &&Value| {
        let by_name = text(it, &["name"]) == which.name
            && it.get("package").and_then(Value::as_str) == which.package.as_deref()
            && it.get("owner_id").is_none() == which.shared;
        by_name || text(it, &["id"]) == which.name
    };
    Ok(all.iter().find(is_meant).map(|it| text(it, &["id"]).to_owned()))
}

fn list(all: &[Value]) -> String {
    let row = |it: &Value| {
        let state = match (it["is_expired"] == true, it["is_due"] == true) {
            (true, _) => "ended",
            (false, true) => "due",
            _ => "",
        };
        [
            text(it, &["id"]).to_owned(),
            text(it, &["name"]).to_owned(),
            text(it, &["kind"]).to_owned(),
            if it.get("owner_id").is_some() { "own".to_owned() } else { "shared".to_owned() },
            text(it, &["package"]).to_owned(),
            minute(it, "changed_at"),
            state.to_owned(),
            text(it, &["description"]).to_owned(),
        ]
    };
    let rows = all.iter().map(row).collect::<Vec<_>>();
    table(["ID", "NAME", "TYPE", "WHOSE", "PACKAGE", "CHANGED", "STATE", "DESCRIPTION"], &rows)
}
