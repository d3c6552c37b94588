//! One network for each deployment: internal, its containers apart from each other.

use std::{collections::HashMap, net::Ipv4Addr};

use bollard::{
    models::{Ipam, IpamConfig, NetworkCreateRequest},
    query_parameters::ListNetworksOptionsBuilder,
};
use sigyl_core::Digest;
use tokio::time;

use super::{
    engine::{Engine, GONE, LOOK, is_missing, status},
    labels,
    subnets::{Net, Subnets},
};
use crate::backend::{BackendError, DeploymentId};

/// How many addresses are tried when another program takes them at the same moment. Chosen.
const TRIES: usize = 16;

/// A deployment's network.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// The engine's name of it.
    pub(crate) name: String,
    /// The interface of this machine.
    pub(crate) bridge: String,
    /// Its addresses.
    pub(crate) net: Net,
    /// This machine's address in it.
    pub(crate) gateway: Ipv4Addr,
}

/// What all of an instance's interfaces begin with. Interfaces have 15 letters at most.
pub(crate) fn bridge_prefix(instance: &str) -> String {
    format!("sg{}", hex(instance, 4))
}

/// The interface of a deployment.
pub(crate) fn bridge_name(instance: &str, id: &DeploymentId) -> String {
    format!("{}{}", bridge_prefix(instance), hex(id.as_str(), 8))
}

fn hex(text: &str, digits: usize) -> String {
    let digest = Digest::of(text.as_bytes());
    let digits_of = digest.as_str().trim_start_matches("sha256:");
    digits_of.chars().take(digits).collect()
}

fn name_of(instance: &str, id: &DeploymentId) -> String {
    format!("{instance}-{id}")
}

/// The deployment's network; `None` where it has none.
pub(crate) async fn find(engine: &Engine, id: &DeploymentId) -> Result<Option<Network>, BackendError> {
    let name = name_of(&engine.instance, id);
    let found = match engine.docker.inspect_network(&name, None).await {
        Ok(found) => found,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(engine.error("looking at a network", &error)),
    };
    let failed = |reason: String| BackendError::Failed { backend: engine.backend.to_owned(), reason };
    let labels = found.labels.unwrap_or_default();
    if labels::text(&labels, labels::DEPLOYMENT) != id.as_str() {
        return Err(failed(format!(
            "the network {name} is not Sigyl's; rename it, or give this instance a name"
        )));
    }
    if found.internal != Some(true) {
        return Err(failed(format!("the network {name} is not internal any more; remove it")));
    }
    let subnet = found.ipam.and_then(|ipam| ipam.config?.into_iter().next()?.subnet);
    let net = subnet.as_deref().and_then(Net::parse);
    let net = net.ok_or_else(|| failed(format!("the network {name} has no IPv4 addresses")))?;
    let bridge = bridge_name(&engine.instance, id);
    Ok(Some(Network { name, bridge, net, gateway: net.gateway() }))
}

/// The deployment's network, which is made where there is none.
pub(crate) async fn ensure(
    engine: &Engine,
    subnets: &Subnets,
    id: &DeploymentId,
) -> Result<Network, BackendError> {
    if let Some(found) = find(engine, id).await? {
        return Ok(found);
    }
    let used = used(engine).await?;
    let (name, bridge) = (name_of(&engine.instance, id), bridge_name(&engine.instance, id));
    for net in subnets.free(id.as_str(), &used).take(TRIES) {
        let gateway = net.gateway();
        let option = |key: &str, value: &str| (format!("com.docker.network.bridge.{key}"), value.to_owned());
        let request = NetworkCreateRequest {
            name: name.clone(),
            driver: Some("bridge".to_owned()),
            internal: Some(true),
            enable_ipv6: Some(false),
            ipam: Some(Ipam {
                config: Some(vec![IpamConfig {
                    subnet: Some(net.text()),
                    gateway: Some(gateway.to_string()),
                    ..IpamConfig::default()
                }]),
                ..Ipam::default()
            }),
            options: Some(HashMap::from([
                option("name", &bridge),
                option("enable_icc", "false"),
                option("enable_ip_masquerade", "false"),
            ])),
            labels: Some(labels::of(&engine.instance, id, None)),
            ..NetworkCreateRequest::default()
        };
        match engine.docker.create_network(request).await {
            Ok(_) => return Ok(Network { name, bridge, net, gateway }),
            // Somebody made it meanwhile, or took the addresses.
            Err(error) if status(&error) == Some(409) => match find(engine, id).await? {
                Some(found) => return Ok(found),
                None => return Err(engine.error("making a network", &error)),
            },
            Err(error) if error.to_string().to_ascii_lowercase().contains("overlap") => {}
            Err(error) => return Err(engine.error("making a network", &error)),
        }
    }
    Err(BackendError::Quota {
        backend: engine.backend.to_owned(),
        reason: "no addresses are left for another network; give it a larger range".to_owned(),
    })
}

/// Takes the deployment's network away.
pub(crate) async fn remove(engine: &Engine, id: &DeploymentId) -> Result<(), BackendError> {
    let options =
        ListNetworksOptionsBuilder::new().filters(&labels::filter(&engine.instance, Some(id), None)).build();
    let found = engine
        .docker
        .list_networks(Some(options))
        .await
        .map_err(|error| engine.error("listing networks", &error))?;
    let all_gone = async {
        for name in found.into_iter().filter_map(|network| network.name) {
            loop {
                match engine.docker.remove_network(&name).await {
                    // The engine frees it a moment after its last container is gone.
                    Err(error) if error.to_string().contains("active endpoints") => time::sleep(LOOK).await,
                    Err(error) if !is_missing(&error) => {
                        return Err(engine.error("removing a network", &error));
                    }
                    _ => break,
                }
            }
        }
        Ok(())
    };
    time::timeout(GONE, all_gone).await.unwrap_or_else(|_| {
        Err(BackendError::Passing {
            backend: engine.backend.to_owned(),
            reason: format!("something still uses the network of {id}"),
            retry_after: Some(GONE),
        })
    })
}

async fn used(engine: &Engine) -> Result<Vec<Net>, BackendError> {
    let networks =
        engine.docker.list_networks(None).await.map_err(|error| engine.error("listing networks", &error))?;
    let configs = networks.into_iter().filter_map(|network| network.ipam?.config).flatten();
    Ok(configs.filter_map(|config| Net::parse(&config.subnet?)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_have_names_that_the_kernel_takes() {
        let id = DeploymentId::parse("a-name-of-forty-letters-which-is-the-most")
            .unwrap_or_else(|| DeploymentId::parse("a-name-of-forty-letters-which-is-the-mos").unwrap());
        let name = bridge_name("twelveletter", &id);
        assert!(name.len() <= 15, "{name}");
        assert!(name.starts_with(&bridge_prefix("twelveletter")));
        assert_ne!(bridge_name("a", &id), bridge_name("b", &id));
    }
}
