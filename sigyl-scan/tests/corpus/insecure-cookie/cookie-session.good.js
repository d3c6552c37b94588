const cookieSession = require("cookie-session");
const express = require("express");

const app = express();
app.use(cookieSession({ name: "oauth", keys: [process.env.KEY], secure: true, sameSite: "lax" }));
