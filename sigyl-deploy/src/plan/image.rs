//! A prebuilt image: nothing is built, and nothing of it was scanned, so that only an audited policy lets it get here.

use super::{
    draft::{Draft, base_image},
    project::Project,
};

/// Plans the image that the manifest names.
pub(crate) fn plan(project: &Project<'_>, reference: &str, draft: &mut Draft) {
    // A version behind a digest, as documents of registries have it, says nothing more.
    let digest_end = reference.find("@sha256:").map(|at| at + "@sha256:".len() + 64);
    let reference = digest_end.and_then(|end| reference.get(..end)).unwrap_or(reference);
    let is_reference =
        reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./:@_-".contains(&byte));
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let has_tag = name.split_once(':').is_some_and(|(_, tag)| tag != "latest" && !tag.contains(':'));
    let is_versioned = reference.contains("@sha256:") || has_tag;
    if reference.is_empty() || !is_reference || !is_versioned {
        draft.refuse(
            "image-not-pinned",
            project.manifest_place(),
            format!("`{}` may be any image", reference.escape_debug()),
            "Name a version, or better a digest: `registry/server@sha256:…`",
        );
        return;
    }
    let image = base_image(project.options, reference);
    if image.digest.is_none() {
        draft.warn(
            "base-not-pinned",
            format!("{reference} is named by a tag, which may be another image tomorrow"),
        );
    }
    draft.images = Some((image.clone(), image));
    draft.start = project.manifest.build.start.clone().unwrap_or_default();
    let is_http = matches!(project.manifest.transport, Some(sigyl_core::manifest::Transport::Http { .. }));
    if draft.start.is_empty() && !is_http {
        draft.refuse(
            "no-start",
            project.manifest_place(),
            "the bridge must know what starts the server in the image",
            "Write it into mcp.yaml: `build: { start: [node, index.js] }`",
        );
    }
    draft.warn("image-not-scanned", format!("nothing of {reference} was scanned"));
}
