//! A `Dockerfile`: that there is one, and the port that it exposes.

use super::{
    context::Context,
    model::{Manifest, Runtime, Transport},
};
use crate::Span;

/// Reads the file. A port that is exposed makes it a server of HTTP.
pub(crate) fn read(text: &str, ctx: &mut Context<'_>) -> Option<Manifest> {
    let mut manifest = Manifest { runtime: Some(Runtime::Container), ..Manifest::default() };
    ctx.say("runtime", Span::new(0, 0));
    manifest.build.dockerfile = Some(ctx.path.to_owned());
    let folder = ctx.folder();
    manifest.build.context = (!folder.is_empty()).then(|| folder.to_owned());
    let mut ports = text.lines().filter_map(|line| {
        let (word, rest) = line.trim().split_once(char::is_whitespace)?;
        let port = rest.split_whitespace().next()?.trim_end_matches("/tcp");
        word.eq_ignore_ascii_case("EXPOSE").then(|| port.parse::<u16>().ok()).flatten()
    });
    if let Some(port) = ports.next().filter(|port| *port > 0) {
        manifest.transport = Some(Transport::Http { port: Some(port), path: None });
    }
    Some(manifest)
}
