//! Tar: POSIX ustar with pax and GNU records of long names.

use std::io::{Read, Take};

use super::{Broken, unpacker::Unpacker};
use crate::source::{LeftOutReason, exact::Exact};

const BLOCK_BYTES: usize = 512;
/// Longest pax or GNU record, bytes. Chosen; extended attributes of a few hundred kilobytes are seen.
const RECORD_BYTES: u64 = 1 << 20;

/// What the records before a header say about its entry.
#[derive(Default)]
struct Extension {
    name: Option<Vec<u8>>,
    size_bytes: Option<u64>,
    sparse: bool,
}

/// Reads a tar archive to its end, or to a limit.
pub(super) fn read(stream: &mut Take<impl Read>, unpacker: &mut Unpacker) -> Result<(), Broken> {
    match entries(stream, unpacker) {
        // The stream was cut by the limit, not by its author.
        Err(_) if stream.limit() == 0 => {
            unpacker.stop_at_bytes();
            Ok(())
        }
        result => result,
    }
}

fn entries(stream: &mut Take<impl Read>, unpacker: &mut Unpacker) -> Result<(), Broken> {
    let mut extension = Extension::default();
    let mut first = true;
    let mut blank = false;
    while let Some(block) = block(stream, first)? {
        if block.iter().all(|byte| *byte == 0) {
            if first {
                return Err(Broken::NotAnArchive);
            }
            // Some readers stop at one blank block, some at two; what stands between is read.
            if blank {
                return Ok(());
            }
            blank = true;
            continue;
        }
        blank = false;
        let Some(header) = Header::parse(&block) else {
            return Err(if first {
                Broken::NotAnArchive
            } else {
                Broken::Damaged("a header's checksum is wrong")
            });
        };
        first = false;
        if !unpacker.count_header(header.name.len()) {
            return Ok(());
        }
        let size_bytes = header.size_bytes.ok_or(Broken::Damaged("a size is no number"))?;
        match header.kind {
            b'L' => extension.name = Some(until_nul(&record(stream, size_bytes)?).to_vec()),
            b'K' => drop(record(stream, size_bytes)?),
            b'x' => pax(&record(stream, size_bytes)?, &mut extension)?,
            b'g' => {
                let mut global = Extension::default();
                pax(&record(stream, size_bytes)?, &mut global)?;
                if global.name.is_some() || global.size_bytes.is_some() {
                    return Err(Broken::Damaged("a global record renames or resizes every entry"));
                }
            }
            _ => entry(stream, &header, std::mem::take(&mut extension), size_bytes, unpacker)?,
        }
    }
    Ok(())
}

fn entry(
    stream: &mut Take<impl Read>,
    header: &Header,
    extension: Extension,
    size_bytes: u64,
    unpacker: &mut Unpacker,
) -> Result<(), Broken> {
    if extension.size_bytes.is_some_and(|stated| stated != size_bytes) {
        return Err(Broken::Damaged("a size is stated twice and differently"));
    }
    let name = extension.name.as_ref().unwrap_or(&header.name);
    // Before ustar, a folder was a file whose name ended so.
    let kind = if matches!(header.kind, b'0' | 0) && name.ends_with(b"/") { b'5' } else { header.kind };
    let reason = match kind {
        b'5' => None,
        b'0' | b'7' | 0 if extension.sparse => Some(LeftOutReason::SpecialFile),
        b'0' | b'7' | 0 => {
            let mut body = Exact::new(stream.by_ref(), size_bytes);
            if let Some(path) = unpacker.place(name) {
                unpacker.file(path, header.mode & 0o100 != 0, size_bytes, || Ok(&mut body));
            }
            body.skip()?;
            return padding(stream, size_bytes);
        }
        b'S' => return Err(Broken::Damaged("it holds sparse files of the old GNU form")),
        b'1' | b'2' => Some(LeftOutReason::Link),
        _ => Some(LeftOutReason::SpecialFile),
    };
    if let Some(reason) = reason
        && let Some(path) = unpacker.place(name)
    {
        unpacker.leave_out(path, reason);
    }
    match kind {
        // Old writers put a folder's size on disk here, and nothing follows.
        b'5' => Ok(()),
        b'1'..=b'4' | b'6' if size_bytes > 0 => Err(Broken::Damaged("a link or device has content")),
        _ => {
            Exact::new(stream.by_ref(), size_bytes).skip()?;
            padding(stream, size_bytes)
        }
    }
}

