//! Names to addresses: looked up, looked at, and handed to the connection.

use std::{io, net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::is_allowed;
use crate::config::Network;

/// A name whose every address is one that may not be asked.
#[derive(Debug, thiserror::Error)]
#[error("no address of this host may be asked")]
pub(super) struct Refused;

/// Looks names up, and gives the connection only addresses that it may go to.
pub(super) struct Guarded {
    pub(super) named: Arc<[Network]>,
    pub(super) lookup: Lookup,
}

/// Who knows the addresses.
#[derive(Clone)]
pub(super) enum Lookup {
    System,
    #[cfg(test)]
    Known(Known),
}

#[cfg(test)]
pub(super) type Known = Arc<dyn Fn(&str) -> Vec<std::net::IpAddr> + Send + Sync>;

impl Lookup {
    pub(super) async fn addresses(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Known(known) => Ok(known(name).into_iter().map(|it| SocketAddr::new(it, 0)).collect()),
        }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (named, lookup) = (self.named.clone(), self.lookup.clone());
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let allowed = found.iter().copied().filter(|it| is_allowed(it.ip(), &named)).collect::<Vec<_>>();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Refused.into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}
