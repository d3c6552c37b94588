//! The official registry API, as clients and publishers speak it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::support::{Answer, Settings, TestServer, Who, on_both};

const OFFICIAL: &str = "io.modelcontextprotocol.registry/official";

pub(crate) fn document(name: &str, version: &str) -> Value {
    json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": name,
        "description": format!("Tells about {name}"),
        "version": version,
        "packages": [{ "registryType": "npm", "identifier": "weather", "version": "1.0.0", "transport": { "type": "stdio" } }],
    })
}

/// A server whose registry shows what nobody scanned, and a key that publishes.
async fn open(engine: Engine) -> (TestServer, Who) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read", "publish"]).await;
    (server, key)
}

/// The same on both databases.
macro_rules! open_on_both {
    ($(async fn $name:ident($server:ident: TestServer, $key:ident: Who) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn test(($server, $key): (TestServer, Who)) $body

            #[tokio::test]
            async fn sqlite() {
                test(open(Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                test(open(Engine::Postgres).await).await;
            }
        }
    )*};
}

pub(crate) async fn publish(server: &TestServer, key: &Who, name: &str, version: &str) -> Answer {
    server.post("/v0/publish", document(name, version)).by(key).send().await
}

/// Names and versions of a list.
fn listed(answer: &Answer) -> Vec<String> {
    let of = |server: &Value| {
        format!(
            "{}@{}",
            server["server"]["name"].as_str().unwrap(),
            server["server"]["version"].as_str().unwrap()
        )
    };
    let servers = answer.body["servers"].as_array().unwrap();
    assert_eq!(answer.body["metadata"]["count"], servers.len());
    servers.iter().map(of).collect()
}

async fn list(server: &TestServer, query: &str) -> Answer {
    server.get(&format!("/v0.1/servers{query}")).send().await.expect(StatusCode::OK)
}

/// All pages of a list.
async fn walk(server: &TestServer, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(server, &format!("?{query}{cursor}")).await;
        all.extend(listed(&page));
        match page.body["metadata"]["nextCursor"].as_str() {
            Some(next) => {
                assert!(
                    next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
                    "{next}"
                );
                cursor = format!("&cursor={next}");
            }
            None => return all,
        }
    }
}

