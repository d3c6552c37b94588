//! Statements.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    found::is_match,
    invoke::tainted,
    join::truth,
    kept::Kept,
    object::DEEPEST_BAKED,
    regex::Group,
    state::{Frame, State},
    trace::StepKind,
    value::{Facts, FunctionRef, Items, Known, Shape, Value},
};
use crate::{
    ir::{Case, ExprId, ExprKind, Handler, Loop, Module, Pattern, PatternKey, Stmt, StmtKind, VarId},
    rule::{FileId, Place},
};

/// Members of a list that a loop is unrolled over: tables of tools are. Chosen.
const MOST_UNROLLED: usize = 48;
/// Places at which an exception may leave one `try`. Chosen.
const MOST_THROWS: usize = 64;

/// A running function.
pub(crate) struct Activation<'a> {
    pub(crate) function: FunctionRef,
    pub(crate) at: usize,
    pub(crate) module: &'a Module,
    /// What it returns, each with the state on that path.
    pub(crate) returns: Vec<(Value, State)>,
    /// What it yields.
    pub(crate) yields: Option<Value>,
    /// The same for each member of the list that it goes over, in its order, where it yields for every one.
    pub(crate) members: Option<Items>,
    /// States in which the innermost loop or switch is left.
    exits: Vec<State>,
    /// States at which a round of the innermost loop was left for the next.
    continues: Vec<State>,
    /// States in which an exception is thrown inside the innermost `try`.
    throws: Vec<State>,
    /// What is thrown and was not caught so far, where followed values are in it.
    pub(super) thrown: Option<Value>,
    in_try: u32,
    /// What the conditions of a generator say that decide which members are yielded.
    pub(crate) filters: Vec<Value>,
}

impl<'a> Activation<'a> {
    pub(crate) fn new(function: FunctionRef, at: usize, module: &'a Module) -> Self {
        Self {
            function,
            at,
            module,
            returns: Vec::new(),
            yields: None,
            members: None,
            exits: Vec::new(),
            continues: Vec::new(),
            throws: Vec::new(),
            thrown: None,
            in_try: 0,
            filters: Vec::new(),
        }
    }

    pub(crate) fn file(&self) -> FileId {
        self.function.file
    }

    pub(crate) fn place(&self, expr: ExprId) -> Place {
        Place { file: self.function.file, span: self.module.span(expr) }
    }

    /// Records that control may leave by an exception here.
    pub(crate) fn throw(&mut self, state: &State) {
        if self.in_try == 0 || state.dead || self.throws.len() >= MOST_THROWS {
            return;
        }
        // Several calls of one statement leave the same behind.
        if !self.throws.last().is_some_and(|last| last.is(state)) {
            self.throws.push(state.clone());
        }
    }
}

impl<'a> Engine<'a> {
    pub(crate) fn block(&mut self, act: &mut Activation<'a>, state: &mut State, statements: &'a [Stmt]) {
        // What is declared later may be called earlier: functions stand first.
        for statement in statements {
            if let StmtKind::Function(variable, function) = &statement.kind
                && act.module.language == crate::ir::Language::JavaScript
            {
                let target = FunctionRef { file: act.file(), function: *function };
                let bound = self.closure(act, state, *function);
                let value = Value { shape: Shape::Function(target, bound), ..Value::default() };
                self.write(act, state, *variable, value);
            }
        }
        for statement in statements {
            if state.dead || !self.step() {
                return;
            }
            self.statement(act, state, statement);
        }
    }

