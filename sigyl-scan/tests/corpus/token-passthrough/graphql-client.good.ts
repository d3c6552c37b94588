import express from "express";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { gql, GraphQLClient } from "graphql-request";
import { plannerTokens } from "./planner-login";
import { verifier } from "./verifier";

const PROJECTS = gql`
  query {
    projects(first: 20) {
      name
      state
    }
  }
`;

const app = express();
app.use(express.json());
app.post("/mcp", requireBearerAuth({ verifier }), async (req, res) => {
  const planner = await plannerTokens.current(String(req.auth?.extra?.sub));
  const client = new GraphQLClient("https://planner.acme.io/graphql", {
    headers: { authorization: `Bearer ${planner}` },
  });
  const data = await client.request<{ projects: { name: string; state: string }[] }>(PROJECTS);
  const text = data.projects.map((project) => `${project.name}: ${project.state}`).join("\n");
  res.json({ jsonrpc: "2.0", id: req.body.id, result: { content: [{ type: "text", text }] } });
});
app.listen(6100, "127.0.0.1");
