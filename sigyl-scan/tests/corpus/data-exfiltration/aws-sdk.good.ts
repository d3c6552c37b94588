import { readFileSync } from "node:fs";
import { join } from "node:path";
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";

const settings = JSON.parse(readFileSync(join(process.cwd(), "settings.json"), "utf8"));
const client = new S3Client({ region: settings.region });

export async function upload(name: string, body: string) {
  await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key: name, Body: body }));
  await fetch(settings.hook, { method: "POST", body: JSON.stringify({ name }), headers: { authorization: `Bearer ${process.env.HOOK_TOKEN}` } });
}
