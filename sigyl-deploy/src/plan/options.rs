//! What a deployer may say about plans.

use std::collections::BTreeMap;

use super::Limits;

/// What a deployer says about a plan, beside the manifest.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Digests of base images by reference: `node:22-slim` to `sha256:…`.
    pub digests: BTreeMap<String, String>,
    /// Images in place of those that the planners choose, by the planner's reference.
    pub images: BTreeMap<String, String>,
    /// What happens to a tree whose dependencies nothing locks.
    pub unlocked: Unlocked,
    /// What a server may use where its manifest does not say.
    pub limits: Limits,
    /// The deployment that it is planned for. What is built with build secrets is this one's alone; another deployment of
    /// the same source has another plan then, and builds with its own.
    pub deployment: Option<String>,
}

/// What happens to a tree whose dependencies are not locked: two builds of it may differ, so that nobody can tell what
/// runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlocked {
    /// It is refused. A published package, which cannot carry a lock file, and Python requirements that are each pinned
    /// to one version go on with a recorded warning: their versions never change, only bytes are not proved.
    #[default]
    Refuse,
    /// It is planned, with a recorded warning.
    Allow,
}