/// The next block; `None` at the end.
fn block(stream: &mut impl Read, first: bool) -> Result<Option<[u8; BLOCK_BYTES]>, Broken> {
    let mut block = [0; BLOCK_BYTES];
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest)? {
            0 if filled == 0 && !first => return Ok(None),
            0 if first => return Err(Broken::NotAnArchive),
            0 => return Err(Broken::Damaged("it ends within a header")),
            read => filled += read,
        }
    }
    Ok(Some(block))
}

fn record(stream: &mut impl Read, size_bytes: u64) -> Result<Vec<u8>, Broken> {
    if size_bytes > RECORD_BYTES {
        return Err(Broken::Damaged("a record before an entry is longer than a mebibyte"));
    }
    let mut bytes = Vec::new();
    Exact::new(&mut *stream, size_bytes).read_to_end(&mut bytes)?;
    padding(stream, size_bytes)?;
    Ok(bytes)
}

fn padding(stream: &mut impl Read, size_bytes: u64) -> Result<(), Broken> {
    let block = BLOCK_BYTES as u64;
    Ok(Exact::new(stream, (block - size_bytes % block) % block).skip()?)
}

/// Reads `LENGTH KEY=VALUE\n` records.
fn pax(mut records: &[u8], extension: &mut Extension) -> Result<(), Broken> {
    const WRONG: Broken = Broken::Damaged("a pax record is malformed");
    while !records.is_empty() {
        let space = records.iter().take(8).position(|byte| *byte == b' ').ok_or(WRONG)?;
        let (length, _) = records.split_at(space);
        let length: usize = std::str::from_utf8(length).ok().and_then(|it| it.parse().ok()).ok_or(WRONG)?;
        let record = records.get(space + 1..length).ok_or(WRONG)?;
        let record = record.strip_suffix(b"\n").ok_or(WRONG)?;
        let equals = record.iter().position(|byte| *byte == b'=').ok_or(WRONG)?;
        let (key, value) = record.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        match key {
            b"path" => extension.name = Some(value.to_vec()),
            b"size" => {
                let size = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok());
                extension.size_bytes = Some(size.ok_or(WRONG)?);
            }
            _ if key.starts_with(b"GNU.sparse.") => extension.sparse = true,
            _ => {}
        }
        records = records.get(length..).unwrap_or_default();
    }
    Ok(())
}

struct Header {
    name: Vec<u8>,
    kind: u8,
    mode: u64,
    /// `None` where the field is no number.
    size_bytes: Option<u64>,
}

impl Header {
    /// The fields, by POSIX.1-1988; `None` when the checksum does not fit.
    fn parse(block: &[u8; BLOCK_BYTES]) -> Option<Self> {
        const CHECKSUM: std::ops::Range<usize> = 148..156;
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| u64::from(if CHECKSUM.contains(&at) { b' ' } else { *byte }))
            .sum();
        if number(&block[CHECKSUM])? != sum {
            return None;
        }
        let mut name = until_nul(&block[..100]).to_vec();
        let prefix = until_nul(&block[345..500]);
        if block[257..263] == *b"ustar\0" && !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
        Some(Self {
            name,
            kind: block[156],
            mode: number(&block[100..108]).unwrap_or_default(),
            size_bytes: number(&block[124..136]),
        })
    }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// An octal field, or GNU's binary form for what does not fit.
