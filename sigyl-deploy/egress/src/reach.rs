//! From a name to a connection, without waiting long for what does not answer: neither for a question that got lost on its
//! way to a name server, nor for an address that swallows what is sent to it (RFC 8305, "Happy Eyeballs").

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::Names;

/// When a name is looked up a second time beside the first. Resolvers themselves wait for five seconds until they ask again,
/// and networks of containers do lose questions. Chosen.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How long a name is looked up in all. Chosen: longer than the five seconds of resolvers.
const NAME_MAX: Duration = Duration::from_secs(10);

/// How much later than an address the next one is tried beside it (RFC 8305, section 5: 250 ms).
const NEXT_AFTER: Duration = Duration::from_millis(250);

/// How long an address may take to accept. Chosen.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Addresses of one name that are tried. Chosen.
const TRIES: usize = 4;

/// The addresses of a name.
pub(super) async fn addresses(names: &Arc<dyn Names>, name: &str) -> io::Result<Vec<IpAddr>> {
    let mut asked = JoinSet::new();
    let question = || {
        let (names, name) = (names.clone(), name.to_owned());
        async move { names.addresses(&name).await }
    };
    asked.spawn(question());
    let answered = async {
        let mut last = io::Error::from(io::ErrorKind::TimedOut);
        let mut is_first = true;
        loop {
            tokio::select! {
                answer = asked.join_next() => match answer {
                    Some(Ok(Ok(found))) => return Ok(found),
                    Some(Ok(Err(error))) => last = error,
                    Some(Err(error)) => last = io::Error::other(error),
                    None => return Err(last),
                },
                () = sleep(ASK_AGAIN), if is_first => {
                    is_first = false;
                    asked.spawn(question());
                }
            }
        }
    };
    timeout(NAME_MAX, answered).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Connects to the first of these that accepts. Addresses of both families come by turns, in the order in which they were
/// told otherwise.
pub(super) async fn connect(addresses: &[IpAddr], port: u16) -> io::Result<TcpStream> {
    let mut waiting = by_turns(addresses).into_iter().take(TRIES);
    let mut tried = JoinSet::new();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    loop {
        let next = waiting.next();
        if let Some(address) = next {
            // The address that was looked at, not the name again.
            let address = SocketAddr::new(address, port);
            tried.spawn(timeout(CONNECT_MAX, TcpStream::connect(address)));
        }
        tokio::select! {
            done = tried.join_next() => match done {
                Some(Ok(Ok(Ok(stream)))) => return Ok(stream),
                Some(Ok(Ok(Err(error)))) => last = error,
                Some(Ok(Err(_))) => last = io::ErrorKind::TimedOut.into(),
                Some(Err(error)) => last = io::Error::other(error),
                None => return Err(last),
            },
            () = sleep(NEXT_AFTER), if next.is_some() => {}
        }
    }
}

fn by_turns(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let Some(first) = addresses.first() else { return Vec::new() };
    let (mut own, mut other): (Vec<_>, Vec<_>) =
        addresses.iter().copied().partition(|address: &IpAddr| address.is_ipv4() == first.is_ipv4());
    let mut found = Vec::with_capacity(addresses.len());
    own.reverse();
    other.reverse();
    while !own.is_empty() || !other.is_empty() {
        found.extend(own.pop());
        found.extend(other.pop());
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Does not answer so many questions; then every name is this machine.
    struct Loses(usize, AtomicUsize);

    #[async_trait]
    impl Names for Loses {
        async fn addresses(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
            if self.1.fetch_add(1, Ordering::SeqCst) < self.0 {
                std::future::pending::<()>().await;
            }
            Ok(vec!["127.0.0.1".parse().unwrap()])
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_that_is_lost_is_asked_again() {
        for (lost, asked, seconds) in [(0, 1, 0), (1, 2, 1), (2, 2, 10)] {
            let (loses, start) = (Arc::new(Loses(lost, AtomicUsize::new(0))), tokio::time::Instant::now());
            let names: Arc<dyn Names> = loses.clone();
            let found = addresses(&names, "api.example.com").await;
            assert_eq!(found.is_ok(), lost < 2, "{found:?}");
            assert_eq!((loses.1.load(Ordering::SeqCst), start.elapsed().as_secs()), (asked, seconds));
        }
    }

    #[tokio::test]
    async fn an_address_that_swallows_what_is_sent_is_not_waited_for() {
        // It accepts nobody, and the one who may wait is there already: what else comes is not answered.
        let full = TcpSocket::new_v4().unwrap();
        full.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let full = full.listen(0).unwrap();
        let port = full.local_addr().unwrap().port();
        let waits = TcpStream::connect(full.local_addr().unwrap()).await.unwrap();
        let (deaf, good) = ("127.0.0.2".parse().unwrap(), "127.0.0.3".parse().unwrap());
        let hangs = timeout(Duration::from_millis(500), TcpStream::connect((deaf, port))).await;
        assert!(hangs.is_err(), "{hangs:?}");

        let listener = TcpListener::bind((good, port)).await.unwrap();
        let stream = timeout(CONNECT_MAX / 2, connect(&[deaf, good], port)).await.unwrap().unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
        // One that refuses is not waited for at all.
        let refuses = "127.0.0.4".parse().unwrap();
        let stream = connect(&[refuses, good], port).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
        let error = connect(&[refuses], port).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(connect(&[], port).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        drop(waits);
    }

    #[test]
    fn families_come_by_turns() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let told = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"].map(ip);
        let found = by_turns(&told);
        let wanted = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"].map(ip);
        assert_eq!(found, wanted);
        assert_eq!(by_turns(&[]), Vec::<IpAddr>::new());
    }
}
