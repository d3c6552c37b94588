//! `yarn.lock`, version 1 and Berry: both are blocks of one unindented header and indented fields.

use sigyl_core::Span;

use super::{Ecosystem, Origin, UnreadReason, read::Collector};

pub(super) fn lock(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let text = out.text;
    let mut offset = 0;
    let mut block: Option<Block<'_>> = None;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_end();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if !content.starts_with(' ') {
            finish(block.take(), out)?;
            let Some(header) = content.strip_suffix(':') else {
                return Err(UnreadReason::Syntax(format!("`{}` begins no block", first_chars(content))));
            };
            block = Some(Block::new(header, start, start + content.len()));
        } else if let Some(block) = &mut block {
            let field = content.trim_start();
            // Deeper lines are the names of what the package needs.
            if content.len() - field.len() == 2 {
                block.field(field);
            }
        }
    }
    finish(block, out)
}

fn first_chars(text: &str) -> String {
    text.chars().take(40).collect()
}

struct Block<'a> {
    header: &'a str,
    span: Span,
    version: Option<&'a str>,
    address: Option<&'a str>,
    resolution: Option<&'a str>,
    has_digest: bool,
}

impl<'a> Block<'a> {
    fn new(header: &'a str, start: usize, end: usize) -> Self {
        Self {
            header,
            span: Span::new(start as u32, end as u32),
            version: None,
            address: None,
            resolution: None,
            has_digest: false,
        }
    }

    fn field(&mut self, field: &'a str) {
        let (key, value) = field.split_once([' ', ':']).unwrap_or((field, ""));
        let value = value.trim_start_matches([':', ' ']).trim_matches('"');
        match key {
            "version" => self.version = Some(value),
            "resolved" => self.address = Some(value),
            "resolution" => self.resolution = Some(value),
            "integrity" | "checksum" => self.has_digest = true,
            _ => {}
        }
    }
}

/// The package and what is behind its `@`: `@scope/name@npm:^1`.
fn split(descriptor: &str) -> Option<(&str, &str)> {
    let at = descriptor.get(1..)?.find('@')? + 1;
    Some((&descriptor[..at], &descriptor[at + 1..]))
}

fn finish(block: Option<Block<'_>>, out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let Some(block) = block.filter(|block| block.header != "__metadata") else { return Ok(()) };
    let first = block.header.split(',').next().unwrap_or_default().trim().trim_matches('"');
    let Some((name, range)) = split(first) else {
        return Err(UnreadReason::Syntax(format!("`{}` names no package", first_chars(first))));
    };
    let found = match block.resolution {
        Some(resolution) => {
            let Some((name, reference)) = split(resolution) else { return Ok(()) };
            let mut found = out.dependency(Ecosystem::Npm, name, block.span);
            found.origin = match reference.strip_prefix("npm:") {
                Some(_) => Origin::Registry(None),
                None => Origin::of_specifier(reference).unwrap_or(Origin::Local),
            };
            found.has_digest = matches!(found.origin, Origin::Registry(_)).then_some(block.has_digest);
            found
        }
        None => {
            let alias = range.strip_prefix("npm:").and_then(split).map(|(name, _)| name);
            let mut found = out.dependency(Ecosystem::Npm, alias.unwrap_or(name), block.span);
            found.origin = match block.address.and_then(Origin::of_specifier) {
                Some(Origin::Url(url)) => Origin::Registry(Some(url)),
                Some(origin) => origin,
                None => Origin::Registry(block.address.map(str::to_owned)),
            };
            found.has_digest = matches!(found.origin, Origin::Registry(Some(_))).then_some(block.has_digest);
            found
        }
    };
    let mut found = found;
    found.version = block.version.map(str::to_owned);
    if found.version.as_deref() == Some("0.0.0-use.local") {
        found.origin = Origin::Local;
    }
    // The digest of a Git or registry archive of version 1 may be the fragment of its address.
    if let Origin::Registry(Some(url)) = &found.origin
        && url.contains('#')
    {
        found.has_digest = Some(true);
    }
    out.add(found)
}
