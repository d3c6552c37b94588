//! Each mend: what becomes of the text, that its finding is gone, that nothing new is found and that the file parses;
//! and what is left as it is, because good input might have another result.

use sigyl_core::{Manifest, ScanReport, Severity, SourceTree};
use sigyl_scan::{Mended, MendedFile, ScanConfig, Unobserved, mend, scan};

fn scanned(files: &[(&str, &str)]) -> (SourceTree, ScanReport) {
    let tree = SourceTree::from_texts(files.iter().copied());
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    (tree, report)
}

fn mended(files: &[(&str, &str)]) -> (ScanReport, Mended) {
    let (tree, report) = scanned(files);
    let mended = mend(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved, &report);
    (report, mended)
}

/// Asserts that `from` in the text becomes `to`, and nothing else changes but what `also` says.
#[track_caller]
fn becomes(rule: &str, path: &str, text: &str, changes: &[(&str, &str)]) {
    let (report, mended) = mended(&[(path, text)]);
    let before = report.findings.iter().filter(|finding| finding.rule == rule).count();
    assert!(before > 0, "{rule} reports nothing: {:?}", rules(&report));
    assert_eq!(mended.left_out, [], "{rule}");
    let mut expected = text.to_owned();
    for (from, to) in changes {
        assert_eq!(expected.matches(from).count(), 1, "{from} in {expected}");
        expected = expected.replace(from, to);
    }
    let file = mended.files.first().unwrap_or_else(|| panic!("{rule} has no mend: {:#?}", report.findings));
    assert_eq!(file.after, expected, "{rule}");
    let after: Vec<_> = mended.report.findings.iter().filter(|finding| finding.rule == rule).collect();
    assert_eq!(after.len(), before - file.mends.iter().filter(|(_, of, _)| of == rule).count(), "{after:#?}");
    assert_eq!(mended.report.not_analysed, [], "it parses");
    for finding in &mended.report.findings {
        let known = report.findings.iter().any(|old| old.rule == finding.rule);
        assert!(known, "new: {finding:#?}");
    }
    // What was mended is not mended again.
    let (_, again) = self::mended(&[(path, &file.after)]);
    assert!(again.files.iter().all(|file| file.mends.iter().all(|(_, of, _)| of != rule)), "{again:#?}");
}

#[track_caller]
fn stays(rule: &str, path: &str, text: &str) {
    let (_, report) = scanned(&[(path, text)]);
    let found: Vec<_> = report.findings.iter().filter(|finding| finding.rule == rule).collect();
    assert!(!found.is_empty(), "{rule} reports nothing in {text}: {:?}", rules(&report));
    for finding in found {
        assert_eq!(finding.fix, None, "{text}");
    }
}

fn rules(report: &ScanReport) -> Vec<(&str, Severity)> {
    report.findings.iter().map(|finding| (finding.rule.as_str(), finding.severity)).collect()
}

/// A TypeScript server with one tool, whose handler is the body.
fn node(imports: &str, body: &str) -> String {
    format!(
        "import {{ McpServer }} from \"@modelcontextprotocol/sdk/server/mcp.js\";\nimport {{ z }} from \"zod\";\n{imports}\n\
         const server = new McpServer({{ name: \"demo\", version: \"1.0.0\" }});\n\
         server.tool(\"run\", {{ name: z.string() }}, async ({{ name }}) => {{\n  {body}\n  \
         return {{ content: [{{ type: \"text\", text: \"done\" }}] }};\n}});\n"
    )
}

/// A Python server with one tool, whose body is given.
fn python(imports: &str, body: &str) -> String {
    format!(
        "{imports}\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"demo\")\n\n\n@mcp.tool()\n\
         def run(name: str) -> str:\n    {body}\n    return \"done\"\n"
    )
}

