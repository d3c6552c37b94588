//! The gate of a release: the one way to its tasks, and their one way out.
//!
//! The tasks' network is internal, on every machine: nothing in it has a route to anywhere else, and it publishes no port.
//! The gate is a second service, of `sigyl-bridge gate`, with one side in that network and one outside. It leads Sigyl,
//! who knows its word, to a task that is named, and tasks to the names of the manifest. Each release has its own, so that
//! other names come and go with their release, and nothing that serves is touched.

use bollard::models::Service;
use sigyl_core::secret::{SecretText, random_text};

use super::{
    backend::SwarmBackend,
    image,
    networks::{self, Networks},
    service::{self, Part},
};
use crate::backend::{
    BackendError, DeploySpec, DeploymentId, Progress, ReleaseNumber,
    docker::{
        engine::{Engine, status},
        images, labels,
    },
};

/// Ports of a gate, in its own container: for Sigyl, and for the tasks.
pub(super) const DOOR: u16 = 8879;
const PROXY: u16 = 8877;

/// Gates of a release, on two machines where there are two: while one that was lost is made anew, the other one leads.
/// Chosen.
const REPLICAS: u32 = 2;

/// What a gate may use: it keeps nothing but what is on its way. Chosen.
const MEMORY_BYTES: u64 = 64 << 20;
const CPU_MILLIS: u32 = 1000;
const PIDS: u32 = 64;

/// As whom it runs; its image's user as well.
pub(super) const UID: u32 = 10_001;

/// Where the bridge looks for its word.
const WORD: &str = "SIGYL_BRIDGE_WORD";
const WORD_LEN: usize = 43;

/// The engine's name of a release's gate.
pub(super) fn name(instance: &str, id: &DeploymentId, release: ReleaseNumber) -> String {
    // Services' names have 63 letters at most.
    format!("{}-g", service::name(instance, id, release))
}

/// Where the tasks of a release find their proxy; nowhere where they may reach nothing.
pub(super) fn proxy(instance: &str, spec: &DeploySpec) -> Option<String> {
    (!spec.egress.is_empty()).then(|| format!("{}:{PROXY}", name(instance, &spec.id, spec.release)))
}

/// What whoever comes in must know. It is in the gate's description, where managers have it, so that every Sigyl finds it.
pub(super) fn word_of(gate: &Service) -> Option<SecretText> {
    let container = gate.spec.as_ref()?.task_template.as_ref()?.container_spec.as_ref()?;
    let variables = container.env.as_ref()?.iter();
    let word = variables.filter_map(|it| it.strip_prefix(WORD)?.strip_prefix('=')).next()?;
    Some(SecretText::new(word.to_owned()))
}

/// A release's gate; `None` where there is none.
pub(super) async fn find(
    engine: &Engine,
    id: &DeploymentId,
    release: ReleaseNumber,
) -> Result<Option<Service>, BackendError> {
    service::find(engine, &name(&engine.instance, id, release)).await
}

/// What the bridge is told.
fn arguments(spec: &DeploySpec, inside: &str, also: &[String]) -> Vec<String> {
    let mut arguments = vec![
        "--inside".to_owned(),
        inside.to_owned(),
        "--door".to_owned(),
        DOOR.to_string(),
        "--server".to_owned(),
        spec.port.to_string(),
        "--proxy".to_owned(),
        PROXY.to_string(),
    ];
    for name in &spec.egress {
        arguments.extend(["--allow".to_owned(), name.clone()]);
    }
    for network in also {
        arguments.extend(["--also".to_owned(), network.clone()]);
    }
    arguments
}

/// A gate as a service.
fn part(
    instance: &str,
    spec: &DeploySpec,
    image: String,
    networks: &Networks,
    also: &[String],
    word: &str,
) -> Part {
    Part {
        name: name(instance, &spec.id, spec.release),
        labels: labels::of(instance, &spec.id, Some(spec.release)),
        image,
        command: None,
        arguments: Some(arguments(spec, &networks.inside, also)),
        environment: vec![format!("{WORD}={word}")],
        uid: UID,
        names_by: None,
        tmp_bytes: None,
        memory_bytes: MEMORY_BYTES,
        cpu_millis: CPU_MILLIS,
        pids: PIDS,
        networks: vec![networks.inner.clone(), networks.outer.clone()],
        published: Some(DOOR),
        replicas: REPLICAS,
        restarts_max: None,
    }
}

impl SwarmBackend {
    /// Makes the gate of a release, and the networks, unless they are there.
    pub(super) async fn ensure_gate(
        &self,
        spec: &DeploySpec,
        progress: &dyn Progress,
    ) -> Result<Networks, BackendError> {
        let networks = networks::ensure(&self.engine, &spec.id).await?;
        if find(&self.engine, &spec.id, spec.release).await?.is_some() {
            return Ok(networks);
        }
        let image = image::ensure(&self.engine, &self.options, &spec.id, progress).await?;
        let word = random_text(WORD_LEN).map_err(|error| BackendError::Failed {
            backend: self.engine.backend.to_owned(),
            reason: error.to_string(),
        })?;
        let described =
            service::describe(part(&self.engine.instance, spec, image, &networks, &self.also, &word));
        let login = images::Login::at(self.options.registry.as_ref()).await?;
        match self.engine.docker.create_service(described, login.docker()).await {
            Ok(_) => Ok(networks),
            // Another process of this Sigyl was faster.
            Err(error) if status(&error) == Some(409) => Ok(networks),
            Err(error) => Err(self.engine.error("making a gate", &error)),
        }
    }

    pub(super) async fn remove_gate(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
    ) -> Result<(), BackendError> {
        service::remove(&self.engine, &name(&self.engine.instance, id, release)).await
    }
}
