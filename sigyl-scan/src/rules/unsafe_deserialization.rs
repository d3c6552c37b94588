//! A caller's value that is read as a serialised object with behaviour.

use sigyl_core::{Class, Severity};

use super::sink::{reached, short, split};
use crate::{
    flow::{Call, Hazards},
    ir::ExprKind,
    mend::{Edits, Mend, Mendable},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnsafeDeserialization;

static META: RuleMeta = RuleMeta {
    id: "unsafe-deserialization",
    title: "Caller's value read as a serialised object",
    class: Class::Injection,
    severity: Severity::Block,
    cwe: &[502],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Use a format that holds data only: JSON, yaml.safe_load",
        "Load models by torch.load(path, weights_only=True) or safetensors",
    ],
    page: include_str!("unsafe_deserialization.md"),
};

/// Functions that run what their first argument says.
const ALWAYS: &[&str] = &[
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
    "cPickle.load",
    "cPickle.loads",
    "_pickle.loads",
    "dill.load",
    "dill.loads",
    "cloudpickle.load",
    "cloudpickle.loads",
    "marshal.load",
    "marshal.loads",
    "joblib.load",
    "shelve.open",
    "jsonpickle.decode",
    "jsonpickle.loads",
    "pandas.read_pickle",
    "yaml.unsafe_load",
    "yaml.unsafe_load_all",
    "yaml.full_load",
    "ruamel.yaml.unsafe_load",
    "node-serialize.unserialize",
    "serialize-to-js.deserialize",
    "funcster.deepDeserialize",
    "cryo.parse",
];

impl Rule for UnsafeDeserialization {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        let call = file.call_at(draft.place.span)?;
        let code = file.code().filter(|_| file.is_python())?;
        let ExprKind::Call { callee, .. } = code.module.expr(call).kind else { return None };
        let path = code.path(callee);
        let name = path.strip_prefix("yaml.")?;
        let safe = match name {
            "load" | "unsafe_load" | "full_load" => "safe_load",
            "load_all" | "unsafe_load_all" | "full_load_all" => "safe_load_all",
            _ => return None,
        };
        let is_member = matches!(code.module.expr(callee).kind, ExprKind::Member { .. });
        let edits = Edits::of(file).rename(callee, name, safe).filter(|_| is_member)?;
        let edits = match code.arguments(call).len() {
            1 if code.option(call, "Loader").is_some() => edits.remove_keyword(call, "Loader")?,
            1 => edits,
            2 => edits.remove_argument(call, 1)?,
            _ => return None,
        };
        edits.done(format!("Read it by `yaml.{safe}`, which makes data only"))
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let Some(api) = call.api() else { return };
        let option = |name: &str| call.keyword(name).and_then(|value| value.as_bool());
        let runs = match api {
            "yaml.load" | "yaml.load_all" => {
                // A loader of the tree's own is made of one that says what it lets through.
                call.arg_or(1, "Loader").is_none_or(|loader| {
                    let name = loader.api().map(split);
                    matches!(name, Some((_, "Loader" | "UnsafeLoader" | "FullLoader" | "CLoader")))
                }) && call.language() == crate::ir::Language::Python
            }
            // A schema of its third version that makes functions.
            "js-yaml.load" | "js-yaml.loadAll" => call.args().iter().any(|options| {
                let schema = options.field("schema").and_then(|schema| schema.api());
                schema.is_some_and(|schema| schema.contains("FULL_SCHEMA"))
            }),
            "torch.load" => option("weights_only") == Some(false),
            "numpy.load" => option("allow_pickle") == Some(true),
            _ => ALWAYS.contains(&api),
        };
        if !runs {
            return;
        }
        let Some(first) = call.arg(0) else { return };
        if let Some(path) = call.flow(first, Hazards::OBJECT) {
            out.report(reached(
                call,
                &path,
                Severity::Block,
                &format!("is read by `{}`, which runs what it says", short(api)),
            ));
        }
    }
}