#[test]
fn shell_to_vector_in_javascript() {
    let import = "import { execSync } from \"child_process\";";
    becomes(
        "command-injection",
        "a.ts",
        &node(import, "execSync(`git log ${name}`);"),
        &[
            ("{ execSync }", "{ execFileSync }"),
            (
                "execSync(`git log ${name}`)",
                "execFileSync(\"git\", [\"log\", \"--end-of-options\", String(name)])",
            ),
        ],
    );
    becomes(
        "command-injection",
        "a.ts",
        &node(
            "import { exec } from \"node:child_process\";",
            "exec(\"ping -c 1 \" + name, (error, out) => { console.error(out); });",
        ),
        &[
            ("{ exec }", "{ execFile }"),
            ("exec(\"ping -c 1 \" + name,", "execFile(\"ping\", [\"-c\", \"1\", \"--\", String(name)],"),
        ],
    );
    // What else uses the import keeps it.
    becomes(
        "command-injection",
        "a.ts",
        &node(
            "import { exec } from \"node:child_process\";",
            "exec(`nslookup ${name}`);\n  exec(\"uptime\");",
        ),
        &[
            ("{ exec }", "{ exec, execFile }"),
            ("exec(`nslookup ${name}`)", "execFile(\"nslookup\", [String(name)])"),
        ],
    );
    becomes(
        "command-injection",
        "a.ts",
        &node(
            "import * as cp from \"child_process\";",
            "cp.execSync(`nslookup -type=${name} example.com`, { encoding: \"utf8\" });",
        ),
        &[(
            "cp.execSync(`nslookup -type=${name} example.com`,",
            "cp.execFileSync(\"nslookup\", [`-type=${name}`, \"example.com\"],",
        )],
    );
    becomes(
        "command-injection",
        "a.js",
        &node(
            "const { exec, spawn } = require(\"child_process\");",
            "exec(`nslookup ${name}`);\n  spawn(\"uptime\");",
        ),
        &[
            ("{ exec, spawn }", "{ execFile, spawn }"),
            ("exec(`nslookup ${name}`)", "execFile(\"nslookup\", [String(name)])"),
        ],
    );
    becomes(
        "command-injection",
        "a.ts",
        &node(
            "import { exec } from \"child_process\";\nimport { promisify } from \"util\";\nconst execAsync = promisify(exec);",
            "await execAsync(`nslookup ${name}`);\n  await execAsync(\"uptime\");",
        ),
        &[
            ("{ exec }", "{ exec, execFile }"),
            ("promisify(exec);", "promisify(exec);\nconst execFileAsync = promisify(execFile);"),
            ("execAsync(`nslookup ${name}`)", "execFileAsync(\"nslookup\", [String(name)])"),
        ],
    );
}

#[test]
fn what_a_shell_may_do_more_with_is_left() {
    let import = "import { execSync } from \"child_process\";";
    for body in [
        "execSync(`git log ${name} | head`);",
        "execSync(`git log \"${name}\"`);",
        "execSync(`ls *.ts ${name}`);",
        "execSync(`cd /srv && nslookup ${name}`);",
        "execSync(`nslookup $HOME ${name}`);",
        "execSync(`nslookup ${name} > out`);",
        "execSync(`nslookup ${name}\n`);",
        "execSync(`A=1 nslookup ${name}`);",
        "execSync(`~/bin/tool ${name}`);",
        "execSync(`npm view ${name}`);",
        "execSync(`${name} --version`);",
        "execSync(name);",
        // Which options it takes is not known, or it could be taken for one.
        "execSync(`curl ${name}`);",
        "execSync(`git log ${name} --oneline`);",
        "execSync(`nslookup ${name}`, { shell: \"/bin/bash\" });",
        "execSync(`nslookup ${name}`, options);",
        // May be several words.
        "const args = name; execSync(`nslookup ${args}`);",
        "const both = `${name} -x`; execSync(`nslookup ${both}`);",
        "execSync(`nslookup ${name ? name : \"-all x\"}`);",
    ] {
        stays("command-injection", "a.ts", &node(import, body));
    }
    for body in [
        "os.system(f\"nslookup {name} | head\")",
        "code = os.system(f\"nslookup {name}\")",
        "subprocess.run(f\"nslookup '{name}'\", shell=True)",
        "subprocess.run(f\"nslookup {name:>10}\", shell=True)",
        "subprocess.run(f\"nslookup {name!r}\", shell=True)",
        "subprocess.run(\"nslookup \" f\"{name}\", shell=True)",
        "subprocess.run(f\"nslookup {name}\", shell=True, executable=\"/bin/bash\")",
        "subprocess.run(f\"nslookup {name}\", shell=True, **options)",
        "subprocess.run(\"nslookup %s\" % name, shell=True)",
        "subprocess.getoutput(f\"nslookup {name}\")",
    ] {
        stays("command-injection", "a.py", &python("import os\nimport subprocess", body));
    }
}

