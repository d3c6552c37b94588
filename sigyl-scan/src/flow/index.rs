//! What the engine looks up again and again: files by id, imports by variable, what modules offer by name.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::resolve::Resolver;
use crate::{
    context::FileContext,
    ir::{Export, ExportKind, FunctionId, ImportName, Language, Module, VarId},
};

/// What a module offers by name.
#[derive(Debug)]
pub(crate) struct Offered<'a> {
    /// Python: the last variable of its body by each name.
    pub(crate) variables: FxHashMap<&'a str, VarId>,
    /// JavaScript: the first export by each name of a variable, or of what another module offers.
    pub(crate) exports: FxHashMap<&'a str, usize>,
    /// Positions of the files of which it offers everything.
    pub(crate) stars: Rc<[usize]>,
}

impl<'a> Offered<'a> {
    /// Of the module at position `at` and `path`.
    pub(crate) fn of(module: &'a Module, path: &str, at: usize, resolver: &Resolver<'_>) -> Self {
        let variables = module
            .variables
            .iter()
            .enumerate()
            .filter(|(_, variable)| variable.function == FunctionId::MODULE)
            .map(|(number, variable)| (module.name(variable.name), VarId(number as u32)))
            .collect();
        let mut exports = FxHashMap::default();
        let mut stars: Vec<Option<usize>> = Vec::new();
        for (number, Export { name, kind }) in module.exports.iter().enumerate() {
            match (kind, name) {
                (ExportKind::AllFrom { module: from }, _) => {
                    stars.push(resolver.javascript(path, module.name(*from)))
                }
                (ExportKind::Variable(_) | ExportKind::From { .. }, Some(name)) => {
                    exports.entry(module.name(*name)).or_insert(number);
                }
                _ => {}
            }
        }
        if module.language == Language::Python {
            let all = module.imports.iter().filter(|import| import.name == ImportName::All);
            stars =
                all.map(|import| resolver.python(path, import.level, module.name(import.module))).collect();
        }
        let stars = stars.into_iter().flatten().filter(|target| *target != at).collect();
        Self { variables, exports, stars }
    }
}

/// Imports by the variable that they are bound to, the first of each.
pub(crate) fn import_of(module: &Module) -> FxHashMap<VarId, usize> {
    let mut all = FxHashMap::default();
    for (number, import) in module.imports.iter().enumerate() {
        if let Some(variable) = import.variable {
            all.entry(variable).or_insert(number);
        }
    }
    all
}

/// Positions of files by id.
pub(crate) fn positions(files: &[FileContext<'_>]) -> Vec<u32> {
    let mut all = vec![0; files.last().map_or(0, |file| file.id.0 as usize + 1)];
    for (at, file) in files.iter().enumerate() {
        all[file.id.0 as usize] = at as u32;
    }
    all
}
