//! What the engine holds of Sigyl's, found by labels; and taking all of it away.

use bollard::query_parameters::{ListNetworksOptionsBuilder, ListVolumesOptionsBuilder};

use super::{
    backend::DockerBackend,
    engine::{Engine, labels_of, name_of},
    images, labels, network,
};
use crate::backend::{BackendError, DeploymentId, Owned};

/// Everything, in one order.
pub(crate) async fn list(engine: &Engine) -> Result<Vec<Owned>, BackendError> {
    let mut found = Vec::new();
    for container in engine.containers(None, None).await? {
        let of_it = labels_of(&container);
        found.push(Owned {
            deployment: labels::text(&of_it, labels::DEPLOYMENT),
            release: labels::number(&of_it, labels::RELEASE),
            kind: "container".to_owned(),
            name: name_of(&container).or(container.id).unwrap_or_default(),
        });
    }
    let filter = labels::filter(&engine.instance, None, None);
    let networks = engine
        .docker
        .list_networks(Some(ListNetworksOptionsBuilder::new().filters(&filter).build()))
        .await
        .map_err(|error| engine.error("listing networks", &error))?;
    for network in networks {
        found.push(Owned {
            deployment: labels::text(&network.labels.unwrap_or_default(), labels::DEPLOYMENT),
            release: None,
            kind: "network".to_owned(),
            name: network.name.unwrap_or_default(),
        });
    }
    let volumes = engine
        .docker
        .list_volumes(Some(ListVolumesOptionsBuilder::new().filters(&filter).build()))
        .await
        .map_err(|error| engine.error("listing volumes", &error))?;
    for volume in volumes.volumes.unwrap_or_default() {
        found.push(Owned {
            deployment: labels::text(&volume.labels, labels::DEPLOYMENT),
            release: None,
            kind: "volume".to_owned(),
            name: volume.name,
        });
    }
    found.extend(images::owned(engine).await?);
    found.sort();
    Ok(found)
}

impl DockerBackend {
    pub(super) async fn delete_deployment(&self, id: &DeploymentId) -> Result<(), BackendError> {
        self.fronts.close(id).await;
        for name in self.engine.containers(Some(id), None).await?.iter().filter_map(name_of) {
            self.engine.remove(&name).await?;
        }
        self.egress.close(id).await;
        if let Ok(firewall) = &self.firewall {
            firewall.forget(&network::bridge_name(&self.engine.instance, id)).await?;
        }
        network::remove(&self.engine, id).await?;
        {
            let mut known = self.known();
            known.promoted.remove(id);
            known.egress.remove(id);
        }
        images::forget(&self.engine, id).await
    }
}
