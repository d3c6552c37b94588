//! From bytes to a draft: size and encoding first, then the notation, then the format.

use std::collections::BTreeMap;

use super::{
    cargo_toml,
    context::{Context, Place},
    detect::{self, Notation},
    docker_catalog, dockerfile, go_mod, mcpb,
    model::{Manifest, ManifestFormat, ManifestSource},
    node::{self, Node, Problem},
    package_json, pyproject, requirements_txt, server_json, sigyl_yaml, smithery,
};
use crate::{
    Diagnostic, DiagnosticLevel, LineIndex, Location, Parsed, SourceTree, Span,
    source::{FileContent, LeftOutReason, SourceFile},
};

/// Bytes that a manifest may have. The largest published one that was measured has 160 KB.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// What one file says, before it is merged with others.
pub(crate) struct Draft {
    pub(crate) format: ManifestFormat,
    pub(crate) path: String,
    pub(crate) manifest: Option<Manifest>,
    pub(crate) said: BTreeMap<&'static str, Place>,
    pub(crate) open_injections: Vec<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads one file of any known format, by itself: paths in it may not leave its own folder.
///
/// ```
/// let parsed = sigyl_core::manifest::read_file("mcp.yaml", b"name: weather\nport: '3000'\n");
/// assert_eq!(parsed.diagnostics[0].code, "wrong-type");
/// assert_eq!(parsed.diagnostics[0].location.start_line, 2);
/// ```
pub fn read_file(path: &str, bytes: &[u8]) -> Parsed<Manifest> {
    let path = path.replace('\\', "/");
    let failed = |diagnostic| Parsed { value: None, diagnostics: vec![diagnostic] };
    if bytes.len() as u64 > MAX_BYTES {
        return failed(too_large(&path, bytes.len() as u64));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return failed(not_utf8(&path, bytes, error.valid_up_to())),
    };
    // Paths resolve against the file's own folder, whatever way the file itself was named.
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let Some(draft) = read_text(&name, text, detect::by_name(&name), None) else {
        return failed(Diagnostic {
            level: DiagnosticLevel::Error,
            code: "unknown-format".to_owned(),
            message: "this is no manifest of a known format".to_owned(),
            mend: Some(
                "Name it as its format does: mcp.yaml, smithery.yaml, server.json, manifest.json, server.yaml"
                    .to_owned(),
            ),
            location: Location::file_start(&path),
            span: None,
        });
    };
    let mut draft = draft;
    for diagnostic in &mut draft.diagnostics {
        diagnostic.location.path.clone_from(&path);
    }
    if let Some(manifest) = &mut draft.manifest {
        manifest.sources = vec![ManifestSource { path: path.clone(), format: draft.format }];
        let tools = manifest.tools.iter_mut().map(|tool| &mut tool.location);
        let requirements = manifest.requirements.iter_mut().map(|requirement| &mut requirement.location);
        for location in tools.chain(requirements).flatten() {
            location.path.clone_from(&path);
        }
    }
    Parsed { value: draft.manifest, diagnostics: draft.diagnostics }
}

/// Reads a file of a tree; `None` when it only bears the name of a manifest. Files that describe a package are no
/// manifests, so that their mistakes only warn.
pub(crate) fn read_source(tree: &SourceTree, file: &SourceFile, format: ManifestFormat) -> Option<Draft> {
    let mut draft = read_any(tree, file, format)?;
    if format.is_inferred() {
        for diagnostic in &mut draft.diagnostics {
            diagnostic.level = diagnostic.level.min(DiagnosticLevel::Warning);
        }
    }
    Some(draft)
}

/// What is to be said of a manifest that the tree was read without.
pub(crate) fn left_out(path: &str, format: ManifestFormat, reason: LeftOutReason) -> Option<Diagnostic> {
    let (code, message, mend) = match reason {
        LeftOutReason::Link => (
            "path-leaves-tree",
            "the manifest is a link, and links are never followed",
            "Put the file itself here",
        ),
        LeftOutReason::TooManyBytes => (
            "too-large",
            "the manifest is too large to be read",
            "Move long texts and examples into files of their own",
        ),
        LeftOutReason::Unreadable => ("unreadable", "the manifest cannot be read", "Let its owner read it"),
        LeftOutReason::SpecialFile => ("unreadable", "the manifest is no regular file", "Put a file here"),
        _ => return None,
    };
    let is_certain = !format.is_inferred() && !detect::is_ambiguous(format);
    Some(Diagnostic {
        level: if is_certain { DiagnosticLevel::Error } else { DiagnosticLevel::Warning },
        code: code.to_owned(),
        message: message.to_owned(),
        mend: Some(mend.to_owned()),
        location: Location::file_start(path),
        span: None,
    })
}

fn read_any(tree: &SourceTree, file: &SourceFile, format: ManifestFormat) -> Option<Draft> {
    let ambiguous = detect::is_ambiguous(format);
    if file.size_bytes > MAX_BYTES {
        let diagnostic = too_large(&file.path, file.size_bytes);
        return (!ambiguous).then(|| Draft::failed(format, &file.path, diagnostic));
    }
    match &file.content {
        FileContent::Text { text, lossy: false } => read_text(&file.path, text, Some(format), Some(tree)),
        FileContent::Text { text, lossy: true } if !ambiguous || detect::may_be(format, text) => {
            let at = text.find(char::REPLACEMENT_CHARACTER).unwrap_or_default();
            Some(Draft::failed(format, &file.path, not_utf8(&file.path, text.as_bytes(), at)))
        }
        FileContent::Binary { head } if !ambiguous => {
            let valid = std::str::from_utf8(head).err().map_or(0, |error| error.valid_up_to());
            Some(Draft::failed(format, &file.path, not_utf8(&file.path, head, valid)))
        }
        _ => None,
    }
}

impl Draft {
    fn failed(format: ManifestFormat, path: &str, diagnostic: Diagnostic) -> Self {
        Self {
            format,
            path: path.to_owned(),
            manifest: None,
            said: BTreeMap::new(),
            open_injections: Vec::new(),
            diagnostics: vec![diagnostic],
        }
    }
}

/// Reads a text; `None` when its format is unknown, or not the one that its name says.
fn read_text(
    path: &str,
    text: &str,
    format: Option<ManifestFormat>,
    tree: Option<&SourceTree>,
) -> Option<Draft> {
    let mut ctx = Context::new(path, text, tree);
    let notation = format.map(detect::notation).or_else(|| detect::notation_by_name(path))?;
    let (node, problems) = match notation {
        Notation::Yaml => split(node::read_yaml(text)),
        Notation::Json => split(node::read_json(text)),
        Notation::Toml => {
            let (node, problems) = node::read_toml(text);
            (Some(node), problems)
        }
        Notation::Text => (None, Vec::new()),
    };
    let format = match (format, &node) {
        (None, Some(node)) => detect::by_content(notation, node)?,
        // A name that says nothing and no tree: there is nothing to go by but the notation.
        (None, None) => match notation {
            Notation::Json => ManifestFormat::ServerJson,
            _ => ManifestFormat::Sigyl,
        },
        (Some(format), Some(node)) if tree.is_some() && !detect::is(format, node) => return None,
        (Some(format), None)
            if tree.is_some() && notation != Notation::Text && !detect::may_be(format, text) =>
        {
            return None;
        }
        (Some(format), _) => format,
    };
    for problem in problems {
        ctx.error(problem.code, problem.span, problem.message, problem.mend);
    }
    let manifest = match (&node, format) {
        (_, ManifestFormat::RequirementsTxt) => requirements_txt::read(text, &mut ctx),
        (_, ManifestFormat::GoMod) => go_mod::read(text, &mut ctx),
        (_, ManifestFormat::Dockerfile) => dockerfile::read(text, &mut ctx),
        (None, _) => None,
        (Some(node), ManifestFormat::Sigyl) => sigyl_yaml::read(node, &mut ctx),
        (Some(node), ManifestFormat::Smithery) => smithery::read(node, &mut ctx),
        (Some(node), ManifestFormat::ServerJson) => server_json::read(node, &mut ctx),
        (Some(node), ManifestFormat::Mcpb) => mcpb::read(node, &mut ctx),
        (Some(node), ManifestFormat::DockerCatalog) => docker_catalog::read(node, &mut ctx),
        (Some(node), ManifestFormat::PackageJson) => package_json::read(node, &mut ctx),
        (Some(node), ManifestFormat::PyprojectToml) => pyproject::read(node, &mut ctx),
        (Some(node), ManifestFormat::CargoToml) => cargo_toml::read(node, &mut ctx),
    };
    let diagnostics = ctx.finish();
    Some(Draft {
        format,
        path: path.to_owned(),
        manifest,
        said: ctx.said,
        open_injections: ctx.open_injections,
        diagnostics,
    })
}

fn split(read: Result<Node, Problem>) -> (Option<Node>, Vec<Problem>) {
    match read {
        Ok(node) => (Some(node), Vec::new()),
        Err(problem) => (None, vec![problem]),
    }
}

fn too_large(path: &str, bytes: u64) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Error,
        code: "too-large".to_owned(),
        message: format!("the manifest has {bytes} bytes; at most {MAX_BYTES} are read"),
        mend: Some("Move long texts and examples into files of their own".to_owned()),
        location: Location::file_start(path),
        span: None,
    }
}

/// `valid` bytes from the start are characters, the next is none.
fn not_utf8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let text = bytes.get(..valid).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let at = text.len() as u32;
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let message = if utf16 { "the file is UTF-16" } else { "the file is not UTF-8" };
    Diagnostic {
        level: DiagnosticLevel::Error,
        code: "not-utf8".to_owned(),
        message: message.to_owned(),
        mend: Some("Save the file as UTF-8".to_owned()),
        location: LineIndex::new(text).location(path, text, Span::new(at, at)),
        span: None,
    }
}
