//! A base image that can change under the same name.

use sigyl_core::{Class, Severity};

use crate::{
    context::FileContext,
    files::FileKind,
    lexical::{instructions, stages},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnpinnedBaseImage;

static META: RuleMeta = RuleMeta {
    id: "unpinned-base-image",
    title: "Base image not pinned",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[1357, 829],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &["Name the base image by version and digest: image:version@sha256:…"],
    page: include_str!("unpinned_base_image.md"),
};

impl Rule for UnpinnedBaseImage {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.kind != FileKind::Dockerfile || file.path.contains(".devcontainer/") {
            return;
        }
        file.spend(file.text.len());
        let found = instructions(file.text);
        let mut earlier: Vec<String> = Vec::new();
        for stage in stages(&found) {
            let image = stage.image.as_str();
            let is_stage = earlier.contains(&image.to_ascii_lowercase());
            earlier.extend(stage.name);
            // `$NAME` without a default is the builder's choice, made outside the file.
            if image.is_empty()
                || image == "scratch"
                || is_stage
                || image.contains("@sha256:")
                || image.contains('$')
            {
                continue;
            }
            let place = file.at(stage.from.start, stage.from.end);
            let name = image.rsplit('/').next().unwrap_or(image);
            let draft = match name.split_once(':') {
                None => Draft::new(place, format!("`{image}` has no tag: every build may get another image")),
                Some((_, "latest")) => {
                    Draft::new(place, format!("`{image}`: every build may get another image"))
                }
                Some(_) => Draft::new(place, format!("`{image}` has no digest: its tag can be moved"))
                    .severity(Severity::Info),
            };
            out.report(draft);
        }
    }
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    #[test]
    fn tells_a_moving_tag_from_none() {
        let severities = |text: &str| -> Vec<Severity> {
            findings_of("unpinned-base-image", &[("Dockerfile", text)]).iter().map(|f| f.severity).collect()
        };
        assert_eq!(severities("FROM node\n"), [Severity::Warning]);
        assert_eq!(severities("FROM localhost:5000/node\n"), [Severity::Warning]);
        assert_eq!(severities("FROM node:22\n"), [Severity::Info]);
        assert_eq!(severities("FROM scratch\n"), []);
        assert_eq!(severities("ARG B=node\nFROM $B AS b\nFROM b\n"), [Severity::Warning]);
        assert_eq!(severities("FROM ${ANY}\n"), []);
    }
}
