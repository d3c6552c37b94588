//! Bytes of two connections, from the one to the other, until one ends or both are silent.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};

/// How long a tunnel may be silent. Chosen: longer than databases and streams of models take for an answer.
const SILENCE_MAX: Duration = Duration::from_secs(600);

/// Joins two connections.
pub(super) async fn join(
    left: impl AsyncRead + AsyncWrite + Unpin,
    right: impl AsyncRead + AsyncWrite + Unpin,
) {
    let read = Arc::new(AtomicU64::new(0));
    let mut left = Counted { inner: left, read: read.clone() };
    let mut right = Counted { inner: right, read: read.clone() };
    tokio::select! {
        // Both sides have seen its end.
        _ = copy_bidirectional(&mut left, &mut right) => {}
        () = silence(&read) => {}
    }
}

async fn silence(read: &AtomicU64) {
    let mut before = read.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(SILENCE_MAX).await;
        let now = read.load(Ordering::Relaxed);
        if now == before {
            return;
        }
        before = now;
    }
}

struct Counted<T> {
    inner: T,
    read: Arc<AtomicU64>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, into);
        self.read.fetch_add((into.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_tunnel_ends_and_a_busy_one_goes_on() {
        let ((mut client, left), (mut server, right)) = (duplex(64), duplex(64));
        let joined = tokio::spawn(join(left, right));
        let mut byte = [0];
        for _ in 0..5 {
            tokio::time::advance(SILENCE_MAX - Duration::from_secs(1)).await;
            client.write_all(b"x").await.unwrap();
            server.read_exact(&mut byte).await.unwrap();
            server.write_all(b"y").await.unwrap();
            client.read_exact(&mut byte).await.unwrap();
        }
        assert!(!joined.is_finished());
        joined.await.unwrap();
        assert_eq!(server.read(&mut byte).await.unwrap(), 0);
    }
}
