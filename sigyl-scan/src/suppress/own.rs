//! What the scan says about what was to be silenced, with the rules it says it in.

use sigyl_core::Span;

use super::comments::Ignore;
use crate::{
    config::{ScanConfig, Trust},
    config_file::CONFIG_FILE,
    driver::{Source, Sources},
    rule::{Draft, Place},
    rules::{ignore_without_reason, untrusted_suppression, unused_ignore},
    suppress::BASELINE_FILE,
};

/// An ignore comment of a file, and what became of it.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) ignore: Ignore,
    /// For each rule that it names, whether a finding did not count by it.
    pub(super) used: Vec<bool>,
}

impl Seen<'_> {
    fn place(&self) -> Place {
        Place { file: self.source.id, span: self.ignore.span }
    }
}

/// Drafts, with the ids of their rules.
pub(super) type OwnDrafts = Vec<(&'static str, Draft)>;

/// About comments of a tree that is the caller's own. `ran` tells whether a rule took part in this scan; the second
/// answer of `known` whether it exists at all.
pub(super) fn of_comments(
    seen: &[Seen<'_>],
    ran: impl Fn(&str) -> bool,
    known: impl Fn(&str) -> bool,
) -> OwnDrafts {
    let mut drafts = Vec::new();
    for entry in seen {
        if entry.ignore.rules.is_empty() {
            let message = "this ignore comment names no rule, so it has no effect";
            drafts.push((unused_ignore::ID, Draft::new(entry.place(), message)));
        } else if entry.ignore.reason.is_none() {
            let message = "this ignore comment gives no reason, so it is not honoured";
            drafts.push((ignore_without_reason::ID, Draft::new(entry.place(), message)));
        } else {
            for (rule, _) in entry.ignore.rules.iter().zip(&entry.used).filter(|(_, used)| !**used) {
                let message = if !known(rule) {
                    format!("this comment ignores `{rule}`, and there is no such rule")
                } else if ran(rule) {
                    format!(
                        "this comment ignores `{rule}`, which finds nothing on line {}",
                        entry.ignore.target_line
                    )
                } else {
                    continue;
                };
                drafts.push((unused_ignore::ID, Draft::new(entry.place(), message)));
            }
        }
    }
    drafts
}

/// About what a tree that is not the caller's own tries to silence: one finding for each file.
pub(super) fn of_strangers(config: &ScanConfig, sources: &Sources<'_>, seen: &[Seen<'_>]) -> OwnDrafts {
    if config.trust == Trust::Trusted {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    let mut rest = seen;
    while let Some(first) = rest.first() {
        let of_file = rest.iter().take_while(|entry| entry.source.id == first.source.id).count();
        let message = match of_file {
            1 => "an ignore comment in a tree that is not yours; it is not honoured".to_owned(),
            count => {
                format!("the first of {count} ignore comments in a tree that is not yours; none is honoured")
            }
        };
        drafts.push((untrusted_suppression::ID, Draft::new(first.place(), message)));
        rest = &rest[of_file..];
    }
    for source in &sources.files {
        let what = match source.file.name() {
            CONFIG_FILE => "a configuration of the scanner",
            BASELINE_FILE => "a baseline",
            _ => continue,
        };
        let place = Place { file: source.id, span: Span::default() };
        let message = format!("{what} in a tree that is not yours; it is not honoured");
        drafts.push((untrusted_suppression::ID, Draft::new(place, message)));
    }
    drafts
}
