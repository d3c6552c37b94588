//! Each format, as it is meant and with the mistakes that people make.

use insta::assert_snapshot;

use crate::show::read;

#[test]
fn mcp_yaml_with_every_key() {
    let text = r#"
name: my-mcp-server
description: A test MCP server
version: 1.0.0
runtime: node
transport: http
port: 3000
path: /mcp
category: developer-tools
tags: [demo]
tools:
  - name: my_tool
    description: A tool
    inputSchema: { type: object, properties: { input: { type: string } } }
    outputSchema: { type: object }
secrets:
  - name: OPENAI_API_KEY
    description: OpenAI API key for the service
    required: true
    type: string
    injection: { method: header, name: X-MCP-Secret-OPENAI_API_KEY }
  - name: LIMIT
    required: false
    type: number
    injection: { method: query, name: limit }
  - name: PLAIN
build:
  scripts_allowed: [esbuild]
  command: [npm, run, build]
  start: [node, dist/index.js]
  dockerfile: docker/Dockerfile
  context: docker
resources: { memory: 256Mi, cpu: 500m }
network: { allow: [api.openai.com, "*.Example.com:443"] }
stateless: true
x-own: anything
"#;
    assert_snapshot!(read("mcp.yaml", text), @r#"
    sources: mcp.yaml
    name: my-mcp-server
    description: A test MCP server
    version: 1.0.0
    runtime: Node
    transport: http Some(3000) Some("/mcp")
    category: developer-tools
    tags: demo
    tool: my_tool
    needs: OPENAI_API_KEY String required secret -> Header X-MCP-Secret-OPENAI_API_KEY
    needs: LIMIT Number secret -> Query limit
    needs: PLAIN String required secret -> Header X-MCP-Secret-PLAIN
    scripts_allowed: esbuild
    command: ["npm", "run", "build"]
    start: ["node", "dist/index.js"]
    dockerfile: docker/Dockerfile
    context: docker
    memory: 268435456
    cpu: 500
    allow: ["api.openai.com", "*.example.com:443"]
    stateless: yes
    "#);
}

#[test]
fn mcp_yaml_places_secrets_by_its_transport() {
    assert_snapshot!(read("mcp.yaml", "name: a\ntransport: stdio\nsecrets: [{name: API-KEY}]\n"), @"
    sources: mcp.yaml
    name: a
    transport: stdio
    needs: API-KEY String required secret -> Environment API_KEY
    ");
    assert_snapshot!(read("sigyl.yaml", "name: a\nport: 80\nsecrets: [{name: API_KEY, injection: {method: body}}]\n"), @"
    sources: sigyl.yaml
    name: a
    transport: http Some(80) None
    needs: API_KEY String required secret -> Body API_KEY
    ");
}

#[test]
fn mcp_yaml_tells_every_mistake_at_once() {
    let text = r#"name: 3
trasnport: http
version: 1.10
runtime: nodejs
port: "3000"
tags: demo, test
tags: [demo]
tools:
  - description: no name
  - name: a
    input_schema: {}
  - name: a
secrets:
  - name: 1x
  - name: KEY
    required: "yes"
    type: int
    injection: { method: heder, name: "Bad Name" }
  - name: HOST
    injection: { method: header, name: Host }
build:
  command: npm run build
  dockerfile: ..
resources: { memory: 256, cpu: lots }
network: { allow: ["https://api.openai.com/v1", "*"] }
stateless: no
"#;
    assert_snapshot!(read("mcp.yaml", text), @r#"
    sources: mcp.yaml
    tags: demo
    tool: a
    needs: KEY String required secret -> Environment KEY
    needs: HOST String required secret -> Environment HOST
    allow: []

    error[wrong-type]: `name` must be text, not a number
     --> mcp.yaml:1:7
      |
    1 | name: 3
      |       ^
      |
      = help: Write it in quotes: `"3"`
    warning[unknown-key]: there is no key `trasnport`
     --> mcp.yaml:2:1
      |
    2 | trasnport: http
      | ^^^^^^^^^
      |
      = help: Write `transport`, or remove it
    error[wrong-type]: `version` must be text, not a number
     --> mcp.yaml:3:10
      |
    3 | version: 1.10
      |          ^^^^
      |
      = help: Write it in quotes: `"1.10"`
    error[invalid-value]: `runtime` cannot be `nodejs`
     --> mcp.yaml:4:10
      |
    4 | runtime: nodejs
      |          ^^^^^^
      |
      = help: Write `runtime: node`
    error[wrong-type]: `port` must be a number, not text
     --> mcp.yaml:5:7
      |
    5 | port: "3000"
      |       ^^^^^^
      |
      = help: Write `port: 3000`, without quotes
    warning[duplicate-key]: the key `tags` comes twice; the last one counts
     --> mcp.yaml:6:1
      |
    6 | tags: demo, test
      | ^^^^
      |
      = help: Remove one of them
    error[missing-key]: `tools[0].name` is missing
     --> mcp.yaml:9:5
      |
    9 |   - description: no name
      |     ^^^^^^^^^^^
      |
      = help: Add `name: my_tool`
    warning[unknown-key]: there is no key `tools[1].input_schema`
      --> mcp.yaml:11:5
       |
    11 |     input_schema: {}
       |     ^^^^^^^^^^^^
       |
       = help: Write `inputSchema`, or remove it
    error[duplicate-name]: the tool `a` is declared twice
      --> mcp.yaml:12:11
       |
    12 |   - name: a
       |           ^
       |
       = help: Remove one of them, or rename it
    error[invalid-value]: `1x` is no name of a secret
      --> mcp.yaml:14:11
       |
    14 |   - name: 1x
       |           ^^
       |
       = help: Write letters, digits, `_`, `-` and `.`, with a letter first: `OPENAI_API_KEY`
    error[wrong-type]: `secrets[1].required` must be true or false, not text
      --> mcp.yaml:16:15
       |
    16 |     required: "yes"
       |               ^^^^^
       |
       = help: Write `required: true`, without quotes
    error[invalid-value]: `secrets[1].type` cannot be `int`
      --> mcp.yaml:17:11
       |
    17 |     type: int
       |           ^^^
       |
       = help: Write one of `string`, `number`, `boolean`
    error[invalid-value]: `secrets[1].injection.method` cannot be `heder`
      --> mcp.yaml:18:26
       |
    18 |     injection: { method: heder, name: "Bad Name" }
       |                          ^^^^^
       |
       = help: Write `method: header`
    error[invalid-value]: `Host` is a header that Sigyl sets itself
      --> mcp.yaml:20:40
       |
    20 |     injection: { method: header, name: Host }
       |                                        ^^^^
       |
       = help: Write another name, such as `X-MCP-Secret-HOST`
    error[wrong-type]: `build.command` must be a list of texts, not text
      --> mcp.yaml:22:12
       |
    22 |   command: npm run build
       |            ^^^^^^^^^^^^^
       |
       = help: Write `command: [npm, run, build]`
    error[path-leaves-tree]: `build.dockerfile` leaves the tree: `..` goes above the root
      --> mcp.yaml:23:15
       |
    23 |   dockerfile: ..
       |               ^^
       |
       = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    error[invalid-value]: `resources.memory` is out of range: 256 bytes
      --> mcp.yaml:24:22
       |
    24 | resources: { memory: 256, cpu: lots }
       |                      ^^^
       |
       = help: Write an amount with its unit, such as `256Mi`
    error[invalid-value]: `resources.cpu` is no amount of CPU: `lots`
      --> mcp.yaml:24:32
       |
    24 | resources: { memory: 256, cpu: lots }
       |                                ^^^^
       |
       = help: Write cores, or thousandths of one: `1`, `0.5`, `500m`
    error[invalid-value]: `https://api.openai.com/v1` is no host name
      --> mcp.yaml:25:20
       |
    25 | network: { allow: ["https://api.openai.com/v1", "*"] }
       |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: Write the host alone: `api.openai.com`
    error[invalid-value]: `*` is no host name
      --> mcp.yaml:25:49
       |
    25 | network: { allow: ["https://api.openai.com/v1", "*"] }
       |                                                 ^^^
       |
       = help: Write a host name, with a port if it matters: `api.example.com`, `*.example.com:443`
    error[wrong-type]: `stateless` must be true or false, not text
      --> mcp.yaml:26:12
       |
    26 | stateless: no
       |            ^^
       |
       = help: Write `stateless: false`, without quotes
    "#);
}

#[test]
fn mcp_yaml_that_is_something_else() {
    assert_snapshot!(read("mcp.yaml", ""), @"
    nothing

    error[empty-file]: the file is empty
     --> mcp.yaml:1:1
      |
    1 |
      | ^
      |
      = help: Write at least a name: `name: my-server`
    ");
    assert_snapshot!(read("mcp.yaml", "- a\n- b\n"), @"
    nothing

    error[wrong-type]: the file must be a mapping, not a list
     --> mcp.yaml:1:1
      |
    1 | / - a
    2 | | - b
      | |___^
      |
      = help: Write keys with values
    ");
    assert_snapshot!(read("mcp.yaml", "name: x\ndescription: a: b\n"), @"
    nothing

    error[syntax]: this is no valid YAML: mapping values are not allowed in this context
     --> mcp.yaml:2:15
      |
    2 | description: a: b
      |               ^
      |
      = help: Correct the syntax at this place; often the cause is the indentation, or a `: ` in text without quotes
    ");
}

#[test]
fn smithery_http() {
    let text = r#"
runtime: container
startCommand:
  type: http
  configSchema:
    type: object
    required: [apiKey, server]
    properties:
      apiKey: { type: string, description: "The key" }
      server:
        type: object
        required: [host]
        properties:
          host: { type: string }
          port: { type: integer, default: 80 }
      debug: { type: boolean, default: false }
      mode: { type: [string, "null"], enum: [a, b] }
      any: true
  exampleConfig: { apiKey: x, sever: {} }
build: { dockerfile: docker/Dockerfile, dockerBuildPath: ./docker }
env: { MODE: production, PORT: 80 }
undocumented: 1
"#;
    assert_snapshot!(read("smithery.yaml", text), @r#"
    sources: smithery.yaml
    runtime: Container
    transport: http None None
    needs: apiKey String required secret -> Query apiKey
    needs: server.host String required -> Query server.host
    needs: server.port Number -> Query server.port default 80
    needs: debug Boolean -> Query debug default false
    needs: mode String -> Query mode
    dockerfile: docker/Dockerfile
    context: docker
    environment: MODE=production
    environment: PORT=80

    warning[unknown-key]: `exampleConfig` has `sever`, which `configSchema` does not
      --> smithery.yaml:19:31
       |
    19 |   exampleConfig: { apiKey: x, sever: {} }
       |                               ^^^^^
       |
       = help: Add it to the schema, or remove it
    warning[wrong-type]: `env.PORT` is a number; variables hold text
      --> smithery.yaml:21:32
       |
    21 | env: { MODE: production, PORT: 80 }
       |                                ^^
       |
       = help: Write it in quotes: `"80"`
    "#);
}

#[test]
fn smithery_legacy_stdio() {
    let text = r#"
startCommand:
  type: stdio
  configSchema:
    type: object
    required: [githubToken]
    properties:
      githubToken: { type: string }
      other: { type: string }
  commandFunction: |-
    (config) => ({ command: 'node', args: ['dist/index.js'], env: { GITHUB_TOKEN: config.githubToken } })
"#;
    assert_snapshot!(read("smithery.yaml", text), @r#"
    sources: smithery.yaml
    transport: stdio
    needs: githubToken String required secret -> Environment GITHUB_TOKEN
    needs: other String -> Query other
    start: ["node", "dist/index.js"]

    note[command-function]: `commandFunction` holds JavaScript, which is read as text and never run
      --> smithery.yaml:11:5
       |
    11 |     (config) => ({ command: 'node', args: ['dist/index.js'], env: { GITHUB_TOKEN: config.githubToken } })
       |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: Nothing, if the start command that was read from it is right; else write it into mcp.yaml: `build: { start: […] }`
    "#);
}

#[test]
fn smithery_that_leaves_the_tree() {
    for path in ["..", "/", "../../root", "C:\\\\x", "a/../../b"] {
        let text = format!("runtime: container\nbuild:\n  dockerBuildPath: \"{path}\"\n");
        let parsed = sigyl_core::manifest::read_file("smithery.yaml", text.as_bytes());
        assert_eq!(parsed.diagnostics[0].code, "path-leaves-tree", "{path}");
        assert!(parsed.has_errors());
        assert_eq!(parsed.value.unwrap().build.context, None);
    }
    assert_snapshot!(read("smithery.yaml", "runtime: container\nbuild: { dockerfile: ../Dockerfile }\n"), @"
    sources: smithery.yaml
    runtime: Container

    error[path-leaves-tree]: `build.dockerfile` leaves the tree: `..` goes above the root
     --> smithery.yaml:2:22
      |
    2 | build: { dockerfile: ../Dockerfile }
      |                      ^^^^^^^^^^^^^
      |
      = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    ");
}

#[test]
fn server_json_of_today() {
    let text = r#"{
  "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  "name": "io.github.user/weather",
  "description": "Weather",
  "version": "1.0.2",
  "packages": [
    {
      "registryType": "npm",
      "identifier": "@user/weather",
      "version": "1.0.2",
      "transport": { "type": "streamable-http", "url": "http://localhost:8080/mcp",
                     "headers": [{ "name": "X-Api-Key", "isSecret": true, "isRequired": true }] },
      "packageArguments": [{ "type": "named", "name": "--dir", "isRequired": true }],
      "environmentVariables": [
        { "name": "WEATHER_UNITS", "default": "metric", "choices": ["metric", "imperial"], "isRequired": true },
        { "name": "LIMIT", "format": "number" },
        { "name": "FIXED", "value": "1" }
      ]
    },
    { "registryType": "oci", "identifier": "ghcr.io/user/weather:1.0.2", "transport": { "type": "stdio" } }
  ],
  "remotes": [
    { "type": "sse", "url": "https://weather.example.com/sse", "headers": [
      { "name": "Authorization", "value": "Bearer {token}",
        "variables": { "token": { "isSecret": true, "isRequired": true }, "unused": {} } }
    ] }
  ],
  "_meta": { "com.example": { "anything": [] } }
}"#;
    assert_snapshot!(read("server.json", text), @r#"
    sources: server.json
    name: io.github.user/weather
    description: Weather
    version: 1.0.2
    transport: http Some(8080) Some("/mcp")
    needs: X-Api-Key String required secret -> Header X-Api-Key
    needs: WEATHER_UNITS String -> Environment WEATHER_UNITS default "metric"
    needs: LIMIT Number -> Environment LIMIT
    needs: token String required secret -> Header Authorization as "Bearer {token}"
    environment: FIXED=1
    remotes: https://weather.example.com/sse
    packages: npm:@user/weather@1.0.2, oci:ghcr.io/user/weather:1.0.2

    note[unplaced-input]: this argument needs a value from the user, but values reach a server by headers and variables only
      --> server.json:13:30
       |
    13 |       "packageArguments": [{ "type": "named", "name": "--dir", "isRequired": true }],
       |                              ^^^^^^
       |
       = help: Let the server read it from an environment variable too
    "#);
}

#[test]
fn server_json_in_snake_case() {
    let text = r#"{"server": {"name": "io.github.user/old", "description": "", "version_detail": {"version": "0.1.0"},
 "packages": [{"registry_type": "pypi", "identifier": "old", "version": "0.1.0", "runtime_hint": "uvx",
   "environment_variables": [{"name": "API_KEY", "is_required": true}]}],
 "remotes": [{"transport_type": "sse", "url": "https://old.example.com"}]}}"#;
    assert_snapshot!(read("server.json", text), @r#"
    sources: server.json
    name: io.github.user/old
    version: 0.1.0
    needs: API_KEY String required secret -> Environment API_KEY
    remotes: https://old.example.com
    packages: pypi:old==0.1.0

    note[legacy-format]: this is a server.json of 2025-07 or before, with keys in snake case
     --> server.json:1:13
      |
    1 | {"server": {"name": "io.github.user/old", "description": "", "version_detail": {"version": "0.1.0"},
      |             ^^^^^^
      |
      = help: Rename the keys to camel case, and add "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
    warning[invalid-value]: `description` has 0 characters; the registry takes 1 to 100
     --> server.json:1:58
      |
    1 | {"server": {"name": "io.github.user/old", "description": "", "version_detail": {"version": "0.1.0"},
      |                                                          ^^
      |
      = help: Say it in at most 100 characters
    "#);
}

#[test]
fn server_json_with_mistakes() {
    let text = r#"{
  "name": "no-namespace",
  "version": "^1.0.0",
  "repository": { "subfolder": "../other" },
  "packages": [{ "registryType": "npm", "transport": { "type": "http" },
    "packageArguments": [{ "type": "positional" }], "environmentVariables": [{ "name": 1 }] }],
  "remotes": [{ "type": "streamable-http", "url": "ftp://x" }]
}"#;
    assert_snapshot!(read("server.json", text), @r#"
    sources: server.json
    name: no-namespace
    version: ^1.0.0

    error[missing-key]: `description` is missing
     --> server.json:2:3
      |
    2 |   "name": "no-namespace",
      |   ^^^^^^
      |
      = help: Add `"description": "What the server does"`
    error[invalid-value]: `no-namespace` is no name of the registry
     --> server.json:2:11
      |
    2 |   "name": "no-namespace",
      |           ^^^^^^^^^^^^^^
      |
      = help: Write a namespace, one `/` and a name: `io.github.you/my-server`
    error[invalid-value]: `version` must be one version, not `^1.0.0`
     --> server.json:3:14
      |
    3 |   "version": "^1.0.0",
      |              ^^^^^^^^
      |
      = help: Write the version itself: `1.2.3`
    error[path-leaves-tree]: `repository.subfolder` leaves the tree: `..` goes above the root
     --> server.json:4:32
      |
    4 |   "repository": { "subfolder": "../other" },
      |                                ^^^^^^^^^^
      |
      = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    error[missing-key]: `packages[0].identifier` is missing
     --> server.json:5:18
      |
    5 |   "packages": [{ "registryType": "npm", "transport": { "type": "http" },
      |                  ^^^^^^^^^^^^^^
      |
      = help: Add `"identifier": "my-package"`
    error[invalid-value]: `packages[0].transport.type` cannot be `http`
     --> server.json:5:64
      |
    5 |   "packages": [{ "registryType": "npm", "transport": { "type": "http" },
      |                                                                ^^^^^^
      |
      = help: Write one of `stdio`, `streamable-http`, `sse`
    error[missing-key]: `packages[0].packageArguments[0].value` needs a value or a hint at one
     --> server.json:6:28
      |
    6 |     "packageArguments": [{ "type": "positional" }], "environmentVariables": [{ "name": 1 }] }],
      |                            ^^^^^^
      |
      = help: Add `"valueHint": "path"`, or `"value"`
    error[wrong-type]: `packages[0].environmentVariables[0].name` must be text, not a number
     --> server.json:6:88
      |
    6 |     "packageArguments": [{ "type": "positional" }], "environmentVariables": [{ "name": 1 }] }],
      |                                                                                        ^
      |
      = help: Write it in quotes: `"1"`
    error[invalid-value]: `remotes[0].url` is no web address: `ftp://x`
     --> server.json:7:51
      |
    7 |   "remotes": [{ "type": "streamable-http", "url": "ftp://x" }]
      |                                                   ^^^^^^^^^
      |
      = help: Write an address that starts with `https://`
    "#);
    assert_snapshot!(read("server.json", "{\n  \"name\": \"a/b\",\n}"), @r#"
    nothing

    error[syntax]: this is no valid JSON: JSON has no trailing comma
     --> server.json:2:16
      |
    2 |   "name": "a/b",
      |                ^
      |
      = help: Remove the comma
    "#);
}

#[test]
fn mcpb() {
    let text = r#"{
  "manifest_version": "0.3",
  "name": "files", "version": "1.0.0", "description": "Files", "author": { "name": "A" },
  "server": { "type": "node", "entry_point": "server/index.js",
    "mcp_config": { "command": "node", "args": ["${__dirname}/server/index.js", "--root=${user_config.root}"],
      "env": { "API_KEY": "${user_config.api_key}", "URL": "https://${user_config.host}/", "MODE": "x" } } },
  "tools": [{ "name": "list" }],
  "user_config": {
    "api_key": { "type": "string", "title": "Key", "sensitive": true, "required": true },
    "host": { "type": "string", "default": "localhost" },
    "root": { "type": "directory", "required": true },
    "depth": { "type": "number" }
  }
}"#;
    assert_snapshot!(read("manifest.json", text), @r#"
    sources: manifest.json
    name: files
    description: Files
    version: 1.0.0
    runtime: Node
    transport: stdio
    tool: list
    needs: api_key String required secret -> Environment API_KEY
    needs: host String -> Environment URL as "https://{host}/" default "localhost"
    needs: root String required -> Environment ROOT
    needs: depth Number -> Environment DEPTH
    start: ["node", "server/index.js", "--root=${user_config.root}"]
    environment: MODE=x

    note[unplaced-input]: `root` reaches the server by no environment variable
      --> manifest.json:11:5
       |
    11 |     "root": { "type": "directory", "required": true },
       |     ^^^^^^
       |
       = help: Add `"ROOT": "${user_config.root}"` to `server.mcp_config.env`
    note[unplaced-input]: `depth` reaches the server by no environment variable
      --> manifest.json:12:5
       |
    12 |     "depth": { "type": "number" }
       |     ^^^^^^^
       |
       = help: Add `"DEPTH": "${user_config.depth}"` to `server.mcp_config.env`
    "#);
    let text = r#"{"dxt_version": "0.1", "name": "x", "version": "1", "server": {"type": "ruby", "entry_point": "../x",
      "mcp_config": {"command": "node", "args": ["${__dirname}/../../etc/x"]}}}"#;
    assert_snapshot!(read("manifest.json", text), @r#"
    sources: manifest.json
    name: x
    version: 1
    transport: stdio

    note[legacy-format]: `dxt_version` is the former name of `manifest_version`
     --> manifest.json:1:2
      |
    1 | {"dxt_version": "0.1", "name": "x", "version": "1", "server": {"type": "ruby", "entry_point": "../x",
      |  ^^^^^^^^^^^^^
      |
      = help: Rename the key to `manifest_version`
    error[missing-key]: `description` is missing
     --> manifest.json:1:2
      |
    1 | {"dxt_version": "0.1", "name": "x", "version": "1", "server": {"type": "ruby", "entry_point": "../x",
      |  ^^^^^^^^^^^^^
      |
      = help: Add `"description": "What the server does"`
    error[invalid-value]: `server.type` cannot be `ruby`
     --> manifest.json:1:72
      |
    1 | {"dxt_version": "0.1", "name": "x", "version": "1", "server": {"type": "ruby", "entry_point": "../x",
      |                                                                        ^^^^^^
      |
      = help: Write one of `node`, `python`, `uv`, `binary`
    error[path-leaves-tree]: `server.entry_point` leaves the tree: `..` goes above the root
     --> manifest.json:1:95
      |
    1 | {"dxt_version": "0.1", "name": "x", "version": "1", "server": {"type": "ruby", "entry_point": "../x",
      |                                                                                               ^^^^^^
      |
      = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    error[path-leaves-tree]: `server.mcp_config.args` leaves the tree: `..` goes above the root
     --> manifest.json:2:50
      |
    2 |       "mcp_config": {"command": "node", "args": ["${__dirname}/../../etc/x"]}}}
      |                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    "#);
}

#[test]
fn docker_catalog() {
    let text = r#"
name: redis
image: mcp/redis
type: server
meta: { category: database, tags: [redis] }
about: { title: Redis, description: Access to Redis }
source: { project: https://github.com/redis/mcp-redis, directory: ../x }
run: { allowHosts: [api.redis.io:443], env: { MODE: fixed } }
config:
  secrets:
    - { name: redis.password, env: REDIS_PWD }
    - { name: redis.optional, env: REDIS_OPT, required: false }
  env:
    - { name: REDIS_HOST, example: 127.0.0.1, value: "{{redis.host}}" }
    - { name: REDIS_URL, value: "redis://{{redis.host}}:{{redis.port}}" }
    - { name: REDIS_MODE, value: fixed }
  parameters:
    type: object
    required: [host]
    properties:
      host: { type: string, description: The host }
      port: { type: integer, default: 6379 }
"#;
    assert_snapshot!(read("server.yaml", text), @r#"
    sources: server.yaml
    name: redis
    description: Access to Redis
    transport: stdio
    category: database
    tags: redis
    needs: redis.password String required secret -> Environment REDIS_PWD
    needs: redis.optional String secret -> Environment REDIS_OPT
    needs: redis.host String required -> Environment REDIS_HOST
    needs: redis.host String required -> Environment REDIS_URL as "redis://{redis.host}:{redis.port}"
    needs: redis.port Number -> Environment REDIS_URL as "redis://{redis.host}:{redis.port}" default 6379
    allow: ["api.redis.io:443"]
    environment: MODE=fixed
    environment: REDIS_MODE=fixed
    packages: oci:mcp/redis

    error[path-leaves-tree]: `source.directory` leaves the tree: `..` goes above the root
     --> server.yaml:7:67
      |
    7 | source: { project: https://github.com/redis/mcp-redis, directory: ../x }
      |                                                                   ^^^^
      |
      = help: Write a path below the folder of this file, with `/`, such as `docker/Dockerfile`
    "#);
    let text = r#"
name: apify
type: remote
about: { title: Apify }
remote: { transport_type: streamable-http, url: https://mcp.apify.com, headers: { Authorization: "Bearer ${APIFY_API_KEY}" } }
config: { secrets: [{ name: apify.api_key, env: APIFY_API_KEY }] }
oauth: [{ provider: other, secret: other.token, env: OTHER_TOKEN }]
"#;
    assert_snapshot!(read("server.yaml", text), @r#"
    sources: server.yaml
    name: apify
    description: Apify
    transport: http None None
    needs: apify.api_key String required secret -> Header Authorization as "Bearer {apify.api_key}"
    needs: other.token String required secret -> Header Authorization as "Bearer {other.token}"
    remotes: https://mcp.apify.com
    "#);
}

#[test]
fn package_files() {
    let text = r#"{"name": "@acme/weather", "version": "2.0.0", "bin": {"weather": "./dist/index.js", "other": "x.js"},
      "scripts": {"build": "tsc"}, "keywords": ["mcp"]}"#;
    assert_snapshot!(read("package.json", text), @r#"
    sources: package.json
    name: @acme/weather
    version: 2.0.0
    runtime: Node
    tags: mcp
    command: ["npm", "run", "build"]
    start: ["node", "dist/index.js"]
    "#);
    let text =
        "[project]\nname = \"weather\"\nversion = \"1.0\"\n[project.scripts]\nweather = \"weather:main\"\n";
    assert_snapshot!(read("pyproject.toml", text), @r#"
    sources: pyproject.toml
    name: weather
    version: 1.0
    runtime: Python
    start: ["weather"]
    "#);
    assert_snapshot!(read("requirements.txt", "# pinned\nmcp==1.2.0\n"), @"
    sources: requirements.txt
    runtime: Python
    ");
    assert_snapshot!(read("go.mod", "module example.com/acme/weather/v2 // comment\n\ngo 1.22\n"), @"
    sources: go.mod
    name: weather
    runtime: Go
    ");
    let text =
        "[package]\nname = \"weather\"\nversion.workspace = true\n[workspace.package]\nversion = \"0.3.0\"\n";
    assert_snapshot!(read("Cargo.toml", text), @"
    sources: Cargo.toml
    name: weather
    version: 0.3.0
    runtime: Rust
    ");
    assert_snapshot!(read("Dockerfile", "FROM node:22\nexpose 8080/tcp 9000\nCMD [\"node\", \"x.js\"]\n"), @"
    sources: Dockerfile
    runtime: Container
    transport: http Some(8080) None
    dockerfile: Dockerfile
    ");
    assert_snapshot!(read("pyproject.toml", "[project\nname = \"x\"\n"), @"
    sources: pyproject.toml
    runtime: Python

    error[syntax]: this is no valid TOML: unclosed table, expected `]`
     --> pyproject.toml:1:9
      |
    1 | [project
      |         ^
      |
      = help: Correct the syntax at this place
    ");
}

#[test]
fn names_that_say_nothing() {
    assert_snapshot!(read("notes.txt", "hello"), @"
    nothing

    error[unknown-format]: this is no manifest of a known format
    --> notes.txt:1:1
     = help: Name it as its format does: mcp.yaml, smithery.yaml, server.json, manifest.json, server.yaml
    ");
    assert_snapshot!(read("docs/acme.server.yaml", "name: a\ntype: remote\nabout: {title: A}\nremote: {url: https://a.b}\n"), @"
    sources: docs/acme.server.yaml
    name: a
    description: A
    transport: http None None
    remotes: https://a.b
    ");
}
