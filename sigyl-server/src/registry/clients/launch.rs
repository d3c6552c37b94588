//! How a server is started or reached, by whichever client.

use serde_json::Value;

use super::{
    Way,
    template::{ODD, Part, Template, of_input, plain, read, text},
};

/// How a server is started or reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Launch {
    /// A process that speaks on its standard input and output.
    Process {
        /// The program, which is one of a few.
        command: &'static str,
        /// Its arguments.
        arguments: Vec<Template>,
        /// Its environment.
        environment: Vec<(String, Template)>,
    },
    /// A server that runs elsewhere.
    Remote {
        /// Whether it speaks the transport that was deprecated in 2025.
        is_sse: bool,
        /// Where.
        url: Template,
        /// What is sent with each request.
        headers: Vec<(String, Template)>,
    },
}

const NONE: &str = "it names nothing that a client can start or reach";

/// The way of a document that clients are told.
pub(super) fn of(document: &Value, way: Option<Way>) -> Result<Launch, &'static str> {
    let list = |key: &str| document.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut why = NONE;
    if way != Some(Way::Remote) {
        for it in list("packages") {
            match package(it) {
                Ok(launch) => return Ok(launch),
                Err(other) => why = other,
            }
        }
    }
    if way != Some(Way::Package) {
        for it in list("remotes") {
            match remote(it) {
                Ok(launch) => return Ok(launch),
                Err(other) => why = other,
            }
        }
    }
    Err(why)
}

/// The words that start a package, where they are the same for everybody. What its environment is, is another matter.
pub(in crate::registry) fn exact_command(package: &Value) -> Option<Vec<String>> {
    let Ok(Launch::Process { command, arguments, .. }) = self::package(package) else { return None };
    let exact = |argument: &Template| {
        argument
            .iter()
            .map(|part| if let Part::Text(text) = part { Some(text.as_str()) } else { None })
            .collect()
    };
    let arguments = arguments.iter().map(exact).collect::<Option<Vec<String>>>()?;
    Some(std::iter::once(command.to_owned()).chain(arguments).collect())
}

fn package(package: &Value) -> Result<Launch, &'static str> {
    if package.pointer("/transport/type").and_then(Value::as_str) != Some("stdio") {
        return Err("its package is a server of HTTP that somebody has to run");
    }
    let (id, version) = (text(package, "identifier"), text(package, "version"));
    // What begins like an option would be one.
    if id.is_empty() || id.starts_with('-') || id.contains(char::is_whitespace) {
        return Err(ODD);
    }
    let with =
        |between: &str| if version.is_empty() { id.to_owned() } else { format!("{id}{between}{version}") };
    let environment = named(package, "environmentVariables")?;
    let runtime = arguments(package, "runtimeArguments")?;
    let own = arguments(package, "packageArguments")?;
    let fixed = |text: &str| plain(text).map(|part| vec![part]);
    let mut all = Vec::new();
    let command = match text(package, "registryType") {
        "npm" => {
            all.extend(runtime);
            all.push(fixed(&with("@"))?);
            all.extend(own);
            "npx"
        }
        "pypi" => {
            all.extend(runtime);
            all.push(fixed(&with("=="))?);
            all.extend(own);
            "uvx"
        }
        "oci" => {
            for word in ["run", "-i", "--rm"] {
                all.push(fixed(word)?);
            }
            all.extend(runtime);
            for (name, _) in &environment {
                all.extend([fixed("-e")?, fixed(name)?]);
            }
            all.push(fixed(&with(":"))?);
            all.extend(own);
            "docker"
        }
        "nuget" => {
            all.push(fixed(&with("@"))?);
            all.push(fixed("--yes")?);
            all.extend(runtime);
            if !own.is_empty() {
                all.push(fixed("--")?);
                all.extend(own);
            }
            "dnx"
        }
        _ => return Err("its package is of a kind that clients do not start by themselves"),
    };
    Ok(Launch::Process { command, arguments: all, environment })
}

fn remote(remote: &Value) -> Result<Launch, &'static str> {
    let is_sse = match text(remote, "type") {
        "streamable-http" => false,
        "sse" => true,
        _ => return Err(NONE),
    };
    let url = read(text(remote, "url"), remote.get("variables"))?;
    Ok(Launch::Remote { is_sse, url, headers: named(remote, "headers")? })
}

/// Variables of the environment or headers that have a value.
fn named(of: &Value, key: &str) -> Result<Vec<(String, Template)>, &'static str> {
    let mut all = Vec::new();
    for input in of.get(key).and_then(Value::as_array).into_iter().flatten() {
        let name = text(input, "name");
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || name.starts_with('-') || !name.chars().all(fine) {
            return Err(ODD);
        }
        if let Some(value) = of_input(input, name)? {
            all.push((name.to_owned(), value));
        }
    }
    Ok(all)
}

fn arguments(package: &Value, key: &str) -> Result<Vec<Template>, &'static str> {
    let mut all = Vec::new();
    for argument in package.get(key).and_then(Value::as_array).into_iter().flatten() {
        let is_named = text(argument, "type") == "named";
        let name = text(argument, "name");
        let hint = if is_named { name.trim_start_matches('-') } else { text(argument, "valueHint") };
        let value = of_input(argument, if hint.is_empty() { "argument" } else { hint })?;
        if is_named {
            // A flag without a value is one; an option whose value nobody has to give is left out.
            let takes_value =
                ["valueHint", "format", "placeholder"].iter().any(|key| !text(argument, key).is_empty());
            if value.is_none() && takes_value {
                continue;
            }
            all.push(vec![plain(name)?]);
        }
        all.extend(value);
    }
    let is_fine = |template: &Template| template.iter().any(|part| *part != Part::Text(String::new()));
    if all.iter().all(is_fine) { Ok(all) } else { Err(ODD) }
}
