//! `go.mod`. `go.sum` also holds versions that are not built, so that it is left alone.

use sigyl_core::Span;

use super::{Ecosystem, Relation, UnreadReason, read::Collector};

pub(super) fn go_mod(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let text = out.text;
    let mut offset = 0;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let content = line.trim();
        if content == ")" {
            inside = false;
        } else if content.replace(' ', "") == "require(" {
            inside = true;
        } else if let Some(requirement) =
            if inside { Some(content) } else { content.strip_prefix("require ") }
        {
            let mut words = requirement.split_whitespace();
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            if !version.starts_with('v') {
                continue;
            }
            let span = Span::new(start as u32, (start + content.len()) as u32);
            let mut found = out.dependency(Ecosystem::Go, name, span);
            found.version = Some(version.to_owned());
            found.relation =
                if requirement.contains("// indirect") { Relation::Transitive } else { Relation::Direct };
            out.add(found)?;
        }
    }
    Ok(())
}
