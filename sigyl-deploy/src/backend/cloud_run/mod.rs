//! Google Cloud Run, by its Admin API.
//!
//! A deployment is a service, a release a revision of it. A new revision has a tag, and so an address of its own, and
//! none of the traffic; when it is promoted, all traffic goes to it by name. Going back is the same with an older
//! revision. Services are private unless the operator says otherwise: whoever calls one shows an identity token, which
//! [`Upstream`] carries in the header that Cloud Run reads before `Authorization`, so that the server's own use of that
//! is left alone.
//!
//! Secrets are stored in Secret Manager, a secret for each variable and release; the service has references to
//! versions. Each deployment runs as an account of its own, which may read its own secrets and nothing else: what runs
//! in an instance can get its account's tokens.

mod api;
mod build;
mod domains;
mod logs;
mod release;
mod secrets;
mod service;
mod tokens;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};

pub use api::Endpoints;
pub use build::{CloudBuild, CloudBuildConfig};
pub use tokens::{GoogleTokens, TokenSource};

use self::{api::Api, release::Done};
use super::{
    Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Domain,
    DomainName, Handle, ImageBuilder, LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber,
    SecretHeader, SecretSource, Stats, Upstream, images, pace::Pace, polled,
};

const NAME: &str = "cloud-run";

/// What Sigyl needs to know of a project.
#[derive(Clone)]
pub struct CloudRunConfig {
    /// Which Sigyl: several may share a project. A label of everything that is made; none where empty.
    pub instance: String,
    /// Id of the project.
    pub project: String,
    /// The region: `europe-west1`.
    pub region: String,
    /// Where the interfaces are.
    pub endpoints: Endpoints,
    /// What servers run as.
    pub accounts: ServiceAccounts,
    /// Who may call servers.
    pub access: Access,
    /// A network that all egress goes through, so that the operator's firewall holds it.
    pub network: Option<Network>,
    /// What builds images and pushes them to a registry that Cloud Run can pull from.
    pub builder: Option<Arc<dyn ImageBuilder>>,
    /// Waits and attempts.
    pub pace: Pace,
}

/// What servers run as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceAccounts {
    /// An account for each deployment, made by Sigyl.
    Each,
    /// One for all, by its address: every server can then read the secrets of every other.
    One(String),
}

/// Who may call servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Who has the role `run.invoker`, with an identity token.
    Private,
    /// Everybody.
    Public,
}

/// A network of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its name.
    pub network: String,
    /// The part of it in the region.
    pub subnetwork: String,
}

/// The backend `cloud-run`.
pub struct CloudRun {
    config: CloudRunConfig,
    api: Arc<Api>,
}

impl CloudRun {
    /// A backend for one region of one project.
    ///
    /// # Errors
    /// When the project or region cannot be one, or there can be no HTTPS client.
    pub fn new(config: CloudRunConfig, tokens: Arc<dyn TokenSource>) -> Result<Self, BackendError> {
        if ![&config.project, &config.region]
            .into_iter()
            .all(|name| api::is_path(name) && !name.contains('/'))
        {
            return Err(BackendError::Unavailable {
                backend: NAME.to_owned(),
                reason: "the name of the project or of the region cannot be one".to_owned(),
            });
        }
        let api = Arc::new(Api::new(config.endpoints.clone(), tokens, config.pace)?);
        Ok(Self { config, api })
    }

    /// The revision that a release has now: the handle's, or the one that a restart has put in its place.
    fn revision_of(&self, found: &Value, spec: &DeploySpec, handle: &Handle) -> String {
        service::tagged_revision(found, spec.release).unwrap_or_else(|| handle.0.clone())
    }

    /// What lets through the log of a revision alone.
    pub(super) fn log_filter(&self, id: &DeploymentId, revision: &str) -> String {
        format!(
            "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"{id}\" AND \
             resource.labels.revision_name=\"{revision}\" AND resource.labels.location=\"{}\"",
            self.config.region
        )
    }

    async fn found(&self, spec: &DeploySpec) -> Result<Value, BackendError> {
        self.service(&spec.id).await?.ok_or_else(|| gone(spec))
    }
}

fn gone(spec: &DeploySpec) -> BackendError {
    BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) }
}

