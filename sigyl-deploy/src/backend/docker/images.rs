//! Images: at hand, or from the registry by digest.

use std::collections::HashMap;

use bollard::{
    auth::DockerCredentials,
    models::{ImageInspect, ImageSummary},
    query_parameters::{
        CreateImageOptionsBuilder, ListImagesOptionsBuilder, PushImageOptionsBuilder,
        RemoveImageOptionsBuilder, TagImageOptionsBuilder,
    },
};
use futures_util::StreamExt;
use tokio::time;

use super::{
    container,
    engine::{Engine, GONE, LOOK, is_missing, status},
    labels,
    options::{Credentials, Registry},
};
use crate::backend::{BackendError, BuiltImage, DeploySpec, DeploymentId, Owned, Progress, hidden::hide};

/// The image of a spec, by the engine's own id of it, so that no tag can be moved meanwhile; pulled where it is not there.
pub(crate) async fn ensure(
    engine: &Engine,
    registry: Option<&Registry>,
    spec: &DeploySpec,
    progress: &dyn Progress,
) -> Result<String, BackendError> {
    let image = container::image_of(engine.backend, spec)?;
    // A reference by digest says what it is; a tag does not, and there the id counts.
    let by_digest = image.reference.contains("@sha256:");
    let wanted = if by_digest { &image.reference } else { &image.digest };
    if let Some(found) = inspect(engine, wanted).await? {
        return Ok(found.id.unwrap_or_else(|| wanted.clone()));
    }
    if !by_digest {
        return Err(BackendError::Image {
            reason: format!("{} is not on the engine any more; build it again", image.reference),
        });
    }
    progress.line(&format!("pulling {}", image.reference));
    pull(engine, registry, &image.reference).await?;
    if registry.is_some_and(|registry| is_of(registry, &image.reference))
        && let Some((name, digest)) = image.reference.split_once("@sha256:")
    {
        // By a name it is found again when its deployment goes.
        self::tag(engine, &image.reference, name, digest).await?;
    }
    let found = inspect(engine, wanted).await?;
    found.and_then(|found| found.id).ok_or_else(|| BackendError::Image {
        reason: format!("{} was pulled and is not there", image.reference),
    })
}

/// An image by its id, name or digest; `None` where there is none.
pub(crate) async fn inspect(engine: &Engine, name: &str) -> Result<Option<ImageInspect>, BackendError> {
    match engine.docker.inspect_image(name).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(engine.error("looking at an image", &error)),
    }
}

/// Gets an image by digest from its registry.
pub(crate) async fn pull(
    engine: &Engine,
    registry: Option<&Registry>,
    reference: &str,
) -> Result<(), BackendError> {
    let options = CreateImageOptionsBuilder::new().from_image(reference).build();
    let login = Login::at(registry.filter(|registry| is_of(registry, reference))).await?;
    let mut steps = Box::pin(engine.docker.create_image(Some(options), None, login.docker()));
    while let Some(step) = steps.next().await {
        let failed = match step {
            Ok(info) => info.error_detail.and_then(|detail| detail.message),
            Err(error) if status(&error).is_some() || is_refusal(&error.to_string()) => {
                Some(error.to_string())
            }
            Err(error) => return Err(engine.error("pulling an image", &error)),
        };
        if let Some(reason) = failed {
            let reason = format!("{reference}: {}", login.hide(&reason));
            return Err(match is_refusal(&reason) {
                true => BackendError::Refused { backend: engine.backend.to_owned(), reason },
                false => BackendError::Image { reason },
            });
        }
    }
    Ok(())
}

