//! Package names that pass for another's.

use std::{collections::BTreeMap, sync::OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use sigyl_core::{Class, Confidence, Severity};

use super::launch;
use crate::{
    context::TreeContext,
    dependencies::{Ecosystem, Relation},
    rule::{Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct Typosquat;

static META: RuleMeta = RuleMeta {
    id: "typosquat",
    title: "Package name that passes for another",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[1357, 506],
    owasp: Some("MCP04"),
    practice: None,
    since: "0.1.0",
    fixes: &["Name the package that is meant; if this one is, look at who publishes it and since when"],
    page: include_str!("typosquat.md"),
};

/// Names shorter than this are near to many honest ones. Chosen.
const MIN_LENGTH: usize = 5;

/// Scopes that belong to one publisher, and that imitations aim at.
const SCOPES: &[&str] = &[
    "@modelcontextprotocol",
    "@anthropic-ai",
    "@cloudflare",
    "@opentelemetry",
    "@playwright",
    "@supabase",
    "@langchain",
];

/// Words that are put behind a known name to look like a better edition of it.
const ADDITIONS: &[&str] = &["-official", "-original", "-real", "-fixed", "-patched", "-latest", "-secure"];

/// How a name passes for another.
enum Trick {
    /// Characters that look alike, or a scope that does.
    Looks,
    Letter,
    Separators,
    Addition,
}

#[derive(Default)]
struct Known {
    names: FxHashSet<(Ecosystem, String)>,
    /// Names that are one deletion away, by what is left, so that no name is compared with all others.
    deletions: FxHashMap<(Ecosystem, String), Vec<&'static str>>,
    /// Names without separators, and with look-alikes folded.
    bare: FxHashMap<(Ecosystem, String), &'static str>,
    folded: FxHashMap<(Ecosystem, String), &'static str>,
    near: FxHashSet<(Ecosystem, String)>,
}

fn entries(file: &'static str) -> impl Iterator<Item = (Ecosystem, &'static str)> {
    file.lines().filter_map(|line| match line.split_once(' ')? {
        ("npm", name) => Some((Ecosystem::Npm, name)),
        ("pypi", name) => Some((Ecosystem::PyPi, name)),
        _ => None,
    })
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known::default();
        for (ecosystem, name) in entries(include_str!("popular_packages.txt")) {
            known.names.insert((ecosystem, name.to_owned()));
            if name.len() < MIN_LENGTH {
                continue;
            }
            for shorter in std::iter::once(name.to_owned()).chain(deletions(name)) {
                known.deletions.entry((ecosystem, shorter)).or_default().push(name);
            }
            known.bare.insert((ecosystem, bare(name)), name);
            known.folded.insert((ecosystem, fold(name)), name);
        }
        known.near.extend(
            entries(include_str!("near_names.txt")).map(|(ecosystem, name)| (ecosystem, name.to_owned())),
        );
        known
    })
}

/// The name with each of its characters left out once.
fn deletions(name: &str) -> impl Iterator<Item = String> {
    name.char_indices().map(|(at, c)| [&name[..at], &name[at + c.len_utf8()..]].concat())
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.' | '@' | '/')).collect()
}

/// One character for all that look like it.
fn fold(name: &str) -> String {
    let folded: String = name
        .chars()
        .map(|c| match c {
            '0' | 'о' | 'ο' | 'О' | 'Ο' => 'o',
            '1' | 'I' | 'l' | '|' | 'і' | 'ı' | 'ӏ' | 'ⅼ' => 'l',
            'а' | 'α' => 'a',
            'с' | 'ϲ' => 'c',
            'е' | 'ҽ' => 'e',
            'р' | 'ρ' => 'p',
            'х' | 'χ' => 'x',
            'у' | 'γ' => 'y',
            'ѕ' => 's',
            'ԁ' => 'd',
            'һ' => 'h',
            'ј' => 'j',
            'п' => 'n',
            'т' => 't',
            'м' => 'm',
            'к' => 'k',
            'в' => 'b',
            '‐' | '‑' | '–' | '−' => '-',
            c => c,
        })
        .collect();
    folded.replace("rn", "m").replace("vv", "w").replace('i', "l").to_lowercase()
}

/// Whether one edit, or two neighbours changing places, makes one name of the other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([a, b, rest @ ..], [c, d, tail @ ..]) if a == d && b == c && rest == tail => true,
        ([_, rest @ ..], [_, tail @ ..]) if rest == tail => true,
        ([_, rest @ ..], tail) if rest == tail => true,
        (rest, [_, tail @ ..]) => rest == tail,
        _ => false,
    }
}

