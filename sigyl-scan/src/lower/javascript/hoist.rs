//! Declares what a block or function declares, before its statements are lowered. Every walk here keeps its own list of
//! what is left to see, so that depth costs no stack.

use oxc_ast::ast::{
    BindingPattern, Declaration, ExportDefaultDeclarationKind, ForStatementInit, ForStatementLeft, Function,
    ImportDeclarationSpecifier, ImportOrExportKind, Statement, VariableDeclaration,
};

use super::lowerer::Lowerer;

/// The function that a statement declares by name, if it does and has a body.
pub(super) fn declared_function<'a>(statement: &'a Statement<'a>) -> Option<&'a Function<'a>> {
    let mut statement = statement;
    while let Statement::LabeledStatement(labeled) = statement {
        statement = &labeled.body;
    }
    let function = match statement {
        Statement::FunctionDeclaration(function) => function,
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::FunctionDeclaration(function) => function,
            _ => return None,
        },
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => function,
            _ => return None,
        },
        _ => return None,
    };
    (function.id.is_some() && function.body.is_some() && !function.declare).then_some(&**function)
}

impl<'a> Lowerer<'a> {
    /// Declares, in the innermost scope, every `var` below these statements but not in functions.
    pub(super) fn declare_vars(&mut self, statements: &'a [Statement<'a>]) {
        let mut block_functions = Vec::new();
        let mut left: Vec<(&'a Statement<'a>, bool)> = Vec::new();
        push(&mut left, statements, true);
        while let Some((statement, top)) = left.pop() {
            match statement {
                Statement::VariableDeclaration(declaration) => self.declare_var(declaration),
                Statement::ExportDeclaration(export) => {
                    if let Declaration::VariableDeclaration(declaration) = &export.declaration {
                        self.declare_var(declaration);
                    }
                }
                Statement::FunctionDeclaration(_) if !top && self.sloppy => {
                    block_functions.extend(declared_function(statement).and_then(|f| f.id.as_ref()));
                }
                Statement::BlockStatement(block) => push(&mut left, &block.body, false),
                Statement::IfStatement(branch) => {
                    left.extend(branch.alternate.as_ref().map(|alternate| (alternate, false)));
                    left.push((&branch.consequent, false));
                }
                Statement::ForStatement(each) => {
                    if let Some(ForStatementInit::VariableDeclaration(declaration)) = &each.init {
                        self.declare_var(declaration);
                    }
                    left.push((&each.body, false));
                }
                Statement::ForInStatement(each) => {
                    if let ForStatementLeft::VariableDeclaration(declaration) = &each.left {
                        self.declare_var(declaration);
                    }
                    left.push((&each.body, false));
                }
                Statement::ForOfStatement(each) => {
                    if let ForStatementLeft::VariableDeclaration(declaration) = &each.left {
                        self.declare_var(declaration);
                    }
                    left.push((&each.body, false));
                }
                Statement::WhileStatement(each) => left.push((&each.body, false)),
                Statement::DoWhileStatement(each) => left.push((&each.body, false)),
                Statement::LabeledStatement(labeled) => left.push((&labeled.body, top)),
                Statement::WithStatement(with) => left.push((&with.body, false)),
                Statement::SwitchStatement(switch) => {
                    for case in switch.cases.iter().rev() {
                        push(&mut left, &case.consequent, false);
                    }
                }
                Statement::TryStatement(guarded) => {
                    if let Some(finalizer) = &guarded.finalizer {
                        push(&mut left, &finalizer.body, false);
                    }
                    if let Some(handler) = &guarded.handler {
                        push(&mut left, &handler.body.body, false);
                    }
                    push(&mut left, &guarded.block.body, false);
                }
                _ => {}
            }
        }
        self.declare_lexical(statements);
        for id in block_functions {
            let name = self.name(id.name.as_str());
            if self.scopes.here(name).is_none() {
                let variable = self.declare(id.name.as_str());
                self.block_functions.insert(variable);
            }
        }
    }

    fn declare_var(&mut self, declaration: &'a VariableDeclaration<'a>) {
        if declaration.kind.is_var() && !declaration.declare {
            self.declare_all(declaration);
        }
    }

    /// Declares all names of a declaration in the innermost scope.
    pub(super) fn declare_all(&mut self, declaration: &'a VariableDeclaration<'a>) {
        for declarator in &declaration.declarations {
            self.declare_pattern(&declarator.id);
        }
    }

    /// Declares all names of a pattern in the innermost scope.
    pub(super) fn declare_pattern(&mut self, pattern: &'a BindingPattern<'a>) {
        let mut left = vec![pattern];
        while let Some(pattern) = left.pop() {
            match pattern {
                BindingPattern::BindingIdentifier(id) => {
                    self.declare(id.name.as_str());
                }
                BindingPattern::ObjectPattern(object) => {
                    left.extend(object.rest.as_ref().map(|rest| &rest.argument));
                    left.extend(object.properties.iter().rev().map(|property| &property.value));
                }
                BindingPattern::ArrayPattern(array) => {
                    left.extend(array.rest.as_ref().map(|rest| &rest.argument));
                    left.extend(array.elements.iter().rev().flatten());
                }
                BindingPattern::AssignmentPattern(default) => left.push(&default.left),
            }
        }
    }

    /// Declares what these statements declare in their own block.
    pub(super) fn declare_lexical(&mut self, statements: &'a [Statement<'a>]) {
        for statement in statements {
            if let Some(function) = declared_function(statement) {
                if let Some(id) = &function.id {
                    self.declare_block_function(id.name.as_str());
                }
                continue;
            }
            match statement {
                Statement::ImportDeclaration(import) if import.import_kind == ImportOrExportKind::Value => {
                    for specifier in import.specifiers.iter().flatten() {
                        match specifier {
                            ImportDeclarationSpecifier::ImportSpecifier(specifier)
                                if specifier.import_kind == ImportOrExportKind::Type => {}
                            _ => {
                                self.declare(specifier.local().name.as_str());
                            }
                        }
                    }
                }
                Statement::ExportDeclaration(export) => self.declare_declaration(&export.declaration),
                Statement::ExportDefaultDeclaration(export) => {
                    if let ExportDefaultDeclarationKind::ClassDeclaration(class) = &export.declaration
                        && let Some(id) = &class.id
                    {
                        self.declare(id.name.as_str());
                    }
                }
                _ => {
                    if let Some(declaration) = statement.as_declaration() {
                        self.declare_declaration(declaration);
                    }
                }
            }
        }
    }

    fn declare_block_function(&mut self, text: &str) {
        let name = self.name(text);
        let outer = self.scopes.get(name);
        if outer.is_none_or(|outer| !self.block_functions.contains(&outer)) {
            self.declare(text);
        }
    }

    fn declare_declaration(&mut self, declaration: &'a Declaration<'a>) {
        let id = match declaration {
            Declaration::VariableDeclaration(declaration) => {
                if !declaration.kind.is_var() && !declaration.declare {
                    self.declare_all(declaration);
                }
                return;
            }
            Declaration::ClassDeclaration(class) if !class.declare => class.id.as_ref(),
            Declaration::TSEnumDeclaration(listed) if !listed.declare => Some(&listed.id),
            Declaration::TSNamespaceDeclaration(namespace) if !namespace.declare => Some(&namespace.id),
            Declaration::TSImportEqualsDeclaration(import)
                if import.import_kind == ImportOrExportKind::Value =>
            {
                Some(&import.id)
            }
            _ => None,
        };
        if let Some(id) = id {
            self.declare(id.name.as_str());
        }
    }
}

fn push<'a>(left: &mut Vec<(&'a Statement<'a>, bool)>, statements: &'a [Statement<'a>], top: bool) {
    left.extend(statements.iter().rev().map(|statement| (statement, top)));
}
