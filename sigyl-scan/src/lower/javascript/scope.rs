//! Which variable a name means at the place that is being lowered.

use crate::ir::{Name, VarId};

#[derive(Debug, Clone, Copy)]
struct Binding {
    variable: VarId,
    depth: u32,
}

/// The scopes around the current place.
///
/// A name's present meaning is one look into a table indexed by the name; what it meant outside is kept aside and put
/// back when its scope ends. So neither depth nor number of scopes costs a look-up anything.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    current: Vec<Option<Binding>>,
    shadowed: Vec<(Name, Option<Binding>)>,
    starts: Vec<usize>,
}

impl Scopes {
    pub(super) fn enter(&mut self) {
        self.starts.push(self.shadowed.len());
    }

    pub(super) fn leave(&mut self) {
        let start = self.starts.pop().unwrap_or_default();
        for (name, outer) in self.shadowed.drain(start..).rev() {
            self.current[name.0 as usize] = outer;
        }
    }

    /// What `name` means here.
    pub(super) fn get(&self, name: Name) -> Option<VarId> {
        self.binding(name).map(|binding| binding.variable)
    }

    /// What the innermost scope itself declares under `name`.
    pub(super) fn here(&self, name: Name) -> Option<VarId> {
        let depth = self.starts.len() as u32;
        self.binding(name).filter(|binding| binding.depth == depth).map(|binding| binding.variable)
    }

    pub(super) fn bind(&mut self, name: Name, variable: VarId) {
        let index = name.0 as usize;
        if index >= self.current.len() {
            self.current.resize(index + 1, None);
        }
        let binding = Binding { variable, depth: self.starts.len() as u32 };
        let outer = self.current[index].replace(binding);
        self.shadowed.push((name, outer));
    }

    fn binding(&self, name: Name) -> Option<Binding> {
        self.current.get(name.0 as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_meanings_end_with_their_scope() {
        let (name, outer, inner) = (Name(3), VarId(0), VarId(1));
        let mut scopes = Scopes::default();
        scopes.enter();
        scopes.bind(name, outer);
        scopes.enter();
        assert_eq!(scopes.get(name), Some(outer));
        assert_eq!(scopes.here(name), None);
        scopes.bind(name, inner);
        assert_eq!(scopes.here(name), Some(inner));
        scopes.leave();
        assert_eq!(scopes.get(name), Some(outer));
        scopes.leave();
        assert_eq!(scopes.get(name), None);
        assert_eq!(scopes.get(Name(9)), None);
    }
}
