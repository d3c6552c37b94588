import mysql from "mysql2/promise";
import { identifier } from "./names.js";

export class Database {
  private pool: mysql.Pool;

  constructor() {
    this.pool = mysql.createPool({ host: process.env.MYSQL_HOST, user: process.env.MYSQL_USER, database: "app" });
  }

  async describe(table: string) {
    const [rows] = await this.pool.query(`DESCRIBE ${identifier(table)}`);
    return rows;
  }

  async sample(table: string, limit: number) {
    const sql = ["SELECT *", "FROM " + identifier(table), "LIMIT " + Number(limit)].join(" ");
    const [rows] = await this.pool.execute(sql);
    return rows;
  }
}
