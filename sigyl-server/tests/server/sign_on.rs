//! Logins with an account elsewhere: at a real provider of OpenID Connect, and at a stand-in for GitHub.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::Engine;

use crate::support::{Answer, Settings, TestServer, Who};

const OURS: &str = "http://localhost:7450";

async fn start(engine: Engine, variables: &[(&'static str, &str)]) -> TestServer {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_PUBLIC_URL", OURS);
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    for (name, value) in variables {
        settings.set(name, value);
    }
    TestServer::with(settings).await
}

/// The cookie of a login under way.
fn under_way(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

fn location(answer: &Answer) -> String {
    answer.headers["location"].to_str().unwrap().to_owned()
}

/// The session of an answer that sets more than one cookie.
fn session(answer: &Answer) -> Who {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let token = lines.filter_map(|line| line.strip_prefix("__Host-sigyl=")).next().unwrap();
    Who::Session(token.split(';').next().unwrap().to_owned())
}

fn parameter(url: &str, name: &str) -> String {
    let pairs = url.split_once('?').unwrap().1.split('&');
    pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).unwrap().1.to_owned()
}

/// GitHub's three endpoints, as its documentation has them. What it was asked, as text.
fn github_stand_in(emails: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head.push_str(&line);
                if line == "\r\n" {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body = String::from_utf8(body).unwrap();
            let answer = match head.split(' ').nth(1).unwrap() {
                "/login/oauth/access_token" if body.contains("code=good") => {
                    r#"{"access_token":"gho_canary"}"#
                }
                "/login/oauth/access_token" => r#"{"error":"bad_verification_code"}"#,
                "/api/v3/user" if head.contains("Bearer gho_canary") => {
                    r#"{"id":7,"login":"Octo_Cat","name":"Mona"}"#
                }
                "/api/v3/user/emails" => emails,
                _ => "{}",
            };
            seen.lock().unwrap().push(format!("{head}{body}"));
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", answer.len());
            let _ = stream.write_all(format!("{head}{answer}").as_bytes());
        }
    });
    (url, asked)
}

async fn by_github(server: &TestServer, code: &str) -> Answer {
    let begun =
        server.get("/api/v1/login/github/start?return_to=/docs").send().await.expect(StatusCode::SEE_OTHER);
    let state = parameter(&location(&begun), "state");
    let back = format!("/api/v1/login/github/callback?code={code}&state={state}");
    server.get(&back).header("cookie", &under_way(&begun)).send().await
}

async fn github(engine: Engine) {
    let (url, asked) = github_stand_in(
        r#"[{"email":"other@example.com","primary":false,"verified":true},{"email":"Mona@Example.com","primary":true,"verified":true}]"#,
    );
    let server = start(
        engine,
        &[
            ("SIGYL_GITHUB_URL", &url),
            ("SIGYL_GITHUB_CLIENT_ID", "an-id"),
            ("SIGYL_GITHUB_CLIENT_SECRET", "canary-of-the-client"),
            ("SIGYL_GITHUB_ACCOUNTS", "make"),
        ],
    )
    .await;
    by_github(&server, "good").await.refused(403, "forbidden");
    let ada = server.claimed().await;
    let listed = server.get("/api/v1/login/providers").send().await.body;
    assert_eq!(
        listed["items"],
        json!([{ "id": "github", "title": "GitHub", "start": "/api/v1/login/github/start" }])
    );

    let begun = server.get("/api/v1/login/github/start").send().await.expect(StatusCode::SEE_OTHER);
    let to = location(&begun);
    assert!(to.starts_with(&format!("{url}/login/oauth/authorize?client_id=an-id&")), "{to}");
    assert_eq!(parameter(&to, "code_challenge_method"), "S256");
    assert_eq!(
        parameter(&to, "redirect_uri"),
        "http%3A%2F%2Flocalhost%3A7450%2Fapi%2Fv1%2Flogin%2Fgithub%2Fcallback"
    );

    let done = by_github(&server, "good").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(location(&done), "/docs");
    let mona = server.get("/api/v1/me").by(&session(&done)).send().await.expect(StatusCode::OK).body;
    assert_eq!(
        (&mona["user"]["username"], &mona["user"]["email"], &mona["user"]["display_name"]),
        (&json!("octo-cat"), &json!("mona@example.com"), &json!("Mona"))
    );
    assert_eq!(mona["workspaces"][0]["slug"], "octo-cat");
    // The same person is the same user.
    let again = by_github(&server, "good").await;
    let again = server.get("/api/v1/me").by(&session(&again)).send().await.body;
    assert_eq!(again["user"]["id"], mona["user"]["id"]);
    by_github(&server, "bad").await.refused(401, "unauthenticated");
    let heads = asked.lock().unwrap().join("\n");
    assert!(
        heads.contains("code_verifier=") && heads.contains("client_secret=canary-of-the-client"),
        "{heads}"
    );

    // Who may not log in, does not this way either.
    let path = format!("/api/v1/users/{}", mona["user"]["id"].as_str().unwrap());
    server.patch(&path, json!({ "is_active": false })).by(&ada).send().await.expect(StatusCode::OK);
    by_github(&server, "good").await.refused(403, "forbidden");
}

