//! Weaker sources: what other programs, servers and pages answer.
//!
//! Whoever controls them is not the caller, and much of what they say is data that goes where data belongs. It counts
//! only where nothing but trust keeps it from being run: by a shell, as code, in a template, as an object, in markup.

use std::rc::Rc;

use super::{
    Hazards,
    engine::{Engine, Phase},
    value::{Fields, Items, Shape, SourceKind, Value, ValueId},
};
use crate::rule::Place;

/// What an answer can do harm by.
const LIVE: [Hazards; 5] =
    [Hazards::COMMAND, Hazards::CODE, Hazards::TEMPLATE, Hazards::OBJECT, Hazards::MARKUP];

/// Functions that answer with what another server says.
const SERVERS: &[&str] = &[
    "fetch",
    "node-fetch",
    "cross-fetch",
    "undici.fetch",
    "undici.request",
    "axios",
    "got",
    "ky",
    "urllib.request.urlopen",
    "urllib.urlopen",
];

/// Clients whose methods named for the verbs of HTTP answer with what another server says.
const CLIENTS: &[&str] = &[
    "axios",
    "got",
    "ky",
    "superagent",
    "needle",
    "requests",
    "httpx",
    "aiohttp.ClientSession",
    "cloudscraper",
];

const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "request"];

/// Functions that answer with what another program prints.
const PROGRAMS: &[&str] = &[
    "child_process.exec",
    "child_process.execSync",
    "child_process.execFile",
    "child_process.execFileSync",
    "child_process.spawnSync",
    "execa",
    "execa.execa",
    "execa.execaSync",
    "execa.execaCommand",
    "subprocess.run",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.Popen().communicate",
    "asyncio.create_subprocess_exec().communicate",
    "asyncio.create_subprocess_shell().communicate",
    "os.popen",
];

/// Methods of browsers, and of what drives devices, that answer with what a page holds.
const PAGES: &[&str] =
    &["getPageSource", "page_source", "innerText", "textContent", "innerHTML", "inner_text", "text_content"];

/// True for functions that hand a program's output to a callback, behind the error.
pub(crate) fn calls_back_with_output(api: &str) -> bool {
    matches!(api, "child_process.exec" | "child_process.execFile")
}

/// Stores that others write to as well, by how the path of a connection begins, and what reads a value from each.
const STORES: &[(&[&str], &[&str])] = &[
    (
        &["redis.", "valkey.", "ioredis", "aioredis.", "iovalkey", "glide.", "pymemcache.", "diskcache."],
        &[
            "get",
            "getex",
            "getdel",
            "hget",
            "hgetall",
            "hmget",
            "mget",
            "lrange",
            "lpop",
            "rpop",
            "lindex",
            "getBuffer",
        ],
    ),
    (&["qdrant_client."], &["query_points", "search", "scroll", "retrieve"]),
    (&["chromadb."], &["get", "query", "peek"]),
    (&["pymongo.", "motor."], &["find_one", "find"]),
    (
        &["sqlite3.", "psycopg2.", "psycopg.", "pymysql.", "aiosqlite."],
        &["fetchone", "fetchall", "fetchmany"],
    ),
];

fn reads_store(api: &str) -> bool {
    let Some((connection, method)) = api.rsplit_once('.') else { return false };
    connection.contains("()")
        && STORES.iter().any(|(stores, reads)| {
            reads.contains(&method) && stores.iter().any(|store| connection.starts_with(store))
        })
}

/// True for functions that ask another server.
pub(crate) fn asks_server(api: &str) -> bool {
    let (object, method) = api.rsplit_once('.').unwrap_or(("", api));
    let is_client = || {
        CLIENTS.iter().any(|client| {
            object.strip_prefix(client).is_some_and(|rest| rest.is_empty() || rest.ends_with("()"))
        })
    };
    SERVERS.contains(&api) || VERBS.contains(&method) && is_client()
}

/// True for what a client of MCP is answered by the server that it speaks with: `session.call_tool(name, arguments)`.
fn asks_mcp_server(object: &str, method: &str) -> bool {
    const ASKS: &[&str] =
        &["call_tool", "callTool", "read_resource", "readResource", "get_prompt", "getPrompt"];
    const LIBRARIES: &[&str] = &["mcp.", "fastmcp.", "@modelcontextprotocol/"];
    ASKS.contains(&method)
        && object.contains("Client")
        && object.ends_with(')')
        && LIBRARIES.iter().any(|library| object.starts_with(library))
}

fn answers(api: &str) -> bool {
    let (object, method) = api.rsplit_once('.').unwrap_or(("", api));
    asks_server(api)
        || asks_mcp_server(object, method)
        || PROGRAMS.contains(&api)
        || PAGES.contains(&method) && object.ends_with("()")
}

/// True for what asks a browser how the page is called that it shows.
fn names_page(api: &str) -> bool {
    api.strip_suffix(".title").is_some_and(|page| {
        page.contains("()")
            && ["puppeteer", "playwright", "patchright", "rebrowser", "pyppeteer", "selenium"]
                .iter()
                .any(|browser| page.starts_with(browser))
    })
}

/// Libraries that read archives.
const ARCHIVES: &[&str] = &["zipfile", "tarfile", "adm-zip", "unzipper", "yauzl", "jszip", "node-stream-zip"];

/// What members of archives are called by.
const MEMBER_NAMES: &[&str] = &["filename", "name", "entryName", "fileName", "path"];

fn reads_archive(api: &str) -> bool {
    ARCHIVES.iter().any(|library| api.strip_prefix(library).is_some_and(|rest| rest.starts_with(['.', '('])))
}

