//! What each construct becomes.

use super::lower;
use crate::ir::{ExprKind, FunctionId, FunctionKind, ImportName, MethodKind, Module, Pattern, StmtKind};

fn module(text: &str) -> Module {
    lower(text).unwrap_or_else(|error| panic!("{error}"))
}

fn variables(module: &Module, function: FunctionId) -> Vec<&str> {
    let own = module.variables.iter().filter(|variable| variable.function == function);
    own.map(|variable| module.name(variable.name)).collect()
}

#[test]
fn names_belong_to_the_scope_that_binds_them() {
    let module = module(
        "import os\ndef f(a, *, b=1):\n    global g\n    g = a\n    c = [x for x in b if (y := x)]\n    def h():\n        nonlocal c\n        c = os.x\n    return c\n",
    );
    assert_eq!(variables(&module, FunctionId::MODULE), ["os", "f", "g"]);
    assert_eq!(variables(&module, FunctionId(1)), ["a", "b", "y", "c", "h"]);
    assert_eq!(variables(&module, FunctionId(2)), ["x"]);
    assert_eq!(variables(&module, FunctionId(3)), [""; 0]);
    let captured = module.variables.iter().filter(|variable| variable.captured);
    let captured: Vec<_> = captured.map(|variable| module.name(variable.name)).collect();
    assert_eq!(captured, ["os", "g", "b", "y", "c"]);
}

#[test]
fn class_bodies_hide_their_names_from_methods() {
    let module = module(
        "class A(B, metaclass=M):\n    x = 1\n    y = x\n    z: int\n    def f(self):\n        return x\n    @property\n    def p(self): pass\n    @staticmethod\n    def s(): pass\n    @classmethod\n    def c(cls): pass\n    class Inner: pass\n",
    );
    let class = &module.classes[0];
    let fields: Vec<_> = class.fields.iter().map(|field| module.name(field.name)).collect();
    assert_eq!(fields, ["x", "y", "z", "Inner"]);
    let methods: Vec<_> =
        class.methods.iter().map(|method| (module.name(method.name), method.kind)).collect();
    assert_eq!(
        methods,
        [
            ("f", MethodKind::Method),
            ("p", MethodKind::Getter),
            ("s", MethodKind::Method),
            ("c", MethodKind::Method)
        ]
    );
    let kinds: Vec<_> = module.functions[1..].iter().map(|function| function.kind).collect();
    assert_eq!(
        kinds,
        [FunctionKind::Method, FunctionKind::Method, FunctionKind::Static, FunctionKind::ClassMethod]
    );
    let StmtKind::Return(Some(value)) = module.functions[1].body[0].kind else { panic!("no return") };
    assert!(matches!(module.expr(value).kind, ExprKind::Global(_)));
    assert!(matches!(&class.body[..], [kept] if matches!(kept.kind, StmtKind::Assign { .. })));
}

#[test]
fn imports_bind_the_first_part_of_a_path() {
    let module = module("import a.b\nimport c.d as e\nfrom ..x import y as z\nfrom w import *\n");
    let imports = module.imports.iter().map(|import| {
        let variable = import.variable.map(|id| module.name(module.variable(id).name));
        (module.name(import.module), import.level, import.name, variable)
    });
    let y = module.imports[3].name;
    assert_eq!(
        imports.collect::<Vec<_>>(),
        [
            ("a", 0, ImportName::Namespace, Some("a")),
            ("a.b", 0, ImportName::SideEffect, None),
            ("c.d", 0, ImportName::Namespace, Some("e")),
            ("x", 2, y, Some("z")),
            ("w", 0, ImportName::All, None),
        ]
    );
}

#[test]
fn docstrings_lose_their_indentation() {
    let module = module("def f():\n    \"\"\"First.\n\n      Second\n    third\n    \"\"\"\n    return 1\n");
    let (text, span) = module.functions[1].docstring.expect("a docstring");
    assert_eq!(module.name(text), "First.\n\n  Second\nthird");
    assert_eq!((span.start, span.end), (13, 54));
    assert_eq!(module.functions[1].body.len(), 1);
}

#[test]
fn a_syntax_error_is_told_and_the_rest_is_kept() {
    let module = module("x = 1\ny = = 2\nz = 3\n");
    assert!(module.syntax_error.as_ref().is_some_and(|error| error.starts_with("syntax error at 2:5: ")));
    assert_eq!(variables(&module, FunctionId::MODULE), ["x", "y", "z"]);
}

#[test]
fn unpacking_keeps_positions() {
    let module = module("a, (b, *c), *d, e = f()\n");
    let StmtKind::Assign { target: Pattern::List { items, rest }, .. } = &module.functions[0].body[0].kind
    else {
        panic!("no list")
    };
    assert_eq!(items.len(), 3);
    assert_eq!(rest.as_ref().map(|(at, _)| *at), Some(2));
}
