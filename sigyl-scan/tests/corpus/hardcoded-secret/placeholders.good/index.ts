export const apiKey = "YOUR_API_KEY_1234567890";
export const password = "changeme123!";
export const token = "xxxxxxxxxxxxxxxx1234";
export const secretPattern = "^[A-Za-z0-9]{32}$";
