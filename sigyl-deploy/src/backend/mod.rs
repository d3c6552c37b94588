//! Where servers run: one trait, and what its calls take and give.

#[cfg_attr(
    not(any(feature = "docker", feature = "process")),
    allow(dead_code, reason = "what builds elsewhere opens none")
)]
mod build_secrets;
#[cfg(feature = "cloud-run")]
pub mod cloud_run;
#[cfg(any(feature = "cloud-run", feature = "docker"))]
mod context;
#[cfg(feature = "docker")]
pub mod docker;
mod domains;
mod error;
#[cfg_attr(
    not(any(feature = "cloud-run", feature = "kubernetes", feature = "railway")),
    allow(dead_code, reason = "engines hide values, and shorten nothing")
)]
mod hidden;
mod images;
pub mod kubernetes;
#[cfg(any(feature = "cloud-run", feature = "railway"))]
mod mark;
mod observe;
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
mod pace;
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
mod polled;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "railway")]
pub mod railway;
#[cfg(any(feature = "cloud-run", feature = "railway"))]
mod rest;
mod spec;
#[cfg(feature = "swarm")]
pub mod swarm;
#[cfg(any(feature = "cloud-run", feature = "docker", feature = "kubernetes", feature = "railway"))]
#[cfg_attr(
    not(any(feature = "cloud-run", feature = "railway")),
    allow(dead_code, reason = "engines read no times that are written here")
)]
mod times;

use std::{pin::Pin, time::Duration};

use async_trait::async_trait;
use futures_core::Stream;
use sigyl_core::secret::SecretText;

use crate::{front::Fronts, line::Step};

pub use crate::plan::FileBytes;
pub use build_secrets::BuildSecrets;
#[cfg(any(feature = "cloud-run", feature = "docker"))]
pub use context::BuildFiles;
pub use domains::{DnsRecord, Domain, DomainName, DomainState};
pub use error::{BackendError, WhoActs};
pub use images::ImageBuilder;
pub use observe::{Capabilities, LogLine, LogQuery, LogStream, Observed, Owned, Stats};
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
pub use pace::Pace;
pub use spec::{
    Artifact, BuildInput, BuiltImage, DeploySpec, DeploymentId, Handle, Health, ReleaseNumber, SecretHeader,
    SecretRef, Upstream,
};

/// Log lines as they come; ends with the process, or where nobody asked to follow.
pub type LogLines = Pin<Box<dyn Stream<Item = Result<LogLine, BackendError>> + Send>>;

/// Opens references to secrets, at the last call before they are needed.
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// The value behind a reference.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened: a [`BackendError::Secret`], which names the reference, never the value.
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError>;
}

/// Hears what a long call does.
pub trait Progress: Send + Sync {
    /// A line of output, without secrets.
    fn line(&self, text: &str);

    /// A step of the line begins; the one before is done.
    fn step(&self, _step: Step) {}
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn line(&self, _text: &str) {}
}

