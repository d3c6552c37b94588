//! Logins of the official publisher with tokens: of GitHub's workflows and people, and of an issuer of OpenID Connect.
//!
//! GitHub and the issuers are stand-ins; a real issuer is asked in `sign_on`.

use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    publishers::{credential, log_in, publish, start, web_server, workspace_of},
    support::BEGIN,
};

/// An issuer of workflows' tokens, with a key that can be changed.
struct Issuer(Arc<Ed25519KeyPair>, &'static str);

impl Issuer {
    fn key(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.1, "use": "sig",
                "x": URL_SAFE_NO_PAD.encode(self.0.public_key()) })
    }

    fn token(&self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "EdDSA", "kid": self.1 })), part(claims));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes())))
    }
}

async fn workflows(engine: Engine) {
    let issuer = Issuer(Arc::new(Ed25519KeyPair::generate().unwrap()), "one");
    let next = Issuer(Arc::new(Ed25519KeyPair::generate().unwrap()), "two");
    let keys = Arc::new(Mutex::new(vec![issuer.key()]));
    let shown = keys.clone();
    let url = web_server(move |path, _| {
        assert_eq!(path, "/.well-known/jwks");
        (200, json!({ "keys": *shown.lock().unwrap() }))
    });
    // The host of the issuer is its users' namespace, where it is not GitHub's own.
    let (server, ada) = start(
        engine,
        &[
            ("SIGYL_PUBLISHER_LOGINS", "github-oidc"),
            ("SIGYL_PUBLISHER_WORKSPACES", "1.0.0.127=team"),
            ("SIGYL_PUBLISHER_GITHUB_ISSUER", &url),
            ("SIGYL_PUBLISHER_GITHUB_AUDIENCE", "https://registry.example"),
        ],
    )
    .await;
    let good = json!({ "iss": url, "aud": "https://registry.example", "exp": BEGIN.0 / 1000 + 300,
                       "repository_owner": "Octo-Org", "sub": "repo:Octo-Org/x:ref:refs/heads/main" });
    let ask = async |token: String| log_in(&server, "github-oidc", json!({ "oidc_token": token })).await;
    let by = credential(ask(issuer.token(&good)).await, BEGIN);
    publish(&server, &by, "1.0.0.127.octo-org/weather", "1.0.0").await.expect(StatusCode::OK);
    assert_eq!(workspace_of(&server, &ada, "1.0.0.127.octo-org/weather").await, ["team"]);
    for name in [
        "1.0.0.127.octo/weather",
        "1.0.0.127/weather",
        "1.0.0.127.octo-org.x/weather",
        "io.github.octo-org/xx",
    ] {
        publish(&server, &by, name, "1.0.0").await.refused(403, "forbidden");
    }
    // Tokens of others, for others, and of the past.
    for (key, value) in [
        ("iss", json!("https://token.actions.githubusercontent.com")),
        ("aud", json!("https://other.example")),
        ("exp", json!(BEGIN.0 / 1000 - 61)),
        ("repository_owner", json!("a/b")),
    ] {
        let mut claims = good.clone();
        claims[key] = value;
        ask(issuer.token(&claims)).await.refused(401, "unauthenticated");
    }
    ask(String::new()).await.refused(401, "unauthenticated");
    ask("a.b.c".to_owned()).await.refused(401, "unauthenticated");
    let forged = Issuer(next.0.clone(), "one");
    ask(forged.token(&good)).await.refused(401, "unauthenticated");
    // A new key is asked for, at most twice a minute.
    keys.lock().unwrap().push(next.key());
    ask(next.token(&good)).await.refused(401, "unauthenticated");
    server.advance(31);
    ask(next.token(&good)).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn workflows_on_sqlite() {
    workflows(Engine::Sqlite).await;
}

#[tokio::test]
async fn workflows_on_postgres() {
    workflows(Engine::Postgres).await;
}

/// GitHub's API: a person who owns one of two organizations, and whose second token may not tell.
fn github() -> String {
    web_server(|path, head| {
        let is = |token: &str| head.to_lowercase().contains(&format!("authorization: bearer {token}"));
        let member = |login: &str, role: &str| json!({ "state": "active", "role": role, "organization": { "login": login } });
        match path.split('?').next().unwrap() {
            "/api/v3/user" if is("gho_canary") || is("ghp_narrow") => {
                (200, json!({ "login": "Mona", "id": 7 }))
            }
            "/api/v3/user" => (401, json!({ "message": "Bad credentials" })),
            "/api/v3/user/memberships/orgs" if is("gho_canary") => {
                assert!(path.contains("state=active") && path.contains("per_page=100"), "{path}");
                let members = (0..99).map(|at| member(&format!("club-{at}"), "member"));
                match path.contains("page=1") && !path.contains("page=10&") {
                    true if path.ends_with("page=1") => {
                        (200, members.chain([member("octo-org", "admin")]).collect())
                    }
                    _ => (
                        200,
                        json!([
                            member("late-org", "admin"),
                            member("a.b", "admin"),
                            member("plain", "member")
                        ]),
                    ),
                }
            }
            _ => (403, json!({ "message": "Resource not accessible" })),
        }
    })
}

async fn people(engine: Engine) {
    let url = github();
    let (server, ada) = start(
        engine,
        &[
            ("SIGYL_PUBLISHER_LOGINS", "github-at"),
            ("SIGYL_PUBLISHER_WORKSPACES", "*=team"),
            ("SIGYL_GITHUB_URL", &url),
            ("SIGYL_GITHUB_CLIENT_ID", "an-id"),
            ("SIGYL_GITHUB_CLIENT_SECRET", "x"),
        ],
    )
    .await;
    // The device flow's client is asked for where the official publisher asks.
    for path in ["/v0/health", "/v0.1/health"] {
        assert_eq!(
            server.get(path).send().await.body,
            json!({ "status": "ok", "github_client_id": "an-id" })
        );
    }
    let ask = async |token: &str| log_in(&server, "github-at", json!({ "github_token": token })).await;
    let by = credential(ask("gho_canary").await, BEGIN);
    for (owner, may) in [
        ("mona", true),
        ("octo-org", true),
        ("late-org", true),
        ("club-1", false),
        ("plain", false),
        ("a.b", false),
    ] {
        let answer = publish(&server, &by, &format!("1.0.0.127.{owner}/weather"), "1.0.0").await;
        assert_eq!(answer.status.as_u16(), if may { 200 } else { 403 }, "{owner}: {}", answer.text);
    }
    let narrow = credential(ask("ghp_narrow").await, BEGIN);
    publish(&server, &narrow, "1.0.0.127.mona/weather", "1.1.0").await.expect(StatusCode::OK);
    publish(&server, &narrow, "1.0.0.127.octo-org/weather", "1.1.0").await.refused(403, "forbidden");
    ask("gho_other").await.refused(401, "unauthenticated");
    ask("gho_\u{e9}").await.refused(401, "unauthenticated");
    let log = server.get("/api/v1/audit?format=jsonl").by(&ada).send().await.text;
    assert!(log.contains("github-at:Mona") && !log.contains("canary") && !log.contains("narrow"), "{log}");
}

#[tokio::test]
async fn people_on_sqlite() {
    people(Engine::Sqlite).await;
}

#[tokio::test]
async fn people_on_postgres() {
    people(Engine::Postgres).await;
}

/// An issuer with its discovery document, whose keys are elsewhere.
fn issuer_of(keys: Arc<Mutex<Vec<Value>>>) -> String {
    web_server(move |path, head| {
        let at = head.lines().find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned));
        let url = format!("http://{}", at.unwrap());
        match path {
            "/.well-known/openid-configuration" => {
                (200, json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }))
            }
            "/other/.well-known/openid-configuration" => {
                (200, json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }))
            }
            "/keys" => (200, json!({ "keys": *keys.lock().unwrap() })),
            _ => (404, json!({})),
        }
    })
}

