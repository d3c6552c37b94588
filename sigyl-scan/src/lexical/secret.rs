//! Telling random text from words.

/// Shannon entropy of the bytes, bits a byte.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[byte as usize] += 1;
    }
    let length = text.len().max(1) as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

/// Words that only stand where a secret is to be put in.
const WORDS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "your-",
    "your_",
    "yourapi",
    "yourkey",
    "yourtoken",
    "yoursecret",
    "yourpass",
    "dummy",
    "fake",
    "sample",
    "redacted",
    "replace",
    "insert",
    "todo",
    "xxxx",
    "****",
    "....",
    "abcdefgh",
    "12345678",
    "87654321",
    "deadbeef",
    "foobar",
    "mock",
    "test-",
    "test_",
    "-test",
    "_test",
    "my-secret",
    "my_secret",
    "mysecret",
    "my-token",
    "my_token",
    "my-api",
    "my_api",
    "myapi",
    "mypass",
    "not-a-real",
    "notreal",
    "development",
    "undefined",
    // The key of Azure's storage emulator, which its documentation publishes.
    "eby8vdm02xno",
];

/// True for text that stands where a secret is to be put in.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    lower.contains(['<', '>', '{', '}', '$', '…'])
        || lower.starts_with(['%', '@'])
        || WORDS.iter().any(|word| lower.contains(word))
        || has_run(&lower)
}

/// True when one character is repeated five times or more.
fn has_run(text: &str) -> bool {
    text.as_bytes().windows(5).any(|window| window.iter().all(|byte| *byte == window[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_grows_with_variety() {
        assert_eq!(entropy(""), 0.0);
        assert_eq!(entropy("aaaa"), 0.0);
        assert!(entropy("q7ZkP2vXr9LmT4wB") > 3.9);
    }

    #[test]
    fn placeholders() {
        for text in
            ["your-api-key", "<token>", "${TOKEN}", "xxxxxxxx", "AKIAIOSFODNN7EXAMPLE", "ChangeMe!", "aaaaa"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["V7kq2PzX", "correct-Horse7"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
