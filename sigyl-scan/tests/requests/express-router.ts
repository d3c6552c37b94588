import { execSync } from "node:child_process";
import { Router, Request, Response } from 'express';
class C {
  run = async (req: Request, res: Response) => {
    const { a } = req.body;
    execSync(a);
  };
  other(req: Request, res: Response) { execSync(req.body.b); }
}
const c = new C();
export const r = Router();
r.post('/x', c.run);
r.route('/y').post(c.other.bind(c));
