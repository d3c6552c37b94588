//! The way into a sandbox that has a network of its own, and the way out: sockets in a folder that the sandbox is shown and
//! cannot write. Nobody here connects to anything that a server could have put there; the bridge within connects, and what
//! it opened waits for clients.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    os::fd::AsRawFd as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpStream, UnixListener, UnixStream},
    sync::{Mutex, mpsc},
    time::timeout,
};

use super::{NAME, failed};
use crate::{
    backend::{BackendError, DeploymentId},
    egress::Egress,
    listen::{Listening, Local},
};

/// Connections of clients at a time; others wait. Fronts have as many.
const CLIENTS_MAX: usize = 1024;

/// Connections that the bridge keeps waiting, and this process has taken. Chosen: somewhat more than the bridge opens.
const WAITING_MAX: usize = 16;

/// How long a client waits for one of them: while a server starts, or is started again. Chosen.
const WAY_MAX: Duration = Duration::from_secs(5);

/// What the bridge is told when a connection is used, and says when the server took it; what it says otherwise is another.
const GO: u8 = 1;

/// Names of the sockets, in the folder.
pub(super) const INWARD: &str = "in";
pub(super) const OUTWARD: &str = "out";

/// Both ways, as long as they are held.
pub(super) struct Doors {
    folder: PathBuf,
    _clients: Listening,
    _inward: Local,
    _outward: Option<Local>,
}

type Waiting = Arc<Mutex<mpsc::Receiver<UnixStream>>>;

impl Doors {
    /// Opens them: clients come to `port` of this machine, the server may ask for the names of `allow`.
    pub(super) fn open(
        folder: &Path,
        port: u16,
        egress: &Egress,
        id: &DeploymentId,
        allow: &[String],
    ) -> Result<Self, BackendError> {
        // Of a life before this one.
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
        let bind = |name| bind(folder, name).map_err(|error| cannot(folder, &error));
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let inward = Local::open(bind(INWARD)?, WAITING_MAX, move |stream| {
            let sender = sender.clone();
            async move {
                // Nobody waits any more.
                let _ = sender.send(stream).await;
            }
        });
        let outward = match allow {
            [] => None,
            names => Some(egress.at(id, bind(OUTWARD)?, names)?),
        };
        let waiting: Waiting = Arc::new(Mutex::new(receiver));
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let clients = Listening::open(own, CLIENTS_MAX, move |client| enter(waiting.clone(), client));
        let clients = clients.map_err(|error| BackendError::Unavailable {
            backend: NAME.into(),
            reason: format!("{own}: {error}"),
        })?;
        Ok(Self { folder: folder.to_owned(), _clients: clients, _inward: inward, _outward: outward })
    }
}

impl Drop for Doors {
    fn drop(&mut self) {
        // What stays goes with the release.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn cannot(folder: &Path, error: &io::Error) -> BackendError {
    failed(format!("{}: {error}", folder.display()))
}

/// A socket in a folder whose path may be longer than the 107 bytes that a socket's may have.
fn bind(folder: &Path, name: &str) -> io::Result<UnixListener> {
    let folder = fs::File::open(folder)?;
    UnixListener::bind(format!("/proc/self/fd/{}/{name}", folder.as_raw_fd()))
}

/// Brings a client to the server, if that takes connections.
async fn enter(waiting: Waiting, mut client: TcpStream) {
    if let Ok(Some(mut server)) = timeout(WAY_MAX, way(&waiting)).await {
        // How it ends is their affair.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}

async fn way(waiting: &Waiting) -> Option<UnixStream> {
    loop {
        let mut server = waiting.lock().await.recv().await?;
        // One that a server left behind that has ended says nothing; the next one is tried.
        if server.write_u8(GO).await.is_ok()
            && let Ok(said) = server.read_u8().await
        {
            return (said == GO).then_some(server);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> DeploymentId {
        DeploymentId::parse("weather").unwrap()
    }

    #[tokio::test]
    async fn clients_pass_ways_that_are_dead_and_find_one_that_lives() {
        let folder = tempfile::tempdir().unwrap();
        // Longer than a socket's path may be.
        let deep = folder.path().join("d".repeat(120)).join("net");
        let egress = Egress::public(Arc::new(|_, _| {}));
        let doors = Doors::open(&deep, 0, &egress, &id(), &["example.com".to_owned()]).unwrap();
        let at = doors._clients.address;
        let open = fs::File::open(&deep).unwrap();
        let path = format!("/proc/self/fd/{}/{INWARD}", open.as_raw_fd());
        for _ in 0..3 {
            drop(UnixStream::connect(&path).await.unwrap());
        }
        let server = tokio::spawn(async move {
            let mut way = UnixStream::connect(&path).await.unwrap();
            assert_eq!(way.read_u8().await.unwrap(), GO);
            way.write_u8(GO).await.unwrap();
            let said = way.read_u8().await.unwrap();
            way.write_u8(said + 1).await.unwrap();
            let mut refusing = UnixStream::connect(&path).await.unwrap();
            assert_eq!(refusing.read_u8().await.unwrap(), GO);
            refusing.write_u8(0).await.unwrap();
        });
        let mut client = TcpStream::connect(at).await.unwrap();
        client.write_u8(41).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), 42);
        let mut refused = TcpStream::connect(at).await.unwrap();
        assert!(refused.read_u8().await.is_err());
        server.await.unwrap();
        assert!(deep.join(OUTWARD).exists());
        drop(doors);
        assert!(!deep.exists());
    }
}
