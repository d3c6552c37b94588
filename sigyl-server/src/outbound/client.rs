//! One question and its whole answer, within limits.

use std::{
    error::Error as _,
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{
    Client, Method, Proxy, StatusCode, Url,
    header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect::Policy,
};
use sigyl_core::secret::SecretText;

use super::{
    addresses::is_allowed,
    lookup::{Guarded, Lookup, Refused},
};
use crate::{
    config::{Config, Network},
    telemetry,
};

/// How long a connection is kept for the next question. Chosen: pages of one registry follow each other at once.
const IDLE: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OutboundError {
    /// The address cannot be asked by anyone; whoever wrote it mends it.
    #[error("{0} is no address of http or https without a user")]
    Address(String),
    /// The address is one that the operator would have to allow, in `outbound.allowed_networks`.
    #[error("{0} is not on the internet, and this server's operator has not allowed it")]
    NotAllowed(String),
    /// The other server sends to where nobody follows.
    #[error("{from} redirects to {to}, which is not followed")]
    Redirect {
        /// Who.
        from: String,
        /// Where to, or why not.
        to: String,
    },
    /// The answer is longer than the caller takes.
    #[error("the answer of {host} is longer than {limit_bytes} bytes")]
    TooLarge {
        /// Who.
        host: String,
        /// How much would be taken.
        limit_bytes: usize,
    },
    /// The answer took longer than `outbound.timeout`.
    #[error("{0} took too long")]
    TooSlow(String),
    /// There is no whole answer.
    #[error("{host} gave no answer: {why}")]
    Failed {
        /// Who.
        host: String,
        /// In a few words.
        why: String,
    },
}

/// A question.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
    /// Longest answer, bytes.
    pub(crate) limit_bytes: usize,
    /// How many redirects are followed; only a GET's are.
    pub(crate) redirects: usize,
}

impl<'a> Asked<'a> {
    /// A GET that follows no redirect.
    pub(crate) fn get(url: &'a str, limit_bytes: usize) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: Vec::new(), limit_bytes, redirects: 0 }
    }

    /// A POST of bytes.
    pub(crate) fn post(url: &'a str, kind: &'static str, body: Vec<u8>, limit_bytes: usize) -> Self {
        let kind = (reqwest::header::CONTENT_TYPE, HeaderValue::from_static(kind));
        Self { method: Method::POST, headers: vec![kind], body, ..Self::get(url, limit_bytes) }
    }

