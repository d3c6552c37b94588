//! What clients have to be told.

use axum::http::StatusCode;
use serde_json::json;

use sigyl_server::Engine;

use crate::support::{Settings, TestServer};

const AT: &str = "/api/v1/packages/ada%2Fweather/versions";

async fn every_client_is_told_its_entry(engine: Engine) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let document = json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "ada/weather", "description": "Weather", "version": "1.0.0",
        "packages": [{
            "registryType": "pypi", "identifier": "weather", "version": "1.0.0",
            "transport": { "type": "stdio" },
            "environmentVariables": [{ "name": "KEY", "isRequired": true, "isSecret": true }],
        }],
        "remotes": [{ "type": "streamable-http", "url": "https://weather.example/mcp" }],
    });
    server.post("/v0.1/publish", document).by(&ada).send().await.expect(StatusCode::OK);
    let told = server.get(&format!("{AT}/latest/clients")).send().await.expect(StatusCode::OK).body;
    assert_eq!((&told["version"], &told["key"]), (&json!("1.0.0"), &json!("weather")));
    let names = told["clients"].as_array().unwrap().iter().map(|it| it["client"].as_str().unwrap());
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "claude-code",
            "claude-desktop",
            "codex",
            "copilot-cli",
            "cursor",
            "gemini-cli",
            "vscode",
            "windsurf"
        ]
    );
    let remote =
        server.get(&format!("{AT}/1.0.0/clients?way=remote")).send().await.expect(StatusCode::OK).body;
    assert_eq!(
        remote["clients"][0]["entry"],
        json!({ "type": "http", "url": "https://weather.example/mcp" })
    );
    assert_eq!(remote["unsupported"][0]["client"], "claude-desktop");

    server.get(&format!("{AT}/2.0.0/clients")).send().await.refused(404, "not-found");
    server.get(&format!("{AT}/1.0.0/clients?way=both")).send().await.refused(400, "invalid");
    // What others may not see is told to nobody else.
    server
        .patch("/api/v1/packages/ada%2Fweather", json!({ "visibility": "workspace" }))
        .by(&ada)
        .send()
        .await
        .expect(StatusCode::OK);
    server.get(&format!("{AT}/latest/clients")).send().await.refused(404, "not-found");
    server.get(&format!("{AT}/latest/clients")).by(&ada).send().await.expect(StatusCode::OK);
}
#[tokio::test]
async fn sqlite() {
    every_client_is_told_its_entry(Engine::Sqlite).await;
}

#[tokio::test]
async fn postgres() {
    every_client_is_told_its_entry(Engine::Postgres).await;
}
