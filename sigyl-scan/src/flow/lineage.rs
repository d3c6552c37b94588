//! The classes that a class is made of, in the order in which a name is looked up in them; and what happens when one is
//! made: registers of engines, tools and plugins.

use std::rc::Rc;

use super::{
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    kept::Kept,
    state::State,
    value::{Bound, ClassRef, Items, Shape, Value},
};
use crate::{
    ir::{ClassId, ExprId},
    rule::Place,
};

/// Most classes above another one. Chosen: more are a cycle.
const MOST_ABOVE: usize = 24;
/// Most classes below another one that are told apart. Chosen.
const MOST_BELOW: usize = 24;

impl<'a> Engine<'a> {
    /// A class and those of the tree that it extends, as a method is looked for: mixins in the order in which they are
    /// written, and what several of them extend behind all of them.
    pub(super) fn lineage(&mut self, class: ClassRef) -> Vec<ClassRef> {
        let mut line = Vec::new();
        let mut open = vec![class];
        while let Some(here) = open.pop() {
            if line.len() >= MOST_ABOVE {
                break;
            }
            line.push(here);
            let mut bases = self.bases(here);
            bases.reverse();
            open.extend(bases);
        }
        let mut seen = Vec::with_capacity(line.len());
        for class in line.into_iter().rev() {
            if !seen.contains(&class) {
                seen.push(class);
            }
        }
        seen.reverse();
        seen
    }

    fn bases(&mut self, class: ClassRef) -> Vec<ClassRef> {
        let Some(module) = self.module(class.file) else { return Vec::new() };
        let bases = &module.class(class.class).bases;
        let mut known = Vec::with_capacity(bases.len());
        for base in bases {
            if let Some(Value { shape: Shape::Class(base), .. }) = self.static_value(class.file, *base)
                && base != class
            {
                known.push(base);
            }
        }
        known
    }

    /// The first base class of the tree.
    pub(crate) fn base_class(&mut self, class: ClassRef) -> Option<ClassRef> {
        let module = self.module(class.file)?;
        module.class(class.class).bases.iter().find_map(|base| {
            match self.static_value(class.file, *base)?.shape {
                Shape::Class(base) if base != class => Some(base),
                _ => None,
            }
        })
    }

    /// The first base outside the tree, of the class or those that it extends.
    pub(crate) fn outside_base(&mut self, class: ClassRef) -> Option<Rc<str>> {
        self.lineage(class).into_iter().find_map(|here| {
            let module = self.module(here.file)?;
            module.class(here.class).bases.iter().find_map(|base| {
                match self.static_value(here.file, *base)?.shape {
                    Shape::Api(path) => Some(path),
                    _ => None,
                }
            })
        })
    }

    /// What a class that this one extends holds under a name, written in its body or kept there since.
    pub(super) fn held_above(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let above = self.lineage(class);
        above.into_iter().skip(1).find_map(|base| {
            let held = self.fields.get(&(base, Rc::from(name))).cloned()?;
            self.keeping.read(Kept::field(base, name));
            Some(held)
        })
    }

    /// The class that holds a name for another one: itself, or one above it.
    pub(super) fn holder_of(&mut self, class: ClassRef, name: &str) -> ClassRef {
        let line = self.lineage(class);
        let held = |one: &ClassRef| self.fields.contains_key(&(*one, Rc::from(name)));
        line.into_iter().find(held).unwrap_or(class)
    }

    /// `Base.__subclasses__()`.
    pub(super) fn subclasses(&mut self, site: &Site) -> Option<Value> {
        let (Some("__subclasses__"), Some(receiver)) = (site.method.as_deref(), &site.receiver) else {
            return None;
        };
        let Shape::Class(of) = receiver.shape else { return None };
        let mut all = Vec::new();
        for at in 0..self.files.len() {
            let Some(module) = self.deployed(at) else { continue };
            let file = self.files[at].id;
            all.extend((0..module.classes.len()).map(|id| ClassRef { file, class: ClassId(id as u32) }));
        }
        let mut known = Vec::new();
        for class in all {
            if known.len() < MOST_BELOW && class != of && self.lineage(class).contains(&of) {
                known.push(Value { shape: Shape::Class(class), ..Value::default() });
            }
        }
        let items = Items { known, rest: None };
        Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
    }

    /// What is done with a class as soon as it is there: decorators of the tree get it, and so does `__init_subclass__`
    /// of what it extends.
    pub(super) fn class_made(&mut self, act: &mut Activation<'a>, state: &mut State, class: ClassRef) {
        let module = act.module;
        let definition = module.class(class.class);
        let made = Value { shape: Shape::Class(class), ..Value::default() };
        let above = self.lineage(class);
        for base in above.into_iter().skip(1) {
            let hook = Value { shape: Shape::Class(base), ..Value::default() };
            let own = self.module(base.file).is_some_and(|module| {
                let methods = &module.class(base.class).methods;
                methods.iter().any(|method| module.name(method.name) == "__init_subclass__")
            });
            if !own {
                continue;
            }
            if let Some(Value { shape: Shape::Function(target, _), .. }) =
                self.method(act, state, base, "__init_subclass__", &hook)
            {
                let place = Place { file: act.file(), span: definition.span };
                self.inline(act, state, target, Bound::to(made.clone()), Vec::new(), Vec::new(), place);
            }
            break;
        }
        for decorator in definition.decorators.iter().rev() {
            let value = self.eval(act, state, *decorator);
            if !value.is_function() {
                continue;
            }
            let place = act.place(*decorator);
            let arguments =
                Arguments { positional: vec![made.clone()], places: vec![place], ..Arguments::default() };
            let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
            self.apply(act, state, site, &value, arguments);
        }
    }
}
