//! Secrets of the build: what the installation of dependencies needs to be let in, such as the token of a private registry.
//!
//! A plan has their names. Values are given to the engine for the time of the build, and come to the commands that install as
//! variables; nothing that is kept has them.

use super::{
    PhaseName,
    draft::Draft,
    env::{is_reserved_variable, is_variable_name},
    project::Project,
};

/// Where the engine shows a secret to a command.
const FOLDER: &str = "/run/secrets";

/// Names that the manifest declares, where something is installed that can use them.
pub(super) fn names(project: &Project<'_>, draft: &mut Draft) -> Vec<String> {
    let names = project.manifest.build.secrets.clone();
    if let Some(name) = names.iter().find(|name| !is_variable_name(name) || is_reserved_variable(name)) {
        draft.refuse(
            "variable-not-allowed",
            project.manifest_place(),
            format!("`{}` of `build.secrets` cannot be a variable of the build", name.escape_debug()),
            "Name a variable of letters, digits and `_` that the build does not need itself",
        );
        return Vec::new();
    }
    let installs = draft.phases.iter().any(|phase| phase.name == PhaseName::Install);
    if !names.is_empty() && !installs && draft.wrapped.is_none() {
        draft.warn("build-secrets-not-used", "nothing is installed that could use `build.secrets`");
        return Vec::new();
    }
    names
}

/// The flags of a `RUN` that gets secrets, each followed by a space. `required`, so that a build without them ends there.
pub(super) fn mounts(names: &[String]) -> String {
    names.iter().map(|name| format!("--mount=type=secret,id={name},required=true ")).collect()
}

/// A command that gets secrets as variables: by files, which every version of BuildKit shows, read by the one shell of ours
/// that stands in a Dockerfile. Its text has names alone, which are of letters, digits and `_`; the command's own words are
/// its arguments, never its text.
pub(super) fn exported(names: &[String], command: &[String]) -> Vec<String> {
    if names.is_empty() {
        return command.to_vec();
    }
    let mut script = String::from("set -e; ");
    for name in names {
        script += &format!("{name}=\"$(cat {FOLDER}/{name})\"; export {name}; ");
    }
    script += "exec \"$@\"";
    let shell = ["/bin/sh", "-c", &script, "sh"].map(str::to_owned);
    shell.into_iter().chain(command.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_command_stay_words() {
        let names = ["A_1".to_owned(), "B".to_owned()];
        let command = ["npm", "ci", "$(id); \"x\""].map(str::to_owned);
        let words = exported(&names, &command);
        assert_eq!(&words[..2], ["/bin/sh", "-c"]);
        assert_eq!(
            words[2],
            "set -e; A_1=\"$(cat /run/secrets/A_1)\"; export A_1; B=\"$(cat /run/secrets/B)\"; export B; exec \"$@\""
        );
        assert_eq!(words[4..], command);
        assert_eq!(exported(&[], &command), command);
        assert_eq!(
            mounts(&names),
            "--mount=type=secret,id=A_1,required=true --mount=type=secret,id=B,required=true "
        );
    }
}
