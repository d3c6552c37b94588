//! What goes wrong at a backend, and who must act.

use std::time::Duration;

/// Who can mend an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoActs {
    /// Who wrote the server.
    Developer,
    /// Who deploys it: names, secrets, limits.
    Deployer,
    /// Who runs Sigyl and its engines.
    Operator,
    /// Nobody: it may work the next time.
    Nobody,
}

/// Why a call to a backend failed. No text of it has a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// The backend is not there, or not as it is needed; the operator must act.
    #[error("{backend} cannot be used: {reason}")]
    Unavailable {
        /// Its name.
        backend: String,
        /// What is missing, and the mend.
        reason: String,
    },
    /// The backend gave no answer, or a passing failure; it may work the next time.
    #[error("{backend} did not answer: {reason}")]
    Passing {
        /// Its name.
        backend: String,
        /// What happened.
        reason: String,
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// The build failed; the developer must act.
    #[error("the build failed at `{step}`: {reason}")]
    Build {
        /// The command.
        step: String,
        /// What happened.
        reason: String,
        /// The last lines of its output.
        output: Vec<String>,
    },
    /// What is built is not what was scanned: a file changed meanwhile.
    #[error("{path} is not what was scanned; scan again")]
    Changed {
        /// The file.
        path: String,
    },
    /// An image could not be had or started; the developer must act.
    #[error("the image cannot be used: {reason}")]
    Image {
        /// What happened.
        reason: String,
    },
    /// The release ended or never became healthy; the developer must act.
    #[error("release {release} of {id} is not healthy: {reason}")]
    Unhealthy {
        /// The deployment.
        id: String,
        /// The release.
        release: u64,
        /// What happened.
        reason: String,
        /// The last lines of its log.
        output: Vec<String>,
    },
    /// A secret is not there; the deployer must act.
    #[error("the secret {name} cannot be had: {reason}")]
    Secret {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// The backend's limits are reached; the operator must act.
    #[error("{backend} has no room: {reason}")]
    Quota {
        /// Its name.
        backend: String,
        /// Which limit.
        reason: String,
    },
    /// The backend refuses who Sigyl is to it; the operator must act.
    #[error("{backend} refuses the credentials: {reason}")]
    Refused {
        /// Its name.
        backend: String,
        /// What it said.
        reason: String,
    },
    /// The backend cannot do this; the deployer must choose another one.
    #[error("{backend} cannot {what}")]
    Unsupported {
        /// Its name.
        backend: String,
        /// What.
        what: String,
    },
    /// There is no such release or deployment.
    #[error("{what} is gone")]
    Gone {
        /// What.
        what: String,
    },
    /// The backend answered what cannot be, or this machine failed; the operator must act.
    #[error("{backend} failed: {reason}")]
    Failed {
        /// Its name.
        backend: String,
        /// What happened.
        reason: String,
    },
}

impl BackendError {
    /// Who must act.
    pub fn who_acts(&self) -> WhoActs {
        match self {
            Self::Build { .. } | Self::Image { .. } | Self::Unhealthy { .. } => WhoActs::Developer,
            Self::Changed { .. } | Self::Secret { .. } | Self::Unsupported { .. } | Self::Gone { .. } => {
                WhoActs::Deployer
            }
            Self::Unavailable { .. } | Self::Quota { .. } | Self::Refused { .. } | Self::Failed { .. } => {
                WhoActs::Operator
            }
            Self::Passing { .. } => WhoActs::Nobody,
        }
    }

    /// Whether the same call may work the next time without anybody's doing.
    pub fn may_pass(&self) -> bool {
        self.who_acts() == WhoActs::Nobody
    }

    /// A stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "backend-unavailable",
            Self::Passing { .. } => "backend-passing",
            Self::Build { .. } => "build-failed",
            Self::Changed { .. } => "source-changed",
            Self::Image { .. } => "image-unusable",
            Self::Unhealthy { .. } => "unhealthy",
            Self::Secret { .. } => "secret-missing",
            Self::Quota { .. } => "quota",
            Self::Refused { .. } => "backend-refused",
            Self::Unsupported { .. } => "unsupported",
            Self::Gone { .. } => "gone",
            Self::Failed { .. } => "backend-failed",
        }
    }
}
