//! Zip, by PKWARE's APPNOTE 6.3: stored and deflated entries, with the zip64 fields.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{Broken, unpacker::Unpacker};
use crate::source::{LeftOutReason, exact::Exact};

/// Length of the record at the end (APPNOTE 4.3.16), and the longest comment after it.
const END_BYTES: u64 = 22;
const COMMENT_BYTES: u64 = 0xffff;
/// Lengths of zip64's record (4.3.14), its locator (4.3.15), a directory entry (4.3.12) and a local header (4.3.7).
const END64_BYTES: usize = 56;
const LOCATOR_BYTES: u64 = 20;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// A 32-bit field whose value stands in the zip64 record.
const IN_ZIP64: u64 = 0xffff_ffff;

/// Where the directory is.
struct Directory {
    entries: u64,
    size_bytes: u64,
    offset: u64,
}

/// An entry as the directory has it.
struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed_bytes: u64,
    size_bytes: u64,
    offset: u64,
    /// The POSIX mode, 0 where the writer knew none.
    mode: u32,
    /// Info-ZIP's second name (extra field 0x7075) says something else.
    renamed: bool,
}

/// Reads a zip archive of `size_bytes`.
pub(super) fn read(
    source: &mut (impl Read + Seek),
    size_bytes: u64,
    unpacker: &mut Unpacker,
) -> Result<(), Broken> {
    let directory = find_directory(source, size_bytes)?;
    let entries = read_directory(source, &directory, unpacker)?;
    let packed_bytes = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.packed_bytes));
    if packed_bytes > directory.offset {
        return Err(Broken::Damaged("its entries overlap"));
    }
    for entry in &entries {
        take(source, &directory, entry, unpacker)?;
    }
    Ok(())
}

fn find_directory(source: &mut (impl Read + Seek), size_bytes: u64) -> Result<Directory, Broken> {
    let tail_start = size_bytes.saturating_sub(END_BYTES + COMMENT_BYTES);
    source.seek(SeekFrom::Start(tail_start))?;
    let mut tail = Vec::new();
    source.take(size_bytes - tail_start).read_to_end(&mut tail)?;
    let fits = |at: &usize| {
        let end = tail.get(*at..).unwrap_or_default();
        end.starts_with(b"PK\x05\x06")
            && end.len() as u64 >= END_BYTES
            && end.len() as u64 - END_BYTES >= number(end, 20, 2)
    };
    let at = (0..tail.len()).rev().find(fits).ok_or(Broken::Damaged("it has no directory"))?;
    let end = tail.get(at..).unwrap_or_default();
    if number(end, 4, 2) != 0 || number(end, 6, 2) != 0 {
        return Err(Broken::Damaged("it is one part of several"));
    }
    let directory =
        Directory { entries: number(end, 10, 2), size_bytes: number(end, 12, 4), offset: number(end, 16, 4) };
    let end_start = tail_start + at as u64;
    let (directory, directory_end) = match zip64(source, end_start)? {
        Some((wide, start)) => {
            let agrees = |narrow: u64, wide: u64, unknown: u64| narrow == unknown || narrow == wide;
            if !agrees(directory.entries, wide.entries, 0xffff)
                || !agrees(directory.size_bytes, wide.size_bytes, IN_ZIP64)
                || !agrees(directory.offset, wide.offset, IN_ZIP64)
            {
                return Err(Broken::Damaged("its two end records disagree"));
            }
            (wide, start)
        }
        None => (directory, end_start),
    };
    // Some readers count from the start, some from the end.
    if directory.offset.checked_add(directory.size_bytes) != Some(directory_end) {
        return Err(Broken::Damaged("its directory is not where its end says"));
    }
    Ok(directory)
}

/// What the zip64 record says, and where that record is.
fn zip64(source: &mut (impl Read + Seek), end_start: u64) -> Result<Option<(Directory, u64)>, Broken> {
    let Some(locator_start) = end_start.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    source.seek(SeekFrom::Start(locator_start))?;
    let mut locator = [0; LOCATOR_BYTES as usize];
    source.read_exact(&mut locator)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let start = number(&locator, 8, 8);
    if start.checked_add(END64_BYTES as u64) != Some(locator_start) {
        return Err(Broken::Damaged("its zip64 record is not where its locator says"));
    }
    source.seek(SeekFrom::Start(start))?;
    let mut record = [0; END64_BYTES];
    source.read_exact(&mut record)?;
    if !record.starts_with(b"PK\x06\x06") {
        return Err(Broken::Damaged("its zip64 record is not where its locator says"));
    }
    let directory = Directory {
        entries: number(&record, 32, 8),
        size_bytes: number(&record, 40, 8),
        offset: number(&record, 48, 8),
    };
    Ok(Some((directory, start)))
}

