//! Manifests and diagnostics as text to compare.

use std::fmt::Write;

use sigyl_core::{
    Diagnostic, Parsed, SourceTree,
    manifest::{self, Manifest, Transport},
};

/// What a file says, and its diagnostics as code frames.
pub(crate) fn read(path: &str, text: &str) -> String {
    let parsed = manifest::read_file(path, text.as_bytes());
    let mut out = parsed.value.as_ref().map_or("nothing\n".to_owned(), manifest_lines);
    for diagnostic in &parsed.diagnostics {
        let _ = write!(out, "\n{}", diagnostic.render(text, false));
    }
    out
}

/// What a tree says, and its diagnostics in a line each.
pub(crate) fn discover(tree: &SourceTree) -> String {
    let parsed: Parsed<Manifest> = Manifest::discover(tree);
    let mut out = parsed.value.as_ref().map_or("nothing\n".to_owned(), manifest_lines);
    out.push_str(&diagnostic_lines(&parsed.diagnostics));
    out
}

/// One line for each diagnostic.
pub(crate) fn diagnostic_lines(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let place = &diagnostic.location;
        let (line, column) = (place.start_line, place.start_column);
        let (level, code) = (diagnostic.level, &diagnostic.code);
        let _ = writeln!(out, "{}:{line}:{column}: {level:?} {code}: {}", place.path, diagnostic.message);
    }
    out
}

fn manifest_lines(manifest: &Manifest) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(out, "{key}: {value}");
        }
    };
    let sources = manifest.sources.iter().map(|source| source.path.as_str()).collect::<Vec<_>>();
    line("sources", Some(sources.join(", ")));
    line("name", manifest.name.as_ref().map(|name| name.0.clone()));
    line("description", manifest.description.clone());
    line("version", manifest.version.clone());
    line("runtime", manifest.runtime.map(|runtime| format!("{runtime:?}")));
    line(
        "transport",
        manifest.transport.as_ref().map(|transport| match transport {
            Transport::Stdio => "stdio".to_owned(),
            Transport::Http { port, path } => format!("http {port:?} {path:?}"),
        }),
    );
    line("category", manifest.category.clone());
    line("tags", Some(manifest.tags.join(", ")));
    for tool in &manifest.tools {
        line("tool", Some(tool.name.clone()));
    }
    for requirement in &manifest.requirements {
        let mut text = format!("{} {:?}", requirement.key, requirement.value_type);
        text.push_str(if requirement.required { " required" } else { "" });
        text.push_str(if requirement.secret { " secret" } else { "" });
        let injection = &requirement.injection;
        let _ = write!(text, " -> {:?} {}", injection.method, injection.name);
        if let Some(template) = &requirement.template {
            let _ = write!(text, " as {template:?}");
        }
        if let Some(default) = &requirement.default {
            let _ = write!(text, " default {default}");
        }
        line("needs", Some(text));
    }
    let build = &manifest.build;
    line("scripts_allowed", Some(build.scripts_allowed.join(", ")));
    line("command", build.command.as_ref().map(|words| format!("{words:?}")));
    line("start", build.start.as_ref().map(|words| format!("{words:?}")));
    line("dockerfile", build.dockerfile.clone());
    line("context", build.context.clone());
    line("memory", manifest.resources.memory_bytes.map(|bytes| bytes.to_string()));
    line("cpu", manifest.resources.cpu_millis.map(|millis| millis.to_string()));
    line("allow", manifest.network.allow.as_ref().map(|hosts| format!("{hosts:?}")));
    line("stateless", manifest.stateless.then(|| "yes".to_owned()));
    for (name, value) in &manifest.environment {
        line("environment", Some(format!("{name}={value}")));
    }
    line("remotes", Some(manifest.remotes.join(", ")));
    line("packages", Some(manifest.packages.join(", ")));
    out
}
