//! Traces, as a collector reads them: with OpenTelemetry's own types.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    time::Duration,
};

use axum::http::StatusCode;
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value as Any},
    trace::v1::{Span, span::SpanKind, status::StatusCode as Code},
};
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    killed::{self, Process},
    publishers::web_server,
    scans::{SAFE, tar, upload},
    support::{PASSWORD, Settings, TestServer},
};

/// Longest wait for something that comes for certain.
const PATIENCE: Duration = Duration::from_secs(60);

/// A collector that answers as it is told, then well, and hands on the head and body of each request.
fn collector(answers: &[(u16, &str)]) -> (String, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut answers: VecDeque<_> =
        answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let head = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let head = head.collect::<Vec<_>>().join("\n").to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let (status, answer) = answers.pop_front().unwrap_or((200, "{}".to_owned()));
            let line = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            let _ = stream.write_all(format!("{line}{answer}").as_bytes());
            if tell.send((head, body)).is_err() {
                return;
            }
        }
    });
    (url, told)
}

/// The spans of a request, and what they are of.
fn spans(body: &[u8]) -> Vec<Span> {
    let request: ExportTraceServiceRequest = serde_json::from_slice(body).unwrap();
    let [resource] = &request.resource_spans[..] else { panic!("{request:?}") };
    let about = &resource.resource.as_ref().unwrap().attributes;
    assert_eq!(text(about, "service.name"), "sigyl");
    assert_eq!(text(about, "service.version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(text(about, "service.instance.id").len(), 16);
    let [scope] = &resource.scope_spans[..] else { panic!("{request:?}") };
    assert_eq!(scope.scope.as_ref().unwrap().name, "sigyl");
    for span in &scope.spans {
        assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8), "{span:?}");
        assert!(span.start_time_unix_nano > 1_600_000_000_000_000_000, "{span:?}");
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano, "{span:?}");
    }
    scope.spans.clone()
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> &'a Any {
    let found = attributes.iter().find(|it| it.key == key).unwrap_or_else(|| panic!("{key}: {attributes:?}"));
    found.value.as_ref().unwrap().value.as_ref().unwrap()
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let Any::StringValue(text) = value(attributes, key) else { panic!("{key}: {attributes:?}") };
    text.clone()
}

fn number(span: &Span, key: &str) -> i64 {
    let Any::IntValue(number) = value(&span.attributes, key) else { panic!("{span:?}") };
    *number
}

fn called<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

