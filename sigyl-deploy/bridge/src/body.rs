//! Bodies of responses.

use std::{
    any::Any,
    convert::Infallible,
    future::Future as _,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::stream::Reader;

/// What is sent back.
pub(crate) enum Reply {
    /// All at once.
    Whole(Option<Bytes>),
    /// As it comes.
    Events(Box<Events>),
}

/// An event stream, with comments while it is silent.
pub(crate) struct Events {
    reader: Reader,
    /// Sent before anything else.
    opening: Option<Bytes>,
    period: Duration,
    silence: Pin<Box<Sleep>>,
    /// Let go of when the connection or the stream ends.
    guard: Option<Box<dyn Any + Send>>,
}

impl Events {
    pub(crate) fn new(
        reader: Reader,
        opening: Option<String>,
        period: Duration,
        guard: Box<dyn Any + Send>,
    ) -> Box<Events> {
        let opening = opening.map(Bytes::from);
        Box::new(Events { reader, opening, period, silence: Box::pin(sleep(period)), guard: Some(guard) })
    }
}

impl Reply {
    pub(crate) fn empty() -> Reply {
        Reply::Whole(None)
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let events = match self.get_mut() {
            Reply::Whole(bytes) => return Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Reply::Events(events) => &mut **events,
        };
        if let Some(opening) = events.opening.take() {
            return Poll::Ready(Some(Ok(Frame::data(opening))));
        }
        if let Poll::Ready(next) = events.reader.poll_next(cx) {
            events.silence.as_mut().reset(Instant::now() + events.period);
            if next.is_none() {
                events.guard = None;
            }
            return Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))));
        }
        if events.silence.as_mut().poll(cx).is_ready() {
            events.silence.as_mut().reset(Instant::now() + events.period);
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b":\n\n")))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Reply::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Reply::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64)),
            Reply::Events(_) => SizeHint::default(),
        }
    }
}
