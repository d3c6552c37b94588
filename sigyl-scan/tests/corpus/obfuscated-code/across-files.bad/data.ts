export const chunks = ["Y29uc3QgeCA9", "IDE7IHg7"];
export const read = (text: string) => Buffer.from(text, "base64").toString("utf8");
