//! The plan's types.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::{DiagnosticLevel, Digest, manifest::ValueType};

/// The user and group that servers run as: numeric, so that an engine can tell that it is not root. Chosen above the
/// ids that distributions give to people.
pub const UID: u32 = 10_001;

/// The port that a server is told to listen on where its manifest names none.
pub const DEFAULT_PORT: u16 = 8080;

/// The path of a server's endpoint where its manifest names none.
pub const ENDPOINT_PATH: &str = "/mcp";

/// What is built of one tree, and how it is started. The same tree, manifest, report and options give the same plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BuildPlan {
    /// Version of this form, 1.
    pub format: u32,
    /// Digest of the tree that was scanned.
    pub tree_digest: Digest,
    /// Digest of the report that was cleared.
    pub report_digest: Digest,
    /// The commit, 40 hexadecimal digits, where the tree came from Git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The server's name, as the manifest says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The version that the manifest says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who made the plan: `node`, `python`, `go`, `rust`, `dockerfile`, `image`.
    pub planner: String,
    /// What it is built in and what it runs in; the same image where the runtime is needed in both.
    pub build_image: BaseImage,
    /// What it runs in.
    pub run_image: BaseImage,
    /// What is done in order, each as argument vectors.
    pub phases: Vec<Phase>,
    /// Paths below the application's folder that the running image gets; the whole folder where empty.
    pub keep: Vec<String>,
    /// The author's own Dockerfile, relative to the tree, where it is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<String>,
    /// That Dockerfile as it is built: its instructions with the paths of the context, one a line, ending with a stage that
    /// ours goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapped: Option<String>,
    /// The folder of the tree that is the application's root; empty for the tree itself.
    pub root: String,
    /// What starts the server itself, without the bridge.
    pub start: Vec<String>,
    /// How the server speaks.
    pub transport: Transport,
    /// The bridge before a server that speaks over standard input and output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<Bridge>,
    /// Variables of the running server; never a secret.
    pub env: IndexMap<String, String>,
    /// Values that come into the environment when it is started; names alone.
    pub secrets: Vec<SecretSlot>,
    /// Secrets that the installation of dependencies gets as variables; names alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub build_secrets: Vec<String>,
    /// The deployment that alone may have what is built, since it was let in where others may not be: by build secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_to: Option<String>,
    /// The user that it runs as.
    pub uid: u32,
    /// The port that it listens on.
    pub port: u16,
    /// The path of its endpoint.
    pub path: String,
    /// What it may use.
    pub limits: Limits,
    /// Names that it may reach; nothing else.
    pub egress: Vec<String>,
    /// Whether one process may answer everybody: the server keeps nothing between calls.
    pub stateless: bool,
    /// Files that the plan itself brings, written into the application's folder before the first phase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<GeneratedFile>,
    /// Variables that name folders of the application, in builds and when it runs: relative paths, which come before
    /// what the variable holds already. [`BuildPlan::path_env`] makes values of them.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub path_variables: IndexMap<String, Vec<String>>,
    /// Why it is as it is: what was chosen, and what its reader should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
}

/// A file that the plan brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedFile {
    /// Where, relative to the application's folder; always below `.sigyl/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Something that a planner chose, or that weakens what the plan promises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// `note` or `warning`.
    pub level: DiagnosticLevel,
    /// Stable kebab-case code.
    pub code: String,
    /// One sentence without a full stop.
    pub text: String,
}

impl BuildPlan {
    /// SHA-256 of the plan's JSON form.
    pub fn digest(&self) -> Digest {
        // Serialising plain data into memory cannot fail; an empty digest would not match anything.
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}

/// An image of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaseImage {
    /// Name with tag: `node:22-slim`.
    pub reference: String,
    /// `sha256:` and 64 hexadecimal digits, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A step of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// Files of the tree that it needs, relative to the root; all where empty.
    pub files: Vec<String>,
    /// Argument vectors, one after the other, in the application's folder.
    pub commands: Vec<Vec<String>>,
    /// Variables of this step alone.
    pub env: IndexMap<String, String>,
    /// Whether it may use the network: dependencies are installed with, the project's own build runs without.
    pub network: bool,
}

/// Name of a build's step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseName {
    /// Dependencies, without their scripts.
    Install,
    /// Install scripts of the dependencies that the manifest names.
    Scripts,
    /// The project's own build.
    Build,
    /// What only the build needed goes away.
    Prune,
}

/// How a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Streamable HTTP on the port.
    Http,
    /// Standard input and output; the bridge listens on the port.
    Stdio,
}

/// How the bridge starts a server's processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bridge {
    /// One process for each session.
    Session,
    /// One process for all, for servers that keep nothing between calls.
    Shared,
}

/// A value that comes into the environment when a server is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretSlot {
    /// What the server calls it.
    pub key: String,
    /// Name of the variable.
    pub variable: String,
    /// Whether it does not start without.
    pub required: bool,
    /// Its type.
    pub value_type: ValueType,
    /// The text of the variable, in which `{KEY}` stands for the value of the requirement with that key; the value alone
    /// where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// What a server may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// Memory, bytes.
    pub memory_bytes: u64,
    /// What one of several processes may use of it, bytes, where there is one for each session: what to set aside for a
    /// server that nobody asks anything. The whole where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_memory_bytes: Option<u64>,
    /// CPU, thousandths of a core.
    pub cpu_millis: u32,
    /// Processes and threads.
    pub pids: u32,
    /// Size of `/tmp`, in memory, bytes.
    pub tmp_bytes: u64,
}

impl Default for Limits {
    /// Chosen: what the measured npm and PyPI servers need, twice.
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            process_memory_bytes: None,
            cpu_millis: 500,
            pids: 128,
            tmp_bytes: 64 << 20,
        }
    }
}
