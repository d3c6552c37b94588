//! Builds: an image for a plan, once.
//!
//! By the builder that every engine has: it needs no session beside the request, knows stages and the network and memory of
//! a build, and its cache does not ask which network a command had. What it cannot do is mounting secrets: the stage that
//! installs with them is built by BuildKit, and all others as ever.

use std::collections::HashMap;

use bollard::{
    auth::DockerCredentials,
    errors::Error,
    models::ImageSummary,
    query_parameters::{BuildImageOptionsBuilder, BuilderVersion},
};
use futures_util::StreamExt;
use sigyl_core::Digest;
use tokio::time;

use super::{
    buildkit,
    engine::{Engine, status},
    images, labels,
    options::DockerOptions,
    output::Output,
};
use crate::{
    backend::{BackendError, BuildInput, BuiltImage, Progress, context},
    plan::{DockerfileOptions, context::DOCKERFILE},
};

/// Builds the plan, or gives the image that was built by it before.
pub(crate) async fn build(
    engine: &Engine,
    options: &DockerOptions,
    input: &BuildInput<'_>,
    progress: &dyn Progress,
) -> Result<BuiltImage, BackendError> {
    if input.cleared.tree_digest() != input.tree.digest() {
        return Err(BackendError::Changed { path: "the tree".to_owned() });
    }
    input.check_owner()?;
    engine.check_build(input.plan)?;
    let plan_digest = input.plan.digest();
    let tag = &digits(&plan_digest);
    let name = format!("{}/{}", engine.instance, input.id);
    let reused = match find(engine, &plan_digest).await? {
        // The deployment's own name of it, so that it stays while one of those that share it is there. The last of the
        // others may have gone since it was found.
        Some(found) => images::tag_if_there(engine, &found, &name, tag).await?.then_some(found),
        None => None,
    };
    let (found, reused) = match reused {
        Some(found) => (found, true),
        None => {
            let made = time::timeout(options.build.time, make(engine, options, input, &name, tag, progress));
            let made = made.await.unwrap_or_else(|_| {
                Err(BackendError::Build {
                    step: "the build".to_owned(),
                    reason: format!("it took longer than {} s", options.build.time.as_secs()),
                    output: Vec::new(),
                })
            });
            (made?, false)
        }
    };
    let inspected = images::inspect(engine, &found).await?.ok_or_else(|| BackendError::Image {
        reason: format!("{name}:{tag} is not on the engine any more; build it again"),
    })?;
    let size_bytes = inspected.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    if size_bytes > options.build.image_bytes {
        images::untag(engine, &format!("{name}:{tag}")).await?;
        return Err(BackendError::Build {
            step: "the image".to_owned(),
            reason: format!("it has {size_bytes} bytes; {} are allowed", options.build.image_bytes),
            output: Vec::new(),
        });
    }
    let mut built = BuiltImage {
        reference: format!("{name}:{tag}"),
        digest: inspected.id.unwrap_or(found),
        size_bytes,
        plan_digest,
        reused,
    };
    if let Some(registry) = &options.registry {
        built.reference = images::push(engine, registry, &built.digest, input.id, tag, progress).await?;
        if let Some((_, digest)) = built.reference.split_once('@') {
            built.digest = digest.to_owned();
        }
    }
    Ok(built)
}

/// A digest as a tag: its hexadecimal digits.
fn digits(digest: &Digest) -> String {
    digest.as_str().trim_start_matches("sha256:").to_owned()
}

/// An image that was built by the plan.
async fn find(engine: &Engine, plan: &Digest) -> Result<Option<String>, BackendError> {
    let found = images::built(engine).await?;
    Ok(found.into_iter().find(|image| is_of_plan(image, &engine.instance, plan)).map(|image| image.id))
}

/// Whether an image was built by the plan. Its label is not enough: an author's own Dockerfile, or an image that it begins
/// from, can have any label, that of somebody else's plan as well. Names are given by Sigyl alone.
fn is_of_plan(image: &ImageSummary, instance: &str, plan: &Digest) -> bool {
    let tag = digits(plan);
    let is_own = |name: &String| {
        // Podman tells where a name without a registry is; on other engines it is there, too.
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        let of_instance = name.strip_prefix(instance).and_then(|rest| rest.strip_prefix('/'));
        of_instance.and_then(|rest| rest.split_once(':')).is_some_and(|(_, of_image)| of_image == tag)
    };
    image.labels.get(labels::PLAN).is_some_and(|it| it == plan.as_str()) && image.repo_tags.iter().any(is_own)
}

