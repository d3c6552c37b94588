//! `sigyl-bridge gate`: the one way into an internal network of servers on several machines, and the one way out.
//!
//! It has a side in that network and one outside. In: whoever knows the word names a task of the network, and is led to
//! the server's port there. Out: what the servers ask of a proxy at this gate's address in their network goes to the names
//! that are allowed, by the same proxy as where servers run beside Sigyl. Neither way leads from outside to outside, and
//! none from the network to anything but names.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use sigyl_core::addresses::is_public;
use sigyl_egress::{Allowed, CONNECTIONS_MAX, Proxy, Refusal, SystemNames};
use subtle::ConstantTimeEq as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
    time::{sleep, timeout},
};

use crate::{FAILED, USAGE, fail, log::Log, variable};

/// The variable that has the word. Not an argument: those are seen by everybody on a machine.
const WORD: &str = "SIGYL_BRIDGE_WORD";

/// Shortest word in letters: 190 bits of random letters and digits have as many.
const WORD_MIN: usize = 32;

/// Connections that come in at a time; others wait. Chosen: as many as a front takes, for each of two Sigyls.
const IN_MAX: usize = 2048;

/// How long the first message of a connection may take, and each step of its way. Chosen.
const STEP_MAX: Duration = Duration::from_secs(5);

/// The pause before the system is asked again that has no room for a connection. Chosen.
const PAUSE: Duration = Duration::from_millis(50);

/// Longest first message, bytes: a word, and a name, which has 253.
const ORDER_MAX: usize = 512;

/// After how long of silence whoever is at the other end is asked whether it is there, how often, and how often in vain.
/// Chosen: a machine that was lost frees its connections after two minutes.
const ASK_AFTER: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_secs(15);
const ASK_TIMES: u32 = 4;

/// Threads that look names up. Chosen: a container has few.
const LOOKING_UP: usize = 16;

/// What is said of a connection that the server took, and of one that it did not.
const GO: u8 = 1;
const NO: u8 = 0;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Gate {
    /// The servers' network.
    inside: Net,
    /// Where connections come in, and the port to which they are led.
    door: u16,
    server: u16,
    /// Where servers ask, and for what.
    proxy: u16,
    allow: Vec<String>,
    /// Networks that are not everybody's and that names may point to all the same.
    also: Vec<Net>,
}

/// An IPv4 network, as overlays have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Net {
    mask: u32,
    first: u32,
}

impl Net {
    /// Reads `10.0.5.0/24`.
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (address, bits) = (address.parse::<Ipv4Addr>().ok()?, bits.parse::<u32>().ok()?);
        // A network of everything would be no network.
        let mask = u32::MAX.checked_shl(32_u32.checked_sub(bits)?).filter(|_| bits > 0)?;
        Some(Self { mask, first: u32::from(address) & mask })
    }

    fn has(self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => u32::from(address) & self.mask == self.first,
            IpAddr::V6(_) => false,
        }
    }
}

/// Reads `--inside NET --door PORT --server PORT --proxy PORT [--allow NAME]… [--also NET]…`.
fn read(arguments: &[String]) -> Result<Gate, String> {
    let usage = || {
        "gate --inside NETWORK --door PORT --server PORT --proxy PORT [--allow NAME]… [--also NETWORK]…; see --help"
            .to_owned()
    };
    let (mut inside, mut door, mut server, mut proxy) = (None, None, None, None);
    let (mut allow, mut also) = (Vec::new(), Vec::new());
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let value = rest.next().ok_or_else(usage)?;
        let port = || value.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(usage);
        let net = || Net::parse(value).ok_or_else(usage);
        match flag.as_str() {
            "--inside" => inside = Some(net()?),
            "--door" => door = Some(port()?),
            "--server" => server = Some(port()?),
            "--proxy" => proxy = Some(port()?),
            "--allow" => allow.push(value.clone()),
            "--also" => also.push(net()?),
            _ => return Err(usage()),
        }
    }
    match (inside, door, server, proxy) {
        (Some(inside), Some(door), Some(server), Some(proxy)) if door != proxy => {
            Ok(Gate { inside, door, server, proxy, allow, also })
        }
        _ => Err(usage()),
    }
}

/// Runs it until it is told to end.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let gate = match read(arguments) {
        Ok(gate) => gate,
        Err(why) => return fail(USAGE, &why),
    };
    let Some(word) = variable(WORD).filter(|word| word.len() >= WORD_MIN) else {
        return fail(USAGE, &format!("gate takes its word from {WORD}, of {WORD_MIN} letters at least"));
    };
    let allowed = match Allowed::parse(&gate.allow) {
        Ok(allowed) => allowed,
        Err(error) => return fail(USAGE, &error.to_string()),
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(LOOKING_UP).build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(keep(gate, word, allowed));
            runtime.shutdown_background();
            code
        }
        Err(error) => fail(FAILED, &error.to_string()),
    }
}

