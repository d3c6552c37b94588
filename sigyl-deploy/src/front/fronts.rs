//! The listeners of this process, one for each deployment.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo, TokioTimer},
};

use super::{
    behind::{Origin, Room},
    body::Lent,
    forward::Forward,
    ways::{Connector, Way, Ways},
};
use crate::{
    backend::{BackendError, DeploymentId, ReleaseNumber},
    listen::Listening,
};

/// Connections of clients at a time, each listener; others wait. Chosen: more than one server behind it has use for.
const CONNECTIONS_MAX: usize = 1024;

/// The head of a request or of an answer, bytes. Chosen: twice what Node takes, for long tokens.
const HEAD_MAX: usize = 32 << 10;

/// How long a client may take for the head of a request. Chosen.
const HEAD_TIME_MAX: Duration = Duration::from_secs(15);

/// How long a connection to a server is kept unused: less than the 5 s after which Node and uvicorn close it, so that a
/// request and the end do not cross.
const KEPT: Duration = Duration::from_secs(3);

/// How long a server may take to accept a connection. Chosen: it is on this machine or beside it.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Called when a request comes while nothing runs; once, until the next [`Fronts::switch`] or [`Fronts::park`].
pub type Waker = Arc<dyn Fn(&DeploymentId) + Send + Sync>;

/// How a front is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Requests that were sent on, since it was opened.
    pub requests: u64,
    /// Those that are not over.
    pub open: usize,
    /// How long nothing was asked; zero while something is open.
    pub idle: Duration,
    /// The release that serves.
    pub release: Option<ReleaseNumber>,
}

/// Loopback listeners of this process, one for each deployment.
pub struct Fronts {
    bind: IpAddr,
    client: Client<Connector, Lent>,
    ways: Ways,
    open: Mutex<HashMap<DeploymentId, Front>>,
}

struct Front {
    listening: Listening,
    room: Arc<Room>,
}

/// Ports of fronts: below those that systems give to connections, which would take one away between two lives of Sigyl, and
/// beside those of the backend `process`. Chosen.
const PORTS: std::ops::Range<u16> = 12_000..20_000;

/// All of them, from a place that depends on the deployment, so that two seldom want the same.
fn ports_for(id: &DeploymentId) -> impl Iterator<Item = u16> {
    let count = PORTS.end - PORTS.start;
    let first =
        id.as_str().bytes().fold(0_u16, |sum, byte| (sum.wrapping_mul(31)).wrapping_add(u16::from(byte)));
    (0..count).map(move |step| PORTS.start + (first % count + step) % count)
}