    fn statement(&mut self, act: &mut Activation<'a>, state: &mut State, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Expr(expr) => self.effect(act, state, *expr),
            StmtKind::Assign { target, value, annotation } => {
                let mut evaluated = self.eval(act, state, *value);
                if let Some(annotation) = annotation
                    && matches!(evaluated.shape, Shape::Unknown)
                    && evaluated.taints.is_none()
                {
                    evaluated.shape = self.annotated(act, state, *annotation);
                }
                self.bind(act, state, target, evaluated, act.place(*value));
            }
            StmtKind::If { test, then, otherwise } => {
                self.branch(act, state, *test, then, otherwise);
                self.note_slashed(act, state, *test, then);
            }
            StmtKind::Loop(looped) => self.run_loop(act, state, looped),
            StmtKind::Switch { subject, cases } => self.switch(act, state, *subject, cases),
            StmtKind::Try { body, handlers, finally } => self.run_try(act, state, body, handlers, finally),
            StmtKind::With { items, body } => {
                for (expr, target) in items {
                    let value = self.eval(act, state, *expr);
                    if let Some(target) = target {
                        let value = self.entered(act, state, value, act.place(*expr));
                        self.bind(act, state, target, value, act.place(*expr));
                    }
                }
                self.block(act, state, body);
            }
            StmtKind::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(act, state, *value),
                    None => Value { known: Known::Null, ..Value::default() },
                };
                if self.page_handler == Some(act.function) && self.stack.len() == 1 {
                    self.returned_page(act, state, &value);
                }
                if !state.dead {
                    act.returns.push((value, state.clone()));
                }
                state.dead = true;
            }
            StmtKind::Throw(value) => {
                if let Some(value) = value {
                    let value = self.eval(act, state, *value);
                    let value = self.bake(&value, &state.cleared);
                    self.note_thrown(act, value);
                }
                act.throw(state);
                state.dead = true;
            }
            StmtKind::Break => {
                act.exits.push(state.clone());
                state.dead = true;
            }
            StmtKind::Continue => {
                act.continues.push(state.clone());
                state.dead = true;
            }
            StmtKind::Assert(test) => {
                let value = self.eval(act, state, *test);
                act.throw(state);
                if let Some(facts) = &value.facts {
                    state.assume(&facts.when_true);
                }
            }
            StmtKind::Function(variable, function) => {
                if act.module.language == crate::ir::Language::Python {
                    let value = self.decorated_function(act, state, *function);
                    self.write(act, state, *variable, value);
                }
            }
            StmtKind::Class(variable, class) => {
                let value = self.class_value(act, state, *class);
                self.write(act, state, *variable, value);
            }
            StmtKind::Block(statements) => self.block(act, state, statements),
            StmtKind::Delete(expr) => {
                self.eval(act, state, *expr);
            }
        }
    }

    fn branch(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        test: ExprId,
        then: &'a [Stmt],
        otherwise: &'a [Stmt],
    ) {
        let value = self.tested(act, state, test);
        if state.dead {
            return;
        }
        if otherwise.is_empty() && yields_alone(act.module, then) {
            act.filters.push(value.clone());
        }
        let mut other = state.clone();
        if let Some(facts) = &value.facts {
            state.assume(&facts.when_true);
            other.assume(&facts.when_false);
        }
        if value.is_configuration() {
            state.optional = state.optional.saturating_add(1);
        }
        match truth(&value) {
            // A condition that is known while reading still guards code that an edit may enable; only what a
            // constant turns off for good is left out.
            Some(false) if matches!(value.known, Known::Bool(false)) => state.dead = true,
            _ => self.block(act, state, then),
        }
        // What this call said by `true` has no other way: `run(words, true)`.
        other.dead |= matches!(value.known, Known::Bool(true));
        self.block(act, &mut other, otherwise);
        let joined = self.join_states(std::mem::take(state), other);
        *state = joined;
    }

    /// A condition, or a part of one. An option that is named for allowing or leaving out is the operator's to set.
    pub(crate) fn tested(&mut self, act: &mut Activation<'a>, state: &mut State, test: ExprId) -> Value {
        let mut value = self.eval(act, state, test);
        let module = act.module;
        let name = match module.expr(test).kind {
            ExprKind::Member { property, .. } => module.name(property),
            ExprKind::Variable(variable) => module.name(module.variable(variable).name),
            _ => return value,
        };
        if !super::secrets::callers(&value) && value.facts.is_none() && is_option_to_go_without(name) {
            value.marks.configured = true;
        }
        value
    }

    fn run_loop(&mut self, act: &mut Activation<'a>, state: &mut State, looped: &'a Loop) {
        let outer = (std::mem::take(&mut act.exits), std::mem::take(&mut act.continues));
        let iterable = looped.iterable.map(|expr| {
            let place = act.place(expr);
            let value = self.eval(act, state, expr);
            let value = if looped.keys { value } else { self.iterated(act, state, value, place) };
            (value, place)
        });
        let unrolled = match &iterable {
            Some((Value { shape: Shape::List(items), .. }, _))
                if !looped.keys
                    && (items.rest.is_none() || !items.known.is_empty())
                    && items.known.len() <= MOST_UNROLLED =>
            {
                Some(Rc::clone(items))
            }
            _ => None,
        };
        let mut left: Option<State> = None;
        if let (Some(items), Some((_, place))) = (&unrolled, &iterable) {
            let mut members = yields_for_each(act, looped).then(Items::default);
            for item in &items.known {
                if state.dead {
                    break;
                }
                let before = if members.is_some() { act.yields.take() } else { None };
                if let Some(binding) = &looped.binding {
                    self.bind(act, state, binding, item.clone(), *place);
                }
                self.block(act, state, &looped.body);
                if let Some(members) = &mut members {
                    members.known.push(self.yielded_since(act, state, before));
                }
                self.end_round(act, state, &mut left);
            }
            // Further members; and a list that is empty while reading is filled while running.
            let others = match &items.rest {
                Some(rest) => {
                    let items = Items { known: Vec::new(), rest: Some(rest.clone()) };
                    Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
                }
                None => items.known.is_empty().then(Value::default),
            };
            if let Some(others) = others {
                let before = if members.is_some() { act.yields.take() } else { None };
                let others = (others, *place);
                if self.round(act, state, looped, Some(&others), &mut left) {
                    self.round(act, state, looped, Some(&others), &mut left);
                }
                if let Some(members) = &mut members {
                    members.rest = Some(self.yielded_since(act, state, before));
                }
            }
            act.members = members;
        } else {
            // Twice, where one round leaves something behind that the next one sees.
            if self.round(act, state, looped, iterable.as_ref(), &mut left) {
                self.round(act, state, looped, iterable.as_ref(), &mut left);
            }
        }
        // `while (true)` is left by its breaks alone.
        let endless = looped.test.is_some_and(|test| match act.module.expr(test).kind {
            ExprKind::Bool(always) => always,
            ExprKind::Number(number) => number != 0.0,
            _ => false,
        });
        state.dead |= endless;
        if let Some(left) = left {
            let joined = self.join_states(std::mem::take(state), left);
            *state = joined;
        }
        (act.exits, act.continues) = outer;
    }

    /// What was yielded since `before` was: that joins it.
    fn yielded_since(&mut self, act: &mut Activation<'a>, state: &State, before: Option<Value>) -> Value {
        let now = act.yields.take().unwrap_or_default();
        act.yields = Some(match before {
            Some(before) => self.join((&before, &state.cleared), (&now, &state.cleared)),
            None => now.clone(),
        });
        now
    }

    /// Runs a loop's body once, or not at all; true where another round may tell more.
    fn round(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        looped: &'a Loop,
        iterable: Option<&(Value, Place)>,
        left: &mut Option<State>,
    ) -> bool {
        if state.dead {
            return false;
        }
        let begun = self.before_round(state);
        let before = Rc::clone(&state.cleared);
        let mut not_entered = state.clone();
        let mut never_empty = false;
        if let Some(test) = looped.test {
            let value = self.eval(act, state, test);
            if let Some(facts) = &value.facts {
                state.assume(&facts.when_true);
                not_entered.assume(&facts.when_false);
            }
        }
        if let (Some(binding), Some((value, place))) = (&looped.binding, iterable) {
            let item = if looped.keys { self.key_of(value) } else { self.element(value) };
            // A name that resolves to no address is an error.
            never_empty = item.about.is_some_and(|(_, hazards)| hazards.any(Hazards::HOST));
            self.bind(act, state, binding, item, *place);
        }
        let returns = act.returns.len();
        self.block(act, state, &looped.body);
        for (_, returned) in act.returns.iter_mut().skip(returns) {
            self.forget_pieces(&before, returned);
        }
        for exit in &mut act.exits {
            self.forget_pieces(&before, exit);
        }
        self.end_round(act, state, left);
        if let Some(update) = looped.update
            && !state.dead
        {
            self.eval(act, state, update);
        }
        let goes_on = self.leaves_something(act, &begun, state, looped);
        self.after_rounds(&before, state, &mut not_entered);
        if !never_empty {
            let joined = self.join_states(std::mem::take(state), not_entered);
            *state = joined;
        }
        goes_on
    }

    /// Joins what `continue` left of a round with its end, and what `break` left with the other ways out of the loop.
    fn end_round(&mut self, act: &mut Activation<'a>, state: &mut State, left: &mut Option<State>) {
        for next in std::mem::take(&mut act.continues) {
            let joined = self.join_states(std::mem::take(state), next);
            *state = joined;
        }
        for exit in std::mem::take(&mut act.exits) {
            let joined = match left.take() {
                Some(known) => self.join_states(known, exit),
                None => exit,
            };
            *left = Some(joined);
        }
    }

    fn switch(&mut self, act: &mut Activation<'a>, state: &mut State, subject: ExprId, cases: &'a [Case]) {
        let value = self.eval(act, state, subject);
        let outer = std::mem::take(&mut act.exits);
        let constant_true = matches!(value.known, Known::Bool(true));
        let start = state.clone();
        let mut falling: Option<State> = None;
        let mut after: Option<State> = None;
        let mut has_default = false;
        for case in cases {
            let mut entered = start.clone();
            let mut tests = Vec::new();
            for test in &case.tests {
                tests.push(self.eval(act, &mut entered, *test));
            }
            has_default |= case.tests.is_empty() && case.guard.is_none();
            if constant_true {
                // `switch (true)`: each case is a condition.
                if let [test] = tests.as_slice()
                    && let Some(facts) = &test.facts
                {
                    entered.assume(&facts.when_true);
                }
            } else if !tests.is_empty()
                && tests.iter().all(|test| !matches!(test.known, Known::Nothing))
                && let Some(id) = value.id
            {
                entered.clear(id, Hazards::ALL);
                if let Some((base, hazards)) = value.about {
                    entered.clear(base, hazards);
                }
            }
            if let Some(binding) = &case.binding {
                self.bind(act, &mut entered, binding, value.clone(), act.place(subject));
            }
            if let Some(guard) = case.guard {
                let guard = self.eval(act, &mut entered, guard);
                if let Some(facts) = &guard.facts {
                    entered.assume(&facts.when_true);
                }
            }
            if let Some(before) = falling.take() {
                entered = self.join_states(entered, before);
            }
            self.block(act, &mut entered, &case.body);
            if case.falls_through && !entered.dead {
                falling = Some(entered);
            } else {
                act.exits.push(entered);
            }
            for exit in std::mem::take(&mut act.exits) {
                after = Some(match after.take() {
                    Some(known) => self.join_states(known, exit),
                    None => exit,
                });
            }
        }
        for rest in falling.into_iter().chain((!has_default).then_some(start)) {
            after = Some(match after.take() {
                Some(known) => self.join_states(known, rest),
                None => rest,
            });
        }
        if let Some(after) = after {
            *state = after;
        }
        act.exits = outer;
    }

    fn run_try(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        body: &'a [Stmt],
        handlers: &'a [Handler],
        finally: &'a [Stmt],
    ) {
        let start = state.clone();
        let outer = (std::mem::take(&mut act.throws), act.thrown.take());
        act.in_try += 1;
        self.block(act, state, body);
        act.in_try -= 1;
        let throws = std::mem::replace(&mut act.throws, outer.0);
        let error = std::mem::replace(&mut act.thrown, outer.1);
        if handlers.is_empty()
            && let Some(error) = &error
        {
            self.note_thrown(act, error.clone());
        }
        let mut caught = start;
        for throw in throws {
            caught = self.join_states(caught, throw);
        }
        if !handlers.is_empty() {
            let mut after = std::mem::take(state);
            for handler in handlers {
                let mut entered = caught.clone();
                entered.dead = false;
                for expr in &handler.types {
                    self.eval(act, &mut entered, *expr);
                }
                if let Some(binding) = &handler.binding {
                    let place =
                        Place { file: act.file(), span: act.module.function(act.function.function).span };
                    self.bind(act, &mut entered, binding, error.clone().unwrap_or_default(), place);
                }
                self.block(act, &mut entered, &handler.body);
                after = self.join_states(after, entered);
            }
            *state = after;
        }
        if !finally.is_empty() {
            let was_dead = state.dead;
            if was_dead {
                *state = caught;
            }
            state.dead = false;
            self.block(act, state, finally);
            state.dead |= was_dead;
        }
    }

    /// Remembers what is thrown, where followed values are in it: whoever catches it gets them.
    pub(super) fn note_thrown(&mut self, act: &mut Activation<'a>, error: Value) {
        if error.taints.is_none() {
            return;
        }
        let empty = Rc::default();
        act.thrown = Some(match act.thrown.take() {
            Some(known) => self.join((&known, &empty), (&error, &empty)),
            None => error,
        });
    }

    /// Binds `value` to a pattern.
    pub(crate) fn bind(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        pattern: &'a Pattern,
        value: Value,
        place: Place,
    ) {
        match pattern {
            Pattern::Variable(variable, span) => {
                let name = self.shared(act.at, act.module.variable(*variable).name);
                let at = Place { file: act.file(), span: *span };
                let value = self.stepped(value, at, || StepKind::Assigned(name));
                self.write(act, state, *variable, value);
            }
            Pattern::Global(..) | Pattern::None => {}
            Pattern::Place(target) => self.assign_place(act, state, *target, value, 0),
            Pattern::Default(inner, default) => {
                let fallback = self.eval(act, state, *default);
                let cleared = Rc::clone(&state.cleared);
                let value = match value.known {
                    Known::Null => fallback,
                    // A missing key is the default's turn; what nobody knows may be given as well.
                    Known::Nothing if value.taints.is_none() && matches!(value.shape, Shape::Unknown) => {
                        let decides =
                            matches!(fallback.known, Known::Bool(_) | Known::Null | Known::Number(_))
                                || fallback.as_str() == Some("");
                        match decides {
                            true => Value { known: Known::Nothing, facts: None, ..fallback },
                            false => fallback,
                        }
                    }
                    _ if super::text::stays_itself(&value, &fallback) => value,
                    _ => self.join((&value, &cleared), (&fallback, &cleared)),
                };
                self.bind(act, state, inner, value, place);
            }
            Pattern::Object { entries, rest } => {
                for (key, target) in entries {
                    let field = match key {
                        PatternKey::Name(name) => {
                            let name = self.shared(act.at, *name);
                            let missing = matches!(target, Pattern::Default(..))
                                && matches!(&value.shape, Shape::Object(fields)
                                    if fields.rest.is_none() && !fields.known.contains_key(&name))
                                && value.taints.is_none();
                            match missing {
                                true => Value { known: Known::Null, ..Value::default() },
                                false => {
                                    let place = pattern_place(act, target).unwrap_or(place);
                                    self.field(act, state, &value, &name, place)
                                }
                            }
                        }
                        PatternKey::Computed(expr) => {
                            self.eval(act, state, *expr);
                            self.element(&value)
                        }
                    };
                    self.bind(act, state, target, field, place);
                }
                if let Some(rest) = rest {
                    self.bind(act, state, rest, value, place);
                }
            }
            Pattern::List { items, rest } => {
                let rest_at = rest.as_ref().map(|(at, _)| *at);
                for (number, target) in items.iter().enumerate() {
                    let Some(target) = target else { continue };
                    let member = match (&value.shape, rest_at) {
                        (Shape::List(known), at)
                            if number < known.known.len().min(at.unwrap_or(usize::MAX))
                                || known.known.is_empty() =>
                        {
                            Some(self.numbered(&state.cleared, &value, known, number))
                        }
                        _ => None,
                    };
                    let member = match member {
                        Some(member) => member,
                        None if is_match(&value) => self.group(&value, Group::Number(number as u32)),
                        None => self.element(&value),
                    };
                    self.bind(act, state, target, member, place);
                }
                if let Some((at, target)) = rest {
                    let shape = match &value.shape {
                        Shape::List(known) => Shape::List(Rc::new(Items {
                            known: known.known.get(*at..).unwrap_or_default().to_vec(),
                            rest: known
                                .rest
                                .as_ref()
                                .map(|rest| self.part(&state.cleared, rest, &format!("{at}…"))),
                        })),
                        other => other.clone(),
                    };
                    self.bind(act, state, target, Value { shape, ..value }, place);
                }
            }
        }
    }

    /// `value` one step further on its way.
    pub(crate) fn stepped(
        &mut self,
        mut value: Value,
        place: Place,
        kind: impl FnOnce() -> StepKind,
    ) -> Value {
        if let Shape::List(items) = &value.shape
            && items.known.iter().chain(&items.rest).any(|item| item.taints.is_some())
        {
            // The members go along with their list; of long ones the first tell enough.
            let kind = kind();
            let mut items = (**items).clone();
            for item in items.known.iter_mut().take(16).chain(&mut items.rest) {
                self.step_taints(item, place, &kind);
            }
            value.shape = Shape::List(Rc::new(items));
        } else if value.taints.is_some() {
            self.step_taints(&mut value, place, &kind());
        }
        value
    }

    fn step_taints(&mut self, value: &mut Value, place: Place, kind: &StepKind) {
        if let Some(taints) = &value.taints {
            let moved: Vec<_> = taints
                .iter()
                .map(|taint| {
                    let mut taint = *taint;
                    taint.step = self.trace.step(taint.step, kind.clone(), place);
                    taint
                })
                .collect();
            value.taints = Some(moved.into());
        }
    }

    /// Writes a variable.
    pub(crate) fn write(&mut self, act: &Activation<'a>, state: &mut State, variable: VarId, value: Value) {
        let declared = act.module.variable(variable);
        let key = (act.file(), variable);
        if declared.function == crate::ir::FunctionId::MODULE {
            let own = act.function.function == crate::ir::FunctionId::MODULE;
            if !own && tainted(&value, 2) && !self.globals.get(&key).is_some_and(|known| tainted(known, 2)) {
                self.kept_changes += 1;
            }
            let value = match own {
                true => value,
                false => self.baked_within(&value, &state.cleared, DEEPEST_BAKED),
            };
            let known = self.globals.get(&key).cloned();
            let joined = match &known {
                Some(known) if !own => self.joined((known, &state.cleared), (&value, &state.cleared)),
                _ => Some(value.clone()),
            };
            if let Some(joined) = joined {
                let compared = self.keeping.add(Kept::variable(key.0, key.1), known.as_ref(), &value);
                self.spend(compared);
                self.globals.insert(key, joined);
            }
            return;
        }
        let owner = FunctionRef { file: act.file(), function: declared.function };
        if declared.captured {
            let later = self.baked_within(&value, &state.cleared, DEEPEST_BAKED);
            let own = act.function == owner;
            match self.globals.get(&key).cloned() {
                Some(known) if !own => {
                    let cleared = Rc::clone(&state.cleared);
                    let joined = self.join((&known, &cleared), (&later, &cleared));
                    self.globals.insert(key, joined);
                }
                _ => {
                    self.globals.insert(key, later);
                }
            }
        }
        if let Some(frame) = state.frames.iter_mut().rev().find(|frame| frame.function == owner) {
            // A copy is made where another path still needs the variables as they were.
            if Rc::strong_count(frame) > 1 || Rc::strong_count(&frame.variables) > 1 {
                self.spend(frame.variables.len());
            }
            let Frame { variables, .. } = Rc::make_mut(frame);
            let moved = Rc::make_mut(variables).insert(variable, Rc::new(value));
            self.spend(moved);
        }
    }
}