async fn keep(gate: Gate, word: String, allowed: Allowed) -> ExitCode {
    let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    let [Ok(mut terminate), Ok(mut interrupt)] = signals else {
        return fail(FAILED, "cannot wait for signals");
    };
    let log = Log::start(vec![word.clone()]);
    let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let door = match TcpListener::bind(everywhere(gate.door)).await {
        Ok(door) => door,
        Err(error) => return fail(FAILED, &format!("cannot listen at port {}: {error}", gate.door)),
    };
    tokio::spawn(inward(door, Arc::from(word), gate.inside, gate.server));
    if !gate.allow.is_empty() {
        let listener = match TcpListener::bind(everywhere(gate.proxy)).await {
            Ok(listener) => listener,
            Err(error) => return fail(FAILED, &format!("cannot listen at port {}: {error}", gate.proxy)),
        };
        let (also, said) = (gate.also.clone(), log.clone());
        let proxy = Proxy {
            allowed,
            names: Arc::new(SystemNames),
            may_reach: Arc::new(move |address| is_public(address) || also.iter().any(|net| net.has(address))),
            heard: Arc::new(move |refusal: &Refusal| {
                said.say(&format!(
                    "refused {}:{}: {}",
                    refusal.host,
                    refusal.port,
                    refusal.reason.trim_end()
                ));
            }),
        };
        tokio::spawn(outward(listener, Arc::new(proxy), gate.inside));
    }
    log.say(&format!("a gate with {} names", gate.allow.len()));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log.finish();
    ExitCode::SUCCESS
}

