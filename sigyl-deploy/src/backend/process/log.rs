//! What a release said: lines with their time, in two files of bounded size, and as they come.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use futures_core::Stream;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader as AsyncBufReader},
    sync::{broadcast, mpsc},
};

use super::folders::cannot;
use crate::backend::{BackendError, LogLine, LogLines, LogQuery, LogStream};

/// Bytes of one file; the one before is kept beside it. Chosen.
const FILE_MAX: u64 = 4 << 20;

/// Bytes of a line, as the trait has it.
const LINE_MAX: usize = 16 << 10;

/// Lines that wait for a slow reader. Chosen.
const WAITING_MAX: usize = 1024;

/// The log of one release.
pub(super) struct Log {
    now_ms: fn() -> i64,
    path: PathBuf,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    bytes: u64,
    /// `None` once nothing more comes.
    heard: Option<broadcast::Sender<LogLine>>,
}

impl Log {
    pub(super) fn open(folder: &Path, now_ms: fn() -> i64) -> Result<Arc<Self>, BackendError> {
        let path = folder.join("log");
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(|error| cannot(&path, &error))?;
        let bytes = file.metadata().map_err(|error| cannot(&path, &error))?.len();
        let heard = Some(broadcast::channel(WAITING_MAX).0);
        Ok(Arc::new(Self { now_ms, path, open: Mutex::new(Open { file, bytes, heard }) }))
    }

    fn state(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a line.
    pub(super) fn add(&self, stream: LogStream, text: &[u8]) {
        let text = String::from_utf8_lossy(text.get(..LINE_MAX).unwrap_or(text)).replace(['\n', '\r'], " ");
        let line = LogLine { time_ms: (self.now_ms)(), stream, text };
        let written = format!("{} {} {}\n", line.time_ms, letter(stream), line.text);
        let mut open = self.state();
        if open.bytes + written.len() as u64 > FILE_MAX {
            self.turn(&mut open);
        }
        // A full disk loses lines; the server goes on.
        if open.file.write_all(written.as_bytes()).is_ok() {
            open.bytes += written.len() as u64;
        }
        if let Some(heard) = &open.heard {
            // Nobody may be listening.
            let _ = heard.send(line);
        }
    }

    fn turn(&self, open: &mut Open) {
        let fresh = std::fs::rename(&self.path, self.before())
            .and_then(|()| OpenOptions::new().create(true).append(true).open(&self.path));
        if let Ok(file) = fresh {
            (open.file, open.bytes) = (file, 0);
        }
    }

    fn before(&self) -> PathBuf {
        self.path.with_extension("1")
    }

    /// Says that nothing more comes: who follows comes to an end.
    pub(super) fn end(&self) {
        self.state().heard = None;
    }

    /// Lines that were kept, and those to come where the query follows.
    pub(super) fn read(&self, query: &LogQuery) -> Result<LogLines, BackendError> {
        // Under the lock, so that no line is lost between the files and those to come.
        let open = self.state();
        let mut kept = VecDeque::new();
        for path in [self.before(), self.path.clone()] {
            let file = match File::open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(cannot(&path, &error)),
            };
            for line in BufReader::new(file).lines() {
                let line = line.map_err(|error| cannot(&path, &error))?;
                let is_asked = |line: &LogLine| query.since_ms.is_none_or(|since| line.time_ms >= since);
                kept.extend(parse(&line).filter(is_asked));
                if query.limit.is_some_and(|limit| kept.len() > limit as usize) {
                    kept.pop_front();
                }
            }
        }
        let heard = open.heard.as_ref().filter(|_| query.follow).map(broadcast::Sender::subscribe);
        drop(open);
        Ok(Box::pin(Lines { kept, coming: heard.map(|heard| pass_on(heard, self.now_ms)) }))
    }

