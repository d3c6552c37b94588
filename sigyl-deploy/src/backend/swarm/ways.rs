//! Ways to the tasks of a release, through its gates.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use sigyl_core::secret::SecretText;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::TcpStream,
    time::timeout,
};

use crate::{
    front::{Fronts, Way},
    listen::Listening,
};

/// How long a gate has to take a connection, and to say whether the task took it. Chosen.
const GATE: Duration = Duration::from_secs(2);
const TASK: Duration = Duration::from_secs(6);

/// Probes at a time. Chosen.
const PROBES_MAX: usize = 16;

/// What a gate says where the task took the connection.
const GO: u8 = 1;

/// Ways to a release's tasks. Fronts forget them when this is dropped.
pub(super) struct Ways {
    fronts: Arc<Fronts>,
    /// The servers' port, by which they know themselves.
    port: u16,
    word: SecretText,
    /// Where gates are, `10.77.0.2:32768`.
    gates: Mutex<Arc<[String]>>,
    next: AtomicUsize,
    led: Mutex<BTreeSet<String>>,
    probed: Mutex<Option<(String, Listening)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ways {
    pub(super) fn new(fronts: Arc<Fronts>, port: u16, word: SecretText) -> Arc<Self> {
        Arc::new(Self {
            fronts,
            port,
            word,
            gates: Mutex::new(Arc::from([])),
            next: AtomicUsize::new(0),
            led: Mutex::default(),
            probed: Mutex::default(),
        })
    }

    /// Whether its gates take this word.
    pub(super) fn knows(&self, word: &SecretText) -> bool {
        self.word.reveal() == word.reveal()
    }

    /// Where gates are now.
    pub(super) fn set_gates(&self, gates: Vec<String>) {
        *locked(&self.gates) = gates.into();
    }

    /// A connection that the task took, by one of the gates.
    async fn connect(&self, task: &str) -> io::Result<TcpStream> {
        let gates = locked(&self.gates).clone();
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let mut last = io::Error::new(io::ErrorKind::NotConnected, "no gate runs");
        for step in 0..gates.len() {
            let Some(gate) = gates.get((turn + step) % gates.len()) else { continue };
            match self.through(gate, task).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn through(&self, gate: &str, task: &str) -> io::Result<TcpStream> {
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        let mut stream = timeout(GATE, TcpStream::connect(gate)).await.map_err(late)??;
        // Small messages would wait for acknowledgements; without it they only come later.
        let _ = stream.set_nodelay(true);
        let order = format!("{} {task}", self.word.reveal());
        let length = u16::try_from(order.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        stream.write_all(&[&length.to_be_bytes(), order.as_bytes()].concat()).await?;
        match timeout(TASK, stream.read_u8()).await.map_err(late)?? {
            GO => Ok(stream),
            _ => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    /// Those of the tasks that take connections.
    pub(super) async fn answering(&self, tasks: Vec<String>) -> Vec<String> {
        let tries = tasks.into_iter().map(|task| async move { self.connect(&task).await.ok().map(|_| task) });
        futures_util::future::join_all(tries).await.into_iter().flatten().collect()
    }

    /// Leads fronts to these tasks and to no other one of the release; gives what they are called there: their names, and
    /// the port that servers expect to be called by.
    pub(super) fn lead(self: &Arc<Self>, tasks: &[String]) -> Vec<String> {
        let wanted: BTreeSet<_> = tasks.iter().map(|task| format!("{task}:{}", self.port)).collect();
        let mut led = locked(&self.led);
        for task in tasks {
            let way = Arc::new(ToTask { ways: Arc::downgrade(self), task: task.clone() });
            self.fronts.lead(&format!("{task}:{}", self.port), way);
        }
        for gone in led.difference(&wanted) {
            self.fronts.forget_way(gone);
        }
        let origins = wanted.iter().map(|authority| format!("http://{authority}")).collect();
        *led = wanted;
        origins
    }

    /// An address of this machine at which the task is probed, until another one is.
    pub(super) fn probe(self: &Arc<Self>, task: &str) -> io::Result<String> {
        let mut probed = locked(&self.probed);
        if let Some((_, listening)) = probed.as_ref().filter(|(known, _)| known == task) {
            return Ok(format!("http://{}", listening.address));
        }
        let way = Arc::new(ToTask { ways: Arc::downgrade(self), task: task.to_owned() });
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listening = Listening::open(own, PROBES_MAX, move |mut client| {
            let way = way.clone();
            async move {
                if let Ok(mut server) = way.connect().await {
                    // How it ends is their affair.
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                }
            }
        })?;
        let address = listening.address;
        *probed = Some((task.to_owned(), listening));
        Ok(format!("http://{address}"))
    }
}

impl Drop for Ways {
    fn drop(&mut self) {
        for authority in locked(&self.led).iter() {
            self.fronts.forget_way(authority);
        }
    }
}

/// The way to one task, as long as its release's ways are there.
struct ToTask {
    ways: Weak<Ways>,
    task: String,
}

#[async_trait]
impl Way for ToTask {
    async fn connect(&self) -> io::Result<TcpStream> {
        let ways = self.ways.upgrade().ok_or(io::ErrorKind::NotConnected)?;
        ways.connect(&self.task).await
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const KNOWN: &str = "a-word-that-gates-know";

    /// A gate that knows one task, and tells which byte it was to that one.
    async fn gate(task: &'static str, byte: u8) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let length = client.read_u16().await.unwrap();
                let mut order = vec![0; usize::from(length)];
                client.read_exact(&mut order).await.unwrap();
                let is_known = order == format!("{KNOWN} {task}").as_bytes();
                let answer = if is_known { vec![GO, byte] } else { vec![0] };
                client.write_all(&answer).await.unwrap();
            }
        });
        at
    }

    fn ways() -> Arc<Ways> {
        let fronts = Fronts::new("127.0.0.1".parse().unwrap());
        Ways::new(fronts, 8080, SecretText::new(KNOWN.to_owned()))
    }

    #[tokio::test]
    async fn a_task_is_reached_by_whichever_gate_leads_to_it() {
        let ways = ways();
        assert!(ways.connect("s.1.a").await.is_err());
        // Nobody listens at a port that was given back.
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
        ways.set_gates(vec![gone, gate("s.2.b", 2).await, gate("s.1.a", 1).await]);
        for _ in 0..4 {
            assert_eq!(ways.connect("s.1.a").await.unwrap().read_u8().await.unwrap(), 1);
        }
        assert_eq!(ways.connect("s.2.b").await.unwrap().read_u8().await.unwrap(), 2);
        let all = ["s.1.a", "s.2.b", "s.3.c"].map(str::to_owned).to_vec();
        assert_eq!(ways.answering(all).await, ["s.1.a", "s.2.b"]);
    }

    #[tokio::test]
    async fn tasks_keep_their_names_and_probes_have_an_address() {
        let ways = ways();
        ways.set_gates(vec![gate("s.1.a", 7).await]);
        let two = ["s.2.b".to_owned(), "s.1.a".to_owned()];
        assert_eq!(ways.lead(&two), ["http://s.1.a:8080", "http://s.2.b:8080"]);
        assert_eq!(ways.lead(&two[1..]), ["http://s.1.a:8080"]);
        let origin = ways.probe("s.1.a").unwrap();
        assert_eq!(ways.probe("s.1.a").unwrap(), origin);
        let mut client = TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), 7);
        assert_ne!(ways.probe("s.2.b").unwrap(), origin);
    }
}
