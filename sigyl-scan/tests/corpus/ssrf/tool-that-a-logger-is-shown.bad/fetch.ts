import { z } from "zod";

const schema = z.object({ url: z.string() });

export const fetchPage = Object.freeze({
  type: "internal",
  name: "fetch-page",
  description: "Fetches a page of the documentation",
  inputSchema: z.toJSONSchema(schema),
  call: async (given: { args: unknown }) => {
    const { url } = schema.parse(given.args);
    const answer = await fetch(url, { redirect: "error" });
    return { content: [{ type: "text", text: await answer.text() }] };
  },
});
