//! Logins of the official publisher, its requests replayed: with keys of domains, and with nothing.
//!
//! The name server and the domain's web server are stand-ins; what asks them is what asks the real ones.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use aws_lc_rs::{
    encoding::{AsBigEndian, EcPublicKeyCompressedBin},
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sigyl_server::{Clock, Engine, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    killed::{self, Process},
    support::{Answer, BEGIN, Settings, TestServer, Who},
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As the official publisher writes a time: no fraction.
fn told(at: Timestamp) -> String {
    format!("{}Z", at.to_string().split('.').next().unwrap())
}

/// A domain's key, as `mcp-publisher login dns --private-key` has it.
enum DomainPair {
    Edwards(Ed25519KeyPair),
    Nist(EcdsaKeyPair),
}

impl DomainPair {
    fn edwards() -> Self {
        Self::Edwards(Ed25519KeyPair::generate().unwrap())
    }

    fn nist() -> Self {
        Self::Nist(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap())
    }

    fn record(&self) -> String {
        match self {
            Self::Edwards(pair) => format!("v=MCPv1; k=ed25519; p={}", STANDARD.encode(pair.public_key())),
            Self::Nist(pair) => {
                let key: EcPublicKeyCompressedBin<'_> = pair.public_key().as_be_bytes().unwrap();
                format!("v=MCPv1; k=ecdsap384; p={}", STANDARD.encode(key.as_ref()))
            }
        }
    }

    /// The body of its login.
    fn login(&self, domain: &str, at: Timestamp) -> Value {
        let timestamp = told(at);
        let signature = match self {
            Self::Edwards(pair) => pair.sign(timestamp.as_bytes()).as_ref().to_vec(),
            Self::Nist(pair) => {
                pair.sign(&SystemRandom::new(), timestamp.as_bytes()).unwrap().as_ref().to_vec()
            }
        };
        json!({ "domain": domain, "timestamp": timestamp, "signed_timestamp": hex(&signature) })
    }
}

/// A name server that knows the TXT records of some domains, and of no others.
fn name_server(records: HashMap<&'static str, Vec<String>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut question).unwrap();
            let (mut labels, mut at) = (Vec::new(), 12);
            while question[at] != 0 {
                let end = at + 1 + usize::from(question[at]);
                labels.push(String::from_utf8(question[at + 1..end].to_vec()).unwrap());
                at = end;
            }
            // TXT, of the internet, and nothing after it.
            assert_eq!(question[at + 1..], [0, 16, 0, 1]);
            let texts = records.get(labels.join(".").as_str());
            let mut answer = question.clone();
            answer[2..4].copy_from_slice(if texts.is_some() { &[0x81, 0x80] } else { &[0x81, 0x83] });
            let texts = texts.cloned().unwrap_or_default();
            answer[6..8].copy_from_slice(&u16::try_from(texts.len()).unwrap().to_be_bytes());
            for text in texts {
                answer.extend_from_slice(&[0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
                answer.extend_from_slice(&u16::try_from(text.len() + 1).unwrap().to_be_bytes());
                answer.push(u8::try_from(text.len()).unwrap());
                answer.extend_from_slice(text.as_bytes());
            }
            let _ = stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes());
            let _ = stream.write_all(&answer);
        }
    });
    at
}

/// A web server that answers a request's line and head with a status and JSON.
pub(crate) fn web_server(answer: impl Fn(&str, &str) -> (u16, Value) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let head = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            let (status, body) = answer(head.split(' ').nth(1).unwrap(), &head);
            let body = body.to_string();
            let head =
                format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    url
}

