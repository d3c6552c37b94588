//! Connections as they come, in a number that is bounded; what they do ends with the listener.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
};

/// How long a listener rests when the system has no room for a connection: file descriptors come back. Chosen.
const REST: Duration = Duration::from_millis(50);

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

async fn accept<F, Fut>(listener: TcpListener, at_most: usize, handle: F)
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(at_most));
    // Dropped with this future, and its tasks with it.
    let mut connections = JoinSet::new();
    while let Ok(place) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Events would wait for acknowledgements of the ones before; without it they only come later.
                let _ = stream.set_nodelay(true);
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
