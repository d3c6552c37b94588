//! Whether a statement is signed by a known key, and says what is expected.

use serde::Serialize;
use serde_json::Value;
use sigyl_core::{Digest, secret::PublicKey};

use super::{
    envelope::{Envelope, EnvelopeError},
    statement::{Chain, is_same},
};

/// What a statement must say; what is absent may be anything.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Digest of the image, `sha256:` and 64 digits.
    pub image: Option<String>,
    /// Digest of the tree.
    pub tree: Option<Digest>,
    /// Digest of the scan's report.
    pub report: Option<Digest>,
    /// Digest of the plan.
    pub plan: Option<Digest>,
    /// The commit.
    pub commit: Option<String>,
    /// Who built it.
    pub builder: Option<String>,
}

/// What a signed statement says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Name of the key that signed it.
    pub key: Digest,
    /// Digest of the image.
    pub image: String,
    /// Digest of the tree that was scanned and built.
    pub tree: String,
    /// Digest of the scan's report.
    pub report: String,
    /// Digest of the plan.
    pub plan: String,
    /// The commit, where the tree came from Git.
    pub commit: Option<String>,
    /// Who built it.
    pub builder: String,
}

/// Why a statement proves nothing of what is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is not signed by a known key.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// It is signed, and says nothing of a build of ours.
    #[error("what is signed is no statement of a build")]
    NotAStatement,
    /// It is signed, and is of something else.
    #[error("the statement is of another {what}: {said}, not {expected}")]
    Differs {
        /// Image, tree, report, plan, commit or builder.
        what: &'static str,
        /// What the statement says.
        said: String,
        /// What was expected.
        expected: String,
    },
}

/// Checks an envelope: a signature of one of `keys`, then everything that is expected.
///
/// # Errors
/// What is wrong first. Nothing of an envelope is believed before its signature.
pub fn verify(envelope: &Envelope, keys: &[PublicKey], expected: &Expected) -> Result<Verified, VerifyError> {
    let (payload, key) = envelope.open(keys)?;
    let statement: Value = serde_json::from_slice(&payload).map_err(|_| VerifyError::NotAStatement)?;
    let chain = Chain::read(&statement).ok_or(VerifyError::NotAStatement)?;
    let digests = [
        ("tree", &expected.tree, &chain.tree),
        ("report", &expected.report, &chain.report),
        ("plan", &expected.plan, &chain.plan),
    ];
    for (what, expected, said) in digests {
        if let Some(expected) = expected.as_ref().filter(|expected| !is_same(expected, said)) {
            return Err(differs(what, said, expected.as_str()));
        }
    }
    let commit = chain.commit.clone().unwrap_or_else(|| "none".to_owned());
    let texts = [
        ("image", &expected.image, &chain.image),
        ("commit", &expected.commit, &commit),
        ("builder", &expected.builder, &chain.builder),
    ];
    for (what, expected, said) in texts {
        if let Some(expected) = expected.as_ref().filter(|expected| *expected != said) {
            return Err(differs(what, said, expected));
        }
    }
    Ok(Verified {
        key: key.id(),
        image: chain.image,
        tree: chain.tree,
        report: chain.report,
        plan: chain.plan,
        commit: chain.commit,
        builder: chain.builder,
    })
}

fn differs(what: &'static str, said: &str, expected: &str) -> VerifyError {
    VerifyError::Differs { what, said: said.to_owned(), expected: expected.to_owned() }
}
