//! `requirements.txt`: a sign of Python, and nothing more.

use super::{
    context::Context,
    model::{Manifest, Runtime},
};
use crate::Span;

/// Reads the file; one without a requirement is no sign of anything.
pub(crate) fn read(text: &str, ctx: &mut Context<'_>) -> Option<Manifest> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '-'))?;
    ctx.say("runtime", Span::new(0, 0));
    Some(Manifest { runtime: Some(Runtime::Python), ..Manifest::default() })
}
