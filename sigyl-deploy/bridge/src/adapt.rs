//! Clients of the older era in front of a server that speaks the newer one alone.
//!
//! A session is then the bridge's own: it knows what the client said of itself at the beginning and says it again with
//! every request. Where the server needs input first, the client is asked as in the older era, and the request is made
//! once more with the answers.

use std::{sync::Arc, sync::Weak, time::Duration};

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use crate::{
    app::App,
    child::{Child, Outcome, Sink},
    health::{Facts, MODERN},
    rpc::{self, Body, Members},
    session::{NotTaken, Session},
    stream::{Stream, Weight},
    translate,
};

/// Most times that a server asks for input before it answers one request; chosen.
const ROUNDS: usize = 16;
/// Most questions at a time; chosen.
const QUESTIONS: usize = 32;
/// What results of the newer era have more than those of the older.
const EXTRA: [&str; 3] = ["resultType", "ttlMs", "cacheScope"];

/// What a client said of itself.
pub(crate) struct Newer {
    pub(crate) app: Weak<App>,
    meta: Members,
}

impl Newer {
    /// From the parameters of `initialize`.
    pub(crate) fn new(app: Weak<App>, params: &RawValue) -> Newer {
        let mut said = rpc::members(Some(params)).unwrap_or_default();
        let mut meta = Members::new();
        let mut put = |key: &str, value| meta.insert(format!("io.modelcontextprotocol/{key}"), value);
        put("protocolVersion", rpc::raw(rpc::quoted(MODERN)));
        if let Some(info) = said.shift_remove("clientInfo") {
            put("clientInfo", info);
        }
        let capabilities = said.shift_remove("capabilities");
        put("clientCapabilities", capabilities.unwrap_or_else(|| rpc::raw("{}".to_owned())));
        Newer { app, meta }
    }

    /// Parameters with what the newer era wants to be told each time.
    pub(crate) fn params(&self, from: Option<&RawValue>, token: Option<&str>) -> Option<String> {
        let mut params = rpc::members(from)?;
        let mut meta = rpc::members(params.get("_meta").map(|meta| &**meta))?;
        meta.extend(self.meta.clone());
        if let Some(token) = token {
            meta.insert("progressToken".to_owned(), rpc::raw(token.to_owned()));
        }
        params.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
        Some(rpc::object(&params))
    }
}

