//! What earlier runs worked out, kept in a folder of the user's own: reports, and which build of the scanner made them.
//!
//! Whoever can write into the folder decides what scans say. So it must be the user's alone, and never lie in what is
//! scanned; where it is not so, nothing is kept and nothing is believed.

mod folder;
mod scanner;

use std::{
    io,
    path::{Path, PathBuf},
};

use sigyl_core::{Digest, Manifest, ScanReport, SourceTree, source::RepoRef};
use sigyl_scan::{Observer, ReportCache, ScanConfig, scan, scan_cached};

pub(crate) use folder::{Folder, Limits};

use crate::{output::note, trust};

/// The variable that names the folder.
const VARIABLE: &str = "SIGYL_CACHE_DIR";

/// What is kept of reports. Chosen: thousands of ordinary ones.
const REPORTS: Limits = Limits { bytes: 256 << 20, entries: 4096, entry_bytes: 40 << 20 };

/// Whether the user wants to hear about the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// `--verbose`.
    Everything,
    /// Only what the user asked for and does not get.
    Little,
}

impl Told {
    fn tell(self, text: &str) {
        if self == Self::Everything {
            note(text);
        }
    }
}

/// A cache that may be used for a scan.
#[derive(Debug)]
pub(crate) struct Cache {
    root: PathBuf,
    told: Told,
}

impl Cache {
    /// The cache for a scan of `reference`, where there is one that may be used.
    pub(crate) fn for_scan(reference: Option<&RepoRef>, told: Told) -> Option<Self> {
        let (root, named) = match (variable(VARIABLE), default_root()) {
            (Some(root), _) => (root, true),
            (None, Some(root)) => (root, false),
            (None, None) => return None,
        };
        let opened = refuse_scanned(&root, reference, named).and_then(|()| {
            Folder::open(&root, "reports", REPORTS).map(|_| ()).map_err(|error| error.to_string())
        });
        match opened {
            Ok(()) => Some(Self { root, told }),
            Err(why) => {
                let text = format!("nothing is kept in {}: {why}", root.display());
                if named {
                    note(&text)
                } else {
                    told.tell(&text)
                }
                None
            }
        }
    }

    /// A part of the cache.
    pub(crate) fn part(&self, name: &str, limits: Limits) -> Option<Folder> {
        Folder::open(&self.root, name, limits).ok()
    }

    /// Scans, or tells what the same scan told before.
    pub(crate) fn scan(
        &self,
        tree: &SourceTree,
        manifest: &Manifest,
        config: &ScanConfig,
        observer: &dyn Observer,
    ) -> ScanReport {
        let reports = self.part("reports", REPORTS);
        let (Some(reports), Some(scanner)) = (reports, scanner::digest(&self.root)) else {
            self.told.tell("no report is kept: the scanner's own program cannot be read");
            return scan(tree, manifest, config, observer);
        };
        let reports = Reports { folder: reports, told: self.told };
        scan_cached(tree, manifest, config, observer, &scanner, &reports)
    }
}

#[derive(Debug)]
struct Reports {
    folder: Folder,
    told: Told,
}

impl ReportCache for Reports {
    fn load(&self, key: &Digest) -> Option<Vec<u8>> {
        let entry = self.folder.load(key);
        match &entry {
            Some(_) => self.told.tell(&format!("report {key} is kept from before")),
            None => self.told.tell(&format!("no report {key} is kept")),
        }
        entry
    }

    fn store(&self, key: &Digest, entry: &[u8]) {
        if let Err(error) = self.folder.store(key, entry) {
            self.told.tell(&format!("report {key} is not kept: {error}"));
        }
    }

    fn ignored(&self, key: &Digest, why: &str) {
        self.told.tell(&format!("what is kept as report {key} is ignored: {why}"));
    }
}

/// Refuses a folder that came with what is scanned, or would become part of it.
fn refuse_scanned(root: &Path, reference: Option<&RepoRef>, named: bool) -> Result<(), String> {
    let Some(scanned) = reference.and_then(trust::folder) else { return Ok(()) };
    let root = real(root).map_err(|error| error.to_string())?;
    if root.starts_with(&scanned) {
        return Err("it lies in what is scanned".to_owned());
    }
    // A repository can bring a folder along, beside the one that is scanned.
    let repository = scanned.ancestors().find(|folder| folder.join(".git").exists());
    if named && repository.is_some_and(|repository| root.starts_with(repository)) {
        return Err("it lies in the repository of what is scanned".to_owned());
    }
    Ok(())
}

/// The path with links resolved, of which the end need not be there yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for there in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (there.canonicalize(), path.strip_prefix(there)) {
            return Ok(real.join(rest));
        }
    }
    Ok(path)
}

#[expect(clippy::disallowed_methods, reason = "where a user's cache lies is told by the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn default_root() -> Option<PathBuf> {
    // XDG Base Directory Specification: a relative path is to be ignored.
    let cache = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let cache = cache.map(|cache| cache.join("sigyl"));
    let cache = cache.or_else(|| variable("LOCALAPPDATA").map(|data| data.join("sigyl").join("cache")));
    cache.or_else(|| variable("HOME").map(|home| home.join(".cache").join("sigyl")))
}
