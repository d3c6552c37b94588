//! Releases: made beside the one that serves, let to the front, ended.

use std::{
    collections::{HashMap, HashSet},
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bollard::{models::ContainerSummary, query_parameters::CreateContainerOptionsBuilder};
use tokio::{net::TcpStream, time};

use super::{
    backend::{DockerBackend, NAME},
    container,
    engine::{labels_of, name_of, status},
    images, labels, network,
    network::Network,
};
use crate::backend::{BackendError, DeploySpec, DeploymentId, Handle, Progress, ReleaseNumber, SecretSource};

/// Between two looks at a port that does not answer yet. Chosen.
const LOOK: Duration = Duration::from_millis(50);

impl DockerBackend {
    fn name_of_replica(&self, spec: &DeploySpec, replica: u32) -> String {
        format!("{}-{}-r{}-{replica}", self.engine.instance, spec.id, spec.release)
    }

    pub(super) async fn start_release(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let image = images::ensure(&self.engine, self.options.registry.as_ref(), spec, progress).await?;
        match self.make(spec, &image, secrets).await {
            Ok(()) => Ok(Handle(format!("{}-{}-r{}", self.engine.instance, spec.id, spec.release))),
            Err(error) => {
                // The first error is the one to tell.
                let _ = self.remove_release(&spec.id, spec.release).await;
                Err(error)
            }
        }
    }

    async fn make(
        &self,
        spec: &DeploySpec,
        image: &str,
        secrets: &dyn SecretSource,
    ) -> Result<(), BackendError> {
        let network = {
            let _giving = self.giving.lock().await;
            network::ensure(&self.engine, &self.options.subnets, &spec.id).await?
        };
        let proxy = self.let_out(&spec.id, spec.release, &spec.egress, &network).await?;
        let environment = container::environment(spec, proxy.as_deref(), secrets).await?;
        for replica in 0..spec.replicas {
            self.ensure_container(spec, image, replica, &environment, &network, None).await?;
        }
        Ok(())
    }

    /// Makes and starts a replica, unless it is there.
    async fn ensure_container(
        &self,
        spec: &DeploySpec,
        image: &str,
        replica: u32,
        environment: &[String],
        network: &Network,
        address: Option<Ipv4Addr>,
    ) -> Result<(), BackendError> {
        let name = self.name_of_replica(spec, replica);
        {
            let _giving = self.giving.lock().await;
            // One that was made and never started, by a call that was cut off, needs only its start.
            if self.engine.inspect(&name).await?.is_none() {
                let address = match address {
                    Some(address) => address,
                    None => self.free_address(spec, network).await?,
                };
                let body = container::body(
                    &self.engine.instance,
                    spec,
                    image,
                    replica,
                    environment.to_vec(),
                    network,
                    address,
                );
                let options = CreateContainerOptionsBuilder::new().name(&name).build();
                match self.engine.docker.create_container(Some(options), body).await {
                    Ok(_) => {}
                    // Another process of this Sigyl was faster.
                    Err(error) if status(&error) == Some(409) => {}
                    Err(error) if status(&error) == Some(404) => {
                        return Err(BackendError::Image { reason: format!("the engine has no {image}") });
                    }
                    Err(error) => return Err(self.engine.error("making a container", &error)),
                }
            }
        }
        self.engine.docker.start_container(&name, None).await.map_err(|error| {
            let text = error.to_string();
            // The engine's own runtimes fail here when the image has no such program.
            if status(&error) == Some(400)
                || text.contains("exec:")
                || text.contains("executable file not found")
            {
                return BackendError::Image { reason: text };
            }
            self.engine.error("starting a container", &error)
        })
    }

    async fn free_address(&self, spec: &DeploySpec, network: &Network) -> Result<Ipv4Addr, BackendError> {
        let containers = self.engine.containers(Some(&spec.id), None).await?;
        let used: HashSet<_> =
            containers.iter().filter_map(|container| address_of(container, &network.name)).collect();
        // Not the address that was given back last: whoever still has it must not meet another release there.
        let start = spec.release.wrapping_mul(7);
        network.net.hosts(start).find(|address| !used.contains(address)).ok_or_else(|| BackendError::Quota {
            backend: NAME.to_owned(),
            reason: format!("the network of {} has no address left; retire older releases", spec.id),
        })
    }

    /// Opens the deployment's proxy for what its releases may reach, and lets containers reach nothing else of this
    /// machine. Gives the proxy's address where the release may reach anything.
    pub(super) async fn let_out(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        egress: &[String],
        network: &Network,
    ) -> Result<Option<String>, BackendError> {
        if let Ok(firewall) = &self.firewall {
            firewall
                .ensure()
                .await
                .map_err(|reason| BackendError::Failed { backend: "the firewall".to_owned(), reason })?;
        }
        let (before, now) = {
            let mut known = self.known();
            let releases = known.egress.entry(id.clone()).or_default();
            let before = all(releases.values());
            releases.insert(release, egress.to_vec());
            (before, all(releases.values()))
        };
        let bind = SocketAddr::new(network.gateway.into(), self.options.egress_port);
        if before != now {
            self.reopen(id, &now, bind, &network.bridge).await?;
        }
        Ok((!egress.is_empty()).then(|| bind.to_string()))
    }

    async fn reopen(
        &self,
        id: &DeploymentId,
        allow: &[String],
        bind: SocketAddr,
        bridge: &str,
    ) -> Result<(), BackendError> {
        if allow.is_empty() {
            self.egress.close(id).await;
            if let Ok(firewall) = &self.firewall {
                firewall.forget(bridge).await?;
            }
            return Ok(());
        }
        self.egress.open(id, bind, allow).await?;
        if let Ok(firewall) = &self.firewall {
            firewall.allow(bridge, bind).await?;
        }
        Ok(())
    }

    /// Where the replicas of a release answer.
    pub(super) async fn origins(&self, spec: &DeploySpec) -> Result<Vec<String>, BackendError> {
        let network = format!("{}-{}", self.engine.instance, spec.id);
        let containers = self.engine.containers(Some(&spec.id), Some(spec.release)).await?;
        let addresses = containers.iter().filter_map(|container| address_of(container, &network));
        Ok(addresses.map(|address| format!("http://{address}:{}", spec.port)).collect())
    }

    pub(super) async fn promote_release(&self, spec: &DeploySpec) -> Result<String, BackendError> {
        let gone = || BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) };
        let network = network::find(&self.engine, &spec.id).await?.ok_or_else(gone)?;
        // After a restart of this process the proxy is not there any more, and its containers still ask it.
        self.let_out(&spec.id, spec.release, &spec.egress, &network).await?;
        let origins = self.origins(spec).await?;
        if origins.is_empty() {
            return Err(gone());
        }
        self.await_all(spec, &origins).await?;
        self.fronts.open(&spec.id, spec.front_port).await?;
        let endpoint = self.fronts.switch(&spec.id, spec.release, origins, &spec.path).await?;
        self.known().promoted.insert(spec.id.clone(), spec.release);
        Ok(endpoint)
    }

    /// Waits until every replica takes connections: only one of them was probed.
    async fn await_all(&self, spec: &DeploySpec, origins: &[String]) -> Result<(), BackendError> {
        let all_answer = async {
            for origin in origins {
                while TcpStream::connect(origin.trim_start_matches("http://")).await.is_err() {
                    time::sleep(LOOK).await;
                }
            }
        };
        time::timeout(spec.health.start, all_answer).await.map_err(|_| BackendError::Unhealthy {
            id: spec.id.to_string(),
            release: spec.release,
            reason: "not every replica takes connections".to_owned(),
            output: Vec::new(),
        })
    }

    pub(super) async fn retire_release(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        drain: Duration,
    ) -> Result<(), BackendError> {
        self.fronts.drain(id, release, drain).await;
        let containers = self.engine.containers(Some(id), Some(release)).await?;
        let ends =
            containers.iter().filter_map(name_of).map(|name| async move { self.engine.end(&name).await });
        for ended in futures_util::future::join_all(ends).await {
            ended?;
        }
        self.forget_release(id, release).await
    }

    async fn forget_release(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<(), BackendError> {
        let (before, now) = {
            let mut known = self.known();
            if known.promoted.get(id) == Some(&release) {
                known.promoted.remove(id);
            }
            let Some(releases) = known.egress.get_mut(id) else { return Ok(()) };
            let before = all(releases.values());
            releases.remove(&release);
            (before, all(releases.values()))
        };
        match network::find(&self.engine, id).await? {
            Some(network) if before != now => {
                let bind = SocketAddr::new(network.gateway.into(), self.options.egress_port);
                self.reopen(id, &now, bind, &network.bridge).await
            }
            _ => Ok(()),
        }
    }

    async fn remove_release(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<(), BackendError> {
        for name in self.engine.containers(Some(id), Some(release)).await?.iter().filter_map(name_of) {
            self.engine.remove(&name).await?;
        }
        self.forget_release(id, release).await
    }

    /// One replica after the other, each at its address, with secrets as they are now.
    pub(super) async fn restart_release(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let gone = || BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) };
        let image =
            images::ensure(&self.engine, self.options.registry.as_ref(), spec, &crate::backend::Silent)
                .await?;
        let network = network::find(&self.engine, &spec.id).await?.ok_or_else(gone)?;
        let proxy = self.let_out(&spec.id, spec.release, &spec.egress, &network).await?;
        let environment = container::environment(spec, proxy.as_deref(), secrets).await?;
        let before = self.engine.containers(Some(&spec.id), Some(spec.release)).await?;
        let addresses: HashMap<_, _> = before
            .iter()
            .filter_map(|container| Some((replica_of(container)?, address_of(container, &network.name)?)))
            .collect();
        for replica in 0..spec.replicas {
            self.engine.end(&self.name_of_replica(spec, replica)).await?;
            let address = addresses.get(&replica).copied();
            self.ensure_container(spec, &image, replica, &environment, &network, address).await?;
        }
        self.refresh_front(spec).await?;
        Ok(Handle(format!("{}-{}-r{}", self.engine.instance, spec.id, spec.release)))
    }

    pub(super) async fn scale_release(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        let gone = || BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) };
        let network = network::find(&self.engine, &spec.id).await?.ok_or_else(gone)?;
        let first = self.engine.inspect(&self.name_of_replica(spec, 0)).await?.ok_or_else(gone)?;
        let config = first.config.unwrap_or_default();
        // What the first was given, secrets included: nobody else has them at this moment.
        let environment = config.env.unwrap_or_default();
        let image = first.image.or(config.image).ok_or_else(gone)?;
        for replica in 0..spec.replicas {
            self.ensure_container(spec, &image, replica, &environment, &network, None).await?;
        }
        let surplus: Vec<_> = self
            .engine
            .containers(Some(&spec.id), Some(spec.release))
            .await?
            .into_iter()
            .filter(|container| replica_of(container).is_some_and(|replica| replica >= spec.replicas))
            .collect();
        self.refresh_front(spec).await?;
        for name in surplus.iter().filter_map(name_of) {
            self.engine.end(&name).await?;
        }
        Ok(())
    }

    /// Tells the front which replicas there are, where the release is the one behind it.
    async fn refresh_front(&self, spec: &DeploySpec) -> Result<(), BackendError> {
        if self.known().promoted.get(&spec.id) != Some(&spec.release) {
            return Ok(());
        }
        let mut origins = self.origins(spec).await?;
        origins.truncate(spec.replicas as usize);
        self.await_all(spec, &origins).await?;
        self.fronts.switch(&spec.id, spec.release, origins, &spec.path).await?;
        Ok(())
    }
}

/// What releases may reach, each name once, in one order.
fn all<'a>(releases: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    let mut names: Vec<_> = releases.flatten().cloned().collect();
    names.sort();
    names.dedup();
    names
}

fn replica_of(container: &ContainerSummary) -> Option<u32> {
    u32::try_from(labels::number(&labels_of(container), labels::REPLICA)?).ok()
}

/// The address that a container was given; it is the same when it does not run.
fn address_of(container: &ContainerSummary, network: &str) -> Option<Ipv4Addr> {
    let networks = container.network_settings.as_ref()?.networks.as_ref()?;
    let endpoint = networks.get(network)?;
    let given = endpoint.ipam_config.as_ref().and_then(|config| config.ipv4_address.as_deref());
    given.or(endpoint.ip_address.as_deref())?.parse().ok()
}
