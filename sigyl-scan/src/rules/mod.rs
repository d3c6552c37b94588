//! The rules, one file each with its page beside it.

mod dockerfile_root;
mod hardcoded_secret;
mod install_script;
mod secret_assignment;
mod secret_patterns;
pub(crate) mod table;
mod unpinned_base_image;

use crate::rule::Rule;

/// Every rule of Sigyl, by id.
pub static RULES: &[&dyn Rule] = &[
    &dockerfile_root::DockerfileRoot,
    &hardcoded_secret::HardcodedSecret,
    &install_script::InstallScript,
    &unpinned_base_image::UnpinnedBaseImage,
];
