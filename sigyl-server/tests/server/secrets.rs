//! Secrets: who sees what, versions, rotation of keys, and canaries.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Settings, TestServer, Who, on_both, said};

/// Stores a secret in Ada's workspace.
async fn store(server: &TestServer, by: &Who, name: &str, value: &str, more: Value) -> Value {
    let mut body = json!({ "name": name, "value": value });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server
        .post("/api/v1/secrets", body)
        .by(by)
        .header("sigyl-workspace", "ada")
        .send()
        .await
        .expect(StatusCode::CREATED)
        .body
}

fn path(secret: &Value, rest: &str) -> String {
    format!("/api/v1/secrets/{}{rest}", secret["id"].as_str().unwrap())
}

async fn value(server: &TestServer, by: &Who, secret: &Value) -> (StatusCode, Value) {
    let answer = server.get(&path(secret, "/value")).by(by).header("sigyl-workspace", "ada").send().await;
    (answer.status, answer.body["value"].clone())
}

on_both! {
    async fn a_value_is_seen_by_whom_it_is_for(server: TestServer) {
        let ada = server.claimed().await;
        let viewer = server.invited(&ada, "ada", "bob", "viewer").await;
        let developer = server.invited(&ada, "ada", "cas", "developer").await;
        let shared = store(&server, &ada, "SHARED", "for all", json!({ "is_shared": true })).await;
        let own = store(&server, &viewer, "OWN", "for bob", json!({})).await;
        assert!(shared.get("owner_id").is_none() && own["owner_id"].is_string());

        assert_eq!(value(&server, &viewer, &own).await, (StatusCode::OK, json!("for bob")));
        assert_eq!(value(&server, &developer, &shared).await, (StatusCode::OK, json!("for all")));
        assert_eq!(value(&server, &viewer, &shared).await.0, StatusCode::FORBIDDEN);
        // Not even the workspace's owner sees a member's own, or that there is one.
        for who in [&ada, &developer] {
            assert_eq!(value(&server, who, &own).await.0, StatusCode::NOT_FOUND);
        }
        let list = server.get("/api/v1/secrets").by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
        assert!(!list.text.contains("for all"));

        let change = json!({ "value": "mine now" });
        for (method, rest) in [("PATCH", ""), ("DELETE", "")] {
            server.ask(method, &path(&shared, rest)).json(change.clone()).by(&viewer)
                .header("sigyl-workspace", "ada").send().await.refused(403, "forbidden");
            server.ask(method, &path(&own, rest)).json(change.clone()).by(&ada).send().await
                .refused(404, "not-found");
        }
        let body = json!({ "name": "X", "value": "x", "is_shared": true });
        server.post("/api/v1/secrets", body).by(&viewer).header("sigyl-workspace", "ada").send().await
            .refused(403, "forbidden");

        let keeper = server.key(&developer, "ada", &["secrets"]).await;
        assert_eq!(value(&server, &keeper, &shared).await.0, StatusCode::FORBIDDEN);
        let revealer = server.key(&developer, "ada", &["reveal"]).await;
        assert_eq!(value(&server, &revealer, &shared).await.0, StatusCode::OK);
        let log = server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&ada).send().await.text;
        assert_eq!(log.matches("\"secret.reveal\"").count(), 3, "{log}");

        // Who leaves takes what was their own along.
        server.delete("/api/v1/workspaces/ada/members/bob").by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        let again = server.post("/api/v1/workspaces/ada/invitations", json!({ "role": "viewer" })).by(&ada).send().await;
        let body = json!({ "token": again.body["token"] });
        server.post("/api/v1/invitations/accept", body).by(&viewer).send().await.expect(StatusCode::OK);
        assert_eq!(value(&server, &viewer, &own).await.0, StatusCode::NOT_FOUND);
    }

    async fn values_have_versions(server: TestServer) {
        let ada = server.claimed().await;
        let secret = store(&server, &ada, "PORT", "1", json!({ "kind": "number", "rotate_days": 30 })).await;
        assert_eq!((&secret["revision"], &secret["is_due"]), (&json!(1), &json!(false)));
        let change = |body| server.patch(&path(&secret, ""), body).by(&ada);
        change(json!({ "value": "two" })).send().await.refused(400, "invalid");
        for number in 2..=12 {
            let changed = change(json!({ "value": number.to_string() })).send().await.expect(StatusCode::OK);
            assert_eq!(changed.body["revision"], number);
        }
        let kept = server.get(&path(&secret, "/versions")).by(&ada).send().await.expect(StatusCode::OK);
        let kept = kept.body["items"].as_array().unwrap().clone();
        assert_eq!((kept.len(), &kept[0]["revision"], &kept[9]["revision"]), (10, &json!(12), &json!(3)));
        let restore = |revision| server.post(&path(&secret, "/restore"), json!({ "revision": revision })).by(&ada);
        restore(2).send().await.refused(404, "not-found");
        assert_eq!(restore(5).send().await.expect(StatusCode::OK).body["revision"], 13);
        assert_eq!(value(&server, &ada, &secret).await.1, "5");

        server.advance(30 * 86_400);
        let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
        let ada = server.post("/api/v1/login", body).send().await.session();
        let due = server.get(&path(&secret, "")).by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!((&due.body["is_due"], &due.body["is_expired"]), (&json!(true), &json!(false)));
        let ends = server.clock.now().to_string();
        let change = |body| server.patch(&path(&secret, ""), body).by(&ada);
        let ended = change(json!({ "expires_at": ends, "rotate_days": null })).send().await.expect(StatusCode::OK);
        assert_eq!((&ended.body["is_expired"], &ended.body["is_due"]), (&json!(true), &json!(false)));
        server.delete(&path(&secret, "")).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        assert_eq!(value(&server, &ada, &secret).await.0, StatusCode::NOT_FOUND);
    }

    async fn wrong_secrets_are_refused(server: TestServer) {
        let ada = server.claimed().await;
        for body in [
            json!({ "name": "9A", "value": "x" }),
            json!({ "name": "A", "value": "" }),
            json!({ "name": "A", "value": "yes", "kind": "boolean" }),
            json!({ "name": "A", "value": "canary", "kind": "number" }),
            json!({ "name": "A", "value": "x", "rotate_days": 0 }),
            json!({ "name": "A", "value": "x", "package": "" }),
            json!({ "name": "A", "value": "x".repeat(65_537) }),
            json!({ "name": "A" }),
        ] {
            let answer = server.post("/api/v1/secrets", body).by(&ada).send().await.refused(400, "invalid");
            assert!(!answer.text.contains("canary"), "{}", answer.text);
        }
        store(&server, &ada, "A", "x", json!({})).await;
        store(&server, &ada, "A", "x", json!({ "package": "ada/one" })).await;
        store(&server, &ada, "A", "x", json!({ "is_shared": true })).await;
        let body = json!({ "name": "A", "value": "x" });
        server.post("/api/v1/secrets", body).by(&ada).send().await.refused(409, "conflict");
    }

    async fn a_value_that_was_moved_does_not_open(server: TestServer) {
        let ada = server.claimed().await;
        let one = store(&server, &ada, "ONE", "first", json!({})).await;
        let other = store(&server, &ada, "OTHER", "second", json!({})).await;
        let sql = format!(
            "UPDATE secret_versions SET sealed = (SELECT sealed FROM secret_versions WHERE secret_id = '{}')
             WHERE secret_id = '{}'",
            one["id"].as_str().unwrap(),
            other["id"].as_str().unwrap()
        );
        crate::database::execute(&server.settings, &[&sql]).await.unwrap();
        assert_eq!(value(&server, &ada, &other).await, (StatusCode::INTERNAL_SERVER_ERROR, Value::Null));
        assert_eq!(value(&server, &ada, &one).await.1, "first");
    }

    async fn data_keys_rotate_in_the_background(server: TestServer) {
        let ada = server.claimed().await;
        let mut all = Vec::new();
        for number in 0..5 {
            all.push(store(&server, &ada, &format!("S{number}"), &format!("value {number}"), json!({})).await);
        }
        let rotate = || server.post("/api/v1/workspaces/ada/data-key/rotate", json!({})).by(&ada);
        rotate().send().await.expect(StatusCode::NO_CONTENT);
        // Both keys open, before and after.
        assert_eq!(value(&server, &ada, &all[0]).await.1, "value 0");
        store(&server, &ada, "S5", "value 5", json!({})).await;
        rotate().send().await.expect(StatusCode::NO_CONTENT);
        let count = || crate::database::count(&server.settings, "SELECT COUNT(*) FROM data_keys");
        assert_eq!(count().await, 3);
        server.app.tidy().await.unwrap();
        assert_eq!(count().await, 1);
        for (number, secret) in all.iter().enumerate() {
            assert_eq!(value(&server, &ada, secret).await.1, format!("value {number}"));
        }
    }

    async fn a_key_that_sealed_enough_is_followed_by_another(server: TestServer) {
        let ada = server.claimed().await;
        let first = store(&server, &ada, "FIRST", "1", json!({})).await;
        crate::database::execute(&server.settings, &["UPDATE data_keys SET seal_count = 2147483648"]).await.unwrap();
        store(&server, &ada, "NEXT", "2", json!({})).await;
        let keys = crate::database::count(&server.settings, "SELECT COUNT(*) FROM data_keys").await;
        assert_eq!(keys, 2);
        assert_eq!(value(&server, &ada, &first).await.1, "1");
    }

    async fn the_master_key_is_replaced(server: TestServer) {
        let ada = server.claimed().await;
        let secret = store(&server, &ada, "S", "value", json!({})).await;
        let file = server.settings.folder.path().join("new.key");
        let shown = file.display().to_string();
        let (code, out, err) = said(&server.settings.program(&["db", "rotate-key", "--to-file", &shown]));
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(!format!("{out}{err}").contains(std::fs::read_to_string(&file).unwrap().trim()));
        // What still runs with the old key says so, and makes nothing that nobody could open.
        server.get("/ready").send().await.refused(503, "unavailable");
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let body = json!({ "name": "A", "value": "x" });
        server.post("/api/v1/secrets", body).by(&ada).header("sigyl-workspace", "team").send().await
            .refused(503, "unavailable");

        assert!(server.settings.open(server.clock.clone()).await.is_err());
        let mut settings = Settings { folder: tempfile::tempdir().unwrap(), variables: server.settings.variables.clone() };
        settings.set("SIGYL_MASTER_KEY_FILE", &shown);
        let opened = settings.open(server.clock.clone()).await.unwrap();
        let anew = TestServer::of(settings, server.clock.clone(), opened.app());
        anew.get("/ready").send().await.expect(StatusCode::OK);
        assert_eq!(value(&anew, &ada, &secret).await.1, "value");
        store(&anew, &ada, "T", "another", json!({})).await;
        assert_eq!(said(&anew.settings.program(&["audit", "verify"])).0, Some(0));
    }

    async fn canaries_are_nowhere(server: TestServer) {
        let canary = "canary-6f1d0c9a7b";
        let ada = server.claimed().await;
        let secret = store(&server, &ada, "CANARY", canary, json!({ "is_shared": true })).await;
        server.patch(&path(&secret, ""), json!({ "value": format!("{canary}-2") })).by(&ada).send().await
            .expect(StatusCode::OK);
        assert_eq!(value(&server, &ada, &secret).await.1, format!("{canary}-2"));
        server.app.tidy().await.unwrap();
        for asked in ["/api/v1/secrets", &path(&secret, ""), &path(&secret, "/versions"), "/metrics",
                      "/api/v1/workspaces/ada/audit?format=jsonl", "/openapi.json"] {
            let answer = server.get(asked).by(&ada).send().await.expect(StatusCode::OK);
            assert!(!answer.text.contains(canary) && !format!("{:?}", answer.headers).contains(canary), "{asked}");
        }
        let backup = server.settings.folder.path().join("backup.db");
        let done = server.settings.program(&["db", "backup", &backup.display().to_string()]);
        assert_eq!(said(&done).0, Some(0));
        search(server.settings.folder.path(), canary.as_bytes());
        if let Some(url) = server.settings.get("SIGYL_DATABASE_URL") {
            // The dump of a table has every byte of it, in hexadecimal where it is no text.
            let found = crate::database::count(&server.settings, &format!(
                "SELECT COUNT(*) FROM secret_versions
                 WHERE position(convert_to('{canary}', 'UTF8') IN sealed) > 0")).await;
            assert_eq!(found, 0, "{url}");
        }
    }
}

/// Searches every file below a folder.
fn search(folder: &Path, canary: &[u8]) {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            search(&entry.path(), canary);
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(canary.len()).any(|it| it == canary), "{:?}", entry.path());
        files += 1;
    }
    assert!(files > 0);
}
