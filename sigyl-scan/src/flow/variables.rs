//! What variables hold on a path.

use std::rc::Rc;

use super::value::Value;
use crate::ir::VarId;

/// Variables and what they hold, by number: few as a rule, copied where paths part and walked through where they meet.
/// Values are shared: paths differ in few of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(Vec<(VarId, Rc<Value>)>);

impl Variables {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, variable: VarId) -> Option<&Rc<Value>> {
        self.position(variable).ok().map(|at| &self.0[at].1)
    }

    /// By number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (VarId, &Rc<Value>)> {
        self.0.iter().map(|(variable, value)| (*variable, value))
    }

    /// What `others` hold, each with what is held here.
    pub(crate) fn beside<'v>(
        &'v self,
        others: &'v Self,
    ) -> impl Iterator<Item = (VarId, Option<&'v Rc<Value>>, &'v Rc<Value>)> {
        let mut own = self.0.iter().peekable();
        others.0.iter().map(move |(variable, theirs)| {
            while own.next_if(|(own, _)| own < variable).is_some() {}
            let ours = own.next_if(|(own, _)| own == variable);
            (*variable, ours.map(|(_, ours)| ours), theirs)
        })
    }

    /// Tells how many others made room for it.
    pub(crate) fn insert(&mut self, variable: VarId, value: Rc<Value>) -> usize {
        match self.position(variable) {
            Ok(at) => {
                self.0[at].1 = value;
                0
            }
            Err(at) => {
                self.0.insert(at, (variable, value));
                self.0.len() - at - 1
            }
        }
    }

    fn position(&self, variable: VarId) -> Result<usize, usize> {
        // Variables are set in their order, for the most part.
        match self.0.last() {
            Some((last, _)) if *last < variable => Err(self.0.len()),
            _ => self.0.binary_search_by_key(&variable, |(variable, _)| *variable),
        }
    }
}

impl Extend<(VarId, Rc<Value>)> for Variables {
    fn extend<T: IntoIterator<Item = (VarId, Rc<Value>)>>(&mut self, others: T) {
        let known = self.0.len();
        for (variable, value) in others {
            match self.0[..known].binary_search_by_key(&variable, |(variable, _)| *variable) {
                Ok(at) => self.0[at].1 = value,
                Err(_) => self.0.push((variable, value)),
            }
        }
        if self.0.len() > known {
            self.0.sort_by_key(|(variable, _)| *variable);
        }
    }
}

impl FromIterator<(VarId, Rc<Value>)> for Variables {
    /// Of variables that are each there once.
    fn from_iter<T: IntoIterator<Item = (VarId, Rc<Value>)>>(all: T) -> Self {
        let mut variables = Self::default();
        variables.extend(all);
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(variables: &Variables) -> Vec<u32> {
        variables.iter().map(|(variable, _)| variable.0).collect()
    }

    #[test]
    fn variables_are_found_by_number() {
        let value = |marked: bool| {
            let mut value = Value::default();
            value.marks.configured = marked;
            Rc::new(value)
        };
        let mut variables = Variables::default();
        assert_eq!([4, 9, 2].map(|number| variables.insert(VarId(number), value(false))), [0, 0, 2]);
        assert_eq!(variables.insert(VarId(4), value(true)), 0);
        assert_eq!(numbers(&variables), [2, 4, 9]);
        assert!(variables.get(VarId(4)).is_some_and(|value| value.marks.configured));
        assert!(variables.get(VarId(3)).is_none() && variables.get(VarId(10)).is_none());
        variables.extend([(VarId(7), value(true)), (VarId(2), value(true)), (VarId(1), value(false))]);
        assert_eq!(numbers(&variables), [1, 2, 4, 7, 9]);
        let others: Variables =
            [0, 2, 3, 9, 11].map(|number| (VarId(number), value(false))).into_iter().collect();
        let beside: Vec<_> =
            variables.beside(&others).map(|(variable, ours, _)| (variable.0, ours.is_some())).collect();
        assert_eq!(beside, [(0, false), (2, true), (3, false), (9, true), (11, false)]);
        assert!(variables.get(VarId(2)).is_some_and(|value| value.marks.configured));
    }
}