#[test]
fn shell_to_list_in_python() {
    becomes(
        "command-injection",
        "a.py",
        &python("import subprocess", "subprocess.run(f\"nslookup -type=mx {name}\", shell=True, check=True)"),
        &[(
            "f\"nslookup -type=mx {name}\", shell=True, check=True",
            "[\"nslookup\", \"-type=mx\", name], check=True",
        )],
    );
    becomes(
        "command-injection",
        "a.py",
        &python("import subprocess", "subprocess.check_output(\"git clone \" + name, text=True, shell=True)"),
        &[("\"git clone \" + name, text=True, shell=True", "[\"git\", \"clone\", \"--\", name], text=True")],
    );
    becomes(
        "command-injection",
        "a.py",
        &python("import subprocess as sp", "sp.run(f\"host -t {name.lower} example.com\", shell=True)"),
        &[(
            "f\"host -t {name.lower} example.com\", shell=True",
            "[\"host\", \"-t\", f\"{name.lower}\", \"example.com\"]",
        )],
    );
    becomes(
        "command-injection",
        "a.py",
        &python("import os", "os.system(f\"nslookup {name}\")"),
        &[
            ("import os", "import subprocess\nimport os"),
            ("os.system(f\"nslookup {name}\")", "subprocess.run([\"nslookup\", name])"),
        ],
    );
    becomes(
        "command-injection",
        "a.py",
        &python("import asyncio", "asyncio.create_subprocess_shell(f\"nslookup {name}\", stdout=None)"),
        &[("create_subprocess_shell(f\"nslookup {name}\",", "create_subprocess_exec(\"nslookup\", name,")],
    );
}

#[test]
fn options_end_before_the_value() {
    becomes(
        "argument-injection",
        "a.ts",
        &node("import { execFile } from \"child_process\";", "execFile(\"git\", [\"clone\", name]);"),
        &[("[\"clone\", name]", "[\"clone\", \"--\", name]")],
    );
    becomes(
        "argument-injection",
        "a.py",
        &python("import subprocess", "subprocess.run([\"git\", \"show\", name])"),
        &[("\"show\", name", "\"show\", \"--end-of-options\", name")],
    );
    for body in [
        "subprocess.run([\"git\", \"show\", name, \"--stat\"])",
        "subprocess.run([\"curl\", name])",
        "subprocess.run([\"git\", \"checkout\", name])",
        "extra = name\n    subprocess.run([\"git\", \"clone\", extra])",
    ] {
        stays("argument-injection", "a.py", &python("import subprocess", body));
    }
}

#[test]
fn data_instead_of_objects() {
    let load = |call: &str| python("import yaml", &format!("{call}\n    print(data)"));
    for (from, to) in [
        ("yaml.load(name, Loader=yaml.Loader)", "yaml.safe_load(name)"),
        ("yaml.load(name, yaml.FullLoader)", "yaml.safe_load(name)"),
        ("yaml.unsafe_load(name)", "yaml.safe_load(name)"),
    ] {
        becomes("unsafe-deserialization", "a.py", &load(&format!("data = {from}")), &[(from, to)]);
    }
    stays(
        "unsafe-deserialization",
        "a.py",
        &python("from yaml import load, Loader", "data = load(name, Loader=Loader)\n    print(data)"),
    );
    becomes(
        "path-traversal",
        "a.py",
        &python(
            "import io\nimport tarfile\nimport base64",
            "with tarfile.open(fileobj=io.BytesIO(base64.b64decode(name))) as archive:\n        archive.extractall(\"/srv/data\")",
        ),
        &[("extractall(\"/srv/data\")", "extractall(\"/srv/data\", filter=\"data\")")],
    );
}

#[test]
fn certificates_are_checked() {
    for (from, to) in [
        (
            "requests.get(\"https://api.acme.io\", timeout=5, verify=False)",
            "requests.get(\"https://api.acme.io\", timeout=5)",
        ),
        (
            "requests.get(\"https://api.acme.io\", verify=False, timeout=5)",
            "requests.get(\"https://api.acme.io\", timeout=5)",
        ),
    ] {
        becomes("insecure-transport", "a.py", &format!("import requests\n{from}\n"), &[(from, to)]);
    }
    let text = "import ssl\ncontext = ssl.create_default_context()\ncontext.check_hostname = False\ncontext.verify_mode = ssl.CERT_NONE\n";
    becomes(
        "insecure-transport",
        "a.py",
        text,
        &[("check_hostname = False", "check_hostname = True"), ("CERT_NONE", "CERT_REQUIRED")],
    );
    for (from, to) in [
        (
            "new https.Agent({ keepAlive: true, rejectUnauthorized: false })",
            "new https.Agent({ keepAlive: true })",
        ),
        (
            "new https.Agent({ rejectUnauthorized: false, keepAlive: true })",
            "new https.Agent({ keepAlive: true })",
        ),
        ("new https.Agent({ rejectUnauthorized: false })", "new https.Agent({  })"),
    ] {
        let text = format!("import https from \"https\";\nexport const agent = {from};\n");
        becomes("insecure-transport", "a.ts", &text, &[(from, to)]);
    }
    stays(
        "insecure-transport",
        "a.ts",
        "import https from \"https\";\nconst check = false;\nexport const agent = new https.Agent({ rejectUnauthorized: check });\n",
    );
}

