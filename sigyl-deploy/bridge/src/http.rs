//! The HTTP side: connections, what every request must be, and who answers it.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Bytes, Incoming},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::value::RawValue;
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use crate::{
    app::App,
    body::Reply,
    health::Health,
    legacy, modern,
    rpc::{self, Malformed},
};

/// Path of the answer to whoever asks whether the server is well.
pub(crate) const HEALTH: &str = "/health";
/// Most bytes of a request's head; more are answered with 431. Chosen, as the usual limit of servers.
const HEAD_MAX: usize = 32 * 1024;
/// Longest wait for a request's head, which is also how long a connection is kept without one. nginx's default.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// Longest wait for a request's body. Chosen.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest wait for room for a message. Chosen.
const ROOM_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
pub(crate) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
pub(crate) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A response, ready to be sent. The error of a check is a response, too.
pub(crate) type Answer = Box<Response<Reply>>;

/// Accepts connections for as long as it is not dropped.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(app.config.connections_max));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let socket = match listener.accept().await {
            Ok((socket, _)) => socket,
            Err(error) => {
                // Most likely there are too many open files; a connection that ends makes room.
                app.log.say(&format!("cannot accept a connection: {error}"));
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Events are small, and waited for.
        let _ = socket.set_nodelay(true);
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let app = Arc::clone(&app);
                async move { Ok::<_, Infallible>(*answer(&app, request).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_MAX);
            let _ = builder.serve_connection(TokioIo::new(socket), service).await;
            drop(place);
        });
    }
}

async fn answer(app: &Arc<App>, request: Request<Incoming>) -> Answer {
    let path = request.uri().path();
    if path == HEALTH {
        return match *request.method() {
            Method::GET | Method::HEAD => health(app),
            _ => not_allowed("GET, HEAD"),
        };
    }
    if path != app.config.endpoint {
        return status(StatusCode::NOT_FOUND);
    }
    match serve_endpoint(app, request).await {
        Ok(answer) | Err(answer) => answer,
    }
}

async fn serve_endpoint(app: &Arc<App>, request: Request<Incoming>) -> Result<Answer, Answer> {
    check_origin(app, request.headers())?;
    let version = one(request.headers(), &VERSION)?.map(str::to_owned);
    match *request.method() {
        Method::POST => {
            let (head, body) = request.into_parts();
            check_post(&head.headers)?;
            let Ok(permit) = Arc::clone(&app.requests).try_acquire_owned() else { return Err(busy()) };
            let (bytes, room) = read_body(app, &head.headers, body).await?;
            if !rpc::is_shallow(&bytes) {
                return Err(refuse(StatusCode::BAD_REQUEST, None, rpc::INVALID_REQUEST, "nested too deeply"));
            }
            let post = Post { headers: head.headers, version, bytes, permit, room };
            if modern::is_modern(&post) {
                modern::post(app, post).await
            } else {
                legacy::post(app, post).await
            }
        }
        // There is neither in the newer era.
        Method::GET | Method::DELETE if version.as_deref().is_some_and(modern::is_version) => {
            Err(not_allowed("POST"))
        }
        Method::GET => legacy::get(app, request.headers(), version.as_deref()),
        Method::DELETE => legacy::delete(app, request.headers(), version.as_deref()),
        _ => Err(not_allowed("GET, POST, DELETE")),
    }
}

/// A message that came, and what it takes up.
pub(crate) struct Post {
    pub(crate) headers: HeaderMap,
    pub(crate) version: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// A place among the requests in flight.
    pub(crate) permit: OwnedSemaphorePermit,
    /// Room among the bytes on their way to the server.
    pub(crate) room: OwnedSemaphorePermit,
}

fn check_post(headers: &HeaderMap) -> Result<(), Answer> {
    let kind = one(headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let told = "the content type is not application/json";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, rpc::INVALID_REQUEST, told));
    }
    if !(accepts(headers, "application/json") && accepts(headers, "text/event-stream")) {
        let told = "the client must accept application/json and text/event-stream";
        return Err(refuse(StatusCode::NOT_ACCEPTABLE, None, rpc::INVALID_REQUEST, told));
    }
    Ok(())
}

/// Whether an `Accept` header names the type, or a range that holds it.
pub(crate) fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let (of, _) = wanted.split_once('/').unwrap_or_default();
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .any(|range| range == wanted || range == "*/*" || range.strip_suffix("/*") == Some(of))
}

async fn read_body(
    app: &App,
    headers: &HeaderMap,
    mut body: Incoming,
) -> Result<(Vec<u8>, OwnedSemaphorePermit), Answer> {
    let max = app.config.message_max;
    let told = one(headers, &header::CONTENT_LENGTH)?.and_then(|length| length.parse::<usize>().ok());
    let expected = told.unwrap_or(max);
    let too_large = || {
        let mut answer = refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            None,
            rpc::INVALID_REQUEST,
            &format!("a message has at most {max} bytes"),
        );
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        answer
    };
    if expected > max {
        return Err(too_large());
    }
    let wanted = u32::try_from(expected).unwrap_or(u32::MAX);
    let Ok(Ok(mut room)) = timeout(ROOM_TIMEOUT, Arc::clone(&app.inbound).acquire_many_owned(wanted)).await
    else {
        return Err(busy());
    };
    let reading = async {
        let mut bytes = Vec::with_capacity(told.unwrap_or_default());
        while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await
        {
            let frame = frame.map_err(|_| status(StatusCode::BAD_REQUEST))?;
            if let Ok(data) = frame.into_data() {
                if bytes.len() + data.len() > max {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&data);
            }
        }
        Ok(bytes)
    };
    let bytes = timeout(BODY_TIMEOUT, reading).await.map_err(|_| status(StatusCode::REQUEST_TIMEOUT))??;
    drop(room.split(expected.saturating_sub(bytes.len())));
    Ok((bytes, room))
}

