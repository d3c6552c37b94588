//! The trait, call by call; what each does is in the file of its verb.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bollard::query_parameters::LogsOptionsBuilder;

use super::{follow::Following, image, owned, service, tasks, ways::Ways};
use crate::{
    backend::{
        Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Handle,
        LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber, SecretSource, Stats, Upstream,
        docker::{DockerOptions, build, container, engine::Engine, images, logs},
    },
    egress::Allowed,
    front::Fronts,
};

/// The backend's name.
pub(super) const NAME: &str = "swarm";

/// Tasks of one release. Chosen.
const REPLICAS_MAX: u32 = 100;

/// Runs servers as services of a Docker Swarm, through one of its managers.
///
/// A release is a service of its own, so that the one before goes on until the new one is healthy, and is still there when
/// it never is. Its tasks are in an internal network, and are reached and let out through gates, a second service of the
/// release: those publish a port on the machine that they run on, of the machine's choice, which needs neither the routing
/// mesh nor virtual addresses, which some kernels lack. Tasks and gates move; while a release serves, this process looks
/// where they are.
pub struct SwarmBackend {
    pub(super) engine: Engine,
    pub(super) options: DockerOptions,
    pub(super) fronts: Arc<Fronts>,
    /// Networks that are not everybody's and that names may point to all the same.
    pub(super) also: Vec<String>,
    pub(super) promoted: Mutex<HashMap<DeploymentId, Following>>,
    /// Ways to the tasks of releases that this process probed or promoted.
    led: Mutex<HashMap<DeploymentId, BTreeMap<ReleaseNumber, Arc<Ways>>>>,
}

impl SwarmBackend {
    /// Connects to a manager. Of the options, what is about this machine's networks does not count.
    ///
    /// # Errors
    /// When no engine answers.
    pub async fn connect(options: DockerOptions, fronts: Arc<Fronts>) -> Result<Self, BackendError> {
        let engine = Engine::connect(NAME, &options.address, &options.instance).await?;
        let (promoted, led) = (Mutex::default(), Mutex::default());
        Ok(Self { engine, options, fronts, also: Vec::new(), promoted, led })
    }

    /// Lets names of manifests point to addresses of these networks (`192.168.7.0/24`), too, which are not everybody's.
    #[must_use]
    pub fn may_reach_also(mut self, networks: Vec<String>) -> Self {
        self.also = networks;
        self
    }

    pub(super) fn promoted(&self) -> MutexGuard<'_, HashMap<DeploymentId, Following>> {
        self.promoted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn led(&self) -> MutexGuard<'_, HashMap<DeploymentId, BTreeMap<ReleaseNumber, Arc<Ways>>>> {
        self.led.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Backend for SwarmBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        let not_isolated = vec![
            "What Sigyl and machines of the swarm say to each other for servers is not encrypted: their network must be \
             one that nobody listens on."
                .to_owned(),
        ];
        Capabilities {
            isolates: true,
            not_isolated,
            runs_images: true,
            replicas_max: REPLICAS_MAX,
            custom_domains: false,
            egress_by_name: true,
        }
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        self.engine.preflight().await?;
        let unavailable = |reason: &str| {
            Err(BackendError::Unavailable { backend: NAME.to_owned(), reason: reason.to_owned() })
        };
        let info = self
            .engine
            .docker
            .info()
            .await
            .map_err(|error| self.engine.error("asking the engine", &error))?;
        if info.swarm.and_then(|swarm| swarm.control_available) != Some(true) {
            return unavailable("the engine is no manager of a swarm");
        }
        if self.options.registry.is_none() {
            return unavailable("machines of a swarm get images from a registry, and none is named");
        }
        image::bridge(NAME, &self.options).await?;
        Ok(())
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
        self.check(spec)?;
        self.start_release(spec, secrets, progress).await
    }

    async fn upstream(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Upstream, BackendError> {
        let passing =
            |reason: String| BackendError::Passing { backend: NAME.to_owned(), reason, retry_after: None };
        let tasks = tasks::running(&self.engine, spec).await?;
        let task = tasks.first().ok_or_else(|| passing("no task runs yet".to_owned()))?;
        let ways = self.ways(spec).await?;
        let origin = ways.probe(task).map_err(|error| passing(format!("no port for a probe: {error}")))?;
        Ok(Upstream { origin, headers: Vec::new() })
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
        self.fronts.drain(id, release, drain).await;
        let was_promoted = self.promoted().get(id).is_some_and(|following| following.release == release);
        if was_promoted {
            self.promoted().remove(id);
        }
        if let Some(releases) = self.led().get_mut(id) {
            releases.remove(&release);
        }
        service::remove(&self.engine, &service::name(&self.engine.instance, id, release)).await?;
        self.remove_gate(id, release).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        self.check(spec)?;
        self.restart_release(spec, secrets).await
    }

    async fn scale(&self, spec: &DeploySpec, _handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        let spec = DeploySpec { replicas, ..spec.clone() };
        self.check(&spec)?;
        self.scale_release(&spec).await
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        let name = service::name(&self.engine.instance, &spec.id, spec.release);
        let open = |follow: bool, query: &LogQuery| -> Vec<logs::RawLog> {
            let options = LogsOptionsBuilder::new()
                .stdout(true)
                .stderr(true)
                .timestamps(true)
                .follow(follow)
                .since(logs::seconds(query.since_ms))
                .tail(&logs::tail(query))
                .build();
            vec![Box::pin(self.engine.docker.service_logs(&name, Some(options)))]
        };
        logs::join(&self.engine, open, false, query).await
    }

    async fn stats(&self, _spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        Err(BackendError::Unsupported {
            backend: NAME.to_owned(),
            what: "tell what servers on other machines use".to_owned(),
        })
    }

    async fn observe(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Observed, BackendError> {
        tasks::observe(&self.engine, spec).await
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

impl SwarmBackend {
    fn check(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        container::check(NAME, spec, REPLICAS_MAX)?;
        Allowed::parse(&spec.egress)
            .map_err(|error| BackendError::Failed { backend: NAME.to_owned(), reason: error.to_string() })?;
        if spec.runtime.is_some() {
            return Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: "choose a runtime for one service; make it the default of the machines' engines"
                    .to_owned(),
            });
        }
        if !container::image_of(NAME, spec)?.reference.contains("@sha256:") {
            return Err(BackendError::Image {
                reason: "machines of a swarm get images by digest from a registry, and this one is in none"
                    .to_owned(),
            });
        }
        Ok(())
    }
}
