//! Which file of the tree an import means.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{context::FileContext, files::FileKind, ir::Language};

/// Extensions that an import without one may mean, in the order in which they are tried.
const EXTENSIONS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// Most modules that an import by a computed name may mean. Chosen.
const MOST_BELOW: usize = 60;

/// Finds files by what imports say.
#[derive(Debug)]
pub(crate) struct Resolver<'a> {
    by_path: FxHashMap<&'a str, usize>,
    /// Python: every module by each dotted suffix of its path; none where two files share the suffix.
    by_suffix: FxHashMap<String, Option<usize>>,
    /// Python: what stands before any dot of those.
    prefixes: FxHashSet<String>,
    /// The last names of all files, and of the folders of packages: what imports outside the tree end in is rarely there.
    last_names: FxHashSet<&'a str>,
    /// JavaScript: folders of workspace packages by package name.
    packages: FxHashMap<String, &'a str>,
}

impl<'a> Resolver<'a> {
    /// Indexes `files`; positions in it are what is found.
    pub(crate) fn new(files: &'a [FileContext<'a>]) -> Self {
        let mut by_path = FxHashMap::default();
        let mut by_suffix: FxHashMap<String, Option<usize>> = FxHashMap::default();
        let mut packages = FxHashMap::default();
        let mut last_names = FxHashSet::default();
        for (at, file) in files.iter().enumerate() {
            by_path.insert(file.path, at);
            let stem = file.path.rsplit_once('.').map_or(file.path, |(stem, _)| stem);
            last_names.insert(last_name(stem.strip_suffix("/__init__").unwrap_or(stem)));
            if file.kind == FileKind::Source(Language::Python) {
                let stem = file.path.rsplit_once('.').map_or(file.path, |(stem, _)| stem);
                let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
                let parts: Vec<&str> = stem.split('/').collect();
                // Deeper packages than this are not imported by absolute name from outside. Chosen.
                for start in parts.len().saturating_sub(8)..parts.len() {
                    by_suffix
                        .entry(parts[start..].join("."))
                        .and_modify(|known| {
                            if *known != Some(at) {
                                *known = None;
                            }
                        })
                        .or_insert(Some(at));
                }
            } else if file.kind == FileKind::PackageJson
                && let Ok(package) = serde_json::from_str::<serde_json::Value>(file.text)
                && let Some(name) = package.get("name").and_then(|name| name.as_str())
            {
                packages.insert(name.to_owned(), folder(file.path));
            }
        }
        let mut prefixes = FxHashSet::default();
        for name in by_suffix.keys() {
            for (at, _) in name.match_indices('.') {
                if !prefixes.contains(&name[..at]) {
                    prefixes.insert(name[..at].to_owned());
                }
            }
        }
        Self { by_path, by_suffix, prefixes, last_names, packages }
    }

    /// The file that a JavaScript specifier means, seen from `from`.
    pub(crate) fn javascript(&self, from: &str, specifier: &str) -> Option<usize> {
        if specifier.starts_with('.') {
            return self.try_path(&join(folder(from), specifier)?);
        }
        // Aliases of bundlers and `tsconfig.json` for the source folder.
        for alias in ["@/", "~/", "src/"] {
            if let Some(rest) = specifier.strip_prefix(alias) {
                let mut at = folder(from);
                loop {
                    let base = if at.is_empty() { String::new() } else { format!("{at}/") };
                    let found = self
                        .try_path(&format!("{base}src/{rest}"))
                        .or_else(|| self.try_path(&format!("{base}{rest}")));
                    if found.is_some() || at.is_empty() {
                        return found;
                    }
                    at = folder(at);
                }
            }
        }
        let (name, rest) = split_package(specifier);
        let root = self.packages.get(name)?;
        let base = if root.is_empty() { String::new() } else { format!("{root}/") };
        if rest.is_empty() {
            return ["src/index", "index", "src/main", "lib/index", "src/mod"]
                .iter()
                .find_map(|entry| self.try_path(&format!("{base}{entry}")));
        }
        self.try_path(&format!("{base}src/{rest}")).or_else(|| self.try_path(&format!("{base}{rest}")))
    }

    fn try_path(&self, path: &str) -> Option<usize> {
        if let Some(at) = self.by_path.get(path) {
            return Some(*at);
        }
        // TypeScript sources import `./a.js` and mean `./a.ts`.
        if let Some((stem, extension)) = path.rsplit_once('.')
            && matches!(extension, "js" | "jsx" | "mjs" | "cjs")
        {
            for other in EXTENSIONS {
                if let Some(at) = self.by_path.get(format!("{stem}.{other}").as_str()) {
                    return Some(*at);
                }
            }
        }
        for extension in EXTENSIONS {
            if let Some(at) = self.by_path.get(format!("{path}.{extension}").as_str()) {
                return Some(*at);
            }
        }
        let inside = if path.is_empty() { String::new() } else { format!("{path}/") };
        EXTENSIONS
            .iter()
            .find_map(|extension| self.by_path.get(format!("{inside}index.{extension}").as_str()).copied())
    }

    /// The file that a Python module means: `level` leading dots, then a dotted name that may be empty.
    pub(crate) fn python(&self, from: &str, level: u32, module: &str) -> Option<usize> {
        let try_module = |path: String| {
            let path = path.trim_start_matches('/').to_owned();
            self.by_path
                .get(format!("{path}.py").as_str())
                .or_else(|| self.by_path.get(format!("{path}/__init__.py").trim_start_matches('/')))
                .copied()
        };
        // Most imports are of what is not in the tree.
        if !module.is_empty() && !self.last_names.contains(last_name(module)) {
            return None;
        }
        let dotted = module.replace('.', "/");
        if level > 0 {
            let mut base = folder(from);
            for _ in 1..level {
                base = folder(base);
            }
            return try_module(match (base.is_empty(), dotted.is_empty()) {
                (true, _) => dotted,
                (false, true) => base.to_owned(),
                (false, false) => format!("{base}/{dotted}"),
            });
        }
        let mut at = folder(from);
        loop {
            let path = if at.is_empty() { dotted.clone() } else { format!("{at}/{dotted}") };
            if let Some(found) = try_module(path) {
                return Some(found);
            }
            if at.is_empty() {
                break;
            }
            at = folder(at);
        }
        self.by_suffix.get(module).copied().flatten()
    }

    /// Modules whose names begin with `prefix`, seen from `from`: `./tools/`, `server.tools.`. None where they are many
    /// or the prefix names no folder.
    pub(crate) fn below(&self, from: &str, prefix: &str, python: bool) -> Vec<usize> {
        let in_folder = |start: &str| {
            let source = |path: &str| {
                let rest = path.strip_prefix(start)?;
                let stem = rest.rsplit_once('.').filter(|(_, extension)| match python {
                    true => *extension == "py",
                    false => EXTENSIONS.contains(extension),
                })?;
                let stem =
                    stem.0.strip_suffix("/index").or(stem.0.strip_suffix("/__init__")).unwrap_or(stem.0);
                (!stem.contains('/') && !stem.ends_with(".d") && stem != "__init__" && stem != "index")
                    .then_some(())
            };
            let mut found: Vec<(&str, usize)> = self
                .by_path
                .iter()
                .filter(|(path, _)| source(path).is_some())
                .map(|(path, at)| (*path, *at))
                .collect();
            found.sort_unstable();
            found.into_iter().map(|(_, at)| at).collect::<Vec<usize>>()
        };
        let starts = match python {
            false if prefix.starts_with('.') && prefix.contains('/') => {
                let (named, last) = prefix.rsplit_once('/').unwrap_or((prefix, ""));
                join(folder(from), named).map(|named| within(&named, last)).into_iter().collect::<Vec<_>>()
            }
            true if prefix.starts_with('.') => {
                let name = prefix.trim_start_matches('.');
                let mut base = folder(from);
                for _ in 1..prefix.len() - name.len() {
                    base = folder(base);
                }
                vec![within(base, &name.replace('.', "/"))]
            }
            true if prefix.contains('.') => {
                let mut starts = Vec::new();
                let mut at = folder(from);
                loop {
                    starts.push(within(at, &prefix.replace('.', "/")));
                    if at.is_empty() {
                        break;
                    }
                    at = folder(at);
                }
                starts
            }
            _ => Vec::new(),
        };
        let found = starts.iter().map(|start| in_folder(start)).find(|found| !found.is_empty());
        found.filter(|found| found.len() <= MOST_BELOW).unwrap_or_default()
    }

    /// Folders and dotted prefixes that are packages of the tree without a file of their own.
    pub(crate) fn is_python_package(&self, module: &str) -> bool {
        self.prefixes.contains(module)
    }
}

/// What stands behind the last separator of a path or a dotted name.
fn last_name(path: &str) -> &str {
    path.rsplit(['/', '.']).next().unwrap_or(path)
}

/// `path` in a folder.
fn within(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Modules of Node that an import may name with or without `node:`.
pub(crate) fn canonical_module(specifier: &str) -> &str {
    specifier.strip_prefix("node:").unwrap_or(specifier)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn split_package(specifier: &str) -> (&str, &str) {
    let from = if specifier.starts_with('@') { specifier.find('/').map_or(0, |at| at + 1) } else { 0 };
    match specifier[from..].find('/') {
        Some(at) => (&specifier[..from + at], &specifier[from + at + 1..]),
        None => (specifier, ""),
    }
}

fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_within_the_tree() {
        assert_eq!(join("src/a", "../b/./c.js").as_deref(), Some("src/b/c.js"));
        assert_eq!(join("src", "../../x"), None);
    }

    #[test]
    fn splits_package_names() {
        assert_eq!(split_package("@scope/name/sub/x"), ("@scope/name", "sub/x"));
        assert_eq!(split_package("name"), ("name", ""));
    }
}
