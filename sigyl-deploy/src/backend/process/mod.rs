//! The backend `process`: servers as programs of this machine, for one that has no engine.
//!
//! A build is a folder: the tree's files, each compared with what was scanned, and its dependencies, installed without
//! their scripts. It runs under bubblewrap, which shows it that folder and the system's programs, read only, and nothing
//! of anybody's home; its environment is its own, and so is its network, in which there is nothing but itself and, where its
//! manifest names what it may reach, a proxy for these names ([`doors`]). What is not taken away is told by
//! [`Capabilities::not_isolated`]. Programs are supervised, and end with Sigyl.

mod build;
mod doors;
mod folders;
mod log;
mod sandbox;
mod strays;
mod supervise;
mod usage;

use std::{
    collections::{BTreeMap, HashMap},
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use indexmap::IndexMap;
use sigyl_core::Digest;

use super::{
    Artifact, Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Handle,
    LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber, SecretSource, Stats, Upstream,
};
use crate::{egress::Egress, front::Fronts};
use doors::Doors;
use folders::Folders;
use sandbox::Sandbox;
use supervise::{Launch, Supervised};

pub(crate) const NAME: &str = "process";

/// How servers are kept from the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// By bubblewrap, at this path.
    Bubblewrap(PathBuf),
    /// Not at all, by somebody's explicit choice: a server can do what Sigyl can.
    None,
}

/// What the backend needs of its surroundings.
pub struct ProcessSettings {
    /// Where builds and logs are kept.
    pub data: PathBuf,
    /// How servers are kept from the machine.
    pub isolation: Isolation,
    /// The program `sigyl-bridge`, for servers of standard input and output, and as the way into networks of their own.
    pub bridge: Option<PathBuf>,
    /// Folders of runtimes that are not below `/usr`, which servers may read.
    pub runtimes: Vec<PathBuf>,
    /// Where programs are looked for, as `PATH` has it.
    pub path: String,
    /// Variables of builds alone, such as mirrors of registries; no secrets.
    pub build_env: IndexMap<String, String>,
    /// Milliseconds since 1970 UTC.
    pub now_ms: fn() -> i64,
    /// The listeners at which deployments answer.
    pub fronts: Arc<Fronts>,
    /// What servers reach by the names of their manifests.
    pub egress: Arc<Egress>,
}

/// Servers as programs of this machine.
pub struct Process {
    settings: ProcessSettings,
    folders: Folders,
    running: Mutex<HashMap<(DeploymentId, ReleaseNumber), Arc<Supervised>>>,
}

impl Process {
    /// Opens the backend over its data folder, which is made where it is not.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(mut settings: ProcessSettings) -> Result<Self, BackendError> {
        let folders = Folders::open(&settings.data)?;
        settings.data = folders.data().to_owned();
        folders.alias(&settings.path)?;
        folders.remove_unowned()?;
        Ok(Self { settings, folders, running: Mutex::default() })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<(DeploymentId, ReleaseNumber), Arc<Supervised>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, spec: &DeploySpec) -> Result<Arc<Supervised>, BackendError> {
        let found = self.running().get(&(spec.id.clone(), spec.release)).cloned();
        found.ok_or_else(|| BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) })
    }

    fn sandbox(&self) -> Sandbox<'_> {
        Sandbox { settings: &self.settings }
    }

    async fn launch(&self, spec: &DeploySpec, secrets: &dyn SecretSource) -> Result<Launch, BackendError> {
        let Artifact::Folder { path, plan_digest } = &spec.artifact else {
            return Err(BackendError::Unsupported { backend: NAME.into(), what: "run images".into() });
        };
        let app = self.folders.app(plan_digest);
        if app != std::path::Path::new(path) {
            return Err(BackendError::Image { reason: format!("{path} was not built here") });
        }
        let plan = self.folders.plan(plan_digest)?;
        let mut revealed = BTreeMap::new();
        for (variable, reference) in &spec.secrets {
            revealed.insert(variable.clone(), secrets.reveal(reference).await?);
        }
        let place = format!("{}/{}/{}", self.settings.data.display(), spec.id, spec.release);
        let port = free_port(&Digest::of(place.as_bytes()))?;
        let command = if spec.command.is_empty() { plan.command() } else { spec.command.clone() };
        let way = match self.sandbox().isolates_network() {
            true => {
                let folder = self.folders.release(&spec.id, spec.release)?.join(format!("net-{port}"));
                let doors = Doors::open(&folder, port, &self.settings.egress, &spec.id, &spec.egress)?;
                Some((folder, doors))
            }
            false => None,
        };
        self.sandbox().server(spec, &plan, &app, command, port, revealed, way)
    }
}

/// Ports of servers: below those that systems give to connections, which would take one away between two lives of a
/// server, and above those that services are known by. Chosen.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port of this machine that nobody listens at. Where it is looked for depends on the release, so that two that start at
/// the same time do not find the same one.
fn free_port(seed: &Digest) -> Result<u16, BackendError> {
    let first = u16::from_str_radix(seed.as_str().get(..4).unwrap_or_default(), 16).unwrap_or_default();
    let count = PORTS.end - PORTS.start;
    let mut in_turn = (0..count).map(|step| PORTS.start + (first % count + step) % count);
    let free = in_turn.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.ok_or_else(|| BackendError::Quota {
        backend: NAME.into(),
        reason: "no port of this machine is free".into(),
    })
}

pub(crate) fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: NAME.into(), reason }
}

