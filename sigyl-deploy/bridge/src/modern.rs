//! The newer era on the side of clients: no sessions; every request says all that is needed to answer it.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{
    StatusCode,
    header::{HeaderMap, HeaderName},
};
use serde_json::value::RawValue;

use crate::{
    app::App,
    body::Events,
    child::{Child, Listener, Outcome, Refused, Sink, refusal},
    config::Mode,
    health::{Era, Facts, Health, LEGACY_VERSIONS, MODERN},
    http::{Answer, Post, busy, events, json, malformed, one, refuse, retry_after, status},
    legacy::no_process,
    listen,
    rounds::{self, Rounds, Target},
    rpc::{self, Body, Members, Message},
    stream::{First, Replay, Stream, Weight},
    translate,
};

/// How long an answer may take to be sent as plain JSON, before its stream begins; as in the older era.
const PATIENCE: Duration = Duration::from_millis(500);
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Whether a version is none of the older era.
pub(crate) fn is_version(version: &str) -> bool {
    !LEGACY_VERSIONS.contains(&version)
}

/// Whether a message is of the newer era: it says so itself, or by its headers.
pub(crate) fn is_modern(post: &Post) -> bool {
    let (names_version, is_initialize) = match Message::read(&post.bytes) {
        Ok(Message::Request { method, params, .. } | Message::Notification { method, params }) => {
            (rpc::meta_of(params).is_some_and(|meta| meta.version.is_some()), method == "initialize")
        }
        _ => (false, false),
    };
    // Clients of both eras may send their newest version with the older one's first message.
    names_version
        || !is_initialize && (post.version.as_deref() == Some(MODERN) || post.headers.contains_key(METHOD))
}

/// A request as it is answered.
pub(crate) struct Call<'a> {
    pub(crate) id: &'a RawValue,
    pub(crate) method: &'a str,
    pub(crate) params: Members,
    pub(crate) meta: Members,
}

/// A POST of one message.
pub(crate) async fn post(app: &Arc<App>, post: Post) -> Result<Answer, Answer> {
    let Post { headers, version, bytes, permit, room } = post;
    let (id, method, params) = match Message::read(&bytes).map_err(malformed)? {
        Message::Request { id, method, params } => (id, method, params),
        // There are none that mean anything to a server here; a client that goes away cancels by that.
        Message::Notification { .. } => return Ok(status(StatusCode::ACCEPTED)),
        Message::Answer { .. } => {
            return Err(refuse(
                StatusCode::BAD_REQUEST,
                None,
                rpc::INVALID_REQUEST,
                "clients send no responses",
            ));
        }
    };
    let call = check(&headers, version.as_deref(), id, &method, params)?;
    let facts = facts_of(app, id).await?;
    if facts.era == Era::Legacy && call.params.contains_key("requestState") {
        let word = rpc::text_of(&call.params, "requestState").unwrap_or_default();
        let Some(rounds) = app.parked.take(&word, &call) else {
            let told = "no request waits for what was asked; begin again";
            return Err(refuse(StatusCode::OK, Some(id), rpc::INVALID_PARAMS, told));
        };
        let stream = Stream::new(0, Replay::Once(app.config.replay_max), Some(1), &app.budget);
        rounds.go_on(&call, target_of(&call, &stream));
        return Ok(answer_round(app, &stream, EndsRound(rounds), permit).await);
    }
    match (&*method, facts.era) {
        ("server/discover", Era::Legacy) => {
            Ok(json(StatusCode::OK, rpc::result(id, &translate::discover(&facts))))
        }
        ("subscriptions/listen", Era::Legacy) => listen::open(app, &call, &facts, permit).await,
        (method, Era::Legacy) if !translate::SAME.contains(&method) => {
            Err(refuse(StatusCode::NOT_FOUND, Some(id), rpc::METHOD_NOT_FOUND, "no such method"))
        }
        (_, Era::Legacy) if app.config.mode == Mode::Session => {
            begin_rounds(app, call, facts, (permit, room)).await
        }
        _ => {
            let child = answering(app, &facts).await.map_err(|why| no_process(id, why))?;
            exchange(app, call, facts, child, (permit, room)).await
        }
    }
}

