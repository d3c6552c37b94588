//! Deployments: real servers as real processes, from a source that is sent to an address that answers.

use std::time::Duration;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    killed::{Caller, Process},
    scans::BLOCKED,
    support::{Answer, Settings, TestServer, Who, on_both},
};

/// A server of MCP in Python's own library: what it answers tells its version, a variable and whether it has a secret.
pub(crate) const SERVER: &str = include_str!("data/tiny_server.py");

pub(crate) const MANIFEST: &str = "name: tiny\ndescription: Says who it is\nversion: VERSION\nruntime: python\ntransport: http\n\
    build: { start: [python3, server.py] }\n";

pub(crate) fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    sigyl_core::source::pack(files.iter().map(|(path, text)| (*path, false, text.as_bytes()))).unwrap()
}

/// What stands for a secret, wherever it is looked for.
pub(crate) const CANARY: &str = "canary-4f9b1c7e";

pub(crate) fn source(version: &str, more: &str) -> String {
    let manifest = MANIFEST.replace("VERSION", version) + more;
    let server = SERVER.replace("VERSION", version);
    STANDARD.encode(tar(&[("mcp.yaml", &manifest), ("server.py", &server)]))
}

pub(crate) fn settings(mut settings: Settings) -> Settings {
    settings.set("SIGYL_DEPLOY_BACKENDS", "process");
    settings.set("PATH", "/usr/bin:/bin");
    settings
}

/// Does everything that waits.
pub(crate) async fn work(server: &TestServer) {
    while server.app.deploy().await.unwrap() {}
}

pub(crate) async fn deployer(server: &TestServer) -> Who {
    let ada = server.claimed().await;
    server.key(&ada, "ada", &["read", "deploy", "secrets", "publish"]).await
}

pub(crate) async fn deploy(server: &TestServer, who: &Who, more: Value) -> Answer {
    let mut body = json!({ "name": "tiny", "accept_warnings": true });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post("/api/v1/deploy", body).by(who).send().await
}

pub(crate) async fn status(server: &TestServer, who: &Who) -> Value {
    server.get("/api/v1/deployments/tiny").by(who).send().await.expect(StatusCode::OK).body
}

pub(crate) async fn job(server: &TestServer, who: &Who, queued: &Value) -> Value {
    let id = queued["job"]["id"].as_str().unwrap();
    server.get(&format!("/api/v1/deploy-jobs/{id}")).by(who).send().await.expect(StatusCode::OK).body
}

/// What went wrong with it.
pub(crate) async fn error(server: &TestServer, who: &Who, queued: &Value) -> Value {
    let job = job(server, who, queued).await;
    assert_eq!(job["state"], "failed", "{job}");
    serde_json::from_str(job["error"].as_str().unwrap()).unwrap()
}

/// What the tool `who` of a server says.
pub(crate) async fn said(endpoint: &str) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "who", "arguments": {} } });
    let answer = client
        .post(endpoint)
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .body(call.to_string())
        .timeout(Duration::from_secs(120))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
}

pub(crate) async fn both(engine: Engine) -> TestServer {
    TestServer::with(settings(Settings::new(engine).await)).await
}

