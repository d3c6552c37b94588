//! A cluster as a backend.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use sigyl_core::secret::SecretText;

use super::{
    ClusterConfig, NAME,
    calls::{Calls, KINDS},
    manifests::{self, DEPLOYMENT, INSTANCE, MANAGED_BY, RELEASE},
    state,
};
use crate::backend::{
    Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Handle,
    ImageBuilder, LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber, SecretSource, Stats,
    Upstream, images,
    pace::Pace,
    polled::{self, NamedLine},
};

/// The most replicas. Chosen.
const REPLICAS: u32 = 100;

/// How many looks may go by until pods are ready or gone, at two seconds each a quarter of an hour. Chosen.
const LOOKS: u32 = 450;

/// How many lines of a failed release's log are told.
const LAST_LINES: u32 = 20;

/// The backend `kubernetes`: one namespace of one cluster.
pub struct Kubernetes {
    config: ClusterConfig,
    calls: Arc<Calls>,
    builder: Option<Arc<dyn ImageBuilder>>,
}

impl Kubernetes {
    /// A backend for the cluster of a client. `builder` builds images and pushes them to a registry that the cluster pulls
    /// from.
    pub fn new(
        client: kube::Client,
        config: ClusterConfig,
        builder: Option<Arc<dyn ImageBuilder>>,
        pace: Pace,
    ) -> Self {
        let calls = Arc::new(Calls::new(client, config.namespace.clone(), pace));
        Self { config, calls, builder }
    }

    async fn secret_data(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
    ) -> Result<(Value, Vec<SecretText>), BackendError> {
        let (mut data, mut hidden) = (Map::new(), Vec::new());
        for (variable, reference) in &spec.secrets {
            let value = secrets.reveal(reference).await?;
            let coded = STANDARD.encode(value.reveal());
            data.insert(variable.clone(), json!(coded));
            hidden.extend([value, SecretText::new(coded)]);
        }
        // A release's secrets are what they are: a change is another release.
        Ok((json!({ "data": data, "immutable": true }), hidden))
    }

    async fn deployment(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
    ) -> Result<Option<Value>, BackendError> {
        self.calls.get("apis/apps/v1", "deployments", &manifests::release_name(id, release)).await
    }

    async fn pods(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<Vec<Value>, BackendError> {
        self.calls.list("api/v1", "pods", &of_release(id, release)).await
    }

    /// Removes everything with the labels, and waits until its pods are gone.
    async fn remove(&self, labels: &str) -> Result<(), BackendError> {
        for (_, group, list) in KINDS {
            for object in self.calls.list(group, list, labels).await? {
                let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
                self.calls.delete(group, list, name).await?;
            }
        }
        for _ in 0..LOOKS {
            if self.calls.list("api/v1", "pods", labels).await?.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(self.calls.pace.poll).await;
        }
        Err(BackendError::Passing {
            backend: NAME.to_owned(),
            reason: format!("pods of {labels} do not end"),
            retry_after: None,
        })
    }

    async fn last_lines(&self, spec: &DeploySpec) -> Vec<NamedLine> {
        let query = LogQuery { limit: Some(LAST_LINES), ..LogQuery::default() };
        log_lines(&self.calls, &of_release(&spec.id, spec.release), &query).await.unwrap_or_default()
    }
}

fn of(id: &DeploymentId) -> String {
    format!("{}={},{DEPLOYMENT}={id}", MANAGED_BY.0, MANAGED_BY.1)
}

fn of_release(id: &DeploymentId, release: ReleaseNumber) -> String {
    format!("{},{RELEASE}={release}", of(id))
}

fn gone(spec: &DeploySpec) -> BackendError {
    BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) }
}

