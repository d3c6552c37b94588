//! Deployments that nobody looks after: idle ones, ones that do not come back, what is left of ones that are gone.

use std::{path::PathBuf, time::Duration};

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    database::execute,
    deployments::{answers, both, deploy, deployer, hear, said, settings, source, status, work},
    support::{Settings, TestServer, Who, on_both},
};

/// How long is waited for what comes of itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that starts only while there is no file `broken` beside it.
fn fragile(version: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let server = "import os, sys\nif os.path.exists('broken'):\n    print('it is broken', file=sys.stderr)\n    sys.exit(3)\n"
        .to_owned()
        + &crate::deployments::SERVER.replace("VERSION", version);
    let manifest = crate::deployments::MANIFEST.replace("VERSION", version);
    STANDARD.encode(crate::deployments::tar(&[("mcp.yaml", &manifest), ("server.py", &server)]))
}

/// Where the server's builds are.
fn apps(server: &TestServer) -> Vec<PathBuf> {
    let folder = server.settings.data().join("deployments/apps");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Breaks what was built, so that it does not start the next time.
fn break_it(server: &TestServer) {
    for app in apps(server) {
        std::fs::write(app.join("app/broken"), "").unwrap();
    }
}

fn mend_it(server: &TestServer) {
    for app in apps(server) {
        std::fs::remove_file(app.join("app/broken")).unwrap();
    }
}

/// Whether a sandbox of this server's runs.
fn runs(server: &TestServer) -> bool {
    let mark = server.settings.data().join("deployments/apps").display().to_string();
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(&mark)
    })
}

async fn running(server: &TestServer, who: &Who, more: Value) -> String {
    deploy(server, who, more).await.expect(StatusCode::ACCEPTED);
    work(server).await;
    let deployment = status(server, who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    deployment["endpoint"].as_str().unwrap().to_owned()
}

/// Lets time pass without a request until it is idle.
async fn rests(server: &TestServer, who: &Who) {
    // The first look learns how often it was asked until now.
    server.advance(60);
    server.app.watch().await.unwrap();
    assert_eq!(status(server, who).await["state"], "running");
    server.advance(5 * 60);
    server.app.watch().await.unwrap();
    let deployment = status(server, who).await;
    assert_eq!(deployment["state"], "idle", "{deployment}");
    assert_eq!(deployment["health"]["status"], "unknown");
    assert!(!runs(server));
}

/// Jobs that are not over.
const WAITING: &str = "SELECT COUNT(*) FROM deploy_jobs WHERE state IN ('queued', 'running')";

/// Asks, and works meanwhile as a server does.
async fn asked<T>(server: &TestServer, asking: impl Future<Output = T>) -> T {
    let app = server.app.clone();
    let working = tokio::spawn(async move {
        loop {
            app.deploy().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let answer = tokio::time::timeout(PATIENCE * 2, Box::pin(asking)).await.expect("nothing answers");
    // What it has begun it ends: nobody else would within the test.
    while crate::database::count(&server.settings, WAITING).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    working.abort();
    answer
}

async fn refused(endpoint: &str) -> (StatusCode, bool) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(endpoint).body("{}").send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    (status, answer.headers().contains_key("retry-after"))
}

async fn events(server: &TestServer, what: &str) -> i64 {
    crate::database::count(
        &server.settings,
        &format!("SELECT COUNT(*) FROM deploy_events WHERE kind = 'state' AND text = '{what}'"),
    )
    .await
}

async fn idle(engine: Engine) {
    let server = both(engine).await;
    let who = deployer(&server).await;
    let endpoint = running(&server, &who, json!({ "source": fragile("1.0.0"), "idle_stop": 5 })).await;
    assert_eq!(status(&server, &who).await["idle_stop"], 5);

    // What is asked for goes on.
    for _ in 0..3 {
        server.advance(4 * 60);
        assert_eq!(said(&endpoint).await["version"], "1.0.0");
        server.app.watch().await.unwrap();
        assert_eq!(status(&server, &who).await["state"], "running");
    }
    rests(&server, &who).await;
    // To be idle is no illness.
    server.advance(3_600);
    server.app.watch().await.unwrap();
    assert_eq!(status(&server, &who).await["state"], "idle");

    // Requests wait for it, and it is started once.
    let (first, second) = asked(&server, async { tokio::join!(said(&endpoint), said(&endpoint)) }).await;
    assert_eq!((&first["version"], &second["version"]), (&json!("1.0.0"), &json!("1.0.0")));
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "running");
    assert_eq!(events(&server, "idle").await, 1);

    // One that does not start refuses who waits; it is started again as others are that do not answer.
    rests(&server, &who).await;
    break_it(&server);
    let (code, retry) = asked(&server, refused(&endpoint)).await;
    assert_eq!((code, retry), (StatusCode::SERVICE_UNAVAILABLE, true));
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "failed");
    mend_it(&server);
    server.post("/api/v1/deployments/tiny/start", Value::Null).by(&who).send().await;
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "running");
    assert_eq!(said(&endpoint).await["version"], "1.0.0");

    // Who stops it means it: no request starts it.
    rests(&server, &who).await;
    server.post("/api/v1/deployments/tiny/stop", Value::Null).by(&who).send().await;
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "stopped");
    assert_eq!(refused(&endpoint).await, (StatusCode::SERVICE_UNAVAILABLE, true));
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "stopped");

    // The restart of one that is idle starts it; and it may be told never to rest again.
    server.post("/api/v1/deployments/tiny/start", Value::Null).by(&who).send().await;
    work(&server).await;
    rests(&server, &who).await;
    server.post("/api/v1/deployments/tiny/restart", Value::Null).by(&who).send().await;
    work(&server).await;
    assert_eq!(status(&server, &who).await["state"], "running");
    let never = server.patch("/api/v1/deployments/tiny", json!({ "idle_stop": 0 })).by(&who).send().await;
    assert_eq!(never.expect(StatusCode::OK).body["idle_stop"], 0);
    for _ in 0..3 {
        server.advance(3_600);
        server.app.watch().await.unwrap();
        assert_eq!(status(&server, &who).await["state"], "running");
    }
    let much = json!({ "idle_stop": 100_001 });
    server.patch("/api/v1/deployments/tiny", much).by(&who).send().await.refused(400, "invalid");
}

