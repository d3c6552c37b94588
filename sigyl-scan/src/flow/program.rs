//! Names of programs, and of those that take a command line as text.

/// The name of a program in a path or command: `/usr/bin/git` is `git`.
pub(crate) fn program_name(text: &str) -> String {
    let name = text.trim().rsplit(['/', '\\']).next().unwrap_or(text).to_ascii_lowercase();
    [".exe", ".cmd", ".bat"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name).to_owned()
}

/// True for programs that take a command line as text.
pub(crate) fn is_shell(program: &str) -> bool {
    matches!(
        program_name(program).as_str(),
        "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" | "fish" | "cmd" | "powershell" | "pwsh" | "busybox"
    )
}

/// True for options after which such programs take it.
pub(crate) fn is_shell_option(option: &str) -> bool {
    matches!(
        option,
        "-c" | "-lc"
            | "-ic"
            | "-ec"
            | "-cl"
            | "-lic"
            | "-ilc"
            | "-exc"
            | "/c"
            | "/C"
            | "/k"
            | "-Command"
            | "-command"
            | "/s"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs() {
        assert_eq!(program_name("/usr/local/bin/kubectl"), "kubectl");
        assert_eq!(program_name("C:\\Windows\\System32\\CMD.EXE"), "cmd");
        assert!(is_shell("/bin/sh") && is_shell("cmd.exe") && !is_shell("git"));
    }
}