impl Fronts {
    /// Listeners will be at this address of the machine, a loopback one usually.
    pub fn new(bind: IpAddr) -> Arc<Self> {
        let ways = Ways::default();
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_MAX));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT)
            .http1_max_buf_size(HEAD_MAX)
            .set_host(false)
            .build(Connector { network: connector, ways: ways.clone() });
        Arc::new(Self { bind, client, ways, open: Mutex::default() })
    }

    fn open_ones(&self) -> MutexGuard<'_, HashMap<DeploymentId, Front>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self, id: &DeploymentId) -> Option<Arc<Room>> {
        self.open_ones().get(id).map(|front| front.room.clone())
    }

    /// The port of the deployment's listener, which is opened where it is not: at `port`, or at any.
    ///
    /// # Errors
    /// When the port is taken, or the machine has none left.
    pub async fn open(&self, id: &DeploymentId, port: Option<u16>) -> Result<u16, BackendError> {
        let mut open = self.open_ones();
        if let Some(front) = open.get(id) {
            return Ok(front.listening.address.port());
        }
        let room = Room::new();
        let forward = Forward { id: id.clone(), room: room.clone(), client: self.client.clone() };
        let listening = match port {
            Some(port) => listen(SocketAddr::new(self.bind, port), forward)
                .map_err(|error| unavailable(format!("{} at port {port}: {error}", self.bind)))?,
            None => {
                let free = ports_for(id)
                    .find_map(|port| listen(SocketAddr::new(self.bind, port), forward.clone()).ok());
                free.ok_or_else(|| unavailable(format!("{} has no free port for it", self.bind)))?
            }
        };
        let port = listening.address.port();
        open.insert(id.clone(), Front { listening, room });
        Ok(port)
    }

    /// New requests go to this release, by turns to its `origins` (`http://HOST:PORT`); sessions that began at an earlier
    /// one stay there until it is drained. Gives the address of the endpoint at `path`.
    ///
    /// # Errors
    /// When the deployment has no listener, or an origin is not of that form.
    pub async fn switch(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        origins: Vec<String>,
        path: &str,
    ) -> Result<String, BackendError> {
        let parsed = origins.iter().map(|origin| Origin::parse(origin)).collect::<Option<Vec<_>>>();
        let Some(parsed) = parsed.filter(|parsed| !parsed.is_empty()) else {
            return Err(failed(format!("no address of a server: {}", origins.join(", "))));
        };
        let open = self.open_ones();
        let front = open.get(id).ok_or_else(|| failed(format!("{id} has no listener")))?;
        front.room.switch(release, parsed);
        Ok(format!("http://{}{path}", called(front.listening.address)))
    }

    /// From now on the origin `http://AUTHORITY` is reached by this way, whatever the network knows of it.
    pub fn lead(&self, authority: &str, way: Arc<dyn Way>) {
        self.ways.all().insert(authority.to_owned(), way);
    }

    /// Forgets a way. What was begun on it goes on.
    pub fn forget_way(&self, authority: &str) {
        self.ways.all().remove(authority);
    }

    /// Returns when the release's requests are over, or after `at_most`; what is left of it then is cut off, and its
    /// sessions are over. Streams that a client holds open for whatever comes are not waited for.
    pub async fn drain(&self, id: &DeploymentId, release: ReleaseNumber, at_most: Duration) {
        if let Some(room) = self.room(id) {
            room.drain(release, at_most).await;
        }
    }

    /// Lets nothing serve, and calls `waker` at the next request, which then waits for a release.
    pub async fn park(&self, id: &DeploymentId, waker: Waker) {
        if let Some(room) = self.room(id) {
            room.park(waker);
        }
    }

    /// Says that nothing comes after all: requests that wait for a release are refused, and so are others, until the next
    /// [`switch`](Self::switch) or [`park`](Self::park).
    pub async fn unpark(&self, id: &DeploymentId) {
        if let Some(room) = self.room(id) {
            room.unpark();
        }
    }

    /// How the deployment is used; `None` where it has no listener.
    pub fn usage(&self, id: &DeploymentId) -> Option<Use> {
        self.room(id).map(|room| room.usage())
    }

    /// Ends the listener and everything behind it; the port is free afterwards.
    pub async fn close(&self, id: &DeploymentId) {
        let front = self.open_ones().remove(id);
        if let Some(front) = front {
            front.listening.close().await;
        }
    }
}

fn listen(address: SocketAddr, forward: Forward) -> std::io::Result<Listening> {
    let forward = Arc::new(forward);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(HEAD_MAX)
        .max_header_size(HEAD_MAX);
    Listening::open(address, CONNECTIONS_MAX, move |stream| {
        let (forward, http) = (forward.clone(), http.clone());
        async move {
            let Ok(port) = stream.local_addr().map(|address| address.port()) else { return };
            let service = service_fn(move |request| {
                let forward = forward.clone();
                async move { Ok::<_, Infallible>(forward.answer(request, port).await) }
            });
            // How a connection ends is the client's affair.
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        }
    })
}

/// What a client on this machine calls a listener.
fn called(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn unavailable(reason: String) -> BackendError {
    BackendError::Unavailable { backend: "the listener".into(), reason }
}

fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: "the listener".into(), reason }
}
