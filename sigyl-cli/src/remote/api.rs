//! One request to the server and its answer.

use std::{io::Read, net::IpAddr, time::Duration};

use reqwest::{
    Method, Url,
    blocking::{Client, RequestBuilder, Response},
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderValue, SET_COOKIE},
    redirect::Policy,
};
use serde_json::Value;

use super::{Kept, Kind, RemoteError, may_carry_credentials};

/// Time for one answer. Chosen: an upload of the largest source over a slow line.
const ANSWER: Duration = Duration::from_secs(120);

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest answer, bytes: the server's longest report.
const MOST_BYTES: u64 = 64 << 20;

/// Pages that are read of one list; more is no list for people.
const MOST_PAGES: usize = 1_000;

/// The cookie of a session.
const COOKIE_NAME: &str = "__Host-sigyl";

/// A server, and what is shown to it.
pub(crate) struct Api {
    client: Client,
    pub(crate) url: Url,
    pub(crate) kept: Option<Kept>,
    pub(crate) workspace: Option<String>,
}

/// Reads the address of a server: http or https, a host, and perhaps a path.
///
/// # Errors
/// When it is no such address.
pub(crate) fn server_url(text: &str) -> Result<Url, RemoteError> {
    let wrong = || RemoteError::Address(text.to_owned());
    let mut url = Url::parse(text).map_err(|_| wrong())?;
    let fine = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !fine {
        return Err(wrong());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether the address is on this computer.
pub(crate) fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || number.is_ok_and(|address| address.is_loopback())
}

/// An address as people write it.
pub(crate) fn shown(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

impl Api {
    /// # Errors
    /// When a credential would travel in the clear.
    pub(crate) fn new(url: Url, kept: Option<Kept>, workspace: Option<String>) -> Result<Self, RemoteError> {
        if kept.is_some() && !may_carry_credentials(&url) {
            return Err(RemoteError::InTheClear(shown(&url)));
        }
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .user_agent(concat!("sigyl/", env!("CARGO_PKG_VERSION")));
        if is_near(&url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| RemoteError::NoAnswer {
            server: shown(&url),
            why: error.without_url().to_string(),
        })?;
        Ok(Self { client, url, kept, workspace })
    }

    /// The server, as people write it.
    pub(crate) fn server(&self) -> String {
        shown(&self.url)
    }

    /// Refuses early where nothing is known that could be shown.
    ///
    /// # Errors
    /// When the user is not logged in.
    pub(crate) fn known(&self) -> Result<&Kept, RemoteError> {
        self.kept.as_ref().ok_or_else(|| RemoteError::NotLoggedIn(self.server()))
    }

    /// The address of an endpoint; each part of the path is one, whatever is in it.
    pub(crate) fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        // An address with a host always has a path.
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// GET.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, RemoteError> {
        self.answer(self.request(Method::GET, path, query)).map(|(body, _)| body)
    }

    /// Any method with a body of JSON.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn send(&self, method: Method, path: &[&str], body: &Value) -> Result<Value, RemoteError> {
        self.answer(with_json(self.request(method, path, &[]), body)).map(|(body, _)| body)
    }

    /// DELETE without a body.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn delete(&self, path: &[&str]) -> Result<(), RemoteError> {
        self.answer(self.request(Method::DELETE, path, &[])).map(|_| ())
    }

    /// Any method with a body of bytes.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn upload(
        &self,
        method: Method,
        path: &[&str],
        kind: &'static str,
        bytes: Vec<u8>,
    ) -> Result<Value, RemoteError> {
        let request = self.request(method, path, &[]).header(CONTENT_TYPE, kind).body(bytes);
        self.answer(request).map(|(body, _)| body)
    }

    /// POST that begins a session: the answer and the session's token.
    ///
    /// # Errors
    /// When there is no answer, or a refusal, or no session.
    pub(crate) fn session(&self, path: &[&str], body: &Value) -> Result<(Value, String), RemoteError> {
        if !may_carry_credentials(&self.url) {
            return Err(RemoteError::InTheClear(self.server()));
        }
        let (body, cookie) = self.answer(with_json(self.request(Method::POST, path, &[]), body))?;
        let token = cookie.ok_or_else(|| self.strange("it began no session"))?;
        Ok((body, token))
    }

    /// All items of a list of `/api/v1`, page after page, up to `most`.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn pages(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        most: usize,
    ) -> Result<Vec<Value>, RemoteError> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..MOST_PAGES {
            let limit = most.saturating_sub(all.len()).clamp(1, 100).to_string();
            let mut query = query.to_vec();
            query.push(("limit", &limit));
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = self.get(path, &query)?;
            all.extend_from_slice(super::items(&page, "items"));
            cursor = page.get("next_cursor").and_then(Value::as_str).map(ToOwned::to_owned);
            if cursor.is_none() || all.len() >= most {
                all.truncate(most);
                return Ok(all);
            }
        }
        Err(self.strange("its list has no end"))
    }

    /// GET of text.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(crate) fn text(&self, path: &[&str], query: &[(&str, &str)]) -> Result<String, RemoteError> {
        let response = self.sent(self.request(Method::GET, path, query))?;
        let status = response.status();
        let bytes = self.read(response)?;
        if status.is_success() {
            return String::from_utf8(bytes).map_err(|_| self.strange("its answer is no text"));
        }
        Err(self.refusal(status.as_u16(), &serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// GET of what has no end of its own.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub(super) fn stream(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        patience: Duration,
    ) -> Result<Response, RemoteError> {
        let response = self.sent(self.request(Method::GET, path, query).timeout(patience))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = self.read(response)?;
        Err(self.refusal(status.as_u16(), &serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    pub(super) fn cut_short(&self, error: &std::io::Error) -> RemoteError {
        self.strange(&format!("it was cut short ({error})"))
    }

    fn request(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut request = self.client.request(method, self.address(path, query));
        if let Some(kept) = &self.kept {
            let (name, value) = match kept.kind {
                Kind::Key => (AUTHORIZATION, format!("Bearer {}", kept.token)),
                Kind::Session => (COOKIE, format!("{COOKIE_NAME}={}", kept.token)),
            };
            if let Ok(mut value) = HeaderValue::from_str(&value) {
                value.set_sensitive(true);
                request = request.header(name, value);
            }
        }
        if let Some(workspace) = &self.workspace {
            request = request.header("sigyl-workspace", workspace);
        }
        request
    }

    fn sent(&self, request: RequestBuilder) -> Result<Response, RemoteError> {
        request.send().map_err(|error| {
            let mut inner: &dyn std::error::Error = &error;
            while let Some(cause) = inner.source() {
                inner = cause;
            }
            RemoteError::NoAnswer { server: self.server(), why: inner.to_string() }
        })
    }

    fn read(&self, response: Response) -> Result<Vec<u8>, RemoteError> {
        let mut bytes = Vec::new();
        let read = response.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| self.strange(&format!("it was cut short ({error})")))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(self.strange("its answer has no end"));
        }
        Ok(bytes)
    }

    /// The answer's JSON, and the session that it begins.
    fn answer(&self, request: RequestBuilder) -> Result<(Value, Option<String>), RemoteError> {
        let response = self.sent(request)?;
        let status = response.status();
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        let session = cookies
            .filter_map(|line| line.split(';').next()?.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
            .find(|token| !token.is_empty())
            .map(ToOwned::to_owned);
        let bytes = self.read(response)?;
        if status.is_success() && bytes.is_empty() {
            return Ok((Value::Null, session));
        }
        let body: Option<Value> = serde_json::from_slice(&bytes).ok();
        match body {
            Some(body) if status.is_success() => Ok((body, session)),
            None if status.is_success() => Err(self.strange("its answer is no JSON")),
            body => Err(self.refusal(status.as_u16(), &body.unwrap_or(Value::Null))),
        }
    }

    fn refusal(&self, status: u16, body: &Value) -> RemoteError {
        let code = super::text(body, &["code"]);
        if code.is_empty() {
            return self.strange(&format!("status {status}"));
        }
        RemoteError::Refused {
            status,
            code: code.to_owned(),
            message: super::text(body, &["error"]).to_owned(),
        }
    }

    fn strange(&self, why: &str) -> RemoteError {
        RemoteError::Strange { server: self.server(), why: why.to_owned() }
    }
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json").body(body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers() {
        for (text, read) in [
            ("https://mcp.example.com/", "https://mcp.example.com/"),
            ("https://mcp.example.com/base//", "https://mcp.example.com/base"),
            ("http://127.0.0.1:7450", "http://127.0.0.1:7450/"),
        ] {
            assert_eq!(server_url(text).unwrap().as_str(), read);
        }
        for text in ["mcp.example.com", "ftp://a", "https://u:p@a", "https://a?b", "https://a#b", ""] {
            assert!(server_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn credentials_stay_off_the_wire_in_the_clear() {
        let kept = Kept { kind: Kind::Key, token: "sgl_x".to_owned(), username: None, workspace: None };
        let of = |text: &str| Api::new(server_url(text).unwrap(), Some(kept.clone()), None);
        for text in ["https://a.example", "http://127.8.0.1", "http://localhost:1", "http://[::1]:1"] {
            assert!(of(text).is_ok(), "{text}");
        }
        for text in ["http://a.example", "http://localhost.example", "http://10.0.0.1"] {
            assert!(matches!(of(text), Err(RemoteError::InTheClear(_))), "{text}");
        }
    }

    #[test]
    fn parts_of_paths_stay_whole() {
        let api = Api::new(server_url("https://a.example/base").unwrap(), None, None).unwrap();
        let url = api.address(&["api", "v1", "packages", "com.example/a?b"], &[("cursor", "a&b")]);
        assert_eq!(url.as_str(), "https://a.example/base/api/v1/packages/com.example%2Fa%3Fb?cursor=a%26b");
    }
}