    /// The same with a header.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same, following redirects.
    #[must_use]
    pub(crate) fn following(mut self, redirects: usize) -> Self {
        self.redirects = redirects;
        self
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// Where it came from in the end.
    pub(crate) url: Url,
}

/// The client. It is made when it is first used: most servers ask nobody.
pub(crate) struct Outbound {
    named: Arc<[Network]>,
    proxy: Option<SecretText>,
    timeout: Duration,
    lookup: Lookup,
    client: OnceLock<Result<Client, String>>,
}

impl Outbound {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            named: config.outbound_networks.clone().into(),
            proxy: config.outbound_proxy.clone(),
            timeout: config.outbound_timeout,
            lookup: Lookup::System,
            client: OnceLock::new(),
        }
    }

    /// A client for an address that only the configuration names, wherever that is: nobody else chooses it.
    pub(crate) fn of_the_operator(timeout: Duration) -> Self {
        let everywhere = ["0.0.0.0/0", "::/0"].iter().filter_map(|it| Network::parse(it));
        Self {
            named: everywhere.collect(),
            proxy: None,
            timeout,
            lookup: Lookup::System,
            client: OnceLock::new(),
        }
    }

    /// Asks, and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// When the address may not be asked, or there is no whole answer within the limits. No error has the address's query
    /// in it, where credentials often stand.
    pub(crate) async fn send(&self, asked: Asked<'_>) -> Result<Answer, OutboundError> {
        let mut host = asked.url.chars().take(200).collect();
        let url = self.checked(asked.url)?;
        url.host_str().unwrap_or_default().clone_into(&mut host);
        let name = if asked.method == Method::GET { "GET" } else { "POST" };
        let answer = Box::pin(async {
            match tokio::time::timeout(self.timeout, self.follow(url, asked)).await {
                Ok(done) => done,
                Err(_) => Err(OutboundError::TooSlow(host.clone())),
            }
        });
        let noted = |done: &Result<Answer, OutboundError>| {
            let mut notes = vec![("server.address", telemetry::Value::from(host.as_str()))];
            if let Ok(answer) = done {
                notes.push(("http.response.status_code", answer.status.as_u16().into()));
            }
            notes
        };
        telemetry::child(name, answer, noted).await
    }

    /// `HOST:PORT:ADDRESS` of an address of https that somebody else connects to, as curl is told it.
    ///
    /// # Errors
    /// When the address may not be asked, or its host has none.
    pub(crate) async fn pinned(&self, url: &str) -> Result<String, OutboundError> {
        let url = self.checked(url)?;
        let (name, port) = (host(&url), url.port_or_known_default().unwrap_or(443));
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() {
            return Ok(format!("{name}:{port}:{name}"));
        }
        let found = self.lookup.addresses(bare).await;
        let found =
            found.map_err(|error| OutboundError::Failed { host: name.clone(), why: error.to_string() })?;
        let allowed = found.iter().map(|it| it.ip()).find(|it| is_allowed(*it, &self.named));
        match allowed {
            Some(IpAddr::V6(address)) => Ok(format!("{name}:{port}:[{address}]")),
            Some(address) => Ok(format!("{name}:{port}:{address}")),
            None => Err(OutboundError::NotAllowed(name)),
        }
    }

    async fn follow(&self, mut url: Url, asked: Asked<'_>) -> Result<Answer, OutboundError> {
        let mut headers: HeaderMap = asked.headers.into_iter().collect();
        let mut body = Some(asked.body);
        for left in (0..=asked.redirects).rev() {
            let mut request =
                self.client()?.request(asked.method.clone(), url.clone()).headers(headers.clone());
            if let Some(body) = body.take().filter(|body| !body.is_empty()) {
                request = request.body(body);
            }
            let response = request.send().await.map_err(|error| told(&url, &error))?;
            let location = response.headers().get(LOCATION).filter(|_| response.status().is_redirection());
            let Some(location) = location.filter(|_| asked.method == Method::GET && asked.redirects > 0)
            else {
                return read(response, url, asked.limit_bytes).await;
            };
            let to = self.next(&url, location.to_str().unwrap_or_default())?;
            if left == 0 {
                return Err(OutboundError::Redirect {
                    from: host(&url),
                    to: "yet another address".to_owned(),
                });
            }
            if to.origin() != url.origin() {
                headers.remove(AUTHORIZATION);
                headers.remove(COOKIE);
            }
            url = to;
        }
        Err(OutboundError::Redirect { from: host(&url), to: "yet another address".to_owned() })
    }

    /// Where a redirect leads: never from https to http, and through the same checks as what was asked first.
    fn next(&self, from: &Url, location: &str) -> Result<Url, OutboundError> {
        let refused = |to: String| OutboundError::Redirect { from: host(from), to };
        let to = from.join(location).map_err(|_| refused("no address".to_owned()))?;
        if from.scheme() == "https" && to.scheme() != "https" {
            return Err(refused(format!("{}://", to.scheme())));
        }
        self.checked(to.as_str())
    }

    /// The address, if its form and, where it is a number, its host may be asked.
    fn checked(&self, text: &str) -> Result<Url, OutboundError> {
        let wrong = || {
            OutboundError::Address(text.split(['?', '#']).next().unwrap_or("").chars().take(200).collect())
        };
        let url = Url::parse(text).map_err(|_| wrong())?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.scheme(), "http" | "https") || has_user {
            // A user's password is not told.
            return Err(if has_user { OutboundError::Address(host(&url)) } else { wrong() });
        }
        let host = url.host_str().ok_or_else(wrong)?;
        // Connections to numbers ask nobody for addresses.
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_refused = match number {
            Ok(address) => !is_allowed(address, &self.named),
            // A proxy looks names up by itself; these are the proxy's own computer for certain.
            Err(_) => {
                let name = host.trim_end_matches('.');
                self.proxy.is_some() && (name == "localhost" || name.ends_with(".localhost"))
            }
        };
        if is_refused { Err(OutboundError::NotAllowed(host.to_owned())) } else { Ok(url) }
    }

    fn client(&self) -> Result<&Client, OutboundError> {
        let made = self.client.get_or_init(|| {
            let mut builder = Client::builder()
                .redirect(Policy::none())
                .referer(false)
                .no_proxy()
                .http1_only()
                .pool_idle_timeout(IDLE)
                .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")));
            builder = match &self.proxy {
                // The proxy's own name is the operator's, and what lies behind it is for the proxy to refuse.
                Some(proxy) => {
                    builder.proxy(Proxy::all(proxy.reveal()).map_err(|_| "the proxy has no address")?)
                }
                None => {
                    let guarded = Guarded { named: self.named.clone(), lookup: self.lookup.clone() };
                    builder.dns_resolver(Arc::new(guarded))
                }
            };
            builder.build().map_err(|error| root(&error))
        });
        made.as_ref()
            .map_err(|why| OutboundError::Failed { host: "this server".to_owned(), why: why.clone() })
    }
}

