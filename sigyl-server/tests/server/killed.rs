//! Servers that are killed in the middle of their work, and what the next one finds: everything that was acknowledged,
//! nothing by halves. A few times here, a hundred with `SIGYL_FULL`.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::support::{PASSWORD, Settings};

/// How often each kind of work is cut off.
fn times() -> u64 {
    if std::env::var_os("SIGYL_FULL").is_some() { 100 } else { 3 }
}

/// A server in a process of its own.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    /// Starts one, and waits until it listens.
    pub(crate) fn start(settings: &Settings) -> Self {
        let mut child = spawn(settings, &["serve"]);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let url = lines.by_ref().find_map(|line| {
            let url =
                serde_json::from_str::<Value>(&line).ok().and_then(|it| Some(it["url"].as_str()?.to_owned()));
            said.push(line);
            url
        });
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: url.unwrap_or_else(|| panic!("{said:?}")) }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(settings: &Settings, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_sigyl-server"))
        .args(arguments)
        .env_clear()
        .envs(settings.variables.iter().map(|(name, value)| (name, value)))
        .env("SIGYL_LOG_FORMAT", "json")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

pub(crate) async fn settings(engine: Engine) -> Settings {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    if engine == Engine::Postgres {
        assert!(settings.program(&["db", "init-key"]).status.success());
    }
    settings
}

/// Somebody who asks a server over the network.
#[derive(Clone)]
pub(crate) struct Caller {
    client: Client,
    pub(crate) key: String,
}

impl Caller {
    /// Somebody without a key.
    pub(crate) fn nobody() -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        Self { client, key: String::new() }
    }

    /// The first administrator, by a key with every scope.
    pub(crate) async fn claim(settings: &Settings, url: &str) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        let token = std::fs::read_to_string(settings.data().join("claim-token")).unwrap();
        let body = json!({ "token": token.trim(), "username": "ada", "password": PASSWORD });
        let mut this = Self { client, key: String::new() };
        let claimed = this.request("POST", &format!("{url}/api/v1/claim"), &body).send().await.unwrap();
        let cookie = claimed.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let body =
            json!({ "name": "test", "scopes": ["read", "publish", "deploy", "secrets", "reveal", "admin"] });
        let made = this.request("POST", &format!("{url}/api/v1/keys"), &body).header("cookie", cookie);
        let made: Value = serde_json::from_str(&made.send().await.unwrap().text().await.unwrap()).unwrap();
        made["token"].as_str().unwrap().clone_into(&mut this.key);
        this
    }

    fn request(&self, method: &str, url: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), url);
        let request = if self.key.is_empty() {
            request
        } else {
            request.header("authorization", format!("Bearer {}", self.key))
        };
        if body.is_null() {
            request
        } else {
            request.header("content-type", "application/json").body(body.to_string())
        }
    }

    /// The answer, or nothing where there was no whole one.
    pub(crate) async fn ask(&self, method: &str, url: &str, body: Value) -> Option<(StatusCode, Value)> {
        let answer = self.request(method, url, &body).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    pub(crate) async fn get(&self, url: &str) -> Value {
        let (status, body) = self.ask("GET", url, Value::Null).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{url}: {body}");
        body
    }
}

pub(crate) fn document(name: &str, version: u64) -> Value {
    json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": name, "description": "Tells the weather", "version": format!("1.0.{version}"),
        "remotes": [{ "type": "streamable-http", "url": format!("https://{}.example/mcp", name.replace('/', "-")) }],
    })
}