    /// Keeps what a program writes, until it ends.
    pub(super) async fn keep(self: Arc<Self>, stream: LogStream, from: impl AsyncRead + Unpin) {
        let mut from = AsyncBufReader::with_capacity(LINE_MAX, from);
        let (mut line, mut is_cut) = (Vec::new(), false);
        while let Ok(bytes) = from.fill_buf().await {
            if bytes.is_empty() {
                break;
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let piece = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            let room = LINE_MAX - line.len();
            if !is_cut {
                line.extend_from_slice(piece.get(..room).unwrap_or(piece));
                is_cut = piece.len() > room;
            }
            let used = piece.len() + usize::from(end.is_some());
            from.consume(used);
            if end.is_some() {
                self.add(stream, line.strip_suffix(b"\r").unwrap_or(&line));
                line.clear();
                is_cut = false;
            }
        }
        if !line.is_empty() {
            self.add(stream, &line);
        }
    }
}

/// From the many who may listen to the one who does.
fn pass_on(mut heard: broadcast::Receiver<LogLine>, now_ms: fn() -> i64) -> mpsc::Receiver<LogLine> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let line = tokio::select! {
                line = heard.recv() => line,
                () = sender.closed() => break,
            };
            let line = match line {
                Ok(line) => line,
                Err(broadcast::error::RecvError::Lagged(count)) => LogLine {
                    time_ms: now_ms(),
                    stream: LogStream::System,
                    text: format!("{count} lines came too fast for this reader"),
                },
                Err(broadcast::error::RecvError::Closed) => break,
            };
            if sender.send(line).await.is_err() {
                break;
            }
        }
    });
    receiver
}

struct Lines {
    kept: VecDeque<LogLine>,
    coming: Option<mpsc::Receiver<LogLine>>,
}

impl Stream for Lines {
    type Item = Result<LogLine, BackendError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(line) = self.kept.pop_front() {
            return Poll::Ready(Some(Ok(line)));
        }
        match &mut self.coming {
            None => Poll::Ready(None),
            Some(coming) => coming.poll_recv(cx).map(|line| line.map(Ok)),
        }
    }
}

fn letter(stream: LogStream) -> char {
    match stream {
        LogStream::Stdout => 'o',
        LogStream::Stderr => 'e',
        LogStream::System => 's',
    }
}

fn parse(line: &str) -> Option<LogLine> {
    let (time, rest) = line.split_once(' ')?;
    let (stream, text) = rest.split_once(' ')?;
    let stream = match stream {
        "o" => LogStream::Stdout,
        "e" => LogStream::Stderr,
        "s" => LogStream::System,
        _ => return None,
    };
    Some(LogLine { time_ms: time.parse().ok()?, stream, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn tick() -> i64 {
        static TIME: AtomicI64 = AtomicI64::new(0);
        TIME.fetch_add(1, Ordering::SeqCst)
    }

    async fn texts(mut lines: LogLines, at_most: usize) -> Vec<String> {
        let mut all = Vec::new();
        while all.len() < at_most {
            match std::future::poll_fn(|cx| lines.as_mut().poll_next(cx)).await {
                Some(line) => all.push(line.unwrap().text),
                None => break,
            }
        }
        all
    }

    #[tokio::test]
    async fn lines_are_kept_bounded_and_followed() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), tick).unwrap();
        let long = vec![b'x'; 3 * LINE_MAX];
        let said = [b"one\r\ntwo\n".as_slice(), &long, b"\nlast"].concat();
        log.clone().keep(LogStream::Stdout, said.as_slice()).await;
        let last_two = LogQuery { limit: Some(2), ..LogQuery::default() };
        let found = texts(log.read(&last_two).unwrap(), 9).await;
        assert_eq!((found.len(), found[0].len(), found[1].as_str()), (2, LINE_MAX, "last"));

        let all = LogQuery { follow: true, ..LogQuery::default() };
        let following = log.read(&all).unwrap();
        log.add(LogStream::System, b"three\nlines");
        log.end();
        let found = texts(following, 9).await;
        assert_eq!((found[0].as_str(), found[1].as_str(), found[4].as_str()), ("one", "two", "three lines"));
        assert_eq!(found.len(), 5);
    }

    #[tokio::test]
    async fn files_do_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), tick).unwrap();
        let line = vec![b'y'; LINE_MAX];
        for _ in 0..1000 {
            log.add(LogStream::Stderr, &line);
        }
        let size = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
        assert!(size("log") <= FILE_MAX && size("log.1") <= FILE_MAX && size("log.1") > FILE_MAX / 2);
    }
}