#[tokio::test]
async fn github_on_sqlite() {
    github(Engine::Sqlite).await;
}

#[tokio::test]
async fn github_on_postgres() {
    github(Engine::Postgres).await;
}

/// Logins elsewhere that were added to an account are listed, and removed while another way in is left.
async fn logins(engine: Engine) {
    let (url, _) = github_stand_in(r#"[{"email":"mona@example.com","primary":true,"verified":true}]"#);
    let server = start(
        engine,
        &[
            ("SIGYL_GITHUB_URL", &url),
            ("SIGYL_GITHUB_CLIENT_ID", "an-id"),
            ("SIGYL_GITHUB_CLIENT_SECRET", "x"),
            ("SIGYL_GITHUB_ACCOUNTS", "make"),
        ],
    )
    .await;
    let ada = server.claimed().await;
    let list = async |who: &Who| {
        let listed = server.get("/api/v1/me/logins").by(who).send().await.expect(StatusCode::OK);
        listed.body["items"].as_array().unwrap().clone()
    };
    assert_eq!(list(&ada).await.len(), 0);
    // Somebody with a login elsewhere and no password keeps it.
    let mona = session(&by_github(&server, "good").await.expect(StatusCode::SEE_OTHER));
    let all = list(&mona).await;
    assert_eq!((all.len(), &all[0]["issuer"], &all[0]["subject"]), (1, &json!(url), &json!("7")));
    let path = format!("/api/v1/me/logins/{}", all[0]["id"].as_str().unwrap());
    server.delete(&path).by(&mona).send().await.refused(409, "conflict");
    // It is nobody else's, and of no use to a key.
    server.delete(&path).by(&ada).send().await.refused(404, "not-found");
    server.delete("/api/v1/me/logins/x").by(&mona).send().await.refused(404, "not-found");
    let key = server.key(&ada, "ada", &["read", "admin"]).await;
    server.get("/api/v1/me/logins").by(&key).send().await.refused(403, "forbidden");
    // With a second one, either goes, and then the other stays.
    let other = "UPDATE identities SET subject = '8' WHERE subject = '7'";
    crate::database::execute(&server.settings, &[other]).await.unwrap();
    let begun = server.get("/api/v1/login/github/start?link=true").by(&mona).send().await;
    let state = parameter(&location(&begun), "state");
    let back = format!("/api/v1/login/github/callback?code=good&state={state}");
    let Who::Session(token) = &mona else { panic!() };
    let cookies = format!("{}; __Host-sigyl={token}", under_way(&begun));
    server.get(&back).header("cookie", &cookies).send().await.expect(StatusCode::SEE_OTHER);
    let all = list(&mona).await;
    assert_eq!(all.len(), 2);
    let path = |at: usize| format!("/api/v1/me/logins/{}", all[at]["id"].as_str().unwrap());
    server.delete(&path(0)).by(&mona).send().await.expect(StatusCode::NO_CONTENT);
    server.delete(&path(0)).by(&mona).send().await.refused(404, "not-found");
    server.delete(&path(1)).by(&mona).send().await.refused(409, "conflict");
    let log = server.get("/api/v1/audit?format=jsonl").by(&ada).send().await.text;
    assert!(log.contains("user.login-remove"), "{log}");
}

#[tokio::test]
async fn logins_on_sqlite() {
    logins(Engine::Sqlite).await;
}

#[tokio::test]
async fn logins_on_postgres() {
    logins(Engine::Postgres).await;
}

#[tokio::test]
async fn a_login_goes_on_only_in_the_browser_that_began_it() {
    let (url, asked) = github_stand_in("[]");
    let server = start(
        Engine::Sqlite,
        &[
            ("SIGYL_GITHUB_URL", &url),
            ("SIGYL_GITHUB_CLIENT_ID", "an-id"),
            ("SIGYL_GITHUB_CLIENT_SECRET", "x"),
        ],
    )
    .await;
    let ada = server.claimed().await;
    let begin =
        || async { server.get("/api/v1/login/github/start").send().await.expect(StatusCode::SEE_OTHER) };
    let (one, two) = (begin().await, begin().await);
    let state = parameter(&location(&one), "state");
    let back = format!("/api/v1/login/github/callback?code=good&state={state}");
    server.get(&back).send().await.refused(401, "unauthenticated");
    server.get(&back).header("cookie", &under_way(&two)).send().await.refused(401, "unauthenticated");
    server
        .get("/api/v1/login/github/callback?code=good")
        .header("cookie", &under_way(&one))
        .send()
        .await
        .refused(401, "unauthenticated");
    let denied = format!("/api/v1/login/github/callback?error=access_denied&state={state}");
    server.get(&denied).header("cookie", &under_way(&one)).send().await.refused(401, "unauthenticated");
    server.advance(601);
    server.get(&back).header("cookie", &under_way(&one)).send().await.refused(401, "unauthenticated");
    assert!(asked.lock().unwrap().is_empty());
    for to in ["//evil.example", "https://evil.example", "/%5Cevil.example", "x"] {
        server
            .get(&format!("/api/v1/login/github/start?return_to={to}"))
            .send()
            .await
            .refused(400, "invalid");
    }
    server.get("/api/v1/login/oidc/start").send().await.refused(404, "not-found");

    // Without an account here, a login elsewhere is of no use until it was added to one.
    by_github(&server, "good").await.refused(403, "forbidden");
    server.get("/api/v1/login/github/start?link=true").send().await.refused(401, "unauthenticated");
    server
        .get("/api/v1/login/github/start?link=true")
        .by(&ada)
        .header("sec-fetch-site", "cross-site")
        .send()
        .await
        .refused(403, "forbidden");
    let begun = server
        .get("/api/v1/login/github/start?link=true")
        .by(&ada)
        .send()
        .await
        .expect(StatusCode::SEE_OTHER);
    let state = parameter(&location(&begun), "state");
    let back = format!("/api/v1/login/github/callback?code=good&state={state}");
    server.get(&back).header("cookie", &under_way(&begun)).send().await.expect(StatusCode::SEE_OTHER);
    let done = by_github(&server, "good").await.expect(StatusCode::SEE_OTHER);
    let me = server.get("/api/v1/me").by(&session(&done)).send().await.body;
    assert_eq!(me["user"]["username"], "ada");
}

#[tokio::test]
async fn a_provider_near_the_server_is_asked_only_where_that_is_allowed() {
    let (url, asked) = github_stand_in("[]");
    let variables = [
        ("SIGYL_GITHUB_URL", url.as_str()),
        ("SIGYL_GITHUB_CLIENT_ID", "an-id"),
        ("SIGYL_GITHUB_CLIENT_SECRET", "x"),
        ("SIGYL_OUTBOUND_ALLOWED_NETWORKS", ""),
    ];
    let server = start(Engine::Sqlite, &variables).await;
    by_github(&server, "good").await.refused(503, "unavailable");
    assert!(asked.lock().unwrap().is_empty());
}

/// A real provider: `oidc-provider` from npm, in the folder that `SIGYL_TEST_OIDC` names.
struct RealProvider(Child, String);

impl RealProvider {
    fn start() -> Self {
        let folder = std::env::var("SIGYL_TEST_OIDC").expect("SIGYL_TEST_OIDC names no folder: run ./test");
        let mut child = Command::new("node")
            .args(["provider.mjs", &format!("{OURS}/api/v1/login/oidc/callback")])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut issuer = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut issuer).unwrap();
        // It goes on talking, and would end where nobody listens.
        std::thread::spawn(move || lines.lines().for_each(drop));
        Self(child, issuer.trim().to_owned())
    }
}

