//! Text of another query language put together with a caller's value.

use sigyl_core::{Class, Confidence, Severity};

use super::sink::{own_field, reached_at_most, split};
use crate::{
    flow::{Call, FlowPath, Hazards, Value},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct QueryInjection;

static META: RuleMeta = RuleMeta {
    id: "query-injection",
    title: "Query built from a caller's value",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[943, 89, 90, 643],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Pass values as parameters or variables of the query",
        "Let names of tables, labels and attributes through an anchored pattern or a list of known ones",
    ],
    page: include_str!("query_injection.md"),
};

/// A query language that a text is told by.
#[derive(Debug, Clone, Copy)]
enum Language {
    Kusto,
    Cypher,
    GraphQl,
    Ldap,
    XPath,
    Script,
    Jql,
    Flux,
    Search,
    Drive,
    Sparql,
    PromQl,
    Splunk,
    Ads,
    Wiql,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Self::Kusto => "KQL",
            Self::Cypher => "Cypher",
            Self::GraphQl => "GraphQL",
            Self::Ldap => "an LDAP filter",
            Self::XPath => "an XPath expression",
            Self::Script => "a script of the database",
            Self::Jql => "JQL",
            Self::Flux => "Flux",
            Self::Search => "a search query",
            Self::Drive => "a search query of Drive",
            Self::Sparql => "SPARQL",
            Self::PromQl => "PromQL",
            Self::Splunk => "a search of Splunk",
            Self::Ads => "GAQL",
            Self::Wiql => "WIQL",
        }
    }
}

impl Rule for QueryInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let script = in_filter(call).and_then(|script| call.flow(script, Hazards::QUERY));
        if let Some(path) = script.filter(|path| path.concatenated) {
            let what = format!("is put into the text of {}", Language::Script.name());
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
            return;
        }
        if let Some(path) = operators(call) {
            let what = "can be an object of operators (`{\"$ne\": null}`) in the filter of a query";
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, what));
            return;
        }
        let Some((text, language)) = queried(call) else { return };
        // Quotes are doubled there as in SQL.
        let hazards = if matches!(language, Language::Wiql) { Hazards::SQL } else { Hazards::QUERY };
        let Some(path) = call.flow(text, hazards).filter(|path| path.concatenated) else { return };
        let severity = match language {
            // What can be reached is what the account of the server may see.
            Language::GraphQl | Language::PromQl => Severity::Warning,
            _ => Severity::Error,
        };
        let what = format!("is put into the text of {}", language.name());
        out.report(reached_at_most(call, &path, severity, Confidence::Medium, &what));
    }
}

/// A value that may be an object where a filter of MongoDB compares a field with it. A filter that is the caller's as a
/// whole is what the tool is for.
fn operators(call: &Call<'_>) -> Option<FlowPath> {
    const FILTERED: &[&str] = &[
        "find",
        "findOne",
        "find_one",
        "findOneAndUpdate",
        "findOneAndDelete",
        "findOneAndReplace",
        "find_one_and_update",
        "find_one_and_delete",
        "updateOne",
        "updateMany",
        "update_one",
        "update_many",
        "replaceOne",
        "replace_one",
        "deleteOne",
        "deleteMany",
        "delete_one",
        "delete_many",
        "countDocuments",
        "count_documents",
        "exists",
    ];
    let method = call.method().filter(|method| FILTERED.contains(method))?;
    let module = call.file().module()?;
    let speaks = |name: &str| {
        matches!(name, "collection" | "Collection" | "get_collection")
            || ["mongo", "pymongo", "motor", "beanie"].iter().any(|library| name.starts_with(library))
    };
    let imports = || call.file().holds_any(&["\"mongodb\"", "'mongodb'"]);
    if method == "exists" && call.args().len() != 1
        || !module.names.iter().any(|name| speaks(name)) && !imports()
    {
        return None;
    }
    let filter = call.arg(0).or_else(|| call.keyword("filter"))?;
    let fields = filter.fields();
    // `{ tenant, ...criteria }`: what narrows the filter down can be written over, and operators be added.
    let spread = || call.flow(filter.other_fields()?, Hazards::STRUCTURE).filter(|_| !fields.is_empty());
    let mut named = fields.iter().filter(|(name, _)| !name.starts_with('$'));
    named
        .find_map(|(_, value)| call.flow(value, Hazards::STRUCTURE).filter(|_| value.fields().is_empty()))
        .or_else(spread)
}

/// The script that a filter or a pipeline of MongoDB has in it, wherever: `{ $where: "…" }`,
/// `{ $expr: { $function: { body: "…" } } }`.
fn in_filter<'a>(call: &Call<'a>) -> Option<&'a Value> {
    let methods = [
        "find",
        "findOne",
        "find_one",
        "aggregate",
        "count",
        "count_documents",
        "countDocuments",
        "deleteMany",
        "deleteOne",
        "distinct",
        "findOneAndDelete",
        "findOneAndUpdate",
        "mapReduce",
        "updateMany",
        "updateOne",
        "$where",
    ];
    let method = call.method().filter(|method| methods.contains(method))?;
    let filters = call.args().iter().chain(call.keyword("filter"));
    match method {
        "$where" => call.arg(0),
        "mapReduce" => call.args().iter().take(2).find(|text| text.prefix().is_some()),
        _ => filters.filter_map(|filter| filter_script(filter, 0)).next(),
    }
}

