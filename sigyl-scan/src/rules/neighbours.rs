//! Which files of the tree import which, by the paths that are written.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    context::TreeContext,
    files::FileRole,
    ir::{Language, Module},
};

/// Files that are looked at around one. Chosen.
const MOST_NEAR: usize = 60;

/// For every file, by its position: the files that it imports and those that import it.
#[derive(Debug)]
pub(crate) struct Neighbours {
    imports: Vec<Vec<usize>>,
    importers: Vec<Vec<usize>>,
}

impl Neighbours {
    /// Those of a tree, which several rules ask for.
    pub(crate) fn of(tree: &TreeContext<'_>) -> Rc<Self> {
        Rc::clone(tree.neighbours.get_or_init(|| Rc::new(Self::read(tree))))
    }

    /// Reads the imports of every module that is no test.
    fn read(tree: &TreeContext<'_>) -> Self {
        let mut by_stem: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (index, file) in tree.files.iter().enumerate() {
            if file.role != FileRole::Test && file.module().is_some() {
                by_stem.entry(stem(file.path)).or_default().push(index);
            }
        }
        let mut found = Self {
            imports: vec![Vec::new(); tree.files.len()],
            importers: vec![Vec::new(); tree.files.len()],
        };
        for (index, file) in tree.files.iter().enumerate() {
            if file.role == FileRole::Test {
                continue;
            }
            let Some(module) = file.module() else { continue };
            for target in targets(module, file.path) {
                let known = ["", "/index", "/__init__"]
                    .iter()
                    .find_map(|tail| by_stem.get(format!("{target}{tail}").as_str()));
                for other in known.into_iter().flatten().filter(|other| **other != index) {
                    found.imports[index].push(*other);
                    found.importers[*other].push(index);
                }
            }
        }
        found
    }

    /// The file itself, what it imports, and what imports it.
    pub(crate) fn around(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(index)
            .chain(self.imports[index].iter().copied())
            .chain(self.importers[index].iter().copied())
    }

    /// What a file imports.
    pub(crate) fn imported(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.imports[index].iter().copied()
    }

    /// The file itself, what imports it, and what those and itself import, up to three files away.
    pub(crate) fn near(&self, index: usize) -> Vec<usize> {
        let mut found = vec![index];
        found.extend(self.importers[index].iter().copied().take(MOST_NEAR));
        let mut from = 0;
        for _ in 0..3 {
            let to = found.len();
            for at in from..to {
                for other in &self.imports[found[at]] {
                    if found.len() < MOST_NEAR && !found.contains(other) {
                        found.push(*other);
                    }
                }
            }
            from = to;
        }
        found
    }
}

/// A path without its extension.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name + dot],
        _ => path,
    }
}

/// The stems that a module's imports can mean.
fn targets(module: &Module, path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for import in &module.imports {
        let name = module.name(import.module);
        if module.language == Language::JavaScript {
            if name.starts_with('.') {
                let joined = join(folder, name);
                let bare = [".js", ".ts", ".mjs", ".mts", ".cjs", ".jsx", ".tsx"]
                    .iter()
                    .find_map(|end| joined.strip_suffix(end));
                found.push(bare.unwrap_or(&joined).to_owned());
            }
            continue;
        }
        let inner = name.replace('.', "/");
        let taken = match import.name {
            crate::ir::ImportName::Named(name) => Some(module.name(name)),
            _ => None,
        };
        let bases: Vec<String> = if import.level > 0 {
            let up = "../".repeat(import.level as usize - 1);
            vec![join(folder, &format!("{up}{inner}"))]
        } else {
            // The root of the package is this folder, or one around it.
            let mut at = Some(folder);
            let mut bases = Vec::new();
            while let Some(folder) = at.filter(|_| bases.len() < 6) {
                bases.push(join(folder, &inner));
                at = if folder.is_empty() {
                    None
                } else {
                    Some(folder.rsplit_once('/').map_or("", |(above, _)| above))
                };
            }
            bases
        };
        for base in bases {
            if let Some(taken) = taken {
                found.push(join(&base, taken));
            }
            found.push(base);
        }
    }
    found
}

fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        assert_eq!(join("src/a", "../b/./c"), "src/b/c");
        assert_eq!(join("", "../../x"), "x");
        assert_eq!(stem("src/a.b.ts"), "src/a.b");
        assert_eq!(stem(".env"), ".env");
    }
}
