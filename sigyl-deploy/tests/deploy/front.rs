//! Listeners of deployments, between raw clients and raw servers.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sigyl_deploy::{backend::DeploymentId, front::Fronts};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Notify,
};

use crate::servers::{Server, ask, ok, post, says, serve, status, write};

const LONG: Duration = Duration::from_secs(60);

fn id() -> DeploymentId {
    DeploymentId::parse("weather").unwrap()
}

async fn fronts() -> (Arc<Fronts>, u16) {
    let fronts = Fronts::new(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let port = fronts.open(&id(), None).await.unwrap();
    (fronts, port)
}

async fn behind(server: &Server) -> (Arc<Fronts>, u16) {
    let (fronts, port) = fronts().await;
    let endpoint = fronts.switch(&id(), 1, vec![server.origin()], "/mcp").await.unwrap();
    assert_eq!(endpoint, format!("http://127.0.0.1:{port}/mcp"));
    (fronts, port)
}

/// A server that begins sessions, and tells which one a request is of.
async fn with_sessions(name: &'static str) -> Server {
    serve(move |seen, stream| {
        Box::pin(async move {
            let body = format!("{name} {}", seen.header("mcp-session-id").unwrap_or("none"));
            let answer = ok(&body).replace("\r\n\r\n", "\r\nMcp-Session-Id: inner-1\r\n\r\n");
            write(stream, &answer).await;
        })
    })
    .await
}

fn text(body: &[u8]) -> &str {
    std::str::from_utf8(body).unwrap()
}

#[tokio::test]
async fn a_request_goes_through_without_what_is_of_the_connection() {
    let server = serve(|seen, stream| {
        Box::pin(async move {
            let head = seen.head.to_lowercase();
            write(stream, &ok(&format!("{head}{}", text(&seen.body)))).await;
        })
    })
    .await;
    let (_fronts, port) = behind(&server).await;
    let answer = ask(
        port,
        &post(
            port,
            "connection: x-mine\r\nx-mine: 1\r\nx-forwarded-for: 1.2.3.4\r\nexpect: 100-continue\r\n",
            "hello",
        ),
    )
    .await;
    let seen = text(&answer.body);
    assert!(seen.starts_with("post /mcp http/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: localhost:{}\r\n", server.address.port())), "{seen}");
    assert!(seen.contains("x-forwarded-proto: http\r\n"), "{seen}");
    assert!(seen.contains("content-length: 5\r\n") && seen.ends_with("hello"), "{seen}");
    for gone in ["x-mine", "x-forwarded-for", "expect", "connection"] {
        assert!(!seen.contains(gone), "{gone} in {seen}");
    }
}

#[tokio::test]
async fn only_this_machine_by_its_own_names() {
    let server = says("hello").await;
    let (_fronts, port) = behind(&server).await;
    let get = |host: &str, more: &str| format!("GET /mcp HTTP/1.1\r\nhost: {host}\r\n{more}\r\n");
    assert_eq!(status(&ask(port, &get(&format!("127.0.0.1:{port}"), "")).await), 200);
    assert_eq!(status(&ask(port, &get(&format!("rebound.example:{port}"), "")).await), 421);
    let evil = get(&format!("localhost:{port}"), "origin: http://evil.example\r\n");
    assert_eq!(status(&ask(port, &evil).await), 403);
}