fn filter_script(filter: &Value, depth: usize) -> Option<&Value> {
    if depth > DEEPEST {
        return None;
    }
    if let Some(script) = own_field(filter, "$where") {
        return Some(script);
    }
    let body = own_field(filter, "$function").and_then(|function| own_field(function, "body"));
    let grown = own_field(filter, "$accumulator");
    let parts = ["accumulate", "init", "merge", "finalize"].iter();
    let mut parts = parts.filter_map(|part| own_field(grown?, part));
    let part = parts.find(|text| text.as_str().is_none());
    body.or(part).or_else(|| {
        let fields = filter.fields().into_iter().map(|(_, value)| value);
        let items = filter.items().unwrap_or_default().iter().chain(filter.rest());
        fields.chain(items).find_map(|value| filter_script(value, depth + 1))
    })
}

/// Languages that only the clients of one database speak.
fn named_by_library<'a>(call: &Call<'a>, object: &str, method: &str) -> Option<(&'a Value, Language)> {
    let text = call.keyword("query").or_else(|| call.keyword("query_object")).or_else(|| call.arg(0))?;
    let language = match method {
        "setQuery" if object.starts_with("SPARQLWrapper.") => Language::Sparql,
        "query" | "update" if object.starts_with("rdflib.") => Language::Sparql,
        "custom_query" | "custom_query_range" | "instantQuery" | "rangeQuery"
            if object.contains("rometheus") =>
        {
            Language::PromQl
        }
        "oneshot" | "create" | "export" if object.starts_with("splunklib.") && object.ends_with(".jobs") => {
            Language::Splunk
        }
        "search" | "search_stream" if object.starts_with("google.ads.") => Language::Ads,
        _ => return None,
    };
    Some((text, language))
}

fn queried<'a>(call: &Call<'a>) -> Option<(&'a Value, Language)> {
    let api = call.api().unwrap_or_default();
    let (object, _) = split(api);
    let method = if api.is_empty() { call.method()? } else { split(api).1 };
    if matches!(
        method,
        "execute"
            | "execute_query"
            | "execute_mgmt"
            | "execute_streaming_query"
            | "query"
            | "query_workspace"
            | "executeQuery"
    ) {
        let is_kusto = object.contains("kusto") || object.contains("monitor.query");
        let text = call.args().iter().chain(call.keywords().map(|(_, value)| value)).find(|value| {
            is_kusto && call.flow(value, Hazards::QUERY).is_some_and(|path| path.concatenated)
                || looks_like_kusto(value)
        });
        if let Some(text) = text {
            return Some((text, Language::Kusto));
        }
    }
    if matches!(method, "run" | "execute_query" | "query" | "executeQuery" | "executeRead" | "executeWrite") {
        let first = call.arg(0).or_else(|| call.keyword("query"))?;
        let is_client = object.contains("neo4j")
            || object.contains("memgraph")
            || object.contains("falkordb")
            || object.contains("kuzu");
        let begins = first.prefix().map(str::trim_start).unwrap_or_default();
        if is_client && !first.is_function()
            || ["MATCH (", "OPTIONAL MATCH", "MERGE (", "UNWIND "]
                .iter()
                .any(|start| begins.starts_with(start))
        {
            return Some((first, Language::Cypher));
        }
    }
    if (object.starts_with("ldap3.")
        || object.starts_with("ldap.")
        || object.starts_with("ldapjs.")
        || object.starts_with("ldapts."))
        && method.starts_with("search")
    {
        let filter = call
            .keyword("search_filter")
            .or_else(|| call.keyword("filterstr"))
            .or_else(|| call.option("filter"))
            .or_else(|| {
                call.args().iter().find(|value| value.prefix().is_some_and(|prefix| prefix.starts_with('(')))
            });
        return filter.map(|filter| (filter, Language::Ldap));
    }
    if method == "xpath" || object == "xpath" && matches!(method, "select" | "select1" | "evaluate" | "parse")
    {
        return call.arg(0).filter(|text| text.prefix().is_some()).map(|text| (text, Language::XPath));
    }
    if let Some(found) = named_by_library(call, object, method) {
        return Some(found);
    }
    if object.contains("elastic") || object.contains("opensearch") {
        let bodies: Vec<&Value> = call.args().iter().chain(call.keywords().map(|(_, value)| value)).collect();
        let script = bodies.iter().filter_map(|body| script_of(body, 0)).next();
        // A query that was put together as text and read back.
        let read_back = || {
            let body = bodies
                .iter()
                .copied()
                .find(|body| body.fields().is_empty() && call.flow(body, Hazards::QUERY).is_some());
            body.filter(|_| {
                matches!(method, "search" | "msearch" | "count" | "delete_by_query" | "update_by_query")
            })
        };
        return script
            .map(|text| (text, Language::Script))
            .or_else(|| Some((read_back()?, Language::Search)));
    }
    if matches!(
        method,
        "collectRows" | "collectLines" | "queryRows" | "queryRaw" | "iterateRows" | "query" | "query_stream"
    ) && let Some(text) = call
        .arg_or(0, "query")
        .filter(|text| text.prefix().is_some_and(|text| text.trim_start().starts_with("from(bucket")))
    {
        return Some((text, Language::Flux));
    }
    // Jira's search, by its library or by a request.
    let is_search = matches!(method, "search_issues" | "jql" | "enhanced_jql" | "enhanced_search_issues");
    if is_search && let Some(text) = call.arg_or(0, "jql_str").or_else(|| call.keyword("jql")) {
        return Some((text, Language::Jql));
    }
    // Searches of work items in Azure DevOps: `Wiql(query=…)`, `queryByWiql({ query: … })`.
    let wiql = match method {
        "Wiql" => call.arg_or(0, "query"),
        "queryByWiql" => call.arg(0).and_then(|asked| own_field(asked, "query")),
        _ => None,
    };
    if let Some(text) = wiql {
        return Some((text, Language::Wiql));
    }
    let asked = call.args().iter().chain(call.keywords().map(|(_, value)| value));
    if let Some(text) = asked.filter_map(|value| own_field(value, "jql")).next() {
        return Some((text, Language::Jql));
    }
    // Google Drive's search: `files.list({ q: "name contains '…'" })`.
    if method == "list" {
        let params = call.arg(0).and_then(|params| own_field(params, "q")).or_else(|| call.keyword("q"));
        let is_clause = |text: &Value| {
            let words = [" contains ", " = '", " in parents", " in owners", " != '", " > '", " and "];
            [text.prefix(), text.suffix()].iter().flatten().any(|part| {
                words.iter().any(|word| part.contains(word)) || part.trim_start().starts_with('\'')
            })
        };
        let is_files = matches!(object.rsplit('.').next(), Some("files" | "files()"));
        if let Some(text) = params.filter(|text| is_files || is_clause(text)) {
            return Some((text, Language::Drive));
        }
    }
    // A request's body.
    let bodies = call.args().iter().chain(call.keyword("json")).chain(call.keyword("data"));
    let text = bodies
        .filter_map(|value| own_field(value, "query"))
        .chain(graphql_client(call, object, method))
        .find(|text| {
            let begins = text.prefix().map(str::trim_start).unwrap_or_default();
            ["query", "mutation", "{"].iter().any(|start| {
                begins.strip_prefix(start).is_some_and(|rest| {
                    rest.contains('{') || *start == "{" && rest.trim_start().starts_with(char::is_alphabetic)
                })
            })
        });
    text.map(|text| (text, Language::GraphQl))
}