/// Puts an image into the registry, and gives its reference by digest there.
pub(crate) async fn push(
    engine: &Engine,
    registry: &Registry,
    image: &str,
    id: &DeploymentId,
    tag: &str,
    progress: &dyn Progress,
) -> Result<String, BackendError> {
    let name = match registry.folder.is_empty() {
        true => format!("{}/{id}", registry.address),
        false => format!("{}/{}/{id}", registry.address, registry.folder),
    };
    self::tag(engine, image, &name, tag).await?;
    progress.line(&format!("pushing {name}:{tag}"));
    let options = PushImageOptionsBuilder::new().tag(tag).build();
    let login = Login::at(Some(registry)).await?;
    let mut steps = Box::pin(engine.docker.push_image(&name, Some(options), login.docker()));
    while let Some(step) = steps.next().await {
        let refused = |reason: String| BackendError::Refused { backend: engine.backend.to_owned(), reason };
        match step {
            Ok(info) => {
                if let Some(reason) = info.error_detail.and_then(|detail| detail.message) {
                    let reason = login.hide(&reason);
                    return Err(match is_refusal(&reason) || reason.contains("denied") {
                        true => refused(format!("pushing {name}: {reason}")),
                        false => BackendError::Passing {
                            backend: engine.backend.to_owned(),
                            reason: format!("pushing {name}: {reason}"),
                            retry_after: None,
                        },
                    });
                }
            }
            // With no login at all the engine itself says so, and sends nothing.
            Err(error) if is_refusal(&error.to_string()) => {
                return Err(refused(format!("pushing {name}: {}", login.hide(&error.to_string()))));
            }
            Err(error) => return Err(engine.error("pushing an image", &error)),
        }
    }
    let digests = inspect(engine, &format!("{name}:{tag}")).await?.and_then(|found| found.repo_digests);
    let of_registry = digests
        .unwrap_or_default()
        .into_iter()
        .find(|digest| digest.strip_prefix(&name).is_some_and(|rest| rest.starts_with("@sha256:")));
    of_registry.ok_or_else(|| BackendError::Failed {
        backend: engine.backend.to_owned(),
        reason: format!("the engine does not tell the digest of {name}:{tag}"),
    })
}

/// Whether a registry wants to know who asks. Docker Hub says `denied` of what it does not have, too.
fn is_refusal(reason: &str) -> bool {
    ["unauthorized", "authentication required", "no basic auth"].iter().any(|word| reason.contains(word))
}

/// Gives an image one more name.
pub(crate) async fn tag(engine: &Engine, image: &str, name: &str, tag: &str) -> Result<(), BackendError> {
    match tag_if_there(engine, image, name, tag).await? {
        true => Ok(()),
        false => Err(BackendError::Image { reason: format!("{image} is not on the engine any more") }),
    }
}

/// Gives an image one more name, unless it went meanwhile.
pub(crate) async fn tag_if_there(
    engine: &Engine,
    image: &str,
    name: &str,
    tag: &str,
) -> Result<bool, BackendError> {
    let options = TagImageOptionsBuilder::new().repo(name).tag(tag).build();
    match engine.docker.tag_image(image, Some(options)).await {
        Ok(()) => Ok(true),
        Err(error) if is_missing(&error) => Ok(false),
        Err(error) => Err(engine.error("naming an image", &error)),
    }
}

/// Takes one name of an image away, and the image with its last one.
pub(crate) async fn untag(engine: &Engine, name: &str) -> Result<(), BackendError> {
    let removed = async {
        loop {
            let options = RemoveImageOptionsBuilder::new().build();
            match engine.docker.remove_image(name, Some(options), None).await {
                // A container that has been asked to end has not ended yet.
                Err(error) if error.to_string().contains("is using its referenced image") => {
                    time::sleep(LOOK).await
                }
                Err(error) if !is_missing(&error) => return Err(engine.error("removing an image", &error)),
                _ => return Ok(()),
            }
        }
    };
    time::timeout(GONE, removed).await.unwrap_or_else(|_| {
        Err(BackendError::Passing {
            backend: engine.backend.to_owned(),
            reason: format!("a container still uses the image {name}"),
            retry_after: Some(GONE),
        })
    })
}

/// Images that this Sigyl built, and what builds of it that were cut off left, which is told as their deployment's.
pub(crate) async fn built(engine: &Engine) -> Result<Vec<ImageSummary>, BackendError> {
    let list = async |filters: &HashMap<String, Vec<String>>| {
        let options = ListImagesOptionsBuilder::new().filters(filters).build();
        engine.docker.list_images(Some(options)).await.map_err(|error| engine.error("listing images", &error))
    };
    let mut found = list(&labels::filter(&engine.instance, None, None)).await?;
    let begun = HashMap::from([("label".to_owned(), vec![labels::BUILD.to_owned()])]);
    found.extend(list(&begun).await?.into_iter().filter_map(|image| cut_off(image, &engine.instance)));
    Ok(found)
}

