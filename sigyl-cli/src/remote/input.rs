//! What people type, and what they must not have to type where others see it.

use std::{
    fs,
    io::{self, BufRead, IsTerminal, Read, Write},
    path::Path,
};

use super::RemoteError;
use crate::failure::Failure;

/// Longest value of a file, bytes: the server's own limit on bodies.
const MOST_BYTES: u64 = 1 << 20;

/// Asks for a line at the terminal.
///
/// # Errors
/// When nobody is there to answer.
pub(crate) fn ask(what: &str, instead: &str) -> Result<String, Failure> {
    line(what, instead, Echo::Shown)
}

/// A secret: of a file, of standard input (`-`), or asked for without showing it. One line end at its end goes.
///
/// # Errors
/// When it cannot be read, or nobody is there to answer.
pub(crate) fn secret(what: &str, file: Option<&Path>, instead: &str) -> Result<String, Failure> {
    let mut text = String::new();
    match file {
        None => return line(what, instead, Echo::Hidden),
        Some(path) if path == Path::new("-") => {
            let read = io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text);
            read.map_err(|source| Failure::Read { path: "standard input".into(), source })?;
        }
        Some(path) => {
            let file = fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
            file.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
        }
    }
    let value = text.strip_suffix('\n').unwrap_or(&text);
    let value = value.strip_suffix('\r').unwrap_or(value);
    if value.is_empty() {
        return Err(RemoteError::Missing(format!("the {what} is empty")).into());
    }
    Ok(value.to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    Shown,
    Hidden,
}

fn line(what: &str, instead: &str, echo: Echo) -> Result<String, Failure> {
    let mut stdin = io::stdin().lock();
    if !stdin.is_terminal() {
        return Err(
            RemoteError::Missing(format!("there is no terminal to ask for the {what}; {instead}")).into()
        );
    }
    let _ = write!(io::stderr(), "{what}: ");
    let _ = io::stderr().flush();
    let mut text = String::new();
    let read = {
        #[cfg(unix)]
        let _silence = match echo {
            Echo::Hidden => Some(Silence::begin().map_err(terminal)?),
            Echo::Shown => None,
        };
        #[cfg(not(unix))]
        let _ = echo;
        stdin.read_line(&mut text)
    };
    if echo == Echo::Hidden {
        let _ = writeln!(io::stderr());
    }
    read.map_err(terminal)?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(RemoteError::Missing(format!("the {what} is empty")).into());
    }
    Ok(text.to_owned())
}

fn terminal(source: io::Error) -> Failure {
    Failure::Read { path: "the terminal".into(), source }
}

/// A terminal that does not show what is typed, for as long as this lives.
#[cfg(unix)]
struct Silence(rustix::termios::Termios);

#[cfg(unix)]
impl Silence {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        // Nothing can be done where the terminal is gone.
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, &self.0);
    }
}
