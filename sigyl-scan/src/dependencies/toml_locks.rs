//! `uv.lock`, `poetry.lock`, `pdm.lock`, `Cargo.lock`: lists of tables called `package`.

use std::collections::HashSet;

use sigyl_core::{Span, node::Node};

use super::{
    Ecosystem, Origin, UnreadReason,
    read::{self, Collector},
};

fn packages(root: &Node) -> Result<&[Node], UnreadReason> {
    match root.get("package") {
        Some(packages) => packages.as_sequence().ok_or(UnreadReason::UnknownFormat),
        None if root.get("version").is_some() || root.get("metadata").is_some() => Ok(&[]),
        None => Err(UnreadReason::UnknownFormat),
    }
}

pub(super) fn uv(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let shortened = Shortened::without_digested(out.text());
    let root = read::toml(&shortened.text)?;
    let mut direct: HashSet<&str> = HashSet::new();
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let source = package.get("source");
        let of_source = |key: &str| source.and_then(|it| it.get(key)).and_then(Node::as_str);
        let span = shortened.original(name.span);
        let mut found = out.dependency(Ecosystem::PyPi, name.as_str().unwrap_or_default(), span);
        found.version = text("version").map(str::to_owned);
        found.origin = if let Some(url) = of_source("git") {
            let (url, reference) = url.split_once('#').unwrap_or((url, ""));
            Origin::Git { url: url.to_owned(), reference: Some(reference.to_owned()) }
        } else if let Some(url) = of_source("url") {
            Origin::Url(url.to_owned())
        } else if let Some(url) = of_source("registry") {
            Origin::Registry(Some(url.to_owned()))
        } else {
            // The tree's own packages say what they ask for.
            let asked = package.get("dependencies").and_then(Node::as_sequence).unwrap_or_default();
            direct.extend(asked.iter().filter_map(|it| it.get("name")).filter_map(Node::as_str));
            Origin::Local
        };
        if matches!(found.origin, Origin::Registry(_)) {
            let wheels = package.get("wheels").and_then(Node::as_sequence).unwrap_or_default();
            let mut archives = wheels.iter().chain(package.get("sdist"));
            found.has_digest = Some(archives.all(|archive| archive.get("hash").is_some()));
        }
        out.add(found)?;
    }
    if !direct.is_empty() {
        out.relate(|dependency| direct.contains(dependency.name.as_str()));
    }
    Ok(())
}

/// A text without some of its lines.
struct Shortened {
    text: String,
    /// Where bytes were left out, in the shortened text, and how many up to there.
    left_out: Vec<(usize, usize)>,
}

impl Shortened {
    /// The text without the archives that have a digest and nothing else of interest, as uv writes them: nine tenths of
    /// a lock file, and the most of the time that it takes to read it. Whatever is written otherwise stays, and so do the
    /// ends of lines.
    fn without_digested(text: &str) -> Self {
        let mut shortened = Self { text: String::with_capacity(text.len() / 8), left_out: Vec::new() };
        let mut left_out = 0;
        for line in text.split_inclusive('\n') {
            if is_digested_archive(line) {
                let end = if line.ends_with('\n') { "\n" } else { "" };
                shortened.text.push_str(end);
                left_out += line.len() - end.len();
                shortened.left_out.push((shortened.text.len(), left_out));
            } else {
                shortened.text.push_str(line);
            }
        }
        shortened
    }

    /// Where something stands in the whole text.
    fn original(&self, span: Span) -> Span {
        let before = self.left_out.partition_point(|(at, _)| *at <= span.start as usize);
        let left_out = before.checked_sub(1).map_or(0, |last| self.left_out[last].1) as u32;
        Span::new(span.start + left_out, span.end + left_out)
    }
}

/// True for a line of the form `{ url = "…", hash = "sha256:…", size = …, upload-time = "…" },`.
fn is_digested_archive(line: &str) -> bool {
    fn string<'t>(text: &'t str, start: &str) -> Option<(&'t str, &'t str)> {
        text.strip_prefix(start)?.split_once('"').filter(|(string, _)| !string.contains('\\'))
    }
    let start = ["    { url = \"", "sdist = { url = \""].into_iter().find_map(|start| string(line, start));
    let Some((_, rest)) = start else { return false };
    let Some((digest, mut rest)) = string(rest, ", hash = \"sha256:") else { return false };
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    if let Some(size) = rest.strip_prefix(", size = ") {
        rest = size.trim_start_matches(|it: char| it.is_ascii_digit());
    }
    if let Some((_, end)) = string(rest, ", upload-time = \"") {
        rest = end;
    }
    matches!(rest.trim_end(), " }," | " }")
}

