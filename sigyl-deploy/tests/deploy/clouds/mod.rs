//! Backends of services that are played here by fakes, and what their tests share.

#[cfg(feature = "cloud-run")]
mod cloud_build;
#[cfg(feature = "cloud-run")]
mod cloud_run;
#[cfg(all(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
mod engine;
#[cfg(feature = "kubernetes")]
mod kubernetes;
#[cfg(feature = "railway")]
mod railway;

use std::{collections::BTreeMap, future::poll_fn, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use sigyl_core::{Digest, secret::SecretText};
use sigyl_deploy::backend::{
    Artifact, Backend, BackendError, BuiltImage, DeploySpec, DeploymentId, Handle, LogLine, LogQuery,
    Observed, Pace, SecretHeader, SecretRef, SecretSource, Upstream,
};

use crate::fakes::{Record, instance::NO_IMAGE};

/// A value that may be in one request, and nowhere else. With what JSON and shells would write in another way.
pub(crate) const CANARY: &str = "canary-7d1e\"'$x\\value";

/// Fast, but with waits: a fake says no as often as it likes.
pub(crate) const PACE: Pace = Pace {
    timeout: Duration::from_secs(30),
    attempts: 4,
    first_wait: Duration::from_millis(2),
    longest_wait: Duration::from_secs(2),
    poll: Duration::from_millis(2),
};

/// One secret, whose reference is `ref:key`.
pub(crate) struct Secrets;

#[async_trait]
impl SecretSource for Secrets {
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError> {
        match reference.0.as_str() {
            "ref:key" => Ok(SecretText::new(CANARY.to_owned())),
            other => Err(BackendError::Secret { name: other.to_owned(), reason: "there is none".to_owned() }),
        }
    }
}

pub(crate) fn spec(id: &str, release: u64) -> DeploySpec {
    let digest = format!("{release:064x}");
    DeploySpec {
        id: DeploymentId::parse(id).unwrap(),
        release,
        artifact: Artifact::Image(BuiltImage {
            reference: format!("{NO_IMAGE}@sha256:{digest}"),
            digest: format!("sha256:{digest}"),
            size_bytes: 1,
            plan_digest: Digest::of(b"plan"),
            reused: false,
        }),
        command: vec!["node".to_owned(), "dist/it's here.js".to_owned()],
        env: [("RELEASE", format!("release {release}")), ("MCP_TRANSPORT", "http".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
        secrets: BTreeMap::from([("API_KEY".to_owned(), SecretRef("ref:key".to_owned()))]),
        port: 8080,
        path: "/mcp".to_owned(),
        uid: 10_001,
        limits: sigyl_deploy::plan::Limits::default(),
        egress: vec!["api.example.com".to_owned()],
        replicas: 1,
        health: sigyl_deploy::backend::Health::default(),
        runtime: None,
        front_port: None,
    }
}

/// A spec whose server ends before it listens.
pub(crate) fn broken(id: &str, release: u64) -> DeploySpec {
    let mut spec = spec(id, release);
    spec.env.insert("BROKEN".to_owned(), "1".to_owned());
    spec
}

/// One message to a server; its result, or the status that is not 200.
pub(crate) async fn ask(upstream: &Upstream, method: &str, params: Value) -> Result<Value, u16> {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut request = reqwest::Client::new()
        .post(format!("{}/mcp", upstream.origin))
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(message.to_string());
    for (name, value) in &upstream.headers {
        request = request.header(name, value.0.as_str());
    }
    let response = request.send().await.map_err(|_| 0_u16)?;
    match response.status().as_u16() {
        200 => {
            let answer: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
            Ok(answer["result"].clone())
        }
        status => Err(status),
    }
}

/// The server behind a deployment's address.
pub(crate) fn front(endpoint: &str, headers: &[(String, SecretHeader)]) -> Upstream {
    let origin = endpoint.strip_suffix("/mcp").unwrap().to_owned();
    Upstream { origin, headers: headers.to_vec() }
}

/// The name that a server gives itself.
pub(crate) async fn name(upstream: &Upstream) -> Result<String, u16> {
    let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    let result = ask(upstream, "initialize", params).await?;
    Ok(result["serverInfo"]["name"].as_str().unwrap_or_default().to_owned())
}

/// The value that a variable has in the server's process.
pub(crate) async fn variable(upstream: &Upstream, name: &str) -> String {
    let result =
        ask(upstream, "tools/call", json!({ "name": "env", "arguments": { "name": name } })).await.unwrap();
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Waits until a release is no longer starting.
pub(crate) async fn settled(backend: &dyn Backend, spec: &DeploySpec, handle: &Handle) -> Observed {
    for _ in 0..1000 {
        match backend.observe(spec, handle).await.unwrap() {
            Observed::Starting => tokio::time::sleep(PACE.poll).await,
            other => return other,
        }
    }
    panic!("it goes on starting");
}

pub(crate) async fn all_lines(
    backend: &dyn Backend,
    spec: &DeploySpec,
    handle: &Handle,
    query: &LogQuery,
) -> Vec<LogLine> {
    let mut lines = backend.logs(spec, handle, query).await.unwrap();
    let mut all = Vec::new();
    while let Some(line) = poll_fn(|context| lines.as_mut().poll_next(context)).await {
        all.push(line.unwrap());
    }
    all
}

/// A deployment of the image `SIGYL_LIVE_IMAGE` on the real thing: started, probed, promoted, deleted; nothing is left.
pub(crate) async fn live(backend: &dyn Backend) {
    let mut spec = spec("sigyl-live-test", 1);
    if let Artifact::Image(image) = &mut spec.artifact {
        image.reference = std::env::var("SIGYL_LIVE_IMAGE").unwrap();
    }
    spec.command = Vec::new();
    spec.health.start = Duration::from_secs(120);
    backend.preflight().await.unwrap();
    let result = async {
        let handle = backend.start(&spec, &Secrets, &sigyl_deploy::backend::Silent).await?;
        let mut answers = false;
        for _ in 0..120 {
            if let Ok(upstream) = backend.upstream(&spec, &handle).await
                && name(&upstream).await.is_ok()
            {
                answers = true;
                break;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        assert!(answers, "the candidate never answered");
        let endpoint = backend.promote(&spec, &handle).await?;
        let headers = backend.upstream(&spec, &handle).await?.headers;
        name(&front(&endpoint, &headers)).await.unwrap();
        Ok::<_, BackendError>(())
    };
    let result = result.await;
    backend.delete(&spec.id).await.unwrap();
    result.unwrap();
    let left = backend.owned().await.unwrap();
    assert!(!left.iter().any(|owned| owned.deployment == spec.id.as_str()), "{left:?}");
}

/// What serves is stopped, and comes back at the same address.
pub(crate) async fn stops_and_starts(backend: &dyn Backend, spec: &DeploySpec, address: &Upstream) {
    for _ in 0..2 {
        backend.retire(&spec.id, spec.release, spec.health.drain).await.unwrap();
    }
    assert!(name(address).await.is_err());
    let handle = backend.start(spec, &Secrets, &sigyl_deploy::backend::Silent).await.unwrap();
    assert!(matches!(settled(backend, spec, &handle).await, Observed::Running { .. }));
    let endpoint = backend.promote(spec, &handle).await.unwrap();
    assert_eq!(front(&endpoint, &[]).origin, address.origin);
    assert_eq!(name(address).await.unwrap(), format!("release {}", spec.release));
    assert_eq!(variable(address, "API_KEY").await, CANARY);
}

/// A name of the user's own is given, waited for, kept from others, and goes with the deployment.
#[cfg(any(feature = "cloud-run", feature = "railway"))]
pub(crate) async fn names_of_its_own(backend: &dyn Backend) {
    use sigyl_deploy::backend::{DomainName, DomainState, Silent};
    let (one, two) = (spec("weather", 1), spec("other", 1));
    let name = DomainName::parse("mcp.example.com").unwrap();
    assert!(backend.capabilities().custom_domains);
    assert_eq!(backend.add_domain(&one, &name).await.unwrap_err().code(), "gone");
    for spec in [&one, &two] {
        let handle = backend.start(spec, &Secrets, &Silent).await.unwrap();
        settled(backend, spec, &handle).await;
        backend.promote(spec, &handle).await.unwrap();
        assert_eq!(backend.domains(&spec.id).await.unwrap(), []);
    }
    let made = backend.add_domain(&one, &name).await.unwrap();
    assert_eq!((made.name.as_str(), made.state), ("mcp.example.com", DomainState::Pending));
    assert_eq!((made.records[0].kind.as_str(), made.records[0].name.as_str()), ("CNAME", "mcp.example.com"));
    assert_eq!(backend.add_domain(&one, &name).await.unwrap().name, made.name);
    assert_eq!(backend.add_domain(&two, &name).await.unwrap_err().code(), "backend-failed");
    assert!(!backend.remove_domain(&two.id, &name).await.unwrap());
    let mut now = backend.domains(&one.id).await.unwrap();
    for _ in 0..10 {
        now = backend.domains(&one.id).await.unwrap();
    }
    assert_eq!((now.len(), now[0].state, &now[0].reason), (1, DomainState::Ready, &None));
    assert_eq!(backend.domains(&two.id).await.unwrap(), []);

    assert!(backend.remove_domain(&one.id, &name).await.unwrap());
    assert!(!backend.remove_domain(&one.id, &name).await.unwrap());
    assert_eq!(backend.add_domain(&two, &name).await.unwrap().name, name.as_str());
    for spec in [&one, &two] {
        backend.delete(&spec.id).await.unwrap();
    }
}

/// What another Sigyl made is not told as this one's.
pub(crate) async fn others_are_not_ours(ours: &dyn Backend, theirs: &dyn Backend, nobodys: &dyn Backend) {
    use sigyl_deploy::backend::Silent;
    let one = spec("weather", 1);
    let handle = ours.start(&one, &Secrets, &Silent).await.unwrap();
    settled(ours, &one, &handle).await;
    assert!(ours.owns_alone() && theirs.owns_alone() && !nobodys.owns_alone());
    let owned = ours.owned().await.unwrap();
    assert!(!owned.is_empty() && owned.iter().all(|owned| owned.deployment == "weather"), "{owned:?}");
    assert_eq!(theirs.owned().await.unwrap(), []);
    ours.delete(&one.id).await.unwrap();
    assert_eq!(ours.owned().await.unwrap(), []);
}

/// The canary is in exactly so many requests, and in nothing that is shown.
pub(crate) fn check_canary(record: &Record, times: usize, shown: &[String]) {
    // As JSON writes it, and as JSON within a text of JSON does.
    let forms = ["canary-7d1e", &base64(CANARY.as_bytes())[..12]].map(str::to_owned);
    let requests = record.requests();
    let found = requests.iter().filter(|request| forms.iter().any(|form| request.contains(form.as_str())));
    assert_eq!(
        found.count(),
        times,
        "{:?}",
        requests.iter().filter(|r| r.contains("canary")).collect::<Vec<_>>()
    );
    for text in shown {
        assert!(!forms.iter().any(|form| text.contains(form.as_str())), "{text}");
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let all = u32::from(chunk[0]) << 16
            | u32::from(*chunk.get(1).unwrap_or(&0)) << 8
            | u32::from(*chunk.get(2).unwrap_or(&0));
        for at in 0..4 {
            let letter = alphabet[(all >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
