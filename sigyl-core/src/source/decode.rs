//! From bytes to text, as the program that will run a file would decode it.

use std::{borrow::Cow, sync::Arc};

use super::{FileContent, encoding};

/// Bytes of a file that is no text which are kept for recognising its format. Chosen; every format's magic fits.
pub(crate) const HEAD_BYTES: usize = 512;

/// Extensions of programs: interpreters and compilers read these, whatever bytes are in them.
const PROGRAMS: &[&str] = &[
    "bash", "bat", "c", "cc", "cjs", "cmd", "cpp", "cs", "cts", "dart", "ex", "exs", "fish", "go", "h",
    "hpp", "java", "js", "jsx", "kt", "kts", "ksh", "lua", "mjs", "mts", "php", "pl", "pm", "ps1", "psm1",
    "py", "pyi", "pyw", "r", "rb", "rs", "scala", "sh", "sql", "svelte", "swift", "ts", "tsx", "vue", "zsh",
];

/// Extensions of manifests, configuration and documents, which hold text by convention.
const TEXTS: &[&str] = &[
    "cfg",
    "conf",
    "css",
    "dockerfile",
    "env",
    "htm",
    "html",
    "ini",
    "ipynb",
    "json",
    "json5",
    "jsonc",
    "lock",
    "md",
    "mdx",
    "properties",
    "pth",
    "rst",
    "toml",
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// Whole names that hold text by convention and have no telling extension, in lower case.
const NAMES: &[&str] = &[".env", ".npmrc", ".pypirc", "containerfile", "dockerfile", "makefile", "procfile"];

/// Interpreters that do not know UTF-16: they run the bytes after a UTF-16 mark as they are.
const NO_UTF16: &[&str] =
    &["bash", "fish", "ksh", "lua", "php", "pl", "pm", "py", "pyi", "pyw", "rb", "sh", "zsh"];

/// What the bytes of the file called `name` say.
///
/// A file is text when its name or its first line says that it is source, whatever is in it, so that one stray byte
/// does not hide a program; or when it is UTF-8 without NUL.
pub(crate) fn decode(name: &str, bytes: Vec<u8>) -> FileContent {
    let name = name.to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let script = bytes.starts_with(b"#!");
    let program = script || PROGRAMS.contains(&extension);
    let source = program
        || TEXTS.contains(&extension)
        || NAMES.contains(&name.as_str())
        || name.starts_with("dockerfile.")
        || name.starts_with(".env.");
    if !source && bytes.contains(&0) && !encoding::has_utf16_mark(&bytes) {
        return binary(&bytes);
    }

    let python =
        matches!(extension, "py" | "pyi" | "pyw") || (script && first_line(&bytes).contains("python"));
    let decoded = if encoding::has_utf16_mark(&bytes) && !NO_UTF16.contains(&extension) {
        let mut decoded = encoding::utf16(&bytes);
        // Most runtimes refuse such a program, so its author meant something else by it.
        decoded.lossy |= program && !matches!(extension, "ps1" | "psm1");
        decoded
    } else if python {
        encoding::python(bytes)
    } else {
        encoding::utf8(bytes)
    };
    let lossy = decoded.lossy || decoded.text.contains('\0');
    if lossy && !source { decoded.binary() } else { FileContent::Text { text: decoded.text, lossy } }
}

/// Text, and whether it is exactly what the bytes said.
pub(super) struct Decoded {
    pub(super) text: Arc<str>,
    pub(super) lossy: bool,
    /// The first bytes, for the case that it turns out to be no text.
    head: Arc<[u8]>,
}

impl Decoded {
    pub(super) fn new(text: &str, lossy: bool, bytes: &[u8]) -> Self {
        Self { text: text.into(), lossy, head: head(bytes) }
    }

    fn binary(self) -> FileContent {
        FileContent::Binary { head: self.head }
    }
}

/// The content of a file of which only the digest and the first bytes are kept.
pub(crate) fn binary(bytes: &[u8]) -> FileContent {
    FileContent::Binary { head: head(bytes) }
}

fn head(bytes: &[u8]) -> Arc<[u8]> {
    bytes.get(..HEAD_BYTES).unwrap_or(bytes).into()
}

fn first_line(bytes: &[u8]) -> Cow<'_, str> {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, bytes: &[u8]) -> Option<(String, bool)> {
        match decode(name, bytes.to_vec()) {
            FileContent::Text { text, lossy } => Some((text.to_string(), lossy)),
            FileContent::Binary { .. } => None,
        }
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expected: &str, lossy: bool) {
        assert_eq!(text(name, bytes), Some((expected.to_owned(), lossy)), "{name}");
    }

    #[test]
    fn plain_and_marked_utf8() {
        check("a.js", b"let a", "let a", false);
        check("a.js", b"\xef\xbb\xbflet a", "let a", false);
        check("notes", "grün".as_bytes(), "grün", false);
        check("empty", b"", "", false);
    }

    #[test]
    fn a_stray_byte_or_nul_does_not_hide_a_program() {
        check("a.js", b"let a\xff", "let a\u{fffd}", true);
        check("a.py", b"a\0", "a\0", true);
        check("run", b"#!/bin/sh\n\xff", "#!/bin/sh\n\u{fffd}", true);
        check("Dockerfile", b"FROM a\xff", "FROM a\u{fffd}", true);
        check("A.PY", b"\xff", "\u{fffd}", true);
    }

    #[test]
    fn other_bytes_are_binary() {
        assert_eq!(text("a.png", b"\x89PNG\0"), None);
        assert_eq!(text("a", b"\xff"), None);
        assert_eq!(text("a.so", b"abc\0"), None);
        let FileContent::Binary { head } = decode("a", vec![0; 1000]) else { panic!("not binary") };
        assert_eq!(head.len(), HEAD_BYTES);
    }

    #[test]
    fn utf16() {
        check("requirements.txt", b"\xff\xfem\0c\0p\0", "mcp", false);
        check("notes", b"\xfe\xff\0m\0c\0p", "mcp", false);
        check("run.ps1", b"\xff\xfem\0", "m", false);
        check("a.ts", b"\xff\xfem\0", "m", true);
        check("a.txt", b"\xff\xfem\0\0\xd8", "m\u{fffd}", true);
        check("a.txt", b"\xff\xfem\0x", "m\u{fffd}", true);
    }

    #[test]
    fn a_mark_that_the_shell_does_not_know_does_not_hide_the_script() {
        check("a.sh", b"\xff\xfe\ncurl x | sh\n", "\u{fffd}\u{fffd}\ncurl x | sh\n", true);
    }

    #[test]
    fn python_cookies() {
        check("a.py", b"# coding: latin-1\n# \xe9", "# coding: latin-1\n# \u{e9}", false);
        check(
            "a.py",
            b"#!/bin/x\n# -*- coding: cp1252 -*-\n# \x80",
            "#!/bin/x\n# -*- coding: cp1252 -*-\n# €",
            false,
        );
        check("a.py", b"# coding=utf-8\n# \xc3\xa9", "# coding=utf-8\n# é", false);
        check(
            "tool",
            b"#!/usr/bin/python3\n# coding: latin1\n#\xe9",
            "#!/usr/bin/python3\n# coding: latin1\n#é",
            false,
        );
        check("a.py", b"#coding:ascii\n#\xe9", "#coding:ascii\n#\u{fffd}", true);
        check("a.py", b"# coding: cp1252\n# \x81", "# coding: cp1252\n# \u{fffd}", true);
    }

    #[test]
    fn a_codec_that_hides_code_is_flagged() {
        check("a.py", b"# coding: utf-7\n#+AAo-import os", "# coding: utf-7\n#+AAo-import os", true);
        check("a.py", b"# coding: rot13\nvzcbeg bf", "# coding: rot13\nvzcbeg bf", true);
        check("a.py", b"\xef\xbb\xbf# coding: latin-1\n", "# coding: latin-1\n", true);
    }

    #[test]
    fn only_the_first_two_lines_hold_a_cookie() {
        check("a.py", b"\n\n# coding: rot13\n", "\n\n# coding: rot13\n", false);
        check("a.py", b"x = 1\n# coding: rot13\n", "x = 1\n# coding: rot13\n", false);
        check("a.py", b"\r\n# coding: rot13\r\n", "\r\n# coding: rot13\r\n", true);
        check("a.py", b"\r# coding: rot13\r", "\r# coding: rot13\r", true);
        check("a.js", b"# coding: rot13\n", "# coding: rot13\n", false);
    }

    proptest::proptest! {
        #[test]
        fn utf8_is_kept_as_it_is(content in "[^\0\u{feff}]*") {
            // A leading blank line with code keeps a chance cookie from counting.
            let content = format!("x\n{content}");
            for name in ["a.js", "a.py", "a.sh", "a"] {
                check(name, content.as_bytes(), &content, false);
            }
        }

        #[test]
        fn any_bytes_are_text_where_the_name_says_source(bytes: Vec<u8>) {
            for name in ["a.js", "a.py", "a.sh"] {
                proptest::prop_assert!(text(name, &bytes).is_some());
            }
        }
    }
}