fn number(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && first & 0x80 != 0
    {
        let start = u64::from(first & 0x7f);
        return rest.iter().try_fold(start, |sum, byte| sum.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|byte| matches!(byte, b' ' | 0)).unwrap_or(digits.len());
    digits.get(..end)?.iter().try_fold(0_u64, |sum, byte| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{
        TopFolder, read_archive_bytes,
        samples::{gzip, left_out, paths, tar, tar_entry},
    };
    use crate::source::{LeftOutReason, Limits, Origin, SourceError, SourceTree};

    fn read_with(bytes: &[u8], top: TopFolder, limits: Limits) -> Result<SourceTree, SourceError> {
        read_archive_bytes(bytes, "x.tar", Origin::Memory, top, &limits)
    }

    fn read(entries: &[Vec<u8>]) -> SourceTree {
        read_with(&tar(entries), TopFolder::Keep, Limits::default()).unwrap()
    }

    fn damage(bytes: &[u8]) -> String {
        read_with(bytes, TopFolder::Keep, Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn files_and_folders() {
        let tree = read(&[
            tar_entry("a/", b'5', b""),
            tar_entry("a/b.js", b'0', b"let b"),
            tar_entry("c", b'0', b""),
        ]);
        assert_eq!(paths(&tree), ["a/b.js", "c"]);
        assert_eq!(tree.file("a/b.js").unwrap().text(), Some("let b"));
        assert_eq!(left_out(&tree), []);
    }

    #[test]
    fn names_that_leave_the_archive() {
        let names = ["../../etc/passwd", "/etc/passwd", "a/../../b", "a\\..\\b", "C:/x", ".."];
        let tree = read(&names.map(|name| tar_entry(name, b'0', b"x")));
        assert_eq!(paths(&tree), [""; 0]);
        assert_eq!(tree.left_out.len(), names.len());
        assert!(tree.left_out.iter().all(|left| left.reason == LeftOutReason::BadName));
    }

    #[test]
    fn links_and_devices() {
        let tree = read(&[
            tar_entry("link", b'2', b""),
            tar_entry("hard", b'1', b""),
            tar_entry("pipe", b'6', b""),
            tar_entry("null", b'3', b""),
        ]);
        assert_eq!(
            left_out(&tree),
            [
                ("hard", LeftOutReason::Link),
                ("link", LeftOutReason::Link),
                ("null", LeftOutReason::SpecialFile),
                ("pipe", LeftOutReason::SpecialFile),
            ]
        );
    }

    #[test]
    fn a_name_twice_is_reported() {
        let tree = read(&[tar_entry("a.js", b'0', b"safe"), tar_entry("./a.js", b'0', b"evil")]);
        assert_eq!(tree.file("a.js").unwrap().text(), Some("safe"));
        assert_eq!(left_out(&tree), [("a.js", LeftOutReason::BadName)]);
    }

    #[test]
    fn long_names() {
        let long = format!("{}.js", "d/".repeat(30) + &"n".repeat(150));
        let pax = |name: &str| {
            let body = format!(" path={name}\n");
            let length =
                (1..).find(|length: &usize| length.to_string().len() + body.len() == *length).unwrap();
            tar_entry("pax", b'x', format!("{length}{body}").as_bytes())
        };
        for record in [tar_entry("l", b'L', format!("{long}\0").as_bytes()), pax(&long)] {
            assert_eq!(paths(&read(&[record, tar_entry("short", b'0', b"x")])), [long.as_str()]);
        }
        let tree = read(&[pax("../x"), tar_entry("short", b'0', b"x"), tar_entry("next", b'0', b"x")]);
        assert_eq!(left_out(&tree), [("../x", LeftOutReason::BadName)]);
        assert_eq!(paths(&tree), ["next"]);
    }

    #[test]
    fn npm_and_common_folders() {
        let entries = tar(&[tar_entry("package/a.js", b'0', b"1"), tar_entry("package/b/c.js", b'0', b"1")]);
        for top in [TopFolder::StripFirst, TopFolder::StripCommon] {
            assert_eq!(paths(&read_with(&entries, top, Limits::default()).unwrap()), ["a.js", "b/c.js"]);
        }
        let mixed = tar(&[
            tar_entry("package/a.js", b'0', b"1"),
            tar_entry("other/a.js", b'0', b"2"),
            tar_entry("c", b'0', b""),
        ]);
        let tree = read_with(&mixed, TopFolder::StripFirst, Limits::default()).unwrap();
        assert_eq!(tree.file("a.js").unwrap().text(), Some("1"));
        assert_eq!(left_out(&tree), [("a.js", LeftOutReason::BadName), ("c", LeftOutReason::BadName)]);
        let tree = read_with(&mixed, TopFolder::StripCommon, Limits::default()).unwrap();
        assert_eq!(paths(&tree), ["c", "other/a.js", "package/a.js"]);
    }

    #[test]
    fn copies_are_reported_once() {
        let tree = read(&[
            tar_entry("node_modules/a/x.js", b'0', b"1"),
            tar_entry("node_modules/b/x.js", b'0', b"1"),
            tar_entry("p/__pycache__/x.pyc", b'0', b"\0"),
        ]);
        assert_eq!(paths(&tree), ["p/__pycache__/x.pyc"]);
        assert_eq!(left_out(&tree), [("node_modules", LeftOutReason::DependencyFolder)]);
    }

    #[test]
    fn a_bomb_stops_at_the_limits() {
        let zeros = vec![0; 8 << 20];
        let bomb = gzip(&tar(&[tar_entry("a", b'0', &zeros), tar_entry("b.js", b'0', b"1")]));
        assert!(bomb.len() < 100_000);
        let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
        let tree = read_with(&bomb, TopFolder::Keep, limits).unwrap();
        assert_eq!(paths(&tree), [""; 0]);
        assert_eq!(left_out(&tree), [(".", LeftOutReason::TooManyBytes), ("a", LeftOutReason::TooManyBytes)]);
        let limits = Limits { total_bytes: 5 << 20, ..Limits::default() };
        assert_eq!(paths(&read_with(&bomb, TopFolder::Keep, limits).unwrap()), ["b.js"]);
    }

    #[test]
    fn a_flood_of_headers_stops() {
        let entries: Vec<_> = (0..20).map(|n| tar_entry(&n.to_string(), b'5', b"")).collect();
        let limits = Limits { entries: 10, ..Limits::default() };
        let tree = read_with(&tar(&entries), TopFolder::Keep, limits).unwrap();
        assert_eq!(left_out(&tree), [(".", LeftOutReason::TooManyFiles)]);
    }

    #[test]
    fn what_stands_after_one_blank_block_is_read() {
        let mut bytes = tar_entry("a", b'0', b"");
        bytes.extend([0; 512]);
        bytes.extend(tar_entry("b", b'0', b""));
        bytes.extend([0; 1024]);
        bytes.extend(tar_entry("c", b'0', b""));
        assert_eq!(paths(&read_with(&bytes, TopFolder::Keep, Limits::default()).unwrap()), ["a", "b"]);
    }

    #[test]
    fn damage_is_an_error() {
        let whole = tar(&[tar_entry("a", b'0', &[1; 600]), tar_entry("b", b'0', b"")]);
        for cut in [600, 1200, 1600] {
            assert!(damage(&whole[..cut]).contains("damaged"), "{cut}");
        }
        let mut flipped = whole.clone();
        flipped[1536 + 1] = b'x';
        assert!(damage(&flipped).contains("checksum"));
        let packed = gzip(&whole);
        assert!(damage(&packed[..packed.len() / 2]).contains("damaged"));
        for other in [&b"hello"[..], b"", &[0; 2048], b"\x1f\x8b\x08\0"] {
            let error = read_with(other, TopFolder::Keep, Limits::default()).unwrap_err();
            assert!(matches!(error, SourceError::NotAnArchive { .. } | SourceError::Damaged { .. }));
        }
        for record in [&b"9999999 path=x\n"[..], b"x", b"8 path=x", b"-1 a=b\n"] {
            let bytes = tar(&[tar_entry("p", b'x', record), tar_entry("a", b'0', b"")]);
            assert!(damage(&bytes).contains("pax"), "{record:?}");
        }
        let size = tar(&[tar_entry("p", b'x', b"10 size=7\n"), tar_entry("a", b'0', b"123")]);
        assert!(damage(&size).contains("stated twice"));
        let global = tar(&[tar_entry("p", b'g', b"10 path=x\n"), tar_entry("a", b'0', b"123")]);
        assert!(damage(&global).contains("global"));
        let record = tar(&[tar_entry("p", b'L', &vec![b'a'; 2 << 20]), tar_entry("a", b'0', b"")]);
        assert!(damage(&record).contains("mebibyte"));
    }

    #[test]
    fn any_single_damaged_byte_is_survived() {
        let whole = tar(&[tar_entry("p", b'x', b"10 path=q\n"), tar_entry("a", b'0', b"12345678")]);
        for at in 0..whole.len() {
            for value in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let _ = read_with(&bytes, TopFolder::StripCommon, Limits::default());
            }
        }
    }

    #[test]
    fn an_archive_past_the_limit_is_not_opened() {
        let bytes = tar(&[tar_entry("a", b'0', b"")]);
        let limits = Limits { archive_bytes: 100, ..Limits::default() };
        let error = read_with(&bytes, TopFolder::Keep, limits).unwrap_err();
        assert!(matches!(error, SourceError::ArchiveTooLarge { .. }));
    }
}
