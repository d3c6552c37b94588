//! What the server sends of itself, and what the bridge asks on its behalf.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::state::{Link, OWN_STREAM, Session};
use crate::{
    adapt,
    child::{Child, Listener},
    rpc,
    stream::{Stream, Weight},
};

/// Most requests of the server that wait for a client's answer at a time. Chosen.
const ASKED_MAX: usize = 256;

/// What has nothing to do with any request, and goes onto the session's own stream.
const NEVER_RELATED: [&str; 6] = [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/elicitation/complete",
    "notifications/tasks/status",
];

impl Session {
    /// Where a message goes that names no request: onto the stream of the only request in flight, else onto the
    /// session's own where somebody reads that, else onto the oldest that somebody reads.
    pub(super) fn stream_for(&self, method: &str) -> Option<Arc<Stream>> {
        let state = self.state();
        if NEVER_RELATED.contains(&method) {
            return state.streams.get(&OWN_STREAM).cloned();
        }
        let mut in_flight =
            state.streams.values().filter(|stream| stream.number != OWN_STREAM && !stream.is_ended());
        let own = state.streams.get(&OWN_STREAM);
        match (in_flight.next(), in_flight.next(), own) {
            (Some(only), None, _) => Some(only),
            (Some(first), Some(_), Some(own)) if !own.is_connected() => {
                Some(state.streams.values().find(|s| s.is_connected() && !s.is_ended()).unwrap_or(first))
            }
            (_, _, own) => own,
        }
        .cloned()
    }

    /// Asks the client on behalf of a server that does not itself; on the stream of the request that needs it.
    pub(crate) fn ask_client(
        &self,
        stream: &Stream,
        method: &str,
        params: Option<&RawValue>,
        answer: oneshot::Sender<adapt::Told>,
    ) -> Option<()> {
        let id = {
            let mut state = self.state();
            if state.ended || state.questions.len() >= ASKED_MAX {
                return None;
            }
            state.last_question += 1;
            let id = format!("\"sigyl-{}\"", state.last_question);
            state.questions.insert(id.clone(), answer);
            id
        };
        let line = rpc::call(Some(&id), method, params.map(|params| params.get()));
        for dropped in stream.push(&line, Weight::Asked(id)) {
            self.state().questions.remove(&dropped);
        }
        Some(())
    }

    /// Ends a request with a message of the bridge's own.
    pub(crate) fn finish_with(&self, stream: &Stream, id: &RawValue, message: &[u8]) {
        self.state().asked.remove(id.get());
        stream.answer(id, message);
        self.settle();
    }

    /// A subscription that ends with the session, or with the next of the same.
    pub(crate) fn note_listening(&self, what: &str, child: Arc<Child>, own: u64) {
        let before = {
            let mut state = self.state();
            if state.ended {
                Some((child, own))
            } else {
                state.listening.insert(what.to_owned(), (child, own))
            }
        };
        if let Some((child, own)) = before {
            child.cancel(own, None);
        }
    }

    pub(crate) fn stop_listening(&self, what: &str) {
        let listening = self.state().listening.remove(what);
        if let Some((child, own)) = listening {
            child.cancel(own, None);
        }
    }

    pub(crate) fn put(&self, method: &str, message: &str, weight: Weight) {
        let dropped = match self.stream_for(method) {
            Some(stream) => stream.push(&rpc::flat(message), weight),
            None => match weight {
                Weight::Asked(id) => vec![id],
                _ => Vec::new(),
            },
        };
        for id in dropped {
            {
                let mut state = self.state();
                state.asking.remove(&id);
                state.questions.remove(&id);
            }
            let Some(child) = self.own_child() else { continue };
            child.try_send(rpc::error(
                Some(&rpc::raw(id)),
                rpc::INTERNAL_ERROR,
                "the client did not read the request",
                None,
            ));
        }
    }
}

impl Listener for Session {
    fn notification(&self, method: &str, params: Option<&RawValue>, line: &str) {
        if method == "notifications/cancelled"
            && let Some(id) = rpc::members(params).and_then(|mut params| params.shift_remove("requestId"))
        {
            self.state().asking.remove(id.get());
        }
        if matches!(self.link, Link::Shared(_)) && method == "notifications/resources/updated" {
            let uri = rpc::members(params).and_then(|params| rpc::text_of(&params, "uri"));
            if !uri.is_some_and(|uri| self.state().resources.contains(&uri)) {
                return;
            }
        }
        self.put(method, line, Weight::Light);
    }

    fn request(&self, id: &RawValue, method: &str, line: &str) -> Option<Vec<u8>> {
        {
            let mut state = self.state();
            if state.ended || state.asking.len() >= ASKED_MAX || !state.asking.insert(id.get().to_owned()) {
                return Some(rpc::error(Some(id), rpc::INTERNAL_ERROR, "too many requests", None));
            }
        }
        self.put(method, line, Weight::Asked(id.get().to_owned()));
        None
    }

    fn gone(&self, _: &str) {
        self.close();
    }
}
