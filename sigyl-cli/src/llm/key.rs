//! The key of an endpoint, which is shown to nobody but that endpoint.

use std::fmt;

use reqwest::header::HeaderValue;

use crate::failure::Failure;

/// A key. Its `Debug` does not show it, and there is no `Display`.
pub(super) struct Key(String);

impl Key {
    /// A key as `from` gives it, without white space around.
    ///
    /// # Errors
    /// When it cannot be a header's value.
    pub(super) fn new(text: &str, from: &str) -> Result<Self, Failure> {
        let key = text.trim();
        let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| Self(key.to_owned())).ok_or_else(|| {
            Failure::Said(format!("{from} holds no key: it is empty, or has spaces or odd characters"))
        })
    }

    /// As the value of `Authorization`, which HTTP libraries do not show either.
    pub(super) fn bearer(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The text without the key, should the other side say it.
    pub(super) fn hide(&self, text: &str) -> String {
        text.replace(&self.0, "[key]")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_shown() {
        let key = Key::new(" canary-key\n", "x").unwrap();
        assert!(!format!("{key:?} {:?}", key.bearer()).contains("canary"));
        assert_eq!(key.hide("a canary-key b"), "a [key] b");
        for wrong in ["", " ", "a b", "a\nb", "ä"] {
            let error = Key::new(wrong, "x").unwrap_err().to_string();
            assert!(error.starts_with("x holds no key"), "{error}");
        }
    }
}
