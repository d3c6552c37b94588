//! Probes of good, bad and hostile servers.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use sigyl_deploy::{
    backend::{SecretHeader, Upstream},
    health::{Era, Probe, ProbeError, Prober},
};

use crate::servers::{
    Seen, Server,
    mcp::{Say, error, legacy, mcp, modern, result, say_legacy, say_modern, status},
    serve, write,
};

const TIME: Duration = Duration::from_secs(30);

async fn probe(server: &Server) -> Result<Probe, ProbeError> {
    probe_within(server, TIME).await
}

async fn probe_within(server: &Server, time: Duration) -> Result<Probe, ProbeError> {
    let upstream = Upstream { origin: server.origin(), headers: Vec::new() };
    Prober::new().unwrap().probe(&upstream, "/mcp", time).await
}

async fn failure(say: Say) -> ProbeError {
    probe(&mcp(say).await).await.unwrap_err()
}

fn names(probe: &Probe) -> Vec<&str> {
    probe.tools.iter().map(|tool| tool.name.as_str()).collect()
}

#[tokio::test]
async fn a_server_with_sessions_is_asked_whole_and_left_clean() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let there = asked.clone();
    let server = serve(move |seen, stream| {
        there.lock().unwrap().push(seen.clone());
        Box::pin(async move { write(stream, &say_legacy(&seen, &seen.json())).await })
    })
    .await;
    let probe = probe(&server).await.unwrap();
    assert_eq!((probe.era, probe.protocol_version.as_deref()), (Some(Era::Legacy), Some("2025-06-18")));
    assert_eq!(
        (probe.server_name.as_deref(), probe.server_version.as_deref()),
        (Some("weather"), Some("1.2.3"))
    );
    assert_eq!((names(&probe), probe.http_status), (vec!["rain", "wind"], 200));
    assert!(probe.tools[1].pins.description.is_some() && !probe.wants_token);

    let asked = asked.lock().unwrap();
    for seen in asked.iter() {
        assert_eq!(seen.header("x-forwarded-proto"), Some("https"));
        assert_eq!(seen.header("host"), Some(format!("localhost:{}", server.address.port()).as_str()));
        assert!(seen.head.contains(" /mcp HTTP/1.1"), "{}", seen.head);
    }
    let last = asked.last().unwrap();
    assert!(
        last.head.starts_with("DELETE ") && last.header("mcp-session-id") == Some("session-1"),
        "{last:?}"
    );
    assert_eq!(last.header("mcp-protocol-version"), Some("2025-06-18"));
}

#[tokio::test]
async fn a_server_without_sessions_is_asked_in_its_own_era() {
    let probe = probe(&modern().await).await.unwrap();
    assert_eq!((probe.era, probe.protocol_version.as_deref()), (Some(Era::Modern), Some("2026-07-28")));
    assert_eq!((probe.server_name.as_deref(), names(&probe)), (Some("weather"), vec!["rain"]));
}

#[tokio::test]
async fn answers_may_come_as_events_among_others() {
    fn say(_: &Seen, message: &Value) -> String {
        let answer = say_modern_body(message);
        let other = json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": {} });
        let mut text = String::from("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
        // What is no JSON, has no end of its own or another id is not the answer.
        text.push_str(&format!(": hello\n\ndata: {other}\n\ndata: {{\n\nevent: message\ndata: {answer}\n\n"));
        text
    }
    fn say_modern_body(message: &Value) -> Value {
        let result = match message["method"].as_str() {
            Some("server/discover") => json!({ "supportedVersions": ["2026-07-28"], "capabilities": {} }),
            _ => json!({ "tools": [] }),
        };
        json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })
    }
    // The stream is never ended by the server.
    assert_eq!(probe(&mcp(say).await).await.unwrap().era, Some(Era::Modern));
}