/// An image on which a build of this instance ended before it could be labelled.
fn cut_off(mut image: ImageSummary, instance: &str) -> Option<ImageSummary> {
    let of = labels::text(&image.labels, labels::BUILD);
    let id = DeploymentId::parse(of.strip_prefix(instance)?.strip_prefix('/')?)?;
    if image.labels.contains_key(labels::INSTANCE) {
        return None;
    }
    image.labels.extend(labels::of(instance, &id, None));
    Some(image)
}

/// Names of images that this Sigyl built; each belongs to one deployment.
pub(crate) async fn owned(engine: &Engine) -> Result<Vec<Owned>, BackendError> {
    let mut found = Vec::new();
    for image in built(engine).await? {
        let before = found.len();
        let names = image.repo_tags.iter().filter(|name| !name.starts_with("<none>"));
        found.extend(names.map(|name| Owned {
            deployment: deployment_of(name).unwrap_or_default().to_owned(),
            release: None,
            kind: "image".to_owned(),
            name: name.clone(),
        }));
        if found.len() == before {
            let (deployment, kind) = (labels::text(&image.labels, labels::DEPLOYMENT), "image".to_owned());
            found.push(Owned { deployment, release: None, kind, name: image.id });
        }
    }
    Ok(found)
}

/// Takes away a deployment's names of images, and with its last name an image.
pub(crate) async fn forget(engine: &Engine, id: &DeploymentId) -> Result<(), BackendError> {
    let images = built(engine).await?;
    // Stages of builds have no name. They go first: what they were built from stays while they are there.
    let is_unnamed = |image: &&ImageSummary| image.repo_tags.iter().all(|name| name.starts_with("<none>"));
    let is_own = |image: &&ImageSummary| labels::text(&image.labels, labels::DEPLOYMENT) == id.as_str();
    for image in images.iter().filter(is_unnamed).filter(is_own) {
        untag(engine, &image.id).await?;
    }
    for image in &images {
        for name in image.repo_tags.iter().filter(|name| deployment_of(name) == Some(id.as_str())) {
            untag(engine, name).await?;
        }
    }
    Ok(())
}

/// Takes away a deployment's images that were built by other plans than these, and tells them.
pub(crate) async fn keep(
    engine: &Engine,
    id: &DeploymentId,
    kept: &[BuiltImage],
) -> Result<Vec<Owned>, BackendError> {
    let mut gone = Vec::new();
    for image in built(engine).await? {
        for name in surplus(&image, id, kept) {
            untag(engine, &name).await?;
            let (deployment, kind) = (id.to_string(), "image".to_owned());
            gone.push(Owned { deployment, release: None, kind, name });
        }
    }
    Ok(gone)
}

/// Names of an image that a deployment needs no longer; its id where it has no name and was built for that deployment.
fn surplus(image: &ImageSummary, id: &DeploymentId, kept: &[BuiltImage]) -> Vec<String> {
    let plan = labels::text(&image.labels, labels::PLAN);
    if kept.iter().any(|kept| kept.plan_digest.as_str() == plan) {
        return Vec::new();
    }
    let named: Vec<_> = image.repo_tags.iter().filter(|name| !name.starts_with("<none>")).collect();
    if named.is_empty() {
        let is_own = labels::text(&image.labels, labels::DEPLOYMENT) == id.as_str();
        return if is_own { vec![image.id.clone()] } else { Vec::new() };
    }
    let is_own = |name: &&String| deployment_of(name) == Some(id.as_str()) && !is_of_gate(name);
    named.into_iter().filter(is_own).cloned().collect()
}

/// What tags of gates' images begin with. They are of no plan, and stay as long as their deployment.
pub(crate) const GATE: &str = "gate-";

fn is_of_gate(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .and_then(|last| last.split_once(':'))
        .is_some_and(|(_, tag)| tag.starts_with(GATE))
}

/// The deployment that an image's name belongs to: the last part of its path, without the tag.
pub(crate) fn deployment_of(name: &str) -> Option<&str> {
    let last = name.rsplit('/').next()?;
    Some(last.split_once(':').map_or(last, |(last, _)| last))
}

fn is_of(registry: &Registry, reference: &str) -> bool {
    reference.strip_prefix(&registry.address).is_some_and(|rest| rest.starts_with('/'))
}

