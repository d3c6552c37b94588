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
            | "-EncodedCommand"
            | "-encodedCommand"
            | "-encodedcommand"
            | "-enc"
            | "/s"
    )
}

/// Options whose next word is their value: the program does not look for another option there.
pub(crate) fn takes_value(option: &str) -> bool {
    const ALONE: &[&str] = &[
        "--oneline",
        "--all",
        "--all-namespaces",
        "-A",
        "--quiet",
        "-q",
        "--verbose",
        "-v",
        "--force",
        "-f1",
        "--recursive",
        "--staged",
        "--cached",
        "--stat",
        "--name-only",
        "--no-pager",
        "--bare",
        "-s",
        "-S",
        "-L",
        "--fail",
        "--silent",
        "--porcelain",
        "--json",
        "-y",
        "--yes",
        "-z",
        "--hard",
        "--soft",
        "--no-edit",
        "-la",
        "-l",
        "-r",
        "-rf",
        "--abort",
        "--allow-empty",
        "--amend",
        "--atomic",
        "--check",
        "--color",
        "--compressed",
        "--continue",
        "--create-namespace",
        "--debug",
        "--delete",
        "--detach",
        "--dry-run",
        "--fail-with-body",
        "--first-parent",
        "--follow",
        "--global",
        "--graph",
        "--ignore-case",
        "--insecure",
        "--interactive",
        "--list",
        "--local",
        "--location",
        "--merges",
        "--mirror",
        "--name-status",
        "--numstat",
        "--patch",
        "--relative",
        "--decorate",
        "--exit-code",
        "--full-index",
        "--reverse",
        "--show-signature",
        "--symbolic",
        "--verify",
        "--abbrev-commit",
        "--binary",
        "--dirstat",
        "--rebase",
        "--set-upstream",
        "--progress",
        "--prune",
        "--raw",
        "--recurse-submodules",
        "--rm",
        "--shortstat",
        "--single-branch",
        "--summary",
        "--tags",
        "--tty",
        "--wait",
        "--word-diff",
        "-I",
        "-fsSL",
        "-it",
        "-k",
        "-sS",
        "-sSL",
        "-D",
        "-Pn",
        "-sC",
        "-sT",
        "-sU",
        "-sV",
        "-sn",
        "--dump-json",
        "--dump-single-json",
        "--extract-audio",
        "--flat-playlist",
        "--list-formats",
        "--list-subs",
        "--open",
        "--print-json",
        "--simulate",
        "--skip-download",
    ];
    let off = option.starts_with("--no-") && !matches!(option, "--no-contains" | "--no-merged");
    let alone = ALONE.contains(&option) || off || option.ends_with("-only");
    option.starts_with('-') && option.len() > 1 && !option.contains('=') && !alone
}

/// The same of one program, by its name: letters that switch something on elsewhere are followed by a value there.
pub(crate) fn takes_value_of(program: &str, option: &str) -> bool {
    const VALUES: &[(&[&str], &[&str])] = &[
        (&["adb", "fastboot"], &["-s", "-t", "-H", "-P", "-L"]),
        (&["ssh", "scp", "sftp"], &["-l", "-L", "-S", "-I", "-D"]),
        (&["kubectl", "oc", "helm"], &["-l", "-s"]),
        (&["docker", "podman", "nerdctl"], &["-v", "-l"]),
        (&["ffmpeg", "ffprobe"], &["-s", "-r", "-v"]),
        (&["curl"], &["-A", "-z", "-r", "-D"]),
        (&["cmake"], &["-D"]),
        (&["psql", "initdb", "pg_ctl"], &["-D"]),
        (&["tmux"], &["-s", "-S", "-L", "-t"]),
        (&["screen"], &["-S"]),
        (&["pip", "pip3", "uv"], &["-r"]),
        (&["psql", "mysql"], &["-v", "-S"]),
        (&["nmap"], &["-S"]),
        (&["say"], &["-v", "-r"]),
        (&["espeak", "espeak-ng"], &["-v", "-s", "-k", "-l"]),
        (&["arecord", "aplay"], &["-D", "-r"]),
        (&["yt-dlp", "youtube-dl"], &["-r", "-S", "-I"]),
        (&["gh", "glab"], &["-l", "-L", "-s", "-S", "-r"]),
        (&["gcc", "g++", "clang", "clang++"], &["-I", "-L", "-D"]),
        (&["tcpdump", "tshark"], &["-r", "-s"]),
        (&["ping", "traceroute"], &["-I", "-s", "-S", "-l"]),
        (&["mail", "mailx", "mutt"], &["-s", "-r"]),
        (&["osascript"], &["-l", "-s"]),
        (&["redis-cli"], &["-s", "-r", "-D"]),
        (&["rg"], &["-r"]),
        (&["wget"], &["-l", "-D", "-I"]),
        (&["timeout"], &["-k", "-s"]),
    ];
    let of_it =
        VALUES.iter().any(|(programs, options)| programs.contains(&program) && options.contains(&option));
    of_it || takes_value(option)
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
