//! Uploads of source and their scans.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    registry::publish,
    support::{Answer, Settings, TestServer, Who, on_both},
};

pub(crate) const SAFE: &str = "from mcp.server.fastmcp import FastMCP

mcp = FastMCP('weather')


@mcp.tool()
def forecast(city: str) -> str:
    \"\"\"Tells the weather in a city.\"\"\"
    return f'Sunny in {city}'
";

pub(crate) const BLOCKED: &str = "import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP('history')


@mcp.tool()
def history(branch: str) -> str:
    \"\"\"Tells what was committed to a branch.\"\"\"
    return subprocess.run(f'git log {branch}', shell=True, capture_output=True, text=True).stdout
";

/// An archive of one file.
pub(crate) fn tar(name: &str, text: &str) -> Vec<u8> {
    let mut header = [0_u8; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", text.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut archive = header.to_vec();
    archive.extend_from_slice(text.as_bytes());
    archive.resize(archive.len().next_multiple_of(512) + 1024, 0);
    archive
}

const NAME: &str = "com.example%2Fweather";

pub(crate) async fn upload(server: &TestServer, by: &Who, version: &str, archive: Vec<u8>) -> Answer {
    let path = format!("/api/v1/packages/{NAME}/versions/{version}/source");
    server.ask("PUT", &path).header("content-type", "application/x-tar").body(archive).by(by).send().await
}

async fn scan(server: &TestServer, by: Option<&Who>, version: &str) -> Answer {
    let ask = server.get(&format!("/api/v1/packages/{NAME}/versions/{version}/scan"));
    match by {
        Some(who) => ask.by(who).send().await,
        None => ask.send().await,
    }
}

async fn shown(server: &TestServer, version: &str) -> Answer {
    server.get(&format!("/v0.1/servers/{NAME}/versions/{version}")).send().await
}

/// A key that publishes in Ada's workspace.
async fn publisher(server: &TestServer) -> Who {
    let ada = server.claimed().await;
    server.key(&ada, "ada", &["read", "publish"]).await
}

on_both! {
    async fn what_was_scanned_is_shown_unless_it_is_blocked(server: TestServer) {
        let key = publisher(&server).await;
        for version in ["1.0.0", "1.1.0"] {
            publish(&server, &key, "com.example/weather", version).await.expect(StatusCode::OK);
        }
        let queued = upload(&server, &key, "1.0.0", tar("weather/server.py", SAFE)).await.expect(StatusCode::ACCEPTED);
        assert_eq!(queued.body["state"], "queued");
        upload(&server, &key, "1.1.0", tar("weather/server.py", BLOCKED)).await.expect(StatusCode::ACCEPTED);
        upload(&server, &key, "1.0.0", tar("weather/server.py", BLOCKED)).await.refused(409, "conflict");
        shown(&server, "1.0.0").await.refused(404, "not-found");
        scan(&server, None, "1.0.0").await.refused(404, "not-found");

        assert!(server.app.work().await.unwrap() && server.app.work().await.unwrap());
        assert!(!server.app.work().await.unwrap());
        let done = scan(&server, None, "1.0.0").await.expect(StatusCode::OK).body;
        assert_eq!((&done["state"], &done["verdict"]), (&json!("done"), &done["report"]["verdict"]));
        assert_ne!(done["verdict"], "blocked");
        assert_eq!(done["report"]["tools"][0]["name"], "forecast");
        let answer = shown(&server, "1.0.0").await.expect(StatusCode::OK);
        let receipt = &answer.body["_meta"]["io.modelcontextprotocol.registry/security-scan"][0];
        assert_eq!((&receipt["scanner"], &receipt["attestation"]), (&json!("sigyl"), &json!("registry-attested")));
        assert_eq!(receipt["scanned_artifact_digest"], format!("sha256:{}", done["report"]["tree_digest"].as_str().unwrap()));

        // The later version is blocked: its workspace sees why, and others still get the one before.
        let blocked = scan(&server, Some(&key), "1.1.0").await.expect(StatusCode::OK).body;
        assert_eq!(blocked["verdict"], "blocked");
        assert_eq!(blocked["report"]["findings"][0]["rule"], "command-injection");
        scan(&server, None, "1.1.0").await.refused(404, "not-found");
        shown(&server, "1.1.0").await.refused(404, "not-found");
        assert_eq!(shown(&server, "latest").await.expect(StatusCode::OK).body["server"]["version"], "1.0.0");
    }

    async fn what_is_no_archive_is_told(server: TestServer) {
        let key = publisher(&server).await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        upload(&server, &key, "1.0.0", b"this is no archive".to_vec()).await.expect(StatusCode::ACCEPTED);
        assert!(server.app.work().await.unwrap());
        let failed = scan(&server, Some(&key), "1.0.0").await.expect(StatusCode::OK).body;
        assert_eq!(failed["state"], "failed");
        assert!(failed["error"].as_str().unwrap().contains("archive"), "{failed}");
        shown(&server, "1.0.0").await.refused(404, "not-found");
    }

    async fn uploads_are_for_ones_own_versions(server: TestServer) {
        let key = publisher(&server).await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        upload(&server, &key, "2.0.0", tar("a.py", SAFE)).await.refused(404, "not-found");
        upload(&server, &key, "latest", tar("a.py", SAFE)).await.refused(404, "not-found");
        let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
        let ada = server.post("/api/v1/login", body).send().await.session();
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let other = server.key(&ada, "team", &["read", "publish"]).await;
        upload(&server, &other, "1.0.0", tar("a.py", SAFE)).await.refused(404, "not-found");
        let path = format!("/api/v1/packages/{NAME}/versions/1.0.0/source");
        server.ask("PUT", &path).header("content-type", "text/plain").body("x").by(&key).send().await
            .refused(415, "unsupported-media-type");
        upload(&server, &key, "1.0.0", vec![0; (16 << 20) + 1]).await.refused(413, "too-large");
    }

    async fn a_scan_is_made_once_whoever_works(server: TestServer) {
        let key = publisher(&server).await;
        let replica = server.replica().await;
        for number in 0..6 {
            let version = format!("1.0.{number}");
            publish(&server, &key, "com.example/weather", &version).await.expect(StatusCode::OK);
            upload(&server, &key, &version, tar("a.py", SAFE)).await.expect(StatusCode::ACCEPTED);
        }
        let drain = async |app: &sigyl_server::App| while app.work().await.unwrap() {};
        tokio::join!(drain(&server.app), drain(&replica.app));
        let sql = "SELECT COUNT(*) FROM scans WHERE state = 'done' AND attempts = 1";
        assert_eq!(crate::database::count(&server.settings, sql).await, 6);
    }

    async fn a_scan_whose_worker_was_lost_is_made_again(server: TestServer) {
        let key = publisher(&server).await;
        publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
        upload(&server, &key, "1.0.0", tar("a.py", SAFE)).await.expect(StatusCode::ACCEPTED);
        let lease = server.clock.now().0 + 60_000;
        let lost = format!("UPDATE scans SET state = 'running', attempts = 1, lease_until = {lease}");
        crate::database::execute(&server.settings, &[&lost]).await.unwrap();
        assert!(!server.app.work().await.unwrap());
        server.advance(61);
        assert!(server.app.work().await.unwrap());
        assert_eq!(scan(&server, None, "1.0.0").await.expect(StatusCode::OK).body["state"], "done");
    }
}

#[tokio::test]
async fn a_scanner_that_dies_is_tried_three_times() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_SCAN_PROGRAM", "/bin/false");
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let key = publisher(&server).await;
    publish(&server, &key, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    upload(&server, &key, "1.0.0", tar("a.py", SAFE)).await.expect(StatusCode::ACCEPTED);
    for state in ["queued", "queued", "failed"] {
        assert!(server.app.work().await.unwrap());
        assert_eq!(scan(&server, Some(&key), "1.0.0").await.body["state"], state);
    }
    assert!(!server.app.work().await.unwrap());
    let failed = scan(&server, Some(&key), "1.0.0").await.body;
    assert!(failed["error"].as_str().unwrap().contains("ended early"), "{failed}");
}

#[tokio::test]
async fn the_process_has_limits_and_nothing_else() {
    use std::{io::Write, process::Stdio};
    let run = |archive: Vec<u8>| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_sigyl-server"))
            .arg("scan-source")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        std::thread::spawn(move || input.write_all(&archive));
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    // Deep, but within what a file may be: read with a stack that the limit on memory still allows.
    let deep = format!("x = {}0{}\n", "[".repeat(900), "]".repeat(900));
    assert!(run(tar("a.py", &deep))["report"][0]["verdict"].is_string());
    let endless = "a=".repeat(200_000);
    let found = run(tar("a.js", &endless));
    assert_eq!(found["report"][0]["not_analysed"][0]["path"], "a.js", "{found}");
    assert!(run(vec![0x1f, 0x8b, 8, 0])["refused"].is_string());
}
