//! Statements of provenance: signed, verified, and tampered with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sigyl_core::secret::{PublicKey, SigningKey};
use sigyl_deploy::provenance::{
    Built, Envelope, EnvelopeError, Expected, Source, VerifyError, pre_authentication_encoding, statement,
    verify,
};

use crate::support::{plan_tree, tree};

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

fn signed() -> (Value, Envelope, PublicKey) {
    let mut tree = tree(
        Some("npm:@a/b@1.0.0"),
        &[("package.json", "{}"), ("index.js", "new StdioServerTransport() // mcp")],
    );
    tree.commit = Some("0123456789abcdef0123456789abcdef01234567".to_owned());
    let plan = plan_tree(&tree, &Default::default()).unwrap();
    let built = Built {
        name: "registry.example/s".to_owned(),
        digest: format!("sha256:{}", "7".repeat(64)),
        finished_on: None,
    };
    let statement = statement(&plan, &Source::of(&tree), &built, "https://sigyl.example");
    let key = SigningKey::from_pem(KEY).unwrap();
    (statement.clone(), Envelope::sign(&statement, &key), key.public())
}

fn resigned(statement: &Value) -> Envelope {
    Envelope::sign(statement, &SigningKey::from_pem(KEY).unwrap())
}

#[test]
fn what_is_signed_is_verified() {
    let (statement, envelope, key) = signed();
    let text = serde_json::to_vec(&envelope).unwrap();
    let verified =
        verify(&Envelope::parse(&text).unwrap(), std::slice::from_ref(&key), &Expected::default()).unwrap();
    assert_eq!(verified.image, format!("sha256:{}", "7".repeat(64)));
    assert_eq!(verified.commit.as_deref(), Some("0123456789abcdef0123456789abcdef01234567"));
    assert_eq!(verified.key, key.id());
    assert_eq!(
        statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]["uri"],
        "pkg:npm/%40a/b@1.0.0"
    );
    let expected = Expected {
        image: Some(verified.image.clone()),
        commit: verified.commit.clone(),
        builder: Some("https://sigyl.example".to_owned()),
        ..Expected::default()
    };
    assert!(verify(&envelope, &[key], &expected).is_ok());
}

#[test]
fn each_digest_of_the_chain_counts() {
    let (statement, _, key) = signed();
    let keys = [key];
    let told = verify(&resigned(&statement), &keys, &Expected::default()).unwrap();
    let digest = |text: &str| serde_json::from_value(json!(text)).unwrap();
    let expected = Expected {
        image: Some(told.image.clone()),
        tree: Some(digest(&told.tree)),
        report: Some(digest(&told.report)),
        plan: Some(digest(&told.plan)),
        commit: told.commit.clone(),
        builder: Some(told.builder.clone()),
    };
    assert_eq!(verify(&resigned(&statement), &keys, &expected).unwrap(), told);
    let other = "0".repeat(64);
    for (pointer, what) in [
        ("/subject/0/digest/sha256", "image"),
        ("/predicate/buildDefinition/resolvedDependencies/0/digest/sha256", "tree"),
        ("/predicate/buildDefinition/resolvedDependencies/0/digest/gitCommit", "commit"),
        ("/predicate/buildDefinition/internalParameters/report/sha256", "report"),
        ("/predicate/buildDefinition/internalParameters/plan/sha256", "plan"),
        ("/predicate/runDetails/builder/id", "builder"),
    ] {
        let mut changed = statement.clone();
        *changed.pointer_mut(pointer).unwrap() = json!(other);
        // Signed by the right key, it is of something else.
        match verify(&resigned(&changed), &keys, &expected) {
            Err(VerifyError::Differs { what: said, .. }) => assert_eq!(said, what),
            result => panic!("{pointer}: {result:?}"),
        }
        // Put into the old envelope, the signature is wrong.
        let mut envelope = resigned(&statement);
        envelope.payload = STANDARD.encode(changed.to_string());
        let error = verify(&envelope, &keys, &Expected::default()).unwrap_err();
        assert_eq!(error, VerifyError::Envelope(EnvelopeError::Signature), "{pointer}");
    }
}

#[test]
fn other_keys_types_and_statements() {
    let (statement, envelope, key) = signed();
    let keys = [key.clone()];
    let stranger = SigningKey::generate().unwrap();
    let error =
        |envelope: &Envelope, keys: &[PublicKey]| verify(envelope, keys, &Expected::default()).unwrap_err();
    assert_eq!(error(&envelope, &[stranger.public()]), VerifyError::Envelope(EnvelopeError::Signature));
    assert_eq!(error(&envelope, &[]), VerifyError::Envelope(EnvelopeError::Signature));
    // The name of a key is a hint: who writes another key's name has not signed.
    let mut forged = Envelope::sign(&statement, &stranger);
    forged.signatures[0].keyid = key.id().to_string();
    assert_eq!(error(&forged, &keys), VerifyError::Envelope(EnvelopeError::Signature));
    let mut other = envelope.clone();
    other.payload_type = "application/json".to_owned();
    assert_eq!(error(&other, &keys), VerifyError::Envelope(EnvelopeError::PayloadType));
    let mut none = envelope.clone();
    none.signatures.clear();
    assert_eq!(error(&none, &keys), VerifyError::Envelope(EnvelopeError::Signature));
    for pointer in ["/_type", "/predicateType", "/predicate/buildDefinition/buildType"] {
        let mut changed = statement.clone();
        *changed.pointer_mut(pointer).unwrap() = json!("https://example.com/other");
        assert_eq!(error(&resigned(&changed), &keys), VerifyError::NotAStatement, "{pointer}");
    }
    let mut two = statement.clone();
    let second = two["subject"][0].clone();
    two["subject"].as_array_mut().unwrap().push(second);
    assert_eq!(error(&resigned(&two), &keys), VerifyError::NotAStatement);
    // One more signature by a stranger takes nothing away.
    let mut both = envelope.clone();
    both.signatures.insert(0, forged.signatures[0].clone());
    assert!(verify(&both, &keys, &Expected::default()).is_ok());
    assert!(pre_authentication_encoding("a", b"").starts_with(b"DSSEv1 1 a 0 "));
}
