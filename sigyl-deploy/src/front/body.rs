//! Bodies on their way through a front.

use std::{
    error::Error,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::behind::Ticket;

/// What a request may carry, bytes. Chosen: MCP's messages are read into memory by every server.
pub(super) const REQUEST_MAX: u64 = 32 << 20;

/// How long a client may say nothing in the middle of a request. Chosen.
const SILENCE_MAX: Duration = Duration::from_secs(30);

type Failure = Box<dyn Error + Send + Sync>;

/// Why a request's body did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Spoiled {
    #[error("the request is larger than {REQUEST_MAX} bytes")]
    TooLarge,
    #[error("the request did not come to its end")]
    TooSlow,
}

/// A request's body, which can be sent to another server as long as nothing of it was taken.
#[derive(Clone)]
pub(super) struct Lent(Arc<Mutex<Loan>>);

struct Loan {
    body: Incoming,
    taken: bool,
    bytes: u64,
    silence: Pin<Box<Sleep>>,
    spoiled: Option<Spoiled>,
}

impl Lent {
    pub(super) fn new(body: Incoming) -> Self {
        let silence = Box::pin(sleep(SILENCE_MAX));
        Self(Arc::new(Mutex::new(Loan { body, taken: false, bytes: 0, silence, spoiled: None })))
    }

    /// Whether nothing of it was taken.
    pub(super) fn is_whole(&self) -> bool {
        !self.with(|loan| loan.taken)
    }

    /// What went wrong with it.
    pub(super) fn spoiled(&self) -> Option<Spoiled> {
        self.with(|loan| loan.spoiled)
    }

    fn with<T>(&self, what: impl FnOnce(&mut Loan) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Loan {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.taken = true;
                self.silence.as_mut().reset(Instant::now() + SILENCE_MAX);
                self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
                if self.bytes > REQUEST_MAX {
                    return self.spoil(Spoiled::TooLarge);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.taken = true;
                Poll::Ready(Some(Err(error.into())))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => match self.silence.as_mut().poll(cx) {
                Poll::Ready(()) => self.spoil(Spoiled::TooSlow),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn spoil(&mut self, why: Spoiled) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        self.taken = true;
        self.spoiled = Some(why);
        Poll::Ready(Some(Err(why.into())))
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        self.with(|loan| loan.poll(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|loan| loan.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|loan| loan.body.size_hint())
    }
}

/// What a front answers with.
pub(super) enum Answer {
    /// Its own words.
    Words(Option<Bytes>),
    /// A server's answer, as it comes.
    Through(Box<Through>),
}

/// A server's answer, which holds the request's place, and ends with the release.
pub(super) struct Through {
    body: Incoming,
    cut: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
    ticket: Ticket,
}

impl Answer {
    pub(super) fn words(text: String) -> Self {
        Self::Words(Some(text.into()))
    }

    pub(super) fn through(body: Incoming, ticket: Ticket) -> Self {
        Self::Through(Box::new(Through { body, cut: Box::pin(ticket.cut()), ticket }))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match &mut *self {
            Self::Words(words) => Poll::Ready(words.take().map(|words| Ok(Frame::data(words)))),
            Self::Through(through) => match Pin::new(&mut through.body).poll_frame(cx) {
                Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(Into::into))),
                Poll::Pending => match through.cut.as_mut().poll(cx) {
                    // A stream that waits for whatever comes has lost nothing.
                    Poll::Ready(()) if through.ticket.is_standing => Poll::Ready(None),
                    Poll::Ready(()) => Poll::Ready(Some(Err("the release was ended".into()))),
                    Poll::Pending => Poll::Pending,
                },
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Words(words) => words.is_none(),
            Self::Through(through) => through.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Words(words) => SizeHint::with_exact(words.as_ref().map_or(0, |words| words.len() as u64)),
            Self::Through(through) => through.body.size_hint(),
        }
    }
}
