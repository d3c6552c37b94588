//! The projects of a tree: one repository may hold dozens, and a method is not meant by its name alone where it is in
//! another one that nothing here imports.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::FileContext;

/// Files that a project has in its folder.
const MANIFESTS: &[&str] = &["package.json", "pyproject.toml", "setup.py", "setup.cfg", "deno.json"];

/// Which project each file belongs to, and which of them import which.
#[derive(Debug, Default)]
pub(super) struct Projects {
    /// Of each file, by position.
    of: Vec<u32>,
    folders: Vec<String>,
    importing: FxHashSet<(u32, u32)>,
}

impl Projects {
    pub(super) fn new(files: &[FileContext<'_>]) -> Self {
        let mut folders = vec![String::new()];
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        numbers.insert("", 0);
        for file in files {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", file.path));
            if MANIFESTS.contains(&name) && !numbers.contains_key(folder) {
                numbers.insert(folder, folders.len() as u32);
                folders.push(folder.to_owned());
            }
        }
        let nearest = |path: &str| {
            let mut folder = path;
            while let Some((above, _)) = folder.rsplit_once('/') {
                if let Some(number) = numbers.get(above) {
                    return *number;
                }
                folder = above;
            }
            0
        };
        let of = files.iter().map(|file| nearest(file.path)).collect();
        Self { of, folders, importing: FxHashSet::default() }
    }

    /// Notes that one file imports another, by position.
    pub(super) fn note_import(&mut self, from: usize, to: usize) {
        if self.of[from] != self.of[to] {
            self.importing.insert((self.of[from], self.of[to]));
        }
    }

    /// True where two files belong together: to one project, to one within the other, or to two of which one imports the
    /// other.
    pub(super) fn belong_together(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.of[a], self.of[b]);
        let within = |inner: u32, outer: u32| {
            let rest = self.folders[inner as usize].strip_prefix(self.folders[outer as usize].as_str());
            rest.is_some_and(|rest| outer == 0 || rest.starts_with('/'))
        };
        a == b
            || within(a, b)
            || within(b, a)
            || self.importing.contains(&(a, b))
            || self.importing.contains(&(b, a))
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    const SERVER: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('a')\n\n\n\
                          def serve(engine):\n    @mcp.tool()\n    def find(text: str) -> str:\n        \
                          return engine.look_up(text)\n";
    const OTHER: &str =
        "import os\n\n\nclass Index:\n    def look_up(self, text):\n        os.system('grep ' + text)\n";

    /// True where a tool reaches the shell.
    fn is_told(files: &[(&str, &str)]) -> bool {
        findings_of("command-injection", files).iter().any(|finding| finding.tool.is_some())
    }

    #[test]
    fn a_method_is_meant_by_its_name_within_projects_that_belong_together() {
        assert!(is_told(&[("server.py", SERVER), ("index.py", OTHER)]));
        let (a, b) = (("a/pyproject.toml", ""), ("b/pyproject.toml", ""));
        assert!(!is_told(&[a, ("a/server.py", SERVER), b, ("b/index.py", OTHER)]));
        let imports = format!("from core.index import Index\n{SERVER}\nkinds = [Index]\n");
        assert!(is_told(&[
            a,
            ("a/server.py", &imports),
            b,
            ("b/core/index.py", OTHER),
            ("b/core/__init__.py", "")
        ]));
    }

    #[test]
    fn tests_are_followed_where_something_else_imports_them() {
        let tool = "import os\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('a')\n\n\n\
                    @mcp.tool()\ndef run(text: str) -> None:\n    os.system(text)\n";
        assert!(!is_told(&[("main.py", "print(1)\n"), ("tests/tool.py", tool)]));
        assert!(is_told(&[
            ("main.py", "from tests import tool\n\ntool.mcp.run()\n"),
            ("tests/tool.py", tool)
        ]));
    }
}
