//! `requirements.txt`, and requirements as PEP 508 writes them.

use sigyl_core::Span;

use super::{Dependency, Ecosystem, Origin, Relation, UnreadReason, read::Collector};

pub(super) fn read(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let text = out.text;
    let mut offset = 0;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        // What follows a line that goes on are digests of the same package.
        let was_continued = std::mem::replace(&mut continued, line.trim_end().ends_with('\\'));
        let content = line.trim().trim_end_matches('\\').trim_end();
        let content = content.find(" #").map_or(content, |at| content[..at].trim_end());
        if was_continued || content.is_empty() || content.starts_with('#') {
            continue;
        }
        let requirement = match content.strip_prefix("-e ").or_else(|| content.strip_prefix("--editable ")) {
            Some(rest) => rest.trim(),
            None if content.starts_with('-') => continue,
            None => content,
        };
        let span = Span::new(start as u32, (start + content.len()) as u32);
        let found = out.dependency(Ecosystem::PyPi, "", span);
        if let Some(mut found) = requirement_of(requirement, found) {
            found.relation = Relation::Direct;
            out.add(found)?;
        }
    }
    Ok(())
}

/// Fills `found` from a requirement such as `name[extra]>=1,<2 ; marker` or `name @ git+https://…@tag`.
pub(super) fn requirement_of(text: &str, mut found: Dependency) -> Option<Dependency> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if ["git+", "http://", "https://", "git://"].iter().any(|it| lower.starts_with(it)) {
        let name = text.split_once("egg=").map_or("", |(_, name)| name);
        let name = name.split(['&', '[', ' ', ';']).next().unwrap_or_default();
        found.name = name.to_owned();
        found.origin = address(text.split([' ', ';']).next().unwrap_or(text));
        found.wanted = Some(text.to_owned());
        return Some(found);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || text[end..].starts_with(['/', '\\', ':']) {
        return None;
    }
    found.name = name.to_owned();
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1.trim_start(),
        None => rest,
    };
    if let Some(url) = rest.strip_prefix('@') {
        found.origin = address(url.trim().split([' ', ';']).next().unwrap_or_default());
        found.wanted = Some(url.trim().to_owned());
        return Some(found);
    }
    let range = rest.split(';').next().unwrap_or_default();
    let range = range.split(" --").next().unwrap_or_default().trim().trim_matches(['(', ')']);
    found.version = exact(range).map(str::to_owned);
    found.wanted = Some(range.to_owned());
    Some(found)
}

fn exact(range: &str) -> Option<&str> {
    let version = range.strip_prefix("===").or_else(|| range.strip_prefix("=="))?.trim();
    (!version.contains([',', '*'])).then_some(version)
}

/// The source behind an address: of `git+https://user@host/a@v1#egg=x`, the reference is what follows the last `@` of
/// the path.
fn address(url: &str) -> Origin {
    let (bare, _) = url.split_once('#').unwrap_or((url, ""));
    if bare.starts_with("git+") || bare.starts_with("git://") {
        let path = bare.find("://").map_or(0, |at| at + 3);
        let path = bare[path..].find('/').map_or(bare.len(), |at| path + at);
        let (url, reference) = match bare[path..].rfind('@') {
            Some(at) => (&bare[..path + at], Some(bare[path + at + 1..].to_owned())),
            None => (bare, None),
        };
        return Origin::Git { url: url.to_owned(), reference };
    }
    Origin::of_specifier(url).unwrap_or(Origin::Local)
}