fn read_directory(
    source: &mut (impl Read + Seek),
    directory: &Directory,
    unpacker: &mut Unpacker,
) -> Result<Vec<Entry>, Broken> {
    source.seek(SeekFrom::Start(directory.offset))?;
    let mut reader = Exact::new(BufReader::new(source), directory.size_bytes);
    let mut entries = Vec::new();
    for _ in 0..directory.entries {
        let mut fixed = [0; CENTRAL_BYTES];
        reader.read_exact(&mut fixed)?;
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(Broken::Damaged("its directory is malformed"));
        }
        let mut variable = |at| -> io::Result<Vec<u8>> {
            let mut bytes = vec![0; number(&fixed, at, 2) as usize];
            reader.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        let (name, extra, _comment) = (variable(28)?, variable(30)?, variable(32)?);
        if !unpacker.count_header(name.len()) {
            return Ok(entries);
        }
        // Hosts that write a POSIX mode: Unix and macOS (4.4.2).
        let posix = matches!(fixed.get(5), Some(3 | 19));
        let mut entry = Entry {
            name,
            flags: number(&fixed, 8, 2) as u16,
            method: number(&fixed, 10, 2) as u16,
            crc: number(&fixed, 16, 4) as u32,
            packed_bytes: number(&fixed, 20, 4),
            size_bytes: number(&fixed, 24, 4),
            offset: number(&fixed, 42, 4),
            mode: if posix { number(&fixed, 40, 2) as u32 } else { 0 },
            renamed: false,
        };
        entry.read_extra(&extra);
        entries.push(entry);
    }
    if reader.left() > 0 {
        return Err(Broken::Damaged("its directory holds more than it counts"));
    }
    Ok(entries)
}

impl Entry {
    /// Applies the extra fields (4.5.3 zip64, 4.6.9 Unicode path).
    fn read_extra(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let length = number(extra, 2, 2) as usize;
            let Some(body) = extra.get(4..4 + length) else { return };
            match number(extra, 0, 2) {
                0x0001 => {
                    let mut at = 0;
                    for field in [&mut self.size_bytes, &mut self.packed_bytes, &mut self.offset] {
                        if *field == IN_ZIP64 && body.len() >= at + 8 {
                            *field = number(body, at, 8);
                            at += 8;
                        }
                    }
                }
                0x7075 => self.renamed = body.get(5..) != Some(&self.name),
                _ => {}
            }
            extra = extra.get(4 + length..).unwrap_or_default();
        }
    }
}

fn take(
    source: &mut (impl Read + Seek),
    directory: &Directory,
    entry: &Entry,
    unpacker: &mut Unpacker,
) -> Result<(), Broken> {
    if entry.name.ends_with(b"/") {
        return Ok(());
    }
    let local = entry.offset.checked_add(LOCAL_BYTES as u64).filter(|end| *end <= directory.offset);
    let local = local.ok_or(Broken::Damaged("an entry lies outside it"))?;
    source.seek(SeekFrom::Start(entry.offset))?;
    let mut header = [0; LOCAL_BYTES];
    source.read_exact(&mut header)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(Broken::Damaged("an entry is not where its directory says"));
    }
    let mut local_name = vec![0; number(&header, 26, 2) as usize];
    source.read_exact(&mut local_name)?;
    if local_name != entry.name || entry.renamed {
        unpacker.bad_name(&entry.name);
        return Ok(());
    }
    let start = local + number(&header, 26, 2) + number(&header, 28, 2);
    if start.checked_add(entry.packed_bytes).is_none_or(|end| end > directory.offset) {
        return Err(Broken::Damaged("an entry lies outside it"));
    }
    let Some(path) = unpacker.place(&entry.name) else { return Ok(()) };
    let reason = match entry.mode & 0o170_000 {
        0o120_000 => Some(LeftOutReason::Link),
        0 | 0o100_000 => None,
        _ => Some(LeftOutReason::SpecialFile),
    };
    // Bit 0: encrypted (4.4.4). Methods: 0 stored, 8 deflated (4.4.5).
    let readable = entry.flags & 1 == 0
        && matches!(entry.method, 0 | 8)
        && number(&header, 8, 2) == u64::from(entry.method);
    match reason {
        Some(reason) => unpacker.leave_out(path, reason),
        None if !readable => unpacker.leave_out(path, LeftOutReason::Unreadable),
        None => {
            source.seek(SeekFrom::Start(start))?;
            let packed = BufReader::new(Exact::new(source, entry.packed_bytes));
            let executable = entry.mode & 0o100 != 0;
            if entry.method == 0 {
                unpacker.file(path, executable, entry.size_bytes, || Ok(Checked::new(packed, entry)));
            } else {
                let inflated = DeflateDecoder::new(packed);
                unpacker.file(path, executable, entry.size_bytes, || Ok(Checked::new(inflated, entry)));
            }
        }
    }
    Ok(())
}

