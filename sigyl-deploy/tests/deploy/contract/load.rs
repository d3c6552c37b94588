//! Under requests.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;
use tokio::task::JoinSet;

use super::{Place, call, deploy, held, spec, until};

/// Clients at a time. Chosen.
const CLIENTS: usize = 6;

/// A new release takes over, and the old one is ended, while clients ask without a pause: no request fails.
pub(crate) async fn redeploys_under_load(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let first = spec(place, name, 1).await;
    let (_, endpoint) = deploy(&*backend, &first).await;

    let is_over = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (endpoint, is_over) = (endpoint.clone(), is_over.clone());
        clients.spawn(async move {
            let mut answers: BTreeMap<String, usize> = BTreeMap::new();
            while !is_over.load(Ordering::Relaxed) {
                let answer = call(&endpoint, "wait", json!({"ms": 20})).await;
                *answers.entry(answer.unwrap_or_else(|error| format!("FAILED {error}"))).or_default() += 1;
            }
            answers
        });
    }
    for release in 2..=3 {
        let next = spec(place, name, release).await;
        let (_, same) = deploy(&*backend, &next).await;
        assert_eq!(same, endpoint);
        backend.retire(&next.id, release - 1, next.health.drain).await.unwrap();
        let wanted = release.to_string();
        until("the new release answers", async || {
            call(&endpoint, "version", json!({})).await.as_ref() == Ok(&wanted)
        })
        .await;
    }
    is_over.store(true, Ordering::Relaxed);
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(answers) = clients.join_next().await {
        for (answer, count) in answers.unwrap() {
            *all.entry(answer).or_default() += count;
        }
    }
    let versions: Vec<_> = all.keys().map(String::as_str).collect();
    assert_eq!(versions, ["1", "2", "3"], "{all:?}");
    backend.delete(&first.id).await.unwrap();
    assert_eq!(held(&*backend, &first.id).await, Vec::<String>::new());
}

/// Several answer, then one does.
pub(crate) async fn scales(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let mut spec = spec(place, name, 1).await;
    let (handle, endpoint) = deploy(&*backend, &spec).await;
    let several = place.several();
    let instances = async || {
        let mut found = BTreeSet::new();
        for _ in 0..several * 3 {
            found.extend(call(&endpoint, "instance", json!({})).await);
        }
        found.len()
    };
    assert_eq!(instances().await, 1);
    backend.scale(&spec, &handle, several).await.unwrap();
    spec.replicas = several;
    until("each of several answers", async || instances().await == several as usize).await;
    backend.scale(&spec, &handle, 1).await.unwrap();
    spec.replicas = 1;
    until("one answers", async || instances().await == 1).await;
    backend.delete(&spec.id).await.unwrap();
    assert_eq!(held(&*backend, &spec.id).await, Vec::<String>::new());
}