/// A process for this request alone, which may ask what the client has declared to be able to answer.
async fn begin_rounds(
    app: &Arc<App>,
    call: Call<'_>,
    facts: Arc<Facts>,
    (permit, room): (tokio::sync::OwnedSemaphorePermit, tokio::sync::OwnedSemaphorePermit),
) -> Result<Answer, Answer> {
    let child = app.fresh(&rounds::capabilities(&call)).await.map_err(|why| no_process(call.id, why))?;
    let stream = Stream::new(0, Replay::Once(app.config.replay_max), Some(1), &app.budget);
    let target = target_of(&call, &stream);
    let logs = translate::has_any(&facts, "logging");
    let rounds = Rounds::new(app, &call, facts, &child, target);
    let guard = EndsRound(Arc::clone(&rounds));
    // Whether and how much is logged is a matter of the request here, and of the session there.
    if let Some(level) = call.meta.get("io.modelcontextprotocol/logLevel").filter(|_| logs) {
        let _ = child.ask("logging/setLevel", &format!("{{\"level\":{}}}", level.get())).await;
    }
    let asks_progress = call.meta.contains_key("progressToken");
    let asked = child.call(rounds, Some(room), |own| {
        let own = own.to_string();
        let params = translate::params(&call.params, asks_progress.then_some(own.as_str()));
        rpc::call(Some(&own), call.method, Some(&params))
    });
    match asked.await {
        Ok(_) => Ok(answer_round(app, &stream, guard, permit).await),
        Err(refused) => Err(not_asked(call.id, refused)),
    }
}

fn target_of(call: &Call<'_>, stream: &Arc<Stream>) -> Target {
    let token = call.meta.get("progressToken").map(|token| token.get().to_owned());
    Target { stream: Arc::clone(stream), id: call.id.to_owned(), token }
}

async fn answer_round(
    app: &App,
    stream: &Arc<Stream>,
    guard: EndsRound,
    permit: tokio::sync::OwnedSemaphorePermit,
) -> Answer {
    if let First::Answer(bytes) = stream.first(PATIENCE).await {
        return json(status_of(guard.0.code.load(Ordering::Relaxed)), bytes);
    }
    let guard = Box::new((guard, permit));
    events(Events::new(stream.read_on(), Some(":\n\n".to_owned()), app.config.keep_alive, guard))
}

/// Ends the process of a request when its client goes away, or has its answer; not while it is to come back.
struct EndsRound(Arc<Rounds>);

impl Drop for EndsRound {
    fn drop(&mut self) {
        if !self.0.is_parked() {
            self.0.end();
        }
    }
}

fn not_asked(id: &RawValue, why: Refused) -> Answer {
    match why {
        Refused::Busy => busy(),
        Refused::Gone(why) => refuse(StatusCode::BAD_GATEWAY, Some(id), rpc::INTERNAL_ERROR, &why),
    }
}

