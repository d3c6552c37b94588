//! Other registries, followed.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    scan_jobs::serve,
    support::{Settings, TestServer, Who},
};

/// What is answered where an address has a text in it; nothing is there where that is none.
type Answers = Vec<(&'static str, Option<Value>)>;

/// A stand-in for another registry: what it is asked, and what it answers by what the address has in it.
#[derive(Clone, Default)]
struct Other {
    asked: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Other {
    fn serve(&self) -> String {
        let other = self.clone();
        serve(move |path| {
            other.asked.lock().unwrap().push(path.to_owned());
            let answers = other.answers.lock().unwrap();
            let answer = answers.iter().find(|(part, _)| path.contains(part))?.1.clone()?;
            Some(answer.to_string().into_bytes())
        })
    }

    fn answer(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
        self.asked.lock().unwrap().clear();
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn entry(name: &str, version: &str, status: &str, at: &str) -> Value {
    json!({
        "server": { "name": name, "version": version, "description": "Comes from elsewhere",
                    "packages": [{ "registryType": "npm", "identifier": "x", "version": "1.0.0", "transport": { "type": "stdio" } }] },
        "_meta": { "io.modelcontextprotocol.registry/official": { "status": status, "updatedAt": at, "publishedAt": at, "isLatest": true } },
    })
}

fn page(entries: &[Value], next: &str) -> Option<Value> {
    let mut page = json!({ "servers": entries, "metadata": { "count": entries.len() } });
    if !next.is_empty() {
        page["metadata"]["nextCursor"] = next.into();
    }
    Some(page)
}

async fn follow(engine: Engine) -> (TestServer, Who, Other, String) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read", "publish"]).await;
    let other = Other::default();
    let url = other.serve();
    (server, key, other, url)
}

async fn versions(server: &TestServer, key: &Who) -> Vec<String> {
    let list = server.get("/v0.1/servers?limit=100").by(key).send().await.expect(StatusCode::OK).body;
    let told = |it: &Value| {
        let status = it["_meta"]["io.modelcontextprotocol.registry/official"]["status"].as_str().unwrap();
        format!(
            "{}@{} {status}",
            it["server"]["name"].as_str().unwrap(),
            it["server"]["version"].as_str().unwrap()
        )
    };
    list["servers"].as_array().unwrap().iter().map(told).collect()
}

async fn rounds(engine: Engine) {
    let (server, key, other, url) = follow(engine).await;
    let path = "/api/v1/registry/mirrors";
    let body = json!({ "url": format!("{url}/base/"), "allow": ["com.good/*"], "every_minutes": 5 });
    let made = server.post(path, body.clone()).by(&key).send().await.expect(StatusCode::CREATED);
    server.post(path, body).by(&key).send().await.refused(409, "conflict");
    for wrong in [
        json!({ "url": "x" }),
        json!({ "url": "https://a@b" }),
        json!({ "url": "file:///x" }),
        json!({ "url": "https://a?b" }),
        json!({ "url": "https://a", "every_minutes": 1 }),
        json!({ "url": "https://a", "allow": [""] }),
        json!({}),
    ] {
        server.post(path, wrong).by(&key).send().await.refused(400, "invalid");
    }
    // The second page is not there at first: the round goes on with it, and the first is not asked for again.
    let first = page(
        &[
            entry("com.bad/one", "1.0.0", "active", "2026-01-01T00:00:00Z"),
            entry("com.good/one", "1.0.0", "active", "2026-01-02T00:00:00Z"),
            entry("com.good/gone", "1.0.0", "deleted", "2026-01-02T00:00:00Z"),
            entry("com.good/no good", "1.0.0", "active", "2026-01-01T00:00:00Z"),
            json!(7),
        ],
        "next+page",
    );
    other.answer(vec![("cursor=next%2Bpage", None), ("limit=100", first)]);
    while server.app.work().await.unwrap() {}
    assert_eq!(versions(&server, &key).await, ["com.good/one@1.0.0 active"]);
    let state = server.get(path).by(&key).send().await.expect(StatusCode::OK).body["items"][0].clone();
    assert_eq!(
        (&state["imported"], &state["rejected"], state.get("finished_at")),
        (&json!(1), &json!(1), None)
    );
    assert!(state["last_problem"].as_str().unwrap().contains("no good"), "{state}");
    assert!(state["error"].as_str().unwrap().contains("404"), "{state}");
    assert_eq!(
        other.asked(),
        ["/base/v0.1/servers?limit=100", "/base/v0.1/servers?limit=100&cursor=next%2Bpage"]
    );

    // A place that is not known any more: the round begins anew, and what is there stays as it is.
    let second = page(&[entry("com.good/two", "2.0.0", "deprecated", "2026-01-03T00:00:00Z")], "");
    let first = page(&[entry("com.good/one", "1.0.0", "active", "2026-01-02T00:00:00Z")], "next+page");
    other.answer(vec![("cursor=next%2Bpage", second), ("limit=100", first)]);
    assert!(!server.app.work().await.unwrap());
    server.advance(301);
    while server.app.work().await.unwrap() {}
    assert_eq!(versions(&server, &key).await, ["com.good/one@1.0.0 active", "com.good/two@2.0.0 deprecated"]);
    let state = server.get(path).by(&key).send().await.body["items"][0].clone();
    assert_eq!((&state["imported"], state.get("error")), (&json!(2), None));
    assert!(state["finished_at"].is_string());

    // From then on, only what changed; offline, everything is still there.
    let changed = page(&[entry("com.good/one", "1.0.0", "deleted", "2026-01-04T00:00:00Z")], "");
    other.answer(vec![("updated_since=2026-01-02T23%3A59%3A59", changed)]);
    assert!(!server.app.work().await.unwrap());
    server.advance(301);
    while server.app.work().await.unwrap() {}
    assert_eq!(versions(&server, &key).await, ["com.good/two@2.0.0 deprecated"]);
    other.answer(Vec::new());
    server.advance(301);
    while server.app.work().await.unwrap() {}
    assert_eq!(versions(&server, &key).await, ["com.good/two@2.0.0 deprecated"]);

    let id = made.id();
    server.delete(&format!("{path}/{id}")).by(&key).send().await.expect(StatusCode::NO_CONTENT);
    server.delete(&format!("{path}/{id}")).by(&key).send().await.refused(404, "not-found");
    other.answer(Vec::new());
    server.advance(3_600);
    while server.app.work().await.unwrap() {}
    assert!(other.asked().is_empty());
    assert_eq!(versions(&server, &key).await.len(), 1);
}

#[tokio::test]
async fn a_registry_is_followed_page_by_page_sqlite() {
    rounds(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_registry_is_followed_page_by_page_postgres() {
    rounds(Engine::Postgres).await;
}

#[tokio::test]
async fn what_is_near_is_not_followed_unless_the_operator_allows_it() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["publish"]).await;
    let body = json!({ "url": "http://127.0.0.1:1" });
    server.post("/api/v1/registry/mirrors", body).by(&key).send().await.expect(StatusCode::CREATED);
    while server.app.work().await.unwrap() {}
    let state = server.get("/api/v1/registry/mirrors").by(&key).send().await.body["items"][0].clone();
    assert!(state["error"].as_str().unwrap().contains("operator"), "{state}");
}
