//! Kubernetes: objects as pure functions of a spec, and, with the feature `kubernetes`, a cluster that they are applied to.
//!
//! Each release is a Deployment with what belongs to it, under its own name; the deployment's Service selects one of them
//! by its label, and promoting a release is to change that. So an older release comes back at once, and nothing waits
//! for pods while requests are on their way. Every object keeps to Pod Security's `restricted`.

#[cfg(feature = "kubernetes")]
mod calls;
#[cfg(feature = "kubernetes")]
mod cluster;
#[cfg(feature = "kubernetes")]
mod connect;
mod manifests;
#[cfg(feature = "kubernetes")]
mod state;

#[cfg(feature = "kubernetes")]
pub use cluster::Kubernetes;
#[cfg(feature = "kubernetes")]
pub use connect::{ClusterAccess, connect};
pub use manifests::{ClusterConfig, SERVICE_ORIGIN, render};

pub(crate) const NAME: &str = "kubernetes";