#[async_trait]
impl Backend for Process {
    fn name(&self) -> &str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        let is_alone = self.sandbox().isolates_network();
        let network = match (&self.settings.isolation, is_alone) {
            (_, true) => None,
            (Isolation::Bubblewrap(_), false) => Some(
                "the network: sigyl-bridge is not there, without which a server reaches what this machine reaches, itself \
                 included, whatever its manifest says",
            ),
            (Isolation::None, false) => Some(
                "the network: a server reaches what this machine reaches, itself included, whatever its manifest says",
            ),
        };
        let mut not_isolated: Vec<_> = network.map(str::to_owned).into_iter().collect();
        not_isolated.push(
            "memory, processes and CPU: what is over the limit is noticed twice a second, and CPU is not limited"
                .to_owned(),
        );
        match &self.settings.isolation {
            Isolation::Bubblewrap(_) => not_isolated.push(
                "the kernel: a server shares it with this machine, and runs as the user who runs Sigyl".to_owned(),
            ),
            Isolation::None => not_isolated.push(
                "files and processes: a server can read, change and end everything that the user who runs Sigyl can"
                    .to_owned(),
            ),
        }
        Capabilities {
            isolates: false,
            not_isolated,
            runs_images: false,
            replicas_max: 1,
            custom_domains: false,
            egress_by_name: is_alone,
        }
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        self.sandbox().try_it().await
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        build::build(&self.folders, &self.sandbox(), input, progress).await
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let handle = Handle(format!("{}/{}", spec.id, spec.release));
        if self.of(spec).is_ok() {
            return Ok(handle);
        }
        if spec.replicas > 1 {
            return Err(BackendError::Unsupported {
                backend: NAME.into(),
                what: "run more than one process".into(),
            });
        }
        self.preflight().await?;
        // Of a life before this one, nothing may answer at the same time.
        strays::end(&self.settings.data).await;
        let launch = self.launch(spec, secrets).await?;
        let folder = self.folders.release(&spec.id, spec.release)?;
        progress.line(&format!("release {} listens at port {} of this machine", spec.release, launch.port));
        let supervised = Supervised::start(launch, &folder, self.settings.now_ms)?;
        self.running().insert((spec.id.clone(), spec.release), supervised);
        Ok(handle)
    }

    async fn upstream(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Upstream, BackendError> {
        let port = self.of(spec)?.port();
        Ok(Upstream { origin: format!("http://127.0.0.1:{port}"), headers: Vec::new() })
    }

    async fn promote(&self, spec: &DeploySpec, handle: &Handle) -> Result<String, BackendError> {
        let origin = self.upstream(spec, handle).await?.origin;
        self.settings.fronts.open(&spec.id, spec.front_port).await?;
        self.settings.fronts.switch(&spec.id, spec.release, vec![origin], &spec.path).await
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        drain: Duration,
    ) -> Result<(), BackendError> {
        self.settings.fronts.drain(id, release, drain).await;
        let supervised = self.running().remove(&(id.clone(), release));
        if let Some(supervised) = supervised {
            supervised.stop().await;
        }
        self.folders.remove_release(id, release).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let launch = self.launch(spec, secrets).await?;
        let before = self.running().remove(&(spec.id.clone(), spec.release));
        if let Some(before) = before {
            before.stop().await;
        }
        let folder = self.folders.release(&spec.id, spec.release)?;
        let supervised = Supervised::start(launch, &folder, self.settings.now_ms)?;
        self.running().insert((spec.id.clone(), spec.release), supervised);
        if self.settings.fronts.usage(&spec.id).is_some_and(|usage| usage.release == Some(spec.release)) {
            self.promote(spec, handle).await?;
        }
        Ok(handle.clone())
    }

    async fn scale(&self, spec: &DeploySpec, _handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        self.of(spec)?;
        match replicas {
            1 => Ok(()),
            _ => Err(BackendError::Unsupported {
                backend: NAME.into(),
                what: format!("run {replicas} processes of one server"),
            }),
        }
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        self.of(spec)?.log().read(query)
    }

    async fn stats(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        let supervised = self.of(spec)?;
        let used = supervised.usage().await;
        Ok(Stats {
            memory_bytes: used.memory_bytes,
            memory_limit_bytes: spec.limits.memory_bytes,
            cpu_total_ms: Some(used.cpu_ms),
            cpu_millis: None,
            pids: Some(used.threads),
        })
    }

    async fn observe(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Observed, BackendError> {
        Ok(self.of(spec).map_or(Observed::Gone, |supervised| supervised.observed()))
    }

    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError> {
        let releases = self.running().keys().filter(|(of, _)| of == id).cloned().collect::<Vec<_>>();
        self.settings.fronts.close(id).await;
        for (id, release) in releases {
            self.retire(&id, release, Duration::ZERO).await?;
        }
        strays::end(&self.settings.data).await;
        self.folders.remove_deployment(id).await
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        let mut owned = self.folders.owned()?;
        owned.extend(self.running().keys().map(|(id, release)| Owned {
            deployment: id.to_string(),
            release: Some(*release),
            kind: "process".into(),
            name: format!("{id}/{release}"),
        }));
        owned.sort();
        Ok(owned)
    }

    fn owns_alone(&self) -> bool {
        true
    }

    async fn keep_builds(&self, id: &DeploymentId, kept: &[BuiltImage]) -> Result<Vec<Owned>, BackendError> {
        self.folders.keep_apps(id, kept.iter().map(|image| image.plan_digest.clone()).collect()).await
    }

    fn fronts(&self) -> Option<&Fronts> {
        Some(&self.settings.fronts)
    }
}
