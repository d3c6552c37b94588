//! Statements, functions, classes, imports and exports.

use sigyl_core::Span;

use super::{ExprId, Name};

/// Names a function of a module; 0 is the module's own body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub(crate) u32);

impl FunctionId {
    /// The module's own body.
    pub const MODULE: Self = Self(0);
}

/// Names a class of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub(crate) u32);

/// Names a variable of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub(crate) u32);

/// A variable: a declaration in one scope.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// The function whose scope (or a block of it) declares it.
    pub function: FunctionId,
    /// True when a function inside that one uses it.
    pub captured: bool,
}

/// What kind of function it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// The body of the module.
    Module,
    /// A declared function, a function expression, an arrow, a lambda, a comprehension.
    Plain,
    /// A method that gets its object: `this`, or Python's first parameter.
    Method,
    /// A static method.
    Static,
    /// A Python class method: the first parameter is the class.
    ClassMethod,
}

/// A function.
#[derive(Debug)]
pub struct Function {
    /// Its name; for an anonymous one the variable or property that it is assigned to, where there is one.
    pub name: Option<Name>,
    /// Byte span of the whole function.
    pub span: Span,
    /// What kind it is.
    pub kind: FunctionKind,
    /// The function around it; the module's body is its own parent.
    pub parent: FunctionId,
    /// The class that it is a method of.
    pub class: Option<ClassId>,
    /// Its parameters, Python's receiver included.
    pub params: Vec<Param>,
    /// Its statements. An arrow with an expression body is one return.
    pub body: Vec<Stmt>,
    /// Decorators, outermost first.
    pub decorators: Vec<ExprId>,
    /// Python's docstring, dedented as `inspect.cleandoc` does; the tool's description where nothing else is given.
    pub docstring: Option<(Name, Span)>,
    /// The return annotation, as an expression (Python only).
    pub returns: Option<ExprId>,
    /// `async`.
    pub is_async: bool,
    /// True when it yields.
    pub is_generator: bool,
    /// It is a comprehension of a dictionary: it yields pairs of keys and values.
    pub is_mapping: bool,
    /// True for arrows, which take `this` from around them.
    pub is_arrow: bool,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// What is bound.
    pub pattern: Pattern,
    /// Its name, where it is a plain name.
    pub name: Option<Name>,
    /// How it takes arguments.
    pub kind: ParamKind,
    /// The default.
    pub default: Option<ExprId>,
    /// The annotation as an expression: Python's. String annotations are parsed where that succeeds. TypeScript types
    /// are lowered only where simple: literals as strings, unions as `BitOr`, `number`/`string`/`boolean` and type
    /// references as globals or variables by name.
    pub annotation: Option<ExprId>,
    /// Byte span.
    pub span: Span,
}

/// How a parameter takes arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// By position or by name.
    Plain,
    /// `*args`, `...rest`.
    Rest,
    /// Python: after `*`.
    KeywordOnly,
    /// Python: `**kwargs`.
    Keywords,
}

/// What an assignment, a parameter or a loop binds.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A variable.
    Variable(VarId, Span),
    /// A name that nothing declares: a global of JavaScript.
    Global(Name, Span),
    /// A member or index expression.
    Place(ExprId),
    /// `{a, b: c = 1, ...rest}`.
    Object {
        /// Key and target.
        entries: Vec<(PatternKey, Pattern)>,
        /// The rest.
        rest: Option<Box<Pattern>>,
    },
    /// `[a, , b, ...rest]`, `a, *b = …`.
    List {
        /// Targets by position; holes are none.
        items: Vec<Option<Pattern>>,
        /// How many items stand before the rest, and its target; the rest is not among the items.
        rest: Option<(usize, Box<Pattern>)>,
    },
    /// A target with a default.
    Default(Box<Pattern>, ExprId),
    /// Nothing that data follows.
    None,
}

/// The key of an object pattern's entry.
#[derive(Debug, Clone, Copy)]
pub enum PatternKey {
    /// Known while reading.
    Name(Name),
    /// Computed.
    Computed(ExprId),
}

