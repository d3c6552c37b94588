//! A caller's value that names the module, attribute or function to use.

use sigyl_core::{Class, Confidence, Severity};

use super::sink::reached_at_most;
use crate::{
    flow::{Call, Hazards},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct UnsafeReflection;

static META: RuleMeta = RuleMeta {
    id: "unsafe-reflection",
    title: "Caller's value names what is loaded or called",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[470],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Look the name up in a table of what callers may use",
        "Compare the name with a fixed list first",
    ],
    page: include_str!("unsafe_reflection.md"),
};

impl Rule for UnsafeReflection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let (at, severity, what) = match call.api() {
            Some(
                "importlib.import_module"
                | "__import__"
                | "importlib.util.spec_from_file_location"
                | "runpy.run_module",
            ) => (0, Severity::Error, "names the module that is imported"),
            Some(
                "require"
                | "import"
                | "module.require"
                | "module.createRequire()"
                | "jiti"
                | "jiti()"
                | "importlib.machinery.SourceFileLoader",
            ) => (0, Severity::Error, "names the module that is loaded"),
            Some("getattr" | "operator.attrgetter" | "operator.methodcaller") => {
                let at = usize::from(call.is(&["getattr"]));
                (at, Severity::Warning, "names the attribute that is looked up")
            }
            // One member after the other of what a module has: what its author did not think of, too.
            Some("member.chosen") => (0, Severity::Warning, "names the function of a module that is called"),
            Some("setattr" | "delattr") => (1, Severity::Warning, "names the attribute that is changed"),
            Some("Reflect.get" | "Reflect.apply") => {
                (1, Severity::Warning, "names the member that is looked up")
            }
            _ => return,
        };
        let values = call.args().iter().skip(at).take(1);
        // The file is what matters where a module is loaded from one.
        let values =
            values.chain(call.arg(1).filter(|_| call.is(&["importlib.util.spec_from_file_location"])));
        for value in values {
            if let Some(path) = call.flow(value, Hazards::NAME) {
                out.report(reached_at_most(call, &path, severity, Confidence::Medium, what));
                return;
            }
            // `require(`./plugins/${name}`)`: what climbs is another file.
            let is_file = call.is(&["require", "import", "module.require"])
                && value.prefix().is_some_and(|prefix| prefix.starts_with(['.', '/']));
            if is_file && let Some(path) = call.flow(value, Hazards::PATH_UP) {
                let what =
                    "is in the path of the module that is loaded, and can climb to another file by `../`";
                out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, what));
                return;
            }
        }
    }
}
