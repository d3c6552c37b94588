//! A server of sessions that asks something in the middle of a request, in front of a client of the newer era.
//!
//! The client is told what is needed (`input_required`) and makes its request again with the answers. The server knows
//! no such thing: its process waits meanwhile, within bounds, for whoever brings the word that was given along.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, Weak,
    atomic::{AtomicI64, Ordering},
};

use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::{
    app::App,
    child::{Child, Listener, Outcome, Sink, refusal},
    health::Facts,
    modern::Call,
    rpc::{self, Body, Members},
    stream::{Stream, Weight},
    translate,
};

/// What a server may ask, and the capability that a client must have declared for it.
const QUESTIONS: [(&str, &str); 3] =
    [("elicitation/create", "elicitation"), ("roots/list", "roots"), ("sampling/createMessage", "sampling")];
/// Requests in which it may ask.
const ASKING: [&str; 3] = ["prompts/get", "resources/read", "tools/call"];
/// Most questions in one request; chosen.
const QUESTIONS_MAX: usize = 256;

/// The capabilities of a client that a server of sessions is told.
pub(crate) fn capabilities(call: &Call<'_>) -> String {
    let declared = call.meta.get("io.modelcontextprotocol/clientCapabilities");
    let mut capabilities = rpc::members(declared.map(|value| &**value)).unwrap_or_default();
    capabilities.retain(|name, _| QUESTIONS.iter().any(|(_, of)| of == name));
    capabilities.sort_unstable_keys();
    rpc::object(&capabilities)
}

/// Where messages of a request go now.
pub(crate) struct Target {
    pub(crate) stream: Arc<Stream>,
    pub(crate) id: Box<RawValue>,
    /// The client's progress token, as written.
    pub(crate) token: Option<String>,
}

/// A request of a client that has a process of its own, over all its rounds.
pub(crate) struct Rounds {
    app: Weak<App>,
    facts: Arc<Facts>,
    method: String,
    /// The name or address in its parameters.
    name: Option<String>,
    capabilities: Members,
    logs: bool,
    child: Arc<Child>,
    own: Weak<Rounds>,
    /// The code of the error that came.
    pub(crate) code: AtomicI64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    target: Option<Target>,
    /// Questions that the client was not told of: key, id as written, the question as it is told.
    new: Vec<(String, Box<RawValue>, String)>,
    /// Questions that it was told of.
    told: Vec<(String, Box<RawValue>, String)>,
    count: usize,
    /// The answer, where it came while nobody was there to hear it.
    finished: Option<(bool, String)>,
    parked: bool,
}

impl Rounds {
    pub(crate) fn new(
        app: &Arc<App>,
        call: &Call<'_>,
        facts: Arc<Facts>,
        child: &Arc<Child>,
        target: Target,
    ) -> Arc<Rounds> {
        let rounds = Arc::new_cyclic(|own| Rounds {
            own: Weak::clone(own),
            app: Arc::downgrade(app),
            facts,
            method: call.method.to_owned(),
            name: name_of(call),
            capabilities: rpc::members(Some(&rpc::raw(capabilities(call)))).unwrap_or_default(),
            logs: call.meta.contains_key("io.modelcontextprotocol/logLevel"),
            child: Arc::clone(child),
            code: AtomicI64::new(0),
            state: Mutex::new(State { target: Some(target), ..State::default() }),
        });
        let weak: Weak<Rounds> = Arc::downgrade(&rounds);
        child.listen(weak);
        rounds
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its process waits for the client to come back.
    pub(crate) fn is_parked(&self) -> bool {
        self.state().parked
    }

    /// Whether a request is this one, made again.
    pub(crate) fn is_of(&self, call: &Call<'_>) -> bool {
        self.method == call.method && self.name == name_of(call)
    }

    /// Goes on with what the client brought.
    pub(crate) fn go_on(&self, call: &Call<'_>, target: Target) {
        let brought = call.params.get("inputResponses");
        let brought = rpc::members(brought.map(|value| &**value)).unwrap_or_default();
        let answered = {
            let mut state = self.state();
            state.parked = false;
            state.target = Some(target);
            let told = std::mem::take(&mut state.told);
            let mut answered = Vec::new();
            for (key, id, question) in told {
                match brought.get(&key) {
                    Some(value) => answered.push(rpc::result(&id, value.get())),
                    // It is asked once more.
                    None => state.new.push((key, id, question)),
                }
            }
            answered
        };
        for line in answered {
            self.child.try_send(line);
        }
        let finished = self.state().finished.take();
        match finished {
            Some((failed, value)) => self.tell(failed, &value),
            None => self.ask(),
        }
    }

    /// Tells the client what is needed, if anything is and it is there.
    fn ask(&self) {
        let Some(app) = self.app.upgrade() else { return };
        let mut state = self.state();
        if state.new.is_empty() || state.target.is_none() {
            return;
        }
        let Some(word) = self.own.upgrade().and_then(|own| app.park(own)) else { return };
        let Some(target) = state.target.take() else { return };
        state.told = std::mem::take(&mut state.new);
        state.parked = true;
        let mut questions = Members::new();
        for (key, _, question) in &state.told {
            questions.insert(key.clone(), rpc::raw(question.clone()));
        }
        let result = format!(
            r#"{{"resultType":"input_required","inputRequests":{},"requestState":{}}}"#,
            rpc::object(&questions),
            rpc::quoted(&word)
        );
        drop(state);
        target.stream.answer(&target.id, &rpc::result(&target.id, &result));
    }

    fn tell(&self, failed: bool, value: &str) {
        let target = self.state().target.take();
        let Some(target) = target else {
            self.state().finished = Some((failed, value.to_owned()));
            return;
        };
        let value = rpc::raw(value.to_owned());
        let body = if failed { Body::Error(&value) } else { Body::Result(&value) };
        target.stream.answer(&target.id, &rpc::answer(&target.id, body));
    }

    /// Ends its process.
    pub(crate) fn end(&self) {
        self.child.end();
    }
}

fn name_of(call: &Call<'_>) -> Option<String> {
    rpc::text_of(&call.params, "name").or_else(|| rpc::text_of(&call.params, "uri"))
}

impl Sink for Rounds {
    fn progress(&self, params: &RawValue) {
        let state = self.state();
        let Some(Target { stream, token: Some(token), .. }) = &state.target else { return };
        let Some(mut members) = rpc::members(Some(params)) else { return };
        members.insert("progressToken".to_owned(), rpc::raw(token.clone()));
        stream.push(&rpc::call(None, "notifications/progress", Some(&rpc::object(&members))), Weight::Light);
    }