/// The name that `name` passes for, and how.
fn imitated(ecosystem: Ecosystem, name: &str) -> Option<(&'static str, Trick)> {
    let known = known();
    let name = ecosystem.normalize(name);
    let key = (ecosystem, name.clone());
    // Longer names are no imitations, and looking at them costs the square of their length.
    if name.len() > 80 || known.names.contains(&key) || known.near.contains(&key) {
        return None;
    }
    if let Some(popular) = known.folded.get(&(ecosystem, fold(&name)))
        && name.len() >= MIN_LENGTH
    {
        return Some((popular, Trick::Looks));
    }
    if let Some((scope, _)) = name.split_once('/').filter(|_| ecosystem == Ecosystem::Npm) {
        if SCOPES.contains(&scope) {
            return None;
        }
        let looks =
            |known: &&&str| fold(known) == fold(scope) || is_near(known, scope) || bare(known) == bare(scope);
        return SCOPES.iter().find(looks).map(|known| (*known, Trick::Looks));
    }
    if let Some(popular) = known.bare.get(&(ecosystem, bare(&name))) {
        return Some((popular, Trick::Separators));
    }
    for addition in ADDITIONS {
        let Some(rest) = name.strip_suffix(addition) else { continue };
        if let Some((_, popular)) = known.names.get(&(ecosystem, rest.to_owned()))
            && let Some((_, popular)) = entries(include_str!("popular_packages.txt"))
                .find(|(of, it)| *of == ecosystem && it == popular)
        {
            return Some((popular, Trick::Addition));
        }
    }
    if name.len() < MIN_LENGTH {
        return None;
    }
    let candidates = std::iter::once(name.clone()).chain(deletions(&name));
    let near = candidates
        .filter_map(|shorter| known.deletions.get(&(ecosystem, shorter)))
        .flatten()
        .find(|popular| !popular.starts_with('@') && is_near(popular, &name))?;
    // A number or an `s` at the end is how honest neighbours are called: `urllib2`, `requests`.
    let is_edition = name.strip_prefix(near).is_some_and(|end| end.bytes().all(|b| b.is_ascii_digit()));
    (!is_edition).then_some((*near, Trick::Letter))
}

impl Rule for Typosquat {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        // One report for each name: the package file's before the lock file's.
        let mut first: BTreeMap<(Ecosystem, String), (Place, bool)> = BTreeMap::new();
        for dependency in &tree.dependencies.all {
            let is_asked_for = dependency.relation == Relation::Direct;
            first
                .entry((dependency.ecosystem, dependency.name.clone()))
                .and_modify(|(place, asked)| {
                    if is_asked_for && !*asked {
                        (*place, *asked) = (dependency.place, true);
                    }
                })
                .or_insert((dependency.place, is_asked_for));
        }
        for file in tree.files {
            for launch in launch::launches(file) {
                if let Some(ecosystem) = launch.ecosystem() {
                    first.entry((ecosystem, launch.name.clone())).or_insert((launch.place, true));
                }
            }
        }
        for ((ecosystem, name), (place, is_asked_for)) in first {
            let Some((popular, trick)) = imitated(ecosystem, &name) else { continue };
            let shown: String = name.chars().take(80).collect();
            out.report(match trick {
                Trick::Looks => {
                    Draft::new(place, format!("`{shown}` looks like `{popular}` and is another package"))
                        .severity(Severity::Error)
                }
                Trick::Letter => {
                    near(place, format!("`{shown}` is one letter away from `{popular}`"), is_asked_for)
                }
                Trick::Separators => {
                    near(place, format!("`{shown}` is `{popular}` with other separators"), is_asked_for)
                }
                Trick::Addition => {
                    near(place, format!("`{shown}` passes for an edition of `{popular}`"), is_asked_for)
                }
            });
        }
    }
}

/// What another package brought was chosen by its authors, who know their neighbours.
fn near(place: Place, message: String, is_asked_for: bool) -> Draft {
    let draft = Draft::new(place, message).confidence(Confidence::Medium);
    if is_asked_for { draft } else { draft.severity(Severity::Info) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popular_names_are_well_formed_and_do_not_imitate_each_other() {
        for (ecosystem, name) in entries(include_str!("popular_packages.txt")) {
            assert_eq!(ecosystem.normalize(name), name);
            assert!(imitated(ecosystem, name).is_none(), "{name}");
        }
    }

    #[test]
    fn tricks() {
        let trick = |name: &str| {
            imitated(Ecosystem::Npm, name).map(|(popular, trick)| {
                (
                    popular,
                    match trick {
                        Trick::Looks => "looks",
                        Trick::Letter => "letter",
                        Trick::Separators => "separators",
                        Trick::Addition => "addition",
                    },
                )
            })
        };
        assert_eq!(trick("expres"), Some(("express", "letter")));
        assert_eq!(trick("exrpess"), Some(("express", "letter")));
        assert_eq!(trick("cross_env"), Some(("cross-env", "separators")));
        assert_eq!(trick("modelcontextprotocol-sdk"), Some(("@modelcontextprotocol/sdk", "separators")));
        assert_eq!(trick("@modelcontextprotocoI/sdk"), Some(("@modelcontextprotocol/sdk", "looks")));
        assert_eq!(trick("@modelcontext-protocol/x"), Some(("@modelcontextprotocol", "looks")));
        assert_eq!(trick("ахios"), Some(("axios", "looks")));
        assert_eq!(trick("fastmcp-official"), Some(("fastmcp", "addition")));
        for honest in ["preact", "zood", "@modelcontextprotocol/ext-apps", "express5", "@types/express", ""] {
            assert_eq!(trick(honest), None, "{honest}");
        }
    }
}
