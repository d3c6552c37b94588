//! How the engine is used.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use sigyl_core::secret::SecretText;

use super::subnets::Subnets;
use crate::backend::{BackendError, BuildFiles};

/// How an engine is used.
#[derive(Debug, Clone)]
pub struct DockerOptions {
    /// Where the engine listens: `unix:///var/run/docker.sock`.
    pub address: String,
    /// Which Sigyl, where several share an engine: 1 to 12 lower-case letters and digits.
    pub instance: String,
    /// Addresses for deployments' networks.
    pub subnets: Subnets,
    /// The port at which a deployment's proxy listens on its network's gateway. Fixed, since containers are told it once.
    pub egress_port: u16,
    /// Where images are pushed and pulled; they stay on the engine without.
    pub registry: Option<Registry>,
    /// What a build may use.
    pub build: BuildLimits,
    /// `iptables`; looked for at its usual places where absent.
    pub iptables: Option<PathBuf>,
    /// What goes into builds beside the tree.
    pub files: BuildFiles,
}

impl Default for DockerOptions {
    fn default() -> Self {
        Self {
            address: "unix:///var/run/docker.sock".to_owned(),
            instance: "sigyl".to_owned(),
            subnets: Subnets::default(),
            egress_port: 8877,
            registry: None,
            build: BuildLimits::default(),
            iptables: None,
            files: BuildFiles::default(),
        }
    }
}

/// A registry of images.
#[derive(Clone)]
pub struct Registry {
    /// Its host, with a port where it is not the usual one: `registry.example.com`, `127.0.0.1:5000`.
    pub address: String,
    /// The folder that images are put in: `sigyl`.
    pub folder: String,
    /// Who Sigyl is to it; nobody where absent.
    pub login: Option<Arc<dyn RegistryLogin>>,
}

/// Gives name and password of a registry each time they are needed, so that those that end can be exchanged.
#[async_trait]
pub trait RegistryLogin: Send + Sync {
    /// Name and password as they are now.
    ///
    /// # Errors
    /// When they cannot be had; the operator must act.
    async fn credentials(&self) -> Result<Credentials, BackendError>;
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("address", &self.address)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A name and a password at a registry.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password or token.
    pub password: SecretText,
}

#[async_trait]
impl RegistryLogin for Credentials {
    async fn credentials(&self) -> Result<Credentials, BackendError> {
        Ok(self.clone())
    }
}

/// What a build may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildLimits {
    /// How long it may take.
    pub time: Duration,
    /// Memory of each of its commands, bytes.
    pub memory_bytes: u64,
    /// Size of the image, bytes.
    pub image_bytes: u64,
    /// Size of the files that it is given, bytes.
    pub context_bytes: u64,
}

impl Default for BuildLimits {
    /// Chosen: a large TypeScript build takes a tenth of it.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(15 * 60),
            memory_bytes: 2 << 30,
            image_bytes: 4 << 30,
            context_bytes: 256 << 20,
        }
    }
}