/// True for a loop that is all that a function does, and yields once in each round: `[trimmed(x) for x in command]`.
fn yields_for_each(act: &Activation<'_>, looped: &Loop) -> bool {
    let only = match act.module.function(act.function.function).body.as_slice() {
        [Stmt { kind: StmtKind::Loop(only), .. }] => std::ptr::eq::<Loop>(&**only, looped),
        _ => false,
    };
    only && yields_alone(act.module, &looped.body)
}

/// True for a body that only yields: the element of a comprehension.
fn yields_alone(module: &Module, body: &[Stmt]) -> bool {
    let [Stmt { kind: StmtKind::Expr(expr), .. }] = body else { return false };
    matches!(module.expr(*expr).kind, ExprKind::Yield(_))
}

fn pattern_place(act: &Activation<'_>, pattern: &Pattern) -> Option<Place> {
    match pattern {
        Pattern::Variable(_, span) => Some(Place { file: act.file(), span: *span }),
        Pattern::Default(inner, _) => pattern_place(act, inner),
        _ => None,
    }
}

/// `allowUnrestrictedPaths`, `skip_validation`, `UNSAFE_MODE`; not `allowed`, which is what a check found.
fn is_option_to_go_without(name: &str) -> bool {
    let name = name.trim_start_matches(['_', '#']);
    ["allow", "unsafe", "insecure", "dangerously", "skip", "disable", "bypass", "unrestricted"].iter().any(
        |word| {
            let (Some(start), Some(rest)) = (name.get(..word.len()), name.get(word.len()..)) else {
                return false;
            };
            start.eq_ignore_ascii_case(word)
                && (rest.starts_with('_')
                    || rest.starts_with(|next: char| next.is_ascii_uppercase())
                        && start.ends_with(|last: char| last.is_ascii_lowercase()))
        },
    )
}

/// Facts with their sides swapped: what `not x` says.
pub(crate) fn negated(facts: Option<&Rc<Facts>>) -> Option<Rc<Facts>> {
    facts.map(|facts| {
        Rc::new(Facts { when_true: facts.when_false.clone(), when_false: facts.when_true.clone() })
    })
}
