import { z } from "zod";

const schema = z.object({ PORT: z.coerce.number().default(3000), HOST: z.string().default("127.0.0.1") });
const config = schema.parse(process.env);
console.error(`listening on ${config.HOST}:${config.PORT}`);
