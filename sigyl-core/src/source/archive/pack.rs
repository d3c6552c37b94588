//! A gzipped tar of files, the same bytes for the same files.

use std::io::{self, Write};

use flate2::{Compression, write::GzEncoder};

/// Packs files (path, whether it may be executed, bytes) below one folder, which readers of archives take away.
///
/// # Errors
/// None but those of memory: everything is written there.
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a str, bool, &'a [u8])>) -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    for (name, executable, bytes) in files {
        let name = format!("source/{name}");
        if name.len() > 100 {
            // A record of POSIX for a name that the header has no room for.
            let record = pax_record("path", &name);
            gzip.write_all(&header("source/@path", record.len(), b'x', false))?;
            padded(&mut gzip, record.as_bytes())?;
        }
        gzip.write_all(&header(&name, bytes.len(), b'0', executable))?;
        padded(&mut gzip, bytes)?;
    }
    gzip.write_all(&[0; 1024])?;
    gzip.finish()
}

/// A header of ustar, POSIX.1-1988. Times and owners are nobody's business.
fn header(name: &str, size: usize, kind: u8, executable: bool) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| {
        for (place, byte) in block.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    };
    put(0, name.as_bytes().get(..100).unwrap_or(name.as_bytes()));
    put(100, if executable { b"0000755\0" } else { b"0000644\0" });
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum counts itself as spaces.
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (place, byte) in block.iter_mut().skip(148).zip(sum.bytes()) {
        *place = byte;
    }
    block
}

/// `LENGTH KEY=VALUE\n`, whose length counts its own digits.
fn pax_record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

fn padded(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.write_all(&[0; 512][..(512 - bytes.len() % 512) % 512])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Origin, TopFolder, read_archive_kept};

    #[test]
    fn what_is_packed_comes_back_with_its_bytes() {
        let long = format!("{}/{}.js", "d".repeat(90), "é".repeat(60));
        let block = [b'x'; 512];
        let files: [(&str, bool, &[u8]); 4] = [
            ("a.js", false, b"1"),
            ("b.bin", true, &[0, 159, 146, 150]),
            (&long, false, b"long"),
            ("x", false, &block),
        ];
        let packed = pack(files).unwrap();
        assert_eq!(packed, pack(files).unwrap());
        let origin = Origin::Archive { path: "x".to_owned() };
        let limits = Limits { file_bytes: 100, ..Limits::default() };
        let (tree, kept) = read_archive_kept(&packed, "x", origin, TopFolder::StripCommon, &limits).unwrap();
        assert_eq!(tree.files().len(), files.len());
        for (path, executable, bytes) in files {
            assert_eq!(tree.file(path).unwrap().executable, executable);
            // Bytes are whole even where the tree keeps the digest alone.
            assert_eq!(kept.get(path), Some(bytes));
        }
    }
}
