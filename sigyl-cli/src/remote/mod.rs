//! Verbs that ask a server of Sigyl over its public API, as anyone could.

mod api;
mod credentials;
mod error;
mod follow;
mod input;
#[cfg(feature = "serve")]
mod near;
mod table;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use reqwest::Url;
use serde_json::Value;

pub(crate) use api::{Api, is_near, server_url};
pub(crate) use credentials::{Credentials, Kept, Kind};
pub(crate) use error::RemoteError;
pub(crate) use follow::Next;
pub(crate) use input::{ask, secret};
pub(crate) use table::{pairs, table};

use crate::{failure::Failure, output};

/// Where a server is that was started with nothing said.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:7450";

/// Which server, and which workspace on it.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The server [default: $SIGYL_SERVER, else the one of the last login].
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The workspace, by id or slug [default: $SIGYL_WORKSPACE, else what `sigyl workspace use` chose].
    #[arg(long, value_name = "WORKSPACE")]
    workspace: Option<String>,
}

impl Target {
    /// The server that is meant; where none is named and none answers on this computer, one is started for the user,
    /// which goes on when this program ends.
    ///
    /// # Errors
    /// When no server can be told or started, or what is kept cannot be read.
    #[cfg(feature = "serve")]
    pub(crate) fn api_or_own(&self, isolation: Isolation) -> Result<Api, Failure> {
        let is_named = self.server.is_some() || variable("SIGYL_SERVER").is_some();
        if !is_named && Credentials::load()?.current.is_none_or(|current| current == DEFAULT_SERVER) {
            near::start(isolation)?;
        }
        self.api()
    }

    /// The server that is meant; this program has none of its own.
    ///
    /// # Errors
    /// When no server can be told, or what is kept cannot be read.
    #[cfg(not(feature = "serve"))]
    pub(crate) fn api_or_own(&self, _isolation: Isolation) -> Result<Api, Failure> {
        self.api()
    }

    /// The server that is meant, with what the user may show to it: `$SIGYL_API_KEY`, else what the last login kept.
    ///
    /// # Errors
    /// When no server can be told, or what is kept cannot be read.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        let credentials = Credentials::load()?;
        let named = self.server.clone().or_else(|| variable("SIGYL_SERVER"));
        let url = match named.or_else(|| credentials.current.clone()) {
            Some(text) => server_url(&text)?,
            None => server_url(DEFAULT_SERVER)?,
        };
        let kept = credentials.of(&url);
        let workspace = self.workspace.clone().or_else(|| variable("SIGYL_WORKSPACE"));
        let workspace = workspace.or_else(|| kept.and_then(|kept| kept.workspace.clone()));
        let kept = match variable("SIGYL_API_KEY") {
            Some(token) => Some(Kept { kind: Kind::Key, token, username: None, workspace: None }),
            None => kept.cloned(),
        };
        Ok(Api::new(url, kept, workspace)?)
    }
}

/// How servers are kept from this computer that run without an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isolation {
    Bubblewrap,
    None,
}

/// How to write an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A table for people.
    Text,
    /// What the server answered, as JSON.
    Json,
}

/// How to write an answer, as an argument.
#[derive(Debug, Args)]
pub(crate) struct Format {
    /// How to write it.
    #[arg(long, short, value_enum, default_value_t = Form::Text)]
    format: Form,
}

impl Format {
    /// The form that was asked for.
    pub(crate) fn form(&self) -> Form {
        self.format
    }

    /// Writes an answer to standard output: its JSON, or what `text` makes of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, answer: &Value, text: impl FnOnce(&Value) -> String) -> Result<(), Failure> {
        match self.format {
            Form::Text => output::write(None, &text(answer)),
            Form::Json => output::write(None, &(serde_json::to_string_pretty(answer)? + "\n")),
        }
    }
}

/// A variable of the environment that says something.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The folder of the user's settings.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(crate) fn settings_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME")?.join(".config")))
}

/// The text at a path of keys; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    path.iter().try_fold(value, |value, key| value.get(key)).and_then(Value::as_str).unwrap_or("")
}

/// The items of a page; none where it has none.
pub(crate) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The day and minute of a time in RFC 3339, which is what people want to see.
pub(crate) fn minute(value: &Value, key: &str) -> String {
    text(value, &[key]).get(..16).map(|at| at.replace('T', " ")).unwrap_or_default()
}

/// Whether the address may be sent a credential: by https, or to this computer.
pub(crate) fn may_carry_credentials(url: &Url) -> bool {
    url.scheme() == "https" || is_near(url)
}
