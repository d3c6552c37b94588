//! One tree of spanned values, whatever notation a file is written in.
//!
//! ```
//! let tree = sigyl_core::node::read_json_within("{\"a\": [1]}", 100)?;
//! assert!(tree.get("a").is_some());
//! # Ok::<(), sigyl_core::node::Problem>(())
//! ```

mod json;
mod scalar;
mod toml;
mod tree;
mod yaml;

pub(crate) use json::read as read_json;
pub use json::read_within as read_json_within;
pub(crate) use toml::read as read_toml;
pub use toml::read_within as read_toml_within;
pub use tree::{Entry, Mapping, Node, NodeValue, Problem};
pub(crate) use yaml::read as read_yaml;
pub use yaml::read_within as read_yaml_within;

/// Values that one file may hold. The largest manifest among the 700 published ones that were measured has 1,900.
pub(crate) const MAX_NODES: usize = 20_000;
/// Levels of nesting that one file may have. Chosen; published manifests have at most 15.
pub(crate) const MAX_DEPTH: usize = 64;
