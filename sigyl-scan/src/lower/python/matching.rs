//! `match` statements: what each pattern tests and what it binds.

use ruff_python_ast::{
    Expr as Ast, Identifier, MatchCase, Pattern as AstPattern, PatternMatchClass, Singleton, StmtMatch,
};

use super::module::Lowerer;
use crate::ir::{Case, ExprId, ExprKind, Pattern, PatternKey, Stmt, StmtKind};

/// What a pattern comes to.
struct Matched {
    /// The values that it takes; empty when it takes everything.
    tests: Vec<ExprId>,
    takes_all: bool,
    binding: Option<Pattern>,
}

/// Names that a pattern binds where no [`Pattern`] can say it: they get the whole subject at the start of the body.
type Loose<'a> = Vec<&'a Identifier>;

impl Lowerer {
    pub(super) fn match_stmt(&mut self, switch: &StmtMatch) -> StmtKind {
        let subject = self.expr(&switch.subject);
        let cases = switch.cases.iter().map(|case| self.case(subject, case)).collect();
        StmtKind::Switch { subject, cases }
    }

    fn case(&mut self, subject: ExprId, case: &MatchCase) -> Case {
        let mut loose = Vec::new();
        let matched = self.matched(&case.pattern, &mut loose);
        let guard = case.guard.as_ref().map(|guard| self.expr(guard));
        let mut body: Vec<Stmt> = loose.into_iter().map(|name| self.loose(name, subject)).collect();
        body.extend(self.block(&case.body));
        let tests = if matched.takes_all { Vec::new() } else { matched.tests };
        Case { tests, binding: matched.binding, guard, body, falls_through: false }
    }

    fn loose(&mut self, name: &Identifier, subject: ExprId) -> Stmt {
        let span = self.span(name);
        let target = self.bind(name.as_str(), span);
        Stmt { span, kind: StmtKind::Assign { target, value: subject, annotation: None } }
    }