/// Something that runs servers: an engine on this machine, a cluster, a hosting service.
///
/// What a call makes carries the deployment's id and the release's number, so that the same call again finds it: every
/// call may be repeated after a crash and has the same end. A deployment has a stable address; its releases come and go
/// behind it. Only [`promote`](Self::promote) lets a release answer at that address.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Its name: `process`, `docker`, `swarm`, `kubernetes`, `cloud-run`, `railway`, or one of a third party.
    fn name(&self) -> &str;

    /// What it can do, and what it does not isolate.
    fn capabilities(&self) -> Capabilities;

    /// Whether it can be used now; what is missing is the error.
    ///
    /// # Errors
    /// What stands against it, and who must act.
    async fn preflight(&self) -> Result<(), BackendError>;

    /// Builds a plan. The same plan twice builds nothing the second time.
    ///
    /// # Errors
    /// When the build fails; the last lines of its output are in the error.
    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError>;

    /// Starts a release beside the one that serves, and tells where it can be probed. Does not wait for it.
    ///
    /// # Errors
    /// When it cannot be started; what was made until then is removed.
    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError>;

    /// Where a release answers now, for probes; it may change when it is restarted.
    ///
    /// # Errors
    /// When the release is gone.
    async fn upstream(&self, spec: &DeploySpec, handle: &Handle) -> Result<Upstream, BackendError>;

    /// Lets a release answer at the deployment's address, the MCP endpoint with its path, which is returned. The one before
    /// finishes what it has begun. Where the release answers there already, nothing is done.
    ///
    /// # Errors
    /// When the switch fails; the release before goes on.
    async fn promote(&self, spec: &DeploySpec, handle: &Handle) -> Result<String, BackendError>;

    /// Ends a release once its requests are done, or when `drain` is over. Of a release that is gone, nothing is done.
    ///
    /// # Errors
    /// When something of it is left.
    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        drain: Duration,
    ) -> Result<(), BackendError>;

    /// Ends and starts the processes of a release.
    ///
    /// # Errors
    /// When it does not come back.
    async fn restart(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError>;

    /// Changes how many processes or machines answer.
    ///
    /// # Errors
    /// When the backend has one only, or refuses.
    async fn scale(&self, spec: &DeploySpec, handle: &Handle, replicas: u32) -> Result<(), BackendError>;

    /// What a release said.
    ///
    /// # Errors
    /// When its log cannot be read.
    async fn logs(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError>;

    /// What a release uses.
    ///
    /// # Errors
    /// When the backend cannot tell.
    async fn stats(&self, spec: &DeploySpec, handle: &Handle) -> Result<Stats, BackendError>;

    /// What the backend knows of a release.
    ///
    /// # Errors
    /// When the backend does not answer. A release that is gone is [`Observed::Gone`].
    async fn observe(&self, spec: &DeploySpec, handle: &Handle) -> Result<Observed, BackendError>;

    /// Takes away everything of a deployment: releases, networks, secrets, images that nothing else uses.
    ///
    /// # Errors
    /// When something is left.
    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError>;

    /// Everything that it holds and that Sigyl made, found by labels.
    ///
    /// # Errors
    /// When the backend does not answer.
    async fn owned(&self) -> Result<Vec<Owned>, BackendError>;

    /// Whether [`owned`](Self::owned) tells only what this very Sigyl made, so that what no deployment knows of is nobody's.
    fn owns_alone(&self) -> bool {
        false
    }

    /// Takes away what was built for a deployment and is none of `kept`; tells what went. Where a backend keeps no builds
    /// nothing is done.
    ///
    /// # Errors
    /// When something of it is left.
    async fn keep_builds(
        &self,
        _id: &DeploymentId,
        _kept: &[BuiltImage],
    ) -> Result<Vec<Owned>, BackendError> {
        Ok(Vec::new())
    }

    /// Names of the user's own that a deployment has, each with what its owner sets in the DNS.
    ///
    /// # Errors
    /// When the backend does not answer; [`BackendError::Unsupported`] where it gives no such names.
    async fn domains(&self, _id: &DeploymentId) -> Result<Vec<Domain>, BackendError> {
        Err(no_domains(self.name()))
    }

    /// Gives a deployment a name of the user's own, at which its releases answer from then on. One that it has stays.
    ///
    /// # Errors
    /// When somebody else has the name, or the backend does not know whose it is; [`BackendError::Unsupported`] where it
    /// gives no such names.
    async fn add_domain(&self, _spec: &DeploySpec, _name: &DomainName) -> Result<Domain, BackendError> {
        Err(no_domains(self.name()))
    }

    /// Takes such a name away. Whether the deployment had it.
    ///
    /// # Errors
    /// When something of it is left; [`BackendError::Unsupported`] where the backend gives no such names.
    async fn remove_domain(&self, _id: &DeploymentId, _name: &DomainName) -> Result<bool, BackendError> {
        Err(no_domains(self.name()))
    }

    /// Whether clients reach its deployments over https, at addresses of its own.
    fn is_https(&self) -> bool {
        false
    }

    /// The listeners at which its deployments answer, where they are this process's own.
    fn fronts(&self) -> Option<&Fronts> {
        None
    }
}

fn no_domains(backend: &str) -> BackendError {
    BackendError::Unsupported {
        backend: backend.to_owned(),
        what: "give deployments names of the user's own; a proxy that stands before it does".to_owned(),
    }
}
