//! A deployment's two networks: one for its tasks, which leads nowhere, and one for its gates.

use std::time::Duration;

use bollard::models::{NetworkCreateRequest, NetworkInspect};
use tokio::time;

use crate::backend::{
    BackendError, DeploymentId,
    docker::{
        engine::{Engine, LOOK, is_missing, status},
        labels,
    },
};

/// How long a manager may take to give a network its addresses. Chosen.
const ADDRESSES: Duration = Duration::from_secs(30);

/// Both, by the engine's names of them.
pub(super) struct Networks {
    /// Of the tasks: internal.
    pub(super) inner: String,
    /// Its addresses: `10.0.5.0/24`.
    pub(super) inside: String,
    /// Of the gates alone.
    pub(super) outer: String,
}

/// The network of a deployment's tasks.
pub(super) fn inner(instance: &str, id: &DeploymentId) -> String {
    format!("{instance}-{id}-in")
}

fn outer(instance: &str, id: &DeploymentId) -> String {
    format!("{instance}-{id}-out")
}

/// The deployment's networks, which are made where there are none.
pub(super) async fn ensure(engine: &Engine, id: &DeploymentId) -> Result<Networks, BackendError> {
    let (inner, outer) = (inner(&engine.instance, id), outer(&engine.instance, id));
    for (name, is_internal) in [(&inner, true), (&outer, false)] {
        if find(engine, id, name, is_internal).await?.is_none() {
            make(engine, id, name, is_internal).await?;
        }
    }
    let inside = time::timeout(ADDRESSES, addresses(engine, id, &inner)).await.unwrap_or_else(|_| {
        Err(BackendError::Passing {
            backend: engine.backend.to_owned(),
            reason: format!("the manager gives the network {inner} no addresses"),
            retry_after: Some(ADDRESSES),
        })
    })?;
    Ok(Networks { inner, inside, outer })
}

async fn find(
    engine: &Engine,
    id: &DeploymentId,
    name: &str,
    is_internal: bool,
) -> Result<Option<NetworkInspect>, BackendError> {
    let found = match engine.docker.inspect_network(name, None).await {
        Ok(found) => found,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(engine.error("looking at a network", &error)),
    };
    let failed = |reason: String| BackendError::Failed { backend: engine.backend.to_owned(), reason };
    let of_it = found.labels.clone().unwrap_or_default();
    if labels::text(&of_it, labels::DEPLOYMENT) != id.as_str() {
        return Err(failed(format!(
            "the network {name} is not Sigyl's; rename it, or give this instance a name"
        )));
    }
    if found.internal.unwrap_or(false) != is_internal {
        return Err(failed(format!("the network {name} is not as it was made; remove it")));
    }
    Ok(Some(found))
}

async fn make(engine: &Engine, id: &DeploymentId, name: &str, is_internal: bool) -> Result<(), BackendError> {
    let request = NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("overlay".to_owned()),
        internal: Some(is_internal),
        attachable: Some(false),
        enable_ipv6: Some(false),
        labels: Some(labels::of(&engine.instance, id, None)),
        ..NetworkCreateRequest::default()
    };
    match engine.docker.create_network(request).await {
        Ok(_) => Ok(()),
        // Another process of this Sigyl was faster.
        Err(error) if status(&error) == Some(409) => Ok(()),
        Err(error) => Err(engine.error("making a network", &error)),
    }
}

/// Managers give addresses a moment after a network is made.
async fn addresses(engine: &Engine, id: &DeploymentId, name: &str) -> Result<String, BackendError> {
    loop {
        let found = find(engine, id, name, true).await?;
        let subnet = found.and_then(|found| found.ipam?.config?.into_iter().next()?.subnet);
        match subnet {
            Some(subnet) if !subnet.is_empty() => return Ok(subnet),
            _ => time::sleep(LOOK).await,
        }
    }
}