    fn matched<'a>(&mut self, pattern: &'a AstPattern, loose: &mut Loose<'a>) -> Matched {
        self.deeper(|this| this.matched_parts(pattern, loose)).unwrap_or_else(|| Matched {
            tests: Vec::new(),
            takes_all: true,
            binding: None,
        })
    }

    fn matched_parts<'a>(&mut self, pattern: &'a AstPattern, loose: &mut Loose<'a>) -> Matched {
        let span = self.span(pattern);
        match pattern {
            AstPattern::MatchValue(value) => Matched::value(self.expr(&value.value)),
            AstPattern::MatchSingleton(singleton) => {
                let kind = match singleton.value {
                    Singleton::None => ExprKind::Null,
                    Singleton::True => ExprKind::Bool(true),
                    Singleton::False => ExprKind::Bool(false),
                };
                Matched::value(self.build.expr(kind, span))
            }
            AstPattern::MatchSequence(sequence) => {
                let (mut items, mut rest, mut parts) = (Vec::new(), None, Vec::new());
                for pattern in &sequence.patterns {
                    let matched = self.matched(pattern, loose);
                    parts.extend(matched.tests);
                    match (pattern, matched.binding) {
                        (AstPattern::MatchStar(_), binding) => {
                            rest = Some((items.len(), Box::new(binding.unwrap_or(Pattern::None))));
                        }
                        (_, binding) => items.push(binding),
                    }
                }
                let binds = rest.is_some() || items.iter().any(Option::is_some);
                let binding = binds.then_some(Pattern::List { items, rest });
                Matched { tests: vec![self.other(&parts, span)], takes_all: false, binding }
            }
            AstPattern::MatchMapping(mapping) => {
                let (mut entries, mut parts) = (Vec::new(), Vec::new());
                for (key, pattern) in mapping.keys.iter().zip(&mapping.patterns) {
                    let key_id = self.expr(key);
                    parts.push(key_id);
                    let matched = self.matched(pattern, loose);
                    parts.extend(matched.tests);
                    if let Some(binding) = matched.binding {
                        let name = Self::literal(key).map(|key| self.build.name(key));
                        entries.push((name.map_or(PatternKey::Computed(key_id), PatternKey::Name), binding));
                    }
                }
                let rest = mapping.rest.as_ref().map(|name| Box::new(self.capture(name)));
                let binds = rest.is_some() || !entries.is_empty();
                let binding = binds.then_some(Pattern::Object { entries, rest });
                Matched { tests: vec![self.other(&parts, span)], takes_all: false, binding }
            }
            AstPattern::MatchClass(class) => self.matched_class(class, loose),
            AstPattern::MatchStar(star) => {
                let binding = star.name.as_ref().map(|name| self.capture(name));
                Matched { tests: Vec::new(), takes_all: true, binding }
            }
            AstPattern::MatchAs(as_pattern) => {
                let inner = as_pattern.pattern.as_ref().map(|pattern| self.matched(pattern, loose));
                let mut matched =
                    inner.unwrap_or(Matched { tests: Vec::new(), takes_all: true, binding: None });
                match &as_pattern.name {
                    Some(name) if matched.binding.is_some() => loose.push(name),
                    Some(name) => matched.binding = Some(self.capture(name)),
                    None => {}
                }
                matched
            }
            AstPattern::MatchOr(either) => {
                let mut all = Matched { tests: Vec::new(), takes_all: false, binding: None };
                for pattern in &either.patterns {
                    let matched = self.matched(pattern, loose);
                    all.tests.extend(matched.tests);
                    all.takes_all |= matched.takes_all;
                    if matched.binding.is_some() {
                        captures(pattern, loose);
                    }
                }
                all
            }
        }
    }

    fn matched_class<'a>(&mut self, class: &'a PatternMatchClass, loose: &mut Loose<'a>) -> Matched {
        let span = self.span(class);
        let test = self.expr(&class.cls);
        let mut parts = vec![test];
        if let ([only], []) = (&*class.arguments.patterns, &*class.arguments.keywords)
            && is_scalar(&class.cls)
        {
            let matched = self.matched(only, loose);
            parts.extend(matched.tests);
            return Matched {
                tests: vec![self.other(&parts, span)],
                takes_all: false,
                binding: matched.binding,
            };
        }
        let mut entries = Vec::new();
        for pattern in &class.arguments.patterns {
            let matched = self.matched(pattern, loose);
            parts.extend(matched.tests);
            if let Some(binding) = matched.binding {
                // Which attribute it is stands in the class's `__match_args__`.
                let span = self.span(pattern);
                entries.push((PatternKey::Computed(self.other(&[], span)), binding));
            }
        }
        for keyword in &class.arguments.keywords {
            let matched = self.matched(&keyword.pattern, loose);
            parts.extend(matched.tests);
            if let Some(binding) = matched.binding {
                entries.push((PatternKey::Name(self.build.name(keyword.attr.as_str())), binding));
            }
        }
        let binding = (!entries.is_empty()).then_some(Pattern::Object { entries, rest: None });
        Matched { tests: vec![self.other(&parts, span)], takes_all: false, binding }
    }

    fn capture(&mut self, name: &Identifier) -> Pattern {
        let span = self.span(name);
        self.bind(name.as_str(), span)
    }
}

impl Matched {
    fn value(test: ExprId) -> Self {
        Self { tests: vec![test], takes_all: false, binding: None }
    }
}

/// `str(x)` and its like bind the subject itself.
fn is_scalar(class: &Ast) -> bool {
    let Ast::Name(name) = class else { return false };
    matches!(
        name.id.as_str(),
        "bool"
            | "bytearray"
            | "bytes"
            | "dict"
            | "float"
            | "frozenset"
            | "int"
            | "list"
            | "set"
            | "str"
            | "tuple"
    )
}

/// Every name that a pattern binds, without recursion.
fn captures<'a>(pattern: &'a AstPattern, names: &mut Loose<'a>) {
    let mut left = vec![pattern];
    while let Some(pattern) = left.pop() {
        match pattern {
            AstPattern::MatchValue(_) | AstPattern::MatchSingleton(_) => {}
            AstPattern::MatchSequence(sequence) => left.extend(&sequence.patterns),
            AstPattern::MatchMapping(mapping) => {
                left.extend(&mapping.patterns);
                names.extend(&mapping.rest);
            }
            AstPattern::MatchClass(class) => {
                left.extend(&class.arguments.patterns);
                left.extend(class.arguments.keywords.iter().map(|keyword| &keyword.pattern));
            }
            AstPattern::MatchStar(star) => names.extend(&star.name),
            AstPattern::MatchAs(as_pattern) => {
                left.extend(as_pattern.pattern.as_deref());
                names.extend(&as_pattern.name);
            }
            AstPattern::MatchOr(either) => left.extend(&either.patterns),
        }
    }
}
