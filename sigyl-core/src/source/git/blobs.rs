//! The files of a commit, out of `git cat-file --batch`.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
};

use super::{command::Git, listing::Blob};
use crate::source::{LeftOutReason, SourceError, exact::Exact, intake::Intake};

/// Longest line before an object, bytes: its name, its kind and its size.
const HEADER_BYTES: u64 = 256;

/// Reads as many of `blobs` as the limits allow, in their order.
pub(super) fn read(git: &mut Git<'_>, blobs: Vec<Blob>, intake: &mut Intake) -> Result<(), SourceError> {
    let blobs = within_limits(blobs, intake);
    let wanted: String = blobs.iter().map(|blob| format!("{}\n", blob.object)).collect();
    let path = git.scratch("wanted");
    let input =
        fs::write(&path, wanted).and_then(|()| File::open(&path)).map_err(|error| git.failed(error))?;
    let objects = git.file(&["cat-file", "--batch", "--buffer"], Some(input))?;
    let mut objects = BufReader::new(objects);
    for blob in blobs {
        take(&mut objects, blob, intake).map_err(|error| git.failed(error))?;
    }
    Ok(())
}

/// Leaves out beforehand what would not be taken in, so that Git need not write it out.
fn within_limits(blobs: Vec<Blob>, intake: &mut Intake) -> Vec<Blob> {
    let (files, mut bytes_left) = (intake.limits().files, intake.limits().total_bytes);
    let mut within = Vec::new();
    for blob in blobs {
        if within.len() >= files {
            intake.leave_out(blob.path, LeftOutReason::TooManyFiles);
        } else if let Some(left) = bytes_left.checked_sub(blob.size_bytes) {
            bytes_left = left;
            within.push(blob);
        } else {
            intake.leave_out(blob.path, LeftOutReason::TooManyBytes);
        }
    }
    within
}

fn take(objects: &mut impl BufRead, blob: Blob, intake: &mut Intake) -> io::Result<()> {
    let mut header = String::new();
    objects.by_ref().take(HEADER_BYTES).read_line(&mut header)?;
    if header != format!("{} blob {}\n", blob.object, blob.size_bytes) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "an object of the commit is missing"));
    }
    let mut body = Exact::new(objects.by_ref(), blob.size_bytes);
    intake.file(blob.path, blob.executable, blob.size_bytes, || Ok(&mut body));
    body.skip()?;
    Exact::new(objects, 1).skip()
}
