//! How often a caller may come.

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::support::{PASSWORD, Settings, TestServer};

async fn limited(engine: Engine, name: &'static str, value: &str) -> TestServer {
    let mut settings = Settings::new(engine).await;
    settings.set(name, value);
    TestServer::with(settings).await
}

/// How many of 100 reads from an address are answered.
async fn answered(server: &TestServer, address: &str) -> usize {
    let mut count = 0;
    for _ in 0..100 {
        let answer = server.get("/openapi.json").from(address).send().await;
        match answer.status {
            StatusCode::OK => count += 1,
            _ => {
                let answer = answer.refused(429, "too-many-requests");
                assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
            }
        }
    }
    count
}

async fn reads_are_counted_by_address(engine: Engine) {
    let server = limited(engine, "SIGYL_READS_PER_MINUTE", "60").await;
    assert_eq!(answered(&server, "203.0.113.1").await, 60);
    assert_eq!(answered(&server, "203.0.113.2").await, 60);
    server.advance(10);
    assert_eq!(answered(&server, "203.0.113.1").await, 10);
    // Of IPv6, one customer has more addresses than could be counted.
    assert_eq!(answered(&server, "2001:db8::1").await, 60);
    assert_eq!(answered(&server, "2001:db8::ffff:1").await, 0);
    assert_eq!(answered(&server, "2001:db8:0:1::1").await, 60);
    // What is due says nothing, and is forgotten.
    server.advance(120);
    server.app.tidy().await.unwrap();
    assert_eq!(answered(&server, "203.0.113.1").await, 60);
}

#[tokio::test]
async fn reads_are_counted_by_address_sqlite() {
    reads_are_counted_by_address(Engine::Sqlite).await;
}

#[tokio::test]
async fn reads_are_counted_by_address_postgres() {
    reads_are_counted_by_address(Engine::Postgres).await;
}

#[tokio::test]
async fn a_limit_holds_over_replicas() {
    let server = limited(Engine::Postgres, "SIGYL_READS_PER_MINUTE", "100").await;
    let (one, other) = (server.replica().await, server.replica().await);
    let mut count = 0;
    for at in 0..300 {
        let replica = [&server, &one, &other][at % 3];
        let answer = replica.get("/openapi.json").from("203.0.113.1").send().await;
        count += usize::from(answer.status == StatusCode::OK);
    }
    // What a replica took and did not spend is lost to the caller: at times a few less than the limit, and never more
    // than it and what has become due while the tests' clock moved.
    assert!((70..=102).contains(&count), "{count}");
}

#[tokio::test]
async fn logins_are_limited_and_nobody_is_locked_out() {
    let server = limited(Engine::Sqlite, "SIGYL_LOGINS_PER_MINUTE", "10").await;
    server.claimed().await;
    server.advance(60);
    let login = |password: &str, from: &str| {
        server.post("/api/v1/login", json!({ "login": "ada", "password": password })).from(from)
    };
    for _ in 0..5 {
        login("a wrong password", "203.0.113.9").send().await.refused(401, "unauthenticated");
    }
    // Even the right password waits there, and nowhere else.
    login(PASSWORD, "203.0.113.9").send().await.refused(429, "too-many-requests");
    login(PASSWORD, "203.0.113.10").send().await.expect(StatusCode::OK);
    for name in ["bob", "cas", "dan", "eve"] {
        let body = json!({ "login": name, "password": PASSWORD });
        server.post("/api/v1/login", body).from("203.0.113.9").send().await.refused(401, "unauthenticated");
    }
    let body = json!({ "login": "fay", "password": PASSWORD });
    server.post("/api/v1/login", body).from("203.0.113.9").send().await.refused(429, "too-many-requests");
}

#[tokio::test]
async fn callers_who_are_known_are_counted_by_themselves() {
    let server = limited(Engine::Sqlite, "SIGYL_WRITES_PER_MINUTE", "8").await;
    let ada = server.claimed().await;
    let one = server.key(&ada, "ada", &["read", "admin"]).await;
    let other = server.key(&ada, "ada", &["read", "admin"]).await;
    for key in [&one, &other] {
        let mut done = 0;
        for _ in 0..20 {
            let body = json!({ "name": "k", "scopes": ["read"] });
            let answer = server.post("/api/v1/keys", body).by(key).send().await;
            done += usize::from(answer.status == StatusCode::CREATED);
        }
        assert_eq!(done, 8);
    }
}
