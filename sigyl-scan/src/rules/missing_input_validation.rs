//! Objects of a caller's that go as a whole to where their fields decide what happens.

use sigyl_core::{Class, Confidence, Severity};

use super::sink::{reached_at_most, split};
use crate::{
    flow::{Call, Hazards, SourceKind, Value},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingInputValidation;

static META: RuleMeta = RuleMeta {
    id: "missing-input-validation",
    title: "Free-form object given on as it came",
    class: Class::Injection,
    severity: Severity::Warning,
    cwe: &[20, 915],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Describe each field in the tool's schema, and refuse fields that it does not name",
        "Make the object anew from the fields that the caller may choose",
    ],
    page: include_str!("missing_input_validation.md"),
};

/// Methods of document databases, with the positions of what is a query, an update or a document.
const DOCUMENTS: &[&str] = &[
    "insertOne",
    "insertMany",
    "updateOne",
    "updateMany",
    "deleteOne",
    "deleteMany",
    "findOneAndUpdate",
    "findOneAndDelete",
    "findOneAndReplace",
    "replaceOne",
    "countDocuments",
    "aggregate",
    "findOne",
    "find_one",
    "insert_one",
    "insert_many",
    "update_one",
    "update_many",
    "delete_one",
    "delete_many",
    "find_one_and_update",
    "replace_one",
    "count_documents",
    "bulkWrite",
    "bulk_write",
];

impl Rule for MissingInputValidation {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        for (value, what) in decided_by(call) {
            if !is_free_form(value) {
                continue;
            }
            let caller = |source: SourceKind, _: &str| {
                matches!(source, SourceKind::ToolArgument | SourceKind::HttpRequest)
            };
            // A text that was checked in some way is no object of unknown fields.
            let Some(path) = call.flow_from(value, Hazards::OBJECT, &caller) else { continue };
            if path.concatenated || path.confidence < Confidence::High {
                continue;
            }
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, what));
            return;
        }
    }
}

/// True for a value of which no field is known.
fn is_free_form(value: &Value) -> bool {
    // `z.record(…)` is a list of what it holds.
    let members = match value.items() {
        Some(items) => items.is_empty() && value.rest().is_some_and(|rest| rest.fields().is_empty()),
        None => true,
    };
    members && value.fields().is_empty() && value.prefix().is_none() && !value.is_function()
}

/// The arguments whose fields decide what the call does.
fn decided_by<'a>(call: &Call<'a>) -> Vec<(&'a Value, &'static str)> {
    let api = call.api().unwrap_or_default();
    let (object, method) = split(api);
    let mut found = Vec::new();
    let mut add = |value: Option<&'a Value>, what: &'static str| {
        if let Some(value) = value {
            found.push((value, what));
        }
    };
    let is_process = matches!(object, "child_process" | "cross-spawn" | "execa") || api == "execa";
    if is_process {
        match method {
            "exec" | "execSync" => add(call.arg(1), "sets the options of a program as it came"),
            _ => add(call.arg(2), "sets the options of a program as it came"),
        }
        return found;
    }
    let request = "is the configuration of a request as it came";
    match api {
        "fetch" | "undici.fetch" | "undici.request" | "node-fetch" | "got" | "axios.get" | "axios.delete"
        | "ky" => {
            add(call.arg(1), request);
        }
        "axios" | "axios.request" | "axios.create" => {
            add(call.arg(0).filter(|_| call.args().len() == 1), request)
        }
        "axios.post" | "axios.put" | "axios.patch" => add(call.arg(2), request),
        "http.request" | "https.request" => add(call.arg(1).or(call.arg(0)), request),
        "nodemailer.createTransport"
        | "pg.Pool"
        | "pg.Client"
        | "mysql2.createConnection"
        | "mysql2/promise.createConnection"
        | "mysql.createConnection"
        | "mysql2.createPool"
        | "mysql2/promise.createPool"
        | "mongodb.MongoClient" => {
            add(call.arg(0), "sets the options of a connection as it came");
        }
        "puppeteer.launch" | "playwright.chromium.launch" => {
            add(call.arg(0), "sets the options of a browser as it came")
        }
        "Object.assign" => {
            let target = call.arg(0).and_then(Value::api).unwrap_or_default();
            if target == "process.env" || target.contains("config") {
                add(call.arg(1), "is written into the configuration as it came");
            }
        }
        "os.environ.update" => add(call.arg(0), "is written into the environment as it came"),
        _ => {}
    }
    // Python: `f(url, **options)`.
    let is_client = ["requests", "httpx", "aiohttp", "subprocess"]
        .iter()
        .any(|client| object.split('.').next() == Some(client));
    if is_client && !call.args().is_empty() {
        let last = call.args().len() - 1;
        if call.arg_place(last) == call.place() {
            add(call.arg(last), "sets the options of the call as it came");
        }
    }
    let name = if api.is_empty() { call.method().unwrap_or_default() } else { method };
    let is_mongo =
        ["mongodb", "mongoose", "pymongo", "motor", "beanie"].iter().any(|client| object.starts_with(client));
    if DOCUMENTS.contains(&name)
        || is_mongo && matches!(name, "find" | "create" | "insert" | "update" | "remove" | "distinct")
    {
        add(call.arg(0), "is a database's query or document as it came");
        add(
            call.arg(1).filter(|_| name.contains("pdate") || name.contains("eplace")),
            "is a database's update as it came",
        );
    }
    // `prisma.user.create({ data })`, `db.insert(users).values(row)`.
    if object.contains("PrismaClient()")
        && matches!(
            name,
            "create" | "update" | "upsert" | "findMany" | "deleteMany" | "updateMany" | "findFirst"
        )
    {
        add(call.arg(0), "is a database's query as it came");
        for field in ["data", "where", "create", "update"] {
            add(
                call.arg(0).and_then(|query| super::sink::own_field(query, field)),
                "is a database's query as it came",
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    #[test]
    fn texts_are_no_objects() {
        let text = "import axios from 'axios';\nimport { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nimport { z } from 'zod';\n\
                    const server = new McpServer({ name: 'a', version: '1' });\n\
                    server.tool('a', { id: z.string() }, async ({ id }) => (await axios.get('https://x.io/a', { params: { id } })).data);\n";
        assert_eq!(findings_of("missing-input-validation", &[("a.ts", text)]), []);
    }
}
