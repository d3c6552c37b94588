//! A reader that holds its source to what was promised.

use std::io::{self, Read};

/// Reads exactly as many bytes as a header promised; fewer are an error, so that no cut file passes for a whole one.
pub(super) struct Exact<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Exact<R> {
    pub(super) fn new(inner: R, size_bytes: u64) -> Self {
        Self { inner, left: size_bytes }
    }

    /// How many bytes have not been read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Reads what is left and forgets it.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        io::copy(self, &mut io::sink()).map(|_| ())
    }
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(buffer) = buffer.get_mut(..most).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let read = self.inner.read(buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_more_nor_less() {
        let mut bytes = &b"abcdef"[..];
        let mut text = String::new();
        Exact::new(&mut bytes, 4).read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), bytes), ("abcd", &b"ef"[..]));
        let cut = Exact::new(bytes, 3).skip().unwrap_err();
        assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
    }
}