async fn claims(engine: Engine) {
    let issuer = Issuer(Arc::new(Ed25519KeyPair::generate().unwrap()), "one");
    let next = Issuer(Arc::new(Ed25519KeyPair::generate().unwrap()), "two");
    let keys = Arc::new(Mutex::new(vec![issuer.key()]));
    let url = issuer_of(keys.clone());
    let rules = "groups=mcp:com.example.*,groups=lab:com.example.lab,path=*:com.gitlab.{}";
    let (server, ada) = start(
        engine,
        &[
            ("SIGYL_PUBLISHER_LOGINS", "oidc"),
            ("SIGYL_PUBLISHER_WORKSPACES", "com.example=team,com.example.lab=lab,com.gitlab=team"),
            ("SIGYL_PUBLISHER_OIDC_ISSUER", &url),
            ("SIGYL_PUBLISHER_OIDC_AUDIENCE", "sigyl"),
            ("SIGYL_PUBLISHER_OIDC_NAMESPACES", rules),
        ],
    )
    .await;
    let claims = |more: Value| {
        let mut claims =
            json!({ "iss": url, "aud": ["sigyl", "other"], "exp": BEGIN.0 / 1000 + 300, "sub": "u-1" });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };
    let ask = async |token: String| log_in(&server, "oidc", json!({ "oidc_token": token })).await;
    // Each claim gives what the operator said, into the workspace of its namespace.
    for (more, fine, refused) in [
        (
            json!({ "groups": ["x", "mcp"] }),
            &["com.example/aa", "com.example.deep.er/bb"][..],
            &["com.gitlab.tools/aa"][..],
        ),
        (json!({ "groups": "lab" }), &["com.example.lab/aa"], &["com.example/bb", "com.example.lab.x/aa"]),
        (
            json!({ "path": "Tools" }),
            &["com.gitlab.tools/aa"],
            &["com.gitlab/aa", "com.gitlab.tools.x/aa", "com.gitlab.tool/aa"],
        ),
    ] {
        let by = credential(ask(issuer.token(&claims(more))).await, BEGIN);
        for name in fine {
            publish(&server, &by, name, "1.0.0").await.expect(StatusCode::OK);
        }
        for name in refused {
            publish(&server, &by, name, "1.0.0").await.refused(403, "forbidden");
        }
        // Nothing else is done with it.
        server.get("/api/v1/me").by(&by).send().await.refused(403, "forbidden");
        server
            .post("/api/v1/keys", json!({ "name": "k", "scopes": ["read"] }))
            .by(&by)
            .send()
            .await
            .refused(403, "forbidden");
    }
    assert_eq!(workspace_of(&server, &ada, "com.example.deep.er/bb").await, ["team"]);
    assert_eq!(workspace_of(&server, &ada, "com.example.lab/aa").await, ["lab"]);
    // Claims that give nothing, tokens of others, for others, and of the past.
    for more in [
        json!({}),
        json!({ "groups": ["MCP"] }),
        json!({ "groups": { "mcp": true } }),
        json!({ "path": "a.b" }),
        json!({ "groups": ["mcp"], "iss": "https://elsewhere.example" }),
        json!({ "groups": ["mcp"], "iss": format!("{url}/") }),
        json!({ "groups": ["mcp"], "aud": "other" }),
        json!({ "groups": ["mcp"], "exp": BEGIN.0 / 1000 - 61 }),
        json!({ "groups": ["mcp"], "nbf": BEGIN.0 / 1000 + 61 }),
        json!({ "groups": ["mcp"], "sub": "" }),
    ] {
        ask(issuer.token(&claims(more))).await.refused(401, "unauthenticated");
    }
    let good = claims(json!({ "groups": ["mcp"] }));
    ask(String::new()).await.refused(401, "unauthenticated");
    ask("a.b.c".to_owned()).await.refused(401, "unauthenticated");
    ask(Issuer(next.0.clone(), "one").token(&good)).await.refused(401, "unauthenticated");
    // The other logins are not offered, and this one takes its own body only.
    log_in(&server, "github-oidc", json!({ "oidc_token": "a.b.c" })).await.refused(404, "not-found");
    log_in(&server, "oidc", json!({ "github_token": "a" })).await.refused(400, "invalid");
    // A new key is asked for, at most twice a minute.
    keys.lock().unwrap().push(next.key());
    ask(next.token(&good)).await.refused(401, "unauthenticated");
    server.advance(31);
    ask(next.token(&good)).await.expect(StatusCode::OK);
    // Who it was stands in the log; the token does not.
    let log = server.get("/api/v1/audit?format=jsonl").by(&ada).send().await.text;
    assert!(log.contains("oidc:u-1") && !log.contains(&issuer.token(&good)), "{log}");
}

