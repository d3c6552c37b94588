//! Passwords, by argon2id.
//!
//! 19 MiB and two passes, as OWASP's cheat sheet on storing passwords says: about 30 ms of a core each. Callers must
//! not let strangers start as many as they like at a time.

use std::{fmt, sync::LazyLock};

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc},
};

use super::{SecretError, SecretText, random_bytes};

/// A password's hash in PHC's format, with salt and parameters. Not shown: it could be tried offline.
#[derive(Clone)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash that was kept.
    pub fn from_kept(text: String) -> Self {
        Self(text)
    }

    /// The text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Hashes a password with a salt of its own.
///
/// # Errors
/// When the operating system gives no random bytes, or the password is longer than 4 GiB.
pub fn hash_password(password: &SecretText) -> Result<PasswordHash, SecretError> {
    let salt = random_bytes::<16>()?;
    let hash: phc::PasswordHash = argon2()
        .hash_password_with_salt(password.reveal().as_bytes(), &salt)
        .map_err(|_| SecretError::Password)?;
    Ok(PasswordHash(hash.to_string()))
}

/// Whether the password is the one that was hashed. A hash that cannot be read fits none.
pub fn verify_password(password: &SecretText, kept: &PasswordHash) -> bool {
    phc::PasswordHash::new(&kept.0)
        .is_ok_and(|hash| argon2().verify_password(password.reveal().as_bytes(), &hash).is_ok())
}

/// Spends what [`verify_password`] would: who waits must not learn that there is no such user.
pub fn spend_as_if_verifying(password: &SecretText) {
    static OTHER: LazyLock<Option<PasswordHash>> =
        LazyLock::new(|| hash_password(&SecretText::new("nobody".to_owned())).ok());
    if let Some(other) = &*OTHER {
        let _ = verify_password(password, other);
    }
}

fn argon2() -> Argon2<'static> {
    // The default is argon2id, version 19, 19 MiB, two passes, one lane.
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_fits() {
        let password = SecretText::new("correct horse".to_owned());
        let hash = hash_password(&password).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify_password(&password, &hash));
        assert!(!verify_password(&SecretText::new("correct horsf".to_owned()), &hash));
        assert!(!verify_password(&password, &PasswordHash::from_kept("$argon2id$x".to_owned())));
        assert_ne!(hash.as_str(), hash_password(&password).unwrap().as_str());
        assert_eq!(format!("{hash:?}"), "[redacted]");
    }
}