/// The log of every chain is whole.
pub(crate) fn verify(settings: &Settings) {
    let done = settings.program(&["audit", "verify"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// Versions of a server that everybody sees, each read by itself; exactly one of them is the latest.
pub(crate) async fn published(caller: &Caller, url: &str, name: &str) -> BTreeSet<String> {
    let name = name.replace('/', "%2F");
    let Some((StatusCode::OK, all)) =
        caller.ask("GET", &format!("{url}/v0.1/servers/{name}/versions"), Value::Null).await
    else {
        return BTreeSet::new();
    };
    let official = "io.modelcontextprotocol.registry/official";
    let latest =
        all["servers"].as_array().unwrap().iter().filter(|it| it["_meta"][official]["isLatest"] == true);
    let latest = latest.map(|it| &it["server"]["version"]).collect::<Vec<_>>();
    assert_eq!(latest.len(), 1, "{all}");
    // What people see of it was made in the same transaction.
    let details = caller.get(&format!("{url}/api/v1/packages/{name}")).await;
    assert_eq!(&details["version"], latest[0], "{details}");
    let mut found = BTreeSet::new();
    for it in all["servers"].as_array().unwrap() {
        let version = it["server"]["version"].as_str().unwrap();
        let one = caller.get(&format!("{url}/v0.1/servers/{name}/versions/{version}")).await;
        assert_eq!(one["server"], it["server"]);
        found.insert(version.to_owned());
    }
    found
}

/// Somewhere within the work: another moment each time.
fn moment(round: u64) -> Duration {
    Duration::from_millis(5 + round * 37 % 160)
}

async fn publishing(engine: Engine) {
    let settings = settings(engine).await;
    let mut server = Process::start(&settings);
    let caller = Caller::claim(&settings, &server.url).await;
    for round in 0..times() {
        let name = format!("ada/weather-{round}");
        let mut acknowledged = BTreeSet::new();
        let publish = async |number: u64| {
            let answer =
                caller.ask("POST", &format!("{}/v0.1/publish", server.url), document(&name, number)).await;
            let (status, body) = answer.unwrap();
            assert_eq!(status, StatusCode::OK, "{body}");
            format!("1.0.{number}")
        };
        acknowledged.insert(publish(1).await);
        let work = async {
            for number in 2.. {
                acknowledged.insert(publish(number).await);
            }
        };
        let _ = tokio::time::timeout(moment(round), work).await;
        server.kill();
        server = Process::start(&settings);
        let found = published(&caller, &server.url, &name).await;
        assert!(acknowledged.is_subset(&found), "{acknowledged:?} {found:?}");
        // One more at most: the one that was under way.
        assert!(found.len() <= acknowledged.len() + 1, "{acknowledged:?} {found:?}");
        verify(&settings);
    }
}

async fn importing(engine: Engine) {
    let settings = settings(engine).await;
    let mut server = Process::start(&settings);
    let caller = Caller::claim(&settings, &server.url).await;
    for round in 0..times() {
        let all =
            (0..40).map(|number| document(&format!("ada/imported-{round}-{number}"), 1)).collect::<Vec<_>>();
        let files = json!([{ "path": "servers.json", "text": json!({ "servers": all }).to_string() }]);
        let import = format!("{}/api/v1/registry/import", server.url);
        let work = caller.ask("POST", &import, json!({ "files": files }));
        let done = tokio::time::timeout(moment(round), work).await;
        server.kill();
        server = Process::start(&settings);
        // What came in, came in whole; the rest comes in when it is asked for again.
        let again = caller
            .ask("POST", &format!("{}/api/v1/registry/import", server.url), json!({ "files": files }))
            .await;
        let (status, body) = again.unwrap();
        assert!(status.is_success(), "{status} {body} {done:?}");
        for number in 0..40 {
            let found = published(&caller, &server.url, &format!("ada/imported-{round}-{number}")).await;
            assert_eq!(found.len(), 1, "{round} {number}: {body}");
        }
        verify(&settings);
    }
}

async fn rotating(engine: Engine) {
    let mut settings = settings(engine).await;
    let mut server = Process::start(&settings);
    let caller = Caller::claim(&settings, &server.url).await;
    let mut ids = Vec::new();
    for number in 0..30 {
        let body = json!({ "name": format!("SECRET_{number}"), "value": format!("value-{number}") });
        let (status, made) =
            caller.ask("POST", &format!("{}/api/v1/secrets", server.url), body).await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{made}");
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let mut key = settings.data().join("master.key");
    for round in 0..times() {
        // The workspace's key, by the server.
        let rotate = format!("{}/api/v1/workspaces/ada/data-key/rotate", server.url);
        let _ = tokio::time::timeout(moment(round), caller.ask("POST", &rotate, json!({}))).await;
        server.kill();
        // The master key, by its command, which is killed, too: one of both keys opens everything afterwards.
        let next = settings.folder.path().join(format!("key-{round}"));
        let mut command = spawn(&settings, &["db", "rotate-key", "--to-file", next.to_str().unwrap()]);
        std::thread::sleep(moment(round * 3));
        let _ = command.kill();
        command.wait().unwrap();
        let candidates = [&key, &next].map(Clone::clone);
        let mut opened = None;
        for candidate in candidates.into_iter().filter(|it| it.exists()) {
            let mut with =
                Settings { folder: tempfile::tempdir().unwrap(), variables: settings.variables.clone() };
            with.set("SIGYL_MASTER_KEY_FILE", candidate.to_str().unwrap());
            if with.program(&["audit", "verify"]).status.success() && is_the_key(&with) {
                assert!(opened.is_none(), "two keys fit");
                opened = Some(candidate);
            }
        }
        key = opened.expect("no key fits");
        settings.set("SIGYL_MASTER_KEY_FILE", key.to_str().unwrap());
        server = Process::start(&settings);
        for (number, id) in ids.iter().enumerate() {
            let value = caller.get(&format!("{}/api/v1/secrets/{id}/value", server.url)).await;
            assert_eq!(value["value"], format!("value-{number}"));
        }
    }
    verify(&settings);
}

/// Whether a server would start with this key.
fn is_the_key(settings: &Settings) -> bool {
    let mut child = spawn(settings, &["serve"]);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let begun = lines.any(|line| serde_json::from_str::<Value>(&line).is_ok_and(|it| it["url"].is_string()));
    let _ = child.kill();
    let _ = child.wait();
    begun
}

async fn migrating(engine: Engine) {
    for round in 0..times() {
        let settings = settings(engine).await;
        // Several are killed on their way up, the last one stays.
        for part in 0..4 {
            let mut child = spawn(&settings, &["serve"]);
            std::thread::sleep(Duration::from_millis(3 + (round * 29 + part * 17) % 90));
            let _ = child.kill();
            child.wait().unwrap();
        }
        let server = Process::start(&settings);
        let (out, states) = (settings.program(&["db", "status"]), "applied");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        assert!(
            String::from_utf8_lossy(&out.stdout).contains(states),
            "{}",
            String::from_utf8_lossy(&out.stdout)
        );
        let caller = Caller::claim(&settings, &server.url).await;
        let body = document("ada/weather", 1);
        let answer = caller.ask("POST", &format!("{}/v0.1/publish", server.url), body).await.unwrap();
        assert_eq!(answer.0, StatusCode::OK, "{}", answer.1);
        verify(&settings);
    }
}

macro_rules! on_both_processes {
    ($($name:ident $work:ident),*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $work(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $work(Engine::Postgres).await;
            }
        }
    )*};
}

on_both_processes!(
    while_publishing publishing,
    while_importing importing,
    while_rotating_keys rotating,
    while_migrating migrating
);
