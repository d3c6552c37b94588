//! Cursors: opaque, signed, safe in a URL as they are.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use sigyl_core::secret::{MasterKey, mac, same};

use super::ApiError;

/// Bytes of the signature. A forged cursor would only name a place to go on from, and nobody can try 2^64.
const SIGNATURE_BYTES: usize = 8;

/// Longest cursor that is read. Chosen: a filter and a name of their greatest lengths.
const CURSOR_CHARS_MAX: usize = 4096;

/// Signs cursors, the same way on every replica.
pub(crate) struct CursorKey([u8; 32]);

impl CursorKey {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(*master.derive("sigyl/cursor/v1"))
    }

    /// Writes a place in the list that `of` names.
    pub(crate) fn write<T: Serialize>(&self, of: &str, place: &T) -> Result<String, ApiError> {
        let payload = serde_json::to_vec(place).map_err(|error| ApiError::internal(&error))?;
        let mut bytes = self.signature(of, &payload).to_vec();
        bytes.extend_from_slice(&payload);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a place in the list that `of` names.
    pub(crate) fn read<T: DeserializeOwned>(&self, of: &str, text: &str) -> Result<T, ApiError> {
        let wrong = || ApiError::invalid("this cursor is not one of ours, or of another list");
        if text.len() > CURSOR_CHARS_MAX {
            return Err(wrong());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (signature, payload) = bytes.split_at_checked(SIGNATURE_BYTES).ok_or_else(wrong)?;
        if !same(signature, &self.signature(of, payload)) {
            return Err(wrong());
        }
        serde_json::from_slice(payload).map_err(|_| wrong())
    }

    fn signature(&self, of: &str, payload: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(&mac(&self.0, &[of.as_bytes(), payload])[..SIGNATURE_BYTES]);
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_ours_and_of_its_list_or_refused() {
        let key = CursorKey::new(&MasterKey::generate().unwrap());
        let text = key.write("keys", &("a+b&c#%", 7)).unwrap();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert_eq!(key.read::<(String, u32)>("keys", &text).unwrap(), ("a+b&c#%".to_owned(), 7));
        assert!(key.read::<(String, u32)>("users", &text).is_err());
        for changed in [&text[1..], "", "é", &format!("{text}AAAA")] {
            assert!(key.read::<(String, u32)>("keys", changed).is_err(), "{changed}");
        }
        let other = CursorKey::new(&MasterKey::generate().unwrap());
        assert!(other.read::<(String, u32)>("keys", &text).is_err());
    }
}