#[tokio::test]
async fn a_server_that_asks_for_a_token_is_healthy_where_it_says_where_one_is_had() {
    fn guarded(_: &Seen, _: &Value) -> String {
        let challenge = "WWW-Authenticate: Bearer resource_metadata=\"https://a.example/.well-known\"\r\n";
        status("401 Unauthorized", challenge, "no token")
    }
    let probe = probe(&mcp(guarded).await).await.unwrap();
    assert!(probe.wants_token && probe.tools.is_empty() && probe.era.is_none() && probe.http_status == 401);
    let bare = failure(|_, _| status("401 Unauthorized", "WWW-Authenticate: Basic\r\n", "no token")).await;
    assert_eq!(bare.to_string(), "the answer to initialize was HTTP 401 (no token)");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let told = |say: Say| async move { failure(say).await.to_string() };
    assert_eq!(
        told(|_, _| status("503 Busy", "", "not yet")).await,
        "the answer to initialize was HTTP 503 (not yet)"
    );
    assert_eq!(
        told(|_, message| error(message, -32603, "line 1\nline 2")).await,
        "initialize was answered with the error -32603 (line 1 line 2)"
    );
    assert_eq!(
        told(|_, _| "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".to_owned()).await,
        "initialize was not answered as MCP has it: no JSON-RPC answer"
    );
    assert_eq!(
        told(|_, _| "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
            .to_owned())
        .await,
        "initialize was not answered as MCP has it: a redirect to http://169.254.169.254/, which is not followed"
    );
    assert_eq!(
        told(|seen, message| match message["method"].as_str() {
            Some("tools/list") => result(message, json!({ "tools": {} })),
            _ => say_legacy(seen, message),
        })
        .await,
        "tools/list was not answered as MCP has it: there is no list of tools"
    );
    let server = legacy().await;
    let upstream = Upstream { origin: server.origin(), headers: Vec::new() };
    server.stop().await;
    let refused = Prober::new().unwrap().probe(&upstream, "/mcp", TIME).await;
    assert_eq!(refused.unwrap_err(), ProbeError::Refused);
}

#[tokio::test]
async fn a_server_without_tools_is_one() {
    let say: Say = |seen, message| match message["method"].as_str() {
        Some("tools/list") => error(message, -32601, "no such method"),
        _ => say_legacy(seen, message),
    };
    assert!(probe(&mcp(say).await).await.unwrap().tools.is_empty());
}

#[tokio::test]
async fn lists_that_never_end_end() {
    let again: Say = |seen, message| match message["method"].as_str() {
        Some("tools/list") => result(message, json!({ "tools": [], "nextCursor": "same" })),
        _ => say_modern(seen, message),
    };
    assert!(failure(again).await.to_string().contains("begins again"));
    let on: Say = |seen, message| match message["method"].as_str() {
        Some("tools/list") => {
            let next = message["id"].as_u64().unwrap_or_default().to_string();
            result(message, json!({ "tools": [{ "name": "t" }], "nextCursor": next }))
        }
        _ => say_modern(seen, message),
    };
    assert!(failure(on).await.to_string().contains("more than 100 pages"));
}

#[tokio::test]
async fn answers_that_never_end_end() {
    for head in ["content-type: application/json\r\n", "content-type: text/event-stream\r\n"] {
        let server = serve(move |_, stream| {
            Box::pin(async move {
                write(stream, &format!("HTTP/1.1 200 OK\r\n{head}\r\n")).await;
                let piece = "data: a".repeat(10_000);
                // Until nobody reads it any longer.
                while tokio::io::AsyncWriteExt::write_all(stream, piece.as_bytes()).await.is_ok() {}
            })
        })
        .await;
        let error = probe(&server).await.unwrap_err();
        assert!(matches!(error, ProbeError::TooLarge { .. }), "{head}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_says_a_byte_now_and_then_has_its_time() {
    let server = serve(|_, stream| {
        Box::pin(async move {
            write(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
            loop {
                write(stream, " ").await;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
    })
    .await;
    assert_eq!(probe_within(&server, Duration::from_millis(100)).await.unwrap_err(), ProbeError::TimedOut);
}

#[tokio::test]
async fn heads_that_are_bombs_are_no_answers() {
    let bomb: Say = |_, _| {
        let lines = (0..100_000).map(|number| format!("x-{number}: bomb\r\n")).collect::<String>();
        format!("HTTP/1.1 200 OK\r\n{lines}\r\n")
    };
    assert_eq!(failure(bomb).await, ProbeError::CutShort);
}

#[tokio::test]
async fn depth_is_bounded() {
    let deep: Say = |_, _| {
        let body = format!("{{\"id\":1,\"result\":{}", "[".repeat(100_000));
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    assert!(matches!(failure(deep).await, ProbeError::NotMcp { .. }));
}

#[tokio::test]
async fn a_backends_header_is_sent_and_never_shown() {
    let server =
        mcp(|seen, _| status("403 Forbidden", "", seen.header("authorization").unwrap_or("none"))).await;
    let headers = vec![("authorization".to_owned(), SecretHeader("Bearer canary-4711".to_owned()))];
    let upstream = Upstream { origin: server.origin(), headers };
    assert!(!format!("{upstream:?}").contains("canary"));
    let error = Prober::new().unwrap().probe(&upstream, "/mcp", TIME).await.unwrap_err();
    // The server had it, and says it again.
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}
