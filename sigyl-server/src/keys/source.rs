//! Where the master key comes from: a file, a command, the environment.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sigyl_core::secret::{MasterKey, MasterKeyError, SecretError, SecretText};
use tokio::io::AsyncReadExt;

use crate::{
    config::Config,
    data_folder::{DataFolder, Existing, FolderError, refuse_open_to_others, write_private},
};

/// The file in the data folder.
pub(crate) const KEY_FILE: &str = "master.key";

/// Longest text that is read as a key, bytes.
const TEXT_BYTES_MAX: u64 = 4096;

/// How long a command may take. Chosen: a key service asks a person, sometimes.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// What was given is no key.
    #[error("{place}: {source}")]
    Key {
        /// Where it was given.
        place: String,
        /// What is wrong with it.
        source: MasterKeyError,
    },
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Others can read a file.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Random(#[from] SecretError),
    /// The command did not start, failed, or took too long.
    #[error("the master key's command {0}")]
    Command(String),
}

/// The key that the configuration names, or that lies in the data folder; none where there is none yet.
pub(super) async fn read(config: &Config, folder: &DataFolder) -> Result<Option<MasterKey>, SourceError> {
    if let Some(text) = &config.master_key {
        return parse("SIGYL_MASTER_KEY", text).map(Some);
    }
    if !config.master_key_command.is_empty() {
        let text = ask(&config.master_key_command).await?;
        return parse("the master key's command", &text).map(Some);
    }
    if let Some(path) = &config.master_key_file {
        // A mounted secret often has the mode that its platform gives it: readable is told, writable is refused.
        refuse_written_by_others(path)?;
        return read_file(path).map(Some);
    }
    let path = folder.file(KEY_FILE);
    if !path.exists() {
        return Ok(None);
    }
    refuse_open_to_others(&path, "600")?;
    read_file(&path).map(Some)
}

/// The key in a file, made where the file is missing.
pub(crate) fn read_or_make(path: &Path) -> Result<MasterKey, SourceError> {
    if !path.exists() {
        write_private(path, MasterKey::generate()?.to_text().reveal().as_bytes(), Existing::Keep)?;
    }
    refuse_open_to_others(path, "600")?;
    read_file(path)
}

fn parse(place: &str, text: &SecretText) -> Result<MasterKey, SourceError> {
    MasterKey::parse(text.reveal()).map_err(|source| SourceError::Key { place: place.to_owned(), source })
}

fn read_file(path: &Path) -> Result<MasterKey, SourceError> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(TEXT_BYTES_MAX).read_to_string(&mut text))
        .map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    parse(&path.display().to_string(), &SecretText::new(text))
}

fn refuse_written_by_others(path: &Path) -> Result<(), SourceError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata =
            std::fs::metadata(path).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
        let mode = metadata.permissions().mode();
        if mode & 0o022 != 0 {
            return Err(FolderError::OpenToOthers { path: path.to_owned(), mode: "600" }.into());
        }
        if mode & 0o044 != 0 {
            tracing::warn!(file = %path.display(), "others can read the file of the master key");
        }
    }
    Ok(())
}

/// Runs the command without a shell and reads the first line that it prints. Of the environment it gets what finding
/// programs and a user's own settings needs, and nothing of ours.
async fn ask(command: &[String]) -> Result<SecretText, SourceError> {
    let failed = |why: &str| SourceError::Command(why.to_owned());
    let (program, arguments) = command.split_first().ok_or_else(|| failed("is empty"))?;
    let mut child = tokio::process::Command::new(program);
    child.args(arguments).env_clear().kill_on_drop(true);
    for name in ["PATH", "HOME", "XDG_RUNTIME_DIR", "LANG"] {
        #[allow(clippy::disallowed_methods, reason = "handed on to the key's command")]
        if let Some(value) = std::env::var_os(name) {
            child.env(name, value);
        }
    }
    let mut child = child
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| SourceError::Command(format!("did not start: {error}")))?;
    let mut output = child.stdout.take().ok_or_else(|| failed("has no output"))?.take(TEXT_BYTES_MAX);
    let mut text = String::new();
    let answered = tokio::time::timeout(COMMAND_TIMEOUT, async {
        output.read_to_string(&mut text).await?;
        child.wait().await
    });
    match answered.await {
        Err(_) => Err(failed("took longer than a minute")),
        Ok(Err(error)) => Err(SourceError::Command(format!("failed: {error}"))),
        Ok(Ok(status)) if !status.success() => Err(SourceError::Command(format!("failed: {status}"))),
        Ok(Ok(_)) => Ok(SecretText::new(text)),
    }
}
