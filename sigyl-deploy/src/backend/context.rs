//! What a builder is given: the files of a tree that was scanned, Dockerfiles, the bridge, certificates.

use std::path::PathBuf;

use super::{BackendError, BuildInput};
use crate::plan::{
    ContextError, ContextFile,
    context::{BRIDGE, CA_BUNDLE},
};

/// What goes into builds beside the tree.
#[derive(Debug, Clone, Default)]
pub struct BuildFiles {
    /// `sigyl-bridge`, for servers that speak over standard input and output.
    pub bridge: Option<PathBuf>,
    /// Certificates to trust in builds and servers, all of them in one file.
    pub ca_bundle: Option<PathBuf>,
}

/// The archive of a context, of so many bytes at most, with Dockerfiles by their names.
pub(crate) async fn archive(
    backend: &str,
    files: &BuildFiles,
    bytes_max: u64,
    input: &BuildInput<'_>,
    dockerfiles: &[(&str, String)],
) -> Result<Vec<u8>, BackendError> {
    let unavailable = |reason: String| BackendError::Unavailable { backend: backend.to_owned(), reason };
    let failed = |what: &str, error: std::io::Error| unavailable(format!("{what} cannot be read: {error}"));
    if input.cleared.tree_digest() != input.tree.digest() {
        return Err(BackendError::Changed { path: "the tree".to_owned() });
    }
    let texts = dockerfiles.iter().map(|(path, text)| (*path, text.clone().into_bytes(), false));
    let mut extra: Vec<(&str, Vec<u8>, bool)> = texts.collect();
    if let Some(path) = &files.ca_bundle {
        let bytes = tokio::fs::read(path).await.map_err(|error| failed("the certificates", error))?;
        extra.push((CA_BUNDLE, bytes, false));
    }
    match (&files.bridge, input.plan.needs_bridge()) {
        (Some(path), true) => {
            let bytes = tokio::fs::read(path).await.map_err(|error| failed("sigyl-bridge", error))?;
            extra.push((BRIDGE, bytes, true));
        }
        (None, true) => {
            return Err(unavailable(
                "the server speaks over standard input and output, and there is no sigyl-bridge to put before it"
                    .to_owned(),
            ));
        }
        (_, false) => {}
    }
    let extra: Vec<ContextFile<'_>> = extra
        .iter()
        .map(|(path, bytes, executable)| ContextFile { path, bytes, executable: *executable })
        .collect();
    let mut archive = Bounded { bytes: Vec::new(), limit: bytes_max };
    match input.plan.write_context(input.tree, input.bytes, &extra, &mut archive) {
        Ok(()) => Ok(archive.bytes),
        Err(ContextError::Changed { path }) => Err(BackendError::Changed { path }),
        Err(other) => Err(BackendError::Build {
            step: "the build context".to_owned(),
            reason: other.to_string(),
            output: Vec::new(),
        }),
    }
}

/// Memory for an archive, up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    limit: u64,
}

impl std::io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        if (self.bytes.len() + more.len()) as u64 > self.limit {
            return Err(std::io::Error::other("it is larger than a build may be given"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
