//! Builds by the engine's BuildKit, which mounts secrets: one request with the context, and beside it a session by which the
//! engine asks for a secret when a command needs it.
//!
//! Nothing of such a build is taken from a cache: whether a secret lets somebody in is asked each time.

mod session;
mod status;
mod wire;

use std::{collections::HashMap, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Client, Response, Url};
use serde_json::Value;

use super::{engine::Engine, images::Login, output::Output};
use crate::{
    backend::{
        BackendError, Progress,
        build_secrets::{Hiding, Opened},
        hidden::chain,
    },
    plan::context::DOCKERFILE,
};
use session::{Offered, Session};
use status::Listener;

/// The first version of the interface whose BuildKit needs no experiment: of Docker 18.09.
const VERSION_MIN: (usize, usize) = (1, 39);

/// The longest line of an answer, bytes. Chosen: a status is of some kilobytes, output of commands included.
const LINE_BYTES: usize = 8 << 20;

/// One stage that is built with secrets.
pub(super) struct Build<'a> {
    pub(super) engine: &'a Engine,
    /// Where the engine listens.
    pub(super) address: &'a str,
    pub(super) target: &'a str,
    /// What the image is called.
    pub(super) image: &'a str,
    pub(super) labels: &'a HashMap<String, String>,
    pub(super) context: Vec<u8>,
    pub(super) secrets: &'a Opened,
    /// Who Sigyl is to the registry that base images may come from.
    pub(super) login: &'a Login,
}

/// Runs one build to its end.
pub(super) async fn run(build: Build<'_>, progress: &dyn Progress) -> Result<(), BackendError> {
    let secrets = build.secrets;
    let login = build.login;
    let ended = begin(build, &Hiding { progress, secrets }).await;
    ended.map_err(|error| match secrets.hide_in(error) {
        BackendError::Image { reason } => BackendError::Image { reason: login.hide(&reason) },
        other => other,
    })
}

async fn begin(build: Build<'_>, progress: &dyn Progress) -> Result<(), BackendError> {
    let engine = build.engine;
    let http = Http::to(engine, build.address)?;
    let offered = Offered { secrets: build.secrets.clone(), registry: build.login.docker() };
    let session = Session::open(&http, engine, offered).await?;
    let labels = serde_json::to_string(build.labels)
        .map_err(|error| failed(engine, format!("labels of an image: {error}")))?;
    let url = http.url(
        engine,
        "build",
        &[
            ("version", "2"),
            ("session", session.id()),
            ("dockerfile", DOCKERFILE),
            ("target", build.target),
            ("t", build.image),
            ("labels", &labels),
            ("networkmode", "default"),
            ("nocache", "1"),
            ("rm", "1"),
            ("forcerm", "1"),
        ],
    )?;
    let request = http.client.post(url).header("content-type", "application/x-tar").body(build.context);
    let response = request.send().await.map_err(|error| passing(engine, &error))?;
    let mut response = checked(engine, response).await?;
    let mut heard = Heard { output: Output::default(), listener: Listener::default(), engine };
    let mut rest: Vec<u8> = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| passing(engine, &error))? {
        for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
            rest.extend_from_slice(piece);
            if rest.len() > LINE_BYTES {
                return Err(failed(engine, "an answer of its build is too long".to_owned()));
            }
            if rest.ends_with(b"\n") {
                heard.line(&rest, progress)?;
                rest.clear();
            }
        }
    }
    heard.line(&rest, progress)?;
    if heard.listener.image.is_empty() {
        return Err(failed(engine, "a build ended without an image".to_owned()));
    }
    Ok(())
}

/// What a build said so far.
struct Heard<'a> {
    output: Output,
    listener: Listener,
    engine: &'a Engine,
}

impl Heard<'_> {
    /// Takes one line of the answer.
    fn line(&mut self, line: &[u8], progress: &dyn Progress) -> Result<(), BackendError> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let told: Value = serde_json::from_slice(line)
            .map_err(|_| failed(self.engine, "an answer of its build is no JSON".to_owned()))?;
        let text = |path: &str| told.pointer(path).and_then(Value::as_str);
        if let Some(reason) = text("/errorDetail/message").or_else(|| text("/error")) {
            return Err(self.why(reason));
        }
        match (text("/id"), text("/aux")) {
            (Some("moby.buildkit.trace"), Some(status)) => {
                let Ok(status) = STANDARD.decode(status) else { return Ok(()) };
                self.listener.hear(&status, &mut self.output, progress);
            }
            (Some("moby.image.id"), _) => {
                text("/aux/ID").unwrap_or_default().clone_into(&mut self.listener.image);
            }
            _ => {}
        }
        Ok(())
    }

    fn why(&mut self, reason: &str) -> BackendError {
        let output = std::mem::take(&mut self.output);
        let (step, reason) = (output.step().to_owned(), reason.to_owned());
        if step.starts_with("[internal] load metadata for ") || step.contains("] FROM ") {
            return BackendError::Image { reason: format!("{step}: {reason}") };
        }
        let step = if step.is_empty() { "the Dockerfile".to_owned() } else { step };
        BackendError::Build { step, reason, output: output.last() }
    }
}

/// The engine's interface, for what is not in its client.
struct Http {
    client: Client,
    version: String,
}

impl Http {
    fn to(engine: &Engine, address: &str) -> Result<Self, BackendError> {
        let version = engine.docker.client_version();
        if (version.major_version, version.minor_version) < VERSION_MIN {
            return Err(no_buildkit(engine));
        }
        let path = PathBuf::from(address.strip_prefix("unix://").unwrap_or(address));
        let client = Client::builder()
            .unix_socket(path)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| failed(engine, chain(&error)))?;
        Ok(Self { client, version: format!("{}.{}", version.major_version, version.minor_version) })
    }

    fn url(&self, engine: &Engine, path: &str, query: &[(&str, &str)]) -> Result<Url, BackendError> {
        let text = format!("http://engine/v{}/{path}", self.version);
        let url = if query.is_empty() { Url::parse(&text) } else { Url::parse_with_params(&text, query) };
        url.map_err(|error| failed(engine, error.to_string()))
    }
}

/// An answer that is none of an error.
async fn checked(engine: &Engine, response: Response) -> Result<Response, BackendError> {
    let status = response.status();
    if status.is_success() || status.as_u16() == 101 {
        return Ok(response);
    }
    if matches!(status.as_u16(), 404 | 405 | 501) {
        return Err(no_buildkit(engine));
    }
    let text = response.bytes().await.unwrap_or_default();
    let told: Value = serde_json::from_slice(&text).unwrap_or_default();
    let reason = told.get("message").and_then(Value::as_str).unwrap_or_default();
    if status.is_client_error() {
        return Err(BackendError::Build {
            step: "the Dockerfile".to_owned(),
            reason: crate::backend::hidden::short(reason),
            output: Vec::new(),
        });
    }
    Err(failed(engine, format!("building: {}", crate::backend::hidden::short(reason))))
}

fn no_buildkit(engine: &Engine) -> BackendError {
    BackendError::Unsupported {
        backend: engine.backend.to_owned(),
        what: "build with secrets: its engine has no BuildKit".to_owned(),
    }
}

fn failed(engine: &Engine, reason: String) -> BackendError {
    BackendError::Failed { backend: engine.backend.to_owned(), reason }
}

fn passing(engine: &Engine, error: &reqwest::Error) -> BackendError {
    BackendError::Passing { backend: engine.backend.to_owned(), reason: chain(error), retry_after: None }
}
