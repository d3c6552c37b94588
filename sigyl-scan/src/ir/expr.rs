//! Expressions.

use sigyl_core::Span;

use super::{ClassId, FunctionId, Name, VarId};

/// Names an expression of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub(crate) u32);

/// A run of expressions, arguments or properties in the module's arenas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListId {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl ListId {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }

    /// Number of members.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// True without members.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Expr {
    /// Byte span in the file's text.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Debug, Clone, Copy)]
pub enum ExprKind {
    /// A string, cooked: escapes are resolved. Also bytes literals, as far as they are UTF-8.
    String(Name),
    /// A number; the bits of an IEEE double.
    Number(f64),
    /// `true`, `false`, `True`, `False`.
    Bool(bool),
    /// `null`, `undefined`, `None`.
    Null,
    /// `/pattern/flags`.
    Regex {
        /// The pattern between the slashes.
        pattern: Name,
        /// The flags after them.
        flags: Name,
    },
    /// A variable that the module declares or imports.
    Variable(VarId),
    /// A name that the module does not declare: a builtin.
    Global(Name),
    /// `this`; in Python methods the first parameter is an ordinary variable that the function marks as the receiver.
    This,
    /// `super`, `super()`.
    Super,
    /// `object.property`, `object?.property`, and `object["property"]` with a literal key.
    Member {
        /// The object.
        object: ExprId,
        /// The property's name.
        property: Name,
    },
    /// `object[index]` with a computed key; slices have an [`ExprKind::Other`] as index.
    Index {
        /// The object.
        object: ExprId,
        /// The key.
        index: ExprId,
    },
    /// A call. `await` and optional chaining do not show here.
    Call {
        /// What is called.
        callee: ExprId,
        /// The arguments: a run of [`Argument`]s.
        arguments: ListId,
    },
    /// `new Callee(arguments)`. Python has no `new`: there a class is called.
    New {
        /// What is constructed.
        callee: ExprId,
        /// The arguments: a run of [`Argument`]s.
        arguments: ListId,
    },
    /// Text put together in order: template literals and f-strings. Literal pieces are [`ExprKind::String`]s.
    Template(ListId),
    /// A tagged template: `tag` with the pieces of a [`ExprKind::Template`].
    Tagged {
        /// The function that gets the pieces.
        tag: ExprId,
        /// The pieces.
        template: ListId,
    },
    /// Two operands and an operator. `a += b` is an assignment of a `Binary`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        left: ExprId,
        /// The right operand.
        right: ExprId,
    },
    /// `!x`, `not x`.
    Not(ExprId),
    /// Any other operator of one operand that makes a number or a type name: `-x`, `+x`, `~x`, `typeof x`.
    Unary(ExprId),
    /// `test ? then : otherwise`, `then if test else otherwise`.
    Conditional {
        /// The test.
        test: ExprId,
        /// The value when it holds.
        then: ExprId,
        /// The value when it does not.
        otherwise: ExprId,
    },
    /// An object literal or a dict display: a run of [`Property`]s.
    Object(ListId),
    /// An array, list, tuple or set.
    Collection(CollectionKind, ListId),
    /// `...x`, `*x` inside a collection.
    Spread(ExprId),
    /// `await x`.
    Await(ExprId),
    /// `yield x`, `yield from x`.
    Yield(Option<ExprId>),
    /// A function or arrow or lambda expression.
    Function(FunctionId),
    /// A class expression.
    Class(ClassId),
    /// An assignment used as a value, `:=`, `a ??= b`. The pattern is in the module's pattern arena.
    Assign {
        /// The target: an index for `Module::pattern`.
        target: u32,
        /// The value.
        value: ExprId,
    },
    /// `a, b`: the value is the last.
    Sequence(ListId),
    /// A comprehension or generator expression.
    Comprehension {
        /// A function without parameters whose body is the loop with `yield`s of the elements; dict comprehensions
        /// yield `Collection(Tuple, [key, value])`.
        function: FunctionId,
    },
    /// `import("m")`, `require("m")` with a literal.
    Require(Name),
    /// Anything else, for its parts: JSX, slices, `import.meta`, template types, dynamic `import(x)`.
    Other(ListId),
}

/// One argument of a call.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The keyword in Python; none for positional ones.
    pub keyword: Option<Name>,
    /// `...x`, `*x`; with `keyword` none and `spread` `**x`, see [`Argument::mapping`].
    pub spread: bool,
    /// True for Python's `**x`.
    pub mapping: bool,
    /// The value.
    pub value: ExprId,
}

/// One property of an object literal.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The key.
    pub key: PropertyKey,
    /// The value; methods and accessors are functions.
    pub value: ExprId,
    /// Byte span of key and value.
    pub span: Span,
}

/// The key of a property.
#[derive(Debug, Clone, Copy)]
pub enum PropertyKey {
    /// Known while reading.
    Name(Name),
    /// Computed.
    Computed(ExprId),
    /// `...x`, `**x`: the value is spread.
    Spread,
}

/// Operators of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`: numbers, text, lists.
    Add,
    /// `%`: numbers, and Python's text formatting.
    Percent,
    /// `/`: numbers, and Python's path joining.
    Divide,
    /// `==`, `===`, `is`.
    Equal,
    /// `!=`, `!==`, `is not`.
    NotEqual,
    /// `<`, `>`, `<=`, `>=`.
    Order,
    /// Python `x in y`; JavaScript `"key" in object`.
    In,
    /// Python `x not in y`.
    NotIn,
    /// `instanceof`; Python `isinstance` is a call.
    InstanceOf,
    /// `&&`, `and`.
    And,
    /// `||`, `or`.
    Or,
    /// `??`.
    Coalesce,
    /// Python `|` (dict union, type union) and JavaScript `|`.
    BitOr,
    /// Any operator that only makes numbers.
    Arithmetic,
    /// Python's `-`: of numbers, or of sets.
    Subtract,
    /// Python's `&`: of numbers, or of sets.
    BitAnd,
}

/// Kinds of collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectionKind {
    /// A JavaScript array or a Python list.
    List,
    /// A Python tuple.
    Tuple,
    /// A Python set.
    Set,
}
