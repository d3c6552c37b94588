//! DSSE v1: a payload, its type, and signatures over both.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sigyl_core::secret::{PublicKey, SigningKey};

/// The type of in-toto statements.
pub(super) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// Bytes of an envelope that are read. Chosen: hundreds of times what a statement has.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Signatures that are looked at.
const MAX_SIGNATURES: usize = 16;

/// A signed payload, as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// What the payload is.
    pub payload_type: String,
    /// The payload, base64.
    pub payload: String,
    /// Who signed it.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Which key; a hint that nothing is decided by.
    #[serde(default)]
    pub keyid: String,
    /// The signature, base64.
    pub sig: String,
}

/// Why an envelope tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// It is no envelope of DSSE.
    #[error("this is no signed statement")]
    Malformed,
    /// It holds something else than a statement.
    #[error("what is signed is no in-toto statement")]
    PayloadType,
    /// None of its signatures is of a known key.
    #[error("none of the keys has signed this")]
    Signature,
}

/// What is signed: the payload with its type and both lengths, so that neither can pass for a part of the other.
pub fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Envelope {
    /// Signs a statement.
    pub fn sign(statement: &serde_json::Value, key: &SigningKey) -> Self {
        let payload = statement.to_string().into_bytes();
        let signature = key.sign(&pre_authentication_encoding(PAYLOAD_TYPE, &payload));
        Self {
            payload_type: PAYLOAD_TYPE.to_owned(),
            payload: STANDARD.encode(payload),
            signatures: vec![Signature {
                keyid: key.public().id().to_string(),
                sig: STANDARD.encode(signature),
            }],
        }
    }

    /// Reads an envelope.
    ///
    /// # Errors
    /// When it is none, or longer than a mebibyte.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_BYTES {
            return Err(EnvelopeError::Malformed);
        }
        serde_json::from_slice(bytes).map_err(|_| EnvelopeError::Malformed)
    }

    /// The payload, and the key among `keys` that signed it.
    pub(super) fn open<'k>(&self, keys: &'k [PublicKey]) -> Result<(Vec<u8>, &'k PublicKey), EnvelopeError> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType);
        }
        let payload = STANDARD.decode(&self.payload).map_err(|_| EnvelopeError::Malformed)?;
        let signed = pre_authentication_encoding(&self.payload_type, &payload);
        for signature in self.signatures.iter().take(MAX_SIGNATURES) {
            let Ok(bytes) = STANDARD.decode(&signature.sig) else { continue };
            if let Some(key) = keys.iter().find(|key| key.has_signed(&signed, &bytes)) {
                return Ok((payload, key));
            }
        }
        Err(EnvelopeError::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example() {
        // secure-systems-lab/dsse, protocol.md, "Test Vectors".
        let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn lengths_are_of_bytes() {
        assert_eq!(pre_authentication_encoding("é", "ö".as_bytes()), "DSSEv1 2 é 2 ö".as_bytes());
        assert_ne!(pre_authentication_encoding("a", b"b 1 c"), pre_authentication_encoding("a b", b"c"));
    }

    #[test]
    fn what_is_no_envelope() {
        for wrong in [&b""[..], b"{}", b"[]", b"{\"payload\": 1}", &vec![b' '; MAX_BYTES + 1]] {
            assert_eq!(Envelope::parse(wrong), Err(EnvelopeError::Malformed));
        }
    }
}
