//! Logs of services that can only be asked: a first answer, then again and again.

use std::{
    collections::{HashSet, VecDeque},
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::{BackendError, LogLine, LogLines, LogQuery};

/// The longest text of a line, bytes.
pub(crate) const LINE_BYTES: usize = 16 << 10;

/// How many lines are remembered, so that a line that two answers have is told once. More than an answer has.
const REMEMBERED: usize = 4096;

/// A line with the service's own name of it.
pub(crate) struct NamedLine {
    pub(crate) name: String,
    pub(crate) line: LogLine,
}

/// Lines of a service: `ask` gets the time of the last line, or where to begin, and gives lines in their order.
pub(crate) fn lines<F, A>(query: &LogQuery, poll: Duration, mut ask: A) -> LogLines
where
    A: FnMut(Option<i64>) -> F + Send + 'static,
    F: Future<Output = Result<Vec<NamedLine>, BackendError>> + Send,
{
    let (follow, limit, mut since) = (query.follow, query.limit, query.since_ms);
    let (sender, receiver) = mpsc::channel(256);
    tokio::spawn(async move {
        let mut known = Known::default();
        let mut is_first = true;
        loop {
            let mut found = match ask(since).await {
                Ok(found) => found,
                // Whoever follows for hours outlives a service that is not well for a moment.
                Err(error) if !is_first && error.may_pass() => Vec::new(),
                Err(error) => {
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            };
            if let (true, Some(limit)) = (is_first, limit) {
                for left_out in found.drain(..found.len().saturating_sub(limit as usize)) {
                    known.is_new(left_out.name);
                }
            }
            for NamedLine { name, line } in found {
                since = Some(since.map_or(line.time_ms, |before| before.max(line.time_ms)));
                if known.is_new(name) && sender.send(Ok(line)).await.is_err() {
                    return;
                }
            }
            is_first = false;
            if !follow {
                return;
            }
            tokio::select! {
                () = sender.closed() => return,
                () = tokio::time::sleep(poll) => {}
            }
        }
    });
    Box::pin(Received(receiver))
}

/// A text cut to what a line may have.
pub(crate) fn cut(mut text: String) -> String {
    while text.ends_with(['\n', '\r']) {
        text.pop();
    }
    if text.len() > LINE_BYTES {
        let end = (0..=LINE_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

#[derive(Default)]
struct Known {
    names: HashSet<String>,
    order: VecDeque<String>,
}

impl Known {
    fn is_new(&mut self, name: String) -> bool {
        if !self.names.insert(name.clone()) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
        }
        true
    }
}

struct Received(mpsc::Receiver<Result<LogLine, BackendError>>);

impl Stream for Received {
    type Item = Result<LogLine, BackendError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        sync::Arc,
        sync::atomic::{AtomicI64, Ordering},
    };

    use super::*;
    use crate::backend::LogStream;

    fn line(time_ms: i64) -> NamedLine {
        let line = LogLine { time_ms, stream: LogStream::Stdout, text: time_ms.to_string() };
        NamedLine { name: time_ms.to_string(), line }
    }

    async fn next(lines: &mut LogLines) -> Option<Result<LogLine, BackendError>> {
        poll_fn(|context| lines.as_mut().poll_next(context)).await
    }

    #[tokio::test]
    async fn lines_that_two_answers_have_are_told_once() {
        let asked = Arc::new(AtomicI64::new(0));
        let count = Arc::clone(&asked);
        let query = LogQuery { since_ms: None, limit: Some(2), follow: true };
        let mut found = lines(&query, Duration::from_millis(1), move |since| {
            let round = count.fetch_add(1, Ordering::SeqCst);
            async move {
                if round == 1 {
                    return Err(BackendError::Passing {
                        backend: "test".to_owned(),
                        reason: "a moment".to_owned(),
                        retry_after: None,
                    });
                }
                assert_eq!(since.is_none(), round == 0);
                Ok((0..4 + round).map(line).collect())
            }
        });
        for expected in [2, 3, 4, 5, 6] {
            assert_eq!(next(&mut found).await.unwrap().unwrap().time_ms, expected);
        }
    }

    #[tokio::test]
    async fn nobody_asks_when_nobody_listens_or_follows() {
        let asked = Arc::new(AtomicI64::new(0));
        let count = Arc::clone(&asked);
        let mut found = lines(&LogQuery::default(), Duration::from_millis(1), move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(vec![line(1)]) }
        });
        assert!(next(&mut found).await.is_some());
        assert!(next(&mut found).await.is_none());
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(cut("a\r\n".to_owned()), "a");
        let long = "é".repeat(LINE_BYTES);
        assert_eq!(cut(format!("a{long}")).len(), LINE_BYTES - 1);
    }
}
