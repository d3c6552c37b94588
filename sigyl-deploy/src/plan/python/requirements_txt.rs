//! `requirements.txt`: its requirements, without the options that it may bring.

use sigyl_core::Span;

use super::{Hashes, Wanted, indexes, may_be_unlocked, requirement::Requirement};
use crate::plan::{draft::Draft, project::Project};

/// Options that name other places of packages; the operator's index counts, and what build secrets let in to.
const NOT_USED: &[&str] = &[
    "--index-url",
    "-i",
    "--extra-index-url",
    "--no-index",
    "--find-links",
    "-f",
    "--trusted-host",
    "--pre",
    "--prefer-binary",
    "--only-binary",
    "--no-binary",
    "--require-hashes",
    "--use-feature",
];

/// Reads the file; `None`, and said why, where it cannot be installed from.
pub(super) fn read(project: &Project<'_>, path: &str, draft: &mut Draft) -> Option<Wanted> {
    let text = project.text(path)?;
    let before = draft.problems.len();
    let mut requirements = Vec::new();
    for (start, line) in logical_lines(text) {
        let span = Span::new(start as u32, (start + line.len().min(80)) as u32);
        if line.starts_with('-') {
            option(project, path, &line, span, draft);
            continue;
        }
        match Requirement::parse(&line) {
            Ok(requirement) => requirements.push(requirement),
            Err(why) => {
                let shown: String = line.chars().take(60).collect();
                draft.refuse(
                    "dependency-not-allowed",
                    project.place(path, Some(span)),
                    format!("`{}` cannot be installed: {why}", shown.escape_debug()),
                    "Name packages of the index: `uv pip compile --generate-hashes` writes such a file",
                );
            }
        }
        if draft.problems.len() > before + 20 {
            break;
        }
    }
    if draft.problems.len() > before {
        return None;
    }
    if requirements.iter().all(|requirement| !requirement.hashes.is_empty()) {
        return Some(Wanted { requirements, hashes: Hashes::Checked });
    }
    // pip would want all or none.
    for requirement in &mut requirements {
        requirement.hashes.clear();
    }
    if requirements.iter().all(|requirement| requirement.exact_version().is_some()) {
        draft.warn(
            "no-hashes",
            format!("{path} pins versions without hashes, so that nothing proves the packages' bytes"),
        );
    } else if !may_be_unlocked(project, draft) {
        draft.refuse(
            "no-lock-file",
            project.place(path, None),
            format!("{path} asks for ranges of versions, and no lock file says which ones are installed"),
            "Run `uv lock`, or `uv pip compile --generate-hashes`, and commit what it writes",
        );
        return None;
    }
    Some(Wanted { requirements, hashes: Hashes::Absent })
}

fn option(project: &Project<'_>, path: &str, line: &str, span: Span, draft: &mut Draft) {
    if indexes::of_option(line, &project.manifest.build.secrets).is_some() {
        return;
    }
    let name = line.split([' ', '=']).next().unwrap_or_default();
    if NOT_USED.contains(&name) {
        draft.note(
            "setting-not-used",
            format!("`{name}` of {path} is not used: the operator's index counts, and wheels only"),
        );
        return;
    }
    let rest = line[name.len()..].trim_start_matches(['=', ' ']);
    if matches!(name, "-e" | "--editable") && matches!(rest, "." | "./") {
        return;
    }
    let shown: String = line.chars().take(60).collect();
    draft.refuse(
        "dependency-not-allowed",
        project.place(path, Some(span)),
        format!("`{}` of {path} cannot be followed", shown.escape_debug()),
        "Write all requirements into one file: `uv pip compile --generate-hashes` does",
    );
}

/// Lines with what continues them, without comments, each with its offset.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut offset = 0;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let content = line.trim();
        let content = if content.starts_with('#') { "" } else { content };
        let content = content.find(" #").map_or(content, |at| &content[..at]).trim_end();
        let goes_on = content.ends_with('\\');
        let content = content.trim_end_matches('\\').trim();
        match lines.last_mut().filter(|_| continued) {
            Some((_, before)) => {
                before.push(' ');
                before.push_str(content);
            }
            None => lines.push((start, content.to_owned())),
        }
        continued = goes_on;
    }
    lines.retain(|(_, line)| !line.trim().is_empty());
    lines
}
