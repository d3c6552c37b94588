//! Abstract values: what is known of a value on one path through the program.

use std::{cell::Cell, num::NonZeroU32, rc::Rc};

use rustc_hash::FxHashMap;

use super::{Hazards, variables::Variables};
use crate::{
    ir::{ClassId, FunctionId},
    rule::{FileId, Place},
};

/// Where a caller's value comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// An argument of a tool call.
    ToolArgument,
    /// The URI of a resource, or a variable of its template.
    ResourceUri,
    /// An argument of a prompt.
    PromptArgument,
    /// Query, body, headers or cookies of an HTTP request to the server itself.
    HttpRequest,
    /// What another server answered.
    Upstream,
    /// The server's whole environment.
    Environment,
    /// A variable of the environment whose name says that it is secret.
    Secret,
    /// What a file holds in which people keep credentials.
    SecretFile,
    /// A text that stands in the source in a form that nobody reads, and is decoded.
    Decoded,
    /// A parameter of a function that nothing known calls; only a hint.
    Parameter,
}

impl SourceKind {
    /// What to call it in a message.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::ToolArgument => "tool argument",
            Self::ResourceUri => "resource URI",
            Self::PromptArgument => "prompt argument",
            Self::HttpRequest => "HTTP request",
            Self::Upstream => "upstream response",
            Self::Environment => "the environment",
            Self::Secret => "secret",
            Self::SecretFile => "secret file",
            Self::Decoded => "decoded text",
            Self::Parameter => "parameter",
        }
    }
}

/// Names one value wherever it is copied to: what a guard establishes about it holds for every copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ValueId(pub(crate) NonZeroU32);

/// Names a step of a value's way; see `trace.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct StepId(pub(crate) u32);

/// A function of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionRef {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
}

/// A class of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClassRef {
    pub(crate) file: FileId,
    pub(crate) class: ClassId,
}

/// One caller's value inside another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Taint {
    /// Where it came in.
    pub(crate) source: SourceKind,
    /// The caller's value itself, so that a guard on it also counts for what was made of it.
    pub(crate) origin: ValueId,
    /// The ways in which it can still do harm here.
    pub(crate) live: Hazards,
    /// Its way so far.
    pub(crate) step: StepId,
    /// True when it went through something unknown on its way.
    pub(crate) weak: bool,
}

/// What is known of a value's text or number.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// `null`, `None`, `undefined`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// The whole text.
    Text(Rc<str>),
    /// How the text begins, and how it ends; either may be empty, not both.
    Affixes(Rc<Affixes>),
    /// Something that counts as true.
    Truthy,
}

/// Both ends of a text.
#[derive(Debug, PartialEq)]
pub(crate) struct Affixes {
    pub(crate) start: Rc<str>,
    pub(crate) end: Rc<str>,
}

impl Known {
    /// A text that begins and ends like this.
    pub(crate) fn affixes(start: impl Into<Rc<str>>, end: impl Into<Rc<str>>) -> Self {
        Self::Affixes(Rc::new(Affixes { start: start.into(), end: end.into() }))
    }
}

/// What is known of a value's structure.
#[derive(Debug, Clone, Default)]
pub(crate) enum Shape {
    /// Nothing.
    #[default]
    Unknown,
    /// Something outside the tree, by its path: `child_process.exec`, `requests.Session().get`.
    Api(Rc<str>),
    /// A function of the tree, with what it is bound to.
    Function(FunctionRef, Bound),
    /// A class of the tree.
    Class(ClassRef),
    /// An object of such a class.
    Instance(ClassRef),
    /// A module of the tree.
    Module(FileId),
    /// An object with known fields.
    Object(Rc<Fields>),
    /// A list with known members.
    List(Rc<Items>),
    /// A schema that a value is parsed with: zod, pydantic.
    Schema(Rc<Schema>),
    /// Something outside the tree that was given arguments before it is called: `partial(subprocess.run, shell=True)`.
    Given(Rc<Value>, Rc<Given>),
    /// What settles a promise; the number of its slot.
    Resolver(u32),
    /// One of several.
    OneOf(Rc<[Shape]>),
}

