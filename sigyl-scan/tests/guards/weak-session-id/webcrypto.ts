export function createToken() { const bytes = crypto.getRandomValues(new Uint8Array(32)); return Buffer.from(bytes).toString('hex'); }