#[async_trait]
impl Backend for CloudRun {
    fn name(&self) -> &str {
        NAME
    }

    fn is_https(&self) -> bool {
        true
    }

    fn capabilities(&self) -> Capabilities {
        let mut not_isolated = Vec::new();
        if self.config.network.is_none() {
            not_isolated.push(
                "Servers reach every public address: Cloud Run cannot hold them to the manifest's names. A network \
                 whose firewall does is a setting."
                    .to_owned(),
            );
        }
        if let ServiceAccounts::One(_) = self.config.accounts {
            not_isolated.push(
                "All servers run as one account, so that each can read the secrets of every other."
                    .to_owned(),
            );
        }
        not_isolated.push("The root file system can be written; what is written is memory.".to_owned());
        Capabilities {
            isolates: self.config.accounts == ServiceAccounts::Each,
            not_isolated,
            runs_images: true,
            replicas_max: service::INSTANCES,
            custom_domains: true,
            egress_by_name: false,
        }
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        let url = format!("{}/v2/{}/services", self.api.endpoints.run, self.parent());
        self.api.get(&url, &[("pageSize", "1")]).await?;
        self.stored(None).await.map(drop)
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        images::build(NAME, self.config.builder.as_ref(), input, progress).await
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        service::check(spec)?;
        self.start_candidate(spec, secrets, progress).await
    }

