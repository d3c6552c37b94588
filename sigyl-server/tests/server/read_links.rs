//! Addresses of the registry for clients that send no key.

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::{
    registry::publish,
    support::{Settings, TestServer, on_both},
};

const LINKS: &str = "/api/v1/workspaces/ada/read-links";

on_both! {
    async fn a_link_reads_what_its_workspace_reads_until_it_is_deleted(server: TestServer) {
        let mut settings = server.settings;
        settings.set("SIGYL_ANONYMOUS_READS", "false");
        let server = TestServer::reopened(settings).await;
        let ada = server.claimed().await;
        let key = server.key(&ada, "ada", &["read", "publish"]).await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let made = server.post(LINKS, json!({ "name": "VS Code" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let url = made.body["url"].as_str().unwrap();
        let base = url.find("/r/").map(|at| &url[at..]).unwrap().to_owned();
        assert!(base.starts_with("/r/sgr_") && base.len() > 40, "{base}");

        // As VS Code asks, for both versions of the API; the cursor goes on, too.
        for version in ["v0.1", "v0"] {
            let list = server.get(&format!("{base}/{version}/servers?limit=50&version=latest")).send().await
                .expect(StatusCode::OK);
            assert_eq!(list.body["servers"][0]["server"]["name"], "com.example/weather");
            assert_eq!(list.headers["cache-control"], "private, no-cache");
            assert_eq!(list.headers["access-control-allow-origin"], "*");
            for path in ["versions", "versions/latest", "versions/1.0.0"] {
                for name in ["com.example%2Fweather", "com.example/weather"] {
                    server.get(&format!("{base}/{version}/servers/{name}/{path}")).send().await.expect(StatusCode::OK);
                }
            }
        }
        server.get("/v0.1/servers").send().await.refused(401, "unauthenticated");
        // It reads, and does nothing else.
        server.post(&format!("{base}/v0.1/publish"), json!({})).send().await.refused(404, "not-found");
        server.get(&format!("{base}/api/v1/me")).send().await.refused(404, "not-found");
        let token = base.trim_start_matches("/r/");
        server.get("/v0.1/servers").header("authorization", &format!("Bearer {token}")).send().await
            .refused(401, "unauthenticated");
        // One of another workspace does not see it.
        let other = server.post("/api/v1/workspaces/team/read-links", json!({ "name": "x" })).by(&ada).send().await;
        let other = other.body["url"].as_str().unwrap().to_owned();
        let other = other.find("/r/").map(|at| &other[at..]).unwrap();
        let list = server.get(&format!("{other}/v0.1/servers")).send().await.expect(StatusCode::OK);
        assert_eq!(list.body["metadata"]["count"], 0);

        let listed = server.get(LINKS).by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(listed.body["items"][0]["name"], "VS Code");
        assert!(listed.body["items"][0]["last_used_at"].is_string() && !listed.text.contains("sgr_"), "{}", listed.text);
        server.delete(&format!("{LINKS}/{}", made.id())).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        for gone in [base.as_str(), "/r/sgr_x", "/r/x"] {
            server.get(&format!("{gone}/v0.1/servers")).send().await.refused(404, "not-found");
        }
        let log = server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&ada).send().await.text;
        assert!(log.contains("read-link.create") && log.contains("read-link.delete") && !log.contains("sgr_"), "{log}");
    }
}

#[tokio::test]
async fn a_link_follows_the_rules_of_visibility() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let made = server.post(LINKS, json!({ "name": "" })).by(&ada).send().await;
    made.refused(400, "invalid");
    let viewer = server.invited(&ada, "ada", "bob", "viewer").await;
    server.post(LINKS, json!({ "name": "x" })).by(&viewer).send().await.refused(403, "forbidden");
}
