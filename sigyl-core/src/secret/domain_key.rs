//! Keys that domains publish of themselves, by which the official publisher's logins by DNS and HTTP are proved:
//! `v=MCPv1; k=ed25519; p=BASE64`.

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED, ED25519, UnparsedPublicKey, VerificationAlgorithm};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Keys of one domain that are read. Chosen: two are there while one replaces the other.
const KEYS_MAX: usize = 8;

/// The kind of a domain's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// 32 bytes; signatures of 64.
    Ed25519,
    /// A compressed point of 49 bytes; signatures are r and s, 48 bytes each, of the SHA-384.
    EcdsaP384,
}

/// The public key of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainKey {
    kind: Kind,
    bytes: Vec<u8>,
}

impl DomainKey {
    /// The keys in records or lines, in their order; what is none is passed over, and so is what comes after the eighth.
    pub fn all<'a>(records: impl Iterator<Item = &'a str>) -> Vec<Self> {
        records.filter_map(Self::parse).take(KEYS_MAX).collect()
    }

    /// Reads a record.
    fn parse(record: &str) -> Option<Self> {
        let mut parts = record.trim().trim_matches('"').split(';').map(str::trim);
        let (version, kind, key) = (parts.next()?, parts.next()?, parts.next()?);
        if version != "v=MCPv1" {
            return None;
        }
        let bytes = STANDARD.decode(key.strip_prefix("p=")?.trim()).ok()?;
        let kind = match kind.strip_prefix("k=")?.trim() {
            "ed25519" if bytes.len() == 32 => Kind::Ed25519,
            "ecdsap384" if bytes.len() == 49 && matches!(bytes[0], 2 | 3) => Kind::EcdsaP384,
            _ => return None,
        };
        Some(Self { kind, bytes })
    }

    /// Whether the key signed the message.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match self.kind {
            Kind::Ed25519 => &ED25519,
            Kind::EcdsaP384 => &ECDSA_P384_SHA384_FIXED,
        };
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signature).is_ok()
    }

    /// What its owner knows it by: its kind and first letters, as the official registry tells.
    pub fn hint(&self) -> String {
        let kind = match self.kind {
            Kind::Ed25519 => "ed25519",
            Kind::EcdsaP384 => "ecdsap384",
        };
        format!("{kind}:{}", &STANDARD.encode(&self.bytes)[..8])
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsBigEndian, EcPublicKeyCompressedBin},
        rand::SystemRandom,
        signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
    };

    use super::*;

    const MESSAGE: &[u8] = b"2026-11-21T12:00:00Z";

    fn one(record: &str) -> Option<DomainKey> {
        DomainKey::all(std::iter::once(record)).pop()
    }

    #[test]
    fn keys_of_both_kinds_know_what_they_signed() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let edwards = format!("v=MCPv1; k=ed25519; p={}", STANDARD.encode(pair.public_key().as_ref()));
        let signature = pair.sign(MESSAGE).as_ref().to_vec();
        let point = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        let bytes: EcPublicKeyCompressedBin<'_> = point.public_key().as_be_bytes().unwrap();
        let nist = format!("v=MCPv1;k=ecdsap384;p={}", STANDARD.encode(bytes.as_ref()));
        let second = point.sign(&SystemRandom::new(), MESSAGE).unwrap().as_ref().to_vec();
        assert_eq!((signature.len(), second.len()), (64, 96));
        for (record, signature, other) in [(&edwards, &signature, &second), (&nist, &second, &signature)] {
            let key = one(record).unwrap();
            assert!(key.has_signed(MESSAGE, signature));
            assert!(!key.has_signed(b"2026-11-21T12:00:01Z", signature));
            assert!(!key.has_signed(MESSAGE, other));
            assert!(!key.has_signed(MESSAGE, &signature[1..]));
            assert!(!key.has_signed(MESSAGE, &[]));
            let mut changed = signature.clone();
            changed[7] ^= 1;
            assert!(!key.has_signed(MESSAGE, &changed));
        }
        assert_eq!(one(&format!("\"{edwards}\"")), one(&edwards));
        assert!(one(&nist).unwrap().hint().starts_with("ecdsap384:A"));
        assert_eq!(DomainKey::all([edwards.as_str(), "v=spf1 -all", &nist].into_iter()).len(), 2);
        assert_eq!(DomainKey::all(std::iter::repeat_n(edwards.as_str(), 100)).len(), KEYS_MAX);
    }

    #[test]
    fn what_is_no_key_is_none() {
        let short = STANDARD.encode([2; 48]);
        let plain = STANDARD.encode([4; 49]);
        let fine = STANDARD.encode([0; 32]);
        for record in [
            String::new(),
            "v=MCPv1".to_owned(),
            "v=MCPv1; k=ed25519; p=".to_owned(),
            "v=MCPv1; k=ed25519; p=!".to_owned(),
            format!("v=MCPv2; k=ed25519; p={fine}"),
            format!("v=MCPv1; k=rsa; p={fine}"),
            format!("k=ed25519; v=MCPv1; p={fine}"),
            format!("v=MCPv1; k=ecdsap384; p={short}"),
            format!("v=MCPv1; k=ecdsap384; p={plain}"),
        ] {
            assert_eq!(one(&record), None, "{record}");
        }
        // A point that is on no curve is told when it is used.
        let nowhere = one(&format!("v=MCPv1; k=ecdsap384; p={}", STANDARD.encode([2; 49]))).unwrap();
        assert!(!nowhere.has_signed(MESSAGE, &[0; 96]));
    }
}
