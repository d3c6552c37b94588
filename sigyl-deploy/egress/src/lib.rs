//! What servers may reach: a proxy that knows names and nothing else.
//!
//! A server on an isolated network sees one address, its proxy's, and asks it (`HTTPS_PROXY`, `HTTP_PROXY`) for the names
//! of its manifest. A name is looked up here, once; addresses that may not be reached are refused even where a listed name
//! points to them, and the connection goes to the very address that was looked at.
//!
//! One mechanism for every backend: in Sigyl's own process where servers run beside it, in `sigyl-bridge gate` where they
//! run on other machines.

mod hop;
mod names;
mod proxy;
mod reach;
mod tunnel;

use std::{io, net::IpAddr, sync::Arc};

use async_trait::async_trait;

pub use hop::remove_hop_by_hop;
pub use names::{Allowed, BadName};
pub use proxy::Proxy;

/// Connections of a server at a time; others wait. Chosen.
pub const CONNECTIONS_MAX: usize = 256;

/// Knows the addresses of names.
#[async_trait]
pub trait Names: Send + Sync {
    /// The addresses of a name.
    ///
    /// # Errors
    /// When it has none, or nobody answers.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's way of looking names up.
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A connection that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name or address that was asked for, as far as it can be shown.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Why, in a sentence.
    pub reason: String,
}

/// Hears of refused connections. What it hears was chosen by the server, and comes as often as the server asks.
pub type Heard = Arc<dyn Fn(&Refusal) + Send + Sync>;

/// Whether a connection to an address is allowed.
pub type MayReach = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Variables by which servers find their proxy, at `address`: a host and a port.
pub fn variables(address: &str) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let url = format!("http://{address}");
    let proxy = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map(|name| (name, url.clone()));
    let own = ["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1,::1".to_owned()));
    // Node's own fetch asks a proxy only where it is told to.
    proxy.into_iter().chain(own).chain([("NODE_USE_ENV_PROXY", "1".to_owned())])
}
