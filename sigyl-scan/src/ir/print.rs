//! A module as text, for tests and for looking at what the analysis sees.
//!
//! Variables are `name#id`, globals `$name`, functions `fn#id` and classes `class#id`, each printed after the module's
//! body.

use std::fmt::Write;

use super::{
    Argument, BinaryOp, Class, CollectionKind, ExportKind, ExprId, ExprKind, Function, FunctionId,
    FunctionKind, ImportName, ListId, Loop, MethodKind, Module, Name, Param, ParamKind, Pattern, PatternKey,
    PropertyKey, Stmt, StmtKind, VarId,
};

/// Prints a module. The form is for people and may change.
pub fn print(module: &Module) -> String {
    let mut printer = Printer { module, out: String::new(), indent: 0 };
    printer.module();
    printer.out
}

struct Printer<'m> {
    module: &'m Module,
    out: String,
    indent: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{:width$}{text}", "", width = self.indent * 2);
    }

    fn module(&mut self) {
        let module = self.module;
        if module.truncated {
            self.line("truncated");
        }
        for import in &module.imports {
            let dots = ".".repeat(import.level as usize);
            let what = match import.name {
                ImportName::Namespace => "*".to_owned(),
                ImportName::Default => "default".to_owned(),
                ImportName::Named(name) => module.name(name).to_owned(),
                ImportName::All => "all".to_owned(),
                ImportName::SideEffect => "nothing".to_owned(),
            };
            let bound = import.variable.map(|it| format!(" as {}", self.variable(it))).unwrap_or_default();
            self.line(&format!(
                "import {what} from {:?}{bound}",
                format!("{dots}{}", module.name(import.module))
            ));
        }
        for export in &module.exports {
            let what = match &export.kind {
                ExportKind::Variable(variable) => self.variable(*variable),
                ExportKind::Expr(value) => self.expr(*value),
                ExportKind::From { module: from, name } => {
                    format!("{} from {:?}", name.map_or("*", |it| module.name(it)), module.name(*from))
                }
                ExportKind::AllFrom { module: from } => format!("all from {:?}", module.name(*from)),
            };
            match export.name {
                Some(name) => self.line(&format!("export {} = {what}", module.name(name))),
                None => self.line(&format!("export {what}")),
            }
        }
        for (index, function) in module.functions.iter().enumerate() {
            let id = FunctionId(index as u32);
            if id == FunctionId::MODULE {
                self.statements(&function.body);
                self.captured(id);
            } else {
                self.function(id, function);
            }
        }
        for (index, class) in module.classes.iter().enumerate() {
            self.class(index, class);
        }
    }

    fn captured(&mut self, function: FunctionId) {
        let captured: Vec<String> = (0..self.module.variables.len() as u32)
            .map(VarId)
            .filter(|id| {
                let variable = self.module.variable(*id);
                variable.captured && variable.function == function
            })
            .map(|id| self.variable(id))
            .collect();
        if !captured.is_empty() {
            self.line(&format!("captured {}", captured.join(", ")));
        }
    }

    fn function(&mut self, id: FunctionId, function: &Function) {
        let mut head = format!("fn#{}", id.0);
        if let Some(name) = function.name {
            let _ = write!(head, " {}", self.module.name(name));
        }
        let params: Vec<String> = function.params.iter().map(|param| self.param(param)).collect();
        let _ = write!(head, "({})", params.join(", "));
        if let Some(returns) = function.returns {
            let _ = write!(head, " -> {}", self.expr(returns));
        }
        let kind = match function.kind {
            FunctionKind::Module | FunctionKind::Plain => None,
            FunctionKind::Method => Some("method"),
            FunctionKind::Static => Some("static"),
            FunctionKind::ClassMethod => Some("classmethod"),
        };
        let marks = [
            kind,
            function.is_arrow.then_some("arrow"),
            function.is_async.then_some("async"),
            function.is_generator.then_some("generator"),
        ];
        for mark in marks.into_iter().flatten() {
            let _ = write!(head, " {mark}");
        }
        if let Some(class) = function.class {
            let _ = write!(head, " of class#{}", class.0);
        }
        if function.parent != FunctionId::MODULE {
            let _ = write!(head, " in fn#{}", function.parent.0);
        }
        for decorator in &function.decorators {
            self.line(&format!("@{}", self.expr(*decorator)));
        }
        self.line(&format!("{head}:"));
        self.indent += 1;
        if let Some((docstring, _)) = function.docstring {
            self.line(&format!("doc {:?}", self.module.name(docstring)));
        }
        self.statements(&function.body);
        self.captured(id);
        self.indent -= 1;
    }

    fn param(&self, param: &Param) -> String {
        let stars = match param.kind {
            ParamKind::Plain => "",
            ParamKind::Rest => "...",
            ParamKind::KeywordOnly => "keyword ",
            ParamKind::Keywords => "**",
        };
        let mut text = format!("{stars}{}", self.pattern(&param.pattern));
        if let Some(annotation) = param.annotation {
            let _ = write!(text, ": {}", self.expr(annotation));
        }
        if let Some(default) = param.default {
            let _ = write!(text, " = {}", self.expr(default));
        }
        text
    }

    fn class(&mut self, index: usize, class: &Class) {
        for decorator in &class.decorators {
            self.line(&format!("@{}", self.expr(*decorator)));
        }
        let name = class.name.map(|name| format!(" {}", self.module.name(name))).unwrap_or_default();
        let bases: Vec<String> = class.bases.iter().map(|base| self.expr(*base)).collect();
        self.line(&format!("class#{index}{name}({}):", bases.join(", ")));
        self.indent += 1;
        for field in &class.fields {
            let mut text = String::from(if field.is_static { "static field " } else { "field " });
            text.push_str(self.module.name(field.name));
            if let Some(annotation) = field.annotation {
                let _ = write!(text, ": {}", self.expr(annotation));
            }
            if let Some(value) = field.value {
                let _ = write!(text, " = {}", self.expr(value));
            }
            self.line(&text);
        }
        for method in &class.methods {
            let kind = match method.kind {
                MethodKind::Method => "method",
                MethodKind::Getter => "getter",
                MethodKind::Setter => "setter",
            };
            self.line(&format!("{kind} {} fn#{}", self.module.name(method.name), method.function.0));
        }
        self.statements(&class.body);
        self.indent -= 1;
    }

    fn nested(&mut self, head: &str, body: &[Stmt]) {
        self.line(head);
        self.indent += 1;
        self.statements(body);
        self.indent -= 1;
    }

    fn statements(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(value) => self.line(&self.expr(*value)),
            StmtKind::Assign { target, value, annotation } => {
                let annotation = annotation.map(|it| format!(": {}", self.expr(it))).unwrap_or_default();
                self.line(&format!("{}{annotation} = {}", self.pattern(target), self.expr(*value)));
            }
            StmtKind::If { test, then, otherwise } => {
                self.nested(&format!("if {}", self.expr(*test)), then);
                if !otherwise.is_empty() {
                    self.nested("else", otherwise);
                }
            }
            StmtKind::Loop(each) => self.each(each),
            StmtKind::Switch { subject, cases } => {
                self.line(&format!("switch {}", self.expr(*subject)));
                self.indent += 1;
                for case in cases {
                    let tests: Vec<String> = case.tests.iter().map(|test| self.expr(*test)).collect();
                    let mut head = match tests.is_empty() && case.binding.is_none() {
                        true => "default".to_owned(),
                        false => format!("case {}", tests.join(" | ")),
                    };
                    if let Some(binding) = &case.binding {
                        let _ = write!(head, " as {}", self.pattern(binding));
                    }
                    if let Some(guard) = case.guard {
                        let _ = write!(head, " if {}", self.expr(guard));
                    }
                    if case.falls_through {
                        head.push_str(" falls through");
                    }
                    self.nested(&head, &case.body);
                }
                self.indent -= 1;
            }
            StmtKind::Try { body, handlers, finally } => {
                self.nested("try", body);
                for handler in handlers {
                    let types: Vec<String> =
                        handler.types.iter().map(|it| format!(" {}", self.expr(*it))).collect();
                    let bound = handler.binding.as_ref().map(|it| format!(" as {}", self.pattern(it)));
                    let head = format!("catch{}{}", types.concat(), bound.unwrap_or_default());
                    self.nested(&head, &handler.body);
                }
                if !finally.is_empty() {
                    self.nested("finally", finally);
                }
            }
            StmtKind::With { items, body } => {
                let items: Vec<String> = items
                    .iter()
                    .map(|(value, bound)| {
                        let bound = bound.as_ref().map(|it| format!(" as {}", self.pattern(it)));
                        format!("{}{}", self.expr(*value), bound.unwrap_or_default())
                    })
                    .collect();
                self.nested(&format!("with {}", items.join(", ")), body);
            }
            StmtKind::Return(value) => self.valued("return", *value),
            StmtKind::Throw(value) => self.valued("throw", *value),
            StmtKind::Break => self.line("break"),
            StmtKind::Continue => self.line("continue"),
            StmtKind::Assert(test) => self.valued("assert", Some(*test)),
            StmtKind::Function(variable, function) => {
                self.line(&format!("{} = fn#{}", self.variable(*variable), function.0));
            }
            StmtKind::Class(variable, class) => {
                self.line(&format!("{} = class#{}", self.variable(*variable), class.0));
            }
            StmtKind::Block(body) => self.nested("block", body),
            StmtKind::Delete(place) => self.valued("delete", Some(*place)),
        }
    }

    fn valued(&mut self, word: &str, value: Option<ExprId>) {
        match value {
            Some(value) => self.line(&format!("{word} {}", self.expr(value))),
            None => self.line(word),
        }
    }

    fn each(&mut self, each: &Loop) {
        let mut head = String::from("loop");
        if let Some(binding) = &each.binding {
            let word = if each.keys { "in" } else { "of" };
            let iterable = each.iterable.map(|it| self.expr(it)).unwrap_or_default();
            let _ = write!(head, " {} {word} {iterable}", self.pattern(binding));
        }
        if let Some(test) = each.test {
            let _ = write!(head, " while {}", self.expr(test));
        }
        if let Some(update) = each.update {
            let _ = write!(head, " step {}", self.expr(update));
        }
        self.nested(&head, &each.body);
    }

    fn variable(&self, id: VarId) -> String {
        format!("{}#{}", self.module.name(self.module.variable(id).name), id.0)
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        match pattern {
            Pattern::Variable(variable, _) => self.variable(*variable),
            Pattern::Global(name, _) => format!("${}", self.module.name(*name)),
            Pattern::Place(place) => self.expr(*place),
            Pattern::Object { entries, rest } => {
                let mut parts: Vec<String> = entries
                    .iter()
                    .map(|(key, target)| match key {
                        PatternKey::Name(name) => {
                            format!("{}: {}", self.module.name(*name), self.pattern(target))
                        }
                        PatternKey::Computed(key) => {
                            format!("[{}]: {}", self.expr(*key), self.pattern(target))
                        }
                    })
                    .collect();
                parts.extend(rest.iter().map(|rest| format!("...{}", self.pattern(rest))));
                format!("{{{}}}", parts.join(", "))
            }
            Pattern::List { items, rest } => {
                let mut parts: Vec<String> = items
                    .iter()
                    .map(|item| item.as_ref().map(|item| self.pattern(item)).unwrap_or_default())
                    .collect();
                if let Some((position, rest)) = rest {
                    parts.insert((*position).min(parts.len()), format!("...{}", self.pattern(rest)));
                }
                format!("[{}]", parts.join(", "))
            }
            Pattern::Default(target, value) => format!("{} = {}", self.pattern(target), self.expr(*value)),
            Pattern::None => "_".to_owned(),
        }
    }

    fn list(&self, list: ListId) -> String {
        let parts: Vec<String> = self.module.list(list).iter().map(|part| self.expr(*part)).collect();
        parts.join(", ")
    }

    fn quoted(&self, name: Name) -> String {
        format!("{:?}", self.module.name(name))
    }

    fn expr(&self, id: ExprId) -> String {
        match self.module.expr(id).kind {
            ExprKind::String(text) => self.quoted(text),
            ExprKind::Number(number) => format!("{number}"),
            ExprKind::Bool(value) => format!("{value}"),
            ExprKind::Null => "null".to_owned(),
            ExprKind::Regex { pattern, flags } => {
                format!("/{}/{}", self.module.name(pattern), self.module.name(flags))
            }
            ExprKind::Variable(variable) => self.variable(variable),
            ExprKind::Global(name) => format!("${}", self.module.name(name)),
            ExprKind::This => "this".to_owned(),
            ExprKind::Super => "super".to_owned(),
            ExprKind::Member { object, property } => {
                format!("{}.{}", self.expr(object), self.module.name(property))
            }
            ExprKind::Index { object, index } => format!("{}[{}]", self.expr(object), self.expr(index)),
            ExprKind::Call { callee, arguments } => {
                format!("{}({})", self.expr(callee), self.arguments(arguments))
            }
            ExprKind::New { callee, arguments } => {
                format!("new {}({})", self.expr(callee), self.arguments(arguments))
            }
            ExprKind::Template(pieces) => format!("template({})", self.list(pieces)),
            ExprKind::Tagged { tag, template } => {
                format!("{} tagged({})", self.expr(tag), self.list(template))
            }
            ExprKind::Binary { op, left, right } => {
                format!("({} {} {})", self.expr(left), symbol(op), self.expr(right))
            }
            ExprKind::Not(value) => format!("!{}", self.expr(value)),
            ExprKind::Unary(value) => format!("unary({})", self.expr(value)),
            ExprKind::Conditional { test, then, otherwise } => {
                format!("({} ? {} : {})", self.expr(test), self.expr(then), self.expr(otherwise))
            }
            ExprKind::Object(properties) => {
                let parts: Vec<String> = self
                    .module
                    .properties(properties)
                    .iter()
                    .map(|property| {
                        let value = self.expr(property.value);
                        match property.key {
                            PropertyKey::Name(name) => format!("{}: {value}", self.module.name(name)),
                            PropertyKey::Computed(key) => format!("[{}]: {value}", self.expr(key)),
                            PropertyKey::Spread => format!("...{value}"),
                        }
                    })
                    .collect();
                format!("{{{}}}", parts.join(", "))
            }
            ExprKind::Collection(kind, items) => {
                let word = match kind {
                    CollectionKind::List => "",
                    CollectionKind::Tuple => "tuple",
                    CollectionKind::Set => "set",
                };
                format!("{word}[{}]", self.list(items))
            }
            ExprKind::Spread(value) => format!("...{}", self.expr(value)),
            ExprKind::Await(value) => format!("await {}", self.expr(value)),
            ExprKind::Yield(Some(value)) => format!("yield {}", self.expr(value)),
            ExprKind::Yield(None) => "yield".to_owned(),
            ExprKind::Function(function) => format!("fn#{}", function.0),
            ExprKind::Class(class) => format!("class#{}", class.0),
            ExprKind::Assign { target, value } => {
                format!("({} := {})", self.pattern(self.module.pattern(target)), self.expr(value))
            }
            ExprKind::Sequence(parts) => format!("sequence({})", self.list(parts)),
            ExprKind::Comprehension { function } => format!("comprehension fn#{}", function.0),
            ExprKind::Require(module) => format!("require {}", self.quoted(module)),
            ExprKind::Other(parts) => format!("other({})", self.list(parts)),
        }
    }

    fn arguments(&self, arguments: ListId) -> String {
        let parts: Vec<String> =
            self.module.arguments(arguments).iter().map(|argument| self.argument(argument)).collect();
        parts.join(", ")
    }

    fn argument(&self, argument: &Argument) -> String {
        let value = self.expr(argument.value);
        match argument.keyword {
            Some(keyword) => format!("{}={value}", self.module.name(keyword)),
            None if argument.mapping => format!("**{value}"),
            None if argument.spread => format!("...{value}"),
            None => value,
        }
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Percent => "%",
        BinaryOp::Divide => "/",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Order => "<>",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::InstanceOf => "instanceof",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::Coalesce => "??",
        BinaryOp::BitOr => "|",
        BinaryOp::Arithmetic => "arith",
        BinaryOp::Subtract => "-",
        BinaryOp::BitAnd => "&",
    }
}
