//! Deployments elsewhere: chosen by settings, through the API, at services that are played.

use std::sync::Arc;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    fakes::instance::NO_IMAGE,
    support::{Settings, TestServer, Who},
};

/// What stands for a secret, wherever it is looked for.
const CANARY: &str = "canary-2b81e6d0";

/// What stands for the operator's own.
const TOKEN: &str = "canary-7d1e-token";

/// Where one deployment is, and who calls it.
struct Place {
    backend: &'static str,
    /// What a client shows beside what the server asks for.
    header: Option<(&'static str, String)>,
    /// Whether the server is told that clients reach it by https.
    https: bool,
}

fn source(version: &str) -> String {
    let image = format!("{NO_IMAGE}@sha256:{:064x}", 7);
    let manifest = format!(
        "name: weather\ndescription: Tells the weather\nversion: {version}\nruntime: container\ntransport: http\nport: 8080\n"
    );
    let server = json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "com.example/weather", "description": "Tells the weather", "version": version,
        "packages": [{ "registryType": "oci", "identifier": image, "transport": { "type": "streamable-http", "url": "http://localhost:8080/mcp" } }],
    })
    .to_string();
    let files = [("mcp.yaml", manifest.as_str()), ("server.json", server.as_str())];
    let packed = sigyl_core::source::pack(files.iter().map(|(path, text)| (*path, false, text.as_bytes())));
    STANDARD.encode(packed.unwrap())
}

async fn settings(engine: Engine, backend: &str) -> Settings {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_DEPLOY_BACKENDS", backend);
    settings.set("SIGYL_DEPLOY_POLL_INTERVAL", "2ms");
    settings
}

/// One message to a server: its result, or the status that is not 200.
async fn ask(place: &Place, endpoint: &str, method: &str, params: Value) -> Result<Value, u16> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut request = client
        .post(endpoint)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(message.to_string());
    if let Some((name, value)) = &place.header {
        request = request.header(*name, value);
    }
    let answer = request.send().await.unwrap();
    match answer.status().as_u16() {
        200 => {
            let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            Ok(answer["result"].clone())
        }
        status => Err(status),
    }
}

async fn name(place: &Place, endpoint: &str) -> String {
    let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    let result = ask(place, endpoint, "initialize", params).await.unwrap();
    result["serverInfo"]["name"].as_str().unwrap().to_owned()
}

