//! Findings of different rules that one mistake makes, told as one.

use sigyl_core::{Finding, Location, Note, Severity};

use crate::{
    driver::Sources,
    rule::{Draft, Rule},
};

/// What findings cover findings of which rule: where they are, by whose rule, and the rule that is covered.
#[derive(Debug, Default)]
pub(crate) struct Causes(Vec<(Location, &'static str, &'static str)>);

impl Causes {
    pub(crate) fn of(rules: &[&dyn Rule], sources: &Sources<'_>, drafts: &[(usize, Draft)]) -> Self {
        let mut causes: Vec<_> = drafts
            .iter()
            .filter_map(|(rule, draft)| {
                let covered = draft.covers?;
                let source = sources.get(draft.place.file)?;
                let location = source.lines().location(&source.file.path, source.text, draft.place.span);
                Some((location, rules[*rule].meta().id, covered))
            })
            .collect();
        causes.sort();
        causes.dedup();
        Self(causes)
    }

    /// Puts what is covered into what covers it, within a file: its place, its weaknesses, its mend. A finding that only
    /// informs, or is worse than the one that would cover it, stays.
    pub(crate) fn fold(&self, findings: &mut Vec<Finding>) {
        for (location, rule, covered) in &self.0 {
            let Some(at) =
                findings.iter().position(|known| known.rule == *rule && known.location == *location)
            else {
                continue;
            };
            let severity = findings[at].severity;
            let mut folded = Vec::new();
            let mut position = 0;
            findings.retain(|finding| {
                let is_part = position != at
                    && finding.rule == *covered
                    && finding.location.path == location.path
                    && finding.severity > Severity::Info
                    && finding.severity <= severity;
                position += 1;
                if is_part {
                    folded.push(finding.clone());
                }
                !is_part
            });
            let Some(whole) =
                findings.iter_mut().find(|known| known.rule == *rule && known.location == *location)
            else {
                continue;
            };
            for part in folded {
                take(whole, part);
            }
        }
    }
}

fn take(whole: &mut Finding, part: Finding) {
    if part.rule != whole.rule && !whole.also.contains(&part.rule) {
        whole.also.push(part.rule);
    }
    if part.location != whole.location {
        whole.related.push(Note { location: part.location, message: part.message });
    }
    whole.related.extend(part.related);
    whole.cwe.extend(part.cwe);
    let mut seen = Vec::new();
    whole.cwe.retain(|cwe| {
        !seen.contains(cwe) && {
            seen.push(*cwe);
            true
        }
    });
    match (&mut whole.fix, part.fix) {
        (Some(known), Some(more)) => known.edits.extend(more.edits),
        (known @ None, more) => *known = more,
        (Some(_), None) => {}
    }
}
