//! A listing that somebody saved.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use serde_json::Value;
use sigyl_scan::Listing;

use crate::failure::Failure;

/// Longest listing that is read, bytes. Chosen: a thousand times what large servers list.
const MAX_BYTES: u64 = 64 << 20;

/// Reads a listing from a file, or from standard input where `path` is `-`.
pub(crate) fn read(path: &Path) -> Result<Listing, Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let bytes = if path.as_os_str() == "-" {
        bounded(io::stdin().lock()).map_err(failed)?
    } else {
        fs::File::open(path).and_then(bounded).map_err(failed)?
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let listed = |why: String| Failure::Listing { path: path.to_owned(), why };
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| listed(format!("it is not JSON: {error}")))?;
    Listing::from_json(value).map_err(|error| listed(error.to_string()))
}

fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 64 MiB"));
    }
    Ok(bytes)
}
