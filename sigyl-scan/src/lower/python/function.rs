//! Functions, lambdas, comprehensions and their parameters.

use ruff_python_ast::{
    Comprehension, Decorator, Expr as Ast, ExprLambda, Parameter, ParameterWithDefault, Parameters,
    StmtFunctionDef,
};
use sigyl_core::Span;

use super::module::Lowerer;
use crate::ir::{
    ClassId, CollectionKind, ExprId, ExprKind, FunctionId, FunctionKind, Loop, Method, MethodKind, Name,
    Param, ParamKind, Pattern, Stmt, StmtKind,
};

/// A parameter whose default and annotation were lowered outside the function; its name is bound inside.
struct Outside<'a> {
    parameter: &'a Parameter,
    kind: ParamKind,
    default: Option<ExprId>,
    annotation: Option<ExprId>,
    span: Span,
}

impl Lowerer {
    /// A `def`: the function, and a method of the class whose body it stands in.
    pub(super) fn function_def(&mut self, def: &StmtFunctionDef, out: &mut Vec<Stmt>) {
        let span = self.span(def);
        let class = self.scopes.class.as_ref().map(|class| class.id);
        let decorators = def.decorator_list.iter().map(|decorator| self.decorator(decorator, def)).collect();
        let outside = self.outside(&def.parameters);
        let returns = def.returns.as_ref().map(|returns| self.annotation(returns));
        let kind = function_kind(def, class);
        let id = self.build.reserve_function(kind, self.function, span);
        let mut scope = self.open_scope(id);
        for parameter in def.parameters.iter() {
            self.declare(parameter.name(), &mut scope);
        }
        self.collect(&def.body, &mut scope);
        let params = self.params(outside);
        let (docstring, rest) = self.split_docstring(&def.body);
        let body = self.block(rest);
        self.close_scope(scope);
        let name = self.build.name(def.name.as_str());
        let function = self.build.function_mut(id);
        function.name = Some(name);
        function.class = class;
        function.params = params;
        function.body = body;
        function.decorators = decorators;
        function.docstring = docstring;
        function.returns = returns;
        function.is_async = def.is_async;
        if let Some(class) = class {
            let method = Method { name, function: id, kind: method_kind(def) };
            self.build.class_mut(class).methods.push(method);
        }
        if let Some(variable) = self.resolve(name) {
            out.push(Stmt { span, kind: StmtKind::Function(variable, id) });
        }
    }

    pub(super) fn lambda(&mut self, lambda: &ExprLambda, name: Option<Name>) -> ExprId {
        let span = self.span(lambda);
        let outside = lambda.parameters.as_ref().map(|parameters| self.outside(parameters));
        let id = self.build.reserve_function(FunctionKind::Plain, self.function, span);
        let mut scope = self.open_scope(id);
        for parameter in lambda.parameters.iter().flat_map(|parameters| parameters.iter()) {
            self.declare(parameter.name(), &mut scope);
        }
        self.collect_walrus_in(&lambda.body, &mut scope);
        let params = self.params(outside.unwrap_or_default());
        let value = self.expr(&lambda.body);
        self.close_scope(scope);
        let body = Stmt { span: self.span(&*lambda.body), kind: StmtKind::Return(Some(value)) };
        let function = self.build.function_mut(id);
        function.name = name;
        function.params = params;
        function.body.push(body);
        self.build.expr(ExprKind::Function(id), span)
    }

    /// A comprehension as a function whose loops yield its elements. The first iterable sees the scope around it.
    pub(super) fn comprehension(
        &mut self,
        generators: &[Comprehension],
        key: Option<&Ast>,
        element: &Ast,
        span: Span,
    ) -> ExprKind {
        let id = self.build.reserve_function(FunctionKind::Plain, self.function, span);
        let around = std::mem::replace(&mut self.function, id);
        let first = generators.first().map(|generator| self.expr(&generator.iter));
        self.function = around;
        let mut scope = self.open_scope(id);
        for generator in generators {
            self.collect_target(&generator.target, &mut scope);
        }
        let body = self.loops(generators, first, key, element);
        self.close_scope(scope);
        let function = self.build.function_mut(id);
        function.body = body;
        function.is_generator = true;
        function.is_mapping = key.is_some();
        function.is_async = generators.iter().any(|generator| generator.is_async);
        ExprKind::Comprehension { function: id }
    }

    fn loops(
        &mut self,
        generators: &[Comprehension],
        first: Option<ExprId>,
        key: Option<&Ast>,
        element: &Ast,
    ) -> Vec<Stmt> {
        let Some((generator, rest)) = generators.split_first() else {
            let value = self.element(key, element);
            let span = self.build.get(value).span;
            let yielded = self.build.expr(ExprKind::Yield(Some(value)), span);
            return vec![Stmt { span, kind: StmtKind::Expr(yielded) }];
        };
        let iterable = first.unwrap_or_else(|| self.expr(&generator.iter));
        let binding = self.target(&generator.target);
        let tests = self.exprs(&generator.ifs);
        let inner = self.deeper(|this| this.loops(rest, None, key, element)).unwrap_or_default();
        let body = tests.into_iter().rev().fold(inner, |then, test| {
            let span = self.build.get(test).span;
            vec![Stmt { span, kind: StmtKind::If { test, then, otherwise: Vec::new() } }]
        });
        let each = Loop {
            binding: Some(binding),
            iterable: Some(iterable),
            keys: false,
            test: None,
            update: None,
            body,
        };
        vec![Stmt { span: self.span(generator), kind: StmtKind::Loop(Box::new(each)) }]
    }

