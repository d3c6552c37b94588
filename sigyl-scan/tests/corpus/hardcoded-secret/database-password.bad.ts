import mysql from "mysql2/promise";

export const pool = mysql.createPool({
  host: "db7.shop.acme.io",
  user: "reports",
  password: "Gl4cier-Tandem!82",
  database: "shop",
});
