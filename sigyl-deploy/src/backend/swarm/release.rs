//! Releases: made beside the one that serves, let to the front, restarted, made more or fewer.

use std::{sync::Arc, time::Duration};

use bollard::{
    models::{ServiceSpec, ServiceUpdateStatusStateEnum},
    query_parameters::UpdateServiceOptionsBuilder,
};
use tokio::time;

use super::{
    backend::{NAME, SwarmBackend},
    follow::{Following, look},
    gate, service, tasks,
    ways::Ways,
};
use crate::backend::{
    BackendError, DeploySpec, Handle, Progress, SecretSource,
    docker::{container, engine::status, images},
};

/// Between two looks at what the manager does. Chosen.
const LOOK: Duration = Duration::from_millis(100);

/// How long a manager may take for what it does task by task, beside the time that the server may take. Chosen.
const UPDATE: Duration = Duration::from_secs(60);

/// Releases of a deployment whose ways are kept: the front has five. Chosen.
const RELEASES_MAX: usize = 8;

impl SwarmBackend {
    fn gone(spec: &DeploySpec) -> BackendError {
        BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) }
    }

    pub(super) async fn start_release(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let name = service::name(&self.engine.instance, &spec.id, spec.release);
        if service::find(&self.engine, &name).await?.is_some() {
            if gate::find(&self.engine, &spec.id, spec.release).await?.is_some() {
                return Ok(Handle(name));
            }
            // Without its gate it cannot be reached: somebody took that away, or it is from before there were any.
            service::remove(&self.engine, &name).await?;
        }
        match self.make(spec, secrets, progress).await {
            Ok(()) => Ok(Handle(name)),
            Err(error) => {
                // The first error is the one to tell. Networks go with the deployment.
                let _ = self.remove_gate(&spec.id, spec.release).await;
                Err(error)
            }
        }
    }

    async fn make(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<(), BackendError> {
        let image = container::image_of(NAME, spec)?;
        let networks = self.ensure_gate(spec, progress).await?;
        let instance = &self.engine.instance;
        let proxy = gate::proxy(instance, spec);
        let environment = container::environment(spec, proxy.as_deref(), secrets).await?;
        let part = service::server(instance, spec, &image.reference, environment, networks.inner);
        progress.line(&format!("a service of {} on the swarm", spec.replicas));
        let login = self.login().await?;
        match self.engine.docker.create_service(service::describe(part), login.docker()).await {
            Ok(_) => Ok(()),
            // Another process of this Sigyl was faster.
            Err(error) if status(&error) == Some(409) => Ok(()),
            Err(error) => Err(self.engine.error("making a service", &error)),
        }
    }

    async fn login(&self) -> Result<images::Login, BackendError> {
        images::Login::at(self.options.registry.as_ref()).await
    }

    /// The ways to a release's tasks, through the gates that are there now.
    pub(super) async fn ways(&self, spec: &DeploySpec) -> Result<Arc<Ways>, BackendError> {
        let gone =
            || BackendError::Gone { what: format!("the gate of release {} of {}", spec.release, spec.id) };
        let gate = gate::find(&self.engine, &spec.id, spec.release).await?.ok_or_else(gone)?;
        let word = gate::word_of(&gate).ok_or_else(gone)?;
        let gates = tasks::gates(&self.engine, &gate).await?;
        let mut all = self.led();
        let releases = all.entry(spec.id.clone()).or_default();
        let known = releases.get(&spec.release).filter(|ways| ways.knows(&word)).cloned();
        let ways = known.unwrap_or_else(|| Ways::new(self.fronts.clone(), spec.port, word));
        releases.insert(spec.release, ways.clone());
        // Those of releases that another process retired.
        while releases.len() > RELEASES_MAX {
            releases.pop_first();
        }
        drop(all);
        ways.set_gates(gates);
        Ok(ways)
    }

    pub(super) async fn promote_release(&self, spec: &DeploySpec) -> Result<String, BackendError> {
        let ways = self.ways(spec).await?;
        let tasks = self.await_all(spec, &ways).await?;
        self.fronts.open(&spec.id, spec.front_port).await?;
        let origins = ways.lead(&tasks);
        let endpoint = self.fronts.switch(&spec.id, spec.release, origins, &spec.path).await?;
        let following = Following::begin(self.engine.clone(), self.fronts.clone(), ways, spec.clone(), tasks);
        self.promoted().insert(spec.id.clone(), following);
        Ok(endpoint)
    }

    /// Waits until as many tasks take connections as the spec wants; gives their names.
    async fn await_all(&self, spec: &DeploySpec, ways: &Ways) -> Result<Vec<String>, BackendError> {
        let all = async {
            loop {
                let found = look(&self.engine, ways, spec).await?;
                if found.len() == spec.replicas as usize {
                    return Ok(found);
                }
                time::sleep(LOOK).await;
            }
        };
        time::timeout(spec.health.start + UPDATE, all).await.unwrap_or_else(|_| {
            Err(BackendError::Unhealthy {
                id: spec.id.to_string(),
                release: spec.release,
                reason: "not every task takes connections".to_owned(),
                output: Vec::new(),
            })
        })
    }

    /// Each task beside the one that it takes over from, with secrets as they are now; back to what was where it fails.
    pub(super) async fn restart_release(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let proxy = gate::proxy(&self.engine.instance, spec);
        let environment = container::environment(spec, proxy.as_deref(), secrets).await?;
        self.update(spec, |described| {
            if let Some(template) = &mut described.task_template {
                template.force_update = Some(template.force_update.unwrap_or(0) + 1);
                if let Some(container) = &mut template.container_spec {
                    container.env = Some(environment.clone());
                }
            }
        })
        .await?;
        self.await_update(spec).await?;
        self.refresh_front(spec).await?;
        Ok(Handle(service::name(&self.engine.instance, &spec.id, spec.release)))
    }

    pub(super) async fn scale_release(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        self.update(spec, |described| {
            let replicated = described.mode.as_mut().and_then(|mode| mode.replicated.as_mut());
            if let Some(replicated) = replicated {
                replicated.replicas = Some(i64::from(spec.replicas));
            }
        })
        .await?;
        self.refresh_front(spec).await
    }

    /// Changes the description that the manager has.
    async fn update(&self, spec: &DeploySpec, change: impl Fn(&mut ServiceSpec)) -> Result<(), BackendError> {
        let name = service::name(&self.engine.instance, &spec.id, spec.release);
        let login = self.login().await?;
        loop {
            let found = service::find(&self.engine, &name).await?.ok_or_else(|| Self::gone(spec))?;
            let version = found.version.and_then(|version| version.index).unwrap_or(0);
            let mut described = found.spec.ok_or_else(|| Self::gone(spec))?;
            change(&mut described);
            let options = UpdateServiceOptionsBuilder::new()
                .version(i32::try_from(version).unwrap_or(i32::MAX))
                .build();
            match self.engine.docker.update_service(&name, described, options, login.docker()).await {
                Ok(_) => return Ok(()),
                // Somebody changed it between the look and the change.
                Err(error) if error.to_string().contains("out of sequence") => {}
                Err(error) => return Err(self.engine.error("changing a service", &error)),
            }
        }
    }

    async fn await_update(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        let name = service::name(&self.engine.instance, &spec.id, spec.release);
        let unhealthy = |reason: String| BackendError::Unhealthy {
            id: spec.id.to_string(),
            release: spec.release,
            reason,
            output: Vec::new(),
        };
        let done = async {
            loop {
                let found = service::find(&self.engine, &name).await?.ok_or_else(|| Self::gone(spec))?;
                let update = found.update_status.unwrap_or_default();
                match update.state {
                    Some(ServiceUpdateStatusStateEnum::COMPLETED) => return Ok(()),
                    Some(
                        ServiceUpdateStatusStateEnum::PAUSED
                        | ServiceUpdateStatusStateEnum::ROLLBACK_STARTED
                        | ServiceUpdateStatusStateEnum::ROLLBACK_PAUSED
                        | ServiceUpdateStatusStateEnum::ROLLBACK_COMPLETED,
                    ) => return Err(unhealthy(update.message.unwrap_or_default())),
                    _ => time::sleep(LOOK).await,
                }
            }
        };
        time::timeout(spec.health.start + UPDATE, done)
            .await
            .unwrap_or_else(|_| Err(unhealthy("its tasks did not come back in time".to_owned())))
    }

    async fn refresh_front(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        let is_promoted =
            self.promoted().get(&spec.id).is_some_and(|following| following.release == spec.release);
        if is_promoted {
            self.promote_release(spec).await?;
        }
        Ok(())
    }
}