/// Leads those who know the word to the servers.
async fn inward(listener: TcpListener, word: Arc<str>, inside: Net, port: u16) {
    let places = Arc::new(Semaphore::new(IN_MAX));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((mut client, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let word = Arc::clone(&word);
        tokio::spawn(async move {
            keep_alive(&client);
            // Who does not know the word is told nothing.
            if let Ok(Some(name)) = timeout(STEP_MAX, order(&mut client, &word)).await {
                match timeout(STEP_MAX, reach(&name, inside, port)).await {
                    Ok(Ok(mut server)) => {
                        keep_alive(&server);
                        if client.write_u8(GO).await.is_ok() {
                            // How it ends is their affair.
                            let _ = copy_bidirectional(&mut client, &mut server).await;
                        }
                    }
                    _ => {
                        let _ = client.write_u8(NO).await;
                    }
                }
            }
            drop(place);
        });
    }
}

/// Reads the first message: its length in two bytes, then the word, a space, and the name of a task.
async fn order(client: &mut TcpStream, word: &str) -> Option<String> {
    let length = usize::from(client.read_u16().await.ok()?);
    if length > ORDER_MAX {
        return None;
    }
    let mut bytes = vec![0; length];
    client.read_exact(&mut bytes).await.ok()?;
    let at = bytes.iter().position(|byte| *byte == b' ')?;
    let (said, name) = bytes.split_at(at);
    let is_known = bool::from(said.ct_eq(word.as_bytes()));
    let name = String::from_utf8(name.get(1..)?.to_vec()).ok()?;
    is_known.then_some(name)
}

/// Connects to a task of the network, and to nothing else whatever the name.
async fn reach(name: &str, inside: Net, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in tokio::net::lookup_host((name, port)).await? {
        if !inside.has(address.ip()) {
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Lets the servers ask for names: only them, and only at this gate's address in their network.
async fn outward(listener: TcpListener, proxy: Arc<Proxy>, inside: Net) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((server, from)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let is_inside = server.local_addr().is_ok_and(|own| inside.has(own.ip())) && inside.has(from.ip());
        if !is_inside {
            continue;
        }
        keep_alive(&server);
        let proxy = Arc::clone(&proxy);
        tokio::spawn(async move {
            proxy.serve(server).await;
            drop(place);
        });
    }
}

/// Small messages do not wait, and an end that is gone is found out.
fn keep_alive(stream: &TcpStream) {
    use rustix::net::sockopt;
    // Without any of these things only go slower, or are found out later.
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_socket_keepalive(stream, true);
    let _ = sockopt::set_tcp_keepidle(stream, ASK_AFTER);
    let _ = sockopt::set_tcp_keepintvl(stream, ASK_EVERY);
    let _ = sockopt::set_tcp_keepcnt(stream, ASK_TIMES);
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "0123456789abcdef0123456789abcdef";

    fn of(words: &str) -> Result<Gate, String> {
        read(&words.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn orders_are_whole_or_refused() {
        let gate =
            of("--inside 10.0.5.0/24 --door 1 --server 2 --proxy 3 --allow a.example --allow b.example:5")
                .unwrap();
        assert_eq!((gate.door, gate.server, gate.proxy), (1, 2, 3));
        assert_eq!(gate.allow, ["a.example", "b.example:5"]);
        for wrong in [
            "",
            "--inside 10.0.5.0/24 --door 1 --server 2",
            "--inside 10.0.5.0/24 --door 1 --server 2 --proxy 1",
            "--inside 10.0.5.0/24 --door 0 --server 2 --proxy 3",
            "--inside 10.0.5.0/0 --door 1 --server 2 --proxy 3",
            "--inside 10.0.5.0 --door 1 --server 2 --proxy 3",
            "--inside 10.0.5.0/24 --door 1 --server 2 --proxy 3 --allow",
            "--inside 10.0.5.0/24 --door 1 --server 2 --proxy 3 --other 4",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_have_what_they_say() {
        let net = Net::parse("10.0.5.0/24").unwrap();
        assert!(net.has("10.0.5.255".parse().unwrap()) && net.has("::ffff:10.0.5.1".parse().unwrap()));
        for other in ["10.0.4.255", "10.0.6.0", "127.0.0.1", "::1", "::10.0.5.1"] {
            assert!(!net.has(other.parse().unwrap()), "{other}");
        }
        assert!(Net::parse("10.0.5.7/32").unwrap().has("10.0.5.7".parse().unwrap()));
        for wrong in ["10.0.5.0/33", "10.0.5/24", "x/8", "::/8"] {
            assert_eq!(Net::parse(wrong), None, "{wrong}");
        }
    }

    /// A door to servers at the loopback, at which one answers with a letter.
    async fn door(inside: &str) -> SocketAddr {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = server.accept().await {
                let _ = client.write_all(b"s").await;
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(inward(listener, Arc::from(KNOWN), Net::parse(inside).unwrap(), port));
        at
    }

    async fn say(at: SocketAddr, said: &[u8]) -> Vec<u8> {
        let mut client = TcpStream::connect(at).await.unwrap();
        client.write_u16(u16::try_from(said.len()).unwrap()).await.unwrap();
        client.write_all(said).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is refused may be reset.
        let _ = client.read_to_end(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn only_who_knows_the_word_comes_in_and_only_to_the_network() {
        let at = door("127.0.0.0/8").await;
        assert_eq!(say(at, format!("{KNOWN} localhost").as_bytes()).await, [GO, b's']);
        for wrong in [
            "0123456789abcdef0123456789abcdee localhost".to_owned(),
            format!("{} localhost", &KNOWN[1..]),
            format!("{KNOWN}0 localhost"),
            " localhost".to_owned(),
            KNOWN.to_owned(),
            format!("{KNOWN} {}", "a".repeat(ORDER_MAX)),
        ] {
            assert!(say(at, wrong.as_bytes()).await.is_empty(), "{wrong}");
        }
        let elsewhere = door("10.0.5.0/24").await;
        for name in ["localhost", "127.0.0.1", "not-there.invalid", ""] {
            assert_eq!(say(elsewhere, format!("{KNOWN} {name}").as_bytes()).await, [NO], "{name}");
        }
    }

    /// What a proxy that allows one name answers to a client from the loopback.
    async fn ask(inside: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let proxy = Proxy {
            allowed: Allowed::parse(&["localhost:1".to_owned()]).unwrap(),
            names: Arc::new(SystemNames),
            may_reach: Arc::new(is_public),
            heard: Arc::new(|_| ()),
        };
        tokio::spawn(outward(listener, Arc::new(proxy), Net::parse(inside).unwrap()));
        let mut client = TcpStream::connect(at).await.unwrap();
        let mut answer = String::new();
        let _ = client.write_all(b"CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n").await;
        let mut some = [0; 256];
        if let Ok(count) = client.read(&mut some).await {
            answer.push_str(&String::from_utf8_lossy(&some[..count]));
        }
        answer
    }

    #[tokio::test]
    async fn only_the_network_is_let_out() {
        // A name that points to the loopback is refused, by the proxy.
        assert!(ask("127.0.0.0/8").await.starts_with("HTTP/1.1 403 "));
        assert_eq!(ask("10.0.5.0/24").await, "");
    }
}
