const payload = "eyJ0aXRsZSI6ICJIZWxsbyJ9";

function decode(text: string): string {
  return Buffer.from(text, "base64").toString("utf-8");
}

export const settings = JSON.parse(decode(payload));