pub(super) fn poetry(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let mut found = out.dependency(Ecosystem::PyPi, name.as_str().unwrap_or_default(), name.span);
        found.version = text("version").map(str::to_owned);
        found.is_dev = text("category") == Some("dev");
        let source = package.get("source");
        let of_source = |key: &str| source.and_then(|it| it.get(key)).and_then(Node::as_str);
        let url = of_source("url").unwrap_or_default().to_owned();
        found.origin = match of_source("type") {
            Some("git") => Origin::Git {
                url,
                reference: of_source("resolved_reference").or(of_source("reference")).map(str::to_owned),
            },
            Some("url") => Origin::Url(url),
            Some("directory" | "file") => Origin::Local,
            Some(_) => Origin::Registry(Some(url)),
            None => match (text("git"), text("path")) {
                (Some(url), _) => {
                    Origin::Git { url: url.to_owned(), reference: text("revision").map(str::to_owned) }
                }
                (None, Some(_)) => Origin::Local,
                (None, None) => Origin::Registry(None),
            },
        };
        out.add(found)?;
    }
    Ok(())
}

pub(super) fn cargo(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let mut found = out.dependency(Ecosystem::CratesIo, name.as_str().unwrap_or_default(), name.span);
        found.version = text("version").map(str::to_owned);
        found.origin = match text("source") {
            None => Origin::Local,
            Some(source) => match source.strip_prefix("git+") {
                Some(git) => {
                    let (url, reference) = git.split_once('#').unwrap_or((git, ""));
                    Origin::Git { url: url.to_owned(), reference: Some(reference.to_owned()) }
                }
                None => Origin::Registry(Some(source.trim_start_matches("registry+").to_owned())),
            },
        };
        found.has_digest = matches!(found.origin, Origin::Registry(_)).then(|| text("checksum").is_some());
        out.add(found)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn archives_with_a_digest_are_not_read() {
        for line in [
            format!("    {{ url = \"https://h/a.whl\", hash = \"sha256:{DIGEST}\" }},\n"),
            format!("    {{ url = \"https://h/a.whl\", hash = \"sha256:{DIGEST}\", size = 12 }},\r\n"),
            format!(
                "sdist = {{ url = \"u\", hash = \"sha256:{DIGEST}\", size = 1, upload-time = \"2025\" }}\n"
            ),
        ] {
            assert_eq!(Shortened::without_digested(&line).text, "\n", "{line}");
        }
        let archive = format!("    {{ url = \"u\", hash = \"sha256:{DIGEST}\" }},\n");
        let text = format!("wheels = [\n{archive}{archive}]\nname = \"a\"\n{archive}name = \"b\"\n");
        let shortened = Shortened::without_digested(&text);
        assert_eq!(shortened.text, "wheels = [\n\n\n]\nname = \"a\"\n\nname = \"b\"\n");
        for name in ["wheels", "\"a\"", "\"b\""] {
            let span = |text: &str| text.find(name).map(|at| Span::new(at as u32, (at + name.len()) as u32));
            assert_eq!(span(&shortened.text).map(|span| shortened.original(span)), span(&text), "{name}");
        }
    }

    #[test]
    fn everything_else_is_read() {
        for line in [
            "    { url = \"https://h/a.whl\", size = 12 },\n".to_owned(),
            "    { url = \"https://h/a.whl\", hash = \"sha256:0\" },\n".to_owned(),
            format!("    {{ url = \"u\", hash = \"sha256:{DIGEST}\" }}, {{ url = \"v\" }},\n"),
            format!("    {{ url = \"u\", hash = \"sha256:{DIGEST}\", name = \"x\", version = \"1\" }},\n"),
            format!("    {{ url = \"\"\", hash = \"sha256:{DIGEST}\" }},\n"),
            format!("    {{ url = \"u\", hash = \"sha256:{DIGEST}\" }}]\n"),
        ] {
            assert_eq!(Shortened::without_digested(&line).text, line);
        }
    }
}
