//! What every backend must do, on real servers: one suite, and a [`Place`] for each backend.

mod built;
mod client;
mod isolation;
mod killed;
mod lifecycle;
mod load;
mod private;
mod private_python;
mod trouble;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use indexmap::IndexMap;
use sigyl_core::secret::SecretText;
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BackendError, DeploySpec, DeploymentId, Handle, Health, LogLine, LogQuery,
        SecretRef, SecretSource, Silent,
    },
    plan::Limits,
};

pub(crate) use built::{Heard, build, builds_once, example, server, serves, tells_why_a_build_fails};
pub(crate) use client::{Client, call};
pub(crate) use isolation::reaches_nothing_but_its_names;
pub(crate) use killed::killed_anywhere_it_ends_the_same;
pub(crate) use lifecycle::{lives_and_leaves_nothing, secrets_are_in_the_server_alone};
pub(crate) use load::{redeploys_under_load, scales};
pub(crate) use private::{MARK, private_dependencies, private_dependencies_of_a_dockerfile};
pub(crate) use private_python::{Tool, private_packages};
pub(crate) use trouble::{comes_back_after_running_out_of_memory, stays_with_the_old_when_the_new_is_ill};

/// A backend as the suite uses it.
#[async_trait]
pub(crate) trait Place: Send + Sync {
    /// The backend as a process that has just begun has it: nothing is left of the processes before but what the backend
    /// keeps itself.
    async fn begin(&self) -> Arc<dyn Backend>;

    /// The server `servers/prober`, built: once for all tests.
    async fn prober(&self) -> Artifact;

    /// Whether it tells what servers use.
    fn tells_stats(&self) -> bool {
        true
    }

    /// Whether it says that it keeps servers from everything.
    fn isolates(&self) -> bool {
        true
    }

    /// What builds call this machine.
    fn host(&self) -> String {
        "127.0.0.1".to_owned()
    }

    /// What its specs have beside what the suite sets.
    fn fit(&self, _spec: &mut DeploySpec) {}

    /// What a server may be allowed to reach, so that it comes to this machine at `port`.
    fn listed(&self, port: u16) -> String {
        format!("listed.example:{port}")
    }

    /// How many replicas the suite asks for where it wants several.
    fn several(&self) -> u32 {
        3
    }
}

/// What a server must not show anywhere.
pub(crate) const CANARY: &str = "canary-7d0f6a1b-not-to-be-seen";

/// Secrets of tests: every reference is the canary.
pub(crate) struct Canary;

#[async_trait]
impl SecretSource for Canary {
    async fn reveal(&self, _: &SecretRef) -> Result<SecretText, BackendError> {
        Ok(SecretText::new(CANARY.to_owned()))
    }
}

pub(crate) fn id(name: &str) -> DeploymentId {
    DeploymentId::parse(name).unwrap()
}

/// Release `release` of the prober, which tells it as its version.
pub(crate) async fn spec(place: &dyn Place, name: &str, release: u64) -> DeploySpec {
    let mut spec = DeploySpec {
        id: id(name),
        release,
        artifact: place.prober().await,
        command: Vec::new(),
        env: IndexMap::from([
            ("PORT".to_owned(), "8080".to_owned()),
            ("VERSION".to_owned(), release.to_string()),
        ]),
        secrets: BTreeMap::new(),
        port: 8080,
        path: "/mcp".to_owned(),
        uid: 10_001,
        limits: Limits { memory_bytes: 128 << 20, ..Limits::default() },
        egress: Vec::new(),
        replicas: 1,
        // Generous: machines that run tests do other things as well.
        health: Health {
            start: Duration::from_secs(60),
            drain: Duration::from_secs(20),
            ..Health::default()
        },
        runtime: None,
        front_port: None,
    };
    place.fit(&mut spec);
    spec
}

/// Starts a release, waits until it answers, and lets it to the front.
pub(crate) async fn deploy(backend: &dyn Backend, spec: &DeploySpec) -> (Handle, String) {
    let handle = backend.start(spec, &Canary, &Silent).await.unwrap();
    healthy(backend, spec, &handle).await.unwrap();
    let endpoint = backend.promote(spec, &handle).await.unwrap();
    (handle, endpoint)
}

/// Waits until a release answers MCP, as long as its spec gives it.
pub(crate) async fn healthy(backend: &dyn Backend, spec: &DeploySpec, handle: &Handle) -> Result<(), String> {
    let mut last = String::new();
    let answers = async {
        loop {
            match backend.upstream(spec, handle).await {
                Ok(upstream) => {
                    match Client::new(&format!("{}{}", upstream.origin, spec.path)).initialize().await {
                        Ok(_) => return,
                        Err(error) => last = error,
                    }
                }
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(spec.health.start, answers).await.map_err(|_| last)
}

/// What a release said so far.
pub(crate) async fn log(
    backend: &dyn Backend,
    spec: &DeploySpec,
    handle: &Handle,
    query: &LogQuery,
) -> Vec<LogLine> {
    let lines = backend.logs(spec, handle, query).await.unwrap();
    lines.map(Result::unwrap).collect().await
}

/// Everything that the backend holds of a deployment.
pub(crate) async fn held(backend: &dyn Backend, id: &DeploymentId) -> Vec<String> {
    let owned = backend.owned().await.unwrap();
    let of_it = owned.into_iter().filter(|owned| owned.deployment == id.as_str());
    of_it.map(|owned| format!("{} {}", owned.kind, owned.name)).collect()
}

/// Waits until something is so, two minutes at most: machines that run tests are busy.
pub(crate) async fn until<F: AsyncFnMut() -> bool>(what: &str, mut is_so: F) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}