/// What the bridge answers itself.
pub(crate) async fn answer_here(
    session: &Arc<Session>,
    newer: &Newer,
    (id, method, params): (&RawValue, &str, Option<&RawValue>),
) -> Option<Vec<u8>> {
    match method {
        "ping" | "logging/setLevel" => {}
        "resources/subscribe" => {
            let uri = rpc::text_of(&rpc::members(params)?, "uri")?;
            let filter =
                format!(r#"{{"notifications":{{"resourceSubscriptions":[{}]}}}}"#, rpc::quoted(&uri));
            listen(session, newer, &uri, &filter).await;
        }
        "resources/unsubscribe" => session.stop_listening(&rpc::text_of(&rpc::members(params)?, "uri")?),
        _ => return None,
    }
    Some(rpc::result(id, "{}"))
}

/// Hears of changed lists from now on, as clients of the older era do without asking.
pub(crate) async fn listen_to_lists(session: &Arc<Session>, newer: &Newer, facts: &Facts) {
    let mut filter = Vec::new();
    for list in ["tools", "prompts", "resources"] {
        if translate::has(facts, list, "listChanged") {
            filter.push(format!(r#""{list}ListChanged":true"#));
        }
    }
    if !filter.is_empty() {
        listen(session, newer, "", &format!(r#"{{"notifications":{{{}}}}}"#, filter.join(","))).await;
    }
}

async fn listen(session: &Arc<Session>, newer: &Newer, what: &str, filter: &str) {
    let Ok(child) = session.child().await else { return };
    let Some(params) = newer.params(Some(&rpc::raw(filter.to_owned())), None) else { return };
    let sink = Arc::new(Heard(Arc::downgrade(session)));
    let called = child
        .call(sink, None, |own| rpc::call(Some(&own.to_string()), "subscriptions/listen", Some(&params)))
        .await;
    if let Ok(own) = called {
        session.note_listening(what, child, own);
    }
}

/// A subscription on behalf of a session.
struct Heard(Weak<Session>);

impl Sink for Heard {
    fn progress(&self, _: &RawValue) {}

    fn finish(&self, _: Outcome<'_>) {}

    fn subscribed(&self, method: &str, params: &RawValue) {
        if method == "notifications/subscriptions/acknowledged" {
            return;
        }
        let (Some(session), Some(mut params)) = (self.0.upgrade(), rpc::members(Some(params))) else {
            return;
        };
        if let Some(mut meta) = rpc::members(params.get("_meta").map(|meta| &**meta)) {
            meta.shift_remove(translate::SUBSCRIPTION);
            params.insert("_meta".to_owned(), rpc::raw(rpc::object(&meta)));
        }
        session.put(
            method,
            &String::from_utf8_lossy(&rpc::call(None, method, Some(&rpc::object(&params)))),
            Weight::Light,
        );
    }

    fn patience(&self, _: Duration) -> Duration {
        // It ends with its session.
        Duration::from_secs(365 * 24 * 3600)
    }
}

/// A request of a client as it was made, to be made again.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) method: String,
    pub(crate) params: Option<Box<RawValue>>,
    pub(crate) rounds: usize,
}

/// What a result says in the older era; `None` where the server needs input first.
pub(crate) fn result(from: &RawValue) -> Option<String> {
    let mut result = rpc::members(Some(from)).unwrap_or_default();
    if rpc::text_of(&result, "resultType").as_deref() == Some("input_required") {
        return None;
    }
    for key in EXTRA {
        result.shift_remove(key);
    }
    Some(rpc::object(&result))
}

/// Asks the client what the server needs, and makes the request again with the answers.
pub(crate) async fn go_on(
    session: Arc<Session>,
    stream: Arc<Stream>,
    id: Box<RawValue>,
    made: Made,
    needed: Box<RawValue>,
) {
    let patience = session.patience().unwrap_or_default();
    let going = ask_and_repeat(&session, &stream, &id, made, &needed);
    let told = tokio::time::timeout(patience, going).await;
    if let Err(why) = told.unwrap_or_else(|_| Err("the client did not answer in time".to_owned())) {
        session.finish_with(&stream, &id, &rpc::error(Some(&id), rpc::INTERNAL_ERROR, &why, None));
    }
}

async fn ask_and_repeat(
    session: &Arc<Session>,
    stream: &Arc<Stream>,
    id: &RawValue,
    mut made: Made,
    needed: &RawValue,
) -> Result<(), String> {
    made.rounds += 1;
    let mut needed = rpc::members(Some(needed)).unwrap_or_default();
    let questions = rpc::members(needed.get("inputRequests").map(|q| &**q)).unwrap_or_default();
    if made.rounds > ROUNDS || questions.len() > QUESTIONS {
        return Err("the server asks for too much".to_owned());
    }
    let mut waiting = Vec::new();
    for (key, question) in questions {
        let mut question = rpc::members(Some(&question)).unwrap_or_default();
        let method = rpc::text_of(&question, "method").ok_or("the server asks for nothing that is known")?;
        let (answer, answered) = oneshot::channel();
        let params = question.shift_remove("params");
        let asked = session.ask_client(stream, &method, params.as_deref(), answer);
        waiting.push((key, asked.ok_or("too many questions wait for the client")?, answered));
    }
    let mut answers = Members::new();
    for (key, _, answered) in waiting {
        let told = answered.await.map_err(|_| "the client did not answer".to_owned())?;
        answers.insert(
            key,
            told.map_err(|error| format!("the client answered with an error: {}", error.get()))?,
        );
    }
    if !session.waits_for(id) {
        return Ok(());
    }
    let mut params = rpc::members(made.params.as_deref()).unwrap_or_default();
    params.insert("inputResponses".to_owned(), rpc::raw(rpc::object(&answers)));
    params.shift_remove("requestState");
    if let Some(state) = needed.shift_remove("requestState") {
        params.insert("requestState".to_owned(), state);
    }
    made.params = Some(rpc::raw(rpc::object(&params)));
    match session.make(stream, id, made, None).await {
        Ok(()) => Ok(()),
        Err(NotTaken::SameId | NotTaken::NoObject) => Err("the request cannot be made again".to_owned()),
        Err(NotTaken::Refused(_)) => Err("the server is not there any more".to_owned()),
    }
}

/// A result of the client's, or its error.
pub(crate) type Told = Result<Box<RawValue>, Box<RawValue>>;

/// A client's answer to a question of the bridge's.
pub(crate) fn told(body: Body<'_>) -> Told {
    match body {
        Body::Result(value) => Ok(value.to_owned()),
        Body::Error(value) => Err(value.to_owned()),
    }
}

/// A subscription that runs on a process.
pub(crate) type Listening = (Arc<Child>, u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_says_what_initialize_said_once() {
        let params = rpc::raw(
            r#"{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{"name":"c"}}"#
                .to_owned(),
        );
        let newer = Newer::new(Weak::new(), &params);
        let told =
            newer.params(Some(&rpc::raw(r#"{"name":"t","_meta":{"a":1}}"#.to_owned())), Some("4")).unwrap();
        assert_eq!(
            told,
            r#"{"name":"t","_meta":{"a":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"c"},"io.modelcontextprotocol/clientCapabilities":{"roots":{}},"progressToken":4}}"#
        );
    }

    #[test]
    fn results_lose_what_the_older_era_does_not_know() {
        let told = |text: &str| result(&rpc::raw(text.to_owned()));
        assert_eq!(
            told(r#"{"tools":[],"resultType":"complete","ttlMs":1,"cacheScope":"public"}"#).unwrap(),
            r#"{"tools":[]}"#
        );
        assert_eq!(told(r#"{"resultType":"input_required","inputRequests":{}}"#), None);
    }
}
