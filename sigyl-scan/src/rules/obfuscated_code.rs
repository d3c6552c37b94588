//! Code that is hidden from readers: decoded and then run, or run through an obfuscator.

use sigyl_core::{Class, Confidence, Severity};

use super::{code::Code, sink::split};
use crate::{
    context::FileContext,
    files::FileRole,
    flow::{Call, Hazards},
    ir::{ExprId, ExprKind},
    lexical::Pattern,
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct ObfuscatedCode;

static META: RuleMeta = RuleMeta {
    id: "obfuscated-code",
    title: "Code hidden from its readers",
    class: Class::DataExfiltration,
    severity: Severity::Error,
    cwe: &[506, 94],
    owasp: Some("MCP04"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Write the code as it runs",
        "Decode the text by hand, and look at what it does before anything runs it",
    ],
    page: include_str!("obfuscated_code.md"),
};

/// What stands in a file that may hide code; most files have none of it.
const WORDS: &[&str] = &[
    "atob",
    "base64",
    "hex",
    "fromCharCode",
    "fromCodePoint",
    "rot13",
    "rot_13",
    "zlib",
    "marshal",
    "unescape",
    "chr(",
    "inflate",
    "gunzip",
    "lzma",
    "bz2",
    "reverse()",
    "[::-1]",
];

/// Decoders, by the end of their path.
const DECODERS: &[&str] = &[
    "atob",
    "base64.b64decode",
    "base64.b32decode",
    "base64.b85decode",
    "base64.a85decode",
    "base64.decodebytes",
    "base64.urlsafe_b64decode",
    "base64.b16decode",
    "bytes.fromhex",
    "bytearray.fromhex",
    "binascii.unhexlify",
    "binascii.a2b_hex",
    "binascii.a2b_base64",
    "codecs.decode",
    "zlib.decompress",
    "zlib.inflateSync",
    "zlib.gunzipSync",
    "zlib.unzipSync",
    "zlib.brotliDecompressSync",
    "gzip.decompress",
    "bz2.decompress",
    "lzma.decompress",
    "marshal.loads",
    "String.fromCharCode",
    "String.fromCodePoint",
    "unescape",
    "pako.inflate",
    "js-base64.decode",
    "js-base64.Base64.decode",
];

/// Identifiers as obfuscators make them.
static OBFUSCATED_NAME: Pattern = Pattern::new(r"\b_0x[0-9a-f]{4,6}\b");
/// A decoder on a command line, and a shell behind it.
static SHELL_DECODES: Pattern = Pattern::new(concat!(
    r"(?i)base64\s+(?:-d|-D|--decode)\b[^\n]{0,80}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b",
    r"|\bxxd\s+-r\b[^\n]{0,80}\|\s*(?:ba|z)?sh\b|\bpowershell(?:\.exe)?\b[^\n]{0,80}\s-e(?:nc|ncodedcommand)?\s+[A-Za-z0-9+/=]{24}",
    r"|\bpython3?\s+-c\b[^\n]{0,80}b64decode"
));

/// Names of an obfuscator that a file needs, to tell it from a number or two. Chosen.
const FEWEST_NAMES: usize = 24;

impl Rule for ObfuscatedCode {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        obfuscated_names(file, out);
        let Some(code) = Code::of(file, WORDS) else { return };
        for id in code.all() {
            let Some(callee) = code.callee(id) else { continue };
            file.spend(16);
            let Some(what) = runs(&code, id, &callee) else { continue };
            let arguments = code.arguments(id);
            let hidden = arguments.iter().any(|argument| {
                let sources = code.sources(*argument);
                file.spend(sources.len() * 8);
                sources.iter().any(|source| decodes(&code, *source))
            });
            if hidden {
                out.report(Draft::new(file.place(code.module.span(id)), what.to_owned()));
            } else if what.ends_with("command")
                && arguments.iter().any(|argument| shell_decodes(&code, *argument))
            {
                out.report(Draft::new(
                    file.place(code.module.span(id)),
                    "a command decodes text and runs it",
                ));
            }
        }
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let Some(what) = interprets(call) else { return };
        // What a program reads or writes besides its command line does not matter here.
        let hidden = call.args().iter().take(2).find_map(|value| call.flow(value, Hazards::HIDDEN));
        let least = if what.ends_with("command") { Confidence::High } else { Confidence::Medium };
        if let Some(path) = hidden.filter(|path| path.confidence >= least) {
            let draft = path.draft(call.place(), what).confidence(Confidence::High);
            out.report(draft);
        }
    }
}

