//! Functions, their parameters and bodies.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingIdentifier, BindingPattern, FormalParameters,
    Function, FunctionBody,
};
use oxc_span::GetSpan;

use super::{
    lowerer::{Lowerer, at},
    stmt::statement,
};
use crate::ir::{
    ExprId, ExprKind, FunctionId, FunctionKind, Name, Param, ParamKind, Pattern, Stmt, StmtKind,
};

/// What a function is made of, whatever its form.
struct Parts<'a> {
    /// The name that a function expression has inside itself.
    own_name: Option<&'a BindingIdentifier<'a>>,
    params: &'a FormalParameters<'a>,
    body: Body<'a>,
}

enum Body<'a> {
    Block(&'a FunctionBody<'a>),
    Value(&'a oxc_ast::ast::Expression<'a>),
    None,
}

impl<'a> Lowerer<'a> {
    /// Lowers a declared function to where its block starts.
    pub(super) fn hoisted_function(&mut self, node: &'a Function<'a>, out: &mut Vec<Stmt>) {
        let Some(id) = &node.id else { return };
        let variable = self.bound(id);
        let span = at(node.span);
        let function = self.builder.reserve_function(FunctionKind::Plain, self.function, span);
        let name = self.name(id.name.as_str());
        self.builder.function_mut(function).name = Some(name);
        self.deeper(|lowerer| lowerer.function_into(function, node));
        out.push(statement(StmtKind::Function(variable, function), span));
    }

    pub(super) fn function_expression(&mut self, node: &'a Function<'a>, name: Option<Name>) -> ExprId {
        let span = at(node.span);
        let function = self.builder.reserve_function(FunctionKind::Plain, self.function, span);
        let own = node.id.as_ref().map(|id| self.builder.name(id.name.as_str()));
        self.builder.function_mut(function).name = own.or(name);
        self.function_into(function, node);
        self.builder.expr(ExprKind::Function(function), span)
    }

    pub(super) fn arrow(&mut self, node: &'a ArrowFunctionExpression<'a>, name: Option<Name>) -> ExprId {
        let span = at(node.span);
        let id = self.builder.reserve_function(FunctionKind::Plain, self.function, span);
        let function = self.builder.function_mut(id);
        function.name = name;
        function.is_arrow = true;
        function.is_async = node.r#async;
        let body = match &node.body {
            ArrowFunctionBody::FunctionBody(body) => Body::Block(body),
            body => body.as_expression().map_or(Body::None, Body::Value),
        };
        self.fill(id, Parts { own_name: None, params: &node.params, body });
        self.builder.expr(ExprKind::Function(id), span)
    }

    /// Fills in a function whose id, name and kind are there.
    pub(super) fn function_into(&mut self, id: FunctionId, node: &'a Function<'a>) {
        let function = self.builder.function_mut(id);
        function.is_async = node.r#async;
        function.is_generator = node.generator;
        let own_name = node.id.as_ref().filter(|_| node.is_expression());
        let body = node.body.as_ref().map_or(Body::None, |body| Body::Block(body));
        self.fill(id, Parts { own_name, params: &node.params, body });
    }

    fn fill(&mut self, id: FunctionId, parts: Parts<'a>) {
        let outer = std::mem::replace(&mut self.function, id);
        let namespace = self.namespace.take();
        if let Some(name) = parts.own_name {
            self.scopes.enter();
            self.declare(name.name.as_str());
        }
        self.scopes.enter();
        for param in &parts.params.items {
            self.declare_pattern(&param.pattern);
        }
        if let Some(rest) = &parts.params.rest {
            self.declare_pattern(&rest.rest.argument);
        }
        if let Body::Block(body) = &parts.body {
            self.declare_vars(&body.statements);
        }
        let params = self.params(parts.params);
        let mut body = self.fields_from_params(parts.params);
        match parts.body {
            Body::Block(block) => body.append(&mut self.statements(&block.statements)),
            Body::Value(value) => {
                let span = at(value.span());
                let value = self.last(value, &mut body);
                body.push(statement(StmtKind::Return(Some(value)), span));
            }
            Body::None => {}
        }
        self.scopes.leave();
        if parts.own_name.is_some() {
            self.scopes.leave();
        }
        self.function = outer;
        self.namespace = namespace;
        let function = self.builder.function_mut(id);
        function.params = params;
        function.body = body;
    }

    fn params(&mut self, params: &'a FormalParameters<'a>) -> Vec<Param> {
        let mut made = Vec::with_capacity(params.items.len() + usize::from(params.rest.is_some()));
        for param in &params.items {
            let pattern = self.binding(&param.pattern);
            let name = self.plain_name(&param.pattern);
            let default = param.initializer.as_ref().map(|value| self.named(value, name));
            let annotation =
                param.type_annotation.as_ref().and_then(|it| self.annotation(&it.type_annotation));
            made.push(Param {
                pattern,
                name,
                kind: ParamKind::Plain,
                default,
                annotation,
                span: at(param.span),
            });
        }
        if let Some(rest) = &params.rest {
            let pattern = self.binding(&rest.rest.argument);
            let name = self.plain_name(&rest.rest.argument);
            let span = at(rest.span);
            made.push(Param { pattern, name, kind: ParamKind::Rest, default: None, annotation: None, span });
        }
        made
    }

    fn plain_name(&mut self, pattern: &'a BindingPattern<'a>) -> Option<Name> {
        let id = pattern.get_binding_identifier()?;
        Some(self.name(id.name.as_str()))
    }

    /// `constructor(private x: T)` sets `this.x`.
    fn fields_from_params(&mut self, params: &'a FormalParameters<'a>) -> Vec<Stmt> {
        let mut body = Vec::new();
        for param in &params.items {
            let is_field = param.accessibility.is_some() || param.readonly || param.r#override;
            let Some(id) = param.pattern.get_binding_identifier().filter(|_| is_field) else { continue };
            let span = at(id.span);
            let this = self.builder.expr(ExprKind::This, span);
            let place = self.member(this, id.name.as_str(), span);
            let value = self.reference(id.name.as_str(), span);
            let target = Pattern::Place(place);
            body.push(statement(StmtKind::Assign { target, value, annotation: None }, span));
        }
        body
    }
}
