//! Values with a form of their own: sizes, host names, header names, paths.

use super::{
    context::{Context, show},
    fields::Text,
    node::{Node, NodeValue},
};
use crate::{SourceTree, source::LeftOutReason};

/// Memory in bytes: `256Mi`, `1G`, `268435456`.
pub(crate) fn memory_bytes(ctx: &mut Context<'_>, node: &Node, name: &str) -> Option<u64> {
    /// Less than this is a forgotten unit, not a wish.
    const LEAST: u64 = 1 << 20;
    /// 64 TiB; chosen, beyond any machine.
    const MOST: u64 = 1 << 46;
    let written = written(ctx, node, name, "256Mi")?;
    let units: [(&str, f64); 9] = [
        ("Ki", 1024.0),
        ("Mi", 1024.0 * 1024.0),
        ("Gi", 1024.0 * 1024.0 * 1024.0),
        ("Ti", 1024.0 * 1024.0 * 1024.0 * 1024.0),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("", 1.0),
    ];
    let found = units.iter().find_map(|(unit, factor)| Some((written.strip_suffix(unit)?, *factor)));
    let bytes = found.and_then(|(digits, factor)| Some(decimal(digits)? * factor));
    match bytes {
        Some(bytes) if (LEAST as f64..=MOST as f64).contains(&bytes) => Some(bytes as u64),
        Some(bytes) => {
            let message = format!("`{}` is out of range: {bytes} bytes", show(name));
            ctx.error("invalid-value", node.span, message, "Write an amount with its unit, such as `256Mi`");
            None
        }
        None => {
            let message = format!("`{}` is no amount of memory: `{}`", show(name), show(&written));
            ctx.error(
                "invalid-value",
                node.span,
                message,
                "Write a number and Ki, Mi, Gi, k, M or G: `256Mi`",
            );
            None
        }
    }
}

/// Thousandths of a core: `500m`, `0.5`, `1`.
pub(crate) fn cpu_millis(ctx: &mut Context<'_>, node: &Node, name: &str) -> Option<u32> {
    let written = written(ctx, node, name, "500m")?;
    let millis = match written.strip_suffix('m') {
        Some(digits) => decimal(digits),
        None => decimal(&written).map(|cores| cores * 1000.0),
    };
    match millis {
        Some(millis) if (1.0..=1_024_000.0).contains(&millis) => Some(millis.round() as u32),
        _ => {
            let message = format!("`{}` is no amount of CPU: `{}`", show(name), show(&written));
            ctx.error(
                "invalid-value",
                node.span,
                message,
                "Write cores, or thousandths of one: `1`, `0.5`, `500m`",
            );
            None
        }
    }
}

/// The text of a text or a number.
fn written(ctx: &mut Context<'_>, node: &Node, name: &str, example: &str) -> Option<String> {
    match &node.value {
        NodeValue::String(text) => Some(text.trim().to_owned()),
        NodeValue::Number(number) => Some(number.to_string()),
        _ => {
            let message = format!("`{}` must be an amount, not {}", show(name), node.type_name());
            ctx.error("wrong-type", node.span, message, format!("Write an amount such as `{example}`"));
            None
        }
    }
}

fn decimal(digits: &str) -> Option<f64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain && digits.starts_with(|digit: char| digit.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// True for a host name, with an optional `*.` before it and an optional port after it.
pub(crate) fn is_host(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253
        && host.split('.').all(label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// True for the name of an HTTP header, a `token` of RFC 9110.
pub(crate) fn is_header_name(text: &str) -> bool {
    let special = b"!#$%&'*+-.^_`|~";
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || special.contains(&byte))
}

/// True for the name of an environment variable.
pub(crate) fn is_variable_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// True when a name says that its value is a secret, where nothing else does: `API_KEY`, `githubToken`.
pub fn looks_secret(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "apikey",
        "auth",
        "cookie",
        "credential",
        "credentials",
        "key",
        "passphrase",
        "passwd",
        "password",
        "pat",
        "pwd",
        "secret",
        "token",
    ];
    let mut word = String::new();
    let mut previous_lower = false;
    let mut found = false;
    for character in name.chars().chain(['_']) {
        let starts_word = character.is_uppercase() && previous_lower;
        if starts_word || !character.is_alphanumeric() {
            found |= WORDS.contains(&word.as_str());
            word.clear();
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        previous_lower = character.is_lowercase();
    }
    // A public key is no secret, and neither is the name of the place where one lies.
    let lower = name.to_ascii_lowercase();
    found && !lower.contains("public") && !lower.ends_with("_path") && !lower.ends_with("_file")
}

/// Bytes that a text with placeholders may have: each requirement in it keeps a copy. Chosen.
pub(crate) const MAX_TEMPLATE_BYTES: usize = 2_000;

/// The names between `open` and `close` in a text, without repetition, in its order; none in a text that is too long.
pub(crate) fn placeholders<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    let mut names = Vec::new();
    if text.len() <= MAX_TEMPLATE_BYTES {
        for part in text.split(open).skip(1) {
            if let Some((name, _)) = part.split_once(close)
                && !name.is_empty()
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
    names
}

/// A version is one version: no range, no `latest`.
pub(crate) fn check_version(ctx: &mut Context<'_>, version: Text<'_>, name: &str) {
    let text = version.text.trim();
    let range = text.starts_with(['^', '~', '>', '<', '=', '*'])
        || text.contains("||")
        || text.contains(" - ")
        || text.split('.').any(|part| matches!(part, "x" | "X" | "*"));
    if text == "latest" || range {
        let message = format!("`{}` must be one version, not `{}`", show(name), show(text));
        ctx.error("invalid-value", version.span, message, "Write the version itself: `1.2.3`");
    } else if text.is_empty() || text.len() > 255 {
        let message = format!("`{}` has {} characters", show(name), text.len());
        ctx.error("invalid-value", version.span, message, "Write a version of 1 to 255 characters");
    }
}

/// Resolves a path of a manifest, relative to the folder of its file, to one relative to the root; the root is empty.
/// A path that leaves the tree, by its text or through a link, is an error.
pub(crate) fn tree_path(ctx: &mut Context<'_>, path: Text<'_>, name: &str) -> Option<String> {
    match resolve(ctx.tree, ctx.folder(), path.text) {
        Ok(resolved) => Some(resolved),
        Err(why) => {
            let message = format!("`{}` leaves the tree: {why}", show(name));
            ctx.error(
                "path-leaves-tree",
                path.span,
                message,
                "Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`",
            );
            None
        }
    }
}

/// Warns when a file that a manifest names is not in the tree.
pub(crate) fn check_file(ctx: &mut Context<'_>, resolved: &str, path: Text<'_>, name: &str) {
    if ctx.tree.is_some_and(|tree| tree.file(resolved).is_none()) {
        let message = format!("`{}` names a file that is not there: `{}`", show(name), show(resolved));
        ctx.warning("file-not-found", path.span, message, "Add the file, or correct the path");
    }
}

fn resolve(tree: Option<&SourceTree>, folder: &str, path: &str) -> Result<String, String> {
    if path.contains('\0') {
        return Err("it holds a NUL byte".to_owned());
    }
    if path.contains('\\') {
        return Err("a backslash separates folders on some systems and not on others".to_owned());
    }
    if path.starts_with('/') || path.starts_with('~') {
        return Err("it is absolute".to_owned());
    }
    if path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic() {
        return Err("it names a drive".to_owned());
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err("`..` goes above the root".to_owned());
                }
            }
            _ => {
                parts.push(part);
                if let Some(link) = tree.and_then(|tree| link_at(tree, &parts.join("/"))) {
                    return Err(format!("`{}` is a link, and links are never followed", show(&link)));
                }
            }
        }
    }
    Ok(parts.join("/"))
}