async fn variable(place: &Place, endpoint: &str, name: &str) -> String {
    let params = json!({ "name": "env", "arguments": { "name": name } });
    let result = ask(place, endpoint, "tools/call", params).await.unwrap();
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// What the service that is played measures, of one replica.
fn used_millis(place: &Place) -> Value {
    json!(if place.backend == "kubernetes" { 13 } else { 25 })
}

/// Does everything that waits, and gives the deployment.
async fn worked(server: &TestServer, who: &Who) -> Value {
    while server.app.deploy().await.unwrap() {}
    server.get("/api/v1/deployments/weather").by(who).send().await.expect(StatusCode::OK).body
}

/// From an image to an address that answers, and everything that is done with it until it is gone.
async fn lives(server: &TestServer, place: &Place) {
    let who = server.claimed().await;
    let backends = server.get("/api/v1/backends").by(&who).send().await.expect(StatusCode::OK);
    let line = &backends.body["items"][0];
    assert_eq!((&line["name"], line.get("problem")), (&json!(place.backend), None), "{line}");
    assert_eq!(line["isolates"], true);
    assert!(!line["not_isolated"].as_array().unwrap().is_empty());

    let secret = json!({ "name": "API_KEY", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);
    let body = json!({
        "name": "weather", "source": source("1.0.0"), "env": { "RELEASE": "release 1" },
        "secrets": { "API_KEY": "API_KEY" },
        "allow": { "what": "unanalysed", "reason": "an image of our own" },
    });
    server.post("/api/v1/deploy", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    let deployment = worked(server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    assert_eq!(deployment["backend"], place.backend);
    let endpoint = deployment["endpoint"].as_str().unwrap().to_owned();
    assert_eq!(name(place, &endpoint).await, "release 1");
    assert_eq!(variable(place, &endpoint, "API_KEY").await, CANARY);
    assert_eq!(variable(place, &endpoint, "MCP_TRANSPORT").await, "http");
    assert_eq!(variable(place, &endpoint, "FORCE_HTTPS").await, if place.https { "true" } else { "" });
    if place.header.is_some() {
        let stranger = Place { header: None, ..*place };
        assert_eq!(ask(&stranger, &endpoint, "tools/list", json!({})).await.unwrap_err(), 403);
    }

    // Another release at the same address; one that never answers leaves it as it is; and back.
    let change = async |body: Value| {
        let path = "/api/v1/deployments/weather/env";
        server.patch(path, body).by(&who).send().await.expect(StatusCode::ACCEPTED).body
    };
    change(json!({ "set": { "RELEASE": "release 2" } })).await;
    assert_eq!(worked(server, &who).await["endpoint"], endpoint.as_str());
    assert_eq!(name(place, &endpoint).await, "release 2");
    let failed = change(json!({ "set": { "BROKEN": "1" } })).await;
    assert_eq!(worked(server, &who).await["release"], 2);
    let job = format!("/api/v1/deploy-jobs/{}", failed["job"]["id"].as_str().unwrap());
    let job = server.get(&job).by(&who).send().await.expect(StatusCode::OK);
    assert_eq!(job.body["state"], "failed", "{}", job.text);
    assert!(job.body["error"].as_str().unwrap().contains("EACCES"), "{}", job.text);
    assert_eq!(name(place, &endpoint).await, "release 2");
    change(json!({ "set": { "RELEASE": "release 4" }, "unset": ["BROKEN"] })).await;
    worked(server, &who).await;
    assert_eq!(name(place, &endpoint).await, "release 4");
    let back =
        server.post("/api/v1/deployments/weather/rollback", json!({ "release": 1 })).by(&who).send().await;
    back.expect(StatusCode::ACCEPTED);
    // What ran, with the variables of now.
    let deployment = worked(server, &who).await;
    assert_eq!(
        (&deployment["release"], &deployment["endpoint"]),
        (&json!(5), &json!(endpoint)),
        "{deployment}"
    );
    assert_eq!(name(place, &endpoint).await, "release 4");

    has_names_of_its_own(server, place, &who).await;

    // What cannot be told is not made up.
    let used = server.get("/api/v1/deployments/weather/stats").by(&who).send().await;
    match place.backend {
        "cloud-run" => drop(used.refused(409, "not-offered")),
        _ => {
            let used = used.expect(StatusCode::OK).body;
            assert_eq!(
                (&used["cpu_millis"], used.get("pids"), used.get("cpu_total_ms")),
                (&used_millis(place), None, None)
            );
        }
    }
    let logs = server.get("/api/v1/deployments/weather/logs").by(&who).send().await.expect(StatusCode::OK);
    assert!(logs.text.contains("listening"), "{}", logs.text);
    for (what, state) in [("restart", "running"), ("stop", "stopped"), ("start", "running")] {
        let path = format!("/api/v1/deployments/weather/{what}");
        server.post(&path, Value::Null).by(&who).send().await.expect(StatusCode::ACCEPTED);
        assert_eq!(worked(server, &who).await["state"], state, "{what}");
    }
    assert_eq!(name(place, &endpoint).await, "release 4");

    // Any replica that is configured alike watches it, and ends it.
    let other = server.replica().await;
    other.advance(3600);
    assert!(other.app.watch().await.unwrap());
    let deployment = worked(&other, &who).await;
    assert_eq!(
        (&deployment["health"]["status"], &deployment["endpoint"]),
        (&json!("healthy"), &json!(endpoint))
    );
    for path in ["", "/releases", "/releases/1/plan", "/logs"] {
        let answer = server.get(&format!("/api/v1/deployments/weather{path}")).by(&who).send().await;
        assert!(!answer.text.contains("canary"), "{path}: {}", answer.text);
    }
    let body = json!({ "confirm": "weather" });
    server
        .delete("/api/v1/deployments/weather")
        .json(body)
        .by(&who)
        .send()
        .await
        .expect(StatusCode::ACCEPTED);
    while other.app.deploy().await.unwrap() {}
    server.get("/api/v1/deployments/weather").by(&who).send().await.refused(404, "not-found");
}

/// Where the backend has them: asked for, told with what to set, audited, taken away; else it is said that there are none.
async fn has_names_of_its_own(server: &TestServer, place: &Place, who: &Who) {
    let path = "/api/v1/deployments/weather/domains";
    let asked = json!({ "name": "MCP.example.com" });
    let add = async |name: &Value| server.post(path, name.clone()).by(who).send().await;
    if place.backend == "kubernetes" {
        server.get(path).by(who).send().await.refused(409, "not-offered");
        add(&asked).await.refused(409, "not-offered");
        server.delete(&format!("{path}/mcp.example.com")).by(who).send().await.refused(409, "not-offered");
        assert_eq!(told(server, "deployment.add_domain").await, 0);
        return;
    }
    add(&json!({ "name": "10.0.0.1" })).await.refused(400, "invalid");
    let made = add(&asked).await.expect(StatusCode::CREATED).body;
    assert_eq!((&made["name"], &made["state"]), (&json!("mcp.example.com"), &json!("pending")), "{made}");
    assert_eq!(made["records"][0]["kind"], "CNAME", "{made}");
    add(&asked).await.expect(StatusCode::CREATED);
    let mut listed = Value::Null;
    for _ in 0..10 {
        listed = server.get(path).by(who).send().await.expect(StatusCode::OK).body;
    }
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["state"], "ready", "{listed}");
    server.delete(&format!("{path}/mcp.example.com")).by(who).send().await.expect(StatusCode::NO_CONTENT);
    server.delete(&format!("{path}/mcp.example.com")).by(who).send().await.refused(404, "not-found");
    assert_eq!(told(server, "deployment.add_domain").await, 2);
    assert_eq!(told(server, "deployment.remove_domain").await, 2);
    // One that stays until the deployment goes.
    add(&json!({ "name": "stays.example.com" })).await.expect(StatusCode::CREATED);
}

async fn told(server: &TestServer, action: &str) -> i64 {
    let count = format!("SELECT COUNT(*) FROM audit_entries WHERE action = '{action}'");
    crate::database::count(&server.settings, &count).await
}

/// What no database knows of goes, by one of the replicas, once it was nobody's for long enough; what another Sigyl made at
/// the same place stays.
async fn is_swept(server: &TestServer, place: &Place, holds: impl AsyncFn() -> Vec<String>) {
    let who = server.claimed().await;
    let other = server.replica().await;
    let body = json!({
        "name": "weather", "source": source("1.0.0"),
        "allow": { "what": "unanalysed", "reason": "an image of our own" },
    });
    server.post("/api/v1/deploy", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    assert_eq!(worked(server, &who).await["state"], "running");
    if place.backend != "kubernetes" {
        let path = "/api/v1/deployments/weather/domains";
        server
            .post(path, json!({ "name": "mcp.example.com" }))
            .by(&who)
            .send()
            .await
            .expect(StatusCode::CREATED);
    }
    assert_eq!(server.app.collect().await.unwrap(), 0);
    crate::database::execute(&server.settings, &["DELETE FROM deploy_jobs", "DELETE FROM deployments"])
        .await
        .unwrap();
    let held = holds().await;
    assert!(!held.is_empty());
    for _ in 0..2 {
        // Once an hour, and by the one that looked before.
        server.advance(600);
        assert_eq!((server.app.collect().await.unwrap(), other.app.collect().await.unwrap()), (0, 0));
    }
    server.advance(3_600);
    assert_eq!(server.app.collect().await.unwrap(), 0);
    assert_eq!(holds().await, held);
    server.advance(3_600);
    assert!(server.app.collect().await.unwrap() >= 1);
    assert_eq!(holds().await, Vec::<String>::new());
    assert_eq!(told(server, "backend.collect").await, 1);
}

#[cfg(feature = "railway")]
async fn on_railway(engine: Engine, swept: bool) {
    use crate::fakes::railway::Railway;
    let fake: Arc<Railway> = Railway::start(("authorization", format!("Bearer {TOKEN}"))).await;
    let mut settings = settings(engine, "railway").await;
    let file = settings.folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    settings.set("SIGYL_RAILWAY_TOKEN_FILE", &file.display().to_string());
    settings.set("SIGYL_RAILWAY_WORKSPACE", "workspace-1");
    settings.set("SIGYL_RAILWAY_URL", &fake.url);
    settings.set("SIGYL_RAILWAY_ORIGIN", "http://{domain}");
    let server = TestServer::with(settings).await;
    let place = Place { backend: "railway", header: None, https: false };
    if swept {
        return is_swept(&server, &place, async || fake.holds().await).await;
    }
    lives(&server, &place).await;
    assert_eq!(fake.holds().await, Vec::<String>::new());
    // A secret is in the calls that store it, and in no other.
    let has = |word: &str| {
        fake.record.requests().into_iter().filter(|sent| sent.contains(word)).collect::<Vec<_>>()
    };
    assert!(!has(CANARY).is_empty());
    assert!(has(CANARY).iter().all(|sent| sent.contains("mutation VariablesUpsert")), "{:?}", has(CANARY));
}

#[cfg(feature = "kubernetes")]
async fn on_kubernetes(engine: Engine, swept: bool) {
    use crate::fakes::kubernetes::Kubernetes;
    let fake: Arc<Kubernetes> = Kubernetes::start().await;
    let mut settings = settings(engine, "kubernetes").await;
    let file = settings.folder.path().join("kubeconfig");
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "elsewhere",
        "clusters": [{ "name": "here", "cluster": { "server": fake.url } },
                     { "name": "elsewhere", "cluster": { "server": "http://127.0.0.1:1" } }],
        "users": [{ "name": "sigyl", "user": { "token": TOKEN } }],
        "contexts": [{ "name": "here", "context": { "cluster": "here", "user": "sigyl" } },
                     { "name": "elsewhere", "context": { "cluster": "elsewhere", "user": "sigyl" } }],
    });
    std::fs::write(&file, config.to_string()).unwrap();
    settings.set("SIGYL_KUBERNETES_KUBECONFIG", &file.display().to_string());
    settings.set("SIGYL_KUBERNETES_CONTEXT", "here");
    settings.set("SIGYL_KUBERNETES_ORIGIN", &fake.origin);
    let server = TestServer::with(settings).await;
    let place = Place { backend: "kubernetes", header: None, https: false };
    if swept {
        return is_swept(&server, &place, async || fake.holds().await).await;
    }
    lives(&server, &place).await;
    assert_eq!(fake.holds().await, Vec::<String>::new());
    let coded = STANDARD.encode(CANARY);
    for sent in fake.record.requests().iter().filter(|sent| sent.contains(CANARY) || sent.contains(&coded)) {
        assert!(sent.contains("\"kind\":\"Secret\""), "{sent}");
    }
}

#[cfg(feature = "cloud-run")]
async fn on_cloud_run(engine: Engine, swept: bool) {
    use crate::fakes::{cloud_run::CloudRun, http};
    let fake: Arc<CloudRun> = CloudRun::start().await;
    // A user's tokens, as Google's own tools leave them in a file.
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"exp":4102444800}"#);
    let id_token = format!("canary.{claims}.x");
    fake.accept(&id_token);
    let told =
        json!({ "access_token": TOKEN, "id_token": id_token, "expires_in": 3600, "token_type": "Bearer" });
    let tokens = http::serve(move |_| {
        let told = told.clone();
        async move { http::Answer::json(200, &told) }
    })
    .await;
    let mut settings = settings(engine, "cloud-run").await;
    let file = settings.folder.path().join("credentials.json");
    let credentials = json!({ "type": "authorized_user", "client_id": "id", "client_secret": "canary-secret",
                              "refresh_token": "canary-refresh", "token_uri": format!("http://{tokens}/token") });
    std::fs::write(&file, credentials.to_string()).unwrap();
    settings.set("SIGYL_CLOUD_RUN_PROJECT", "my-project");
    settings.set("SIGYL_CLOUD_RUN_REGION", "europe-west1");
    settings.set("SIGYL_CLOUD_RUN_CREDENTIALS_FILE", &file.display().to_string());
    let urls = [
        ("run", &fake.run),
        ("secretmanager", &fake.secrets),
        ("logging", &fake.logging),
        ("iam", &fake.iam),
        ("run-regional", &fake.regional),
    ];
    let urls: Vec<String> = urls.iter().map(|(name, api)| format!("{name}={}", api.url)).collect();
    settings.set("SIGYL_CLOUD_RUN_URLS", &urls.join(","));
    let server = TestServer::with(settings).await;
    let header = Some(("x-serverless-authorization", format!("Bearer {id_token}")));
    let place = Place { backend: "cloud-run", header, https: true };
    if swept {
        return is_swept(&server, &place, async || fake.holds().await).await;
    }
    lives(&server, &place).await;
    assert_eq!(fake.holds().await, Vec::<String>::new());
    assert!(!fake.run.record.requests().concat().contains(CANARY));
}

/// One that is configured and cannot be used says so, and why.
#[cfg(feature = "railway")]
#[tokio::test]
async fn what_cannot_be_used_says_so() {
    let mut settings = settings(Engine::Sqlite, "railway").await;
    settings.set("SIGYL_RAILWAY_TOKEN_FILE", "/nonexistent/token");
    let server = TestServer::with(settings).await;
    let who = server.claimed().await;
    let lines = server.get("/api/v1/backends").by(&who).send().await.expect(StatusCode::OK).body;
    let line = &lines["items"][0];
    assert!(line["problem"].as_str().unwrap().contains("/nonexistent/token"), "{line}");
}

macro_rules! on_each {
    ($($feature:literal $name:ident $test:ident;)*) => {$(
        #[cfg(feature = $feature)]
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$test(sigyl_server::Engine::Sqlite, false).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$test(sigyl_server::Engine::Postgres, false).await;
            }

            #[tokio::test]
            async fn swept_sqlite() {
                super::$test(sigyl_server::Engine::Sqlite, true).await;
            }

            #[tokio::test]
            async fn swept_postgres() {
                super::$test(sigyl_server::Engine::Postgres, true).await;
            }
        }
    )*};
}

on_each! {
    "cloud-run" cloud_run on_cloud_run;
    "kubernetes" kubernetes on_kubernetes;
    "railway" railway on_railway;
}
