//! What servers may reach: proxies of this process, one for each deployment, that know names and nothing else.
//!
//! A server on an isolated network sees one address, its proxy's, and asks it (`HTTPS_PROXY`, `HTTP_PROXY`) for the names
//! of its manifest. A name is looked up here, once; addresses that are not everybody's (loopback, private, link-local,
//! where clouds answer their own machines) are refused even where a listed name points to them, and the connection goes
//! to the very address that was looked at.

mod names;
mod proxy;
mod tunnel;

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use sigyl_core::addresses::is_public;

pub use names::{Allowed, BadName};

use crate::{
    backend::{BackendError, DeploymentId},
    listen::Listening,
};

/// Connections of a server at a time; others wait. Chosen.
const CONNECTIONS_MAX: usize = 256;

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
pub type Heard = Arc<dyn Fn(&DeploymentId, &Refusal) + Send + Sync>;

/// Whether a connection to an address is allowed.
pub type MayReach = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// Proxies of this process, one for each deployment.
pub struct Egress {
    names: Arc<dyn Names>,
    may_reach: MayReach,
    heard: Heard,
    open: Mutex<HashMap<DeploymentId, Listening>>,
}

impl Egress {
    /// Proxies that look names up with `names`, go to what `may_reach` allows, and tell `heard` what they refused.
    pub fn new(names: Arc<dyn Names>, may_reach: MayReach, heard: Heard) -> Arc<Self> {
        Arc::new(Self { names, may_reach, heard, open: Mutex::default() })
    }

    /// Proxies that use the system's names and reach only what anyone on the internet can reach.
    pub fn public(heard: Heard) -> Arc<Self> {
        Self::new(Arc::new(SystemNames), Arc::new(is_public), heard)
    }

    /// Opens the deployment's proxy at `bind`, for `allow`: names, names below one (`*.example.com`), each with a port
    /// where it is not 443. Where it is open already it is opened anew, at the same port if `bind` names none.
    ///
    /// # Errors
    /// When an entry of `allow` is no name, or the address cannot be used.
    pub async fn open(
        &self,
        id: &DeploymentId,
        bind: SocketAddr,
        allow: &[String],
    ) -> Result<SocketAddr, BackendError> {
        let allowed = Allowed::parse(allow).map_err(|error| failed(error.to_string()))?;
        let before = self.take(id);
        let mut bind = bind;
        if let Some(before) = before {
            if bind.port() == 0 && before.address.ip() == bind.ip() {
                bind.set_port(before.address.port());
            }
            before.close().await;
        }
        let proxy = self.proxy(id, allowed);
        let listening =
            Listening::open(bind, CONNECTIONS_MAX, move |stream| proxy::serve(proxy.clone(), stream))
                .map_err(|error| BackendError::Unavailable {
                    backend: "the egress proxy".into(),
                    reason: format!("{bind}: {error}"),
                })?;
        let address = listening.address;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), listening);
        Ok(address)
    }

    /// A proxy at a listener of the caller's, until what is given back is dropped.
    ///
    /// # Errors
    /// When an entry of `allow` is no name.
    #[cfg(feature = "process")]
    pub(crate) fn at<L>(
        &self,
        id: &DeploymentId,
        listener: L,
        allow: &[String],
    ) -> Result<crate::listen::Local, BackendError>
    where
        L: crate::listen::Accepts,
        L::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let allowed = Allowed::parse(allow).map_err(|error| failed(error.to_string()))?;
        let proxy = self.proxy(id, allowed);
        let serve = move |stream| proxy::serve(proxy.clone(), stream);
        Ok(crate::listen::Local::open(listener, CONNECTIONS_MAX, serve))
    }

    fn proxy(&self, id: &DeploymentId, allowed: Allowed) -> Arc<proxy::Proxy> {
        Arc::new(proxy::Proxy {
            id: id.clone(),
            allowed,
            names: self.names.clone(),
            may_reach: self.may_reach.clone(),
            heard: self.heard.clone(),
        })
    }

    /// Ends the deployment's proxy and its connections.
    pub async fn close(&self, id: &DeploymentId) {
        if let Some(listening) = self.take(id) {
            listening.close().await;
        }
    }

    fn take(&self, id: &DeploymentId) -> Option<Listening> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}

/// Variables by which servers find their proxy.
#[cfg(any(feature = "docker", feature = "process"))]
pub(crate) fn variables(proxy: SocketAddr) -> impl Iterator<Item = (&'static str, String)> {
    let address = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
    let address = address.map(|name| (name, format!("http://{proxy}")));
    let own = ["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1,::1".to_owned()));
    // Node's own fetch asks a proxy only where it is told to.
    address.into_iter().chain(own).chain([("NODE_USE_ENV_PROXY", "1".to_owned())])
}

fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: "the egress proxy".into(), reason }
}
