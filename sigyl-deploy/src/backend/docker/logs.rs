//! What servers said: the engine's logs of several containers as one.

use std::pin::Pin;

use bollard::{
    container::LogOutput, errors::Error, models::ContainerSummary, query_parameters::LogsOptionsBuilder,
};
use futures_core::Stream;
use futures_util::{StreamExt, stream};

use super::engine::{Engine, is_missing, name_of};
use crate::backend::{BackendError, LogLine, LogLines, LogQuery, LogStream, times};

/// The longest text of a line, bytes.
pub(crate) const LINE_BYTES: usize = 16 << 10;

/// Lines kept while the last ones are looked for, where nobody says how many: the engine's files have about as many.
const LINES_MAX: usize = 200_000;

/// The engine's stream of one container or service.
pub(crate) type RawLog = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;

/// The logs of containers, by time.
pub(crate) async fn of_containers(
    engine: &Engine,
    containers: &[ContainerSummary],
    query: &LogQuery,
) -> Result<LogLines, BackendError> {
    let open = |follow: bool, query: &LogQuery| -> Vec<RawLog> {
        let options = LogsOptionsBuilder::new()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .follow(follow)
            .since(seconds(query.since_ms))
            .tail(&tail(query))
            .build();
        let names = containers.iter().filter_map(name_of);
        names.map(|name| -> RawLog { Box::pin(engine.docker.logs(&name, Some(options.clone()))) }).collect()
    };
    join(engine, open, containers.len() < 2, query).await
}

/// Seconds since 1970 for the engine, which knows no parts of them; what is earlier is left out afterwards.
pub(crate) fn seconds(since_ms: Option<i64>) -> i32 {
    since_ms.map_or(0, |ms| i32::try_from(ms.div_euclid(1000)).unwrap_or(i32::MAX).max(0))
}

pub(crate) fn tail(query: &LogQuery) -> String {
    query.limit.map_or_else(|| "all".to_owned(), |limit| limit.to_string())
}

/// One stream of several: what there is, by time and cut to the limit; then, where asked for, what comes.
///
/// `is_one`: what the engine calls the last lines are the last ones, since one process wrote them all.
pub(crate) async fn join(
    engine: &Engine,
    open: impl Fn(bool, &LogQuery) -> Vec<RawLog>,
    is_one: bool,
    query: &LogQuery,
) -> Result<LogLines, BackendError> {
    let engine = engine.clone();
    if query.follow && (is_one || query.limit.is_none()) {
        let all = stream::select_all(
            open(true, query).into_iter().map(|log| lines(engine.clone(), log, query.since_ms)),
        );
        return Ok(Box::pin(all));
    }
    // Before others follow, all lines are read: those of the last millisecond must be known, whatever the limit.
    let read = LogQuery { limit: query.limit.filter(|_| !query.follow), ..query.clone() };
    let mut found = Vec::new();
    for log in open(false, &read) {
        let mut of_one = lines(engine.clone(), log, query.since_ms);
        while let Some(line) = of_one.next().await {
            found.push(line?);
            if found.len() > LINES_MAX {
                found.drain(..LINES_MAX / 2);
            }
        }
    }
    found.sort_by_key(|line| line.time_ms);
    let last_ms = found.last().map(|line| line.time_ms);
    let known: Vec<_> = found.iter().filter(|line| Some(line.time_ms) == last_ms).cloned().collect();
    if let Some(limit) = query.limit {
        found.drain(..found.len().saturating_sub(limit as usize));
    }
    if !query.follow {
        return Ok(Box::pin(stream::iter(found.into_iter().map(Ok))));
    }
    // What comes after the last line that is known; lines of that very millisecond that are known are left out.
    let from = LogQuery { since_ms: last_ms.or(query.since_ms), limit: None, follow: true };
    let coming = stream::select_all(
        open(true, &from).into_iter().map(|log| lines(engine.clone(), log, from.since_ms)),
    )
    .filter(move |line| {
        let is_known = line.as_ref().is_ok_and(|line| known.contains(line));
        std::future::ready(!is_known)
    });
    Ok(Box::pin(stream::iter(found.into_iter().map(Ok)).chain(coming)))
}

fn lines(engine: Engine, log: RawLog, since_ms: Option<i64>) -> LogLines {
    Box::pin(log.filter_map(move |output| {
        let line = match output {
            Ok(output) => {
                read(&output).filter(|line| since_ms.is_none_or(|since| line.time_ms >= since)).map(Ok)
            }
            Err(error) if is_missing(&error) => None,
            Err(error) => Some(Err(engine.error("reading a log", &error))),
        };
        std::future::ready(line)
    }))
}

/// A line as the engine gives it, with its time before it.
fn read(output: &LogOutput) -> Option<LogLine> {
    let (stream, bytes) = match output {
        LogOutput::StdErr { message } => (LogStream::Stderr, message),
        LogOutput::StdOut { message } | LogOutput::Console { message } => (LogStream::Stdout, message),
        LogOutput::StdIn { .. } => return None,
    };
    let line = String::from_utf8_lossy(bytes);
    let (time, text) = line.split_once(' ').unwrap_or((line.trim_end(), ""));
    let time_ms = times::parse(time.trim_end())?;
    Some(LogLine { time_ms, stream, text: shorten(text.trim_end_matches(['\r', '\n'])) })
}

/// At most [`LINE_BYTES`] of a text.
fn shorten(text: &str) -> String {
    let mut end = text.len().min(LINE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &[u8]) -> LogOutput {
        LogOutput::StdOut { message: text.to_vec().into() }
    }

    #[test]
    fn lines_have_times_and_bounds() {
        let line = read(&out(b"2026-11-21T16:05:15.123456789Z listening on \xff 8080\r\n")).unwrap();
        assert_eq!(line.time_ms, 1_795_277_115_123);
        assert_eq!(line.text, "listening on \u{fffd} 8080");
        assert_eq!(read(&out(b"2026-11-21T16:05:15Z \n")).unwrap().text, "");
        assert_eq!(read(&out(b"2026-11-21T16:05:15Z\n")).unwrap().text, "");
        assert_eq!(read(&out(b"no time\n")), None);
        let long = format!("2026-11-21T16:05:15Z {}", "ä".repeat(LINE_BYTES));
        assert_eq!(read(&out(long.as_bytes())).unwrap().text.len(), LINE_BYTES);
        assert_eq!((seconds(None), seconds(Some(-5)), seconds(Some(1_999))), (0, 0, 1));
    }
}