#[tokio::test]
async fn what_nobody_asks_for_rests_until_somebody_does_on_sqlite() {
    Box::pin(idle(Engine::Sqlite)).await;
}

#[tokio::test]
async fn what_nobody_asks_for_rests_until_somebody_does_on_postgres() {
    Box::pin(idle(Engine::Postgres)).await;
}

#[tokio::test]
async fn what_rests_is_woken_by_the_next_server() {
    let mut settings = settings(Settings::new(Engine::Sqlite).await);
    settings.set("SIGYL_DEPLOY_IDLE_STOP", "5");
    let server = TestServer::with(settings).await;
    let who = deployer(&server).await;
    let endpoint = running(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    rests(&server, &who).await;
    let settings = server.end().await;
    let listens = async || {
        let address = endpoint.trim_start_matches("http://").trim_end_matches("/mcp");
        tokio::net::TcpStream::connect(address).await.is_ok()
    };
    while listens().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let server = TestServer::reopened(settings).await;
    // Its listener is there when what is due was looked at.
    while !listens().await {
        server.advance(3_600);
        server.app.watch().await.unwrap();
    }
    assert_eq!(status(&server, &who).await["state"], "idle");
    assert_eq!(asked(&server, said(&endpoint)).await["version"], "1.0.0");
}

#[tokio::test]
async fn what_does_not_come_back_is_given_up_and_told() {
    let mut settings = settings(Settings::new(Engine::Sqlite).await);
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    let server = TestServer::with(settings).await;
    let who = deployer(&server).await;
    let endpoint = running(&server, &who, json!({ "source": fragile("1.0.0") })).await;
    let (url, heard) = hear();
    server.post("/api/v1/webhooks", json!({ "url": url })).by(&who).send().await.expect(StatusCode::CREATED);
    break_it(&server);
    end(&endpoint).await;
    let mut looks = 0;
    while status(&server, &who).await["state"] != "failed" {
        looks += 1;
        assert!(looks < 60, "{}", status(&server, &who).await);
        server.advance(20);
        server.app.watch().await.unwrap();
    }
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["restarts"], 5, "{deployment}");
    assert!(deployment["reason"].as_str().unwrap().contains("5 times"), "{deployment}");
    assert_eq!((events(&server, "unhealthy").await, events(&server, "failed").await), (1, 1));
    // It is left alone then.
    server.advance(3_600);
    assert!(!server.app.watch().await.unwrap());
    let mut told = Vec::new();
    for _ in 0..6 {
        while server.app.work().await.unwrap() {}
        server.advance(600);
    }
    while let Ok((_, body)) = heard.try_recv() {
        told.push(serde_json::from_str::<Value>(&body).unwrap()["data"]["is"].as_str().unwrap().to_owned());
    }
    told.sort();
    told.dedup();
    assert_eq!(told, ["failed", "unhealthy"]);

    // Once it is mended, somebody starts it.
    mend_it(&server);
    server.post("/api/v1/deployments/tiny/start", Value::Null).by(&who).send().await;
    work(&server).await;
    assert_eq!(said(&endpoint).await["version"], "1.0.0");
}

