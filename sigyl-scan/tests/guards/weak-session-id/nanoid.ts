import { nanoid } from 'nanoid';
export const newSessionId = () => `${Date.now()}-${nanoid()}`;
