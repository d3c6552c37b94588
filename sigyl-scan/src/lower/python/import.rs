//! Imports.

use ruff_python_ast::{StmtImport, StmtImportFrom};

use super::module::Lowerer;
use crate::ir::{Import, ImportName, VarId};

impl Lowerer {
    pub(super) fn import(&mut self, stmt: &StmtImport) {
        for alias in &stmt.names {
            let path = alias.name.as_str();
            let span = self.span(alias);
            let first = path.split('.').next().unwrap_or_default();
            let (module, variable) = match &alias.asname {
                Some(name) => (path, self.imported(name)),
                None => (first, self.imported(first)),
            };
            let module_name = self.build.name(module);
            self.add(Import { module: module_name, level: 0, name: ImportName::Namespace, variable, span });
            if module != path {
                let module = self.build.name(path);
                self.add(Import { module, level: 0, name: ImportName::SideEffect, variable: None, span });
            }
        }
    }

    pub(super) fn import_from(&mut self, stmt: &StmtImportFrom) {
        let module = self.build.name(stmt.module.as_ref().map_or("", |module| module.as_str()));
        for alias in &stmt.names {
            let span = self.span(alias);
            let (name, variable) = match alias.name.as_str() {
                "*" => (ImportName::All, None),
                taken => {
                    let variable = self.imported(alias.asname.as_ref().map_or(taken, |name| name.as_str()));
                    (ImportName::Named(self.build.name(taken)), variable)
                }
            };
            self.add(Import { module, level: stmt.level, name, variable, span });
        }
    }

    fn imported(&mut self, name: &str) -> Option<VarId> {
        let name = self.build.name(name);
        self.resolve(name)
    }

    fn add(&mut self, import: Import) {
        self.build.module_mut().imports.push(import);
    }
}
