//! The statement: in-toto v1 with a predicate of SLSA provenance v1.

use serde_json::{Value, json};
use sigyl_core::{Digest, SourceTree, source::Origin};

use crate::plan::{BaseImage, BuildPlan};

/// What kind of build it is; names the meaning of the parameters.
pub const BUILD_TYPE: &str = "https://sigyl.dev/build/v1";
/// The type of the statement.
pub(super) const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of its predicate.
pub(super) const PREDICATE: &str = "https://slsa.dev/provenance/v1";

/// Where the source came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its address, without credentials: of a repository, a package, or none for what lay on the builder's disk.
    pub uri: Option<String>,
    /// The commit, where it came from Git.
    pub commit: Option<String>,
}

impl Source {
    /// What a tree knows of itself. Paths of this machine are nobody's business.
    pub fn of(tree: &SourceTree) -> Self {
        let uri = match &tree.origin {
            Origin::Git { url, .. } => Some(format!("git+{url}")),
            Origin::Package { reference } => Some(match reference.split_once(':') {
                Some(("npm", name)) => {
                    format!("pkg:npm/{}", name.replacen('@', "%40", usize::from(name.starts_with('@'))))
                }
                Some(("pypi", name)) => format!("pkg:pypi/{}", name.replace("==", "@")),
                _ => reference.clone(),
            }),
            _ => None,
        };
        Self { uri, commit: tree.commit.clone() }
    }
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The image's name; a folder's at backends without images.
    pub name: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// When it was finished, as RFC 3339 writes it, where the builder tells.
    pub finished_on: Option<String>,
}

/// The statement that `built` was made by `plan` from `source`. `builder` names who says so: the address of a server.
pub fn statement(plan: &BuildPlan, source: &Source, built: &Built, builder: &str) -> Value {
    let mut dependencies = vec![json!({
        "name": "tree",
        "digest": { "sha256": plan.tree_digest },
    })];
    if let Some(first) = dependencies.first_mut() {
        if let Some(uri) = &source.uri {
            first["uri"] = json!(uri);
        }
        if let Some(commit) = &source.commit {
            first["digest"]["gitCommit"] = json!(commit);
        }
    }
    let images = [&plan.build_image, &plan.run_image];
    let mut known: Vec<&BaseImage> = images.into_iter().filter(|image| !image.reference.is_empty()).collect();
    known.dedup();
    dependencies.extend(known.into_iter().map(|image| {
        let mut dependency = json!({ "name": "image", "uri": format!("oci:{}", image.reference) });
        if let Some(digest) = image.digest.as_deref().and_then(|digest| digest.strip_prefix("sha256:")) {
            dependency["digest"] = json!({ "sha256": digest });
        }
        dependency
    }));
    let digest = built.digest.strip_prefix("sha256:").unwrap_or(&built.digest);
    let mut metadata = json!({});
    if let Some(finished_on) = &built.finished_on {
        metadata["finishedOn"] = json!(finished_on);
    }
    json!({
        "_type": STATEMENT,
        "subject": [{ "name": built.name, "digest": { "sha256": digest } }],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": { "source": source.uri, "root": plan.root },
                "internalParameters": {
                    "planner": plan.planner,
                    "report": { "sha256": plan.report_digest },
                    "plan": { "sha256": plan.digest() },
                },
                "resolvedDependencies": dependencies,
            },
            "runDetails": { "builder": { "id": builder }, "metadata": metadata },
        },
    })
}

/// The digests that a statement chains.
pub(super) struct Chain {
    pub(super) image: String,
    pub(super) tree: String,
    pub(super) report: String,
    pub(super) plan: String,
    pub(super) commit: Option<String>,
    pub(super) builder: String,
}

impl Chain {
    /// Reads them back; `None` where one is missing or of another form.
    pub(super) fn read(statement: &Value) -> Option<Self> {
        let text = |pointer: &str| statement.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let digest = |pointer: &str| text(pointer).filter(|text| is_digest(text));
        if text("/_type")? != STATEMENT || text("/predicateType")? != PREDICATE {
            return None;
        }
        if text("/predicate/buildDefinition/buildType")? != BUILD_TYPE {
            return None;
        }
        // A second subject would be a second image that the same signature vouches for.
        if statement.get("subject")?.as_array()?.len() != 1 {
            return None;
        }
        let inner = "/predicate/buildDefinition/internalParameters";
        let first = "/predicate/buildDefinition/resolvedDependencies/0";
        if text(&format!("{first}/name"))? != "tree" {
            return None;
        }
        Some(Self {
            image: format!("sha256:{}", digest("/subject/0/digest/sha256")?),
            tree: digest(&format!("{first}/digest/sha256"))?,
            report: digest(&format!("{inner}/report/sha256"))?,
            plan: digest(&format!("{inner}/plan/sha256"))?,
            commit: text(&format!("{first}/digest/gitCommit")),
            builder: text("/predicate/runDetails/builder/id")?,
        })
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Whether a digest of ours is this text.
pub(super) fn is_same(digest: &Digest, text: &str) -> bool {
    digest.as_str() == text
}
