//! What BuildKit tells of a build: its steps, and what their commands say.

use std::collections::{HashMap, HashSet};

use super::wire::{Field, Fields, text};
use crate::backend::{Progress, docker::output::Output};

/// Fields of `moby.buildkit.v1`: `StatusResponse`, `Vertex` and `VertexLog`.
const VERTEXES: u64 = 1;
const LOGS: u64 = 3;
const VERTEX_DIGEST: u64 = 1;
const VERTEX_NAME: u64 = 3;
const VERTEX_STARTED: u64 = 5;
const VERTEX_ERROR: u64 = 7;
const LOG_VERTEX: u64 = 1;
const LOG_TEXT: u64 = 4;

/// Steps of a build that are remembered. Chosen: a Dockerfile of ours has about twenty.
const STEPS_MAX: usize = 2_000;

/// What was heard so far.
#[derive(Default)]
pub(super) struct Listener {
    /// The image that was made; empty until then.
    pub(super) image: String,
    names: HashMap<String, String>,
    begun: HashSet<String>,
    has_failed: bool,
}

impl Listener {
    /// Takes one status.
    pub(super) fn hear(&mut self, status: &[u8], output: &mut Output, progress: &dyn Progress) {
        for (number, field) in Fields(status) {
            match (number, field) {
                (VERTEXES, Field::Bytes(vertex)) => self.vertex(vertex, output, progress),
                (LOGS, Field::Bytes(log)) => self.log(log, output, progress),
                _ => {}
            }
        }
    }

    fn vertex(&mut self, vertex: &[u8], output: &mut Output, progress: &dyn Progress) {
        let (digest, name) = (text(vertex, VERTEX_DIGEST), text(vertex, VERTEX_NAME));
        if self.names.len() < STEPS_MAX {
            self.names.entry(digest.clone()).or_insert_with(|| name.clone());
        }
        let has_started = Fields(vertex).any(|(number, _)| number == VERTEX_STARTED);
        let is_ours = !name.starts_with("[internal]") && !name.starts_with("[auth]");
        if has_started && is_ours && self.begun.len() < STEPS_MAX && self.begun.insert(digest) {
            output.begin(&name);
            progress.line(&name);
        }
        let error = text(vertex, VERTEX_ERROR);
        // What was going on beside the step that failed is ended, and says so.
        if !error.is_empty() && !error.contains("context canceled") && !self.has_failed {
            self.has_failed = true;
            output.fail(&name);
        }
    }

    fn log(&mut self, log: &[u8], output: &mut Output, progress: &dyn Progress) {
        let of_us = self.names.get(&text(log, LOG_VERTEX)).is_none_or(|name| !name.starts_with("[internal]"));
        if of_us {
            for line in output.take(&text(log, LOG_TEXT)) {
                progress.line(&line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wire::put, *};
    use crate::backend::Silent;

    fn message(fields: &[(u8, &[u8])]) -> Vec<u8> {
        let mut all = Vec::new();
        fields.iter().for_each(|(number, value)| put(&mut all, *number, value));
        all
    }

    #[test]
    fn the_step_that_failed_is_told() {
        let (mut listener, mut output) = (Listener::default(), Output::default());
        let install = b"[install 4/4] RUN [\"npm\", \"ci\"]";
        let started = message(&[(1, b"sha256:a"), (3, install), (5, b"\x08\x01")]);
        let log = message(&[(1, b"sha256:a"), (4, b"npm error 401\n")]);
        let internal = message(&[(1, b"sha256:b"), (3, b"[internal] load x"), (5, b"")]);
        let other = message(&[(1, b"sha256:c"), (3, b"[x 1/1] RUN y"), (7, b"context canceled")]);
        let failed = message(&[(1, b"sha256:a"), (3, install), (5, b""), (7, b"exit code: 1")]);
        let status = message(&[(1, &started), (1, &internal), (1, &other), (3, &log), (1, &failed)]);
        listener.hear(&status, &mut output, &Silent);
        assert_eq!(output.step().as_bytes(), install);
        let last = output.last();
        assert_eq!(last[1..], ["npm error 401"]);
        assert_eq!(last.len(), 2);
    }
}
