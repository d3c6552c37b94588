//! Manifests: one [`Manifest`] out of every format in use.
//!
//! A file is read into a tree of spanned values (`node`), one validator per format walks it and reports everything
//! at once, and several files are merged in the order of [`ManifestFormat`].

mod cargo_toml;
mod context;
mod detect;
mod discover;
mod docker_catalog;
mod dockerfile;
mod fields;
mod go_mod;
mod infer;
mod init;
mod json_schema;
mod mcpb;
mod merge;
mod model;
pub mod node;
mod open;
mod package_json;
mod pyproject;
mod requirements_txt;
mod schema;
mod secrets;
mod server_json;
mod sigyl_yaml;
mod smithery;
mod values;

pub use init::init;
pub use model::{
    Build, Injection, InjectionMethod, Manifest, ManifestFormat, ManifestSource, ManifestTool, Network,
    Requirement, Resources, Runtime, ServerName, Transport, ValueType,
};
pub use open::read_file;
pub use schema::mcp_yaml_schema;
pub use values::looks_secret;