open_on_both! {
    async fn what_is_published_is_answered(server: TestServer, key: Who) {
        let published = publish(&server, &key, "com.example/weather", "1.0.0+build.5").await.expect(StatusCode::OK);
        let official = &published.body["_meta"][OFFICIAL];
        assert_eq!((&official["status"], &official["isLatest"]), (&json!("active"), &json!(true)));
        assert!(official.get("statusMessage").is_none() && official["publishedAt"] == official["updatedAt"]);
        for version in ["1.0.0%2Bbuild.5", "1.0.0+build.5", "latest"] {
            for name in ["com.example%2Fweather", "com.example/weather"] {
                for base in ["/v0.1", "/v0"] {
                    let at = format!("{base}/servers/{name}/versions/{version}");
                    let answer = server.get(&at).send().await.expect(StatusCode::OK);
                    assert_eq!(answer.body, published.body, "{at}");
                }
            }
        }
        for at in ["/v0.1/servers/com.example%2Fweather/versions", "/v0/servers/com.example/weather/versions"] {
            assert_eq!(listed(&server.get(at).send().await.expect(StatusCode::OK)).len(), 1);
        }
        for at in ["com.example%2Fnothing/versions", "com.example%2Fweather/versions/2.0.0", "x/versions/latest"] {
            server.get(&format!("/v0.1/servers/{at}")).send().await.refused(404, "not-found");
        }
        server.get("/v0.1/servers/a%00/versions").send().await.refused(400, "invalid");
        assert_eq!(server.get("/v0/health").send().await.body, json!({ "status": "ok" }));
        assert!(server.get("/v0.1/version").send().await.body["version"].is_string());
        assert_eq!(server.get("/v0.1/ping").send().await.body, json!({ "pong": true }));
    }

    async fn lists_are_filtered_and_paged(server: TestServer, key: Who) {
        let mut expected = BTreeSet::new();
        for number in 0..12 {
            for version in ["1.0.0", "1.1.0-rc+1", "1.1.0"] {
                let name = format!("com.example/Srv-{number:02}");
                publish(&server, &key, &name, version).await.expect(StatusCode::OK);
                expected.insert((name, version));
            }
        }
        // By name and then version, byte by byte: the same on both databases.
        let expected = expected.iter().map(|(name, version)| format!("{name}@{version}")).collect::<Vec<_>>();
        assert_eq!(walk(&server, "limit=7").await, expected);
        assert_eq!(walk(&server, "limit=100").await, expected);
        assert_eq!(listed(&list(&server, "").await).len(), 30);
        let latest = walk(&server, "limit=5&version=latest").await;
        assert_eq!((latest.len(), latest[0].as_str()), (12, "com.example/Srv-00@1.1.0"));
        assert_eq!(walk(&server, "limit=5&version=1.0.0").await.len(), 12);
        assert_eq!(walk(&server, "limit=1&search=RV-0&version=latest").await.len(), 10);
        assert_eq!(walk(&server, "search=%25").await.len(), 0);
        assert_eq!(walk(&server, "search=srv_").await.len(), 0);

        // VS Code drops the search on the second page, and sends the cursor as it is.
        let first = list(&server, "?limit=4&version=latest&search=srv-1").await;
        assert_eq!(listed(&first).len(), 2);
        let first = list(&server, "?limit=1&version=latest&search=srv-1").await;
        let cursor = first.body["metadata"]["nextCursor"].as_str().unwrap();
        let second = list(&server, &format!("?limit=1&cursor={cursor}")).await;
        assert_eq!(listed(&second), ["com.example/Srv-11@1.1.0"]);
        assert!(second.body["metadata"].get("nextCursor").is_none());
        // The official cursor goes on after a name and version.
        let page = list(&server, "?limit=1&cursor=com.example%2FSrv-03:1.1.0").await;
        assert_eq!(listed(&page), ["com.example/Srv-03@1.1.0-rc+1"]);

        for (query, status, code) in [
            ("?limit=0", 422, "unprocessable"), ("?limit=101", 422, "unprocessable"), ("?limit=abc", 422, "unprocessable"),
            ("?include_deleted=maybe", 422, "unprocessable"),
            ("?cursor=AAAA", 400, "invalid"), ("?cursor=%00", 400, "invalid"), ("?updated_since=yesterday", 400, "invalid"),
            ("?updated_since=2026-01-01T00:00:00Z&include_deleted=false", 400, "invalid"),
        ] {
            server.get(&format!("/v0.1/servers{query}")).send().await.refused(status, code);
        }
        list(&server, "?unknown=1&limit=1").await;
    }

    async fn versions_are_immutable_and_one_is_latest(server: TestServer, key: Who) {
        for version in ["snapshot", "1.10.0", "1.9.0", "2.0.0-rc.1", "v1.2.3"] {
            publish(&server, &key, "com.example/weather", version).await.expect(StatusCode::OK);
        }
        publish(&server, &key, "com.example/weather", "1.9.0").await.refused(400, "invalid");
        let latest = async || {
            let answer = server.get("/v0.1/servers/com.example%2Fweather/versions/latest").send().await;
            answer.body["server"]["version"].as_str().unwrap_or("").to_owned()
        };
        assert_eq!(latest().await, "2.0.0-rc.1");
        let status = |version: &str, body: Value| {
            server.patch(&format!("/v0/servers/com.example%2Fweather/versions/{version}/status"), body).by(&key)
        };
        let changed = status("2.0.0-rc.1", json!({ "status": "deleted", "statusMessage": "broken" })).send().await
            .expect(StatusCode::OK);
        assert_eq!(changed.body["_meta"][OFFICIAL]["statusMessage"], "broken");
        assert_eq!(changed.body["_meta"][OFFICIAL]["isLatest"], false);
        assert_eq!(latest().await, "1.10.0");
        // Hidden everywhere, unless it is asked for; its number stays taken.
        let at = "/v0.1/servers/com.example%2Fweather/versions/2.0.0-rc.1";
        server.get(at).send().await.refused(404, "not-found");
        server.get(&format!("{at}?include_deleted=true")).send().await.expect(StatusCode::OK);
        assert_eq!(walk(&server, "").await.len(), 4);
        assert_eq!(walk(&server, "include_deleted=true").await.len(), 5);
        assert_eq!(walk(&server, "updated_since=2020-01-01T00:00:00%2B00:00").await.len(), 5);
        publish(&server, &key, "com.example/weather", "2.0.0-rc.1").await.refused(400, "invalid");
        let since = changed.body["_meta"][OFFICIAL]["updatedAt"].as_str().unwrap();
        assert_eq!(walk(&server, &format!("updated_since={since}")).await.len(), 0);

        status("2.0.0-rc.1", json!({ "status": "deleted", "statusMessage": "broken" })).send().await.refused(400, "invalid");
        status("1.9.0", json!({ "status": "active" })).send().await.refused(400, "invalid");
        status("1.9.0", json!({ "status": "active", "statusMessage": "x" })).send().await.refused(400, "invalid");
        status("1.9.0", json!({ "status": "gone" })).send().await.refused(400, "invalid");
        status("1.9.0", json!({ "status": "deprecated", "statusMessage": "x".repeat(501) })).send().await.refused(400, "invalid");
        status("3.0.0", json!({ "status": "deprecated" })).send().await.refused(404, "not-found");
        status("latest", json!({ "status": "deprecated" })).send().await.refused(404, "not-found");
        status("2.0.0-rc.1", json!({ "status": "active" })).send().await.expect(StatusCode::OK);
        assert_eq!(latest().await, "2.0.0-rc.1");

        let all = server.patch("/v0.1/servers/com.example/weather/status", json!({ "status": "deleted" })).by(&key).send()
            .await.expect(StatusCode::OK);
        assert_eq!(all.body["updatedCount"], 5);
        server.get("/v0.1/servers/com.example%2Fweather/versions").send().await.refused(404, "not-found");
        assert_eq!(latest().await, "");
        let at = "/v0.1/servers/com.example%2Fweather/versions/1.9.0";
        server.patch(&format!("{at}/status"), json!({ "status": "active" })).by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(latest().await, "1.9.0");
        server.delete(at).by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(latest().await, "");
    }

    async fn a_page_walk_misses_nothing_while_others_publish(server: TestServer, key: Who) {
        for number in 0..30 {
            publish(&server, &key, &format!("com.example/srv-{number:02}"), "1.0.0").await.expect(StatusCode::OK);
        }
        let (mut seen, mut cursor, mut round) = (Vec::new(), String::new(), 0);
        loop {
            let page = list(&server, &format!("?limit=4{cursor}")).await;
            seen.extend(listed(&page));
            round += 1;
            publish(&server, &key, &format!("com.example/srv-{:02}x", round * 3), "1.0.0").await.expect(StatusCode::OK);
            match page.body["metadata"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let unique = seen.iter().collect::<BTreeSet<_>>();
        assert_eq!(unique.len(), seen.len());
        assert!((0..30).all(|number| unique.contains(&format!("com.example/srv-{number:02}@1.0.0"))));
    }

    async fn one_of_two_who_publish_the_same_at_once_wins(server: TestServer, key: Who) {
        let (one, other) = tokio::join!(
            publish(&server, &key, "com.example/weather", "1.0.0"),
            publish(&server, &key, "com.example/weather", "1.0.0"),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
}

on_both! {
    async fn a_workspace_sees_its_own_and_others_what_is_shown(server: TestServer) {
        let ada = server.claimed().await;
        let key = server.key(&ada, "ada", &["read", "publish"]).await;
        let viewer = server.invited(&ada, "ada", "bob", "viewer").await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        // Nobody scanned it: by default, it is its workspace's alone.
        let at = "/v0.1/servers/com.example%2Fweather/versions/latest";
        server.get(at).send().await.refused(404, "not-found");
        assert_eq!(listed(&list(&server, "").await).len(), 0);
        for who in [&ada, &key, &viewer] {
            server.get(at).by(who).send().await.expect(StatusCode::OK);
            assert_eq!(listed(&server.get("/v0.1/servers").by(who).send().await).len(), 1);
        }
        // A key for another workspace sees no more than anyone, and one without the right scope neither.
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let other = server.key(&ada, "team", &["read", "publish"]).await;
        let deployer = server.key(&ada, "ada", &["deploy"]).await;
        for who in [&other, &deployer] {
            server.get(at).by(who).send().await.refused(404, "not-found");
        }
        // A name and a namespace belong to who came first; a workspace's slug, to it.
        publish(&server, &other, "com.example/weather", "2.0.0").await.refused(403, "forbidden");
        publish(&server, &other, "COM.example/other", "1.0.0").await.refused(403, "forbidden");
        publish(&server, &other, "ada/other", "1.0.0").await.refused(403, "forbidden");
        publish(&server, &other, "team/other", "1.0.0").await.expect(StatusCode::OK);
        let path = "/v0.1/servers/com.example%2Fweather/versions/1.0.0/status";
        server.patch(path, json!({ "status": "deleted" })).by(&other).send().await.refused(404, "not-found");
    }

    async fn visibility_changes_and_servers_go(server: TestServer) {
        let ada = server.claimed().await;
        let key = server.key(&ada, "ada", &["read", "publish"]).await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        crate::database::execute(&server.settings, &[match server.settings.get("SIGYL_DATABASE_URL") {
            Some(_) => "UPDATE server_versions SET is_shown = TRUE",
            None => "UPDATE server_versions SET is_shown = 1",
        }]).await.unwrap();
        let at = "/v0.1/servers/com.example%2Fweather/versions/latest";
        server.get(at).send().await.expect(StatusCode::OK);
        let path = "/api/v1/packages/com.example%2Fweather";
        let changed = server.patch(path, json!({ "visibility": "workspace" })).by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(changed.body["visibility"], "workspace");
        server.get(at).send().await.refused(404, "not-found");
        let mine = server.get("/api/v1/packages").by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(mine.body["items"][0]["name"], "com.example/weather");
        server.delete(path).json(json!({ "confirm": "weather" })).by(&key).send().await.refused(400, "invalid");
        server.delete(path).json(json!({ "confirm": "com.example/weather" })).by(&key).send().await
            .expect(StatusCode::NO_CONTENT);
        server.get(at).by(&key).send().await.refused(404, "not-found");
        // Its number means what it meant, whoever publishes under the name.
        publish(&server, &key, "com.example/weather", "1.0.0").await.refused(400, "invalid");
        publish(&server, &key, "com.example/weather", "1.0.1").await.expect(StatusCode::OK);
        let log = server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&ada).send().await.text;
        for action in ["server.publish", "server.visibility", "server.delete"] {
            assert!(log.contains(action), "{action}");
        }
    }
}

open_on_both! {
    async fn filters_that_few_pass_answer_as_those_that_many_do(server: TestServer, key: Who) {
        for number in 0..6 {
            publish(&server, &key, &format!("com.example/srv-{number}"), "1.0.0").await.expect(StatusCode::OK);
        }
        publish(&server, &key, "com.example/srv-3", "2.0.0").await.expect(StatusCode::OK);
        let copies = "INSERT INTO servers (id, workspace_id, name, visibility, created_at, updated_at)
             SELECT 'x' || n, workspace_id, 'com.many/copy-' || n, visibility, created_at, updated_at FROM servers, numbers WHERE name = 'com.example/srv-0'";
        let versions = "INSERT INTO server_versions (name, version, server_id, folded_name, document, status, status_changed_at,
                 published_at, published_by, updated_at, is_latest, is_shown)
             SELECT 'com.many/copy-' || n, version, 'x' || n, 'com.many/copy-' || n, document, status, status_changed_at, published_at,
                 published_by, updated_at, is_latest, is_shown FROM server_versions, numbers WHERE name = 'com.example/srv-0'";
        let numbers = "CREATE TABLE numbers AS WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 700)
             SELECT n FROM counted";
        crate::database::execute(&server.settings, &[numbers, copies, versions, "DROP TABLE numbers"]).await.unwrap();
        // The copies have no listing yet; a server that starts makes them.
        let replica = server.replica().await;
        assert_eq!(walk(&replica, "limit=100&search=com.m").await.len(), 700);
        assert_eq!(walk(&replica, "limit=100&search=COPY-69").await.len(), 11);
        assert_eq!(walk(&replica, "limit=3&search=example%2Fs").await.len(), 7);
        assert_eq!(walk(&replica, "limit=3&search=o").await.len(), 707);
        assert_eq!(walk(&replica, "limit=100&version=1.0.0").await.len(), 706);
        assert_eq!(walk(&replica, "limit=3&version=2.0.0").await, ["com.example/srv-3@2.0.0"]);
        assert!(walk(&replica, "limit=3&version=9.0.0").await.is_empty());
        let now = server.clock.now();
        server.advance(10);
        publish(&server, &key, "com.example/srv-9", "1.0.0").await.expect(StatusCode::OK);
        assert_eq!(walk(&replica, &format!("updated_since={now}")).await, ["com.example/srv-9@1.0.0"]);
        assert_eq!(walk(&replica, "limit=100&updated_since=2020-01-01T00:00:00Z").await.len(), 708);
        server.delete("/v0.1/servers/com.example%2Fsrv-9/versions/1.0.0").by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(walk(&replica, "search=srv-9&include_deleted=true").await.len(), 1);
        assert!(walk(&replica, "search=srv-9").await.is_empty());
    }

    async fn a_document_is_mended_and_what_runs_stays(server: TestServer, key: Who) {
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        let at = "/v0.1/servers/com.example%2Fweather/versions/1.0.0";
        let mended = |change: Value| {
            let mut document = document("com.example/weather", "1.0.0");
            document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            document
        };
        let put = async |change: Value| server.ask("PUT", at).json(mended(change)).by(&key).send().await;
        let done = put(json!({ "description": "Tells of hailstones" })).await.expect(StatusCode::OK);
        assert_eq!(done.body["server"]["description"], "Tells of hailstones");
        assert_eq!(server.get(at).send().await.body["server"], done.body["server"]);
        let found = server.get("/api/v1/packages/search?q=hailstones").send().await.body;
        assert_eq!(found["items"][0]["name"], "com.example/weather");
        for change in [json!({ "name": "com.example/other" }), json!({ "version": "2.0.0" }), json!({ "packages": [] }), json!({ "description": "" }),
                       json!({ "remotes": [{ "type": "sse", "url": "https://a.example/sse" }] })] {
            put(change).await.refused(400, "invalid");
        }
        let other = "/v0.1/servers/com.example%2Fweather/versions/2.0.0";
        server.ask("PUT", other).json(document("com.example/weather", "2.0.0")).by(&key).send().await.refused(404, "not-found");
        server.delete(at).by(&key).send().await.expect(StatusCode::OK);
        put(json!({})).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn versions_outlive_their_workspace() {
    let (server, _) = open(Engine::Sqlite).await;
    let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
    let ada = server.post("/api/v1/login", body).send().await.session();
    for slug in ["one", "two"] {
        server
            .post("/api/v1/workspaces", json!({ "slug": slug }))
            .by(&ada)
            .send()
            .await
            .expect(StatusCode::CREATED);
    }
    let first = server.key(&ada, "one", &["publish"]).await;
    publish(&server, &first, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    server
        .delete("/api/v1/workspaces/one")
        .json(json!({ "confirm": "one" }))
        .by(&ada)
        .send()
        .await
        .expect(StatusCode::NO_CONTENT);
    let second = server.key(&ada, "two", &["publish"]).await;
    publish(&server, &second, "com.example/weather", "1.0.0").await.refused(400, "invalid");
    publish(&server, &second, "com.example/weather", "2.0.0").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_official_examples_are_published_and_come_back() {
    let (server, key) = open(Engine::Sqlite).await;
    let examples: Vec<Value> = serde_json::from_str(include_str!("data/official-doc-examples.json")).unwrap();
    assert_eq!(examples.len(), 17);
    let mut taken = BTreeSet::new();
    for mut example in examples {
        // Some of them are the same version of the same server, shown twice.
        let mut name = example["name"].as_str().unwrap().to_owned();
        while !taken.insert(name.clone()) {
            name.push('x');
        }
        example["name"] = name.clone().into();
        let validated = server.post("/v0/validate", example.clone()).send().await.expect(StatusCode::OK);
        assert_eq!(validated.body["valid"], true, "{name}: {}", validated.text);
        server.post("/v0/publish", example.clone()).by(&key).send().await.expect(StatusCode::OK);
        let at = format!("/v0.1/servers/{}/versions/latest", name.replace('/', "%2F"));
        let answer = server.get(&at).send().await.expect(StatusCode::OK);
        // What only a registry may say is not taken from publishers.
        if let Some(meta) = example.get_mut("_meta").and_then(Value::as_object_mut) {
            meta.retain(|key, _| key == "io.modelcontextprotocol.registry/publisher-provided");
        }
        assert_eq!(answer.body["server"], example, "{name}");
    }
}

#[tokio::test]
async fn the_invalid_examples_are_refused() {
    let (server, key) = open(Engine::Sqlite).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/data/invalid");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap().flatten() {
        let mut example: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
        // They break one rule each, and not that of having a schema.
        example["$schema"] = document("a", "b")["$schema"].clone();
        let validated = server.post("/v0.1/validate", example.clone()).send().await.expect(StatusCode::OK);
        assert_eq!(validated.body["valid"], false, "{:?}", file.path());
        server.post("/v0.1/publish", example).by(&key).send().await.refused(400, "invalid");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[tokio::test]
async fn pages_of_other_origins_may_read() {
    let (server, key) = open(Engine::Sqlite).await;
    publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    for at in
        ["/v0.1/servers", "/v0/servers/com.example%2Fweather/versions/latest", "/v0.1/servers/a%2Fb/versions"]
    {
        for answer in [
            server.get(at).header("origin", "https://page.example").send().await,
            server.ask("OPTIONS", at).header("origin", "https://page.example").send().await,
        ] {
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
            let methods = answer.headers["access-control-allow-methods"].to_str().unwrap();
            assert!(methods.contains("GET") && methods.contains("OPTIONS"));
            let headers = answer.headers["access-control-allow-headers"].to_str().unwrap();
            assert!(headers.contains("Authorization") && headers.contains("Content-Type"));
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        }
    }
    let answer = server.get("/api/v1/me").by(&key).send().await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn answers_have_tags() {
    let (server, key) = open(Engine::Sqlite).await;
    publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    let answer = list(&server, "").await;
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(answer.headers["cache-control"], "public, max-age=0, must-revalidate");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = server.get("/v0.1/servers").header("if-none-match", &known).send().await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
    }
    publish(&server, &key, "com.example/weather", "1.0.1").await.expect(StatusCode::OK);
    let changed =
        server.get("/v0.1/servers").header("if-none-match", &tag).send().await.expect(StatusCode::OK);
    assert_ne!(changed.headers["etag"].to_str().unwrap(), tag);
    let private = server.get("/v0.1/servers").by(&key).send().await;
    assert_eq!(private.headers["cache-control"], "private, no-cache");
}

#[tokio::test]
async fn an_operator_may_close_the_registry() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_ANONYMOUS_READS", "false");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read"]).await;
    for at in ["/v0.1/servers", "/v0.1/servers/a%2Fb/versions", "/v0.1/servers/a%2Fb/versions/latest"] {
        server.get(at).send().await.refused(401, "unauthenticated");
    }
    server.get("/v0.1/servers").by(&key).send().await.expect(StatusCode::OK);
}
