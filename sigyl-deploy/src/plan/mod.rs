//! What is built, and how it is started.

mod build_secrets;
mod bytes;
mod container;
pub mod context;
mod dockerfile;
mod draft;
mod env;
mod error;
mod go;
mod image;
mod lint;
mod model;
mod node;
mod options;
mod planner;
mod probe;
mod project;
mod python;
mod render;
mod rust;
mod versions;
mod words;

pub use bytes::{FileBytes, FolderBytes};
pub use context::{ContextError, ContextFile};
pub use env::is_reserved_variable;
pub use error::PlanError;
pub use model::{
    BaseImage, Bridge, BuildPlan, DEFAULT_PORT, Decision, ENDPOINT_PATH, GeneratedFile, Limits, Phase,
    PhaseName, SecretSlot, Transport, UID,
};
pub use options::{PlanOptions, Unlocked};
pub use planner::plan;
pub use render::{DockerfileOptions, Stage};