async fn make(
    engine: &Engine,
    options: &DockerOptions,
    input: &BuildInput<'_>,
    name: &str,
    tag: &str,
    progress: &dyn Progress,
) -> Result<String, BackendError> {
    // A builder goes on from whatever it has that was made in the same way, and an image takes those that it was made on
    // with it when it goes, were another build about to go on from one of them. So no build goes on from another
    // deployment's, nor from another Sigyl's; and what one that was cut off leaves can be found.
    let begun = (labels::BUILD.to_owned(), labels::begun_for(&engine.instance, input.id));
    let mut dockerfile = DockerfileOptions {
        ca_bundle: options.files.ca_bundle.is_some(),
        stage_labels: [begun].into(),
        ..DockerfileOptions::default()
    };
    // An author's own Dockerfile chooses what it begins from: not with what Sigyl may read of its registry.
    let registry = options.registry.as_ref().filter(|_| input.plan.planner != "dockerfile");
    let login = images::Login::at(registry).await?;
    let secrets = input.open_secrets().await?;
    let stages = input.plan.stages();
    let mut built = String::new();
    for (at, stage) in stages.iter().enumerate() {
        let is_last = at + 1 == stages.len();
        progress.line(&format!(
            "building {} with{} network",
            stage.target,
            if stage.network { "" } else { "out" }
        ));
        let text = [(DOCKERFILE, input.plan.dockerfile(&dockerfile))];
        let bytes_max = options.build.context_bytes;
        let context = context::archive("docker", &options.files, bytes_max, input, &text).await?;
        let image = if is_last { format!("{name}:{tag}") } else { format!("{name}:{}-{tag}", stage.target) };
        let mut labels = labels::of(&engine.instance, input.id, None);
        if is_last {
            // Several deployments may share it; its names tell which. Those before it are this one's alone, and so is
            // what is built from them, which has their labels.
            labels.remove(labels::DEPLOYMENT);
            labels.insert(labels::PLAN.to_owned(), input.plan.digest().to_string());
            labels.insert(labels::TREE.to_owned(), input.tree.digest().to_string());
        }
        if stage.network && !secrets.is_empty() {
            let build = buildkit::Build {
                engine,
                address: &options.address,
                target: stage.target,
                image: &image,
                labels: &labels,
                context,
                secrets: &secrets,
                login: &login,
            };
            buildkit::run(build, progress).await?;
            built.clone_from(&image);
            dockerfile.prepared = Some(image);
            continue;
        }
        let memory = i32::try_from(options.build.memory_bytes).unwrap_or(i32::MAX);
        let request = BuildImageOptionsBuilder::new()
            .version(BuilderVersion::BuilderV1)
            .dockerfile(DOCKERFILE)
            .target(stage.target)
            .t(&image)
            .labels(&labels)
            .networkmode(engine.network_of_build(stage.network))
            .memory(memory)
            .memswap(memory)
            .rm(true)
            .forcerm(true)
            .build();
        run(engine, request, login.docker_by_registry(), context, progress).await?;
        built.clone_from(&image);
        dockerfile.prepared = Some(image);
    }
    let found = images::inspect(engine, &built).await?.and_then(|found| found.id);
    found.ok_or_else(|| BackendError::Failed {
        backend: engine.backend.to_owned(),
        reason: format!("{built} was built and is not there"),
    })
}

/// Runs one build to its end; what a failed one leaves is taken away.
pub(crate) async fn run(
    engine: &Engine,
    request: bollard::query_parameters::BuildImageOptions,
    credentials: Option<HashMap<String, DockerCredentials>>,
    context: Vec<u8>,
    progress: &dyn Progress,
) -> Result<(), BackendError> {
    let body = bollard::body_full(context.into());
    let mut output = Output::default();
    let mut steps = Box::pin(engine.docker.build_image(request, credentials, Some(body)));
    let mut failed = None;
    while let Some(step) = steps.next().await {
        match step {
            Ok(info) => {
                for line in output.take(info.stream.as_deref().unwrap_or_default()) {
                    progress.line(&line);
                }
            }
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    drop(steps);
    let Some(error) = failed else { return Ok(()) };
    // What a failed build leaves has no name.
    for image in output.images() {
        let is_unnamed = images::inspect(engine, image)
            .await?
            .is_some_and(|found| found.repo_tags.is_none_or(|tags| tags.is_empty()));
        if is_unnamed {
            // It may be a layer of something else; then the engine keeps it.
            let _ = images::untag(engine, image).await;
        }
    }
    Err(why(engine, &error, output))
}

fn why(engine: &Engine, error: &Error, output: Output) -> BackendError {
    let reason = match error {
        Error::DockerStreamError { error } => error.clone(),
        other if status(other).is_some_and(|status| status < 500) => other.to_string(),
        other => return engine.error("building", other),
    };
    let step = output.step().to_owned();
    if step.starts_with("FROM ") {
        return BackendError::Image { reason: format!("{step}: {reason}") };
    }
    BackendError::Build { step, reason, output: output.last() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_alone_makes_no_image_that_of_a_plan() {
        let plan = Digest::of(b"plan");
        let image = |label: &Digest, name: String| ImageSummary {
            repo_tags: vec![name],
            labels: HashMap::from([(labels::PLAN.to_owned(), label.to_string())]),
            ..ImageSummary::default()
        };
        let is_found = |image: &ImageSummary| is_of_plan(image, "sigyl", &plan);
        let tag = digits(&plan);
        assert!(is_found(&image(&plan, format!("sigyl/weather:{tag}"))));
        assert!(is_found(&image(&plan, format!("docker.io/sigyl/weather:{tag}"))));
        let other = digits(&Digest::of(b"other"));
        for name in [
            format!("sigyl/weather:{other}"),
            format!("sigyl/weather:install-{tag}"),
            format!("evil/weather:{tag}"),
            format!("evil.example/sigyl/weather:{tag}"),
            "<none>:<none>".to_owned(),
        ] {
            assert!(!is_found(&image(&plan, name.clone())), "{name}");
        }
        assert!(!is_found(&image(&Digest::of(b"other"), format!("sigyl/weather:{tag}"))));
    }
}
