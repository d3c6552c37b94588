//! The connection to an engine, and what its errors mean.

use std::{collections::HashMap, io, time::Duration};

use bollard::{
    Docker,
    errors::Error,
    models::{ContainerInspectResponse, ContainerSummary},
    query_parameters::{
        ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, StopContainerOptionsBuilder,
    },
};
use tokio::time;

use super::labels;
use crate::{
    backend::{BackendError, DeploymentId, ReleaseNumber},
    plan::{BuildPlan, PhaseName},
};

/// How long one answer of the engine may take, seconds. Builds, logs and pushes are streams, for which it counts until
/// they begin.
const ANSWER_S: u64 = 120;

/// How long a server has to end when it is asked to, seconds: the engines' own value.
const STOP_S: i32 = 10;

/// How long the engine may take to remove a container, and the time between two looks. Chosen.
pub(crate) const GONE: Duration = Duration::from_secs(30);
pub(crate) const LOOK: Duration = Duration::from_millis(50);

/// An engine, as one Sigyl sees it.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) docker: Docker,
    /// The backend's name, for errors.
    pub(crate) backend: &'static str,
    /// Which Sigyl.
    pub(crate) instance: String,
    /// Whether it is Podman, which has words of its own for networks of builds, and reads over Docker's.
    is_podman: bool,
}

impl Engine {
    /// Connects, and agrees on a version of the interface.
    pub(crate) async fn connect(
        backend: &'static str,
        address: &str,
        instance: &str,
    ) -> Result<Self, BackendError> {
        let unavailable = |reason: String| BackendError::Unavailable { backend: backend.to_owned(), reason };
        let is_instance = (1..=12).contains(&instance.len())
            && instance.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !is_instance {
            return Err(unavailable(
                "an instance's name is 1 to 12 lower-case letters and digits".to_owned(),
            ));
        }
        let Some(path) = address.strip_prefix("unix://").filter(|path| path.starts_with('/')) else {
            return Err(unavailable(format!(
                "`{address}` is not an engine on this machine; its address is like unix:///var/run/docker.sock"
            )));
        };
        let failed = |error: Error| match passing(&error) {
            Some(reason) => {
                unavailable(format!("no engine answers at {path} ({reason}); start it, or name another"))
            }
            None => unavailable(format!("the engine at {path}: {error}")),
        };
        let docker =
            Docker::connect_with_unix(path, ANSWER_S, bollard::API_DEFAULT_VERSION).map_err(failed)?;
        let docker = docker.negotiate_version().await.map_err(failed)?;
        let told = docker.version().await.map_err(failed)?;
        let is_podman = told.components.iter().flatten().any(|part| part.name == "Podman Engine");
        Ok(Self { docker, backend, instance: instance.to_owned(), is_podman })
    }

    /// How a build is told which network it has.
    pub(crate) fn network_of_build(&self, has_network: bool) -> &'static str {
        network_of_build(self.is_podman, has_network)
    }

    /// Refuses a build in which steps that are not ours have a network, where that would be this machine's own: with what
    /// listens on its loopback, and all that it reaches.
    pub(crate) fn check_build(&self, plan: &BuildPlan) -> Result<(), BackendError> {
        let has_others = plan.wrapped.is_some()
            || plan.phases.iter().any(|phase| phase.network && phase.name != PhaseName::Install);
        if !(self.is_podman && has_others) {
            return Ok(());
        }
        Err(BackendError::Unsupported {
            backend: self.backend.to_owned(),
            what: "build an author's own Dockerfile, or scripts that need a network, with Podman, which gives them this \
                   machine's own network; use Docker, or a prebuilt image"
                .to_owned(),
        })
    }

    /// Whether the engine answers, and can do what every server needs.
    pub(crate) async fn preflight(&self) -> Result<(), BackendError> {
        let info = self.docker.info().await.map_err(|error| self.error("asking the engine", &error))?;
        let unavailable = |reason: &str| {
            Err(BackendError::Unavailable { backend: self.backend.to_owned(), reason: reason.to_owned() })
        };
        if info.os_type.as_deref() != Some("linux") {
            return unavailable("the engine runs no Linux containers");
        }
        if info.memory_limit != Some(true) || info.pids_limit == Some(false) {
            return unavailable(
                "the engine cannot limit memory and processes; its kernel or its user lacks control groups",
            );
        }
        let options = info.security_options.unwrap_or_default();
        if !options.iter().any(|option| option.contains("seccomp")) {
            return unavailable("the engine filters no system calls; its seccomp is off");
        }
        Ok(())
    }

    /// The error of the backend for an error of the engine, with what was being done.
    pub(crate) fn error(&self, what: &str, error: &Error) -> BackendError {
        let backend = self.backend.to_owned();
        if let Some(reason) = passing(error) {
            return BackendError::Passing { backend, reason: format!("{what}: {reason}"), retry_after: None };
        }
        match error {
            Error::DockerResponseServerError { status_code: 404, message } => {
                BackendError::Gone { what: format!("{what}: {message}") }
            }
            Error::DockerResponseServerError { status_code: 401 | 403, message } => {
                BackendError::Refused { backend, reason: format!("{what}: {message}") }
            }
            Error::DockerResponseServerError { message, .. } if message.contains("no space left") => {
                BackendError::Quota { backend, reason: format!("{what}: {message}") }
            }
            Error::DockerResponseServerError { message, .. } => {
                BackendError::Failed { backend, reason: format!("{what}: {message}") }
            }
            Error::DockerStreamError { error } => {
                BackendError::Failed { backend, reason: format!("{what}: {error}") }
            }
            other => BackendError::Failed { backend, reason: format!("{what}: {other}") },
        }
    }

    /// All containers of a release, of a deployment, or of this Sigyl, whether they run or not; by their replica's number.
    pub(crate) async fn containers(
        &self,
        id: Option<&DeploymentId>,
        release: Option<ReleaseNumber>,
    ) -> Result<Vec<ContainerSummary>, BackendError> {
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&labels::filter(&self.instance, id, release))
            .build();
        let mut found = self
            .docker
            .list_containers(Some(options))
            .await
            .map_err(|error| self.error("listing containers", &error))?;
        let replica = |container: &ContainerSummary| {
            container.labels.as_ref().and_then(|labels| labels::number(labels, labels::REPLICA))
        };
        found.sort_by_key(replica);
        Ok(found)
    }

    /// A container by its name or id; `None` where there is none.
    pub(crate) async fn inspect(&self, name: &str) -> Result<Option<ContainerInspectResponse>, BackendError> {
        match self.docker.inspect_container(name, None).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.error("looking at a container", &error)),
        }
    }

    /// Asks a container to end, and takes it away. Of one that is gone nothing is done.
    pub(crate) async fn end(&self, name: &str) -> Result<(), BackendError> {
        let stop = StopContainerOptionsBuilder::new().t(STOP_S).build();
        match self.docker.stop_container(name, Some(stop)).await {
            Err(error) if passing(&error).is_some() => return Err(self.error("stopping a container", &error)),
            // It has ended, or is gone, or cannot be stopped, and can still be removed by force.
            _ => {}
        }
        self.remove(name).await
    }

    /// Takes a container away at once.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), BackendError> {
        let remove = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match self.docker.remove_container(name, Some(remove)).await {
            // Somebody else is removing it at this moment, a call of ours perhaps that was cut off.
            Err(error) if status(&error) == Some(409) => self.await_gone(name).await,
            Err(error) if !is_missing(&error) => Err(self.error("removing a container", &error)),
            _ => Ok(()),
        }
    }
}

