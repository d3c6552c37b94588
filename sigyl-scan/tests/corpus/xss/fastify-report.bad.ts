import Fastify from "fastify";
import escapeHtml from "escape-html";

const fastify = Fastify();
const reports = new Map<string, { title: string; rows: string[] }>();

fastify.get("/report/:id", async (request, reply) => {
  const { id } = request.params as { id: string };
  const report = reports.get(id);
  reply.type("text/html");
  if (!report) {
    return reply.send("<h1>No report " + id + "</h1>");
  }
  return reply.send(`<h1>${escapeHtml(report.title)}</h1><ul>${report.rows.map((row) => `<li>${escapeHtml(row)}</li>`).join("")}</ul>`);
});

fastify.listen({ port: 3001, host: "127.0.0.1" });
