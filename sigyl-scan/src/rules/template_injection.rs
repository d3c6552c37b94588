//! A caller's value that is compiled as a template.

use sigyl_core::{Class, Severity};

use super::sink::{reached, short};
use crate::{
    flow::{Call, Hazards, Value},
    ir::Language,
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct TemplateInjection;

static META: RuleMeta = RuleMeta {
    id: "template-injection",
    title: "Caller's value compiled as a template",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[1336, 94],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Keep the template fixed and pass the caller's values as variables",
        "Render templates of strangers in a sandbox: jinja2.sandbox.SandboxedEnvironment, or a language without expressions",
    ],
    page: include_str!("template_injection.md"),
};

/// Functions that compile their first argument, in languages whose templates can run code.
const COMPILES: &[&str] = &[
    "jinja2.Template",
    "jinja2.environment.Template",
    "jinja2.Environment().from_string",
    "jinja2.environment.Environment().from_string",
    "flask.render_template_string",
    "flask.templating.render_template_string",
    "mako.template.Template",
    "tornado.template.Template",
    "django.template.Template",
    "genshi.template.MarkupTemplate",
    "chameleon.PageTemplate",
    "nunjucks.renderString",
    "nunjucks.compile",
    "nunjucks.Environment().renderString",
    "nunjucks.configure().renderString",
    "handlebars.compile",
    "handlebars.Handlebars.compile",
    "ejs.render",
    "ejs.compile",
    "pug.render",
    "pug.compile",
    "lodash.template",
    "lodash/template",
    "lodash/template.js",
    "lodash-es.template",
    "lodash-es/template",
    "lodash-es/template.js",
    "underscore.template",
    "eta.Eta().renderString",
    "eta.renderString",
    "dot.template",
    "doT.template",
    "swig.render",
    "art-template.render",
    "liquidjs.Liquid().parseAndRender",
    "liquidjs.Liquid().parseAndRenderSync",
    "liquidjs.Liquid().parse",
    "twig.twig",
    "squirrelly.render",
    "vento().runString",
];

impl Rule for TemplateInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if formats_objects(call) {
            if let Some(path) = call.receiver().and_then(|text| call.flow(text, Hazards::TEMPLATE)) {
                let what =
                    "is a format whose places reach into the objects that are put into it: `{0.__class__}`";
                out.report(reached(call, &path, Severity::Warning, what));
            }
            return;
        }
        if !call.is(COMPILES) {
            return;
        }
        let Some(text) = call.arg(0).or_else(|| call.keyword("source")).or_else(|| call.keyword("text"))
        else {
            return;
        };
        if let Some(path) = call.flow(text, Hazards::TEMPLATE) {
            let name = call.api().map_or("the call", short);
            out.report(reached(
                call,
                &path,
                Severity::Error,
                &format!("is compiled as a template by `{name}`"),
            ));
        }
    }
}

/// `text.format(user=user)` of Python, where what is put in is an object of the program's own.
fn formats_objects(call: &Call<'_>) -> bool {
    matches!(call.method(), Some("format" | "format_map"))
        && call.language() == Language::Python
        && call.args().iter().chain(call.keywords().map(|(_, value)| value)).any(Value::is_own_object)
}