/// Arguments that a function was given before it is called: `partial(f, a, key=b)`, `f.bind(this, a)`.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) positional: Vec<Value>,
    pub(crate) keywords: Vec<(Rc<str>, Value)>,
}

/// What a function takes along: its object, the variables around it as they were when it was made, and what it was given
/// before it is called. Most functions take nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bound(Option<Rc<TakenAlong>>);

#[derive(Debug, Clone, Default)]
struct TakenAlong {
    this: Option<Rc<Value>>,
    environment: Option<Rc<Variables>>,
    given: Option<Rc<Given>>,
}

impl Bound {
    pub(crate) fn new(this: Option<Rc<Value>>, environment: Option<Rc<Variables>>) -> Self {
        Self::of(TakenAlong { this, environment, given: None })
    }

    /// Bound to an object only.
    pub(crate) fn to(this: Value) -> Self {
        Self::new(Some(Rc::new(this)), None)
    }

    fn of(along: TakenAlong) -> Self {
        let is_empty = matches!(along, TakenAlong { this: None, environment: None, given: None });
        Self((!is_empty).then(|| Rc::new(along)))
    }

    fn along(&self) -> TakenAlong {
        self.0.as_deref().cloned().unwrap_or_default()
    }

    /// The same, bound to another object.
    pub(crate) fn with_this(&self, this: Option<Rc<Value>>) -> Self {
        Self::of(TakenAlong { this, ..self.along() })
    }

    /// The same, given these arguments.
    pub(crate) fn with_given(&self, given: Given) -> Self {
        Self::of(TakenAlong { given: Some(Rc::new(given)), ..self.along() })
    }

    pub(crate) fn this(&self) -> Option<&Rc<Value>> {
        self.0.as_ref()?.this.as_ref()
    }

    pub(crate) fn environment(&self) -> Option<&Rc<Variables>> {
        self.0.as_ref()?.environment.as_ref()
    }

    pub(crate) fn given(&self) -> Option<&Rc<Given>> {
        self.0.as_ref()?.given.as_ref()
    }

    /// True for a function that takes nothing along.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// Fields of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    pub(crate) known: FxHashMap<Rc<str>, Rc<Value>>,
    /// Keys in the order in which they were written.
    pub(crate) order: Vec<Rc<str>>,
    /// What any other field holds.
    pub(crate) rest: Option<Value>,
    pub(crate) memo: Memo,
}

/// Whether followed values were found in an object, by how deep and for which; a copy of the object begins anew, since
/// it is made to be changed.
#[derive(Debug, Default)]
pub(crate) struct Memo(Cell<u32>);

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// What `find` finds, remembered under `key`, which is below 16.
    pub(crate) fn get(&self, key: usize, find: impl FnOnce() -> bool) -> bool {
        let (known, found) = (1 << (2 * key), 2 << (2 * key));
        if self.0.get() & known == 0 {
            let bits = if find() { known | found } else { known };
            self.0.set(self.0.get() | bits);
        }
        self.0.get() & found != 0
    }
}

/// Members of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Items {
    pub(crate) known: Vec<Value>,
    /// What any further member holds; none when the known ones are all.
    pub(crate) rest: Option<Value>,
}

/// What a schema lets through.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    /// Hazards that a value which fits can still have.
    pub(crate) live: Hazards,
    /// Fields of an object schema.
    pub(crate) fields: Option<FxHashMap<Rc<str>, Rc<Schema>>>,
    /// The class of the tree that values are made objects of.
    pub(crate) class: Option<ClassRef>,
    /// Members of a list schema.
    pub(crate) element: Option<Rc<Schema>>,
    /// True where the members stand under keys of the caller's choice: a record.
    pub(crate) keyed: bool,
    /// Descriptions of fields, for the model.
    pub(crate) description: Option<(Rc<str>, Place)>,
    /// True where a value need not be given.
    pub(crate) optional: bool,
}

