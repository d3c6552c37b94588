//! Where results and complaints go.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
};

use anstream::{AutoStream, ColorChoice};

use crate::{failure::Failure, visible::visible};

/// Whether standard output shows colours: a terminal, unless `NO_COLOR` or a relative says otherwise.
pub(crate) fn stdout_has_colour() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether a person reads standard output.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error shows colours.
pub(crate) fn stderr_has_colour() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

/// Writes `text` to `path`, or to standard output where there is none.
///
/// # Errors
/// When it cannot be written. A reader that closes standard output early, such as `head`, is no error.
pub(crate) fn write(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    match path {
        Some(path) => {
            write_file(path, text).map_err(|source| Failure::Write { path: path.to_owned(), source })
        }
        None => {
            let mut stdout = io::stdout().lock();
            match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
                _ => Ok(()),
            }
        }
    }
}

/// Writes beside the file and moves it into place, so that nobody ever reads half of it.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    // What is no regular file, such as `/dev/stdout`, cannot be replaced. A link is followed: its name stays.
    let path = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return fs::write(path, text),
        Ok(_) => fs::canonicalize(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets, less the caller's umask; a temporary one would be closed to others.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".sigyl-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Tells something beside the result, on standard error.
pub(crate) fn note(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(anstream::stderr(), "\x1b[1mnote\x1b[0m: {}", visible(text));
}

/// Writes what went wrong, and why, to standard error.
pub(crate) fn complain(failure: &Failure) {
    // Nobody is left to be told when standard error is closed.
    if let Failure::Configuration { frames, .. } = failure {
        let _ = anstream::stderr().write_all(frames.as_bytes());
    }
    let text = failure.told();
    let _ = writeln!(anstream::stderr(), "\x1b[1;31merror\x1b[0m: {}", visible(&text));
}
