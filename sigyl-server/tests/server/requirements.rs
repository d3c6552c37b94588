//! What packages require, and which secrets fill it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{TestServer, Who, on_both};

const PATH: &str = "/api/v1/packages/ada%2Fmail/requirements";

/// A server with a package that requires three things, for its own workspace alone.
async fn with_package(server: &TestServer) -> (Who, Who) {
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["publish", "secrets"]).await;
    let document = json!({
        "name": "mail", "version": "1.0.0", "description": "Reads mail", "visibility": "workspace",
        "remotes": [{ "type": "streamable-http", "url": "https://mail.example.com/mcp",
                      "headers": [{ "name": "X-Api-Key", "isSecret": true, "isRequired": true }] }],
        "packages": [{ "registryType": "npm", "identifier": "mail", "version": "1.0.0", "transport": { "type": "stdio" },
            "environmentVariables": [
                { "name": "OPENAI_API_KEY", "isSecret": true, "isRequired": true, "description": "Sums mail up" },
                { "name": "MAIL_LIMIT", "format": "number" },
            ] }],
    });
    server.post("/api/v1/packages", document).by(&key).send().await.expect(StatusCode::CREATED);
    (ada, key)
}

/// Each requirement's problem, or what fills it.
async fn state(server: &TestServer, who: &Who) -> Vec<(String, String)> {
    let body = server.get(PATH).by(who).send().await.expect(StatusCode::OK).body;
    let of = |it: &Value| {
        let how = it["problem"].as_str().or(it["filled_by"].as_str()).unwrap_or("none");
        (it["key"].as_str().unwrap().to_owned(), how.to_owned())
    };
    body["requirements"].as_array().unwrap().iter().map(of).collect()
}

fn states(expected: [(&str, &str); 3]) -> Vec<(String, String)> {
    expected.map(|(key, how)| (key.to_owned(), how.to_owned())).to_vec()
}

