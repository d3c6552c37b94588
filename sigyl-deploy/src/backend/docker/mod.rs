//! The backend `docker`: containers of an engine on this machine.

mod backend;
pub(crate) mod build;
mod builder;
mod buildkit;
pub(crate) mod container;
pub(crate) mod engine;
mod firewall;
pub(crate) mod images;
pub(crate) mod labels;
pub(crate) mod logs;
mod network;
mod options;
mod output;
mod owned;
mod release;
mod subnets;
mod watch;

pub use backend::DockerBackend;
pub use builder::EngineBuilder;
pub use options::{BuildLimits, Credentials, DockerOptions, Registry, RegistryLogin};
pub use subnets::{BadSubnets, Subnets};
