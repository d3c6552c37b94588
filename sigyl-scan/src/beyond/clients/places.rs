//! Where clients keep what they start, from their documentation (2026-11).

/// The operating system, as far as it decides where files lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux and other Unix.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// What a path is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientBase {
    /// The user's home.
    Home,
    /// The user's settings: `$XDG_CONFIG_HOME` or `~/.config`, `~/Library/Application Support`, `%APPDATA%`.
    Settings,
    /// A project that the user works in.
    Project,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientForm {
    /// JSON, with comments and commas too many.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
}

/// One file of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientPlace {
    /// The client's name.
    pub client: &'static str,
    /// What the path is relative to.
    pub base: ClientBase,
    /// The path, with `/`.
    pub path: &'static str,
    /// How it is written.
    pub form: ClientForm,
}

use ClientBase::{Home, Project, Settings};
use ClientForm::{Json, Toml, Yaml};

/// The same on every system.
const EVERYWHERE: &[(&str, ClientBase, &str, ClientForm)] = &[
    ("Claude Desktop", Settings, "Claude/claude_desktop_config.json", Json),
    ("Claude Code", Home, ".claude.json", Json),
    ("Claude Code", Home, ".claude/settings.json", Json),
    ("Claude Code", Project, ".mcp.json", Json),
    ("Cursor", Home, ".cursor/mcp.json", Json),
    ("Cursor", Project, ".cursor/mcp.json", Json),
    ("VS Code", Settings, "Code/User/mcp.json", Json),
    ("VS Code", Settings, "Code/User/settings.json", Json),
    ("VS Code", Project, ".vscode/mcp.json", Json),
    ("VS Code Insiders", Settings, "Code - Insiders/User/mcp.json", Json),
    ("VSCodium", Settings, "VSCodium/User/mcp.json", Json),
    (
        "Cline",
        Settings,
        "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        Json,
    ),
    (
        "Roo Code",
        Settings,
        "Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json",
        Json,
    ),
    ("Roo Code", Project, ".roo/mcp.json", Json),
    ("Windsurf", Home, ".codeium/windsurf/mcp_config.json", Json),
    ("Continue", Home, ".continue/config.yaml", Yaml),
    ("Continue", Home, ".continue/config.json", Json),
    ("Gemini CLI", Home, ".gemini/settings.json", Json),
    ("Gemini CLI", Project, ".gemini/settings.json", Json),
    ("Codex", Home, ".codex/config.toml", Toml),
    ("Codex", Project, ".codex/config.toml", Toml),
    ("Copilot CLI", Home, ".copilot/mcp-config.json", Json),
    ("Amazon Q", Home, ".aws/amazonq/mcp.json", Json),
    ("Kiro", Home, ".kiro/settings/mcp.json", Json),
    ("Kiro", Project, ".kiro/settings/mcp.json", Json),
    ("LM Studio", Home, ".lmstudio/mcp.json", Json),
    ("Junie", Home, ".junie/mcp/mcp.json", Json),
    ("Qwen Code", Home, ".qwen/settings.json", Json),
    ("Factory", Home, ".factory/mcp.json", Json),
    ("Amp", Home, ".config/amp/settings.json", Json),
    ("opencode", Home, ".config/opencode/opencode.json", Json),
    ("opencode", Project, "opencode.json", Json),
    ("Crush", Home, ".config/crush/crush.json", Json),
    ("Zed", Project, ".zed/settings.json", Json),
];

/// Where these systems differ.
const UNIX: &[(&str, ClientBase, &str, ClientForm)] = &[
    ("Goose", Home, ".config/goose/config.yaml", Yaml),
    // Zed follows the XDG specification on macOS, too.
    ("Zed", Home, ".config/zed/settings.json", Json),
];
const WINDOWS: &[(&str, ClientBase, &str, ClientForm)] = &[
    ("Goose", Settings, "Block/goose/config/config.yaml", Yaml),
    ("Zed", Settings, "Zed/settings.json", Json),
];

/// Every file that is known, in a fixed order.
pub fn client_places(platform: Platform) -> Vec<ClientPlace> {
    let own = match platform {
        Platform::Linux | Platform::MacOs => UNIX,
        Platform::Windows => WINDOWS,
    };
    let place = |(client, base, path, form): &(&'static str, _, &'static str, _)| ClientPlace {
        client,
        base: *base,
        path,
        form: *form,
    };
    EVERYWHERE.iter().chain(own).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_told_once() {
        for platform in [Platform::Linux, Platform::MacOs, Platform::Windows] {
            let mut places: Vec<String> =
                client_places(platform).iter().map(|it| format!("{:?} {}", it.base, it.path)).collect();
            let count = places.len();
            places.sort();
            places.dedup();
            assert_eq!(places.len(), count);
            assert!(places.iter().all(|path| !path.contains(['\\', '~'])));
        }
    }
}