impl Engine {
    async fn await_gone(&self, name: &str) -> Result<(), BackendError> {
        let gone = async {
            while self.inspect(name).await?.is_some() {
                time::sleep(LOOK).await;
            }
            Ok(())
        };
        time::timeout(GONE, gone).await.unwrap_or_else(|_| {
            Err(BackendError::Passing {
                backend: self.backend.to_owned(),
                reason: format!("the engine has been removing the container {name} for {} s", GONE.as_secs()),
                retry_after: Some(GONE),
            })
        })
    }
}

/// Seen of Podman 4.3: it takes words that it does not know, Docker's `none` among them, for this machine's own network,
/// which it gives to builds in any case unless it is told its own word.
fn network_of_build(is_podman: bool, has_network: bool) -> &'static str {
    match (is_podman, has_network) {
        (_, true) => "default",
        (false, false) => "none",
        (true, false) => "NetworkDisabled",
    }
}

/// The name of a container in a list.
pub(crate) fn name_of(container: &ContainerSummary) -> Option<String> {
    let names = container.names.as_ref()?;
    names.first().map(|name| name.trim_start_matches('/').to_owned())
}

/// The labels of a container in a list.
pub(crate) fn labels_of(container: &ContainerSummary) -> HashMap<String, String> {
    container.labels.clone().unwrap_or_default()
}

/// The HTTP status of an error.
pub(crate) fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// Whether something is not there.
pub(crate) fn is_missing(error: &Error) -> bool {
    status(error) == Some(404)
}

/// What a connection that failed says; `None` where the engine answered.
fn passing(error: &Error) -> Option<String> {
    match error {
        Error::RequestTimeoutError => Some("no answer in time".to_owned()),
        Error::SocketNotFoundError(_) => Some("there is no socket".to_owned()),
        Error::IOError { err } => Some(describe(err)),
        Error::HyperResponseError { err } => Some(innermost(err)),
        Error::HyperLegacyError { err } => Some(innermost(err)),
        _ => None,
    }
}

fn describe(error: &io::Error) -> String {
    error.to_string()
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn reason(address: &str, instance: &str) -> String {
        match Engine::connect("docker", address, instance).await {
            Err(BackendError::Unavailable { reason, .. }) => reason,
            Err(other) => other.to_string(),
            Ok(_) => "connected".to_owned(),
        }
    }

    #[test]
    fn a_build_without_network_has_none_on_podman_either() {
        let words = [(false, true), (false, false), (true, true), (true, false)];
        assert_eq!(
            words.map(|(is_podman, has_network)| network_of_build(is_podman, has_network)),
            ["default", "none", "default", "NetworkDisabled"]
        );
    }

    #[tokio::test]
    async fn says_why_no_engine_can_be_used() {
        assert!(reason("tcp://10.0.0.1:2375", "sigyl").await.contains("not an engine on this machine"));
        assert!(reason("unix://relative.sock", "sigyl").await.contains("not an engine on this machine"));
        assert!(reason("unix:///nowhere/docker.sock", "sigyl").await.contains("no engine answers"));
        assert!(reason("unix:///nowhere/docker.sock", "Sigyl One").await.contains("an instance's name"));
    }
}
