//! A process of ours that is killed in the middle of its work.

use std::time::Duration;

use serde_json::json;
use sigyl_deploy::backend::{Backend, DeploySpec, Observed, Silent};

use super::{Canary, Place, call, healthy, held, spec, until};

/// Cut off after each of these times, and once not at all; `SIGYL_FULL` has more of them.
fn moments() -> Vec<u64> {
    let step = if std::env::var_os("SIGYL_FULL").is_some() { 20 } else { 250 };
    (0..2000).step_by(step).collect()
}

/// Redeploys one after the other, each cut off somewhere and done again by the next process: the end is always the same.
pub(crate) async fn killed_anywhere_it_ends_the_same(place: &dyn Place, name: &str) {
    let mut first = spec(place, name, 1).await;
    let mut endpoint = redeploy(&*place.begin().await, &first).await;
    // The server keeps the port, so that the address stays.
    first.front_port = endpoint.rsplit(':').next().and_then(|rest| rest.split('/').next()?.parse().ok());
    for (at, moment) in moments().into_iter().enumerate() {
        let mut next = spec(place, name, at as u64 + 2).await;
        next.front_port = first.front_port;
        {
            let backend = place.begin().await;
            let cut = tokio::time::timeout(Duration::from_millis(moment), redeploy(&*backend, &next));
            let _ = cut.await;
        }
        // With a process its listeners end; here they do so a moment after it.
        let port = next.front_port.unwrap();
        until("the listener is gone", async || std::net::TcpListener::bind(("127.0.0.1", port)).is_ok())
            .await;
        let backend = place.begin().await;
        endpoint = redeploy(&*backend, &next).await;
        let wanted = next.release.to_string();
        until("the new release answers", async || {
            call(&endpoint, "version", json!({})).await.as_ref() == Ok(&wanted)
        })
        .await;
        let observed = backend.observe(&next, &sigyl_deploy::backend::Handle(String::new())).await.unwrap();
        assert!(matches!(observed, Observed::Running { replicas: 1, .. }), "{observed:?} after {moment} ms");
    }
    // Cut off while everything is taken away, too.
    {
        let backend = place.begin().await;
        let _ = tokio::time::timeout(Duration::from_millis(30), backend.delete(&first.id)).await;
    }
    let backend = place.begin().await;
    backend.delete(&first.id).await.unwrap();
    assert_eq!(held(&*backend, &first.id).await, Vec::<String>::new());
}

async fn redeploy(backend: &dyn Backend, spec: &DeploySpec) -> String {
    let handle = backend.start(spec, &Canary, &Silent).await.unwrap();
    healthy(backend, spec, &handle).await.unwrap();
    let endpoint = backend.promote(spec, &handle).await.unwrap();
    for earlier in 1..spec.release {
        backend.retire(&spec.id, earlier, Duration::ZERO).await.unwrap();
    }
    endpoint
}
