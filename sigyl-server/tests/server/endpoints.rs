//! Every endpoint, as everybody: what each declares is what it does. And the description of them all.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, TestServer, Who, on_both};

const ROLES: [&str; 4] = ["viewer", "developer", "admin", "owner"];
const SCOPES: [&str; 7] = ["read", "publish", "deploy", "secrets", "reveal", "gateway", "admin"];

/// Method, path and what is declared about who may, of every endpoint.
async fn endpoints(server: &TestServer) -> Vec<(String, String, Value)> {
    let document = server.get("/openapi.json").send().await.expect(StatusCode::OK).body;
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            all.push((method.to_uppercase(), path.clone(), operation["x-sigyl-access"].clone()));
        }
    }
    assert!(all.len() > 30);
    all
}

/// Whether the access check let the request through; what a handler then says of it is another thing. No request has a
/// body, so that none does anything but those that need none.
fn passed(answer: &Answer) -> bool {
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", answer.text);
    let message = answer.body["error"].as_str().unwrap_or("");
    let by_check = match answer.status.as_u16() {
        401 => true,
        403 => !message.contains("from a page"),
        404 => message == "no such workspace",
        _ => false,
    };
    !by_check
}

/// A path with the workspace in it, and ids that nothing has.
fn filled(path: &str, workspace: &str) -> String {
    path.replace("{workspace}", workspace)
        .replace("{user}", "nobody-here")
        .replace("{server}", "no.such%2Fserver")
        .replace("{name}", "no.such%2Fserver")
        .replace("{version}", "1.0.0")
        .replace("{key}", "SOME_KEY")
        .replace("{id}", "00000000000000000000000000")
}

on_both! {
    async fn every_endpoint_lets_through_whom_it_declares(server: TestServer) {
        let ada = server.claimed().await;
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let mut members = Vec::new();
        for role in ROLES {
            let who = server.invited(&ada, "team", &format!("the-{role}"), role).await;
            members.push((role, who));
        }
        let owner = members[3].1.clone();
        let mut keys = Vec::new();
        for scope in SCOPES {
            keys.push((scope, server.key(&owner, "team", &[scope]).await));
        }
        // A stranger is somebody with an account, a workspace and a key with every scope, elsewhere.
        server.post("/api/v1/workspaces", json!({ "slug": "elsewhere" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let stranger = server.invited(&ada, "elsewhere", "stranger", "owner").await;
        let strange_key = server.key(&stranger, "elsewhere", &SCOPES).await;

        for (method, path, access) in endpoints(&server).await {
            let kind = access["kind"].as_str().unwrap();
            let at = filled(&path, "team");
            let what = format!("{method} {path} {access}");
            let ask = |who: Option<&Who>| {
                let ask = server.ask(&method, &at).header("sigyl-workspace", "team");
                let ask = match who {
                    Some(who) => ask.by(who),
                    None => ask,
                };
                async move { passed(&ask.send().await) }
            };
            // This one ends its caller's session, and metrics answer this computer.
            if at == "/api/v1/logout" || at == "/metrics" {
                continue;
            }
            let open = matches!(kind, "public" | "login");
            assert_eq!(ask(None).await, open, "nobody: {what}");
            let known = open || matches!(kind, "user" | "session");
            assert_eq!(ask(Some(&stranger)).await, known, "stranger: {what}");
            // Accepting an invitation is for persons, which its handler says.
            if at != "/api/v1/invitations/accept" {
                assert_eq!(ask(Some(&strange_key)).await, open || kind == "user", "strange key: {what}");
            }
            for (at, (role, who)) in members.iter().enumerate() {
                let needed = ROLES.iter().position(|role| access["role"] == *role);
                let may = match kind {
                    "member" => at >= needed.unwrap(),
                    _ => known,
                };
                assert_eq!(ask(Some(who)).await, may, "{role}: {what}");
            }
            for (scope, key) in &keys {
                let may = match kind {
                    "user" | "member" => access["scope"] == *scope,
                    _ => open,
                };
                assert_eq!(ask(Some(key)).await, may, "key of {scope}: {what}");
            }
            assert!(ask(Some(&ada)).await, "operator: {what}");
        }
    }
}

#[tokio::test]
async fn the_description_is_whole() {
    let server = TestServer::start(sigyl_server::Engine::Sqlite).await;
    let document = server.get("/openapi.json").send().await.expect(StatusCode::OK).body;
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id}");
            assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{id}");
            let named = operation["parameters"].as_array().unwrap().iter();
            let named = named.filter(|it| it["in"] == "path").count();
            assert_eq!(named, path.matches('{').count(), "{path}");
            assert!(operation.get("requestBody").is_none() || method != "get", "{path}");
        }
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    assert!(!text.contains("sgl_0"));
}
