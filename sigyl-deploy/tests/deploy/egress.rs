//! Proxies for what servers may reach, between raw clients and raw servers.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use sigyl_core::addresses::is_public;
use sigyl_deploy::{
    backend::DeploymentId,
    egress::{Egress, Names, Refusal},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::servers::{Server, ask, ok, serve, status, write};

/// Every name is the same address; told how often it was asked.
struct Everywhere(IpAddr, AtomicUsize);

#[async_trait]
impl Names for Everywhere {
    async fn addresses(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(vec![self.0])
    }
}

fn id() -> DeploymentId {
    DeploymentId::parse("weather").unwrap()
}

struct Proxied {
    egress: Arc<Egress>,
    port: u16,
    names: Arc<Everywhere>,
    heard: Arc<Mutex<Vec<Refusal>>>,
}

async fn proxy(allow: &[String], may_reach: fn(IpAddr) -> bool) -> Proxied {
    let names = Arc::new(Everywhere("127.0.0.1".parse().unwrap(), AtomicUsize::new(0)));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let there = heard.clone();
    let egress = Egress::new(
        names.clone(),
        Arc::new(may_reach),
        Arc::new(move |_, refusal| there.lock().unwrap().push(refusal.clone())),
    );
    let address = egress.open(&id(), "127.0.0.1:0".parse().unwrap(), allow).await.unwrap();
    Proxied { egress, port: address.port(), names, heard }
}

/// Repeats the request's head.
async fn echo() -> Server {
    serve(|seen, stream| Box::pin(async move { write(stream, &ok(&seen.head)).await })).await
}

#[tokio::test]
async fn a_listed_name_is_reached_by_a_tunnel_that_ends_with_the_proxy() {
    let server = echo().await;
    let port = server.address.port();
    let proxied = proxy(&[format!("api.example.com:{port}")], |_| true).await;
    let mut stream = TcpStream::connect(("127.0.0.1", proxied.port)).await.unwrap();
    write(
        &mut stream,
        &format!("CONNECT api.example.com:{port} HTTP/1.1\r\nhost: api.example.com:{port}\r\n\r\n"),
    )
    .await;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    write(&mut stream, "GET /inside HTTP/1.1\r\n\r\n").await;
    let mut read = String::new();
    while !read.contains("GET /inside") {
        read.push(char::from(stream.read_u8().await.unwrap()));
    }
    assert_eq!(proxied.names.1.load(Ordering::SeqCst), 1);
    proxied.egress.close(&id()).await;
    // Whatever else was on its way, the connection is over.
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(("127.0.0.1", proxied.port)).await.is_err());
}

#[tokio::test]
async fn a_name_that_is_not_listed_is_refused_with_the_mend() {
    let proxied = proxy(&["api.example.com".to_owned()], |_| true).await;
    for target in ["evil.example:443", "api.example.com:22", "169.254.169.254:80", "[::1]:443"] {
        let answer = ask(proxied.port, &format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n")).await;
        assert_eq!(status(&answer), 403, "{target}");
        let text = String::from_utf8(answer.body).unwrap();
        assert!(
            text.starts_with(&format!("{target} is not among")) && text.contains("network.allow"),
            "{text}"
        );
    }
    // Nobody was asked for their addresses: a lookup tells others something, too.
    assert_eq!(proxied.names.1.load(Ordering::SeqCst), 0);
    let heard = proxied.heard.lock().unwrap();
    assert_eq!((heard.len(), heard[0].host.as_str(), heard[0].port), (4, "evil.example", 443));
}

#[tokio::test]
async fn a_listed_name_that_points_to_this_machine_is_refused() {
    let server = echo().await;
    let port = server.address.port();
    let allow = [
        format!("api.example.com:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
    ];
    let proxied = proxy(&allow, is_public).await;
    for host in ["api.example.com", "127.0.0.1", "[::ffff:127.0.0.1]"] {
        let answer = ask(proxied.port, &format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        assert_eq!(status(&answer), 403, "{host}");
        assert!(String::from_utf8(answer.body).unwrap().contains("private network"));
    }
}

#[tokio::test]
async fn plain_requests_go_on_with_their_own_host_alone() {
    let server = echo().await;
    let port = server.address.port();
    let proxied = proxy(&[format!("api.example.com:{port}")], |_| true).await;
    let text = format!(
        "POST http://api.example.com:{port}/a?b HTTP/1.1\r\nhost: evil.example\r\nproxy-authorization: x\r\n\
         content-length: 2\r\n\r\nhi"
    );
    let answer = ask(proxied.port, &text).await;
    let seen = String::from_utf8(answer.body).unwrap().to_lowercase();
    assert!(seen.starts_with("post /a?b http/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: api.example.com:{port}\r\n")), "{seen}");
    assert!(!seen.contains("proxy-authorization") && !seen.contains("evil"), "{seen}");
    for bad in
        ["GET /relative HTTP/1.1", "GET ftp://api.example.com/ HTTP/1.1", "CONNECT api.example.com HTTP/1.1"]
    {
        assert_eq!(status(&ask(proxied.port, &format!("{bad}\r\nhost: x\r\n\r\n")).await), 400, "{bad}");
    }
}

#[tokio::test]
async fn opening_again_keeps_the_address_and_takes_the_new_names() {
    let server = echo().await;
    let port = server.address.port();
    let proxied = proxy(&[], |_| true).await;
    let connect = format!("CONNECT api.example.com:{port} HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(status(&ask(proxied.port, &connect).await), 403);
    let allow = [format!("*.example.com:{port}")];
    let address = proxied.egress.open(&id(), "127.0.0.1:0".parse().unwrap(), &allow).await.unwrap();
    assert_eq!(address.port(), proxied.port);
    assert_eq!(status(&ask(proxied.port, &connect).await), 200);
    assert!(proxied.egress.open(&id(), address, &["not a name".to_owned()]).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_finishes_its_head_is_sent_away() {
    let proxied = proxy(&[], |_| true).await;
    let mut stream = TcpStream::connect(("127.0.0.1", proxied.port)).await.unwrap();
    stream.write_all(b"CONNECT api.example.com:443 HTTP/1.1\r\nx: ").await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}
