//! What a client sends: requests, notifications, and answers to the server's questions.

use std::sync::{Arc, Weak};

use serde_json::value::RawValue;
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

use super::state::{InFlight, Link, Session};
use crate::{
    adapt::{self, Made},
    app::App,
    child::{Outcome, Refused, Sink},
    health::Era,
    rpc::{self, Body},
    stream::{Stream, Weight},
};

/// Why a request is not taken.
pub(crate) enum NotTaken {
    /// Another request in flight has its id.
    SameId,
    /// Its parameters are no object.
    NoObject,
    Refused(Refused),
}
impl Session {
    /// Passes on a request of the client.
    pub(crate) async fn request(
        self: &Arc<Session>,
        stream: &Arc<Stream>,
        (id, method, params): (&RawValue, &str, Option<&RawValue>),
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), NotTaken> {
        let token =
            rpc::meta_of(params).and_then(|meta| meta.progress_token).map(|token| token.get().to_owned());
        if token.is_some() && rpc::with_token(params, "0").is_none() {
            return Err(NotTaken::NoObject);
        }
        {
            let mut state = self.state();
            if state.asked.contains_key(id.get()) {
                return Err(NotTaken::SameId);
            }
            state.asked.insert(id.get().to_owned(), InFlight { stream: Arc::clone(stream), at: None });
        }
        let call = (id, method, params);
        let answer = match &self.link {
            Link::Own(_) => None,
            Link::Shared(app) => self.answer_here(app, call).await,
            Link::Newer(newer) => adapt::answer_here(self, newer, call).await,
        };
        if let Some(answer) = answer {
            self.state().asked.remove(id.get());
            stream.push(&answer, Weight::Answer);
            return Ok(());
        }
        let made = Made { method: method.to_owned(), params: params.map(ToOwned::to_owned), rounds: 0 };
        self.make(stream, id, made, room).await
    }

    /// Makes a request that is noted already, for the first time or once more.
    pub(crate) async fn make(
        self: &Arc<Session>,
        stream: &Arc<Stream>,
        id: &RawValue,
        made: Made,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), NotTaken> {
        let params = made.params.clone();
        let params = params.as_deref();
        let token =
            rpc::meta_of(params).and_then(|meta| meta.progress_token).map(|token| token.get().to_owned());
        let method = made.method.clone();
        let called = async {
            let child = self.child().await?;
            let newer = if let Link::Newer(newer) = &self.link { Some(newer) } else { None };
            let sink = Arc::new(Requested {
                session: Arc::downgrade(self),
                stream: Arc::clone(stream),
                id: id.to_owned(),
                token: token.clone(),
                again: newer.map(|_| made),
            });
            child
                .call(sink, room, |own| {
                    let own_text = own.to_string();
                    if let Some(asked) = self.state().asked.get_mut(id.get()) {
                        asked.at = Some((Arc::clone(&child), own));
                    }
                    let token = token.as_ref().map(|_| own_text.as_str());
                    let edited = match newer {
                        Some(newer) => newer.params(params, token),
                        None => token.and_then(|token| rpc::with_token(params, token)),
                    };
                    let params = edited.as_deref().or(params.map(|params| params.get()));
                    rpc::call(Some(&own_text), &method, params)
                })
                .await
        };
        called.await.map(drop).map_err(|refused| {
            self.state().asked.remove(id.get());
            NotTaken::Refused(refused)
        })
    }

    /// What is not asked of a process that answers everybody, because it would concern everybody.
    pub(super) async fn answer_here(
        &self,
        app: &Weak<App>,
        (id, method, params): (&RawValue, &str, Option<&RawValue>),
    ) -> Option<Vec<u8>> {
        match method {
            "ping" | "logging/setLevel" => Some(rpc::result(id, "{}")),
            "resources/subscribe" | "resources/unsubscribe" => {
                let app = app.upgrade()?;
                let uri = rpc::text_of(&rpc::members(params)?, "uri")?;
                let child = self.child().await.ok()?;
                if method == "resources/unsubscribe" {
                    if self.state().resources.remove(&uri) {
                        app.interests.leave(&child, &[uri]);
                    }
                } else if self.state().resources.insert(uri.clone()) {
                    app.interests.join(&child, &[uri]).await;
                }
                Some(rpc::result(id, "{}"))
            }
            // A task is found by its id alone, whoever began it.
            _ if method.starts_with("tasks/") => {
                Some(rpc::error(Some(id), rpc::METHOD_NOT_FOUND, "no tasks where a process is shared", None))
            }
            _ => None,
        }
    }

