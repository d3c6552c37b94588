//! One request on its way through a front.

use std::{sync::Arc, time::Duration};

use hyper::{
    Method, Request, Response, StatusCode, Uri, Version,
    body::Incoming,
    header::{self, HeaderValue},
    http::request::Parts,
};
use hyper_util::client::legacy::Client;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::{
    behind::{Choice, Origin, Room, Ticket, Wakes},
    body::{Answer, Lent, REQUEST_MAX, Spoiled},
    fronts::Waker,
    headers::{SESSION, Stranger, is_ours, to_client, to_server},
    session::{self, Mark},
    ways::Connector,
};
use crate::backend::DeploymentId;

/// How long a request waits for a release that it woke. Chosen: twice what a release has for its first answer.
const WAKE_MAX: Duration = Duration::from_secs(60);

/// What a front needs for a request.
#[derive(Clone)]
pub(super) struct Forward {
    pub(super) id: DeploymentId,
    pub(super) room: Arc<Room>,
    pub(super) client: Client<Connector, Lent>,
}

impl Forward {
    /// Answers a request at the listener with this port.
    pub(super) async fn answer(&self, request: Request<Incoming>, port: u16) -> Response<Answer> {
        let (parts, body) = request.into_parts();
        match is_ours(&parts.uri, &parts.headers, port) {
            Ok(()) => {}
            Err(Stranger::Host) => {
                let text = "this listener answers only to localhost and its own address, with its port";
                return refuse(StatusCode::MISDIRECTED_REQUEST, "wrong-host", text);
            }
            Err(Stranger::Origin) => {
                return refuse(
                    StatusCode::FORBIDDEN,
                    "wrong-origin",
                    "pages of other origins are not answered",
                );
            }
        }
        if parts.method == Method::CONNECT {
            return refuse(StatusCode::METHOD_NOT_ALLOWED, "no-tunnel", "this is no proxy");
        }
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > REQUEST_MAX) {
            return spoiled(Spoiled::TooLarge);
        }
        self.forward(parts, Lent::new(body)).await
    }

    async fn forward(&self, mut parts: Parts, body: Lent) -> Response<Answer> {
        let given = parts.headers.get(SESSION).and_then(|id| id.to_str().ok()).and_then(session::inner);
        let session = given.map(|(mark, inner)| (mark, HeaderValue::from_str(inner)));
        let mark = match session {
            Some((mark, Ok(inner))) => {
                parts.headers.insert(SESSION, inner);
                Some(mark)
            }
            _ => None,
        };
        let is_standing = parts.method == Method::GET && accepts_events(&parts);
        let mut tried = None;
        loop {
            let ticket = match self.place(mark.as_ref(), is_standing, tried.as_ref()).await {
                Ok(ticket) => ticket,
                Err(refusal) => return *refusal,
            };
            let Some(request) = outgoing(&parts, &ticket.origin, body.clone()) else {
                return refuse(StatusCode::BAD_REQUEST, "bad-request", "the request cannot be sent on");
            };
            let answer = tokio::select! {
                answer = self.client.request(request) => answer,
                () = ticket.cut() => {
                    return refuse(StatusCode::BAD_GATEWAY, "release-ended", "the release was ended");
                }
            };
            match answer {
                Ok(answer) => return incoming(answer, ticket),
                Err(_) if body.spoiled().is_some() => {
                    return spoiled(body.spoiled().unwrap_or(Spoiled::TooSlow));
                }
                // Nobody took anything of it: it may go to whoever serves now.
                Err(error) if error.is_connect() && body.is_whole() && tried.is_none() => {
                    tried = Some(ticket.origin.clone());
                }
                Err(error) => {
                    let (code, text) = match error.is_connect() {
                        true => ("not-listening", "the server does not take connections"),
                        false => ("no-answer", "the server ended the connection without an answer"),
                    };
                    return refuse(StatusCode::BAD_GATEWAY, code, text);
                }
            }
        }
    }

    /// A place for the request; waits for one where a release is being woken.
    async fn place(
        &self,
        mark: Option<&Mark>,
        is_standing: bool,
        tried: Option<&Origin>,
    ) -> Result<Ticket, Box<Response<Answer>>> {
        let until = Instant::now() + WAKE_MAX;
        let mut changes = self.room.changes();
        let mut wakes = Wakes::Yes;
        loop {
            match self.room.choose(mark, is_standing, tried, wakes) {
                Choice::To(ticket) => return Ok(ticket),
                Choice::SessionOver => return Err(Box::new(session_over())),
                Choice::Nobody(waker) => self.wake(waker),
            }
            wakes = Wakes::No;
            let woken = self.room.is_woken();
            if !woken || !matches!(timeout_at(until, changes.changed()).await, Ok(Ok(()))) {
                let text = "nothing runs here now";
                return Err(Box::new(refuse(StatusCode::SERVICE_UNAVAILABLE, "not-running", text)));
            }
        }
    }

    fn wake(&self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            waker(&self.id);
        }
    }
}

fn accepts_events(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/event-stream"))
}

fn outgoing(parts: &Parts, origin: &Origin, body: Lent) -> Option<Request<Lent>> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = Uri::builder().scheme("http").authority(origin.authority.as_str()).path_and_query(path);
    let mut request = Request::new(body);
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = uri.build().ok()?;
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = parts.headers.clone();
    to_server(request.headers_mut(), &origin.called);
    Some(request)
}

fn incoming(answer: Response<Incoming>, ticket: Ticket) -> Response<Answer> {
    let (mut parts, body) = answer.into_parts();
    parts.version = Version::HTTP_11;
    to_client(&mut parts.headers);
    let given = parts.headers.get(SESSION).and_then(|id| id.to_str().ok());
    let mark = Mark { release: ticket.release.number, tag: ticket.origin.tag.clone() };
    let outer = given.and_then(|id| HeaderValue::from_str(&session::outer(&mark, id)).ok());
    if let Some(outer) = outer {
        parts.headers.insert(SESSION, outer);
    }
    Response::from_parts(parts, Answer::through(body, ticket))
}

fn spoiled(why: Spoiled) -> Response<Answer> {
    match why {
        Spoiled::TooLarge => refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-large", &why.to_string()),
        Spoiled::TooSlow => refuse(StatusCode::REQUEST_TIMEOUT, "too-slow", &why.to_string()),
    }
}

/// What servers of the SDKs say of a session that they do not know; clients begin anew.
fn session_over() -> Response<Answer> {
    let text = json!({
        "jsonrpc": "2.0",
        "error": { "code": -32001, "message": "Session not found" },
        "id": null,
    });
    words(StatusCode::NOT_FOUND, text.to_string())
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response<Answer> {
    words(status, json!({ "error": { "code": code, "message": message } }).to_string())
}

fn words(status: StatusCode, text: String) -> Response<Answer> {
    let mut answer = Response::new(Answer::words(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::BAD_GATEWAY {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}