async fn read(
    mut response: reqwest::Response,
    url: Url,
    limit_bytes: usize,
) -> Result<Answer, OutboundError> {
    let too_large = || OutboundError::TooLarge { host: host(&url), limit_bytes };
    if response.content_length().is_some_and(|length| length > limit_bytes as u64) {
        return Err(too_large());
    }
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| told(&url, &error))? {
        if body.len() + chunk.len() > limit_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body, url })
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// What an error of the client means, without the address, whose query may hold credentials.
fn told(url: &Url, error: &reqwest::Error) -> OutboundError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<Refused>() {
            return OutboundError::NotAllowed(host(url));
        }
        cause = inner.source();
    }
    OutboundError::Failed { host: host(url), why: root(error) }
}

/// The innermost cause, which says most.
fn root(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(cause) = inner.source() {
        inner = cause;
    }
    if error.source().is_none() { "the request could not be made".to_owned() } else { inner.to_string() }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    fn outbound(named: &[&str], lookup: Lookup) -> Outbound {
        Outbound {
            named: named.iter().map(|it| Network::parse(it).unwrap()).collect(),
            proxy: None,
            timeout: Duration::from_secs(2),
            lookup,
            client: OnceLock::new(),
        }
    }

    fn known(of: impl Fn(&str) -> Vec<&'static str> + Send + Sync + 'static) -> Lookup {
        Lookup::Known(Arc::new(move |name| of(name).iter().map(|it| it.parse().unwrap()).collect()))
    }

    /// A server that answers with the head it was sent, and otherwise as the path says. Its port, and how often it was
    /// connected to.
    async fn server(address: &str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                seen.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    let head = String::from_utf8(head).unwrap();
                    let target = head.split(' ').nth(1).unwrap();
                    let path = target.split('?').next().unwrap();
                    let to = target.split_once("/to?").map(|(_, to)| to);
                    let answer = match (path, to) {
                        (_, Some(to)) => {
                            format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
                        }
                        ("/long", _) => "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n".to_owned(),
                        ("/endless", _) => {
                            let chunk = format!("400\r\n{}\r\n", "a".repeat(1024));
                            format!(
                                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}",
                                chunk.repeat(50)
                            )
                        }
                        ("/slow", _) => "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n1".to_owned(),
                        _ => format!(
                            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{head}",
                            head.len()
                        ),
                    };
                    let _ = stream.write_all(answer.as_bytes()).await;
                    if path == "/slow" {
                        let _ = stream.read_u8().await;
                    }
                });
            }
        });
        (port, count)
    }

    async fn refused(outbound: &Outbound, url: &str) -> String {
        outbound.send(Asked::get(url, 1_000).following(3)).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn what_is_near_is_refused_in_every_notation_and_never_connected_to() {
        let (port, count) = server("127.0.0.1").await;
        let outbound = outbound(&[], Lookup::System);
        for host in [
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "169.254.169.254",
            "１２７.0.0.1",
        ] {
            let error =
                outbound.send(Asked::get(&format!("http://{host}:{port}/"), 1_000)).await.unwrap_err();
            assert!(matches!(error, OutboundError::NotAllowed(_)), "{host}: {error}");
        }
        assert_eq!(count.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn what_the_operator_names_is_asked() {
        let (port, count) = server("127.0.0.1").await;
        let outbound = outbound(&["127.0.0.0/8"], Lookup::System);
        let answer = outbound.send(Asked::get(&format!("http://127.0.0.1:{port}/?a"), 1_000)).await.unwrap();
        assert_eq!(answer.status, 200);
        let head = String::from_utf8(answer.body).unwrap();
        assert!(head.starts_with("GET /?a HTTP/1.1\r\n") && head.contains("user-agent: sigyl/"), "{head}");
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn other_schemes_and_users_are_refused() {
        let outbound = outbound(&["0.0.0.0/0", "::/0"], Lookup::System);
        for url in
            ["ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "127.0.0.1", "", "http://"]
        {
            assert!(matches!(
                outbound.send(Asked::get(url, 1)).await.unwrap_err(),
                OutboundError::Address(_)
            ));
        }
        let error = refused(&outbound, "http://user:hidden@127.0.0.1/?token=hidden").await;
        assert_eq!(error, "127.0.0.1 is no address of http or https without a user");
    }

    /// A name is looked up once a connection, and the connection goes to what was looked at: one that first leads to a
    /// public address and then to a near one gains nothing, and neither does one that leads to both.
    #[tokio::test]
    async fn a_name_leads_only_to_addresses_that_were_looked_at() {
        let (port, count) = server("127.0.0.2").await;
        let asked = AtomicUsize::new(0);
        let lookup = known(move |name| match name {
            "both.example" => vec!["127.0.0.3", "127.0.0.2"],
            "turns.example" if asked.fetch_add(1, Ordering::SeqCst) == 0 => vec!["127.0.0.2"],
            "turns.example" => vec!["127.0.0.3"],
            _ => vec!["127.0.0.3", "10.0.0.1", "fd00::1"],
        });
        let outbound = outbound(&["127.0.0.2"], lookup);
        for (host, fine) in [
            ("both.example", true),
            ("turns.example", true),
            ("turns.example", false),
            ("inside.example", false),
        ] {
            let done = outbound.send(Asked::get(&format!("http://{host}:{port}/"), 1_000)).await;
            match done {
                Ok(answer) => {
                    assert!(
                        fine && String::from_utf8(answer.body).unwrap().contains(&format!("host: {host}"))
                    );
                }
                Err(error) => {
                    assert!(!fine && matches!(error, OutboundError::NotAllowed(_)), "{host}: {error}")
                }
            }
        }
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn redirects_pass_the_same_checks_and_lose_credentials_elsewhere() {
        let (port, _) = server("127.0.0.1").await;
        let (other, _) = server("127.0.0.1").await;
        let outbound = outbound(&["127.0.0.1"], Lookup::System);
        let secret = HeaderValue::from_static("Bearer canary");
        let ask = |to: String| {
            let url = format!("http://127.0.0.1:{port}/to?{to}");
            let (outbound, secret) = (&outbound, secret.clone());
            async move { outbound.send(Asked::get(&url, 1_000).header(AUTHORIZATION, secret).following(2)).await }
        };
        let text = |answer: Answer| String::from_utf8(answer.body).unwrap();
        assert!(text(ask("/here".to_owned()).await.unwrap()).contains("canary"));
        assert!(!text(ask(format!("http://127.0.0.1:{other}/")).await.unwrap()).contains("canary"));
        for to in ["http://169.254.169.254/", "http://127.0.0.2/", "http://[::1]/"] {
            assert!(matches!(ask(to.to_owned()).await.unwrap_err(), OutboundError::NotAllowed(_)), "{to}");
        }
        let round = format!("http://127.0.0.1:{port}/to?/to?/to?/to?/");
        let error = refused(&outbound, &round).await;
        assert_eq!(error, "127.0.0.1 redirects to yet another address, which is not followed");
        // Not followed where nobody asked for it, and never after a POST.
        let plain = outbound.send(Asked::get(&round, 1_000)).await.unwrap();
        let posted = Asked::post(&round, "text/plain", b"x".to_vec(), 1_000).following(2);
        assert_eq!(
            (plain.status, outbound.send(posted).await.unwrap().status),
            (StatusCode::FOUND, StatusCode::FOUND)
        );

        let from = Url::parse("https://a.example/").unwrap();
        assert!(matches!(outbound.next(&from, "http://a.example/"), Err(OutboundError::Redirect { .. })));
        assert_eq!(outbound.next(&from, "/b").unwrap().as_str(), "https://a.example/b");
    }

    #[tokio::test]
    async fn answers_have_an_end() {
        let (port, _) = server("127.0.0.1").await;
        let outbound = outbound(&["127.0.0.1"], Lookup::System);
        for path in ["long", "endless"] {
            let error = refused(&outbound, &format!("http://127.0.0.1:{port}/{path}")).await;
            assert_eq!(error, "the answer of 127.0.0.1 is longer than 1000 bytes");
        }
        let error = refused(&outbound, &format!("http://127.0.0.1:{port}/slow?token=hidden")).await;
        assert_eq!(error, "127.0.0.1 took too long");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let closed = listener.local_addr().unwrap().port();
        drop(listener);
        let error = refused(&outbound, &format!("http://127.0.0.1:{closed}/?token=hidden")).await;
        assert!(error.starts_with("127.0.0.1 gave no answer: ") && !error.contains("hidden"), "{error}");
    }

    #[tokio::test]
    async fn a_proxy_is_asked_where_one_is_configured_and_numbers_are_still_looked_at() {
        let (port, count) = server("127.0.0.1").await;
        let mut outbound = outbound(&[], known(|_| panic!("a proxy looks names up by itself")));
        outbound.proxy = Some(SecretText::new(format!("http://127.0.0.1:{port}")));
        let answer = outbound.send(Asked::get("http://registry.example/a", 1_000)).await.unwrap();
        assert!(
            String::from_utf8(answer.body).unwrap().starts_with("GET http://registry.example/a HTTP/1.1")
        );
        for url in ["http://10.0.0.1/", "http://localhost/", "http://a.localhost/"] {
            assert!(matches!(
                outbound.send(Asked::get(url, 1)).await.unwrap_err(),
                OutboundError::NotAllowed(_)
            ));
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}
