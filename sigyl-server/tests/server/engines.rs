//! Deployments in a real engine: `tests/engine up`, and its `export` lines.

use std::process::Command;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sigyl_server::Engine;

use crate::{
    database::execute,
    deployments::{MANIFEST, SERVER, deploy, deployer, error, said, source, status, tar, work},
    support::{Settings, TestServer},
};

async fn engine() -> TestServer {
    TestServer::with(on_engine().await).await
}

async fn on_engine() -> Settings {
    let mut settings = Settings::new(Engine::Sqlite).await;
    let address = std::env::var("DOCKER_HOST").expect("an engine: `tests/engine up`, and its `export` lines");
    settings.set("SIGYL_DEPLOY_BACKENDS", "docker");
    settings.set("SIGYL_DOCKER_HOST", &address);
    settings.set("SIGYL_DEPLOY_RELEASES_KEPT", "1");
    settings.set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    settings
}

/// A server whose images go to the registry that asks who it is, as `robot` with that password; as nobody with none.
async fn with_registry(password: &str) -> TestServer {
    let mut settings = on_engine().await;
    let address = std::env::var("SIGYL_TEST_PRIVATE_REGISTRY").expect("a registry: `tests/engine up`");
    settings.set("SIGYL_DEPLOY_REGISTRY", &format!("{address}/private-{}", std::process::id()));
    if !password.is_empty() {
        let file = settings.folder.path().join("registry-password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        settings.set("SIGYL_DEPLOY_REGISTRY_USER", "robot");
        settings.set("SIGYL_DEPLOY_REGISTRY_PASSWORD_FILE", &file.display().to_string());
    }
    TestServer::with(settings).await
}

fn docker(words: &[&str]) -> String {
    let done = Command::new("docker").args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// What the engine has with a label of this server's.
fn held(server: &TestServer, what: &[&str]) -> Vec<String> {
    let mark = std::fs::read_to_string(server.settings.data().join("engine-id")).unwrap();
    let filter = format!("label=sigyl.instance={}", mark.trim());
    let done = Command::new("docker").args(what).args(["--quiet", "--filter", &filter]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().lines().map(str::to_owned).collect()
}

async fn delete(server: &TestServer, who: &crate::support::Who, name: &str) {
    let ask = server.delete(&format!("/api/v1/deployments/{name}")).json(json!({ "confirm": name }));
    ask.by(who).send().await.expect(StatusCode::ACCEPTED);
    work(server).await;
}

/// A server with a tool that the scan blocks, beside what it is asked.
fn blocked(version: &str) -> String {
    let server = SERVER.replace("VERSION", version).replace(
        "        if message[\"params\"][\"name\"] == \"end\":",
        "        if message[\"params\"][\"name\"] == \"run\":\n            os.system(message[\"params\"][\"arguments\"][\"command\"])\n        if message[\"params\"][\"name\"] == \"end\":",
    );
    let tool = crate::scans::BLOCKED.to_owned();
    let manifest = MANIFEST.replace("VERSION", version);
    STANDARD.encode(tar(&[("mcp.yaml", &manifest), ("server.py", &server), ("history.py", &tool)]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine; run by ./test"]
async fn what_an_administrator_allows_runs_where_it_is_isolated() {
    let server = engine().await;
    let who = deployer(&server).await;
    let queued = deploy(&server, &who, json!({ "source": blocked("1.0.0") })).await.body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "blocked", "{why}");
    let allow = json!({ "what": "blocked", "reason": "read line by line" });
    let body = json!({ "source": blocked("1.0.0"), "allow": allow });
    server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let deployment = status(&server, &who).await;
    assert_eq!(
        (&deployment["state"], &deployment["backend"]),
        (&json!("running"), &json!("docker")),
        "{deployment}"
    );
    assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["version"], "1.0.0");
    let report = server.get("/api/v1/deployments/tiny/releases/2/report").by(&who).send().await;
    assert_eq!(report.expect(StatusCode::OK).body["verdict"], "blocked");
    delete(&server, &who, "tiny").await;
    for what in [&["ps", "--all"][..], &["network", "ls"], &["images"]] {
        assert!(held(&server, what).is_empty(), "{what:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine; run by ./test"]
async fn what_an_engine_holds_of_nobodys_goes_and_nothing_else() {
    let server = engine().await;
    let who = deployer(&server).await;
    deploy(&server, &who, json!({ "source": source("1.0.0", ""), "idle_stop": 5 })).await;
    work(&server).await;
    let endpoint = status(&server, &who).await["endpoint"].as_str().unwrap().to_owned();
    assert_eq!(said(&endpoint).await["version"], "1.0.0");
    let images = held(&server, &["images"]);
    // The next release, and with it no image of the one before.
    let body = json!({ "source": source("1.1.0", ""), "accept_warnings": true });
    server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
    work(&server).await;
    assert_eq!(said(&endpoint).await["version"], "1.1.0");
    assert!(!held(&server, &["images"]).iter().any(|image| images.contains(image)));

    // At rest it holds no container; the next request has one made.
    server.advance(60);
    server.app.watch().await.unwrap();
    server.advance(5 * 60);
    server.app.watch().await.unwrap();
    assert_eq!(status(&server, &who).await["state"], "idle");
    assert!(held(&server, &["ps", "--all"]).is_empty());
    let app = server.app.clone();
    let working = tokio::spawn(async move {
        loop {
            app.deploy().await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    // What a request waits for has a minute.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let asked = client.post(&endpoint).header("content-type", "application/json").body(list).send().await;
    assert!(asked.unwrap().status().is_success());
    while status(&server, &who).await["state"] != "running" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    working.abort();

    // Of one that no database knows nothing stays; what is not marked as this server's does.
    let name = format!("another-{}", std::process::id());
    let made = ["network", "create", "--label", "sigyl.instance=another", &name];
    assert!(Command::new("docker").args(made).output().unwrap().status.success());
    execute(&server.settings, &["DELETE FROM deploy_jobs", "DELETE FROM deployments"]).await.unwrap();
    assert_eq!(server.app.collect().await.unwrap(), 0);
    assert!(!held(&server, &["ps"]).is_empty());
    server.advance(600);
    assert!(server.app.collect().await.unwrap() >= 3);
    for what in [&["ps", "--all"][..], &["network", "ls"], &["images"]] {
        assert!(held(&server, what).is_empty(), "{what:?}");
    }
    let gone = Command::new("docker").args(["network", "rm", &name]).output().unwrap();
    assert!(gone.status.success(), "{}", String::from_utf8_lossy(&gone.stderr));
    let log = crate::database::count(
        &server.settings,
        "SELECT COUNT(*) FROM audit_entries WHERE action = 'backend.collect'",
    );
    assert_eq!(log.await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine; run by ./test"]
async fn images_go_to_a_registry_that_asks_for_a_password_and_come_back() {
    let file = std::env::var("SIGYL_TEST_PRIVATE_PASSWORD_FILE").expect("a registry: `tests/engine up`");
    let password = std::fs::read_to_string(file).unwrap().trim().to_owned();
    for refused in ["", "another-password"] {
        let server = with_registry(refused).await;
        let who = deployer(&server).await;
        let queued = deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await.body;
        work(&server).await;
        let why = error(&server, &who, &queued).await;
        assert_eq!(why["code"], "backend-refused", "{why}");
        assert!(!why.to_string().contains("another-password"), "{why}");
        delete(&server, &who, "tiny").await;
    }

    let server = with_registry(&password).await;
    let who = deployer(&server).await;
    deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    work(&server).await;
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    let image = server.get("/api/v1/deployments/tiny/releases/1/image").by(&who).send().await;
    let image = image.expect(StatusCode::OK).body["reference"].as_str().unwrap().to_owned();
    let address = std::env::var("SIGYL_TEST_PRIVATE_REGISTRY").unwrap();
    assert!(image.starts_with(&format!("{address}/private-")) && image.contains("@sha256:"), "{image}");

    let mut told = String::new();
    for (what, list) in [("container", &["ps", "--all"][..]), ("image", &["images"])] {
        let held = held(&server, list);
        assert!(!held.is_empty(), "{what}");
        for id in held {
            told += &docker(&[what, "inspect", &id]);
            if what == "image" {
                told += &docker(&["history", "--no-trunc", &id]);
            }
        }
    }
    for path in ["", "/releases", "/releases/1/plan", "/releases/1/image", "/releases/1/provenance", "/logs"]
    {
        told += &server.get(&format!("/api/v1/deployments/tiny{path}")).by(&who).send().await.text;
    }

    // At rest, and not on the engine any more: the start has it pulled by its digest.
    let act = async |what: &str| {
        let path = format!("/api/v1/deployments/tiny/{what}");
        server.post(&path, json!(null)).by(&who).send().await.expect(StatusCode::ACCEPTED);
        work(&server).await;
        status(&server, &who).await
    };
    assert_eq!(act("stop").await["state"], "stopped");
    for id in held(&server, &["images"]) {
        docker(&["rmi", "--force", &id]);
    }
    assert!(held(&server, &["images"]).is_empty());
    assert_eq!(act("start").await["state"], "running");
    assert!(!held(&server, &["images"]).is_empty());
    let endpoint = status(&server, &who).await["endpoint"].as_str().unwrap().to_owned();
    assert_eq!(said(&endpoint).await["version"], "1.0.0");

    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        told += &String::from_utf8_lossy(&std::fs::read(entry.path().join("cmdline")).unwrap_or_default());
    }
    assert!(told.contains("sigyl.deployment") && !told.contains(&password));
    for kept in files_below(&server.settings.data()) {
        let bytes = std::fs::read(&kept).unwrap();
        let is_in = bytes.windows(password.len()).any(|part| part == password.as_bytes());
        assert!(!is_in, "{}", kept.display());
    }
    delete(&server, &who, "tiny").await;
    for what in [&["ps", "--all"][..], &["network", "ls"], &["images"]] {
        assert!(held(&server, what).is_empty(), "{what:?}");
    }
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => files.extend(files_below(&entry.path())),
            kind if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files
}
