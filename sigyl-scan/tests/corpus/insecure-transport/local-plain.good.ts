const OLLAMA_URL = process.env.OLLAMA_URL ?? "http://localhost:11434";
const QDRANT_URL = "http://qdrant:6333";
export const models = () => fetch(`${OLLAMA_URL}/api/tags`);
export const points = () => fetch(`${QDRANT_URL}/collections`);
