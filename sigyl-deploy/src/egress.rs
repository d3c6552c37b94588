//! What servers of this machine may reach: proxies of this process, one for each deployment.
//!
//! The proxy itself is `sigyl-egress`, which every backend that holds servers to names uses. Addresses that are not
//! everybody's (loopback, private, link-local, where clouds answer their own machines) are refused even where a listed name
//! points to them.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use sigyl_core::addresses::is_public;
use sigyl_egress::{CONNECTIONS_MAX, Proxy};

pub use sigyl_egress::{Allowed, BadName, MayReach, Names, Refusal, SystemNames};

use crate::{
    backend::{BackendError, DeploymentId},
    listen::Listening,
};

/// Hears of refused connections. What it hears was chosen by the server, and comes as often as the server asks.
pub type Heard = Arc<dyn Fn(&DeploymentId, &Refusal) + Send + Sync>;

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
        let listening = Listening::open(bind, CONNECTIONS_MAX, move |stream| proxy.clone().serve(stream))
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
        let serve = move |stream| proxy.clone().serve(stream);
        Ok(crate::listen::Local::open(listener, CONNECTIONS_MAX, serve))
    }

    fn proxy(&self, id: &DeploymentId, allowed: Allowed) -> Arc<Proxy> {
        let (id, heard) = (id.clone(), self.heard.clone());
        Arc::new(Proxy {
            allowed,
            names: self.names.clone(),
            may_reach: self.may_reach.clone(),
            heard: Arc::new(move |refusal| heard(&id, refusal)),
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

fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: "the egress proxy".into(), reason }
}