    /// Passes on a notification of the client.
    pub(crate) async fn notify(
        self: &Arc<Session>,
        method: &str,
        params: Option<&RawValue>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<(), Refused> {
        match method {
            "notifications/cancelled" => {
                self.cancel(params);
                return Ok(());
            }
            "notifications/initialized" => self.state().initialized = true,
            _ => {}
        }
        // Whatever else there is concerns the session, and a shared process knows none.
        let Some(child) = self.own_child() else {
            if let (Link::Newer(newer), "notifications/initialized") = (&self.link, method)
                && let Some(app) = newer.app.upgrade()
                && let Ok((_, facts)) = app.native.get(&app, Era::Modern).await
            {
                adapt::listen_to_lists(self, newer, &facts).await;
            }
            return Ok(());
        };
        child.send(rpc::call(None, method, params.map(|params| params.get())), room).await
    }

    pub(super) fn cancel(&self, params: Option<&RawValue>) {
        let Some(params) = rpc::members(params) else { return };
        let Some(id) = params.get("requestId") else { return };
        let asked = self.state().asked.remove(id.get());
        if let Some(asked) = asked {
            if let Some((child, number)) = asked.at {
                child.cancel(number, params.get("reason").map(|reason| &**reason));
            }
            // Nobody waits for the answer, and it is the only one but in a batch.
            asked.stream.skip();
            self.settle();
        }
    }

    /// Passes on a client's answer to a request of the server; whether there was such a request.
    pub(crate) async fn answer(
        &self,
        id: &RawValue,
        body: Body<'_>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Result<bool, Refused> {
        let question = self.state().questions.remove(id.get());
        if let Some(question) = question {
            return Ok(question.send(adapt::told(body)).is_ok());
        }
        let Some(child) = self.own_child().filter(|_| self.state().asking.remove(id.get())) else {
            return Ok(false);
        };
        child.send(rpc::answer(id, body), room).await.map(|()| true)
    }
}

/// A client's request in flight.
struct Requested {
    session: Weak<Session>,
    stream: Arc<Stream>,
    id: Box<RawValue>,
    /// The client's progress token, as written.
    token: Option<String>,
    /// The request itself, where it may have to be made again.
    again: Option<Made>,
}

impl Sink for Requested {
    fn progress(&self, params: &RawValue) {
        let Some(token) = &self.token else { return };
        let Some(mut members) = rpc::members(Some(params)) else { return };
        members.insert("progressToken".to_owned(), rpc::raw(token.clone()));
        let line = rpc::call(None, "notifications/progress", Some(&rpc::object(&members)));
        self.stream.push(&line, Weight::Light);
    }

    fn finish(&self, outcome: Outcome<'_>) {
        let message = match (outcome, &self.again) {
            (Outcome::Told(Body::Result(value)), Some(made)) => match adapt::result(value) {
                Some(value) => rpc::result(&self.id, &value),
                None => {
                    if let Some(session) = self.session.upgrade() {
                        let (stream, id) = (Arc::clone(&self.stream), self.id.clone());
                        tokio::spawn(adapt::go_on(session, stream, id, made.clone(), value.to_owned()));
                    }
                    return;
                }
            },
            (Outcome::Told(body), _) => rpc::answer(&self.id, body),
            (Outcome::Lost(why), _) => rpc::error(Some(&self.id), rpc::INTERNAL_ERROR, why, None),
        };
        if let Some(session) = self.session.upgrade() {
            session.state().asked.remove(self.id.get());
            self.stream.answer(&self.id, &message);
            session.settle();
            session.state().seen = Instant::now();
        } else {
            self.stream.answer(&self.id, &message);
        }
    }
}