#[async_trait]
impl Backend for Kubernetes {
    fn name(&self) -> &str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            isolates: true,
            not_isolated: vec![
                "A server that may reach any name reaches every public address at that name's port: network \
                 policies know addresses, and no names. They hold only where the cluster's network keeps them."
                    .to_owned(),
                "How many processes a server may have is a setting of the nodes.".to_owned(),
                "Without a sandbox class, servers share the nodes' kernel.".to_owned(),
            ],
            runs_images: true,
            replicas_max: REPLICAS,
            custom_domains: false,
            egress_by_name: false,
        }
    }

    fn is_https(&self) -> bool {
        self.config.origin.starts_with("https://")
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        match self.calls.namespace().await? {
            Some(_) => {
                self.calls.list("apis/apps/v1", "deployments", &format!("{DEPLOYMENT}=none")).await.map(drop)
            }
            None => Err(BackendError::Unavailable {
                backend: NAME.to_owned(),
                reason: format!("there is no namespace {}", self.config.namespace),
            }),
        }
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        images::build(NAME, self.builder.as_ref(), input, progress).await
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let name = manifests::release_name(&spec.id, spec.release);
        // Nothing is sent of a spec that cannot be rendered.
        manifests::release(spec, &self.config, &json!({}))?;
        let started = async {
            let (values, hidden) = self.secret_data(spec, secrets).await?;
            for object in manifests::release(spec, &self.config, &values)? {
                progress.line(&format!("applying {} {name}", object["kind"].as_str().unwrap_or_default()));
                self.calls.apply(&object, &hidden).await?;
            }
            Ok(Handle(name))
        };
        match started.await {
            Ok(handle) => Ok(handle),
            Err(error) => {
                // The first error tells more than one of the way back, which `retire` repeats.
                let _ = self.remove(&of_release(&spec.id, spec.release)).await;
                Err(error)
            }
        }
    }

    async fn upstream(&self, spec: &DeploySpec, handle: &Handle) -> Result<Upstream, BackendError> {
        match self.calls.get("api/v1", "services", &handle.0).await? {
            Some(_) => {
                let origin = self.config.origin_of(&handle.0, spec.port);
                Ok(Upstream { origin, headers: Vec::new() })
            }
            None => Err(gone(spec)),
        }
    }

    async fn promote(&self, spec: &DeploySpec, _handle: &Handle) -> Result<String, BackendError> {
        for _ in 0..LOOKS {
            let deployment = self.deployment(&spec.id, spec.release).await?.ok_or_else(|| gone(spec))?;
            let (ready, wanted) = state::ready(&deployment);
            if ready >= wanted.max(1) {
                self.calls.apply(&manifests::front(spec, &self.config), &[]).await?;
                let origin = self.config.origin_of(spec.id.as_str(), spec.port);
                return Ok(format!("{origin}{}", spec.path));
            }
            let pods = self.pods(&spec.id, spec.release).await?;
            match state::observed(&deployment, &pods)? {
                Observed::Starting | Observed::Running { .. } => {
                    tokio::time::sleep(self.calls.pace.poll).await
                }
                other => {
                    let lines = self.last_lines(spec).await;
                    return Err(state::unhealthy(spec, &format!("its pods are not ready: {other:?}"), lines));
                }
            }
        }
        let lines = self.last_lines(spec).await;
        Err(state::unhealthy(spec, "its pods do not become ready", lines))
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        _drain: Duration,
    ) -> Result<(), BackendError> {
        // Pods go on with what they have begun for as long as their own grace period says.
        self.remove(&of_release(id, release)).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        _secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let found = self.deployment(&spec.id, spec.release).await?.ok_or_else(|| gone(spec))?;
        let path = "/spec/template/metadata/annotations/sigyl~1restarts";
        let before: u64 =
            found.pointer(path).and_then(Value::as_str).and_then(|count| count.parse().ok()).unwrap_or(0);
        let annotations = json!({ "sigyl/restarts": (before + 1).to_string() });
        let patch = json!({ "spec": { "template": { "metadata": { "annotations": annotations } } } });
        self.calls.merge("deployments", &handle.0, &patch).await?;
        Ok(handle.clone())
    }

    async fn scale(&self, spec: &DeploySpec, handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        if replicas > REPLICAS {
            return Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: format!("run more than {REPLICAS} replicas"),
            });
        }
        match self
            .calls
            .merge("deployments/scale", &handle.0, &json!({ "spec": { "replicas": replicas } }))
            .await
        {
            Err(BackendError::Gone { .. }) => Err(gone(spec)),
            result => result.map(drop),
        }
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        if self.deployment(&spec.id, spec.release).await?.is_none() {
            return Err(gone(spec));
        }
        let (calls, labels, limit) =
            (Arc::clone(&self.calls), of_release(&spec.id, spec.release), query.limit);
        Ok(polled::lines(query, self.calls.pace.poll, move |since_ms| {
            let (calls, labels) = (Arc::clone(&calls), labels.clone());
            let query = LogQuery { since_ms, limit, follow: false };
            async move { log_lines(&calls, &labels, &query).await }
        }))
    }

    async fn stats(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        let labels = of_release(&spec.id, spec.release);
        match self.calls.list("apis/metrics.k8s.io/v1beta1", "pods", &labels).await {
            Ok(pods) => state::used(spec, &pods),
            Err(BackendError::Gone { .. }) => Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: "tell what a release uses; the cluster has no metrics server".to_owned(),
            }),
            Err(error) => Err(error),
        }
    }

    async fn observe(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Observed, BackendError> {
        let Some(deployment) = self.deployment(&spec.id, spec.release).await? else {
            return Ok(Observed::Gone);
        };
        state::observed(&deployment, &self.pods(&spec.id, spec.release).await?)
    }

    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError> {
        self.remove(&of(id)).await?;
        images::forget(self.builder.as_ref(), id).await
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        let mut owned = Vec::new();
        let mut labels = format!("{}={},{DEPLOYMENT}", MANAGED_BY.0, MANAGED_BY.1);
        if !self.config.instance.is_empty() {
            labels.push_str(&format!(",{INSTANCE}={}", self.config.instance));
        }
        for (kind, group, list) in KINDS {
            for object in self.calls.list(group, list, &labels).await? {
                let label = |name: &str| object["metadata"]["labels"].get(name).and_then(Value::as_str);
                owned.push(Owned {
                    deployment: label(DEPLOYMENT).unwrap_or_default().to_owned(),
                    release: label(RELEASE).and_then(|release| release.parse().ok()),
                    kind: kind.to_owned(),
                    name: object["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
                });
            }
        }
        owned.sort();
        Ok(owned)
    }

    fn owns_alone(&self) -> bool {
        !self.config.instance.is_empty()
    }
}

/// Lines of all pods with the labels, in the order of their times.
async fn log_lines(calls: &Calls, labels: &str, query: &LogQuery) -> Result<Vec<NamedLine>, BackendError> {
    let since = query.since_ms.map(crate::backend::times::format);
    let mut lines = Vec::new();
    for pod in calls.list("api/v1", "pods", labels).await? {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        match calls.log(name, since.as_deref(), query.limit).await {
            Ok(log) => lines.extend(state::lines(name, &log)),
            // A pod that has only just been made, or is going, has no log.
            Err(BackendError::Gone { .. }) => {}
            Err(BackendError::Failed { reason, .. }) if reason.starts_with("400") => {}
            Err(error) => return Err(error),
        }
    }
    lines.sort_by_key(|named| named.line.time_ms);
    Ok(lines)
}
