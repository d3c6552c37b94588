import { execSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import { z } from "zod";

const server = new McpServer({ name: "desk", version: "1.0.0" });
const branches = completable(z.string(), (value) => execSync(`git branch --list "${value}*"`).toString().split("\n"));
server.registerPrompt("review", { argsSchema: { branch: branches } }, () => ({ messages: [] }));
