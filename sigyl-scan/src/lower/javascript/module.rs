//! Imports and exports.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind, ImportDeclaration,
    ImportDeclarationSpecifier, ImportOrExportKind, ModuleExportName, Statement, TSImportEqualsDeclaration,
    TSModuleReference, TSTypeName,
};
use oxc_span::GetSpan;
use sigyl_core::Span;

use super::{
    lowerer::{Lowerer, at},
    stmt::statement,
};
use crate::ir::{
    Export, ExportKind, ExprId, ExprKind, Import, ImportName, Name, Pattern, Stmt, StmtKind, VarId,
};

impl<'a> Lowerer<'a> {
    pub(super) fn module_statement(&mut self, node: &'a Statement<'a>, out: &mut Vec<Stmt>) {
        match node {
            Statement::ImportDeclaration(import) => self.import(import),
            Statement::ExportDeclaration(export) => {
                self.declaration(&export.declaration, out);
                self.export_declaration(&export.declaration, at(export.span), out);
            }
            Statement::ExportDefaultDeclaration(export) => self.export_default(export, out),
            Statement::ExportNamedDeclaration(export) if is_value(export.export_kind) => {
                for specifier in &export.specifiers {
                    if is_value(specifier.export_kind) {
                        let local =
                            self.reference(specifier.local.name().as_str(), at(specifier.local.span()));
                        let name = self.export_name(&specifier.exported);
                        let kind = match self.builder.get(local).kind {
                            ExprKind::Variable(variable) => ExportKind::Variable(variable),
                            _ => ExportKind::Expr(local),
                        };
                        self.export(Some(name), kind);
                    }
                }
            }
            Statement::ExportFromDeclaration(export) if is_value(export.export_kind) => {
                let module = self.name(export.source.value.as_str());
                for specifier in &export.specifiers {
                    if is_value(specifier.export_kind) {
                        let there = self.export_name(&specifier.local);
                        let name = self.export_name(&specifier.exported);
                        self.export(Some(name), ExportKind::From { module, name: Some(there) });
                    }
                }
            }
            Statement::ExportAllDeclaration(export) if is_value(export.export_kind) => {
                let module = self.name(export.source.value.as_str());
                match &export.exported {
                    Some(exported) => {
                        let name = self.export_name(exported);
                        self.export(Some(name), ExportKind::From { module, name: None });
                    }
                    None => self.export(None, ExportKind::AllFrom { module }),
                }
            }
            Statement::TSExportAssignment(export) => {
                let span = at(export.span);
                let module = self.reference("module", span);
                let place = self.member(module, "exports", span);
                let value = self.expr(&export.expression);
                let target = Pattern::Place(place);
                out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
            }
            _ => {}
        }
    }

    fn export(&mut self, name: Option<Name>, kind: ExportKind) {
        self.builder.module_mut().exports.push(Export { name, kind });
    }

    fn export_name(&mut self, name: &ModuleExportName<'a>) -> Name {
        self.builder.name(name.name().as_str())
    }

    /// Offers what an `export` in front of a declaration offers: by name, or as members of the namespace around it.
    fn export_declaration(&mut self, node: &'a Declaration<'a>, span: Span, out: &mut Vec<Stmt>) {
        let mut names: Vec<&'a str> = Vec::new();
        match node {
            Declaration::VariableDeclaration(declaration) if !declaration.declare => {
                for declarator in &declaration.declarations {
                    names.extend(declarator.id.get_binding_identifiers().iter().map(|id| id.name.as_str()));
                }
            }
            Declaration::FunctionDeclaration(function) if function.body.is_some() && !function.declare => {
                names.extend(function.id.iter().map(|id| id.name.as_str()));
            }
            Declaration::ClassDeclaration(class) if !class.declare => {
                names.extend(class.id.iter().map(|id| id.name.as_str()));
            }
            Declaration::TSEnumDeclaration(listed) if !listed.declare => names.push(listed.id.name.as_str()),
            Declaration::TSNamespaceDeclaration(inner) if !inner.declare => {
                names.push(inner.id.name.as_str())
            }
            Declaration::TSImportEqualsDeclaration(import) if is_value(import.import_kind) => {
                names.push(import.id.name.as_str());
            }
            _ => {}
        }
        for text in names {
            let name = self.name(text);
            let Some(variable) = self.resolve(name) else { continue };
            match self.namespace {
                None => self.export(Some(name), ExportKind::Variable(variable)),
                Some(namespace) => {
                    let object = self.builder.expr(ExprKind::Variable(namespace), span);
                    let target = Pattern::Place(self.member(object, text, span));
                    let value = self.builder.expr(ExprKind::Variable(variable), span);
                    out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
                }
            }
        }
    }

