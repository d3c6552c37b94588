//! Functions of libraries that give another form of a text, its parts, or what is written in it.

use std::rc::Rc;

use super::{derived, list_from, list_of};
use crate::flow::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    invoke::tainted,
    member::api_call,
    state::State,
    value::{Fields, Shape, Taint, Value},
};

/// The same text in another form: what it can do, it still can.
const FORMS: &[&str] = &[
    "html.unescape",
    "xml.sax.saxutils.unescape",
    "textwrap.indent",
    "textwrap.fill",
    "textwrap.shorten",
    "os.fsencode",
    "os.fsdecode",
    "os.path.normcase",
    "string.capwords",
    "codecs.encode",
    "urllib.parse.urlunparse",
    "urllib.parse.urlunsplit",
    "urllib.parse.unwrap",
    "sqlparse.format",
    "unidecode.unidecode",
    "ftfy.fix_text",
    "inspect.cleandoc",
    "markdown.markdown",
    "markdown2.markdown",
    "mistune.html",
    "jinja2.utils.markupsafe.Markup",
    "markupsafe.Markup",
    "he.decode",
    "he.unescape",
    "lodash.unescape",
    "lodash.trim",
    "lodash.toString",
    "lodash.deburr",
    "querystring.unescape",
    "path.toNamespacedPath",
    "path.win32.normalize",
    "path.win32.resolve",
    "url.format",
    "url.fileURLToPath",
    "url.pathToFileURL",
    "util.format",
    "util.inspect",
    "util.stripVTControlCharacters",
    "strip-ansi",
];

/// Its parts, in a list.
const PARTS: &[&str] = &[
    "textwrap.wrap",
    "urllib.parse.urldefrag",
    "sqlparse.split",
    "csv.reader",
    "difflib.ndiff",
    "string.Formatter().parse",
    "lodash.words",
    "lodash.split",
];

/// What is written in it, as values with fields: JSON and the like.
const WRITTEN: &[&str] = &[
    "orjson.loads",
    "ujson.loads",
    "simplejson.loads",
    "json5.loads",
    "rapidjson.loads",
    "demjson3.decode",
    "hjson.loads",
    "toml.loads",
    "tomllib.loads",
    "tomli.loads",
    "tomlkit.parse",
    "yaml.load",
    "yaml.full_load",
    "yaml.unsafe_load",
    "xmltodict.parse",
    "json_repair.loads",
    "json_repair.repair_json",
    "csv.DictReader",
];

/// What is written in it, as objects outside the tree: documents.
const DOCUMENTS: &[&str] = &[
    "xml.etree.ElementTree.fromstring",
    "xml.etree.ElementTree.XML",
    "defusedxml.ElementTree.fromstring",
    "lxml.etree.fromstring",
    "lxml.html.fromstring",
    "xml.dom.minidom.parseString",
    "defusedxml.minidom.parseString",
];

/// What such a function gives.
pub(super) fn form(
    engine: &mut Engine<'_>,
    state: &State,
    site: &Site,
    api: &str,
    arguments: &Arguments,
) -> Option<Value> {
    // Most calls have no followed value in them.
    let named = arguments.keywords.iter().map(|(_, value)| value);
    if !arguments.positional.iter().chain(named.clone()).any(is_followed) {
        return None;
    }
    // A page is escaped where its template says so, which is not known here.
    if api.starts_with("jinja2.") && matches!(site.method.as_deref(), Some("render" | "render_async")) {
        let given: Vec<Value> = arguments.positional.iter().chain(named).cloned().collect();
        let filled = engine.concat(state, &given, Some(site.place));
        return Some(derived(engine, state, &filled, Hazards::MARKUP));
    }
    let first = arguments.positional.first()?;
    if FORMS.contains(&api) {
        let parts: Vec<Value> = match (api, &first.shape) {
            ("urllib.parse.urlunparse" | "urllib.parse.urlunsplit", Shape::List(items)) => {
                items.known.iter().chain(&items.rest).cloned().collect()
            }
            ("util.format", _) => arguments.positional.clone(),
            _ => return Some(derived(engine, state, first, Hazards::NONE)),
        };
        return Some(engine.concat(state, &parts, Some(site.place)));
    }
    if PARTS.contains(&api) {
        let part = derived(engine, state, first, Hazards::NONE);
        return Some(if api == "csv.reader" { list_of(list_of(part)) } else { list_of(part) });
    }
    if WRITTEN.contains(&api) {
        let mut value = derived(engine, state, first, Hazards::NONE);
        let structured = |taint: &Taint| Taint { live: taint.live | Hazards::STRUCTURE, ..*taint };
        value.taints = value.taints.map(|all| all.iter().map(structured).collect::<Rc<[Taint]>>());
        return Some(if api == "csv.DictReader" { list_of(value) } else { value });
    }
    if DOCUMENTS.contains(&api) {
        let inside = derived(engine, state, first, Hazards::NONE);
        return Some(Value { shape: api_call(api), ..inside });
    }
    match api {
        "urllib.parse.parse_qs" => {
            let part = list_of(derived(engine, state, first, Hazards::NONE));
            let fields = Fields { rest: Some(part), ..Fields::default() };
            Some(Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() })
        }
        "urllib.parse.parse_qsl" => {
            let part = derived(engine, state, first, Hazards::NONE);
            Some(list_of(list_from(vec![part.clone(), part])))
        }
        // What is behind the last dot has no separator in it, nor has what is behind the last separator.
        "os.path.splitext" | "posixpath.splitext" | "os.path.split" | "posixpath.split" | "ntpath.split" => {
            let before = derived(engine, state, first, Hazards::NONE);
            let is_name = !api.ends_with("splitext");
            let folder = Hazards::PATH_UP | Hazards::PATH_ABSOLUTE | Hazards::PATH_LINK | Hazards::URL_PATH;
            let gone = if is_name { folder } else { Hazards::PATH | Hazards::URL_PATH };
            let after = derived(engine, state, first, gone);
            Some(list_from(vec![before, after]))
        }
        // A text that a pattern is split at.
        "re.split" | "regex.split" => {
            let subject = arguments.positional.get(1)?;
            let part = derived(engine, state, subject, Hazards::NONE);
            Some(list_of(part))
        }
        _ => None,
    }
}

fn is_followed(value: &Value) -> bool {
    tainted(value, 2)
}
