//! Private repositories: the token is opened for git alone.

use std::{
    io::BufRead as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    deployments::{CANARY, MANIFEST, SERVER, deploy, deployer, error, said, settings, status, work},
    support::{Settings, TestServer},
};

fn run(program: &str, arguments: &[&str], folder: &Path) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", folder);
    let done = command.output().unwrap();
    assert!(done.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A host with one repository, `acme/tiny`, that wants the canary as its password: `main` and the tag `v1` are one version,
/// the branch `next` is another, and has a third one in a folder; the branch `ill` never answers.
struct Host {
    folder: tempfile::TempDir,
    child: Child,
    port: u16,
}

fn write(folder: &Path, version: &str, server: &str) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("mcp.yaml"), MANIFEST.replace("VERSION", version)).unwrap();
    std::fs::write(folder.join("server.py"), server.replace("VERSION", version)).unwrap();
}

impl Host {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let source = at.join("source");
        let git = |words: &[&str]| {
            let author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
            run("git", &[&author[..], words].concat(), &source);
        };
        let commit = || {
            git(&["add", "."]);
            git(&["commit", "--quiet", "--message", "one more"]);
        };
        write(&source, "1.0.0", SERVER);
        git(&["init", "--quiet", "--initial-branch", "main"]);
        commit();
        git(&["tag", "--annotate", "--message", "first", "v1"]);
        git(&["checkout", "--quiet", "-b", "next"]);
        write(&source, "2.0.0", SERVER);
        write(&source.join("servers/tiny"), "3.0.0", SERVER);
        commit();
        git(&["checkout", "--quiet", "-b", "ill", "main"]);
        write(&source, "4.0.0", "import sys\nsys.exit(3)\n");
        commit();
        git(&["checkout", "--quiet", "main"]);
        run("git", &["clone", "--quiet", "--bare", "source", "repositories/acme/tiny.git"], at);
        let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
        let names =
            ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key", "-out", "cert"];
        run("openssl", &[&made[..], &names].concat(), at);
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/data/git_host.py");
        let path = |name: &str| at.join(name).display().to_string();
        let mut child = Command::new("/usr/bin/python3")
            .args([program, &path("repositories"), &path("cert"), &path("key")])
            .env("GIT_HOST_PASSWORD", CANARY)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { folder, child, port: line.trim().parse().unwrap() }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/acme/tiny.git", self.port)
    }

    fn commit(&self, name: &str) -> String {
        let path = self.folder.path().join("source/.git/refs/heads").join(name);
        std::fs::read_to_string(path).unwrap().trim().to_owned()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a command line of this machine has the canary.
fn is_in_a_command_line() -> bool {
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(CANARY)
    })
}

/// A server that trusts the host.
async fn server(engine: Engine, host: &Host) -> TestServer {
    let mut settings = settings(Settings::new(engine).await);
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1, ::1");
    settings.set("SSL_CERT_FILE", &host.folder.path().join("cert").display().to_string());
    TestServer::with(settings).await
}

