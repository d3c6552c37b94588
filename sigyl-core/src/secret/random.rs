//! Random bytes, from the operating system alone.

use super::SecretError;

/// `N` random bytes.
///
/// # Errors
/// When the operating system gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::Random)?;
    Ok(bytes)
}

/// The letters of [`random_text`] and of tokens: no punctuation, so that a double click takes the whole.
pub(super) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `LENGTH` random letters and digits, 5.95 bits each.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn random_text(length: usize) -> Result<String, SecretError> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in random_bytes::<64>()? {
            // Bytes past the last whole multiple of 62 would make the first letters likelier.
            if byte < 248 && text.len() < length {
                text.push(char::from(BASE62[usize::from(byte % 62)]));
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_length_and_differ() {
        let (one, other) = (random_text(33).unwrap(), random_text(33).unwrap());
        assert_eq!((one.len(), other.len()), (33, 33));
        assert_ne!(one, other);
    }

    #[test]
    fn every_letter_comes_about_equally_often() {
        let mut counts = [0_u32; 128];
        for byte in random_text(62_000).unwrap().bytes() {
            counts[usize::from(byte)] += 1;
        }
        // 1,000 each is expected, with a deviation of 32; ten of those are never seen.
        assert!(BASE62.iter().all(|letter| counts[usize::from(*letter)].abs_diff(1_000) < 320));
    }
}