    async fn upstream(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Upstream, BackendError> {
        let found = self.found(spec).await?;
        let Some(origin) = service::tag_address(&found, spec.release) else {
            return Err(match service::tagged_revision(&found, spec.release) {
                Some(_) => BackendError::Passing {
                    backend: NAME.to_owned(),
                    reason: "the revision has no address yet".to_owned(),
                    retry_after: None,
                },
                None => gone(spec),
            });
        };
        let mut headers = Vec::new();
        // A public service is so only once its first release is promoted.
        if found.get("invokerIamDisabled") != Some(&Value::Bool(true)) {
            // The audience is the service's own address, also where a tag's is called.
            let audience = found.get("uri").and_then(Value::as_str).unwrap_or(&origin);
            let token = self.api.id_token(audience).await?;
            let value = SecretHeader(format!("Bearer {}", token.reveal()));
            headers.push(("X-Serverless-Authorization".to_owned(), value));
        }
        Ok(Upstream { origin, headers })
    }

    async fn promote(&self, spec: &DeploySpec, handle: &Handle) -> Result<String, BackendError> {
        let found = self.found(spec).await?;
        let revision = self.revision_of(&found, spec, handle);
        self.promote_revision(spec, &revision).await
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        _drain: Duration,
    ) -> Result<(), BackendError> {
        self.retire_release(id, release).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let before = self.revision_of(&self.found(spec).await?, spec, handle);
        let (_, restarts) = service::read_revision(&spec.id, &before).ok_or_else(|| gone(spec))?;
        let after = service::revision_name(&spec.id, spec.release, restarts + 1);
        let account = self.account(&spec.id).await?;
        let versions = self.store(spec, &account, secrets).await?;
        let fields = "description,functionalType,ingress,labels,scaling,template,traffic";
        let done = self
            .change(&spec.id, fields, |found| {
                let traffic = service::exchanged(found, &before, &after);
                service::body(spec, &self.config, &account, &versions, &after, traffic).map(Some)
            })
            .await?;
        match done {
            Done::Ended(Ok(())) => Ok(Handle(after)),
            Done::Ended(Err(reason)) => Err(service::failure(spec, "", reason, Vec::new())),
            Done::Absent => Err(gone(spec)),
        }
    }

    async fn scale(&self, spec: &DeploySpec, _handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        if replicas > service::INSTANCES {
            return Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: format!("run more than {} instances", service::INSTANCES),
            });
        }
        let scaling = json!({ "scalingMode": "MANUAL", "manualInstanceCount": replicas });
        match self.change(&spec.id, "scaling", |_| Ok(Some(json!({ "scaling": scaling })))).await? {
            Done::Ended(Ok(())) => Ok(()),
            Done::Ended(Err(reason)) => Err(BackendError::Failed { backend: NAME.to_owned(), reason }),
            Done::Absent => Err(gone(spec)),
        }
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        let revision = self.revision_of(&self.found(spec).await?, spec, handle);
        let (api, project) = (Arc::clone(&self.api), self.config.project.clone());
        let (filter, limit) = (self.log_filter(&spec.id, &revision), query.limit);
        Ok(polled::lines(query, self.api.poll(), move |since_ms| {
            let (api, project, filter) = (Arc::clone(&api), project.clone(), filter.clone());
            let query = LogQuery { since_ms, limit, follow: false };
            async move { logs::entries(&api, &project, &filter, &query).await }
        }))
    }

    async fn stats(&self, _spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        Err(BackendError::Unsupported {
            backend: NAME.to_owned(),
            what: "tell what a release uses; instances come and go, and their metrics are distributions over minutes"
                .to_owned(),
        })
    }

    async fn observe(&self, spec: &DeploySpec, handle: &Handle) -> Result<Observed, BackendError> {
        let Some(found) = self.service(&spec.id).await? else { return Ok(Observed::Gone) };
        let name = self.revision_of(&found, spec, handle);
        let Some(revision) = self.revision(&spec.id, &name).await? else { return Ok(Observed::Gone) };
        if revision.get("deleteTime").is_some() {
            return Ok(Observed::Gone);
        }
        Ok(match service::not_ready(&revision) {
            Some(cause) if cause.is_final => {
                Observed::Ended { exit_code: None, out_of_memory: false, restarts: 0 }
            }
            Some(_) => Observed::Starting,
            None if service::is_stopped(&found) => Observed::Stopped,
            None => {
                // How many instances there are is not told, only how many are kept at least.
                let kept = revision.pointer("/scalingStatus/desiredMinInstanceCount").and_then(Value::as_u64);
                let replicas = u32::try_from(kept.unwrap_or(0)).unwrap_or(u32::MAX);
                Observed::Running { restarts: 0, replicas }
            }
        })
    }

    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError> {
        self.unmap_all(id).await?;
        if self.service(id).await?.is_some() {
            self.remove_service(id).await?;
        }
        self.forget(id, None).await?;
        self.remove_account(id).await?;
        images::forget(self.config.builder.as_ref(), id).await
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        let url = format!("{}/v2/{}/services", self.api.endpoints.run, self.parent());
        let mut owned = Vec::new();
        for found in self.api.list(&url, &[("pageSize", "100")], "services").await? {
            let label = |name: &str| found.get("labels")?.get(name)?.as_str();
            let name = found.get("name").and_then(Value::as_str).unwrap_or_default();
            let is_ours = label(service::MANAGED_BY.0) == Some(service::MANAGED_BY.1)
                && label(service::INSTANCE).unwrap_or_default() == self.config.instance;
            if !is_ours {
                continue;
            }
            let Some(deployment) = label(service::DEPLOYMENT) else { continue };
            owned.push(Owned {
                deployment: deployment.to_owned(),
                release: None,
                kind: "service".to_owned(),
                name: name.rsplit('/').next().unwrap_or_default().to_owned(),
            });
        }
        let stored = self.stored(None).await?.into_iter();
        let stored = stored.filter(|stored| stored.instance == self.config.instance);
        owned.extend(stored.map(|stored| Owned {
            deployment: stored.deployment,
            release: stored.release,
            kind: "secret".to_owned(),
            name: stored.name,
        }));
        if self.config.accounts == ServiceAccounts::Each {
            owned.extend(self.accounts().await?);
        }
        owned.extend(self.owned_domains().await?);
        owned.sort();
        Ok(owned)
    }

    fn owns_alone(&self) -> bool {
        !self.config.instance.is_empty()
    }

    async fn domains(&self, id: &DeploymentId) -> Result<Vec<Domain>, BackendError> {
        self.domains_of(id).await
    }

    async fn add_domain(&self, spec: &DeploySpec, name: &DomainName) -> Result<Domain, BackendError> {
        self.map(&spec.id, name).await
    }

    async fn remove_domain(&self, id: &DeploymentId, name: &DomainName) -> Result<bool, BackendError> {
        self.unmap(id, name).await
    }
}
