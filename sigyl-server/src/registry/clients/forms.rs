//! How each client's file says it: facts of their documentation, 2026-11.

use serde_json::{Map, Value, json};

use super::{
    ForClient, Need,
    launch::Launch,
    links,
    template::{Part, Template, Variable},
};

/// One client.
pub(super) struct Form {
    pub(super) client: &'static str,
    title: &'static str,
    /// The key above the entries.
    root: &'static str,
    style: Style,
    /// What a process's entry says besides.
    local: &'static [(&'static str, &'static str)],
    /// The key of a remote's address, by streamable HTTP and by SSE.
    url: Option<[&'static str; 2]>,
    /// The value of `type` of a remote, where there is one.
    kind: Option<[&'static str; 2]>,
    refer: Refer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Json,
    Toml,
}

/// How a value that the user has is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refer {
    /// Asked for by the client.
    Input,
    /// `${env:NAME}`.
    EnvColon,
    /// `${NAME}`.
    Dollar,
    /// By keys of its own.
    Codex,
    /// Not at all: it is written into the file.
    Never,
}

/// All of them, by name.
pub(super) static FORMS: &[Form] = &[
    Form {
        client: "claude-code",
        title: "Claude Code",
        root: "mcpServers",
        style: Style::Json,
        local: &[("type", "stdio")],
        url: Some(["url", "url"]),
        kind: Some(["http", "sse"]),
        refer: Refer::Dollar,
    },
    Form {
        client: "claude-desktop",
        title: "Claude Desktop",
        root: "mcpServers",
        style: Style::Json,
        local: &[],
        url: None,
        kind: None,
        refer: Refer::Never,
    },
    Form {
        client: "codex",
        title: "Codex",
        root: "mcp_servers",
        style: Style::Toml,
        local: &[],
        url: Some(["url", ""]),
        kind: None,
        refer: Refer::Codex,
    },
    Form {
        client: "copilot-cli",
        title: "Copilot CLI",
        root: "mcpServers",
        style: Style::Json,
        local: &[("type", "local")],
        url: Some(["url", "url"]),
        kind: Some(["http", "sse"]),
        refer: Refer::Dollar,
    },
    Form {
        client: "cursor",
        title: "Cursor",
        root: "mcpServers",
        style: Style::Json,
        local: &[],
        url: Some(["url", "url"]),
        kind: None,
        refer: Refer::EnvColon,
    },
    Form {
        client: "gemini-cli",
        title: "Gemini CLI",
        root: "mcpServers",
        style: Style::Json,
        local: &[],
        url: Some(["httpUrl", "url"]),
        kind: None,
        refer: Refer::Dollar,
    },
    Form {
        client: "vscode",
        title: "VS Code",
        root: "servers",
        style: Style::Json,
        local: &[("type", "stdio")],
        url: Some(["url", "url"]),
        kind: Some(["http", "sse"]),
        refer: Refer::Input,
    },
    Form {
        client: "windsurf",
        title: "Windsurf",
        root: "mcpServers",
        style: Style::Json,
        local: &[],
        url: Some(["serverUrl", "serverUrl"]),
        kind: None,
        refer: Refer::EnvColon,
    },
];

/// What is gathered while values are written.
struct Writer<'a> {
    form: &'a Form,
    key: &'a str,
    needs: Vec<Need>,
    inputs: Vec<Value>,
}

impl Form {
    /// The entry of a server, or why this client cannot have one.
    pub(super) fn write(&self, key: &str, launch: &Launch) -> Result<ForClient, &'static str> {
        let mut writer = Writer { form: self, key, needs: Vec::new(), inputs: Vec::new() };
        let mut entry = Map::new();
        match launch {
            Launch::Process { command, arguments, environment } => {
                for (name, value) in self.local {
                    entry.insert((*name).to_owned(), json!(value));
                }
                entry.insert("command".to_owned(), json!(command));
                let arguments = arguments.iter().map(|it| writer.value(it)).collect::<Vec<_>>();
                entry.insert("args".to_owned(), json!(arguments));
                writer.environment(&mut entry, environment)?;
            }
            Launch::Remote { is_sse, url, headers } => {
                let at = usize::from(*is_sse);
                let name = self.url.map(|keys| keys[at]).filter(|name| !name.is_empty());
                let name = name.ok_or("it starts servers itself, and reaches no others by this transport")?;
                if let Some(kind) = self.kind {
                    entry.insert("type".to_owned(), json!(kind[at]));
                }
                entry.insert(name.to_owned(), json!(writer.value(url)));
                writer.headers(&mut entry, headers);
            }
        }
        if self.client == "copilot-cli" {
            entry.insert("tools".to_owned(), json!(["*"]));
        }
        let Writer { needs, inputs, .. } = writer;
        let has_values = needs.iter().any(|need| need.how == "value");
        let told = |link: fn(&str, &Map<String, Value>, &[Value]) -> String| {
            (!has_values).then(|| link(key, &entry, &inputs))
        };
        let (link, command) = match self.client {
            "vscode" => (told(links::vscode), told(links::vscode_command)),
            "cursor" => (told(links::cursor), None),
            "claude-code" => (None, told(links::claude_code_command)),
            _ => (None, None),
        };
        let file = match self.style {
            Style::Toml => links::toml(self.root, key, &entry),
            Style::Json => {
                let mut file = json!({ self.root: { key: entry } });
                if !inputs.is_empty() {
                    file["inputs"] = json!(inputs);
                }
                format!("{file:#}\n")
            }
        };
        Ok(ForClient {
            client: self.client,
            title: self.title,
            form: if self.style == Style::Toml { "toml" } else { "json" },
            path: [self.root.to_owned(), key.to_owned()],
            entry,
            inputs,
            file,
            link,
            command,
            needs,
        })
    }
}

