//! Ids: 26 letters that sort by the time at which they were made.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::secret::{SecretError, random_bytes};

use crate::clock::Timestamp;

/// Crockford's base 32, in lower case: no letter looks like another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 48 bits of time and 80 of chance.
fn make(now: Timestamp) -> Result<String, SecretError> {
    let random = random_bytes::<10>()?;
    let mut number = u128::from(now.0.unsigned_abs() & 0xffff_ffff_ffff);
    for byte in random {
        number = number << 8 | u128::from(byte);
    }
    let letter = |at: u32| char::from(LETTERS[(number >> (5 * at) & 31) as usize]);
    Ok((0..26).rev().map(letter).collect())
}

/// Ten letters and digits of chance, 50 bits, for names at backends, which want few letters in lower case.
///
/// # Errors
/// When the operating system gives no random bytes.
pub(crate) fn short() -> Result<String, SecretError> {
    let random = random_bytes::<10>()?;
    Ok(random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect())
}

/// Whether a text could be an id.
fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|byte| LETTERS.contains(&byte))
}

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident,)*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub(crate) struct $name(String);

        impl $name {
            /// A new id.
            ///
            /// # Errors
            /// When the operating system gives no random bytes.
            pub(crate) fn new(now: Timestamp) -> Result<Self, SecretError> {
                make(now).map(Self)
            }

            /// Its text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// Ids that callers write in paths.
macro_rules! written {
    ($($name:ident,)*) => {$(
        impl $name {
            /// Reads an id that a caller wrote.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }
        }
    )*};
}

written! { UserId, ApiKeyId, SessionId, InvitationId, StoredSecretId, ScanJobId, ReadLinkId, MirrorId, DeployJobId, WebhookId, }

ids! {
    /// A user.
    UserId,
    /// A workspace.
    WorkspaceId,
    /// An API key.
    ApiKeyId,
    /// A browser's session.
    SessionId,
    /// An invitation into a workspace.
    InvitationId,
    /// A secret that is stored.
    StoredSecretId,
    /// A server in the registry.
    ServerId,
    /// A scan that publishes nothing.
    ScanJobId,
    /// An address of the registry for clients that send no key.
    ReadLinkId,
    /// A registry that is followed.
    MirrorId,
    /// Something that is to be done with a deployment.
    DeployJobId,
    /// Somebody who is told of deployments.
    WebhookId,
    /// Something that such a one is to be told.
    DeliveryId,
    /// A request, in logs and errors.
    RequestId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_are_read_back() {
        let early = UserId::new(Timestamp(1_000)).unwrap();
        let late = UserId::new(Timestamp(1_001)).unwrap();
        assert!(early < late);
        assert_eq!(UserId::parse(early.as_str()), Some(early));
        for text in ["", "01", &"u".repeat(26), &"0".repeat(27), &"é".repeat(13)] {
            assert_eq!(UserId::parse(text), None, "{text}");
        }
    }
}
