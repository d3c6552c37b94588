//! A server in this process on a database of its own, and what it answers.

use std::{
    ffi::OsString,
    net::{IpAddr, SocketAddr},
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use serde_json::{Value, json};
use sigyl_server::{
    App, Clock, Engine, Server, Timestamp,
    config::{Given, gather},
    router,
};
use sqlx::Connection;
use tower::ServiceExt;

/// When the tests' clock begins.
pub(crate) const BEGIN: Timestamp = Timestamp(1_790_000_000_000);

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Runs a test on both databases.
macro_rules! on_both {
    ($($(#[$about:meta])* async fn $name:ident($server:ident: TestServer) $body:block)*) => {$(
        $(#[$about])*
        mod $name {
            use super::*;

            async fn test($server: TestServer) $body

            #[tokio::test]
            async fn sqlite() {
                test(TestServer::start(sigyl_server::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                test(TestServer::start(sigyl_server::Engine::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both;

/// An empty database of PostgreSQL.
pub(crate) async fn empty_postgres() -> String {
    let url = std::env::var("SIGYL_TEST_POSTGRES")
        .expect("SIGYL_TEST_POSTGRES names no PostgreSQL: run ./test, or set it to what `tests/postgres start FOLDER` prints");
    let name = format!("test_{}", sigyl_core::secret::random_text(20).unwrap().to_lowercase());
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// What a server is told.
pub(crate) struct Settings {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Settings {
    pub(crate) async fn new(engine: Engine) -> Self {
        let folder = tempfile::Builder::new().prefix("sigyl-server-test-").tempdir().unwrap();
        let mut variables = vec![
            ("HOME", "/nonexistent".to_owned()),
            ("SIGYL_LISTEN", "127.0.0.1:0".to_owned()),
            ("SIGYL_DATA_DIR", folder.path().join("data").display().to_string()),
            ("SIGYL_SCAN_PROGRAM", env!("CARGO_BIN_EXE_sigyl-server").to_owned()),
            ("SIGYL_CONFIG", "/dev/null".to_owned()),
            // Most tests ask more than a person would.
            ("SIGYL_LOGINS_PER_MINUTE", "1000".to_owned()),
            ("SIGYL_WRITES_PER_MINUTE", "60000".to_owned()),
            ("SIGYL_READS_PER_MINUTE", "60000".to_owned()),
        ];
        if engine == Engine::Postgres {
            variables.push(("SIGYL_DATABASE_URL", empty_postgres().await));
        }
        Self { folder, variables }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.retain(|(other, _)| *other != name);
        self.variables.push((name, value.to_owned()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Runs the program itself.
    pub(crate) fn program(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_sigyl-server"))
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap()
    }

    pub(crate) async fn open(&self, clock: Clock) -> Result<Server, sigyl_server::StartError> {
        let given =
            Given { file: None, flags: Vec::new(), environment: &|name| self.get(name).map(OsString::from) };
        Server::open(gather(&given).unwrap().config, clock).await
    }
}

/// A server that answers in this process.
pub(crate) struct TestServer {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) app: App,
    router: Router,
}

impl TestServer {
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::with(Settings::new(engine).await).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        if settings.get("SIGYL_DATABASE_URL").is_some_and(|url| url.starts_with("postgres")) {
            let done = settings.program(&["db", "init-key"]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        let clock = Clock::set(BEGIN);
        let server = settings.open(clock.clone()).await.unwrap();
        Self::of(settings, clock, server.app())
    }

    /// A server on a database that another one left.
    pub(crate) async fn reopened(settings: Settings) -> Self {
        let clock = Clock::set(BEGIN);
        let server = settings.open(clock.clone()).await.unwrap();
        Self::of(settings, clock, server.app())
    }

    pub(crate) fn of(settings: Settings, clock: Clock, app: App) -> Self {
        Self { settings, clock, router: router(app.clone()), app }
    }

    /// What it was told, once nothing of it runs any more.
    pub(crate) async fn end(self) -> Settings {
        self.app.close().await;
        self.settings
    }

    /// Another replica on the same database.
    pub(crate) async fn replica(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { folder, variables: self.settings.variables.clone() };
        let server = settings.open(self.clock.clone()).await.unwrap();
        Self::of(settings, self.clock.clone(), server.app())
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn claim_token(&self) -> String {
        let path = self.settings.data().join("claim-token");
        std::fs::read_to_string(path).unwrap().trim().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Ask<'_> {
        self.ask("POST", path).json(body)
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Ask<'_> {
        self.ask("PATCH", path).json(body)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask("DELETE", path)
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        self.ask_as("localhost:7450", method, path)
    }

    /// A request for a host.
    pub(crate) fn ask_as(&self, host: &str, method: &str, path: &str) -> Ask<'_> {
        let request = Request::builder().method(method).uri(path).header("host", host);
        Ask { server: self, request, body: Body::empty(), peer: IpAddr::from([127, 0, 0, 1]) }
    }

    /// The first administrator, with a session.
    pub(crate) async fn claimed(&self) -> Who {
        let body = json!({ "token": self.claim_token(), "username": "ada", "password": PASSWORD,
                           "email": "ada@example.com" });
        self.post("/api/v1/claim", body).send().await.expect(StatusCode::CREATED).session()
    }

    /// Somebody whom `by` invites into a workspace.
    pub(crate) async fn invited(&self, by: &Who, workspace: &str, name: &str, role: &str) -> Who {
        let path = format!("/api/v1/workspaces/{workspace}/invitations");
        let made = self.post(&path, json!({ "role": role })).by(by).send().await.expect(StatusCode::CREATED);
        let account = json!({ "username": name, "password": PASSWORD });
        let body = json!({ "token": made.body["token"], "account": account });
        self.post("/api/v1/invitations/accept", body).send().await.expect(StatusCode::OK).session()
    }

    /// A key of somebody in a workspace.
    pub(crate) async fn key(&self, of: &Who, workspace: &str, scopes: &[&str]) -> Who {
        let made = self
            .post("/api/v1/keys", json!({ "name": "test", "scopes": scopes }))
            .by(of)
            .header("sigyl-workspace", workspace)
            .send()
            .await
            .expect(StatusCode::CREATED);
        Who::Key(made.body["token"].as_str().unwrap().to_owned())
    }
}

/// Somebody, by what they show.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Session(String),
    Key(String),
}

/// A request that is being made.
pub(crate) struct Ask<'a> {
    server: &'a TestServer,
    request: axum::http::request::Builder,
    body: Body,
    peer: IpAddr,
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn by(self, who: &Who) -> Self {
        match who {
            Who::Session(token) => self.header("cookie", &format!("__Host-sigyl={token}")),
            Who::Key(token) => self.header("authorization", &format!("Bearer {token}")),
        }
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    pub(crate) fn json(self, body: Value) -> Self {
        let mut ask = self.header("content-type", "application/json");
        ask.body = Body::from(body.to_string());
        ask
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = self.request.body(self.body).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.peer, 4_000)));
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// An error with this code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        self
    }

    /// The session that it set.
    #[track_caller]
    pub(crate) fn session(&self) -> Who {
        let cookie = self.headers.get("set-cookie").unwrap().to_str().unwrap();
        let (name, rest) = cookie.split_once('=').unwrap();
        assert_eq!(name, "__Host-sigyl");
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(rest.split("; ").any(|it| it == attribute), "{cookie}");
        }
        assert!(!rest.contains("Domain"), "{cookie}");
        Who::Session(rest.split(';').next().unwrap().to_owned())
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }
}

/// What a program said.
pub(crate) fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Bits of a file's mode.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
