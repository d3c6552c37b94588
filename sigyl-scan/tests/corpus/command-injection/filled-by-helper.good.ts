import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const run = promisify(execFile);
const server = new Server({ name: "media", version: "1.0.0" }, { capabilities: { tools: {} } });

interface Options {
  input: string;
  scale?: string;
}

function addFilters(words: string[], options: Options): void {
  if (options.scale) {
    words.push("-vf", `scale=${options.scale}`);
  }
}

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [{ name: "convert", description: "Converts a video", inputSchema: { type: "object", properties: { input: { type: "string" }, scale: { type: "string" } } } }],
}));

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const options = request.params.arguments as unknown as Options;
  const words: string[] = ["-i", "in.mp4"];
  addFilters(words, options);
  const { stdout } = await run("ffmpeg", words);
  return { content: [{ type: "text", text: stdout }] };
});
