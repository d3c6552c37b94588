//! What services say, made fit for errors: without what was hidden in a call, in one line, not too long.

use serde_json::Value;
use sigyl_core::secret::SecretText;

/// The longest reason that goes into an error, characters. Chosen.
const REASON_CHARS: usize = 500;

/// Hidden values shorter than this, in bytes, stay in answers: taking `no` out of a sentence hides nothing. Chosen.
const HIDDEN_BYTES: usize = 4;

/// The text without the hidden values: plain, as JSON writes them, and as JSON within a text of JSON does.
pub(crate) fn hide<'a>(hidden: impl IntoIterator<Item = &'a SecretText>, text: &str) -> String {
    let mut text = text.to_owned();
    for value in hidden {
        let plain = value.reveal();
        let bare = plain.strip_prefix("Bearer ").unwrap_or(plain);
        if bare.len() < HIDDEN_BYTES {
            continue;
        }
        let mut form = bare.to_owned();
        for _ in 0..3 {
            text = text.replace(&form, "[redacted]");
            let quoted = Value::from(form.as_str()).to_string();
            form = quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned();
        }
    }
    text
}

/// The beginning of a text, in one line.
pub(crate) fn short(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REASON_CHARS).collect();
    line.trim().to_owned()
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    short(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_value_is_hidden() {
        let value = "can\"ary\n";
        let once = Value::from(value).to_string();
        let twice = Value::from(once.as_str()).to_string();
        let hidden = [SecretText::new(value.to_owned()), SecretText::new("no".to_owned())];
        let text = hide(&hidden, &format!("{value} {once} {twice} no"));
        assert!(!text.contains("ary") && text.ends_with(" no"), "{text}");
    }

    #[test]
    fn a_reason_is_one_line() {
        assert_eq!(short(" a\nb\u{1b}[31m "), "a b [31m");
        assert_eq!(short(&"x".repeat(REASON_CHARS + 1)).len(), REASON_CHARS);
    }
}
