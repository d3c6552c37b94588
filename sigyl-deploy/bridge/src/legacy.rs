//! The older era on the side of clients: sessions, GET streams, resumption.

use std::{sync::Arc, time::Duration};

use hyper::{
    StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde_json::value::RawValue;

use crate::{
    app::{App, NoProcess},
    body::Events,
    child::Refused,
    health::LEGACY_VERSIONS,
    http::{
        Answer, LAST_EVENT_ID, Post, SESSION_ID, accepts, busy, events, json, malformed, one, refuse,
        retry_after, status,
    },
    rpc::{self, Message},
    session::{Held, NotTaken, Session},
    stream::{First, Reader, Stream},
};

/// How long an answer may take to be sent as plain JSON; then its stream begins, so that nobody between closes the
/// connection, and the client can come back to it. Chosen.
const PATIENCE: Duration = Duration::from_millis(500);
/// The only version with batches.
const BATCHES: &str = "2025-03-26";
/// Most messages of a batch; chosen.
const BATCH_MAX: usize = 64;
/// The first version whose clients take an event without a message, which lets them come back to a stream that has
/// said nothing yet.
const PRIMED: &str = "2025-11-25";

/// A POST of one message, or a batch.
pub(crate) async fn post(app: &Arc<App>, post: Post) -> Result<Answer, Answer> {
    let Post { headers, version, bytes, permit, room } = post;
    let begins =
        matches!(Message::read(&bytes), Ok(Message::Request { method, .. }) if method == "initialize");
    if !begins {
        // A version is agreed on by what `initialize` says, whatever its header does.
        check_version(version.as_deref())?;
    }
    if let Some(batch) = rpc::batch(&bytes, BATCH_MAX) {
        let messages = batch.map_err(malformed)?;
        let session = session_of(app, &headers)?;
        if session.version.get().is_none_or(|version| version != BATCHES) {
            let told = "this version of the protocol has no batches";
            return Err(refuse(StatusCode::BAD_REQUEST, None, rpc::INVALID_REQUEST, told));
        }
        let held = session.hold();
        drop(room);
        return post_batch(app, &session, &messages, (held, permit)).await;
    }
    match Message::read(&bytes).map_err(malformed)? {
        Message::Request { id, method, params } if method == "initialize" => {
            if headers.contains_key(SESSION_ID) {
                let told = "initialize begins a session; this one has begun";
                return Err(refuse(StatusCode::BAD_REQUEST, Some(id), rpc::INVALID_REQUEST, told));
            }
            initialize(app, id, params).await
        }
        Message::Request { id, method, params } => {
            let session = session_of(app, &headers)?;
            let held = session.hold();
            let stream = session.open_stream(1);
            if let Err(why) = session.request(&stream, (id, &method, params), Some(room)).await {
                session.forget(&stream);
                return Err(not_taken(id, &why));
            }
            match stream.first(PATIENCE).await {
                First::Answer(bytes) => {
                    session.forget(&stream);
                    Ok(json(StatusCode::OK, bytes))
                }
                First::Events | First::Nothing => {
                    Ok(stream_events(app, &session, stream.read_on(), Box::new((held, permit))))
                }
            }
        }
        Message::Notification { method, params } => {
            let session = session_of(app, &headers)?;
            let _held = session.hold();
            session.notify(&method, params, Some(room)).await.map_err(|refused| refused_answer(&refused))?;
            Ok(status(StatusCode::ACCEPTED))
        }
        Message::Answer { id, body } => {
            let session = session_of(app, &headers)?;
            let _held = session.hold();
            // An answer that nobody waits for any more crossed the news of that, and is no mistake.
            session.answer(id, body, Some(room)).await.map_err(|refused| refused_answer(&refused))?;
            Ok(status(StatusCode::ACCEPTED))
        }
    }
}

async fn post_batch(
    app: &Arc<App>,
    session: &Arc<Session>,
    messages: &[&RawValue],
    guard: (Held, tokio::sync::OwnedSemaphorePermit),
) -> Result<Answer, Answer> {
    let read: Vec<_> = messages.iter().map(|message| Message::read(message.get().as_bytes())).collect();
    // What is no message is answered in its place.
    let answers =
        read.iter().filter(|message| matches!(message, Ok(Message::Request { .. }) | Err(_))).count();
    let stream = (answers > 0).then(|| session.open_stream(answers));
    let fail = |id: Option<&RawValue>, code: i64, told: &str| {
        if let Some(stream) = &stream {
            stream.push(&rpc::error(id, code, told, None), crate::stream::Weight::Answer);
        }
    };
    for message in read {
        match message {
            Err(rpc::Malformed(code, told)) => fail(None, code, told),
            Ok(Message::Request { id, method, params }) => {
                let Some(stream) = &stream else { continue };
                if method == "initialize" {
                    fail(Some(id), rpc::INVALID_REQUEST, "initialize is no part of a batch");
                } else if session.request(stream, (id, &method, params), None).await.is_err() {
                    fail(Some(id), rpc::INTERNAL_ERROR, "the request was not taken");
                }
            }
            Ok(Message::Notification { method, params }) => {
                let _ = session.notify(&method, params, None).await;
            }
            Ok(Message::Answer { id, body }) => {
                let _ = session.answer(id, body, None).await;
            }
        }
    }
    Ok(match stream {
        Some(stream) => stream_events(app, session, stream.read_on(), Box::new(guard)),
        None => status(StatusCode::ACCEPTED),
    })
}

async fn initialize(app: &Arc<App>, id: &RawValue, params: Option<&RawValue>) -> Result<Answer, Answer> {
    let Some(params) = params else {
        return Err(refuse(
            StatusCode::BAD_REQUEST,
            Some(id),
            rpc::INVALID_PARAMS,
            "initialize has parameters",
        ));
    };
    match app.open_session(params.get()).await {
        Ok(Ok((session, result))) => {
            let mut answer = json(StatusCode::OK, rpc::result(id, result.get()));
            if let Ok(value) = HeaderValue::from_str(&session.id) {
                answer.headers_mut().insert(SESSION_ID, value);
            }
            Ok(answer)
        }
        Ok(Err(error)) => Ok(json(StatusCode::OK, rpc::answer(id, rpc::Body::Error(&error)))),
        Err(why) => Err(no_process(id, why)),
    }
}

/// What is said where no process could be had.
pub(crate) fn no_process(id: &RawValue, why: NoProcess) -> Answer {
    match why {
        NoProcess::Full => {
            let told = "as many sessions as there may be; try again";
            let mut answer = refuse(StatusCode::SERVICE_UNAVAILABLE, Some(id), rpc::INTERNAL_ERROR, told);
            retry_after(&mut answer, 5);
            answer
        }
        NoProcess::Failed(why) => refuse(StatusCode::BAD_GATEWAY, Some(id), rpc::INTERNAL_ERROR, &why),
        NoProcess::Late => refuse(
            StatusCode::GATEWAY_TIMEOUT,
            Some(id),
            rpc::INTERNAL_ERROR,
            "the server did not answer in time",
        ),
    }
}

/// A GET: the session's own stream, or one to come back to.
pub(crate) fn get(app: &Arc<App>, headers: &HeaderMap, version: Option<&str>) -> Result<Answer, Answer> {
    check_version(version)?;
    if !accepts(headers, "text/event-stream") {
        let told = "the client must accept text/event-stream";
        return Err(refuse(StatusCode::NOT_ACCEPTABLE, None, rpc::INVALID_REQUEST, told));
    }
    let session = session_of(app, headers)?;
    let reader = match one(headers, &LAST_EVENT_ID)? {
        None => session.own_stream().map(|stream| stream.read_on()),
        Some(event) => session.find(event).map(|(stream, last)| stream.read_after(last)),
    };
    let Some(reader) = reader else {
        let told = "no event of this id is kept";
        return Err(refuse(StatusCode::BAD_REQUEST, None, rpc::INVALID_REQUEST, told));
    };
    let held = session.hold();
    Ok(stream_events(app, &session, reader, Box::new(held)))
}

/// A DELETE: the client has no more use for its session.
pub(crate) fn delete(app: &Arc<App>, headers: &HeaderMap, version: Option<&str>) -> Result<Answer, Answer> {
    check_version(version)?;
    let session = session_of(app, headers)?;
    app.close_session(&session.id);
    Ok(status(StatusCode::OK))
}

fn stream_events(
    app: &App,
    session: &Session,
    reader: Reader,
    guard: Box<dyn std::any::Any + Send>,
) -> Answer {
    let primed = session.version.get().is_some_and(|version| version.as_str() >= PRIMED);
    let begins = reader.is_at_start();
    let opening = (primed && begins).then(|| format!("id: {}-0\ndata: \n\n", number_of(reader.stream())));
    // Something is sent at once in any case, so that heads do not wait for the first event.
    let opening = opening.unwrap_or_else(|| ":\n\n".to_owned());
    events(Events::new(reader, Some(opening), app.config.keep_alive, guard))
}

fn number_of(stream: &Stream) -> u64 {
    stream.number
}

fn session_of(app: &App, headers: &HeaderMap) -> Result<Arc<Session>, Answer> {
    let Some(id) = one(headers, &SESSION_ID)? else {
        let told = "the header Mcp-Session-Id is missing; a session begins with initialize";
        return Err(refuse(StatusCode::BAD_REQUEST, None, rpc::INVALID_REQUEST, told));
    };
    app.session(id).ok_or_else(|| {
        refuse(
            StatusCode::NOT_FOUND,
            None,
            rpc::INVALID_REQUEST,
            "no such session; begin a new one with initialize",
        )
    })
}

/// Clients of the first version with this transport send no version; all others one that is known.
fn check_version(version: Option<&str>) -> Result<(), Answer> {
    if version.is_none_or(|version| LEGACY_VERSIONS.contains(&version)) {
        return Ok(());
    }
    Err(refuse(
        StatusCode::BAD_REQUEST,
        None,
        rpc::INVALID_REQUEST,
        "this version of the protocol is not spoken here",
    ))
}

fn not_taken(id: &RawValue, why: &NotTaken) -> Answer {
    match why {
        NotTaken::SameId => {
            let told = "another request with this id is in flight";
            refuse(StatusCode::BAD_REQUEST, Some(id), rpc::INVALID_REQUEST, told)
        }
        NotTaken::NoObject => {
            refuse(StatusCode::BAD_REQUEST, Some(id), rpc::INVALID_PARAMS, "the parameters are no object")
        }
        NotTaken::Refused(refused) => refused_answer(refused),
    }
}

fn refused_answer(refused: &Refused) -> Answer {
    match refused {
        Refused::Busy => busy(),
        // The session went with its process.
        Refused::Gone(why) => refuse(StatusCode::NOT_FOUND, None, rpc::INTERNAL_ERROR, why),
    }
}
