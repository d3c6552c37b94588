//! Puts a module together while a syntax tree is walked.

use rustc_hash::FxHashMap;
use sigyl_core::Span;

use super::{
    Argument, Class, ClassId, Expr, ExprId, ExprKind, Function, FunctionId, FunctionKind, Language, ListId,
    Module, Name, Pattern, Property, VarId, Variable,
};

/// Builds a [`Module`]. Both lowerings share it.
#[derive(Debug)]
pub struct ModuleBuilder {
    module: Module,
    interned: FxHashMap<Box<str>, Name>,
}

impl ModuleBuilder {
    /// Starts a module whose text is `len` bytes long; its own body is function 0.
    pub fn new(language: Language, len: u32) -> Self {
        let body = Function {
            name: None,
            span: Span::new(0, len),
            kind: FunctionKind::Module,
            parent: FunctionId::MODULE,
            class: None,
            params: Vec::new(),
            body: Vec::new(),
            decorators: Vec::new(),
            docstring: None,
            returns: None,
            is_async: true,
            is_generator: false,
            is_mapping: false,
            is_arrow: false,
        };
        Self {
            module: Module {
                language,
                functions: vec![body],
                classes: Vec::new(),
                variables: Vec::new(),
                imports: Vec::new(),
                exports: Vec::new(),
                exprs: Vec::new(),
                lists: Vec::new(),
                arguments: Vec::new(),
                properties: Vec::new(),
                patterns: Vec::new(),
                names: Vec::new(),
                truncated: false,
                syntax_error: None,
                index: std::sync::OnceLock::new(),
            },
            interned: FxHashMap::default(),
        }
    }

    /// Interns a string.
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.interned.get(text) {
            return *name;
        }
        let name = Name(self.module.names.len() as u32);
        self.module.names.push(text.into());
        self.interned.insert(text.into(), name);
        name
    }

    /// The text of an interned string.
    pub fn text(&self, name: Name) -> &str {
        self.module.name(name)
    }

    /// Adds an expression.
    pub fn expr(&mut self, kind: ExprKind, span: Span) -> ExprId {
        let id = ExprId(self.module.exprs.len() as u32);
        self.module.exprs.push(Expr { span, kind });
        id
    }

    /// An expression added before.
    pub fn get(&self, id: ExprId) -> &Expr {
        self.module.expr(id)
    }

    /// Adds a run of expressions.
    pub fn list(&mut self, items: &[ExprId]) -> ListId {
        let start = self.module.lists.len() as u32;
        self.module.lists.extend_from_slice(items);
        ListId { start, len: items.len() as u32 }
    }

    /// Adds a run of arguments.
    pub fn arguments(&mut self, items: &[Argument]) -> ListId {
        let start = self.module.arguments.len() as u32;
        self.module.arguments.extend_from_slice(items);
        ListId { start, len: items.len() as u32 }
    }

    /// Adds a run of properties.
    pub fn properties(&mut self, items: &[Property]) -> ListId {
        let start = self.module.properties.len() as u32;
        self.module.properties.extend_from_slice(items);
        ListId { start, len: items.len() as u32 }
    }

    /// Adds the target of an assignment expression.
    pub fn pattern(&mut self, pattern: Pattern) -> u32 {
        self.module.patterns.push(pattern);
        self.module.patterns.len() as u32 - 1
    }

    /// Declares a variable in `function`'s scope or a block of it.
    pub fn variable(&mut self, name: Name, function: FunctionId) -> VarId {
        let id = VarId(self.module.variables.len() as u32);
        self.module.variables.push(Variable { name, function, captured: false });
        id
    }

    /// The name of a variable.
    pub fn variable_name(&self, variable: VarId) -> Name {
        self.module.variable(variable).name
    }

    /// Records that `function` uses `variable`; marks it captured when another function declares it.
    pub fn uses(&mut self, variable: VarId, function: FunctionId) {
        let entry = &mut self.module.variables[variable.0 as usize];
        entry.captured |= entry.function != function;
    }

    /// Reserves a function's id before its body is lowered, so that what lies inside can name it as parent.
    pub fn reserve_function(&mut self, kind: FunctionKind, parent: FunctionId, span: Span) -> FunctionId {
        let id = FunctionId(self.module.functions.len() as u32);
        self.module.functions.push(Function {
            name: None,
            span,
            kind,
            parent,
            class: None,
            params: Vec::new(),
            body: Vec::new(),
            decorators: Vec::new(),
            docstring: None,
            returns: None,
            is_async: false,
            is_generator: false,
            is_mapping: false,
            is_arrow: false,
        });
        id
    }

    /// A function to fill in.
    pub fn function_mut(&mut self, id: FunctionId) -> &mut Function {
        &mut self.module.functions[id.0 as usize]
    }

    /// Adds a class.
    pub fn class(&mut self, class: Class) -> ClassId {
        let id = ClassId(self.module.classes.len() as u32);
        self.module.classes.push(class);
        id
    }

    /// A class to fill in.
    pub fn class_mut(&mut self, id: ClassId) -> &mut Class {
        &mut self.module.classes[id.0 as usize]
    }

    /// The module's imports and exports, and the mark that something was cut.
    pub fn module_mut(&mut self) -> &mut Module {
        &mut self.module
    }

    /// The finished module, without memory to spare: modules live as long as a scan.
    pub fn finish(self) -> Module {
        let mut module = self.module;
        module.functions.shrink_to_fit();
        module.classes.shrink_to_fit();
        module.variables.shrink_to_fit();
        module.exprs.shrink_to_fit();
        module.lists.shrink_to_fit();
        module.arguments.shrink_to_fit();
        module.properties.shrink_to_fit();
        module.patterns.shrink_to_fit();
        module.names.shrink_to_fit();
        module
    }
}
