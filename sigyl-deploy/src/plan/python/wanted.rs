//! Which dependencies a Python project has: the most exact file that there is.

use sigyl_core::node::Node;

use super::{Hashes, Wanted, locks, may_be_unlocked, requirement::Requirement, requirements_txt};
use crate::plan::{draft::Draft, project::Project};

/// Finds what is to be installed; `None`, and said why, where that cannot be told.
pub(super) fn find(project: &Project<'_>, pyproject: Option<&Node>, draft: &mut Draft) -> Option<Wanted> {
    for (name, reader) in locks::LOCKS {
        if project.has(name) {
            return match reader(project, name) {
                Ok(requirements) => Some(Wanted { requirements, hashes: Hashes::Complete }),
                Err(problem) => {
                    let place = project.place(name, problem.span);
                    draft.refuse(problem.code, place, format!("{name}: {}", problem.message), problem.mend);
                    None
                }
            };
        }
    }
    if project.has("requirements.txt") {
        return requirements_txt::read(project, "requirements.txt", draft);
    }
    let texts = declared(project, pyproject);
    if texts.is_empty() {
        return Some(Wanted { requirements: Vec::new(), hashes: Hashes::Complete });
    }
    let mut requirements = Vec::new();
    for text in texts {
        match Requirement::parse(&text) {
            Ok(requirement) => requirements.push(requirement),
            Err(why) => {
                let shown: String = text.chars().take(60).collect();
                let message = format!("`{}` cannot be installed: {why}", shown.escape_debug());
                let place = project.place("pyproject.toml", None);
                draft.refuse("dependency-not-allowed", place, message, "Name packages of the index");
                return None;
            }
        }
    }
    if !may_be_unlocked(project, draft) {
        draft.refuse(
            "no-lock-file",
            project.place("pyproject.toml", None),
            "no lock file says which dependencies are installed",
            "Run `uv lock`, and commit uv.lock",
        );
        return None;
    }
    Some(Wanted { requirements, hashes: Hashes::Absent })
}

/// What the project asks for itself.
fn declared(project: &Project<'_>, pyproject: Option<&Node>) -> Vec<String> {
    let listed = pyproject.and_then(|root| root.get("project")?.get("dependencies")?.as_sequence());
    if let Some(listed) = listed {
        return listed.iter().filter_map(Node::as_str).map(str::to_owned).collect();
    }
    let poetry =
        pyproject.and_then(|root| root.get("tool")?.get("poetry")?.get("dependencies")?.as_mapping());
    if let Some(poetry) = poetry {
        let names = poetry.entries.iter().filter(|(name, _)| *name != "python");
        return names
            .map(|(name, entry)| match entry.value.as_str() {
                // Poetry's own ranges are none of PEP 440; there is no lock file that knows better.
                Some(range) if range.starts_with(['=', '>', '<', '!']) => format!("{name}{range}"),
                _ => name.clone(),
            })
            .collect();
    }
    let needed = metadata(project, "Requires-Dist");
    needed.into_iter().filter(|text| !text.contains("extra ==") && !text.contains("extra==")).collect()
}

/// The values of a header in the metadata of an unpacked wheel.
pub(super) fn metadata(project: &Project<'_>, header: &str) -> Vec<String> {
    let path = project.paths().find(|path| {
        path.split_once('/')
            .is_some_and(|(folder, name)| folder.ends_with(".dist-info") && name == "METADATA")
    });
    let text = path.and_then(|path| project.text(path)).unwrap_or_default();
    let headers = text.lines().take_while(|line| !line.is_empty());
    headers
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case(header))
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}
