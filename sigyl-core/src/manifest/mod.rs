//! Manifests: one [`Manifest`] out of every format in use.

mod model;

pub use model::{
    Build, Injection, InjectionMethod, Manifest, ManifestFormat, ManifestSource, ManifestTool, Network,
    Requirement, Resources, Runtime, ServerName, Transport, ValueType,
};
