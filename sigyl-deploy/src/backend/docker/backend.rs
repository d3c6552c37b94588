//! The trait, call by call; what each does is in the file of its verb.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

use super::{
    build, container, engine::Engine, firewall::Firewall, images, logs, options::DockerOptions, owned, watch,
};
use crate::{
    backend::{
        Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Handle,
        LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber, SecretSource, Stats, Upstream,
    },
    egress::Egress,
    front::Fronts,
};

/// The backend's name.
pub(crate) const NAME: &str = "docker";

/// Containers of one release: a network has 29 addresses, and two releases share it.
pub(super) const REPLICAS_MAX: u32 = 12;

/// Runs servers as containers of an engine on this machine: Docker, or what has its interface and its socket.
///
/// A deployment has one internal network. Its containers are reached at their addresses in it, which stay theirs when the
/// engine brings them back, and by callers at a loopback listener of this process. Their only way out is a proxy of this
/// process at the network's gateway. Both go with the process: [`promote`](Backend::promote) of what runs brings them back.
pub struct DockerBackend {
    pub(super) engine: Engine,
    pub(super) options: DockerOptions,
    pub(super) fronts: Arc<Fronts>,
    pub(super) egress: Arc<Egress>,
    /// The firewall, or why Sigyl may not change it.
    pub(super) firewall: Result<Firewall, String>,
    pub(super) known: Mutex<Known>,
    /// Networks and addresses are given out one after the other.
    pub(super) giving: tokio::sync::Mutex<()>,
}

/// What this process knows of deployments beside what the engine knows.
#[derive(Default)]
pub(super) struct Known {
    /// Which release answers at the front.
    pub(super) promoted: HashMap<DeploymentId, ReleaseNumber>,
    /// Names that each release may reach.
    pub(super) egress: HashMap<DeploymentId, BTreeMap<ReleaseNumber, Vec<String>>>,
}

impl DockerBackend {
    /// Connects to the engine, and sees whether the machine's firewall can be used.
    ///
    /// # Errors
    /// When no engine answers.
    pub async fn connect(
        options: DockerOptions,
        fronts: Arc<Fronts>,
        egress: Arc<Egress>,
    ) -> Result<Self, BackendError> {
        let engine = Engine::connect(NAME, &options.address, &options.instance).await?;
        let firewall = Firewall::open(options.iptables.as_deref(), &options.instance).await;
        Ok(Self {
            engine,
            options,
            fronts,
            egress,
            firewall,
            known: Mutex::default(),
            giving: tokio::sync::Mutex::default(),
        })
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Backend for DockerBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        let not_isolated = match &self.firewall {
            Ok(_) => Vec::new(),
            Err(reason) => vec![format!(
                "Services of this machine that listen on all addresses can be reached from containers: Sigyl may not \
                 change its firewall ({reason})."
            )],
        };
        Capabilities {
            isolates: self.firewall.is_ok(),
            not_isolated,
            runs_images: true,
            replicas_max: REPLICAS_MAX,
            custom_domains: false,
            egress_by_name: true,
        }
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        self.engine.preflight().await
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        build::build(&self.engine, &self.options, input, progress).await
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        container::check(NAME, spec, REPLICAS_MAX)?;
        self.start_release(spec, secrets, progress).await
    }

    async fn upstream(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Upstream, BackendError> {
        let origins = self.origins(spec).await?;
        match origins.into_iter().next() {
            Some(origin) => Ok(Upstream { origin, headers: Vec::new() }),
            None => Err(BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) }),
        }
    }

    async fn promote(&self, spec: &DeploySpec, _handle: &Handle) -> Result<String, BackendError> {
        self.promote_release(spec).await
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        drain: Duration,
    ) -> Result<(), BackendError> {
        self.retire_release(id, release, drain).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        container::check(NAME, spec, REPLICAS_MAX)?;
        self.restart_release(spec, secrets).await
    }

    async fn scale(&self, spec: &DeploySpec, _handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        let spec = DeploySpec { replicas, ..spec.clone() };
        container::check(NAME, &spec, REPLICAS_MAX)?;
        self.scale_release(&spec).await
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        let containers = self.engine.containers(Some(&spec.id), Some(spec.release)).await?;
        logs::of_containers(&self.engine, &containers, query).await
    }

    async fn stats(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        watch::stats(&self.engine, &spec.id, spec.release).await
    }

    async fn observe(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Observed, BackendError> {
        watch::observe(&self.engine, &spec.id, spec.release).await
    }

    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError> {
        self.delete_deployment(id).await
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        owned::list(&self.engine).await
    }

    fn owns_alone(&self) -> bool {
        true
    }

    async fn keep_builds(&self, id: &DeploymentId, kept: &[BuiltImage]) -> Result<Vec<Owned>, BackendError> {
        images::keep(&self.engine, id, kept).await
    }

    fn fronts(&self) -> Option<&Fronts> {
        Some(&self.fronts)
    }
}
