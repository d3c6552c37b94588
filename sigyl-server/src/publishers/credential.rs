//! What a publisher carries after a login: what was proved, signed, for five minutes.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sigyl_core::secret::{MasterKey, SecretText, mac, same};

use super::Publisher;
use crate::clock::Timestamp;

/// What credentials begin with, so that scanners of secrets know one.
const PREFIX: &str = "sgp_";

/// How long one is good, as in the official registry.
const LASTS: Duration = Duration::from_secs(300);

/// Longest one that is read. Chosen: what headers may be, and what a hundred namespaces take.
const CHARS_MAX: usize = 16 << 10;

/// Whether this is meant as a publisher's credential.
pub(crate) fn is_one(text: &str) -> bool {
    text.starts_with(PREFIX)
}

#[derive(Serialize, Deserialize)]
struct Payload {
    publisher: Publisher,
    ends_at: i64,
}

/// Signs credentials, the same on every replica.
pub(crate) struct PublisherKey([u8; 32]);

impl PublisherKey {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(*master.derive("sigyl/publisher/v1"))
    }

    /// A credential, and when it ends. None where it would be longer than one that is read.
    pub(crate) fn write(&self, publisher: Publisher, now: Timestamp) -> Option<(SecretText, Timestamp)> {
        let ends_at = now.after(LASTS);
        let payload = serde_json::to_vec(&Payload { publisher, ends_at: ends_at.0 }).ok()?;
        let mut bytes = mac(&self.0, &[&payload]).to_vec();
        bytes.extend_from_slice(&payload);
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        (text.len() <= CHARS_MAX).then(|| (SecretText::new(text), ends_at))
    }

    /// Whose it is, where it is ours and has not ended.
    pub(crate) fn read(&self, text: &str, now: Timestamp) -> Option<Publisher> {
        if text.len() > CHARS_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (signature, payload) = bytes.split_at_checked(32)?;
        if !same(signature, &mac(&self.0, &[payload])) {
            return None;
        }
        let payload: Payload = serde_json::from_slice(payload).ok()?;
        (payload.ends_at > now.0).then_some(payload.publisher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_ours_and_ends() {
        let key = PublisherKey::new(&MasterKey::generate().unwrap());
        let now = Timestamp(1_000_000);
        let (text, ends_at) = key.write(Publisher::anonymous(), now).unwrap();
        let text = text.reveal();
        assert!(is_one(text));
        assert_eq!(key.read(text, now).unwrap().id(), "none:anonymous");
        assert!(key.read(text, Timestamp(ends_at.0 - 1)).is_some());
        assert!(key.read(text, ends_at).is_none());
        assert!(PublisherKey::new(&MasterKey::generate().unwrap()).read(text, now).is_none());
        let middle = text.len() / 2;
        let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
        for wrong in ["", "sgp_", "sgp_é", &text[1..], &changed, &format!("{text}AAAA")] {
            assert!(key.read(wrong, now).is_none(), "{wrong}");
        }
        let mut many = Publisher::anonymous();
        many.grants = vec![many.grants[0].clone(); 1_000];
        assert!(key.write(many, now).is_none());
    }
}