fn link_at(tree: &SourceTree, path: &str) -> Option<String> {
    let is_link = |at: &usize| tree.left_out[*at].reason == LeftOutReason::Link;
    let first = tree.left_out.partition_point(|left_out| left_out.path.as_str() < path);
    let same = tree.left_out[first..].iter().take_while(|left_out| left_out.path == path).count();
    (first..first + same).find(is_link).map(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::{
        Span,
        source::{LeftOut, Origin},
    };

    use super::*;

    fn number(text: &str) -> Node {
        Node { value: NodeValue::String(text.to_owned()), span: Span::default() }
    }

    #[test]
    fn sizes() {
        let mut ctx = Context::new("mcp.yaml", "", None);
        for (text, bytes) in [
            ("256Mi", Some(256 << 20)),
            ("1Gi", Some(1 << 30)),
            ("1.5Gi", Some(3 << 29)),
            ("512M", Some(512_000_000)),
            ("268435456", Some(268_435_456)),
            ("256", None),
            ("256MB", None),
            ("-1Mi", None),
            ("1e9", None),
            ("Mi", None),
            ("99999999999Gi", None),
        ] {
            assert_eq!(memory_bytes(&mut ctx, &number(text), "memory"), bytes, "{text}");
        }
        for (text, millis) in
            [("500m", Some(500)), ("1", Some(1000)), ("0.25", Some(250)), ("0", None), ("x", None)]
        {
            assert_eq!(cpu_millis(&mut ctx, &number(text), "cpu"), millis, "{text}");
        }
    }

    #[test]
    fn paths_that_leave_the_tree_are_refused() {
        let left_out =
            ["out", "sub/out"].map(|path| LeftOut { path: path.to_owned(), reason: LeftOutReason::Link });
        let tree = SourceTree::new(Origin::Memory, Vec::new(), left_out.to_vec());
        for path in [
            "..",
            "../x",
            "a/../../x",
            "/etc",
            "~/x",
            "C:/x",
            "c:x",
            "..\\x",
            "a\\b",
            "out",
            "out/x",
            "out/../x",
            "sub/./out/y",
            "a\0b",
        ] {
            assert!(resolve(Some(&tree), "", path).is_err(), "{path}");
        }
        assert_eq!(resolve(Some(&tree), "", "./a/../b//c"), Ok("b/c".to_owned()));
        assert_eq!(resolve(Some(&tree), "", "."), Ok(String::new()));
        assert_eq!(resolve(Some(&tree), "packages/x", "../../docker"), Ok("docker".to_owned()));
        assert!(resolve(Some(&tree), "packages/x", "../../..").is_err());
    }

    #[test]
    fn secrets_are_known_by_name() {
        for name in ["OPENAI_API_KEY", "apiKey", "redis.password", "githubToken", "X-Auth", "PAT"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["KEYBOARD", "monkey", "PUBLIC_KEY", "region", "TOKENS_PER_PAGE", "SSH_KEY_PATH", "path"]
        {
            assert!(!looks_secret(name), "{name}");
        }
    }

    #[test]
    fn hosts() {
        for host in ["api.openai.com", "*.example.com", "localhost", "api.github.com:443", "10.0.0.1"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["https://x.y", "*", "x y", "", "-a.b", "a..b", "x:0", "x:y", "*.*.b", "a/b"] {
            assert!(!is_host(host), "{host}");
        }
    }
}
