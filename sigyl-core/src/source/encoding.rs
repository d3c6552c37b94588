//! The encodings that sources come in: UTF-8, UTF-16 with its mark, and what a Python cookie may name.

use super::decode::Decoded;

/// UTF-8, its mark removed.
pub(super) fn utf8(bytes: Vec<u8>) -> Decoded {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(body) {
        Ok(text) => Decoded::new(text, false, &bytes),
        Err(_) => Decoded::new(&String::from_utf8_lossy(body), true, &bytes),
    }
}

/// Whether the bytes begin with UTF-16's byte order mark, either way round.
pub(super) fn has_utf16_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// UTF-16 in the order that its mark tells, the mark removed.
pub(super) fn utf16(bytes: &[u8]) -> Decoded {
    let little = bytes.starts_with(b"\xff\xfe");
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().skip(1).map(|pair| match little {
        true => u16::from_le_bytes(*pair),
        false => u16::from_be_bytes(*pair),
    });
    let mut lossy = !rest.is_empty();
    let mut text = String::with_capacity(bytes.len() / 2);
    for unit in char::decode_utf16(units) {
        text.push(unit.unwrap_or_else(|_| {
            lossy = true;
            char::REPLACEMENT_CHARACTER
        }));
    }
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Decoded::new(&text, lossy, bytes)
}

/// Python source, by its PEP 263 cookie.
pub(super) fn python(bytes: Vec<u8>) -> Decoded {
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    match cookie(&bytes).map(codec) {
        None | Some(Codec::Utf8) => utf8(bytes),
        // Python refuses a mark with another cookie; whoever wrote both wants readers to disagree.
        Some(_) if marked => flagged(utf8(bytes)),
        Some(Codec::Ascii) if bytes.is_ascii() => utf8(bytes),
        Some(Codec::Latin1) => {
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            Decoded::new(&text, false, &bytes)
        }
        Some(Codec::Windows1252) => {
            let text: String = bytes.iter().map(|byte| windows_1252(*byte)).collect();
            let lossy = text.contains(char::REPLACEMENT_CHARACTER);
            Decoded::new(&text, lossy, &bytes)
        }
        // UTF-7 or rot13 make code out of what looks like a comment.
        Some(Codec::Ascii | Codec::Unknown) => flagged(utf8(bytes)),
    }
}

fn flagged(mut decoded: Decoded) -> Decoded {
    decoded.lossy = true;
    decoded
}

#[derive(Debug, PartialEq, Eq)]
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Windows1252,
    Unknown,
}

/// The codec of a name, by Python's aliases.
fn codec(name: &[u8]) -> Codec {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase().replace('_', "-");
    let is =
        |base: &str| name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    match name.as_str() {
        "utf8" | "u8" | "utf" | "cp65001" => Codec::Utf8,
        "ascii" | "us-ascii" | "646" => Codec::Ascii,
        "latin1" | "latin" | "l1" | "iso8859-1" | "iso88591" | "8859" | "cp819" => Codec::Latin1,
        "cp1252" | "windows-1252" | "1252" => Codec::Windows1252,
        // Python's tokenizer takes these with any suffix.
        _ if is("utf-8") => Codec::Utf8,
        _ if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") => Codec::Latin1,
        _ => Codec::Unknown,
    }
}

/// The encoding that the first or second line names; the second counts only when the first has no code.
fn cookie(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (first, rest) = line(bytes);
    let (second, _) = line(rest);
    let comment = comment(first)?;
    cookie_in(comment).or_else(|| cookie_in(self::comment(second)?))
}

/// The first line, and what follows; Python ends a line at `\n`, `\r\n` and `\r`.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
        return (bytes, &[]);
    };
    let (line, rest) = bytes.split_at(end);
    (line, rest.strip_prefix(b"\r\n").unwrap_or_else(|| rest.get(1..).unwrap_or_default()))
}

/// The line's comment, empty where the line is blank; `None` where it has code.
fn comment(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c')).unwrap_or(line.len());
    let line = line.get(start..).unwrap_or_default();
    (line.is_empty() || line.starts_with(b"#")).then_some(line)
}

/// The name after `coding:` or `coding=`.
fn cookie_in(comment: &[u8]) -> Option<&[u8]> {
    const WORD: &[u8] = b"coding";
    comment.windows(WORD.len() + 1).enumerate().find_map(|(at, window)| {
        let separator = window.strip_prefix(WORD)?;
        if !matches!(separator, b":" | b"=") {
            return None;
        }
        let rest = comment.get(at + WORD.len() + 1..)?;
        let rest = rest.get(rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?..)?;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let end = rest.iter().position(|byte| !is_name(byte)).unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    })
}

/// Windows-1252, by the Unicode Consortium's mapping; undefined bytes become the replacement character.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
        '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_codecs() {
        for (name, expected) in [
            ("UTF_8", Codec::Utf8),
            ("utf-8-unix", Codec::Utf8),
            ("utf-80", Codec::Unknown),
            ("ISO_8859_1", Codec::Latin1),
            ("latin-1-dos", Codec::Latin1),
            ("iso-8859-15", Codec::Unknown),
            ("us-ascii", Codec::Ascii),
            ("windows-1252", Codec::Windows1252),
            ("unicode_escape", Codec::Unknown),
        ] {
            assert_eq!(codec(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn cookies() {
        for (text, expected) in [
            ("# vim: set fileencoding=latin-1 :", Some("latin-1")),
            ("# coding : x", None),
            ("# coding coding: a.b_c", Some("a.b_c")),
            ("  \t# coding:\t y z", Some("y")),
            ("# coding:", None),
            ("\n  # coding=q", Some("q")),
            ("x # coding=q", None),
        ] {
            assert_eq!(cookie(text.as_bytes()), expected.map(str::as_bytes), "{text:?}");
        }
    }
}
