//! Images of backends that build nothing themselves.

use async_trait::async_trait;

use super::{Artifact, BackendError, BuildInput, BuiltImage, DeploySpec, DeploymentId, Progress};

/// Makes images for backends that build none themselves, and puts them into a registry that these can pull from.
#[async_trait]
pub trait ImageBuilder: Send + Sync {
    /// What it is called in errors.
    fn name(&self) -> &str;

    /// Builds a plan, and gives its image by the digest that the registry has of it. The same plan twice builds nothing
    /// the second time.
    ///
    /// # Errors
    /// When the build fails, or the registry does not take what was built.
    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError>;

    /// Takes away what it keeps of a deployment beside the registry.
    ///
    /// # Errors
    /// When something is left.
    async fn forget(&self, id: &DeploymentId) -> Result<(), BackendError>;
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
/// The image of a plan: the one that the plan names, or what another backend builds and pushes to a registry.
pub(crate) async fn build(
    backend: &str,
    builder: Option<&std::sync::Arc<dyn ImageBuilder>>,
    input: &BuildInput<'_>,
    progress: &dyn Progress,
) -> Result<BuiltImage, BackendError> {
    if let ("image", Some(digest)) = (input.plan.planner.as_str(), &input.plan.run_image.digest) {
        let name = without_tag(&input.plan.run_image.reference);
        return Ok(BuiltImage {
            reference: format!("{name}@{digest}"),
            digest: digest.clone(),
            size_bytes: 0,
            plan_digest: input.plan.digest(),
            reused: true,
        });
    }
    let Some(builder) = builder else {
        return Err(BackendError::Unsupported {
            backend: backend.to_owned(),
            what: "build; it needs an engine that builds and pushes to a registry that it can pull from"
                .to_owned(),
        });
    };
    let image = builder.build(input, progress).await?;
    match has_digest(&image.reference) {
        true => Ok(image),
        false => Err(BackendError::Unavailable {
            backend: backend.to_owned(),
            reason: format!("{} built {} but pushed it to no registry", builder.name(), image.reference),
        }),
    }
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
/// Takes away what a builder keeps of a deployment that is no more.
pub(crate) async fn forget(
    builder: Option<&std::sync::Arc<dyn ImageBuilder>>,
    id: &DeploymentId,
) -> Result<(), BackendError> {
    match builder {
        Some(builder) => builder.forget(id).await,
        None => Ok(()),
    }
}

/// What a spec runs, by digest: a tag may be another image tomorrow.
pub(crate) fn reference(backend: &str, spec: &DeploySpec) -> Result<String, BackendError> {
    match &spec.artifact {
        Artifact::Image(image) if has_digest(&image.reference) => Ok(image.reference.clone()),
        Artifact::Image(image) => {
            Err(BackendError::Image { reason: format!("{} has no digest of a registry", image.reference) })
        }
        Artifact::Folder { .. } => {
            Err(BackendError::Unsupported { backend: backend.to_owned(), what: "run a folder".to_owned() })
        }
    }
}

fn has_digest(reference: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "./:_-".contains(c);
    reference.split_once("@sha256:").is_some_and(|(name, digest)| {
        !name.is_empty()
            && name.chars().all(is_name)
            && digest.len() == 64
            && digest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
fn without_tag(reference: &str) -> &str {
    let reference = reference.split('@').next().unwrap_or_default();
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_says_what_runs() {
        let digest = "a".repeat(64);
        assert!(has_digest(&format!("registry:5000/x/y@sha256:{digest}")));
        for other in [
            "x",
            "x:1",
            "x@sha256:ab",
            &format!("@sha256:{digest}"),
            &format!("x y@sha256:{digest}"),
            &format!("x@sha256:{}", "A".repeat(64)),
            &format!("x@sha256:{digest}\n"),
        ] {
            assert!(!has_digest(other), "{other}");
        }
    }

    #[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
    #[test]
    fn a_tag_is_no_part_of_a_name() {
        assert_eq!(without_tag("registry:5000/x/y:1.2"), "registry:5000/x/y");
        assert_eq!(without_tag("registry:5000/x/y"), "registry:5000/x/y");
        assert_eq!(without_tag("node:22@sha256:ab"), "node");
    }
}
