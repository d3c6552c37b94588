//! The file of a client: read, changed in one step, and kept as it was beside it.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use super::EditError;
use crate::failure::Failure;

/// Longest file that is changed, bytes. Chosen: Claude Code keeps its history in its file.
const MOST_BYTES: u64 = 64 << 20;

/// What the kept copy is called.
const BACKUP: &str = "sigyl-backup";

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It said so already.
    Not,
    /// It was made.
    Made,
    /// It was changed, and is kept as it was under this name.
    Rewritten(PathBuf),
}

/// Changes a file by `edit`, which gives none where nothing is to be changed.
///
/// # Errors
/// When it cannot be read, changed or written. Then it is as it was.
pub(crate) fn change(
    path: &Path,
    edit: impl FnOnce(&str) -> Result<Option<String>, EditError>,
) -> Result<Changed, Failure> {
    // Behind a link, as keepers of settings make them, the file itself is changed.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let read = |source| Failure::Read { path: path.clone(), source };
    let write = |source| Failure::Write { path: path.clone(), source };
    let before = text(path).map_err(read)?;
    let edited = edit(before.as_deref().unwrap_or(""));
    let edited = edited.map_err(|error| Failure::Said(format!("{}: {error}", path.display())))?;
    let Some(after) = edited.filter(|after| Some(after.as_str()) != before.as_deref()) else {
        return Ok(Changed::Not);
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(write)?;
    let mut file = tempfile::Builder::new().prefix(".sigyl-").tempfile_in(folder).map_err(write)?;
    file.write_all(after.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(write)?;
    let mut done = Changed::Made;
    if before.is_some() {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(BACKUP);
        let backup = path.with_file_name(name);
        fs::copy(path, &backup).map_err(write)?;
        fs::set_permissions(file.path(), fs::metadata(path).map_err(write)?.permissions()).map_err(write)?;
        done = Changed::Rewritten(backup);
    }
    // A client that wrote meanwhile must not lose what it wrote.
    if text(path).map_err(read)? != before {
        return Err(Failure::Said(format!("{} was changed meanwhile; try again", path.display())));
    }
    file.persist(path).map_err(|error| write(error.error))?;
    Ok(done)
}

fn text(path: &Path) -> io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long"));
    }
    Ok(Some(text))
}