async fn start(url: &str, more: &[(&'static str, &str)]) -> TestServer {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_UNSCANNED", "show");
    settings.set("SIGYL_OTLP_ENDPOINT", url);
    for (name, value) in more {
        settings.set(name, value);
    }
    TestServer::with(settings).await
}

#[tokio::test]
async fn requests_and_work_are_traced_and_nothing_secret_is() {
    let (url, told) = collector(&[]);
    let issuer = web_server(|_, _| (200, json!({ "keys": [] })));
    let server = start(
        &url,
        &[
            ("SIGYL_OTLP_HEADERS", "x-canary=canary-of-the-header, x-other=b=c"),
            ("SIGYL_PUBLISHER_LOGINS", "github-oidc"),
            ("SIGYL_PUBLISHER_WORKSPACES", "*=ada"),
            ("SIGYL_PUBLISHER_GITHUB_ISSUER", &issuer),
            ("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1"),
        ],
    )
    .await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read", "publish"]).await;
    let login = json!({ "login": "ada", "password": "canary-of-a-password" });
    server.post("/api/v1/login", login).send().await.refused(401, "unauthenticated");
    let secret = json!({ "name": "TOKEN", "value": "canary-of-a-secret" });
    server.post("/api/v1/secrets", secret).by(&ada).send().await.expect(StatusCode::CREATED);
    let link = server.post("/api/v1/workspaces/ada/read-links", json!({ "name": "x" })).by(&ada).send().await;
    let link = link.body["url"].as_str().unwrap().to_owned();
    let link = &link[link.find("/r/").unwrap()..];
    server.get(&format!("{link}/v0.1/servers?search=canary-of-a-query")).send().await.expect(StatusCode::OK);
    crate::registry::publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    upload(&server, &key, "1.0.0", tar("server.py", SAFE)).await.expect(StatusCode::ACCEPTED);
    while server.app.work().await.unwrap() {}
    // A question that an answer needs is below it.
    server
        .post("/v0/auth/github-oidc", json!({ "oidc_token": "canary.of.a-token" }))
        .send()
        .await
        .refused(401, "unauthenticated");
    // A proxy of ours may say of which trace a request is; a stranger may not.
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    for (peer, path) in [("127.0.0.1", "/v0.1/ping"), ("192.0.2.7", "/v0.1/version")] {
        server
            .get(path)
            .header("traceparent", &format!("00-{trace}-{parent}-01"))
            .from(peer)
            .send()
            .await
            .expect(StatusCode::OK);
    }
    server.get("/canary-of-a-path").send().await.refused(404, "not-found");
    server.get("/health").send().await.expect(StatusCode::OK);

    server.app.export_traces().await;
    let (head, body) = told.recv_timeout(PATIENCE).unwrap();
    assert!(
        head.starts_with("post /v1/traces http/1.1\n") && head.contains("content-type: application/json"),
        "{head}"
    );
    assert!(head.contains("x-canary: canary-of-the-header") && head.contains("x-other: b=c"), "{head}");
    let all = spans(&body);
    let [list] = called(&all, "GET /r/{token}/v0.1/servers")[..] else { panic!("{all:?}") };
    assert_eq!(list.kind(), SpanKind::Server);
    assert_eq!(number(list, "http.response.status_code"), 200);
    assert_eq!(text(&list.attributes, "http.route"), "/r/{token}/v0.1/servers");
    assert_eq!(text(&list.attributes, "sigyl.endpoint"), "list_registry_servers");
    assert_eq!(text(&list.attributes, "sigyl.request_id").len(), 26);
    let [scan] = called(&all, "scan")[..] else { panic!("{all:?}") };
    assert_eq!((scan.kind(), scan.parent_span_id.len()), (SpanKind::Internal, 0));
    assert_eq!(text(&scan.attributes, "sigyl.server"), "com.example/weather");
    let [login] = called(&all, "POST /v0/auth/github-oidc")[..] else { panic!("{all:?}") };
    let asked = all.iter().find(|span| span.kind() == SpanKind::Client).unwrap();
    assert_eq!((&asked.parent_span_id, &asked.trace_id), (&login.span_id, &login.trace_id));
    assert_eq!(
        (asked.name.as_str(), text(&asked.attributes, "server.address").as_str()),
        ("GET", "127.0.0.1")
    );
    assert_eq!(number(asked, "http.response.status_code"), 200);
    assert!(asked.start_time_unix_nano >= login.start_time_unix_nano);
    assert!(asked.end_time_unix_nano <= login.end_time_unix_nano);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let [ping] = called(&all, "GET /v0.1/ping")[..] else { panic!("{all:?}") };
    assert_eq!((hex(&ping.trace_id).as_str(), hex(&ping.parent_span_id).as_str()), (trace, parent));
    let [version] = called(&all, "GET /v0.1/version")[..] else { panic!("{all:?}") };
    assert!(version.parent_span_id.is_empty() && hex(&version.trace_id) != trace);
    // What leads nowhere has no route.
    let nowhere = called(&all, "GET").into_iter().find(|it| it.kind() == SpanKind::Server).unwrap();
    assert_eq!(number(nowhere, "http.response.status_code"), 404);

    let told = String::from_utf8(body).unwrap();
    for secret in ["canary", "sgr_", "sgs_", "sgl_", "sgc_", PASSWORD] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert!(!told.contains("/health"), "{told}");
    assert!(all.iter().all(|span| span.status.as_ref().is_none_or(|it| it.code() == Code::Unset)));
    let shown = server.settings.program(&["config", "show"]);
    let shown =
        format!("{}{}", String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(shown.contains("telemetry.otlp_endpoint") && !shown.contains("canary"), "{shown}");
}

async fn metric(server: &TestServer, name: &str) -> u64 {
    let shown = server.get("/metrics").send().await.expect(StatusCode::OK).text;
    let line = shown.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{shown}"));
    line.trim().parse().unwrap()
}

#[tokio::test]
async fn what_a_collector_does_not_take_is_sent_again_or_counted() {
    let refused = r#"{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}"#;
    let (url, told) = collector(&[(503, ""), (429, ""), (200, ""), (400, "no"), (200, refused)]);
    let server = start(&url, &[]).await;
    let ping = async || {
        server.get("/v0.1/ping").send().await.expect(StatusCode::OK);
        server.app.export_traces().await;
        spans(&told.recv_timeout(PATIENCE).unwrap().1).len()
    };
    // Twice it takes nothing, and gets all of it again with what came since.
    assert_eq!((ping().await, ping().await, ping().await), (1, 2, 3));
    assert_eq!(metric(&server, "sigyl_traces_sent_total ").await, 3);
    assert_eq!(metric(&server, "sigyl_traces_lost_total ").await, 0);
    // What it will never take is lost, and so is what it says that it did not take.
    assert_eq!((ping().await, metric(&server, "sigyl_traces_lost_total ").await), (1, 1));
    assert_eq!((ping().await, metric(&server, "sigyl_traces_lost_total ").await), (1, 2));
    assert_eq!((ping().await, metric(&server, "sigyl_traces_sent_total ").await), (1, 4));
}

#[tokio::test]
async fn without_a_collector_nothing_is_traced_nor_told() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.get("/v0.1/ping").header("traceparent", "nonsense").send().await.expect(StatusCode::OK);
    server.app.export_traces().await;
    let shown = server.get("/metrics").send().await.text;
    assert!(!shown.contains("sigyl_traces"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_sends_by_itself() {
    let (url, told) = collector(&[]);
    let mut settings = killed::settings(Engine::Sqlite).await;
    settings.set("SIGYL_OTLP_ENDPOINT", &url);
    let process = Process::start(&settings);
    let caller = killed::Caller::nobody();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let (status, _) =
            caller.ask("GET", &format!("{}/v0.1/ping", process.url), Value::Null).await.unwrap();
        assert_eq!(status, StatusCode::OK);
    }
    while seen.len() < 3 {
        let (_, body) = told.recv_timeout(PATIENCE).unwrap();
        seen.extend(spans(&body).into_iter().filter(|it| it.name == "GET /v0.1/ping"));
    }
}
