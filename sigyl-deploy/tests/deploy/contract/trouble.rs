//! Servers that are ill.

use std::time::Duration;

use serde_json::json;
use sigyl_deploy::backend::{Health, LogQuery, Observed, Silent};

use super::{Canary, Client, Place, call, deploy, healthy, held, log, spec, until};

/// A release that never answers is taken away with its last words; the one before answers all the while.
pub(crate) async fn stays_with_the_old_when_the_new_is_ill(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let old = spec(place, name, 1).await;
    let (_, endpoint) = deploy(&*backend, &old).await;
    let before = call(&endpoint, "instance", json!({})).await.unwrap();

    let mut ill = spec(place, name, 2).await;
    ill.env.insert("NEVER".to_owned(), "1".to_owned());
    let handle = backend.start(&ill, &Canary, &Silent).await.unwrap();
    until("it says why", async || {
        let lines = log(&*backend, &ill, &handle, &LogQuery { limit: Some(20), ..LogQuery::default() }).await;
        lines.iter().any(|line| line.text == "this version never listens")
    })
    .await;
    ill.health = Health { start: Duration::from_millis(500), ..ill.health };
    assert!(healthy(&*backend, &ill, &handle).await.is_err());
    backend.retire(&ill.id, 2, Duration::ZERO).await.unwrap();
    assert_eq!(backend.observe(&ill, &handle).await.unwrap(), Observed::Gone);
    assert_eq!(call(&endpoint, "instance", json!({})).await.unwrap(), before);

    // What is well again takes over.
    let well = spec(place, name, 3).await;
    deploy(&*backend, &well).await;
    backend.retire(&well.id, 1, well.health.drain).await.unwrap();
    assert_eq!(call(&endpoint, "version", json!({})).await.unwrap(), "3");
    backend.delete(&old.id).await.unwrap();
    assert_eq!(held(&*backend, &old.id).await, Vec::<String>::new());
}

/// A server that takes more memory than it may is ended, and comes back; so does one that ends itself.
pub(crate) async fn comes_back_after_running_out_of_memory(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let spec = spec(place, name, 1).await;
    let (handle, endpoint) = deploy(&*backend, &spec).await;
    for ending in [("take", json!({})), ("end", json!({"code": 3}))] {
        let before = call(&endpoint, "instance", json!({})).await.unwrap();
        // Whether its last answer arrives is a matter of chance.
        let _ = call(&endpoint, ending.0, ending.1).await;
        until("another one answers", async || {
            Client::new(&endpoint).call("instance", json!({})).await.is_ok_and(|now| now != before)
        })
        .await;
    }
    let observed = backend.observe(&spec, &handle).await.unwrap();
    assert!(matches!(observed, Observed::Running { restarts: 2.., replicas: 1 }), "{observed:?}");
    backend.delete(&spec.id).await.unwrap();
    assert_eq!(held(&*backend, &spec.id).await, Vec::<String>::new());
}
