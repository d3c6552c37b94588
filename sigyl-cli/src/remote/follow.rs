//! What a server tells as it happens: server-sent events, one after the other.

use std::{
    io::{BufRead, BufReader, Read},
    time::Duration,
};

use serde_json::Value;

use super::{Api, RemoteError};

/// How long events are followed; a job ends long before.
const PATIENCE: Duration = Duration::from_secs(86_400);

/// Longest line of an event, bytes. The server's are shorter.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    More,
    Enough,
}

impl Api {
    /// Hears events until it is enough, or until the server ends them.
    ///
    /// # Errors
    /// When there is no answer, a refusal, or something that is no event.
    pub(crate) fn follow(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        mut hear: impl FnMut(&Value) -> Next,
    ) -> Result<(), RemoteError> {
        let response = self.stream(path, query, PATIENCE)?;
        let mut lines = BufReader::new(response);
        let mut data = String::new();
        loop {
            let mut line = String::new();
            let read = lines.by_ref().take(LINE_BYTES_MAX).read_line(&mut line);
            match read {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(self.cut_short(&error)),
            }
            let line = line.trim_end_matches(['\r', '\n']);
            if let Some(text) = line.strip_prefix("data:") {
                data.push_str(text.trim_start());
            } else if line.is_empty() && !data.is_empty() {
                let event = serde_json::from_str::<Value>(&data);
                data.clear();
                if let Ok(event) = event
                    && hear(&event) == Next::Enough
                {
                    return Ok(());
                }
            }
        }
    }
}
