//! `sigyl login`, `logout` and `whoami`: who the user is to a server.

use std::path::{Path, PathBuf};

use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{
        Api, Credentials, DEFAULT_SERVER, Format, Kept, Kind, Target, ask, items, pairs, secret, server_url,
        text, variable,
    },
};

/// Arguments of `sigyl login`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl login https://mcp.example.com                    asks for name and password
  sigyl login --key key.txt https://mcp.example.com      an API key of a file; - is standard input
  sigyl login --claim ~/.local/share/sigyl/server/claim-token
                                                         the first administrator of a new server
  sigyl login --invitation - https://mcp.example.com     an account for who was invited

What a login gives is kept in sigyl/credentials.json of the user's settings, readable by the user alone.")]
pub(crate) struct LoginArguments {
    /// The server [default: $SIGYL_SERVER, else http://127.0.0.1:7450].
    #[arg(value_name = "URL")]
    server: Option<String>,
    /// The user's name or address of mail; asked for where it is not given.
    #[arg(long, short, value_name = "NAME")]
    username: Option<String>,
    /// A file with the password; - is standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file with an API key, to be used instead of a name; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["username", "password_file"])]
    key: Option<PathBuf>,
    /// The file with the claim token of a new server: makes the account of its first administrator.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "invitation"])]
    claim: Option<PathBuf>,
    /// A file with an invitation's token: makes an account; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    invitation: Option<PathBuf>,
}

/// Arguments of `sigyl logout`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  sigyl logout      the session ends; an API key is forgotten here, and goes on elsewhere"
)]
pub(crate) struct LogoutArguments {
    #[command(flatten)]
    target: Target,
}

/// Arguments of `sigyl whoami`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sigyl whoami --format json | jq -r .user.username")]
pub(crate) struct WhoamiArguments {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    format: Format,
}

const NAME_INSTEAD: &str = "give --username";
const PASSWORD_INSTEAD: &str = "give --password-file";

/// Logs in.
pub(crate) fn login(arguments: &LoginArguments) -> Result<Exit, Failure> {
    let named = arguments.server.clone().or_else(|| variable("SIGYL_SERVER"));
    let url = server_url(named.as_deref().unwrap_or(DEFAULT_SERVER))?;
    let mut credentials = Credentials::load()?;
    let kept = match &arguments.key {
        Some(file) => with_key(&url, file)?,
        None => {
            let api = Api::new(url.clone(), None, None)?;
            let (answer, token) = begin(&api, arguments)?;
            let username = Some(text(&answer, &["user", "username"]).to_owned());
            Kept { kind: Kind::Session, token, username, workspace: None }
        }
    };
    let name = kept.username.clone().unwrap_or_else(|| "the owner of this key".to_owned());
    credentials.put(&url, kept);
    credentials.save()?;
    output::note(&format!("logged in to {} as {name}", url.as_str().trim_end_matches('/')));
    Ok(Exit::Clean)
}

fn with_key(url: &reqwest::Url, file: &Path) -> Result<Kept, Failure> {
    let token = secret("key", Some(file), "")?.trim().to_owned();
    let kept = Kept { kind: Kind::Key, token, username: None, workspace: None };
    let api = Api::new(url.clone(), Some(kept.clone()), None)?;
    match api.get(&["api", "v1", "me"], &[]) {
        Ok(me) => Ok(Kept { username: Some(text(&me, &["user", "username"]).to_owned()), ..kept }),
        // A key that may publish and not read is good, too.
        Err(error) if error.status() == Some(403) => Ok(kept),
        Err(error) => Err(error.into()),
    }
}

/// Begins a session: the server's answer and the session's token.
fn begin(api: &Api, arguments: &LoginArguments) -> Result<(Value, String), Failure> {
    let token = match (&arguments.claim, &arguments.invitation) {
        (Some(file), _) | (None, Some(file)) => Some(secret("token", Some(file), "")?.trim().to_owned()),
        (None, None) => None,
    };
    let name = match &arguments.username {
        Some(name) => name.clone(),
        None => ask("username", NAME_INSTEAD)?,
    };
    let password = secret("password", arguments.password_file.as_deref(), PASSWORD_INSTEAD)?;
    let account = json!({ "username": name, "password": password });
    let done = match (token, arguments.claim.is_some()) {
        (None, _) => api.session(&["api", "v1", "login"], &json!({ "login": name, "password": password })),
        (Some(token), true) => {
            let body = json!({ "token": token, "username": name, "password": password });
            api.session(&["api", "v1", "claim"], &body)
        }
        (Some(token), false) => {
            let body = json!({ "token": token, "account": account });
            api.session(&["api", "v1", "invitations", "accept"], &body)
        }
    };
    Ok(done?)
}

/// Logs out.
pub(crate) fn logout(arguments: &LogoutArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    let kept = api.known()?;
    if kept.kind == Kind::Session
        && let Err(error) = api.send(Method::POST, &["api", "v1", "logout"], &Value::Null)
        && error.status() != Some(401)
    {
        output::note(&format!("the session is forgotten here, but may go on at the server: {error}"));
    }
    let mut credentials = Credentials::load()?;
    credentials.remove(&api.url);
    credentials.save()?;
    Ok(Exit::Clean)
}

/// Tells who the user is.
pub(crate) fn whoami(arguments: &WhoamiArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    let me = api.get(&["api", "v1", "me"], &[])?;
    arguments.format.write(&me, |me| {
        let workspaces = items(me, "workspaces").iter();
        let workspaces = workspaces.map(|it| format!("{} ({})", text(it, &["slug"]), text(it, &["role"])));
        let scopes = items(me, "scopes").iter().filter_map(Value::as_str).collect::<Vec<_>>();
        let is_operator = me["user"]["is_operator"] == true;
        pairs(&[
            ("server", api.server()),
            ("user", text(me, &["user", "username"]).to_owned()),
            ("email", text(me, &["user", "email"]).to_owned()),
            ("operator", if is_operator { "yes".to_owned() } else { String::new() }),
            ("workspaces", workspaces.collect::<Vec<_>>().join("\n")),
            ("scopes", scopes.join(" ")),
        ])
    })?;
    Ok(Exit::Clean)
}
