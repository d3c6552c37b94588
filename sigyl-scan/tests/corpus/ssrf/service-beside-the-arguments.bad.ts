import { z } from "zod";

export const readPage = {
  name: "read-page",
  description: "Reads a page of the documentation",
  inputSchema: { page: z.string(), host: z.string() },
  call: async (given: { args: Record<string, string>; service: { base: string } }) => {
    const { args, service } = given;
    const page = encodeURIComponent(args.page);
    const answer = await fetch(`${args.host}/${page}`);
    return { content: [{ type: "text", text: await answer.text() }] };
  },
};