/// The status that goes with the code of an error.
fn status_of(code: i64) -> StatusCode {
    match code {
        rpc::METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
        rpc::HEADER_MISMATCH | rpc::MISSING_CAPABILITY | rpc::UNSUPPORTED_VERSION => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}

/// The process that answers everybody.
async fn answering(app: &Arc<App>, facts: &Facts) -> Result<Arc<Child>, crate::app::NoProcess> {
    // A server of the newer era tells callers apart by what they send, and is asked to keep nothing else.
    let slot = if facts.era == Era::Modern { &app.native } else { &app.shared };
    slot.get(app, facts.era).await.map(|(child, _)| child)
}

async fn exchange(
    app: &Arc<App>,
    call: Call<'_>,
    facts: Arc<Facts>,
    child: Arc<Child>,
    (permit, room): (tokio::sync::OwnedSemaphorePermit, tokio::sync::OwnedSemaphorePermit),
) -> Result<Answer, Answer> {
    let stream = Stream::new(0, Replay::Once(app.config.replay_max), Some(1), &app.budget);
    let mut guard = Cancels { child: Arc::clone(&child), request: None };
    let token = call.meta.get("progressToken").map(|token| token.get().to_owned());
    let code = Arc::new(AtomicI64::new(0));
    let translated = facts.era == Era::Legacy;
    let listens = call.method == "subscriptions/listen";
    let sink = Arc::new(Asked {
        stream: Arc::clone(&stream),
        id: call.id.to_owned(),
        token: token.clone(),
        translated: translated.then(|| (call.method.to_owned(), facts)),
        code: Arc::clone(&code),
        patience: listens.then_some(app.config.lifetime),
    });
    let asked = child.call(sink, Some(room), |own| {
        let own = own.to_string();
        let token = token.map(|_| own.as_str());
        let params = if translated {
            translate::params(&call.params, token)
        } else {
            native_params(&call.params, call.meta, token)
        };
        rpc::call(Some(&own), call.method, Some(&params))
    });
    match asked.await {
        Ok(own) => guard.request = Some(own),
        Err(refused) => return Err(not_asked(call.id, refused)),
    }
    if !listens && let First::Answer(bytes) = stream.first(PATIENCE).await {
        return Ok(json(status_of(code.load(Ordering::Relaxed)), bytes));
    }
    let guard = Box::new((guard, permit));
    Ok(events(Events::new(stream.read_on(), Some(":\n\n".to_owned()), app.config.keep_alive, guard)))
}

/// Parameters for a server of this era: as they came, with the bridge's own token. Log messages cannot be told apart by
/// request on one pipe, so none are asked for.
fn native_params(params: &Members, mut meta: Members, token: Option<&str>) -> String {
    meta.shift_remove("io.modelcontextprotocol/logLevel");
    if let Some(token) = token {
        meta.insert("progressToken".to_owned(), rpc::raw(token.to_owned()));
    }
    let mut params = params.clone();
    params.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
    rpc::object(&params)
}

/// What is known of the server, once it is.
async fn facts_of(app: &App, id: &RawValue) -> Result<Arc<Facts>, Answer> {
    let told = match app.met().await {
        Health::Up(facts, _) => return Ok(facts),
        Health::Down(why) => why,
        Health::Starting => "the server is starting".to_owned(),
    };
    let mut answer = refuse(StatusCode::SERVICE_UNAVAILABLE, Some(id), rpc::INTERNAL_ERROR, &told);
    retry_after(&mut answer, 1);
    Err(answer)
}

// --- what a request must be ------------------------------------------------------------------------------------------

/// Reads a request, and compares it with its headers.
fn check<'a>(
    headers: &HeaderMap,
    version: Option<&str>,
    id: &'a RawValue,
    method: &'a str,
    params: Option<&RawValue>,
) -> Result<Call<'a>, Answer> {
    let invalid = |told: &str| refuse(StatusCode::BAD_REQUEST, Some(id), rpc::INVALID_PARAMS, told);
    let mismatch = |told: &str| refuse(StatusCode::BAD_REQUEST, Some(id), rpc::HEADER_MISMATCH, told);
    let params = rpc::members(params).ok_or_else(|| invalid("the parameters are no object"))?;
    let meta =
        rpc::members(params.get("_meta").map(|meta| &**meta)).ok_or_else(|| invalid("_meta is no object"))?;
    let said = rpc::text_of(&meta, "io.modelcontextprotocol/protocolVersion");
    match (version, &said) {
        (None, _) => return Err(mismatch("the header MCP-Protocol-Version is missing")),
        (Some(_), None) => return Err(invalid("_meta names no io.modelcontextprotocol/protocolVersion")),
        (Some(header), Some(said)) if header != said => {
            return Err(mismatch("the header MCP-Protocol-Version is not the version in _meta"));
        }
        (Some(header), _) if header != MODERN => {
            let data = format!(r#"{{"supported":["{MODERN}"],"requested":{}}}"#, rpc::quoted(header));
            let told =
                rpc::error(Some(id), rpc::UNSUPPORTED_VERSION, "Unsupported protocol version", Some(&data));
            return Err(json(StatusCode::BAD_REQUEST, told));
        }
        _ => {}
    }
    let capabilities = meta.get("io.modelcontextprotocol/clientCapabilities");
    if !capabilities.is_some_and(|value| value.get().starts_with('{')) {
        return Err(invalid("_meta names no io.modelcontextprotocol/clientCapabilities"));
    }
    if header_of(headers, &METHOD).as_deref() != Some(method) {
        return Err(mismatch("the header Mcp-Method is not the method"));
    }
    let named = match method {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        _ => None,
    };
    if let Some(key) = named {
        let name = rpc::text_of(&params, key).ok_or_else(|| invalid("the parameters lack a name"))?;
        if header_of(headers, &NAME).and_then(decoded) != Some(name) {
            return Err(mismatch("the header Mcp-Name is not the name in the parameters"));
        }
    }
    Ok(Call { id, method, params, meta })
}