/// True for a field of an answer in which a server says what a file is to be called.
pub(super) fn names_file(field: &str) -> bool {
    const NAMES: &[&str] = &[
        "filename",
        "fileName",
        "file_name",
        "originalFilename",
        "original_filename",
        "originalname",
        "attachmentName",
    ];
    NAMES.contains(&field)
}

impl Engine<'_> {
    /// The members of an archive, whose names are whoever's who packed it: `archive.infolist()`, `zip.getEntries()`.
    pub(crate) fn archive_members(
        &mut self,
        api: &str,
        archive: Option<ValueId>,
        place: Place,
    ) -> Option<Value> {
        let (object, method) = api.rsplit_once('.')?;
        if self.phase != Phase::Entries || !reads_archive(object) {
            return None;
        }
        let member = match method {
            "namelist" | "getnames" => {
                self.source(SourceKind::Upstream, "member", place, None, Hazards::PATH)
            }
            "infolist" | "getmembers" | "getEntries" => self.archive_member(place),
            _ => return None,
        };
        // What every member's name is checked for, the archive is.
        let name = member.field(MEMBER_NAMES[0]).unwrap_or(&member).id;
        self.note_piece(name, archive, Hazards::ALL);
        let items = Items { known: Vec::new(), rest: Some(member) };
        Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
    }

    /// The same where a loop goes over the archive itself: `for member in tar`.
    pub(super) fn members_of_archive(&mut self, archive: &Value, place: Place) -> Option<Value> {
        let api = archive.api().filter(|api| api.starts_with("tarfile.") && api.ends_with("()"))?;
        let listed = format!("{}.getmembers", api.trim_end_matches("()"));
        self.archive_members(&listed, archive.id, place)
    }

    /// The members of an archive that stand in a field of it: `(await unzipper.Open.buffer(bytes)).files`.
    pub(crate) fn archive_files(&mut self, archive: &str, field: &str, place: Place) -> Option<Value> {
        if self.phase != Phase::Entries || field != "files" || !archive.starts_with("unzipper.Open.") {
            return None;
        }
        let items = Items { known: Vec::new(), rest: Some(self.archive_member(place)) };
        Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
    }

    /// An archive of bytes that came from somewhere: what its members are called is up to whoever packed them.
    pub(crate) fn packed_elsewhere(&mut self, place: Place) -> Value {
        if self.phase != Phase::Entries {
            return Value::default();
        }
        self.source(SourceKind::Upstream, "archive", place, None, Hazards::PATH)
    }

    /// What a server says that the file it sends is called: the header `Content-Disposition`.
    pub(crate) fn file_name_in(&mut self, header: &str, of: Option<&str>, place: Place) -> Option<Value> {
        let is_one = header.eq_ignore_ascii_case("content-disposition")
            && self.phase == Phase::Entries
            && of.is_some_and(|headers| headers.ends_with(".headers") && headers.contains("()"));
        is_one.then(|| self.source(SourceKind::Upstream, "content-disposition", place, None, Hazards::PATH))
    }

    /// One member of an archive.
    pub(crate) fn archive_member(&mut self, place: Place) -> Value {
        let name = self.source(SourceKind::Upstream, "member.name", place, None, Hazards::PATH);
        let mut fields = Fields::default();
        for field in MEMBER_NAMES {
            fields.order.push((*field).into());
            fields.known.insert((*field).into(), Rc::new(name.clone()));
        }
        Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() }
    }

    /// Where a server that a caller chose says to go on: to a host of its own choice.
    pub(crate) fn next_hop(&mut self, place: Place) -> Value {
        if self.phase != Phase::Entries {
            return Value::default();
        }
        self.source(SourceKind::Upstream, "location", place, None, Hazards::HOST)
    }

    /// The answer that a call to something outside the tree gets, where that comes from somebody else.
    pub(crate) fn answer(&mut self, api: Option<&str>, method: Option<&str>, place: Place) -> Option<Value> {
        if self.phase == Phase::Entries && api.is_some_and(reads_store) {
            // What is stored is what somebody stored, and no more than data unless it is read as an object.
            return Some(self.source(SourceKind::Upstream, "stored value", place, None, Hazards::OBJECT));
        }
        // What the sender of a mail calls a file.
        if self.phase == Phase::Entries && api.is_none() && method == Some("get_filename") {
            return Some(self.source(SourceKind::Upstream, "attachment name", place, None, Hazards::PATH));
        }
        // What a page that is visited calls itself.
        if self.phase == Phase::Entries && api.is_some_and(names_page) {
            return Some(self.source(SourceKind::Upstream, "page title", place, None, Hazards::PATH));
        }
        let known = api.is_some_and(answers) || api.is_none() && method == Some("getPageSource");
        if self.phase != Phase::Entries || !known {
            return None;
        }
        let name = api.or(method).unwrap_or_default().rsplit('.').next().unwrap_or_default();
        let live = LIVE.iter().fold(Hazards::NONE, |all, hazard| all | *hazard);
        Some(self.source(SourceKind::Upstream, &format!("{name}()"), place, None, live))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_and_programs_answer() {
        for api in [
            "fetch",
            "axios.get",
            "axios.create().post",
            "requests.Session().get",
            "httpx.AsyncClient().get",
            "os.popen",
        ] {
            assert!(answers(api), "{api}");
        }
        for api in ["fs.readFile", "axios.create", "requestsx.get", "Map.get", "innerText"] {
            assert!(!answers(api), "{api}");
        }
    }
}
