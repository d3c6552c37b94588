//! What the swarm holds of Sigyl's; and taking all of it away.

use std::{collections::HashMap, time::Duration};

use bollard::query_parameters::{ListNetworksOptionsBuilder, ListServicesOptionsBuilder};
use tokio::time;

use super::{
    backend::{NAME, SwarmBackend},
    service,
};
use crate::backend::{
    BackendError, DeploymentId, Owned,
    docker::{
        engine::{Engine, is_missing},
        images, labels,
    },
};

/// How long tasks may take to leave a network: they have ten seconds to end.
const LEAVE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);

/// Services with their labels.
async fn services(
    engine: &Engine,
    id: Option<&DeploymentId>,
) -> Result<Vec<(String, HashMap<String, String>)>, BackendError> {
    let options =
        ListServicesOptionsBuilder::new().filters(&labels::filter(&engine.instance, id, None)).build();
    let found = engine
        .docker
        .list_services(Some(options))
        .await
        .map_err(|error| engine.error("listing services", &error))?;
    let specs = found.into_iter().filter_map(|service| service.spec);
    Ok(specs.filter_map(|spec| Some((spec.name?, spec.labels.unwrap_or_default()))).collect())
}

async fn networks(
    engine: &Engine,
    id: Option<&DeploymentId>,
) -> Result<Vec<(String, HashMap<String, String>)>, BackendError> {
    let mut filters = labels::filter(&engine.instance, id, None);
    filters.insert("driver".to_owned(), vec!["overlay".to_owned()]);
    let options = ListNetworksOptionsBuilder::new().filters(&filters).build();
    let found = engine
        .docker
        .list_networks(Some(options))
        .await
        .map_err(|error| engine.error("listing networks", &error))?;
    Ok(found.into_iter().filter_map(|it| Some((it.name?, it.labels.unwrap_or_default()))).collect())
}

/// Everything, in one order. Copies of images on other machines are the machines' own affair.
pub(super) async fn list(engine: &Engine) -> Result<Vec<Owned>, BackendError> {
    let mut found: Vec<_> = services(engine, None)
        .await?
        .into_iter()
        .map(|(name, of_it)| Owned {
            deployment: labels::text(&of_it, labels::DEPLOYMENT),
            release: labels::number(&of_it, labels::RELEASE),
            kind: "service".to_owned(),
            name,
        })
        .collect();
    found.extend(networks(engine, None).await?.into_iter().map(|(name, of_it)| Owned {
        deployment: labels::text(&of_it, labels::DEPLOYMENT),
        release: None,
        kind: "network".to_owned(),
        name,
    }));
    found.extend(images::owned(engine).await?);
    found.sort();
    Ok(found)
}

impl SwarmBackend {
    pub(super) async fn delete_deployment(&self, id: &DeploymentId) -> Result<(), BackendError> {
        self.promoted().remove(id);
        self.led().remove(id);
        self.fronts.close(id).await;
        for (name, _) in services(&self.engine, Some(id)).await? {
            service::remove(&self.engine, &name).await?;
        }
        let all_left = async {
            for (name, _) in networks(&self.engine, Some(id)).await? {
                loop {
                    match self.engine.docker.remove_network(&name).await {
                        Err(error) if error.to_string().contains("in use") => time::sleep(LOOK).await,
                        // One that another call is removing is missing to the manager, which says so in words alone.
                        Err(error) if !is_missing(&error) && !error.to_string().contains("not found") => {
                            return Err(self.engine.error("removing a network", &error));
                        }
                        _ => break,
                    }
                }
            }
            // The manager says yes at once, and its own engine lets go a moment later.
            while !networks(&self.engine, Some(id)).await?.is_empty() {
                time::sleep(LOOK).await;
            }
            Ok(())
        };
        time::timeout(LEAVE, all_left).await.unwrap_or_else(|_| {
            Err(BackendError::Passing {
                backend: NAME.to_owned(),
                reason: format!("tasks of {id} have not ended yet"),
                retry_after: Some(LEAVE),
            })
        })?;
        images::forget(&self.engine, id).await
    }
}
