//! Everything cryptographic: keys, sealed values, tokens, passwords. Behind the feature `secret`.
//!
//! A [`MasterKey`] wraps a random [`DataKey`] for each workspace; the data key seals values. Whatever is sealed is bound
//! to its [`Place`]: a sealed value that is moved to another row does not open.
//!
//! ```
//! use sigyl_core::secret::{DataKey, MasterKey, Place, SecretText};
//!
//! let master = MasterKey::generate()?;
//! let key = DataKey::generate(1)?;
//! let wrapped = master.wrap(&key, "workspace")?;
//!
//! let place = Place { workspace: "workspace", owner: None, package: None, name: "OPENAI_API_KEY", revision: 1 };
//! let sealed = key.seal(&place, b"value")?;
//! let opened = master.unwrap(&wrapped, "workspace")?.open(&place, &sealed)?;
//! assert_eq!(opened.as_bytes(), b"value");
//! # Ok::<(), sigyl_core::secret::SecretError>(())
//! ```

#[cfg(feature = "jws")]
mod domain_key;
#[cfg(feature = "jws")]
mod jws;
mod master;
mod password;
mod place;
mod random;
mod seal;
#[cfg(feature = "sign")]
mod sign;
mod text;
mod token;

#[cfg(feature = "jws")]
pub use domain_key::DomainKey;
#[cfg(feature = "jws")]
pub use jws::{JwsError, verify_jws};
pub use master::{KeyId, MasterKey, MasterKeyError, hmac_sha256, mac};
pub use password::{PasswordHash, hash_password, spend_as_if_verifying, verify_password};
pub use place::Place;
pub use random::{random_bytes, random_text};
pub use seal::{DataKey, SEALED_OVERHEAD_BYTES, Sealed};
#[cfg(feature = "sign")]
pub use sign::{KeyError, PublicKey, SigningKey};
pub use text::{SecretBytes, SecretText};
pub use token::{Token, TokenHash, TokenKind};

/// Why something secret could not be made or opened. Says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The operating system gave no random bytes; nothing can be done here.
    #[error("the operating system gives no random bytes")]
    Random,
    /// The bytes were changed, belong to another place, or were sealed with another key.
    #[error("the sealed value does not open: changed, moved, or sealed with another key")]
    DoesNotOpen,
    /// The bytes are in a format that this version does not know.
    #[error("the sealed value is in no format that is known here")]
    UnknownFormat,
    /// The password cannot be hashed: longer than [`argon2`] takes.
    #[error("the password cannot be hashed")]
    Password,
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(left, right).into()
}
