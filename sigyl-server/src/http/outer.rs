//! What surrounds every request: its id, its log line, the headers of its answer, and an end to panics.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
    time::Instant,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::{ApiError, Code, Endpoint, error::render, origin};
use crate::{
    api::ENDPOINTS,
    app::App,
    audit::{Actor, Caller},
    id::RequestId,
    telemetry,
};

/// The request's id, in answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No page of another site frames ours, runs in it, or learns our addresses.
static HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Two years, what browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// What is known of a request before anyone looks at it.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    pub(crate) id: RequestId,
    pub(crate) address: IpAddr,
    /// Whether it came from this computer, through no proxy.
    pub(crate) is_local: bool,
}

impl RequestContext {
    pub(super) fn of(extensions: &Extensions) -> Result<Self, ApiError> {
        extensions.get().cloned().ok_or_else(|| ApiError::new(Code::Internal, "the request has no id"))
    }

    /// The caller's network: of IPv6, where one customer has 2^64 addresses, the first half.
    pub(crate) fn network(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let first = u128::from(address) >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from(first))
            }
        }
    }

    /// Somebody on this request, for the audit log.
    pub(crate) fn caller(&self, actor: Actor) -> Caller {
        Caller { actor, address: self.address.to_string(), request_id: self.id.to_string() }
    }

    /// Nobody who is known on this request.
    pub(crate) fn stranger(&self) -> Caller {
        self.caller(Actor { kind: "anonymous", id: String::new(), name: String::new() })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::of(&parts.extensions)
    }
}

/// Everything that surrounds a request.
pub(super) async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    #[allow(clippy::disallowed_methods, reason = "measures how long the request takes, for logs and metrics")]
    let begun = Instant::now();
    let _in_flight = app.metrics.begin();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let Ok(id) = RequestId::new(app.clock.now()) else {
        return ApiError::new(Code::Internal, "the server has no random bytes").into_response();
    };
    let address = origin::client_address(peer, request.headers(), &app.config.trusted_proxies);
    let forwarded =
        request.headers().contains_key("x-forwarded-for") || request.headers().contains_key("forwarded");
    // What a proxy on this computer hands on is nobody of this computer's, whatever it says of it.
    let is_proxy = app.config.trusted_proxies.iter().any(|network| network.contains(peer));
    let context = RequestContext { id, address, is_local: peer.is_loopback() && !forwarded && !is_proxy };
    request.extensions_mut().insert(context.clone());

    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let is_probe = matches!(path.as_str(), "/health" | "/ready" | "/metrics");
    // Probes come by address, and tell nothing that a rebound name would be after.
    let is_for_us = is_probe || origin::is_for_us(request.uri(), request.headers(), &app.config);
    let span = tracing::info_span!("request", request_id = %context.id);
    // Of which trace a request is, a proxy of ours may say, and who is on this computer.
    let parent = request.headers().get("traceparent").filter(|_| is_proxy || context.is_local);
    let parent = parent.and_then(|parent| telemetry::Parent::read(parent.to_str().ok()?));
    let answer = async {
        if !is_for_us {
            ApiError::new(Code::Misdirected, "this server is not known by that host").into_response()
        } else if let Some(location) = without_slash(request.uri()) {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
        } else {
            caught(&app, next.run(request)).await
        }
    };
    let answer = Box::pin(answer.instrument(span.clone()));
    let response = if is_probe {
        answer.await
    } else {
        let ended = |response: &Response| traced(response, &method, &context);
        app.traces.within(telemetry::Kind::Server, parent, answer, ended).await
    };
    let matched = response.extensions().get::<MatchedPath>().cloned();
    let mut response = render(response, context.id.as_str());
    decorate(response.headers_mut(), &app, &context);
    if response.status() == StatusCode::UNAUTHORIZED {
        challenge(response.headers_mut(), &app);
    }

    let (endpoint, status) = (endpoint_of(matched.as_ref(), &method), response.status().as_u16());
    let took = begun.elapsed();
    app.metrics.answered(endpoint, status, took);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let method = method.as_str();
    // The path itself may hold what grants access; the endpoint's name does not.
    let _in_span = span.enter();
    if is_probe {
        tracing::debug!(method, endpoint, status, duration_ms, "answered");
    } else {
        tracing::info!(method, endpoint, status, duration_ms, address = %context.address, "answered");
    }
    response
}

/// The id of the endpoint that a route and method are, or `none`.
fn endpoint_of(matched: Option<&MatchedPath>, method: &Method) -> &'static str {
    let is_it = |it: &Endpoint, matched: &MatchedPath| {
        it.is_at(matched.as_str()) && it.method.as_str() == method.as_str()
    };
    matched.and_then(|matched| ENDPOINTS.iter().find(|it| is_it(it, matched))).map_or("none", |it| it.id)
}

/// What is traced of an answer: the route as the router names it, never the path, which may hold what grants access.
fn traced(response: &Response, method: &Method, context: &RequestContext) -> telemetry::Ended {
    let matched = response.extensions().get::<MatchedPath>();
    let endpoint = endpoint_of(matched, method);
    // Names of methods are the caller's where there is no endpoint.
    let method = match matched {
        Some(_) if endpoint != "none" => method.as_str(),
        _ if *method == Method::GET => "GET",
        _ => "HTTP",
    };
    telemetry::note("http.request.method", method);
    telemetry::note("http.response.status_code", response.status().as_u16());
    telemetry::note("sigyl.endpoint", endpoint);
    telemetry::note("sigyl.request_id", context.id.as_str());
    let name = match matched {
        Some(route) => {
            telemetry::note("http.route", route.as_str());
            format!("{method} {}", route.as_str())
        }
        None => method.to_owned(),
    };
    telemetry::Ended::new(name).failed(response.status().is_server_error())
}

/// Where a path with a slash at its end leads: the same without, here. Slashes at its beginning would name a host.
fn without_slash(uri: &Uri) -> Option<String> {
    let path = uri.path();
    let trimmed = path.trim_matches('/');
    (path.len() > 1 && path.ends_with('/')).then(|| match uri.query() {
        Some(query) => format!("/{trimmed}?{query}"),
        None => format!("/{trimmed}"),
    })
}

/// RFC 9728: who is refused learns where it stands how a credential is shown.
fn challenge(headers: &mut HeaderMap, app: &App) {
    let at = format!("{}/.well-known/oauth-protected-resource", app.config.base());
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer resource_metadata=\"{at}\"")) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
}

/// Adds the headers that every answer has, where a handler did not set its own.
fn decorate(headers: &mut HeaderMap, app: &App, context: &RequestContext) {
    for (name, value) in &HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.config.is_https() || app.config.tls_key_file.is_some() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    if let Ok(id) = HeaderValue::from_str(context.id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
}

/// A panic of a handler is an error of that request alone, and so is one that takes too long.
async fn caught(app: &App, answer: impl Future<Output = Response>) -> Response {
    let mut answer = pin!(answer);
    let answered = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    });
    match tokio::time::timeout(app.config.request_timeout, answered).await {
        Ok(Some(response)) => response,
        Ok(None) => {
            app.metrics.panicked();
            ApiError::new(Code::Internal, "the server failed; its log has the reason under the request id")
                .into_response()
        }
        Err(_) => ApiError::new(Code::Timeout, "the request took too long").into_response(),
    }
}

/// Remembers which route was taken, for the log: the router tells the request, not the answer.
pub(super) async fn remember_route(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}
