//! What surrounds every request: headers, hosts, origins, errors, limits of size.

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::support::{Settings, TestServer, on_both};

on_both! {
    async fn probes_answer(server: TestServer) {
        for path in ["/health", "/ready"] {
            // From anywhere, under any name: a balancer comes by address.
            let answer = server.ask_as("10.1.2.3:80", "GET", path).from("203.0.113.1").send().await;
            assert_eq!(answer.expect(StatusCode::OK).body, json!({ "status": "ok" }));
        }
        let ada = server.claimed().await;
        let shown = server.get("/metrics").send().await.expect(StatusCode::OK);
        let line = "sigyl_http_request_duration_seconds_count{endpoint=\"get_health\",status=\"200\"} 1\n";
        assert!(shown.text.contains(line), "{}", shown.text);
        server.get("/metrics").from("203.0.113.1").send().await.refused(404, "not-found");
        server.get("/metrics").header("x-forwarded-for", "1.2.3.4").send().await.refused(404, "not-found");
        server.get("/metrics").from("203.0.113.1").by(&ada).send().await.expect(StatusCode::OK);

        server.app.close().await;
        server.get("/ready").send().await.refused(503, "unavailable");
        server.get("/health").send().await;
    }
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    let server = TestServer::start(Engine::Sqlite).await;
    for path in ["/health", "/nothing", "/api/v1/me", "/openapi.json"] {
        let answer = server.get(path).send().await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.headers["x-request-id"].len(), 26);
        assert!(!answer.headers.contains_key("strict-transport-security"));
        assert!(!answer.headers.contains_key("server"));
    }
}

#[tokio::test]
async fn https_is_told_to_stay() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_PUBLIC_URL", "https://mcp.example.com");
    settings.set("SIGYL_TRUSTED_PROXIES", "10.0.0.0/8");
    let server = TestServer::with(settings).await;
    let answer = server.ask_as("mcp.example.com", "GET", "/openapi.json").send().await.expect(StatusCode::OK);
    assert!(answer.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age=63072000"));
}

#[tokio::test]
async fn errors_have_one_body() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.claimed().await;
    let many = "x".repeat(2 << 20);
    let cases = [
        (server.get("/nothing"), 404, "not-found"),
        (server.get("/api/v1/me"), 401, "unauthenticated"),
        (server.delete("/api/v1/login"), 405, "method-not-allowed"),
        (server.ask("POST", "/api/v1/login").body("login=a"), 415, "unsupported-media-type"),
        (
            server.ask("POST", "/api/v1/login").header("content-type", "text/plain").body("{}"),
            415,
            "unsupported-media-type",
        ),
        (
            server.ask("POST", "/api/v1/login").header("content-type", "application/json").body("{"),
            400,
            "invalid",
        ),
        (
            server.ask("POST", "/api/v1/login").header("content-type", "application/json").body(many),
            413,
            "too-large",
        ),
        (server.post("/api/v1/login", json!({ "login": "a" })), 400, "invalid"),
        (server.post("/api/v1/login", json!({ "login": "a\u{0}", "password": "b" })), 400, "invalid"),
        (server.get("/api/v1/users?limit=0").by(&ada), 400, "invalid"),
        (server.get("/api/v1/users?limit=101").by(&ada), 400, "invalid"),
        (server.get("/api/v1/users?limit=x").by(&ada), 400, "invalid"),
        (server.get("/api/v1/users?limt=1").by(&ada), 400, "invalid"),
        (server.get("/api/v1/users?cursor=%00").by(&ada), 400, "invalid"),
        (server.get("/api/v1/users?cursor=AAAA").by(&ada), 400, "invalid"),
        (server.get("/api/v1/keys/a%00b").by(&ada), 400, "invalid"),
        (server.get("/api/v1/keys/%ff").by(&ada), 400, "invalid"),
    ];
    for (ask, status, code) in cases {
        let answer = ask.send().await.refused(status, code);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        let body = &answer.body;
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"].as_str(), answer.headers["x-request-id"].to_str().ok());
        assert!(body["error"].is_string() && body["error"] == body["detail"] && body["title"].is_string());
        assert_eq!(body.as_object().unwrap().len(), 6);
    }
}

#[tokio::test]
async fn slashes_at_the_end_are_let_go() {
    let server = TestServer::start(Engine::Sqlite).await;
    for (asked, location) in [
        ("/v0.1/servers/?limit=1", "/v0.1/servers?limit=1"),
        ("/api/v1/me///", "/api/v1/me"),
        ("//evil.example/", "/evil.example"),
        ("///evil.example/%2e%2e/", "/evil.example/%2e%2e"),
    ] {
        let answer = server.get(asked).send().await;
        assert_eq!((answer.status.as_u16(), answer.headers["location"].to_str().unwrap()), (308, location));
    }
    // The root is a page of its own, and nothing to let go.
    server.get("/").send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_proxy_on_this_computer_is_not_this_computer() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_TRUSTED_PROXIES", "127.0.0.1");
    let server = TestServer::with(settings).await;
    server.get("/metrics").send().await.refused(404, "not-found");
    server.get("/metrics").from("::1").send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn other_hosts_are_not_answered() {
    let server = TestServer::start(Engine::Sqlite).await;
    let get = |host: &str| {
        let host = host.to_owned();
        let server = &server;
        async move { server.ask_as(&host, "GET", "/openapi.json").send().await }
    };
    for host in ["localhost", "localhost:7450", "127.0.0.1:7450", "[::1]:7450", "LOCALHOST:1"] {
        get(host).await.expect(StatusCode::OK);
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:7450", "10.0.0.1", ""] {
        get(host).await.refused(421, "misdirected");
    }
}

#[tokio::test]
async fn cookies_count_on_our_own_pages_only() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.claimed().await;
    let make = || server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://localhost:9999"),
        ("origin", "https://localhost:7450"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        make().header(name, value).send().await.refused(403, "forbidden");
    }
    make().header("origin", "http://localhost:7450").send().await.expect(StatusCode::CREATED);
    // A key is no cookie: whoever has it may send it from anywhere. Reading is safe by itself.
    let key = server.key(&ada, "ada", &["read", "admin"]).await;
    let body = json!({ "name": "k", "scopes": ["read"] });
    server
        .post("/api/v1/keys", body)
        .by(&key)
        .header("origin", "https://evil.example")
        .send()
        .await
        .expect(StatusCode::CREATED);
    server
        .get("/api/v1/me")
        .by(&ada)
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .expect(StatusCode::OK);
}