/// From nothing to an address that answers, and everything that is done with it until it is gone.
async fn a_whole_life(engine: Engine) {
    let server = both(engine).await;
    let who = deployer(&server).await;

    let queued =
        deploy(&server, &who, json!({ "source": source("1.0.0", ""), "env": { "GREETING": "hello" } })).await;
    let queued = queued.expect(StatusCode::ACCEPTED).body;
    assert_eq!(queued["deployment"]["state"], "pending");
    work(&server).await;
    assert_eq!(job(&server, &who, &queued).await["state"], "done", "{}", job(&server, &who, &queued).await);
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    assert_eq!(deployment["health"]["status"], "healthy");
    assert_eq!(deployment["package"], "ada/tiny");
    assert_eq!(deployment["version"], "1.0.0");
    let endpoint = deployment["endpoint"].as_str().unwrap().to_owned();
    assert_eq!(said(&endpoint).await, json!({ "version": "1.0.0", "greeting": "hello", "secret": false }));

    // What runs can be found, with the tools that it lists.
    let tools = server.get("/api/v1/packages/ada%2Ftiny/versions/1.0.0/tools").by(&who).send().await;
    let tools = tools.expect(StatusCode::OK).body;
    assert_eq!(tools["tools"][0]["name"], "who");
    assert_eq!(tools["tools"][0]["origin"], "live");

    // Who may see the deployment is told of it beside the server; others see neither.
    let package = "/api/v1/packages/ada%2Ftiny";
    let details = server.get(package).by(&who).send().await.expect(StatusCode::OK).body;
    let told = &details["deployments"][0];
    assert_eq!(
        (&told["name"], &told["state"], &told["version"], &told["endpoint"], &told["health"]["status"]),
        (&json!("tiny"), &json!("running"), &json!("1.0.0"), &json!(endpoint), &json!("healthy")),
        "{details}"
    );
    let visible = json!({ "visibility": "public" });
    server.patch(package, visible).by(&who).send().await.expect(StatusCode::OK);
    let details = server.get(package).send().await.expect(StatusCode::OK).body;
    assert_eq!(details["deployments"], json!([]));
    // What runs is deleted first.
    let confirm = json!({ "confirm": "ada/tiny" });
    let refused = server.delete(package).json(confirm.clone()).by(&who).send().await.refused(409, "conflict");
    assert!(refused.text.contains("tiny"), "{}", refused.text);

    // Another release at the same address, with the variables of before.
    let again = json!({ "source": source("1.1.0", ""), "accept_warnings": true });
    let queued = server.post("/api/v1/deployments/tiny/redeploy", again).by(&who).send().await;
    queued.expect(StatusCode::ACCEPTED);
    work(&server).await;
    assert_eq!(status(&server, &who).await["endpoint"], endpoint.as_str());
    assert_eq!(said(&endpoint).await["version"], "1.1.0");
    assert_eq!(said(&endpoint).await["greeting"], "hello");

    // One that never answers leaves the one before as it is, and says why.
    let broken = STANDARD.encode(tar(&[
        ("mcp.yaml", &MANIFEST.replace("VERSION", "1.2.0")),
        ("server.py", "import sys\nprint('cannot go on', file=sys.stderr)\nsys.exit(3)\n"),
    ]));
    let body = json!({ "source": broken, "accept_warnings": true });
    let queued = server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await.body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "unhealthy", "{why}");
    assert!(why["output"].to_string().contains("cannot go on"), "{why}");
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running");
    assert_eq!(deployment["release"], 2);
    assert_eq!(said(&endpoint).await["version"], "1.1.0");

    // Back, and other variables.
    server
        .post("/api/v1/deployments/tiny/rollback", json!({}))
        .by(&who)
        .send()
        .await
        .expect(StatusCode::ACCEPTED);
    work(&server).await;
    assert_eq!(said(&endpoint).await["version"], "1.0.0");
    let body = json!({ "set": { "GREETING": "good day" } });
    server.patch("/api/v1/deployments/tiny/env", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    assert_eq!(said(&endpoint).await, json!({ "version": "1.0.0", "greeting": "good day", "secret": false }));

    // A secret becomes a variable, and is nowhere to be seen.
    let secret = json!({ "name": "TOKEN", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);
    let body = json!({ "secrets": { "TOKEN": "TOKEN" } });
    server.patch("/api/v1/deployments/tiny/env", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    assert_eq!(said(&endpoint).await["secret"], true);
    for path in [
        "/api/v1/deployments/tiny",
        "/api/v1/deployments/tiny/releases",
        "/api/v1/deployments/tiny/releases/6/plan",
        "/api/v1/deployments/tiny/releases/6/image",
        "/api/v1/deployments/tiny/logs",
        "/api/v1/deployments/tiny/stats",
    ] {
        let answer = server.get(path).by(&who).send().await.expect(StatusCode::OK);
        assert!(!answer.text.contains(CANARY), "{path}");
    }
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&command).contains(CANARY));
    }

    for (what, state) in [("stop", "stopped"), ("start", "running"), ("restart", "running")] {
        let path = format!("/api/v1/deployments/tiny/{what}");
        server.post(&path, Value::Null).by(&who).send().await.expect(StatusCode::ACCEPTED);
        work(&server).await;
        assert_eq!(status(&server, &who).await["state"], state, "{what}");
    }
    assert_eq!(said(&endpoint).await["version"], "1.0.0");

    // The name confirms; nothing is left.
    let wrong = json!({ "confirm": "other" });
    server.delete("/api/v1/deployments/tiny").json(wrong).by(&who).send().await.refused(400, "invalid");
    let right = json!({ "confirm": "tiny" });
    server.delete("/api/v1/deployments/tiny").json(right).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    server.get("/api/v1/deployments/tiny").by(&who).send().await.refused(404, "not-found");
    server.delete(package).json(confirm).by(&who).send().await.expect(StatusCode::NO_CONTENT);
    server.get(package).by(&who).send().await.refused(404, "not-found");
    let left = std::fs::read_dir(server.settings.data().join("deployments")).into_iter().flatten().flatten();
    let left: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().starts_with('s')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_whole_life_on_sqlite() {
    a_whole_life(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_whole_life_on_postgres() {
    a_whole_life(Engine::Postgres).await;
}

#[tokio::test]
async fn what_the_scan_stands_against_does_not_run() {
    let server = both(Engine::Sqlite).await;
    let who = deployer(&server).await;
    let source = STANDARD.encode(tar(&[("server.py", BLOCKED)]));
    let queued = deploy(&server, &who, json!({ "source": source })).await.expect(StatusCode::ACCEPTED).body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "blocked");
    assert!(why["summary"]["block"].as_u64().unwrap() > 0, "{why}");
    assert!(!why["findings"].as_array().unwrap().is_empty());
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "failed");
    assert!(deployment.get("endpoint").is_none());
    let report = server.get("/api/v1/deployments/tiny/releases/1/report").by(&who).send().await;
    assert_eq!(report.expect(StatusCode::OK).body["verdict"], "blocked");

    // An administrator decides otherwise, which is written down, and not where nothing isolates what it lets run.
    let allow = json!({ "what": "blocked", "reason": "read line by line" });
    let body = json!({ "source": source, "allow": allow });
    let queued = server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
    let queued = queued.expect(StatusCode::ACCEPTED).body;
    work(&server).await;
    assert_eq!(error(&server, &who, &queued).await["code"], "needs-isolation");
    let owner = who_owns(&server).await;
    let log = server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&owner).send().await;
    assert!(log.expect(StatusCode::OK).text.contains("read line by line"));

    let allow = json!({ "what": "blocked", "reason": "tried by hand" });
    let ada = server.invited(&who_owns(&server).await, "ada", "eve", "developer").await;
    let body = json!({ "name": "other", "source": source, "allow": allow });
    server
        .post("/api/v1/deploy", body)
        .by(&ada)
        .header("sigyl-workspace", "ada")
        .send()
        .await
        .refused(403, "forbidden");
}