fn header_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    one(headers, name).ok().flatten().map(str::to_owned)
}

/// A header's value, which may be in Base64 ("Value Encoding").
fn decoded(value: String) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(value),
    }
}

// --- who waits -------------------------------------------------------------------------------------------------------

/// A client's request in flight.
struct Asked {
    stream: Arc<Stream>,
    id: Box<RawValue>,
    /// The client's progress token, as written.
    token: Option<String>,
    /// The method, and what is known of the server, where it is one of the older era.
    translated: Option<(String, Arc<Facts>)>,
    /// The code of the error that came.
    code: Arc<AtomicI64>,
    patience: Option<Duration>,
}

impl Sink for Asked {
    fn progress(&self, params: &RawValue) {
        let (Some(token), Some(mut members)) = (&self.token, rpc::members(Some(params))) else { return };
        members.insert("progressToken".to_owned(), rpc::raw(token.clone()));
        let line = rpc::call(None, "notifications/progress", Some(&rpc::object(&members)));
        self.stream.push(&line, Weight::Light);
    }

    fn finish(&self, outcome: Outcome<'_>) {
        let message = match (outcome, &self.translated) {
            (Outcome::Told(Body::Result(value)), Some((method, facts))) => {
                rpc::result(&self.id, &translate::result(method, value, facts))
            }
            (Outcome::Told(Body::Result(value)), None) if self.patience.is_some() => {
                rpc::result(&self.id, &with_subscription(value, &self.id))
            }
            (Outcome::Told(Body::Error(value)), translated) => {
                let (code, value) = match translated {
                    Some(_) => translate::error(value),
                    None => {
                        let members = rpc::members(Some(value)).unwrap_or_default();
                        (translate::code_of(&members), value.get().to_owned())
                    }
                };
                self.code.store(code, Ordering::Relaxed);
                rpc::answer(&self.id, Body::Error(&rpc::raw(value)))
            }
            (Outcome::Told(body), None) => rpc::answer(&self.id, body),
            (Outcome::Lost(why), _) => rpc::error(Some(&self.id), rpc::INTERNAL_ERROR, why, None),
        };
        self.stream.answer(&self.id, &message);
    }

    fn subscribed(&self, method: &str, params: &RawValue) {
        self.stream.push(&translate::subscribed(method, Some(params), &self.id), Weight::Light);
    }

    fn patience(&self, usual: Duration) -> Duration {
        self.patience.unwrap_or(usual)
    }
}

fn with_subscription(result: &RawValue, id: &RawValue) -> String {
    let mut result = rpc::members(Some(result)).unwrap_or_default();
    let mut meta = rpc::members(result.get("_meta").map(|meta| &**meta)).unwrap_or_default();
    if meta.contains_key(translate::SUBSCRIPTION) {
        meta.insert(translate::SUBSCRIPTION.to_owned(), id.to_owned());
        result.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
    }
    rpc::object(&result)
}

