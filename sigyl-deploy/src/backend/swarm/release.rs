//! Releases: made beside the one that serves, let to the front, restarted, made more or fewer.

use std::time::Duration;

use bollard::{
    models::{NetworkCreateRequest, ServiceSpec, ServiceUpdateStatusStateEnum},
    query_parameters::UpdateServiceOptionsBuilder,
};
use tokio::time;

use super::{
    backend::{NAME, SwarmBackend},
    follow::{Following, answering},
    service, tasks,
};
use crate::backend::{
    BackendError, DeploySpec, DeploymentId, Handle, Progress, SecretSource,
    docker::{
        container,
        engine::{is_missing, status},
        images, labels,
    },
};

/// Between two looks at what the manager does. Chosen.
const LOOK: Duration = Duration::from_millis(100);

/// How long a manager may take for what it does task by task, beside the time that the server may take. Chosen.
const UPDATE: Duration = Duration::from_secs(60);

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
            return Ok(Handle(name));
        }
        let image = container::image_of(NAME, spec)?;
        self.ensure_network(&spec.id).await?;
        let environment = container::environment(spec, None, secrets).await?;
        let described = service::describe(&self.engine.instance, spec, &image.reference, environment);
        progress.line(&format!("a service of {} on the swarm", spec.replicas));
        let login = self.login().await?;
        match self.engine.docker.create_service(described, login.docker()).await {
            Ok(_) => Ok(Handle(name)),
            // Another process of this Sigyl was faster.
            Err(error) if status(&error) == Some(409) => Ok(Handle(name)),
            Err(error) => Err(self.engine.error("making a service", &error)),
        }
    }

    async fn login(&self) -> Result<images::Login, BackendError> {
        images::Login::at(self.options.registry.as_ref()).await
    }

    async fn ensure_network(&self, id: &DeploymentId) -> Result<(), BackendError> {
        let name = service::network_name(&self.engine.instance, id);
        match self.engine.docker.inspect_network(&name, None).await {
            Ok(_) => return Ok(()),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(self.engine.error("looking at a network", &error)),
        }
        let request = NetworkCreateRequest {
            name,
            driver: Some("overlay".to_owned()),
            attachable: Some(false),
            labels: Some(labels::of(&self.engine.instance, id, None)),
            ..NetworkCreateRequest::default()
        };
        match self.engine.docker.create_network(request).await {
            Ok(_) => Ok(()),
            Err(error) if status(&error) == Some(409) => Ok(()),
            Err(error) => Err(self.engine.error("making a network", &error)),
        }
    }

    pub(super) async fn promote_release(&self, spec: &DeploySpec) -> Result<String, BackendError> {
        let origins = self.await_all(spec).await?;
        self.fronts.open(&spec.id, spec.front_port).await?;
        let endpoint = self.fronts.switch(&spec.id, spec.release, origins.clone(), &spec.path).await?;
        let following = Following::begin(self.engine.clone(), self.fronts.clone(), spec.clone(), origins);
        self.promoted().insert(spec.id.clone(), following);
        Ok(endpoint)
    }

    /// Waits until as many tasks take connections as the spec wants; gives where.
    async fn await_all(&self, spec: &DeploySpec) -> Result<Vec<String>, BackendError> {
        let all = async {
            loop {
                let found = answering(tasks::origins(&self.engine, spec).await?).await;
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
        let environment = container::environment(spec, None, secrets).await?;
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