on_both! {
    async fn what_is_missing_extra_or_wrong_is_told(server: TestServer) {
        let (ada, key) = with_package(&server).await;
        let missing = states([("OPENAI_API_KEY", "missing"), ("MAIL_LIMIT", "none"), ("X-Api-Key", "missing")]);
        assert_eq!(state(&server, &key).await, missing);
        let body = server.get(PATH).by(&key).send().await.body;
        assert_eq!((&body["is_ready"], &body["requirements"][0]["template"]["service"]), (&json!(false), &json!("OpenAI")));
        assert_eq!(body["requirements"][2]["name"], "X_API_KEY");

        let store = async |more: Value| {
            let mut body = json!({ "value": "7" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            server.post("/api/v1/secrets", body).by(&key).send().await.expect(StatusCode::CREATED).id()
        };
        // By name, whatever its letters; of another type; for the package alone and of no use.
        store(json!({ "name": "openai_api_key", "is_shared": true })).await;
        store(json!({ "name": "MAIL_LIMIT" })).await;
        store(json!({ "name": "NOT_NEEDED", "package": "ada/mail" })).await;
        store(json!({ "name": "OF_ANOTHER", "package": "ada/other" })).await;
        let wrong = states([("OPENAI_API_KEY", "name"), ("MAIL_LIMIT", "wrong-type"), ("X-Api-Key", "missing")]);
        assert_eq!(state(&server, &key).await, wrong);
        let body = server.get(PATH).by(&key).send().await.body;
        let extra = body["extra"].as_array().unwrap();
        assert_eq!((extra.len(), &extra[0]["name"]), (1, &json!("NOT_NEEDED")));
        assert!(!body.to_string().contains("\"value\""));

        // A map fills what no name does; the caller's own word counts before the workspace's.
        let other = store(json!({ "name": "SOMETHING", "is_shared": true })).await;
        let own = store(json!({ "name": "OWN", "expires_at": "2026-10-01T00:00:00Z" })).await;
        let number = store(json!({ "name": "LIMIT", "kind": "number" })).await;
        let put = async |key_of: &str, body: Value| {
            server.ask("PUT", &format!("{PATH}/{key_of}")).json(body).by(&key).send().await
        };
        put("X-Api-Key", json!({ "secret": other, "is_shared": true })).await.expect(StatusCode::NO_CONTENT);
        put("MAIL_LIMIT", json!({ "secret": number })).await.expect(StatusCode::NO_CONTENT);
        put("MAIL_LIMIT", json!({ "secret": other })).await.refused(400, "invalid");
        put("X-Api-Key", json!({ "secret": own, "is_shared": true })).await.refused(400, "invalid");
        put("NOTHING", json!({ "secret": own })).await.refused(404, "not-found");
        put("X-Api-Key", json!({ "secret": "0".repeat(26) })).await.refused(404, "not-found");
        let full = states([("OPENAI_API_KEY", "name"), ("MAIL_LIMIT", "map"), ("X-Api-Key", "map")]);
        assert_eq!(state(&server, &key).await, full);
        assert_eq!(server.get(PATH).by(&key).send().await.body["is_ready"], true);
        put("X-Api-Key", json!({ "secret": own })).await.expect(StatusCode::NO_CONTENT);
        server.advance(30 * 86_400);
        let expired = states([("OPENAI_API_KEY", "name"), ("MAIL_LIMIT", "map"), ("X-Api-Key", "expired")]);
        assert_eq!(state(&server, &key).await, expired);

        // Somebody else in the workspace has what is shared, and nothing of this one's.
        let ada = { let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
            let _ = ada; server.post("/api/v1/login", body).send().await.session() };
        let bob = server.invited(&ada, "ada", "bob", "viewer").await;
        let ask = server.get(PATH).by(&bob).header("sigyl-workspace", "ada").send().await.expect(StatusCode::OK).body;
        assert_eq!(ask["requirements"][2]["filled_with"]["id"], other);
        assert_eq!(ask["requirements"][1].get("problem"), None);
        assert_eq!(ask["extra"], json!([]));
        let at = format!("{PATH}/X-Api-Key");
        server.ask("PUT", &at).json(json!({ "secret": other, "is_shared": true })).by(&bob).header("sigyl-workspace", "ada").send().await
            .refused(403, "forbidden");
        server.delete(&at).by(&key).send().await.expect(StatusCode::NO_CONTENT);
        server.delete(&at).by(&key).send().await.refused(404, "not-found");
        server.delete(&format!("{at}?is_shared=true")).by(&key).send().await.expect(StatusCode::NO_CONTENT);
        let left = states([("OPENAI_API_KEY", "name"), ("MAIL_LIMIT", "map"), ("X-Api-Key", "missing")]);
        assert_eq!(state(&server, &key).await, left);
    }

    async fn all_requirements_are_stored_at_once_or_none(server: TestServer) {
        let (_, key) = with_package(&server).await;
        let fill = async |values: Value| server.post(PATH, json!({ "values": values })).by(&key).send().await;
        for wrong in [json!({}), json!({ "OPENAI_API_KEY": "x", "NOTHING": "y" }), json!({ "OPENAI_API_KEY": "x", "MAIL_LIMIT": "many" }), json!({ "OPENAI_API_KEY": "" })] {
            fill(wrong).await.refused(400, "invalid");
        }
        assert_eq!(server.get("/api/v1/secrets").by(&key).send().await.body["items"], json!([]));
        let stored = fill(json!({ "OPENAI_API_KEY": "canary-1", "MAIL_LIMIT": "20", "X-Api-Key": "canary-2" })).await;
        let stored = stored.expect(StatusCode::CREATED);
        assert!(!stored.text.contains("canary"));
        let kinds = stored.body["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(kinds, ["string", "number", "string"]);
        assert_eq!(server.get(PATH).by(&key).send().await.body["is_ready"], true);
        fill(json!({ "X-Api-Key": "again" })).await.refused(409, "conflict");
        let templates = server.get("/api/v1/secret-templates").send().await.expect(StatusCode::OK).body;
        assert!(templates["items"].as_array().unwrap().len() > 40);
    }
}
