//! Who sees a private server, wherever servers are seen: who made it, and the workspace's admins.

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::{
    registry::publish,
    scans::{SAFE, tar, upload},
    support::{Settings, TestServer, Who},
};

const NAME: &str = "com.example/weather";
const AT: &str = "com.example%2Fweather";

/// Everybody who matters, in a workspace `team` that the operator is no member of.
struct People {
    nobody: Option<Who>,
    operator: Who,
    stranger: Who,
    owner: Who,
    admin: Who,
    maker: Who,
    other: Who,
    viewer: Who,
}

async fn people(server: &TestServer) -> People {
    let operator = server.claimed().await;
    let owner = server.invited(&operator, "ada", "tess", "viewer").await;
    server
        .post("/api/v1/workspaces", json!({ "slug": "team" }))
        .by(&owner)
        .send()
        .await
        .expect(StatusCode::CREATED);
    let stranger = server.invited(&operator, "ada", "stranger", "owner").await;
    People {
        nobody: None,
        stranger,
        admin: server.invited(&owner, "team", "adm", "admin").await,
        maker: server.invited(&owner, "team", "maker", "developer").await,
        other: server.invited(&owner, "team", "other", "developer").await,
        viewer: server.invited(&owner, "team", "viewer", "viewer").await,
        operator,
        owner,
    }
}

/// What shows one server, and what lists it; those that only members may ask come last.
const ONE: [&str; 12] = [
    "/v0.1/servers/AT/versions",
    "/v0.1/servers/AT/versions/latest",
    "/v0/servers/com.example/weather/versions/1.0.0",
    "/api/v1/packages/AT",
    "/api/v1/packages/AT/versions",
    "/api/v1/packages/AT/versions/1.0.0/tools",
    "/api/v1/packages/AT/versions/1.0.0/source",
    "/api/v1/packages/AT/versions/1.0.0/scan",
    "/api/v1/packages/AT/versions/1.0.0/clients",
    "/api/v1/packages/AT/compare?from=1.0.0&to=1.0.0",
    "/api/v1/packages/AT/ratings",
    "/api/v1/packages/AT/requirements",
];
const LISTS: [&str; 15] = [
    "/v0.1/servers",
    "/v0.1/servers?search=weather",
    "/v0.1/servers?search=we",
    "/v0.1/servers?version=latest",
    "/v0.1/servers?version=1.0.0",
    "/v0.1/servers?updated_since=2020-01-01T00:00:00Z",
    "/api/v1/packages",
    "/api/v1/packages?sort=trending",
    "/api/v1/packages?sort=new",
    "/api/v1/packages?sort=updated",
    "/api/v1/packages?owner=team",
    "/api/v1/packages/search?q=com.example%2Fweather",
    "/api/v1/packages/search?q=weat",
    "/api/v1/packages/search?q=tells",
    "/api/v1/workspaces/team/packages",
];

/// Holds everything that somebody can read against whether they should.
async fn walk(server: &TestServer, who: Option<&Who>, is_member: bool, sees: bool, what: &str) {
    let ask = async |path: &str| {
        let ask = server.get(path).header("sigyl-workspace", "team");
        match who {
            Some(who) => ask.by(who).send().await,
            None => ask.send().await,
        }
    };
    for path in ONE.iter().take(if is_member { ONE.len() } else { ONE.len() - 1 }) {
        let answer = ask(&path.replace("AT", AT)).await;
        assert_eq!(answer.status.as_u16(), if sees { 200 } else { 404 }, "{what} {path}: {}", answer.text);
    }
    for path in LISTS.iter().take(if is_member { LISTS.len() } else { LISTS.len() - 1 }) {
        let answer = ask(path).await.expect(StatusCode::OK);
        assert_eq!(answer.text.contains(NAME), sees, "{what} {path}: {}", answer.text);
    }
    if is_member {
        // A policy is handed on: what is private is in nobody's.
        let policy = ask("/api/v1/registry/policy?unscanned=true").await.expect(StatusCode::OK);
        assert!(!policy.text.contains("some-package"), "{what}");
    }
}

