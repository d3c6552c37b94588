//! An author's own Dockerfile: held against the policy, and wrapped in a last stage of ours.
//!
//! What breaks a policy that wrapping cannot mend is refused; what it can (the user, the health check, labels) is replaced.
//! Its build runs with network, since its steps are the author's; that is said in the plan.

use super::{
    draft::{Draft, base_image},
    lint::{Instruction, Stages, check, parse},
    project::Project,
    render::{json, last_stage_name},
};

/// Plans what `build.dockerfile` names.
pub(crate) fn plan(project: &Project<'_>, path: &str, draft: &mut Draft) {
    let place = |span| match project.in_root(path) {
        Some(inner) => project.place(inner, span),
        None => project.manifest_place(),
    };
    let Some(text) = project.tree.file(path).and_then(|file| file.text()) else {
        draft.refuse(
            "no-dockerfile",
            place(None),
            format!("there is no {path}"),
            "Add it, or name another in `build.dockerfile`",
        );
        return;
    };
    let instructions = match parse(text) {
        Ok(instructions) => instructions,
        Err(broken) => {
            let mend = "Write it for Docker's own frontend, or let Sigyl write the Dockerfile";
            draft.refuse("dockerfile", place(Some(broken.span)), broken.why, mend);
            return;
        }
    };
    let inner = project.in_root(path).unwrap_or(path);
    let Some(stages) = check(&instructions, project, inner, draft) else { return };
    if project
        .manifest
        .build
        .context
        .as_deref()
        .is_some_and(|context| !context.is_empty() && !super::context::is_plain(context))
    {
        draft.refuse(
            "folder-not-usable",
            place(None),
            "`build.context` has characters that build files cannot name",
            "Rename the folder",
        );
        return;
    }
    start(project, &stages, inner, draft);
    let image = base_image(project.options, &stages.base);
    draft.images = Some((image.clone(), image));
    draft.dockerfile = Some(path.to_owned());
    draft.wrapped =
        Some(rewritten(&instructions, project.manifest.build.context.as_deref().unwrap_or_default()));
    draft.warn(
        "own-dockerfile",
        format!("the steps of {path} run with network, and what they fetch is not checked"),
    );
}

/// A server that speaks over standard input and output is started by the bridge, which must know the words.
fn start(project: &Project<'_>, stages: &Stages, path: &str, draft: &mut Draft) {
    if let Some(said) =
        project.manifest.build.start.clone().filter(|_| project.manifest.can_declare_secrets())
    {
        draft.start = said;
        return;
    }
    let is_http = matches!(project.manifest.transport, Some(sigyl_core::manifest::Transport::Http { .. }));
    if is_http {
        // The image starts it as its author says.
        return;
    }
    let words: Vec<String> = stages.entrypoint.iter().chain(&stages.command).flatten().cloned().collect();
    if words.is_empty() || stages.has_shell_form {
        draft.refuse(
            "no-start",
            project.place(path, None),
            "its last stage does not say in exec form what starts the server",
            "Write `CMD [\"node\", \"index.js\"]`, or `build: { start: [node, index.js] }` into mcp.yaml",
        );
        return;
    }
    draft.start = words;
}

/// The author's instructions with the paths of the context, in which the tree lies below `app/`, and with names of stages
/// that leave ours alone.
fn rewritten(instructions: &[Instruction], context: &str) -> String {
    let folder = if context.is_empty() { "app".to_owned() } else { format!("app/{context}") };
    let below =
        |source: &String| format!("{folder}/{}", source.trim_start_matches("./").trim_start_matches('/'));
    let stage = |name: &str| match name.to_ascii_lowercase().as_str() {
        own @ ("install" | "run") => format!("author-{own}"),
        _ => name.to_owned(),
    };
    let mut out = String::new();
    let last = instructions.iter().rposition(|it| it.keyword == "FROM");
    for (at, it) in instructions.iter().enumerate() {
        let flags: String = it
            .flags
            .iter()
            .map(|flag| match flag.strip_prefix("--from=") {
                Some(name) => format!("--from={} ", stage(name)),
                None => format!("{flag} "),
            })
            .collect();
        let is_local = matches!(it.keyword.as_str(), "COPY" | "ADD") && it.flag("from").is_none();
        let rest = match (it.keyword.as_str(), is_local) {
            (_, true) => {
                let words =
                    it.exec().unwrap_or_else(|| it.rest.split_whitespace().map(str::to_owned).collect());
                let (target, sources) =
                    words.split_last().map_or((None, &[][..]), |(target, sources)| (Some(target), sources));
                let words: Vec<String> = sources.iter().map(below).chain(target.cloned()).collect();
                json(&words)
            }
            ("FROM", _) => {
                let words: Vec<&str> = it.rest.split_whitespace().collect();
                let image = words.first().copied().unwrap_or_default();
                let name = match words.get(2) {
                    Some(name) => Some(stage(name)),
                    None => (Some(at) == last).then(|| last_stage_name().to_owned()),
                };
                let name = name.map(|name| format!(" AS {name}")).unwrap_or_default();
                format!("{}{name}", stage(image))
            }
            _ => it.rest.clone(),
        };
        out.push_str(&format!("{} {flags}{rest}\n", it.keyword));
    }
    if let Some(name) =
        last.and_then(|at| instructions.get(at)).and_then(|it| it.rest.split_whitespace().nth(2))
    {
        out.push_str(&format!("FROM {} AS {}\n", stage(name), last_stage_name()));
    }
    out
}