/// The first administrator, who is logged in again.
async fn who_owns(server: &TestServer) -> Who {
    let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
    server.post("/api/v1/login", body).send().await.expect(StatusCode::OK).session()
}

/// What a build needs is named by who deploys, and refused by name where it is not, before anything is built.
#[tokio::test]
async fn build_secrets_are_given_by_name_or_refused() {
    let server = both(Engine::Sqlite).await;
    let who = deployer(&server).await;
    let manifest = "name: tiny\ndescription: d\nversion: 1.0.0\nruntime: node\ntransport: stdio\nbuild: { start: [node, index.js], \
        secrets: [NPM_TOKEN, OTHER_TOKEN] }\n";
    let lock = r#"{"name": "tiny", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "tiny", "dependencies": {"a": "1.0.0"}}, "node_modules/a": {"version": "1.0.0", "integrity": "sha512-AA=="}}}"#;
    let files = [
        ("mcp.yaml", manifest),
        (
            "package.json",
            r#"{"name": "tiny", "version": "1.0.0", "main": "index.js", "dependencies": {"a": "1.0.0"}}"#,
        ),
        ("package-lock.json", lock),
        ("index.js", "console.log(1);\n"),
    ];
    let source = STANDARD.encode(tar(&files));
    let secret = json!({ "name": "NPM_TOKEN", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);

    // That the workspace has one of the name is not enough, and one that is named must be there.
    let body = json!({ "source": source, "build_secrets": { "OTHER_TOKEN": "NOT_THERE" } });
    let queued = deploy(&server, &who, body).await.expect(StatusCode::ACCEPTED).body;
    assert_eq!(queued["deployment"]["build_secrets"], json!({ "OTHER_TOKEN": "NOT_THERE" }));
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "build-secrets-missing", "{why}");
    let missing =
        json!([{ "name": "NPM_TOKEN", "secret": null }, { "name": "OTHER_TOKEN", "secret": "NOT_THERE" }]);
    assert_eq!(why["missing"], missing, "{why}");
    let message = why["message"].as_str().unwrap();
    assert!(message.contains("NPM_TOKEN (not given)") && message.contains("secret NOT_THERE"), "{message}");
    let plan = server.get("/api/v1/deployments/tiny/releases/1/plan").by(&who).send().await;
    let plan = plan.expect(StatusCode::OK).body;
    assert_eq!(plan["build_secrets"], json!(["NPM_TOKEN", "OTHER_TOKEN"]));
    assert_eq!(plan["private_to"], queued["deployment"]["id"]);

    // The next release may have others, and keeps those that there are where it names none.
    let both = json!({ "NPM_TOKEN": "NPM_TOKEN", "OTHER_TOKEN": "NPM_TOKEN" });
    let body = json!({ "source": source, "accept_warnings": true, "build_secrets": both });
    let again = server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
    let again = again.expect(StatusCode::ACCEPTED).body;
    work(&server).await;
    assert_ne!(error(&server, &who, &again).await["code"], "build-secrets-missing");
    let body = json!({ "source": source, "accept_warnings": true });
    let again = server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
    assert_eq!(again.expect(StatusCode::ACCEPTED).body["deployment"]["build_secrets"], both);
    work(&server).await;

    for names in [json!({ "A-B": "X" }), json!({ "A": "not a name" }), json!({ "": "X" })] {
        deploy(&server, &who, json!({ "name": "other", "source": source, "build_secrets": names }))
            .await
            .refused(400, "invalid");
    }
}

