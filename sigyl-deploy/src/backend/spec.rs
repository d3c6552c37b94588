//! What is deployed: types that carry no secret.

use std::{collections::BTreeMap, fmt, time::Duration};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sigyl_core::{ClearedScan, Digest, SourceTree};

use super::BuildSecrets;
use crate::plan::{BuildPlan, FileBytes, Limits};

/// Name of a deployment at every backend: 1 to 40 lower-case letters, digits and `-`, beginning with a letter and not
/// ending with `-`, which is what DNS labels, Kubernetes and Cloud Run take.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DeploymentId(String);

impl DeploymentId {
    /// Reads one; `None` where it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_good = (1..=40).contains(&bytes.len())
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.last().is_some_and(|byte| *byte != b'-')
            && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
        is_good.then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DeploymentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a deployment's id"))
    }
}

/// Counts the releases of a deployment, from 1.
pub type ReleaseNumber = u64;

/// One release of one deployment, as every backend gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploySpec {
    /// The deployment.
    pub id: DeploymentId,
    /// Which of its releases.
    pub release: ReleaseNumber,
    /// What runs.
    pub artifact: Artifact,
    /// What starts it; the image's own where empty.
    pub command: Vec<String>,
    /// Variables, without secrets.
    pub env: IndexMap<String, String>,
    /// Secrets that become variables, by variable.
    pub secrets: BTreeMap<String, SecretRef>,
    /// The port that it listens on.
    pub port: u16,
    /// The path of its endpoint.
    pub path: String,
    /// The user that it runs as; never 0.
    pub uid: u32,
    /// What it may use.
    pub limits: Limits,
    /// Names that it may reach, with a port where it is not 443: `api.openai.com`, `db.example.com:5432`.
    pub egress: Vec<String>,
    /// How many processes or machines answer.
    pub replicas: u32,
    /// How long it may take to answer for the first time, and how probes go.
    pub health: Health,
    /// An engine's runtime other than its own: `runsc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// The port of this machine at which the deployment answers, where the backend gives it one and it has one already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front_port: Option<u16>,
}

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Artifact {
    /// An image, by digest where the backend has one.
    Image(BuiltImage),
    /// A folder of this machine that the backend `process` built.
    Folder {
        /// Where.
        path: String,
        /// Digest of the plan that it was built by.
        plan_digest: Digest,
    },
}

/// What a build made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuiltImage {
    /// What the backend calls it: an image's name, or a folder.
    pub reference: String,
    /// `sha256:` and 64 hexadecimal digits of the image's configuration or manifest.
    pub digest: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Digest of the plan.
    pub plan_digest: Digest,
    /// Whether it was there already.
    pub reused: bool,
}

/// What a build needs.
pub struct BuildInput<'a> {
    /// For which deployment; an image that two deployments share is built once.
    pub id: &'a DeploymentId,
    /// What lets it run: only a policy can make one.
    pub cleared: &'a ClearedScan,
    /// The plan, of the same tree.
    pub plan: &'a BuildPlan,
    /// The tree that was scanned, with the digest of every file.
    pub tree: &'a SourceTree,
    /// The bytes of its files, which are compared with those digests.
    pub bytes: &'a dyn FileBytes,
    /// Secrets that it may open; none where absent.
    pub secrets: Option<BuildSecrets<'a>>,
}

/// What a backend calls a release that it started. Opaque to everybody else; kept with the deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(pub String);

/// Where a release answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// `http://10.0.3.2:8080` or `https://candidate---x.a.run.app`, without a path.
    pub origin: String,
    /// Headers that a probe needs, such as `Authorization`; their values are never shown.
    pub headers: Vec<(String, SecretHeader)>,
}

/// A header's value that is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHeader(pub String);

impl fmt::Debug for SecretHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where a secret's value is, never the value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretRef(pub String);

/// How a release is probed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// How long until the first good answer.
    pub start: Duration,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// How long the release before may go on with what it has begun.
    pub drain: Duration,
}

impl Default for Health {
    /// Kamal's values for the first and the last: 30 s each; the exchange is chosen, two messages of 5 s.
    fn default() -> Self {
        Self {
            start: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            drain: Duration::from_secs(30),
        }
    }
}
