export const settings = { enableAdmin: process.env.ENABLE_ADMIN === "1" };