pub(crate) async fn start(engine: Engine, variables: &[(&'static str, &str)]) -> (TestServer, Who) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    settings.set("SIGYL_OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1");
    for (name, value) in variables {
        settings.set(name, value);
    }
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    for slug in ["team", "lab"] {
        server
            .post("/api/v1/workspaces", json!({ "slug": slug }))
            .by(&ada)
            .send()
            .await
            .expect(StatusCode::CREATED);
    }
    (server, ada)
}

/// `mcp-publisher login`: what it sends, and what it keeps.
pub(crate) async fn log_in(server: &TestServer, kind: &str, body: Value) -> Answer {
    let ask = server.post(&format!("/v0/auth/{kind}"), body);
    ask.header("accept", "application/json").send().await
}

/// What it sends with from then on.
pub(crate) fn credential(answer: Answer, at: Timestamp) -> Who {
    let answer = answer.expect(StatusCode::OK);
    assert_eq!(answer.body["expires_at"], at.0 / 1000 + 300);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let token = answer.body["registry_token"].as_str().unwrap();
    assert!(token.starts_with("sgp_"), "{token}");
    Who::Key(token.to_owned())
}

/// `mcp-publisher publish`.
pub(crate) async fn publish(server: &TestServer, by: &Who, name: &str, version: &str) -> Answer {
    crate::registry::publish(server, by, name, version).await
}

/// Who owns a server, by what its members are told of it.
pub(crate) async fn workspace_of(server: &TestServer, ada: &Who, name: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for slug in ["ada", "team", "lab"] {
        let listed = server
            .get(&format!("/api/v1/workspaces/{slug}/packages"))
            .by(ada)
            .send()
            .await
            .expect(StatusCode::OK);
        if listed.body["items"].as_array().unwrap().iter().any(|it| it["name"] == name) {
            found.push(slug);
        }
    }
    found
}

async fn domains(engine: Engine) {
    let (one, two, other) = (DomainPair::edwards(), DomainPair::nist(), DomainPair::edwards());
    let records = vec!["v=spf1 -all".to_owned(), one.record(), two.record()];
    let names = HashMap::from([
        ("example.com", records),
        ("bare.example", vec!["nothing".to_owned()]),
        ("nowhere.example", vec![one.record()]),
    ]);
    let dns = name_server(names).to_string();
    let (server, ada) = start(
        engine,
        &[
            ("SIGYL_PUBLISHER_LOGINS", "dns"),
            ("SIGYL_PUBLISHER_WORKSPACES", "com.example=team,com.example.lab=lab"),
            ("SIGYL_PUBLISHER_DNS_SERVER", &dns),
        ],
    )
    .await;
    let by_one = credential(log_in(&server, "dns", one.login("example.com", BEGIN)).await, BEGIN);
    let by_two = credential(log_in(&server, "dns", two.login("Example.com", BEGIN)).await, BEGIN);

    // Accepted at once, into the workspace that the operator named.
    let done = publish(&server, &by_one, "com.example/weather", "1.0.0").await.expect(StatusCode::OK);
    assert_eq!(done.body["server"]["name"], "com.example/weather");
    publish(&server, &by_two, "com.example/weather", "1.1.0").await.expect(StatusCode::OK);
    publish(&server, &by_two, "com.example.lab/rain", "1.0.0").await.expect(StatusCode::OK);
    assert_eq!(workspace_of(&server, &ada, "com.example/weather").await, ["team"]);
    assert_eq!(workspace_of(&server, &ada, "com.example.lab/rain").await, ["lab"]);
    // `mcp-publisher status`.
    let status = json!({ "status": "deprecated", "statusMessage": "use rain" });
    let path = "/v0/servers/com.example%2Fweather/versions/1.0.0/status";
    server.patch(path, status.clone()).by(&by_one).send().await.expect(StatusCode::OK);
    server
        .patch("/v0/servers/com.example%2Fweather/status", json!({ "status": "active" }))
        .by(&by_one)
        .send()
        .await
        .expect(StatusCode::OK);

    // Nothing beyond what was proved, and nothing but publishing.
    for name in ["com.examples/x", "com/x", "ada/x", "io.github.octo/x", "com.example.lab"] {
        let answer = publish(&server, &by_one, name, "1.0.0").await;
        assert!(matches!(answer.status.as_u16(), 400 | 403), "{name}: {}", answer.text);
    }
    publish(&server, &by_one, "com.examples/xy", "1.0.0").await.refused(403, "forbidden");
    server.post("/v0/publish", json!({})).by(&by_one).send().await.refused(400, "invalid");
    let ada_key = server.key(&ada, "ada", &["publish"]).await;
    publish(&server, &ada_key, "org.other/xy", "1.0.0").await.expect(StatusCode::OK);
    server
        .patch("/v0/servers/org.other%2Fxy/versions/1.0.0/status", status)
        .by(&by_one)
        .send()
        .await
        .refused(403, "forbidden");
    for (method, path) in [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/secrets"),
        ("GET", "/api/v1/keys"),
        ("DELETE", "/api/v1/packages/com.example%2Fweather"),
        ("DELETE", "/v0/servers/com.example%2Fweather/versions/1.0.0"),
        ("PUT", "/v0/servers/com.example%2Fweather/versions/1.0.0"),
        ("GET", "/api/v1/workspaces/team/packages"),
        ("POST", "/api/v1/packages"),
    ] {
        server
            .ask(method, path)
            .by(&by_one)
            .header("sigyl-workspace", "team")
            .send()
            .await
            .refused(403, "forbidden");
    }
    // It reads what anyone reads.
    server.get("/v0/servers").by(&by_one).send().await.expect(StatusCode::OK);

    // Logins that prove nothing.
    let no = async |body: Value, status: u16, code: &str| {
        log_in(&server, "dns", body).await.refused(status, code);
    };
    let wrong =
        log_in(&server, "dns", other.login("example.com", BEGIN)).await.refused(401, "unauthenticated");
    let hint = |pair: &DomainPair| pair.record().split("p=").nth(1).unwrap()[..8].to_owned();
    assert!(wrong.text.contains(&hint(&one)) && wrong.text.contains(&hint(&two)), "{}", wrong.text);
    no(one.login("bare.example", BEGIN), 401, "unauthenticated").await;
    no(one.login("missing.example", BEGIN), 401, "unauthenticated").await;
    // A domain that is proved, and that no workspace takes.
    no(one.login("nowhere.example", BEGIN), 403, "forbidden").await;
    let seconds = |by: i64| Timestamp(BEGIN.0 + by * 1_000);
    for by in [-16, 17, 3_600, -86_400] {
        no(one.login("example.com", seconds(by)), 401, "unauthenticated").await;
    }
    for by in [-14, 14] {
        log_in(&server, "dns", one.login("example.com", seconds(by))).await.expect(StatusCode::OK);
    }
    // Another time under the same signature; and what is none of the three.
    let mut stolen = one.login("example.com", BEGIN);
    stolen["timestamp"] = told(seconds(1)).into();
    no(stolen, 401, "unauthenticated").await;
    for (key, value) in [
        ("domain", "127.0.0.1"),
        ("domain", "localhost"),
        ("domain", "a..b"),
        ("domain", ""),
        ("domain", "a.com/x"),
        ("timestamp", "now"),
        ("signed_timestamp", "zz"),
        ("signed_timestamp", "0"),
    ] {
        let mut body = one.login("example.com", BEGIN);
        body[key] = value.into();
        no(body, 400, "invalid").await;
    }
    no(json!({}), 400, "invalid").await;
    // Kinds that the operator did not turn on.
    for kind in ["none", "http", "github-oidc", "github-at"] {
        let body = json!({ "domain": "example.com", "timestamp": told(BEGIN), "signed_timestamp": "00",
                           "oidc_token": "x", "github_token": "x" });
        log_in(&server, kind, body).await.refused(404, "not-found");
    }

    // What was done is in the log, and no credential is.
    let log = server.get("/api/v1/audit?format=jsonl").by(&ada).send().await.expect(StatusCode::OK).text;
    assert!(
        log.contains("publisher.login") && log.contains("dns:example.com") && log.contains("refused"),
        "{log}"
    );
    let team = server.get("/api/v1/workspaces/team/audit?format=jsonl").by(&ada).send().await.text;
    assert!(
        team.contains("server.publish") && team.contains("server.status") && team.contains("dns:example.com"),
        "{team}"
    );
    assert!(!format!("{log}{team}").contains("sgp_"));
    // Another replica takes it; it ends.
    let replica = server.replica().await;
    publish(&replica, &by_one, "com.example/weather", "1.2.0").await.expect(StatusCode::OK);
    server.advance(300);
    publish(&server, &by_one, "com.example/weather", "1.3.0").await.refused(401, "unauthenticated");
    server.get("/v0/servers").by(&by_one).send().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn domains_on_sqlite() {
    domains(Engine::Sqlite).await;
}

#[tokio::test]
async fn domains_on_postgres() {
    domains(Engine::Postgres).await;
}

#[tokio::test]
async fn nothing_is_proved_where_the_operator_lets_that_be() {
    let namespace = "io.modelcontextprotocol.anonymous";
    let variables = [
        ("SIGYL_PUBLISHER_LOGINS", "none"),
        ("SIGYL_PUBLISHER_WORKSPACES", "io.modelcontextprotocol.anonymous=team"),
    ];
    let (server, _) = start(Engine::Sqlite, &variables).await;
    // `mcp-publisher login none` sends no body.
    let by = credential(server.ask("POST", "/v0/auth/none").send().await, BEGIN);
    publish(&server, &by, &format!("{namespace}/weather"), "1.0.0").await.expect(StatusCode::OK);
    publish(&server, &by, &format!("{namespace}.x/weather"), "1.0.0").await.refused(403, "forbidden");
    assert_eq!(server.get("/v0/health").send().await.body, json!({ "status": "ok" }));
    // Of a workspace that is not there, nobody is told.
    let mut settings = server.settings;
    settings.set("SIGYL_PUBLISHER_WORKSPACES", "*=missing");
    let server = TestServer::reopened(settings).await;
    let by = credential(server.ask("POST", "/v0.1/auth/none").send().await, BEGIN);
    publish(&server, &by, &format!("{namespace}/weather"), "1.1.0").await.refused(403, "forbidden");
    let mut settings = server.settings;
    settings.set("SIGYL_PUBLISHER_WORKSPACES", "");
    let server = TestServer::reopened(settings).await;
    server.ask("POST", "/v0.1/auth/none").send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn logins_are_limited_by_address() {
    let variables = [
        ("SIGYL_PUBLISHER_LOGINS", "none"),
        ("SIGYL_PUBLISHER_WORKSPACES", "*=team"),
        ("SIGYL_LOGINS_PER_MINUTE", "10"),
    ];
    let (server, _) = start(Engine::Sqlite, &variables).await;
    let mut last = 0;
    for _ in 0..40 {
        last = server.ask("POST", "/v0/auth/none").from("192.0.2.7").send().await.status.as_u16();
    }
    assert_eq!(last, 429);
    server.ask("POST", "/v0/auth/none").from("192.0.2.8").send().await.expect(StatusCode::OK);
}

/// An authority, a certificate of `keys.example.com` and its key: good for these tests, and nowhere else.
const AUTHORITY: &str = "MIIBTDCB8qADAgECAgEBMAoGCCqGSM49BAMCMCQxIjAgBgNVBAMMGUFuIGF1dGhvcml0eSBvZiB0aGUgdGVzdHMwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMCQxIjAgBgNVBAMMGUFuIGF1dGhvcml0eSBvZiB0aGUgdGVzdHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATqlZ9F5f3WEC7NRcU8efVgft5cEvb8N28c5IXBHu++HH5yu4RxADo8HTzA3PFy6jfOlEmEueQB2yiv+SejK607oxMwETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDOp+A6So+Xt87OHP3QzBJoxha5RAV7qPHhrRx5/VO+XAIhAJidwAnuf2PTHbfmsJHVHJtawvrTI4wJveovE3HJI9eb";
const CERTIFICATE: &str = "MIIBcjCCARigAwIBAgIBAjAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlBbiBhdXRob3JpdHkgb2YgdGhlIHRlc3RzMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAbMRkwFwYDVQQDDBBrZXlzLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEikfiC8Xp7sANpUJGSLxVBemanVcNBXNszTsH+92NpGvqx7F9faX+vAT0w635RV/M6Mb5LW1VeOANrds43nI8qaNCMEAwDAYDVR0TAQH/BAIwADAbBgNVHREEFDASghBrZXlzLmV4YW1wbGUuY29tMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0gAMEUCIQCylbR3HG5JUNH5x/IgrsbvaJrTUA+ncpzo7Y80oyup1AIgMdfmcbr8oNXEEidDQr64vgm8jleA8hBBi9VHTM1igsg=";
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgM/0idUvlNDKRxlAggLQRtl1eDLqqp6A+SDONVmH3uGGhRANCAASKR+ILxenuwA2lQkZIvFUF6ZqdVw0Fc2zNOwf73Y2ka+rHsX19pf68BPTDrflFX8zoxvktbVV44A2t2zjecjyp";

/// A proxy behind which `keys.example.com` answers with a record; other hosts answer nothing.
async fn proxy(record: String) -> SocketAddr {
    use tokio_rustls::rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    };
    let chain = vec![CertificateDer::from(STANDARD.decode(CERTIFICATE).unwrap())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(STANDARD.decode(KEY).unwrap()));
    let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let tls = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let head = head_of(&mut stream).await;
            if !head.starts_with("CONNECT keys.example.com:443 ") {
                continue;
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let Ok(mut stream) = tls.accept(stream).await else { continue };
            let head = head_of(&mut stream).await;
            let (status, body) = match head.starts_with("GET /.well-known/mcp-registry-auth HTTP/1.1") {
                true => ("200 OK", record.as_str()),
                false => ("404 Not Found", ""),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}\n",
                body.len() + 1
            );
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    at
}

async fn head_of(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_server_shows_its_domains_key() {
    let (pair, other) = (DomainPair::edwards(), DomainPair::edwards());
    let at = proxy(pair.record()).await;
    let mut settings = killed::settings(Engine::Sqlite).await;
    let authority = settings.folder.path().join("authority.pem");
    let pem = format!("-----BEGIN CERTIFICATE-----\n{AUTHORITY}\n-----END CERTIFICATE-----\n");
    std::fs::write(&authority, pem).unwrap();
    settings.set("SSL_CERT_FILE", authority.to_str().unwrap());
    settings.set("SIGYL_OUTBOUND_PROXY", &format!("http://{at}"));
    settings.set("SIGYL_PUBLISHER_LOGINS", "http");
    settings.set("SIGYL_PUBLISHER_WORKSPACES", "com.example=ada");
    let process = Process::start(&settings);
    let url = process.url.as_str();
    killed::Caller::claim(&settings, url).await;
    let mut caller = killed::Caller::nobody();
    let now = || Clock::system().now();
    let login = format!("{url}/v0/auth/http");
    let (status, body) = caller.ask("POST", &login, pair.login("keys.example.com", now())).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    body["registry_token"].as_str().unwrap().clone_into(&mut caller.key);
    let document = |name: &str| killed::document(name, 1);
    let publish = format!("{url}/v0/publish");
    let (status, body) = caller.ask("POST", &publish, document("com.example.keys/weather")).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    // The host's own namespace alone: not what is below it, and not what it is below.
    for name in ["com.example.keys.x/weather", "com.example/weather"] {
        assert_eq!(
            caller.ask("POST", &publish, document(name)).await.unwrap().0,
            StatusCode::FORBIDDEN,
            "{name}"
        );
    }
    caller.key.clear();
    for (pair, domain) in [(&other, "keys.example.com"), (&pair, "other.example.com")] {
        let (status, body) = caller.ask("POST", &login, pair.login(domain, now())).await.unwrap();
        assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!("unauthenticated")), "{body}");
    }
}
