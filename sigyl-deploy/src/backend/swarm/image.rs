//! The image of gates: the bridge, and nothing else.

use std::path::Path;

use bollard::query_parameters::{BuildImageOptionsBuilder, BuilderVersion};
use sigyl_core::Digest;

use super::gate::UID;
use crate::backend::{
    BackendError, DeploymentId, Progress,
    docker::{
        DockerOptions, build,
        engine::Engine,
        images::{self, GATE},
        labels,
    },
};

/// The bridge's name in its image and in the build's context.
const BRIDGE: &str = "sigyl-bridge";
const DOCKERFILE: &str = "Dockerfile";

/// `begun` is what it begins with, so that deployments do not go on from each other's.
fn dockerfile(begun: &str) -> String {
    format!(
        "FROM scratch\n{begun}COPY {BRIDGE} /{BRIDGE}\nUSER {UID}:{UID}\nENTRYPOINT [\"/{BRIDGE}\", \"gate\"]\n"
    )
}

/// Whether there is a bridge that gates can be made of; its bytes.
pub(super) async fn bridge(backend: &str, options: &DockerOptions) -> Result<Vec<u8>, BackendError> {
    let unavailable = |reason: String| BackendError::Unavailable { backend: backend.to_owned(), reason };
    let Some(path) = &options.files.bridge else {
        return Err(unavailable(
            "there is no sigyl-bridge, which leads to servers on other machines, and lets them out"
                .to_owned(),
        ));
    };
    let bytes =
        tokio::fs::read(path).await.map_err(|error| unavailable(format!("{}: {error}", path.display())))?;
    check(path, &bytes).map_err(unavailable)?;
    Ok(bytes)
}

/// An image with nothing else in it has nothing that the bridge could be linked with.
fn check(path: &Path, bytes: &[u8]) -> Result<(), String> {
    match is_static(bytes) {
        Some(true) => Ok(()),
        Some(false) => Err(format!(
            "{} needs libraries that its image has not; sigyl-deploy/bridge/build makes one that needs none",
            path.display()
        )),
        None => Err(format!("{} is no program for Linux", path.display())),
    }
}

/// Whether a program names none that loads libraries for it (`PT_INTERP`); `None` of what is no 64-bit ELF file in the
/// order of bytes of all machines that engines run on.
fn is_static(bytes: &[u8]) -> Option<bool> {
    const INTERP: u32 = 3;
    if bytes.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?));
    let headers = usize::try_from(u64::from_le_bytes(bytes.get(32..40)?.try_into().ok()?)).ok()?;
    let (size, count) = (usize::from(u16_at(54)?), usize::from(u16_at(56)?));
    for at in 0..count {
        if u32_at(headers.checked_add(at * size)?)? == INTERP {
            return Some(false);
        }
    }
    Some(true)
}

/// The image by the registry's digest, with a name of this deployment's that goes with it.
pub(super) async fn ensure(
    engine: &Engine,
    options: &DockerOptions,
    id: &DeploymentId,
    progress: &dyn Progress,
) -> Result<String, BackendError> {
    let Some(registry) = &options.registry else {
        return Err(BackendError::Unavailable {
            backend: engine.backend.to_owned(),
            reason: "machines of a swarm get images from a registry, and none is named".to_owned(),
        });
    };
    let bridge = bridge(engine.backend, options).await?;
    let text = dockerfile("");
    let digest = Digest::of(&[text.as_bytes(), &bridge].concat());
    let tag = format!("{GATE}{}", digest.as_str().trim_start_matches("sha256:"));
    let name = format!("{}/{id}", engine.instance);
    let shared = match find(engine, &tag).await? {
        // The last deployment that had it may have gone since.
        Some(found) => images::tag_if_there(engine, &found, &name, &tag).await?.then_some(found),
        None => None,
    };
    let image = match shared {
        Some(found) => found,
        None => {
            let image = format!("{name}:{tag}");
            progress.line("building the gate");
            let begun = format!("LABEL {}={}\n", labels::BUILD, labels::begun_for(&engine.instance, id));
            make(engine, &image, context(&dockerfile(&begun), &bridge)?, progress).await?;
            image
        }
    };
    images::push(engine, registry, &image, id, &tag, progress).await
}

/// The image of this very bridge. Names are given by Sigyl alone.
async fn find(engine: &Engine, tag: &str) -> Result<Option<String>, BackendError> {
    let own = format!("{}/", engine.instance);
    let is_it = |name: &String| {
        let of_instance = name.strip_prefix(&own).and_then(|rest| rest.split_once(':'));
        of_instance.is_some_and(|(_, of_image)| of_image == tag)
    };
    let found = images::built(engine).await?;
    Ok(found.into_iter().find(|image| image.repo_tags.iter().any(is_it)).map(|image| image.id))
}

async fn make(
    engine: &Engine,
    image: &str,
    context: Vec<u8>,
    progress: &dyn Progress,
) -> Result<(), BackendError> {
    // Deployments share it; its names tell which.
    let mut of_it = std::collections::HashMap::new();
    of_it.insert(labels::INSTANCE.to_owned(), engine.instance.clone());
    let request = BuildImageOptionsBuilder::new()
        .version(BuilderVersion::BuilderV1)
        .dockerfile(DOCKERFILE)
        .t(image)
        .labels(&of_it)
        .networkmode(engine.network_of_build(false))
        .rm(true)
        .forcerm(true)
        .build();
    build::run(engine, request, None, context, progress).await
}

/// The build's context: the same bytes for the same bridge.
fn context(text: &str, bridge: &[u8]) -> Result<Vec<u8>, BackendError> {
    let failed = |error: std::io::Error| BackendError::Build {
        step: "the gate's context".to_owned(),
        reason: error.to_string(),
        output: Vec::new(),
    };
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes, mode) in [(DOCKERFILE, text.as_bytes(), 0o644), (BRIDGE, bridge, 0o755)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(0);
        archive.append_data(&mut header, path, bytes).map_err(failed)?;
    }
    archive.into_inner().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with program headers of these kinds.
    fn elf(kinds: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[32..40].copy_from_slice(&64_u64.to_le_bytes());
        bytes[54..56].copy_from_slice(&56_u16.to_le_bytes());
        bytes[56..58].copy_from_slice(&u16::try_from(kinds.len()).unwrap().to_le_bytes());
        for kind in kinds {
            bytes.extend(kind.to_le_bytes());
            bytes.extend([0; 52]);
        }
        bytes
    }

    #[test]
    fn a_bridge_that_needs_libraries_is_known_before_it_is_put_into_an_image() {
        assert_eq!(is_static(&elf(&[1, 2, 6])), Some(true));
        assert_eq!(is_static(&elf(&[6, 3, 1])), Some(false));
        assert_eq!(is_static(b"#!/bin/sh\n"), None);
        assert_eq!(is_static(&elf(&[1])[..80]), Some(true));
        assert_eq!(is_static(&elf(&[1, 3])[..120]), None);
        let told = check(Path::new("/bin/bridge"), &elf(&[3])).unwrap_err();
        assert!(told.contains("/bin/bridge needs libraries"), "{told}");
        // These tests themselves are linked with the system's libraries.
        let own = std::fs::read("/proc/self/exe").unwrap();
        assert_eq!(is_static(&own), Some(cfg!(target_feature = "crt-static")));
    }

    #[test]
    fn the_image_runs_the_bridge_as_nobody() {
        assert_eq!(
            dockerfile(""),
            "FROM scratch\nCOPY sigyl-bridge /sigyl-bridge\nUSER 10001:10001\nENTRYPOINT [\"/sigyl-bridge\", \"gate\"]\n"
        );
    }
}
