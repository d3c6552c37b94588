//! SQL put together with a caller's value.

use sigyl_core::{Class, Confidence, Severity};

use super::sink::{own_field, reached, reached_at_most, short, split};
use crate::{
    flow::{Call, FlowPath, Hazards, Value},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct SqlInjection;

static META: RuleMeta = RuleMeta {
    id: "sql-injection",
    title: "SQL built from a caller's value",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[89],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Pass values as parameters: execute(\"… WHERE id = ?\", [id])",
        "Compare names of tables and columns with a list of known ones",
        "Let the database enforce what is read-only: a role, a read-only transaction or connection",
    ],
    page: include_str!("sql_injection.md"),
};

/// What the path of a database client's objects contains.
const CLIENTS: &[&str] = &[
    "sqlite",
    "mysql",
    "psycopg",
    "asyncpg",
    "sqlalchemy",
    "duckdb",
    "mssql",
    "pymssql",
    "oracledb",
    "cx_Oracle",
    "snowflake",
    "bigquery",
    "pyodbc",
    "aioodbc",
    "clickhouse",
    "trino",
    "presto",
    "databricks",
    "libsql",
    "postgres",
    "mariadb",
    "knex",
    "sequelize",
    "prisma",
    "typeorm",
    "drizzle",
    "kysely",
    "pgvector",
    "hdbcli",
    "vertica",
    "redshift",
    "ibm_db",
    "tedious",
    "aiopg",
    "cassandra",
    "cockroach",
    "couchbase",
    "exasol",
    "impala",
    "monetdb",
    "pyathena",
    "pyhive",
    "questdb",
    "singlestore",
    "teradata",
    "pg-promise",
    "peewee",
    "pyspark",
    "sqlmodel",
    "tortoise",
];

/// Methods that run SQL text, first argument.
const METHODS: &[&str] = &[
    "execute",
    "executemany",
    "executescript",
    "execute_query",
    "executeQuery",
    "query",
    "queryRaw",
    "raw",
    "prepare",
    "all",
    "run",
    "get",
    "each",
    "exec",
    "fetch",
    "fetchall",
    "fetchrow",
    "fetchval",
    "fetchone",
    "sql",
    "unsafe",
    "text",
    "read_sql",
    "read_sql_query",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
    "literal",
    "from_statement",
    "create_async",
    "iterate",
    "pluck",
    "query_df",
    "command",
    "execute_sql",
    "any",
    "many",
    "manyOrNone",
    "none",
    "one",
    "oneOrNone",
    "selectExpr",
];

/// Methods that are taken for a database's on an object that nobody knows, when the text looks like SQL.
const PLAIN_METHODS: &[&str] = &[
    "execute",
    "executemany",
    "executescript",
    "execute_query",
    "executeQuery",
    "query",
    "raw",
    "prepare",
    "all",
    "run",
    "fetch",
    "fetchrow",
    "fetchval",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
    "unsafe",
    "sql",
    "exec",
    "get",
    "each",
];

/// Methods of query builders that take a piece of SQL for what it is, by names that nothing else has.
const FRAGMENTS: &[&str] =
    &["whereRaw", "orWhereRaw", "orderByRaw", "havingRaw", "groupByRaw", "joinRaw", "fromRaw", "selectRaw"];

/// Methods of TypeORM's builder that take SQL as text.
const BUILDER: &[&str] = &[
    "where",
    "andWhere",
    "orWhere",
    "having",
    "andHaving",
    "orHaving",
    "orderBy",
    "addOrderBy",
    "groupBy",
    "addGroupBy",
    "select",
    "addSelect",
];

/// True for a method of what `createQueryBuilder()` made, in the same chain where nobody knows what it is.
fn of_builder(call: &Call<'_>) -> bool {
    match call.api() {
        Some(api) => api.contains(".createQueryBuilder()"),
        None => {
            let text = call.file().text;
            let end = call.arg_place(0).span.start as usize;
            let chain = text.get(call.place().span.start as usize..end);
            chain.is_some_and(|chain| chain.contains(".createQueryBuilder("))
        }
    }
}

/// Statements that choose what is worked on, and change nothing in it.
const SETTING: &[&str] = &["attach", "detach", "use", "set", "pragma", "show", "describe", "desc"];

/// How SQL statements begin.
const KEYWORDS: &[&str] = &[
    "select", "insert", "update", "delete", "create", "drop", "alter", "with", "show", "describe", "desc",
    "truncate", "pragma", "replace", "merge", "call", "grant", "use", "set", "copy", "attach", "analyze",
    "vacuum",
];

impl Rule for SqlInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if read_only_check(call, out) {
            return;
        }
        let method = call.api().map(|api| split(api).1).or(call.method());
        let Some(method) = method else { return };
        // `db.prepare(sql).get(value)`: what a prepared statement gets is a parameter.
        if call.api().is_some_and(|api| split(api).0.ends_with("prepare()")) {
            return;
        }
        if let Some((text, path)) = hosted(call, method) {
            let what = format!("is put into the SQL text that `{method}` runs");
            let severity = if text.is_led_by_caller() { Severity::Warning } else { Severity::Error };
            out.report(reached(call, &path, severity, &what));
            return;
        }
        let known = call.api().is_some_and(is_database);
        if FRAGMENTS.contains(&method) {
            if let Some(path) = call.arg(0).and_then(|text| call.flow(text, Hazards::SQL)) {
                let what = format!("is put into the SQL text that `{method}` runs");
                out.report(reached(call, &path, Severity::Error, &what));
            }
            return;
        }
        if BUILDER.contains(&method) && of_builder(call) {
            let text = call.arg(0).filter(|text| text.fields().is_empty());
            if let Some(path) =
                text.and_then(|text| call.flow(text, Hazards::SQL)).filter(|path| path.concatenated)
            {
                let what = format!("is put into the SQL text that `{method}` takes");
                out.report(reached(call, &path, Severity::Error, &what));
            }
            return;
        }
        let plain = match call.api() {
            None => PLAIN_METHODS.contains(&method),
            // A client that nobody listed: what begins like SQL is told by these.
            Some(_) => {
                matches!(method, "execute" | "executemany" | "execute_query" | "executeQuery" | "query")
            }
        };
        if !(known && METHODS.contains(&method) || plain) {
            return;
        }
        let Some(first) = call
            .arg(0)
            .or_else(|| call.keyword("sql"))
            .or_else(|| call.keyword("query"))
            .or_else(|| call.keyword("statement"))
        else {
            return;
        };
        let text = own_field(first, "text").or_else(|| own_field(first, "sql")).unwrap_or(first);
        let begins = text.prefix().map(str::trim_start);
        let looks = begins.is_some_and(looks_like_sql);
        if !known && !looks {
            return;
        }
        if let Some(draft) = leaves_transaction(call, method, text) {
            out.report(draft);
            return;
        }
        // The caller's own statement, or the plan of it, is what the tool is for.
        if begins.is_some_and(|begins| {
            begins.is_empty() || starts_with_word(begins, "explain") || stands_around(begins)
        }) {
            return;
        }
        let Some(path) = call.flow(text, Hazards::SQL).filter(|path| path.concatenated) else { return };
        let what = format!("is put into the SQL text that `{method}` runs");
        // Where a database lies, or which one is used: what the tool is asked for, spliced in without care.
        if begins.is_some_and(|begins| SETTING.iter().any(|word| starts_with_word(begins, word))) {
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
            return;
        }
        if known || looks && method.starts_with("exec") {
            out.report(reached(call, &path, Severity::Error, &what));
        } else {
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
        }
    }
}

