//! What `RUN --mount` of an author's Dockerfile may show to a command.

/// Keys that each kind of mount may have, all of which say where or how, and none what else is shown.
const KINDS: &[(&str, &[&str])] = &[
    ("cache", &["id", "target", "dst", "destination", "sharing", "mode", "uid", "gid", "ro", "readonly"]),
    ("secret", &["id", "target", "dst", "destination", "env", "required", "mode", "uid", "gid"]),
    ("tmpfs", &["target", "dst", "destination", "size"]),
];

/// Why a flag is not allowed, and the mend.
type Refused = (&'static str, &'static str);

/// Whether a flag of `RUN` is a mount that may be there. The builder reads fields as CSV, in any case of letters, the last of
/// a name counting, with variables: what is written otherwise than plainly is refused, as it may mean something else.
pub(super) fn check(flag: &str, secrets: &[String]) -> Result<(), Refused> {
    const NOT_ALLOWED: Refused =
        ("is not allowed", "Use `--mount=type=cache`, `secret` or `tmpfs` with plain values, or none");
    let mount = flag.strip_prefix("--mount=").ok_or(NOT_ALLOWED)?;
    if !mount.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=,./_-".contains(&byte)) {
        return Err(NOT_ALLOWED);
    }
    let fields: Vec<(&str, &str)> =
        mount.split(',').map(|field| field.split_once('=').unwrap_or((field, ""))).collect();
    let only = |name: &str| {
        let mut found = fields.iter().filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| *value).filter(|_| found.next().is_none())
    };
    let kind = only("type").ok_or(NOT_ALLOWED)?;
    let (_, keys) = KINDS.iter().find(|(known, _)| *known == kind).ok_or(NOT_ALLOWED)?;
    if !fields.iter().all(|(key, _)| *key == "type" || keys.contains(key)) {
        return Err(NOT_ALLOWED);
    }
    match kind {
        "secret" => {
            let is_declared = only("id").is_some_and(|id| secrets.iter().any(|known| known == id));
            let refused = (
                "wants a secret that the manifest does not name",
                "Write `id=NAME`, and the name into mcp.yaml: `build: { secrets: [NAME] }`",
            );
            if is_declared { Ok(()) } else { Err(refused) }
        }
        // Other builds have it as well, and would read what was fetched by the secret.
        "cache" if !secrets.is_empty() => Err((
            "is a cache that other builds share, in a build that has secrets",
            "Remove the cache, or `build.secrets`",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_mounts_of_declared_secrets() {
        let secrets = ["NPM_TOKEN".to_owned()];
        for good in [
            "--mount=type=secret,id=NPM_TOKEN",
            "--mount=type=secret,id=NPM_TOKEN,target=/root/.npmrc,mode=0400,required",
            "--mount=id=NPM_TOKEN,type=secret,env=NPM_TOKEN",
            "--mount=type=tmpfs,target=/tmp",
        ] {
            assert_eq!(check(good, &secrets), Ok(()), "{good}");
        }
        for bad in [
            "--network=host",
            "--mount=target=/x",
            "--mount=type=bind,source=/,target=/x",
            "--mount=type=secret,id=NPM_TOKEN,type=bind",
            "--mount=type=secret,id=NPM_TOKEN,TYPE=bind",
            "--mount=type=secret,id=NPM_TOKEN,\"type=bind\"",
            "--mount=type=secret,id=NPM_TOKEN,from=evil",
            "--mount=type=secret,id=NPM_TOKEN,source=OTHER",
            "--mount=type=secret,id=NPM_TOKEN,id=OTHER",
            "--mount=type=secret,id=$X",
            "--mount=type=secret,id=OTHER",
            "--mount=type=secret,target=/NPM_TOKEN",
            "--mount=type=ssh",
            "--mount=type=cache,target=/root/.npm",
        ] {
            assert!(check(bad, &secrets).is_err(), "{bad}");
        }
        assert_eq!(check("--mount=type=cache,target=/root/.npm", &[]), Ok(()));
        assert!(check("--mount=type=secret,id=NPM_TOKEN", &[]).is_err());
    }
}
