//! `sigyl-bridge tunnel`: runs a server that has a network of its own with nothing in it, and is the way in and out.
//!
//! Whoever started it listens at two sockets in a folder that is shown here and cannot be written. In: connections to the
//! first wait until they are used; each carries one connection of a client to the server's port. Out: what the server asks
//! of a proxy at its own loopback goes to the second, where the proxy is. Nobody outside connects to anything that the
//! server could put in its place. Where nobody listens at the first any more, whoever started it is gone, and the server
//! ends: the kernel tells only what was there to be told.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
};

use crate::{FAILED, NO_COMMAND, USAGE, fail, process::ends_with_the_bridge, runtime};

/// Connections that wait to be used. Chosen: as many clients come at a time without waiting for one.
const WAITING: usize = 8;

/// Connections of the server to its proxy at a time; others wait. The proxy's own bound.
const OUT_MAX: usize = 256;

/// The pause before somebody is asked again who does not listen, or has no room. Chosen.
const PAUSE: Duration = Duration::from_millis(50);

/// What is said of a connection that is to be used, and of one that the server took.
const GO: u8 = 1;
/// What is said where the server takes no connection.
const NO: u8 = 0;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tunnel {
    inward: PathBuf,
    port: u16,
    /// Where the server finds its proxy, and where that is.
    outward: Option<(u16, PathBuf)>,
    command: Vec<String>,
}

/// Reads `--in PATH --port PORT [--out PATH --proxy PORT] -- COMMAND…`.
fn read(arguments: &[String]) -> Result<Tunnel, String> {
    let usage = || {
        "tunnel --in SOCKET --port PORT [--out SOCKET --proxy PORT] -- COMMAND [ARGUMENT…]; see --help"
            .to_owned()
    };
    let (mut inward, mut port, mut out, mut proxy) = (None, None, None, None);
    let mut rest = arguments.iter();
    loop {
        let (flag, value) = match rest.next().map(String::as_str) {
            Some("--") => break,
            Some(flag) => (flag, rest.next().ok_or_else(usage)?),
            None => return Err(usage()),
        };
        match flag {
            "--in" => inward = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            "--port" => port = Some(value.parse().map_err(|_| usage())?),
            "--proxy" => proxy = Some(value.parse().map_err(|_| usage())?),
            _ => return Err(usage()),
        }
    }
    let command: Vec<_> = rest.cloned().collect();
    let outward = match (proxy, out) {
        (Some(proxy), Some(out)) => Some((proxy, out)),
        (None, None) => None,
        _ => return Err(usage()),
    };
    match (inward, port) {
        (Some(inward), Some(port)) if !command.is_empty() => Ok(Tunnel { inward, port, outward, command }),
        _ => Err(usage()),
    }
}

/// Runs it to the end of the server, whose exit code it has.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let tunnel = match read(arguments) {
        Ok(tunnel) => tunnel,
        Err(why) => return fail(USAGE, &why),
    };
    match runtime() {
        Ok(runtime) => {
            let code = runtime.block_on(dig(tunnel));
            runtime.shutdown_background();
            code
        }
        Err(error) => fail(FAILED, &error.to_string()),
    }
}

async fn dig(tunnel: Tunnel) -> ExitCode {
    // Whoever ends the server tells it, too; answers that are on their way still pass.
    let Ok(_ignored) = signal(SignalKind::terminate()) else {
        return fail(FAILED, "cannot wait for signals");
    };
    if let Some((port, path)) = tunnel.outward {
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        match TcpListener::bind(own).await {
            Ok(listener) => drop(tokio::spawn(outward(listener, path))),
            Err(error) => return fail(FAILED, &format!("cannot listen on {own}: {error}")),
        }
    }
    let started = ends_with_the_bridge(&tunnel.command).kill_on_drop(true).spawn();
    let mut server = match started {
        Ok(server) => server,
        Err(error) => return fail(NO_COMMAND, &error.to_string()),
    };
    let ended = tokio::select! {
        ended = server.wait() => ended,
        () = inward(tunnel.inward, tunnel.port) => return fail(FAILED, "whoever started this is gone"),
    };
    match ended {
        Ok(status) => {
            // As shells tell signals.
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
            ExitCode::from(u8::try_from(code).unwrap_or(FAILED))
        }
        Err(error) => fail(FAILED, &error.to_string()),
    }
}

/// Keeps connections waiting for clients, as long as somebody listens.
async fn inward(path: PathBuf, port: u16) {
    let places = Arc::new(Semaphore::new(WAITING));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let mut client = match UnixStream::connect(&path).await {
            Ok(client) => client,
            // A socket that has too many waiting says something else.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound) => {
                return;
            }
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        tokio::spawn(async move {
            let said = client.read_u8().await;
            drop(place);
            if !matches!(said, Ok(GO)) {
                return;
            }
            match TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
                Ok(mut server) => {
                    let _ = server.set_nodelay(true);
                    if client.write_u8(GO).await.is_ok() {
                        // How it ends is their affair.
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                }
                Err(_) => {
                    let _ = client.write_u8(NO).await;
                }
            }
        });
    }
}

/// Takes what is for the proxy there.
async fn outward(listener: TcpListener, path: PathBuf) {
    let places = Arc::new(Semaphore::new(OUT_MAX));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((mut server, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let path = path.clone();
        tokio::spawn(async move {
            let _ = server.set_nodelay(true);
            if let Ok(mut proxy) = UnixStream::connect(&path).await {
                let _ = copy_bidirectional(&mut server, &mut proxy).await;
            }
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Result<Tunnel, String> {
        read(&words.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn orders_are_whole_or_refused() {
        let tunnel = of("--in /a --port 80 --out /b --proxy 3128 -- sh -c x").unwrap();
        assert_eq!(tunnel.outward, Some((3128, PathBuf::from("/b"))));
        assert_eq!(tunnel.command, ["sh", "-c", "x"]);
        assert_eq!(of("--in /a --port 80 -- sh").unwrap().outward, None);
        for wrong in [
            "",
            "--in /a --port 80",
            "--in /a --port 80 --",
            "--in /a -- sh",
            "--port 80 -- sh",
            "--in /a --port x -- sh",
            "--in /a --port 80 --out /b -- sh",
            "--in /a --port 80 --proxy 1 -- sh",
            "--other 1 --in /a --port 80 -- sh",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