#[tokio::test]
async fn claims_on_sqlite() {
    claims(Engine::Sqlite).await;
}

#[tokio::test]
async fn claims_on_postgres() {
    claims(Engine::Postgres).await;
}

#[tokio::test]
async fn a_document_of_another_issuer_gives_no_keys() {
    let issuer = Issuer(Arc::new(Ed25519KeyPair::generate().unwrap()), "one");
    let url = format!("{}/other", issuer_of(Arc::new(Mutex::new(vec![issuer.key()]))));
    let (server, _) = start(
        Engine::Sqlite,
        &[
            ("SIGYL_PUBLISHER_LOGINS", "oidc"),
            ("SIGYL_PUBLISHER_WORKSPACES", "*=team"),
            ("SIGYL_PUBLISHER_OIDC_ISSUER", &url),
            ("SIGYL_PUBLISHER_OIDC_AUDIENCE", "sigyl"),
            ("SIGYL_PUBLISHER_OIDC_NAMESPACES", "sub=*:com.example"),
        ],
    )
    .await;
    let claims = json!({ "iss": url, "aud": "sigyl", "exp": BEGIN.0 / 1000 + 300, "sub": "u-1" });
    let body = json!({ "oidc_token": issuer.token(&claims) });
    log_in(&server, "oidc", body).await.refused(503, "unavailable");
}
