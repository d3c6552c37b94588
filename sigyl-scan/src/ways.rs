//! The ways by which data comes to one place: which are findings of their own, and which are told with another one.
//!
//! What callers send may come to one dangerous call from many tools, through a helper that all of them use. Each tool is
//! then a mistake of its own: mending one leaves the others.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use sigyl_core::{Confidence, Severity};

use crate::{
    flow::PASSED,
    rule::{Draft, Place, Rule},
};

/// Most findings of one rule at one place. Chosen: a helper that more tools use than this has to be mended itself.
const MOST_WAYS: usize = 32;

/// Where the data leaves the handler that it comes into, where that tells one finding from another at the same place:
/// for what callers send, surely, and what is harmful by itself.
pub(crate) fn way_out(draft: &Draft, default: Severity) -> Option<Place> {
    let is_told = draft.severity.unwrap_or(default) >= Severity::Error && draft.confidence > Confidence::Low;
    if !is_told {
        return None;
    }
    draft.flow.iter().find(|(_, message)| message.starts_with(PASSED)).map(|(place, _)| *place)
}

/// What is told, by rule and place: the best of each place, and of each way that it does not tell. All else is told with
/// the best of its place.
pub(crate) fn best_of_each_way(rules: &[&dyn Rule], drafts: Vec<(usize, Draft)>) -> Vec<(usize, Draft)> {
    let mut places: BTreeMap<(usize, Place), BTreeMap<Option<Place>, Draft>> = BTreeMap::new();
    for (rule, mut draft) in drafts {
        let default = rules[rule].meta().severity;
        draft.severity = Some(draft.severity.unwrap_or(default));
        match places.entry((rule, draft.place)).or_default().entry(way_out(&draft, default)) {
            Entry::Vacant(way) => {
                way.insert(draft);
            }
            Entry::Occupied(mut known) => merge(known.get_mut(), draft, default),
        }
    }
    // Each place has its best first. Of the others those ways are told that no finding of the rule tells already.
    let mut told: BTreeSet<(usize, Option<Place>)> = BTreeSet::new();
    let mut all = Vec::with_capacity(places.len());
    let mut left = Vec::with_capacity(places.len());
    for ((rule, _), mut ways) in places {
        let default = rules[rule].meta().severity;
        let best = ways.iter().reduce(|best, way| if is_better(way.1, best.1, default) { way } else { best });
        let Some(way) = best.map(|(way, _)| *way) else { continue };
        let Some(best) = ways.remove(&way) else { continue };
        told.insert((rule, way));
        all.push((rule, best));
        left.push(ways);
    }
    for (at, ways) in left.into_iter().enumerate() {
        let rule = all[at].0;
        let mut own = 1;
        for (way, draft) in ways {
            if way.is_some() && own < MOST_WAYS && told.insert((rule, way)) {
                own += 1;
                all.push((rule, draft));
            } else {
                merge(&mut all[at].1, draft, rules[rule].meta().severity);
            }
        }
    }
    all.sort_by_key(|(rule, draft)| (*rule, draft.place));
    all
}

/// Which of two drafts of a rule, whose severity is `default`, at the same place is told.
fn is_better(draft: &Draft, known: &Draft, default: Severity) -> bool {
    let rank = |draft: &Draft| {
        (draft.severity.unwrap_or(default), draft.confidence, std::cmp::Reverse(draft.flow.len()))
    };
    rank(draft) > rank(known)
        || rank(draft) == rank(known) && (&draft.message, &draft.tool) < (&known.message, &known.tool)
}

/// Most other ways that are told of one place. Chosen: enough to see that a shared helper is the matter.
const MOST_OTHER_FLOWS: usize = 8;

/// Keeps the better one of two drafts of the same rule at the same place, and the way of the other one where it comes
/// in by another call.
pub(crate) fn merge(known: &mut Draft, mut other: Draft, default: Severity) {
    if is_better(&other, known, default) {
        std::mem::swap(known, &mut other);
    }
    // What nothing reaches is no way.
    let is_way = |draft: &Draft| !draft.flow.is_empty() && draft.severity.unwrap_or(default) > Severity::Info;
    let mut ways = std::mem::take(&mut known.other_flows);
    ways.append(&mut other.other_flows);
    if is_way(&other) {
        ways.push(other.flow);
    }
    let mut seen = vec![call_of(&known.flow)];
    for way in ways {
        let call = call_of(&way);
        if known.other_flows.len() < MOST_OTHER_FLOWS && call.is_some() && !seen.contains(&call) {
            seen.push(call);
            known.other_flows.push(way);
        }
    }
}

/// The last call on a way: that of the function that its end is in.
pub(crate) fn call_of(flow: &[(Place, String)]) -> Option<Place> {
    flow.iter().rev().find(|(_, message)| message.starts_with(PASSED)).map(|(place, _)| *place)
}