    fn finish(&self, outcome: Outcome<'_>) {
        match outcome {
            Outcome::Told(Body::Result(value)) => {
                self.tell(false, &translate::result(&self.method, value, &self.facts));
            }
            Outcome::Told(Body::Error(value)) => {
                let (code, value) = translate::error(value);
                self.code.store(code, Ordering::Relaxed);
                self.tell(true, &value);
            }
            Outcome::Lost(why) => {
                let value = format!(r#"{{"code":{},"message":{}}}"#, rpc::INTERNAL_ERROR, rpc::quoted(why));
                self.tell(true, &value);
            }
        }
    }
}

impl Listener for Rounds {
    fn notification(&self, method: &str, _: Option<&RawValue>, line: &str) {
        // Nobody else asked this process anything.
        if self.logs
            && method == "notifications/message"
            && let Some(target) = &self.state().target
        {
            target.stream.push(&rpc::flat(line), Weight::Light);
        }
    }

    fn request(&self, id: &RawValue, method: &str, line: &str) -> Option<Vec<u8>> {
        let declared =
            QUESTIONS.iter().any(|(asks, of)| *asks == method && self.capabilities.contains_key(*of));
        if !declared || !ASKING.contains(&self.method.as_str()) {
            return Some(refusal(id));
        }
        {
            let mut state = self.state();
            if state.count >= QUESTIONS_MAX {
                return Some(refusal(id));
            }
            state.count += 1;
            let mut asked = Members::new();
            asked.insert("method".to_owned(), rpc::raw(rpc::quoted(method)));
            let params = rpc::members(Some(&rpc::raw(line.to_owned())))
                .and_then(|mut line| line.shift_remove("params"));
            if let Some(params) = params {
                asked.insert("params".to_owned(), params);
            }
            let key = format!("question-{}", state.count);
            state.new.push((key, id.to_owned(), rpc::object(&asked)));
        }
        self.ask();
        None
    }

    fn gone(&self, _: &str) {}
}

/// Requests whose clients were told what is needed, by the word that they bring along.
#[derive(Default)]
pub(crate) struct Parked(Mutex<Vec<(String, Arc<Rounds>, Instant)>>);

impl Parked {
    fn list(&self) -> MutexGuard<'_, Vec<(String, Arc<Rounds>, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, word: String, rounds: Arc<Rounds>) {
        self.list().push((word, rounds, Instant::now()));
    }

    /// The request of a word, which is good for once; only for the same request.
    pub(crate) fn take(&self, word: &str, call: &Call<'_>) -> Option<Arc<Rounds>> {
        let mut list = self.list();
        let at = list.iter().position(|(own, rounds, _)| own == word && rounds.is_of(call))?;
        Some(list.swap_remove(at).1)
    }

    /// Ends those whose clients have not come back for so long; whether there were any.
    pub(crate) fn end_older(&self, than: std::time::Duration) -> bool {
        let old: Vec<_> = self.list().extract_if(.., |(_, _, since)| since.elapsed() >= than).collect();
        for (_, rounds, _) in &old {
            rounds.end();
        }
        !old.is_empty()
    }
}
