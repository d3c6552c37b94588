//! Containers that others describe: a Dockerfile of the tree, or an image of a registry.

use sigyl_core::manifest::Runtime;

use super::{dockerfile, draft::Draft, image, planner::Planner, project::Project};

/// An own Dockerfile, whatever runtime the manifest names beside it.
pub(crate) struct DockerfilePlanner;

impl Planner for DockerfilePlanner {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.build.dockerfile.is_some()
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        if let Some(path) = &project.manifest.build.dockerfile {
            dockerfile::plan(project, path, draft);
        }
    }
}

/// An image that is there already.
pub(crate) struct ImagePlanner;

fn oci<'a>(project: &Project<'a>) -> Option<&'a str> {
    project.manifest.packages.iter().find_map(|package| package.strip_prefix("oci:"))
}

impl Planner for ImagePlanner {
    fn name(&self) -> &'static str {
        "image"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.runtime == Some(Runtime::Container) && oci(project).is_some()
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        if let Some(reference) = oci(project) {
            image::plan(project, reference, draft);
        }
    }
}
