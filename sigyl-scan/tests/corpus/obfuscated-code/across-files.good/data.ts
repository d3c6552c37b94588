export const chunks = ["SGVsbG8s", "IHdvcmxk"];
export const read = (text: string) => Buffer.from(text, "base64").toString("utf8");