impl Writer<'_> {
    fn value(&mut self, template: &Template) -> String {
        template.iter().map(|part| self.part(part)).collect()
    }

    fn part(&mut self, part: &Part) -> String {
        let variable = match part {
            Part::Text(text) => return text.clone(),
            Part::Variable(variable) => variable,
        };
        let name = &variable.name;
        match self.form.refer {
            Refer::Input => {
                let id = format!("{}_{name}", self.key);
                self.need(variable, "input");
                self.input(&id, variable);
                format!("${{input:{id}}}")
            }
            Refer::EnvColon => {
                self.need(variable, "environment");
                format!("${{env:{name}}}")
            }
            Refer::Dollar => {
                self.need(variable, "environment");
                format!("${{{name}}}")
            }
            Refer::Codex | Refer::Never => {
                self.need(variable, "value");
                format!("${{value:{name}}}")
            }
        }
    }

    fn need(&mut self, variable: &Variable, how: &'static str) {
        let need = Need {
            name: variable.name.clone(),
            description: variable.description.clone(),
            is_secret: variable.is_secret,
            how,
            default: variable.default.clone(),
            choices: variable.choices.clone(),
        };
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    fn input(&mut self, id: &str, variable: &Variable) {
        let mut input = json!({ "type": "promptString", "id": id, "description": variable.description });
        if !variable.choices.is_empty() {
            input["type"] = json!("pickString");
            input["options"] = json!(variable.choices);
        } else if variable.is_secret {
            input["password"] = json!(true);
        }
        if let Some(default) = &variable.default {
            input["default"] = json!(default);
        }
        if !self.inputs.contains(&input) {
            self.inputs.push(input);
        }
    }

    fn environment(
        &mut self,
        entry: &mut Map<String, Value>,
        environment: &[(String, Template)],
    ) -> Result<(), &'static str> {
        let (mut plain, mut passed) = (Map::new(), Vec::new());
        for (name, value) in environment {
            match value.as_slice() {
                // Codex passes variables of its own environment on by name alone.
                [Part::Variable(variable)] if self.form.refer == Refer::Codex => {
                    let same = Variable { name: name.clone(), ..variable.clone() };
                    self.need(&same, "environment");
                    passed.push(name.clone());
                }
                _ => {
                    let value = self.value(value);
                    plain.insert(name.clone(), json!(value));
                }
            }
        }
        if !plain.is_empty() {
            entry.insert("env".to_owned(), Value::Object(plain));
        }
        if !passed.is_empty() {
            entry.insert("env_vars".to_owned(), json!(passed));
        }
        Ok(())
    }

    fn headers(&mut self, entry: &mut Map<String, Value>, headers: &[(String, Template)]) {
        let (mut plain, mut passed) = (Map::new(), Map::new());
        for (name, value) in headers {
            match value.as_slice() {
                [Part::Text(scheme), Part::Variable(variable)]
                    if self.form.refer == Refer::Codex
                        && scheme == "Bearer "
                        && name.eq_ignore_ascii_case("authorization") =>
                {
                    self.need(variable, "environment");
                    entry.insert("bearer_token_env_var".to_owned(), json!(variable.name));
                }
                [Part::Variable(variable)] if self.form.refer == Refer::Codex => {
                    self.need(variable, "environment");
                    passed.insert(name.clone(), json!(variable.name));
                }
                _ => {
                    let value = self.value(value);
                    plain.insert(name.clone(), json!(value));
                }
            }
        }
        let is_codex = self.form.refer == Refer::Codex;
        if !plain.is_empty() {
            entry.insert(if is_codex { "http_headers" } else { "headers" }.to_owned(), Value::Object(plain));
        }
        if !passed.is_empty() {
            entry.insert("env_http_headers".to_owned(), Value::Object(passed));
        }
    }
}