/// The source that a release was named to come from is the next one's as well, once it answered.
async fn sources(engine: Engine) {
    let host = tokio::task::spawn_blocking(Host::start).await.unwrap();
    let server = server(engine, &host).await;
    let who = deployer(&server).await;
    let secret = json!({ "name": "GIT_TOKEN", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);
    let named = |what: &str| format!("{}{what}", host.url());
    let tells = async |reference: &str, version: &str| {
        let deployment = status(&server, &who).await;
        let told = (&deployment["state"], &deployment["reference"], &deployment["version"]);
        assert_eq!(told, (&json!("running"), &json!(reference), &json!(version)), "{deployment}");
        assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["version"], version);
    };
    let again = async |reference: Option<&str>| {
        let body = json!({ "accept_warnings": true, "reference": reference });
        let queued = server.post("/api/v1/deployments/tiny/redeploy", body).by(&who).send().await;
        let queued = queued.expect(StatusCode::ACCEPTED).body;
        work(&server).await;
        queued
    };
    // Where none ever answered, the last that was named counts.
    let body = json!({ "reference": named("#nowhere"), "git_secret": "GIT_TOKEN" });
    let queued = deploy(&server, &who, body).await.expect(StatusCode::ACCEPTED).body;
    work(&server).await;
    assert_eq!(error(&server, &who, &queued).await["code"], "source");
    again(Some(&named("#v1"))).await;
    tells(&named("#v1"), "1.0.0").await;

    // One that is not there, and one that never answers, are not gone to again.
    for (other, code) in [("#nowhere", "source"), ("#ill", "unhealthy")] {
        let queued = again(Some(&named(other))).await;
        assert_eq!(error(&server, &who, &queued).await["code"], code);
        tells(&named("#v1"), "1.0.0").await;
    }
    let queued = again(None).await;
    assert_eq!(crate::deployments::job(&server, &who, &queued).await["state"], "done");
    tells(&named("#v1"), "1.0.0").await;

    // A branch, a folder of it, a commit: each is gone to again.
    let commit = host.commit("main");
    for (reference, version) in [
        ("#next", "2.0.0"),
        ("#next:servers/tiny", "3.0.0"),
        (&format!("#{commit}"), "1.0.0"),
        ("#next", "2.0.0"),
    ] {
        again(Some(&named(reference))).await;
        tells(&named(reference), version).await;
        again(None).await;
        tells(&named(reference), version).await;
        let releases = server.get("/api/v1/deployments/tiny/releases").by(&who).send().await.body;
        let wanted = if version == "1.0.0" { &commit } else { &host.commit("next") };
        assert_eq!(releases["items"][0]["commit_id"], json!(wanted), "{releases}");
    }
    // What goes back goes back to where that came from.
    let last = status(&server, &who).await["last_release"].as_i64().unwrap();
    let body = json!({ "release": last - 2 });
    let back = server.post("/api/v1/deployments/tiny/rollback", body).by(&who).send().await;
    back.expect(StatusCode::ACCEPTED);
    work(&server).await;
    tells(&named(&format!("#{commit}")), "1.0.0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_does_not_answer_is_not_kept() {
    sources(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_does_not_answer_is_not_kept_on_postgres() {
    sources(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_repository_is_read_with_a_stored_token() {
    let host = tokio::task::spawn_blocking(Host::start).await.unwrap();
    let server = server(Engine::Sqlite, &host).await;
    let who = deployer(&server).await;

    // Without the token, and with a secret that is not there, it is not read.
    let queued = deploy(&server, &who, json!({ "name": "none", "reference": host.url() })).await.body;
    work(&server).await;
    assert_eq!(error(&server, &who, &queued).await["code"], "source");
    let body = json!({ "name": "missing", "reference": host.url(), "git_secret": "GIT_TOKEN" });
    let queued = deploy(&server, &who, body).await.body;
    work(&server).await;
    let why = error(&server, &who, &queued).await;
    assert_eq!(why["code"], "secret-missing", "{why}");

    let secret = json!({ "name": "GIT_TOKEN", "value": CANARY });
    server.post("/api/v1/secrets", secret).by(&who).send().await.expect(StatusCode::CREATED);
    let body = json!({ "reference": host.url(), "git_secret": "GIT_TOKEN" });
    let queued = deploy(&server, &who, body).await.expect(StatusCode::ACCEPTED).body;
    // Looks for it in all command lines while it is fetched, and built, and started.
    let app = server.app.clone();
    let working = tokio::spawn(async move { while app.deploy().await.unwrap() {} });
    let mut looks = 0;
    while !working.is_finished() {
        assert!(!is_in_a_command_line());
        looks += 1;
        tokio::task::yield_now().await;
    }
    working.await.unwrap();
    assert!(looks > 1);
    let deployment = status(&server, &who).await;
    assert_eq!(deployment["state"], "running", "{deployment} {queued}");
    assert_eq!(said(deployment["endpoint"].as_str().unwrap()).await["version"], "1.0.0");
    let releases = server.get("/api/v1/deployments/tiny/releases").by(&who).send().await.body;
    assert_eq!(releases["items"][0]["commit_id"].as_str().unwrap().len(), 40, "{releases}");

    // It is in nothing that is told, and in no row of what happened.
    let job = queued["job"]["id"].as_str().unwrap();
    for path in [
        "/api/v1/deployments/tiny".to_owned(),
        "/api/v1/deployments/tiny/releases".to_owned(),
        "/api/v1/deployments/tiny/releases/1/plan".to_owned(),
        "/api/v1/deployments/tiny/releases/1/provenance".to_owned(),
        "/api/v1/deployments/tiny/logs".to_owned(),
        format!("/api/v1/deploy-jobs/{job}"),
    ] {
        let answer = server.get(&path).by(&who).send().await.expect(StatusCode::OK);
        assert!(!answer.text.contains(CANARY), "{path}");
    }
    for (table, column) in [("deploy_events", "text"), ("deploy_jobs", "error"), ("releases", "reference")] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{CANARY}%'");
        assert_eq!(crate::database::count(&server.settings, &sql).await, 0, "{table}");
    }

    // The next release reads it again, with the token as it is then.
    server
        .post("/api/v1/deployments/tiny/redeploy", json!({ "accept_warnings": true }))
        .by(&who)
        .send()
        .await;
    work(&server).await;
    assert_eq!(status(&server, &who).await["release"], 2);
    let secret = json!({ "value": "another" });
    let list: Value = server.get("/api/v1/secrets").by(&who).send().await.expect(StatusCode::OK).body;
    let id = list["items"][0]["id"].as_str().unwrap();
    server.patch(&format!("/api/v1/secrets/{id}"), secret).by(&who).send().await.expect(StatusCode::OK);
    let again = json!({ "accept_warnings": true });
    let queued = server.post("/api/v1/deployments/tiny/redeploy", again).by(&who).send().await.body;
    work(&server).await;
    assert_eq!(error(&server, &who, &queued).await["code"], "source");
    assert_eq!(status(&server, &who).await["release"], 2);
}
