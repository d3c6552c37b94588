//! `sigyl-bridge tunnel` as whoever starts it sees it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    process::{Child, Command},
    time::Duration,
};

/// Repeats what it hears; `proxy PORT` asks there, `end CODE` ends it.
const SERVER: &str = r#"
import os, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    said = client.recv(1000).decode()
    if said.startswith("end "):
        os._exit(int(said[4:]))
    if said.startswith("proxy "):
        proxy = socket.create_connection(("127.0.0.1", int(said[6:])))
        proxy.sendall(b"CONNECT")
        client.sendall(proxy.recv(1000))
    else:
        client.sendall(said.upper().encode())
    client.close()
"#;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Tunnelled {
    folder: tempfile::TempDir,
    inward: Option<UnixListener>,
    bridge: Child,
    proxy: u16,
}

impl Tunnelled {
    fn start(server: &[&str], port: u16) -> Self {
        let (folder, proxy) = (tempfile::tempdir().unwrap(), free_port());
        let inward = UnixListener::bind(folder.path().join("in")).unwrap();
        let bridge = Command::new(env!("CARGO_BIN_EXE_sigyl-bridge"))
            .arg("tunnel")
            .arg("--in")
            .arg(folder.path().join("in"))
            .args(["--port", &port.to_string()])
            .arg("--out")
            .arg(folder.path().join("out"))
            .args(["--proxy", &proxy.to_string(), "--"])
            .args(server)
            .spawn()
            .unwrap();
        Self { folder, inward: Some(inward), bridge, proxy }
    }

    fn accept(&self) -> UnixStream {
        self.inward.as_ref().unwrap().accept().unwrap().0
    }

    /// A connection that the server took; the next one where it does not yet.
    fn connect(&self) -> UnixStream {
        loop {
            let mut client = self.accept();
            let mut said = [9];
            client.write_all(&[1]).unwrap();
            client.read_exact(&mut said).unwrap();
            match said {
                [1] => return client,
                [0] => std::thread::sleep(Duration::from_millis(10)),
                other => panic!("it said {other:?}"),
            }
        }
    }

    fn ask(&self, words: &str) -> String {
        let mut client = self.connect();
        client.write_all(words.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Tunnelled {
    fn drop(&mut self) {
        let _ = self.bridge.kill();
        let _ = self.bridge.wait();
    }
}

#[test]
fn connections_go_in_and_out_and_the_servers_end_is_its_own() {
    let port = free_port();
    let mut tunnelled = Tunnelled::start(&["/usr/bin/python3", "-c", SERVER, &port.to_string()], port);
    // More than wait at a time.
    for round in 0..30 {
        assert_eq!(tunnelled.ask(&format!("word {round}")), format!("WORD {round}"));
    }
    // A connection that is never used, and one that is closed, take no other one's place.
    let held: Vec<_> = (0..20).map(|_| tunnelled.connect()).collect();
    drop(held);
    assert_eq!(tunnelled.ask("word"), "WORD");

    let outward = UnixListener::bind(tunnelled.folder.path().join("out")).unwrap();
    let proxy = std::thread::spawn(move || {
        let (mut asked, _) = outward.accept().unwrap();
        let mut heard = [0; 7];
        asked.read_exact(&mut heard).unwrap();
        asked.write_all(b"200").unwrap();
        heard
    });
    assert_eq!(tunnelled.ask(&format!("proxy {}", tunnelled.proxy)), "200");
    assert_eq!(&proxy.join().unwrap(), b"CONNECT");

    let mut client = tunnelled.connect();
    client.write_all(b"end 7").unwrap();
    assert_eq!(tunnelled.bridge.wait().unwrap().code(), Some(7));
    assert!(TcpStream::connect(("127.0.0.1", tunnelled.proxy)).is_err());
}

#[test]
fn a_server_that_does_not_listen_is_told_of() {
    let tunnelled = Tunnelled::start(&["/bin/sleep", "600"], free_port());
    let mut client = tunnelled.accept();
    client.write_all(&[1]).unwrap();
    let mut said = [9];
    client.read_exact(&mut said).unwrap();
    assert_eq!(said, [0]);
}

#[test]
fn a_server_ends_with_a_tunnel_that_is_ended_by_force() {
    let port = free_port();
    let mut tunnelled = Tunnelled::start(&["/usr/bin/python3", "-c", SERVER, &port.to_string()], port);
    assert_eq!(tunnelled.ask("word"), "WORD");
    tunnelled.bridge.kill().unwrap();
    tunnelled.bridge.wait().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_ends_when_nobody_is_left_who_could_reach_it() {
    for takes_the_socket_away in [false, true] {
        let port = free_port();
        let mut tunnelled = Tunnelled::start(&["/usr/bin/python3", "-c", SERVER, &port.to_string()], port);
        assert_eq!(tunnelled.ask("word"), "WORD");
        drop(tunnelled.inward.take());
        if takes_the_socket_away {
            std::fs::remove_file(tunnelled.folder.path().join("in")).unwrap();
        }
        assert_eq!(tunnelled.bridge.wait().unwrap().code(), Some(1));
        while TcpStream::connect(("127.0.0.1", port)).is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn what_cannot_be_started_is_told() {
    let mut tunnelled = Tunnelled::start(&["/nowhere/server"], free_port());
    assert_eq!(tunnelled.bridge.wait().unwrap().code(), Some(127));
    let wrong = Command::new(env!("CARGO_BIN_EXE_sigyl-bridge")).args(["tunnel", "--in"]).status().unwrap();
    assert_eq!(wrong.code(), Some(2));
}
