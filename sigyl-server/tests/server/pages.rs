//! Pages for people, and what clients of OAuth look for.

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::support::{Settings, TestServer, on_both};

on_both! {
    async fn the_first_page_tells_how_to_begin_and_what_is_here(server: TestServer) {
        let page = server.get("/").send().await.expect(StatusCode::OK);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert!(page.text.contains("sigyl login --claim FILE"), "{}", page.text);
        let ada = server.claimed().await;
        let document = json!({
            "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
            "name": "ada/weather", "description": "<script>alert(1)</script> & 'more'", "version": "1.0.0",
            "remotes": [{ "type": "streamable-http", "url": "https://weather.example/mcp" }],
        });
        server.post("/v0.1/publish", document).by(&ada).send().await.expect(StatusCode::OK);
        // What nobody scanned is seen by its workspace alone, and never on a page for all.
        let page = server.get("/").by(&ada).send().await.expect(StatusCode::OK);
        assert!(!page.text.contains("claim-token") && !page.text.contains("ada/weather"), "{}", page.text);
    }
}

#[tokio::test]
async fn what_publishers_write_is_text() {
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let document = json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": "ada/weather", "description": "<script>alert(1)</script> & 'more'", "version": "1.0.0",
        "remotes": [{ "type": "streamable-http", "url": "https://weather.example/mcp" }],
    });
    server.post("/v0.1/publish", document).by(&ada).send().await.expect(StatusCode::OK);
    let page = server.get("/").send().await.expect(StatusCode::OK).text;
    assert!(
        page.contains(
            "<td>ada/weather<td>1.0.0<td>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;more&#39;"
        ),
        "{page}"
    );
}

#[tokio::test]
async fn the_pages_need_nothing_from_elsewhere_and_no_script() {
    let server = TestServer::start(Engine::Sqlite).await;
    let described = server.get("/openapi.json").send().await.body;
    let docs = server.get("/docs").send().await.expect(StatusCode::OK);
    for path in described["paths"].as_object().unwrap().keys() {
        assert!(docs.text.contains(&format!("<code>{path}</code>")), "{path}");
    }
    for page in [docs, server.get("/").send().await] {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"), "{policy}");
        for part in ["<script", " style=", "<style", "src=", " on", "url("] {
            let found = page.text.to_lowercase();
            let found = found.match_indices('<').any(|(at, _)| {
                found[at..].split('>').next().is_some_and(|tag| format!("{tag}>").contains(part))
            });
            assert!(!found, "{part}");
        }
        // Only addresses of this server.
        for reference in page.text.split("href=\"").skip(1) {
            let to = reference.split('"').next().unwrap();
            assert!(["docs", "docs.css", "openapi.json"].contains(&to), "{to}");
        }
    }
    let style = server.get("/docs.css").send().await.expect(StatusCode::OK);
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(!style.text.contains("url(") && !style.text.contains("@import"));
}

on_both! {
    async fn who_is_refused_learns_how_a_key_is_shown(server: TestServer) {
        let mut settings = server.settings;
        settings.set("SIGYL_ANONYMOUS_READS", "false");
        settings.set("SIGYL_PUBLIC_URL", "https://mcp.example.com/base");
        let closed = TestServer::reopened(settings).await;
        let ask = |path: &'static str| closed.ask_as("mcp.example.com", "GET", path);
        let refused = ask("/v0.1/servers").send().await.refused(401, "unauthenticated");
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert_eq!(
            challenge,
            "Bearer resource_metadata=\"https://mcp.example.com/base/.well-known/oauth-protected-resource\""
        );
        for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/v0.1"] {
            let told = ask(path).send().await.expect(StatusCode::OK);
            assert_eq!(told.headers["access-control-allow-origin"], "*");
            assert_eq!(told.body["resource"], "https://mcp.example.com/base");
            assert_eq!(told.body["bearer_methods_supported"], json!(["header"]));
        }
        assert!(ask("/").send().await.text.contains("read with a key"));
    }
}