/// Everybody, with a session and with a key.
async fn walk_all(server: &TestServer, people: &People, keys: &[(&'static str, Who)], is_private: bool) {
    let who = [
        ("nobody", people.nobody.as_ref(), false, false),
        ("operator", Some(&people.operator), false, false),
        ("stranger", Some(&people.stranger), false, false),
        ("owner", Some(&people.owner), true, true),
        ("admin", Some(&people.admin), true, true),
        ("maker", Some(&people.maker), true, true),
        ("other", Some(&people.other), true, !is_private),
        ("viewer", Some(&people.viewer), true, !is_private),
    ];
    for (name, who, is_member, sees) in who {
        walk(server, who, is_member, sees, name).await;
    }
    for (name, key) in keys {
        walk(
            server,
            Some(key),
            true,
            !is_private || matches!(*name, "admin" | "maker"),
            &format!("key of {name}"),
        )
        .await;
    }
}

async fn private(engine: Engine) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let people = people(&server).await;
    let mut keys = Vec::new();
    for (name, who) in [("admin", &people.admin), ("maker", &people.maker), ("other", &people.other)] {
        keys.push((name, server.key(who, "team", &["read", "publish", "secrets"]).await));
    }
    let [_, (_, maker), (_, other)] = &keys[..] else { panic!() };
    let mut document = crate::registry::document(NAME, "1.0.0");
    document["packages"][0]["identifier"] = "some-package".into();
    document["visibility"] = "private".into();
    let made = server.post("/api/v1/packages", document).by(maker).send().await.expect(StatusCode::CREATED);
    assert_eq!(made.body["server"]["name"], NAME);
    upload(&server, maker, "1.0.0", tar("server.py", SAFE)).await.expect(StatusCode::ACCEPTED);
    while server.app.work().await.unwrap() {}
    let details = server.get(&format!("/api/v1/packages/{AT}")).by(&people.maker).send().await.body;
    assert_eq!(
        (&details["visibility"], &details["verdict"]),
        (&json!("private"), &json!("safe")),
        "{details}"
    );
    walk_all(&server, &people, &keys, true).await;
    // An address that nobody can guess is nobody's own.
    let link = server
        .post("/api/v1/workspaces/team/read-links", json!({ "name": "x" }))
        .by(&people.admin)
        .send()
        .await;
    let link = link.expect(StatusCode::CREATED).body["url"].as_str().unwrap().to_owned();
    let link = &link[link.find("/r/").unwrap()..];
    assert_eq!(server.get(&format!("{link}/v0.1/servers")).send().await.body["metadata"]["count"], 0);
    server.get(&format!("{link}/v0.1/servers/{AT}/versions/latest")).send().await.refused(404, "not-found");

    // To others of the workspace it is not there, whatever they try.
    publish(&server, other, NAME, "2.0.0").await.refused(403, "forbidden");
    upload(&server, other, "1.0.0", tar("server.py", SAFE)).await.refused(404, "not-found");
    let package = format!("/api/v1/packages/{AT}");
    for by in [&people.other, other] {
        let ask =
            |method: &str, path: &str| server.ask(method, path).header("sigyl-workspace", "team").by(by);
        let status = format!("/v0.1/servers/{AT}/versions/1.0.0/status");
        ask("PATCH", &status).json(json!({ "status": "deprecated" })).send().await.refused(404, "not-found");
        ask("PATCH", &format!("/v0.1/servers/{AT}/status"))
            .json(json!({ "status": "deleted" }))
            .send()
            .await
            .refused(404, "not-found");
        ask("DELETE", &format!("/v0.1/servers/{AT}/versions/1.0.0")).send().await.refused(404, "not-found");
        ask("PATCH", &package).json(json!({ "visibility": "public" })).send().await.refused(404, "not-found");
    }
    server
        .post(&format!("{package}/ratings"), json!({ "stars": 1 }))
        .by(&people.other)
        .send()
        .await
        .refused(404, "not-found");
    server.delete(&format!("{package}/ratings")).by(&people.other).send().await.refused(404, "not-found");

    // It is published on, and shown, by whom it belongs to.
    publish(&server, maker, NAME, "1.0.1").await.expect(StatusCode::OK);
    let patch = async |who: &Who, visibility: &str| {
        let ask = server.patch(&package, json!({ "visibility": visibility }));
        ask.by(who).header("sigyl-workspace", "team").send().await
    };
    patch(&people.maker, "workspace").await.expect(StatusCode::OK);
    server.get(&package).by(&people.viewer).send().await.expect(StatusCode::OK);
    server.get(&package).send().await.refused(404, "not-found");
    // Another developer cannot hide what is not theirs; an admin can, and it stays its maker's.
    patch(&people.other, "private").await.refused(403, "forbidden");
    let changed = patch(&people.admin, "private").await.expect(StatusCode::OK);
    assert_eq!(changed.body["visibility"], "private");
    walk_all(&server, &people, &keys, true).await;
    // Who was its maker and is no member any more sees nothing.
    let members = server.get("/api/v1/workspaces/team/members").by(&people.owner).send().await.body;
    let id = members["items"].as_array().unwrap().iter().find(|it| it["username"] == "maker").unwrap();
    let path = format!("/api/v1/workspaces/team/members/{}", id["user_id"].as_str().unwrap());
    server.delete(&path).by(&people.owner).send().await.expect(StatusCode::NO_CONTENT);
    walk(&server, Some(&people.maker), false, false, "who was its maker").await;
    // And an admin lets everybody see it.
    patch(&people.admin, "public").await.expect(StatusCode::OK);
    walk(&server, None, false, true, "nobody").await;
}

#[tokio::test]
async fn private_on_sqlite() {
    private(Engine::Sqlite).await;
}

#[tokio::test]
async fn private_on_postgres() {
    private(Engine::Postgres).await;
}
