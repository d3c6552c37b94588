//! `sigyl scan` beyond source: what a server lists and how it answers, and what the clients of this computer start.

mod clients;
mod lists;
pub(crate) mod live;
mod saved;
pub(crate) mod stdio;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use clap::Args;
use sigyl_core::{Diagnostic, ScanReport, SourceTree, source::RepoRef};
use sigyl_scan::{Listing, Observed, ScanConfig, drift, join, listing_tree, observe, scan_listing};

pub(crate) use clients::Places;

use crate::failure::Failure;

/// What is scanned beside the source, or in its place.
#[derive(Debug, Args)]
#[command(next_help_heading = "Beyond source")]
pub(crate) struct BeyondArguments {
    /// What a server lists.
    #[command(flatten)]
    pub(crate) listed: ListedArguments,
    /// How the clients of this computer are read.
    #[command(flatten)]
    pub(crate) clients: clients::ClientsArguments,
}

/// Where to have what a server lists.
#[derive(Debug, Args)]
#[command(next_help_heading = "Beyond source")]
pub(crate) struct ListedArguments {
    /// Scan a saved answer to tools/list, or a whole listing, as JSON; - is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) tools: Option<PathBuf>,
    /// How a running server is asked.
    #[command(flatten)]
    pub(crate) live: live::LiveArguments,
    /// How a server is started.
    #[command(flatten)]
    pub(crate) stdio: stdio::StdioArguments,
}

/// What was scanned, whatever it was.
#[derive(Debug)]
pub(crate) struct Subject {
    /// Where the findings' lines stand.
    pub(crate) tree: SourceTree,
    /// What was found.
    pub(crate) report: ScanReport,
    /// Mistakes in the tree's manifests.
    pub(crate) manifest_diagnostics: Vec<Diagnostic>,
}

/// Adds to the scan of the source, where there is one, what else was asked for.
pub(crate) fn scan(
    arguments: &BeyondArguments,
    folder: Option<&Path>,
    source: Option<Subject>,
    config: &ScanConfig,
    scan_source: &dyn Fn(&RepoRef) -> Result<Subject, Failure>,
) -> Result<Subject, Failure> {
    if arguments.clients.clients {
        let asks_remotes = match arguments.listed.live.live.as_deref() {
            None => false,
            Some("") => true,
            Some(_) => {
                let why = "with --clients, --live asks what the clients name, and takes no URL";
                return Err(Failure::Said(why.to_owned()));
            }
        };
        return clients::scan(&arguments.clients, asks_remotes, config, scan_source);
    }
    if let Some((listing, observed)) = list(&arguments.listed, folder)? {
        return Ok(with_listing(source, &listing, observed, config));
    }
    source.ok_or_else(|| {
        Failure::Said(
            "name what to scan: a SOURCE, --tools FILE, --live URL, --stdio COMMAND or --clients".to_owned(),
        )
    })
}

/// What a server lists, where one was named, and what was seen on the way. `folder` is the server's own.
pub(crate) fn list(
    arguments: &ListedArguments,
    folder: Option<&Path>,
) -> Result<Option<(Listing, Observed)>, Failure> {
    if let Some(path) = &arguments.tools {
        return Ok(Some((saved::read(path)?, Observed::default())));
    }
    if let Some(url) = &arguments.live.live {
        return Ok(Some(live::ask(url, &arguments.live)?));
    }
    if let Some(command) = &arguments.stdio.stdio {
        return Ok(Some(stdio::ask(command, &arguments.stdio, folder)?));
    }
    Ok(None)
}

/// Scans what a server lists, and compares it with its source where that was scanned.
fn with_listing(
    source: Option<Subject>,
    listing: &Listing,
    mut observed: Observed,
    config: &ScanConfig,
) -> Subject {
    let tree = listing_tree(listing);
    let report = scan_listing(listing, config);
    let Some(source) = source else {
        let mut report = report;
        observe(&mut report, observed, config);
        return Subject { tree, report, manifest_diagnostics: Vec::new() };
    };
    observed.extend(drift(&source.report, &source.tree, &report));
    let mut report = join(source.report, report);
    observe(&mut report, observed, config);
    let tree = shown(&report, &source.manifest_diagnostics, &[&tree, &source.tree]);
    Subject { tree, report, manifest_diagnostics: source.manifest_diagnostics }
}

/// One tree of the files that the findings point to; where two have the same path, the first tree's.
fn shown(report: &ScanReport, diagnostics: &[Diagnostic], trees: &[&SourceTree]) -> SourceTree {
    let findings = report.findings.iter().map(|finding| finding.location.path.as_str());
    let paths: BTreeSet<&str> =
        findings.chain(diagnostics.iter().map(|diagnostic| diagnostic.location.path.as_str())).collect();
    let mut texts = BTreeMap::new();
    for path in paths {
        if let Some(text) = trees.iter().find_map(|tree| tree.file(path)?.text()) {
            texts.insert(path, text);
        }
    }
    SourceTree::from_texts(texts)
}