/// Who Sigyl is to a registry at this moment.
pub(crate) struct Login(Option<(String, Credentials)>);

impl Login {
    /// Asks for it; nobody where there is no registry, or one that does not ask.
    pub(crate) async fn at(registry: Option<&Registry>) -> Result<Self, BackendError> {
        let Some(registry) = registry else { return Ok(Self(None)) };
        Ok(Self(match &registry.login {
            Some(login) => Some((registry.address.clone(), login.credentials().await?)),
            None => None,
        }))
    }

    /// As an engine is told.
    pub(crate) fn docker(&self) -> Option<DockerCredentials> {
        let (address, credentials) = self.0.as_ref()?;
        Some(DockerCredentials {
            username: Some(credentials.user.clone()),
            password: Some(credentials.password.reveal().to_owned()),
            serveraddress: Some(address.clone()),
            ..DockerCredentials::default()
        })
    }

    /// As an engine is told for a build, which may begin from images of the registry.
    pub(crate) fn docker_by_registry(&self) -> Option<HashMap<String, DockerCredentials>> {
        let (address, _) = self.0.as_ref()?;
        Some(HashMap::from([(address.clone(), self.docker()?)]))
    }

    /// What a registry or an engine said, without the password.
    pub(crate) fn hide(&self, said: &str) -> String {
        hide(self.0.iter().map(|(_, credentials)| &credentials.password), said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_other_plans_and_of_this_deployment_alone_go() {
        let (old, new) = (sigyl_core::Digest::of(b"old"), sigyl_core::Digest::of(b"new"));
        let id = DeploymentId::parse("weather").unwrap();
        let kept = [BuiltImage {
            reference: String::new(),
            digest: String::new(),
            size_bytes: 0,
            plan_digest: new.clone(),
            reused: false,
        }];
        let image = |plan: &sigyl_core::Digest, names: &[&str]| ImageSummary {
            id: "sha256:1".to_owned(),
            repo_tags: names.iter().map(|name| (*name).to_owned()).collect(),
            labels: [(labels::PLAN, plan.to_string()), (labels::DEPLOYMENT, "weather".to_owned())]
                .map(|(key, value)| (key.to_owned(), value))
                .into(),
            ..ImageSummary::default()
        };
        assert!(surplus(&image(&new, &["sigyl/weather:1"]), &id, &kept).is_empty());
        let shared = image(&old, &["sigyl/weather:0", "sigyl/other:0", "r.example/a/weather:install-0"]);
        assert_eq!(surplus(&shared, &id, &kept), ["sigyl/weather:0", "r.example/a/weather:install-0"]);
        let gate = ["sigyl/weather:gate-0", "r.example:5000/a/weather:gate-0"];
        assert!(surplus(&image(&old, &gate), &id, &kept).is_empty());
        assert_eq!(surplus(&image(&old, &["<none>:<none>"]), &id, &kept), ["sha256:1"]);
        let other = DeploymentId::parse("other").unwrap();
        assert!(surplus(&image(&old, &[]), &other, &kept).is_empty());
    }

    #[test]
    fn credentials_go_to_their_own_registry_alone() {
        let registry = Registry { address: "r.example".to_owned(), folder: String::new(), login: None };
        assert!(is_of(&registry, "r.example/weather@sha256:0"));
        assert!(!is_of(&registry, "r.example.evil/weather@sha256:0"));
        assert!(!is_of(&registry, "node:22-slim"));
    }

    #[tokio::test]
    async fn what_a_registry_repeats_is_not_told() {
        let password = sigyl_core::secret::SecretText::new("canary-51".to_owned());
        let credentials = Credentials { user: "robot".to_owned(), password };
        let registry = Registry {
            address: "r.example".to_owned(),
            folder: "sigyl".to_owned(),
            login: Some(std::sync::Arc::new(credentials)),
        };
        let login = Login::at(Some(&registry)).await.unwrap();
        assert_eq!(login.docker_by_registry().unwrap()["r.example"].password.as_deref(), Some("canary-51"));
        assert_eq!(login.hide("denied for robot canary-51"), "denied for robot [redacted]");
        assert!(Login::at(None).await.unwrap().docker().is_none());
    }
}
