//! Imports from other registries, and policies for clients.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    scan_jobs::serve,
    scans::{BLOCKED, SAFE, tar},
    support::{Answer, Settings, TestServer, Who, on_both},
};

async fn publisher(server: &TestServer) -> Who {
    let ada = server.claimed().await;
    server.key(&ada, "ada", &["read", "publish"]).await
}

async fn import(server: &TestServer, key: &Who, files: Value) -> Answer {
    server.post("/api/v1/registry/import", json!({ "files": files })).by(key).send().await
}

/// Imported, there already, rejected.
fn counts(answer: &Answer) -> [i64; 3] {
    ["imported", "exists", "rejected"].map(|key| answer.body[key].as_i64().unwrap())
}

/// A zip of one stored file.
fn zip(name: &str, text: &str) -> Vec<u8> {
    let crc = text.bytes().fold(!0_u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    });
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let mut shared = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
    shared.extend((!crc).to_le_bytes());
    shared.extend([size, size].concat());
    shared.extend(length);
    shared.extend([0, 0]);
    let mut out = [&b"PK\x03\x04"[..], &shared, name.as_bytes(), text.as_bytes()].concat();
    let directory = [&b"PK\x01\x02\x14\x00"[..], &shared, &[0; 14], name.as_bytes()].concat();
    let at = u32::try_from(out.len()).unwrap().to_le_bytes();
    let long = u32::try_from(directory.len()).unwrap().to_le_bytes();
    out.extend(directory);
    out.extend([&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &long, &at, &[0, 0]].concat());
    out
}

const MANIFEST: &str = r#"{ "manifest_version": "0.3", "name": "hello", "version": "1.0.0", "description": "Says hello",
    "author": { "name": "A" }, "server": { "type": "node", "entry_point": "index.js", "mcp_config": { "command": "node", "args": ["index.js"] } } }"#;

