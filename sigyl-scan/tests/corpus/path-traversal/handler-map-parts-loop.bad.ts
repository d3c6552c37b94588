import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import * as fse from "fs-extra";
import { join } from "node:path";

type Handler = (args: Record<string, unknown>) => Promise<{ content: { type: "text"; text: string }[] }>;

const DATA = join(process.cwd(), "data");

function checkSegments(relative: string): string {
  for (const segment of relative.split("/")) {
    if (segment === "") {
      throw new Error("empty segment");
    }
  }
  return relative;
}

const saveRecord: Handler = async (args) => {
  const key = checkSegments(args.key as string);
  await fse.outputJson(join(DATA, `${key}.json`), args.value);
  return { content: [{ type: "text", text: "saved" }] };
};

const loadRecord: Handler = async ({ key }) => {
  const value = await fse.readJson(join(DATA, checkSegments(key as string) + ".json"));
  return { content: [{ type: "text", text: JSON.stringify(value) }] };
};

const handlers: Record<string, Handler> = { save_record: saveRecord, load_record: loadRecord };

const server = new Server({ name: "records", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const handler = handlers[request.params.name];
  if (!handler) {
    throw new Error(`No such tool ${request.params.name}`);
  }
  return handler(request.params.arguments ?? {});
});

async function main() {
  await server.connect(new StdioServerTransport());
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
