//! `sigyl rules`: what the scanner looks for.

use std::fmt::Write;

use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::{Class, Severity};
use sigyl_scan::{RuleMeta, rule_metas};

use crate::{exit::Exit, failure::Failure, output};

/// Arguments of `sigyl rules`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  sigyl rules                             every rule, with severity and title
  sigyl rules explain command-injection   what it finds, why, and what to write instead
  sigyl rules list --format json          for programs; docs/schema/rules.v1.json describes it")]
pub(crate) struct RulesArguments {
    /// What to do; lists the rules where nothing is said.
    #[command(subcommand)]
    verb: Option<RulesVerb>,
}

#[derive(Debug, Subcommand)]
enum RulesVerb {
    /// List every rule.
    #[command(after_help = "Example:\n  sigyl rules list --format json | jq -r '.[].id'")]
    List {
        /// How to write it.
        #[arg(long, short, value_enum, default_value_t = RulesFormat::Text)]
        format: RulesFormat,
    },
    /// Print a rule's page.
    #[command(after_help = "Example:\n  sigyl rules explain token-passthrough")]
    Explain {
        /// The rule's id.
        #[arg(value_name = "ID", value_parser = PossibleValuesParser::new(ids()), hide_possible_values = true)]
        id: String,
        /// How to write it.
        #[arg(long, short, value_enum, default_value_t = RulesFormat::Text)]
        format: RulesFormat,
    },
}

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RulesFormat {
    /// For people.
    Text,
    /// A list with one object for each rule; docs/schema/rules.v1.json describes it.
    Json,
}

/// A rule, as `--format json` tells it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RuleInfo {
    /// Kebab-case id.
    id: &'static str,
    /// A few words.
    title: &'static str,
    /// The kind of weakness.
    class: Class,
    /// Severity of a finding unless the rule or the configuration says otherwise.
    severity: Severity,
    /// CWE numbers, the most fitting first.
    cwe: &'static [u32],
    /// Id in the OWASP MCP Top 10 (2025).
    owasp: Option<&'static str>,
    /// Anchor in the MCP security best practices (2026-07-28).
    practice: Option<&'static str>,
    /// Version of Sigyl that has it first.
    since: &'static str,
    /// What to do, best first.
    fixes: &'static [&'static str],
    /// Where the page is published.
    documentation: String,
    /// The page, Markdown.
    page: &'static str,
}

impl RuleInfo {
    fn of(meta: &'static RuleMeta) -> Self {
        Self {
            id: meta.id,
            title: meta.title,
            class: meta.class,
            severity: meta.severity,
            cwe: meta.cwe,
            owasp: meta.owasp,
            practice: meta.practice,
            since: meta.since,
            fixes: meta.fixes,
            documentation: meta.documentation(),
            page: meta.page,
        }
    }
}

fn ids() -> Vec<&'static str> {
    rule_metas().map(|meta| meta.id).collect()
}

/// Lists the rules, or explains one.
pub(crate) fn run(arguments: RulesArguments) -> Result<Exit, Failure> {
    let text = match arguments.verb.unwrap_or(RulesVerb::List { format: RulesFormat::Text }) {
        RulesVerb::List { format: RulesFormat::Text } => list(),
        RulesVerb::List { format: RulesFormat::Json } => json(rule_metas())?,
        RulesVerb::Explain { id, format } => {
            let meta = rule_metas().filter(|meta| meta.id == id);
            match format {
                RulesFormat::Text => meta.map(|meta| meta.page).collect(),
                RulesFormat::Json => json(meta)?,
            }
        }
    };
    output::write(None, &text)?;
    Ok(Exit::Clean)
}

fn list() -> String {
    let width = ids().iter().map(|id| id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for meta in rule_metas() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:width$}  {:7}  {}", meta.id, meta.severity.as_str(), meta.title);
    }
    out
}

fn json(rules: impl Iterator<Item = &'static RuleMeta>) -> Result<String, Failure> {
    let rules: Vec<_> = rules.map(RuleInfo::of).collect();
    Ok(serde_json::to_string_pretty(&rules)? + "\n")
}
