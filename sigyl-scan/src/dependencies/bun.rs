//! `bun.lock`, the text form: one package a line under `"packages"`.

use sigyl_core::Span;

use super::{Ecosystem, Origin, UnreadReason, read::Collector};

pub(super) fn lock(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let text = out.text;
    if !text.contains("\"lockfileVersion\"") {
        return Err(UnreadReason::UnknownFormat);
    }
    let mut offset = 0;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let start = offset + (line.len() - line.trim_start().len());
        offset += line.len();
        let content = line.trim();
        if content.starts_with("\"packages\"") {
            inside = true;
        }
        // `"name": ["name@1.0.0", "", {…}, "sha512-…"],`
        let Some((_, value)) = content.split_once(": [\"").filter(|_| inside) else { continue };
        let Some((descriptor, rest)) = value.split_once('"') else { continue };
        let Some(at) = descriptor.get(1..).and_then(|rest| rest.find('@')) else { continue };
        let (name, version) = (&descriptor[..at + 1], &descriptor[at + 2..]);
        let span = Span::new(start as u32, (start + content.len()) as u32);
        let mut found = out.dependency(Ecosystem::Npm, name, span);
        found.version = Some(version.to_owned());
        found.origin = Origin::of_specifier(version).unwrap_or(Origin::Registry(None));
        found.has_digest = matches!(found.origin, Origin::Registry(_)).then(|| rest.contains("\"sha512-"));
        out.add(found)?;
    }
    Ok(())
}
