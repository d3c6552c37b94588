//! A server of the user's own on this computer, started when it is needed, that goes on by itself.

use std::{
    fs::{self, OpenOptions},
    io::Read,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use reqwest::Method;
use serde_json::json;
use sigyl_server::config::{Given, gather};

use super::{Api, Credentials, DEFAULT_SERVER, Isolation, Kept, Kind, RemoteError, server_url, text};
use crate::{failure::Failure, output};

/// How often to look whether it answers, and how many times: half a minute.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: u32 = 300;

/// What the key of the command line may do: all that a person may at this server.
const SCOPES: [&str; 7] = ["read", "publish", "deploy", "secrets", "reveal", "gateway", "admin"];

/// Sees that a server answers on this computer and that the user may use it.
pub(super) fn start(isolation: Isolation) -> Result<(), Failure> {
    let url = server_url(DEFAULT_SERVER)?;
    let api = Api::new(url.clone(), None, None)?;
    let data = data_folder()?;
    if answers(&api) {
        if isolation == Isolation::None {
            output::note("a server runs already; --no-isolation counts for one that is started");
        }
    } else {
        launch(&api, &data, isolation)?;
    }
    let mut credentials = Credentials::load()?;
    if credentials.of(&url).is_some() {
        return Ok(());
    }
    let claim = data.join("claim-token");
    let Ok(token) = fs::read_to_string(&claim) else {
        return Err(RemoteError::NotLoggedIn(DEFAULT_SERVER.to_owned()).into());
    };
    let kept = claim_for_the_user(api, &token)?;
    credentials.put(&url, kept);
    Ok(credentials.save()?)
}

/// The user becomes the server's first administrator, as whoever can read its files may, and gets a key.
fn claim_for_the_user(api: Api, token: &str) -> Result<Kept, Failure> {
    let username = username();
    // Nobody needs it: the key is what is kept, and the page can set another one.
    let password = sigyl_server::random_password().map_err(|error| Failure::Said(error.to_string()))?;
    let body = json!({ "token": token.trim(), "username": username, "password": password });
    let (_, session) = api.session(&["api", "v1", "claim"], &body)?;
    let kept =
        Kept { kind: Kind::Session, token: session, username: Some(username.clone()), workspace: None };
    let api = Api::new(api.url, Some(kept), None)?;
    let made =
        api.send(Method::POST, &["api", "v1", "keys"], &json!({ "name": "command line", "scopes": SCOPES }))?;
    output::note(&format!("{username} is the administrator of the server on this computer"));
    Ok(Kept {
        kind: Kind::Key,
        token: text(&made, &["token"]).to_owned(),
        username: Some(username),
        workspace: None,
    })
}

/// The user's name here, as a server takes it.
fn username() -> String {
    let name = super::variable("USER").unwrap_or_default().to_ascii_lowercase();
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        .take(30)
        .collect();
    if plain.len() < 2 || ["admin", "api", "docs", "instance", "sigyl", "system"].contains(&plain.as_str()) {
        return "local".to_owned();
    }
    plain
}

fn answers(api: &Api) -> bool {
    api.get(&["health"], &[]).is_ok()
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn data_folder() -> Result<std::path::PathBuf, Failure> {
    let environment = |name: &str| std::env::var_os(name);
    let given = Given { file: None, flags: Vec::new(), environment: &environment };
    let gathered = gather(&given).map_err(|mistakes| {
        Failure::Said(format!(
            "the server's configuration has {} mistake(s); `sigyl serve --check-config` tells them",
            mistakes.len()
        ))
    })?;
    Ok(gathered.config.data_dir)
}

/// Starts it in a session of its own, and waits until it answers.
fn launch(api: &Api, data: &Path, isolation: Isolation) -> Result<(), Failure> {
    let failed = |why: String| Failure::Said(format!("no server could be started on this computer: {why}"));
    let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    private_folder(data).map_err(|error| failed(format!("{}: {error}", data.display())))?;
    let log = data.join("serve.log");
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&log);
    let file = file.map_err(|source| Failure::Write { path: log.clone(), source })?;
    let size = file.metadata().map(|metadata| metadata.len()).unwrap_or(0);
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", "127.0.0.1:7450"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file);
    if isolation == Isolation::None {
        command.env("SIGYL_DEPLOY_ISOLATION", "none");
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    output::note(&format!("starting a server on {DEFAULT_SERVER}; its log is {}", log.display()));
    for _ in 0..LOOKS {
        if answers(api) {
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(failed(format!("it ended with {status}: {}", said_since(&log, size))));
        }
        thread::sleep(LOOK_EVERY);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(failed(format!("it does not answer; see {}", log.display())))
}

fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The last of what was logged since it was started.
fn said_since(log: &Path, from: u64) -> String {
    use std::io::{Seek, SeekFrom};
    let mut text = String::new();
    let read = fs::File::open(log).and_then(|mut file| {
        file.seek(SeekFrom::Start(from))?;
        file.take(64 << 10).read_to_string(&mut text)
    });
    match read {
        Ok(_) => {
            text.lines().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("; ")
        }
        Err(_) => format!("see {}", log.display()),
    }
}
