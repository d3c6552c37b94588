//! From start to delete.

use futures_util::StreamExt as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sigyl_deploy::backend::{Backend, LogQuery, LogStream, Observed, SecretRef, Silent};

use super::{CANARY, Canary, Client, Place, call, deploy, healthy, held, id, log, spec, until};

/// Start, probe, promote, logs, stats, restart, delete: and nothing is left.
pub(crate) async fn lives_and_leaves_nothing(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    backend.preflight().await.unwrap();
    let spec = spec(place, name, 1).await;
    let (handle, endpoint) = deploy(&*backend, &spec).await;
    let server = Client::new(&endpoint).initialize().await.unwrap();
    assert_eq!(server.pointer("/result/serverInfo/version"), Some(&json!("1")));

    // The same calls again find what is there.
    let first = call(&endpoint, "instance", json!({})).await.unwrap();
    assert_eq!(backend.start(&spec, &Canary, &Silent).await.unwrap(), handle);
    assert_eq!(backend.promote(&spec, &handle).await.unwrap(), endpoint);
    assert_eq!(call(&endpoint, "instance", json!({})).await.unwrap(), first);
    assert_eq!(
        backend.observe(&spec, &handle).await.unwrap(),
        Observed::Running { restarts: 0, replicas: 1 }
    );

    logs_are_read(&*backend, &spec, &handle, &endpoint).await;
    if place.tells_stats() {
        let stats = backend.stats(&spec, &handle).await.unwrap();
        assert!(stats.memory_bytes > 1 << 20 && stats.memory_bytes < stats.memory_limit_bytes, "{stats:?}");
        assert_eq!(stats.memory_limit_bytes, spec.limits.memory_bytes);
        assert!(stats.pids >= Some(1) && stats.cpu_total_ms > Some(0), "{stats:?}");
    }

    let handle = backend.restart(&spec, &handle, &Canary).await.unwrap();
    healthy(&*backend, &spec, &handle).await.unwrap();
    let second = call(&endpoint, "instance", json!({})).await.unwrap();
    assert_ne!(first, second);

    assert!(!held(&*backend, &spec.id).await.is_empty());
    backend.delete(&spec.id).await.unwrap();
    assert_eq!(held(&*backend, &spec.id).await, Vec::<String>::new());
    assert_eq!(backend.observe(&spec, &handle).await.unwrap(), Observed::Gone);
    assert!(Client::new(&endpoint).initialize().await.is_err());
    // Of what is gone nothing is done.
    backend.delete(&spec.id).await.unwrap();
    backend.retire(&spec.id, 1, spec.health.drain).await.unwrap();
}

async fn logs_are_read(
    backend: &dyn Backend,
    spec: &sigyl_deploy::backend::DeploySpec,
    handle: &sigyl_deploy::backend::Handle,
    endpoint: &str,
) {
    for text in ["one", "two", "three"] {
        call(endpoint, "say", json!({ "text": text })).await.unwrap();
    }
    let texts = async |query: &LogQuery| -> Vec<String> {
        log(backend, spec, handle, query).await.into_iter().map(|line| line.text).collect()
    };
    until("the log has what was said", async || {
        texts(&LogQuery::default()).await.contains(&"three".to_owned())
    })
    .await;
    let two = LogQuery { limit: Some(2), ..LogQuery::default() };
    assert_eq!(texts(&two).await, ["two", "three"]);
    let last = log(backend, spec, handle, &two).await.pop().unwrap();
    assert_eq!(last.stream, LogStream::Stdout);
    let since = LogQuery { since_ms: Some(last.time_ms), ..LogQuery::default() };
    assert!(texts(&since).await.contains(&"three".to_owned()));
    let later = LogQuery { since_ms: Some(last.time_ms + 1), ..LogQuery::default() };
    assert_eq!(texts(&later).await, Vec::<String>::new());

    // Following begins with what is there, and goes on.
    let follow = LogQuery { limit: Some(1), follow: true, ..LogQuery::default() };
    let mut lines = backend.logs(spec, handle, &follow).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap().text, "three");
    call(endpoint, "say", json!({ "text": "four" })).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap().text, "four");
}

/// The server has its secret, and nothing that can be shown has.
pub(crate) async fn secrets_are_in_the_server_alone(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let mut spec = spec(place, name, 1).await;
    spec.secrets.insert("API_KEY".to_owned(), SecretRef("api-key".to_owned()));
    let (handle, endpoint) = deploy(&*backend, &spec).await;
    let wanted: String = Sha256::digest(CANARY).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(call(&endpoint, "digest", json!({"name": "API_KEY"})).await.unwrap(), wanted);

    let handle = backend.restart(&spec, &handle, &Canary).await.unwrap();
    healthy(&*backend, &spec, &handle).await.unwrap();
    assert_eq!(call(&endpoint, "digest", json!({"name": "API_KEY"})).await.unwrap(), wanted);

    let shown = format!(
        "{} {handle:?} {endpoint} {:?} {:?} {:?}",
        serde_json::to_string(&spec).unwrap(),
        backend.owned().await.unwrap(),
        backend.observe(&spec, &handle).await.unwrap(),
        log(&*backend, &spec, &handle, &LogQuery::default()).await,
    );
    assert!(!shown.contains(CANARY), "{shown}");
    backend.delete(&id(name)).await.unwrap();
}