/// SQL that a service in the cloud runs, named as its interface does: `client.start_query_execution(QueryString=…)`,
/// `new ExecuteStatementCommand({ Statement })`.
fn hosted<'a>(call: &Call<'a>, method: &str) -> Option<(&'a Value, FlowPath)> {
    const CALLS: &[&str] = &[
        "execute_statement",
        "batch_execute_statement",
        "start_query_execution",
        "execute_sql",
        "ExecuteStatementCommand",
        "StartQueryExecutionCommand",
        "executeStatement",
        "startQueryExecution",
    ];
    const NAMES: &[&str] = &["Statement", "statement", "QueryString", "Sql", "sql"];
    if !CALLS.contains(&method) {
        return None;
    }
    let text = NAMES.iter().find_map(|name| {
        call.keyword(name).or_else(|| call.arg(0).and_then(|options| own_field(options, name)))
    })?;
    let path = call.flow(text, Hazards::SQL).filter(|path| path.concatenated)?;
    Some((text, path))
}

fn is_database(api: &str) -> bool {
    let object = split(api).0;
    CLIENTS.iter().any(|client| object.contains(client))
        || object == "pg"
        || ["pg.", "pg-", "@neondatabase", "@vercel/postgres", "@planetscale", "pandas"]
            .iter()
            .any(|start| object.starts_with(start))
        || object == "pandas" && short(api).starts_with("read_sql")
}

fn looks_like_sql(text: &str) -> bool {
    KEYWORDS.iter().any(|keyword| starts_with_word(text, keyword))
}

/// `SELECT * FROM (` before a whole statement of the caller's, whose rows are limited or counted.
fn stands_around(begins: &str) -> bool {
    let words: String = begins.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    matches!(
        words.as_str(),
        "select * from (" | "select * from(" | "select count(*) from (" | "select count(*) as total from ("
    )
}

/// True when `text` begins with the word `word`, in any case, and white space behind it.
fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..].starts_with(|next: char| next.is_whitespace() || next == '(')
}

