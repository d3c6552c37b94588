//! Checking bytes against the hash that a registry published.

use sha2::{Digest, Sha256, Sha512};

use super::FetchError;

/// npm's `integrity`: words of the form `sha512-BASE64`, by the W3C's Subresource Integrity.
pub(super) fn check_npm(bytes: &[u8], file: &str, integrity: Option<&str>) -> Result<(), FetchError> {
    const KIND: &str = "sha512";
    let hashes = integrity.unwrap_or_default().split_ascii_whitespace();
    let mut hashes = hashes.filter_map(|word| word.strip_prefix("sha512-")).peekable();
    if hashes.peek().is_none() {
        return Err(FetchError::NoHash { file: file.to_owned(), kind: KIND });
    }
    let actual = base64(&Sha512::digest(bytes));
    if hashes.any(|hash| hash.split('?').next() == Some(&actual)) {
        Ok(())
    } else {
        Err(FetchError::WrongHash { file: file.to_owned(), kind: KIND })
    }
}

/// A Python index's `sha256`, in hexadecimal digits.
pub(super) fn check_pypi(bytes: &[u8], file: &str, sha256: Option<&str>) -> Result<(), FetchError> {
    const KIND: &str = "sha256";
    let Some(expected) = sha256.filter(|hash| hash.len() == 64) else {
        return Err(FetchError::NoHash { file: file.to_owned(), kind: KIND });
    };
    let actual: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if actual == expected.to_ascii_lowercase() {
        Ok(())
    } else {
        Err(FetchError::WrongHash { file: file.to_owned(), kind: KIND })
    }
}

/// Base64 with padding, RFC 4648 section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit > three.len() { '=' } else { char::from(DIGITS[index as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_of_base64() {
        // RFC 4648, section 10.
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn npm() {
        // FIPS 180-2, appendix C.1, in Base64.
        let abc =
            "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        for fine in [abc.to_owned(), format!("sha1-AAAA {abc}?x")] {
            check_npm(b"abc", "a.tgz", Some(&fine)).unwrap();
        }
        let wrong = check_npm(b"abd", "a.tgz", Some(abc)).unwrap_err();
        assert!(matches!(wrong, FetchError::WrongHash { .. }));
        for none in [None, Some(""), Some("sha1-AAAA"), Some("sha512")] {
            let error = check_npm(b"abc", "a.tgz", none).unwrap_err();
            assert!(matches!(error, FetchError::NoHash { .. }), "{none:?}");
        }
    }

    #[test]
    fn pypi() {
        let abc = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        check_pypi(b"abc", "a.whl", Some(abc)).unwrap();
        let wrong = check_pypi(b"abd", "a.whl", Some(abc)).unwrap_err();
        assert!(matches!(wrong, FetchError::WrongHash { .. }));
        for none in [None, Some(""), Some("ba78")] {
            let error = check_pypi(b"abc", "a.whl", none).unwrap_err();
            assert!(matches!(error, FetchError::NoHash { .. }));
        }
    }
}
