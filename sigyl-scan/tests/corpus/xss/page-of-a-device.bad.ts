import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { DOMParser } from "@xmldom/xmldom";
import { sessions } from "./sessions.js";

const server = new McpServer({ name: "devices", version: "1.0.0" });

interface Found {
  name: string;
  text: string;
}

function walk(node: Element, found: Found[]): void {
  found.push({ name: node.nodeName, text: node.getAttribute("text") ?? "" });
  for (let at = 0; at < node.childNodes.length; at++) {
    walk(node.childNodes[at] as Element, found);
  }
}

function page(found: Found[]): string {
  return `<html><body>${found.map((one) => `<li><b>${one.name}</b> ${one.text}</li>`).join("")}</body></html>`;
}

server.registerTool("elements", { description: "Lists what is on the screen", inputSchema: {} }, async () => {
  const driver = sessions.current();
  const source = await driver.getPageSource();
  const root = new DOMParser().parseFromString(source, "text/xml").documentElement;
  const found: Found[] = [];
  walk(root, found);
  return {
    content: [{ type: "resource", resource: { uri: "ui://devices/elements", mimeType: "text/html", text: page(found) } }],
  };
});
