//! JSON as editors write it: with comments, and with a comma after the last value.

/// The text with comments and such commas replaced by spaces, so that every place stays where it is.
pub(super) fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    let mut comma = None;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                comma = None;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            (b'/', Some(b'/')) => {
                while at < bytes.len() && !matches!(bytes[at], b'\n' | b'\r') {
                    out[at] = b' ';
                    at += 1;
                }
            }
            (b'/', Some(b'*')) => {
                let rest = &bytes[at + 2..];
                let end =
                    rest.windows(2).position(|pair| pair == b"*/").map_or(bytes.len(), |end| at + end + 4);
                for byte in &mut out[at..end] {
                    if !matches!(byte, b'\n' | b'\r') {
                        *byte = b' ';
                    }
                }
                at = end;
            }
            (byte, _) => {
                match byte {
                    b',' => comma = Some(at),
                    b'}' | b']' => {
                        if let Some(comma) = comma.take() {
                            out[comma] = b' ';
                        }
                    }
                    _ if byte.is_ascii_whitespace() => {}
                    _ => comma = None,
                }
                at += 1;
            }
        }
    }
    // Whole characters were replaced or none of their bytes.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas() {
        let text = "{ // ü \"x\"\n \"a\": \"http://h/*no*/, \\\" // }\", /* b,\n */ \"c\": [1, 2, ], }";
        let value: serde_json::Value = serde_json::from_str(&plain(text)).expect("JSON");
        assert_eq!(value, serde_json::json!({ "a": "http://h/*no*/, \" // }", "c": [1, 2] }));
        assert_eq!(plain(text).len(), text.len());
    }

    #[test]
    fn unfinished_texts_end() {
        for text in ["\"", "\"\\", "/*", "/* *", "//", "{,", "/"] {
            assert_eq!(plain(text).len(), text.len(), "{text}");
        }
    }
}
