//! Signatures of our own: Ed25519 (RFC 8032).

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{MasterKey, SecretError, SecretText, random_bytes};
use crate::Digest;

/// What stands before the 32 bytes of a public key in a `SubjectPublicKeyInfo` (RFC 8410).
const PUBLIC_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410).
const PRIVATE_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Why a text is no key. The text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no Ed25519 key in PEM")]
pub struct KeyError;

/// Signs. Its `Debug` tells the public half.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, SecretError> {
        Self::of(Zeroizing::new(random_bytes()?))
    }

    /// The key of a server for one purpose: the same for the same master key.
    ///
    /// # Errors
    /// Never, of a master key's 32 bytes; the provider of cryptography may say otherwise.
    pub fn derived(master: &MasterKey, purpose: &str) -> Result<Self, SecretError> {
        Self::of(master.derive(purpose))
    }

    fn of(seed: Zeroizing<[u8; 32]>) -> Result<Self, SecretError> {
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| SecretError::UnknownFormat)?;
        Ok(Self { seed, pair })
    }

    /// Reads a private key in PEM, PKCS #8, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(unpem(text, "PRIVATE KEY").ok_or(KeyError)?);
        let seed = bytes.strip_prefix(&PRIVATE_PREFIX).ok_or(KeyError)?;
        let seed: [u8; 32] = seed.try_into().map_err(|_| KeyError)?;
        Self::of(Zeroizing::new(seed)).map_err(|_| KeyError)
    }

    /// The key in PEM, for the file that keeps it.
    pub fn to_pem(&self) -> SecretText {
        let bytes = Zeroizing::new([&PRIVATE_PREFIX[..], self.seed.as_slice()].concat());
        SecretText::new(pem("PRIVATE KEY", &bytes))
    }

    /// What others verify with.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey(key)
    }

    /// Signs a message; the same one always gives the same signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

/// Verifies signatures of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads a public key in PEM, as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let bytes = unpem(text, "PUBLIC KEY").ok_or(KeyError)?;
        let key = bytes.strip_prefix(&PUBLIC_PREFIX).ok_or(KeyError)?;
        Ok(Self(key.try_into().map_err(|_| KeyError)?))
    }

    /// The key in PEM.
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &[&PUBLIC_PREFIX[..], &self.0].concat())
    }

    /// Its name: SHA-256 of its 32 bytes.
    pub fn id(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// Whether the key signed the message.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

fn pem(kind: &str, bytes: &[u8]) -> String {
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", STANDARD.encode(bytes))
}

fn unpem(text: &str, kind: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    let body = text.split_once(&begin)?.1.split_once(&end)?.0;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
    }

    #[test]
    fn vectors_of_rfc_8032() {
        // Section 7.1, TEST 2.
        let seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SigningKey::of(Zeroizing::new(seed.try_into().unwrap())).unwrap();
        let public = unhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(key.public().0.as_slice(), public);
        let signature = unhex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        assert_eq!(key.sign(&[0x72]), signature);
        assert!(key.public().has_signed(&[0x72], &signature));
        assert!(!key.public().has_signed(&[0x73], &signature));
        assert!(!key.public().has_signed(&[0x72], &signature[..63]));
    }

    #[test]
    fn keys_in_files() {
        // RFC 8410, section 10.3 and 10.1.
        let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let key = SigningKey::from_pem(private).unwrap();
        assert_eq!(key.public().to_pem(), public);
        assert_eq!(PublicKey::from_pem(public).unwrap(), key.public());
        assert_eq!(key.to_pem().reveal(), private);
        assert!(!format!("{key:?}").contains("MC4C"));
        for wrong in ["", public, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] {
            assert!(SigningKey::from_pem(wrong).is_err());
        }
        assert!(PublicKey::from_pem(private).is_err());
    }

    #[test]
    fn each_purpose_has_its_key() {
        let master = MasterKey::generate().unwrap();
        let id = |purpose: &str| SigningKey::derived(&master, purpose).unwrap().public().id();
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
    }
}