#[tokio::test]
async fn required_secrets_are_there_before_it_starts() {
    let server = both(Engine::Sqlite).await;
    let who = deployer(&server).await;
    let more = "secrets:\n  - { name: TOKEN, required: true, type: string, injection: { method: environment, name: TOKEN } }\n\
                \x20 - { name: X-Other, required: true, injection: { method: header, name: X-Other } }\n";
    let queued = deploy(&server, &who, json!({ "source": source("1.0.0", more) })).await.body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "secrets-missing", "{why}");
    assert_eq!(why["missing"].as_array().unwrap().len(), 1, "{why}");
    assert_eq!(why["missing"][0]["name"], "TOKEN");
    assert_eq!(why["missing"][0]["type"], "string");

    let secret = json!({ "name": "TOKEN", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);
    let body = json!({ "source": source("1.0.0", more), "accept_warnings": true });
    server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment}");
    assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["secret"], true);
}

#[tokio::test]
async fn what_ends_is_started_again() {
    let server = both(Engine::Sqlite).await;
    let who = deployer(&server).await;
    deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let endpoint = status(&server, &who).await["endpoint"].as_str().unwrap().to_owned();
    let ended = said_end(&endpoint).await;
    assert!(ended, "it did not end");
    // Either its supervisor or the watch starts it again.
    for _ in 0..20 {
        server.advance(60);
        server.app.watch().await.unwrap();
        if status(&server, &who).await["health"]["status"] == "healthy" && answers(&endpoint).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it did not come back: {}", status(&server, &who).await);
}

/// Makes the server end itself.
async fn said_end(endpoint: &str) -> bool {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "end", "arguments": {} } });
    let answer =
        client.post(endpoint).header("content-type", "application/json").body(call.to_string()).send().await;
    answer.is_err() || !answer.unwrap().status().is_success()
}

