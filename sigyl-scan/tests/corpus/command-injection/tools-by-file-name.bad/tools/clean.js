import { z } from "zod";

export const schema = { all: z.boolean() };
export const handler = async ({ all }) => ({ content: [{ type: "text", text: all ? "all" : "some" }] });
