//! What marks as Sigyl's whatever it makes on an engine.

use std::collections::HashMap;

use crate::backend::{DeploymentId, ReleaseNumber};

/// Which Sigyl: several may share an engine.
pub(crate) const INSTANCE: &str = "sigyl.instance";
/// The deployment.
pub(crate) const DEPLOYMENT: &str = "sigyl.deployment";
/// The release.
pub(crate) const RELEASE: &str = "sigyl.release";
/// Which of a release's processes, from 0.
pub(crate) const REPLICA: &str = "sigyl.replica";
/// For whom a build began, as [`begun_for`] writes it: on everything that it makes on its way.
pub(crate) const BUILD: &str = "sigyl.build";
/// Digest of the plan that an image was built by.
pub(crate) const PLAN: &str = "sigyl.plan";
/// Digest of the tree that was scanned.
pub(crate) const TREE: &str = "sigyl.tree";

/// Labels of something that belongs to a deployment, or to one of its releases.
pub(crate) fn of(
    instance: &str,
    id: &DeploymentId,
    release: Option<ReleaseNumber>,
) -> HashMap<String, String> {
    let mut labels =
        HashMap::from([(INSTANCE.to_owned(), instance.to_owned()), (DEPLOYMENT.to_owned(), id.to_string())]);
    if let Some(release) = release {
        labels.insert(RELEASE.to_owned(), release.to_string());
    }
    labels
}

/// The value of [`BUILD`].
pub(crate) fn begun_for(instance: &str, id: &DeploymentId) -> String {
    format!("{instance}/{id}")
}

/// The filter of an engine's lists that finds what has these labels.
pub(crate) fn filter(
    instance: &str,
    id: Option<&DeploymentId>,
    release: Option<ReleaseNumber>,
) -> HashMap<String, Vec<String>> {
    let mut labels = vec![format!("{INSTANCE}={instance}")];
    labels.extend(id.map(|id| format!("{DEPLOYMENT}={id}")));
    labels.extend(release.map(|release| format!("{RELEASE}={release}")));
    HashMap::from([("label".to_owned(), labels)])
}

/// The number behind a label.
pub(crate) fn number(labels: &HashMap<String, String>, key: &str) -> Option<u64> {
    labels.get(key)?.parse().ok()
}

/// The text behind a label, empty where there is none.
pub(crate) fn text(labels: &HashMap<String, String>, key: &str) -> String {
    labels.get(key).cloned().unwrap_or_default()
}