pub(crate) async fn answers(endpoint: &str) -> bool {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let answer =
        client.post(endpoint).header("content-type", "application/json").body(ping.to_string()).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// What could not be deleted is there, says why, and is deleted again, or forgotten.
async fn what_cannot_be_deleted(engine: Engine) {
    let mut settings = settings(Settings::new(engine).await);
    settings.set("SIGYL_DEPLOY_BACKENDS", "docker");
    settings.set("SIGYL_DOCKER_HOST", "unix:///nowhere/docker.sock");
    let server = TestServer::with(settings).await;
    let who = deployer(&server).await;
    let queued = deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await;
    let queued = queued.expect(StatusCode::ACCEPTED).body;
    work(&server).await;
    assert_eq!(error(&server, &who, &queued).await["code"], "backend-unavailable");
    // Twice: the first time must not leave it where nobody finds it.
    for _ in 0..2 {
        let delete = server.delete("/api/v1/deployments/tiny").json(json!({ "confirm": "tiny" })).by(&who);
        let queued = delete.send().await.expect(StatusCode::ACCEPTED).body;
        work(&server).await;
        assert_eq!(error(&server, &who, &queued).await["code"], "backend-unavailable");
        let deployment = status(&server, &who).await;
        assert_eq!(deployment["state"], "failed");
        assert!(deployment["reason"].as_str().unwrap().contains("no engine answers"), "{deployment}");
    }
    // As an earlier version left it.
    crate::database::execute(&server.settings, &["UPDATE deployments SET wanted = 'deleted'"]).await.unwrap();
    server.get("/api/v1/deployments/tiny").by(&who).send().await.refused(404, "not-found");
    let server = TestServer::reopened(server.end().await).await;
    assert_eq!(status(&server, &who).await["state"], "failed");
    let delete = json!({ "confirm": "tiny", "force": true });
    let queued = server.delete("/api/v1/deployments/tiny").json(delete).by(&who).send().await;
    queued.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let list = server.get("/api/v1/deployments").by(&who).send().await.expect(StatusCode::OK).body;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_deleted_is_there_on_sqlite() {
    what_cannot_be_deleted(Engine::Sqlite).await;
}

#[tokio::test]
async fn what_cannot_be_deleted_is_there_on_postgres() {
    what_cannot_be_deleted(Engine::Postgres).await;
}

on_both! {
    async fn wrong_orders_are_refused_at_once(server: TestServer) {
        let who = deployer(&server).await;
        for (more, told) in [
            (json!({}), "give a reference"),
            (json!({ "reference": "/etc" }), "reference:"),
            (json!({ "source": "%%%" }), "Base64"),
            (json!({ "source": "", "name": "Not A Name" }), "name:"),
            (json!({ "source": "", "env": { "1A": "x" } }), "env:"),
            (json!({ "source": "", "env": { "LD_PRELOAD": "x" } }), "LD_PRELOAD"),
            (json!({ "source": "", "env": { "PORT": "1" } }), "PORT"),
            (json!({ "source": "", "secrets": { "PATH": "B" } }), "PATH"),
            (json!({ "source": "", "env": { "A": "x" }, "secrets": { "A": "B" } }), "secret already"),
            (json!({ "source": "", "replicas": 0 }), "replicas:"),
            (json!({ "source": "", "runtime": "a b" }), "runtime:"),
            (json!({ "source": "", "backend": "moon" }), "backend"),
            (json!({ "source": "", "unknown": 1 }), "unknown field"),
        ] {
            let answer = deploy(&server, &who, more.clone()).await.refused(400, "invalid");
            assert!(answer.text.contains(told), "{more}: {}", answer.text);
        }
    }

    async fn a_workspace_has_its_quota_and_is_not_deleted_around_what_runs(server: TestServer) {
        let who = deployer(&server).await;
        let first = deploy(&server, &who, json!({ "source": "" })).await.expect(StatusCode::ACCEPTED);
        assert_eq!(first.body["deployment"]["backend"], "process");
        deploy(&server, &who, json!({ "source": "" })).await.refused(409, "conflict");
        let owner = who_owns(&server).await;
        let confirm = json!({ "confirm": "ada" });
        server.delete("/api/v1/workspaces/ada").json(confirm).by(&owner).send().await.refused(409, "conflict");
    }
}

/// Steps of a release, at each of which the server is killed.
const STEPS: [&str; 7] =
    ["waiting", "fetching", "scanning", "planning", "building", "starting", "registering"];

/// Looks at a job until it is over, or at a step.
async fn until(caller: &Caller, url: &str, job: &str, step: Option<&str>) -> Value {
    let path = format!("{url}/api/v1/deploy-jobs/{job}");
    for _ in 0..6_000 {
        let found = caller.get(&path).await;
        let is_over = matches!(found["state"].as_str(), Some("done" | "failed"));
        if is_over || step.is_some_and(|step| found["step"] == step) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the job hangs: {}", caller.get(&path).await);
}

/// Waits until something answers at an address.
async fn comes_back(endpoint: &str) {
    for _ in 0..300 {
        if answers(endpoint).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing answers at {endpoint}");
}

/// A server that deploys is killed at every step, and the next one ends what was begun; at last nothing is left.
#[tokio::test]
async fn what_is_killed_at_any_step_ends_well() {
    let settings = settings(crate::killed::settings(Engine::Sqlite).await);
    let mut server = Process::start(&settings);
    let caller = Caller::claim(&settings, &server.url).await;
    let rounds = if std::env::var_os("SIGYL_FULL").is_some() { 200 } else { STEPS.len() };
    for round in 0..rounds {
        let name = format!("tiny-{}", round % 5);
        let version = format!("1.0.{round}");
        let body = json!({ "name": name, "source": source(&version, ""), "accept_warnings": true });
        let (status, mut queued) =
            caller.ask("POST", &format!("{}/api/v1/deploy", server.url), body.clone()).await.unwrap();
        if status == StatusCode::CONFLICT {
            let mut again = body;
            again.as_object_mut().unwrap().remove("name");
            let path = format!("{}/api/v1/deployments/{name}/redeploy", server.url);
            queued = caller.ask("POST", &path, again).await.unwrap().1;
        }
        let job = queued["job"]["id"].as_str().unwrap_or_else(|| panic!("{queued}")).to_owned();
        until(&caller, &server.url, &job, Some(STEPS[round % STEPS.len()])).await;
        server.kill();
        server = Process::start(&settings);
        let ended = until(&caller, &server.url, &job, None).await;
        assert_eq!(ended["state"], "done", "killed at {}: {ended}", STEPS[round % STEPS.len()]);
        let deployment = caller.get(&format!("{}/api/v1/deployments/{name}", server.url)).await;
        assert_eq!(deployment["state"], "running", "{deployment}");
        let endpoint = deployment["endpoint"].as_str().unwrap();
        // Where the job was over, the watch brings back what the kill ended.
        comes_back(endpoint).await;
        assert_eq!(said(endpoint).await["version"], version.as_str());
    }
    // Those of before are there again, at their addresses, though every kill ended them.
    for number in 0..rounds.min(5) {
        let path = format!("{}/api/v1/deployments/tiny-{number}", server.url);
        comes_back(caller.get(&path).await["endpoint"].as_str().unwrap()).await;
    }
    for number in 0..rounds.min(5) {
        let name = format!("tiny-{number}");
        let path = format!("{}/api/v1/deployments/{name}", server.url);
        let (_, queued) = caller.ask("DELETE", &path, json!({ "confirm": name })).await.unwrap();
        let job = queued["job"]["id"].as_str().unwrap_or_else(|| panic!("{queued}")).to_owned();
        // Its last look may find the deployment gone with its job still told.
        until(&caller, &server.url, &job, None).await;
    }
    let list = caller.get(&format!("{}/api/v1/deployments", server.url)).await;
    assert_eq!(list["items"], json!([]));
    drop(server);
    let folder = settings.data().join("deployments");
    for kind in ["apps", "releases"] {
        let left: Vec<_> = std::fs::read_dir(folder.join(kind)).into_iter().flatten().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
    }
    let mark = settings.data().display().to_string();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        assert!(!command.contains(&mark), "it still runs: {command}");
    }
}

/// Hears what is sent, answers the first time with 500 and then with 204, and gives what it heard: head and body.
pub(crate) fn hear() -> (String, std::sync::mpsc::Receiver<(String, String)>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (count, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let (mut heard, mut chunk) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let read = stream.read(&mut chunk).unwrap();
                heard.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&heard).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    let length = head.lines().find_map(|line| {
                        line.to_lowercase()
                            .strip_prefix("content-length:")
                            .map(|it| it.trim().parse::<usize>().unwrap())
                    });
                    if body.len() >= length.unwrap_or(0) {
                        break (head.to_lowercase(), body.to_owned());
                    }
                }
                assert!(read > 0, "it ended early");
            };
            let status = if count == 0 { "500 No" } else { "204 Yes" };
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            if sender.send((head, body)).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

/// What Python's own library says of a signature, in another implementation than ours.
fn signed(secret: &str, message: &str) -> String {
    let program = "import base64,hashlib,hmac,sys\nkey=base64.b64decode(sys.argv[1][6:])\n\
                   print(base64.b64encode(hmac.new(key,sys.argv[2].encode(),hashlib.sha256).digest()).decode())";
    let done = std::process::Command::new("/usr/bin/python3")
        .args(["-c", program, secret, message])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    format!("v1,{}", String::from_utf8(done.stdout).unwrap().trim())
}

#[tokio::test]
async fn others_are_told_of_changes_signed_and_again_where_they_failed() {
    let mut settings = settings(Settings::new(Engine::Sqlite).await);
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let who = server.key(&ada, "ada", &["read", "deploy"]).await;
    let (url, heard) = hear();
    for wrong in ["ftp://a.example/", "https://user:word@a.example/", "nonsense"] {
        server
            .post("/api/v1/webhooks", json!({ "url": wrong }))
            .by(&who)
            .send()
            .await
            .refused(400, "invalid");
    }
    let made = server.post("/api/v1/webhooks", json!({ "url": url })).by(&who).send().await;
    let made = made.expect(StatusCode::CREATED).body;
    let secret = made["secret"].as_str().unwrap();
    let listed = server.get("/api/v1/webhooks").by(&who).send().await.expect(StatusCode::OK);
    assert!(!listed.text.contains(secret));

    deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    let mut told = Vec::new();
    for _ in 0..8 {
        while server.app.work().await.unwrap() {}
        server.advance(60);
    }
    while let Ok((head, body)) = heard.try_recv() {
        let header = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")))
                .unwrap_or_else(|| panic!("{head}"))
        };
        // The head was made small letters; the signature is held against the same.
        let message = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
        assert_eq!(header("webhook-signature"), signed(secret, &message).to_lowercase());
        told.push(serde_json::from_str::<Value>(&body).unwrap()["data"]["is"].as_str().unwrap().to_owned());
    }
    // The first one was answered with 500, and came again.
    told.sort();
    assert_eq!(told, ["building", "building", "running", "starting"]);
    let id = made["webhook"]["id"].as_str().unwrap();
    server.delete(&format!("/api/v1/webhooks/{id}")).by(&who).send().await.expect(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_runs_and_cannot_be_registered_goes_on_and_says_so() {
    let server = both(Engine::Sqlite).await;
    let who = deployer(&server).await;
    deploy(&server, &who, json!({ "source": source("1.0.0", "") })).await.expect(StatusCode::ACCEPTED);
    work(&server).await;
    // No registry takes what looks like a range.
    let again = json!({ "source": source("1.x-beta", ""), "accept_warnings": true });
    let queued = server.post("/api/v1/deployments/tiny/redeploy", again).by(&who).send().await.body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert!(why["message"].as_str().unwrap().contains("range"), "{why}");
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running");
    assert_eq!(deployment["release"], 2);
    assert!(deployment["reason"].as_str().unwrap().contains("range"), "{deployment}");
    let releases = server.get("/api/v1/deployments/tiny/releases").by(&who).send().await.body;
    assert_eq!(releases["items"][0]["state"], "serving", "{releases}");
    assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["version"], "1.x-beta");
}