#[test]
fn only_this_machine_listens() {
    becomes(
        "insecure-bind",
        "a.py",
        "import uvicorn\nuvicorn.run(app, host=\"0.0.0.0\", port=8000)\n",
        &[("0.0.0.0", "127.0.0.1")],
    );
    becomes(
        "insecure-bind",
        "a.ts",
        "import express from \"express\";\nconst app = express();\napp.listen(3000, '0.0.0.0');\n",
        &[("0.0.0.0", "127.0.0.1")],
    );
    becomes(
        "insecure-bind",
        "a.py",
        "config.bind = [\"0.0.0.0:8000\"]\n",
        &[("0.0.0.0:8000", "127.0.0.1:8000")],
    );
    let text = "import uvicorn\nuvicorn.run(app, host=\"0.0.0.0\", port=8000)\n";
    let (_, mended) =
        mended(&[("a.py", text), ("Dockerfile", "FROM python\nUSER app\nCMD [\"python\", \"a.py\"]\n")]);
    assert_eq!(mended.files, [], "in a container nothing else could reach it");
}

#[test]
fn cookies_are_protected() {
    let server = |call: &str| {
        format!(
            "import express from \"express\";\nconst app = express();\napp.get(\"/in\", async (req, res) => {{\n  const id = await start(req);\n  {call};\n  res.end();\n}});\n"
        )
    };
    for (from, to) in [
        (
            "res.cookie(\"session_id\", id)",
            "res.cookie(\"session_id\", id, { httpOnly: true, secure: true })",
        ),
        (
            "res.cookie(\"session_id\", id, { maxAge: 5 })",
            "res.cookie(\"session_id\", id, { httpOnly: true, secure: true, maxAge: 5 })",
        ),
        (
            "res.cookie(\"session_id\", id, { httpOnly: true, secure: false })",
            "res.cookie(\"session_id\", id, { httpOnly: true, secure: true })",
        ),
    ] {
        becomes("insecure-cookie", "a.ts", &server(from), &[(from, to)]);
    }
    becomes(
        "insecure-cookie",
        "a.py",
        "def enter(response, token):\n    response.set_cookie(\"session\", token, max_age=5)\n",
        &[("max_age=5", "max_age=5, httponly=True, secure=True")],
    );
    stays(
        "insecure-cookie",
        "a.ts",
        &server("res.cookie(\"session_id\", id, { sameSite: \"none\", secure: true })"),
    );
}

#[test]
fn signatures_are_checked() {
    let decode = |call: &str| {
        format!(
            "import jwt\n\n\ndef check(request, key):\n    token = request.headers[\"authorization\"]\n    return {call}\n"
        )
    };
    for (from, to) in [
        (
            "jwt.decode(token, key, algorithms=[\"RS256\"], options={\"verify_signature\": False})",
            "jwt.decode(token, key, algorithms=[\"RS256\"])",
        ),
        (
            "jwt.decode(token, key, algorithms=[\"RS256\"], options={\"verify_signature\": False, \"require\": [\"exp\"]})",
            "jwt.decode(token, key, algorithms=[\"RS256\"], options={\"require\": [\"exp\"]})",
        ),
        (
            "jwt.decode(token, key, algorithms=[\"RS256\", \"none\"])",
            "jwt.decode(token, key, algorithms=[\"RS256\"])",
        ),
    ] {
        becomes("jwt-verification-off", "a.py", &decode(from), &[(from, to)]);
    }
    // Without a key or a list of algorithms there is nothing to check by.
    stays(
        "jwt-verification-off",
        "a.py",
        &decode("jwt.decode(token, options={\"verify_signature\": False})"),
    );
    stays("jwt-verification-off", "a.py", &decode("jwt.decode(token, key, algorithms=[\"none\"])"));
}

