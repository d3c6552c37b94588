//! Where an image came from, so that anybody can check it: commit, tree, scan report, plan and image in one statement,
//! signed by the server that built it.
//!
//! The statement is an in-toto Statement v1 with a predicate of SLSA provenance v1; the envelope is DSSE v1. Both are
//! formats that others read.

mod envelope;
mod statement;
mod verify;

pub use envelope::{Envelope, EnvelopeError, Signature, pre_authentication_encoding};
pub use statement::{BUILD_TYPE, Built, Source, statement};
pub use verify::{Expected, Verified, VerifyError, verify};
