//! A server over standard input and output, which has to be run to be asked: in a sandbox, or as the caller wills it.

mod sandbox;
mod talk;
mod words;

use std::path::Path;

use clap::Args;
use serde_json::{Map, Value, json};
use sigyl_core::protocol::{LEGACY, client, modern_meta};
use sigyl_scan::{Listing, Observed};

use super::lists::{about, lists_of, pages};
use talk::Talk;

/// How a server is started that speaks over standard input and output.
#[derive(Debug, Args)]
#[command(next_help_heading = "Beyond source")]
pub(crate) struct StdioArguments {
    /// Start a server and ask it what it lists: in bubblewrap without network and without your home, SOURCE as
    /// /server; no shell.
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["tools", "live"])]
    pub(crate) stdio: Option<String>,
    /// Start it in a container of this image instead, by docker or podman.
    #[arg(long, value_name = "IMAGE", requires = "stdio")]
    pub(crate) image: Option<String>,
    /// Start it without a sandbox, with your rights.
    #[arg(long, requires = "stdio", conflicts_with = "image")]
    pub(crate) allow_exec: bool,
}

/// Why a server could not be started or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum StdioError {
    /// The caller must write the command otherwise.
    #[error("--stdio: {0}")]
    Command(&'static str),
    /// There is no sandbox; the caller must install one, name an image, or take the risk.
    #[error(
        "the command would run with all your rights: install bubblewrap (bwrap), or name an image with --image and have \
         docker or podman, or say --allow-exec when you trust the server"
    )]
    NoSandbox,
    /// Neither docker nor podman is there.
    #[error("--image needs docker or podman, and neither is there")]
    NoEngine,
    /// The folder that the server would see holds what it must not.
    #[error("{0} holds your home; name the server's own folder as SOURCE")]
    Home(String),
    /// The program could not be started.
    #[error("cannot start {program}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The server was started and did not answer as one.
    #[error("the server gave no answer: {why}{}", if stderr.is_empty() { String::new() } else { format!("; it wrote: {stderr}") })]
    NoAnswer {
        /// What happened instead.
        why: String,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
}

/// What the server lists. `folder` is the server's own, where one was named.
pub(crate) fn ask(
    command: &str,
    arguments: &StdioArguments,
    folder: Option<&Path>,
) -> Result<(Listing, Observed), StdioError> {
    let words = words::split(command).map_err(StdioError::Command)?;
    let plan = sandbox::plan(&words, arguments, folder)?;
    let mut talk = Talk::start(plan)?;
    list(&mut talk).map_err(|why| StdioError::NoAnswer { why, stderr: talk.stderr() })
}

/// The era with sessions first: servers of before the other one may end on what they do not know.
fn list(talk: &mut Talk) -> Result<(Listing, Observed), String> {
    let parameters = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client() });
    let answer = talk.request("initialize", parameters)?;
    let (hello, is_modern) = match answer.get("result").filter(|result| result.is_object()) {
        Some(result) => {
            talk.notify("notifications/initialized");
            (result.clone(), false)
        }
        None => {
            let answer = talk.request("server/discover", json!({ "_meta": modern_meta() }))?;
            let result = answer.get("result").filter(|result| result.is_object()).cloned();
            (result.ok_or("it answers neither initialize nor server/discover")?, true)
        }
    };
    let mut listing = Listing::default();
    let mut observed = Observed::default();
    about(&hello, &mut listing);
    for (method, key) in lists_of(hello.get("capabilities")) {
        let ask = |cursor: Option<&str>| {
            let mut parameters = Map::new();
            if let Some(cursor) = cursor {
                parameters.insert("cursor".to_owned(), Value::String(cursor.to_owned()));
            }
            if is_modern {
                parameters.insert("_meta".to_owned(), modern_meta());
            }
            let answer = talk.request(method, Value::Object(parameters))?;
            let code = answer.get("error").and_then(|error| error.get("code")?.as_i64());
            match (answer.get("result"), code) {
                (Some(result), _) => Ok(Some(result.clone())),
                // The method is not there.
                (None, Some(-32601)) => Ok(None),
                (None, _) => Err("it answered with an error".to_owned()),
            }
        };
        if let Err(why) = pages(key, ask, &mut listing) {
            observed.not_checked("stdio", format!("{method}: {why}"));
        }
    }
    Ok((listing, observed))
}