/// Has the server end itself.
async fn end(endpoint: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "end", "arguments": {} } });
    let _ =
        client.post(endpoint).header("content-type", "application/json").body(call.to_string()).send().await;
    assert!(!answers(endpoint).await);
}

async fn nobodys(engine: Engine) {
    let server = both(engine).await;
    let who = deployer(&server).await;
    let endpoint = running(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    let other = json!({ "name": "other", "source": source("2.0.0", ""), "accept_warnings": true });
    server.post("/api/v1/deploy", other).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let lost = server.get("/api/v1/deployments/other").by(&who).send().await.expect(StatusCode::OK).body;
    assert_eq!(lost["state"], "running", "{lost}");
    let lost_endpoint = lost["endpoint"].as_str().unwrap().to_owned();
    // A release of the other one that nobody knows of, and something that is not ours.
    let folder = server.settings.data().join("deployments");
    let tiny = status(&server, &who).await["id"].as_str().unwrap().to_owned();
    let unknown = folder.join("releases").join(&tiny).join("77");
    std::fs::create_dir_all(&unknown).unwrap();
    let foreign = folder.join("releases/Not Ours/1");
    std::fs::create_dir_all(&foreign).unwrap();
    let id = lost["id"].as_str().unwrap();
    execute(&server.settings, &[&format!("DELETE FROM deployments WHERE id = '{id}'")]).await.unwrap();

    // What was only now found to be nobody's stays a while.
    assert_eq!(server.app.collect().await.unwrap(), 0);
    assert!(answers(&lost_endpoint).await && unknown.exists());
    server.advance(600);
    assert!(server.app.collect().await.unwrap() > 2);
    assert!(!answers(&lost_endpoint).await);
    assert!(!unknown.exists() && !folder.join("releases").join(id).exists());
    assert!(foreign.exists());
    assert_eq!(apps(&server).len(), 1);
    assert_eq!(said(&endpoint).await["version"], "1.0.0");
    let owner = server.post("/api/v1/login", json!({ "login": "ada", "password": crate::support::PASSWORD }));
    let owner = owner.send().await.expect(StatusCode::OK).session();
    let log = server.get("/api/v1/audit?format=jsonl").by(&owner).send().await.expect(StatusCode::OK).text;
    assert!(log.contains("backend.collect") && log.contains(id), "{log}");
    server.advance(600);
    assert_eq!(server.app.collect().await.unwrap(), 0);
}

#[tokio::test]
async fn what_belongs_to_no_deployment_goes_on_sqlite() {
    nobodys(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_belongs_to_no_deployment_goes_on_postgres() {
    nobodys(Engine::Postgres).await;
}

#[tokio::test]
async fn builds_of_earlier_releases_are_kept_as_many_as_are_wanted() {
    let mut settings = settings(Settings::new(Engine::Sqlite).await);
    settings.set("SIGYL_DEPLOY_RELEASES_KEPT", "2");
    let server = TestServer::with(settings).await;
    let who = deployer(&server).await;
    running(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    for (version, kept) in [("1.1.0", 2), ("1.2.0", 2), ("1.3.0", 2)] {
        let body = json!({ "source": source(version, ""), "accept_warnings": true });
        server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
        work(&server).await;
        assert_eq!(apps(&server).len(), kept, "{version}");
    }
    let back = |release: i64| server.post("/api/v1/deployments/tiny/rollback", json!({ "release": release }));
    back(1).by(&who).send().await.refused(409, "conflict");
    back(3).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["version"], "1.2.0");
}

#[tokio::test]
async fn public_addresses_are_https_and_servers_know_it() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mut settings = settings(Settings::new(Engine::Sqlite).await);
    settings.set("SIGYL_DEPLOY_PUBLIC_URL", "https://{workspace}-{name}.mcp.example.com");
    let server = TestServer::with(settings).await;
    let who = deployer(&server).await;
    let told = "\"https\": [os.environ.get(name) for name in (\"FORCE_HTTPS\", \"SESSION_SECURE\", \"SESSION_SAME_SITE\")],\n    \"secret\":";
    let program = crate::deployments::SERVER.replace("\"secret\":", told).replace("VERSION", "1.0.0");
    let manifest = crate::deployments::MANIFEST.replace("VERSION", "1.0.0");
    let source =
        STANDARD.encode(crate::deployments::tar(&[("mcp.yaml", &manifest), ("server.py", &program)]));
    let env = json!({ "SESSION_SAME_SITE": "lax" });
    let endpoint = running(&server, &who, json!({ "source": source, "env": env })).await;
    assert_eq!(endpoint, "https://ada-tiny.mcp.example.com/mcp");
    let port = status(&server, &who).await["front_port"].as_i64().unwrap();
    let local = format!("http://127.0.0.1:{port}/mcp");
    assert_eq!(said(&local).await["https"], json!(["true", "true", "lax"]));
    let found = server.get("/api/v1/packages/ada%2Ftiny").by(&who).send().await.expect(StatusCode::OK).text;
    assert!(found.contains(&endpoint), "{found}");
    // What is started anew keeps its address.
    server.post("/api/v1/deployments/tiny/restart", Value::Null).by(&who).send().await;
    work(&server).await;
    let deployment = status(&server, &who).await;
    assert_eq!((&deployment["endpoint"], &deployment["front_port"]), (&json!(endpoint), &json!(port)));
    assert_eq!(said(&local).await["version"], "1.0.0");
}

async fn quick(engine: Engine) {
    let server = both(engine).await;
    let who = deployer(&server).await;
    running(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    let other = json!({ "name": "other", "source": source("2.0.0", ""), "accept_warnings": true });
    server.post("/api/v1/deploy", other).by(&who).send().await.expect(StatusCode::ACCEPTED);
    server.post("/api/v1/deployments/tiny/stop", Value::Null).by(&who).send().await;
    assert!(server.app.deploy_quick().await.unwrap());
    assert!(!server.app.deploy_quick().await.unwrap());
    assert_eq!(status(&server, &who).await["state"], "stopped");
    let other = server.get("/api/v1/deployments/other").by(&who).send().await.expect(StatusCode::OK).body;
    assert_eq!(other["state"], "pending");
}

#[tokio::test]
async fn what_is_quick_does_not_wait_behind_what_builds_on_sqlite() {
    quick(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_is_quick_does_not_wait_behind_what_builds_on_postgres() {
    quick(Engine::Postgres).await;
}

on_both! {
    async fn settings_of_deployments_are_checked(server: TestServer) {
        let who = deployer(&server).await;
        deploy(&server, &who, json!({ "source": "", "idle_stop": 100_001 })).await.refused(400, "invalid");
        deploy(&server, &who, json!({ "source": "", "idle_stop": -1 })).await.refused(400, "invalid");
        server.patch("/api/v1/deployments/none", json!({ "idle_stop": 1 })).by(&who).send().await.refused(404, "not-found");
    }
}