/// What a boolean (or anything tested for truth) says about other values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Facts {
    /// Hazards that are gone where it is true.
    pub(crate) when_true: Vec<(ValueId, Hazards)>,
    /// Hazards that are gone where it is false.
    pub(crate) when_false: Vec<(ValueId, Hazards)>,
}

/// Marks of how a value was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Marks {
    /// A path without `..`.
    pub(crate) normalised: bool,
    /// A path with every link resolved.
    pub(crate) real: bool,
    /// A path seen from another: `relative(base, x)`.
    pub(crate) relative: bool,
    /// Text was put together from pieces, the caller's among them.
    pub(crate) concatenated: bool,
    /// The text is known to end with a path separator.
    pub(crate) ends_with_separator: bool,
    /// What whoever runs the server has set, or a test of that.
    pub(crate) configured: bool,
    /// The caller's value stands first in what was put together: a folder of the caller's choice, a whole URL.
    pub(crate) leading: bool,
    /// A text whose backslashes are doubled.
    pub(crate) doubled: bool,
    /// A client that looks the addresses of hosts up by code of the tree, which tells private ones apart.
    pub(crate) resolves: bool,
    /// A shell that runs and reads commands from its input, or that input.
    pub(crate) reads_commands: bool,
    /// What came from an address that a caller chose: the answer, or its headers.
    pub(crate) asked: bool,
    /// A client that does so for one of two schemes.
    pub(crate) half_resolves: bool,
    /// A word of a text that was split at its spaces: there may be more of them than whoever splits it thinks.
    pub(crate) word: bool,
    /// A member of a list that is there on some paths only, or that may stand anywhere: its number tells nothing.
    pub(crate) may_be_absent: bool,
    /// A text with a shell's quotes around it where it needs them.
    pub(crate) quoted: bool,
    /// Bytes of UTF-16, which PowerShell takes for commands when they are encoded.
    pub(crate) wide: bool,
}

/// An abstract value.
#[derive(Debug, Clone, Default)]
pub struct Value {
    pub(crate) known: Known,
    pub(crate) shape: Shape,
    pub(crate) taints: Option<Rc<[Taint]>>,
    /// Which value it is, where that matters for guards.
    pub(crate) id: Option<ValueId>,
    /// The value that a guard on this one speaks about, and the hazards: a host name speaks about its URL.
    pub(crate) about: Option<(ValueId, Hazards)>,
    /// Paths that this one is another form of: where this one is inside a folder, so are they.
    pub(crate) forms: Option<Rc<Vec<ValueId>>>,
    pub(crate) facts: Option<Rc<Facts>>,
    pub(crate) marks: Marks,
    /// Where a literal stands.
    pub(crate) place: Option<Place>,
}

/// Values are moved about all the time: of up to 128 bytes that takes a few instructions, of more a call.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Value>() <= 128);

/// How the paths of what an operator sets begin: environment variables, and options of the command line.
const CONFIGURATION: &[&str] = &[
    "process.env",
    "process.argv",
    "import.meta.env",
    "Deno.env",
    "Deno.args",
    "Bun.env",
    "Bun.argv",
    "os.environ",
    "os.getenv",
    "sys.argv",
    "argparse.",
    "commander.",
    "yargs",
    "minimist",
];

impl Value {
    /// True for an object of a class of the tree, and for a module of it.
    pub(crate) fn is_own_object(&self) -> bool {
        matches!(self.shape, Shape::Instance(_) | Shape::Module(_))
    }

    /// True where a caller's value comes first.
    pub(crate) fn is_led(&self) -> bool {
        super::secrets::callers(self) && (!self.marks.concatenated || self.marks.leading)
    }

    /// True for what whoever runs the server has set, or a test of that; never for a caller's value.
    pub(crate) fn is_configuration(&self) -> bool {
        let by_path = || match &self.shape {
            Shape::Api(path) => CONFIGURATION.iter().any(|start| path.starts_with(start)),
            _ => false,
        };
        !super::secrets::callers(self) && (self.marks.configured || by_path())
    }
}
