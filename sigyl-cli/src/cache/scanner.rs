//! Which build of the scanner this is: the digest of the program.
//!
//! Digesting it takes longer than many a scan, so that the digest is kept, under what tells that the file is the same:
//! the time of its last change of any kind cannot be set by hand.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use sigyl_core::Digest;

use super::folder::{Folder, Limits};

/// Builds that are remembered. Chosen.
const LIMITS: Limits = Limits { bytes: 4096, entries: 16, entry_bytes: 64 };

/// Longest program, bytes. Chosen: ten times that of a development build.
const MAX_BYTES: u64 = 4 << 30;

/// The digest of the program that is running, where it can be read.
pub(super) fn digest(root: &Path) -> Option<Digest> {
    let file = own_program().ok()?;
    let Some(identity) = identity(&file.metadata().ok()?) else { return of_bytes(file).ok() };
    let known = Folder::open(root, "builds", LIMITS).ok()?;
    if let Some(bytes) = known.load(&identity)
        && let Ok(text) = String::from_utf8(bytes)
        && text.len() == 64
        && let Ok(digest) = serde_json::from_value(serde_json::Value::String(text))
    {
        return Some(digest);
    }
    let digest = of_bytes(file).ok()?;
    // Where it cannot be kept, it is made again the next time.
    let _ = known.store(&identity, digest.as_str().as_bytes());
    Some(digest)
}

fn own_program() -> io::Result<fs::File> {
    // The file that runs, even where another has taken its name since.
    fs::File::open("/proc/self/exe").or_else(|_| fs::File::open(std::env::current_exe()?))
}

fn of_bytes(file: fs::File) -> io::Result<Digest> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(Digest::of(&bytes))
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Option<Digest> {
    use std::os::unix::fs::MetadataExt;
    let size = metadata.size().to_string();
    let place = format!("{} {}", metadata.dev(), metadata.ino());
    let changed = format!("{}.{}", metadata.ctime(), metadata.ctime_nsec());
    Some(Digest::of_parts([size.as_bytes(), place.as_bytes(), changed.as_bytes()]))
}

#[cfg(not(unix))]
fn identity(_metadata: &fs::Metadata) -> Option<Digest> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_programs() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("cache");
        let first = digest(&cache).unwrap();
        assert_eq!(first, of_bytes(own_program().unwrap()).unwrap());
        assert_eq!(first, digest(&cache).unwrap());
        // What is no digest is not believed.
        for entry in fs::read_dir(cache.join("builds")).unwrap() {
            fs::write(entry.unwrap().path(), "x").unwrap();
        }
        assert_eq!(first, digest(&cache).unwrap());
    }
}
