//! The line, on a backend that is a table in memory before real servers.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use futures_core::Stream;
use indexmap::IndexMap;
use serde_json::json;
use sigyl_core::{Digest, Tool, secret::SecretText};
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId,
        Handle, Health, LogLine, LogLines, LogQuery, LogStream, Observed, Owned, Progress, ReleaseNumber,
        SecretRef, SecretSource, Stats, Upstream, WhoActs,
    },
    front::Fronts,
    health::Prober,
    line::{LineError, OnDrift, Release, Step, release},
    plan::Limits,
};

use crate::servers::{
    Server, ask,
    mcp::{legacy, modern},
    post, says, status,
};

/// Releases that are servers of the test; everything else is what a backend does.
struct InMemory {
    servers: Mutex<BTreeMap<ReleaseNumber, Fake>>,
    fronts: Arc<Fronts>,
    calls: Mutex<Vec<String>>,
    refuses_to_promote: bool,
}

struct Fake {
    server: Server,
    observed: Observed,
}

impl InMemory {
    async fn new() -> Self {
        let fronts = Fronts::new(IpAddr::V4(Ipv4Addr::LOCALHOST));
        fronts.open(&id(), None).await.unwrap();
        Self { servers: Mutex::default(), fronts, calls: Mutex::default(), refuses_to_promote: false }
    }

    fn with(self, number: ReleaseNumber, server: Server, observed: Observed) -> Self {
        self.servers.lock().unwrap().insert(number, Fake { server, observed });
        self
    }

    fn call(&self, text: String) {
        self.calls.lock().unwrap().push(text);
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

struct Lines(Vec<LogLine>);

impl Stream for Lines {
    type Item = Result<LogLine, BackendError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(Ok))
    }
}

#[async_trait]
impl Backend for InMemory {
    fn name(&self) -> &str {
        "in-memory"
    }

    fn capabilities(&self) -> Capabilities {
        unreachable!("the line does not ask")
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        Ok(())
    }

    async fn build(&self, _: &BuildInput<'_>, _: &dyn Progress) -> Result<BuiltImage, BackendError> {
        unreachable!("the line does not build")
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        _: &dyn SecretSource,
        _: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        self.call(format!("start {}", spec.release));
        match self.servers.lock().unwrap().contains_key(&spec.release) {
            true => Ok(Handle(spec.release.to_string())),
            false => Err(BackendError::Image { reason: "there is none".into() }),
        }
    }

    async fn upstream(&self, spec: &DeploySpec, _: &Handle) -> Result<Upstream, BackendError> {
        let servers = self.servers.lock().unwrap();
        let fake = servers.get(&spec.release).ok_or(BackendError::Gone { what: "the release".into() })?;
        Ok(Upstream { origin: fake.server.origin(), headers: Vec::new() })
    }

    async fn promote(&self, spec: &DeploySpec, handle: &Handle) -> Result<String, BackendError> {
        self.call(format!("promote {}", spec.release));
        if self.refuses_to_promote {
            return Err(BackendError::Failed { backend: "in-memory".into(), reason: "it is told to".into() });
        }
        let origin = self.upstream(spec, handle).await?.origin;
        self.fronts.switch(&spec.id, spec.release, vec![origin], &spec.path).await
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        drain: Duration,
    ) -> Result<(), BackendError> {
        self.call(format!("retire {release}"));
        self.fronts.drain(id, release, drain).await;
        self.servers.lock().unwrap().remove(&release);
        Ok(())
    }

    async fn restart(
        &self,
        _: &DeploySpec,
        _: &Handle,
        _: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        unreachable!("the line does not restart")
    }

    async fn scale(&self, _: &DeploySpec, _: &Handle, _: u32) -> Result<(), BackendError> {
        unreachable!("the line does not scale")
    }

