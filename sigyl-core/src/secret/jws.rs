//! Signatures of tokens that others issued: JWS in its compact form (RFC 7515) under keys of a JWK set (RFC 7517).
//!
//! Only algorithms with public keys are known. A token that names `none`, or one with a shared key, is not signed.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Longest token that is read, bytes. Chosen: ten times what providers issue.
const TOKEN_BYTES_MAX: usize = 64 << 10;

/// Why a token's claims are not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// It is no token of three parts.
    #[error("the token is malformed")]
    Malformed,
    /// Its algorithm is none that is known here.
    #[error("the token is signed in a way that is not known here")]
    Algorithm,
    /// The set has no key of this id; a newer one may.
    #[error("the token is signed with a key that is not known")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature is wrong")]
    Signature,
}

/// The claims of a token that a key of the set signed.
///
/// # Errors
/// When it is none, or its signature is not that of a key in the set.
pub fn verify_jws(token: &str, keys: &Value) -> Result<Value, JwsError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(JwsError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(JwsError::Malformed)?;
    let header: Value = json(header)?;
    let signature = decoded(signature)?;
    let text = |key: &str| header.get(key).and_then(Value::as_str);
    // An extension that must be understood is not.
    if header.get("crit").is_some() || header.get("b64").is_some() {
        return Err(JwsError::Algorithm);
    }
    let algorithm = text("alg").ok_or(JwsError::Malformed)?;
    let kind = kind_of(algorithm).ok_or(JwsError::Algorithm)?;
    let fits = |key: &&Value| {
        let is = |name: &str, value: &str| key.get(name).and_then(Value::as_str).is_none_or(|it| it == value);
        let same_id = text("kid").is_none_or(|id| is("kid", id));
        key.get("kty").and_then(Value::as_str) == Some(kind)
            && is("use", "sig")
            && is("alg", algorithm)
            && same_id
    };
    let mut all = keys.get("keys").and_then(Value::as_array).into_iter().flatten().filter(fits).peekable();
    if all.peek().is_none() {
        return Err(JwsError::UnknownKey);
    }
    if all.take(8).any(|key| is_signed(algorithm, key, signed.as_bytes(), &signature).is_some()) {
        json(claims)
    } else {
        Err(JwsError::Signature)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, JwsError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Malformed)
}

fn json(part: &str) -> Result<Value, JwsError> {
    let value: Value = serde_json::from_slice(&decoded(part)?).map_err(|_| JwsError::Malformed)?;
    if value.is_object() { Ok(value) } else { Err(JwsError::Malformed) }
}

/// The kind of key that an algorithm wants.
fn kind_of(algorithm: &str) -> Option<&'static str> {
    match algorithm {
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => Some("RSA"),
        "ES256" | "ES384" => Some("EC"),
        "EdDSA" => Some("OKP"),
        _ => None,
    }
}

/// Something, where the key signed it.
fn is_signed(algorithm: &str, key: &Value, signed: &[u8], signature: &[u8]) -> Option<()> {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
    let curve = key.get("crv").and_then(Value::as_str);
    let rsa = |parameters: &RsaParameters| {
        let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
        key.verify(parameters, signed, signature).ok()
    };
    let plain = |algorithm: &'static dyn VerificationAlgorithm, bytes: Vec<u8>| {
        UnparsedPublicKey::new(algorithm, bytes).verify(signed, signature).ok()
    };
    let point = |length: usize| {
        let (x, y) = (part("x")?, part("y")?);
        (x.len() == length && y.len() == length).then(|| [&[4][..], &x, &y].concat())
    };
    match (algorithm, curve) {
        ("RS256", _) => rsa(&RSA_PKCS1_2048_8192_SHA256),
        ("RS384", _) => rsa(&RSA_PKCS1_2048_8192_SHA384),
        ("RS512", _) => rsa(&RSA_PKCS1_2048_8192_SHA512),
        ("PS256", _) => rsa(&RSA_PSS_2048_8192_SHA256),
        ("PS384", _) => rsa(&RSA_PSS_2048_8192_SHA384),
        ("PS512", _) => rsa(&RSA_PSS_2048_8192_SHA512),
        ("ES256", Some("P-256")) => plain(&ECDSA_P256_SHA256_FIXED, point(32)?),
        ("ES384", Some("P-384")) => plain(&ECDSA_P384_SHA384_FIXED, point(48)?),
        ("EdDSA", Some("Ed25519")) => plain(&ED25519, part("x")?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7515, A.3: ES256.
    const KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    /// RFC 7515, A.2: RS256.
    const RSA_KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
    const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn set(keys: &[&str]) -> Value {
        let keys = keys.iter().map(|key| serde_json::from_str::<Value>(key).unwrap());
        json!({ "keys": keys.collect::<Vec<_>>() })
    }

    #[test]
    fn the_examples_of_the_specification() {
        let keys = set(&[RSA_KEY, KEY]);
        assert_eq!(verify_jws(TOKEN, &keys).unwrap()["iss"], "joe");
        assert_eq!(verify_jws(RSA_TOKEN, &keys).unwrap()["iss"], "joe");
        assert_eq!(verify_jws(TOKEN, &set(&[RSA_KEY])), Err(JwsError::UnknownKey));
        assert_eq!(verify_jws(RSA_TOKEN, &set(&[])), Err(JwsError::UnknownKey));
    }

    #[test]
    fn any_change_is_noticed() {
        let keys = set(&[KEY]);
        let (signed, signature) = TOKEN.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        bytes[40] ^= 1;
        let changed = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&bytes));
        assert_eq!(verify_jws(&changed, &keys), Err(JwsError::Signature));
        let other = URL_SAFE_NO_PAD.encode(br#"{"iss":"eve"}"#);
        assert_eq!(verify_jws(&format!("{header}.{other}.{signature}"), &keys), Err(JwsError::Signature));
        let headed = |header: &str, signature: &str| {
            let header = URL_SAFE_NO_PAD.encode(header);
            verify_jws(&format!("{header}.{claims}.{signature}"), &keys)
        };
        assert_eq!(headed(r#"{"alg":"none"}"#, ""), Err(JwsError::Algorithm));
        assert_eq!(headed(r#"{"alg":"HS256"}"#, signature), Err(JwsError::Algorithm));
        assert_eq!(headed(r#"{"alg":"RS256"}"#, signature), Err(JwsError::UnknownKey));
        assert_eq!(headed(r#"{"alg":"ES256","kid":"other"}"#, signature), Err(JwsError::Signature));
        assert_eq!(headed(r#"{"alg":"ES256","crit":["exp"]}"#, signature), Err(JwsError::Algorithm));
        for text in ["", ".", "..", "a.b", "a.b.c.d", &"x".repeat(100_000)] {
            assert!(verify_jws(text, &keys).is_err());
        }
        for key in [
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
            r#"{"kty":"EC","crv":"P-384"}"#,
            r#"{"kty":"EC"}"#,
        ] {
            assert_eq!(verify_jws(TOKEN, &set(&[key])), Err(JwsError::Signature));
        }
    }
}
