//! Connections as they come, in a number that is bounded; what they do ends with the listener.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};

/// How long a listener rests when the system has no room for a connection: file descriptors come back. Chosen.
const REST: Duration = Duration::from_millis(50);

/// What connections come to.
pub(crate) trait Accepts: Send + Sync + 'static {
    type Stream: Send + 'static;

    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Accepts for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = Self::accept(self).await?;
        // Events would wait for acknowledgements of the ones before; without it they only come later.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

#[cfg(unix)]
impl Accepts for tokio::net::UnixListener {
    type Stream = tokio::net::UnixStream;

    async fn accept(&self) -> io::Result<tokio::net::UnixStream> {
        Ok(Self::accept(self).await?.0)
    }
}

/// A listener without an address of the network; ends with all its connections when dropped.
#[cfg(feature = "process")]
pub(crate) struct Local(JoinHandle<()>);

#[cfg(feature = "process")]
impl Local {
    /// As [`Listening::open`].
    pub(crate) fn open<L, F, Fut>(listener: L, at_most: usize, handle: F) -> Self
    where
        L: Accepts,
        F: Fn(L::Stream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self(tokio::spawn(accept(listener, at_most, handle)))
    }
}

#[cfg(feature = "process")]
impl Drop for Local {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A listener that accepts until it is closed or dropped.
pub(crate) struct Listening {
    /// Where.
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    /// Accepts at `address`, and gives each connection to `handle`; at most `at_most` are open at a time, others wait.
    pub(crate) fn open<F, Fut>(address: SocketAddr, at_most: usize, handle: F) -> io::Result<Self>
    where
        F: Fn(TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        // The system's call, which does not wait, so that callers may hold a lock.
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        Ok(Self { address, task: tokio::spawn(accept(listener, at_most, handle)) })
    }

    /// Ends it and its connections; the port is free afterwards.
    pub(crate) async fn close(mut self) {
        self.task.abort();
        // What it ended with is our own doing.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept<L, F, Fut>(listener: L, at_most: usize, handle: F)
where
    L: Accepts,
    F: Fn(L::Stream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(at_most));
    // Dropped with this future, and its tasks with it.
    let mut connections = JoinSet::new();
    while let Ok(place) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok(stream) => {
                let connection = handle(stream);
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(REST).await,
        }
        while connections.try_join_next().is_some() {}
    }
}
