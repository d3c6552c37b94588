//! The rules, one file each with its page beside it.

mod dockerfile_root;
pub(crate) mod table;
mod unpinned_base_image;

use crate::rule::Rule;

/// Every rule of Sigyl, by id.
pub static RULES: &[&dyn Rule] = &[&dockerfile_root::DockerfileRoot, &unpinned_base_image::UnpinnedBaseImage];
