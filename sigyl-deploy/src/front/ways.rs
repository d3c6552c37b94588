//! Ways to processes that no address leads to.

use std::{
    collections::HashMap,
    error::Error,
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use async_trait::async_trait;
use hyper::Uri;
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use tokio::net::TcpStream;
use tower::Service;

/// Leads to one process.
#[async_trait]
pub trait Way: Send + Sync {
    /// A connection that the process has taken.
    ///
    /// # Errors
    /// When it took none; nothing of a request was sent then.
    async fn connect(&self) -> io::Result<TcpStream>;
}

/// Ways by what origins are called, `name:port`.
#[derive(Clone, Default)]
pub(super) struct Ways(Arc<Mutex<HashMap<String, Arc<dyn Way>>>>);

impl Ways {
    pub(super) fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<dyn Way>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects by a way where there is one, and by the network otherwise.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) network: HttpConnector,
    pub(super) ways: Ways,
}

type Failure = Box<dyn Error + Send + Sync>;

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.network.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let way = uri.authority().and_then(|authority| self.ways.all().get(authority.as_str()).cloned());
        match way {
            Some(way) => Box::pin(async move { Ok(TokioIo::new(way.connect().await?)) }),
            None => {
                let connecting = self.network.call(uri);
                Box::pin(async move { connecting.await.map_err(Into::into) })
            }
        }
    }
}