#[tokio::test]
async fn no_request_fails_while_releases_change() {
    let (fronts, port) = fronts().await;
    let over = Arc::new(AtomicBool::new(false));
    let done = Arc::new(AtomicUsize::new(0));
    let mut server = says("release 1").await;
    fronts.switch(&id(), 1, vec![server.origin()], "/mcp").await.unwrap();
    let clients = (0..8)
        .map(|_| {
            let (over, done) = (over.clone(), done.clone());
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let answer = ask(port, &post(port, "", "{}")).await;
                    assert_eq!(status(&answer), 200, "{answer:?}");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect::<Vec<_>>();
    for release in 2..12 {
        let next = says("next").await;
        let before = done.load(Ordering::Relaxed);
        fronts.switch(&id(), release, vec![next.origin()], "/mcp").await.unwrap();
        fronts.drain(&id(), release - 1, LONG).await;
        std::mem::replace(&mut server, next).stop().await;
        while done.load(Ordering::Relaxed) < before + 20 {
            tokio::task::yield_now().await;
        }
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let usage = fronts.usage(&id()).unwrap();
    assert_eq!((usage.requests as usize, usage.release), (done.load(Ordering::Relaxed), Some(11)));
}

#[tokio::test]
async fn a_session_stays_at_its_release_until_that_is_drained() {
    let (one, two) = (with_sessions("one").await, with_sessions("two").await);
    let (fronts, port) = behind(&one).await;
    let first = ask(port, &post(port, "", "{}")).await;
    let session = first.header("mcp-session-id").unwrap().to_owned();
    assert!(session.ends_with("-inner-1") && session != "inner-1", "{session}");
    fronts.switch(&id(), 2, vec![two.origin()], "/mcp").await.unwrap();

    let of_session = post(port, &format!("mcp-session-id: {session}\r\n"), "{}");
    assert_eq!(text(&ask(port, &of_session).await.body), "one inner-1");
    assert_eq!(text(&ask(port, &post(port, "", "{}")).await.body), "two none");

    fronts.drain(&id(), 1, LONG).await;
    let over = ask(port, &of_session).await;
    assert_eq!(status(&over), 404);
    assert_eq!(over.json()["error"]["message"], "Session not found");
}

#[tokio::test]
async fn sessions_of_several_processes_stay_at_theirs() {
    let (one, two) = (with_sessions("one").await, with_sessions("two").await);
    let (fronts, port) = fronts().await;
    fronts.switch(&id(), 1, vec![one.origin(), two.origin()], "/mcp").await.unwrap();
    let mut named = Vec::new();
    for _ in 0..2 {
        let first = ask(port, &post(port, "", "{}")).await;
        let session = first.header("mcp-session-id").unwrap().to_owned();
        let name = text(&first.body).split(' ').next().unwrap().to_owned();
        for _ in 0..3 {
            let again = ask(port, &post(port, &format!("mcp-session-id: {session}\r\n"), "{}")).await;
            assert_eq!(text(&again.body), format!("{name} inner-1"));
        }
        named.push(name);
    }
    named.sort();
    assert_eq!(named, ["one", "two"]);
}

#[tokio::test]
async fn what_was_begun_is_finished_before_a_release_ends() {
    let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (arrived_there, go_there) = (arrived.clone(), go.clone());
    let server = serve(move |_, stream| {
        let (arrived, go) = (arrived_there.clone(), go_there.clone());
        Box::pin(async move {
            arrived.notify_one();
            go.notified().await;
            write(stream, &ok("late")).await;
        })
    })
    .await;
    let (fronts, port) = behind(&server).await;
    let asked = tokio::spawn(async move { ask(port, &post(port, "", "{}")).await });
    arrived.notified().await;
    let next = says("next").await;
    fronts.switch(&id(), 2, vec![next.origin()], "/mcp").await.unwrap();
    let (drained, there) = (Arc::new(AtomicBool::new(false)), fronts.clone());
    let told = drained.clone();
    let drain = tokio::spawn(async move {
        there.drain(&id(), 1, LONG).await;
        told.store(true, Ordering::SeqCst);
    });
    assert_eq!(text(&ask(port, &post(port, "", "{}")).await.body), "next");
    assert!(!drained.load(Ordering::SeqCst));
    go.notify_one();
    assert_eq!(text(&asked.await.unwrap().body), "late");
    drain.await.unwrap();
}

#[tokio::test]
async fn what_never_ends_is_cut_when_the_time_is_over() {
    let arrived = Arc::new(Notify::new());
    let there = arrived.clone();
    let server = serve(move |_, _| {
        let arrived = there.clone();
        Box::pin(async move {
            arrived.notify_one();
            std::future::pending().await
        })
    })
    .await;
    let (fronts, port) = behind(&server).await;
    let asked = tokio::spawn(async move { ask(port, &post(port, "", "{}")).await });
    arrived.notified().await;
    fronts.drain(&id(), 1, Duration::from_millis(1)).await;
    assert_eq!(status(&asked.await.unwrap()), 502);
    assert_eq!(status(&ask(port, &post(port, "", "{}")).await), 503);
}

const EVENTS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

#[tokio::test]
async fn a_standing_stream_does_not_hold_up_a_release() {
    let server = serve(|_, stream| {
        Box::pin(async move {
            write(stream, EVENTS).await;
            write(stream, "data: 1\n\n").await;
            std::future::pending().await
        })
    })
    .await;
    let (fronts, port) = behind(&server).await;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    write(
        &mut stream,
        &format!("GET /mcp HTTP/1.1\r\nhost: localhost:{port}\r\naccept: text/event-stream\r\n\r\n"),
    )
    .await;
    let mut read = String::new();
    while !read.contains("data: 1") {
        read.push(char::from(stream.read_u8().await.unwrap()));
    }
    fronts.drain(&id(), 1, LONG).await;
    // A whole stream: the last chunk is there.
    while !read.ends_with("0\r\n\r\n") {
        read.push(char::from(stream.read_u8().await.unwrap()));
    }
}

#[tokio::test]
async fn events_come_as_they_are_written_and_a_client_that_leaves_is_told() {
    let (next, left) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (next_there, left_there) = (next.clone(), left.clone());
    let server = serve(move |_, stream| {
        let (next, left) = (next_there.clone(), left_there.clone());
        Box::pin(async move {
            write(stream, EVENTS).await;
            for event in ["data: 1\n\n", "data: 2\n\n"] {
                write(stream, event).await;
                next.notified().await;
            }
            assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
            left.notify_one();
        })
    })
    .await;
    let (_fronts, port) = behind(&server).await;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    write(&mut stream, &post(port, "", "{}")).await;
    let mut read = String::new();
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        // The server writes the next one only when this one was seen.
        while !read.contains(event) {
            read.push(char::from(stream.read_u8().await.unwrap()));
        }
        next.notify_one();
    }
    drop(stream);
    left.notified().await;
}

#[tokio::test]
async fn a_process_that_does_not_listen_costs_no_request() {
    let (dead, alive) = (says("dead").await, says("alive").await);
    let origins = vec![dead.origin(), alive.origin()];
    dead.stop().await;
    let (fronts, port) = fronts().await;
    fronts.switch(&id(), 1, origins, "/mcp").await.unwrap();
    for _ in 0..4 {
        assert_eq!(text(&ask(port, &post(port, "", "{\"a\":1}")).await.body), "alive");
    }
}

#[tokio::test]
async fn a_request_wakes_what_sleeps_once_and_waits_for_it() {
    let (fronts, port) = fronts().await;
    assert_eq!(status(&ask(port, &post(port, "", "{}")).await), 503);
    let server = says("awake").await;
    let (called, woken) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (called_there, woken_there) = (called.clone(), woken.clone());
    fronts
        .park(
            &id(),
            Arc::new(move |_| {
                called_there.fetch_add(1, Ordering::SeqCst);
                woken_there.notify_one();
            }),
        )
        .await;
    let asked = (0..3).map(|_| tokio::spawn(async move { ask(port, &post(port, "", "{}")).await }));
    let asked = asked.collect::<Vec<_>>();
    woken.notified().await;
    fronts.switch(&id(), 1, vec![server.origin()], "/mcp").await.unwrap();
    for asked in asked {
        assert_eq!(text(&asked.await.unwrap().body), "awake");
    }
    assert_eq!(called.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn heads_and_bodies_are_bounded() {
    let server = serve(|seen, stream| {
        Box::pin(async move {
            if seen.head.starts_with("GET /bomb") {
                let mut head = String::from("HTTP/1.1 200 OK\r\n");
                (0..5000).for_each(|number| head.push_str(&format!("x-{number}: bomb\r\n")));
                write(stream, &head).await;
            } else {
                write(stream, &ok("small")).await;
            }
        })
    })
    .await;
    let (_fronts, port) = behind(&server).await;
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\n{more}\r\n");
    assert_eq!(status(&ask(port, &get("/bomb", "")).await), 502);
    let long = format!("x-long: {}\r\n", "a".repeat(40 << 10));
    assert_eq!(status(&ask(port, &get("/", &long)).await), 431);
    let large = format!("POST / HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-length: 99999999999\r\n\r\n");
    assert_eq!(status(&ask(port, &large).await), 413);

    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    write(
        &mut stream,
        &format!("POST / HTTP/1.1\r\nhost: localhost:{port}\r\ntransfer-encoding: chunked\r\n\r\n"),
    )
    .await;
    let chunk = format!("100000\r\n{}\r\n", "a".repeat(1 << 20));
    let mut chunks = 0;
    while stream.write_all(chunk.as_bytes()).await.is_ok() {
        chunks += 1;
        assert!(chunks < 1000, "an endless body is taken");
    }
}

#[tokio::test]
async fn two_lengths_are_not_taken() {
    let server = says("hello").await;
    let (_fronts, port) = behind(&server).await;
    for lengths in
        ["content-length: 5\r\ncontent-length: 6\r\n", "content-length: +5\r\n", "transfer-encoding: x\r\n"]
    {
        let text = format!("POST / HTTP/1.1\r\nhost: localhost:{port}\r\n{lengths}\r\nhello");
        assert_eq!(status(&ask(port, &text).await), 400, "{lengths}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_head_is_sent_away() {
    let (_fronts, port) = fronts().await;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    write(&mut stream, "POST /mcp HTTP/1.1\r\nhost: local").await;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn a_port_is_kept_and_free_when_closed() {
    let (fronts, port) = fronts().await;
    assert_eq!(fronts.open(&id(), None).await.unwrap(), port);
    let other = DeploymentId::parse("other").unwrap();
    assert!(fronts.open(&other, Some(port)).await.is_err());
    fronts.close(&id()).await;
    assert!(fronts.usage(&id()).is_none());
    assert_eq!(fronts.open(&other, Some(port)).await.unwrap(), port);
}