/// Cancels the request when the client goes away.
struct Cancels {
    child: Arc<Child>,
    request: Option<u64>,
}

impl Drop for Cancels {
    fn drop(&mut self) {
        if let Some(request) = self.request {
            self.child.cancel(request, None);
        }
    }
}

/// Hears a process that answers everybody: what it says belongs to nobody, unless it says to whom.
#[derive(Default)]
pub(crate) struct Everybody {
    pub(crate) subscribers: Mutex<Vec<Weak<dyn Listener>>>,
}

impl Everybody {
    /// Someone who hears of changes as well.
    pub(crate) fn add(&self, listener: Weak<dyn Listener>) {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|listener| listener.strong_count() > 0);
        subscribers.push(listener);
    }
}

impl Listener for Everybody {
    fn notification(&self, method: &str, params: Option<&RawValue>, line: &str) {
        // A changed list is the server's, and tells of no caller; all else may.
        let known = ["tools", "prompts", "resources"]
            .iter()
            .any(|list| method == format!("notifications/{list}/list_changed"));
        if known || method == "notifications/resources/updated" {
            let subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for listener in subscribers.iter().filter_map(Weak::upgrade) {
                listener.notification(method, params, line);
            }
        }
    }

    fn request(&self, id: &RawValue, _: &str, _: &str) -> Option<Vec<u8>> {
        Some(refusal(id))
    }

    fn gone(&self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const PARAMS: &str = r#"{"name":"é","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}"#;

    fn checked(changes: &[(&'static str, &'static str)], params: &str) -> i64 {
        let mut headers = HeaderMap::new();
        let usual =
            [("mcp-protocol-version", MODERN), ("mcp-method", "tools/call"), ("mcp-name", "=?base64?w6k=?=")];
        for (name, value) in usual {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in changes {
            headers.remove(*name);
            if !value.is_empty() {
                headers.insert(*name, HeaderValue::from_static(value));
            }
        }
        let version = headers.get("mcp-protocol-version").map(|v| v.to_str().unwrap().to_owned());
        let (id, params) = (rpc::raw("1".to_owned()), rpc::raw(params.to_owned()));
        match check(&headers, version.as_deref(), &id, "tools/call", Some(&params)) {
            Ok(_) => 0,
            Err(answer) => {
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
                let crate::body::Reply::Whole(Some(bytes)) = answer.into_body() else { panic!("no body") };
                let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(told["id"], 1);
                told["error"]["code"].as_i64().unwrap()
            }
        }
    }

    #[test]
    fn headers_and_body_must_agree() {
        assert_eq!(checked(&[], PARAMS), 0);
        for (name, value) in [
            ("mcp-protocol-version", ""),
            ("mcp-protocol-version", "2025-11-25"),
            ("mcp-method", ""),
            ("mcp-method", "tools/list"),
            ("mcp-method", "Tools/call"),
            ("mcp-name", ""),
            ("mcp-name", "e"),
            ("mcp-name", "=?base64?w6k?="),
            ("mcp-name", "w6k="),
        ] {
            assert_eq!(checked(&[(name, value)], PARAMS), rpc::HEADER_MISMATCH, "{name}: {value}");
        }
    }

    #[test]
    fn a_request_says_what_it_must() {
        assert_eq!(checked(&[], r#"{"name":"é","_meta":{}}"#), rpc::INVALID_PARAMS);
        let without = PARAMS.replace("clientCapabilities", "other");
        assert_eq!(checked(&[], &without), rpc::INVALID_PARAMS);
        let unnamed = PARAMS.replace(r#""name":"é","#, "");
        assert_eq!(checked(&[], &unnamed), rpc::INVALID_PARAMS);
        let later = PARAMS.replace(MODERN, "2027-01-01");
        assert_eq!(checked(&[("mcp-protocol-version", "2027-01-01")], &later), rpc::UNSUPPORTED_VERSION);
    }
}
