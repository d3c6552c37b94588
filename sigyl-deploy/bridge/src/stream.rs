//! Events on their way to one reader, kept within bounds, for a while also after they were read.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use hyper::body::Bytes;
use serde_json::value::RawValue;

use crate::rpc;

/// Most events that one stream holds; chosen, far above what a client that reads leaves.
const EVENTS_MAX: usize = 1024;

/// Bytes that wait for clients, over all streams.
pub(crate) struct Budget {
    max: usize,
    used: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(max: usize) -> Arc<Budget> {
        Arc::new(Budget { max, used: AtomicUsize::new(0) })
    }

    fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// What an event is to those who wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Weight {
    /// A notification: the oldest are dropped when too many wait.
    Light,
    /// A request of the server with this id, as written: when it is dropped, the server is told.
    Asked(String),
    /// A response: never dropped unread.
    Answer,
}

struct Event {
    number: u64,
    /// As it is sent.
    bytes: Bytes,
    /// Where the message begins in it.
    message: usize,
    weight: Weight,
    budget: Arc<Budget>,
}

impl Event {
    fn message(&self) -> Bytes {
        self.bytes.slice(self.message..self.bytes.len() - 2)
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

/// Whether events stay after they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replay {
    /// They stay within so many bytes, and bear ids.
    Keep(usize),
    /// They go once they were read, and so many bytes may wait.
    Once(usize),
}

/// A queue of events with one reader at a time.
pub(crate) struct Stream {
    pub(crate) number: u64,
    replay: Replay,
    budget: Arc<Budget>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    bytes: usize,
    /// Number of the next event.
    next: u64,
    /// Number of the first event that no reader got.
    unread: u64,
    /// Answers that are still to come; `None` for a stream that only ends with its session.
    expected: Option<usize>,
    ended: bool,
    /// The reader that counts; earlier ones end.
    reader: u64,
    connected: bool,
    waker: Option<Waker>,
}

/// The first thing on a stream.
pub(crate) enum First {
    /// The one answer came before anything else.
    Answer(Bytes),
    /// Events.
    Events,
    /// It ended without a word.
    Nothing,
}

impl Stream {
    pub(crate) fn new(
        number: u64,
        replay: Replay,
        expected: Option<usize>,
        budget: &Arc<Budget>,
    ) -> Arc<Stream> {
        let state = State { expected, next: 1, unread: 1, ..State::default() };
        Arc::new(Stream { number, replay, budget: Arc::clone(budget), state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message. Returns ids of the server's requests that were dropped for it.
    pub(crate) fn push(&self, message: &[u8], weight: Weight) -> Vec<String> {
        let mut state = self.state();
        if state.ended {
            return if let Weight::Asked(id) = weight { vec![id] } else { Vec::new() };
        }
        if weight == Weight::Answer
            && let Some(expected) = &mut state.expected
        {
            *expected = expected.saturating_sub(1);
        }
        let dropped = self.add(&mut state, message, weight);
        if state.expected == Some(0) {
            state.ended = true;
        }
        wake(state);
        dropped
    }

    /// Adds an answer, or an error in its place where too much waits already.
    pub(crate) fn answer(&self, id: &RawValue, message: &[u8]) -> Vec<String> {
        if self.budget.used() + message.len() <= self.budget.max {
            return self.push(message, Weight::Answer);
        }
        let told = "too many answers wait to be read; this one was dropped";
        self.push(&rpc::error(Some(id), rpc::INTERNAL_ERROR, told, None), Weight::Answer)
    }

    fn add(&self, state: &mut State, message: &[u8], weight: Weight) -> Vec<String> {
        let number = state.next;
        let prefix = match self.replay {
            Replay::Keep(_) => format!("event: message\nid: {}-{number}\ndata: ", self.number),
            Replay::Once(_) => "event: message\ndata: ".to_owned(),
        };
        let size = prefix.len() + message.len() + 2;
        if weight != Weight::Answer && self.budget.used() + size > self.budget.max {
            return if let Weight::Asked(id) = weight { vec![id] } else { Vec::new() };
        }
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(prefix.as_bytes());
        bytes.extend_from_slice(message);
        bytes.extend_from_slice(b"\n\n");
        self.budget.used.fetch_add(bytes.len(), Ordering::Relaxed);
        state.bytes += bytes.len();
        state.next += 1;
        let budget = Arc::clone(&self.budget);
        state.events.push_back(Event { number, bytes: bytes.into(), message: prefix.len(), weight, budget });
        self.trim(state)
    }

    /// Drops the oldest events beyond the bounds: what was read first, then notifications; never an unread answer.
    fn trim(&self, state: &mut State) -> Vec<String> {
        let (Replay::Keep(max) | Replay::Once(max)) = self.replay;
        let mut dropped = Vec::new();
        let mut at = 0;
        while (state.bytes > max || state.events.len() > EVENTS_MAX) && at < state.events.len() {
            let event = &state.events[at];
            if event.number >= state.unread && event.weight == Weight::Answer {
                at += 1;
                continue;
            }
            if let Some(event) = state.events.remove(at) {
                state.bytes -= event.bytes.len();
                if let (true, Weight::Asked(id)) = (event.number >= state.unread, &event.weight) {
                    dropped.push(id.clone());
                }
            }
        }
        dropped
    }

    /// One of the answers will not come.
    pub(crate) fn skip(&self) {
        let mut state = self.state();
        if let Some(expected) = &mut state.expected {
            *expected = expected.saturating_sub(1);
        }
        state.ended |= state.expected == Some(0);
        wake(state);
    }

    /// Nothing more comes. Readers get what is there, then the end.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        wake(state);
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.state().ended
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.state().connected
    }

    /// Bytes that it holds.
    pub(crate) fn bytes(&self) -> usize {
        self.state().bytes
    }

    /// Whether an event of this number was ever sent.
    pub(crate) fn had(&self, number: u64) -> bool {
        number < self.state().next
    }

    /// Waits for the first event, but no longer than `patience`.
    pub(crate) async fn first(&self, patience: Duration) -> First {
        let came = std::future::poll_fn(|cx| {
            let mut state = self.state();
            if state.events.is_empty() && !state.ended {
                state.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        });
        let _ = tokio::time::timeout(patience, came).await;
        let state = self.state();
        match (state.events.front(), state.ended) {
            (Some(event), true) if event.weight == Weight::Answer && state.events.len() == 1 => {
                First::Answer(event.message())
            }
            (None, true) => First::Nothing,
            _ => First::Events,
        }
    }

    /// A reader from the event after `last`; a reader that was there ends.
    pub(crate) fn read_after(self: &Arc<Stream>, last: u64) -> Reader {
        let mut state = self.state();
        state.reader += 1;
        state.connected = true;
        let reader = Reader { stream: Arc::clone(self), turn: state.reader, last };
        wake(state);
        reader
    }

    /// A reader of what nobody read yet.
    pub(crate) fn read_on(self: &Arc<Stream>) -> Reader {
        let last = self.state().unread.saturating_sub(1);
        self.read_after(last)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// One connection's place in a stream.
pub(crate) struct Reader {
    stream: Arc<Stream>,
    turn: u64,
    last: u64,
}

impl Reader {
    /// The next event as it is sent; `None` at the end, or when another reader took over.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.stream.state();
        if state.reader != self.turn {
            return Poll::Ready(None);
        }
        let at = state.events.partition_point(|event| event.number <= self.last);
        let Some((number, bytes)) = state.events.get(at).map(|event| (event.number, event.bytes.clone()))
        else {
            if state.ended {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        self.last = number;
        state.unread = state.unread.max(number + 1);
        let keep = matches!(self.stream.replay, Replay::Keep(max)
            if state.bytes <= max && self.stream.budget.used() <= self.stream.budget.max / 2);
        if !keep {
            for event in state.events.drain(..=at).collect::<Vec<_>>() {
                state.bytes -= event.bytes.len();
            }
        }
        Poll::Ready(Some(bytes))
    }

    /// Whether it begins before the stream's first event.
    pub(crate) fn is_at_start(&self) -> bool {
        self.last == 0
    }

    pub(crate) fn stream(&self) -> &Arc<Stream> {
        &self.stream
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.stream.state();
        if state.reader == self.turn {
            state.connected = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(reader: &mut Reader) -> Option<String> {
        match reader.poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(bytes)) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
            Poll::Ready(None) => Some("END".to_owned()),
            Poll::Pending => None,
        }
    }

    fn id(text: &str) -> Box<RawValue> {
        rpc::raw(text.to_owned())
    }

    #[test]
    fn events_are_read_in_order_and_again() {
        let stream = Stream::new(4, Replay::Keep(1000), Some(1), &Budget::new(10_000));
        stream.push(b"{1}", Weight::Light);
        stream.push(b"{2}", Weight::Answer);
        let mut reader = stream.read_on();
        assert_eq!(next(&mut reader).unwrap(), "event: message\nid: 4-1\ndata: {1}\n\n");
        assert_eq!(next(&mut reader).unwrap(), "event: message\nid: 4-2\ndata: {2}\n\n");
        assert_eq!(next(&mut reader).unwrap(), "END");
        let mut again = stream.read_after(1);
        assert_eq!(next(&mut again).unwrap(), "event: message\nid: 4-2\ndata: {2}\n\n");
        assert_eq!(next(&mut reader).unwrap(), "END");
    }

    #[test]
    fn a_new_reader_takes_over() {
        let stream = Stream::new(0, Replay::Keep(1000), None, &Budget::new(10_000));
        let mut old = stream.read_on();
        assert_eq!(next(&mut old), None);
        let mut new = stream.read_on();
        stream.push(b"{}", Weight::Light);
        assert_eq!(next(&mut old).unwrap(), "END");
        drop(old);
        assert!(stream.is_connected());
        assert!(next(&mut new).unwrap().contains("{}"));
        drop(new);
        assert!(!stream.is_connected());
    }

    #[test]
    fn the_oldest_notifications_go_but_no_unread_answer() {
        let budget = Budget::new(100_000);
        let stream = Stream::new(0, Replay::Keep(200), Some(2), &budget);
        stream.push(b"{\"answer\":1}", Weight::Answer);
        let mut told = stream.push(b"{\"asked\":1}", Weight::Asked("7".to_owned()));
        for _ in 0..50 {
            told.extend(stream.push(b"{\"light\":1}", Weight::Light));
        }
        assert_eq!(told, ["7"]);
        stream.push(&[b'x'; 1000], Weight::Answer);
        assert!(stream.bytes() < 1200);
        let mut reader = stream.read_on();
        assert!(next(&mut reader).unwrap().contains("answer"));
        assert!(next(&mut reader).unwrap().contains("xxx"));
        assert_eq!(next(&mut reader).unwrap(), "END");
        drop((reader, stream));
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn the_budget_holds_over_all_streams() {
        let budget = Budget::new(2000);
        let streams: Vec<_> =
            (0..20).map(|n| Stream::new(n, Replay::Once(10_000), Some(1), &budget)).collect();
        for stream in &streams {
            stream.push(&[b'n'; 100], Weight::Light);
            stream.answer(&id("5"), &[b'a'; 300]);
        }
        assert!(budget.used() < 2000 + 20 * 200, "{}", budget.used());
        let mut last = streams[19].read_on();
        let told = next(&mut last).unwrap();
        assert!(told.contains(r#""id":5,"error":{"code":-32603"#), "{told}");
        drop((last, streams));
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_thing_says_how_to_answer() {
        let budget = Budget::new(2000);
        let patience = Duration::from_millis(500);
        let stream = Stream::new(0, Replay::Once(1000), Some(1), &budget);
        assert!(matches!(stream.first(patience).await, First::Events));
        stream.push(b"{1}", Weight::Answer);
        assert!(matches!(stream.first(patience).await, First::Answer(bytes) if &bytes[..] == b"{1}"));
        let stream = Stream::new(0, Replay::Once(1000), Some(1), &budget);
        stream.push(b"{1}", Weight::Light);
        stream.push(b"{2}", Weight::Answer);
        assert!(matches!(stream.first(patience).await, First::Events));
        let stream = Stream::new(0, Replay::Once(1000), Some(1), &budget);
        stream.end();
        assert!(matches!(stream.first(patience).await, First::Nothing));
    }
}
