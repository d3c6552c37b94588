//! The master key: wraps data keys, and derives what signs cursors and the like.

use std::fmt;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{DataKey, Sealed, SecretError, place::part, random_bytes, seal};
use crate::digest::hex;

/// Why a text is no master key. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// Not 32 bytes in hexadecimal or base64.
    #[error("a master key is 32 random bytes, as 64 hexadecimal digits or 44 letters of base64")]
    Form,
    /// Someone typed it, or copied it from an example.
    #[error("this master key is a placeholder, not 32 random bytes; make one with `openssl rand -base64 32`")]
    Placeholder,
}

/// Tells which master key is meant without telling anything of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyId(String);

impl KeyId {
    /// Sixteen hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key over all keys.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, SecretError> {
        Ok(Self(Zeroizing::new(random_bytes()?)))
    }

    /// Reads a key: 64 hexadecimal digits, or base64 of either alphabet, with white space around it.
    ///
    /// # Errors
    /// When it is not 32 bytes, or no random ones.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let bytes = Zeroizing::new(if text.len() == 64 {
            unhex(text).ok_or(MasterKeyError::Form)?
        } else {
            let plain = Zeroizing::new(text.trim_end_matches('=').replace('-', "+").replace('_', "/"));
            base64::engine::general_purpose::STANDARD_NO_PAD
                .decode(plain.as_bytes())
                .map_err(|_| MasterKeyError::Form)?
        });
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| MasterKeyError::Form)?;
        if is_placeholder(&key) {
            return Err(MasterKeyError::Placeholder);
        }
        Ok(Self(Zeroizing::new(key)))
    }

    /// The key as a text that [`parse`](Self::parse) reads, for the file that keeps it.
    pub fn to_text(&self) -> super::SecretText {
        super::SecretText::new(base64::engine::general_purpose::STANDARD.encode(self.0.as_slice()))
    }

    /// Which key this is, to be kept beside what it wraps.
    pub fn id(&self) -> KeyId {
        KeyId(hex(&self.derive("sigyl/master-key/id/v1")[..8]))
    }

    /// A value by which a database knows its key again. Tells nothing of the key.
    pub fn check_value(&self) -> String {
        hex(&self.derive("sigyl/master-key/check/v1")[..])
    }

    /// A key of its own for each purpose.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(&self.0, &[purpose.as_bytes()]))
    }

    /// Seals a data key for a workspace.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn wrap(&self, key: &DataKey, workspace: &str) -> Result<Sealed, SecretError> {
        seal::seal(&self.0, key.id(), &self.wrapping(key.id(), workspace), key.key())
    }

    /// Opens a data key of a workspace.
    ///
    /// # Errors
    /// When it was wrapped by another master key, for another workspace, or changed.
    pub fn unwrap(&self, wrapped: &Sealed, workspace: &str) -> Result<DataKey, SecretError> {
        let id = wrapped.key_id()?;
        let opened = seal::open(&self.0, &self.wrapping(id, workspace), wrapped)?;
        let key = opened.as_bytes().try_into().map_err(|_| SecretError::UnknownFormat)?;
        Ok(DataKey::from_parts(id, Zeroizing::new(key)))
    }

    fn wrapping(&self, id: u32, workspace: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        part(&mut bytes, Some(b"sigyl/data-key/v1"));
        part(&mut bytes, Some(self.id().as_str().as_bytes()));
        part(&mut bytes, Some(&id.to_be_bytes()));
        part(&mut bytes, Some(workspace.as_bytes()));
        bytes
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

/// HMAC-SHA-256 over parts, each with its length before it.
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for each in parts {
        part(&mut bytes, Some(each));
    }
    hmac_sha256(key, &bytes)
}

/// HMAC-SHA-256 over bytes as they are, for others to check.
pub fn hmac_sha256(key: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    // A key of 32 bytes has the length that HMAC-SHA-256 takes as it is.
    let mut mac = Hmac::<Sha256>::new(&{
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..32].copy_from_slice(key);
        block
    });
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

/// Whether 32 bytes are what people write rather than chance. Of 32 random bytes 30 differ on average; fewer than 20
/// happen once in 10^13 keys, and only printable ones once in 10^13, too.
fn is_placeholder(key: &[u8; 32]) -> bool {
    let mut seen = [false; 256];
    key.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let typed = key.iter().all(|byte| (0x20..0x7f).contains(byte));
    let counted = key.windows(3).all(|it| it[1].wrapping_sub(it[0]) == it[2].wrapping_sub(it[1]));
    different < 20 || typed || counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back() {
        let key = MasterKey::generate().unwrap();
        let again = MasterKey::parse(&format!(" {}\n", key.to_text().reveal())).unwrap();
        assert_eq!(key.id(), again.id());
        assert_eq!(key.check_value(), again.check_value());
        let hexadecimal = hex(&key.0[..]);
        assert_eq!(MasterKey::parse(&hexadecimal).unwrap().id(), key.id());
        assert!(!format!("{key:?} {}", key.check_value()).contains(&hexadecimal));
    }

    #[test]
    fn placeholders_and_short_keys_are_refused() {
        for text in ["", "changeme", "0123456789abcdef", "c2hvcnQ=", "\u{e9}", &"é".repeat(32)] {
            assert_eq!(MasterKey::parse(text).unwrap_err(), MasterKeyError::Form, "{text}");
        }
        let counting: Vec<u8> = (0..32).collect();
        let standard = &base64::engine::general_purpose::STANDARD;
        for text in [
            "0".repeat(64),
            "0123456789abcdef".repeat(4),
            hex(&counting),
            standard.encode(b"change-me-to-a-32-byte-long-key!"),
            standard.encode([b'x'; 32]),
        ] {
            assert_eq!(MasterKey::parse(&text).unwrap_err(), MasterKeyError::Placeholder, "{text}");
        }
    }

    #[test]
    fn a_wrapped_key_opens_for_its_workspace_only() {
        let master = MasterKey::generate().unwrap();
        let key = DataKey::generate(4).unwrap();
        let wrapped = master.wrap(&key, "one").unwrap();
        assert_eq!(master.unwrap(&wrapped, "one").unwrap().key(), key.key());
        assert!(master.unwrap(&wrapped, "two").is_err());
        assert!(MasterKey::generate().unwrap().unwrap(&wrapped, "one").is_err());
    }

    #[test]
    fn parts_are_told_apart() {
        let key = [7; 32];
        assert_ne!(mac(&key, &[b"a", b"b"]), mac(&key, &[b"ab"]));
        assert_ne!(mac(&key, &[b"a", b""]), mac(&key, &[b"a"]));
    }
}