/// What a call does that runs what it is given.
fn interprets(call: &Call<'_>) -> Option<&'static str> {
    let api = call.api()?;
    let (object, method) = split(api);
    if matches!(api, "eval" | "exec" | "Function" | "AsyncFunction" | "compile" | "execfile")
        || object == "vm" && method.starts_with("run")
    {
        return Some("decoded text is run as code");
    }
    if matches!(api, "__import__" | "importlib.import_module" | "require") {
        return Some("the name of an imported module is decoded from text");
    }
    (matches!(api, "os.system" | "os.popen" | "shelljs.exec")
        || object == "child_process"
        || object == "subprocess" && !matches!(method, "list2cmdline"))
    .then_some("decoded text is run as a command")
}

fn obfuscated_names(file: &FileContext<'_>, out: &mut Findings) {
    if !file.holds_any(&["_0x"]) || file.module().is_none() {
        return;
    }
    file.spend(file.text.len());
    let Some(pattern) = OBFUSCATED_NAME.get() else { return };
    let mut names = pattern.find_iter(file.text);
    let Some(first) = names.next() else { return };
    let more = names.take(FEWEST_NAMES).count();
    if more + 1 >= FEWEST_NAMES {
        out.report(
            Draft::new(file.at(first.start(), first.end()), "the code went through an obfuscator")
                .confidence(Confidence::High),
        );
    }
}

/// What a call does that runs code or a program, or looks something up by its name.
fn runs(code: &Code<'_>, id: ExprId, callee: &str) -> Option<&'static str> {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    if matches!(callee, "eval" | "exec" | "Function" | "compile" | "execfile" | "builtins.exec" | "builtins.eval" | "window.eval"
        | "globalThis.eval" | "global.eval" | "AsyncFunction" | "types.FunctionType" | "types.CodeType")
        || callee.starts_with("vm.") && (last.starts_with("run") || last.starts_with("compile") || last == "Script")
        // `[]["constructor"]["constructor"](text)`, `(0, eval)(text)`.
        || callee.ends_with("constructor.constructor") || callee == "?" && is_indirect_eval(code, id)
    {
        return Some("decoded text is run as code");
    }
    if matches!(callee, "setTimeout" | "setInterval") {
        let first = *code.arguments(id).first()?;
        return (code.as_function(first).is_none() && is_text_call(code, first))
            .then_some("decoded text is run as code");
    }
    if matches!(
        callee,
        "require"
            | "__import__"
            | "importlib.import_module"
            | "import"
            | "module.require"
            | "createRequire()"
    ) {
        return Some("the name of an imported module is decoded from text");
    }
    if callee.starts_with("child_process.")
        || matches!(callee, "os.system" | "os.popen" | "execa" | "shelljs.exec")
        || callee.starts_with("subprocess.")
    {
        return Some("decoded text is run as a command");
    }
    None
}

fn is_indirect_eval(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
    match code.module.expr(callee).kind {
        ExprKind::Sequence(list) => {
            code.module.list(list).last().is_some_and(|last| code.path(*last) == "eval")
        }
        _ => false,
    }
}

/// True for a call whose result is text: a decoder.
fn is_text_call(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).iter().any(|source| decodes(code, *source))
}

/// True for a call that makes readable text of what is not.
fn decodes(code: &Code<'_>, id: ExprId) -> bool {
    let Some(callee) = code.callee(id) else { return false };
    if DECODERS.contains(&&*callee) || callee.ends_with(".b64decode") && callee.contains("base64") {
        // `codecs.decode(x, "utf-8")` decodes nothing that was hidden.
        return callee != "codecs.decode"
            || code.arguments(id).get(1).and_then(|name| code.text(*name)).is_some_and(|name| {
                ["rot", "hex", "base64", "zlib", "zip", "bz2"].iter().any(|kind| name.contains(kind))
            });
    }
    let arguments = code.arguments(id);
    match &*callee {
        "Buffer.from" | "buffer.Buffer.from" | "Buffer" => {
            let encoding = arguments.get(1).and_then(|name| code.text(*name)).unwrap_or_default();
            matches!(encoding, "base64" | "hex" | "base64url")
                // A list of character codes.
                || arguments.first().is_some_and(|first| is_long_list(code, *first))
        }
        _ if callee.ends_with(".join") => {
            // `"".join(chr(c) for c in codes)`, `text.split("").reverse().join("")`.
            callee.contains(".reverse()")
                || arguments.first().is_some_and(|first| {
                    let sources = code.sources(*first);
                    sources.iter().any(|source| code.callee(*source).as_deref() == Some("chr"))
                })
                || callee.contains(".map()") && callee_part(code, id).contains("fromCharCode")
        }
        _ => false,
    }
}

/// The text of what a call calls.
fn callee_part(code: &Code<'_>, id: ExprId) -> String {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return String::new() };
    code.within(code.module.span(callee))
        .take(64)
        .filter_map(|part| code.last_name(part))
        .collect::<Vec<_>>()
        .join(" ")
}

/// True for a list of more numbers than anything but text has. Chosen.
fn is_long_list(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(code.resolve(id)).kind {
        ExprKind::Collection(_, list) => {
            list.len() >= 16
                && code
                    .module
                    .list(list)
                    .iter()
                    .take(16)
                    .all(|item| matches!(code.module.expr(*item).kind, ExprKind::Number(_)))
        }
        _ => false,
    }
}

fn shell_decodes(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).iter().any(|source| match code.module.expr(*source).kind {
        ExprKind::String(text) => SHELL_DECODES.is_match(code.module.name(text)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("obfuscated-code", &[(path, text)]).len()
    }

    #[test]
    fn decoding_alone_is_fine() {
        for quiet in [
            "const image = Buffer.from(data, 'base64');\nwriteFileSync('a.png', image);\n",
            "const wasm = Buffer.from(blob, 'base64');\nawait WebAssembly.compile(wasm);\n",
            "const payload = JSON.parse(atob(token.split('.')[1]));\n",
        ] {
            assert_eq!(count("a.ts", quiet), 0, "{quiet}");
        }
        assert_eq!(count("a.py", "import base64\nopen('a.png', 'wb').write(base64.b64decode(data))\n"), 0);
    }

    #[test]
    fn names_of_obfuscators_count() {
        let line = "var _0x3fa1=_0x52bc;_0x3fa1(_0x1a2b);\n";
        assert_eq!(count("a.js", line), 0);
        assert_eq!(count("a.js", &line.repeat(10)), 1);
    }
}
