//! Why a server's answer is of no use.

/// Each message says who must act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RemoteError {
    /// The user must name another server.
    #[error("{0} is no address of a server; write https://HOST")]
    Address(String),
    /// The user's credential would travel in the clear.
    #[error("{0} is neither https nor on this computer, so that no credential is sent there")]
    InTheClear(String),
    /// The user must log in.
    #[error("not logged in to {0}; use `sigyl login {0}`, or set SIGYL_API_KEY")]
    NotLoggedIn(String),
    /// The server refused, and says why.
    #[error("{message} ({code})")]
    Refused {
        /// The status.
        status: u16,
        /// The stable code.
        code: String,
        /// For people.
        message: String,
    },
    /// Nobody answered.
    #[error("{server} gave no answer: {why}")]
    NoAnswer {
        /// Who.
        server: String,
        /// In a few words.
        why: String,
    },
    /// What answered is no server of Sigyl, or one of another version.
    #[error("{server} answered something else than a server of Sigyl does: {why}")]
    Strange {
        /// Who.
        server: String,
        /// What was strange.
        why: String,
    },
    /// The user's file of credentials must be mended.
    #[error("{path}: {why}")]
    Credentials {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The user must say something that was not said.
    #[error("{0}")]
    Missing(String),
}

impl RemoteError {
    /// The status of a refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}
