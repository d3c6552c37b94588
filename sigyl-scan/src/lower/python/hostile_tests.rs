//! Texts that are deep, long or broken: none may abort, at any size. The defaults of lambdas are the one place where the
//! parser needs a large stack.

use super::lower;
use crate::lower::hostile::stack_size;

/// Sizes of each text, bytes.
const SIZES: [usize; 3] = [1 << 10, 32 << 10, 512 << 10];

fn survives(name: &str, text: String) {
    let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(stack_size(text.len()));
    let name = name.to_owned();
    let run = move || match lower(&text) {
        Ok(module) => {
            for expr in &module.exprs {
                assert!(expr.span.start <= expr.span.end, "{name}: {expr:?}");
                assert!(expr.span.end as usize <= text.len(), "{name}: {expr:?}");
            }
        }
        Err(error) => assert!(!error.detail.is_empty(), "{name}"),
    };
    thread.spawn(run).expect("a thread").join().expect("no panic");
}

/// `head`, `open` and `close` as often as fit into each size around `middle`, and, below the largest, once
/// without what closes.
fn nested(name: &str, head: &str, open: &str, middle: &str, close: &str) {
    for size in SIZES {
        let times = size / (open.len() + close.len());
        let opened = format!("{head}{}{middle}", open.repeat(times));
        survives(name, format!("{opened}{}\n", close.repeat(times)));
        if size < 512 << 10 {
            survives(name, opened);
        }
    }
}

#[test]
fn brackets() {
    nested("parentheses", "", "(", "a", ")");
    nested("lists", "", "[", "a", "]");
    nested("dicts", "", "{1:", "a", "}");
    nested("calls", "", "f(", "a", ")");
    nested("keywords", "", "f(a=", "a", ")");
    nested("subscripts", "", "a[", "a", "]");
    nested("slices", "", "a[b:", "a", "]");
    nested("comprehensions", "", "[", "a", " for a in b]");
    nested("iterables", "", "[a for a in ", "b", "]");
    nested("targets", "", "(", "a", ",)");
    nested("walrus", "", "(a:=", "1", ")");
    nested("with", "with ", "(", "a", ")");
    nested("type alias", "type A = ", "(", "a", ")");
    nested("type parameter", "def f[T: ", "(", "a", ")");
    nested("cause", "raise a from ", "-", "a", "");
    nested("annotation", "x: ", "list[", "int", "]");
    nested("string annotation", "x: \"", "(", "a", ")");
}

#[test]
fn chains() {
    for (open, name) in [
        ("not ", "not"),
        ("-", "minus"),
        ("*", "stars"),
        ("await ", "await"),
        ("lambda:", "lambda"),
        ("lambda a=", "lambda default"),
        ("a if a else ", "ternary"),
        ("a**", "power"),
        ("a+", "plus"),
        ("a and ", "and"),
        ("a<", "compare"),
        ("a=", "assign"),
        ("a.", "attribute"),
        ("yield ", "yield"),
        ("a ", "names"),
        ("\"a\" ", "strings"),
        ("@a\n", "decorators"),
        ("$?!", "junk"),
        ("\"\n", "quotes"),
        ("(\n", "lines"),
        ("match ", "match"),
        ("with (", "with"),
        ("\0", "nul"),
    ] {
        nested(name, "", open, "a", "");
    }
    nested("calls", "f", "()", "", "");
    nested("subscripts", "a", "[0]", "", "");
}

#[test]
fn f_strings() {
    nested("same quote", "", "f\"{", "a", "}\"");
    nested("walrus", "(b := 1)\n", "f\"{", "a", "}\"");
    nested("both quotes", "", "f'{f\"{", "a", "}\"}'");
    nested("triple", "", "f\"\"\"{", "a", "}\"\"\"");
    nested("specs", "f\"", "{a:", "", "}");
    nested("specs and walrus", "(b := 1)\nf\"", "{a:", "", "}");
    nested("templates", "", "t\"{", "a", "}\"");
    nested("lines", "", "f\"{\n", "a", "}\"\n");
}

#[test]
fn patterns() {
    nested("sequences", "match a:\n case ", "[", "b", "]");
    nested("classes", "match a:\n case ", "A(", "b", ")");
    nested("as", "match a:\n case ", "(", "b", " as c)");
    nested("or", "match a:\n case ", "a.b|", "c.d", "");
    nested("mappings", "match a:\n case ", "{1:", "b", "}");
}

#[test]
fn blocks() {
    for header in ["if a:", "def f():", "class a:", "for a in b:", "try:", "with a as b:"] {
        for size in SIZES {
            let depth = (size as f64 * 2.0).sqrt() as usize;
            let deep: String = (0..depth).map(|level| format!("{}{header}\n", " ".repeat(level))).collect();
            survives(header, format!("{deep}{}x\n", " ".repeat(depth)));
        }
    }
    nested("elif", "if a: b\n", "elif a: b\n", "else: c\n", "");
    nested("else", "", "if a:\n b\nelse:\n", "c", "");
    nested("dedents", "", "if a:\n  b\n c\n", "", "");
}

#[test]
fn depth_is_cut_and_said() {
    let run = || {
        let deep = |levels: usize| lower(&format!("{}a{}\n", "[".repeat(levels), "]".repeat(levels)));
        assert!(deep(1_200).is_ok_and(|module| module.truncated));
        assert!(deep(200).is_ok_and(|module| !module.truncated));
        let long = format!("a{}\n", " + a".repeat(10_000));
        assert!(lower(&long).is_ok_and(|module| !module.truncated && module.size() == 20_001));
    };
    let thread = std::thread::Builder::new().stack_size(stack_size(0));
    thread.spawn(run).expect("a thread").join().expect("no panic");
}