    async fn logs(&self, _: &DeploySpec, _: &Handle, query: &LogQuery) -> Result<LogLines, BackendError> {
        assert!(!query.follow && query.limit.is_some());
        let line = |text: &str| LogLine { time_ms: 0, stream: LogStream::Stderr, text: text.to_owned() };
        Ok(Box::pin(Lines(vec![line("no such module"), line("starting")])))
    }

    async fn stats(&self, _: &DeploySpec, _: &Handle) -> Result<Stats, BackendError> {
        unreachable!("the line does not count")
    }

    async fn observe(&self, spec: &DeploySpec, _: &Handle) -> Result<Observed, BackendError> {
        let servers = self.servers.lock().unwrap();
        Ok(servers.get(&spec.release).map_or(Observed::Gone, |fake| fake.observed.clone()))
    }

    async fn delete(&self, _: &DeploymentId) -> Result<(), BackendError> {
        unreachable!("the line does not delete")
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        unreachable!("the line does not ask")
    }
}

struct NoSecrets;

#[async_trait]
impl SecretSource for NoSecrets {
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError> {
        Err(BackendError::Secret { name: reference.0.clone(), reason: "there is none".into() })
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Progress for Heard {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }

    fn step(&self, step: Step) {
        self.0.lock().unwrap().push(format!("[{}]", step.name()));
    }
}

fn id() -> DeploymentId {
    DeploymentId::parse("weather").unwrap()
}

fn spec(number: ReleaseNumber) -> DeploySpec {
    DeploySpec {
        id: id(),
        release: number,
        artifact: Artifact::Folder { path: "/nowhere".into(), plan_digest: Digest::of(b"plan") },
        command: Vec::new(),
        env: IndexMap::new(),
        secrets: BTreeMap::new(),
        port: 8080,
        path: "/mcp".into(),
        uid: 10_001,
        limits: Limits::default(),
        egress: Vec::new(),
        replicas: 1,
        health: Health { start: Duration::from_secs(20), ..Health::default() },
        runtime: None,
        front_port: None,
    }
}

const RUNS: Observed = Observed::Running { restarts: 0, replicas: 1 };

async fn released(
    backend: &InMemory,
    number: ReleaseNumber,
    before: Option<ReleaseNumber>,
    expected: &[Tool],
    on_drift: OnDrift,
) -> (Result<sigyl_deploy::line::Released, LineError>, Vec<String>) {
    let heard = Heard::default();
    let prober = Prober::new().unwrap();
    let spec = spec(number);
    let asked = Release {
        backend,
        prober: &prober,
        spec: &spec,
        before: before.map(|number| (number, Handle(number.to_string()))),
        expected_tools: expected,
        on_drift,
        secrets: &NoSecrets,
    };
    let released = release(asked, &heard).await;
    (released, heard.0.into_inner().unwrap())
}

#[tokio::test]
async fn a_release_serves_only_when_it_is_healthy_and_the_one_before_then_ends() {
    let backend = InMemory::new().await.with(1, legacy().await, RUNS).with(2, modern().await, RUNS);
    let (first, heard) = released(&backend, 1, None, &[], OnDrift::Tell).await;
    let first = first.unwrap();
    assert_eq!(heard, ["[start]", "[health]", "[compare]", "[promote]"]);
    assert_eq!(first.probe.tools.len(), 2);

    let (second, heard) = released(&backend, 2, Some(1), &[], OnDrift::Tell).await;
    let second = second.unwrap();
    assert_eq!(heard.last().unwrap(), "[retire]");
    assert_eq!(second.endpoint, first.endpoint);
    assert_eq!(backend.calls(), ["start 1", "promote 1", "start 2", "promote 2", "retire 1"]);

    // After a crash the same call has the same end.
    let (again, _) = released(&backend, 2, Some(1), &[], OnDrift::Tell).await;
    assert_eq!(again.unwrap().endpoint, first.endpoint);
}

#[tokio::test]
async fn a_release_that_ends_leaves_the_one_before_and_says_why() {
    let ended = Observed::Ended { exit_code: Some(7), out_of_memory: false, restarts: 0 };
    let bad = says("not MCP").await;
    let backend = InMemory::new().await.with(1, legacy().await, RUNS).with(2, bad, ended);
    let (first, _) = released(&backend, 1, None, &[], OnDrift::Tell).await;
    let endpoint = first.unwrap().endpoint;
    let (second, _) = released(&backend, 2, Some(1), &[], OnDrift::Tell).await;
    let error = second.unwrap_err();
    assert_eq!(error.to_string(), "the release is not healthy: it ended by itself with code 7");
    assert_eq!(
        (error.step(), error.code(), error.who_acts()),
        (Step::Health, "unhealthy", WhoActs::Developer)
    );
    assert_eq!(error.output(), ["starting", "no such module"]);
    assert_eq!(backend.calls(), ["start 1", "promote 1", "start 2", "retire 2"]);
    // A request without a session: the server's own answer, which is the first release's.
    let port = endpoint.rsplit_once(':').unwrap().1.trim_end_matches("/mcp").parse().unwrap();
    let answer = ask(port, &post(port, "", &json!({ "id": 1, "method": "tools/list" }).to_string())).await;
    assert_eq!(status(&answer), 400);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_never_answers_has_its_time() {
    let backend = InMemory::new().await.with(1, says("not MCP").await, RUNS);
    let (released, heard) = released(&backend, 1, None, &[], OnDrift::Tell).await;
    let error = released.unwrap_err().to_string();
    assert!(error.contains("in 20 seconds: initialize was not answered as MCP has it"), "{error}");
    // Told once, however often it was seen.
    assert_eq!(heard.iter().filter(|line| line.starts_with("not yet")).count(), 1, "{heard:?}");
}

#[tokio::test]
async fn a_release_in_a_loop_of_crashes_is_not_waited_for() {
    let loops = Observed::Running { restarts: 3, replicas: 1 };
    let backend = InMemory::new().await.with(1, says("not MCP").await, loops);
    let error = released(&backend, 1, None, &[], OnDrift::Tell).await.0.unwrap_err();
    assert!(error.to_string().contains("it ended 3 times"), "{error}");
}

#[tokio::test]
async fn other_tools_than_scanned_are_told_or_refused() {
    let tool = json!({ "name": "wind", "description": "Tells the weather." });
    let expected = [Tool::of_listing("wind", tool.as_object().unwrap())];
    let backend = InMemory::new().await.with(1, legacy().await, RUNS);
    let (told, heard) = released(&backend, 1, None, &expected, OnDrift::Tell).await;
    let drift = told.unwrap().drift;
    assert_eq!(drift.changed[0].tool, "wind");
    assert!(heard.contains(&drift.told()), "{heard:?}");

    let backend = InMemory::new().await.with(1, legacy().await, RUNS);
    let error = released(&backend, 1, None, &expected, OnDrift::Refuse).await.0.unwrap_err();
    assert_eq!((error.code(), error.step()), ("drifted", Step::Compare));
    assert_eq!(backend.calls(), ["start 1", "retire 1"]);
}

#[tokio::test]
async fn a_switch_that_fails_takes_the_candidate_back() {
    let mut backend = InMemory::new().await.with(2, modern().await, RUNS);
    backend.refuses_to_promote = true;
    let error = released(&backend, 2, Some(1), &[], OnDrift::Tell).await.0.unwrap_err();
    assert_eq!((error.step(), error.who_acts()), (Step::Promote, WhoActs::Operator));
    assert_eq!(backend.calls(), ["start 2", "promote 2", "retire 2"]);
    // One that served already, and was asked for again, goes on.
    let error = released(&backend, 2, Some(2), &[], OnDrift::Tell).await.0.unwrap_err();
    assert_eq!(error.code(), "image-unusable");
}
