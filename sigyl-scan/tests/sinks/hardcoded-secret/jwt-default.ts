import jwt from 'jsonwebtoken';
export const issue = (sub: string) => jwt.sign({ sub }, process.env.JWT_SECRET || 'change-me', { expiresIn: '1h' });