/// Deepest nesting of a query that is looked into. Chosen.
const DEEPEST: usize = 8;

/// The script of a search query, wherever in it: `{ script: { source: "…" } }`.
fn script_of(query: &Value, depth: usize) -> Option<&Value> {
    if depth > DEEPEST {
        return None;
    }
    if let Some(script) = own_field(query, "script") {
        return own_field(script, "source").or_else(|| own_field(script, "inline")).or(Some(script));
    }
    let fields = query.fields().into_iter().map(|(_, value)| value);
    fields.chain(query.items().unwrap_or_default()).find_map(|value| script_of(value, depth + 1))
}

fn graphql_client<'a>(call: &Call<'a>, object: &str, method: &str) -> Option<&'a Value> {
    let is_client =
        object.starts_with("graphql-request") || object.starts_with("gql") || object.starts_with("@octokit/");
    let sends = matches!(method, "request" | "gql" | "graphql" | "execute" | "rawRequest")
        || call.api().is_some_and(|api| api.ends_with("graphql.defaults()"));
    (is_client && sends).then(|| call.arg(0)).flatten()
}

/// `T | getschema`, `.show table T`.
fn looks_like_kusto(value: &Value) -> bool {
    let (begins, ends) =
        (value.prefix().unwrap_or_default().trim_start(), value.suffix().unwrap_or_default());
    let is_command =
        [".show ", ".drop ", ".alter ", ".create ", ".ingest ", ".set-or-append ", ".set-or-replace "]
            .iter()
            .any(|start| begins.starts_with(start));
    let operator = |text: &str| {
        text.split('|').skip(1).any(|part| {
            let word: String =
                part.trim_start().chars().take_while(|c| c.is_ascii_alphabetic() || *c == '-').collect();
            matches!(
                word.as_str(),
                "where"
                    | "project"
                    | "getschema"
                    | "sample"
                    | "take"
                    | "limit"
                    | "summarize"
                    | "extend"
                    | "order"
                    | "sort"
                    | "top"
                    | "count"
                    | "distinct"
                    | "join"
                    | "render"
                    | "project-away"
            )
        })
    };
    is_command || operator(begins) || operator(ends)
}