/// The value of a header that may be there once.
pub(crate) fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Answer> {
    let mut values = headers.get_all(name).iter();
    let wrong = || {
        refuse(
            StatusCode::BAD_REQUEST,
            None,
            rpc::INVALID_REQUEST,
            &format!("the header {name} is not as it may be"),
        )
    };
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// Whether the request may come from where a browser says it does (DNS rebinding).
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Answer> {
    let refused =
        || refuse(StatusCode::FORBIDDEN, None, rpc::INVALID_REQUEST, "not served to this host or origin");
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map_err(|_| refused())?.to_ascii_lowercase(),
        _ => return Err(refused()),
    };
    let (allowed, loopback) = (&app.config.allow_host, app.config.listen.ip().is_loopback());
    let name = host_name(&host);
    if !(allowed.contains(&host) || allowed.iter().any(|a| a == name))
        && (!allowed.is_empty() || loopback && !is_loopback(name))
    {
        return Err(refused());
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return Ok(()),
        (Some(origin), None) => origin.to_str().map_err(|_| refused())?.to_ascii_lowercase(),
        _ => return Err(refused()),
    };
    let own = origin.split_once("://").is_some_and(|(scheme, of)| {
        matches!(scheme, "http" | "https") && (of == host || loopback && is_loopback(host_name(of)))
    });
    if own || app.config.allow_origin.contains(&origin) { Ok(()) } else { Err(refused()) }
}

/// A host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name == "[::1]"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

fn health(app: &App) -> Answer {
    let health = app.health.borrow().clone();
    let (code, value) = match health {
        _ if *app.stopping.borrow() => (503, r#"{"status":"stopping"}"#.to_owned()),
        Health::Up(facts, at) => {
            if at.elapsed() > app.config.recheck {
                app.recheck.notify_one();
            }
            let info = facts.info.as_ref().map_or("null", |info| info.get());
            let age = Instant::now().saturating_duration_since(at).as_secs();
            let version = rpc::quoted(&facts.version);
            let sessions = app.count();
            let told = format!(
                r#"{{"status":"ok","server":{info},"protocol":{version},"checked_seconds_ago":{age},"sessions":{sessions}}}"#
            );
            (200, told)
        }
        Health::Starting => (503, r#"{"status":"starting"}"#.to_owned()),
        Health::Down(why) => (503, format!(r#"{{"status":"failed","reason":{}}}"#, rpc::quoted(&why))),
    };
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = json(code, value.into_bytes());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if code != StatusCode::OK {
        retry_after(&mut answer, 1);
    }
    answer
}

// --- answers ---------------------------------------------------------------------------------------------------------

/// A response of nothing but a status.
pub(crate) fn status(code: StatusCode) -> Answer {
    let mut answer = Box::new(Response::new(Reply::empty()));
    *answer.status_mut() = code;
    answer
}

fn not_allowed(methods: &'static str) -> Answer {
    let mut answer = status(StatusCode::METHOD_NOT_ALLOWED);
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    answer
}

/// A response with JSON.
pub(crate) fn json(code: StatusCode, value: impl Into<Bytes>) -> Answer {
    let mut answer = Box::new(Response::new(Reply::Whole(Some(value.into()))));
    *answer.status_mut() = code;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// A response with a JSON-RPC error.
pub(crate) fn refuse(code: StatusCode, id: Option<&RawValue>, error: i64, message: &str) -> Answer {
    json(code, rpc::error(id, error, message, None))
}

/// What is said to bytes that are no message.
pub(crate) fn malformed(Malformed(code, told): Malformed) -> Answer {
    refuse(StatusCode::BAD_REQUEST, None, code, told)
}

/// A response that asks to come back in a second.
pub(crate) fn busy() -> Answer {
    let mut answer = refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        None,
        rpc::INTERNAL_ERROR,
        "too many requests in flight; try again",
    );
    retry_after(&mut answer, 1);
    answer
}

pub(crate) fn retry_after(answer: &mut Answer, seconds: u64) {
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// A response with events.
pub(crate) fn events(events: Box<crate::body::Events>) -> Answer {
    let mut answer = Box::new(Response::new(Reply::Events(events)));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}

/// An address as it is told.
pub(crate) fn url(at: SocketAddr, endpoint: &str) -> String {
    format!("http://{at}{endpoint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ranges_are_read() {
        assert_eq!(host_name("localhost:80"), "localhost");
        assert_eq!(host_name("[::1]:80"), "[::1]");
        assert_eq!(host_name("[::1]"), "[::1]");
        assert!(is_loopback("127.0.0.9") && is_loopback("localhost") && !is_loopback("127.0.0.1.example"));
        let mut headers = HeaderMap::new();
        assert!(!accepts(&headers, "text/event-stream"));
        headers.append(header::ACCEPT, HeaderValue::from_static("application/json;q=0.9, Text/*"));
        assert!(accepts(&headers, "application/json") && accepts(&headers, "text/event-stream"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/jsonp, */*x"));
        assert!(!accepts(&headers, "application/json"));
    }
}
