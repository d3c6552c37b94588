import { ident } from "./sql.js";
import { withClient } from "./pool.js";

export interface SampleOptions { schema: string; table: string; rows: number; where?: Record<string, string> }

export const sample = ({ schema, table, rows, where = {} }: SampleOptions) =>
  withClient(async (client) => {
    const conditions = Object.entries(where).map(([column], at) => `${ident(column)} = $${at + 1}`);
    const filter = conditions.length ? ` WHERE ${conditions.join(" AND ")}` : "";
    const result = await client.query(`SELECT * FROM ${ident(schema)}.${ident(table)}${filter} LIMIT ${rows}`, Object.values(where));
    return result.rows;
  });