/// `query.startswith("select")`: a caller's whole statement is let through for how it begins.
fn read_only_check(call: &Call<'_>, out: &mut Findings) -> bool {
    let subject = match call.method() {
        Some("startsWith" | "startswith") => {
            let Some(first) = call.arg(0) else { return false };
            // `SELECT\n` and `SELECT\t` stand beside `SELECT `, as one check.
            let is_select = |value: &Value| {
                value.as_str().is_some_and(|text| {
                    !text.ends_with(['\n', '\t']) && text.trim().eq_ignore_ascii_case("select")
                })
            };
            let found = match first.items() {
                Some(items) => items.iter().any(is_select),
                None => is_select(first),
            };
            found.then(|| call.receiver()).flatten()
        }
        Some("test") => {
            let pattern = call.receiver().and_then(Value::api).unwrap_or_default();
            is_select_pattern(pattern.trim_start_matches('/')).then(|| call.arg(0)).flatten()
        }
        // A compiled pattern, `re.match(pattern, text)`, or a text that is matched with a pattern.
        Some("match" | "search") => {
            let is_pattern = |value: Option<&Value>| {
                value.is_some_and(|value| match value.api() {
                    Some(literal) => literal.strip_prefix('/').is_some_and(is_select_pattern),
                    None => value.as_str().is_some_and(is_select_pattern),
                })
            };
            let by_module = call.is(&["re.match", "re.search"]);
            match (is_pattern(call.receiver()), is_pattern(call.arg(0)), by_module) {
                (true, ..) => call.arg(0),
                (_, true, true) => call.arg(1),
                (_, true, false) => call.receiver(),
                _ => None,
            }
        }
        Some("split") => call.receiver().filter(|_| compares_first_word(call)),
        _ if call.is(&["re.match", "re.search"]) => {
            let found = call.arg(0).and_then(Value::as_str).is_some_and(is_select_pattern);
            found.then(|| call.arg(1)).flatten()
        }
        _ => None,
    };
    let Some(path) = subject.and_then(|subject| call.flow(subject, Hazards::SQL)) else { return false };
    let what =
        "is taken for read-only by how it begins: a second statement, or a function that writes, may follow";
    let draft = reached_at_most(call, &path, Severity::Warning, Confidence::Medium, what);
    out.report(
        draft
            .fix("Let the database enforce what is read-only: a role, a read-only transaction or connection"),
    );
    true
}

/// `sql.trim().split(/\s+/)[0]`, and `"select"` in what stands behind it.
fn compares_first_word(call: &Call<'_>) -> bool {
    const NEAR: usize = 300;
    let at_spaces = call.arg(0).is_none_or(|by| {
        by.is_null()
            || by.as_str().is_some_and(|text| text.trim().is_empty())
            || by.api().is_some_and(|pattern| pattern.starts_with("/\\s"))
    });
    let text = call.file().text;
    let Some(behind) = text.get(call.place().span.end as usize..).filter(|_| at_spaces) else { return false };
    let is_first = ["[0]", "?.[0]", ".at(0)", ".shift()"].iter().any(|first| behind.starts_with(first));
    let near: String = behind.chars().take(NEAR).collect::<String>().to_ascii_lowercase();
    is_first && ["\"select\"", "'select'"].iter().any(|word| near.contains(word))
}

/// `client.query(sql)` behind `BEGIN TRANSACTION READ ONLY`: what PostgreSQL's drivers send without parameters may be
/// several statements, of which the first ends the transaction. A statement with a name, or with parameters, is one.
fn leaves_transaction(call: &Call<'_>, method: &str, text: &Value) -> Option<Draft> {
    const OBJECTS: &[&str] = &["pg.", "psycopg", "@neondatabase", "@vercel/postgres"];
    let object = split(call.api()?).0;
    let is_plain = matches!(method, "query" | "execute")
        && call.args().len() == 1
        && call.arg(0).is_some_and(|first| first.fields().is_empty());
    if !is_plain || !OBJECTS.iter().any(|start| object.starts_with(start)) || !text.is_led_by_caller() {
        return None;
    }
    let begins = |line: &str| {
        let line = line.to_ascii_uppercase();
        line.contains("READ ONLY")
            && ["BEGIN", "START TRANSACTION", "SET TRANSACTION"].iter().any(|word| line.contains(word))
    };
    if !call.file().text.lines().any(begins) {
        return None;
    }
    let path = call.flow(text, Hazards::SQL)?;
    let what = "is run within a read-only transaction, which it can end: `COMMIT; DROP …`";
    Some(
        reached_at_most(call, &path, Severity::Error, Confidence::Medium, what).fix(
            "Send it as one statement (a prepared one, or with parameters), by a role that may only read",
        ),
    )
}

/// `^\s*select` with nothing that speaks about the rest of the statement.
fn is_select_pattern(pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    pattern.starts_with('^') && pattern.contains("select") && !pattern.contains('$') && !pattern.contains(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_sql_from_prose() {
        assert!(looks_like_sql("SELECT * FROM t WHERE id = "));
        assert!(looks_like_sql("insert\ninto t"));
        assert!(!looks_like_sql("selection of "));
        assert!(!looks_like_sql("Sélect"));
        assert!(!looks_like_sql(""));
        assert!(is_select_pattern("^\\s*SELECT\\b") && !is_select_pattern("^select [a-z]+$"));
    }
}