#[test]
fn handles_are_random() {
    becomes(
        "weak-session-id",
        "a.ts",
        "import http from \"http\";\nexport function start() {\n  const sessionId = Math.random().toString(36).substring(2);\n  return sessionId;\n}\n",
        &[
            ("import http", "import { randomUUID } from \"node:crypto\";\nimport http"),
            ("Math.random().toString(36).substring(2)", "randomUUID()"),
        ],
    );
    becomes(
        "weak-session-id",
        "a.ts",
        "import crypto from \"node:crypto\";\nexport const sessionId = `sess_${Date.now()}_${Math.random()}`;\nexport const hash = crypto.createHash;\n",
        &[("`sess_${Date.now()}_${Math.random()}`", "`sess_${crypto.randomUUID()}`")],
    );
    becomes(
        "weak-session-id",
        "a.py",
        "import hashlib\nimport time\n\n\ndef start():\n    session_id = hashlib.md5(str(time.time()).encode()).hexdigest()\n    return session_id\n",
        &[
            ("import hashlib", "import secrets\nimport hashlib"),
            ("hashlib.md5(str(time.time()).encode()).hexdigest()", "secrets.token_urlsafe(32)"),
        ],
    );
    // What is read out of it again, and numbers.
    stays(
        "weak-session-id",
        "a.ts",
        "import http from \"http\";\nexport function start(user) {\n  const sessionId = `${user}:${Math.random()}`;\n  return sessionId;\n}\n",
    );
    stays(
        "weak-session-id",
        "a.ts",
        "import http from \"http\";\nexport function start() {\n  const otp = Math.floor(100000 + Math.random() * 900000);\n  return otp;\n}\n",
    );
}

#[test]
fn several_mends_of_one_file_fit_together() {
    let text = python(
        "import os\nimport yaml",
        "os.system(f\"nslookup {name}\")\n    os.system(f\"host {name}\")\n    data = yaml.load(name, Loader=yaml.Loader)\n    print(data)",
    );
    let (_, mended) = mended(&[("a.py", &text)]);
    assert_eq!(mended.left_out, []);
    let file = &mended.files[0];
    assert_eq!(file.mends.len(), 3);
    assert_eq!(file.after.matches("import subprocess\n").count(), 1);
    assert!(
        mended.report.findings.iter().all(|finding| finding.severity < Severity::Error),
        "{:#?}",
        mended.report
    );
    let expected = r#"--- a/a.py
+++ b/a.py
@@ -1,3 +1,4 @@
+import subprocess
 import os
 import yaml
 from mcp.server.fastmcp import FastMCP
@@ -7,8 +8,8 @@
 
 @mcp.tool()
 def run(name: str) -> str:
-    os.system(f"nslookup {name}")
-    os.system(f"host {name}")
-    data = yaml.load(name, Loader=yaml.Loader)
+    subprocess.run(["nslookup", name])
+    subprocess.run(["host", name])
+    data = yaml.safe_load(name)
     print(data)
     return "done"
"#;
    assert_eq!(file.diff(), expected);
}

#[test]
fn a_file_that_is_not_plain_text_is_left() {
    use sigyl_core::{
        Digest,
        source::{FileContent, Origin, SourceFile},
    };
    let text = python("import os", "os.system(f\"nslookup {name}\")");
    let file = SourceFile {
        path: "a.py".to_owned(),
        content: FileContent::Text { text: text.as_str().into(), lossy: false },
        digest: Digest::of(format!("\u{feff}{text}").as_bytes()),
        size_bytes: text.len() as u64 + 3,
        executable: false,
    };
    let tree = SourceTree::new(Origin::Memory, vec![file], Vec::new());
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    let mended = mend(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved, &report);
    assert_eq!(mended.files, []);
    assert_eq!(mended.left_out[0].2, "the file is not plain UTF-8");
}

/// Every mend that is offered for the variants and the examples holds, alone and with the others of its tree.
#[test]
fn every_mend_that_is_offered_holds() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut count = 0;
    let mut open = vec![corpus];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let (_, report) = scanned(&[(name, &text)]);
        if report.findings.iter().all(|finding| finding.fix.is_none()) {
            continue;
        }
        let (report, mended) = mended(&[(name, &text)]);
        count += report.findings.iter().filter(|finding| finding.fix.is_some()).count();
        let failed: Vec<_> =
            mended.left_out.iter().filter(|(.., why)| !why.starts_with("another mend")).collect();
        let diffs: Vec<_> = mended.files.iter().map(MendedFile::diff).collect();
        assert!(failed.is_empty(), "{}: {failed:#?}\n{diffs:?}", path.display());
    }
    assert!(count > 20, "{count} mends");
}