impl Drop for RealProvider {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser at the provider: follows redirects, keeps cookies, and fills in every form, until it is sent to us.
async fn browse(issuer: &str, from: &str, name: &str) -> String {
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let mut cookies = BTreeMap::new();
    let (mut url, mut form) = (from.to_owned(), None);
    for _ in 0..12 {
        let request = match form.take() {
            None => client.get(&url),
            Some(body) => client
                .post(&url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body::<String>(body),
        };
        let kept =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let answer = request.header("cookie", kept).send().await.unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        if let Some(to) = answer.headers().get("location") {
            let to = to.to_str().unwrap();
            if to.starts_with(OURS) {
                return to.to_owned();
            }
            url = if to.starts_with('/') { format!("{issuer}{to}") } else { to.to_owned() };
            continue;
        }
        let page = answer.text().await.unwrap();
        let action =
            page.split("action=\"").nth(1).unwrap_or_else(|| panic!("{page}")).split('"').next().unwrap();
        let prompt = if page.contains("value=\"login\"") { "login" } else { "consent" };
        form = Some(format!("prompt={prompt}&login={name}&password=any"));
        url = if action.starts_with('/') { format!("{issuer}{action}") } else { action.to_owned() };
    }
    panic!("the provider goes round in circles");
}

async fn real(engine: Engine) {
    let provider = RealProvider::start();
    let issuer = provider.1.as_str();
    let server = start(
        engine,
        &[
            ("SIGYL_OIDC_ISSUER", issuer),
            ("SIGYL_OIDC_CLIENT_ID", "sigyl"),
            ("SIGYL_OIDC_CLIENT_SECRET", "a+secret/of=the:test"),
        ],
    )
    .await;
    server.claimed().await;
    let log_in = async |name: &str| {
        let begun = server.get("/api/v1/login/oidc/start").send().await.expect(StatusCode::SEE_OTHER);
        let back = browse(issuer, &location(&begun), name).await;
        let path = back.strip_prefix(OURS).unwrap().to_owned();
        (path, under_way(&begun))
    };
    let (path, cookie) = log_in("grace").await;
    assert_eq!(parameter(&path, "iss"), issuer.replace(':', "%3A").replace('/', "%2F"));
    let done = server.get(&path).header("cookie", &cookie).send().await.expect(StatusCode::SEE_OTHER);
    let me = server.get("/api/v1/me").by(&session(&done)).send().await.body;
    assert_eq!(
        (&me["user"]["username"], &me["user"]["email"], &me["user"]["display_name"]),
        (&json!("grace"), &json!("grace@example.com"), &json!("Person grace"))
    );
    // A code is good once, and somebody else's address or name is not taken over.
    server.get(&path).header("cookie", &cookie).send().await.refused(401, "unauthenticated");
    let (path, cookie) = log_in("ada").await;
    let done = server.get(&path).header("cookie", &cookie).send().await.expect(StatusCode::SEE_OTHER);
    let me = server.get("/api/v1/me").by(&session(&done)).send().await.body;
    assert_eq!((&me["user"]["username"], &me["user"]["email"]), (&json!("ada-2"), &json!(null)));
    // An answer that says it is of another provider is refused before its code is sent anywhere.
    let (path, cookie) = log_in("grace").await;
    let mixed = path.replace("iss=http", "iss=https");
    server.get(&mixed).header("cookie", &cookie).send().await.refused(401, "unauthenticated");
    let without = path.split("&iss=").next().unwrap();
    server.get(without).header("cookie", &cookie).send().await.refused(401, "unauthenticated");
    server.get(&path).header("cookie", &cookie).send().await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
#[ignore = "needs oidc-provider, which ./test installs"]
async fn a_real_provider_on_sqlite() {
    real(Engine::Sqlite).await;
}

#[tokio::test]
#[ignore = "needs oidc-provider, which ./test installs"]
async fn a_real_provider_on_postgres() {
    real(Engine::Postgres).await;
}

/// The id token of a login at the real provider, as any client of it gets one.
async fn id_token(issuer: &str, name: &str) -> String {
    // RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let back = format!("{OURS}/api/v1/login/oidc/callback").replace(':', "%3A").replace('/', "%2F");
    let from = format!(
        "{issuer}/auth?response_type=code&client_id=sigyl&redirect_uri={back}&scope=openid&state=s&nonce=n&\
         code_challenge={challenge}&code_challenge_method=S256"
    );
    let code = parameter(&browse(issuer, &from, name).await, "code");
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={verifier}");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = client
        .post(format!("{issuer}/token"))
        .basic_auth("sigyl", Some("a%2Bsecret%2Fof%3Dthe%3Atest"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let text = asked.send().await.unwrap().text().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    answer["id_token"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned()
}

async fn publishes(engine: Engine) {
    let provider = RealProvider::start();
    let issuer = provider.1.as_str();
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    settings.set("SIGYL_PUBLISHER_LOGINS", "oidc");
    settings.set("SIGYL_PUBLISHER_WORKSPACES", "com.example=ada");
    settings.set("SIGYL_PUBLISHER_OIDC_ISSUER", issuer);
    settings.set("SIGYL_PUBLISHER_OIDC_AUDIENCE", "sigyl");
    settings.set("SIGYL_PUBLISHER_OIDC_NAMESPACES", "sub=grace:com.example");
    // The provider's clock is the machine's.
    if engine == Engine::Postgres {
        assert!(settings.program(&["db", "init-key"]).status.success());
    }
    let clock = sigyl_server::Clock::system();
    let opened = settings.open(clock.clone()).await.unwrap();
    let server = TestServer::of(settings, clock, opened.app());
    server.claimed().await;
    let log_in = async |name: &str| {
        let body = json!({ "oidc_token": id_token(issuer, name).await });
        server.post("/v0/auth/oidc", body).send().await
    };
    let granted = log_in("grace").await.expect(StatusCode::OK);
    let by = Who::Key(granted.body["registry_token"].as_str().unwrap().to_owned());
    crate::registry::publish(&server, &by, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    log_in("mallory").await.refused(401, "unauthenticated");
}

#[tokio::test]
#[ignore = "needs oidc-provider, which ./test installs"]
async fn tokens_of_a_real_provider_publish_on_sqlite() {
    publishes(Engine::Sqlite).await;
}

#[tokio::test]
#[ignore = "needs oidc-provider, which ./test installs"]
async fn tokens_of_a_real_provider_publish_on_postgres() {
    publishes(Engine::Postgres).await;
}
