//! `go.mod`: what can be told of a server that has no manifest of its own.

use super::{
    context::Context,
    model::{Manifest, Runtime, ServerName},
};
use crate::Span;

/// Reads the file: the last part of the module's path is its name.
pub(crate) fn read(text: &str, ctx: &mut Context<'_>) -> Option<Manifest> {
    ctx.say("runtime", Span::new(0, 0));
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module ")).map(|module| {
        let module = module.split("//").next().unwrap_or_default();
        module.trim().trim_matches(['"', '`'])
    });
    // A major version is a part of the path: `example.com/server/v2`.
    let is_major = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let name = module.and_then(|module| module.rsplit('/').find(|part| !is_major(part)));
    Some(Manifest {
        name: name.filter(|name| !name.is_empty()).map(|name| ServerName(name.to_owned())),
        runtime: Some(Runtime::Go),
        ..Manifest::default()
    })
}