/// A statement and where it stands.
#[derive(Debug)]
pub struct Stmt {
    /// Byte span.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement is.
#[derive(Debug)]
pub enum StmtKind {
    /// An expression for its effects.
    Expr(ExprId),
    /// A declaration or assignment. Several targets or declarators are several statements.
    Assign {
        /// The target.
        target: Pattern,
        /// The value.
        value: ExprId,
        /// The annotation, Python only.
        annotation: Option<ExprId>,
    },
    /// `if`. `elif` and `else if` nest in `otherwise`.
    If {
        /// The test.
        test: ExprId,
        /// When it holds.
        then: Vec<Stmt>,
        /// When it does not.
        otherwise: Vec<Stmt>,
    },
    /// Any loop.
    Loop(Box<Loop>),
    /// `switch`, `match`.
    Switch {
        /// What is compared.
        subject: ExprId,
        /// The cases, in order.
        cases: Vec<Case>,
    },
    /// `try`.
    Try {
        /// The guarded statements; Python's `else` is at their end.
        body: Vec<Stmt>,
        /// The handlers.
        handlers: Vec<Handler>,
        /// `finally`.
        finally: Vec<Stmt>,
    },
    /// `with a as b:`; TypeScript `using`.
    With {
        /// The context managers and what they are bound to.
        items: Vec<(ExprId, Option<Pattern>)>,
        /// The statements.
        body: Vec<Stmt>,
    },
    /// `return`.
    Return(Option<ExprId>),
    /// `throw`, `raise`.
    Throw(Option<ExprId>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `assert test`.
    Assert(ExprId),
    /// A declared function, bound to its variable. JavaScript hoists it: it stands at the start of its block.
    Function(VarId, FunctionId),
    /// A declared class, bound to its variable.
    Class(VarId, ClassId),
    /// A block.
    Block(Vec<Stmt>),
    /// `del x`, for what it names.
    Delete(ExprId),
}

/// A loop.
#[derive(Debug)]
pub struct Loop {
    /// What each round binds: `for x of`, `for x in`.
    pub binding: Option<Pattern>,
    /// What is walked; for `for (k in o)` see `keys`.
    pub iterable: Option<ExprId>,
    /// True when the keys are bound, not the values: JavaScript `for…in`.
    pub keys: bool,
    /// The test of `while`, `do` and `for(;;)`; the start of `for(;;)` stands before the loop.
    pub test: Option<ExprId>,
    /// The step of `for(;;)`.
    pub update: Option<ExprId>,
    /// The statements; Python's `else` stands after the loop, under an `if` of unknown outcome where the loop has a
    /// `break`.
    pub body: Vec<Stmt>,
}

/// A case of a switch.
#[derive(Debug)]
pub struct Case {
    /// The values that it takes; empty for `default`. Python's `case "a" | "b"` has two; patterns that are no values
    /// are [`super::ExprKind::Other`].
    pub tests: Vec<ExprId>,
    /// What the pattern binds to the subject (Python captures).
    pub binding: Option<Pattern>,
    /// Python's `if` behind the pattern.
    pub guard: Option<ExprId>,
    /// The statements.
    pub body: Vec<Stmt>,
    /// True when control falls into the next case: no break, return, throw or continue at its end (JavaScript).
    pub falls_through: bool,
}

/// A handler of exceptions.
#[derive(Debug)]
pub struct Handler {
    /// The exception classes; none takes all.
    pub types: Vec<ExprId>,
    /// What the exception is bound to.
    pub binding: Option<Pattern>,
    /// The statements.
    pub body: Vec<Stmt>,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// Its name.
    pub name: Option<Name>,
    /// Byte span.
    pub span: Span,
    /// Base classes.
    pub bases: Vec<ExprId>,
    /// Methods, accessors and constructors.
    pub methods: Vec<Method>,
    /// Fields with their initial values and annotations; Python's class-level assignments and annotations.
    pub fields: Vec<ClassField>,
    /// Decorators, outermost first.
    pub decorators: Vec<ExprId>,
    /// Static blocks and Python statements of the body that are neither method nor field; in Python also the statement of
    /// a method or field whose name the body itself reads and the docstring.
    pub body: Vec<Stmt>,
}

/// A method.
#[derive(Debug)]
pub struct Method {
    /// Its name; `constructor` and `__init__` are named so.
    pub name: Name,
    /// Its function.
    pub function: FunctionId,
    /// What kind it is.
    pub kind: MethodKind,
}

/// What kind of method it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MethodKind {
    /// Called.
    Method,
    /// Read like a field: `get x()`, `@property`.
    Getter,
    /// Assigned like a field.
    Setter,
}

/// A field of a class.
#[derive(Debug)]
pub struct ClassField {
    /// Its name.
    pub name: Name,
    /// The initial value.
    pub value: Option<ExprId>,
    /// The annotation.
    pub annotation: Option<ExprId>,
    /// True for a field of the class itself.
    pub is_static: bool,
    /// Byte span.
    pub span: Span,
}

/// Something taken from another module.
#[derive(Debug)]
pub struct Import {
    /// The module as written: `./a.js`, `node:fs`, `package.sub`; Python's leading dots are in `level`.
    pub module: Name,
    /// Number of leading dots of a Python relative import.
    pub level: u32,
    /// What is taken.
    pub name: ImportName,
    /// The variable it is bound to; none for side effects and `*`.
    pub variable: Option<VarId>,
    /// Byte span.
    pub span: Span,
}

/// What an import takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportName {
    /// The module as an object: `import * as x`, `import x` in Python (for `import a.b` the variable is `a`, and the
    /// module's name is `a`, with a further side-effect import of `a.b`).
    Namespace,
    /// `import x from`.
    Default,
    /// One export by name.
    Named(Name),
    /// Everything: `from x import *`.
    All,
    /// Nothing: `import "x"`.
    SideEffect,
}

/// Something that a module offers.
#[derive(Debug)]
pub struct Export {
    /// The name it is offered under; `default` for the default; absent for `export * from`.
    pub name: Option<Name>,
    /// What is offered.
    pub kind: ExportKind,
}

/// What an export offers.
#[derive(Debug)]
pub enum ExportKind {
    /// A variable of the module. In Python every variable of the module's body is offered without an entry here.
    Variable(VarId),
    /// The value of an expression: `export default x`.
    Expr(ExprId),
    /// A name of another module.
    From {
        /// The module as written.
        module: Name,
        /// The name there; none for the module as an object.
        name: Option<Name>,
    },
    /// All names of another module.
    AllFrom {
        /// The module as written.
        module: Name,
    },
}