on_both! {
    async fn good_entries_are_published_and_bad_ones_told(server: TestServer) {
        let key = publisher(&server).await;
        let list = json!([
            { "server": { "name": "io.github.a/old", "description": "", "version_detail": { "version": "0.1.0" },
                "packages": [{ "registry_type": "pypi", "identifier": "old", "version": "0.1.0" }] } },
            { "name": "io.github.a/new", "description": "New", "version": "1.0.0" },
            { "name": "bad name", "description": "Bad", "version": "1.0.0" },
            7,
        ]);
        let docker = "name: mail\nimage: ghcr.io/a/mail\nabout: { title: Mail, description: Reads mail }\nmeta: { category: mail, tags: [post] }\n";
        let files = json!([{ "path": "list.json", "text": list.to_string() }, { "path": "mail/server.yaml", "text": docker }, { "path": "x.txt", "text": "?" }]);
        let done = import(&server, &key, files.clone()).await.expect(StatusCode::OK);
        assert_eq!(counts(&done), [3, 0, 3], "{}", done.text);
        let names = done.body["entries"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(names, ["io.github.a/old", "io.github.a/new", "ada/bad name", "list.json[3]", "ada/mail", "x.txt"]);
        assert!(done.body["entries"][2]["problem"].as_str().unwrap().contains("NAMESPACE/NAME"));
        assert_eq!(counts(&import(&server, &key, files).await), [0, 3, 3]);
        let mail = server.get("/api/v1/packages/ada%2Fmail").by(&key).send().await.expect(StatusCode::OK).body;
        assert_eq!((&mail["category"], &mail["runtime"]), (&json!("mail"), &json!("container")));
        for wrong in [json!({}), json!({ "files": [] }), json!({ "url": "http://127.0.0.1/", "files": [] }), json!({ "url": "file:///etc/passwd" }),
                      json!({ "url": "x", "files": [{ "path": "a", "text": "" }] })] {
            server.post("/api/v1/registry/import", wrong).by(&key).send().await.refused(400, "invalid");
        }
        let log = crate::database::count(&server.settings, "SELECT COUNT(*) FROM audit_entries WHERE action = 'server.publish'").await;
        assert_eq!(log, 3);
    }

    async fn a_bundle_is_published_with_its_source(server: TestServer) {
        let key = publisher(&server).await;
        let send = async |bytes: Vec<u8>| {
            server.ask("POST", "/api/v1/registry/import").header("content-type", "application/zip").body(bytes).by(&key).send().await
        };
        assert_eq!(counts(&send(zip("manifest.json", MANIFEST)).await.expect(StatusCode::OK)), [1, 0, 0]);
        assert!(server.app.work().await.unwrap());
        let scan = server.get("/api/v1/packages/ada%2Fhello/versions/1.0.0/scan").by(&key).send().await.expect(StatusCode::OK).body;
        assert_eq!(scan["state"], "done", "{scan}");
        assert_eq!(counts(&send(zip("other.json", "{}")).await.expect(StatusCode::OK)), [0, 0, 1]);
        assert_eq!(counts(&send(b"PK".to_vec()).await.expect(StatusCode::OK)), [0, 0, 1]);
    }

    async fn policies_allow_what_is_safe_and_deny_what_is_blocked(server: TestServer) {
        let key = publisher(&server).await;
        for (name, source) in [("safe", Some(SAFE)), ("bad", Some(BLOCKED)), ("new", None)] {
            let document = json!({ "name": format!("com.example/{name}"), "version": "1.0.0", "description": "D",
                "packages": [{ "registryType": "npm", "identifier": name, "version": "1.0.0", "transport": { "type": "stdio" } }] });
            server.post("/api/v1/packages", document).by(&key).send().await.expect(StatusCode::CREATED);
            if let Some(source) = source {
                let path = format!("/api/v1/packages/com.example%2F{name}/versions/1.0.0/source");
                server.ask("PUT", &path).header("content-type", "application/x-tar").body(tar("a.py", source)).by(&key).send().await
                    .expect(StatusCode::ACCEPTED);
            }
        }
        while server.app.work().await.unwrap() {}
        let rule = |name: &str| json!({ "serverCommand": ["npx", format!("{name}@1.0.0")] });
        let get = async |query: &str| server.get(&format!("/api/v1/registry/policy{query}")).by(&key).send().await.expect(StatusCode::OK).body;
        let policy = get("").await;
        assert_eq!((&policy["allowedMcpServers"], &policy["deniedMcpServers"]), (&json!([rule("safe")]), &json!([rule("bad")])));
        let policy = get("?format=vscode&unscanned=true").await;
        assert_eq!(policy["chat.mcp.allowedServers"], json!([rule("new"), rule("safe")]));
        assert_eq!(get("?format=claude").await["allowManagedMcpServersOnly"], true);
        server.get("/api/v1/registry/policy?format=x").by(&key).send().await.refused(400, "invalid");
    }
}

#[tokio::test]
async fn addresses_are_fetched_where_the_operator_allows_it() {
    let bundle = zip("manifest.json", MANIFEST);
    let list = json!([{ "name": "io.github.a/new", "description": "New", "version": "1.0.0" }]).to_string();
    let url = serve(move |path| match path {
        "/list.json" => Some(list.clone().into_bytes()),
        "/hello.mcpb" => Some(bundle.clone()),
        _ => None,
    });
    for allowed in [false, true] {
        let mut settings = Settings::new(Engine::Sqlite).await;
        if allowed {
            settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
        }
        let server = TestServer::with(settings).await;
        let key = publisher(&server).await;
        let import = async |path: &str| {
            let body = json!({ "url": format!("{url}{path}") });
            server.post("/api/v1/registry/import", body).by(&key).send().await
        };
        if !allowed {
            import("/list.json").await.refused(400, "invalid");
            continue;
        }
        assert_eq!(counts(&import("/list.json").await.expect(StatusCode::OK)), [1, 0, 0]);
        assert_eq!(counts(&import("/hello.mcpb").await.expect(StatusCode::OK)), [1, 0, 0]);
        let shown = server
            .get("/v0.1/servers/ada%2Fhello/versions/latest")
            .by(&key)
            .send()
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(shown["server"]["packages"][0]["registryType"], "mcpb");
        import("/nothing").await.refused(400, "invalid");
    }
}