    fn export_default(&mut self, node: &'a ExportDefaultDeclaration<'a>, out: &mut Vec<Stmt>) {
        let default = self.name("default");
        let kind = match &node.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => match &function.id {
                _ if function.body.is_none() => return,
                Some(id) => ExportKind::Variable(self.bound(id)),
                None => ExportKind::Expr(self.function_expression(function, Some(default))),
            },
            ExportDefaultDeclarationKind::ClassDeclaration(class) => match &class.id {
                Some(id) => {
                    self.class_declaration(class, out);
                    ExportKind::Variable(self.bound(id))
                }
                None => {
                    let value = self.class_expression(class, Some(default));
                    out.push(statement(StmtKind::Expr(value), at(node.span)));
                    ExportKind::Expr(value)
                }
            },
            declaration => {
                let Some(value) = declaration.as_expression() else { return };
                let value = self.named(value, Some(default));
                out.push(statement(StmtKind::Expr(value), at(node.span)));
                match self.builder.get(value).kind {
                    ExprKind::Variable(variable) => ExportKind::Variable(variable),
                    _ => ExportKind::Expr(value),
                }
            }
        };
        self.export(Some(default), kind);
    }

    fn import(&mut self, node: &'a ImportDeclaration<'a>) {
        if !is_value(node.import_kind) {
            return;
        }
        let module = self.name(node.source.value.as_str());
        let specifiers = node.specifiers.as_ref().filter(|specifiers| !specifiers.is_empty());
        let Some(specifiers) = specifiers else {
            return self.add_import(module, ImportName::SideEffect, None, at(node.span));
        };
        for specifier in specifiers {
            let (name, local) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    if !is_value(named.import_kind) {
                        continue;
                    }
                    let name = self.export_name(&named.imported);
                    let is_default = self.builder.text(name) == "default";
                    (if is_default { ImportName::Default } else { ImportName::Named(name) }, &named.local)
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    (ImportName::Default, &default.local)
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    (ImportName::Namespace, &all.local)
                }
            };
            let variable = self.bound(local);
            self.add_import(module, name, Some(variable), at(specifier.span()));
        }
    }

    fn add_import(&mut self, module: Name, name: ImportName, variable: Option<VarId>, span: Span) {
        self.builder.module_mut().imports.push(Import { module, level: 0, name, variable, span });
    }

    /// `import x = require("m")`, `import x = a.b`.
    pub(super) fn import_equals(&mut self, node: &'a TSImportEqualsDeclaration<'a>, out: &mut Vec<Stmt>) {
        if !is_value(node.import_kind) {
            return;
        }
        let span = at(node.span);
        let variable = self.bound(&node.id);
        let value = match &node.module_reference {
            TSModuleReference::ExternalModuleReference(external) => {
                let module = self.name(external.expression.value.as_str());
                return self.add_import(module, ImportName::Namespace, Some(variable), span);
            }
            TSModuleReference::IdentifierReference(id) => self.reference(id.name.as_str(), at(id.span)),
            TSModuleReference::QualifiedName(name) => {
                let left = self.type_name(&name.left);
                self.member(left, name.right.name.as_str(), at(name.span))
            }
        };
        let target = Pattern::Variable(variable, at(node.id.span));
        out.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
    }

    /// The value that a dotted name stands for.
    pub(super) fn type_name(&mut self, node: &'a TSTypeName<'a>) -> ExprId {
        let mut names = Vec::new();
        let mut node = node;
        let mut value = loop {
            match node {
                TSTypeName::IdentifierReference(id) => break self.reference(id.name.as_str(), at(id.span)),
                TSTypeName::ThisExpression(this) => break self.builder.expr(ExprKind::This, at(this.span)),
                TSTypeName::QualifiedName(name) => {
                    names.push(name);
                    node = &name.left;
                }
            }
        };
        for name in names.iter().rev() {
            if self.depth as usize + names.len() < super::lowerer::MAX_DEPTH as usize {
                value = self.member(value, name.right.name.as_str(), at(name.span));
            }
        }
        value
    }
}

fn is_value(kind: ImportOrExportKind) -> bool {
    kind == ImportOrExportKind::Value
}