    fn element(&mut self, key: Option<&Ast>, element: &Ast) -> ExprId {
        let Some(key) = key else { return self.expr(element) };
        let mut span = self.span(key);
        span.end = self.span(element).end;
        let pair = [self.expr(key), self.expr(element)];
        let pair = self.build.list(&pair);
        self.build.expr(ExprKind::Collection(CollectionKind::Tuple, pair), span)
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator]) -> Vec<ExprId> {
        decorators.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    /// `@name.setter` names the accessor that it adds to; the class body does not read it as a value.
    fn decorator(&mut self, decorator: &Decorator, def: &StmtFunctionDef) -> ExprId {
        let (true, Ast::Attribute(node)) = (is_accessor(decorator, def), &decorator.expression) else {
            return self.expr(&decorator.expression);
        };
        let name = self.build.name(def.name.as_str());
        let kind = self.resolve(name).map_or(ExprKind::Global(name), ExprKind::Variable);
        let span = self.span(&*node.value);
        let object = self.build.expr(kind, span);
        let property = self.build.name(node.attr.as_str());
        let span = self.span(node);
        self.build.expr(ExprKind::Member { object, property }, span)
    }

    fn outside<'a>(&mut self, parameters: &'a Parameters) -> Vec<Outside<'a>> {
        let mut out = Vec::with_capacity(parameters.len());
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            out.push(self.outside_default(parameter, ParamKind::Plain));
        }
        if let Some(rest) = &parameters.vararg {
            out.push(self.outside_one(rest, ParamKind::Rest));
        }
        for parameter in &parameters.kwonlyargs {
            out.push(self.outside_default(parameter, ParamKind::KeywordOnly));
        }
        if let Some(keywords) = &parameters.kwarg {
            out.push(self.outside_one(keywords, ParamKind::Keywords));
        }
        out
    }

    fn outside_default<'a>(&mut self, parameter: &'a ParameterWithDefault, kind: ParamKind) -> Outside<'a> {
        let name = Some(self.build.name(parameter.name().as_str()));
        let default = parameter.default.as_ref().map(|default| self.named_expr(default, name));
        let span = self.span(parameter);
        Outside { default, span, ..self.outside_one(&parameter.parameter, kind) }
    }

    fn outside_one<'a>(&mut self, parameter: &'a Parameter, kind: ParamKind) -> Outside<'a> {
        let annotation = parameter.annotation.as_ref().map(|annotation| self.annotation(annotation));
        Outside { parameter, kind, default: None, annotation, span: self.span(parameter) }
    }

    fn params(&mut self, outside: Vec<Outside<'_>>) -> Vec<Param> {
        let params = outside.into_iter().map(|outside| {
            let name = outside.parameter.name.as_str();
            let span = self.span(&outside.parameter.name);
            let pattern = if name.is_empty() { Pattern::None } else { self.bind(name, span) };
            Param {
                pattern,
                name: (!name.is_empty()).then(|| self.build.name(name)),
                kind: outside.kind,
                default: outside.default,
                annotation: outside.annotation,
                span: outside.span,
            }
        });
        params.collect()
    }

    /// The function that is being lowered is the module's own body.
    pub(super) fn at_module_level(&self) -> bool {
        self.function == FunctionId::MODULE
    }
}

/// The last name of a decorator: `tool` for `@mcp.tool(name="x")`.
fn last_name(decorator: &Decorator) -> &str {
    let callee = match &decorator.expression {
        Ast::Call(call) => &*call.func,
        other => other,
    };
    match callee {
        Ast::Name(name) => name.id.as_str(),
        Ast::Attribute(attribute) => attribute.attr.as_str(),
        _ => "",
    }
}

fn function_kind(def: &StmtFunctionDef, class: Option<ClassId>) -> FunctionKind {
    if class.is_none() {
        return FunctionKind::Plain;
    }
    // These three get the class without a decorator.
    if matches!(def.name.as_str(), "__new__" | "__init_subclass__" | "__class_getitem__") {
        return FunctionKind::ClassMethod;
    }
    for decorator in &def.decorator_list {
        match last_name(decorator) {
            "staticmethod" | "abstractstaticmethod" => return FunctionKind::Static,
            "classmethod" | "abstractclassmethod" => return FunctionKind::ClassMethod,
            _ => {}
        }
    }
    FunctionKind::Method
}

fn method_kind(def: &StmtFunctionDef) -> MethodKind {
    for decorator in &def.decorator_list {
        match last_name(decorator) {
            "property" | "cached_property" | "abstractproperty" | "hybrid_property" => {
                return MethodKind::Getter;
            }
            "getter" if is_accessor(decorator, def) => return MethodKind::Getter,
            "setter" if is_accessor(decorator, def) => return MethodKind::Setter,
            _ => {}
        }
    }
    MethodKind::Method
}

/// `@name.setter` above `def name`.
fn is_accessor(decorator: &Decorator, def: &StmtFunctionDef) -> bool {
    matches!(&decorator.expression, Ast::Attribute(attribute)
        if matches!(&*attribute.value, Ast::Name(name) if name.id.as_str() == def.name.as_str()))
}
