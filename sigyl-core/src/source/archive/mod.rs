//! Archives, unpacked in memory and within limits; nothing is written to disk.
//!
//! The readers of tar and zip are our own: a scanner must see what two readers could disagree about (a name that
//! stands twice, a local header that contradicts the directory, a size stated twice) and must bound what general
//! readers do not (records of names, overlapping entries).

mod pack;
mod tar;
mod unpacker;
mod zip;

#[cfg(test)]
mod samples;

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use self::unpacker::Unpacker;
use super::{Limits, Origin, SourceBytes, SourceError, SourceTree, intake::Intake, open::open_file};

pub use pack::pack;

/// What becomes of the folder that archives put around their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopFolder {
    /// It stays, as in wheels and bundles, which have none.
    Keep,
    /// It goes when everything lies in one and the same, as in source distributions and archives of Git hosts.
    StripCommon,
    /// The first part of every name goes, as npm does.
    StripFirst,
}

/// Unpacks a local archive: tar, gzipped tar or zip, told by its bytes.
///
/// # Errors
/// When the file cannot be opened, is no archive, is too large, or is damaged. What lies past a limit, has a name that
/// leaves the archive, or is a link is reported in [`SourceTree::left_out`].
pub fn read_archive(path: &Path, limits: &Limits) -> Result<SourceTree, SourceError> {
    let name = path.display().to_string();
    let file: File = open_file(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound { path: name.clone() },
        _ => SourceError::Unreadable { path: name.clone(), source },
    })?;
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    let bundle = extension.is_some_and(|extension| ["whl", "mcpb", "dxt"].iter().any(|it| extension == *it));
    let top = if bundle { TopFolder::Keep } else { TopFolder::StripCommon };
    Ok(unpack(file, &name, top, Intake::new(limits))?.finish(Origin::Archive { path: name }))
}

/// Unpacks an archive that is in memory; `name` is for messages.
///
/// # Errors
/// As [`read_archive`].
pub fn read_archive_bytes(
    bytes: &[u8],
    name: &str,
    origin: Origin,
    top: TopFolder,
    limits: &Limits,
) -> Result<SourceTree, SourceError> {
    Ok(unpack(io::Cursor::new(bytes), name, top, Intake::new(limits))?.finish(origin))
}

/// Unpacks an archive that is in memory, and keeps the bytes of its files beside the tree.
///
/// # Errors
/// As [`read_archive`].
pub fn read_archive_kept(
    bytes: &[u8],
    name: &str,
    origin: Origin,
    top: TopFolder,
    limits: &Limits,
) -> Result<(SourceTree, SourceBytes), SourceError> {
    Ok(unpack(io::Cursor::new(bytes), name, top, Intake::keeping(limits))?.finish_kept(origin))
}

fn unpack(
    mut source: impl Read + Seek,
    name: &str,
    top: TopFolder,
    intake: Intake,
) -> Result<Unpacker, SourceError> {
    let limits = *intake.limits();
    let mut unpacker = Unpacker::new(intake, top);
    let result = open(&mut source, &limits, &mut unpacker);
    let path = || name.to_owned();
    match result {
        Ok(()) => Ok(unpacker),
        Err(Broken::NotAnArchive) => Err(SourceError::NotAnArchive { path: path() }),
        Err(Broken::TooLarge) => {
            Err(SourceError::ArchiveTooLarge { path: path(), limit_bytes: limits.archive_bytes })
        }
        Err(Broken::Damaged(why)) => Err(SourceError::Damaged { path: path(), why: why.to_owned() }),
        Err(Broken::Io(source)) => Err(SourceError::Damaged { path: path(), why: source.to_string() }),
    }
}

fn open(source: &mut (impl Read + Seek), limits: &Limits, unpacker: &mut Unpacker) -> Result<(), Broken> {
    let size_bytes = source.seek(SeekFrom::End(0))?;
    if size_bytes > limits.archive_bytes {
        return Err(Broken::TooLarge);
    }
    source.rewind()?;
    let mut magic = [0; 4];
    source.read_exact(&mut magic).map_err(|_| Broken::NotAnArchive)?;
    source.rewind()?;
    // What is left out has to be inflated to get past it, but not for ever.
    let stream_bytes = limits.total_bytes.saturating_mul(2);
    match magic {
        [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => zip::read(source, size_bytes, unpacker),
        [0x1f, 0x8b, ..] => {
            let mut stream = MultiGzDecoder::new(BufReader::new(source)).take(stream_bytes);
            tar::read(&mut stream, unpacker)
        }
        _ => tar::read(&mut BufReader::new(source).take(stream_bytes), unpacker),
    }
}

/// Why an archive could not be read on.
enum Broken {
    NotAnArchive,
    TooLarge,
    Damaged(&'static str),
    Io(io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
