//! The build context: where everything lies in it, and the archive that engines get.

use std::io;

use sigyl_core::{Digest, SourceTree, source::SourceFile};

use super::{BuildPlan, FileBytes, draft::Draft, project::Project};

/// The tree's files, in the context.
pub const APP: &str = "app";
/// The Dockerfile, in the context.
pub const DOCKERFILE: &str = "Dockerfile";
/// The bridge's static program, in the context.
pub const BRIDGE: &str = ".sigyl/bridge";
/// Certificates to trust, in the context.
pub const CA_BUNDLE: &str = ".sigyl/ca.crt";
/// The application's folder, in the image.
pub const IMAGE_APP: &str = "/app";
/// The bridge's program, in the image.
pub const IMAGE_BRIDGE: &str = "/sigyl/bridge";
/// Certificates to trust, in the image.
pub const IMAGE_CA_BUNDLE: &str = "/sigyl/ca.crt";
/// What plans bring or make for themselves, below the application's folder; no tree may have it.
pub const GENERATED: &str = ".sigyl";
/// The program of servers that are one.
pub(crate) const PROGRAM: &str = ".sigyl/server";

/// Whether a path can stand in a Dockerfile as it is: no pattern, no variable, no space.
pub(crate) fn is_plain(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with(['-', '/'])
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@+/".contains(&byte))
        && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// A server that is one program: nothing but it, and what the manifest starts it with, gets into the image.
pub(crate) fn keep_program(project: &Project<'_>, draft: &mut Draft) {
    draft.keep = vec![PROGRAM.to_owned()];
    let program = format!("./{PROGRAM}");
    let said = project.manifest.build.start.clone().unwrap_or_default();
    // Its first word is what its author calls the program.
    draft.start = std::iter::once(program).chain(said.into_iter().skip(1)).collect();
}

/// Whether a file of the tree never gets into a build: settings of one machine and private keys, which would become part
/// of an image that many can read.
pub fn is_private(path: &str) -> bool {
    const NAMES: &[&str] = &[
        ".netrc",
        "_netrc",
        ".pypirc",
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        ".git-credentials",
        ".pgpass",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_sample = [".example", ".sample", ".template", ".dist"].iter().any(|end| name.ends_with(end));
    let is_dotenv = name == ".env" || name.starts_with(".env.");
    (is_dotenv && !is_sample)
        || NAMES.contains(&name)
        || path.ends_with(".docker/config.json")
        || path.ends_with(".aws/credentials")
}

/// A file of the context that is not of the tree.
#[derive(Debug, Clone, Copy)]
pub struct ContextFile<'a> {
    /// Where, relative to the context.
    pub path: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
    /// Whether it is a program.
    pub executable: bool,
}

/// Why a context could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContextError {
    /// A file is not what was scanned; whoever deploys must scan again.
    #[error("{path} is not what was scanned; scan again")]
    Changed {
        /// The file.
        path: String,
    },
    /// The plan is of another tree.
    #[error("the plan is of another tree; plan again")]
    OtherTree,
    /// The archive could not be written.
    #[error("the build context cannot be written")]
    Write(#[from] io::Error),
}

/// Reads a file of the tree, and gives its bytes only when they are the ones that were scanned.
///
/// # Errors
/// [`ContextError::Changed`] when they are others, or gone.
pub fn verified(file: &SourceFile, bytes: &dyn FileBytes) -> Result<Vec<u8>, ContextError> {
    let changed = || ContextError::Changed { path: file.path.clone() };
    let found = bytes.read(&file.path).map_err(|_| changed())?;
    if found.len() as u64 != file.size_bytes || Digest::of(&found) != file.digest {
        return Err(changed());
    }
    Ok(found)
}

/// The files of the tree that a build gets, each with its bytes, one at a time and each compared with the tree. Private
/// ones are left out.
pub fn app_files<'a>(
    tree: &'a SourceTree,
    bytes: &'a dyn FileBytes,
) -> impl Iterator<Item = Result<(&'a SourceFile, Vec<u8>), ContextError>> {
    let files = tree.files().iter().filter(|file| !is_private(&file.path));
    files.map(move |file| Ok((file, verified(file, bytes)?)))
}

impl BuildPlan {
    /// Writes the build context as a tar archive: the tree's files below `app/`, what the plan generates, and what the
    /// caller adds (the Dockerfile, the bridge, certificates). The same input gives the same bytes: every time and every
    /// owner is 0, files are 0644 or 0755, in the order of their paths.
    ///
    /// # Errors
    /// When a file is not what was scanned, or `out` fails. What was written until then is no archive.
    pub fn write_context(
        &self,
        tree: &SourceTree,
        bytes: &dyn FileBytes,
        extra: &[ContextFile<'_>],
        out: impl io::Write,
    ) -> Result<(), ContextError> {
        if self.tree_digest != *tree.digest() {
            return Err(ContextError::OtherTree);
        }
        let mut archive = tar::Builder::new(out);
        archive.mode(tar::HeaderMode::Deterministic);
        let mut extra = extra.to_vec();
        extra.sort_by_key(|file| file.path);
        for file in extra {
            append(&mut archive, file.path, file.bytes, file.executable)?;
        }
        let folder = if self.root.is_empty() { APP.to_owned() } else { format!("{APP}/{}", self.root) };
        let mut generated: Vec<_> = self.generated.iter().collect();
        generated.sort_by_key(|file| &file.path);
        for file in generated {
            append(&mut archive, &format!("{folder}/{}", file.path), file.text.as_bytes(), false)?;
        }
        for file in app_files(tree, bytes) {
            let (file, bytes) = file?;
            append(&mut archive, &format!("{APP}/{}", file.path), &bytes, file.executable)?;
        }
        archive.into_inner()?.flush()?;
        Ok(())
    }
}

fn append(
    archive: &mut tar::Builder<impl io::Write>,
    path: &str,
    bytes: &[u8],
    executable: bool,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(bytes.len() as u64);
    header.set_mode(if executable { 0o755 } else { 0o644 });
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, path, bytes)
}