/// Reads content that must have the size and checksum of its entry.
struct Checked<R> {
    inner: R,
    crc: Crc,
    expected_crc: u32,
    left: u64,
}

impl<R: Read> Checked<R> {
    fn new(inner: R, entry: &Entry) -> Self {
        Self { inner, crc: Crc::new(), expected_crc: entry.crc, left: entry.size_bytes }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        let Some(left) = self.left.checked_sub(read as u64) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than its entry says"));
        };
        self.left = left;
        if read == 0 && !buffer.is_empty() && (left > 0 || self.crc.sum() != self.expected_crc) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not what its entry says"));
        }
        Ok(read)
    }
}

/// The little-endian number of `size` bytes at `at`; bytes past the end count as 0.
fn number(bytes: &[u8], at: usize, size: usize) -> u64 {
    let field = bytes.get(at..at + size).unwrap_or_default();
    field.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::super::{
        TopFolder, read_archive_bytes,
        samples::{ZipEntry, left_out, paths, zip},
    };
    use crate::source::{LeftOutReason, Limits, Origin, SourceError, SourceTree};

    fn read_with(bytes: &[u8], top: TopFolder, limits: Limits) -> Result<SourceTree, SourceError> {
        read_archive_bytes(bytes, "x.zip", Origin::Memory, top, &limits)
    }

    fn read(entries: &[ZipEntry]) -> SourceTree {
        read_with(&zip(entries), TopFolder::Keep, Limits::default()).unwrap()
    }

    fn damage(bytes: &[u8]) -> String {
        read_with(bytes, TopFolder::Keep, Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn stored_and_deflated() {
        let stored = ZipEntry { method: 0, packed: b"let b".into(), ..ZipEntry::new("a/b.js", b"let b") };
        let script = ZipEntry { mode: 0o100_755, ..ZipEntry::new("run", b"#!/bin/sh") };
        let tree = read(&[ZipEntry::new("a/", b""), stored, script, ZipEntry::new("empty", b"")]);
        assert_eq!(paths(&tree), ["a/b.js", "empty", "run"]);
        assert_eq!(tree.file("a/b.js").unwrap().text(), Some("let b"));
        assert!(tree.file("run").unwrap().executable);
        assert_eq!(left_out(&tree), []);
        assert_eq!(paths(&read(&[])), [""; 0]);
    }

    #[test]
    fn a_signature_after_the_end_is_no_damage() {
        let mut bytes = zip(&[ZipEntry::new("manifest.json", b"{}")]);
        bytes.extend(b"MCPB_SIG_V1 ... MCPB_SIG_END");
        assert_eq!(paths(&read_with(&bytes, TopFolder::Keep, Limits::default()).unwrap()), ["manifest.json"]);
    }

    #[test]
    fn names_that_leave_the_archive() {
        let names = ["../../etc/cron.d/x", "/etc/passwd", "a/../../b", "..\\b", "C:/x", "a\0.js"];
        let tree = read(&names.map(|name| ZipEntry::new(name, b"x")));
        assert_eq!(paths(&tree), [""; 0]);
        assert_eq!(tree.left_out.len(), names.len());
        assert!(tree.left_out.iter().all(|left| left.reason == LeftOutReason::BadName));
    }

    #[test]
    fn names_that_readers_disagree_about() {
        let local = ZipEntry { local_name: b"b.js".into(), ..ZipEntry::new("a.js", b"x") };
        let unicode =
            ZipEntry { extra: b"\x75\x70\x09\0\x01\0\0\0\0d.js".into(), ..ZipEntry::new("c.js", b"x") };
        let bytes = ZipEntry { name: b"\xff".into(), local_name: b"\xff".into(), ..ZipEntry::new("", b"x") };
        let tree = read(&[local, unicode, bytes, ZipEntry::new("e", b"1"), ZipEntry::new("e", b"2")]);
        assert_eq!(paths(&tree), ["e"]);
        assert_eq!(tree.file("e").unwrap().text(), Some("1"));
        let expected = ["a.js", "c.js", "e", "\u{fffd}"].map(|name| (name, LeftOutReason::BadName));
        assert_eq!(left_out(&tree), expected);
    }

    #[test]
    fn what_is_no_plain_file() {
        let tree = read(&[
            ZipEntry { mode: 0o120_777, ..ZipEntry::new("link", b"/etc/passwd") },
            ZipEntry { mode: 0o010_644, ..ZipEntry::new("pipe", b"") },
            ZipEntry { flags: 1, ..ZipEntry::new("secret", b"x") },
            ZipEntry { method: 14, ..ZipEntry::new("lzma", b"x") },
        ]);
        assert_eq!(paths(&tree), [""; 0]);
        assert_eq!(
            left_out(&tree),
            [
                ("link", LeftOutReason::Link),
                ("lzma", LeftOutReason::Unreadable),
                ("pipe", LeftOutReason::SpecialFile),
                ("secret", LeftOutReason::Unreadable),
            ]
        );
    }

    #[test]
    fn lies_about_content() {
        let tree = read(&[
            ZipEntry { crc: 1, ..ZipEntry::new("crc", b"xyz") },
            ZipEntry { size_bytes: 1, ..ZipEntry::new("longer", b"xyz") },
            ZipEntry { size_bytes: 9, ..ZipEntry::new("shorter", b"xyz") },
            ZipEntry { packed: b"\xff\xff".into(), ..ZipEntry::new("garbage", b"xyz") },
            ZipEntry::new("true", b"xyz"),
        ]);
        assert_eq!(paths(&tree), ["true"]);
        let expected = ["crc", "garbage", "longer", "shorter"].map(|name| (name, LeftOutReason::Unreadable));
        assert_eq!(left_out(&tree), expected);
    }

    #[test]
    fn a_bomb_stops_at_the_limits() {
        let bomb = ZipEntry::new("bomb", &vec![0; 8 << 20]);
        let liar = ZipEntry { size_bytes: 10, ..bomb.clone() };
        let bytes = zip(&[bomb, liar, ZipEntry::new("z.js", b"1")]);
        assert!(bytes.len() < 100_000);
        let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
        let tree = read_with(&bytes, TopFolder::Keep, limits).unwrap();
        assert_eq!(paths(&tree), ["z.js"]);
        let expected = [("bomb", LeftOutReason::TooManyBytes), ("bomb", LeftOutReason::BadName)];
        assert!(expected.iter().all(|it| left_out(&tree).contains(it)));
    }

    #[test]
    fn overlapping_entries_are_refused() {
        let mut bytes = zip(&[ZipEntry::new("a", b"12345678"), ZipEntry::new("b", b"12345678")]);
        // The packed size in the directory entry of `a` grows over everything.
        let at = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        let directory_offset = at as u32;
        bytes[at + 20..at + 24].copy_from_slice(&directory_offset.to_le_bytes());
        assert!(damage(&bytes).contains("overlap"));
    }

    #[test]
    fn a_flood_of_entries_stops() {
        let entries: Vec<_> = (0..20).map(|n| ZipEntry::new(&format!("{n}/"), b"")).collect();
        let limits = Limits { entries: 10, ..Limits::default() };
        let tree = read_with(&zip(&entries), TopFolder::Keep, limits).unwrap();
        assert_eq!(left_out(&tree), [(".", LeftOutReason::TooManyFiles)]);
    }

    #[test]
    fn damage_is_an_error() {
        let whole = zip(&[ZipEntry::new("a", b"12345678")]);
        for cut in [4, 20, whole.len() - 1, whole.len() - 30] {
            assert!(damage(&whole[..cut]).contains("damaged"), "{cut}");
        }
        let mut before = b"PK\x03\x04".to_vec();
        before.extend(&whole);
        assert!(damage(&before).contains("directory is not where"));
        let mut fewer = whole.clone();
        let count = whole.len() - 22 + 10;
        fewer[count] = 0;
        assert!(damage(&fewer).contains("more than it counts"));
        fewer[count] = 9;
        assert!(damage(&fewer).contains("damaged"));
        let mut outside = whole.clone();
        let offset = whole.len() - 22 - 5;
        outside[offset..offset + 4].copy_from_slice(&[0xff, 0xff, 0, 0]);
        assert!(damage(&outside).contains("outside"));
    }

    #[test]
    fn any_single_damaged_byte_is_survived() {
        let whole = zip(&[ZipEntry::new("a", b"12345678"), ZipEntry::new("b/c", b"")]);
        for at in 0..whole.len() {
            for value in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = read_with(&bytes, TopFolder::StripCommon, Limits::default());
            }
        }
    }
}
