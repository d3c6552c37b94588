//! Lines of a pipe, with a bound.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Bytes that are asked for at once; the size of a pipe on Linux.
const CHUNK: usize = 64 * 1024;

/// Reads lines that are at most `max` bytes long.
pub(crate) struct Lines<R> {
    from: R,
    max: usize,
    buffer: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Up to where no line end was found.
    searched: usize,
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// A line without its end.
    Whole(&'a [u8]),
    /// A line longer than allowed; it was skipped.
    TooLong,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(from: R, max: usize) -> Lines<R> {
        Lines { from, max, buffer: Vec::new(), start: 0, searched: 0 }
    }

    /// The next line, `None` at the end. What stands after the last line end is no line: its writer died within it.
    pub(crate) async fn next(&mut self) -> Option<Line<'_>> {
        let mut skipping = false;
        loop {
            if let Some(at) = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n') {
                let (from, end) = (self.start, self.searched + at);
                (self.start, self.searched) = (end + 1, end + 1);
                if skipping || end - from > self.max {
                    return Some(Line::TooLong);
                }
                let line = &self.buffer[from..end];
                return Some(Line::Whole(line.strip_suffix(b"\r").unwrap_or(line)));
            }
            self.searched = self.buffer.len();
            if self.buffer.len() - self.start > self.max {
                skipping = true;
                self.start = self.buffer.len();
            }
            self.make_room();
            match self.from.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Moves the begun line to the front, and gives back what a long line took.
    fn make_room(&mut self) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
            if self.buffer.capacity() > 4 * CHUNK && self.buffer.len() <= CHUNK {
                self.buffer.shrink_to(2 * CHUNK);
            }
        }
        // Small at first: most processes say little, and there may be many.
        let room =
            if self.buffer.capacity() == 0 { 4 * 1024 } else { (self.buffer.len()).clamp(4 * 1024, CHUNK) };
        self.buffer.reserve(room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &[u8], max: usize) -> Vec<String> {
        let mut lines = Lines::new(text, max);
        let mut told = Vec::new();
        while let Some(line) = lines.next().await {
            told.push(match line {
                Line::Whole(line) => String::from_utf8(line.to_vec()).unwrap(),
                Line::TooLong => "TOO LONG".to_owned(),
            });
        }
        told
    }

    #[tokio::test]
    async fn lines_are_read_to_their_ends() {
        assert_eq!(all(b"a\n\r\nbc\r\nrest", 10).await, ["a", "", "bc"]);
        assert_eq!(all(b"", 10).await, [""; 0]);
    }

    #[tokio::test]
    async fn long_lines_are_skipped_and_the_next_is_read() {
        assert_eq!(all(b"12345\n123456\n1\n", 5).await, ["12345", "TOO LONG", "1"]);
        let mut text = vec![b'x'; 1 << 20];
        text.extend_from_slice(b"\nnext\n");
        assert_eq!(all(&text, 1000).await, ["TOO LONG", "next"]);
    }

    #[tokio::test]
    async fn memory_of_a_long_line_is_given_back() {
        let mut text = vec![b'x'; 8 << 20];
        text.push(b'\n');
        text.extend(b"a\n".repeat(100_000));
        let mut lines = Lines::new(&text[..], 16 << 20);
        assert!(matches!(lines.next().await, Some(Line::Whole(line)) if line.len() == 8 << 20));
        while lines.next().await.is_some() {}
        assert!(lines.buffer.capacity() <= 4 * CHUNK, "{}", lines.buffer.capacity());
    }
}
